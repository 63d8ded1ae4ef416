package query

import (
	"strings"

	"nbscope/model"
)

// matchARN finds a notebook by its whole ARN, or by a part of one. The colon behind the
// first word of an ARN makes that the field, so that an ARN can be pasted as it is.
func matchARN(folded string) (holds, lighter) {
	whole := "arn:" + strings.TrimPrefix(folded, "arn:")
	if a, ok := model.ParseAddress(whole); ok {
		return func(n *model.Notebook, _ *model.Lens) bool { return a.Names(n) }, lightNone
	}
	return func(n *model.Notebook, _ *model.Lens) bool { return containsFold(n.ARN, folded) }, lightNone
}

// matchURL finds a notebook by its own URL or by that of its page in the console, or by
// a part of its own.
func matchURL(folded string) (holds, lighter) {
	if a, ok := model.ParseAddress(folded); ok {
		return func(n *model.Notebook, _ *model.Lens) bool { return a.Names(n) }, lightNone
	}
	part := strings.TrimPrefix(folded, "https://")
	return func(n *model.Notebook, _ *model.Lens) bool { return containsFold(n.URL, part) }, lightNone
}

// Lines makes a filter of pasted lines: one is a filter as it stands, of several each is
// a notebook that is wanted.
func Lines(pasted string) string {
	var lines []string
	for l := range strings.Lines(pasted) {
		if l = strings.Join(strings.Fields(l), " "); l != "" {
			lines = append(lines, l)
		}
	}
	if len(lines) < 2 {
		return strings.Join(lines, "")
	}
	field := model.FieldName
	for i, l := range lines {
		a, ok := model.ParseAddress(l)
		switch {
		case ok && strings.HasPrefix(strings.ToLower(l), "arn:"):
			field = model.FieldARN
		case ok: // a URL: its name says enough beside others
			lines[i] = a.Name
		}
	}
	for i, l := range lines {
		if field == model.FieldARN {
			l = strings.TrimPrefix(l, "arn:")
		}
		if !plain(l) || strings.Contains(l, "|") {
			l = quote(l)
		}
		lines[i] = l
	}
	return string(field) + ":" + strings.Join(lines, "|")
}

// Near is the nearest thing that there is to a value that no notebook has, as a term in
// place of the one in the text; ok is false where every value is found, or nothing is
// near.
func (q Query) Near(rows []*model.Notebook, lens model.Lens) (was, near string, ok bool) {
	known := fields()
	for i := range q.terms {
		t := &q.terms[i]
		if t.negated || t.field == "" || !nameable(t.field) {
			continue
		}
		p := parser{fields: known}
		f := p.find(string(t.field))
		for j := range t.values {
			v := &t.values[j]
			if f == nil || occurs(v, rows, &lens) {
				continue
			}
			seen := map[string]bool{}
			var all []string
			for _, n := range rows {
				if s := f.offered(n, lens); s != "" && !seen[s] {
					seen[s], all = true, append(all, s)
				}
			}
			if best := model.Nearest(v.text, all); best != "" {
				return string(t.field) + ":" + v.text, string(t.field) + ":" + best, true
			}
		}
	}
	return "", "", false
}

// nameable reports whether values of a field are names that somebody may mistype.
func nameable(f model.FieldID) bool {
	switch f { //nolint:exhaustive // the rest are ids, words, numbers
	case model.FieldName, model.FieldAccount, model.FieldRegion, model.FieldType, model.FieldPlatform, model.FieldLifecycle, model.FieldRole:
		return true
	}
	return false
}

func occurs(v *value, rows []*model.Notebook, lens *model.Lens) bool {
	for _, n := range rows {
		if v.holds(n, lens) {
			return true
		}
	}
	return false
}
