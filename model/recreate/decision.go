package recreate

import (
	"slices"
	"strings"
	"time"

	"nbscope/model"
)

// What a run makes of the user's decisions.

// AttestText is what the user types to stand for a copy that was made by hand.
func AttestText(source string) string { return "copied " + source }

func (r *Run) choices() []EventKind {
	if r.Outcome != "" {
		return nil
	}
	var out []EventKind
	switch r.Phase {
	case PhaseGate:
		out = r.gateChoices()
	case PhaseFailed:
		out = []EventKind{EventRetry, EventResumed}
		if r.def().Kind == StepCreate || r.failedCreation() {
			out = append(out, EventAmended)
		}
		if r.unkept() || r.unfit() {
			out = append(out, EventAccepted)
		}
	case PhaseDrift:
		out = append(r.driftChoices(), EventRetry, EventResumed)
	case PhaseDiffer:
		out = []EventKind{EventRecopy, EventAccepted, EventRetry, EventResumed}
	case PhasePaused:
		out = []EventKind{EventResumed}
	case PhaseGuard, PhaseAct, PhaseSettle, PhaseWait, PhaseLook:
		// Resumed is for a run whose process ended here.
		return []EventKind{EventHalted, EventResumed}
	case PhaseOver:
	}
	out = append(out, r.copyChoices()...)
	if r.canRollBack() {
		out = append(out, EventRollback)
	}
	if r.Back != PhaseSettle { // what is in doubt is settled first
		out = append(out, EventClosed)
	}
	return out
}

// copyChoices are those that the data gives: to copy again what differs by now, and
// to take another way.
func (r *Run) copyChoices() []EventKind {
	if r.Rolling || r.Closing || r.Back == PhaseSettle {
		return nil
	}
	kind, moves := r.def().Kind, r.Plan.Transport.Moves()
	switch {
	case (kind == StepCopy || kind == StepSurvey) && r.Replacement != nil:
		return []EventKind{EventRerouted}
	case kind == StepVerify && r.Phase == PhaseDiffer:
		return []EventKind{EventRerouted}
	case kind == StepVerify && moves:
		return []EventKind{EventRecopy, EventRerouted}
	case kind == StepStop && moves && r.Phase == PhaseGate:
		return []EventKind{EventRecopy}
	}
	return nil
}

func (r *Run) gateChoices() []EventKind {
	out := []EventKind{EventApproved}
	switch {
	case r.def().Gate == GateAttest && r.Replacement == nil:
		return []EventKind{EventResumed} // there is nothing that could have been copied to
	case r.def().Gate == GateAttest:
		out[0] = EventAttested
	}
	if r.def().Kind == StepCreate {
		out = append(out, EventAmended)
	}
	return append(out, EventResumed)
}

// driftChoices are those that only a difference gives: before the creation another
// plan, later to rely on what is there now.
func (r *Run) driftChoices() []EventKind {
	switch {
	case r.def().Kind == StepCreate && !r.Created:
		return []EventKind{EventAmended}
	case slices.ContainsFunc(r.Drift, func(d Drift) bool { return d.Hard }):
		return nil
	}
	return []EventKind{EventAccepted}
}

// failedCreation reports whether this run's replacement was made and failed.
func (r *Run) failedCreation() bool {
	return r.def().Kind == StepWait && r.Phase == PhaseFailed
}

// SourceGone reports whether the source was last seen to be gone, or going: there is
// nothing to go back to.
func (r *Run) SourceGone() bool { return len(r.lastCopy()) > 0 }

// canRollBack reports whether there is a way back: something was begun, the source
// still exists for all that is known, and something runs afterwards.
func (r *Run) canRollBack() bool {
	switch {
	case r.Effects == 0 || r.Closing || r.Back == PhaseSettle || r.SourceGone() || r.stranded() && !r.updatable():
		return false
	case r.Rolling: // another way than the one that was begun
		return r.Phase == PhaseDrift && r.stranded()
	}
	return r.def().Kind != StepDelete || r.Back != PhaseWait
}

