package drive

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"nbscope/model"
	"nbscope/model/journal"
	"nbscope/model/recreate"
)

const account = "111122223333"

func noon() time.Time { return time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC) }

// sourceNamed is a notebook that a recreate begins with.
func sourceNamed(name string) recreate.Snapshot {
	return recreate.Snapshot{
		ARN: "arn:aws:sagemaker:eu-west-1:" + account + ":notebook-instance/" + name, Name: name, Account: account, Region: "eu-west-1",
		Status: model.StatusInService, Created: noon().AddDate(0, -6, 0), Modified: noon().AddDate(0, -1, 0),
		InstanceType: "ml.t3.medium", RoleARN: "arn:aws:iam::" + account + ":role/R", SubnetID: "subnet-1", SecurityGroups: []string{"sg-1"},
		DirectInternet: model.Disabled, RootAccess: model.Enabled, VolumeGB: 5, Platform: recreate.PlatformSupported, IMDSVersion: "2",
	}
}

func planFor(id, name string) recreate.Plan {
	src := sourceNamed(name)
	return recreate.NewPlan(id, noon(), src, recreate.SpecFor(&src, recreate.Enable))
}

// cloud is an AWS in which everything works at once, unless a test steps in.
type cloud struct {
	mu    sync.Mutex
	there map[string]*recreate.Snapshot // notebooks by name
	did   []string
	calls int
	most  int // calls at a time
	at    time.Time

	differs []recreate.Difference // what a comparison finds

	before func(ctx context.Context, run string, e recreate.Effect) *recreate.Event // may answer in its place
}

func newCloud() *cloud { return &cloud{there: map[string]*recreate.Snapshot{}, at: noon()} }

func (c *cloud) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(time.Second)
	return c.at
}

func (c *cloud) Perform(ctx context.Context, run *recreate.Run, e recreate.Effect, tell func(recreate.Progress)) recreate.Event {
	if laneOf(e.Kind) == calls {
		c.mu.Lock()
		c.calls++
		c.most = max(c.most, c.calls)
		c.mu.Unlock()
		defer func() { c.mu.Lock(); c.calls--; c.mu.Unlock() }()
	}
	if ctx.Err() != nil {
		return recreate.Event{Kind: recreate.EventFailed, At: c.now(), Problem: &model.Problem{Kind: model.KindCanceled, Message: "stopped"}}
	}
	if c.before != nil {
		if out := c.before(ctx, run.ID(), e); out != nil {
			out.At = c.now()
			return *out
		}
	}
	if e.Kind == recreate.EffectWait && tell != nil {
		tell(recreate.Progress{Status: model.StatusPending, Looks: 1})
	}
	out := recreate.Event{Kind: recreate.EventDone, At: c.now(), Calls: 1}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.carryOut(run, e)
	if e.Kind == recreate.EffectVerify {
		out.Verified = c.compared(e)
	}
	if e.Kind == recreate.EffectProbe {
		out.Probed = &model.Probe{At: c.at, Results: []model.Tried{{Destination: "pypi", State: model.TryReached, Family: model.FamilyIPv4, MS: 84}}}
	}
	if e.Kind == recreate.EffectSurvey {
		n := recreate.Interior{Python: "3.7.16", Free: 1 << 30, Ways: []recreate.WayIn{{Name: "kernel", In: 1, Out: 1}}}
		out.Surveyed = &recreate.Survey{At: c.at, Source: n, Replacement: &n}
	}
	if !e.Kind.Mutates() {
		out.Observed = &recreate.Observation{Source: c.copyOf(e.Source), Replacement: c.copyOf(e.Replacement)}
	}
	return out
}

func (c *cloud) carryOut(run *recreate.Run, e recreate.Effect) {
	if e.Kind.Mutates() {
		c.did = append(c.did, string(e.Kind)+" "+e.Name)
	}
	if _, ok := c.there[e.Source]; !ok && !slices.Contains(c.did, "delete "+e.Source) {
		src := run.Plan.Source
		c.there[e.Source] = &src
	}
	switch e.Kind {
	case recreate.EffectCreate:
		made := *c.there[e.Source]
		made.Name, made.ARN, made.Tags = e.Name, run.Plan.ReplacementARN(), e.Spec.Tags
		made.DirectInternet, made.Created = e.Spec.DirectInternet, c.at
		c.there[e.Name] = &made
	case recreate.EffectStop:
		c.there[e.Name].Status, c.there[e.Name].Modified = model.StatusStopped, c.at
	case recreate.EffectStart:
		c.there[e.Name].Status, c.there[e.Name].Modified = model.StatusInService, c.at
	case recreate.EffectDelete:
		delete(c.there, e.Name)
	case recreate.EffectObserve, recreate.EffectSettle, recreate.EffectWait, recreate.EffectUpdate,
		recreate.EffectCopy, recreate.EffectVerify, recreate.EffectClean, recreate.EffectProbe, recreate.EffectSurvey:
	}
}

// compared is what a comparison of both notebooks says.
func (c *cloud) compared(recreate.Effect) *recreate.Verified {
	tree := recreate.Tree{Entries: 3, Files: 2, Bytes: 10, Digest: strings.Repeat("ab", 32)}
	v := &recreate.Verified{Equal: 3 - int64(len(c.differs)), Source: tree, Replacement: tree, Missing: int64(len(c.differs)), Differences: c.differs}
	if len(c.differs) > 0 {
		v.Replacement.Digest = strings.Repeat("cd", 32)
	}
	return v
}

func (c *cloud) copyOf(name string) *recreate.Snapshot {
	if n, ok := c.there[name]; ok {
		s := *n
		return &s
	}
	return nil
}

// wrote is what was changed, in order.
func (c *cloud) wrote() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return strings.Join(c.did, ", ")
}

