//go:build linux

package jupyter

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"nbscope/aws/sim/jupytersim"
)

// oddWords are arguments that a careless command line breaks.
func oddWords() []string {
	return []string{
		"plain", "", " ", "two words", "it's", "'", "''", `"`, `\`, `\\'`, "$HOME", "$(id)", "`id`", "a;b", "a&b", "a|b", "#x", "!!", "~", "*", "-rf", "--",
		"日本", "a=b", "{x,y}", "[a-z]", "%s", "\\n", "\xff\xfe",
	}
}

func TestTheShellTakesArgumentsAsTheyAre(t *testing.T) {
	t.Parallel()
	b := newBench(t, jupytersim.Options{})
	for _, w := range oddWords() {
		if strings.Contains(w, "\xff") {
			continue
		}
		out, code, err := b.c.Shell(t.Context(), `printf "<%s>" "$@"; exit 9`, w, "next")
		if out != "<"+w+"><next>" || code != 9 || err != nil {
			t.Errorf("%q arrives as %q, %d, %v", w, out, code, err)
		}
	}
	for _, w := range []string{"new\nline", "\x03", "tab\t", "\x7f", "\xff"} {
		if _, _, err := b.c.Shell(t.Context(), "true", w); !errors.Is(err, ErrName) {
			t.Errorf("%q: %v", w, err)
		}
	}
	if _, _, err := b.c.Shell(t.Context(), "true", strings.Repeat("x", 5000)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("a long line: %v", err)
	}
	if n := b.nb.Terminals(); n != 1 {
		t.Errorf("%d terminals were used", n)
	}
}

func TestAShellAnswersOverConnectionsThatBreak(t *testing.T) {
	t.Parallel()
	b := newBench(t, jupytersim.Options{})
	b.write("go", "")
	done := make(chan error, 1)
	go func() {
		out, code, err := b.c.Shell(t.Context(), `touch begun; while test -f go; do sleep 0.05; done; echo "survived"; exit 4`)
		if err == nil && (out != "survived\n" || code != 4) {
			err = errors.New(out + strconv.Itoa(code))
		}
		done <- err
	}()
	b.until("the command", func() bool { _, err := os.Stat(filepath.Join(b.nb.Root(), "begun")); return err == nil })
	for range 3 {
		before := b.nb.Calls()["GET /terminals/websocket"]
		b.until("a new connection", func() bool {
			b.nb.DropSockets() // one that is only just being made is not dropped
			return b.nb.Calls()["GET /terminals/websocket"] > before
		})
	}
	b.must(os.Remove(filepath.Join(b.nb.Root(), "go")))
	b.must(<-done)
}

func TestATerminalThatEndedIsReplaced(t *testing.T) {
	t.Parallel()
	b := newBench(t, jupytersim.Options{})
	for range 2 {
		if _, _, err := b.c.Shell(t.Context(), "kill -KILL $PPID"); !errors.Is(err, ErrTemporary) {
			t.Errorf("a command that ends its terminal: %v", err)
		}
		if out, _, err := b.c.Shell(t.Context(), "echo again"); out != "again\n" || err != nil {
			t.Errorf("%q, %v", out, err)
		}
	}
}

func TestATerminalOfAKilledClientEndsByItself(t *testing.T) {
	t.Parallel()
	b := newBench(t, jupytersim.Options{})
	c := b.client(func(o *Options) { o.Linger = time.Second })
	if _, _, err := c.Shell(t.Context(), "true"); err != nil {
		t.Fatal(err)
	}
	c.close() // as if it were killed: nobody says goodbye
	b.until("the end of the terminal", func() bool { return b.nb.Terminals() == 0 })
}

func TestWithoutTerminalsTheReasonIsTold(t *testing.T) {
	t.Parallel()
	b := newBench(t, jupytersim.Options{NoTerminals: true})
	if _, _, err := b.c.Shell(t.Context(), "true"); !errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), "open a terminal") {
		t.Errorf("says %v", err)
	}
}

// begin starts a job that waits for a file, and returns when it runs.
func (b *bench) begin(c *Client, name string) Job {
	b.t.Helper()
	j := newJob(work, name)
	b.must(c.Start(b.t.Context(), j, []byte(`echo run >>runs; while ! test -f "$1"; do sleep 0.05; done; echo over; exit 5`), name+".go"))
	b.until("the job's first line", func() bool {
		at, err := os.Stat(filepath.Join(b.nb.Root(), "runs"))
		return err == nil && at.Size() > 0
	})
	return j
}

