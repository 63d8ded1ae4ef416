package aws

import (
	"context"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"nbscope/model"
)

// hanging answers a region's calls only when the test is over.
func hanging(t *testing.T, s *stub, region string) {
	t.Helper()
	over := make(chan struct{})
	t.Cleanup(func() { close(over) })
	s.hook = func(c call) (int, string, bool) {
		if c.region == region && c.op == "ListNotebookInstances" {
			<-over
		}
		return 0, "", false
	}
}

func TestATargetThatDoesNotAnswerTimesOutAlone(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.fill(homeAccount, "eu-west-1", 3)
	hanging(t, s, "us-east-1")
	inv := once(t, s.client(t, func(o *Options) { o.Timeout = 300 * time.Millisecond }), nil, model.ScanRequest{Mode: model.Full})
	if st := stateOf(inv, homeAccount, "us-east-1"); st.State != model.StateTimedOut || st.Problem.Kind != model.KindTimeout {
		t.Errorf("status %+v", st)
	}
	if st := stateOf(inv, homeAccount, "eu-west-1"); st.State != model.StateOK {
		t.Errorf("status %+v", st)
	}
}

func TestACanceledScanEndsAtOnceAndLeavesNoGoroutine(t *testing.T) {
	s := newStub(t)
	s.fill(homeAccount, "eu-west-1", 300)
	hanging(t, s, "us-east-1")
	c := s.client(t)
	before := runtime.NumGoroutine()
	ctx, cancel := context.WithCancel(t.Context())
	inv := model.NewInventory()
	inv.Begin(1, nil)
	c.Scan(ctx, model.ScanRequest{Generation: 1, Mode: model.Full}, func(b model.Batch) {
		inv.Apply(b)
		if inv.Len() > 0 {
			cancel()
		}
	})
	cancel()
	if inv.Scanning() {
		t.Error("no last batch came")
	}
	if st := stateOf(inv, homeAccount, "us-east-1"); st.State != model.StateCanceled {
		t.Errorf("status %+v", st)
	}
	if len(inv.Problems()) != 0 {
		t.Errorf("problems %v", inv.Problems())
	}
	left := leftRunning()
	for range 5000 { // whoever has told of the end has a few steps left to its own
		if len(left) == 0 {
			return
		}
		_ = sleep(t.Context(), time.Millisecond)
		left = leftRunning()
	}
	t.Errorf("left running (%d goroutines before):\n%s", before, strings.Join(left, "\n\n"))
}

