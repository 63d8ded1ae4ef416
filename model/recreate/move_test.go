package recreate

import (
	"slices"
	"strings"
	"testing"

	"nbscope/model"
)

// moved is a run whose data it moves itself.
func moved(t *testing.T, change func(*Snapshot)) *story {
	t.Helper()
	k := tell(t, change)
	s := *k.w.notes["churn-model"]
	k.run = Begin(movedPlan(s), start())
	return k
}

// until carries effects out up to the first of a kind, which is left to the test.
func (k *story) until(kind EffectKind) *story {
	k.t.Helper()
	for range 30 {
		switch {
		case k.next != nil && k.next.Kind == kind:
			return k
		case k.next != nil:
			k.does(k.w.perform(*k.next))
		default:
			k.approve()
		}
	}
	k.t.Fatalf("it never comes to %s", kind)
	return k
}

func missing(id string) Difference {
	return Difference{ID: id, Path: "data/" + id, Status: "missing", Says: "missing"}
}

func TestDataThatIsEqualNeedsNobody(t *testing.T) {
	t.Parallel()
	k := moved(t, nil).approve().goesOn()
	if step, _ := k.run.Step(); step.Kind != StepStop || k.run.Phase != PhaseGate {
		t.Fatalf("it stands at %s in phase %s", step.Kind, k.run.Phase)
	}
	p := k.run.Proof
	if p == nil || p.Method != TransportRelay || !p.Verified.Flawless() || !p.Seen.Equal(k.run.Source.Modified) {
		t.Fatalf("the proof is %+v", p)
	}
	for _, want := range []string{"7 files, 96.4 GB", "7f7f7f..7f7f = 7f7f7f..7f7f", "compared 2026-11-24"} {
		if !strings.Contains(p.Sentence(), want) {
			t.Errorf("the proof says %q, want %q in it", p.Sentence(), want)
		}
	}
	k.offers(EventApproved, EventResumed, EventRecopy, EventRollback, EventClosed)
	s := StakesOf(EventApproved, []Subject{{Run: k.run}}, k.w.now)
	if !slices.ContainsFunc(s.Facts, func(f StakesFact) bool { return f.Label == "Proven" && f.Value == p.Verified.Says() }) {
		t.Errorf("the gate of the stop does not show the proof: %+v", s.Facts)
	}
	for _, d := range s.Dangers {
		if strings.Contains(d.Title, "word") {
			t.Errorf("it is taken for somebody's word: %s", d.Title)
		}
	}
	k.finishes()
}

func TestWhatDiffersStopsTheRun(t *testing.T) {
	t.Parallel()
	k := moved(t, nil)
	k.w.flaws = []Difference{missing("a"), missing("b"), {ID: "c", Path: "own", Status: "extra", Says: "extra"}}
	k.approve().goesOn()
	if k.run.Phase != PhaseDiffer || k.run.Proof != nil || k.run.Verified.Open() != 3 {
		t.Fatalf("it is in phase %s with the proof %v", k.run.Phase, k.run.Proof)
	}
	k.offers(EventRecopy, EventAccepted, EventRetry, EventResumed, EventRerouted, EventRollback, EventClosed)
	if says := k.run.Says(); says != "waits for you: 2 missing, 1 extra" {
		t.Errorf("it says %q", says)
	}
	for name, e := range map[string]Event{
		"nothing":                          {Kind: EventAccepted},
		"what is none of them":             {Kind: EventAccepted, Accepts: []Difference{missing("z")}},
		"one of them, and what is none":    {Kind: EventAccepted, Accepts: []Difference{missing("a"), missing("z")}},
		"the stop, without a proof":        {Kind: EventApproved, Step: StepStop},
		"a word for it":                    {Kind: EventAttested, Typed: AttestText("churn-model")},
		"another way that is none":         {Kind: EventRerouted, Transport: "pigeon"},
		"the way that it goes already":     {Kind: EventRerouted, Transport: TransportRelay},
		"auto, which is not a way to take": {Kind: EventRerouted, Transport: TransportAuto},
	} {
		if err := k.try(e); err == nil {
			t.Errorf("it takes %s", name)
		}
	}
	k.does(Event{Kind: EventAccepted, By: "ana", Accepts: []Difference{{ID: "a", Path: "another name than was shown"}, {ID: "c"}}})
	if k.run.Phase != PhaseDiffer || k.run.Verified.Open() != 1 || k.run.Accepted[0].Path != "data/a" || k.run.Accepted[0].By != "ana" {
		t.Fatalf("with one open it is in phase %s, and %d are open: %+v", k.run.Phase, k.run.Verified.Open(), k.run.Accepted)
	}
	k.does(Event{Kind: EventAccepted, By: "ana", Accepts: []Difference{missing("b")}})
	for _, id := range []string{"a", "b", "c"} {
		k.w.consent[id] = true
	}
	p := k.run.Proof
	if p == nil || len(p.Accepted) != 3 || p.By != "ana" || p.Verified.Flawless() || !p.Verified.Proven() {
		t.Fatalf("the proof is %+v", p)
	}
	s := StakesOf(EventApproved, []Subject{{Run: k.run}}, k.w.now)
	if !slices.ContainsFunc(s.Facts, func(f StakesFact) bool {
		return f.Label == "Accepted" && strings.Contains(f.Value, "data/a (missing)")
	}) {
		t.Errorf("the gate of the stop does not name what was accepted: %+v", s.Facts)
	}
	k.finishes()
}

