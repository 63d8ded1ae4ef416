package recreate

import (
	"strings"
	"testing"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/drive"
	"nbscope/ui/kit"
	"nbscope/ui/text"
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

func TestHowAStepEnded(t *testing.T) {
	began := uitest.Noon()
	took := recreate.Step{Kind: recreate.StepCopy, State: recreate.StepDone, Began: began, Ended: began.Add(90 * time.Second)}
	with := func(s recreate.Step, change func(*recreate.Step)) recreate.Step { change(&s); return s }
	byHand, byDigest := &recreate.Proof{Method: recreate.TransportManual}, &recreate.Proof{Method: recreate.TransportManual, Verified: &recreate.Verified{}}
	idle := recreate.Step{State: recreate.StepDone, Idle: true}
	for name, c := range map[string]struct {
		step  recreate.Step
		proof *recreate.Proof
		want  string
	}{
		"by this run":          {took, nil, "1m30s"},
		"by nobody knows whom": {with(took, func(s *recreate.Step) { s.Kind, s.Lost = recreate.StepStop, true }), nil, "as seen"},
		"the copy, by hand":    {with(idle, func(s *recreate.Step) { s.Kind = recreate.StepCopy }), nil, "by hand"},
		"a word on it":         {with(idle, func(s *recreate.Step) { s.Kind = recreate.StepVerify }), byHand, "attested"},
		"a digest":             {with(idle, func(s *recreate.Step) { s.Kind = recreate.StepVerify }), byDigest, "by digest"},
		"what was not needed":  {with(idle, func(s *recreate.Step) { s.Kind = recreate.StepStop }), nil, "not needed"},
		"without a proof":      {with(idle, func(s *recreate.Step) { s.Kind = recreate.StepVerify }), nil, "not needed"},
		"of another step":      {with(idle, func(s *recreate.Step) { s.Kind = recreate.StepStop }), byHand, "not needed"},
	} {
		if got := stepNote(&c.step, c.proof); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// begun is the wizard of a run that was just begun, without colours.
func begun() *wizard {
	world := &kit.World{Now: uitest.Noon()}
	w := newWizard(world, kit.DefaultKeyMap(), theme.New(theme.Options{NoColor: true}), wizardPorts{now: uitest.Noon, frame: func() int { return 0 }, names: world.Mentions})
	src := uitest.Snapshot("churn-model-train", nil)
	w.live = &liveRun{}
	w.live.Run, w.live.Held = recreate.Begin(recreate.NewPlan("r", uitest.Noon(), src, recreate.SpecFor(&src, recreate.Enable)), uitest.Noon()), true
	return w
}

// TestAWaitSaysWhenItTakesLong looks at a wait at the minute from which on it is longer
// than usual, and right before.
func TestAWaitSaysWhenItTakesLong(t *testing.T) {
	for waited, want := range map[time.Duration]string{
		slowWait - time.Second: "It mostly takes five minutes.", slowWait: "This takes longer than usual.",
		stuckWait - time.Second: "This takes longer than usual.", stuckWait: "This takes far longer than usual.",
	} {
		w := begun()
		w.live.Flight = &drive.Flight{Effect: recreate.Effect{ID: 1, Kind: recreate.EffectWait, Name: "x"}, Since: uitest.Noon().Add(-waited)}
		w.live.Run.Phase = recreate.PhaseWait
		page := strings.Join(w.pages[pageRun].(*runPage).document().Paint(w.theme, 200), "\n")
		if !strings.Contains(page, want) {
			t.Errorf("after %s it does not say %q:\n%s", waited, want, page)
		}
	}
}

// TestAStepOfTheStripIsClicked clicks the first and the last cell of every step that
// stands in the line, and the cells beside them.
func TestAStepOfTheStripIsClicked(t *testing.T) {
	w := begun()
	w.width, w.height = 79, 20
	line, steps := kit.PlainLines([]string{w.stepStrip(w.width)}), w.inStrip()
	var clicked []string
	for i, r := range steps {
		if !w.reachable(r.page) {
			continue
		}
		clicked = append(clicked, r.name)
		before, _, _ := strings.Cut(line, r.name)
		at := text.Width(before)
		for x, inside := range map[int]bool{at - 3: false, at - 2: true, at + text.Width(r.name) - 1: true, at + text.Width(r.name): false} {
			w.page = steps[(i+1)%len(steps)].page
			w.clickedStrip(x)
			if (w.page == r.page) != inside {
				t.Errorf("cell %d of %q: turned to %s is %v", x, line, r.name, !inside)
			}
		}
	}
	if len(clicked) < 3 {
		t.Errorf("of %q only %q can be clicked", line, clicked)
	}
}
