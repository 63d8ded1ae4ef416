package ui

import (
	"slices"
	"strconv"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"nbscope/model/recreate"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// What waits for the user stands in the header of every screen, with the key that
// leads to it. A gate opens by itself only where the user still looks at the page
// that asked for it, and types nothing.

// offer is a gate that opens by itself.
type offer struct {
	on    kit.Screen // the page that it is about
	what  string     // a clause, such as "approve: stop source"
	valid func() bool
	open  func(byItself bool) kit.Intent
}

// offer opens a gate, or puts it off where it would take keys that are meant for
// something else.
func (a *App) offer(o offer) tea.Cmd {
	if a.overlay == nil && a.mode() == modeCommand && a.screen() == o.on {
		return a.perform(o.open(true))
	}
	a.offers = append(slices.DeleteFunc(a.offers, func(x offer) bool { return x.on == o.on && x.what == o.what }), o)
	return a.bell()
}

// pendingOffers are the gates that were put off and still stand before something.
func (a *App) pendingOffers() []offer {
	a.offers = slices.DeleteFunc(a.offers, func(o offer) bool { return !o.valid() })
	return a.offers
}

// waitingSpans is the sign in the header; nothing where nothing waits.
func (a *App) waitingSpans() []kit.Span {
	var what, rest string
	switch all := a.pendingOffers(); {
	case len(a.questions) > 0:
		what = "a sign-in asks"
	case len(all) > 0:
		what = all[0].what
	default:
		n := len(a.runs.waiting())
		if n == 0 {
			return nil
		}
		what, rest = strconv.Itoa(n), " runs wait"
		if n == 1 {
			rest = " run waits"
		}
	}
	return []kit.Span{
		{Tone: theme.Accent, Text: "  " + a.theme.Glyphs.Diamond + " " + what}, {Tone: theme.Accent, Text: rest, Drop: 3},
		{Tone: theme.Dim, Text: "  "}, {Tone: theme.Accent, Text: a.keys.Global.Waiting.Help().Key},
	}
}

// waitingKey is the key to what waits, where something does.
func (a *App) waitingKey() key.Binding {
	return kit.EnabledIf(a.keys.Global.Waiting, len(a.waitingSpans()) > 0)
}

// toWaiting goes to what waits: the question or the gate that was put off, else the
// list of runs.
func (a *App) toWaiting() tea.Cmd {
	if len(a.questions) > 0 {
		a.nextQuestion()
		return nil
	}
	if all := a.pendingOffers(); len(all) > 0 {
		o := all[0]
		a.offers = slices.Delete(a.offers, 0, 1)
		return tea.Batch(a.goTo(o.on), a.perform(o.open(false)))
	}
	if a.runsList == nil {
		return nil
	}
	cmd := a.goTo(a.runsList)
	if all := a.runs.waiting(); len(all) > 0 {
		a.runsList.table.MoveToKey(all[0].ID)
	}
	return cmd
}

// goTo brings a screen to the front, and closes what is on top of it. One that was
// closed before stays closed.
func (a *App) goTo(s kit.Screen) tea.Cmd {
	at := slices.Index(a.screens, s)
	if at < 0 && !slices.Contains(a.pushed, s) {
		return nil
	}
	var cmds []tea.Cmd
	for len(a.pushed) > 0 && a.screen() != s {
		cmds = append(cmds, a.Pop())
	}
	if at >= 0 {
		a.at = at
	}
	return tea.Batch(cmds...)
}

// gates are those of decisions about runs.
func (a *App) gates() gates {
	return gates{keys: a.keys, theme: a.theme, world: a.world, now: a.cfg.Now}
}

// offerDecision opens the gate that a run was taken up for.
func (a *App) offerDecision(r *liveRun, k recreate.EventKind) tea.Cmd {
	step, _ := r.Run.Step()
	def, _ := recreate.Def(step.Kind)
	what := decisionWord(k)
	if k == recreate.EventApproved {
		what = "approve: " + kit.LowerFirst(def.Title)
	}
	return a.offer(offer{
		on: r.page, what: what + ", " + r.Run.Plan.Source.Name, valid: func() bool { return r.Can(k) },
		open: func(byItself bool) kit.Intent { return a.gates().open(r, k, byItself) },
	})
}

// decisionWord is a decision, as a clause.
func decisionWord(k recreate.EventKind) string {
	switch k {
	case recreate.EventRollback:
		return "roll back"
	case recreate.EventClosed:
		return "end the run"
	case recreate.EventApproved, recreate.EventAttested, recreate.EventRetry, recreate.EventAmended, recreate.EventAccepted, recreate.EventResumed,
		recreate.EventHalted, recreate.EventDone, recreate.EventFailed, recreate.EventDoubted:
	}
	return "decide"
}
