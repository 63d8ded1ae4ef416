package cli

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"nbscope/model"
)

// later is what an ending has put off, by how long.
type later struct {
	wait time.Duration
	do   func()
}

func newEnding(t *testing.T) (e *ending, ctx context.Context, put *[]later, exits *[]int) {
	t.Helper()
	put, exits = &[]later{}, &[]int{}
	ctx, e = watch(t.Context(), &Env{Exit: func(code int) { *exits = append(*exits, code) }})
	e.after = func(d time.Duration, f func()) { *put = append(*put, later{d, f}) }
	return e, ctx, put, exits
}

func TestTheFirstSignalAsksAndTheSecondDoesNotWait(t *testing.T) {
	t.Parallel()
	e, ctx, put, exits := newEnding(t)
	rescued := 0
	e.onForce(nil)
	e.onForce(func() { rescued++ })
	e.signalled(syscall.SIGTERM)
	if got, ok := errors.AsType[InterruptedError](context.Cause(ctx)); !ok || got.Signal != syscall.SIGTERM {
		t.Errorf("the context ended by %v", context.Cause(ctx))
	}
	e.signalled(syscall.SIGINT)
	if len(*put) != 2 || (*put)[0].wait != grace || (*put)[1].wait != haste || len(*exits) != 0 {
		t.Fatalf("put off %v, exits %v", *put, *exits)
	}
	if grace+farewell > 5*time.Second {
		t.Error("the program may take more than five seconds to end")
	}
	(*put)[1].do()
	(*put)[0].do()
	if !slices.Equal(*exits, []int{130, 143}) || rescued != 1 {
		t.Errorf("exits %v, rescued %d times", *exits, rescued)
	}
}

func TestCtrlCInTheExplorerCountsAndLeavesTheContextToIt(t *testing.T) {
	t.Parallel()
	e, ctx, put, exits := newEnding(t)
	e.interrupted()
	if ctx.Err() != nil || len(*put) != 1 || (*put)[0].wait != grace {
		t.Errorf("the context says %v, put off %v", ctx.Err(), *put)
	}
	e.interrupted()
	(*put)[1].do()
	if (*put)[1].wait != haste || !slices.Equal(*exits, []int{130}) {
		t.Errorf("put off %v, exits %v", *put, *exits)
	}
}

// The key's signal reaches the program as well, and may do so late.
func TestTheSignalOfACommandIsNotTheProgramsOwn(t *testing.T) {
	t.Parallel()
	e, ctx, put, _ := newEnding(t)
	e.lend(true)
	e.signalled(syscall.SIGINT)
	e.lend(false)
	e.signalled(syscall.SIGINT) // a straggler
	e.lend(true)
	(*put)[0].do() // the moment after the first command is over
	e.signalled(syscall.SIGINT)
	if ctx.Err() != nil || len(*put) != 1 {
		t.Fatalf("it ends by %v, put off %v", context.Cause(ctx), *put)
	}
	e.lend(false)
	(*put)[1].do()
	e.signalled(syscall.SIGINT)
	if ctx.Err() == nil {
		t.Error("a signal from outside counts for nothing")
	}
}

// stalled is a sign-in whose scan gives nothing until its context ends.
type stalled struct {
	backend
	begun chan struct{}
}

func (s *stalled) Scan(ctx context.Context, req model.ScanRequest, emit func(model.Batch)) {
	close(s.begun)
	<-ctx.Done()
	emit(model.Batch{Generation: req.Generation, Done: true})
}

func TestASignalIsTheExitCode(t *testing.T) {
	t.Parallel()
	for s, want := range map[syscall.Signal]int{syscall.SIGHUP: 129, syscall.SIGINT: 130, syscall.SIGTERM: 143} {
		for _, args := range [][]string{{"list"}, {"show", "alpha"}, {"plan", "alpha"}} {
			signals, begun := make(chan os.Signal, 1), make(chan struct{})
			go func() { <-begun; signals <- s }()
			o := commandIn(t, Env{
				Args: args, Signals: signals, Now: time.Now, NewRunID: func() string { return "7f3c2a9be1d0" },
				Open: func(context.Context, Settings) (Session, error) {
					return Session{Backend: &stalled{begun: begun}, Close: func() error { return nil }}, nil
				},
			})
			if said := (InterruptedError{s}).Error(); o.code != want || !strings.HasSuffix(o.stderr, said+"\n") || o.stdout != "" {
				t.Errorf("%v ended by %v with %d, want %d; it said %q and printed %q", args, s, o.code, want, o.stderr, o.stdout)
			}
		}
	}
}

func TestWhatIsLostWithASessionIsTold(t *testing.T) {
	t.Parallel()
	o := commandIn(t, Env{
		Args: []string{"list"}, Now: time.Now,
		Open: func(context.Context, Settings) (Session, error) {
			b := &backend{batches: world()[:1], asked: new(model.ScanRequest)}
			return Session{Backend: b, Close: func() error { return errors.New("the log has gaps: no space") }}, nil
		},
	})
	if !strings.Contains(o.stderr, "nbscope: the log has gaps: no space\n") {
		t.Errorf("it said %q", o.stderr)
	}
}
