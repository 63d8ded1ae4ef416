package recreate

import (
	"slices"
	"strings"
	"time"

	"nbscope/model"
)

// decision is what the machine makes of what the user has decided.
type decision struct{ machine }

// AttestText is what the user types to stand for a copy that was made by hand.
func AttestText(source string) string { return "copied " + source }

// take takes in what was decided, which is one of the choices.
func (m decision) take() error {
	switch m.event.Kind {
	case EventApproved:
		return m.approved()
	case EventAttested:
		return m.attested()
	case EventAmended:
		return m.amended()
	case EventAccepted:
		return m.accepted()
	case EventRerouted:
		return m.rerouted()
	case EventRollback:
		return m.rollBack()
	case EventHalted:
		m.Halting = true
	case EventResumed:
		m.resumed()
	case EventRetry:
		m.retried()
	case EventRecopy:
		m.recopy("copied again")
	case EventClosed:
		m.closed()
	case EventDone, EventFailed, EventDoubted:
	}
	return nil
}

func (m decision) approved() error {
	e, kind, why := m.event, m.def().Kind, ""
	switch {
	case e.Step != kind:
		why = "another step was approved: " + string(e.Step)
	case kind == StepCreate:
		why = m.refusesCreate()
	case kind == StepDelete:
		why = m.refusesDelete()
	}
	if why != "" {
		return m.illegal(why)
	}
	switch kind { //nolint:exhaustive // of the others nothing is kept
	case StepCreate:
		m.Overridden = m.Overridden || e.Typed == m.Plan.Source.Name
	case StepDelete: // who did not wait for the keep time is kept
		m.Early = nil
		if until := m.KeptUntil(); e.At.Before(until) {
			m.Early = &Early{At: e.At, By: e.By, Until: until}
		}
	}
	m.Problem, m.Steps[m.At].Began = nil, e.At // how long the user took is not the step's time
	m.emit(EffectObserve, PhaseGuard)
	return nil
}

// refusesCreate is why an approval does not do for the create, "" when it does.
func (m decision) refusesCreate() string {
	switch {
	case m.event.Fingerprint != m.Plan.Fingerprint():
		return "another plan was approved"
	case Blocked(m.Plan.Checks, m.Overridden || m.event.Typed == m.Plan.Source.Name):
		return "preflight has failed checks"
	}
	return ""
}

// refusesDelete is why an approval does not do for the deletion of the source, ""
// when it does.
func (m decision) refusesDelete() string {
	switch e := m.event; {
	case e.Typed != m.Plan.Source.Name:
		return "the notebook's name was not typed"
	case m.Proof == nil:
		return "the data is not verified"
	case m.KeepLeft(e.At) > 0 && strings.TrimSpace(e.Sentence) != EarlyText:
		return "the keep time is not over before " + model.Stamp(m.KeptUntil()) + ", and the sentence was not typed: " + EarlyText
	}
	return ""
}

// attested takes the user's word for a copy by hand, or what both notebooks have
// printed of it, which weighs more: where that differs, no word helps.
func (m decision) attested() error {
	e := m.event
	proof := &Proof{Method: TransportManual, At: e.At, By: e.By, Says: strings.TrimSpace(e.Typed)}
	switch {
	case len(e.Pasted) > 0:
		v, err := m.pasted()
		if err != nil {
			return m.illegal(err.Error())
		}
		proof.Verified = v
	case proof.Says != AttestText(m.Plan.Source.Name):
		return m.illegal("the sentence was not typed: " + AttestText(m.Plan.Source.Name))
	}
	m.Problem, m.Proof = nil, proof
	m.emit(EffectObserve, PhaseGuard)
	return nil
}

// rerouted takes another way for the data, from the copy on.
func (m decision) rerouted() error {
	e := m.event
	switch {
	case !e.Transport.known():
		return m.illegal("no transport is named")
	case e.Transport == m.Plan.Transport && e.Bucket == m.Plan.Bucket:
		return m.illegal("it goes that way already")
	}
	m.Plan.Transport, m.Plan.Bucket, m.Plan.MakeBucket = e.Transport, e.Bucket, e.MakeBucket
	m.Plan.Auto = e.Why != "" && e.Transport == TransportS3
	if m.def().Kind != StepCopy || !m.Steps[m.At].Idle {
		m.recopy(e.Transport.By() + " from here on")
		return nil
	}
	m.Proof, m.Problem, m.Cause, m.Drift, m.Back = nil, nil, nil, nil, "" // nothing was begun of it
	m.Steps = append(slices.Clone(m.Steps[:m.At]), pending(&m.Plan, m.copySteps())...)
	m.enter()
	return nil
}

