package ui

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"nbscope/ui/match"
	"nbscope/ui/text"
	"nbscope/ui/theme"
)

// An overlay takes every key while it is open. It is drawn over the upper part
// of the body, or over all of it.
type overlay interface {
	// lines draws the overlay, at most height lines; cursor is where the terminal's
	// cursor stands, x and y from the overlay's corner, -1 for nowhere.
	lines(t *theme.Theme, width, height int) (out []string, x, y int)
	// take handles a key or a paste. When closed is true the overlay goes away.
	take(msg tea.Msg) (do intent, closed bool)
	hints() []key.Binding
}

// picker chooses one of many by typing a part of its name.
type picker struct {
	field
	title string
	keys  TypingKeys
	items []pick
	found []match.Ranked
	at    int
	top   int
	notes bool // notes are searched too
}

// pick is one choice.
type pick struct {
	name string
	key  string // that does the same outside
	note string
	run  func() intent
}

func newPicker(title string, keys TypingKeys, items []pick) *picker {
	p := &picker{field: newField(), title: title, keys: keys, items: items}
	p.search()
	return p
}

func (p *picker) search() {
	names := make([]string, len(p.items))
	for i := range p.items {
		names[i] = p.items[i].name
	}
	p.found, p.at, p.top = match.Rank(p.value(), names), 0, 0
	if p.notes {
		p.searchNotes()
	}
}

// searchNotes adds what is found in the notes only, word for word.
func (p *picker) searchNotes() {
	seen := map[int]bool{}
	for _, f := range p.found {
		seen[f.Index] = true
	}
	needle := strings.ToLower(strings.TrimSpace(p.value()))
	for i := range p.items {
		if !seen[i] && needle != "" && strings.Contains(strings.ToLower(p.items[i].note), needle) {
			p.found = append(p.found, match.Ranked{Index: i})
		}
	}
}

func (p *picker) take(msg tea.Msg) (intent, bool) {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch {
		case key.Matches(k, p.keys.Cancel):
			return nil, true
		case key.Matches(k, p.keys.Accept):
			if p.at < len(p.found) {
				return p.items[p.found[p.at].Index].run(), true
			}
			return nil, false
		case key.Matches(k, p.keys.Next):
			p.at = min(p.at+1, max(0, len(p.found)-1))
			return nil, false
		case key.Matches(k, p.keys.Prev):
			p.at = max(0, p.at-1)
			return nil, false
		}
	}
	if p.update(msg) {
		p.search()
	}
	return nil, false
}

func (p *picker) hints() []key.Binding {
	return []key.Binding{as(p.keys.Accept, "choose"), p.keys.Next, p.keys.Prev, as(p.keys.Cancel, "close")}
}

// pickerRows bounds the choices on screen.
const pickerRows = 14

func (p *picker) lines(t *theme.Theme, width, height int) ([]string, int, int) {
	rows := max(1, min(height-3, pickerRows, max(1, len(p.items))))
	at := text.Width(p.title) + len("  > ")
	shown, pos := p.window(width - at - 1)
	prompt := []span{{tone: theme.Strong, text: " " + p.title}, {tone: theme.Accent, text: " > "}, {text: shown}}
	out := append(make([]string, 0, rows+3), ruleLine(t, width), bar(t, width, prompt, nil))
	p.top = max(p.at-rows+1, min(p.top, p.at))
	for i := range rows {
		out = append(out, p.row(t, width, p.top+i))
	}
	out = append(out, ruleLine(t, width))
	return out, at + pos, 1
}

func (p *picker) row(t *theme.Theme, width, i int) string {
	if i >= len(p.found) {
		if i == 0 {
			return bar(t, width, []span{{tone: theme.Dim, text: "   nothing by that name"}}, nil)
		}
		return strings.Repeat(" ", max(0, width))
	}
	item := p.items[p.found[i].Index]
	ground, lead := theme.Plain, "   "
	if i == p.at {
		ground, lead = theme.Cursor, " "+t.Glyphs.Cursor+" "
	}
	hint := item.note
	if item.key != "" {
		hint = item.key
	}
	hint = text.Clean(hint)
	room := max(0, width-text.Width(hint)-5)
	name := text.FitWith(item.name, room, t.Glyphs.Ellipsis)
	var b strings.Builder
	b.WriteString(t.RenderOn(ground, theme.Accent, lead))
	b.WriteString(lit(t, ground, name, p.found[i].At))
	b.WriteString(t.RenderOn(ground, theme.Dim, " "+hint+" "))
	return fitBlock(b.String(), width)
}

// lit draws a text with some of its letters lit up.
func lit(t *theme.Theme, g theme.Ground, s string, at []int) string {
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
