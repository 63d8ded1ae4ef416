package ui

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"nbscope/model"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// Update hands a message on. What else the terminal tells is nothing to us.
func (a *App) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	var cmd tea.Cmd
	switch msg := msg.(type) {
	case ownMsg:
		cmd = msg.to(a)
	case tea.KeyPressMsg:
		cmd = input{a}.pressed(msg)
	case tea.PasteMsg:
		cmd = input{a}.pasted(msg)
	case tea.MouseClickMsg:
		cmd = input{a}.clicked(msg)
	case tea.MouseWheelMsg:
		cmd = input{a}.wheeled(msg)
	case tea.WindowSizeMsg:
		a.resized(msg)
	case tea.BackgroundColorMsg:
		a.recoloured(msg.IsDark(), a.colours)
	case tea.ColorProfileMsg:
		a.recoloured(a.dark, msg.Profile)
	}
	return a, cmd
}

func (a *App) resized(msg tea.WindowSizeMsg) {
	a.width, a.height = max(0, msg.Width), max(0, msg.Height)
	for _, s := range a.everyScreen() {
		s.Resize(a.width, a.bodyHeight())
	}
}

func (a *App) recoloured(dark bool, colours colorprofile.Profile) {
	if dark == a.dark && colours == a.colours {
		return
	}
	a.dark, a.colours = dark, colours
	a.theme = a.newTheme()
	for _, s := range a.everyScreen() {
		s.Restyle(a.theme)
	}
}

// input is what keys, clicks and pastes do to App.
type input struct{ *App }

// pressed gives a key to whom it belongs now. Typing beats commands.
func (a input) pressed(k tea.KeyPressMsg) tea.Cmd {
	latin, other := kit.Latin(k)
	if other && k.Text == "" { // no text is lost by it
		k = latin
	}
	switch g := a.keys.Global; {
	case key.Matches(k, g.Kill):
		return a.kill()
	case key.Matches(k, g.Suspend):
		return a.suspend(true)
	}
	switch a.mode() {
	case modeTooSmall:
		return nil
	case modeOverlay:
		if other && !a.overlay.Typing() {
			k = latin
		}
		return a.answered(a.overlay.Take(k))
	case modeTyping:
		return a.typed(k)
	case modeCommand:
	}
	c, ok := kit.CommandFor(a.commands(), k)
	if !ok && other {
		c, ok = kit.CommandFor(a.commands(), latin)
	}
	if ok {
		return kit.Perform(a, c.Run())
	}
	return nil
}

// typed gives a key to the screen that something is typed on. A filter that it has kept is
// kept on disk as well.
func (a input) typed(k tea.KeyPressMsg) tea.Cmd {
	before := len(a.notebooks.Look().Newer)
	cmd := kit.Perform(a, a.Front().Typed(k))
	if len(a.notebooks.Look().Newer) > before {
		return tea.Batch(cmd, kit.Perform(a, a.memory.keepSoon()))
	}
	return cmd
}

func (a input) pasted(p tea.PasteMsg) tea.Cmd {
	switch a.mode() {
	case modeOverlay:
		return a.answered(a.overlay.Take(p))
	case modeTyping:
		return kit.Perform(a, a.Front().Typed(p))
	case modeCommand, modeTooSmall:
	}
	return nil
}

// answered does what the overlay wants, which goes away if it is closed.
func (a input) answered(do kit.Intent, closed bool) tea.Cmd {
	if closed {
		a.overlay = nil
		a.nextQuestion()
	}
	return kit.Perform(a, do)
}

func (a input) clicked(m tea.MouseClickMsg) tea.Cmd {
	y := m.Y - headerLines
	if a.tooSmall() || m.Button != tea.MouseLeft || y < 0 || y >= a.bodyHeight() {
		return nil
	}
	if a.overlay == nil {
		return kit.Perform(a, a.Front().Click(m.X, y))
	}
	if o, ok := a.overlay.(kit.Pointed); ok {
		return a.answered(o.Click(m.X, y))
	}
	return nil
}

func (a input) wheeled(m tea.MouseWheelMsg) tea.Cmd {
	by := 3
	switch {
	case a.tooSmall(), m.Button != tea.MouseWheelUp && m.Button != tea.MouseWheelDown:
		return nil
	case m.Button == tea.MouseWheelUp:
		by = -by
	}
	if a.overlay == nil {
		return kit.Perform(a, a.Front().Wheel(by))
	}
	if o, ok := a.overlay.(kit.Wheeled); ok {
		o.Wheel(by)
	}
	return nil
}

