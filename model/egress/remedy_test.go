package egress

import (
	"slices"
	"strings"
	"testing"

	"nbscope/model"
)

func remedyOf(e model.Egress, kind model.RemedyKind) (model.Remedy, bool) {
	i := slices.IndexFunc(e.Remedies, func(r model.Remedy) bool { return r.Kind == kind })
	if i < 0 {
		return model.Remedy{}, false
	}
	return e.Remedies[i], true
}

func TestRemediesNameRealIDs(t *testing.T) {
	t.Parallel()
	unrouted := func() *world {
		w := newWorld().nat()
		w.table("rtb-a").Routes = w.table("rtb-a").Routes[:1]
		return w
	}
	cases := []struct {
		name  string
		world *world
		kind  model.RemedyKind
		want  []string // in the commands, in this order
	}{
		{"a shut group gets an egress rule", newWorld().nat().egress(), "egress-rule",
			[]string{"authorize-security-group-egress --group-id sg-1", "'IpProtocol=tcp,FromPort=443,ToPort=443,IpRanges=[{CidrIp=0.0.0.0/0}]'", "--region eu-west-1"}},
		{"a shut ACL gets rules before the others", newWorld().nat().with(func(w *world) { w.acl("acl-1").Entries = w.acl("acl-1").Entries[:1] }), "egress-rule",
			[]string{"create-network-acl-entry --network-acl-id acl-1 --egress --rule-number 99", "--ingress --rule-number 100", "From=1024,To=65535"}},
		{"a table without a default gets a route to the NAT gateway there is", unrouted(), "nat-route",
			[]string{"create-route --route-table-id rtb-a --destination-cidr-block 0.0.0.0/0 --nat-gateway-id nat-1"}},
		{"a default that leads nowhere is replaced", unrouted().route("rtb-a", to("0.0.0.0/0", "igw-1")), "nat-route",
			[]string{"replace-route --route-table-id rtb-a --destination-cidr-block 0.0.0.0/0 --nat-gateway-id nat-1"}},
		{"a table that others use is not turned; the subnet gets its own", unrouted().route("rtb-a", to("0.0.0.0/0", "igw-1"), to("10.9.0.0/16", "pcx-1")).with(func(w *world) {
			w.table("rtb-a").Subnets = []string{"subnet-a", "subnet-z"}
		}), "nat-route", []string{
			"TABLE=$(aws ec2 create-route-table --vpc-id vpc-1", `create-route --route-table-id "$TABLE" --destination-cidr-block 10.9.0.0/16 --vpc-peering-connection-id pcx-1`,
			`--route-table-id "$TABLE" --destination-cidr-block 0.0.0.0/0 --nat-gateway-id nat-1`, "replace-route-table-association",
		}},
		{"a gateway endpoint follows into the new table", unrouted().s3Gateway("rtb-a").route("rtb-a", to("0.0.0.0/0", "igw-1")).with(func(w *world) {
			w.table("rtb-a").Subnets = []string{"subnet-a", "subnet-z"}
		}), "nat-route", []string{`modify-vpc-endpoint --vpc-endpoint-id vpce-s3 --add-route-table-ids "$TABLE"`}},
		{"a VPC without a NAT gateway gets one in its public subnet", newWorld(), "nat-route", []string{
			"ADDRESS=$(aws ec2 allocate-address --domain vpc", `NAT=$(aws ec2 create-nat-gateway --subnet-id subnet-b --allocation-id "$ADDRESS"`,
			`wait nat-gateway-available --nat-gateway-ids "$NAT"`, `create-route --route-table-id rtb-a --destination-cidr-block 0.0.0.0/0 --nat-gateway-id "$NAT"`,
		}},
		{"missing endpoints are made", newWorld(), "endpoints", []string{
			"--vpc-endpoint-type Gateway --service-name com.amazonaws.eu-west-1.s3 --route-table-ids rtb-a", "GROUP=$(aws ec2 create-security-group --vpc-id vpc-1",
			"--cidr 10.0.1.0/24", `--service-name com.amazonaws.eu-west-1.sagemaker.api --subnet-ids subnet-a --security-group-ids "$GROUP" --private-dns-enabled`,
		}},
		{"a gateway endpoint of another table is extended", newWorld().s3Gateway("rtb-b"), "endpoints", []string{"modify-vpc-endpoint --vpc-endpoint-id vpce-s3 --add-route-table-ids rtb-a"}},
		{"a refusing endpoint lets the notebook's group in", newWorld().interfaceEndpoint("sts").with(func(w *world) { w.group("sg-e").Ingress = nil }), "endpoints",
			[]string{"authorize-security-group-ingress --group-id sg-e --protocol tcp --port 443 --source-group sg-1"}},
		{"private DNS is switched on", newWorld().interfaceEndpoint("sts", func(e *Endpoint) { e.PrivateDNS = false }), "endpoints",
			[]string{"modify-vpc-endpoint --vpc-endpoint-id vpce-sts --private-dns-enabled"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := c.world.judge()
			r, ok := remedyOf(e, c.kind)
			if !ok {
				t.Fatalf("no remedy %s among %+v", c.kind, e.Remedies)
			}
			script := strings.Join(r.Commands, "\n")
			rest := script
			for _, want := range c.want {
				_, after, ok := strings.Cut(rest, want)
				if !ok {
					t.Fatalf("%q is not where it should be in\n%s", want, script)
				}
				rest = after
			}
			if r.Title == "" || r.Why == "" || r.CostPerMonth != "" {
				t.Errorf("remedy %+v wants a title, a reason and no price for this region", r)
			}
		})
	}
}

