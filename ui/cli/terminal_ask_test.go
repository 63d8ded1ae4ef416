//go:build unix

package cli

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/creack/pty"

	"nbscope/model"
)

// typedOn is a terminal on which something was typed, and what comes out of it until it is
// closed.
func typedOn(t *testing.T, typed string) (tty *os.File, out func() string) {
	t.Helper()
	master, tty, err := pty.Open()
	if err != nil {
		t.Skip("no pseudo terminal: ", err)
	}
	t.Cleanup(func() { master.Close(); tty.Close() })
	if err := pty.Setsize(tty, &pty.Winsize{Rows: 24, Cols: 80}); err != nil {
		t.Fatal(err)
	}
	if _, err := master.WriteString(typed); err != nil {
		t.Fatal(err)
	}
	var all bytes.Buffer
	read := make(chan struct{})
	go func() {
		defer close(read)
		_, _ = io.Copy(&all, master) // ends when nothing has the terminal open any more
	}()
	return tty, func() string { tty.Close(); <-read; return all.String() }
}

// TestTheQuestionOfASignInIsAskedOnATerminal, and given up where there is none, or nothing
// is answered.
func TestTheQuestionOfASignInIsAskedOnATerminal(t *testing.T) {
	t.Parallel()
	const given = "given up"
	for name, c := range map[string]struct{ typed, want string }{
		"a code":       {" 123456 \nls\n", "123456"},
		"an empty one": {"\nls\n", given},
		"the end":      {"\x04", given},
	} {
		tty, out := typedOn(t, c.typed)
		got := make(chan string, 1)
		env := &Env{Stdin: tty, Stderr: tty}
		askOnTerminal(env)(model.Question{Prompt: "MFA code\x1b[2J", Answer: func(s string) { got <- s }, Cancel: func() { got <- given }})
		if answer := <-got; answer != c.want {
			t.Errorf("%s: %q, want %q", name, answer, c.want)
		}
		if printed := out(); !strings.Contains(printed, "\r\nMFA code␛[2J: ") || strings.ContainsRune(printed, '\x1b') {
			t.Errorf("%s: it prints %q", name, printed)
		}
	}
	tty, _ := typedOn(t, "123456\n")
	for name, env := range map[string]*Env{"no input": {Stderr: tty}, "no error": {Stdin: tty}} {
		got := make(chan string, 1)
		askOnTerminal(env)(model.Question{Answer: func(s string) { got <- s }, Cancel: func() { got <- given }})
		if answer := <-got; answer != given {
			t.Errorf("%s: %q is answered", name, answer)
		}
	}
}

// TestATerminalIsPutBackAsItWas, by force, where the explorer cannot do it any more.
func TestATerminalIsPutBackAsItWas(t *testing.T) {
	t.Parallel()
	tty, out := typedOn(t, "")
	before, err := term.GetState(tty.Fd())
	if err != nil {
		t.Fatal(err)
	}
	restore := restorer(&Env{Stdin: tty, Stdout: tty, Stderr: tty})
	if _, err := term.MakeRaw(tty.Fd()); err != nil {
		t.Fatal(err)
	}
	restore()
	if after, err := term.GetState(tty.Fd()); err != nil || *after != *before {
		t.Errorf("it was %+v, and is %+v (%v)", before, after, err)
	}
	const told = "nbscope: something was still under way; a run goes on by `nbscope resume`\r\n"
	if got := out(); got != leaveScreen+told {
		t.Errorf("it prints %q", got)
	}
	file, err := os.Create(t.TempDir() + "/in")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if restorer(&Env{Stdin: file, Stdout: file}) != nil {
		t.Error("a file is put back")
	}
}

// TestTheExplorerOnATerminal gives the terminal back when a signal ends it, however soon,
// and draws with the colours and letters that it has.
func TestTheExplorerOnATerminal(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args           []string
		environ        []string
		colours, plain bool
	}{
		"as ever":        {[]string{}, []string{"LC_ALL=C.UTF-8"}, true, false},
		"without colour": {[]string{}, []string{"LC_ALL=C.UTF-8", "NO_COLOR=1", "TMUX=/tmp/none,1,0"}, false, false},
		"in ASCII":       {[]string{"--ascii"}, []string{"LC_ALL=C.UTF-8"}, true, true},
		"by its locale":  {[]string{}, []string{"LC_ALL=C"}, true, true},
	} {
		tty, out := typedOn(t, "")
		signals, begun := make(chan os.Signal, 1), make(chan struct{})
		go func() { <-begun; signals <- syscall.SIGTERM }()
		code := Run(context.Background(), Env{
			Version: "test", Args: c.args, Stdin: tty, Stdout: tty, Stderr: tty, Signals: signals, Now: time.Now,
			Environ: append(c.environ, "HOME="+t.TempDir(), "TERM=xterm-256color"),
			Open: func(context.Context, Settings) (Session, error) {
				return Session{Backend: &stalled{begun: begun}, Close: func() error { return errors.New("the log has gaps") }}, nil
			},
		})
		got := out()
		if code != 143 {
			t.Errorf("%s: it ends with %d", name, code)
		}
		if colours := strings.Contains(got, "\x1b[38;5;") || strings.Contains(got, "\x1b[1;38;5;"); colours != c.colours {
			t.Errorf("%s: it draws in colours: %v", name, colours)
		}
		if plain := !strings.ContainsFunc(got, func(r rune) bool { return r > '~' }); plain != c.plain {
			t.Errorf("%s: it draws in ASCII: %v", name, plain)
		}
		for _, want := range []string{"\x1b[?1049h", "\x1b[?1049l", "nbscope: the log has gaps\r\n", "nbscope: ended by a signal: terminated\r\n"} {
			_, after, found := strings.Cut(got, want)
			if !found {
				t.Fatalf("%s: %q does not follow, but %q", name, want, got)
			}
			got = after
		}
	}
	tty, _ := typedOn(t, "")
	file, err := os.Create(t.TempDir() + "/out")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, env := range []Env{{Stdin: tty, Stdout: file}, {Stdin: file, Stdout: tty}, {Stdin: file, Stdout: file}} {
		if err := needTerminal(&env, func(string) string { return "" }); err == nil || !strings.HasPrefix(err.Error(), "standard input or output is not a terminal: ") {
			t.Errorf("half a terminal will do: %v", err)
		}
	}
	if err := needTerminal(&Env{Stdin: tty, Stdout: tty}, func(string) string { return "" }); err != nil {
		t.Error(err)
	}
}
