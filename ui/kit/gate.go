package kit

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

// GateText is what a gate says, a page at a time.
type GateText struct {
	Title string
	About Document

	On, back key.Binding // turn the page
	At       int         // the page on screen
	seen     []bool      // of the pages, those that were on screen
	Whole    bool        // all of them were
	hasty    bool        // an answer came before that
	size     int         // of the text, and
	room     int         // for it: what the pages are laid out for
}

// turn turns the page; false for a key that does not.
func (g *GateText) turn(k tea.KeyPressMsg) bool {
	switch {
	case key.Matches(k, g.On):
		g.page(1)
	case key.Matches(k, g.back):
		g.page(-1)
	default:
		return false
	}
	return true
}

// page turns the page on, or back.
func (g *GateText) page(by int) {
	if g.At < len(g.seen) && !g.seen[g.At] {
		return // keys that came faster than the screen
	}
	g.At, g.hasty = max(0, min(g.At+by, len(g.seen)-1)), false
}

// wheel turns one page, as far as the wheel was turned.
func (g *GateText) wheel(by int) { g.page(min(1, max(-1, by))) }

// early reports whether there is more to read before an answer, which is told then.
func (g *GateText) early() bool {
	g.hasty = !g.Whole
	return g.hasty
}

// remark is told of an answer that came too early.
func (g *GateText) remark() []Span {
	if !g.hasty || g.Whole {
		return nil
	}
	return []Span{{Tone: theme.Warn, Text: "there is more to read first: " + g.On.Help().Key + " ", Drop: 1}}
}

// pagesHint is the key that turns pages, where there are some.
func (g *GateText) pagesHint() key.Binding { return EnabledIf(g.On, len(g.seen) > 1) }

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
func (g *GateText) frame(t *theme.Theme, width, height int, wants Document, answer func() string) []string {
	inner := max(1, width-4)
	body, last := g.About.Paint(t, inner), wants.Paint(t, inner)
	var rule []string
	if height >= ruledGate {
		rule = []string{RuleLine(t, width)}
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
		head = g.head(t, width, g.pageSign(width, g.At+1, n))
	}
	page := body[min(g.At*g.room, len(body)):min((g.At+1)*g.room, len(body))]
	out := slices.Concat(rule, head)
	for _, l := range page {
		out = append(out, FitLine("   "+l, width))
	}
	for range g.gap(len(page), len(last)) {
		out = append(out, FitLine("", width))
	}
	for _, l := range last {
		out = append(out, FitLine("   "+l, width))
	}
	return append(append(out, FitLine(answer(), width)), rule...)
}

// gap is how many lines are left empty below the text: nothing jumps from page to
// page, and what fits on one has air around it.
func (g *GateText) gap(lines, last int) int {
	switch {
	case len(g.seen) > 1:
		return g.room - lines
	case lines < g.room && last == 0:
		return 1
	}
	return 0
}

// lay shares the text out among pages. A text that was seen whole stays seen.
func (g *GateText) lay(lines, room int) {
	if g.size != lines || g.room != room {
		g.size, g.room, g.At = lines, room, 0
		g.seen = make([]bool, max(1, (lines+room-1)/room))
	}
	g.seen[g.At] = true
	for _, s := range g.seen {
		if !s {
			return
		}
	}
	g.Whole = true
}

// pageSign says which page is on screen, and which keys turn it.
func (g *GateText) pageSign(width, at, of int) string {
	if width < wideGate {
		return strconv.Itoa(at) + "/" + strconv.Itoa(of) + " " + g.On.Help().Key
	}
	return strconv.Itoa(at) + " of " + strconv.Itoa(of) + " pages  " + g.On.Help().Key
}

// head is the title, in as many lines as it takes, and the page at its right.
func (g *GateText) head(t *theme.Theme, width int, sign string) []string {
	var right []Span
	room := width - 4
	if sign != "" {
		right = []Span{{Tone: theme.Accent, Text: sign + " "}}
		room -= text.Width(sign) + 2
	}
	lead := " " + t.Glyphs.Warn + " "
	lines := text.Wrap(g.Title, max(1, room))
	out := make([]string, 0, len(lines))
	for _, l := range lines {
		out = append(out, Bar(t, width, []Span{{Tone: theme.Warn, Text: lead}, {Tone: theme.Strong, Text: l}}, right))
		lead, right = "   ", nil
	}
	return out
}

