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
	w, out := r.Words(), Ending{}
	switch {
	case r.Outcome == "":
		return out
	case r.Outcome == OutcomeDone && w.serves() && r.Source == nil:
		spec := &r.Plan.Spec
		return Ending{Good: true, Title: "Done", Says: []string{
			spec.Name + " has taken the place of " + r.Plan.Source.Name + ": it is InService, with direct internet access " + spec.DirectInternet + ".",
			w.sourceNow(),
		}}
	case r.Outcome == OutcomeRolledBack:
		out.Title, out.Alarming = "Rolled back", !w.alike()
	default:
		out.Title, out.Alarming = "Ended", r.Outcome == OutcomeDone
	}
	if w.nothingRuns() {
		out.Alarming = true
		out.Says = append(out.Says, "No notebook of this run is in service.")
	}
	out.Says = append(out.Says, w.replacementNow(), w.sourceNow())
	return out
}

// brief is how the run ended in a few words.
func (w Words) brief() string {
	out := string(w.Outcome)
	switch {
	case w.nothingRuns():
		return out + ", nothing is in service"
	case w.Outcome == OutcomeDone && !w.Ending().Good:
		return out + ", but not as planned"
	case w.Outcome == OutcomeRolledBack && !w.alike():
		return out + ", the source is not as it was"
	}
	return out
}

// serves reports whether the replacement was last seen to be what the run made it
// for: this run's as far as is known, the one that was copied to, with its setting,
// and in service.
func (w Words) serves() bool {
	n := w.Replacement
	return n != nil && n.Status == model.StatusInService && (w.ours() || n.TagsUnknown != "") &&
		n.DirectInternet == w.Plan.Spec.DirectInternet && (w.MadeAt.IsZero() || n.Created.Equal(w.MadeAt))
}

// nothingRuns reports whether no notebook of the run was last seen in service, and
// that is not how it was before.
func (w Words) nothingRuns() bool {
	if w.Source.status() == model.StatusInService || w.ours() && w.Replacement.Status == model.StatusInService {
		return false
	}
	return !atRest(&w.Plan.Source) || w.Source == nil
}

// alike reports whether the source was last seen configured, and running or not, as
// before the run. It may have been stopped and started in between.
func (w Words) alike() bool {
	was := &w.Plan.Source
	return w.Source != nil && w.Source.Status == was.Status && len(Differences(was, w.Source)) == 0
}

// sourceNow is what was last seen of the source.
func (w Words) sourceNow() string {
	was, now, name := &w.Plan.Source, w.Source, w.Plan.Source.Name
	switch {
	case now == nil && w.Steps.oursLast(StepDelete):
		return name + " is deleted."
	case now == nil && w.Steps.asked(StepDelete):
		return name + " is gone: this run had asked for its deletion."
	case now == nil:
		return name + " is gone: somebody else deleted it."
	case w.alike() && was.TagsUnknown != "":
		return name + " is " + string(now.Status) + " and configured as before the run; its tags could not be read, then or now."
	case w.alike() && now.Modified.Equal(was.Modified):
		return name + " is as it was before the run: " + string(now.Status) + "."
	case w.alike():
		return name + " is " + string(now.Status) + " and configured as before the run, but it was changed or stopped in between: what it had outside " +
			home + " may be lost."
	}
	return name + " is " + string(now.Status) + w.sourceChanged() + "."
}

// sourceChanged is how the source was last seen to differ from what it was before the
// run.
func (w Words) sourceChanged() string {
	was, now, says := &w.Plan.Source, w.Source, ""
	if now.Status != was.Status {
		says = "; before the run it was " + string(was.Status)
	}
	if all := Differences(was, now); len(all) > 0 {
		changed := make([]string, len(all))
		for i, d := range all {
			changed[i] = d.Field + " was " + orNone(d.Before) + ", now " + orNone(d.Now)
			if d.Field == FieldPlatform && w.Steps.asked(StepUpdate) {
				changed[i] += ", by this run"
			}
		}
		says += ". It is not configured as it was: " + strings.Join(changed, "; ")
	}
	if w.Source.cannotStart() {
		says += ". It cannot be started as it is (" + now.Platform + ")"
	}
	return says
}

// replacementNow is what was last seen of the replacement.
func (w Words) replacementNow() string {
	now, name := w.Replacement, w.Plan.Spec.Name
	made, asked, removed := w.Steps.fate()
	switch {
	case now == nil && removed:
		return name + " is removed."
	case now == nil && asked:
		return name + " is gone: this run had asked for its removal."
	case now == nil && made:
		return name + " is gone: somebody else removed it."
	case now == nil && w.lostCreate():
		return name + " was not there when last looked for, but the answer to its creation was lost: look for it once more."
	case now == nil:
		return name + " was not made."
	case now.TagsUnknown != "":
		return name + " is " + string(now.Status) + "; whether it is this run's is not known, as its tags could not be read."
	case !w.ours():
		return "A notebook named " + name + " is " + string(now.Status) + ", and it is not this run's."
	case !w.MadeAt.IsZero() && !now.Created.Equal(w.MadeAt):
		return name + " is " + string(now.Status) + ", but somebody else made it anew: what was copied is not on it."
	}
	return name + " is " + string(now.Status) + ", with direct internet access " + now.DirectInternet + "."
}

// lostCreate reports whether the answer to a creation was lost.
func (w Words) lostCreate() bool {
	return w.InDoubt || slices.ContainsFunc(w.Steps, func(s Step) bool { return s.Kind == StepCreate && s.Lost })
}
