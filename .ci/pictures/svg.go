//go:build linux

package main

import (
	"fmt"
	"html"
	"image/color"
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/vt"
)

// Cell size, margin and colours of the picture, in pixels.
const (
	cellW, cellH = 8.4, 18.0
	margin       = 14.0
	ground       = "#16161c"
	ink          = "#dddddd"
)

// svg paints the cells of an emulator. Runs of one style are one text element,
// stretched to the cells that they take, so that columns align in any font.
func svg(e *vt.Emulator) string {
	w, h := float64(e.Width())*cellW+2*margin, float64(e.Height())*cellH+2*margin
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" width="%.0f" font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="14">`+"\n", w, h, w)
	fmt.Fprintf(&b, `<rect width="%.0f" height="%.0f" rx="8" fill="%s"/>`+"\n", w, h, ground)
	for y := range e.Height() {
		for x := 0; x < e.Width(); {
			x = paint(&b, e, x, y)
		}
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// paint writes the run of cells that starts at x and returns where the next one
// starts.
func paint(b *strings.Builder, e *vt.Emulator, x, y int) int {
	first := e.CellAt(x, y)
	if first == nil {
		return x + 1
	}
	var text strings.Builder
	end := x
	for end < e.Width() {
		c := e.CellAt(end, y)
		if c == nil || !c.Style.Equal(&first.Style) {
			break
		}
		text.WriteString(c.Content)
		end += max(1, c.Width)
	}
	fg, bg := hex(first.Style.Fg, ink), hex(first.Style.Bg, ground)
	if first.Style.Attrs&uv.AttrReverse != 0 {
		fg, bg = bg, fg
	}
	left, top, wide := margin+float64(x)*cellW, margin+float64(y)*cellH, float64(end-x)*cellW
	if bg != ground {
		fmt.Fprintf(b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"/>`+"\n", left, top, wide, cellH, bg)
	}
	if strings.TrimSpace(text.String()) != "" {
		fmt.Fprintf(b, `<text x="%.1f" y="%.1f" textLength="%.1f" lengthAdjust="spacingAndGlyphs" xml:space="preserve" fill="%s"%s>%s</text>`+"\n",
			left, top+cellH-5, wide, fg, attributes(first.Style), html.EscapeString(text.String()))
	}
	return end
}

func attributes(s uv.Style) string {
	var out string
	if s.Attrs&uv.AttrBold != 0 {
		out += ` font-weight="bold"`
	}
	if s.Attrs&uv.AttrFaint != 0 {
		out += ` opacity="0.6"`
	}
	if s.Underline != 0 {
		out += ` text-decoration="underline"`
	}
	return out
}

func hex(c color.Color, otherwise string) string {
	if c == nil {
		return otherwise
	}
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}
