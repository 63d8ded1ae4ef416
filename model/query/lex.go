package query

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is a stretch of the text without white space outside quotes.
type token struct {
	start, end int
	open       bool // a quote in it is never closed
}

// lex splits the text at white space. Quotes may stand anywhere in a token and
// keep white space in it; inside them a backslash takes the next byte as it is.
func lex(text string) []token {
	var out []token
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if unicode.IsSpace(r) {
			i += size
			continue
		}
		tok := token{start: i}
		tok.end, tok.open = scanToken(text, i)
		out = append(out, tok)
		i = tok.end
	}
	return out
}

// scanToken returns where the token that starts at i ends.
func scanToken(text string, i int) (end int, open bool) {
	for i < len(text) {
		switch c := text[i]; {
		case c == '"':
			open = !open
		case c == '\\' && open && i+1 < len(text):
			i++
		case !open:
			r, size := utf8.DecodeRuneInString(text[i:])
			if unicode.IsSpace(r) {
				return i, false
			}
			i += size
			continue
		}
		i++
	}
	return i, open
}

// unquote takes the quotes off and reports whether there were any.
func unquote(s string) (out string, quoted bool) {
	if strings.IndexByte(s, '"') < 0 {
		return s, false
	}
	var b strings.Builder
	inside := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			inside = !inside
		case c == '\\' && inside && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), true
}

// quote puts s between quotes so that unquote gives it back.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(s) {
		if s[i] == '"' || s[i] == '\\' {
			b.WriteByte('\\')
		}
		b.WriteByte(s[i])
	}
	b.WriteByte('"')
	return b.String()
}

// plain reports whether s can stand in a filter without quotes.
func plain(s string) bool {
	return s != "" && strings.IndexByte(s, '"') < 0 && strings.IndexFunc(s, unicode.IsSpace) < 0
}

// alternatives splits a value at the bars outside quotes.
func alternatives(s string) []string {
	var out []string
	start, inside := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			inside = !inside
		case c == '\\' && inside:
			i++
		case c == '|' && !inside:
			out = append(out, s[start:i])
			start = i + 1
		}
	}
	return append(out, s[start:])
}
