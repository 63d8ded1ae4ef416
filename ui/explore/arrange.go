package explore

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"nbscope/model"
	"nbscope/model/query"
	"nbscope/ui/kit"
	"nbscope/ui/table"
	"nbscope/ui/theme"
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
	tally  tally // of the view

	undecided query.Undecided // notebooks that may match, where none is known to
	near      *query.Issue    // a value that no notebook has, where nothing is found
}

// sorted keeps orders of all rows, so that a key typed into the filter does not
// sort a long list again, and a batch of a scan moves only the rows it brought. It
// is for one goroutine at a time, and for one policy.
type sorted struct {
	rows    []*model.Notebook
	aliases map[string]string
	orders  map[order]*ordered
	weigh   weights
	marks   []int32 // room for a number of each row
}

// ordered is an order of rows, and how the list shows it: grouped, the rows of
// which the value is not known stand apart from those that have none.
type ordered struct {
	rows  []*model.Notebook
	view  []int32
	shown []int32
}

// by returns all rows in an order. Rows that were handed out never change, so the
// same slice has the same order.
func (s *sorted) by(o order, rows []*model.Notebook, lens model.Lens) []int32 {
	o.ranked = false
	if s.orders == nil || !maps.Equal(s.aliases, lens.Aliases) {
		s.aliases, s.orders = maps.Clone(lens.Aliases), map[order]*ordered{}
	}
	if !sameRows(s.rows, rows) {
		// An order that nobody asked of the rows before would hold still older ones.
		before := s.rows
		maps.DeleteFunc(s.orders, func(_ order, have *ordered) bool { return !sameRows(have.rows, before) })
		s.rows = rows
	}
	have := s.orders[o]
	if have == nil {
		have = &ordered{}
		s.orders[o] = have
	}
	if have.shown != nil && sameRows(have.rows, rows) {
		return have.shown
	}
	keys := []model.SortKey{{Field: o.field, Descending: o.desc}}
	if o.group != "" {
		keys = slices.Insert(keys, 0, model.SortKey{Field: o.group})
	}
	have.view = model.Resort(rows, have.rows, have.view, keys, lens)
	have.rows, have.shown = rows, have.view
	if o.group != "" {
		have.shown = slices.Clone(have.view)
		gatherUnknown(rows, have.shown, o.group, lens)
	}
	return have.shown
}

func sameRows(a, b []*model.Notebook) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

// arrange filters, sorts and groups. It is pure, but for what the engine and the
// orders remember.
func arrange(e *query.Engine, s *sorted, q query.Query, rows []*model.Notebook, lens model.Lens, o order) arrangement {
	hits := e.Run(q, rows, lens)
	out := arrangement{rows: rows, lens: lens, query: q, order: o}
	if len(hits) == 0 {
		out.undecided = e.Undecided(q, rows, lens)
		out.near = q.Near(rows, lens)
	}
	if o.ranked && o.group == "" {
		out.view = s.byScore(hits, s.by(order{field: model.FieldName}, rows, lens))
		out.tally = s.weigh.count(out.view, rows, lens)
		return out
	}
	out.view = s.keepHits(hits, s.by(o, rows, lens))
	out.tally = s.weigh.count(out.view, rows, lens)
	if o.group != "" {
		out.groups = groupHeads(out)
	}
	return out
}

// keepHits is what was found, in the order of the list.
func (s *sorted) keepHits(hits []query.Hit, all []int32) []int32 {
	if len(hits) == len(all) {
		return slices.Clone(all)
	}
	found := s.unmarked(len(all))
	for _, h := range hits {
		found[h.Row] = 1
	}
	out := make([]int32, 0, len(hits))
	for _, row := range all {
		if found[row] != 0 {
			out = append(out, row)
		}
	}
	return out
}

// unmarked is a number for each row, 0 in all.
func (s *sorted) unmarked(rows int) []int32 {
	s.marks = slices.Grow(s.marks[:0], rows)[:rows]
	clear(s.marks)
	return s.marks
}

