package explore

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"nbscope/ui/kit"
	"nbscope/ui/table"
	"nbscope/ui/theme"
)

// vpcsScreen shows the VPCs and subnets that notebooks are in: how these reach
// the internet, and what endpoints stand in for it.
type vpcsScreen struct {
	world *kit.World
	keys  kit.KeyMap
	theme *theme.Theme
	table *table.Model
	bar   kit.FilterBar

	rows          []vpcRow
	unplaced      int    // notebooks of which it is not known whether they are in a VPC
	why           string // of one of them, "" where all are being asked
	view          []int32
	old           bool // the world has changed since the rows were made
	width, height int
}

// NewVPCs returns the screen of the VPCs that notebooks are in.
func NewVPCs(w *kit.World, keys kit.KeyMap, t *theme.Theme) kit.Screen {
	s := &vpcsScreen{world: w, keys: keys, theme: t, table: table.New(), bar: kit.NewFilterBar(""), old: true}
	s.Restyle(t)
	return s
}

func (s *vpcsScreen) Title() string { return "VPCs" }

// Sync only notes the change: the rows are made when somebody looks, because
// going through a long inventory at every batch would be for nothing mostly.
func (s *vpcsScreen) Sync() kit.Intent {
	s.old = true
	return nil
}

// refresh makes the rows anew if the world has changed.
func (s *vpcsScreen) refresh() {
	if !s.old {
		return
	}
	s.old = false
	s.rows = vpcRows(s.world.Rows, s.world.Lens)
	s.unplaced, s.why = 0, ""
	for _, n := range s.world.Rows {
		if !n.Described.Known() {
			s.unplaced++
			s.why = cmp.Or(s.why, n.Described.Reason)
		}
	}
	s.look()
}

// look filters the rows.
func (s *vpcsScreen) look() {
	src := &table.List[*vpcRow]{Fields: s.fields(), Name: (*vpcRow).key}
	needle := strings.ToLower(strings.TrimSpace(s.bar.Text))
	s.view = s.view[:0:0]
	for i := range s.rows {
		src.Rows = append(src.Rows, &s.rows[i])
		if needle == "" || strings.Contains(s.line(src, i), needle) {
			s.view = append(s.view, int32(i))
		}
	}
	s.table.SetColumns(src.Columns())
	s.table.SetRows(src, s.view, s.heads())
}

func (s *vpcsScreen) Restyle(t *theme.Theme) {
	s.theme = t
	s.table.SetTheme(t)
	s.old = true
}

// paneHeight is the room for what there is to say about the row under the cursor.
func (s *vpcsScreen) paneHeight() int {
	if s.height < 14 {
		return 0
	}
	return min(12, s.height*2/5)
}

func (s *vpcsScreen) Resize(width, height int) {
	s.width, s.height = width, height
	s.table.SetSize(width, height-s.paneHeight())
}

// current is the row under the cursor.
func (s *vpcsScreen) current() (*vpcRow, bool) {
	s.refresh()
	if _, row := s.table.Cursor(); row >= 0 && row < len(s.rows) {
		return &s.rows[row], true
	}
	return nil, false
}

func (s *vpcsScreen) Body() string {
	s.refresh()
	switch {
	case len(s.rows) == 0:
		return kit.Centered(s.theme, s.width, s.height, s.emptyMessage())
	case len(s.view) == 0:
		return kit.Centered(s.theme, s.width, s.height, kit.Message{Title: "No VPC or subnet contains \"" + s.bar.Text + "\".", Hint: kit.KeyLine(kit.WithDesc(s.keys.List.Back, "clears the filter"))})
	}
	out := s.table.View()
	if h := s.paneHeight(); h > 0 {
		out += "\n" + s.pane(h)
	}
	return out
}

