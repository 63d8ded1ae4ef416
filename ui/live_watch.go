package ui

import (
	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/model/recreate"
)

// How the notebooks of a copy by hand are watched: the lists of their targets are
// read now and then, and where one shows a notebook other than the run knows it,
// the run looks for itself.

// copies are the runs held here that wait for a copy.
func (b *runBook) copies() []*liveRun {
	var out []*liveRun
	for _, r := range b.order {
		if r.waits() && r.run.Copying() {
			out = append(out, r)
		}
	}
	return out
}

// armCopies sets the clock of the watch where a copy has begun.
func (a *App) armCopies() tea.Cmd {
	if a.watching || len(a.runs.copies()) == 0 {
		return nil
	}
	a.watching = true
	return a.arm(timerCopy)
}

// lookAtCopies reads the lists of the targets in which copies are made. A scan that
// is under way anyway tells as much.
func (a *App) lookAtCopies() tea.Cmd {
	a.watching = false
	again := a.armCopies()
	if a.world.scan.running || again == nil {
		return again
	}
	seen := map[model.Target]bool{}
	var only []model.Target
	for _, r := range a.runs.copies() {
		if t := r.run.Plan.Target(); !seen[t] {
			seen[t] = true
			only = append(only, t)
		}
	}
	return tea.Batch(again, a.Scan(model.Transition, only))
}

// checkCopies lets every run look whose notebooks the list shows otherwise than the
// run knows them. A gate that is open is left alone: the next round tells it.
func (a *App) checkCopies() tea.Cmd {
	if a.overlay != nil {
		return nil
	}
	var cmds []tea.Cmd
	for _, r := range a.runs.copies() {
		plan := &r.run.Plan
		if a.listedOtherwise(r, plan.Source.ARN, r.run.Source) || a.listedOtherwise(r, replacementARN(plan), r.run.Replacement) {
			cmds = append(cmds, a.takeUp(intentTakeUp{run: r}))
		}
	}
	return tea.Batch(cmds...)
}

// listedOtherwise reports whether a list that is newer than what the run knows
// shows a notebook in another status, or no more.
func (a *App) listedOtherwise(r *liveRun, arn string, known *recreate.Snapshot) bool {
	n := a.inv.Get(arn)
	switch {
	case n == nil:
		return known != nil && a.listedSince(r)
	case n.Stale || !n.SeenAt.After(r.run.Changed):
		return false
	}
	return known == nil || n.Status != known.Status
}

// listedSince reports whether the run's target was listed to its end since the run
// last looked.
func (a *App) listedSince(r *liveRun) bool {
	for _, t := range a.world.targets {
		if t.Target == r.run.Plan.Target() {
			return t.State.Answered() && t.Started.After(r.run.Changed)
		}
	}
	return false
}
