package ui

import (
	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/drive"
	"nbscope/ui/kit"
)

// liveRun is a run on screen: the newest snapshot that the driver has given of it.
type liveRun struct {
	drive.Snapshot
	then recreate.EventKind // the decision whose gate opens once AWS was looked at
	page kit.Screen         // where it was asked for
}

// runBook is every run that is shown.
type runBook struct {
	runs    map[string]*liveRun
	order   []*liveRun // what waits for the user first, then the newest
	loaded  bool
	problem *model.Problem
	id      int // of the newest reading of the journals, so that late ones are dropped
}

func newRunBook() *runBook { return &runBook{runs: map[string]*liveRun{}} }

// took shows the driver's newest snapshots. A run that is on screen stays the same
// one.
func (b *runBook) took(all []drive.Snapshot) {
	before := b.runs
	b.runs, b.order = make(map[string]*liveRun, len(all)), make([]*liveRun, 0, len(all))
	for i := range all {
		r, ok := before[all[i].ID]
		if !ok {
			r = &liveRun{}
		}
		r.Snapshot = all[i]
		b.runs[r.ID], b.order = r, append(b.order, r)
	}
}

// of is the run of a notebook that is not over, nil where there is none.
func (b *runBook) of(arn string) *liveRun {
	for _, r := range b.order {
		if !r.Over() && r.Run.Plan.Source.ARN == arn {
			return r
		}
	}
	return nil
}

// busy are the runs with something under way.
func (b *runBook) busy() []*liveRun {
	var out []*liveRun
	for _, r := range b.order {
		if r.UnderWay() {
			out = append(out, r)
		}
	}
	return out
}

// waiting are the runs that stand still until the user does something; those that
// may wait for days are not among them.
func (b *runBook) waiting() []*liveRun {
	var out []*liveRun
	for _, r := range b.order {
		if r.WaitsForUser() {
			out = append(out, r)
		}
	}
	return out
}
