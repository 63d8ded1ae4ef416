package recreate

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"nbscope/model"
)

// busy is a run with somebody else's hand in both notebooks before every look and
// every decision. Between a look and the call that follows there is none: there the
// performer looks once more.
type busy struct {
	t    *rapid.T
	w    *cloud
	run  Run
	next *Effect

	taken string // the type of the replacement that the user has accepted
}

func (k *busy) apply(e Event) bool {
	next, effects, err := k.run.Apply(e)
	if err != nil {
		return false
	}
	k.run, k.next = next, nil
	if len(effects) > 0 {
		k.next = &effects[0]
	}
	if k.run.Outcome == "" && k.next == nil && len(k.run.Choices()) == 0 {
		k.t.Fatalf("nobody can go on with the run: phase %s, step %d of %v", k.run.Phase, k.run.At, k.run.Steps)
	}
	return true
}

// hands lets somebody else do something to either notebook, or to both.
func (k *busy) hands() {
	for _, name := range []string{k.w.source, k.run.Plan.Spec.Name} {
		hand := rapid.SampledFrom([]string{"", "", "", "", "settle", "status", "tag", "strip", "type", "delete", "anew", "foreign"}).Draw(k.t, "hand on "+name)
		n := k.w.notes[name]
		switch {
		case hand == "settle":
			k.w.settle()
		case hand == "foreign" && n == nil && name != k.w.source:
			foreign := seed()
			foreign.Name = name
			k.w.notes[name] = &foreign
		case n == nil || n.Status == model.StatusDeleting: // AWS takes nothing back
		case hand == "status":
			status := rapid.SampledFrom([]model.Status{
				model.StatusInService, model.StatusStopped, model.StatusFailed, model.StatusStopping, model.StatusPending, model.StatusDeleting,
			}).Draw(k.t, "status")
			if status == model.StatusInService && StartRefused(n.Platform) {
				return // AWS starts none
			}
			k.w.touch(name, func(s *Snapshot) { s.Status = status })
		case hand == "tag":
			k.w.touch(name, func(s *Snapshot) {
				s.Tags = append(slices.Clone(s.Tags), model.Tag{Key: "Owner", Value: strconv.Itoa(len(s.Tags))})
			})
		case hand == "strip":
			k.w.touch(name, func(s *Snapshot) { s.Tags = nil })
		case hand == "type":
			k.w.touch(name, func(s *Snapshot) { s.InstanceType = "ml.t3.xlarge" })
		case hand == "delete":
			delete(k.w.notes, name)
		case hand == "anew" && name != k.w.source:
			k.w.touch(name, func(s *Snapshot) { s.Created = k.w.tick() })
		}
	}
}

// perform carries an effect out; what changes something is judged by the world as it
// is.
func (k *busy) perform() {
	e := *k.next
	if !e.Kind.Mutates() {
		k.hands()
	} else if why := k.forbidden(e); why != "" {
		k.t.Fatalf("%s of the %s, step %s: %s", e.Kind, e.On, e.Step, why)
	}
	switch {
	case rapid.IntRange(0, 9).Draw(k.t, "whether the answer is lost") > 0:
		k.apply(k.w.perform(e))
	case e.Kind.Moves():
		k.w.tried = append(k.w.tried, string(e.Kind)+" "+e.Name)
		problem := rapid.SampledFrom([]*model.Problem{{Kind: model.KindCanceled}, {Kind: model.KindNetwork}}).Draw(k.t, "why it ended")
		kind := rapid.SampledFrom([]EventKind{EventFailed, EventDoubted}).Draw(k.t, "how it ended")
		k.apply(Event{Kind: kind, At: k.w.tick(), Effect: e.ID, Problem: problem})
	case e.Kind.Mutates():
		k.w.tried = append(k.w.tried, string(e.Kind)+" "+e.Name)
		if rapid.Bool().Draw(k.t, "whether it was carried out") {
			k.w.perform(e)
		}
		k.apply(Event{Kind: EventDoubted, At: k.w.tick(), Effect: e.ID, Problem: &model.Problem{Kind: model.KindTimeout}})
	default:
		k.apply(Event{Kind: EventFailed, At: k.w.tick(), Effect: e.ID, Problem: &model.Problem{Kind: model.KindNetwork}})
	}
}

