//go:build e2e

package e2e

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"nbscope/aws/jupyter"
	"nbscope/aws/mover"
	"nbscope/aws/sim/jupytersim"
	"nbscope/model/manifest"
)

// pair is two real Jupyter servers, with the trees that they serve.
type pair struct {
	t                *testing.T
	labs             [2]*lab
	source, replaced *home
	folder           string
}

// newPair starts a server of one generation as the source and of another as the
// replacement.
func newPair(t *testing.T, from, to string, user int) *pair {
	t.Helper()
	if os.Getuid() != 0 {
		user = os.Getuid()
	}
	p := &pair{t: t, folder: filepath.Join(t.TempDir(), "run")}
	for i, g := range []string{from, to} {
		p.labs[i] = startLab(t, generations()[g], user)
		h := &home{t: t, root: p.labs[i].root, owner: user, side: []manifest.Side{manifest.Source, manifest.Replacement}[i]}
		t.Cleanup(func() { _ = exec.Command("chmod", "-R", "u+rwx", h.root).Run() })
		if i == 0 {
			p.source = h
		} else {
			p.replaced = h
		}
	}
	return p
}

// job is what a process that knows the run and its folder works with.
func (p *pair) job(change ...func(i int, o *jupyter.Options)) *mover.Job {
	p.t.Helper()
	j := &mover.Job{Run: copyRun, Folder: p.folder, Transport: mover.Relay, Now: time.Now}
	for i, s := range []*mover.Side{&j.Source, &j.Replacement} {
		s.Name = []string{"churn", "churn-nbscope"}[i]
		s.Session = p.labs[i].client(func(o *jupyter.Options) {
			for _, f := range change {
				f(i, o)
			}
		})
	}
	return j
}

// proven checks the proof, and what owes nothing to it: find and sha256sum.
func (p *pair) proven(j *mover.Job, before string, left ...string) mover.Result {
	p.t.Helper()
	r, err := j.Prove(p.t.Context(), nil, nil)
	must(p.t, err)
	raw, err := os.ReadFile(r.Differences)
	must(p.t, err)
	if n := strings.Count(string(raw), "\n"); n != len(left) || r.Open() != int64(n) {
		p.t.Errorf("%d differences: %s, %+v", n, raw, r.Comparison)
	}
	for _, l := range left {
		if !strings.Contains(string(raw), l) {
			p.t.Errorf("%s is not among the differences: %s", l, raw)
		}
	}
	if got := p.source.snapshot(p.t); got != before {
		p.t.Errorf("the source is not as it was:\n%s", firstDifference(before, got))
	}
	if got := p.replaced.snapshot(p.t); got != before {
		p.t.Errorf("find and sha256sum see another tree:\n%s", firstDifference(before, got))
	}
	return r
}

// cleaned cleans, and looks that nothing is left.
func (p *pair) cleaned(j *mover.Job) {
	p.t.Helper()
	must(p.t, j.Clean(p.t.Context()))
	for i, h := range []*home{p.source, p.replaced} {
		if left, _ := filepath.Glob(filepath.Join(h.root, "nbscope-*")); len(left) > 0 {
			p.t.Errorf("%q is left", left)
		}
		if n := p.labs[i].count("sessions"); n > 0 {
			p.t.Errorf("%d kernels are left", n)
		}
		if left := slices.DeleteFunc(processes(p.t, h.root), func(s string) bool { return strings.Contains(s, "--port=") }); len(left) > 0 {
			p.t.Errorf("still running: %q", left)
		}
	}
}

// directions are both, between the two generations.
func directions() map[string][2]string {
	return map[string][2]string{
		"from classic notebook": {"classic notebook", "jupyter_server"},
		"from jupyter_server":   {"jupyter_server", "classic notebook"},
	}
}

// TestCopyBetweenNotebooks moves the tree that every known procedure loses something of.
func TestCopyBetweenNotebooks(t *testing.T) {
	t.Parallel()
	for name, d := range directions() {
		for as, user := range map[string]int{"root": 0, "without root": nobody} {
			t.Run(name+", "+as, func(t *testing.T) {
				p := newPair(t, d[0], d[1], user)
				p.source.fill(2000, "1G")
				before := p.source.snapshot(t)
				j := p.job()
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
				defer cancel()
				var phases []mover.Phase
				must(t, j.Copy(ctx, func(q mover.Progress) {
					if len(phases) == 0 || phases[len(phases)-1] != q.Phase {
						phases = append(phases, q.Phase)
						t.Logf("%+v", q)
					}
				}))
				r := p.proven(j, before, `"socket"`)
				t.Logf("%+v", r)
				p.cleaned(j)
			})
		}
	}
}

