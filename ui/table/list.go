package table

import (
	"strings"

	"nbscope/ui/text"
)

// Field is a column of a List, with what stands in it.
type Field[T any] struct {
	Column // Min and Want are those of a list without rows
	Cell   func(T) Cell
	Follow int // the widest content that Want follows; 0: it follows none
	Hold   int // the widest content that Min follows; 0: it follows none
}

// List is a Source of values whose fields draw themselves. It looks at every row to
// measure: for some thousands.
type List[T any] struct {
	Fields []Field[T]
	Rows   []T
	Name   func(T) string // a key
}

// Key names a row.
func (l *List[T]) Key(row int) string { return l.Name(l.Rows[row]) }

// Cell is one value of one row.
func (l *List[T]) Cell(row, col int) Cell { return l.Fields[col].Cell(l.Rows[row]) }

// Columns are as wide as what stands in them. They never get narrower again.
func (l *List[T]) Columns() []Column {
	out := make([]Column, len(l.Fields))
	for i := range l.Fields {
		f := &l.Fields[i]
		if f.Follow > 0 || f.Hold > 0 {
			for _, r := range l.Rows {
				wide := text.Width(f.Cell(r).Text)
				f.Want, f.Min = max(f.Want, min(wide, f.Follow)), max(f.Min, min(wide, f.Hold))
			}
		}
		out[i] = f.Column
	}
	return out
}

// Line is a row as one text, for a filter.
func (l *List[T]) Line(row int) string {
	words := make([]string, len(l.Fields))
	for i, f := range l.Fields {
		words[i] = f.Cell(l.Rows[row]).Text
	}
	return strings.Join(words, " ")
}
