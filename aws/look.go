package aws

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker"

	"nbscope/model"
	"nbscope/model/recreate"
)

// What a call did may take a moment to be seen.
const (
	settlePauses = 3 // how long a call in doubt is looked after, in pauses between two looks of a wait
	settleLooks  = 4 // and how often at least, however slow the looks are
)

// observe describes both notebooks as they are.
func (a *act) observe(ctx context.Context) recreate.Event {
	both, err := a.look(ctx)
	if err != nil {
		return failed(err)
	}
	return recreate.Event{Kind: recreate.EventDone, Observed: both}
}

// look describes both notebooks, side by side.
func (a *act) look(ctx context.Context, opts ...func(*sagemaker.Options)) (*recreate.Observation, error) {
	var out recreate.Observation
	var first, second error
	var both sync.WaitGroup
	see := func(name string, into **recreate.Snapshot, failure *error) {
		if name != "" {
			both.Go(func() { *into, *failure = a.session.snapshot(ctx, a.effect.Target.Region, name, opts...) })
		}
	}
	see(a.effect.Source, &out.Source, &first)
	see(a.effect.Replacement, &out.Replacement, &second)
	both.Wait()
	if err := orError(first, second); err != nil {
		return nil, err
	}
	return &out, nil
}

// settle looks until it can be seen what became of the call of the step, or for as
// long as that may take.
func (a *act) settle(ctx context.Context) recreate.Event {
	every := a.client.opt.LookEvery
	until := a.client.opt.Now().Add(settlePauses * every)
	for looks := 1; ; looks++ {
		both, err := a.look(ctx)
		if err != nil {
			return failed(err)
		}
		if a.settled(both) || looks >= settleLooks && !a.client.opt.Now().Before(until) {
			return recreate.Event{Kind: recreate.EventDone, Observed: both}
		}
		if err := sleep(ctx, jittered(every/2)); err != nil {
			return failed(a.fault(ctx, err))
		}
	}
}

// settled reports whether what is seen answers what became of the call. A notebook
// that was just made may show up before its tags do.
func (a *act) settled(now *recreate.Observation) bool {
	def, _ := recreate.Def(a.effect.Step)
	before, after := a.run.Replacement, now.Replacement
	if def.On == recreate.SideSource {
		before, after = a.run.Source, now.Source
	}
	switch {
	case def.Act == "":
		return true
	case def.Act == recreate.EffectCreate:
		return after != nil && (after.TagsUnknown != "" || after.Tag(recreate.TagRunID) != "")
	case before == nil || after == nil:
		return true
	}
	return after.Status != before.Status || after.Platform != before.Platform || !after.Modified.Equal(before.Modified)
}

// jittered is about d, from four to six fifths of it, so that what waits side by
// side does not act all at once.
func jittered(d time.Duration) time.Duration {
	spread := max(1, 2*d/5)
	return d - d/5 + time.Duration(rand.Int64N(int64(spread))) //nolint:gosec // a jitter guards no secret
}

// statusOf is the status of a notebook that may not exist.
func statusOf(s *recreate.Snapshot) model.Status {
	if s == nil {
		return recreate.StatusGone
	}
	return s.Status
}
