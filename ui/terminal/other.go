//go:build !unix

package terminal

import (
	"os"
	"time"
)

func readable(*os.File, time.Duration) bool { return false }

// Job is the program where shells do not stop their jobs.
type Job struct{}

// NewJob returns what is never told to stop.
func NewJob(func()) *Job { return &Job{} }

// Close does nothing.
func (*Job) Close() {}

// Stoppable is never so.
func (*Job) Stoppable() bool { return false }

// Stop returns a command that fails.
func (*Job) Stop(bool) *Stop { return &Stop{} }

// Run fails.
func (*Stop) Run() error { return ErrNoShell }
