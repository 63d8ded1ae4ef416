package kit

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"nbscope/model/query"
	"nbscope/ui/text"
	"nbscope/ui/theme"
)

// Field is a line that text is typed into. It keeps the terminal's own cursor,
// so that nothing blinks by message.
type Field struct {
	input textinput.Model
}

// NewField returns an empty line of text that takes keys.
func NewField() Field {
	in := textinput.New()
	in.Prompt = ""
	in.CharLimit = 20_000 // a screen full of pasted ARNs
	in.SetVirtualCursor(false)
	plain := textinput.StyleState{
		Text: lipgloss.NewStyle(), Placeholder: lipgloss.NewStyle(),
		Suggestion: lipgloss.NewStyle(), Prompt: lipgloss.NewStyle(),
	}
	in.SetStyles(textinput.Styles{Focused: plain, Blurred: plain})
	in.Focus()
	return Field{input: in}
}

// Value is the text.
func (f *Field) Value() string { return f.input.Value() }

// Set replaces the text; the cursor stands behind it.
func (f *Field) Set(s string) {
	f.input.SetValue(text.Clean(s))
	f.input.CursorEnd()
}

// At is the byte offset of the cursor.
func (f *Field) At() int {
	v := []rune(f.input.Value())
	return len(string(v[:min(f.input.Position(), len(v))]))
}

// Update takes a key or a paste and reports whether the text changed.
func (f *Field) Update(msg tea.Msg) bool {
	if p, ok := msg.(tea.PasteMsg); ok {
		p.Content = text.Clean(strings.Join(strings.Fields(p.Content), " "))
		msg = p
	}
	before := f.input.Value()
	f.input, _ = f.input.Update(msg)
	return f.input.Value() != before
}

// Window is the part of the text to show in width cells, and the cell of the
// cursor in it.
func (f *Field) Window(width int) (string, int) {
	v := []rune(f.input.Value())
	pos := min(f.input.Position(), len(v))
	before := text.Clean(string(v[:pos]))
	for text.Width(before) >= max(1, width) {
		r := []rune(before)
		before = string(r[1:])
	}
	return before + text.Clean(string(v[pos:])), text.Width(before)
}

// FilterBar is the filter of a list: text that holds until it is cleared, and a
// field while it is typed.
type FilterBar struct {
	Field
	Open    bool
	Text    string        // in force
	History []string      // what was kept before, the newest last
	Newer   []string      // of these, those of this session, each as often as it was kept
	Fault   func() string // why the text in force is not to be kept, "" where it is; nil: it always is
	at      int           // in History; behind its end stands what is typed
	draft   string        // what is typed, while History is looked through
}

// What of the history is kept: the newest ones, and none as long as a pasted screen of ARNs.
const (
	mostHistory  = 50
	longestEntry = 500
)

// NewFilterBar returns a closed bar with this filter in force.
func NewFilterBar(initial string) FilterBar {
	b := FilterBar{Field: NewField()}
	b.Apply(initial)
	return b
}

// Start opens the bar.
func (b *FilterBar) Start() {
	b.Open, b.at = true, len(b.History)
	b.Set(b.Text)
}

// Apply puts text in force. Of several lines each is a notebook that is wanted.
func (b *FilterBar) Apply(s string) {
	b.Set(query.Lines(s))
	b.Text = b.Value()
}

// note keeps the filter in the history, once, unless it means nothing.
func (b *FilterBar) note() {
	t := strings.TrimSpace(b.Text)
	if t == "" || len(t) > longestEntry || b.Fault != nil && b.Fault() != "" {
		return
	}
	b.Newer = append(b.Newer, t)
	b.History = JoinHistory(b.History, []string{t})
}

// JoinHistory is a history with newer filters behind it, each once.
func JoinHistory(old, newer []string) []string {
	out := slices.Clone(old)
	for _, t := range newer {
		out = append(slices.DeleteFunc(out, func(o string) bool { return o == t }), t)
	}
	return out[max(0, len(out)-mostHistory):]
}

// recall puts an older or a newer filter of the history in force; behind the newest
// stands what was typed.
func (b *FilterBar) recall(by int) (changed bool) {
	if b.at == len(b.History) {
		b.draft = b.Value()
	}
	was := b.Text
	for b.at+by >= 0 && b.at+by <= len(b.History) {
		b.at += by
		to := b.draft
		if b.at < len(b.History) {
			to = b.History[b.at]
		}
		b.Apply(to)
		if b.Text != was {
			return true
		}
	}
	return false
}

// Typed takes a key while the bar is open: every key is text but the few that end
// the typing. It reports whether the text in force changed.
func (b *FilterBar) Typed(msg tea.Msg, keys TypingKeys) (changed bool) {
	if p, ok := msg.(tea.PasteMsg); ok {
		msg = tea.PasteMsg{Content: query.Lines(p.Content)}
	}
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch {
		case key.Matches(k, keys.Accept):
			b.note()
			b.Open = false
			return false
		case key.Matches(k, keys.Prev):
			return b.recall(-1)
		case key.Matches(k, keys.Next):
			return b.recall(1)
		case key.Matches(k, keys.Cancel):
			b.Open = false
			changed = b.Text != ""
			b.Apply("")
			return changed
		}
	}
	if b.Update(msg) {
		b.Text = b.Value()
		return true
	}
	return false
}

// Complete replaces the word before the cursor.
func (b *FilterBar) Complete(word string) bool {
	at := b.At()
	return b.Replace(query.Word(b.Value(), at), at, word)
}

// Replace puts a word in the place of a part of the text.
func (b *FilterBar) Replace(start, end int, word string) bool {
	v := b.Value()
	if start < 0 || end > len(v) || start > end {
		return false
	}
	b.input.SetValue(v[:start] + word + v[end:])
	b.input.SetCursor(len([]rune(v[:start] + word)))
	b.Text = b.Value()
	return b.Text != v
}

// Title puts the filter behind what stands in a screen's title of this width, and
// returns the cell of the cursor, -1 while nothing is typed.
func (b *FilterBar) Title(left []Span, width int) (spans []Span, cursor int) {
	if !b.Open && b.Text == "" {
		return left, -1
	}
	left = append(left, Span{Tone: theme.Accent, Text: "  / "})
	if !b.Open {
		return append(left, Span{Text: b.Text}), -1
	}
	at := spansWidth(left)
	shown, pos := b.Window(width - at - 1)
	return append(left, Span{Text: shown}), at + pos
}
