package recreate

import (
	"slices"
	"strings"

	"nbscope/ui/kit"
	"nbscope/ui/text"
	"nbscope/ui/theme"
)

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

// stepStrip is the steps in one line: those of the plan, and the one that the run
// is at.
func (w *wizard) stepStrip(width int) string {
	rows := w.steps()
	shown := rows[:min(len(rows), int(pageRun))]
	if w.live != nil {
		at := slices.IndexFunc(rows, func(r stepRow) bool { return r.now })
		if at >= 0 {
			shown = append(slices.Clip(shown), rows[at])
		}
	}
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
