package recreate

import (
	"slices"
	"time"

	"nbscope/model"
)

// What a run makes of the outcomes of its effects.

// guarded decides, with both notebooks just seen, whether the call of the current
// step may be made.
func (r *Run) guarded(at time.Time) *Effect {
	def := r.def()
	if def.Kind == StepClean {
		return r.emit(def.Act, PhaseAct) // as far as it goes, whatever became of the notebooks
	}
	if def.Kind == StepCreate && r.ours() {
		r.Created = true // an earlier call that was in doubt made it after all
		if r.Drift = r.specDrift(); len(r.Drift) > 0 {
			r.Phase = PhaseDrift
			return nil
		}
		return r.complete("found with this run's tag", at)
	}
	if r.Drift = r.drift(def); len(r.Drift) > 0 {
		r.Phase = PhaseDrift
		r.unproven(def.Kind)
		return nil
	}
	switch {
	case def.Act.Inside():
		return r.emit(def.Act, PhaseAct)
	case def.Kind == StepCopy:
		r.Proof.Seen = r.Source.Modified
		return r.complete("by hand", at)
	}
	switch status := r.status(def.On); {
	case slices.Contains(def.Met, status):
		return r.complete(metNote+statusWords(status), at)
	case def.Kind == StepRestart && r.cannotStart():
		return r.pass("the source is "+statusWords(status)+" and cannot be started", at) // and the replacement never served
	case r.cannotCall(def) != "":
		r.Phase, r.Problem = PhaseFailed, &model.Problem{
			Kind: model.KindConflict, Operation: def.Act.Action(), Target: r.Plan.Target(),
			Message: r.cannotCall(def),
			Hint:    "wait until AWS is done with it, then try again",
		}
		return nil
	}
	return r.emit(def.Act, PhaseAct)
}

// cannotCall says that AWS refuses the call of a step while its notebook is as it was
// seen last, "" where it does not, or where what the call is for is there already.
func (r *Run) cannotCall(def StepDef) string {
	status := r.status(def.On)
	if slices.Contains(def.Met, status) || slices.Contains(def.From, status) {
		return ""
	}
	return "the " + string(def.On) + " is " + statusWords(status) + ", which does not allow this"
}

// unproven drops what the user has stood for where the look that goes with it did
// not find both notebooks.
func (r *Run) unproven(step StepKind) {
	if step == StepCopy {
		r.Proof = nil
	}
}

// unmoved goes on after what works inside notebooks and did not come to its end. Nothing is lost: it is taken up where it was left. One that was left by the
// user, or with the program, waits; one whose end is not known is taken up at once
// when both notebooks were looked at, and the second time the user decides.
func (r *Run) unmoved(k EffectKind, e *Event) *Effect {
	r.InFlight, r.Problem = nil, e.Problem
	s := &r.Steps[r.At]
	switch left := e.Problem != nil && e.Problem.Kind == model.KindCanceled; {
	case left:
		r.rest(PhaseAct)
	case k == EffectClean:
		r.Problem = nil
		note := "not cleaned up; what is left in the notebooks ends by itself"
		if r.Plan.Bucket != "" {
			note = "not cleaned up: objects may be left below s3://" + r.Plan.Bucket + "/" + r.Plan.KeyPrefix() + "/; what is left in the notebooks ends by itself"
		}
		return r.pass(note, e.At)
	case e.Kind == EventDoubted && !s.Lost:
		s.Lost = true
		return r.emit(EffectSettle, PhaseSettle)
	default:
		r.Phase = PhaseFailed
	}
	return nil
}

// went goes on after a copy that has chosen its transport, which is the plan's from here on.
func (r *Run) went(e *Event) *Effect {
	r.Plan.Transport, r.Plan.Auto = e.Transport, false
	return r.complete(e.Transport.By()+": "+e.Why, e.At)
}

// acted goes on after a call that was carried out.
func (r *Run) acted(at time.Time) *Effect {
	def := r.def()
	switch {
	case def.Act == EffectCopy:
		return r.complete(r.Plan.Transport.By(), at)
	case def.Act == EffectCreate:
		r.Created = true
	case def.Act == EffectStop && def.On == SideSource:
		r.Stopped = true
	case def.Act == EffectStart && def.On == SideSource:
		r.Started, r.Stopped = true, false
	}
	if len(def.Until) == 0 {
		return r.complete("", at)
	}
	return r.emit(EffectWait, PhaseWait)
}

