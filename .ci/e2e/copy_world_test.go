//go:build e2e

package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"nbscope/model/manifest"
	"nbscope/model/transfer"
)

// The run that these tests copy for.
const copyRun = "7f3c"

// nobody is who runs a notebook's scripts without root.
const nobody = 65534

// home is one of the two trees of a copy, with the scripts run in it for real.
type home struct {
	t     *testing.T
	root  string
	side  manifest.Side
	owner int    // whose the tree is, and who runs the scripts in it
	path  string // PATH of the scripts; "" for the test's own
	asks  int
}

// homes makes both trees. Without root everybody is who runs the test.
func homes(t *testing.T, owner int) (source, replacement *home) {
	t.Helper()
	if os.Geteuid() != 0 {
		owner = os.Geteuid()
	}
	base, err := os.MkdirTemp("", "nbscope-copy-") // a name of 255 bytes, and of a socket, wants a short path
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = exec.Command("chmod", "-R", "u+rwx", base).Run()
		if err := os.RemoveAll(base); err != nil {
			t.Error(err)
		}
	})
	must(t, os.Chmod(base, 0o755))
	var out [2]*home
	for i, side := range []manifest.Side{manifest.Source, manifest.Replacement} {
		out[i] = &home{t: t, root: filepath.Join(base, string(side)), side: side, owner: owner}
		must(t, os.Mkdir(out[i].root, 0o755))
		must(t, os.Chown(out[i].root, owner, owner))
		out[i].open()
	}
	return out[0], out[1]
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// open makes the work folder, as the client does by Jupyter.
func (h *home) open() {
	h.t.Helper()
	must(h.t, os.Mkdir(h.work(""), 0o700))
	must(h.t, os.Chown(h.work(""), h.owner, h.owner))
}

func (h *home) work(name string) string {
	return filepath.Join(h.root, transfer.WorkFolder(copyRun), name)
}

// put writes a file in place, as Jupyter does. It reports whether it could: where the
// folder is not there yet, or the disk is full, the client tries again.
func (h *home) put(name string, data []byte) bool {
	h.t.Helper()
	f, err := os.OpenFile(h.work(name), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err == nil {
		_ = f.Chown(h.owner, h.owner)
		_, err = f.Write(data)
		f.Close()
	}
	if err != nil && !errors.Is(err, syscall.ENOSPC) && !os.IsNotExist(err) {
		h.t.Fatal(err)
	}
	return err == nil
}

// command is a verb of the script, as a terminal starts it.
func (h *home) command(v transfer.Verb, p transfer.Parameters) *exec.Cmd {
	h.t.Helper()
	p.Root, p.Work, p.Run = h.root, transfer.WorkFolder(copyRun), copyRun
	if p.Rules == nil {
		p.Rules = transfer.Rules(copyRun)
	}
	raw, err := p.File()
	must(h.t, err)
	h.put(transfer.ScriptFile, []byte(transfer.Script()))
	h.put(v.ParameterFile(), raw)
	cmd := exec.CommandContext(h.t.Context(), "bash", "-c", v.Command(h.work(""), false))
	if os.Geteuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(h.owner), Gid: uint32(h.owner)}}
	}
	cmd.Dir = h.root
	if h.path != "" {
		cmd.Env = append(os.Environ(), "PATH="+h.path)
	}
	cmd.WaitDelay = 5 * time.Second
	return cmd
}

// must runs a verb to its end.
func (h *home) must(v transfer.Verb, p transfer.Parameters) *transfer.Status {
	h.t.Helper()
	if out, err := h.command(v, p).CombinedOutput(); err != nil {
		h.t.Fatalf("%s on the %s: %v: %s", v, h.side, err, out)
	}
	if v == transfer.Clean {
		return nil
	}
	s := h.status(v)
	if s == nil || s.State != transfer.Done {
		h.t.Fatalf("%s on the %s: %+v", v, h.side, s)
	}
	return s
}

