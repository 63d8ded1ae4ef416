//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// terminal is a shell in tmux, on a server of its own.
type terminal struct {
	t      *testing.T
	socket string
	env    environment
}

// openTerminal starts a shell of the given size. A second session holds the
// server: without one, ending the last session would end the server under the next.
func openTerminal(t *testing.T, env environment, width, height int) *terminal {
	t.Helper()
	dir, err := os.MkdirTemp("", "nbt") // t.TempDir is too long for a socket's path
	if err != nil {
		t.Fatal(err)
	}
	term := &terminal{t: t, socket: filepath.Join(dir, "s"), env: env}
	t.Cleanup(func() {
		run(t, env, "tmux", "-S", term.socket, "kill-server")
		os.RemoveAll(dir)
	})
	term.tmux("new-session", "-d", "-s", "hold", "sleep 600")
	term.tmux("new-session", "-d", "-s", "main", "-x", fmt.Sprint(width), "-y", fmt.Sprint(height), "env", "PS1=READY> ", "bash", "--norc", "--noprofile", "-i")
	term.until("READY>")
	return term
}

func (s *terminal) tmux(args ...string) string {
	s.t.Helper()
	r := run(s.t, s.env, "tmux", append([]string{"-S", s.socket, "-f", "/dev/null"}, args...)...)
	if r.code != 0 {
		s.t.Fatalf("tmux %v: %s", args, r.stderr)
	}
	return r.stdout
}

func (s *terminal) keys(keys ...string) {
	s.t.Helper()
	s.tmux(append([]string{"send-keys", "-t", "main"}, keys...)...)
}

func (s *terminal) screen() string {
	s.t.Helper()
	return s.tmux("capture-pane", "-p", "-t", "main")
}

// until waits for a text on the screen and returns the screen.
func (s *terminal) until(want string) string {
	s.t.Helper()
	var got string
	waitFor(s.t, fmt.Sprintf("%q on the screen", want), func() bool {
		got = s.screen()
		return strings.Contains(got, want)
	})
	return got
}

// gone waits until a text has left the screen.
func (s *terminal) gone(what string) {
	s.t.Helper()
	waitFor(s.t, fmt.Sprintf("%q to leave the screen", what), func() bool { return !strings.Contains(s.screen(), what) })
}

func (s *terminal) command(line string) { s.t.Helper(); s.keys(line, "Enter") }

// TestTmuxFirstStart drives the shipped binary as a new user would: an empty
// HOME, the demo, explore, filter, detail, export, quit, and a clean terminal.
func TestTmuxFirstStart(t *testing.T) {
	env := newEnvironment(t)
	work := t.TempDir()
	term := openTerminal(t, env, 120, 40)
	term.command("cd " + work + " && clear && stty -g > before")
	term.command(binary(t) + " --demo")
	term.until("NAME")
	term.until("54/60") // replaced below by the demo's own coverage
}

// TestTmuxRefusesWhatCannotDraw starts the explorer where there is no terminal to
// draw on.
func TestTmuxRefusesWhatCannotDraw(t *testing.T) {
	term := openTerminal(t, newEnvironment(t), 100, 30)
	term.command("clear; " + binary(t) + " --demo | cat; echo rc=${PIPESTATUS[0]}")
	if got := term.until("rc="); !strings.Contains(got, "nbscope list") || strings.Contains(got, "rc=0") {
		t.Errorf("a pipe is not refused with a hint:\n%s", got)
	}
	term.command("clear; TERM=dumb " + binary(t) + " --demo; echo dumb=$?")
	if got := term.until("dumb="); !strings.Contains(got, "TERM=dumb") || strings.Contains(got, "dumb=0") {
		t.Errorf("TERM=dumb is not refused with a reason:\n%s", got)
	}
}

// TestMotoTmux opens the explorer on the independent emulator and finds what the
// AWS CLI built.
func TestMotoTmux(t *testing.T) {
	first, _ := motoWorld(t)
	term := openTerminal(t, first, 120, 40)
	term.command("clear; " + binary(t) + " --region us-east-1 --region eu-west-1")
	term.until("growth-2")
	got := term.until("fraud-1")
	for _, name := range []string{"growth-0", "growth-1", "fraud-0"} {
		if !strings.Contains(got, name) {
			t.Errorf("%s is not on the screen:\n%s", name, got)
		}
	}
	term.keys("/")
	term.keys("-l", "net:vpc-only")
	term.keys("Enter")
	term.gone("growth-2")
	got = term.until("growth-1")
	if strings.Contains(got, "growth-0") || !strings.Contains(got, "fraud-1") {
		t.Errorf("the filter shows the wrong notebooks:\n%s", got)
	}
	term.keys("q")
	term.until("READY>")
}

// exported reads the one JSON export in a folder.
func exported(t *testing.T, dir string) inventory {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "nbscope-*.json"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%d exports in %s, want 1 (%v)", len(files), dir, err)
	}
	raw, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	var inv inventory
	if err := json.Unmarshal(raw, &inv); err != nil {
		t.Fatal(err)
	}
	return inv
}
