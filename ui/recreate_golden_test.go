package ui

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/uitest"
)

// approved are the keys that lead from the list to a create that was approved.
func approved(more ...string) []string {
	return append([]string{"R", "4", "a", uitest.Prod, "enter", "later", "tab", "enter"}, more...)
}

// attested are the keys that follow until the data is said to be copied.
func attested(more ...string) []string {
	return approved(append([]string{"a", "copied churn-model-train", "enter"}, more...)...)
}

// recreateScene is a page of the guided recreate worth holding: the world, and
// what leads there from a loaded list.
type recreateScene struct {
	world func(*studio)
	keys  []string
	after func(*studio)
}

func recreateScenes() map[string]recreateScene {
	return map[string]recreateScene{
		"preflight":   {keys: []string{"R"}},
		"failures":    {world: troubled, keys: []string{"R"}},
		"observe":     {keys: []string{"R", "1"}},
		"form":        {keys: []string{"R", "3"}},
		"invalid":     {world: openSource, keys: []string{"R", "3", "j", "j", "j", "j", "j", "j", "j", "j", "j"}},
		"choose":      {keys: []string{"R", "3", "j", "enter", "m5"}},
		"several":     {keys: []string{"R", "3", "j", "j", "j", "j", "j", "j", "j", "j", "j", "j", "enter", "down", "space"}},
		"changes":     {keys: []string{"R", "4"}},
		"everything":  {keys: []string{"R", "4", "c"}},
		"request":     {keys: []string{"R", "4", "tab"}},
		"cli":         {keys: []string{"R", "4", "tab", "tab"}},
		"permissions": {keys: []string{"R", "4", "tab", "tab", "tab"}},
		"risks":       {keys: []string{"R", "4", "tab", "tab", "tab", "tab"}},
		"cost":        {keys: []string{"R", "4", "tab", "tab", "tab", "tab", "tab"}},
		"unlock":      {keys: []string{"R", "4", "a"}},
		"approve":     {keys: []string{"R", "4", "a", uitest.Prod, "enter"}},
		"wait":        {world: forever, keys: approved(), after: func(s *studio) { s.waitFor(40 * time.Second) }},
		"long wait":   {world: forever, keys: approved(), after: func(s *studio) { s.waitFor(31 * time.Minute) }},
		"copy":        {keys: approved()},
		"attest":      {keys: approved("a", "copied it", "enter")},
		"stop":        {keys: attested()},
		"stop gate":   {keys: attested("a")},
		"kept":        {keys: attested("a", "tab", "enter")},
		"early":       {keys: attested("a", "tab", "enter", "a", "churn-model-train", "enter")},
		"delete":      {keys: attested("a", "tab", "enter", "a", "churn")},
		"done":        {keys: attested("a", "tab", "enter", "a", "churn-model-train delete before the keep time", "enter")},
		"roll back":   {keys: attested("B")},
		"failed":      {world: noCapacity, keys: approved()},
		"drift":       {keys: attested(), after: somebodyStopsIt},
		"runs":        {world: severalRuns, keys: []string{"tab", "tab", "tab"}},
		"no runs":     {keys: []string{"tab", "tab", "tab"}},
		"held":        {world: severalRuns, keys: []string{"tab", "tab", "tab", "j", "j", "enter"}},
		"batch":       {world: troubled, keys: []string{"space", "space", "space", "R"}},
		"batch gate":  {keys: []string{"space", "space", "space", "R", "a", uitest.Prod, "enter", uitest.Shared, "enter"}},
		"short batch": {world: oneFits, keys: []string{"space", "space", "space", "R", "j"}},
		"other run":   {world: someoneElses, keys: []string{"R"}},
		"script":      {world: badScript, keys: approved()},
		"unkept":      {world: shutIn, keys: approved()},
		"unkept gate": {world: shutIn, keys: approved("A")},
		"stopped":     {world: autostop, keys: approved(), after: theSourceStops},
		"many":        {world: crashedMany, keys: []string{"W", "U", "*", "a", "later"}},
		"marked":      {world: crashed, keys: []string{"W", "U", "*"}},
		"leave":       {world: forever, keys: approved("esc", "esc", "q")},
	}
}

