package recreate

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/kit"
	"nbscope/ui/text"
	"nbscope/ui/theme"
)

// chooser picks a value, or several, of those that AWS has, which are asked for
// when it opens. What AWS would refuse is shown with the reason.
type chooser struct {
	kit.Picker
	gate    kit.GateKeys
	most    int // how many may be chosen; 1 for a plain choice
	choices []recreate.Choice
	chosen  []string
	since   time.Time
	loaded  bool
	problem *model.Problem
	id      int  // of the question, so that late answers are dropped
	none    bool // may be left empty
	ask     func(id int) kit.Intent
	typed   func() kit.Intent // types the value in place of choosing it
	do      func([]string) kit.Intent
	now     func() time.Time
	frame   func() int
}

func newChooser(c chooser, title string, keys kit.TypingKeys) *chooser {
	c.Picker = *kit.NewPicker(title, keys, nil)
	c.Notes, c.since = true, c.now()
	return &c
}

// took takes the choices, if they are what was asked for last.
func (c *chooser) took(id int, found []recreate.Choice, problem *model.Problem) {
	if id != c.id {
		return
	}
	if c.most > 1 { // choosing none of them is choosing none
		found = slices.DeleteFunc(slices.Clone(found), func(f recreate.Choice) bool { return f.Value == "" })
	} else if c.none && problem == nil && !slices.ContainsFunc(found, func(f recreate.Choice) bool { return f.Value == "" }) {
		found = append([]recreate.Choice{{Label: "none"}}, found...)
	}
	c.loaded, c.choices, c.problem = problem == nil, found, problem
	c.Items = c.Items[:0:0]
	for _, f := range found {
		name := f.Label
		if name == "" {
			name = f.Value
		}
		c.Items = append(c.Items, kit.Choice{Name: name, Note: f.Note})
	}
	c.Search()
	if c.Value() == "" && c.most == 1 && len(c.chosen) == 1 { // what holds now is where the eye looks first
		c.At = max(0, slices.IndexFunc(c.choices, func(f recreate.Choice) bool { return f.Value == c.chosen[0] }))
	}
}

func (c *chooser) Take(msg tea.Msg) (kit.Intent, bool) {
	k, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return c.Picker.Take(msg)
	}
	switch {
	case key.Matches(k, c.Keys.Cancel):
		return nil, true
	case c.typed != nil && key.Matches(k, c.gate.Type):
		return c.typed(), true
	case !c.loaded && c.problem == nil:
		return nil, false
	case c.problem != nil:
		if key.Matches(k, c.Keys.Accept, c.gate.Again) {
			c.id, c.problem, c.since = c.id+1, nil, c.now()
			return c.ask(c.id), false
		}
		return nil, false
	case key.Matches(k, c.Keys.Accept):
		return c.accept()
	case c.most > 1 && key.Matches(k, c.gate.Mark):
		c.toggle()
		return nil, false
	case c.most > 1 && key.Matches(k, c.gate.All):
		c.all()
		return nil, false
	}
	return c.Picker.Take(msg)
}

// Click goes to a choice, and chooses the one that it is at.
func (c *chooser) Click(_, y int) (kit.Intent, bool) {
	if !c.loaded || !c.Point(y) {
		return nil, false
	}
	if c.most > 1 {
		c.toggle()
		return nil, false
	}
	return c.accept()
}

func (c *chooser) current() (recreate.Choice, bool) {
	if c.At < len(c.Found) {
		return c.choices[c.Found[c.At].Index], true
	}
	return recreate.Choice{}, false
}

func (c *chooser) accept() (kit.Intent, bool) {
	if c.most > 1 {
		return c.do(c.chosen), true
	}
	f, ok := c.current()
	if !ok {
		return nil, false
	}
	return c.do([]string{f.Value}), true
}

func (c *chooser) toggle() {
	f, ok := c.current()
	if !ok || f.Value == "" {
		return
	}
	if i := slices.Index(c.chosen, f.Value); i >= 0 {
		c.chosen = slices.Delete(slices.Clone(c.chosen), i, i+1)
		return
	}
	if len(c.chosen) < c.most {
		c.chosen = append(slices.Clone(c.chosen), f.Value)
	}
}

// all chooses everything that is found, as far as there is room.
func (c *chooser) all() {
	c.chosen = slices.Clone(c.chosen)
	for _, f := range c.Found {
		if v := c.choices[f.Index].Value; len(c.chosen) < c.most && !slices.Contains(c.chosen, v) {
			c.chosen = append(c.chosen, v)
		}
	}
}

