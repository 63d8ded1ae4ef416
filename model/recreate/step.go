package recreate

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"nbscope/model"
)

// StepKind names a step.
type StepKind string

// The steps of a run in their order, and those of a rollback.
const (
	StepCreate  StepKind = "create"
	StepWait    StepKind = "wait"
	StepReach   StepKind = "reach"         // what the plan promises is tried from inside the replacement
	StepUpdate  StepKind = "update-source" // a stopped Amazon Linux 2 source is moved to the supported platform in place
	StepStart   StepKind = "start-source"
	StepSurvey  StepKind = "survey" // both notebooks are looked into before the copy
	StepCopy    StepKind = "copy"
	StepVerify  StepKind = "verify"
	StepStop    StepKind = "stop-source"
	StepDelete  StepKind = "delete-source"
	StepFailed  StepKind = "remove-failed" // a replacement whose creation failed
	StepAwait   StepKind = "await-replacement"
	StepHalt    StepKind = "stop-replacement"
	StepRemove  StepKind = "remove-replacement"
	StepRestart StepKind = "restart-source" // it ran before the run
	StepRestop  StepKind = "restop-source"  // it was stopped before the run
	StepClean   StepKind = "clean-copy"     // a copy that was begun is given up
)

// Gate is the user's decision that a step needs first. It grows with what the
// step can do harm to.
type Gate string

// The gates.
const (
	GateNone    Gate = ""
	GateApprove Gate = "approve" // for a plan that is on screen
	GateAttest  Gate = "attest"  // typed: the user did it, and stands for it
	GateName    Gate = "name"    // typed: the notebook's name
)

// StepDef is a row of the table of steps.
type StepDef struct {
	Kind        StepKind
	Title       string
	Gate        Gate
	Destructive bool
	Act         EffectKind     // the one call that changes something; "" for none
	On          Side           // the notebook that it concerns
	From        []model.Status // where that notebook must stand for the call
	Met         []model.Status // where the call is not needed any more
	Until       []model.Status // what is awaited after the call

	about    func(*Plan) string   // one or two sentences; nil where no plan shows the step
	commands func(*Plan) []string // the same for the AWS CLI; nil: none
}

// Defs is the table of steps. It is shared and must not be changed.
func Defs() []StepDef { return stepTable() }

