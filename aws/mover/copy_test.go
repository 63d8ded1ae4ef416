package mover

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"nbscope/aws/jupyter"
	"nbscope/model"
	"nbscope/model/manifest"
	"nbscope/model/transfer"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// byEach has a copy go by each transport.
func byEach(t *testing.T, do func(t *testing.T, by Transport)) {
	t.Parallel()
	for _, by := range []Transport{Relay, S3} {
		t.Run(string(by), func(t *testing.T) {
			t.Parallel()
			do(t, by)
		})
	}
}

func TestEverythingIsMovedAndProven(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.source.tree["socket"] = "x"
	var phases []Phase
	var last Progress
	must(t, w.job.Copy(t.Context(), func(p Progress) {
		if len(phases) == 0 || phases[len(phases)-1] != p.Phase {
			phases = append(phases, p.Phase)
		}
		if p.Phase == Streaming {
			last = p
		}
	}))
	if want := []Phase{Preparing, Streaming, Checking, Placing}; !slices.Equal(phases, want) {
		t.Errorf("phases %v, not %v", phases, want)
	}
	if last.Part != last.Parts || last.Part < 5 || last.Bytes == 0 || last.Bytes != last.TotalBytes || last.Way != contents || last.Round != 1 {
		t.Errorf("%+v", last)
	}
	r := w.proven(t)
	if r.Source.Files != 41 || r.Source.Tree != r.Replacement.Tree || !r.Replacement.Cold || r.Source.Cold || r.At.IsZero() {
		t.Errorf("%+v", r)
	}
	if raw, err := os.ReadFile(r.Differences); len(raw) != 0 || err != nil {
		t.Errorf("%s, %v", raw, err)
	}
	must(t, w.job.Clean(t.Context()))
	for _, n := range []*notebook{w.source, w.replaced} {
		if len(n.files) > 0 || n.stage != nil || len(n.running) > 0 || n.kernels > 0 {
			t.Errorf("%v, %v, %v, %d are left", n.files, n.stage, n.running, n.kernels)
		}
	}
}

// TestAnotherProcessGoesOn lets the copy go after every number of calls, as a killed
// process does, and has another job with the same folder go on.
func TestAnotherProcessGoesOn(t *testing.T) { byEach(t, anotherProcessGoesOn) }

func anotherProcessGoesOn(t *testing.T, by Transport) {
	whole := newWorldBy(t, by)
	must(t, whole.job.Copy(t.Context(), nil))
	calls := whole.source.calls + whole.replaced.calls
	for at := 1; at < calls; at += 3 {
		w := newWorldBy(t, by)
		ctx, cancel := context.WithCancel(t.Context())
		var mu sync.Mutex
		n := 0
		count := func(string, string) error {
			mu.Lock()
			defer mu.Unlock()
			n++
			if n == at {
				cancel()
			}
			return nil
		}
		w.source.fault, w.replaced.fault = count, count
		if err := w.job.Copy(ctx, nil); err != nil && !errors.Is(err, ErrDetached) {
			t.Errorf("let go at %d: %v", at, err)
		}
		cancel()
		must(t, w.again().Copy(t.Context(), nil))
		w.proven(t)
		if t.Failed() {
			t.Fatalf("let go at %d of %d calls", at, calls)
		}
	}
}

// TestAStoppedNotebookIsFollowedByWhatIsMissing stops either notebook at every turn of
// its end: what runs is gone, the files are there.
func TestAStoppedNotebookIsFollowedByWhatIsMissing(t *testing.T) {
	byEach(t, aStoppedNotebookIsFollowedByWhatIsMissing)
}

func aStoppedNotebookIsFollowedByWhatIsMissing(t *testing.T, by Transport) {
	most := 0
	for at := range int64(9) {
		for _, side := range []manifest.Side{manifest.Source, manifest.Replacement} {
			w := newWorldBy(t, by)
			n, verb := w.source, transfer.Send
			if side == manifest.Replacement {
				n, verb = w.replaced, transfer.Receive
			}
			stopped := false
			n.turns = func(v transfer.Verb, s *played) {
				if v == verb && s.ticks == at+1 && !stopped {
					stopped = true
					clear(n.running)
				}
			}
			var rounds int
			must(t, w.job.Copy(t.Context(), func(p Progress) { rounds = max(rounds, p.Round) }))
			most = max(most, rounds)
			w.proven(t)
		}
	}
	if most < 2 {
		t.Error("none of them took a second stream")
	}
}