func (b *bench) follow(c *Client, j Job) (int, error) {
	return c.Follow(b.t.Context(), j, func(JobState) {})
}

func TestAJobRunsOnceWithItsArgumentsAsTheyAre(t *testing.T) {
	t.Parallel()
	generations(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		words := append(oddWords(), "new\nline", "\ttab", "trailing\n")
		j := newJob(work, "words")
		for range 3 {
			b.must(b.c.Start(ctx, j, []byte(`printf '%s\0' "$@" >words; echo x >>count; echo "to the log"; exit 3`), words...))
		}
		if exit, err := b.follow(b.c, j); exit != 3 || err != nil {
			t.Fatalf("exit %d, %v", exit, err)
		}
		b.must(b.c.Start(ctx, j, []byte(`echo x >>count`)))
		if got := b.read("words"); got != strings.Join(words, "\x00")+"\x00" {
			t.Errorf("the arguments arrived as %q", got)
		}
		if got := b.read("count"); got != "x\n" {
			t.Errorf("it ran %d times", len(lines(got)))
		}
		if out, err := b.c.Output(ctx, j); out != "to the log\n" || err != nil {
			t.Errorf("output %q, %v", out, err)
		}
		b.must(b.c.Clear(ctx, work))
		if _, err := os.Stat(filepath.Join(b.nb.Root(), work)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the folder is still there: %v", err)
		}
		if err := b.c.Start(ctx, j, nil, "zero\x00byte"); !errors.Is(err, ErrName) {
			t.Errorf("a zero byte: %v", err)
		}
	})
}

func TestAJobOutlivesTheConnectionTheClientTheSessionAndTheServer(t *testing.T) {
	t.Parallel()
	b := newBench(t, jupytersim.Options{})
	j := b.begin(b.c, "long")
	b.nb.DropSockets()
	b.must(b.c.Close(t.Context()))
	if b.nb.Terminals() != 0 {
		t.Error("the terminal is still there")
	}
	c := b.client(nil) // another process, which has the job written down
	type end struct {
		exit int
		err  error
	}
	ended, lost := make(chan end), atomic.Int64{}
	go func() {
		exit, err := c.Follow(t.Context(), j, func(s JobState) {
			if s.Lost != nil {
				lost.Add(1)
			}
		})
		ended <- end{exit, err}
	}()
	b.nb.ExpireSessions()
	b.must(b.nb.Restart())
	b.nb.SetFaults(jupytersim.Faults{Errors: 20})
	b.until("word of the loss", func() bool { return lost.Load() > 0 })
	before := b.nb.Calls()["GET /files/"+work]
	b.until("more looks", func() bool { return b.nb.Calls()["GET /files/"+work] > before+20 })
	b.write("long.go", "")
	if e := <-ended; e.exit != 5 || e.err != nil {
		t.Errorf("exit %d, %v", e.exit, e.err)
	}
	if got := b.read("runs"); got != "run\n" {
		t.Errorf("it ran %d times", len(lines(got)))
	}
}

func TestAJobOfAStoppedNotebookIsToldDead(t *testing.T) {
	t.Parallel()
	b := newBench(t, jupytersim.Options{})
	j := b.begin(b.c, "stopped")
	b.nb.Stop()
	if _, err := b.c.Look(t.Context(), j); !errors.Is(err, ErrTemporary) {
		t.Errorf("while it is stopped: %v", err)
	}
	b.must(b.nb.Start())
	if _, err := b.follow(b.c, j); !errors.Is(err, ErrDied) {
		t.Errorf("after its start: %v", err)
	}
	b.must(b.c.Start(t.Context(), j, []byte("echo again >>runs")))
	b.must(b.c.Halt(t.Context(), j))
	if got := b.read("runs"); got != "run\n" {
		t.Errorf("it ran again: %q", got)
	}
	b.must(b.c.Clear(t.Context(), work))
}

func TestAJobWhoseKeeperWasKilledIsDeadWhenNothingOfItRuns(t *testing.T) {
	t.Parallel()
	b := newBench(t, jupytersim.Options{})
	j := b.begin(b.c, "orphan")
	st, err := b.c.Look(t.Context(), j)
	b.must(err)
	b.must(syscall.Kill(st.PID, syscall.SIGKILL))
	if err := b.c.Clear(t.Context(), work); !errors.Is(err, ErrFailed) {
		t.Errorf("cleared away under a script that runs: %v", err)
	}
	b.write("orphan.go", "")
	if _, err := b.follow(b.c, j); !errors.Is(err, ErrDied) {
		t.Errorf("says %v", err)
	}
}

