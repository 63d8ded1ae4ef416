//go:build linux

package main

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"syscall"
	"time"

	"nbscope/aws/mover"
)

const (
	benchToken   = "bench"
	partsAtATime = 8
)

// staged furnishes a stage and measures on it.
func staged(megabytes int, measure func(s *stage, megabytes int) ([]row, error)) ([]row, error) {
	for _, program := range []string{"jupyter-server", "curl", "python3", "tar"} {
		if _, err := exec.LookPath(program); err != nil {
			return nil, fmt.Errorf("the copy is not measured: %w", err)
		}
	}
	top, err := os.MkdirTemp("", "nbscope-bench")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(top) }()
	return measure(&stage{top: top, size: int64(megabytes) * 1e6}, megabytes)
}

// relays measures the copy against curl on the same way, in turns.
func relays(s *stage, megabytes int) ([]row, error) {
	small, err := s.scaled(megabytes / 8)
	if err != nil {
		return nil, err
	}
	if err := s.furnish(megabytes); err != nil {
		return nil, err
	}
	var rows []row
	for _, c := range []struct {
		rtt   time.Duration
		ratio string
	}{{80 * time.Millisecond, "≥ 0.8 of curl"}, {0, "≥ 0.6 of curl"}} {
		got, err := s.relayed(c.rtt, c.ratio, small)
		if rows = append(rows, got...); err != nil {
			return rows, err
		}
	}
	return rows, nil
}

// rounds is how often each of two that are compared has its turn.
const rounds = 2

// stage is where copies are measured.
type stage struct {
	top   string
	size  int64 // bytes of the data
	parts int   // that curl carries
}

func (s *stage) at(names ...string) string {
	return filepath.Join(append([]string{s.top}, names...)...)
}

