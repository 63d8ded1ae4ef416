package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"nbscope/ui/kit"
	"nbscope/ui/terminal"
	"nbscope/ui/theme"
)

// What the explorer does with the terminal beside drawing on it.

// Copy sends a text to the clipboard of the terminal, which may take it or not and
// never tells. In tmux it goes into tmux's own buffer, which tmux hands on.
func (a *App) Copy(what, text, tail string) tea.Cmd {
	send := tea.Batch(tea.Raw(a.cfg.Terminal.Copy(text)), a.Say(theme.Good, what+" sent to the terminal"+tail))
	if a.cfg.Buffer == nil {
		return send
	}
	load := a.cfg.Buffer
	return a.Job("copy", func(ctx context.Context) kit.Intent {
		if load(ctx, text) != nil { // a tmux that is not to be found here
			return kit.Func(func(kit.Host) tea.Cmd { return send })
		}
		return kit.Say{Tone: theme.Good, Text: what + " in tmux's buffer, and sent to the terminal" + tail}
	})
}

// mouseWords name what the key of the mouse does now.
func (a *App) mouseWords() string {
	if a.mouse {
		return "Leave the mouse to the terminal, to select text"
	}
	return "Take the mouse: click, wheel"
}

// turnMouse gives the mouse to the terminal, or takes it back.
func (a *App) turnMouse() tea.Cmd {
	if a.mouse = !a.mouse; a.mouse {
		return a.Say(theme.Good, "the mouse is nbscope's: click and wheel; with shift most terminals still select text")
	}
	return a.Say(theme.Good, "the mouse is the terminal's: "+a.keys.Global.Mouse.Help().Key+" takes it back")
}

// stopMsg says that a signal wants the program to stop.
type stopMsg struct{}

func (stopMsg) to(a *App) tea.Cmd { return a.suspend(false) }

// continuedMsg says that the program goes on after it was stopped, or was not stopped.
type continuedMsg struct{ err error }

func (m continuedMsg) to(a *App) tea.Cmd {
	if m.err != nil {
		return a.Say(theme.Warn, "nbscope was not stopped: "+m.err.Error())
	}
	a.look()
	return tea.Batch(a.askGround(), a.perform(a.syncScreens()))
}

// suspend hands the terminal back to the shell and stops, with the other programs of
// the shell's job where a key asks for it.
func (a *App) suspend(group bool) tea.Cmd {
	if !a.job.Stoppable() {
		return a.Say(theme.Warn, terminal.ErrNoShell.Error()+": nbscope was not started by one that could continue it")
	}
	return tea.Exec(a.job.Stop(group), func(err error) tea.Msg { return continuedMsg{err} })
}
