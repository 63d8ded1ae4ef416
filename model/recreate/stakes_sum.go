package recreate

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"nbscope/model"
)

// What a decision costs, and what else there is to know of it.

// price adds up a price of several runs. What is not known is counted.
type price struct {
	sum     float64
	unknown int
	known   int
}

func (p *price) add(v *float64) {
	if v == nil {
		p.unknown++
		return
	}
	p.sum, p.known = p.sum+*v, p.known+1
}

// says is the sum, with a unit such as "an hour".
func (p *price) says(unit string) string {
	if p.known == 0 {
		return "a price that is not known"
	}
	out := model.Money(&p.sum, unit)
	if p.unknown > 0 {
		out += fmt.Sprintf(", and %d without a known price", p.unknown)
	}
	return out
}

// costs are what it costs, as sentences.
func (w *weighing) costs() []string {
	var overlap, kept, running price
	for i := range w.all {
		c := &w.all[i].plan().Cost
		overlap.add(c.OverlapPerHour)
		kept.add(c.KeptPerMonth)
		running.add(c.SourceHour)
	}
	both := "While both run: " + overlap.says("an hour") + "."
	if len(w.all) > 1 {
		both = "While both notebooks of each run: " + overlap.says("an hour") + "."
	}
	switch {
	case w.about(StepCreate), w.kind == EventAmended:
		return []string{both}
	case w.kind == EventRollback, w.kind == EventAttested, w.kind == EventAccepted, w.kind == EventRecopy, w.kind == EventRerouted:
		return nil
	case w.kind == EventClosed:
		return w.all[0].leftCosts(both, &kept)
	case w.about(StepStart), w.about(StepRestart):
		return []string{"While it runs: " + running.says("an hour") + "."}
	case w.about(StepStop):
		return []string{
			"What is stopped keeps its volume, for " + kept.says("a month") + ", until it is deleted.",
			"Its keep time is over at " + model.Stamp(w.earliest()) + " at the earliest.",
		}
	case w.about(StepDelete) && w.all[0].Source != nil:
		return []string{"Kept, it costs " + kept.says("a month") + "."}
	}
	return nil
}

// leftCosts is what both notebooks of a run cost that ends, by what was last seen of them.
func (w weighed) leftCosts(both string, kept *price) []string {
	switch {
	case w.Source.status() == model.StatusInService && w.ours() && w.Replacement.Status == model.StatusInService:
		return []string{both}
	case w.Source != nil && atRest(w.Source):
		return []string{"What is stopped keeps its volume: the source's costs " + kept.says("a month") + "."}
	}
	return nil
}

// earliest is when the first keep time would be over, were the sources stopped now.
func (w *weighing) earliest() time.Time {
	var out time.Time
	for i := range w.all {
		if until := w.now.Add(w.all[i].Plan.KeepTime()); out.IsZero() || until.Before(out) {
			out = until
		}
	}
	return out
}

// facts are what else there is to know.
func (w *weighing) facts() []StakesFact {
	var out []StakesFact
	add := func(label, value string) {
		if value != "" {
			out = append(out, StakesFact{label, value})
		}
	}
	r := w.all[0]
	p := r.plan()
	add("Call", w.call())
	if len(w.all) == 1 {
		w.single(r, add)
	}
	if w.about(StepCreate) || w.kind == EventAmended {
		add("Preflight", w.preflight())
	}
	if w.about(StepCreate) {
		after := "Every later step that changes something asks again."
		if p.Transport.Moves() {
			after = "The data is copied " + p.Transport.By() + " and compared without asking again; every later step that changes a notebook asks."
		}
		add("Afterwards", after)
	}
	return out
}

// single is what there is to know of one run.
func (w *weighing) single(r weighed, add func(label, value string)) {
	p := r.plan()
	switch {
	case w.about(StepCreate), w.kind == EventAmended:
		add("Direct internet", p.Source.DirectInternet+" on the source, "+p.Spec.DirectInternet+" on the replacement")
		add("Instance type", p.Spec.InstanceType)
		if p.Transport.Moves() {
			add("Data", aboutCopy(p))
		}
		if len(p.Promises) > 0 {
			add("Has to reach", strings.Join(p.Promises, ", ")+", tried before the copy")
		}
	case w.about(StepStop), w.about(StepDelete):
		if q := r.Proof; q != nil {
			for _, f := range q.Facts(w.now) {
				add(f.Label, f.Value)
			}
			add("Since then", strings.Join(r.Words().SourceSince(), " "))
		}
		add("Reach", r.Reach.Says(r.Plan.Promises))
	case w.kind == EventRetry && r.failedAt(StepWait):
		add("Afterwards", "The create is asked for again.")
	case w.kind == EventRollback:
		way := r.WayBack()
		for i, step := range way.Steps {
			label := ""
			if i == 0 {
				label = "What is done"
			}
			add(label, step)
		}
		add("Or else", way.Keeps)
	}
	if w.about(StepUpdate) || w.about(StepStart) {
		add("What it does", p.about(r.def().Kind))
	}
}

// Facts are what is known of the copy, for a gate.
func (p *Proof) Facts(now time.Time) []StakesFact {
	by := cmp.Or(p.By, "somebody not known")
	v := p.Verified
	if v == nil {
		return []StakesFact{{"Copied", fmt.Sprintf("%q, typed %s (%s ago) by %s", p.Says, model.Stamp(p.At), model.Age(now.Sub(p.At)), by)}}
	}
	out := []StakesFact{{"Copied", p.Method.By() + ", " + model.Age(now.Sub(p.At)) + " ago"}, {"Proven", v.Says()}}
	if p.Method == TransportManual {
		out[0].Value = "by hand, both digests pasted " + model.Stamp(p.At) + " (" + model.Age(now.Sub(p.At)) + " ago) by " + by
	}
	if len(p.Accepted) > 0 {
		names := make([]string, len(p.Accepted))
		for i, a := range p.Accepted {
			names[i] = a.Path + " (" + a.Says + ")"
		}
		out = append(out, StakesFact{"Accepted", firstOf(names)})
	}
	return out
}

// call is the API call that follows, with how often.
func (w *weighing) call() string {
	act := w.all[0].def().Act
	switch w.kind {
	case EventApproved, EventResumed:
	case EventRetry:
		if w.all[0].failedAt(StepWait) && w.all[0].Removable() {
			act = EffectDelete
		}
	case EventAttested, EventAccepted, EventClosed, EventRollback, EventAmended, EventRecopy, EventRerouted, EventHalted, EventDone, EventFailed, EventDoubted:
		return ""
	}
	if act == "" || w.about(StepDelete) && w.all[0].Source == nil {
		return ""
	}
	if n := len(w.all); n > 1 {
		return fmt.Sprintf("%s, %d times", act.Action(), n)
	}
	return act.Action()
}

// preflight is how the checks went, of all plans together.
func (w *weighing) preflight() string {
	n := map[Result]int{}
	for i := range w.all {
		for r, c := range CountChecks(w.all[i].plan().Checks) {
			n[r] += c
		}
	}
	return fmt.Sprintf("%d passed, %s, %d not known, %d failed", n[Pass], model.Count(n[Warn], "warning"), n[CheckUnknown], n[Fail])
}
