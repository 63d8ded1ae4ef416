package ui

import (
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/ui/uitest"
)

func TestThePaletteGoesToEverythingByName(t *testing.T) {
	for _, c := range []struct {
		typed string
		sees  []string
	}{
		{"t", []string{" Targets 12"}},
		{"vpc", []string{" VPCs "}},
		{"111122223333", []string{"/ account:111122223333", "6/12"}},
		{"prod-ml", []string{"/ account:111122223333"}},
		{"us-east-1", []string{"/ region:us-east-1", "esc"}},
		{"recommender", []string{"▌  recommender-dev", "Overview  Network", "Notebooks 12"}},
	} {
		d := loaded(t, 160, 40, nil)
		d.keys("/", "name:churn", "enter", ":", c.typed)
		d.sees("Go to, or do > "+c.typed, " of ")
		d.keys("enter")
		d.sees(c.sees...)
		d.keys("esc") // one step back
		d.sees("/ name:churn", "Notebooks  1/12")
	}
}

func TestThePaletteIsOpenOnPagesToo(t *testing.T) {
	s := newStudio(t, 120, 40, severalRuns)
	s.press("j", "R")
	page := s.app.Front()
	s.press(":", "runs", "enter")
	s.sees(" Runs 3")
	s.press("esc")
	if s.app.Front() != page {
		t.Error("esc does not lead back to the page")
	}
}

func TestTheMouseGoesAndChoosesInEveryListAndOverlay(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	click := func(row string) {
		t.Helper()
		for y, l := range strings.Split(d.view(), "\n") {
			if strings.Contains(l, row) {
				d.send(tea.MouseClickMsg{X: 4, Y: y, Button: tea.MouseLeft})
				return
			}
		}
		t.Errorf("there is no %q:\n%s", row, d.view())
	}
	d.keys(":")
	click("Targets")
	d.sees("▌ Targets")
	click("▌ Targets")
	d.sees(" Targets 12")
	d.keys("esc", ":")
	d.send(tea.MouseWheelMsg{Button: tea.MouseWheelDown})
	d.seesNot("▌ Notebooks")
	d.keys("esc", "?")
	before := d.view()
	d.send(tea.WindowSizeMsg{Width: 120, Height: 20})
	d.send(tea.MouseWheelMsg{Button: tea.MouseWheelDown})
	if d.view() == before || !strings.Contains(before, "Move") {
		t.Error("the wheel does not scroll help")
	}
	d.keys("esc")
	d.send(tea.WindowSizeMsg{Width: 120, Height: 40})
	d.keys("?", "j", "enter") // up and down stand first
	if d.app.overlay != nil {
		t.Error("enter does not do what the key under the cursor does")
	}
	d.keys("g", "?")
	d.send(tea.MouseWheelMsg{Button: tea.MouseWheelUp})
	click("/      Filter")
	click("/      Filter")
	if !d.app.Front().Typing() {
		t.Errorf("a click on the filter does not open it:\n%s", d.view())
	}
	d.keys("esc")
	d.keys("/", "e")
	d.send(tea.MouseWheelMsg{Button: tea.MouseWheelDown}) // nothing is lost by it
	click("recommender-dev")
	d.sees("▌  recommender-dev", "/ e")
	d.keys("esc", "C")
	click("region")
	click("▌ region")
	d.keys("esc")
	d.seesNot("REGION")
}

// Where nothing has answered there may be notebooks: none is not what is known.
func TestThePaletteSaysWhatIsNotKnown(t *testing.T) {
	w := uitest.SmallWorld()
	for i := range w.Targets {
		switch st := &w.Targets[i]; {
		case st.Target.Region == "eu-west-3":
			st.State, st.Notebooks = model.StateFailed, 0
		case st.Target.Region == "us-east-1" && st.Target.Account != uitest.Prod:
			st.State = model.StateTimedOut
		}
	}
	w.Notebooks = slices.DeleteFunc(w.Notebooks, func(n *model.Notebook) bool { return n.Region == "eu-west-3" })
	d := newRig(t, 160, 40, nil)
	d.feed(w)
	d.finish()
	d.keys(":", "eu-w")
	d.sees("region, not known")
	d.seesNot("region, 0 notebooks")
	if got := strings.Count(d.view(), "region, not known"); got != 1 {
		t.Errorf("of %d regions it is not known, want eu-west-3 alone:\n%s", got, d.view())
	}
	d.keys("esc", ":", "us-east-1")
	d.sees("region, 4 notebooks known")
	d.keys("esc", ":", "prod-ml")
	d.sees("account, ", "notebooks known")
}
