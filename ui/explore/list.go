package explore

import (
	"slices"
	"strconv"
	"strings"

	"nbscope/model"
	"nbscope/model/query"
	"nbscope/ui/kit"
	"nbscope/ui/match"
	"nbscope/ui/table"
	"nbscope/ui/theme"
)

// list is the table with the notebooks that it shows, in their order, and those of them
// that a command is about.
type list struct {
	world *kit.World
	theme *theme.Theme
	table *table.Model
	light *query.Engine // for the letters to light up
	shown arrangement
	marks marked
	width int
}

func newList(w *kit.World) list {
	return list{world: w, table: table.New(), light: query.NewEngine(match.Fuzzy)}
}

func (l *list) restyle(t *theme.Theme) {
	l.theme = t
	l.table.SetTheme(t)
}

// show shows an arrangement, in columns as they are to stand.
func (l *list) show(a arrangement, c *columns, wanted order) {
	l.shown = a
	l.countMarks()
	l.lay(c, wanted)
}

// lay lays what is shown out in columns.
func (l *list) lay(c *columns, wanted order) {
	l.table.SetColumns(c.table(len(l.world.Identities), l.width, wanted))
	l.table.SetRows(&rowSource{
		arrangement: l.shown, fields: c.fields, theme: l.theme, engine: l.light, faded: l.world.Faded, sign: signOnly(l.width), dense: dense(l.width), running: l.world.Running,
		account: l.world.AccountLook,
	}, l.shown.view, l.heads())
	if o := l.shown.order; o.ranked && o.group == "" {
		l.table.SetSort(-1, false)
	} else {
		l.table.SetSort(c.index(o.field), o.desc)
	}
}

// heads are those of the groups, of accounts as the user tells them apart.
func (l *list) heads() []table.Group {
	if len(l.world.Accounts) == 0 || l.shown.order.group != model.FieldAccount {
		return l.shown.groups
	}
	out := slices.Clone(l.shown.groups)
	for i, g := range out {
		n := l.shown.rows[l.shown.view[g.Before]]
		look := l.world.AccountLook(n.Account, theme.Normal)
		if out[i].Tone = look.Tone; look.Sign != "" {
			out[i].Text += " [" + look.Sign + "]"
		}
	}
	return out
}

// current is the notebook under the cursor, nil when the list is empty.
func (l *list) current() *model.Notebook {
	if _, row := l.table.Cursor(); row >= 0 && row < len(l.shown.rows) {
		return l.shown.rows[row]
	}
	return nil
}

// What the marks are about. A command acts on the marked notebooks that are shown, be it
// one or many; of marks that the filter hides, or whose notebook is gone, it says that
// they are left out.

// marked is what is marked.
type marked struct {
	shown  []*model.Notebook // in the order of the list
	hidden int               // by the filter
	gone   int               // not in the inventory any more
}

// countMarks looks anew what the marks are about: when they or the list have changed.
func (l *list) countMarks() {
	l.marks = marked{}
	if l.table.MarkCount() == 0 {
		return
	}
	for _, arn := range l.table.Marks() {
		if l.world.Inventory.Get(arn) == nil {
			l.marks.gone++
		}
	}
	left := l.table.MarkCount() - l.marks.gone
	for _, row := range l.shown.view {
		if len(l.marks.shown) == left {
			break // the list may be long
		}
		if n := l.shown.rows[row]; l.table.Marked(n.ARN) && l.world.Inventory.Get(n.ARN) != nil {
			l.marks.shown = append(l.marks.shown, n)
		}
	}
	l.marks.hidden = left - len(l.marks.shown)
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
func (l *list) subjects() []*model.Notebook {
	if l.table.MarkCount() > 0 {
		return l.marks.shown
	}
	if n := l.current(); n != nil {
		return []*model.Notebook{n}
	}
	return nil
}

// about is what a command does, and that it is about the marks where there are some.
func (l *list) about(does string) string {
	if l.table.MarkCount() == 0 {
		return does
	}
	return does + " " + strconv.Itoa(len(l.marks.shown)) + " marked"
}

// onSubjects does something with what the command is about, and says what is left out.
func (l *list) onSubjects(do func([]*model.Notebook) kit.Intent) kit.Intent {
	all := l.subjects()
	if len(all) == 0 {
		if l.table.MarkCount() > 0 {
			return kit.Say{Tone: theme.Warn, Text: l.marks.leftOut() + "; nothing else is marked"}
		}
		return nil
	}
	return do(all)
}

// copyLines copies a line for each of what the command is about.
func (l *list) copyLines(what string, line func(*model.Notebook) string) kit.Intent {
	return l.onSubjects(func(all []*model.Notebook) kit.Intent {
		lines := make([]string, 0, len(all))
		for _, n := range all {
			if one := line(n); one != "" {
				lines = append(lines, one)
			}
		}
		switch {
		case len(lines) == 0:
			return nil
		case len(all) > 1:
			what = kit.Count(len(lines), what)
		}
		text := strings.Join(lines, "\n")
		if out := l.marks.leftOut(); out != "" && l.table.MarkCount() > 0 {
			return kit.Copy{What: what, Text: text, Tail: "; " + out}
		}
		return kit.Copy{What: what, Text: text, Tail: ": " + text}
	})
}
