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
	return mergeOrders(kept, fresh, func(a, b int32) int { return compareBy(rows[a], rows[b], keys, lens) })
}

// mergeOrders joins two orders, of which the second is much the shorter.
func mergeOrders(long, short []int32, compare func(a, b int32) int) []int32 {
	out := make([]int32, 0, len(long)+len(short))
	for _, row := range short {
		before, _ := slices.BinarySearchFunc(long, row, compare)
		out = append(out, long[:before]...)
		out = append(out, row)
		long = long[before:]
	}
	return append(out, long...)
}

// compareBy orders two rows as Sort does.
func compareBy(a, b *Notebook, keys []SortKey, lens Lens) int {
	for _, k := range keys {
		if x, y := lens.lacks(a, k.Field), lens.lacks(b, k.Field); x != y {
			return emptyLast(x, y) // in either direction
		}
		c := lens.Compare(a, b, k.Field)
		if k.Descending {
			c = -c
		}
		if c != 0 {
			return c
		}
	}
	return cmp.Or(lens.Compare(a, b, FieldName), compareIdentity(a, b))
}

// lacks reports whether a row has no value to sort by.
func (l Lens) lacks(n *Notebook, f FieldID) bool {
	if number := l.number(f); number != nil {
		_, ok := number(n)
		return !ok
	}
	return l.Text(n, f) == ""
}

func everyRow(n int) []int32 {
	view := make([]int32, n)
	for i := range view {
		view[i] = int32(i)
	}
	return view
}