func (s *vpcsScreen) emptyMessage() kit.Message {
	switch {
	case s.world.Scan.Running:
		return kit.Message{Title: "No VPC yet: the notebooks are being described.", Hint: kit.KeyLine(kit.WithDesc(s.keys.Global.NextScreen, "shows the targets"))}
	case s.unplaced > 0:
		return kit.Message{
			Title: "No notebook is known to be in a VPC.",
			Body:  fmt.Sprintf("For %d of %s it is not known: %s.", s.unplaced, kit.Count(len(s.world.Rows), "notebook"), cmp.Or(s.why, "they were not asked yet")),
			Hint:  kit.KeyLine(kit.WithDesc(s.keys.Notes.Undecided, "shows them"), kit.WithDesc(s.keys.Global.NextScreen, "shows the targets"), kit.WithDesc(s.keys.Global.Refresh, "scans again")),
		}
	case len(s.world.Rows) > 0:
		return kit.Message{Title: "No notebook is in a VPC.", Hint: kit.KeyLine(kit.WithDesc(s.keys.Global.NextScreen, "shows the targets"), kit.WithDesc(s.keys.Global.Refresh, "scans again"))}
	case !s.world.Coverage.Complete():
		return kit.Message{Title: "No VPC: no notebook was found, and not everything was seen.", Hint: kit.KeyLine(kit.WithDesc(s.keys.Global.NextScreen, "shows the targets"), kit.WithDesc(s.keys.Global.Refresh, "scans again"))}
	}
	return kit.Message{Title: "No VPC: there are no notebooks.", Hint: kit.KeyLine(kit.WithDesc(s.keys.Global.NextScreen, "shows the targets"), kit.WithDesc(s.keys.Global.Refresh, "scans again"))}
}

// pane says about one row what the columns have no room for.
func (s *vpcsScreen) pane(height int) string {
	lines := s.document().Paint(s.theme, max(1, s.width-2))
	out := append(make([]string, 0, height), kit.RuleLine(s.theme, s.width))
	for i := range height - 1 {
		line := ""
		if i < len(lines) {
			line = lines[i]
		}
		out = append(out, kit.FitLine(" "+line, s.width))
	}
	return strings.Join(out, "\n")
}

func (s *vpcsScreen) document() kit.Document {
	var doc kit.Document
	r, ok := s.current()
	if !ok {
		return doc
	}
	title := nameFirst(r.vpc, r.vpcName)
	if r.vpc == "" {
		title = "VPC not known"
	}
	if r.subnet != "" {
		title += "  " + nameFirst(r.subnet, r.name)
	}
	doc.Say(theme.Strong, title)
	doc.Value("Notebooks", strconv.Itoa(r.notebooks)+" in "+kit.AccountLong(r.account, s.world.Lens.Aliases)+" "+r.region)
	doc.Value("Egress", r.egressWords(s.theme))
	if len(r.endpoints) == 0 {
		doc.Toned("Endpoints", theme.Unknown, s.theme.Glyphs.Unknown+" not known; the notebooks' Network section says why")
		return doc
	}
	all := r.coverage()
	doc.Drawn(func(width int) []string { return drawMatrix(s.theme, all, width) })
	legend := endpointLegend(s.theme)
	if r.blind > 0 {
		legend += fmt.Sprintf("   not known for %d of %s", r.blind, kit.Count(r.notebooks, "notebook"))
	}
	if len(r.unlike) > 0 {
		legend += fmt.Sprintf("   %d not alike for every notebook", len(r.unlike))
	}
	doc.Say(theme.Dim, legend)
	return doc
}

func (s *vpcsScreen) Typing() bool { return s.bar.Open }

func (s *vpcsScreen) Typed(msg tea.Msg) kit.Intent {
	if s.bar.Typed(msg, s.keys.Typing) {
		s.refresh()
		s.look()
	}
	return nil
}

func (s *vpcsScreen) Click(_, y int) kit.Intent {
	if s.table.Click(y) {
		return s.open()
	}
	return nil
}

func (s *vpcsScreen) Wheel(by int) kit.Intent { return s.move(by) }

func (s *vpcsScreen) Hints() []key.Binding {
	if s.bar.Open {
		return []key.Binding{s.keys.Typing.Accept, s.keys.Typing.Cancel}
	}
	l, back := s.keys.List, s.world.BackWord()
	if s.bar.Text != "" {
		back = "clear filter"
	}
	s.refresh()
	return []key.Binding{kit.EnabledIf(kit.WithDesc(l.Open, "its notebooks"), len(s.view) > 0), l.Filter, kit.WithDesc(l.Back, back)}
}

func (s *vpcsScreen) Facts() []kit.Span {
	r, ok := s.current()
	if !ok {
		return nil
	}
	sep := " " + s.theme.Glyphs.Bullet + " "
	return append([]kit.Span{{Text: " "}}, kit.FactSpans(theme.Dim, sep, kit.AccountLong(r.account, s.world.Lens.Aliases), r.region,
		nameFirst(r.vpc, r.vpcName), nameFirst(r.subnet, r.name))...)
}