func TestCopyingAgainBringsWhatDiffers(t *testing.T) {
	t.Parallel()
	k := moved(t, nil).until(EffectVerify)
	k.w.data++ // somebody writes meanwhile
	k.goesOn()
	if k.run.Phase != PhaseDiffer {
		t.Fatalf("it is in phase %s", k.run.Phase)
	}
	k.does(Event{Kind: EventRetry}).goesOn()
	if k.run.Phase != PhaseDiffer || k.w.copies != 1 {
		t.Fatalf("compared again it is in phase %s after %d copies", k.run.Phase, k.w.copies)
	}
	k.does(Event{Kind: EventRecopy}).goesOn()
	if step, _ := k.run.Step(); step.Kind != StepStop || k.run.Proof == nil || k.w.copies != 2 {
		t.Fatalf("it stands at %s after %d copies", step.Kind, k.w.copies)
	}
	k.w.data++
	k.does(Event{Kind: EventRecopy})
	if k.run.Proof != nil {
		t.Error("the proof outlives another copy")
	}
	k.goesOn()
	if k.w.copies != 3 || k.run.Proof == nil {
		t.Errorf("%d copies", k.w.copies)
	}
	k.finishes()
}

func TestMoreDifferencesThanTheRunHoldsAreComparedOnceMore(t *testing.T) {
	t.Parallel()
	k := moved(t, nil).until(EffectVerify)
	many := Verified{
		Equal: 7, Missing: MaxDifferences + 1, Source: Tree{Digest: "a"}, Replacement: Tree{Digest: "b"},
		Accepted: 40, // nobody has
	}
	for i := range MaxDifferences {
		many.Differences = append(many.Differences, missing(Number(int64(i))))
	}
	k.does(Event{Kind: EventDone, Effect: k.next.ID, Verified: &many})
	if k.run.Phase != PhaseDiffer || k.run.Verified.Accepted != 0 {
		t.Fatalf("phase %s, %d accepted", k.run.Phase, k.run.Verified.Accepted)
	}
	if err := k.try(Event{Kind: EventAccepted, Accepts: []Difference{{ID: "last"}}}); err == nil {
		t.Error("it takes one without a name")
	}
	k.does(Event{Kind: EventAccepted, By: "ana", Accepts: append(slices.Clone(many.Differences), missing("last"))})
	if k.next == nil || k.run.Phase != PhaseGuard || k.run.Proof != nil {
		t.Fatalf("with all accepted it is in phase %s, proof %v", k.run.Phase, k.run.Proof)
	}
	k.until(EffectVerify)
	many.Accepted = MaxDifferences + 1
	k.does(Event{Kind: EventDone, Effect: k.next.ID, Verified: &many})
	if k.run.Proof == nil || len(k.run.Proof.Accepted) != MaxDifferences+1 || k.run.Proof.Verified.Differences != nil {
		t.Errorf("the proof is %+v", k.run.Proof)
	}
}

