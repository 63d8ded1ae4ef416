package recreate

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"

	"nbscope/ui/kit"
	"nbscope/ui/text"
	"nbscope/ui/theme"
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
	return w.keys.List.Moves(max(1, w.pageHeight()/2), 1<<20, w.move)
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
		w.draft.surveying.stop()
		w.draft = nil
		return w.turnTo(pageRun)
	case w.shared && w.live == nil:
		return kit.Sequence{w.draft.refresh(), kit.Pop{}}
	default:
		w.draft.observing.stop()
		w.draft.checking.stop()
		w.draft.surveying.stop()
	}
	return kit.Pop{}
}

// stepRow is a step as the column on the left shows it.
type stepRow struct {
	sign string
	tone theme.Tone
	name string
	note string // how long, how many, what it waits for
	page pageID
	at   bool // the page that is looked at
	now  bool // the step that the run is at
}

// steps are the rows of the column: what leads to the plan, then what the run does.
func (w *wizard) steps() []stepRow {
	var out []stepRow
	for id, p := range w.pages {
		for _, row := range p.steps() {
			row.at = w.page == pageID(id) && (w.page != pageRun || row.now)
			out = append(out, row)
		}
	}
	return out
}

// stepLines draws the column.
func (w *wizard) stepLines(width int) []string {
	rows := w.steps()
	out := make([]string, 0, len(rows)+1)
	for i, r := range rows {
		if i == int(pageRun) {
			out = append(out, kit.Bar(w.theme, width, []kit.Span{{Tone: theme.Dim, Text: " " + strings.Repeat(w.theme.Glyphs.Horizontal, max(0, width-2))}}, nil))
		}
		ground, lead, name := theme.Plain, "  ", theme.Normal
		if r.at {
			ground, lead, name = theme.Cursor, w.theme.Glyphs.Cursor+" ", theme.Strong
		} else if r.tone == theme.Dim {
			name = theme.Dim
		}
		note := theme.Dim
		if r.tone == theme.Bad || r.tone == theme.Warn || r.tone == theme.Busy {
			note = r.tone
		}
		left := []kit.Span{{Tone: theme.Accent, Text: lead}, {Tone: r.tone, Text: r.sign + " "}, {Tone: name, Text: r.name}}
		out = append(out, kit.BarOn(w.theme, ground, width, left, []kit.Span{{Tone: note, Text: text.Clean(r.note) + " "}}))
	}
	return out
}

// clickedStep turns to the page of a step in the column, where a rule stands between
// those of the plan and those of the run.
func (w *wizard) clickedStep(y int) kit.Intent {
	rows := w.steps()
	if y > int(pageRun) {
		y--
	} else if y == int(pageRun) {
		return nil
	}
	if y >= len(rows) {
		return nil
	}
	return w.turnTo(rows[y].page)
}

// clickedStrip turns to the page of a step in the line.
func (w *wizard) clickedStrip(x int) kit.Intent {
	line, from := kit.PlainLines([]string{w.stepStrip(w.width)}), 0
	for _, r := range w.inStrip() {
		at := strings.Index(line[from:], r.name)
		if at < 0 {
			continue // no room for it
		}
		from += at
		if left := text.Width(line[:from]); left-len("x ") <= x && x < left+text.Width(r.name) {
			return w.turnTo(r.page)
		}
	}
	return nil
}

// inStrip is the steps of the plan, and the one that the run is at.
func (w *wizard) inStrip() []stepRow {
	rows := w.steps()
	shown := rows[:min(len(rows), int(pageRun))]
	if w.live != nil {
		at := slices.IndexFunc(rows, func(r stepRow) bool { return r.now })
		if at >= 0 {
			shown = append(slices.Clip(shown), rows[at])
		}
	}
	return shown
}

// stepStrip is the steps in one line.
func (w *wizard) stepStrip(width int) string {
	shown := w.inStrip()
	var left []kit.Span
	for i, r := range shown {
		tone, note, drop := theme.Dim, "", len(shown)-i
		if r.at {
			tone, note, drop = theme.Strong, r.note, 0
		}
		left = append(left, kit.Span{Tone: r.tone, Text: " " + r.sign + " ", Drop: drop}, kit.Span{Tone: tone, Text: r.name + " ", Drop: drop})
		if note != "" {
			left = append(left, kit.Span{Tone: theme.Dim, Text: note + " ", Drop: 10})
		}
	}
	return kit.Bar(w.theme, width, left, nil)
}
