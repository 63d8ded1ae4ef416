package explore

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"nbscope/model"
	"nbscope/model/query"
	"nbscope/model/report"
	"nbscope/ui/kit"
	"nbscope/ui/text"
	"nbscope/ui/theme"
)

// What the notebooks list says about itself: the line about the row under the
// cursor, and what stands where there are no rows.

// Facts implements kit.Screen.
func (s *Notebooks) Facts() []kit.Span {
	if s.bar.Open {
		all := listWords{s}.hintLines()
		return all[len(all)-1]
	}
	n := s.list.current()
	if n == nil {
		return nil
	}
	sep := " " + s.theme.Glyphs.Bullet + " "
	out := []kit.Span{{Text: " "}}
	if text.Width(n.Name) > nameRoom(s.list.width) { // the list cuts it
		out = append(out, kit.Span{Tone: theme.Strong, Text: n.Name}, kit.Span{Tone: theme.Dim, Text: sep})
	}
	if words, tone := s.world.RunWords(n); words != "" {
		out = append(out, kit.Span{Tone: tone, Text: s.theme.Glyphs.Run + " " + words}, kit.Span{Tone: theme.Dim, Text: sep})
	}
	if n.FailureReason != "" {
		out = append(out, kit.Span{Tone: theme.Bad, Text: n.FailureReason}, kit.Span{Tone: theme.Dim, Text: sep})
	} else if f, why := firstUnknown(n); why != "" {
		out = append(out, kit.Span{Tone: theme.Unknown, Text: s.theme.Glyphs.Unknown + " " + f + ": " + why}, kit.Span{Tone: theme.Dim, Text: sep})
	}
	if why := brokenBy(n, s.world.Lens.FindingsOf(n)); why != "" {
		out = append(out, kit.Span{Tone: theme.Normal, Text: why}, kit.Span{Tone: theme.Dim, Text: sep})
	}
	if s.world.Faded(n) {
		out = append(out, kit.Span{Tone: theme.Warn, Text: s.world.SeenWords(n)}, kit.Span{Tone: theme.Dim, Text: sep})
	}
	facts := []string{kit.AccountLong(n.Account, s.world.Lens.Aliases), n.Region, n.InstanceType}
	if n.Described.Known() {
		facts = append(facts, n.Platform, n.NetworkMode().Phrase())
	}
	if !n.Created.IsZero() {
		facts = append(facts, "created "+n.Created.UTC().Format("2006-01-02"))
	}
	return append(out, kit.FactSpans(theme.Dim, sep, facts...)...)
}