// shelf is the real folder of journals, whose writes can fail.
type shelf struct {
	*journal.Dir
	mu     sync.Mutex
	writes int
	fail   func(n int) error // of the nth write, from 1
	panics func(n int) bool
}

func (s *shelf) strike() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writes++
	if s.panics != nil && s.panics(s.writes) {
		panic("boom")
	}
	if s.fail != nil {
		return s.fail(s.writes)
	}
	return nil
}

func (s *shelf) Begin(p recreate.Plan) (Book, error) {
	b, err := s.Dir.Begin(p)
	if err != nil {
		return nil, err
	}
	return &volume{b, s}, nil
}

func (s *shelf) Open(id string) (Book, error) {
	b, err := s.Dir.Open(id)
	if err != nil {
		return nil, err
	}
	return &volume{b, s}, nil
}

// volume is a journal whose disk may be full before a decision, before an intent
// and, by the performer, after an effect.
type volume struct {
	*journal.Book
	shelf *shelf
}

func (v *volume) Take(e recreate.Event) ([]recreate.Effect, error) {
	if err := v.shelf.strike(); err != nil {
		return nil, err
	}
	return v.Book.Take(e)
}

func (v *volume) Perform(ctx context.Context, e recreate.Effect, tell func(recreate.Progress)) ([]recreate.Effect, error) {
	if err := v.shelf.strike(); err != nil {
		return nil, err
	}
	return v.Book.Perform(ctx, e, tell)
}

var errFull = errors.New("write the journal: no space left on device; nothing goes on until it can be written")

// office is a driver with what stands behind it.
type office struct {
	t     *testing.T
	d     *Driver
	cloud *cloud
	shelf *shelf
	dir   string
	end   func()

	mu      sync.Mutex
	notices []Notice
	heard   chan struct{}
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{t: t, cloud: newCloud(), dir: t.TempDir(), heard: make(chan struct{}, 1)}
	o.start()
	t.Cleanup(func() {
		o.end()
		if err := o.d.Close(); err != nil {
			t.Error(err)
		}
	})
	return o
}

// again ends the program and starts another over the same journals.
func (o *office) again() {
	o.t.Helper()
	o.end()
	if err := o.d.Close(); err != nil {
		o.t.Fatal(err)
	}
	o.start()
	if err := o.d.Load(); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) start() {
	o.shelf = &shelf{Dir: journal.Open(o.dir, o.cloud, o.cloud.now)}
	ctx, cancel := context.WithCancel(o.t.Context())
	o.end = cancel
	o.d = New(Config{Runs: o.shelf, Writes: &locks{}, Now: o.cloud.now})
	o.d.Subscribe(func(n Notice) {
		o.mu.Lock()
		o.notices = append(o.notices, n)
		o.mu.Unlock()
		select {
		case o.heard <- struct{}{}:
		default:
		}
	})
	o.d.Start(ctx)
}

type locks struct{ open string }

func (l *locks) Writable(account string) bool { return l.open == account }

func (*locks) Forbidden(string) error { return nil }

func (l *locks) Unlock(account, typed string) error {
	if account != typed {
		return errors.New("not the account's id")
	}
	l.open = account
	return nil
}

// until waits until the runs are as wanted; the test's own limit ends it.
func (o *office) until(what string, ok func() bool) {
	o.t.Helper()
	for !ok() {
		select {
		case <-o.heard:
		case <-o.t.Context().Done():
			o.t.Fatalf("never: %s", what)
		}
	}
}

func (o *office) run(id string) Snapshot {
	o.t.Helper()
	s, ok := o.d.Run(id)
	if !ok {
		o.t.Fatalf("there is no run %s", id)
	}
	return s
}

// still waits until nothing of a run is under way.
func (o *office) still(id string) Snapshot {
	o.t.Helper()
	o.until(id+" stands still", func() bool { s, ok := o.d.Run(id); return ok && !s.UnderWay() })
	return o.run(id)
}

func (o *office) begin(id, name string) {
	o.t.Helper()
	p := planFor(id, name)
	if err := o.d.Begin(p, approvalOf(&p)); err != nil {
		o.t.Fatal(err)
	}
}

func approvalOf(p *recreate.Plan) recreate.Event {
	return recreate.Event{Kind: recreate.EventApproved, Step: recreate.StepCreate, Fingerprint: p.Fingerprint(), By: "ana"}
}

func (o *office) decide(id string, e recreate.Event) {
	o.t.Helper()
	if err := o.d.Decide(id, e); err != nil {
		o.t.Fatal(err)
	}
}

// next is what a user who wants the run to end well decides.
func next(s *Snapshot) recreate.Event {
	step, _ := s.Run.Step()
	src := s.Run.Plan.Source.Name
	switch {
	case s.Can(recreate.EventAttested):
		return recreate.Event{Kind: recreate.EventAttested, Step: step.Kind, Typed: recreate.AttestText(src)}
	case s.Can(recreate.EventApproved):
		return recreate.Event{Kind: recreate.EventApproved, Step: step.Kind, Fingerprint: s.Run.Plan.Fingerprint(), Typed: src, Sentence: recreate.EarlyText}
	case s.Can(recreate.EventRetry):
		return recreate.Event{Kind: recreate.EventRetry}
	}
	return recreate.Event{Kind: recreate.EventResumed}
}

func mustHaveAWayOn(t *testing.T, s *Snapshot) {
	t.Helper()
	if len(s.Choices()) > 0 {
		return
	}
	if why, since := s.Standstill(); why == "" || since.IsZero() {
		t.Errorf("run %s has no choice and says %q since %s: %+v", s.ID, why, since, s)
	}
}

func ids(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("run-%02d", i)
	}
	return out
}
