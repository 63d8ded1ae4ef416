//go:build unix

package terminal

import (
	"errors"
	"io"
	"os"
	"os/signal"
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
type Job struct{ signals, ended chan os.Signal }

// NewJob calls told whenever a signal wants the program to stop, until Close. It is
// not stopped by that: its terminal has to be put back before.
func NewJob(told func()) *Job {
	j := &Job{make(chan os.Signal, 1), make(chan os.Signal)}
	signal.Notify(j.signals, syscall.SIGTSTP)
	go func() {
		for {
			select {
			case <-j.signals:
				told()
			case <-j.ended:
				return
			}
		}
	}()
	return j
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

// settle is how long a goroutine of the library has to end that stops the renderer's
// ticker after it has told that the renderer has ended. The program may have been stopped
// between the two, and would then stop the ticker of the renderer that begins anew, so
// that nothing is drawn any more. Seen with bubbletea v2.1.1, once in a hundred times on a
// machine that is busy.
const settle = 50 * time.Millisecond

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
