// Package explore shows what the scans found: the list of notebooks and one in
// detail, the VPCs, the targets.
package explore

import (
	"fmt"
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/model/query"
	"nbscope/ui/kit"
	"nbscope/ui/match"
	"nbscope/ui/table"
	"nbscope/ui/theme"
)

// besideFrom is the width from which on the detail stands beside the list.
const besideFrom = 120

// Notebooks is the list of every notebook, with the detail of one.
type Notebooks struct {
	world   *kit.World
	keys    kit.KeyMap
	theme   *theme.Theme
	table   *table.Model
	columns *columns
	light   *query.Engine
	bar     kit.FilterBar
	detail  detail

	query       query.Query
	issues      []query.Issue
	suggestions []string

	sort     model.FieldID
	desc     bool
	sorted   bool // the user has sorted since the query began to rank
	group    model.FieldID
	chosen   chosen
	recalled recalled
	base     Look // without what the user has changed
	left     Look // as it is kept

	came stand  // how the list stood when the user came to it
	goal string // the ARN of the notebook that the cursor goes to once the list is arranged

	arranger      arranger
	shown         arrangement
	marks         marked
	width, height int
}

// NewNotebooks returns the list as the user wants it, with nothing to show.
func NewNotebooks(w *kit.World, keys kit.KeyMap, t *theme.Theme, p Inspector, l Look) *Notebooks {
	s := &Notebooks{
		world: w, keys: keys, theme: t, table: table.New(), columns: newColumns(w.Skip.Fields()),
		light: query.NewEngine(match.Fuzzy), bar: kit.NewFilterBar(l.Filter), sort: model.FieldFinding,
		detail: newDetail(w, keys, t, p), arranger: newArranger(0),
	}
	s.bar.Fault = s.Fault
	s.Restyle(t)
	s.parse()
	s.SetLook(l)
	s.base = s.Look()
	s.left = s.base
	return s
}

// Title implements kit.Screen.
func (s *Notebooks) Title() string { return "Notebooks" }

// current is the notebook under the cursor, nil when the list is empty.
func (s *Notebooks) current() *model.Notebook {
	if _, row := s.table.Cursor(); row >= 0 && row < len(s.shown.rows) {
		return s.shown.rows[row]
	}
	return nil
}

// order is how the list is to stand now: unless the user wants it otherwise, what is
// wrong on top, account by account where there are several, and what a query ranks by
// its rank.
func (s *Notebooks) order() order {
	o := order{field: s.sort, desc: s.desc, group: s.group, ranked: s.query.Ranked() && !s.sorted}
	if !s.chosen.group && !o.ranked && len(s.world.Identities) > 1 {
		o.group = model.FieldAccount
	}
	return o
}

// parse reads the filter's text.
func (s *Notebooks) parse() {
	ranked := s.query.Ranked()
	s.query, s.issues = query.Parse(s.bar.Text, s.world.Now)
	var skipped []query.Issue
	s.query, skipped = s.query.Without(s.world.Skip.Why)
	s.issues = append(s.issues, skipped...)
	if !ranked && s.query.Ranked() {
		s.sorted = false
	}
	s.suggest()
}

// suggestFrom bounds how many rows are searched for values to suggest.
const suggestFrom = 5000

func (s *Notebooks) suggest() {
	s.suggestions = nil
	if s.bar.Open {
		rows := s.world.Rows
		all := query.Suggestions(s.bar.Value(), s.bar.At(), rows[:min(len(rows), suggestFrom)], s.world.Lens)
		s.suggestions = slices.DeleteFunc(all, func(w string) bool {
			field, _, _ := strings.Cut(strings.TrimLeft(w, "!"), ":")
			return s.world.Skip.Why(model.FieldID(field)) != ""
		})
	}
}

// arranged shows a list that was filtered and put in order.
func (s *Notebooks) arranged(a arrangement) kit.Intent {
	asked := !a.query.Empty() && a.query.Text() != s.shown.query.Text()
	s.shown = a
	s.countMarks()
	s.setColumns()
	s.setRows()
	if asked { // what fits best is what was asked for; a refresh keeps the cursor on its notebook
		s.table.Reset()
	}
	if s.goal != "" && s.query.Text() == a.query.Text() { // not what is shown until the one asked for is there
		s.table.MoveToKey(s.goal)
		s.goal = ""
	}
	s.showSort()
	return s.follow()
}

func (s *Notebooks) setRows() {
	list, _ := s.split()
	s.table.SetRows(&rowSource{
		arrangement: s.shown, fields: s.columns.fields, theme: s.theme, engine: s.light, faded: s.world.Faded, sign: signOnly(list), dense: dense(list), running: s.world.Running,
		account: s.world.AccountLook,
	}, s.shown.view, s.heads())
}

