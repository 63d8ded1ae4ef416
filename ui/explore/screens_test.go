package explore

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/model/policy"
	"nbscope/ui/kit"
	"nbscope/ui/uitest"
)

// vpcsOf is the screen of the VPCs of these notebooks.
func vpcsOf(rows []*model.Notebook, change func(*kit.World)) *vpcsScreen {
	w := &kit.World{Now: uitest.Noon(), Rows: rows}
	w.Lens = model.Lens{Now: w.Now, Findings: policy.Table{}.Findings}
	if change != nil {
		change(w)
	}
	s := NewVPCs(w, kit.DefaultKeyMap(), plain()).(*vpcsScreen)
	s.Resize(160, 30)
	s.refresh()
	return s
}

func headOf(s kit.Screen, width int) string {
	left, right, at := s.Headline(width)
	return fmt.Sprint(strings.Join(uitest.Spans(append(left, right...)), " "), " ", at)
}

func TestTheVPCsAreToldCellByCell(t *testing.T) {
	t.Parallel()
	s := vpcsOf(append(vpcWorld(), uitest.Notebook(6, "unplaced", uitest.Prod, "eu-west-3", uitest.Oddities(6))), nil)
	var got []string
	for i := range s.rows {
		var cells []string
		for _, f := range s.fields() {
			c := f.Cell(&s.rows[i])
			cells = append(cells, uitest.ToneName(c.Tone)+"|"+c.Text)
		}
		got = append(got, strings.TrimRight(strings.Join(cells, " "), " "))
	}
	if d := uitest.Differ(got, []string{
		"strong|vpc-1 shared dim|2 subnets normal|3 normal|✗ 1 isolated  ◇ 1 endpoints only  ✓ 1 NAT bad|✗ 1 high normal|≈  ≈   ≈   ·  ≈   ≈   ·   ·   ≈   ·",
		"dim|vpc-1 shared normal|└ 1 private-1 normal|1 normal|✓ 1 NAT normal|◦ 1 low normal|·  ·   ·   ·  ·   ·   ·   ·   ·   ·",
		"dim|vpc-1 analytics normal|└ 2 private-1 normal|2 normal|✗ 1 isolated  ◇ 1 endpoints only bad|✗ 1 high normal|≈  ≈   ≈   ·  ≈   ≈   ·   ·   ≈   ·",
		"unknown|? normal|074c1de2f3a normal|1 normal|✓ 1 direct dim|- normal|✓  ✓   ·   ·  ·   ·   ·   ·   ·   ·",
		"strong|vpc-1 analytics normal|1 private-1 normal|1 normal|✗ 1 isolated bad|✗ 1 high normal|·  ·   ·   ·  ·   ·   ·   ·   ·   ·",
	}); d != "" {
		t.Error(d)
	}
	var heads []string
	for _, g := range s.heads() {
		heads = append(heads, fmt.Sprint(g.Before, " ", g.Text))
	}
	if d := uitest.Differ(heads, []string{"0 " + uitest.Prod + " eu-west-1", "3 " + uitest.Prod + " eu-west-3", "4 " + uitest.Sandbox + " eu-west-1"}); d != "" {
		t.Error(d)
	}
	if got := len(vpcsOf(vpcWorld(), func(w *kit.World) { w.Skip.Egress = true }).fields()); got != 4 {
		t.Errorf("without egress there are %d columns", got)
	}
}

