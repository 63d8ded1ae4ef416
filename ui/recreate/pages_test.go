package recreate

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/kit"
	"nbscope/ui/uitest"
)

func TestAPageScrollsAsFarAsItsLinesReach(t *testing.T) {
	lines := []string{"a", "b", "c", "d", "e"}
	for _, c := range []struct {
		top, height int
		want        string
		at          int
	}{
		{0, 3, "a b c", 0}, {1, 3, "b c d", 1}, {2, 3, "c d e", 2}, {3, 3, "c d e", 2}, {-1, 3, "a b c", 0}, {1, 5, "a b c d e", 0}, {1, 6, "a b c d e .", 0}, {0, 0, "", 0}, {0, -1, "", 0},
	} {
		s := scrolling{top: c.top}
		got := strings.Join(s.scrolled(lines, 1, c.height), " ")
		if want := strings.ReplaceAll(c.want, ".", " "); got != want || s.top != c.at {
			t.Errorf("from %d in %d: %q at %d, want %q at %d", c.top, c.height, got, s.top, want, c.at)
		}
	}
	var s scrolling
	s.move(2)
	s.scroll(-1)
	if s.top != 1 {
		t.Errorf("at %d", s.top)
	}
	s.scroll(-2)
	if s.top != 0 {
		t.Errorf("at %d", s.top)
	}
}

func TestThePieceUnderTheCursorIsOnScreen(t *testing.T) {
	marks := []int{0, 2, 5} // pieces of 2, 3 and 4 lines
	for _, c := range []struct{ top, at, height, want int }{
		{0, 0, 3, 0}, {1, 0, 3, 0}, {0, 1, 3, 2}, {0, 1, 5, 0}, {0, 1, 4, 1}, {4, 1, 5, 2}, {0, 2, 4, 5}, {0, 2, 5, 4}, {0, 2, 2, 5}, {3, -1, 3, 3}, {3, 3, 3, 3},
	} {
		s := scrolling{top: c.top}
		s.marked(marks, c.at, 9, c.height)
		if s.top != c.want {
			t.Errorf("piece %d in %d lines from %d: from %d, want %d", c.at, c.height, c.top, s.top, c.want)
		}
	}
	for top, want := range map[int][]int{0: {0, 0, 1, 1, 1, 2}, 2: {1, 1, 1, 2, 2, 2}} {
		s := scrolling{top: top}
		for y, i := range want {
			if got := s.pieceAt(marks, y); got != i {
				t.Errorf("line %d from %d is of piece %d, want %d", y, top, got, i)
			}
		}
	}
	if got := (&scrolling{}).pieceAt([]int{1}, 0); got != -1 {
		t.Errorf("above the first is piece %d", got)
	}
}

// checkedBy gives a preflight page these checks.
func checkedBy(checks ...recreate.Check) (*preflightPage, *draft, *wizard) {
	d, w, _ := checkedDraft(nil)
	d.checks = checks
	return w.pages[pagePreflight].(*preflightPage), d, w
}

