package v1

import (
	"slices"

	"nbscope/model"
	"nbscope/model/recreate"
)

// guarded decides, with both notebooks just seen, whether the call of the current
// step may be made.
func (r *machine) guarded() {
	def := r.def()
	if def.Kind == recreate.StepCreate && r.ours() {
		r.Created = true // an earlier call that was in doubt made it after all
		if r.Drift = r.guard().specDrift(); len(r.Drift) > 0 {
			r.Phase = recreate.PhaseDrift
			return
		}
		r.complete("found with this run's tag")
		return
	}
	if r.Drift = r.guard().drift(def); len(r.Drift) > 0 {
		r.Phase = recreate.PhaseDrift
		return
	}
	switch status := r.status(def.On); {
	case slices.Contains(def.Met, status):
		r.complete("nothing to do: " + statusWords(status))
		return
	case !slices.Contains(def.From, status):
		r.Phase, r.Problem = recreate.PhaseFailed, &model.Problem{
			Kind: model.KindConflict, Operation: def.Act.Action(), Target: r.Plan.Target(),
			Message: "the " + string(def.On) + " is " + statusWords(status) + ", which does not allow this",
			Hint:    "wait until AWS is done with it, then try again",
		}
		return
	}
	r.emit(def.Act, recreate.PhaseAct)
}

// acted goes on after a call that was carried out.
func (r *machine) acted() {
	def := r.def()
	switch {
	case def.Act == recreate.EffectCreate:
		r.Created = true
	case def.Act == recreate.EffectStop && def.On == recreate.SideSource:
		r.Stopped = true
	case def.Act == recreate.EffectStart && def.On == recreate.SideSource:
		r.Started, r.Stopped = true, false
	}
	if len(def.Until) == 0 {
		r.complete("")
		return
	}
	r.emit(recreate.EffectWait, recreate.PhaseWait)
}

// settled decides by what AWS shows whether a call in doubt was carried out.
func (r *machine) settled() {
	def := r.def()
	done, foreign := r.carriedOut(def)
	switch {
	case done:
		r.acted()
		return
	case foreign:
		r.InDoubt = false // AWS makes no second notebook of that name
		r.Problem = &model.Problem{
			Kind: model.KindConflict, Operation: def.Act.Action(), Target: r.Plan.Target(),
			Message: "a notebook instance named " + r.Plan.Spec.Name + " exists, and it is not this run's: it has not the run's tag",
			Hint:    "choose another name in a new plan; nbscope does not touch that notebook",
		}
	case r.Cause != nil:
		r.Problem = r.Cause
	default: // the process ended in the middle of the call
		r.Problem = &model.Problem{
			Kind: model.KindUnknown, Operation: def.Act.Action(), Target: r.Plan.Target(),
			Message: "nbscope ended during this call, and AWS shows that it was not carried out",
			Hint:    "try again",
		}
	}
	r.Phase = recreate.PhaseFailed
}

// carriedOut reports whether the call of a step has taken effect, and whether
// something else than this run has taken its place.
func (r *machine) carriedOut(def stepDef) (done, foreign bool) {
	status := r.status(def.On)
	switch def.Act { //nolint:exhaustive // the effects of later versions are none of this one's
	case recreate.EffectCreate:
		return r.ours(), r.Replacement != nil && !r.ours()
	case recreate.EffectStart:
		return status == model.StatusPending || status == model.StatusInService, false
	case recreate.EffectStop:
		return status == model.StatusStopping || status == model.StatusStopped, false
	case recreate.EffectUpdate:
		return status == model.StatusUpdating || r.Source != nil && r.Source.Platform == r.Plan.Spec.Platform, false
	case recreate.EffectDelete:
		return status == recreate.StatusGone || status == model.StatusDeleting, false
	case recreate.EffectObserve, recreate.EffectSettle, recreate.EffectWait, recreate.EffectCopy, recreate.EffectVerify, recreate.EffectClean, recreate.EffectProbe:
	}
	return false, false
}

// waited decides what it means that a wait has ended.
func (r *machine) waited() {
	def := r.def()
	status := r.status(def.On)
	if !slices.Contains(def.Until, status) {
		r.Phase, r.Problem = recreate.PhaseFailed, r.waitProblem(def, status)
		return
	}
	if def.Kind == recreate.StepWait {
		if r.Drift = r.guard().replacementDrift(); len(r.Drift) > 0 {
			r.Phase = recreate.PhaseDrift
			return
		}
		r.MadeAt = r.Replacement.Created
	}
	if def.Kind == recreate.StepUpdate {
		// The run itself has changed the platform, and is to find nothing else changed.
		before := *r.Source
		before.Platform = r.Plan.Source.Platform
		if before.Matches(r.Expect) {
			r.rely(r.Source)
		}
	}
	r.complete(statusWords(status))
}

func (r *machine) waitProblem(def stepDef, status model.Status) *model.Problem {
	p := &model.Problem{Kind: model.KindService, Target: r.Plan.Target()}
	s := r.side(def.On)
	switch {
	case s == nil:
		p.Kind, p.Message = model.KindNotFound, "the "+string(def.On)+" does not exist any more: somebody else deleted it"
	case status == model.StatusFailed:
		p.Message = "the " + string(def.On) + " failed"
		if s.FailureReason != "" {
			p.Message = s.FailureReason
		}
	default:
		p.Kind, p.Message = model.KindConflict, "the "+string(def.On)+" is "+statusWords(status)+": something else than this run changed it"
		if def.Kind == recreate.StepWait {
			p.Hint = "find out what stops it; started again in the console, it is taken up when the run looks at AWS again"
		}
	}
	return p
}

// looked goes on after a pause, with both notebooks just seen. Whatever changes
// something is asked for again.
func (r *machine) looked() {
	back := r.Back
	r.Back = ""
	switch back {
	case recreate.PhaseWait:
		r.emit(recreate.EffectWait, recreate.PhaseWait)
		return
	case recreate.PhaseSettle:
		r.emit(recreate.EffectSettle, recreate.PhaseSettle)
		return
	case recreate.PhaseGuard:
		r.emit(recreate.EffectObserve, recreate.PhaseGuard)
		return
	case recreate.PhaseFailed:
		if def := r.def(); def.Kind == recreate.StepWait && r.ours() && slices.Contains(def.Until, r.status(def.On)) {
			r.waited() // somebody has started it again
			return
		}
		r.Phase, r.Problem = back, r.Cause
	case recreate.PhaseGate:
		r.Phase = back
	case recreate.PhaseDrift:
		r.ask() // how they differ may be another story by now
		return
	case recreate.PhaseAct, recreate.PhaseLook, recreate.PhaseDiffer, recreate.PhasePaused, recreate.PhaseOver:
		r.Phase = recreate.PhaseGate
	}
}

func (r *machine) def() stepDef {
	s, _ := r.Step()
	return defOf(s.Kind)
}

func (r *machine) side(s recreate.Side) *recreate.Snapshot {
	if s == recreate.SideReplacement {
		return r.Replacement
	}
	return r.Source
}

// status is the status of a side as last seen; StatusGone when it is not there.
func (r *machine) status(s recreate.Side) model.Status {
	if n := r.side(s); n != nil {
		return n.Status
	}
	return recreate.StatusGone
}

func statusWords(s model.Status) string {
	if s == recreate.StatusGone {
		return "gone"
	}
	return string(s)
}

// ours reports whether the notebook under the replacement's name is this run's.
func (r *machine) ours() bool {
	return r.Replacement != nil && r.Replacement.TagsUnknown == "" && r.Replacement.Tag(recreate.TagRunID) == r.Plan.RunID
}
