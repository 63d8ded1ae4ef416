// Package explore shows what the scans found: the list of notebooks and one in
// detail, the VPCs, the targets.
package explore

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// besideFrom is the width from which on the detail stands beside the list.
const besideFrom = 120

// Notebooks is the list of every notebook, with the detail of one.
type Notebooks struct {
	wish // how the list is to stand

	world  *kit.World
	keys   kit.KeyMap
	theme  *theme.Theme
	list   list
	detail detail

	came stand  // how the list stood when the user came to it
	goal string // the ARN of the notebook that the cursor goes to once the list is arranged

	arranger      arranger
	width, height int
}

// NewNotebooks returns the list as the user wants it, with nothing to show.
func NewNotebooks(w *kit.World, keys kit.KeyMap, t *theme.Theme, p Inspector, l Look) *Notebooks {
	s := &Notebooks{
		wish: wish{world: w}, world: w, keys: keys, list: newList(w), detail: newDetail(w, keys, t, p), arranger: newArranger(0),
	}
	s.Restyle(t)
	s.begin(l)
	return s
}

// Title implements kit.Screen.
func (s *Notebooks) Title() string { return "Notebooks" }

// arranged shows a list that was filtered and put in order.
func (s *Notebooks) arranged(a arrangement) kit.Intent {
	asked := !a.query.Empty() && a.query.Text() != s.list.shown.query.Text()
	s.list.show(a, s.columns, s.order())
	if asked { // what fits best is what was asked for; a refresh keeps the cursor on its notebook
		s.list.table.Reset()
	}
	if s.goal != "" && s.query.Text() == a.query.Text() { // not what is shown until the one asked for is there
		s.list.table.MoveToKey(s.goal)
		s.goal = ""
	}
	return s.follow()
}

// follow lets the detail show the notebook under the cursor.
func (s *Notebooks) follow() kit.Intent {
	if !s.detail.open {
		return nil
	}
	return s.detail.show(s.list.current())
}

// Sync implements kit.Screen: list and detail show the world as it is now.
func (s *Notebooks) Sync() kit.Intent {
	s.detail.changed()
	return s.follow()
}

// RunsChanged lets the detail say anew how a run stands.
func (s *Notebooks) RunsChanged() { s.detail.changed() }

// Restyle implements kit.Screen.
func (s *Notebooks) Restyle(t *theme.Theme) {
	s.theme = t
	s.list.restyle(t)
	s.detail.restyle(t)
	if s.list.shown.rows != nil {
		s.arranged(s.list.shown)
	}
}

// Resize implements kit.Screen: list and detail share the width where there is room for
// both.
func (s *Notebooks) Resize(width, height int) {
	s.width, s.height = width, height
	list, pane := width, width
	if s.beside() {
		pane = max(53, width*2/5)
		list = width - pane - 1
	}
	s.list.width = list
	s.list.lay(s.columns, s.order())
	s.list.table.SetSize(list, height-s.stripLines())
	s.detail.resize(pane, height-s.stripLines())
}

// beside reports whether list and detail are both on screen.
func (s *Notebooks) beside() bool { return s.detail.open && s.width >= besideFrom }

// Body implements kit.Screen: the list below the presets, the detail, or both, and while a
// filter is typed as many lines of what it can be about as the footer has no room for.
func (s *Notebooks) Body() string {
	var out string
	switch {
	case s.detail.open && !s.beside():
		out = s.detail.view()
	case s.list.table.Len() == 0:
		out = listWords{s}.emptyView()
	case s.beside():
		out = kit.SideBySide(s.list.table.View(), s.detail.view(), s.theme)
	default:
		out = s.list.table.View()
	}
	if s.stripLines() > 0 {
		out = s.presetRow().Draw(s.theme, false) + "\n" + out
	}
	more := listWords{s}.hintLines()
	more = more[:max(0, len(more)-1)]
	lines := strings.Split(out, "\n")
	for i, l := range more {
		lines[len(lines)-len(more)+i] = kit.Bar(s.theme, s.width, l, nil)
	}
	return strings.Join(lines, "\n")
}

// Typing implements kit.Screen.
func (s *Notebooks) Typing() bool { return s.bar.Open }

// Typed implements kit.Screen: the filter is in force with every key.
func (s *Notebooks) Typed(msg tea.Msg) kit.Intent {
	if k, ok := msg.(tea.KeyPressMsg); ok && key.Matches(k, s.keys.Typing.Complete) {
		return s.complete(&s.list.shown)
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
	return s.parse()
}

// Click implements kit.Screen.
func (s *Notebooks) Click(x, y int) kit.Intent {
	if y -= s.stripLines(); y < 0 {
		if i := s.presetRow().Hit(x); i >= 0 {
			return s.preset(s.world.Presets[i])
		}
		return nil
	}
	if s.detail.open && (!s.beside() || x > s.list.width) {
		s.detail.focused = true
		return kit.Sequence{s.detail.click(x-(s.width-s.detail.width), y), s.detail.fetch()}
	}
	s.detail.focused = false
	if y == 0 {
		if col, ok := s.list.table.HeaderAt(x); ok {
			return s.sortBy(s.columns.fields[col].ID)
		}
		return nil
	}
	if s.list.table.Click(y) {
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
	s.list.table.ScrollBy(by)
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
		left = append(left, kit.Span{Tone: theme.Normal, Text: fmt.Sprintf("%*d/%d", w, len(s.list.shown.view), total)})
	}
	right = append(listWords{s}.orderSpans(), s.list.shown.tally.spans(s.theme)...)
	if len(right) > 0 {
		right = append(right, kit.Span{Text: " "})
	}
	left, cursor = s.bar.Title(left, width)
	if i := s.issue(&s.list.shown); i != nil {
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
	out = append(out, s.list.marks.spans()...)
	o := s.list.shown.order
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
	if _, hidden := s.list.table.Hidden(); hidden > 0 {
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
