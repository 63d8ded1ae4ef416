package explore

import (
	"strconv"
	"strings"

	"nbscope/model"
	"nbscope/ui/kit"
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
func (s *Notebooks) countMarks() {
	s.marks = marked{}
	if s.table.MarkCount() == 0 {
		return
	}
	for _, arn := range s.table.Marks() {
		if s.world.Inventory.Get(arn) == nil {
			s.marks.gone++
		}
	}
	left := s.table.MarkCount() - s.marks.gone
	for _, row := range s.shown.view {
		if len(s.marks.shown) == left {
			break // the list may be long
		}
		if n := s.shown.rows[row]; s.table.Marked(n.ARN) && s.world.Inventory.Get(n.ARN) != nil {
			s.marks.shown = append(s.marks.shown, n)
		}
	}
	s.marks.hidden = left - len(s.marks.shown)
}

// leftOut says which marks a command is not about, "" for none.
func (m *marked) leftOut() string {
	var out []string
	if m.hidden > 0 {
		out = append(out, strconv.Itoa(m.hidden)+" hidden by the filter")
	}
	if m.gone > 0 {
		out = append(out, strconv.Itoa(m.gone)+" gone")
	}
	if len(out) == 0 {
		return ""
	}
	return "of what is marked, left out: " + strings.Join(out, ", ")
}

// spans say how many are marked, and how many of them cannot be seen.
func (m *marked) spans() []kit.Span {
	n := len(m.shown) + m.hidden + m.gone
	if n == 0 {
		return nil
	}
	out := []kit.Span{{Tone: theme.Accent, Text: "  " + strconv.Itoa(n) + " marked", Drop: 1}}
	if m.hidden > 0 {
		out = append(out, kit.Span{Tone: theme.Warn, Text: ", " + strconv.Itoa(m.hidden) + " hidden", Drop: 1})
	}
	if m.gone > 0 {
		out = append(out, kit.Span{Tone: theme.Warn, Text: ", " + strconv.Itoa(m.gone) + " gone", Drop: 1})
	}
	return out
}

// subjects are what a command is about: what is marked and shown, else the notebook
// under the cursor.
func (s *Notebooks) subjects() []*model.Notebook {
	if s.table.MarkCount() > 0 {
		return s.marks.shown
	}
	if n := s.current(); n != nil {
		return []*model.Notebook{n}
	}
	return nil
}

// about is what a command does, and that it is about the marks where there are some.
func (s *Notebooks) about(does string) string {
	if s.table.MarkCount() == 0 {
		return does
	}
	return does + " " + strconv.Itoa(len(s.marks.shown)) + " marked"
}

// onSubjects does something with what the command is about, and says what is left out.
func (s *Notebooks) onSubjects(do func([]*model.Notebook) kit.Intent) kit.Intent {
	all := s.subjects()
	if len(all) == 0 {
		if s.table.MarkCount() > 0 {
			return kit.Say{Tone: theme.Warn, Text: s.marks.leftOut() + "; nothing else is marked"}
		}
		return nil
	}
	return do(all)
}

// copyLines copies a line for each of what the command is about.
func (s *Notebooks) copyLines(what string, line func(*model.Notebook) string) kit.Intent {
	return s.onSubjects(func(all []*model.Notebook) kit.Intent {
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
			what = kit.Count(len(lines), what)
		}
		text := strings.Join(lines, "\n")
		if out := s.marks.leftOut(); out != "" && s.table.MarkCount() > 0 {
			return kit.Copy{What: what, Text: text, Tail: "; " + out}
		}
		return kit.Copy{What: what, Text: text, Tail: ": " + text}
	})
}
