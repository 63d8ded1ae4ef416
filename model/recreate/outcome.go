package recreate

import (
	"cmp"
	"slices"

	"nbscope/model"
)

// afterEffect is what the machine makes of what came of an effect.
type afterEffect struct{ machine }

// take takes in what became of the effect in flight.
func (m afterEffect) take() error {
	e, was := m.event, m.InFlight
	if e.Kind == EventDone {
		if lacks := e.lacks(was.Kind); lacks != "" {
			return m.illegal(lacks)
		}
		m.InFlight, m.Problem = nil, nil
		return m.done()
	}
	m.InFlight, m.Problem = nil, e.Problem
	switch {
	case was.Kind.Inside():
		m.unmoved(was.Kind)
	case e.Kind == EventDoubted && was.Kind.Mutates():
		m.Cause = e.Problem
		m.InDoubt, m.Steps[m.At].Lost = m.InDoubt || was.Kind == EffectCreate, true
		m.emit(EffectSettle, PhaseSettle)
	case m.Phase == PhaseAct:
		m.Phase = PhaseFailed
	default:
		m.rest(m.Phase)
	}
	return nil
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

// done goes on after an effect that was carried out.
func (m afterEffect) done() error {
	e := m.event
	if o := e.Observed; o != nil && m.Phase != PhaseAct { // whatever a look was for, it tells of both
		m.Source, m.Replacement = o.Source, o.Replacement
	}
	switch m.Phase {
	case PhaseAct:
		switch {
		case e.Verified != nil:
			m.compared(e.Verified)
		case e.Probed != nil:
			m.probed(e.Probed)
		case e.Surveyed != nil:
			m.surveyed(e.Surveyed)
		case m.def().Act == EffectCopy:
			m.went()
		default:
			m.acted()
		}
	case PhaseWait:
		m.waited()
	case PhaseGuard:
		m.guarded()
	case PhaseSettle:
		m.settled()
	case PhaseLook:
		m.looked()
	case PhaseGate, PhaseFailed, PhaseDrift, PhaseDiffer, PhasePaused, PhaseOver:
		return m.illegal("no effect belongs to this phase")
	}
	return nil
}

// guarded decides, with both notebooks just seen, whether the call of the current
// step may be made.
func (m afterEffect) guarded() {
	def := m.def()
	if def.Kind == StepCreate && m.ours() {
		m.Created = true // an earlier call that was in doubt made it after all
		if !m.stopped(m.Guard().specDrift()) {
			m.complete("found with this run's tag")
		}
		return
	}
	if def.Kind != StepClean && m.stopped(m.Guard().drift(def)) {
		m.unproven()
		return
	}
	switch status := m.side(def.On).status(); {
	case def.Act.Inside(): // the cleaning too, as far as it goes, whatever became of the notebooks
		m.emit(def.Act, PhaseAct)
	case def.Kind == StepCopy:
		m.Proof.Seen = m.Source.Modified
		m.complete("by hand")
	case slices.Contains(def.Met, status):
		m.complete(metNote + statusWords(status))
	case def.Kind == StepRestart && m.Source.cannotStart():
		m.pass("the source is " + statusWords(status) + " and cannot be started") // and the replacement never served
	case def.refused(status) != "":
		m.fail(model.KindConflict, def.Act.Action(), def.refused(status), "wait until AWS is done with it, then try again")
	default:
		m.emit(def.Act, PhaseAct)
	}
}

// unmoved goes on after what works inside notebooks and did not come to its end.
// Nothing is lost: it is taken up where it was left. One that was left by the user, or
// with the program, waits; one whose end is not known is taken up at once when both
// notebooks were looked at, and the second time the user decides.
func (m afterEffect) unmoved(k EffectKind) {
	e, s := m.event, &m.Steps[m.At]
	switch left := e.Problem != nil && e.Problem.Kind == model.KindCanceled; {
	case left:
		m.rest(PhaseAct)
	case k == EffectClean:
		m.Problem = nil
		note := "not cleaned up; what is left in the notebooks ends by itself"
		if m.Plan.Bucket != "" {
			note = "not cleaned up: objects may be left below s3://" + m.Plan.Bucket + "/" + m.Plan.KeyPrefix() + "/; what is left in the notebooks ends by itself"
		}
		m.pass(note)
	case e.Kind == EventDoubted && !s.Lost:
		s.Lost = true
		m.emit(EffectSettle, PhaseSettle)
	default:
		m.Phase = PhaseFailed
	}
}

// went goes on after a copy. One that has chosen its transport has done so for the plan
// from here on.
func (m afterEffect) went() {
	if m.event.Transport == "" {
		m.complete(m.Plan.Transport.By())
		return
	}
	m.Plan.Transport, m.Plan.Auto = m.event.Transport, false
	m.complete(m.event.Transport.By() + ": " + m.event.Why)
}

// acted goes on after a call that was carried out.
func (m afterEffect) acted() {
	def := m.def()
	switch {
	case def.Act == EffectCreate:
		m.Created = true
	case def.Act == EffectStop && def.On == SideSource:
		m.Stopped = true
	case def.Act == EffectStart && def.On == SideSource:
		m.Started, m.Stopped = true, false
	}
	if len(def.Until) == 0 {
		m.complete("")
		return
	}
	m.emit(EffectWait, PhaseWait)
}

// settled decides by what AWS shows whether a call in doubt was carried out.
func (m afterEffect) settled() {
	def := m.def()
	switch done, foreign := m.carriedOut(def); {
	case def.Act.Inside():
		m.guarded() // both were just seen, and it is taken up where it was left
	case done:
		m.acted()
	case foreign:
		m.InDoubt = false // AWS makes no second notebook of that name
		m.fail(model.KindConflict, def.Act.Action(),
			"a notebook instance named "+m.Plan.Spec.Name+" exists and is not this run's: it does not have the run's tag",
			"choose another name in a new plan; nbscope does not touch that notebook")
	case m.Cause != nil:
		m.Phase, m.Problem = PhaseFailed, m.Cause
	default: // the process ended in the middle of the call
		m.fail(model.KindUnknown, def.Act.Action(), "nbscope ended during this call, and AWS shows that it was not carried out", "try again")
	}
}

// carriedOut reports whether the call of a step has taken effect, and whether
// something else than this run has taken its place.
func (m afterEffect) carriedOut(def StepDef) (done, foreign bool) {
	status := m.side(def.On).status()
	switch def.Act {
	case EffectCreate:
		return m.ours(), m.Replacement != nil && !m.ours()
	case EffectStart:
		return status == model.StatusPending || status == model.StatusInService, false
	case EffectStop:
		return status == model.StatusStopping || status == model.StatusStopped, false
	case EffectUpdate:
		return status == model.StatusUpdating || m.Source != nil && m.Source.Platform == m.Plan.Spec.Platform, false
	case EffectDelete:
		return status == StatusGone || status == model.StatusDeleting, false
	case EffectObserve, EffectSettle, EffectWait, EffectCopy, EffectVerify, EffectClean, EffectProbe, EffectSurvey:
	}
	return false, false
}

// waited decides what it means that a wait has ended.
func (m afterEffect) waited() {
	def := m.def()
	status := m.side(def.On).status()
	switch {
	case !slices.Contains(def.Until, status):
		m.astray(def)
		return
	case def.Kind == StepWait && m.stopped(m.Guard().replacementDrift()):
		return
	case def.Kind == StepWait:
		m.MadeAt, m.Served = m.Replacement.Created, m.Guard().served()
	case def.Kind == StepUpdate: // the run itself has changed the platform, and is to find nothing else changed
		before := *m.Source
		before.Platform = m.Plan.Source.Platform
		if before.Matches(m.Expect) {
			m.Expect = m.Source.Fingerprint()
		}
	}
	m.complete(statusWords(status))
}

// astray stops at a notebook that has become something else than what was awaited.
func (m afterEffect) astray(def StepDef) {
	s, name := m.side(def.On), "the "+string(def.On)
	switch status := s.status(); {
	case s == nil:
		m.fail(model.KindNotFound, "", name+" does not exist any more: somebody else deleted it", "")
	case status == model.StatusFailed:
		m.fail(model.KindService, "", cmp.Or(s.FailureReason, name+" failed"), "")
	default:
		hint := ""
		if def.Kind == StepWait {
			hint = "find out what stops it; started again in the console, it is taken up when the run looks at AWS again"
		}
		m.fail(model.KindConflict, "", name+" is "+statusWords(status)+": something other than this run changed it", hint)
	}
}

// looked goes on after a pause, with both notebooks just seen. Whatever changes
// something is asked for again.
func (m afterEffect) looked() {
	back := m.Back
	m.Back = ""
	switch back {
	case PhaseWait:
		m.emit(EffectWait, PhaseWait)
	case PhaseSettle:
		m.emit(EffectSettle, PhaseSettle)
	case PhaseGuard:
		m.emit(EffectObserve, PhaseGuard)
	case PhaseFailed:
		if def := m.def(); def.Kind == StepWait && m.ours() && slices.Contains(def.Until, m.Replacement.Status) {
			m.Steps[m.At].Idle = true // somebody has started it again
			m.waited()
			return
		}
		m.Phase, m.Problem = back, m.Cause
	case PhaseGate:
		m.atGate()
	case PhaseDiffer:
		m.Phase = back
	case PhaseDrift:
		m.ask() // how they differ may be another story by now
	case PhaseAct, PhaseLook, PhasePaused, PhaseOver:
		m.Phase = PhaseGate
	}
}
