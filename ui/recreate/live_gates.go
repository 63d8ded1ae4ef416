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
	then := func(byItself bool) kit.Intent { return g.ask(r, k, byItself, false) }
	if !r.NeedsWrite(k) {
		return then(byItself)
	}
	return intentWrite{gates: g, account: r.Run.Plan.Target().Account, what: "decide about " + r.Run.Plan.Source.Name, byItself: byItself, then: then}
}

// ask asks for a decision by the runs as they were seen last. Where that refuses it, AWS is
// looked at first, once: it may be over by now.
func (g gates) ask(r *liveRun, k recreate.EventKind, byItself, looked bool) kit.Intent {
	if !r.Can(k) {
		return nil
	}
	step, _ := r.Run.Step()
	def, _ := recreate.Def(step.Kind)
	st := recreate.StakesOf(k, []recreate.Subject{g.subject(&r.Run, nil)}, g.cfg.Now())
	do := intentDecide{run: r, event: recreate.Event{Kind: k}}
	want := do.demands(step.Kind, def.Gate, g.cfg.Now())
	switch {
	case st.Refused != "" && !looked && r.Can(recreate.EventResumed):
		return intentLookFirst{runs: []*liveRun{r}, what: "decide about " + r.Run.Plan.Source.Name, then: func(byItself bool) kit.Intent {
			return g.ask(r, k, byItself, true)
		}}
	case st.Refused != "":
		return kit.Say{Tone: theme.Warn, Text: st.Refused}
	case k == recreate.EventRerouted:
		return g.chooseWay(r)
	case k == recreate.EventAccepted && r.Run.Phase == recreate.PhaseDiffer:
		return g.chooseDifferences(r)
	case k == recreate.EventHalted, k == recreate.EventResumed, k == recreate.EventAmended, k == recreate.EventRetry && !r.NeedsWrite(k):
		return do
	case want == "":
		return g.approve(&st, byItself, do)
	}
	p := kit.TypedGate(g.keys.Typing, st.Title, want, g.aboutStakes(&st), func(s string) kit.Intent {
		do.event.Typed = strings.TrimSpace(s)
		if k == recreate.EventApproved { // a name, which has no spaces, and perhaps a sentence
			do.event.Typed, do.event.Sentence, _ = strings.Cut(do.event.Typed, " ")
		}
		return do
	})
	p.Since, p.Now = g.since(byItself), g.cfg.Now
	return kit.Show{Overlay: kit.NewPrompt(p)}
}

// demands adds to a decision what it is about, and returns what has to be typed for it; ""
// for nothing.
func (i *intentDecide) demands(step recreate.StepKind, gate recreate.Gate, now time.Time) string {
	r := &i.run.Run
	switch k := i.event.Kind; {
	case k == recreate.EventApproved && gate == recreate.GateName:
		i.event.Step = step
		return deletionText(r, now)
	case k == recreate.EventApproved:
		i.event.Step, i.event.Fingerprint = step, r.Plan.Fingerprint()
	case k == recreate.EventAttested:
		i.event.Step = step
		return recreate.AttestText(r.Plan.Source.Name)
	case k == recreate.EventRollback:
		way := r.WayBack()
		if i.event.Update = way.Update; way.Removes {
			return r.Plan.Spec.Name
		}
	}
	return ""
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

// since is when a gate has opened by itself; zero when a key opens it.
func (g gates) since(byItself bool) time.Time {
	if byItself {
		return g.cfg.Now()
	}
	return time.Time{}
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
