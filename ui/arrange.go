package ui

import (
	"cmp"
	"fmt"
	"slices"

	"nbscope/model"
	"nbscope/model/query"
	"nbscope/ui/table"
)

// order is how the list is to be put in order.
type order struct {
	field  model.FieldID
	desc   bool
	ranked bool          // best match first, as long as the query ranks
	group  model.FieldID // "" for none
}

// arrangement is a list filtered and put in order: a view on rows that do not
// change.
type arrangement struct {
	rows   []*model.Notebook
	lens   model.Lens
	query  query.Query
	order  order
	view   []int32
	groups []table.Group
}

// arrange filters, sorts and groups. It is pure, but for what the engine
// remembers.
func arrange(e *query.Engine, q query.Query, rows []*model.Notebook, lens model.Lens, o order) arrangement {
	hits := e.Run(q, rows, lens)
	out := arrangement{rows: rows, lens: lens, query: q, order: o, view: make([]int32, len(hits))}
	best := o.ranked && o.group == ""
	if best {
		slices.SortStableFunc(hits, func(a, b query.Hit) int { return cmp.Compare(b.Score, a.Score) })
	}
	for i, h := range hits {
		out.view[i] = h.Row
	}
	if best {
		sortTies(out, hits)
		return out
	}
	keys := []model.SortKey{{Field: o.field, Descending: o.desc}}
	if o.group != "" {
		keys = slices.Insert(keys, 0, model.SortKey{Field: o.group})
	}
	model.Sort(rows, out.view, keys, lens)
	if o.group != "" {
		gatherUnknown(out)
		out.groups = groupHeads(out)
	}
	return out
}

// sortTies puts matches that are equally good in the order of their names.
func sortTies(a arrangement, hits []query.Hit) {
	byName := []model.SortKey{{Field: model.FieldName}}
	start := 0
	for i := 1; i <= len(hits); i++ {
		if i == len(hits) || hits[i].Score != hits[start].Score {
			model.Sort(a.rows, a.view[start:i], byName, a.lens)
			start = i
		}
	}
}

// gatherUnknown parts the rows without a value, which stand last, into those that
// have none and those of which it is not known, so that each makes one group.
func gatherUnknown(a arrangement) {
	tail := len(a.view)
	for tail > 0 && a.lens.Text(a.rows[a.view[tail-1]], a.order.group) == "" {
		tail--
	}
	slices.SortStableFunc(a.view[tail:], func(x, y int32) int {
		f := a.order.group
		return cmp.Compare(groupValue(a.lens, a.rows[x], f), groupValue(a.lens, a.rows[y], f))
	})
}

// groupHeads makes a head line for every run of rows with the same value.
func groupHeads(a arrangement) []table.Group {
	var out []table.Group
	start, value := 0, ""
	head := func(end int) {
		if end > start {
			out = append(out, table.Group{Before: start, Text: groupTitle(a, start, end, value)})
		}
	}
	for i, row := range a.view {
		v := groupValue(a.lens, a.rows[row], a.order.group)
		if i == 0 || v != value {
			head(i)
			start, value = i, v
		}
	}
	head(len(a.view))
	return out
}

func groupTitle(a arrangement, start, end int, value string) string {
	n := a.rows[a.view[start]]
	if a.order.group == model.FieldAccount && value != n.Account {
		value += " " + n.Account
	}
	return fmt.Sprintf("%s  %s", value, count(end-start, "notebook"))
}

func groupValue(lens model.Lens, n *model.Notebook, f model.FieldID) string {
	c := lens.Cell(n, f)
	switch c.State {
	case model.CellPending:
		return "not known yet"
	case model.CellUnknown:
		return "unknown"
	case model.CellAbsent:
		if f == model.FieldVPC || f == model.FieldSubnet {
			return "no VPC"
		}
		return "none"
	case model.CellKnown:
	}
	return c.Text
}

// count is a number with its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
