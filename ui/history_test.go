package ui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
)

// under is the first word of the row under the cursor.
func (d *rig) under() string {
	d.t.Helper()
	for l := range strings.SplitSeq(d.view(), "\n") {
		if _, rest, ok := strings.Cut(l, "▌"); ok {
			return strings.Fields(rest)[0]
		}
	}
	return ""
}

func TestEscLeadsBackWithTheFilterAndTheCursorOfThere(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	d.keys("/", "net:vpc-only", "enter", "j")
	here := d.under()
	d.keys("tab", "j")
	vpc := d.under()
	d.keys("enter")
	d.sees("/ vpc:", "esc back to VPCs")
	d.keys("/", " type:t3", "enter")
	d.keys("esc") // the filter that it was come with
	d.seesNot("type:t3")
	d.keys("esc")
	d.sees("VPCs", "esc back to notebooks")
	if got := d.under(); got != vpc {
		t.Errorf("the cursor of the VPCs is on %s, it was on %s", got, vpc)
	}
	d.keys("esc")
	d.sees("/ net:vpc-only")
	if got := d.under(); got != here {
		t.Errorf("the cursor is on %s, it was on %s", got, here)
	}
	d.keys("esc", "esc")
	d.sees("Notebooks 12 ")
}

func TestEscGoesOneScreenBackAndAWayRoundIsNone(t *testing.T) {
	d := loaded(t, 120, 40, nil)
	d.keys("tab", "tab")
	d.sees("Targets", "esc back to VPCs")
	d.keys("/", "eu", "enter", "esc")
	d.sees("Targets 12")
	d.keys("esc")
	d.sees("VPCs")
	d.keys("tab", "tab") // round to where the turning began
	if n := len(d.app.places); n != 1 {
		t.Errorf("%d places after a way round", n)
	}
	for range 3 * mostPlaces {
		d.keys("tab", "enter") // from VPCs to notebooks
	}
	if n := len(d.app.places); n > mostPlaces {
		t.Errorf("%d places are kept", n)
	}
}

func TestQAsksToLeaveOnEveryScreenAlike(t *testing.T) {
	for _, keys := range [][]string{nil, {"enter"}, {"tab"}, {"tab", "tab"}, {"tab", "tab", "tab"}, {"R"}, {"space", "j", "space", "R"}} {
		s := newStudio(t, 120, 40, nil)
		s.press(keys...)
		s.press("q")
		s.sees("Leave nbscope?", "No run is under way.")
		s.press("esc")
		s.seesNot("Leave nbscope?")
		if s.left {
			t.Errorf("after %v: it was left", keys)
		}
		s.press("q")
		if !quits(s.keys("enter")) {
			t.Errorf("after %v: enter does not leave", keys)
		}
	}
}

func TestAPageThatWasLeftForAScreenIsComeBackTo(t *testing.T) {
	s := newStudio(t, 120, 40, severalRuns)
	s.press("j", "R")
	page := s.app.Front()
	s.press("W")
	s.sees("Runs 3")
	s.press("tab", "R") // of the same notebook
	if s.app.Front() != page || len(s.app.Stacked()) != 1 {
		t.Errorf("%d pages plan the same notebook", len(s.app.Stacked()))
	}
	s.send(tea.WindowSizeMsg{Width: 80, Height: 24})
	s.press("esc")
	s.sees("Notebooks 12")
}
