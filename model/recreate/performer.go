package recreate

import "context"

// Performer carries out effects. Package aws implements it, and package journal
// wraps it, so that no effect is performed before its intent is on disk.
type Performer interface {
	// Perform carries out an effect of a run and returns its outcome: done, failed
	// when it was certainly not carried out, or doubted. It looks at the run for
	// what the effect must not touch. Ending ctx makes a wait fail as canceled; a
	// call that changes something is finished first. tell may be called until
	// Perform returns, and may be nil.
	Perform(ctx context.Context, run *Run, e Effect, tell func(Progress)) Event
}
