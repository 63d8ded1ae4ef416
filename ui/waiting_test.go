package ui

import (
	"strings"
	"testing"

	"nbscope/model"
	"nbscope/model/recreate"
)

func TestRunsThatWaitAreInTheHeaderOfEveryScreenFromTheStart(t *testing.T) {
	for _, size := range sizes() {
		s := newStudio(t, size[0], size[1], severalRuns)
		sign := func(where string) {
			t.Helper()
			if first, _, _ := strings.Cut(s.view(), "\n"); !strings.Contains(first, "◆ 1") || !strings.Contains(first, "  W") {
				t.Errorf("%v, %s: the header is %q", size, where, first)
			}
		}
		sign("after the start")
		for _, keys := range [][]string{{"tab"}, {"tab"}, {"tab"}, {"enter"}, {"esc", "tab", "j", "R"}, {"?"}} {
			s.press(keys...)
			sign(strings.Join(keys, " "))
		}
	}
}

func TestWLeadsToTheRunThatWaitsFromEverywhere(t *testing.T) {
	s := newStudio(t, 120, 40, severalRuns)
	s.press("j", "R") // a wizard is on top
	s.press("W")
	s.sees("Runs 3")
	if r := s.app.runsList.current(); r == nil || r.ID != "0ld0001" || len(s.app.pushed) != 0 {
		t.Errorf("the cursor is on %v, and %d pages are on top", r, len(s.app.pushed))
	}
	s.press("tab", "/", "W")
	if got := s.app.notebooks.bar.value(); got != "W" {
		t.Errorf("while text is typed W is text: %q", got)
	}
	if s := newStudio(t, 120, 40, nil); strings.Contains(s.view(), "◆ 0") || s.app.waitingKey().Enabled() {
		t.Error("nothing waits, and the key is offered")
	}
}

// TestAGateThatOpensByItselfWaitsWhereTheUserIsAtSomethingElse unlocks writes, and the
// answer comes while the user types, looks at another page or at an overlay.
func TestAGateThatOpensByItselfWaitsWhereTheUserIsAtSomethingElse(t *testing.T) {
	for name, keys := range map[string][]string{
		"typing":     {"esc", "/", "x"},
		"other page": {"esc", "tab"},
		"overlay":    {"?"},
		"filtered":   {"esc", "/", "x", "enter"},
	} {
		s := newStudio(t, 120, 40, nil)
		s.press("R", "4", "a")
		on := s.app.screen()
		s.keys("esc") // the prompt is left, and what was typed is under way all the same
		s.press(keys...)
		was := s.app.overlay
		d := s.wizardOf(on).draft
		s.aws.unlocked[prod] = true
		s.follow(s.send(unlockedMsg{do: intentUnlock{on: on, intentWrite: intentWrite{
			account: prod, what: "approve: create " + d.spec.Name, then: s.wizardOf(on).pages[pagePreview].(*previewPage).createGate,
		}}}))
		if s.app.overlay != was {
			t.Errorf("%s: the gate opened over it: %T", name, s.app.overlay)
		}
		if first, _, _ := strings.Cut(s.view(), "\n"); !strings.Contains(first, "◆ approve: create churn-model-train-net") {
			t.Errorf("%s: the header is %q", name, first)
		}
		s.press("tab", "enter", "esc")
		if len(s.runs.order) > 0 {
			t.Fatalf("%s: it was answered", name)
		}
		s.press("W")
		if _, ok := s.app.overlay.(*approval); !ok {
			t.Errorf("%s: W opens %T", name, s.app.overlay)
		}
		s.press("tab", "enter")
		if len(s.runs.order) != 1 {
			t.Errorf("%s: the gate that W opens cannot be answered", name)
		}
	}
}

func (s *studio) wizardOf(on screen) *wizard {
	s.t.Helper()
	w, ok := on.(*wizard)
	if !ok {
		s.t.Fatalf("it is a %T", on)
	}
	return w
}

// TestAGateOfARunThatIsLookedAtFirstDoesNotOpenElsewhere resumes a run for its
// deletion and leaves its page before AWS has answered.
func TestAGateOfARunThatIsLookedAtFirstDoesNotOpenElsewhere(t *testing.T) {
	s := newStudio(t, 120, 40, func(s *studio) {
		severalRuns(s)
		s.aws.unlocked[prod] = true
	})
	s.press("tab", "tab", "tab", "j")
	s.run(s.keys("a")) // the driver has not looked yet
	s.keys("esc", "tab", "/", "de")
	s.settle()
	if s.app.overlay != nil {
		t.Fatalf("it opened over typing: %T", s.app.overlay)
	}
	s.sees("◆ approve: delete source, demand-forecast  W")
	s.press("enter", "W")
	s.sees("Delete demand-forecast", "The keep time is not over")
	s.press("esc")
	s.seesNot("◆ approve: delete source")

	s.press("tab", "tab", "tab") // one that stands before nothing any more is dropped
	r := s.app.runs.runs["0ld0000"]
	s.app.offers = []offer{{on: s.app.runsList, what: "gone", valid: func() bool { return r.Can(recreate.EventAmended) }}}
	s.seesNot("◆ gone")
}

func TestAQuestionOfASignInDoesNotOpenOverTyping(t *testing.T) {
	s := newStudio(t, 120, 40, nil)
	answered := ""
	s.press("/", "churn")
	s.app.ask(model.Question{Profile: "mfa", Prompt: "code", Answer: func(a string) { answered = a }, Cancel: func() {}})
	s.press(" 12", "enter")
	if s.app.overlay != nil || answered != "" {
		t.Fatal("the question took what was typed")
	}
	s.sees("◆ a sign-in asks  W")
	s.press("W", "later", "123456", "enter")
	if answered != "123456" {
		t.Errorf("answered %q", answered)
	}
	s.seesNot("a sign-in asks")
}
