//go:build unix

package terminal

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// readable waits until there is something to read from a terminal. select works on
// every terminal of every system; poll does not.
func readable(f *os.File, within time.Duration) bool {
	fd := int(f.Fd())
	if fd < 0 || fd >= unix.FD_SETSIZE {
		return false
	}
	for deadline := time.Now().Add(within); ; within = time.Until(deadline) { //nolint:forbidigo // select waits by the real clock
		var set unix.FdSet
		set.Set(fd)
		tv := unix.NsecToTimeval(max(0, within).Nanoseconds())
		n, err := unix.Select(fd+1, &set, nil, nil, &tv)
		if !errors.Is(err, unix.EINTR) {
			return err == nil && n > 0
		}
	}
}

// Job is the program as a job of a shell, which can be stopped and continued.
type Job struct {
	signals, ended chan os.Signal
	lent           atomic.Bool // to a command, which has the terminal
}

// NewJob calls told whenever a signal wants the program to stop, until Close. It is
// not stopped by that: its terminal has to be put back before.
func NewJob(told func()) *Job {
	j := &Job{signals: make(chan os.Signal, 1), ended: make(chan os.Signal)}
	signal.Notify(j.signals, syscall.SIGTSTP)
	go func() {
		for {
			select {
			case <-j.signals:
				if j.lent.Load() {
					j.along()
					continue
				}
				told()
			case <-j.ended:
				return
			}
		}
	}()
	return j
}

// Lend says whether a command of the job has the terminal, as the shell wants it then: a
// signal to stop, which the command gets as well, stops the program at once.
func (j *Job) Lend(lent bool) {
	if j != nil {
		j.lent.Store(lent)
	}
}

// along stops the program beside a command that was stopped. Where nobody could continue
// them, the system has not stopped the command.
func (j *Job) along() {
	if j.Stoppable() {
		_ = syscall.Kill(os.Getpid(), syscall.SIGSTOP) // which fails for nobody
	}
}

// Close lets signals stop the program as they always do.
func (j *Job) Close() {
	signal.Stop(j.signals)
	close(j.ended)
}

// Stoppable reports whether the program can be stopped. The system does not stop one
// that nobody could continue: it leads its session, as in a window of tmux that runs
// nothing else, or who has started it is gone.
func (j *Job) Stoppable() bool {
	session, err := unix.Getsid(0)
	if j == nil || err != nil || session == unix.Getpgrp() {
		return false
	}
	parents, err := unix.Getsid(os.Getppid())
	return err == nil && parents == session
}

// Stop returns a command that stops the program, with the rest of the job if group is
// set, as a terminal's own key does, and ends when it is continued. The terminal has to
// be as the shell wants it then.
func (*Job) Stop(group bool) *Stop { return &Stop{group: group, out: io.Discard} }

// Run stops the program. The signal is the one that nothing can be in the way of: once
// Go's runtime has listened for SIGTSTP it never hands that back to the system.
func (s *Stop) Run() error {
	_, _ = io.WriteString(s.out, BackTitle) // a title is the least of worries now
	continued := make(chan os.Signal, 1)
	signal.Notify(continued, syscall.SIGCONT)
	defer signal.Stop(continued)
	pid := os.Getpid()
	if s.group {
		pid = 0
	}
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		return err //nolint:wrapcheck // of a system call that is named where it is told
	}
	<-continued
	_, _ = io.WriteString(s.out, KeepTitle)
	<-time.After(settle)
	return nil
}

// shell is a command line for the system's shell. It ends with ctx: in time to put the
// terminal back, else by force.
func shell(ctx context.Context, line string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", line) //nolint:gosec // the user's own, of the configuration
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = linger
	return cmd
}

// apart takes a command away from the terminal, into a session of its own, so that it can
// neither read what is typed nor write over the screen, and is ended with all of it.
func apart(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if cmd.Cancel != nil {
		cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	}
}

// awaitEnter waits for a line, or the end of ctx.
func awaitEnter(ctx context.Context, in io.Reader) {
	f, ok := in.(*os.File)
	for ok && ctx.Err() == nil {
		if !readable(f, Hold) {
			continue
		}
		var line [256]byte // a terminal hands out whole lines
		if n, err := f.Read(line[:]); err != nil || n > 0 {
			return
		}
	}
}
