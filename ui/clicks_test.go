package ui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"nbscope/ui/text"
	"nbscope/ui/uitest"
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

// TestPickersTakeClicks goes to a row of a field's picker, and chooses it.
func TestPickersTakeClicks(t *testing.T) {
	s := newStudio(t, 120, 40, nil)
	s.press("R", "3")
	s.clickOn("Instance type")
	s.clickOn("Instance type")
	s.sees("Instance type >", "ml.m5.xlarge")
	s.clickOn("ml.m5.xlarge")
	s.sees("Instance type >", "▌ ml.m5.xlarge")
	s.clickOn("ml.m5.xlarge")
	s.seesNot("Instance type >")
	s.sees("ml.m5.xlarge", "was ml.t3.medium")
	s.clickOn("Security groups")
	s.clickOn("Security groups")
	s.sees("Security groups >", "[*]")
	s.clickOn("[*]")
	s.seesNot("[*]")
	s.sees("0 of 5 at most")
}

// TestTheWheelGoesThroughTheForm and preflight, and the form says what lies below.
func TestTheWheelGoesThroughTheForm(t *testing.T) {
	s := newStudio(t, 80, 24, nil)
	s.press("R", "3")
	s.sees("▌ Name", "fields below")
	s.seesNot("Has to reach")
	wheel := func(b tea.MouseButton) { s.follow(s.send(tea.MouseWheelMsg{Button: b})) }
	for range 10 {
		wheel(tea.MouseWheelDown)
		s.view()
	}
	s.seesNot("below", "▌ Name")
	s.sees("▌ Has to reach")
	for range 10 {
		wheel(tea.MouseWheelUp)
	}
	s.sees("▌ Name", "fields below")
	s.press("2")
	s.sees("▌ ▲ Platform of the source")
	wheel(tea.MouseWheelDown)
	s.seesNot("▌ ▲ Platform of the source")
	wheel(tea.MouseWheelUp)
	s.sees("▌ ▲ Platform of the source")
}

// TestGatesTakeTheMouse turns the pages of a gate, and clicks on its buttons as fast as
// can be: a click cancels, or moves the focus, and approves nothing.
func TestGatesTakeTheMouse(t *testing.T) {
	s := newStudio(t, 80, 24, nil)
	s.press("R", "4", "a", uitest.Prod, "enter", "later")
	s.sees("1 of 2 pages", "( Create )", "enter cancel")
	s.clickOn("( Create )")
	s.sees("there is more to read first", "enter cancel")
	s.follow(s.send(tea.MouseWheelMsg{Button: tea.MouseWheelUp}))
	s.sees("1 of 2 pages")
	s.follow(s.send(tea.MouseWheelMsg{Button: tea.MouseWheelDown}))
	s.sees("2 of 2 pages", "[ Create ]", "enter cancel")
	for range 3 {
		s.clickOn("[ Create ]")
		s.sees("enter create")
	}
	if len(s.runs.order) > 0 {
		t.Fatal("clicks approved a gate")
	}
	s.clickOn("[ Cancel ]")
	s.seesNot("[ Cancel ]")
	if s.app.overlay != nil || len(s.runs.order) > 0 {
		t.Fatal("a click on Cancel did not cancel")
	}
}

// TestLeavingTakesClicks leaves where nothing is lost by it.
func TestLeavingTakesClicks(t *testing.T) {
	s := newStudio(t, 80, 24, nil)
	s.press("q")
	s.clickOn("[ Cancel ]")
	s.seesNot("Leave nbscope?")
	s.press("q")
	s.clickOn("Leave nbscope?") // is no button
	s.sees("[ Leave ]")
	s.clickOn("[ Leave ]")
	if !s.left {
		t.Error("a click on Leave does not leave")
	}
}