func (h *home) status(v transfer.Verb) *transfer.Status {
	raw, err := os.ReadFile(h.work(v.StatusFile()))
	if err != nil {
		return nil
	}
	s, err := transfer.ReadStatus(raw, copyRun, v)
	if err != nil {
		h.t.Fatalf("a status is not whole: %v: %s", err, raw)
	}
	return s
}

// manifest makes one, and returns it as the client gets it.
func (h *home) manifest(of string) *manifest.Reader {
	h.t.Helper()
	h.asks++
	request := fmt.Sprint(h.asks)
	h.must(transfer.MakeManifest, transfer.Parameters{Request: request, Side: h.side, Cold: h.asks%2 == 0, Out: "tree.manifest", Of: of})
	f, err := os.Open(h.work("tree.manifest"))
	must(h.t, err)
	h.t.Cleanup(func() { f.Close() })
	r, err := manifest.NewReader(f, manifest.Expected{Run: copyRun, Request: request, Side: h.side})
	must(h.t, err)
	return r
}

// keep makes a manifest that can be read later, as often as it is wanted.
func (h *home) keep() func() *manifest.Reader {
	h.t.Helper()
	h.manifest("")
	raw, err := os.ReadFile(h.work("tree.manifest"))
	must(h.t, err)
	request := fmt.Sprint(h.asks)
	return func() *manifest.Reader {
		r, err := manifest.NewReader(bytes.NewReader(raw), manifest.Expected{Run: copyRun, Request: request, Side: h.side})
		must(h.t, err)
		return r
	}
}

// proof compares both trees.
func proof(t *testing.T, source, replacement *home, of string) (manifest.Comparison, []manifest.Difference) {
	t.Helper()
	var all []manifest.Difference
	c, err := manifest.Compare(source.manifest(""), replacement.manifest(of), nil, func(d *manifest.Difference) error {
		all = append(all, *d)
		return nil
	})
	must(t, err)
	return c, all
}

// names are the differences as paths with what is the matter.
func names(all []manifest.Difference) []string {
	out := make([]string, 0, len(all))
	for i := range all {
		out = append(out, fmt.Sprintf("%q %s", all[i].Path, all[i].Says()))
	}
	return out
}

// stream is one stream of parts: both ends run, and the test carries.
type stream struct {
	source, replacement *home
	number              string
	p                   transfer.Parameters
	tamper              func(part transfer.Part, data []byte) []byte // on the way
	look                func(send, receive *transfer.Status)         // at each turn
	ends                [2]*exec.Cmd
	output              [2]bytes.Buffer
	exited              [2]chan error
	sent                map[int64]int // how often, by number
}

var errBroken = errors.New("an end is gone")

func newStream(source, replacement *home, number int) *stream {
	return &stream{
		source: source, replacement: replacement, number: fmt.Sprint(number), sent: map[int64]int{},
		p: transfer.Parameters{Part: 1 << 20, Window: 4, Idle: 600},
	}
}

func (s *stream) start() {
	s.p.Stream = s.number
	with := s.p
	with.List, s.p.Changes = "", ""
	s.ends = [2]*exec.Cmd{s.source.command(transfer.Send, s.p), s.replacement.command(transfer.Receive, with)}
	for i, c := range s.ends {
		c.Stdout, c.Stderr = &s.output[i], &s.output[i]
		must(s.source.t, c.Start())
		s.exited[i] = make(chan error, 1)
		go func() { s.exited[i] <- c.Wait() }()
	}
}

