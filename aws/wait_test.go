package aws

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"nbscope/aws/sim"
	"nbscope/model"
	"nbscope/model/recreate"
)

// waits creates the replacement and waits for it, with something happening once
// AWS was looked at so often.
func (b *bench) waits(after int, happens func()) recreate.Event {
	b.t.Helper()
	b.must(b.effect(create, recreate.SideReplacement))
	e := b.effect(recreate.EffectWait, recreate.SideReplacement, model.StatusInService)
	return b.c.Perform(b.t.Context(), &b.run, e, func(p recreate.Progress) {
		b.told = append(b.told, p)
		if p.Looks == after && happens != nil {
			happens()
		}
	})
}

func TestAWaitEndsWithWhatTheNotebookWillStayAs(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		faults  string
		happens func(*bench)
		want    model.Status
		reason  recreate.FailureKind
	}{
		"no capacity":                    {faults: "capacity", want: model.StatusFailed, reason: recreate.FailureCapacity},
		"no permission for an interface": {faults: "enifail", want: model.StatusFailed, reason: recreate.FailureInterface},
		"no free address":                {happens: nil, want: model.StatusFailed, reason: recreate.FailureAddresses},
		"somebody deletes it":            {happens: func(b *bench) { b.change(sim.Change{Op: "delete", Name: "churn-net"}) }, want: recreate.StatusGone},
		"somebody stops it": {happens: func(b *bench) {
			b.change(sim.Change{Op: "set", Name: "churn-net", Status: "Stopped", Hold: true})
		}, want: model.StatusStopped},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, nil)
				if c.reason == recreate.FailureAddresses {
					b.change(sim.Change{Op: "subnet", SubnetID: b.run.Plan.Spec.SubnetID, Value: 0})
				}
				b.faults(c.faults)
				out := b.waits(2, func() {
					if c.happens != nil {
						c.happens(b)
					}
				})
				if out.Kind != recreate.EventDone || out.Observed == nil || out.Observed.Source == nil {
					t.Fatalf("got %+v, %v", out, out.Problem)
				}
				got := out.Observed.Replacement
				if statusOf(got) != c.want {
					t.Fatalf("it is %q, want %q", statusOf(got), c.want)
				}
				if c.reason == "" {
					return
				}
				if last := b.told[len(b.told)-1]; last.Reason == "" || last.Status != model.StatusFailed {
					t.Errorf("told at last %+v", last)
				}
				if f := recreate.ReadFailure(got.Name, got.FailureReason); f.Kind != c.reason {
					t.Errorf("understood as %+v", f)
				}
			})
		})
	}
}

func TestAFailedScriptIsFollowedToItsLog(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, nil)
		name := ""
		for _, n := range b.s.World().Notebooks {
			if n.Account == b.target.Account && n.Region == b.target.Region && n.Lifecycle != "" {
				name = n.Lifecycle
			}
		}
		if name == "" {
			t.Fatal("the world has no lifecycle configuration here")
		}
		b.change(sim.Change{Op: "set", Name: "churn", Lifecycle: name})
		b.plan(recreate.Enable)
		b.faults("lcfail")
		got := b.waits(0, nil).Observed.Replacement
		f := recreate.ReadFailure(got.Name, got.FailureReason)
		if f.Kind != recreate.FailureLifecycle || f.LogStream != "churn-net/LifecycleConfigOnCreate" || f.Choices[0] != recreate.RemedyNoLifecycle {
			t.Errorf("understood as %+v", f)
		}
	})
}

