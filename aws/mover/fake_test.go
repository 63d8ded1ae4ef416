package mover

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"nbscope/aws/jupyter"
	"nbscope/model/manifest"
	"nbscope/model/transfer"
)

// notebook is one in which the verbs of the script are played: a verb goes on whenever
// its status is read. What is archived is a line for each file, so that a stream that
// breaks off has brought some.
type notebook struct {
	t    *testing.T
	side manifest.Side

	mu      sync.Mutex
	tree    map[string]string // by path
	stage   map[string]string // nil where there is none
	files   map[string][]byte // of the work folder, by their path below what is served
	running map[transfer.Verb]*played
	kernels int
	calls   int
	log     []string
	tools   string
	locked  transfer.Verb // it is alive, though nothing of it is played
	logs    string        // what tail prints of a verb's log
	sudo    bool          // it works, for who asks

	hooks  sync.Mutex                             // held while fault or send runs: calls come side by side
	fault  func(op, path string) error            // before each call; nil for none
	out    func(path string, b []byte) []byte     // what a download brings
	begins func(v transfer.Verb)                  // a verb is started
	turns  func(v transfer.Verb, s *played)       // a verb goes on
	ways   []jupyter.Measured                     // what Measure says
	send   func(way, name string, b []byte) error // before a part is written; nil for none
	s3     *fakeStore                             // where URLs lead
}

func newNotebook(t *testing.T, side manifest.Side, tree map[string]string) *notebook {
	return &notebook{
		t: t, side: side, tree: tree, files: map[string][]byte{}, running: map[transfer.Verb]*played{},
		tools: "uid 1000\npython 3.7\ntar yes\nflock yes\ncurl yes\nsize 1000\nfree 500\ninodes 9\n",
	}
}

// bytes are those of all files of its tree.
func (n *notebook) bytes() (all int64) {
	for _, text := range n.tree {
		all += int64(len(text))
	}
	return all
}

func fault(kind error) error { return &jupyter.Error{Op: "try", Kind: kind} }

// enter counts a call and says whether it fails.
func (n *notebook) enter(ctx context.Context, op, at string) error {
	n.mu.Lock()
	n.calls++
	n.log = append(n.log, op+" "+at)
	f := n.fault
	n.mu.Unlock()
	if f != nil {
		n.hooks.Lock()
		err := f(op, at)
		n.hooks.Unlock()
		if err != nil {
			return err
		}
	}
	if ctx.Err() != nil {
		return fault(jupyter.ErrTemporary)
	}
	return nil
}

func (n *notebook) Up(ctx context.Context) error { return n.enter(ctx, "up", "") }

