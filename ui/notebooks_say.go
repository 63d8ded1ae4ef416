package ui

import (
	"fmt"
	"strings"

	"nbscope/model"
	"nbscope/model/query"
	"nbscope/ui/theme"
)

// What the notebooks list says about itself: the line about the row under the
// cursor, and what stands where there are no rows.

func (s *notebooksScreen) facts() []span {
	if s.bar.open {
		return s.suggestionSpans()
	}
	n := s.current()
	if n == nil {
		return nil
	}
	sep := " " + s.theme.Glyphs.Bullet + " "
	out := []span{{text: " "}}
	if words, tone := s.world.runWords(n); words != "" {
		out = append(out, span{tone: tone, text: s.theme.Glyphs.Diamond + " " + words}, span{tone: theme.Dim, text: sep})
	}
	if n.FailureReason != "" {
		out = append(out, span{tone: theme.Bad, text: n.FailureReason}, span{tone: theme.Dim, text: sep})
	} else if f, why := firstUnknown(n); why != "" {
		out = append(out, span{tone: theme.Unknown, text: s.theme.Glyphs.Unknown + " " + f + ": " + why}, span{tone: theme.Dim, text: sep})
	}
	if s.world.faded(n) {
		out = append(out, span{tone: theme.Warn, text: "seen " + model.Age(s.world.now.Sub(n.SeenAt)) + " ago"}, span{tone: theme.Dim, text: sep})
	}
	facts := []string{accountLong(n.Account, s.world.lens.Aliases), n.Region, n.InstanceType}
	if n.Described.Known() {
		facts = append(facts, n.Platform, n.NetworkMode().Phrase())
	}
	facts = append(facts, "created "+n.Created.UTC().Format("2006-01-02"))
	return append(out, factSpans(theme.Dim, sep, facts...)...)
}

// firstUnknown is the first field that was refused, and why.
func firstUnknown(n *model.Notebook) (field, why string) {
	for _, f := range model.Fields() {
		if !n.Knows(f.ID) && !n.Skips(f.ID) && (model.Lens{}).Cell(n, f.ID).State == model.CellUnknown {
			return strings.ToLower(f.Title), n.Reason(f.ID)
		}
	}
	return "", ""
}

func (s *notebooksScreen) suggestionSpans() []span {
	if len(s.suggestions) == 0 {
		return []span{{tone: theme.Dim, text: " fields: name account region status vpc subnet sg net type platform role kms lcc tag age"}}
	}
	out := []span{{text: " "}}
	for i, w := range s.suggestions {
		tone := theme.Dim
		if i == 0 {
			tone = theme.Accent
		}
		out = append(out, span{tone: tone, text: w + "  "})
	}
	return out
}

// emptyView says why there is nothing to see and which key changes that.
func (s *notebooksScreen) emptyView() string {
	return centered(s.theme, s.width, s.height, s.emptyMessage())
}

func (s *notebooksScreen) emptyMessage() message {
	w := s.world
	c := w.coverage
	switch {
	case len(w.rows) > 0:
		return s.filteredMessage()
	case w.scan.running:
		return s.loadingMessage()
	case w.scan.stopped:
		return message{
			title: "The scan was stopped before a notebook was found.",
			body:  fmt.Sprintf("%d of %s answered.", c.Answered, count(c.Targets, "target")),
			hint:  "r scans again   shift+tab shows the targets   q quits",
		}
	case c.Answered == 0 && (c.Problems > 0 || c.Failed > 0):
		return s.failureMessage()
	case c.Targets == 0 && w.scan.crash != "":
		return message{tone: theme.Bad, title: "The scan broke off: " + w.scan.crash, hint: "r scans again   q quits"}
	case c.Targets == 0:
		return message{title: "No targets: no account and region was scanned.", hint: "r scans   shift+tab shows the targets   q quits"}
	case !c.Complete():
		return message{
			title: fmt.Sprintf("No notebook instances in the %s that answered.", count(c.Answered, "target")),
			body:  w.unanswered() + " There may be some.",
			hint:  "shift+tab shows which and why   r scans again",
		}
	}
	return message{
		title: fmt.Sprintf("No notebook instances in %s.", count(c.Targets, "target")),
		body:  "Every account and region answered, and none has one.",
		hint:  "r scans again   shift+tab shows the targets   q quits",
	}
}

// filteredMessage says why the filter shows nothing: that nothing matches is certain
// only where everything that it asks for is known.
func (s *notebooksScreen) filteredMessage() message {
	w, u := s.world, s.shown.undecided
	m := message{
		title: "No notebook matches " + s.bar.text,
		body:  fmt.Sprintf("%s hidden by the filter.", count(len(w.rows), "notebook")),
		hint:  "esc clears the filter   / changes it",
	}
	if u.Notebooks > 0 {
		m.title = "No notebook is known to match " + s.bar.text
		m.body += undecidedWords(u)
		m.hint = s.keys.Notes.Undecided.Help().Key + " shows what may match   " + m.hint
	}
	if c := w.coverage; !w.scan.running && c.Failed+c.Problems > 0 {
		m.body += "\n" + w.unanswered() + " There may be more."
		m.hint += "   shift+tab shows the targets"
	}
	return m
}

// undecidedWords say of how many notebooks it is not known whether they match, and
// why, a line each.
func undecidedWords(u query.Undecided) string {
	out := ""
	if u.Pending > 0 {
		out += fmt.Sprintf("\n%d may match: what the filter asks for is on its way.", u.Pending)
	}
	if n := u.Notebooks - u.Pending; n > 0 {
		out += fmt.Sprintf("\n%d may match: what the filter asks for is not known (%s).", n, u.Reason)
	}
	return out
}

func (s *notebooksScreen) loadingMessage() message {
	w := s.world
	since := "for " + w.waited()
	if w.coverage.Targets == 0 {
		return message{title: "Signing in and asking which regions are enabled" + s.theme.Glyphs.Ellipsis, hint: since + "   shift+tab shows the targets   ctrl+x stops"}
	}
	done := w.coverage.Answered + w.coverage.Failed
	return message{
		title: fmt.Sprintf("Looking for notebook instances: %d of %s answered.", done, count(w.coverage.Targets, "target")),
		body:  s.theme.Glyphs.Bar(done, w.coverage.Targets, max(0, min(40, s.width-8))),
		hint:  since + "   shift+tab shows the targets   ctrl+x stops",
	}
}

// failureMessage says what went wrong when nothing answered.
func (s *notebooksScreen) failureMessage() message {
	p, more := s.worst()
	m := message{tone: theme.Bad, title: s.theme.Glyphs.Failed + " " + p.Message, body: p.Hint, hint: "r tries again   shift+tab shows the details   q quits"}
	if p.Profile != "" {
		m.title = s.theme.Glyphs.Failed + " " + p.Profile + ": " + p.Message
	}
	if more > 0 {
		m.body = strings.TrimSpace(m.body + fmt.Sprintf("\n%d more did not answer.", more))
	}
	return m
}

// worst is the problem to speak of when nothing answered, and how many more
// there are.
func (s *notebooksScreen) worst() (model.Problem, int) {
	w := s.world
	more := w.coverage.Failed + w.coverage.Problems - 1
	if len(w.problems) > 0 {
		return w.problems[0], more
	}
	for _, t := range w.targets {
		if t.Problem != nil {
			return *t.Problem, more
		}
	}
	return model.Problem{Message: "no target answered"}, more
}
