package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/model/recreate"
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

func newWizard(w *world, keys KeyMap, t *theme.Theme, p wizardPorts) *wizard {
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

func (w *wizard) title() string { return "Recreate" }

// sync turns the page with what has come in, until the user turns it.
func (w *wizard) sync() intent {
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
func (w *wizard) turnTo(p pageID) intent {
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
func (w *wizard) openForm(field string) intent {
	w.form.goTo(field)
	return w.turnTo(pageForm)
}

func (w *wizard) reachable(p pageID) bool { return w.pages[p].reachable() }

func (w *wizard) turn(by int) intent {
	for p := int(w.page) + by; p >= 0 && p < int(pages); p += by {
		if w.reachable(pageID(p)) {
			return w.turnTo(pageID(p))
		}
	}
	return nil
}

func (w *wizard) resize(width, height int) {
	w.width, w.height = width, height
	w.changed()
}

func (w *wizard) restyle(t *theme.Theme) {
	w.theme = t
	w.changed()
}

func (w *wizard) typing() bool         { return false }
func (w *wizard) typed(tea.Msg) intent { return nil }

func (w *wizard) headline(width int) (left, right []span, cursor int) {
	arrow := " " + w.theme.Glyphs.Arrow + " "
	left = []span{{tone: theme.Dim, text: " Recreate", drop: 2}, {tone: theme.Strong, text: "  " + w.sourceName()}}
	if name := w.spec().Name; name != "" {
		left = append(left, span{tone: theme.Dim, text: arrow}, span{tone: theme.Strong, text: name})
	}
	if s := w.source(); s != nil && width >= 100 {
		what, before, after := recreate.Turn(s, w.spec())
		left = append(left, span{tone: theme.Dim, text: "  " + what + " " + before + arrow + after, drop: 5})
	}
	t := w.target()
	right = []span{
		{tone: theme.Normal, text: accountLong(t.Account, w.world.lens.Aliases), drop: 4},
		{tone: theme.Dim, text: " " + w.theme.Glyphs.Bullet + " ", drop: 4},
		{tone: theme.Normal, text: t.Region + " ", drop: 3},
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

func (w *wizard) body() string {
	page := w.pages[w.page].view(w.pageWidth(), w.pageHeight())
	if s := w.stepsWidth(); s > 0 {
		return besides(block(w.stepLines(s), s, w.height), page, w.theme)
	}
	head := []string{w.stepStrip(w.width), ruleLine(w.theme, w.width)}[:w.headLines()]
	return block(append(head, strings.Split(page, "\n")...), w.width, w.height)
}

func (w *wizard) click(x, y int) intent {
	if w.stepsWidth() > 0 && x < w.stepsWidth() {
		if rows := w.steps(); y < len(rows) {
			return w.turnTo(rows[y].page)
		}
	}
	return nil
}

func (w *wizard) wheel(by int) intent {
	w.pages[w.page].scroll(by)
	return nil
}

// facts is what there is to know whatever page is looked at.
func (w *wizard) facts() []span {
	sep := " " + w.theme.Glyphs.Bullet + " "
	if w.live != nil && !w.editable() {
		sign, tone := runSign(w.theme.Glyphs, w.live)
		return append([]span{{tone: tone, text: " " + sign + " " + w.live.Says()}}, factSpansAfter(theme.Dim, sep, "run "+w.live.ID, "begun "+model.Age(w.world.now.Sub(w.live.Run.Began))+" ago")...)
	}
	if w.draft.amends != nil {
		return []span{{tone: theme.Warn, text: " another plan for run " + w.draft.runID + ": nothing changes until it is approved"}}
	}
	lead := " nothing is changed until you approve the create"
	if w.source() == nil {
		lead = " nothing is changed by looking"
	}
	return append([]span{{tone: theme.Normal, text: lead}}, factSpansAfter(theme.Dim, sep, "policy "+string(w.draft.policy), "run "+w.draft.runID)...)
}
