package ui

import (
	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/ui/theme"
)

// What screens and overlays want, as far as more than one of them does.

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
	intentRecreate  struct {
		notebooks []*model.Notebook
		leftOut   string // what was marked beside them, as a clause; "" for nothing
	}
	intentOpenRun struct{ id string }
	intentScan    struct {
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
func (i intentRecreate) Do(h Host) tea.Cmd { return h.Recreate(i.notebooks, i.leftOut) }

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
