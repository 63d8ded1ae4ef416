package kit

import (
	"strings"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
)

// Keys are named by Latin letters. On a keyboard that writes others, the same key
// writes another letter, and a user should not have to switch for every command.

// row is the keys of an American keyboard from the left to the right, as they are and
// with shift.
const (
	row      = "`qwertyuiop[]asdfghjkl;'zxcvbnm,./"
	rowShift = `~QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>?`
)

// layouts are what common keyboards write with the keys of row and of rowShift. Where
// two differ about a letter, the first one counts. A space is a key that writes nothing
// which says more than Latin does.
func layouts() [][2]string {
	return [][2]string{
		{"ёйцукенгшщзхъфывапролджэячсмитьбю ", "ЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ "},  // Russian
		{" йцукенгшщзхїфівапролджєячсмитьбю ", " ЙЦУКЕНГШЩЗХЇФІВАПРОЛДЖЄЯЧСМИТЬБЮ "},  // Ukrainian
		{"ёйцукенгшўзх фывапролджэячсмітьбю ", "ЁЙЦУКЕНГШЎЗХ ФЫВАПРОЛДЖЭЯЧСМІТЬБЮ "},  // Belarusian
		{"  ςερτυθιοπ  ασδφγηξκλ  ζχψωβνμ   ", "   ΕΡΤΥΘΙΟΠ  ΑΣΔΦΓΗΞΚΛ  ΖΧΨΩΒΝΜ   "},  // Greek
		{"   קראטוןםפ  שדגכעיחלך  זסבהנמצתץ ", "                                  "},  // Hebrew
		{"ذضصثقفغعهخحجدشسيبلاتنمكطئءؤر ىةوزظ", "                                  "},  // Arabic
		{" ضصثقفغعهخحجچشسیبلاتنمکگظطزرذدپو  ", "                                  "},  // Persian
		{" ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔ  ㅁㄴㅇㄹㅎㅗㅓㅏㅣ  ㅋㅌㅊㅍㅠㅜㅡ   ", " ㅃㅉㄸㄲㅆ   ㅒㅖ                       "},  // Korean
		{" ๆไำพะัีรนยบลฟหกดเ้่าสวงผปแอิืทมใฝ", " ๐\"ฎฑธํ๊ณฯญฐ,ฤฆฏโฌ็๋ษศซ.()ฉฮฺ์?ฒฬฦ"}, // Thai
		{" ქწერტყუიოპ  ასდფგჰჯკლ  ზხცვბნმ   ", "  ჭ ღთ        შ    ჟ    ძ ჩ       "},  // Georgian
	}
}

// standsOn is the key of an American keyboard that a letter stands on, 0 for one on no
// keyboard that is known.
func standsOn(letter rune) rune {
	if letter < utf8.RuneSelf {
		return 0
	}
	for _, l := range layouts() {
		for i, keys := range []string{row, rowShift} {
			if before, _, ok := strings.Cut(l[i], string(letter)); ok {
				return rune(keys[utf8.RuneCountInString(before)])
			}
		}
	}
	return 0
}

// Latin is what a key would have been on a keyboard with Latin letters; ok is false
// where it is Latin already, or on no keyboard that is known. A combination is told by
// the terminal's own word for the key, where it has one.
func Latin(k tea.KeyPressMsg) (as tea.KeyPressMsg, ok bool) {
	if k.Mod.Contains(tea.ModCtrl) || k.Mod.Contains(tea.ModAlt) {
		base := k.BaseCode
		if k.BaseCode = 0; k.Code < utf8.RuneSelf || k.Code > unicode.MaxRune {
			return k, base != 0 // what its own keyboard says, not where it stands on another
		}
		if base == 0 {
			base = standsOn(unicode.ToLower(k.Code))
		}
		k.Code, k.ShiftedCode = base, 0
		return k, base != 0
	}
	written, size := utf8.DecodeRuneInString(k.Text)
	to := standsOn(written)
	if size != len(k.Text) || to == 0 {
		return k, false
	}
	return tea.KeyPressMsg{Text: string(to), Code: unicode.ToLower(to)}, true
}
