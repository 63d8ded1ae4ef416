package explore

import "nbscope/ui/kit"

// tabRow is the row of the sections.
func (d *detail) tabRow() kit.TabRow {
	r := kit.TabRow{At: int(d.section), Width: d.width}
	for _, s := range sections() {
		r.Names = append(r.Names, s.name())
	}
	return r
}

func (d *detail) tabs() string { return d.tabRow().Draw(d.theme, d.focused) }

// click chooses the tab under the mouse.
func (d *detail) click(x, y int) kit.Intent {
	if y != 1 {
		return nil
	}
	if i := d.tabRow().Hit(x); i >= 0 {
		return d.turnTo(section(i))
	}
	return nil
}
