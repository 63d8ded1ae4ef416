//go:build linux

package jupyter

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"nbscope/aws/sim/jupytersim"
)

const work = "nbscope-test"

// bench is a simulated notebook with a client of it.
type bench struct {
	t    *testing.T
	nb   *jupytersim.Notebook
	c    *Client
	urls atomic.Int64 // how many URLs were asked for
}

func newBench(t *testing.T, o jupytersim.Options) *bench {
	t.Helper()
	if o.Now == nil {
		o.Now = time.Now
	}
	nb, err := jupytersim.Serve(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nb.Close)
	b := &bench{t: t, nb: nb}
	b.c = b.client(nil)
	return b
}

// client makes another client of the same notebook.
func (b *bench) client(change func(*Options)) *Client {
	b.t.Helper()
	u, err := url.Parse(b.nb.Base())
	if err != nil {
		b.t.Fatal(err)
	}
	o := Options{
		Host: u.Host, Pause: 2 * time.Millisecond, Poll: 20 * time.Millisecond, UpFor: time.Minute,
		Presign: func(context.Context) (string, error) { b.urls.Add(1); return b.nb.Presign(), nil },
	}
	if change != nil {
		change(&o)
	}
	c, err := New(context.Background(), o)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		_ = c.Close(ctx) // tests stop notebooks
	})
	return c
}

func (b *bench) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// read reads a file of the notebook from the disk.
func (b *bench) read(path string) string {
	b.t.Helper()
	data, err := os.ReadFile(filepath.Join(b.nb.Root(), path))
	if err != nil {
		b.t.Fatal(err)
	}
	return string(data)
}

func (b *bench) write(path, text string) {
	b.t.Helper()
	at := filepath.Join(b.nb.Root(), path)
	if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(at, []byte(text), 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// until waits for something that happens beside.
func (b *bench) until(what string, is func() bool) {
	b.t.Helper()
	for range 3000 {
		if is() {
			return
		}
		_ = pause(b.t.Context(), 10*time.Millisecond) // the test ends
	}
	b.t.Fatalf("%s: did not come", what)
}

// generations runs a test against both kinds of server, each with and without a front.
func generations(t *testing.T, test func(t *testing.T, b *bench)) {
	t.Helper()
	for name, o := range map[string]jupytersim.Options{
		"jupyter_server behind the front":   {},
		"classic behind the front":          {Classic: true},
		"jupyter_server with its own token": {NoFront: true, Token: "token-of-jupyter-server"},
		"classic with its own token":        {NoFront: true, Token: "token-of-the-classic", Classic: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newBench(t, o))
		})
	}
}

func lines(text string) []string { return strings.Split(strings.TrimSuffix(text, "\n"), "\n") }
