package explore

import (
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/ui/kit"
	"nbscope/ui/uitest"
)

func TestEveryGroupHasItsNameAndItsNumber(t *testing.T) {
	t.Parallel()
	rows := append(threeOf(), uitest.Notebook(5, "d", uitest.Sandbox, "eu-west-1", uitest.Oddities(5)))
	heads := func(group model.FieldID, aliases map[string]string) string {
		s, h := shownList(func(w *kit.World) { w.Lens.Aliases = aliases }, rows...)
		kit.Perform(h, s.groupBy(group))
		var out []string
		for _, g := range s.list.shown.groups {
			out = append(out, g.Text+g.Tail)
		}
		return strings.Join(out, ", ")
	}
	for _, c := range []struct {
		group   model.FieldID
		aliases map[string]string
		want    string
	}{
		{model.FieldAccount, nil, uitest.Prod + "  2 notebooks, " + uitest.Sandbox + "  2 notebooks"},
		{model.FieldAccount, map[string]string{uitest.Prod: "prod-ml"}, uitest.Sandbox + "  2 notebooks, prod-ml " + uitest.Prod + "  2 notebooks"},
		{model.FieldRegion, nil, "eu-west-1  4 notebooks"},
		{model.FieldSubnet, nil, "subnet-014c1de2f3a private-1  1 notebook, subnet-044c1de2f3a private-1  1 notebook, subnet-054c1de2f3a private-1  1 notebook, no VPC  1 notebook"},
		{"", nil, ""},
	} {
		if got := heads(c.group, c.aliases); got != c.want {
			t.Errorf("by %q: %q, want %q", c.group, got, c.want)
		}
	}
}

func TestAFilterForAValueQuotesWhatIsNoPlainID(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"vpc-0aZ9": "vpc:vpc-0aZ9", "": `vpc:""`, ".a": `vpc:".a"`, "a b": `vpc:"a b"`, `a"b\`: `vpc:"a\"b\\"`, "a:b": `vpc:"a:b"`, "a/": `vpc:"a/"`, "@": `vpc:"@"`, "{": `vpc:"{"`, "`": "vpc:\"`\"", "[": `vpc:"["`,
	} {
		if got := Where("vpc", value); got != want {
			t.Errorf("%q: %s, want %s", value, got, want)
		}
	}
	if got := lastIfEmpty(""); got <= "zzz" {
		t.Errorf("nothing stands before %q", got)
	}
	if got := lastIfEmpty("a"); got != "a" {
		t.Errorf("a note is %q", got)
	}
}

// TestAStationStandsInAsFewLinesAsHoldIt breaks kind, id, name and note of a station.
func TestAStationStandsInAsFewLinesAsHoldIt(t *testing.T) {
	t.Parallel()
	lines := func(room int, tone string, parts ...string) string {
		s := station{kind: parts[0], id: parts[1], name: parts[2], note: parts[3]}
		for tones := 0; tones < 11 && uitest.ToneName(s.tone) != tone; tones++ {
			s.tone++
		}
		var out []string
		for _, l := range headLines(s, room) {
			out = append(out, strings.Join(uitest.Spans(l), ""))
		}
		return strings.Join(out, "/")
	}
	for _, c := range []struct {
		room  int
		tone  string
		parts []string
		want  string
	}{
		{40, "dim", []string{"subnet", "s-1", "a", "far"}, "normal|subnetstrong|  s-1normal|  adim|  far"},
		{40, "bad", []string{"subnet", "s-1", "", "far"}, "bad|subnetstrong|  s-1bad|  far"},
		{40, "unknown", []string{"subnet", "s-1", "", ""}, "unknown|subnetstrong|  s-1"},
		{11, "dim", []string{"subnet", "s-1", "a", ""}, "normal|subnetstrong|  s-1/normal|a"},
		{10, "dim", []string{"subnet", "s-1", "", ""}, "normal|subnet/strong|s-1"},
		{6, "dim", []string{"subnet", "", "", ""}, "normal|subnet"},
		{4, "dim", []string{"subnet", "", "", ""}, "normal|subn/normal|et"},
	} {
		if got := lines(c.room, c.tone, c.parts...); got != c.want {
			t.Errorf("%q, %s in %d: %q, want %q", c.parts, c.tone, c.room, got, c.want)
		}
	}
}

func TestTheKeysOfAListAreThoseThatDoSomethingNow(t *testing.T) {
	t.Parallel()
	hints := func(s *Notebooks) string {
		var out []string
		for _, k := range s.Hints() {
			if k.Enabled() && k.Help().Desc != "" {
				out = append(out, k.Help().Desc)
			}
		}
		return strings.Join(out, ", ")
	}
	s, h := shownList(nil, threeOf()...)
	for i, step := range []struct {
		do   func()
		want string
	}{
		{func() {}, "detail, recreate, filter, sort, group, mark, copy ARN"},
		{func() { kit.Perform(h, s.setFilter("name:zz")) }, "filter, clear filter"},
		{func() { kit.Perform(h, s.setFilter("")) }, "detail, recreate, filter, sort, group, mark, copy ARN"},
		{func() { kit.Perform(h, s.startFilter()); s.suggestions = nil }, "keep, clear"},
		{func() { s.Typed(tea.PasteMsg{Content: "sta"}) }, "keep, clear, complete"},
		{func() { s.bar.History = []string{"x"} }, "keep, clear, complete, filters before"},
	} {
		step.do()
		if got := hints(s); got != step.want {
			t.Errorf("step %d: %q, want %q", i, got, step.want)
		}
	}
	undecided, h := shownList(nil, uitest.Notebook(2, "a", uitest.Prod, "eu-west-1", uitest.Oddities(2)))
	kit.Perform(h, undecided.setFilter("vpc:x"))
	if got := hints(undecided); !strings.HasPrefix(got, "filter, clear filter, ") || slices.Contains(strings.Split(got, ", "), "mark") {
		t.Errorf("where one may match: %q", got)
	}
}
