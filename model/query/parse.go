package query

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"nbscope/model"
)

// parser collects the terms and the issues of one text.
type parser struct {
	text   string
	cursor int // -1: nobody is typing
	now    time.Time
	fields []field
	terms  []term
	issues []Issue
}

// term reads one token.
func (p *parser) term(tok token) {
	typing := tok.end == p.cursor
	if tok.open && !typing {
		p.issue(tok.start, tok.end, "the quote is never closed", "")
		return
	}
	t := term{start: tok.start, end: tok.end}
	at := tok.start
	for at < tok.end && p.text[at] == '!' {
		t.negated = !t.negated
		at++
	}
	rest := p.text[at:tok.end]
	if isURL(rest) {
		t.field = model.FieldURL
		if p.value(&t, p.find(string(model.FieldURL)), rest, at, typing) && len(t.values) > 0 {
			p.terms = append(p.terms, t)
		}
		return
	}
	if name, _, ok := splitField(rest); ok {
		p.fieldTerm(t, name, at, typing)
		return
	}
	p.word(t, rest, typing)
}

// isURL reports whether a term is a URL: one that is still being typed, or the address of
// a notebook, which AWS writes without a scheme.
func isURL(s string) bool {
	lower := strings.ToLower(s)
	if strings.HasPrefix(lower, "https://") || strings.HasPrefix(lower, "http://") {
		return true
	}
	_, ok := model.ParseAddress(s)
	return ok && !strings.HasPrefix(lower, "arn:")
}

// splitField cuts a field's name off a term. A colon inside quotes, after an
// apostrophe or at the very start belongs to a word.
func splitField(s string) (name, rest string, ok bool) {
	i := strings.IndexAny(s, `:"`)
	if i <= 0 || s[0] == '\'' || s[i] == '"' {
		return "", "", false
	}
	return s[:i], s[i+1:], true
}

func (p *parser) word(t term, rest string, typing bool) {
	if strings.HasPrefix(rest, "'") {
		t.exact, rest = true, rest[1:]
	}
	word, quoted := unquote(rest)
	t.exact = t.exact || quoted
	if word == "" {
		if !typing {
			p.issue(t.start, t.end, "there is no word to look for", "")
		}
		return
	}
	t.word, t.folded = word, strings.ToLower(word)
	p.terms = append(p.terms, t)
}

func (p *parser) fieldTerm(t term, name string, at int, typing bool) {
	f := p.find(name)
	if f == nil {
		p.issue(at, at+len(name), fmt.Sprintf("no field %q", name), nearestField(name, p.fields))
		return
	}
	t.field = f.id
	at += len(name) + 1
	good := true
	for _, alternative := range alternatives(p.text[at:t.end]) {
		end := at + len(alternative)
		good = p.value(&t, f, alternative, at, typing && end == t.end) && good
		at = end + 1
	}
	if good && len(t.values) > 0 {
		p.terms = append(p.terms, t)
	}
}

// value adds an alternative to the term. It is false when the value means
// nothing, which leaves out the whole term: what the others leave would be less
// than was asked for.
func (p *parser) value(t *term, f *field, raw string, at int, typing bool) bool {
	text, quoted := unquote(raw)
	if text == "" {
		if !typing {
			p.issue(t.start, t.end, "the field "+string(f.id)+" has no value", f.example)
		}
		return typing
	}
	v, fault := f.read(text, quoted, p.now)
	if fault == nil {
		v.start, v.end = at, at+len(raw)
		v.text, v.folded, v.quoted = text, strings.ToLower(text), quoted
		t.values = append(t.values, v)
		return true
	}
	if !fault.partial || !typing {
		p.issue(at, at+len(raw), fault.message, fault.suggest)
	}
	return false
}

func (p *parser) find(name string) *field {
	for i := range p.fields {
		f := &p.fields[i]
		if strings.EqualFold(name, string(f.id)) || slices.ContainsFunc(f.also, func(also string) bool { return strings.EqualFold(name, also) }) {
			return f
		}
	}
	return nil
}

func (p *parser) issue(start, end int, message, suggest string) {
	p.issues = append(p.issues, Issue{start, end, message, suggest})
}

// nearestField returns the field that was likely meant, with its colon.
func nearestField(name string, all []field) string {
	names := make([]string, 0, 2*len(all))
	for i := range all {
		names = append(append(names, string(all[i].id)), all[i].also...)
	}
	near := model.Nearest(name, names)
	if near == "" {
		return ""
	}
	return near + ":"
}
