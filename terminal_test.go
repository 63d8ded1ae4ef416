//go:build unix

package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
)

// The whole program on a terminal of the system, byte by byte: what it does to the
// terminal, and how it stops and goes on as a shell's job.

// asProgram makes the test binary the program itself.
const asProgram = "NBSCOPE_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(m.Run()) //nolint:forbidigo // of a test binary
}

// console is a program on a terminal that answers nothing.
type console struct {
	t      *testing.T
	cmd    *exec.Cmd
	master *os.File
	ended  chan struct{}

	mu  sync.Mutex
	out bytes.Buffer
}

func newConsole(t *testing.T, name string, args ...string) *console {
	t.Helper()
	c := &console{t: t, cmd: exec.Command(name, args...), ended: make(chan struct{})}
	c.cmd.Env = []string{
		asProgram + "=1", "HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH"), "TERM=xterm-256color", "PS1=READY> ", "LC_ALL=C.UTF-8",
		"NBSCOPE=" + os.Args[0], "HISTFILE=",
	}
	var err error
	if c.master, err = pty.StartWithSize(c.cmd, &pty.Winsize{Rows: 40, Cols: 120}); err != nil {
		t.Skip("no pseudo terminal: ", err)
	}
	go func() {
		buf := make([]byte, 64<<10)
		for {
			n, err := c.master.Read(buf)
			c.mu.Lock()
			c.out.Write(buf[:n])
			c.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	go func() {
		_ = c.cmd.Wait()
		close(c.ended)
	}()
	t.Cleanup(func() {
		_ = syscall.Kill(-c.cmd.Process.Pid, syscall.SIGKILL)
		<-c.ended
		_ = c.master.Close()
	})
	return c
}

func (c *console) keys(s string) {
	c.t.Helper()
	if _, err := c.master.WriteString(s); err != nil {
		c.t.Fatal(err)
	}
}

// ends waits for the end of the program, and compares its exit code.
func (c *console) ends(want int) {
	c.t.Helper()
	<-c.ended
	if code := c.cmd.ProcessState.ExitCode(); code != want {
		c.t.Errorf("exit code %d, want %d", code, want)
	}
}

// after waits until what is wanted was written behind a place of the output, and
// returns the place behind it.
func (c *console) after(from int, want string) int {
	c.t.Helper()
	for range 1000 {
		c.mu.Lock()
		at := bytes.Index(c.out.Bytes()[from:], []byte(want))
		c.mu.Unlock()
		if at >= 0 {
			return from + at + len(want)
		}
		time.Sleep(20 * time.Millisecond) //nolint:forbidigo // what another process writes tells no one
	}
	left := c.since(from)
	c.t.Fatalf("%q was never written; the last was %q", want, left[max(0, len(left)-300):])
	return 0
}

func (c *console) since(from int) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return string(c.out.Bytes()[from:])
}

const (
	enter, leave       = "\x1b[?1049h", "\x1b[?1049l" // the other screen
	keepTitle, oldBack = "\x1b[22;2t", "\x1b[23;2t"
	mouseOn, mouseOff  = "\x1b[?1002h", "\x1b[?1002l"
	someRow            = "InService"
	stopped            = "]+  Stopped" // as bash puts it
)

func TestTheTerminalIsGivenBackAsItWas(t *testing.T) {
	t.Parallel()
	c := newConsole(t, os.Args[0], "--demo")
	at := c.after(0, keepTitle)
	at = c.after(at, enter)
	c.after(0, "\x1b[>5u") // keys told apart, with their Latin names
	c.after(0, mouseOn)
	at = c.after(at, someRow)
	c.keys("M")
	at = c.after(at, mouseOff)
	c.keys("M")
	at = c.after(at, mouseOn)
	c.keys("q\r")
	at = c.after(at, leave)
	at = c.after(at, "\x1b]2;\a") // the library takes its title away
	c.after(at, oldBack)
	c.ends(0)
}

// TestStoppedWhereNobodyCouldContinueIt is a window of tmux that runs nothing else: the
// system would not stop the program, and whoever waited for it would hang.
func TestStoppedWhereNobodyCouldContinueIt(t *testing.T) {
	t.Parallel()
	c := newConsole(t, os.Args[0], "--demo")
	at := c.after(0, someRow)
	c.keys("\x1a")
	at = c.after(at, "there is no shell to return to")
	if err := syscall.Kill(c.cmd.Process.Pid, syscall.SIGTSTP); err != nil {
		t.Fatal(err)
	}
	c.keys("?") // it goes on as before
	c.after(at, "Screens")
	if got := c.since(at); strings.Contains(got, leave) {
		t.Error("the screen was left, though nothing was stopped")
	}
	c.keys("\x1bq")
	c.keys("\x03")
	<-c.ended
}

// TestItStopsAndGoesOnAsAJob is driven by a real shell: by its own key, and by a signal
// from outside.
func TestItStopsAndGoesOnAsAJob(t *testing.T) {
	t.Parallel()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash")
	}
	c := newConsole(t, bash, "--norc", "--noprofile", "-i")
	at := c.after(0, "READY> ")
	c.keys("stty -g > \"$HOME/before\"; \"$NBSCOPE\" --demo\r")
	at = c.after(c.after(at, enter), someRow)
	for i, stop := range []func(){
		func() { c.keys("\x1a") },
		func() {
			c.t.Helper()
			if err := syscall.Kill(c.child(), syscall.SIGTSTP); err != nil {
				c.t.Fatal(err)
			}
		},
	} {
		stop()
		at = c.after(at, leave)
		at = c.after(at, oldBack)
		at = c.after(at, stopped)
		at = c.after(at, "READY> ")
		c.keys(fmt.Sprintf("stty -g | cmp - \"$HOME/before\" && echo SAME-$((%d+1))\r", i)) // not what is echoed
		at = c.after(at, fmt.Sprintf("SAME-%d", i+1))
		c.keys("fg\r")
		at = c.after(at, keepTitle)
		at = c.after(at, enter)
		at = c.after(at, someRow) // drawn anew
	}
	c.keys("q\r")
	at = c.after(at, leave)
	c.after(at, "READY> ")
}

// child is the process of the shell's one job.
func (c *console) child() int {
	c.t.Helper()
	out, err := exec.Command("ps", "-A", "-o", "ppid=,pid=").Output()
	if err != nil {
		c.t.Fatal(err)
	}
	for l := range strings.SplitSeq(string(out), "\n") {
		var parent, pid int
		if _, err := fmt.Sscan(l, &parent, &pid); err == nil && parent == c.cmd.Process.Pid {
			return pid
		}
	}
	c.t.Fatal("the shell has no job")
	return 0
}
