package recreate

import (
	"fmt"
	"slices"
	"time"

	"nbscope/model"
)

// IllegalError is an event that does not fit a run as it stands.
type IllegalError struct {
	Event EventKind
	Step  StepKind
	Phase Phase
	Why   string
}

func (e *IllegalError) Error() string {
	return fmt.Sprintf("%s does not fit step %q in phase %q: %s", e.Event, e.Step, e.Phase, e.Why)
}

func (r *Run) illegal(e *Event, why string) error {
	s, _ := r.Step()
	return &IllegalError{Event: e.Kind, Step: s.Kind, Phase: r.Phase, Why: why}
}

// apply works on a copy, so that a refused event leaves the run as it was.
func (r Run) apply(e Event) (Run, []Effect, error) {
	next := r
	next.Steps, next.Drift = slices.Clone(r.Steps), slices.Clone(r.Drift)
	e.At = e.At.UTC().Round(0)
	effect, err := next.take(&e)
	if err != nil {
		return r, nil, err
	}
	next.Changed, next.Calls = e.At, next.Calls+e.Calls
	if next.InFlight == nil {
		next.Halting = false
	}
	if effect == nil {
		return next, nil, nil
	}
	return next, []Effect{*effect}, nil
}

// take hands an event to its method.
func (r *Run) take(e *Event) (*Effect, error) {
	switch e.Kind {
	case EventDone, EventFailed, EventDoubted:
		if r.InFlight == nil || r.InFlight.ID != e.Effect {
			return nil, r.illegal(e, fmt.Sprintf("effect %d is not in flight", e.Effect))
		}
		return r.outcome(e)
	case EventApproved, EventAttested, EventHalted, EventResumed, EventRetry, EventAmended, EventAccepted, EventRollback, EventClosed,
		EventRecopy, EventRerouted:
		if !slices.Contains(r.choices(), e.Kind) {
			return nil, r.illegal(e, "that cannot be done now")
		}
		return r.decision(e)
	}
	return nil, r.illegal(e, "this version knows no such event")
}

// outcome takes in what became of the effect in flight.
func (r *Run) outcome(e *Event) (*Effect, error) {
	was := r.InFlight
	switch {
	case e.Kind == EventDone && e.lacks(was.Kind) != "":
		return nil, r.illegal(e, e.lacks(was.Kind))
	case e.Kind == EventDone:
		r.InFlight, r.Problem = nil, nil
		return r.done(e)
	case was.Kind.Inside():
		return r.unmoved(was.Kind, e), nil
	case e.Kind == EventDoubted && was.Kind.Mutates():
		r.InFlight, r.Problem, r.Cause = nil, e.Problem, e.Problem
		r.InDoubt, r.Steps[r.At].Lost = r.InDoubt || was.Kind == EffectCreate, true
		return r.emit(EffectSettle, PhaseSettle), nil
	}
	r.InFlight, r.Problem = nil, e.Problem
	if r.Phase == PhaseAct {
		r.Phase = PhaseFailed
		return nil, nil
	}
	r.rest(r.Phase)
	return nil, nil
}

// lacks says what an effect of a kind cannot have ended without, "" when it is there.
func (e *Event) lacks(of EffectKind) string {
	switch {
	case !of.Mutates() && e.Observed == nil:
		return "nothing was observed"
	case of == EffectVerify && e.Verified == nil:
		return "nothing was compared"
	case of == EffectProbe && e.Probed == nil:
		return "nothing was tried"
	case of == EffectSurvey && e.Surveyed == nil:
		return "nothing was looked at"
	}
	return ""
}

func (r *Run) done(e *Event) (*Effect, error) {
	switch r.Phase {
	case PhaseAct:
		switch {
		case e.Verified != nil:
			return r.compared(e.Verified, e.At), nil
		case e.Probed != nil:
			return r.probed(e.Probed, e.At), nil
		case e.Surveyed != nil:
			return r.surveyed(e.Surveyed, e.At), nil
		}
		if e.Transport != "" && r.def().Act == EffectCopy {
			return r.went(e), nil
		}
		return r.acted(e.At), nil
	case PhaseWait:
		r.see(e.Observed)
		return r.waited(e.At), nil
	case PhaseGuard:
		r.see(e.Observed)
		return r.guarded(e.At), nil
	case PhaseSettle:
		r.see(e.Observed)
		return r.settled(e.At), nil
	case PhaseLook:
		r.see(e.Observed)
		return r.looked(e.At), nil
	case PhaseGate, PhaseFailed, PhaseDrift, PhaseDiffer, PhasePaused, PhaseOver:
	}
	return nil, r.illegal(e, "no effect belongs to this phase")
}

// see takes in an observation. Whatever a look was for, it tells of both.
func (r *Run) see(o *Observation) { r.Source, r.Replacement = o.Source, o.Replacement }