func TestASilentJobThatRunsIsNotDead(t *testing.T) {
	t.Parallel()
	b := newBench(t, jupytersim.Options{})
	j := b.begin(b.c, "silent")
	st, err := b.c.Look(t.Context(), j)
	b.must(err)
	b.must(syscall.Kill(-st.PID, syscall.SIGSTOP)) // as on a machine that swaps
	ended := make(chan error, 1)
	go func() { _, err := b.follow(b.c, j); ended <- err }()
	b.until("looks at the lock", func() bool { return b.nb.Calls()["GET /files/"+work] > 40 })
	select {
	case err := <-ended:
		t.Fatalf("it ended: %v", err)
	default:
	}
	b.must(syscall.Kill(-st.PID, syscall.SIGCONT))
	b.write("silent.go", "")
	b.must(<-ended)
}

func TestHaltEndsEverythingOfAJob(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	b := newBench(t, jupytersim.Options{})
	j := newJob(work, "tree")
	b.must(b.c.Start(ctx, j, []byte("sleep 300 & echo $! >pid; (sleep 300; true) | cat")))
	b.until("its children", func() bool {
		_, err := os.Stat(filepath.Join(b.nb.Root(), "pid"))
		return err == nil && len(b.read("pid")) > 1
	})
	b.must(b.c.Halt(ctx, j))
	if exit, err := b.follow(b.c, j); exit != 143 || err != nil {
		t.Errorf("exit %d, %v", exit, err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(b.read("pid")))
	b.must(err)
	if state, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat"); err == nil && !strings.Contains(string(state), ") Z ") {
		t.Errorf("a child still runs: %s", state)
	}
	b.must(b.c.Halt(ctx, j))
	deaf := newJob(work, "deaf")
	b.must(b.c.Start(ctx, deaf, []byte("trap '' TERM; echo >deaf; sleep 300; sleep 300")))
	b.until("the trap", func() bool { _, err := os.Stat(filepath.Join(b.nb.Root(), "deaf")); return err == nil })
	b.must(b.c.Halt(ctx, deaf))
	b.must(b.c.Clear(ctx, work))
	b.must(b.c.Halt(ctx, deaf))
}

func TestAJobIsNotStartedOverATerminalThatFailsTwice(t *testing.T) {
	t.Parallel()
	b := newBench(t, jupytersim.Options{})
	stop := make(chan struct{})
	go func() {
		for {
			select {
			case <-stop:
				return
			default:
				b.nb.DropSockets()
				_ = pause(t.Context(), 5*time.Millisecond) // the test ends
			}
		}
	}()
	c := b.client(func(o *Options) { o.Tries = 50 })
	j := b.begin(c, "flaky")
	close(stop)
	b.write("flaky.go", "")
	if exit, err := b.follow(c, j); exit != 5 || err != nil {
		t.Errorf("exit %d, %v", exit, err)
	}
	if got := b.read("runs"); got != "run\n" {
		t.Errorf("it ran %d times", len(lines(got)))
	}
}

func TestAJobThatCannotBeStartedIsTriedAsOftenAsIsSaid(t *testing.T) {
	t.Parallel()
	b := newBench(t, jupytersim.Options{})
	behind, err := url.Parse(b.nb.Base())
	b.must(err)
	proxy, asked := httputil.NewSingleHostReverseProxy(behind), atomic.Int64{}
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/terminals" {
			asked.Add(1)
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	defer front.Close()
	c := b.client(func(o *Options) {
		o.Endpoint, o.Tries = front.URL, 4
		o.Presign = func(context.Context) (string, error) {
			return strings.Replace(b.nb.Presign(), b.nb.Base(), front.URL, 1), nil
		}
	})
	if err := c.Start(t.Context(), newJob(work, "never"), []byte("true")); !errors.Is(err, ErrTemporary) || asked.Load() != 4 {
		t.Errorf("after %d terminals that were asked for: %v", asked.Load(), err)
	}
}