// TestCopyClientProcess is not a test: it is the client that others kill.
func TestCopyClientProcess(t *testing.T) {
	folder := os.Getenv("NBSCOPE_TEST_FOLDER")
	if folder == "" {
		t.Skip("run by other tests")
	}
	j := &mover.Job{Run: copyRun, Folder: folder, Transport: mover.Relay, Now: time.Now}
	for i, s := range []*mover.Side{&j.Source, &j.Replacement} {
		l := &lab{t: t, base: strings.Fields(os.Getenv("NBSCOPE_TEST_BASES"))[i]}
		s.Session = l.client(nil)
	}
	var phase mover.Phase
	must(t, j.Copy(t.Context(), func(p mover.Progress) {
		if p.Phase != phase {
			phase = p.Phase
			fmt.Println(phase)
		}
	}))
}

// lastLine is the last thing that was said.
func lastLine(said string) string {
	lines := strings.Fields("begin " + said)
	return lines[len(lines)-1]
}

// TestCopyGoesOnAfterItsClientIsKilled kills the process that copies, without a word, at
// random moments. What is left of it is the name of the run's folder.
// NBSCOPE_KILLS says how often.
func TestCopyGoesOnAfterItsClientIsKilled(t *testing.T) {
	t.Parallel()
	k := killing(t, 10)
	for round := 0; k.done < k.most; round++ {
		t.Run(strconv.Itoa(round), func(t *testing.T) {
			from := []string{"from classic notebook", "from jupyter_server"}[round%2]
			d := directions()[from]
			p := newPair(t, d[0], d[1], []int{nobody, 0}[round/2%2])
			p.source.fill(500, "10M")
			p.source.shell(`for i in $(seq 1 12); do head -c 12500000 /dev/urandom >big$i; done`)
			before := p.source.snapshot(t)
			for range 5 {
				cmd := exec.Command(os.Args[0], "-test.run=^TestCopyClientProcess$")
				cmd.Env = append(os.Environ(), "NBSCOPE_TEST_FOLDER="+p.folder, "NBSCOPE_TEST_BASES="+p.labs[0].base+" "+p.labs[1].base)
				if err := k.run(t, "the client, "+from, cmd, 200*time.Millisecond, 6*time.Second, lastLine); err != nil {
					t.Error(err)
				}
			}
			k.copies++
			j := p.job()
			var rounds int
			must(t, j.Copy(t.Context(), func(q mover.Progress) { rounds = q.Round }))
			t.Logf("%d streams in all", rounds)
			p.proven(j, before, `"socket"`)
			p.cleaned(j)
		})
	}
}

// fronted puts AWS's front of the simulation before both servers.
func (p *pair) fronted() (fronts [2]*jupytersim.Notebook, through func(i int, o *jupyter.Options)) {
	p.t.Helper()
	for i, l := range p.labs {
		behind, err := url.Parse(l.base + "/?token=" + jupyterToken)
		must(p.t, err)
		fronts[i], err = jupytersim.Serve(p.t.Context(), jupytersim.Options{Behind: behind, Now: time.Now})
		must(p.t, err)
		p.t.Cleanup(fronts[i].Close)
	}
	return fronts, func(i int, o *jupyter.Options) {
		o.Host, o.Pause = strings.TrimPrefix(fronts[i].Base(), "http://"), 20*time.Millisecond
		o.Presign = func(context.Context) (string, error) { return fronts[i].Presign(), nil }
	}
}

