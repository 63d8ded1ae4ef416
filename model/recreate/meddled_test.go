package recreate

import (
	"testing"
	"time"

	"nbscope/model"
)

// doubted is a run whose create was sent, whose answer was lost, and which AWS does
// not show yet, with the create that may still arrive.
func doubted(t *testing.T) (k *story, late Effect) {
	t.Helper()
	k = tell(t, nil).approve()
	for k.next.Kind != EffectCreate {
		k.does(k.w.perform(*k.next))
	}
	late = *k.next
	k.does(Event{Kind: EventDoubted, Effect: late.ID, Problem: &model.Problem{Kind: model.KindTimeout, Message: "no answer"}}).goesOn()
	k.stands(PhaseFailed, "no answer")
	return k, late
}

func (k *story) amend(change func(*Spec)) Event {
	spec := k.run.Plan.Spec
	change(&spec)
	p := NewPlan("run-1", k.w.tick(), *k.w.notes["churn-model"], spec)
	return Event{Kind: EventAmended, Plan: &p}
}

func TestTheWayBackNeverRemovesTheLastCopy(t *testing.T) {
	t.Parallel()
	for _, at := range []StepKind{StepCopy, StepStop, StepDelete} {
		k := tell(t, nil).to(at)
		delete(k.w.notes, "churn-model")
		k.does(k.rollback()).goesOn()
		k.stands(PhaseDrift, "the replacement may hold all that is left")
		k.offers(EventRetry, EventResumed, EventClosed)
		k.does(Event{Kind: EventRetry}).goesOn()
		k.stands(PhaseDrift, "the replacement may hold all that is left")
		k.does(Event{Kind: EventClosed})
		k.ended(OutcomeClosed, "churn-model-net")
	}
}

func TestADeletionThatLandsLateKeepsTheReplacementFromBeingRemoved(t *testing.T) {
	t.Parallel()
	k := tell(t, nil).to(StepDelete).approve()
	for k.next.Kind != EffectDelete {
		k.does(k.w.perform(*k.next))
	}
	k.does(Event{Kind: EventDoubted, Effect: k.next.ID, Problem: &model.Problem{Kind: model.KindTimeout}}).goesOn()
	k.w.touch("churn-model", func(s *Snapshot) { s.Status = model.StatusDeleting })
	k.does(k.rollback()).goesOn()
	k.stands(PhaseDrift, "the replacement may hold all that is left")
}

func TestACreateInDoubtPinsTheNameOfTheReplacement(t *testing.T) {
	t.Parallel()
	k, late := doubted(t)
	if err := k.try(k.amend(func(s *Spec) { s.Name += "-2" })); err == nil {
		t.Error("another name is taken while the first call may still arrive")
	}
	k.w.call(late)
	k.does(Event{Kind: EventRetry}).to(StepCopy)
	if k.w.replaced != 1 {
		t.Errorf("%d creations", k.w.replaced)
	}
}

func TestALateReplacementThatIsNotTheAmendedPlansIsNotAdopted(t *testing.T) {
	t.Parallel()
	k, late := doubted(t)
	k.does(k.amend(func(s *Spec) { s.InstanceType, s.VolumeGB = "ml.m5.xlarge", 100 }))
	k.w.call(late)
	k.approve().goesOn()
	k.stands(PhaseDrift, "made it before the plan was changed")
	k.offers(EventRetry, EventResumed, EventRollback, EventClosed)
	k.does(k.rollback()).goesOn()
	k.ended(OutcomeRolledBack, "churn-model")

	k, late = doubted(t)
	late.Spec.LifecycleName = "auto-stop"
	k.does(k.amend(func(s *Spec) { s.VolumeGB = 0 })) // no wish, and no configuration
	k.w.call(late)
	k.approve().goesOn()
	k.stands(PhaseDrift, "NotebookInstanceLifecycleConfigName")

	k, late = doubted(t)
	k.does(k.amend(func(s *Spec) { s.KMSKeyID = "alias/same" }))
	k.w.call(late)
	k.to(StepCopy) // the key may have another name
}

func TestASourceThatRanAfterItsCopyIsCopiedAgainBeforeItIsStopped(t *testing.T) {
	t.Parallel()
	for name, last := range map[string]model.Status{"and runs": model.StatusInService, "and was stopped again": model.StatusStopped} {
		k := tell(t, nil).to(StepStop)
		k.w.now = k.w.now.Add(7 * 24 * time.Hour)
		k.w.touch("churn-model", func(s *Snapshot) { s.Status = model.StatusStopped })
		k.w.touch("churn-model", func(s *Snapshot) { s.Status = last })
		k.approve().goesOn()
		k.stands(PhaseDrift, "may have run since its data was verified")
		k.does(Event{Kind: EventAccepted}).goesOn()
		if k.run.Proof != nil {
			t.Errorf("%s: the copy counts all the same", name)
		}
	}
	k := tell(t, nil).to(StepStop)
	k.w.touch("churn-model", func(s *Snapshot) { s.Status = model.StatusStopped })
	k.approve().goesOn()
	k.stands(PhaseGate, "") // a script against idle notebooks did it, soon after
}

func TestASourceIsKeptWhereItsReplacementWasMadeAnew(t *testing.T) {
	t.Parallel()
	k := tell(t, nil).to(StepDelete)
	k.w.touch("churn-model-net", func(s *Snapshot) { s.Created = k.w.tick() })
	k.approve().goesOn()
	k.stands(PhaseDrift, "somebody else made the replacement anew")
}

func TestAnOwnerThatWasOverriddenStaysSoForTheNextTry(t *testing.T) {
	t.Parallel()
	k := tell(t, nil)
	k.run.Plan.Checks = []Check{{ID: "iac", Owner: true, Result: Fail}}
	k.does(Event{Kind: EventApproved, Step: StepCreate, Fingerprint: k.run.Plan.Fingerprint(), Typed: "churn-model"})
	for k.next.Kind != EffectCreate {
		k.does(k.w.perform(*k.next))
	}
	k.does(Event{Kind: EventFailed, Effect: k.next.ID, Problem: &model.Problem{Kind: model.KindThrottled}}).does(Event{Kind: EventRetry})
	k.does(Event{Kind: EventApproved, Step: StepCreate, Fingerprint: k.run.Plan.Fingerprint()})
}
