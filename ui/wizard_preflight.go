package ui

import (
	"fmt"
	"slices"
	"strings"

	"nbscope/model/recreate"
	"nbscope/ui/text"
	"nbscope/ui/theme"
)

// The page of the first look, and that of the checks.

func (w *wizard) observeView() string {
	width, height := w.pageWidth(), w.pageHeight()
	if w.editable() {
		switch q := &w.draft.observing; {
		case q.running:
			return centered(w.theme, width, height, message{
				title: spinner(w.theme, w.ports.frame()) + " Looking at " + w.sourceName() + " and its tags",
				hint:  "for " + seconds(w.ports.now().Sub(q.since)) + "   esc leaves",
			})
		case q.problem != nil:
			m := message{tone: theme.Bad, title: w.theme.Glyphs.Failed + " " + q.problem.Message, body: q.problem.Hint}
			m.hint = w.keys.Recreate.Again.Help().Key + " asks again   esc leaves"
			return centered(w.theme, width, height, m)
		}
	}
	s := w.source()
	if s == nil {
		return block(nil, width, height)
	}
	lines := w.snapshotDocument(s).paint(w.theme, max(1, width-2))
	for i := range lines {
		lines[i] = " " + lines[i]
	}
	return strings.Join(w.scrolled(lines, height), "\n")
}

// snapshotDocument is a notebook as it was looked at for the plan.
func (w *wizard) snapshotDocument(s *recreate.Snapshot) document {
	var doc document
	sign, tone := statusSign(w.theme, s.Status)
	doc.toned("Status", tone, sign+" "+string(s.Status))
	if s.FailureReason != "" {
		doc.toned("Reason", theme.Bad, s.FailureReason)
	}
	doc.value("ARN", s.ARN)
	doc.value("Seen", s.SeenAt.UTC().Format(stamp))
	doc.heading("As it is")
	p := recreate.Plan{Source: *s, Spec: *w.spec()}
	for _, c := range p.Changes() {
		if f, ok := recreate.FieldOf(c.Field); ok && f.Form && c.Field != recreate.FieldName && c.Field != recreate.FieldTags {
			doc.value(c.Title, c.Before)
		}
	}
	doc.heading("Tags")
	if s.TagsUnknown != "" {
		doc.toned("", theme.Unknown, w.theme.Glyphs.Unknown+" unknown: "+s.TagsUnknown)
	}
	for _, tag := range s.Tags {
		doc.value(tag.Key, tag.Value)
	}
	return doc
}

func (w *wizard) preflightView() string {
	width, height := w.pageWidth(), w.pageHeight()
	if w.editable() && w.draft.checking.running {
		return centered(w.theme, width, height, message{
			title: spinner(w.theme, w.ports.frame()) + " Asking AWS everything that the recreate rests on",
			body:  "Names, subnet, groups, role, key, quotas, permissions, prices: nothing is changed.",
			hint:  "for " + seconds(w.ports.now().Sub(w.draft.checking.since)) + "   esc leaves",
		})
	}
	if w.editable() && !w.draft.checked {
		return centered(w.theme, width, height, message{
			title: "The form has changed since the last preflight.",
			hint:  w.keys.Recreate.Again.Help().Key + " checks again",
		})
	}
	if w.doc.lines == nil {
		w.doc = w.checkLines(width)
	}
	w.check = max(0, min(w.check, len(w.doc.marks)-1))
	w.marked(w.doc.marks, w.check, len(w.doc.lines), height)
	return strings.Join(w.scrolled(w.doc.lines, height), "\n")
}

// checkLines draws the checks: what failed, warns or is not known with all that
// there is to say, what passed in a line.
func (w *wizard) checkLines(width int) paintedDoc {
	var out paintedDoc
	checks := w.checks()
	if len(checks) == 0 {
		out.lines = append(out.lines, w.theme.Render(theme.Dim, " No checks are kept with this run."))
		return out
	}
	var last recreate.Result
	for i := range checks {
		c := &checks[i]
		if c.Result != last {
			if last != "" {
				out.lines = append(out.lines, "")
			}
			out.lines = append(out.lines, w.resultHead(checks, c.Result, width))
			last = c.Result
		}
		out.marks = append(out.marks, len(out.lines))
		out.lines = append(out.lines, w.checkEntry(c, i == w.check, width)...)
	}
	return out
}

