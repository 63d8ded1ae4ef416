package recreate

import (
	"fmt"
	"strings"
	"testing"

	"nbscope/model/recreate"
	"nbscope/ui/text"
	"nbscope/ui/uitest"
)

// TestTwoDirectionsHaveTwoGates parts what is to be enabled from what is to be
// disabled.
func TestTwoDirectionsHaveTwoGates(t *testing.T) {
	plan := func(name string, d recreate.Direction) candidate {
		snap := uitest.Snapshot(name, nil)
		p := recreate.NewPlan("r-"+name, uitest.NewClock().Now(), snap, recreate.SpecFor(&snap, d))
		p.Direction = d
		r := &liveRun{}
		r.Run, r.Held = recreate.Begin(p, uitest.NewClock().Now()), true
		return candidate{run: r}
	}
	all := []candidate{
		plan("a", recreate.Enable), plan("b", recreate.Disable), plan("c", recreate.Enable), plan("d", recreate.Disable), plan("e", recreate.Enable),
	}
	first := together(all)
	if len(first.all) != 3 || first.direction != recreate.Enable || first.others != 2 {
		t.Fatalf("the first gate is for %d, to %s, and leaves %d", len(first.all), first.direction, first.others)
	}
	stop, _ := recreate.Def(recreate.StepStop)
	for step, first := range map[string]*joint{"create": &first, "stop source": {def: stop, direction: recreate.Enable, all: make([]candidate, 27), others: 18}} {
		want := fmt.Sprintf("a approves: %s of %d %s · %d go another way", step, len(first.all), recreate.Enable.Towards(), first.others)
		if got := strings.Join(first.facts("a")[:2], " · "); got != want || text.Width(got) > 78 {
			t.Errorf("it says %q, want %q within 78 columns", got, want)
		}
	}
	if second := together([]candidate{all[1], all[3]}); len(second.all) != 2 || second.direction != recreate.Disable || second.others != 0 {
		t.Errorf("the second gate is for %d, to %s, and leaves %d", len(second.all), second.direction, second.others)
	}
	if even := together(all[:2]); len(even.all) != 1 || even.direction != min(recreate.Enable, recreate.Disable) || even.others != 1 {
		t.Errorf("of as many each way, the gate is for %d, to %s, and leaves %d", len(even.all), even.direction, even.others)
	}
}

func TestADangerSaysWhoseItIs(t *testing.T) {
	names := []string{"a", "b", "c", "d", "e"}
	for _, c := range []struct {
		n, of int
		want  string
	}{
		{1, 1, "It is gone"}, {2, 2, "It is gone (both)"}, {3, 3, "It is gone (all 3)"}, {1, 2, "It is gone (1 of 2: a)"},
		{3, 5, "It is gone (3 of 5: a, b, c)"}, {4, 5, "It is gone (4 of 5: a, b, c and 1 more)"},
	} {
		if got := dangerText(&recreate.Danger{Risk: recreate.Risk{Title: "It is gone"}, Names: names[:c.n]}, c.of); got != c.want {
			t.Errorf("%d of %d: %q, want %q", c.n, c.of, got, c.want)
		}
	}
}
