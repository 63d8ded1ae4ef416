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

// console is the terminal that commands are typed into, one at a time.
type console struct {
	wire     *wire
	typing   lock      // held while a command is typed and answered
	terminal *terminal // nil before the first command
}

// terminal is one that this client opened. Its shell ends by itself when nobody types
// for Options.Linger: names of terminals are used again, so that what a killed client
// left could not be closed by name later without the risk of closing the user's own.
type terminal struct {
	wire *wire
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
func (c *console) Shell(ctx context.Context, script string, args ...string) (out string, code int, err error) {
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
	if err := c.typing.take(ctx); err != nil {
		return "", 0, c.wire.secrets.fail(op, "", ErrTemporary, err)
	}
	defer c.typing.give()
	ctx, cancel := context.WithTimeout(ctx, c.wire.opts.Timeout)
	defer cancel()
	for try := 1; ; try++ {
		out, code, err = c.enter(ctx, line)
		switch {
		case !errors.Is(err, errLost):
			return out, code, err
		case try >= c.wire.opts.Tries:
			return "", 0, tell(op, "", ErrTemporary, "%v", err)
		}
	}
}

// errLost: a line was typed into a connection that had broken already.
var errLost = errors.New("the line did not arrive")

// enter types a line and waits for its end.
func (c *console) enter(ctx context.Context, line string) (out string, code int, err error) {
	t, err := c.open(ctx)
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
	out, code, err = t.await(ctx, id)
	switch own, ok := errors.AsType[*Error](err); {
	case err == nil, errors.Is(err, errLost):
		return out, code, err
	case ok:
		err = own
	default:
		err = c.wire.secrets.fail("run in a terminal", "", ErrTemporary, err)
	}
	return "", 0, errors.Join(err, c.drop(ctx))
}

// open returns the client's terminal, a new one where there is none that lives.
func (c *console) open(ctx context.Context) (*terminal, error) {
	if t := c.terminal; t != nil && t.lives() {
		return t, nil
	}
	if err := c.drop(ctx); err != nil {
		return nil, err
	}
	var made struct{ Name string }
	k := call{op: "open a terminal", method: http.MethodPost, at: "/api/terminals"}.withJSON(struct{}{})
	if err := c.wire.json(ctx, k, &made); err != nil {
		return nil, err
	}
	t := &terminal{wire: c.wire, name: made.Name, fresh: make(chan struct{})}
	if err := t.attach(ctx); err != nil {
		return nil, errors.Join(err, t.end(ctx))
	}
	c.terminal = t
	// The shell is whatever is configured; bash takes its place, without anybody's
	// startup files, and logs out when nothing is typed. Without an echo, what is typed
	// while a command runs is not among its output.
	const takeOver = "exec env TMOUT=%d HISTFILE= bash --norc --noprofile\rstty -echo\r"
	if t.typeLine(ctx, fmt.Sprintf(takeOver, max(1, c.wire.opts.Linger/time.Second))) != nil {
		c.terminal = nil
		return nil, errors.Join(errLost, t.end(ctx))
	}
	return t, nil
}

// attach connects to a terminal. What it printed lately comes again.
func (t *terminal) attach(ctx context.Context) error {
	t.mu.Lock()
	t.screen = nil
	t.mu.Unlock()
	socket, err := t.wire.dial(ctx, "reach the terminal", "/terminals/websocket/"+url.PathEscape(t.name), t.hear)
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
func (t *terminal) await(ctx context.Context, id string) (out string, code int, err error) {
	const op = "run in a terminal"
	for {
		screen, fresh, socket := t.look()
		if out, code, done, err := finished(screen, id); done {
			return out, code, err
		}
		select {
		case <-fresh:
		case <-ctx.Done():
			return "", 0, t.wire.secrets.fail(op, "", ErrTemporary, ctx.Err())
		case <-socket.done:
			if screen, _, _ := t.look(); strings.Contains(screen, "nbscope-end-"+id) {
				continue
			}
			if err := t.reattach(ctx, id); err != nil {
				return "", 0, err
			}
		}
	}
}

// reattach connects to a terminal again whose connection broke, and asks whether the
// line had arrived: the shell answers after the command, or at once if there is none.
func (t *terminal) reattach(ctx context.Context, id string) error {
	for try := 1; ; try++ {
		err := t.attach(ctx)
		if err == nil {
			_ = t.typeLine(ctx, "printf 'nbscope-%s-"+id+"\\n' idle\r") // a connection that broke again is seen by the caller
		}
		if errors.Is(err, ErrNotFound) {
			return tell("reach the terminal", "", ErrTemporary, "it ended")
		}
		if !t.wire.opts.again(ctx, try, err) {
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

// drop lets the terminal go, and ends it in the notebook if it is certain that
// nobody else's has taken its name. Otherwise its shell ends by itself.
func (c *console) drop(ctx context.Context) error {
	t := c.terminal
	if t == nil {
		return nil
	}
	c.terminal = nil
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.wire.opts.Timeout)
	defer cancel()
	ours := t.lives() || t.recognize(ctx)
	_, _, k := t.look()
	k.close()
	if !ours {
		return nil
	}
	return t.end(ctx)
}

// recognize looks whether the terminal of that name is still this client's: the last
// command is on its screen.
func (t *terminal) recognize(ctx context.Context) bool {
	if t.last == "" || t.attach(ctx) != nil {
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

// close ends the client's terminal, after the command that runs in it.
func (c *console) close(ctx context.Context) error {
	if err := c.typing.take(ctx); err != nil {
		return c.wire.secrets.fail("close the terminal", "", ErrTemporary, err)
	}
	defer c.typing.give()
	return c.drop(ctx)
}

// end ends the terminal in the notebook.
func (t *terminal) end(ctx context.Context) error {
	return t.wire.delete(ctx, "close the terminal", "", "/api/terminals/"+url.PathEscape(t.name))
}

// Root is the path, inside the notebook, of the folder that Jupyter serves, asked of a
// terminal, which may begin elsewhere. seen is a file or folder below it whose name
// nothing else has.
func (c *console) Root(ctx context.Context, seen string) (string, error) {
	const op = "find the folder that Jupyter serves"
	if err := checkWork(op, seen); err != nil {
		return "", err
	}
	out, err := c.inRoot(ctx, op, seen, `pwd -P`, seen)
	path := strings.TrimSuffix(out, "\n")
	if err == nil && !strings.HasPrefix(path, "/") {
		err = tell(op, seen, ErrFailed, "it is no path")
	}
	return path, err
}