// forbidden is why a call must not be made, by the world and not by what the run
// believes of it.
func (k *busy) forbidden(e Effect) string {
	source, repl := k.w.notes[k.w.source], k.w.notes[k.run.Plan.Spec.Name]
	mine := repl != nil && repl.Tag(TagRunID) == "run-1"
	serves := mine && repl.Status == model.StatusInService && repl.DirectInternet == k.run.Plan.Spec.DirectInternet && repl.Created.Equal(k.run.MadeAt)
	switch {
	case e.On == SideReplacement && e.Kind != EffectCreate && !mine:
		return "it is somebody else's"
	case e.On == SideReplacement && e.Kind != EffectCreate && (source == nil || source.Status == model.StatusDeleting):
		return "the source is gone"
	case e.On == SideReplacement && (e.Kind == EffectDelete || e.Kind == EffectStop) && !k.run.MadeAt.IsZero() && source.Status != model.StatusInService &&
		StartRefused(source.Platform) && k.run.Plan.Source.Status == model.StatusInService:
		return "nothing would run, and the source cannot be started"
	case (e.Kind == EffectSurvey || e.Kind == EffectCopy || e.Kind == EffectVerify) && (!serves || source == nil || source.Status != model.StatusInService):
		return "both have to run, and be the run's"
	case e.On == SideSource && e.Kind == EffectDelete && len(k.w.open()) > 0:
		return "what differs was not accepted"
	case e.On == SideSource && !k.run.Rolling && !serves:
		return "its replacement does not serve"
	case e.On == SideSource && (e.Kind == EffectStop || e.Kind == EffectDelete) && !k.run.Rolling &&
		repl.InstanceType != k.run.Plan.Spec.InstanceType && repl.InstanceType != k.taken:
		return "its replacement is not what was made, and nobody has accepted that"
	case e.On == SideSource && e.Kind == EffectDelete && (k.run.Proof == nil || k.w.ranAt.After(k.run.RestedAt)):
		return "its data is not proven to be elsewhere"
	case e.On == SideSource && e.Kind == EffectDelete && k.run.Early == nil && k.w.now.Before(source.Modified.Add(DefaultKeep)):
		return "it is to be kept"
	}
	return ""
}

// decide takes a decision that is offered, with what it wants to be typed.
func (k *busy) decide() {
	k.hands()
	if rapid.IntRange(0, 4).Draw(k.t, "whether days go by") == 0 {
		k.w.now = k.w.now.Add(30 * time.Hour)
	}
	choices := k.run.Choices()
	kind := choices[0] // the likeliest
	if rapid.IntRange(0, 3).Draw(k.t, "whether to stray") == 0 {
		kind = rapid.SampledFrom(choices).Draw(k.t, "decision")
	}
	if kind == EventClosed && rapid.IntRange(0, 3).Draw(k.t, "whether to close") > 0 {
		kind = EventResumed
	}
	step, _ := k.run.Step()
	e := Event{Kind: kind, At: k.w.tick(), By: "ana", Step: step.Kind, Fingerprint: k.run.Plan.Fingerprint()}
	switch kind {
	case EventApproved:
		e.Typed = k.run.Plan.Source.Name
		e.Sentence = rapid.SampledFrom([]string{"", EarlyText}).Draw(k.t, "sentence")
	case EventAttested:
		e.Typed = AttestText(k.run.Plan.Source.Name)
	case EventRollback:
		e.Typed, e.Update = k.run.Plan.Spec.Name, rapid.Bool().Draw(k.t, "whether to update")
	case EventAmended:
		source, ok := k.w.notes[k.w.source]
		if !ok {
			e.Kind = EventResumed
			break
		}
		p := NewPlan("run-1", k.w.now, *source, k.run.Plan.Spec.Rebase(&k.run.Plan.Source, source))
		p.Transport = k.run.Plan.Transport
		e.Plan = &p
	case EventAccepted:
		if slices.ContainsFunc(k.run.Drift, func(d Drift) bool { return d.On == SideReplacement && d.Field == FieldType }) {
			k.taken = k.run.Replacement.InstanceType
		}
		e.Accepts = k.run.OpenDifferences()
		for _, d := range e.Accepts {
			k.w.consent[d.ID] = true
		}
	case EventRerouted:
		ways := slices.DeleteFunc(transports(), func(t Transport) bool { return t == k.run.Plan.Transport })
		e.Transport = rapid.SampledFrom(ways).Draw(k.t, "transport")
	case EventHalted, EventResumed, EventRetry, EventRecopy, EventClosed, EventDone, EventFailed, EventDoubted:
	}
	if !k.apply(e) && k.run.Outcome == "" && k.next == nil && slices.Contains([]EventKind{EventResumed, EventRetry, EventAccepted, EventClosed, EventRecopy, EventRerouted}, e.Kind) {
		k.t.Fatalf("%s is offered and refused", e.Kind)
	}
}

// TestNoHandInTheNotebooksLeavesNobodyWithNothing goes through random sequences with
// somebody else at both notebooks all the time. The world itself says what may be
// done to it, and the words of the end have to be true.
func TestNoHandInTheNotebooksLeavesNobodyWithNothing(t *testing.T) {
	t.Parallel()
	for name, source := range sources() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(rt *rapid.T) {
				p := runPlan(source)
				p.Transport = rapid.SampledFrom(transports()).Draw(rt, "transport")
				k := &busy{t: rt, w: newWorld(source), run: Begin(p, start())}
				if rapid.Bool().Draw(rt, "whether something never arrives") {
					k.w.flaws = []Difference{{ID: "flaw", Path: "%0anewline", Status: "missing", Says: "missing"}}
				}
				k.w.verified = func() bool { return true } // forbidden judges
				for range 120 {
					switch {
					case k.run.Outcome != "":
						if why := untrue(&k.run, k.w); why != "" {
							rt.Fatalf("it ended %q with %q: %s", k.run.Outcome, k.run.Ending().Says, why)
						}
						return
					case k.next != nil:
						k.perform()
					default:
						k.decide()
					}
				}
			})
		})
	}
}
