package recreate

import (
	"context"
	"sort"
	"time"

	"charm.land/bubbles/v2/key"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// page is one step of the wizard that can be looked at. It draws what its subject
// is about and understands the keys that hold there.
type page interface {
	reachable() bool  // there is something to show
	steps() []stepRow // its rows in the column of steps
	view(width, height int) string
	hints() []key.Binding
	commands() []kit.Command
	move(by int)   // of the cursor; of the text where there is none
	scroll(by int) // of the text
	click(x, y int) kit.Intent
}

// pageID names a page of the wizard, in the order of the steps.
type pageID uint8

const (
	pageObserve pageID = iota
	pagePreflight
	pageForm
	pagePreview
	pageRun
	pages
)

func (p pageID) name() string {
	return [...]string{"Observe", "Preflight", "Configure", "Preview", "Run"}[p]
}

// subject is what all pages of a wizard are about.
type subject struct {
	world *kit.World
	keys  kit.KeyMap
	theme *theme.Theme
	ports wizardPorts
	draft *draft     // the plan in the making, nil when only a run is looked at
	live  *liveRun   // nil until the plan was approved
	doc   paintedDoc // of the page that is looked at
}

// wizardPorts is what a wizard, and what looks like it, needs of the world around it.
type wizardPorts struct {
	aws   Recreator
	now   func() time.Time
	frame func() int // of the sign that something is under way
	// advise judges what would better the notebook without a recreate; nil: nobody can.
	advise func(ctx context.Context, n *model.Notebook) (*model.Notebook, error)
	keep   time.Duration
	can    []recreate.Transport                             // those that data can be moved by
	own    []model.Destination                              // places of the user's
	runs   func() recreate.Fact[[]recreate.Kept]            // of this machine, as last read
	names  func(p *recreate.Plan) recreate.Mentions         // what other notebooks say of a plan's source
	listed func(arn string) (*model.Notebook, model.Policy) // nil where the list has none
	book   *Runs                                            // where decisions go
	gates  gates                                            // that they pass before
}

// paintedDoc keeps a page as it was laid out, until something changes.
type paintedDoc struct {
	lines []string
	marks []int // the line on which each thing that the cursor can stand on begins
}

// changed lets the page be laid out anew.
func (s *subject) changed() { s.doc = paintedDoc{} }

// editable reports whether the plan can still be changed here.
func (s *subject) editable() bool {
	return s.draft != nil && (s.live == nil || s.draft.amends != nil)
}

// plan is the plan in the making, or that of the run; nil while there is none.
func (s *subject) plan() *recreate.Plan {
	switch {
	case s.editable():
		return s.draft.plan
	case s.live != nil:
		return &s.live.Run.Plan
	}
	return nil
}

// spec is what the new notebook shall be, as far as it is known.
func (s *subject) spec() *recreate.Spec {
	switch {
	case s.editable():
		return &s.draft.spec
	case s.live != nil:
		return &s.live.Run.Plan.Spec
	}
	return &recreate.Spec{}
}

func (s *subject) source() *recreate.Snapshot {
	switch {
	case s.editable():
		return s.draft.source
	case s.live != nil:
		return &s.live.Run.Plan.Source
	}
	return nil
}

// checks are the answers of preflight.
func (s *subject) checks() []recreate.Check {
	switch {
	case s.editable():
		return s.draft.checks
	case s.live != nil:
		return s.live.Run.Plan.Checks
	}
	return nil
}

func (s *subject) target() model.Target {
	if s.draft != nil {
		return s.draft.target
	}
	return s.live.Run.Plan.Target()
}

func (s *subject) sourceName() string {
	if s.draft != nil {
		return s.draft.name
	}
	return s.live.Run.Plan.Source.Name
}

// Account is whose writes matter while this page is shown.
func (s *subject) Account() string { return s.target().Account }

// Moving reports whether something is awaited, so that time has to be shown as it
// passes.
func (s *subject) Moving() bool {
	if s.draft != nil && (s.draft.observing.running || s.draft.checking.running || s.draft.beginning) {
		return true
	}
	return s.live != nil && s.live.UnderWay()
}

// draftPlan is the plan that the steps are read from, also while it is not
// complete.
func (s *subject) draftPlan() *recreate.Plan {
	if s.draft == nil || s.draft.source == nil {
		return nil
	}
	if s.draft.plan != nil {
		return s.draft.plan
	}
	p := recreate.NewPlan(s.draft.runID, s.world.Now, *s.draft.source, s.draft.spec)
	s.draft.dress(&p)
	return &p
}

// againCommand asks for what a page rests on.
func (s *subject) againCommand(run func() kit.Intent) kit.Command {
	return kit.Command{Group: groupRecreate, Name: "Ask AWS again", Key: kit.EnabledIf(s.keys.Recreate.Again, s.editable()), Run: run}
}

// checkAgain asks anew what preflight rests on.
func (s *subject) checkAgain() kit.Intent {
	if !s.editable() {
		return nil
	}
	s.changed()
	s.draft.checked = false
	return s.draft.check()
}

// scrolling is how far the text of a page was scrolled.
type scrolling struct{ top int }

func (s *scrolling) scroll(by int) { s.top = max(0, s.top+by) }
func (s *scrolling) move(by int)   { s.scroll(by) }

// click does nothing where there is only text.
func (s *scrolling) click(int, int) kit.Intent { return nil }

// pieceAt is the number of the piece that is drawn on a line of the page, -1 for none.
func (s *scrolling) pieceAt(marks []int, y int) int {
	return sort.SearchInts(marks, s.top+y+1) - 1
}

// scrolled draws lines of the page from where it was scrolled to.
func (s *scrolling) scrolled(lines []string, width, height int) []string {
	s.top = max(0, min(s.top, len(lines)-height))
	out := make([]string, 0, max(0, height))
	for i := range max(0, height) {
		line := ""
		if s.top+i < len(lines) {
			line = lines[s.top+i]
		}
		out = append(out, kit.FitLine(line, width))
	}
	return out
}

// marked scrolls just so far that the piece with this number is on screen.
func (s *scrolling) marked(marks []int, at, length, height int) {
	if at < 0 || at >= len(marks) {
		return
	}
	end := length
	if at+1 < len(marks) {
		end = marks[at+1]
	}
	s.top = min(max(s.top, end-height), marks[at])
}