// leftRunning are the goroutines of this package that no test has begun.
func leftRunning() (out []string) {
	stacks := make([]byte, 1<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	for one := range strings.SplitSeq(string(stacks), "\n\n") {
		if strings.Contains(one, "nbscope/aws.") && !strings.Contains(one, "testing.") && !strings.Contains(one, "_test.go") {
			out = append(out, one)
		}
	}
	return out
}

func TestARetryOfOneTargetAsksOnlyThere(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.fill(homeAccount, "eu-west-1", 2)
	var denied atomic.Bool
	denied.Store(true)
	s.hook = func(c call) (int, string, bool) {
		if denied.Load() && c.op == "ListNotebookInstances" && c.region == "eu-west-1" {
			return refuse("AccessDeniedException", "no")
		}
		return 0, "", false
	}
	c := s.client(t)
	inv := once(t, c, nil, model.ScanRequest{Mode: model.Full})
	s.counted()
	denied.Store(false)
	once(t, c, inv, model.ScanRequest{Only: []model.Target{{Account: homeAccount, Region: "eu-west-1"}}})
	if got := s.counted(); got["ListNotebookInstances"] != 1 || got["GetCallerIdentity"] != 0 || got["DescribeRegions"] != 0 {
		t.Errorf("calls %v", got)
	}
	if st := stateOf(inv, homeAccount, "eu-west-1"); st.State != model.StateOK || inv.Len() != 2 {
		t.Errorf("%+v", st)
	}
}

func TestAScanForOneNameAsksForThatName(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.fill(homeAccount, "eu-west-1", 12)
	inv := once(t, s.client(t), nil, model.ScanRequest{Name: "NB-0001"})
	if inv.Len() != 1 || inv.Rows()[0].Name != "nb-0001" {
		t.Errorf("%d notebooks", inv.Len())
	}
	if got := s.counted()["DescribeNotebookInstance"]; got != 1 {
		t.Errorf("%d describes", got)
	}
	if inv := once(t, s.client(t), nil, model.ScanRequest{Name: "no/such name"}); inv.Len() != 0 || !inv.Coverage().Complete() {
		t.Errorf("coverage %+v", inv.Coverage())
	}
}

func TestAScanOfTheListsAsksForNothingElse(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.fill(homeAccount, "eu-west-1", 12)
	inv := once(t, s.client(t), nil, model.ScanRequest{Mode: model.Full, Listed: true})
	if c := inv.Coverage(); inv.Len() != 12 || c.Answered != c.Targets {
		t.Errorf("%d notebooks, %+v", inv.Len(), c)
	}
	if got := s.counted(); got["DescribeNotebookInstance"]+got["ListTags"]+got["GetResources"]+got["DescribeSubnets"] != 0 || got["ListNotebookInstances"] == 0 {
		t.Errorf("calls %v", got)
	}
}

func TestAWorldWithoutNotebooksIsComplete(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	inv := once(t, s.client(t), nil, model.ScanRequest{})
	if st := stateOf(inv, homeAccount, "eu-west-1"); st.State != model.StateEmpty || !inv.Coverage().Complete() {
		t.Errorf("%+v", st)
	}
	if got := s.counted(); got["GetResources"]+got["DescribeSubnets"] != 0 {
		t.Errorf("calls %v for nothing", got)
	}
}

func TestOneSlotIsEnoughForAScanWhoseCredentialsMustBeRenewed(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.fill(awayAccount, "eu-west-1", 5)
	inv := once(t, s.client(t, func(o *Options) {
		o.Concurrency, o.RoleARNs = 1, []string{"arn:aws:iam::" + awayAccount + ":role/reader"}
	}), nil, model.ScanRequest{})
	if inv.Len() != 5 {
		t.Errorf("%d notebooks; %v", inv.Len(), inv.Problems())
	}
}

func TestAnEndpointThatNobodyServesIsOneProblem(t *testing.T) {
	t.Parallel()
	c, err := New(Options{
		EndpointURL: "http://127.0.0.1:1", Concurrency: 4, Now: time.Now, Static: &StaticKey{ID: keyOf(homeAccount), Secret: "s"},
	})
	if err != nil {
		t.Fatal(err)
	}
	inv := once(t, c, nil, model.ScanRequest{})
	if p := inv.Problems(); len(p) != 1 || p[0].Kind != model.KindNetwork || p[0].Hint == "" || inv.Coverage().Complete() {
		t.Errorf("problems %+v", p)
	}
	only := []model.Target{{Account: homeAccount, Region: "eu-west-1"}}
	inv = once(t, c, model.NewInventory(), model.ScanRequest{Only: only})
	if st := stateOf(inv, homeAccount, "eu-west-1"); st.State != model.StateFailed || st.Problem == nil || st.Problem.Kind != model.KindNetwork {
		t.Errorf("%+v", st)
	}
}

func TestCancelingWhileACodeIsAwaitedEndsTheScan(t *testing.T) {
	s := newStub(t)
	files(t, mfaConfig, "[base]\n"+keys(homeAccount))
	c := s.signedIn(t, profiles("mfa"))
	ctx, cancel := context.WithCancel(t.Context())
	asked, done := 0, false
	c.Scan(ctx, model.ScanRequest{Generation: 1}, func(b model.Batch) {
		if b.Asked != nil {
			asked++
			cancel()
		}
		done = done || b.Done
		if len(b.Problems) > 0 {
			t.Errorf("the user's own doing is told as a problem: %+v", b.Problems)
		}
	})
	cancel()
	if asked != 1 || !done {
		t.Errorf("asked %d times, done %v", asked, done)
	}
}

func TestAReceiverThatIsSlowGetsFewerAndLargerBatchesAndLosesNothing(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.fill(homeAccount, "eu-west-1", 300)
	c := s.client(t)
	inv := model.NewInventory()
	inv.Begin(1, nil)
	batches := 0
	c.Scan(t.Context(), model.ScanRequest{Generation: 1}, func(b model.Batch) {
		batches++
		inv.Apply(b)
		_ = sleep(t.Context(), 20*time.Millisecond)
	})
	if inv.Len() != 300 || inv.Coverage().Unseen != 0 || inv.Scanning() {
		t.Errorf("%d notebooks, %+v", inv.Len(), inv.Coverage())
	}
	if batches > 150 {
		t.Errorf("%d batches for a slow receiver", batches)
	}
}

func TestTheCallsOfTargetsAreThoseThatTheServerSees(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.fill(homeAccount, "eu-west-1", 5)
	inv := once(t, s.client(t), nil, model.ScanRequest{})
	want := 0
	for op, n := range s.counted() {
		if op != "GetCallerIdentity" && op != "DescribeRegions" && op != "ListAccountAliases" { // these are an account's
			want += n
		}
	}
	got := 0
	for _, st := range inv.Targets() {
		got += st.Calls
	}
	if got != want || want < 7 {
		t.Errorf("%d calls are counted of %d", got, want)
	}
}
