package aws

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"nbscope/model"
)

func TestAScanMakesTheFewestCallsAndSeesEverything(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.fill(homeAccount, "eu-west-1", 250)
	s.fill(homeAccount, "us-east-1", 3)
	c := s.client(t)
	inv := once(t, c, nil, model.ScanRequest{Mode: model.Full})
	want := map[string]int{
		"GetCallerIdentity": 1, "DescribeRegions": 1, "ListAccountAliases": 1, "ListNotebookInstances": 3 + 1,
		"DescribeNotebookInstance": 253, "GetResources": 1 + 1, "DescribeSubnets": 2, "DescribeVpcs": 2,
	}
	if got := s.counted(); !maps.Equal(got, want) {
		t.Errorf("calls %v, want %v", got, want)
	}
	if inv.Len() != 253 || !inv.Coverage().Complete() || inv.Coverage().Unseen != 0 {
		t.Fatalf("%d notebooks, coverage %+v", inv.Len(), inv.Coverage())
	}
	for _, n := range inv.Rows() {
		if !n.Described.Known() || !n.Located.Known() || !n.Tagged.Known() || n.Stale {
			t.Fatalf("not settled: %+v", n)
		}
	}
	n := inv.Get("arn:aws:sagemaker:eu-west-1:" + homeAccount + ":notebook-instance/nb-0006")
	if n == nil || n.VPCID != "vpc-1" || n.VPCName != "main" || n.DirectInternet != "Disabled" || n.RootAccess != "Enabled" ||
		n.NetworkMode() != model.NetworkVPCOnly || fmt.Sprint(n.Tags) != "[{A 6} {Team ml}]" {
		t.Errorf("got %+v", n)
	}
	if st := stateOf(inv, homeAccount, "eu-west-1"); st.State != model.StateOK || st.Notebooks != 250 || st.Described != 250 || st.Calls != 3+250+1+2 {
		t.Errorf("status %+v", st)
	}
	if id := inv.Identities(); len(id) != 1 || id[0].Alias != "alias-1111" || id[0].Partition != "aws" {
		t.Errorf("identities %+v", id)
	}
}

func TestARefreshOfAnUnchangedWorldOnlyLists(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.fill(homeAccount, "eu-west-1", 150)
	c := s.client(t)
	inv := once(t, c, nil, model.ScanRequest{Mode: model.Full})
	s.counted()
	once(t, c, inv, model.ScanRequest{Mode: model.Incremental})
	if got, want := s.counted(), map[string]int{"ListNotebookInstances": 3}; !maps.Equal(got, want) {
		t.Errorf("calls %v, want %v", got, want)
	}
	for _, n := range inv.Rows() {
		if n.Stale || !n.Described.Known() || !n.Tagged.Known() || !n.Located.Known() {
			t.Fatalf("lost on the way: %+v", n)
		}
	}
}

func TestARefreshAsksAgainOnlyForWhatChanged(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.fill(homeAccount, "eu-west-1", 10)
	c := s.client(t)
	inv := once(t, c, nil, model.ScanRequest{Mode: model.Full})
	s.counted()
	s.edit(homeAccount, "eu-west-1", 1, func(n *stubNotebook) { n.status, n.modified = "Stopped", 1.8e9 })
	s.edit(homeAccount, "eu-west-1", 2, func(n *stubNotebook) { n.status = "Stopping" })
	s.edit(homeAccount, "eu-west-1", 3, func(n *stubNotebook) { n.modified = 1.8e9 })
	s.drop(homeAccount, "eu-west-1", 9)
	once(t, c, inv, model.ScanRequest{Mode: model.Incremental})
	got := s.counted()
	if want := map[string]int{"ListNotebookInstances": 2, "DescribeNotebookInstance": 3, "DescribeSubnets": 0}; got["DescribeNotebookInstance"] != 3 || got["GetResources"] != 0 || got["DescribeSubnets"] != 0 {
		t.Errorf("calls %v, want %v", got, want)
	}
	if inv.Len() != 9 {
		t.Errorf("%d notebooks, want 9", inv.Len())
	}
	// A status that AWS is changing is looked at again, although nothing moved.
	once(t, c, inv, model.ScanRequest{Mode: model.Transition, Only: []model.Target{{Account: homeAccount, Region: "eu-west-1"}}})
	if got, want := s.counted(), map[string]int{"ListNotebookInstances": 1, "DescribeNotebookInstance": 1}; !maps.Equal(got, want) {
		t.Errorf("calls %v, want %v", got, want)
	}
}

