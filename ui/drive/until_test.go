package drive

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
)

// carry decides as Carry says, until there is a verdict.
func (o *office) carry(id string, u Until, approved string) Verdict {
	o.t.Helper()
	for range 100 {
		s := o.still(id)
		v, e := s.Carry(u, approved)
		if v != Onward {
			return v
		}
		if e == nil {
			continue
		}
		if err := o.d.Decide(id, *e); err != nil {
			continue // it has gone on in the meantime
		}
	}
	o.t.Fatal("it goes on for ever")
	return ""
}

func TestARunIsCarriedAsFarAsNoDecisionIsDue(t *testing.T) {
	t.Parallel()
	p := planFor("run-1", "churn")
	cases := []struct {
		until Until
		want  Verdict
		step  recreate.StepKind // where it stands
	}{
		{UntilWait, Done, recreate.StepCopy}, {UntilCreate, Done, recreate.StepCopy}, {UntilCopy, Waits, recreate.StepCopy},
		{UntilVerify, Waits, recreate.StepCopy}, {UntilStop, Waits, recreate.StepCopy},
	}
	for _, c := range cases {
		o := newOffice(t)
		o.begin(p.RunID, "churn")
		o.until("begun", func() bool { _, ok := o.d.Run(p.RunID); return ok })
		for range 2 { // again makes no difference
			if got := o.carry(p.RunID, c.until, p.Fingerprint()); got != c.want {
				t.Errorf("until %s: %s, want %s", c.until, got, c.want)
			}
		}
		if s := o.run(p.RunID); o.cloud.wrote() != "create churn-net" || s.Run.Steps[s.Run.At].Kind != c.step && c.until != UntilCreate {
			t.Errorf("until %s: did %q, stands at %v", c.until, o.cloud.wrote(), s.Run.Steps[s.Run.At].Kind)
		}
	}
}

// TestARunThatMovesItsDataIsCarriedToItsStop holds how far one comes that copies and
// compares by itself, with everything equal and with a difference.
func TestARunThatMovesItsDataIsCarriedToItsStop(t *testing.T) {
	t.Parallel()
	p := planFor("run-1", "churn")
	p.Transport = recreate.TransportRelay
	missing := []recreate.Difference{{ID: "a", Path: "a", Status: "missing"}}
	cases := []struct {
		until   Until
		differs []recreate.Difference
		want    Verdict
		did     string
	}{
		{UntilWait, nil, Done, ""},
		{UntilVerify, nil, Done, "survey churn, copy churn, verify churn"},
		{UntilStop, nil, Done, "survey churn, copy churn, verify churn, stop churn"},
		{UntilVerify, missing, Waits, "survey churn, copy churn, verify churn"},
		{UntilStop, missing, Waits, "survey churn, copy churn, verify churn"},
	}
	for _, c := range cases {
		o := newOffice(t)
		o.cloud.differs = c.differs
		if err := o.d.Begin(p, recreate.Event{Kind: recreate.EventApproved, Step: recreate.StepCreate, Fingerprint: p.Fingerprint()}); err != nil {
			t.Fatal(err)
		}
		o.until("begun", func() bool { _, ok := o.d.Run(p.RunID); return ok })
		for range 2 {
			if got := o.carry(p.RunID, c.until, p.Fingerprint()); got != c.want {
				t.Errorf("until %s: %s, want %s", c.until, got, c.want)
			}
		}
		if got := strings.TrimPrefix(strings.TrimPrefix(o.cloud.wrote(), "create churn-net"), ", "); c.did != "" && got != c.did {
			t.Errorf("until %s with %d differences it did %q, want %q", c.until, len(c.differs), got, c.did)
		}
	}
}

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

func TestNothingIsAttestedStoppedOrAcceptedWithoutTheUser(t *testing.T) {
	t.Parallel()
	p := planFor("run-1", "churn")
	everyState(func(name string, s Snapshot) {
		for _, u := range Untils() {
			v, e := s.Carry(u, p.Fingerprint())
			if e == nil && v == Onward && !s.UnderWay() {
				t.Errorf("%s: nothing is under way, and it waits", name)
			}
			if e == nil {
				continue
			}
			step, _ := s.Run.Step()
			switch {
			case v != Onward:
				t.Errorf("%s: a verdict %s and a decision %s", name, v, e.Kind)
			case !s.Can(e.Kind):
				t.Errorf("%s: it decides %s, which cannot be decided", name, e.Kind)
			case e.Kind == recreate.EventApproved && (step.Kind != recreate.StepCreate || e.Step != recreate.StepCreate):
				t.Errorf("%s: it approves %s", name, step.Kind)
			case e.Kind != recreate.EventApproved && e.Kind != recreate.EventResumed && e.Kind != recreate.EventHalted:
				t.Errorf("%s: it decides %s", name, e.Kind)
			}
		}
		if _, e := s.Carry(UntilStop, "another plan"); e != nil && e.Kind == recreate.EventApproved {
			t.Errorf("%s: it approves another plan than was approved", name)
		}
	})
}

