//go:build e2e

package e2e

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"nbscope/aws/jupyter"
	"nbscope/aws/sim/jupytersim"
)

// lab is a real Jupyter server.
type lab struct {
	t       *testing.T
	command []string
	env     []string
	user    int
	root    string
	base    string
	process *exec.Cmd
}

// generations of servers that the distribution has.
func generations() map[string][]string {
	return map[string][]string{
		"classic notebook": {"jupyter-notebook", "--NotebookApp.token=" + jupyterToken, "--NotebookApp.notebook_dir="},
		"jupyter_server":   {"jupyter-server", "--ServerApp.token=" + jupyterToken, "--ServerApp.root_dir="},
	}
}

// eachLab runs a test against every generation, as root where this is root, and as a
// user without privileges.
func eachLab(t *testing.T, test func(t *testing.T, l *lab)) {
	t.Helper()
	users := map[string]int{"this user": os.Getuid()}
	if os.Getuid() == 0 {
		users = map[string]int{"root": 0, "unprivileged": nobody}
	}
	for generation, command := range generations() {
		for name, user := range users {
			t.Run(generation+" as "+name, func(t *testing.T) { test(t, startLab(t, command, user)) })
		}
	}
}

func startLab(t *testing.T, command []string, user int) *lab {
	t.Helper()
	top, err := os.MkdirTemp("", "nbscope-e2e-") // that of t is closed to other users
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(top) })
	l := &lab{t: t, user: user, root: filepath.Join(top, "served folder"), base: "http://127.0.0.1:" + freePort(t)}
	home := filepath.Join(top, "home")
	for _, dir := range []string{top, l.root, home} {
		must(t, os.MkdirAll(dir, 0o755))
		must(t, os.Chmod(dir, 0o755))
		must(t, os.Chown(dir, user, -1))
	}
	last := len(command) - 1
	l.command = append(append([]string{}, command[:last]...), command[last]+l.root, "--no-browser", "--ip=127.0.0.1", "--port="+strings.TrimPrefix(l.base, "http://127.0.0.1:"))
	if user == 0 {
		l.command = append(l.command, "--allow-root")
	}
	path := os.Getenv("PATH")
	if user != os.Getuid() {
		path = "/usr/local/bin:/usr/bin:/bin" // others may not look into this user's
	}
	l.env = []string{"HOME=" + home, "PATH=" + path, "LANG=C.UTF-8", "JUPYTER_PLATFORM_DIRS=1"}
	l.start()
	return l
}

func freePort(t *testing.T) string {
	t.Helper()
	u, err := url.Parse(serveNothing(t))
	must(t, err)
	return u.Port()
}

// serveNothing finds a port that is free now.
func serveNothing(t *testing.T) string {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	nb, err := jupytersim.Serve(ctx, jupytersim.Options{Now: time.Now})
	must(t, err)
	defer nb.Close()
	return nb.Base()
}

// start starts the server with SIGHUP at its default, which is not so below nohup, and
// in another folder than the one it serves.
func (l *lab) start() {
	l.t.Helper()
	const run = `import os, signal, sys; signal.signal(signal.SIGHUP, signal.SIG_DFL); os.execvp(sys.argv[1], sys.argv[1:])`
	l.process = exec.Command("/usr/bin/env", append([]string{"python3", "-c", run}, l.command...)...)
	l.process.Env, l.process.Dir = l.env, "/"
	l.process.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if os.Getuid() == 0 {
		l.process.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(l.user), Gid: uint32(l.user)}
	}
	log, err := os.CreateTemp(l.t.TempDir(), "log")
	must(l.t, err)
	l.process.Stdout, l.process.Stderr = log, log
	must(l.t, l.process.Start())
	l.t.Cleanup(func() {
		l.kill()
		if text, err := os.ReadFile(log.Name()); err == nil && l.t.Failed() {
			l.t.Logf("%s", text[max(0, len(text)-4000):])
		}
	})
}

func (l *lab) kill() {
	_ = l.process.Process.Kill() // may have ended
	_ = l.process.Wait()         // how is of no interest
}

func (l *lab) client(change func(*jupyter.Options)) *jupyter.Client {
	l.t.Helper()
	o := jupyter.Options{
		Host:    strings.TrimPrefix(l.base, "http://"),
		Presign: func(context.Context) (string, error) { return l.base + "/?token=" + jupyterToken, nil },
		Poll:    200 * time.Millisecond,
	}
	if change != nil {
		change(&o)
	}
	c, err := jupyter.New(context.Background(), o)
	must(l.t, err)
	must(l.t, c.Up(l.t.Context()))
	l.t.Cleanup(func() { _ = c.Close(context.Background()) }) // tests kill servers
	return c
}

// count asks the server with its token, not through the client, how much it has of
// something.
func (l *lab) count(what string) int {
	l.t.Helper()
	req, err := http.NewRequestWithContext(l.t.Context(), http.MethodGet, l.base+"/api/"+what, http.NoBody)
	must(l.t, err)
	req.Header.Set("Authorization", "token "+jupyterToken)
	answer, err := http.DefaultClient.Do(req)
	must(l.t, err)
	defer answer.Body.Close()
	var list []any
	must(l.t, json.NewDecoder(answer.Body).Decode(&list))
	return len(list)
}
