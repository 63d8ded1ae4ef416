package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/ui/kit"
	"nbscope/ui/recreate"
	"nbscope/ui/theme"
)

// Everything that takes time or touches the world starts here.

// How long things last.
const (
	toastFor        = 5 * time.Second
	spinEvery       = 120 * time.Millisecond
	ageEvery        = 30 * time.Second
	transitionEvery = 12 * time.Second
	workEvery       = 250 * time.Millisecond
)

// timer names the things that come due.
type timer uint8

const (
	timerToast      timer = iota // the toast has been seen
	timerSpin                    // the next frame of the progress glyph
	timerAge                     // ages in the list move on
	timerTransition              // notebooks in transition are looked at again
	timerRefresh                 // the interval that the user asked for
	timerWork                    // the clock of what is under way moves on
	timerCopy                    // the notebooks of a copy by hand are looked at again
	timers
)

// arm sets a timer anew: the one set before it does not count any more.
func (a *App) arm(t timer) tea.Cmd {
	d := map[timer]time.Duration{
		timerToast: toastFor, timerSpin: spinEvery, timerAge: ageEvery,
		timerTransition: transitionEvery, timerRefresh: a.cfg.Refresh, timerWork: workEvery, timerCopy: recreate.CopyEvery,
	}[t]
	a.timers[t]++
	return a.pump.after(d, dueMsg{timer: t, id: a.timers[t]})
}

// Scan starts a scan of everything, or of some targets, in place of the one under
// way.
func (a *App) Scan(m model.Mode, only []model.Target) tea.Cmd {
	req := model.ScanRequest{Generation: a.inv.Generation() + 1, Mode: m, Only: only, Known: a.inv.Snapshot()}
	a.inv.Begin(req.Generation, only)
	now := a.cfg.Now()
	a.world.Scan = kit.ScanState{Running: true, Mode: m, Began: now, Frame: a.world.Scan.Frame}
	a.whole, a.scanned = len(only) == 0, map[model.Target]bool{}
	a.look()
	p := a.pump
	start := func() tea.Msg { p.scan(req); return nil }
	if a.world.Scan.Quiet() {
		return start
	}
	return tea.Batch(start, a.arm(timerSpin), a.perform(a.syncScreens()))
}

func (a *App) scanStoppable() bool { return a.world.Scan.Running && !a.world.Scan.Quiet() }

func (a *App) cancelScan() tea.Cmd {
	if !a.world.Scan.Running {
		return nil
	}
	a.pump.cancelScan()
	a.world.Scan.Stopped = true
	return a.Say(theme.Warn, "the scan was stopped; r starts again")
}

// waitLate waits for the cache that was too large for the first frame.
func (a *App) waitLate() tea.Cmd {
	late := a.cfg.Late
	return a.pump.job("cache", func(ctx context.Context) ownMsg {
		got := make(chan Late, 1)
		go func() { got <- late() }()
		select {
		case l := <-got:
			return lateMsg{l}
		case <-ctx.Done():
			return nil
		}
	})
}

// keep saves the inventory for the next start.
func (a *App) keep() tea.Cmd {
	save, ids, rows := a.cfg.Save, a.world.Identities, a.world.Rows
	if save == nil || len(ids) == 0 {
		return nil
	}
	return a.pump.job("cache", func(ctx context.Context) ownMsg { return savedMsg{save(ctx, ids, rows)} })
}
