package recreate

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"nbscope/model/recreate"
	"nbscope/ui/uitest"
)

func TestTheListOpensAtTheFirstRunThatWaits(t *testing.T) {
	t.Parallel()
	s, b, _ := listOf(someRuns()...)
	b.list = s
	waits := b.waiting()
	if len(waits) < 2 {
		t.Fatalf("%d runs wait", len(waits))
	}
	s.table.MoveToKey(waits[1].ID)
	if got := b.ToWaiting(); got != s || s.current() != waits[0] {
		t.Errorf("the cursor is at %s, want %s", s.current().ID, waits[0].ID)
	}
	ended := named("over", recreate.StepStop, recreate.PhaseOver, func(r *liveRun) { serving(r); over(r, recreate.OutcomeClosed) })
	none, c, _ := listOf(ended)
	c.list = none
	if got := c.ToWaiting(); got != none || len(c.waiting()) != 0 || none.current() != ended {
		t.Errorf("where none waits, %d do", len(c.waiting()))
	}
	c.list = nil
	if got := c.ToWaiting(); got != nil {
		t.Errorf("without a list it is %v", got)
	}
}

func TestABatchIsApprovedWhereSomeOfItCanBe(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		names []string
		can   bool
	}{
		"all of it":  {[]string{"churn", "fraud"}, true},
		"one of it":  {[]string{"churn", "no-such"}, true},
		"none of it": {[]string{"no-such", "no-other"}, false},
	} {
		s, _, _ := batchOf(c.names...)
		found := false
		for _, k := range s.Commands() {
			if strings.HasPrefix(k.Name, "Approve: ") {
				found = true
				if k.Key.Enabled() != c.can {
					t.Errorf("%s: can be approved %v", name, k.Key.Enabled())
				}
			}
		}
		if !found {
			t.Errorf("%s: there is no such command", name)
		}
	}
}

// TestAClickOnATabIsOnTheTabThatIsSeen, beside the column of steps and below their line.
func TestAClickOnATabIsOnTheTabThatIsSeen(t *testing.T) {
	t.Parallel()
	_, w, _ := checkedDraft(nil)
	preview := w.pages[pagePreview].(*previewPage)
	for _, width := range []int{140, 90} {
		w.Resize(width, 30)
		w.turnTo(pagePreview)
		for v := range views {
			preview.shown = 0
			lines := strings.Split(ansi.Strip(w.Body()), "\n")
			name := preview.tabs(preview.width).Names[v]
			y := 0
			if w.stepsWidth() == 0 {
				y = w.headLines()
			}
			at := strings.Index(lines[y], name)
			if at < 0 {
				t.Fatalf("in %d cells there is no tab %q: %q", width, name, lines[y])
			}
			first := ansi.StringWidth(lines[y][:at])
			for _, x := range []int{first, first + len(name) - 1} {
				preview.shown = 0
				w.Click(x, y)
				if preview.shown != v {
					t.Errorf("in %d cells, a click on %q turns to %q", width, name, preview.tabs(preview.width).Names[preview.shown])
				}
			}
		}
	}
}

func TestFactsThatLackTheSourceLeaveTheDraftAsItWasSeen(t *testing.T) {
	t.Parallel()
	other := uitest.Snapshot("churn", func(s *recreate.Snapshot) { s.VolumeGB += 7 })
	for name, c := range map[string]struct {
		source recreate.Fact[*recreate.Snapshot]
		seen   bool
	}{
		"not asked":          {recreate.Fact[*recreate.Snapshot]{}, false},
		"refused":            {recreate.Unknown[*recreate.Snapshot]("denied"), false},
		"refused with a one": {recreate.Fact[*recreate.Snapshot]{Value: &other}, false},
		"it is not there":    {recreate.Know[*recreate.Snapshot](nil), false},
		"it is another":      {recreate.Know(&other), true},
	} {
		d, _, _ := checkedDraft(nil)
		was := d.source.VolumeGB
		d.checking.begin(uitest.Noon())
		d.checkedWith(d.checking.id, recreate.Facts{Source: c.source})
		if got := d.source.VolumeGB == was+7; got != c.seen || !got && d.source.VolumeGB != was {
			t.Errorf("%s: it has %d GB, and had %d", name, d.source.VolumeGB, was)
		}
	}
}
