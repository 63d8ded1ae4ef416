package ui

import (
	"fmt"
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/model/query"
	"nbscope/ui/match"
	"nbscope/ui/table"
	"nbscope/ui/theme"
)

// besideFrom is the width from which on the detail stands beside the list.
const besideFrom = 120

// notebooksScreen is the list of every notebook, with the detail of one.
type notebooksScreen struct {
	world   *world
	keys    KeyMap
	theme   *theme.Theme
	table   *table.Model
	columns *columns
	light   *query.Engine
	bar     filterBar
	detail  detail

	query       query.Query
	issues      []query.Issue
	suggestions []string

	sort   model.FieldID
	desc   bool
	chosen bool // the user has sorted since the query began to rank
	group  model.FieldID

	shown         arrangement
	marks         marked
	width, height int
}

func newNotebooksScreen(w *world, keys KeyMap, t *theme.Theme, p Inspector, filter string) *notebooksScreen {
	s := &notebooksScreen{
		world: w, keys: keys, theme: t, table: table.New(), columns: newColumns(w.skip.Fields()),
		light: query.NewEngine(match.Fuzzy), bar: newFilterBar(filter), sort: model.FieldName,
		detail: newDetail(w, keys, t, p),
	}
	s.restyle(t)
	s.parse()
	return s
}

func (s *notebooksScreen) title() string { return "Notebooks" }

// current is the notebook under the cursor, nil when the list is empty.
func (s *notebooksScreen) current() *model.Notebook {
	if _, row := s.table.Cursor(); row >= 0 && row < len(s.shown.rows) {
		return s.shown.rows[row]
	}
	return nil
}

// order is how the list is to stand now.
func (s *notebooksScreen) order() order {
	return order{field: s.sort, desc: s.desc, group: s.group, ranked: s.query.Ranked() && !s.chosen}
}

// parse reads the filter's text.
func (s *notebooksScreen) parse() {
	ranked := s.query.Ranked()
	s.query, s.issues = query.Parse(s.bar.text, s.world.now)
	var skipped []query.Issue
	s.query, skipped = s.query.Without(s.world.skip.Why)
	s.issues = append(s.issues, skipped...)
	if !ranked && s.query.Ranked() {
		s.chosen = false
	}
	s.suggest()
}

// suggestFrom bounds how many rows are searched for values to suggest.
const suggestFrom = 5000

func (s *notebooksScreen) suggest() {
	s.suggestions = nil
	if s.bar.open {
		rows := s.world.rows
		all := query.Suggestions(s.bar.value(), s.bar.at(), rows[:min(len(rows), suggestFrom)], s.world.lens)
		s.suggestions = slices.DeleteFunc(all, func(w string) bool {
			field, _, _ := strings.Cut(strings.TrimLeft(w, "!"), ":")
			return s.world.skip.Why(model.FieldID(field)) != ""
		})
	}
}

// arranged shows a list that was filtered and put in order.
func (s *notebooksScreen) arranged(a arrangement) intent {
	s.shown = a
	s.countMarks()
	s.setColumns()
	s.setRows()
	s.showSort()
	return s.follow()
}

func (s *notebooksScreen) setRows() {
	list, _ := s.split()
	s.table.SetRows(&rowSource{
		arrangement: s.shown, fields: s.columns.fields, theme: s.theme, engine: s.light, faded: s.world.faded, terse: signsStatus(list), running: s.world.running,
	}, s.shown.view, s.shown.groups)
}

func (s *notebooksScreen) setColumns() {
	list, _ := s.split()
	s.table.SetColumns(s.columns.table(len(s.world.identities), list, s.sort))
}

func (s *notebooksScreen) showSort() {
	if s.shown.order.ranked && s.shown.order.group == "" {
		s.table.SetSort(-1, false)
		return
	}
	s.table.SetSort(s.columns.index(s.shown.order.field), s.shown.order.desc)
}

// follow lets the detail show the notebook under the cursor.
func (s *notebooksScreen) follow() intent {
	if !s.detail.open {
		return nil
	}
	return s.detail.show(s.current())
}

func (s *notebooksScreen) sync() intent {
	s.detail.changed()
	return s.follow()
}

func (s *notebooksScreen) restyle(t *theme.Theme) {
	s.theme = t
	s.table.SetTheme(t)
	s.detail.restyle(t)
	if src := s.shown; src.rows != nil {
		s.arranged(src)
	}
}

func (s *notebooksScreen) resize(width, height int) {
	s.width, s.height = width, height
	list, pane := s.split()
	s.setColumns()
	s.setRows()
	s.table.SetSize(list, height)
	s.detail.resize(pane, height)
}

// beside reports whether list and detail are both on screen.
func (s *notebooksScreen) beside() bool { return s.detail.open && s.width >= besideFrom }

// split shares the width between list and detail.
func (s *notebooksScreen) split() (list, pane int) {
	switch {
	case !s.detail.open:
		return s.width, s.width
	case s.width < besideFrom:
		return s.width, s.width
	}
	pane = max(53, s.width*2/5)
	return s.width - pane - 1, pane
}

func (s *notebooksScreen) body() string {
	switch {
	case s.detail.open && !s.beside():
		return s.detail.view()
	case s.table.Len() == 0:
		return s.emptyView()
	case s.beside():
		return besides(s.table.View(), s.detail.view(), s.theme)
	}
	return s.table.View()
}

