package text

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// TestSpacesAreAsManyAsAreAskedFor goes past the length of the blanks that are at hand.
func TestSpacesAreAsManyAsAreAskedFor(t *testing.T) {
	t.Parallel()
	for _, n := range []int{-1, 0, 1, len(blank) - 1, len(blank), len(blank) + 1, 2 * len(blank), 2*len(blank) + 1, 5*len(blank) + 7} {
		if got := string(AppendSpaces([]byte("x"), n)); got != "x"+strings.Repeat(" ", max(0, n)) {
			t.Errorf("of %d spaces there are %d", n, len(got)-1)
		}
	}
}

// TestRangesOfLettersEndWhereTheyEnd looks at the last letter of each range, and at the
// ones beside it.
func TestRangesOfLettersEndWhereTheyEnd(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name        string
		in          func(rune) bool
		first, last rune
	}{
		{"variation selectors", variation, 0xFE00, 0xFE0F}, {"more of them", variation, 0xE0100, 0xE01EF}, {"those of Mongolian", variation, 0x180B, 0x180F}, {"letters of flags", regional, 0x1F1E6, 0x1F1FF},
	} {
		for r, want := range map[rune]bool{c.first - 1: false, c.first: true, c.last: true, c.last + 1: false} {
			if c.in(r) != want {
				t.Errorf("%s: %U is one: %v", c.name, r, !want)
			}
		}
	}
}

// TestALetterIsCutOrKeptAsAWhole has letters of one and of several bytes, alone and before
// what joins them.
func TestALetterIsCutOrKeptAsAWhole(t *testing.T) {
	t.Parallel()
	for s, want := range map[string][2]int{"a": {1, 1}, "ab": {1, 1}, "aé": {1, 1}, "e\u0301x": {3, 1}, "éa": {2, 1}, "é": {2, 1}, "世": {3, 2}, "世a": {3, 2}, "a世": {1, 1}} {
		if size, width := Next(s); size != want[0] || width != want[1] {
			t.Errorf("the first letter of %q has %d bytes and %d cells, want %v", s, size, width, want)
		}
	}
}

// TestLettersThatReachForTheNextOneDoNotStand has letters that change with the one
// beside them.
func TestLettersThatReachForTheNextOneDoNotStand(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{
		"a": true, "é": true, "\u02ff": true, "\u0301": false, "→": true, "世": true, "한": true, "\u0600": false, "б": true, "\U0001F3FB": false,
	} {
		first, _ := utf8.DecodeRuneInString(s)
		if got := stands(s, first); got != want {
			t.Errorf("%+q stands: %v", s, got)
		}
	}
}

// TestALineIsBrokenWhereThereIsAWordBefore breaks at spaces, and a word that is too long
// anywhere.
func TestALineIsBrokenWhereThereIsAWordBefore(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		s     string
		width int
		want  string
	}{
		{"ab cd", 4, "ab|cd"}, {"ab cd", 2, "ab|cd"}, {"abcd", 2, "ab|cd"}, {"a bcd", 3, "a|bcd"}, {"  abcd", 4, "  ab|cd"}, {" abcd", 3, " ab|cd"}, {"ab  cd", 3, "ab|cd"},
	} {
		if got := strings.Join(Wrap(c.s, c.width), "|"); got != c.want {
			t.Errorf("%q in %d: %q, want %q", c.s, c.width, got, c.want)
		}
	}
}
