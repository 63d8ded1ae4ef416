package table

import (
	"cmp"
	"slices"

	"nbscope/ui/text"
)

// shape is where the columns stand, for one size, pan and set of columns.
type shape struct {
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

// reshape lays the columns out anew.
func (m *Model) reshape() {
	s := shape{gutter: 2, gap: 1, edge: 1}
	switch {
	case m.width >= airy:
		s.gutter, s.gap = 3, 2
	case m.width >= roomy:
		s.gutter = 3
	case m.width < 12:
		s.gutter, s.edge = min(m.width, 1), 0
	}
	m.shape = s
	m.pan = min(max(m.pan, 0), m.panLimit())
	chosen := m.choose(m.pan)
	m.shape.left = m.pan
	m.shape.right = len(m.columns) - len(chosen) - m.pan
	m.shape.slots = m.stretch(chosen)
}

// Pan shifts the columns that are not pinned by whole columns. It stops when the
// last one is on screen.
func (m *Model) Pan(by int) {
	m.pan += min(max(by, -len(m.columns)), len(m.columns))
	m.reshape()
}

// Hidden is the number of columns that the width or the pan keeps off the screen,
// to the left and to the right.
func (m *Model) Hidden() (left, right int) { return m.shape.left, m.shape.right }

// HeaderAt returns the column whose head is drawn at cell x of the header line. The
// gap after a column belongs to it.
func (m *Model) HeaderAt(x int) (col int, ok bool) {
	if m.headerLines() == 0 {
		return 0, false
	}
	for _, s := range m.shape.slots {
		if x >= s.x && x < s.x+s.width+m.shape.gap {
			return s.col, true
		}
	}
	return 0, false
}

// room is the number of cells for columns and the gaps between them.
func (m *Model) room() int { return m.width - m.shape.gutter - m.shape.edge }

// lead is the column that gets spare cells and is cut last: the first pinned
// one, or else the first.
func (m *Model) lead() int {
	return max(slices.IndexFunc(m.columns, func(c Column) bool { return c.Pinned }), 0)
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
func (m *Model) least(col, pan int) int {
	c := m.columns[col]
	n := max(min(c.Min, c.full()), 1)
	if col == m.lead() && pan == 0 {
		n = max(n, min(c.full(), m.room()*2/5))
	}
	return n
}

// panLimit is the smallest pan that brings the last column on screen, and 0 if
// nothing is hidden.
func (m *Model) panLimit() int {
	loose := m.loose()
	if len(loose) < 2 || m.fits(m.every(), 0) {
		return 0
	}
	pan := 1
	for pan < len(loose)-1 && !slices.Contains(m.choose(pan), loose[len(loose)-1]) {
		pan++
	}
	return pan
}

// loose is the columns that are not pinned.
func (m *Model) loose() []int {
	return slices.DeleteFunc(m.every(), func(c int) bool { return m.columns[c].Pinned })
}

func (m *Model) every() []int {
	all := make([]int, len(m.columns))
	for i := range all {
		all[i] = i
	}
	return all
}

// fits reports whether columns can stand side by side at their narrowest.
func (m *Model) fits(cols []int, pan int) bool {
	need := max(len(cols)-1, 0) * m.shape.gap
	for _, c := range cols {
		need += m.least(c, pan)
	}
	return need <= m.room()
}

// choose picks the columns to show. Unpanned, those that matter least leave
// until the rest fits; panned, what stands next comes next, so that every
// column can be reached.
func (m *Model) choose(pan int) []int {
	if m.room() < 1 || len(m.columns) == 0 {
		return nil
	}
	if pan == 0 {
		chosen := m.every()
		for len(chosen) > 1 && !m.fits(chosen, pan) {
			at := m.weakest(chosen)
			chosen = slices.Delete(chosen, at, at+1)
		}
		return chosen
	}
	var chosen []int
	for i, c := range m.columns {
		if c.Pinned && (i == m.lead() || m.fits(append(chosen, i), pan)) {
			chosen = append(chosen, i)
		}
	}
	for i, c := range m.loose()[pan:] {
		if !m.fits(append(chosen, c), pan) && (i > 0 || m.room() < 2+m.shape.gap) {
			break
		}
		chosen = append(chosen, c)
	}
	slices.Sort(chosen)
	return chosen
}

// weakest is the index of the column to give up first: the one with the largest
// priority number, of equal ones the last. The lead is never given up.
func (m *Model) weakest(chosen []int) int {
	worst := -1
	for i, c := range chosen {
		if c != m.lead() && (worst < 0 || m.columns[c].Priority >= m.columns[chosen[worst]].Priority) {
			worst = i
		}
	}
	return worst
}

// stretch shares the room: everyone's least, then the lead's content, then the
// others' by priority, then wider gaps, then what is left to the lead.
func (m *Model) stretch(chosen []int) []slot {
	if len(chosen) == 0 {
		return nil
	}
	gaps := len(chosen) - 1
	width := make([]int, len(m.columns))
	spare := m.room() - gaps*m.shape.gap
	for _, c := range chosen {
		width[c] = m.least(c, m.pan)
		spare -= width[c]
	}
	lead := m.lead()
	order := m.byWorth(chosen)
	for i := len(order) - 1; spare < 0 && i >= 0; i-- { // a tiny screen: the lead is cut last
		cut := min(-spare, width[order[i]])
		width[order[i]] -= cut
		spare += cut
	}
	for _, c := range order {
		by := min(max(m.columns[c].full()-width[c], 0), spare)
		width[c] += by
		spare -= by
	}
	for gaps > 0 && m.width >= roomy && m.shape.gap < widestGap && spare >= min(m.shape.gap, 2)*gaps {
		m.shape.gap++ // a name far from its values is hard to follow
		spare -= gaps
	}
	if slices.Contains(chosen, lead) {
		if most := m.columns[lead].Max; most > 0 {
			spare = min(spare, max(most-width[lead], 0))
		}
		width[lead] += spare
	}
	return m.stand(chosen, width)
}

// byWorth orders columns: the lead, then by priority.
func (m *Model) byWorth(chosen []int) []int {
	lead := m.lead()
	rank := func(c int) int {
		if c == lead {
			return -1 << 31
		}
		return m.columns[c].Priority
	}
	order := slices.Clone(chosen)
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(rank(a), rank(b)) })
	return order
}

// stand gives columns of known widths their places.
func (m *Model) stand(chosen, width []int) []slot {
	x := m.shape.gutter
	slots := make([]slot, 0, len(chosen))
	for _, c := range chosen {
		slots = append(slots, slot{col: c, x: x, width: width[c]})
		x += width[c] + m.shape.gap
	}
	return slots
}
