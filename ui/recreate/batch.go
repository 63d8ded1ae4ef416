package recreate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/kit"
	"nbscope/ui/table"
	"nbscope/ui/theme"
)

// batch is the preview of several recreates: a plan for each notebook, the
// failures first, and one gate for the same step of several. Deleting is never
// approved together.
type batch struct {
	kept   *recreate.KeptBatch // what is kept of it; nil: it is to be forgotten
	world  *kit.World
	book   *Runs
	keys   kit.KeyMap
	theme  *theme.Theme
	ports  wizardPorts
	drafts []*draft
	table  *table.Model

	refused       map[string]refusal // by the run
	order         []*draft
	list          *table.List[*draft] // one for as long as the batch lives, so that columns stay in place
	width, height int
}

// newBatch shows plans in the making. What is chosen for them is kept from here on,
// where kept is not what is kept already.
func newBatch(b *Runs, kept recreate.KeptBatch, drafts []*draft) *batch {
	s := &batch{
		kept: &kept, world: b.world, book: b, keys: b.keys,
		ports: b.ports, drafts: drafts, table: table.New(), refused: map[string]refusal{},
	}
	for _, d := range drafts {
		d.regroup = s.weigh
	}
	s.list = &table.List[*draft]{Fields: s.fields(), Name: func(d *draft) string { return d.runID }}
	s.Restyle(b.host.Theme())
	return s
}

func (s *batch) Title() string { return "Batch" }

// settled reports whether everything that was asked is answered.
func (s *batch) settled() bool {
	return !slices.ContainsFunc(s.drafts, func(d *draft) bool { return d.observing.running || d.checking.running })
}

func (s *batch) Sync() kit.Intent {
	s.weigh()
	if s.settled() || s.order == nil { // rows do not move while answers come in
		s.order = slices.Clone(s.drafts)
		slices.SortStableFunc(s.order, func(a, b *draft) int {
			return cmp.Or(cmp.Compare(s.weight(a), s.weight(b)), strings.Compare(a.name, b.name))
		})
	}
	s.list.Rows = s.order
	s.table.SetColumns(s.list.Columns())
	view := make([]int32, len(s.order))
	for i := range view {
		view[i] = int32(i)
	}
	s.table.SetRows(s.list, view, nil)
	s.keep()
	return nil
}

// weight puts first what needs a look.
func (s *batch) weight(d *draft) int {
	n := recreate.CountChecks(d.checksNow())
	switch r := d.run(); {
	case d.observing.problem != nil, r != nil && r.Run.Phase == recreate.PhaseFailed:
		return 0
	case n[recreate.Fail] > 0 || len(d.invalid) > 0:
		return 1
	case n[recreate.Warn] > 0:
		return 2
	}
	return 3
}

func (s *batch) Restyle(t *theme.Theme) {
	s.theme = t
	s.table.SetTheme(t)
	s.Sync()
}

func (s *batch) Resize(width, height int) {
	s.width, s.height = width, height
	s.table.SetSize(width, max(1, height-4))
}

func (s *batch) Moving() bool {
	return !s.settled() || slices.ContainsFunc(s.drafts, func(d *draft) bool {
		r := d.run()
		return d.beginning || r != nil && r.UnderWay()
	})
}

func (s *batch) Body() string {
	return s.table.View() + "\n" + kit.Block(append([]string{kit.RuleLine(s.theme, s.width)}, s.totals()...), s.width, min(4, max(0, s.height-1)))
}

// planNow is the plan of a draft, or of its run; nil where there is none yet.
func (d *draft) planNow() *recreate.Plan {
	if r := d.run(); r != nil {
		return &r.Run.Plan
	}
	return d.plan
}

// checksNow are the checks of that plan.
func (d *draft) checksNow() []recreate.Check {
	if r := d.run(); r != nil {
		return r.Run.Plan.Checks
	}
	return d.checks
}

// run is the run of a draft, nil before its create was approved.
func (d *draft) run() *liveRun {
	if d.ports.book == nil {
		return nil
	}
	return d.ports.book.runs[d.runID]
}

// overlap is what an hour costs in which both notebooks of each draft run.
func overlap(all []*draft) string {
	var sum model.Cost
	unknown := 0
	for _, d := range all {
		p := d.planNow()
		if p == nil || p.Cost.OverlapPerHour == nil {
			unknown++
			continue
		}
		sum.USD += *p.Cost.OverlapPerHour
	}
	switch {
	case unknown > 0:
		sum.Unknown = []string{kit.Count(unknown, "notebook")}
	case len(all) == 0:
		return "nothing"
	}
	return sum.In("an hour")
}

