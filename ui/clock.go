package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/ui/recreate"
)

// How long things last.
const (
	toastFor        = 5 * time.Second
	spinEvery       = 120 * time.Millisecond
	ageEvery        = 30 * time.Second
	transitionEvery = 12 * time.Second
	workEvery       = 250 * time.Millisecond
	runsEvery       = 3 * time.Second
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
	timerRuns                    // other programs may have gone on with runs
	timers
)

// clock is the timers that are set.
type clock struct {
	pump    *pump
	refresh time.Duration // that the user asked for; 0: none
	newest  [timers]int   // id of each timer
}

// arm sets a timer anew: the one set before it does not count any more.
func (c *clock) arm(t timer) tea.Cmd {
	d := map[timer]time.Duration{
		timerToast: toastFor, timerSpin: spinEvery, timerAge: ageEvery,
		timerTransition: transitionEvery, timerRefresh: c.refresh, timerWork: workEvery, timerCopy: recreate.CopyEvery, timerRuns: runsEvery,
	}[t]
	if d <= 0 {
		return nil
	}
	c.newest[t]++
	return c.pump.after(d, dueMsg{timer: t, id: c.newest[t]})
}

// dueMsg says that a timer ran out. It counts only if its id is the newest of
// its timer.
type dueMsg struct {
	timer timer
	id    int
}

// to handles a timer that ran out, if it still counts.
func (m dueMsg) to(a *App) tea.Cmd {
	if m.id != a.clock.newest[m.timer] {
		return nil
	}
	a.world.Now = a.cfg.Now()
	switch m.timer {
	case timerToast:
		a.toast = toast{}
	case timerSpin:
		return a.scans.spin()
	case timerAge:
		return a.scans.aged()
	case timerTransition:
		return a.scans.lookAgain()
	case timerWork:
		return a.worked()
	case timerCopy:
		return a.scans.lookAtCopies()
	case timerRuns:
		return tea.Batch(a.runs.Reread(), a.clock.arm(timerRuns))
	case timerRefresh:
		if a.world.Scan.Running {
			return a.clock.arm(timerRefresh)
		}
		return a.Scan(model.Incremental, nil)
	case timers:
	}
	return nil
}
