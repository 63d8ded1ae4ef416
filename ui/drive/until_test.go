package drive

import (
	"context"
	"slices"
	"strings"
	"testing"

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