func TestANotebookMadeAnewUnderItsOldNameIsNotMistakenForTheOldOne(t *testing.T) {
	t.Parallel()
	known := &model.Notebook{ARN: "a", Created: time.Unix(1, 0), Tagged: model.Part{State: model.LoadDone}, Tags: []model.Tag{{Key: "k"}}}
	fresh := &model.Notebook{ARN: "a", Created: time.Unix(2, 0)}
	if got := carry(fresh, known); got.Tagged.Known() || len(got.Tags) != 0 {
		t.Errorf("carried %+v", got)
	}
}

func TestFullAsksForEverythingAgain(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.fill(homeAccount, "eu-west-1", 5)
	c := s.client(t)
	inv := once(t, c, nil, model.ScanRequest{Mode: model.Full})
	first := s.counted()
	s.edit(homeAccount, "eu-west-1", 0, func(n *stubNotebook) { n.tags = nil })
	once(t, c, inv, model.ScanRequest{Mode: model.Full})
	second := s.counted()
	delete(first, "GetCallerIdentity") // who is who was proven
	if !maps.Equal(first, second) {
		t.Errorf("calls %v, then %v", first, second)
	}
	if n := inv.Get("arn:aws:sagemaker:eu-west-1:" + homeAccount + ":notebook-instance/nb-0000"); len(n.Tags) != 0 {
		t.Errorf("tags %v stayed", n.Tags)
	}
}

func TestFaultsAreRowsWithReasonsAndStopNothingElse(t *testing.T) {
	t.Parallel()
	type fault = func(call) (int, string, bool)
	in := func(op string, f func() (int, string, bool)) fault {
		return func(c call) (int, string, bool) {
			if c.op == op && c.region == "eu-west-1" {
				return f()
			}
			return 0, "", false
		}
	}
	answer := func(code, message string) func() (int, string, bool) {
		return func() (int, string, bool) { return refuse(code, message) }
	}
	raw := func(status int, body string) func() (int, string, bool) {
		return func() (int, string, bool) { return status, body, true }
	}
	for name, c := range map[string]struct {
		fault fault
		state model.TargetState
		kind  model.ProblemKind // "" for none
		warns int
		parts bool // every notebook is there, with a part refused
	}{
		"list denied":             {in("ListNotebookInstances", answer("AccessDeniedException", "no")), model.StateDenied, model.KindDenied, 0, false},
		"list denied by an SCP":   {in("ListNotebookInstances", answer("AccessDeniedException", "x with an explicit deny in a service control policy")), model.StateDenied, model.KindSCP, 0, false},
		"not offered":             {in("ListNotebookInstances", answer("UnknownOperationException", "")), model.StateNotOffered, model.KindNotOffered, 0, false},
		"not enabled":             {in("ListNotebookInstances", answer("UnrecognizedClientException", "The security token included in the request is invalid.")), model.StateNotEnabled, model.KindNotEnabled, 0, false},
		"opt in":                  {in("ListNotebookInstances", answer("OptInRequired", "x")), model.StateNotEnabled, model.KindNotEnabled, 0, false},
		"expired":                 {in("ListNotebookInstances", answer("ExpiredTokenException", "x")), model.StateExpired, model.KindExpired, 0, false},
		"garbage":                 {in("ListNotebookInstances", raw(200, "<html>")), model.StateFailed, model.KindProtocol, 0, false},
		"a web page with a fault": {in("ListNotebookInstances", raw(500, "<html>")), model.StateFailed, model.KindProtocol, 0, false},
		"describe denied":         {in("DescribeNotebookInstance", answer("AccessDeniedException", "no")), model.StateOK, "", 1, true},
		"tags denied, both ways":  {func(c call) (int, string, bool) { return either(c, "GetResources", "ListTags") }, model.StateOK, "", 1, true},
		"subnets denied":          {in("DescribeSubnets", func() (int, string, bool) { return refuseEC2("UnauthorizedOperation", "no") }), model.StateOK, "", 1, true},
		"VPC names denied":        {in("DescribeVpcs", func() (int, string, bool) { return refuseEC2("UnauthorizedOperation", "no") }), model.StateOK, "", 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStub(t)
			s.fill(homeAccount, "eu-west-1", 4)
			s.fill(homeAccount, "us-east-1", 4)
			s.hook = c.fault
			inv := once(t, s.client(t), nil, model.ScanRequest{Mode: model.Full})
			st := stateOf(inv, homeAccount, "eu-west-1")
			if st.State != c.state || len(st.Warnings) != c.warns {
				t.Errorf("state %q with %d warnings, want %q with %d: %+v", st.State, len(st.Warnings), c.state, c.warns, st)
			}
			if (c.kind == "") != (st.Problem == nil) || st.Problem != nil && st.Problem.Kind != c.kind {
				t.Errorf("problem %+v, want kind %q", st.Problem, c.kind)
			}
			if (st.Unknown > 0) != c.parts {
				t.Errorf("%d notebooks with an unknown part", st.Unknown)
			}
			if other := stateOf(inv, homeAccount, "us-east-1"); other.State != model.StateOK || other.Notebooks != 4 || other.Unknown != 0 {
				t.Errorf("the other region suffered: %+v", other)
			}
			for _, n := range inv.Rows() {
				if n.Described.State == model.LoadPending || n.Located.State == model.LoadPending || n.Tagged.State == model.LoadPending {
					t.Errorf("left pending: %+v", n)
				}
			}
		})
	}
}

