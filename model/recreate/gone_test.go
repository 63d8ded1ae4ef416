package recreate

import (
	"slices"
	"strings"
	"testing"

	"nbscope/model"
)

// take lets somebody else delete a notebook, and the run look.
func (k *story) take(name string) *story {
	delete(k.w.notes, name)
	return k.does(Event{Kind: EventResumed}).goesOn()
}

// TestWhatIsGoneIsNeitherRemovedNorKept asks for every decision that the run offers
// with the replacement known to be gone: none removes it, asks for its name or keeps it.
func TestWhatIsGoneIsNeitherRemovedNorKept(t *testing.T) {
	t.Parallel()
	const repl = "churn-model-net"
	pending := func(k *story) *story {
		k.approve()
		for k.next.Kind != EffectWait {
			k.does(k.w.perform(*k.next))
		}
		delete(k.w.notes, repl)
		return k.goesOn()
	}
	for name, c := range map[string]struct {
		platform string
		at       func(*story) *story
	}{
		"wait failed":         {PlatformSupported, pending},
		"copy":                {PlatformSupported, func(k *story) *story { return k.to(StepCopy).take(repl) }},
		"stop":                {PlatformSupported, func(k *story) *story { return k.to(StepStop).take(repl) }},
		"stop of AL2":         {"notebook-al2-v2", func(k *story) *story { return k.to(StepStop).take(repl) }},
		"delete":              {PlatformSupported, func(k *story) *story { return k.to(StepDelete).take(repl) }},
		"delete of AL2":       {"notebook-al2-v2", func(k *story) *story { return k.to(StepDelete).take(repl) }},
		"delete of AL2, seen": {"notebook-al2-v2", func(k *story) *story { k.to(StepDelete); delete(k.w.notes, repl); return k.approve().goesOn() }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := c.at(tell(t, func(s *Snapshot) { s.Platform = c.platform }))
			if got := k.run.Words().NoReplacement(); got != "gone" || k.run.Made() != "" || k.run.Removable() {
				t.Fatalf("the replacement is %s, %q", got, k.run.Made())
			}
			for _, choice := range k.run.Choices() {
				st := StakesOf(choice, []Subject{{Run: k.run, Next: &k.run.Plan}}, k.w.now)
				words := said(&st) + k.run.Words().ChoiceSays(choice)
				for _, bad := range []string{"net is removed", "replacement is removed", "before it runs", "would be running", "keep the replacement", "keeps " + repl, "DeleteNotebookInstance\n", "emove the failed", "remove it", "While both run", repl + " goes with"} {
					if bad == "DeleteNotebookInstance\n" && k.run.def().Kind == StepDelete {
						continue // of the source
					}
					if strings.Contains(words, bad) && choice != EventApproved && choice != EventResumed && (choice != EventAmended || bad != "While both run") {
						t.Errorf("%s says %q:\n%s", choice, bad, words)
					}
				}
			}
			way := k.run.WayBack()
			if !way.Offered {
				t.Fatal("there is no way back")
			}
			if stranded := strings.HasPrefix(name, "delete of AL2"); stranded && !strings.Contains(way.Danger, "the replacement is gone: nothing is running") || way.Update != stranded {
				t.Errorf("the danger is %q, update %v", way.Danger, way.Update)
			}
			k.does(Event{Kind: EventRollback, Update: way.Update}).goesOn()
			k.ended(OutcomeRolledBack, "churn-model")
			if k.w.notes["churn-model"].Status != model.StatusInService || slices.Contains(k.w.tried, "delete "+repl) {
				t.Errorf("the source is %s, tried %v", k.w.notes["churn-model"].Status, k.w.tried)
			}
		})
	}
}

// TestWhatIsThereIsRemovedByItsNameOnly rolls back with the replacement there, being
// made, or in doubt.
func TestWhatIsThereIsRemovedByItsNameOnly(t *testing.T) {
	t.Parallel()
	for name, at := range map[string]func(*story){
		"there":  func(k *story) { k.to(StepStop) },
		"failed": failCreation,
		"stopped while it was made": func(k *story) {
			failCreation(k)
			k.w.touch("churn-model-net", func(s *Snapshot) { s.Status = model.StatusStopped })
			k.does(Event{Kind: EventResumed}).goesOn()
		},
	} {
		k := tell(t, nil)
		at(k)
		if err := k.try(Event{Kind: EventRollback}); err == nil || !k.run.WayBack().Removes {
			t.Errorf("%s: it is removed without its name", name)
		}
		if name != "stopped while it was made" {
			continue
		}
		st := StakesOf(EventRetry, []Subject{{Run: k.run}}, k.w.now)
		if words := said(&st) + k.run.Words().ChoiceSays(EventRetry); strings.Contains(words, "failed") || !strings.Contains(words, "Remove churn-model-net") {
			t.Errorf("it did not fail, and it says\n%s", words)
		}
	}
}

// TestASourceThatIsGoneIsNotDeletedOnceMore lets somebody else delete the source that
// is kept.
func TestASourceThatIsGoneIsNotDeletedOnceMore(t *testing.T) {
	t.Parallel()
	k := tell(t, nil).to(StepDelete).take("churn-model")
	st := StakesOf(EventApproved, []Subject{{Run: k.run}}, k.w.now)
	words := said(&st) + "\n" + k.run.Words().ChoiceSays(EventApproved)
	for _, want := range []string{"End the run of churn-model\n", "M There is nothing left to delete: churn-model is gone: somebody else deleted it.", "\nend the run: the source is gone"} {
		if !strings.Contains(words, want) {
			t.Errorf("it does not say %q:\n%s", want, words)
		}
	}
	for _, bad := range []string{"it costs", "cannot be undone", "The volume goes", "keep time is not over", "DeleteNotebookInstance"} {
		if strings.Contains(words, bad) {
			t.Errorf("it says %q:\n%s", bad, words)
		}
	}
	k.approve().goesOn()
	k.ended(OutcomeDone, "churn-model-net")
}

