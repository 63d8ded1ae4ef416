package drive

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
)

// cabinet is a folder of journals that says what it is told to.
type cabinet struct {
	Runs
	found   []recreate.Difference
	batches []recreate.KeptBatch
	handed  int // differences
	err     error
}

func (c *cabinet) Batches() ([]recreate.KeptBatch, error) { return c.batches, c.err }

func (c *cabinet) Differences(_ context.Context, _ *recreate.Run, each func(*recreate.Difference) bool) error {
	for i := range c.found {
		c.handed++
		if !each(&c.found[i]) {
			break
		}
	}
	return c.err
}

func TestOfTheDifferencesOfARunTheFirstThatMatchAreFound(t *testing.T) {
	t.Parallel()
	found := []recreate.Difference{{Path: "data/a.csv", Says: "missing"}, {Path: "b.txt"}, {Path: "Data/c.csv"}, {Path: "d.csv"}}
	for name, c := range map[string]struct {
		text   string
		most   int
		want   string
		more   bool
		handed int
	}{
		"all there are":         {"", 9, "data/a.csv b.txt Data/c.csv d.csv", false, 4},
		"as many as there are":  {"", 4, "data/a.csv b.txt Data/c.csv d.csv", false, 4},
		"one too many":          {"", 3, "data/a.csv b.txt Data/c.csv", true, 4},
		"no more are read":      {"", 1, "data/a.csv", true, 2},
		"those with a text":     {"csv", 9, "data/a.csv Data/c.csv d.csv", false, 4},
		"whatever their case":   {"data/", 2, "data/a.csv Data/c.csv", false, 4},
		"by what is said of it": {"missing", 2, "data/a.csv", false, 4},
		"none":                  {"zip", 1, "", false, 4},
		"none is wanted":        {"", 0, "", true, 1},
	} {
		runs := &cabinet{found: found}
		d := New(Config{Runs: runs, Now: noon})
		d.runs["r"] = &run{Snapshot: Snapshot{ID: "r"}}
		got, more, err := d.Differences(t.Context(), "r", c.text, c.most)
		paths := make([]string, 0, len(got))
		for _, g := range got {
			paths = append(paths, g.Path)
		}
		if strings.Join(paths, " ") != c.want || more != c.more || err != nil || runs.handed != c.handed {
			t.Errorf("%s: %q, more %v, %v, of %d that were read", name, paths, more, err, runs.handed)
		}
	}
	runs := &cabinet{err: errors.New("damaged")}
	d := New(Config{Runs: runs, Now: noon})
	if _, _, err := d.Differences(t.Context(), "r", "", 9); err == nil || err.Error() != "there is no run r" {
		t.Errorf("of no run: %v", err)
	}
	d.runs["r"] = &run{Snapshot: Snapshot{ID: "r"}}
	if _, _, err := d.Differences(t.Context(), "r", "", 9); !errors.Is(err, runs.err) {
		t.Errorf("of what cannot be read: %v", err)
	}
}