func (w *wizard) resultHead(checks []recreate.Check, r recreate.Result, width int) string {
	n := recreate.CountChecks(checks)[r]
	return bar(w.theme, width, []span{{tone: theme.Header, text: fmt.Sprintf(" %s %d", resultTitle(r), n)}}, nil)
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

// resultSign is the sign and the tone of a check's result.
func resultSign(t *theme.Theme, r recreate.Result) (string, theme.Tone) {
	switch r {
	case recreate.Fail:
		return t.Glyphs.Failed, theme.Bad
	case recreate.Warn:
		return t.Glyphs.Warn, theme.Warn
	case recreate.Pass:
		return t.Glyphs.Ok, theme.Good
	case recreate.CheckUnknown:
	}
	return t.Glyphs.Unknown, theme.Unknown
}

// checkTitleWidth is the least room for the names of checks that passed, whose
// evidence stands in a column.
const checkTitleWidth = 26

// passWidth is the widest name of those that passed.
func (w *wizard) passWidth() int {
	widest := 0
	for _, c := range w.checks() {
		if c.Result == recreate.Pass {
			widest = max(widest, text.Width(text.Clean(c.Title)))
		}
	}
	return widest
}

func (w *wizard) checkEntry(c *recreate.Check, at bool, width int) []string {
	sign, tone := resultSign(w.theme, c.Result)
	ground, lead := theme.Plain, "  "
	if at {
		ground, lead = theme.Cursor, w.theme.Glyphs.Cursor+" "
	}
	head := []span{{tone: theme.Accent, text: lead}, {tone: tone, text: sign + " "}}
	if c.Result == recreate.Pass {
		title := min(w.passWidth(), max(checkTitleWidth, width*2/5), max(1, width-6))
		head = append(head, span{text: text.FitWith(c.Title, title, w.theme.Glyphs.Ellipsis)}, span{tone: theme.Dim, text: "  " + c.Evidence})
		if at && title+6+text.Width(text.Clean(c.Evidence)) > width { // in full where the cursor is
			return append([]string{barOn(w.theme, ground, width, head[:3], nil)}, indented(w.theme, theme.Normal, c.Evidence, width)...)
		}
		return []string{barOn(w.theme, ground, width, head, nil)}
	}
	strong := theme.Strong
	if c.Result == recreate.Fail {
		strong = theme.Bad
	}
	head = append(head, span{tone: strong, text: c.Title})
	if c.Field != "" {
		head = append(head, span{tone: theme.Dim, text: "  " + fieldTitle(c.Field), drop: 1})
	}
	out := []string{barOn(w.theme, ground, width, head, nil)}
	out = append(out, indented(w.theme, theme.Normal, c.Evidence, width)...)
	if c.Hint != "" {
		out = append(out, hanging(w.theme, span{tone: theme.Dim, text: "    " + w.theme.Glyphs.Arrow + " "}, "      ", theme.Normal, c.Hint, width)...)
	}
	for _, cmd := range c.Commands {
		out = append(out, hanging(w.theme, span{tone: theme.Accent, text: "    $ "}, "        ", theme.Dim, cmd, width)...)
	}
	return out
}

// indented sets a paragraph below a line with a sign.
func indented(t *theme.Theme, tone theme.Tone, s string, width int) []string {
	if s == "" {
		return nil
	}
	var out []string
	for _, l := range text.Wrap(s, max(1, width-5)) {
		out = append(out, "    "+t.Render(tone, l))
	}
	return out
}

// currentCheck is the check under the cursor.
func (w *wizard) currentCheck() (recreate.Check, bool) {
	if c := w.checks(); w.check >= 0 && w.check < len(c) {
		return c[w.check], true
	}
	return recreate.Check{}, false
}

// mendable reports whether the check under the cursor is about a field of the form.
func (w *wizard) mendable() bool {
	c, ok := w.currentCheck()
	return ok && w.editable() && c.Field != ""
}

// mend goes to the field of the form that the check under the cursor is about.
func (w *wizard) mend() intent {
	c, _ := w.currentCheck()
	if i := slices.IndexFunc(formFields(), func(f recreate.FieldDef) bool { return f.Create == c.Field }); i >= 0 {
		w.field = i
	}
	return w.turnTo(pageForm)
}

// fieldTitle is what the form calls a member of Create.
func fieldTitle(create string) string {
	if f, ok := recreate.FieldOf(create); ok {
		return f.Title
	}
	return create
}
