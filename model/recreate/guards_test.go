package recreate

import (
	"slices"
	"strings"
	"testing"
	"time"

	"nbscope/model"
)

// hands are what somebody else may do to the replacement while the run waits at a
// gate, with what the run has to say of it.
func hands() map[string]struct {
	do   func(*story)
	says string
} {
	change := func(f func(*Snapshot)) func(*story) {
		return func(k *story) { k.w.touch("churn-model-net", f) }
	}
	status := func(s model.Status) func(*story) { return change(func(n *Snapshot) { n.Status = s }) }
	return map[string]struct {
		do   func(*story)
		says string
	}{
		"deletes it":      {func(k *story) { delete(k.w.notes, "churn-model-net") }, "somebody else deleted the replacement"},
		"stops it":        {status(model.StatusStopped), "start the replacement first"},
		"is stopping it":  {status(model.StatusStopping), "start the replacement first"},
		"lets it fail":    {status(model.StatusFailed), "start the replacement first"},
		"updates it":      {status(model.StatusUpdating), "start the replacement first"},
		"takes its tag":   {change(func(n *Snapshot) { n.Tags = nil }), "not proven to be this run's"},
		"hides its tags":  {change(func(n *Snapshot) { n.Tags, n.TagsUnknown = nil, "denied" }), "not proven to be this run's"},
		"makes it anew":   {change(func(n *Snapshot) { n.Created = n.Created.Add(time.Hour) }), "made the replacement anew"},
		"turns it around": {change(func(n *Snapshot) { n.DirectInternet = model.Disabled }), "does not have the setting that it was made for"},
	}
}

// TestNoStepTouchesTheSourceWithoutAReplacementThatServes goes to each gate that
// changes the source, of each kind of source, and lets somebody else meddle with the
// replacement first.
func TestNoStepTouchesTheSourceWithoutAReplacementThatServes(t *testing.T) {
	t.Parallel()
	for kind, source := range map[string]func(*Snapshot){
		"supported":           nil,
		"stopped":             func(s *Snapshot) { s.Status = model.StatusStopped },
		"Amazon Linux 2":      func(s *Snapshot) { s.Platform = "notebook-al2-v2" },
		"Amazon Linux 2 rest": func(s *Snapshot) { s.Platform, s.Status = "notebook-al2-v2", model.StatusStopped },
		"Amazon Linux 1":      func(s *Snapshot) { s.Platform = "notebook-al1-v1" },
	} {
		for _, step := range []StepKind{StepUpdate, StepStart, StepStop, StepDelete} {
			if first := tell(t, source); !slices.ContainsFunc(first.run.Steps, func(s Step) bool { return s.Kind == step }) {
				continue
			}
			for hand, c := range hands() {
				t.Run(kind+", before "+string(step)+" somebody "+hand, func(t *testing.T) {
					t.Parallel()
					k := tell(t, source).to(step)
					before := k.w.notes["churn-model"].Status
					c.do(k)
					k.approve().goesOn()
					k.stands(PhaseDrift, c.says)
					if k.w.notes["churn-model"].Status != before || slices.Contains(k.run.Choices(), EventAccepted) {
						t.Errorf("the source is %s, was %s; offered: %v", k.w.notes["churn-model"].Status, before, k.run.Choices())
					}
				})
			}
		}
	}
}

