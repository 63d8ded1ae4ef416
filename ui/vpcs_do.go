package ui

import (
	"strconv"

	"charm.land/bubbles/v2/key"

	"nbscope/ui/theme"
)

// What the keys of the VPCs screen do, and what its head says.

func (s *vpcsScreen) commands() []command {
	s.refresh()
	l := s.keys.List
	end, half := len(s.view), max(1, (s.height-s.paneHeight())/2)
	var out []command
	for _, step := range []struct {
		key key.Binding
		by  int
	}{
		{l.Down, 1}, {l.Up, -1}, {l.HalfDown, half}, {l.HalfUp, -half}, {l.PageDown, 2 * half}, {l.PageUp, -2 * half}, {l.Top, -end}, {l.Bottom, end},
	} {
		out = append(out, command{group: groupMove, name: step.key.Help().Desc, key: step.key, plain: true, run: func() intent { return s.move(step.by) }})
	}
	pan := func(by int) func() intent {
		return func() intent { s.table.Pan(by); return nil }
	}
	return append(out,
		command{group: groupMove, name: l.Left.Help().Desc, key: l.Left, plain: true, run: pan(-1)},
		command{group: groupMove, name: l.Right.Help().Desc, key: l.Right, plain: true, run: pan(1)},
		command{group: groupList, name: "Show the notebooks of this VPC or subnet", key: when(as(l.Open, "its notebooks"), end > 0), run: s.open},
		command{group: groupList, name: "Filter the VPCs", key: l.Filter, run: s.startFilter},
		command{group: groupList, name: "Clear the filter", key: l.Back, run: s.back},
		command{
			group: groupList, name: "Show the notebooks of which it is not known whether they are in a VPC",
			key: when(as(s.keys.Notes.Undecided, "not known"), s.unplaced > 0), run: func() intent { return intentNotebooks{"vpc:unknown"} },
		},
	)
}

func (s *vpcsScreen) move(by int) intent {
	s.refresh()
	s.table.Move(by)
	return nil
}

// open goes to the notebooks of the row.
func (s *vpcsScreen) open() intent {
	r, ok := s.current()
	if !ok {
		return nil
	}
	return intentNotebooks{r.filter()}
}

func (s *vpcsScreen) startFilter() intent {
	s.bar.start()
	return nil
}

func (s *vpcsScreen) back() intent {
	s.bar.apply("")
	s.refresh()
	s.look()
	return nil
}

func (s *vpcsScreen) headline(width int) (left, right []span, cursor int) {
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
	left = []span{{tone: theme.Strong, text: " VPCs "}, {text: strconv.Itoa(vpcs)}}
	if s.bar.text != "" || s.bar.open {
		left[1].text = strconv.Itoa(len(s.view)) + "/" + strconv.Itoa(len(s.rows)) + " rows"
	}
	left, cursor = s.bar.title(left, width)
	if s.bar.text == "" && !s.bar.open {
		right = append(found.spans(s.theme), span{text: " "})
	}
	if s.unplaced > 0 && !s.world.scan.running {
		warn := span{tone: theme.Unknown, text: "  " + s.theme.Glyphs.Unknown + " " + count(s.unplaced, "notebook") + " not placed", drop: 3}
		right = append([]span{warn}, right...)
	}
	return left, right, cursor
}
