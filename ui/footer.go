package ui

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"nbscope/ui/kit"
	"nbscope/ui/text"
	"nbscope/ui/theme"
)

// toast is a sentence that the footer shows for a while.
type toast struct {
	tone theme.Tone
	text string
	path string // a part of the text that loses its folders first when the line is narrow
}

// fit shortens the path until the sentence fits, from the left: what the file is
// called says more than where all the folders are.
func (t toast) fit(room int, ellipsis string) string {
	over := text.Width(text.Clean(t.text)) - room
	if over <= 0 || t.path == "" {
		return t.text
	}
	return strings.Replace(t.text, t.path, kit.TruncateHead(t.path, max(12, text.Width(text.Clean(t.path))-over), ellipsis), 1)
}

// notice is what the footer has to tell.
type notice struct {
	toast toast
	clock *clock
}

func (n *notice) tell(t toast) tea.Cmd {
	n.toast = t
	return n.clock.arm(timerToast)
}

// Say shows a sentence in the footer for a while.
func (n *notice) Say(tone theme.Tone, s string) tea.Cmd { return n.tell(toast{tone: tone, text: s}) }

// Unsay takes a sentence back, where it is still shown.
func (n *notice) Unsay(s string) {
	if n.toast.text == s {
		n.toast = toast{}
	}
}

// factsLine is the first line of the footer: a toast, or what the screen has to
// say about the row under the cursor.
func (a drawing) factsLine() string {
	if a.toast.text != "" {
		sign := a.theme.Glyphs.Ok
		switch a.toast.tone {
		case theme.Bad:
			sign = a.theme.Glyphs.Failed
		case theme.Warn:
			sign = a.theme.Glyphs.Warn
		case theme.Normal, theme.Dim, theme.Strong, theme.Accent, theme.Good, theme.Busy, theme.Unknown, theme.Match, theme.Header:
		}
		return kit.Bar(a.theme, a.width, []kit.Span{{Tone: a.toast.tone, Text: " " + sign + " " + a.toast.fit(a.width-text.Width(sign)-2, a.theme.Glyphs.Ellipsis)}}, nil)
	}
	return kit.Bar(a.theme, a.width, a.Front().Facts(), nil)
}

// hintsLine is the second line: as many live keys as fit, best first, and help at
// the end.
func (a drawing) hintsLine() string {
	g := a.keys.Global
	var bindings []key.Binding
	switch {
	case a.overlay != nil:
		bindings = a.overlay.Hints()
	case a.Front().Typing(), a.onPage():
		bindings = a.Front().Hints()
	default:
		bindings = append(a.Front().Hints(), kit.EnabledIf(g.CancelScan, a.scans.scanStoppable()), kit.WithDesc(g.NextScreen, hinted(a.beside(1))), g.Palette)
	}
	var last []key.Binding
	switch {
	case a.overlay != nil || a.Front().Typing():
	case a.onPage(): // the room is for what can be decided there
		last = []key.Binding{g.Help}
	default:
		last = []key.Binding{g.Help, g.Quit}
	}
	return a.fitHints(bindings, last)
}

func (a drawing) fitHints(bindings, last []key.Binding) string {
	room := a.width - 1
	for _, b := range last {
		room -= hintWidth(b)
	}
	var b strings.Builder
	b.WriteByte(' ')
	used := 1
	write := func(k key.Binding) {
		h := k.Help()
		b.WriteString(a.theme.Render(theme.Accent, text.Clean(h.Key)))
		b.WriteString(a.theme.Render(theme.Dim, " "+h.Desc+"   "))
		used += hintWidth(k)
	}
	for _, k := range bindings {
		if !k.Enabled() || k.Help().Desc == "" {
			continue
		}
		if hintWidth(k) > room {
			break
		}
		room -= hintWidth(k)
		write(k)
	}
	for _, k := range last {
		if used+hintWidth(k) <= a.width+2 {
			write(k)
		}
	}
	return kit.FitLine(b.String(), a.width)
}

func hintWidth(k key.Binding) int {
	return text.Width(k.Help().Key) + 1 + text.Width(k.Help().Desc) + 3
}
