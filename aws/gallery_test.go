package aws

import (
	"slices"
	"strings"
	"testing"

	"nbscope/aws/sim"
	"nbscope/model"
)

// showGallery is a simulated AWS of one place with the gallery in it, and what each
// case calls for.
func showGallery(t testing.TB, faults string) (s *sim.Server, url string, want map[string]string) {
	t.Helper()
	s, url = world(t, func(o *sim.Options) { o.Accounts, o.Regions, o.Notebooks, o.Faults = 1, 1, 0, faults })
	if err := s.Change(sim.Change{Op: "gallery"}); err != nil {
		t.Fatal(err)
	}
	want = map[string]string{}
	for _, n := range s.World().Notebooks {
		want[n.Name] = n.ExpectedEgress
	}
	return s, url, want
}

func TestTheGalleryIsJudgedOverTheWireAsItCallsFor(t *testing.T) {
	t.Parallel()
	s, url, want := showGallery(t, "")
	inv := once(t, simClient(t, s, url, nil), nil, model.ScanRequest{Mode: model.Full})
	if inv.Len() != len(want) || len(want) < 130 {
		t.Fatalf("%d notebooks of %d", inv.Len(), len(want))
	}
	for _, n := range inv.Rows() {
		// What AWS may say one day is judged as far as it is understood, and missed.
		future := strings.HasPrefix(n.Name, "future-") && want[n.Name] == "unknown"
		if n.Egress == nil || n.Networked.Known() == future {
			t.Errorf("%s is not judged: %+v", n.Name, n.Networked)
			continue
		}
		if got := string(n.Egress.Verdict); got != want[n.Name] {
			t.Errorf("%s is %s, want %s: %s", n.Name, got, want[n.Name], n.Egress.Reason)
			for _, h := range n.Egress.Chain {
				t.Logf("  %+v", h)
			}
		}
		if n.Egress.Reason == "" {
			t.Errorf("%s: no reason", n.Name)
		}
	}
	t.Log(s.Calls())
}

// TestTheGalleryIsSurveyedOverTheWire looks at what the cases reach: in general by
// their verdicts, and in particular where an endpoint decides.
func TestTheGalleryIsSurveyedOverTheWire(t *testing.T) {
	t.Parallel()
	s, url, _ := showGallery(t, "")
	inv := once(t, simClient(t, s, url, nil), nil, model.ScanRequest{Mode: model.Full})
	want := map[string]map[string]model.ReachState{
		"no-vpc":                                    {"pypi": model.Reached, "s3": model.Reached, "ecr": model.Reached},
		"nat-in-a-public-subnet":                    {"pypi": model.Reached, "sts": model.Reached, "codeartifact": model.Reached},
		"no-route":                                  {"github": model.ReachBlocked, "s3": model.ReachBlocked, "logs": model.ReachBlocked},
		"transit-gateway":                           {"pypi": model.ReachDepends, "s3": model.ReachDepends},
		"inspected":                                 {"conda": model.ReachDepends},
		"endpoint-for-s3":                           {"pypi": model.ReachBlocked, "s3": model.Reached, "ecr": model.ReachBlocked},
		"endpoints-for-everything":                  {"pypi": model.ReachBlocked, "s3": model.Reached, "ecr": model.ReachBlocked, "sagemaker.runtime": model.Reached},
		"group-lets-out-to-s3-only":                 {"pypi": model.ReachBlocked, "s3": model.Reached},
		"endpoint-with-a-policy-for-some":           {"sagemaker.api": model.ReachDepends, "sts": model.ReachBlocked},
		"endpoint-with-a-policy-that-denies":        {"sagemaker.api": model.ReachBlocked},
		"endpoint-whose-group-refuses-beside-nat":   {"pypi": model.Reached, "sts": model.ReachBlocked, "s3": model.Reached},
		"endpoint-whose-policy-refuses-beside-nat":  {"pypi": model.Reached, "sts": model.ReachBlocked},
		"endpoint-that-refuses-without-private-dns": {"sts": model.Reached},
	}
	for _, n := range inv.Rows() {
		e := n.Egress
		if len(e.Reach) != len(model.Destinations()) {
			t.Errorf("%s is judged for %d places", n.Name, len(e.Reach))
		}
		for place, state := range want[n.Name] {
			if r, _ := e.Reaching(place); r.State != state {
				t.Errorf("%s: %s is %s, want %s: %s", n.Name, place, r.State, state, r.Says())
			}
		}
		delete(want, n.Name)
		pypi, _ := e.Reaching(model.DestinationPyPI)
		switch {
		case e.Verdict.Closed() && pypi.State != model.ReachBlocked,
			e.Verdict == model.VerdictUnknown && pypi.State == model.Reached,
			e.Verdict == model.VerdictDirect && pypi.State != model.Reached,
			pypi.State == model.Reached && !e.Verdict.Internet():
			t.Errorf("%s is %s, and PyPI is %s: %s", n.Name, e.Verdict, pypi.State, pypi.Says())
		}
	}
	for name := range want {
		t.Errorf("there is no %s", name)
	}
}

