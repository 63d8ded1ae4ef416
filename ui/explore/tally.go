package explore

import (
	"strconv"

	"nbscope/model"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// tally counts notebooks by the rank of their worst finding.
type tally [5]int

// spans are the severities that occur, the heaviest first. They make room for a
// long filter.
func (c tally) spans(t *theme.Theme) []kit.Span {
	var out []kit.Span
	for i, s := range model.Severities() {
		n := c[s.Rank()]
		if n == 0 {
			continue
		}
		sign, tone := kit.SeveritySign(t, s)
		out = append(out, kit.Span{Tone: tone, Text: "  " + sign + " " + strconv.Itoa(n), Drop: 2}, kit.Span{Tone: tone, Text: " " + string(s), Drop: 5 + i/2})
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
