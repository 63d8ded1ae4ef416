package mover

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
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
	sudo    bool // it works, for who asks

	hooks  sync.Mutex                             // held while fault or send runs: calls come side by side
	fault  func(op, path string) error            // before each call; nil for none
	out    func(path string, b []byte) []byte     // what a download brings
	begins func(v transfer.Verb)                  // a verb is started
	turns  func(v transfer.Verb, s *played)       // a verb goes on
	ways   []jupyter.Measured                     // what Measure says
	send   func(way, name string, b []byte) error // before a part is written; nil for none
	s3     *fakeStore                             // where URLs lead
}

// played is a verb that runs.
type played struct {
	p     transfer.Parameters
	st    transfer.Status
	rest  []byte // of the archive, on either side
	ticks int64
}

func newNotebook(t *testing.T, side manifest.Side, tree map[string]string) *notebook {
	return &notebook{
		t: t, side: side, tree: tree, files: map[string][]byte{}, running: map[transfer.Verb]*played{},
		tools: "uid 1000\npython 3.7\ntar yes\nflock yes\ncurl yes\nsize 1000\nfree 500\ninodes 9\n",
	}
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
		if n.running[transfer.Verb(strings.TrimSuffix(path.Base(at(0)), ".lock"))] != nil {
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
func (w way) Close(context.Context) error {
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

func (n *notebook) begin(v transfer.Verb, parameters string) error {
	var p transfer.Parameters
	if err := json.Unmarshal(n.files[parameters], &p); err != nil {
		n.t.Errorf("%s of %s: %v", parameters, v, err)
		return fault(jupyter.ErrFailed)
	}
	if n.begins != nil {
		n.begins(v)
	}
	if v == transfer.Clean {
		clear(n.running)
		n.stage = nil
		maps.DeleteFunc(n.files, func(f string, _ []byte) bool { return strings.HasPrefix(f, p.Work+"/") })
		return nil
	}
	if n.running[v] != nil {
		return nil // its lock is taken
	}
	s := &played{p: p, st: transfer.Status{V: 1, Verb: v, Run: p.Run, Stream: p.Stream, State: transfer.Running, PID: 7}}
	n.running[v] = s
	if v == transfer.Send {
		s.rest = n.archive(p)
	}
	if v == transfer.Receive {
		if n.stage == nil {
			n.stage = map[string]string{}
		}
		for verb, name := range n.changes(p) {
			if strings.HasPrefix(verb, "remove") {
				delete(n.stage, name)
			}
		}
	}
	if v == transfer.Send || v == transfer.Receive {
		maps.DeleteFunc(n.files, func(f string, _ []byte) bool {
			first, _, _ := strings.Cut(strings.TrimPrefix(f, p.Work+"/"), "/")
			_, err := strconv.Atoi(first)
			return err == nil && first != p.Stream
		})
		n.files[p.Work+"/"+p.Stream+"/parts/"], n.files[p.Work+"/"+p.Stream+"/urls/"] = nil, nil
	}
	n.put(s, v)
	return nil
}

func (n *notebook) put(s *played, v transfer.Verb) {
	s.ticks++
	s.st.Clock = s.ticks
	raw, err := json.Marshal(s.st)
	if err != nil {
		n.t.Error(err)
	}
	n.files[s.p.Work+"/"+v.StatusFile()] = raw
}

func (n *notebook) turn(v transfer.Verb) {
	s := n.running[v]
	if s == nil {
		return
	}
	if n.turns != nil {
		n.turns(v, s)
		if n.running[v] == nil {
			return // it was ended
		}
	}
	switch v {
	case transfer.Send:
		n.cut(s)
	case transfer.Receive:
		n.feed(s)
	case transfer.Survey:
		s.st.State, s.st.Entries, s.st.Files = transfer.Done, int64(len(n.tree)), int64(len(n.tree))
		for _, content := range n.tree {
			s.st.Bytes += int64(len(content))
		}
	case transfer.MakeManifest:
		tree := n.tree
		if s.p.Of == transfer.StageDir {
			tree = n.stage
		}
		s.st.Files = int64(len(tree))
		if s.ticks > 1 { // one look sees it read
			n.files[s.p.Work+"/"+s.p.Out] = manifestOf(s.p, tree)
			s.st.State = transfer.Done
		}
	case transfer.Place:
		n.place(s)
	case transfer.Exchange:
		s.st.State, s.st.Exchanged = transfer.Done, &transfer.Carried{}
		if s.p.Order.Method == http.MethodPut {
			*s.st.Exchanged = n.s3.put(s.p.Order, []byte(s.p.Text))
		} else {
			_, *s.st.Exchanged = n.s3.get(s.p.Order)
		}
	case transfer.Clean:
	}
	n.put(s, v)
	if s.st.State == transfer.Done || s.st.State == transfer.Failed {
		delete(n.running, v)
	}
}

func (n *notebook) archive(p transfer.Parameters) []byte {
	names := slices.Sorted(maps.Keys(n.tree))
	if p.List != "" {
		list := strings.Split(string(n.files[p.Work+"/"+p.List]), "\x00")
		names = slices.DeleteFunc(names, func(name string) bool { return !slices.Contains(list, "./"+name) })
	}
	out := []byte("begin\n")
	for _, name := range names {
		out = fmt.Appendf(out, "%s\t%s\n", name, n.tree[name])
	}
	return out
}

func (n *notebook) number(s *played, name string) int64 {
	k, err := strconv.ParseInt(strings.TrimSpace(string(n.files[s.p.Work+"/"+name])), 10, 64)
	if err != nil {
		return -1
	}
	return k
}

func (n *notebook) cut(s *played) {
	s.st.Acked = max(s.st.Acked, n.number(s, transfer.AckFile(s.p.Stream)))
	s.st.Parts = slices.DeleteFunc(s.st.Parts, func(p transfer.Part) bool {
		if p.N <= s.st.Acked {
			delete(n.files, s.p.Work+"/"+transfer.CutFile(s.p.Stream, p.N))
		}
		return p.N <= s.st.Acked
	})
	for len(s.rest) > 0 && s.st.Full == nil && s.st.Cut < s.st.Acked+int64(s.p.Window) {
		data := s.rest[:min(len(s.rest), s.p.Part)]
		s.rest = s.rest[len(data):]
		s.st.Cut++
		sum := sha256.Sum256(data)
		s.st.Bytes += int64(len(data))
		s.st.Parts = append(s.st.Parts, transfer.Part{N: s.st.Cut, Size: int64(len(data)), SHA256: hex.EncodeToString(sum[:])})
		n.files[s.p.Work+"/"+transfer.CutFile(s.p.Stream, s.st.Cut)] = data
	}
	for i := range s.st.Parts {
		p := &s.st.Parts[i]
		if o := n.order(s, p.N); o != nil {
			try := p.Try + 1
			p.Carried = n.s3.put(o, n.files[s.p.Work+"/"+transfer.CutFile(s.p.Stream, p.N)])
			p.Try = try
		}
	}
	if len(s.rest) == 0 {
		s.st.State, s.st.Last = transfer.Cut, s.st.Cut
		if s.st.Acked == s.st.Last {
			s.st.State = transfer.Done
		}
	}
}

// order takes what the mover has written for a part.
func (n *notebook) order(s *played, part int64) *transfer.Order {
	at := s.p.Work + "/" + transfer.OrderFile(s.p.Stream, part)
	raw, ok := n.files[at]
	if !ok || !s.p.URLs {
		return nil
	}
	delete(n.files, at)
	var o transfer.Order
	if err := json.Unmarshal(raw, &o); err != nil {
		n.t.Error(err)
	}
	return &o
}

// come has parts come by their URLs.
func (n *notebook) come(s *played) {
	for part := s.st.Fed + 1; part <= s.st.Fed+int64(s.p.Window); part++ {
		o := n.order(s, part)
		if o == nil {
			continue
		}
		data, c := n.s3.get(o)
		c.Try = s.st.Again[part].Try + 1
		if s.st.Again == nil {
			s.st.Again = map[int64]transfer.Carried{}
		}
		s.st.Again[part] = c
		if c.Stored {
			delete(s.st.Again, part)
			n.files[s.p.Work+"/"+transfer.ComeFile(s.p.Stream, &transfer.Part{N: part, Size: o.Size, SHA256: o.SHA256})] = data
		}
	}
}

func (n *notebook) feed(s *played) {
	n.come(s)
	for s.st.Full == nil {
		head := fmt.Sprintf("%s/%s/parts/p%07d-", s.p.Work, s.p.Stream, s.st.Fed+1)
		at := ""
		for f := range n.files {
			if strings.HasPrefix(f, head) {
				at = f
			}
		}
		if at == "" {
			break
		}
		data := n.files[at]
		delete(n.files, at)
		if sum := sha256.Sum256(data); !strings.HasSuffix(at, fmt.Sprintf("-%d-%x", len(data), sum)) {
			if s.st.Bad == nil {
				s.st.Bad = map[int64]int{}
			}
			s.st.Bad[s.st.Fed+1]++
			break
		}
		s.st.Fed++
		s.st.Bytes += int64(len(data))
		lines := strings.SplitAfter(string(s.rest)+string(data), "\n")
		s.rest = []byte(lines[len(lines)-1])
		for _, l := range lines[:len(lines)-1] {
			if name, content, ok := strings.Cut(strings.TrimSuffix(l, "\n"), "\t"); ok {
				n.stage[name] = content
				s.st.Files++
			} else if l != "begin\n" {
				n.t.Errorf("the archive holds %q", l)
			}
		}
	}
	if last := n.number(s, transfer.LastFile(s.p.Stream)); last >= 0 && s.st.Fed == last {
		s.st.State = transfer.Done
	}
}

// changes are the lines of a delta: by verb and line, the name.
func (n *notebook) changes(p transfer.Parameters) map[string]string {
	out := map[string]string{}
	for line := range strings.Lines(string(n.files[p.Work+"/"+p.Changes])) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		out[fields[0]+" "+fields[5]+" "+fields[9]] = fields[9]
	}
	return out
}

func (n *notebook) place(s *played) {
	changes := n.changes(s.p)
	still := func(verb, name string) bool {
		sum := sha256.Sum256([]byte(n.tree[name]))
		_, ok := changes[fmt.Sprintf("%s %x %s", verb, sum, name)]
		return ok
	}
	for name := range n.tree {
		if still("remove", name) {
			delete(n.tree, name)
			s.st.Removed++
		}
	}
	for name, content := range n.stage {
		was, there := n.tree[name]
		if there && was != content && !still("replace", name) {
			s.st.Differ++
			continue
		}
		n.tree[name] = content
		delete(n.stage, name)
		s.st.Placed++
	}
	s.st.State = transfer.Done
}

// manifestOf is the manifest of a tree of files at the top.
func manifestOf(p transfer.Parameters, tree map[string]string) []byte {
	head, err := json.Marshal(manifest.Header{Run: p.Run, Request: p.Request, Side: p.Side, Root: p.Root, Made: 1795906000, UID: 1000, Cold: p.Cold, Rules: p.Rules})
	if err != nil {
		panic(err)
	}
	all, lines := sha256.New(), sha256.New()
	var out bytes.Buffer
	w := io.MultiWriter(&out, all)
	fmt.Fprintf(w, "#nbscope-manifest\t1\t%s\n", head)
	var s manifest.Summary
	for _, name := range slices.Sorted(maps.Keys(tree)) {
		sum := sha256.Sum256([]byte(tree[name]))
		line := fmt.Sprintf("f\t644\t%d\t1000000000\t%x\t-\t-\t-\t%s\n", len(tree[name]), sum, name)
		_, _ = io.WriteString(w, line)
		_, _ = io.WriteString(lines, line)
		s.Entries++
		s.Files++
		s.Bytes += int64(len(tree[name]))
	}
	s.Tree, s.Sum = hex.EncodeToString(lines.Sum(nil)), hex.EncodeToString(all.Sum(nil))
	end, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	fmt.Fprintf(&out, "#end\t%s\n", end)
	return out.Bytes()
}

// world is a job between two notebooks that are played.
type world struct {
	source, replaced *notebook
	s3               *fakeStore
	job              Job
	clock            time.Time
	step             time.Duration
	mu               sync.Mutex
}

// newWorldBy is one whose data goes by a transport. Of what is not cleaned otherwise, it
// looks at the end that it can be.
func newWorldBy(t *testing.T, by Transport) *world {
	w := newWorld(t)
	w.job.Transport = by
	t.Cleanup(func() {
		for _, n := range []*notebook{w.source, w.replaced} {
			n.fault = nil
		}
		w.s3.fault = nil
		if err := w.again().Clean(context.Background()); err != nil {
			t.Error(err)
		}
		w.leftNothing(t)
	})
	return w
}

func (w *world) leftNothing(t *testing.T) {
	t.Helper()
	for _, n := range []*notebook{w.source, w.replaced} {
		if len(n.files) > 0 || n.stage != nil || len(n.running) > 0 || n.kernels > 0 {
			t.Errorf("%v, %v, %v, %d are left in the %s", n.files, n.stage, n.running, n.kernels, n.side)
		}
	}
	if len(w.s3.objects) > 0 {
		t.Errorf("objects are left: %v", w.s3.objects)
	}
}

func newWorld(t *testing.T) *world {
	tree := map[string]string{}
	for i := range 40 {
		tree[fmt.Sprintf("file%02d", i)] = strings.Repeat(strconv.Itoa(i), 20+i)
	}
	w := &world{source: newNotebook(t, manifest.Source, tree), replaced: newNotebook(t, manifest.Replacement, map[string]string{}), clock: time.Unix(1795900000, 0), step: 100 * time.Millisecond}
	w.s3 = newFakeStore(t)
	w.source.s3, w.replaced.s3 = w.s3, w.s3
	w.job = Job{Run: "7f3c", Folder: t.TempDir(), Transport: Relay, Now: w.now, Bucket: "data", Prefix: "nbscope/7f3c"}
	w.job.Stores = func(bucket string) Store {
		if bucket != "data" {
			t.Errorf("the bucket %q is used", bucket)
		}
		return w.s3
	}
	w.job.Source, w.job.Replacement = Side{Session: w.source, Name: "churn"}, Side{Session: w.replaced, Name: "churn-nbscope"}
	w.job.pace = &pace{
		tick: time.Millisecond, beat: 20 * time.Second, silence: 20 * time.Second, lost: 15 * time.Second, patience: 15 * time.Minute,
		part: 300, window: 4, parallel: 2, rounds: 4, small: 64 << 20, object: 300, objects: 4, many: 1,
	}
	return w
}

// now is a clock that goes on by being looked at.
func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock = w.clock.Add(w.step)
	return w.clock
}

// again is the job as another process has it.
func (w *world) again() *Job {
	j := w.job
	return &j
}

// proven checks that both trees are equal and that the proof says so.
func (w *world) proven(t *testing.T) Result {
	t.Helper()
	r, err := w.again().Prove(t.Context(), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !r.Proven() || !maps.Equal(w.source.tree, w.replaced.tree) || r.Comparison.Source.Digest != r.Comparison.Replacement.Digest {
		t.Errorf("%+v: %v, %v", r.Comparison, w.source.tree, w.replaced.tree)
	}
	return r
}
