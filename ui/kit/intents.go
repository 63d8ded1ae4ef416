package kit

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/ui/theme"
)

// What screens and overlays want, as far as more than one of them does.

// Perform carries an intent out; nil is none.
func Perform(h Host, do Intent) tea.Cmd {
	if do == nil {
		return nil
	}
	return do.Do(h)
}

// Func is an intent that needs no type of its own.
type Func func(h Host) tea.Cmd

// Do calls it.
func (f Func) Do(h Host) tea.Cmd { return f(h) }

// Job has work done beside the loop, and then what it returns.
func Job(what string, work func(context.Context) Intent) Intent {
	return Func(func(h Host) tea.Cmd { return h.Job(what, work) })
}

// Sequence does one intent after another.
type Sequence []Intent

// Do carries out each of them.
func (i Sequence) Do(h Host) tea.Cmd {
	cmds := make([]tea.Cmd, 0, len(i))
	for _, one := range i {
		cmds = append(cmds, Perform(h, one))
	}
	return tea.Batch(cmds...)
}

// Say says a sentence in the footer.
type Say struct {
	Tone theme.Tone
	Text string
}

// Do says it.
func (i Say) Do(h Host) tea.Cmd { return h.Say(i.Tone, i.Text) }

// Show opens an overlay.
type Show struct{ Overlay Overlay }

// Do opens the overlay.
func (i Show) Do(h Host) tea.Cmd { return h.Show(i.Overlay) }

// Push opens a page.
type Push struct{ Screen Screen }

// Do opens the page.
func (i Push) Do(h Host) tea.Cmd { return h.Push(i.Screen) }

// Pop goes back one step.
type Pop struct{}

// Do goes back.
func (Pop) Do(h Host) tea.Cmd { return h.Pop() }

// ShowNotebooks goes to the list of notebooks, with this filter.
type ShowNotebooks struct{ Filter string }

// Do goes to the list.
func (i ShowNotebooks) Do(h Host) tea.Cmd { return h.Notebooks(i.Filter) }

// Recreate plans to recreate notebooks.
type Recreate struct {
	Notebooks []*model.Notebook
	LeftOut   string // what was marked beside them, as a clause; "" for nothing
}

// Do begins to plan.
func (i Recreate) Do(h Host) tea.Cmd { return h.Recreate(i.Notebooks, i.LeftOut) }

// Unlocked does something once writes to an account are unlocked; the user is asked for
// that where they are not.
type Unlocked struct {
	Account, What string // what it is for, as a clause
	Then          Intent
}

// Do goes on, or asks first.
func (i Unlocked) Do(h Host) tea.Cmd { return h.Unlocked(i.Account, i.What, i.Then) }

// OpenRun opens the page of a run.
type OpenRun struct{ ID string }

// Do opens the run's page.
func (i OpenRun) Do(h Host) tea.Cmd { return h.OpenRun(i.ID) }

// Scan scans these targets, or everything.
type Scan struct {
	Mode model.Mode
	Only []model.Target
}

// Do scans.
func (i Scan) Do(h Host) tea.Cmd { return h.Scan(i.Mode, i.Only) }

// Arrange filters and sorts the list of notebooks anew.
type Arrange struct{}

// Do arranges the list.
func (Arrange) Do(h Host) tea.Cmd { return h.Arrange() }

// Copy copies a text into the clipboard. It is told what was copied, by which way, and
// the tail.
type Copy struct{ What, Text, Tail string }

// Do copies it.
func (i Copy) Do(h Host) tea.Cmd { return h.Copy(i.What, i.Text, i.Tail) }

// Save writes a text into a file of the folder for exports.
type Save struct{ Name, Data string }

// Do saves it.
func (i Save) Do(h Host) tea.Cmd { return h.Save(i.Name, i.Data) }

// Bell rings the terminal's bell.
func Bell() tea.Cmd { return tea.Raw("\a") }
