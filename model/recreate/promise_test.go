package recreate

import (
	"slices"
	"strings"
	"testing"

	"nbscope/model"
)

// promised is a run that moves its data and has promised something of its replacement.
func promised(t *testing.T, promises ...string) *story {
	t.Helper()
	k := tell(t, nil)
	k.run = Begin(promisedPlan(*k.w.notes["churn-model"], promises...), start())
	return k
}

func TestWhatIsPromisedByThePolicy(t *testing.T) {
	t.Parallel()
	on, off := &Spec{DirectInternet: model.Enabled}, &Spec{DirectInternet: model.Disabled}
	for _, c := range []struct {
		policy model.Policy
		spec   *Spec
		want   string
	}{
		{model.PolicyConnect, on, "pypi conda s3 sagemaker.api"},
		{model.PolicyRestrict, off, PromiseClosed},
		{model.PolicyConnect, off, PromiseClosed}, // what the run is for
		{model.PolicyRestrict, on, "pypi conda s3 sagemaker.api"},
		{model.PolicyReport, on, ""},
		{model.PolicyReport, off, ""},
	} {
		if got := strings.Join(PromisesBy(c.policy, c.spec), " "); got != c.want {
			t.Errorf("under %s with direct internet %s: %q, want %q", c.policy, c.spec.DirectInternet, got, c.want)
		}
	}
}

func TestPromisesAreRead(t *testing.T) {
	t.Parallel()
	own := []model.Destination{{Name: "artifactory.example.com"}}
	for words, want := range map[string]string{
		"pypi": "pypi", "pypi,s3": "pypi s3", "\tPyPI\t,\ts3,pypi": "pypi s3", "none": "", "NONE": "",
		"artifactory.example.com": "artifactory.example.com", "direct-closed": "direct-closed", "pypi,": "pypi",
	} {
		if got, err := ParsePromises(words, own); err != nil || strings.Join(got, " ") != want {
			t.Errorf("%q is %v, %v", words, got, err)
		}
	}
	for words, says := range map[string]string{
		"": "name places, or none", "pipy": "did you mean pypi?", "pypi,none": `"none" is no place`, "github.com": "is no place", "10.2.0.0/16": "is no place",
	} {
		if got, err := ParsePromises(words, own); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q is %v, %v", words, got, err)
		}
	}
}

// TestWhatAProbeKeeps holds promises against what was tried.
func TestWhatAProbeKeeps(t *testing.T) {
	t.Parallel()
	tried := func(change func(*model.Probe), all ...model.Tried) *model.Probe {
		p := &model.Probe{Results: all, Own: []string{"10.0.0.9", "fd00::9"}}
		if change != nil {
			change(p)
		}
		return p
	}
	reached := model.Tried{Destination: "pypi", State: model.TryReached, Family: model.FamilyIPv4, From: []string{"10.0.0.9"}}
	shut := model.Tried{Destination: "pypi", State: model.TryTimeout, Family: model.FamilyIPv4, Detail: "8 s"}
	six := model.Tried{Destination: "pypi", State: model.TryReached, Family: model.FamilyIPv6, From: []string{"fd00::9"}}
	past := model.Tried{Destination: "github", State: model.TryReached, Family: model.FamilyIPv4, From: []string{"172.16.91.12"}}
	cut := past
	cut.State = model.TryNoTLS
	service := model.Tried{Destination: "s3", State: model.TryReached, Family: model.FamilyIPv4, From: []string{"172.16.91.12"}}
	for _, c := range []struct {
		name     string
		promises []string
		found    *model.Probe
		want     string // of what is broken; a ? where it is not known
	}{
		{"nothing is promised", nil, tried(nil, shut), ""},
		{"it is reached", []string{"pypi"}, tried(nil, reached), ""},
		{"over IPv6 only", []string{"pypi"}, tried(nil, shut, six), ""},
		{"it is not", []string{"pypi"}, tried(nil, shut), "pypi: timeout, 8 s"},
		{"it was not tried", []string{"pypi", "s3"}, tried(nil, reached), "s3: it was not tried?"},
		{"it could not be tried", []string{"s3"}, tried(nil, model.Tried{Destination: "s3", State: model.TryNot}), "s3: it was not tried?"},
		{"one of two", []string{"pypi", "github"}, tried(nil, reached, model.Tried{Destination: "github", State: model.TryNoName, Family: model.FamilyIPv4, Detail: "none"}), "github: no address, none"},
		{"closed, nothing answers", []string{PromiseClosed}, tried(nil, shut), ""},
		{"closed, it answers through the VPC", []string{PromiseClosed}, tried(nil, reached, six), ""},
		{"closed, it answers past the VPC", []string{PromiseClosed}, tried(nil, reached, past), "direct-closed: github answers, and not through the VPC: the connection left from 172.16.91.12, and the interface there has 10.0.0.9, fd00::9"},
		{"closed, somebody answers past the VPC", []string{PromiseClosed}, tried(nil, cut), "direct-closed: github answers, and not through the VPC: the connection left from 172.16.91.12, and the interface there has 10.0.0.9, fd00::9"},
		{"closed, a service of AWS answers", []string{PromiseClosed}, tried(nil, shut, service), ""},
		{"closed, and its own addresses are not known", []string{PromiseClosed}, tried(func(p *model.Probe) { p.Own, p.OwnWhy = nil, "denied" }, reached), "direct-closed: pypi answers, and whether by the direct way is not known: denied?"},
		{"closed, its own addresses are not known, nothing answers", []string{PromiseClosed}, tried(func(p *model.Probe) { p.Own, p.OwnWhy = nil, "denied" }, shut), ""},
	} {
		p := Plan{Promises: c.promises}
		var got []string
		for _, b := range p.broken(c.found) {
			mark := ""
			if b.Unknown {
				mark = "?"
			}
			got = append(got, b.Says()+mark)
		}
		if line := strings.Join(got, "; "); line != c.want {
			t.Errorf("%s: %q, want %q", c.name, line, c.want)
		}
	}
}

