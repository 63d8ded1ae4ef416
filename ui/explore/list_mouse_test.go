package explore

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"nbscope/model"
	"nbscope/ui/kit"
	"nbscope/ui/uitest"
)

// presets are two filters on number keys.
func presets(w *kit.World) {
	w.Presets = []model.Preset{{Key: '1', Name: "all"}, {Key: '2', Name: "Bs", Filter: "name:b"}}
}

// listBody are the lines of the list's body as they are read.
func listBody(s *Notebooks) []string { return strings.Split(ansi.Strip(s.Body()), "\n") }

// TestAClickOnTheListIsOnWhatStandsThere clicks the presets, the heads of the columns, the
// rows, and the detail beside them.
func TestAClickOnTheListIsOnWhatStandsThere(t *testing.T) {
	t.Parallel()
	s, h := shownList(presets, threeOf()...)
	click := func(x, y int) { kit.Perform(h, s.Click(x, y)) }
	at := func() string {
		row, _ := s.list.table.Cursor()
		return fmt.Sprint(s.bar.Text, "|", row, "|", s.detail.open, s.detail.focused)
	}
	is := func(what, want string) {
		t.Helper()
		if got := at(); got != want {
			t.Errorf("%s: it stands at %q, want %q", what, got, want)
		}
	}
	strip := listBody(s)[0]
	click(strings.Index(strip, "Bs"), 0)
	is("a click on a preset", "name:b|0|false false")
	click(len(strip)-1, 0)
	is("a click beside the presets", "name:b|0|false false")
	click(strings.Index(strip, "all"), 0)
	is("a click on the first preset", "|0|false false")
	click(5, 3)
	is("a click on the second row", "|1|false false")
	click(5, 4)
	is("a click on the third row", "|2|false false")
	click(5, 4)
	is("one more click on it", "|2|true false")
	before, _, _ := strings.Cut(listBody(s)[1], "REGION")
	click(ansi.StringWidth(before), 1)
	if s.order().field != model.FieldRegion {
		t.Errorf("a click on the head of the regions sorts by %s", s.order().field)
	}
	click(s.list.width+1, 5)
	is("a click on the detail", "|2|true true")
	click(s.list.width, 2)
	is("a click on the rule", "|0|true false")
	tabs := strings.Index(ansi.Strip(s.detail.tabRow().Draw(plain(), false)), "Network")
	click(s.list.width+1+tabs, 2)
	if s.detail.section != sectionNetwork || !s.detail.focused {
		t.Errorf("a click on a tab turns to %s", s.detail.section.name())
	}
	s.Resize(100, 30)
	s.detail.focused = false
	click(0, 9)
	is("a click on the detail in place of the list", "|0|true true")
}

// TestTheWheelTurnsWhatHasTheFocus turns it over the list, and over the detail.
func TestTheWheelTurnsWhatHasTheFocus(t *testing.T) {
	t.Parallel()
	rows := make([]*model.Notebook, 99)
	for i := range rows {
		rows[i] = uitest.Notebook(3, fmt.Sprintf("n%02d", i), uitest.Prod, "eu-west-1", nil)
	}
	s, h := shownList(nil, rows...)
	for _, c := range []struct {
		width         int
		open, focused bool
		want          string // whether the list and the detail move
	}{
		{160, false, false, "true false"}, {160, false, true, "true false"}, {160, true, false, "true false"}, {160, true, true, "false true"}, {100, true, false, "false true"}, {100, true, true, "false true"},
	} {
		s.detail.open, s.detail.focused = c.open, c.focused
		s.Resize(c.width, 12)
		kit.Perform(h, s.follow())
		s.list.table.MoveTo(0)
		s.detail.top = 0
		atTop := func() bool { return strings.Contains(s.list.table.View(), "n00") }
		kit.Perform(h, s.Wheel(3))
		if got := fmt.Sprint(!atTop(), s.detail.top == 3); got != c.want {
			t.Errorf("in %d cells, open %v, in focus %v: list and detail move: %s, want %s", c.width, c.open, c.focused, got, c.want)
		}
		kit.Perform(h, s.Wheel(-3))
		if s.detail.top != 0 || !atTop() {
			t.Errorf("in %d cells, open %v, in focus %v: the wheel does not come back", c.width, c.open, c.focused)
		}
	}
}

// TestListAndDetailShareTheScreen looks right below and at the sizes where that changes.
func TestListAndDetailShareTheScreen(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		width, height int
		open          bool
		list, pane    int
		strip         int
	}{
		{119, 30, false, 119, 119, 1}, {119, 30, true, 119, 119, 0}, {120, 30, true, 66, 53, 1}, {132, 30, true, 78, 53, 1}, {135, 30, true, 80, 54, 1}, {200, 30, true, 119, 80, 1},
		{120, presetsFrom, true, 66, 53, 1}, {120, presetsFrom - 1, true, 66, 53, 0}, {100, presetsFrom, false, 100, 100, 1}, {100, presetsFrom - 1, false, 100, 100, 0},
	} {
		s, h := shownList(presets, threeOf()...)
		s.detail.open = c.open
		kit.Perform(h, s.follow())
		s.Resize(c.width, c.height)
		if s.list.width != c.list || s.detail.width != c.pane || s.stripLines() != c.strip {
			t.Errorf("in %d by %d: list %d, detail %d, presets %d; want %+v", c.width, c.height, s.list.width, s.detail.width, s.stripLines(), c)
		}
		lines := listBody(s)
		if len(lines) != c.height || strings.HasPrefix(lines[0], " 1 all  2 Bs") != (c.strip > 0) && strings.HasPrefix(lines[0], "[1 all] 2 Bs") != (c.strip > 0) {
			t.Errorf("in %d by %d: %d lines, the first %q", c.width, c.height, len(lines), lines[0])
		}
		for _, l := range lines {
			if w := ansi.StringWidth(l); w != c.width {
				t.Errorf("in %d by %d a line is %d wide: %q", c.width, c.height, w, l)
			}
		}
	}
}
