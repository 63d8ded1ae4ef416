package ui

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/drive"
	"nbscope/ui/kit"
	"nbscope/ui/uitest"
)

// fakeRecreator answers from what it was given.
type fakeRecreator struct {
	mu       sync.Mutex
	snaps    map[string]recreate.Snapshot
	facts    func(recreate.Snapshot, recreate.Spec) recreate.Facts
	choices  map[string][]recreate.Choice
	err      error
	unlocked map[string]bool
	calls    []string
}

func newFakeRecreator() *fakeRecreator {
	return &fakeRecreator{snaps: map[string]recreate.Snapshot{}, unlocked: map[string]bool{}, choices: someChoices(), facts: goodFacts}
}

func (f *fakeRecreator) called(s string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls = append(f.calls, s)
}

func (f *fakeRecreator) Snapshot(_ context.Context, _ model.Target, name string) (recreate.Snapshot, error) {
	f.called("snapshot " + name)
	if f.err != nil {
		return recreate.Snapshot{}, f.err
	}
	s, ok := f.snaps[name]
	if !ok {
		return s, model.Problem{Kind: model.KindNotFound, Message: "there is no notebook instance " + name}
	}
	return s, nil
}

func (f *fakeRecreator) Facts(_ context.Context, s recreate.Snapshot, spec recreate.Spec) recreate.Facts {
	f.called("facts " + s.Name)
	return f.facts(s, spec)
}

func (f *fakeRecreator) Choices(_ context.Context, _ recreate.Snapshot, _ recreate.Spec, field string) ([]recreate.Choice, error) {
	f.called("choices " + field)
	if f.err != nil {
		return nil, f.err
	}
	return f.choices[field], nil
}

func (f *fakeRecreator) Presign(_ context.Context, _ model.Target, name string) (string, error) {
	f.called("presign " + name)
	return "https://" + name + ".notebook.eu-west-1.sagemaker.aws?authToken=secret", nil
}

func (f *fakeRecreator) Writable(account string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.unlocked[account]
}

