package ui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// How the scan's findings reach the screens.

// found takes in what the scans found. What an older scan still says is dropped.
func (a *App) found(msg batchMsg) tea.Cmd {
	changed := false
	for _, b := range msg.batches {
		if !a.inv.Apply(b) {
			if b.Asked != nil {
				b.Asked.Cancel() // nobody waits for that sign-in any more
			}
			continue
		}
		changed = true
		for _, t := range b.Targets {
			a.scanned[t.Target] = true
		}
		a.world.Remark(b.Notebooks)
		if b.Asked != nil {
			a.ask(*b.Asked)
		}
	}
	if !changed {
		return nil
	}
	a.look()
	for _, b := range msg.batches {
		a.notebooks.Measure(b.Notebooks)
	}
	return tea.Batch(a.perform(a.syncScreens()), a.Arrange())
}

// syncScreens tells the screens that the world has changed.
func (a *App) syncScreens() kit.Intent {
	for _, s := range a.everyScreen() {
		if s != kit.Screen(a.notebooks) {
			s.Sync()
		}
	}
	return a.notebooks.Sync()
}

// scanEnded settles a scan once nothing of it runs any more.
func (a *App) scanEnded(msg scanEndedMsg) tea.Cmd {
	if msg.generation != a.inv.Generation() {
		return nil
	}
	a.inv.Apply(model.Batch{Generation: msg.generation, Done: true})
	s := &a.world.Scan
	quiet := s.Quiet()
	s.Running, s.Ended, s.Crash = false, a.cfg.Now(), msg.crash
	if a.whole && !s.Stopped && msg.crash == "" {
		a.forget()
	}
	a.countWidth = 0
	a.look()
	cmds := []tea.Cmd{a.Arrange(), a.perform(a.syncScreens()), a.arm(timerTransition), a.armRefresh()}
	if !quiet && !s.Stopped && msg.crash == "" {
		cmds = append(cmds, a.keep())
	}
	if !quiet && !s.Stopped && msg.crash == "" && len(a.world.Rows) > 0 {
		cmds = append(cmds, a.sayFailedSignIn())
	}
	if msg.crash != "" {
		cmds = append(cmds, a.Say(theme.Bad, "the scan broke off: "+msg.crash+"; r starts again"))
	}
	return tea.Batch(append(cmds, a.checkCopies())...)
}

// sayFailedSignIn tells of a sign-in that failed, with what mends it, when there
// are rows that would let nobody look for it. Without rows the screen says it.
func (a *App) sayFailedSignIn() tea.Cmd {
	if len(a.world.Problems) == 0 {
		return nil
	}
	p := a.world.Problems[0]
	told := kit.Brief(&p)
	if p.Profile != "" {
		told = p.Profile + ": " + told
	}
	if n := len(a.world.Problems) - 1; n > 0 {
		told += fmt.Sprintf(" (and %d more)", n)
	}
	if p.Hint != "" && kit.Brief(&p) != p.Hint {
		told += "; " + p.Hint
	}
	return a.Say(theme.Bad, told)
}

// forget drops what the cache brought of targets that this run is not about. An
// account that could not be signed in to keeps what was known of it.
func (a *App) forget() {
	signedIn := map[string]bool{}
	for t := range a.scanned {
		signedIn[t.Account] = true
	}
	if len(signedIn) == 0 {
		return
	}
	a.inv.Retain(func(t model.Target) bool { return a.scanned[t] || !signedIn[t.Account] })
}

// lateCache shows what the cache brought, and starts the first scan with it.
func (a *App) lateCache(late Late) tea.Cmd {
	a.inv.Seed(late.Identities, late.Cached)
	a.look()
	a.notebooks.Measure(a.world.Rows)
	var told tea.Cmd
	if len(late.Notices) > 0 {
		told = a.Say(theme.Warn, strings.Join(late.Notices, " "))
	}
	return tea.Batch(a.Arrange(), a.perform(a.syncScreens()), a.Scan(model.Incremental, nil), told)
}

// due handles a timer that ran out, if it still counts.
func (a *App) due(msg dueMsg) tea.Cmd {
	if msg.id != a.timers[msg.timer] {
		return nil
	}
	a.world.Now = a.cfg.Now()
	switch msg.timer {
	case timerToast:
		a.toast = toast{}
	case timerSpin:
		return a.spin()
	case timerAge:
		return a.aged()
	case timerTransition:
		return a.lookAgain()
	case timerWork:
		return a.worked()
	case timerCopy:
		return a.lookAtCopies()
	case timerRefresh:
		if a.world.Scan.Running {
			return a.armRefresh()
		}
		return a.Scan(model.Incremental, nil)
	case timers:
	}
	return nil
}

func (a *App) spin() tea.Cmd {
	if !a.world.Scan.Running {
		return nil
	}
	a.world.Scan.Frame++
	return a.arm(timerSpin)
}

// aged lets ages move on.
func (a *App) aged() tea.Cmd {
	a.look()
	return tea.Batch(a.arm(timerAge), a.perform(a.syncScreens()), a.Arrange())
}

func (a *App) armRefresh() tea.Cmd {
	if a.cfg.Refresh <= 0 {
		return nil
	}
	return a.arm(timerRefresh)
}

// lookAgain scans the targets of notebooks that AWS is changing right now.
func (a *App) lookAgain() tea.Cmd {
	if a.world.Scan.Running || a.world.Scan.Stopped {
		return nil // who stops a scan does not want the next one by itself
	}
	seen := map[model.Target]bool{}
	var only []model.Target
	for _, n := range a.world.Rows {
		if t := n.Target(); n.Status.InTransition() && !seen[t] {
			seen[t] = true
			only = append(only, t)
		}
	}
	if len(only) == 0 {
		return nil
	}
	return a.Scan(model.Transition, only)
}
