package ui

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"nbscope/model"
)

// noon is when the tests take place.
func noon() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }

// fakeClock is a clock that only moves when told.
type fakeClock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *fakeClock { return &fakeClock{at: noon()} }

func (c *fakeClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *fakeClock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// fakeScanner plays a script: what it finds, in which order, and how it breaks.
type fakeScanner struct {
	script func(ctx context.Context, req model.ScanRequest, emit func(model.Batch))

	mu       sync.Mutex
	requests []model.ScanRequest
}

func (f *fakeScanner) Scan(ctx context.Context, req model.ScanRequest, emit func(model.Batch)) {
	f.mu.Lock()
	f.requests = append(f.requests, req)
	f.mu.Unlock()
	if f.script != nil {
		f.script(ctx, req, emit)
	}
}

func (f *fakeScanner) asked() []model.ScanRequest {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]model.ScanRequest(nil), f.requests...)
}

// fakeInspector answers from maps, or fails.
type fakeInspector struct {
	lifecycle model.LifecycleConfig
	raw       string
	advised   *model.Notebook
	err       error
	calls     []string
}

func (f *fakeInspector) Lifecycle(_ context.Context, _ model.Target, name string) (model.LifecycleConfig, error) {
	f.calls = append(f.calls, "lifecycle "+name)
	return f.lifecycle, f.err
}

func (f *fakeInspector) Repository(_ context.Context, _ model.Target, name string) (model.CodeRepository, error) {
	f.calls = append(f.calls, "repository "+name)
	return model.CodeRepository{Name: name, URL: "https://git.example/" + name + ".git", Branch: "main"}, f.err
}

func (f *fakeInspector) Advise(_ context.Context, n *model.Notebook, _ []*model.Notebook) (*model.Notebook, error) {
	f.calls = append(f.calls, "advise "+n.Name)
	return f.advised, f.err
}

func (f *fakeInspector) Raw(_ context.Context, _ model.Target, name string) ([]byte, error) {
	f.calls = append(f.calls, "raw "+name)
	return []byte(f.raw), f.err
}

// rig is an App under test: messages go in by hand, and commands are run by
// hand, without a program.
type rig struct {
	t       testing.TB
	app     *App
	clock   *fakeClock
	scanner *fakeScanner
	sent    chan tea.Msg
	left    bool // the program was ended
}

func newRig(t testing.TB, width, height int, change func(*Config)) *rig {
	t.Helper()
	d := &rig{t: t, clock: newClock(), scanner: &fakeScanner{}, sent: make(chan tea.Msg, 1024)}
	cfg := Config{Scanner: d.scanner, Inspector: &fakeInspector{}, Now: d.clock.now, Version: "test"}
	if change != nil {
		change(&cfg)
	}
	d.app = New(cfg)
	d.app.Init()
	d.send(tea.WindowSizeMsg{Width: width, Height: height})
	return d
}

// withPump lets commands do their work. Timers never fire: tests feed them.
func (d *rig) withPump() *rig {
	ctx, cancel := context.WithCancel(context.Background())
	d.app.pump.sleep = func(context.Context, time.Duration) bool { return false }
	d.app.pump.start(ctx, func(m tea.Msg) { d.sent <- m })
	d.t.Cleanup(func() { cancel(); d.app.pump.wait() })
	return d
}

func (d *rig) send(msgs ...tea.Msg) tea.Cmd {
	d.t.Helper()
	var last tea.Cmd
	for _, m := range msgs {
		_, last = d.app.Update(m)
		if d.app.overlay != nil {
			d.app.View() // as the program does; a gate counts what it has shown
		}
	}
	return last
}

// keys presses keys by name; other words are typed letter by letter.
func (d *rig) keys(names ...string) tea.Cmd {
	d.t.Helper()
	var last tea.Cmd
	for _, n := range names {
		if k, ok := namedKey(n); ok {
			last = d.send(k)
			continue
		}
		for _, r := range n {
			last = d.send(tea.KeyPressMsg{Code: r, Text: string(r)})
		}
	}
	return last
}