func (f *fakeRecreator) Unlock(account, typed string) error {
	if account != typed {
		return model.Problem{Message: "this is not the id of the account"}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.unlocked[account] = true
	return nil
}

// someChoices are what a form can be filled from.
func someChoices() map[string][]recreate.Choice {
	return map[string][]recreate.Choice{
		recreate.FieldType: {
			{Value: "ml.t3.medium", Note: "$0.05 an hour"}, {Value: "ml.m5.xlarge", Note: "$0.23 an hour, quota 4"},
			{Value: "ml.p3.2xlarge", Bad: "Amazon Linux 2023 does not support p3"},
		},
		recreate.FieldSubnet: {
			{Value: "subnet-0a1", Label: "subnet-0a1 private-1", Note: "vpc-0a12, eu-west-1a, 240 free"},
			{Value: "subnet-0b2", Label: "subnet-0b2 private-2", Note: "vpc-0b34, eu-west-1b, 12 free"},
		},
		recreate.FieldGroups: {
			{Value: "sg-01", Label: "sg-01 notebooks"}, {Value: "sg-02", Label: "sg-02 data"}, {Value: "sg-09", Bad: "it is of vpc-0b34"},
		},
		fieldVPC: {{Value: "vpc-0a12", Label: "vpc-0a12 ml-prod"}, {Value: "vpc-0b34", Label: "vpc-0b34 shared"}},
	}
}

// goodFacts let everything pass that a fact decides.
func goodFacts(s recreate.Snapshot, spec recreate.Spec) recreate.Facts {
	f := recreate.Facts{
		Identity: model.Identity{Account: s.Account, ARN: "arn:aws:sts::" + s.Account + ":assumed-role/ops/ana"},
		Source:   recreate.Know(&s), NameTaken: recreate.Know[*recreate.Snapshot](nil),
		Role:   recreate.Know(recreate.Role{Exists: true, Trust: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"sagemaker.amazonaws.com"},"Action":"sts:AssumeRole"}]}`}),
		Quotas: recreate.Know(recreate.Quotas{Total: 20, OfType: 8}), Usage: recreate.Know(recreate.Usage{Total: 6, OfType: 2}),
		Simulated: recreate.Unknown[[]recreate.Decision]("not allowed to simulate policies"),
		Offered:   recreate.Know(true), Marked: recreate.Know([]recreate.Marked{}),
		Prices: recreate.Know(recreate.Prices{Hourly: map[string]float64{"ml.t3.medium": 0.05, "ml.m5.xlarge": 0.23}, VolumeMonth: 0.14, AsOf: "2026-11-01"}),
	}
	if spec.SubnetID != "" {
		f.Subnet = recreate.Know(recreate.Subnet{Exists: true, VPCID: "vpc-0a12", Zone: "eu-west-1a", State: "available", FreeAddresses: 240})
		var groups []recreate.Group
		for _, id := range spec.SecurityGroups {
			groups = append(groups, recreate.Group{ID: id, Name: "notebooks", VPCID: "vpc-0a12"})
		}
		f.Groups = recreate.Know(groups)
	}
	if spec.KMSKeyID != "" {
		f.Key = recreate.Know(recreate.Key{Exists: true, ARN: spec.KMSKeyID, State: "Enabled"})
	}
	return f
}

// snapshotNamed is a notebook as it can be recreated: in a subnet, direct internet
// off.
func snapshotNamed(name string, change func(*recreate.Snapshot)) recreate.Snapshot {
	s := recreate.Snapshot{
		ARN:  "arn:aws:sagemaker:eu-west-1:" + uitest.Prod + ":notebook-instance/" + name,
		Name: name, Account: uitest.Prod, Region: "eu-west-1", Status: model.StatusInService,
		Created: uitest.Noon().Add(-300 * 24 * time.Hour), Modified: uitest.Noon().Add(-3 * time.Hour), SeenAt: uitest.Noon(),
		URL:          name + ".notebook.eu-west-1.sagemaker.aws",
		InstanceType: "ml.t3.medium", RoleARN: "arn:aws:iam::" + uitest.Prod + ":role/service-role/SageMakerExecution",
		SubnetID: "subnet-0a1", SecurityGroups: []string{"sg-01"}, NetworkID: "eni-01", DirectInternet: model.Disabled, RootAccess: model.Enabled,
		KMSKeyID: "arn:aws:kms:eu-west-1:" + uitest.Prod + ":key/0a1b2c3d", VolumeGB: 50, Platform: "notebook-al2-v2", IMDSVersion: "1", IPAddressType: "ipv4",
		Tags: []model.Tag{{Key: "Owner", Value: "ana"}, {Key: "Team", Value: "growth"}},
	}
	if change != nil {
		change(&s)
	}
	return s
}

// studio is an explorer that can recreate, with what stands behind it. What the
// driver does beside the loop happens when the studio settles.
type studio struct {
	*rig
	aws    *fakeRecreator
	runs   *fakeRuns
	parked chan struct{}   // told when a wait that never ends has begun
	later  []chan struct{} // closed when work that was left to run is over

	mu   sync.Mutex
	work []func()       // of the driver
	told []drive.Notice // by the driver

	tells []func(recreate.Progress) // of the waits that never end
}

// newStudio is a loaded explorer over a world in which every notebook can be
// looked at.
func newStudio(t testing.TB, width, height int, change func(*studio)) *studio {
	t.Helper()
	return newStudioOf(t, width, height, func(*Config) {}, change)
}

// newStudioOf is one that is configured otherwise.
func newStudioOf(t testing.TB, width, height int, configure func(*Config), change func(*studio)) *studio {
	t.Helper()
	s := &studio{aws: newFakeRecreator(), parked: make(chan struct{}, 16)}
	n := 0
	s.rig = loaded(t, width, height, func(c *Config) {
		s.runs = newFakeRuns(c.Now)
		c.Recreator, c.Driver = s.aws, drive.New(drive.Config{Runs: s.runs, Writes: s.aws, Now: c.Now, Spawn: s.spawn})
		configure(c)
		c.NewRunID = func() string { n++; return fmt.Sprintf("7f3c%04d", n) }
	})
	for _, name := range []string{"churn-model-train", "credit-risk-2024", "customer-segments-with-a-very-long-name-that-goes-on", "demand-forecast"} {
		s.aws.snaps[name] = snapshotNamed(name, nil)
	}
	if change != nil {
		change(s)
	}
	// Scans that follow calls find nothing, and do not end: the world stays as it is.
	s.scanner.script = func(ctx context.Context, _ model.ScanRequest, _ func(model.Batch)) { <-ctx.Done() }
	s.withPump()
	s.app.pump.heard = s.hears
	s.app.cfg.Driver.Start(t.Context())
	s.follow(s.app.runs.Read())
	return s
}

func (s *studio) spawn(work func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.work = append(s.work, work)
}

func (s *studio) hears(n drive.Notice) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.told = append(s.told, n)
}

// next is the driver's next piece of work, else what it has told.
func (s *studio) next() (work func(), told []drive.Notice) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.work) > 0 {
		work, s.work = s.work[0], s.work[1:]
		return work, nil
	}
	told, s.told = s.told, nil
	return nil, told
}

// settle lets everything happen that is under way. What never ends by itself is
// left to run once it has begun to wait.
func (s *studio) settle() {
	s.t.Helper()
	for {
		work, told := s.next()
		switch {
		case work != nil:
			over := make(chan struct{})
			go func() { defer close(over); work() }()
			select {
			case <-over:
			case <-s.parked:
				s.later = append(s.later, over)
			}
		case len(told) > 0:
			s.run(s.send(drivenMsg{told}))
		default:
			return
		}
	}
}

// lands waits for what was left to run, and lets happen what follows.
func (s *studio) lands() {
	s.t.Helper()
	s.settle()
	<-s.later[0]
	s.settle()
}

// press presses keys and lets everything that follows happen; other words are
// typed letter by letter.
func (s *studio) press(names ...string) {
	s.t.Helper()
	for _, n := range names {
		if n == "later" { // a moment passes
			s.clock.Pass(time.Second)
			continue
		}
		if n == "tab" || n == "enter" {
			s.readOn()
		}
		s.follow(s.keys(n))
		s.app.View() // a terminal shows what a key leads to before the next one
	}
}

// about is the notebook that the page on top is about.
func (s *studio) about() string {
	s.t.Helper()
	m := regexp.MustCompile(`(\S+) →`).FindStringSubmatch(strings.Split(s.view(), "\n")[1])
	if m == nil {
		s.t.Fatalf("the page on top is about no notebook:\n%s", s.view())
	}
	return m[1]
}

// readOn turns the pages of a gate, which is answered when all of it was on screen.
func (s *studio) readOn() {
	s.t.Helper()
	keys := s.app.keys.Gate.PageOn.Keys()
	switch s.app.overlay.(type) {
	case *kit.Approval:
	case *kit.Prompt:
		keys = s.app.keys.Typing.PageOn.Keys()
	default:
		return
	}
	for range 99 {
		before := s.app.View().Content
		s.follow(s.keys(keys[0]))
		if s.app.View().Content == before {
			return
		}
	}
	s.t.Fatalf("the gate has no end:\n%s", s.view())
}

// follow runs a command and lets everything that follows happen.
func (s *studio) follow(c tea.Cmd) {
	s.t.Helper()
	s.run(c)
	s.settle()
}
