package model

import (
	"os/exec"
	"strings"
	"testing"
)

// hostileWords are values that hide something, or that mean something to a shell.
func hostileWords() []string {
	return []string{
		"", "plain", "it's", `a\b`, "100%", "%s%d", "-n", "--", "$(reboot)", "`reboot`", "a\tb", "a\nb", "a\n", "\n", "\n\n", "a\n\n",
		"\x1b[2Jgone", "\x1b]0;title\x07", "\r\n", "abc\u202egnp.exe", "\u2066x\u2069", "a\u200bb", "\u2028", "\u2029line", "a\u00a0b", "a\u3000b",
		"\ufeffx", "\u00ad", "\u3164", "\ufe0f", "\U000e0041", "\u2800", "\u0085", "\u009b31m", "\xff\xfe", "é\xc3", "naïve", "日本語", "😀",
		"'\x1b'", "\"\x1b\"", "!\x1b!", "`\x1b`", "$HOME\x1b", "\x1b%", `\x1b\033`, "-\x01", "\x010", "a\x7f", "~\x01", "*\x01", "\ue000", "\u0378",
		"\u202e\n", "\x01\n\n",
	}
}

func TestShellQuoteHidesNothing(t *testing.T) {
	for _, word := range hostileWords() {
		got := ShellQuote(word)
		if rest := strings.TrimRight(strings.TrimRight(got, "'"), "\n"); !AllVisible(rest) {
			t.Errorf("%q is quoted as %q, which hides something", word, got)
		}
	}
}

func TestShellQuoteIsTakenByteForByte(t *testing.T) {
	for _, shell := range shells(t) {
		for _, word := range hostileWords() {
			checkWord(t, shell, word)
		}
	}
}

func FuzzShellQuote(f *testing.F) {
	for _, word := range hostileWords() {
		f.Add(word)
	}
	all := shells(f)
	f.Fuzz(func(t *testing.T, word string) {
		if strings.ContainsRune(word, 0) {
			return // no argument can hold it
		}
		for _, shell := range all {
			checkWord(t, shell, word)
		}
	})
}

// shells are the POSIX shells of this machine.
func shells(t testing.TB) []string {
	t.Helper()
	var out []string
	for _, name := range []string{"dash", "bash", "sh"} {
		if path, err := exec.LookPath(name); err == nil {
			out = append(out, path)
		}
	}
	if len(out) == 0 {
		t.Skip("there is no shell")
	}
	return out
}

// checkWord lets a shell print a word, and one behind it, with a mark at each end.
func checkWord(t *testing.T, shell, word string) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), shell, "-euc", "printf '<%s>' "+ShellQuote(word)+" "+ShellQuote("end")).Output()
	if want := "<" + word + "><end>"; err != nil || string(out) != want {
		t.Errorf("%s took %q as %q (%v), from %s", shell, word, out, err, ShellQuote(word))
	}
}

func TestHidden(t *testing.T) {
	for _, r := range "\x00\n\t\x7f\u0085\u009b\u00a0\u00ad\u034f\u061c\u115f\u180e\u200b\u200e\u2028\u202e\u2060\u2066\u2800\u3000\u3164\ufe0f\ufeff\ufff9\ue000\U000e0001\U000e0100" {
		if !Hidden(r) {
			t.Errorf("%U can be seen", r)
		}
	}
	for _, r := range " aZ09~'\"\\éßж中あ😀€…→\u0301" {
		if Hidden(r) {
			t.Errorf("%U cannot be seen", r)
		}
	}
}
