package text

import (
	"slices"
	"strings"
	"testing"
)

func TestClean(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"ASCII stays", "churn-model_1 (x)", "churn-model_1 (x)"},
		{"accents stay", "café e\u0301", "café e\u0301"},
		{"wide letters stay", "日本語 한국어", "日本語 한국어"},
		{"an escape is shown, not obeyed", "\x1b[31mred", "␛[31mred"},
		{"so is an operating system command", "\x1b]52;c;aGk=\a", "␛]52;c;aGk=␇"},
		{"a C1 control in UTF-8", "\u009b31m", "\uFFFD31m"},
		{"a C1 control as a byte", "\x9b31m", "\uFFFD31m"},
		{"line ends and tabs become one space each", "a\nb\r\nc\td\re", "a b c d e"},
		{"NUL and DEL", "\x00\x7f", "␀␡"},
		{"Unicode line ends", "a\u2028b\u2029c", "a b c"},
		{"other spaces", "a\u00a0b\u3000c", "a b c"},
		{"bidirectional override", "\u202egpj.exe", "\uFFFDgpj.exe"},
		{"bidirectional isolate", "a\u2066b\u2069", "a\uFFFDb\uFFFD"},
		{"a joiner hidden in a name", "pro\u200dd", "pro\uFFFDd"},
		{"a space without width", "a\u200bb", "a\uFFFDb"},
		{"a byte order mark", "\ufeffa", "\uFFFDa"},
		{"a soft hyphen", "no\u00adbreak", "no\uFFFDbreak"},
		{"broken UTF-8", "a\xff\xe2\x82b", "a\uFFFD\uFFFD\uFFFDb"},
		{"a mark with nothing under it", "\u0301a", "\uFFFDa"},
		{"a pile of marks is cut", "z" + strings.Repeat("\u0301", 40), "z\u0301\u0301"},
		{"a family of joined pictographs becomes its first", "👨\u200d👩\u200d👧 x", "👨 x"},
		{"a pictograph of disputed width becomes the plain one", "❤\ufe0f", "❤"},
		{"a syllable put together from parts shows that it was cut", "\u1112\u1161x", "\u1112\uFFFDx"},
		{"parts that would join once others are gone", "\u1112\ufe0f\u1160", "\u1112\uFFFD"},
		{"the same with a mark, a flag and pieces in front", "\u0301\ua960\ufe0f\ua960\u0301🇩", "\uFFFD\ua960\uFFFD\uFFFD"},
		{"nothing stays nothing", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Clean(c.in); got != c.want {
				t.Errorf("Clean(%q) = %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func TestCleanTextIsNotCopied(t *testing.T) {
	for _, s := range []string{"fraud-features-train-0001", "● InService", "日本語"} {
		if n := testing.AllocsPerRun(100, func() { _ = Clean(s) }); n != 0 {
			t.Errorf("%q costs %v allocations", s, n)
		}
	}
}

func TestLitLettersMoveWithTheText(t *testing.T) {
	for _, c := range []struct {
		name string
		in   string
		lit  []int
		want string // of the lit letters in the clean text
	}{
		{"plain", "abc", []int{0, 2}, "ac"},
		{"wide", "日本x", []int{3, 6}, "本x"},
		{"after an escape", "\x1b[m\tabc", []int{4, 6}, "ac"},
		{"after broken bytes", "\xff\xffabc", []int{2, 4}, "ac"},
		{"beyond the end", "a\tb", []int{2, 9}, "b"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, lit := CleanLit(c.in, c.lit)
			got := ""
			for _, at := range lit {
				size, _ := Next(s[at:])
				got += s[at : at+size]
			}
			if got != c.want {
				t.Errorf("lit %q in %q, want %q", got, s, c.want)
			}
		})
	}
}

func TestFit(t *testing.T) {
	for _, c := range []struct {
		name  string
		in    string
		width int
		right string
	}{
		{"shorter", "abc", 5, "abc  "},
		{"exact", "abcde", 5, "abcde"},
		{"longer", "abcdefgh", 5, "abcd…"},
		{"one cell", "abc", 1, "…"},
		{"no cell", "abc", 0, ""},
		{"less than none", "abc", -4, ""},
		{"wide letters are never split", "日本語文", 6, "日本… "},
		{"hostile", "a\x1b[31mb", 5, "a␛[3…"},
		{"wide letter in one cell", "日", 1, "…"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := FitWith(c.in, c.width, "…"); got != c.right {
				t.Errorf("FitWith = %q, want %q", got, c.right)
			}
		})
	}
}

func TestCutWithoutRoomForTheEllipsis(t *testing.T) {
	if head, used, cut := Cut("abcdef", 2, "..."); head != "ab" || used != 2 || cut {
		t.Errorf("%q %d %v", head, used, cut)
	}
	if head, used, cut := Cut("日本語", 2, "..."); head != "日" || used != 2 || cut {
		t.Errorf("%q %d %v", head, used, cut)
	}
	if head, used, cut := Cut("abc", 3, "…"); head != "abc" || used != 3 || cut {
		t.Errorf("%q %d %v", head, used, cut)
	}
	if got := FitWith("abcdef", 4, "~"); got != "abc~" {
		t.Errorf("%q", got)
	}
}

func TestWidth(t *testing.T) {
	for s, want := range map[string]int{"": 0, "abc": 3, "日本": 4, "e\u0301": 1, "\x1b[m": 3, "●": 1} {
		if got := Width(s); got != want {
			t.Errorf("Width(%q) = %d, want %d", s, got, want)
		}
	}
	if !plain(" abc~") || plain("\x7f") || plain("\x1f") || plain("é") || plain("\n") {
		t.Error("plain is printable ASCII")
	}
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		name  string
		in    string
		width int
		want  []string
	}{
		{"short", "abc", 5, []string{"abc"}},
		{"empty", "", 5, []string{""}},
		{"at spaces", "the quick brown fox", 10, []string{"the quick", "brown fox"}},
		{"a space at the very end of the line", "abcde fgh", 5, []string{"abcde", "fgh"}},
		{"long words break inside", "abcdefghijk", 4, []string{"abcd", "efgh", "ijk"}},
		{"lines of its own", "a\r\nb\n\nc", 4, []string{"a", "b", "", "c"}},
		{"tabs", "a\tb", 10, []string{"a   b"}},
		{"leading tab", "\tb\t\tc", 20, []string{"    b       c"}},
		{"indented line", "    abcdefgh", 8, []string{"    abcd", "efgh"}},
		{"wide", "日本語", 4, []string{"日本", "語"}},
		{"too wide for the line", "日a", 1, []string{"", "a"}},
		{"only too wide", "日", 1, []string{""}},
		{"no room", "abc", 0, []string{""}},
		{"hostile", "a\x1bb", 9, []string{"a␛b"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Wrap(c.in, c.width); !slices.Equal(got, c.want) {
				t.Errorf("Wrap(%q, %d) = %q, want %q", c.in, c.width, got, c.want)
			}
		})
	}
}

func BenchmarkFit(b *testing.B) {
	for name, s := range map[string]string{
		"ascii": "fraud-features-train-0001", "glyph": "● InService", "wide": "日本語のノートブック", "hostile": "a\x1b[31mred\u202e",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			buf := make([]byte, 0, 128)
			for b.Loop() {
				buf = AppendFit(buf[:0], s, 14, "…")
			}
		})
	}
}
