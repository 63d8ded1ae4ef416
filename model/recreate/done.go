package recreate

import "slices"

// Steps are those of a run in their order: what it has done, and what it does next.
type Steps []Step

// asked reports whether this run itself made the call of a step of a kind.
func (all Steps) asked(k StepKind) bool {
	return slices.ContainsFunc(all, func(s Step) bool { return s.Kind == k && s.called() })
}

// oursLast reports whether the newest step of a kind that is done was done by this
// run.
func (all Steps) oursLast(k StepKind) bool {
	for _, s := range slices.Backward(all) {
		if s.Kind == k && s.State == StepDone {
			return s.Ours()
		}
	}
	return false
}

// fate is whether a replacement was made, whether this run has asked since that it be
// removed, and whether that was seen done.
func (all Steps) fate() (made, asked, removed bool) {
	for i := range all {
		switch s := &all[i]; {
		case s.Kind == StepCreate && s.State == StepDone:
			made, asked, removed = true, false, false
		case s.Kind == StepCreate && s.Lost: // there may be another since
			made, asked, removed = false, false, false
		case s.Kind != StepFailed && s.Kind != StepRemove:
		default:
			asked = asked || s.called()
			removed = removed || s.Ours()
		}
	}
	return made, asked, removed
}

// copyLeft reports whether a copy that this run has begun may still be at work in the
// notebooks, or have something left there.
func (all Steps) copyLeft() bool {
	left := false
	for i := range all {
		switch s := &all[i]; {
		case s.Kind == StepCopy && s.Gate == GateNone && s.called():
			left = true
		case s.Kind == StepVerify && s.State == StepDone, s.Kind == StepClean && s.State != StepPending && s.State != StepActive:
			left = false
		}
	}
	return left
}
