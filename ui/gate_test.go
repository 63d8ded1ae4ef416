package ui

import (
	"testing"

	"nbscope/model/recreate"
)

// TestAGateIsAnsweredOnlyWhenAllOfItWasOnScreen answers before the last page, by
// every letter, and then as it should be.
func TestAGateIsAnsweredOnlyWhenAllOfItWasOnScreen(t *testing.T) {
	s := newStudio(t, 80, 24, nil)
	key := func(names ...string) {
		for _, n := range names {
			s.follow(s.keys(n))
			s.app.View()
		}
	}
	s.press("R", "4", "a", prod, "enter", "later")
	s.sees("1 of 2 pages", "fail SageMaker.1 (high)", "( Create )")
	key("tab")
	s.sees("there is more to read first", "enter cancel")
	for r := 'a'; r <= 'z'; r++ {
		if r != 'j' && r != 'k' { // these two turn pages
			key(string(r), "tab")
		}
	}
	s.sees("1 of 2 pages", "enter cancel")
	if len(s.runs.order) > 0 {
		t.Fatal("a gate that was not read was answered")
	}
	key("j")
	s.sees("2 of 2 pages", "[ Create ]", "enter cancel")
	for r := 'a'; r <= 'z'; r++ {
		key(string(r))
	}
	if len(s.runs.order) > 0 {
		t.Fatal("a letter answered a gate")
	}
	key("tab", "enter")
	if got := s.book().did(); got != "create" {
		t.Errorf("did %q", got)
	}
}

// TestTwoDirectionsHaveTwoGates parts what is to be enabled from what is to be
// disabled.
func TestTwoDirectionsHaveTwoGates(t *testing.T) {
	plan := func(name string, d recreate.Direction) candidate {
		snap := snapshotNamed(name, nil)
		p := recreate.NewPlan("r-"+name, newClock().now(), snap, recreate.SpecFor(&snap, d))
		p.Direction = d
		r := &liveRun{}
		r.Run, r.Held = recreate.Begin(p, newClock().now()), true
		return candidate{run: r}
	}
	all := []candidate{
		plan("a", recreate.Enable), plan("b", recreate.Disable), plan("c", recreate.Enable), plan("d", recreate.Disable), plan("e", recreate.Enable),
	}
	first := together(all)
	if len(first.all) != 3 || first.direction != recreate.Enable || first.others != 2 {
		t.Fatalf("the first gate is for %d, to %s, and leaves %d", len(first.all), first.direction, first.others)
	}
	if got, want := first.says("a"), "a approves: create, for 3 notebooks "+recreate.Enable.Towards()+". 2 in the other direction have a gate of their own. Deleting is never approved together."; got != want {
		t.Errorf("it says %q, want %q", got, want)
	}
	if second := together([]candidate{all[1], all[3]}); len(second.all) != 2 || second.direction != recreate.Disable || second.others != 0 {
		t.Errorf("the second gate is for %d, to %s, and leaves %d", len(second.all), second.direction, second.others)
	}
}