func (c *chooser) Hints() []key.Binding {
	switch {
	case c.problem != nil:
		return []key.Binding{kit.WithDesc(c.gate.Again, "ask again"), c.gate.Type, kit.WithDesc(c.Keys.Cancel, "cancel")}
	case !c.loaded:
		return []key.Binding{c.gate.Type, kit.WithDesc(c.Keys.Cancel, "cancel")}
	case c.typed == nil && c.most > 1:
		return []key.Binding{kit.WithDesc(c.gate.Mark, "choose"), c.gate.All, kit.WithDesc(c.Keys.Accept, "take these"), kit.WithDesc(c.Keys.Cancel, "cancel")}
	case c.typed == nil:
		return []key.Binding{kit.WithDesc(c.Keys.Accept, "choose"), c.Keys.Next, c.Keys.Prev, kit.WithDesc(c.Keys.Cancel, "cancel")}
	case c.most > 1:
		return []key.Binding{kit.WithDesc(c.gate.Mark, "choose"), kit.WithDesc(c.Keys.Accept, "take these"), c.Keys.Next, kit.WithDesc(c.Keys.Cancel, "cancel"), c.gate.Type}
	}
	return []key.Binding{kit.WithDesc(c.Keys.Accept, "choose"), c.Keys.Next, c.Keys.Prev, kit.WithDesc(c.Keys.Cancel, "cancel"), c.gate.Type}
}

func (c *chooser) Lines(t *theme.Theme, width, height int) ([]string, int, int) {
	rows := min(height-3, kit.PickerRows)
	if c.loaded {
		rows = min(rows, max(5, len(c.choices)))
	}
	rows = max(1, rows)
	c.Rows = rows
	at := text.Width(c.Title) + len("  > ")
	shown, pos := c.Window(width - at - 1)
	left := []kit.Span{{Tone: theme.Strong, Text: " " + c.Title}, {Tone: theme.Accent, Text: " > "}, {Text: shown}}
	out := append(make([]string, 0, rows+3), kit.RuleLine(t, width), kit.Bar(t, width, left, c.counted()))
	c.Top = max(c.At-rows+1, min(c.Top, c.At))
	for i := range rows {
		out = append(out, c.row(t, width, i))
	}
	return append(out, kit.RuleLine(t, width)), at + pos, 1
}

// counted says how many are chosen of how many may be.
func (c *chooser) counted() []kit.Span {
	if c.most == 1 {
		return nil
	}
	return []kit.Span{{Tone: theme.Accent, Text: fmt.Sprintf("%d of %d at most ", len(c.chosen), c.most)}}
}

func (c *chooser) row(t *theme.Theme, width, i int) string {
	switch {
	case c.problem != nil:
		return c.problemRow(t, width, i)
	case !c.loaded:
		if i > 0 {
			return strings.Repeat(" ", width)
		}
		return kit.Bar(t, width, []kit.Span{
			{Tone: theme.Busy, Text: "   " + kit.Spinner(t, c.frame()) + " asking AWS"},
			{Tone: theme.Dim, Text: " for " + kit.Elapsed(c.now().Sub(c.since))},
		}, nil)
	case c.Top+i >= len(c.Found) && i > 0:
		return strings.Repeat(" ", width)
	case len(c.choices) == 0:
		return kit.Bar(t, width, []kit.Span{{Tone: theme.Dim, Text: "   AWS has none to choose from"}}, nil)
	case c.Top+i >= len(c.Found):
		return c.Row(t, width, c.Top+i)
	}
	return c.choiceRow(t, width, c.Top+i)
}

func (c *chooser) problemRow(t *theme.Theme, width, i int) string {
	switch {
	case i == 0:
		return kit.Bar(t, width, []kit.Span{{Tone: theme.Bad, Text: "   " + t.Glyphs.Failed + " " + c.problem.Message}}, nil)
	case i == 1 && c.problem.Hint != "":
		return kit.Bar(t, width, []kit.Span{{Tone: theme.Normal, Text: "     " + c.problem.Hint}}, nil)
	}
	return strings.Repeat(" ", width)
}

func (c *chooser) choiceRow(t *theme.Theme, width, i int) string {
	f := c.choices[c.Found[i].Index]
	ground, lead := theme.Plain, "   "
	if i == c.At {
		ground, lead = theme.Cursor, " "+t.Glyphs.Cursor+" "
	}
	if c.most > 1 {
		sign := "[ ] "
		if slices.Contains(c.chosen, f.Value) {
			sign = "[" + t.Glyphs.Mark + "] "
		}
		lead += sign
	}
	tone, note := theme.Dim, f.Note
	if f.Bad != "" {
		tone, note = theme.Bad, t.Glyphs.Failed+" "+f.Bad
	}
	room := max(0, width-text.Width(lead)-2)
	name := c.Items[c.Found[i].Index].Name
	wide := min(text.Width(text.Clean(name)), max(room/2, room-text.Width(text.Clean(note))))
	var b strings.Builder
	b.WriteString(t.RenderOn(ground, theme.Accent, lead))
	b.WriteString(kit.Highlight(t, ground, text.FitWith(name, max(0, wide), t.Glyphs.Ellipsis), c.Found[i].At))
	b.WriteString(t.RenderOn(ground, tone, "  "+text.FitWith(note, max(0, room-wide), t.Glyphs.Ellipsis)))
	return kit.FitLine(b.String(), width)
}

// Moving reports whether the choices are still asked for.
func (c *chooser) Moving() bool { return !c.loaded && c.problem == nil }
