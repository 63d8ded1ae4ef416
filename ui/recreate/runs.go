package recreate

import (
	"fmt"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/kit"
	"nbscope/ui/table"
	"nbscope/ui/theme"
)

// runsScreen lists every journaled run: what waits for the user first.
type runsScreen struct {
	world *kit.World
	book  *Runs
	keys  kit.KeyMap
	theme *theme.Theme
	ports wizardPorts
	table *table.Model

	view          []int32
	width, height int
}

func newRunsScreen(w *kit.World, b *Runs, keys kit.KeyMap, t *theme.Theme, p wizardPorts) *runsScreen {
	s := &runsScreen{world: w, book: b, keys: keys, theme: t, ports: p, table: table.New()}
	s.Restyle(t)
	return s
}

func (s *runsScreen) Title() string { return "Runs" }

// runColumns are the columns, as wide as what stands in them.
func runColumns(name, replacement, state int) []table.Column {
	return []table.Column{
		{Title: "NOTEBOOK", Min: 16, Want: max(16, min(name, 40)), Max: 63, Priority: 0, Pinned: true},
		{Title: "STATE", Min: 20, Want: max(20, min(state, 44)), Max: 64, Priority: 0},
		{Title: "REPLACEMENT", Min: 14, Want: max(14, min(replacement, 40)), Max: 63, Priority: 3},
		{Title: "DIRECT", Min: 8, Want: 8, Max: 8, Priority: 4},
		{Title: "ACCOUNT", Min: 12, Want: 12, Max: 24, Priority: 2},
		{Title: "REGION", Min: 9, Want: 12, Max: 16, Priority: 6},
		{Title: "KEPT/MONTH", Min: 10, Want: 10, Max: 12, Priority: 7, Right: true},
		{Title: "AGE", Min: 4, Want: 5, Max: 5, Priority: 1, Right: true},
	}
}

func (s *runsScreen) Sync() kit.Intent {
	s.view = s.view[:0:0]
	name, replacement, state := 0, 0, 0
	for i, r := range s.book.order {
		s.view = append(s.view, int32(i))
		name, replacement = max(name, len(r.Run.Plan.Source.Name)), max(replacement, len(r.Run.Plan.Spec.Name))
		state = max(state, len(stateWords(r, s.ports.now()))+2)
	}
	s.table.SetColumns(runColumns(name, replacement, state))
	s.table.SetRows(&runSource{runs: s.book.order, world: s.world, theme: s.theme, now: s.ports.now()}, s.view, nil)
	return nil
}

func (s *runsScreen) Restyle(t *theme.Theme) {
	s.theme = t
	s.table.SetTheme(t)
	s.Sync()
}

func (s *runsScreen) Resize(width, height int) {
	s.width, s.height = width, height
	s.table.SetSize(width, height-s.paneHeight())
}

// paneHeight is the room for what there is to say of the run under the cursor.
func (s *runsScreen) paneHeight() int {
	if s.height < 14 {
		return 0
	}
	return min(12, s.height/3)
}

func (s *runsScreen) current() *liveRun {
	if _, row := s.table.Cursor(); row >= 0 && row < len(s.book.order) {
		return s.book.order[row]
	}
	return nil
}

// Moving reports whether a run is under way, so that its wait is shown as it goes.
func (s *runsScreen) Moving() bool { return len(s.book.busy()) > 0 }

func (s *runsScreen) Body() string {
	switch {
	case s.book.problem != nil:
		return kit.Centered(s.theme, s.width, s.height, kit.Message{
			Tone: theme.Bad, Title: s.theme.Glyphs.Failed + " " + s.book.problem.Message, Body: s.book.problem.Hint, Hint: "r reads the journals again",
		})
	case len(s.book.order) == 0:
		return kit.Centered(s.theme, s.width, s.height, kit.Message{
			Title: "No notebook has been recreated from here yet.",
			Body:  "A run keeps its journal on this machine, so that it can be resumed after anything.",
			Hint:  s.keys.Notes.Recreate.Help().Key + " on a notebook plans one   shift+tab goes back",
		})
	}
	out := s.table.View()
	if h := s.paneHeight(); h > 0 {
		out += "\n" + s.pane(h)
	}
	return out
}

// pane is what there is to say of the run under the cursor.
func (s *runsScreen) pane(height int) string {
	lines := []string{kit.RuleLine(s.theme, s.width)}
	if r := s.current(); r != nil {
		status := runStatus{live: r, theme: s.theme, ports: s.ports}
		lines = append(lines, kit.Padded(status.summary().Paint(s.theme, max(1, s.width-2)))...)
	}
	return kit.Block(lines, s.width, height)
}

func (s *runsScreen) Typing() bool             { return false }
func (s *runsScreen) Typed(tea.Msg) kit.Intent { return nil }
func (s *runsScreen) Wheel(by int) kit.Intent  { s.table.Move(by); return nil }

func (s *runsScreen) Click(_, y int) kit.Intent {
	if s.table.Click(y) {
		return s.open()
	}
	return nil
}

func (s *runsScreen) open() kit.Intent {
	if r := s.current(); r != nil {
		return kit.OpenRun{ID: r.ID}
	}
	return nil
}

