package recreate

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"

	"nbscope/model/recreate"
	"nbscope/ui/kit"
	"nbscope/ui/text"
	"nbscope/ui/theme"
)

// preflightPage is the checks, with a cursor on one of them.
type preflightPage struct {
	*subject
	scrolling
	check    int // under the cursor
	openForm func(field string) kit.Intent
}

func (pg *preflightPage) reachable() bool { return pg.source() != nil }

func (pg *preflightPage) steps() []stepRow {
	g := pg.theme.Glyphs
	row := stepRow{sign: g.Stopped, tone: theme.Dim, name: pagePreflight.name(), page: pagePreflight}
	if pg.editable() {
		q := &pg.draft.checking
		switch {
		case q.running:
			row.sign, row.tone = kit.Spinner(pg.theme, pg.ports.frame()), theme.Busy
			row.note = kit.Elapsed(pg.ports.now().Sub(q.since))
			return []stepRow{row}
		case pg.draft.source == nil:
			return []stepRow{row}
		case !pg.draft.checked:
			row.note = "to be run again"
			return []stepRow{row}
		}
	}
	row.sign, row.tone, row.note = countSigns(pg.theme, pg.checks())
	return []stepRow{row}
}

func (pg *preflightPage) view(width, height int) string {
	if pg.editable() && pg.draft.checking.running {
		return pg.checkingView(width, height)
	}
	if pg.editable() && !pg.draft.checked {
		return kit.Centered(pg.theme, width, height, kit.Message{
			Title: "The form has changed since the last preflight.",
			Hint:  pg.keys.Recreate.Again.Help().Key + " checks again",
		})
	}
	if pg.doc.lines == nil {
		pg.doc = pg.checkLines(width)
	}
	pg.check = max(0, min(pg.check, len(pg.doc.marks)-1))
	pg.marked(pg.doc.marks, pg.check, len(pg.doc.lines), height)
	return strings.Join(pg.scrolled(pg.doc.lines, width, height), "\n")
}

// checkingView stands where the checks are awaited.
func (s *subject) checkingView(width, height int) string {
	return kit.Centered(s.theme, width, height, kit.Message{
		Title: kit.Spinner(s.theme, s.ports.frame()) + " Asking AWS everything that the recreate rests on",
		Body:  "Names, subnet, groups, role, key, quotas, permissions, prices: nothing is changed.",
		Hint:  "for " + kit.Elapsed(s.ports.now().Sub(s.draft.checking.since)) + "   esc leaves",
	})
}

// checkLines draws the checks: what failed, warns or is not known with all that
// there is to say, what passed in a line.
func (pg *preflightPage) checkLines(width int) paintedDoc {
	var out paintedDoc
	checks := pg.checks()
	if len(checks) == 0 {
		out.lines = append(out.lines, pg.theme.Render(theme.Dim, " No checks are kept with this run."))
		return out
	}
	var last recreate.Result
	for i := range checks {
		c := &checks[i]
		if c.Result != last {
			if last != "" {
				out.lines = append(out.lines, "")
			}
			out.lines = append(out.lines, pg.resultHead(checks, c.Result, width))
			last = c.Result
		}
		out.marks = append(out.marks, len(out.lines))
		out.lines = append(out.lines, pg.checkEntry(c, i == pg.check, width)...)
	}
	return out
}

func (pg *preflightPage) resultHead(checks []recreate.Check, r recreate.Result, width int) string {
	n := recreate.CountChecks(checks)[r]
	return kit.Bar(pg.theme, width, []kit.Span{{Tone: theme.Header, Text: fmt.Sprintf(" %s %d", resultTitle(r), n)}}, nil)
}

func resultTitle(r recreate.Result) string {
	switch r {
	case recreate.Fail:
		return "Failed"
	case recreate.Warn:
		return "Warnings"
	case recreate.CheckUnknown:
		return "Not known"
	case recreate.Pass:
		return "Passed"
	}
	return string(r)
}

// checkTitleWidth is the least room for the names of checks that passed, whose
// evidence stands in a column.
const checkTitleWidth = 26

// passWidth is the widest name of those that passed.
func (pg *preflightPage) passWidth() int {
	widest := 0
	for _, c := range pg.checks() {
		if c.Result == recreate.Pass {
			widest = max(widest, text.Width(text.Clean(c.Title)))
		}
	}
	return widest
}

