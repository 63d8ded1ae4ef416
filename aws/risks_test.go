package aws

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"nbscope/aws/sim"
	"nbscope/model/recreate"
)

// What can go wrong on the way, each told to the end: what the user reads, what
// was done, and that the source is untouched.

// reads is everything that the run says of where it stands.
func reads(r *recreate.Run) string {
	var out []string
	if r.Problem != nil {
		out = append(out, r.Problem.Error())
	}
	for _, d := range r.Drift {
		out = append(out, d.Field+": "+d.Before+" → "+d.Now+" ("+d.Why+")")
	}
	if s, ok := r.Step(); ok && s.Note != "" {
		out = append(out, s.Note)
	}
	return strings.Join(out, "; ")
}

func (j *journey) stands(r *recreate.Run, phase recreate.Phase, says ...string) {
	j.t.Helper()
	if r.Phase != phase {
		j.t.Errorf("the run is in phase %s, want %s; it says %q", r.Phase, phase, reads(r))
	}
	for _, s := range says {
		if !strings.Contains(reads(r), s) {
			j.t.Errorf("it says %q, want %q in it", reads(r), s)
		}
	}
}

func (j *journey) made(want ...string) {
	j.t.Helper()
	if got := j.writes(); !slices.Equal(got, want) {
		j.t.Errorf("the calls were %v, want %v", got, want)
	}
}

func (j *journey) must(e recreate.Event) {
	j.t.Helper()
	if err := j.take(e); err != nil {
		j.t.Fatal(err)
	}
}

func (j *journey) faults(text string) {
	j.t.Helper()
	if err := j.sim.SetFaults(text); err != nil {
		j.t.Fatal(err)
	}
}

func (j *journey) change(c sim.Change) {
	j.t.Helper()
	_ = sleep(j.t.Context(), time.Second) // nobody acts in the moment of a call
	c.Region = j.source.Region
	if err := j.sim.Change(c); err != nil {
		j.t.Fatal(err)
	}
}

// rollBack takes the way back to its end.
func (j *journey) rollBack() recreate.Run {
	j.t.Helper()
	r := j.book.Run()
	j.must(recreate.Event{Kind: recreate.EventRollback, Typed: r.Plan.Spec.Name, Update: r.WayBack().Update})
	return j.drive(nil)
}

func TestWhatGoesWrongWithTheCreation(t *testing.T) {
	t.Parallel()
	const create = "sagemaker:CreateNotebookInstance"
	cases := map[string]struct {
		faults string
		before sim.Change // of somebody else
		phase  recreate.Phase
		says   []string
		calls  []string
		left   int // notebooks
	}{
		"a service control policy forbids the setting": {
			faults: "scpdirect=enabled", phase: recreate.PhaseFailed,
			says: []string{"CreateNotebookInstance", "explicit deny in a service control policy"}, calls: []string{"Create journey-net AccessDeniedException"}, left: 1,
		},
		"the caller may not create": {
			faults: "denyop=" + create, phase: recreate.PhaseFailed,
			says: []string{"is not authorized to perform: " + create}, calls: []string{"Create journey-net AccessDeniedException"}, left: 1,
		},
		"the answer is lost, and the notebook was made": {
			faults: "lostop=" + create + ":1", phase: recreate.PhaseGate, calls: []string{"Create journey-net lost"}, left: 2,
		},
		"the call never arrives": {
			faults: "resetop=" + create + ":1", phase: recreate.PhaseFailed, says: []string{"connection broke"}, left: 1,
		},
		"there is no capacity": {
			faults: "capacity", phase: recreate.PhaseFailed,
			says: []string{"Insufficient notebook instance capacity"}, calls: []string{"Create journey-net"}, left: 2,
		},
		"the caller may not make the network interface": {
			faults: "enifail", phase: recreate.PhaseFailed,
			says: []string{"ec2:CreateNetworkInterface"}, calls: []string{"Create journey-net"}, left: 2,
		},
		"the quota is used up": {
			before: sim.Change{Op: "quota", Quota: "L-04CE2E67", Value: 1}, phase: recreate.PhaseFailed,
			says: []string{"Total number of notebook instances"}, calls: []string{"Create journey-net ResourceLimitExceeded"}, left: 1,
		},
		"the subnet has no address left": {
			before: sim.Change{Op: "subnet", Value: 0}, phase: recreate.PhaseFailed, says: []string{"ddress"}, left: -1,
		},
		"somebody else took the name": {
			before: sim.Change{Op: "add", Name: "journey-net"}, phase: recreate.PhaseDrift,
			says: []string{"the name of the new notebook is taken"}, left: 2,
		},
		"somebody else took the name in another case": {
			before: sim.Change{Op: "add", Name: "Journey-NET"}, phase: recreate.PhaseDrift,
			says: []string{"the name of the new notebook is taken"}, left: -1,
		},
		"somebody else changed the source's type": {
			before: sim.Change{Op: "set", Name: "journey", InstanceType: "ml.m5.xlarge"}, phase: recreate.PhaseDrift,
			says: []string{"InstanceType", "somebody else changed the source"}, left: 1,
		},
		"somebody else deleted the source": {
			before: sim.Change{Op: "delete", Name: "journey"}, phase: recreate.PhaseDrift,
			says: []string{"somebody else deleted the source"}, left: 0,
		},
		"AWS maintains the source": {
			before: sim.Change{Op: "set", Name: "journey", Status: "PendingMaintenance", Hold: true}, phase: recreate.PhaseDrift,
			says: []string{"PendingMaintenance"}, left: 1,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				j := newJourney(t, sim.Change{})
				j.begin()
				j.faults(c.faults)
				if c.before.Op != "" {
					if c.before.Op == "subnet" {
						c.before.SubnetID = j.source.SubnetID
					}
					j.change(c.before)
				}
				r := j.drive(at(recreate.StepCopy))
				j.stands(&r, c.phase, c.says...)
				if c.left >= 0 {
					j.made(c.calls...)
					if left := j.left(); len(left) != c.left {
						t.Errorf("left is %+v", left)
					}
				}
				if c.before.Name != "journey" {
					j.untouched()
				}
			})
		})
	}
}

