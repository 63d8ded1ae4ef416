package model

import (
	"cmp"
	"math"
	"slices"
)

// SortKey is a field to sort by.
type SortKey struct {
	Field      FieldID
	Descending bool
}

// Sort orders a view, which holds positions in rows, by the keys. What has no
// value comes last in either direction. Ties are broken by name, account, region
// and ARN, ascending, and after these by the order that the view had.
//
// The keys are turned into numbers once, so that a hundred thousand rows are
// sorted between two frames.
func Sort(rows []*Notebook, view []int32, keys []SortKey, lens Lens) {
	columns := make([][]uint64, 0, len(keys)+1)
	named := false
	for _, k := range keys {
		columns = append(columns, ranks(rows, view, k, lens))
		if k.Field == FieldName {
			named = true
			break // names are all but unique: what follows decides nothing
		}
	}
	if !named {
		columns = append(columns, ranks(rows, view, SortKey{Field: FieldName}, lens))
	}
	order := make([]sortItem, len(view))
	for i := range order {
		order[i] = sortItem{columns[0][i], int32(i)}
	}
	slices.SortFunc(order, func(a, b sortItem) int {
		if a.first != b.first {
			return cmp.Compare(a.first, b.first)
		}
		for _, c := range columns[1:] {
			if x, y := c[a.at], c[b.at]; x != y {
				return cmp.Compare(x, y)
			}
		}
		if c := compareIdentity(rows[view[a.at]], rows[view[b.at]]); c != 0 {
			return c
		}
		return cmp.Compare(a.at, b.at)
	})
	sorted := make([]int32, len(view))
	for i, item := range order {
		sorted[i] = view[item.at]
	}
	copy(view, sorted)
}

// sortItem is a position in the view with the first key's number beside it,
// where the processor finds it at once.
type sortItem struct {
	first uint64
	at    int32
}

// lastRank stands for a value that is missing.
const lastRank = math.MaxUint64

func compareIdentity(a, b *Notebook) int {
	return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Region, b.Region), cmp.Compare(a.ARN, b.ARN))
}

// ranks gives every row of the view a number for the key: the smaller one comes
// first.
func ranks(rows []*Notebook, view []int32, k SortKey, lens Lens) []uint64 {
	var out []uint64
	switch k.Field {
	case FieldAge:
		out = numberRanks(rows, view, func(n *Notebook) (int64, bool) { return -n.Created.UnixMicro(), !n.Created.IsZero() })
	case FieldVolume:
		out = numberRanks(rows, view, func(n *Notebook) (int64, bool) { return int64(n.VolumeGB), n.VolumeGB != 0 })
	case FieldName, FieldAccount, FieldRegion, FieldStatus, FieldVPC, FieldSubnet, FieldNet, FieldType,
		FieldPlatform, FieldSG, FieldRole, FieldLifecycle, FieldRoot, FieldIMDS, FieldKMS, FieldTags:
		out = textRanks(rows, view, k.Field, lens)
	default:
		out = textRanks(rows, view, k.Field, lens)
	}
	if k.Descending {
		for i, r := range out {
			if r != lastRank {
				out[i] = lastRank - 1 - r
			}
		}
	}
	return out
}

func numberRanks(rows []*Notebook, view []int32, number func(*Notebook) (int64, bool)) []uint64 {
	out := make([]uint64, len(view))
	for i, row := range view {
		out[i] = lastRank
		if v, ok := number(rows[row]); ok {
			out[i] = uint64(v) ^ 1<<63 // keeps the order of signed numbers
		}
	}
	return out
}

// textRanks sorts the distinct texts and numbers them.
func textRanks(rows []*Notebook, view []int32, f FieldID, lens Lens) []uint64 {
	out := make([]uint64, len(view))
	seen := make(map[string]uint64, min(len(view), 1024))
	var texts []rankedText
	for i, row := range view {
		text := lens.Text(rows[row], f)
		if text == "" {
			out[i] = lastRank
			continue
		}
		id, ok := seen[text]
		if !ok {
			id = uint64(len(texts))
			seen[text] = id
			texts = append(texts, rankedText{foldedHead(text), text, id})
		}
		out[i] = id
	}
	slices.SortFunc(texts, func(a, b rankedText) int {
		if a.head != b.head {
			return cmp.Compare(a.head, b.head)
		}
		return compareFold(a.text, b.text)
	})
	place := make([]uint64, len(texts))
	for i, t := range texts {
		place[t.id] = uint64(i)
	}
	for i, id := range out {
		if id != lastRank {
			out[i] = place[id]
		}
	}
	return out
}

// rankedText is a distinct text with what decides most comparisons.
type rankedText struct {
	head uint64
	text string
	id   uint64
}

// foldedHead packs the first eight bytes, in lower case, into a number that
// orders as compareFold does.
func foldedHead(s string) uint64 {
	var out uint64
	for i := range 8 {
		out <<= 8
		if i < len(s) {
			out |= uint64(lower(s[i]))
		}
	}
	return out
}
