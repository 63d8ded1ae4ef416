package ui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/ui/theme"
)

// How the policy reaches the screens: how it is switched and named, and how many
// notebooks it finds fault with.

// switchPolicy turns to the next policy. Overrides stay what they are.
func (a *App) switchPolicy() tea.Cmd {
	all := model.Policies()
	next := all[(slices.Index(all, a.world.defaultPolicy())+1)%len(all)]
	a.world.policy.Default = next
	// What was filtered and sorted by findings is wrong now. Work under way keeps
	// the old arranger to itself, and its answer comes too late to count.
	a.arranger = newArranger(a.arranger.seq + 1)
	a.look()
	return tea.Batch(a.perform(a.syncScreens()), a.Arrange(), a.Say(theme.Good, policyPhrase(next)))
}

func policyPhrase(p model.Policy) string {
	switch p {
	case model.PolicyConnect:
		return "policy connect: a notebook in a VPC must have direct internet access"
	case model.PolicyRestrict:
		return "policy restrict: a notebook must not have direct internet access"
	case model.PolicyReport:
		return "policy report: facts without findings"
	}
	return "policy " + string(p)
}

// policySpans name the policy in the header.
func (a *App) policySpans() []span {
	p := a.world.defaultPolicy()
	out := []span{{text: "  "}, {tone: theme.Dim, text: " policy", drop: 6}, {tone: theme.Normal, text: " " + string(p)}}
	if len(a.world.policy.Overrides) > 0 {
		out = append(out, span{tone: theme.Dim, text: " and " + count(len(a.world.policy.Overrides), "override"), drop: 10})
	}
	return out
}

// tally counts notebooks by the rank of their worst finding.
type tally [5]int

// spans are the severities that occur, the heaviest first. They make room for a
// long filter.
func (c tally) spans(t *theme.Theme) []span {
	var out []span
	for i, s := range model.Severities() {
		n := c[s.Rank()]
		if n == 0 {
			continue
		}
		sign, tone := severitySign(t, s)
		out = append(out, span{tone: tone, text: "  " + sign + " " + itoa(n), drop: 2}, span{tone: tone, text: " " + string(s), drop: 5 + i/2})
	}
	return out
}

// weights keeps the rank of every row's worst finding, so that counting what is
// visible costs next to nothing. It is for one goroutine at a time.
type weights struct {
	rows  []*model.Notebook
	ranks []uint8
}

// of returns the ranks of rows. A notebook that is the same as before is not
// judged again.
func (w *weights) of(rows []*model.Notebook, lens model.Lens) []uint8 {
	if sameRows(w.rows, rows) {
		return w.ranks
	}
	ranks := make([]uint8, len(rows))
	for i, n := range rows {
		if i < len(w.rows) && w.rows[i] == n {
			ranks[i] = w.ranks[i]
			continue
		}
		if worst, ok := model.Worst(lens.FindingsOf(n)); ok {
			ranks[i] = uint8(worst.Severity.Rank())
		}
	}
	w.rows, w.ranks = rows, ranks
	return ranks
}

// count tallies the rows of a view.
func (w *weights) count(view []int32, rows []*model.Notebook, lens model.Lens) tally {
	var out tally
	ranks := w.of(rows, lens)
	for _, row := range view {
		out[ranks[row]]++
	}
	return out
}