func TestAReplacementThatKeepsItsPromisesIsCopiedTo(t *testing.T) {
	t.Parallel()
	k := promised(t, "pypi", "s3", PromiseClosed).approve().goesOn()
	if i := slices.IndexFunc(k.run.Steps, func(s Step) bool { return s.Kind == StepReach }); i != 2 || k.run.Steps[i].Note != "pypi 84 ms, s3 84 ms, the direct way is closed" || !k.run.Steps[i].Ours() {
		t.Fatalf("the steps are %+v", k.run.Steps)
	}
	if k.run.Reach == nil || len(k.run.Reach.Broken) > 0 || k.run.Reach.Waived != nil {
		t.Errorf("what was tried is %+v", k.run.Reach)
	}
	if got := slices.Index(k.w.did, "probe churn-model-net"); got < 0 || got > slices.Index(k.w.did, "copy churn-model") {
		t.Errorf("it did %v", k.w.did)
	}
	k.finishes()
}

func TestAPromiseThatIsNotKeptStopsTheRunBeforeTheCopy(t *testing.T) {
	t.Parallel()
	k := promised(t, "pypi", "s3")
	k.w.shut = []string{"pypi"}
	k.approve().goesOn()
	k.stands(PhaseFailed, "churn-model-net does not keep what the plan promised: pypi: timeout, no answer in 8 s")
	k.offers(EventRetry, EventResumed, EventAccepted, EventRollback, EventClosed)
	if k.run.Says() != "waits for you: a promise is not kept" || k.w.copies > 0 {
		t.Errorf("it says %q after %d copies", k.run.Says(), k.w.copies)
	}
	s := StakesOf(EventAccepted, []Subject{{Run: k.run}}, k.w.now)
	if len(s.Dangers) != 1 || s.Dangers[0].Title != "The replacement does not reach pypi" || s.Yes != "Go on" || s.Title != "Go on in spite of what is not reached by churn-model-net" {
		t.Errorf("the gate says %+v", s)
	}
	k.does(Event{Kind: EventRetry}).goesOn() // nothing has changed
	k.stands(PhaseFailed, "pypi: timeout")
	k.w.shut = nil
	k.does(Event{Kind: EventRetry}).goesOn()
	if k.w.copies != 1 || k.run.Problem != nil || len(k.run.Reach.Broken) > 0 {
		t.Fatalf("after it was mended: phase %s, %d copies, %+v", k.run.Phase, k.w.copies, k.run.Reach)
	}
	k.finishes()
}

func TestWhoGoesOnInSpiteOfAPromiseIsWrittenDown(t *testing.T) {
	t.Parallel()
	k := promised(t, PromiseClosed)
	k.w.leaks = true
	k.approve().goesOn()
	k.stands(PhaseFailed, "not through the VPC")
	k.does(Event{Kind: EventAccepted, By: "ana"}).goesOn()
	if r := k.run.Reach; r.Waived == nil || r.Waived.By != "ana" || r.Waived.At.IsZero() || len(r.Broken) != 1 || k.run.Steps[2].Note != "1 of 1 not kept, gone on all the same" {
		t.Fatalf("%+v, %+v", r, k.run.Steps[2])
	}
	k.finishes()
}

