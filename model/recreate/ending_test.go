package recreate

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"nbscope/model"
)

// untrue holds what is said of the end of a run against what was seen of both
// notebooks and against the calls that the world has carried out for the run: the
// first word that is not so, "" where all are true and nothing is left unsaid.
func untrue(r *Run, w *cloud) string {
	end, src, repl := r.Ending(), r.Plan.Source.Name, r.Plan.Spec.Name
	says := strings.Join(end.Says, " ")
	did := func(call string) bool { return slices.Contains(w.did, call) }
	tried := func(call string) bool { return slices.Contains(w.tried, call) }
	last := ""
	for _, call := range w.did {
		if call == "create "+repl || call == "delete "+repl {
			last = call
		}
	}
	here := func(s *Snapshot) bool { return s != nil && s.Status == model.StatusInService }
	same := r.Source != nil && len(Differences(&r.Plan.Source, r.Source)) == 0
	runs := here(r.Source) || here(r.Replacement) && r.ours()
	for _, c := range []struct {
		words string
		true  bool
		must  bool // it has to be said where it is true
	}{
		{src + " is deleted.", r.Source == nil && did("delete "+src), false},
		{src + " is gone: this run had asked for its deletion.", r.Source == nil && tried("delete "+src), false},
		{src + " is gone: somebody else deleted it.", r.Source == nil && !did("delete "+src), !tried("delete " + src)},
		{repl + " is removed.", r.Replacement == nil && last == "delete "+repl, false},
		{repl + " is gone: this run had asked for its removal.", r.Replacement == nil && tried("delete "+repl), false},
		{repl + " is gone: somebody else removed it.", r.Replacement == nil && last == "create "+repl, !r.Words().lostCreate() && !tried("delete "+repl)},
		{repl + " was not made.", r.Replacement == nil && last == "", !tried("create " + repl)},
		{"the answer to its creation was lost", r.Replacement == nil && r.Words().lostCreate(), false},
		{"not this run's.", r.Replacement != nil && !r.ours() && r.Replacement.TagsUnknown == "", true},
		{"as it was before", same && r.Source.Status == r.Plan.Source.Status && r.Source.Modified.Equal(r.Plan.Source.Modified), true},
		{"configured as before the run", same && r.Source.Status == r.Plan.Source.Status, false},
		{"It is not configured as it was", r.Source != nil && !same, true},
		{", by this run", did("update " + src), false},
		{"cannot be started as it is", r.Source != nil && !here(r.Source) && StartRefused(r.Source.Platform), false},
		{"No notebook of this run is in service.", !runs, !atRest(&r.Plan.Source)},
		{"has taken the place of", r.Source == nil && here(r.Replacement) && r.ours() && r.Replacement.Created.Equal(r.MadeAt), r.Outcome == OutcomeDone},
	} {
		said := strings.Contains(says, c.words)
		if said && !c.true {
			return "it is not so that " + c.words
		}
		if c.true && c.must && !said {
			return "it does not say " + c.words
		}
	}
	for name, n := range map[string]*Snapshot{src: r.Source, repl: r.Replacement} {
		gone := slices.ContainsFunc([]string{" is deleted.", " is gone: ", " is removed.", " was not made.", " was not there"}, func(s string) bool { return strings.Contains(says, name+s) })
		if gone != (n == nil) {
			return "it does not say whether " + name + " is there"
		}
		if n != nil && !strings.Contains(says, " "+string(n.Status)) && !strings.Contains(says, ": "+string(n.Status)) {
			return "it does not say that " + n.Name + " is " + string(n.Status)
		}
	}
	brief := r.Says()
	switch {
	case end.Good && (end.Title != "Done" || !here(r.Replacement) || r.Source != nil):
		return "it is not done"
	case end.Title == "Done" && !end.Good, brief == "done" && !end.Good:
		return "it says that it is done"
	case !runs && !atRest(&r.Plan.Source) && (!end.Alarming || !strings.Contains(brief, "nothing is in service")):
		return "it does not raise the alarm: " + brief
	case brief == "rolled back" && (!same || r.Source.Status != r.Plan.Source.Status):
		return "the way back did not lead back"
	}
	for i := range r.Steps {
		s := &r.Steps[i]
		d, _ := Def(s.Kind)
		name := src
		if d.On == SideReplacement {
			name = repl
		}
		switch call := string(d.Act) + " " + name; {
		case d.Act != "" && s.Ours() && !did(call):
			return "step " + string(s.Kind) + " is taken for the run's own"
		case d.Act != "" && s.Failed() && !tried(call):
			return "step " + string(s.Kind) + " failed without a try"
		}
	}
	return ""
}