func (n *notebook) Get(ctx context.Context, at string, _ int64) ([]byte, error) {
	if err := n.enter(ctx, "get", at); err != nil {
		return nil, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if v, ok := strings.CutSuffix(path.Base(at), ".status"); ok {
		n.turn(transfer.Verb(v))
	}
	raw, ok := n.files[at]
	if !ok {
		return nil, fault(jupyter.ErrNotFound)
	}
	return raw, nil
}

func (n *notebook) Put(ctx context.Context, at string, data []byte) error {
	if err := n.enter(ctx, "put", at); err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.has(path.Dir(at)) {
		return fault(jupyter.ErrFailed)
	}
	n.files[at] = bytes.Clone(data)
	return nil
}

// has reports whether a folder is there: one that was made, or that holds something.
func (n *notebook) has(dir string) bool {
	for f := range n.files {
		if f == dir+"/" || strings.HasPrefix(f, dir+"/") {
			return true
		}
	}
	return false
}

func (n *notebook) Mkdir(ctx context.Context, at string) error {
	if err := n.enter(ctx, "mkdir", at); err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.files[at+"/"] = nil
	return nil
}

func (n *notebook) Stat(ctx context.Context, at string) (jupyter.Entry, error) {
	if err := n.enter(ctx, "stat", at); err != nil {
		return jupyter.Entry{}, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	raw, ok := n.files[at]
	if stage := path.Base(at) == transfer.StageDir; !ok && (stage && n.stage == nil || !stage && !n.has(at)) {
		return jupyter.Entry{}, fault(jupyter.ErrNotFound)
	}
	return jupyter.Entry{Size: int64(len(raw))}, nil
}

func (n *notebook) List(ctx context.Context, at string) ([]jupyter.Entry, error) {
	if err := n.enter(ctx, "list", at); err != nil {
		return nil, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	var out []jupyter.Entry
	for f, raw := range n.files {
		if path.Dir(f) == at && !strings.HasSuffix(f, "/") {
			out = append(out, jupyter.Entry{Name: path.Base(f), Size: int64(len(raw))})
		}
	}
	return out, nil
}

func (n *notebook) Download(ctx context.Context, at string, from, to int64, w io.Writer) (int64, error) {
	if err := n.enter(ctx, "download", at); err != nil {
		return 0, err
	}
	n.mu.Lock()
	raw, ok := n.files[at]
	if n.out != nil {
		raw = n.out(at, bytes.Clone(raw))
	}
	n.mu.Unlock()
	if !ok {
		return 0, fault(jupyter.ErrNotFound)
	}
	k, err := w.Write(raw[from:to])
	return int64(k), err
}

func (n *notebook) Root(ctx context.Context, _ string) (string, error) {
	return "/home/" + string(n.side), n.enter(ctx, "root", "")
}

// Shell plays what the mover has typed.
func (n *notebook) Shell(ctx context.Context, script string, args ...string) (string, int, error) {
	if err := n.enter(ctx, "shell", script); err != nil {
		return "", 0, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	at := func(i int) string { return strings.TrimPrefix(args[i], "/home/"+string(n.side)+"/") }
	words := strings.Fields(script)
	switch {
	case strings.Contains(script, transfer.ScriptFile):
		v := transfer.Verb(words[slices.IndexFunc(words, func(w string) bool { return strings.HasSuffix(w, transfer.ScriptFile) })+1])
		return "", 0, n.begin(v, strings.TrimPrefix(words[len(words)-1], "/home/"+string(n.side)+"/"))
	case strings.Contains(script, "chmod 700"):
		if n.sudo && len(args) > 1 && args[1] == "root" {
			return n.tools + "sudo yes\n", 0, nil
		}
		return n.tools, 0, nil
	case strings.Contains(script, "kill"):
		delete(n.running, transfer.Verb(strings.TrimSuffix(path.Base(at(0)), ".lock")))
		return "", 0, nil
	case strings.Contains(script, "flock -n"):
		if v := transfer.Verb(strings.TrimSuffix(path.Base(at(0)), ".lock")); n.running[v] != nil || n.locked == v {
			return "", 1, nil
		}
		return "", 0, nil
	case strings.Contains(script, "cat --"):
		var all []byte
		for _, f := range slices.Sorted(maps.Keys(n.files)) {
			if strings.HasPrefix(f, at(0)+".") {
				all = append(all, n.files[f]...)
				delete(n.files, f)
			}
		}
		n.files[at(0)] = all
		if strconv.Itoa(len(all)) != args[1] {
			return "", 1, nil
		}
		return "", 0, nil
	case strings.Contains(script, "chmod -R"):
		n.stage = nil
		return "", 0, nil
	case strings.Contains(script, "rm -rf"):
		maps.DeleteFunc(n.files, func(f string, _ []byte) bool { return strings.HasPrefix(f, at(0)) })
		return "", 0, nil
	case strings.Contains(script, "tail -c"):
		return n.logs, 0, nil
	case strings.HasPrefix(script, "df"):
		return "10\n", 0, nil
	case strings.Contains(script, "crontab"):
		return "# idle\n*/5 * * * * /usr/bin/python3 autostop.py --time 3600\n", 0, nil
	}
	return "", 0, nil
}

func (n *notebook) EndKernels(ctx context.Context, _ string) error {
	n.mu.Lock()
	n.kernels = 0
	n.mu.Unlock()
	return n.enter(ctx, "end kernels", "")
}

func (n *notebook) Clear(ctx context.Context, dir string) error {
	n.mu.Lock()
	maps.DeleteFunc(n.files, func(f string, _ []byte) bool { return strings.HasPrefix(f, dir+"/") })
	n.mu.Unlock()
	return n.enter(ctx, "clear", dir)
}

func (n *notebook) Measure(ctx context.Context, _ string, size, _ int, _ func() time.Time) []jupyter.Measured {
	if err := n.enter(ctx, "measure", strconv.Itoa(size)); err != nil {
		return []jupyter.Measured{{Err: err}}
	}
	return n.ways
}

// way writes parts.
type way struct {
	n         *notebook
	dir, name string
}

func (w way) Name() string { return w.name }
func (w way) Close(ctx context.Context) error {
	if ctx.Err() != nil {
		return fault(jupyter.ErrTemporary) // nothing is told any more
	}
	if w.name != contents {
		w.n.mu.Lock()
		w.n.kernels--
		w.n.mu.Unlock()
	}
	return nil
}

// errElsewhere has a part written where nobody looks for it.
var errElsewhere = errors.New("elsewhere")

func (w way) Send(ctx context.Context, name string, data []byte) error {
	if w.n.send != nil {
		w.n.hooks.Lock()
		err := w.n.send(w.name, name, data)
		w.n.hooks.Unlock()
		if errors.Is(err, errElsewhere) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return w.n.Put(ctx, w.dir+"/"+name, data)
}

func (n *notebook) ContentsIn(dir string) jupyter.WayIn { return way{n, dir, contents} }
func (n *notebook) KernelIn(ctx context.Context, dir string) (jupyter.WayIn, error) {
	if err := n.enter(ctx, "kernel", dir); err != nil {
		return nil, err
	}
	n.mu.Lock()
	n.kernels++
	n.mu.Unlock()
	return way{n, dir, "kernel"}, nil
}

// ---- the verbs
