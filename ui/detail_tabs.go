package ui

import (
	"nbscope/ui/theme"
)

// tab is the name of a section and where it stands.
type tab struct {
	section section
	x       int
	width   int
}

// layTabs places as many tabs as fit, the one of the section shown among them,
// and says how many sections are left out before and behind.
func (d *detail) layTabs() (shown []tab, before, behind int) {
	all := sections()
	room := d.width - 4 // for the signs that there is more, and the gap before the right one
	total := 0
	for _, s := range all {
		total += len(s.name()) + 2
	}
	if total <= d.width {
		room = d.width
	}
	first := 0
	for ; first < int(d.section); first++ {
		used := 0
		for _, s := range all[first : d.section+1] {
			used += len(s.name()) + 2
		}
		if used <= room {
			break
		}
	}
	x := 0
	if room < d.width {
		x = 1
	}
	start := x
	for _, s := range all[first:] {
		w := len(s.name()) + 2
		if x+w > start+room && len(shown) > 0 {
			break
		}
		shown = append(shown, tab{section: s, x: x, width: w})
		x += w
	}
	return shown, first, len(all) - first - len(shown)
}

func (d *detail) tabs() string {
	shown, before, behind := d.layTabs()
	var left, right []span
	if len(shown) > 0 && shown[0].x > 0 {
		sign := " "
		if before > 0 {
			sign = d.theme.Glyphs.MoreLeft
		}
		left = append(left, span{tone: theme.Dim, text: sign})
	}
	for _, t := range shown {
		tone, name := theme.Dim, " "+t.section.name()+" "
		if t.section == d.section {
			tone = theme.Accent
			if d.theme.Options().NoColor || d.focused {
				name = "[" + t.section.name() + "]"
			}
		}
		left = append(left, span{tone: tone, text: name})
	}
	if behind > 0 {
		right = append(right, span{tone: theme.Dim, text: d.theme.Glyphs.MoreRight})
	}
	return bar(d.theme, d.width, left, right)
}

// click chooses the tab under the mouse.
func (d *detail) click(x, y int) intent {
	if y != 1 {
		return nil
	}
	shown, _, _ := d.layTabs()
	for _, t := range shown {
		if t.x <= x && x < t.x+t.width {
			return d.turnTo(t.section)
		}
	}
	return nil
}
