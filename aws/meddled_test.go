package aws

import (
	"testing"
	"testing/synctest"

	"nbscope/aws/sim"
	"nbscope/model/recreate"
)

func TestWhatOthersDoInTheMiddleOfARunIsSeen(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		at     recreate.StepKind
		change sim.Change
		phase  recreate.Phase
		says   string
		calls  []string
	}{
		"a rule of the organization deletes the replacement during the copy": {
			recreate.StepDelete, sim.Change{Op: "delete", Name: "journey-net"}, recreate.PhaseDrift,
			"somebody else deleted the replacement", []string{"Create journey-net", "Stop journey"},
		},
		"a rule of the organization stops the replacement": {
			recreate.StepDelete, sim.Change{Op: "set", Name: "journey-net", Status: "Stopped"}, recreate.PhaseDrift,
			"only deleted while its replacement is in service", []string{"Create journey-net", "Stop journey"},
		},
		"somebody strips the replacement of the run's tag": {
			recreate.StepDelete, sim.Change{Op: "set", Name: "journey-net", RemoveTags: []string{recreate.TagRunID}}, recreate.PhaseDrift,
			"not proven to be this run's", []string{"Create journey-net", "Stop journey"},
		},
		"somebody works on the source after it was stopped": {
			recreate.StepDelete, sim.Change{Op: "set", Name: "journey", Status: "InService"}, recreate.PhaseDrift,
			"may have run since its data was verified", []string{"Create journey-net", "Stop journey"},
		},
		"somebody tags the source before it is stopped": {
			recreate.StepStop, sim.Change{Op: "set", Name: "journey", Tags: map[string]string{"Owner": "ana"}}, recreate.PhaseDrift,
			"tag Owner", []string{"Create journey-net"},
		},
		"somebody deletes the source before it is stopped": {
			recreate.StepStop, sim.Change{Op: "delete", Name: "journey"}, recreate.PhaseDrift,
			"somebody else deleted the source", []string{"Create journey-net"},
		},
		"an auto-stop script stops the source, which is no error": {
			recreate.StepStop, sim.Change{Op: "set", Name: "journey", Status: "Stopped"}, recreate.PhaseGate,
			"", []string{"Create journey-net"},
		},
		"AWS upgrades the source": {
			recreate.StepStop, sim.Change{Op: "set", Name: "journey", Status: "InMaintenance", Hold: true}, recreate.PhaseFailed,
			"the source is InMaintenance, which does not allow this", []string{"Create journey-net"},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				j := newJourney(t, sim.Change{})
				j.begin()
				j.drive(at(c.at))
				j.change(c.change)
				r := j.book.Run()
				j.must(onward(&r))
				r = j.drive(at(recreate.StepDelete))
				j.stands(&r, c.phase, c.says)
				j.made(c.calls...)
				if _, ok := j.left()["journey"]; !ok && c.change.Op != "delete" {
					t.Error("the source is gone")
				}
			})
		})
	}
}

func TestWhatOthersDoToACopyIsSaidAtTheNextLook(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		change sim.Change
		says   string
	}{
		"a rule of the organization deletes the replacement": {sim.Change{Op: "delete", Name: "journey-net"}, "the replacement is gone"},
		"a rule of the organization stops the replacement":   {sim.Change{Op: "set", Name: "journey-net", Status: "Stopped"}, "the replacement is Stopped"},
		"a script against idle notebooks stops the source":   {sim.Change{Op: "set", Name: "journey", Status: "Stopped"}, "the source is Stopped"},
		"nobody does anything":                               {sim.Change{Op: "set", Name: "journey", Status: "InService"}, ""},
		"somebody strips the replacement of the run's tag":   {sim.Change{Op: "set", Name: "journey-net", RemoveTags: []string{recreate.TagRunID}}, "the replacement has lost this run's tag"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				j := newJourney(t, sim.Change{})
				j.begin()
				j.drive(at(recreate.StepCopy))
				j.change(c.change)
				j.must(recreate.Event{Kind: recreate.EventResumed})
				r := j.drive(at(recreate.StepCopy))
				if got := r.Guard().Disturbed(); got != c.says {
					t.Errorf("it says %q, want %q", got, c.says)
				}
				j.made("Create journey-net")
				if c.change.Name != "journey" {
					j.untouched()
				}
			})
		})
	}
}
