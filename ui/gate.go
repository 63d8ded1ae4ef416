package ui

import (
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"nbscope/ui/text"
	"nbscope/ui/theme"
)

// A gate stands between the user and what changes something. The key that opens
// it never opens what is behind it, and no row of one key repeated does: an
// approval starts on Cancel, and everything weightier has to be typed.

// approval asks for a decision with two buttons.
type approval struct {
	keys  GateKeys
	title string
	about document
	yes   string // the word of the button that goes on
	do    intent
	on    bool      // the focus is on that button
	since time.Time // when it opened by itself; zero when a key opened it
	now   func() time.Time
}

func (a *approval) take(msg tea.Msg) (intent, bool) {
	k, ok := msg.(tea.KeyPressMsg)
	if !ok || a.early() {
		return nil, false
	}
	switch {
	case key.Matches(k, a.keys.Close):
		return nil, true
	case key.Matches(k, a.keys.Yes):
		a.on = true
	case key.Matches(k, a.keys.No):
		a.on = false
	case key.Matches(k, a.keys.Switch):
		a.on = !a.on
	case key.Matches(k, a.keys.Press):
		if a.on {
			return a.do, true
		}
		return nil, true
	}
	return nil, false
}

// early reports whether keys may have been meant for what was there before.
func (a *approval) early() bool {
	return !a.since.IsZero() && a.now().Sub(a.since) < swallow
}

func (a *approval) hints() []key.Binding {
	word := "cancel"
	if a.on {
		word = strings.ToLower(a.yes[:1]) + a.yes[1:]
	}
	return []key.Binding{as(a.keys.Press, word), a.keys.Switch, as(a.keys.Close, "cancel")}
}

func (a *approval) lines(t *theme.Theme, width, height int) ([]string, int, int) {
	no, yes := theme.Cursor, theme.Plain
	if a.on {
		no, yes = yes, no
	}
	buttons := "  " + button(t, no, "Cancel", !a.on) + "  " + button(t, yes, a.yes, a.on)
	return gateLines(t, width, height, a.title, a.about, nil, buttons), -1, -1
}

func button(t *theme.Theme, g theme.Ground, word string, on bool) string {
	tone := theme.Dim
	if on {
		tone = theme.Strong
	}
	return t.RenderOn(g, tone, "[ "+text.Clean(word)+" ]")
}

// gateLines frames what a gate says, what it wants, and the line that answers it.
// The last two stay on screen however little room there is.
func gateLines(t *theme.Theme, width, height int, title string, about, wants document, answer string) []string {
	out := []string{ruleLine(t, width), bar(t, width, []span{{tone: theme.Warn, text: " " + t.Glyphs.Warn + " "}, {tone: theme.Strong, text: title}}, nil)}
	last := wants.paint(t, max(1, width-4))
	room := max(0, height-4-len(last))
	lines := about.paint(t, max(1, width-4))
	if len(lines) > room {
		lines = append(lines[:max(0, room-1)], t.Render(theme.Dim, t.Glyphs.Ellipsis+" more than fits here"))
	}
	room += len(last)
	lines = append(lines, last...)
	for _, l := range lines {
		out = append(out, fitBlock("   "+l, width))
	}
	if len(lines) < room {
		out = append(out, fitBlock("", width))
	}
	return append(out, fitBlock(answer, width), ruleLine(t, width))
}

// prompt asks for a line of text.
type prompt struct {
	field
	keys  TypingKeys
	title string
	about document
	wants string // what is to be typed; may be empty
	// refuses says why a text is not taken, "" when it is.
	refuses func(string) string
	// warns says what is wrong with a text that is taken all the same; nil for
	// nothing.
	warns func(string) string
	do    func(string) intent
	accept,
	told string
	since time.Time // when it opened by itself; zero when a key opened it
	now   func() time.Time
}

func newPrompt(p prompt) *prompt {
	value := p.told
	p.field, p.told = newField(), ""
	p.set(value)
	p.input.Focus()
	return &p
}

func (p *prompt) take(msg tea.Msg) (intent, bool) {
	if !p.since.IsZero() && p.now().Sub(p.since) < swallow {
		return nil, false
	}
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch {
		case key.Matches(k, p.keys.Cancel):
			return nil, true
		case key.Matches(k, p.keys.Accept):
			if p.told = p.refuses(p.value()); p.told != "" {
				return nil, false
			}
			return p.do(p.value()), true
		}
	}
	if p.update(msg) {
		p.told = ""
	}
	return nil, false
}

func (p *prompt) hints() []key.Binding {
	return []key.Binding{as(p.keys.Accept, p.accept), as(p.keys.Cancel, "cancel")}
}

func (p *prompt) lines(t *theme.Theme, width, height int) ([]string, int, int) {
	const mark = "   > "
	at := len(mark)
	shown, pos := p.window(width - at - 1)
	why := p.told
	if why == "" && p.warns != nil {
		why = p.warns(p.value())
	}
	var last document
	if p.wants != "" {
		last.say(theme.Strong, "Type: "+p.wants)
	}
	if why != "" {
		last.say(theme.Bad, t.Glyphs.Failed+" "+why)
	}
	answer := bar(t, width, []span{{tone: theme.Accent, text: mark}, {text: shown}}, nil)
	out := gateLines(t, width, height, p.title, p.about, last, answer)
	return out, at + pos, len(out) - 2
}

// typedGate asks for a text to be typed exactly, which nobody does by accident.
func typedGate(keys TypingKeys, title, want string, about document, do func(string) intent) prompt {
	return prompt{
		keys: keys, title: title, about: about, wants: want, accept: "go on", do: do,
		refuses: func(s string) string {
			if strings.TrimSpace(s) != want {
				return "this is not " + want
			}
			return ""
		},
	}
}