// worlds are what somebody else may have made of the two notebooks by the end.
func worlds() map[string]func(*cloud) {
	on := func(name string, f func(*Snapshot)) func(*cloud) {
		return func(w *cloud) { w.touch(name, f) }
	}
	source, repl := "churn-model", "churn-model-net"
	out := map[string]func(*cloud){
		"as it is":                 func(*cloud) {},
		"source gone":              func(w *cloud) { delete(w.notes, source) },
		"source tagged":            on(source, func(s *Snapshot) { s.Tags = append(slices.Clone(s.Tags), model.Tag{Key: "Zone", Value: "a"}) }),
		"source resized":           on(source, func(s *Snapshot) { s.InstanceType = "ml.m5.large" }),
		"source touched":           on(source, func(*Snapshot) {}),
		"replacement gone":         func(w *cloud) { delete(w.notes, repl) },
		"replacement foreign":      on(repl, func(s *Snapshot) { s.Tags = nil }),
		"replacement without tags": on(repl, func(s *Snapshot) { s.Tags, s.TagsUnknown = nil, "denied" }),
		"replacement made anew":    on(repl, func(s *Snapshot) { s.Created = s.Created.AddDate(0, 0, 1) }),
		"replacement turned":       on(repl, func(s *Snapshot) { s.DirectInternet = model.Disabled }),
		"both gone":                func(w *cloud) { delete(w.notes, source); delete(w.notes, repl) },
	}
	for _, status := range []model.Status{model.StatusInService, model.StatusStopped, model.StatusFailed, model.StatusUpdating, model.StatusDeleting} {
		set := func(s *Snapshot) { s.Status = status }
		out["source "+string(status)], out["replacement "+string(status)] = on(source, set), on(repl, set)
		out["both "+string(status)] = func(w *cloud) { w.touch(source, set); w.touch(repl, set) }
	}
	return out
}

// TestForEachEndInEachWorldTheWordsAreTrue brings each kind of source to each gate,
// lets somebody else change the world there, and ends the run in each way that it can
// be ended, with and without a look before.
func TestForEachEndInEachWorldTheWordsAreTrue(t *testing.T) {
	t.Parallel()
	ends := map[string]func(*story) Event{
		"onward":    func(k *story) Event { return onward(k.t, &k.run, k.w.now) },
		"roll back": func(k *story) Event { return k.rollback() },
		"close":     func(*story) Event { return Event{Kind: EventClosed} },
	}
	seen := map[Outcome]int{}
	for kind, source := range sources() {
		for _, gate := range []StepKind{StepCreate, StepStart, StepCopy, StepStop, StepDelete} {
			if p := runPlan(source); !slices.Contains(program(&p), gate) {
				continue
			}
			for name, change := range worlds() {
				for how, end := range ends {
					for _, look := range []bool{true, false} {
						k := tell(t, func(s *Snapshot) { *s = source }).to(gate)
						change(k.w)
						if look {
							k.does(Event{Kind: EventResumed}).goesOn()
						}
						if e := end(k); k.run.Phase == PhaseGate && slices.Contains(k.run.Choices(), e.Kind) {
							_ = k.try(e) // what is refused changes nothing
							k.goesOn()
						}
						if k.run.Outcome == "" {
							k.does(Event{Kind: EventClosed})
						}
						seen[k.run.Outcome]++
						if why := untrue(&k.run, k.w); why != "" {
							t.Fatalf("%s, at %s, %s, %s, looked %v: ended %q with %q: %s", kind, gate, name, how, look, k.run.Outcome, k.run.Ending().Says, why)
						}
						if now := worldOf(k.w); look && k.next == nil && k.run.Outcome != OutcomeClosed && now != worldOf(seenBy(&k.run)) {
							t.Fatalf("%s, at %s, %s, %s: it ends with %s, and there is %s", kind, gate, name, how, worldOf(seenBy(&k.run)), now)
						}
					}
				}
			}
		}
	}
	for _, o := range []Outcome{OutcomeDone, OutcomeRolledBack, OutcomeClosed} {
		if seen[o] < 10 {
			t.Errorf("only %d runs ended %q", seen[o], o)
		}
	}
}

// seenBy is what a run has last seen, as a world.
func seenBy(r *Run) *cloud {
	w := &cloud{source: r.Plan.Source.Name, notes: map[string]*Snapshot{}}
	if r.Source != nil {
		w.notes[r.Plan.Source.Name] = r.Source
	}
	if r.Replacement != nil {
		w.notes[r.Plan.Spec.Name] = r.Replacement
	}
	return w
}