func TestAChecksEntryHasAllThatThereIsToSay(t *testing.T) {
	pass := recreate.Check{Title: "A name", Result: recreate.Pass, Evidence: "it is free"}
	long := recreate.Check{Title: "A role", Result: recreate.Pass, Evidence: strings.Repeat("e", 30)}
	fail := recreate.Check{Title: "A subnet", Result: recreate.Fail, Evidence: "it is full", Hint: "take another", Commands: []string{"aws ec2 x", "aws ec2 y"}, Field: recreate.FieldSubnet}
	pg, _, _ := checkedBy(fail, pass, long)
	for _, c := range []struct {
		check *recreate.Check
		at    bool
		width int
		want  []string
	}{
		{&pass, false, 60, []string{"  ✓ A name  it is free"}},
		{&pass, false, 10, []string{"  ✓ A n… …"}},
		{&pass, true, 60, []string{"▌ ✓ A name  it is free"}},
		{&long, true, 42, []string{"▌ ✓ A role  " + strings.Repeat("e", 30)}},
		{&long, true, 41, []string{"▌ ✓ A role", "    " + strings.Repeat("e", 30)}},
		{&long, false, 41, []string{"  ✓ A role  " + strings.Repeat("e", 28) + "…"}},
		{&fail, false, 60, []string{"  ✗ A subnet  Subnet", "    it is full", "    → take another", "    $ aws ec2 x", "    $ aws ec2 y"}},
	} {
		if d := uitest.Differ(drawn(pg.checkEntry(c.check, c.at, c.width)), c.want); d != "" {
			t.Errorf("%s in %d: %s", c.check.Title, c.width, d)
		}
	}
	if got := drawn(pg.checkLines(60).lines); got[0] != " Failed 1" || got[6] != "" || got[7] != " Passed 2" {
		t.Errorf("the checks are %q", got)
	}
	if marks := pg.checkLines(60).marks; !slices.Equal(marks, []int{1, 8, 9}) {
		t.Errorf("they begin at %v", marks)
	}
}

func TestTheCursorGoesThroughTheChecks(t *testing.T) {
	fail := recreate.Check{Title: "A subnet", Result: recreate.Fail, Evidence: "it is full", Commands: []string{"aws ec2 x", "aws ec2 y"}, Field: recreate.FieldSubnet}
	pass := recreate.Check{Title: "A name", Result: recreate.Pass, Evidence: "it is free", Field: recreate.FieldName}
	warn := recreate.Check{Title: "A role", Result: recreate.Warn, Evidence: "it may do much"}
	pg, d, w := checkedBy(fail, warn, pass)
	w.page = pagePreflight
	draw := func() { pg.view(60, 20) }
	draw()
	stands := func(at int, mendable bool, commands string) {
		t.Helper()
		if pg.check != at || pg.mendKey().Enabled() != mendable || pg.checkCommands() != commands || pg.copyKey().Enabled() != (commands != "") {
			t.Errorf("at %d, can be mended %v, %q; want %d, %v, %q", pg.check, pg.mendKey().Enabled(), pg.checkCommands(), at, mendable, commands)
		}
		draw()
	}
	const commands = "aws ec2 x\naws ec2 y\n"
	stands(0, true, commands)
	if do, ok := pg.copyCheck().(kit.Copy); !ok || do.Text != commands || do.What != "the commands of the check" {
		t.Errorf("copied is %+v", do)
	}
	pg.move(-1)
	stands(0, true, commands)
	pg.scroll(5)
	stands(1, false, "")
	if pg.copyCheck() != nil {
		t.Error("nothing is copied as something")
	}
	pg.click(0, pg.doc.marks[1]) // which cannot be mended
	stands(1, false, "")
	if w.page != pagePreflight {
		t.Error("a check without a field leads to the form")
	}
	pg.click(0, 0) // a head
	stands(1, false, "")
	pg.click(0, 19) // below the last
	stands(1, false, "")
	pg.click(0, pg.doc.marks[2])
	stands(2, true, "")
	pg.move(1)
	stands(2, true, "")
	pg.scroll(-5)
	if pg.check != 1 {
		t.Errorf("at %d", pg.check)
	}
	draw()
	pg.click(0, pg.doc.marks[0])
	draw()
	pg.click(0, pg.doc.marks[0]+1)
	if w.page != pageForm || formFields()[w.form.field].Create != recreate.FieldSubnet {
		t.Errorf("the page is %s at %d", w.page.name(), w.form.field)
	}
	d.checks = nil
	pg.changed()
	if got := strings.TrimSpace(kit.PlainLines(strings.Split(pg.view(60, 3), "\n"))); got != "No checks are kept with this run." {
		t.Errorf("without checks: %q", got)
	}
	if _, ok := pg.currentCheck(); ok || pg.mendable() {
		t.Error("there is a check under the cursor")
	}
}

