package recreate

import (
	"slices"
	"strings"

	"nbscope/model"
)

// How a run ended, in words that follow from what was last seen of both notebooks and
// from the calls that the run itself made.

// Ending is how a run ended.
type Ending struct {
	Good     bool     // the replacement was seen to serve in the place of the source
	Alarming bool     // nothing was seen in service, or it did not end as it was to
	Title    string   // one or two words; "" while the run is under way
	Says     []string // sentences, what nobody may miss first
}

// Ending is how the run ended, zero while it is under way.
func (r *Run) Ending() Ending {
	var out Ending
	switch {
	case r.Outcome == "":
		return out
	case r.Outcome == OutcomeDone && r.serves() && r.Source == nil:
		spec := &r.Plan.Spec
		return Ending{Good: true, Title: "Done", Says: []string{
			spec.Name + " has taken the place of " + r.Plan.Source.Name + ": it is InService, with direct internet access " + spec.DirectInternet + ".",
			r.sourceNow(),
		}}
	case r.Outcome == OutcomeRolledBack:
		out.Title, out.Alarming = "Rolled back", !r.alike()
	default:
		out.Title, out.Alarming = "Ended", r.Outcome == OutcomeDone
	}
	if r.nothingRuns() {
		out.Alarming = true
		out.Says = append(out.Says, "No notebook of this run is in service.")
	}
	out.Says = append(out.Says, r.replacementNow(), r.sourceNow())
	return out
}

// brief is how the run ended in a few words.
func (r *Run) brief() string {
	out := string(r.Outcome)
	switch {
	case r.nothingRuns():
		return out + ", nothing is in service"
	case r.Outcome == OutcomeDone && !r.Ending().Good:
		return out + ", but not as planned"
	case r.Outcome == OutcomeRolledBack && !r.alike():
		return out + ", the source is not as it was"
	}
	return out
}

// serves reports whether the replacement was last seen to be what the run made it
// for: this run's as far as is known, the one that was copied to, with its setting,
// and in service.
func (r *Run) serves() bool {
	n := r.Replacement
	return n != nil && n.Status == model.StatusInService && (r.ours() || n.TagsUnknown != "") &&
		n.DirectInternet == r.Plan.Spec.DirectInternet && (r.MadeAt.IsZero() || n.Created.Equal(r.MadeAt))
}

// nothingRuns reports whether no notebook of the run was last seen in service, and
// that is not how it was before.
func (r *Run) nothingRuns() bool {
	if r.status(SideSource) == model.StatusInService || r.ours() && r.Replacement.Status == model.StatusInService {
		return false
	}
	return !atRest(&r.Plan.Source) || r.Source == nil
}

// alike reports whether the source was last seen configured, and running or not, as
// before the run. It may have been stopped and started in between.
func (r *Run) alike() bool {
	was := &r.Plan.Source
	return r.Source != nil && r.Source.Status == was.Status && len(Differences(was, r.Source)) == 0
}

// sourceNow is what was last seen of the source.
func (r *Run) sourceNow() string {
	was, now, name := &r.Plan.Source, r.Source, r.Plan.Source.Name
	switch {
	case now == nil && r.oursLast(StepDelete):
		return name + " is deleted."
	case now == nil && r.asked(StepDelete):
		return name + " is gone: this run had asked for its deletion."
	case now == nil:
		return name + " is gone: somebody else deleted it."
	case r.alike() && was.TagsUnknown != "":
		return name + " is " + string(now.Status) + " and configured as before the run; its tags could not be read, then or now."
	case r.alike() && now.Modified.Equal(was.Modified):
		return name + " is as it was before the run: " + string(now.Status) + "."
	case r.alike():
		return name + " is " + string(now.Status) + " and configured as before the run, but it was changed or stopped in between: what it had outside " +
			home + " may be lost."
	}
	return name + " is " + string(now.Status) + r.sourceChanged() + "."
}

// sourceChanged is how the source was last seen to differ from what it was before the
// run.
func (r *Run) sourceChanged() string {
	was, now, says := &r.Plan.Source, r.Source, ""
	if now.Status != was.Status {
		says = "; before the run it was " + string(was.Status)
	}
	if all := Differences(was, now); len(all) > 0 {
		changed := make([]string, len(all))
		for i, d := range all {
			changed[i] = d.Field + " was " + orNone(d.Before) + ", now " + orNone(d.Now)
			if d.Field == FieldPlatform && r.asked(StepUpdate) {
				changed[i] += ", by this run"
			}
		}
		says += ". It is not configured as it was: " + strings.Join(changed, "; ")
	}
	if r.cannotStart() {
		says += ". It cannot be started as it is (" + now.Platform + ")"
	}
	return says
}

// replacementNow is what was last seen of the replacement.
func (r *Run) replacementNow() string {
	now, name := r.Replacement, r.Plan.Spec.Name
	made, asked, removed := r.fate()
	switch {
	case now == nil && removed:
		return name + " is removed."
	case now == nil && asked:
		return name + " is gone: this run had asked for its removal."
	case now == nil && made:
		return name + " is gone: somebody else removed it."
	case now == nil && r.lostCreate():
		return name + " was not there when last looked for, but the answer to its creation was lost: look for it once more."
	case now == nil:
		return name + " was not made."
	case now.TagsUnknown != "":
		return name + " is " + string(now.Status) + "; whether it is this run's is not known, as its tags could not be read."
	case !r.ours():
		return "A notebook named " + name + " is " + string(now.Status) + ", and it is not this run's."
	case !r.MadeAt.IsZero() && !now.Created.Equal(r.MadeAt):
		return name + " is " + string(now.Status) + ", but somebody else made it anew: what was copied is not on it."
	}
	return name + " is " + string(now.Status) + ", with direct internet access " + now.DirectInternet + "."
}

// asked reports whether this run itself made the call of a step of a kind.
func (r *Run) asked(k StepKind) bool {
	return slices.ContainsFunc(r.Steps, func(s Step) bool { return s.Kind == k && s.called() })
}

// called reports whether the run made the step's call, whatever came of it.
func (s *Step) called() bool {
	return s.State != StepPending && s.State != StepSkipped && !s.Idle
}

// lostCreate reports whether the answer to a creation was lost.
func (r *Run) lostCreate() bool {
	return r.InDoubt || slices.ContainsFunc(r.Steps, func(s Step) bool { return s.Kind == StepCreate && s.Lost })
}

// fate is whether a replacement was made, whether this run has asked since that it be
// removed, and whether that was seen done.
func (r *Run) fate() (made, asked, removed bool) {
	for i := range r.Steps {
		switch s := &r.Steps[i]; {
		case s.Kind == StepCreate && s.State == StepDone:
			made, asked, removed = true, false, false
		case s.Kind == StepCreate && s.Lost: // there may be another since
			made, asked, removed = false, false, false
		case s.Kind != StepFailed && s.Kind != StepRemove:
		default:
			asked = asked || s.called()
			removed = removed || s.Ours()
		}
	}
	return made, asked, removed
}
