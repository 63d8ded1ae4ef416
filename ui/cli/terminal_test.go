//go:build unix

package cli

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"

	"nbscope/model"
	"nbscope/model/report"
	"nbscope/ui/text"
)

// onTerminal runs the command line on a terminal that nobody answers on. It returns
// what came out of the terminal, and what was typed ahead and is still there to be
// read by the shell.
func onTerminal(t *testing.T, term string, width int, env Env, typed string) (out, ahead string, code int) {
	t.Helper()
	master, tty, err := pty.Open()
	if err != nil {
		t.Skip("no pseudo terminal: ", err)
	}
	defer master.Close()
	defer tty.Close()
	if err := pty.Setsize(tty, &pty.Winsize{Rows: 24, Cols: uint16(width)}); err != nil {
		t.Fatal(err)
	}
	if _, err := master.WriteString(typed); err != nil {
		t.Fatal(err)
	}
	env.Version, env.Stdin, env.Stdout, env.Stderr = "test", tty, tty, tty
	env.Environ = []string{"HOME=" + t.TempDir(), "TERM=" + term, "LC_ALL=C"}
	var all bytes.Buffer
	read := make(chan struct{})
	go func() {
		defer close(read)
		_, _ = io.Copy(&all, master) // ends when nothing has the terminal open any more
	}()
	code = Run(context.Background(), env)
	ahead = stillThere(t, tty)
	_ = tty.Close()
	<-read
	return all.String(), ahead, code
}

// stillThere reads the line that is there to be read on a terminal, without waiting for one.
func stillThere(t *testing.T, tty *os.File) string {
	t.Helper()
	fd := int(tty.Fd())
	if err := unix.SetNonblock(fd, true); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 4096)
	n, err := unix.Read(fd, buf)
	if err != nil && !errors.Is(err, unix.EAGAIN) {
		t.Fatal(err)
	}
	return string(buf[:max(0, n)])
}

// TestNoCommandAsksTheTerminalAnything runs each command on a terminal, where nothing
// is to be written that a terminal answers to, moves by or colours by, nor in letters
// that its locale does not have, and where what was typed ahead stays for the shell.
func TestNoCommandAsksTheTerminalAnything(t *testing.T) {
	t.Parallel()
	const ahead = "typed ahead\n"
	scanned := 0
	env := func(args []string) Env {
		var asked model.ScanRequest
		return Env{
			Args: args, NewRunID: func() string { return "7f3c2a9be1d0" },
			Now:  func() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) },
			Runs: func() (RunLister, error) { return kept{aRun("7f3c2a9be1d0", nil)}, nil },
			Open: func(context.Context, Settings) (Session, error) {
				scanned++
				return Session{Backend: &backend{batches: world(), asked: &asked}, Close: func() error { return nil }}, nil
			},
			Simulate: func(_ context.Context, _ SimSettings, stdout, _ io.Writer) error {
				_, err := io.WriteString(stdout, "export AWS_REGION=us-east-1\n")
				return err //nolint:wrapcheck // of a test
			},
		}
	}
	for _, c := range []struct {
		line string
		code int
		says string
	}{
		{"list", ExitPartial, "alpha"}, {"list --summary account", ExitPartial, "prod-ml"}, {"list -o json", ExitPartial, `"schema"`},
		{"show alpha", ExitOK, "alpha"}, {"show beta", ExitFailed, "no notebook instance"},
		{"plan alpha", ExitOK, "alpha"}, {"apply nowhere.json", ExitUsage, "the plan"},
		{"runs", ExitOK, "7f3c2a9be1d0"}, {"runs show 7f3c", ExitOK, "churn-model"}, {"resume 7f3c --until wait", ExitFailed, ""},
		{"sim", ExitOK, "export"}, {"man", ExitOK, ".TH"}, {"completion bash", ExitOK, "complete"}, {"completion zsh", ExitOK, "compdef"},
		{"--help", ExitOK, "Usage:"}, {"list --help", ExitOK, "Flags:"}, {"help plan", ExitOK, "plan NAME"}, {"help lst", ExitUsage, "did you mean"},
		{"--version", ExitOK, "test"}, {"lst", ExitUsage, "did you mean"}, {"list --profil", ExitUsage, "did you mean"}, {"__complete list -o ''", ExitOK, ""},
	} {
		for _, term := range []string{"xterm-256color", "dumb", ""} {
			if c.line == "resume 7f3c --until wait" && term != "dumb" {
				continue // it takes the journals' lock; once is enough
			}
			out, left, code := onTerminal(t, term, 80, env(strings.Fields(c.line)), ahead)
			if strings.ContainsRune(out, '\x1b') {
				t.Errorf("TERM=%s nbscope %s writes escape sequences: %q", term, c.line, out)
			}
			if at := strings.IndexFunc(out, func(r rune) bool { return r > '~' }); at >= 0 && !strings.HasPrefix(c.line, "completion") { // scripts for a shell to read
				t.Errorf("LC_ALL=C nbscope %s writes %q", c.line, out[at:])
			}
			if left != ahead {
				t.Errorf("TERM=%s nbscope %s leaves %q of what was typed ahead", term, c.line, left)
			}
			if c.code != code && c.line != "resume 7f3c --until wait" || !strings.Contains(out, c.says) {
				t.Errorf("TERM=%s nbscope %s ends with %d, want %d; it says %q", term, c.line, code, c.code, out)
			}
		}
	}
	if scanned == 0 {
		t.Error("nothing was scanned: no command got to its work")
	}
}

