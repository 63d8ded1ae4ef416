package aws

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"nbscope/aws/sim"
	"nbscope/model"
)

// networkCallsOf are the calls to EC2 since the last reset, without that for the regions.
func networkCallsOf(s *sim.Server) map[string]int {
	out := map[string]int{}
	for op, n := range s.Calls() {
		if strings.HasPrefix(op, "EC2.") && op != "EC2.DescribeRegions" {
			out[op] = n.Calls
		}
	}
	return out
}

// subnetOf is the subnet of a case of the gallery.
func subnetOf(t *testing.T, s *sim.Server, name string) string {
	t.Helper()
	for _, n := range s.World().Notebooks {
		if n.Name == name {
			return n.SubnetID
		}
	}
	t.Fatalf("there is no %s", name)
	return ""
}

// oneNAT is a simulated AWS with notebooks beside each other behind one NAT gateway.
func oneNAT(t *testing.T, notebooks int) (*sim.Server, string) {
	t.Helper()
	s, url, want := showGallery(t, "")
	home := subnetOf(t, s, "nat-in-a-public-subnet")
	for name := range want {
		if err := s.Change(sim.Change{Op: "delete", Name: name}); err != nil {
			t.Fatal(err)
		}
	}
	for i := range notebooks {
		addBehindNAT(t, s, i, home)
	}
	return s, url
}

func addBehindNAT(t *testing.T, s *sim.Server, i int, subnet string) {
	t.Helper()
	c := sim.Change{Op: "add", Name: fmt.Sprintf("nb-%03d", i), SubnetID: subnet, DirectInternetAccess: model.Disabled}
	if err := s.Change(c); err != nil {
		t.Fatal(err)
	}
}

func TestAHundredNotebooksInVPCsMakeNoMoreCallsToEC2ThanOne(t *testing.T) {
	t.Parallel()
	calls := map[int]map[string]int{}
	for _, n := range []int{1, 100} {
		s, url := oneNAT(t, n)
		inv := once(t, simClient(t, s, url, nil), nil, model.ScanRequest{Mode: model.Full})
		if inv.Len() != n {
			t.Fatalf("%d notebooks, want %d", inv.Len(), n)
		}
		for _, nb := range inv.Rows() {
			if nb.Egress == nil || nb.Egress.Verdict != model.VerdictNAT {
				t.Fatalf("%s: %+v", nb.Name, nb.Egress)
			}
		}
		calls[n] = networkCallsOf(s)
	}
	// Interfaces that tell the VPC may be asked for before the last notebook is described.
	const interfaces = "EC2.DescribeNetworkInterfaces"
	if got := calls[100][interfaces]; got < 1 || got > 2 {
		t.Errorf("%d × %s", got, interfaces)
	}
	calls[100][interfaces] = calls[1][interfaces]
	if !maps.Equal(calls[1], calls[100]) || len(calls[1]) == 0 {
		t.Errorf("one makes %v, a hundred make %v", calls[1], calls[100])
	}
}

func TestNotebooksWithoutAVPCAreJudgedWithoutACall(t *testing.T) {
	t.Parallel()
	s, url := oneNAT(t, 0)
	for i := range 3 {
		if err := s.Change(sim.Change{Op: "add", Name: fmt.Sprintf("open-%d", i)}); err != nil {
			t.Fatal(err)
		}
	}
	inv := once(t, simClient(t, s, url, nil), nil, model.ScanRequest{Mode: model.Full})
	for _, n := range inv.Rows() {
		if n.Egress == nil || n.Egress.Verdict != model.VerdictDirect || !n.Networked.Known() || !n.NetworkedAt.IsZero() {
			t.Errorf("%s: %+v %+v", n.Name, n.Networked, n.Egress)
		}
	}
	if got := networkCallsOf(s); len(got) != 0 || inv.Len() != 3 {
		t.Errorf("%d notebooks, calls %v", inv.Len(), got)
	}
}

