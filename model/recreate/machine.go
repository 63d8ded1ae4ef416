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

// Apply takes an event in and returns the run after it, with the effects to be
// carried out next: at most one. An event that does not fit is an error, and the
// run stays as it was.
func (r Run) Apply(e Event) (Run, []Effect, error) {
	next := r
	next.Steps, next.Drift = slices.Clone(r.Steps), slices.Clone(r.Drift)
	e.At = e.At.UTC().Round(0)
	if err := (machine{&next, &e}).take(); err != nil {
		return r, nil, err
	}
	next.Changed, next.Calls = e.At, next.Calls+e.Calls
	if next.InFlight == nil {
		next.Halting = false
	}
	if next.Effects == r.Effects {
		return next, nil, nil
	}
	return next, []Effect{*next.InFlight}, nil
}

// machine moves a run by one event: here is how, and what makes it move stands with
// decision and afterEffect.
type machine struct {
	*Run

	event *Event
}

func (m machine) illegal(why string) error {
	s, _ := m.Step()
	return &IllegalError{Event: m.event.Kind, Step: s.Kind, Phase: m.Phase, Why: why}
}

// take hands the event to whom it belongs.
func (m machine) take() error {
	switch e := m.event; {
	case e.Kind == EventDone || e.Kind == EventFailed || e.Kind == EventDoubted:
		if m.InFlight == nil || m.InFlight.ID != e.Effect {
			return m.illegal(fmt.Sprintf("effect %d is not in flight", e.Effect))
		}
		return afterEffect{m}.take()
	case !e.Kind.known():
		return m.illegal("this version knows no such event")
	case !slices.Contains(m.Choices(), e.Kind):
		return m.illegal("that cannot be done now")
	}
	return decision{m}.take()
}

// emit puts an effect in flight, unless the user has asked to stop.
func (m machine) emit(k EffectKind, phase Phase) {
	if m.Halting {
		m.rest(phase)
		return
	}
	m.Effects++
	def := m.def()
	e := &Effect{
		ID: m.Effects, Kind: k, Step: def.Kind, Target: m.Plan.Target(),
		Source: m.Plan.Source.Name, Replacement: m.Plan.Spec.Name,
	}
	if k != EffectObserve {
		e.On, e.Name = def.On, m.named(def.On)
	}
	if k == EffectWait {
		e.Until = def.Until
	}
	if s := &m.Steps[m.At]; k == EffectWait || k.Mutates() {
		s.Idle = false
		s.Lost = s.Lost && (k == EffectWait || k == EffectCreate || k.Inside()) // a creation may still arrive
	}
	if k == EffectCreate || k == EffectUpdate {
		spec := m.Plan.Spec
		e.Spec = &spec
	}
	m.Phase, m.InFlight = phase, e
}

// rest pauses the run. Where it goes on depends on what it was about to do: a call
// in doubt stays in doubt, what AWS works at is awaited again, and a call that was
// not made yet is asked for again.
func (m machine) rest(phase Phase) {
	def := m.def()
	switch phase {
	case PhaseSettle, PhaseWait:
		m.Back = phase
	case PhaseGuard, PhaseAct:
		m.unproven()
		m.Back = PhaseGuard
		if def.Gate != GateNone {
			m.Back = PhaseGate
		}
	case PhaseGate, PhaseFailed, PhaseDrift, PhaseDiffer:
		m.Back = phase
	case PhaseLook, PhasePaused, PhaseOver: // Back says already what it was before
	}
	m.Phase, m.Halting = PhasePaused, false
}

// unproven drops what the user has stood for where the look that goes with it did
// not find both notebooks.
func (m machine) unproven() {
	if m.def().Kind == StepCopy {
		m.Proof = nil
	}
}

// enter begins the current step, and goes past those that need nothing.
func (m machine) enter() {
	for m.At < len(m.Steps) && m.Steps[m.At].State == StepSkipped {
		m.At++
	}
	if m.At >= len(m.Steps) {
		m.end(m.ends())
		return
	}
	s := &m.Steps[m.At]
	s.State, s.Began, s.Idle = StepActive, m.event.At, true
	def := m.def()
	switch {
	case s.Kind == StepVerify && m.Proof != nil && m.Proof.Method == TransportManual:
		m.complete(m.Proof.note())
	case def.Gate != GateNone || m.Guard().needless() != "":
		m.atGate()
	case s.Kind == StepClean:
		m.emit(def.Act, PhaseAct)
	case def.Act != "":
		m.emit(EffectObserve, PhaseGuard)
	case len(def.Until) > 0:
		m.emit(EffectWait, PhaseWait)
	default:
		m.Phase = PhaseGate
	}
}