// TestAGateIsNotOpenedForWhatIsSureToBeRefused lets the run look once more at what
// somebody has meddled with: the gate then says what its guard would, and a batch leaves
// the run out. Before the look nothing speaks against it.
func TestAGateIsNotOpenedForWhatIsSureToBeRefused(t *testing.T) {
	t.Parallel()
	for _, step := range []StepKind{StepUpdate, StepStart, StepStop, StepDelete} {
		source := func(s *Snapshot) {
			if step == StepUpdate || step == StepStart {
				s.Platform, s.Status = "notebook-al2-v2", model.StatusStopped
			}
		}
		for hand, c := range hands() {
			k := tell(t, source).to(step)
			before := StakesOf(EventApproved, []Subject{{Run: k.run}}, k.w.now)
			c.do(k)
			k.does(Event{Kind: EventResumed}).goesOn()
			subject := Subject{Run: k.run}
			after := StakesOf(EventApproved, []Subject{subject}, k.w.now)
			several := StakesOf(EventApproved, []Subject{subject, subject}, k.w.now)
			if before.Refused != "" || !strings.Contains(strings.ToLower(after.Refused), strings.ToLower(c.says)) || len(several.LeftOut) != 2 {
				t.Errorf("%s: before somebody %s it is refused for %q, after it for %q; together %v are left out", step, hand, before.Refused, after.Refused, several.LeftOut)
			}
			if k.run.Phase != PhaseGate || !slices.Contains(k.run.Choices(), EventResumed) {
				t.Errorf("%s: after somebody %s it stands in %s and cannot look again: %v", step, hand, k.run.Phase, k.run.Choices())
			}
		}
	}
	k := tell(t, nil).to(StepDelete)
	k.w.touch("churn-model", func(s *Snapshot) { s.Status = model.StatusUpdating })
	k.does(Event{Kind: EventResumed}).goesOn()
	if st := StakesOf(EventApproved, []Subject{{Run: k.run}}, k.w.now); !strings.Contains(st.Refused, "The source is Updating") {
		t.Errorf("a source that cannot be deleted now is refused for %q", st.Refused)
	}
}

func TestAStopThatIsForEverSaysSo(t *testing.T) {
	t.Parallel()
	for platform, want := range map[string]string{
		"notebook-al1-v1": "for ever: AWS no longer starts notebook-al1-v1, and there is no update in place",
		"notebook-al2-v3": "would not start again as it is: AWS starts notebook-al2-v3 only after an update in place",
		PlatformSupported: "",
	} {
		k := tell(t, func(s *Snapshot) { s.Platform = platform }).to(StepStop)
		about := k.run.Plan.about(StepStop)
		hands()["stops it"].do(k)
		k.approve().goesOn()
		k.stands(PhaseDrift, "would leave no notebook that runs")
		if why := k.run.Drift[0].Why; !strings.Contains(about, want) || !strings.Contains(why, want) ||
			want == "" && strings.Contains(about+why, "update in place") {
			t.Errorf("%s: before, it says %q; in the way is %q", platform, about, why)
		}
	}
}

func TestACopyIsNotAttestedToWhatIsNotThere(t *testing.T) {
	t.Parallel()
	for hand, c := range hands() {
		k := tell(t, nil).to(StepCopy)
		c.do(k)
		k.approve().goesOn()
		if strings.HasPrefix(c.says, "start the replacement") { // it was copied to before
			k.stands(PhaseGate, "")
			if k.run.Proof == nil {
				t.Errorf("somebody %s: the copy does not count", hand)
			}
			continue
		}
		k.stands(PhaseDrift, c.says)
		k.does(Event{Kind: EventRetry}).goesOn()
		if step, _ := k.run.Step(); k.run.Proof != nil || step.Kind != StepCopy || k.run.Phase != PhaseGate {
			t.Errorf("somebody %s: the proof is %v, and it stands at %s in %s", hand, k.run.Proof, step.Kind, k.run.Phase)
		}
	}
	k := tell(t, nil).to(StepCopy)
	delete(k.w.notes, "churn-model")
	k.approve().goesOn()
	k.stands(PhaseDrift, "somebody else deleted the source")
}

func TestAnAttestationIsAskedForAgainWhereItsLookFailed(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*story){
		"AWS could not be asked": func(k *story) {
			k.does(Event{Kind: EventFailed, Effect: k.next.ID, Problem: failing409()}).does(Event{Kind: EventResumed}).goesOn()
		},
		"the program ended": func(k *story) { k.does(Event{Kind: EventResumed}).goesOn() },
	} {
		k := tell(t, nil).to(StepCopy).approve()
		end(k)
		if !k.run.Copying() || k.run.Proof != nil {
			t.Errorf("%s: it stands at %q with the proof %v", name, k.run.Says(), k.run.Proof)
		}
	}
}

