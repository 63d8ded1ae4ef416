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
	"testing/synctest"
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

// TestAProofTellsHowMuchOfTheSourceIsRead has both notebooks read at once, the
// replacement more of it: its files are not told as the source's.
func TestAProofTellsHowMuchOfTheSourceIsRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	must(t, w.job.Copy(t.Context(), nil))
	w.replaced.tree["more"] = "x"
	var last Progress
	if _, err := w.again().Prove(t.Context(), nil, func(p Progress) {
		if p.Phase == Reading {
			last = p
		}
	}); err != nil || last.Files != 40 || last.Bound != BySource {
		t.Errorf("it tells %+v, %v", last, err)
	}
}

// TestLittleIsCopiedWithoutMeasuringTheWaysIn goes at the usual pace: measuring takes
// longer than to bring what little there is.
func TestLittleIsCopiedWithoutMeasuringTheWaysIn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.job.pace = nil
		must(t, w.job.Copy(t.Context(), func(p Progress) {
			if p.Phase == Measuring {
				t.Error("the ways in are measured")
			}
		}))
		w.proven(t)
	})
}

// TestPartsThatNeverComeAreNotSentForEver has ways in that say that a part was written,
// which the replacement never sees.
func TestPartsThatNeverComeAreNotSentForEver(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		loses func(way string, times int) bool
		fails string
	}{
		"once":           {func(_ string, times int) bool { return times == 1 }, ""},
		"by the kernel":  {func(way string, _ int) bool { return way != contents }, ""},
		"by no way ever": {func(string, int) bool { return true }, "part 2 was sent again and again, and its reader there never saw it"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorldBy(t, Relay)
			w.job.pace.small = 0
			w.replaced.ways = []jupyter.Measured{{Way: "kernel", In: 2}, {Way: contents, In: 1}}
			times := 0
			w.replaced.send = func(way, name string, _ []byte) error {
				if !strings.HasPrefix(name, "p0000002-") {
					return nil
				}
				times++
				if c.loses(way, times) {
					return errElsewhere
				}
				return nil
			}
			noted := false
			err := w.job.Copy(t.Context(), func(p Progress) {
				noted = noted || strings.Contains(p.Note, "part 2 is sent again: it was sent, and did not come")
			})
			if !noted {
				t.Error("nobody is told")
			}
			if c.fails == "" {
				must(t, err)
				w.proven(t)
				return
			}
			e := &Error{}
			if !errors.Is(err, ErrScript) || !errors.As(err, &e) || e.Side != manifest.Replacement || e.Text != c.fails || times > 2*mostLost {
				t.Errorf("after %d times: %v", times, err)
			}
			w.replaced.send = nil
			must(t, w.again().Copy(t.Context(), nil))
			w.proven(t)
		})
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

// TestAKilledLookIsTakenAway ends a look at every call, so that it cannot take away what it
// brought. What comes next does: another look, or the end of the copy.
func TestAKilledLookIsTakenAway(t *testing.T) {
	t.Parallel()
	whole, left := newWorldBy(t, Relay), 0
	_, err := whole.job.Look(t.Context())
	must(t, err)
	calls := whole.source.calls + whole.replaced.calls
	for at := 1; at < calls; at++ {
		w := newWorldBy(t, Relay)
		var n atomic.Int64
		gone := func(string, string) error {
			if n.Add(1) > int64(at) {
				return fault(jupyter.ErrRefused)
			}
			return nil
		}
		w.source.fault, w.replaced.fault = gone, gone
		if _, err := w.job.Look(t.Context()); err == nil {
			t.Errorf("a look that ended at call %d of %d says that all is well", at, calls)
		}
		left += len(w.source.files) + len(w.replaced.files)
		w.source.fault, w.replaced.fault = nil, nil
		if at%2 == 0 {
			_, err := w.again().Look(t.Context())
			must(t, err)
		} else {
			must(t, w.again().Copy(t.Context(), nil))
			w.proven(t)
			must(t, w.again().Clean(t.Context()))
		}
		w.leftNothing(t)
	}
	if left == 0 {
		t.Error("no look has left anything: none was ended in the middle")
	}
}