func TestTheHeadOfTheVPCsCountsThem(t *testing.T) {
	t.Parallel()
	s := vpcsOf(append(vpcWorld(), &model.Notebook{ARN: "x"}), nil)
	const counts = "bad|  ✗ 2 bad| high warn|  ▲ 1 warn| medium normal|  ◦ 1 normal| low normal|  -1"
	if got, want := headOf(s, 120), "strong| VPCs  normal|2 unknown|  ? 1 notebook not placed "+counts; got != want {
		t.Errorf("it is %q, want %q", got, want)
	}
	s.world.Scan.Running = true
	if got, want := headOf(s, 120), "strong| VPCs  normal|2 "+counts; got != want {
		t.Errorf("while a scan runs it is %q, want %q", got, want)
	}
	s.startFilter()
	if got, want := headOf(s, 120), "strong| VPCs  normal|4/4 rows accent|  /  normal| 18"; got != want {
		t.Errorf("before a filter is typed it is %q, want %q", got, want)
	}
	s.Typed(tea.PasteMsg{Content: " Subnet-1 "})
	if got, want := headOf(s, 120), "strong| VPCs  normal|2/4 rows accent|  /  normal|Subnet-1 26"; got != want {
		t.Errorf("filtered it is %q, want %q", got, want)
	}
	s.bar.Apply("nothing")
	s.look()
	if got := strings.Join(strings.Fields(kit.PlainLines(strings.Split(s.Body(), "\n"))), " "); got != `No VPC or subnet contains "nothing". esc clears the filter` {
		t.Errorf("its body is %q", got)
	}
	if s.back() != nil || s.bar.Text != "" || len(s.view) != 4 {
		t.Errorf("esc leaves %q", s.bar.Text)
	}
	if _, pops := s.back().(kit.Pop); !pops {
		t.Error("esc does not go back")
	}
}

func TestAVPCIsToldWithWhatIsNotKnownOfIt(t *testing.T) {
	t.Parallel()
	told := func(s *vpcsScreen, at int) []string {
		s.table.MoveTo(at)
		return uitest.Told(s.document(), s.theme)
	}
	const legend = "dim|✓ covered  ≈ partly  ✗ refuses  · none  ? unknown"
	rows := vpcWorld()
	rows[2].Egress = &model.Egress{Verdict: model.VerdictIsolated}
	s := vpcsOf(append(rows, uitest.Notebook(6, "unplaced", uitest.Prod, "eu-west-3", uitest.Oddities(6))), nil)
	for at, want := range map[int][]string{
		0: {"strong|vpc-1 shared", "normal|Notebooks|3 in " + uitest.Prod + " eu-west-1", "normal|Egress|✗ 2 isolated  ✓ 1 NAT", legend + "   not known for 1 of 3 notebooks"},
		1: {"strong|vpc-1 shared  subnet-1 private-1", "normal|Notebooks|1 in " + uitest.Prod + " eu-west-1", "normal|Egress|✓ 1 NAT", legend},
		3: {"strong|VPC not known  subnet-074c1de2f3a", "normal|Notebooks|1 in " + uitest.Prod + " eu-west-3", "normal|Egress|✓ 1 direct", legend},
	} {
		got := slices.DeleteFunc(told(s, at), func(l string) bool { return strings.HasPrefix(l, "drawn|") })
		if d := uitest.Differ(got, want); d != "" {
			t.Errorf("row %d: %s", at, d)
		}
	}
	s = vpcsOf(vpcWorld(), nil)
	if got := told(s, 0); got[len(got)-1] != legend+"   6 not alike for every notebook" {
		t.Errorf("it ends with %q", got[len(got)-1])
	}
	s = vpcsOf([]*model.Notebook{uitest.Notebook(1, "a", uitest.Prod, "eu-west-1", func(n *model.Notebook) { n.Egress = &model.Egress{} })}, nil)
	if got := told(s, 0); got[len(got)-1] != "unknown|Endpoints|? not known; the notebooks' Network section says why" {
		t.Errorf("it ends with %q", got[len(got)-1])
	}
	for height, want := range map[int]int{13: 0, 14: 5, 29: 11, 30: 12, 60: 12} {
		s.Resize(100, height)
		if got := s.paneHeight(); got != want || len(strings.Split(s.Body(), "\n")) != height {
			t.Errorf("in %d lines there are %d to say more, want %d", height, got, want)
		}
	}
	if do, ok := s.open().(kit.ShowNotebooks); !ok || do.Filter != "subnet:subnet-024c1de2f3a account:"+uitest.Prod {
		t.Errorf("it opens %+v", do)
	}
}

// targetsOf is the screen of these targets.
func targetsOf(w *kit.World) *targetsScreen {
	w.Now = uitest.Noon()
	s := NewTargets(w, kit.DefaultKeyMap(), plain()).(*targetsScreen)
	s.Resize(160, 30)
	return s
}

