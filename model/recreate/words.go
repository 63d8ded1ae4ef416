package recreate

import (
	"strconv"
	"strings"

	"nbscope/model"
)

// Words is what is said of a run and of both notebooks, as they were last seen, for a
// person to read.
type Words struct{ *Run }

// Words is what is said of the run.
func (r *Run) Words() Words { return Words{r} }

// Says is how the run stands, in a few words.
func (r *Run) Says() string {
	if r.Outcome != "" {
		return r.Words().brief()
	}
	def := r.def()
	title := lowered(def.Title)
	switch r.Phase {
	case PhaseFailed:
		if r.Untried() {
			return title + " was not tried"
		}
		if r.failedAt(StepReach) && r.Reach != nil {
			return "waits for you: a promise is not kept"
		}
		if r.failedAt(StepSurvey) && r.Inside != nil {
			return "waits for you: the copy would not come to its end"
		}
		return title + " failed"
	case PhaseDrift:
		return "a notebook is not as it was"
	case PhaseDiffer:
		return "waits for you: " + r.Verified.Counts()
	case PhasePaused:
		return "paused at " + title
	case PhaseGate:
		return r.Words().gateSays(title)
	case PhaseGuard, PhaseAct, PhaseSettle, PhaseWait, PhaseLook, PhaseOver:
	}
	return "interrupted at " + title // unless a process is at it right now
}

// TurnedBack is what somebody has decided that leads away from the plan's steps, or
// removes something, and that is not over yet, as a clause; "" for nothing. Only where
// it was decided does it go on.
func (w Words) TurnedBack() string {
	s, ok := w.Step()
	switch {
	case !ok || w.Outcome != "":
	case w.Rolling:
		return "a way back is under way"
	case w.Closing:
		return "its end is under way"
	case s.Kind == StepFailed:
		return "the removal of " + w.Plan.Spec.Name + " is under way"
	}
	return ""
}

// DriftSays is what it means that a notebook is not as it was, as sentences: which one
// is gone, before what the run stopped, and what is left running.
func (w Words) DriftSays() string {
	s, _ := w.Step()
	what := "A notebook is not as it was"
	for _, d := range w.Drift {
		if d.Field == fieldExistence {
			what = "The " + string(d.On) + " " + w.named(d.On) + " is " + d.Now
			break
		}
	}
	def := w.def()
	out := what + ", so the run stopped at " + strconv.Quote(def.Title) + "."
	if s.Idle && def.Act != "" {
		out = what + ", so " + strconv.Quote(def.Title) + " was not begun."
	}
	if w.Rolling && w.Steps.asked(StepHalt) && w.Replacement != nil && w.Replacement.Status != model.StatusInService {
		out += " It had stopped " + w.Plan.Spec.Name + " before."
	}
	if w.nothingRuns() {
		out += " No notebook of this run is in service."
	}
	return out
}

// NoReplacement is how it comes that no replacement was seen, in a word or two.
func (w Words) NoReplacement() string {
	switch {
	case w.InDoubt || w.InFlight != nil && w.InFlight.Kind == EffectCreate:
		return "not seen yet"
	case !w.Created:
		return "not there"
	case w.awaited():
		return "being made"
	}
	return "gone"
}

// ChoiceSays is what a decision does as the run stands, in the words of a key; "" for
// one that says so by its name.
func (w Words) ChoiceSays(k EventKind) string {
	switch def := w.def(); {
	case k == EventApproved && def.Kind == StepDelete && w.Source == nil:
		return "end the run: the source is gone"
	case k == EventApproved && def.Gate == GateName:
		return "delete the source"
	case k == EventApproved:
		return "approve " + lowered(def.Title)
	case k == EventAccepted && (w.failedAt(StepReach) || w.failedAt(StepSurvey)):
		return "go on in spite of it"
	case !w.failedAt(StepWait):
	case k == EventRetry:
		return w.againSays()
	case k == EventAmended:
		return "change the plan: type, subnet, scripts"
	}
	return ""
}

// againSays is what it means to try a creation again.
func (w Words) againSays() string {
	switch {
	case w.Replacement.status() == model.StatusFailed:
		return "remove the failed one, try again"
	case w.Removable():
		return "remove it, try again"
	}
	return "try again: create it once more"
}

// gateSays is what a gate wants of the user.
func (w Words) gateSays(title string) string {
	switch {
	case w.Kept():
		return "stopped and kept"
	case w.Copying() && w.Guard().Disturbed() != "":
		return w.Guard().Disturbed() + ", and the data is not copied"
	case w.Guard().Disturbed() != "":
		return w.Guard().Disturbed()
	case w.Gate() == GateAttest:
		return "waits for you: copy the data"
	case w.Gate() == GateName:
		return "waits for you: type the name to " + title
	}
	return "waits for you: approve " + title
}

// Untried reports whether the current step went wrong before this run made a call for
// it.
func (r *Run) Untried() bool {
	s, ok := r.Step()
	return ok && r.Phase == PhaseFailed && s.Idle
}

// Says is what an effect does, as a clause.
func (e *Effect) Says() string {
	switch e.Kind {
	case EffectObserve:
		return "looking at both notebooks"
	case EffectSettle:
		return "checking whether the call was carried out, as its answer was lost"
	case EffectWait:
		until := make([]string, 0, len(e.Until))
		for _, s := range e.Until {
			until = append(until, statusWords(s))
		}
		return "waiting until " + e.Name + " is " + strings.Join(until, " or ")
	case EffectCopy:
		return "copying " + e.Source + " to " + e.Replacement
	case EffectVerify:
		return "comparing every file of both notebooks"
	case EffectProbe:
		return "trying from inside " + e.Name + " what it reaches"
	case EffectSurvey:
		return "looking into " + e.Source + " and " + e.Replacement
	case EffectClean:
		return "ending the copy and cleaning up after it"
	case EffectCreate, EffectStart, EffectStop, EffectUpdate, EffectDelete:
	}
	return e.Kind.Verb() + " " + e.Name
}

// ReplacementSince is how the replacement, as last seen, is not what the plan made, as
// clauses, also what was accepted of it; none where it is.
func (w Words) ReplacementSince() []string {
	if w.Served == nil || !w.ours() {
		return nil
	}
	return turns(Differences(w.Guard().served(), w.Replacement))
}
