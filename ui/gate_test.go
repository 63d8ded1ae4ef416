package ui

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

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
	if got, want := first.says("a"), "a approves: create, for 3 notebooks "+recreate.Enable.Towards()+". 2 in another direction have a gate of their own. Deleting is never approved together."; got != want {
		t.Errorf("it says %q, want %q", got, want)
	}
	if second := together([]candidate{all[1], all[3]}); len(second.all) != 2 || second.direction != recreate.Disable || second.others != 0 {
		t.Errorf("the second gate is for %d, to %s, and leaves %d", len(second.all), second.direction, second.others)
	}
}

// TestRandomKeysNeverApprove presses keys at every gate there is, never the one that
// moves the focus followed by the one that presses it, and no text that is asked for.
func TestRandomKeysNeverApprove(t *testing.T) {
	none := []string{"enter", "esc", "left", "up", "down", "pgup", "pgdown", "space", "backspace", "tab", "right", "shift+tab", "ctrl+t", "ctrl+r"}
	for r := ' ' + 1; r < 127; r++ {
		none = append(none, string(r))
	}
	scenes := map[string]struct {
		world func(*studio)
		keys  []string
	}{
		"create": {nil, []string{"R", "4", "a"}}, "several": {nil, []string{"space", "space", "R", "a"}},
		"stop": {crashed, []string{"W", "U", "*", "a"}}, "delete": {severalRuns, []string{"W", "j", "a"}},
		"roll back": {severalRuns, []string{"W", "B"}}, "end": {severalRuns, []string{"W", "X"}},
		"retry": {noCapacity, []string{"R", "4", "a", "tab", "enter", "t"}},
	}
	for name, scene := range scenes {
		rnd := rand.New(rand.NewPCG(7, 11))
		for range 40 {
			s := newStudio(t, []int{40, 80, 120}[rnd.IntN(3)], []int{12, 24, 40}[rnd.IntN(3)], func(s *studio) {
				if scene.world != nil {
					scene.world(s)
				}
				s.aws.unlocked[prod], s.aws.unlocked[shared] = true, true
			})
			s.press(scene.keys...)
			if s.app.overlay == nil {
				t.Fatalf("%s: there is no gate:\n%s", name, s.view())
			}
			s.clock.pass(time.Minute)
			was, runs := s.wrote(), len(s.runs.order)
			for range 60 {
				k := none[rnd.IntN(len(none))]
				if a, ok := s.app.overlay.(*approval); ok && a.going && k == "enter" {
					continue // that would be an answer
				}
				s.follow(s.keys(k))
				s.app.View()
				if s.app.overlay == nil {
					break
				}
			}
			if got := s.wrote(); got != was || len(s.runs.order) != runs {
				t.Fatalf("%s: random keys did %q, before %q", name, got, was)
			}
		}
	}
}

// TestNothingOfAGateIsCut draws gates at the smallest size and reads all of their
// pages: what is said on a wide screen stands there too.
func TestNothingOfAGateIsCut(t *testing.T) {
	for name, keys := range map[string][]string{
		"create": {"R", "4", "a", prod, "enter", "later"}, "unlock": {"R", "4", "a"}, "delete": attested("a", "tab", "enter", "a"), "roll back": attested("B"),
	} {
		for _, size := range [][2]int{{40, 12}, {47, 13}, {80, 24}} {
			s := newStudio(t, size[0], size[1], nil)
			s.press(keys...)
			var g *gateText
			switch o := s.app.overlay.(type) {
			case *approval:
				g = &o.gateText
			case *prompt:
				g = &o.gateText
			default:
				t.Fatalf("%s: the overlay is %T", name, o)
			}
			read := ""
			for range 40 {
				for l := range strings.SplitSeq(s.view(), "\n") {
					read += strings.TrimSpace(l) + " "
				}
				s.keys("down")
			}
			if !g.whole {
				t.Errorf("%s at %v: it was never whole", name, size)
			}
			read = strings.Join(strings.Fields(read), "")
			if !strings.Contains(read, prod) {
				t.Errorf("%s at %v: the account is cut:\n%s", name, size, s.view())
			}
			if last := s.view(); strings.Contains(last, "more than fits") {
				t.Errorf("%s at %v cuts:\n%s", name, size, last)
			}
		}
	}
}

// TestAGateOfManySaysItsDangersFirst opens the gate of 68 notebooks at 80x24.
func TestAGateOfManySaysItsDangersFirst(t *testing.T) {
	s := newStudio(t, 80, 24, crashedMany)
	s.press("W", "U", "*", "a", "later")
	s.sees("Stop 68 sources", "1 of ", "(all 68)", "$", "( Stop 68 )")
	if v := s.view(); strings.Index(v, "It runs Amazon Linux 2") > strings.Index(v, "batch-0") || strings.Index(v, "$476.00 a month") > strings.Index(v, "batch-0") {
		t.Errorf("names come before what could hurt, or what it costs:\n%s", v)
	}
	s.keys("tab", "enter")
	if strings.Contains(s.wrote(), "stop") || s.app.overlay != nil {
		t.Fatalf("what was not read was approved: %q", s.wrote())
	}
	s.press("a", "later", "tab", "enter")
	if got := strings.Count(s.wrote(), "stop"); got != 68 {
		t.Errorf("%d were stopped", got)
	}
}
