//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
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
		shell := strings.TrimSpace(run(t, env, "tmux", "-S", term.socket, "display-message", "-p", "-t", "main", "#{pane_pid}").stdout)
		programs, _ := os.ReadFile("/proc/" + shell + "/task/" + shell + "/children")
		run(t, env, "tmux", "-S", term.socket, "kill-server")
		// Until then they may write into their folders: the program its cache, the shell its history.
		waitFor(t, "the shell and its program to end with their terminal", func() bool {
			return !slices.ContainsFunc(append(strings.Fields(string(programs)), shell), runs)
		})
		os.RemoveAll(dir)
	})
	term.tmux("new-session", "-d", "-s", "hold", "sleep 3600")
	term.tmux("new-session", "-d", "-s", "main", "-x", fmt.Sprint(width), "-y", fmt.Sprint(height), "env", "PS1=READY> ", "bash", "--norc", "--noprofile", "-i")
	term.until("READY>")
	return term
}

// runs reports whether a process of an id is there, and more than the entry of one
// that ended and that nobody has asked after.
func runs(pid string) bool {
	status, err := os.ReadFile("/proc/" + pid + "/status")
	return pid != "" && err == nil && !strings.Contains(string(status), "\nState:\tZ")
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
	for range 2400 { // a busy machine has two minutes for what takes seconds
		if got = s.screen(); strings.Contains(got, want) {
			return got
		}
		time.Sleep(50 * time.Millisecond)
	}
	s.t.Fatalf("waited two minutes for %q on the screen:\n%s", want, got)
	return ""
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
	term.command("cd " + work + " && stty -g > before && clear && echo HERE")
	term.until("HERE")
	term.command(binary(t) + " --demo")
	term.until("NAME")
	term.loaded()

	term.keys("/")
	term.keys("-l", "net:vpc-only quit") // every key is text while one types, also q
	term.until("net:vpc-only quit")
	for range len(" quit") {
		term.keys("BSpace")
	}
	term.keys("Enter")
	filtered := term.count("Notebooks")
	if filtered.shown == 0 || filtered.shown >= filtered.total {
		t.Errorf("the filter shows %d of %d", filtered.shown, filtered.total)
	}

	term.keys("Enter")
	if got := term.until("Direct internet"); !strings.Contains(got, "Disabled (VPC only)") {
		t.Errorf("the detail does not say that direct internet is off:\n%s", got)
	}
	term.keys("[") // the last section
	term.until(`"DirectInternetAccess": "Disabled"`)
	term.keys("Escape")
	term.gone("DirectInternetAccess")

	term.keys("e")
	term.until("JSON")
	term.keys("-l", "json")
	term.keys("Enter")
	got := term.until("notebooks written to")
	inv := exported(t, work)
	said := regexp.MustCompile(`(\d+) notebooks written to`).FindStringSubmatch(got)
	if len(said) < 2 || said[1] != strconv.Itoa(len(inv.Notebooks)) {
		t.Errorf("the export has %d notebooks, the screen says %v", len(inv.Notebooks), said)
	}
	for _, n := range inv.Notebooks {
		if n.NetworkMode != "vpc-only" {
			t.Errorf("%s was exported with network mode %s", n.Name, n.NetworkMode)
		}
	}

	term.keys("q", "Enter")
	term.until("HERE") // what stood there before the explorer
	// The quotes keep the command line itself from looking like its answer.
	term.command("clear; stty -g > after; cmp before after && echo TERMINAL-'AS'-BEFORE")
	if got = term.until("TERMINAL-AS-BEFORE"); strings.Contains(got, "2004h") {
		t.Errorf("escape sequences were left on the screen:\n%s", got)
	}
	if files, err := os.ReadDir(env["HOME"]); err != nil || len(files) > 0 {
		t.Errorf("the demo left files in HOME: %v %v", files, err)
	}
}

// counts are what the title of a list says.
type counts struct{ shown, total int }

// loaded waits until what the header counts has been the same for two seconds.
func (s *terminal) loaded() {
	s.t.Helper()
	header := regexp.MustCompile(`(\d+)/(\d+) targets · (\d+) notebooks`)
	last, quiet := "", 0
	waitFor(s.t, "the scan to end", func() bool {
		m := header.FindStringSubmatch(s.screen())
		if m == nil {
			return false
		}
		if m[0] == last {
			quiet++
		} else {
			last, quiet = m[0], 0
		}
		return m[3] != "0" && quiet >= 20
	})
}

// count waits for "title shown/total". The world goes on, so the total may move.
func (s *terminal) count(title string) counts {
	s.t.Helper()
	head := regexp.MustCompile(title + ` +(\d+)/(\d+)`)
	var c counts
	waitFor(s.t, "the filtered count", func() bool {
		m := head.FindStringSubmatch(s.screen())
		if m == nil {
			return false
		}
		c.shown, _ = strconv.Atoi(m[1])
		c.total, _ = strconv.Atoi(m[2])
		return c.total > 0
	})
	return c
}

