package recreate

import (
	"strings"
	"testing"
	"time"

	"charm.land/bubbles/v2/key"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/kit"
	"nbscope/ui/uitest"
)

// runAt is the page of a run that stands at a step.
func runAt(kind recreate.StepKind, phase recreate.Phase, change func(*liveRun)) (*runPage, *wizard) {
	w := begun()
	w.live = standing(kind, phase, change).live
	return w.pages[pageRun].(*runPage), w
}

// words are the keys of commands, or of hints, that hold.
func words(pg *runPage) string { return hinted(pg.hints()) }

func hinted(all []key.Binding) string {
	var out []string
	for _, b := range all {
		if b.Enabled() {
			out = append(out, b.Help().Key+" "+b.Help().Desc)
		}
	}
	return strings.Join(out, ", ")
}

func TestWhatARunOffersIsWhatItsPageSays(t *testing.T) {
	failed := func(r *liveRun) {
		serving(r)
		r.Run.Replacement.Status, r.Run.Replacement.FailureReason = model.StatusFailed, "InsufficientInstanceCapacity"
	}
	for name, c := range map[string]struct {
		step   recreate.StepKind
		phase  recreate.Phase
		change func(*liveRun)
		says   []string
		hints  string
	}{
		"over":      {recreate.StepDelete, recreate.PhaseOver, func(r *liveRun) { serving(r); over(r, recreate.OutcomeClosed) }, []string{}, "e report"},
		"elsewhere": {recreate.StepStart, recreate.PhaseAct, func(r *liveRun) { r.Held = false; r.Kept.HeldBy = "process 7" }, []string{}, "e report"},
		"decided": {recreate.StepStart, recreate.PhaseAct, func(r *liveRun) { r.Deciding, r.Since = true, uitest.Noon() }, []string{
			"dim|Nothing can be decided now: it is being written down, as of 2026-11-23 12:00:00 UTC.",
		}, "e report"},
		"a call": {recreate.StepStart, recreate.PhaseAct, flies(recreate.EffectStart, time.Minute, recreate.Progress{}), []string{
			"header|What you can do",
			"drawn|  ctrl+x   stop after this call",
		}, "ctrl+x stop after this call, e report"},
		"a copy under way": {recreate.StepCopy, recreate.PhaseAct, func(r *liveRun) {
			r.Run.Plan.Transport = recreate.TransportRelay
			flies(recreate.EffectCopy, time.Minute, recreate.Progress{})(r)
		}, []string{
			"header|What you can do",
			"drawn|  ctrl+x   leave it: it is taken up again",
		}, "ctrl+x leave it: it is taken up again, e report"},
		"the copy": {recreate.StepCopy, recreate.PhaseGate, serving, []string{
			"header|What you can do",
			"drawn|  a        say that it is copied",
			"drawn|  u        look at AWS again",
			"drawn|  T        another way for the data",
			"drawn|  X        end the run",
		}, "a say that it is copied, J sign in to the source, K sign in to the replacement, y copy, p compare by two digests, e report"},
		"the stop": {recreate.StepStop, recreate.PhaseGate, serving, []string{
			"header|What you can do",
			"drawn|  a        approve stop source",
			"drawn|  u        look at AWS again",
			"drawn|  X        end the run",
		}, "a approve stop source, u look at AWS again, X end the run, e report"},
		"kept": {recreate.StepDelete, recreate.PhaseGate, func(r *liveRun) { serving(r); resting(r) }, []string{
			"header|What you can do",
			"drawn|  a        delete the source",
			"drawn|  u        look at AWS again",
			"drawn|  X        end the run",
		}, "a delete the source, u look at AWS again, X end the run, e report"},
		"paused": {recreate.StepStart, recreate.PhasePaused, serving, []string{
			"header|What you can do",
			"drawn|  u        resume",
			"drawn|  X        end the run",
		}, "u resume, X end the run, e report"},
		"interrupted": {recreate.StepStart, recreate.PhaseAct, func(r *liveRun) { r.Held = false }, []string{
			"header|What you can do",
			"drawn|  u        resume",
		}, "u resume, e report"},
		"it differs": {recreate.StepVerify, recreate.PhaseDiffer, func(r *liveRun) { serving(r); differ(r, 1) }, []string{
			"header|What you can do",
			"drawn|  C        copy again what differs",
			"drawn|  A        accept differences by name",
			"drawn|  t        compare once more",
			"drawn|  u        look at AWS again",
			"drawn|  T        another way for the data",
			"drawn|  X        end the run",
		}, "C copy again what differs, A accept differences by name, t compare once more, u look at AWS again, T another way for the data, X end the run, d save the differences, e report"},
		"a promise is not kept": {recreate.StepReach, recreate.PhaseFailed, unkept, []string{
			"header|What you can do",
			"drawn|  t        try again",
			"drawn|  u        look at AWS again",
			"drawn|  A        go on in spite of it",
			"drawn|  X        end the run",
		}, "t try again, u look at AWS again, A go on in spite of it, X end the run, e report"},
		"a creation came to nothing": {recreate.StepWait, recreate.PhaseFailed, failed, []string{
			"header|What you can do",
			"drawn|  t        remove the failed one, try the same again",
			"drawn|  i        take another instance type",
			"drawn|  s        take another subnet",
			"drawn|  u        look at AWS again",
			"drawn|  m        change the plan: type, subnet, scripts",
			"drawn|  X        end the run",
		}, "t remove the failed one, try the same again, i take another instance type, s take another subnet, u look at AWS again, m change the plan: type, subnet, scripts, X end the run, e report"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pg, w := runAt(c.step, c.phase, c.change)
			var doc kit.Document
			pg.sayChoices(&doc)
			if d := uitest.Differ(append(uitest.Told(doc, w.theme), words(pg)), append(c.says, c.hints)); d != "" {
				t.Error(d)
			}
		})
	}
}