func TestALifecycleConfigurationThatFailsIsLeftOutAfterwards(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		j := newJourney(t, sim.Change{Lifecycle: "autostop-1h"})
		if j.source.LifecycleName == "" {
			t.Fatal("the source has no lifecycle configuration")
		}
		j.begin()
		j.faults("lcfail")
		r := j.drive(nil)
		j.stands(&r, recreate.PhaseFailed, "took longer than 5 minutes")
		f := recreate.ReadFailure(r.Replacement.Name, r.Problem.Message)
		if f.Kind != recreate.FailureLifecycle || f.LogStream != "journey-net/LifecycleConfigOnCreate" || f.Choices[0] != recreate.RemedyNoLifecycle {
			t.Errorf("it is read as %+v", f)
		}
		spec := r.Plan.Spec
		spec.LifecycleName = ""
		p := recreate.NewPlan("run-1", j.client.opt.Now(), j.source, spec)
		j.must(recreate.Event{Kind: recreate.EventAmended, Plan: &p})
		r = j.drive(at(recreate.StepCopy))
		j.stands(&r, recreate.PhaseGate)
		j.made("Create journey-net", "Delete journey-net", "Create journey-net")
		if n := j.left()["journey-net"]; n.Lifecycle != "" || n.Status != "InService" {
			t.Errorf("the replacement is %+v", n)
		}
		j.untouched()
	})
}

func TestCredentialsThatExpireInTheMiddleOfAWaitPauseTheRun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		j := newJourney(t, sim.Change{})
		j.begin()
		j.drive(func(r *recreate.Run) bool { return r.Phase == recreate.PhaseWait })
		j.faults("expired")
		r := j.drive(nil)
		j.stands(&r, recreate.PhasePaused, "expired")
		j.faults("")
		j.client = j.newClient()
		if err := j.book.Close(); err != nil {
			t.Fatal(err)
		}
		b, err := j.folder().Open("run-1")
		if err != nil {
			t.Fatal(err)
		}
		j.book = b
		j.must(recreate.Event{Kind: recreate.EventResumed})
		r = j.drive(at(recreate.StepCopy))
		j.stands(&r, recreate.PhaseGate)
		j.made("Create journey-net")
		j.untouched()
	})
}

func TestThrottlesDoNotEndARun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		j := newJourney(t, sim.Change{})
		j.begin()
		j.faults("throttle=0.3,5xx=0.05")
		r := j.drive(nil)
		for tries := 0; r.Outcome == "" && tries < 10; tries++ {
			kind := recreate.EventRetry
			if r.Phase == recreate.PhasePaused {
				kind = recreate.EventResumed
			}
			j.must(recreate.Event{Kind: kind})
			r = j.drive(nil)
		}
		if r.Outcome != recreate.OutcomeDone {
			t.Errorf("the run ended in phase %s: %s", r.Phase, reads(&r))
		}
		creates := 0
		for _, w := range j.sim.Writes() {
			if w.Operation == "SageMaker.CreateNotebookInstance" && w.Code == "" {
				creates++
			}
		}
		if left := j.left(); creates != 1 || len(left) != 1 || left["journey-net"].Status != "InService" {
			t.Errorf("%d creates, left is %+v", creates, left)
		}
	})
}

