package ui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"nbscope/ui/text"
)

// clickOn clicks on the first place where these words stand on screen.
func (s *studio) clickOn(words string) {
	s.t.Helper()
	for y, line := range strings.Split(s.view(), "\n") {
		if before, _, ok := strings.Cut(line, words); ok {
			s.follow(s.send(tea.MouseClickMsg{X: text.Width(before), Y: y, Button: tea.MouseLeft}))
			return
		}
	}
	s.t.Fatalf("%q is not on screen:\n%s", words, s.view())
}

// TestTheWizardIsUsedWithTheMouse turns pages, stands on a field and opens it, and looks
// at the views of the plan, beside the column of steps and below the line of them.
func TestTheWizardIsUsedWithTheMouse(t *testing.T) {
	for _, size := range [][2]int{{120, 40}, {80, 24}} {
		s := newStudio(t, size[0], size[1], nil)
		s.press("R")
		s.clickOn("Configure")
		s.sees("▌ Name")
		s.clickOn("Instance type")
		s.sees("▌ Instance type")
		s.seesNot("Instance type >")
		s.clickOn("Instance type")
		s.sees("Instance type >")
		s.press("esc")
		s.clickOn("Volume (GB)")
		s.clickOn("Volume (GB)")
		s.sees("enter take", "Volume (GB)")
		s.press("esc")
		s.clickOn("Preview")
		s.sees("[Changes]")
		s.clickOn("CLI")
		s.sees("[CLI]", "set -eu")
		s.clickOn("Permissions")
		s.sees("[Permissions]")
		s.clickOn("Preflight")
		s.sees("Warnings 1", "▌ ▲ Platform of the source")
		s.clickOn("Your permissions")
		s.sees("▌ ? Your permissions")
		s.clickOn("Observe")
		s.seesNot("[Permissions]", "Warnings 1")
		if got := s.wrote(); got != "" {
			t.Errorf("clicks write: %s", got)
		}
	}
}
