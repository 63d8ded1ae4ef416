package recreate

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"nbscope/model"
)

// story is a run in its world that a test tells step by step.
type story struct {
	t    *testing.T
	w    *cloud
	run  Run
	next *Effect
}

func tell(t *testing.T, change func(*Snapshot)) *story {
	t.Helper()
	s := seed()
	if change != nil {
		change(&s)
	}
	k := &story{t: t, w: newWorld(s), run: Begin(runPlan(s), start())}
	k.w.verified = func() bool { return verified(&k.run, k.w) }
	return k
}

// try gives the run an event and returns why it does not fit.
func (k *story) try(e Event) error {
	e.At = k.w.tick()
	next, effects, err := k.run.Apply(e)
	if err != nil {
		return err
	}
	k.run, k.next = next, nil
	if len(effects) > 0 {
		k.next = &effects[0]
	}
	return nil
}

func (k *story) does(e Event) *story {
	k.t.Helper()
	if err := k.try(e); err != nil {
		k.t.Fatal(err)
	}
	return k
}

// goesOn carries out effects until none is left.
func (k *story) goesOn() *story {
	k.t.Helper()
	for k.next != nil {
		k.does(k.w.perform(*k.next))
	}
	return k
}

// to goes on with every ordinary decision until the gate of a step.
func (k *story) to(step StepKind) *story {
	k.t.Helper()
	for range 30 {
		k.goesOn()
		if s, ok := k.run.Step(); ok && s.Kind == step && k.run.Phase == PhaseGate {
			return k
		}
		k.does(onward(k.t, &k.run, k.w.tick()))
	}
	k.t.Fatalf("the run never comes to %s", step)
	return k
}

func (k *story) approve() *story {
	k.t.Helper()
	return k.does(onward(k.t, &k.run, k.w.now))
}

// rollback is the way back as it is offered.
func (k *story) rollback() Event {
	return Event{Kind: EventRollback, Typed: k.run.Plan.Spec.Name, Update: k.run.WayBack().Update}
}

func (k *story) stands(phase Phase, says string) {
	k.t.Helper()
	all := ""
	if p := k.run.Problem; p != nil {
		all = p.Error()
	}
	for _, d := range k.run.Drift {
		all += " " + d.Field + ": " + d.Why
	}
	if k.run.Phase != phase || !strings.Contains(all, says) {
		k.t.Errorf("the run is in phase %s and says %q, want %s and %q", k.run.Phase, all, phase, says)
	}
}

func (k *story) offers(want ...EventKind) {
	k.t.Helper()
	if got := k.run.Choices(); !slices.Equal(got, want) {
		k.t.Errorf("it offers %v, want %v", got, want)
	}
}

func (k *story) ended(want Outcome, names ...string) {
	k.t.Helper()
	var left []string
	for name := range k.w.notes {
		left = append(left, name)
	}
	slices.Sort(left)
	if k.run.Outcome != want || !slices.Equal(left, names) || len(k.w.wrong) > 0 {
		k.t.Errorf("it ended %q with %v left, want %q with %v; phase %s, wrong %v", k.run.Outcome, left, want, names, k.run.Phase, k.w.wrong)
	}
}

func failing409() *model.Problem {
	return &model.Problem{Kind: model.KindInvalid, Message: "notebookInstanceName is wrong"}
}