// TestTheExplorerRefusesATerminalThatCannotDraw asks it nothing either.
func TestTheExplorerRefusesATerminalThatCannotDraw(t *testing.T) {
	t.Parallel()
	out, left, code := onTerminal(t, "dumb", 80, Env{Args: []string{}, Now: time.Now}, "x\n")
	if code != ExitFailed || strings.ContainsRune(out, '\x1b') || !strings.Contains(out, "nbscope list") || left != "x\n" {
		t.Errorf("exit %d, %q, and %q is left", code, out, left)
	}
}

// TestProgressShowsOnATerminalAlone draws it over and over on one line without escape
// sequences, and takes it away.
func TestProgressShowsOnATerminalAlone(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	var b strings.Builder
	p := &progressLine{w: &b, now: func() time.Time { now = now.Add(time.Second); return now }}
	long, short := model.NewInventory(), model.NewInventory()
	long.Begin(1, nil)
	for _, batch := range world() {
		batch.Generation = 1
		long.Apply(batch)
	}
	p.show(model.Batch{}, long)
	p.show(model.Batch{}, short)
	p.clear()
	p.clear()
	line := "2/2 targets, 2 notebooks"
	if want := "\r" + line + "\r" + strings.Repeat(" ", len(line)) + "\r"; b.String() != want {
		t.Errorf("it writes %q, want %q", b.String(), want)
	}
	if o := command(t, world(), "list"); strings.Contains(o.stderr, "targets") || strings.ContainsAny(o.stderr+o.stdout, "\r\x1b") {
		t.Errorf("progress in a file: %q", o.stderr)
	}
}

// TestHelpFitsTheTerminal prints the help of every command at several widths.
func TestHelpFitsTheTerminal(t *testing.T) {
	t.Parallel()
	env := Env{Environ: []string{"HOME=" + t.TempDir()}}
	root := newRoot(&env)
	root.InitDefaultCompletionCmd()
	commands := append(root.Commands(), root)
	for _, c := range root.Commands() {
		commands = append(commands, c.Commands()...)
	}
	for _, width := range []int{40, 60, 80, 132, 0} {
		for _, c := range commands {
			var b bytes.Buffer
			showHelp(c, &b, width)
			room := min(width, widest)
			if width == 0 {
				room = plainWidth
			}
			verbatim := c.Long + "\n" + c.Example + "\n" + c.UseLine() // commands and tables keep their lines
			for l := range strings.SplitSeq(b.String(), "\n") {
				if text.Width(l) > room && !strings.Contains(verbatim, strings.TrimSpace(l)) {
					t.Errorf("%s --help at %d columns has the line %q", c.CommandPath(), width, l)
				}
			}
			for _, bad := range []string{"`", " STRING", " INT", "DURATION ", "[name]", "STRINGS", "STRINGARRAY"} {
				if _, flags, _ := strings.Cut(b.String(), "\nFlags:\n"); strings.Contains(flags, bad) {
					t.Errorf("%s --help has %q:\n%s", c.CommandPath(), bad, flags)
				}
			}
		}
	}
}

// TestRunsThatAreWatchedStandInOnePlaceOnATerminal has the table drawn over the one before;
// what is for programs is never drawn over.
func TestRunsThatAreWatchedStandInOnePlaceOnATerminal(t *testing.T) {
	t.Parallel()
	for format, want := range map[report.Format]int{report.Table: 2, report.CSV: 0} {
		master, tty, err := pty.Open()
		if err != nil {
			t.Skip("no pseudo terminal: ", err)
		}
		ctx, end := context.WithCancel(t.Context())
		env := Env{Stdout: tty, Now: time.Now, Runs: func() (RunLister, error) { return &changing{stop: end}, nil }}
		read := make(chan string)
		go func() {
			all, _ := io.ReadAll(master) // an error is the end of a terminal
			read <- string(all)
		}()
		every := make(chan time.Time)
		go func() {
			for ctx.Err() == nil {
				select {
				case every <- time.Now():
				case <-ctx.Done():
				}
			}
		}()
		_ = watchRuns(ctx, &env, format, every) // it ends when it is told to
		end()
		_ = tty.Close()
		out := <-read
		_ = master.Close()
		if got := strings.Count(out, "\x1b[H\x1b[2J"); got != want {
			t.Errorf("%s: it was drawn over %d times, want %d:\n%q", format, got, want, out)
		}
	}
}
