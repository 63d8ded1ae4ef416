// Package query is the filter language of the explorer and of nbscope list:
// parsing, matching, ranking and the places to light up.
package query

import (
	"time"

	"nbscope/model"
)

// Fuzzy finds pattern in s as a subsequence. It returns a score (larger is
// better) and the byte offsets in s that matched. The terminal side implements
// it with sahilm/fuzzy, so that this package needs the standard library only.
type Fuzzy func(pattern, s string) (score int, at []int, ok bool)

// Issue is a part of the text that means nothing: an unknown field, a value
// that the field cannot have, an open quote. The term it stands in is left out
// of the query, so that nothing is filtered away in silence.
type Issue struct {
	Start, End int    // byte range in the text
	Message    string // "no field \"vcp\""
	Suggest    string // the nearest valid word, "" when nothing is near
}

// Query is a parsed filter. The zero value matches everything.
type Query struct {
	text string
}

// Parse reads the text of a filter. Now anchors the terms on age.
func Parse(text string, now time.Time) (Query, []Issue) {
	return Query{text: text}, nil
}

// Empty reports whether the query matches everything.
func (q Query) Empty() bool { return true }

// Ranked reports whether the query orders what it finds, best match first: it
// has a bare word.
func (q Query) Ranked() bool { return false }

// Hit is a row that matched, and how well.
type Hit struct {
	Row   int32
	Score int32
}

// Engine runs queries over the notebooks of an inventory and remembers what it
// prepared for rows that have not changed. It is not safe for concurrent use.
type Engine struct {
	fuzzy Fuzzy
}

// NewEngine returns an engine that matches bare words with fuzzy.
func NewEngine(fuzzy Fuzzy) *Engine { return &Engine{fuzzy: fuzzy} }

// Run returns the rows that match, in the order of rows.
func (e *Engine) Run(q Query, rows []*model.Notebook, lens model.Lens) []Hit {
	out := make([]Hit, 0, len(rows))
	for i := range rows {
		out = append(out, Hit{Row: int32(i)})
	}
	return out
}

// Light returns the byte offsets to light up in a cell's text, nil for none.
func (e *Engine) Light(q Query, f model.FieldID, text string) []int { return nil }

// Suggestions returns ways to go on with the word that ends at the byte offset
// at: fields, or values of the field at hand that occur in rows.
func Suggestions(text string, at int, rows []*model.Notebook, lens model.Lens) []string { return nil }
