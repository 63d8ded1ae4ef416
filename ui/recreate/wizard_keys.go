package recreate

import (
	"charm.land/bubbles/v2/key"

	"nbscope/ui/kit"
)

const (
	groupRecreate = "Recreate"
	groupRun      = "Run"
)

func (w *wizard) Hints() []key.Binding {
	return append([]key.Binding{kit.WithDesc(w.keys.Recreate.Leave, w.leaveWord())}, w.pages[w.page].hints()...)
}

// leaveWord is what leaving the page means.
func (w *wizard) leaveWord() string {
	if w.live != nil && w.live.UnderWay() {
		return "back, it goes on"
	}
	return "back"
}

func (w *wizard) Commands() []kit.Command {
	r := w.keys.Recreate
	out := []kit.Command{
		{Group: groupRecreate, Name: "Back to the list", Key: r.Leave, Run: w.leave},
		{Group: groupRecreate, Name: "Next step", Key: r.NextStep, Run: func() kit.Intent { return w.turn(1) }},
		{Group: groupRecreate, Name: "Previous step", Key: r.PrevStep, Run: func() kit.Intent { return w.turn(-1) }},
	}
	for p := range pages {
		b := r.Step
		b.SetKeys(r.Step.Keys()[p])
		b.SetHelp(r.Step.Keys()[p], p.name())
		out = append(out, kit.Command{Group: groupRecreate, Name: "Step: " + p.name(), Key: kit.EnabledIf(b, w.reachable(p)), Run: func() kit.Intent { return w.turnTo(p) }})
	}
	out = append(out, w.pages[w.page].commands()...)
	return append(out, w.moveCommands()...)
}

// moveCommands scroll, or move the cursor where the page has one.
func (w *wizard) moveCommands() []kit.Command {
	l := w.keys.List
	half := max(1, w.pageHeight()/2)
	out := make([]kit.Command, 0, 8)
	for _, m := range []struct {
		key key.Binding
		by  int
	}{
		{l.Down, 1}, {l.Up, -1}, {l.HalfDown, half}, {l.HalfUp, -half}, {l.PageDown, 2 * half}, {l.PageUp, -2 * half},
		{l.Top, -1 << 20}, {l.Bottom, 1 << 20},
	} {
		out = append(out, kit.Command{Group: kit.GroupMove, Name: m.key.Help().Desc, Key: m.key, Plain: true, Run: func() kit.Intent { return w.move(m.by) }})
	}
	return out
}

func (w *wizard) move(by int) kit.Intent {
	w.pages[w.page].move(by)
	return nil
}

// leave closes the page. What was asked for is given up; a run goes on.
func (w *wizard) leave() kit.Intent {
	switch {
	case w.draft == nil:
	case w.draft.amends != nil:
		w.draft.observing.stop()
		w.draft.checking.stop()
		w.draft = nil
		return w.turnTo(pageRun)
	case w.shared && w.live == nil:
		return kit.Sequence{w.draft.refresh(), kit.Pop{}}
	default:
		w.draft.observing.stop()
		w.draft.checking.stop()
	}
	return kit.Pop{}
}
