package ui

import (
	"fmt"
	"maps"
	"slices"

	tea "charm.land/bubbletea/v2"

	"nbscope/model/recreate"
	"nbscope/ui/theme"
)

// A gate for several runs is about now: AWS is looked at for each of them before it
// opens.

// intentLookFirst lets runs look at AWS, then opens a gate about them.
type intentLookFirst struct {
	runs []*liveRun
	what string // the decision, as a clause
	then func(byItself bool) intent
}

// looks are runs whose looks a gate waits for.
type looks struct {
	all   []*liveRun
	under map[string]bool // ids of those that are not back yet
	gate  offer
}

// Do begins the looks.
func (i intentLookFirst) Do(h Host) tea.Cmd { return h.Runs().lookFirst(i) }

func (a *App) lookFirst(do intentLookFirst) tea.Cmd {
	w := &looks{all: do.runs, under: map[string]bool{}, gate: offer{on: a.screen(), what: do.what, valid: func() bool { return true }, open: do.then}}
	a.looks = nil // those before are not waited for any more
	var cmds []tea.Cmd
	for _, r := range do.runs {
		if r.Can(recreate.EventResumed) {
			w.under[r.ID] = true
			cmds = append(cmds, a.decide(intentDecide{run: r, event: recreate.Event{Kind: recreate.EventResumed}}))
		}
	}
	a.looks = w
	return tea.Batch(append(cmds, a.Say(theme.Busy, fmt.Sprintf("looking at AWS for %s before they are decided about", count(len(w.under), "run"))), a.looked())...)
}

// looked opens the gate when every look is over, whatever came of it: a run that
// stands otherwise by then is not approved with the others.
func (a *App) looked() tea.Cmd {
	w := a.looks
	if w == nil {
		return nil
	}
	maps.DeleteFunc(w.under, func(id string, _ bool) bool {
		r, ok := a.runs.runs[id]
		return !ok || !r.UnderWay()
	})
	if len(w.under) > 0 {
		return nil
	}
	a.looks, a.toast = nil, toast{}
	out := slices.DeleteFunc(slices.Clone(w.all), func(r *liveRun) bool { return r.Can(recreate.EventApproved) })
	if len(out) == 0 {
		return a.offer(w.gate)
	}
	return tea.Batch(a.Say(theme.Warn, fmt.Sprintf("%s is not decided about with the others: %s", out[0].Run.Plan.Source.Name+andMore(len(out)-1), out[0].Says())), a.offer(w.gate))
}

func andMore(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(" (and %d more)", n)
}
