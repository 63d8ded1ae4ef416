package explore

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// What the keys of the notebooks list do.

// listKeys is what the keys of the list do, and how they are named.
type listKeys struct{ *Notebooks }

func (s listKeys) move(by int) kit.Intent {
	s.table.Move(by)
	return s.follow()
}

func (s listKeys) page(by float64) kit.Intent {
	s.table.Page(by)
	return s.follow()
}

func (s listKeys) startFilter() kit.Intent {
	s.bar.Start()
	s.suggest()
	return kit.Arrange{} // a long list makes itself ready for the first word
}

// open goes one step deeper: the detail opens, then takes the keys.
func (s listKeys) open() kit.Intent {
	n := s.current()
	if n == nil {
		return nil
	}
	if s.detail.open {
		s.detail.focused = true
		return s.detail.fetch()
	}
	s.showDetail(true)
	return s.detail.show(n)
}

// back undoes one thing: the focus, the detail, the filter; then it goes back to where
// the user came from, or clears the marks.
func (s listKeys) back() kit.Intent {
	switch {
	case s.detail.open && s.detail.focused && s.beside():
		s.detail.focused = false
	case s.detail.open && !s.came.detail:
		s.showDetail(false)
	case s.ownFilter():
		s.chosen.filter = true
		return s.setFilter(s.came.filter)
	case s.world.Back != "":
		return kit.Pop{}
	case s.detail.open:
		s.showDetail(false)
	default:
		s.table.ClearMarks()
		s.countMarks()
	}
	return nil
}

// sortBy sorts by a field, in the other direction if it is the one already.
func (s listKeys) sortBy(f model.FieldID) kit.Intent {
	if s.sort == f && !s.order().ranked {
		s.desc = !s.desc
	} else {
		s.sort, s.desc = f, false
	}
	s.sorted, s.chosen.sort = true, true
	return kit.Arrange{}
}

// sortNext goes through the columns in their order.
func (s listKeys) sortNext() kit.Intent {
	next := s.columns.index(s.sort) + 1
	if s.order().ranked {
		next = 0
	}
	s.sort, s.desc = s.columns.fields[next%len(s.columns.fields)].ID, false
	s.sorted, s.chosen.sort = true, true
	return kit.Arrange{}
}

func (s listKeys) reverse() kit.Intent {
	s.desc = !s.desc
	s.sorted, s.chosen.sort = true, true
	return kit.Arrange{}
}

func (s listKeys) groupNext() kit.Intent {
	all := groupings()
	return s.groupBy(all[(slices.Index(all, s.order().group)+1)%len(all)])
}

func (s listKeys) groupBy(f model.FieldID) kit.Intent {
	s.group, s.chosen.group = f, true
	return kit.Arrange{}
}

// mark marks the notebook under the cursor and goes on to the next one.
func (s listKeys) mark() kit.Intent {
	s.table.ToggleMark()
	s.countMarks()
	return s.move(1)
}

func (s listKeys) markAll() kit.Intent {
	s.table.MarkAll()
	s.countMarks()
	return nil
}

func (s listKeys) copyARN() kit.Intent {
	return s.copyLines("ARN", func(n *model.Notebook) string { return n.ARN })
}

func (s listKeys) copyCLI() kit.Intent { return s.copyLines("CLI command", s.world.CLICommand) }

func (s listKeys) copyConsole() kit.Intent {
	if do := s.copyLines("console URL", s.world.ConsoleURL); do != nil || len(s.subjects()) == 0 {
		return do
	}
	return kit.Say{Tone: theme.Warn, Text: "the console of this partition has no public address"}
}

// openConsole opens the page of one notebook; of more the URLs are copied, as nobody
// wants so many windows.
func (s listKeys) openConsole() kit.Intent {
	if all := s.subjects(); len(all) == 1 {
		if url := s.world.ConsoleURL(all[0]); url != "" {
			return kit.Func(func(h kit.Host) tea.Cmd { return h.Browse("console URL", url) })
		}
	}
	return s.copyConsole()
}

// recreateWord is what the key to recreate does now.
func (s listKeys) recreateWord() string {
	if all := s.subjects(); len(all) == 1 {
		if _, ok := s.world.Runs[all[0].ARN]; ok {
			return "open its run"
		}
	}
	return s.about("recreate")
}

// recreate plans anew what is marked, or the notebook under the cursor.
func (s listKeys) recreate() kit.Intent {
	return s.onSubjects(func(all []*model.Notebook) kit.Intent {
		if len(all) == 1 {
			if note, ok := s.world.Runs[all[0].ARN]; ok {
				return kit.OpenRun{ID: note.ID}
			}
		}
		return kit.Recreate{Notebooks: all, LeftOut: s.marks.leftOut()}
	})
}
