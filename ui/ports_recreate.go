package ui

import (
	"context"

	"nbscope/model"
	"nbscope/model/recreate"
)

// Recreator is what a guided recreate needs to know of AWS. Errors are
// model.Problem. Nothing here changes anything but Presign, which makes a URL.
type Recreator interface {
	// Snapshot describes a notebook with its tags.
	Snapshot(ctx context.Context, t model.Target, name string) (recreate.Snapshot, error)
	// Facts asks everything that preflight rests on, side by side.
	Facts(ctx context.Context, source recreate.Snapshot, spec recreate.Spec) recreate.Facts
	// Choices lists the values that a field of the form can take; field is the
	// member of CreateNotebookInstance.
	Choices(ctx context.Context, source recreate.Snapshot, spec recreate.Spec, field string) ([]recreate.Choice, error)
	// Presign makes a URL that signs in to a notebook's Jupyter for a few minutes.
	// It is a secret. It needs writes to be unlocked.
	Presign(ctx context.Context, t model.Target, name string) (string, error)
	// Writable reports whether there is a client that can change things in the account.
	Writable(account string) bool
	// Unlock makes that client for the session when typed is the account's id.
	Unlock(account, typed string) error
}

// Runs are the journaled runs. Package journal implements it.
type Runs interface {
	// List reads every run, the newest first, without holding any.
	List() ([]recreate.Kept, error)
	// Begin makes the journal of a plan's run and holds it.
	Begin(p recreate.Plan) (Book, error)
	// Open holds a run, to go on with it. The error says who else does, if so.
	Open(id string) (Book, error)
}

// Book is a run that this process holds.
type Book interface {
	Run() recreate.Run
	// Take applies an event, writes it, and returns the effects to be performed. An
	// event that does not fit changes nothing and is not written.
	Take(e recreate.Event) ([]recreate.Effect, error)
	// Perform writes the intent of an effect, has it carried out, takes its outcome,
	// and returns the effects that follow.
	Perform(ctx context.Context, e recreate.Effect, tell func(recreate.Progress)) ([]recreate.Effect, error)
	// Close lets the run go. It can be opened again.
	Close() error
}
