package recreate

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"nbscope/model"
)

// sources are what a run can start from.
func sources() map[string]Snapshot {
	with := func(change func(*Snapshot)) Snapshot {
		s := seed()
		change(&s)
		return s
	}
	return map[string]Snapshot{
		"running":     seed(),
		"stopped":     with(func(s *Snapshot) { s.Status = model.StatusStopped }),
		"failed":      with(func(s *Snapshot) { s.Status, s.FailureReason = model.StatusFailed, "why" }),
		"AL2 running": with(func(s *Snapshot) { s.Platform = "notebook-al2-v2" }),
		"AL2 stopped": with(func(s *Snapshot) { s.Platform, s.Status = "notebook-al2-v3", model.StatusStopped }),
		"AL1 running": with(func(s *Snapshot) { s.Platform = "notebook-al1-v1" }),
		"direct":      with(func(s *Snapshot) { s.DirectInternet = model.Enabled }),
	}
}

// walk is a run on its way through a random sequence of events.
type walk struct {
	t       *rapid.T
	w       *world
	run     Run
	pending *Effect
	done    map[int]Step // steps that were done, which never go back
}

func (k *walk) apply(e Event) {
	before := k.run
	next, effects, err := k.run.Apply(e)
	if err != nil {
		if !reflect.DeepEqual(before, k.run) || !reflect.DeepEqual(next, before) {
			k.t.Fatalf("a refused %s changed the run", e.Kind)
		}
		return
	}
	if len(effects) > 1 {
		k.t.Fatalf("%d effects at once after %s", len(effects), e.Kind)
	}
	k.run = next
	if w := e.Unknown(); w != "" {
		k.t.Fatalf("a journal would not take its own event: %s", w)
	}
	if again := recorded(k.t, k.run); !reflect.DeepEqual(again, k.run) {
		k.t.Fatalf("after %s another run is read back:\n%+v\n%+v", e.Kind, again, k.run)
	}
	if e.Kind != EventHalted {
		k.pending = nil
	}
	if len(effects) == 1 {
		k.pending = &effects[0]
	}
	k.check(e)
}

func (k *walk) check(e Event) {
	if (k.run.InFlight == nil) != (k.pending == nil) {
		k.t.Fatalf("after %s the run and its performer disagree about what is in flight", e.Kind)
	}
	for i, s := range k.run.Steps {
		if was, ok := k.done[i]; ok && !reflect.DeepEqual(was, s) {
			k.t.Fatalf("step %d was done as %+v and is %+v after %s", i, was, s, e.Kind)
		}
		if s.State == StepDone {
			k.done[i] = s
		}
	}
	if k.run.Outcome == "" && k.run.InFlight == nil && len(k.run.Choices()) == 0 {
		k.t.Fatalf("nobody can go on with the run: phase %s, step %d of %v", k.run.Phase, k.run.At, k.run.Steps)
	}
	if len(k.w.wrong) > 0 {
		k.t.Fatalf("after %s: %v", e.Kind, k.w.wrong)
	}
	if k.w.atOnce > 1 {
		k.t.Fatalf("%d replacements at once", k.w.atOnce)
	}
}

// perform lets the effect in flight end in one of the ways it can.
func (k *walk) perform() {
	e := *k.pending
	switch rapid.SampledFrom([]string{"well", "well", "well", "well", "well", "well", "lost", "never sent", "refused", "left", "crash before", "crash after"}).Draw(k.t, "how it ends") {
	case "well":
		k.apply(k.w.perform(e))
	case "lost":
		k.w.perform(e)
		k.apply(Event{Kind: EventDoubted, At: k.w.tick(), Effect: e.ID, Problem: &model.Problem{Kind: model.KindTimeout, Message: "no answer"}})
	case "never sent":
		k.apply(Event{Kind: EventDoubted, At: k.w.tick(), Effect: e.ID, Problem: &model.Problem{Kind: model.KindNetwork, Message: "reset"}})
	case "left":
		k.apply(Event{Kind: EventFailed, At: k.w.tick(), Effect: e.ID, Problem: &model.Problem{Kind: model.KindCanceled, Message: "left"}})
	case "refused":
		k.apply(Event{Kind: EventFailed, At: k.w.tick(), Effect: e.ID, Problem: &model.Problem{Kind: model.KindDenied, Message: "denied"}})
	case "crash before":
		k.resume()
	case "crash after":
		k.w.perform(e)
		k.resume()
	}
}

// resume is what the next process does: read what was recorded, then look.
func (k *walk) resume() {
	k.run = recorded(k.t, k.run)
	k.apply(Event{Kind: EventResumed, At: k.w.tick()})
}

// failing is a test or a property that can fail.
type failing interface{ Fatalf(string, ...any) }

// recorded is a run as it is read back from a journal, which holds its state and
// its plan apart.
func recorded(t failing, run Run) Run {
	var out Run
	var plan Plan
	through(t, run.Plan, &plan)
	run.Plan = Plan{}
	through(t, run, &out)
	out.Plan = plan
	if why := out.Unknown() + plan.Unknown() + out.Unsound(); why != "" {
		t.Fatalf("a journal would not take its own run: %s", why)
	}
	return out
}