func TestTheWayBackRemovesTheReplacementAndRestoresTheSource(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		source sim.Change
		at     recreate.StepKind
		faults string
		status string
		calls  []string
	}{
		"after the creation": {at: recreate.StepCopy, status: "InService", calls: []string{"Create journey-net", "Stop journey-net", "Delete journey-net"}},
		"after the source was stopped": {
			at: recreate.StepDelete, status: "InService",
			calls: []string{"Create journey-net", "Stop journey", "Start journey", "Stop journey-net", "Delete journey-net"},
		},
		"after a stopped source was started": {
			source: sim.Change{Status: "Stopped"}, at: recreate.StepCopy, status: "Stopped",
			calls: []string{"Create journey-net", "Start journey", "Stop journey-net", "Delete journey-net", "Stop journey"},
		},
		"after an AL2 source was stopped, which is updated in place": {
			source: sim.Change{Platform: "notebook-al2-v2"}, at: recreate.StepDelete, status: "InService",
			calls: []string{"Create journey-net", "Stop journey", "Update journey", "Start journey", "Stop journey-net", "Delete journey-net"},
		},
		"after a failed creation": {faults: "capacity", status: "InService", calls: []string{"Create journey-net", "Delete journey-net"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				j := newJourney(t, c.source)
				j.begin()
				j.faults(c.faults)
				j.drive(at(c.at))
				j.faults("")
				r := j.rollBack()
				if r.Outcome != recreate.OutcomeRolledBack {
					t.Fatalf("the run ended in phase %s: %s", r.Phase, reads(&r))
				}
				j.made(c.calls...)
				left := j.left()
				if len(left) != 1 || left["journey"].Status != c.status {
					t.Errorf("left is %+v", left)
				}
				if c.source.Platform != "" { // it cannot be started otherwise
					j.source.Platform = recreate.PlatformSupported
				}
				j.untouched()
			})
		})
	}
}

// TestPreflightTellsEverythingAtOnce spoils as much as can be spoilt, and expects
// each of it named in one pass.
func TestPreflightTellsEverythingAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		j := newJourney(t, sim.Change{Lifecycle: "autostop-1h", Tags: map[string]string{"aws:cloudformation:stack-name": "ml-notebooks"}})
		j.change(sim.Change{Op: "add", Name: "Journey-Net"})
		j.change(sim.Change{Op: "quota", Quota: "L-04CE2E67", Value: 1})
		j.change(sim.Change{Op: "subnet", SubnetID: j.source.SubnetID, Value: 0})
		role := j.source.RoleARN[strings.LastIndex(j.source.RoleARN, "/")+1:]
		j.change(sim.Change{Op: "role", Name: role})
		j.faults("scpdirect=enabled,denyop=kms:DescribeKey")
		spec := recreate.SpecFor(&j.source, recreate.Enable)
		spec.SecurityGroups = []string{"sg-0123456789abcdef0"}
		facts := j.client.Facts(t.Context(), j.source, spec)
		checks := recreate.Preflight(&j.source, spec, recreate.Enable, facts)
		want := map[string]recreate.Result{
			"ownership": recreate.Fail, "name-free": recreate.Fail, "quota-total": recreate.Fail, "subnet-addresses": recreate.Fail,
			"role": recreate.Fail, "security-groups": recreate.Fail, "guardrail": recreate.Fail, "lifecycle-scripts": recreate.Warn,
			"account": recreate.Pass, "source": recreate.Pass, "direct-internet": recreate.Pass, "name": recreate.Pass,
		}
		for _, c := range checks {
			if result, ok := want[c.ID]; ok && (c.Result != result || c.Evidence == "") {
				t.Errorf("%s is %s, want %s: %s", c.ID, c.Result, result, c.Evidence)
			}
			delete(want, c.ID)
		}
		if len(want) > 0 {
			t.Errorf("not checked: %v", want)
		}
		if !recreate.Blocked(checks, true) {
			t.Error("nothing is blocked")
		}
		if got := j.writes(); len(got) > 0 {
			t.Errorf("preflight changed something: %v", got)
		}
	})
}