// TestAJobWhoseFilesDoNotArriveIsNotStarted has one file arrive, and the next one refused.
func TestAJobWhoseFilesDoNotArriveIsNotStarted(t *testing.T) {
	t.Parallel()
	b := newBench(t, jupytersim.Options{})
	b.nb.SetFaults(jupytersim.Faults{MaxBody: 400})
	if err := b.c.Start(t.Context(), newJob(work, "half"), []byte("true")); !errors.Is(err, ErrTooLarge) {
		t.Errorf("says %v", err)
	}
	if n := b.nb.Calls()["POST /api/terminals"]; n != 0 {
		t.Errorf("%d terminals were opened", n)
	}
}

func TestFoldersThatAreNotOursAreNotWorkedIn(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	b := newBench(t, jupytersim.Options{})
	for _, dir := range []string{"", "data", "nbscope-x/..", "nbscope-x/../data", "/nbscope-x", "nbscope-a b", "nbscope-$x", "nbscope-x/", "nbscope-x//y", "-nbscope", ".nbscope-x", "nbscope-\n"} {
		if err := b.c.Clear(ctx, dir); !errors.Is(err, ErrName) {
			t.Errorf("clear %q: %v", dir, err)
		}
		if err := b.c.Start(ctx, Job{Dir: dir, Name: "x"}, nil); !errors.Is(err, ErrName) {
			t.Errorf("start in %q: %v", dir, err)
		}
		if _, err := b.c.KernelIn(ctx, dir); !errors.Is(err, ErrName) {
			t.Errorf("kernel in %q: %v", dir, err)
		}
	}
	if err := b.c.Start(ctx, Job{Dir: work, Name: "a/b"}, nil); !errors.Is(err, ErrName) {
		t.Errorf("a job's name with a folder: %v", err)
	}
	if len(b.nb.Calls()) != 0 {
		t.Errorf("something was sent: %v", b.nb.Calls())
	}
}

func TestAStatusIsReadOnlyWhenItIsWhole(t *testing.T) {
	t.Parallel()
	pad := func(s string) string { return s + strings.Repeat(" ", 62-len(s)) + ".\n" }
	for text, want := range map[string]JobState{
		pad("new"):                 {Phase: JobNew},
		pad("running 12 3"):        {Phase: JobRunning, PID: 12, Beat: 3},
		pad("exit 0"):              {Phase: JobEnded},
		pad("exit 143"):            {Phase: JobEnded, Exit: 143},
		"":                         {},
		"new":                      {},
		pad(""):                    {},
		pad("exit"):                {},
		pad("exit x"):              {},
		pad("exit 1 2"):            {},
		pad("running 12"):          {},
		pad("done 0"):              {},
		pad("exit 0")[:63]:         {},
		pad("exit 0") + "x":        {},
		pad("exit 0")[:62] + "x\n": {},
	} {
		got, ok := parseStatus([]byte(text))
		if ok != (want.Phase != 0) || (ok && got != want) {
			t.Errorf("%q is %+v, %v", text, got, ok)
		}
	}
}

// TestTheScriptsNeedNothingNewer greps for what Amazon Linux 2 does not have: bash 4.2,
// coreutils 8.22, util-linux 2.30.
func TestTheScriptsNeedNothingNewer(t *testing.T) {
	t.Parallel()
	for _, newer := range []string{"wait -n", "wait -p", "${!", "@Q", "@E", "mapfile -d", "local -n", "declare -n", "EPOCH", "setsid -f", "setsid --fork", "flock --no-fork", "flock -F", "printf '%(", "--sort"} {
		for name, script := range map[string]string{"keep.sh": keeper, "keeperEnd": keeperEnd, "findRoot": findRoot} {
			if strings.Contains(script, newer) {
				t.Errorf("%s uses %q", name, newer)
			}
		}
	}
}

func FuzzQuoteIsOneWordOfBash(f *testing.F) {
	for _, w := range append(oddWords(), "new\nline", "a\rb", "\x1b[0m") {
		f.Add(w)
	}
	f.Fuzz(func(t *testing.T, word string) {
		if strings.Contains(word, "\x00") || len(word) > 10_000 {
			t.Skip("no word of bash")
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		cmd := exec.CommandContext(ctx, "bash", "-c", "printf '%s.' "+Quote(word)+" next")
		cmd.Env = append(os.Environ(), "LC_ALL=C")
		out, err := cmd.Output()
		if string(out) != word+".next." || err != nil {
			t.Errorf("%q becomes %q, %v", word, out, err)
		}
	})
}