// through writes a value as JSON and reads it back.
func through[T any](t failing, value T, back *T) {
	raw, err := json.Marshal(value)
	if err != nil {
		t.Fatalf("%v", err)
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(back); err != nil {
		t.Fatalf("%v", err)
	}
}

// decide is any decision of the user's, with the right or a wrong word typed.
func (k *walk) decide() {
	if k.run.Phase == PhaseGate && rapid.IntRange(0, 7).Draw(k.t, "whether to stray") > 0 {
		k.apply(onward(k.t, &k.run, k.w.tick()))
		return
	}
	kind := rapid.SampledFrom([]EventKind{
		EventApproved, EventAttested, EventHalted, EventResumed, EventRetry, EventRetry, EventAmended,
		EventAccepted, EventRollback, EventClosed, EventRecopy, EventRerouted,
	}).Draw(k.t, "decision")
	step, _ := k.run.Step()
	e := Event{Kind: kind, At: k.w.tick(), By: "arn:aws:iam::111122223333:user/ana", Step: step.Kind, Fingerprint: k.run.Plan.Fingerprint()}
	switch kind {
	case EventResumed:
		if k.pending != nil {
			return // a process does not resume what it is doing
		}
	case EventApproved, EventRollback, EventAttested:
		e.Typed = rapid.SampledFrom([]string{
			k.run.Plan.Source.Name, k.run.Plan.Spec.Name, AttestText(k.run.Plan.Source.Name), "", "y",
		}).Draw(k.t, "typed")
	case EventAmended:
		k.amend(&e)
	case EventClosed:
		if rapid.IntRange(0, 19).Draw(k.t, "whether to close") > 0 {
			return
		}
	case EventAccepted:
		e.Accepts = k.some()
	case EventRerouted:
		e.Transport = rapid.SampledFrom(append(transports(), "pigeon")).Draw(k.t, "transport")
	case EventHalted, EventRetry, EventRecopy, EventDone, EventFailed, EventDoubted:
	}
	before := k.run
	k.apply(e)
	if kind == EventAccepted && !reflect.DeepEqual(before.Accepted, k.run.Accepted) {
		for _, d := range e.Accepts {
			k.w.consent[d.ID] = true
		}
	}
}

// some are a few of the differences that are open, and now and then one that is none.
func (k *walk) some() []Difference {
	var out []Difference
	for _, d := range append(k.run.OpenDifferences(), Difference{ID: "none", Path: "none"}) {
		if rapid.IntRange(0, 2).Draw(k.t, "whether to accept "+d.Path) > 0 {
			out = append(out, d)
		}
	}
	return out
}

func (k *walk) amend(e *Event) {
	source, ok := k.w.notes[k.w.source]
	if !ok {
		return
	}
	spec := k.run.Plan.Spec
	spec.InstanceType = rapid.SampledFrom([]string{"ml.t3.large", "ml.m5.xlarge"}).Draw(k.t, "type")
	spec.Name = rapid.SampledFrom([]string{spec.Name, spec.Name + "-2"}).Draw(k.t, "name")
	p := NewPlan(k.run.Plan.RunID, k.w.now, *source, spec)
	p.Transport = rapid.SampledFrom(transports()).Draw(k.t, "transport of the plan")
	e.Plan = &p
}

// meddle is somebody else, or AWS, changing a notebook in the middle of the run.
func (k *walk) meddle() {
	name := rapid.SampledFrom([]string{k.w.source, k.run.Plan.Spec.Name}).Draw(k.t, "whose")
	n := k.w.notes[name]
	what := rapid.SampledFrom([]string{"settle", "settle", "settle", "settle", "settle", "settle", "stop", "start", "tag", "type", "delete", "take the name", "fail next", "write", "flaw", "mend", "shut", "open"}).Draw(k.t, "what")
	switch {
	case what == "settle":
		k.w.settle()
	case what == "write" && k.w.notes[k.w.source] != nil && k.w.notes[k.w.source].Status == model.StatusInService && k.run.Proof == nil:
		k.w.data++ // what is written between the proof and the stop nobody can know
	case what == "flaw" && len(k.w.flaws) < 3:
		n := len(k.w.flaws)
		k.w.flaws = append(k.w.flaws, Difference{ID: strconv.Itoa(100 + n), Path: "flaw-" + strconv.Itoa(n), Status: []string{"missing", "extra", "not compared"}[n]})
	case what == "mend":
		k.w.flaws = nil
	case what == "shut":
		k.w.shut, k.w.leaks = []string{"pypi"}, true
	case what == "open":
		k.w.shut, k.w.leaks = nil, false
	case what == "fail next":
		k.w.fails = "Insufficient notebook instance capacity. Retry later or with a different instance type."
	case what == "take the name" && n == nil && name != k.w.source && (k.pending == nil || k.pending.Kind != EffectCreate):
		foreign := seed()
		foreign.Name = name
		k.w.notes[name] = &foreign
	case n == nil || n.Status.InTransition():
	case what == "stop":
		k.w.touch(name, func(s *Snapshot) { s.Status = model.StatusStopped })
	case what == "start" && !StartRefused(n.Platform):
		k.w.touch(name, func(s *Snapshot) { s.Status = model.StatusInService })
	case what == "tag":
		k.w.touch(name, func(s *Snapshot) {
			s.Tags = append(slices.Clone(s.Tags), model.Tag{Key: "Owner", Value: strconv.Itoa(len(s.Tags))})
		})
	case what == "type":
		k.w.touch(name, func(s *Snapshot) { s.InstanceType = "ml.t3.xlarge" })
	case what == "delete" && rapid.IntRange(0, 3).Draw(k.t, "whether to delete") == 0:
		delete(k.w.notes, name)
	}
}

// verified reports whether the source's data is on the replacement for all that
// was proven: it was verified, and the source has not run since it was stopped.
func verified(r *Run, w *world) bool {
	return r.Proof != nil && (r.Proof.Verified == nil || r.Proof.Verified.Proven()) && (r.RestedAt.IsZero() || !w.ranAt.After(r.RestedAt))
}

// TestNoSequenceOfEventsLosesData goes through random sequences of answers,
// losses, crashes, decisions and changes by others. The world itself notes when
// the source is deleted unverified, and when two replacements exist.
func TestNoSequenceOfEventsLosesData(t *testing.T) {
	t.Parallel()
	for name, source := range sources() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(rt *rapid.T) {
				p := runPlan(source)
				p.Transport = rapid.SampledFrom(transports()).Draw(rt, "transport")
				p.Promises = rapid.SampledFrom([][]string{nil, {"pypi"}, {PromiseClosed}}).Draw(rt, "promises")
				k := &walk{t: rt, w: newWorld(source), run: Begin(p, start()), done: map[int]Step{}}
				k.w.verified = func() bool { return verified(&k.run, k.w) }
				rt.Repeat(map[string]func(*rapid.T){
					"answer": func(*rapid.T) {
						if k.pending == nil {
							rt.Skip("nothing is in flight")
						}
						k.perform()
					},
					"decide": func(*rapid.T) { k.decide() },
					"meddle": func(*rapid.T) { k.meddle() },
				})
			})
		})
	}
}

