package drive

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
)

// TestOnlyAFlawlessProofStopsASource takes away, one by one, what such a stop rests on.
func TestOnlyAFlawlessProofStopsASource(t *testing.T) {
	t.Parallel()
	p := planFor("run-1", "churn")
	p.Transport = recreate.TransportRelay
	at := func() Snapshot {
		o := newOffice(t)
		if err := o.d.Begin(p, recreate.Event{Kind: recreate.EventApproved, Step: recreate.StepCreate, Fingerprint: p.Fingerprint()}); err != nil {
			t.Fatal(err)
		}
		o.until("begun", func() bool { _, ok := o.d.Run(p.RunID); return ok })
		if v := o.carry(p.RunID, UntilVerify, p.Fingerprint()); v != Done {
			t.Fatalf("it came to %s", v)
		}
		return o.run(p.RunID)
	}
	proof := func(change func(*recreate.Verified)) func(*recreate.Run) {
		return func(r *recreate.Run) {
			q, v := *r.Proof, *r.Proof.Verified
			change(&v)
			q.Verified = &v
			r.Proof = &q
		}
	}
	cases := map[string]func(*recreate.Run){
		"a difference that was accepted": proof(func(v *recreate.Verified) { v.Extra, v.Accepted = 1, 1 }),
		"a name that was not compared":   proof(func(v *recreate.Verified) { v.NotCompared, v.Accepted = 1, 1 }),
		"digests that differ":            proof(func(v *recreate.Verified) { v.Source.Digest = "x" }),
		"somebody's word": func(r *recreate.Run) {
			r.Proof = &recreate.Proof{Method: recreate.TransportManual, Says: "copied churn"}
		},
		"a source that changed since":    func(r *recreate.Run) { s := *r.Source; s.Modified = noon(); r.Source = &s },
		"a source that is at rest":       func(r *recreate.Run) { s := *r.Source; s.Status = model.StatusStopped; r.Source = &s },
		"a replacement that was stopped": func(r *recreate.Run) { s := *r.Replacement; s.Status = model.StatusStopped; r.Replacement = &s },
	}
	s := at()
	if v, e := s.Carry(UntilStop, ""); v != Onward || e == nil || e.Step != recreate.StepStop {
		t.Fatalf("with a flawless proof it says %q and %v", v, e)
	}
	s.Taken = s.Run.Proof.At.Add(1)
	if v, e := s.Carry(UntilStop, ""); v != Onward || e == nil || e.Kind != recreate.EventRecopy || !s.Can(e.Kind) {
		t.Errorf("with a proof from before it was taken up it says %q and %v", v, e)
	}
	for name, change := range cases {
		s := at()
		change(&s.Run)
		if v, e := s.Carry(UntilStop, ""); v == Onward || v == Done || e != nil {
			t.Errorf("%s: %q and %v", name, v, e)
		}
	}
}

// TestAStopRestsOnAProofOfNow has a run of before taken up by another program, which
// stops its source: the copy is made and compared once more.
func TestAStopRestsOnAProofOfNow(t *testing.T) {
	t.Parallel()
	p := planFor("run-1", "churn")
	p.Transport = recreate.TransportRelay
	o := newOffice(t)
	if err := o.d.Begin(p, recreate.Event{Kind: recreate.EventApproved, Step: recreate.StepCreate, Fingerprint: p.Fingerprint()}); err != nil {
		t.Fatal(err)
	}
	o.until("begun", func() bool { _, ok := o.d.Run(p.RunID); return ok })
	if v := o.carry(p.RunID, UntilVerify, p.Fingerprint()); v != Done {
		t.Fatalf("it came to %s", v)
	}
	before := o.run(p.RunID).Run.Proof.At
	o.again()
	if v := o.carry(p.RunID, UntilStop, ""); v != Done {
		t.Fatalf("it came to %s", v)
	}
	if s := o.run(p.RunID); !s.Run.Proof.At.After(before) {
		t.Errorf("it was stopped by the proof of %s", s.Run.Proof.At)
	}
	if got := o.cloud.wrote(); got != "create churn-net, survey churn, copy churn, verify churn, copy churn, verify churn, stop churn" {
		t.Errorf("it did %s", got)
	}
}

