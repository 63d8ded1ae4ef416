package theme

import "github.com/charmbracelet/x/ansi"

// Glyphs are the signs that say the same as the colours, for eyes and terminals
// that have none. Every one is exactly one cell wide.
//
// Each has one meaning, wherever it stands.
type Glyphs struct {
	Running, Stopped, Busy        string // in service; at rest; in transition, under way
	Ok, Failed, Warn, Low         string // as it should be; what does not work; take care; of little weight
	Unknown, Partly, Some, Run    string // not known, with a reason; a part of it; single services only; a run, and what waits for you
	Bullet                        string // nothing to say of it; between two facts
	Cursor, Mark, Open            string // places in a list
	SortUp, SortDown              string
	Ellipsis, MoreLeft, MoreRight string // something is cut or hidden
	Arrow                         string // from → to
	BarFull, BarEmpty             string // progress
	Horizontal, Vertical          string // where two panes meet
	Branch, Last                  string // a chain drawn hop by hop
}

// glyphs returns the signs. Terminals set to show ambiguous characters two
// cells wide get ASCII, because nothing would line up otherwise.
func glyphs(ascii bool) Glyphs {
	if ascii || ansi.StringWidth("●") != 1 {
		return Glyphs{
			Running: "o", Stopped: "_", Busy: "%",
			Ok: "+", Failed: "x", Warn: "!", Low: ",",
			Unknown: "?", Partly: "=", Some: "&", Run: "#", Bullet: ".",
			Cursor: ">", Mark: "*", Open: "v",
			SortUp: "^", SortDown: "v",
			Ellipsis: "~", MoreLeft: "<", MoreRight: ">",
			Arrow:   ">",
			BarFull: "#", BarEmpty: ".",
			Horizontal: "-", Vertical: "|",
			Branch: "|", Last: "`",
		}
	}
	return Glyphs{
		Running: "●", Stopped: "○", Busy: "◐",
		Ok: "✓", Failed: "✗", Warn: "▲", Low: "◦",
		Unknown: "?", Partly: "≈", Some: "◇", Run: "◆", Bullet: "·",
		Cursor: "▌", Mark: "*", Open: "▾",
		SortUp: "↑", SortDown: "↓",
		Ellipsis: "…", MoreLeft: "‹", MoreRight: "›",
		Arrow:   "→",
		BarFull: "█", BarEmpty: "░",
		Horizontal: "─", Vertical: "│",
		Branch: "├", Last: "└",
	}
}

// Bar draws progress over width cells.
func (g Glyphs) Bar(done, total, width int) string {
	full := 0
	if total > 0 {
		full = min(max(done, 0), total) * max(width, 0) / total
	}
	bar := make([]byte, 0, 3*max(width, 0))
	for i := range max(width, 0) {
		if i < full {
			bar = append(bar, g.BarFull...)
		} else {
			bar = append(bar, g.BarEmpty...)
		}
	}
	return string(bar)
}