func TestTheKeepTimeIsAskedForByTheDeletion(t *testing.T) {
	t.Parallel()
	approve := func(sentence string) Event {
		return Event{Kind: EventApproved, Step: StepDelete, Typed: "churn-model", Sentence: sentence, By: "ana"}
	}
	cases := map[string]struct {
		keep     time.Duration // of the plan
		after    time.Duration // since the source was stopped
		sentence string
		taken    bool
		early    bool
	}{
		"at once":                            {0, time.Minute, "", false, false},
		"at once, with another sentence":     {0, time.Minute, "delete", false, false},
		"at once, with the sentence":         {0, time.Minute, " " + EarlyText + " ", true, true},
		"a minute before":                    {0, 24*time.Hour - time.Minute, "", false, false},
		"when it is over":                    {0, 24*time.Hour + time.Minute, "", true, false},
		"over, with a sentence all the same": {0, 25 * time.Hour, EarlyText, true, false},
		"a longer one is not over":           {72 * time.Hour, 48 * time.Hour, "", false, false},
		"a shorter one is":                   {time.Hour, 2 * time.Hour, "", true, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := tell(t, nil)
			k.run.Plan.Keep = c.keep
			k.to(StepDelete)
			k.w.now = k.run.RestedAt.Add(c.after - time.Minute) // the story ticks once more
			err := k.try(approve(c.sentence))
			if (err == nil) != c.taken || err != nil && !strings.Contains(err.Error(), "keep time is not over before") {
				t.Fatalf("the answer is %v", err)
			}
			if (k.run.Early != nil) != c.early || c.early && (k.run.Early.By != "ana" || !k.run.Early.Until.Equal(k.run.KeptUntil())) {
				t.Errorf("early: %+v", k.run.Early)
			}
		})
	}
	k := tell(t, nil).to(StepDelete)
	delete(k.w.notes, "churn-model")
	k.does(Event{Kind: EventResumed}).goesOn().does(approve("")).goesOn() // there is nothing to keep
	k.ended(OutcomeDone, "churn-model-net")
}

func TestTheKeepTimeRunsFromTheLaterOfCopyAndStop(t *testing.T) {
	t.Parallel()
	k := tell(t, func(s *Snapshot) { s.Platform = "notebook-al1-v1" }).to(StepCopy)
	k.w.touch("churn-model", func(s *Snapshot) { s.Status = model.StatusStopped }) // by somebody else, days before it is said to be copied
	k.w.now = k.w.now.Add(3 * 24 * time.Hour)
	k.to(StepDelete)
	if got := k.run.KeptUntil(); !got.Equal(k.run.Proof.At.Add(DefaultKeep)) || !k.run.RestedAt.Before(k.run.Proof.At) {
		t.Errorf("it is kept until %s; stopped %s, copied %s", got, k.run.RestedAt, k.run.Proof.At)
	}
	if left := k.run.KeepLeft(k.run.Proof.At.Add(25 * time.Hour)); left != 0 {
		t.Errorf("%s are left when it is over", left)
	}
}

