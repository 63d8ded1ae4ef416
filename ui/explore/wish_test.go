package explore

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"nbscope/model"
	"nbscope/ui/kit"
	"nbscope/ui/uitest"
)

// stands is how a list is to stand: its field and way, whether it is ranked, its groups.
func stands(s *Notebooks) string {
	o := s.order()
	way := "up"
	if o.desc {
		way = "down"
	}
	if o.ranked {
		way += ", ranked"
	}
	return strings.TrimSpace(fmt.Sprint(o.field, " ", way, " ", o.group))
}

func TestAListIsSortedOneWayThenTheOther(t *testing.T) {
	t.Parallel()
	s, h := shownList(nil, threeOf()...)
	fields := s.columns.fields
	first, second, last := fields[0].ID, fields[1].ID, fields[len(fields)-1].ID
	for i, step := range []struct {
		do   func() kit.Intent
		want string
	}{
		{func() kit.Intent { return s.sortBy(model.FieldName) }, "name down"},
		{func() kit.Intent { return s.sortBy(model.FieldName) }, "name up"},
		{s.reverse, "name down"},
		{func() kit.Intent { return s.sortBy(model.FieldStatus) }, "status up"},
		{s.reverse, "status down"},
		{func() kit.Intent { return s.sortSo(first, true) }, string(first) + " down"},
		{s.sortNext, string(second) + " up"},
		{func() kit.Intent { return s.sortSo(last, false) }, string(last) + " up"},
		{s.sortNext, string(first) + " up"},
		{func() kit.Intent { return s.sortSo(second, false) }, string(second) + " up"},
		{func() kit.Intent { return s.setFilter("a") }, string(second) + " up, ranked"},
		{s.sortNext, string(first) + " up"},
		{func() kit.Intent { return s.setFilter("a b") }, string(first) + " up"},
		{func() kit.Intent { return s.setFilter("name:a") }, string(first) + " up"},
		{func() kit.Intent { return s.setFilter("b") }, string(first) + " up, ranked"},
		{func() kit.Intent { return s.sortBy(first) }, string(first) + " up"},
		{func() kit.Intent { return s.sortBy(first) }, string(first) + " down"},
	} {
		kit.Perform(h, step.do())
		if got := stands(s); got != step.want {
			t.Errorf("step %d: it stands %q, want %q", i, got, step.want)
		}
	}
}

func TestSeveralAccountsAreGroupedUnlessAQueryRanksOrTheUserChose(t *testing.T) {
	t.Parallel()
	all := uitest.Identities()
	for name, c := range map[string]struct {
		signedIn []model.Identity
		look     Look
		want     string
	}{
		"no sign-in":             {nil, Look{}, "finding up"},
		"one account":            {all[:1], Look{}, "finding up"},
		"two accounts":           {all[:2], Look{}, "finding up account"},
		"two, ranked":            {all[:2], Look{Filter: "a"}, "finding up, ranked"},
		"two, filtered":          {all[:2], Look{Filter: "name:a"}, "finding up account"},
		"two, no groups":         {all[:2], Look{Group: NoGroup}, "finding up"},
		"two, by region":         {all[:2], Look{Group: "region"}, "finding up region"},
		"two, by what is no one": {all[:2], Look{Group: "owner"}, "finding up account"},
		"one, by VPC, ranked":    {all[:1], Look{Group: "vpc", Filter: "a"}, "finding up, ranked vpc"},
		"the other way":          {all[:1], Look{Sort: "-name"}, "name down"},
		"by what is no field":    {all[:1], Look{Sort: "-owner"}, "finding up"},
	} {
		s := NewNotebooks(&kit.World{Now: uitest.Noon(), Identities: c.signedIn}, kit.DefaultKeyMap(), plain(), nil, c.look)
		if got := stands(s); got != c.want {
			t.Errorf("%s: it stands %q, want %q", name, got, c.want)
		}
	}
	s := NewNotebooks(&kit.World{Now: uitest.Noon(), Identities: all}, kit.DefaultKeyMap(), plain(), nil, Look{})
	var got []string
	for range 6 {
		got = append(got, string(s.order().group))
		s.groupNext()
	}
	if want := []string{"account", "region", "vpc", "subnet", "", "account"}; !slices.Equal(got, want) {
		t.Errorf("the groups are %q, want %q", got, want)
	}
}

// columnNames are the columns of a list, in their order.
func columnNames(s *Notebooks) string {
	ids := make([]string, 0, len(s.columns.fields))
	for _, f := range s.columns.fields {
		ids = append(ids, string(f.ID))
	}
	return strings.Join(ids, " ")
}

