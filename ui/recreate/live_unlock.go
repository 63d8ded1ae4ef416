package recreate

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// write makes sure that the account may be written to, and goes on.
func (b *Runs) write(do intentWrite) tea.Cmd {
	if b.driver == nil {
		return nil
	}
	if b.Writable(do.account) {
		return kit.Perform(b.host, do.then(do.byItself))
	}
	name := kit.AccountLong(do.account, b.world.Lens.Aliases)
	var about kit.Document
	about.Say(theme.Normal, "nbscope only reads until you say otherwise, for each account and each session. Unlocking changes nothing by itself: every call that does is still asked for.")
	about.Say(theme.Normal, "Type the id of the account to let this session write to it.")
	p := kit.TypedGate(b.keys.Typing, "Unlock writes to "+name, do.account, about, func(s string) kit.Intent {
		return intentUnlock{intentWrite: do, on: b.host.Front(), typed: s}
	})
	p.Now, p.Since = b.now, b.gates().since(do.byItself)
	return kit.Perform(b.host, kit.Show{Overlay: kit.NewPrompt(p)})
}

// Writable reports whether this session may change something in an account.
func (b *Runs) Writable(account string) bool {
	return b.driver != nil && b.driver.Writable(account)
}

func (b *Runs) unlock(do intentUnlock) tea.Cmd {
	driver := b.driver
	return b.host.Job("unlock", func(context.Context) kit.Intent {
		return unlockedMsg{do: do, problem: kit.ProblemOf(driver.Unlock(do.account, do.typed))}
	})
}
