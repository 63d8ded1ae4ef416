package recreate

import (
	"strconv"
	"strings"

	"nbscope/model"
)

// Says is how the run stands, in a few words.
func (r *Run) Says() string {
	if r.Outcome != "" {
		return r.brief()
	}
	def := r.def()
	title := lowered(def.Title)
	switch r.Phase {
	case PhaseFailed:
		if r.Untried() {
			return title + " was not tried"
		}
		if r.unkept() && r.Reach != nil {
			return "waits for you: a promise is not kept"
		}
		if r.unfit() && r.Inside != nil {
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
		return r.gateSays(title)
	case PhaseGuard, PhaseAct, PhaseSettle, PhaseWait, PhaseLook, PhaseOver:
	}
	return "interrupted at " + title // unless a process is at it right now
}

// TurnedBack is what somebody has decided that leads away from the plan's steps, or
// removes something, and that is not over yet, as a clause; "" for nothing. Only where
// it was decided does it go on.
func (r *Run) TurnedBack() string {
	s, ok := r.Step()
	switch {
	case !ok || r.Outcome != "":
	case r.Rolling:
		return "a way back is under way"
	case r.Closing:
		return "its end is under way"
	case s.Kind == StepFailed:
		return "the removal of " + r.Plan.Spec.Name + " is under way"
	}
	return ""
}

// DriftSays is what it means that a notebook is not as it was, as sentences: which one
// is gone, before what the run stopped, and what is left running.
func (r *Run) DriftSays() string {
	s, _ := r.Step()
	what := "A notebook is not as it was"
	for _, d := range r.Drift {
		if d.Field == fieldExistence {
			what = "The " + string(d.On) + " " + r.named(d.On) + " is " + d.Now
			break
		}
	}
	def := r.def()
	out := what + ", so the run stopped at " + strconv.Quote(def.Title) + "."
	if s.Idle && def.Act != "" {
		out = what + ", so " + strconv.Quote(def.Title) + " was not begun."
	}
	if r.Rolling && r.asked(StepHalt) && r.Replacement != nil && r.Replacement.Status != model.StatusInService {
		out += " It had stopped " + r.Plan.Spec.Name + " before."
	}
	if r.nothingRuns() {
		out += " No notebook of this run is in service."
	}
	return out
}

// named is the name of a side.
func (r *Run) named(s Side) string {
	if s == SideReplacement {
		return r.Plan.Spec.Name
	}
	return r.Plan.Source.Name
}

// NoReplacement is how it comes that no replacement was seen, in a word or two.
func (r *Run) NoReplacement() string {
	switch {
	case r.InDoubt || r.InFlight != nil && r.InFlight.Kind == EffectCreate:
		return "not seen yet"
	case !r.Created:
		return "not there"
	case r.awaited():
		return "being made"
	}
	return "gone"
}

// ChoiceSays is what a decision does as the run stands, in the words of a key; "" for
// one that says so by its name.
func (r *Run) ChoiceSays(k EventKind) string {
	switch def := r.def(); {
	case k == EventApproved && def.Kind == StepDelete && r.Source == nil:
		return "end the run: the source is gone"
	case k == EventApproved && def.Gate == GateName:
		return "delete the source"
	case k == EventApproved:
		return "approve " + lowered(def.Title)
	case k == EventAccepted && (r.unkept() || r.unfit()):
		return "go on in spite of it"
	case !r.failedCreation():
	case k == EventRetry:
		return r.againSays()
	case k == EventAmended:
		return "change the plan: type, subnet, scripts"
	}
	return ""
}

// againSays is what it means to try a creation again.
func (r *Run) againSays() string {
	switch {
	case r.status(SideReplacement) == model.StatusFailed:
		return "remove the failed one, try again"
	case r.Removable():
		return "remove it, try again"
	}
	return "try again: create it once more"
}

// gateSays is what a gate wants of the user.
func (r *Run) gateSays(title string) string {
	switch {
	case r.Kept():
		return "stopped and kept"
	case r.Copying() && r.Disturbed() != "":
		return r.Disturbed() + ", and the data is not copied"
	case r.Disturbed() != "":
		return r.Disturbed()
	case r.Gate() == GateAttest:
		return "waits for you: copy the data"
	case r.Gate() == GateName:
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
