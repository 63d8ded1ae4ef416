package recreate

import (
	"fmt"
	"slices"
)

// What a journal may hold that this program does not know: a newer one wrote it.
// And what no program may have written.

// Unknown is the first word of a plan that this program does not know, "" when it
// knows all.
func (p *Plan) Unknown() string {
	return firstUnknown(word{"direction", string(p.Direction), p.Direction.known()}, word{"transport", string(p.Transport), p.Transport.known()})
}

// Unknown is the first word of an event that this program does not know.
func (e *Event) Unknown() string {
	if w := firstUnknown(word{"event", string(e.Kind), e.Kind.known()}, word{"step", string(e.Step), e.Step.known()}, word{"transport", string(e.Transport), e.Transport.known()}); w != "" {
		return w
	}
	if e.Plan != nil {
		return e.Plan.Unknown()
	}
	return ""
}

// Unknown is the first word of an effect that this program does not know.
func (e *Effect) Unknown() string {
	return firstUnknown(word{"effect", string(e.Kind), e.Kind.known()}, word{"step", string(e.Step), e.Step.known()}, word{"side", string(e.On), e.On.known()})
}

// Unknown is the first word of a run, its plan left out, that this program does
// not know.
func (r *Run) Unknown() string {
	words := []word{
		{"phase", string(r.Phase), r.Phase.known()},
		{"phase", string(r.Back), r.Back.known()},
		{"outcome", string(r.Outcome), r.Outcome.known()},
	}
	for _, s := range r.Steps {
		words = append(words,
			word{"step", string(s.Kind), s.Kind.known()}, word{"gate", string(s.Gate), s.Gate.known()},
			word{"state of a step", string(s.State), s.State.known()})
	}
	for _, d := range r.Drift {
		words = append(words, word{"side", string(d.On), d.On.known()})
	}
	if r.Proof != nil {
		words = append(words, word{"transport", string(r.Proof.Method), r.Proof.Method.known()})
	}
	if r.Expect != "" {
		_, ok := printVersion(r.Expect)
		words = append(words, word{"fingerprint", r.Expect, ok})
	}
	if w := firstUnknown(words...); w != "" || r.InFlight == nil {
		return w
	}
	return r.InFlight.Unknown()
}

// word is a word of a journal with what it is.
type word struct {
	what, text string
	known      bool
}

func firstUnknown(words ...word) string {
	for _, w := range words {
		if w.text != "" && !w.known {
			return fmt.Sprintf("the %s %q", w.what, w.text)
		}
	}
	return ""
}

// Unsound is why nobody can have come to a run like this, "" where somebody can:
// what the machine takes for granted of a run.
func (r *Run) Unsound() string {
	inFlight := slices.Contains([]Phase{PhaseGuard, PhaseAct, PhaseSettle, PhaseWait, PhaseLook}, r.Phase)
	switch {
	case r.Plan.RunID == "":
		return "it has no plan"
	case len(r.Steps) == 0 || r.At < 0 || r.At > len(r.Steps):
		return fmt.Sprintf("it stands at step %d of %d", r.At+1, len(r.Steps))
	case (r.Outcome == "") == (r.Phase == PhaseOver):
		return fmt.Sprintf("its phase is %q and its outcome %q", r.Phase, r.Outcome)
	case r.Outcome == "" && r.At == len(r.Steps):
		return "no step is left, and it is not over"
	case inFlight != (r.InFlight != nil):
		return fmt.Sprintf("in phase %q it has an effect in flight, or has none", r.Phase)
	case r.Phase == PhaseDrift && len(r.Drift) == 0:
		return "it stopped at a difference and has none"
	case (r.Phase == PhaseDiffer || r.Back == PhaseDiffer) && r.Verified == nil:
		return "it stopped at what was compared, and has nothing of it"
	}
	return ""
}

func (d Direction) known() bool {
	switch d {
	case Enable, Disable, IntoVPC:
		return true
	}
	return false
}

func (t Transport) known() bool {
	switch t {
	case TransportManual, TransportRelay, TransportS3:
		return true
	case TransportAuto: // it is decided before anything is written
	}
	return false
}

func (k EventKind) known() bool {
	switch k {
	case EventDone, EventFailed, EventDoubted, EventApproved, EventAttested, EventHalted, EventResumed,
		EventRetry, EventAmended, EventAccepted, EventRollback, EventClosed, EventRecopy, EventRerouted:
		return true
	}
	return false
}

func (k EffectKind) known() bool {
	switch k {
	case EffectObserve, EffectSettle, EffectWait, EffectCreate, EffectStart, EffectStop, EffectUpdate, EffectDelete,
		EffectCopy, EffectVerify, EffectClean, EffectProbe, EffectSurvey:
		return true
	}
	return false
}

func (k StepKind) known() bool {
	_, ok := Def(k)
	return ok
}

func (s StepState) known() bool {
	switch s {
	case StepPending, StepActive, StepDone, StepSkipped, StepBroken:
		return true
	}
	return false
}

func (g Gate) known() bool {
	switch g {
	case GateNone, GateApprove, GateAttest, GateName:
		return true
	}
	return false
}

func (s Side) known() bool {
	switch s {
	case SideSource, SideReplacement:
		return true
	}
	return false
}

func (p Phase) known() bool {
	switch p {
	case PhaseGate, PhaseGuard, PhaseAct, PhaseSettle, PhaseWait, PhaseLook, PhaseFailed, PhaseDrift, PhaseDiffer, PhasePaused, PhaseOver:
		return true
	}
	return false
}

func (o Outcome) known() bool {
	switch o {
	case OutcomeDone, OutcomeRolledBack, OutcomeClosed:
		return true
	}
	return false
}
