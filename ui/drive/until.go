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

// Step is the step that must be done.
func (u Until) Step() recreate.StepKind {
	if u == UntilStop {
		return recreate.StepStop
	}
	return recreate.StepKind(u)
}

// Verdict is how far a run came that was carried without the user. Programs rely on
// its words.
type Verdict string

// The verdicts. Each is what was seen: what was not tried has not failed, and what
// another program holds has not drifted.
const (
	Onward      Verdict = ""            // it is still being carried
	Done        Verdict = "done"        // until there, and what was done is there now
	Waits       Verdict = "waits"       // a decision of the user's is due
	Drift       Verdict = "drift"       // the world is not as it was approved, or not as the run has left it
	OtherRun    Verdict = "other run"   // the source has another run, or the replacement of one
	Held        Verdict = "held"        // another program goes on with the run
	Unreadable  Verdict = "unreadable"  // its journal is damaged, or a newer nbscope has made it
	Failed      Verdict = "failed"      // a step failed
	NotTried    Verdict = "not tried"   // something was in the way before anything was done
	Paused      Verdict = "paused"      // AWS could not be asked any more, or the journal not be written
	Over        Verdict = "over"        // the run has ended, and does not go there
	Interrupted Verdict = "interrupted" // ended from outside; the run goes on later
)

// Carry says how a run goes on that is carried as far as no decision of the user's
// is due: by a decision, where one is returned, else by waiting for what is under
// way, until there is a verdict. approved is the fingerprint of the plan whose
// creation the user has approved, "" for none. AWS is looked at before anything is
// said to be done. A source is stopped here only where that is the end, and the proof
// of its copy is without any difference, and made since this program took the run up:
// one from before is made anew. No copy is attested, nothing is started or
// deleted, and no difference is accepted.
func (s *Snapshot) Carry(u Until, approved string) (Verdict, *recreate.Event) {
	switch {
	case s.Elsewhere():
		return Held, nil
	case s.UnderWay():
		if s.Run.Reached(u.Step()) && !s.Run.Halting && s.farEnough() {
			return Onward, &recreate.Event{Kind: recreate.EventHalted}
		}
		return Onward, nil
	case !s.Held && s.Kept.Unreadable() != "":
		return Unreadable, nil
	case s.Run.Words().TurnedBack() != "":
		return Waits, nil
	case s.Looked && s.Run.Reached(u.Step()):
		if len(s.Differs(u)) > 0 {
			return Drift, nil
		}
		return Done, nil
	case s.Over():
		return Over, nil
	case s.Problem != nil:
		return s.stuck(), nil
	case s.Interrupted():
		return Onward, &recreate.Event{Kind: recreate.EventResumed}
	}
	return s.stands(u, approved)
}

// stands is the verdict on a run of which nothing is under way.
func (s *Snapshot) stands(u Until, approved string) (Verdict, *recreate.Event) {
	switch s.Run.Phase {
	case recreate.PhaseGate:
		return s.pastGate(u, approved)
	case recreate.PhaseDrift:
		return Drift, nil
	case recreate.PhaseDiffer:
		return Waits, nil
	case recreate.PhaseFailed:
		if s.Run.Untried() {
			return NotTried, nil
		}
		return Failed, nil
	case recreate.PhasePaused, recreate.PhaseGuard, recreate.PhaseAct, recreate.PhaseSettle, recreate.PhaseWait, recreate.PhaseLook, recreate.PhaseOver:
	}
	return s.stuck(), nil
}

// pastGate opens the two gates that need nobody: that of a create which was approved
// already, and that of a stop whose proof is without a difference.
func (s *Snapshot) pastGate(u Until, approved string) (Verdict, *recreate.Event) {
	switch step, _ := s.Run.Step(); {
	case step.Kind == recreate.StepCreate && approved != "" && approved == s.Run.Plan.Fingerprint():
		return Onward, &recreate.Event{Kind: recreate.EventApproved, Step: recreate.StepCreate, Fingerprint: approved}
	case len(s.Differs(u)) > 0:
		return Drift, nil
	case u == UntilStop && s.provenStop() && s.Run.Proof.At.Before(s.Taken):
		return Onward, &recreate.Event{Kind: recreate.EventRecopy} // what was written since is on the source alone
	case u == UntilStop && s.provenStop():
		return Onward, &recreate.Event{Kind: recreate.EventApproved, Step: recreate.StepStop}
	}
	return Waits, nil
}

// Again reports whether a step that has failed can be tried once more without a
// decision of the user's: what only looks, as what it has found may be mended; a copy and
// a comparison, which take up what was left; a creation that the plan's fingerprint approves; a stop, whose proof is weighed anew.
// What has failed in AWS is not removed.
func (s *Snapshot) Again(u Until, approved string) bool {
	step, _ := s.Run.Step()
	switch {
	case s.Run.Phase != recreate.PhaseFailed || s.Run.Rolling || !s.Can(recreate.EventRetry):
		return false
	case step.Kind == recreate.StepCreate:
		return approved != "" && approved == s.Run.Plan.Fingerprint()
	case step.Kind == recreate.StepStop:
		return u == UntilStop
	}
	return slices.Contains([]recreate.StepKind{recreate.StepReach, recreate.StepSurvey, recreate.StepCopy, recreate.StepVerify}, step.Kind)
}

// Stands reports whether a step can be said to be over: AWS was looked at, and shows
// what a step that is done has done.
func (s *Snapshot) Stands(step *recreate.Step) bool {
	judged := step.State == recreate.StepDone && !s.Run.Rolling &&
		slices.ContainsFunc(Untils(), func(u Until) bool { return u.Step() == step.Kind })
	return s.Looked && (!judged || len(s.Run.Guard().Undone(step.Kind)) == 0)
}

// provenStop reports whether the run waits to stop a source of which every file was
// compared by the run itself, without a difference, and nothing has come between.
func (s *Snapshot) provenStop() bool {
	r := &s.Run
	step, _ := r.Step()
	return step.Kind == recreate.StepStop && !r.Rolling && r.Guard().Disturbed() == "" && r.Source != nil && r.Source.Status == model.StatusInService &&
		r.Proof != nil && r.Proof.Method.Moves() && r.Proof.Verified != nil && r.Proof.Verified.Flawless() && r.Proof.Seen.Equal(r.Source.Modified)
}

// Differs is how the notebooks, as last seen, are not as the steps up to there have
// left them, or as the run relies on to go there.
func (s *Snapshot) Differs(u Until) []recreate.Drift {
	switch {
	case s.Run.Reached(u.Step()):
		return s.Run.Guard().Undone(u.Step())
	case s.Run.Phase == recreate.PhaseDrift:
		return s.Run.Drift
	}
	return s.Run.Guard().Hindered()
}

// stuck is the verdict on a run that cannot go on for something else than its step.
func (s *Snapshot) stuck() Verdict {
	if step, ok := s.Run.Step(); !s.Looked || ok && step.Idle {
		return NotTried
	}
	return Paused
}

// farEnough reports whether what is under way can be stopped: a look is not, and a
// wait not before it has seen its notebook.
func (s *Snapshot) farEnough() bool {
	f := s.Flight
	if f != nil && f.Effect.Kind == recreate.EffectWait {
		return f.Told && f.Progress.Status != recreate.StatusGone && s.Can(recreate.EventHalted)
	}
	return (f == nil || f.Effect.Kind.Mutates()) && s.Can(recreate.EventHalted)
}