// byScore is what was found, best first, equals in the order of the list. There are few
// scores, and so each row goes straight to its place among those of its score.
func (s *sorted) byScore(hits []query.Hit, all []int32) []int32 {
	number := map[int32]int32{} // of each score, from 1
	var counts []int
	of := s.unmarked(len(all)) // 0: it was not found
	for _, h := range hits {
		k, ok := number[h.Score]
		if !ok {
			k = int32(len(number) + 1)
			number[h.Score], counts = k, append(counts, 0)
		}
		of[h.Row] = k
		counts[k-1]++
	}
	starts, at := make([]int, len(counts)), 0
	for _, score := range slices.Backward(slices.Sorted(maps.Keys(number))) {
		k := number[score] - 1
		starts[k] = at
		at += counts[k]
	}
	out := make([]int32, len(hits))
	for _, row := range all {
		if k := of[row]; k != 0 {
			out[starts[k-1]] = row
			starts[k-1]++
		}
	}
	return out
}

// gatherUnknown parts the rows without a value, which stand last, into those that
// have none and those of which it is not known, so that each makes one group.
func gatherUnknown(rows []*model.Notebook, view []int32, f model.FieldID, lens model.Lens) {
	tail := len(view)
	for tail > 0 && lens.Text(rows[view[tail-1]], f) == "" {
		tail--
	}
	slices.SortStableFunc(view[tail:], func(x, y int32) int {
		return cmp.Compare(groupValue(lens, rows[x], f), groupValue(lens, rows[y], f))
	})
}

// groupHeads makes a head line for every run of rows with the same value.
func groupHeads(a arrangement) []table.Group {
	var out []table.Group
	start, value := 0, ""
	head := func(end int) {
		if end > start {
			out = append(out, table.Group{Before: start, Text: groupTitle(a, start, value), Tail: "  " + kit.Count(end-start, "notebook")})
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

func groupTitle(a arrangement, start int, value string) string {
	n := a.rows[a.view[start]]
	if a.order.group == model.FieldAccount && value != n.Account {
		value += " " + n.Account
	}
	return value
}

func groupValue(lens model.Lens, n *model.Notebook, f model.FieldID) string {
	c := lens.Cell(n, f)
	switch c.State {
	case model.CellPending:
		return "not known yet"
	case model.CellUnknown:
		return "not known"
	case model.CellAbsent:
		if f == model.FieldVPC || f == model.FieldSubnet {
			return "no VPC"
		}
		return "none"
	case model.CellKnown:
	}
	return c.Text
}

// tally counts notebooks by the rank of their worst finding.
type tally [5]int

// spans are the severities that occur, the heaviest first. They make room for a
// long filter.
func (c tally) spans(t *theme.Theme) []kit.Span {
	var out []kit.Span
	for _, s := range model.Severities() {
		n := c[s.Rank()]
		if n == 0 {
			continue
		}
		sign, tone := kit.SeveritySign(t, s)
		out = append(out, kit.Span{Tone: tone, Text: "  " + sign + " " + strconv.Itoa(n), Drop: 2}, kit.Span{Tone: tone, Text: " " + string(s), Drop: 5})
	}
	return out
}

// weights keeps the rank of every row's worst finding, so that counting what is
// visible costs next to nothing. It is for one goroutine at a time.
type weights struct {
	rows  []*model.Notebook
	ranks []uint8
}

// of returns the ranks of rows. A notebook that is the same as before is not
// judged again.
func (w *weights) of(rows []*model.Notebook, lens model.Lens) []uint8 {
	if sameRows(w.rows, rows) {
		return w.ranks
	}
	ranks := make([]uint8, len(rows))
	for i, n := range rows {
		if i < len(w.rows) && w.rows[i] == n {
			ranks[i] = w.ranks[i]
			continue
		}
		if worst, ok := model.Worst(lens.FindingsOf(n)); ok {
			ranks[i] = uint8(worst.Severity.Rank())
		}
	}
	w.rows, w.ranks = rows, ranks
	return ranks
}

// count tallies the rows of a view.
func (w *weights) count(view []int32, rows []*model.Notebook, lens model.Lens) tally {
	var out tally
	ranks := w.of(rows, lens)
	for _, row := range view {
		out[ranks[row]]++
	}
	return out
}
