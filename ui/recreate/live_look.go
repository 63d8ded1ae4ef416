package recreate

import (
	"fmt"
	"maps"
	"slices"

	tea "charm.land/bubbletea/v2"

	"nbscope/model/recreate"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// A gate for several runs is about now: AWS is looked at for each of them before it
// opens.

// intentLookFirst lets runs look at AWS, then opens a gate about them.
type intentLookFirst struct {
	runs []*liveRun // one at least
	what string     // the decision, as a clause
	then func(byItself bool) kit.Intent
}

// looks are runs whose looks a gate waits for.
type looks struct {
	all   []*liveRun
	under map[string]bool // ids of those that are not back yet
	says  string          // meanwhile
	gate  Offer
}

// wait reports whether a gate waits for the look of a run.
func (w *looks) wait(r *liveRun) bool { return w != nil && w.under[r.ID] }

// Do begins the looks.
func (i intentLookFirst) Do(h kit.Host) tea.Cmd {
	b := i.runs[0].book
	w := &looks{
		all: i.runs, under: map[string]bool{}, says: "looking at AWS for " + kit.Count(len(i.runs), "run") + " before you decide",
		gate: Offer{On: b.host.Front(), What: i.what, Valid: func() bool { return true }, Open: i.then},
	}
	b.looks = nil // those before are not waited for any more
	var cmds []tea.Cmd
	for _, r := range i.runs {
		if r.Can(recreate.EventResumed) {
			w.under[r.ID] = true
			cmds = append(cmds, intentDecide{run: r, event: recreate.Event{Kind: recreate.EventResumed}}.Do(h))
		}
	}
	b.looks = w
	return tea.Batch(append(cmds, b.host.Say(theme.Busy, w.says), b.looked())...)
}

// looked opens the gate when every look is over. A run that stands otherwise by then
// is not approved with the others, and is told of.
func (b *Runs) looked() tea.Cmd {
	w := b.looks
	if w == nil {
		return nil
	}
	maps.DeleteFunc(w.under, func(id string, _ bool) bool {
		r, ok := b.runs[id]
		return !ok || !r.UnderWay()
	})
	if len(w.under) > 0 {
		return nil
	}
	b.looks = nil
	b.host.Unsay(w.says)
	out := slices.DeleteFunc(slices.Clone(w.all), func(r *liveRun) bool { return r.Can(recreate.EventApproved) })
	if len(out) == 0 {
		return b.host.Offer(w.gate)
	}
	says := out[0].Run.Plan.Source.Name
	if n := len(out) - 1; n > 0 {
		says += fmt.Sprintf(" (and %d more)", n)
	}
	return tea.Batch(b.host.Say(theme.Warn, says+" is not decided with the others: "+out[0].Says()), b.host.Offer(w.gate))
}
