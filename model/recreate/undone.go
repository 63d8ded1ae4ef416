package recreate

import (
	"slices"

	"nbscope/model"
)

// What was done is done only as long as its result is there.

// Reached reports whether the run has done a step, and still goes forward. Whether
// what came of it is still there, Undone says.
func (r *Run) Reached(k StepKind) bool {
	failed := r.failedAt(StepWait) && r.Replacement.status() == model.StatusFailed
	if r.Rolling || r.Outcome == OutcomeClosed || r.Outcome == OutcomeRolledBack || k == StepCreate && failed {
		return false
	}
	for i, s := range slices.Backward(r.Steps) { // a creation that was made again stands behind the one that failed
		if s.Kind == k {
			return i < r.At && (s.State == StepDone || s.State == StepSkipped)
		}
	}
	return false
}

// Undone is how the notebooks, as last seen, are not as the steps up to one that was
// reached have left them; none while the replacement is being made and was not seen yet.
func (g Guard) Undone(k StepKind) []Drift {
	if g.awaited() {
		return nil
	}
	if out := g.replacementDrift(); len(out) > 0 {
		return out
	}
	if status := g.Replacement.Status; k != StepCreate && status != model.StatusInService || status == model.StatusDeleting {
		return []Drift{hard(SideReplacement, fieldStatus, string(model.StatusInService), string(status),
			"somebody else stopped the replacement, or it failed")}
	}
	if g.Outcome != "" || k == StepCreate || k == StepWait {
		return nil
	}
	return g.copyUndone(k)
}

// copyUndone is how the source has undone its copy, or its stop, and how somebody has
// changed the replacement under it.
func (g Guard) copyUndone(k StepKind) []Drift {
	switch {
	case g.Steps.asked(StepDelete) && (g.Source == nil || g.Source.Status == model.StatusDeleting):
		return nil // this run itself
	case g.Source == nil:
		return []Drift{sourceGone()}
	case k == StepStop && !atRest(g.Source):
		return []Drift{{
			On: SideSource, Field: fieldStatus, Before: string(model.StatusStopped), Now: string(g.Source.Status),
			Why: "somebody else started the source again: what is written there is not on the replacement",
		}}
	}
	since := StepStop
	if !g.RestedAt.IsZero() {
		since = StepDelete
	}
	out := g.servedDrift()
	if before, ran := g.ranSince(since); ran {
		out = append(out, ranDrift(before, g.Source.Modified))
	}
	return out
}

// Disturbed says what was last seen to be in the way of the copy, the stop or the
// deletion that the run waits for, "" for nothing. For a copy both notebooks must run,
// and the run itself lets neither stop: policies of the organization and scripts
// against idle notebooks do. For the others the replacement must serve.
func (g Guard) Disturbed() string {
	if g.Outcome != "" || g.Phase != PhaseGate {
		return ""
	}
	source := g.Source.status()
	wrong := source == StatusGone
	switch kind := g.def().Kind; {
	case kind == StepCopy:
		wrong = source != model.StatusInService
	case kind == StepDelete:
		wrong = g.Source == nil || !atRest(g.Source)
	case kind != StepStop:
		return ""
	}
	switch replacement := g.Replacement.status(); {
	case replacement != model.StatusInService:
		return "the replacement is " + statusWords(replacement)
	case wrong:
		return "the source is " + statusWords(source)
	case g.Replacement.TagsUnknown == "" && !g.ours():
		return "the replacement has lost this run's tag"
	case !g.MadeAt.IsZero() && !g.Replacement.Created.Equal(g.MadeAt):
		return "the replacement was made anew"
	}
	return ""
}

// Hindered is how the notebooks, as last seen, are not as the step relies on that the
// run waits at; none where it waits at no gate. Before anything was approved the plan
// is held against them when it is.
func (g Guard) Hindered() []Drift {
	if g.Outcome != "" || g.Phase != PhaseGate {
		return nil
	}
	def := g.def()
	out := g.drift(def)
	if def.Kind != StepCopy || len(out) > 0 {
		return out
	}
	for _, side := range []Side{SideSource, SideReplacement} { // a copy needs both
		if status := g.side(side).status(); status != model.StatusInService {
			out = append(out, hard(side, fieldStatus, string(model.StatusInService), string(status),
				"both notebooks have to run for the copy"))
		}
	}
	return out
}

// awaited reports whether AWS is at work on the replacement and nobody has seen yet
// what came of it.
func (r *Run) awaited() bool {
	return r.Replacement == nil && r.def().Kind == StepWait && (r.Phase == PhaseWait || r.Back == PhaseWait)
}

// knownGone reports whether the replacement was made and is no longer there, as
// last seen.
func (r *Run) knownGone() bool {
	return r.Created && r.Replacement == nil && !r.awaited() && !r.InDoubt
}

// mayExist reports whether this run may have a replacement, or a call for one that
// AWS has not shown yet.
func (r *Run) mayExist() bool {
	return r.Created || r.Replacement != nil && r.ours()
}

// Removable reports whether there may be something to remove: this run has made its
// replacement, or may have, and it was not seen to be gone.
func (r *Run) Removable() bool { return (r.mayExist() || r.InDoubt) && !r.knownGone() }

// Made is the ARN of the replacement as far as the run has made it and it was not
// seen to be gone, or not this run's; "" else.
func (r *Run) Made() string {
	switch {
	case !r.Created || r.knownGone() || r.Replacement != nil && !r.ours():
		return ""
	case r.Replacement == nil:
		return r.Plan.ReplacementARN()
	}
	return r.Replacement.ARN
}

// SourceGone reports whether the source was last seen to be gone, or going: there is
// nothing to go back to.
func (r *Run) SourceGone() bool {
	return r.Source == nil || r.Source.Status == model.StatusDeleting
}