// TestWhatChangesMeanwhileIsBrought changes the source while it is copied, and after.
func TestWhatChangesMeanwhileIsBrought(t *testing.T) { byEach(t, whatChangesMeanwhileIsBrought) }

func whatChangesMeanwhileIsBrought(t *testing.T, by Transport) {
	w := newWorldBy(t, by)
	changes := 0
	w.source.begins = func(v transfer.Verb) {
		if v != transfer.MakeManifest || changes >= 3 {
			return
		}
		changes++
		w.source.tree["file07"] += "more"
		w.source.tree["late"+strings.Repeat("r", changes)] = "new"
		delete(w.source.tree, "file1"+string(rune('0'+changes)))
	}
	must(t, w.job.Copy(t.Context(), nil))
	w.proven(t)
	for range 2 {
		changes = 1
		w.source.tree["file08"] += "again"
		w.source.tree["file09"] = "other"
		delete(w.source.tree, "file20")
		w.replaced.tree["file09"] = "by hand"
		must(t, w.again().Copy(t.Context(), nil))
		if w.replaced.tree["file09"] != "by hand" {
			t.Error("what the user wrote on the replacement was replaced")
		}
		r, err := w.again().Prove(t.Context(), nil, nil)
		must(t, err)
		if r.Differing != 1 || r.Open() != 1 {
			t.Errorf("%+v", r.Comparison)
		}
		raw, err := os.ReadFile(r.Differences)
		must(t, err)
		if !strings.Contains(string(raw), `"path":"file09","status":"differing"`) {
			t.Errorf("%s", raw)
		}
		if r, err = w.again().Prove(t.Context(), func(d *manifest.Difference) bool { return d.Path == "file09" }, nil); !r.Proven() || err != nil {
			t.Errorf("accepted by name: %+v, %v", r.Comparison, err)
		}
	}
	must(t, w.again().Copy(t.Context(), nil)) // nothing changed any more
}

// TestAnEmptySourceIsSaidToBeEmpty ends in place of streaming nothing for ever, and goes
// on once there is something.
func TestAnEmptySourceIsSaidToBeEmpty(t *testing.T) { byEach(t, anEmptySourceIsSaidToBeEmpty) }

func anEmptySourceIsSaidToBeEmpty(t *testing.T, by Transport) {
	w := newWorldBy(t, by)
	file := w.source.tree["file00"]
	clear(w.source.tree)
	for range 2 {
		if err := w.again().Copy(t.Context(), nil); !errors.Is(err, ErrEmpty) {
			t.Fatalf("it ended with %v", err)
		}
	}
	w.source.tree["file00"] = file
	must(t, w.again().Copy(t.Context(), nil))
	w.proven(t)
}

func TestWhatIsThereAlreadyIsLetBe(t *testing.T) { byEach(t, whatIsThereAlreadyIsLetBe) }

func whatIsThereAlreadyIsLetBe(t *testing.T, by Transport) {
	w := newWorldBy(t, by)
	w.replaced.tree["file03"] = "mine"
	w.replaced.tree["own"] = "mine"
	must(t, w.job.Copy(t.Context(), nil))
	r, err := w.job.Prove(t.Context(), nil, nil)
	must(t, err)
	if w.replaced.tree["file03"] != "mine" || r.Differing != 1 || r.Extra != 1 || r.Proven() {
		t.Errorf("%q, %+v", w.replaced.tree["file03"], r.Comparison)
	}
}

