package aws

import (
	"context"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"nbscope/aws/sim"
	"nbscope/model"
	"nbscope/model/recreate"
)

const create, start, stop, remove = recreate.EffectCreate, recreate.EffectStart, recreate.EffectStop, recreate.EffectDelete

func TestANotebookIsRecreatedFromCreateToDelete(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, nil)
		b.must(b.effect(create, recreate.SideReplacement))
		seen := b.must(b.effect(recreate.EffectWait, recreate.SideReplacement, model.StatusInService)).Observed
		if seen.Source == nil || seen.Replacement == nil || seen.Replacement.Status != model.StatusInService {
			t.Fatalf("%+v", seen)
		}
		want := b.run.Plan.Spec
		got := recreate.SpecFor(seen.Replacement, recreate.Enable)
		got.Name, got.Tags = seen.Replacement.Name, seen.Replacement.Tags
		if !reflect.DeepEqual(got, want) {
			t.Errorf("created\n%+v, want\n%+v", got, want)
		}
		if statuses := b.statuses(); statuses[0] != model.StatusPending || statuses[len(statuses)-1] != model.StatusInService {
			t.Errorf("told %v", statuses)
		}
		b.run.Proof = &recreate.Proof{Says: "copied"}
		b.must(b.effect(stop, recreate.SideSource))
		b.must(b.effect(recreate.EffectWait, recreate.SideSource, model.StatusStopped, model.StatusFailed))
		b.must(b.effect(start, recreate.SideSource))
		b.must(b.effect(recreate.EffectWait, recreate.SideSource, model.StatusInService))
		b.must(b.effect(stop, recreate.SideSource))
		b.must(b.effect(recreate.EffectWait, recreate.SideSource, model.StatusStopped))
		b.must(b.effect(remove, recreate.SideSource))
		end := b.must(b.effect(recreate.EffectWait, recreate.SideSource, recreate.StatusGone)).Observed
		if end.Source != nil || end.Replacement == nil {
			t.Errorf("in the end %+v", end)
		}
		b.wrote("SageMaker.CreateNotebookInstance churn-net", "SageMaker.StopNotebookInstance churn", "SageMaker.StartNotebookInstance churn",
			"SageMaker.StopNotebookInstance churn", "SageMaker.DeleteNotebookInstance churn")
		if w := b.s.Writes()[0]; w.DirectInternetAccess != model.Enabled || w.Tags[recreate.TagRunID] != testRun {
			t.Errorf("the create was %+v", w)
		}
	})
}

// statuses lists what a wait told, each change once.
func (b *bench) statuses() (out []model.Status) {
	for _, p := range b.told {
		if len(out) == 0 || out[len(out)-1] != p.Status {
			out = append(out, p.Status)
		}
	}
	return out
}

func TestAnUpdateSetsThePlatformAlone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, nil)
		b.change(sim.Change{Op: "set", Name: "churn", Status: "Stopped", Platform: "notebook-al2-v2"})
		b.plan(recreate.Enable)
		before := b.snapshot("churn")
		b.must(b.effect(recreate.EffectUpdate, recreate.SideSource))
		after := b.must(b.effect(recreate.EffectWait, recreate.SideSource, model.StatusStopped)).Observed.Source
		if after.Platform != recreate.PlatformSupported || before.Platform == after.Platform {
			t.Errorf("platform %s", after.Platform)
		}
		after.Platform = before.Platform
		if after.Fingerprint() != before.Fingerprint() {
			t.Errorf("more changed than the platform:\n%+v\n%+v", before, after)
		}
	})
}

func TestARefusedChangeSaysWhatMendsIt(t *testing.T) {
	t.Parallel()
	for faults, want := range map[string]string{
		"scpdirect=enabled":                                             "sagemaker:DirectInternetAccess, which is Enabled here",
		"denyop=iam:PassRole":                                           "ask for iam:PassRole",
		"denyop=sagemaker:AddTags":                                      "ask for sagemaker:AddTags",
		"denyop=sagemaker:CreateNotebookInstance":                       "ask for sagemaker:CreateNotebookInstance",
		"failop=sagemaker:CreateNotebookInstance:ResourceLimitExceeded": "higher quota",
		"failop=sagemaker:CreateNotebookInstance:ThrottlingException":   "in a minute",
	} {
		t.Run(faults, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, nil)
				b.faults(faults)
				out := b.perform(b.effect(create, recreate.SideReplacement))
				if out.Problem == nil || !strings.Contains(out.Problem.Hint, want) {
					t.Errorf("got %+v", out.Problem)
				}
			})
		})
	}
}

