package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

const (
	replacement = "\uFFFD"
	maxMarks    = 2 // combining marks on one letter; more would paint over the lines above
)

// A splitter takes the first piece off a text that is not empty: what to show
// for it, and how many bytes it took. The argument before is the piece that it
// gave last.
type splitter func(s, before string) (piece string, size int)

// clean makes s safe in the gentlest way that gives stable letters. Leaving
// something out can make its neighbours join into a new letter, hence the
// second, rougher way.
func clean(s string, lit []int) (string, []int) {
	if settled(s) {
		return s, lit
	}
	if c, l := rebuild(s, lit, gentle); settled(c) {
		return c, l
	}
	return rebuild(s, lit, rough)
}

// settled reports whether gentle would leave s as it is.
func settled(s string) bool {
	for s != "" {
		if s[0]-0x20 <= 0x7e-0x20 && (len(s) == 1 || s[1] < 0x80) {
			s = s[1:]
			continue
		}
		piece, size := gentle(s, "")
		if piece != s[:size] {
			return false
		}
		s = s[size:]
	}
	return true
}

// rebuild puts the pieces together and moves the lit offsets along.
func rebuild(s string, lit []int, split splitter) (string, []int) {
	var (
		b      strings.Builder
		moved  []int
		before string
	)
	b.Grow(len(s) + len(s)/2)
	for at := 0; at < len(s); {
		piece, size := split(s[at:], before)
		for len(lit) > 0 && lit[0] < at+size {
			if lit[0] >= at && piece != "" {
				moved = append(moved, b.Len())
			}
			lit = lit[1:]
		}
		b.WriteString(piece)
		if piece != "" {
			before = piece
		}
		at += size
	}
	return b.String(), moved
}

// gentle takes a whole grapheme cluster and keeps as much of it as is safe.
func gentle(s, _ string) (string, int) {
	if piece, size := control(s); size > 0 {
		return piece, size
	}
	cluster, width := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
	if safe(cluster, width) {
		return cluster, len(cluster)
	}
	_, size := utf8.DecodeRuneInString(cluster)
	if !utf8.ValidString(cluster) { // the broken byte gets a turn of its own
		cluster = cluster[:size]
	}
	if !safeAlone(cluster[:size]) {
		return replacement, size
	}
	if kept := prefix(cluster); kept != "" {
		return kept, len(cluster)
	}
	if hides(cluster, size) {
		return cluster[:size] + replacement, len(cluster)
	}
	return cluster[:size], len(cluster)
}

// rough takes one code point and keeps it only if it stands alone in every
// company.
func rough(s, before string) (string, int) {
	if piece, size := control(s); size > 0 {
		return piece, size
	}
	r, size := utf8.DecodeRuneInString(s)
	if before != "" && unicode.In(r, unicode.Mn, unicode.Me) {
		return "", size
	}
	if !safeAlone(s[:size]) || regional(r) {
		return replacement, size
	}
	if before != "" {
		_, last := utf8.DecodeLastRuneInString(before)
		before = before[len(before)-last:]
		if cluster, _ := ansi.FirstGraphemeCluster(before+s[:size], ansi.GraphemeWidth); len(cluster) != last {
			return replacement, size
		}
	}
	return s[:size], size
}

// control answers for control characters, line ends, spaces of all kinds and
// broken UTF-8; size is 0 if s starts with something else.
func control(s string) (piece string, size int) {
	r, size := utf8.DecodeRuneInString(s)
	switch {
	case r == utf8.RuneError && size <= 1:
		return replacement, 1
	case strings.HasPrefix(s, "\r\n"):
		return " ", 2
	case r == '\t' || r == '\n' || r == '\r':
		return " ", 1
	case r < 0x20:
		return string(0x2400 + r), 1 // the picture of the control, such as ␛
	case r == 0x7f:
		return "\u2421", 1
	case r < 0x1680 && r != 0xa0 || !unicode.In(r, unicode.Z):
		return "", 0 // the first space beyond these two is U+1680
	default:
		return " ", size
	}
}

// safe reports whether a cluster may be shown as it is.
func safe(cluster string, width int) bool {
	if width < 1 || width > 2 || !utf8.ValidString(cluster) || ansi.WcWidth.StringWidth(cluster) != width {
		return false
	}
	marks := 0
	for i, r := range cluster {
		switch {
		case i == 0 && !stands(cluster, r), !printable(r):
			return false
		case variation(r):
			return false
		case i > 0 && unicode.In(r, unicode.Mn, unicode.Me):
			marks++
		}
	}
	return marks <= maxMarks
}

func safeAlone(s string) bool {
	return safe(s, ansi.GraphemeWidth.StringWidth(s))
}

// prefix is the letter with as many of its marks as are allowed, or nothing if
// that is not safe either.
func prefix(cluster string) string {
	runes := 0
	for i, r := range cluster {
		if runes > 0 && (variation(r) || !unicode.In(r, unicode.Mn, unicode.Me)) {
			return ""
		}
		runes++
		if runes > maxMarks+1 {
			if kept := cluster[:i]; safe(kept, ansi.GraphemeWidth.StringWidth(kept)) {
				return kept
			}
			return ""
		}
	}
	return ""
}

// hides reports whether a letter carries more than marks: what is left out then
// leaves a sign, so that no two names look the same. Pictographs carry joiners
// and skin tones by nature.
func hides(cluster string, first int) bool {
	r, _ := utf8.DecodeRuneInString(cluster)
	return !unicode.Is(unicode.So, r) &&
		strings.ContainsFunc(cluster[first:], func(r rune) bool { return !unicode.In(r, unicode.M) })
}

// stands reports whether a cluster keeps to itself: it neither leans on the cell
// before it, as a mark or a skin tone does, nor reaches for the one after it, as
// some letters of Indic scripts do.
func stands(cluster string, first rune) bool {
	switch {
	case unicode.In(first, unicode.M):
		return false
	case first < 0x300, first >= 0x2010 && first <= 0x2BFF, first >= 0x3000 && first <= 0xA4FF, first >= 0xAC00 && first <= 0xD7A3:
		return true // Latin, signs, East Asia: the common ones need no look
	}
	before, _ := ansi.FirstGraphemeCluster("x"+cluster, ansi.GraphemeWidth)
	after, _ := ansi.FirstGraphemeCluster(cluster+"x", ansi.GraphemeWidth)
	return len(before) == 1 && len(after) == len(cluster)
}

func printable(r rune) bool {
	return unicode.IsPrint(r) || unicode.Is(unicode.Co, r)
}

func variation(r rune) bool {
	return r >= 0xFE00 && r <= 0xFE0F || r >= 0xE0100 && r <= 0xE01EF || r >= 0x180B && r <= 0x180F
}

func regional(r rune) bool { return r >= 0x1F1E6 && r <= 0x1F1FF }
