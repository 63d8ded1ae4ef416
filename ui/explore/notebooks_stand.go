package explore

import (
	"slices"

	"nbscope/model"
	"nbscope/ui/kit"
)

// How the list stands, so that one step back leads to it as it was left.

// stand is what of the list a step back restores. Its order, columns and marks stay.
type stand struct {
	filter          string
	detail, focused bool
	section         section
}

// stands is how the list stands now.
func (s *Notebooks) stands() stand {
	return stand{s.bar.Text, s.detail.open, s.detail.focused, s.detail.section}
}

// Stand implements kit.Placed.
func (s *Notebooks) Stand() func() kit.Intent {
	was, came, at := s.stands(), s.came, s.list.table.CursorKey()
	return func() kit.Intent {
		s.came = came
		return s.setStand(was, at)
	}
}

// setStand makes the list stand so, with the cursor on a notebook.
func (s *Notebooks) setStand(to stand, arn string) kit.Intent {
	s.bar.Open = false
	s.showDetail(to.detail)
	s.detail.focused, s.detail.section, s.detail.doc = to.focused && to.detail, to.section, nil
	s.goal, s.chosen.filter = arn, true
	return s.setFilter(to.filter)
}

// showDetail opens or closes the detail; it takes the keys where it hides the list.
func (s *Notebooks) showDetail(open bool) {
	s.detail.open = open
	s.Resize(s.width, s.height)
	s.detail.focused = open && !s.beside()
}

// ownFilter reports whether the user has filtered since coming to the list.
func (s *Notebooks) ownFilter() bool { return s.bar.Text != "" && s.bar.Text != s.came.filter }

// Only shows the notebooks of a filter, and nothing in front of them.
func (s *Notebooks) Only(filter string) kit.Intent {
	s.came = stand{filter: filter}
	return s.setStand(s.came, "")
}

// Reveal shows one notebook in detail, among those of the filter if it is one of them.
func (s *Notebooks) Reveal(n *model.Notebook) kit.Intent {
	to := s.stands()
	shown := s.list.shown
	if !slices.ContainsFunc(shown.view, func(row int32) bool { return shown.rows[row].ARN == n.ARN }) {
		to.filter = ""
	}
	to.detail, to.focused = true, s.width < besideFrom
	s.came = to
	return s.setStand(to, n.ARN)
}

// Recall makes the list as it was left.
func (s *Notebooks) Recall(l Look) kit.Intent {
	do := s.recall(l)
	s.list.lay(s.columns, s.order())
	return do
}
