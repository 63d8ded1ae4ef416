package journal

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"

	"nbscope/model/recreate"
)

func TestIntentIsOnDiskBeforeTheEffectAndTheOutcomeAfter(t *testing.T) {
	t.Parallel()
	d, b, s := fixture(t, seen(), recreate.Event{Kind: recreate.EventDone, Calls: 1})
	e := approve(t, b)
	for range 2 {
		effects, err := b.Perform(t.Context(), e, nil)
		if err != nil || len(effects) != 1 {
			t.Fatalf("%d effects, %v", len(effects), err)
		}
		e = effects[0]
	}
	if s.asked[1].Kind != recreate.EffectCreate {
		t.Fatalf("asked for %v", s.asked)
	}
	for i, line := range s.onDisk {
		if !strings.Contains(line, `"intent":{"id":`) {
			t.Errorf("effect %d was carried out with this as the last record: %s", i+1, line)
		}
	}
	kept, err := d.Read("run-1")
	if err != nil || !reflect.DeepEqual(kept.Run, b.Run()) || kept.Run.InFlight.Kind != recreate.EffectWait || kept.Run.Calls != 4 {
		t.Errorf("read back %+v, %v", kept.Run, err)
	}
}

func TestWithoutTheIntentOnDiskNothingIsCarriedOut(t *testing.T) {
	t.Parallel()
	_, b, s := fixture(t, seen())
	e := approve(t, b)
	if err := b.file.Close(); err != nil { // the disk is gone
		t.Fatal(err)
	}
	if _, err := b.Perform(t.Context(), e, nil); err == nil || !strings.Contains(err.Error(), "run run-1") {
		t.Errorf("the error is %v", err)
	}
	if len(s.asked) > 0 {
		t.Errorf("carried out all the same: %v", s.asked)
	}
}

func TestNothingElseHappensWhileAnEffectIsPerformed(t *testing.T) {
	t.Parallel()
	d, b, _ := fixture(t)
	e := approve(t, b)
	var during, halted error
	d.next = performer(func() recreate.Event {
		_, during = b.Take(recreate.Event{Kind: recreate.EventResumed, At: start()})
		_, halted = b.Take(recreate.Event{Kind: recreate.EventHalted, At: start()})
		return seen()
	})
	effects, err := b.Perform(t.Context(), e, nil)
	if !errors.Is(during, ErrPerforming) || halted != nil {
		t.Errorf("a resume gives %v, a halt %v", during, halted)
	}
	if run := b.Run(); err != nil || len(effects) != 0 || run.Phase != recreate.PhasePaused {
		t.Errorf("after the halt there are %d effects in phase %s, %v", len(effects), run.Phase, err)
	}
}

// TestAHaltIsTakenWhileAnEffectBegins is for the race detector: a halt comes when it
// comes, also before the effect is under way.
func TestAHaltIsTakenWhileAnEffectBegins(t *testing.T) {
	t.Parallel()
	for range 20 {
		_, b, _ := fixture(t, seen())
		e := approve(t, b)
		var halts sync.WaitGroup
		halts.Go(func() {
			if _, err := b.Take(recreate.Event{Kind: recreate.EventHalted, At: start()}); err != nil {
				t.Errorf("the halt gives %v", err)
			}
		})
		_, err := b.Perform(t.Context(), e, nil)
		halts.Wait()
		if run := b.Run(); err != nil || !run.Halting && run.Phase != recreate.PhasePaused && run.InFlight == nil {
			t.Errorf("after the halt it stands in %s, %v", run.Phase, err)
		}
	}
}

type performer func() recreate.Event

func (p performer) Perform(context.Context, *recreate.Run, recreate.Effect, func(recreate.Progress)) recreate.Event {
	e := p()
	e.At = start()
	return e
}

// TestOnlyTheEffectInFlightIsPerformed hands a book effects that it does not wait for:
// one that is over, one of another number, and any at all where none is in flight.
func TestOnlyTheEffectInFlightIsPerformed(t *testing.T) {
	t.Parallel()
	d, b, s := fixture(t, seen())
	refused := func(e recreate.Effect, when string) {
		t.Helper()
		before, err := os.ReadFile(filepath.Join(d.path, "run-1"+suffix))
		if err != nil {
			t.Fatal(err)
		}
		run, asked := b.Run(), len(s.asked)
		if effects, err := b.Perform(t.Context(), e, nil); err == nil || !strings.Contains(err.Error(), "is not the one in flight") || effects != nil {
			t.Errorf("%s: %v, %v", when, effects, err)
		}
		after, err := os.ReadFile(filepath.Join(d.path, "run-1"+suffix))
		if err != nil || !bytes.Equal(before, after) || len(s.asked) != asked || !reflect.DeepEqual(run, b.Run()) {
			t.Errorf("%s: it was written, or carried out (%v)", when, err)
		}
	}
	refused(recreate.Effect{ID: 1, Kind: recreate.EffectCreate}, "before anything was approved")
	look := approve(t, b)
	other := look
	other.ID++
	refused(other, "another number")
	if _, err := b.Perform(t.Context(), look, nil); err != nil {
		t.Fatal(err)
	}
	refused(look, "one that is over")
}
