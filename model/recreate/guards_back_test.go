package recreate

import (
	"slices"
	"strings"
	"testing"
	"time"

	"nbscope/model"
)

// TestTheWayBackOfASourceThatCannotStart tries a rollback wherever the source of a
// platform that is over has come to rest, whoever stopped it.
func TestTheWayBackOfASourceThatCannotStart(t *testing.T) {
	t.Parallel()
	stop := func(k *story) {
		k.w.touch("churn-model", func(s *Snapshot) { s.Status = model.StatusStopped })
		k.does(Event{Kind: EventResumed}).goesOn()
	}
	for name, c := range map[string]struct {
		platform string
		at       StepKind
		hand     func(*story)
	}{
		"AL2, stopped by the run":                  {"notebook-al2-v2", StepDelete, func(*story) {}},
		"AL2, stopped by somebody during the copy": {"notebook-al2-v2", StepCopy, stop},
		"AL2, stopped by somebody before its stop": {"notebook-al2-v1", StepStop, stop},
		"AL1, stopped by the run":                  {"notebook-al1-v1", StepDelete, func(*story) {}},
		"AL1, stopped by somebody during the copy": {"notebook-al1-v1", StepCopy, stop},
		"AL2, failed, which cannot be updated either": {"notebook-al2-v2", StepDelete, func(k *story) {
			k.w.touch("churn-model", func(s *Snapshot) { s.Status = model.StatusFailed })
			k.does(Event{Kind: EventResumed}).goesOn()
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := tell(t, func(s *Snapshot) { s.Platform = c.platform }).to(c.at)
			c.hand(k)
			way := k.run.WayBack()
			can := strings.HasPrefix(name, "AL2, stopped")
			if !strings.Contains(way.Danger, "cannot be started as it is ("+c.platform+")") || !strings.Contains(way.Danger, "nothing would be running") ||
				!strings.Contains(way.Danger, "keep the replacement") || way.Keeps == "" || way.Offered != can || way.Update != can {
				t.Fatalf("%+v", way)
			}
			if err := k.try(Event{Kind: EventRollback, Typed: "churn-model-net"}); err == nil {
				t.Fatal("the replacement is removed, and nothing runs")
			}
			if !can {
				k.does(Event{Kind: EventClosed})
				k.ended(OutcomeClosed, "churn-model", "churn-model-net")
				return
			}
			k.does(k.rollback())
			for k.next != nil { // something runs at every moment of the way
				if source := k.w.notes["churn-model"].Status; k.w.notes["churn-model-net"] == nil && source != model.StatusInService {
					t.Fatalf("the replacement is removed, and the source is %s", source)
				}
				k.does(k.w.perform(*k.next))
			}
			k.ended(OutcomeRolledBack, "churn-model")
			says := strings.Join(k.run.Ending().Says, " ")
			if k.w.notes["churn-model"].Status != model.StatusInService || strings.Contains(says, "as it was before") ||
				!strings.Contains(says, "PlatformIdentifier was "+c.platform+", now "+PlatformSupported+", by this run") {
				t.Errorf("the source is %s, and it says %q", k.w.notes["churn-model"].Status, says)
			}
		})
	}
}

func TestASourceStoppedOnTheWayBackKeepsItsReplacement(t *testing.T) {
	t.Parallel()
	for platform, can := range map[string]bool{"notebook-al2-v2": true, "notebook-al1-v1": false} {
		k := tell(t, func(s *Snapshot) { s.Platform = platform }).to(StepCopy).does(Event{Kind: EventRollback, Typed: "churn-model-net"})
		for k.next.Step != StepRemove {
			k.does(k.w.perform(*k.next))
		}
		k.w.touch("churn-model", func(s *Snapshot) { s.Status = model.StatusStopped })
		k.goesOn()
		k.stands(PhaseDrift, "nothing would be running")
		if slices.Contains(k.run.Choices(), EventRollback) != can || k.w.notes["churn-model-net"] == nil {
			t.Errorf("%s: offered %v", platform, k.run.Choices())
		}
		if can {
			k.does(k.rollback()).goesOn()
			k.ended(OutcomeRolledBack, "churn-model")
		}
	}
}

func TestAFailedCreationIsRemovedAlsoWhereTheSourceCannotStart(t *testing.T) {
	t.Parallel()
	k := tell(t, func(s *Snapshot) { s.Platform = "notebook-al1-v1" })
	k.w.fails = "no capacity"
	k.approve().goesOn()
	k.w.touch("churn-model", func(s *Snapshot) { s.Status = model.StatusStopped })
	k.does(k.rollback()).goesOn()
	k.ended(OutcomeRolledBack, "churn-model")
	if says := strings.Join(k.run.Ending().Says, " "); !strings.HasPrefix(says, "No notebook of this run is in service.") || strings.Contains(says, "as it was") {
		t.Errorf("it says %q", says)
	}
}

