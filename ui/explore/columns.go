package explore

import (
	"strings"

	"nbscope/model"
	"nbscope/model/query"
	"nbscope/ui/kit"
	"nbscope/ui/table"
	"nbscope/ui/text"
	"nbscope/ui/theme"
)

// vpcRoom lets the VPC be cut to its short id where there is no room for more,
// but not to make room for columns that matter less.
func vpcRoom(screen int) int {
	switch {
	case dense(screen):
		return 8
	case screen < 110:
		return 10
	case screen < 150:
		return 14
	}
	return 24
}

// terse reports whether a list is so narrow, beside the detail or on a small
// screen, that columns are cut so that direct internet, egress and finding fit.
func terse(list int) bool { return list < 76 }

// dense reports whether a list has no room for two words that say the same: of the
// finding its sign stands, beside the verdict that it weighs, and ids lose what every
// one of them begins with. Status, region and VPC stand in words then.
func dense(list int) bool { return list < 92 }

// columns keeps the width that each field wants, which only grows, so that a
// column does not breathe while rows arrive.
type columns struct {
	fields []model.Field
	want   []int
}

func newColumns(fields []model.Field) *columns {
	c := &columns{fields: fields}
	c.want = make([]int, len(c.fields))
	for _, late := range []model.FieldID{model.FieldVPC, model.FieldSubnet} {
		if at := c.index(late); at >= 0 {
			c.want[at] = 17 // known last, and the columns beside them shall not move when they come
		}
	}
	return c
}

// sampleRows bounds how many rows are measured at a time. The widest of many
// rows is close to the widest of a sample, and a cell that is wider is cut.
const sampleRows = 1000

// measure takes rows into account.
func (c *columns) measure(rows []*model.Notebook, lens model.Lens) {
	step := 1 + len(rows)/sampleRows
	for i := 0; i < len(rows); i += step {
		for j, f := range c.fields {
			if c.want[j] < f.Most {
				c.want[j] = max(c.want[j], text.Width(shown(rows[i], f.ID, lens).Text))
			}
		}
	}
}

// nameRoom is what names claim before other columns get room; what is left over
// is theirs too.
func nameRoom(screen int) int {
	switch {
	case screen < 46:
		return 17
	case terse(screen):
		return 19
	case dense(screen):
		return 19 // status, region and VPC shall stand beside it
	case screen < 100:
		return 22 // the VPC shall stand beside even the longest status
	case screen < 150:
		return 24
	}
	return 40
}

// signed reports whether a sign stands before the word.
func signed(f model.FieldID) bool {
	return f == model.FieldStatus || f == model.FieldEgress || f == model.FieldFinding
}

// limited is a field with its limits on a screen of this width. An account column
// that says the same in every row is the first to leave.
func limited(f model.Field, accounts, screen int, group model.FieldID) model.Field {
	switch {
	case f.ID == group:
		f.Priority = 20 // the head of the group says it
	case f.ID == model.FieldVPC:
		f.Least = vpcRoom(screen)
	case f.ID == model.FieldAccount && accounts < 2:
		f.Priority = 19
	case f.ID == model.FieldEgress && terse(screen) && screen < 60, f.ID == model.FieldFinding && terse(screen):
		f.Least = 9 // cut, but there: direct internet shall fit too
	case f.ID == model.FieldEgress && dense(screen) && !terse(screen):
		f.Least = 11 // "isolated" and "not known", with their sign
	}
	return f
}

// table describes the columns to the table.
func (c *columns) table(accounts, screen int, o order) []table.Column {
	out := make([]table.Column, len(c.fields))
	for i, f := range c.fields {
		f = limited(f, accounts, screen, o.group)
		extra := 0
		if signed(f.ID) {
			extra = 2 // the sign before the word
		}
		title := text.Width(f.Title)
		want := max(c.want[i]+extra, title)
		if f.ID == model.FieldName {
			want = min(want, nameRoom(screen))
		}
		if f.ID == o.field && !o.ranked {
			f.Priority = min(f.Priority, 1) // who sorts by it wants to see it, and the arrow
			want, f.Least = max(want, title+2), max(f.Least, title+2)
		}
		if f.ID == signOnly(screen) {
			f.Title, want, f.Least, f.Most, f.Priority = "", 1, 1, 1, 1 // the arrow has room in place of a title
		}
		out[i] = table.Column{
			Title: f.Title, Min: min(want, f.Least), Max: f.Most, Want: want,
			Priority: f.Priority, Right: f.Right, Pinned: f.ID == model.FieldName,
		}
	}
	return out
}

