package drive

import (
	"slices"
	"strconv"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
)

// Flight is an effect that is being carried out.
type Flight struct {
	Effect   recreate.Effect
	Since    time.Time
	Progress recreate.Progress
	Told     bool // there was progress
}

// Snapshot is a run as the driver knows it at a moment: one that this program holds
// and goes on with, or one that it only reads. It is a value: nothing in it changes.
type Snapshot struct {
	ID       string
	Run      recreate.Run
	Kept     recreate.Kept // what was last read of its journal, without the run
	Held     bool          // this program may go on with it
	Flight   *Flight
	Queued   *recreate.Effect // the call that waits for its turn
	Deciding bool             // a decision is being written, or the journal opened or closed
	Since    time.Time        // when it began to be decided, or queued, or was read
	Taken    time.Time        // when this program took it up; zero where it has not
	Looked   bool             // AWS has answered about it since this program took it up
	Problem  *model.Problem   // why it was let go: its journal could not be opened or written, or a part broke
}

// Journal is the run beside what was last read of its journal.
func (s *Snapshot) Journal() recreate.Kept {
	out := s.Kept
	out.Run = s.Run
	return out
}

// UnderWay reports whether something goes on without the user.
func (s *Snapshot) UnderWay() bool { return s.Flight != nil || s.Queued != nil || s.Deciding }

// Over reports whether nothing is left to do.
func (s *Snapshot) Over() bool { return s.Run.Outcome != "" }

// Choices are what the user can do with the run here and now, the likeliest first.
// A run that nobody holds is gone on with by resuming it.
func (s *Snapshot) Choices() []recreate.EventKind {
	switch {
	case s.Interrupted():
		return []recreate.EventKind{recreate.EventResumed}
	case !s.Held || s.Deciding || s.Over():
		return nil
	case s.Run.Halting:
		return nil // once is enough: it is written down, and the call comes back
	case s.Flight != nil || s.Queued != nil:
		return []recreate.EventKind{recreate.EventHalted}
	}
	return s.Run.Choices()
}

// Can reports whether the user may decide so.
func (s *Snapshot) Can(k recreate.EventKind) bool { return slices.Contains(s.Choices(), k) }

// Standstill says why there is no choice, and since when; "" when there is one.
func (s *Snapshot) Standstill() (why string, since time.Time) {
	switch {
	case len(s.Choices()) > 0:
		return "", time.Time{}
	case s.Deciding:
		return "it is being written down", s.Since
	case s.Held && s.Run.Halting:
		return "it stops when the call that is being made is finished", s.Run.Changed
	case s.Kept.Unreadable() != "" && !s.Held:
		if s.Kept.Last.At.IsZero() {
			return s.Kept.Unreadable(), s.Since
		}
		return s.Kept.Unreadable() + " after record " + strconv.Itoa(s.Kept.Last.N), s.Kept.Last.At
	case s.Over():
		return "it is over: " + s.Run.Says(), s.Run.EndedAt
	case s.Elsewhere():
		return "it is held by " + s.Kept.HeldBy, s.Run.Changed
	}
	return "there is nothing left to decide", s.Run.Changed
}

// Waits reports whether the run stands still until the user decides.
func (s *Snapshot) Waits() bool { return s.Held && !s.UnderWay() && s.Run.Waits() }

// WaitsForUser reports whether the run stands still until the user does something:
// decides, or resumes what nobody goes on with. A source that is kept can wait for days.
func (s *Snapshot) WaitsForUser() bool {
	k := s.Journal()
	if s.Held {
		k.HeldBy, k.Damaged, k.Newer = "", "", "" // what was read of it before
	}
	return !s.UnderWay() && k.WaitsForUser()
}

// Interrupted reports whether the run is not over and nobody goes on with it.
func (s *Snapshot) Interrupted() bool {
	return !s.Held && !s.Deciding && s.Kept.HeldBy == "" && s.Kept.Unreadable() == "" && !s.Over()
}

// Elsewhere reports whether another program goes on with the run.
func (s *Snapshot) Elsewhere() bool { return !s.Held && s.Kept.HeldBy != "" && !s.Over() }

// Troubled reports whether something has gone wrong that the user should hear of
// before what merely waits.
func (s *Snapshot) Troubled() bool {
	return s.Run.Phase == recreate.PhaseFailed || s.Run.Phase == recreate.PhaseDrift || s.Run.Phase == recreate.PhaseDiffer || s.Run.Guard().Disturbed() != ""
}

// Copying reports whether the run is held here and waits for its copy.
func (s *Snapshot) Copying() bool { return s.Waits() && s.Run.Copying() }

// NeedsWrite reports whether a decision can lead to a call that changes something.
func (s *Snapshot) NeedsWrite(k recreate.EventKind) bool {
	step, _ := s.Run.Step()
	switch k {
	case recreate.EventApproved, recreate.EventRollback, recreate.EventRecopy, recreate.EventRerouted:
		return true
	case recreate.EventRetry, recreate.EventAmended:
		return step.Gate == recreate.GateNone || step.Kind == recreate.StepWait
	case recreate.EventResumed:
		return s.Run.Act() != "" && step.Gate == recreate.GateNone && s.Run.Phase != recreate.PhaseDiffer
	case recreate.EventAccepted:
		return step.Kind == recreate.StepReach || s.Run.Phase == recreate.PhaseDiffer && !s.Run.Verified.Whole() // it goes on at once, or is compared once more
	case recreate.EventAttested, recreate.EventHalted, recreate.EventClosed,
		recreate.EventDone, recreate.EventFailed, recreate.EventDoubted:
	}
	return false
}

// Says is how the run stands, in a few words.
func (s *Snapshot) Says() string {
	switch {
	case s.Over():
	case s.Problem != nil:
		return "stands still"
	case s.Kept.Unreadable() != "":
		return s.Kept.Unreadable()
	case s.Flight != nil:
		return s.Flight.Effect.Says()
	case s.Queued != nil:
		return "waits for its turn"
	}
	return s.Run.Says()
}

// urgency orders runs by how much they want of the user.
func (s *Snapshot) urgency() int {
	switch {
	case s.Over():
		return 6
	case s.Elsewhere():
		return 5
	case s.Problem != nil || s.Kept.Unreadable() != "":
		return 0
	case s.Troubled():
		return 0
	case s.Run.Kept():
		return 4
	case s.Waits():
		return 1
	case s.Interrupted():
		return 2
	case s.UnderWay():
		return 3
	}
	return 5
}