func TestADeniedOperationHidesWhatHangsOnItAndNothingElse(t *testing.T) {
	t.Parallel()
	for op, c := range map[string]struct {
		hides []string // cases whose verdict hangs on the operation
		keeps []string // cases whose verdict does not, although they lie near it
		all   bool     // every case that is judged by its VPC is hidden
	}{
		"DescribeSubnets":        {all: true, keeps: []string{"no-vpc", "direct-internet-on"}},
		"DescribeRouteTables":    {all: true, keeps: []string{"no-vpc", "direct-internet-on"}},
		"DescribeSecurityGroups": {all: true, keeps: []string{"direct-internet-on-with-peering"}},
		"DescribeNetworkAcls":    {all: true, keeps: []string{"direct-internet-on-with-peering"}},
		"DescribeNatGateways": {
			hides: []string{"nat-in-a-public-subnet", "nat-regional", "nat-failed", "nat-private", "nat64", "inspected"},
			keeps: []string{"no-route", "blackhole", "transit-gateway", "appliance", "ipv6-egress-only", "endpoint-for-s3", "igw-only"},
		},
		"DescribeInternetGateways": {
			hides: []string{"nat-in-a-public-subnet", "nat-regional", "appliance", "ipv6-internet-gateway", "inspected"},
			keeps: []string{"no-route", "nat-failed", "nat-private", "igw-only", "transit-gateway", "ipv6-egress-only"},
		},
		"DescribeEgressOnlyInternetGateways": {
			hides: []string{"ipv6-egress-only", "ipv6-that-a-group-shuts"},
			keeps: []string{"nat-in-a-public-subnet", "ipv6-internet-gateway", "ipv6-egress-only-for-ipv4", "no-route"},
		},
		"DescribeVpcEndpoints": {
			hides: []string{"no-route", "inspected", "endpoint-for-s3", "endpoints-for-everything", "group-without-egress", "nat-failed"},
			keeps: []string{"nat-in-a-public-subnet", "transit-gateway", "appliance", "ipv6-egress-only"},
		},
		"DescribeManagedPrefixLists": {
			hides: []string{"nat-by-a-prefix-list", "group-lets-out-by-a-prefix-list", "group-lets-out-to-s3-only", "nat-and-a-transit-gateway-for-s3"},
			keeps: []string{"nat-in-a-public-subnet", "no-route", "https-only-group", "transit-gateway", "endpoint-without-private-dns"},
		},
		"GetManagedPrefixListEntries": {
			hides: []string{"nat-by-a-prefix-list", "group-lets-out-by-a-prefix-list", "nat-and-a-transit-gateway-for-s3"},
			keeps: []string{"nat-in-a-public-subnet", "group-lets-out-to-s3-only", "endpoint-for-s3", "no-route"},
		},
		"DescribeNetworkInterfaces": {
			hides: []string{"appliance", "appliance-of-an-instance", "appliance-that-checks-addresses", "appliance-with-two-interfaces", "ipv6-internet-gateway"},
			keeps: []string{"nat-in-a-public-subnet", "no-route", "transit-gateway", "ipv6-egress-only", "inspected"},
		},
		"DescribeVpcBlockPublicAccessOptions": {
			hides: []string{"block-told-by-the-region", "block-with-the-vpc-exempt", "block-with-the-subnets-exempt-outbound"},
			keeps: []string{"block-bidirectional", "block-ingress", "nat-in-a-public-subnet", "no-route"},
		},
		"DescribeVpcBlockPublicAccessExclusions": {
			hides: []string{"block-told-by-the-region", "block-with-the-vpc-exempt", "block-with-the-subnets-exempt-outbound"},
			keeps: []string{"block-bidirectional", "block-ingress", "nat-in-a-public-subnet", "no-route"},
		},
		"DescribeVpcAttribute": {
			keeps: []string{"no-route", "transit-gateway", "endpoint-without-private-dns", "nat-with-dns-servers", "nat-without-dns-support-beside-dns-servers"},
			hides: []string{"nat-in-a-public-subnet", "nat-without-dns-support", "endpoint-for-s3", "endpoint-for-a-group", "endpoint-in-a-vpc-without-dns-names"},
		},
		"DescribeDhcpOptions": {
			keeps: []string{"nat-in-a-public-subnet", "nat-with-dns-servers", "no-route", "endpoint-for-s3", "endpoints-for-everything", "endpoint-for-a-group"},
			hides: []string{"nat-without-dns-support", "nat-without-dns-support-beside-dns-servers", "endpoint-that-refuses-the-notebook"},
		},
		"DescribeVpcs": {
			keeps: []string{"nat-in-a-public-subnet", "no-route", "endpoints-for-everything", "endpoint-for-a-group"},
			hides: []string{"nat-without-dns-support"},
		},
	} {
		t.Run(op, func(t *testing.T) {
			t.Parallel()
			s, url, want := showGallery(t, "denyop=ec2:"+op)
			inv := once(t, simClient(t, s, url, nil), nil, model.ScanRequest{Mode: model.Full})
			checkHidden(t, inv, want, op, c.hides, c.keeps, c.all)
			st := inv.Targets()[0]
			if st.State != model.StateOK || len(st.Warnings) != 1 || st.Warnings[0].Operation != "ec2:"+op {
				t.Errorf("state %s with %v", st.State, st.Warnings)
			}
		})
	}
}

