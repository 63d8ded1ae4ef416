package text

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

func hostile() []string {
	return []string{
		"", "plain", "tab\there", "a\nb\r\nc\rd", "\x1b[31mred\x1b[0m", "\x1b]0;title\a", "\x9b31m", "\u009b31m",
		"\u202egpj.exe", "\u2066x\u2069", "pro\u200dd", "a\u200bb", "\xff\xfe", "\xe2\x82", "日本語", "한국어",
		"\u1112\u1161\u11ab", "👨\u200d👩\u200d👧", "❤\ufe0f", "👍🏽", "🇩🇪", "🇩", "🇩🇪🇫", "e\u0301",
		"z" + strings.Repeat("\u0300", 50), "\u0300lead", "\u0600", "\u0600 ", "क्षि", "ก็", "\u2028x\u2029", "\u00a0",
		"\ufeffbom", "\U000e0041tag", "\u0d4eक", "1\ufe0f\u20e3", "\u1100\u0300\u1161", "a\u20dd", "🇩\ufe0f🇪", "\x00", "ｗｉｄｅ",
		"\u0e33", "🏽", "\uff9e", "0\xd30\xf7", "\U000111c2x", "\u1160", "\u3164", "no\u00adbreak", "-\u2060-",
	}
}

func checkSafe(t *testing.T, in, s string) {
	t.Helper()
	if !utf8.ValidString(s) {
		t.Fatalf("%q gave invalid UTF-8 %q", in, s)
	}
	for _, r := range s {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.In(r, unicode.Zl, unicode.Zp) {
			t.Fatalf("%q gave %q with %U in it", in, s, r)
		}
	}
	if g, w := ansi.StringWidth(s), ansi.WcWidth.StringWidth(s); g != w {
		t.Fatalf("%q gave %q, %d cells by cluster and %d by code point", in, s, g, w)
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range hostile() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c := Clean(s)
		checkSafe(t, s, c)
		if again := Clean(c); again != c {
			t.Fatalf("%q became %q, then %q", s, c, again)
		}
		if got := ansi.StringWidth("| " + c + " |"); got != Width(s)+4 {
			t.Fatalf("%q (%q) joins its neighbours: %d cells instead of %d", s, c, got, Width(s)+4)
		}
		sum := 0
		for rest := c; rest != ""; {
			size, w := Next(rest)
			sum, rest = sum+w, rest[size:]
		}
		if sum != Width(s) {
			t.Fatalf("letters of %q sum to %d, width is %d", c, sum, Width(s))
		}
	})
}

func FuzzFit(f *testing.F) {
	for i, s := range hostile() {
		f.Add(s, i%9)
	}
	f.Fuzz(func(t *testing.T, s string, width int) {
		width %= 200
		got := FitWith(s, width, "…")
		checkSafe(t, s, got)
		if w := ansi.StringWidth(got); w != max(width, 0) {
			t.Fatalf("FitWith(%q, %d) = %q is %d cells", s, width, got, w)
		}
		if again := FitWith(got, width, "…"); again != got {
			t.Fatalf("FitWith(%q, %d) = %q, then %q", s, width, got, again)
		}
		for _, l := range Wrap(s, width) {
			checkSafe(t, s, l)
			if w := ansi.StringWidth(l); w > max(width, 0) {
				t.Fatalf("Wrap(%q, %d) gave a line of %d cells: %q", s, width, w, l)
			}
		}
	})
}