func TestRemediesAreOrderedAndOnlyWhereAWayIsClosed(t *testing.T) {
	t.Parallel()
	if e := newWorld().nat().judge(); len(e.Remedies) != 0 {
		t.Errorf("an open way has remedies: %+v", e.Remedies)
	}
	e := newWorld().egress().judge()
	if !slices.IsSortedFunc(e.Remedies, func(a, b model.Remedy) int { return a.Invasive - b.Invasive }) || len(e.Remedies) != 3 {
		t.Errorf("remedies are not three in order: %+v", e.Remedies)
	}
	shared := newWorld().with(func(w *world) { w.subnet("subnet-a").OwnerID = "999988887777" }).judge()
	if len(shared.Remedies) != 0 {
		t.Errorf("routes of another account are offered for change: %+v", shared.Remedies)
	}
}

func TestPricesAreToldWhereTheyAreKnown(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.n.Region = priceRegion
	e := w.judge()
	nat, _ := remedyOf(e, model.RemedyNATRoute)
	endpoints, _ := remedyOf(e, model.RemedyEndpoints)
	if !strings.Contains(nat.CostPerMonth, "$33") || !strings.Contains(endpoints.CostPerMonth, "$29.20") {
		t.Errorf("prices %q and %q", nat.CostPerMonth, endpoints.CostPerMonth)
	}
}

func TestRemediesQuoteWhatIsNoID(t *testing.T) {
	t.Parallel()
	const evil = `sg-1"; rm -rf ~; $(id) 'x`
	w := newWorld().nat().egress()
	w.group("sg-1").ID = evil
	w.n.SecurityGroups = []string{evil}
	r, ok := remedyOf(w.judge(), model.RemedyEgressRule)
	if !ok || !strings.Contains(r.Commands[0], model.ShellQuote(evil)) {
		t.Errorf("the group is not quoted: %+v", r)
	}
}

func TestARemedyMendsWhatItPromises(t *testing.T) {
	t.Parallel()
	w := newWorld().nat()
	w.table("rtb-a").Routes = w.table("rtb-a").Routes[:1]
	w.egress()
	e := w.judge()
	if e.Verdict != model.VerdictIsolated || len(e.Remedies) < 2 {
		t.Fatalf("the world is not closed twice: %s, %+v", e.Verdict, e.Remedies)
	}
	w.egress(tcp443("0.0.0.0/0")).route("rtb-a", to("0.0.0.0/0", "nat-1"))
	if e = w.judge(); e.Verdict != model.VerdictNAT {
		t.Errorf("after both remedies the verdict is %s: %s", e.Verdict, e.Reason)
	}
}

func TestWhatDirectInternetTakesAway(t *testing.T) {
	t.Parallel()
	w := newWorld().nat().s3Gateway("rtb-a").route("rtb-a", to("10.9.0.0/16", "pcx-1"), dead("10.8.0.0/16", "pcx-2"))
	off := w.judge()
	loses := strings.Join(off.WhatIf.Loses, "\n")
	if off.WhatIf.Verdict != model.VerdictDirect || off.WhatIf.DirectInternet != model.Enabled {
		t.Errorf("what if: %+v", off.WhatIf)
	}
	for _, want := range []string{"10.9.0.0/16 through vpc peering pcx-1", "vpce-s3 (s3)", "aws:SourceVpce"} {
		if !strings.Contains(loses, want) {
			t.Errorf("losses do not tell %q: %s", want, loses)
		}
	}
	if strings.Contains(loses, "pcx-2") {
		t.Error("a blackhole route cannot be lost")
	}
	w.n.DirectInternet = model.Enabled
	on := w.judge()
	if on.WhatIf.Verdict != model.VerdictNAT || len(on.WhatIf.Loses) != 0 || !slices.Equal(on.Warnings, off.WhatIf.Loses) {
		t.Errorf("direct internet on: %+v, warnings %v", on.WhatIf, on.Warnings)
	}
	w.RouteTables = Refused[RouteTable]("AccessDenied")
	if on = w.judge(); on.Verdict != model.VerdictDirect || !strings.Contains(strings.Join(on.Warnings, ""), "AccessDenied") {
		t.Errorf("a denied table is not told beside a direct verdict: %v", on.Warnings)
	}
}

func TestIPv6IsJudgedBesideIPv4(t *testing.T) {
	t.Parallel()
	e := newWorld().dual().nat().route("rtb-a", to("::/0", "eigw-1")).judge()
	if e.Verdict != model.VerdictNAT || e.IPv6 == nil || e.IPv6.Verdict != model.VerdictNAT || e.IPv6.Chain[len(e.IPv6.Chain)-2].ID != "eigw-1" {
		t.Errorf("verdict %s, IPv6 %+v", e.Verdict, e.IPv6)
	}
	if e = newWorld().nat().judge(); e.IPv6 != nil {
		t.Error("a notebook without IPv6 has a verdict for it")
	}
	e = newWorld().dual().route("rtb-a", to("::/0", "eigw-1")).with(func(w *world) { w.EgressOnly = Refused[InternetGateway]("AccessDenied") }).judge()
	if e.Verdict != model.VerdictUnknown {
		t.Errorf("a denied egress-only gateway gives %s", e.Verdict)
	}
}
