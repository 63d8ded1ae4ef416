package explore

import (
	"slices"
	"strings"
	"testing"

	"nbscope/model"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
	"nbscope/ui/uitest"
)

func TestWhatIsNotKnownIsASignUnlessItIsAVerdict(t *testing.T) {
	t.Parallel()
	s := &rowSource{theme: plain()}
	for text, want := range map[string]string{"": "?", model.TextUnknown: "?", "unknown, refused": "? not known", "depends": "? not known"} {
		if got := s.unknownText(model.Cell{Text: text}); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestTheMatrixHasAsManyColumnsAsFit: of the last, the two cells behind it may be missing.
func TestTheMatrixHasAsManyColumnsAsFit(t *testing.T) {
	t.Parallel()
	all := uitest.Coverage("cccccccccccc")
	longest := 0
	for _, c := range all {
		longest = max(longest, len(c.Service))
	}
	cell := longest + len("x ") + len("  ")
	for width, columns := range map[int]int{2*cell - 3: 1, 2*cell - 2: 2, 2 * cell: 2, 3*cell - 3: 2, 3*cell - 2: 3, 1: 1} {
		lines := drawMatrix(plain(), all, width)
		if want := (len(all) + columns - 1) / columns; len(lines) != want {
			t.Errorf("in %d cells there are %d lines, want %d", width, len(lines), want)
		}
		if got := kit.PlainLines(lines); columns > 1 && strings.Contains(got, "…") {
			t.Errorf("in %d cells a name is cut:\n%s", width, got)
		}
	}
}

// TestPlacesStandBehindTheirLabel, which is narrow where the room is.
func TestPlacesStandBehindTheirLabel(t *testing.T) {
	t.Parallel()
	all := []placeSign{{"pypi", "✓", theme.Good}, {"github", "✗", theme.Bad}, {"s3", "✓", theme.Good}}
	const label = "Reaches"
	wide := strings.Repeat(" ", kit.LabelWidth-len(label))
	for width, want := range map[int]string{
		40: label + wide + "pypi ✓  github ✗  s3 ✓",
		39: label + "  pypi ✓  github ✗  s3 ✓",
		27: label + "  pypi ✓  github ✗",
		26: label + "  pypi ✓  github ✗",
		24: label + "  pypi ✓",
		16: "Reaches pypi ✓",
		12: "Reach…pypi ✓",
	} {
		lines := strings.Split(kit.PlainLines(drawSigns(plain(), label, all, width)), "\n")
		if got := strings.TrimRight(lines[0], " "); got != want {
			t.Errorf("in %d cells: %q, want %q", width, got, want)
		}
		if got := strings.Join(strings.Fields(strings.Join(lines, " ")), " "); width > 15 && !strings.HasSuffix(got, "pypi ✓ github ✗ s3 ✓") {
			t.Errorf("in %d cells one reads %q", width, got)
		}
	}
}

func TestAFoldSaysEveryReasonAndWhoHasIt(t *testing.T) {
	t.Parallel()
	status := func(account, region, why string) *model.TargetStatus {
		return &model.TargetStatus{Target: model.Target{Account: account, Region: region}, State: model.StateDenied, Problem: &model.Problem{Kind: model.KindDenied, Message: why}}
	}
	aliases := map[string]string{"1": "one"}
	for name, c := range map[string]struct {
		row  targetRow
		want []string
	}{
		"one account": {
			targetRow{fold: fold{account: "1"}, of: []*model.TargetStatus{status("1", "b", "no"), status("1", "a", "no")}},
			[]string{"Problem", "no", "Kind", "denied", "Regions", "a, b"},
		},
		"several accounts": {
			targetRow{of: []*model.TargetStatus{status("2", "a", "no"), status("1", "a", "no")}},
			[]string{"Problem", "no", "Kind", "denied", "Accounts", "2, one"},
		},
		"two reasons": {
			targetRow{of: []*model.TargetStatus{status("2", "a", "no"), status("1", "a", "never")}},
			[]string{"2", "Problem", "no", "Kind", "denied", "one", "Problem", "never", "Kind", "denied", "Accounts", "2, one"},
		},
	} {
		var doc kit.Document
		c.row.sayFold(&doc, plain(), aliases)
		var got []string
		for _, l := range doc.Paint(plain(), 80) {
			for part := range strings.SplitSeq(kit.PlainLines([]string{l}), "  ") {
				if part = strings.Trim(part, " ✗\n"); part != "" {
					got = append(got, part)
				}
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestTargetsAreSortedBothWays, by account and region where they are alike.
func TestTargetsAreSortedBothWays(t *testing.T) {
	t.Parallel()
	w := &kit.World{Inventory: model.NewInventory()}
	for i, id := range []string{"2 a", "1 b", "1 a", "3 a"} {
		account, region, _ := strings.Cut(id, " ")
		w.Targets = append(w.Targets, model.TargetStatus{
			Target: model.Target{Account: account, Region: region}, State: model.StateOK, Notebooks: []int{5, 5, 7, 1}[i],
			Started: uitest.Noon(), Ended: uitest.Noon(),
		})
	}
	w.Problems = []model.Problem{{Message: "no sign-in"}}
	s := targetsOf(w)
	at := slices.IndexFunc(s.fields, func(f targetField) bool { return strings.Contains(strings.ToLower(f.word), "notebook") })
	if at < 0 {
		t.Fatal("there is no such column")
	}
	for desc, want := range map[bool]string{false: "- 1/a 1/b 2/a 3/a", true: "- 3/a 1/b 2/a 1/a"} {
		s.sort, s.desc = at, desc
		s.Sync()
		var got []string
		for _, row := range s.view {
			if st := s.rows[row].status; st != nil {
				got = append(got, st.Target.Account+"/"+st.Target.Region)
			} else {
				got = append(got, "-")
			}
		}
		if got := strings.Join(got, " "); got != want {
			t.Errorf("backwards %v: %q, want %q", desc, got, want)
		}
	}
}

// TestTheKeysOfTargetsAreThoseThatDoSomethingNow, in the list and in the message.
func TestTheKeysOfTargetsAreThoseThatDoSomethingNow(t *testing.T) {
	t.Parallel()
	hints := func(s *targetsScreen) string {
		var out []string
		for _, b := range s.Hints() {
			if b.Enabled() {
				out = append(out, b.Help().Desc)
			}
		}
		return strings.Join(out, ", ")
	}
	none := targetsOf(&kit.World{Inventory: model.NewInventory()})
	w := &kit.World{Inventory: model.NewInventory()}
	w.Targets = []model.TargetStatus{{Target: model.Target{Account: "1", Region: "a"}, State: model.StateOK}}
	some, full := targetsOf(w), targetsOf(w)
	full.full = true
	for name, c := range map[string]struct {
		s     *targetsScreen
		holds []string
		lacks []string
	}{
		"without targets": {none, nil, []string{"message in full", "sort"}},
		"with one":        {some, []string{"message in full", "sort"}, []string{"back to the list"}},
		"in full":         {full, []string{"back to the list"}, []string{"message in full", "sort"}},
	} {
		got := hints(c.s)
		for _, h := range c.holds {
			if !strings.Contains(got, h) {
				t.Errorf("%s: %q lacks %q", name, got, h)
			}
		}
		for _, h := range c.lacks {
			if strings.Contains(got, h) {
				t.Errorf("%s: %q has %q", name, got, h)
			}
		}
	}
}
