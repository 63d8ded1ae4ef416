package ui

import (
	"context"
	"errors"
	"path/filepath"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// How App answers as the host of screens; Scan and Arrange stand in commands.go.

// Say shows a sentence in the footer for a while.
func (a *App) Say(tone theme.Tone, s string) tea.Cmd {
	a.toast = toast{tone: tone, text: s}
	return a.arm(timerToast)
}

// Unsay takes a sentence back, where it is still shown.
func (a *App) Unsay(s string) {
	if a.toast.text == s {
		a.toast = toast{}
	}
}

// Show opens an overlay.
func (a *App) Show(o kit.Overlay) tea.Cmd {
	a.overlay = o
	return nil
}

// Notebooks goes to the list, with a filter.
func (a *App) Notebooks(filter string) tea.Cmd {
	a.visit(a.notebooks, false)
	return a.perform(a.notebooks.Only(filter))
}

// Recreate opens the wizard for one notebook, or the batch for several.
func (a *App) Recreate(notebooks []*model.Notebook, leftOut string) tea.Cmd {
	return a.runs.Open(notebooks, leftOut)
}

// OpenRun opens the page of a run.
func (a *App) OpenRun(id string) tea.Cmd { return a.runs.OpenRun(id) }

// Unlocked does something that needs writes to an account.
func (a *App) Unlocked(account, what string, then kit.Intent) tea.Cmd {
	return a.runs.Unlocked(account, what, then)
}

// Front is the screen shown.
func (a *App) Front() kit.Screen { return a.screen() }

// Stacked are the pages that are open, the last one in front.
func (a *App) Stacked() []kit.Screen { return a.pages() }

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
	for _, s := range a.pages() {
		s.Sync()
	}
}

// Work starts the clock of what is under way, if somebody can see it.
func (a *App) Work() tea.Cmd {
	if a.ticking || !a.moving() {
		return nil
	}
	a.ticking = true
	return a.arm(timerWork)
}

// moving reports whether something on screen changes by itself.
func (a *App) moving() bool {
	if o, ok := a.overlay.(kit.Moving); ok && o.Moving() {
		return true
	}
	s, ok := a.screen().(kit.Moving)
	return ok && s.Moving()
}

// worked moves the clock on.
func (a *App) worked() tea.Cmd {
	a.ticking = false
	a.frame++
	return tea.Batch(a.perform(a.screen().Sync()), a.Work())
}
