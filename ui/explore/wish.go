package explore

import (
	"slices"
	"strings"

	"nbscope/model"
	"nbscope/model/query"
	"nbscope/ui/kit"
)

// wish is how the user wants the list to stand, by hand or as it was left: its filter,
// order, groups and columns.
type wish struct {
	world *kit.World

	bar         kit.FilterBar
	query       query.Query
	issues      []query.Issue
	suggestions []string

	choice
	sorted bool // the user has sorted since the query began to rank

	recalled recalled
	base     Look // without what the user has changed
	left     Look // as it is kept
}

// choice is the order, groups and columns of the list, and what somebody has chosen of it.
type choice struct {
	sort    model.FieldID
	desc    bool
	group   model.FieldID
	columns *columns
	chosen  chosen
}

// begin starts with a look.
func (w *wish) begin(l Look) {
	w.columns, w.sort, w.bar = newColumns(w.world.Skip.Fields()), model.FieldFinding, kit.NewFilterBar(l.Filter)
	w.bar.Fault = w.Fault
	w.parse()
	w.set(l)
	w.base = w.Look()
	w.left = w.base
}

// order is how the list is to stand now: unless the user wants it otherwise, what is
// wrong on top, account by account where there are several, and what a query ranks by
// its rank.
func (w *wish) order() order {
	o := order{field: w.sort, desc: w.desc, group: w.group, ranked: w.query.Ranked() && !w.sorted}
	if !w.chosen.group && !o.ranked && len(w.world.Identities) > 1 {
		o.group = model.FieldAccount
	}
	return o
}

// parse reads the filter's text, and has the list arranged by it.
func (w *wish) parse() kit.Intent {
	ranked := w.query.Ranked()
	w.query, w.issues = query.Parse(w.bar.Text, w.world.Now)
	var skipped []query.Issue
	w.query, skipped = w.query.Without(w.world.Skip.Why)
	w.issues = append(w.issues, skipped...)
	if !ranked && w.query.Ranked() {
		w.sorted = false
	}
	w.suggest()
	return kit.Arrange{}
}

// suggestFrom bounds how many rows are searched for values to suggest.
const suggestFrom = 5000

func (w *wish) suggest() {
	w.suggestions = nil
	if w.bar.Open {
		rows := w.world.Rows
		all := query.Suggestions(w.bar.Value(), w.bar.At(), rows[:min(len(rows), suggestFrom)], w.world.Lens)
		w.suggestions = slices.DeleteFunc(all, func(word string) bool {
			field, _, _ := strings.Cut(strings.TrimLeft(word, "!"), ":")
			return w.world.Skip.Why(model.FieldID(field)) != ""
		})
	}
}

func (w *wish) startFilter() kit.Intent {
	w.bar.Start()
	w.suggest()
	return kit.Arrange{} // a long list makes itself ready for the first word
}

func (w *wish) setFilter(f string) kit.Intent {
	w.bar.Apply(f)
	return w.parse()
}

// Fault is what means nothing in the filter, "" for nothing. Nobody is typing it any more.
func (w *wish) Fault() string {
	if _, issues := query.ParseStrict(w.bar.Text, w.world.Now); len(issues) > 0 {
		return issues[0].String()
	}
	return ""
}

// complete takes the nearest valid word for what means nothing, else the first
// suggestion.
func (w *wish) complete(shown *arrangement) kit.Intent {
	done := false
	if i := w.issue(shown); i != nil && i.Suggest != "" {
		done = w.bar.Replace(i.Mend(w.bar.Value()))
	} else if len(w.suggestions) > 0 {
		done = w.bar.Complete(w.suggestions[0])
	}
	if !done {
		return nil
	}
	return w.parse()
}

// issue is the issue to speak of: the one at the cursor, else the first, else a value that
// no notebook has, where that is what is shown.
func (w *wish) issue(shown *arrangement) *query.Issue {
	at := w.bar.At()
	for i := range w.issues {
		if w.issues[i].Start <= at && at <= w.issues[i].End {
			return &w.issues[i]
		}
	}
	if len(w.issues) > 0 {
		return &w.issues[0]
	}
	if shown.query.Text() == w.query.Text() {
		return shown.near
	}
	return nil
}

// sortSo sorts by a field, one way or the other.
func (w *wish) sortSo(f model.FieldID, desc bool) kit.Intent {
	w.sort, w.desc, w.sorted, w.chosen.sort = f, desc, true, true
	return kit.Arrange{}
}

// sortBy sorts by a field, in the other direction if it is the one already.
func (w *wish) sortBy(f model.FieldID) kit.Intent {
	return w.sortSo(f, w.sort == f && !w.order().ranked && !w.desc)
}

// sortNext goes through the columns in their order.
func (w *wish) sortNext() kit.Intent {
	next := w.columns.index(w.sort) + 1
	if w.order().ranked {
		next = 0
	}
	return w.sortSo(w.columns.fields[next%len(w.columns.fields)].ID, false)
}

func (w *wish) reverse() kit.Intent { return w.sortSo(w.sort, !w.desc) }

func (w *wish) groupNext() kit.Intent {
	all := groupings()
	return w.groupBy(all[(slices.Index(all, w.order().group)+1)%len(all)])
}

func (w *wish) groupBy(f model.FieldID) kit.Intent {
	w.group, w.chosen.group = f, true
	return kit.Arrange{}
}

// Measure makes the columns wide enough for these rows.
func (w *wish) Measure(rows []*model.Notebook) { w.columns.measure(rows, w.world.Lens) }

// setFields makes these the columns.
func (w *wish) setFields(fields []model.Field) {
	w.columns, w.chosen.columns = newColumns(fields), true
	w.Measure(w.world.Rows)
}

// toggleColumn hides a column that stands at a place, and shows one that does not: a tag
// at the end, another field where it belongs.
func (w *wish) toggleColumn(f model.Field, at int) {
	fields := slices.Clone(w.columns.fields)
	if at >= 0 {
		w.setFields(slices.Delete(fields, at, at+1))
		return
	}
	order := w.world.Skip.Fields()
	before := make(map[model.FieldID]int, len(order)) // how many fields one belongs before: a tag before none
	for i, o := range order {
		before[o.ID] = len(order) - i
	}
	to := len(fields)
	for i, have := range slices.Backward(fields) {
		if before[have.ID] >= before[f.ID] {
			break
		}
		to = i
	}
	w.setFields(slices.Insert(fields, to, f))
}
