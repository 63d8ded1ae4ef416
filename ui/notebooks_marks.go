package ui

import (
	"strings"

	"nbscope/model"
	"nbscope/ui/theme"
)

// What the marks of the list are about. A command acts on the marked notebooks that
// are shown, be it one or many; of marks that the filter hides, or whose notebook is
// gone, it says that they are left out.

// marked is what is marked.
type marked struct {
	shown  []*model.Notebook // in the order of the list
	hidden int               // by the filter
	gone   int               // not in the inventory any more
}

// countMarks looks anew what the marks are about: when they or the list have changed.
func (s *notebooksScreen) countMarks() {
	s.marks = marked{}
	if s.table.MarkCount() == 0 {
		return
	}
	for _, row := range s.shown.view {
		if n := s.shown.rows[row]; s.table.Marked(n.ARN) {
			s.marks.shown = append(s.marks.shown, n)
		}
	}
	for _, arn := range s.table.Marks() {
		if s.world.inv.Get(arn) == nil {
			s.marks.gone++
		}
	}
	s.marks.hidden = max(0, s.table.MarkCount()-len(s.marks.shown)-s.marks.gone)
}

// leftOut says which marks a command is not about, "" for none.
func (m *marked) leftOut() string {
	var out []string
	if m.hidden > 0 {
		out = append(out, itoa(m.hidden)+" hidden by the filter")
	}
	if m.gone > 0 {
		out = append(out, itoa(m.gone)+" gone")
	}
	if len(out) == 0 {
		return ""
	}
	return "of what is marked, left out: " + strings.Join(out, ", ")
}

// spans say how many are marked, and how many of them cannot be seen.
func (m *marked) spans() []span {
	n := len(m.shown) + m.hidden + m.gone
	if n == 0 {
		return nil
	}
	out := []span{{tone: theme.Accent, text: "  " + itoa(n) + " marked", drop: 1}}
	if m.hidden > 0 {
		out = append(out, span{tone: theme.Warn, text: ", " + itoa(m.hidden) + " hidden", drop: 1})
	}
	if m.gone > 0 {
		out = append(out, span{tone: theme.Warn, text: ", " + itoa(m.gone) + " gone", drop: 1})
	}
	return out
}

// subjects are what a command is about: what is marked and shown, else the notebook
// under the cursor.
func (s *notebooksScreen) subjects() []*model.Notebook {
	if s.table.MarkCount() > 0 {
		return s.marks.shown
	}
	if n := s.current(); n != nil {
		return []*model.Notebook{n}
	}
	return nil
}

// about is what a command does, and that it is about the marks where there are some.
func (s *notebooksScreen) about(does string) string {
	if s.table.MarkCount() == 0 {
		return does
	}
	return does + " " + itoa(len(s.marks.shown)) + " marked"
}

// onSubjects does something with what the command is about, and says what is left out.
func (s *notebooksScreen) onSubjects(do func([]*model.Notebook) intent) intent {
	all := s.subjects()
	if len(all) == 0 {
		if s.table.MarkCount() > 0 {
			return intentSay{theme.Warn, s.marks.leftOut() + "; nothing else is marked"}
		}
		return nil
	}
	return do(all)
}

// copyLines copies a line for each of what the command is about.
func (s *notebooksScreen) copyLines(what string, line func(*model.Notebook) string) intent {
	return s.onSubjects(func(all []*model.Notebook) intent {
		lines := make([]string, 0, len(all))
		for _, n := range all {
			if l := line(n); l != "" {
				lines = append(lines, l)
			}
		}
		switch {
		case len(lines) == 0:
			return nil
		case len(all) > 1:
			what = count(len(lines), what)
		}
		copied := intentCopy{what, strings.Join(lines, "\n")}
		if out := s.marks.leftOut(); out != "" && s.table.MarkCount() > 0 {
			return intentAll{copied, intentSay{theme.Warn, what + " copied; " + out}}
		}
		return copied
	})
}
