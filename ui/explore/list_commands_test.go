package explore

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
	"nbscope/ui/uitest"
)

// holding are the commands of a group that hold now.
func holding(all []kit.Command, group string) string {
	var out []string
	for _, c := range all {
		if c.Group == group && (len(c.Key.Keys()) == 0 || c.Key.Enabled()) {
			out = append(out, c.Name)
		}
	}
	return strings.Join(out, ", ")
}

// TestWhatANotebookIsNeededForHoldsWhereThereIsOne has a list with rows, without, and with
// marks of what the filter hides.
func TestWhatANotebookIsNeededForHoldsWhereThereIsOne(t *testing.T) {
	t.Parallel()
	const about = "Recreate with the other setting of direct internet, or all marked, Copy the ARN, or those of all marked, Copy the AWS CLI command, Open its page of the AWS console, Copy the URL of the AWS console"
	const some = ", Sort by the next column, Reverse the order, Group by the next of account, region, VPC, subnet, Show or hide columns, Mark or unmark, Mark all shown, "
	const none = ", Group by the next of account, region, VPC, subnet, Show or hide columns, "
	s, h := shownList(nil, threeOf()...)
	is := func(what, one, list string) {
		t.Helper()
		if got := holding(s.Commands(), kit.GroupOne); got != one {
			t.Errorf("%s: about one there are %q, want %q", what, got, one)
		}
		const always = "Filter, Back: close, clear the filter, go back, clear the marks"
		if got := holding(s.Commands(), kit.GroupList); !strings.HasPrefix(got, always+list) {
			t.Errorf("%s: about the list there are %q, want %q first", what, got, always+list)
		}
	}
	is("with rows", "Detail, "+about, some)
	kit.Perform(h, s.setFilter("name:nothing"))
	is("without rows", "", none)
	kit.Perform(h, s.setFilter(""))
	listKeys{s}.mark()
	kit.Perform(h, s.setFilter("name:nothing"))
	is("without rows, with a mark", about, none)
	if s, _ := shownList(nil); holding(s.Commands(), kit.GroupOne) != "" {
		t.Errorf("of nothing there are %q", holding(s.Commands(), kit.GroupOne))
	}
}

// TestCommandsOfTheUsersAreAboutTheNotebookUnderTheCursor has one that changes something,
// for which its account is unlocked first.
func TestCommandsOfTheUsersAreAboutTheNotebookUnderTheCursor(t *testing.T) {
	t.Parallel()
	s, h := shownList(func(w *kit.World) {
		w.Own = []kit.OwnCommand{{Title: "Look", Key: "Z"}, {Title: "Stop", Key: "N", Writes: true}}
	}, threeOf()...)
	run(t, h, s.Commands, "j", "Z", "N")
	want := []string{"run Look b", "unlock " + uitest.Prod + " Stop", "run Stop b"}
	if !slices.Equal(h.Asked, want) {
		t.Errorf("asked %q, want %q", h.Asked, want)
	}
	kit.Perform(h, s.setFilter("name:nothing"))
	if got := holding(s.Commands(), kit.GroupOwn); got != "" {
		t.Errorf("without a notebook there are %q", got)
	}
}