func TestWhatEndsTheCarryingOfARun(t *testing.T) {
	t.Parallel()
	p := planFor("run-1", "churn")
	stand := func(change func(*Snapshot)) Snapshot {
		s := Snapshot{ID: "run-1", Held: true, Looked: true, Run: recreate.Begin(p, noon())}
		change(&s)
		return s
	}
	tried := func(s *Snapshot) { s.Run.Steps[0].Idle = false }
	made := func(s *Snapshot) {
		s.Run.At, s.Run.Created = 2, true
		for i := range 2 {
			s.Run.Steps[i].State = recreate.StepDone
		}
		repl := sourceNamed("churn-net")
		repl.Tags, repl.DirectInternet = p.Spec.Tags, p.Spec.DirectInternet
		s.Run.Replacement = &repl
	}
	over := func(o recreate.Outcome) func(*Snapshot) {
		return func(s *Snapshot) {
			made(s)
			for i := range s.Run.Steps {
				s.Run.Steps[i].State = recreate.StepDone
			}
			s.Run.Phase, s.Run.Outcome, s.Run.At = recreate.PhaseOver, o, len(s.Run.Steps)
		}
	}
	both := func(all ...func(*Snapshot)) func(*Snapshot) {
		return func(s *Snapshot) {
			for _, change := range all {
				change(s)
			}
		}
	}
	gone := func(s *Snapshot) { s.Run.Replacement = nil }
	halted := func(s *Snapshot) { s.Run.Replacement.Status = model.StatusStopped }
	cases := map[string]struct {
		change func(*Snapshot)
		until  Until
		want   Verdict
	}{
		"a step that failed":                        {both(tried, func(s *Snapshot) { s.Run.Phase = recreate.PhaseFailed }), UntilWait, Failed},
		"a step that was not tried":                 {func(s *Snapshot) { s.Run.Phase = recreate.PhaseFailed }, UntilWait, NotTried},
		"AWS that cannot be asked any more":         {both(tried, func(s *Snapshot) { s.Run.Phase = recreate.PhasePaused }), UntilWait, Paused},
		"AWS that could not be asked":               {both(made, func(s *Snapshot) { s.Run.Phase, s.Looked = recreate.PhasePaused, false }), UntilWait, NotTried},
		"drift":                                     {func(s *Snapshot) { s.Run.Phase = recreate.PhaseDrift }, UntilWait, Drift},
		"another program":                           {func(s *Snapshot) { s.Held, s.Kept.HeldBy = false, "process 7" }, UntilWait, Held},
		"another program, with it done":             {both(made, func(s *Snapshot) { s.Held, s.Kept.HeldBy = false, "process 7" }), UntilWait, Held},
		"a damaged journal":                         {func(s *Snapshot) { s.Held, s.Kept.Damaged = false, "record 2" }, UntilWait, Unreadable},
		"a newer journal, with it done":             {both(made, func(s *Snapshot) { s.Held, s.Kept.Newer = false, "the event x" }), UntilWait, Unreadable},
		"a full disk":                               {both(tried, func(s *Snapshot) { s.Held, s.Problem = false, &model.Problem{Message: "full"} }), UntilWait, Paused},
		"a full disk at the first record":           {func(s *Snapshot) { s.Held, s.Problem = false, &model.Problem{Message: "full"} }, UntilWait, NotTried},
		"a full disk after what was asked for":      {both(made, func(s *Snapshot) { s.Held, s.Problem = false, &model.Problem{Message: "full"} }), UntilWait, Done},
		"rolled back":                               {over(recreate.OutcomeRolledBack), UntilWait, Over},
		"ended by the user":                         {over(recreate.OutcomeClosed), UntilWait, Over},
		"done":                                      {over(recreate.OutcomeDone), UntilStop, Done},
		"done, and its replacement gone since":      {both(over(recreate.OutcomeDone), gone), UntilWait, Drift},
		"done, and not looked at":                   {both(over(recreate.OutcomeDone), func(s *Snapshot) { s.Looked = false }), UntilWait, Over},
		"done until there":                          {made, UntilWait, Done},
		"gone since it was made":                    {both(made, gone), UntilCreate, Drift},
		"stopped since it was in service":           {both(made, halted), UntilWait, Drift},
		"stopped, where it was only to be made":     {both(made, halted), UntilCreate, Done},
		"its tag lost":                              {both(made, func(s *Snapshot) { s.Run.Replacement.Tags = nil }), UntilWait, Drift},
		"a copy that waits":                         {made, UntilCopy, Waits},
		"a copy to what is stopped":                 {both(made, halted), UntilCopy, Drift},
		"a copy to what is gone":                    {both(made, gone), UntilStop, Drift},
		"a copy of what is gone":                    {both(made, func(s *Snapshot) { s.Run.Source = nil }), UntilVerify, Drift},
		"a copy of what is stopped":                 {both(made, func(s *Snapshot) { s.Run.Source.Status = model.StatusStopped }), UntilCopy, Drift},
		"a plan that nobody approved":               {func(*Snapshot) {}, UntilWait, Waits},
		"a plan of a source that is not so anymore": {func(s *Snapshot) { s.Run.Source.InstanceType = "ml.m5.large" }, UntilWait, Drift},
	}
	for name, c := range cases {
		s := stand(c.change)
		got, e := s.Carry(c.until, "")
		if got != c.want || e != nil {
			t.Errorf("%s: %q and %v, want %q", name, got, e, c.want)
		}
		if told := s.Differs(c.until); got == Drift && name != "drift" && (len(told) == 0 || told[0].Why == "" || told[0].Says() == "") {
			t.Errorf("%s: it does not say how they differ: %v", name, told)
		}
	}
}

