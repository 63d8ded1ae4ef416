package ui

import (
	"context"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/ui/theme"
)

// A screen is one full page of the explorer. It keeps what it needs to draw
// itself and to understand its keys; what reaches beyond it, it returns as an
// intent.
type screen interface {
	title() string
	// commands are what the screen can do right now, as keys, help and palette
	// show them. A disabled binding hides its command.
	commands() []command
	// hints are the bindings worth a place in the footer, best first.
	hints() []key.Binding

	resize(width, height int)
	restyle(*theme.Theme)
	// sync is called when the world has changed.
	sync() intent

	// headline is the screen's part of the second line of the header; cursor is
	// where the terminal's cursor stands in it while the user types, -1 for nowhere.
	headline(width int) (left, right []span, cursor int)
	body() string
	// facts is the first line of the footer.
	facts() []span

	// typing reports whether keys are text at the moment.
	typing() bool
	typed(tea.Msg) intent

	click(x, y int) intent
	wheel(by int) intent
}

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

	Notebooks(filter string) tea.Cmd // the list, with this filter
	// Recreate opens the wizard for one, the batch for more; leftOut is told.
	Recreate(notebooks []*model.Notebook, leftOut string) tea.Cmd
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
	lookFirst(intentLookFirst) tea.Cmd
	write(intentWrite) tea.Cmd
	unlock(intentUnlock) tea.Cmd
	readRuns() tea.Cmd
}

// command is one thing that the user can do: by its key, or by its name in the
// palette.
type command struct {
	group string
	name  string
	key   key.Binding
	run   func() intent
	plain bool // too plain for the palette, such as moving the cursor
}

// commandFor returns the command that a key stands for.
func commandFor(commands []command, k tea.KeyPressMsg) (command, bool) {
	for _, c := range commands {
		if key.Matches(k, c.key) {
			return c, true
		}
	}
	return command{}, false
}
