// Package text makes strings from AWS safe and fits them into cells of a
// terminal.
//
// A terminal measures text either by code point or by grapheme cluster, and a
// program can't always know which. Clean therefore keeps only what takes the
// same number of cells both ways; everything in this package is exact on both
// kinds of terminal.
package text

import "github.com/charmbracelet/x/ansi"

// Clean returns s without anything that a terminal could take as a command or
// that would break a line: control characters, escape sequences, bidirectional
// overrides and invalid UTF-8 become visible replacements. A clean string is
// returned as it is, without allocation.
func Clean(s string) string {
	if plain(s) {
		return s
	}
	c, _ := clean(s, nil)
	return c
}

// CleanLit is Clean for a text of which some letters are lit: it also returns
// the byte offsets of lit, which must be ascending, in the clean text.
func CleanLit(s string, lit []int) (string, []int) {
	if plain(s) {
		return s, lit
	}
	return clean(s, lit)
}

// Width is the number of cells that s takes once it is clean.
func Width(s string) int {
	if plain(s) {
		return len(s)
	}
	return ansi.StringWidth(Clean(s))
}

// plain reports whether s consists of printable ASCII only, so that bytes, letters
// and cells are the same thing.
func plain(s string) bool {
	for i := range len(s) {
		if s[i]-0x20 > 0x7e-0x20 {
			return false
		}
	}
	return true
}

// Next splits the first letter off a clean, non-empty text: the number of bytes
// and of cells that it takes. Letters are never split further.
func Next(s string) (size, width int) {
	if s != "" && s[0] < 0x80 && (len(s) == 1 || s[1] < 0x80) {
		return 1, 1
	}
	cluster, w := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
	return len(cluster), w
}
