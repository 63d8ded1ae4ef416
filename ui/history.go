package ui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"nbscope/ui/kit"
)

// Where the user is, and the way back: one step with each esc, on every screen alike.

// place is a screen that the user is at or was at.
type place struct {
	screen kit.Screen
	turned bool              // to it, from the place below
	back   func() kit.Intent // stands the screen as it was left; nil for one that stays as it is
}

// mostPlaces bounds the way back: what is further away is forgotten.
const mostPlaces = 64

// history is the places, the first one came to below, the one shown on top. It is never
// empty.
type history []place

func (h history) top() *place { return &h[len(h)-1] }

// has reports whether a screen is among the places.
func (h history) has(s kit.Screen) bool {
	return slices.ContainsFunc(h, func(p place) bool { return p.screen == s })
}

// screen is what is shown.
func (a *App) screen() kit.Screen { return a.history.top().screen }

// onPage reports whether a page is shown, such as that of a run, and none of the
// screens that tab turns to.
func (a *App) onPage() bool { return !slices.Contains(a.screens, a.screen()) }

// pages are what was opened beside the screens that tab turns to, the last one in front.
func (a *App) pages() []kit.Screen {
	var out []kit.Screen
	for _, p := range a.history {
		if !slices.Contains(a.screens, p.screen) {
			out = append(out, p.screen)
		}
	}
	return out
}

// everyScreen is every screen that there is, shown or not.
func (a *App) everyScreen() []kit.Screen { return slices.Concat(a.screens, a.pages()) }

// go to a screen, from which one step leads back to where the user is now.
func (a *App) visit(s kit.Screen, turned bool) {
	if from, ok := a.screen().(kit.Placed); ok {
		a.history.top().back = from.Stand()
	}
	a.history = append(a.history, place{screen: s, turned: turned})
	if len(a.history) > mostPlaces {
		old := a.history[0].screen
		a.history = slices.Delete(a.history, 0, 1)
		a.closed(old)
	}
	a.tellBack()
}

// closed tells of a page that no way leads back to.
func (a *App) closed(s kit.Screen) {
	if !slices.Contains(a.screens, s) && !a.history.has(s) {
		a.runs.Left(s)
	}
}

// stepBack goes back to the place below, as it was left.
func (a *App) stepBack() kit.Intent {
	n := len(a.history)
	if n == 1 {
		return nil
	}
	left := a.history.top().screen
	a.history = a.history[:n-1]
	a.closed(left)
	a.tellBack()
	if back := a.history.top().back; back != nil {
		return kit.Sequence{back(), a.screen().Sync()}
	}
	return a.screen().Sync()
}

// tellBack lets the screens say where esc leads to.
func (a *App) tellBack() {
	a.world.Back = ""
	if n := len(a.history); n > 1 {
		a.world.Back = a.hinted(a.history[n-2].screen)
	}
}

// Pop goes back one step.
func (a *App) Pop() tea.Cmd { return tea.Batch(a.perform(a.stepBack()), a.Work()) }

// Push opens a page; one that is open already is come back to.
func (a *App) Push(s kit.Screen) tea.Cmd {
	if a.history.has(s) {
		return a.backTo(s)
	}
	s.Resize(a.width, a.bodyHeight())
	a.visit(s, false)
	return tea.Batch(a.perform(s.Sync()), a.Work())
}

// backTo goes back until a screen is shown that is among the places.
func (a *App) backTo(s kit.Screen) tea.Cmd {
	var cmds []tea.Cmd
	for len(a.history) > 1 && a.screen() != s {
		cmds = append(cmds, a.perform(a.stepBack()))
	}
	return tea.Batch(append(cmds, a.Work())...)
}

// Close takes a page out of the places, wherever it is.
func (a *App) Close(s kit.Screen) {
	if a.screen() == s {
		return
	}
	a.history = slices.DeleteFunc(a.history, func(p place) bool { return p.screen == s })
	a.closed(s)
	a.tellBack()
}

// goTo shows a screen: one that tab turns to, or a page, to which it goes back. A page
// that was closed stays closed.
func (a *App) goTo(s kit.Screen) tea.Cmd {
	switch {
	case a.screen() == s:
		return nil
	case slices.Contains(a.screens, s):
		a.visit(s, false)
		return tea.Batch(a.perform(s.Sync()), a.Work())
	case a.history.has(s):
		return a.backTo(s)
	}
	return nil
}

// turn goes on by so many screens. Whoever turns all the way round is where the turning
// began.
func (a input) turn(by int) tea.Cmd {
	n := len(a.screens)
	s := a.screens[(slices.Index(a.screens, a.screen())+by+n)%n]
	for i := len(a.history) - 1; i > 0 && a.history[i].turned; i-- {
		if a.history[i-1].screen == s {
			return a.backTo(s)
		}
	}
	a.visit(s, true)
	return tea.Batch(a.perform(s.Sync()), a.Work())
}
