package recreate

import (
	"slices"
	"time"

	"nbscope/model"
)

// Phase is where a run stands within its current step.
type Phase string

// The phases.
const (
	PhaseGate   Phase = "gate"   // the user has to decide
	PhaseGuard  Phase = "guard"  // both notebooks are looked at before a call that changes something
	PhaseAct    Phase = "act"    // the call is in flight
	PhaseSettle Phase = "settle" // the call is in doubt: AWS is looked at
	PhaseWait   Phase = "wait"   // AWS is at work
	PhaseLook   Phase = "look"   // after a pause AWS is looked at before anything goes on
	PhaseFailed Phase = "failed" // something was refused or failed: the user chooses what next
	PhaseDrift  Phase = "drift"  // a notebook is not as it was: the user has to look
	PhaseDiffer Phase = "differ" // the data was compared, and is not the same: the user has to look
	PhasePaused Phase = "paused" // stopped by the user, or AWS could not be asked
	PhaseOver   Phase = "over"   // nothing is left to do
)

// Outcome is how a run ended; "" while it is under way.
type Outcome string

// The outcomes.
const (
	OutcomeDone       Outcome = "done"        // the source is deleted
	OutcomeRolledBack Outcome = "rolled back" // the replacement is removed
	OutcomeClosed     Outcome = "closed"      // ended by the user, both notebooks left as they are
)

// Early is who has approved that the source is deleted before its keep time is over.
type Early struct {
	At    time.Time `json:"at"`
	By    string    `json:"by"`    // an ARN
	Until time.Time `json:"until"` // when it would have been over
}

// Drift is one way in which a notebook is not as the run relies on.
type Drift struct {
	On     Side   `json:"on"`
	Field  string `json:"field"`
	Before string `json:"before"`
	Now    string `json:"now"`
	Why    string `json:"why"`            // what it means for the run
	Hard   bool   `json:"hard,omitempty"` // it cannot be accepted
}

// Run is one execution of a plan. It is a value: Apply returns another one.
type Run struct {
	Plan     Plan      `json:"plan,omitzero"` // a journal holds it apart, once
	Steps    Steps     `json:"steps"`
	At       int       `json:"at"` // of Steps; its length when all are done
	Phase    Phase     `json:"phase"`
	Back     Phase     `json:"back,omitempty"` // what the phase was before a pause or a look
	InFlight *Effect   `json:"inFlight,omitempty"`
	Effects  int       `json:"effects"` // how many there were
	Calls    int       `json:"calls"`   // API calls that they made
	Began    time.Time `json:"began"`
	Changed  time.Time `json:"changed"` // when the newest event happened

	Source      *Snapshot `json:"source,omitempty"`      // as last seen; nil: gone
	Replacement *Snapshot `json:"replacement,omitempty"` // as last seen; nil: not there
	Created     bool      `json:"created"`               // the replacement was made by this run
	Expect      string    `json:"expect"`                // the source's fingerprint that the run relies on
	MadeAt      time.Time `json:"madeAt,omitzero"`       // the replacement's CreationTime, once it was in service
	Served      *Snapshot `json:"served,omitempty"`      // the replacement as it was made, once it was in service, or as it was accepted since; nil: not kept, and nothing is held against it
	InDoubt     bool      `json:"inDoubt,omitempty"`     // a create was sent, and nobody knows what became of it
	Overridden  bool      `json:"overridden,omitempty"`  // the source's owner was overridden by typing its name
	RestedAt    time.Time `json:"restedAt,omitzero"`     // the source's LastModified once it was stopped: it has not run since
	Proof       *Proof    `json:"proof,omitempty"`
	Verified    *Verified `json:"verified,omitempty"` // what was compared last, while it is no proof

	Accepted []Acceptance `json:"accepted,omitempty"` // differences of this copy that the user has accepted
	Reach    *Reached     `json:"reach,omitempty"`    // what was tried from inside the replacement; nil before
	Inside   *Surveyed    `json:"inside,omitempty"`   // what is in both notebooks, as the copy would meet it; nil before

	Early   *Early `json:"early,omitempty"`   // the deletion was approved before the keep time was over
	Stopped bool   `json:"stopped,omitempty"` // the run stopped the source
	Started bool   `json:"started,omitempty"` // the run started the source
	Halting bool   `json:"halting,omitempty"` // stop after the call in flight
	Rolling bool   `json:"rolling,omitempty"` // it is being rolled back
	Closing bool   `json:"closing,omitempty"` // it ends once the copy is cleaned up

	Problem *model.Problem `json:"problem,omitempty"` // why it failed or paused
	Cause   *model.Problem `json:"cause,omitempty"`   // why a call is in doubt, or why the step had failed before a pause
	Drift   []Drift        `json:"drift,omitempty"`
	Outcome Outcome        `json:"outcome,omitempty"`
	EndedAt time.Time      `json:"endedAt,omitzero"`
}

