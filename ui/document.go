package ui

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"nbscope/model"
	"nbscope/ui/text"
	"nbscope/ui/theme"
)

// document is text for a pane: lines with a label and a value, headings, plain
// paragraphs. It is laid out for a width when it is painted.
type document []entry

// entry is one piece of a document. Without a label the text starts at the left.
type entry struct {
	label string
	tone  theme.Tone
	text  string
	link  string // a URL that the text leads to
	// indented sets a text without a label below the values.
	indented bool
	draw     func(width int) []string // lays itself out, in place of the text
	raw      bool                     // code: broken at the edge wherever that is, with every space of it
}

func (d *document) heading(s string) {
	if len(*d) > 0 {
		*d = append(*d, entry{})
	}
	*d = append(*d, entry{tone: theme.Header, text: s})
}

func (d *document) value(label, s string) {
	if s == "" {
		*d = append(*d, entry{label: label, tone: theme.Dim, text: "none"})
		return
	}
	*d = append(*d, entry{label: label, tone: theme.Normal, text: s})
}

func (d *document) toned(label string, tone theme.Tone, s string) {
	*d = append(*d, entry{label: label, tone: tone, text: s})
}

func (d *document) say(tone theme.Tone, s string) {
	*d = append(*d, entry{tone: tone, text: s})
}

func (d *document) code(s string) {
	for _, l := range text.Lines(s) {
		*d = append(*d, entry{tone: theme.Normal, text: l, raw: true})
	}
}

// drawn adds lines that are made for the width.
func (d *document) drawn(draw func(width int) []string) { *d = append(*d, entry{draw: draw}) }

const labelWidth = 17

// paint lays the document out: every line is exactly width cells wide.
func (d document) paint(t *theme.Theme, width int) []string {
	out := make([]string, 0, len(d))
	indent := labelWidth
	for _, e := range d {
		indent = max(indent, text.Width(text.Clean(e.label))+1) // the keys of tags differ at their ends
	}
	indent = min(indent, max(labelWidth, width/2))
	if width < 40 {
		indent = min(12, width/2)
	}
	for _, e := range d {
		out = append(out, e.paint(t, width, indent)...)
	}
	return out
}

func (e entry) paint(t *theme.Theme, width, indent int) []string {
	if e.draw != nil {
		return e.draw(width)
	}
	if e.label == "" && !e.indented {
		indent = 0
	}
	room := max(1, width-indent)
	lines := text.Wrap(e.text, room)
	if e.raw {
		lines = chunks(text.Clean(e.text), room)
	}
	out := make([]string, 0, len(lines))
	for i, l := range lines {
		var b strings.Builder
		if indent > 0 {
			label := ""
			if i == 0 {
				label = e.label
			}
			if indent >= labelWidth {
				label = middle(label, indent-1, t.Glyphs.Ellipsis)
			}
			b.WriteString(t.Render(theme.Dim, text.FitWith(label, indent-1, t.Glyphs.Ellipsis)))
			b.WriteByte(' ')
		}
		w := min(text.Width(l), room)
		painted := t.Render(e.tone, text.FitWith(l, w, t.Glyphs.Ellipsis))
		if e.link != "" && text.Clean(e.link) == e.link {
			painted = ansi.SetHyperlink(e.link) + painted + ansi.ResetHyperlink()
		}
		b.WriteString(painted)
		spaces(&b, room-w)
		out = append(out, b.String())
	}
	return out
}

// chunks breaks a clean line at the edge, without regard to words.
func chunks(s string, width int) []string {
	var out []string
	for text.Width(s) > width {
		end, used := 0, 0
		for end < len(s) {
			size, w := text.Next(s[end:])
			if used+w > width && end > 0 {
				break
			}
			end, used = end+size, used+w
		}
		out, s = append(out, s[:end]), s[end:]
	}
	return append(out, s)
}

// middle cuts a text in its middle, so that both of its ends can be read.
func middle(s string, width int, ellipsis string) string {
	s = text.Clean(s)
	if text.Width(s) <= width {
		return s
	}
	head, used, _ := text.Cut(s, max(1, width/2), "")
	return head + tail(s[len(head):], width-used, ellipsis)
}

// sayProblem writes a problem out in full.
func sayProblem(doc *document, t *theme.Theme, p model.Problem) {
	doc.toned("Problem", theme.Bad, t.Glyphs.Failed+" "+p.Message)
	if p.Hint != "" {
		doc.toned("What to do", theme.Strong, p.Hint)
	}
	if p.Operation != "" {
		doc.value("Operation", p.Operation)
	}
	doc.value("Kind", string(p.Kind))
	if p.Code != "" {
		doc.value("Code", p.Code)
	}
	if p.Profile != "" {
		doc.value("Sign-in", p.Profile)
	}
	if p.RequestID != "" {
		doc.value("Request id", p.RequestID)
	}
}

// drawCommand breaks a command between its words, so that it can be read. It is
// copied whole.
func drawCommand(t *theme.Theme, command string, width int) []string {
	return hanging(t, span{tone: theme.Accent, text: "$ "}, "    ", theme.Dim, command, width)
}