// bash runs a script with arguments.
func bash(script string, args ...string) error {
	out, err := exec.Command("bash", append([]string{"-euo", "pipefail", "-c", script, "bench"}, args...)...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}

// scaled is the memory that a client takes at its peak for less data.
func (s *stage) scaled(megabytes int) (kB int64, err error) {
	if err := s.furnish(megabytes); err != nil {
		return 0, err
	}
	m, err := s.moved(0, "")
	return m.client, err
}

// furnish makes the data: large files that cannot be compressed, and 2,000 small ones. The
// same as an archive in parts is what curl carries: a file to get, and a body to put.
func (s *stage) furnish(megabytes int) error {
	return bash(`rm -rf "$1"; mkdir -p "$1/source/served/many" "$1/parts/raw" "$1/parts/body"
cd "$1/source/served"; for i in $(seq "$(($2 / 50))"); do head -c 50000000 /dev/urandom >"big$i"; done
for i in $(seq 2000); do head -c 5000 /dev/urandom >"many/$i"; done
tar --format=posix -cf - . | split -b 8M -d -a 5 - "$1/parts/raw/part"
cd "$1/parts/raw"; for f in *; do { printf '{"type":"file","format":"base64","content":"'; base64 -w0 "$f"; printf '"}'; } >"$1/parts/body/$f"; done`, s.top, strconv.Itoa(megabytes))
}

// desk is a Jupyter server.
type desk struct {
	cmd  *exec.Cmd
	host string
	root string
	base int // kB that it takes before anything
}

// serve starts a server of a folder, and waits until it serves.
func (s *stage) serve(side, root string) (*desk, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	d := &desk{host: l.Addr().String(), root: root}
	_ = l.Close() // it was to find a port
	_, port, err := net.SplitHostPort(d.host)
	if err != nil {
		return nil, err
	}
	home := s.at(side, "home")
	if err := errors.Join(os.MkdirAll(root, 0o750), os.MkdirAll(home, 0o750)); err != nil {
		return nil, err
	}
	d.cmd = exec.Command("jupyter-server", "--ServerApp.token="+benchToken, "--ServerApp.root_dir="+root, "--no-browser", "--ip=127.0.0.1", "--port="+port, "--allow-root")
	d.cmd.Env = []string{"HOME=" + home, "PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8", "JUPYTER_PLATFORM_DIRS=1"}
	d.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := d.cmd.Start(); err != nil {
		return nil, err
	}
	for range 600 {
		answer, err := http.Get("http://" + d.host + "/api/status?token=" + benchToken)
		if err == nil {
			_ = answer.Body.Close()
			d.base, err = status(d.cmd.Process.Pid, "VmRSS")
			return d, err
		}
		time.Sleep(50 * time.Millisecond)
	}
	d.end()
	return nil, fmt.Errorf("the Jupyter server of the %s does not serve", side)
}

func (d *desk) end() {
	_ = d.cmd.Process.Kill() // its kernels and terminals end with what was cleaned
	_ = d.cmd.Wait()         // how is of no interest
}

// grown is how much more the server took at its peak.
func (d *desk) grown() int {
	peak, err := status(d.cmd.Process.Pid, "VmHWM")
	if err != nil {
		return -1
	}
	return peak - d.base
}

// far are the ways to both servers.
func far(rtt time.Duration, desks ...*desk) (hosts [2]string, leave func(), err error) {
	leave = func() {}
	for i, d := range desks {
		hosts[i] = d.host
		if rtt == 0 {
			continue
		}
		l, err := newLine(d.host, rtt)
		if err != nil {
			return hosts, leave, err
		}
		before := leave
		leave = func() { before(); _ = l.listener.Close() }
		hosts[i] = l.host
	}
	return hosts, leave, nil
}

// both starts a source and an empty replacement.
func (s *stage) both(source string) (desks [2]*desk, leave func(), err error) {
	if err := errors.Join(os.RemoveAll(s.at("replacement")), os.RemoveAll(s.at("run"))); err != nil {
		return desks, nil, err
	}
	if desks[0], err = s.serve("source", source); err != nil {
		return desks, nil, err
	}
	if desks[1], err = s.serve("replacement", s.at("replacement", "served")); err != nil {
		desks[0].end()
		return desks, nil, err
	}
	return desks, func() { desks[0].end(); desks[1].end() }, nil
}

// measured is one copy.
type measured struct {
	stream, whole, proof time.Duration
	grown                int   // kB, of the replacement's server
	client               int64 // kB, of the client at its peak
	used                 busy  // while it streams
	read                 [2]int64
	last                 told
}

// moved copies once, by relay or through a store.
func (s *stage) moved(rtt time.Duration, store string) (m measured, err error) {
	desks, leave, err := s.both(s.at("source", "served"))
	if err != nil {
		return m, err
	}
	defer leave()
	hosts, hang, err := far(rtt, desks[:]...)
	if err != nil {
		return m, err
	}
	defer hang()
	raw, err := json.Marshal(errand{Folder: s.at("run"), Hosts: hosts, Store: store})
	if err != nil {
		return m, err
	}
	self, err := os.Executable()
	if err != nil {
		return m, err
	}
	cmd := exec.Command(self)
	cmd.Env, cmd.Stderr = append(os.Environ(), clientEnv+"="+string(raw)), os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return m, err
	}
	if err := cmd.Start(); err != nil {
		return m, err
	}
	l := watchLoad(s.top, map[int]string{os.Getpid(): "the line and the store", cmd.Process.Pid: "nbscope"})
	m.follow(json.NewDecoder(bufio.NewReader(out)), l)
	err = cmd.Wait()
	close(l.stop)
	if err != nil {
		return m, fmt.Errorf("the client: %w", err)
	}
	if m.last.Proven == "" {
		return m, errors.New("the copy is not proven")
	}
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		m.client = usage.Maxrss
	}
	m.grown = desks[1].grown()
	for i, side := range []string{"source", "replacement"} {
		m.read[i] = l.read(side + "'s manifest")
	}
	return m, nil
}

