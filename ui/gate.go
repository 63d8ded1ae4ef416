package ui

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"nbscope/ui/text"
	"nbscope/ui/theme"
)

// A gate stands between the user and what changes something. The key that opens
// it never opens what is behind it, and no row of one key repeated does: an
// approval starts on Cancel, and everything weightier has to be typed. Nothing is
// answered before all that the gate says was on screen, and never by one letter.

// gateText is what a gate says, a page at a time.
type gateText struct {
	title string
	about document

	on, back key.Binding // turn the page
	at       int         // the page on screen
	seen     []bool      // of the pages, those that were on screen
	whole    bool        // all of them were
	hasty    bool        // an answer came before that
	size     int         // of the text, and
	room     int         // for it: what the pages are laid out for
}

// turn turns the page; false for a key that does not.
func (g *gateText) turn(k tea.KeyPressMsg) bool {
	var by int
	switch {
	case key.Matches(k, g.on):
		by = 1
	case key.Matches(k, g.back):
		by = -1
	default:
		return false
	}
	if g.at < len(g.seen) && !g.seen[g.at] {
		return true // keys that came faster than the screen
	}
	g.at, g.hasty = max(0, min(g.at+by, len(g.seen)-1)), false
	return true
}

// early reports whether there is more to read before an answer, which is told then.
func (g *gateText) early() bool {
	g.hasty = !g.whole
	return g.hasty
}

// remark is told of an answer that came too early.
func (g *gateText) remark() []span {
	if !g.hasty || g.whole {
		return nil
	}
	return []span{{tone: theme.Warn, text: "there is more to read first: " + g.on.Help().Key + " ", drop: 1}}
}

// pagesHint is the key that turns pages, where there are some.
func (g *gateText) pagesHint() key.Binding { return when(g.on, len(g.seen) > 1) }

// The sizes from which on a gate has rules around it, and says at length which page
// it is on.
const (
	ruledGate = 10
	wideGate  = 60
	leastText = 3 // lines of text; below, what is wanted scrolls with it
)

// frame draws a page of what the gate says, what it wants, and the line that answers
// it. Nothing is cut: what does not fit is on the next page. What is drawn counts as
// seen.
func (g *gateText) frame(t *theme.Theme, width, height int, wants document, answer func() string) []string {
	inner := max(1, width-4)
	body, last := g.about.paint(t, inner), wants.paint(t, inner)
	var rule []string
	if height >= ruledGate {
		rule = []string{ruleLine(t, width)}
	}
	head := g.head(t, width, "")
	room := height - 2*len(rule) - len(head) - len(last) - 1
	if room < len(body) {
		head = g.head(t, width, g.pageSign(width, 9, 9))
		room = height - 2*len(rule) - len(head) - len(last) - 1
	}
	if room < min(leastText, len(body)) {
		room, body, last = room+len(last), append(body, last...), nil
	}
	g.lay(len(body), max(1, room))
	if n := len(g.seen); n > 1 {
		head = g.head(t, width, g.pageSign(width, g.at+1, n))
	}
	page := body[min(g.at*g.room, len(body)):min((g.at+1)*g.room, len(body))]
	out := slices.Concat(rule, head)
	for _, l := range page {
		out = append(out, fitBlock("   "+l, width))
	}
	for range g.gap(len(page), len(last)) {
		out = append(out, fitBlock("", width))
	}
	for _, l := range last {
		out = append(out, fitBlock("   "+l, width))
	}
	return append(append(out, fitBlock(answer(), width)), rule...)
}

// gap is how many lines are left empty below the text: nothing jumps from page to
// page, and what fits on one has air around it.
func (g *gateText) gap(lines, last int) int {
	switch {
	case len(g.seen) > 1:
		return g.room - lines
	case lines < g.room && last == 0:
		return 1
	}
	return 0
}

// lay shares the text out among pages. A text that was seen whole stays seen.
func (g *gateText) lay(lines, room int) {
	if g.size != lines || g.room != room {
		g.size, g.room, g.at = lines, room, 0
		g.seen = make([]bool, max(1, (lines+room-1)/room))
	}
	g.seen[g.at] = true
	for _, s := range g.seen {
		if !s {
			return
		}
	}
	g.whole = true
}

// pageSign says which page is on screen, and which keys turn it.
func (g *gateText) pageSign(width, at, of int) string {
	if width < wideGate {
		return strconv.Itoa(at) + "/" + strconv.Itoa(of) + " " + g.on.Help().Key
	}
	return strconv.Itoa(at) + " of " + strconv.Itoa(of) + " pages  " + g.on.Help().Key
}