func worldOf(w *cloud) string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(w.notes)) {
		out = append(out, name+" "+string(w.notes[name].Status))
	}
	return strings.Join(out, ", ")
}

func TestAStepThatWasNeverTriedDidNotFail(t *testing.T) {
	t.Parallel()
	k := tell(t, nil).to(StepStop)
	k.w.touch("churn-model", func(s *Snapshot) { s.Status = model.StatusUpdating })
	k.approve().goesOn()
	if !k.run.Untried() || k.run.Says() != "stop source was not tried" {
		t.Errorf("it says %q", k.run.Says())
	}
	k.does(k.rollback())
	if s := k.run.Steps[4]; s.Kind != StepStop || s.Failed() || s.Word() != "not tried" {
		t.Errorf("the step is %+v: %s", s, s.Word())
	}
	k = tell(t, nil).to(StepStop).approve()
	k.does(k.w.perform(*k.next))
	k.does(Event{Kind: EventFailed, Effect: k.next.ID, Problem: failing409()})
	if k.run.Untried() || k.run.Says() != "stop source failed" {
		t.Errorf("it says %q", k.run.Says())
	}
	k.does(k.rollback())
	if s := k.run.Steps[4]; !s.Failed() || s.Word() != "failed" {
		t.Errorf("the step is %+v: %s", s, s.Word())
	}
	k = tell(t, nil).to(StepCopy).does(Event{Kind: EventRollback, Typed: "churn-model-net"})
	if s := k.run.Steps[2]; s.Kind != StepCopy || s.Word() != "not tried" {
		t.Errorf("the step is %+v: %s", s, s.Word())
	}
	k = tell(t, nil).approve()
	for k.next.Kind != EffectWait {
		k.does(k.w.perform(*k.next))
	}
	k.does(Event{Kind: EventFailed, Effect: k.next.ID, Problem: &model.Problem{Kind: model.KindCanceled}}).does(k.rollback())
	if s := k.run.Steps[1]; s.Kind != StepWait || s.Failed() || s.Word() != "left" {
		t.Errorf("the step is %+v: %s", s, s.Word())
	}
}

func TestAReplacementInDoubtIsNotSaidToBeUnmade(t *testing.T) {
	t.Parallel()
	k, _ := doubted(t)
	k.does(k.rollback()).goesOn()
	k.ended(OutcomeRolledBack, "churn-model")
	if says := strings.Join(k.run.Ending().Says, " "); !strings.Contains(says, "the answer to its creation was lost") || strings.Contains(says, "not made") {
		t.Errorf("it says %q", says)
	}
}

func TestWhatNotesOfOlderJournalsMean(t *testing.T) {
	t.Parallel()
	for note, want := range map[string]string{
		"":                          "done",
		"nothing to do: Stopped":    "done, not by this run",
		"found with this run's tag": "done",
	} {
		if s := (Step{State: StepDone, Note: note}); s.Says() != want {
			t.Errorf("%q: %s, want %s", note, s.Says(), want)
		}
	}
	for note, want := range map[string]string{"the creation failed": "failed", "rolled back": "left", "failed, then rolled back": "failed"} {
		if s := (Step{State: StepBroken, Note: note}); s.Says() != want {
			t.Errorf("%q: %s, want %s", note, s.Says(), want)
		}
	}
}

// TestOfTwoReplacementsTheNewestIsToldOf ends a run whose first replacement was
// removed, and whose second creation had no answer.
func TestOfTwoReplacementsTheNewestIsToldOf(t *testing.T) {
	t.Parallel()
	r := tell(t, nil).run
	r.Steps = []Step{
		{Kind: StepCreate, State: StepDone}, {Kind: StepWait, State: StepBroken, Note: creationFailed}, {Kind: StepFailed, State: StepDone},
		{Kind: StepCreate, State: StepBroken, Lost: true},
	}
	r.Outcome = OutcomeClosed
	if says := strings.Join(r.Ending().Says, " "); !strings.Contains(says, "the answer to its creation was lost") || strings.Contains(says, "is removed") {
		t.Errorf("it says %q", says)
	}
	r.Steps = r.Steps[:3]
	if says := strings.Join(r.Ending().Says, " "); !strings.Contains(says, "churn-model-net is removed.") {
		t.Errorf("with one that was removed it says %q", says)
	}
}
