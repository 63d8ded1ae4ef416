package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/ui/theme"
)

// An intent is what a key, a click or an answer leads to. It does itself, by what
// its host offers, so that none is made that nobody carries out.
type intent interface {
	// Do carries the intent out, in the loop. What takes time is left to the command.
	Do(h Host) tea.Cmd
}

// Host is what a screen may ask of the program around it; App implements it. What
// there is to ask of AWS, a screen asks by a port of its own, in a job.
type Host interface {
	Say(tone theme.Tone, s string) tea.Cmd // in the footer, for a while
	Show(o overlay) tea.Cmd
	Push(s screen) tea.Cmd // on top of the others
	Pop() tea.Cmd          // closes the one on top

	Notebooks(filter string) tea.Cmd              // the list, with this filter
	Recreate(notebooks []*model.Notebook) tea.Cmd // one: the wizard; more: the batch
	OpenRun(id string) tea.Cmd

	// Job makes a command of work beside the loop, and has done what it returns; nil
	// is nothing. ctx ends with the program.
	Job(what string, work func(ctx context.Context) intent) tea.Cmd
	Save(name, data string) tea.Cmd                 // into a file of the folder for exports
	Scan(m model.Mode, only []model.Target) tea.Cmd // everything where only is empty
	Arrange() tea.Cmd                               // filters and sorts the list anew
	Changed()                                       // a plan or a run has, and screens that show it look again
	Runs() RunHost
}

// RunHost is what a screen may ask about runs.
type RunHost interface {
	begin(intentBegin) tea.Cmd
	decide(intentDecide) tea.Cmd
	takeUp(intentTakeUp) tea.Cmd
	write(intentWrite) tea.Cmd
	unlock(intentUnlock) tea.Cmd
	readRuns() tea.Cmd
}

// perform carries an intent out; nil is none.
func perform(h Host, do intent) tea.Cmd {
	if do == nil {
		return nil
	}
	return do.Do(h)
}

type (
	intentAll []intent // one after another
	// intentOwn is what App does by itself, as no screen asks for it.
	intentOwn func() tea.Cmd
	intentSay struct {
		tone theme.Tone
		text string
	}
	intentOverlay   struct{ overlay overlay }
	intentPush      struct{ screen screen }
	intentPop       struct{}
	intentNotebooks struct{ filter string }
	intentRecreate  struct{ notebooks []*model.Notebook }
	intentOpenRun   struct{ id string }
	intentScan      struct {
		mode model.Mode
		only []model.Target
	}
	intentArrange   struct{}
	intentCopy      struct{ what, text string }
	intentCopyWhole struct{ what, text string } // without showing it
	intentSave      struct{ name, data string }
)

// Do carries out each of them.
func (i intentAll) Do(h Host) tea.Cmd {
	cmds := make([]tea.Cmd, 0, len(i))
	for _, one := range i {
		cmds = append(cmds, perform(h, one))
	}
	return tea.Batch(cmds...)
}

// own makes a command of what App does by itself.
func own(do func() tea.Cmd) func() intent {
	return func() intent { return intentOwn(do) }
}

// Do calls it.
func (i intentOwn) Do(Host) tea.Cmd { return i() }

// Do says it.
func (i intentSay) Do(h Host) tea.Cmd { return h.Say(i.tone, i.text) }

// Do opens the overlay.
func (i intentOverlay) Do(h Host) tea.Cmd { return h.Show(i.overlay) }

// Do opens the screen.
func (i intentPush) Do(h Host) tea.Cmd { return h.Push(i.screen) }

// Do closes the screen on top.
func (intentPop) Do(h Host) tea.Cmd { return h.Pop() }

// Do turns to the list.
func (i intentNotebooks) Do(h Host) tea.Cmd { return h.Notebooks(i.filter) }

// Do begins to plan.
func (i intentRecreate) Do(h Host) tea.Cmd { return h.Recreate(i.notebooks) }

// Do opens the run's page.
func (i intentOpenRun) Do(h Host) tea.Cmd { return h.OpenRun(i.id) }

// Do scans.
func (i intentScan) Do(h Host) tea.Cmd { return h.Scan(i.mode, i.only) }

// Do arranges the list.
func (intentArrange) Do(h Host) tea.Cmd { return h.Arrange() }

// Do copies a text that is short enough to be shown.
func (i intentCopy) Do(h Host) tea.Cmd {
	return tea.Batch(tea.SetClipboard(i.text), h.Say(theme.Good, i.what+" copied: "+i.text))
}

// Do copies a long text.
func (i intentCopyWhole) Do(h Host) tea.Cmd {
	return tea.Batch(tea.SetClipboard(i.text), h.Say(theme.Good, i.what+" copied"))
}

// Do saves it.
func (i intentSave) Do(h Host) tea.Cmd { return h.Save(i.name, i.data) }
