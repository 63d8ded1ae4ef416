package table

import (
	"slices"
	"testing"
)

func TestTheCursorStaysOnItsRow(t *testing.T) {
	before := []string{"b", "d", "f", "h", "j", "l", "n", "p", "r", "t", "v", "x"}
	for _, c := range []struct {
		name   string
		start  func(*Model)
		after  []string
		key    string
		line   int // where it is drawn; 0 is the header
		groups []Group
	}{
		{
			name:  "when rows stream in above it",
			start: func(m *Model) { m.MoveTo(4) },
			after: []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m"},
			key:   "j", line: 4,
		},
		{
			name:  "when rows above it go",
			start: func(m *Model) { m.MoveTo(9) },
			after: []string{"h", "j", "l", "n", "p", "r", "t", "v", "x", "z", "zz", "zzz"},
			key:   "t", line: 4,
		},
		{
			name:  "when the order turns around",
			start: func(m *Model) { m.MoveTo(2) },
			after: []string{"x", "v", "t", "r", "p", "n", "l", "j", "h", "f", "d", "b"},
			key:   "f", line: 4,
		},
		{
			name:  "when a group's head comes to stand above it",
			start: func(m *Model) { m.MoveTo(6) },
			after: before, groups: []Group{{Before: 0, Text: "one"}, {Before: 5, Text: "two"}},
			key: "n", line: 4,
		},
		{
			name:  "at its place on screen when its row is gone",
			start: func(m *Model) { m.MoveTo(5) },
			after: []string{"b", "d", "f", "h", "j", "n", "p", "r", "t", "v", "x"},
			key:   "n", line: 4,
		},
		{
			name:  "on the last row when fewer are left",
			start: func(m *Model) { m.MoveTo(9) },
			after: []string{"b", "d", "f"},
			key:   "f", line: 3,
		},
		{
			name:  "at the top until it is moved, whatever comes to stand there",
			start: func(*Model) {},
			after: []string{"a", "b", "c"},
			key:   "a", line: 1,
		},
		{
			name:  "at the top again after a reset",
			start: func(m *Model) { m.MoveTo(4); m.Reset() },
			after: []string{"a", "b", "c", "j"},
			key:   "a", line: 1,
		},
		{
			name:  "on the first row once the user has moved it there",
			start: func(m *Model) { m.Move(1); m.Move(-1) },
			after: []string{"a", "b", "c"},
			key:   "b", line: 2,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := oneColumn(named(before...), 7)
			c.start(m)
			w := named(c.after...)
			m.SetRows(w, straight(len(c.after)), c.groups)
			if m.CursorKey() != c.key {
				t.Errorf("the cursor is on %q, want %q", m.CursorKey(), c.key)
			}
			if got := screenLine(m); got != c.line {
				t.Errorf("it is drawn on line %d, want %d: %q", got, c.line, screenText(m))
			}
			checkFrame(t, m)
		})
	}
}

func TestTheCursorReturnsToItsRowAfterAnEmptyView(t *testing.T) {
	w := many(30)
	m := oneColumn(w, 11)
	m.MoveTo(17)
	line := screenLine(m)
	m.SetRows(w, nil, nil)
	if at, row := m.Cursor(); at != -1 || row != -1 || m.CursorKey() != "" {
		t.Errorf("in an empty view the cursor is at %d, row %d, key %q", at, row, m.CursorKey())
	}
	m.Move(3)
	m.Page(1)
	m.ToggleMark()
	if m.MoveToKey("k0003") || m.Click(2) {
		t.Error("found a row in an empty view")
	}
	m.SetRows(w, straight(30), nil)
	if m.CursorKey() != "k0017" || screenLine(m) != line {
		t.Errorf("the cursor is on %q, line %d instead of %d", m.CursorKey(), screenLine(m), line)
	}
}

