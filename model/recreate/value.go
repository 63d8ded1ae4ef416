package recreate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"nbscope/model"
)

// joined is a list as the form shows it.
func joined(list []string) string { return strings.Join(list, ", ") }

// listed reads a typed list: its words stand between commas or spaces.
func listed(value string) []string {
	out := strings.FieldsFunc(value, func(r rune) bool { return r == ',' || unicode.IsSpace(r) })
	if len(out) == 0 {
		return nil
	}
	return out
}

// writeTags writes tags as Key=Value, Key=Value. What would end a key or a value
// has a backslash before it, so that readTags gives the same tags back.
func writeTags(tags []model.Tag) string {
	out := make([]string, 0, len(tags))
	for _, t := range tags {
		out = append(out, escapeTag(t.Key, `\,=`)+"="+escapeTag(t.Value, `\,`))
	}
	return joined(out)
}

// escapeTag puts a backslash before special characters, and before the spaces
// around the text.
func escapeTag(s, special string) string {
	head := len(s) - len(strings.TrimLeftFunc(s, unicode.IsSpace))
	tail := len(strings.TrimRightFunc(s, unicode.IsSpace))
	var b strings.Builder
	for i, r := range s {
		if strings.ContainsRune(special, r) || unicode.IsSpace(r) && (i < head || i >= tail) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// readTags reads tags as they are typed, sorted by key; false where there is an
// entry without "=".
func readTags(value string) (tags []model.Tag, ok bool) {
	ok = true
	for _, entry := range splitTags(value, ',', -1) {
		if strings.TrimSpace(entry) == "" {
			continue
		}
		pair := splitTags(entry, '=', 2)
		if len(pair) != 2 {
			return nil, false
		}
		tags = append(tags, model.Tag{Key: unescapeTag(pair[0]), Value: unescapeTag(pair[1])})
	}
	slices.SortStableFunc(tags, func(a, b model.Tag) int { return cmp.Compare(a.Key, b.Key) })
	return tags, ok
}

// splitTags cuts at a separator that has no backslash before it, into at most
// limit parts; a negative limit means all.
func splitTags(s string, at rune, limit int) []string {
	var out []string
	start, escaped := 0, false
	for i, r := range s {
		switch {
		case escaped:
			escaped = false
		case r == '\\':
			escaped = true
		case r == at && (limit < 0 || len(out) < limit-1):
			out = append(out, s[start:i])
			start = i + 1
		}
	}
	return append(out, s[start:])
}

// unescapeTag takes the backslashes away, and the spaces around the text that
// have none.
func unescapeTag(s string) string {
	s = strings.TrimLeftFunc(s, unicode.IsSpace)
	var b strings.Builder
	keep, escaped := 0, false
	for _, r := range s {
		if r == '\\' && !escaped {
			escaped = true
			continue
		}
		b.WriteRune(r)
		if escaped || !unicode.IsSpace(r) {
			keep = b.Len()
		}
		escaped = false
	}
	return b.String()[:keep]
}

// setTags replaces the tags, save for those of a run.
func setTags(s *Spec, value string) {
	own := slices.DeleteFunc(slices.Clone(s.Tags), func(t model.Tag) bool { return !runTag(t.Key) })
	tags, _ := readTags(value) // badTags has seen the value
	s.Tags = slices.Concat(tags, own)
	sortTags(s.Tags)
}

// AddTags sets tags that are written as the form writes them, beside those that
// there are. The error says why AWS would refuse them, and the spec stays as it was.
func (s *Spec) AddTags(value string) error {
	if why := badTags(value); why != "" {
		return fmt.Errorf("tags: %s", why)
	}
	tags, _ := readTags(value) // badTags has read them
	kept := slices.DeleteFunc(slices.Clone(s.Tags), func(old model.Tag) bool {
		_, again := tagOf(tags, old.Key)
		return again
	})
	s.Tags = slices.Concat(kept, tags)
	sortTags(s.Tags)
	return nil
}

func sortTags(tags []model.Tag) {
	slices.SortStableFunc(tags, func(a, b model.Tag) int { return cmp.Compare(a.Key, b.Key) })
}

// sameSet reports whether two lists have the same members in any order.
func sameSet(a, b []string) bool {
	return slices.Equal(sorted(a), sorted(b))
}

// sorted is a sorted copy, never nil.
func sorted(list []string) []string {
	return append([]string{}, slices.Sorted(slices.Values(list))...)
}
