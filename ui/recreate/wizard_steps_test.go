package recreate

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/uitest"
)

// rows are steps as they are told: tone, sign, name, note, and a mark of the one the run
// is at.
func rows(all []stepRow) []string {
	out := make([]string, 0, len(all))
	for _, r := range all {
		s := strings.Join([]string{uitest.ToneName(r.tone), r.sign, r.name, r.note}, "|")
		if r.now {
			s += "|now"
		}
		out = append(out, s)
	}
	return out
}

// TestTheStepsOfARunSayHowEachEnded goes through the states that a step can be in.
func TestTheStepsOfARunSayHowEachEnded(t *testing.T) {
	pg, _ := runAt(recreate.StepStop, recreate.PhaseGate, func(r *liveRun) {
		serving(r)
		began := uitest.Noon().Add(-time.Hour)
		r.Run.Steps = []recreate.Step{
			{Kind: recreate.StepCreate, State: recreate.StepDone, Began: began, Ended: began.Add(61 * time.Second)},
			{Kind: recreate.StepWait, State: recreate.StepBroken, Idle: true},
			{Kind: recreate.StepReach, State: recreate.StepBroken, Note: "failed, then no answer", Began: began, Ended: began},
			{Kind: recreate.StepFailed, State: recreate.StepBroken, Began: began, Ended: began},
			{Kind: recreate.StepUpdate, State: recreate.StepSkipped, Idle: true},
			{Kind: recreate.StepCopy, State: recreate.StepDone, Idle: true},
			{Kind: recreate.StepStop, Gate: recreate.GateApprove, State: recreate.StepActive},
			{Kind: recreate.StepDelete, Gate: recreate.GateName, State: recreate.StepPending},
		}
		r.Run.At = 6
	})
	if d := uitest.Differ(rows(pg.steps()), []string{
		"good|✓|Create|1m01s", "dim|·|Wait|not tried", "bad|✗|Reach|failed", "dim|·|Remove failed|left", "dim|·|Update source|not needed", "good|✓|Copy|by hand",
		"accent|◆|Stop source|approve|now", "dim|○|Delete source|type name",
	}); d != "" {
		t.Error(d)
	}
	over(pg.live, recreate.OutcomeClosed)
	got := rows(pg.steps())
	if d := uitest.Differ(got[6:], []string{"dim|·|Stop source|left", "dim|○|Delete source|type name", "normal|·|Ended||now"}); d != "" {
		t.Error(d)
	}
	pg.live.Run.Plan.Transport = recreate.TransportRelay
	pg.live.Run.Steps = []recreate.Step{{Kind: recreate.StepCopy, Gate: recreate.GateAttest, State: recreate.StepPending}}
	if got := rows(pg.steps())[0]; got != "dim|○|Copy|relay" {
		t.Errorf("a copy by relay is %q", got)
	}
}

// TestTheStepsAheadAreThoseOfThePlan looks at them with a plan, before there is one, and
// before the source was seen.
func TestTheStepsAheadAreThoseOfThePlan(t *testing.T) {
	d, w, _ := checkedDraft(nil)
	pg := w.pages[pageRun].(*runPage)
	want := []string{
		"dim|○|Create|approve", "dim|○|Wait|", "dim|○|Reach|", "dim|○|Copy|by hand", "dim|○|Verify|", "dim|○|Stop source|approve", "dim|○|Delete source|type name",
	}
	if d := uitest.Differ(rows(pg.steps()), want); d != "" {
		t.Error(d)
	}
	d.changed()
	if d := uitest.Differ(rows(pg.steps()), want); d != "" {
		t.Error(d)
	}
	if d.source = nil; len(pg.steps()) != 0 {
		t.Errorf("of what nobody has seen there are %q", rows(pg.steps()))
	}
}

func TestTheCopyByHandIsAScript(t *testing.T) {
	pg, _ := runAt(recreate.StepCopy, recreate.PhaseGate, serving)
	steps := recreate.ManualCopy(&pg.live.Run.Plan)
	script := pg.copyScript()
	for i, s := range steps {
		head := "# " + strconv.Itoa(i+1) + ". " + s.Title + " (" + pg.placeWords(s.Where) + ")\n"
		if s.About != "" {
			head += "# " + s.About + "\n"
		}
		if want := head + strings.Join(s.Commands, "\n") + "\n\n"; !strings.Contains(script, want) {
			t.Errorf("it does not say %q:\n%s", want, script)
		}
	}
	if strings.Count(script, "\n# 1.") != 0 || !strings.HasPrefix(script, "# 1. ") {
		t.Errorf("it begins with %.40q", script)
	}
	var got []string
	for _, p := range []recreate.Place{recreate.AtBoth, recreate.AtSource, recreate.AtReplacement, recreate.AtHere, "moon"} {
		got = append(got, pg.placeWords(p))
	}
	if d := uitest.Differ(got, []string{"a terminal of each notebook", "a terminal of churn-model-train", "a terminal of churn-model-train-net", "your own shell", "moon"}); d != "" {
		t.Error(d)
	}
	for name, change := range map[string]func(*liveRun){
		"under way": func(r *liveRun) { r.Deciding = true }, "without a replacement": func(r *liveRun) { r.Run.Replacement = nil }, "at another step": func(r *liveRun) { r.Run.Steps[0].Kind = recreate.StepStop },
	} {
		pg, _ := runAt(recreate.StepCopy, recreate.PhaseGate, func(r *liveRun) { serving(r); change(r) })
		if pg.copying() {
			t.Errorf("%s: it can be copied", name)
		}
	}
	if !pg.copying() {
		t.Error("it cannot be copied")
	}
}

