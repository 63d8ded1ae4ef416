package table

import (
	"slices"
	"testing"
)

// A list of notes, each a text and a number.
func notes(rows ...string) *List[string] {
	return &List[string]{
		Rows: rows,
		Name: func(s string) string { return "key of " + s },
		Fields: []Field[string]{
			{Column: Column{Title: "NOTE", Min: 4, Want: 4}, Follow: 8, Hold: 6, Cell: func(s string) Cell { return Cell{Text: s} }},
			{Column: Column{Title: "LEN", Min: 3, Want: 3}, Cell: func(string) Cell { return Cell{Text: "of any length"} }},
		},
	}
}

func TestColumnsFollowWhatStandsInThem(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		rows        []string
		least, want int
	}{
		"without rows":          {nil, 4, 4},
		"narrower than it is":   {[]string{"ab"}, 4, 4},
		"as wide as the widest": {[]string{"ab", "abcde"}, 5, 5},
		"never beyond":          {[]string{"abcdefghijk"}, 6, 8},
		"letters are not bytes": {[]string{"äöüäö"}, 5, 5},
		"wide letters are two":  {[]string{"日本語"}, 6, 6},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := notes(c.rows...).Columns()
			if got[0].Min != c.least || got[0].Want != c.want {
				t.Errorf("the column is at least %d and wants %d, want %d and %d", got[0].Min, got[0].Want, c.least, c.want)
			}
			if got[1] != (Column{Title: "LEN", Min: 3, Want: 3}) {
				t.Errorf("a column that follows nothing became %+v", got[1])
			}
		})
	}
}

func TestColumnsOfAListStayInPlace(t *testing.T) {
	t.Parallel()
	l := notes("abcdefg")
	wide := l.Columns()
	l.Rows = []string{"a"}
	if got := l.Columns(); !slices.Equal(got, wide) {
		t.Errorf("they became %+v, and were %+v", got, wide)
	}
}

func TestAListGivesItsRows(t *testing.T) {
	t.Parallel()
	l := notes("a", "b")
	if l.Key(1) != "key of b" || l.Cell(1, 0).Text != "b" || l.Line(1) != "b of any length" {
		t.Errorf("row 1 is %q, %q and %q", l.Key(1), l.Cell(1, 0).Text, l.Line(1))
	}
}
