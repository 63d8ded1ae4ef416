package ui

import (
	"charm.land/bubbles/v2/key"
)

const (
	groupRecreate = "Recreate"
	groupRun      = "Run"
)

func (w *wizard) hints() []key.Binding {
	return append([]key.Binding{as(w.keys.Recreate.Leave, w.leaveWord())}, w.pages[w.page].hints()...)
}

// leaveWord is what leaving the page means.
func (w *wizard) leaveWord() string {
	if w.live != nil && w.live.UnderWay() {
		return "back, it goes on"
	}
	return "back"
}

func (w *wizard) commands() []command {
	r := w.keys.Recreate
	out := []command{
		{group: groupRecreate, name: "Back to the list", key: r.Leave, run: w.leave},
		{group: groupRecreate, name: "Next step", key: r.NextStep, run: func() intent { return w.turn(1) }},
		{group: groupRecreate, name: "Previous step", key: r.PrevStep, run: func() intent { return w.turn(-1) }},
	}
	for p := range pages {
		b := r.Step
		b.SetKeys(r.Step.Keys()[p])
		b.SetHelp(r.Step.Keys()[p], p.name())
		out = append(out, command{group: groupRecreate, name: "Step: " + p.name(), key: when(b, w.reachable(p)), run: func() intent { return w.turnTo(p) }})
	}
	out = append(out, w.pages[w.page].commands()...)
	return append(out, w.moveCommands()...)
}

// moveCommands scroll, or move the cursor where the page has one.
func (w *wizard) moveCommands() []command {
	l := w.keys.List
	half := max(1, w.pageHeight()/2)
	out := make([]command, 0, 8)
	for _, m := range []struct {
		key key.Binding
		by  int
	}{
		{l.Down, 1}, {l.Up, -1}, {l.HalfDown, half}, {l.HalfUp, -half}, {l.PageDown, 2 * half}, {l.PageUp, -2 * half},
		{l.Top, -1 << 20}, {l.Bottom, 1 << 20},
	} {
		out = append(out, command{group: groupMove, name: m.key.Help().Desc, key: m.key, plain: true, run: func() intent { return w.move(m.by) }})
	}
	return out
}

func (w *wizard) move(by int) intent {
	w.pages[w.page].move(by)
	return nil
}

// leave closes the page. What was asked for is given up; a run goes on.
func (w *wizard) leave() intent {
	switch {
	case w.draft == nil:
	case w.draft.amends != nil:
		w.draft.observing.stop()
		w.draft.checking.stop()
		w.draft = nil
		return w.turnTo(pageRun)
	case w.shared && w.live == nil:
		return intentAll{w.draft.refresh(), intentPop{}}
	default:
		w.draft.observing.stop()
		w.draft.checking.stop()
	}
	return intentPop{}
}