func TestNoComparisonThatProvesNothingIsAProof(t *testing.T) {
	t.Parallel()
	tree, other := Tree{Entries: 1, Files: 1, Digest: "a"}, Tree{Digest: "b"}
	for name, v := range map[string]Verified{
		"nothing was compared":                           {Source: tree, Replacement: tree},
		"the digests differ":                             {Equal: 1, Source: tree, Replacement: other},
		"there is no digest":                             {Equal: 1},
		"one is not compared":                            {Equal: 1, NotCompared: 1, Source: tree, Replacement: tree},
		"it says itself that somebody accepted the rest": {Equal: 1, Differing: 1, Accepted: 1, Source: tree, Replacement: other},
	} {
		k := moved(t, nil).until(EffectVerify)
		k.does(Event{Kind: EventDone, Effect: k.next.ID, Verified: &v})
		if k.run.Phase != PhaseDiffer || k.run.Proof != nil {
			t.Errorf("%s: phase %s, proof %v", name, k.run.Phase, k.run.Proof)
		}
	}
	k := moved(t, nil).until(EffectVerify)
	if err := k.try(Event{Kind: EventDone, Effect: k.next.ID}); err == nil {
		t.Error("it takes a comparison without a result")
	}
}

func TestACopyIsTakenUpAgain(t *testing.T) {
	t.Parallel()
	gone := &model.Problem{Kind: model.KindNetwork, Message: "reset"}
	for _, kind := range []EffectKind{EffectCopy, EffectVerify} {
		cases := map[string]struct {
			events func(*story) []Event
			phase  Phase // once no effect is left to be looked at
		}{
			"left by the user": {func(k *story) []Event {
				return []Event{{Kind: EventHalted}, {Kind: EventFailed, Effect: k.next.ID, Problem: &model.Problem{Kind: model.KindCanceled}}, {Kind: EventResumed}}
			}, PhaseAct},
			"the process died":     {func(*story) []Event { return []Event{{Kind: EventResumed}} }, PhaseAct},
			"its end is not known": {func(k *story) []Event { return []Event{{Kind: EventDoubted, Effect: k.next.ID, Problem: gone}} }, PhaseAct},
			"it failed":            {func(k *story) []Event { return []Event{{Kind: EventFailed, Effect: k.next.ID, Problem: gone}} }, PhaseFailed},
			"it failed and is tried again": {func(k *story) []Event {
				return []Event{{Kind: EventFailed, Effect: k.next.ID, Problem: gone}, {Kind: EventRetry}}
			}, PhaseAct},
			"it failed and is looked again": {func(k *story) []Event {
				return []Event{{Kind: EventFailed, Effect: k.next.ID, Problem: gone}, {Kind: EventResumed}}
			}, PhaseFailed},
		}
		for name, c := range cases {
			t.Run(string(kind)+" "+name, func(t *testing.T) {
				t.Parallel()
				k := moved(t, nil).until(kind)
				for _, e := range c.events(k) {
					k.does(e)
				}
				for k.next != nil && k.next.Kind != kind {
					k.does(k.w.perform(*k.next))
				}
				if k.run.Phase != c.phase || k.w.replaced != 1 {
					t.Fatalf("it is in phase %s, problem %v", k.run.Phase, k.run.Problem)
				}
				if c.phase == PhaseFailed {
					k.stands(PhaseFailed, "reset")
					k.does(Event{Kind: EventRetry})
				}
				k.finishes()
			})
		}
		t.Run(string(kind)+" whose end is not known twice", func(t *testing.T) {
			t.Parallel()
			k := moved(t, nil).until(kind)
			k.does(Event{Kind: EventDoubted, Effect: k.next.ID, Problem: gone}).until(kind)
			k.does(Event{Kind: EventDoubted, Effect: k.next.ID, Problem: gone})
			k.stands(PhaseFailed, "reset")
		})
	}
}

func TestACopyNeedsBothNotebooks(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		name   string
		change func(*Snapshot)
		says   string
		offers []EventKind
	}{
		"the source came to rest": {
			"churn-model", func(s *Snapshot) { s.Status = model.StatusStopped }, "asks first",
			[]EventKind{EventAccepted, EventRetry, EventResumed, EventRerouted, EventRollback, EventClosed},
		},
		"the source is stopping": {
			"churn-model", func(s *Snapshot) { s.Status = model.StatusStopping }, "wait until AWS",
			[]EventKind{EventRetry, EventResumed, EventRerouted, EventRollback, EventClosed},
		},
		"the source was made anew": {
			"churn-model", func(s *Snapshot) { s.Created = start() }, "made the source anew",
			[]EventKind{EventRetry, EventResumed, EventRerouted, EventRollback, EventClosed},
		},
		"the replacement was stopped": {
			"churn-model-net", func(s *Snapshot) { s.Status = model.StatusStopped }, "start the replacement first",
			[]EventKind{EventRetry, EventResumed, EventRerouted, EventRollback, EventClosed},
		},
		"the replacement lost its tag": {
			"churn-model-net", func(s *Snapshot) { s.Tags = nil }, "does not touch it",
			[]EventKind{EventRetry, EventResumed, EventRerouted, EventRollback, EventClosed},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := moved(t, nil).until(EffectCopy)
			k.w.touch(c.name, c.change)
			k.does(Event{Kind: EventResumed}).goesOn() // as the next process does
			k.stands(PhaseDrift, c.says)
			k.offers(c.offers...)
			if k.w.copies != 0 {
				t.Error("it was copied all the same")
			}
		})
	}
}

