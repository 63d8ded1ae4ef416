package recreate

import "slices"

// Choices are what the user can do with a run as it stands, the likeliest first.
// Apply refuses every other event of the user's.
func (r *Run) Choices() []EventKind {
	if r.Outcome != "" {
		return nil
	}
	c := choices{r}
	var out []EventKind
	switch r.Phase {
	case PhaseGate:
		out = c.atGate()
	case PhaseFailed:
		out = []EventKind{EventRetry, EventResumed}
		if r.failedAt(StepCreate) || r.failedAt(StepWait) {
			out = append(out, EventAmended)
		}
		if r.failedAt(StepReach) || r.failedAt(StepSurvey) {
			out = append(out, EventAccepted)
		}
	case PhaseDrift:
		out = append(c.atDrift(), EventRetry, EventResumed)
	case PhaseDiffer:
		out = []EventKind{EventRecopy, EventAccepted, EventRetry, EventResumed}
	case PhasePaused:
		out = []EventKind{EventResumed}
	case PhaseGuard, PhaseAct, PhaseSettle, PhaseWait, PhaseLook:
		// Resumed is for a run whose process ended here.
		return []EventKind{EventHalted, EventResumed}
	case PhaseOver:
	}
	out = append(out, c.ofData()...)
	if c.wayBack() {
		out = append(out, EventRollback)
	}
	if r.Back != PhaseSettle { // what is in doubt is settled first
		out = append(out, EventClosed)
	}
	return out
}

// choices are what the user can do with a run that is under way.
type choices struct{ *Run }

func (c choices) atGate() []EventKind {
	out := []EventKind{EventApproved}
	switch {
	case c.def().Gate == GateAttest && c.Replacement == nil:
		return []EventKind{EventResumed} // there is nothing that could have been copied to
	case c.def().Gate == GateAttest:
		out[0] = EventAttested
	}
	if c.def().Kind == StepCreate {
		out = append(out, EventAmended)
	}
	return append(out, EventResumed)
}

// atDrift are those that only a difference gives: before the creation another
// plan, later to rely on what is there now.
func (c choices) atDrift() []EventKind {
	switch {
	case c.def().Kind == StepCreate && !c.Created:
		return []EventKind{EventAmended}
	case slices.ContainsFunc(c.Drift, func(d Drift) bool { return d.Hard }):
		return nil
	}
	return []EventKind{EventAccepted}
}

// ofData are those that the data gives: to copy again what differs by now, and to take
// another way.
func (c choices) ofData() []EventKind {
	if c.Rolling || c.Closing || c.Back == PhaseSettle {
		return nil
	}
	kind, moves := c.def().Kind, c.Plan.Transport.Moves()
	switch {
	case (kind == StepCopy || kind == StepSurvey) && c.Replacement != nil:
		return []EventKind{EventRerouted}
	case kind == StepVerify && c.Phase == PhaseDiffer:
		return []EventKind{EventRerouted}
	case kind == StepVerify && moves:
		return []EventKind{EventRecopy, EventRerouted}
	case kind == StepStop && moves && c.Phase == PhaseGate:
		return []EventKind{EventRecopy}
	}
	return nil
}

// wayBack reports whether there is a way back: something was begun, the source
// still exists for all that is known, and something runs afterwards.
func (c choices) wayBack() bool {
	switch {
	case c.Effects == 0 || c.Closing || c.Back == PhaseSettle || c.SourceGone() || c.stranded() && !c.Source.updatable():
		return false
	case c.Rolling: // another way than the one that was begun
		return c.Phase == PhaseDrift && c.stranded()
	}
	return c.def().Kind != StepDelete || c.Back != PhaseWait
}