func TestRecreateScreens(t *testing.T) {
	for name, scene := range recreateScenes() {
		for _, size := range sizes() {
			t.Run(fmt.Sprintf("%s/%dx%d", name, size[0], size[1]), func(t *testing.T) {
				s := newStudio(t, size[0], size[1], scene.world)
				s.press(scene.keys...)
				if scene.after != nil {
					scene.after(s)
				}
				golden.RequireEqual(t, []byte(s.view()))
			})
		}
	}
}

// troubled is a world in which much does not pass, for the first notebook.
func troubled(s *studio) {
	s.aws.Snaps["churn-model-train"] = uitest.Snapshot("churn-model-train", func(n *recreate.Snapshot) {
		n.LifecycleName, n.InstanceType = "install-proxy", "ml.m5.xlarge"
		n.Tags = append(n.Tags, model.Tag{Key: "aws:cloudformation:stack-name", Value: "ml-notebooks"})
	})
	s.aws.Finds = func(n recreate.Snapshot, spec recreate.Spec) recreate.Facts {
		f := uitest.GoodFacts(n, spec)
		if n.Name == "churn-model-train" {
			f.Quotas, f.Usage = recreate.Know(recreate.Quotas{Total: 20, OfType: 2}), recreate.Know(recreate.Usage{Total: 6, OfType: 2})
			f.Lifecycle = recreate.Unknown[*model.LifecycleConfig]("not allowed to describe lifecycle configurations")
		}
		return f
	}
}

// oneFits is a world with room for one more notebook.
func oneFits(s *studio) {
	s.aws.Finds = func(n recreate.Snapshot, spec recreate.Spec) recreate.Facts {
		f := uitest.GoodFacts(n, spec)
		f.Quotas, f.Usage = recreate.Know(recreate.Quotas{Total: 7, OfType: 8}), recreate.Know(recreate.Usage{Total: 6, OfType: 2})
		return f
	}
}

// someoneElses is a world in which the first notebook has a replacement that was made
// on another machine.
func someoneElses(s *studio) {
	s.aws.Finds = func(n recreate.Snapshot, spec recreate.Spec) recreate.Facts {
		f := uitest.GoodFacts(n, spec)
		f.Marked = recreate.Know([]recreate.Marked{{
			Listed: recreate.Listed{ARN: n.ARN + "-blue", Name: "churn-blue", Status: model.StatusInService, Created: uitest.Noon().Add(-26 * time.Hour)},
			RunID:  "0e1f", SourceARN: n.ARN,
		}})
		return f
	}
}

// autostop is a world in which a script stops the first notebook, which cannot be
// started as it is.
func autostop(s *studio) {
	s.aws.Snaps["churn-model-train"] = uitest.Snapshot("churn-model-train", func(n *recreate.Snapshot) { n.LifecycleName = "autostop-1h" })
	s.aws.Finds = func(n recreate.Snapshot, spec recreate.Spec) recreate.Facts {
		f := uitest.GoodFacts(n, spec)
		scripts := &model.LifecycleConfig{Name: "autostop-1h", OnStart: "IDLE_SECONDS=3600\npython3 /usr/local/bin/autostop.py $IDLE_SECONDS &\n"}
		f.Lifecycle, f.SourceLifecycle = recreate.Know(scripts), recreate.Know(scripts)
		return f
	}
}

// shutIn is a world in which every replacement reaches less than is promised.
func shutIn(s *studio) {
	s.runs.perform = func(ctx context.Context, b *fakeBook, e recreate.Effect, tell func(recreate.Progress)) recreate.Event {
		if e.Kind != recreate.EffectProbe {
			return smooth(ctx, b, e, tell)
		}
		found := uitest.Probe(s.clock.Now(), "pypi", "conda")
		found.Proxy = "proxy.example.com:3128"
		return recreate.Event{Kind: recreate.EventDone, Probed: found}
	}
}

// badScript is that world, where the script fails on the replacement.
func badScript(s *studio) {
	autostop(s)
	failing(s, "Notebook Instance Lifecycle Config 'arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance-lifecycle-config/autostop-1h' "+
		"for Notebook Instance 'arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/churn-model-train-net' took longer than 5 minutes. "+
		"Please check your CloudWatch logs for more details if your Notebook Instance has Internet access.")
}

