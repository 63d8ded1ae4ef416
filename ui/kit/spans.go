package kit

import (
	"slices"
	"strings"

	"nbscope/ui/text"
	"nbscope/ui/theme"
)

// A Span is a piece of one line in one tone. Drop says how soon the piece may
// leave when the line is too narrow: the largest number goes first, 0 stays.
type Span struct {
	Tone theme.Tone
	Text string
	Drop int
}

// Bar sets two lists of spans into one line of exactly width cells, the second
// one at the right edge. What does not fit leaves by its drop number; what still
// does not fit is cut on the right.
func Bar(t *theme.Theme, width int, left, right []Span) string {
	return BarOn(t, theme.Plain, width, left, right)
}

// BarOn is bar on a ground that goes through every cell.
func BarOn(t *theme.Theme, g theme.Ground, width int, left, right []Span) string {
	left, right = cleaned(left), cleaned(right)
	lw, rw := spansWidth(left), spansWidth(right)
	gap := 0
	if rw > 0 {
		gap = 1
	}
	for lw+gap+rw > width {
		if !dropOne(&left, &right) {
			break
		}
		lw, rw = spansWidth(left), spansWidth(right)
		if rw == 0 {
			gap = 0
		}
	}
	rw = min(rw, width) // the right side is short and says how things stand: it stays whole longer
	var b strings.Builder
	used := paintSpans(&b, t, g, left, width-rw-gap)
	fill := width - used - rw
	spacesOn(&b, t, g, fill)
	used += max(0, fill)
	used += paintSpans(&b, t, g, right, rw)
	spacesOn(&b, t, g, width-used)
	return b.String()
}

// cleaned returns the spans with text that is safe to draw, in a slice of its own.
func cleaned(in []Span) []Span {
	out := make([]Span, 0, len(in))
	for _, s := range in {
		if s.Text = text.Clean(s.Text); s.Text != "" {
			out = append(out, s)
		}
	}
	return out
}

func spansWidth(in []Span) int {
	n := 0
	for _, s := range in {
		n += text.Width(s.Text)
	}
	return n
}

// dropOne removes every span with the largest drop number and reports whether
// there was one to remove.
func dropOne(left, right *[]Span) bool {
	worst := 0
	for _, s := range *left {
		worst = max(worst, s.Drop)
	}
	for _, s := range *right {
		worst = max(worst, s.Drop)
	}
	if worst == 0 {
		return false
	}
	gone := func(s Span) bool { return s.Drop == worst }
	*left = slices.DeleteFunc(*left, gone)
	*right = slices.DeleteFunc(*right, gone)
	return true
}

// paintSpans writes spans into at most width cells and returns the cells used.
func paintSpans(b *strings.Builder, t *theme.Theme, g theme.Ground, in []Span, width int) int {
	used := 0
	for i, s := range in {
		w := text.Width(s.Text)
		room := width - used
		if room <= 0 {
			break
		}
		if w == room && i < len(in)-1 && strings.HasSuffix(s.Text, " ") {
			s.Text, w = s.Text+" ", w+1 // what is cut behind it is seen by the ellipsis, which takes no letter
		}
		if w > room {
			s.Text, w = text.FitWith(s.Text, room, t.Glyphs.Ellipsis), room
		}
		seq := t.On(g, s.Tone)
		b.WriteString(seq.On)
		b.WriteString(s.Text)
		b.WriteString(seq.Off)
		used += w
	}
	return used
}

const blank = "                                                                "

func spaces(b *strings.Builder, n int) {
	for n > 0 {
		k := min(n, len(blank))
		b.WriteString(blank[:k])
		n -= k
	}
}

// spacesOn writes cells of a ground.
func spacesOn(b *strings.Builder, t *theme.Theme, g theme.Ground, n int) {
	if n <= 0 {
		return
	}
	seq := t.On(g, theme.Normal)
	b.WriteString(seq.On)
	spaces(b, n)
	b.WriteString(seq.Off)
}

// FactSpans sets texts that are not empty in a row, with a sign between them. The
// last one leaves first when there is no room.
func FactSpans(tone theme.Tone, sep string, texts ...string) []Span {
	var out []Span
	for i, t := range texts {
		if t == "" {
			continue
		}
		if len(out) > 0 {
			out = append(out, Span{Tone: theme.Dim, Text: sep, Drop: i})
		}
		out = append(out, Span{Tone: tone, Text: t, Drop: i})
	}
	return out
}

// FactSpansAfter is factSpans behind something that stands there already.
func FactSpansAfter(tone theme.Tone, sep string, texts ...string) []Span {
	out := make([]Span, 0, 2*len(texts))
	for i, t := range texts {
		out = append(out, Span{Tone: theme.Dim, Text: sep, Drop: i + 1}, Span{Tone: tone, Text: t, Drop: i + 1})
	}
	return out
}
