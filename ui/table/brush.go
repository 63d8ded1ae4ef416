package table

import (
	"nbscope/ui/text"
	"nbscope/ui/theme"
)

// brush writes one line after the other. It knows the ground of the line and
// writes every cell on it, so that no style's end can tear a hole in a row.
type brush struct {
	theme  *theme.Theme
	out    []byte
	ground theme.Ground
	tone   theme.Tone
	off    string // ends the tone that is on; empty if nothing is
	x      int    // cells written
	width  int
	fresh  bool // no tone was chosen on this line
}

// begin starts a line, or starts it over while nothing is written.
func (b *brush) begin(g theme.Ground, width int) {
	b.ground, b.x, b.width, b.off, b.fresh = g, 0, width, "", true
}

// end fills the line and switches everything off.
func (b *brush) end() {
	b.to(b.width)
	b.out = append(b.out, b.off...)
	b.off = ""
}

// use switches to a tone.
func (b *brush) use(tone theme.Tone) {
	if !b.fresh && tone == b.tone {
		return
	}
	b.out = append(b.out, b.off...)
	q := b.theme.On(b.ground, tone)
	b.out = append(b.out, q.On...)
	b.off, b.tone, b.fresh = q.Off, tone, false
}

// to writes ground up to cell x.
func (b *brush) to(x int) {
	if x = min(x, b.width); x > b.x {
		b.use(theme.Normal)
		b.out = text.AppendSpaces(b.out, x-b.x)
		b.x = x
	}
}

// glyph writes a sign of one cell, if there is room.
func (b *brush) glyph(tone theme.Tone, s string) {
	if b.x < b.width {
		b.use(tone)
		b.out = append(b.out, s...)
		b.x++
	}
}

// text writes s over at most width cells and leaves the rest to whoever comes next.
func (b *brush) text(tone theme.Tone, s string, lit []int, width int) {
	width = min(width, b.width-b.x)
	if width < 1 || s == "" {
		return
	}
	s, lit = text.CleanLit(s, lit)
	b.clean(tone, s, lit, width)
}

// right writes a cell so that it ends after width cells.
func (b *brush) right(c Cell, width int) {
	width = min(width, b.width-b.x)
	if width < 1 {
		return
	}
	s, lit := text.CleanLit(c.Text, c.Lit)
	if w := text.Width(s); w < width {
		b.to(b.x + width - w)
		width = w
	}
	b.clean(c.Tone, s, lit, width)
}

func (b *brush) clean(tone theme.Tone, s string, lit []int, width int) {
	head, used, cut := text.Cut(s, width, b.theme.Glyphs.Ellipsis)
	if used == 0 {
		return
	}
	if len(lit) == 0 {
		b.use(tone)
		b.out = append(b.out, head...)
	} else {
		b.letters(tone, head, lit)
	}
	if cut {
		b.use(tone)
		b.out = append(b.out, b.theme.Glyphs.Ellipsis...)
	}
	b.x += used
}

// letters writes clean text letter by letter, the lit ones as matches.
func (b *brush) letters(tone theme.Tone, s string, lit []int) {
	for at := 0; at < len(s); {
		size, _ := text.Next(s[at:])
		for len(lit) > 0 && lit[0] < at {
			lit = lit[1:]
		}
		if len(lit) > 0 && lit[0] < at+size {
			b.use(theme.Match)
		} else {
			b.use(tone)
		}
		b.out = append(b.out, s[at:at+size]...)
		at += size
	}
}
