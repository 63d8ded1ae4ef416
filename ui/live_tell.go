package ui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// How runs make themselves heard, and how the program is left while they move.

// writeSpan says whether this session may change something: in the account that
// the page is about, or anywhere.
func (a *App) writeSpan() kit.Span {
	locked, open := kit.Span{Tone: theme.Dim, Text: "   read-only", Drop: 3}, kit.Span{Tone: theme.Warn, Text: "   write"}
	if s, ok := a.screen().(kit.OfAccount); ok {
		if a.runs.Writable(s.Account()) {
			return open
		}
		return kit.Span{Tone: theme.Dim, Text: "   read-only"}
	}
	n := 0
	for _, id := range a.world.Identities {
		if a.runs.Writable(id.Account) {
			n++
		}
	}
	switch {
	case n == 0:
		return locked
	case n == len(a.world.Identities):
		return open
	}
	return kit.Span{Tone: theme.Warn, Text: fmt.Sprintf("   write in %d of %d", n, len(a.world.Identities))}
}

// Work starts the clock of what is under way, if somebody can see it.
func (a *App) Work() tea.Cmd {
	if a.ticking || !a.moving() {
		return nil
	}
	a.ticking = true
	return a.arm(timerWork)
}

// moving reports whether something on screen changes by itself.
func (a *App) moving() bool {
	if o, ok := a.overlay.(kit.Moving); ok && o.Moving() {
		return true
	}
	s, ok := a.screen().(kit.Moving)
	return ok && s.Moving()
}

// worked moves the clock on.
func (a *App) worked() tea.Cmd {
	a.ticking = false
	a.frame++
	return tea.Batch(a.perform(a.screen().Sync()), a.Work())
}

// kill is ctrl+c: the first one lets what is under way finish its call, if that takes
// no more than some seconds, and leaves; the second one leaves at once.
func (a *App) kill() tea.Cmd {
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

// askToQuit asks once where leaving would stop a run.
func (a *App) askToQuit() tea.Cmd {
	busy := a.runs.Busy()
	if len(busy) == 0 {
		return a.quit()
	}
	var about kit.Document
	about.Say(theme.Normal, strings.Join(busy, ", ")+": a call that is being made is finished first, a wait is ended. "+
		"AWS goes on with what it was asked for, and the runs can be resumed any time: their journals are on disk.")
	title := kit.Count(len(busy), "run") + " under way: leave?"
	a.overlay = kit.NewApproval(a.keys.Gate, title, "Leave", about, intentOwn(a.quit), a.cfg.Now)
	return nil
}