// checkHidden wants every verdict to be the right one or unknown with the denied
// call as the reason, and to be so in the cases that are named.
func checkHidden(t *testing.T, inv *model.Inventory, want map[string]string, op string, hides, keeps []string, all bool) {
	t.Helper()
	seen := 0
	for _, n := range inv.Rows() {
		got, right := string(n.Egress.Verdict), want[n.Name]
		hidden := got == "unknown" && right != "unknown"
		seen++
		switch {
		case got != right && got != "unknown":
			t.Errorf("%s is %s with %s denied, want %s or unknown: %s", n.Name, got, op, right, n.Egress.Reason)
		case hidden && !strings.Contains(n.Egress.Reason, "ec2:"+op):
			t.Errorf("%s does not say why it is unknown: %s", n.Name, n.Egress.Reason)
		case hidden && slices.Contains(keeps, n.Name):
			t.Errorf("%s does not hang on %s: %s", n.Name, op, n.Egress.Reason)
		case !hidden && slices.Contains(hides, n.Name):
			t.Errorf("%s hangs on %s, and is %s: %s", n.Name, op, got, n.Egress.Reason)
		case all && n.SubnetID != "" && n.DirectInternet == model.Disabled && got != "unknown":
			t.Errorf("%s is %s with %s denied", n.Name, got, op)
		}
	}
	for _, name := range append(slices.Clone(hides), keeps...) {
		if want[name] == "" {
			t.Errorf("there is no case %s", name)
		}
	}
	if seen != len(want) {
		t.Errorf("%d notebooks, want %d", seen, len(want))
	}
}
