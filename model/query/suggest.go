package query

import (
	"cmp"
	"slices"
	"strings"

	"nbscope/model"
)

// maxSuggestions is how many ways to go on are offered at once.
const maxSuggestions = 12

// Suggestions returns ways to go on with the word that ends at the byte offset
// at: fields, or values of the field at hand that occur in rows, the most
// frequent first. Each replaces the word as a whole, from Word on.
func Suggestions(text string, at int, rows []*model.Notebook, lens model.Lens) []string {
	at = min(max(at, 0), len(text))
	start := Word(text, at)
	word := text[start:at]
	head := word[:len(word)-len(strings.TrimLeft(word, "!"))]
	word = word[len(head):]
	known := fields()
	name, rest, ok := splitField(word)
	if !ok {
		return suggestFields(head, word, known)
	}
	p := parser{fields: known}
	f := p.find(name)
	if f == nil {
		if near := nearestField(name, known); near != "" {
			return []string{head + near + rest}
		}
		return nil
	}
	parts := alternatives(rest)
	typed, _ := unquote(parts[len(parts)-1])
	head += name + ":" + rest[:len(rest)-len(parts[len(parts)-1])]
	out := make([]string, 0, maxSuggestions)
	for _, v := range f.occurring(strings.ToLower(typed), rows, lens) {
		out = append(out, head+v)
	}
	return out
}

// Word returns where the word that ends at the byte offset at begins.
func Word(text string, at int) int {
	at = min(max(at, 0), len(text))
	start := at
	for _, tok := range lex(text[:at]) {
		if tok.end == at {
			start = tok.start
		}
	}
	return start
}

func suggestFields(head, word string, known []field) []string {
	var out []string
	folded := strings.ToLower(word)
	for i := range known {
		if strings.HasPrefix(string(known[i].id), folded) {
			out = append(out, head+string(known[i].id)+":")
		}
	}
	return out
}

// occurring returns the values that begin with what was typed.
func (f *field) occurring(folded string, rows []*model.Notebook, lens model.Lens) []string {
	counts := map[string]int{}
	if len(f.words) == 0 && f.parse == nil {
		for _, n := range rows {
			if v := f.offered(n, lens); v != "" {
				counts[v]++
			}
		}
	}
	out := make([]string, 0, len(counts))
	for v := range counts {
		if hasPrefixFold(v, folded) {
			out = append(out, v)
		}
	}
	slices.SortFunc(out, func(a, b string) int { return cmp.Or(counts[b]-counts[a], cmp.Compare(a, b)) })
	fixed := slices.Clone(f.offers)
	if f.id == fieldReach {
		fixed = append(fixed, reachOffers(rows)...)
	}
	for _, w := range f.words {
		fixed = append(fixed, w.text)
	}
	if !f.always && len(f.words) == 0 {
		fixed = append(fixed, wordNone, wordUnknown)
	}
	for i, v := range out {
		if !plain(v) || strings.Contains(v, "|") || slices.Contains(fixed, strings.ToLower(v)) {
			out[i] = quote(v)
		}
	}
	fixed = slices.DeleteFunc(fixed, func(v string) bool { return !strings.HasPrefix(v, folded) })
	return append(out[:min(len(out), max(maxSuggestions-len(fixed), 0))], fixed...)
}

// offered is the value of the notebook that would find it again.
func (f *field) offered(n *model.Notebook, lens model.Lens) string {
	if f.offer != nil {
		return f.offer(n)
	}
	return lens.Text(n, f.id)
}
