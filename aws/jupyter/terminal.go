package jupyter

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/coder/websocket"
)

const (
	maxLine   = 3900      // of a command: a terminal that is not read keeps 4,096 bytes of a line
	maxScreen = 256 << 10 // of what a command may print

	recognition = 2 * time.Second // for a terminal to show what was on its screen
)

// terminal is one that this client opened. Its shell ends by itself when nobody types
// for Options.Linger: names of terminals are used again, so that what a killed client
// left could not be closed by name later without the risk of closing the user's own.
type terminal struct {
	name string
	last string // id of the last command: only this client's terminal shows it

	mu     sync.Mutex
	socket *socket
	screen []byte
	fresh  chan struct{} // closed and replaced when something came
}

// Shell runs a few words of bash in a terminal, such as df, and returns what they
// printed, to 256 KiB, with the exit code. The arguments are $1 and so on. The
// connection may break while they run: they are then left running and ErrTemporary is
// returned unless the terminal still tells their end, so the script must bear being
// run twice. The screen shows the line to whoever opens the terminal: no secrets.
func (c *Client) Shell(ctx context.Context, script string, args ...string) (out string, code int, err error) {
	const op = "run in a terminal"
	words := append(make([]string, 0, 3+len(args)), "bash -c", Quote(script), "nbscope")
	for _, a := range args {
		words = append(words, Quote(a))
	}
	line := strings.Join(words, " ")
	if len(line) > maxLine {
		return "", 0, tell(op, "", ErrTooLarge, "a line of %d bytes; upload a script", len(line))
	}
	if strings.ContainsFunc(line, func(r rune) bool { return r < ' ' || r == 0x7f || r == utf8.RuneError }) {
		return "", 0, tell(op, "", ErrName, "a terminal takes no control characters")
	}
	if err := c.console.take(ctx); err != nil {
		return "", 0, c.fail(op, "", ErrTemporary, err)
	}
	defer c.console.give()
	ctx, cancel := context.WithTimeout(ctx, c.opts.Timeout)
	defer cancel()
	for try := 1; ; try++ {
		out, code, err = c.enter(ctx, line)
		switch {
		case !errors.Is(err, errLost):
			return out, code, err
		case try >= c.opts.Tries:
			return "", 0, tell(op, "", ErrTemporary, "%v", err)
		}
	}
}

// errLost: a line was typed into a connection that had broken already.
var errLost = errors.New("the line did not arrive")

// enter types a line and waits for its end.
func (c *Client) enter(ctx context.Context, line string) (out string, code int, err error) {
	t, err := c.openConsole(ctx)
	if err != nil {
		return "", 0, err
	}
	id := rand.Text()
	t.last = id
	// The words that are waited for are put together by printf: the line itself is on
	// the screen too.
	line = fmt.Sprintf("printf 'nbscope-%%s-%s\\n' begin; %s </dev/null; printf 'nbscope-%%s-%s %%d\\n' end $?\r", id, line, id)
	// A line that could not be written is waited for too: the next connection tells
	// whether it arrived.
	_ = t.typeLine(ctx, line)
	out, code, err = c.await(ctx, t, id)
	switch own, ok := errors.AsType[*Error](err); {
	case err == nil, errors.Is(err, errLost):
		return out, code, err
	case ok:
		err = own
	default:
		err = c.fail("run in a terminal", "", ErrTemporary, err)
	}
	return "", 0, errors.Join(err, c.dropConsole(ctx))
}

// openConsole returns the client's terminal, a new one where there is none that lives.
func (c *Client) openConsole(ctx context.Context) (*terminal, error) {
	if t := c.terminal; t != nil && t.lives() {
		return t, nil
	}
	if err := c.dropConsole(ctx); err != nil {
		return nil, err
	}
	var made struct{ Name string }
	k := call{op: "open a terminal", method: http.MethodPost, at: "/api/terminals"}.withJSON(struct{}{})
	if err := c.json(ctx, k, &made); err != nil {
		return nil, err
	}
	t := &terminal{name: made.Name, fresh: make(chan struct{})}
	if err := c.attach(ctx, t); err != nil {
		return nil, errors.Join(err, c.endTerminal(ctx, t.name))
	}
	c.terminal = t
	// The shell is whatever is configured; bash takes its place, without anybody's
	// startup files, and logs out when nothing is typed. Without an echo, what is typed
	// while a command runs is not among its output.
	const takeOver = "exec env TMOUT=%d HISTFILE= bash --norc --noprofile\rstty -echo\r"
	if t.typeLine(ctx, fmt.Sprintf(takeOver, max(1, c.opts.Linger/time.Second))) != nil {
		c.terminal = nil
		return nil, errors.Join(errLost, c.endTerminal(ctx, t.name))
	}
	return t, nil
}

// attach connects to a terminal. What it printed lately comes again.
func (c *Client) attach(ctx context.Context, t *terminal) error {
	t.mu.Lock()
	t.screen = nil
	t.mu.Unlock()
	socket, err := c.dial(ctx, "reach the terminal", "/terminals/websocket/"+url.PathEscape(t.name), t.hear)
	if err != nil {
		return err
	}
	t.mu.Lock()
	t.socket = socket
	t.mu.Unlock()
	return nil
}