func TestAColumnIsShownWhereItBelongs(t *testing.T) {
	t.Parallel()
	s, _ := shownList(nil, threeOf()...)
	all := s.world.Skip.Fields()
	field := func(name string) model.Field {
		f, ok := model.FieldNamed(name)
		if !ok {
			t.Fatalf("there is no field %s", name)
		}
		return f
	}
	for i, step := range []struct {
		have  []string
		field string
		at    int
		want  string
	}{
		{[]string{"status", "region"}, "status", 1, "name region"},
		{[]string{"status", "region"}, "region", 2, "name status"},
		{[]string{"status", "region"}, "name", 0, "status region"},
		{[]string{string(all[2].ID), string(all[4].ID)}, string(all[3].ID), -1, fmt.Sprint("name ", all[2].ID, " ", all[3].ID, " ", all[4].ID)},
		{[]string{string(all[2].ID), string(all[4].ID)}, string(all[5].ID), -1, fmt.Sprint("name ", all[2].ID, " ", all[4].ID, " ", all[5].ID)},
		{[]string{string(all[2].ID), string(all[4].ID)}, string(all[1].ID), -1, fmt.Sprint("name ", all[1].ID, " ", all[2].ID, " ", all[4].ID)},
		{[]string{string(all[2].ID), string(all[4].ID)}, "tag:Team", -1, fmt.Sprint("name ", all[2].ID, " ", all[4].ID, " tag:Team")},
		{[]string{"tag:Owner"}, "tag:Team", -1, "name tag:Owner tag:Team"},
		{[]string{"tag:Owner"}, string(all[1].ID), -1, fmt.Sprint("name ", all[1].ID, " tag:Owner")},
	} {
		s.setFields(fieldsNamed(step.have, s.world.Skip))
		s.toggleColumn(field(step.field), step.at)
		if got := columnNames(s); got != step.want {
			t.Errorf("step %d: the columns are %q, want %q", i, got, step.want)
		}
	}
	for name, c := range map[string]struct {
		skip model.Skip
		want string
	}{
		"all":     {model.Skip{}, "name status tag:Team egress"},
		"no tags": {model.Skip{Tags: true}, "name status egress"},
		"neither": {model.Skip{Tags: true, Egress: true}, "name status"},
	} {
		s.setFields(fieldsNamed([]string{"status", "name", "tag:Team", "nothing", "status", "egress"}, c.skip))
		if got := columnNames(s); got != c.want {
			t.Errorf("%s: the columns are %q, want %q", name, got, c.want)
		}
	}
}

// TestTabTakesTheNearestWord completes a filter with the cursor at its end.
func TestTabTakesTheNearestWord(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		typed, want string
		skip        model.Skip
	}{
		"a field that is none":          {"nme:b", "name:b", model.Skip{}},
		"a half of a field":             {"regi", "region:", model.Skip{}},
		"a half of a value":             {"status:Fa", "status:failed", model.Skip{}},
		"a value that is none":          {"status:Faild", "status:failed", model.Skip{}},
		"a value that no notebook has":  {"region:eu-west-2", "region:eu-west-1", model.Skip{}},
		"nothing is near":               {"qqqqqqqq", "qqqqqqqq", model.Skip{}},
		"the second is wrong":           {"name:a nme:b", "name:a name:b", model.Skip{}},
		"a field that was skipped":      {"egr", "egr", model.Skip{Egress: true}},
		"a field that was not skipped":  {"egr", "egress:", model.Skip{Tags: true}},
		"its negation that was skipped": {"!egr", "!egr", model.Skip{Egress: true}},
	} {
		s, h := shownList(func(w *kit.World) { w.Skip = c.skip }, threeOf()...)
		s.startFilter()
		kit.Perform(h, s.setFilter(c.typed))
		kit.Perform(h, s.complete(&s.list.shown))
		if s.bar.Text != c.want || s.query.Text() != c.want {
			t.Errorf("%s: %q becomes %q, the query %q, want %q", name, c.typed, s.bar.Text, s.query.Text(), c.want)
		}
	}
	s, _ := shownList(nil, threeOf()...)
	if got := s.complete(&s.list.shown); got != nil {
		t.Errorf("where nothing is typed, tab leads to %T", got)
	}
}

func TestTheIssueAtTheCursorIsSpokenOf(t *testing.T) {
	t.Parallel()
	s, h := shownList(nil, threeOf()...)
	const typed = "nme:a nmae:b regin:c"
	s.startFilter()
	kit.Perform(h, s.setFilter(typed))
	moveTo := func(at int) {
		s.bar.Replace(0, len(s.bar.Value()), typed)
		s.bar.Replace(at, at, "")
	}
	for at, want := range map[int]string{0: `no field "nme"`, 3: `no field "nme"`, 4: `no field "nme"`, 6: `no field "nmae"`, 10: `no field "nmae"`, 11: `no field "nme"`, 13: `no field "regin"`, 18: `no field "regin"`, len(typed): `no field "nme"`} {
		moveTo(at)
		if got := s.issue(&s.list.shown); got == nil || got.Message != want {
			t.Errorf("at %d it is %+v, want %q", at, got, want)
		}
	}
	kit.Perform(h, s.setFilter("region:eu-west-2"))
	if got := s.issue(&s.list.shown); got == nil || got.Suggest != "region:eu-west-1" {
		t.Errorf("of a value that no notebook has it is %+v", got)
	}
	s.bar.Apply("region:eu-west-1")
	s.parse() // and what is shown is still the one before
	if got := s.issue(&s.list.shown); got != nil {
		t.Errorf("of a filter that finds something it is %+v", got)
	}
}

func TestAFilterWithAFaultSaysWhich(t *testing.T) {
	t.Parallel()
	s, _ := shownList(nil, threeOf()...)
	for filter, want := range map[string]string{"": "", "name:a": "", "nme:a": `no field "nme"; did you mean name:?`, "name:": "the field name has no value; did you mean name:churn?"} {
		s.setFilter(filter)
		if got := s.Fault(); got != want {
			t.Errorf("%q: %q, want %q", filter, got, want)
		}
	}
}
