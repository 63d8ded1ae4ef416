package recreate

import (
	"fmt"

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

// fields are the columns of the list, in their order.
func (s *runsScreen) fields() []table.Field[*liveRun] {
	now, aliases, g := s.ports.now(), s.world.Lens.Aliases, s.theme.Glyphs
	fields := []table.Field[*liveRun]{
		{
			Column: table.Column{Title: "NOTEBOOK", Min: 16, Want: 16, Max: 63, Priority: 0, Pinned: true}, Follow: 40,
			Cell: func(r *liveRun) table.Cell { return table.Cell{Text: r.Run.Plan.Source.Name} },
		},
		{
			Column: table.Column{Title: "STATE", Min: 20, Want: 20, Max: 64, Priority: 0}, Follow: 44,
			Cell: func(r *liveRun) table.Cell { return stateCell(g, r, now) },
		},
		{
			Column: table.Column{Title: "REPLACEMENT", Min: 14, Want: 14, Max: 63, Priority: 3}, Follow: 40,
			Cell: func(r *liveRun) table.Cell { return table.Cell{Text: r.Run.Plan.Spec.Name} },
		},
		{
			Column: table.Column{Title: "DIRECT", Min: 8, Want: 8, Max: 8, Priority: 4},
			Cell: func(r *liveRun) table.Cell {
				return table.Cell{Text: turned(&r.Run.Plan.Source, &r.Run.Plan.Spec, g.Arrow)}
			},
		},
		{
			Column: table.Column{Title: "ACCOUNT", Min: 12, Want: 12, Max: 24, Priority: 2},
			Cell: func(r *liveRun) table.Cell {
				return table.Cell{Text: kit.AccountShort(r.Run.Plan.Source.Account, aliases)}
			},
		},
		{
			Column: table.Column{Title: "REGION", Min: 9, Want: 12, Max: 16, Priority: 6},
			Cell:   func(r *liveRun) table.Cell { return table.Cell{Text: r.Run.Plan.Source.Region} },
		},
		{Column: table.Column{Title: "KEPT/MONTH", Min: 10, Want: 10, Max: 12, Priority: 7, Right: true}, Cell: keptCell},
		{
			Column: table.Column{Title: "AGE", Min: 4, Want: 5, Max: 5, Priority: 1, Right: true},
			Cell:   func(r *liveRun) table.Cell { return table.Cell{Text: model.Age(s.world.Now.Sub(r.Run.Began))} },
		},
	}
	for i := range fields {
		cell := fields[i].Cell
		fields[i].Cell = func(r *liveRun) table.Cell {
			out := cell(r)
			if r.Run.Outcome != "" && out.Tone == theme.Normal {
				out.Tone = theme.Dim // over
			}
			return out
		}
	}
	return fields
}

// keptCell is what a source that is kept costs by the month.
func keptCell(r *liveRun) table.Cell {
	if m := r.Run.Plan.Cost.KeptPerMonth; m != nil && r.Run.Kept() {
		return table.Cell{Text: model.Money(m, "")}
	}
	return table.Cell{}
}

func (s *runsScreen) Sync() kit.Intent {
	s.view = s.view[:0:0]
	for i := range s.book.order {
		s.view = append(s.view, int32(i))
	}
	src := &table.List[*liveRun]{Fields: s.fields(), Rows: s.book.order, Name: func(r *liveRun) string { return r.ID }}
	s.table.SetColumns(src.Columns())
	s.table.SetRows(src, s.view, nil)
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
			Tone: theme.Bad, Title: s.theme.Glyphs.Failed + " " + s.book.problem.Message, Body: s.book.problem.Hint, Hint: kit.KeyLine(kit.WithDesc(s.keys.Global.Refresh, "reads the journals again")),
		})
	case len(s.book.order) == 0:
		return kit.Centered(s.theme, s.width, s.height, kit.Message{
			Title: "No notebook has been recreated from here yet.",
			Body:  "A run keeps its journal on this machine, so that it can be resumed after anything.",
			Hint:  kit.KeyLine(kit.WithDesc(s.keys.Notes.Recreate, "on a notebook plans one"), kit.WithDesc(s.keys.Global.PrevScreen, "goes back")),
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
		right = append(right, kit.Span{Tone: theme.Warn, Text: fmt.Sprintf("  %s %d waiting for you", g.Run, waiting)})
	}
	return left, append(right, kit.Span{Text: " "}), -1
}

func (s *runsScreen) Facts() []kit.Span {
	r := s.current()
	if r == nil {
		return nil
	}
	sep := " " + s.theme.Glyphs.Bullet + " "
	if len(s.marked()) > 0 {
		j := s.together()
		return append([]kit.Span{{Text: " "}}, kit.FactSpans(theme.Normal, sep, j.facts(s.keys.Runs.Decide.Help().Key)...)...)
	}
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
		return []key.Binding{s.book.batchKey(), kit.WithDesc(s.keys.List.Back, s.backWord())}
	}
	resumable := len(s.resumable())
	if len(s.marked()) > 0 {
		j := s.together()
		return []key.Binding{
			kit.EnabledIf(kit.WithDesc(k.Decide, j.hint()), len(j.all) > 0), kit.EnabledIf(kit.WithDesc(k.ResumeAll, "resume "+s.resumeWord()), resumable > 0),
			k.Mark, kit.WithDesc(s.keys.List.Back, s.backWord()), k.Open,
		}
	}
	return []key.Binding{
		k.Open, kit.EnabledIf(k.Resume, r.Interrupted()), kit.EnabledIf(kit.WithDesc(k.ResumeAll, "resume "+s.resumeWord()), resumable > 1), kit.EnabledIf(kit.WithDesc(k.Decide, "decide"), r.Waits()),
		kit.EnabledIf(k.Rollback, s.decidable(r, recreate.EventRollback)), kit.EnabledIf(kit.WithDesc(k.Close, "end it"), s.decidable(r, recreate.EventClosed)), s.book.batchKey(), kit.WithDesc(s.keys.List.Back, s.backWord()), k.Mark, k.Report,
	}
}

// decidable reports whether a decision can be made about a run, once it is held if
// nobody holds it.
func (s *runsScreen) decidable(r *liveRun, k recreate.EventKind) bool {
	if r == nil {
		return false
	}
	if r.Interrupted() {
		return k == recreate.EventClosed || k == recreate.EventRollback && r.Run.Created && !r.Run.SourceGone() ||
			k == recreate.EventApproved && r.Run.Gate() == recreate.GateName
	}
	return r.Can(k)
}