func TestASourceThatStoppedInTheCopyIsStartedAgainWhenAsked(t *testing.T) {
	t.Parallel()
	k := moved(t, nil).until(EffectVerify)
	k.w.touch("churn-model", func(s *Snapshot) { s.Status = model.StatusStopped })
	k.goesOn()
	k.stands(PhaseFailed, "churn-model does not run")
	k.does(Event{Kind: EventRetry}).goesOn()
	k.stands(PhaseDrift, "asks first")
	k.does(Event{Kind: EventAccepted})
	if step, _ := k.run.Step(); step.Kind != StepStart || k.run.Phase != PhaseGate || len(k.w.did) == 0 {
		t.Fatalf("it goes on with %s in phase %s", step.Kind, k.run.Phase)
	}
	k.approve().goesOn()
	if step, _ := k.run.Step(); step.Kind != StepStop || k.w.copies != 2 {
		t.Fatalf("it stands at %s after %d copies", step.Kind, k.w.copies)
	}
	k.finishes()
}

func TestASourceThatRanSinceItsProofIsMovedAgain(t *testing.T) {
	t.Parallel()
	k := moved(t, nil).to(StepStop)
	k.w.touch("churn-model", func(s *Snapshot) { s.Status = model.StatusStopped })
	k.w.touch("churn-model", func(s *Snapshot) { s.Status = model.StatusInService })
	k.approve().goesOn()
	k.stands(PhaseDrift, "may have run since its data was verified")
	k.does(Event{Kind: EventAccepted}).goesOn()
	if step, _ := k.run.Step(); step.Kind != StepStop || k.w.copies != 2 || k.w.there != k.w.data {
		t.Fatalf("it stands at %s after %d copies", step.Kind, k.w.copies)
	}
	k.finishes()
}

func TestACopyThatIsGivenUpIsCleanedUp(t *testing.T) {
	t.Parallel()
	left := func(k *story) *story {
		k.t.Helper()
		return k.does(Event{Kind: EventFailed, Effect: k.next.ID, Problem: &model.Problem{Kind: model.KindCanceled}})
	}
	t.Run("ended", func(t *testing.T) {
		t.Parallel()
		k := left(moved(t, nil).until(EffectCopy)).does(Event{Kind: EventClosed})
		if k.run.Outcome != "" || k.next == nil || k.next.Kind != EffectClean {
			t.Fatalf("the outcome is %q, and next is %v", k.run.Outcome, k.next)
		}
		k.goesOn().ended(OutcomeClosed, "churn-model", "churn-model-net")
		if k.w.cleaned != 1 {
			t.Errorf("cleaned %d times", k.w.cleaned)
		}
	})
	t.Run("ended, and the cleaning fails", func(t *testing.T) {
		t.Parallel()
		k := left(moved(t, nil).until(EffectCopy)).does(Event{Kind: EventClosed})
		k.does(Event{Kind: EventFailed, Effect: k.next.ID, Problem: &model.Problem{Kind: model.KindNetwork}})
		k.ended(OutcomeClosed, "churn-model", "churn-model-net")
		if s := k.run.Steps[len(k.run.Steps)-1]; s.State != StepSkipped || !strings.Contains(s.Note, "not cleaned up") {
			t.Errorf("the step says %+v", s)
		}
	})
	t.Run("ended twice", func(t *testing.T) {
		t.Parallel()
		k := left(moved(t, nil).until(EffectCopy)).does(Event{Kind: EventClosed})
		left(k).offers(EventResumed, EventClosed)
		k.does(Event{Kind: EventClosed}).ended(OutcomeClosed, "churn-model", "churn-model-net")
	})
	t.Run("rolled back", func(t *testing.T) {
		t.Parallel()
		k := left(moved(t, nil).until(EffectCopy))
		k.does(k.rollback()).goesOn().ended(OutcomeRolledBack, "churn-model")
		if k.w.cleaned != 1 {
			t.Errorf("cleaned %d times", k.w.cleaned)
		}
	})
	t.Run("proven, there is nothing left", func(t *testing.T) {
		t.Parallel()
		k := moved(t, nil).to(StepStop)
		k.does(Event{Kind: EventClosed}).ended(OutcomeClosed, "churn-model", "churn-model-net")
		if k.w.cleaned != 0 {
			t.Errorf("cleaned %d times", k.w.cleaned)
		}
	})
	t.Run("by hand, nothing was begun", func(t *testing.T) {
		t.Parallel()
		k := tell(t, nil).to(StepCopy)
		k.does(Event{Kind: EventClosed}).ended(OutcomeClosed, "churn-model", "churn-model-net")
	})
}

