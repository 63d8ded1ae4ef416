package ui

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"nbscope/ui/kit"
	"nbscope/ui/uitest"
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
	s.press("R", "4", "a", uitest.Prod, "enter", "later")
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
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rnd := rand.New(rand.NewPCG(7, 11))
			for range 40 {
				s := newStudio(t, []int{40, 80, 120}[rnd.IntN(3)], []int{12, 24, 40}[rnd.IntN(3)], func(s *studio) {
					if scene.world != nil {
						scene.world(s)
					}
					s.aws.Unlocked[uitest.Prod], s.aws.Unlocked[uitest.Shared] = true, true
				})
				s.press(scene.keys...)
				if s.app.overlay == nil {
					t.Fatalf("there is no gate:\n%s", s.view())
				}
				s.clock.Pass(time.Minute)
				was, runs := s.wrote(), len(s.runs.order)
				for range 60 {
					k := none[rnd.IntN(len(none))]
					if a, ok := s.app.overlay.(*kit.Approval); ok && k == "enter" && a.Hints()[0].Help().Desc != "cancel" {
						continue // that would be an answer
					}
					s.follow(s.keys(k))
					s.app.View()
					if s.app.overlay == nil {
						break
					}
				}
				if got := s.wrote(); got != was || len(s.runs.order) != runs {
					t.Fatalf("random keys did %q, before %q", got, was)
				}
			}
		})
	}
}

// TestNothingOfAGateIsCut draws gates at the smallest size and reads all of their
// pages: what is said on a wide screen stands there too.
func TestNothingOfAGateIsCut(t *testing.T) {
	for name, keys := range map[string][]string{
		"create": {"R", "4", "a", uitest.Prod, "enter", "later"}, "unlock": {"R", "4", "a"}, "delete": attested("a", "tab", "enter", "a"), "roll back": attested("B"),
	} {
		for _, size := range [][2]int{{40, 12}, {47, 13}, {80, 24}} {
			s := newStudio(t, size[0], size[1], nil)
			s.press(keys...)
			read := ""
			for range 40 {
				for l := range strings.SplitSeq(s.view(), "\n") {
					read += strings.TrimSpace(l) + " "
				}
				s.keys("down")
			}
			if last := s.view(); strings.Contains(last, "more than fits") {
				t.Errorf("%s at %v cuts:\n%s", name, size, last)
			}
			switch o := s.app.overlay.(type) { // it was whole, and can be answered
			case *kit.Approval:
				s.keys("tab")
				if o.Hints()[0].Help().Desc == "cancel" {
					t.Errorf("%s at %v: it was never whole", name, size)
				}
			case *kit.Prompt:
				s.keys("enter")
				told := ""
				for range 40 {
					told += s.view()
					s.keys("down")
				}
				if !strings.Contains(told, "this is not") {
					t.Errorf("%s at %v: it was never whole", name, size)
				}
			}
			read = strings.Join(strings.Fields(read), "")
			if !strings.Contains(read, uitest.Prod) {
				t.Errorf("%s at %v: the account is cut:\n%s", name, size, s.view())
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
