package ui

import (
	"slices"
	"strings"

	"nbscope/ui/text"
	"nbscope/ui/theme"
)

// A span is a piece of one line in one tone. Drop says how soon the piece may
// leave when the line is too narrow: the largest number goes first, 0 stays.
type span struct {
	tone theme.Tone
	text string
	drop int
}

// bar sets two lists of spans into one line of exactly width cells, the second
// one at the right edge. What does not fit leaves by its drop number; what still
// does not fit is cut on the right.
func bar(t *theme.Theme, width int, left, right []span) string {
	return barOn(t, theme.Plain, width, left, right)
}

// barOn is bar on a ground that goes through every cell.
func barOn(t *theme.Theme, g theme.Ground, width int, left, right []span) string {
	if width <= 0 {
		return ""
	}
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
	if lw+gap+rw > width { // the right side is short and says how things stand: it stays whole longer
		rw = min(rw, width)
		lw = max(0, width-rw-gap)
	}
	var b strings.Builder
	used := paintSpans(&b, t, g, left, lw)
	fill := width - used - rw
	spacesOn(&b, t, g, fill)
	used += max(0, fill)
	used += paintSpans(&b, t, g, right, width-used)
	spacesOn(&b, t, g, width-used)
	return b.String()
}

// cleaned returns the spans with text that is safe to draw, in a slice of its own.
func cleaned(in []span) []span {
	out := make([]span, 0, len(in))
	for _, s := range in {
		if s.text = text.Clean(s.text); s.text != "" {
			out = append(out, s)
		}
	}
	return out
}

func spansWidth(in []span) int {
	n := 0
	for _, s := range in {
		n += text.Width(s.text)
	}
	return n
}

// dropOne removes every span with the largest drop number and reports whether
// there was one to remove.
func dropOne(left, right *[]span) bool {
	worst := 0
	for _, s := range *left {
		worst = max(worst, s.drop)
	}
	for _, s := range *right {
		worst = max(worst, s.drop)
	}
	if worst == 0 {
		return false
	}
	gone := func(s span) bool { return s.drop == worst }
	*left = slices.DeleteFunc(*left, gone)
	*right = slices.DeleteFunc(*right, gone)
	return true
}

// paintSpans writes spans into at most width cells and returns the cells used.
func paintSpans(b *strings.Builder, t *theme.Theme, g theme.Ground, in []span, width int) int {
	used := 0
	for _, s := range in {
		w := text.Width(s.text)
		room := width - used
		if room <= 0 {
			break
		}
		if w > room {
			s.text, w = text.FitWith(s.text, room, t.Glyphs.Ellipsis), room
		}
		seq := t.On(g, s.tone)
		b.WriteString(seq.On)
		b.WriteString(s.text)
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

// factSpans sets texts that are not empty in a row, with a sign between them. The
// last one leaves first when there is no room.
func factSpans(tone theme.Tone, sep string, texts ...string) []span {
	var out []span
	for i, t := range texts {
		if t == "" {
			continue
		}
		if len(out) > 0 {
			out = append(out, span{tone: theme.Dim, text: sep, drop: i})
		}
		out = append(out, span{tone: tone, text: t, drop: i})
	}
	return out
}

// factSpansAfter is factSpans behind something that stands there already.
func factSpansAfter(tone theme.Tone, sep string, texts ...string) []span {
	out := make([]span, 0, 2*len(texts))
	for i, t := range texts {
		out = append(out, span{tone: theme.Dim, text: sep, drop: i + 1}, span{tone: tone, text: t, drop: i + 1})
	}
	return out
}