func TestPartsThatFailComeAgain(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(w *world){
		"damaged on the way out": func(w *world) {
			times := 0
			w.source.out = func(at string, b []byte) []byte {
				times++
				if strings.Contains(at, "/parts/") && times%2 == 0 {
					b[0] ^= 1
				}
				return b
			}
		},
		"damaged on the way in": func(w *world) {
			var times atomic.Int64 // the two hooks hold no lock in common
			w.replaced.fault = func(op, at string) error {
				if op == "put" && strings.Contains(at, "/parts/") {
					times.Add(1)
				}
				return nil
			}
			w.replaced.turns = func(transfer.Verb, *played) {
				for f, b := range w.replaced.files {
					if strings.Contains(f, "/parts/p") && times.Load()%3 == 1 {
						times.Add(1)
						w.replaced.files[f] = append([]byte{b[0] ^ 1}, b[1:]...)
					}
				}
			}
		},
		"no answer": func(w *world) {
			times := 0
			f := func(_, at string) error {
				times++
				if times%5 == 0 && (strings.Contains(at, "/parts/") || strings.Contains(at, ".status")) {
					return fault(jupyter.ErrTemporary)
				}
				return nil
			}
			w.source.fault = f
		},
		"gone before the server looked": func(w *world) {
			w.replaced.send = func(_, name string, b []byte) error {
				if name == transfer.BeatFile {
					return nil
				}
				must(t, w.replaced.Put(t.Context(), "nbscope-7f3c/1/parts/"+name, b))
				return fault(jupyter.ErrNotFound)
			}
		},
		"said to be written, and not": func(w *world) {
			times := 0
			w.replaced.send = func(_, _ string, _ []byte) error {
				times++
				if times == 3 {
					return fault(jupyter.ErrNotFound)
				}
				return nil
			}
		},
		"a kernel that ends": func(w *world) {
			w.job.pace.small = 0
			w.replaced.ways = []jupyter.Measured{{Way: "kernel", In: 2}, {Way: contents, In: 1}}
			times := 0
			w.replaced.send = func(way, _ string, _ []byte) error {
				times++
				if way == "kernel" && times > 3 {
					return fault(jupyter.ErrFailed)
				}
				return nil
			}
		},
		"parts that are too large": func(w *world) {
			w.job.pace.part = 2 << 20
			w.source.tree["big"] = strings.Repeat("big ", 1<<20)
			w.replaced.send = func(_, name string, b []byte) error {
				if len(b) > 1<<20 && name != transfer.BeatFile {
					return fault(jupyter.ErrTooLarge)
				}
				return nil
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			spoil(w)
			must(t, w.job.Copy(t.Context(), nil))
			w.proven(t)
		})
	}
}

// TestAFullDiskIsSaidAndWaitedFor fills either disk, and makes room or does not.
func TestAFullDiskIsSaidAndWaitedFor(t *testing.T) { byEach(t, aFullDiskIsSaidAndWaitedFor) }

func aFullDiskIsSaidAndWaitedFor(t *testing.T, by Transport) {
	free := int64(3 << 20)
	for _, side := range []manifest.Side{manifest.Source, manifest.Replacement} {
		for _, room := range []bool{true, false} {
			w := newWorldBy(t, by)
			n, verb := w.source, transfer.Send
			if side == manifest.Replacement {
				n, verb = w.replaced, transfer.Receive
			}
			full := true
			w.step = 2 * time.Second
			n.turns = func(v transfer.Verb, s *played) {
				if v != verb {
					return
				}
				s.st.Full = nil
				if full && s.ticks > 1 && (s.ticks < 40 || !room) {
					s.st.Full = &free
				}
			}
			notes := map[string]bool{}
			err := w.job.Copy(t.Context(), func(p Progress) { notes[p.Note] = true })
			if !notes["the disk of the "+string(side)+" is full (3 MB are free): it waits for room"] {
				t.Errorf("%s: %v", side, notes)
			}
			if room {
				must(t, err)
			} else {
				e := &Error{}
				if !errors.Is(err, ErrFull) || !errors.As(err, &e) || e.Side != side || !strings.Contains(e.Hint(), "of the "+string(side)) || e.Problem().Kind != model.KindLimit {
					t.Errorf("%v", err)
				}
				full = false
				must(t, w.again().Copy(t.Context(), nil))
			}
			w.proven(t)
		}
	}
}

// TestErrorsSayWhatEndedIt has each kind of failure end the copy, and the copy go on
// once it is over.
func TestErrorsSayWhatEndedIt(t *testing.T) { byEach(t, errorsSayWhatEndedIt) }

