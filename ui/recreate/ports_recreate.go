package recreate

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
}
