package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/ui/kit"
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
	copyEvery       = 30 * time.Second
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

// arrangeAside is the number of rows from which on filtering and sorting would
// hold up keys, and so runs beside the loop.
const arrangeAside = 8000

// arm sets a timer anew: the one set before it does not count any more.
func (a *App) arm(t timer) tea.Cmd {
	d := map[timer]time.Duration{
		timerToast: toastFor, timerSpin: spinEvery, timerAge: ageEvery,
		timerTransition: transitionEvery, timerRefresh: a.cfg.Refresh, timerWork: workEvery, timerCopy: copyEvery,
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

// Arrange filters, sorts and groups the list anew.
func (a *App) Arrange() tea.Cmd {
	r := &a.arranger
	if r.busy {
		r.again = true
		return nil
	}
	r.seq++
	q, rows, lens, o, e, all := a.notebooks.query, a.world.Rows, a.world.Lens, a.notebooks.order(), r.engine, r.sorted
	if len(rows) <= arrangeAside {
		return a.perform(a.notebooks.arranged(arrange(e, all, q, rows, lens, o)))
	}
	r.busy, r.again = true, false
	seq, ahead := r.seq, a.notebooks.bar.Open
	return a.pump.job("sort", func(context.Context) ownMsg {
		if ahead { // the next key will ask for it
			e.Prepare(rows, lens)
		}
		return arrangedMsg{seq: seq, result: arrange(e, all, q, rows, lens, o)}
	})
}

// arranged shows a list made beside the loop, and makes the next one if there was
// a change in the meantime.
func (a *App) arranged(msg arrangedMsg) tea.Cmd {
	r := &a.arranger
	if msg.seq != r.seq {
		return nil
	}
	r.busy = false
	cmd := a.perform(a.notebooks.arranged(msg.result))
	if r.again {
		r.again = false
		return tea.Batch(cmd, a.Arrange())
	}
	return cmd
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
