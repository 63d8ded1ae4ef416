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
	m.reveal(m.cursor, 0)
}

// Reset puts the cursor back on the first row, as if it had never been moved:
// rows that come to stand above it take its place.
func (m *Model) Reset() {
	m.moved, m.top = false, 0
	m.place(0)
	m.reveal(m.cursor, margin)
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