func TestAWaitOutlastsWhatIsOnlyInTheWayOfLooking(t *testing.T) {
	t.Parallel()
	for name, faults := range map[string]string{
		"throttled":                 "failop=sagemaker:DescribeNotebookInstance:ThrottlingException:4",
		"a fault of AWS's":          "failop=sagemaker:DescribeNotebookInstance:InternalFailure:9",
		"a broken network":          "resetop=sagemaker:DescribeNotebookInstance:9",
		"no tags for the last look": "resetop=sagemaker:ListTags:3",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, nil)
				out := b.waits(1, func() { b.faults(faults) })
				if out.Kind != recreate.EventDone || statusOf(out.Observed.Replacement) != model.StatusInService {
					t.Fatalf("got %+v, %v", out, out.Problem)
				}
				if strings.Contains(faults, "Describe") && !b.toldOf() {
					t.Errorf("nothing of it was told: %+v", b.told)
				}
			})
		})
	}
}

// toldOf reports whether a wait told of a problem on its way.
func (b *bench) toldOf() bool {
	for _, p := range b.told {
		if p.Problem != nil && p.Problem.Message != "" {
			return true
		}
	}
	return false
}

func TestAWaitStopsAtWhatWaitingDoesNotMend(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		faults string
		kind   model.ProblemKind
	}{
		"credentials that are too old":  {"failop=sagemaker:DescribeNotebookInstance:ExpiredTokenException", model.KindExpired},
		"a policy that does not let it": {"denyop=sagemaker:DescribeNotebookInstance", model.KindDenied},
		"a call that is invalid":        {"failop=sagemaker:DescribeNotebookInstance:ValidationException", model.KindInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, nil)
				out := b.waits(1, func() { b.faults(c.faults) })
				if out.Kind != recreate.EventFailed || out.Problem.Kind != c.kind || out.Problem.Target != b.target {
					t.Fatalf("got %+v, %+v", out, out.Problem)
				}
				// With credentials that hold again the same client goes on.
				b.faults("")
				b.must(b.effect(recreate.EffectWait, recreate.SideReplacement, model.StatusInService))
			})
		})
	}
}

func TestAWaitGivesUpAfterAnHour(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var ahead atomic.Int64
		clock := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
		b := newBench(t, func(o *Options) { o.Now, o.LookEvery = clock, defaultLookEvery })
		b.change(sim.Change{Op: "add", Name: "churn-net", Status: "Pending", Hold: true})
		e := b.effect(recreate.EffectWait, recreate.SideReplacement, model.StatusInService)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		out := b.c.Perform(ctx, &b.run, e, func(recreate.Progress) { ahead.Store(int64(time.Hour)) })
		if out.Kind != recreate.EventFailed || out.Problem.Kind != model.KindTimeout || out.Problem.Message != "churn-net is still Pending after 60 minutes" {
			t.Errorf("got %+v, %+v", out, out.Problem)
		}
	})
}

func TestAWaitEndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, func(o *Options) { o.LookEvery = time.Hour })
		b.change(sim.Change{Op: "add", Name: "churn-net", Status: "Pending", Hold: true})
		ctx, cancel := context.WithCancelCause(t.Context())
		out := b.c.Perform(ctx, &b.run, b.effect(recreate.EffectWait, recreate.SideReplacement, model.StatusInService),
			func(recreate.Progress) { cancel(context.Canceled) })
		if out.Kind != recreate.EventFailed || out.Problem.Kind != model.KindCanceled {
			t.Errorf("got %+v, %+v", out, out.Problem)
		}
		if !errors.Is(context.Cause(ctx), context.Canceled) {
			t.Error("the test did not cancel")
		}
	})
}

func TestOneLookThatSeesNothingIsNotTheEndOfANotebook(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, nil)
		b.must(b.effect(create, recreate.SideReplacement))
		var looks atomic.Int64
		e := b.effect(recreate.EffectWait, recreate.SideReplacement, model.StatusInService)
		e.Name = "not-seen-yet"
		out := b.c.Perform(t.Context(), &b.run, e, func(recreate.Progress) {
			if looks.Add(1) == looksUntilGone-1 {
				b.change(sim.Change{Op: "add", Name: e.Name})
			}
		})
		if out.Kind != recreate.EventDone || looks.Load() < looksUntilGone {
			t.Errorf("after %d looks %+v", looks.Load(), out)
		}
	})
}