func TestFindingTheCursorsRow(t *testing.T) {
	const n = 20_000
	reversed := func() []int32 { v := straight(n); slices.Reverse(v); return v }
	w := many(n)

	t.Run("under its old number takes one key wherever it went", func(t *testing.T) {
		m := oneColumn(w, 24)
		m.MoveTo(100)
		w.asked = 0
		m.SetRows(w, reversed(), nil)
		if m.CursorKey() != "k0100" || w.asked > 1 {
			t.Errorf("on %q after %d keys", m.CursorKey(), w.asked)
		}
	})
	t.Run("near its old place takes few keys under a new number", func(t *testing.T) {
		m := oneColumn(w, 24)
		m.MoveTo(9000)
		shifted := named(append([]string{"new"}, w.keys...)...)
		m.SetRows(shifted, straight(n+1), nil)
		if m.CursorKey() != "k9000" || shifted.asked > 2*near+1 {
			t.Errorf("on %q after %d keys", m.CursorKey(), shifted.asked)
		}
	})
	t.Run("far away under a new number is still found", func(t *testing.T) {
		m := oneColumn(w, 24)
		m.MoveTo(100)
		keys := slices.Clone(w.keys)
		slices.Reverse(keys)
		m.SetRows(named(keys...), straight(n), nil)
		if m.CursorKey() != "k0100" {
			t.Errorf("on %q", m.CursorKey())
		}
	})
	t.Run("is left to a source that knows", func(t *testing.T) {
		m := oneColumn(w, 24)
		m.MoveTo(100)
		keys := slices.Clone(w.keys)
		slices.Reverse(keys)
		f := &finder{sheet: named(keys...)}
		m.SetRows(f, straight(n), nil)
		if m.CursorKey() != "k0100" || f.asked > 0 {
			t.Errorf("on %q after %d keys", m.CursorKey(), f.asked)
		}
		if m.MoveToKey("nowhere") {
			t.Error("found a key that the source does not know")
		}
	})
}

type finder struct{ *sheet }

func (f *finder) Find(key string) (int, bool) {
	row := slices.Index(f.keys, key)
	return row, row >= 0
}

func TestMovingKeepsSomeLinesInSight(t *testing.T) {
	for _, c := range []struct {
		name        string
		do          func(*Model)
		at          int
		first, last int
	}{
		{"nothing yet", func(*Model) {}, 0, 0, 9},
		{"down within the window", func(m *Model) { m.Move(7) }, 7, 0, 9},
		{"down to the margin scrolls", func(m *Model) { m.Move(8) }, 8, 1, 10},
		{"up again scrolls only at the other margin", func(m *Model) { m.Move(20); m.Move(-5) }, 15, 13, 22},
		{"to the end", func(m *Model) { m.MoveTo(1 << 60) }, 99, 90, 99},
		{"beyond both ends", func(m *Model) { m.Move(1 << 60); m.Move(-1 << 62) }, 0, 0, 9},
		{"half a page", func(m *Model) { m.Page(0.5) }, 5, 3, 12},
		{"a page, then back", func(m *Model) { m.MoveTo(50); m.Page(1); m.Page(-1) }, 50, 43, 52},
		{"a tiny part of a page is a row", func(m *Model) { m.Page(0.01) }, 1, 0, 9},
		{"a tiny part of a page upwards is a row, and the cursor keeps its line", func(m *Model) { m.MoveTo(50); m.Move(-3); m.Page(-0.01) }, 46, 42, 51},
		{"the wheel leaves the cursor while it is in sight", func(m *Model) { m.MoveTo(5); m.ScrollBy(3) }, 5, 3, 12},
		{"the wheel takes the cursor along", func(m *Model) { m.ScrollBy(30) }, 30, 30, 39},
		{"the wheel takes the cursor along upwards", func(m *Model) { m.MoveTo(60); m.ScrollBy(-30) }, 32, 23, 32},
		{"the wheel back to the top leaves the cursor", func(m *Model) { m.ScrollBy(3); m.ScrollBy(-3) }, 3, 0, 9},
		{"the wheel stops at the end", func(m *Model) { m.ScrollBy(1 << 60) }, 90, 90, 99},
		{"the wheel at the top does nothing", func(m *Model) { m.ScrollBy(-3) }, 0, 0, 9},
		{"a click", func(m *Model) { m.Click(10) }, 9, 2, 11},
		{"a key", func(m *Model) { m.MoveToKey("k0042") }, 42, 35, 44},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := oneColumn(many(100), 11)
			c.do(m)
			at, row := m.Cursor()
			first, last := m.visible()
			if at != c.at || row != c.at || first != c.first || last != c.last {
				t.Errorf("cursor %d (row %d), window %d to %d; want %d, window %d to %d",
					at, row, first, last, c.at, c.first, c.last)
			}
		})
	}
}