func TestWithoutAPlaceForJournalsThereIsNothing(t *testing.T) {
	t.Parallel()
	d := New(Config{Now: noon})
	d.Start(t.Context())
	d.KeepBatch(recreate.KeptBatch{ID: "a"}) // which would need one
	d.DropBatch("a")
	batches, err := d.Batches()
	if d.Journaled() || len(batches) != 0 || err != nil {
		t.Errorf("journaled %v, %d batches, %v", d.Journaled(), len(batches), err)
	}
	if _, ok := d.Run("r"); ok {
		t.Error("there is a run")
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	runs := &cabinet{batches: []recreate.KeptBatch{{ID: "a"}}, err: errors.New("one of two")}
	d = New(Config{Runs: runs, Now: noon})
	if batches, err = d.Batches(); !d.Journaled() || len(batches) != 1 || !errors.Is(err, runs.err) {
		t.Errorf("journaled %v, %d batches, %v", d.Journaled(), len(batches), err)
	}
}

// TestAStepIsSaidToBeOverOnceAWSShowsIt asks for a step of each kind.
func TestAStepIsSaidToBeOverOnceAWSShowsIt(t *testing.T) {
	t.Parallel()
	gone := func(s *Snapshot) { s.Run.Replacement = nil }
	for name, c := range map[string]struct {
		step   recreate.StepKind
		state  recreate.StepState
		change func(*Snapshot)
		want   bool
	}{
		"it is there":                   {recreate.StepCreate, recreate.StepDone, nil, true},
		"nobody has looked":             {recreate.StepCreate, recreate.StepDone, func(s *Snapshot) { s.Looked = false }, false},
		"it is gone":                    {recreate.StepCreate, recreate.StepDone, gone, false},
		"it was skipped":                {recreate.StepCreate, recreate.StepSkipped, gone, true},
		"a way back takes it away":      {recreate.StepCreate, recreate.StepDone, func(s *Snapshot) { gone(s); s.Run.Rolling = true }, true},
		"a step that leaves no trace":   {recreate.StepReach, recreate.StepDone, gone, true},
		"one of which nothing was seen": {recreate.StepReach, recreate.StepDone, func(s *Snapshot) { s.Looked = false }, false},
	} {
		s := standing(recreate.StepStop, recreate.PhaseGate, func(s *Snapshot) {
			s.Looked = true
			s.Run.Replacement.DirectInternet = s.Run.Plan.Spec.DirectInternet // as it was made
			s.Run.Replacement.Tags = s.Run.Plan.Spec.Tags
		})
		if c.change != nil {
			c.change(&s)
		}
		if got := s.Stands(&recreate.Step{Kind: c.step, State: c.state}); got != c.want {
			t.Errorf("%s: it stands %v", name, got)
		}
	}
}

func TestWhatIsUnderWayIsStoppedOnceItIsFarEnough(t *testing.T) {
	t.Parallel()
	flies := func(k recreate.EffectKind, told bool, status model.Status) func(*Snapshot) {
		return func(s *Snapshot) {
			s.Flight = &Flight{Effect: recreate.Effect{Kind: k}, Told: told, Progress: recreate.Progress{Status: status}}
		}
	}
	for name, c := range map[string]struct {
		change func(*Snapshot)
		want   bool
	}{
		"a wait that saw its notebook":     {flies(recreate.EffectWait, true, model.StatusPending), true},
		"a wait that has not looked":       {flies(recreate.EffectWait, false, ""), false},
		"a wait whose notebook is not yet": {flies(recreate.EffectWait, true, recreate.StatusGone), false},
		"a call":                           {flies(recreate.EffectStart, false, ""), true},
		"a look":                           {flies(recreate.EffectObserve, false, ""), false},
		"a call that waits for its turn":   {func(s *Snapshot) { s.Queued = &recreate.Effect{} }, true},
		"what is written down":             {func(s *Snapshot) { s.Deciding = true }, false},
		"what stops already":               {func(s *Snapshot) { flies(recreate.EffectStart, false, "")(s); s.Run.Halting = true }, false},
	} {
		s := standing(recreate.StepStart, recreate.PhaseAct, c.change)
		if got := s.farEnough(); got != c.want {
			t.Errorf("%s: far enough %v", name, got)
		}
	}
}

func TestAnEffectSharesItsLaneWithOthersOfItsKind(t *testing.T) {
	t.Parallel()
	for kind, want := range map[recreate.EffectKind]lane{
		recreate.EffectWait: waits, recreate.EffectSettle: waits,
		recreate.EffectCopy: moves, recreate.EffectVerify: moves, recreate.EffectClean: moves,
		recreate.EffectSurvey: calls, recreate.EffectProbe: calls, recreate.EffectObserve: calls, recreate.EffectCreate: calls, recreate.EffectStop: calls,
	} {
		if got := laneOf(kind); got != want {
			t.Errorf("%s is in lane %d, want %d", kind, got, want)
		}
	}
}

// TestOfAnEffectThatIsOverNothingIsTold hands in progress, late and of another one.
func TestOfAnEffectThatIsOverNothingIsTold(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		flight *Flight
		want   bool
	}{
		"of the one under way": {&Flight{Effect: recreate.Effect{ID: 3}}, true},
		"of the one before":    {&Flight{Effect: recreate.Effect{ID: 4}}, false},
		"of one that is over":  {nil, false},
	} {
		d, heard := New(Config{Now: noon}), 0
		d.Subscribe(func(n Notice) {
			heard++
			if !n.Progress || n.ID != "r" || !n.Run.Flight.Told || n.Run.Flight.Progress.Looks != 2 {
				t.Errorf("%s: it tells %+v", name, n)
			}
		})
		was := c.flight
		r := &run{Snapshot: Snapshot{ID: "r", Flight: was}}
		d.told(r, 3, recreate.Progress{Looks: 2})
		if (heard == 1) != c.want || heard > 1 {
			t.Errorf("%s: told %d times", name, heard)
		}
		if was != nil && was.Told {
			t.Errorf("%s: what was handed out before has changed", name)
		}
	}
}

