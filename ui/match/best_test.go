package match

import (
	"fmt"
	"testing"
)

// TestTheBestAreKeptInTheirOrder has as many that match as are wanted, fewer and more, and
// better ones that come last.
func TestTheBestAreKeptInTheirOrder(t *testing.T) {
	t.Parallel()
	names := []string{"xab", "ab", "b", "xxab", "ab", "a-b"}
	for _, c := range []struct {
		pattern string
		most    int
		want    string // positions, best first, of how many
	}{
		{"ab", 9, "[5 1 4 0 3] 5"}, {"ab", 5, "[5 1 4 0 3] 5"}, {"ab", 4, "[5 1 4 0] 5"}, {"ab", 2, "[5 1] 5"}, {"ab", 1, "[5] 5"},
		{"", 2, "[0 1] 6"}, {"", 9, "[0 1 2 3 4 5] 6"}, {"z", 3, "[] 0"}, {"xx", 3, "[3] 1"},
	} {
		best, total := Best(c.pattern, names, c.most)
		at := []int{}
		for _, r := range best {
			at = append(at, r.Index)
			if len(r.At) != len(c.pattern) {
				t.Errorf("%q in %q lights up %v", c.pattern, names[r.Index], r.At)
			}
		}
		if got := fmt.Sprint(at, " ", total); got != c.want {
			t.Errorf("of %q the %d best are %s, want %s", c.pattern, c.most, got, c.want)
		}
	}
}
