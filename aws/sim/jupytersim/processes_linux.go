package jupytersim

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// hangUp ends a shell and what runs in its foreground.
func hangUp(shell *os.Process) {
	_ = syscall.Kill(-shell.Pid, syscall.SIGHUP) // it has ended already
	_ = syscall.Kill(shell.Pid, syscall.SIGKILL) // as above; an interactive shell may outlive the first
}

// killMarked ends every process with a variable in its environment, wherever it has
// moved to, until none is found: so ends all that runs in a notebook when it is stopped.
func killMarked(mark string) {
	for found := true; found; {
		found = false
		environments, _ := filepath.Glob("/proc/[0-9]*/environ") // the pattern is right
		for _, file := range environments {
			env, err := os.ReadFile(file)
			pid, err2 := strconv.Atoi(filepath.Base(filepath.Dir(file)))
			if err == nil && err2 == nil && bytes.Contains(env, []byte(mark)) {
				found = syscall.Kill(pid, syscall.SIGKILL) == nil || found
			}
		}
	}
}
