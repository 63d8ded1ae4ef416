// Package match is the fuzzy finder behind bare words of the filter, pickers and
// the command palette.
package match

import (
	"strings"

	"github.com/sahilm/fuzzy"
)

// Fuzzy finds pattern in s as a subsequence, without regard to case. It is a
// query.Fuzzy: a larger score is a better match, and at holds byte offsets.
func Fuzzy(pattern, s string) (score int, at []int, ok bool) {
	found := fuzzy.FindNoSort(pattern, []string{s})
	if len(found) == 0 {
		return 0, nil, false
	}
	return found[0].Score, found[0].MatchedIndexes, true
}

// Many is Fuzzy over many names: it calls found with the place in names and the
// score of each that matches.
func Many(pattern string, names []string, found func(i, score int)) {
	folded := strings.ToLower(pattern)
	plain := isPlain(pattern)
	for i, name := range names {
		if plain && isPlain(name) {
			if score, ok := scored(folded, name); ok {
				found(i, score)
			}
		} else if score, _, ok := Fuzzy(pattern, name); ok {
			found(i, score)
		}
	}
}

// Rank returns the positions of the candidates that match, best first, and for
// each the byte offsets that matched. An empty pattern returns all, in order.
func Rank(pattern string, candidates []string) []Ranked {
	if pattern == "" {
		out := make([]Ranked, len(candidates))
		for i := range candidates {
			out[i].Index = i
		}
		return out
	}
	found := fuzzy.Find(pattern, candidates)
	out := make([]Ranked, len(found))
	for i, m := range found {
		out[i] = Ranked{Index: m.Index, At: m.MatchedIndexes}
	}
	return out
}

// Ranked is one candidate that matched.
type Ranked struct {
	Index int   // position among the candidates
	At    []int // byte offsets to light up
}