func (r *Run) decision(e *Event) (*Effect, error) {
	switch e.Kind {
	case EventApproved:
		return r.approved(e)
	case EventAttested:
		return r.attested(e)
	case EventHalted:
		r.Halting = true
		return nil, nil
	case EventResumed:
		return r.resumed(), nil
	case EventRetry:
		return r.retried(e), nil
	case EventAmended:
		return r.amended(e)
	case EventAccepted:
		return r.accept(e)
	case EventRecopy:
		return r.recopy("copied again", e.At), nil
	case EventRerouted:
		return r.rerouted(e)
	case EventRollback:
		return r.rollBack(e)
	case EventClosed:
		return r.closed(e.At), nil
	case EventDone, EventFailed, EventDoubted:
	}
	return nil, nil
}

// accept takes what was found as it is: what that is, the phase and the step say.
func (r *Run) accept(e *Event) (*Effect, error) {
	switch {
	case r.Phase == PhaseDiffer:
		return r.acceptDifferences(e)
	case r.unkept():
		return r.waive(e), nil
	case r.unfit():
		return r.passSurvey(e), nil
	}
	return r.accepted(e), nil
}

func (r *Run) approved(e *Event) (*Effect, error) {
	def := r.def()
	why := ""
	switch {
	case e.Step != def.Kind:
		why = "another step was approved: " + string(e.Step)
	case def.Kind == StepCreate:
		why = r.refusesCreate(e)
	case def.Kind == StepDelete:
		why = r.refusesDelete(e)
	}
	if why != "" {
		return nil, r.illegal(e, why)
	}
	switch def.Kind { //nolint:exhaustive // of the others nothing is kept
	case StepCreate:
		r.Overridden = r.Overridden || e.Typed == r.Plan.Source.Name
	case StepDelete:
		r.hurried(e)
	}
	r.Problem, r.Steps[r.At].Began = nil, e.At // how long the user took is not the step's time
	return r.emit(EffectObserve, PhaseGuard), nil
}

// refusesCreate is why an approval does not do for the create, "" when it does.
func (r *Run) refusesCreate(e *Event) string {
	switch {
	case e.Fingerprint != r.Plan.Fingerprint():
		return "another plan was approved"
	case Blocked(r.Plan.Checks, r.Overridden || e.Typed == r.Plan.Source.Name):
		return "preflight has failed checks"
	}
	return ""
}

// refusesDelete is why an approval does not do for the deletion of the source, ""
// when it does.
func (r *Run) refusesDelete(e *Event) string {
	switch {
	case e.Typed != r.Plan.Source.Name:
		return "the notebook's name was not typed"
	case r.Proof == nil:
		return "the data is not verified"
	case r.KeepLeft(e.At) > 0 && strings.TrimSpace(e.Sentence) != EarlyText:
		return "the keep time is not over before " + model.Stamp(r.KeptUntil()) + ", and the sentence was not typed: " + EarlyText
	}
	return ""
}

// attested takes the user's word for a copy by hand, or what both notebooks have
// printed of it, which weighs more: where that differs, no word helps.
func (r *Run) attested(e *Event) (*Effect, error) {
	proof := &Proof{Method: TransportManual, At: e.At, By: e.By, Says: strings.TrimSpace(e.Typed)}
	switch {
	case len(e.Pasted) > 0:
		v, err := r.Plan.pasted(e)
		if err != nil {
			return nil, r.illegal(e, err.Error())
		}
		proof.Verified = v
	case proof.Says != AttestText(r.Plan.Source.Name):
		return nil, r.illegal(e, "the sentence was not typed: "+AttestText(r.Plan.Source.Name))
	}
	r.Problem, r.Proof = nil, proof
	return r.emit(EffectObserve, PhaseGuard), nil
}

// recopy goes back to the copy, which moves only what differs by now.
func (r *Run) recopy(note string, at time.Time) *Effect {
	r.Proof, r.Verified = nil, nil
	return r.follow(r.towardsCopy(), note, at)
}

// towardsCopy are the steps from here to the end, with what makes the source run
// before its data can be read.
func (r *Run) towardsCopy() []StepKind {
	var out []StepKind
	if r.Source != nil && needsUpdate(r.Source) {
		out = append(out, StepUpdate)
	}
	if r.Source != nil && atRest(r.Source) {
		out = append(out, StepStart)
	}
	return append(out, r.surveyFirst(copied())...)
}

