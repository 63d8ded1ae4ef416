package recreate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"nbscope/model"
)

// weighed is one run that a decision is about, as last seen: what the decision can do
// harm with. Each title is a phrase that holds for every run that it is true of, so that
// several can be counted.
type weighed struct {
	*Run

	kind    EventKind
	subject *Subject
	now     time.Time
}

// plan is the plan that is decided about.
func (w weighed) plan() *Plan {
	if w.subject.Next != nil {
		return w.subject.Next
	}
	return &w.Plan
}

// leftOut says why the run cannot be decided about together with others, "" when it
// can: it would stop or delete what is not proven, or be refused for what was seen.
func (w weighed) leftOut() string {
	if w.kind != EventApproved {
		return ""
	}
	def, guard := w.def(), w.Guard()
	if def.Gate == GateName {
		return "it is approved by typing its name"
	}
	if def.Kind == StepStop && w.Proof == nil {
		return "nobody has confirmed its copy"
	}
	if what := guard.Disturbed(); what != "" {
		return what
	}
	if (def.Kind == StepStop || def.Kind == StepDelete) && len(guard.servedDrift()) > 0 {
		return "somebody else changed its replacement since it was made"
	}
	if _, ran := guard.ranSince(def.Kind); ran {
		return "it changed since its copy was proven, at " + model.Stamp(w.Source.Modified) + ": copy it again first"
	}
	return w.foreseen()
}

// foreseen is why the look before a step is sure to refuse it, as a clause, by what was
// seen last; "" where nothing is known to speak against it.
func (w weighed) foreseen() string {
	if w.Phase != PhaseGate || w.kind != EventApproved && w.kind != EventAttested {
		return ""
	}
	def := w.def()
	for _, d := range w.Guard().drift(def) {
		if d.Hard {
			return d.Why
		}
	}
	if w.kind != EventApproved {
		return ""
	}
	return cmp.Or(w.Guard().needless(), def.refused(w.side(def.On).status()))
}

// stakes are the risks of the decision.
func (w weighed) stakes() []Risk {
	switch w.kind {
	case EventApproved, EventResumed:
		return w.ofStep()
	case EventRetry:
		if w.failedAt(StepWait) {
			return w.ofRemoval()
		}
		return w.ofStep()
	case EventAmended:
		if w.subject.Next == nil {
			return w.ofRemoval()
		}
		return append(w.ofRemoval(), createRisks(w.subject.Next)...)
	case EventAttested:
		return w.ofWord()
	case EventAccepted:
		return w.ofAccepted()
	case EventRecopy:
		return w.ofRecopy()
	case EventRerouted:
		return routeStakes(w.subject.Transport, w.subject.MakeBucket)
	case EventRollback:
		return w.ofWayBack()
	case EventClosed:
		return w.ofClose()
	case EventHalted, EventDone, EventFailed, EventDoubted:
	}
	return nil
}

// ofAccepted are the risks of taking what was found as it is.
func (w weighed) ofAccepted() []Risk {
	switch {
	case w.Phase == PhaseDiffer:
		return differenceStakes(w.subject.Accepts)
	case w.failedAt(StepReach):
		return w.Reach.stakes()
	case w.failedAt(StepSurvey):
		return w.Inside.stakes()
	}
	return w.ofDrift()
}

func high(title, why string) Risk { return Risk{Severity: model.SeverityHigh, Title: title, Why: why} }
func medium(title, why string) Risk {
	return Risk{Severity: model.SeverityMedium, Title: title, Why: why}
}

// disturbed is what was last seen to be in the way.
func (w weighed) disturbed(weight func(title, why string) Risk) []Risk {
	if what := w.Guard().Disturbed(); what != "" {
		return []Risk{weight("Something other than this run is at work", upperFirst(what)+".")}
	}
	return nil
}

