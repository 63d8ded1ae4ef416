package query

import (
	"strings"
	"time"

	"nbscope/model"
)

// Issue is a part of the text that means nothing: an unknown field, a value
// that the field cannot have, an open quote. The term it stands in is left out
// of the query, so that nothing is filtered away in silence.
type Issue struct {
	Start, End int    // byte range in the text
	Message    string // "no field \"vcp\""
	Suggest    string // the nearest valid word, "" when nothing is near
}

// String is the message with the suggestion, as a line of text.
func (i Issue) String() string {
	if i.Suggest == "" {
		return i.Message
	}
	return i.Message + "; did you mean " + i.Suggest + "?"
}

// Mend is where in the text the suggestion goes, and what of it: behind a field, the
// value alone.
func (i Issue) Mend(text string) (start, end int, word string) {
	start, end, word = i.Start, i.End, i.Suggest
	if start > 0 && (text[start-1] == ':' || text[start-1] == '|') {
		_, word, _ = strings.Cut(word, ":")
	}
	if strings.HasSuffix(word, ":") && end < len(text) && text[end] == ':' {
		end++
	}
	return start, end, word
}

// Query is a parsed filter. The zero value matches everything.
type Query struct {
	text  string
	terms []term
}

// term is one condition. A term without a field is a word.
type term struct {
	start, end int
	negated    bool
	exact      bool // of a word: no fuzzy match
	field      model.FieldID
	word       string // of a word: as typed
	folded     string // of a word: in lower case
	values     []value
}

// value is one of the alternatives of a field's term.
type value struct {
	start, end int
	text       string // as typed, without quotes
	folded     string // in lower case
	quoted     bool
	holds      holds
	light      lighter
	grows      bool // it finds only what a beginning of it finds
	whole      bool // it is a word of its own: longer ones find something else
}

// Term is a term of a query as it can be shown.
type Term struct {
	Start, End int           // byte range in the text
	Field      model.FieldID // "" for a word
	Negated    bool
	Text       string // the term, written the canonical way
	Meaning    string // the term in plain words
}

// Parse reads the text of a filter that is being typed, with the cursor at its
// end. Now anchors the terms on age.
func Parse(text string, now time.Time) (Query, []Issue) { return ParseAt(text, len(text), now) }

// ParseStrict reads the text of a filter that nobody is typing any more, such as
// the value of a flag: terms that are only half there are issues.
func ParseStrict(text string, now time.Time) (Query, []Issue) { return ParseAt(text, -1, now) }

// ParseAt reads the text of a filter with the cursor at a byte offset; the term
// that ends there may be half-typed. Of several lines each is a notebook that is
// wanted, and the query's text is the filter that Lines makes of them.
func ParseAt(text string, cursor int, now time.Time) (Query, []Issue) {
	if strings.ContainsAny(text, "\r\n") {
		text, cursor = Lines(text), -1
	}
	p := parser{text: text, cursor: cursor, now: now, fields: fields()}
	for _, tok := range lex(text) {
		p.term(tok)
	}
	return Query{text: text, terms: p.terms}, p.issues
}

// Text is what the query was parsed from.
func (q Query) Text() string { return q.text }

// Empty reports whether the query matches everything.
func (q Query) Empty() bool { return len(q.terms) == 0 }

// Ranked reports whether the query orders what it finds, best match first: it
// has a bare word.
func (q Query) Ranked() bool {
	for i := range q.terms {
		if q.terms[i].fuzzy() {
			return true
		}
	}
	return false
}

// String writes the query the canonical way: parsing it gives the same query.
func (q Query) String() string {
	var b strings.Builder
	for i := range q.terms {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(q.terms[i].String())
	}
	return b.String()
}

// Terms lists what the query asks for, in the order of the text. Terms with an
// issue and half-typed ones are not part of it.
func (q Query) Terms() []Term {
	out := make([]Term, 0, len(q.terms))
	for i := range q.terms {
		t := &q.terms[i]
		out = append(out, Term{t.start, t.end, t.field, t.negated, t.String(), t.meaning()})
	}
	return out
}

// Describe says in plain words what the query shows.
func (q Query) Describe() string {
	if q.Empty() {
		return "every notebook"
	}
	says := make([]string, 0, len(q.terms))
	for i := range q.terms {
		says = append(says, q.terms[i].meaning())
	}
	return strings.Join(says, ", and ")
}

// fuzzy reports whether the term is a word that ranks.
func (t *term) fuzzy() bool { return t.field == "" && !t.exact && !t.negated }

// String writes the term the canonical way.
func (t *term) String() string {
	var b strings.Builder
	if t.negated {
		b.WriteByte('!')
	}
	switch {
	case t.field != "":
		b.WriteString(string(t.field))
		b.WriteByte(':')
		for i, v := range t.values {
			if i > 0 {
				b.WriteByte('|')
			}
			b.WriteString(v.String())
		}
	case !t.exact:
		b.WriteString(t.word)
	case plain(t.word):
		b.WriteByte('\'')
		b.WriteString(t.word)
	default:
		b.WriteString(quote(t.word))
	}
	return b.String()
}

// String writes the value so that it parses as the same value.
func (v *value) String() string {
	if v.quoted || !plain(v.text) || strings.Contains(v.text, "|") {
		return quote(v.text)
	}
	return v.text
}

func (t *term) meaning() string {
	if t.field == "" {
		switch {
		case t.negated:
			return quote(t.word) + " occurs nowhere"
		case t.exact:
			return "a column contains " + quote(t.word)
		}
		return "the name resembles " + quote(t.word) + " or a column contains it"
	}
	if t.field == fieldReach {
		return t.reachMeaning()
	}
	says := make([]string, 0, len(t.values))
	for i := range t.values {
		says = append(says, t.values[i].String())
	}
	verb := " is "
	if t.negated {
		verb = " is not "
	}
	return string(t.field) + verb + strings.Join(says, " or ")
}