// surveyFirst puts the look into both notebooks before steps, where the plan has one and
// it was not made.
func (r *Run) surveyFirst(steps []StepKind) []StepKind {
	if r.Inside == nil && r.Plan.surveys() {
		return append([]StepKind{StepSurvey}, steps...)
	}
	return steps
}

// rerouted takes another way for the data, from the copy on.
func (r *Run) rerouted(e *Event) (*Effect, error) {
	if !e.Transport.known() {
		return nil, r.illegal(e, "no transport is named")
	}
	if e.Transport == r.Plan.Transport && e.Bucket == r.Plan.Bucket {
		return nil, r.illegal(e, "it goes that way already")
	}
	r.Plan.Transport, r.Plan.Bucket, r.Plan.MakeBucket = e.Transport, e.Bucket, e.MakeBucket
	r.Plan.Auto = e.Why != "" && e.Transport == TransportS3
	if r.def().Kind == StepCopy && r.Steps[r.At].Idle { // nothing was begun of it
		r.Proof, r.Problem, r.Cause, r.Drift, r.Back = nil, nil, nil, nil, ""
		r.Steps = append(slices.Clone(r.Steps[:r.At]), pending(&r.Plan, r.surveyFirst(copied()))...)
		return r.enter(e.At), nil
	}
	return r.recopy(e.Transport.By()+" from here on", e.At), nil
}

// closed ends the run. A copy that was begun is ended first, with what it has left in
// the notebooks.
func (r *Run) closed(at time.Time) *Effect {
	if r.copyLeft() && !r.Closing && !r.Rolling {
		r.Closing = true
		return r.follow([]StepKind{StepClean}, "ended", at)
	}
	r.Phase, r.Outcome, r.EndedAt, r.Back = PhaseOver, OutcomeClosed, at, ""
	return nil
}

// copyLeft reports whether a copy that this run has begun may still be at work in the
// notebooks, or have something left there.
func (r *Run) copyLeft() bool {
	left := false
	for i := range r.Steps {
		switch s := &r.Steps[i]; {
		case s.Kind == StepCopy && s.Gate == GateNone && s.called():
			left = true
		case s.Kind == StepVerify && s.State == StepDone, s.Kind == StepClean && s.State != StepPending && s.State != StepActive:
			left = false
		}
	}
	return left
}

// resumed looks at AWS before anything goes on. What was in flight when a process
// ended is in doubt when it changes something, and is looked at again when not.
func (r *Run) resumed() *Effect {
	r.Halting = false
	if r.Phase == PhaseFailed {
		r.Cause = r.Problem
	}
	if r.Phase == PhaseAct && !r.def().Act.Inside() {
		r.InDoubt, r.Steps[r.At].Lost = r.InDoubt || r.def().Act == EffectCreate, true
	}
	if r.Phase != PhasePaused {
		r.rest(r.interrupted())
	}
	r.InFlight = nil
	if r.Back == PhaseSettle {
		r.Back = ""
		return r.emit(EffectSettle, PhaseSettle)
	}
	return r.emit(EffectObserve, PhaseLook)
}

// interrupted is the phase that a run is in when its process ends in this one.
func (r *Run) interrupted() Phase {
	if r.Phase == PhaseAct && !r.def().Act.Inside() {
		return PhaseSettle
	}
	return r.Phase
}

// retried goes back to where the step is decided.
func (r *Run) retried(e *Event) *Effect {
	switch {
	case r.failedCreation():
		return r.again(e.At, creationFailed)
	case r.Phase == PhaseDrift && r.def().Gate != GateNone: // what was seen then may be otherwise by now
		r.Problem, r.Cause, r.Drift, r.Back = nil, nil, nil, PhaseGate
		return r.emit(EffectObserve, PhaseLook)
	}
	return r.ask(e.At)
}

// ask begins the current step once more: at its gate, with the look before its
// call, or with its wait.
func (r *Run) ask(at time.Time) *Effect {
	def := r.def()
	r.Problem, r.Cause, r.Drift, r.Verified = nil, nil, nil, nil
	switch {
	case def.Gate != GateNone:
		return r.atGate(at)
	case def.Act.Inside():
		r.Steps[r.At].Lost = false
		return r.emit(EffectObserve, PhaseGuard)
	case def.Act != "":
		return r.emit(EffectObserve, PhaseGuard)
	}
	return r.emit(EffectWait, PhaseWait)
}

