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

// sign writes a glyph of one cell in the accent, if there is room.
func (b *brush) sign(s string) {
	if b.x < b.width {
		b.use(theme.Accent)
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

// cell writes a cell over at most width cells.
func (b *brush) cell(c Cell, width int) {
	tail := text.Clean(c.Tail)
	room := min(width, b.width-b.x)
	keep := text.Width(tail)
	if keep >= room { // it is not what the cell is about
		keep = 0
	}
	b.text(c.Tone, c.Text, c.Lit, room-keep)
	if keep > 0 {
		b.text(c.Tone, tail, nil, keep)
	}
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

// letters writes clean text, the lit letters as matches.
func (b *brush) letters(tone theme.Tone, s string, lit []int) {
	written := 0
	for _, at := range lit {
		if at < written {
			continue // inside the letter before
		}
		if at >= len(s) {
			break
		}
		start, size := letterAt(s, written, at)
		b.run(tone, s[written:start])
		b.run(theme.Match, s[start:start+size])
		written = start + size
	}
	b.run(tone, s[written:])
}

func (b *brush) run(tone theme.Tone, s string) {
	if s != "" {
		b.use(tone)
		b.out = append(b.out, s...)
	}
}

// letterAt finds the letter that the byte at an offset belongs to, in a text of
// which a letter begins at from.
func letterAt(s string, from, at int) (start, size int) {
	if s[at] < 0x80 && (at+1 == len(s) || s[at+1] < 0x80) {
		return at, 1 // ASCII begins a letter always
	}
	for start = from; ; start += size {
		if size, _ = text.Next(s[start:]); start+size > at {
			return start, size
		}
	}
}