// ends is the outcome of a run of which no step is left.
func (m machine) ends() Outcome {
	switch {
	case m.Rolling:
		return OutcomeRolledBack
	case m.Closing:
		return OutcomeClosed
	}
	return OutcomeDone
}

// end ends the run.
func (m machine) end(how Outcome) { m.Phase, m.Outcome, m.EndedAt = PhaseOver, how, m.event.At }

// atGate waits at the gate of the current step, unless it need not be done any more.
func (m machine) atGate() {
	m.Phase = PhaseGate
	if why := m.Guard().needless(); why != "" {
		m.pass(why)
	}
}

// pass goes past the current step, of which nothing needs to be done.
func (m machine) pass(why string) {
	s := &m.Steps[m.At]
	s.State, s.Note = StepSkipped, why
	m.enter()
}

// complete ends the current step and begins the next.
func (m machine) complete(note string) {
	s := &m.Steps[m.At]
	s.State, s.Ended, s.Note = StepDone, m.event.At, note
	m.forget()
	switch s.Kind { //nolint:exhaustive // the others leave nothing behind
	case StepStop:
		m.RestedAt = m.Source.Modified
	case StepFailed, StepRemove:
		m.Created, m.InDoubt, m.MadeAt, m.Served = false, false, time.Time{}, nil
	case StepCreate:
		m.InDoubt = false
	}
	m.At++
	m.enter()
}

// forget drops what has stopped the current step.
func (m machine) forget() { m.Problem, m.Cause, m.Drift, m.Verified = nil, nil, nil, nil }

// fail stops at the current step, with a problem that is not AWS's answer to a call.
func (m machine) fail(kind model.ProblemKind, operation, message, hint string) {
	m.Phase, m.Problem = PhaseFailed, &model.Problem{
		Kind: kind, Operation: operation, Target: m.Plan.Target(), Message: message, Hint: hint,
	}
}

// stopped reports whether the notebooks are not as the current step relies on, and stops
// there.
func (m machine) stopped(by []Drift) bool {
	m.Drift = by
	if len(by) > 0 {
		m.Phase = PhaseDrift
	}
	return len(by) > 0
}

// ask begins the current step once more: at its gate, with the look before its
// call, or with its wait.
func (m machine) ask() {
	def := m.def()
	m.forget()
	switch {
	case def.Gate != GateNone:
		m.atGate()
	case def.Act != "":
		if def.Act.Inside() {
			m.Steps[m.At].Lost = false
		}
		m.emit(EffectObserve, PhaseGuard)
	default:
		m.emit(EffectWait, PhaseWait)
	}
}

// follow ends the current step without success, forgets those after it, and goes
// on with others.
func (m machine) follow(next []StepKind, note string) {
	s := &m.Steps[m.At]
	if m.Phase == PhaseFailed && !s.Idle && note != creationFailed {
		note = failedNote + note
	}
	s.State, s.Ended, s.Note = StepBroken, m.event.At, note
	m.Steps = append(m.Steps[:m.At+1], pending(&m.Plan, next)...)
	for i := m.At + 1; m.Rolling && i < len(m.Steps); i++ {
		m.Steps[i].Gate = GateNone // the way back was approved as a whole
	}
	m.forget()
	m.Back = ""
	m.At++
	m.enter()
}

// again does everything from the creation on once more, after what a failed
// creation has left is removed.
func (m machine) again(note string) {
	next := program(&m.Plan)
	if m.mayExist() {
		next = append([]StepKind{StepFailed}, next...)
	}
	m.follow(next, note)
}

// recopy goes back to the copy, which moves only what differs by now.
func (m machine) recopy(note string) {
	m.Proof, m.Verified = nil, nil
	m.follow(m.towardsCopy(), note)
}

// towardsCopy are the steps from here to the end, with what makes the source run
// before its data can be read.
func (m machine) towardsCopy() []StepKind {
	var out []StepKind
	if m.Source != nil && needsUpdate(m.Source) {
		out = append(out, StepUpdate)
	}
	if m.Source != nil && atRest(m.Source) {
		out = append(out, StepStart)
	}
	return append(out, m.copySteps()...)
}

// copySteps are the steps from the copy on, with the look into both notebooks before it,
// where the plan has one and it was not made.
func (m machine) copySteps() []StepKind {
	if m.Inside == nil && m.Plan.surveys() {
		return append([]StepKind{StepSurvey}, copied()...)
	}
	return copied()
}
