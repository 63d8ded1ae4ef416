package query

import (
	"slices"
	"strings"

	"nbscope/model"
)

// lighter says which bytes of a cell's text show why a value matched; start is
// negative for none.
type lighter = func(text, folded string) (start, end int)

func lightNone(string, string) (start, end int) { return -1, -1 }

func lightWhole(text, _ string) (start, end int) { return 0, len(text) }

func lightAnywhere(text, folded string) (start, end int) {
	return indexFold(text, strings.TrimSuffix(folded, "*"))
}

func lightPrefix(text, folded string) (start, end int) {
	if n, ok := prefixFold(text, folded); ok {
		return 0, n
	}
	return -1, -1
}

// Light returns the byte offsets to light up in a cell's text, in order, one for
// each character; nil for none.
func (e *Engine) Light(q Query, f model.FieldID, text string) []int {
	var out []int
	for i := range q.terms {
		t := &q.terms[i]
		switch {
		case t.negated:
		case t.field == f:
			for j := range t.values {
				v := &t.values[j]
				start, end := v.light(text, v.folded)
				out = appendRunes(out, text, start, end)
			}
		case t.field == "":
			out = e.lightWord(out, t, f, text)
		}
	}
	if len(out) == 0 {
		return nil
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (e *Engine) lightWord(out []int, t *term, f model.FieldID, text string) []int {
	if f == model.FieldName && t.fuzzy() {
		if _, at, ok := e.matchName(t, text, strings.ToLower(text)); ok {
			return append(out, at...)
		}
		return out
	}
	if !slices.Contains(searched(), f) {
		return out
	}
	start, end := indexFold(text, t.folded)
	return appendRunes(out, text, start, end)
}

// appendRunes adds the offset of every character of text[start:end].
func appendRunes(out []int, text string, start, end int) []int {
	if start < 0 {
		return out
	}
	for i := range text[start:end] {
		out = append(out, start+i)
	}
	return out
}
