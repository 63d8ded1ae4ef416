package query

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

func FuzzParse(f *testing.F) {
	for _, ex := range Help() {
		f.Add(ex.Filter, len(ex.Filter))
	}
	for _, text := range []string{
		"", "!", "''", `"`, `\`, `"\`, "a:b:c", "::", "!!!", "tag:=", `tag:"a|b"|c`, "vpc:|", "age:>99999999999999999999d",
		"age:<-1d", "volume:>=-5", "\xff:\xfe", "İ", "ﬀ", "K", "vpc:none\u2003x", `"a"b"c d`, "'!x", "!'\"", "net:\x00",
	} {
		f.Add(text, len(text)/2)
	}
	rows, lens := testRows(), testLens()
	f.Fuzz(func(t *testing.T, text string, cursor int) {
		for _, at := range []int{cursor, len(text), -1} {
			q, issues := ParseAt(text, at, testNow())
			for _, issue := range issues {
				if issue.Start < 0 || issue.End > len(text) || issue.Start > issue.End || issue.Message == "" {
					t.Fatalf("issue %+v of %q is out of place", issue, text)
				}
			}
			for _, term := range q.Terms() {
				if term.Start < 0 || term.End > len(text) || term.Start >= term.End {
					t.Fatalf("term %+v of %q is out of place", term, text)
				}
			}
			again, complaints := ParseStrict(q.String(), testNow())
			if len(complaints) != 0 || !sameTerms(q, again) {
				t.Fatalf("%q renders as %q, which parses to %q with %v", text, q, again, complaints)
			}
			first := NewEngine(testFuzzy).Run(q, rows, lens)
			e := NewEngine(testFuzzy)
			e.Run(again, rows, lens)
			if second := e.Run(again, rows, lens); !reflect.DeepEqual(first, second) {
				t.Fatalf("%q finds %v, then %v", text, first, second)
			}
			if q.Empty() && len(first) != len(rows) {
				t.Fatalf("the empty query %q hides rows", text)
			}
		}
		q, _ := Parse(text, testNow())
		checkLight(t, q, text)
		Suggestions(text, cursor, rows, lens)
	})
}

// checkLight lights the filter's own text, which is as hostile as it gets.
func checkLight(t *testing.T, q Query, text string) {
	t.Helper()
	for _, f := range fields() {
		for _, at := range NewEngine(testFuzzy).Light(q, f.id, text) {
			if at < 0 || at >= len(text) {
				t.Fatalf("%q lights offset %d of itself in %s", text, at, f.id)
			}
		}
	}
}

func FuzzFold(f *testing.F) {
	f.Add("Churn", "churn")
	f.Add("İstanbul", "i")
	f.Add("K", "k")
	f.Add("x\xffY", "y")
	f.Fuzz(func(t *testing.T, s, sub string) {
		if !utf8.ValidString(s) || !utf8.ValidString(sub) {
			return
		}
		folded := strings.ToLower(sub)
		if got, want := containsFold(s, folded), strings.Contains(strings.ToLower(s), folded); got != want {
			t.Fatalf("%q in %q: %v, want %v as strings.ToLower has it", folded, s, got, want)
		}
		if start, end := indexFold(s, folded); start >= 0 && strings.ToLower(s[start:end]) != folded {
			t.Fatalf("%q found in %q at %d to %d", folded, s, start, end)
		}
	})
}
