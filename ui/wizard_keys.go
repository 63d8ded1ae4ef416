package ui

import (
	"charm.land/bubbles/v2/key"
)

const (
	groupRecreate = "Recreate"
	groupRun      = "Run"
)

func (w *wizard) hints() []key.Binding {
	r, l := w.keys.Recreate, w.keys.List
	var out []key.Binding
	switch w.page {
	case pageObserve:
		out = []key.Binding{when(r.Again, w.editable() && !w.draft.observing.running), r.NextStep}
	case pagePreflight:
		out = []key.Binding{r.NextStep, when(as(r.Edit, "to the field"), w.mendable()), when(as(r.Copy, "copy commands"), w.checkCommands() != ""), when(r.Again, w.editable())}
	case pageForm:
		out = []key.Binding{r.Edit, as(l.Down, "field"), r.Direction, r.NextStep}
	case pagePreview:
		out = []key.Binding{r.NextView, when(as(r.Approve, "approve create"), w.editable()), r.Copy, r.Save, when(r.Unchanged, w.view == viewChanges)}
	case pageRun:
		out = w.runHints()
	case pages:
	}
	return append([]key.Binding{as(r.Leave, w.leaveWord())}, out...)
}

// leaveWord is what leaving the page means.
func (w *wizard) leaveWord() string {
	if w.live != nil && w.live.underWay() {
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
	switch w.page {
	case pageObserve:
		out = append(out, w.againCommand())
	case pagePreflight:
		out = append(out, w.againCommand(),
			command{group: groupRecreate, name: "To the field of the form", key: when(as(r.Edit, "to the field"), w.mendable()), run: w.mend},
			command{group: groupRecreate, name: "Copy the commands of the check", key: when(as(r.Copy, "copy commands"), w.checkCommands() != ""), run: w.copyCheck})
	case pageForm:
		out = append(out,
			command{group: groupRecreate, name: "Edit the field", key: r.Edit, run: w.edit},
			command{group: groupRecreate, name: "Turn direct internet the other way", key: r.Direction, run: w.otherDirection})
	case pagePreview:
		out = append(out, w.previewCommands()...)
	case pageRun:
		out = append(out, w.runCommands()...)
	case pages:
	}
	return append(out, w.moveCommands()...)
}

func (w *wizard) againCommand() command {
	return command{group: groupRecreate, name: "Ask AWS again", key: when(w.keys.Recreate.Again, w.editable()), run: w.again}
}

func (w *wizard) previewCommands() []command {
	r := w.keys.Recreate
	some := w.plan() != nil
	return []command{
		{group: groupRecreate, name: "Next view", key: r.NextView, run: func() intent { return w.turnView(1) }},
		{group: groupRecreate, name: "Previous view", key: r.PrevView, run: func() intent { return w.turnView(-1) }},
		{group: groupRecreate, name: "Copy the view", key: when(r.Copy, some), run: w.copyView},
		{group: groupRecreate, name: "Save the view to a file", key: when(r.Save, some), run: w.saveView},
		{group: groupRecreate, name: "Show or hide unchanged fields", key: when(r.Unchanged, w.view == viewChanges), run: w.toggleUnchanged},
		{group: groupRecreate, name: "Approve the create", key: when(as(r.Approve, "approve create"), w.editable()), run: w.approveCreate},
		w.againCommand(),
	}
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
	switch w.page {
	case pagePreflight:
		w.check, w.doc = max(0, min(w.check+by, len(w.checks())-1)), paintedDoc{}
	case pageForm:
		w.field = max(0, min(w.field+by, len(formFields())-1))
	case pageObserve, pagePreview, pageRun, pages:
		w.tops[w.page] = max(0, w.tops[w.page]+by)
	}
	return nil
}

func (w *wizard) toggleUnchanged() intent {
	w.all, w.doc = !w.all, paintedDoc{}
	return nil
}

// again asks AWS anew what the page rests on.
func (w *wizard) again() intent {
	if !w.editable() {
		return nil
	}
	w.doc = paintedDoc{}
	if w.draft.source == nil || w.page == pageObserve {
		return w.draft.observe()
	}
	w.draft.checked = false
	return w.draft.check()
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

func (w *wizard) checkCommands() string {
	c, ok := w.currentCheck()
	if !ok || len(c.Commands) == 0 {
		return ""
	}
	return joinLines(c.Commands)
}

func (w *wizard) copyCheck() intent {
	if s := w.checkCommands(); s != "" {
		return intentCopyWhole{"the commands of the check", s}
	}
	return nil
}
