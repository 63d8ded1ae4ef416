package query

import (
	"cmp"
	"slices"
	"strings"

	"nbscope/model"
)

// Undecided is how many notebooks a query leaves out although nobody can tell that
// they do not match: what it asks for is not known of them.
type Undecided struct {
	Notebooks int
	Pending   int    // of these, those of which an answer is on its way
	Reason    string // the most frequent one of the others, "" where all are on their way
	Filter    string // the query that shows them beside those that match
}

// Undecided looks at the notebooks that the query leaves out.
func (q Query) Undecided(rows []*model.Notebook, lens model.Lens) Undecided {
	e := NewEngine(func(pattern, s string) (int, []int, bool) {
		return 0, nil, subsequence(strings.ToLower(pattern), strings.ToLower(s))
	})
	return e.Undecided(q, rows, lens)
}

// Undecided is Query.Undecided by what is remembered of the rows.
func (e *Engine) Undecided(q Query, rows []*model.Notebook, lens model.Lens) Undecided {
	e.know(rows, lens.Aliases)
	var out Undecided
	reasons := map[string]int{}
	d := doubts{look: look{engine: e, lens: &lens}, open: map[*term]bool{}}
	for _, t := range inOrder(q.terms) {
		d.add(t)
	}
	reach := q.on(fieldReach)
	for i := range e.rows {
		if !reach && e.isSettled(i) {
			continue
		}
		why, doubtful := d.of(i)
		switch {
		case !doubtful:
			continue
		case why == "":
			out.Pending++
		default:
			reasons[why]++
		}
		out.Notebooks++
	}
	e.forgetOld(len(q.terms))
	for why, n := range reasons {
		if c := cmp.Compare(n, reasons[out.Reason]); c > 0 || c == 0 && why < out.Reason {
			out.Reason = why
		}
	}
	if out.Notebooks > 0 {
		out.Filter = q.admitting(d.open)
	}
	return out
}

// doubts finds the rows of which it cannot be told whether they match.
type doubts struct {
	look  look
	terms []asking       // what costs little first
	open  map[*term]bool // terms that were in doubt
	inRow []*term        // those of one row
}

// asking is a term with what is remembered of it: what it says of each row, and where
// that is not known.
type asking struct {
	*term
	memo     *memo
	unknowns []verdict // nil where that is not remembered
}

func (d *doubts) add(t *term) {
	e := d.look.engine
	a := asking{term: t, memo: e.memoOf(t)}
	if t.field != fieldReach { // it is about the places that are asked for
		if e.doubts == nil {
			e.doubts = map[model.FieldID][]verdict{}
		}
		e.doubts[t.field] = fit(e.doubts[t.field], len(e.rows))
		a.unknowns = e.doubts[t.field]
	}
	d.terms = append(d.terms, a)
}

// of reports whether a row is in doubt, and the first reason, "" while the answer is on
// its way. A row is ruled out by any term that certainly does not match. A term that is
// negated keeps what is not known, so that it is never in doubt.
func (d *doubts) of(row int) (why string, doubtful bool) {
	d.inRow = d.inRow[:0]
	for i := range d.terms {
		a := &d.terms[i]
		switch {
		case d.look.found(a.term, a.memo, row) != a.negated:
		case a.negated || !d.unknown(a, row):
			return "", false
		default:
			d.inRow = append(d.inRow, a.term)
		}
	}
	slices.SortFunc(d.inRow, func(a, b *term) int { return cmp.Compare(a.start, b.start) })
	for _, t := range d.inRow {
		d.open[t] = true
		_, reason := t.unknownIn(d.look.engine.rows[row].n, d.look.lens)
		why = cmp.Or(why, reason)
	}
	return why, len(d.inRow) > 0
}

// unknown reports whether what a term asks for is not known of a row.
func (d *doubts) unknown(a *asking, row int) bool {
	if a.unknowns == nil {
		unknown, _ := a.unknownIn(d.look.engine.rows[row].n, d.look.lens)
		return unknown
	}
	if a.unknowns[row] == unasked {
		unknown, _ := a.unknownIn(d.look.engine.rows[row].n, d.look.lens)
		a.unknowns[row] = verdictOf(unknown)
	}
	return a.unknowns[row] == yes
}

