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