func either(c call, ops ...string) (int, string, bool) {
	for _, op := range ops {
		if c.op == op && c.region == "eu-west-1" {
			return refuse("AccessDeniedException", "no")
		}
	}
	return 0, "", false
}

func TestTagsComeOneByOneWhereTheTaggingServiceRefuses(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.fill(homeAccount, "eu-west-1", 7)
	s.hook = func(c call) (int, string, bool) {
		if c.op == "GetResources" {
			return refuse("AccessDeniedException", "no")
		}
		return 0, "", false
	}
	inv := once(t, s.client(t), nil, model.ScanRequest{Mode: model.Full})
	if got := s.counted()["ListTags"]; got != 7 {
		t.Errorf("%d ListTags, want 7", got)
	}
	for _, n := range inv.Rows() {
		if v, _ := n.Tag("from"); v != "ListTags" {
			t.Errorf("tags %v", n.Tags)
		}
	}
	if st := stateOf(inv, homeAccount, "eu-west-1"); len(st.Warnings) != 0 || st.Unknown != 0 {
		t.Errorf("nothing was lost, and yet: %+v", st)
	}
}

func TestARefusedPageTokenLosesNothingThatWasSeenAndDeclaresNothingGone(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.fill(homeAccount, "eu-west-1", 250)
	c := s.client(t)
	inv := once(t, c, nil, model.ScanRequest{Mode: model.Full})
	s.hook = func(c call) (int, string, bool) {
		if c.op == "ListNotebookInstances" && c.json["NextToken"] == "100" {
			return refuse("InvalidToken", "the token is not valid")
		}
		return 0, "", false
	}
	once(t, c, inv, model.ScanRequest{Mode: model.Full})
	st := stateOf(inv, homeAccount, "eu-west-1")
	if st.State != model.StateFailed || st.Problem == nil || st.Problem.Code != "InvalidToken" || st.Notebooks != 100 {
		t.Errorf("status %+v", st)
	}
	fresh, stale := 0, 0
	for _, n := range inv.Rows() {
		if n.Stale {
			stale++
		} else if n.Described.Known() && n.Tagged.Known() {
			fresh++
		}
	}
	if fresh != 100 || stale != 150 {
		t.Errorf("%d fresh and %d stale notebooks, want 100 and 150", fresh, stale)
	}
}

func TestAListThatNeverEndsIsGivenUp(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.hook = func(c call) (int, string, bool) {
		return 200, `{"NotebookInstances":[],"NextToken":"same"}`, c.op == "ListNotebookInstances"
	}
	inv := once(t, s.client(t), nil, model.ScanRequest{Mode: model.Full})
	if st := stateOf(inv, homeAccount, "eu-west-1"); st.State != model.StateFailed || st.Problem.Kind != model.KindProtocol {
		t.Errorf("status %+v", st)
	}
}

