package query

import (
	"unicode"
	"unicode/utf8"
)

// The functions here compare with a text that is already in lower case, without
// allocating, and agree with strings.ToLower.

// prefixFold returns how many bytes of s the lower-case prefix takes.
func prefixFold(s, prefix string) (int, bool) {
	at := 0
	for i := 0; i < len(prefix); {
		if at >= len(s) {
			return 0, false
		}
		if a, b := s[at], prefix[i]; a < utf8.RuneSelf && b < utf8.RuneSelf {
			if 'A' <= a && a <= 'Z' {
				a += 'a' - 'A'
			}
			if a != b {
				return 0, false
			}
			at, i = at+1, i+1
			continue
		}
		a, aSize := utf8.DecodeRuneInString(s[at:])
		b, bSize := utf8.DecodeRuneInString(prefix[i:])
		if unicode.ToLower(a) != b {
			return 0, false
		}
		at, i = at+aSize, i+bSize
	}
	return at, true
}

func hasPrefixFold(s, folded string) bool {
	_, ok := prefixFold(s, folded)
	return ok
}

func equalFold(s, folded string) bool {
	n, ok := prefixFold(s, folded)
	return ok && n == len(s)
}

func containsFold(s, folded string) bool {
	if folded == "" {
		return true
	}
	start, _ := indexFold(s, folded)
	return start >= 0
}

// indexFold returns where in s the lower-case text stands, -1 when nowhere.
func indexFold(s, folded string) (start, end int) {
	for i := 0; i < len(s); {
		if n, ok := prefixFold(s[i:], folded); ok {
			return i, i + n
		}
		i += runeLen(s[i:])
	}
	return -1, -1
}

func runeLen(s string) int {
	if s[0] < utf8.RuneSelf {
		return 1
	}
	_, size := utf8.DecodeRuneInString(s)
	return size
}

// subsequence reports whether the runes of pattern occur in s in this order.
// Both are in lower case. It is what makes a fuzzy match possible at all, at a
// fraction of its cost.
func subsequence(pattern, s string) bool {
	at := 0
	for i := range len(pattern) {
		for at < len(s) && s[at] != pattern[i] {
			at++
		}
		if at == len(s) {
			return false
		}
		at++
	}
	return true
}
