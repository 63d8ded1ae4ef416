package explore

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/ui/kit"
	"nbscope/ui/table"
	"nbscope/ui/theme"
)

// targetsScreen shows, for every account and region, what the scan could see
// there and what not. Sign-ins that gave no target stand on top.
type targetsScreen struct {
	world *kit.World
	keys  kit.KeyMap
	theme *theme.Theme
	table *table.Model
	bar   kit.FilterBar
	full  bool // the message of one target fills the screen
	top   int

	fields []targetField // of the theme
	sort   int           // the field sorted by
	desc   bool

	fold folding

	rows          []targetRow
	view          []int32
	matched       int // targets and sign-ins that the filter takes
	width, height int
}

// targetRow is a target, several of one account in one state, or a sign-in that failed.
type targetRow struct {
	status  *model.TargetStatus
	of      []*model.TargetStatus // those that status sums up; nil: it is one
	fold    fold                  // what they have in common
	problem *model.Problem
}

// NewTargets returns the screen of what was asked and what it answered.
func NewTargets(w *kit.World, keys kit.KeyMap, t *theme.Theme) kit.Screen {
	s := &targetsScreen{world: w, keys: keys, theme: t, table: table.New(), bar: kit.NewFilterBar("")}
	s.sort = slices.IndexFunc(targetFields(w, t), func(f targetField) bool { return f.word == wordAttention })
	s.Restyle(t)
	return s
}

func (s *targetsScreen) Title() string { return "Targets" }

// Sync takes over the targets of the world, filtered.
func (s *targetsScreen) Sync() kit.Intent {
	all := make([]targetRow, 0, s.total())
	for i := range s.world.Problems {
		all = append(all, targetRow{problem: &s.world.Problems[i]})
	}
	for i := range s.world.Targets {
		all = append(all, targetRow{status: &s.world.Targets[i]})
	}
	src := &table.List[targetRow]{Name: targetRow.key}
	for i := range s.fields {
		src.Fields = append(src.Fields, s.fields[i].column())
	}
	all = matching(all, src, s.bar.Text)
	s.rows, s.matched = s.fold.rows(all, s.bar.Text != ""), len(all)
	src.Rows, s.view = s.rows, s.view[:0:0]
	for i := range s.rows {
		s.view = append(s.view, int32(i))
	}
	s.order(&s.fields[s.sort])
	s.table.SetColumns(src.Columns())
	s.table.SetRows(src, s.view, nil)
	return nil
}

// total is how many targets there are, and sign-ins that gave none.
func (s *targetsScreen) total() int { return len(s.world.Problems) + len(s.world.Targets) }

func (s *targetsScreen) Restyle(t *theme.Theme) {
	s.theme, s.fields = t, targetFields(s.world, t)
	s.table.SetTheme(t)
	s.Sync()
}

// paneHeight is the room for the message of the target under the cursor.
func (s *targetsScreen) paneHeight() int {
	if s.height < 12 {
		return 0
	}
	return min(14, s.height*2/5)
}

func (s *targetsScreen) Resize(width, height int) {
	s.width, s.height = width, height
	s.table.SetSize(width, height-s.paneHeight())
}

// current is the row under the cursor.
func (s *targetsScreen) current() (targetRow, bool) {
	if _, row := s.table.Cursor(); row >= 0 {
		return s.rows[row], true
	}
	return targetRow{}, false
}

