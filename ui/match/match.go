// Package match is the fuzzy finder behind bare words of the filter, pickers and
// the command palette.
package match

import (
	"slices"
	"sort"
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

// Best returns the positions of names that match, the best first and no more than most,
// and how many match in all. Equals stay in order. An empty pattern matches all.
func Best(pattern string, names []string, most int) (best []Ranked, total int) {
	if pattern == "" {
		best = make([]Ranked, min(most, len(names)))
		for i := range best {
			best[i].Index = i
		}
		return best, len(names)
	}
	var scores []int // of best
	Many(pattern, names, func(i, score int) {
		total++
		if len(best) == most && score <= scores[most-1] {
			return
		}
		at := sort.Search(len(scores), func(k int) bool { return scores[k] < score })
		best, scores = slices.Insert(best, at, Ranked{Index: i}), slices.Insert(scores, at, score)
		best, scores = best[:min(len(best), most)], scores[:min(len(scores), most)]
	})
	for i := range best {
		_, best[i].At, _ = Fuzzy(pattern, names[best[i].Index])
	}
	return best, total
}

// Ranked is one candidate that matched.
type Ranked struct {
	Index int   // position among the candidates
	At    []int // byte offsets to light up
}
