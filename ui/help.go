package ui

import (
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/model/query"
	"nbscope/ui/kit"
	"nbscope/ui/text"
	"nbscope/ui/theme"
)

// helpView shows every key that does something right now, and below them what there
// is to say of the page. It is made from the live commands.
type helpView struct {
	list     kit.ListKeys
	doc      []helpGroup
	below    []helpGroup
	commands []kit.Command // of the rows of doc, in their order
	at       int           // the command under the cursor
	top      int
	last     int        // highest top at the size drawn last
	lines    []helpLine // as drawn last
	height   int
	half     int // where the right column begins
}

type helpGroup struct {
	title string
	rows  [][2]string
	prose string // a paragraph, in place of rows
	first int    // the place of the first row among the commands
	keys  bool   // the rows are commands
}

// helpLine is a line of help, and the commands that its two columns are about; -1 for none.
type helpLine struct {
	text        string
	left, right int
}

func newHelp(keys kit.KeyMap, commands []kit.Command, below ...helpGroup) *helpView {
	h := &helpView{list: keys.List, below: below}
	var runs [][]kit.Command
	at := map[string]int{}
	for _, c := range commands {
		if !c.Key.Enabled() || c.Key.Help().Key == "" {
			continue
		}
		i, ok := at[c.Group]
		if !ok {
			i = len(h.doc)
			at[c.Group] = i
			h.doc, runs = append(h.doc, helpGroup{title: c.Group, keys: true}), append(runs, nil)
		}
		h.doc[i].rows = append(h.doc[i].rows, [2]string{c.Key.Help().Key, c.Name})
		runs[i] = append(runs[i], c)
	}
	for i := range h.doc {
		h.doc[i].first = len(h.commands)
		h.commands = append(h.commands, runs[i]...)
	}
	return h
}

// filterNote is the filter language.
func filterNote() helpGroup {
	filter := helpGroup{title: "Filter: terms are joined by and"}
	for _, e := range query.Help() {
		filter.rows = append(filter.rows, [2]string{e.Filter, e.Meaning})
	}
	return filter
}

// signsNote is what the signs of the explorer mean. Each means one thing.
func signsNote(g theme.Glyphs) helpGroup {
	return helpGroup{title: "Signs", rows: [][2]string{
		{g.Failed, "does not work: failed, isolated, blocked; a high finding"},
		{g.Warn, "take care: a warning, a medium finding"},
		{g.Low, "a low finding"},
		{g.Unknown, "not known: the line at the bottom, or the targets screen, says why"},
		{g.Ok, "works: reached, answered, passed"},
		{g.Partly, "works in part"},
		{g.Some, "single services only, through endpoints"},
		{g.Arrow, "leads to where this account does not see"},
		{g.Running + " " + g.Stopped + " " + g.Busy, "in service, stopped, changing"},
		{g.Run, "a recreate, and what waits for you"},
		{g.Mark, "marked"},
		{g.Ellipsis, "on its way, or cut"},
		{model.TextAbsent, "none"},
	}}
}

// recreateNote is how a recreate goes, for the pages that guide through one.
func recreateNote() helpGroup {
	return helpGroup{title: "How a recreate goes", rows: [][2]string{
		{"before", "Preflight, the form and the preview change nothing, and can be left and come back to."},
		{"gates", "A step that changes something waits: for an approval, a typed sentence, or the typed name. The key that opens a gate never answers it."},
		{"in between", "Both notebook instances are described again before each call. Where one is not as it was, the run stops and shows how."},
		{"leaving", "A run can be left at any time. Its journal is on disk; resuming looks at AWS first."},
		{"the way back", "Until the source is deleted, the run can be rolled back: the replacement is removed and the source put back as it was."},
		{"the source", "Deleting it is a step of its own, which can wait for days. Until then it is stopped and kept, at its volume's price."},
	}}
}

func (h *helpView) Take(msg tea.Msg) (kit.Intent, bool) {
	k, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return nil, false
	}
	l := h.list
	const page = 10
	switch {
	case key.Matches(k, l.Open):
		return h.run()
	case key.Matches(k, l.Down):
		h.move(1)
	case key.Matches(k, l.Up):
		h.move(-1)
	case key.Matches(k, l.HalfDown, l.PageDown), k.String() == "space":
		h.top += page
	case key.Matches(k, l.HalfUp, l.PageUp):
		h.top -= page
	case key.Matches(k, l.Top):
		h.top = 0
	case key.Matches(k, l.Bottom):
		h.top = h.last
	case key.Matches(k, l.Back), k.String() == "q", k.String() == "?":
		return nil, true
	}
	h.top = max(0, min(h.top, h.last))
	return nil, false
}

// Wheel scrolls.
func (h *helpView) Wheel(by int) { h.top = max(0, min(h.top+by, h.last)) }

// Click goes to a command, and does the one that it is at.
func (h *helpView) Click(x, y int) (kit.Intent, bool) {
	if h.top+y >= len(h.lines) {
		return nil, false
	}
	l := h.lines[h.top+y]
	at := l.left
	if h.half > 0 && x >= h.half {
		at = l.right
	}
	if at < 0 {
		return nil, false
	}
	if at == h.at {
		return h.run()
	}
	h.at = at
	return nil, false
}

