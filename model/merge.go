package model

import (
	"cmp"
	"slices"
)

// resortShare is the part of the rows, one in so many, up to which a changed list
// is merged rather than sorted anew. Above it a sort costs less.
const resortShare = 8

// Resort returns what Sort gives for all of rows, from what it gave for them as
// they were: order holds every position in was. Rows that were not exchanged keep
// their order; the others are put in their places, so that a batch of a running
// scan costs little in a long list. The lens must say of a row what it said then.
// ARNs must be unique.
func Resort(rows, was []*Notebook, order []int32, keys []SortKey, lens Lens) []int32 {
	exchanged := func(row int32) bool { return int(row) >= len(was) || rows[row] != was[row] }
	var fresh []int32
	for row := range int32(len(rows)) {
		if exchanged(row) {
			fresh = append(fresh, row)
		}
	}
	if len(fresh) > len(rows)/resortShare {
		view := everyRow(len(rows))
		Sort(rows, view, keys, lens)
		return view
	}
	kept := make([]int32, 0, len(rows))
	for _, row := range order {
		if int(row) < len(rows) && !exchanged(row) {
			kept = append(kept, row)
		}
	}
	Sort(rows, fresh, keys, lens)
	return mergeOrders(kept, fresh, func(row int32) func(int32) int {
		compare := compareTo(rows[row], keys, lens)
		return func(other int32) int { return compare(rows[other]) }
	})
}

// mergeOrders joins two orders, of which the second is much the shorter. compareTo says
// how others compare with a row.
func mergeOrders(long, short []int32, compareTo func(row int32) func(other int32) int) []int32 {
	out := make([]int32, 0, len(long)+len(short))
	for _, row := range short {
		compare := compareTo(row)
		before, _ := slices.BinarySearchFunc(long, row, func(other, _ int32) int { return compare(other) })
		out = append(out, long[:before]...)
		out = append(out, row)
		long = long[before:]
	}
	return append(out, long...)
}

// compareTo returns how others compare with a row, in the order of Sort. What the row is
// sorted by is made once: for a finding it is judged.
func compareTo(n *Notebook, keys []SortKey, lens Lens) func(other *Notebook) int {
	keys = append(slices.Clip(keys), SortKey{Field: FieldName})
	fields, own := make([]*Field, len(keys)), make([]sortValue, len(keys))
	for i, k := range keys {
		fields[i] = fieldOf(k.Field)
		own[i] = lens.sortValue(n, fields[i])
	}
	return func(other *Notebook) int {
		for i, k := range keys {
			if c := lens.sortValue(other, fields[i]).compare(own[i], k.Descending); c != 0 {
				return c
			}
		}
		return compareIdentity(other, n)
	}
}

// sortValue is what a row is sorted by in one field: a number or a text.
type sortValue struct {
	number int64
	text   string
	known  bool
}

func (l Lens) sortValue(n *Notebook, f *Field) (v sortValue) {
	switch {
	case f == nil:
	case f.number != nil:
		v.number, v.known = f.number(l, n)
	default:
		v.text = f.text(l, n)
		v.known = v.text != ""
	}
	return v
}

func (v sortValue) compare(w sortValue, descending bool) int {
	switch {
	case v.known && !w.known: // what has no value comes last in either direction
		return -1
	case !v.known && w.known:
		return 1
	}
	c := cmp.Or(cmp.Compare(v.number, w.number), compareFold(v.text, w.text))
	if descending {
		return -c
	}
	return c
}

func everyRow(n int) []int32 {
	view := make([]int32, n)
	for i := range view {
		view[i] = int32(i)
	}
	return view
}