func TestAStartOfARetiredPlatformSaysSo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, nil)
		b.change(sim.Change{Op: "set", Name: "churn", Status: "Stopped", Platform: "notebook-al2-v2"})
		out := b.perform(b.effect(start, recreate.SideSource))
		if out.Kind != recreate.EventFailed || !strings.Contains(out.Problem.Message, "notebook-al2-v2") {
			t.Errorf("got %+v %+v", out, out.Problem)
		}
	})
}

func TestWhatNoRunMayDoIsRefusedBeforeAnyCall(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		kind    recreate.EffectKind
		on      recreate.Side
		arrange func(*bench, *recreate.Effect)
		says    string
	}{
		"a delete of the source without proof": {remove, recreate.SideSource, func(*bench, *recreate.Effect) {}, "proven"},
		"a delete of a source that was made anew": {remove, recreate.SideSource, func(b *bench, _ *recreate.Effect) {
			b.run.Proof = &recreate.Proof{Says: "copied"}
			b.run.Plan.Source.Created = b.run.Plan.Source.Created.Add(-time.Hour) // the one that was planned for
			b.change(sim.Change{Op: "delete", Name: "churn"})
			b.change(sim.Change{Op: "add", Name: "churn", Status: "Stopped"})
		}, "another notebook"},
		"a stop of a source that is gone": {stop, recreate.SideSource, func(b *bench, _ *recreate.Effect) {
			b.change(sim.Change{Op: "delete", Name: "churn"})
		}, "does not exist"},
		"a stop of what is not the source": {stop, recreate.SideSource, func(_ *bench, e *recreate.Effect) { e.Name = "other" }, "the source of the run is churn"},
		"a delete of a replacement without a tag": {remove, recreate.SideReplacement, func(b *bench, _ *recreate.Effect) {
			b.change(sim.Change{Op: "add", Name: "churn-net", Status: "Stopped"})
		}, "does not carry the tag"},
		"a delete of another run's replacement": {remove, recreate.SideReplacement, func(b *bench, _ *recreate.Effect) {
			b.change(sim.Change{Op: "add", Name: "churn-net", Status: "Stopped", Tags: map[string]string{recreate.TagRunID: otherRun}})
		}, "does not carry the tag"},
		"a stop of a replacement whose tags may not be read": {stop, recreate.SideReplacement, func(b *bench, _ *recreate.Effect) {
			b.change(sim.Change{Op: "add", Name: "churn-net", Tags: map[string]string{recreate.TagRunID: testRun}})
			b.faults("denyop=sagemaker:ListTags")
		}, "tags of churn-net cannot be read"},
		"a delete of the source as if it were the replacement": {remove, recreate.SideReplacement, func(b *bench, e *recreate.Effect) {
			b.run.Plan.Spec.Name, e.Name = "Churn", "Churn"
		}, "the replacement of the run"},
		"a delete of a source that may have run since": {remove, recreate.SideSource, func(b *bench, _ *recreate.Effect) {
			b.serves()
			b.run.Proof, b.run.RestedAt = &recreate.Proof{Says: "copied"}, b.run.Plan.Source.Modified.Add(-time.Hour)
		}, "may have run since"},
		"a delete of a source that is to be kept": {remove, recreate.SideSource, func(b *bench, _ *recreate.Effect) {
			b.serves()
			b.run.Proof = &recreate.Proof{Says: "copied", At: time.Now().Add(-time.Hour)}
		}, "to be kept until"},
		"a delete of a replacement whose source is gone": {remove, recreate.SideReplacement, func(b *bench, _ *recreate.Effect) {
			b.serves()
			b.change(sim.Change{Op: "delete", Name: "churn"})
		}, "may hold all that is left"},
		"a delete of a replacement whose source cannot be started": {remove, recreate.SideReplacement, func(b *bench, _ *recreate.Effect) {
			b.serves()
			b.change(sim.Change{Op: "set", Name: "churn", Status: "Stopped", Platform: "notebook-al1-v1"})
		}, "nothing would be running"},
		"a create without the run's tag": {create, recreate.SideReplacement, func(_ *bench, e *recreate.Effect) { e.Spec.Tags = nil }, "tag of its run"},
		"a create under the source's name": {create, recreate.SideReplacement, func(_ *bench, e *recreate.Effect) {
			e.Spec.Name = "CHURN"
		}, "source's name"},
		"a create of nothing":    {create, recreate.SideReplacement, func(_ *bench, e *recreate.Effect) { e.Spec = nil }, "what the notebook shall be"},
		"an effect of no side":   {stop, "", func(*bench, *recreate.Effect) {}, "which notebook"},
		"an effect elsewhere":    {stop, recreate.SideSource, func(b *bench, e *recreate.Effect) { e.Target.Region = b.s.World().Regions[1].Name }, "meant for"},
		"an effect not known":    {"format", recreate.SideSource, func(*bench, *recreate.Effect) {}, "knows no effect"},
		"anything while locked":  {stop, recreate.SideSource, func(b *bench, _ *recreate.Effect) { b.c.opt.AllowWrite = false }, "locked"},
		"a create while locked":  {create, recreate.SideReplacement, func(b *bench, _ *recreate.Effect) { b.c.opt.AllowWrite = false }, "locked"},
		"an update without spec": {recreate.EffectUpdate, recreate.SideSource, func(_ *bench, e *recreate.Effect) { e.Spec = nil }, "what the notebook shall be"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, nil)
				e := b.effect(c.kind, c.on)
				c.arrange(b, &e)
				out := b.perform(e)
				if out.Kind != recreate.EventFailed || !strings.Contains(out.Problem.Message, c.says) {
					t.Errorf("got %s, %+v", out.Kind, out.Problem)
				}
				b.wrote()
			})
		})
	}
}

