package ui

import (
	"fmt"
	"strings"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/theme"
)

// gates opens what a decision about a run has to pass. What it demands grows with
// the harm that the decision can do.
type gates struct {
	keys  KeyMap
	theme *theme.Theme
	now   func() time.Time
}

// open opens the gate of a decision, or decides at once where nothing can be
// harmed.
func (g gates) open(r *liveRun, k recreate.EventKind) intent {
	if !r.Can(k) {
		return nil
	}
	if r.NeedsWrite(k) {
		return intentWrite{r.Run.Plan.Target().Account, func(byItself bool) intent {
			if !r.Can(k) {
				return nil
			}
			return g.gate(r, k, byItself)
		}}
	}
	return g.gate(r, k, false)
}

func (g gates) gate(r *liveRun, k recreate.EventKind, byItself bool) intent {
	decide := func(e recreate.Event) intent {
		e.Kind = k
		return intentDecide{run: r, event: e}
	}
	since := time.Time{}
	if byItself {
		since = g.now()
	}
	step, _ := r.Run.Step()
	def, _ := recreate.Def(step.Kind)
	switch k {
	case recreate.EventApproved:
		if def.Gate == recreate.GateName {
			want, typed := deletion(&r.Run, g.now())
			return g.typed("Delete "+r.Run.Plan.Source.Name, want, g.aboutStep(r, def), since, func(s string) intent { return decide(typed(s)) })
		}
		return g.approve("Approve: "+def.Title, "Approve "+lower(def.Title), g.aboutStep(r, def), since,
			decide(recreate.Event{Step: step.Kind, Fingerprint: r.Run.Plan.Fingerprint()}))
	case recreate.EventAttested:
		want := recreate.AttestText(r.Run.Plan.Source.Name)
		return g.typed("Stand for the copy", want, g.aboutAttest(r), since, func(s string) intent {
			return decide(recreate.Event{Step: step.Kind, Typed: strings.TrimSpace(s)})
		})
	case recreate.EventRollback:
		way := r.Run.WayBack()
		var about document
		sayWayBack(&about, way)
		return g.typed("Roll back", r.Run.Plan.Spec.Name, about, since, func(s string) intent {
			return decide(recreate.Event{Typed: strings.TrimSpace(s), Update: way.Update})
		})
	case recreate.EventAccepted:
		return g.approve("Accept that it is not as it was", "Accept", g.aboutDrift(r), since, decide(recreate.Event{}))
	case recreate.EventClosed:
		return g.approve("End the run", "End the run", g.aboutClose(r), since, decide(recreate.Event{}))
	case recreate.EventRetry:
		if r.NeedsWrite(k) {
			return g.approve("Try again", "Try again", g.aboutRetry(r), since, decide(recreate.Event{}))
		}
	case recreate.EventAmended, recreate.EventHalted, recreate.EventResumed, recreate.EventDone, recreate.EventFailed, recreate.EventDoubted:
	}
	return decide(recreate.Event{})
}

func (g gates) approve(title, yes string, about document, since time.Time, do intent) intent {
	return intentOverlay{&approval{keys: g.keys.Gate, title: title, about: about, yes: yes, do: do, since: since, now: g.now}}
}

func (g gates) typed(title, want string, about document, since time.Time, do func(string) intent) intent {
	p := typedGate(g.keys.Typing, title, want, about, do)
	p.since, p.now = since, g.now
	return intentOverlay{newPrompt(p)}
}

// aboutStep says what a step does, where, and what it costs.
func (g gates) aboutStep(r *liveRun, def recreate.StepDef) document {
	var doc document
	p := &r.Run.Plan
	if def.Kind == recreate.StepDelete {
		sayDeletion(&doc, &r.Run, g.now())
	}
	for _, s := range p.Steps() {
		if s.Kind == def.Kind && s.Kind != recreate.StepDelete {
			tone := theme.Normal
			if s.Destructive {
				tone = theme.Bad
			}
			doc.say(tone, s.About)
		}
	}
	name := p.Source.Name
	if def.On == recreate.SideReplacement {
		name = p.Spec.Name
	}
	doc.value("Call", def.Act.Action())
	doc.value("Notebook", name)
	doc.value("Where", p.Source.Account+" "+p.Source.Region)
	if def.Kind == recreate.StepCreate {
		doc.value("Direct internet", p.Spec.DirectInternet)
	}
	if m := p.Cost.KeptPerMonth; m != nil && (def.Kind == recreate.StepStop || def.Kind == recreate.StepDelete) {
		doc.value("Kept, it costs", model.Money(m, "a month"))
	}
	return doc
}

func (g gates) aboutAttest(r *liveRun) document {
	var doc document
	doc.say(theme.Normal, fmt.Sprintf("nbscope has not seen the data. The source can be deleted later because you say here that everything "+
		"of %s that is needed is on %s, and that you have compared it. The sentence is kept with your identity and the time.",
		r.Run.Plan.Source.Name, r.Run.Plan.Spec.Name))
	return doc
}

func (g gates) aboutDrift(r *liveRun) document {
	var doc document
	for _, d := range r.Run.Drift {
		doc.say(theme.Warn, fmt.Sprintf("%s, %s: %s %s %s", d.On, d.Field, orNone(d.Before), g.theme.Glyphs.Arrow, orNone(d.Now)))
		doc.say(theme.Normal, d.Why)
	}
	return doc
}

func (g gates) aboutClose(r *liveRun) document {
	var doc document
	doc.say(theme.Normal, "Both notebooks stay as they are, and cost as they do. The run cannot be gone on with; its report stays.")
	if r.Run.Created {
		doc.value("Replacement", r.Run.Plan.Spec.Name+" stays")
	}
	return doc
}

func (g gates) aboutRetry(r *liveRun) document {
	var doc document
	step, _ := r.Run.Step()
	if step.Kind == recreate.StepWait {
		doc.say(theme.Normal, "Removes the failed "+r.Run.Plan.Spec.Name+", which this run made, and then asks for the approval of another create.")
		return doc
	}
	def, _ := recreate.Def(step.Kind)
	doc.say(theme.Normal, def.Title+" once more, after both notebooks were looked at.")
	doc.value("Call", def.Act.Action())
	return doc
}