// heads are those of the groups, of accounts as the user tells them apart.
func (s *Notebooks) heads() []table.Group {
	if len(s.world.Accounts) == 0 || s.shown.order.group != model.FieldAccount {
		return s.shown.groups
	}
	out := slices.Clone(s.shown.groups)
	for i, g := range out {
		n := s.shown.rows[s.shown.view[g.Before]]
		look := s.world.AccountLook(n.Account, theme.Normal)
		if out[i].Tone = look.Tone; look.Sign != "" {
			out[i].Text += " [" + look.Sign + "]"
		}
	}
	return out
}

func (s *Notebooks) setColumns() {
	list, _ := s.split()
	s.table.SetColumns(s.columns.table(len(s.world.Identities), list, s.order()))
}

func (s *Notebooks) showSort() {
	if s.shown.order.ranked && s.shown.order.group == "" {
		s.table.SetSort(-1, false)
		return
	}
	s.table.SetSort(s.columns.index(s.shown.order.field), s.shown.order.desc)
}

// follow lets the detail show the notebook under the cursor.
func (s *Notebooks) follow() kit.Intent {
	if !s.detail.open {
		return nil
	}
	return s.detail.show(s.current())
}

// Sync implements kit.Screen: list and detail show the world as it is now.
func (s *Notebooks) Sync() kit.Intent {
	s.detail.changed()
	return s.follow()
}

// RunsChanged lets the detail say anew how a run stands.
func (s *Notebooks) RunsChanged() { s.detail.changed() }

// Measure makes the columns wide enough for these rows.
func (s *Notebooks) Measure(rows []*model.Notebook) { s.columns.measure(rows, s.world.Lens) }

// Restyle implements kit.Screen.
func (s *Notebooks) Restyle(t *theme.Theme) {
	s.theme = t
	s.table.SetTheme(t)
	s.detail.restyle(t)
	if src := s.shown; src.rows != nil {
		s.arranged(src)
	}
}

// Resize implements kit.Screen.
func (s *Notebooks) Resize(width, height int) {
	s.width, s.height = width, height
	list, pane := s.split()
	s.setColumns()
	s.setRows()
	s.table.SetSize(list, height-s.stripLines())
	s.detail.resize(pane, height-s.stripLines())
}

// beside reports whether list and detail are both on screen.
func (s *Notebooks) beside() bool { return s.detail.open && s.width >= besideFrom }

// split shares the width between list and detail.
func (s *Notebooks) split() (list, pane int) {
	switch {
	case !s.detail.open:
		return s.width, s.width
	case s.width < besideFrom:
		return s.width, s.width
	}
	pane = max(53, s.width*2/5)
	return s.width - pane - 1, pane
}

// Body implements kit.Screen: the list, the detail, or both, and while a filter is typed
// as many lines of what it can be about as the footer has no room for.
func (s *Notebooks) Body() string {
	more := listWords{s}.hintLines()
	more = more[:max(0, len(more)-1)]
	lines := strings.Split(s.body(), "\n")
	for i, l := range more {
		lines[len(lines)-len(more)+i] = kit.Bar(s.theme, s.width, l, nil)
	}
	return strings.Join(lines, "\n")
}

func (s *Notebooks) body() string {
	switch {
	case s.detail.open && !s.beside():
		return s.detail.view()
	case s.table.Len() == 0:
		return s.strip() + listWords{s}.emptyView()
	case s.beside():
		return s.strip() + kit.SideBySide(s.table.View(), s.detail.view(), s.theme)
	}
	return s.strip() + s.table.View()
}

// Typing implements kit.Screen.
func (s *Notebooks) Typing() bool { return s.bar.Open }

// Typed implements kit.Screen: the filter is in force with every key.
func (s *Notebooks) Typed(msg tea.Msg) kit.Intent {
	if k, ok := msg.(tea.KeyPressMsg); ok && key.Matches(k, s.keys.Typing.Complete) {
		return s.complete()
	}
	changed := s.bar.Typed(msg, s.keys.Typing)
	if !changed {
		s.suggest()
		if why := s.Fault(); why != "" && !s.bar.Open {
			return kit.Say{Tone: theme.Warn, Text: "this filter is not kept for later: " + why}
		}
		return nil
	}
	s.chosen.filter = true
	s.parse()
	return kit.Arrange{}
}

// Fault is what means nothing in the filter, "" for nothing. Nobody is typing it any more.
func (s *Notebooks) Fault() string {
	if _, issues := query.ParseStrict(s.bar.Text, s.world.Now); len(issues) > 0 {
		return issues[0].String()
	}
	return ""
}

// complete takes the nearest valid word for what means nothing, else the first
// suggestion.
func (s *Notebooks) complete() kit.Intent {
	done := false
	if i := s.issueAt(s.bar.At()); i != nil && i.Suggest != "" {
		done = s.bar.Replace(i.Mend(s.bar.Value()))
	} else if len(s.suggestions) > 0 {
		done = s.bar.Complete(s.suggestions[0])
	}
	if !done {
		return nil
	}
	s.parse()
	return kit.Arrange{}
}