func namedKey(n string) (tea.KeyPressMsg, bool) {
	if len(n) > 5 && strings.HasPrefix(n, "ctrl+") {
		return tea.KeyPressMsg{Code: rune(n[5]), Mod: tea.ModCtrl}, true
	}
	switch n {
	case "enter":
		return tea.KeyPressMsg{Code: tea.KeyEnter}, true
	case "esc":
		return tea.KeyPressMsg{Code: tea.KeyEscape}, true
	case "shift+tab":
		return tea.KeyPressMsg{Code: tea.KeyTab, Mod: tea.ModShift}, true
	case "tab":
		return tea.KeyPressMsg{Code: tea.KeyTab}, true
	case "space":
		return tea.KeyPressMsg{Code: tea.KeySpace, Text: " "}, true
	case "down":
		return tea.KeyPressMsg{Code: tea.KeyDown}, true
	case "up":
		return tea.KeyPressMsg{Code: tea.KeyUp}, true
	case "left":
		return tea.KeyPressMsg{Code: tea.KeyLeft}, true
	case "right":
		return tea.KeyPressMsg{Code: tea.KeyRight}, true
	case "pgup":
		return tea.KeyPressMsg{Code: tea.KeyPgUp}, true
	case "pgdown":
		return tea.KeyPressMsg{Code: tea.KeyPgDown}, true
	case "backspace":
		return tea.KeyPressMsg{Code: tea.KeyBackspace}, true
	}
	return tea.KeyPressMsg{}, false
}

// run executes a command and what it leads to, and feeds the answers back.
func (d *rig) run(c tea.Cmd) {
	d.t.Helper()
	if c == nil {
		return
	}
	switch m := c().(type) {
	case nil:
	case tea.QuitMsg:
		d.left = true
	case tea.BatchMsg:
		for _, x := range m {
			d.run(x)
		}
	default:
		d.run(d.send(m))
	}
}

// view is the frame as a person sees it, checked for its size.
func (d *rig) view() string {
	d.t.Helper()
	v := d.app.View()
	w, h := d.app.width, d.app.height
	lines := strings.Split(v.Content, "\n")
	if v.Content != "" && len(lines) != h {
		d.t.Errorf("the frame has %d lines, want %d", len(lines), h)
	}
	for i, l := range lines {
		if got := ansi.StringWidth(l); v.Content != "" && got != w {
			d.t.Errorf("line %d is %d cells wide, want %d: %q", i, got, w, ansi.Strip(l))
		}
	}
	return paint(v.Content, w, h)
}

func paint(content string, w, h int) string {
	if w == 0 || h == 0 {
		return ""
	}
	buf := uv.NewScreenBuffer(w, h)
	uv.NewStyledString(content).Draw(buf, buf.Bounds())
	var out []string
	for l := range strings.SplitSeq(ansi.Strip(buf.Render()), "\n") {
		out = append(out, strings.TrimRight(l, " \r"))
	}
	return strings.Join(out, "\n")
}

func (d *rig) sees(wants ...string) {
	d.t.Helper()
	got := d.view()
	for _, w := range wants {
		if !strings.Contains(got, w) {
			d.t.Errorf("the screen does not say %q:\n%s", w, got)
		}
	}
}

func (d *rig) seesNot(wants ...string) {
	d.t.Helper()
	got := d.view()
	for _, w := range wants {
		if strings.Contains(got, w) {
			d.t.Errorf("the screen says %q:\n%s", w, got)
		}
	}
}

// feed hands a batch of the scan under way to the app.
func (d *rig) feed(b model.Batch) {
	d.t.Helper()
	b.Generation = d.app.inv.Generation()
	d.send(batchMsg{[]model.Batch{b}})
}

// finish ends the scan under way.
func (d *rig) finish() tea.Cmd {
	return d.send(scanEndedMsg{generation: d.app.inv.Generation()})
}

const (
	prod    = "111122223333"
	sandbox = "444455556666"
	shared  = "777788889999"
)

func identities() []model.Identity {
	return []model.Identity{
		{Account: prod, Alias: "prod-ml", ARN: "arn:aws:sts::" + prod + ":assumed-role/ops/ana", Partition: "aws", Profiles: []string{"prod"}},
		{Account: sandbox, Alias: "sandbox", ARN: "arn:aws:iam::" + sandbox + ":user/ana", Partition: "aws", Profiles: []string{"sandbox"}},
		{Account: shared, ARN: "arn:aws:iam::" + shared + ":user/ana", Partition: "aws", Profiles: []string{"shared"}},
	}
}

func done() model.Part { return model.Part{State: model.LoadDone} }

func refused(why string) model.Part { return model.Part{State: model.LoadFailed, Reason: why} }