func TestATargetIsToldInFull(t *testing.T) {
	t.Parallel()
	target := model.Target{Account: uitest.Prod, Region: "eu-west-1"}
	index := &model.Index{Region: "us-east-1", Reported: uitest.Noon().Add(-time.Hour)}
	const place = "strong|" + uitest.Prod + " eu-west-1"
	for name, c := range map[string]struct {
		target model.TargetStatus
		want   []string
		note   string
	}{
		"well": {model.TargetStatus{State: model.StateOK, Notebooks: 1, Described: 1, Calls: 3, Throttles: 1}, []string{
			place, "normal|State|✓ ok", "normal|Seen|1 notebook listed, 1 described", "normal|Calls|3, throttled 1 time",
		}, ""},
		"in part": {model.TargetStatus{State: model.StateOK, Notebooks: 2, Unknown: 1, Warnings: []model.Problem{{Message: "no subnets"}}}, []string{
			place, "warn|State|▲ ok in part", "normal|Seen|2 notebooks listed, 0 described, 1 with parts that are not known", "normal|Calls|0, throttled 0 times", "unknown|Not seen|? no subnets",
		}, "no subnets"},
		"denied": {model.TargetStatus{State: model.StateDenied, Problem: &model.Problem{Message: "no"}}, []string{
			place, "bad|State|✗ denied", "normal|Seen|nothing: which notebooks there are is not known", "normal|Calls|0, throttled 0 times", "bad|Problem|✗ no", "dim|Kind|none",
		}, "no"},
		"denied after a list": {model.TargetStatus{State: model.StateDenied, Notebooks: 1}, []string{
			place, "bad|State|✗ denied", "normal|Seen|1 notebook listed, 0 described", "normal|Calls|0, throttled 0 times",
		}, ""},
		"believed": {model.TargetStatus{State: model.StateBelieved}, []string{
			place, "dim|State|? believed empty", "normal|Seen|0 notebooks listed, 0 described", "normal|Index|not asked: the index in us-east-1 names none; its news are 1h old", "normal|Calls|0, throttled 0 times",
		}, "not asked: the index in us-east-1 names none; its news are 1h old"},
		"otherwise than an index": {model.TargetStatus{State: model.StateOK, Notebooks: 1, Named: 3, Missed: 2, Vanished: 1}, []string{
			place, "normal|State|✓ ok", "normal|Seen|1 notebook listed, 0 described", "normal|Index|the index names 3, the index missed 2, 1 of them are gone", "normal|Calls|0, throttled 0 times",
		}, "the index names 3, the index missed 2, 1 of them are gone"},
	} {
		w := &kit.World{Index: index}
		c.target.Target = target
		w.Targets = []model.TargetStatus{c.target}
		s := targetsOf(w)
		s.Sync()
		if d := uitest.Differ(uitest.Told(s.document(), s.theme), c.want); d != "" {
			t.Errorf("%s: %s", name, d)
		}
		if got := targetNote(w, &c.target); got != c.note {
			t.Errorf("%s: in short %q, want %q", name, got, c.note)
		}
	}
	if got := indexNote(&kit.World{}, &model.TargetStatus{State: model.StateBelieved}); got != "" {
		t.Errorf("without an index: %q", got)
	}
}

