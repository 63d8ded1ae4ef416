package terminal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/x/term"
)

// settle is how long a goroutine of the library has to end that stops the renderer's
// ticker after it has told that the renderer has ended. What the terminal was given away
// for may be over between the two, and the ticker of the renderer that begins anew would
// be stopped, so that nothing is drawn any more. Seen with bubbletea v2.1.1, once in a
// hundred times on a machine that is busy.
const settle = 50 * time.Millisecond

const (
	tailBytes = 4 << 10         // of a command's output that are kept
	tailLines = 3               // of it that are told
	linger    = 2 * time.Second // for what a command that has ended has left writing
	opening   = 4 * time.Second // a program that has not failed by then shows the page
)

// Lent runs a command line of the user's on the terminal, which it has for itself until
// it ends, or ctx does. It is an ExecCommand of the library.
type Lent struct {
	Context context.Context //nolint:containedctx // Run takes none
	Line    string          // for the system's shell
	Env     []string        // name=value; a later one holds
	Wait    bool            // for enter, also where it went well
	In      io.Reader       // what the library says where nil; a file is handed on as it is
	Out     io.Writer
}

// SetStdin takes what the library reads.
func (l *Lent) SetStdin(r io.Reader) {
	if l.In == nil {
		l.In = r
	}
}

// SetStdout takes what the library writes to.
func (l *Lent) SetStdout(w io.Writer) {
	if l.Out == nil {
		l.Out = w
	}
}

// SetStderr does nothing: errors go to the terminal too.
func (*Lent) SetStderr(io.Writer) {}

// Run runs the command. An error is of the shell: its exit status, the signal that ended
// it, or that there is none.
func (l *Lent) Run() error {
	cmd := shell(l.Context, l.Line)
	cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = l.Env, l.In, l.Out, l.Out
	began := time.Now() //nolint:forbidigo // the library's ticker goes by the real clock
	putBack := keepMode(l.In)
	err := cmd.Run()
	putBack()
	if err != nil {
		fmt.Fprintf(l.Out, "\r\nnbscope: the command failed: %v\r\n", err)
	}
	if err != nil || l.Wait {
		fmt.Fprint(l.Out, "\r\nnbscope: press enter to go back")
		awaitEnter(l.Context, l.In)
	}
	<-time.After(settle - time.Since(began)) //nolint:forbidigo // see above
	return err                               //nolint:wrapcheck // it is told beside the title of the command
}

// keepMode returns what gives a terminal back its mode of now. A command that dies leaves
// it as it has made it; the library, which looks at the mode when it takes the terminal
// again, would hand that on to the next command, and at the end to the shell.
func keepMode(in io.Reader) (putBack func()) {
	f, ok := in.(*os.File)
	if !ok {
		return func() {}
	}
	mode, err := term.GetState(f.Fd())
	if err != nil {
		return func() {}
	}
	return func() { _ = term.Restore(f.Fd(), mode) } // nothing else can be done about it
}

// Behind runs a command line of the user's beside the program, away from the terminal,
// and returns the last lines of what it wrote. It ends with ctx, and what it has started
// with it.
func Behind(ctx context.Context, line string, env []string) ([]string, error) {
	cmd := shell(ctx, line)
	out := &tail{}
	cmd.Env, cmd.Stdout, cmd.Stderr, cmd.WaitDelay = env, out, out, linger
	apart(cmd)
	err := cmd.Run()
	if errors.Is(err, exec.ErrWaitDelay) {
		err = nil // it went well, and has left something running
	}
	return out.lines(), err //nolint:wrapcheck // it is told beside the title of the command
}

// tail keeps the end of what is written.
type tail struct{ kept []byte }

func (t *tail) Write(p []byte) (int, error) {
	t.kept = append(t.kept, p[max(0, len(p)-tailBytes):]...)
	if over := len(t.kept) - tailBytes; over > 0 {
		t.kept = append(t.kept[:0], t.kept[over:]...)
	}
	return len(p), nil
}

// lines are the last ones that say something.
func (t *tail) lines() []string {
	var out []string
	for l := range bytes.Lines(t.kept) {
		if s := strings.TrimSpace(string(l)); s != "" {
			out = append(out, s)
		}
	}
	return out[max(0, len(out)-tailLines):]
}

// NoBrowser says why a page is not opened in a browser here, "" where it can be.
func (k Kind) NoBrowser(goos string, getenv func(string) string) string {
	local := goos == "windows" || goos == "darwin"
	switch {
	case k.Remote:
		return "over SSH"
	case !local && getenv("DISPLAY") == "" && getenv("WAYLAND_DISPLAY") == "" && getenv("BROWSER") == "":
		return "without a display"
	}
	return ""
}

// opener is what opens a page in the browser of a system.
func opener(goos string) []string {
	switch goos {
	case "windows":
		return []string{"rundll32", "url.dll,FileProtocolHandler"}
	case "darwin":
		return []string{"open"}
	}
	return []string{"xdg-open"}
}

// Browse returns what opens a page in the browser of a system. The browser may be a child
// of the program that opens it, so that it is not ended with us.
func Browse(goos string) func(ctx context.Context, url string) error {
	return func(ctx context.Context, url string) error {
		words := append(slices.Clone(opener(goos)), url)
		cmd := exec.Command(words[0], words[1:]...) //nolint:gosec,noctx // an opener of the system, and a page of AWS's
		apart(cmd)
		if err := cmd.Start(); err != nil {
			return fmt.Errorf("start %s: %w", words[0], err)
		}
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		select {
		case err := <-ended:
			if err != nil {
				return fmt.Errorf("%s: %w", words[0], err)
			}
		case <-time.After(opening):
		case <-ctx.Done():
		}
		return nil
	}
}