// notebook makes a notebook that is known in full.
func notebook(i int, name, account, region string, change func(*model.Notebook)) *model.Notebook {
	n := &model.Notebook{
		ARN:  "arn:aws:sagemaker:" + region + ":" + account + ":notebook-instance/" + name,
		Name: name, Account: account, Region: region, Status: model.StatusInService,
		InstanceType: []string{"ml.t3.medium", "ml.m5.xlarge", "ml.g5.2xlarge"}[i%3],
		URL:          name + ".notebook." + region + ".sagemaker.aws",
		Created:      noon().Add(-time.Duration(i*i*37+5) * time.Hour), Modified: noon().Add(-time.Duration(i+1) * time.Hour),
		Described: done(), SubnetID: fmt.Sprintf("subnet-0%x4c1de2f3a", i+1), SubnetName: "private-" + region[len(region)-1:],
		SecurityGroups: []string{fmt.Sprintf("sg-0%x77aa", i)}, NetworkID: fmt.Sprintf("eni-0%x", i),
		DirectInternet: []string{model.Enabled, model.Disabled}[i%2], RootAccess: []string{model.Disabled, model.Enabled}[i%2],
		RoleARN: "arn:aws:iam::" + account + ":role/service-role/SageMakerExecution", Platform: []string{"notebook-al2-v2", "notebook-al2023-v1"}[i%2],
		IMDSVersion: "2", IPAddressType: "ipv4", VolumeGB: 5 * (i%5 + 1),
		Located: done(), VPCID: fmt.Sprintf("vpc-0%x12ab34cd56ef7890", i%4), VPCName: []string{"ml-prod", "shared", "", "analytics"}[i%4],
		Tagged: done(), Tags: []model.Tag{{Key: "Owner", Value: "ana"}, {Key: "Team", Value: "growth"}},
		SeenAt: noon(),
	}
	if change != nil {
		change(n)
	}
	judge(i, n)
	return n
}

// smallWorld is a world with a bit of everything.
func smallWorld() model.Batch {
	b := model.Batch{Identities: identities()}
	names := []string{
		"churn-model-train", "demand-forecast", "fraud-features-eu", "pricing-lab", "recommender-dev", "nlp-sandbox", "image-labels",
		"credit-risk-2024", "ops-scratch", "customer-segments-with-a-very-long-name-that-goes-on", "timeseries-poc", "feature-store-demo",
	}
	accounts := []string{prod, prod, sandbox, shared}
	regions := []string{"eu-west-1", "us-east-1", "eu-west-3", "ap-southeast-2"}
	for i, name := range names {
		b.Notebooks = append(b.Notebooks, notebook(i, name, accounts[i%4], regions[(i/2)%4], oddities(i)))
	}
	for _, account := range []string{prod, sandbox, shared} {
		for i, region := range regions {
			b.Targets = append(b.Targets, model.TargetStatus{
				Target: model.Target{Account: account, Region: region}, State: model.StateOK, Notebooks: i, Described: i,
				Calls: 3 + i, Started: noon(), Ended: noon().Add(time.Duration(300*(i+1)) * time.Millisecond),
			})
		}
	}
	b.Targets[1].State, b.Targets[1].Notebooks = model.StateEmpty, 0
	b.Targets[2].State = model.StateDenied
	b.Targets[2].Problem = &model.Problem{
		Kind: model.KindSCP, Operation: "sagemaker:ListNotebookInstances", Code: "AccessDeniedException",
		Message: "an explicit deny in a service control policy forbids sagemaker:ListNotebookInstances in eu-west-3",
		Hint:    "Ask the owners of the organization, or leave the region out with --region.", RequestID: "7f3c2d1e-0000-4444-8888-aaaabbbbcccc",
	}
	b.Targets[5].Throttles = 4
	b.Targets[6].Unknown = 1
	b.Targets[6].Warnings = []model.Problem{{Kind: model.KindDenied, Operation: "ec2:DescribeSubnets", Message: "not allowed to describe subnets"}}
	return b
}

func oddities(i int) func(*model.Notebook) {
	return func(n *model.Notebook) {
		switch i {
		case 1:
			n.Status = model.StatusStopped
		case 2:
			n.Status, n.Described, n.Located, n.Tagged = model.StatusPending, model.Part{}, model.Part{}, model.Part{}
			n.SubnetID, n.VPCID, n.DirectInternet, n.Platform = "", "", "", ""
		case 4:
			n.Status, n.FailureReason = model.StatusFailed, "Notebook Instance Lifecycle Config took longer than 5 minutes"
		case 5:
			n.SubnetID, n.SubnetName, n.VPCID, n.VPCName, n.DirectInternet = "", "", "", "", model.Enabled
			n.SecurityGroups, n.NetworkID = nil, ""
		case 6:
			n.Located = refused("not allowed to describe subnets")
			n.VPCID, n.VPCName, n.SubnetName = "", "", ""
		case 7:
			n.LifecycleName = "install-proxy"
		case 8:
			n.Status = model.StatusUpdating
		}
	}
}

// loaded is an explorer whose first scan is over.
func loaded(t testing.TB, width, height int, change func(*Config)) *rig {
	t.Helper()
	d := newRig(t, width, height, change)
	d.feed(smallWorld())
	d.finish()
	return d
}
