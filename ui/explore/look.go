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
func (w *wish) Look() Look {
	var l Look
	if w.chosen.sort {
		if l.Sort = string(w.sort); w.desc {
			l.Sort = "-" + l.Sort
		}
	}
	if w.chosen.group {
		if l.Group = string(w.group); l.Group == "" {
			l.Group = NoGroup
		}
	}
	if w.chosen.columns {
		for _, f := range w.columns.fields {
			l.Columns = append(l.Columns, string(f.ID))
		}
	}
	l.Filter, l.History, l.Newer = w.bar.Text, slices.Clone(w.bar.History), slices.Clone(w.bar.Newer)
	return l
}

// Left is how the list stood when it was recalled or kept last, and how it stands.
func (w *wish) Left() (was, now Look) { return w.left, w.Look() }

// Kept says that a look is kept.
func (w *wish) Kept(l Look) { w.left = l }

// recall wishes for the list as it was left. Where it was left for fewer accounts, and
// nobody has changed it since, what was recalled for these makes way.
func (w *wish) recall(l Look) kit.Intent {
	changed := w.Look()
	if w.recalled.done && reflect.DeepEqual(w.Look(), w.recalled.look) {
		w.choice = w.recalled.before
		w.Measure(w.world.Rows)
		w.setFilter(w.recalled.filter)
	}
	w.recalled = recalled{done: true, before: w.choice, filter: w.bar.Text}
	do := w.set(l)
	w.recalled.look = w.Look()
	w.base = w.recalled.look.Change(changed, w.base) // what the user has changed before is to be kept for these too
	w.base.Newer = nil
	w.left = w.base
	return do
}

// recalled is what a recall has made of the list, and how it stood before.
type recalled struct {
	done   bool
	before choice
	filter string
	look   Look
}

// set makes the list so, save for what the user has chosen since it was opened. A
// field that there is not is passed over: another version may have known it.
func (w *wish) set(l Look) kit.Intent {
	w.bar.History = kit.JoinHistory(l.History, w.bar.Newer)
	if !w.chosen.sort && l.Sort != "" {
		if k, ok := model.SortNamed(l.Sort); ok {
			w.sort, w.desc, w.chosen.sort = k.Field, k.Descending, true
		}
	}
	if !w.chosen.group && l.Group != "" {
		g := model.FieldID(l.Group)
		if l.Group == NoGroup {
			g = ""
		}
		if slices.Contains(groupings(), g) {
			w.group, w.chosen.group = g, true
		}
	}
	if !w.chosen.columns && len(l.Columns) > 0 {
		w.setFields(fieldsNamed(l.Columns, w.world.Skip))
	}
	if !w.chosen.filter && l.Filter != "" {
		w.chosen.filter = true
		return w.setFilter(l.Filter)
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