func TestWhatTheSourceDidSinceItsCopyIsSaid(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		hand  func(*story)
		says  []string
		never string
	}{
		"nothing":        {func(*story) {}, []string{"churn-model was stopped by this run, and is at rest since 2026-11-24T12:", "What was written to it before that is not known", "It has not changed since"}, "may have run"},
		"it was touched": {func(k *story) { k.w.touch("churn-model", func(*Snapshot) {}) }, []string{"stopped by this run", "it may have run since"}, "It has not changed"},
		"it was deleted": {func(k *story) { delete(k.w.notes, "churn-model") }, []string{"churn-model is gone."}, "stopped by"},
		"it was started": {func(k *story) { k.w.touch("churn-model", func(s *Snapshot) { s.Status = model.StatusInService }) }, []string{"it may have run since"}, "It has not changed"},
	} {
		k := tell(t, nil).to(StepDelete)
		c.hand(k)
		k.does(Event{Kind: EventResumed}).goesOn()
		got := strings.Join(k.run.Words().SourceSince(), " ")
		for _, want := range c.says {
			if !strings.Contains(got, want) || strings.Contains(got, c.never) {
				t.Errorf("%s: it says %q, want %q", name, got, want)
			}
		}
	}
	k := tell(t, nil).to(StepStop)
	if got := strings.Join(k.run.Words().SourceSince(), " "); !strings.Contains(got, "runs on") || !strings.Contains(got, "is not known") || strings.Contains(got, "not changed") {
		t.Errorf("of a source that runs it says %q", got)
	}
	if got := StakesOf(EventApproved, []Subject{{Run: k.run}}, k.w.now).Dangers; !slices.ContainsFunc(got, func(d Danger) bool { return strings.Contains(d.Title, "ran on since its copy was proven") }) {
		t.Errorf("its stop has the dangers %v", got)
	}
	k.w.touch("churn-model", func(s *Snapshot) { s.Status = model.StatusStopped })
	k.approve().goesOn()
	if got := strings.Join(k.run.Words().SourceSince(), " "); !strings.Contains(got, "stopped by somebody else") {
		t.Errorf("what somebody else has stopped: %q", got)
	}
	if got := tell(t, nil).run.Words().SourceSince(); got != nil {
		t.Errorf("before any copy it says %q", got)
	}
}

// TestStepsThatNeedNothingArePassed holds what a run goes past without a call.
func TestStepsThatNeedNothingArePassed(t *testing.T) {
	t.Parallel()
	k := tell(t, func(s *Snapshot) { s.Status, s.Platform = model.StatusStopped, "notebook-al2-v2" }).to(StepUpdate)
	k.w.touch("churn-model", func(s *Snapshot) { s.Platform, s.Status = PlatformSupported, model.StatusInService })
	k.run.Expect = k.w.notes["churn-model"].Fingerprint()
	k.does(Event{Kind: EventResumed}).goesOn()
	var states []string
	for _, s := range k.run.Steps[2:5] {
		states = append(states, string(s.Kind)+" "+string(s.State)+" "+s.Note)
	}
	want := []string{"update-source skipped the source is InService already", "start-source skipped the source is InService already", "copy active "}
	if !slices.Equal(states, want) || k.run.Phase != PhaseGate {
		t.Errorf("%q, want %q", states, want)
	}
	if k.run.Steps[2].Ours() || k.run.Steps[3].Ours() || !k.run.Steps[1].Ours() {
		t.Error("what somebody else did is taken for the run's own, or the other way round")
	}
	// One that has run since its copy is copied again, and not started while it runs.
	k = tell(t, nil).to(StepStop)
	k.w.touch("churn-model", func(s *Snapshot) { s.Status = model.StatusStopped })
	k.w.touch("churn-model", func(s *Snapshot) { s.Status = model.StatusInService })
	k.approve().goesOn().does(Event{Kind: EventAccepted})
	if step, _ := k.run.Step(); step.Kind != StepCopy {
		t.Errorf("it goes on with %s", step.Kind)
	}
	// And one that is started by somebody between is not started.
	k = tell(t, nil).to(StepDelete)
	k.w.touch("churn-model", func(s *Snapshot) { s.Status = model.StatusFailed })
	k.approve().goesOn().does(Event{Kind: EventAccepted})
	k.w.touch("churn-model", func(s *Snapshot) { s.Status = model.StatusInService })
	calls := k.w.replaced
	k.approve().goesOn()
	if step, _ := k.run.Step(); step.Kind != StepCopy || k.w.replaced != calls || k.run.Started {
		t.Errorf("it goes on with %s, started %v", step.Kind, k.run.Started)
	}
}