func TestAnotherWayCanBeTaken(t *testing.T) {
	t.Parallel()
	k := tell(t, nil).to(StepCopy)
	before := k.run.Plan.Fingerprint()
	k.does(Event{Kind: EventRerouted, Transport: TransportS3, Bucket: "data"}).until(EffectCopy)
	if len(k.run.Steps) != 7 || k.run.Steps[2].Kind != StepSurvey || k.run.Plan.Bucket != "data" || k.run.Plan.Fingerprint() != before {
		t.Fatalf("the steps are %v of the plan %s, was %s", k.run.Steps, k.run.Plan.Fingerprint(), before)
	}
	k.does(Event{Kind: EventFailed, Effect: k.next.ID, Problem: failing409()})
	k.does(Event{Kind: EventRerouted, Transport: TransportManual})
	if k.run.Gate() != GateAttest {
		t.Fatalf("by hand it is in phase %s with the gate %q", k.run.Phase, k.run.Gate())
	}
	k.finishes()
}

// TestACopyThatChoosesIsThePlansFromThenOn has a plan leave the choice to the copy, which
// takes what the plan says, or the other one.
func TestACopyThatChoosesIsThePlansFromThenOn(t *testing.T) {
	t.Parallel()
	for _, by := range []Transport{TransportS3, TransportRelay} {
		k := tell(t, nil).to(StepCopy)
		k.does(Event{Kind: EventRerouted, Transport: TransportS3, Bucket: "data", Why: "there may be much"}).until(EffectCopy)
		if !k.run.Plan.Auto {
			t.Fatal("the choice is not free")
		}
		at := k.run.At
		k.does(Event{Kind: EventDone, Effect: k.next.ID, Transport: by, Why: "because"})
		if p := &k.run.Plan; p.Transport != by || p.Auto || p.Bucket != "data" || k.run.Steps[at].Note != by.By()+": because" || k.run.Steps[at].State != StepDone {
			t.Errorf("%+v, %+v", p.Transport, k.run.Steps[at])
		}
		k.finishes()
		if k.run.Proof.Method != by {
			t.Errorf("it was proven %s", k.run.Proof.Method.By())
		}
	}
}

// TestWhatIsLeftInABucketIsSaid ends a run whose clean-up fails.
func TestWhatIsLeftInABucketIsSaid(t *testing.T) {
	t.Parallel()
	k := tell(t, nil).to(StepCopy)
	k.does(Event{Kind: EventRerouted, Transport: TransportS3, Bucket: "data"}).until(EffectCopy)
	k.does(Event{Kind: EventFailed, Effect: k.next.ID, Problem: failing409()})
	k.does(Event{Kind: EventClosed}).until(EffectClean)
	at := k.run.At
	k.does(Event{Kind: EventFailed, Effect: k.next.ID, Problem: failing409()})
	if note := k.run.Steps[at].Note; !strings.Contains(note, "s3://data/nbscope/"+k.run.Plan.Source.Account+"/") || !strings.Contains(note, "/"+k.run.ID()+"/") {
		t.Errorf("%q", note)
	}
}

func TestABucketHasABucketsName(t *testing.T) {
	t.Parallel()
	for name, good := range map[string]bool{
		"data": true, "sagemaker-eu-west-1-111122223333": true, "a.b": true, "": false, "ab": false, "Data": false, "a..b": false, "-data": false, "data--use1-az4--x-s3": false,
		"arn:aws:s3:::data": false, "data/x": false, strings.Repeat("a", 64): false,
	} {
		if why := BadBucket(name); (why == "") != good {
			t.Errorf("%q: %q", name, why)
		}
	}
}

