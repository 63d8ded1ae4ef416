package recreate

import (
	"strings"
	"time"

	"nbscope/model/recreate"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// gates opens what a decision about a run has to pass. What it demands grows with
// the harm that the decision can do.
type gates struct {
	keys  kit.KeyMap
	theme *theme.Theme
	world *kit.World
	now   func() time.Time
	runs  *Runs
}

// open opens the gate of a decision, or decides at once where nothing can be
// harmed.
func (g gates) open(r *liveRun, k recreate.EventKind, byItself bool) kit.Intent {
	if !r.Can(k) {
		return nil
	}
	if r.NeedsWrite(k) {
		return intentWrite{runs: g.runs, account: r.Run.Plan.Target().Account, what: "decide about " + r.Run.Plan.Source.Name, byItself: byItself, then: func(byItself bool) kit.Intent {
			if !r.Can(k) {
				return nil
			}
			return g.gate(r, k, byItself)
		}}
	}
	return g.gate(r, k, byItself)
}

// gate opens the gate of a decision. Where what was seen last refuses it, AWS is looked at
// first: that may be over by now.
func (g gates) gate(r *liveRun, k recreate.EventKind, byItself bool) kit.Intent {
	st := recreate.StakesOf(k, []recreate.Subject{g.subject(&r.Run, nil)}, g.now())
	if st.Refused == "" || !r.Can(recreate.EventResumed) {
		return g.ask(r, k, byItself)
	}
	return intentLookFirst{runs: []*liveRun{r}, what: "decide about " + r.Run.Plan.Source.Name, then: func(byItself bool) kit.Intent {
		if !r.Can(k) {
			return nil
		}
		return g.ask(r, k, byItself)
	}}
}

// ask asks for a decision by the runs as they were seen last.
func (g gates) ask(r *liveRun, k recreate.EventKind, byItself bool) kit.Intent {
	decide := func(e recreate.Event) kit.Intent {
		e.Kind = k
		return intentDecide{run: r, event: e}
	}
	step, _ := r.Run.Step()
	def, _ := recreate.Def(step.Kind)
	st := recreate.StakesOf(k, []recreate.Subject{g.subject(&r.Run, nil)}, g.now())
	if st.Refused != "" {
		return kit.Say{Tone: theme.Warn, Text: st.Refused}
	}
	typed := func(want string, event func(string) recreate.Event) kit.Intent {
		return g.typed(&st, want, byItself, func(s string) kit.Intent { return decide(event(strings.TrimSpace(s))) })
	}
	switch k {
	case recreate.EventRerouted:
		return g.chooseWay(r)
	case recreate.EventRecopy:
		return g.approve(&st, byItself, decide(recreate.Event{}))
	case recreate.EventApproved:
		if def.Gate == recreate.GateName {
			return typed(deletion(&r.Run, g.now()))
		}
		return g.approve(&st, byItself, decide(recreate.Event{Step: step.Kind, Fingerprint: r.Run.Plan.Fingerprint()}))
	case recreate.EventAttested:
		return typed(recreate.AttestText(r.Run.Plan.Source.Name), func(s string) recreate.Event { return recreate.Event{Step: step.Kind, Typed: s} })
	case recreate.EventRollback:
		way := r.Run.WayBack()
		update := way.Update
		if !way.Removes {
			return g.approve(&st, byItself, decide(recreate.Event{Update: update}))
		}
		return typed(r.Run.Plan.Spec.Name, func(s string) recreate.Event { return recreate.Event{Typed: s, Update: update} })
	case recreate.EventAccepted, recreate.EventClosed:
		if k == recreate.EventAccepted && r.Run.Phase == recreate.PhaseDiffer {
			return g.chooseDifferences(r)
		}
		return g.approve(&st, byItself, decide(recreate.Event{}))
	case recreate.EventRetry:
		if r.NeedsWrite(k) {
			return g.approve(&st, byItself, decide(recreate.Event{}))
		}
	case recreate.EventAmended, recreate.EventHalted, recreate.EventResumed, recreate.EventDone, recreate.EventFailed, recreate.EventDoubted:
	}
	return decide(recreate.Event{})
}

// subject is a run as it stands, with what the list has shown of its notebooks since.
func (g gates) subject(r *recreate.Run, next *recreate.Plan) recreate.Subject {
	t := r.Plan.Target()
	out := recreate.Subject{
		Run: *r, Next: next,
		Source: g.world.Listed(t, r.Plan.Source.ARN), Replacement: g.world.Listed(t, r.Plan.ReplacementARN()),
	}
	if step, _ := r.Step(); step.Kind == recreate.StepStop {
		out.Mentions = g.world.Mentions(&r.Plan)
	}
	return out
}

// approve opens a gate with two buttons; what is refused is said.
func (g gates) approve(st *recreate.Stakes, byItself bool, do kit.Intent) kit.Intent {
	if st.Refused != "" {
		return kit.Say{Tone: theme.Warn, Text: st.Refused}
	}
	a := kit.NewApproval(g.keys.Gate, st.Title, st.Yes, g.aboutStakes(st), do, g.now)
	a.Since = g.since(byItself)
	return kit.Show{Overlay: a}
}

// typed opens a gate that is passed by typing.
func (g gates) typed(st *recreate.Stakes, want string, byItself bool, do func(string) kit.Intent) kit.Intent {
	p := kit.TypedGate(g.keys.Typing, st.Title, want, g.aboutStakes(st), do)
	p.Since, p.Now = g.since(byItself), g.now
	return kit.Show{Overlay: kit.NewPrompt(p)}
}

// since is when a gate has opened by itself; zero when a key opens it.
func (g gates) since(byItself bool) time.Time {
	if byItself {
		return g.now()
	}
	return time.Time{}
}