func TestTheFormOpensAtTheFieldThatAFailureIsAbout(t *testing.T) {
	for name, c := range map[string]struct {
		step    recreate.StepKind
		problem *model.Problem
		want    string
	}{
		"nothing": {recreate.StepStop, nil, recreate.FieldName}, "a subnet": {recreate.StepStop, &model.Problem{Message: "The Subnet is full"}, recreate.FieldSubnet},
		"a VPC": {recreate.StepStop, &model.Problem{Message: "the VPC is gone"}, recreate.FieldSubnet}, "a role": {recreate.StepStop, &model.Problem{Message: "no such Role"}, recreate.FieldRole},
		"anything":   {recreate.StepStop, &model.Problem{Message: "no"}, recreate.FieldType},
		"a capacity": {recreate.StepCreate, &model.Problem{Code: "InsufficientInstanceCapacity", Message: "no role has room"}, recreate.FieldType},
	} {
		pg, _ := runAt(c.step, recreate.PhaseFailed, func(r *liveRun) { r.Run.Problem = c.problem })
		if got := suspect(&pg.live.Run); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// TestTheWizardIsWideOrNarrow looks at its shape right below and at the width and the
// height from which on it has another.
func TestTheWizardIsWideOrNarrow(t *testing.T) {
	w := begun()
	for _, c := range []struct{ width, height, steps, page, room, head int }{
		{99, 30, 0, 99, 28, 2}, {100, 30, 33, 66, 30, 2}, {165, 30, 33, 131, 30, 2}, {170, 30, 34, 135, 30, 2}, {195, 30, 38, 156, 30, 2}, {99, 12, 0, 99, 10, 2}, {99, 11, 0, 99, 10, 1}, {99, 0, 0, 99, 0, 1},
	} {
		w.Resize(c.width, c.height)
		if w.stepsWidth() != c.steps || w.pageWidth() != c.page || w.pageHeight() != c.room || w.headLines() != c.head {
			t.Errorf("in %d by %d: steps %d, page %d by %d, head %d, want %+v", c.width, c.height, w.stepsWidth(), w.pageWidth(), w.pageHeight(), w.headLines(), c)
		}
		if lines := strings.Split(w.Body(), "\n"); c.height > 0 && len(lines) != c.height {
			t.Errorf("in %d by %d it has %d lines", c.width, c.height, len(lines))
		}
	}
}

// TestAClickOfTheWizardGoesWhereItIs clicks the column, the page beside it, the line of
// steps, the rule below that, and the page below.
func TestAClickOfTheWizardGoesWhereItIs(t *testing.T) {
	_, w, _ := checkedDraft(nil)
	clicked := func(x, y int, want pageID, field int) {
		t.Helper()
		w.Body()
		w.Click(x, y)
		if w.page != want || w.form.field != field {
			t.Errorf("a click on %d, %d: page %s, field %d, want %s, %d", x, y, w.page.name(), w.form.field, want.name(), field)
		}
	}
	w.Resize(120, 30)
	w.turnTo(pageForm)
	clicked(34, 3, pageForm, 3)
	clicked(32, int(pageForm)-1, pagePreflight, 3)
	clicked(0, int(pageForm), pageForm, 3)
	clicked(0, int(pageRun), pageForm, 3)      // the rule
	clicked(0, int(pageRun)+1, pagePreview, 3) // the first step of the run
	clicked(0, int(pageRun)+len(rows(w.pages[pageRun].steps())), pagePreview, 3)
	w.turnTo(pageForm)
	clicked(0, 29, pageForm, 3) // below the last step
	w.Resize(80, 20)
	clicked(0, 2, pageForm, 0)
	clicked(0, 3, pageForm, 1)
	clicked(60, 1, pageForm, 1) // the rule
	clicked(1, 0, pageObserve, 1)
	w.Wheel(1)
	if w.pages[pageObserve].(*observePage).top != 1 {
		t.Error("the wheel does not scroll")
	}
}

// TestTheWizardTurnsAmongThePagesThatThereAre turns forth and back.
func TestTheWizardTurnsAmongThePagesThatThereAre(t *testing.T) {
	d, w, _ := checkedDraft(nil)
	turns := func(by int, want pageID) {
		t.Helper()
		w.turn(by)
		if w.page != want {
			t.Errorf("turned to %s, want %s", w.page.name(), want.name())
		}
	}
	w.Sync()
	if w.page != pagePreflight || w.Moving() {
		t.Errorf("it begins with %s, moving %v", w.page.name(), w.Moving())
	}
	turns(1, pageForm)
	turns(1, pagePreview)
	turns(1, pagePreview)
	turns(-1, pageForm)
	d.checked = false
	turns(-1, pagePreflight)
	if !d.checking.running || !w.Moving() {
		t.Error("leaving the form checks nothing")
	}
	turns(-1, pageObserve)
	turns(-1, pageObserve)
	w.Sync()
	if w.page != pageObserve {
		t.Errorf("the user is turned to %s", w.page.name())
	}
	d.source, w.follows, w.page = nil, true, pageForm
	w.Sync()
	if w.page != pageObserve {
		t.Errorf("it shows %s", w.page.name())
	}
	if w.turnTo(pagePreview) != nil || w.page != pageObserve {
		t.Error("it turns to a page that has nothing to show")
	}
	w.live, w.draft = &liveRun{}, nil
	w.Sync()
	if w.page != pageObserve { // for what is looked at is the user's
		w.follows = true
	}
	w.follows = true
	w.Sync()
	if w.page != pageRun {
		t.Errorf("a run is shown on %s", w.page.name())
	}
}

func TestTheHeadOfTheWizardSaysWhatItIsAbout(t *testing.T) {
	d, w, _ := checkedDraft(nil)
	head := func(width int) (string, string) {
		left, right, cursor := w.Headline(width)
		if cursor != -1 {
			t.Errorf("a cursor stands at %d", cursor)
		}
		return strings.Join(uitest.Spans(left), ""), strings.Join(uitest.Spans(right), "")
	}
	const name = "dim| Recreatestrong|  churndim| → strong|churn-net"
	if left, right := head(99); left != name || right != "normal|"+uitest.Prod+"dim| · normal|eu-west-1 " {
		t.Errorf("it is %q, %q", left, right)
	}
	if left, _ := head(100); left != name+"dim|  direct internet Disabled → Enabled" {
		t.Errorf("it is %q", left)
	}
	d.spec.Name, d.source = "", nil
	if left, _ := head(100); left != "dim| Recreatestrong|  churn" {
		t.Errorf("it is %q", left)
	}
	facts := func(want ...string) {
		t.Helper()
		if d := uitest.Differ(uitest.Spans(w.Facts()), want); d != "" {
			t.Error(d)
		}
	}
	facts("normal| nothing is changed by looking", "dim| · ", "dim|policy connect", "dim| · ", "dim|run 7f3c")
	d.source = &recreate.Snapshot{}
	facts("normal| nothing is changed until you approve the create", "dim| · ", "dim|policy connect", "dim| · ", "dim|run 7f3c")
	w.live = standing(recreate.StepStart, recreate.PhaseGate, serving).live
	w.live.Run.Began = uitest.Noon().Add(-2 * time.Hour)
	d.amends = w.live
	facts("warn| another plan for run 7f3c: nothing changes until it is approved")
	d.amends = nil
	facts("accent| ◆ waits for you: approve start source", "dim| · ", "dim|run r", "dim| · ", "dim|begun 2h ago")
	if w.leaveWord() != "back" {
		t.Errorf("esc is %q", w.leaveWord())
	}
	if w.live.Deciding = true; w.leaveWord() != "back, it goes on" || !w.Moving() {
		t.Errorf("esc is %q, moving %v", w.leaveWord(), w.Moving())
	}
}

// TestTheColumnOfStepsMarksThePageAndWhatIsWrong draws it with a page that is looked at.
func TestTheColumnOfStepsMarksThePageAndWhatIsWrong(t *testing.T) {
	d, w, _ := checkedDraft(nil)
	d.invalid = map[string]string{"x": "y"}
	w.page = pageForm
	got := drawn(w.stepLines(34))
	if d := uitest.Differ(got[:6], []string{
		"  ✓ Observe                  0.0s", "  ▲ Preflight    25 ✓ 1 ▲ 0 ✗ 4 ?", "▌ ✗ Configure           1 invalid", "  ○ Preview", " " + strings.Repeat("─", 32), "  ○ Create                approve",
	}); d != "" {
		t.Error(d)
	}
	if !slices.ContainsFunc(w.steps(), func(r stepRow) bool { return r.at && r.page == pageForm }) {
		t.Error("no step is looked at")
	}
}
