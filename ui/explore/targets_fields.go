package explore

import (
	"cmp"
	"strconv"
	"strings"

	"nbscope/model"
	"nbscope/ui/kit"
	"nbscope/ui/table"
	"nbscope/ui/theme"
)

// targetField is a column of the targets.
type targetField struct {
	table.Column
	follow, hold int                                  // as a table.Field has them
	word         string                               // what sorting by it is called
	text         func(*model.TargetStatus) string     // nil: the number
	failed       func(*model.Problem) table.Cell      // of what kept targets from being found; nil: nothing
	tone         func(*model.TargetStatus) theme.Tone // nil: dim where nothing is
	number       func(*model.TargetStatus) int        // what it is sorted by; nil: by its text
}

// wordAttention is the order of the targets until the user sorts.
const wordAttention = "what needs attention"

// targetFields are the columns, in their order.
func targetFields(w *kit.World, t *theme.Theme) []targetField {
	dim := func(*model.TargetStatus) theme.Tone { return theme.Dim }
	return []targetField{
		{
			Column: table.Column{Title: "ACCOUNT", Min: 8, Want: 12, Max: 24, Priority: 1, Pinned: true}, follow: 24, word: "account",
			text:   func(s *model.TargetStatus) string { return kit.AccountShort(s.Target.Account, w.Lens.Aliases) },
			failed: func(p *model.Problem) table.Cell { return table.Cell{Text: whose(p, w.Lens.Aliases)} },
		},
		{
			Column: table.Column{Title: "REGION", Min: 9, Want: 14, Max: 16, Priority: 0}, word: "region",
			text: func(s *model.TargetStatus) string { return s.Target.Region },
		},
		{
			Column: table.Column{Title: "STATE", Min: 10, Want: 14, Max: 24, Priority: 0}, follow: 24, hold: 20, word: wordAttention,
			text: func(s *model.TargetStatus) string { sign, _ := stateSign(t, s); return sign + " " + stateWord(s) },
			tone: func(s *model.TargetStatus) theme.Tone { _, tone := stateSign(t, s); return tone },
			failed: func(p *model.Problem) table.Cell {
				return table.Cell{Text: t.Glyphs.Failed + " " + failedWord(p), Tone: theme.Bad}
			},
			number: attention,
		},
		{
			Column: table.Column{Title: "FOUND", Min: 5, Want: 5, Max: 7, Priority: 2, Right: true}, word: "notebooks found",
			text: func(s *model.TargetStatus) string { return found(t.Glyphs, s) }, number: func(s *model.TargetStatus) int { return s.Notebooks },
		},
		{
			Column: table.Column{Title: "CALLS", Min: 5, Want: 6, Max: 7, Priority: 4, Right: true}, word: "calls", tone: dim,
			number: func(s *model.TargetStatus) int { return s.Calls },
		},
		{
			Column: table.Column{Title: "THROTTLED", Min: 9, Want: 9, Max: 9, Priority: 6, Right: true}, word: "throttled calls", tone: throttledTone,
			number: func(s *model.TargetStatus) int { return s.Throttles },
		},
		{
			Column: table.Column{Title: "TOOK", Min: 6, Want: 7, Max: 8, Priority: 5, Right: true}, word: "time taken", tone: dim,
			text:   func(s *model.TargetStatus) string { return elapsed(s, w.Now) },
			number: func(s *model.TargetStatus) int { return int(took(s, w.Now)) },
		},
		{
			Column: table.Column{Title: "MESSAGE", Min: 20, Want: 60, Priority: 3}, word: "message", text: func(s *model.TargetStatus) string { return targetNote(w, s) },
			failed: func(p *model.Problem) table.Cell { return table.Cell{Text: kit.Brief(p)} },
		},
	}
}

// column is the field as the table draws it.
func (f *targetField) column() table.Field[targetRow] {
	return table.Field[targetRow]{Column: f.Column, Follow: f.follow, Hold: f.hold, Cell: f.cell}
}

func (f *targetField) cell(r targetRow) table.Cell {
	t := r.status
	if t == nil {
		if f.failed == nil {
			return table.Cell{}
		}
		return f.failed(r.problem)
	}
	out := table.Cell{Text: f.says(t)}
	switch {
	case f.tone != nil:
		out.Tone = f.tone(t)
	case t.State.Final() && t.Notebooks == 0 && t.State.Answered():
		out.Tone = theme.Dim
	}
	return out
}

// says is the text of the field; a number of none is not said.
func (f *targetField) says(t *model.TargetStatus) string {
	switch n := f.number; {
	case f.text != nil:
		return f.text(t)
	case n(t) == 0:
		return ""
	default:
		return strconv.Itoa(n(t))
	}
}

// order is how the field orders two targets. What has nothing to say comes last.
func (f *targetField) order(a, b *model.TargetStatus) int {
	switch {
	case f.number == nil:
		return strings.Compare(lastIfEmpty(f.says(a)), lastIfEmpty(f.says(b)))
	case f.Right: // the largest first
		return cmp.Compare(f.number(b), f.number(a))
	}
	return cmp.Compare(f.number(a), f.number(b))
}

// key names a row.
func (r targetRow) key() string {
	if p := r.problem; p != nil {
		return "sign-in " + p.Profile + " " + p.Message
	}
	if r.of != nil {
		return r.fold.key()
	}
	return r.status.Target.String()
}

// account is the id of the row's account, "" where there is none.
func (r targetRow) account() string {
	if r.status == nil {
		return ""
	}
	return r.status.Target.Account
}

// whose is what a sign-in that failed stands for.
func whose(p *model.Problem, aliases map[string]string) string {
	if p.HidesRegions() {
		return kit.AccountShort(p.Target.Account, aliases)
	}
	return cmp.Or(p.Profile, "default credentials")
}

// failedWord stands in the place of a state where something kept targets from being
// found.
func failedWord(p *model.Problem) string {
	if p.HidesRegions() {
		return stateHidden
	}
	return stateNoSignIn
}

// found is how many notebooks a target has: none too, once it has answered. What has
// ended without an answer may have more than were listed.
func found(g theme.Glyphs, t *model.TargetStatus) string {
	switch unanswered := t.State.Final() && !t.State.Answered(); {
	case unanswered && t.Notebooks == 0:
		return g.Unknown
	case unanswered:
		return strconv.Itoa(t.Notebooks) + "+"
	case t.Notebooks == 0 && !t.State.Final() && t.State != model.StateDescribing:
		return "" // on its way
	}
	return strconv.Itoa(t.Notebooks)
}

// foundWords say it in a line.
func foundWords(g theme.Glyphs, t *model.TargetStatus) string {
	switch n := found(g, t); n {
	case g.Unknown:
		return "notebooks not known"
	case "":
		return "not listed yet"
	case strconv.Itoa(t.Notebooks):
		return kit.Count(t.Notebooks, "notebook")
	default:
		return n + " notebooks"
	}
}

func throttledTone(t *model.TargetStatus) theme.Tone {
	if t.Throttles > 0 {
		return theme.Warn
	}
	return theme.Dim
}