// ID is the run's id.
func (r *Run) ID() string { return r.Plan.RunID }

// Step is the current step; false when all are done.
func (r *Run) Step() (Step, bool) {
	if r.At >= len(r.Steps) {
		return Step{}, false
	}
	return r.Steps[r.At], true
}

// named is the name of a side.
func (r *Run) named(s Side) string {
	if s == SideReplacement {
		return r.Plan.Spec.Name
	}
	return r.Plan.Source.Name
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

// failedAt reports whether the run stands at a step of a kind, which has failed.
func (r *Run) failedAt(k StepKind) bool { return r.Phase == PhaseFailed && r.def().Kind == k }

// side is a notebook as last seen; nil when it is not there.
func (r *Run) side(s Side) *Snapshot {
	if s == SideReplacement {
		return r.Replacement
	}
	return r.Source
}

// ours reports whether the notebook under the replacement's name is this run's.
func (r *Run) ours() bool {
	return r.Replacement != nil && r.Replacement.TagsUnknown == "" && r.Replacement.Tag(TagRunID) == r.Plan.RunID
}

// Told are the steps as they are told: of a run that is over, the one that it was left at
// is at work no more.
func (r *Run) Told() []Step {
	out := slices.Clone(r.Steps)
	if r.Outcome != "" && r.At < len(out) && out[r.At].State == StepActive {
		s := &out[r.At]
		s.State, s.Ended, s.Note = StepBroken, r.EndedAt, "the run was ended"
	}
	return out
}

// Gate is the decision that the run waits for now; GateNone when it waits for none.
func (r *Run) Gate() Gate {
	s, ok := r.Step()
	if !ok || r.Phase != PhaseGate {
		return GateNone
	}
	return s.Gate
}

// Copying reports whether the run stands at the copy and waits for it.
func (r *Run) Copying() bool {
	s, ok := r.Step()
	return ok && s.Kind == StepCopy && r.Outcome == "" && r.Phase == PhaseGate
}

// Kept reports whether the source was seen stopped and is kept: everything is done but
// deleting it, which can wait for days.
func (r *Run) Kept() bool {
	s, ok := r.Step()
	return ok && s.Kind == StepDelete && r.Outcome == "" && r.Phase == PhaseGate && r.Guard().Disturbed() == ""
}

// Waits reports whether the run waits for the user.
func (r *Run) Waits() bool {
	switch r.Phase {
	case PhaseGate, PhaseFailed, PhaseDrift, PhaseDiffer, PhasePaused:
		return r.Outcome == ""
	case PhaseGuard, PhaseAct, PhaseSettle, PhaseWait, PhaseLook, PhaseOver:
	}
	return false
}

// Begin is a run of a plan before anything of it was done: it waits for the
// approval of the create.
func Begin(p Plan, at time.Time) Run {
	at = at.UTC().Round(0)
	src := p.Source
	r := Run{Plan: p, Phase: PhaseGate, Began: at, Changed: at, Source: &src, Expect: p.Source.Fingerprint()}
	r.Steps = pending(&p, program(&p))
	r.Steps[0].State, r.Steps[0].Began, r.Steps[0].Idle = StepActive, at, true
	return r
}

// OpenRunError refuses a second run of a source.
type OpenRunError struct {
	ID     string // of the run that is not over
	Source string // the source's name
}

func (e *OpenRunError) Error() string {
	return e.Source + " has an open run already: " + e.ID
}

// HeldError is a run that another program goes on with.
type HeldError struct {
	ID string
	By string // who: process, host, since when
}

func (e *HeldError) Error() string {
	return "run " + e.ID + " is held by " + e.By + "; it can be viewed, but not continued"
}