func TestTheFirstStepsSayHowTheyStand(t *testing.T) {
	d, w, _ := checkedDraft(nil)
	row := func(p pageID) string {
		r := w.pages[p].steps()[0]
		return strings.Join([]string{uitest.ToneName(r.tone), r.sign, r.name, r.note}, "|")
	}
	says := func(observe, preflight string) {
		t.Helper()
		if got := row(pageObserve); got != observe {
			t.Errorf("observe is %q, want %q", got, observe)
		}
		if got := row(pagePreflight); got != preflight {
			t.Errorf("preflight is %q, want %q", got, preflight)
		}
	}
	d.observing.took, d.checks = 1250*time.Millisecond, []recreate.Check{{Result: recreate.Warn}}
	says("good|✓|Observe|1.2s", "warn|▲|Preflight|0 ✓ 1 ▲ 0 ✗")
	d.checked = false
	says("good|✓|Observe|1.2s", "dim|○|Preflight|to be run again")
	if got := strings.Fields(kit.PlainLines(strings.Split(w.pages[pagePreflight].view(60, 4), "\n"))); strings.Join(got, " ") != "The form has changed since the last preflight. r checks again" {
		t.Errorf("preflight says %q", got)
	}
	d.checking.running, d.checking.since = true, uitest.Noon().Add(-2*time.Second)
	says("good|✓|Observe|1.2s", "busy|◐|Preflight|2s")
	again := func() bool { return w.pages[pageObserve].(*observePage).hints()[0].Enabled() }
	d.observing.running = true
	if again() {
		t.Error("what is being looked at can be looked at again")
	}
	d.observing.running = false
	if !again() {
		t.Error("it cannot be looked at again")
	}
	d.checking.running, d.source = false, nil
	says("dim|○|Observe|", "dim|○|Preflight|")
	if got := strings.TrimSpace(w.pages[pageObserve].view(60, 4)); got != "" {
		t.Errorf("what nobody looks at is %q", got)
	}
	d.observing.problem = &model.Problem{Message: "denied", Hint: "sign in"}
	says("bad|✗|Observe|failed", "dim|○|Preflight|")
	if got := strings.Fields(kit.PlainLines(strings.Split(w.pages[pageObserve].view(60, 9), "\n"))); strings.Join(got, " ") != "✗ denied sign in r asks again esc leaves" {
		t.Errorf("observe says %q", got)
	}
	d.observing.running, d.observing.since = true, uitest.Noon().Add(-3*time.Second)
	says("busy|◐|Observe|3s", "dim|○|Preflight|")
	if got := strings.Fields(kit.PlainLines(strings.Split(w.pages[pageObserve].view(60, 9), "\n"))); strings.Join(got, " ") != "◐ Looking at churn and its tags for 3s esc leaves" {
		t.Errorf("observe says %q", got)
	}
}

func TestASnapshotIsShownWithWhatIsNotKnownOfIt(t *testing.T) {
	d, w, _ := checkedDraft(func(s *recreate.Snapshot) {
		s.Status, s.FailureReason, s.TagsUnknown, s.Tags = model.StatusFailed, "no room", "denied", []model.Tag{{Key: "Owner", Value: "ana"}, {Key: "Empty"}}
	})
	got := uitest.Told(w.pages[pageObserve].(*observePage).snapshotDocument(d.source), w.theme)
	if d := uitest.Differ(got[:5], []string{"bad|Status|✗ Failed", "bad|Reason|no room", "normal|ARN|" + d.source.ARN, "normal|Seen|2026-11-23 12:00:00 UTC", "header|As it is"}); d != "" {
		t.Error(d)
	}
	if d := uitest.Differ(got[len(got)-4:], []string{"header|Tags", "unknown|? unknown: denied", "normal|Owner|ana", "dim|Empty|none"}); d != "" {
		t.Error(d)
	}
	if joined := fmt.Sprint(got); strings.Contains(joined, "|Name|") || !strings.Contains(joined, "normal|Instance type|ml.t3.medium") {
		t.Errorf("it is %q", got)
	}
}
