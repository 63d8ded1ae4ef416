package query

import (
	"slices"
	"strings"
	"unicode/utf8"

	"nbscope/model"
)

// past is the newest run: where the next one only asks for more, it need not look
// at rows that this one has left out, nor again for what this one has found.
type past struct {
	rows  []*model.Notebook // a copy
	terms []term
	hits  []Hit
}

// plan is how to go about a run.
type plan struct {
	among []Hit  // the rows to look at; with every set: all of them
	every bool   // nothing of the past helps
	known []bool // terms that hold for all of these
	score bool   // the scores of among count: only those of the other terms are added
}

// plan compares a query with the newest run. It must be certain: a row that the
// newest run has left out cannot match now if each term of that run is asked for
// again, the same or narrower.
func (e *Engine) plan(q Query, rows []*model.Notebook) plan {
	all := plan{every: true, known: make([]bool, len(q.terms))}
	if len(e.past.terms) == 0 || !slices.Equal(e.past.rows, rows) {
		return all
	}
	p := plan{among: e.past.hits, known: make([]bool, len(q.terms)), score: true}
	for i := range e.past.terms {
		old := &e.past.terms[i]
		if at := p.again(q.terms, old); at >= 0 {
			p.known[at] = true
			continue
		}
		if !slices.ContainsFunc(q.terms, func(t term) bool { return t.narrows(old) }) {
			return all
		}
		p.score = p.score && !old.fuzzy() // it was in the score
	}
	if !p.score {
		for i := range q.terms {
			p.known[i] = p.known[i] && !q.terms[i].fuzzy()
		}
	}
	return p
}

// again finds a term that says exactly what old says; each counts once, as each
// adds to the score.
func (p *plan) again(terms []term, old *term) int {
	if old.field == model.FieldAge || old.field == model.FieldFinding {
		return -1 // it is about the moment when it was parsed, or about the policy that held
	}
	for i := range terms {
		t := &terms[i]
		if !p.known[i] && t.field == old.field && t.negated == old.negated && t.exact == old.exact &&
			t.word == old.word && t.String() == old.String() {
			return i
		}
	}
	return -1
}

// narrows reports whether whatever matches t matches old. It is said of words
// only: what contains more letters contains fewer, in the same place or in the
// same order. Negation turns that round, and letters beyond ASCII change their
// number with their case.
func (t *term) narrows(old *term) bool {
	if t.field != "" || old.field != "" || t.negated || old.negated || !ascii(t.word) || !ascii(old.word) {
		return false
	}
	return t.exact == old.exact && strings.Contains(t.folded, old.folded)
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// remember keeps a run for the next.
func (e *Engine) remember(q Query, rows []*model.Notebook, hits []Hit) {
	if len(q.terms) == 0 {
		e.past.terms, e.past.hits = nil, nil
		return
	}
	if !slices.Equal(e.past.rows, rows) {
		e.past.rows = append(e.past.rows[:0], rows...)
		clear(e.past.rows[len(rows):cap(e.past.rows)])
	}
	e.past.terms, e.past.hits = q.terms, hits
}
