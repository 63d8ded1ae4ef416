package v1

import (
	"errors"
	"strings"

	"nbscope/model/recreate"
)

func (r *machine) decision(e *recreate.Event) error {
	switch e.Kind {
	case recreate.EventApproved:
		r.approved(e)
	case recreate.EventAttested:
		r.attested(e)
	case recreate.EventHalted:
		r.Halting = true
	case recreate.EventResumed:
		r.resumed()
	case recreate.EventRetry:
		r.retried()
	case recreate.EventAmended:
		if e.Plan == nil {
			return errors.New("there is no plan")
		}
		r.amended(e)
	case recreate.EventAccepted:
		if r.Source == nil {
			return errors.New("there is no source to rely on")
		}
		r.accepted()
	case recreate.EventRollback:
		r.rollBack()
	case recreate.EventClosed:
		r.Phase, r.Outcome, r.EndedAt = recreate.PhaseOver, recreate.OutcomeClosed, e.At
	case recreate.EventDone, recreate.EventFailed, recreate.EventDoubted:
	case recreate.EventRecopy, recreate.EventRerouted: // version 1 had none
	}
	return nil
}

func (r *machine) approved(e *recreate.Event) {
	def := r.def()
	if def.Kind == recreate.StepCreate {
		r.Overridden = r.Overridden || e.Typed == r.Plan.Source.Name
	}
	r.Problem, r.Steps[r.At].Began = nil, e.At // how long the user took is not the step's time
	r.emit(recreate.EffectObserve, recreate.PhaseGuard)
}

func (r *machine) attested(e *recreate.Event) {
	r.Proof = &recreate.Proof{Method: r.Plan.Transport, At: e.At, By: e.By, Says: strings.TrimSpace(e.Typed)}
	if r.Source != nil {
		r.Proof.Seen = r.Source.Modified
	}
	r.complete("by hand")
}

// resumed looks at AWS before anything goes on. What was in flight when a process
// ended is in doubt when it changes something, and is looked at again when not.
func (r *machine) resumed() {
	r.Halting = false
	if r.Phase == recreate.PhaseFailed {
		r.Cause = r.Problem
	}
	if r.Phase == recreate.PhaseAct && r.def().Act == recreate.EffectCreate {
		r.InDoubt = true
	}
	if r.Phase != recreate.PhasePaused {
		r.rest(r.interrupted())
	}
	r.InFlight = nil
	if r.Back == recreate.PhaseSettle {
		r.Back = ""
		r.emit(recreate.EffectSettle, recreate.PhaseSettle)
		return
	}
	r.emit(recreate.EffectObserve, recreate.PhaseLook)
}

// interrupted is the phase that a run is in when its process ends in this one.
func (r *machine) interrupted() recreate.Phase {
	if r.Phase == recreate.PhaseAct {
		return recreate.PhaseSettle
	}
	return r.Phase
}

// retried goes back to where the step is decided.
func (r *machine) retried() {
	if r.def().Kind == recreate.StepWait && r.Phase == recreate.PhaseFailed {
		r.again("the creation failed")
		return
	}
	r.ask()
}

// ask begins the current step once more: at its gate, with the look before its
// call, or with its wait.
func (r *machine) ask() {
	def := r.def()
	r.Problem, r.Cause, r.Drift = nil, nil, nil
	switch {
	case def.Gate != recreate.GateNone:
		r.Phase = recreate.PhaseGate
		return
	case def.Act != "":
		r.emit(recreate.EffectObserve, recreate.PhaseGuard)
		return
	}
	r.emit(recreate.EffectWait, recreate.PhaseWait)
}

func (r *machine) amended(e *recreate.Event) {
	src := e.Plan.Source
	r.Plan, r.Source, r.Overridden = *e.Plan, &src, false
	r.rely(&src)
	r.again("the plan was amended")
}

// mayExist reports whether this run may have a replacement, or a call for one that
// AWS has not shown yet.
func (r *machine) mayExist() bool {
	return r.Created || r.Replacement != nil && r.ours()
}

// again does everything from the creation on once more, after what a failed
// creation has left is removed.
func (r *machine) again(note string) {
	next := program(&r.Plan)
	if r.mayExist() {
		next = append([]recreate.StepKind{recreate.StepFailed}, next...)
	}
	r.follow(next, note)
}

// follow ends the current step without success, forgets those after it, and goes
// on with others.
func (r *machine) follow(next []recreate.StepKind, note string) {
	s := &r.Steps[r.At]
	s.State, s.Ended, s.Note = recreate.StepBroken, r.at, note
	r.Steps = append(r.Steps[:r.At+1], pending(next)...)
	r.Problem, r.Cause, r.Drift, r.Back = nil, nil, nil, ""
	r.At++
	r.enter()
}

// accepted relies on the notebooks as they are now. A source that may have run
// since its data was verified has to be copied again.
func (r *machine) accepted() {
	r.rely(r.Source)
	if _, ran := r.guard().ranSince(r.def().Kind); ran {
		r.Proof = nil
		var next []recreate.StepKind
		if needsUpdate(r.Source) {
			next = append(next, recreate.StepUpdate)
		}
		if atRest(r.Source) {
			next = append(next, recreate.StepStart)
		}
		r.follow(append(next, recreate.StepCopy, recreate.StepVerify, recreate.StepStop, recreate.StepDelete), "the source may have run since")
		return
	}
	r.Drift, r.Phase = nil, recreate.PhaseGate
}

// rollBack removes the replacement and gives the source its state back.
func (r *machine) rollBack() {
	r.Rolling = true
	next := []recreate.StepKind{recreate.StepAwait, recreate.StepHalt, recreate.StepRemove}
	refused := r.Stopped && r.Source != nil && startRefused(r.Source.Platform)
	switch wasAtRest := atRest(&r.Plan.Source); {
	case !wasAtRest && r.Stopped && !refused:
		next = append(next, recreate.StepRestart)
	case wasAtRest && r.Started:
		next = append(next, recreate.StepRestop)
	}
	r.follow(next, "rolled back")
}
