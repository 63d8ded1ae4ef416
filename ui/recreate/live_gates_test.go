package recreate

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"nbscope/model/recreate"
	"nbscope/ui/kit"
	"nbscope/ui/uitest"
)

// TestAGateGrowsWithTheHarm asks for every kind of decision.
func TestAGateGrowsWithTheHarm(t *testing.T) {
	for name, c := range map[string]struct {
		step   recreate.StepKind
		phase  recreate.Phase
		change func(*liveRun)
		kind   recreate.EventKind
		want   string
	}{
		"what cannot be": {recreate.StepStop, recreate.PhaseGate, serving, recreate.EventRetry, "nothing"},
		"a stop":         {recreate.StepStop, recreate.PhaseGate, serving, recreate.EventApproved, "buttons"},
		"a deletion":     {recreate.StepDelete, recreate.PhaseGate, func(r *liveRun) { serving(r); resting(r); r.Run.Proof = proven() }, recreate.EventApproved, "typed n-r " + recreate.EarlyText},
		"a late deletion": {recreate.StepDelete, recreate.PhaseGate, func(r *liveRun) {
			serving(r)
			resting(r)
			r.Run.Proof = &recreate.Proof{}
			r.Run.RestedAt = uitest.Noon().Add(-999 * time.Hour)
		}, recreate.EventApproved, "typed n-r"},
		"a copy by hand":     {recreate.StepCopy, recreate.PhaseGate, serving, recreate.EventAttested, "typed " + recreate.AttestText("n-r")},
		"an end":             {recreate.StepStop, recreate.PhaseGate, serving, recreate.EventClosed, "buttons"},
		"a look":             {recreate.StepStop, recreate.PhaseGate, serving, recreate.EventResumed, "at once"},
		"a halt":             {recreate.StepStart, recreate.PhaseAct, flies(recreate.EffectStart, 0, recreate.Progress{}), recreate.EventHalted, "at once"},
		"a try of a step":    {recreate.StepStop, recreate.PhaseFailed, serving, recreate.EventRetry, "at once"},
		"a try of a removal": {recreate.StepReach, recreate.PhaseFailed, unkept, recreate.EventRetry, "buttons"},
		"in spite of it":     {recreate.StepReach, recreate.PhaseFailed, unkept, recreate.EventAccepted, "buttons"},
		"differences":        {recreate.StepVerify, recreate.PhaseDiffer, func(r *liveRun) { serving(r); differ(r, 1) }, recreate.EventAccepted, "choices"},
		"another way":        {recreate.StepCopy, recreate.PhaseGate, serving, recreate.EventRerouted, "choices"},
		"refused":            {recreate.StepStop, recreate.PhaseGate, func(r *liveRun) { serving(r); r.Run.Source = nil }, recreate.EventApproved, "says"},
	} {
		r := named("r", c.step, c.phase, c.change)
		b, h, _ := driven(t, r)
		h.shown = nil
		do := b.gates.ask(r, c.kind, false, true)
		got := "nothing"
		switch do := do.(type) {
		case nil:
		case intentDecide:
			got = "at once"
			if do.event.Kind != c.kind || do.run != r {
				t.Errorf("%s: it decides %+v", name, do.event)
			}
		case kit.Say:
			got = "says"
		default:
			kit.Perform(h, do)
			switch o := h.shown.(type) {
			case *kit.Approval:
				got = "buttons"
			case *chooser:
				got = "choices"
			case *kit.Prompt:
				got = "typed " + strings.TrimPrefix(o.Refuses("zz"), "this is not ")
			}
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	r := named("r", recreate.StepStop, recreate.PhaseGate, func(r *liveRun) { serving(r); r.Run.Source = nil })
	b, _, _ := driven(t, r)
	if look, ok := b.gates.ask(r, recreate.EventApproved, false, false).(intentLookFirst); !ok || look.what != "decide about n-r" || len(look.runs) != 1 {
		t.Errorf("what is refused is not looked at first: %+v", look)
	}
}

// TestWhatIsTypedForADeletionIsANameAndASentence takes both apart.
func TestWhatIsTypedForADeletionIsANameAndASentence(t *testing.T) {
	r := named("r", recreate.StepDelete, recreate.PhaseGate, func(r *liveRun) { serving(r); resting(r) })
	b, h, _ := driven(t, r)
	kit.Perform(h, b.gates.ask(r, recreate.EventApproved, true, true))
	p := h.shown.(*kit.Prompt)
	do := p.Do(" n-r " + recreate.EarlyText + " ").(intentDecide)
	if do.event.Typed != "n-r" || do.event.Sentence != recreate.EarlyText || do.event.Step != recreate.StepDelete || !p.Since.Equal(uitest.Noon()) {
		t.Errorf("typed is %q, %q for %s, since %s", do.event.Typed, do.event.Sentence, do.event.Step, p.Since)
	}
	r = named("r", recreate.StepCopy, recreate.PhaseGate, serving)
	kit.Perform(h, b.gates.ask(r, recreate.EventAttested, false, true))
	p = h.shown.(*kit.Prompt)
	do = p.Do(recreate.AttestText("n-r")).(intentDecide)
	if do.event.Typed != recreate.AttestText("n-r") || do.event.Sentence != "" || do.event.Step != recreate.StepCopy || !p.Since.IsZero() {
		t.Errorf("typed is %q, %q for %s, since %s", do.event.Typed, do.event.Sentence, do.event.Step, p.Since)
	}
}

// TestAGateForSeveralOpensOnceAllHaveLooked has runs come back that stand as before, and
// others.
func TestAGateForSeveralOpensOnceAllHaveLooked(t *testing.T) {
	waits := func(id string) *liveRun { return named(id, recreate.StepStop, recreate.PhaseGate, serving) }
	failed := func(id string) *liveRun { return named(id, recreate.StepStop, recreate.PhaseFailed, serving) }
	looking := named("busy", recreate.StepStop, recreate.PhaseLook, flies(recreate.EffectObserve, 0, recreate.Progress{}))
	for name, c := range map[string]struct {
		runs   []*liveRun
		under  []string
		asked  string
		offers int
	}{
		"one looks":     {[]*liveRun{waits("a"), looking}, []string{"busy"}, "[]", 0},
		"all as before": {[]*liveRun{waits("a"), waits("b")}, []string{"a", "gone"}, "[unsay looking]", 1},
		"one failed":    {[]*liveRun{waits("a"), failed("b")}, nil, "[unsay looking say n-b is not decided with the others: stop source failed]", 1},
		"two failed":    {[]*liveRun{failed("a"), waits("b"), failed("c")}, nil, "[unsay looking say n-a (and 1 more) is not decided with the others: stop source failed]", 1},
		"three failed":  {[]*liveRun{failed("a"), failed("b"), failed("c")}, nil, "[unsay looking say n-a (and 2 more) is not decided with the others: stop source failed]", 1},
	} {
		b, h := bookOf(c.runs...)
		b.looks = &looks{all: c.runs, under: map[string]bool{}, says: "looking", gate: Offer{What: "approve"}}
		for _, id := range c.under {
			b.looks.under[id] = true
		}
		if b.looks.wait(c.runs[0]) != (len(c.under) > 0 && c.under[0] == c.runs[0].ID) || (*looks)(nil).wait(c.runs[0]) {
			t.Errorf("%s: it waits for %s", name, c.runs[0].ID)
		}
		b.looked()
		if fmt.Sprint(h.Asked) != c.asked || len(h.offers) != c.offers || (b.looks == nil) != (c.offers > 0) {
			t.Errorf("%s: asked %q, %d offers", name, h.Asked, len(h.offers))
		}
		if b.looks = nil; b.looked() != nil {
			t.Errorf("%s: something is awaited", name)
		}
	}
}

// TestSeveralAccountsAreUnlockedOneAfterTheOther resumes runs of two accounts.
func TestSeveralAccountsAreUnlockedOneAfterTheOther(t *testing.T) {
	left := func(id, account string, kind recreate.StepKind) *liveRun {
		return named(id, kind, recreate.PhaseAct, func(r *liveRun) { r.Held, r.Run.Plan.Source.Account = false, account })
	}
	all := []*liveRun{left("a", uitest.Prod, recreate.StepReach), left("b", uitest.Prod, recreate.StepReach), left("c", uitest.Sandbox, recreate.StepReach), left("d", uitest.Shared, recreate.StepStop)}
	b, _, _ := driven(t, all...)
	first := b.gates.resume(all).(intentWrite)
	second := first.then(false).(intentWrite)
	do, ok := second.then(true).(kit.Sequence)
	if first.account != uitest.Prod || second.account != uitest.Sandbox || first.what != "resume 4 runs" || !ok || len(do) != 4 {
		t.Errorf("it unlocks %s, %s to %q, then does %d", first.account, second.account, first.what, len(do))
	}
	if do, ok := b.gates.resume(all[3:]).(kit.Sequence); !ok || len(do) != 1 {
		t.Error("what makes no call unlocks something")
	}
	if say, ok := b.gates.jointGate(joint{}, false).(kit.Say); !ok || say.Text != "nothing can be approved together now" {
		t.Errorf("of nothing: %+v", say)
	}
	h := b.host.(*hosting)
	b.cfg.Driver = nil
	kit.Perform(h, intentWrite{gates: b.gates, account: uitest.Prod})
	if fmt.Sprint(h.Asked) != "[say nothing can be changed here, so that nothing signs in to a notebook]" {
		t.Errorf("asked %q", h.Asked)
	}
}