func TestTheCursorSkipsHeadsOfGroups(t *testing.T) {
	m := oneColumn(many(6), 20, Group{Text: "first"}, Group{Before: 2, Text: "second"}, Group{Before: 4, Text: "third"})
	want := []string{"  NAME", " first", "> k0000", "  k0001", " second", "  k0002", "  k0003", " third", "  k0004", "  k0005"}
	got := screenText(m)
	got[2] = ">" + got[2][len(m.theme.Glyphs.Cursor):]
	if !slices.Equal(got[:len(want)], want) {
		t.Errorf("got %q", got)
	}
	for i, y := range []int{2, 3, 5, 6, 8, 9} {
		m.MoveTo(0)
		m.Move(i)
		if got := screenLine(m); got != y {
			t.Errorf("row %d is on line %d, want %d", i, got, y)
		}
		if pos, ok := m.at(y); !ok || pos != i {
			t.Errorf("line %d is row %d, %v", y, pos, ok)
		}
	}
	for _, y := range []int{-1, 0, 1, 4, 7, 10, 19, 20} {
		if pos, ok := m.at(y); ok {
			t.Errorf("line %d is row %d", y, pos)
		}
	}
	before, _ := m.Cursor()
	m.Click(4)
	if m.CursorKey() != many(6).Key(before) {
		t.Error("a head was selected")
	}
}

func TestTheWheelOnAHeadAloneGoesOnToTheRowBelow(t *testing.T) {
	m := oneColumn(many(9), 2, Group{Text: "first"}, Group{Before: 1, Text: "second"}, Group{Before: 2, Text: "third"})
	m.ScrollBy(1) // one line of rows: it has the second head now
	if at, _ := m.Cursor(); at != 1 || screenLine(m) != 1 {
		t.Errorf("the cursor is on row %d, on line %d", at, screenLine(m))
	}
}

func TestTheHeadAboveTheCursorIsShown(t *testing.T) {
	m := oneColumn(many(40), 4, Group{Before: 0, Text: "first"}, Group{Before: 20, Text: "second"})
	m.MoveTo(30)
	m.MoveTo(20)
	if got := screenText(m); got[1] != " second" {
		t.Errorf("got %q", got)
	}
	m.MoveTo(0)
	if got := screenText(m); got[1] != " first" {
		t.Errorf("got %q", got)
	}
}

func TestGroupsOutOfOrderOrPlaceAreMended(t *testing.T) {
	m := oneColumn(many(3), 20, Group{Before: 2, Text: "b"}, Group{Before: -1, Text: "x"}, Group{Before: 1, Text: "a"}, Group{Before: 3, Text: "y"})
	if len(m.groups) != 2 || m.groups[0].Text != "a" || m.groups[1].Text != "b" {
		t.Errorf("got %v", m.groups)
	}
}

func TestMarksHoldByKey(t *testing.T) {
	m := oneColumn(named("a", "b", "c", "d"), 10)
	m.Move(1)
	m.ToggleMark()
	m.Move(2)
	m.ToggleMark()
	m.SetRows(named("d", "c", "b", "a"), straight(4), nil)
	if got := m.Marks(); !slices.Equal(got, []string{"b", "d"}) {
		t.Errorf("marked: %q", got)
	}
	m.MoveToKey("b")
	m.ToggleMark()
	m.SetRows(named("x"), straight(1), nil)
	if m.MarkCount() != 1 || !m.Marked("d") || m.Marked("b") {
		t.Errorf("marked: %q", m.Marks())
	}
	m.MarkAll()
	if got := m.Marks(); !slices.Equal(got, []string{"d", "x"}) {
		t.Errorf("marked: %q", got)
	}
	m.ClearMarks()
	if m.MarkCount() != 0 || len(m.Marks()) != 0 {
		t.Errorf("marked: %q", m.Marks())
	}
}