// TestAProbeThatCouldNotBeMadeKeepsNothing: no answer is no answer of the network.
func TestAProbeThatCouldNotBeMadeKeepsNothing(t *testing.T) {
	t.Parallel()
	k := promised(t, "pypi").until(EffectProbe)
	k.does(Event{Kind: EventFailed, Effect: k.next.ID, Problem: &model.Problem{Kind: model.KindDenied, Message: "denied"}})
	k.stands(PhaseFailed, "denied")
	k.offers(EventRetry, EventResumed, EventAccepted, EventRollback, EventClosed)
	s := StakesOf(EventAccepted, []Subject{{Run: k.run}}, k.w.now)
	if len(s.Dangers) != 1 || !strings.HasPrefix(s.Dangers[0].Title, "Nobody has tried") {
		t.Errorf("the gate says %+v", s.Dangers)
	}
	k.does(Event{Kind: EventAccepted, By: "ana"}).goesOn()
	if r := k.run.Reach; r == nil || r.Probe != nil || r.Waived == nil || k.w.copies != 1 {
		t.Errorf("%+v after %d copies", r, k.w.copies)
	}
	if err := promised(t, "pypi").until(EffectProbe).try(Event{Kind: EventDone, Effect: 3}); err == nil {
		t.Error("nothing was tried, and that is taken for an answer")
	}
}

// TestALostProbeIsMadeAgain: once by itself, then the user decides; left, it waits.
func TestALostProbeIsMadeAgain(t *testing.T) {
	t.Parallel()
	lost := func(k *story) Event {
		return Event{Kind: EventDoubted, Effect: k.next.ID, Problem: &model.Problem{Kind: model.KindNetwork, Message: "no route"}}
	}
	k := promised(t, "pypi").until(EffectProbe)
	k.does(lost(k)).until(EffectProbe)
	k.does(k.w.perform(*k.next)).goesOn()
	if k.w.copies != 1 || !k.run.Steps[2].Ours() {
		t.Errorf("after one that was lost: %d copies, %+v", k.w.copies, k.run.Steps[2])
	}
	k = promised(t, "pypi").until(EffectProbe)
	k.does(lost(k)).until(EffectProbe)
	k.does(lost(k))
	k.stands(PhaseFailed, "no route")
	k = promised(t, "pypi").until(EffectProbe)
	k.does(Event{Kind: EventFailed, Effect: k.next.ID, Problem: &model.Problem{Kind: model.KindCanceled, Message: "left"}})
	k.stands(PhasePaused, "left")
	k.does(Event{Kind: EventResumed}).goesOn()
	if k.w.copies != 1 {
		t.Errorf("after one that was left: phase %s, %d copies", k.run.Phase, k.w.copies)
	}
}

func TestNothingIsTriedInAReplacementThatIsNotThere(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		hand func(*cloud)
		says string
	}{
		"stopped": {func(w *cloud) {
			w.touch("churn-model-net", func(s *Snapshot) { s.Status = model.StatusStopped })
		}, "can only be tried while it runs"},
		"deleted":  {func(w *cloud) { delete(w.notes, "churn-model-net") }, "somebody else deleted the replacement"},
		"untagged": {func(w *cloud) { w.touch("churn-model-net", func(s *Snapshot) { s.Tags = nil }) }, "not proven to be this run's"},
	} {
		k := promised(t, "pypi").approve()
		for k.next.Kind != EffectObserve || k.run.Steps[k.run.At].Kind != StepReach {
			k.does(k.w.perform(*k.next))
		}
		c.hand(k.w)
		k.does(k.w.perform(*k.next))
		k.stands(PhaseDrift, c.says)
		if len(k.w.did) > 1 {
			t.Errorf("%s: it did %v", name, k.w.did)
		}
	}
}

func TestPromisesAreTold(t *testing.T) {
	t.Parallel()
	for want, promises := range map[string][]string{
		"reaches pypi, s3":                                   {"pypi", "s3"},
		"has no way out but through the VPC":                 {PromiseClosed},
		"reaches s3, and has no way out but through the VPC": {"s3", PromiseClosed},
		"promises nothing":                                   nil,
	} {
		if got := PromiseWords(promises); got != want {
			t.Errorf("%v: %q, want %q", promises, got, want)
		}
	}
	p := promisedPlan(seed(), "pypi")
	steps := p.Steps()
	if i := slices.IndexFunc(steps, func(s PlanStep) bool { return s.Kind == StepReach }); i != 2 ||
		!slices.Contains(steps[i].Permissions, "ec2:DescribeNetworkInterfaces") || steps[i].Calls[0] != callPresign || !strings.Contains(steps[i].About, "whether it reaches pypi") {
		t.Errorf("the steps are %+v", steps)
	}
	p.Promises = nil
	if steps := p.Steps(); slices.ContainsFunc(steps, func(s PlanStep) bool { return s.Kind == StepReach }) {
		t.Error("nothing is promised, and something is tried")
	}
}
