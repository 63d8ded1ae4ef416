package table

import (
	"testing"

	"github.com/charmbracelet/x/ansi"

	"nbscope/ui/theme"
)

// TestACellIsWrittenIntoTheRoomThatItHas writes cells behind two letters, in lines that
// have less room than the cell, as much, and more.
func TestACellIsWrittenIntoTheRoomThatItHas(t *testing.T) {
	t.Parallel()
	left, right := (*brush).cell, (*brush).right
	plain := theme.New(theme.Options{NoColor: true})
	for _, c := range []struct {
		do          func(*brush, Cell, int)
		cell        Cell
		width, line int // of the cell, and of the whole line
		want        string
	}{
		{left, Cell{Text: "abc"}, 3, 9, "xxabc    "}, {left, Cell{Text: "abc"}, 2, 9, "xxa…     "}, {left, Cell{Text: "abc"}, 9, 4, "xxa…"}, {left, Cell{Text: "abc"}, 1, 9, "xx…      "}, {left, Cell{Text: "abc"}, 0, 9, "xx       "}, {left, Cell{Text: "abc"}, 9, 2, "xx"},
		{left, Cell{Text: "abc", Tail: "-z"}, 5, 9, "xxabc-z  "}, {left, Cell{Text: "abc", Tail: "-z"}, 4, 9, "xxa…-z   "}, {left, Cell{Text: "abc", Tail: "-z"}, 3, 9, "xx…-z    "}, {left, Cell{Text: "abc", Tail: "-z"}, 2, 9, "xxa…     "},
		{left, Cell{Text: "abc", Tail: "-z"}, 9, 6, "xxa…-z"}, {left, Cell{Text: "abc", Tail: "-z"}, 9, 4, "xxa…"}, {left, Cell{Tail: "-z"}, 4, 9, "xx-z     "},
		{right, Cell{Text: "abc"}, 5, 9, "xx  abc  "}, {right, Cell{Text: "abc"}, 3, 9, "xxabc    "}, {right, Cell{Text: "abc"}, 2, 9, "xxa…     "}, {right, Cell{Text: "abc"}, 1, 9, "xx…      "}, {right, Cell{Text: "abc"}, 0, 9, "xx       "}, {right, Cell{Text: "abc"}, 9, 6, "xx abc"}, {right, Cell{Text: "abc"}, 9, 2, "xx"}, {right, Cell{}, 3, 9, "xx       "},
	} {
		b := brush{theme: plain}
		b.begin(theme.Plain, c.line)
		b.text(theme.Normal, "xx", nil, 2)
		c.do(&b, c.cell, c.width)
		b.end()
		if got := ansi.Strip(string(b.out)); got != c.want || b.x != c.line {
			t.Errorf("%+v in %d of %d: %q in %d cells, want %q", c.cell, c.width, c.line, got, b.x, c.want)
		}
	}
}

// TestLitLettersAreWrittenOnce lights up letters, parts of letters, and what is cut off.
func TestLitLettersAreWrittenOnce(t *testing.T) {
	t.Parallel()
	dark := theme.New(theme.Options{Dark: true})
	lit := func(s string) string { q := dark.On(theme.Plain, theme.Match); return q.On + s + q.Off }
	dull := func(s string) string { q := dark.On(theme.Plain, theme.Dim); return q.On + s + q.Off }
	for _, c := range []struct {
		s     string
		at    []int
		width int
		want  string
	}{
		{"abc", []int{0}, 9, lit("a") + dull("bc")}, {"abc", []int{2}, 9, dull("ab") + lit("c")}, {"abc", []int{0, 1, 2}, 9, lit("abc")}, {"aéb", []int{1, 2, 3}, 9, dull("a") + lit("éb")},
		{"ae\u0301b", []int{2}, 9, dull("a") + lit("e\u0301") + dull("b")}, {"abc", []int{0, 2}, 2, lit("a") + dull("…")}, {"abcd", []int{2}, 3, dull("ab…")},
	} {
		b := brush{theme: dark}
		b.begin(theme.Plain, 9)
		b.text(theme.Dim, c.s, c.at, c.width)
		b.out = append(b.out, b.off...)
		if got := string(b.out); got != c.want {
			t.Errorf("%q lit at %v in %d: %q, want %q", c.s, c.at, c.width, got, c.want)
		}
	}
}
