package aws

import (
	"os/exec"

	"golang.org/x/sys/windows"

	"nbscope/model/profile"
)

// commandOf splits a command as Windows does, where a backslash parts folders.
func commandOf(s *profile.Source) ([]string, error) {
	return windows.DecomposeCommandLine(s.Line)
}

// runApart runs a command. Apart from the terminal its input is empty.
func runApart(cmd *exec.Cmd, _ bool) error { return cmd.Run() }
