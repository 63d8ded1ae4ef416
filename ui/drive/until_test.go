package drive

import (
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
		s := Snapshot{ID: "run-1", Held: true, Run: recreate.Begin(p, noon())}
		change(&s)
		return s
	}
	cases := map[string]struct {
		s    Snapshot
		want Verdict
	}{
		"a step that failed":       {stand(func(s *Snapshot) { s.Run.Phase = recreate.PhaseFailed }), Failed},
		"AWS that cannot be asked": {stand(func(s *Snapshot) { s.Run.Phase = recreate.PhasePaused }), Failed},
		"drift":                    {stand(func(s *Snapshot) { s.Run.Phase = recreate.PhaseDrift }), Drift},
		"another program":          {stand(func(s *Snapshot) { s.Held, s.Kept.HeldBy = false, "process 7" }), Drift},
		"a damaged journal":        {stand(func(s *Snapshot) { s.Held, s.Kept.Damaged = false, "record 2" }), Failed},
		"a full disk":              {stand(func(s *Snapshot) { s.Held, s.Problem = false, &model.Problem{Message: "full"} }), Failed},
		"rolled back": {stand(func(s *Snapshot) {
			s.Run.Phase, s.Run.Outcome, s.Run.At = recreate.PhaseOver, recreate.OutcomeRolledBack, len(s.Run.Steps)
			s.Run.Steps[0].State = recreate.StepDone
		}), Failed},
		"done": {stand(func(s *Snapshot) {
			s.Run.Phase, s.Run.Outcome, s.Run.At = recreate.PhaseOver, recreate.OutcomeDone, len(s.Run.Steps)
			for i := range s.Run.Steps {
				s.Run.Steps[i].State = recreate.StepDone
			}
		}), Done},
		"a plan that nobody approved": {stand(func(*Snapshot) {}), Waits},
	}
	for name, c := range cases {
		if got, e := c.s.Carry(UntilWait, ""); got != c.want || e != nil {
			t.Errorf("%s: %q and %v, want %q", name, got, e, c.want)
		}
	}
}
