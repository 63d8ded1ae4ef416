package ui

import (
	"strings"
	"testing"

	"nbscope/model"
)

// TestACommandIsAboutTheMarksThatAreShown marks, filters and lets notebooks go: what
// a command is about stands beside its key, and what it is not about is told.
func TestACommandIsAboutTheMarksThatAreShown(t *testing.T) {
	s := newStudio(t, 120, 40, nil)
	s.press("space", "G")
	s.sees("1 marked", "R recreate 1 marked")
	s.press("R")
	if got := s.about(); got != "churn-model-train" {
		t.Errorf("one mark, and the wizard is about %s, under the cursor", got)
	}
	s.press("esc", "g", "j", "space", "space") // credit-risk-2024 and the long name
	s.sees("3 marked")
	s.seesNot("hidden")
	s.press("/", "name:credit", "enter")
	s.sees("3 marked, 2 hidden", "R recreate 1 marked")
	s.press("R")
	if got := s.about(); got != "credit-risk-2024" {
		t.Errorf("the wizard is about %s", got)
	}
	s.sees("of what is marked, left out: 2 hidden by the filter")
	s.press("esc", "y")
	s.sees("ARN sent to the terminal; of what is marked, left out: 2 hidden by the filter")

	s.press("/", "zzzz", "enter", "R")
	s.sees("left out: 3 hidden by the filter; nothing else is marked")
	if len(s.app.Stacked()) != 0 {
		t.Error("a command about hidden marks opened something")
	}
}

// TestMarksWhoseNotebookIsGoneAreCounted scans again, and one of the marked is not
// there any more.
func TestMarksWhoseNotebookIsGoneAreCounted(t *testing.T) {
	s := newStudio(t, 120, 40, nil)
	s.press("space", "space")
	s.sees("2 marked")
	s.feed(model.Batch{Gone: []string{rowNamed(t, s.rig, "churn-model-train").ARN}})
	s.follow(s.app.Arrange())
	s.sees("2 marked, 1 gone", "R recreate 1 marked")
	s.press("R")
	s.sees("of what is marked, left out: 1 gone")
	if got := s.about(); got != "credit-risk-2024" {
		t.Errorf("the wizard is about %s", got)
	}
}

// TestOneMarkCountsLikeTwo copies what is marked and not what the cursor is on.
func TestOneMarkCountsLikeTwo(t *testing.T) {
	s := newStudio(t, 120, 40, nil)
	s.press("space", "G")
	for key, want := range map[string]string{"y": "notebook-instance/churn-model-train", "Y": "--notebook-instance-name churn-model-train", "O": "churn-model-train"} {
		s.press(key)
		if got := s.app.toast.text; !strings.Contains(got, want) {
			t.Errorf("%s copied %q, want %q", key, got, want)
		}
	}
}