// follow takes the times in that the client tells.
func (m *measured) follow(lines *json.Decoder, l *load) {
	var began, streams, proves time.Time
	var before busy
	for {
		var t told
		if lines.Decode(&t) != nil {
			return // it has ended, and says how
		}
		switch t.Phase {
		case mover.Preparing:
			if began.IsZero() {
				began = t.At
			}
		case mover.Streaming:
			if streams.IsZero() {
				streams, before = t.At, l.so()
			}
		case mover.Checking:
			if m.stream == 0 {
				m.stream, m.used = t.At.Sub(streams), l.so().since(before)
			}
		case mover.Reading:
			proves, m.whole = t.At, t.At.Sub(began)
		case "":
			m.last, m.proof = t, t.At.Sub(proves)
		case mover.Trying, mover.Measuring, mover.Placing, mover.Comparing:
		}
	}
}

// bound is what the copy has waited for most of the time.
func (m *measured) bound() string {
	best, most, all := mover.Bound("nothing that it noticed"), 0, 0
	for b, n := range m.last.Bounds {
		all += n
		if n > most || n == most && b < best {
			best, most = b, n
		}
	}
	return fmt.Sprintf("%s (%d of %d looks)", best, most, all)
}

// curled is curl with both legs of the same bytes, so many parts at a time, each with its
// connections kept: the ideal of a relay that neither packs nor looks at anything.
func (s *stage) curled(rtt time.Duration) (time.Duration, error) {
	desks, leave, err := s.both(s.at("parts", "raw"))
	if err != nil {
		return 0, err
	}
	defer leave()
	hosts, hang, err := far(rtt, desks[:]...)
	if err != nil {
		return 0, err
	}
	defer hang()
	const header = `header = "Authorization: token ` + benchToken + `"` + "\n"
	return s.curls(func(part string) string {
		return fmt.Sprintf("url = \"http://%s/files/%s\"\noutput = /dev/null\n%snext\nfail\nsilent\n", hosts[0], part, header) +
			fmt.Sprintf("url = \"http://%s/api/contents/%s\"\noutput = /dev/null\n%sheader = \"Content-Type: application/json\"\nupload-file = \"%s\"\n", hosts[1], part, header, s.at("parts", "body", part))
	})
}

// curledStore is curl with both legs to and from a store.
func (s *stage) curledStore(base string) (time.Duration, error) {
	return s.curls(func(part string) string {
		return fmt.Sprintf("url = \"%s/curl/%s\"\noutput = /dev/null\nupload-file = \"%s\"\nnext\nfail\nsilent\n", base, part, s.at("parts", "raw", part)) +
			fmt.Sprintf("url = \"%s/curl/%s\"\noutput = /dev/null\n", base, part)
	})
}

// curls has every part carried by as many curls as there are parts at a time.
func (s *stage) curls(of func(part string) string) (time.Duration, error) {
	all, err := os.ReadDir(s.at("parts", "raw"))
	if err != nil {
		return 0, err
	}
	s.parts = len(all)
	var configs [partsAtATime]bytes.Buffer
	for i, f := range all {
		c := &configs[i%partsAtATime]
		if c.Len() > 0 {
			c.WriteString("next\n")
		}
		c.WriteString("fail\nsilent\n" + of(f.Name()))
	}
	errs := make(chan error, partsAtATime)
	began := time.Now()
	for i := range configs {
		go func() {
			cmd := exec.Command("curl", "-q", "--config", "-")
			cmd.Stdin = &configs[i]
			out, err := cmd.CombinedOutput()
			if err != nil {
				err = fmt.Errorf("curl: %w: %s", err, out)
			}
			errs <- err
		}()
	}
	for range configs {
		err = errors.Join(err, <-errs)
	}
	return time.Since(began), err
}

