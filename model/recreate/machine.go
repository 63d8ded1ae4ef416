package recreate

import "errors"

var errIllegal = errors.New("the event does not fit")

func (r Run) apply(Event) (Run, []Effect, error) { return r, nil, errIllegal }

func (r *Run) choices() []EventKind { return nil }