// TestCopyThroughAFrontThatFails has sessions end, websockets drop, pages and errors in
// place of answers, and answers cut off, all the time.
func TestCopyThroughAFrontThatFails(t *testing.T) {
	t.Parallel()
	for name, d := range directions() {
		t.Run(name, func(t *testing.T) {
			p := newPair(t, d[0], d[1], nobody)
			p.source.fill(500, "10M")
			p.source.shell(`for i in $(seq 1 8); do head -c 12500000 /dev/urandom >big$i; done`)
			before := p.source.snapshot(t)
			fronts, through := p.fronted()
			j := p.job(through)
			var mu sync.Mutex
			n := 0
			must(t, j.Copy(t.Context(), func(mover.Progress) {
				mu.Lock()
				defer mu.Unlock()
				n++
				if n > 200 || n%5 != 0 {
					return
				}
				f := fronts[n/5%2]
				switch n / 10 % 4 {
				case 0:
					f.ExpireSessions()
				case 1:
					f.DropSockets()
				case 2:
					f.SetFaults(jupytersim.Faults{Pages: 1, Errors: 2})
				case 3:
					f.SetFaults(jupytersim.Faults{Cuts: 2, CutAt: 3 << 20})
				}
			}))
			p.proven(j, before, `"socket"`)
			p.cleaned(j)
		})
	}
}

// stop ends all that runs in a notebook, its Jupyter too.
func (p *pair) stop(i int) {
	p.labs[i].kill()
	all, err := filepath.Glob("/proc/[0-9]*/cmdline")
	must(p.t, err)
	for _, f := range all {
		raw, err := os.ReadFile(f)
		pid, err2 := strconv.Atoi(strings.Split(f, "/")[2])
		if err == nil && err2 == nil && strings.Contains(string(raw), p.labs[i].root+"/nbscope-") {
			_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended
		}
	}
}

// slow is a line, in bytes a second, on which a copy of some ten parts takes long enough
// for something to happen in its middle.
const slow = 30_000_000

// TestCopyGoesOnAfterANotebookWasStopped stops either notebook in the middle, is told
// so, starts it, and copies what is missing.
func TestCopyGoesOnAfterANotebookWasStopped(t *testing.T) {
	t.Parallel()
	for i, name := range []string{"source", "replacement"} {
		t.Run(name, func(t *testing.T) {
			p := newPair(t, "jupyter_server", "classic notebook", nobody)
			p.source.fill(500, "10M")
			p.source.shell(`for i in $(seq 1 8); do head -c 12500000 /dev/urandom >big$i; done`)
			before := p.source.snapshot(t)
			line := jupyter.NewLine(slow)
			j := p.job(func(_ int, o *jupyter.Options) { o.Tries, o.Pause, o.Line = 2, 50*time.Millisecond, line })
			stopped := false
			s := []*mover.Side{&j.Source, &j.Replacement}[i]
			s.Serves = func(context.Context) error {
				if stopped {
					return errors.New("its status is Stopped")
				}
				return nil
			}
			err := j.Copy(t.Context(), func(q mover.Progress) {
				if q.Phase == mover.Streaming && q.Part > 2 && !stopped {
					stopped = true
					p.stop(i)
				}
			})
			e := &mover.Error{}
			if !errors.Is(err, mover.ErrStopped) || !errors.As(err, &e) || string(e.Side) != name {
				t.Fatalf("%v", err)
			}
			stopped = false
			p.labs[i].start()
			j = p.job()
			must(t, j.Copy(t.Context(), nil))
			p.proven(j, before, `"socket"`)
			p.cleaned(j)
		})
	}
}

// TestCopyWaitsForRoomInANotebook has a source with room for three parts, which become
// free as they are unpacked; and fills the replacement's disk in the middle, and makes
// room once that was said.
func TestCopyWaitsForRoomInANotebook(t *testing.T) {
	t.Parallel()
	for i, name := range []string{"source", "replacement"} {
		t.Run(name, func(t *testing.T) {
			p := newPair(t, "classic notebook", "jupyter_server", nobody)
			h := []*home{p.source, p.replaced}[i]
			disk(t, h.root, []string{"size=115m,mode=0777", "size=180m,mode=0777"}[i])
			must(t, os.Chown(h.root, h.owner, h.owner))
			p.source.shell(`for i in $(seq 1 6); do head -c 12500000 /dev/urandom >big$i; done`)
			p.source.shell(`mkdir many; for i in $(seq 1 2000); do echo $i >many/$i; done`)
			before := p.source.snapshot(t)
			line := jupyter.NewLine(slow)
			j := p.job(func(_ int, o *jupyter.Options) { o.Line = line })
			filled, said := i == 0, i == 0
			ballast := filepath.Join(h.root, "nbscope-"+copyRun, "ballast")
			must(t, j.Copy(t.Context(), func(q mover.Progress) {
				if q.Phase == mover.Streaming && q.Part > 1 && !filled {
					filled = true
					h.shell(`head -c 200000000 /dev/zero >'` + ballast + `' 2>/dev/null || true`) // more than the disk takes
				}
				if !said && strings.Contains(q.Note, "the disk of the "+name+" is full") {
					said = true
					must(t, os.Remove(ballast))
				}
			}))
			if !said {
				t.Error("it never said that the disk is full")
			}
			p.proven(j, before)
			p.cleaned(j)
		})
	}
}