func TestTwoDigestsProveACopyByHand(t *testing.T) {
	t.Parallel()
	digest := strings.Repeat("ab", 32)
	line := func(side string, unread string, digest string) string {
		return "nbscope-proof 1 run-1 " + side + " 9 7 " + unread + " " + digest
	}
	at := func() *story { return tell(t, nil).to(StepCopy) }
	for name, lines := range map[string][]string{
		"digests that differ": {line("source", "0", digest), line("replacement", "0", strings.Repeat("cd", 32))},
		"one line":            {line("source", "0", digest)},
		"twice the source":    {line("source", "0", digest), line("source", "0", digest)},
		"unread, no sentence": {line("source", "2", digest), line("replacement", "0", digest)},
	} {
		k := at()
		if err := k.try(Event{Kind: EventAttested, Typed: "copied", Pasted: lines}); err == nil {
			t.Errorf("it takes %s", name)
		}
		if name == "digests that differ" && k.try(Event{Kind: EventAttested, Typed: AttestText("churn-model"), Pasted: lines}) == nil {
			t.Error("a word weighs more than digests that differ")
		}
	}
	k := at().does(Event{Kind: EventAttested, By: "ana", Pasted: []string{line("replacement", "0", digest), line("source", "0", digest)}}).goesOn()
	p := k.run.Proof
	if p == nil || p.Method != TransportManual || !p.Verified.Flawless() || p.By != "ana" || p.Verified.Source.Files != 7 {
		t.Fatalf("the proof is %+v", p)
	}
	if !strings.Contains(p.Sentence(), "compared by digest, pasted") {
		t.Errorf("it says %q", p.Sentence())
	}
	k.finishes()
	k = at().does(Event{Kind: EventAttested, Typed: AttestText("churn-model"), Pasted: []string{line("source", "2", digest), line("replacement", "0", digest)}}).goesOn()
	if v := k.run.Proof.Verified; v.Flawless() || v.NotCompared != 2 || !v.Proven() {
		t.Errorf("what was not read is %+v", v)
	}
}

func TestWhatIsRecommendedCanBeCarriedOut(t *testing.T) {
	t.Parallel()
	isolated, direct := &model.Egress{Verdict: model.VerdictIsolated}, &model.Egress{Verdict: model.VerdictDirect}
	both := []Transport{TransportRelay, TransportS3}
	inside := func(bytes int64, s3 model.TryState) *Survey {
		return &Survey{Source: Interior{Bytes: bytes, S3: &model.Tried{State: s3}}}
	}
	for name, c := range map[string]struct {
		gb     int
		egress *model.Egress
		bucket string
		can    []Transport
		want   Transport
		why    string
		survey *Survey
	}{
		"a small volume":              {4, direct, "data", both, TransportRelay, "at most 4 GB on the source: so little", nil},
		"a large one with a bucket":   {100, direct, "data", both, TransportS3, "at most 100 GB", nil},
		"a large one without":         {100, direct, "", both, TransportRelay, "auto makes none", nil},
		"a large one that is cut off": {100, isolated, "data", both, TransportRelay, "no way out", nil},
		"nothing is known of it":      {100, nil, "data", both, TransportS3, "not known to be cut off", nil},
		"only relay is there":         {100, direct, "data", both[:1], TransportRelay, "needs no bucket", nil},
		"nothing is there":            {100, direct, "data", nil, TransportManual, "moves no data", nil},
		"little on a large volume":    {100, isolated, "data", both, TransportRelay, "51.0 MB on the source: so little", inside(51e6, model.TryReached)},
		"much, and S3 is reached":     {100, isolated, "data", both, TransportS3, "S3 is reached", inside(51e9, model.TryReached)},
		"much, and S3 is not reached": {100, direct, "data", both, TransportRelay, "S3 is not reached from inside", inside(51e9, model.TryTimeout)},
		"not counted":                 {100, direct, "data", both, TransportS3, "at most 100 GB", inside(-1, model.TryReached)},
	} {
		s := seed()
		s.VolumeGB = c.gb
		if got, why := Recommend(&s, c.egress, c.bucket, c.can, c.survey); got != c.want || !strings.Contains(why, c.why) {
			t.Errorf("%s: %s, since %q; want %s and %q", name, got, why, c.want, c.why)
		}
	}
}
