package v1

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"nbscope/model/recreate"
)

// outcome takes in what became of the effect in flight.
func (r *machine) outcome(e *recreate.Event) error {
	was := r.InFlight
	switch {
	case e.Kind == recreate.EventDone && !was.Kind.Mutates() && e.Observed == nil:
		return errors.New("nothing was observed")
	case e.Kind == recreate.EventDone:
		r.InFlight, r.Problem = nil, nil
		return r.done(e, was)
	case e.Kind == recreate.EventDoubted && was.Kind.Mutates():
		r.InFlight, r.Problem, r.Cause = nil, e.Problem, e.Problem
		r.InDoubt = r.InDoubt || was.Kind == recreate.EffectCreate
		r.emit(recreate.EffectSettle, recreate.PhaseSettle)
		return nil
	}
	r.InFlight, r.Problem = nil, e.Problem
	if r.Phase == recreate.PhaseAct {
		r.Phase = recreate.PhaseFailed
		return nil
	}
	r.rest(r.Phase)
	return nil
}

func (r *machine) done(e *recreate.Event, was *recreate.Effect) error {
	switch r.Phase {
	case recreate.PhaseAct:
		r.acted()
	case recreate.PhaseWait:
		r.see(e.Observed, was.On)
		r.waited()
	case recreate.PhaseGuard:
		r.see(e.Observed, "")
		r.guarded()
	case recreate.PhaseSettle:
		r.see(e.Observed, "")
		r.settled()
	case recreate.PhaseLook:
		r.see(e.Observed, "")
		r.looked()
	case recreate.PhaseGate, recreate.PhaseFailed, recreate.PhaseDrift, recreate.PhaseDiffer, recreate.PhasePaused, recreate.PhaseOver:
		return fmt.Errorf("no effect belongs to phase %q", r.Phase)
	}
	return nil
}

// see takes in an observation: of both notebooks, or only of the one that was
// waited for.
func (r *machine) see(o *recreate.Observation, only recreate.Side) {
	if only != recreate.SideReplacement {
		r.Source = o.Source
	}
	if only != recreate.SideSource {
		r.Replacement = o.Replacement
	}
}

// emit makes an effect the one in flight, unless the user has asked to stop.
func (r *machine) emit(k recreate.EffectKind, phase recreate.Phase) {
	if r.Halting {
		r.rest(phase)
		return
	}
	r.Effects++
	def := r.def()
	e := &recreate.Effect{
		ID: r.Effects, Kind: k, Step: def.Kind, Target: r.Plan.Target(),
		Source: r.Plan.Source.Name, Replacement: r.Plan.Spec.Name,
	}
	if k != recreate.EffectObserve {
		e.On, e.Name = def.On, e.Source
		if def.On == recreate.SideReplacement {
			e.Name = e.Replacement
		}
	}
	if k == recreate.EffectWait {
		e.Until = def.Until
	}
	if k == recreate.EffectCreate || k == recreate.EffectUpdate {
		spec := r.Plan.Spec
		e.Spec = &spec
	}
	r.Phase, r.InFlight = phase, e
}

// rest pauses the run. Where it goes on depends on what it was about to do: a call
// in doubt stays in doubt, what AWS works at is awaited again, and a call that was
// not made yet is asked for again.
func (r *machine) rest(phase recreate.Phase) {
	def := r.def()
	switch phase {
	case recreate.PhaseSettle, recreate.PhaseWait:
		r.Back = phase
	case recreate.PhaseGuard, recreate.PhaseAct:
		r.Back = recreate.PhaseGuard
		if def.Gate != recreate.GateNone {
			r.Back = recreate.PhaseGate
		}
	case recreate.PhaseGate, recreate.PhaseFailed, recreate.PhaseDrift, recreate.PhaseDiffer:
		r.Back = phase
	case recreate.PhaseLook, recreate.PhasePaused, recreate.PhaseOver: // Back says already what it was before
	}
	r.Phase, r.Halting = recreate.PhasePaused, false
}

// enter begins the current step, and goes past those that need nothing.
func (r *machine) enter() {
	for r.At < len(r.Steps) && r.Steps[r.At].State == recreate.StepSkipped {
		r.At++
	}
	if r.At >= len(r.Steps) {
		r.Phase, r.Outcome, r.EndedAt = recreate.PhaseOver, recreate.OutcomeDone, r.at
		if r.Rolling {
			r.Outcome = recreate.OutcomeRolledBack
		}
		return
	}
	s := &r.Steps[r.At]
	s.State, s.Began = recreate.StepActive, r.at
	def := r.def()
	switch {
	case s.Kind == recreate.StepVerify && r.Proof != nil && r.Proof.Method == recreate.TransportManual:
		r.complete("attested by the user")
	case (s.Kind == recreate.StepUpdate || s.Kind == recreate.StepStart) && r.Source != nil && slices.Contains(def.Met, r.Source.Status):
		s.State, s.Note = recreate.StepSkipped, "the source is "+string(r.Source.Status)+" already"
		r.enter()
	case def.Gate != recreate.GateNone:
		r.Phase = recreate.PhaseGate
	case def.Act != "":
		r.emit(recreate.EffectObserve, recreate.PhaseGuard)
	case len(def.Until) > 0:
		r.emit(recreate.EffectWait, recreate.PhaseWait)
	default:
		r.Phase = recreate.PhaseGate
	}
}

// complete ends the current step and begins the next.
func (r *machine) complete(note string) {
	s := &r.Steps[r.At]
	s.State, s.Ended, s.Note = recreate.StepDone, r.at, note
	r.Problem, r.Cause, r.Drift = nil, nil, nil
	switch s.Kind { //nolint:exhaustive // the steps of later versions are none of this one's
	case recreate.StepStop:
		if r.Source != nil {
			r.RestedAt = r.Source.Modified
		}
	case recreate.StepFailed, recreate.StepRemove:
		r.Created, r.InDoubt, r.MadeAt = false, false, time.Time{}
	case recreate.StepCreate:
		r.InDoubt = false
	case recreate.StepWait, recreate.StepUpdate, recreate.StepStart, recreate.StepCopy, recreate.StepVerify, recreate.StepDelete,
		recreate.StepAwait, recreate.StepHalt, recreate.StepRestart, recreate.StepRestop, recreate.StepClean, recreate.StepReach:
	}
	r.At++
	r.enter()
}