// amended takes another plan for the same source. Where a replacement may exist
// its name must stay: the name is what keeps a run from making two.
func (r *Run) amended(e *Event) (*Effect, error) {
	switch {
	case e.Plan == nil:
		return nil, r.illegal(e, "there is no plan")
	case e.Plan.RunID != r.Plan.RunID || e.Plan.Source.ARN != r.Plan.Source.ARN:
		return nil, r.illegal(e, "the plan is of another run")
	case r.Effects > 0 && e.Plan.Spec.Name != r.Plan.Spec.Name && (r.mayExist() || r.InDoubt):
		return nil, r.illegal(e, "the new notebook may exist under the name "+r.Plan.Spec.Name)
	}
	src, was := e.Plan.Source, r.Plan.Source
	r.Plan, r.Source, r.Expect, r.Overridden = *e.Plan, &src, e.Plan.Source.Fingerprint(), false
	if len(r.Plan.Theirs) == 0 {
		r.Plan.Since(&was)
	}
	return r.again(e.At, "the plan was amended"), nil
}

// mayExist reports whether this run may have a replacement, or a call for one that
// AWS has not shown yet.
func (r *Run) mayExist() bool {
	return r.Created || r.Replacement != nil && r.ours()
}

// again does everything from the creation on once more, after what a failed
// creation has left is removed.
func (r *Run) again(at time.Time, note string) *Effect {
	next := program(&r.Plan)
	if r.mayExist() {
		next = append([]StepKind{StepFailed}, next...)
	}
	return r.follow(next, note, at)
}

// follow ends the current step without success, forgets those after it, and goes
// on with others.
func (r *Run) follow(next []StepKind, note string, at time.Time) *Effect {
	s := &r.Steps[r.At]
	if r.Phase == PhaseFailed && !s.Idle && note != creationFailed {
		note = failedNote + note
	}
	s.State, s.Ended, s.Note = StepBroken, at, note
	r.Steps = append(r.Steps[:r.At+1], pending(&r.Plan, next)...)
	for i := r.At + 1; r.Rolling && i < len(r.Steps); i++ {
		r.Steps[i].Gate = GateNone // the way back was approved as a whole
	}
	r.Problem, r.Cause, r.Drift, r.Verified, r.Back = nil, nil, nil, nil, ""
	r.At++
	return r.enter(at)
}

// accepted relies on the notebooks as they are now. A source that may have run
// since its data was verified has to be copied again.
func (r *Run) accepted(e *Event) *Effect {
	r.Expect = r.Source.Fingerprint()
	if slices.ContainsFunc(r.Drift, func(d Drift) bool { return d.On == SideReplacement }) {
		now := *r.Replacement
		r.Served = &now
	}
	if r.def().Act.Moves() { // the source came to rest
		return r.recopy("the source was "+string(r.Source.Status), e.At)
	}
	if _, ran := r.ranSince(r.def().Kind); ran {
		r.RestedAt, r.Accepted = time.Time{}, nil
		return r.recopy("the source may have run since", e.At)
	}
	r.Drift = nil
	return r.atGate(e.At)
}

// rollBack gives the source its state back and then removes the replacement, so that
// what fails on the way leaves one that runs.
func (r *Run) rollBack(e *Event) (*Effect, error) {
	switch {
	case e.Typed != r.Plan.Spec.Name && r.Removable():
		return nil, r.illegal(e, "the new notebook's name was not typed")
	case e.Update != r.stranded():
		return nil, r.illegal(e, "the source is updated in place where it cannot be started as it is, and only there")
	}
	next, wasAtRest := []StepKind{StepAwait, StepHalt, StepRemove}, atRest(&r.Plan.Source)
	if r.copyLeft() {
		next = append([]StepKind{StepClean}, next...)
	}
	switch {
	case e.Update:
		next = append([]StepKind{StepUpdate, StepRestart}, next...)
	case !wasAtRest:
		next = append([]StepKind{StepRestart}, next...)
	case r.Started:
		next = append(next, StepRestop)
	}
	r.Rolling = true
	return r.follow(next, "rolled back", e.At), nil
}
