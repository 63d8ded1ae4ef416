package aws

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"nbscope/aws/sim"
	"nbscope/model"
)

// world starts a simulated AWS. It does not age: what changes it is the test.
func world(t testing.TB, change func(*sim.Options)) (*sim.Server, string) {
	t.Helper()
	o := sim.Defaults()
	o.TimeScale, o.Faults = 0, ""
	if change != nil {
		change(&o)
	}
	s, err := sim.New(o)
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(s.Handler())
	t.Cleanup(srv.Close)
	return s, srv.URL
}

func simClient(t testing.TB, s *sim.Server, url string, change func(*Options)) *Client {
	t.Helper()
	id, secret := s.AccessKey()
	o := Options{EndpointURL: url, Concurrency: 64, Now: time.Now, Static: &StaticKey{ID: id, Secret: secret, Region: s.World().Regions[0].Name}}
	if change != nil {
		change(&o)
	}
	c := hastyClient(t, o)
	if url == directURL {
		c.wire = wire{direct{s.Handler()}}
	}
	return c
}

func viaOrganization(o *Options) { o.OrgRole = sim.OrgRole }

// minimum is the fewest calls that see the inventory's rows: lists, describes, tag
// pages, and for each target with a VPC one call to EC2 for each family of facts.
func minimum(inv *model.Inventory) (lists, describes, tagPages, network int) {
	perTarget := map[model.Target]int{}
	tagged := map[model.Target]int{}
	inVPC := map[model.Target]bool{}
	for _, n := range inv.Rows() {
		perTarget[n.Target()]++
		if len(n.Tags) > 0 {
			tagged[n.Target()]++
		}
		if n.SubnetID != "" {
			inVPC[n.Target()] = true
		}
	}
	for _, st := range inv.Targets() {
		lists += max(1, (perTarget[st.Target]+pageSize-1)/pageSize)
	}
	for target, n := range perTarget {
		describes += n
		tagPages += max(1, (tagged[target]+pageSize-1)/pageSize)
	}
	return lists, describes, tagPages, len(inVPC)
}

// vpcsOf counts the VPCs with a notebook.
func vpcsOf(inv *model.Inventory) int {
	seen := map[string]bool{}
	for _, n := range inv.Rows() {
		if n.VPCID != "" {
			seen[n.VPCID] = true
		}
	}
	return len(seen)
}

func TestTheSimulatedWorldIsSeenWholeInTheFewestCalls(t *testing.T) {
	t.Parallel()
	s, url := world(t, func(o *sim.Options) { o.Notebooks = 400 })
	c := simClient(t, s, url, viaOrganization)
	inv := once(t, c, nil, model.ScanRequest{Mode: model.Full})
	if !inv.Coverage().Complete() || inv.Len() != 400 {
		t.Fatalf("%d notebooks, coverage %+v, problems %v", inv.Len(), inv.Coverage(), inv.Problems())
	}
	lists, describes, tagPages, network := minimum(inv)
	for op, want := range map[string]int{
		"SageMaker.ListNotebookInstances": lists, "SageMaker.DescribeNotebookInstance": describes,
		"ResourceGroupsTaggingAPI.GetResources": tagPages, "EC2.DescribeDhcpOptions": network,
		"EC2.DescribeVpcBlockPublicAccessOptions": 0, "EC2.DescribeEgressOnlyInternetGateways": 0,
		"SageMaker.ListTags": 0,
	} {
		if got := s.Calls()[op].Calls; got != want {
			t.Errorf("%d × %s, want %d", got, op, want)
		}
	}
	// A target whose last notebooks are in a VPC of their own, which is seldom, is asked twice.
	for _, op := range []string{"Vpcs", "Subnets", "RouteTables", "SecurityGroups", "NetworkAcls", "VpcEndpoints"} {
		if got := s.Calls()["EC2.Describe"+op].Calls; got < network || got > network+network/10 {
			t.Errorf("%d × EC2.Describe%s, want %d", got, op, network)
		}
	}
	// Gateways are asked for where a route names one, hostnames where a private name hangs on them.
	for op, most := range map[string]int{
		"EC2.DescribeNatGateways": network, "EC2.DescribeInternetGateways": network, "EC2.DescribeVpcAttribute": 2*vpcsOf(inv) - 1,
	} {
		if got := s.Calls()[op].Calls; got > most || got < most/2 {
			t.Errorf("%d × %s, want at most %d", got, op, most)
		}
	}
	// A large target's interfaces may be asked for twice, first those that tell the VPCs.
	if got := s.Calls()["EC2.DescribeNetworkInterfaces"].Calls; got < network || got > 2*network {
		t.Errorf("%d × EC2.DescribeNetworkInterfaces for %d targets", got, network)
	}
	before := s.Calls()
	once(t, c, inv, model.ScanRequest{Mode: model.Incremental})
	moving := 0
	for _, n := range inv.Rows() {
		if n.Status.InTransition() {
			moving++
		}
	}
	for op, count := range s.Calls() {
		want := 0
		switch op {
		case "SageMaker.ListNotebookInstances":
			want = lists
		case "SageMaker.DescribeNotebookInstance":
			want = moving
		}
		if got := count.Calls - before[op].Calls; got != want {
			t.Errorf("the refresh made %d × %s, want %d", got, op, want)
		}
	}
}

