package cli

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/charmbracelet/x/term"

	"nbscope/ui/terminal"
)

// How the program ends when it is told to. The first signal, or ctrl+c in the
// explorer, asks: a call that changes something is finished, what waits is given up,
// files are closed. Whatever does not end by itself in time, such as a write to a
// pipe that nobody reads, is left; and so it is, at once, when it is told again.
const (
	grace    = 4 * time.Second        // after the first time
	haste    = 300 * time.Millisecond // after another: enough to put a terminal back
	straggle = time.Second            // for a signal that was a command's too, where the machine is busy
	farewell = 200 * time.Millisecond // for a terminal that may not read any more
)

// ending ends the program. It is safe for concurrent use.
type ending struct {
	exit   func(code int)
	after  func(time.Duration, func())
	cancel context.CancelCauseFunc

	lent atomic.Int32 // above 0: the terminal, to a command of the user's, now or a moment ago

	mu     sync.Mutex
	asked  int
	rescue []func()
}

// watch returns a context that ends at the first signal, with an InterruptedError as its
// cause.
func watch(ctx context.Context, env *Env) (context.Context, *ending) {
	ctx, cancel := context.WithCancelCause(ctx)
	e := &ending{exit: env.Exit, cancel: cancel, after: func(d time.Duration, f func()) { time.AfterFunc(d, f) }}
	if env.Signals != nil {
		go func() {
			for s := range env.Signals {
				if n, ok := s.(syscall.Signal); ok {
					e.signalled(n)
				}
			}
		}()
	}
	return ctx, e
}

// signalled is a signal from outside. The one that a terminal's key sends is for the
// command that has the terminal.
func (e *ending) signalled(s syscall.Signal) {
	if s == syscall.SIGINT && e.lent.Load() > 0 {
		return
	}
	e.cancel(InterruptedError{s})
	e.leave(s)
}

// lend says when a command has the terminal, and when it is back.
func (e *ending) lend(on bool) {
	if on {
		e.lent.Add(1)
		return
	}
	e.after(straggle, func() { e.lent.Add(-1) })
}

// interrupted is ctrl+c in the explorer, which gets it as a key and ends by itself.
func (e *ending) interrupted() { e.leave(syscall.SIGINT) }

// leave sees to it that the program ends, whatever it is doing.
func (e *ending) leave(s syscall.Signal) {
	e.mu.Lock()
	e.asked++
	wait := grace
	if e.asked > 1 {
		wait = haste
	}
	e.mu.Unlock()
	e.after(wait, func() { e.force(InterruptedError{s}.code()) })
}

// onForce adds what must be done even where the program does not end by itself.
func (e *ending) onForce(f func()) {
	if f == nil {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.rescue = append(e.rescue, f)
}

func (e *ending) force(code int) {
	e.mu.Lock()
	rescue := e.rescue
	e.rescue = nil
	e.mu.Unlock()
	for _, f := range rescue {
		f()
	}
	if e.exit != nil {
		e.exit(code)
	}
}

// leaveScreen undoes what the explorer does to a terminal: pasting in brackets, the
// mouse, reports of focus, frames drawn at once, the keyboard's modes, the mark of
// the tab, the other screen, the hidden cursor, the title.
const leaveScreen = "\x1b[?2004l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1004l\x1b[?2026l\x1b[?2027l\x1b[>4m\x1b[<u" +
	"\x1b]9;4;0\a\x1b[?1049l\x1b[?25h\x1b[m\r" + terminal.BackTitle

// restorer remembers how a terminal is, and returns what makes it so again.
func restorer(env *Env) func() {
	in, out := env.Stdin, env.Stdout
	state, err := term.GetState(in.Fd())
	if err != nil {
		return nil
	}
	return func() {
		written := make(chan struct{})
		go func() {
			defer close(written)
			_, _ = out.WriteString(leaveScreen)
		}()
		select {
		case <-written:
		case <-time.After(farewell):
		}
		_ = term.Restore(in.Fd(), state) // nothing else can be done about it
		fmt.Fprintln(env.Stderr, "nbscope: something was still under way; a run goes on by `nbscope resume`")
	}
}
