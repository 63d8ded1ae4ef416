package aws

import (
	"fmt"
	"runtime/debug"
	"sync"
)

// crew runs jobs side by side, limit of them at a time, for what mostly waits for
// something else than AWS. It never blocks whoever hands in a job, so jobs may hand
// in jobs.
type crew struct {
	seats   chan struct{}
	crashed func(*panicError)
	open    sync.WaitGroup
}

func newCrew(limit int, crashed func(*panicError)) *crew {
	return &crew{seats: make(chan struct{}, limit), crashed: crashed}
}

// do hands in a job.
func (c *crew) do(run func()) {
	c.open.Go(func() {
		c.seats <- struct{}{}
		defer func() { <-c.seats }()
		if e := caught(run); e != nil {
			c.crashed(e)
		}
	})
}

// wait returns when every job is done, those handed in by jobs included, and no
// goroutine is left.
func (c *crew) wait() { c.open.Wait() }

// caught runs what may panic, and returns the panic, nil where there was none.
func caught(run func()) (e *panicError) {
	defer func() {
		if r := recover(); r != nil {
			e = &panicError{value: fmt.Sprint(r), stack: debug.Stack()}
		}
	}()
	run()
	return nil
}

// panicError is a panic that was caught, with where it came from for the log.
type panicError struct {
	value string
	stack []byte
}

func (e *panicError) Error() string { return "nbscope failed within: " + e.value }