// carry is the client: parts one way, acknowledgements the other, until the
// replacement is done. It keeps nothing but the work folder's name.
func (s *stream) carry() error {
	t := s.source.t
	end := time.After(2 * time.Minute)
	var bad map[int64]int
	for beat := 0; ; beat++ {
		select {
		case <-end:
			t.Fatalf("the copy does not end: %+v, %+v", s.source.status(transfer.Send), s.replacement.status(transfer.Receive))
		case <-time.After(3 * time.Millisecond):
		}
		send, receive := s.source.status(transfer.Send), s.replacement.status(transfer.Receive)
		if send == nil || receive == nil || send.Stream != s.number || receive.Stream != s.number {
			if s.gone() {
				return errBroken
			}
			continue
		}
		if s.look != nil {
			s.look(send, receive)
		}
		if beat%20 == 0 {
			s.source.put(transfer.BeatFile, fmt.Append(nil, beat))
			s.replacement.put(transfer.BeatFile, fmt.Append(nil, beat))
		}
		for n, times := range receive.Bad {
			if times > bad[n] {
				delete(s.sent, n)
			}
		}
		bad = receive.Bad
		if !s.p.URLs {
			s.move(send, receive)
		}
		s.source.put(transfer.AckFile(s.number), transfer.Number(receive.Fed))
		if send.State == transfer.Cut {
			s.replacement.put(transfer.LastFile(s.number), transfer.Number(send.Last))
		}
		if receive.State == transfer.Done && send.State == transfer.Done {
			return nil
		}
		if s.gone() {
			return errBroken
		}
	}
}

// move sends every part that is cut and was not sent.
func (s *stream) move(send, receive *transfer.Status) {
	for _, p := range send.Parts {
		if p.N <= receive.Fed || s.sent[p.N] > 0 {
			continue
		}
		data, err := os.ReadFile(s.source.work(transfer.CutFile(s.number, p.N)))
		if err != nil || int64(len(data)) != p.Size {
			continue
		}
		if s.tamper != nil {
			data = s.tamper(p, data)
		}
		if s.replacement.put(transfer.ComeFile(s.number, &p), data) {
			s.sent[p.N]++
		}
	}
}

// gone reports whether an end ended without being done.
func (s *stream) gone() bool {
	for i, v := range []transfer.Verb{transfer.Send, transfer.Receive} {
		select {
		case err := <-s.exited[i]:
			s.exited[i] <- err
			h := []*home{s.source, s.replacement}[i]
			if st := h.status(v); err != nil || st == nil || st.State != transfer.Done {
				return true
			}
		default:
		}
	}
	return false
}

// must carries to the end, and says what the ends said where that is not reached.
func (s *stream) must() {
	s.source.t.Helper()
	if err := s.carry(); err != nil {
		s.source.t.Fatalf("%v\nsource: %+v %s\nreplacement: %+v %s", err, s.source.status(transfer.Send), s.output[0].String(), s.replacement.status(transfer.Receive), s.output[1].String())
	}
	s.wait()
}

// wait waits until both ends have ended.
func (s *stream) wait() {
	for i := range s.ends {
		err := <-s.exited[i]
		s.exited[i] <- err
	}
}

func (s *stream) kill() {
	for i := range s.ends {
		_ = s.ends[i].Process.Kill()
	}
	s.wait()
}

// copyAll moves everything and puts it in place.
func copyAll(t *testing.T, source, replacement *home) *transfer.Status {
	t.Helper()
	s := newStream(source, replacement, 1)
	s.start()
	s.must()
	return replacement.must(transfer.Place, transfer.Parameters{})
}

// again writes what the next stream has to send, and what may be replaced.
func again(t *testing.T, source, replacement *home, all []manifest.Difference) *manifest.Delta {
	t.Helper()
	var list, changes bytes.Buffer
	d := manifest.NewDelta(&list, &changes)
	for i := range all {
		must(t, d.Add(&all[i]))
	}
	must(t, d.Close())
	source.put("list", list.Bytes())
	replacement.put("changes", changes.Bytes())
	return d
}

// closed ends the copy on both sides and checks that nothing is left.
func closed(t *testing.T, all ...*home) {
	t.Helper()
	for _, h := range all {
		h.must(transfer.Clean, transfer.Parameters{})
		if _, err := os.Lstat(h.work("")); !os.IsNotExist(err) {
			t.Errorf("the work folder of the %s is left: %v", h.side, err)
		}
	}
}

// shell runs commands in a tree, as its owner.
func (h *home) shell(script string) {
	h.t.Helper()
	h.run(script, h.owner)
}

func (h *home) run(script string, uid int) {
	h.t.Helper()
	cmd := exec.CommandContext(h.t.Context(), "bash", "-euc", "umask 022; "+script)
	cmd.Dir = h.root
	if os.Geteuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(uid)}}
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		h.t.Fatalf("%v: %s", err, out)
	}
}

