package query

import (
	"cmp"
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
	part := strings.TrimPrefix(strings.TrimPrefix(folded, "https://"), "http://")
	return func(n *model.Notebook, _ *model.Lens) bool { return containsFold(n.URL, part) }, lightNone
}

// Lines makes a filter of lines: one is a filter as it stands, of several each is a
// notebook that is wanted. A terminal ends the lines of a paste by CR, files by LF or
// CRLF.
func Lines(text string) string {
	var lines []string
	for _, l := range strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }) {
		if l = strings.TrimSpace(l); l != "" {
			lines = append(lines, l)
		}
	}
	if len(lines) < 2 {
		return strings.Join(lines, "")
	}
	field := model.FieldName // names beside addresses are parts of them
	for _, l := range lines {
		if _, ok := model.ParseAddress(l); !ok {
			continue
		}
		if !strings.HasPrefix(strings.ToLower(l), "arn:") {
			field = model.FieldURL // which takes ARNs as well
			break
		}
		field = model.FieldARN
	}
	for i, l := range lines {
		l = strings.Join(strings.Fields(l), " ")
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

// Near is about the first value that no notebook has, with the nearest one that there
// is; nil where every value is found, or nothing is near.
func (q Query) Near(rows []*model.Notebook, lens model.Lens) *Issue {
	for i := range q.terms {
		t := &q.terms[i]
		if t.negated {
			continue
		}
		for j := range t.values {
			v := &t.values[j]
			if !nameable(t.field) || occurs(v, rows, &lens) {
				continue
			}
			if best := nearest(t.field, v.text, rows, lens); best != "" {
				head := string(t.field) + ":"
				return &Issue{Start: v.start, End: v.end, Message: "nothing is called " + head + v.String(), Suggest: head + (&value{text: best}).String()}
			}
		}
	}
	return nil
}

// nearest is the nearest to a value of what notebooks have in a field, or to the first
// words of it where the whole is longer: account:prdo is meant to be prod of prod-ml.
func nearest(f model.FieldID, text string, rows []*model.Notebook, lens model.Lens) string {
	seen := map[string]bool{}
	var all, heads []string
	for _, n := range rows {
		for _, s := range called(f, text, n, lens) {
			if s == "" || seen[s] {
				continue
			}
			seen[s], all = true, append(all, s)
			for i, r := range s {
				if i > 0 && strings.ContainsRune("-_./ ", r) {
					heads = append(heads, s[:i])
				}
			}
		}
	}
	return cmp.Or(model.Nearest(text, all), model.Nearest(text, heads))
}

// called are the names that a notebook has in a field. Of tags they are the keys, and
// where the value of one is asked for, that key with its value.
func called(f model.FieldID, text string, n *model.Notebook, lens model.Lens) []string {
	switch f { //nolint:exhaustive // the rest are as they are shown
	case model.FieldVPC:
		return []string{n.VPCName}
	case model.FieldSubnet:
		return []string{n.SubnetName}
	case model.FieldTags:
	default:
		return []string{lens.Text(n, f)}
	}
	key, want, valued := strings.Cut(text, "=")
	out := make([]string, 0, len(n.Tags))
	for _, t := range n.Tags {
		switch {
		case !valued:
			out = append(out, t.Key)
		case strings.EqualFold(t.Key, key):
			out = append(out, t.Key+"="+t.Value)
		default:
			out = append(out, t.Key+"="+want)
		}
	}
	return out
}

// nameable reports whether values of a field are names that somebody may mistype.
func nameable(f model.FieldID) bool {
	switch f { //nolint:exhaustive // the rest are ids, words, numbers
	case model.FieldName, model.FieldAccount, model.FieldRegion, model.FieldType, model.FieldPlatform, model.FieldLifecycle, model.FieldRole,
		model.FieldVPC, model.FieldSubnet, model.FieldTags:
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