func TestDecisionsThatDoNotFitAreRefused(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		at    StepKind
		event Event
		why   string
	}{
		"approving another step":               {StepCreate, Event{Kind: EventApproved, Step: StepDelete}, "another step"},
		"approving a plan that is not this":    {StepCreate, Event{Kind: EventApproved, Step: StepCreate, Fingerprint: "0000"}, "another plan"},
		"deleting without the name":            {StepDelete, Event{Kind: EventApproved, Step: StepDelete}, "name was not typed"},
		"deleting with the replacement's name": {StepDelete, Event{Kind: EventApproved, Step: StepDelete, Typed: "churn-model-net"}, "name was not typed"},
		"deleting with a y":                    {StepDelete, Event{Kind: EventApproved, Step: StepDelete, Typed: "y"}, "name was not typed"},
		"attesting with a yes":                 {StepCopy, Event{Kind: EventAttested, Typed: "yes"}, "copied churn-model"},
		"approving what is to be attested":     {StepCopy, Event{Kind: EventApproved, Step: StepCopy}, "that cannot be done now"},
		"rolling back without the name":        {StepCopy, Event{Kind: EventRollback}, "name was not typed"},
		"rolling back with the source's name":  {StepCopy, Event{Kind: EventRollback, Typed: "churn-model"}, "name was not typed"},
		"rolling back what was not begun":      {StepCreate, Event{Kind: EventRollback, Typed: "churn-model-net"}, "that cannot be done now"},
		"accepting where nothing differs":      {StepStop, Event{Kind: EventAccepted}, "that cannot be done now"},
		"halting where nothing is in flight":   {StepStop, Event{Kind: EventHalted}, "that cannot be done now"},
		"an outcome that nobody asked for":     {StepStop, Event{Kind: EventDone, Effect: 1}, "effect 1 is not in flight"},
		"amending without a plan":              {StepCreate, Event{Kind: EventAmended}, "there is no plan"},
		"an event of a later version":          {StepCreate, Event{Kind: "sung"}, "knows no such event"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := tell(t, nil).to(c.at)
			err := k.try(c.event)
			if illegal, ok := errors.AsType[*IllegalError](err); !ok || !strings.Contains(illegal.Error(), c.why) {
				t.Errorf("the error is %v, want %q in it", err, c.why)
			}
		})
	}
}

func TestAPlanWithFailedChecksIsNotApproved(t *testing.T) {
	t.Parallel()
	p := runPlan(seed())
	p.Checks = []Check{{ID: "ownership", Result: Fail, Owner: true}}
	k := &story{t: t, w: newWorld(seed()), run: Begin(p, start())}
	e := Event{Kind: EventApproved, Step: StepCreate, Fingerprint: p.Fingerprint()}
	if err := k.try(e); err == nil {
		t.Error("a notebook that something else manages was approved")
	}
	e.Typed = "churn-model"
	k.does(e)
	p.Checks = append(p.Checks, Check{ID: "role", Result: Fail})
	k.run = Begin(p, start())
	if err := k.try(e); err == nil {
		t.Error("a failed check was overridden with the name")
	}
}

