package ui

import (
	"context"
	"fmt"
	"testing"
	"time"

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
	says  []string // at every size
}

func recreateScenes() map[string]recreateScene {
	return map[string]recreateScene{
		"preflight":   {keys: []string{"R"}, says: []string{"nothing is changed until you approve", "Platform of the source", "Do not stop it before the copy is verified. The run stops it last."}},
		"failures":    {world: troubled, keys: []string{"R"}, says: []string{"✗ Other tools that manage the source", "managed by CloudFormation (stack", "Change the template of stack ml-notebooks instead."}},
		"observe":     {keys: []string{"R", "1"}, says: []string{"● InService", "r ask again"}},
		"form":        {keys: []string{"R", "3"}, says: []string{"Instance type", "churn-model-train-net", "notebook-al2023-v1"}},
		"invalid":     {world: openSource, keys: []string{"R", "3", "j", "j", "j", "j", "j", "j", "j", "j", "j"}, says: []string{"✗ the source has no VPC: choose the subnet", "internet access can be off in a subnet"}},
		"choose":      {keys: []string{"R", "3", "j", "enter", "m5"}, says: []string{"Instance type > m5", "ml.m5.xlarge", "$0.23 an hour, quota 4"}},
		"several":     {keys: []string{"R", "3", "j", "j", "j", "j", "j", "j", "j", "j", "j", "j", "enter", "down", "space"}, says: []string{"[*] sg-01 notebooks", "✗ it is of vpc-0b34", "Security groups >"}},
		"changes":     {keys: []string{"R", "4"}, says: []string{"Disabled → Enabled", "this is what the run is for"}},
		"everything":  {keys: []string{"R", "4", "c"}, says: []string{"Disabled → Enabled", "this is what the run is for"}},
		"request":     {keys: []string{"R", "4", "tab"}, says: []string{"Changes [Request] CLI", `"InstanceType": "ml.t3.medium",`, `"PlatformIdentifier":`}},
		"cli":         {keys: []string{"R", "4", "tab", "tab"}, says: []string{"Request [CLI] Permissions", "# nbscope plan 2-b130357d3e609f8e:", "with direct internet access"}},
		"permissions": {keys: []string{"R", "4", "tab", "tab", "tab"}, says: []string{"→ sagemaker:CreateNotebookInstance", "Makes churn-model-train-net with direct internet access Enabled.", "churn-model-train stays as it is."}},
		"risks":       {keys: []string{"R", "4", "tab", "tab", "tab", "tab"}, says: []string{"It will fail SageMaker.1 (high) and 3 more published controls", "These published controls pass now and fail then."}},
		"cost":        {keys: []string{"R", "4", "tab", "tab", "tab", "tab", "tab"}, says: []string{"$0.05 an hour while it", "$0.14 a GB and month, also"}},
		"unlock":      {keys: []string{"R", "4", "a"}, says: []string{"Unlock writes to prod-ml", "nbscope only reads until you say otherwise", "Unlocking changes nothing by itself"}},
		"approve":     {keys: []string{"R", "4", "a", uitest.Prod, "enter"}, says: []string{"It will fail SageMaker.1 (high) and 3 more published controls", "These published controls pass now and fail then."}},
		"wait":        {world: forever, keys: approved(), after: func(s *studio) { s.waitFor(40 * time.Second) }, says: []string{"Waiting until churn-model-train-net is InService, for 40s", "It mostly takes five minutes."}},
		"long wait":   {world: forever, keys: approved(), after: func(s *studio) { s.waitFor(31 * time.Minute) }, says: []string{"This takes far longer than usual. AWS can neither hurry nor cancel it", "be left and resumed any time."}},
		"copy":        {keys: approved(), says: []string{"◆ Copy waits for you.", "You copy what is under /home/ec2-user/SageMaker, by the commands shown", "say that it is copied"}},
		"attest":      {keys: approved("a", "copied it", "enter"), says: []string{"nbscope has not seen the data", "churn-model-train can be stopped and deleted later because you say"}},
		"stop":        {keys: attested(), says: []string{"Stops churn-model-train, and it would not start again as it is: AWS starts"}},
		"stop gate":   {keys: attested("a"), says: []string{"It runs Amazon Linux 2: stopped, it does not start again as it is", "Stopped, and it would not start again as it is: AWS starts"}},
		"kept":        {keys: attested("a", "tab", "enter"), says: []string{"✓ Done, but for deleting the source.", "It is stopped and kept, and can be for", "2026-11-24 12:00:01 UTC (in 1d); deleting it"}},
		"early":       {keys: attested("a", "tab", "enter", "a", "churn-model-train", "enter"), says: []string{"The keep time is not over", "churn-model-train is to be kept until 2026-11-24T12:00:01Z, and 1d", "The volume goes with it, and AWS"}},
		"delete":      {keys: attested("a", "tab", "enter", "a", "churn"), says: []string{"The keep time is not over", "churn-model-train is to be kept until 2026-11-24T12:00:01Z, and 1d", "Type: churn-model-train delete"}},
		"done":        {keys: attested("a", "tab", "enter", "a", "churn-model-train delete before the keep time", "enter"), says: []string{"✓ Done: churn-model-train-net has taken the place of churn-model-train:", "The deletion was approved before the", "InService, with direct internet"}},
		"roll back":   {keys: attested("B"), says: []string{"The replacement is removed", "churn-model-train-net goes with everything that is on it, if it", "Type: churn-model-train-net"}},
		"failed":      {world: noCapacity, keys: approved(), says: []string{"✗ churn-model-train-net was created and failed.", "Insufficient notebook instance capacity. Retry"}},
		"drift":       {keys: attested(), after: somebodyStopsIt, says: []string{`A notebook is not as it was, so "Stop source" was not begun.`, "source: InstanceType"}},
		"runs":        {world: severalRuns, keys: []string{"tab", "tab", "tab"}, says: []string{"◆ 1 waiting for you", "○ stopped and kept", "◐ held by another", "demand-forecast"}},
		"no runs":     {keys: []string{"tab", "tab", "tab"}, says: []string{"No notebook has been recreated from here yet.", "A run keeps its journal on this machine, so that it can be resumed", "R on a notebook plans one"}},
		"held":        {world: severalRuns, keys: []string{"tab", "tab", "tab", "j", "j", "enter"}, says: []string{"Read-only: the run is held by", "waits for you: approve stop source", "Stops ops-scratch, and it would not start again as it is: AWS starts"}},
		"batch":       {world: troubled, keys: []string{"space", "space", "space", "R"}, says: []string{"a approves: create of 2", "churn-model-train: 2 checks failed", "While both notebooks of each run:"}},
		"batch gate":  {keys: []string{"space", "space", "space", "R", "a", uitest.Prod, "enter", uitest.Shared, "enter"}, says: []string{"Create 3 replacements, to", "It will fail SageMaker.1 (high) and 3 more published controls (all 3)", "Traffic leaves outside the VPC"}},
		"short batch": {world: oneFits, keys: []string{"space", "space", "space", "R", "j"}, says: []string{"a approves: create of 1 to", "While both notebooks of each run:"}},
		"other run":   {world: someoneElses, keys: []string{"R"}, says: []string{"Other runs of this notebook", "it has the replacement churn-blue,", "of which there is no journal on this machine: who began"}},
		"script":      {world: badScript, keys: approved(), says: []string{"✗ churn-model-train-net was created and failed.", "a lifecycle script", "'autostop-1h' for Notebook"}},
		"unkept":      {world: shutIn, keys: approved(), says: []string{"does not keep what the plan promised"}},
		"unkept gate": {world: shutIn, keys: approved("A"), says: []string{"The replacement does not reach"}},
		"stopped":     {world: autostop, keys: approved(), after: theSourceStops, says: []string{"Something other than this run is at work: the source is Stopped.", "A script against idle notebooks counts", "You copy what is under /home/ec2-user/SageMaker, by the"}},
		"many":        {world: crashedMany, keys: []string{"W", "U", "*", "a", "later"}, says: []string{"Stop 68 sources of runs to", "It runs Amazon Linux 2: stopped, it does not start again as it is", "a approves: stop source of 68"}},
		"marked":      {world: crashed, keys: []string{"W", "U", "*"}, says: []string{"batch-3: waits for you: copy the data", "◆ 4 waiting for you", "a stop source of 3"}},
		"leave":       {world: forever, keys: approved("esc", "q"), says: []string{"churn-model-train: a call that is being made is finished first, a wait is ended.", "any time: their journals are on disk."}},
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
				hold(t, name, size, s.view(), scene.says)
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
