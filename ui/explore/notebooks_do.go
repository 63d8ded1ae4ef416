package explore

import (
	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// What the keys of the notebooks list do.

// listKeys is what the keys of the list do, and how they are named.
type listKeys struct{ *Notebooks }

func (s listKeys) move(by int) kit.Intent {
	s.list.table.Move(by)
	return s.follow()
}

func (s listKeys) page(by float64) kit.Intent {
	s.list.table.Page(by)
	return s.follow()
}

// open goes one step deeper: the detail opens, then takes the keys.
func (s listKeys) open() kit.Intent {
	n := s.list.current()
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
		s.list.table.ClearMarks()
		s.list.countMarks()
	}
	return nil
}

// chooseColumns lets the user show and hide columns, one after the other; at is where
// the cursor stands.
func (s listKeys) chooseColumns(cursor int) kit.Intent {
	offered := s.world.Skip.Fields()[1:] // the name always stands
	for _, id := range model.TagFields(s.world.Rows) {
		if f, ok := model.FieldOf(id); ok {
			offered = append(offered, f)
		}
	}
	offered = append(offered, model.MoreFields()...)
	items := make([]kit.Choice, 0, len(offered))
	for i, f := range offered {
		at := s.columns.index(f.ID)
		note := "hidden"
		if at >= 0 {
			note = s.theme.Glyphs.Ok + " shown"
		}
		items = append(items, kit.Choice{Name: string(f.ID) + "  " + f.Long, Note: note, Run: func() kit.Intent {
			s.toggleColumn(f, at)
			s.list.lay(s.columns, s.order())
			return kit.Sequence{kit.Arrange{}, s.chooseColumns(i)}
		}})
	}
	p := kit.NewPicker("Show or hide the column", s.keys.Typing, items)
	p.At = cursor
	return kit.Show{Overlay: p}
}

// mark marks the notebook under the cursor and goes on to the next one.
func (s listKeys) mark() kit.Intent {
	s.list.table.ToggleMark()
	s.list.countMarks()
	return s.move(1)
}

func (s listKeys) markAll() kit.Intent {
	s.list.table.MarkAll()
	s.list.countMarks()
	return nil
}

func (s listKeys) copyConsole() kit.Intent {
	if do := s.list.copyLines("console URL", s.world.ConsoleURL); do != nil || len(s.list.subjects()) == 0 {
		return do
	}
	return kit.Say{Tone: theme.Warn, Text: "the console of this partition has no public address"}
}

// openConsole opens the page of one notebook; of more the URLs are copied, as nobody
// wants so many windows.
func (s listKeys) openConsole() kit.Intent {
	if all := s.list.subjects(); len(all) == 1 {
		if url := s.world.ConsoleURL(all[0]); url != "" {
			return kit.Func(func(h kit.Host) tea.Cmd { return h.Browse("console URL", url) })
		}
	}
	return s.copyConsole()
}

// recreateWord is what the key to recreate does now.
func (s listKeys) recreateWord() string {
	if all := s.list.subjects(); len(all) == 1 {
		if _, ok := s.world.Runs[all[0].ARN]; ok {
			return "open its run"
		}
	}
	return s.list.about("recreate")
}

// recreate plans anew what is marked, or the notebook under the cursor.
func (s listKeys) recreate() kit.Intent {
	return s.list.onSubjects(func(all []*model.Notebook) kit.Intent {
		if len(all) == 1 {
			if note, ok := s.world.Runs[all[0].ARN]; ok {
				return kit.OpenRun{ID: note.ID}
			}
		}
		return kit.Recreate{Notebooks: all, LeftOut: s.list.marks.leftOut()}
	})
}
