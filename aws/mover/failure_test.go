package mover

import (
	"context"
	"errors"
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
		"none, by a kernel": func(w *world) {
			w.job.pace.small = 0
			w.replaced.ways = []jupyter.Measured{{Way: "kernel", In: 2}, {Way: contents, In: 1}}
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
			if w.replaced.kernels != 0 {
				t.Errorf("%d kernels are left before anybody cleans", w.replaced.kernels)
			}
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

// TestRoomIsWaitedForBeforeEachStart has no room for the file that starts a verb, for each
// verb on either side that a copy runs.
func TestRoomIsWaitedForBeforeEachStart(t *testing.T) { byEach(t, roomIsWaitedForBeforeEachStart) }

func roomIsWaitedForBeforeEachStart(t *testing.T, by Transport) {
	for _, side := range []manifest.Side{manifest.Source, manifest.Replacement} {
		w := newWorldBy(t, by)
		n := w.source
		if side == manifest.Replacement {
			n = w.replaced
		}
		var mu sync.Mutex
		tries := map[string]int{}
		n.fault = func(op, at string) error {
			mu.Lock()
			defer mu.Unlock()
			if op != "put" || !strings.HasSuffix(at, ".json") {
				return nil
			}
			tries[at]++
			if tries[at] > 3 {
				return nil
			}
			return &jupyter.Error{Op: "write", Kind: jupyter.ErrFailed, Detail: "[Errno 28] No space left on device"}
		}
		notes := map[string]bool{}
		must(t, w.job.Copy(t.Context(), func(p Progress) { notes[p.Note] = true }))
		w.proven(t)
		if !notes["the disk of the "+string(side)+" is full: it waits for room"] {
			t.Errorf("%s: %v", side, notes)
		}
		if len(tries) < 2 {
			t.Errorf("%s: only %v were started", side, tries)
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

// TestAFullDiskIsGivenRoomBeforeItIsCleaned lets what is kept in reserve make room for the
// few bytes that cleaning needs.
func TestAFullDiskIsGivenRoomBeforeItIsCleaned(t *testing.T) {
	t.Parallel()
	w := newWorldBy(t, Relay)
	must(t, w.job.Copy(t.Context(), nil))
	freed := 0
	w.source.fault = func(op, at string) error {
		switch {
		case op == "shell" && strings.Contains(at, "rm -f --"):
			freed++
		case op == "put" && strings.HasSuffix(at, transfer.Clean.ParameterFile()) && freed == 0:
			return fault(jupyter.ErrFailed)
		}
		return nil
	}
	must(t, w.again().Clean(t.Context()))
	if freed != 1 || len(w.source.files) > 0 {
		t.Errorf("freed %d times, left is %v", freed, w.source.files)
	}
}