// TestTmuxRefusesWhatCannotDraw starts the explorer where there is no terminal to
// draw on.
func TestTmuxRefusesWhatCannotDraw(t *testing.T) {
	term := openTerminal(t, newEnvironment(t), 100, 30)
	term.command("clear; " + binary(t) + " --demo | cat; echo rc=${PIPESTATUS[0]}")
	if got := term.until("rc=1"); !strings.Contains(got, "nbscope list") {
		t.Errorf("a pipe is not refused with a hint:\n%s", got)
	}
	term.command("clear; TERM=dumb " + binary(t) + " --demo; echo dumb=$?")
	if got := term.until("dumb=1"); !strings.Contains(got, "TERM=dumb cannot draw") {
		t.Errorf("TERM=dumb is not refused with a reason:\n%s", got)
	}
}

// TestMotoTmux opens the explorer on the independent emulator, two accounts and
// three regions, and finds what the AWS CLI built.
func TestMotoTmux(t *testing.T) {
	first, second := motoWorld(t)
	want := motoSees(t, first, second)
	term := openTerminal(t, profiles(t, first), 200, 50)
	term.command("clear; " + binary(t) + " --profile first --profile second " + strings.Join(motoRegions(), " "))
	term.until(fmt.Sprintf("%d notebooks", len(want)))
	term.until("6/6 targets")
	got := term.screen()
	for _, d := range want {
		direct := map[string]string{"Enabled": "on", "Disabled": "off"}[d.DirectInternetAccess]
		row := regexp.MustCompile(regexp.QuoteMeta(d.NotebookInstanceName) + ` .* ` + direct + ` .*` + d.InstanceType)
		if !row.MatchString(got) {
			t.Errorf("%s is not on the screen as the AWS CLI describes it:\n%s", d.NotebookInstanceName, got)
		}
	}
	term.keys("/")
	term.keys("-l", "net:vpc-only")
	term.keys("Enter")
	term.gone("growth-2")
	got = term.until("growth-1")
	for name, shown := range map[string]bool{"fraud-1": true, "risk-1": true, "growth-0": false, "fraud-0": false, "risk-0": false} {
		if strings.Contains(got, name) != shown {
			t.Errorf("with net:vpc-only, %s shown is %v, want %v:\n%s", name, !shown, shown, got)
		}
	}
	term.keys("q", "Enter")
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

// TestTmuxTakesCopies copies in the explorer and pastes in tmux, whatever tmux lets
// programs do with the clipboard.
func TestTmuxTakesCopies(t *testing.T) {
	for _, clipboard := range []string{"off", "external"} {
		term := openTerminal(t, newEnvironment(t), 140, 40)
		term.tmux("set-option", "-g", "set-clipboard", clipboard)
		term.command(binary(t) + " --demo")
		term.until("NAME")
		term.loaded()
		term.keys("y")
		term.until("ARN in tmux's buffer")
		if got := term.tmux("show-buffer"); !strings.HasPrefix(got, "arn:aws:sagemaker:") {
			t.Errorf("with set-clipboard %s tmux's buffer has %q", clipboard, got)
		}
		term.keys("q", "Enter")
		term.until("READY>")
	}
}

// TestTmuxStopsNothingThatNobodyCouldContinue runs the explorer as the only program of
// a window.
func TestTmuxStopsNothingThatNobodyCouldContinue(t *testing.T) {
	term := openTerminal(t, newEnvironment(t), 120, 40)
	term.tmux("kill-session", "-t", "main")
	term.tmux("new-session", "-d", "-s", "main", "-x", "120", "-y", "40", binary(t)+" --demo")
	term.until("NAME")
	term.keys("C-z")
	term.until("there is no shell to return to")
	term.keys("?")
	term.until("Screens")
	term.keys("Escape")
	term.gone("Screens")
	term.keys("q", "Enter")
	waitFor(t, "the window to close", func() bool {
		return run(t, term.env, "tmux", "-S", term.socket, "has-session", "-t", "main").code != 0
	})
}

// TestTmuxCommandsInTheBackground lets commands write to the terminal as jobs in the
// background, which the system stops as soon as one of them reads it or sets it.
func TestTmuxCommandsInTheBackground(t *testing.T) {
	term := openTerminal(t, newEnvironment(t), 120, 40)
	for _, args := range []string{"--help", "list --profil", "man", "list --endpoint-url http://127.0.0.1:1 --region eu-west-1"} {
		term.command("clear; " + binary(t) + " " + args + " >/dev/tty 2>&1 & wait; jobs -s | wc -l | sed 's/^ */STOPPED''-/'") // in two pieces: what is typed is on the screen too
		if got := term.until("STOPPED-"); !strings.Contains(got, "STOPPED-0") {
			t.Errorf("%s in the background is stopped:\n%s", args, got)
		}
	}
}
