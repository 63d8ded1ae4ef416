package recreate

import (
	"slices"

	"nbscope/model"
)

// What was done is done only as long as its result is there.

// Reached reports whether the run has done a step, and still goes forward. Whether
// what came of it is still there, Undone says.
func (r *Run) Reached(k StepKind) bool {
	failed := r.failedCreation() && r.status(SideReplacement) == model.StatusFailed
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
func (r *Run) Undone(k StepKind) []Drift {
	if r.awaited() {
		return nil
	}
	if out := r.replacementDrift(); len(out) > 0 {
		return out
	}
	if status := r.Replacement.Status; k != StepCreate && status != model.StatusInService || status == model.StatusDeleting {
		return []Drift{{
			On: SideReplacement, Field: fieldStatus, Before: string(model.StatusInService), Now: string(status), Hard: true,
			Why: "somebody else stopped the replacement, or it failed",
		}}
	}
	if r.Outcome != "" || k == StepCreate || k == StepWait {
		return nil
	}
	return r.copyUndone(k)
}

// copyUndone is how the source has undone its copy, or its stop, and how somebody has
// changed the replacement under it.
func (r *Run) copyUndone(k StepKind) []Drift {
	switch {
	case r.asked(StepDelete) && (r.Source == nil || r.Source.Status == model.StatusDeleting):
		return nil // this run itself
	case r.Source == nil:
		return []Drift{sourceGone()}
	case k == StepStop && !atRest(r.Source):
		return []Drift{{
			On: SideSource, Field: fieldStatus, Before: string(model.StatusStopped), Now: string(r.Source.Status),
			Why: "somebody else started the source again: what is written there is not on the replacement",
		}}
	}
	since := StepStop
	if !r.RestedAt.IsZero() {
		since = StepDelete
	}
	out := r.servedDrift()
	if before, ran := r.ranSince(since); ran {
		out = append(out, ranDrift(before, r.Source.Modified))
	}
	return out
}

// Hindered is how the notebooks, as last seen, are not as the step relies on that the
// run waits at; none where it waits at no gate. Before anything was approved the plan
// is held against them when it is.
func (r *Run) Hindered() []Drift {
	if r.Outcome != "" || r.Phase != PhaseGate {
		return nil
	}
	def := r.def()
	out := r.drift(def)
	if def.Kind != StepCopy || len(out) > 0 {
		return out
	}
	for _, side := range []Side{SideSource, SideReplacement} { // a copy needs both
		if status := r.status(side); status != model.StatusInService {
			out = append(out, Drift{
				On: side, Field: fieldStatus, Before: string(model.StatusInService), Now: string(status), Hard: true,
				Why: "both notebooks have to run for the copy",
			})
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