func TestACallThatWasBegunIsFinishedWhenTheUserLeaves(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, nil)
		region := b.target.Region
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		b.faults("slow=" + region + ":300ms")
		done := make(chan recreate.Event, 1)
		go func() { done <- b.c.Perform(ctx, &b.run, b.effect(create, recreate.SideReplacement), nil) }()
		b.eventually(func() bool { return len(b.s.Writes()) > 0 || b.s.Calls()["SageMaker.CreateNotebookInstance"].Calls > 0 })
		cancel()
		if out := <-done; out.Kind != recreate.EventDone || out.RequestID == "" {
			t.Errorf("got %+v %+v", out, out.Problem)
		}
		b.wrote("SageMaker.CreateNotebookInstance churn-net")
		if out := b.c.Perform(ctx, &b.run, b.effect(stop, recreate.SideSource), nil); out.Kind != recreate.EventFailed || out.Problem.Kind != model.KindCanceled {
			t.Errorf("the next is %+v", out)
		}
	})
}

// eventually waits for something that the test has set going.
func (b *bench) eventually(is func() bool) {
	b.t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-tick.C:
		case <-b.t.Context().Done():
			b.t.Fatal("it never came")
		}
	}
}

// serves makes a replacement of the run that is in service.
func (b *bench) serves(change ...func(*sim.Change)) {
	b.t.Helper()
	c := sim.Change{
		Op: "add", Name: "churn-net", SubnetID: b.run.Plan.Source.SubnetID, DirectInternetAccess: b.run.Plan.Spec.DirectInternet,
		Tags: map[string]string{recreate.TagRunID: testRun},
	}
	for _, f := range change {
		f(&c)
	}
	b.change(c)
	b.run.Created, b.run.MadeAt = true, b.snapshot("churn-net").Created
}

// TestTheSourceIsNotTakenAwayWhileItsReplacementDoesNotServe meddles with the
// replacement between the run's look and the call, where only the performer can see
// it.
func TestTheSourceIsNotTakenAwayWhileItsReplacementDoesNotServe(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		hand func(*bench)
		says string // "": it is carried out
	}{
		"it serves":        {func(b *bench) { b.serves() }, ""},
		"it was not made":  {func(*bench) {}, "does not exist"},
		"it is stopped":    {func(b *bench) { b.serves(func(c *sim.Change) { c.Status = "Stopped" }) }, "is Stopped"},
		"it has failed":    {func(b *bench) { b.serves(func(c *sim.Change) { c.Status = "Failed" }) }, "is Failed"},
		"it was turned":    {func(b *bench) { b.serves(func(c *sim.Change) { c.DirectInternetAccess = model.Disabled }) }, "does not have the setting"},
		"it has no tag":    {func(b *bench) { b.serves(func(c *sim.Change) { c.Tags = nil }) }, "does not carry the tag"},
		"it was made anew": {func(b *bench) { b.serves(); b.run.MadeAt = b.run.MadeAt.Add(-time.Hour) }, "anew"},
	}
	for kind, status := range map[recreate.EffectKind]string{stop: "InService", remove: "Stopped"} {
		for name, c := range cases {
			t.Run(string(kind)+" when "+name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					b := newBench(t, nil)
					b.change(sim.Change{Op: "set", Name: "churn", Status: status})
					b.run.Proof = &recreate.Proof{Says: "copied"}
					c.hand(b)
					out := b.perform(b.effect(kind, recreate.SideSource))
					if c.says == "" {
						if out.Kind != recreate.EventDone {
							t.Errorf("got %s, %+v", out.Kind, out.Problem)
						}
						return
					}
					if out.Kind != recreate.EventFailed || !strings.Contains(out.Problem.Message, c.says) {
						t.Errorf("got %s, %+v", out.Kind, out.Problem)
					}
					b.wrote()
				})
			})
		}
	}
	b := newBench(t, nil) // on the way back there is no replacement any more
	b.run.Rolling = true
	b.must(b.effect(stop, recreate.SideSource))
}
