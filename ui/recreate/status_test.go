package recreate

import (
	"strings"
	"testing"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/drive"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
	"nbscope/ui/uitest"
)

func TestEveryStateOfARunHasAKeyOrAReasonOnItsPage(t *testing.T) {
	plain, keys := theme.New(theme.Options{NoColor: true}), kit.DefaultKeyMap()
	world := &kit.World{Now: uitest.Noon()}
	src := uitest.Snapshot("churn-model-train", nil)
	plan := recreate.NewPlan("7f3c0001", uitest.Noon(), src, recreate.SpecFor(&src, recreate.Enable))
	e := recreate.Effect{ID: 1, Kind: recreate.EffectWait, Name: "x"}
	flight := &drive.Flight{Effect: e, Since: uitest.Noon()}
	for _, def := range recreate.Defs() {
		for _, phase := range []recreate.Phase{
			recreate.PhaseGate, recreate.PhaseGuard, recreate.PhaseAct, recreate.PhaseSettle, recreate.PhaseWait, recreate.PhaseLook,
			recreate.PhaseFailed, recreate.PhaseDrift, recreate.PhaseDiffer, recreate.PhasePaused,
		} {
			for how, at := range map[string]drive.Snapshot{
				"held": {Held: true}, "in flight": {Held: true, Flight: flight}, "queued": {Held: true, Queued: &e}, "deciding": {Held: true, Deciding: true},
				"not held": {}, "let go": {Problem: &model.Problem{Message: "no space"}}, "elsewhere": {Kept: recreate.Kept{HeldBy: "process 7"}},
				"damaged": {Kept: recreate.Kept{Damaged: "record 7"}},
			} {
				at.ID, at.Since, at.Run = plan.RunID, uitest.Noon(), recreate.Begin(plan, uitest.Noon())
				at.Run.Steps, at.Run.Phase, at.Run.Effects = []recreate.Step{{Kind: def.Kind, Gate: def.Gate, State: recreate.StepActive}}, phase, 1
				if phase == recreate.PhaseDiffer {
					at.Run.Verified = &recreate.Verified{Equal: 1, Missing: 1, Differences: []recreate.Difference{{ID: "a", Path: "a", Says: "missing"}}}
				}
				w := newWizard(world, keys, plain, wizardPorts{now: uitest.Noon, frame: func() int { return 0 }, names: world.Mentions})
				w.live = &liveRun{Snapshot: at}
				pg := w.pages[pageRun].(*runPage)
				page := strings.Join(pg.document().Paint(plain, 100), "\n")
				if !strings.Contains(page, "What you can do") && !strings.Contains(page, "Nothing can be decided now: ") &&
					!strings.Contains(page, "Read-only: the run is held by process 7") {
					t.Errorf("%s in phase %s, %s, has no way on:\n%s", def.Kind, phase, how, page)
				}
				for _, c := range w.live.Choices() {
					if _, ok := decisionKey(keys.Runs, w.live, c); !ok {
						t.Errorf("%s in phase %s, %s: %s has no key", def.Kind, phase, how, c)
					}
				}
			}
		}
	}
}
