package explore

import (
	"strconv"
	"strings"

	"nbscope/model"
	"nbscope/ui/kit"
	"nbscope/ui/table"
	"nbscope/ui/text"
	"nbscope/ui/theme"
)

// What the keys of the VPCs screen do, and what its head says.

func (s *vpcsScreen) Commands() []kit.Command {
	s.refresh()
	l := s.keys.List
	end, half := len(s.view), max(1, (s.height-s.paneHeight())/2)
	out := l.Moves(half, end, s.move)
	pan := func(by int) func() kit.Intent {
		return func() kit.Intent { s.table.Pan(by); return nil }
	}
	return append(out,
		kit.Command{Group: kit.GroupMove, Name: l.Left.Help().Desc, Key: l.Left, Plain: true, Run: pan(-1)},
		kit.Command{Group: kit.GroupMove, Name: l.Right.Help().Desc, Key: l.Right, Plain: true, Run: pan(1)},
		kit.Command{Group: kit.GroupList, Name: "Show the notebooks of this VPC or subnet", Key: kit.EnabledIf(kit.WithDesc(l.Open, "its notebooks"), end > 0), Run: s.open},
		kit.Command{Group: kit.GroupList, Name: "Filter the VPCs", Key: l.Filter, Run: s.startFilter},
		kit.Command{Group: kit.GroupList, Name: "Clear the filter", Key: l.Back, Run: s.back},
		kit.Command{
			Group: kit.GroupList, Name: "Show the notebooks of which it is not known whether they are in a VPC",
			Key: kit.EnabledIf(kit.WithDesc(s.keys.Notes.Undecided, "not known"), s.unplaced > 0), Run: func() kit.Intent { return kit.ShowNotebooks{Filter: "vpc:unknown"} },
		},
	)
}

func (s *vpcsScreen) move(by int) kit.Intent {
	s.refresh()
	s.table.Move(by)
	return nil
}

// open goes to the notebooks of the row.
func (s *vpcsScreen) open() kit.Intent {
	r, ok := s.current()
	if !ok {
		return nil
	}
	return kit.ShowNotebooks{Filter: r.filter()}
}

func (s *vpcsScreen) startFilter() kit.Intent {
	s.bar.Start()
	return nil
}

func (s *vpcsScreen) back() kit.Intent {
	s.bar.Apply("")
	s.refresh()
	s.look()
	return nil
}

func (s *vpcsScreen) Headline(width int) (left, right []kit.Span, cursor int) {
	s.refresh()
	vpcs := 0
	var found tally
	for i := range s.rows {
		r := &s.rows[i]
		if !r.within {
			vpcs++
			for rank, n := range r.findings {
				found[rank] += n
			}
		}
	}
	left = []kit.Span{{Tone: theme.Strong, Text: " VPCs "}, {Text: strconv.Itoa(vpcs)}}
	if s.bar.Text != "" || s.bar.Open {
		left[1].Text = strconv.Itoa(len(s.view)) + "/" + strconv.Itoa(len(s.rows)) + " rows"
	}
	left, cursor = s.bar.Title(left, width)
	if s.bar.Text == "" && !s.bar.Open {
		right = append(found.spans(s.theme), kit.Span{Text: " "})
	}
	if s.unplaced > 0 && !s.world.Scan.Running {
		warn := kit.Span{Tone: theme.Unknown, Text: "  " + s.theme.Glyphs.Unknown + " " + kit.Count(s.unplaced, "notebook") + " not placed", Drop: 3}
		right = append([]kit.Span{warn}, right...)
	}
	return left, right, cursor
}

// The columns of the VPCs screen.
const (
	vpcName = iota
	vpcSubnet
	vpcNotebooks
	vpcEgress
	vpcFinding
	vpcMatrix
	vpcColumnCount
)

// vpcSource gives the table its cells.
type vpcSource struct {
	rows    []vpcRow
	world   *kit.World
	theme   *theme.Theme
	columns []int // those shown
}

// vpcColumnsOf are the columns that have values, in their order.
func vpcColumnsOf(skip model.Skip) []int {
	out := []int{vpcName, vpcSubnet, vpcNotebooks, vpcEgress, vpcFinding, vpcMatrix}
	if skip.Egress {
		out = []int{vpcName, vpcSubnet, vpcNotebooks, vpcFinding}
	}
	return out
}

// Key names a row.
func (s *vpcSource) Key(row int) string {
	r := &s.rows[row]
	return r.account + "/" + r.region + "/" + r.vpc + "/" + r.subnet
}

// Cell is one value of one VPC or subnet.
func (s *vpcSource) Cell(row, col int) table.Cell {
	r := &s.rows[row]
	col = s.columns[col]
	c := table.Cell{Text: s.text(row, col)}
	switch col {
	case vpcName:
		c.Tone = theme.Strong
		if r.within {
			c.Tone = theme.Dim
		}
		if r.vpc == "" {
			c.Tone = theme.Unknown
		}
	case vpcSubnet:
		if r.subnet == "" {
			c.Tone = theme.Dim
		}
	case vpcFinding:
		if worst, n := r.worst(); n > 0 {
			_, c.Tone = kit.SeveritySign(s.theme, worst)
		}
	case vpcMatrix, vpcEgress, vpcNotebooks:
	}
	return c
}

func (s *vpcSource) text(row, col int) string {
	r := &s.rows[row]
	switch col {
	case vpcName:
		if r.vpc == "" {
			return s.theme.Glyphs.Unknown
		}
		return shortID(r.vpc, r.vpcName)
	case vpcSubnet:
		if r.subnet == "" {
			return kit.Count(r.subnets, "subnet")
		}
		name := strings.TrimPrefix(shortID(r.subnet, r.name), "subnet-") // the head of the column says it
		if r.within {
			return s.theme.Glyphs.Last + " " + name
		}
		return name
	case vpcNotebooks:
		return strconv.Itoa(r.notebooks)
	case vpcEgress:
		return r.egressWords(s.theme)
	case vpcFinding:
		if worst, n := r.worst(); n > 0 {
			sign, _ := kit.SeveritySign(s.theme, worst)
			return sign + " " + strconv.Itoa(n) + " " + string(worst)
		}
		return s.theme.Glyphs.Dash
	case vpcMatrix:
		return r.matrix(s.theme)
	}
	return ""
}

// place is the account and the region of a row, as the head above it says.
func (s *vpcSource) place(r *vpcRow) string {
	return kit.AccountLong(r.account, s.world.Lens.Aliases) + " " + r.region
}

// heads make a head line for every run of rows of one account and region.
func (s *vpcSource) heads(view []int32) []table.Group {
	var out []table.Group
	last := ""
	for i, row := range view {
		if p := s.place(&s.rows[row]); i == 0 || p != last {
			out, last = append(out, table.Group{Before: i, Text: p}), p
		}
	}
	return out
}

// all is the row as one text in small letters, for the filter.
func (s *vpcSource) all(row int) string {
	r := &s.rows[row]
	var b strings.Builder
	for _, part := range []string{r.vpc, r.vpcName, r.subnet, r.name, s.place(r)} {
		b.WriteString(part)
		b.WriteByte(' ')
	}
	for _, col := range s.columns {
		b.WriteString(s.text(row, col))
		b.WriteByte(' ')
	}
	return strings.ToLower(text.Clean(b.String()))
}
