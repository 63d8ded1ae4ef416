package ui

import (
	"context"
	"errors"
	"path/filepath"

	tea "charm.land/bubbletea/v2"

	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// How App answers as the host of screens, as far as none of its parts does.

// Show opens an overlay.
func (a *App) Show(o kit.Overlay) tea.Cmd {
	a.overlay = o
	return nil
}

// Notebooks goes to the list, with a filter.
func (a *App) Notebooks(filter string) tea.Cmd {
	a.visit(a.notebooks, false)
	return kit.Perform(a, a.notebooks.Only(filter))
}

// Theme is the one that holds now.
func (a *App) Theme() *theme.Theme { return a.theme }

// Frame is that of the sign that something is under way.
func (a *App) Frame() int { return a.frame }

// RunsChanged lets what shows runs draw them anew, and ends a program that waited for
// their calls.
func (a *App) RunsChanged() tea.Cmd {
	if a.leaving && len(a.runs.Busy()) == 0 {
		return a.quit()
	}
	a.notebooks.RunsChanged()
	a.Changed()
	return tea.Batch(a.Work(), a.scans.armCopies())
}

// Job makes a command of work beside the loop, and has done what it returns.
func (a *App) Job(what string, work func(context.Context) kit.Intent) tea.Cmd {
	return tea.Batch(a.pump.job(what, func(ctx context.Context) ownMsg {
		if do := work(ctx); do != nil {
			return answer{do}
		}
		return nil
	}), a.Work())
}

// Save writes a text into a file of the folder for exports.
func (a *App) Save(name, data string) tea.Cmd {
	write, path := a.cfg.WriteFile, filepath.Join(a.cfg.ExportDir, name)
	return a.pump.job("save", func(context.Context) ownMsg {
		if write == nil {
			return writtenMsg{path: path, err: errors.New("writing files is not possible here")}
		}
		return writtenMsg{path: path, err: write(path, []byte(data))}
	})
}

// Arrange filters and sorts the list anew.
func (a *App) Arrange() tea.Cmd { return a.notebooks.Arrange(a) }

// Changed tells the screens that show plans and runs that one has changed.
func (a *App) Changed() {
	if list := a.runs.List(); list != nil {
		list.Sync()
	}
	for _, s := range a.Stacked() {
		s.Sync()
	}
}

// Work starts the clock of what is under way, if somebody can see it.
func (a *App) Work() tea.Cmd {
	if a.ticking || !a.moving() {
		return nil
	}
	a.ticking = true
	return a.clock.arm(timerWork)
}

// moving reports whether something on screen changes by itself.
func (a *App) moving() bool {
	if o, ok := a.overlay.(kit.Moving); ok && o.Moving() {
		return true
	}
	s, ok := a.Front().(kit.Moving)
	return ok && s.Moving()
}

// worked moves the clock on.
func (a *App) worked() tea.Cmd {
	a.ticking = false
	a.frame++
	return tea.Batch(kit.Perform(a, a.Front().Sync()), a.Work())
}
