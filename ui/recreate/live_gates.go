package recreate

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"nbscope/model/recreate"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// gates opens what a decision about a run has to pass. What it demands grows with
// the harm that the decision can do.
type gates struct{ *env }

// open opens the gate of a decision, or decides at once where nothing can be
// harmed.
func (g gates) open(r *liveRun, k recreate.EventKind, byItself bool) kit.Intent {
	if !r.Can(k) {
		return nil
	}
	then := func(byItself bool) kit.Intent { return g.gate(r, k, byItself) }
	if !r.NeedsWrite(k) {
		return then(byItself)
	}
	return intentWrite{gates: g, account: r.Run.Plan.Target().Account, what: "decide about " + r.Run.Plan.Source.Name, byItself: byItself, then: then}
}

// gate opens the gate of a decision. Where what was seen last refuses it, AWS is looked at
// first: that may be over by now.
func (g gates) gate(r *liveRun, k recreate.EventKind, byItself bool) kit.Intent {
	if !r.Can(k) {
		return nil
	}
	st := recreate.StakesOf(k, []recreate.Subject{g.subject(&r.Run, nil)}, g.cfg.Now())
	if st.Refused == "" || !r.Can(recreate.EventResumed) {
		return g.ask(r, k, byItself)
	}
	return intentLookFirst{runs: []*liveRun{r}, what: "decide about " + r.Run.Plan.Source.Name, then: func(byItself bool) kit.Intent {
		return g.ask(r, k, byItself)
	}}
}

// ask asks for a decision by the runs as they were seen last.
func (g gates) ask(r *liveRun, k recreate.EventKind, byItself bool) kit.Intent {
	if !r.Can(k) {
		return nil
	}
	decide := func(e recreate.Event) kit.Intent {
		e.Kind = k
		return intentDecide{run: r, event: e}
	}
	step, _ := r.Run.Step()
	def, _ := recreate.Def(step.Kind)
	st := recreate.StakesOf(k, []recreate.Subject{g.subject(&r.Run, nil)}, g.cfg.Now())
	if st.Refused != "" {
		return kit.Say{Tone: theme.Warn, Text: st.Refused}
	}
	typed := func(want string, event func(string) recreate.Event) kit.Intent {
		return g.typed(&st, want, byItself, func(s string) kit.Intent { return decide(event(strings.TrimSpace(s))) })
	}
	switch k {
	case recreate.EventRerouted:
		return g.chooseWay(r)
	case recreate.EventApproved:
		if def.Gate == recreate.GateName {
			return typed(deletion(&r.Run, g.cfg.Now()))
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
	case recreate.EventAccepted, recreate.EventClosed, recreate.EventRecopy:
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
	a := kit.NewApproval(g.keys.Gate, st.Title, st.Yes, g.aboutStakes(st), do, g.cfg.Now)
	a.Since = g.since(byItself)
	return kit.Show{Overlay: a}
}

// typed opens a gate that is passed by typing.
func (g gates) typed(st *recreate.Stakes, want string, byItself bool, do func(string) kit.Intent) kit.Intent {
	p := kit.TypedGate(g.keys.Typing, st.Title, want, g.aboutStakes(st), do)
	p.Since, p.Now = g.since(byItself), g.cfg.Now
	return kit.Show{Overlay: kit.NewPrompt(p)}
}

// since is when a gate has opened by itself; zero when a key opens it.
func (g gates) since(byItself bool) time.Time {
	if byItself {
		return g.cfg.Now()
	}
	return time.Time{}
}

// write makes sure that the account may be written to, and goes on.
func (g gates) write(do intentWrite) tea.Cmd {
	if g.cfg.Driver == nil {
		return g.host.Say(theme.Warn, "nothing can be changed here, so that nothing signs in to a notebook")
	}
	if g.Writable(do.account) {
		return kit.Perform(g.host, do.then(do.byItself))
	}
	if err := g.cfg.Driver.Forbidden(do.account); err != nil { // nobody types the id for nothing
		return g.host.Say(theme.Bad, kit.ProblemOf(err).Error())
	}
	name, _ := g.world.AccountWords(do.account, theme.Normal)
	var about kit.Document
	about.Say(theme.Normal, "nbscope only reads until you say otherwise, for each account and each session. Unlocking changes nothing by itself: every call that does is still asked for.")
	about.Say(theme.Normal, "Type the id of the account to let this session write to it.")
	p := kit.TypedGate(g.keys.Typing, "Unlock writes to "+name, do.account, about, func(s string) kit.Intent {
		return g.unlock(do, g.host.Front(), s)
	})
	p.Now, p.Since = g.cfg.Now, g.since(do.byItself)
	return kit.Perform(g.host, kit.Show{Overlay: kit.NewPrompt(p)})
}

// unlock unlocks writes with what was typed, and goes on with what that was for, unless
// the user has gone on to something else than the page where it was asked for.
func (g gates) unlock(do intentWrite, on kit.Screen, typed string) kit.Intent {
	return kit.Job("unlock", func(context.Context) kit.Intent {
		err := g.cfg.Driver.Unlock(do.account, typed)
		return kit.Func(func(h kit.Host) tea.Cmd {
			if err != nil {
				return h.Say(theme.Bad, kit.ProblemOf(err).Error())
			}
			told := h.Say(theme.Warn, "this session may write to "+kit.AccountLong(do.account, g.world.Lens.Aliases)+" now")
			return tea.Batch(told, g.host.Offer(Offer{On: on, What: do.what, Valid: func() bool { return true }, Open: do.then}))
		})
	})
}
