//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nbscope/aws/jupyter"
	"nbscope/aws/sim/jupytersim"
)

const (
	jupyterToken = "e2e-token-7c1d"
	jupyterWork  = "nbscope-e2e"
)

// oddFileNames are hard for URLs, JSON, shells or screens.
func oddFileNames() []string {
	return []string{"plain", "a b", "a?b#c%20&+;=", "new\nline", "quote'\"`$HOME", "-rf", "日本 🦀", "back\\slash", "x.ipynb", strings.Repeat("n", 200)}
}

func TestJupyterFilesArriveAsTheyAre(t *testing.T) {
	t.Parallel()
	eachLab(t, func(t *testing.T, l *lab) {
		ctx, c := t.Context(), l.client(nil)
		for _, folder := range []string{jupyterWork, jupyterWork + "/odd ? folder"} {
			must(t, c.Mkdir(ctx, folder))
		}
		for _, name := range oddFileNames() {
			at, want := jupyterWork+"/odd ? folder/"+name, "not JSON\x00\xff"+name
			must(t, c.Put(ctx, at, []byte(want)))
			got, err := c.Get(ctx, at, 1000)
			disk, err2 := os.ReadFile(filepath.Join(l.root, at))
			if string(got) != want || string(disk) != want || errors.Join(err, err2) != nil {
				t.Errorf("%q: read %q, on the disk %q, %v, %v", name, got, disk, err, err2)
			}
			if e, err := c.Stat(ctx, at); e.Size != int64(len(want)) || err != nil {
				t.Errorf("%q: %+v, %v", name, e, err)
			}
		}
		if list, err := c.List(ctx, jupyterWork+"/odd ? folder"); len(list) != len(oddFileNames()) || err != nil {
			t.Errorf("%d are listed, %v", len(list), err)
		}
		for _, err := range []error{second(c.Get(ctx, "none", 1)), second(c.Stat(ctx, "none")), second(c.List(ctx, "none"))} {
			if !errors.Is(err, jupyter.ErrNotFound) {
				t.Errorf("of what is not there: %v", err)
			}
		}
		if err := c.Put(ctx, "none/file", nil); !errors.Is(err, jupyter.ErrFailed) {
			t.Errorf("into a folder that is not there: %v", err)
		}
		big := make([]byte, jupyter.MaxPut)
		_, _ = rand.Read(big) // never fails
		must(t, c.Put(ctx, jupyterWork+"/big", big))
		for _, r := range [][2]int{{0, len(big)}, {0, 1}, {1, len(big)}, {1 << 20, 9 << 20}, {len(big), len(big)}} {
			var got strings.Builder
			if n, err := c.Download(ctx, jupyterWork+"/big", int64(r[0]), int64(r[1]), &got); err != nil || got.String() != string(big[r[0]:r[1]]) {
				t.Errorf("%v: %d bytes, %v", r, n, err)
			}
		}
		must(t, c.Clear(ctx, jupyterWork))
		if left, err := os.ReadDir(l.root); len(left) != 0 || err != nil {
			t.Errorf("%v is left, %v", left, err)
		}
	})
}

func second[T any](_ T, err error) error { return err }