// TestWhatWasDoneIsLookedAtBeforeItIsSaid carries a run anew to where it is.
func TestWhatWasDoneIsLookedAtBeforeItIsSaid(t *testing.T) {
	t.Parallel()
	p := planFor("run-1", "churn")
	for name, c := range map[string]struct {
		hand func(*cloud)
		want Verdict
	}{
		"nobody":            {func(*cloud) {}, Done},
		"somebody stops it": {func(c *cloud) { c.there["churn-net"].Status = model.StatusStopped }, Drift},
		"somebody deletes it": {func(c *cloud) {
			delete(c.there, "churn-net")
		}, Drift},
		"AWS cannot be asked": {func(c *cloud) {
			c.before = func(context.Context, string, recreate.Effect) *recreate.Event {
				return &recreate.Event{Kind: recreate.EventFailed, Problem: &model.Problem{Kind: model.KindNetwork, Message: "no route"}}
			}
		}, NotTried},
	} {
		o := newOffice(t)
		o.begin(p.RunID, "churn")
		o.until("begun", func() bool { _, ok := o.d.Run(p.RunID); return ok })
		if got := o.carry(p.RunID, UntilWait, p.Fingerprint()); got != Done {
			t.Fatalf("at first it is %s", got)
		}
		if err := o.d.Close(); err != nil {
			t.Fatal(err)
		}
		o.cloud.mu.Lock()
		c.hand(o.cloud)
		o.cloud.mu.Unlock()
		o.d = New(Config{Runs: o.shelf, Writes: &locks{}, Now: o.cloud.now})
		o.d.Subscribe(func(Notice) {
			select {
			case o.heard <- struct{}{}:
			default:
			}
		})
		o.d.Start(t.Context())
		if err := o.d.Load(); err != nil {
			t.Fatal(err)
		}
		if got := o.carry(p.RunID, UntilWait, ""); got != c.want {
			t.Errorf("%s: again it is %q, want %q", name, got, c.want)
		}
		if err := o.d.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestWhatIsTriedOnceMoreNeedsNoDecision walks every state of a run: nothing is tried
// again that would remove something, start, update or delete.
func TestWhatIsTriedOnceMoreNeedsNoDecision(t *testing.T) {
	t.Parallel()
	p := planFor("run-1", "churn")
	tried := map[recreate.StepKind]bool{}
	harmless := []recreate.StepKind{recreate.StepReach, recreate.StepSurvey, recreate.StepCreate, recreate.StepCopy, recreate.StepVerify}
	everyState(func(name string, s Snapshot) {
		for _, u := range Untils() {
			if s.Again(u, "") || s.Again(u, p.Fingerprint()) {
				step, _ := s.Run.Step()
				tried[step.Kind] = true
				if !s.Can(recreate.EventRetry) || !slices.Contains(harmless, step.Kind) && (step.Kind != recreate.StepStop || u != UntilStop) {
					t.Errorf("%s: until %s it tries %s again", name, u, step.Kind)
				}
				if step.Kind == recreate.StepCreate && s.Again(u, "") {
					t.Errorf("%s: it creates again what nobody has approved", name)
				}
			}
		}
	})
	for _, kind := range append(harmless, recreate.StepStop) {
		if !tried[kind] {
			t.Errorf("%s is never tried again", kind)
		}
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