func TestTheSourceIsGuardedBeforeEveryCall(t *testing.T) {
	t.Parallel()
	source, replacement := "churn-model", "churn-model-net"
	cases := map[string]struct {
		at      StepKind
		name    string
		change  func(*Snapshot) // nil: deleted
		phase   Phase
		says    string
		choices []EventKind
	}{
		"its type was changed before the create": {
			at: StepCreate, name: source, change: func(s *Snapshot) { s.InstanceType = "ml.m5.xlarge" },
			phase: PhaseDrift, says: "InstanceType: somebody else changed the source", choices: []EventKind{EventAmended, EventRetry, EventResumed, EventRollback, EventClosed},
		},
		"it was stopped before the create": {
			at: StepCreate, name: source, change: func(s *Snapshot) { s.Status = model.StatusStopped },
			phase: PhaseDrift, says: "made for the earlier status", choices: []EventKind{EventAmended, EventRetry, EventResumed, EventRollback, EventClosed},
		},
		"it is under maintenance before the create": {
			at: StepCreate, name: source, change: func(s *Snapshot) { s.Status = model.StatusPendingMaintenance },
			phase: PhaseDrift, says: "made for the earlier status", choices: []EventKind{EventAmended, EventRetry, EventResumed, EventRollback, EventClosed},
		},
		"it was deleted before the create": {
			at: StepCreate, name: source,
			phase: PhaseDrift, says: "somebody else deleted the source", choices: []EventKind{EventAmended, EventRetry, EventResumed, EventClosed},
		},
		"it was tagged before it is stopped": {
			at: StepStop, name: source, change: func(s *Snapshot) { s.Tags = append(s.Tags, model.Tag{Key: "Owner", Value: "ana"}) },
			phase: PhaseDrift, says: "tag Owner", choices: []EventKind{EventAccepted, EventRetry, EventResumed, EventRollback, EventClosed},
		},
		"it is being updated when it is to be stopped": {
			at: StepStop, name: source, change: func(s *Snapshot) { s.Status = model.StatusUpdating },
			phase: PhaseFailed, says: "the source is Updating, which does not allow this", choices: []EventKind{EventRetry, EventResumed, EventRollback, EventClosed},
		},
		"it was started after it had been stopped": {
			at: StepDelete, name: source, change: func(s *Snapshot) { s.Status = model.StatusStopped },
			phase: PhaseDrift, says: "may have run since its data was verified", choices: []EventKind{EventAccepted, EventRetry, EventResumed, EventRollback, EventClosed},
		},
		"the replacement was stopped before the source is deleted": {
			at: StepDelete, name: replacement, change: func(s *Snapshot) { s.Status = model.StatusStopped },
			phase: PhaseDrift, says: "only deleted while its replacement is in service", choices: []EventKind{EventRetry, EventResumed, EventRollback, EventClosed},
		},
		"the replacement was deleted before the source is": {
			at: StepDelete, name: replacement,
			phase: PhaseDrift, says: "somebody else deleted the replacement", choices: []EventKind{EventRetry, EventResumed, EventRollback, EventClosed},
		},
		"the replacement lost the tag of the run": {
			at: StepDelete, name: replacement, change: func(s *Snapshot) { s.Tags = nil },
			phase: PhaseDrift, says: "not proven to be this run's", choices: []EventKind{EventRetry, EventResumed, EventRollback, EventClosed},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := tell(t, nil).to(c.at)
			before := k.w.replaced
			if c.change == nil {
				delete(k.w.notes, c.name)
			} else {
				k.w.touch(c.name, c.change)
			}
			k.approve().goesOn()
			k.stands(c.phase, c.says)
			k.offers(c.choices...)
			if k.w.replaced != before || len(k.w.deleted) > 0 {
				t.Errorf("something was done all the same: %d creates, deleted %v", k.w.replaced-before, k.w.deleted)
			}
		})
	}
}

func TestASourceThatRanAgainIsCopiedAgain(t *testing.T) {
	t.Parallel()
	k := tell(t, nil).to(StepDelete)
	k.w.touch("churn-model", func(s *Snapshot) { s.Status = model.StatusInService })
	k.w.touch("churn-model", func(s *Snapshot) { s.Status = model.StatusStopped })
	k.approve().goesOn()
	k.does(Event{Kind: EventAccepted})
	if step, _ := k.run.Step(); step.Kind != StepStart || k.run.Proof != nil || !k.run.RestedAt.IsZero() {
		t.Fatalf("it goes on with %s, proof %v, at rest since %s", step.Kind, k.run.Proof, k.run.RestedAt)
	}
	k.to(StepDelete).approve().goesOn()
	k.ended(OutcomeDone, "churn-model-net")
}

func TestALostAnswerIsSettledByLooking(t *testing.T) {
	t.Parallel()
	lost := &model.Problem{Kind: model.KindTimeout, Message: "no answer in time"}
	for _, step := range []StepKind{StepCreate, StepUpdate, StepStart, StepStop, StepDelete} {
		for _, carriedOut := range []bool{true, false} {
			name := string(step) + " that was not carried out is asked for again"
			if carriedOut {
				name = string(step) + " that was carried out goes on"
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				k := tell(t, func(s *Snapshot) { s.Status, s.Platform = model.StatusStopped, "notebook-al2-v2" }).to(step).approve()
				k.does(k.w.perform(*k.next)) // the look
				act := *k.next
				if carriedOut {
					k.w.perform(act)
				}
				k.does(Event{Kind: EventDoubted, Effect: act.ID, Problem: lost})
				if k.run.Phase != PhaseSettle {
					t.Fatalf("the phase is %s", k.run.Phase)
				}
				if err := k.try(Event{Kind: EventRollback, Typed: k.run.Plan.Spec.Name}); err == nil {
					t.Error("a call in doubt was rolled back")
				}
				k.goesOn()
				if !carriedOut {
					k.stands(PhaseFailed, "no answer in time")
					k.does(Event{Kind: EventRetry})
				}
				k.finishes()
			})
		}
	}
}

