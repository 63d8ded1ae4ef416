package ui

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"nbscope/ui/kit"
)

// How the user left the list is remembered for each set of accounts.

// accounts are those that the session has signed in to, in order.
func (a *App) accounts() []string {
	out := make([]string, 0, len(a.world.Identities))
	for _, id := range a.world.Identities {
		out = append(out, id.Account)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// recall makes the list as it was left, as soon as it is known for whom, and again where
// more accounts have been signed in to since.
func (a *App) recall() kit.Intent {
	who := a.accounts()
	if len(who) == 0 || a.cfg.Recall == nil || slices.Equal(who, a.recalled) {
		return nil
	}
	a.recalled = who
	return a.notebooks.Recall(a.cfg.Look.Or(a.cfg.Recall(who)))
}

// remember keeps what the user has changed of the list.
func (a *App) remember() {
	if who := a.accounts(); len(who) > 0 && a.cfg.Remember != nil {
		was, now := a.notebooks.Left()
		a.cfg.Remember(who, was, now)
	}
}

// rememberSoon is remember beside the loop, so that nothing is lost where the program
// has no time to end.
func (a *App) rememberSoon() tea.Cmd {
	who, keep := a.accounts(), a.cfg.Remember
	if len(who) == 0 || keep == nil {
		return nil
	}
	was, now := a.notebooks.Left()
	return a.Job("look", func(context.Context) kit.Intent {
		if !keep(who, was, now) {
			return nil // it is tried again at the end
		}
		return kit.Func(func(kit.Host) tea.Cmd {
			a.notebooks.Kept(now)
			return nil
		})
	})
}
