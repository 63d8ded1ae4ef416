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
	var out Undecided
	reasons := map[string]int{}
	open := make([]bool, len(q.terms))
	for _, n := range rows {
		doubts, ruledOut := q.doubts(n, &lens)
		if ruledOut || len(doubts) == 0 {
			continue
		}
		out.Notebooks++
		why := ""
		for _, d := range doubts {
			open[d.term] = true
			why = cmp.Or(why, d.reason)
		}
		if why == "" {
			out.Pending++
		} else {
			reasons[why]++
		}
	}
	for why, n := range reasons {
		if c := cmp.Compare(n, reasons[out.Reason]); c > 0 || c == 0 && why < out.Reason {
			out.Reason = why
		}
	}
	if out.Notebooks > 0 {
		out.Filter = q.admitting(open)
	}
	return out
}

// doubt is a term that a notebook does not match as far as it is known.
type doubt struct {
	term   int
	reason string // "" while the answer is on its way
}

// doubts lists the terms of which it cannot be told whether the notebook matches. It
// is ruled out by any term that certainly does not match. A term that is negated
// keeps what is not known, so that it is never in doubt.
func (q Query) doubts(n *model.Notebook, lens *model.Lens) (out []doubt, ruledOut bool) {
	if settled(n) && !q.on(fieldReach) {
		return nil, true
	}
	for i := range q.terms {
		t := &q.terms[i]
		if t.finds(n, lens) != t.negated {
			continue
		}
		unknown, reason := t.unknownIn(n, lens)
		if t.negated || !unknown {
			return nil, true
		}
		out = append(out, doubt{i, reason})
	}
	return out, false
}

// on reports whether a term is on this field.
func (q Query) on(f model.FieldID) bool {
	return slices.ContainsFunc(q.terms, func(t term) bool { return t.field == f })
}

// settled reports whether everything is known of a notebook that a filter can ask
// for, what it reaches aside: most are, and then there is nothing to look at.
func settled(n *model.Notebook) bool {
	return n.Described.Known() && n.NetworkMode() != model.NetworkUnknown && !n.Unseen() &&
		(n.Tagged.Known() || n.Skips(model.FieldTags)) && n.Knows(model.FieldVPC) &&
		n.Knows(model.FieldEgress) && n.Knows(model.FieldFinding)
}

// finds reports whether a notebook has what a term asks for, its negation aside.
func (t *term) finds(n *model.Notebook, lens *model.Lens) bool {
	if t.field != "" {
		return slices.ContainsFunc(t.values, func(v value) bool { return v.holds(n, lens) })
	}
	name := strings.ToLower(n.Name)
	return strings.Contains(name, t.folded) || t.fuzzy() && subsequence(t.folded, name) ||
		strings.Contains(string(appendColumns(nil, n, *lens)), t.folded)
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
func (q Query) admitting(open []bool) string {
	var out []string
	for i := range q.terms {
		t := &q.terms[i]
		switch {
		case !open[i]:
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