// Approval asks for a decision with two buttons.
type Approval struct {
	GateText

	keys  GateKeys
	yes   string // the word of the button that goes on
	do    Intent
	Going bool      // the focus is on that button
	Since time.Time // when it opened by itself; zero when a key opened it
	now   func() time.Time

	harmless  bool   // nothing is lost by going on
	no, going places // the buttons, as last drawn
}

// places are cells of a line, from one up to another.
type places struct{ y, from, to int }

func (p places) has(x, y int) bool { return y == p.y && x >= p.from && x < p.to }

// NewApproval returns a gate with two buttons, the focus on Cancel. yes is the word of
// the other one, which leads to do.
func NewApproval(keys GateKeys, title, yes string, about Document, do Intent, now func() time.Time) *Approval {
	return &Approval{GateText: GateText{Title: title, About: about, On: keys.PageOn, back: keys.PageBack}, keys: keys, yes: yes, do: do, now: now}
}

// Harmless says that nothing is lost by going on: the focus begins there, and a click
// there is an answer.
func (a *Approval) Harmless() { a.harmless, a.Going = true, true }

// deaf reports whether keys and clicks may have been meant for what was there before.
func (a *Approval) deaf() bool { return !a.Since.IsZero() && a.now().Sub(a.Since) < DeafFor }

// Click cancels, or moves the focus to the button that goes on: what that does is begun
// by no click alone, unless it does no harm.
func (a *Approval) Click(x, y int) (Intent, bool) {
	switch {
	case a.deaf():
	case a.no.has(x, y):
		return nil, true
	case a.going.has(x, y):
		if a.Going = !a.early(); a.Going && a.harmless {
			return a.do, true
		}
	}
	return nil, false
}

// Wheel turns pages.
func (a *Approval) Wheel(by int) {
	if !a.deaf() {
		a.wheel(by)
	}
}

// Take moves the focus, turns pages, and answers.
func (a *Approval) Take(msg tea.Msg) (Intent, bool) {
	k, ok := msg.(tea.KeyPressMsg)
	if !ok || a.deaf() {
		return nil, false
	}
	switch {
	case key.Matches(k, a.keys.Close):
		return nil, true
	case a.turn(k):
	case key.Matches(k, a.keys.No), key.Matches(k, a.keys.Switch) && a.Going:
		a.Going = false
	case key.Matches(k, a.keys.Yes, a.keys.Switch):
		a.Going = !a.early()
	case key.Matches(k, a.keys.Press):
		if a.Going {
			return a.do, true
		}
		return nil, true
	}
	return nil, false
}

// Typing is never so: an approval has buttons.
func (a *Approval) Typing() bool { return false }

// Hints are the keys that answer now.
func (a *Approval) Hints() []key.Binding {
	word := "cancel"
	if a.Going {
		word = LowerFirst(a.yes)
	}
	return []key.Binding{WithDesc(a.keys.Press, word), a.pagesHint(), EnabledIf(a.keys.Switch, a.Whole), WithDesc(a.keys.Close, "cancel")}
}

// Lines draws the page that is read.
func (a *Approval) Lines(t *theme.Theme, width, height int) ([]string, int, int) {
	out := a.frame(t, width, height, nil, func() string { return a.buttons(t, width) })
	a.no.y = answerLine(out, height)
	a.going.y = a.no.y
	return out, -1, -1
}

// answerLine is the line of a gate on which it is answered: the last one, or that above
// the rule.
func answerLine(out []string, height int) int {
	if height >= ruledGate {
		return len(out) - 2
	}
	return len(out) - 1
}

