package recreate

import (
	"slices"
	"testing"

	"nbscope/model"
)

func TestEveryStandOfARunHasItsWords(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		make func(*testing.T) *story
		want string
	}{
		"before the create": {func(t *testing.T) *story { t.Helper(); return tell(t, nil) }, "waits for you: approve create"},
		"before the copy":   {func(t *testing.T) *story { t.Helper(); return tell(t, nil).to(StepCopy) }, "waits for you: copy the data"},
		"the replacement was stopped during the copy": {func(t *testing.T) *story {
			t.Helper()
			return disturbed(t, func(k *story) { k.w.touch("churn-model-net", func(s *Snapshot) { s.Status = model.StatusStopped }) })
		}, "the replacement is Stopped, and the data is not copied"},
		"the replacement was deleted during the copy": {func(t *testing.T) *story {
			t.Helper()
			return disturbed(t, func(k *story) { delete(k.w.notes, "churn-model-net") })
		}, "the replacement is gone, and the data is not copied"},
		"the source was stopped during the copy": {func(t *testing.T) *story {
			t.Helper()
			return disturbed(t, func(k *story) { k.w.touch("churn-model", func(s *Snapshot) { s.Status = model.StatusStopping }) })
		}, "the source is Stopping, and the data is not copied"},
		"the replacement lost the run's tag during the copy": {func(t *testing.T) *story {
			t.Helper()
			return disturbed(t, func(k *story) { k.w.touch("churn-model-net", func(s *Snapshot) { s.Tags = nil }) })
		}, "the replacement has lost this run's tag, and the data is not copied"},
		"before the stop":         {func(t *testing.T) *story { t.Helper(); return tell(t, nil).to(StepStop) }, "waits for you: approve stop source"},
		"before the deletion":     {func(t *testing.T) *story { t.Helper(); return tell(t, nil).to(StepDelete) }, "stopped and kept"},
		"while a call is made":    {func(t *testing.T) *story { t.Helper(); return tell(t, nil).approve() }, "interrupted at create"},
		"after it was closed":     {func(t *testing.T) *story { t.Helper(); return tell(t, nil).does(Event{Kind: EventClosed}) }, "closed"},
		"after a failed creation": {failedStory, "wait failed"},
		"paused": {func(t *testing.T) *story {
			t.Helper()
			k := tell(t, nil).approve()
			return k.does(Event{Kind: EventFailed, Effect: k.next.ID, Problem: failing409()})
		}, "paused at create"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := c.make(t)
			if got := k.run.Says(); got != c.want {
				t.Errorf("it says %q, want %q", got, c.want)
			}
		})
	}
}

// TestAReplacementThatMayBeThereIsNotCalledAbsent loses the answer of a create, which
// AWS has not carried out.
func TestAReplacementThatMayBeThereIsNotCalledAbsent(t *testing.T) {
	t.Parallel()
	k := tell(t, nil)
	says := func(when, want string) {
		t.Helper()
		if got := k.run.Words().NoReplacement(); got != want {
			t.Errorf("%s: it is %s, want %s", when, got, want)
		}
	}
	says("before the approval", "not there")
	k.approve()
	for k.next.Kind != EffectCreate {
		says("while both notebooks are looked at", "not there")
		k.does(k.w.perform(*k.next))
	}
	says("while it is asked for", "not seen yet")
	k.does(Event{Kind: EventDoubted, Effect: k.next.ID, Problem: failing409()})
	says("while nobody knows", "not seen yet")
	k.goesOn()
	says("while AWS may still show it", "not seen yet")
}

func failedStory(t *testing.T) *story {
	t.Helper()
	k := tell(t, nil)
	k.w.fails = "no"
	return k.approve().goesOn()
}

// disturbed is a run whose notebooks somebody meddles with during the copy, and
// that has looked since.
func disturbed(t *testing.T, meddle func(*story)) *story {
	t.Helper()
	k := tell(t, nil).to(StepCopy)
	if got := k.run.Guard().Disturbed(); got != "" {
		t.Errorf("before, %q is in the way", got)
	}
	meddle(k)
	return k.does(Event{Kind: EventResumed}).goesOn()
}

func TestNobodyCanStandForACopyToANotebookThatIsGone(t *testing.T) {
	t.Parallel()
	k := disturbed(t, func(k *story) { delete(k.w.notes, "churn-model-net") })
	k.offers(EventResumed, EventRollback, EventClosed)
	if err := k.try(Event{Kind: EventAttested, Typed: AttestText("churn-model")}); err == nil {
		t.Error("it takes the user's word for it")
	}
	k = disturbed(t, func(k *story) {
		k.w.touch("churn-model-net", func(s *Snapshot) { s.Status = model.StatusStopped })
	})
	if !slices.Contains(k.run.Choices(), EventAttested) {
		t.Error("a copy that was done before the replacement stopped cannot be attested")
	}
}

func TestAReplacementThatWasStoppedInTheWaitIsTakenUpOnceItRuns(t *testing.T) {
	t.Parallel()
	k := tell(t, nil).approve()
	for k.next.Kind != EffectWait {
		k.does(k.w.perform(*k.next))
	}
	k.w.touch("churn-model-net", func(s *Snapshot) { s.Status = model.StatusStopped })
	k.goesOn()
	k.stands(PhaseFailed, "the replacement is Stopped: something other than this run changed it")
	k.does(Event{Kind: EventResumed}).goesOn()
	k.stands(PhaseFailed, "the replacement is Stopped")
	k.w.touch("churn-model-net", func(s *Snapshot) { s.Status = model.StatusInService })
	k.does(Event{Kind: EventResumed}).goesOn()
	k.stands(PhaseGate, "")
	if s := k.run.Steps[1]; s.Kind != StepWait || s.Ours() {
		t.Errorf("what somebody else has started is taken for the run's own: %+v", s)
	}
	if !k.run.Copying() || k.w.replaced != 1 {
		t.Errorf("it stands at %q after %d creations", k.run.Says(), k.w.replaced)
	}
}

func TestEveryEffectIsTold(t *testing.T) {
	t.Parallel()
	e := Effect{Name: "churn", Source: "churn", Replacement: "churn-net", Until: []model.Status{model.StatusStopped, StatusGone}}
	cases := map[EffectKind][2]string{
		EffectObserve: {"looking", "looking at both notebooks"},
		EffectSettle:  {"in doubt, looking", "checking whether the call was carried out, as its answer was lost"},
		EffectWait:    {"waiting", "waiting until churn is Stopped or gone"},
		EffectCreate:  {"creating", "creating churn"},
		EffectStart:   {"starting", "starting churn"},
		EffectStop:    {"stopping", "stopping churn"},
		EffectUpdate:  {"updating", "updating churn"},
		EffectDelete:  {"deleting", "deleting churn"},
		EffectCopy:    {"copying", "copying churn to churn-net"},
		EffectVerify:  {"comparing", "comparing every file of both notebooks"},
		EffectClean:   {"ending", "ending the copy and cleaning up after it"},
		"of-later":    {"of-later", "of-later churn"},
	}
	for kind, want := range cases {
		e.Kind = kind
		if got := [2]string{kind.Verb(), e.Says()}; got != want {
			t.Errorf("%s is told as %q, want %q", kind, got, want)
		}
	}
}