var stepTable = sync.OnceValue(func() []StepDef { //nolint:gochecknoglobals // never changed
	running, resting := []model.Status{model.StatusInService}, []model.Status{model.StatusStopped, model.StatusFailed}
	stopped, gone := []model.Status{model.StatusStopped}, []model.Status{StatusGone}
	return append([]StepDef{
		{
			Kind: StepCreate, Title: "Create", Gate: GateApprove, Act: EffectCreate, On: SideReplacement, From: gone,
			about: func(p *Plan) string {
				return fmt.Sprintf("Makes %s %s. %s stays as it is.", p.Spec.Name, p.with(), p.Source.Name)
			},
			commands: func(p *Plan) []string { return []string{p.Spec.CreateCommand(&p.Source)} },
		},
		{
			Kind: StepWait, Title: "Wait", On: SideReplacement, Until: running,
			about: func(p *Plan) string {
				return fmt.Sprintf("Until %s is InService: usually five minutes, seldom up to an hour. AWS cannot cancel it.", p.Spec.Name)
			},
			commands: func(p *Plan) []string { return []string{p.Spec.WaitCommand(p.Source.Region)} },
		},
		{
			Kind: StepReach, Title: "Reach", Act: EffectProbe, On: SideReplacement,
			about: func(p *Plan) string {
				return fmt.Sprintf("Signs in to %s and tries from inside whether it %s. Nothing is left there. If not, nothing is copied before you say so.", p.Spec.Name, PromiseWords(p.Promises))
			},
		},
		{
			Kind: StepUpdate, Title: "Update source", Gate: GateApprove, Act: EffectUpdate, On: SideSource, From: stopped, Met: running, Until: stopped,
			about: func(p *Plan) string {
				return fmt.Sprintf("Moves %s to %s in place: as Amazon Linux 2 it cannot be started any more. Its volume is kept.", p.Source.Name, PlatformSupported)
			},
			commands: func(p *Plan) []string { return p.Source.moveCommands() },
		},
		{
			Kind: StepStart, Title: "Start source", Gate: GateApprove, Act: EffectStart, On: SideSource, From: resting, Met: running, Until: running,
			about: func(p *Plan) string {
				return fmt.Sprintf("Starts %s so that its data can be read. Its lifecycle scripts run, and it costs while it runs.", p.Source.Name)
			},
			commands: func(p *Plan) []string {
				return []string{p.onSource("start-notebook-instance"), waitFor(p.Source.Region, p.Source.Name, "in-service")}
			},
		},
		{
			Kind: StepSurvey, Title: "Survey", Act: EffectSurvey,
			about: func(p *Plan) string {
				return fmt.Sprintf("Signs in to %s and %s, and looks what the copy will meet: sizes, free space, what cannot be read, mounts, ways in. Nothing is left there. What stands in its way stops the run before the copy.", p.Source.Name, p.Spec.Name)
			},
		},
		{Kind: StepCopy, Title: "Copy", Gate: GateAttest, about: aboutCopy, commands: copyCommands},
		{Kind: StepVerify, Title: "Verify", about: aboutVerify, commands: verifyCommands},
		{
			Kind: StepStop, Title: "Stop source", Gate: GateApprove, Act: EffectStop, On: SideSource, From: running, Met: resting, Until: resting,
			about: aboutStop, commands: stopCommands,
		},
		{
			Kind: StepDelete, Title: "Delete source", Gate: GateName, Destructive: true, Act: EffectDelete, On: SideSource, From: resting, Met: gone, Until: gone,
			about: aboutDelete, commands: deleteCommands,
		},
	}, backDefs()...)
})

// backDefs are the rows of the steps of a rollback.
func backDefs() []StepDef {
	running, resting := []model.Status{model.StatusInService}, []model.Status{model.StatusStopped, model.StatusFailed}
	gone, halted := []model.Status{StatusGone}, []model.Status{model.StatusStopped, model.StatusFailed, StatusGone}
	still := slices.Concat(running, halted)
	return []StepDef{
		{Kind: StepFailed, Title: "Remove failed", Act: EffectDelete, Destructive: true, On: SideReplacement, From: resting, Met: gone, Until: gone},
		{Kind: StepAwait, Title: "Await replacement", On: SideReplacement, Until: still},
		{Kind: StepHalt, Title: "Stop replacement", Act: EffectStop, On: SideReplacement, From: running, Met: halted, Until: halted},
		{Kind: StepRemove, Title: "Remove replacement", Act: EffectDelete, Destructive: true, On: SideReplacement, From: resting, Met: gone, Until: gone},
		{Kind: StepRestart, Title: "Restart source", Act: EffectStart, On: SideSource, From: resting, Met: running, Until: running},
		{Kind: StepClean, Title: "Clean up copy", Act: EffectClean},
		{Kind: StepRestop, Title: "Stop source again", Act: EffectStop, On: SideSource, From: running, Met: resting, Until: resting},
	}
}

// Def is the row of a step; false for a kind that there is not.
func Def(k StepKind) (StepDef, bool) {
	all := Defs()
	for i := range all {
		if all[i].Kind == k {
			return all[i], true
		}
	}
	return StepDef{}, false
}

// refused says that AWS refuses the call of the step while its notebook has a status, ""
// where it does not, or where what the call is for is there already.
func (d *StepDef) refused(status model.Status) string {
	if slices.Contains(d.Met, status) || slices.Contains(d.From, status) {
		return ""
	}
	return "the " + string(d.On) + " is " + statusWords(status) + ", which does not allow this"
}

// StepState is where a step stands.
type StepState string

// The states of a step.
const (
	StepPending StepState = "pending"
	StepActive  StepState = "active"
	StepDone    StepState = "done"
	StepSkipped StepState = "skipped"
	StepBroken  StepState = "failed"
)

