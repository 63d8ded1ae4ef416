// Package kit is what the screens of the explorer share: the contract of a screen
// and its host, documents, spans, gates, pickers, keys, words and signs. It knows no
// screen.
package kit

import (
	"context"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/ui/theme"
)

// A Screen is one full page of the explorer. It keeps what it needs to draw
// itself and to understand its keys; what reaches beyond it, it returns as an
// intent.
type Screen interface {
	Title() string
	// Commands are what the screen can do right now, as keys, help and palette
	// show them. A disabled binding hides its command.
	Commands() []Command
	// Hints are the bindings worth a place in the footer, best first.
	Hints() []key.Binding

	Resize(width, height int)
	Restyle(*theme.Theme)
	// Sync is called when the world has changed.
	Sync() Intent

	// Headline is the screen's part of the second line of the header; cursor is
	// where the terminal's cursor stands in it while the user types, -1 for nowhere.
	Headline(width int) (left, right []Span, cursor int)
	Body() string
	// Facts is the first line of the footer.
	Facts() []Span

	// Typing reports whether keys are text at the moment.
	Typing() bool
	Typed(tea.Msg) Intent

	Click(x, y int) Intent
	Wheel(by int) Intent
}

// An Intent is what a key, a click or an answer leads to. It does itself, by what
// its host offers, so that none is made that nobody carries out.
type Intent interface {
	// Do carries the intent out, in the loop. What takes time is left to the command.
	Do(h Host) tea.Cmd
}

// Host is what a screen may ask of the program around it; App implements it. What
// there is to ask of AWS, a screen asks by a port of its own, in a job.
type Host interface {
	Recreates

	Say(tone theme.Tone, s string) tea.Cmd // in the footer, for a while
	Show(o Overlay) tea.Cmd
	Push(s Screen) tea.Cmd // opens a page, or comes back to it
	Pop() tea.Cmd          // goes back one step

	Notebooks(filter string) tea.Cmd // the list, with this filter
	// Job makes a command of work beside the loop, and has done what it returns; nil
	// is nothing. ctx ends with the program.
	Job(what string, work func(ctx context.Context) Intent) tea.Cmd
	Save(name, data string) tea.Cmd                 // into a file of the folder for exports
	Copy(what, text, tail string) tea.Cmd           // to the clipboard; it is told what, by which way, and the tail
	Browse(what, url string) tea.Cmd                // in the user's browser, else it is copied
	RunOwn(c OwnCommand, n *model.Notebook) tea.Cmd // on the terminal or beside it
	Scan(m model.Mode, only []model.Target) tea.Cmd // everything where only is empty
	Arrange() tea.Cmd                               // filters and sorts the list anew
	Changed()                                       // a plan or a run has, and screens that show it look again
}

// Recreates is what screens may ask of what recreates notebooks.
type Recreates interface {
	// Recreate opens the wizard for one, the batch for more; leftOut is told.
	Recreate(notebooks []*model.Notebook, leftOut string) tea.Cmd
	// OpenRun opens the page of a run.
	OpenRun(id string) tea.Cmd
	// Unlocked does then once this session may write to the account; what is a clause.
	Unlocked(account, what string, then Intent) tea.Cmd
}

// Moving is a screen or an overlay that may change by itself.
type Moving interface {
	Moving() bool // reports whether something is under way
}

// Placed is a screen that stands as it was left when the user comes back to it.
type Placed interface {
	// Stand notes how it stands; what it returns puts it back so.
	Stand() func() Intent
}

// OfAccount is a screen about one account.
type OfAccount interface {
	Account() string // its id
}

// Command is one thing that the user can do: by its key, or by its name in the
// palette.
type Command struct {
	Group string
	Name  string
	Key   key.Binding
	Run   func() Intent
	Plain bool // too plain for the palette, such as moving the cursor
}

// CommandFor returns the command that a key stands for.
func CommandFor(commands []Command, k tea.KeyPressMsg) (Command, bool) {
	for _, c := range commands {
		if key.Matches(k, c.Key) {
			return c, true
		}
	}
	return Command{}, false
}

// Groups of commands, as help shows them.
const (
	GroupMove   = "Move"
	GroupList   = "List"
	GroupOne    = "Notebook"
	GroupDetail = "Detail"
	GroupScan   = "Scan"
	GroupApp    = "Screens"
)

// Moves are the commands that move in a list: by a line, by half a page and a whole one
// of 2*half lines, and to its ends, which are no more than end lines away.
func (l ListKeys) Moves(half, end int, move func(by int) Intent) []Command {
	by := []struct {
		key key.Binding
		n   int
	}{{l.Down, 1}, {l.Up, -1}, {l.HalfDown, half}, {l.HalfUp, -half}, {l.PageDown, 2 * half}, {l.PageUp, -2 * half}, {l.Top, -end}, {l.Bottom, end}}
	out := make([]Command, 0, len(by))
	for _, m := range by {
		out = append(out, Command{Group: GroupMove, Name: m.key.Help().Desc, Key: m.key, Plain: true, Run: func() Intent { return move(m.n) }})
	}
	return out
}
