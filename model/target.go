package model

import "time"

// Target is one account and one region: the unit that a scan asks, and that can
// fail or be retried alone.
type Target struct {
	Account string
	Region  string
}

// String is "account/region".
func (t Target) String() string { return t.Account + "/" + t.Region }

// Identity is who nbscope is in one account, proven by STS. One account that
// several sign-ins reach is one identity: Profiles names them all.
type Identity struct {
	Account   string
	Alias     string // "" when the account has none or it may not be read
	ARN       string
	Partition string   // aws, aws-cn, aws-us-gov, …, from the ARN
	Profiles  []string // what the user signed in with, as labels: a profile's name, a role's ARN, "default"
}

// Label is the account's alias, or its id where it has none.
func (i Identity) Label() string {
	if i.Alias != "" {
		return i.Alias
	}
	return i.Account
}

// TargetState is where the scan of a target is.
type TargetState string

// The states of a target. Those after StateEmpty are final and mean that the
// target could not be seen.
const (
	StatePending    TargetState = "pending"
	StateBelieved   TargetState = "believed empty" // by an index: nobody has looked
	StateListing    TargetState = "listing"
	StateDescribing TargetState = "describing"
	StateOK         TargetState = "ok"
	StateEmpty      TargetState = "empty"
	StateNotOffered TargetState = "not offered here"
	StateNotEnabled TargetState = "region not enabled"
	StateDenied     TargetState = "denied"
	StateExpired    TargetState = "credentials expired"
	StateRefused    TargetState = "credentials refused"
	StateThrottled  TargetState = "throttled"
	StateTimedOut   TargetState = "timed out"
	StateFailed     TargetState = "failed"
	StateCanceled   TargetState = "canceled"
)

// Final reports whether the scan is over for the target. One that is believed empty has
// not been asked.
func (s TargetState) Final() bool {
	return s != StatePending && s != StateBelieved && s != StateListing && s != StateDescribing
}

// Answered reports whether the state is one of those that Answer.Settle gives a
// target that has answered. That there can be no notebooks is an answer too, and
// not a gap in the coverage.
func (s TargetState) Answered() bool {
	switch s {
	case StateOK, StateEmpty, StateNotOffered, StateNotEnabled:
		return true
	case StatePending, StateBelieved, StateListing, StateDescribing, StateDenied, StateExpired, StateRefused,
		StateThrottled, StateTimedOut, StateFailed, StateCanceled:
		return false
	}
	return false
}

// TargetStatus is a row of the targets screen.
type TargetStatus struct {
	Target    Target
	State     TargetState
	Notebooks int       // listed so far
	Described int       // describes answered or refused so far
	Unknown   int       // notebooks of this target with at least one part refused
	Calls     int       // API calls that this scan made here, retries not counted
	Throttles int       // attempts that AWS answered with a throttle
	Named     int       // notebooks that an index names here
	Missed    int       // notebooks that the live list has and the index does not name
	Vanished  int       // notebooks that the index names and the live list does not have
	Borrows   bool      // notebooks stand in VPCs of other accounts: they may be judged again once all targets are done
	Problem   *Problem  // why it failed, or of one that answered why it can hold no notebook
	Warnings  []Problem // parts that could not be seen although the target answered
	Started   time.Time
	Ended     time.Time
}

// Forbidden reports whether the organization forbids the target by a policy. It has not
// answered, and there is nothing to mend.
func (t *TargetStatus) Forbidden() bool {
	return t.State == StateDenied && t.Problem != nil && t.Problem.Kind == KindSCP
}

// Coverage sums up what a scan could see.
type Coverage struct {
	Targets  int // targets known so far
	Answered int
	Failed   int // final and not answered
	Pending  int // not final yet
	Believed int // not asked, since an index names no notebook there
	Unseen   int // notebooks with a part that is not known and not on its way
	Problems int // sign-ins, and lists of accounts or regions, that failed: there may be more targets
}

// Complete is what the exit code, the screens and the exports mean by complete: at
// least one target was asked, each of them answered, nothing hid further ones, and
// no notebook has a part that could not be seen.
func (c Coverage) Complete() bool {
	return c.Targets > 0 && c.Answered == c.Targets && c.Failed+c.Pending+c.Problems+c.Unseen == 0
}

// Trusted is Complete for who takes for answered what an index believes empty.
func (c Coverage) Trusted() bool {
	c.Answered, c.Believed = c.Answered+c.Believed, 0
	return c.Complete()
}
