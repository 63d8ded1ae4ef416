package ui

import (
	"context"
	"errors"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
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

// say shows a sentence in the footer for a while.
func (a *App) say(tone theme.Tone, s string) tea.Cmd {
	a.toast = toast{tone: tone, text: s}
	return a.arm(timerToast)
}

// scan starts a scan of everything, or of some targets, in place of the one under
// way.
func (a *App) scan(m model.Mode, only []model.Target) tea.Cmd {
	req := model.ScanRequest{Generation: a.inv.Generation() + 1, Mode: m, Only: only, Known: a.inv.Snapshot()}
	a.inv.Begin(req.Generation, only)
	now := a.cfg.Now()
	a.world.scan = scanState{running: true, mode: m, began: now, frame: a.world.scan.frame}
	a.whole, a.scanned = len(only) == 0, map[model.Target]bool{}
	a.look()
	p := a.pump
	start := func() tea.Msg { p.scan(req); return nil }
	if a.world.scan.quiet() {
		return start
	}
	return tea.Batch(start, a.arm(timerSpin), a.perform(a.syncScreens()))
}

func (a *App) scanStoppable() bool { return a.world.scan.running && !a.world.scan.quiet() }

func (a *App) cancelScan() tea.Cmd {
	if !a.world.scan.running {
		return nil
	}
	a.pump.cancelScan()
	a.world.scan.stopped = true
	return a.say(theme.Warn, "the scan was stopped; r starts again")
}

// rearrange filters, sorts and groups the list anew.
func (a *App) rearrange() tea.Cmd {
	r := &a.arranger
	if r.busy {
		r.again = true
		return nil
	}
	r.seq++
	q, rows, lens, o, e, all := a.notebooks.query, a.world.rows, a.world.lens, a.notebooks.order(), r.engine, r.sorted
	if len(rows) <= arrangeAside {
		return a.perform(a.notebooks.arranged(arrange(e, all, q, rows, lens, o)))
	}
	r.busy, r.again = true, false
	seq, ahead := r.seq, a.notebooks.bar.open
	return a.pump.job("sort", func(context.Context) tea.Msg {
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
		return tea.Batch(cmd, a.rearrange())
	}
	return cmd
}

// inspect fetches a part of the detail.
func (a *App) inspect(do intentInspect) tea.Cmd {
	n, in := do.notebook, a.cfg.Inspector
	return a.pump.job("detail", func(ctx context.Context) tea.Msg {
		msg := inspectedMsg{arn: n.ARN, section: do.section, id: do.id}
		var err error
		switch {
		case in == nil:
			err = errors.New("details cannot be fetched here")
		case do.section == sectionLifecycle:
			msg.found.lifecycle, err = in.Lifecycle(ctx, n.Target(), n.LifecycleName)
		case do.section == sectionConfig:
			msg.found.repositories = inspectRepositories(ctx, in, n)
		default:
			msg.found.raw, err = in.Raw(ctx, n.Target(), n.Name)
		}
		if err != nil {
			msg.problem = asProblem(err)
		}
		return msg
	})
}

// asProblem makes a problem of any error.
func asProblem(err error) *model.Problem {
	var p model.Problem
	if !errors.As(err, &p) {
		p = model.Problem{Kind: model.KindUnknown, Message: err.Error()}
	}
	return &p
}

// waitLate waits for the cache that was too large for the first frame.
func (a *App) waitLate() tea.Cmd {
	late := a.cfg.Late
	return a.pump.job("cache", func(ctx context.Context) tea.Msg {
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

func (a *App) exported(msg exportedMsg) tea.Cmd {
	t := toast{tone: theme.Good, text: fmt.Sprintf("%s written to %s", count(msg.rows, "notebook"), msg.path), path: msg.path}
	if msg.err != nil {
		t.tone, t.text = theme.Bad, msg.err.Error()
	}
	a.toast = t
	return a.arm(timerToast)
}

// keep saves the inventory for the next start.
func (a *App) keep() tea.Cmd {
	save, ids, rows := a.cfg.Save, a.world.identities, a.world.rows
	if save == nil || len(ids) == 0 {
		return nil
	}
	return a.pump.job("cache", func(ctx context.Context) tea.Msg { return savedMsg{save(ctx, ids, rows)} })
}
