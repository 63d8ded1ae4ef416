package drive

import (
	"fmt"
	"testing"

	"nbscope/model"
	"nbscope/model/recreate"
)

// everyState calls do with every state that a run can be in: each phase of each
// step, with and without a replacement, whoever holds it and whatever goes on.
func everyState(do func(name string, s Snapshot)) {
	phases := []recreate.Phase{
		recreate.PhaseGate, recreate.PhaseGuard, recreate.PhaseAct, recreate.PhaseSettle, recreate.PhaseWait, recreate.PhaseLook,
		recreate.PhaseFailed, recreate.PhaseDrift, recreate.PhaseDiffer, recreate.PhasePaused,
	}
	plan := planFor("run-1", "churn")
	for _, def := range recreate.Defs() {
		for _, phase := range phases {
			backs := []recreate.Phase{""}
			if phase == recreate.PhasePaused || phase == recreate.PhaseLook {
				backs = phases
			}
			for _, back := range backs {
				for _, made := range []bool{false, true} {
					r := recreate.Begin(plan, noon())
					r.Steps, r.At = []recreate.Step{{Kind: def.Kind, Gate: def.Gate, State: recreate.StepActive, Began: noon()}}, 0
					r.Phase, r.Back, r.Effects, r.Created = phase, back, 3, made
					if phase == recreate.PhaseDiffer || back == recreate.PhaseDiffer {
						r.Verified = &recreate.Verified{Equal: 1, Missing: 1, Differences: []recreate.Difference{{ID: "a", Path: "a"}}}
					}
					r.Drift = []recreate.Drift{{On: recreate.SideSource, Hard: made}}
					if made {
						src := plan.Source
						r.Replacement = &src
					}
					name := fmt.Sprintf("%s in phase %s, before %q, made %v", def.Kind, phase, back, made)
					around(name, r, do)
				}
			}
		}
	}
	for _, outcome := range []recreate.Outcome{recreate.OutcomeDone, recreate.OutcomeRolledBack, recreate.OutcomeClosed} {
		r := recreate.Begin(plan, noon())
		r.At, r.Phase, r.Outcome, r.EndedAt = len(r.Steps), recreate.PhaseOver, outcome, noon()
		around(string(outcome), r, do)
	}
	nothing := recreate.Run{}
	nothing.Plan.RunID = "run-1"
	do("a journal of which nothing can be read", Snapshot{ID: "run-1", Run: nothing, Kept: recreate.Kept{Damaged: "record 1: it is not JSON"}, Since: noon()})
}

// around varies what the driver knows of a run.
func around(name string, r recreate.Run, do func(string, Snapshot)) {
	e := &recreate.Effect{ID: 3, Kind: recreate.EffectWait, Name: "churn-net"}
	flight := &Flight{Effect: *e, Since: noon()}
	broke := &model.Problem{Message: "no space left on device"}
	for how, s := range map[string]Snapshot{
		"held":                      {Held: true},
		"held, in flight":           {Held: true, Flight: flight},
		"held, queued":              {Held: true, Queued: e},
		"held, deciding":            {Held: true, Deciding: true},
		"held, deciding, in flight": {Held: true, Deciding: true, Flight: flight},
		"not held":                  {},
		"not held, opening":         {Deciding: true},
		"let go":                    {Problem: broke},
		"held elsewhere":            {Kept: recreate.Kept{HeldBy: "process 7 on build since then"}},
		"let go, taken elsewhere":   {Problem: broke, Kept: recreate.Kept{HeldBy: "process 7 on build since then"}},
		"damaged":                   {Kept: recreate.Kept{Damaged: "record 7: it is not JSON"}},
		"by a newer one":            {Kept: recreate.Kept{Newer: "a kind of event", Last: recreate.Record{N: 7, At: noon()}}},
		"let go, damaged":           {Problem: broke, Kept: recreate.Kept{Damaged: "record 7: it is not JSON"}},
	} {
		s.ID, s.Run, s.Since = r.ID(), r, noon()
		do(name+", "+how, s)
	}
}

func TestEveryStateOfARunOffersAChoiceOrSaysWhyNotAndSinceWhen(t *testing.T) {
	t.Parallel()
	n := 0
	everyState(func(name string, s Snapshot) {
		n++
		why, since := s.Standstill()
		switch choices := s.Choices(); {
		case len(choices) > 0 && why != "":
			t.Errorf("%s: there are choices %v, and it says %q", name, choices, why)
		case len(choices) == 0 && (why == "" || since.IsZero()):
			t.Errorf("%s: no choice, and it says %q since %s", name, why, since)
		}
		if s.Interrupted() && !s.Can(recreate.EventResumed) {
			t.Errorf("%s: nobody goes on with it, and it cannot be resumed", name)
		}
	})
	if n < 5000 {
		t.Errorf("only %d states", n)
	}
}
