package ui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"nbscope/model"
)

// Update takes a message in.
func (a *App) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	cmd := a.dispatch(msg)
	return a, cmd
}

// dispatch hands a message on. What else the terminal tells is nothing to us.
func (a *App) dispatch(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case ownMsg:
		return msg.to(a)
	case tea.KeyPressMsg:
		return a.pressed(msg)
	case tea.PasteMsg:
		return a.pasted(msg)
	case tea.MouseClickMsg:
		return a.clicked(msg)
	case tea.MouseWheelMsg:
		return a.wheeled(msg)
	case tea.WindowSizeMsg:
		a.resized(msg)
	case tea.BackgroundColorMsg:
		a.recoloured(msg)
	}
	return nil
}

func (a *App) resized(msg tea.WindowSizeMsg) {
	a.width, a.height = max(0, msg.Width), max(0, msg.Height)
	for _, s := range a.everyScreen() {
		s.resize(a.width, a.bodyHeight())
	}
}

func (a *App) recoloured(msg tea.BackgroundColorMsg) {
	if msg.IsDark() == a.dark {
		return
	}
	a.dark = msg.IsDark()
	a.theme = a.newTheme()
	for _, s := range a.everyScreen() {
		s.restyle(a.theme)
	}
}

// pressed gives a key to whom it belongs now. Typing beats commands.
func (a *App) pressed(k tea.KeyPressMsg) tea.Cmd {
	if key.Matches(k, a.keys.Global.Kill) {
		return a.kill()
	}
	switch a.mode() {
	case modeTooSmall:
		if key.Matches(k, a.keys.Global.Quit) {
			return a.askToQuit()
		}
		return nil
	case modeOverlay:
		return a.overlaid(k)
	case modeTyping:
		return a.perform(a.screen().typed(k))
	case modeCommand:
	}
	if c, ok := commandFor(a.commands(), k); ok {
		return a.perform(c.run())
	}
	return nil
}

func (a *App) pasted(p tea.PasteMsg) tea.Cmd {
	switch a.mode() {
	case modeOverlay:
		return a.overlaid(p)
	case modeTyping:
		return a.perform(a.screen().typed(p))
	case modeCommand, modeTooSmall:
	}
	return nil
}

// overlaid gives a key or a paste to the overlay.
func (a *App) overlaid(msg tea.Msg) tea.Cmd {
	do, closed := a.overlay.take(msg)
	if closed {
		a.overlay = nil
		a.nextQuestion()
	}
	return a.perform(do)
}

func (a *App) clicked(m tea.MouseClickMsg) tea.Cmd {
	if a.mode() != modeCommand || m.Button != tea.MouseLeft {
		return nil
	}
	y := m.Y - headerLines
	if y < 0 || y >= a.bodyHeight() {
		return nil
	}
	return a.perform(a.screen().click(m.X, y))
}

func (a *App) wheeled(m tea.MouseWheelMsg) tea.Cmd {
	const lines = 3
	switch {
	case a.mode() != modeCommand:
		return nil
	case m.Button == tea.MouseWheelUp:
		return a.perform(a.screen().wheel(-lines))
	case m.Button == tea.MouseWheelDown:
		return a.perform(a.screen().wheel(lines))
	}
	return nil
}

// perform does what a screen or an overlay wants.
func (a *App) perform(do intent) tea.Cmd { return perform(a, do) }

// commands are all that the user can do now: the screen's first, so that it may
// give a key another meaning.
func (a *App) commands() []command {
	g := a.keys.Global
	out := a.screen().commands()
	if len(a.pushed) > 0 {
		return append(out, a.plainCommands()...)
	}
	out = append(out,
		command{group: groupScan, name: "Refresh: list again, describe what has changed", key: g.Refresh, run: func() intent { return intentScan{mode: model.Incremental} }},
		command{group: groupScan, name: "Scan everything anew", key: g.FullScan, run: func() intent { return intentScan{mode: model.Full} }},
		command{group: groupScan, name: "Stop the scan", key: when(g.CancelScan, a.scanStoppable()), run: own(a.cancelScan)},
		command{group: groupApp, name: "Export what is shown", key: g.Export, run: a.askExport},
		command{group: groupApp, name: "Next policy: connect, restrict, report", key: g.Policy, run: own(a.switchPolicy)},
		command{group: groupApp, name: "Go to " + a.nextTitle(), key: g.NextScreen, run: own(func() tea.Cmd { return a.turn(1) })},
		command{group: groupApp, name: "Previous screen", key: g.PrevScreen, plain: true, run: own(func() tea.Cmd { return a.turn(-1) })},
	)
	if a.left.unfinished() {
		out = append(out, command{group: groupApp, name: "Back to the batch of " + count(len(a.left.drafts), "notebook"), key: a.batchKey(), run: own(a.backToBatch)})
	}
	return append(out, a.plainCommands()...)
}

// plainCommands hold everywhere.
func (a *App) plainCommands() []command {
	g := a.keys.Global
	return []command{
		{group: groupApp, name: "Commands by name", key: g.Palette, plain: true, run: a.openPalette},
		{group: groupApp, name: "Go to what waits for you", key: a.waitingKey(), run: own(a.toWaiting)},
		{group: groupApp, name: "Help", key: g.Help, run: a.openHelp},
		{group: groupApp, name: "Quit", key: g.Quit, run: own(a.askToQuit)},
		{group: groupApp, name: "Quit from anywhere", key: g.Kill, plain: true, run: own(a.askToQuit)},
	}
}

// turn goes on by so many screens.
func (a *App) turn(by int) tea.Cmd {
	a.at = (a.at + by + len(a.screens)) % len(a.screens)
	return nil
}

func (a *App) openHelp() intent {
	if len(a.pushed) > 0 {
		return intentOverlay{newHelp(a.keys, a.commands(), recreateNote())}
	}
	note := policyNote(a.world.defaultPolicy(), a.keys.Global.Policy.Help().Key)
	return intentOverlay{newHelp(a.keys, a.commands(), filterNote(), note)}
}

// openPalette offers every command by name.
func (a *App) openPalette() intent {
	var items []pick
	for _, c := range a.commands() {
		if c.plain || len(c.key.Keys()) > 0 && !c.key.Enabled() {
			continue
		}
		items = append(items, pick{name: c.name, key: c.key.Help().Key, run: c.run})
	}
	return intentOverlay{newPicker("Command", a.keys.Typing, items)}
}

// quit ends the program; questions that nobody will answer any more are refused.
func (a *App) quit() tea.Cmd {
	for _, q := range a.questions {
		q.Cancel()
	}
	if q, ok := a.overlay.(*question); ok {
		q.asked.Cancel()
	}
	a.questions = nil
	a.pump.cancelScan()
	return tea.Quit
}

// ask opens a question, now or when the overlay of the moment is closed. Where the
// user types, a sign in the header leads to it.
func (a *App) ask(q model.Question) {
	a.questions = append(a.questions, q)
	if a.overlay == nil && a.mode() != modeTyping {
		a.nextQuestion()
	}
}

func (a *App) nextQuestion() {
	if len(a.questions) == 0 {
		return
	}
	a.overlay = newQuestion(a.questions[0], a.keys.Typing, a.cfg.Now)
	a.questions = a.questions[1:]
}

// intentOwn is what App does by itself, as no screen asks for it.
type intentOwn func() tea.Cmd

// own makes a command of what App does by itself.
func own(do func() tea.Cmd) func() intent {
	return func() intent { return intentOwn(do) }
}

// Do calls it.
func (i intentOwn) Do(Host) tea.Cmd { return i() }
