package model

import "strings"

// maxNearest is the longest word, in bytes, that a neighbour is looked for: a
// typing mistake is made in a word, not in a paragraph.
const maxNearest = 64

// Nearest returns the candidate that word was most likely meant to be, "" when
// none is near enough to be worth offering. Case does not count. A candidate
// that begins with the word is preferred to one that differs from it; of equals
// the one that begins alike for longer, then the first.
func Nearest(word string, candidates []string) string {
	if word == "" || len(word) > maxNearest {
		return ""
	}
	want := []rune(strings.ToLower(word))
	best, bestDistance, bestAlike := "", len(want)/3+2, 0
	for _, c := range candidates {
		if len(c) > maxNearest {
			continue
		}
		have := []rune(strings.ToLower(c))
		d := editDistance(want, have)
		if d > 0 && len(want) > 1 && strings.HasPrefix(string(have), string(want)) {
			d = 1
		}
		alike := alikeFor(want, have)
		if (d < bestDistance || d == bestDistance && best != "" && alike > bestAlike) && d < max(len(want), len(have)) {
			best, bestDistance, bestAlike = c, d, alike
		}
	}
	return best
}

// alikeFor is how many letters two words begin with alike.
func alikeFor(a, b []rune) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

// editDistance counts the insertions, deletions, substitutions and swaps of
// neighbours that turn a into b.
func editDistance(a, b []rune) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
