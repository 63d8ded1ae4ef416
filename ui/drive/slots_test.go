package drive

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"nbscope/model"
	"nbscope/model/recreate"
)

// TestCopiesHoldNoSlotOfCalls has as many copies under way as there may be, and makes
// calls beside them.
func TestCopiesHoldNoSlotOfCalls(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	release := make(chan struct{})
	var mu sync.Mutex
	copying, most := 0, 0
	o.cloud.before = func(_ context.Context, _ string, e recreate.Effect) *recreate.Event {
		if e.Kind != recreate.EffectCopy {
			return nil
		}
		mu.Lock()
		copying++
		most = max(most, copying)
		mu.Unlock()
		<-release
		mu.Lock()
		copying--
		mu.Unlock()
		return nil
	}
	n := Slots + Copies
	for i := range n {
		p := planFor(fmt.Sprintf("run-%d", i), fmt.Sprintf("churn-%d", i))
		p.Transport = recreate.TransportRelay
		if err := o.d.Begin(p, recreate.Event{Kind: recreate.EventApproved, Step: recreate.StepCreate, Fingerprint: p.Fingerprint()}); err != nil {
			t.Fatal(err)
		}
	}
	o.until("every run is made, and the copies wait for each other", func() bool {
		queued, flying := 0, 0
		for _, s := range o.d.Runs() {
			switch {
			case s.Queued != nil && s.Queued.Kind == recreate.EffectCopy:
				queued++
			case s.Flight != nil && s.Flight.Effect.Kind == recreate.EffectCopy:
				flying++
			}
		}
		return queued == n-Copies && flying == Copies
	})
	close(release)
	o.until("every copy is proven", func() bool {
		proven := 0
		for _, s := range o.d.Runs() {
			if s.Run.Proof != nil {
				proven++
			}
		}
		return proven == n
	})
	if most != Copies {
		t.Errorf("%d copies side by side, want %d", most, Copies)
	}
}

func TestRunsWhoseWaitsLastAreAllCreatedAtOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.cloud.before = func(ctx context.Context, _ string, e recreate.Effect) *recreate.Event {
		if e.Kind != recreate.EffectWait {
			return nil
		}
		<-ctx.Done()
		return &recreate.Event{Kind: recreate.EventFailed, Problem: &model.Problem{Kind: model.KindCanceled, Message: "stopped"}}
	}
	all := ids(50)
	for _, id := range all {
		o.begin(id, "src-"+id)
	}
	waiting := func() (n int) {
		for _, s := range o.d.Runs() {
			if s.Flight != nil && s.Flight.Effect.Kind == recreate.EffectWait {
				n++
			}
		}
		return n
	}
	o.until("all fifty wait at once", func() bool { return waiting() == len(all) })
	if got := strings.Count(o.cloud.wrote(), "create "); got != len(all) {
		t.Errorf("%d were created", got)
	}
	if o.cloud.most > Slots {
		t.Errorf("%d calls at a time, want at most %d", o.cloud.most, Slots)
	}
	o.end()
	if err := o.d.Close(); err != nil {
		t.Fatal(err)
	}
	for _, s := range o.d.Runs() {
		kept, err := o.shelf.Read(s.ID)
		if err != nil || kept.Run.Phase != recreate.PhasePaused || kept.HeldBy != "" || kept.Mine {
			t.Fatalf("after the end %s is %q, held by %q, %v", s.ID, kept.Run.Phase, kept.HeldBy, err)
		}
	}
}

func TestCallsHoldSlotsAndTheOldestRunComesNext(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	open := make(chan struct{})
	o.cloud.before = func(_ context.Context, _ string, e recreate.Effect) *recreate.Event {
		if e.Kind == recreate.EffectCreate {
			<-open
		}
		return nil
	}
	all := ids(6)
	for _, id := range all {
		o.begin(id, "src-"+id)
		o.until(id+" is begun", func() bool { s, ok := o.d.Run(id); return ok && !s.Deciding })
	}
	count := func() (creating, queued int) {
		for _, s := range o.d.Runs() {
			switch {
			case s.Queued != nil:
				queued++
			case s.Flight != nil && s.Flight.Effect.Kind == recreate.EffectCreate:
				creating++
			}
		}
		return creating, queued
	}
	o.until("four create and two wait for their turn", func() bool { c, q := count(); return c == Slots && q == 2 })
	s := o.run("run-05")
	if s.Queued == nil || s.Says() != "waits for its turn" || !s.Can(recreate.EventHalted) {
		t.Errorf("the last one is %+v: %s", s.Queued, s.Says())
	}
	close(open)
	for _, id := range all {
		o.still(id)
	}
	if got := strings.Count(o.cloud.wrote(), "create "); got != 6 {
		t.Errorf("%d were created", got)
	}
}

func TestACallThatIsStoppedBeforeItsTurnIsNotMade(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	open := make(chan struct{})
	o.cloud.before = func(_ context.Context, _ string, e recreate.Effect) *recreate.Event {
		if e.Kind == recreate.EffectCreate {
			<-open
		}
		return nil
	}
	all := ids(5)
	for _, id := range all {
		o.begin(id, "src-"+id)
		o.until(id+" is begun", func() bool { s, ok := o.d.Run(id); return ok && !s.Deciding })
	}
	var last Snapshot
	o.until("one waits for its turn", func() bool {
		for _, s := range o.d.Runs() {
			if s.Queued != nil {
				last = s
				return true
			}
		}
		return false
	})
	o.decide(last.ID, recreate.Event{Kind: recreate.EventHalted})
	s := o.still(last.ID)
	mustHaveAWayOn(t, &s)
	close(open)
	for _, id := range all {
		o.still(id)
	}
	if strings.Contains(o.cloud.wrote(), "create "+last.Run.Plan.Spec.Name) {
		t.Errorf("it was made all the same: %s", o.cloud.wrote())
	}
}