// issueAt is the issue to speak of: the one at the cursor, else the first, else a value
// that no notebook has.
func (s *Notebooks) issueAt(at int) *query.Issue {
	for i := range s.issues {
		if s.issues[i].Start <= at && at <= s.issues[i].End {
			return &s.issues[i]
		}
	}
	if len(s.issues) > 0 {
		return &s.issues[0]
	}
	if s.shown.query.Text() == s.query.Text() {
		return s.shown.near
	}
	return nil
}

func (s *Notebooks) setFilter(f string) kit.Intent {
	s.bar.Apply(f)
	s.parse()
	return kit.Arrange{}
}

// Click implements kit.Screen.
func (s *Notebooks) Click(x, y int) kit.Intent {
	if y -= s.stripLines(); y < 0 {
		if i := s.presetRow().Hit(x); i >= 0 {
			return s.preset(s.world.Presets[i])
		}
		return nil
	}
	list, _ := s.split()
	if s.detail.open && (!s.beside() || x > list) {
		s.detail.focused = true
		return kit.Sequence{s.detail.click(x-(s.width-s.detail.width), y), s.detail.fetch()}
	}
	s.detail.focused = false
	if y == 0 {
		if col, ok := s.table.HeaderAt(x); ok {
			return listKeys{s}.sortBy(s.columns.fields[col].ID)
		}
		return nil
	}
	if s.table.Click(y) {
		return listKeys{s}.open()
	}
	return s.follow()
}

// Wheel implements kit.Screen.
func (s *Notebooks) Wheel(by int) kit.Intent {
	if s.detail.open && (s.detail.focused || !s.beside()) {
		s.detail.scroll(by)
		return nil
	}
	s.table.ScrollBy(by)
	return s.follow()
}

// Headline implements kit.Screen.
func (s *Notebooks) Headline(width int) (left, right []kit.Span, cursor int) {
	total := len(s.world.Rows)
	left = []kit.Span{{Tone: theme.Strong, Text: " Notebooks "}}
	if s.query.Empty() && !s.bar.Open {
		left = append(left, kit.Span{Tone: theme.Normal, Text: fmt.Sprintf("%d", total)})
	} else {
		w := len(fmt.Sprint(total))
		left = append(left, kit.Span{Tone: theme.Normal, Text: fmt.Sprintf("%*d/%d", w, len(s.shown.view), total)})
	}
	right = append(listWords{s}.orderSpans(), s.shown.tally.spans(s.theme)...)
	if len(right) > 0 {
		right = append(right, kit.Span{Text: " "})
	}
	left, cursor = s.bar.Title(left, width)
	if i := s.issueAt(s.bar.At()); i != nil {
		left = append(left, kit.Span{Tone: theme.Warn, Text: "  " + s.theme.Glyphs.Warn + " " + i.Message})
		if i.Suggest != "" {
			left = append(left, kit.Span{Tone: theme.Dim, Text: listWords{s}.remedy() + i.Suggest, Drop: 4})
		}
	}
	return left, right, cursor
}

// remedy leads to the nearest valid word.
func (s listWords) remedy() string {
	if s.bar.Open {
		return ", " + s.keys.Typing.Complete.Help().Key + " takes "
	}
	return ", nearest is "
}

// orderSpans says how the list is ordered, grouped and marked.
func (s listWords) orderSpans() []kit.Span {
	if len(s.world.Rows) == 0 {
		return nil
	}
	var out []kit.Span
	out = append(out, s.marks.spans()...)
	o := s.shown.order
	if o.ranked && o.group == "" {
		out = append(out, kit.Span{Tone: theme.Dim, Text: "  best match first", Drop: 6})
	} else if o.field != "" && s.world.Skip.Why(o.field) == "" {
		arrow := s.theme.Glyphs.SortUp
		if o.desc {
			arrow = s.theme.Glyphs.SortDown
		}
		out = append(out, kit.Span{Tone: theme.Dim, Text: "  by " + fieldWord(o.field) + " " + arrow, Drop: 6})
	}
	if o.group != "" {
		out = append(out, kit.Span{Tone: theme.Dim, Text: "  grouped by " + fieldWord(o.group), Drop: 5})
	}
	if _, hidden := s.table.Hidden(); hidden > 0 {
		out = append(out, kit.Span{Tone: theme.Dim, Text: fmt.Sprintf("  %d more columns %s", hidden, s.theme.Glyphs.MoreRight), Drop: 7})
	}
	return out
}

func fieldWord(f model.FieldID) string {
	if x, ok := model.FieldOf(f); ok {
		return strings.ToLower(x.Title)
	}
	return string(f)
}