// relayed compares relay with curl over the same way, in turns.
func (s *stage) relayed(rtt time.Duration, ratio string, small int64) ([]row, error) {
	var curl []time.Duration
	var all []measured
	for range rounds {
		c, err := s.curled(rtt)
		if err != nil {
			return nil, err
		}
		m, err := s.moved(rtt, "")
		if err != nil {
			return nil, err
		}
		curl, all = append(curl, c), append(all, m)
	}
	m, c := middle(all), median(curl)
	what := fmt.Sprintf("relay of %.1f GB by %s, +%d ms", float64(s.size)/1e9, m.last.Way, rtt.Milliseconds())
	return append([]row{
		{what, ratio, fmt.Sprintf("%.2f: %s/s against %s/s of curl with both legs", c.Seconds()/m.stream.Seconds(), s.rate(m.stream), s.rate(c))},
		{"  with sign-in, counting, measuring, the check and placing", "", fmt.Sprintf("%.1f s, of which %.1f s travel", m.whole.Seconds(), m.stream.Seconds())},
		{"  processor time while it travels", "", m.used.says(m.stream, runtime.NumCPU())},
		{"  bound by", "", m.bound()},
		{"  nbscope's own memory at its peak", "flat", fmt.Sprintf("%d MB, and %d MB for an eighth of it", m.client>>10, small>>10)},
		{"  the replacement's Jupyter at its peak", "≤ 300 MiB more", fmt.Sprintf("%d MiB more", m.grown>>10)},
		s.hundred(m.stream),
	}, s.proofRows(&m)...), nil
}

// stores compares the way through a store with curl alone.
func stores(s *stage, megabytes int) ([]row, error) {
	if err := errors.Join(s.furnish(megabytes), os.MkdirAll(s.at("store"), 0o750)); err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	server := &http.Server{Handler: shelf(s.at("store")), ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(l) }()
	defer func() { _ = server.Close() }()
	base := "http://" + l.Addr().String()
	var curl []time.Duration
	var all []measured
	for range rounds {
		c, err := s.curledStore(base)
		if err != nil {
			return nil, err
		}
		if err := bash(`rm -f "$1"/*`, s.at("store")); err != nil {
			return nil, err
		}
		m, err := s.moved(0, base)
		if err != nil {
			return nil, err
		}
		curl, all = append(curl, c), append(all, m)
	}
	m, c := middle(all), median(curl)
	left, err := os.ReadDir(s.at("store"))
	if err != nil {
		return nil, err
	}
	return []row{
		{fmt.Sprintf("S3 of %.1f GB, a store on the same disk", float64(s.size)/1e9), "beside curl", fmt.Sprintf("%.2f: %s/s against %s/s of curl with both legs", c.Seconds()/m.stream.Seconds(), s.rate(m.stream), s.rate(c))},
		{"  processor time while it travels", "", m.used.says(m.stream, runtime.NumCPU())},
		{"  bound by", "", m.bound()},
		{"  what this machine's line carries, manifests included", "< 1 MB per GB", fmt.Sprintf("%.2f MB per GB", float64(m.last.Traffic)/1e6/(float64(s.size)/1e9))},
		{"  objects left in the store", "0", strconv.Itoa(len(left))},
		s.hundred(m.stream),
	}, nil
}

// proofRows are what a proof takes.
func (s *stage) proofRows(m *measured) []row {
	reads := func(i int) float64 { return float64(m.read[i]) / float64(s.size) }
	return []row{
		{"  the proof", "", fmt.Sprintf("%.1f s: %s", m.proof.Seconds(), m.last.Proven)},
		{"  reads of each side by the check and the proof together", "≤ 2, one of which is the proof", fmt.Sprintf("source %.2f, replacement %.2f", reads(0), reads(1))},
	}
}

// hundred is what 100 GB would take, and the volume's own bound beside it.
func (s *stage) hundred(took time.Duration) row {
	const gb, volume = int64(100), int64(128 << 20) // gp2 up to 170 GiB
	at := time.Duration(float64(took) * float64(gb) * 1e9 / float64(s.size))
	bound := time.Duration(gb * 1e9 / volume * int64(time.Second))
	return row{"  100 GB at this rate", fmt.Sprintf("a volume of gp2 takes %s", bound.Round(time.Second)), at.Round(time.Second).String()}
}

func (s *stage) rate(d time.Duration) string {
	return fmt.Sprintf("%.0f MB", float64(s.size)/1e6/d.Seconds())
}

// middle is the copy with the middle time.
func middle(all []measured) measured {
	slices.SortFunc(all, func(a, b measured) int { return cmp.Compare(a.stream, b.stream) })
	return all[len(all)/2]
}
