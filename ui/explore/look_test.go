package explore

import (
	"reflect"
	"testing"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/ui/kit"
	"nbscope/ui/uitest"
)

func TestALookIsFilledFromAnotherOne(t *testing.T) {
	t.Parallel()
	own := Look{Sort: "name", Group: "vpc", Columns: []string{"status"}, Filter: "a", History: []string{"b"}}
	other := Look{Sort: "-age", Group: NoGroup, Columns: []string{"region"}, Filter: "c", History: []string{"d"}}
	for name, c := range map[string]struct{ look, other, want Look }{
		"says all":     {own, other, own},
		"says nothing": {Look{}, other, other},
		"of nothing":   {own, Look{}, own},
		"says some":    {Look{Group: "vpc", Filter: "a"}, other, Look{Sort: "-age", Group: "vpc", Columns: []string{"region"}, Filter: "a", History: []string{"d"}}},
	} {
		if got := c.look.Or(c.other); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func TestOnlyWhatWasChangedGoesIntoAnotherLook(t *testing.T) {
	t.Parallel()
	was := Look{Sort: "name", Group: "vpc", Columns: []string{"status"}, Filter: "a", Newer: []string{"a"}}
	left := Look{Sort: "-age", Group: NoGroup, Columns: []string{"region"}, Filter: "c", History: []string{"d"}}
	for name, c := range map[string]struct {
		change func(*Look)
		want   func(*Look)
	}{
		"nothing":          {func(*Look) {}, func(*Look) {}},
		"the order":        {func(l *Look) { l.Sort = "status" }, func(l *Look) { l.Sort = "status" }},
		"the groups":       {func(l *Look) { l.Group = "" }, func(l *Look) { l.Group = "" }},
		"the columns":      {func(l *Look) { l.Columns = nil }, func(l *Look) { l.Columns = nil }},
		"the filter":       {func(l *Look) { l.Filter = "" }, func(l *Look) { l.Filter = "" }},
		"a filter is kept": {func(l *Look) { l.Newer = []string{"a", "x", "d"} }, func(l *Look) { l.History = []string{"x", "d"} }},
		"none is left":     {func(l *Look) { l.Newer = nil }, func(*Look) {}},
	} {
		now, want := was, left
		c.change(&now)
		c.want(&want)
		if got := left.Change(was, now); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
}

// TestALookIsHowTheUserWantsTheList leaves a list as it was chosen by hand.
func TestALookIsHowTheUserWantsTheList(t *testing.T) {
	t.Parallel()
	world := func() *kit.World { return &kit.World{Now: uitest.Noon(), Identities: uitest.Identities()} }
	for name, c := range map[string]struct {
		began Look
		do    func(*Notebooks)
		want  Look
	}{
		"nothing":       {Look{}, func(*Notebooks) {}, Look{}},
		"as it began":   {Look{Sort: "-name", Group: "vpc", Filter: "a"}, func(*Notebooks) {}, Look{Sort: "-name", Group: "vpc", Filter: "a"}},
		"sorted":        {Look{}, func(s *Notebooks) { s.sortBy(model.FieldName) }, Look{Sort: "name"}},
		"reversed":      {Look{}, func(s *Notebooks) { s.reverse() }, Look{Sort: "-finding"}},
		"grouped":       {Look{Group: NoGroup}, func(s *Notebooks) { s.groupBy(model.FieldVPC) }, Look{Group: "vpc"}},
		"not grouped":   {Look{Group: "vpc"}, func(s *Notebooks) { s.groupBy("") }, Look{Group: NoGroup}},
		"other columns": {Look{}, func(s *Notebooks) { s.setFields(fieldsNamed([]string{"region"}, model.Skip{})) }, Look{Columns: []string{"name", "region"}}},
		"filtered":      {Look{Filter: "a"}, func(s *Notebooks) { s.setFilter("b") }, Look{Filter: "b"}},
	} {
		s := NewNotebooks(world(), kit.DefaultKeyMap(), plain(), nil, c.began)
		c.do(s)
		if got := s.Look(); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
		was, now := s.Left()
		if !reflect.DeepEqual(was, c.began) || !reflect.DeepEqual(now, c.want) {
			t.Errorf("%s: it was left %+v and is %+v", name, was, now)
		}
		s.Kept(now)
		if was, now := s.Left(); !reflect.DeepEqual(was, now) {
			t.Errorf("%s: what is kept still differs: %+v, %+v", name, was, now)
		}
	}
}

// TestWhatIsRecalledMakesWayUntilSomebodyChangesIt recalls one look after another.
func TestWhatIsRecalledMakesWayUntilSomebodyChangesIt(t *testing.T) {
	t.Parallel()
	one := Look{Sort: "status", Group: "vpc", Columns: []string{"region"}, Filter: "name:a", History: []string{"x"}}
	two := Look{Sort: "-name", Group: NoGroup, Columns: []string{"status"}, Filter: "name:b", History: []string{"y"}}
	shown := func(l Look) Look {
		l.Columns = append([]string{"name"}, l.Columns...)
		return l
	}
	for name, c := range map[string]struct {
		began    Look
		between  func(*Notebooks)
		want     Look
		stillOne bool
	}{
		"nobody has changed it": {Look{}, func(*Notebooks) {}, shown(two), false},
		"somebody has sorted": {Look{}, func(s *Notebooks) { s.sortBy(model.FieldName) }, Look{
			Sort: "name", Group: "vpc", Columns: []string{"name", "region"}, Filter: "name:a", History: []string{"y"},
		}, true},
		"somebody has filtered": {Look{}, func(s *Notebooks) { s.startFilter(); s.Typed(tea.PasteMsg{Content: "z"}) }, Look{
			Sort: "status", Group: "vpc", Columns: []string{"name", "region"}, Filter: "name:az", History: []string{"y"},
		}, true},
		"the program was started so": {Look{Sort: "region"}, func(*Notebooks) {}, Look{
			Sort: "region", Group: NoGroup, Columns: []string{"name", "status"}, Filter: "name:b", History: []string{"y"},
		}, false},
	} {
		s := NewNotebooks(&kit.World{Now: uitest.Noon(), Identities: uitest.Identities()}, kit.DefaultKeyMap(), plain(), nil, c.began)
		s.recall(one)
		c.between(s)
		s.recall(two)
		if got := s.Look(); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
		was, _ := s.Left()
		if kept := !reflect.DeepEqual(was, s.Look()); kept != c.stillOne {
			t.Errorf("%s: it was left %+v, and is %+v", name, was, s.Look())
		}
	}
}

// TestWhatWasLeftWithoutWishesIsNotArrangedForOthers recalls a look for one account, and
// none for two.
func TestWhatWasLeftWithoutWishesIsNotArrangedForOthers(t *testing.T) {
	t.Parallel()
	began := Look{Sort: "region"}
	s := NewNotebooks(&kit.World{Now: uitest.Noon(), Identities: uitest.Identities()}, kit.DefaultKeyMap(), plain(), nil, began)
	look, stands, columns := s.Look(), s.order(), len(s.columns.fields)
	s.recall(Look{Sort: "status", Group: "vpc", Columns: []string{"region"}, Filter: "name:a"})
	if got := s.order(); got.group != model.FieldVPC || len(s.columns.fields) != 2 || s.query.Text() != "name:a" {
		t.Errorf("recalled is %+v with %d columns, filtered by %q", got, len(s.columns.fields), s.query.Text())
	}
	s.recall(Look{})
	if got := s.order(); !reflect.DeepEqual(s.Look(), look) || got != stands || len(s.columns.fields) != columns || s.query.Text() != "" {
		t.Errorf("after it: %+v, %+v, %d columns, filtered by %q", s.Look(), got, len(s.columns.fields), s.query.Text())
	}
}
