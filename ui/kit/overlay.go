package kit

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"nbscope/ui/match"
	"nbscope/ui/text"
	"nbscope/ui/theme"
)

// An Overlay takes every key while it is open. It is drawn over the upper part
// of the body, or over all of it.
type Overlay interface {
	// Lines draws the overlay, at most height lines; cursor is where the terminal's
	// cursor stands, x and y from the overlay's corner, -1 for nowhere.
	Lines(t *theme.Theme, width, height int) (out []string, x, y int)
	// Take handles a key or a paste. When closed is true the overlay goes away.
	Take(msg tea.Msg) (do Intent, closed bool)
	Hints() []key.Binding
	Typing() bool // reports whether keys are text
}

// Picker chooses one of many by typing a part of its name.
type Picker struct {
	Field
	Title string
	Keys  TypingKeys
	Items []Choice
	Found []match.Ranked
	At    int
	Top   int
	Notes bool // notes are searched too
}

// Choice is one choice.
type Choice struct {
	Name string
	Key  string // that does the same outside
	Note string
	Run  func() Intent
}

// NewPicker returns a picker that shows every choice.
func NewPicker(title string, keys TypingKeys, items []Choice) *Picker {
	p := &Picker{Field: NewField(), Title: title, Keys: keys, Items: items}
	p.Search()
	return p
}

// Search finds the choices that fit what is typed, the best first.
func (p *Picker) Search() {
	names := make([]string, len(p.Items))
	for i := range p.Items {
		names[i] = p.Items[i].Name
	}
	p.Found, p.At, p.Top = match.Rank(p.Value(), names), 0, 0
	if p.Notes {
		p.searchNotes()
	}
}

// searchNotes adds what is found in the notes only, word for word.
func (p *Picker) searchNotes() {
	seen := map[int]bool{}
	for _, f := range p.Found {
		seen[f.Index] = true
	}
	needle := strings.ToLower(strings.TrimSpace(p.Value()))
	for i := range p.Items {
		if !seen[i] && needle != "" && strings.Contains(strings.ToLower(p.Items[i].Note), needle) {
			p.Found = append(p.Found, match.Ranked{Index: i})
		}
	}
}

// Take edits the search, moves the cursor, and chooses.
func (p *Picker) Take(msg tea.Msg) (Intent, bool) {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch {
		case key.Matches(k, p.Keys.Cancel):
			return nil, true
		case key.Matches(k, p.Keys.Accept):
			if p.At < len(p.Found) {
				return p.Items[p.Found[p.At].Index].Run(), true
			}
			return nil, false
		case key.Matches(k, p.Keys.Next):
			p.At = min(p.At+1, max(0, len(p.Found)-1))
			return nil, false
		case key.Matches(k, p.Keys.Prev):
			p.At = max(0, p.At-1)
			return nil, false
		}
	}
	if p.Update(msg) {
		p.Search()
	}
	return nil, false
}

// Typing is always so.
func (p *Picker) Typing() bool { return true }

// Hints are the keys that choose.
func (p *Picker) Hints() []key.Binding {
	return []key.Binding{WithDesc(p.Keys.Accept, "choose"), p.Keys.Next, p.Keys.Prev, WithDesc(p.Keys.Cancel, "close")}
}

// PickerRows bounds the choices on screen.
const PickerRows = 14

// Lines draws the search and the choices that there is room for.
func (p *Picker) Lines(t *theme.Theme, width, height int) ([]string, int, int) {
	rows := max(1, min(height-3, PickerRows, max(1, len(p.Items))))
	at := text.Width(p.Title) + len("  > ")
	shown, pos := p.Window(width - at - 1)
	prompt := []Span{{Tone: theme.Strong, Text: " " + p.Title}, {Tone: theme.Accent, Text: " > "}, {Text: shown}}
	out := append(make([]string, 0, rows+3), RuleLine(t, width), Bar(t, width, prompt, nil))
	p.Top = max(p.At-rows+1, min(p.Top, p.At))
	for i := range rows {
		out = append(out, p.Row(t, width, p.Top+i))
	}
	out = append(out, RuleLine(t, width))
	return out, at + pos, 1
}

// Row draws the i-th choice that was found.
func (p *Picker) Row(t *theme.Theme, width, i int) string {
	if i >= len(p.Found) {
		if i == 0 {
			return Bar(t, width, []Span{{Tone: theme.Dim, Text: "   nothing by that name"}}, nil)
		}
		return strings.Repeat(" ", max(0, width))
	}
	item := p.Items[p.Found[i].Index]
	ground, lead := theme.Plain, "   "
	if i == p.At {
		ground, lead = theme.Cursor, " "+t.Glyphs.Cursor+" "
	}
	hint := item.Note
	if item.Key != "" {
		hint = item.Key
	}
	hint = text.Clean(hint)
	room := max(0, width-text.Width(hint)-5)
	name := text.FitWith(item.Name, room, t.Glyphs.Ellipsis)
	var b strings.Builder
	b.WriteString(t.RenderOn(ground, theme.Accent, lead))
	b.WriteString(Highlight(t, ground, name, p.Found[i].At))
	b.WriteString(t.RenderOn(ground, theme.Dim, " "+hint+" "))
	return FitLine(b.String(), width)
}

// Highlight draws a text with some of its letters lit up.
func Highlight(t *theme.Theme, g theme.Ground, s string, at []int) string {
	var b strings.Builder
	last := 0
	for _, i := range at {
		if i < last || i >= len(s) {
			continue
		}
		size, _ := text.Next(s[i:])
		b.WriteString(t.RenderOn(g, theme.Normal, s[last:i]))
		b.WriteString(t.RenderOn(g, theme.Match, s[i:i+size]))
		last = i + size
	}
	b.WriteString(t.RenderOn(g, theme.Normal, s[last:]))
	return b.String()
}