// TestEveryRunCanReachItsEnd drives each kind of source to the deletion of the
// source with nothing going wrong, and counts what it took.
func TestEveryRunCanReachItsEnd(t *testing.T) {
	t.Parallel()
	for name, source := range sources() {
		for _, transport := range transports() {
			t.Run(name+" "+string(transport), func(t *testing.T) {
				t.Parallel()
				w, p := newWorld(source), runPlan(source)
				p.Transport, p.Promises = transport, []string{"pypi", "s3"}
				r := Begin(p, start())
				w.verified = func() bool { return verified(&r, w) }
				finish(t, w, &r)
				if r.Outcome != OutcomeDone || !slices.Equal(w.deleted, []string{source.Name}) || w.replaced != 1 || len(w.wrong) > 0 {
					t.Fatalf("outcome %q, deleted %v, %d creates, wrong %v", r.Outcome, w.deleted, w.replaced, w.wrong)
				}
				if moves := transport.Moves(); (w.copies == 1) != moves || (r.Proof.Verified != nil) != moves || r.Proof.Method != transport {
					t.Errorf("%d copies, and the proof is %+v", w.copies, r.Proof)
				}
				left := w.notes[r.Plan.Spec.Name]
				if left == nil || left.Status != model.StatusInService || left.DirectInternet == source.DirectInternet {
					t.Errorf("what is left is %+v", left)
				}
			})
		}
	}
}

// finish takes every decision that leads on, and carries out every effect.
func finish(t *testing.T, w *world, r *Run) {
	t.Helper()
	var effects []Effect
	var err error
	for range 100 {
		if r.Outcome != "" {
			return
		}
		var e Event
		if len(effects) > 0 {
			e = w.perform(effects[0])
		} else {
			e = onward(t, r, w.tick())
		}
		if *r, effects, err = r.Apply(e); err != nil {
			t.Fatal(err)
		}
	}
	t.Fatalf("the run does not end: phase %s, step %d of %v, problem %v, drift %v", r.Phase, r.At, r.Steps, r.Problem, r.Drift)
}

// onward is the decision that leads on.
func onward(t failing, r *Run, at time.Time) Event {
	step, ok := r.Step()
	if !ok || r.Phase != PhaseGate {
		t.Fatalf("the run waits in phase %s at step %d of %v, problem %v, drift %v", r.Phase, r.At, r.Steps, r.Problem, r.Drift)
	}
	e := Event{Kind: EventApproved, At: at, Step: step.Kind, Fingerprint: r.Plan.Fingerprint()}
	if r.Gate() == GateName {
		e.Typed, e.Sentence = r.Plan.Source.Name, EarlyText
	}
	if r.Gate() == GateAttest {
		e.Kind, e.Typed = EventAttested, AttestText(r.Plan.Source.Name)
	}
	return e
}
