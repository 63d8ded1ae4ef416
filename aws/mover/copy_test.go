package mover

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

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
