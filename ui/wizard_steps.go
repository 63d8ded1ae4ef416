package ui

import (
	"fmt"
	"slices"
	"strings"

	"nbscope/model/recreate"
	"nbscope/ui/text"
	"nbscope/ui/theme"
)

// stepRow is a step as the column on the left shows it.
type stepRow struct {
	sign string
	tone theme.Tone
	name string
	note string // how long, how many, what it waits for
	page page
	at   bool // the page that is looked at
	now  bool // the step that the run is at
}

// steps are the rows of the column: what leads to the plan, then what the run does.
func (w *wizard) steps() []stepRow {
	out := []stepRow{w.observeStep(), w.preflightStep(), w.formStep(), w.previewStep()}
	for i := range out {
		out[i].at = out[i].page == w.page
	}
	if w.live != nil && !w.editable() {
		return append(out, w.runSteps()...)
	}
	if p := w.draftPlan(); p != nil {
		for _, s := range p.Steps() {
			out = append(out, stepRow{sign: w.theme.Glyphs.Stopped, tone: theme.Dim, name: s.Title, note: gateWord(s.Gate), page: pagePreview})
		}
	}
	return out
}

// draftPlan is the plan that the steps are read from, also while it is not
// complete.
func (w *wizard) draftPlan() *recreate.Plan {
	if w.draft == nil || w.draft.source == nil {
		return nil
	}
	if w.draft.plan != nil {
		return w.draft.plan
	}
	p := recreate.NewPlan(w.draft.runID, w.world.now, *w.draft.source, w.draft.spec)
	return &p
}

// gateWord is what a gate wants of the user.
func gateWord(g recreate.Gate) string {
	switch g {
	case recreate.GateApprove:
		return "approve"
	case recreate.GateAttest:
		return "by hand"
	case recreate.GateName:
		return "type name"
	case recreate.GateNone:
	}
	return ""
}

func (w *wizard) observeStep() stepRow {
	g := w.theme.Glyphs
	row := stepRow{sign: g.Ok, tone: theme.Good, name: pageObserve.name(), page: pageObserve}
	if !w.editable() {
		return row
	}
	switch q := &w.draft.observing; {
	case q.running:
		row.sign, row.tone = spinner(w.theme, w.ports.frame()), theme.Busy
		row.note = seconds(w.ports.now().Sub(q.since))
	case q.problem != nil:
		row.sign, row.tone, row.note = g.Failed, theme.Bad, "failed"
	case w.draft.source == nil:
		row.sign, row.tone = g.Stopped, theme.Dim
	default:
		row.note = fmt.Sprintf("%.1f s", q.took.Seconds())
	}
	return row
}

func (w *wizard) preflightStep() stepRow {
	g := w.theme.Glyphs
	row := stepRow{sign: g.Stopped, tone: theme.Dim, name: pagePreflight.name(), page: pagePreflight}
	if w.editable() {
		q := &w.draft.checking
		switch {
		case q.running:
			row.sign, row.tone = spinner(w.theme, w.ports.frame()), theme.Busy
			row.note = seconds(w.ports.now().Sub(q.since))
			return row
		case w.draft.source == nil:
			return row
		case !w.draft.checked:
			row.note = "to be made again"
			return row
		}
	}
	row.sign, row.tone, row.note = countSigns(w.theme, w.checks())
	return row
}

// countSigns is how a list of checks stands: a sign for the worst, and the counts.
func countSigns(t *theme.Theme, checks []recreate.Check) (sign string, tone theme.Tone, note string) {
	n := recreate.CountChecks(checks)
	sign, tone = t.Glyphs.Ok, theme.Good
	switch {
	case n[recreate.Fail] > 0:
		sign, tone = t.Glyphs.Failed, theme.Bad
	case n[recreate.Warn] > 0:
		sign, tone = t.Glyphs.Warn, theme.Warn
	}
	note = fmt.Sprintf("%d %s %d %s %d %s", n[recreate.Pass], t.Glyphs.Ok, n[recreate.Warn], t.Glyphs.Warn, n[recreate.Fail], t.Glyphs.Failed)
	if u := n[recreate.CheckUnknown]; u > 0 {
		note += fmt.Sprintf(" %d %s", u, t.Glyphs.Unknown)
	}
	return sign, tone, note
}

func (w *wizard) formStep() stepRow {
	g := w.theme.Glyphs
	row := stepRow{sign: g.Ok, tone: theme.Good, name: pageForm.name(), page: pageForm}
	switch {
	case !w.editable():
	case w.draft.source == nil:
		row.sign, row.tone = g.Stopped, theme.Dim
	case len(w.draft.invalid) > 0:
		row.sign, row.tone, row.note = g.Failed, theme.Bad, fmt.Sprintf("%d invalid", len(w.draft.invalid))
	}
	return row
}

func (w *wizard) previewStep() stepRow {
	g := w.theme.Glyphs
	row := stepRow{sign: g.Ok, tone: theme.Good, name: pagePreview.name(), page: pagePreview}
	if w.editable() {
		if row.sign, row.tone = g.Stopped, theme.Dim; w.draft.obstacle() == "" {
			row.tone, row.note = theme.Normal, "ready"
		}
	}
	return row
}

// stepLines draws the column.
func (w *wizard) stepLines(width int) []string {
	rows := w.steps()
	out := make([]string, 0, len(rows)+1)
	for i, r := range rows {
		if i == int(pageRun) {
			out = append(out, bar(w.theme, width, []span{{tone: theme.Dim, text: " " + strings.Repeat(w.theme.Glyphs.Horizontal, max(0, width-2))}}, nil))
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
		left := []span{{tone: theme.Accent, text: lead}, {tone: r.tone, text: r.sign + " "}, {tone: name, text: r.name}}
		out = append(out, barOn(w.theme, ground, width, left, []span{{tone: note, text: text.Clean(r.note) + " "}}))
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
	var left []span
	for i, r := range shown {
		tone, note, drop := theme.Dim, "", len(shown)-i
		if r.at {
			tone, note, drop = theme.Strong, r.note, 0
		}
		left = append(left, span{tone: r.tone, text: " " + r.sign + " ", drop: drop}, span{tone: tone, text: r.name + " ", drop: drop})
		if note != "" {
			left = append(left, span{tone: theme.Dim, text: note + " ", drop: 10})
		}
	}
	return bar(w.theme, width, left, nil)
}
