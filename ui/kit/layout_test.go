package kit

import (
	"testing"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
)

func TestEveryLayoutHasAsManyKeysAsARow(t *testing.T) {
	t.Parallel()
	for _, l := range layouts() {
		for i, keys := range []string{row, rowShift} {
			if got, want := utf8.RuneCountInString(l[i]), len(keys); got != want {
				t.Errorf("%q has %d keys, not %d", l[i], got, want)
			}
		}
	}
}

func TestLettersOfOtherKeyboardsAreTheKeysTheyStandOn(t *testing.T) {
	t.Parallel()
	plain := func(s string) tea.KeyPressMsg {
		r, _ := utf8.DecodeRuneInString(s)
		return tea.KeyPressMsg{Text: s, Code: r}
	}
	combo := func(mod tea.KeyMod, code, base rune) tea.KeyPressMsg {
		return tea.KeyPressMsg{Mod: mod, Code: code, BaseCode: base}
	}
	cases := map[string]struct {
		key  tea.KeyPressMsg
		want string // "" for a key that is left as it is
	}{
		"Russian q": {plain("й"), "q"}, "Russian R, shifted": {plain("К"), "R"}, "Russian colon": {plain("Ж"), ":"}, "Russian [": {plain("х"), "["},
		"Ukrainian s": {plain("і"), "s"}, "Greek j": {plain("ξ"), "j"}, "Greek G": {plain("Γ"), "G"}, "Hebrew j": {plain("ח"), "j"},
		"Arabic q": {plain("ض"), "q"}, "Persian k": {plain("ن"), "k"}, "Korean r": {plain("ㄱ"), "r"}, "Korean R": {plain("ㄲ"), "R"},
		"Thai j": {plain("่"), "j"}, "Georgian y": {plain("ყ"), "y"},
		"a Latin letter": {plain("q"), ""}, "a Latin letter with an accent": {plain("é"), ""}, "a Chinese word": {plain("东"), ""}, "several letters": {tea.KeyPressMsg{Text: "йй", Code: tea.KeyExtended}, ""},
		"no letter":                                  {tea.KeyPressMsg{Code: tea.KeyUp}, ""},
		"ctrl, and the terminal knows the key":       {combo(tea.ModCtrl, 'с', 'c'), "ctrl+c"},
		"ctrl, and it does not":                      {combo(tea.ModCtrl, 'в', 0), "ctrl+d"},
		"alt on a letter of its own":                 {combo(tea.ModAlt, 'ß', 0), ""},
		"ctrl+q where an American keyboard has an a": {combo(tea.ModCtrl, 'q', 'a'), "ctrl+q"},
		"ctrl+up": {combo(tea.ModCtrl, tea.KeyUp, 0), ""},
		"a layout that is not known, and a terminal is": {combo(tea.ModCtrl, 'ㄊ', 'w'), "ctrl+w"},
	}
	for name, c := range cases {
		got, ok := Latin(c.key)
		if ok != (c.want != "") || ok && got.String() != c.want {
			t.Errorf("%s: %q, %v, want %q", name, got.String(), ok, c.want)
		}
	}
}
