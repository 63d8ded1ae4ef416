package recreate

import (
	"testing"

	"nbscope/model"
)

func TestRollbackGivesTheSourceItsStateBack(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		change func(*Snapshot)
		at     StepKind
		want   model.Status
	}{
		"one that ran and was stopped runs again":            {nil, StepDelete, model.StatusInService},
		"one that ran and was not stopped runs on":           {nil, StepCopy, model.StatusInService},
		"one that was stopped and started is stopped again":  {func(s *Snapshot) { s.Status = model.StatusStopped }, StepCopy, model.StatusStopped},
		"one that was stopped, started and stopped stays so": {func(s *Snapshot) { s.Status = model.StatusStopped }, StepDelete, model.StatusStopped},
		"one of Amazon Linux 2 that was stopped before is left so": {
			func(s *Snapshot) { s.Platform, s.Status = "notebook-al2-v2", model.StatusStopped }, StepUpdate, model.StatusStopped,
		},
		"one of Amazon Linux 2 that was stopped is updated in place and runs again": {
			func(s *Snapshot) { s.Platform = "notebook-al2-v2" }, StepDelete, model.StatusInService,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := tell(t, c.change).to(c.at)
			k.does(k.rollback()).goesOn()
			k.ended(OutcomeRolledBack, "churn-model")
			if got := k.w.notes["churn-model"].Status; got != c.want {
				t.Errorf("the source is %s, want %s", got, c.want)
			}
		})
	}
}

func TestAHaltFinishesTheCallAndStops(t *testing.T) {
	t.Parallel()
	k := tell(t, nil).to(StepCreate).approve()
	k.does(k.w.perform(*k.next)) // the look; now the create is in flight
	act := *k.next
	if next, effects, err := k.run.Apply(Event{Kind: EventHalted, At: k.w.tick()}); err != nil || len(effects) > 0 || !next.Halting {
		t.Fatalf("%d effects, %v", len(effects), err)
	}
	k.does(Event{Kind: EventHalted})
	k.does(k.w.perform(act))
	k.stands(PhasePaused, "")
	if !k.run.Created || k.run.Back != PhaseWait || k.next != nil {
		t.Fatalf("created %v, back to %s, next %v", k.run.Created, k.run.Back, k.next)
	}
	k.offers(EventResumed, EventRollback, EventClosed)
	k.does(Event{Kind: EventResumed}).goesOn()
	k.finishes()
}

func TestExpiredCredentialsPauseARunAndLoseNothing(t *testing.T) {
	t.Parallel()
	expired := &model.Problem{Kind: model.KindExpired, Message: "the security token has expired"}
	k := tell(t, nil).to(StepCreate).approve()
	k.does(k.w.perform(*k.next)).does(k.w.perform(*k.next)) // it is made, and awaited
	k.does(Event{Kind: EventFailed, Effect: k.next.ID, Problem: expired})
	k.stands(PhasePaused, "has expired")
	k.does(Event{Kind: EventResumed})
	k.does(Event{Kind: EventFailed, Effect: k.next.ID, Problem: expired}) // still
	k.stands(PhasePaused, "has expired")
	k.does(Event{Kind: EventResumed}).goesOn()
	k.finishes()
}

func TestAReplacementWithTheWrongSettingIsNotTakenFor(t *testing.T) {
	t.Parallel()
	k := tell(t, nil).to(StepCreate).approve()
	k.does(k.w.perform(*k.next)).does(k.w.perform(*k.next))
	k.w.touch("churn-model-net", func(s *Snapshot) { s.DirectInternet = model.Disabled })
	k.goesOn()
	k.stands(PhaseDrift, "does not have the setting that it was made for")
}