// ofStep are the risks of the current step's call.
func (w weighed) ofStep() []Risk {
	out := w.disturbed(high)
	switch w.def().Kind {
	case StepCreate:
		if all := w.Plan.Theirs; len(all) > 0 {
			out = append(out, medium("Somebody else changed the source", strings.Join(turns(all), "; ")+"."))
		}
		return slices.Concat(out, createRisks(&w.Plan), moveStakes(w.Plan.Transport, w.Plan.bucketToMake()))
	case StepStart, StepRestart:
		return append(out, w.ofStart()...)
	case StepUpdate:
		return append(out, updateRisk(&w.Plan))
	case StepStop:
		return slices.Concat(out, w.ofServed(), w.ofUnproven(StepStop), w.atStop(), w.ofProof(model.SeverityMedium))
	case StepDelete:
		return append(out, w.ofDelete()...)
	case StepFailed, StepRemove:
		return append(out, w.ofRemoval()...)
	case StepHalt:
		return append(out, medium("The replacement is stopped", "What it holds outside "+home+" is lost, as with every stop."))
	case StepRestop:
		return append(out, w.atStop()...)
	case StepWait, StepReach, StepSurvey, StepCopy, StepVerify, StepAwait, StepClean: // which call nothing that changes a notebook
	}
	return out
}

// ofRemoval is the loss of what the run has made; none where it has made nothing, or
// where that is gone.
func (w weighed) ofRemoval() []Risk {
	name := w.Plan.Spec.Name
	switch {
	case !w.Removable():
		return nil
	case w.Replacement.status() == model.StatusFailed:
		return []Risk{high("The replacement that failed is removed", name+", which this run made, goes with its volume.")}
	}
	return []Risk{high("The replacement is removed", name+" goes with everything that is on it, if it carries this run's tag. It cannot be undone.")}
}

func (w weighed) ofStart() []Risk {
	var out []Risk
	if name := w.Plan.Source.LifecycleName; name != "" {
		out = append(out, medium("Its lifecycle scripts run", name+" runs as root at every start. If it fails, or takes more than five minutes, the source does not start."))
	}
	if idle := w.Plan.Idle.Source; idle != "" {
		out = append(out, medium("It may stop by itself before its data is copied", "Its lifecycle configuration "+idle+"."))
	}
	return out
}

// atStop is what every stop of the source costs.
func (w weighed) atStop() []Risk {
	var out []Risk
	if src := w.Source; src != nil && StartRefused(src.Platform) {
		title := "It runs Amazon Linux 2: stopped, it does not start again as it is"
		if isAL1(src.Platform) {
			title = "It runs Amazon Linux: stopped, it never starts again"
		}
		out = append(out, high(title, "Stopped"+forEver(src.Platform)+"."))
	}
	return append(out, medium("What is not under "+home+" is lost", "Packages, kernels and files elsewhere go with every stop."))
}

