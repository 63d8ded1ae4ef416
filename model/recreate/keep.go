package recreate

import (
	"fmt"
	"time"

	"nbscope/model"
)

// How long a stopped source is kept. The time stands in the plan, so that a later
// setting does not shorten what was approved; the clock is that of the events.

// DefaultKeep is the keep time of a plan that says none, as those of before it did.
const DefaultKeep = 24 * time.Hour

// EarlyText is what the user types, beside the name, to delete a source before its
// keep time is over.
const EarlyText = "delete before the keep time"

// KeepTime is how long the stopped source is kept before its deletion is offered
// plainly.
func (p *Plan) KeepTime() time.Duration {
	if p.Keep <= 0 {
		return DefaultKeep
	}
	return p.Keep
}

// KeptUntil is until when the source is to be kept: the keep time after it was
// stopped and its copy was proven, whichever was later. Zero where nothing is to be
// kept: the source is gone, the copy is not proven, or the run does not go on to it.
func (r *Run) KeptUntil() time.Time {
	if r.Source == nil || r.Proof == nil || r.Rolling || r.Outcome != "" {
		return time.Time{}
	}
	from := r.Proof.At
	if r.RestedAt.After(from) {
		from = r.RestedAt
	}
	return from.Add(r.Plan.KeepTime())
}

// KeepLeft is how much of the keep time is left at a time, 0 when it is over.
func (r *Run) KeepLeft(now time.Time) time.Duration { return max(0, r.KeptUntil().Sub(now)) }

// DeletedEarly is who did not wait for the keep time before this run deleted the
// source; nil where it did not, whatever was approved.
func (r *Run) DeletedEarly() *Early {
	if r.Source != nil || !r.Steps.asked(StepDelete) {
		return nil
	}
	return r.Early
}

// SourceSince is what the source did since the copy was proven, as far as it was
// seen: a sentence for each, the newest last; none where nothing is proven.
func (w Words) SourceSince() []string {
	if w.Proof == nil {
		return nil
	}
	name := w.Plan.Source.Name
	if w.Source == nil {
		return []string{name + " is gone."}
	}
	seen, rested, now, at := w.Proof.Seen, w.RestedAt, w.Source.Modified, model.Stamp(w.Source.SeenAt)
	changed := fmt.Sprintf("%s changed at %s: it may have run since, and what was written then is not on the replacement.", name, model.Stamp(now))
	switch {
	case rested.IsZero() && seen.IsZero():
		return []string{"Whether " + name + " changed since is not known."}
	case rested.IsZero() && now.Equal(seen) && w.Source.Status == model.StatusInService:
		return []string{name + " runs on, as seen " + at + ": what was written to it since is not known."}
	case rested.IsZero() && now.Equal(seen):
		return []string{name + " has not changed since, as seen " + at + "."}
	case rested.IsZero():
		return []string{changed}
	}
	by := "somebody else"
	if w.Steps.oursLast(StepStop) {
		by = "this run"
	}
	stopped := func(verb string) string {
		return name + " was stopped by " + by + ", and " + verb + " at rest since " + model.Stamp(rested) + "."
	}
	if !now.Equal(rested) {
		return []string{stopped("was"), changed}
	}
	said := stopped("is")
	if rested.After(w.Proof.At) {
		said += " What was written to it before that is not known."
	}
	return []string{said, "It has not changed since, as seen " + at + "."}
}

// hours is a duration in words: whole hours where it has them.
func hours(d time.Duration) string {
	if d >= time.Hour && d%time.Hour == 0 {
		if h := int(d / time.Hour); h != 1 {
			return fmt.Sprintf("%d hours", h)
		}
		return "an hour"
	}
	return d.Round(time.Second).String()
}
