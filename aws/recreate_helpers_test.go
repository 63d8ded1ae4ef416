package aws

import (
	"slices"
	"testing"
	"time"

	"nbscope/aws/sim"
	"nbscope/model"
	"nbscope/model/recreate"
)

const (
	testRun  = "7f3c2a"
	otherRun = "9e9e9e"
)

// bench is a simulated AWS with a notebook in a VPC, and a run that recreates it.
type bench struct {
	t      *testing.T
	s      *sim.Server
	c      *Client
	target model.Target
	run    recreate.Run
	told   []recreate.Progress
	ids    int
}

// newBench makes a bench on which AWS's minutes take moments. In a bubble they take
// none; but there whoever waits for a mutex stops the clock, as the questions of a
// preflight do that share an answer.
func newBench(t *testing.T, change func(*Options)) *bench {
	t.Helper()
	s, url := directWorld(t, func(o *sim.Options) { o.TimeScale, o.Accounts, o.Notebooks = 6000, 1, 40 })
	b := &bench{t: t, s: s, target: model.Target{Account: s.World().Accounts[0].ID, Region: s.World().Regions[0].Name}}
	b.c = simClient(t, s, url, func(o *Options) {
		o.AllowWrite, o.LookEvery = true, 20*time.Millisecond
		if change != nil {
			change(o)
		}
	})
	b.change(sim.Change{
		Op: "add", Name: "churn", SubnetID: b.subnet(), DirectInternetAccess: model.Disabled, RootAccess: model.Enabled,
		InstanceType: "ml.t3.medium", Tags: map[string]string{"Team": "growth"}, VolumeSizeInGB: 20,
	})
	b.plan(recreate.Enable)
	return b
}

// subnet is one that the world's notebooks are in.
func (b *bench) subnet() string {
	b.t.Helper()
	for _, n := range b.s.World().Notebooks {
		if n.Account == b.target.Account && n.Region == b.target.Region && n.SubnetID != "" {
			return n.SubnetID
		}
	}
	b.t.Fatal("no notebook is in a subnet")
	return ""
}

// plan makes the run of the notebook as it is now.
func (b *bench) plan(d recreate.Direction) {
	b.t.Helper()
	src := b.snapshot("churn")
	b.run = recreate.Begin(recreate.NewPlan(testRun, time.Unix(1.79e9, 0), src, recreate.SpecFor(&src, d)), time.Unix(1.79e9, 0))
}

func (b *bench) change(c sim.Change) {
	b.t.Helper()
	if err := b.s.Change(c); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) faults(words string) {
	b.t.Helper()
	if err := b.s.SetFaults(words); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) snapshot(name string) recreate.Snapshot {
	b.t.Helper()
	got, err := b.c.Snapshot(b.t.Context(), b.target, name)
	if err != nil {
		b.t.Fatal(err)
	}
	return got
}

// effect is an effect of the run.
func (b *bench) effect(k recreate.EffectKind, on recreate.Side, until ...model.Status) recreate.Effect {
	b.ids++
	e := recreate.Effect{
		ID: b.ids, Kind: k, Target: b.target, On: on, Until: until,
		Source: b.run.Plan.Source.Name, Replacement: b.run.Plan.Spec.Name, Name: b.run.Plan.Source.Name,
	}
	if on == recreate.SideReplacement {
		e.Name = b.run.Plan.Spec.Name
	}
	if k == recreate.EffectCreate || k == recreate.EffectUpdate {
		spec := b.run.Plan.Spec
		e.Spec = &spec
	}
	return e
}

// perform carries an effect out and checks what holds for every outcome.
func (b *bench) perform(e recreate.Effect) recreate.Event {
	b.t.Helper()
	out := b.c.Perform(b.t.Context(), &b.run, e, func(p recreate.Progress) { b.told = append(b.told, p) })
	if out.Effect != e.ID || out.At.IsZero() || out.At.Location() != time.UTC {
		b.t.Errorf("%s: effect %d at %s", e.Kind, out.Effect, out.At)
	}
	if (out.Kind == recreate.EventDone) != (out.Problem == nil) {
		b.t.Errorf("%s is %s with the problem %v", e.Kind, out.Kind, out.Problem)
	}
	if e.Kind.Mutates() && !e.Kind.Moves() && out.Kind == recreate.EventDone && out.RequestID == "" {
		b.t.Errorf("%s has no request id", e.Kind)
	}
	return out
}

// must carries an effect out that has to succeed.
func (b *bench) must(e recreate.Effect) recreate.Event {
	b.t.Helper()
	out := b.perform(e)
	if out.Kind != recreate.EventDone {
		b.t.Fatalf("%s is %s: %v", e.Kind, out.Kind, out.Problem)
	}
	return out
}

// written lists the calls that reached AWS and would change something.
func (b *bench) written() (ops []string) {
	for _, w := range b.s.Writes() {
		ops = append(ops, w.Operation+" "+w.Name)
	}
	return ops
}

func (b *bench) wrote(want ...string) {
	b.t.Helper()
	if got := b.written(); !slices.Equal(got, want) {
		b.t.Errorf("written %q, want %q", got, want)
	}
}