// brokenBy is what keeps a notebook with a finding from the internet, "" for nothing
// that is known.
func brokenBy(n *model.Notebook, findings []model.Finding) string {
	worst, ok := model.Worst(findings)
	if !ok || worst.Mitigated || n.Egress == nil || n.Egress.Verdict.Internet() {
		return ""
	}
	return n.Egress.Reason
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

// listWords is what the list says of itself, and in place of rows.
type listWords struct{ *Notebooks }

// hintLines are what can be typed next: of fields all of them, in as many lines as it takes
// unless little of the list would be left; of values those that one line has room for.
func (s listWords) hintLines() [][]kit.Span {
	if !s.bar.Open {
		return nil
	}
	out, used := [][]kit.Span{{{Text: " "}}}, 1
	add := func(tone theme.Tone, word string, gap string) {
		if used+text.Width(word) >= s.width && len(out[len(out)-1]) > 1 {
			out, used = append(out, []kit.Span{{Text: " "}}), 1
		}
		out[len(out)-1] = append(out[len(out)-1], kit.Span{Tone: tone, Text: word + gap})
		used += text.Width(word + gap)
	}
	if len(s.suggestions) == 0 {
		add(theme.Dim, "fields:", " ")
		for _, w := range query.FieldNames() {
			add(theme.Dim, w, " ")
		}
	}
	for i, w := range s.suggestions {
		tone := theme.Dim
		if i == 0 {
			tone = theme.Accent
		}
		add(tone, w, "  ")
	}
	value := func(w string) bool { return !strings.HasSuffix(w, ":") }
	if len(out)-1 > s.height*2/3 || slices.ContainsFunc(s.suggestions, value) {
		return [][]kit.Span{slices.Concat(out...)}
	}
	return out
}

// emptyView says why there is nothing to see and which key changes that.
func (s listWords) emptyView() string {
	return kit.Centered(s.theme, s.width, s.height-s.stripLines(), s.emptyMessage())
}

func (s listWords) emptyMessage() kit.Message {
	w := s.world
	c := w.Coverage
	switch {
	case len(w.Rows) > 0:
		return s.filteredMessage()
	case w.Scan.Running:
		return s.loadingMessage()
	case w.Scan.Stopped:
		return kit.Message{
			Title: "The scan was stopped before a notebook was found.",
			Body:  fmt.Sprintf("%d of %s answered.", c.Answered, kit.Count(c.Targets, "target")),
			Hint:  kit.KeyLine(kit.WithDesc(s.keys.Global.Refresh, "scans again"), kit.WithDesc(s.keys.Global.PrevScreen, "shows the targets"), kit.WithDesc(s.keys.Global.Quit, "quits")),
		}
	case c.Answered == 0 && (c.Problems > 0 || c.Failed > 0):
		return s.failureMessage()
	case c.Targets == 0 && w.Scan.Crash != "":
		return kit.Message{Tone: theme.Bad, Title: "The scan stopped early: " + w.Scan.Crash, Hint: kit.KeyLine(kit.WithDesc(s.keys.Global.Refresh, "scans again"), kit.WithDesc(s.keys.Global.Quit, "quits"))}
	case c.Targets == 0:
		return kit.Message{Title: "No targets: no account or region was scanned.", Hint: kit.KeyLine(kit.WithDesc(s.keys.Global.Refresh, "scans"), kit.WithDesc(s.keys.Global.PrevScreen, "shows the targets"), kit.WithDesc(s.keys.Global.Quit, "quits"))}
	case !c.Complete():
		return kit.Message{
			Title: fmt.Sprintf("No notebook instances in the %s that answered.", kit.Count(c.Answered, "target")),
			Body:  w.Unanswered() + " There may be some.",
			Hint:  kit.KeyLine(kit.WithDesc(s.keys.Global.PrevScreen, "shows which and why"), kit.WithDesc(s.keys.Global.Refresh, "scans again")),
		}
	}
	return kit.Message{
		Title: fmt.Sprintf("No notebook instances in %s.", kit.Count(c.Targets, "target")),
		Body:  "Every account and region answered, and none has one.",
		Hint:  kit.KeyLine(kit.WithDesc(s.keys.Global.Refresh, "scans again"), kit.WithDesc(s.keys.Global.PrevScreen, "shows the targets"), kit.WithDesc(s.keys.Global.Quit, "quits")),
	}
}

// filteredMessage says why the filter shows nothing: that nothing matches is certain
// only where everything that it asks for is known.
func (s listWords) filteredMessage() kit.Message {
	w, u := s.world, s.list.shown.undecided
	m := kit.Message{
		Title: "No notebook matches " + s.bar.Text,
		Body:  fmt.Sprintf("%s hidden by the filter.", kit.Count(len(w.Rows), "notebook")),
		Hint:  kit.KeyLine(kit.WithDesc(s.keys.List.Back, "clears the filter"), kit.WithDesc(s.keys.List.Filter, "changes it")),
	}
	if near := s.list.shown.near; near != nil {
		m.Body += "\n" + strings.ToUpper(near.Message[:1]) + near.Message[1:] + ": did you mean " + near.Suggest + "?"
	}
	if u.Notebooks > 0 {
		m.Title = "No notebook is known to match " + s.bar.Text
		m.Body += undecidedWords(u)
		m.Hint = s.keys.Notes.Undecided.Help().Key + " shows what may match   " + m.Hint
	}
	if c := w.Coverage; !w.Scan.Running && c.Failed+c.Problems > 0 {
		m.Body += "\n" + w.Unanswered() + " There may be more."
		m.Hint += "   shift+tab shows the targets"
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

func (s listWords) loadingMessage() kit.Message {
	w := s.world
	since := "for " + w.Waited()
	if w.Coverage.Targets == 0 {
		return kit.Message{Title: "Signing in and asking which regions are enabled" + s.theme.Glyphs.Ellipsis, Hint: since + "   " + kit.KeyLine(kit.WithDesc(s.keys.Global.PrevScreen, "shows the targets"), kit.WithDesc(s.keys.Global.CancelScan, "stops"))}
	}
	done := w.Coverage.Answered + w.Coverage.Failed
	body := s.theme.Glyphs.Bar(done, w.Coverage.Targets, max(0, min(40, s.width-8)))
	if n := w.Throttles(); n > 0 {
		body += fmt.Sprintf("\nAWS has put off %s: this account's limits set the pace.", kit.Count(n, "call"))
	}
	return kit.Message{
		Title: fmt.Sprintf("Looking for notebook instances: %d of %s answered.", done, kit.Count(w.Coverage.Targets, "target")),
		Body:  body,
		Hint:  since + "   " + kit.KeyLine(kit.WithDesc(s.keys.Global.PrevScreen, "shows the targets"), kit.WithDesc(s.keys.Global.CancelScan, "stops")),
	}
}

// failureMessage says what went wrong when nothing answered.
func (s listWords) failureMessage() kit.Message {
	p, more := s.worst()
	m := kit.Message{Tone: theme.Bad, Title: s.theme.Glyphs.Failed + " " + p.Message, Body: p.Hint, Hint: kit.KeyLine(kit.WithDesc(s.keys.Global.Refresh, "tries again"), kit.WithDesc(s.keys.Global.PrevScreen, "shows the details"), kit.WithDesc(s.keys.Global.Quit, "quits"))}
	if p.Profile != "" {
		m.Title = s.theme.Glyphs.Failed + " " + p.Profile + ": " + p.Message
	}
	if more > 0 {
		m.Body = strings.TrimSpace(m.Body + fmt.Sprintf("\n%d more did not answer.", more))
	}
	return m
}

// worst is the problem to speak of when nothing answered, and how many more
// there are.
func (s listWords) worst() (model.Problem, int) {
	w := s.world
	more := w.Coverage.Failed + w.Coverage.Problems - 1
	if len(w.Problems) > 0 {
		return w.Problems[0], more
	}
	for _, t := range w.Targets {
		if t.Problem != nil {
			return *t.Problem, more
		}
	}
	return model.Problem{Message: "no target answered"}, more
}

// View is exactly what the list shows, in its order.
func (s *Notebooks) View(now time.Time) report.View {
	shown := s.list.shown
	v := report.View{
		GeneratedAt: now, Policy: s.world.Policy, Filter: s.bar.Text,
		Identities: s.world.Identities, Coverage: s.world.Coverage, Problems: s.world.Problems, Index: s.world.Index, Lens: s.world.Lens,
		Undecided: shown.undecided, Skip: s.world.Skip,
	}
	for _, row := range shown.view {
		v.Notebooks = append(v.Notebooks, shown.rows[row])
	}
	for _, t := range s.world.Targets {
		if t.State.Final() && !t.State.Answered() {
			v.Failed = append(v.Failed, t)
		}
	}
	return v
}

// Len is the number of notebooks that the list shows.
func (s *Notebooks) Len() int { return len(s.list.shown.view) }
