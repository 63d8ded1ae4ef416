package ui

// tabRow is the row of the sections.
func (d *detail) tabRow() tabRow {
	r := tabRow{at: int(d.section), width: d.width}
	for _, s := range sections() {
		r.names = append(r.names, s.name())
	}
	return r
}

func (d *detail) tabs() string { return d.tabRow().draw(d.theme, d.focused) }

// click chooses the tab under the mouse.
func (d *detail) click(x, y int) intent {
	if y != 1 {
		return nil
	}
	if i := d.tabRow().hit(x); i >= 0 {
		return d.turnTo(section(i))
	}
	return nil
}