func TestANotebookDeletedBetweenListAndDescribeIsGone(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.fill(homeAccount, "eu-west-1", 3)
	s.hook = func(c call) (int, string, bool) {
		if c.op == "DescribeNotebookInstance" && c.json["NotebookInstanceName"] == "nb-0001" {
			return refuse("ValidationException", "RecordNotFound")
		}
		return 0, "", false
	}
	inv := once(t, s.client(t), nil, model.ScanRequest{Mode: model.Full})
	if st := stateOf(inv, homeAccount, "eu-west-1"); inv.Len() != 2 || st.State != model.StateOK || st.Notebooks != 2 || st.Unknown != 0 {
		t.Errorf("%d notebooks, %+v", inv.Len(), st)
	}
}

func TestASubnetThatDoesNotExistFailsOnlyItsNotebook(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.fill(homeAccount, "eu-west-1", 4)
	s.edit(homeAccount, "eu-west-1", 0, func(n *stubNotebook) { n.subnet = "subnet-gone" })
	c := s.client(t)
	inv := once(t, c, nil, model.ScanRequest{Mode: model.Full})
	n := inv.Get("arn:aws:sagemaker:eu-west-1:" + homeAccount + ":notebook-instance/nb-0000")
	if n.Located.State != model.LoadFailed || n.Located.Reason != reasonNoSubnet {
		t.Errorf("got %+v", n.Located)
	}
	if st := stateOf(inv, homeAccount, "eu-west-1"); st.State != model.StateOK || st.Unknown != 1 {
		t.Errorf("status %+v", st)
	}
	s.counted()
	once(t, c, inv, model.ScanRequest{Mode: model.Incremental})
	if got := s.counted(); got["DescribeSubnets"] != 0 {
		t.Errorf("an answer was asked for again: %v", got)
	}
}

func TestTemporaryFaultsAreRetriedAway(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(call) (int, string, bool){
		"throttle": func(call) (int, string, bool) { return refuse("ThrottlingException", "Rate exceeded") },
		"5xx":      func(call) (int, string, bool) { return 503, `{"__type":"ServiceUnavailable"}`, true },
		"reset": func(c call) (int, string, bool) {
			hang, ok := c.w.(http.Hijacker)
			if !ok {
				return 500, "", true
			}
			if conn, _, err := hang.Hijack(); err == nil {
				_ = conn.Close()
			}
			return 0, "", true
		},
		"cut short": func(c call) (int, string, bool) {
			c.w.Header().Set("Content-Length", "500")
			return 200, `{"Notebook`, true
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStub(t)
			s.fill(homeAccount, "eu-west-1", 10)
			s.hook = func(c call) (int, string, bool) {
				if c.json != nil && c.nth%5 == 1 {
					return spoil(c)
				}
				return 0, "", false
			}
			inv := once(t, s.client(t), nil, model.ScanRequest{Mode: model.Full})
			if !inv.Coverage().Complete() || inv.Len() != 10 || inv.Coverage().Unseen != 0 {
				t.Errorf("%d notebooks, coverage %+v, %+v", inv.Len(), inv.Coverage(), stateOf(inv, homeAccount, "eu-west-1"))
			}
			throttles := 0
			for _, c := range inv.Counters() {
				throttles += c.Throttles
			}
			if (name == "throttle") != (throttles > 0) {
				t.Errorf("%d throttles counted", throttles)
			}
		})
	}
}

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
	stacks := make([]byte, 1<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	for one := range strings.SplitSeq(string(stacks), "\n\n") {
		if strings.Contains(one, "nbscope/aws.") && !strings.Contains(one, "testing.") && !strings.Contains(one, "_test.go") {
			t.Errorf("left running (%d goroutines before):\n%s", before, one)
		}
	}
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

func TestCountersAgreeWithTheServer(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.fill(homeAccount, "eu-west-1", 5)
	inv := once(t, s.client(t), nil, model.ScanRequest{})
	want := s.counted()
	for _, c := range inv.Counters() {
		_, op, _ := strings.Cut(c.Operation, ".")
		want[op] -= c.Calls
		if c.Attempts < c.Calls || c.Total <= 0 || c.Region == "" {
			t.Errorf("counter %+v", c)
		}
		if c.Account == "" && op != "GetCallerIdentity" {
			t.Errorf("no account: %+v", c)
		}
	}
	for op, left := range want {
		if left != 0 {
			t.Errorf("%s is %d off", op, left)
		}
	}
}
