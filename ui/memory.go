package ui

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"nbscope/ui/explore"
	"nbscope/ui/kit"
)

// memory is how the user left the list, for each set of accounts.
type memory struct {
	cfg      *Config
	world    *kit.World
	list     *explore.Notebooks
	recalled []string // the accounts for which the list was made as it was left
}

// accounts are those that the session has signed in to, in order.
func (m *memory) accounts() []string {
	out := make([]string, 0, len(m.world.Identities))
	for _, id := range m.world.Identities {
		out = append(out, id.Account)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// recall makes the list as it was left, as soon as it is known for whom, and again where
// more accounts have been signed in to since.
func (m *memory) recall() kit.Intent {
	who := m.accounts()
	if len(who) == 0 || m.cfg.Recall == nil || slices.Equal(who, m.recalled) {
		return nil
	}
	m.recalled = who
	return m.list.Recall(m.cfg.Look.Or(m.cfg.Recall(who)))
}

// keep keeps what the user has changed of the list.
func (m *memory) keep() {
	if who := m.accounts(); len(who) > 0 && m.cfg.Remember != nil {
		was, now := m.list.Left()
		m.cfg.Remember(who, was, now)
	}
}

// keepSoon is keep beside the loop, so that nothing is lost where the program has no time
// to end.
func (m *memory) keepSoon() kit.Intent {
	who, keep := m.accounts(), m.cfg.Remember
	if len(who) == 0 || keep == nil {
		return nil
	}
	was, now := m.list.Left()
	return kit.Job("look", func(context.Context) kit.Intent {
		if !keep(who, was, now) {
			return nil // it is tried again at the end
		}
		return kit.Func(func(kit.Host) tea.Cmd {
			m.list.Kept(now)
			return nil
		})
	})
}
