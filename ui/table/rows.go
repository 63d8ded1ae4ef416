package table

import (
	"slices"
	"sort"
)

// near is how far from its old place a row is looked for before all are read.
const near = 256

// SetRows replaces source, view (row numbers in the order to show) and groups.
// The cursor and the scroll position stay on the row they were on, found by its
// key; if it is gone the cursor stays at its place on screen. The table keeps
// the slices: they must not change afterwards.
func (m *Model) SetRows(s Source, view []int32, groups []Group) {
	if len(m.view) > 0 {
		m.onScreen = m.lineOf(m.cursor) - m.top
	}
	m.source, m.view, m.groups = s, view, ordered(groups, len(view))
	if len(view) == 0 {
		m.top = 0
		return
	}
	if !m.moved {
		m.Reset()
		return
	}
	if pos, ok := m.find(m.key); ok {
		m.cursor, m.row = pos, int(view[pos])
	} else {
		m.place(min(m.cursor, len(view)-1))
	}
	m.top = m.lineOf(m.cursor) - m.onScreen
	m.reveal(0)
}

// Reset puts the cursor back on the first row, as if it had never been moved:
// rows that come to stand above it take its place.
func (m *Model) Reset() {
	m.moved, m.top = false, 0
	m.place(0)
	m.reveal(margin)
}

// ordered returns the groups in the order of their places, without those that
// stand before no row.
func ordered(groups []Group, rows int) []Group {
	byPlace := func(a, b Group) int { return a.Before - b.Before }
	if !slices.IsSortedFunc(groups, byPlace) {
		groups = slices.Clone(groups)
		slices.SortStableFunc(groups, byPlace)
	}
	from := sort.Search(len(groups), func(i int) bool { return groups[i].Before >= 0 })
	to := sort.Search(len(groups), func(i int) bool { return groups[i].Before >= rows })
	return groups[from:max(from, to)]
}

// find looks for a key where it most likely is: at the row number that it had,
// then near its old place, then everywhere.
func (m *Model) find(key string) (pos int, ok bool) {
	if f, is := m.source.(Finder); is {
		row, ok := f.Find(key)
		if !ok {
			return 0, false
		}
		pos := slices.Index(m.view, int32(row))
		return pos, pos >= 0
	}
	if pos := slices.Index(m.view, int32(m.row)); pos >= 0 && m.keyAt(pos) == key {
		return pos, true
	}
	from, to := max(m.cursor-near, 0), min(m.cursor+near, len(m.view))
	for pos := from; pos < to; pos++ {
		if m.keyAt(pos) == key {
			return pos, true
		}
	}
	for pos := range m.view {
		if (pos < from || pos >= to) && m.keyAt(pos) == key {
			return pos, true
		}
	}
	return 0, false
}

func (m *Model) keyAt(pos int) string { return m.source.Key(int(m.view[pos])) }

// lines is the number of lines that all rows and heads of groups take.
func (m *Model) lines() int { return len(m.view) + len(m.groups) }

// lineOf is the line of a row, counting heads of groups.
func (m *Model) lineOf(pos int) int {
	return pos + sort.Search(len(m.groups), func(i int) bool { return m.groups[i].Before > pos })
}

// headsBefore is the number of heads on lines up to and including this one.
func (m *Model) headsBefore(line int) int {
	return sort.Search(len(m.groups), func(i int) bool { return m.groups[i].Before+i > line })
}

// rowAt is the row on a line; false for a head or beyond the end.
func (m *Model) rowAt(line int) (pos int, ok bool) {
	heads := m.headsBefore(line)
	if line < 0 || line >= m.lines() || heads > 0 && m.groups[heads-1].Before+heads-1 == line {
		return 0, false
	}
	return line - heads, true
}

// headAt is the head of a group on a line.
func (m *Model) headAt(line int) (g Group, ok bool) {
	heads := m.headsBefore(line)
	if heads > 0 && m.groups[heads-1].Before+heads-1 == line {
		return m.groups[heads-1], true
	}
	return Group{}, false
}
