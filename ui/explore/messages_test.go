package explore

import (
	"strings"
	"testing"
	"time"

	"nbscope/model"
	"nbscope/model/query"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
	"nbscope/ui/uitest"
)

func plain() *theme.Theme { return theme.New(theme.Options{NoColor: true}) }

// said is a message as it is told: tone, title, body and hint.
func said(m kit.Message) []string {
	return []string{uitest.ToneName(m.Tone), m.Title, m.Body, m.Hint}
}

// emptyList is a list that shows nothing of this world.
func emptyList(w *kit.World, filter string) listWords {
	w.Now = uitest.Noon()
	if w.Inventory == nil {
		w.Inventory = model.NewInventory()
	}
	s := NewNotebooks(w, kit.DefaultKeyMap(), plain(), nil, Look{Filter: filter})
	s.Resize(100, 20)
	return listWords{s}
}

func TestAListWithoutRowsSaysWhy(t *testing.T) {
	const (
		again   = "r scans again   shift+tab shows the targets   q quits"
		waiting = "for 5s   shift+tab shows the targets   ctrl+x stops"
		failed  = "r tries again   shift+tab shows the details   q quits"
	)
	scanning := kit.ScanState{Running: true, Began: uitest.Noon().Add(-5 * time.Second)}
	problem := model.Problem{Message: "denied", Hint: "sign in", Profile: "prod"}
	row := []*model.Notebook{uitest.Notebook(1, "a", uitest.Prod, "eu-west-1", nil)}
	for name, c := range map[string]struct {
		world  kit.World
		filter string
		want   []string
	}{
		"stopped": {kit.World{Scan: kit.ScanState{Stopped: true}, Coverage: model.Coverage{Targets: 1, Answered: 0}}, "", []string{
			"normal", "The scan was stopped before a notebook was found.", "0 of 1 target answered.", again,
		}},
		"signing in": {kit.World{Scan: scanning}, "", []string{"normal", "Signing in and asking which regions are enabled…", "", waiting}},
		"scanning": {kit.World{Scan: scanning, Coverage: model.Coverage{Targets: 4, Answered: 1, Failed: 1}}, "", []string{
			"normal", "Looking for notebook instances: 2 of 4 targets answered.", strings.Repeat("█", 20) + strings.Repeat("░", 20), waiting,
		}},
		"put off": {kit.World{Scan: scanning, Coverage: model.Coverage{Targets: 1}, Targets: []model.TargetStatus{{Throttles: 1}}}, "", []string{
			"normal", "Looking for notebook instances: 0 of 1 target answered.", strings.Repeat("░", 40) + "\nAWS has put off 1 call: this account's limits set the pace.", waiting,
		}},
		"nothing answered": {kit.World{Coverage: model.Coverage{Targets: 2, Failed: 2}, Targets: []model.TargetStatus{{}, {Problem: &model.Problem{Message: "no"}}}}, "", []string{
			"bad", "✗ no", "1 more did not answer.", failed,
		}},
		"nothing answered, and nobody knows why": {kit.World{Coverage: model.Coverage{Targets: 1, Failed: 1}}, "", []string{"bad", "✗ no target answered", "", failed}},
		"no sign-in":                             {kit.World{Coverage: model.Coverage{Problems: 1}, Problems: []model.Problem{problem}}, "", []string{"bad", "✗ prod: denied", "sign in", failed}},
		"no sign-ins": {kit.World{Coverage: model.Coverage{Problems: 2, Failed: 1}, Problems: []model.Problem{problem, problem}}, "", []string{
			"bad", "✗ prod: denied", "sign in\n2 more did not answer.", failed,
		}},
		"crashed":    {kit.World{Scan: kit.ScanState{Crash: "a fault"}}, "", []string{"bad", "The scan stopped early: a fault", "", "r scans again   q quits"}},
		"no targets": {kit.World{}, "", []string{"normal", "No targets: no account or region was scanned.", "", "r scans   shift+tab shows the targets   q quits"}},
		"not complete": {kit.World{Coverage: model.Coverage{Targets: 3, Answered: 1, Failed: 2}}, "", []string{
			"normal", "No notebook instances in the 1 target that answered.", "2 targets did not answer. There may be some.", "shift+tab shows which and why   r scans again",
		}},
		"complete": {kit.World{Coverage: model.Coverage{Targets: 2, Answered: 2}}, "", []string{
			"normal", "No notebook instances in 2 targets.", "Every account and region answered, and none has one.", again,
		}},
		"filtered": {kit.World{Rows: row}, "zz", []string{
			"normal", "No notebook matches zz", "1 notebook hidden by the filter.", "esc clears the filter   / changes it",
		}},
		"filtered, and not complete": {kit.World{Rows: append(row, row...), Coverage: model.Coverage{Problems: 1}}, "zz", []string{
			"normal", "No notebook matches zz", "2 notebooks hidden by the filter.\n1 sign-in failed. There may be more.", "esc clears the filter   / changes it   shift+tab shows the targets",
		}},
		"filtered while a scan runs": {kit.World{Rows: row, Scan: scanning, Coverage: model.Coverage{Failed: 1}}, "zz", []string{
			"normal", "No notebook matches zz", "1 notebook hidden by the filter.", "esc clears the filter   / changes it",
		}},
	} {
		if d := uitest.Differ(said(emptyList(&c.world, c.filter).emptyMessage()), c.want); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

func TestAFilterThatFindsNothingSaysWhatMayMatch(t *testing.T) {
	s := emptyList(&kit.World{Rows: []*model.Notebook{{}}}, "vpc:x")
	s.list.shown.undecided = query.Undecided{Notebooks: 3, Pending: 1, Reason: "not allowed"}
	s.list.shown.near = &query.Issue{Message: "no VPC is called x", Suggest: "vpc:y"}
	if d := uitest.Differ(said(s.emptyMessage()), []string{
		"normal", "No notebook is known to match vpc:x",
		"1 notebook hidden by the filter.\nNo VPC is called x: did you mean vpc:y?\n1 may match: what the filter asks for is on its way.\n2 may match: what the filter asks for is not known (not allowed).",
		"u shows what may match   esc clears the filter   / changes it",
	}); d != "" {
		t.Error(d)
	}
	for want, u := range map[string]query.Undecided{
		"": {}, "\n2 may match: what the filter asks for is on its way.": {Notebooks: 2, Pending: 2}, "\n1 may match: what the filter asks for is not known (no).": {Notebooks: 1, Reason: "no"},
	} {
		if got := undecidedWords(u); got != want {
			t.Errorf("%+v: %q, want %q", u, got, want)
		}
	}
}

func TestTheVPCsAndTheTargetsSayWhyThereAreNone(t *testing.T) {
	const next, again = "tab shows the targets", "   r scans again"
	pending := &model.Notebook{}
	refused := &model.Notebook{Described: uitest.Refused("denied")}
	placed := uitest.Notebook(5, "a", uitest.Prod, "eu-west-1", func(n *model.Notebook) { n.SubnetID, n.VPCID = "", "" })
	for name, c := range map[string]struct {
		world kit.World
		want  []string
	}{
		"scanning":      {kit.World{Scan: kit.ScanState{Running: true}, Rows: []*model.Notebook{pending}}, []string{"normal", "No VPC yet: the notebooks are being described.", "", next}},
		"not asked":     {kit.World{Rows: []*model.Notebook{pending}}, []string{"normal", "No notebook is known to be in a VPC.", "For 1 of 1 notebook it is not known: they were not asked yet.", "u shows them   " + next + again}},
		"refused":       {kit.World{Rows: []*model.Notebook{placed, refused}}, []string{"normal", "No notebook is known to be in a VPC.", "For 1 of 2 notebooks it is not known: denied.", "u shows them   " + next + again}},
		"none in a VPC": {kit.World{Rows: []*model.Notebook{placed}}, []string{"normal", "No notebook is in a VPC.", "", next + again}},
		"not complete":  {kit.World{}, []string{"normal", "No VPC: no notebook was found, and not everything was seen.", "", next + again}},
		"no notebook":   {kit.World{Coverage: model.Coverage{Targets: 1, Answered: 1}}, []string{"normal", "No VPC: there are no notebooks.", "", next + again}},
	} {
		c.world.Now = uitest.Noon()
		s := NewVPCs(&c.world, kit.DefaultKeyMap(), plain()).(*vpcsScreen)
		s.Resize(100, 20)
		s.refresh()
		if d := uitest.Differ(said(s.emptyMessage()), c.want); d != "" {
			t.Errorf("%s: %s", name, d)
		}
		if words := strings.Join(strings.Fields(kit.PlainLines(strings.Split(s.Body(), "\n"))), " "); !strings.HasPrefix(words, c.want[1]) {
			t.Errorf("%s: its body is %q", name, words)
		}
		if s.Facts() != nil || s.open() != nil || len(s.document()) != 0 {
			t.Errorf("%s: something is under the cursor", name)
		}
	}
	w := &kit.World{Now: uitest.Noon()}
	s := NewTargets(w, kit.DefaultKeyMap(), plain()).(*targetsScreen)
	s.Resize(100, 20)
	words := func() string { return strings.Join(strings.Fields(kit.PlainLines(strings.Split(s.Body(), "\n"))), " ") }
	if got := words(); got != "No targets yet. r scans again" {
		t.Errorf("without targets: %q", got)
	}
	w.Scan = kit.ScanState{Running: true, Began: uitest.Noon().Add(-time.Minute)}
	if got := words(); got != "Signing in and asking which regions are enabled… for 1m00s ctrl+x stops" {
		t.Errorf("while it scans: %q", got)
	}
	w.Targets = []model.TargetStatus{{State: model.StateEmpty}}
	s.bar.Apply("zz")
	s.Sync()
	if got := words(); got != "No target contains zz esc clears the filter" {
		t.Errorf("filtered: %q", got)
	}
}
