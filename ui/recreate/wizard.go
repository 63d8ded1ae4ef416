package recreate

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// wizard guides through a recreate: the steps on the left, what belongs to the
// one looked at on the right. It draws and understands keys; what is asked of AWS
// and what a run does, its intents carry out.
type wizard struct {
	*subject
	// shared says that the draft belongs to a batch, which goes on with it.
	shared bool

	page    pageID // looked at
	follows bool   // the page turns by itself with what comes in
	pages   [pages]page
	form    *formPage

	width, height int
}

func newWizard(w *kit.World, keys kit.KeyMap, t *theme.Theme, p wizardPorts) *wizard {
	s := &subject{world: w, keys: keys, theme: t, ports: p}
	out := &wizard{subject: s, follows: true, form: &formPage{subject: s}}
	out.pages = [pages]page{
		pageObserve:   &observePage{subject: s},
		pagePreflight: &preflightPage{subject: s, openForm: out.openForm},
		pageForm:      out.form,
		pagePreview:   &previewPage{subject: s},
		pageRun:       &runPage{subject: s, openForm: out.openForm},
	}
	return out
}

func (w *wizard) Title() string { return "Recreate" }

// Sync turns the page with what has come in, until the user turns it.
func (w *wizard) Sync() kit.Intent {
	w.changed()
	if !w.follows {
		return nil
	}
	switch {
	case w.live != nil && !w.editable():
		w.page = pageRun
	case w.draft.source == nil:
		w.page = pageObserve
	default:
		w.page = pagePreflight
	}
	return nil
}

// turnTo turns to a page. Leaving the form checks what was changed in it.
func (w *wizard) turnTo(p pageID) kit.Intent {
	if !w.reachable(p) {
		return nil
	}
	w.follows, w.page = false, p
	w.changed()
	if p != pageForm && w.editable() {
		return w.draft.refresh()
	}
	return nil
}

// openForm turns to the form, with the cursor on a field where there is one.
func (w *wizard) openForm(field string) kit.Intent {
	w.form.goTo(field)
	return w.turnTo(pageForm)
}

func (w *wizard) reachable(p pageID) bool { return w.pages[p].reachable() }

func (w *wizard) turn(by int) kit.Intent {
	for p := int(w.page) + by; p >= 0 && p < int(pages); p += by {
		if w.reachable(pageID(p)) {
			return w.turnTo(pageID(p))
		}
	}
	return nil
}

func (w *wizard) Resize(width, height int) {
	w.width, w.height = width, height
	w.changed()
}

func (w *wizard) Restyle(t *theme.Theme) {
	w.theme = t
	w.changed()
}

func (w *wizard) Typing() bool             { return false }
func (w *wizard) Typed(tea.Msg) kit.Intent { return nil }

func (w *wizard) Headline(width int) (left, right []kit.Span, cursor int) {
	arrow := " " + w.theme.Glyphs.Arrow + " "
	left = []kit.Span{{Tone: theme.Dim, Text: " Recreate", Drop: 2}, {Tone: theme.Strong, Text: "  " + w.sourceName()}}
	if name := w.spec().Name; name != "" {
		left = append(left, kit.Span{Tone: theme.Dim, Text: arrow}, kit.Span{Tone: theme.Strong, Text: name})
	}
	if s := w.source(); s != nil && width >= 100 {
		what, before, after := recreate.Turn(s, w.spec())
		left = append(left, kit.Span{Tone: theme.Dim, Text: "  " + what + " " + before + arrow + after, Drop: 5})
	}
	t := w.target()
	account, tone := w.world.AccountWords(t.Account, theme.Normal)
	right = []kit.Span{
		{Tone: tone, Text: account, Drop: 4},
		{Tone: theme.Dim, Text: " " + w.theme.Glyphs.Bullet + " ", Drop: 4},
		{Tone: theme.Normal, Text: t.Region + " ", Drop: 3},
	}
	return left, right, -1
}

// stepsWidth is the width of the column of steps; 0 where they stand in one line
// above the page.
func (w *wizard) stepsWidth() int {
	if w.width < 100 {
		return 0
	}
	return min(38, max(33, w.width/5))
}

// pageWidth is the room for the page.
func (w *wizard) pageWidth() int {
	if s := w.stepsWidth(); s > 0 {
		return w.width - s - 1
	}
	return w.width
}

func (w *wizard) pageHeight() int {
	if w.stepsWidth() > 0 {
		return w.height
	}
	return max(0, w.height-w.headLines())
}

// headLines are the lines of the steps where they stand above the page.
func (w *wizard) headLines() int {
	if w.height < lowPage {
		return 1
	}
	return 2
}

// lowPage is the height below which every line is worth more than a rule.
const lowPage = 12

func (w *wizard) Body() string {
	page := w.pages[w.page].view(w.pageWidth(), w.pageHeight())
	if s := w.stepsWidth(); s > 0 {
		return kit.SideBySide(kit.Block(w.stepLines(s), s, w.height), page, w.theme)
	}
	head := []string{w.stepStrip(w.width), kit.RuleLine(w.theme, w.width)}[:w.headLines()]
	return kit.Block(append(head, strings.Split(page, "\n")...), w.width, w.height)
}

func (w *wizard) Click(x, y int) kit.Intent {
	steps, head := w.stepsWidth(), w.headLines()
	switch {
	case steps > 0 && x < steps:
		return w.clickedStep(y)
	case steps > 0:
		return w.pages[w.page].click(x-steps-1, y)
	case y >= head:
		return w.pages[w.page].click(x, y-head)
	case y == 0:
		return w.clickedStrip(x)
	}
	return nil
}

func (w *wizard) Wheel(by int) kit.Intent {
	w.pages[w.page].scroll(by)
	return nil
}

// Facts is what there is to know whatever page is looked at.
func (w *wizard) Facts() []kit.Span {
	sep := " " + w.theme.Glyphs.Bullet + " "
	if w.live != nil && !w.editable() {
		sign, tone := runSign(w.theme.Glyphs, w.live)
		return append([]kit.Span{{Tone: tone, Text: " " + sign + " " + w.live.Says()}}, kit.FactSpansAfter(theme.Dim, sep, "run "+w.live.ID, "begun "+model.Age(w.world.Now.Sub(w.live.Run.Began))+" ago")...)
	}
	if w.draft.amends != nil {
		return []kit.Span{{Tone: theme.Warn, Text: " another plan for run " + w.draft.runID + ": nothing changes until it is approved"}}
	}
	lead := " nothing is changed until you approve the create"
	if w.source() == nil {
		lead = " nothing is changed by looking"
	}
	return append([]kit.Span{{Tone: theme.Normal, Text: lead}}, kit.FactSpansAfter(theme.Dim, sep, "policy "+string(w.draft.policy), "run "+w.draft.runID)...)
}
