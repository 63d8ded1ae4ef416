//go:build !windows

package aws

import (
	"os/exec"
	"runtime"
	"syscall"

	"nbscope/model/profile"
)

// commandOf are the words of a command.
func commandOf(s *profile.Source) ([]string, error) { return s.Command, nil }

// runApart runs a command. Apart from the terminal it is a session of its own: in a
// mere group of its own a program that reads the terminal would be stopped and
// never end. With the terminal it is in our own group, which alone may read it.
// Whatever it starts is ended with it.
func runApart(cmd *exec.Cmd, apart bool) error {
	cmd.Cancel = func() error { return endTree(cmd.Process.Pid) }
	if apart {
		cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	}
	// The system ends it with the thread that started it, so that one stays.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	endWithUs(cmd)
	return cmd.Run()
}

// endTree ends a process and what it has started, each stopped first, so that none
// starts another while it is looked at. Where the system does not tell whose child a
// process is, it ends the one; the others hear of ctrl+c from the terminal.
func endTree(pid int) error {
	_ = syscall.Kill(pid, syscall.SIGSTOP)
	for _, child := range childrenOf(pid) {
		_ = endTree(child)
	}
	return syscall.Kill(pid, syscall.SIGKILL)
}