// fill makes everything that a copy may lose. What only root can make, is root's.
func (h *home) fill(small int, sparse string) {
	h.t.Helper()
	h.shell(fmt.Sprintf(`
mkdir -p many deep/er/and/deeper empty .hidden/.git .Trash-1000 lost+found 'odd name' ./-dash closed
for d in $(seq 0 9); do mkdir many/$d; (cd many/$d; seq 1 %d | while read -r i; do echo "$d $i" >"f$i"; done); done
truncate -s %s sparse; echo end >>sparse; head -c 3000000 /dev/urandom >random; : >zero
mkdir nbscope-`+copyRun+`-look; echo left >nbscope-`+copyRun+`-look/measure; echo hidden >.hidden/.git/config; echo lost >lost+found/x; echo bin >.Trash-1000/x; echo opt >./-dash/--help
printf x >'odd name/back\slash'; printf y >'odd name/new
line'; printf q >"odd name/it's \"quoted\" \$HOME %%41 *"; printf n >"$(printf '\377\376not utf8')"; printf l >"$(printf 'n%%.0s' $(seq 255))"
printf e >'emoji 🦊 é'; printf s >' leading and trailing '
mkfifo fifo; ln -s nowhere/at/all dangling; ln -s . cycle; ln -s ../deep deep/er/back; ln -s "$(printf '\377')" 'odd link'
echo one >hard; ln hard deep/er/hard2; ln hard 'odd name/hard3'; echo sym >sym; ln -s sym symsym
chmod 0444 deep/er/hard2; chmod 4755 zero; chmod 1777 empty; touch -d '1969-12-31T23:59:58.5Z' .hidden; touch -d '2031-01-01' random; touch -h -d '2001-02-03' dangling
echo shut >closed/in; chmod 0555 closed
`, small/10, sparse))
	sock, err := net.Listen("unix", filepath.Join(h.root, "socket"))
	must(h.t, err)
	sock.(*net.UnixListener).SetUnlinkOnClose(false)
	sock.Close()
	h.shell(`python3 -I - <<'E'
import os
os.setxattr('sym', 'user.note', b'kept\0\xff')
os.setxattr('empty', 'user.note', b'of a folder')
E`)
	must(h.t, os.Chown(filepath.Join(h.root, "socket"), h.owner, h.owner))
	if h.owner == 0 {
		must(h.t, syscall.Mknod(filepath.Join(h.root, "null"), syscall.S_IFCHR|0o666, 1<<8|3))
	}
	if _, err := exec.LookPath("setfacl"); err == nil {
		h.shell(`setfacl -m u:12345:r sym; setfacl -d -m g:54321:rx empty`)
	}
}

// snapshot is a tree in words that owe nothing to the script: type, mode, time, size,
// target of everything, and the sum of what is in files.
func (h *home) snapshot(t *testing.T) string {
	t.Helper()
	prune := `\( -path './` + transfer.WorkFolder(copyRun) + `*' -o -path ./lost+found -o -path './.Trash-*' -o -type s \) -prune -o `
	cmd := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", `export LC_ALL=C
find . `+prune+`! -path . -printf '%y %m %T@ %l %p\0' | sort -z
find . `+prune+`-type f -size -100M -readable -print0 | sort -z | xargs -0 -r sha256sum
getfattr -RPh -d -m '^user' . 2>/dev/null || true`)
	cmd.Dir = h.root
	out, err := cmd.Output()
	must(t, err)
	return string(out)
}

// processes are those that have a path of this test in their command line.
func processes(t *testing.T, path string) []string {
	t.Helper()
	all, err := filepath.Glob("/proc/[0-9]*/cmdline")
	must(t, err)
	var out []string
	for _, f := range all {
		raw, err := os.ReadFile(f)
		if err == nil && strings.Contains(string(raw), path) {
			out = append(out, strings.ReplaceAll(string(raw), "\x00", " "))
		}
	}
	return out
}

// eventually waits for what must come, without a limit of its own beyond a deadlock's.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for range 6000 {
		if done() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("%s does not come", what)
}
