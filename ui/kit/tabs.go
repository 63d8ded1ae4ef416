package kit

import (
	"nbscope/ui/text"
	"nbscope/ui/theme"
)

// tab is the name of a part of a page and where it stands.
type tab struct {
	index int
	x     int
	width int
}

// TabRow is a row of names of which one is looked at.
type TabRow struct {
	Names []string
	At    int
	Width int
}

// lay places as many tabs as fit, the one looked at among them, and says how many
// are left out before and behind.
func (r TabRow) lay() (shown []tab, before, behind int) {
	room := r.Width - 4 // for the signs that there is more, and the gap before the right one
	total := 0
	for _, n := range r.Names {
		total += text.Width(n) + 2
	}
	if total <= r.Width {
		room = r.Width
	}
	first := 0
	for ; first < r.At; first++ {
		used := 0
		for _, n := range r.Names[first : r.At+1] {
			used += text.Width(n) + 2
		}
		if used <= room {
			break
		}
	}
	x := 0
	if room < r.Width {
		x = 1
	}
	start := x
	for i, n := range r.Names[first:] {
		w := text.Width(n) + 2
		if x+w > start+room && len(shown) > 0 {
			break
		}
		shown = append(shown, tab{index: first + i, x: x, width: w})
		x += w
	}
	return shown, first, len(r.Names) - first - len(shown)
}

// Draw draws the row; with brackets around the name where colour alone would not
// say which one it is.
func (r TabRow) Draw(t *theme.Theme, brackets bool) string {
	shown, before, behind := r.lay()
	var left, right []Span
	if len(shown) > 0 && shown[0].x > 0 {
		sign := " "
		if before > 0 {
			sign = t.Glyphs.MoreLeft
		}
		left = append(left, Span{Tone: theme.Dim, Text: sign})
	}
	for _, b := range shown {
		tone, name := theme.Dim, " "+r.Names[b.index]+" "
		if b.index == r.At {
			tone = theme.Accent
			if brackets || t.Options().NoColor {
				name = "[" + r.Names[b.index] + "]"
			}
		}
		left = append(left, Span{Tone: tone, Text: name})
	}
	if behind > 0 {
		right = append(right, Span{Tone: theme.Dim, Text: t.Glyphs.MoreRight})
	}
	return Bar(t, r.Width, left, right)
}

// Hit is the tab at a cell of the row, -1 for none.
func (r TabRow) Hit(x int) int {
	shown, _, _ := r.lay()
	for _, t := range shown {
		if t.x <= x && x < t.x+t.width {
			return t.index
		}
	}
	return -1
}
