package report

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// safe makes a text from AWS fit for one line of a terminal or of a file: white
// space becomes a space, whatever could command a terminal or reorder the line a
// replacement character.
func safe(s string) string {
	if utf8.ValidString(s) && strings.IndexFunc(s, hostile) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t' || r == '\u2028' || r == '\u2029':
			return ' '
		case hostile(r):
			return utf8.RuneError
		}
		return r
	}, strings.ToValidUTF8(s, string(utf8.RuneError)))
}

// hostile reports whether a character is a control (C0, DEL, C1), breaks a line,
// or is invisible formatting, which reorders or hides its neighbours.
func hostile(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp)
}

// width is the number of terminal cells that a safe text takes: two for wide
// East Asian characters and emoji, none for combining marks.
func width(s string) int {
	out := 0
	for _, r := range s {
		out += runeWidth(r)
	}
	return out
}

func runeWidth(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me):
		return 0
	case r >= 0x1100 && r <= 0x115f, r >= 0x2e80 && r <= 0xa4cf, r >= 0xac00 && r <= 0xd7a3, r >= 0xf900 && r <= 0xfaff,
		r >= 0xfe30 && r <= 0xfe6f, r >= 0xff00 && r <= 0xff60, r >= 0xffe0 && r <= 0xffe6,
		r >= 0x1f300 && r <= 0x1faff, r >= 0x20000 && r <= 0x3fffd:
		return 2
	}
	return 1
}

// cut shortens a safe text to at most limit cells, the last an ellipsis.
func cut(s string, limit int) string {
	if width(s) <= limit {
		return s
	}
	used := 0
	for i, r := range s {
		if used+runeWidth(r) > limit-1 {
			return s[:i] + "…"
		}
		used += runeWidth(r)
	}
	return s
}
