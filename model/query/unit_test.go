package query

import (
	"slices"
	"testing"
	"time"

	"nbscope/model"
)

func TestLex(t *testing.T) {
	for _, c := range []struct {
		says, text string
		want       []string
		open       bool
	}{
		{"nothing", "", nil, false},
		{"white space only", " \t\n\u2003", nil, false},
		{"words", "  a  bc ", []string{"a", "bc"}, false},
		{"white space of Unicode", "a\u00a0b\u2003c", []string{"a", "b", "c"}, false},
		{"quotes keep white space", `a "b c" d`, []string{"a", `"b c"`, "d"}, false},
		{"quotes in mid-word", `tag:a="b c"d e`, []string{`tag:a="b c"d`, "e"}, false},
		{"an open quote takes the rest", `a "b c`, []string{"a", `"b c`}, true},
		{"an escaped quote does not close", `"a\" b" c`, []string{`"a\" b"`, "c"}, false},
		{"a backslash outside quotes is a letter", `a\ b`, []string{`a\`, "b"}, false},
		{"a backslash at the very end", `"a\`, []string{`"a\`}, true},
		{"broken UTF-8 is a letter", "\xff \xfe", []string{"\xff", "\xfe"}, false},
	} {
		t.Run(c.says, func(t *testing.T) {
			var got []string
			open := false
			for _, tok := range lex(c.text) {
				got = append(got, c.text[tok.start:tok.end])
				open = tok.open
			}
			if !slices.Equal(got, c.want) || open != c.open {
				t.Errorf("%q is cut into %q (open %v), want %q (open %v)", c.text, got, open, c.want, c.open)
			}
		})
	}
}

func TestUnquote(t *testing.T) {
	for _, c := range []struct {
		in, want string
		quoted   bool
	}{
		{"", "", false},
		{"plain", "plain", false},
		{`back\slash`, `back\slash`, false},
		{`""`, "", true},
		{`"a b"`, "a b", true},
		{`a"b c"d`, "ab cd", true},
		{`"a\"b"`, `a"b`, true},
		{`"a\\b"`, `a\b`, true},
		{`"a\b"`, "ab", true},
		{`"open`, "open", true},
		{`"open\`, `open\`, true},
	} {
		if got, quoted := unquote(c.in); got != c.want || quoted != c.quoted {
			t.Errorf("%s reads %q (quoted %v), want %q (%v)", c.in, got, quoted, c.want, c.quoted)
		}
	}
}

func TestQuoteIsUndoneByUnquote(t *testing.T) {
	for _, s := range []string{"", "a", "a b", `"`, `\`, `\"`, `a\"b\\`, "|", "\xff", "日本"} {
		if got, quoted := unquote(quote(s)); got != s || !quoted {
			t.Errorf("%q quoted as %s reads %q", s, quote(s), got)
		}
		if toks := lex(quote(s)); len(toks) != 1 || toks[0].open {
			t.Errorf("%s is not one closed token: %+v", quote(s), toks)
		}
	}
}

func TestAlternatives(t *testing.T) {
	for in, want := range map[string][]string{
		"": {""}, "a": {"a"}, "a|b": {"a", "b"}, "a|": {"a", ""}, "|": {"", ""}, `"a|b"|c`: {`"a|b"`, "c"}, `"a\"|b"|c`: {`"a\"|b"`, "c"},
	} {
		if got := alternatives(in); !slices.Equal(got, want) {
			t.Errorf("%s has the alternatives %q, want %q", in, got, want)
		}
	}
}

func TestFold(t *testing.T) {
	for _, c := range []struct {
		s, folded          string
		prefix, equal, has bool
		at                 int
	}{
		{"Churn", "churn", true, true, true, 0},
		{"Churn-1", "churn", true, false, true, 0},
		{"my-Churn", "churn", false, false, true, 3},
		{"chur", "churn", false, false, false, -1},
		{"", "", true, true, true, -1},
		{"x", "", true, false, true, 0},
		{"ÉTÉ", "été", true, true, true, 0},
		{"éTé", "t", false, false, true, 2},
		{"K", "k", true, true, true, 0}, // the sign for kelvin
		{"日本", "本", false, false, true, 3},
		{"a\xffB", "b", false, false, true, 2},
	} {
		start, _ := indexFold(c.s, c.folded)
		if hasPrefixFold(c.s, c.folded) != c.prefix || equalFold(c.s, c.folded) != c.equal || containsFold(c.s, c.folded) != c.has || start != c.at {
			t.Errorf("%q in %q: prefix %v, equal %v, contains %v, at %d; want %v, %v, %v, %d", c.folded, c.s,
				hasPrefixFold(c.s, c.folded), equalFold(c.s, c.folded), containsFold(c.s, c.folded), start, c.prefix, c.equal, c.has, c.at)
		}
	}
}

func TestSubsequence(t *testing.T) {
	for _, c := range []struct {
		pattern, s string
		want       bool
	}{
		{"", "", true}, {"", "a", true}, {"a", "", false}, {"abc", "xaxbxc", true}, {"abc", "acb", false}, {"aa", "a", false}, {"é", "xéy", true},
	} {
		if got := subsequence(c.pattern, c.s); got != c.want {
			t.Errorf("%q as a subsequence of %q: %v", c.pattern, c.s, got)
		}
	}
}

func TestAgesAtTheirBounds(t *testing.T) {
	exactly := &model.Notebook{Created: testNow().Add(-48 * time.Hour)}
	for filter, want := range map[string]bool{
		"age:>48h": false, "age:>=48h": true, "age:<48h": false, "age:<=48h": true, "age:>2d": false, "age:>=2d": true,
		"age:>47h": true, "age:<49h": true, "age:<1w": true, "age:>2879m": true, "age:>172799s": true, "age:<1mo": true, "age:<1y": true,
		"age:>250y": false, "age:<250y": true, "age:>=0s": true,
	} {
		q, issues := ParseStrict(filter, testNow())
		if len(issues) != 0 {
			t.Errorf("%s has issues: %v", filter, issues)
			continue
		}
		if got := len(NewEngine(nil).Run(q, []*model.Notebook{exactly}, model.Lens{})) == 1; got != want {
			t.Errorf("%s on a notebook of exactly two days: %v", filter, got)
		}
	}
}

func TestVolumesAtTheirBounds(t *testing.T) {
	hundred := &model.Notebook{VolumeGB: 100, Described: done()}
	for filter, want := range map[string]bool{
		"volume:100": true, "volume:=100": true, "volume:99": false, "volume:>100": false, "volume:>=100": true, "volume:<100": false,
		"volume:<=100": true, "volume:>99gb": true, "volume:<101G": true, "volume:none": false, "volume:unknown": false,
	} {
		q, issues := ParseStrict(filter, testNow())
		if len(issues) != 0 {
			t.Errorf("%s has issues: %v", filter, issues)
			continue
		}
		if got := len(NewEngine(nil).Run(q, []*model.Notebook{hundred}, model.Lens{})) == 1; got != want {
			t.Errorf("%s on a notebook of exactly 100 GB: %v", filter, got)
		}
	}
}

func TestAgeIsAnchoredWhereTheFilterWasRead(t *testing.T) {
	q, _ := ParseStrict("age:>1h", testNow())
	n := &model.Notebook{Created: testNow().Add(-30 * time.Minute)}
	later := model.Lens{Now: testNow().Add(24 * time.Hour)}
	if got := NewEngine(nil).Run(q, []*model.Notebook{n}, later); len(got) != 0 {
		t.Error("the lens moved the term")
	}
}

func BenchmarkLight(b *testing.B) {
	q, _ := Parse("fraud region:eu- team", testNow())
	e, rows, lens := NewEngine(testFuzzy), benchRows(50), testLens()
	for b.Loop() {
		for _, n := range rows {
			for _, f := range model.Fields() {
				e.Light(q, f.ID, lens.Text(n, f.ID))
			}
		}
	}
}