// head is the title, in as many lines as it takes, and the page at its right.
func (g *gateText) head(t *theme.Theme, width int, sign string) []string {
	var right []span
	room := width - 4
	if sign != "" {
		right = []span{{tone: theme.Accent, text: sign + " "}}
		room -= text.Width(sign) + 2
	}
	lead := " " + t.Glyphs.Warn + " "
	lines := text.Wrap(g.title, max(1, room))
	out := make([]string, 0, len(lines))
	for _, l := range lines {
		out = append(out, bar(t, width, []span{{tone: theme.Warn, text: lead}, {tone: theme.Strong, text: l}}, right))
		lead, right = "   ", nil
	}
	return out
}

// approval asks for a decision with two buttons.
type approval struct {
	gateText

	keys  GateKeys
	yes   string // the word of the button that goes on
	do    intent
	going bool      // the focus is on that button
	since time.Time // when it opened by itself; zero when a key opened it
	now   func() time.Time
}

func newApproval(keys GateKeys, title, yes string, about document, do intent, now func() time.Time) *approval {
	return &approval{gateText: gateText{title: title, about: about, on: keys.PageOn, back: keys.PageBack}, keys: keys, yes: yes, do: do, now: now}
}

func (a *approval) take(msg tea.Msg) (intent, bool) {
	k, ok := msg.(tea.KeyPressMsg)
	if !ok || !a.since.IsZero() && a.now().Sub(a.since) < swallow {
		return nil, false // keys may have been meant for what was there before
	}
	switch {
	case key.Matches(k, a.keys.Close):
		return nil, true
	case a.turn(k):
	case key.Matches(k, a.keys.No), key.Matches(k, a.keys.Switch) && a.going:
		a.going = false
	case key.Matches(k, a.keys.Yes, a.keys.Switch):
		a.going = !a.early()
	case key.Matches(k, a.keys.Press):
		if a.going {
			return a.do, true
		}
		return nil, true
	}
	return nil, false
}

func (a *approval) hints() []key.Binding {
	word := "cancel"
	if a.going {
		word = lower(a.yes)
	}
	return []key.Binding{as(a.keys.Press, word), a.pagesHint(), when(a.keys.Switch, a.whole), as(a.keys.Close, "cancel")}
}

func (a *approval) lines(t *theme.Theme, width, height int) ([]string, int, int) {
	return a.frame(t, width, height, nil, func() string { return a.buttons(t, width) }), -1, -1
}

// buttons is the line of buttons. The one that goes on stands in round brackets until
// all that the gate says was on screen.
func (a *approval) buttons(t *theme.Theme, width int) string {
	no, yes := theme.Cursor, theme.Plain
	if a.going {
		no, yes = yes, no
	}
	word := "( " + a.yes + " )"
	if a.whole {
		word = "[ " + a.yes + " ]"
	}
	left := "  " + button(t, no, "[ Cancel ]", !a.going) + "  " + button(t, yes, word, a.going)
	room := max(0, width-ansi.StringWidth(left))
	if remark := a.remark(); spansWidth(remark) < room {
		left += bar(t, room, nil, remark)
	}
	return left
}

func button(t *theme.Theme, g theme.Ground, word string, on bool) string {
	tone := theme.Dim
	if on {
		tone = theme.Strong
	}
	return t.RenderOn(g, tone, text.Clean(word))
}

// prompt asks for a line of text.
type prompt struct {
	field
	gateText

	keys  TypingKeys
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
	p.on, p.back = p.keys.PageOn, p.keys.PageBack
	p.set(value)
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
		case p.turn(k):
			return nil, false
		case key.Matches(k, p.keys.Accept):
			if p.early() {
				return nil, false
			}
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
	return []key.Binding{as(p.keys.Accept, p.accept), p.pagesHint(), as(p.keys.Cancel, "cancel")}
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
	out := p.frame(t, width, height, last, func() string {
		return bar(t, width, []span{{tone: theme.Accent, text: mark}, {text: shown}}, p.remark())
	})
	y := len(out) - 1
	if height >= ruledGate {
		y--
	}
	return out, at + pos, y
}

// typedGate asks for a text to be typed exactly, which nobody does by accident.
func typedGate(keys TypingKeys, title, want string, about document, do func(string) intent) prompt {
	return prompt{
		gateText: gateText{title: title, about: about}, keys: keys, wants: want, accept: "go on", do: do,
		refuses: func(s string) string {
			if strings.TrimSpace(s) != want {
				return "this is not " + want
			}
			return ""
		},
	}
}

// swallow is how long keys are ignored after a question has opened by itself, so
// that what was meant for the list does not answer it.
const swallow = 500 * time.Millisecond
