package explore

import (
	"strconv"

	"charm.land/bubbles/v2/key"

	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// What the keys of the VPCs screen do, and what its head says.

func (s *vpcsScreen) Commands() []kit.Command {
	s.refresh()
	l := s.keys.List
	end, half := len(s.view), max(1, (s.height-s.paneHeight())/2)
	var out []kit.Command
	for _, step := range []struct {
		key key.Binding
		by  int
	}{
		{l.Down, 1}, {l.Up, -1}, {l.HalfDown, half}, {l.HalfUp, -half}, {l.PageDown, 2 * half}, {l.PageUp, -2 * half}, {l.Top, -end}, {l.Bottom, end},
	} {
		out = append(out, kit.Command{Group: kit.GroupMove, Name: step.key.Help().Desc, Key: step.key, Plain: true, Run: func() kit.Intent { return s.move(step.by) }})
	}
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
