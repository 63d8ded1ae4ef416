package recreate

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"nbscope/model"
)

// What a decision about one run can do harm with. Each title is a phrase that holds
// for every run that it is true of, so that several can be counted.

// stakes are the risks of a decision, as the run stands.
func (r *Run) stakes(k EventKind, s *Subject, now time.Time) []Risk {
	switch k {
	case EventApproved, EventResumed:
		return r.stepStakes(now)
	case EventRetry:
		if r.failedCreation() {
			return r.removal()
		}
		return r.stepStakes(now)
	case EventAmended:
		out := r.removal()
		if s.Next != nil {
			out = append(out, s.Next.createRisks()...)
		}
		return out
	case EventAttested:
		return r.attestStakes()
	case EventAccepted:
		return r.acceptingStakes(s)
	case EventRecopy:
		return r.recopyStakes()
	case EventRerouted:
		return r.routeStakes(s.Transport, s.MakeBucket)
	case EventRollback:
		return r.rollbackStakes()
	case EventClosed:
		return r.closeStakes()
	case EventHalted, EventDone, EventFailed, EventDoubted:
	}
	return nil
}

// acceptingStakes are the risks of taking what was found as it is.
func (r *Run) acceptingStakes(s *Subject) []Risk {
	switch {
	case r.Phase == PhaseDiffer:
		return differenceStakes(s.Accepts)
	case r.unkept():
		return r.unkeptStakes()
	case r.unfit():
		return r.unfitStakes()
	}
	return r.acceptStakes()
}

func high(title, why string) Risk { return Risk{Severity: model.SeverityHigh, Title: title, Why: why} }
func medium(title, why string) Risk {
	return Risk{Severity: model.SeverityMedium, Title: title, Why: why}
}

// stepStakes are the risks of the current step's call.
func (r *Run) stepStakes(now time.Time) []Risk {
	var out []Risk
	if what := r.Disturbed(); what != "" {
		out = append(out, high("Something other than this run is at work", upperFirst(what)+"."))
	}
	switch r.def().Kind {
	case StepCreate:
		return slices.Concat(out, r.theirs(), r.Plan.createRisks(), moveStakes(r.Plan.Transport, r.Plan.bucketToMake()))
	case StepStart, StepRestart:
		return append(out, r.startStakes()...)
	case StepUpdate:
		return append(out, r.Plan.updateRisk())
	case StepStop:
		return append(out, r.stopStakes()...)
	case StepDelete:
		return append(out, r.deleteStakes(now)...)
	case StepFailed, StepRemove:
		return append(out, r.removal()...)
	case StepHalt:
		return append(out, medium("The replacement is stopped", "What it holds outside "+home+" is lost, as with every stop."))
	case StepRestop:
		return append(out, r.atStop()...)
	case StepWait, StepReach, StepSurvey, StepCopy, StepVerify, StepAwait, StepClean: // which call nothing that changes a notebook
	}
	return out
}

// theirs is what somebody else changed of the source and the plan has taken in.
func (r *Run) theirs() []Risk {
	if len(r.Plan.Theirs) == 0 {
		return nil
	}
	return []Risk{medium("Somebody else changed the source", strings.Join(turns(r.Plan.Theirs), "; ")+".")}
}

// removal is the loss of what the run has made; none where it has made nothing, or
// where that is gone.
func (r *Run) removal() []Risk {
	name := r.Plan.Spec.Name
	switch {
	case !r.Removable():
		return nil
	case r.status(SideReplacement) == model.StatusFailed:
		return []Risk{high("The replacement that failed is removed", name+", which this run made, goes with its volume.")}
	}
	return []Risk{high("The replacement is removed", name+" goes with everything that is on it, if it carries this run's tag. It cannot be undone.")}
}

func (r *Run) startStakes() []Risk {
	var out []Risk
	if name := r.Plan.Source.LifecycleName; name != "" {
		out = append(out, medium("Its lifecycle scripts run", name+" runs as root at every start. If it fails, or takes more than five minutes, the source does not start."))
	}
	if idle := r.Plan.Idle.Source; idle != "" {
		out = append(out, medium("It may stop by itself before its data is copied", "Its lifecycle configuration "+idle+"."))
	}
	return out
}