// TestAWayBackGoesOnInTheExplorerAlone walks a way back, an end, and the removal of a
// failed replacement to their ends: at every record of them, held here or left by a
// program that was killed, carrying the run anywhere does nothing.
func TestAWayBackGoesOnInTheExplorerAlone(t *testing.T) {
	t.Parallel()
	p := planFor("run-1", "churn")
	p.Transport = recreate.TransportRelay
	failed := func(r *recreate.Run) { // the creation came to nothing
		n := *r.Replacement
		n.Status = model.StatusFailed
		r.At, r.Phase, r.Replacement, r.MadeAt = 1, recreate.PhaseFailed, &n, time.Time{}
	}
	copying := func(r *recreate.Run) {
		for r.Steps[r.At].Kind != recreate.StepCopy {
			r.At--
		}
		r.Steps[r.At].State, r.Phase = recreate.StepActive, recreate.PhaseFailed
		r.Steps[r.At+1].State = recreate.StepPending
	}
	cases := map[string]struct {
		until  Until
		change func(*recreate.Run)
		begin  recreate.Event
		says   string
	}{
		"back from the copy":     {UntilVerify, nil, recreate.Event{Kind: recreate.EventRollback, Typed: "churn-net"}, "a way back is under way"},
		"back from the stop":     {UntilStop, nil, recreate.Event{Kind: recreate.EventRollback, Typed: "churn-net"}, "a way back is under way"},
		"an end with a clean-up": {UntilCopy, copying, recreate.Event{Kind: recreate.EventClosed}, "its end is under way"},
		"a failed one goes":      {UntilWait, failed, recreate.Event{Kind: recreate.EventRetry}, "the removal of churn-net is under way"},
	}
	for name, c := range cases {
		o := newOffice(t)
		if err := o.d.Begin(p, recreate.Event{Kind: recreate.EventApproved, Step: recreate.StepCreate, Fingerprint: p.Fingerprint()}); err != nil {
			t.Fatal(err)
		}
		o.until("begun", func() bool { _, ok := o.d.Run(p.RunID); return ok })
		if v := o.carry(p.RunID, c.until, p.Fingerprint()); v != Done {
			t.Fatalf("%s: it came to %s", name, v)
		}
		s := o.run(p.RunID)
		if c.change != nil {
			c.change(&s.Run)
		}
		c.begin.At = o.cloud.now()
		run, effects, err := s.Run.Apply(c.begin)
		seen := 0
		for err == nil && run.Words().TurnedBack() != "" {
			seen++
			if run.Words().TurnedBack() != c.says {
				t.Errorf("%s: it says %q", name, run.Words().TurnedBack())
			}
			for _, held := range []bool{true, false} {
				for _, u := range Untils() {
					left := Snapshot{ID: p.RunID, Run: run, Held: held, Looked: held}
					if v, e := left.Carry(u, p.Fingerprint()); v != Waits || e != nil || left.Again(u, p.Fingerprint()) {
						t.Errorf("%s, until %s, held %t: at %s in phase %s it goes on: %q %v", name, u, held, run.Steps[run.At].Kind, run.Phase, v, e)
					}
				}
			}
			if len(effects) == 0 {
				break
			}
			out := o.cloud.Perform(t.Context(), &run, effects[0], nil)
			out.Effect = effects[0].ID
			run, effects, err = run.Apply(out)
		}
		if err != nil || seen == 0 {
			t.Errorf("%s: seen %d states of it, %v", name, seen, err)
		}
	}
}

// TestAWayBackThatWasLeftIsNotGoneOnWith begins one in the explorer, which ends then.
func TestAWayBackThatWasLeftIsNotGoneOnWith(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.begin("run-1", "churn")
	if v := o.carry("run-1", UntilWait, ""); v != Done {
		t.Fatalf("it came to %s", v)
	}
	o.cloud.before = func(ctx context.Context, _ string, _ recreate.Effect) *recreate.Event {
		<-ctx.Done()
		return &recreate.Event{Kind: recreate.EventFailed, Problem: &model.Problem{Kind: model.KindCanceled, Message: "ended"}}
	}
	o.decide("run-1", recreate.Event{Kind: recreate.EventRollback, Typed: "churn-net"})
	o.until("begun", func() bool { s, _ := o.d.Run("run-1"); return s.Flight != nil })
	o.again()
	o.cloud.before = nil
	p := planFor("run-1", "churn")
	for _, u := range Untils() {
		if v := o.carry("run-1", u, p.Fingerprint()); v != Waits {
			t.Errorf("until %s: %s", u, v)
		}
	}
	if got := o.cloud.wrote(); got != "create churn-net" {
		t.Errorf("it did %s", got)
	}
}