// TestAWayBackThatLeavesNothingRunningSaysSoAndHowToGoOn has somebody stop a source of
// Amazon Linux 1 while the way back stops its replacement.
func TestAWayBackThatLeavesNothingRunningSaysSoAndHowToGoOn(t *testing.T) {
	t.Parallel()
	k := tell(t, func(s *Snapshot) { s.Platform = "notebook-al1-v1" }).to(StepCopy)
	k.does(k.rollback())
	for k.next.Kind != EffectStop {
		k.does(k.w.perform(*k.next))
	}
	k.does(k.w.perform(*k.next))
	k.w.touch("churn-model", func(s *Snapshot) { s.Status = model.StatusStopped })
	k.goesOn()
	k.stands(PhaseDrift, "cannot be started as it is")
	says := k.run.Words().DriftSays()
	for _, want := range []string{`so "Remove replacement" was not begun`, "It had stopped churn-model-net before", "No notebook of this run is in service"} {
		if !strings.Contains(says, want) {
			t.Errorf("it says %q, and not %q", says, want)
		}
	}
	if strings.Contains(says, "before it changed anything") {
		t.Errorf("it says %q", says)
	}
	_, commands, then := k.run.Words().StartReplacement()
	if len(commands) == 0 || !strings.Contains(commands[0], "start-notebook-instance") || !strings.Contains(commands[0], "churn-model-net") || !strings.Contains(then, "end the run") {
		t.Errorf("the way on is %q, %q", commands, then)
	}
	st := StakesOf(EventClosed, []Subject{{Run: k.run}}, k.w.now)
	if words := said(&st); strings.Contains(words, "While both run") || !strings.Contains(words, "No notebook of the run is in service") {
		t.Errorf("the gate of its end says\n%s", words)
	}
	k.w.touch("churn-model-net", func(s *Snapshot) { s.Status = model.StatusInService })
	k.does(Event{Kind: EventResumed}).goesOn()
	if says := k.run.Words().DriftSays(); strings.Contains(says, "had stopped") || strings.Contains(says, "in service") {
		t.Errorf("with its replacement started again it says %q", says)
	}
	if _, commands, _ := k.run.Words().StartReplacement(); commands != nil {
		t.Errorf("started again, it is to be started: %q", commands)
	}
}

// TestAReplacementAtRestIsStartedByACommand stops it before each gate that needs it.
func TestAReplacementAtRestIsStartedByACommand(t *testing.T) {
	t.Parallel()
	for _, step := range []StepKind{StepStop, StepDelete} {
		k := tell(t, nil).to(step)
		k.w.touch("churn-model-net", func(s *Snapshot) { s.Status = model.StatusStopped })
		k.approve().goesOn()
		if _, commands, then := k.run.Words().StartReplacement(); len(commands) == 0 || !strings.Contains(then, "goes on from here") {
			t.Errorf("at %s: %q, %q", step, commands, then)
		}
	}
}

// TestWhatSomebodyHasDoneForTheSourceIsNotDoneOnceMore moves a stopped source of Amazon
// Linux 2, or starts it, while its gates wait.
func TestWhatSomebodyHasDoneForTheSourceIsNotDoneOnceMore(t *testing.T) {
	t.Parallel()
	runs := func(s *Snapshot) { s.Platform, s.Status = PlatformSupported, model.StatusInService }
	moved := func(s *Snapshot) { s.Platform = PlatformSupported }
	for name, c := range map[string]struct {
		at     StepKind
		change func(*Snapshot)
		next   StepKind // where the run stands then
	}{
		"moved and started before the update": {StepUpdate, runs, StepCopy},
		"moved before the update":             {StepUpdate, moved, StepStart},
		"started before the start":            {StepStart, runs, StepCopy},
	} {
		for _, looks := range []bool{true, false} { // at AWS, before it is approved
			k := tell(t, func(s *Snapshot) { s.Platform, s.Status = "notebook-al2-v3", model.StatusStopped }).to(c.at)
			k.w.touch("churn-model", c.change)
			tried := len(k.w.tried)
			if looks {
				k.does(Event{Kind: EventResumed}).goesOn()
			} else {
				k.approve().goesOn()
			}
			if k.run.Phase == PhaseDrift {
				k.does(Event{Kind: EventAccepted}).goesOn()
			}
			step, _ := k.run.Step()
			if made := slices.DeleteFunc(slices.Clone(k.w.tried[tried:]), func(s string) bool { return strings.HasPrefix(s, "survey") }); step.Kind != c.next || k.run.Phase != PhaseGate || len(made) > 0 {
				t.Errorf("%s, looks %t: it stands at %s in %s, and made %v", name, looks, step.Kind, k.run.Phase, made)
			}
			for _, s := range k.run.Steps {
				if s.Kind == c.at && looks && (s.State != StepSkipped || !strings.Contains(s.Note, "already")) {
					t.Errorf("%s: the step is %s, %q", name, s.State, s.Note)
				}
			}
		}
	}
	k := tell(t, func(s *Snapshot) { s.Platform, s.Status = "notebook-al2-v3", model.StatusStopped }).to(StepUpdate)
	st := StakesOf(EventApproved, []Subject{{Run: k.run, Source: Sight{At: k.w.now.Add(time.Hour), Status: model.StatusInService}}}, k.w.now)
	if !strings.Contains(st.Refused, "InService already") {
		t.Errorf("a list has shown it running, and the gate says %q", st.Refused)
	}
}