// ofServed is what somebody else changed of the notebook that takes the place of the
// source.
func (w weighed) ofServed() []Risk {
	all := w.Guard().servedDrift()
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

func (w weighed) ofDelete() []Risk {
	if w.Source == nil {
		return []Risk{medium("There is nothing left to delete", w.Words().sourceNow()+" It is looked for once more, and the run ends.")}
	}
	var out []Risk
	if left := w.KeepLeft(w.now); left > 0 {
		out = append(out, high("The keep time is not over",
			fmt.Sprintf("%s is to be kept until %s, and %s of it are left.", w.Plan.Source.Name, model.Stamp(w.KeptUntil()), model.Age(left))))
	}
	out = append(out, w.ofServed()...)
	out = append(out, high("It cannot be undone", "The volume goes with it, and AWS keeps no snapshot."))
	return slices.Concat(out, w.ofUnproven(StepDelete), w.ofProof(model.SeverityHigh))
}

// ofUnproven is what the source holds that may not be on the replacement.
func (w weighed) ofUnproven(k StepKind) []Risk {
	if w.Source == nil {
		return nil
	}
	if w.Proof == nil {
		return []Risk{high("Nobody has proven its copy", "What it holds may be nowhere else.")}
	}
	if _, ran := w.Guard().ranSince(k); ran {
		return []Risk{high("It changed since its copy was proven", strings.Join(w.Words().SourceSince(), " "))}
	}
	if k == StepStop && w.Source.Status == model.StatusInService {
		return []Risk{medium("It ran on since its copy was proven: what was written since then is not copied", "")}
	}
	return nil
}

// ofProof is a copy for which only somebody's word stands.
func (w weighed) ofProof(weight model.Severity) []Risk {
	if w.Proof == nil || w.Proof.Method != TransportManual {
		return nil
	}
	if w.Proof.Verified != nil {
		return []Risk{{Severity: model.SeverityMedium, Title: "Its copy was compared by two digests that somebody pasted: nbscope has not seen the data"}}
	}
	return []Risk{{Severity: weight, Title: "Its copy rests on somebody's word: nbscope has not seen the data"}}
}

// ofWord is what it means to stand for a copy by hand.
func (w weighed) ofWord() []Risk {
	said := high("nbscope has not seen the data", fmt.Sprintf("%s can be stopped and deleted later because you say here that everything of it that is needed is on %s, "+
		"and that you have compared it. The sentence is kept with your identity and the time.", w.Plan.Source.Name, w.Plan.Spec.Name))
	return append([]Risk{said}, w.disturbed(medium)...)
}

func (w weighed) ofRecopy() []Risk {
	out := []Risk{medium("What was compared no longer counts", "What differs by now is copied again, and all is compared once more.")}
	if src := w.Source; src != nil && atRest(src) {
		out = append(out, medium("The source has to run for it", "It is "+string(src.Status)+": starting it asks first."))
	}
	return out
}

// ofDrift are the risks of relying on the notebooks as they are now.
func (w weighed) ofDrift() []Risk {
	var out []Risk
	if w.Source != nil {
		if _, ran := w.Guard().ranSince(w.def().Kind); ran {
			out = append(out, high("The copy no longer counts", "The source may have run since: it is copied and compared again before it is stopped."))
		}
	}
	for _, d := range w.Drift {
		out = append(out, medium(fmt.Sprintf("%s, %s: was %s, now %s", upperFirst(string(d.On)), d.Field, orNone(d.Before), orNone(d.Now)), upperFirst(d.Why)+"."))
	}
	return out
}

func (w weighed) ofWayBack() []Risk {
	var out []Risk
	if way := w.WayBack(); way.Danger != "" {
		out = append(out, high("The source cannot be put back as it was", upperFirst(way.Danger)+"."))
	}
	if w.SourceGone() {
		return out // nothing is removed
	}
	return append(out, w.ofRemoval()...)
}

func (w weighed) ofClose() []Risk {
	var out []Risk
	name, says := w.Plan.Spec.Name, w.Words()
	if says.nothingRuns() {
		out = append(out, high("No notebook of the run is in service", says.sourceNow()))
	}
	if w.InDoubt {
		out = append(out, high("Whether the replacement was made is not known", "The answer to the creation of "+name+" was lost, and nobody looks for it any more."))
	}
	if w.Rolling {
		out = append(out, medium("The rollback is not finished", says.replacementNow()+" "+says.sourceNow()))
	}
	if w.Steps.copyLeft() {
		out = append(out, medium("The copy is given up", "What it has left in both notebooks is cleaned up first; what already is in its place on the replacement stays there."))
	}
	stays := "Both notebooks stay as they are, and cost as they do."
	if w.Source == nil || w.Replacement == nil {
		stays = "What is there stays as it is, and costs as it does."
	}
	return append(out, medium("The run cannot be continued", stays+" Its report stays."))
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

// routeStakes are those of taking another way for the data.
func routeStakes(t Transport, bucket string) []Risk {
	way := WayOf(t)
	if way.Title == "" {
		return nil
	}
	return append([]Risk{medium("From here on the data goes "+t.By(), way.Needs+" "+way.Costs)}, moveStakes(t, bucket)...)
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

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