// settled decides by what AWS shows whether a call in doubt was carried out.
func (r *Run) settled(at time.Time) *Effect {
	def := r.def()
	if def.Act.Inside() {
		return r.guarded(at) // both were just seen, and it is taken up where it was left
	}
	done, foreign := r.carriedOut(def)
	switch {
	case done:
		return r.acted(at)
	case foreign:
		r.InDoubt = false // AWS makes no second notebook of that name
		r.Problem = &model.Problem{
			Kind: model.KindConflict, Operation: def.Act.Action(), Target: r.Plan.Target(),
			Message: "a notebook instance named " + r.Plan.Spec.Name + " exists and is not this run's: it does not have the run's tag",
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
	r.Phase = PhaseFailed
	return nil
}

// carriedOut reports whether the call of a step has taken effect, and whether
// something else than this run has taken its place.
func (r *Run) carriedOut(def StepDef) (done, foreign bool) {
	status := r.status(def.On)
	switch def.Act {
	case EffectCreate:
		return r.ours(), r.Replacement != nil && !r.ours()
	case EffectStart:
		return status == model.StatusPending || status == model.StatusInService, false
	case EffectStop:
		return status == model.StatusStopping || status == model.StatusStopped, false
	case EffectUpdate:
		return status == model.StatusUpdating || r.Source != nil && r.Source.Platform == r.Plan.Spec.Platform, false
	case EffectDelete:
		return status == StatusGone || status == model.StatusDeleting, false
	case EffectObserve, EffectSettle, EffectWait, EffectCopy, EffectVerify, EffectClean, EffectProbe, EffectSurvey:
	}
	return false, false
}

// waited decides what it means that a wait has ended.
func (r *Run) waited(at time.Time) *Effect {
	def := r.def()
	status := r.status(def.On)
	if !slices.Contains(def.Until, status) {
		r.Phase, r.Problem = PhaseFailed, r.waitProblem(def, status)
		return nil
	}
	if def.Kind == StepWait {
		if r.Drift = r.replacementDrift(); len(r.Drift) > 0 {
			r.Phase = PhaseDrift
			return nil
		}
		r.MadeAt, r.Served = r.Replacement.Created, r.served()
	}
	if def.Kind == StepUpdate {
		// The run itself has changed the platform, and is to find nothing else changed.
		before := *r.Source
		before.Platform = r.Plan.Source.Platform
		if before.Matches(r.Expect) {
			r.Expect = r.Source.Fingerprint()
		}
	}
	return r.complete(statusWords(status), at)
}

func (r *Run) waitProblem(def StepDef, status model.Status) *model.Problem {
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
		p.Kind, p.Message = model.KindConflict, "the "+string(def.On)+" is "+statusWords(status)+": something other than this run changed it"
		if def.Kind == StepWait {
			p.Hint = "find out what stops it; started again in the console, it is taken up when the run looks at AWS again"
		}
	}
	return p
}

// looked goes on after a pause, with both notebooks just seen. Whatever changes
// something is asked for again.
func (r *Run) looked(at time.Time) *Effect {
	back := r.Back
	r.Back = ""
	switch back {
	case PhaseWait:
		return r.emit(EffectWait, PhaseWait)
	case PhaseSettle:
		return r.emit(EffectSettle, PhaseSettle)
	case PhaseGuard:
		return r.emit(EffectObserve, PhaseGuard)
	case PhaseFailed:
		if def := r.def(); def.Kind == StepWait && r.ours() && slices.Contains(def.Until, r.status(def.On)) {
			r.Steps[r.At].Idle = true // somebody has started it again
			return r.waited(at)
		}
		r.Phase, r.Problem = back, r.Cause
	case PhaseGate:
		return r.atGate(at)
	case PhaseDiffer:
		r.Phase = back
	case PhaseDrift:
		return r.ask(at) // how they differ may be another story by now
	case PhaseAct, PhaseLook, PhasePaused, PhaseOver:
		r.Phase = PhaseGate
	}
	return nil
}

// def is the row of the current step, with the gate that the run has for it.
func (r *Run) def() StepDef {
	s, _ := r.Step()
	d := r.Plan.def(s.Kind)
	d.Gate = s.Gate
	return d
}

// Act is what the current step does when it is begun, "" where it does nothing or
// only waits.
func (r *Run) Act() EffectKind { return r.def().Act }

func (r *Run) side(s Side) *Snapshot {
	if s == SideReplacement {
		return r.Replacement
	}
	return r.Source
}

// status is the status of a side as last seen; StatusGone when it is not there.
func (r *Run) status(s Side) model.Status {
	if n := r.side(s); n != nil {
		return n.Status
	}
	return StatusGone
}

func statusWords(s model.Status) string {
	if s == StatusGone {
		return "gone"
	}
	return string(s)
}

// ours reports whether the notebook under the replacement's name is this run's.
func (r *Run) ours() bool {
	return r.Replacement != nil && r.Replacement.TagsUnknown == "" && r.Replacement.Tag(TagRunID) == r.Plan.RunID
}
