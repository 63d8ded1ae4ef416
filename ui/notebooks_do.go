package ui

import (
	"slices"

	"nbscope/model"
	"nbscope/ui/theme"
)

// What the keys of the notebooks list do.

func (s *notebooksScreen) move(by int) intent {
	s.table.Move(by)
	return s.follow()
}

// only shows the notebooks of a filter, and nothing in front of them.
func (s *notebooksScreen) only(filter string) intent {
	if s.detail.open {
		s.detail.open, s.detail.focused = false, false
		s.resize(s.width, s.height)
	}
	return s.setFilter(filter)
}

func (s *notebooksScreen) page(by float64) intent {
	s.table.Page(by)
	return s.follow()
}

func (s *notebooksScreen) startFilter() intent {
	s.bar.start()
	s.suggest()
	return intentArrange{} // a long list makes itself ready for the first word
}

// open goes one step deeper: the detail opens, then takes the keys.
func (s *notebooksScreen) open() intent {
	n := s.current()
	if n == nil {
		return nil
	}
	if s.detail.open {
		s.detail.focused = true
		return s.detail.fetch()
	}
	s.detail.open = true
	s.resize(s.width, s.height)
	s.detail.focused = !s.beside()
	return s.detail.show(n)
}

// back undoes one thing: the focus, the detail, the filter, the marks.
func (s *notebooksScreen) back() intent {
	switch {
	case s.detail.open && s.detail.focused && s.beside():
		s.detail.focused = false
	case s.detail.open:
		s.detail.open, s.detail.focused = false, false
		s.resize(s.width, s.height)
	case s.bar.text != "":
		return s.setFilter("")
	default:
		s.table.ClearMarks()
		s.countMarks()
	}
	return nil
}

// sortBy sorts by a field, in the other direction if it is the one already.
func (s *notebooksScreen) sortBy(f model.FieldID) intent {
	if s.sort == f && !s.order().ranked {
		s.desc = !s.desc
	} else {
		s.sort, s.desc = f, false
	}
	s.chosen = true
	return intentArrange{}
}

// sortNext goes through the columns in their order.
func (s *notebooksScreen) sortNext() intent {
	next := s.columns.index(s.sort) + 1
	if s.order().ranked {
		next = 0
	}
	s.sort, s.desc, s.chosen = s.columns.fields[next%len(s.columns.fields)].ID, false, true
	return intentArrange{}
}

func (s *notebooksScreen) reverse() intent {
	s.desc, s.chosen = !s.desc, true
	return intentArrange{}
}

func (s *notebooksScreen) groupNext() intent {
	all := groupings()
	return s.groupBy(all[(slices.Index(all, s.group)+1)%len(all)])
}

func (s *notebooksScreen) groupBy(f model.FieldID) intent {
	s.group = f
	return intentArrange{}
}

// mark marks the notebook under the cursor and goes on to the next one.
func (s *notebooksScreen) mark() intent {
	s.table.ToggleMark()
	s.countMarks()
	return s.move(1)
}

func (s *notebooksScreen) markAll() intent {
	s.table.MarkAll()
	s.countMarks()
	return nil
}

func (s *notebooksScreen) copyARN() intent {
	return s.copyLines("ARN", func(n *model.Notebook) string { return n.ARN })
}

func (s *notebooksScreen) copyCLI() intent { return s.copyLines("CLI command", s.world.cliCommand) }

func (s *notebooksScreen) copyConsole() intent {
	if do := s.copyLines("console URL", s.world.consoleURL); do != nil || len(s.subjects()) == 0 {
		return do
	}
	return intentSay{theme.Warn, "the console of this partition has no public address"}
}

// recreateWord is what the key to recreate does now.
func (s *notebooksScreen) recreateWord() string {
	if all := s.subjects(); len(all) == 1 {
		if _, ok := s.world.runs[all[0].ARN]; ok {
			return "open its run"
		}
	}
	return s.about("recreate")
}

// recreate plans anew what is marked, or the notebook under the cursor.
func (s *notebooksScreen) recreate() intent {
	return s.onSubjects(func(all []*model.Notebook) intent {
		if len(all) == 1 {
			if note, ok := s.world.runs[all[0].ARN]; ok {
				return intentOpenRun{note.id}
			}
		}
		return intentRecreate{notebooks: all, leftOut: s.marks.leftOut()}
	})
}