func TestAJournalThatCannotBeClosedIsNamed(t *testing.T) {
	t.Parallel()
	d := New(Config{Now: noon})
	broken := errors.New("no space left on device")
	for id, book := range map[string]Book{"a": &page{err: broken}, "b": &page{}, "c": nil} {
		d.runs[id] = &run{Snapshot: Snapshot{ID: id, Held: book != nil}, book: book}
	}
	if err := d.Close(); !errors.Is(err, broken) || err.Error() != "close the journal of run a: no space left on device" {
		t.Errorf("it says %v", err)
	}
	for id := range d.runs {
		if s, _ := d.Run(id); s.Held {
			t.Errorf("%s is held", id)
		}
	}
}

// taken is a folder in which the source of every plan has an open run.
type taken struct{ pile }

func (p *taken) Begin(r recreate.Plan) (Book, error) {
	return nil, &recreate.OpenRunError{ID: "a", Source: r.Source.Name}
}

// TestTheOpenRunOfASourceIsToldInFull begins a run of a source that has one by now.
func TestTheOpenRunOfASourceIsToldInFull(t *testing.T) {
	t.Parallel()
	unread := errors.New("no list")
	for name, c := range map[string]struct {
		stamps map[string]string
		listed error
		source string
		want   string
	}{
		"it is found":           {map[string]string{"a": "1"}, nil, "n-a", "n-a has an open run already: a (waits for you: approve create)"},
		"it is gone by now":     {nil, nil, "n-a", (&recreate.OpenRunError{ID: "a", Source: "n-a"}).Error()},
		"it is of another one":  {map[string]string{"a": "1"}, nil, "other", (&recreate.OpenRunError{ID: "a", Source: "other"}).Error()},
		"nothing can be listed": {map[string]string{"a": "1"}, unread, "n-a", (&recreate.OpenRunError{ID: "a", Source: "n-a"}).Error() + "\nno list"},
	} {
		p := &taken{pile: pile{stamps: c.stamps, listed: c.listed}}
		d := New(Config{Runs: p, Now: noon})
		book, err := d.make(planFor("b", c.source))
		if book != nil || err == nil || err.Error() != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	s := standing(recreate.StepStart, recreate.PhaseAct, func(s *Snapshot) { s.Held, s.Kept.HeldBy = false, "process 7" })
	if got := (&OpenRunError{s}).Error(); got != "churn has an open run already: r (held by process 7)" {
		t.Errorf("of one that is held it says %q", got)
	}
}

// TestAListThatIsNewerThanWhatARunHasSeenCounts gives the list and the run moments of
// their own.
func TestAListThatIsNewerThanWhatARunHasSeenCounts(t *testing.T) {
	t.Parallel()
	after := func(minutes int) time.Time { return noon().Add(time.Duration(minutes) * time.Minute) }
	for name, c := range map[string]struct {
		seen, listed time.Time
		want         string
	}{
		"after the run changed":          {time.Time{}, after(1), "[r]"},
		"as the run changed":             {time.Time{}, after(0), "[]"},
		"after the notebook was seen":    {after(5), after(6), "[r]"},
		"when the notebook was seen":     {after(5), after(5), "[]"},
		"seen since, and changed before": {after(5), after(2), "[]"},
		"seen before, and changed since": {after(-5), after(-2), "[r]"},
	} {
		d := New(Config{Now: noon})
		s := standing(recreate.StepStop, recreate.PhaseGate, func(s *Snapshot) { s.Run.Source.SeenAt = c.seen })
		s.Run.Replacement.SeenAt = c.seen
		d.runs["r"] = &run{Snapshot: s}
		got := fmt.Sprint(d.Otherwise(func(_ model.Target, arn string) recreate.Sight {
			if arn == s.Run.Plan.Source.ARN {
				return recreate.Sight{At: c.listed, Status: model.StatusStopped}
			}
			return recreate.Sight{}
		}))
		if got != c.want {
			t.Errorf("%s: %s are to look, want %s", name, got, c.want)
		}
	}
}