// closed ends the run. A copy that was begun is ended first, with what it has left in
// the notebooks.
func (m decision) closed() {
	if m.Steps.copyLeft() && !m.Closing && !m.Rolling {
		m.Closing = true
		m.follow([]StepKind{StepClean}, "ended")
		return
	}
	m.Back = ""
	m.end(OutcomeClosed)
}

// resumed looks at AWS before anything goes on. What was in flight when a process
// ended is in doubt when it changes something, and is looked at again when not.
func (m decision) resumed() {
	m.Halting = false
	phase := m.Phase
	switch {
	case phase == PhaseFailed:
		m.Cause = m.Problem
	case phase == PhaseAct && !m.def().Act.Inside():
		phase = PhaseSettle
		m.InDoubt, m.Steps[m.At].Lost = m.InDoubt || m.def().Act == EffectCreate, true
	}
	if phase != PhasePaused {
		m.rest(phase)
	}
	m.InFlight = nil
	if m.Back == PhaseSettle {
		m.Back = ""
		m.emit(EffectSettle, PhaseSettle)
		return
	}
	m.emit(EffectObserve, PhaseLook)
}

// retried goes back to where the step is decided.
func (m decision) retried() {
	switch {
	case m.failedAt(StepWait):
		m.again(creationFailed)
	case m.Phase == PhaseDrift && m.def().Gate != GateNone: // what was seen then may be otherwise by now
		m.Problem, m.Cause, m.Drift, m.Back = nil, nil, nil, PhaseGate
		m.emit(EffectObserve, PhaseLook)
	default:
		m.ask()
	}
}

// amended takes another plan for the same source. Where a replacement may exist
// its name must stay: the name is what keeps a run from making two.
func (m decision) amended() error {
	next := m.event.Plan
	switch {
	case next == nil:
		return m.illegal("there is no plan")
	case next.RunID != m.Plan.RunID || next.Source.ARN != m.Plan.Source.ARN:
		return m.illegal("the plan is of another run")
	case m.Effects > 0 && next.Spec.Name != m.Plan.Spec.Name && (m.mayExist() || m.InDoubt):
		return m.illegal("the new notebook may exist under the name " + m.Plan.Spec.Name)
	}
	src, was := next.Source, m.Plan.Source
	m.Plan, m.Source, m.Expect, m.Overridden = *next, &src, next.Source.Fingerprint(), false
	if len(m.Plan.Theirs) == 0 {
		m.Plan.Since(&was)
	}
	m.again("the plan was amended")
	return nil
}

// accepted takes what was found as it is: what that is, the phase and the step say.
func (m decision) accepted() error {
	switch {
	case m.Phase == PhaseDiffer:
		return m.acceptDifferences()
	case m.failedAt(StepReach):
		m.waive()
	case m.failedAt(StepSurvey):
		m.passSurvey()
	default:
		m.rely()
	}
	return nil
}

// rely relies on the notebooks as they are now. A source that may have run since its
// data was verified has to be copied again.
func (m decision) rely() {
	m.Expect = m.Source.Fingerprint()
	if slices.ContainsFunc(m.Drift, func(d Drift) bool { return d.On == SideReplacement }) {
		now := *m.Replacement
		m.Served = &now
	}
	_, ran := m.Guard().ranSince(m.def().Kind)
	switch {
	case m.def().Act.Moves(): // the source came to rest
		m.recopy("the source was " + string(m.Source.Status))
	case ran:
		m.RestedAt, m.Accepted = time.Time{}, nil
		m.recopy("the source may have run since")
	default:
		m.Drift = nil
		m.atGate()
	}
}

// rollBack gives the source its state back and then removes the replacement, so that
// what fails on the way leaves one that runs.
func (m decision) rollBack() error {
	e := m.event
	switch {
	case e.Typed != m.Plan.Spec.Name && m.Removable():
		return m.illegal("the new notebook's name was not typed")
	case e.Update != m.stranded():
		return m.illegal("the source is updated in place where it cannot be started as it is, and only there")
	}
	next, wasAtRest := []StepKind{StepAwait, StepHalt, StepRemove}, atRest(&m.Plan.Source)
	if m.Steps.copyLeft() {
		next = append([]StepKind{StepClean}, next...)
	}
	switch {
	case e.Update:
		next = append([]StepKind{StepUpdate, StepRestart}, next...)
	case !wasAtRest:
		next = append([]StepKind{StepRestart}, next...)
	case m.Started:
		next = append(next, StepRestop)
	}
	m.Rolling = true
	m.follow(next, "rolled back")
	return nil
}