func (s *notebooksScreen) typing() bool { return s.bar.open }

func (s *notebooksScreen) typed(msg tea.Msg) intent {
	if k, ok := msg.(tea.KeyPressMsg); ok && key.Matches(k, s.keys.Typing.Complete) {
		return s.complete()
	}
	changed := s.bar.typed(msg, s.keys.Typing)
	if !changed {
		s.suggest()
		return nil
	}
	s.parse()
	return intentArrange{}
}

// complete takes the nearest valid word for what means nothing, else the first
// suggestion.
func (s *notebooksScreen) complete() intent {
	done := false
	if i := s.issueAt(s.bar.at()); i != nil && i.Suggest != "" {
		end := i.End
		if v := s.bar.value(); strings.HasSuffix(i.Suggest, ":") && end < len(v) && v[end] == ':' {
			end++ // the suggestion brings its own
		}
		done = s.bar.replace(i.Start, end, i.Suggest)
	} else if len(s.suggestions) > 0 {
		done = s.bar.complete(s.suggestions[0])
	}
	if !done {
		return nil
	}
	s.parse()
	return intentArrange{}
}

// issueAt is the issue to speak of: the one at the cursor, else the first.
func (s *notebooksScreen) issueAt(at int) *query.Issue {
	for i := range s.issues {
		if s.issues[i].Start <= at && at <= s.issues[i].End {
			return &s.issues[i]
		}
	}
	if len(s.issues) > 0 {
		return &s.issues[0]
	}
	return nil
}

func (s *notebooksScreen) setFilter(f string) intent {
	s.bar.apply(f)
	s.parse()
	return intentArrange{}
}

func (s *notebooksScreen) click(x, y int) intent {
	list, _ := s.split()
	if s.detail.open && (!s.beside() || x > list) {
		s.detail.focused = true
		return intentAll{s.detail.click(x-(s.width-s.detail.width), y), s.detail.fetch()}
	}
	s.detail.focused = false
	if y == 0 {
		if col, ok := s.table.HeaderAt(x); ok {
			return s.sortBy(s.columns.fields[col].ID)
		}
		return nil
	}
	pos, ok := s.table.At(y)
	if !ok {
		return nil
	}
	if at, _ := s.table.Cursor(); at == pos {
		return s.open()
	}
	s.table.MoveTo(pos)
	return s.follow()
}

func (s *notebooksScreen) wheel(by int) intent {
	if s.detail.open && (s.detail.focused || !s.beside()) {
		s.detail.scroll(by)
		return nil
	}
	s.table.ScrollBy(by)
	return s.follow()
}

func (s *notebooksScreen) headline(width int) (left, right []span, cursor int) {
	total := len(s.world.rows)
	left = []span{{tone: theme.Strong, text: " Notebooks "}}
	if s.query.Empty() && !s.bar.open {
		left = append(left, span{tone: theme.Normal, text: fmt.Sprintf("%d", total)})
	} else {
		w := len(fmt.Sprint(total))
		left = append(left, span{tone: theme.Normal, text: fmt.Sprintf("%*d/%d", w, len(s.shown.view), total)})
	}
	right = append(s.orderSpans(), s.shown.tally.spans(s.theme)...)
	if len(right) > 0 {
		right = append(right, span{text: " "})
	}
	left, cursor = s.bar.title(left, width)
	if i := s.issueAt(s.bar.at()); i != nil {
		left = append(left, span{tone: theme.Warn, text: "  " + s.theme.Glyphs.Warn + " " + i.Message})
		if i.Suggest != "" {
			left = append(left, span{tone: theme.Dim, text: s.remedy() + i.Suggest, drop: 4})
		}
	}
	return left, right, cursor
}

// remedy leads to the nearest valid word.
func (s *notebooksScreen) remedy() string {
	if s.bar.open {
		return ", " + s.keys.Typing.Complete.Help().Key + " takes "
	}
	return ", nearest is "
}

// orderSpans says how the list is ordered, grouped and marked.
func (s *notebooksScreen) orderSpans() []span {
	if len(s.world.rows) == 0 {
		return nil
	}
	var out []span
	out = append(out, s.marks.spans()...)
	o := s.shown.order
	if o.ranked && o.group == "" {
		out = append(out, span{tone: theme.Dim, text: "  best match first", drop: 6})
	} else if s.columns.index(o.field) >= 0 {
		arrow := s.theme.Glyphs.SortUp
		if o.desc {
			arrow = s.theme.Glyphs.SortDown
		}
		out = append(out, span{tone: theme.Dim, text: "  by " + fieldWord(o.field) + " " + arrow, drop: 6})
	}
	if o.group != "" {
		out = append(out, span{tone: theme.Dim, text: "  grouped by " + fieldWord(o.group), drop: 5})
	}
	if _, hidden := s.table.Hidden(); hidden > 0 {
		out = append(out, span{tone: theme.Dim, text: fmt.Sprintf("  %d more columns %s", hidden, s.theme.Glyphs.MoreRight), drop: 7})
	}
	return out
}

func fieldWord(f model.FieldID) string {
	for _, x := range model.Fields() {
		if x.ID == f {
			return strings.ToLower(x.Title)
		}
	}
	return string(f)
}
