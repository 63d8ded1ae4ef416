package ui

import (
	"fmt"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/ui/table"
	"nbscope/ui/theme"
)

// targetsScreen shows, for every account and region, what the scan could see
// there and what not. Sign-ins that gave no target stand on top.
type targetsScreen struct {
	world *world
	keys  KeyMap
	theme *theme.Theme
	table *table.Model
	bar   filterBar
	full  bool // the message of one target fills the screen
	top   int

	sort int // the column sorted by; that of the state stands for attention
	desc bool

	rows          []targetRow
	view          []int32
	width, height int
}

// targetRow is a target, or a sign-in that failed.
type targetRow struct {
	status  *model.TargetStatus
	problem *model.Problem
}

func newTargetsScreen(w *world, keys KeyMap, t *theme.Theme) *targetsScreen {
	s := &targetsScreen{world: w, keys: keys, theme: t, table: table.New(), bar: newFilterBar(""), sort: targetState}
	s.restyle(t)
	s.table.SetColumns(targetColumns(0, 0))
	return s
}

func (s *targetsScreen) title() string { return "Targets" }

func targetColumns(account, state int) []table.Column {
	return []table.Column{
		{Title: "ACCOUNT", Min: 8, Want: max(12, account), Max: 24, Priority: 1, Pinned: true},
		{Title: "REGION", Min: 9, Want: 14, Max: 16, Priority: 0},
		{Title: "STATE", Min: max(10, min(20, state)), Want: max(14, state), Max: 24, Priority: 0},
		{Title: "FOUND", Min: 5, Want: 5, Max: 7, Priority: 2, Right: true},
		{Title: "CALLS", Min: 5, Want: 6, Max: 7, Priority: 4, Right: true},
		{Title: "THROTTLED", Min: 9, Want: 9, Max: 9, Priority: 6, Right: true},
		{Title: "TOOK", Min: 6, Want: 7, Max: 8, Priority: 5, Right: true},
		{Title: "MESSAGE", Min: 20, Want: 60, Priority: 3},
	}
}

// sync takes over the targets of the world, filtered.
func (s *targetsScreen) sync() intent {
	s.rows, s.view = s.rows[:0:0], s.view[:0:0]
	for i := range s.world.problems {
		s.rows = append(s.rows, targetRow{problem: &s.world.problems[i]})
	}
	for i := range s.world.targets {
		s.rows = append(s.rows, targetRow{status: &s.world.targets[i]})
	}
	src := &targetSource{rows: s.rows, world: s.world, theme: s.theme}
	needle := strings.ToLower(strings.TrimSpace(s.bar.text))
	account, state := 0, 0
	for i := range s.rows {
		account = max(account, len(src.text(i, targetAccount)))
		state = max(state, len(src.text(i, targetState))+2)
		if needle == "" || strings.Contains(src.all(i), needle) {
			s.view = append(s.view, int32(i))
		}
	}
	s.order()
	s.table.SetColumns(targetColumns(account, state))
	s.table.SetRows(src, s.view, nil)
	return nil
}

func (s *targetsScreen) restyle(t *theme.Theme) {
	s.theme = t
	s.table.SetTheme(t)
	s.sync()
}

// paneHeight is the room for the message of the target under the cursor.
func (s *targetsScreen) paneHeight() int {
	if s.height < 12 {
		return 0
	}
	return min(14, s.height*2/5)
}

func (s *targetsScreen) resize(width, height int) {
	s.width, s.height = width, height
	s.table.SetSize(width, height-s.paneHeight())
}

// current is the row under the cursor.
func (s *targetsScreen) current() (targetRow, bool) {
	if _, row := s.table.Cursor(); row >= 0 && row < len(s.rows) {
		return s.rows[row], true
	}
	return targetRow{}, false
}

func (s *targetsScreen) body() string {
	if len(s.rows) == 0 {
		return s.emptyView()
	}
	if len(s.view) == 0 {
		return centered(s.theme, s.width, s.height, message{
			title: "No target contains " + s.bar.text, hint: "esc clears the filter",
		})
	}
	if s.full {
		return s.pane(s.height)
	}
	out := s.table.View()
	if h := s.paneHeight(); h > 0 {
		out += "\n" + s.pane(h)
	}
	return out
}

