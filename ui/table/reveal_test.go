package table

import "testing"

// TestTheMarginShrinksWithTheWindow comes to a row from above and from below, in windows of
// every height.
func TestTheMarginShrinksWithTheWindow(t *testing.T) {
	for body, want := range map[int]struct{ down, up int }{
		1: {0, 0}, 2: {1, 0}, 3: {1, 1}, 4: {2, 1}, 5: {2, 2}, 6: {3, 2}, 7: {4, 2}, 10: {7, 2},
	} {
		down, up := oneColumn(many(100), body+1), oneColumn(many(100), body+1)
		down.MoveTo(50)
		up.MoveTo(99)
		up.MoveTo(50)
		if got := screenLine(down) - 1; got != want.down {
			t.Errorf("in %d lines, from above, the row is on line %d, want %d", body, got, want.down)
		}
		if got := screenLine(up) - 1; got != want.up {
			t.Errorf("in %d lines, from below, the row is on line %d, want %d", body, got, want.up)
		}
	}
}

// TestTheHeadOfTheGroupComesWithItsFirstRow, where there is more than one line.
func TestTheHeadOfTheGroupComesWithItsFirstRow(t *testing.T) {
	for body, line := range map[int]int{1: 0, 2: 1, 3: 1, 4: 1, 5: 2} {
		m := oneColumn(many(100), body+1, Group{Before: 0, Text: "first"}, Group{Before: 50, Text: "second"})
		m.MoveTo(99)
		m.MoveTo(50)
		if got := screenLine(m) - 1; got != line {
			t.Errorf("in %d lines the row below the head is on line %d, want %d", body, got, line)
		}
	}
}

func TestWhatMovesNothingLeavesTheCursorToTheData(t *testing.T) {
	for name, c := range map[string]struct {
		rows, height int
		do           func(*Model)
	}{
		"no page":                    {100, 11, func(m *Model) { m.Page(0) }},
		"the wheel without rows":     {0, 11, func(m *Model) { m.ScrollBy(3) }},
		"the wheel without a window": {100, 0, func(m *Model) { m.ScrollBy(3) }},
		"the wheel at the top":       {100, 11, func(m *Model) { m.ScrollBy(-1) }},
		"a row of none":              {0, 11, func(m *Model) { m.MoveTo(3) }},
		"a key of none":              {0, 11, func(m *Model) { m.MoveToKey("k0001") }},
	} {
		m := oneColumn(many(c.rows), c.height)
		before, _ := m.Cursor()
		top := m.top
		c.do(m)
		if at, _ := m.Cursor(); at != before || m.top != top || name != "no page" && m.moved {
			t.Errorf("%s: the cursor is at %d, the window at %d, moved %v", name, at, m.top, m.moved)
		}
	}
}
