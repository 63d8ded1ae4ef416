package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"nbscope/ui/kit"
	"nbscope/ui/recreate"
	"nbscope/ui/terminal"
	"nbscope/ui/theme"
)

// outside is the terminal beside drawing on it, and what is run on this machine for the
// user: a browser, and commands of the user's.
type outside struct {
	cfg   *Config
	host  recreate.Host
	world *kit.World
	keys  kit.KeyMap
	pump  *pump

	mouse bool          // it is ours and not the terminal's
	job   *terminal.Job // of the shell; nil before the program runs
	tty   files         // for commands that get the terminal
}

// askGround asks the terminal for its background, unless the user has told it.
func (o *outside) askGround() tea.Cmd {
	if o.cfg.Ground == GroundDark || o.cfg.Ground == GroundLight {
		return nil
	}
	return tea.RequestBackgroundColor
}

// Copy sends a text to the clipboard of the terminal, which may take it or not and
// never tells. In tmux it goes into tmux's own buffer, which tmux hands on.
func (o *outside) Copy(what, text, tail string) tea.Cmd {
	send := tea.Batch(tea.Raw(o.cfg.Terminal.Copy(text)), o.host.Say(theme.Good, what+" sent to the terminal"+tail))
	if o.cfg.Buffer == nil {
		return send
	}
	load := o.cfg.Buffer
	return o.host.Job("copy", func(ctx context.Context) kit.Intent {
		if load(ctx, text) != nil { // a tmux that is not to be found here
			return kit.Func(func(kit.Host) tea.Cmd { return send })
		}
		return kit.Say{Tone: theme.Good, Text: what + " in tmux's buffer, and sent to the terminal" + tail}
	})
}

// mouseWords name what the key of the mouse does now.
func (o *outside) mouseWords() string {
	if o.mouse {
		return "Leave the mouse to the terminal, to select text"
	}
	return "Take the mouse: click, wheel"
}

// turnMouse gives the mouse to the terminal, or takes it back.
func (o *outside) turnMouse() tea.Cmd {
	if o.mouse = !o.mouse; o.mouse {
		return o.host.Say(theme.Good, "the mouse is nbscope's: click and wheel; with shift most terminals still select text")
	}
	return o.host.Say(theme.Good, "the mouse is the terminal's: "+o.keys.Global.Mouse.Help().Key+" takes it back")
}

// stopMsg says that a signal wants the program to stop.
type stopMsg struct{}

func (stopMsg) to(a *App) tea.Cmd { return a.suspend(false) }

// returnedMsg says that the terminal is the explorer's again, and what there is to tell.
type returnedMsg struct{ do kit.Intent }

func (m returnedMsg) to(a *App) tea.Cmd {
	told := kit.Perform(a, m.do)
	a.look()
	return tea.Batch(told, a.askGround(), kit.Perform(a, a.syncScreens()))
}

// suspend hands the terminal back to the shell and stops, with the other programs of
// the shell's job where a key asks for it.
func (o *outside) suspend(group bool) tea.Cmd {
	if !o.job.Stoppable() {
		return o.host.Say(theme.Warn, terminal.ErrNoShell.Error()+": nbscope was not started by one that could continue it")
	}
	return tea.Exec(o.job.Stop(group), stopped)
}

// stopped tells that the program goes on after it was stopped, or was not stopped.
func stopped(err error) tea.Msg {
	if err != nil {
		return answer{kit.Say{Tone: theme.Warn, Text: "nbscope was not stopped: " + err.Error()}}
	}
	return returnedMsg{}
}