// emit makes an effect the one in flight, unless the user has asked to stop.
func (r *Run) emit(k EffectKind, phase Phase) *Effect {
	if r.Halting {
		r.rest(phase)
		return nil
	}
	r.Effects++
	def := r.def()
	e := &Effect{
		ID: r.Effects, Kind: k, Step: def.Kind, Target: r.Plan.Target(),
		Source: r.Plan.Source.Name, Replacement: r.Plan.Spec.Name,
	}
	if k != EffectObserve {
		e.On, e.Name = def.On, e.Source
		if def.On == SideReplacement {
			e.Name = e.Replacement
		}
	}
	if k == EffectWait {
		e.Until = def.Until
	}
	if s := &r.Steps[r.At]; k == EffectWait || k.Mutates() {
		s.Idle = false
		s.Lost = s.Lost && (k == EffectWait || k == EffectCreate || k.Inside()) // a creation may still arrive
	}
	if k == EffectCreate || k == EffectUpdate {
		spec := r.Plan.Spec
		e.Spec = &spec
	}
	r.Phase, r.InFlight = phase, e
	return e
}

// rest pauses the run. Where it goes on depends on what it was about to do: a call
// in doubt stays in doubt, what AWS works at is awaited again, and a call that was
// not made yet is asked for again.
func (r *Run) rest(phase Phase) {
	def := r.def()
	switch phase {
	case PhaseSettle, PhaseWait:
		r.Back = phase
	case PhaseGuard, PhaseAct:
		r.unproven(def.Kind)
		r.Back = PhaseGuard
		if def.Gate != GateNone {
			r.Back = PhaseGate
		}
	case PhaseGate, PhaseFailed, PhaseDrift, PhaseDiffer:
		r.Back = phase
	case PhaseLook, PhasePaused, PhaseOver: // Back says already what it was before
	}
	r.Phase, r.Halting = PhasePaused, false
}

// enter begins the current step, and goes past those that need nothing.
func (r *Run) enter(at time.Time) *Effect {
	for r.At < len(r.Steps) && r.Steps[r.At].State == StepSkipped {
		r.At++
	}
	if r.At >= len(r.Steps) {
		r.Phase, r.Outcome, r.EndedAt = PhaseOver, r.ends(), at
		return nil
	}
	s := &r.Steps[r.At]
	s.State, s.Began, s.Idle = StepActive, at, true
	def := r.def()
	switch {
	case s.Kind == StepVerify && r.Proof != nil && r.Proof.Method == TransportManual:
		return r.complete(r.Proof.note(), at)
	case r.needless() != "":
		return r.pass(r.needless(), at)
	case def.Gate != GateNone:
		r.Phase = PhaseGate
		return nil
	case s.Kind == StepClean:
		return r.emit(def.Act, PhaseAct)
	case def.Act != "":
		return r.emit(EffectObserve, PhaseGuard)
	case len(def.Until) > 0:
		return r.emit(EffectWait, PhaseWait)
	}
	r.Phase = PhaseGate
	return nil
}

// ends is the outcome of a run of which no step is left.
func (r *Run) ends() Outcome {
	switch {
	case r.Rolling:
		return OutcomeRolledBack
	case r.Closing:
		return OutcomeClosed
	}
	return OutcomeDone
}

// needless is why an update or a start of the source need not be made, by what was last
// seen of it; "" where it has to.
func (r *Run) needless() string {
	def := r.def()
	switch {
	case r.Source == nil || def.Kind != StepUpdate && def.Kind != StepStart:
	case slices.Contains(def.Met, r.Source.Status):
		return "the source is " + string(r.Source.Status) + " already"
	case def.Kind == StepUpdate && r.Source.Status == model.StatusStopped && !StartRefused(r.Source.Platform):
		return "the source is on " + r.Source.Platform + " already"
	}
	return ""
}

// atGate waits at the gate of the current step, unless it need not be done any more.
func (r *Run) atGate(at time.Time) *Effect {
	r.Phase = PhaseGate
	if why := r.needless(); why != "" {
		return r.pass(why, at)
	}
	return nil
}

// pass goes past the current step, of which nothing needs to be done.
func (r *Run) pass(why string, at time.Time) *Effect {
	s := &r.Steps[r.At]
	s.State, s.Note = StepSkipped, why
	return r.enter(at)
}

// complete ends the current step and begins the next.
func (r *Run) complete(note string, at time.Time) *Effect {
	s := &r.Steps[r.At]
	s.State, s.Ended, s.Note = StepDone, at, note
	r.Problem, r.Cause, r.Drift, r.Verified = nil, nil, nil, nil
	switch s.Kind { //nolint:exhaustive // the others leave nothing behind
	case StepStop:
		r.RestedAt = r.Source.Modified
	case StepFailed, StepRemove:
		r.Created, r.InDoubt, r.MadeAt, r.Served = false, false, time.Time{}, nil
	case StepCreate:
		r.InDoubt = false
	}
	r.At++
	return r.enter(at)
}
