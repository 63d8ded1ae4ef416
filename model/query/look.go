package query

import (
	"slices"
	"strings"

	"nbscope/model"
)

// look is what one run asks of the rows, or of a part of them.
type look struct {
	engine *Engine
	lens   *model.Lens
	batch  batch
}

// keep keeps the hits that a term leaves, in place.
func (l *look) keep(t *term, m *memo, in []Hit) []Hit {
	if t.fuzzy() {
		return l.rank(t, m, in)
	}
	out := in[:0]
	for _, h := range in {
		if l.found(t, m, int(h.Row)) != t.negated {
			out = append(out, h)
		}
	}
	return out
}

// found reports whether a row has what a term asks for, its negation aside.
func (l *look) found(t *term, m *memo, row int) bool {
	switch {
	case m.rows[row] != unasked:
	case t.fuzzy():
		l.score(t, m, []Hit{{Row: int32(row)}})
	default:
		m.rows[row] = verdictOf(l.holds(t, m, row))
	}
	return m.rows[row] == yes
}

// holds is found where nothing is remembered, for all but the words that rank.
func (l *look) holds(t *term, m *memo, row int) bool {
	if t.field != "" {
		n := l.engine.rows[row].n
		return slices.ContainsFunc(t.values, func(v value) bool { return v.holds(n, l.lens) })
	}
	p := l.engine.prepare(row, l.lens)
	return strings.Contains(p.folded, t.folded) || l.inColumns(m, p)
}

// inColumns reports whether a word stands in one of the columns of a row.
func (l *look) inColumns(m *memo, p *prepared) bool {
	texts := l.engine.columns.texts
	m.fitTexts(texts)
	for _, c := range p.columns {
		if m.texts[c] == unasked {
			m.read(c, texts)
		}
		if m.texts[c] == yes {
			return true
		}
	}
	return false
}

// batchSize is how many names go to the fuzzy match at once: enough to share what
// a call costs, few enough to leave little behind.
const batchSize = 128

// batch is room for the names of one call.
type batch struct {
	names []string
	rows  []int // which of the rows each name belongs to
}

// rank keeps the rows that a bare word matches, in place, and adds how well.
func (l *look) rank(t *term, m *memo, in []Hit) []Hit {
	for part := range slices.Chunk(in, batchSize) {
		l.score(t, m, part)
	}
	out := in[:0]
	for _, h := range in {
		if m.rows[h.Row] == yes {
			h.Score += m.scores[h.Row]
			out = append(out, h)
		}
	}
	return out
}

// score finds out what a bare word says of the rows that it was not asked about yet.
func (l *look) score(t *term, m *memo, part []Hit) {
	e, batch := l.engine, &l.batch
	batch.names, batch.rows = batch.names[:0], batch.rows[:0]
	named := func(row, score int) {
		m.rows[row], m.scores[row] = yes, scoreName+int32(min(max(score, -scoreBound), scoreBound))
	}
	for _, h := range part {
		row := int(h.Row)
		if m.rows[row] != unasked {
			continue
		}
		p := e.prepare(row, l.lens)
		m.rows[row], m.scores[row] = no, 0
		switch {
		case e.plainly(t):
			if at := strings.Index(p.folded, t.folded); at >= 0 {
				named(row, -at)
				continue
			}
		case subsequence(t.folded, p.folded):
			batch.names, batch.rows = append(batch.names, p.name), append(batch.rows, row)
			continue // most that have the letters match, and then no column is looked into
		}
		m.rows[row] = verdictOf(l.inColumns(m, p))
	}
	if len(batch.names) > 0 {
		e.many(t.word, batch.names, func(i, score int) { named(batch.rows[i], score) })
	}
	for _, row := range batch.rows {
		if m.rows[row] == no {
			m.rows[row] = verdictOf(l.inColumns(m, &e.rows[row]))
		}
	}
}