// buttons is the line of buttons. The one that goes on stands in round brackets until
// all that the gate says was on screen.
func (a *Approval) buttons(t *theme.Theme, width int) string {
	no, yes := theme.Cursor, theme.Plain
	if a.Going {
		no, yes = yes, no
	}
	word := "( " + a.yes + " )"
	if a.Whole {
		word = "[ " + a.yes + " ]"
	}
	const cancel, space = "[ Cancel ]", "  "
	a.no.from, a.no.to = len(space), len(space+cancel)
	a.going.from, a.going.to = a.no.to+len(space), a.no.to+len(space)+text.Width(text.Clean(word))
	left := space + button(t, no, cancel, !a.Going) + space + button(t, yes, word, a.Going)
	room := max(0, width-ansi.StringWidth(left))
	if remark := a.remark(); spansWidth(remark) < room {
		left += Bar(t, room, nil, remark)
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

// Prompt asks for a line of text.
type Prompt struct {
	Field
	GateText

	Keys  TypingKeys
	wants string // what is to be typed; may be empty
	// Refuses says why a text is not taken, "" when it is.
	Refuses func(string) string
	// Warns says what is wrong with a text that is taken all the same; nil for
	// nothing.
	Warns func(string) string
	Do    func(string) Intent
	Accept,
	Told string
	Since time.Time // when it opened by itself; zero when a key opened it
	Now   func() time.Time
}

// NewPrompt returns a prompt that takes keys. What was told before is the text to begin
// with.
func NewPrompt(p Prompt) *Prompt {
	value := p.Told
	p.Field, p.Told = NewField(), ""
	p.On, p.back = p.Keys.PageOn, p.Keys.PageBack
	p.Set(value)
	return &p
}

// deaf reports whether keys may have been meant for what was there before.
func (p *Prompt) deaf() bool { return !p.Since.IsZero() && p.Now().Sub(p.Since) < DeafFor }

// Wheel turns pages.
func (p *Prompt) Wheel(by int) {
	if !p.deaf() {
		p.wheel(by)
	}
}

// Take edits the text, turns pages, and answers.
func (p *Prompt) Take(msg tea.Msg) (Intent, bool) {
	if p.deaf() {
		return nil, false
	}
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch {
		case key.Matches(k, p.Keys.Cancel):
			return nil, true
		case p.turn(k):
			return nil, false
		case key.Matches(k, p.Keys.Accept):
			if p.early() {
				return nil, false
			}
			if p.Told = p.Refuses(p.Value()); p.Told != "" {
				return nil, false
			}
			return p.Do(p.Value()), true
		}
	}
	if p.Update(msg) {
		p.Told = ""
	}
	return nil, false
}

// Typing is always so.
func (p *Prompt) Typing() bool { return true }

// Hints are the keys that answer now.
func (p *Prompt) Hints() []key.Binding {
	return []key.Binding{WithDesc(p.Keys.Accept, p.Accept), p.pagesHint(), WithDesc(p.Keys.Cancel, "cancel")}
}

// Lines draws the page that is read, and the text.
func (p *Prompt) Lines(t *theme.Theme, width, height int) ([]string, int, int) {
	const mark = "   > "
	at := len(mark)
	shown, pos := p.Window(width - at - 1)
	why := p.Told
	if why == "" && p.Warns != nil {
		why = p.Warns(p.Value())
	}
	var last Document
	if p.wants != "" {
		last.Say(theme.Strong, "Type: "+p.wants)
	}
	if why != "" {
		last.Say(theme.Bad, t.Glyphs.Failed+" "+why)
	}
	out := p.frame(t, width, height, last, func() string {
		return Bar(t, width, []Span{{Tone: theme.Accent, Text: mark}, {Text: shown}}, p.remark())
	})
	return out, at + pos, answerLine(out, height)
}

// TypedGate asks for a text to be typed exactly, which nobody does by accident.
func TypedGate(keys TypingKeys, title, want string, about Document, do func(string) Intent) Prompt {
	return Prompt{
		GateText: GateText{Title: title, About: about}, Keys: keys, wants: want, Accept: "go on", Do: do,
		Refuses: func(s string) string {
			if strings.TrimSpace(s) != want {
				return "this is not " + want
			}
			return ""
		},
	}
}

// DeafFor is how long keys are ignored after a question has opened by itself, so
// that what was meant for the list does not answer it.
const DeafFor = 500 * time.Millisecond