// signOnly is the field of which a narrow list has room for the sign alone, "" for none:
// of the status beside the detail, else of the finding.
func signOnly(list int) model.FieldID {
	switch {
	case terse(list):
		return model.FieldStatus
	case dense(list):
		return model.FieldFinding
	}
	return ""
}

func (c *columns) index(f model.FieldID) int {
	for i := range c.fields {
		if c.fields[i].ID == f {
			return i
		}
	}
	return -1
}

// shown is a cell as the list shows it: ids that have a name beside them are cut
// to their first letters, the detail has them in full.
func shown(n *model.Notebook, f model.FieldID, lens model.Lens) model.Cell {
	c := lens.Cell(n, f)
	if c.State == model.CellAbsent && (f == model.FieldVPC || f == model.FieldSubnet) {
		c.Text = "none"
	}
	if c.State != model.CellKnown {
		return c
	}
	switch f { //nolint:exhaustive // the others are shown as they are
	case model.FieldNet:
		c.Text = n.DirectWord() // that there is no VPC stands in the VPC's column
	case model.FieldVPC:
		c.Text = shortID(n.VPCID, n.VPCName)
	case model.FieldSubnet:
		c.Text = shortID(n.SubnetID, n.SubnetName)
	}
	return c
}

// shortID is an id and a name: "vpc-0a12 ml-prod".
func shortID(id, name string) string {
	const letters = 4
	if name == "" {
		return id
	}
	if dash := strings.IndexByte(id, '-'); dash >= 0 && len(id) > dash+1+letters {
		id = id[:dash+1+letters]
	}
	return id + " " + name
}

// rowSource gives the table its cells.
type rowSource struct {
	arrangement
	fields []model.Field
	theme  *theme.Theme
	engine *query.Engine // for the letters to light up
	faded  func(*model.Notebook) bool
	sign   model.FieldID // of this field only the sign
	dense  bool          // ids lose what all of them begin with
	// running reports whether a notebook is part of a run that is not over.
	running func(*model.Notebook) bool
	account func(id string, otherwise theme.Tone) kit.AccountLook // how it is shown
	judged  judgements
}

// Key names a row.
func (s *rowSource) Key(row int) string { return s.rows[row].ARN }

// Cell is one value of one notebook.
func (s *rowSource) Cell(row, col int) table.Cell {
	n, f := s.rows[row], s.fields[col].ID
	if f == model.FieldEgress || f == model.FieldFinding || f == model.FieldNet {
		return s.judgedCell(n, f)
	}
	c := shown(n, f, s.lens)
	out := table.Cell{Text: c.Text, Tone: s.tone(n, f)}
	switch c.State {
	case model.CellPending, model.CellAbsent:
		return table.Cell{Text: s.placeholder(c), Tone: theme.Dim}
	case model.CellUnknown:
		return table.Cell{Text: s.theme.Glyphs.Unknown, Tone: theme.Unknown}
	case model.CellKnown:
	}
	if !s.query.Empty() {
		out.Lit = s.engine.Light(s.query, f, c.Text)
	}
	switch {
	case f == model.FieldName && s.running != nil && s.running(n):
		out.Tail = " " + s.theme.Glyphs.Run // the facts below say which run
	case f == model.FieldStatus:
		sign, tone := kit.StatusSign(s.theme, n.Status)
		out.Text, out.Tone = sign+" "+c.Text, tone
		out.Lit = shifted(out.Lit, len(sign)+1)
		if s.sign == f {
			out.Text, out.Lit = sign, nil
		}
	case f == model.FieldVPC && s.dense:
		short := strings.TrimPrefix(c.Text, "vpc-")
		out.Text, out.Lit = short, shifted(out.Lit, len(short)-len(c.Text))
	}
	return s.fade(n, out)
}