func TestTheDemoWorldIsCoveredAsFarAsItCanBe(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, url := directWorld(t, func(o *sim.Options) { o.Faults = sim.DefaultFaults })
		inv := once(t, simClient(t, s, url, viaOrganization), nil, model.ScanRequest{Mode: model.Full})
		states := map[string]int{}
		for _, st := range inv.Targets() {
			states[st.Target.Region+" "+string(st.State)]++
			if st.State == model.StateFailed || st.State == model.StateThrottled || st.State == model.StateTimedOut {
				t.Errorf("%+v: %+v", st, st.Problem)
			}
		}
		accounts := len(s.World().Accounts)
		for _, want := range []string{"eu-west-3 " + string(model.StateDenied), "ap-southeast-4 " + string(model.StateNotOffered)} {
			if states[want] != accounts {
				t.Errorf("%d × %q, want %d: %v", states[want], want, accounts, states)
			}
		}
		if len(inv.Identities()) != accounts || inv.Len() == 0 {
			t.Errorf("%d identities, %d notebooks", len(inv.Identities()), inv.Len())
		}
	})
}

func TestARegionThatIsOffIsTriedWhenItIsNamed(t *testing.T) {
	t.Parallel()
	s, url := world(t, func(o *sim.Options) { o.Faults = "optin=me-central-1" })
	inv := once(t, simClient(t, s, url, func(o *Options) { o.Regions = []string{"me-central-1"} }), nil, model.ScanRequest{})
	if st := stateOf(inv, s.World().Accounts[0].ID, "me-central-1"); st.State != model.StateNotEnabled {
		t.Errorf("%+v %v", st, inv.Problems())
	}
}

func TestEveryFaultOfTheSimulatorIsSurvived(t *testing.T) {
	t.Parallel()
	for faults, complete := range map[string]bool{
		"throttle=0.2": true, "5xx=0.1": true, "reset=0.05": true, "lost=0.05": true, "slow=eu-west-1:300ms": true,
		"deny=eu-west-1": false, "scp=eu-west-1": false, "notoffered=eu-west-1": false, "notoffered=ap-southeast-4": true, "badtoken": true,
		"denyop=ec2:DescribeSubnets": false, "denyop=tag:GetResources": true, "denyop=iam:ListAccountAliases": true,
		"denyop=ec2:DescribeRegions": true, "denyop=ec2:DescribeRegions,denyop=account:ListRegions": false,
	} {
		t.Run(faults, func(t *testing.T) {
			t.Parallel()
			if strings.HasPrefix(faults, "throttle") || strings.HasPrefix(faults, "slow") { // what is waited out
				synctest.Test(t, func(t *testing.T) { surviveFault(t, directWorld, faults, complete) })
				return
			}
			surviveFault(t, world, faults, complete)
		})
	}
}

