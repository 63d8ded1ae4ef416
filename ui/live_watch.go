package ui

import (
	tea "charm.land/bubbletea/v2"

	"nbscope/model"
)

// How the notebooks of a copy by hand are watched: the driver says which lists are
// to be read, and compares what they show with what its runs know.

// armCopies sets the clock of the watch where a copy has begun.
func (a *App) armCopies() tea.Cmd {
	if a.watching || len(a.cfg.Driver.Watched()) == 0 {
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
	if a.world.Scan.Running || again == nil {
		return again
	}
	return tea.Batch(again, a.Scan(model.Transition, a.cfg.Driver.Watched()))
}

// checkCopies lets every run look whose notebooks the list shows otherwise than the
// run knows them. A gate that is open is left alone: the next round tells it.
func (a *App) checkCopies() tea.Cmd {
	if a.overlay != nil || a.cfg.Driver == nil {
		return nil
	}
	return a.runs.LookAgain(a.cfg.Driver.Otherwise(a.world.Listed))
}