// finishes drives to the end, where only the replacement is left.
func (k *story) finishes() {
	k.t.Helper()
	for range 40 {
		k.goesOn()
		if k.run.Outcome != "" {
			break
		}
		k.approve()
	}
	k.ended(OutcomeDone, "churn-model-net")
	if k.w.replaced != 1 {
		k.t.Errorf("%d creates were carried out", k.w.replaced)
	}
}

func TestANotebookOfSomebodyElseIsNeverAdopted(t *testing.T) {
	t.Parallel()
	k := tell(t, nil).to(StepCreate).approve()
	k.does(k.w.perform(*k.next))
	foreign := seed()
	foreign.Name, foreign.Tags = "churn-model-net", []model.Tag{{Key: TagRunID, Value: "run-2"}}
	k.w.notes["churn-model-net"] = &foreign
	k.does(Event{Kind: EventDoubted, Effect: k.next.ID, Problem: failing409()}).goesOn()
	k.stands(PhaseFailed, "is not this run's")
	k.does(k.rollback()).goesOn()
	k.stands(PhaseDrift, "not proven to be this run's")
	k.does(Event{Kind: EventClosed})
	k.ended(OutcomeClosed, "churn-model", "churn-model-net")
}

func TestAFailedCreationCanBeTriedOtherwise(t *testing.T) {
	t.Parallel()
	const capacity = "Insufficient notebook instance capacity. Retry later or with a different instance type."
	fail := func(t *testing.T) *story {
		t.Helper()
		k := tell(t, nil).to(StepCreate)
		k.w.fails = capacity
		k.approve().goesOn()
		k.stands(PhaseFailed, capacity)
		k.offers(EventRetry, EventResumed, EventAmended, EventRollback, EventClosed)
		return k
	}
	t.Run("the same again, after the failed one is removed", func(t *testing.T) {
		t.Parallel()
		k := fail(t)
		k.does(Event{Kind: EventRetry}).to(StepCreate)
		if !slices.Equal(k.w.deleted, []string{"churn-model-net"}) {
			t.Fatalf("deleted %v", k.w.deleted)
		}
		k.to(StepDelete)
		if k.w.atOnce != 1 || k.w.replaced != 2 {
			t.Errorf("%d creates, %d at once", k.w.replaced, k.w.atOnce)
		}
	})
	t.Run("with another type, which is approved anew", func(t *testing.T) {
		t.Parallel()
		k := fail(t)
		old := k.run.Plan.Fingerprint()
		spec := k.run.Plan.Spec
		spec.InstanceType = "ml.m5.xlarge"
		p := NewPlan("run-1", k.w.now, seed(), spec)
		k.does(Event{Kind: EventAmended, Plan: &p}).goesOn()
		if err := k.try(Event{Kind: EventApproved, Step: StepCreate, Fingerprint: old}); err == nil {
			t.Error("the approval of the old plan was taken for the new one")
		}
		k.to(StepDelete)
		if got := k.w.notes["churn-model-net"].InstanceType; got != "ml.m5.xlarge" {
			t.Errorf("the type is %s", got)
		}
	})
	t.Run("not under another name while the failed one may exist", func(t *testing.T) {
		t.Parallel()
		k := fail(t)
		spec := k.run.Plan.Spec
		spec.Name = "other"
		p := NewPlan("run-1", k.w.now, seed(), spec)
		if err := k.try(Event{Kind: EventAmended, Plan: &p}); err == nil || !strings.Contains(err.Error(), "may exist under the name") {
			t.Errorf("the error is %v", err)
		}
	})
	t.Run("rolled back", func(t *testing.T) {
		t.Parallel()
		k := fail(t)
		k.does(k.rollback()).goesOn()
		k.ended(OutcomeRolledBack, "churn-model")
	})
}