func surviveFault(t *testing.T, at func(testing.TB, func(*sim.Options)) (*sim.Server, string), faults string, complete bool) {
	t.Helper()
	s, url := at(t, func(o *sim.Options) { o.Faults, o.Notebooks = faults, 60 })
	inv := once(t, simClient(t, s, url, nil), nil, model.ScanRequest{Mode: model.Full})
	guessed := strings.Contains(faults, "ListRegions")
	if (len(inv.Problems()) != 0) != guessed || inv.Len() == 0 {
		t.Fatalf("%d notebooks, problems %v", inv.Len(), inv.Problems())
	}
	if got := inv.Coverage(); got.Complete() != complete {
		t.Errorf("coverage %+v, complete should be %v", got, complete)
		for _, st := range inv.Targets() {
			if st.Problem != nil {
				t.Logf("%s: %+v", st.Target, *st.Problem)
			}
		}
	}
	unseen := strings.Contains(faults, "DescribeSubnets")
	if got := inv.Coverage().Unseen; (got > 0) != unseen {
		t.Errorf("%d notebooks with unknown parts", got)
	}
}

func TestAllCredentialsTooOldIsOneProblemWithItsRemedy(t *testing.T) {
	t.Parallel()
	s, url := world(t, func(o *sim.Options) { o.Faults = "expired" })
	inv := once(t, simClient(t, s, url, nil), nil, model.ScanRequest{})
	if p := inv.Problems(); len(p) != 1 || p[0].Kind != model.KindExpired || p[0].Hint == "" {
		t.Errorf("problems %+v", p)
	}
}

func TestOneAccountOfTheOrganizationThatFailsDoesNotStopTheOthers(t *testing.T) {
	t.Parallel()
	first, _ := world(t, nil)
	bad := first.World().Accounts[1].ID
	s, url := world(t, func(o *sim.Options) { o.Faults = "expired=" + bad })
	inv := once(t, simClient(t, s, url, viaOrganization), nil, model.ScanRequest{})
	if p := inv.Problems(); len(p) != 1 || !strings.Contains(p[0].Message, bad) {
		t.Errorf("problems %+v", p)
	}
	if got := len(inv.Identities()); got != len(s.World().Accounts)-1 {
		t.Errorf("%d identities", got)
	}
}

func TestScriptsRepositoriesAndAnswersAreFetchedOnDemand(t *testing.T) {
	t.Parallel()
	s, url := world(t, nil)
	c := simClient(t, s, url, nil)
	inv := once(t, c, nil, model.ScanRequest{})
	var withScript *model.Notebook
	for _, n := range inv.Rows() {
		if n.LifecycleName != "" {
			withScript = n
		}
	}
	if withScript == nil {
		t.Fatal("the world has no lifecycle configuration")
	}
	// A client that has not scanned yet signs in by itself.
	c = simClient(t, s, url, nil)
	lc, err := c.Lifecycle(t.Context(), withScript.Target(), withScript.LifecycleName)
	if err != nil || !strings.HasPrefix(lc.OnCreate+lc.OnStart, "#!") {
		t.Errorf("%+v, %v", lc, err)
	}
	raw, err := c.Raw(t.Context(), withScript.Target(), withScript.Name)
	if err != nil || !strings.Contains(string(raw), fmt.Sprintf("\"NotebookInstanceName\": %q", withScript.Name)) || !strings.Contains(string(raw), "T") {
		t.Errorf("%s, %v", raw, err)
	}
	_, err = c.Raw(t.Context(), withScript.Target(), "no-such-notebook")
	if p := classify(err); p.Kind != model.KindNotFound || p.Target != withScript.Target() {
		t.Errorf("got %+v", p)
	}
	_, err = c.Raw(t.Context(), model.Target{Account: "999999999999", Region: "eu-west-1"}, "x")
	if p := classify(err); p.Kind != model.KindNoCredentials {
		t.Errorf("got %+v", p)
	}
}