// TestADeletionThatWasNotMadeIsNotToldOf approves a deletion before its time, which
// the guard stops, and goes back.
func TestADeletionThatWasNotMadeIsNotToldOf(t *testing.T) {
	t.Parallel()
	k := tell(t, nil).to(StepDelete)
	k.w.touch("churn-model-net", func(s *Snapshot) { s.Status = model.StatusStopped })
	k.approve().goesOn()
	k.stands(PhaseDrift, "start the replacement first")
	if k.run.Early == nil || k.run.DeletedEarly() != nil {
		t.Errorf("approved %v, told of %v", k.run.Early, k.run.DeletedEarly())
	}
	k.does(k.rollback()).goesOn()
	k.ended(OutcomeRolledBack, "churn-model")
	if got := k.run.DeletedEarly(); got != nil {
		t.Errorf("rolled back, it tells of %v", got)
	}
	k = tell(t, nil).to(StepDelete).approve().goesOn()
	if k.run.DeletedEarly() == nil {
		t.Error("the source was deleted before its time, and it is not told of")
	}
	k = tell(t, nil).to(StepDelete)
	delete(k.w.notes, "churn-model")
	k.approve().goesOn()
	if got := k.run.DeletedEarly(); got != nil {
		t.Errorf("somebody else deleted it, and it tells of %v", got)
	}
}

// TestWhatIsGoneBackToIsLookedAt stops the replacement before an approval, and starts
// it again before the run goes back to its gate.
func TestWhatIsGoneBackToIsLookedAt(t *testing.T) {
	t.Parallel()
	for _, step := range []StepKind{StepStop, StepDelete} {
		k := tell(t, nil).to(step)
		status := func(s model.Status) { k.w.touch("churn-model-net", func(n *Snapshot) { n.Status = s }) }
		status(model.StatusStopped)
		k.approve().goesOn()
		k.stands(PhaseDrift, "start the replacement first")
		status(model.StatusInService)
		k.does(Event{Kind: EventRetry}).goesOn()
		if k.run.Phase != PhaseGate || k.run.Guard().Disturbed() != "" || len(k.run.Drift) > 0 {
			t.Errorf("%s: in phase %s, %q, %v", step, k.run.Phase, k.run.Guard().Disturbed(), k.run.Drift)
		}
	}
}

// TestThereIsNoWayBackToASourceThatIsGone lets somebody else delete it, or begin to, at
// each step: a way back is neither offered nor taken, and the run says what is gone.
func TestThereIsNoWayBackToASourceThatIsGone(t *testing.T) {
	t.Parallel()
	for _, step := range []StepKind{StepCopy, StepStop, StepDelete} {
		for name, c := range map[string]struct {
			hand func(*story)
			says string
		}{
			"deleted":  {func(k *story) { delete(k.w.notes, "churn-model") }, "gone"},
			"deleting": {func(k *story) { k.w.touch("churn-model", func(s *Snapshot) { s.Status = model.StatusDeleting }) }, "Deleting"},
		} {
			for _, kind := range []EventKind{EventResumed, EventApproved} {
				if step == StepCopy && kind == EventApproved {
					continue // it is attested
				}
				k := tell(t, nil).to(step)
				c.hand(k)
				if kind == EventResumed {
					k.does(Event{Kind: EventResumed}).goesOn()
				} else {
					k.approve().goesOn()
				}
				if k.run.Outcome != "" {
					continue // what was to be deleted is
				}
				says := k.run.Says()
				if k.run.Phase == PhaseDrift {
					says = k.run.Words().DriftSays()
				}
				if slices.Contains(k.run.Choices(), EventRollback) || k.run.WayBack().Offered || k.try(k.rollback()) == nil {
					t.Errorf("%s at %s after %s: a way back is offered: %v", name, step, kind, k.run.Choices())
				}
				if name == "deleted" && !strings.Contains(says, "ource") || name == "deleted" && !strings.Contains(says, c.says) && step != StepDelete {
					t.Errorf("%s at %s after %s: it says %q", name, step, kind, says)
				}
			}
		}
	}
}

// TestWhatWasNotMadeIsNotRemoved goes back before anything was made: nothing is said to
// be removed, and no name is to be typed.
func TestWhatWasNotMadeIsNotRemoved(t *testing.T) {
	t.Parallel()
	looked := tell(t, nil)
	looked.does(Event{Kind: EventResumed}).goesOn() // it waits at its first gate
	refused := tell(t, nil).approve()
	for refused.next.Kind != EffectCreate {
		refused.does(refused.w.perform(*refused.next))
	}
	refused.does(Event{Kind: EventFailed, Effect: refused.next.ID, Problem: failing409()})
	for name, k := range map[string]*story{"looked": looked, "refused": refused} {
		st := StakesOf(EventRollback, []Subject{{Run: k.run}}, k.w.now)
		words := said(&st)
		if way := k.run.WayBack(); !way.Offered || way.Removes || !strings.Contains(words, "There is nothing to remove") || strings.Contains(words, "removed with") {
			t.Errorf("%s: offered %t, removes %t:\n%s", name, way.Offered, way.Removes, words)
		}
		k.does(Event{Kind: EventRollback}).goesOn()
		k.ended(OutcomeRolledBack, "churn-model")
		if slices.ContainsFunc(k.w.tried, func(s string) bool { return strings.HasPrefix(s, "delete") }) {
			t.Errorf("%s: it tried %v", name, k.w.tried)
		}
	}
}
