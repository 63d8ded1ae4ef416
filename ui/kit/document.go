package kit

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"nbscope/model"
	"nbscope/ui/text"
	"nbscope/ui/theme"
)

// Document is text for a pane: lines with a label and a value, headings, plain
// paragraphs. It is laid out for a width when it is painted.
type Document []Entry

// Entry is one piece of a document. Without a label the text starts at the left.
type Entry struct {
	Label string
	Tone  theme.Tone
	Text  string
	Link  string // a URL that the text leads to
	// Indented sets a text without a label below the values.
	Indented bool
	draw     func(width int) []string // lays itself out, in place of the text
	raw      bool                     // code: broken at the edge wherever that is, with every space of it
}

// Heading begins a section, after an empty line where something stands above.
func (d *Document) Heading(s string) {
	if len(*d) > 0 {
		*d = append(*d, Entry{})
	}
	*d = append(*d, Entry{Tone: theme.Header, Text: s})
}

// Value adds a text behind a label; "" reads as none.
func (d *Document) Value(label, s string) {
	if s == "" {
		*d = append(*d, Entry{Label: label, Tone: theme.Dim, Text: "none"})
		return
	}
	*d = append(*d, Entry{Label: label, Tone: theme.Normal, Text: s})
}

// Toned adds a text in a tone of its own behind a label.
func (d *Document) Toned(label string, tone theme.Tone, s string) {
	*d = append(*d, Entry{Label: label, Tone: tone, Text: s})
}

// Say adds a paragraph.
func (d *Document) Say(tone theme.Tone, s string) {
	*d = append(*d, Entry{Tone: tone, Text: s})
}

// Code adds lines that are broken at the edge and nowhere else.
func (d *Document) Code(s string) {
	for _, l := range text.Lines(s) {
		*d = append(*d, Entry{Tone: theme.Normal, Text: l, raw: true})
	}
}

// Drawn adds lines that are made for the width.
func (d *Document) Drawn(draw func(width int) []string) { *d = append(*d, Entry{draw: draw}) }

// LabelWidth is how wide the labels are at least, where there is room.
const LabelWidth = 17

// Paint lays the document out: every line is exactly width cells wide.
func (d Document) Paint(t *theme.Theme, width int) []string {
	out := make([]string, 0, len(d))
	indent := LabelWidth
	for _, e := range d {
		indent = max(indent, text.Width(text.Clean(e.Label))+1) // the keys of tags differ at their ends
	}
	indent = min(indent, max(LabelWidth, width/2))
	if width < 40 {
		indent = min(12, width/2)
	}
	for _, e := range d {
		out = append(out, e.paint(t, width, indent)...)
	}
	return out
}

func (e Entry) paint(t *theme.Theme, width, indent int) []string {
	if e.draw != nil {
		return e.draw(width)
	}
	if e.Label == "" && !e.Indented {
		indent = 0
	}
	room := max(1, width-indent)
	lines := text.Wrap(e.Text, room)
	if e.raw {
		lines = Chunks(text.Clean(e.Text), room)
	}
	out := make([]string, 0, len(lines))
	for i, l := range lines {
		var b strings.Builder
		if indent > 0 {
			label := ""
			if i == 0 {
				label = e.Label
			}
			if indent >= LabelWidth {
				label = middle(label, indent-1, t.Glyphs.Ellipsis)
			}
			b.WriteString(t.Render(theme.Dim, text.FitWith(label, indent-1, t.Glyphs.Ellipsis)))
			b.WriteByte(' ')
		}
		w := min(text.Width(l), room)
		painted := t.Render(e.Tone, text.FitWith(l, w, t.Glyphs.Ellipsis))
		if e.Link != "" && text.Clean(e.Link) == e.Link {
			painted = ansi.SetHyperlink(e.Link) + painted + ansi.ResetHyperlink()
		}
		b.WriteString(painted)
		spaces(&b, room-w)
		out = append(out, b.String())
	}
	return out
}

// Chunks breaks a clean line at the edge, without regard to words.
func Chunks(s string, width int) []string {
	var out []string
	for {
		end, used := 0, 0
		for end < len(s) {
			size, w := text.Next(s[end:])
			if used+w > width && end > 0 { // one letter at least, be it wider
				break
			}
			end, used = end+size, used+w
		}
		out, s = append(out, s[:end]), s[end:]
		if s == "" {
			return out
		}
	}
}

// middle cuts a text in its middle, so that both of its ends can be read.
func middle(s string, width int, ellipsis string) string {
	s = text.Clean(s)
	if text.Width(s) <= width {
		return s
	}
	head, used, _ := text.Cut(s, max(1, width/2), "")
	return head + TruncateHead(s[len(head):], width-used, ellipsis)
}

// SayProblem writes a problem out in full.
func SayProblem(doc *Document, t *theme.Theme, p model.Problem) {
	sign, tone := t.Glyphs.Failed, theme.Bad
	if p.Kind == model.KindSCP { // somebody wants it so
		sign, tone = t.Glyphs.Bullet, theme.Normal
	}
	if p.Hint != "" {
		doc.Toned("What to do", theme.Strong, p.Hint)
	}
	doc.Toned("Problem", tone, sign+" "+p.Message)
	if p.Operation != "" {
		doc.Value("Operation", p.Operation)
	}
	doc.Value("Kind", string(p.Kind))
	if p.Code != "" {
		doc.Value("Code", p.Code)
	}
	if p.Profile != "" {
		doc.Value("Sign-in", p.Profile)
	}
	if p.RequestID != "" {
		doc.Value("Request id", p.RequestID)
	}
}

// DrawCommand breaks a command between its words, so that it can be read. It is
// copied whole.
func DrawCommand(t *theme.Theme, command string, width int) []string {
	return Hanging(t, Span{Tone: theme.Accent, Text: "$ "}, "    ", theme.Dim, command, width)
}
