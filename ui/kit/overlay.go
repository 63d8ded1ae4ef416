package kit

import (
	"slices"
	"strconv"
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

// Pointed is an overlay that takes clicks. A click goes to a row, and one more
// chooses it, as in every list.
type Pointed interface {
	Click(x, y int) (do Intent, closed bool) // x and y from the overlay's corner
}

// Wheeled is an overlay that takes the wheel.
type Wheeled interface{ Wheel(by int) }

// Picker chooses one of many by typing a part of its name.
type Picker struct {
	Field
	Title string
	Keys  TypingKeys
	Items []Choice
	More  Long // behind the items; its zero value is none
	Found []match.Ranked
	Total int // of what is found; of a long list not all are kept
	At    int
	Top   int
	Rows  int  // on screen, as last drawn
	Notes bool // notes are searched too
	names []string
}

// Long are choices that are too many to be made before one is shown.
type Long struct {
	Names  []string
	Choice func(i int) Choice
}

// mostFound bounds what is kept of what a long list has.
const mostFound = 500

// Choice is one choice.
type Choice struct {
	Name string
	Key  string // that does the same outside
	Note string
	Also []string // other names, each as a whole
	Run  func() Intent
}

// NewPicker returns a picker that shows every choice.
func NewPicker(title string, keys TypingKeys, items []Choice) *Picker {
	p := &Picker{Field: NewField(), Title: title, Keys: keys, Items: items}
	p.Search()
	return p
}

// NewLongPicker returns a picker of choices and of a long list behind them.
func NewLongPicker(title string, keys TypingKeys, items []Choice, more Long) *Picker {
	p := NewPicker(title, keys, items)
	p.More, p.names = more, nil
	p.Search()
	return p
}

// Search finds the choices that fit what is typed, the best first.
func (p *Picker) Search() {
	if len(p.names) != len(p.Items)+len(p.More.Names) || len(p.More.Names) == 0 {
		p.names = make([]string, 0, len(p.Items)+len(p.More.Names))
		for i := range p.Items {
			p.names = append(p.names, p.Items[i].Name)
		}
		p.names = append(p.names, p.More.Names...)
	}
	most := len(p.Items)
	if len(p.More.Names) > 0 {
		most = mostFound
	}
	p.At, p.Top = 0, 0
	p.Found, p.Total = match.Best(p.Value(), p.names, most)
	p.searchNames()
	if p.Notes {
		p.searchNotes()
	}
}

// searchNames puts first what is called exactly so.
func (p *Picker) searchNames() {
	typed := strings.TrimSpace(p.Value())
	is := func(name string) bool { return strings.EqualFold(name, typed) }
	for i := range p.Items {
		if typed == "" || !is(p.Items[i].Name) && !slices.ContainsFunc(p.Items[i].Also, is) {
			continue
		}
		found := match.Ranked{Index: i}
		if at := slices.IndexFunc(p.Found, func(f match.Ranked) bool { return f.Index == i }); at >= 0 {
			found = p.Found[at]
			p.Found = slices.Delete(p.Found, at, at+1)
		} else {
			p.Total++
		}
		p.Found = slices.Insert(p.Found, 0, found)
		return
	}
}

// choice is the i-th of what was found.
func (p *Picker) choice(i int) Choice {
	if at := p.Found[i].Index; at >= len(p.Items) {
		return p.More.Choice(at - len(p.Items))
	}
	return p.Items[p.Found[i].Index]
}

// move moves the cursor among what was found.
func (p *Picker) move(by int) { p.At = max(0, min(p.At+by, len(p.Found)-1)) }

// Wheel moves the cursor.
func (p *Picker) Wheel(by int) { p.move(by) }

// Point moves the cursor to the choice on a line of the overlay, and reports whether it
// was there already.
func (p *Picker) Point(y int) (again bool) {
	const above = 2 // the rule and the search
	i := p.Top + y - above
	if y < above || y >= above+p.Rows || i >= len(p.Found) {
		return false
	}
	again = p.At == i
	p.At = i
	return again
}

// Click implements Pointed.
func (p *Picker) Click(_, y int) (Intent, bool) {
	if p.Point(y) {
		return p.choice(p.At).Run(), true
	}
	return nil, false
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
			p.Found, p.Total = append(p.Found, match.Ranked{Index: i}), p.Total+1
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
				return p.choice(p.At).Run(), true
			}
			return nil, false
		case key.Matches(k, p.Keys.Complete):
			if p.At < len(p.Found) {
				p.Set(p.choice(p.At).Name)
				p.Search()
			}
			return nil, false
		case key.Matches(k, p.Keys.Next):
			p.move(1)
			return nil, false
		case key.Matches(k, p.Keys.Prev):
			p.move(-1)
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
	return []key.Binding{WithDesc(p.Keys.Accept, "choose"), p.Keys.Next, p.Keys.Prev, WithDesc(p.Keys.Cancel, "close"), p.Keys.Complete}
}

// PickerRows bounds the choices on screen.
const PickerRows = 14

// Lines draws the search and the choices that there is room for.
func (p *Picker) Lines(t *theme.Theme, width, height int) ([]string, int, int) {
	rows := max(1, min(height-3, PickerRows, max(1, len(p.names))))
	p.Rows = rows
	at := text.Width(p.Title) + len("  > ")
	shown, pos := p.Window(width - at - 1)
	prompt := []Span{{Tone: theme.Strong, Text: " " + p.Title}, {Tone: theme.Accent, Text: " > "}, {Text: shown}}
	out := append(make([]string, 0, rows+3), RuleLine(t, width), Bar(t, width, prompt, []Span{{Tone: theme.Dim, Text: " " + strconv.Itoa(p.Total) + " of " + strconv.Itoa(len(p.names)) + " ", Drop: 1}}))
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
	item := p.choice(i)
	ground, lead := theme.Plain, "   "
	if i == p.At {
		ground, lead = theme.Cursor, " "+t.Glyphs.Cursor+" "
	}
	hint := item.Note
	if item.Key != "" {
		hint = item.Key
	}
	hint = text.Clean(hint)
	hint = text.FitWith(hint, min(text.Width(hint), max(width*3/4, width-5-text.Width(text.Clean(item.Name)))), t.Glyphs.Ellipsis)
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
