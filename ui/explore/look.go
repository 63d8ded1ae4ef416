package explore

import (
	"reflect"
	"slices"

	"nbscope/model"
	"nbscope/ui/kit"
)

// Look is how a user wants the list. What is empty is left to the program.
type Look struct {
	Sort    string   `json:"sort,omitempty"`    // a field, with a minus before it for the other way round
	Group   string   `json:"group,omitempty"`   // a field, or none
	Columns []string `json:"columns,omitempty"` // fields, in their order; tag:Team is one too
	Filter  string   `json:"filter,omitempty"`
	History []string `json:"history,omitempty"` // filters that were typed, the newest last
	Newer   []string `json:"-"`                 // of these, those of this session, each as often as it was kept
}

// NoGroup is the word for no groups.
const NoGroup = "none"

// Or is the look, with another one's where it says nothing.
func (l Look) Or(other Look) Look {
	if l.Sort == "" {
		l.Sort = other.Sort
	}
	if l.Group == "" {
		l.Group = other.Group
	}
	if len(l.Columns) == 0 {
		l.Columns = other.Columns
	}
	if l.Filter == "" {
		l.Filter = other.Filter
	}
	if len(l.History) == 0 {
		l.History = other.History
	}
	return l
}

// Change is the look with what differs between two others, such as one that another
// explorer has left with what was changed in this one.
func (l Look) Change(was, now Look) Look {
	if now.Sort != was.Sort {
		l.Sort = now.Sort
	}
	if now.Group != was.Group {
		l.Group = now.Group
	}
	if !slices.Equal(now.Columns, was.Columns) {
		l.Columns = now.Columns
	}
	if now.Filter != was.Filter {
		l.Filter = now.Filter
	}
	l.History = kit.JoinHistory(l.History, now.Newer[min(len(was.Newer), len(now.Newer)):])
	return l
}

// chosen is what of the look the user has chosen by hand, which stays.
type chosen struct{ sort, group, columns, filter bool }

// Look is how the list stands, as far as somebody wanted it so.
func (s *Notebooks) Look() Look {
	var l Look
	if s.chosen.sort {
		if l.Sort = string(s.sort); s.desc {
			l.Sort = "-" + l.Sort
		}
	}
	if s.chosen.group {
		if l.Group = string(s.group); l.Group == "" {
			l.Group = NoGroup
		}
	}
	if s.chosen.columns {
		for _, f := range s.columns.fields {
			l.Columns = append(l.Columns, string(f.ID))
		}
	}
	l.Filter, l.History, l.Newer = s.bar.Text, slices.Clone(s.bar.History), slices.Clone(s.bar.Newer)
	return l
}

// Left is how the list stood when it was recalled or kept last, and how it stands.
func (s *Notebooks) Left() (was, now Look) { return s.left, s.Look() }

// Kept says that a look is kept.
func (s *Notebooks) Kept(l Look) { s.left = l }

// Recall makes the list as it was left. Where it was left for fewer accounts, and nobody
// has changed it since, what was recalled for these makes way.
func (s *Notebooks) Recall(l Look) kit.Intent {
	changed := s.Look()
	if s.recalled.done && reflect.DeepEqual(s.Look(), s.recalled.look) {
		s.chosen = s.recalled.before
	}
	s.recalled.before, s.recalled.done = s.chosen, true
	do := s.SetLook(l)
	s.recalled.look = s.Look()
	s.base = s.recalled.look.Change(changed, s.base) // what the user has changed before is to be kept for these too
	s.base.Newer = nil
	s.left = s.base
	return do
}

// recalled is what a recall has made of the list.
type recalled struct {
	done   bool
	before chosen
	look   Look
}

// SetLook makes the list so, save for what the user has chosen since it was opened. A
// field that there is not is passed over: another version may have known it.
func (s *Notebooks) SetLook(l Look) kit.Intent {
	s.bar.History = kit.JoinHistory(l.History, s.bar.Newer)
	if !s.chosen.sort && l.Sort != "" {
		if k, ok := model.SortNamed(l.Sort); ok {
			s.sort, s.desc, s.chosen.sort = k.Field, k.Descending, true
		}
	}
	if !s.chosen.group && l.Group != "" {
		g := model.FieldID(l.Group)
		if l.Group == NoGroup {
			g = ""
		}
		if slices.Contains(groupings(), g) {
			s.group, s.chosen.group = g, true
		}
	}
	if !s.chosen.columns && len(l.Columns) > 0 {
		s.setFields(fieldsNamed(l.Columns, s.world.Skip))
	}
	if !s.chosen.filter && l.Filter != "" {
		return s.setFilter(l.Filter)
	}
	return kit.Arrange{}
}

// fieldsNamed are the fields by these names, the name of the notebook first.
func fieldsNamed(names []string, skip model.Skip) []model.Field {
	name, _ := model.FieldOf(model.FieldName)
	out := []model.Field{name}
	for _, n := range names {
		f, ok := model.FieldNamed(n)
		have := slices.ContainsFunc(out, func(o model.Field) bool { return o.ID == f.ID })
		if ok && !have && skip.Why(f.ID) == "" {
			out = append(out, f)
		}
	}
	return out
}

// setFields makes these the columns.
func (s *Notebooks) setFields(fields []model.Field) {
	s.columns, s.chosen.columns = newColumns(fields), true
	s.Measure(s.world.Rows)
	s.setColumns()
	s.setRows()
	s.showSort()
}

// chooseColumns lets the user show and hide columns, one after the other; at is where
// the cursor stands.
func (s *Notebooks) chooseColumns(cursor int) kit.Intent {
	offered := s.world.Skip.Fields()[1:] // the name always stands
	for _, id := range model.TagFields(s.world.Rows) {
		if f, ok := model.FieldOf(id); ok {
			offered = append(offered, f)
		}
	}
	offered = append(offered, model.MoreFields()...)
	items := make([]kit.Choice, 0, len(offered))
	for i, f := range offered {
		at := s.columns.index(f.ID)
		note := "hidden"
		if at >= 0 {
			note = s.theme.Glyphs.Ok + " shown"
		}
		items = append(items, kit.Choice{Name: string(f.ID) + "  " + f.Long, Note: note, Run: func() kit.Intent {
			s.toggleColumn(f, at)
			return kit.Sequence{kit.Arrange{}, s.chooseColumns(i)}
		}})
	}
	p := kit.NewPicker("Show or hide the column", s.keys.Typing, items)
	p.At = cursor
	return kit.Show{Overlay: p}
}

// toggleColumn hides a column that stands at a place, and shows one that does not: a tag
// at the end, another field where it belongs.
func (s *Notebooks) toggleColumn(f model.Field, at int) {
	fields := slices.Clone(s.columns.fields)
	if at >= 0 {
		s.setFields(slices.Delete(fields, at, at+1))
		return
	}
	order := s.world.Skip.Fields()
	place := func(id model.FieldID) int {
		if i := slices.IndexFunc(order, func(o model.Field) bool { return o.ID == id }); i >= 0 {
			return i
		}
		return len(order)
	}
	to := len(fields)
	for to > 1 && place(fields[to-1].ID) > place(f.ID) {
		to--
	}
	s.setFields(slices.Insert(fields, to, f))
}
