package theme

import "github.com/charmbracelet/x/ansi"

// Glyphs are the signs that say the same as the colours, for eyes and terminals
// that have none. Every one is exactly one cell wide.
type Glyphs struct {
	Running, Stopped, Busy, Failed, Unknown string // states
	Ok, Warn, Diamond, Bullet               string // verdicts and severities
	Cursor, Mark, Open                      string // places in a list
	SortUp, SortDown                        string
	Ellipsis, MoreLeft, MoreRight           string // something is cut or hidden
	Arrow, Dash                             string // from → to, no value
	BarFull, BarEmpty                       string // progress
	Horizontal, Vertical                    string // where two panes meet
	Branch, Last                            string // a chain drawn hop by hop
}

// glyphs returns the signs. Terminals set to show ambiguous characters two
// cells wide get ASCII, because nothing would line up otherwise.
func glyphs(ascii bool) Glyphs {
	if ascii || ansi.StringWidth("●") != 1 {
		return Glyphs{
			Running: "+", Stopped: "-", Busy: "~", Failed: "x", Unknown: "?",
			Ok: "+", Warn: "!", Diamond: "#", Bullet: ".",
			Cursor: ">", Mark: "*", Open: "v",
			SortUp: "^", SortDown: "v",
			Ellipsis: "~", MoreLeft: "<", MoreRight: ">",
			Arrow: ">", Dash: "-",
			BarFull: "#", BarEmpty: ".",
			Horizontal: "-", Vertical: "|",
			Branch: "|", Last: "`",
		}
	}
	return Glyphs{
		Running: "●", Stopped: "○", Busy: "◐", Failed: "✗", Unknown: "?",
		Ok: "✓", Warn: "▲", Diamond: "◆", Bullet: "·",
		Cursor: "▌", Mark: "*", Open: "▾",
		SortUp: "↑", SortDown: "↓",
		Ellipsis: "…", MoreLeft: "‹", MoreRight: "›",
		Arrow: "→", Dash: "–",
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
