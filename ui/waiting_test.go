package ui

import (
	"strings"
	"testing"

	"nbscope/model"
	"nbscope/ui/kit"
	"nbscope/ui/recreate"
	"nbscope/ui/uitest"
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
	s.sees("▌  pricing-lab")
	s.press("esc") // back to the wizard
	if !s.app.onPage() {
		t.Error("one step back does not lead to the page where W was pressed")
	}
	s.press("esc", "/", "W")
	s.sees("/ W")
	if s := newStudio(t, 120, 40, nil); strings.Contains(s.view(), "◆ 0") || (input{s.app}).waiting() {
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
		s.press("R", "4", "a", uitest.Prod)
		s.readOn()
		late := s.keys("enter") // the unlock is under way
		s.press(keys...)
		was := s.app.overlay
		s.follow(late)
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
		if _, ok := s.app.overlay.(*kit.Approval); !ok {
			t.Errorf("%s: W opens %T", name, s.app.overlay)
		}
		s.press("tab", "enter")
		if len(s.runs.order) != 1 {
			t.Errorf("%s: the gate that W opens cannot be answered", name)
		}
	}
}

// TestAGateOfARunThatIsLookedAtFirstDoesNotOpenElsewhere resumes a run for its
// deletion and leaves its page before AWS has answered.
func TestAGateOfARunThatIsLookedAtFirstDoesNotOpenElsewhere(t *testing.T) {
	s := newStudio(t, 120, 40, func(s *studio) {
		severalRuns(s)
		s.aws.Unlocked[uitest.Prod] = true
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
	s.app.waits.offers = []recreate.Offer{{On: s.app.runs.List(), What: "gone", Valid: func() bool { return false }}}
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

// TestWhatFailedIsCountedWithoutWhatWasStoppedOrIsForbidden counts them apart.
func TestWhatFailedIsCountedWithoutWhatWasStoppedOrIsForbidden(t *testing.T) {
	s := newStudio(t, 200, 60, nil)
	forbidden := model.TargetStatus{State: model.StateDenied, Problem: &model.Problem{Kind: model.KindSCP}}
	failed, stopped := model.TargetStatus{State: model.StateFailed}, model.TargetStatus{State: model.StateCanceled}
	for _, c := range []struct {
		targets  []model.TargetStatus
		problems int
		want     string
	}{
		{nil, 0, ""}, {[]model.TargetStatus{failed, failed, failed}, 0, "✗ 3 failed"}, {[]model.TargetStatus{failed}, 1, "✗ 2 failed"},
		{[]model.TargetStatus{stopped, stopped}, 0, "▲ 2 stopped"}, {[]model.TargetStatus{forbidden, forbidden}, 0, "2 forbidden"},
		{[]model.TargetStatus{failed, stopped, stopped, forbidden}, 0, "▲ 2 stopped  1 forbidden  ✗ 1 failed"},
	} {
		s.app.world.Targets = c.targets
		s.app.world.Coverage = model.Coverage{Targets: len(c.targets), Failed: len(c.targets), Problems: c.problems}
		var all strings.Builder
		for _, span := range (drawing{s.app}).coverageSpans() {
			all.WriteString(span.Text)
		}
		_, got, _ := strings.Cut(all.String(), " notebooks")
		if got = strings.TrimSpace(got); got != c.want && !strings.HasPrefix(got, c.want+"  ") || c.want == "" && strings.Contains(got, "failed") {
			t.Errorf("%+v and %d problems: %q, want %q", c.targets, c.problems, got, c.want)
		}
	}
}
