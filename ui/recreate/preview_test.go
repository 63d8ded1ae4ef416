package recreate

import (
	"slices"
	"strings"
	"testing"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
	"nbscope/ui/uitest"
)

// drawn are painted lines as they are read.
func drawn(lines []string) []string {
	return strings.Split(strings.TrimSuffix(kit.PlainLines(lines), "\n"), "\n")
}

// previewOf is the preview of a plan that preflight has passed.
func previewOf(change func(*recreate.Snapshot)) (*previewPage, *wizard, *draft) {
	d, w, _ := checkedDraft(change)
	return w.pages[pagePreview].(*previewPage), w, d
}

func TestWhatAFieldWasAndWillBeLeavesOutWhatIsAlike(t *testing.T) {
	g := plain().Glyphs
	for _, c := range []struct {
		action        string
		before, after string
		room          int
		want          string
	}{
		{recreate.Carry, "", "", 80, "none"},
		{recreate.Carry, "a", "a", 80, "a"},
		{recreate.Drop, "a", "", 80, "a"},
		{"", "", "", 80, "known once it is there"},
		{"", "", "b", 80, "b"},
		{"", "a", "", 80, "a → known once it is there"},
		{"", "abc", "abd", 9, "abc → abd"},
		{"", "abc", "abd", 8, "abc → abd"}, // no part is alike
		{"", "arn:x:role/one", "arn:x:role/two", 31, "arn:x:role/one → arn:x:role/two"},
		{"", "arn:x:role/one", "arn:x:role/two", 30, "…/one → …/two"},
		{"", "one.notebook.aws", "two.notebook.aws", 20, "one.… → two.…"},
		{"", "x/one.aws", "x/two.aws", 5, "…/one.… → …/two.…"},
		{"", "a/b", "a/b/c", 5, "…/b → …/b/c"},
	} {
		if got := changeValue(recreate.Change{Action: c.action, Before: c.before, After: c.after}, c.room, g); got != c.want {
			t.Errorf("%s %q, %q in %d: %q, want %q", c.action, c.before, c.after, c.room, got, c.want)
		}
	}
	for _, c := range []struct {
		a, b       string
		lead, tail int
	}{
		{"", "", 0, 0}, {"a", "a", 0, 0}, {"a/b", "a/c", 1, 0}, {"a/b/c", "a/b/d", 3, 0}, {"a.z", "b.z", 0, 1}, {"a.y.z", "b.y.z", 0, 3}, {":a", ":b", 0, 0}, {"x/", "x/", 1, 0}, {"/a", "/a", 0, 0},
		{"a:b", "a:c", 1, 0}, {"a:b", "c:b", 0, 1}, {"a:b", "c:d", 0, 0},
	} {
		if lead, tail := commonLead(c.a, c.b), commonTail(c.a, c.b); lead != c.lead || tail != c.tail {
			t.Errorf("%q and %q share %d and %d, want %d and %d", c.a, c.b, lead, tail, c.lead, c.tail)
		}
	}
}

func TestAChangeStandsWithItsReasonBelowOrBesideIt(t *testing.T) {
	pg, _, _ := previewOf(nil)
	long := recreate.Change{Field: "X", Title: "A field", Action: recreate.Drop, Before: strings.Repeat("v", 50), Why: strings.TrimSpace(strings.Repeat("word ", 30))}
	const indent, eight = "                     ", "word word word word word word word word"
	for _, c := range []struct {
		change recreate.Change
		width  int
		want   []string
	}{
		{recreate.Change{Title: "A field", Before: "a", After: "b"}, 60, []string{" ~ A field           a → b"}},
		{recreate.Change{Title: "A field", After: "b", Why: "so"}, 60, []string{" + A field           b", "                     so"}},
		{long, 60, []string{
			" - A field           " + strings.Repeat("v", 38), indent + strings.Repeat("v", 12),
			indent + eight, indent + eight, indent + eight, indent + "word word word word word word",
		}},
		{long, whyFrom - 1, nil}, {long, whyFrom, nil},
		{recreate.Change{Title: "A field", Before: "a", After: "b"}, whyFrom, []string{" ~ A field                    a → b"}},
	} {
		got := drawn(pg.changeEntry(c.change, c.width))
		if c.want == nil {
			beside := strings.HasPrefix(got[0], " - A field                    "+strings.Repeat("v", besideRoom)+"  word")
			if beside != (c.width >= whyFrom) {
				t.Errorf("in %d cells: %q", c.width, got)
			}
			continue
		}
		if d := uitest.Differ(got, c.want); d != "" {
			t.Errorf("in %d cells: %s", c.width, d)
		}
	}
	for width, want := range map[int]int{120: 8, 140: 12, 160: 16, 180: 18, 200: 18} { // words in the room beside the values, as wide as prose at most
		line := drawn(pg.changeEntry(long, width))[0]
		if got := strings.Count(line, "word"); got != want || !strings.HasSuffix(line, " word") {
			t.Errorf("in %d cells the reason has %d words in a line, want %d whole ones: %q", width, got, want, line)
		}
	}
}