func TestFactsAreReadAgainOnlyWhenThereIsAReason(t *testing.T) {
	t.Parallel()
	const first = "nb-000"
	type step struct {
		change sim.Change
		later  time.Duration
		mode   model.Mode
		reach  string // another place of the user's own by then
		reads  bool
	}
	for name, c := range map[string]step{
		"nothing changed":                        {},
		"nothing changed for most of an hour":    {later: 59 * time.Minute},
		"an hour has passed":                     {later: time.Hour, reads: true},
		"the clock was put back":                 {later: -time.Hour, reads: true},
		"an hour has passed, and AWS is at work": {later: time.Hour, mode: model.Transition},
		"everything is asked again":              {mode: model.Full, reads: true},
		"a notebook was started":                 {change: sim.Change{Op: "set", Name: first, Status: "Pending", Hold: true}},
		"a notebook has another type":            {change: sim.Change{Op: "set", Name: first, InstanceType: "ml.m5.xlarge"}},
		"a notebook has other tags":              {change: sim.Change{Op: "set", Name: first, Tags: map[string]string{"a": "b"}}},
		"a notebook is gone":                     {change: sim.Change{Op: "delete", Name: first}},
		"a notebook without a VPC is new":        {change: sim.Change{Op: "add", Name: "open"}},
		"a notebook in a VPC is new":             {change: sim.Change{Op: "add", Name: "new", SubnetID: "home"}, reads: true},
		"the direct internet field changed":      {change: sim.Change{Op: "set", Name: first, DirectInternetAccess: model.Enabled}, reads: true},
		"a notebook has another role":            {change: sim.Change{Op: "set", Name: first, RoleARN: "arn:aws:iam::111122223333:role/other"}, reads: true},
		"a place to reach was added":             {reach: "10.2.0.0/16", reads: true},
		"a place was added, and AWS is at work":  {reach: "10.2.0.0/16", mode: model.Transition},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, url := oneNAT(t, 3)
			now := time.Now()
			client := simClient(t, s, url, func(o *Options) { o.Now = func() time.Time { return now } })
			inv := once(t, client, nil, model.ScanRequest{Mode: model.Full})
			if c.change.SubnetID != "" {
				c.change.SubnetID = subnetOf(t, s, first)
			}
			if c.change.Op != "" {
				if err := s.Change(c.change); err != nil {
					t.Fatal(err)
				}
			}
			if c.reach != "" {
				place, err := model.ParseDestination(c.reach)
				if err != nil {
					t.Fatal(err)
				}
				client = simClient(t, s, url, func(o *Options) { o.Reach, o.Now = []model.Destination{place}, func() time.Time { return now } })
			}
			s.ResetCalls()
			now = now.Add(c.later)
			req := model.ScanRequest{Mode: c.mode}
			if c.mode == model.Transition {
				req.Only = []model.Target{inv.Targets()[0].Target}
			}
			once(t, client, inv, req)
			if got := networkCallsOf(s); (len(got) > 0) != c.reads {
				t.Errorf("calls %v, reads should be %v", got, c.reads)
			}
			for _, n := range inv.Rows() {
				if n.Egress == nil || !n.Networked.Known() || !n.Egress.Verdict.Internet() {
					t.Errorf("%s: %+v %+v", n.Name, n.Networked, n.Egress)
				}
				if _, ok := n.Egress.Reaching(c.reach); c.reach != "" && ok != c.reads {
					t.Errorf("%s: whether it reaches %s is judged: %v", n.Name, c.reach, ok)
				}
			}
		})
	}
}

func TestRefusedFactsAreAskedForAgainButNotWhileAWSIsWatched(t *testing.T) {
	t.Parallel()
	s, url := oneNAT(t, 2)
	client := simClient(t, s, url, nil)
	if err := s.SetFaults("denyop=ec2:DescribeNatGateways"); err != nil {
		t.Fatal(err)
	}
	inv := once(t, client, nil, model.ScanRequest{Mode: model.Full})
	if st := inv.Targets()[0]; st.Unknown != 2 || st.State != model.StateOK {
		t.Errorf("%+v", st)
	}
	for _, n := range inv.Rows() {
		if n.Networked.State != model.LoadFailed || n.Networked.Reason == "" || n.Egress.Verdict != model.VerdictUnknown {
			t.Errorf("%s: %+v %+v", n.Name, n.Networked, n.Egress)
		}
	}
	if err := s.SetFaults(""); err != nil {
		t.Fatal(err)
	}
	s.ResetCalls()
	once(t, client, inv, model.ScanRequest{Mode: model.Transition, Only: []model.Target{inv.Targets()[0].Target}})
	if got := networkCallsOf(s); len(got) != 0 {
		t.Errorf("calls %v", got)
	}
	once(t, client, inv, model.ScanRequest{Mode: model.Incremental})
	for _, n := range inv.Rows() {
		if !n.Networked.Known() || n.Egress.Verdict != model.VerdictNAT {
			t.Errorf("%s: %+v %+v", n.Name, n.Networked, n.Egress)
		}
	}
}

