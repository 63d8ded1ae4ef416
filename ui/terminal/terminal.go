// Package terminal is what there is to know and to do about the terminal beside
// drawing on it: what its environment says, how text gets out of it, an escape key
// over a slow line, and stopping and going on as a shell's job.
package terminal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Kind is what the environment says of a terminal. Nothing is asked of it.
type Kind struct {
	Tmux   bool // a tmux is around it, which has buffers of its own
	Screen bool // a GNU screen is
	Remote bool // it is at the other end of an ssh
	Plain  bool // its locale, or its font, has nothing but ASCII
	Light  bool // its background is light, as far as anything says so
}

// Of reads what the environment says.
func Of(getenv func(string) string) Kind {
	term := getenv("TERM")
	tmux := getenv("TMUX") != ""
	return Kind{
		Tmux:   tmux,
		Screen: !tmux && (getenv("STY") != "" || strings.HasPrefix(term, "screen")),
		Remote: getenv("SSH_TTY") != "" || getenv("SSH_CONNECTION") != "",
		Plain:  term == "linux" || !manyLetters(getenv),
		Light:  light(getenv("COLORFGBG")),
	}
}

// manyLetters reports whether the locale has more letters than ASCII's. Of the
// variables the first that is set counts; where none is, as in many a container,
// nothing is known against it.
func manyLetters(getenv func(string) string) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if locale := getenv(name); locale != "" {
			_, charset, _ := strings.Cut(strings.ToLower(locale), ".")
			charset, _, _ = strings.Cut(charset, "@")
			return charset == "utf-8" || charset == "utf8"
		}
	}
	return true
}

// light reads the colours of text and background that some terminals tell: the last
// one is the background's.
func light(colours string) bool {
	parts := strings.Split(colours, ";")
	return slices.Contains([]string{"7", "11", "14", "15"}, parts[len(parts)-1])
}

// screenString is how much of a sequence GNU screen takes at a time.
const screenString = 76

// Copy is what is written to the terminal to have a text in the clipboard there.
func (k Kind) Copy(s string) string {
	seq := ansi.SetSystemClipboard(s)
	if k.Screen {
		return ansi.ScreenPassthrough(seq, screenString)
	}
	return seq
}

// LoadBuffer puts a text into tmux's newest buffer, from where it is pasted in tmux,
// and has tmux hand it to the terminal around it, as it does unless it is told not to.
func LoadBuffer(ctx context.Context, text string) error {
	var err error
	for _, args := range [][]string{{"load-buffer", "-w", "-"}, {"load-buffer", "-"}} { // tmux before 3.2 knows no -w
		cmd := exec.CommandContext(ctx, "tmux", args...) //nolint:gosec // the arguments are those above
		cmd.Stdin = strings.NewReader(text)
		if err = cmd.Run(); err == nil {
			return nil
		}
	}
	return fmt.Errorf("load tmux's buffer: %w", err)
}

// What is written around the explorer, so that the title of the window comes back.
// Terminals without a stack of titles pass over it.
const (
	KeepTitle = "\x1b[22;2t"
	BackTitle = "\x1b[23;2t"
)

// ErrNoShell is why a program is not stopped that nobody could continue.
var ErrNoShell = errors.New("there is no shell to return to")

// Stop is a command that stops the program as a shell's job.
type Stop struct {
	group bool
	out   io.Writer
}

// SetStdin does nothing: a program that is stopped reads nothing.
func (*Stop) SetStdin(io.Reader) {}

// SetStdout takes the terminal, whose title comes back for the shell.
func (s *Stop) SetStdout(w io.Writer) { s.out = w }

// SetStderr does nothing.
func (*Stop) SetStderr(io.Writer) {}
