package ui

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/theme"
)

// wizard guides through a recreate: the steps on the left, what belongs to the
// one looked at on the right. It draws and understands keys; what is asked of AWS
// and what a run does, App carries out.
type wizard struct {
	world *world
	keys  KeyMap
	theme *theme.Theme
	draft *draft   // the plan in the making, nil when only a run is looked at
	live  *liveRun // nil until the plan was approved
	ports wizardPorts
	// shared says that the draft belongs to a batch, which goes on with it.
	shared bool

	page    page
	follows bool // the page turns by itself with what comes in
	tops    [pages]int
	check   int // under the cursor, of the checks
	field   int // under the cursor, of the form
	view    view
	all     bool // unchanged fields are shown

	width, height int
	doc           paintedDoc
}

// wizardPorts is what the wizard has to know of the world around it.
type wizardPorts struct {
	aws   Recreator
	now   func() time.Time
	frame func() int // of the sign that something is under way
}

// page is a step of the wizard that can be looked at.
type page uint8

const (
	pageObserve page = iota
	pagePreflight
	pageForm
	pagePreview
	pageRun
	pages
)

func (p page) name() string {
	return [...]string{"Observe", "Preflight", "Configure", "Preview", "Run"}[p]
}

// paintedDoc keeps a page as it was laid out, until something changes.
type paintedDoc struct {
	lines []string
	marks []int // the line on which each thing that the cursor can stand on begins
}

func newWizard(w *world, keys KeyMap, t *theme.Theme, p wizardPorts) *wizard {
	return &wizard{world: w, keys: keys, theme: t, ports: p, follows: true}
}

func (w *wizard) title() string { return "Recreate" }

// editable reports whether the plan can still be changed here.
func (w *wizard) editable() bool {
	return w.draft != nil && (w.live == nil || w.draft.amends != nil)
}

// plan is the plan in the making, or that of the run; nil while there is none.
func (w *wizard) plan() *recreate.Plan {
	switch {
	case w.editable():
		return w.draft.plan
	case w.live != nil:
		return &w.live.run.Plan
	}
	return nil
}

// spec is what the new notebook shall be, as far as it is known.
func (w *wizard) spec() *recreate.Spec {
	switch {
	case w.editable():
		return &w.draft.spec
	case w.live != nil:
		return &w.live.run.Plan.Spec
	}
	return &recreate.Spec{}
}

func (w *wizard) source() *recreate.Snapshot {
	switch {
	case w.editable():
		return w.draft.source
	case w.live != nil:
		return &w.live.run.Plan.Source
	}
	return nil
}

// checks are the answers of preflight.
func (w *wizard) checks() []recreate.Check {
	switch {
	case w.editable():
		return w.draft.checks
	case w.live != nil:
		return w.live.run.Plan.Checks
	}
	return nil
}

func (w *wizard) target() model.Target {
	if w.draft != nil {
		return w.draft.target
	}
	return w.live.run.Plan.Target()
}

func (w *wizard) sourceName() string {
	if w.draft != nil {
		return w.draft.name
	}
	return w.live.run.Plan.Source.Name
}

// account is whose writes matter while this page is shown.
func (w *wizard) account() string { return w.target().Account }

// moving reports whether something is awaited, so that time has to be shown as it
// passes.
func (w *wizard) moving() bool {
	if w.draft != nil && (w.draft.observing.running || w.draft.checking.running || w.draft.beginning) {
		return true
	}
	return w.live != nil && w.live.underWay()
}

// sync turns the page with what has come in, until the user turns it.
func (w *wizard) sync() intent {
	w.doc = paintedDoc{}
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
func (w *wizard) turnTo(p page) intent {
	if !w.reachable(p) {
		return nil
	}
	w.follows, w.page, w.doc = false, p, paintedDoc{}
	if p != pageForm && w.editable() {
		return w.draft.refresh()
	}
	return nil
}

// reachable reports whether a page has something to show.
func (w *wizard) reachable(p page) bool {
	switch p {
	case pageObserve:
		return true
	case pagePreflight, pagePreview:
		return w.source() != nil
	case pageForm:
		return w.source() != nil && w.editable()
	case pageRun:
		return w.live != nil
	case pages:
	}
	return false
}

func (w *wizard) turn(by int) intent {
	for p := int(w.page) + by; p >= 0 && p < int(pages); p += by {
		if w.reachable(page(p)) {
			return w.turnTo(page(p))
		}
	}
	return nil
}

func (w *wizard) resize(width, height int) {
	w.width, w.height, w.doc = width, height, paintedDoc{}
}

func (w *wizard) restyle(t *theme.Theme) { w.theme, w.doc = t, paintedDoc{} }

func (w *wizard) typing() bool         { return false }
func (w *wizard) typed(tea.Msg) intent { return nil }

func (w *wizard) headline(width int) (left, right []span, cursor int) {
	arrow := " " + w.theme.Glyphs.Arrow + " "
	left = []span{{tone: theme.Dim, text: " Recreate", drop: 2}, {tone: theme.Strong, text: "  " + w.sourceName()}}
	if name := w.spec().Name; name != "" {
		left = append(left, span{tone: theme.Dim, text: arrow}, span{tone: theme.Strong, text: name})
	}
	if s := w.source(); s != nil && width >= 100 {
		left = append(left, span{tone: theme.Dim, text: "  direct internet " + s.DirectInternet + arrow + w.spec().DirectInternet, drop: 5})
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
	page := w.pageView()
	if s := w.stepsWidth(); s > 0 {
		return besides(block(w.stepLines(s), s, w.height), page, w.theme)
	}
	head := []string{w.stepStrip(w.width), ruleLine(w.theme, w.width)}[:w.headLines()]
	return block(append(head, strings.Split(page, "\n")...), w.width, w.height)
}

// pageView draws the page that is looked at.
func (w *wizard) pageView() string {
	switch w.page {
	case pageObserve:
		return w.observeView()
	case pagePreflight:
		return w.preflightView()
	case pageForm:
		return w.formView()
	case pagePreview:
		return w.previewView()
	case pageRun:
		return w.runView()
	case pages:
	}
	return block(nil, w.pageWidth(), w.pageHeight())
}

// scrolled draws lines of the page from where it was scrolled to.
func (w *wizard) scrolled(lines []string, height int) []string {
	top := &w.tops[w.page]
	*top = max(0, min(*top, len(lines)-height))
	out := make([]string, 0, max(0, height))
	for i := range max(0, height) {
		line := ""
		if *top+i < len(lines) {
			line = lines[*top+i]
		}
		out = append(out, fitBlock(line, w.pageWidth()))
	}
	return out
}

// marked scrolls just so far that the piece with this number is on screen.
func (w *wizard) marked(marks []int, at, length, height int) {
	if at < 0 || at >= len(marks) {
		return
	}
	end := length
	if at+1 < len(marks) {
		end = marks[at+1]
	}
	top := &w.tops[w.page]
	*top = min(max(*top, end-height), marks[at])
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
	w.tops[w.page] = max(0, w.tops[w.page]+by)
	return nil
}

// facts is what there is to know whatever page is looked at.
func (w *wizard) facts() []span {
	sep := " " + w.theme.Glyphs.Bullet + " "
	if w.live != nil && !w.editable() {
		sign, tone := runSign(w.theme.Glyphs, w.live)
		return append([]span{{tone: tone, text: " " + sign + " " + waitWords(w.live)}}, factSpansAfter(theme.Dim, sep, "run "+w.live.id, "begun "+model.Age(w.world.now.Sub(w.live.run.Began))+" ago")...)
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