func TestADescribeThatIsDeniedLeavesTheNetworkUnknown(t *testing.T) {
	t.Parallel()
	s, url := oneNAT(t, 1)
	if err := s.SetFaults("denyop=sagemaker:DescribeNotebookInstance"); err != nil {
		t.Fatal(err)
	}
	inv := once(t, simClient(t, s, url, nil), nil, model.ScanRequest{Mode: model.Full})
	n := inv.Rows()[0]
	if n.Networked.State != model.LoadFailed || n.Egress == nil || n.Egress.Verdict != model.VerdictUnknown {
		t.Errorf("%+v %+v", n.Networked, n.Egress)
	}
	if got := networkCallsOf(s); len(got) != 0 {
		t.Errorf("calls %v", got)
	}
}

func TestEveryBrokenAnswerOfEC2IsSurvivedWithoutAGuess(t *testing.T) {
	t.Parallel()
	for _, faults := range []string{"5xx=0.1", "reset=0.05", "lost=0.05", "badtoken"} {
		t.Run(faults, func(t *testing.T) {
			t.Parallel()
			s, url, want := showGallery(t, faults)
			inv := once(t, simClient(t, s, url, nil), nil, model.ScanRequest{Mode: model.Full})
			// Where tokens are refused the list itself ends at its first page.
			if first := min(pageSize, len(want)); inv.Len() != len(want) && (faults != "badtoken" || inv.Len() != first) {
				t.Fatalf("%d notebooks, want %d", inv.Len(), len(want))
			}
			for _, n := range inv.Rows() {
				if got := string(n.Egress.Verdict); got != want[n.Name] && got != "unknown" {
					t.Errorf("%s is %s, want %s", n.Name, got, want[n.Name])
				}
			}
		})
	}
}

// sharedVPC is a simulated AWS of two accounts in which a notebook of the first is in
// a VPC of the second, whose endpoint's group may refuse it.
func sharedVPC(t *testing.T) (s *sim.Server, url, owner string) {
	t.Helper()
	s, url = world(t, func(o *sim.Options) { o.Accounts, o.Regions, o.Notebooks = 2, 1, 0 })
	owner = s.World().Accounts[1].ID
	if err := s.Change(sim.Change{Op: "share", Name: "guest", Owner: owner}); err != nil {
		t.Fatal(err)
	}
	return s, url, owner
}

func TestTheOwnersViewOfASharedVPCIsUsedWhereItsAccountIsScanned(t *testing.T) {
	t.Parallel()
	s, url, owner := sharedVPC(t)
	alone := once(t, simClient(t, s, url, nil), nil, model.ScanRequest{Mode: model.Full})
	n := alone.Rows()[0]
	if n.Egress.Verdict != model.VerdictUnknown || !strings.Contains(n.Egress.Reason, owner) {
		t.Errorf("without the owner's view: %s: %s", n.Egress.Verdict, n.Egress.Reason)
	}
	client := simClient(t, s, url, viaOrganization)
	s.ResetCalls()
	inv := once(t, client, nil, model.ScanRequest{Mode: model.Full})
	n = inv.Rows()[0]
	if inv.Len() != 1 || n.Egress.Verdict != model.VerdictNAT || !n.Networked.Known() {
		t.Fatalf("with the owner's view: %s: %s", n.Egress.Verdict, n.Egress.Reason)
	}
	for _, c := range n.Egress.Endpoints {
		if c.Service == "sts" && c.State != model.EndpointCovered {
			t.Errorf("the owner's endpoint is %+v", c)
		}
	}
	for op, want := range map[string]int{"EC2.DescribeNatGateways": 2, "EC2.DescribeVpcEndpoints": 2, "EC2.DescribeVpcAttribute": 4} {
		if got := s.Calls()[op].Calls; got != want {
			t.Errorf("%d × %s, want %d: one for the guest, one for the owner", got, op, want)
		}
	}
	s.ResetCalls()
	once(t, client, inv, model.ScanRequest{Mode: model.Incremental})
	if got := networkCallsOf(s); len(got) != 0 || inv.Rows()[0].Egress.Verdict != model.VerdictNAT {
		t.Errorf("a refresh makes %v and leaves %s", got, inv.Rows()[0].Egress.Verdict)
	}
	once(t, client, inv, model.ScanRequest{Mode: model.Full, Only: []model.Target{inv.Rows()[0].Target()}})
	if v := inv.Rows()[0].Egress.Verdict; v != model.VerdictNAT {
		t.Errorf("the guest's target looked at again alone: %s", v)
	}
}

