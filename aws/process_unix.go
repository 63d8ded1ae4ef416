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
// never end. Whatever it starts is ended with it. With the terminal it is in our own
// group, and ended alone: what it started hears of ctrl+c from the terminal.
func runApart(cmd *exec.Cmd, apart bool) error {
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
