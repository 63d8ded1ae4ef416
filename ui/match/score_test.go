package match

import (
	"math/rand/v2"
	"strings"
	"testing"
)

func TestManyFindsAndScoresAsFuzzyDoes(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 5))
	letters := []string{"a", "b", "A", "B", "-", "_", "a", "1", " ", ".", "é", "\x00", "k", "\u212a", "/"}
	word := func(most int) string {
		var b strings.Builder
		for range r.IntN(most + 1) {
			// Names of few letters hold a pattern in many ways.
			b.WriteString(letters[r.IntN(len(letters)-2*r.IntN(4)-1)])
		}
		return b.String()
	}
	for range 40000 {
		pattern, names := word(4), []string{word(12), word(30)}
		got := map[int]int{}
		Many(pattern, names, func(i, score int) { got[i] = score })
		for i, name := range names {
			want, _, ok := Fuzzy(pattern, name)
			if score, found := got[i]; found != ok || score != want {
				t.Fatalf("%q in %q: %d, %v; the library says %d, %v", pattern, name, score, found, want, ok)
			}
		}
	}
}

func BenchmarkMany(b *testing.B) {
	names := make([]string, 1000)
	for i := range names {
		names[i] = "team-07-notebook-0" + strings.Repeat("x", i%9)
	}
	for b.Loop() {
		Many("note", names, func(int, int) {})
	}
}