func (s *runsScreen) Headline(int) (left, right []kit.Span, cursor int) {
	left = []kit.Span{{Tone: theme.Strong, Text: " Runs "}, {Text: fmt.Sprint(len(s.book.order))}}
	if n := len(s.marked()); n > 0 {
		left = append(left, kit.Span{Tone: theme.Accent, Text: fmt.Sprintf("  %d marked", n)})
	}
	waiting, busy, kept := 0, 0, 0
	for _, r := range s.book.order {
		switch {
		case r.Run.Outcome != "", r.Elsewhere():
		case r.UnderWay():
			busy++
		case r.Run.Kept():
			kept++
		case r.WaitsForUser():
			waiting++
		}
	}
	g := s.theme.Glyphs
	if busy > 0 {
		right = append(right, kit.Span{Tone: theme.Busy, Text: fmt.Sprintf("  %s %d under way", g.Busy, busy), Drop: 2})
	}
	if kept > 0 {
		right = append(right, kit.Span{Tone: theme.Dim, Text: fmt.Sprintf("  %s %d kept", g.Stopped, kept), Drop: 3})
	}
	if waiting > 0 {
		right = append(right, kit.Span{Tone: theme.Warn, Text: fmt.Sprintf("  %s %d waiting for you", g.Diamond, waiting)})
	}
	return left, append(right, kit.Span{Text: " "}), -1
}

func (s *runsScreen) Facts() []kit.Span {
	r := s.current()
	if r == nil {
		return nil
	}
	if len(s.marked()) > 0 {
		j := s.together()
		return []kit.Span{{Tone: theme.Normal, Text: " " + j.says(s.keys.Runs.Decide.Help().Key)}}
	}
	sep := " " + s.theme.Glyphs.Bullet + " "
	holder := ""
	switch {
	case r.Kept.HeldBy != "" && !r.Held:
		holder = "held by " + r.Kept.HeldBy
	case r.Kept.Path != "":
		holder = r.Kept.Path
	}
	return append([]kit.Span{{Text: " "}}, kit.FactSpans(theme.Dim, sep, "run "+r.ID, "begun "+r.Run.Began.UTC().Format(kit.TimeLayout), holder)...)
}

func (s *runsScreen) Hints() []key.Binding {
	r, k := s.current(), s.keys.Runs
	if r == nil {
		return []key.Binding{s.book.batchKey()}
	}
	resumable := len(s.resumable())
	if len(s.marked()) > 0 {
		j := s.together()
		return []key.Binding{
			kit.EnabledIf(kit.WithDesc(k.Decide, j.hint()), len(j.all) > 0), kit.EnabledIf(kit.WithDesc(k.ResumeAll, "resume "+s.resumeWord()), resumable > 0),
			k.Mark, kit.WithDesc(s.keys.List.Back, "clear marks"), k.Open,
		}
	}
	return []key.Binding{
		k.Open, kit.EnabledIf(k.Resume, r.Interrupted()), kit.EnabledIf(kit.WithDesc(k.ResumeAll, "resume "+s.resumeWord()), resumable > 1), kit.EnabledIf(kit.WithDesc(k.Decide, "decide"), r.Waits()),
		kit.EnabledIf(k.Rollback, s.decidable(r, recreate.EventRollback)), kit.EnabledIf(kit.WithDesc(k.Close, "end it"), s.decidable(r, recreate.EventClosed)), s.book.batchKey(), k.Mark, k.Report,
	}
}

// decidable reports whether a decision can be made about a run, once it is held if
// nobody holds it.
func (s *runsScreen) decidable(r *liveRun, k recreate.EventKind) bool {
	if r == nil {
		return false
	}
	if r.Interrupted() {
		return k == recreate.EventClosed || k == recreate.EventRollback && r.Run.Created ||
			k == recreate.EventApproved && r.Run.Gate() == recreate.GateName
	}
	return r.Can(k)
}

// runSource gives the table of runs its cells.
type runSource struct {
	runs  []*liveRun
	world *kit.World
	theme *theme.Theme
	now   time.Time
}

// Key names a run.
func (s *runSource) Key(row int) string { return s.runs[row].ID }

// Cell is one value of one run.
func (s *runSource) Cell(row, col int) table.Cell {
	r := s.runs[row]
	p := &r.Run.Plan
	c := table.Cell{}
	if r.Run.Outcome != "" {
		c.Tone = theme.Dim
	}
	switch col {
	case 0:
		c.Text = p.Source.Name
	case 1:
		sign, tone := runSign(s.theme.Glyphs, r)
		c.Text, c.Tone = sign+" "+stateWords(r, s.now), tone
	case 2:
		c.Text = p.Spec.Name
	case 3:
		c.Text = turned(&p.Source, &p.Spec, s.theme.Glyphs.Arrow)
	case 4:
		c.Text = kit.AccountShort(p.Source.Account, s.world.Lens.Aliases)
	case 5:
		c.Text = p.Source.Region
	case 6:
		if r.Run.Kept() {
			c.Text = strings.TrimSuffix(keptCost(&r.Run), " a month")
		}
	case 7:
		c.Text = model.Age(s.world.Now.Sub(r.Run.Began))
	}
	return c
}
