package v1

import (
	"strings"

	"nbscope/model"
	"nbscope/model/recreate"
)

// stepDef is a row of the table of steps.
type stepDef struct {
	Kind  recreate.StepKind
	Gate  recreate.Gate
	Act   recreate.EffectKind // the one call that changes something; "" for none
	On    recreate.Side       // the notebook that it concerns
	From  []model.Status      // where that notebook must stand for the call
	Met   []model.Status      // where the call is not needed any more
	Until []model.Status      // what is awaited after the call
}

// table is the steps of version 1.
func table() []stepDef {
	running, resting := []model.Status{model.StatusInService}, []model.Status{model.StatusStopped, model.StatusFailed}
	stopped, gone := []model.Status{model.StatusStopped}, []model.Status{recreate.StatusGone}
	still := []model.Status{model.StatusInService, model.StatusStopped, model.StatusFailed, recreate.StatusGone}
	halted := []model.Status{model.StatusStopped, model.StatusFailed, recreate.StatusGone}
	return []stepDef{
		{Kind: recreate.StepCreate, Gate: recreate.GateApprove, Act: recreate.EffectCreate, On: recreate.SideReplacement, From: gone},
		{Kind: recreate.StepWait, On: recreate.SideReplacement, Until: running},
		{Kind: recreate.StepUpdate, Gate: recreate.GateApprove, Act: recreate.EffectUpdate, On: recreate.SideSource, From: stopped, Met: running, Until: stopped},
		{Kind: recreate.StepStart, Gate: recreate.GateApprove, Act: recreate.EffectStart, On: recreate.SideSource, From: resting, Met: running, Until: running},
		{Kind: recreate.StepCopy, Gate: recreate.GateAttest},
		{Kind: recreate.StepVerify},
		{Kind: recreate.StepStop, Gate: recreate.GateApprove, Act: recreate.EffectStop, On: recreate.SideSource, From: running, Met: resting, Until: resting},
		{Kind: recreate.StepDelete, Gate: recreate.GateName, Act: recreate.EffectDelete, On: recreate.SideSource, From: resting, Met: gone, Until: gone},

		{Kind: recreate.StepFailed, Act: recreate.EffectDelete, On: recreate.SideReplacement, From: resting, Met: gone, Until: gone},
		{Kind: recreate.StepAwait, On: recreate.SideReplacement, Until: still},
		{Kind: recreate.StepHalt, Act: recreate.EffectStop, On: recreate.SideReplacement, From: running, Met: halted, Until: halted},
		{Kind: recreate.StepRemove, Act: recreate.EffectDelete, On: recreate.SideReplacement, From: resting, Met: gone, Until: gone},
		{Kind: recreate.StepRestart, Act: recreate.EffectStart, On: recreate.SideSource, From: resting, Met: running, Until: running},
		{Kind: recreate.StepRestop, Act: recreate.EffectStop, On: recreate.SideSource, From: running, Met: resting, Until: resting},
	}
}

// needsUpdate reports whether the source must be moved to another platform before
// it can be started: since 2026-07-01 AWS starts no Amazon Linux 2 notebook.
func needsUpdate(s *recreate.Snapshot) bool { return atRest(s) && isAL2(s.Platform) }

func atRest(s *recreate.Snapshot) bool {
	return s.Status == model.StatusStopped || s.Status == model.StatusFailed
}

// defOf is the row of a step; a zero row for a kind that there is not.
func defOf(k recreate.StepKind) stepDef {
	for _, d := range table() {
		if d.Kind == k {
			return d
		}
	}
	return stepDef{Kind: k}
}

// pending are steps that nothing was done of yet.
func pending(kinds []recreate.StepKind) []recreate.Step {
	out := make([]recreate.Step, 0, len(kinds))
	for _, k := range kinds {
		out = append(out, recreate.Step{Kind: k, Gate: defOf(k).Gate, State: recreate.StepPending})
	}
	return out
}

// program is the steps that a plan takes.
func program(p *recreate.Plan) []recreate.StepKind {
	out := []recreate.StepKind{recreate.StepCreate, recreate.StepWait}
	if needsUpdate(&p.Source) {
		out = append(out, recreate.StepUpdate)
	}
	if atRest(&p.Source) {
		out = append(out, recreate.StepStart)
	}
	return append(out, recreate.StepCopy, recreate.StepVerify, recreate.StepStop, recreate.StepDelete)
}

// isAL2 reports whether a platform is Amazon Linux 2, whose notebooks cannot be
// created or, once stopped, started any more.
func isAL2(platform string) bool { return strings.HasPrefix(platform, "notebook-al2-") }

// isAL1 reports whether a platform is the first Amazon Linux, which has no update
// in place. A describe that names no platform is of that time too.
func isAL1(platform string) bool { return strings.HasPrefix(platform, "notebook-al1-") }

// startRefused reports whether AWS refuses to start a notebook of this platform
// once it has been stopped.
func startRefused(platform string) bool { return isAL1(platform) || isAL2(platform) }