// TestAChangedReplacementIsNotStoppedFor changes the replacement between two commands.
func TestAChangedReplacementIsNotStoppedFor(t *testing.T) {
	t.Parallel()
	p := planFor("run-1", "churn")
	p.Transport = recreate.TransportRelay
	for _, until := range []Until{UntilWait, UntilCopy, UntilVerify} {
		o := newOffice(t)
		if err := o.d.Begin(p, recreate.Event{Kind: recreate.EventApproved, Step: recreate.StepCreate, Fingerprint: p.Fingerprint()}); err != nil {
			t.Fatal(err)
		}
		o.until("begun", func() bool { _, ok := o.d.Run(p.RunID); return ok })
		if v := o.carry(p.RunID, until, p.Fingerprint()); v != Done {
			t.Fatalf("it came to %s", v)
		}
		o.cloud.mu.Lock()
		o.cloud.there["churn-net"].RoleARN += "2"
		o.cloud.mu.Unlock()
		o.again()
		v := o.carry(p.RunID, UntilStop, p.Fingerprint())
		s := o.run(p.RunID)
		d := s.Differs(UntilStop)
		if v != Drift || len(d) != 1 || d[0].Field != "RoleArn" || d[0].On != recreate.SideReplacement || strings.Contains(o.cloud.wrote(), "stop") {
			t.Errorf("after %s: %s, %v, it did %s", until, v, d, o.cloud.wrote())
		}
	}
}

// TestAStopIsWrittenDownOnce has the call that is to be stopped come back late, while what
// carries the run looks at it again and again.
func TestAStopIsWrittenDownOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	p := planFor("run-1", "churn")
	p.Transport = recreate.TransportRelay
	release := make(chan struct{})
	o.cloud.before = func(_ context.Context, _ string, e recreate.Effect) *recreate.Event {
		if e.Kind != recreate.EffectSurvey {
			return nil
		}
		<-release
		return &recreate.Event{Kind: recreate.EventFailed, Problem: &model.Problem{Kind: model.KindCanceled, Message: "stopped"}}
	}
	if err := o.d.Begin(p, recreate.Event{Kind: recreate.EventApproved, Step: recreate.StepCreate, Fingerprint: p.Fingerprint()}); err != nil {
		t.Fatal(err)
	}
	o.until("at its survey", func() bool {
		s, _ := o.d.Run(p.RunID)
		return s.Flight != nil && s.Flight.Effect.Kind == recreate.EffectSurvey && !s.Deciding
	})
	halts := 0
	for range 20 {
		o.until("decided", func() bool { s, _ := o.d.Run(p.RunID); return !s.Deciding })
		s := o.run(p.RunID)
		if _, e := s.Carry(UntilWait, p.Fingerprint()); e != nil {
			halts++
			if err := o.d.Decide(p.RunID, *e); err != nil {
				t.Fatal(err)
			}
		}
		mustHaveAWayOn(t, &s)
	}
	if err := o.d.Decide(p.RunID, recreate.Event{Kind: recreate.EventHalted}); err == nil {
		t.Error("it is stopped once more")
	}
	close(release)
	if v := o.carry(p.RunID, UntilWait, p.Fingerprint()); v != Done {
		t.Errorf("it came to %s", v)
	}
	raw, err := os.ReadFile(filepath.Join(o.dir, "run-1.jsonl"))
	if n := strings.Count(string(raw), `"kind":"halted"`); err != nil || n != 1 || halts != 1 {
		t.Errorf("%d records of the stop, decided %d times, %v", n, halts, err)
	}
}
