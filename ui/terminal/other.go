//go:build !unix

package terminal

import (
	"context"
	"io"
	"os"
	"os/exec"
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

// Lend does nothing.
func (*Job) Lend(bool) {}

// shell is a command line for PowerShell, in which values of variables are no code; in
// that of cmd.exe they are.
func shell(ctx context.Context, line string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "powershell", "-NoProfile", "-Command", line) //nolint:gosec // the user's own, of the configuration
	cmd.WaitDelay = linger
	return cmd
}

// apart does nothing: what has no input reads none.
func apart(*exec.Cmd) {}

// awaitEnter waits for a line.
func awaitEnter(_ context.Context, in io.Reader) {
	if f, ok := in.(*os.File); ok {
		var line [256]byte
		_, _ = f.Read(line[:])
	}
}
