package ui

import (
	"context"
	"errors"
	"path/filepath"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/ui/theme"
)

// How App answers as the host of screens; Scan and Arrange stand in commands.go.

// Say shows a sentence in the footer for a while.
func (a *App) Say(tone theme.Tone, s string) tea.Cmd {
	a.toast = toast{tone: tone, text: s}
	return a.arm(timerToast)
}

// Show opens an overlay.
func (a *App) Show(o overlay) tea.Cmd {
	a.overlay = o
	return nil
}

// Push opens a screen on top of the others.
func (a *App) Push(s screen) tea.Cmd {
	s.resize(a.width, a.bodyHeight())
	a.pushed = append(a.pushed, s)
	return tea.Batch(a.perform(s.sync()), a.work())
}

// Pop closes the screen on top. A plan that is not finished is kept for when the
// user comes back to it.
func (a *App) Pop() tea.Cmd {
	n := len(a.pushed)
	if n == 0 {
		return nil
	}
	if w, ok := a.pushed[n-1].(*wizard); ok && !w.shared && w.draft != nil && w.live == nil && w.draft.notebook != nil {
		a.drafts[w.draft.notebook.ARN] = w.draft
	}
	if b, ok := a.pushed[n-1].(*batch); ok {
		a.left = b
	}
	a.pushed = a.pushed[:n-1]
	return tea.Batch(a.perform(a.screen().sync()), a.work())
}

// Notebooks turns to the list, with a filter.
func (a *App) Notebooks(filter string) tea.Cmd {
	a.at = 0
	return a.perform(a.notebooks.only(filter))
}

// Recreate opens the wizard for one notebook, or the batch for several, and tells
// what else was left out.
func (a *App) Recreate(notebooks []*model.Notebook, leftOut string) tea.Cmd {
	if why := a.whyNotRecreate(); why != "" {
		return a.Say(theme.Warn, why)
	}
	if len(notebooks) > 1 {
		return a.openBatch(notebooks, leftOut)
	}
	n := notebooks[0]
	if r := a.runs.of(n.ARN); r != nil {
		return tea.Batch(a.OpenRun(r.ID), a.Say(theme.Normal, "there is a run of this notebook already"))
	}
	d := a.draftOf(n)
	cmds := []tea.Cmd{a.Push(a.wizardOf(d, nil)), a.perform(d.observe())}
	if leftOut != "" {
		cmds = append(cmds, a.Say(theme.Warn, leftOut))
	}
	return tea.Batch(cmds...)
}

// OpenRun opens the page of a run.
func (a *App) OpenRun(id string) tea.Cmd {
	r, ok := a.runs.runs[id]
	if !ok {
		return a.Say(theme.Bad, "there is no run "+id)
	}
	return a.Push(a.wizardOf(nil, r))
}

// Job makes a command of work beside the loop, and has done what it returns.
func (a *App) Job(what string, work func(context.Context) intent) tea.Cmd {
	return tea.Batch(a.pump.job(what, func(ctx context.Context) ownMsg {
		if do := work(ctx); do != nil {
			return answer{do}
		}
		return nil
	}), a.work())
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

// Changed tells the screens that show plans and runs that one has changed.
func (a *App) Changed() {
	if a.runsList != nil {
		a.runsList.sync()
	}
	for _, s := range a.pushed {
		s.sync()
	}
}

// Runs is who answers for runs.
func (a *App) Runs() RunHost { return a }