func TestAnOwnerThatMayNotDescribeLeavesTheVerdictUnknown(t *testing.T) {
	t.Parallel()
	s, url, owner := sharedVPC(t)
	if err := s.SetFaults("denyop=ec2:DescribeNatGateways"); err != nil {
		t.Fatal(err)
	}
	n := once(t, simClient(t, s, url, viaOrganization), nil, model.ScanRequest{Mode: model.Full}).Rows()[0]
	if n.Egress.Verdict != model.VerdictUnknown || !strings.Contains(n.Egress.Reason, "DescribeNatGateways") || strings.Contains(n.Egress.Reason, "scan that account") {
		t.Errorf("owner %s: %s: %s", owner, n.Egress.Verdict, n.Egress.Reason)
	}
}

func TestAListOfFactsThatDoesNotEndIsRefused(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.fill(homeAccount, "eu-west-1", 1)
	s.hook = func(c call) (int, string, bool) {
		if c.op != "DescribeRouteTables" {
			return 0, "", false
		}
		return 200, fmt.Sprintf("<R><routeTableSet/><nextToken>t%d</nextToken></R>", c.nth), true
	}
	inv := once(t, s.client(t), nil, model.ScanRequest{Mode: model.Full})
	n := inv.Rows()[0]
	if n.Networked.State != model.LoadFailed || !strings.Contains(n.Networked.Reason, "does not end") || n.Egress.Verdict != model.VerdictUnknown {
		t.Errorf("%+v %+v", n.Networked, n.Egress)
	}
	if got := s.counted()["DescribeRouteTables"]; got != maxPages {
		t.Errorf("%d pages", got)
	}
}

func TestFactsAreReadOverEveryPage(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.fill(homeAccount, "eu-west-1", 1)
	s.hook = func(c call) (int, string, bool) {
		if c.op != "DescribeRouteTables" {
			return 0, "", false
		}
		if c.form.Get("NextToken") == "" {
			return 200, "<R><routeTableSet><item><routeTableId>rtb-other</routeTableId><vpcId>vpc-1</vpcId><routeSet><item><destinationCidrBlock>10.0.0.0/16</destinationCidrBlock><gatewayId>local</gatewayId><state>active</state></item></routeSet><associationSet/></item></routeTableSet><nextToken>2</nextToken></R>", true
		}
		return 200, "<R><routeTableSet><item><routeTableId>rtb-main</routeTableId><vpcId>vpc-1</vpcId><associationSet><item><main>true</main></item></associationSet>" +
			"<routeSet><item><destinationCidrBlock>0.0.0.0/0</destinationCidrBlock><transitGatewayId>tgw-1</transitGatewayId><state>active</state></item></routeSet>" +
			"</item></routeTableSet></R>", true
	}
	inv := once(t, s.client(t), nil, model.ScanRequest{Mode: model.Full})
	n, seen := inv.Rows()[0], false
	for _, h := range n.Egress.Chain {
		seen = seen || h.Kind == model.HopTransit && h.ID == "tgw-1"
	}
	if !seen || !n.Networked.Known() {
		t.Errorf("%+v %+v", n.Networked, n.Egress)
	}
}

// TestDirectInternetIsJudgedBeforeTheNetworkIsRead: that verdict hangs on nothing else, and
// all else that there is to say of the network is still open then.
func TestDirectInternetIsJudgedBeforeTheNetworkIsRead(t *testing.T) {
	t.Parallel()
	s, url := world(t, func(o *sim.Options) { o.Accounts, o.Regions, o.Notebooks = 1, 1, 40 })
	early := map[string]*model.Notebook{}
	inv := model.NewInventory()
	inv.Begin(1, nil)
	simClient(t, s, url, nil).Scan(t.Context(), model.ScanRequest{Generation: 1, Mode: model.Full}, func(b model.Batch) {
		for _, n := range b.Notebooks {
			if n.Described.Known() && n.SubnetID != "" && n.Networked.State == model.LoadPending {
				early[n.ARN] = n
			}
		}
		inv.Apply(b)
	})
	direct := 0
	for _, n := range early {
		if n.DirectInternet != model.Enabled {
			if n.Egress != nil {
				t.Errorf("%s has a verdict before its network is read: %+v", n.Name, n.Egress)
			}
			continue
		}
		direct++
		if n.Egress == nil || n.Egress.Verdict != model.VerdictDirect || n.Egress.WhatIf != nil || len(n.Egress.Warnings) > 0 {
			t.Errorf("%s: %+v", n.Name, n.Egress)
		}
		if now := inv.Get(n.ARN); !now.Networked.Known() || now.Egress.Verdict != model.VerdictDirect || len(now.Egress.Reach) == 0 || now.Egress.WhatIf == nil {
			t.Errorf("%s at the end: %+v %+v", n.Name, now.Networked, now.Egress)
		}
	}
	if direct == 0 || direct == len(early) {
		t.Errorf("%d of %d have direct internet on, which proves little", direct, len(early))
	}
}