// theSourceStops stops the source while its copy is waited for.
func theSourceStops(s *studio) {
	for _, b := range s.runs.books {
		b.source.Status = model.StatusStopped
	}
	s.press("u")
}

// openSource is a world in which the first notebook has no VPC and direct
// internet on.
func openSource(s *studio) {
	s.aws.Snaps["churn-model-train"] = uitest.Snapshot("churn-model-train", func(n *recreate.Snapshot) {
		n.SubnetID, n.SecurityGroups, n.NetworkID, n.DirectInternet = "", nil, "", model.Enabled
	})
}

// forever is a world in which a replacement stays Pending.
func forever(s *studio) {
	s.runs.perform = func(ctx context.Context, b *fakeBook, e recreate.Effect, tell func(recreate.Progress)) recreate.Event {
		if e.Kind != recreate.EffectWait {
			return smooth(ctx, b, e, tell)
		}
		s.mu.Lock()
		s.tells = append(s.tells, tell)
		s.mu.Unlock()
		s.parked <- struct{}{}
		<-ctx.Done()
		return recreate.Event{Kind: recreate.EventFailed, Problem: &model.Problem{Kind: model.KindCanceled, Message: "the wait was ended"}}
	}
}

// noCapacity is a world in which every replacement fails.
func noCapacity(s *studio) {
	failing(s, "Insufficient notebook instance capacity. Retry later or with a different instance type.")
}

func failing(s *studio, reason string) {
	s.runs.perform = func(ctx context.Context, b *fakeBook, e recreate.Effect, tell func(recreate.Progress)) recreate.Event {
		if e.Kind == recreate.EffectWait && e.On == recreate.SideReplacement && b.newOne != nil {
			b.newOne.Status = model.StatusFailed
			b.newOne.FailureReason = reason
		}
		return smooth(ctx, b, e, tell)
	}
}

// somebodyStopsIt changes the source behind the run's back, and lets the run go on.
func somebodyStopsIt(s *studio) {
	for _, b := range s.runs.books {
		b.source.InstanceType = "ml.m5.4xlarge"
	}
	s.press("a", "tab", "enter")
}

// severalRuns are runs of other days.
func severalRuns(s *studio) {
	for i, name := range []string{"demand-forecast", "pricing-lab", "ops-scratch"} {
		src := uitest.Snapshot(name, nil)
		p := recreate.NewPlan(fmt.Sprintf("0ld%04d", i), uitest.Noon().Add(-time.Duration(i+1)*26*time.Hour), src, recreate.SpecFor(&src, recreate.Enable))
		p.Cost = recreate.CostOf(&src, p.Spec, uitest.GoodFacts(src, p.Spec).Prices)
		b := s.runs.add(recreate.Begin(p, p.Made))
		switch i {
		case 0:
			b.drive(s.t, recreate.StepDelete)
		case 1:
			b.drive(s.t, recreate.StepCopy)
		case 2:
			b.drive(s.t, recreate.StepStop)
			b.by = "process 4711 on build-7 since 2026-11-23 09:00"
		}
	}
}

// waitFor lets a wait last, with what it has seen.
func (s *studio) waitFor(d time.Duration) {
	s.clock.Pass(d)
	s.mu.Lock()
	tells := s.tells
	s.mu.Unlock()
	for _, tell := range tells {
		tell(recreate.Progress{Status: model.StatusPending, Looks: 12})
	}
	s.settle()
}

// drive moves a run until it waits at a step, with an AWS where everything works.
func (b *fakeBook) drive(t testing.TB, until recreate.StepKind) {
	t.Helper()
	for range 100 {
		step, ok := b.run.Step()
		if !ok || b.run.Phase == recreate.PhaseGate && step.Kind == until {
			return
		}
		e := recreate.Event{Kind: recreate.EventApproved, Step: step.Kind, Fingerprint: b.run.Plan.Fingerprint(), At: b.run.Began, By: "arn:aws:iam::" + uitest.Prod + ":user/ana"}
		if step.Kind == recreate.StepCopy {
			e.Kind, e.Typed = recreate.EventAttested, recreate.AttestText(b.run.Plan.Source.Name)
		}
		effects, err := b.Take(e)
		for err == nil && len(effects) > 0 {
			effects, err = b.Perform(context.Background(), effects[0], nil)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Fatalf("the run never came to %s", until)
}