func TestJupyterJobsOutliveWhatTheyWereStartedBy(t *testing.T) {
	t.Parallel()
	eachLab(t, func(t *testing.T, l *lab) {
		ctx, c := t.Context(), l.client(nil)
		words := []string{"", "a b", "it's", "new\nline", "$HOME", "-rf", "日本", "\xff\xfe", `\`}
		j := newJob(jupyterWork, "job")
		script := []byte(`printf '%s\0' "$@" >words; echo run >>runs; while ! test -f go; do sleep 0.1; done; echo over; exit 5`)
		must(t, c.Start(ctx, j, script, words...))
		must(t, c.Close(ctx)) // closes the terminal, whose processes are hung up
		if n := l.count("terminals"); n != 0 {
			t.Errorf("%d terminals are left", n)
		}
		c = l.client(nil)
		must(t, c.Start(ctx, j, script, words...))
		type end struct {
			exit int
			err  error
		}
		ended, lost := make(chan end, 1), make(chan struct{}, 1)
		go func() {
			exit, err := c.Follow(ctx, j, func(s jupyter.JobState) {
				if s.Lost != nil {
					select {
					case lost <- struct{}{}:
					default:
					}
				}
			})
			ended <- end{exit, err}
		}()
		l.kill()
		<-lost
		l.start()
		must(t, c.Up(ctx))
		must(t, os.WriteFile(filepath.Join(l.root, "go"), nil, 0o644))
		if e := <-ended; e.exit != 5 || e.err != nil {
			t.Errorf("exit %d, %v", e.exit, e.err)
		}
		got, err := os.ReadFile(filepath.Join(l.root, "words"))
		runs, err2 := os.ReadFile(filepath.Join(l.root, "runs"))
		if string(got) != strings.Join(words, "\x00")+"\x00" || string(runs) != "run\n" || errors.Join(err, err2) != nil {
			t.Errorf("arguments %q, runs %q, %v, %v", got, runs, err, err2)
		}
		if out, err := c.Output(ctx, j); out != "over\n" || err != nil {
			t.Errorf("output %q, %v", out, err)
		}
		endless := newJob(jupyterWork, "endless")
		must(t, c.Start(ctx, endless, []byte("sleep 1000 & sleep 1000 | cat")))
		must(t, c.Halt(ctx, endless))
		if exit, err := c.Follow(ctx, endless, func(jupyter.JobState) {}); exit != 143 || err != nil {
			t.Errorf("halted: exit %d, %v", exit, err)
		}
		must(t, c.Clear(ctx, jupyterWork))
	})
}

func TestJupyterTerminalsOfAKilledClientEnd(t *testing.T) {
	t.Parallel()
	eachLab(t, func(t *testing.T, l *lab) {
		ctx, cancel := context.WithCancel(t.Context())
		c, err := jupyter.New(ctx, jupyter.Options{
			Host: strings.TrimPrefix(l.base, "http://"), Linger: time.Second,
			Presign: func(context.Context) (string, error) { return l.base + "/?token=" + jupyterToken, nil },
		})
		must(t, err)
		must(t, c.Up(ctx))
		if out, code, err := c.Shell(ctx, `echo "$1"; exit 3`, "it's $HOME"); out != "it's $HOME\n" || code != 3 || err != nil {
			t.Errorf("%q, %d, %v", out, code, err)
		}
		cancel() // nobody says goodbye
		for range 300 {
			if l.count("terminals") == 0 {
				return
			}
			time.Sleep(100 * time.Millisecond)
		}
		t.Error("the terminal is still there")
	})
}

func TestJupyterWaysIn(t *testing.T) {
	t.Parallel()
	eachLab(t, func(t *testing.T, l *lab) {
		ctx, c := t.Context(), l.client(nil)
		must(t, c.Mkdir(ctx, jupyterWork))
		if _, err := c.KernelIn(ctx, jupyterWork+"/1/parts"); !errors.Is(err, jupyter.ErrFailed) { // it would write elsewhere
			t.Errorf("in a folder that is not there: %v", err)
		}
		kernel, err := c.KernelIn(ctx, jupyterWork)
		must(t, err)
		data := make([]byte, jupyter.MaxPut)
		_, _ = rand.Read(data) // never fails
		for _, w := range []jupyter.WayIn{c.ContentsIn(jupyterWork), kernel} {
			for _, size := range []int{0, 1, 8<<20 - 1, 8 << 20, 8<<20 + 1, len(data)} {
				must(t, w.Send(ctx, "a part", data[:size]))
				must(t, w.Send(ctx, "a part", data[:size])) // a second time, as after a lost answer
				if got, err := os.ReadFile(filepath.Join(l.root, jupyterWork, "a part")); !bytes.Equal(got, data[:size]) || err != nil {
					t.Errorf("%s: %d bytes differ, %v", w.Name(), size, err)
				}
			}
		}
		must(t, kernel.Close(ctx))
		left, err := c.KernelIn(ctx, jupyterWork) // as by a client that was killed
		must(t, err)
		must(t, left.Send(ctx, "x", nil))
		if n := l.count("sessions"); n != 1 {
			t.Errorf("%d kernels run", n)
		}
		for _, m := range c.Measure(ctx, jupyterWork, jupyter.MaxPut, 2, time.Now) {
			t.Logf("%s: %.0f MB/s in, %.0f MB/s out", m.Way, m.In/1e6, m.Out/1e6)
			must(t, m.Err)
		}
		must(t, os.RemoveAll(filepath.Join(l.root, jupyterWork)))
		if err := left.Send(ctx, "x", nil); !errors.Is(err, jupyter.ErrFailed) {
			t.Errorf("into a folder that is gone: %v", err)
		}
		must(t, c.Clear(ctx, jupyterWork))
		if n := l.count("sessions"); n != 0 {
			t.Errorf("%d kernels are left", n)
		}
	})
}

// TestJupyterBehindAFront puts the front of the simulation before real servers: it ends
// sessions and drops websockets while files are sent and a job is followed.
func TestJupyterBehindAFront(t *testing.T) {
	t.Parallel()
	eachLab(t, func(t *testing.T, l *lab) {
		ctx := t.Context()
		behind, err := url.Parse(l.base + "/?token=" + jupyterToken)
		must(t, err)
		nb, err := jupytersim.Serve(ctx, jupytersim.Options{Behind: behind, Now: time.Now})
		must(t, err)
		t.Cleanup(nb.Close)
		c := l.client(func(o *jupyter.Options) {
			o.Host, o.Pause = strings.TrimPrefix(nb.Base(), "http://"), 20*time.Millisecond
			o.Presign = func(context.Context) (string, error) { return nb.Presign(), nil }
		})
		must(t, c.Mkdir(ctx, jupyterWork))
		j := newJob(jupyterWork, "job")
		must(t, c.Start(ctx, j, []byte(`while ! test -f go; do sleep 0.1; done; exit 5`)))
		ended := make(chan error, 1)
		go func() {
			exit, err := c.Follow(ctx, j, func(jupyter.JobState) {})
			if err == nil && exit != 5 {
				err = fmt.Errorf("exit %d", exit)
			}
			ended <- err
		}()
		kernel, err := c.KernelIn(ctx, jupyterWork)
		must(t, err)
		data := make([]byte, jupyter.MaxPut)
		_, _ = rand.Read(data) // never fails
		for i := range 6 {
			for _, w := range []jupyter.WayIn{c.ContentsIn(jupyterWork), kernel} {
				name := fmt.Sprintf("%s-%d", w.Name(), i)
				sent := make(chan error, 1)
				go func() { sent <- w.Send(ctx, name, data[i:]) }()
				nb.DropSockets()
				if i%2 == 0 {
					nb.ExpireSessions()
				}
				if i%3 == 0 {
					nb.SetFaults(jupytersim.Faults{Pages: 1, Errors: 1, Cuts: 1, CutAt: 10})
				}
				must(t, <-sent)
				if got, err := os.ReadFile(filepath.Join(l.root, jupyterWork, name)); !bytes.Equal(got, data[i:]) || err != nil {
					t.Errorf("%s differs, %v", name, err)
				}
			}
		}
		if out, code, err := c.Shell(ctx, "echo hi"); out != "hi\n" || code != 0 || err != nil {
			t.Errorf("%q, %d, %v", out, code, err)
		}
		must(t, os.WriteFile(filepath.Join(l.root, "go"), nil, 0o644))
		must(t, <-ended)
		must(t, c.Clear(ctx, jupyterWork))
		must(t, c.Close(ctx))
		if n := l.count("terminals") + l.count("sessions"); n != 0 {
			t.Errorf("%d terminals and kernels are left", n)
		}
	})
}

// TestJupyterJobsSpeakOnAFullDisk gives the work a small disk of its own and fills it.
func TestJupyterJobsSpeakOnAFullDisk(t *testing.T) {
	t.Parallel()
	l := startLab(t, generations()["jupyter_server"], 0)
	ctx, c := t.Context(), l.client(nil)
	at := filepath.Join(l.root, jupyterWork)
	must(t, os.Mkdir(at, 0o755))
	disk(t, at, "size=1m")
	j := newJob(jupyterWork, "fill")
	must(t, c.Start(ctx, j, []byte("cat /dev/zero >nbscope-e2e/full; sleep 5; exit 28")))
	beats := map[int]bool{}
	exit, err := c.Follow(ctx, j, func(s jupyter.JobState) { beats[s.Beat] = true })
	if exit != 28 || err != nil || len(beats) < 2 {
		t.Errorf("exit %d, %v, beats %v", exit, err, beats)
	}
	if out, _, err := c.Shell(ctx, `cd nbscope-e2e 2>/dev/null || cd "$JUPYTER_SERVER_ROOT/nbscope-e2e"; df -P . | tail -n 1`); !strings.Contains(out, "100%") || err != nil {
		t.Errorf("df says %q, %v", out, err)
	}
	// What Jupyter says is that its temporary file is gone: whether a disk is full, df tells.
	if err := c.Put(ctx, jupyterWork+"/more", make([]byte, 1<<20)); !errors.Is(err, jupyter.ErrFailed) {
		t.Errorf("writing more says %v", err)
	}
}

// newJob names a job as no other is.
func newJob(dir, name string) jupyter.Job {
	return jupyter.Job{Dir: dir, Name: name + "-" + strings.ToLower(rand.Text()[:8])}
}