// commands are all that the user can do now: the screen's first, so that it may
// give a key another meaning.
func (a input) commands() []kit.Command {
	g := a.keys.Global
	out := a.Front().Commands()
	if a.onPage() {
		return append(out, a.plainCommands()...)
	}
	out = append(out,
		kit.Command{Group: kit.GroupScan, Name: "Refresh: list again, describe what has changed", Key: g.Refresh, Run: func() kit.Intent { return kit.Scan{Mode: model.Incremental} }},
		kit.Command{Group: kit.GroupScan, Name: "Scan everything anew", Key: g.FullScan, Run: func() kit.Intent { return kit.Scan{Mode: model.Full} }},
		kit.Command{Group: kit.GroupScan, Name: "Stop the scan", Key: kit.EnabledIf(g.CancelScan, a.scans.scanStoppable()), Run: own(a.scans.cancelScan)},
		kit.Command{Group: kit.GroupApp, Name: "Export what is shown", Key: g.Export, Run: a.askExport},
		kit.Command{Group: kit.GroupApp, Name: "Next policy: connect, restrict, report", Key: g.Policy, Run: own(a.scans.switchPolicy)},
		kit.Command{Group: kit.GroupApp, Name: "Go to " + hinted(a.beside(1)), Key: g.NextScreen, Plain: true, Run: own(func() tea.Cmd { return a.walk(a.turn(1)) })},
		kit.Command{Group: kit.GroupApp, Name: "Previous screen", Key: g.PrevScreen, Plain: true, Run: own(func() tea.Cmd { return a.walk(a.turn(-1)) })},
	)
	return append(append(out, a.runs.Commands()...), a.plainCommands()...)
}

// plainCommands hold everywhere.
func (a input) plainCommands() []kit.Command {
	g := a.keys.Global
	return []kit.Command{
		{Group: kit.GroupApp, Name: "Go to a screen, an account, a region or a notebook by name, or run a command", Key: g.Palette, Plain: true, Run: a.openPalette},
		{Group: kit.GroupApp, Name: "Go to what waits for you", Key: kit.EnabledIf(g.Waiting, a.waiting()), Run: own(a.toWaiting)},
		{Group: kit.GroupApp, Name: a.mouseWords(), Key: g.Mouse, Run: own(a.turnMouse)},
		{Group: kit.GroupApp, Name: "Help", Key: g.Help, Run: a.openHelp},
		{Group: kit.GroupApp, Name: "Back to the shell; fg goes on", Key: g.Suspend, Plain: true, Run: own(func() tea.Cmd { return a.suspend(true) })},
		{Group: kit.GroupApp, Name: "Quit", Key: g.Quit, Run: own(a.askToQuit)},
		{Group: kit.GroupApp, Name: "Quit from anywhere, without being asked", Key: g.Kill, Plain: true, Run: own(a.kill)},
	}
}

func (a input) openHelp() kit.Intent {
	if a.onPage() {
		return kit.Show{Overlay: newHelp(a.keys, a.commands(), recreateNote(), signsNote(a.theme.Glyphs))}
	}
	note := policyNote(a.world.DefaultPolicy(), a.keys.Global.Policy.Help().Key)
	return kit.Show{Overlay: newHelp(a.keys, a.commands(), signsNote(a.theme.Glyphs), filterNote(), note)}
}

// quit ends the program; questions that nobody will answer any more are refused.
func (a *App) quit() tea.Cmd {
	a.waits.refuse()
	if q, ok := a.overlay.(*question); ok {
		q.asked.Cancel()
	}
	a.pump.cancelScan()
	return tea.Quit
}

// own makes a command of what App does by itself, as no screen asks for it.
func own(do func() tea.Cmd) func() kit.Intent {
	return func() kit.Intent { return kit.Func(func(kit.Host) tea.Cmd { return do() }) }
}

// kill is ctrl+c: the first one lets what is under way finish its call, if that takes
// no more than some seconds, and leaves; the second one leaves at once.
func (a input) kill() tea.Cmd {
	if a.cfg.Leaving != nil {
		a.cfg.Leaving()
	}
	busy := a.runs.Busy()
	if len(busy) == 0 || a.leaving {
		return a.quit()
	}
	a.leaving = true
	told := a.Say(theme.Warn, "finishing this call, then leaving; ctrl+c again leaves now, and every run can be resumed")
	return tea.Batch(told, a.runs.Halt())
}

// askToQuit asks whether to leave, and says what that means for runs. Where nothing is
// lost by it, the focus is on Leave.
func (a input) askToQuit() tea.Cmd {
	title, busy := "Leave nbscope?", a.runs.Busy()
	var about kit.Document
	if len(busy) > 0 {
		title = kit.Count(len(busy), "run") + " under way: leave?"
		about.Say(theme.Normal, strings.Join(busy, ", ")+": a call that is being made is finished first, a wait is ended. "+
			"AWS goes on with what it was asked for, and the runs can be resumed any time: their journals are on disk.")
	} else {
		about.Say(theme.Normal, "No run is under way.")
	}
	gate := kit.NewApproval(a.keys.Gate, title, "Leave", about, own(a.quit)(), a.cfg.Now)
	if len(busy) == 0 {
		gate.Harmless()
	}
	return a.Show(gate)
}
