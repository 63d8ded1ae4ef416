package table

import (
	"cmp"
	"slices"

	"nbscope/ui/text"
)

// layout is where the columns stand, for one width, pan and set of columns.
type layout struct {
	width   int
	columns []Column
	pan     int // columns that are not pinned and were panned away

	gutter      int    // cells for the cursor's bar and the mark
	gap         int    // cells between columns
	edge        int    // cells kept free at the right, for the sign that there is more
	slots       []slot // from left to right
	left, right int    // columns hidden by the pan and by the width
}

// slot is one column on screen.
type slot struct {
	col, x, width int
}

// The widths from which on the table spends cells on air: beside the first column, and
// between all of them, where a wider gap takes no column off the screen.
const (
	roomy = 60
	airy  = 92
)

// widestGap is how far columns move apart when there is room for everything.
const widestGap = 4

// lay lays the columns out anew.
func (l *layout) lay() {
	l.gutter, l.gap, l.edge = 2, 1, 1
	switch {
	case l.width >= airy:
		l.gutter, l.gap = 3, 2
	case l.width >= roomy:
		l.gutter = 3
	case l.width < 12:
		l.gutter, l.edge = min(l.width, 1), 0
	}
	l.pan = min(max(l.pan, 0), l.panLimit())
	chosen := l.choose(l.pan)
	l.left = l.pan
	l.right = len(l.columns) - len(chosen) - l.pan
	l.slots = l.stretch(chosen)
}

// Pan shifts the columns that are not pinned by whole columns. It stops when the
// last one is on screen.
func (l *layout) Pan(by int) {
	l.pan += min(max(by, -len(l.columns)), len(l.columns))
	l.lay()
}

// Hidden is the number of columns that the width or the pan keeps off the screen,
// to the left and to the right.
func (l *layout) Hidden() (left, right int) { return l.left, l.right }

// room is the number of cells for columns and the gaps between them.
func (l *layout) room() int { return l.width - l.gutter - l.edge }

// lead is the column that gets spare cells and is cut last: the first pinned
// one, or else the first.
func (l *layout) lead() int {
	return max(slices.IndexFunc(l.columns, func(c Column) bool { return c.Pinned }), 0)
}

// full is how wide a column would like to be.
func (c Column) full() int {
	n := max(c.Want, text.Width(c.Title), 1)
	if c.Max > 0 {
		n = min(n, c.Max)
	}
	return max(n, c.Min)
}

// least is how narrow a column may become. The lead keeps a good part of the
// room, because a list of cut names is no list.
func (l *layout) least(col, pan int) int {
	c := l.columns[col]
	n := max(min(c.Min, c.full()), 1)
	if col == l.lead() && pan == 0 {
		n = max(n, min(c.full(), l.room()*2/5))
	}
	return n
}

// panLimit is the smallest pan that brings the last column on screen, and 0 if
// nothing is hidden.
func (l *layout) panLimit() int {
	loose := l.loose()
	if len(loose) < 2 || l.fits(l.every(), 0) {
		return 0
	}
	pan := 1
	for pan < len(loose)-1 && !slices.Contains(l.choose(pan), loose[len(loose)-1]) {
		pan++
	}
	return pan
}

// loose is the columns that are not pinned.
func (l *layout) loose() []int {
	return slices.DeleteFunc(l.every(), func(c int) bool { return l.columns[c].Pinned })
}

func (l *layout) every() []int {
	all := make([]int, len(l.columns))
	for i := range all {
		all[i] = i
	}
	return all
}

// fits reports whether columns can stand side by side at their narrowest.
func (l *layout) fits(cols []int, pan int) bool {
	need := max(len(cols)-1, 0) * l.gap
	for _, c := range cols {
		need += l.least(c, pan)
	}
	return need <= l.room()
}

// choose picks the columns to show. Unpanned, those that matter least leave
// until the rest fits; panned, what stands next comes next, so that every
// column can be reached.
func (l *layout) choose(pan int) []int {
	if l.room() < 1 || len(l.columns) == 0 {
		return nil
	}
	if pan == 0 {
		chosen := l.every()
		for len(chosen) > 1 && !l.fits(chosen, pan) {
			at := l.weakest(chosen)
			chosen = slices.Delete(chosen, at, at+1)
		}
		return chosen
	}
	var chosen []int
	for i, c := range l.columns {
		if c.Pinned && (i == l.lead() || l.fits(append(chosen, i), pan)) {
			chosen = append(chosen, i)
		}
	}
	for i, c := range l.loose()[pan:] {
		if !l.fits(append(chosen, c), pan) && (i > 0 || l.room() < 2+l.gap) {
			break
		}
		chosen = append(chosen, c)
	}
	slices.Sort(chosen)
	return chosen
}

// weakest is the index of the column to give up first: the one with the largest
// priority number, of equal ones the last. The lead is never given up.
func (l *layout) weakest(chosen []int) int {
	worst := -1
	for i, c := range chosen {
		if c != l.lead() && (worst < 0 || l.columns[c].Priority >= l.columns[chosen[worst]].Priority) {
			worst = i
		}
	}
	return worst
}

// stretch shares the room: everyone's least, then the lead's content, then the
// others' by priority, then wider gaps, then what is left to the lead.
func (l *layout) stretch(chosen []int) []slot {
	if len(chosen) == 0 {
		return nil
	}
	gaps := len(chosen) - 1
	width := make([]int, len(l.columns))
	spare := l.room() - gaps*l.gap
	for _, c := range chosen {
		width[c] = l.least(c, l.pan)
		spare -= width[c]
	}
	lead := l.lead()
	order := l.byWorth(chosen)
	for i := len(order) - 1; spare < 0 && i >= 0; i-- { // a tiny screen: the lead is cut last
		cut := min(-spare, width[order[i]])
		width[order[i]] -= cut
		spare += cut
	}
	for _, c := range order {
		by := min(max(l.columns[c].full()-width[c], 0), spare)
		width[c] += by
		spare -= by
	}
	for gaps > 0 && l.width >= roomy && l.gap < widestGap && spare >= min(l.gap, 2)*gaps {
		l.gap++ // a name far from its values is hard to follow
		spare -= gaps
	}
	if slices.Contains(chosen, lead) {
		if most := l.columns[lead].Max; most > 0 {
			spare = min(spare, max(most-width[lead], 0))
		}
		width[lead] += spare
	}
	return l.stand(chosen, width)
}

// byWorth orders columns: the lead, then by priority.
func (l *layout) byWorth(chosen []int) []int {
	lead := l.lead()
	rank := func(c int) int {
		if c == lead {
			return -1 << 31
		}
		return l.columns[c].Priority
	}
	order := slices.Clone(chosen)
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(rank(a), rank(b)) })
	return order
}

// stand gives columns of known widths their places.
func (l *layout) stand(chosen, width []int) []slot {
	x := l.gutter
	slots := make([]slot, 0, len(chosen))
	for _, c := range chosen {
		slots = append(slots, slot{col: c, x: x, width: width[c]})
		x += width[c] + l.gap
	}
	return slots
}

// beside is the number of cells right of a head that the sort arrow may use
// without touching what comes next.
func (l *layout) beside(slot int) int {
	switch {
	case slot < len(l.slots)-1:
		return min(l.gap-1, 2)
	case l.right > 0:
		return 0
	default:
		return l.edge
	}
}
