package query

import (
	"slices"
	"strings"
	"unicode/utf8"

	"nbscope/model"
)

// memosKept is how many terms are remembered beside those of the newest query: what
// was typed a moment ago is typed again when a letter is taken back.
const memosKept = 8

// verdict is what is remembered of a row.
type verdict uint8

const (
	unasked verdict = iota
	no
	yes
)

func verdictOf(found bool) verdict {
	if found {
		return yes
	}
	return no
}

// memo is what a term says of each row, its negation aside.
type memo struct {
	term   *term
	key    string
	rows   []verdict
	scores []int32   // by row, of a word that ranks
	texts  []verdict // by the numbers of columns, of a word
}

// memoOf returns what is remembered of a term, and makes it the newest. Where nothing
// is, a wider term rules out what cannot match.
func (e *Engine) memoOf(t *term) *memo {
	key := t.key()
	var m *memo
	if at := slices.IndexFunc(e.memos, func(m *memo) bool { return m.key == key && key != "" }); at >= 0 {
		m = e.memos[at]
		e.memos = slices.Delete(e.memos, at, at+1)
	} else {
		m = e.newMemo(t, key)
		for _, old := range slices.Backward(e.memos) {
			if t.narrows(old.term) {
				m.narrow(old)
				break
			}
		}
	}
	e.memos = append(e.memos, m)
	return m
}

// newMemo remembers nothing yet. For each key that is typed there is a new one, and an
// old one is forgotten.
func (e *Engine) newMemo(t *term, key string) *memo {
	m := &memo{term: t, key: key}
	if old := e.spare; old != nil {
		e.spare = nil
		clear(old.rows)
		m.rows, m.scores = old.rows, old.scores
	}
	m.fit(len(e.rows))
	return m
}

// forgetOld keeps the newest memos, those of a query with so many terms among them.
func (e *Engine) forgetOld(terms int) {
	e.memos = slices.DeleteFunc(e.memos, func(m *memo) bool { return m.key == "" })
	if over := len(e.memos) - terms - memosKept; over > 0 {
		e.spare = e.memos[over-1]
		e.memos = slices.Delete(e.memos, 0, over)
	}
}

// narrow takes over what is ruled out.
func (m *memo) narrow(old *memo) {
	for i, v := range old.rows {
		if v == no {
			m.rows[i] = no
		}
	}
	m.texts = slices.Clone(old.texts)
	for i, v := range m.texts {
		if v == yes {
			m.texts[i] = unasked
		}
	}
}

// read looks for the word in the text of a column.
func (m *memo) read(column uint32, texts []string) {
	m.texts[column] = verdictOf(strings.Contains(texts[column], m.term.folded))
}

// readAll looks for the word in every text that it was not looked for in.
func (m *memo) readAll(texts []string) {
	m.fitTexts(texts)
	for c, v := range m.texts {
		if v == unasked {
			m.read(uint32(c), texts)
		}
	}
}

func (m *memo) fitTexts(texts []string) {
	if more := len(texts) - len(m.texts); more > 0 {
		m.texts = append(m.texts, make([]verdict, more)...)
	}
}

func (m *memo) forget(row int) { forget(m.rows, row) }

func forget(rows []verdict, row int) {
	if row < len(rows) {
		rows[row] = unasked
	}
}

// fit makes a memo as long as there are rows.
func (m *memo) fit(rows int) {
	m.rows = fit(m.rows, rows)
	if m.term.fuzzy() {
		m.scores = slices.Grow(m.scores[:min(len(m.scores), rows)], max(0, rows-len(m.scores)))[:rows]
	}
}

// fit makes verdicts as many as there are rows.
func fit(of []verdict, rows int) []verdict {
	if len(of) > rows {
		clear(of[rows:])
	}
	return slices.Grow(of[:min(len(of), rows)], max(0, rows-len(of)))[:rows]
}

// key tells terms apart, their negation aside; "" for one that is not remembered: an
// age is about the moment when it was parsed.
func (t *term) key() string {
	switch {
	case t.field == model.FieldAge:
		return ""
	case t.field != "":
		return strings.TrimPrefix(t.String(), "!")
	case t.isExact():
		return "'" + t.folded
	}
	return " " + t.word // the fuzzy match heeds the case
}

// narrows reports whether whatever matches t matches old, negation aside. What contains
// more letters contains fewer, in the same place or in the same order; letters beyond
// ASCII change their number with their case.
func (t *term) narrows(old *term) bool {
	if t.field != old.field {
		return false
	}
	if t.field == "" {
		return ascii(t.word) && ascii(old.word) && t.isExact() == old.isExact() && strings.Contains(t.folded, old.folded)
	}
	// Each of the values must be a longer one of the other's.
	return !slices.ContainsFunc(t.values, func(v value) bool {
		return !slices.ContainsFunc(old.values, func(was value) bool {
			return v.grows && was.grows && !was.whole && ascii(was.folded) && ascii(v.folded) && strings.HasPrefix(v.folded, was.folded)
		})
	})
}

// isExact reports whether a word is looked for as it is.
func (t *term) isExact() bool { return t.exact || t.negated }

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
