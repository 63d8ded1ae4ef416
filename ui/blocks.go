package ui

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"nbscope/ui/text"
	"nbscope/ui/theme"
)

// fitBlock makes a painted line exactly width cells wide.
func fitBlock(line string, width int) string {
	w := ansi.StringWidth(line)
	switch {
	case w > width:
		return ansi.Truncate(line, max(0, width), "")
	case w < width:
		return line + strings.Repeat(" ", width-w)
	}
	return line
}

// block makes painted lines a block of exactly this size.
func block(lines []string, width, height int) string {
	var b strings.Builder
	for i := range max(0, height) {
		if i > 0 {
			b.WriteByte('\n')
		}
		if i < len(lines) {
			b.WriteString(fitBlock(lines[i], width))
		} else {
			spaces(&b, width)
		}
	}
	return b.String()
}

// message is what an empty place says: what is so, why, and which key helps.
type message struct {
	tone  theme.Tone
	title string
	body  string
	hint  string
}

// centered sets a message into the upper third of an otherwise empty block.
func centered(t *theme.Theme, width, height int, m message) string {
	room := max(1, min(width-4, 76))
	if width < 24 {
		room = max(1, width)
	}
	var lines []span
	add := func(tone theme.Tone, s string) {
		if s == "" {
			return
		}
		for _, l := range text.Wrap(s, room) {
			lines = append(lines, span{tone: tone, text: l})
		}
	}
	title := theme.Strong
	if m.tone != theme.Normal {
		title = m.tone
	}
	add(title, m.title)
	add(theme.Normal, m.body)
	if m.hint != "" {
		if len(lines) > 0 && height > 6 {
			lines = append(lines, span{})
		}
		add(theme.Dim, m.hint)
	}
	widest := 0
	for _, l := range lines {
		widest = max(widest, text.Width(l.text))
	}
	margin := strings.Repeat(" ", max(0, (width-widest)/2))
	top := max(0, (height-len(lines))/3)
	out := make([]string, 0, height)
	for range top {
		out = append(out, "")
	}
	for _, l := range lines {
		out = append(out, margin+t.Render(l.tone, l.text))
	}
	return block(out, width, height)
}

// proseWidth is how wide sentences get: longer lines are hard to read.
const proseWidth = 92

// hanging wraps a text behind a lead; further lines stand in by the width of rest.
func hanging(t *theme.Theme, lead span, rest string, tone theme.Tone, s string, width int) []string {
	lines := text.Wrap(s, max(1, min(width, proseWidth)-text.Width(rest)))
	out := make([]string, 0, len(lines))
	for _, l := range lines {
		out = append(out, bar(t, width, []span{lead, {tone: tone, text: l}}, nil))
		lead.text = rest
	}
	return out
}

// indented sets a paragraph below a line with a sign.
func indented(t *theme.Theme, tone theme.Tone, s string, width int) []string {
	if s == "" {
		return nil
	}
	var out []string
	for _, l := range text.Wrap(s, max(1, width-5)) {
		out = append(out, "    "+t.Render(tone, l))
	}
	return out
}

// padded sets lines off the edge.
func padded(lines []string) []string {
	for i := range lines {
		lines[i] = " " + lines[i]
	}
	return lines
}

// plainLines is painted lines as text for a file.
func plainLines(lines []string) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(strings.TrimRight(ansi.Strip(l), " "))
		b.WriteByte('\n')
	}
	return b.String()
}

// besides sets two blocks of the same height next to each other.
func besides(left, right string, t *theme.Theme) string {
	l, r := strings.Split(left, "\n"), strings.Split(right, "\n")
	rule := t.Render(theme.Dim, t.Glyphs.Vertical)
	var b strings.Builder
	b.Grow(len(left) + len(right) + len(l)*(len(rule)+1))
	for i := range l {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(l[i])
		b.WriteString(rule)
		if i < len(r) {
			b.WriteString(r[i])
		}
	}
	return b.String()
}

func ruleLine(t *theme.Theme, width int) string {
	return t.Render(theme.Dim, strings.Repeat(t.Glyphs.Horizontal, max(0, width)))
}