func TestTheHeadOfTheTargetsCountsTheirStates(t *testing.T) {
	t.Parallel()
	w := &kit.World{Problems: []model.Problem{{Message: "no", Profile: "x"}}}
	for _, state := range []model.TargetState{model.StateOK, model.StateOK, model.StateDenied, model.StatePending, model.StateEmpty} {
		w.Targets = append(w.Targets, model.TargetStatus{Target: model.Target{Account: uitest.Prod, Region: fmt.Sprint("r", len(w.Targets))}, State: state})
	}
	w.Targets[1].Unknown = 1
	w.Targets = append(w.Targets, model.TargetStatus{Target: model.Target{Account: uitest.Sandbox, Region: "r9"}, State: model.StateDenied, Problem: &model.Problem{Kind: model.KindSCP}})
	s := targetsOf(w)
	s.Sync()
	const states = " dim|  … 1 pending normal|  ✓ 1 ok dim|  · 1 empty bad|  ✗ 1 denied dim|  · 1 denied (SCP) warn|  ▲ 1 ok in part bad|  ✗ 1 sign-in failed normal|  "
	if got, want := headOf(s, 120), "strong| Targets  normal|7"+states+"-1"; got != want {
		t.Errorf("it is %q, want %q", got, want)
	}
	s.startFilter()
	s.Typed(tea.PasteMsg{Content: uitest.Sandbox})
	if got, want := headOf(s, 120), "strong| Targets  normal|1/7 accent|  /  normal|"+uitest.Sandbox+states+"28"; got != want {
		t.Errorf("filtered it is %q, want %q", got, want)
	}
	s.bar.Apply("")
	s.bar.Open = false
	s.toggleFold()
	for i := range s.rows {
		if s.rows[i].of != nil {
			s.enter(s.rows[i].fold)
			break
		}
	}
	if s.fold.inside != nil {
		t.Errorf("one target is a fold: %+v", s.fold.inside)
	}
	took := map[string]model.TargetStatus{
		"": {}, "2.0s": {Started: uitest.Noon().Add(-2 * time.Second)}, "1.5s": {Started: uitest.Noon().Add(-2 * time.Second), Ended: uitest.Noon().Add(-500 * time.Millisecond)}, "0.0s": {Started: uitest.Noon(), Ended: uitest.Noon().Add(-time.Second)},
	}
	for want, target := range took {
		if got := elapsed(&target, uitest.Noon()); got != want {
			t.Errorf("%+v took %q, want %q", target, got, want)
		}
	}
	for height, want := range map[int]int{11: 0, 12: 4, 34: 13, 35: 14, 60: 14} {
		s.Resize(100, height)
		if got := s.paneHeight(); got != want {
			t.Errorf("in %d lines there are %d to say more, want %d", height, got, want)
		}
	}
}

// TestTheMessageOfATargetFillsTheScreen opens it, scrolls it, and closes it.
func TestTheMessageOfATargetFillsTheScreen(t *testing.T) {
	t.Parallel()
	w := &kit.World{Targets: []model.TargetStatus{
		{Target: model.Target{Account: uitest.Prod, Region: "a"}, State: model.StateDenied, Problem: &model.Problem{Message: strings.Repeat("word ", 200)}},
		{Target: model.Target{Account: uitest.Prod, Region: "b"}, State: model.StateEmpty},
	}}
	s := targetsOf(w)
	s.Resize(60, 14)
	s.Sync()
	body := func() []string {
		return strings.Split(strings.TrimSuffix(kit.PlainLines(strings.Split(s.Body(), "\n")), "\n"), "\n")
	}
	s.Wheel(1)
	if s.top != 0 || len(body()) != 14 {
		t.Errorf("from line %d, %d lines", s.top, len(body()))
	}
	s.Wheel(-1)
	s.open()
	if got := body(); len(got) != 14 || !strings.HasPrefix(got[1], " "+uitest.Prod+" a") || s.Click(0, 0) != nil {
		t.Errorf("in full: %q", got)
	}
	s.Wheel(2)
	if got := body(); s.top != 2 || !strings.HasPrefix(got[1], " Seen") {
		t.Errorf("from line %d: %q", s.top, got)
	}
	s.Wheel(999)
	s.Body()
	last := s.top
	lines := len(s.document().Paint(s.theme, 58))
	if last != lines-13 {
		t.Errorf("at the end it is from line %d of %d", last, lines)
	}
	s.Wheel(-9999)
	if s.top != 0 {
		t.Errorf("from line %d", s.top)
	}
	if s.back() != nil || s.full {
		t.Error("esc does not close it")
	}
	s.Click(0, 2)
	if s.full {
		t.Error("a click on another target opens it")
	}
	s.Click(0, 2)
	if !s.full {
		t.Error("a click on the one under the cursor does not open it")
	}
	s.back()
	s.Click(0, 14-s.paneHeight())
	if s.full {
		t.Error("a click below the list opens it")
	}
}