// TestAViewIsTurnedClickedCopiedAndSaved goes through the views of a plan.
func TestAViewIsTurnedClickedCopiedAndSaved(t *testing.T) {
	pg, w, d := previewOf(nil)
	names := []string{"changes.txt", "request.json", "cli.sh", "permissions.txt", "risks.txt", "cost.txt"}
	for i, name := range names {
		if int(pg.shown) != i {
			t.Fatalf("the view is %d, want %d", pg.shown, i)
		}
		save, copied := pg.saveView().(kit.Save), pg.copyView().(kit.Copy)
		view, _, _ := strings.Cut(name, ".")
		if save.Name != "nbscope-7f3c-"+name || save.Data != copied.Text || copied.What != view+" of the plan" || len(save.Data) < 40 || !strings.HasSuffix(save.Data, "\n") {
			t.Errorf("view %d is saved as %q, and copied as %q: %q", i, save.Name, copied.What, save.Data)
		}
		pg.turnView(1)
	}
	pg.turnView(-1)
	if pg.shown != viewCost {
		t.Errorf("before the first is %d", pg.shown)
	}
	pg.turnView(1)
	if pg.shown != viewChanges {
		t.Errorf("behind the last is %d", pg.shown)
	}
	if want := string(d.plan.Spec.Request()) + "\n"; (func() string { pg.shown = viewRequest; return pg.viewText() })() != want {
		t.Error("the request is not the text that is saved")
	}
	pg.view(80, 20)
	line := kit.PlainLines([]string{pg.tabs(80).Draw(w.theme, true)})
	at := strings.Index(line, "Risks")
	pg.click(at, 1)
	if pg.shown != viewRequest {
		t.Error("a click below the names turns the view")
	}
	pg.click(79, 0)
	if pg.shown != viewRequest {
		t.Error("a click beside the names turns the view")
	}
	pg.click(at, 0)
	if pg.shown != viewRisks {
		t.Errorf("a click on Risks shows %d", pg.shown)
	}
	d.plan = nil
	if pg.click(1, 0) != nil || pg.shown != viewRisks || pg.copyView() != nil || pg.saveView() != nil {
		t.Error("a view of no plan is turned, copied or saved")
	}
	d.invalid = map[string]string{recreate.FieldName: "x"}
	if got, want := strings.TrimSpace(kit.PlainLines(strings.Split(pg.view(80, 3), "\n"))), "There is no plan yet: AWS would refuse Name."; !strings.Contains(got, want) || !strings.Contains(got, "r runs preflight again   [ goes back") {
		t.Errorf("it says %q", got)
	}
}

func TestUnchangedFieldsAreCountedOrShown(t *testing.T) {
	pg, _, d := previewOf(nil)
	lines := drawn(pg.changeLines(100))
	carried, written := 0, 0
	for _, c := range d.plan.Changes() {
		if quiet(c) && c.Action == recreate.Carry {
			carried++
		} else if quiet(c) {
			written++
		}
	}
	if want := " = " + kit.Count(carried, "field") + " carried unchanged, 2 that AWS writes   c shows them"; lines[len(lines)-1] != want || written != 2 {
		t.Errorf("the last line is %q, want %q", lines[len(lines)-1], want)
	}
	pg.toggleUnchanged()
	all := drawn(pg.changeLines(100))
	if len(all) <= len(lines)+carried || strings.Contains(strings.Join(all, "\n"), "carried unchanged") {
		t.Errorf("of %d lines, %d are shown with all", len(lines), len(all))
	}
}

