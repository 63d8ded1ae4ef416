// Package drive runs recreates. It owns the journals that this program holds, the
// queue of what is to be done, how much of it happens side by side, the lock on
// writes and the watch of a copy's notebooks. It knows no terminal: the explorer
// and the command line use the same driver, hand decisions to it, hear from it,
// and show its snapshots.
package drive

import (
	"context"
	"time"

	"nbscope/model/recreate"
)

// Runs are the journaled runs. Package journal implements it.
type Runs interface {
	// List reads every run, the newest first, without holding any.
	List() ([]recreate.Kept, error)
	// Stamps is for each run a word that is another one once there is something new of it
	// to be read; of those that held says so of also who holds it.
	Stamps(held func(id string) bool) (map[string]string, error)
	// Read reads one run without holding it. What can be read of a damaged one is
	// there, also beside an error.
	Read(id string) (recreate.Kept, error)
	// Differences hands over what the last comparison of a run has found to differ, until
	// each says that it is enough.
	Differences(ctx context.Context, r *recreate.Run, each func(*recreate.Difference) bool) error
	// Begin makes the journal of a plan's run and holds it.
	Begin(p recreate.Plan) (Book, error)
	// Open holds a run, to go on with it. The error says who else does, if so.
	Open(id string) (Book, error)

	// Batches reads every batch that is kept. The error is about those that cannot be
	// read, beside the others.
	Batches() ([]recreate.KeptBatch, error)
	// KeepBatch replaces what is kept of a batch.
	KeepBatch(b recreate.KeptBatch) error
	// DropBatch ends the keeping of a batch.
	DropBatch(id string) error
}

// Book is a run that this process holds.
type Book interface {
	Run() recreate.Run
	// Take applies an event, writes it, and returns the effects to be performed. An
	// event that does not fit is a *recreate.IllegalError, changes nothing and is not
	// written. Every other error means that the journal could not be written.
	Take(e recreate.Event) ([]recreate.Effect, error)
	// Perform writes the intent of an effect, has it carried out, takes its outcome,
	// and returns the effects that follow.
	Perform(ctx context.Context, e recreate.Effect, tell func(recreate.Progress)) ([]recreate.Effect, error)
	// Close lets the run go. It can be opened again.
	Close() error
}

// Writes is the lock on calls that change something.
type Writes interface {
	// Writable reports whether there is a client that can change things in the account.
	Writable(account string) bool
	// Forbidden is why nothing that is typed can unlock an account; nil where its id does.
	Forbidden(account string) error
	// Unlock makes that client for the session when typed is the account's id.
	Unlock(account, typed string) error
}

// Config is what a driver needs from outside.
type Config struct {
	Runs   Runs   // nil: there is no place for journals, and no run
	Writes Writes // nil: nothing can be unlocked
	Copies int    // how many copies are at work side by side; 0: Copies
	Now    func() time.Time
	Spawn  func(work func()) // runs work beside the caller, never before it returns; nil: a goroutine each
}

// Notice is what a subscriber hears: what happened to a run, and how it stands now.
type Notice struct {
	ID       string
	Run      Snapshot           // nothing but the id of one that could not be begun
	Event    recreate.EventKind // the decision that was taken or refused, "" for none
	Landed   *recreate.Effect   // the effect that is over
	Progress bool               // nothing but what is under way has changed: an effect has begun, a wait has looked
	Problem  error              // what went wrong just now; *recreate.IllegalError for a decision that does not fit
}
