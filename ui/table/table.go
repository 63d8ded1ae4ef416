// Package table draws a window of a list that may have a hundred thousand rows:
// it asks its source only for the rows on screen, keeps the cursor on its row
// while rows come, go, sort and filter, and costs the same at any length.
package table

import "nbscope/ui/theme"

// Source is the rows behind a table. Rows are numbered from 0; a view chooses
// and orders them.
type Source interface {
	// Key names a row for as long as the thing it shows exists, for example an ARN.
	Key(row int) string
	// Cell is asked for rows on screen only.
	Cell(row, col int) Cell
}

// Cell is one value. Its text may be anything: the table makes it safe.
type Cell struct {
	Text string
	Tone theme.Tone
	Lit  []int // byte offsets of Text to draw in theme.Match
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
}

// Model is the table. Its methods are for one goroutine.
type Model struct{}

// New returns an empty table.
func New() *Model { return &Model{} }

// SetSize gives the table its place: lines including the header, and cells.
func (m *Model) SetSize(width, height int) {}

// SetTheme sets the colours.
func (m *Model) SetTheme(t *theme.Theme) {}

// SetColumns sets the columns, the same in number and order as Cell's col.
func (m *Model) SetColumns(cols []Column) {}

// SetSort draws the sort arrow on a column, -1 for none.
func (m *Model) SetSort(col int, descending bool) {}

// SetRows replaces source, view (row numbers in the order to show) and groups.
// The cursor and the scroll position stay on the row they were on, found by its
// key; if it is gone the cursor stays at its place on screen.
func (m *Model) SetRows(s Source, view []int32, groups []Group) {}

// Len is the number of rows in the view.
func (m *Model) Len() int { return 0 }

// Cursor is the position of the cursor in the view, and the row number there; -1 and -1
// when the view is empty.
func (m *Model) Cursor() (pos, row int) { return -1, -1 }

// Move moves the cursor by rows, stopping at both ends.
func (m *Model) Move(by int) {}

// Page moves the cursor by a part of the window's height, such as 0.5 or -1.
func (m *Model) Page(by float64) {}

// MoveTo moves the cursor to a position of the view; large numbers mean the end.
func (m *Model) MoveTo(pos int) {}

// MoveToKey moves the cursor to the row with this key and reports whether it is
// in the view.
func (m *Model) MoveToKey(key string) bool { return false }

// Pan shifts the columns that are not pinned by whole columns.
func (m *Model) Pan(by int) {}

// ToggleMark marks or unmarks the cursor's row; marks hold by key.
func (m *Model) ToggleMark() {}

// Marks returns the marked keys, sorted.
func (m *Model) Marks() []string { return nil }

// MarkAll marks every row of the view; ClearMarks removes every mark.
func (m *Model) MarkAll() {}

// ClearMarks removes every mark, also of rows that are not in the view.
func (m *Model) ClearMarks() {}

// Hidden is the number of columns that the width or the pan keeps off the screen,
// to the left and to the right.
func (m *Model) Hidden() (left, right int) { return 0, 0 }

// At returns the position in the view drawn on line y of the table, and false for
// the header, a group's head or an empty line.
func (m *Model) At(y int) (pos int, ok bool) { return 0, false }

// HeaderAt returns the column whose head is drawn at cell x of the header line.
func (m *Model) HeaderAt(x int) (col int, ok bool) { return 0, false }

// View draws the table: exactly as many lines as its height, each exactly as
// wide as its width.
func (m *Model) View() string { return "" }