// totals sums the batch up: the results of preflight, the cost, what can be
// approved together.
func (s *batch) totals() []string {
	blocked, ready, running := 0, 0, 0
	warnings := 0
	priced := make([]*draft, 0, len(s.drafts))
	for _, d := range s.drafts {
		switch {
		case d.run() != nil:
			running++
		case d.obstacle() == "":
			ready++
		case d.checked || d.observing.problem != nil:
			blocked++
			continue // what is not made costs nothing
		}
		warnings += recreate.CountChecks(d.checksNow())[recreate.Warn]
		priced = append(priced, d)
	}
	g := s.theme.Glyphs
	line := []kit.Span{{Tone: theme.Strong, Text: fmt.Sprintf(" %s %d ready", g.Ok, ready)}}
	if running > 0 {
		line = append(line, kit.Span{Tone: theme.Busy, Text: fmt.Sprintf("   %s %d begun", g.Busy, running)})
	}
	if blocked > 0 {
		line = append(line, kit.Span{Tone: theme.Bad, Text: fmt.Sprintf("   %s %d blocked", g.Failed, blocked)})
	}
	line = append(line, kit.Span{Tone: theme.Dim, Text: fmt.Sprintf("   %s %s", g.Warn, kit.Count(warnings, "warning")), Drop: 1})
	price := " While both notebooks of each run: " + overlap(priced)
	j := s.together()
	next := j.facts(s.keys.Recreate.Approve.Help().Key)
	if n := s.heldBack(); n > 0 {
		next = []string{fmt.Sprintf("%s not offered: AWS refused another a limit that they share. %s checks again.", kit.Count(n, "notebook"), s.keys.Recreate.Again.Help().Key)}
	}
	return []string{
		kit.Bar(s.theme, s.width, line, nil), kit.Bar(s.theme, s.width, []kit.Span{{Tone: theme.Normal, Text: price}}, nil),
		kit.Bar(s.theme, s.width, append([]kit.Span{{Text: " "}}, kit.FactSpans(theme.Dim, " "+g.Bullet+" ", next...)...), nil),
	}
}

func (s *batch) Typing() bool             { return false }
func (s *batch) Typed(tea.Msg) kit.Intent { return nil }
func (s *batch) Wheel(by int) kit.Intent  { s.table.Move(by); return nil }

func (s *batch) Click(_, y int) kit.Intent {
	if s.table.Click(y) {
		return s.open()
	}
	return nil
}

func (s *batch) current() *draft {
	if _, row := s.table.Cursor(); row >= 0 && row < len(s.order) {
		return s.order[row]
	}
	return nil
}

func (s *batch) open() kit.Intent {
	if d := s.current(); d != nil {
		w := newWizard(s.world, s.keys, s.theme, s.ports)
		w.draft, w.live, w.shared = d, d.run(), true
		return kit.Push{Screen: w}
	}
	return nil
}

func (s *batch) Headline(int) (left, right []kit.Span, cursor int) {
	left = []kit.Span{{Tone: theme.Strong, Text: " Recreate "}, {Text: kit.Count(len(s.drafts), "notebook")}}
	return left, nil, -1
}

func (s *batch) Facts() []kit.Span {
	d := s.current()
	if d == nil {
		return nil
	}
	if why := d.obstacle(); why != "" && d.run() == nil {
		return []kit.Span{{Tone: theme.Warn, Text: " " + d.name + ": " + why}}
	}
	return kit.FactSpans(theme.Dim, " "+s.theme.Glyphs.Bullet+" ", " "+d.name, kit.AccountLong(d.target.Account, s.world.Lens.Aliases), d.target.Region)
}

func (s *batch) Hints() []key.Binding {
	j := s.together()
	return []key.Binding{
		kit.WithDesc(s.keys.Recreate.Leave, "back"), kit.WithDesc(s.keys.Runs.Open, "open the plan"),
		kit.EnabledIf(kit.WithDesc(s.keys.Recreate.Approve, j.hint()), len(j.all) > 0), kit.WithDesc(s.keys.Recreate.Again, "check again"),
	}
}

func (s *batch) Commands() []kit.Command {
	l, r := s.keys.List, s.keys.Recreate
	half, end := max(1, s.height/2), len(s.drafts)
	out := l.Moves(half, end, func(by int) kit.Intent { s.table.Move(by); return nil })
	j := s.together()
	return append(out,
		kit.Command{Group: groupRecreate, Name: "Back to the list", Key: r.Leave, Run: s.leave},
		kit.Command{Group: groupRecreate, Name: "Open the plan or the run", Key: kit.WithDesc(s.keys.Runs.Open, "open"), Run: s.open},
		kit.Command{Group: groupRecreate, Name: "Approve: " + j.title(), Key: kit.EnabledIf(r.Approve, len(j.all) > 0), Run: s.approve},
		kit.Command{Group: groupRecreate, Name: "Check all again", Key: kit.WithDesc(r.Again, "check again"), Run: s.again},
		kit.Command{Group: groupRecreate, Name: "Give the batch up: what is not begun is forgotten", Run: s.giveUp},
	)
}

func (s *batch) leave() kit.Intent {
	for _, d := range s.drafts {
		d.observing.stop()
		d.checking.stop()
	}
	return kit.Pop{}
}

// again asks anew for everything that is not begun.
func (s *batch) again() kit.Intent {
	var out kit.Sequence
	for _, d := range s.drafts {
		if d.run() == nil {
			out = append(out, d.observe())
		}
	}
	return out
}
