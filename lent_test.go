//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"syscall"
	"testing"

	"github.com/charmbracelet/x/term"
)

// A command of the user's has the terminal for itself: its keys, its signals, and that it
// is stopped and goes on as a job.

// lends is a configuration with two commands that get the terminal.
func lends(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.yaml")
	const text = `commands:
  - {key: ctrl+o, title: Ask, command: 'printf "abo%s %s\n" ut "$ARN"; read x; echo "go""t-$x"'}
  - {key: L, title: Wait, command: 'echo wa""its; exec sleep 1000'}
  - {key: K, title: Spoil, command: 'stty raw -echo; echo spo""ilt; kill -9 $$'}
  - {key: E, title: Look, wait: true, command: 'echo lo""oks'}
`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestACommandHasTheTerminalForItself(t *testing.T) {
	t.Parallel()
	c := newConsole(t, os.Args[0], "--demo", "--config", lends(t))
	at := c.after(c.after(0, enter), someRow)
	c.keys("\x0f")
	at = c.after(at, leave)
	at = c.after(at, "about arn:aws:sagemaker:")
	c.keys("hello\r")
	at = c.after(at, "got-hello")
	at = c.after(at, enter)
	at = c.after(at, someRow)

	c.keys("E")
	at = c.after(at, "looks")
	at = c.after(at, "press enter to go back")
	c.keys("\r")
	at = c.after(at, enter)
	at = c.after(at, someRow)

	c.keys("L")
	at = c.after(at, "waits")
	c.keys("\x03") // for the command, not for who has lent the terminal
	at = c.after(at, "the command failed: signal: interrupt")
	at = c.after(at, "press enter to go back")
	c.keys("\r")
	at = c.after(at, enter)
	at = c.after(at, "Wait, ")
	at = c.after(at, someRow)
	c.keys("q\r")
	c.after(at, leave)
	c.ends(0)
}

func TestACommandThatDiesLeavesTheTerminalAsItWas(t *testing.T) {
	t.Parallel()
	c := newConsole(t, os.Args[0], "--demo", "--config", lends(t))
	at := c.after(c.after(0, enter), someRow)
	c.keys("L")
	at = c.after(at, "waits")
	before := c.mode()
	c.keys("\x03")
	at = c.after(at, "press enter to go back")
	c.keys("\r")
	at = c.after(c.after(at, enter), someRow)

	c.keys("K")
	at = c.after(at, "spoilt")
	at = c.after(at, "signal: killed")
	at = c.after(at, "press enter to go back")
	c.keys("\r")
	at = c.after(c.after(at, enter), someRow)

	c.keys("L")
	at = c.after(at, "waits")
	c.keys("\x03") // which the terminal makes a signal of
	at = c.after(at, "signal: interrupt")
	at = c.after(at, "press enter to go back")
	c.keys("\r")
	at = c.after(c.after(at, enter), someRow)
	c.keys("q\r")
	c.after(at, leave)
	c.ends(0)
	if got := c.mode(); !reflect.DeepEqual(got, before) {
		t.Errorf("at the end the terminal is %+v, it was %+v", got, before)
	}
}

// mode is how the terminal is set.
func (c *console) mode() *term.State {
	c.t.Helper()
	mode, err := term.GetState(c.master.Fd())
	if err != nil {
		c.t.Fatal(err)
	}
	return mode
}

func TestACommandThatHasTheTerminalEndsWithTheProgram(t *testing.T) {
	t.Parallel()
	c := newConsole(t, os.Args[0], "--demo", "--config", lends(t))
	at := c.after(c.after(0, enter), someRow)
	c.keys("L")
	c.after(at, "waits")
	child := c.child()
	if err := syscall.Kill(c.cmd.Process.Pid, syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	c.ends(143)
	if err := syscall.Kill(child, 0); err == nil {
		t.Errorf("process %d goes on", child)
	}
}

func TestACommandIsStoppedAndGoesOnAsAJob(t *testing.T) {
	t.Parallel()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash")
	}
	c := newConsole(t, bash, "--norc", "--noprofile", "-i")
	at := c.after(0, "READY> ")
	c.keys("\"$NBSCOPE\" --demo --config " + lends(t) + "\r")
	at = c.after(c.after(at, enter), someRow)
	c.keys("\x0f")
	at = c.after(at, "about arn:aws:sagemaker:")
	c.keys("\x1a")
	at = c.after(at, stopped)
	at = c.after(at, "READY> ")
	c.keys("fg\r")
	at = c.after(at, "fg")
	c.keys("again\r")
	at = c.after(at, "got-again")
	at = c.after(at, enter)
	at = c.after(at, someRow)
	c.keys("q\r")
	at = c.after(at, leave)
	c.after(at, "READY> ")
}