// run does what the key under the cursor does, and closes help.
func (h *helpView) run() (kit.Intent, bool) {
	if h.at < len(h.commands) {
		return h.commands[h.at].Run(), true
	}
	return nil, true
}

// move moves the cursor among the commands, then scrolls what stands below them.
func (h *helpView) move(by int) {
	line := h.lineOf(h.at)
	switch {
	case by > 0 && h.at == len(h.commands)-1, by < 0 && h.at == 0, by < 0 && line < h.top:
		h.top += by
		return
	}
	h.at += by
	line = h.lineOf(h.at)
	h.top = max(line-h.height+1, min(h.top, line))
}

// lineOf is the line that a command begins on.
func (h *helpView) lineOf(at int) int {
	return max(0, slices.IndexFunc(h.lines, func(l helpLine) bool { return l.left == at || l.right == at }))
}

func (h *helpView) Typing() bool { return false }

func (h *helpView) Hints() []key.Binding {
	return []key.Binding{kit.WithDesc(h.list.Back, "close"), kit.WithDesc(h.list.Down, "scroll"), kit.WithDesc(h.list.Open, "do it"), kit.WithDesc(h.list.HalfDown, "half a page")}
}

func (h *helpView) Lines(t *theme.Theme, width, height int) ([]string, int, int) {
	all := h.layout(t, width)
	h.lines, h.height = all, height
	h.last = max(0, len(all)-height)
	h.top = min(h.top, h.last)
	out := make([]string, 0, height)
	for i := range height {
		if h.top+i < len(all) {
			out = append(out, all[h.top+i].text)
		} else {
			out = append(out, "")
		}
	}
	return out, -1, -1
}

// layout sets the keys in one or two columns, and what is below over the whole
// width.
func (h *helpView) layout(t *theme.Theme, width int) []helpLine {
	var out []helpLine
	if h.half = 0; width < 100 {
		for _, g := range h.doc {
			out = append(append(out, g.lines(t, width, h.at)...), blankLine())
		}
	} else {
		h.half = width / 2
		out = twoColumns(t, h.doc, width, h.at)
	}
	for i, g := range h.below {
		if i > 0 {
			out = append(out, blankLine())
		}
		out = append(out, g.lines(t, width, -1)...)
	}
	return out
}

func blankLine() helpLine { return helpLine{left: -1, right: -1} }

func twoColumns(t *theme.Theme, groups []helpGroup, width, at int) []helpLine {
	half := width / 2
	total := 0
	for _, g := range groups {
		total += len(g.rows) + 2
	}
	var left, right []helpLine
	for _, g := range groups {
		if len(left) <= total/2-len(g.rows)/2 && len(right) == 0 {
			left = append(append(left, g.lines(t, half, at)...), blankLine())
			continue
		}
		right = append(append(right, g.lines(t, width-half, at)...), blankLine())
	}
	out := make([]helpLine, 0, max(len(left), len(right)))
	for i := range max(len(left), len(right)) {
		l, r := blankLine(), blankLine()
		if i < len(left) {
			l = left[i]
		}
		if i < len(right) {
			r = right[i]
		}
		out = append(out, helpLine{text: kit.FitLine(l.text, half) + r.text, left: l.left, right: r.left})
	}
	return out
}

func (g helpGroup) lines(t *theme.Theme, width, at int) []helpLine {
	keys := 0
	for _, r := range g.rows {
		keys = max(keys, text.Width(r[0]))
	}
	keys = min(keys, max(8, width/3))
	head := blankLine()
	head.text = " " + t.Render(theme.Header, text.FitWith(g.title, min(text.Width(g.title), max(0, width-1)), t.Glyphs.Ellipsis))
	out := []helpLine{head}
	for _, l := range kit.Sentences(g.prose, width-4) {
		out = append(out, helpLine{"   " + t.Render(theme.Normal, l), -1, -1})
	}
	for n, r := range g.rows {
		command, ground, lead := -1, theme.Plain, "   "
		if g.keys {
			command = g.first + n
		}
		if g.keys && command == at {
			ground, lead = theme.Cursor, " "+t.Glyphs.Cursor+" "
		}
		room := max(1, width-keys-5)
		for i, l := range text.Wrap(r[1], room) {
			k := ""
			if i == 0 {
				k = r[0]
			}
			out = append(out, helpLine{
				t.RenderOn(ground, theme.Accent, lead+text.FitWith(k, keys, t.Glyphs.Ellipsis)) + t.RenderOn(ground, theme.Normal, "  "+l), command, -1,
			})
		}
	}
	return out
}

// policyNote tells why there are policies at all.
func policyNote(p model.Policy, key string) helpGroup {
	return helpGroup{
		title: "Policy: " + string(p) + " now, " + key + " switches",
		prose: "Published guidance on direct internet access points both ways. AWS Security Hub (SageMaker.1), AWS Config and Prowler " +
			"want it disabled, so that a VPC's own controls see all traffic. The rule that nbscope follows unless told otherwise wants it " +
			"enabled for a notebook in a VPC, because one without it often cannot reach what it needs; it also says that a NAT gateway " +
			"serves the same purpose. Both have reasons, and no setting is a fault by itself. connect takes the second side, restrict the " +
			"first, and report only shows the facts. Every finding names the checks that it follows and those that its remedy would fail.",
	}
}