func (s *targetsScreen) Body() string {
	if s.total() == 0 {
		return s.emptyView()
	}
	if len(s.view) == 0 {
		return kit.Centered(s.theme, s.width, s.height, kit.Message{
			Title: "No target contains " + s.bar.Text, Hint: kit.KeyLine(kit.WithDesc(s.keys.List.Back, "clears the filter")),
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
	m := kit.Message{Title: "No targets yet.", Hint: kit.KeyLine(kit.WithDesc(s.keys.Global.Refresh, "scans again"))}
	if s.world.Scan.Running {
		m = kit.Message{
			Title: "Signing in and asking which regions are enabled" + s.theme.Glyphs.Ellipsis,
			Hint:  "for " + s.world.Waited() + "   " + kit.KeyLine(kit.WithDesc(s.keys.Global.CancelScan, "stops")),
		}
	}
	return kit.Centered(s.theme, s.width, s.height, m)
}

// pane draws what there is to say about the row under the cursor.
func (s *targetsScreen) pane(height int) string {
	lines := s.document().Paint(s.theme, max(1, s.width-2))
	s.top = max(0, min(s.top, len(lines)-(height-1)))
	if !s.full {
		s.top = 0
	}
	out := append(make([]string, 0, max(1, height)), kit.RuleLine(s.theme, s.width))
	for i := range height - 1 {
		line := ""
		if s.top+i < len(lines) {
			line = lines[s.top+i] + " "
		}
		out = append(out, kit.FitLine(" "+line, s.width))
	}
	return strings.Join(out, "\n")
}

func (s *targetsScreen) document() kit.Document {
	var doc kit.Document
	row, ok := s.current()
	switch {
	case !ok:
	case row.problem != nil:
		kit.SayProblem(&doc, s.theme, *row.problem)
	default:
		row.say(&doc, s.theme, s.world)
	}
	return doc
}

// say says how a target stands, or several in one row.
func (r targetRow) say(doc *kit.Document, th *theme.Theme, w *kit.World) {
	t := r.status
	sign, tone := stateSign(th, t)
	doc.Say(theme.Strong, kit.AccountLong(t.Target.Account, w.Lens.Aliases)+" "+t.Target.Region)
	doc.Toned("State", tone, sign+" "+stateWord(t))
	seen := fmt.Sprintf("%s listed, %d described", kit.Count(t.Notebooks, "notebook"), t.Described)
	if t.State.Final() && !t.State.Answered() && t.Notebooks == 0 {
		seen = "nothing: which notebooks there are is not known"
	}
	if t.Unknown > 0 {
		seen += fmt.Sprintf(", %d with parts that are not known", t.Unknown)
	}
	doc.Value("Seen", seen)
	if says := indexNote(w, t); says != "" {
		doc.Value("Index", says)
	}
	doc.Value("Calls", fmt.Sprintf("%d, throttled %s", t.Calls, kit.Count(t.Throttles, "time")))
	switch {
	case r.of != nil:
		r.sayFold(doc, th, w.Lens.Aliases)
	case t.Problem != nil:
		kit.SayProblem(doc, th, *t.Problem)
	}
	for _, warning := range t.Warnings {
		doc.Toned("Not seen", theme.Unknown, th.Glyphs.Unknown+" "+warning.Error())
	}
}

func (s *targetsScreen) Typing() bool { return s.bar.Open }

func (s *targetsScreen) Typed(msg tea.Msg) kit.Intent {
	if s.bar.Typed(msg, s.keys.Typing) {
		return s.Sync()
	}
	return nil
}

// Click moves the cursor, opens what it stands on, or sorts by a column's head.
func (s *targetsScreen) Click(x, y int) kit.Intent {
	if s.full {
		return nil
	}
	if col, ok := s.table.HeaderAt(x); ok && y == 0 {
		return s.sortBy(col)
	}
	if y < s.height-s.paneHeight() && s.table.Click(y) {
		return s.open()
	}
	return nil
}

func (s *targetsScreen) Wheel(by int) kit.Intent { return s.move(by) }

func (s *targetsScreen) move(by int) kit.Intent {
	if s.full {
		s.top = max(0, s.top+by)
		return nil
	}
	s.table.Move(by)
	return nil
}

func (s *targetsScreen) Hints() []key.Binding {
	if s.bar.Open {
		return []key.Binding{s.keys.Typing.Accept, s.keys.Typing.Cancel}
	}
	back := s.world.BackWord()
	switch {
	case s.full:
		back = "back to the list"
	case s.fold.inside != nil:
		back = "back to all"
	case s.bar.Text != "":
		back = "clear filter"
	}
	some := len(s.view) > 0
	return []key.Binding{
		kit.EnabledIf(kit.WithDesc(s.keys.List.Open, s.openWord()), some && !s.full), kit.WithDesc(s.keys.List.Back, back),
		kit.WithDesc(s.keys.Target.Retry, s.retryWord()), s.keys.List.Filter, kit.EnabledIf(s.keys.Notes.Sort, some && !s.full),
		kit.EnabledIf(kit.WithDesc(s.keys.Notes.Group, s.fold.word()), s.total() > foldFrom && !s.full),
	}
}

// retryWord is what the key to retry does for the row under the cursor.
func (s *targetsScreen) retryWord() string {
	switch row, ok := s.current(); {
	case !ok || row.problem != nil:
		return "scan again"
	case row.of != nil:
		return "retry these " + strconv.Itoa(len(row.of))
	}
	return "retry this target"
}

// openWord is what the key to open does for the row under the cursor.
func (s *targetsScreen) openWord() string {
	if row, ok := s.current(); ok && row.of != nil {
		return "show each"
	}
	return "message in full"
}

// elapsed is how long a target took, or has been taking.
func elapsed(t *model.TargetStatus, now time.Time) string {
	if t.Started.IsZero() {
		return ""
	}
	return fmt.Sprintf("%.1fs", took(t, now).Seconds())
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