// atStop is what every stop of the source costs.
func (r *Run) atStop() []Risk {
	var out []Risk
	if src := r.Source; src != nil && StartRefused(src.Platform) {
		title := "It runs Amazon Linux 2: stopped, it does not start again as it is"
		if isAL1(src.Platform) {
			title = "It runs Amazon Linux: stopped, it never starts again"
		}
		out = append(out, high(title, "Stopped"+forEver(src.Platform)+"."))
	}
	return append(out, medium("What is not under "+home+" is lost", "Packages, kernels and files elsewhere go with every stop."))
}

func (r *Run) stopStakes() []Risk {
	return slices.Concat(r.servedStakes(), r.unprovenStakes(StepStop), r.atStop(), r.wordStakes(model.SeverityMedium))
}

// servedStakes is what somebody else changed of the notebook that takes the place of
// the source.
func (r *Run) servedStakes() []Risk {
	all := r.servedDrift()
	if len(all) == 0 {
		return nil
	}
	return []Risk{high("Somebody else changed the replacement since it was made", strings.Join(turns(all), "; ")+".")}
}

// turns are differences as clauses.
func turns(all []Drift) []string {
	out := make([]string, len(all))
	for i, d := range all {
		out[i] = d.Field + " was " + orNone(d.Before) + ", now " + orNone(d.Now)
	}
	return out
}

func (r *Run) deleteStakes(now time.Time) []Risk {
	if r.Source == nil {
		return []Risk{medium("There is nothing left to delete", r.sourceNow()+" It is looked for once more, and the run ends.")}
	}
	var out []Risk
	if left := r.KeepLeft(now); left > 0 {
		out = append(out, high("The keep time is not over",
			fmt.Sprintf("%s is to be kept until %s, and %s of it are left.", r.Plan.Source.Name, model.Stamp(r.KeptUntil()), model.Age(left))))
	}
	out = append(out, r.servedStakes()...)
	out = append(out, high("It cannot be undone", "The volume goes with it, and AWS keeps no snapshot."))
	return append(append(out, r.unprovenStakes(StepDelete)...), r.wordStakes(model.SeverityHigh)...)
}

// unprovenStakes is what the source holds that may not be on the replacement.
func (r *Run) unprovenStakes(k StepKind) []Risk {
	if r.Source == nil {
		return nil
	}
	if r.Proof == nil {
		return []Risk{high("Nobody has proven its copy", "What it holds may be nowhere else.")}
	}
	if _, ran := r.ranSince(k); ran {
		return []Risk{high("It changed since its copy was proven", strings.Join(r.SourceSince(), " "))}
	}
	if k == StepStop && r.Source.Status == model.StatusInService {
		return []Risk{medium("It ran on since its copy was proven: what was written since then is not copied", "")}
	}
	return nil
}

// wordStakes is a copy for which only somebody's word stands.
func (r *Run) wordStakes(weight model.Severity) []Risk {
	if r.Proof == nil || r.Proof.Method != TransportManual {
		return nil
	}
	if r.Proof.Verified != nil {
		return []Risk{{Severity: model.SeverityMedium, Title: "Its copy was compared by two digests that somebody pasted: nbscope has not seen the data"}}
	}
	return []Risk{{Severity: weight, Title: "Its copy rests on somebody's word: nbscope has not seen the data"}}
}

func (r *Run) attestStakes() []Risk {
	p := &r.Plan
	out := []Risk{high("nbscope has not seen the data", fmt.Sprintf("%s can be stopped and deleted later because you say here that everything of it that is needed is on %s, "+
		"and that you have compared it. The sentence is kept with your identity and the time.", p.Source.Name, p.Spec.Name))}
	if what := r.Disturbed(); what != "" {
		out = append(out, medium("Something other than this run is at work", upperFirst(what)+"."))
	}
	return out
}

