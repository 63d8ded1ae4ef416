package mover

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"nbscope/aws/jupyter"
	"nbscope/model/manifest"
	"nbscope/model/transfer"
)

// TestANotebookIsMadeReady brings the script where it is not there, or another one, and
// looks around.
func TestANotebookIsMadeReady(t *testing.T) {
	t.Parallel()
	const all = "uid 1000\npython 3.7\ntar yes\nflock yes\n"
	for name, c := range map[string]struct {
		script string
		tools  string
		root   bool
		op     string // that fails
		err    error
		want   string
		asks   string
		sudo   bool
	}{
		"for the first time":  {tools: all, asks: "up get mkdir put root shell"},
		"again":               {script: transfer.Script(), tools: all, asks: "up get root shell"},
		"with another script": {script: "old", tools: all, asks: "up get mkdir put root shell"},
		"as root":             {script: transfer.Script(), tools: all, root: true, asks: "up get root shell", sudo: true},
		"by root itself":      {script: transfer.Script(), tools: strings.Replace(all, "1000", "0", 1), root: true, asks: "up get root shell"},
		"without python":      {script: transfer.Script(), tools: strings.Replace(all, "python", "perl", 1), asks: "up get root shell", want: "python3 does not run in the notebook: there is no python"},
		"without tar":         {script: transfer.Script(), tools: strings.Replace(all, "tar", "cpio", 1), asks: "up get root shell", want: "python3 does not run in the notebook: there is no tar"},
		"without flock":       {script: transfer.Script(), tools: strings.Replace(all, "flock", "lock", 1), asks: "up get root shell", want: "python3 does not run in the notebook: there is no flock"},
		"it does not serve":   {op: "up", err: fault(jupyter.ErrTemporary), asks: "up", want: "the notebook does not answer: Jupyter: try: no answer from Jupyter"},
		"no reading":          {op: "get", err: fault(jupyter.ErrRefused), asks: "up get", want: "the notebook refuses it: Jupyter: try: refused"},
		"no folder":           {op: "mkdir", err: fault(jupyter.ErrRefused), asks: "up get mkdir", want: "the notebook refuses it: Jupyter: try: refused"},
		"no writing":          {op: "put", err: fault(jupyter.ErrFailed), asks: "up get mkdir put shell", want: "the disk is full: 10 KiB are free"},
		"no terminal":         {op: "root", err: fault(jupyter.ErrNotFound), asks: "up get mkdir put root", want: "the notebook opens no terminal: Jupyter: try: not found"},
		"no answer in it":     {op: "shell", err: fault(jupyter.ErrTemporary), asks: "up get mkdir put root shell", want: "the notebook does not answer: Jupyter: try: no answer from Jupyter"},
	} {
		e, n, _ := endOf(t)
		if n.tools, n.sudo, e.Root, e.root = c.tools, true, c.root, ""; c.script != "" {
			n.files["nbscope-7f3c/"+transfer.ScriptFile] = []byte(c.script)
		}
		n.fault = func(op, _ string) error { return refuse(op == c.op, c.err) }
		err := e.open(t.Context())
		var asks []string
		for _, l := range n.log {
			op, _, _ := strings.Cut(l, " ")
			asks = append(asks, op)
		}
		if got := strings.Join(asks, " "); (err == nil) != (c.want == "") || err != nil && err.Error() != "churn (source): "+c.want || got != c.asks || e.sudo != c.sudo {
			t.Errorf("%s: %v, sudo %v; it asks %s", name, err, e.sudo, got)
		}
		if err == nil && (e.root != "/home/source" || e.path("x") != "/home/source/nbscope-7f3c/x" || e.path("") != "/home/source/nbscope-7f3c" || string(n.files["nbscope-7f3c/"+transfer.ScriptFile]) != transfer.Script()) {
			t.Errorf("%s: it is in %s, and %d bytes are there", name, e.path("x"), len(n.files["nbscope-7f3c/"+transfer.ScriptFile]))
		}
		for op, err := range map[string]error{"kernels are gone": nil, "one ends by itself": fault(jupyter.ErrFailed), "nobody answers": fault(jupyter.ErrTemporary)} {
			if c.want != "" {
				break
			}
			n.fault = func(op, _ string) error { return refuse(op == "end kernels", err) }
			if got := e.begin(t.Context()); (got != nil) != errors.Is(err, jupyter.ErrTemporary) {
				t.Errorf("%s, %s: %v", name, op, got)
			}
		}
	}
}

// TestAStatusThatIsNotThere is none, also where it comes between two questions; one of
// something else is none either.
func TestAStatusThatIsNotThere(t *testing.T) {
	t.Parallel()
	missing := &jupyter.Error{Op: "read", Kind: jupyter.ErrFailed, Status: http.StatusNotFound}
	broken := &jupyter.Error{Op: "read", Kind: jupyter.ErrFailed, Status: http.StatusInternalServerError}
	for name, c := range map[string]struct {
		status string
		err    error
		there  bool
		fails  bool
	}{
		"it is there":     {status: `{"v":1,"verb":"send","run":"7f3c","stream":"1","state":"running"}`, there: true},
		"of another one":  {status: `{"v":1,"verb":"send","run":"7f3c","stream":"2","state":"running"}`},
		"of another verb": {status: `{"v":1,"verb":"receive","run":"7f3c","stream":"1","state":"running"}`},
		"half of it":      {status: `{"v":1,"verb":"send"`},
		"it is not there": {},
		"not yet":         {err: missing},
		"Jupyter fails":   {err: broken, fails: true},
		"no answer":       {err: fault(jupyter.ErrTemporary), fails: true},
		"another 404":     {err: &jupyter.Error{Kind: jupyter.ErrRefused, Status: http.StatusNotFound}, fails: true},
	} {
		e, n, _ := endOf(t)
		if c.status != "" {
			n.files["nbscope-7f3c/send.status"] = []byte(c.status)
		}
		n.fault = func(string, string) error { return c.err }
		st, err := e.look(t.Context(), transfer.Send, "1")
		if (st != nil) != c.there || (err != nil) != c.fails {
			t.Errorf("%s: %+v, %v", name, st, err)
		}
	}
}

