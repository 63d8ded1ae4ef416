package ui

import (
	"slices"
	"strings"

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
	return s.move(1)
}

func (s *notebooksScreen) markAll() intent {
	s.table.MarkAll()
	return nil
}

// copyARN copies the ARNs of what is marked, one a line, or the one under the
// cursor.
func (s *notebooksScreen) copyARN() intent {
	if marked := s.table.Marks(); len(marked) > 1 {
		return intentCopy{count(len(marked), "ARN"), strings.Join(marked, "\n")}
	}
	if n := s.current(); n != nil {
		return intentCopy{"ARN", n.ARN}
	}
	return nil
}

func (s *notebooksScreen) copyCLI() intent {
	if n := s.current(); n != nil {
		return intentCopy{"CLI command", s.world.cliCommand(n)}
	}
	return nil
}

func (s *notebooksScreen) copyConsole() intent {
	n := s.current()
	if n == nil {
		return nil
	}
	url := s.world.consoleURL(n)
	if url == "" {
		return intentSay{theme.Warn, "the console of this partition has no public address"}
	}
	return intentCopy{"console URL", url}
}

// recreateWord is what the key to recreate does now.
func (s *notebooksScreen) recreateWord() string {
	n := s.current()
	if n != nil && s.table.MarkCount() < 2 {
		if _, ok := s.world.runs[n.ARN]; ok {
			return "open its run"
		}
	}
	return "recreate"
}

// recreate plans the notebook under the cursor anew, or all that are marked.
func (s *notebooksScreen) recreate() intent {
	n := s.current()
	if n == nil {
		return nil
	}
	if s.table.MarkCount() < 2 {
		if note, ok := s.world.runs[n.ARN]; ok {
			return intentOpenRun{note.id}
		}
		return intentRecreate{[]*model.Notebook{n}}
	}
	marked := map[string]bool{}
	for _, arn := range s.table.Marks() {
		marked[arn] = true
	}
	var all []*model.Notebook
	for _, one := range s.world.rows {
		if marked[one.ARN] {
			all = append(all, one)
		}
	}
	return intentRecreate{all}
}