// TestCopyOfABatchSharesOneLine copies two notebooks side by side under one limit, each
// proven alone.
func TestCopyOfABatchSharesOneLine(t *testing.T) {
	t.Parallel()
	const limit, each = 12_000_000, 25_000_000
	line := jupyter.NewLine(limit)
	pairs := [2]*pair{newPair(t, "classic notebook", "jupyter_server", nobody), newPair(t, "jupyter_server", "classic notebook", nobody)}
	var before [2]string
	var jobs [2]*mover.Job
	for i, p := range pairs {
		p.source.shell(fmt.Sprintf(`head -c %d /dev/urandom >big; echo %d >which`, each, i))
		before[i] = p.source.snapshot(t)
		jobs[i] = p.job(func(_ int, o *jupyter.Options) { o.Line = line })
		jobs[i].Line = line
	}
	began := time.Now()
	ended := make(chan error, 2)
	var limited atomic.Int64
	for _, j := range jobs {
		go func() {
			ended <- j.Copy(t.Context(), func(q mover.Progress) {
				if q.Bound == mover.ByLine {
					limited.Add(1)
				}
			})
		}()
	}
	must(t, errors.Join(<-ended, <-ended))
	if took, least := time.Since(began), time.Second*2*each/limit; took < least || limited.Load() == 0 {
		t.Errorf("both took %v, which is less than %v, or it was not said what bounds them (%d times)", took, least, limited.Load())
	}
	for i, p := range pairs {
		p.proven(jobs[i], before[i])
		p.cleaned(jobs[i])
	}
}

// TestCopyWithoutSudo copies a notebook whose root access is said to be enabled, and whose
// sudo is refused, or not there: what only root can read is named, and all else arrives.
func TestCopyWithoutSudo(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		t.Skip("files of root are needed")
	}
	for name, d := range directions() {
		t.Run(name, func(t *testing.T) {
			p := newPair(t, d[0], d[1], nobody)
			p.source.fill(100, "10M")
			p.source.run(`rm socket; mkdir -p shut/in; echo y >shut/in/y; echo secret >secret; chmod 0 shut secret`, 0)
			j := p.job()
			j.Source.Root, j.Replacement.Root = true, true
			s, err := j.Look(t.Context())
			must(t, err)
			var named []string
			for _, u := range s.Source.Unreadable {
				named = append(named, u[0])
			}
			slices.Sort(named)
			if s.Source.Sudo || s.Source.Unread != 2 || !slices.Equal(named, []string{"secret", "shut"}) {
				t.Errorf("%+v", s.Source)
			}
			must(t, j.Copy(t.Context(), nil))
			r, err := j.Prove(t.Context(), nil, nil)
			must(t, err)
			raw, err := os.ReadFile(r.Differences)
			must(t, err)
			if r.Open() != 2 || r.Proven() || strings.Count(string(raw), "\n") != 2 || !strings.Contains(string(raw), `"path":"secret"`) || !strings.Contains(string(raw), `"path":"shut"`) {
				t.Errorf("%+v: %s", r.Comparison, raw)
			}
			p.source.run(`rm -r secret shut; touch -r sym .`, 0)
			before := p.source.snapshot(t)
			if got := p.replaced.snapshot(t); got != before {
				t.Errorf("find and sha256sum see another tree:\n%s", firstDifference(before, got))
			}
			p.cleaned(j)
		})
	}
}
