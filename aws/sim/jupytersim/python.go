package jupytersim

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
)

// Python is this machine's interpreter itself: "python3" may be a script that looks for
// it first, which takes ten times as long with each start (pyenv's does). "" is none.
func Python() string { return python() }

var python = sync.OnceValue(func() string { //nolint:gochecknoglobals // never changed
	found, err := exec.LookPath("python3")
	if err != nil {
		return ""
	}
	out, err := exec.Command(found, "-I", "-S", "-c", "import sys; print(sys.executable)").Output() //nolint:gosec // is over at once; the path is this machine's
	if itself := strings.TrimSpace(string(out)); err == nil && filepath.IsAbs(itself) {
		return itself
	}
	return found
})

// environ is this program's, with the interpreter itself before whatever stands for it.
func environ() []string {
	env := os.Environ()
	itself := Python()
	if found, err := exec.LookPath("python3"); err != nil || filepath.Dir(found) == filepath.Dir(itself) {
		return env
	}
	return append(env, "PATH="+filepath.Dir(itself)+string(os.PathListSeparator)+os.Getenv("PATH"))
}