// TestAFileComesWholeOrNotAtAll: nothing is left of one that broke off.
func TestAFileComesWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		op   string
		kind error
	}{"whole": {}, "it is not there": {"stat", ErrScript}, "it breaks off": {"download", ErrScript}} {
		e, n, _ := endOf(t)
		n.files["nbscope-7f3c/x"] = []byte("abc")
		n.fault = func(op, _ string) error { return refuse(op == c.op, fault(jupyter.ErrFailed)) }
		dir := t.TempDir()
		err := e.fetch(t.Context(), "x", filepath.Join(dir, "to"))
		var left []string
		all, _ := os.ReadDir(dir)
		for _, f := range all {
			raw, _ := os.ReadFile(filepath.Join(dir, f.Name()))
			left = append(left, f.Name()+" "+string(raw))
		}
		if want := map[bool][]string{true: {"to abc"}, false: nil}[c.kind == nil]; !errors.Is(err, c.kind) || (err == nil) != (c.kind == nil) || !slices.Equal(left, want) {
			t.Errorf("%s: %v, there is %q", name, err, left)
		}
	}
	e, n, _ := endOf(t)
	n.files["nbscope-7f3c/x"] = []byte("abc")
	if err := e.fetch(t.Context(), "x", filepath.Join(t.TempDir(), "none", "to")); !errors.Is(err, ErrFolder) {
		t.Errorf("into no folder: %v", err)
	}
	if _, _, err := e.reader(filepath.Join(t.TempDir(), "none"), "t"); !errors.Is(err, ErrFolder) {
		t.Errorf("of no manifest: %v", err)
	}
}

// TestWhatIsReadFromTheDisk is the proof of the replacement alone: all else may be of the
// cache.
func TestWhatIsReadFromTheDisk(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		side manifest.Side
		of   string
		cold bool
	}{{manifest.Source, "", false}, {manifest.Replacement, "", true}, {manifest.Replacement, transfer.StageDir, false}} {
		w := newWorld(t)
		e, n := w.job.end(c.side, "nbscope-7f3c"), w.source
		if c.side == manifest.Replacement {
			n = w.replaced
		}
		e.root, n.files["nbscope-7f3c/"] = "/home/"+string(c.side), nil
		var p transfer.Parameters
		n.turns = func(_ transfer.Verb, s *played) { p = s.p }
		to := filepath.Join(t.TempDir(), "m")
		if err := e.manifest(t.Context(), "token", c.of, to, nil, func(*transfer.Status, string) {}); err != nil {
			t.Fatal(err)
		}
		if p.Cold != c.cold || p.Of != c.of || p.Request != "token" || p.Side != c.side || p.Stream != "token" || !p.Detach {
			t.Errorf("%+v: asked for %+v", c, p)
		}
		r, done, err := e.reader(to, "token")
		if err != nil {
			t.Fatal(err)
		}
		done()
		if r.Header().Cold != c.cold {
			t.Errorf("%+v: it is read from the disk: %v", c, r.Header().Cold)
		}
		if _, _, err := e.reader(to, "another"); !errors.Is(err, ErrUnproven) {
			t.Errorf("of another token: %v", err)
		}
	}
}

// TestAVerbIsFollowedToItsEnd, or to what ends it.
func TestAVerbIsFollowedToItsEnd(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		turn  func(s *played)
		fails string
		told  int // at least
	}{
		"done":             {turn: func(s *played) { s.st.State = transfer.Done }},
		"failed":           {turn: func(s *played) { s.st.State, s.st.Text = transfer.Failed, "odd" }, fails: "churn (source): what runs in the notebook failed: manifest: odd"},
		"it takes a while": {turn: func(*played) {}, told: 2},
	} {
		e, n, _ := endOf(t)
		n.files["nbscope-7f3c/"] = nil
		n.turns = func(_ transfer.Verb, s *played) { c.turn(s) }
		told := 0
		st, err := e.follow(t.Context(), transfer.MakeManifest, transfer.Parameters{Out: "x"}, "id", func(*transfer.Status, string) { told++ })
		if (err == nil) != (c.fails == "") || err != nil && err.Error() != c.fails || told < c.told || err == nil && st.State != transfer.Done {
			t.Errorf("%s: %v after it was told %d times", name, err, told)
		}
	}
	e, n, _ := endOf(t)
	n.files["nbscope-7f3c/"] = nil
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := e.follow(ctx, transfer.Send, transfer.Parameters{Part: 3}, "id", func(*transfer.Status, string) { cancel() }); !errors.Is(err, ErrDetached) {
		t.Errorf("let go, it ends with %v", err)
	}
	if _, err := e.settled(ctx, transfer.Send, "id"); !errors.Is(err, ErrDetached) {
		t.Errorf("let go, it is settled with %v", err)
	}
}
