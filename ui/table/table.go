// Package table draws a window of a list that may have a hundred thousand rows:
// it asks its source only for the rows on screen, keeps the cursor on its row
// while rows come, go, sort and filter, and costs the same at any length.
package table

import (
	"slices"

	"nbscope/ui/theme"
)

// Source is the rows behind a table. Rows are numbered from 0; a view chooses
// and orders them.
type Source interface {
	// Key names a row for as long as the thing it shows exists, for example an ARN.
	Key(row int) string
	// Cell is asked for rows on screen only.
	Cell(row, col int) Cell
}

// Finder is a Source that knows where a key is. Without it a table whose
// cursor's row was given another number reads all keys once to find it.
type Finder interface {
	// Find returns the row with a key.
	Find(key string) (row int, ok bool)
}

// Cell is one value. Its text may be anything: the table makes it safe.
type Cell struct {
	Text string
	Tone theme.Tone
	Lit  []int  // byte offsets of Text to draw in theme.Match, ascending
	Tail string // behind Text, which is cut before it; short
}

// Column describes one column.
type Column struct {
	Title    string
	Min      int  // never narrower than this
	Want     int  // cells that the widest content so far takes; the table never asks for all rows
	Max      int  // never wider than this; 0 for no limit
	Priority int  // columns with the largest number leave first when the screen is narrow
	Right    bool // set right: numbers
	Pinned   bool // stays in place when the rest is panned
}

// Group is a head line drawn above the row at a position of the view.
type Group struct {
	Before int // position in the view
	Text   string
	Tail   string // behind Text, which is cut before it
	Tone   theme.Tone
}

// Model is the table. Its methods are for one goroutine.
type Model struct {
	layout
	window
	marks

	theme      *theme.Theme
	sortColumn int
	descending bool
	source     Source

	// The cursor is a position and the key found there, so that it can be found
	// again. Both outlive an empty view.
	cursor int
	key    string
	row    int
	moved  bool // by the user; until then the cursor stays on the first row
	// onScreen is the cursor's line on screen when rows were last set; it too
	// outlives an empty view.
	onScreen int

	buf []byte
}

// New returns an empty table.
func New() *Model {
	return &Model{
		theme:      theme.New(theme.Options{NoColor: true}),
		sortColumn: -1,
		marks:      marks{},
	}
}

// SetSize gives the table its place: lines including the header, and cells.
func (m *Model) SetSize(width, height int) {
	width, height = max(width, 0), max(height, 0)
	if width == m.width && height == m.height {
		return
	}
	m.width, m.height = width, height
	m.lay()
	m.reveal(m.cursor, margin)
}

// SetTheme sets the colours.
func (m *Model) SetTheme(t *theme.Theme) {
	if t != nil {
		m.theme = t
	}
}

// SetColumns sets the columns, the same in number and order as Cell's col.
func (m *Model) SetColumns(cols []Column) {
	if slices.Equal(cols, m.columns) {
		return
	}
	m.columns = slices.Clone(cols)
	m.lay()
}

// SetSort draws the sort arrow on a column, -1 for none.
func (m *Model) SetSort(col int, descending bool) {
	m.sortColumn, m.descending = col, descending
}

// HeaderAt returns the column whose head is drawn at cell x of the header line. The
// gap after a column belongs to it.
func (m *Model) HeaderAt(x int) (col int, ok bool) {
	if m.headerLines() == 0 {
		return 0, false
	}
	for _, s := range m.slots {
		if x >= s.x && x < s.x+s.width+m.gap {
			return s.col, true
		}
	}
	return 0, false
}

// Len is the number of rows in the view.
func (m *Model) Len() int { return len(m.view) }

// Cursor is the position of the cursor in the view, and the row number there; -1 and -1
// when the view is empty.
func (m *Model) Cursor() (pos, row int) {
	if len(m.view) == 0 {
		return -1, -1
	}
	return m.cursor, int(m.view[m.cursor])
}

// CursorKey is the key of the cursor's row, empty when the view is empty.
func (m *Model) CursorKey() string {
	if len(m.view) == 0 {
		return ""
	}
	return m.key
}
