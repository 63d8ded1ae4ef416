package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// write makes sure that the account may be written to, and goes on.
func (a *App) write(do intentWrite) tea.Cmd {
	if a.cfg.Driver == nil {
		return nil
	}
	if a.writable(do.account) {
		return a.perform(do.then(do.byItself))
	}
	name := kit.AccountLong(do.account, a.world.Lens.Aliases)
	var about kit.Document
	about.Say(theme.Normal, "nbscope only reads until you say otherwise, for each account and each session. Unlocking changes nothing by itself: every call that does is still asked for.")
	about.Say(theme.Normal, "Type the id of the account to let this session write to it.")
	p := kit.TypedGate(a.keys.Typing, "Unlock writes to "+name, do.account, about, func(s string) kit.Intent {
		return intentUnlock{intentWrite: do, on: a.screen(), typed: s}
	})
	p.Now, p.Since = a.cfg.Now, a.gates().since(do.byItself)
	return a.perform(kit.Show{Overlay: kit.NewPrompt(p)})
}

// writable reports whether this session may change something in an account.
func (a *App) writable(account string) bool {
	return a.cfg.Driver != nil && a.cfg.Driver.Writable(account)
}

func (a *App) unlock(do intentUnlock) tea.Cmd {
	driver := a.cfg.Driver
	return a.pump.job("unlock", func(context.Context) ownMsg {
		return unlockedMsg{do: do, problem: kit.ProblemOf(driver.Unlock(do.account, do.typed))}
	})
}

// unlocked goes on with what the unlock was for, unless the user has gone on to
// something else.
func (a *App) unlocked(msg unlockedMsg) tea.Cmd {
	if msg.problem != nil {
		return a.Say(theme.Bad, msg.problem.Error())
	}
	told := a.Say(theme.Warn, "this session may write to "+kit.AccountLong(msg.do.account, a.world.Lens.Aliases)+" now")
	return tea.Batch(told, a.offer(offer{on: msg.do.on, what: msg.do.what, valid: func() bool { return true }, open: msg.do.then}))
}