func errorsSayWhatEndedIt(t *testing.T, by Transport) {
	problem := model.Problem{Kind: model.KindExpired, Message: "the token has expired"}
	gone := errors.New("Stopped")
	always := func(err error) func(string, string) error { return func(string, string) error { return err } }
	parts := func(err error) func(string, string) error {
		return func(_, at string) error {
			if strings.Contains(at, ".status") || strings.Contains(at, "/parts/") {
				return err
			}
			return nil
		}
	}
	for name, c := range map[string]struct {
		fault  func(op, at string) error
		tools  string
		serves error
		want   error
		kind   model.ProblemKind
	}{
		"not signed in":          {fault: always(fault(jupyter.ErrNotSignedIn)), want: ErrNotSignedIn, kind: model.KindDenied},
		"not signed in any more": {fault: parts(fault(jupyter.ErrNotSignedIn)), want: ErrNotSignedIn, kind: model.KindDenied},
		"another host":           {fault: always(fault(jupyter.ErrHost)), want: ErrHost, kind: model.KindProtocol},
		"refused":                {fault: parts(fault(jupyter.ErrRefused)), want: ErrRefused, kind: model.KindDenied},
		"no URL":                 {fault: always(problem), want: ErrNoURL, kind: model.KindExpired},
		"no URL, stopped":        {fault: always(problem), serves: gone, want: ErrStopped, kind: model.KindConflict},
		"stopped":                {fault: parts(fault(jupyter.ErrTemporary)), serves: gone, want: ErrStopped, kind: model.KindConflict},
		"no answer":              {fault: parts(fault(jupyter.ErrTemporary)), want: ErrUnreachable, kind: model.KindNetwork},
		"no python":              {tools: "uid 1000\ntar yes\nflock yes\n", want: ErrNoPython, kind: model.KindNotOffered},
		"no tar":                 {tools: "uid 1000\npython 3.7\nflock yes\n", want: ErrNoPython, kind: model.KindNotOffered},
		"no terminals": {fault: func(op, _ string) error {
			if op == "root" || op == "shell" {
				return fault(jupyter.ErrNotFound)
			}
			return nil
		}, want: ErrNoTerminal, kind: model.KindNotOffered},
		"a full disk": {fault: func(op, at string) error {
			if op == "put" && !strings.HasSuffix(at, transfer.BeatFile) {
				return fault(jupyter.ErrFailed)
			}
			return nil
		}, want: ErrFull, kind: model.KindLimit},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, side := range []manifest.Side{manifest.Source, manifest.Replacement} {
				w := newWorldBy(t, by)
				n, s := w.source, &w.job.Source
				if side == manifest.Replacement {
					n, s = w.replaced, &w.job.Replacement
				}
				n.fault, w.step = c.fault, 5*time.Second
				well := n.tools
				if c.tools != "" {
					n.tools = c.tools
				}
				s.Serves = func(context.Context) error { return c.serves }
				err := w.job.Copy(t.Context(), nil)
				e := &Error{}
				if !errors.Is(err, c.want) || !errors.As(err, &e) || e.Side != side || e.Notebook != s.Name {
					t.Fatalf("%s: %v", side, err)
				}
				if p := e.Problem(); p.Kind != c.kind || p.Message == "" || e.Hint() == "" || strings.Contains(e.Hint(), "%") {
					t.Errorf("%s: %+v, %q", side, p, e.Hint())
				}
				n.fault, n.tools, s.Serves = nil, well, nil
				must(t, w.again().Copy(t.Context(), nil))
				w.proven(t)
			}
		})
	}
}

