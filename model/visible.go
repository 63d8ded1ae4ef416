package model

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Hidden reports whether a character cannot be seen as itself: a control, what breaks
// a line, what reorders or hides its neighbours, a filler, a space that is not the
// ordinary one, and what no font has. A reader does not know that it is there, or
// takes it for another.
func Hidden(r rune) bool {
	return !unicode.IsPrint(r) || r == '\u2800' || // a blank of Braille
		unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// AllVisible reports whether a text is valid UTF-8 without any hidden character.
func AllVisible(s string) bool {
	return utf8.ValidString(s) && strings.IndexFunc(s, Hidden) < 0
}

// ShellQuote makes s one word of a POSIX shell. A word that needs no quotes is left
// as it is. A word with what cannot be seen, or with what is no UTF-8, is made by
// printf, which has an escape for each such byte, so that it can be read and nothing
// in it reaches the terminal that it is shown on. A NUL is lost, as in any argument.
func ShellQuote(s string) string {
	switch {
	case s != "" && strings.IndexFunc(s, special) < 0:
		return s
	case AllVisible(s):
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	}
	// What a command prints loses the line ends behind it.
	body := strings.TrimRight(s, "\n")
	return printed(body) + printedEnds(len(s)-len(body))
}

// special reports whether a character means something to a shell.
func special(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("-_./:=@%+,", r)
}

// printed is a call of printf whose output is s, as a part of a word.
func printed(s string) string {
	if s == "" {
		return ""
	}
	var b strings.Builder
	b.WriteString(`"$(printf '`)
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1, Hidden(r), i == 0 && r == '-', strings.ContainsRune("'!`", r):
			for _, c := range []byte(s[i : i+size]) {
				fmt.Fprintf(&b, `\%03o`, c)
			}
		case r == '%', r == '\\':
			b.WriteString(strings.Repeat(string(r), 2))
		default:
			b.WriteRune(r)
		}
		i += size
	}
	b.WriteString(`')"`)
	return b.String()
}

// printedEnds are the line ends at the end of a word, as they are.
func printedEnds(n int) string {
	if n == 0 {
		return ""
	}
	return "'" + strings.Repeat("\n", n) + "'"
}