func TestAPreviewEndsInWhatIsWorst(t *testing.T) {
	pg, _, d := previewOf(nil)
	foot := func(height int) []string { return drawn(pg.foot(120, height)) }
	risks := d.plan.Risks()
	sign, _ := kit.SeveritySign(pg.theme, risks[0].Severity)
	first := " " + sign + " " + risks[0].Title
	if got := foot(lowPage); len(got) != 2 || got[0] != strings.Repeat("─", 120) || !strings.HasPrefix(got[1], first) || !strings.HasSuffix(got[1], " more under Risks") {
		t.Errorf("the foot is %q", got)
	}
	if got := pg.foot(80, lowPage-1); len(got) != 0 {
		t.Errorf("the foot of a low page is %q", got)
	}
	d.checked = false
	if got := foot(lowPage - 1); len(got) != 1 || got[0] != " ✗ It cannot be approved: preflight has not run for these values." {
		t.Errorf("the foot of a low page is %q", got)
	}
	if got := foot(lowPage); len(got) != 3 {
		t.Errorf("the foot is %q", got)
	}
	pg.shown = viewRisks
	if got := foot(lowPage); len(got) != 2 {
		t.Errorf("the foot below the risks is %q", got)
	}
	d.checked = true
	if got := pg.foot(80, lowPage); len(got) != 0 {
		t.Errorf("the foot below the risks is %q", got)
	}
	row := pg.steps()[0]
	if row.note != "ready" || row.tone != theme.Normal || row.sign != "○" {
		t.Errorf("its row is %+v", row)
	}
	d.checked = false
	if row := pg.steps()[0]; row.note != "" || row.tone != theme.Dim {
		t.Errorf("its row is %+v", row)
	}
	if do, ok := pg.approveCreate().(kit.Say); !ok || do.Text != "it cannot be approved: preflight has not run for these values" {
		t.Errorf("approved: %+v", do)
	}
}

// TestRisksEndInWhatWouldDoWithoutARecreate has a notebook be cut off, and another not.
func TestRisksEndInWhatWouldDoWithoutARecreate(t *testing.T) {
	pg, _, d := previewOf(nil)
	if got := pg.alternativeLines(80); got != nil {
		t.Errorf("there is %q", got)
	}
	n := uitest.Notebook(1, "churn", uitest.Prod, "eu-west-1", nil)
	d.notebook = &model.Notebook{Egress: uitest.JudgedAs(n, model.VerdictIsolated)}
	got := drawn(pg.alternativeLines(100))
	if len(pg.alternatives()) == 0 || got[1] != " Without a recreate" || got[2] != "   → Let tcp/443 out in security group "+n.SecurityGroups[0] {
		t.Errorf("there is %q", got)
	}
	heads := func(before, after []string) []string {
		controls := func(ids []string) (out []model.Control) {
			for _, id := range ids {
				out = append(out, model.Control{ID: id})
			}
			return out
		}
		b, a := controls(before), controls(after)
		out := []string{}
		for _, l := range [][]model.Control{both(b, a), without(a, b), without(b, a)} {
			names := ""
			for _, c := range l {
				names += c.ID
			}
			out = append(out, names)
		}
		return out
	}
	if got := heads([]string{"a", "b"}, []string{"b", "c"}); !slices.Equal(got, []string{"b", "c", "a"}) {
		t.Errorf("both, after and before: %q", got)
	}
}

func TestPermissionsStandWithTheirSteps(t *testing.T) {
	pg, _, d := previewOf(nil)
	text := strings.Join(drawn(pg.permissionLines(200)), "\n")
	for _, want := range []string{
		"  1 Create  approve\n    Makes churn-net", "    → sagemaker:CreateNotebookInstance\n      needs also ", "\n\n  2 Wait\n", " Copy  by hand\n", " Delete source  type name\n", "\n\n IAM actions of all of them\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q:\n%s", want, text)
		}
	}
	all := permissionsOf(d.plan)
	if !slices.IsSorted(all) || len(slices.Compact(slices.Clone(all))) != len(all) || !strings.HasSuffix(text, "    "+strings.Join(all, "\n    ")) {
		t.Errorf("the actions are %q:\n%s", all, text)
	}
}