// Step is one step of a run.
type Step struct {
	Kind  StepKind  `json:"kind"`
	Gate  Gate      `json:"gate,omitempty"` // as it was when the run took the step up: a later version may have another in its table
	State StepState `json:"state"`
	Began time.Time `json:"began,omitzero"` // zero until it begins; of its newest try
	Ended time.Time `json:"ended,omitzero"`
	Note  string    `json:"note,omitempty"` // why it was skipped, or how it ended
	Idle  bool      `json:"idle,omitempty"` // this run made no call for it, and waited for none of its own
	Lost  bool      `json:"lost,omitempty"` // the answer to a call of it was lost
}

// Ours reports whether a step that is done was done by this run: what somebody else
// did, a person by hand or AWS, is not claimed, nor how long it took.
func (s *Step) Ours() bool {
	proven := !s.Lost || s.Kind == StepCreate || s.Kind == StepReach || s.Kind == StepSurvey || s.Kind == StepCopy || s.Kind == StepVerify // the tag proves a creation, the answer a probe and a survey, and the manifests a copy
	return s.State == StepDone && !s.Idle && proven && !strings.HasPrefix(s.Note, metNote)
}

// called reports whether the run made the step's call, whatever came of it.
func (s *Step) called() bool {
	return s.State != StepPending && s.State != StepSkipped && !s.Idle
}

// Failed reports whether a step was tried and failed; one that was only left did not.
func (s *Step) Failed() bool {
	return s.State == StepBroken && !s.Idle && (s.Note == creationFailed || strings.HasPrefix(s.Note, failedNote))
}

// Word is the state of the step as it is told: one that was only left did not fail.
func (s *Step) Word() string {
	switch {
	case s.State != StepBroken, s.Failed():
		return string(s.State)
	case s.Idle:
		return "not tried"
	}
	return "left"
}

// Says is where the step stands, in a few words.
func (s *Step) Says() string {
	switch {
	case s.State != StepDone || s.Ours():
	case s.Lost:
		return "done, as was seen"
	default:
		return "done, not by this run"
	}
	return s.Word()
}

// Notes of steps. Journals hold them.
const (
	metNote        = "nothing to do: "
	failedNote     = "failed, then "
	creationFailed = "the creation failed"
)

// pending are steps that nothing was done of yet.
func pending(p *Plan, kinds []StepKind) []Step {
	out := make([]Step, 0, len(kinds))
	for _, k := range kinds {
		out = append(out, Step{Kind: k, Gate: p.def(k).Gate, State: StepPending})
	}
	return out
}

// def is the row of a step for a plan: what moves the data is done by the run itself,
// and the approval of the create, whose plan names the transport, covers it.
func (p *Plan) def(k StepKind) StepDef {
	d, _ := Def(k)
	switch moves := p.Transport.Moves(); {
	case moves && k == StepCopy:
		d.Gate, d.Act = GateNone, EffectCopy
	case moves && k == StepVerify:
		d.Act = EffectVerify
	}
	return d
}

// needsUpdate reports whether the source must be moved to another platform before
// it can be started: since 2026-07-01 AWS starts no Amazon Linux 2 notebook.
func needsUpdate(s *Snapshot) bool { return atRest(s) && isAL2(s.Platform) }

func atRest(s *Snapshot) bool {
	return s.Status == model.StatusStopped || s.Status == model.StatusFailed
}

// program is the steps that a plan takes.
func program(p *Plan) []StepKind {
	out := []StepKind{StepCreate, StepWait}
	if len(p.Promises) > 0 {
		out = append(out, StepReach)
	}
	if needsUpdate(&p.Source) {
		out = append(out, StepUpdate)
	}
	if atRest(&p.Source) {
		out = append(out, StepStart)
	}
	if p.surveys() {
		out = append(out, StepSurvey)
	}
	return append(out, copied()...)
}

// copied are the steps from the copy on.
func copied() []StepKind { return []StepKind{StepCopy, StepVerify, StepStop, StepDelete} }
