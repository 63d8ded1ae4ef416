package ui

import (
	"cmp"
	"slices"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
)

// liveRun is a run as this program knows it: one that it holds and goes on with,
// or one that it only reads.
type liveRun struct {
	id   string
	book Book // nil while this program does not hold it
	run  recreate.Run
	kept recreate.Kept

	flight   *flight          // the effect that is being carried out
	queued   *recreate.Effect // the effect that waits for its turn
	deciding bool             // an event is being written
	problem  *model.Problem   // why the journal could not be opened or written
	then     recreate.EventKind
}

// flight is an effect that is being carried out.
type flight struct {
	effect   recreate.Effect
	since    time.Time
	progress recreate.Progress
	told     bool // there was progress
	cancel   func()
}

// underWay reports whether something goes on without the user.
func (r *liveRun) underWay() bool { return r.flight != nil || r.queued != nil || r.deciding }

// held reports whether this program may go on with the run.
func (r *liveRun) held() bool { return r.book != nil }

// choices are what the user can do with the run here and now.
func (r *liveRun) choices() []recreate.EventKind {
	switch {
	case !r.held() || r.problem != nil:
		return nil
	case r.deciding:
		return nil
	case r.flight != nil || r.queued != nil:
		return []recreate.EventKind{recreate.EventHalted}
	}
	return r.run.Choices()
}

// can reports whether the user may decide so.
func (r *liveRun) can(k recreate.EventKind) bool { return slices.Contains(r.choices(), k) }

// waits reports whether the run stands still until the user decides.
func (r *liveRun) waits() bool { return r.held() && !r.underWay() && r.run.Waits() }

// interrupted reports whether the run is not over and nobody goes on with it.
func (r *liveRun) interrupted() bool {
	return !r.held() && r.kept.HeldBy == "" && r.run.Outcome == "" && r.kept.Unreadable() == ""
}

// elsewhere reports whether another program goes on with the run.
func (r *liveRun) elsewhere() bool {
	return !r.held() && r.kept.HeldBy != "" && r.run.Outcome == ""
}

// troubled reports whether something has gone wrong that the user should hear of
// before what merely waits.
func (r *liveRun) troubled() bool {
	return r.run.Phase == recreate.PhaseFailed || r.run.Phase == recreate.PhaseDrift || r.run.Disturbed() != ""
}

// needsWrite reports whether a decision can lead to a call that changes something.
func (r *liveRun) needsWrite(k recreate.EventKind) bool {
	s, _ := r.run.Step()
	d, _ := recreate.Def(s.Kind)
	switch k {
	case recreate.EventApproved, recreate.EventRollback:
		return true
	case recreate.EventRetry, recreate.EventAmended:
		return d.Gate == recreate.GateNone || s.Kind == recreate.StepWait
	case recreate.EventResumed:
		return d.Act != "" && d.Gate == recreate.GateNone
	case recreate.EventAttested, recreate.EventAccepted, recreate.EventHalted, recreate.EventClosed,
		recreate.EventDone, recreate.EventFailed, recreate.EventDoubted:
	}
	return false
}

// atOnce bounds the runs that are moved side by side.
const atOnce = 4

// runBook is every run that this program knows of.
type runBook struct {
	runs    map[string]*liveRun
	order   []*liveRun // what waits for the user first, then the newest
	loaded  bool
	problem *model.Problem
	id      int // of the newest listing, so that late ones are dropped
}

func newRunBook() *runBook { return &runBook{runs: map[string]*liveRun{}} }

// listed takes what the journals say. A run that this program holds is known
// better.
func (b *runBook) listed(kept []recreate.Kept) {
	b.loaded, b.problem = true, nil
	seen := map[string]bool{}
	for _, k := range kept {
		id := k.Run.ID()
		seen[id] = true
		r := b.get(id)
		r.kept = k
		if !r.held() {
			r.run = k.Run
		}
	}
	for id, r := range b.runs {
		if !seen[id] && !r.held() {
			delete(b.runs, id)
		}
	}
	b.sort()
}

// get is the run with an id, made when it is new.
func (b *runBook) get(id string) *liveRun {
	r, ok := b.runs[id]
	if !ok {
		r = &liveRun{id: id}
		b.runs[id] = r
	}
	return r
}

// of is the run of a notebook that is not over, nil where there is none.
func (b *runBook) of(arn string) *liveRun {
	for _, r := range b.order {
		if r.run.Outcome == "" && r.run.Plan.Source.ARN == arn {
			return r
		}
	}
	return nil
}

// sort puts first what waits for the user.
func (b *runBook) sort() {
	b.order = b.order[:0:0]
	for _, r := range b.runs {
		b.order = append(b.order, r)
	}
	slices.SortFunc(b.order, func(x, y *liveRun) int {
		if c := cmp.Compare(urgency(x), urgency(y)); c != 0 {
			return c
		}
		if c := y.run.Began.Compare(x.run.Began); c != 0 {
			return c
		}
		return cmp.Compare(x.id, y.id)
	})
}

// urgency orders runs by how much they want of the user.
func urgency(r *liveRun) int {
	switch {
	case r.run.Outcome != "":
		return 6
	case r.elsewhere():
		return 5
	case r.problem != nil || r.kept.Unreadable() != "":
		return 0
	case r.troubled():
		return 0
	case r.run.Kept():
		return 4
	case r.waits():
		return 1
	case r.interrupted():
		return 2
	case r.underWay():
		return 3
	}
	return 5
}

// flying is how many effects are being carried out.
func (b *runBook) flying() int {
	n := 0
	for _, r := range b.runs {
		if r.flight != nil {
			n++
		}
	}
	return n
}

// due are the runs whose effect may begin now, the oldest run first.
func (b *runBook) due() []*liveRun {
	room := atOnce - b.flying()
	var out []*liveRun
	for _, r := range slices.Backward(b.order) {
		if r.queued != nil && r.flight == nil && len(out) < room {
			out = append(out, r)
		}
	}
	return out
}

// busy are the runs with something under way.
func (b *runBook) busy() []*liveRun {
	var out []*liveRun
	for _, r := range b.order {
		if r.underWay() {
			out = append(out, r)
		}
	}
	return out
}

// waiting are the runs held here that stand still until the user decides; those
// that may wait for days are not among them.
func (b *runBook) waiting() []*liveRun {
	var out []*liveRun
	for _, r := range b.order {
		if r.waits() && !r.run.Kept() {
			out = append(out, r)
		}
	}
	return out
}