func (pg *preflightPage) checkEntry(c *recreate.Check, at bool, width int) []string {
	sign, tone := resultSign(pg.theme, c.Result)
	ground, lead := theme.Plain, "  "
	if at {
		ground, lead = theme.Cursor, pg.theme.Glyphs.Cursor+" "
	}
	head := []kit.Span{{Tone: theme.Accent, Text: lead}, {Tone: tone, Text: sign + " "}}
	if c.Result == recreate.Pass {
		title := min(pg.passWidth(), max(checkTitleWidth, width*2/5), max(1, width-6))
		head = append(head, kit.Span{Text: text.FitWith(c.Title, title, pg.theme.Glyphs.Ellipsis)}, kit.Span{Tone: theme.Dim, Text: "  " + c.Evidence})
		if at && title+6+text.Width(text.Clean(c.Evidence)) > width { // in full where the cursor is
			return append([]string{kit.BarOn(pg.theme, ground, width, head[:3], nil)}, kit.Indented(pg.theme, theme.Normal, c.Evidence, width)...)
		}
		return []string{kit.BarOn(pg.theme, ground, width, head, nil)}
	}
	strong := theme.Strong
	if c.Result == recreate.Fail {
		strong = theme.Bad
	}
	head = append(head, kit.Span{Tone: strong, Text: c.Title})
	if c.Field != "" {
		head = append(head, kit.Span{Tone: theme.Dim, Text: "  " + fieldTitle(c.Field), Drop: 1})
	}
	out := []string{kit.BarOn(pg.theme, ground, width, head, nil)}
	out = append(out, kit.Indented(pg.theme, theme.Normal, c.Evidence, width)...)
	if c.Hint != "" {
		out = append(out, kit.Hanging(pg.theme, kit.Span{Tone: theme.Dim, Text: "    " + pg.theme.Glyphs.Arrow + " "}, "      ", theme.Normal, c.Hint, width)...)
	}
	for _, cmd := range c.Commands {
		out = append(out, kit.Hanging(pg.theme, kit.Span{Tone: theme.Accent, Text: "    $ "}, "        ", theme.Dim, cmd, width)...)
	}
	return out
}

// currentCheck is the check under the cursor.
func (pg *preflightPage) currentCheck() (recreate.Check, bool) {
	if c := pg.checks(); pg.check >= 0 && pg.check < len(c) {
		return c[pg.check], true
	}
	return recreate.Check{}, false
}

// mendable reports whether the check under the cursor is about a field of the form.
func (pg *preflightPage) mendable() bool {
	c, ok := pg.currentCheck()
	return ok && pg.editable() && c.Field != ""
}

// mend goes to the field of the form that the check under the cursor is about.
func (pg *preflightPage) mend() kit.Intent {
	c, _ := pg.currentCheck()
	return pg.openForm(c.Field)
}

func (pg *preflightPage) move(by int) {
	pg.check = max(0, min(pg.check+by, len(pg.checks())-1))
	pg.changed()
}

// scroll moves the cursor by a check, which takes several lines.
func (pg *preflightPage) scroll(by int) { pg.move(min(1, max(-1, by))) }

// click moves the cursor to a check, and goes from the one that it is on to its field of
// the form.
func (pg *preflightPage) click(_, y int) kit.Intent {
	switch i := pg.pieceAt(pg.doc.marks, y); {
	case i < 0 || pg.top+y >= len(pg.doc.lines):
		return nil
	case i == pg.check:
		if !pg.mendKey().Enabled() {
			return nil
		}
		return pg.mend()
	default:
		pg.move(i - pg.check)
		return nil
	}
}

func (pg *preflightPage) hints() []key.Binding {
	r := pg.keys.Recreate
	return []key.Binding{r.NextStep, pg.mendKey(), pg.copyKey(), pg.insideKey(), kit.EnabledIf(r.Again, pg.editable())}
}

func (pg *preflightPage) mendKey() key.Binding {
	return kit.EnabledIf(kit.WithDesc(pg.keys.Recreate.Edit, "to the field"), pg.mendable())
}

func (pg *preflightPage) insideKey() key.Binding {
	return kit.EnabledIf(pg.keys.Recreate.LookInside, pg.editable() && pg.draft.surveyable())
}

func (pg *preflightPage) copyKey() key.Binding {
	return kit.EnabledIf(kit.WithDesc(pg.keys.Recreate.Copy, "copy commands"), pg.checkCommands() != "")
}

func (pg *preflightPage) commands() []kit.Command {
	return []kit.Command{
		pg.againCommand(pg.checkAgain),
		{Group: groupRecreate, Name: "To the field of the form", Key: pg.mendKey(), Run: pg.mend},
		{Group: groupRecreate, Name: "Look into the source: sizes, what cannot be read, mounts", Key: pg.insideKey(), Run: func() kit.Intent { return pg.draft.lookInside() }},
		{Group: groupRecreate, Name: "Copy the commands of the check", Key: pg.copyKey(), Run: pg.copyCheck},
	}
}

func (pg *preflightPage) checkCommands() string {
	c, ok := pg.currentCheck()
	if !ok || len(c.Commands) == 0 {
		return ""
	}
	return joinLines(c.Commands)
}

func (pg *preflightPage) copyCheck() kit.Intent {
	if s := pg.checkCommands(); s != "" {
		return kit.Copy{What: "the commands of the check", Text: s}
	}
	return nil
}
