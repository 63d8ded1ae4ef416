package kit

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"nbscope/ui/text"
	"nbscope/ui/theme"
)

// FitLine makes a painted line exactly width cells wide.
func FitLine(line string, width int) string {
	w := ansi.StringWidth(line)
	switch {
	case w > width:
		return ansi.Truncate(line, max(0, width), "")
	case w < width:
		return line + strings.Repeat(" ", width-w)
	}
	return line
}

// Block makes painted lines a block of exactly this size.
func Block(lines []string, width, height int) string {
	var b strings.Builder
	for i := range max(0, height) {
		if i > 0 {
			b.WriteByte('\n')
		}
		if i < len(lines) {
			b.WriteString(FitLine(lines[i], width))
		} else {
			spaces(&b, width)
		}
	}
	return b.String()
}

// Message is what an empty place says: what is so, why, and which key helps.
type Message struct {
	Tone  theme.Tone
	Title string
	Body  string
	Hint  string
}

// Centered sets a message into the upper third of an otherwise empty block.
func Centered(t *theme.Theme, width, height int, m Message) string {
	room := max(1, min(width-4, 76))
	if width < 24 {
		room = max(1, width)
	}
	var lines []Span
	add := func(tone theme.Tone, s string) {
		if s == "" {
			return
		}
		for _, l := range text.Wrap(s, room) {
			lines = append(lines, Span{Tone: tone, Text: l})
		}
	}
	title := theme.Strong
	if m.Tone != theme.Normal {
		title = m.Tone
	}
	add(title, m.Title)
	add(theme.Normal, m.Body)
	if m.Hint != "" {
		if len(lines) > 0 && height > 6 {
			lines = append(lines, Span{})
		}
		add(theme.Dim, m.Hint)
	}
	widest := 0
	for _, l := range lines {
		widest = max(widest, text.Width(l.Text))
	}
	margin := strings.Repeat(" ", max(0, (width-widest)/2))
	top := max(0, (height-len(lines))/3)
	out := make([]string, 0, height)
	for range top {
		out = append(out, "")
	}
	for _, l := range lines {
		out = append(out, margin+t.Render(l.Tone, l.Text))
	}
	return Block(out, width, height)
}

// ProseWidth is how wide sentences get: longer lines are hard to read.
const ProseWidth = 92

// Hanging wraps a text behind a lead; further lines stand in by the width of rest.
func Hanging(t *theme.Theme, lead Span, rest string, tone theme.Tone, s string, width int) []string {
	lines := text.Wrap(s, max(1, min(width, ProseWidth)-text.Width(rest)))
	out := make([]string, 0, len(lines))
	for _, l := range lines {
		out = append(out, Bar(t, width, []Span{lead, {Tone: tone, Text: l}}, nil))
		lead.Text = rest
	}
	return out
}

// Indented sets a paragraph below a line with a sign.
func Indented(t *theme.Theme, tone theme.Tone, s string, width int) []string {
	if s == "" {
		return nil
	}
	var out []string
	for _, l := range text.Wrap(s, max(1, width-5)) {
		out = append(out, "    "+t.Render(tone, l))
	}
	return out
}

// Padded sets lines off the edge.
func Padded(lines []string) []string {
	for i := range lines {
		lines[i] = " " + lines[i]
	}
	return lines
}

// PlainLines is painted lines as text for a file.
func PlainLines(lines []string) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(strings.TrimRight(ansi.Strip(l), " "))
		b.WriteByte('\n')
	}
	return b.String()
}

// SideBySide sets two blocks of the same height next to each other.
func SideBySide(left, right string, t *theme.Theme) string {
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

// RuleLine is a horizontal rule.
func RuleLine(t *theme.Theme, width int) string {
	return t.Render(theme.Dim, strings.Repeat(t.Glyphs.Horizontal, max(0, width)))
}
