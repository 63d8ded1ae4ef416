// Package v1 reads the journals of version 1, which hold what happened and not what
// was decided: it decides once more, as the program of that version did.
//
// Nothing here follows what the machine of package recreate learns. The steps, the
// checks and the words are those of version 1 for good, held by the journals under
// testdata. What was refused then was never written, so what stands in a journal is
// not judged again: fingerprints and typed words least of all.
package v1

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"nbscope/model/recreate"
)

// machine is a run on its way through the events of its journal.
type machine struct {
	recreate.Run

	at time.Time // when the event happened that it takes in
}

// Begin is a run of a plan before anything of it was done.
func Begin(p recreate.Plan, at time.Time) recreate.Run {
	at = at.UTC().Round(0)
	src := p.Source
	r := machine{at: at, Run: recreate.Run{Plan: p, Phase: recreate.PhaseGate, Began: at, Changed: at, Source: &src, Steps: pending(program(&p))}}
	r.rely(&src)
	r.Steps[0].State, r.Steps[0].Began = recreate.StepActive, at
	return r.Run
}

// Apply is the run after an event. An error is an event that no program of version
// 1 can have written there.
func Apply(run recreate.Run, e recreate.Event) (recreate.Run, error) {
	e.At = e.At.UTC().Round(0)
	next := machine{run, e.At}
	next.Steps, next.Drift = slices.Clone(run.Steps), slices.Clone(run.Drift)
	if err := next.take(&e); err != nil {
		return run, fmt.Errorf("%s does not fit: %w", e.Kind, err)
	}
	next.Changed, next.Calls = e.At, next.Calls+e.Calls
	if next.InFlight == nil {
		next.Halting = false
	}
	return next.Run, nil
}

func (r *machine) take(e *recreate.Event) error {
	if r.Outcome != "" {
		return errors.New("the run is over")
	}
	switch e.Kind {
	case recreate.EventDone, recreate.EventFailed, recreate.EventDoubted:
		if r.InFlight == nil || r.InFlight.ID != e.Effect {
			return fmt.Errorf("effect %d is not in flight", e.Effect)
		}
		return r.outcome(e)
	case recreate.EventApproved, recreate.EventAttested, recreate.EventHalted, recreate.EventResumed, recreate.EventRetry,
		recreate.EventAmended, recreate.EventAccepted, recreate.EventRollback, recreate.EventClosed:
		return r.decision(e)
	case recreate.EventRecopy, recreate.EventRerouted: // version 1 had none
	}
	return errors.New("there is no such event")
}

// rely notes the source that the run relies on, by the list of what counted then.
func (r *machine) rely(source *recreate.Snapshot) { r.Expect = source.FingerprintBy(1) }
