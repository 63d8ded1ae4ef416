package ui

import (
	"strings"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"nbscope/model/query"
	"nbscope/ui/text"
	"nbscope/ui/theme"
)

// field is a line that text is typed into. It keeps the terminal's own cursor,
// so that nothing blinks by message.
type field struct {
	input textinput.Model
}

func newField() field {
	in := textinput.New()
	in.Prompt = ""
	in.CharLimit = 500
	in.SetVirtualCursor(false)
	plain := textinput.StyleState{
		Text: lipgloss.NewStyle(), Placeholder: lipgloss.NewStyle(),
		Suggestion: lipgloss.NewStyle(), Prompt: lipgloss.NewStyle(),
	}
	in.SetStyles(textinput.Styles{Focused: plain, Blurred: plain})
	in.Focus()
	return field{input: in}
}

func (f *field) value() string { return f.input.Value() }

func (f *field) set(s string) {
	f.input.SetValue(text.Clean(s))
	f.input.CursorEnd()
}

// at is the byte offset of the cursor.
func (f *field) at() int {
	v := []rune(f.input.Value())
	return len(string(v[:min(f.input.Position(), len(v))]))
}

// update takes a key or a paste and reports whether the text changed.
func (f *field) update(msg tea.Msg) bool {
	if p, ok := msg.(tea.PasteMsg); ok {
		p.Content = text.Clean(strings.Join(strings.Fields(p.Content), " "))
		msg = p
	}
	before := f.input.Value()
	f.input, _ = f.input.Update(msg)
	return f.input.Value() != before
}

// window is the part of the text to show in width cells, and the cell of the
// cursor in it.
func (f *field) window(width int) (string, int) {
	v := []rune(f.input.Value())
	pos := min(f.input.Position(), len(v))
	before := text.Clean(string(v[:pos]))
	for text.Width(before) >= max(1, width) {
		r := []rune(before)
		before = string(r[1:])
	}
	return before + text.Clean(string(v[pos:])), text.Width(before)
}

// filterBar is the filter of a list: text that holds until it is cleared, and a
// field while it is typed.
type filterBar struct {
	field
	open bool
	text string // in force
	kept string // in force before the typing began
}

func newFilterBar(initial string) filterBar {
	b := filterBar{field: newField(), text: initial}
	b.set(initial)
	return b
}

func (b *filterBar) start() {
	b.open, b.kept = true, b.text
	b.set(b.text)
}

// apply puts text in force.
func (b *filterBar) apply(s string) {
	b.set(s)
	b.text = b.value()
}

func (b *filterBar) stop() {
	b.open = false
}

// typed takes a key while the bar is open: every key is text but the few that end
// the typing. It reports whether the text in force changed.
func (b *filterBar) typed(msg tea.Msg, keys TypingKeys) (changed bool) {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch {
		case key.Matches(k, keys.Accept):
			b.stop()
			return false
		case key.Matches(k, keys.Cancel):
			b.stop()
			changed = b.text != ""
			b.apply("")
			return changed
		}
	}
	if b.update(msg) {
		b.text = b.value()
		return true
	}
	return false
}

// complete replaces the word before the cursor.
func (b *filterBar) complete(word string) bool {
	at := b.at()
	return b.replace(query.Word(b.value(), at), at, word)
}

// replace puts a word in the place of a part of the text.
func (b *filterBar) replace(start, end int, word string) bool {
	v := b.value()
	if start < 0 || end > len(v) || start > end {
		return false
	}
	b.input.SetValue(v[:start] + word + v[end:])
	b.input.SetCursor(len([]rune(v[:start] + word)))
	b.text = b.value()
	return b.text != v
}

// title puts the filter behind what stands in a screen's title of this width, and
// returns the cell of the cursor, -1 while nothing is typed.
func (b *filterBar) title(left []span, width int) (spans []span, cursor int) {
	if !b.open && b.text == "" {
		return left, -1
	}
	left = append(left, span{tone: theme.Accent, text: "  / "})
	if !b.open {
		return append(left, span{text: b.text}), -1
	}
	at := spansWidth(left)
	shown, pos := b.window(width - at - 1)
	return append(left, span{text: shown}), at + pos
}