// TestAKernelKeepsANotebookBusy has the heartbeat go through a kernel where that is asked
// for, and as ever where no kernel starts.
func TestAKernelKeepsANotebookBusy(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		awake, kernels bool
		want           string
	}{"asked for": {true, true, "kernel"}, "no kernel starts": {true, false, contents}, "not asked for": {false, true, contents}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorldBy(t, Relay)
			w.job.KeepAwake = c.awake
			var mu sync.Mutex
			beats := map[string]int{}
			for _, n := range []*notebook{w.source, w.replaced} {
				n.send = func(way, name string, _ []byte) error {
					mu.Lock()
					defer mu.Unlock()
					if name == transfer.BeatFile {
						beats[string(n.side)+" by "+way]++
					}
					return nil
				}
				n.fault = func(op, _ string) error {
					if op == "kernel" && !c.kernels {
						return fault(jupyter.ErrFailed)
					}
					return nil
				}
			}
			must(t, w.job.Copy(t.Context(), nil))
			w.proven(t)
			if len(beats) != 2 || beats["source by "+c.want] == 0 || beats["replacement by "+c.want] == 0 {
				t.Errorf("the heartbeat went %v", beats)
			}
		})
	}
}

// TestSudoIsUsedWhereItIsGiven looks at the commands of a notebook with root access, whose
// sudo works, or is refused; and of one without.
func TestSudoIsUsedWhereItIsGiven(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ root, works bool }{"given": {true, true}, "refused": {true, false}, "disabled": {false, true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorldBy(t, Relay)
			for i, n := range []*notebook{w.source, w.replaced} {
				[]*Side{&w.job.Source, &w.job.Replacement}[i].Root = c.root
				n.sudo = c.works
			}
			must(t, w.job.Copy(t.Context(), nil))
			w.proven(t)
			for _, n := range []*notebook{w.source, w.replaced} {
				with := slices.ContainsFunc(n.log, func(l string) bool { return strings.HasPrefix(l, "shell sudo -n python3") })
				if with != (c.root && c.works) {
					t.Errorf("in the %s root is used: %v", n.side, with)
				}
			}
		})
	}
}

// TestALookTriesTheBucket has one object go from the one to the other, or to nobody.
func TestALookTriesTheBucket(t *testing.T) {
	t.Parallel()
	denied := model.Problem{Kind: model.KindDenied, Message: "not authorized"}
	mood := func(method string) func(w *world) {
		return func(w *world) {
			w.s3.mood = func(m, _ string) string { return map[string]string{method: "HTTP 403"}[m] }
		}
	}
	refuses := func(what string) func(w *world) {
		return func(w *world) {
			w.s3.fault = func(op, _ string) error { return map[string]error{what: denied}[op] }
		}
	}
	const none = "-"
	for name, c := range map[string]struct {
		spoil            func(w *world)
		source, replaced string // a part of why; "" for reached, none for not tried
	}{
		"it gets through":        {func(*world) {}, "", ""},
		"versions are kept":      {func(w *world) { w.s3.versions = true }, "", ""},
		"the source is refused":  {mood("PUT"), "(source): the notebook does not get to the bucket: it is refused", none},
		"the other is refused":   {mood("GET"), "", "(replacement): the notebook does not get to the bucket: it is refused"},
		"the user is":            {refuses("ready"), "not authorized", none},
		"nobody may sign a PUT":  {refuses("sign PUT"), "not authorized", none},
		"the source alone":       {func(w *world) { w.job.Replacement = Side{} }, "", none},
		"no bucket is named":     {func(w *world) { w.job.Bucket = "" }, none, none},
		"nobody has a way to S3": {func(w *world) { w.job.Stores = nil }, none, none},
		"relay is chosen":        {func(w *world) { w.job.Transport = Relay }, none, none},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorldBy(t, S3)
			stores, to, bucket := w.job.Stores, w.job.Replacement, w.job.Bucket
			c.spoil(w)
			s, err := w.job.Look(t.Context())
			must(t, err)
			got := []*Reach{s.Source.Bucket, nil}
			if s.Replacement != nil {
				got[1] = s.Replacement.Bucket
			}
			for i, want := range []string{c.source, c.replaced} {
				r := got[i]
				if (want == none) != (r == nil) || r != nil && (r.Bucket != "data" || want == "" && r.Why != "" || !strings.Contains(r.Why, want)) {
					t.Errorf("%q: %+v", want, r)
				}
			}
			w.leftNothing(t)
			w.job.Stores, w.job.Replacement, w.job.Bucket = stores, to, bucket // for what cleans
		})
	}
	w := newWorldBy(t, S3)
	refuses("delete")(w)
	if _, err := w.job.Look(t.Context()); !errors.Is(err, ErrLeft) || !strings.Contains(err.Error(), "s3://data/nbscope/7f3c/try-") {
		t.Errorf("of an object that cannot be deleted it says %v", err)
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
