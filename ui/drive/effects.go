package drive

import (
	"cmp"
	"context"
	"slices"

	"nbscope/model/recreate"
)

// lane is what an effect has to share with others.
type lane uint8

// The lanes: a wait shares nothing. What moves data or compares it lasts for hours, and
// must not keep a call from being made.
const (
	waits lane = iota
	calls
	moves
)

func laneOf(k recreate.EffectKind) lane {
	switch {
	case k == recreate.EffectWait, k == recreate.EffectSettle:
		return waits
	case k.Moves() && k != recreate.EffectSurvey:
		return moves
	}
	return calls
}

// fly begins what may be under way, the oldest run first: every wait, as many calls as
// there are slots, and as many copies.
func (d *Driver) fly() {
	room := map[lane]int{calls: Slots, moves: d.copies()}
	var due []*run
	for _, r := range d.runs {
		if r.Flight != nil {
			room[laneOf(r.Flight.Effect.Kind)]--
		}
		if r.Queued != nil && r.Flight == nil {
			due = append(due, r)
		}
	}
	slices.SortFunc(due, func(x, y *run) int {
		return cmp.Or(x.Run.Began.Compare(y.Run.Began), cmp.Compare(x.ID, y.ID))
	})
	for _, r := range due {
		if l := laneOf(r.Queued.Kind); l != waits {
			if room[l] <= 0 {
				continue
			}
			room[l]--
		}
		d.launch(r, false)
	}
}

// launch begins the effect that a run has queued. One that is halted is not carried
// out: its outcome says so.
func (d *Driver) launch(r *run, halted bool) {
	base, ok := d.begin()
	if !ok {
		return // the journal has it, and the run is resumed with it
	}
	e, book := *r.Queued, r.book
	ctx, cancel := context.WithCancel(base)
	if halted {
		cancel()
	}
	r.Queued, r.cancel = nil, cancel
	r.Flight = &Flight{Effect: e, Since: d.cfg.Now()}
	d.post(r, Notice{Progress: true})
	d.spawn(func() {
		defer cancel()
		effects, err := guarded(func() ([]recreate.Effect, error) {
			return book.Perform(ctx, e, func(p recreate.Progress) { d.told(r, e.ID, p) })
		})
		d.landed(r, book, e, effects, err) //nolint:contextcheck // what follows is not bound to the effect that is over
	})
}

// halt ends the wait of a run, and takes back a call that was not begun. A call
// that is being made is finished.
func (d *Driver) halt(r *run) {
	switch {
	case r.Flight != nil:
		r.cancel()
	case r.Queued != nil:
		d.launch(r, true)
	}
}

// told takes over what a wait has seen on its way.
func (d *Driver) told(r *run, effect int, p recreate.Progress) {
	d.mu.Lock()
	if r.Flight == nil || r.Flight.Effect.ID != effect {
		d.mu.Unlock()
		return
	}
	f := *r.Flight
	f.Progress, f.Told = p, true
	r.Flight = &f
	d.post(r, Notice{Progress: true})
	d.mu.Unlock()
	d.deliver()
}

// landed goes on with a run whose effect is over. Without its outcome in the
// journal nothing goes on: the run is let go, and resuming it looks at AWS first.
func (d *Driver) landed(r *run, book Book, e recreate.Effect, effects []recreate.Effect, err error) {
	r.order.Lock()
	now := book.Run()
	d.mu.Lock()
	r.Run, r.Flight = now, nil
	r.order.Unlock()
	if err != nil {
		r.broken, r.Problem = true, problemOf(err)
	} else if now.Phase != recreate.PhasePaused || now.Problem == nil {
		r.Looked = true
	}
	r.queue(effects, d)
	d.settle(r, Notice{Landed: &e, Problem: err})
}