// tone is that of a value without a judgement.
func (s *rowSource) tone(n *model.Notebook, f model.FieldID) theme.Tone {
	switch {
	case f == model.FieldName:
		return theme.Strong
	case f == model.FieldAccount && s.account != nil:
		return s.account(n.Account, theme.Normal).Tone
	}
	return theme.Normal
}

func (s *rowSource) fade(n *model.Notebook, c table.Cell) table.Cell {
	if s.faded(n) {
		c.Tone = theme.Dim
	}
	return c
}

func (s *rowSource) placeholder(c model.Cell) string {
	if c.State == model.CellPending {
		return s.theme.Glyphs.Ellipsis
	}
	return c.Text
}

// shifted moves byte offsets, in a new slice. Those that would stand before the text
// are none.
func shifted(at []int, by int) []int {
	var out []int
	for _, i := range at {
		if i+by >= 0 {
			out = append(out, i+by)
		}
	}
	return out
}

// judgedCell is a cell about direct internet, egress or the finding: a sign, a
// word, and a tone that says whether it agrees with the policy.
func (s *rowSource) judgedCell(n *model.Notebook, f model.FieldID) table.Cell {
	j := s.judged.of(n, s.lens, s.theme)
	c := j.finding
	if f != model.FieldFinding {
		c = shown(n, f, s.lens)
	}
	switch c.State {
	case model.CellPending, model.CellAbsent:
		return table.Cell{Text: s.placeholder(c), Tone: theme.Dim}
	case model.CellUnknown:
		text := s.unknownText(c)
		if s.sign == f {
			text = s.theme.Glyphs.Unknown
		}
		return table.Cell{Text: text, Tone: theme.Unknown}
	case model.CellKnown:
	}
	out := table.Cell{Text: c.Text}
	if !s.query.Empty() {
		out.Lit = s.engine.Light(s.query, f, c.Text)
	}
	sign := ""
	switch {
	case f == model.FieldNet:
		out.Tone = j.Direct
	case f == model.FieldFinding:
		sign, out.Tone = j.sign, j.tone
	case n.Egress != nil:
		sign, out.Tone = kit.VerdictSign(s.theme, n.Egress.Verdict), j.Egress
	}
	switch {
	case sign != "" && s.sign == f:
		out.Text, out.Lit = sign, nil
	case sign != "":
		out.Text, out.Lit = sign+" "+c.Text, shifted(out.Lit, len(sign)+1)
	}
	if s.faded(n) {
		out.Tone = theme.Dim
	}
	return out
}

// judgement is what of a notebook's findings the list draws.
type judgement struct {
	kit.Leaning
	finding model.Cell
	sign    string // of the worst finding
	tone    theme.Tone
}

// judgements remembers those of the rows on screen, so that a frame does not judge
// them again.
type judgements map[*model.Notebook]judgement

// mostJudgements bounds what is remembered: some screens full.
const mostJudgements = 1000

func (m *judgements) of(n *model.Notebook, lens model.Lens, t *theme.Theme) judgement {
	if j, ok := (*m)[n]; ok {
		return j
	}
	findings := lens.FindingsOf(n)
	j := judgement{Leaning: kit.LeaningOf(t, n, findings), finding: lens.Cell(n, model.FieldFinding)}
	if worst, ok := model.Worst(findings); ok {
		j.sign, j.tone = kit.SeveritySign(t, worst.Severity)
		if worst.Mitigated {
			j.tone = theme.Dim
		}
	}
	if *m == nil || len(*m) >= mostJudgements {
		*m = judgements{}
	}
	(*m)[n] = j
	return j
}

// unknownText is the sign of what is not known, with the word where it is a
// verdict and not the lack of one.
func (s *rowSource) unknownText(c model.Cell) string {
	if c.Text == "" || c.Text == model.TextUnknown {
		return s.theme.Glyphs.Unknown
	}
	return s.theme.Glyphs.Unknown + " not known"
}
