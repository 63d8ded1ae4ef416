package query

import (
	"strings"

	"nbscope/model"
)

// look is what one run asks of each row.
type look struct {
	engine         *Engine
	lens           *model.Lens
	rows           []*model.Notebook
	byField, words []*term
}

func (l *look) prepared(row int32) *prepared {
	return l.engine.prepare(int(row), l.rows[row], *l.lens)
}

// at appends a row if all but the words that rank match it.
func (l *look) at(out []Hit, h Hit) []Hit {
	if !holdAll(l.byField, l.rows[h.Row], l.lens) {
		return out
	}
	if len(l.words) > 0 {
		p := l.prepared(h.Row)
		for _, t := range l.words {
			if found := strings.Contains(p.name, t.folded) || strings.Contains(p.line, t.folded); found == t.negated {
				return out
			}
		}
	}
	return append(out, h)
}

// batchSize is how many names go to the fuzzy match at once: enough to share what
// a call costs, few enough to leave little behind.
const batchSize = 128

// batch is room for the names of one call.
type batch struct {
	names  []string
	at     [batchSize]int  // which of the rows each name belongs to
	scores [batchSize]int  // by row
	found  [batchSize]bool // by row
	rows   [batchSize]*prepared
}

// rank keeps the rows that a bare word matches, in place, and adds how well.
func (l *look) rank(t *term, in []Hit) []Hit {
	out := in[:0]
	b := &l.engine.batch
	for from := 0; from < len(in); from += batchSize {
		part := in[from:min(from+batchSize, len(in))]
		for i, h := range part {
			b.rows[i] = l.prepared(h.Row)
		}
		l.engine.scoreNames(t, b, len(part))
		for i, h := range part {
			switch {
			case b.found[i]:
				h.Score += scoreName + int32(min(max(b.scores[i], -scoreBound), scoreBound))
				out = append(out, h)
			case strings.Contains(b.rows[i].line, t.folded):
				out = append(out, h)
			}
		}
	}
	return out
}

// scoreNames matches a word with the names of the first n rows of a batch.
func (e *Engine) scoreNames(t *term, b *batch, n int) {
	b.names = b.names[:0]
	for i, p := range b.rows[:n] {
		if e.plainly(t) {
			at := strings.Index(p.name, t.folded)
			b.found[i], b.scores[i] = at >= 0, -at
			continue
		}
		b.found[i] = false
		if subsequence(t.folded, p.name) {
			b.at[len(b.names)] = i
			b.names = append(b.names, p.n.Name)
		}
	}
	if len(b.names) > 0 {
		e.many(t.word, b.names, func(i, score int) {
			b.found[b.at[i]], b.scores[b.at[i]] = true, score
		})
	}
}