// TestNothingButANewManifestIsAProof has a notebook answer with what it said before,
// with half of it, with nothing, or with another tree's.
func TestNothingButANewManifestIsAProof(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	must(t, w.job.Copy(t.Context(), nil))
	w.proven(t)
	old, err := os.ReadFile(filepath.Join(w.job.Folder, proofReplaced))
	must(t, err)
	delete(w.replaced.tree, "file05")
	for name, out := range map[string]func(b []byte) []byte{
		"an old one": func(b []byte) []byte { return append(old, b...)[:len(b)] },
		"half":       func(b []byte) []byte { return append(b[:len(b)/2], strings.Repeat("\n", len(b)-len(b)/2)...) },
		"changed":    func(b []byte) []byte { b[len(b)/2] ^= 1; return b },
	} {
		w.replaced.out = func(at string, b []byte) []byte {
			if strings.HasSuffix(at, ".manifest") {
				return out(b)
			}
			return b
		}
		r, err := w.again().Prove(t.Context(), nil, nil)
		if !errors.Is(err, ErrUnproven) || r.Proven() {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
	w.replaced.out = nil
	r, err := w.again().Prove(t.Context(), nil, nil)
	if err != nil || r.Missing != 1 || r.Proven() {
		t.Errorf("%+v, %v", r.Comparison, err)
	}
}

func TestALookLeavesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.replaced.ways = []jupyter.Measured{{Way: "kernel", In: 2, Out: 3}, {Way: contents, Err: errors.New("no")}}
	s, err := w.job.Look(t.Context())
	must(t, err)
	if s.Source.Files != 40 || s.Source.Free != 500<<10 || s.Source.Python != "3.7" || !s.Source.Curl || s.Source.Sudo || s.Source.Root != "/home/source" ||
		s.Source.AutoStop != "*/5 * * * * /usr/bin/python3 autostop.py --time 3600" {
		t.Errorf("%+v", s.Source)
	}
	if s.Replacement == nil || len(s.Replacement.Ways) != 2 || s.Replacement.Ways[1].Why != "no" {
		t.Errorf("%+v", s.Replacement)
	}
	w.job.Replacement = Side{}
	w.source.tools = "uid 1000\n"
	s, err = w.job.Look(t.Context())
	if !errors.Is(err, ErrNoPython) || s.Replacement != nil || s.Source.Files != -1 || s.Source.Free != -1 {
		t.Errorf("%+v, %v", s, err)
	}
	for _, n := range []*notebook{w.source, w.replaced} {
		if len(n.files) > 0 {
			t.Errorf("%v is left", n.files)
		}
	}
}

// TestStopInTheMiddle leaves nothing, and a copy after it begins anew.
func TestStopInTheMiddle(t *testing.T) { byEach(t, stopInTheMiddle) }

func stopInTheMiddle(t *testing.T, by Transport) {
	w := newWorldBy(t, by)
	ctx, cancel := context.WithCancel(t.Context())
	w.replaced.turns = func(v transfer.Verb, s *played) {
		if v == transfer.Receive && s.st.Fed > 2 {
			cancel()
		}
	}
	if err := w.job.Copy(ctx, nil); !errors.Is(err, ErrDetached) {
		t.Errorf("%v", err)
	}
	must(t, w.again().Stop(t.Context()))
	for _, n := range []*notebook{w.source, w.replaced} {
		if len(n.files) > 0 || len(n.running) > 0 || n.stage != nil {
			t.Errorf("%v, %v are left", n.files, n.running)
		}
	}
	w.replaced.turns = nil
	must(t, w.again().Copy(t.Context(), nil))
	w.proven(t)
	w.source.tree["file01"] = "changed"
	must(t, w.again().Stop(t.Context()))
	must(t, w.again().Copy(t.Context(), nil))
	w.proven(t)
}

func TestTheFolderIsOfOneRun(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	must(t, w.job.Copy(t.Context(), nil))
	for name, spoil := range map[string]func(raw string) string{
		"of another run":      func(raw string) string { return strings.Replace(raw, `"7f3c"`, `"other"`, 1) },
		"of a newer version":  func(raw string) string { return strings.Replace(raw, `"v": 1`, `"v": 2`, 1) },
		"half written":        func(raw string) string { return raw[:len(raw)/2] },
		"at a step not known": func(raw string) string { return strings.Replace(raw, `"placed"`, `"dance"`, 1) },
	} {
		at := filepath.Join(w.job.Folder, "copy.json")
		raw, err := os.ReadFile(at)
		must(t, err)
		must(t, os.WriteFile(at, []byte(spoil(string(raw))), 0o600))
		if err := w.again().Copy(t.Context(), nil); !errors.Is(err, ErrFolder) {
			t.Errorf("%s: %v", name, err)
		}
		must(t, os.WriteFile(at, raw, 0o600))
	}
	if st, err := os.Stat(filepath.Join(w.job.Folder, "copy.json")); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", st, err)
	}
}
