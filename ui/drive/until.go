package drive

import (
	"slices"

	"nbscope/model"
	"nbscope/model/recreate"
)

// Until is the step up to which a run is carried without the user.
type Until string

// The steps that a run can be carried to; what deletes something is not among them.
const (
	UntilCreate Until = "create"
	UntilWait   Until = "wait"
	UntilCopy   Until = "copy"
	UntilVerify Until = "verify"
	UntilStop   Until = "stop"
)

// Untils are all of them, in the order of the steps.
func Untils() []Until { return []Until{UntilCreate, UntilWait, UntilCopy, UntilVerify, UntilStop} }

// step is the step that must be done.
func (u Until) step() recreate.StepKind {
	if u == UntilStop {
		return recreate.StepStop
	}
	return recreate.StepKind(u)
}

// reached reports whether the run has done that step, and still goes forward.
func (u Until) reached(r *recreate.Run) bool {
	if r.Rolling || r.Outcome == recreate.OutcomeClosed || r.Outcome == recreate.OutcomeRolledBack {
		return false
	}
	for i, s := range slices.Backward(r.Steps) { // a creation that was made again stands behind the one that failed
		if s.Kind == u.step() {
			return i < r.At && (s.State == recreate.StepDone || s.State == recreate.StepSkipped)
		}
	}
	return false
}

// Verdict is how far a run came that was carried without the user.
type Verdict string

// The verdicts.
const (
	Onward      Verdict = ""            // it is still being carried
	Done        Verdict = "done"        // until there
	Waits       Verdict = "waits"       // a decision of the user's is due
	Drift       Verdict = "drift"       // the world is not as it was approved, or another run or program has the source
	Failed      Verdict = "failed"      // a step failed, AWS could not be asked, or the run is over
	Interrupted Verdict = "interrupted" // ended from outside; the run goes on later
)

// Carry says how a run goes on that is carried as far as no decision of the user's
// is due: by a decision, where one is returned, else by waiting for what is under
// way, until there is a verdict. approved is the fingerprint of the plan whose
// creation the user has approved, "" for none. A source is stopped here only where
// that is the end, and the proof of its copy is without any difference. No copy is
// attested, nothing is started or deleted, and no difference is accepted.
func (s *Snapshot) Carry(u Until, approved string) (Verdict, *recreate.Event) {
	switch {
	case s.Elsewhere():
		return Drift, nil
	case u.reached(&s.Run):
		if s.Can(recreate.EventHalted) {
			return Onward, &recreate.Event{Kind: recreate.EventHalted}
		}
		return s.unlessUnderWay(Done), nil
	case s.Over(), s.Kept.Unreadable() != "", s.Problem != nil:
		return s.unlessUnderWay(Failed), nil
	case s.Interrupted():
		return Onward, &recreate.Event{Kind: recreate.EventResumed}
	case s.UnderWay():
		return Onward, nil
	}
	switch s.Run.Phase {
	case recreate.PhaseGate:
		return s.pastGate(u, approved)
	case recreate.PhaseDrift:
		return Drift, nil
	case recreate.PhaseDiffer:
		return Waits, nil
	case recreate.PhaseFailed, recreate.PhasePaused, recreate.PhaseGuard, recreate.PhaseAct, recreate.PhaseSettle, recreate.PhaseWait,
		recreate.PhaseLook, recreate.PhaseOver:
	}
	return Failed, nil
}

// pastGate opens the two gates that need nobody: that of a create which was approved
// already, and that of a stop whose proof is without a difference.
func (s *Snapshot) pastGate(u Until, approved string) (Verdict, *recreate.Event) {
	switch step, _ := s.Run.Step(); {
	case step.Kind == recreate.StepCreate && approved != "" && approved == s.Run.Plan.Fingerprint():
		return Onward, &recreate.Event{Kind: recreate.EventApproved, Step: recreate.StepCreate, Fingerprint: approved}
	case u == UntilStop && s.provenStop():
		return Onward, &recreate.Event{Kind: recreate.EventApproved, Step: recreate.StepStop}
	}
	return Waits, nil
}

// provenStop reports whether the run waits to stop a source of which every file was
// compared by the run itself, without a difference, and nothing has come between.
func (s *Snapshot) provenStop() bool {
	r := &s.Run
	step, _ := r.Step()
	return step.Kind == recreate.StepStop && !r.Rolling && r.Disturbed() == "" && r.Source != nil && r.Source.Status == model.StatusInService &&
		r.Proof != nil && r.Proof.Method.Moves() && r.Proof.Verified != nil && r.Proof.Verified.Flawless() && r.Proof.Seen.Equal(r.Source.Modified)
}

func (s *Snapshot) unlessUnderWay(v Verdict) Verdict {
	if s.UnderWay() {
		return Onward
	}
	return v
}