// hear takes a frame such as ["stdout", "text"].
func (t *terminal) hear(frame []byte) {
	var parts []json.RawMessage
	var kind, text string
	if json.Unmarshal(frame, &parts) != nil || len(parts) < 2 || json.Unmarshal(parts[0], &kind) != nil ||
		kind != "stdout" || json.Unmarshal(parts[1], &text) != nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.screen = append(t.screen, text...)
	if over := len(t.screen) - 2*maxScreen; over > 0 {
		t.screen = append([]byte(nil), t.screen[over:]...)
	}
	close(t.fresh)
	t.fresh = make(chan struct{})
}

func (t *terminal) look() (screen string, fresh <-chan struct{}, socket *socket) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.screen), t.fresh, t.socket
}

func (t *terminal) lives() bool {
	_, _, k := t.look()
	select {
	case <-k.done:
		return false
	default:
		return true
	}
}

// typeLine sends a line. A connection that does not take it is over.
func (t *terminal) typeLine(ctx context.Context, line string) error {
	_, _, k := t.look()
	frame, err := json.Marshal([]string{"stdin", line})
	if err != nil {
		return err
	}
	if err := k.ws.Write(ctx, websocket.MessageText, frame); err != nil {
		k.end()
		return err
	}
	return nil
}

// await waits for the line that ends a command, over as many connections as it takes.
func (c *Client) await(ctx context.Context, t *terminal, id string) (out string, code int, err error) {
	const op = "run in a terminal"
	for {
		screen, fresh, socket := t.look()
		if out, code, done, err := finished(screen, id); done {
			return out, code, err
		}
		select {
		case <-fresh:
		case <-ctx.Done():
			return "", 0, c.fail(op, "", ErrTemporary, ctx.Err())
		case <-socket.done:
			if screen, _, _ := t.look(); strings.Contains(screen, "nbscope-end-"+id) {
				continue
			}
			if err := c.reattach(ctx, t, id); err != nil {
				return "", 0, err
			}
		}
	}
}

// reattach connects to a terminal again whose connection broke, and asks whether the
// line had arrived: the shell answers after the command, or at once if there is none.
func (c *Client) reattach(ctx context.Context, t *terminal, id string) error {
	for try := 1; ; try++ {
		err := c.attach(ctx, t)
		if err == nil {
			_ = t.typeLine(ctx, "printf 'nbscope-%s-"+id+"\\n' idle\r") // a connection that broke again is seen by the caller
		}
		if errors.Is(err, ErrNotFound) {
			return tell("reach the terminal", "", ErrTemporary, "it ended")
		}
		if !errors.Is(err, ErrTemporary) || try >= c.opts.Tries || pause(ctx, c.opts.Pause<<min(try, 4)) != nil {
			return err
		}
	}
}

// finished finds a command's output on the screen. The line as it was typed is there
// too, but does not hold these words.
func finished(screen, id string) (out string, code int, done bool, err error) {
	const op = "run in a terminal"
	before, after, ended := strings.Cut(screen, "nbscope-end-"+id+" ")
	number, _, whole := strings.Cut(after, "\n")
	if !ended && strings.Contains(screen, "nbscope-idle-"+id) {
		return "", 0, true, errLost
	}
	if !ended || !whole {
		return "", 0, false, nil
	}
	code, err = strconv.Atoi(strings.TrimSpace(number))
	if err != nil {
		return "", 0, true, tell(op, "", ErrFailed, "its end could not be read")
	}
	_, out, begun := strings.Cut(before, "nbscope-begin-"+id)
	_, out, line := strings.Cut(out, "\n")
	if !begun || !line || len(out) > maxScreen {
		return "", code, true, tell(op, "", ErrTooLarge, "what it printed is not all there any more")
	}
	return strings.ReplaceAll(out, "\r\n", "\n"), code, true, nil
}

// dropConsole lets the terminal go, and ends it in the notebook if it is certain that
// nobody else's has taken its name. Otherwise its shell ends by itself.
func (c *Client) dropConsole(ctx context.Context) error {
	t := c.terminal
	if t == nil {
		return nil
	}
	c.terminal = nil
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.opts.Timeout)
	defer cancel()
	ours := t.lives() || c.recognize(ctx, t)
	_, _, k := t.look()
	k.close()
	if !ours {
		return nil
	}
	return c.endTerminal(ctx, t.name)
}

// recognize looks whether the terminal of that name is still this client's: the last
// command is on its screen.
func (c *Client) recognize(ctx context.Context, t *terminal) bool {
	if t.last == "" || c.attach(ctx, t) != nil {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, recognition)
	defer cancel()
	for {
		screen, fresh, socket := t.look()
		if strings.Contains(screen, t.last) {
			return true
		}
		select {
		case <-fresh:
		case <-socket.done:
			return false
		case <-ctx.Done():
			return false
		}
	}
}

// closeConsole ends the client's terminal, after the command that runs in it.
func (c *Client) closeConsole(ctx context.Context) error {
	if err := c.console.take(ctx); err != nil {
		return c.fail("close the terminal", "", ErrTemporary, err)
	}
	defer c.console.give()
	return c.dropConsole(ctx)
}

func (c *Client) endTerminal(ctx context.Context, name string) error {
	err := c.json(ctx, call{op: "close the terminal", method: http.MethodDelete, at: "/api/terminals/" + url.PathEscape(name), repeat: true}, nil)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}
