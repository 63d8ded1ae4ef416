//go:build e2e

package e2e

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// started is a running nbscope whose standard output nobody reads.
type started struct {
	cmd    *exec.Cmd
	stderr bytes.Buffer
	ended  chan struct{}
}

func startUnread(t *testing.T, env environment, args ...string) *started {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	s := &started{cmd: exec.Command(binary(t), args...), ended: make(chan struct{})}
	s.cmd.Env, s.cmd.Stdout, s.cmd.Stderr = env.list(), w, &s.stderr
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	t.Cleanup(func() { _ = s.cmd.Process.Kill(); <-s.ended; r.Close() })
	go func() { defer close(s.ended); _ = s.cmd.Wait() }()
	return s
}

// within waits for the end, which the program owes: this is no measurement.
func (s *started) within(t *testing.T, limit time.Duration) {
	t.Helper()
	select {
	case <-s.ended:
	case <-time.After(limit):
		t.Fatalf("%v goes on after %s: %s", s.cmd.Args, limit, s.stderr.String())
	}
}

// The limits are generous: the program promises five seconds on an idle machine.
const patient = 20 * time.Second

func TestSimNothingKeepsTheProgramFromEnding(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	env = env.with(startSim(t, "--accounts", "1", "--regions", "2", "--notebooks", "300"))
	for name, c := range map[string]struct {
		signals []syscall.Signal
		code    int
	}{
		"one interrupt": {[]syscall.Signal{syscall.SIGINT}, 130}, "two": {[]syscall.Signal{syscall.SIGINT, syscall.SIGINT}, 130},
		"terminated": {[]syscall.Signal{syscall.SIGTERM}, 143}, "hung up": {[]syscall.Signal{syscall.SIGHUP}, 129},
	} {
		t.Run(name, func(t *testing.T) {
			s := startUnread(t, env, "list", "-o", "json", "--no-cache")
			time.Sleep(3 * time.Second) // until it has filled the pipe
			for _, sig := range c.signals {
				if err := s.cmd.Process.Signal(sig); err != nil {
					t.Fatal(err)
				}
			}
			s.within(t, patient)
			if code := s.cmd.ProcessState.ExitCode(); code != c.code {
				t.Errorf("it ended with %d, want %d: %s", code, c.code, s.stderr.String())
			}
		})
	}
}

func TestSimPipesAndLocksAreNotWaitedFor(t *testing.T) {
	t.Parallel()
	env := newEnvironment(t)
	env = env.with(startSim(t, "--accounts", "1", "--regions", "2", "--notebooks", "5"))
	if r := run(t, env, binary(t), "list"); r.code != 0 {
		t.Fatalf("exit %d: %s", r.code, r.stderr)
	}
	locks, err := filepath.Glob(filepath.Join(env["HOME"], ".cache", "nbscope", "*", "lock"))
	if err != nil || len(locks) != 1 {
		t.Fatalf("the cache's locks are %v (%v)", locks, err)
	}
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	lock, err := os.Open(locks[0])
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args []string
		code int
		says string
	}{
		"a configuration": {[]string{"list", "--config", pipe}, 2, "it is not a regular file"},
		"a log":           {[]string{"list", "--log-file", pipe}, 1, "it is not a regular file"},
		"a plan":          {[]string{"apply", pipe, "--approve", "1-x"}, 2, "it is not a regular file"},
		"a held lock":     {[]string{"list"}, 0, "another nbscope has held it for too long"},
	} {
		r := runWithin(t, patient, env, binary(t), c.args...)
		if r.code != c.code || !strings.Contains(r.stderr, c.says) {
			t.Errorf("%s: exit %d, want %d: %s", name, r.code, c.code, r.stderr)
		}
	}
}

// The explorer gives a terminal back as it was, and the demo leaves nothing behind.
func TestTmuxASignalEndsTheExplorer(t *testing.T) {
	env := newEnvironment(t)
	temp := t.TempDir()
	env = env.with(environment{"TMPDIR": temp})
	term := openTerminal(t, env, 100, 30)
	for sig, code := range map[syscall.Signal]string{syscall.SIGINT: "130", syscall.SIGTERM: "143", syscall.SIGHUP: "129"} {
		term.keys("clear; stty -g > before; "+binary(t)+" --demo; echo code $?; stty -g > after; cmp before after && echo SAME", "Enter")
		term.until("Notebooks ")
		if left, _ := os.ReadDir(temp); len(left) != 1 {
			t.Errorf("the demo has %d folders", len(left))
		}
		shell := strings.TrimSpace(term.tmux("display", "-p", "-t", "main", "#{pane_pid}"))
		pid, err := strconv.Atoi(strings.TrimSpace(run(t, env, "pgrep", "-P", shell).stdout))
		if err != nil {
			t.Fatal(err)
		}
		if err := syscall.Kill(pid, sig); err != nil {
			t.Fatal(err)
		}
		term.until("SAME")
		if got := term.screen(); !strings.Contains(got, "code "+code) {
			t.Errorf("after %s the screen says %s", sig, got)
		}
		if modes := strings.TrimSpace(term.tmux("display", "-p", "-t", "main", "#{alternate_on} #{cursor_flag} #{mouse_any_flag}")); modes != "0 1 0" {
			t.Errorf("after %s the terminal's modes are %s", sig, modes)
		}
		if left, _ := os.ReadDir(temp); len(left) != 0 {
			t.Errorf("after %s the demo leaves %v", sig, left)
		}
	}
}
