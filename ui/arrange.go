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
	s := sorter{rows: rows, lens: lens, o: o}
	if !o.ranked || o.group != "" {
		s.prepare(hits)
	}
	if o.ranked && o.group == "" {
		slices.SortFunc(hits, s.byRank)
	} else {
		slices.SortFunc(hits, s.byOrder)
	}
	out := arrangement{rows: rows, lens: lens, query: q, order: o, view: make([]int32, len(hits))}
	for i, h := range hits {
		out.view[i] = h.Row
	}
	if o.group != "" {
		out.groups = groupHeads(out)
	}
	return out
}

// sorter compares rows. What has no value stands last in both directions.
type sorter struct {
	rows  []*model.Notebook
	lens  model.Lens
	o     order
	empty []bool // by row: no value in the field of the order
}

func (s *sorter) prepare(hits []query.Hit) {
	if s.o.field == model.FieldAge || s.o.field == model.FieldName {
		return
	}
	s.empty = make([]bool, len(s.rows))
	for _, h := range hits {
		s.empty[h.Row] = s.lens.Text(s.rows[h.Row], s.o.field) == ""
	}
}

func (s *sorter) byRank(a, b query.Hit) int {
	if c := cmp.Compare(b.Score, a.Score); c != 0 {
		return c
	}
	return s.byName(a, b)
}

func (s *sorter) byOrder(a, b query.Hit) int {
	x, y := s.rows[a.Row], s.rows[b.Row]
	if s.o.group != "" {
		if c := s.lens.Compare(x, y, s.o.group); c != 0 {
			return c
		}
	}
	if s.empty != nil && s.empty[a.Row] != s.empty[b.Row] {
		if s.empty[a.Row] {
			return 1
		}
		return -1
	}
	c := s.lens.Compare(x, y, s.o.field)
	if s.o.desc {
		c = -c
	}
	if c != 0 {
		return c
	}
	return s.byName(a, b)
}

// byName breaks ties, so that the order is always the same.
func (s *sorter) byName(a, b query.Hit) int {
	x, y := s.rows[a.Row], s.rows[b.Row]
	return cmp.Or(s.lens.Compare(x, y, model.FieldName), cmp.Compare(x.ARN, y.ARN))
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
