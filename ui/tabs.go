package ui

import (
	"nbscope/ui/theme"
)

// tab is the name of a part of a page and where it stands.
type tab struct {
	index int
	x     int
	width int
}

// tabRow is a row of names of which one is looked at.
type tabRow struct {
	names []string
	at    int
	width int
}

// lay places as many tabs as fit, the one looked at among them, and says how many
// are left out before and behind.
func (r tabRow) lay() (shown []tab, before, behind int) {
	room := r.width - 4 // for the signs that there is more, and the gap before the right one
	total := 0
	for _, n := range r.names {
		total += len(n) + 2
	}
	if total <= r.width {
		room = r.width
	}
	first := 0
	for ; first < r.at; first++ {
		used := 0
		for _, n := range r.names[first : r.at+1] {
			used += len(n) + 2
		}
		if used <= room {
			break
		}
	}
	x := 0
	if room < r.width {
		x = 1
	}
	start := x
	for i, n := range r.names[first:] {
		w := len(n) + 2
		if x+w > start+room && len(shown) > 0 {
			break
		}
		shown = append(shown, tab{index: first + i, x: x, width: w})
		x += w
	}
	return shown, first, len(r.names) - first - len(shown)
}

// draw draws the row; with brackets around the name where colour alone would not
// say which one it is.
func (r tabRow) draw(t *theme.Theme, brackets bool) string {
	shown, before, behind := r.lay()
	var left, right []span
	if len(shown) > 0 && shown[0].x > 0 {
		sign := " "
		if before > 0 {
			sign = t.Glyphs.MoreLeft
		}
		left = append(left, span{tone: theme.Dim, text: sign})
	}
	for _, b := range shown {
		tone, name := theme.Dim, " "+r.names[b.index]+" "
		if b.index == r.at {
			tone = theme.Accent
			if brackets || t.Options().NoColor {
				name = "[" + r.names[b.index] + "]"
			}
		}
		left = append(left, span{tone: tone, text: name})
	}
	if behind > 0 {
		right = append(right, span{tone: theme.Dim, text: t.Glyphs.MoreRight})
	}
	return bar(t, r.width, left, right)
}

// hit is the tab at a cell of the row, -1 for none.
func (r tabRow) hit(x int) int {
	shown, _, _ := r.lay()
	for _, t := range shown {
		if t.x <= x && x < t.x+t.width {
			return t.index
		}
	}
	return -1
}
