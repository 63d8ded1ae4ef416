package table

// margin is how many lines stay visible beyond the cursor while it moves.
const margin = 2

// Move moves the cursor by rows, stopping at both ends.
func (m *Model) Move(by int) {
	// Positions are small numbers; this keeps the sum of two huge ones from
	// turning around.
	by = min(max(by, -len(m.view)), len(m.view))
	m.MoveTo(m.cursor + by)
}

// Page moves the cursor by a part of the window's height, such as 0.5 or -1. It
// moves at least one row.
func (m *Model) Page(by float64) {
	rows := int(by * float64(m.body()))
	switch {
	case by > 0:
		rows = max(rows, 1)
	case by < 0:
		rows = min(rows, -1)
	}
	before := m.lineOf(m.cursor) - m.top
	m.Move(rows)
	m.scrollTo(m.lineOf(m.cursor) - before) // the cursor keeps its line while the rows fly by
	m.reveal(m.cursor, margin)
}

// MoveTo moves the cursor to a position of the view; large numbers mean the end.
func (m *Model) MoveTo(pos int) {
	if len(m.view) == 0 {
		return
	}
	m.moved = true
	m.place(min(max(pos, 0), len(m.view)-1))
	m.reveal(m.cursor, margin)
}

// MoveToKey moves the cursor to the row with this key and reports whether it is
// in the view.
func (m *Model) MoveToKey(key string) bool {
	if len(m.view) == 0 {
		return false
	}
	pos, ok := m.find(key)
	if ok {
		m.MoveTo(pos)
	}
	return ok
}

// ScrollBy moves the window by lines, as a mouse wheel does. The cursor stays on
// its row for as long as that is on screen.
func (m *Model) ScrollBy(lines int) {
	if len(m.view) == 0 || m.body() < 1 {
		return
	}
	top := m.top
	m.scrollTo(m.top + min(max(lines, -m.lines()), m.lines()))
	if m.top == top {
		return
	}
	m.moved = true
	first, last := m.visible()
	if first < 0 { // nothing but heads: on to the row below them
		first = min(m.top+m.body()-m.headsBefore(m.top+m.body()-1), len(m.view)-1)
		last = first
	}
	m.place(min(max(m.cursor, first), last))
	m.reveal(m.cursor, 0)
}

// Click moves the cursor to the row drawn on line y; again reports that it was there.
func (m *Model) Click(y int) (again bool) {
	pos, ok := m.at(y)
	if !ok || pos == m.cursor {
		return ok
	}
	m.MoveTo(pos)
	return false
}

// place puts the cursor on a position, which must exist if there are rows.
func (m *Model) place(pos int) {
	if len(m.view) == 0 {
		return
	}
	m.cursor, m.row, m.key = pos, int(m.view[pos]), m.keyAt(pos)
}