// on reports whether a term is on this field.
func (q Query) on(f model.FieldID) bool {
	return slices.ContainsFunc(q.terms, func(t term) bool { return t.field == f })
}

// isSettled reports whether everything is known of a row that a filter can ask for,
// what it reaches aside: most are, and then there is nothing to look at.
func (e *Engine) isSettled(row int) bool {
	p := &e.rows[row]
	if p.settled == unasked {
		p.settled = verdictOf(isSettled(p.n))
	}
	return p.settled == yes
}

func isSettled(n *model.Notebook) bool {
	return n.Described.Known() && n.NetworkMode() != model.NetworkUnknown && !n.Unseen() &&
		(n.Tagged.Known() || n.Skips(model.FieldTags)) && n.Knows(model.FieldVPC) &&
		n.Knows(model.FieldEgress) && n.Knows(model.FieldFinding)
}

// unknownIn reports whether what a term asks for is not known of a notebook, and
// why, "" while it is on its way. A word is asked of every column that it looks into.
func (t *term) unknownIn(n *model.Notebook, lens *model.Lens) (unknown bool, reason string) {
	if t.field == fieldReach {
		return t.reachUnknown(n)
	}
	fields := []model.FieldID{t.field}
	if t.field == "" {
		fields = searchedFields()
	}
	for _, f := range fields {
		switch state := lens.Cell(n, f).State; {
		case n.Skips(f):
		case state == model.CellPending:
			unknown = true
		case state == model.CellUnknown:
			return true, whyUnknown(n, f, lens)
		case f == model.FieldFinding && slices.ContainsFunc(lens.FindingsOf(n), model.Finding.Unjudged):
			return true, whyUnknown(n, f, lens)
		case f == model.FieldNet && n.NetworkMode() == model.NetworkUnknown:
			return true, n.Unknown()["networkMode"]
		}
	}
	return unknown, ""
}

// whyUnknown is the reason for a value that is not known. A finding that could not be
// judged says it itself.
func whyUnknown(n *model.Notebook, f model.FieldID, lens *model.Lens) string {
	if f == model.FieldFinding {
		for _, found := range lens.FindingsOf(n) {
			if found.Unjudged() {
				return found.Phrase
			}
		}
	}
	return brief(n.Reason(f))
}

// brief shortens a refusal by IAM to the action that is refused: the ARNs around it
// fill lines, and differ where the reason is the same.
func brief(reason string) string {
	_, refused, ok := strings.Cut(reason, " is not authorized to perform: ")
	if !ok {
		return reason
	}
	action, _, _ := strings.Cut(refused, " ")
	return "not authorized to perform " + action
}

// admitting writes the query so that the terms that are open also let through what is
// not known. A word cannot say that, and is left out.
func (q Query) admitting(open map[*term]bool) string {
	var out []string
	for i := range q.terms {
		t := &q.terms[i]
		switch {
		case !open[t]:
			out = append(out, t.String())
		case t.field == fieldReach:
			out = append(out, t.reachAdmitting())
		case t.field != "":
			out = append(out, t.String()+"|"+wordUnknown)
		}
	}
	return strings.Join(out, " ")
}

// Without leaves out the terms on fields that have no values, each an issue with the
// reason; why gives it, "" for every other field.
func (q Query) Without(why func(model.FieldID) string) (Query, []Issue) {
	var issues []Issue
	kept := make([]term, 0, len(q.terms))
	for _, t := range q.terms {
		asks := t.field
		if asks == fieldReach {
			asks = model.FieldEgress // it is judged with the egress
		}
		if reason := why(asks); reason != "" {
			issues = append(issues, Issue{Start: t.start, End: t.end, Message: string(t.field) + " is " + reason})
			continue
		}
		kept = append(kept, t)
	}
	return Query{text: q.text, terms: kept}, issues
}