// TestWhatCanBeTypedIsSaidInAsManyLinesAsItTakes types the beginning of a field, of a
// value, and nothing, in lists that are high, low, wide and narrow.
func TestWhatCanBeTypedIsSaidInAsManyLinesAsItTakes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		typed         string
		width, height int
		lines         int
		first         string
	}{
		{"", 300, 30, 1, "accent|name:  "}, {"", 80, 30, 3, "accent|name:  "}, {"", 80, 3, 3, "accent|name:  "}, {"", 80, 2, 1, "accent|name:  "}, {"zzz", 80, 30, 2, "dim|fields: "},
		{"acc", 80, 30, 1, "accent|account:  "}, {"status:", 80, 30, 1, "accent|"},
	} {
		s, h := shownList(nil, threeOf()...)
		s.Resize(c.width, c.height)
		kit.Perform(h, listKeys{s}.startFilter())
		for _, r := range c.typed {
			kit.Perform(h, s.Typed(tea.KeyPressMsg{Code: r, Text: string(r)}))
		}
		got := listWords{s}.hintLines()
		if len(got) != c.lines || !strings.HasPrefix(uitest.Spans(got[0][1:])[0], c.first) {
			t.Errorf("%q in %d by %d: %d lines, want %d: %q", c.typed, c.width, c.height, len(got), c.lines, uitest.Spans(got[0]))
		}
		for i, l := range got {
			if l[0].Text != " " || len(l) < 2 {
				t.Errorf("%q: line %d is %q", c.typed, i, uitest.Spans(l))
			}
			used := 0
			for _, span := range l {
				used += len(span.Text)
			}
			if c.lines > 1 && used > c.width+1 {
				t.Errorf("%q in %d: a line is %d wide", c.typed, c.width, used)
			}
		}
		body := listBody(s)
		if len(body) != c.height {
			t.Errorf("%q in %d by %d: the list has %d lines", c.typed, c.width, c.height, len(body))
		}
		for i, l := range got[:len(got)-1] { // the last one stands in the footer
			want := strings.TrimRight(strings.TrimSuffix(kit.PlainLines([]string{kit.Bar(plain(), c.width, l, nil)}), "\n"), " ")
			if at := body[len(body)-len(got)+1+i]; strings.TrimRight(at, " ") != want {
				t.Errorf("%q in %d: line %d is %q, want %q", c.typed, c.width, i, at, want)
			}
		}
	}
}

// TestTheFieldsOfATargetSayNothingOfNone has a number, a number of none, and a text.
func TestTheFieldsOfATargetSayNothingOfNone(t *testing.T) {
	t.Parallel()
	number := targetField{number: func(t *model.TargetStatus) int { return t.Notebooks }}
	words := targetField{text: func(t *model.TargetStatus) string { return t.Target.Region }}
	got := fmt.Sprintf("%q %q %q", number.says(&model.TargetStatus{Notebooks: 3}), number.says(&model.TargetStatus{}), words.says(&model.TargetStatus{Target: model.Target{Region: "r"}}))
	if got != `"3" "" "r"` {
		t.Errorf("they say %s", got)
	}
}

// TestAVPCIsTheSumOfItsSubnets adds two up, of which one has a service that the other has
// not, and one a part that is not known.
func TestAVPCIsTheSumOfItsSubnets(t *testing.T) {
	t.Parallel()
	var sum vpcRow
	sum.add(&vpcRow{notebooks: 2, verdicts: map[model.Verdict]int{model.VerdictNAT: 2}, blind: 1})
	sum.add(&vpcRow{notebooks: 3, verdicts: map[model.Verdict]int{model.VerdictNAT: 1, model.VerdictIsolated: 2}, blind: 2})
	if sum.notebooks != 5 || sum.subnets != 2 || sum.blind != 3 || sum.verdicts[model.VerdictNAT] != 3 || sum.verdicts[model.VerdictIsolated] != 2 {
		t.Errorf("the sum is %+v", sum)
	}
}

// TestTheAccountsThatAreToldApartAreTheHeadsOfTheirGroups groups by account, by region,
// and by account where the user tells none apart.
func TestTheAccountsThatAreToldApartAreTheHeadsOfTheirGroups(t *testing.T) {
	t.Parallel()
	looks := []kit.AccountLook{{Match: uitest.Prod, Tone: theme.Bad, Sign: "!"}}
	for _, c := range []struct {
		looks []kit.AccountLook
		group model.FieldID
		want  string // of the first group
	}{{looks, model.FieldAccount, " [!]|" + uitest.ToneName(theme.Bad)}, {looks, model.FieldRegion, "|" + uitest.ToneName(theme.Normal)}, {nil, model.FieldAccount, "|" + uitest.ToneName(theme.Normal)}} {
		s, h := shownList(func(w *kit.World) { w.Accounts = c.looks }, threeOf()...)
		kit.Perform(h, s.groupBy(c.group))
		heads := s.list.heads()
		was := s.list.shown.groups
		if got := strings.TrimPrefix(heads[0].Text, was[0].Text) + "|" + uitest.ToneName(heads[0].Tone); got != c.want {
			t.Errorf("by %s, told apart %v: %q, want %q", c.group, c.looks != nil, got, c.want)
		}
		if len(heads) > 1 && (heads[1].Text != was[1].Text || heads[1].Tone != theme.Normal) {
			t.Errorf("the other account is %+v", heads[1])
		}
	}
}