func (s *targetsScreen) emptyView() string {
	m := message{title: "No targets yet.", hint: "r scans again"}
	if s.world.scan.running {
		m = message{
			title: "Signing in and asking which regions are enabled" + s.theme.Glyphs.Ellipsis,
			hint:  "for " + s.world.waited() + "   ctrl+x stops",
		}
	}
	return centered(s.theme, s.width, s.height, m)
}

// pane draws what there is to say about the row under the cursor.
func (s *targetsScreen) pane(height int) string {
	lines := s.document().paint(s.theme, max(1, s.width-2))
	s.top = max(0, min(s.top, len(lines)-(height-1)))
	if !s.full {
		s.top = 0
	}
	out := append(make([]string, 0, max(1, height)), ruleLine(s.theme, s.width))
	for i := range height - 1 {
		line := strings.Repeat(" ", max(0, s.width-1))
		if s.top+i < len(lines) {
			line = lines[s.top+i] + " "
		}
		out = append(out, fitBlock(" "+line, s.width))
	}
	return strings.Join(out, "\n")
}

func (s *targetsScreen) document() document {
	var doc document
	row, ok := s.current()
	switch {
	case !ok:
	case row.problem != nil:
		sayProblem(&doc, s.theme, *row.problem)
	default:
		s.sayTarget(&doc, row.status)
	}
	return doc
}

func (s *targetsScreen) sayTarget(doc *document, t *model.TargetStatus) {
	sign, tone := stateSign(s.theme, t)
	doc.say(theme.Strong, accountLong(t.Target.Account, s.world.lens.Aliases)+" "+t.Target.Region)
	doc.toned("State", tone, sign+" "+stateWord(t))
	seen := fmt.Sprintf("%s listed, %d described", count(t.Notebooks, "notebook"), t.Described)
	if t.Unknown > 0 {
		seen += fmt.Sprintf(", %d with parts that are not known", t.Unknown)
	}
	doc.value("Seen", seen)
	doc.value("Calls", fmt.Sprintf("%d, throttled %d times", t.Calls, t.Throttles))
	if t.Problem != nil {
		sayProblem(doc, s.theme, *t.Problem)
	}
	for _, w := range t.Warnings {
		doc.toned("Not seen", theme.Unknown, s.theme.Glyphs.Unknown+" "+w.Error())
	}
}

func (s *targetsScreen) typing() bool { return s.bar.open }

func (s *targetsScreen) typed(msg tea.Msg) intent {
	if s.bar.typed(msg, s.keys.Typing) {
		return s.sync()
	}
	return nil
}

func (s *targetsScreen) click(x, y int) intent {
	if s.full {
		return nil
	}
	return s.clicked(x, y)
}

func (s *targetsScreen) wheel(by int) intent { return s.move(by) }

func (s *targetsScreen) move(by int) intent {
	if s.full {
		s.top = max(0, s.top+by)
		return nil
	}
	s.table.Move(by)
	return nil
}

func (s *targetsScreen) hints() []key.Binding {
	if s.bar.open {
		return []key.Binding{s.keys.Typing.Accept, s.keys.Typing.Cancel}
	}
	back := ""
	if s.full {
		back = "back to the list"
	} else if s.bar.text != "" {
		back = "clear filter"
	}
	some := len(s.view) > 0
	return []key.Binding{
		when(as(s.keys.List.Open, "message in full"), some && !s.full), as(s.keys.List.Back, back),
		as(s.keys.Target.Retry, s.retryWord()), s.keys.List.Filter, when(s.keys.Notes.Sort, some && !s.full),
	}
}

// retryWord is what the key to retry does for the row under the cursor.
func (s *targetsScreen) retryWord() string {
	if row, ok := s.current(); !ok || row.problem != nil {
		return "scan again"
	}
	return "retry this target"
}

// elapsed is how long a target took, or has been taking.
func elapsed(t *model.TargetStatus, now time.Time) string {
	if t.Started.IsZero() {
		return ""
	}
	return fmt.Sprintf("%.1f s", took(t, now).Seconds())
}

func took(t *model.TargetStatus, now time.Time) time.Duration {
	end := t.Ended
	if end.IsZero() {
		end = now
	}
	if t.Started.IsZero() {
		return 0
	}
	return max(0, end.Sub(t.Started))
}
