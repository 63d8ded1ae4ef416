package explore

import (
	"slices"
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
		kit.Command{Group: kit.GroupList, Name: "Clear the filter, go back", Key: l.Back, Run: s.back},
		kit.Command{
			Group: kit.GroupList, Name: "Show the notebooks whose VPC is not known",
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
	if s.bar.Text == "" {
		return kit.Pop{}
	}
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

// fields are the columns that have values, in their order.
func (s *vpcsScreen) fields() []table.Field[*vpcRow] {
	var egress, ends []table.Field[*vpcRow]
	if matrix := text.Width(matrixTitle()); !s.world.Skip.Egress {
		egress = []table.Field[*vpcRow]{{
			Column: table.Column{Title: "EGRESS", Min: 14, Max: 60, Priority: 0}, Follow: 60,
			Cell: func(r *vpcRow) table.Cell { return table.Cell{Text: r.egressWords(s.theme)} },
		}}
		ends = []table.Field[*vpcRow]{{
			Column: table.Column{Title: matrixTitle(), Min: matrix, Want: matrix, Max: matrix, Priority: 5},
			Cell:   func(r *vpcRow) table.Cell { return table.Cell{Text: r.matrix(s.theme)} },
		}}
	}
	return slices.Concat([]table.Field[*vpcRow]{
		{Column: table.Column{Title: "VPC", Min: 12, Max: 26, Priority: 0, Pinned: true}, Follow: 18, Cell: s.vpcCell},
		{Column: table.Column{Title: "SUBNET", Min: 12, Max: 30, Priority: 2}, Follow: 30, Cell: s.subnetCell},
		{
			Column: table.Column{Title: "COUNT", Min: 5, Want: 5, Max: 7, Priority: 3, Right: true},
			Cell:   func(r *vpcRow) table.Cell { return table.Cell{Text: strconv.Itoa(r.notebooks)} },
		},
	}, egress, []table.Field[*vpcRow]{
		{Column: table.Column{Title: "FINDING", Min: 10, Want: 10, Max: 14, Priority: 1}, Follow: 14, Cell: s.findingCell},
	}, ends)
}

func (s *vpcsScreen) vpcCell(r *vpcRow) table.Cell {
	switch {
	case r.vpc == "":
		return table.Cell{Text: s.theme.Glyphs.Unknown, Tone: theme.Unknown}
	case r.within:
		return table.Cell{Text: shortID(r.vpc, r.vpcName), Tone: theme.Dim}
	}
	return table.Cell{Text: shortID(r.vpc, r.vpcName), Tone: theme.Strong}
}

func (s *vpcsScreen) subnetCell(r *vpcRow) table.Cell {
	name := strings.TrimPrefix(shortID(r.subnet, r.name), "subnet-") // the head of the column says it
	switch {
	case r.subnet == "":
		return table.Cell{Text: kit.Count(r.subnets, "subnet"), Tone: theme.Dim}
	case r.within:
		name = s.theme.Glyphs.Last + " " + name
	}
	return table.Cell{Text: name}
}

func (s *vpcsScreen) findingCell(r *vpcRow) table.Cell {
	worst, n := r.worst()
	if n == 0 {
		return table.Cell{Text: model.TextAbsent, Tone: theme.Dim}
	}
	sign, tone := kit.SeveritySign(s.theme, worst)
	return table.Cell{Text: sign + " " + strconv.Itoa(n) + " " + string(worst), Tone: tone}
}

// key names a row.
func (r *vpcRow) key() string { return r.account + "/" + r.region + "/" + r.vpc + "/" + r.subnet }

// place is the account and the region of a row, as the head above it says.
func (s *vpcsScreen) place(r *vpcRow) string {
	return kit.AccountLong(r.account, s.world.Lens.Aliases) + " " + r.region
}

// heads make a head line for every run of rows of one account and region.
func (s *vpcsScreen) heads() []table.Group {
	var out []table.Group
	last := ""
	for i, row := range s.view {
		if p := s.place(&s.rows[row]); i == 0 || p != last {
			out, last = append(out, table.Group{Before: i, Text: p}), p
		}
	}
	return out
}

// line is a row as one text in small letters, for the filter.
func (s *vpcsScreen) line(l *table.List[*vpcRow], row int) string {
	r := l.Rows[row]
	return strings.ToLower(text.Clean(strings.Join([]string{r.vpc, r.vpcName, r.subnet, r.name, s.place(r), l.Line(row)}, " ")))
}