// moveStakes are what the approval of the create covers of the data.
func moveStakes(t Transport, bucket string) []Risk {
	if !t.Moves() {
		return nil
	}
	out := []Risk{{
		Severity: model.SeverityLow, Title: "The data is copied " + t.By() + " without asking again",
		Why: "nbscope signs in to both notebooks, works in a folder of its own there and only reads the source. " + WayOf(t).Costs,
	}}
	if bucket != "" {
		out = append(out, medium("The bucket "+bucket+" is made, unless there is one", "It is private, and the account's own. It stays when the run is over, with nothing of the run in it."))
	}
	return out
}

// differenceStakes are what is lost with the source where it is accepted, by its kind.
func differenceStakes(all []Difference) []Risk {
	names := map[string][]string{}
	for _, d := range all {
		names[d.Status] = append(names[d.Status], d.Path)
	}
	var out []Risk
	add := func(status string, severity model.Severity, says string) {
		if n := len(names[status]); n > 0 {
			out = append(out, Risk{Severity: severity, Title: fmt.Sprintf("%s %s: %s", Number(int64(n)), status, says), Why: firstOf(names[status])})
		}
	}
	add("missing", model.SeverityHigh, "on the source only, and gone with it")
	add("differing", model.SeverityHigh, "what the source has of them is gone with it")
	add("not compared", model.SeverityHigh, "whether they arrived is not known")
	add("extra", model.SeverityMedium, "on the replacement only, and left there")
	return out
}

// firstOf names the first few.
func firstOf(names []string) string {
	const few = 20
	if len(names) > few {
		return strings.Join(names[:few], ", ") + fmt.Sprintf(" and %s more.", Number(int64(len(names)-few)))
	}
	return strings.Join(names, ", ") + "."
}

func (r *Run) recopyStakes() []Risk {
	out := []Risk{medium("What was compared no longer counts", "What differs by now is copied again, and all is compared once more.")}
	if src := r.Source; src != nil && atRest(src) {
		out = append(out, medium("The source has to run for it", "It is "+string(src.Status)+": starting it asks first."))
	}
	return out
}

func (r *Run) routeStakes(t Transport, bucket string) []Risk {
	way := WayOf(t)
	if way.Title == "" {
		return nil
	}
	return append([]Risk{medium("From here on the data goes "+t.By(), way.Needs+" "+way.Costs)}, moveStakes(t, bucket)...)
}

func (r *Run) acceptStakes() []Risk {
	var out []Risk
	if _, ran := r.ranSince(r.def().Kind); ran && r.Source != nil {
		out = append(out, high("The copy no longer counts", "The source may have run since: it is copied and compared again before it is stopped."))
	}
	for _, d := range r.Drift {
		out = append(out, medium(fmt.Sprintf("%s, %s: was %s, now %s", upperFirst(string(d.On)), d.Field, orNone(d.Before), orNone(d.Now)), upperFirst(d.Why)+"."))
	}
	return out
}

func (r *Run) rollbackStakes() []Risk {
	var out []Risk
	way := r.WayBack()
	if way.Danger != "" {
		out = append(out, high("The source cannot be put back as it was", upperFirst(way.Danger)+"."))
	}
	if len(r.lastCopy()) > 0 {
		return out // nothing is removed
	}
	return append(out, r.removal()...)
}

func (r *Run) closeStakes() []Risk {
	var out []Risk
	name := r.Plan.Spec.Name
	if r.nothingRuns() {
		out = append(out, high("No notebook of the run is in service", r.sourceNow()))
	}
	if r.InDoubt {
		out = append(out, high("Whether the replacement was made is not known", "The answer to the creation of "+name+" was lost, and nobody looks for it any more."))
	}
	if r.Rolling {
		out = append(out, medium("The rollback is not finished", r.replacementNow()+" "+r.sourceNow()))
	}
	if r.copyLeft() {
		out = append(out, medium("The copy is given up", "What it has left in both notebooks is cleaned up first; what already is in its place on the replacement stays there."))
	}
	stays := "Both notebooks stay as they are, and cost as they do."
	if r.Source == nil || r.Replacement == nil {
		stays = "What is there stays as it is, and costs as it does."
	}
	return append(out, medium("The run cannot be continued", stays+" Its report stays."))
}

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
