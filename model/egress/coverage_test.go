package egress

import (
	"strings"
	"testing"

	"nbscope/model"
)

func TestEndpointsOfANotebookWithoutInternet(t *testing.T) {
	t.Parallel()
	sts := func(change ...func(*Endpoint)) *world { return newWorld().interfaceEndpoint("sts", change...) }
	policy := func(p string) *world { return sts(func(e *Endpoint) { e.Policy = p }) }
	elsewhere := func(e *Endpoint) { e.Subnets = []string{"subnet-c"} }
	cases := []struct {
		name    string
		world   *world
		service string
		want    model.EndpointState
		why     string
		verdict model.Verdict
	}{
		{"no endpoint at all", newWorld(), "sts", "missing", "no endpoint", "isolated"},
		{"an interface endpoint that lets the notebook in covers", sts(), "sts", "covered", "", "endpoints-only"},
		{"an endpoint of another region's service does not count", sts(func(e *Endpoint) { e.Service = "com.amazonaws.eu-west-2.sts" }), "sts", "missing", "no endpoint", "isolated"},
		{"private DNS off is partial", sts(func(e *Endpoint) { e.PrivateDNS = false }), "sts", "partial", "private DNS is off", "endpoints-only"},
		{"DNS hostnames off make private DNS useless", sts().with(func(w *world) { w.VPCs.Items[0].DNSHostnames = false }), "sts", "partial", "no effect", "endpoints-only"},
		{"DNS attributes that were denied are unknown", sts().with(func(w *world) {
			w.VPCs.Items[0].Attributes = model.Part{State: model.LoadFailed, Reason: "AccessDenied"}
		}), "sts", "unknown", "AccessDenied", "unknown"},
		{"an endpoint that waits for acceptance is missing", sts(func(e *Endpoint) { e.State = "pendingAcceptance" }), "sts", "missing", "pendingAcceptance", "isolated"},
		{"an endpoint in a state from the future is unknown", sts(func(e *Endpoint) { e.State = "napping" }), "sts", "unknown", "napping", "unknown"},
		{"an endpoint whose group refuses is missing", sts().with(func(w *world) { w.group("sg-e").Ingress = nil }), "sts", "missing", "do not let tcp/443 in", "isolated"},
		{"an endpoint whose group lets the notebook's group in covers", sts().with(func(w *world) {
			w.group("sg-e").Ingress = []Rule{{Protocol: "tcp", From: 443, To: 443, Groups: []string{"sg-1"}}}
		}), "sts", "covered", "", "endpoints-only"},
		{"an endpoint whose group is not there is unknown", sts(func(e *Endpoint) { e.Groups = []string{"sg-x"} }), "sts", "unknown", "sg-x", "unknown"},
		{"group-to-group egress reaches the endpoint", sts().egress(Rule{Protocol: "tcp", From: 443, To: 443, Groups: []string{"sg-e"}}), "sts", "covered", "", "endpoints-only"},
		{"egress that leads elsewhere misses the endpoint", sts().egress(tcp443("192.168.0.0/16")), "sts", "missing", "no egress rule", "isolated"},
		{"an endpoint in another subnet is reached past the ACLs", sts(elsewhere), "sts", "covered", "", "endpoints-only"},
		{"an ACL between notebook and endpoint shuts", sts(elsewhere).with(func(w *world) { w.acl("acl-2").Entries = w.acl("acl-2").Entries[:1] }), "sts", "missing", "acl-2", "isolated"},
		{"an ACL of the own subnet does not stand before an endpoint in it", sts().with(func(w *world) { w.acl("acl-1").Entries = nil }), "sts", "covered", "", "endpoints-only"},
		{"a policy that denies everything shuts", policy(`{"Statement":[{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}]}`), "sts", "missing", "denies everything", "isolated"},
		{"a policy that allows nothing shuts", policy(`{"Statement":[]}`), "sts", "missing", "allows nothing", "isolated"},
		{"a policy that allows a part is partial", policy(`{"Statement":{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole","Resource":"*"}}`), "sts", "partial", "a part", "endpoints-only"},
		{"a policy that allows everything covers", policy(`{"Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"*","Resource":"*"}]}`), "sts", "covered", "", "endpoints-only"},
		{"a policy with a condition is partial", policy(`{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}}]}`), "sts", "partial", "a part", "endpoints-only"},
		{"a policy that is no JSON is unknown", policy(`{`), "sts", "unknown", "cannot be read", "unknown"},
		{"a gateway endpoint in the notebook's table covers", newWorld().s3Gateway("rtb-a"), "s3", "covered", "", "endpoints-only"},
		{"a gateway endpoint in another table is missing", newWorld().s3Gateway("rtb-b"), "s3", "missing", "rtb-a", "isolated"},
		{"443 to the prefix list of S3 is enough for its gateway endpoint", newWorld().s3Gateway("rtb-a").egress(Rule{Protocol: "tcp", From: 443, To: 443, PrefixLists: []string{"pl-s3"}}), "s3", "covered", "", "endpoints-only"},
		{"443 to private addresses misses the gateway endpoint", newWorld().s3Gateway("rtb-a").egress(tcp443("10.0.0.0/8")), "s3", "missing", "pl-s3", "isolated"},
		{"an ACL that shuts public addresses shuts the gateway endpoint", newWorld().s3Gateway("rtb-a").with(func(w *world) { w.acl("acl-1").Entries = nil }), "s3", "missing", "acl-1", "isolated"},
		{"an interface endpoint for S3 counts as well", newWorld().interfaceEndpoint("s3"), "s3", "covered", "", "endpoints-only"},
		{"the better of two endpoints counts", newWorld().s3Gateway("rtb-b").interfaceEndpoint("s3", func(e *Endpoint) { e.ID = "vpce-zz" }), "s3", "covered", "", "endpoints-only"},
		{"the notebook service has a name of another form", sts(func(e *Endpoint) { e.Service = "aws.sagemaker." + region + ".notebook" }), "notebook", "covered", "", "endpoints-only"},
		{"a denied list of endpoints is unknown", newWorld().with(func(w *world) { w.Endpoints = Refused[Endpoint]("AccessDenied") }), "sts", "unknown", "AccessDenied", "unknown"},
		{"an endpoint that was seen before the list broke off counts", sts().with(func(w *world) { w.Endpoints = Refused("throttled", w.Endpoints.Items...) }), "sts", "covered", "", "endpoints-only"},
		{"an endpoint of a type from the future is unknown", sts(func(e *Endpoint) { e.Type = "Teleport" }), "sts", "unknown", "Teleport", "unknown"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := c.world.judge()
			got := covering(e, c.service)
			if got.State != c.want || !strings.Contains(got.Why, c.why) || got.Why == "" {
				t.Errorf("%s is %s (%s), want %s (%s)", c.service, got.State, got.Why, c.want, c.why)
			}
			if e.Verdict != c.verdict {
				t.Errorf("verdict %s, want %s: %s", e.Verdict, c.verdict, e.Reason)
			}
		})
	}
}

func covering(e model.Egress, service string) model.EndpointCoverage {
	for _, c := range e.Endpoints {
		if c.Service == service {
			return c
		}
	}
	return model.EndpointCoverage{}
}

func TestEveryServiceIsCovered(t *testing.T) {
	t.Parallel()
	w := newWorld()
	for _, s := range services() {
		w.interfaceEndpoint(s)
	}
	w.Endpoints.Items[2].Service = "aws.sagemaker." + region + ".notebook"
	e := w.judge()
	if len(e.Endpoints) != len(services()) {
		t.Fatalf("%d services judged, want %d", len(e.Endpoints), len(services()))
	}
	for _, c := range e.Endpoints {
		if c.State != model.EndpointCovered {
			t.Errorf("%s is %s: %s", c.Service, c.State, c.Why)
		}
	}
}

func TestEachDeniedFactMakesWhatHangsOnItUnknown(t *testing.T) {
	t.Parallel()
	denials := denials()
	natWorld := func() *world { return newWorld().nat() }
	igwWorld := func() *world { return newWorld().route("rtb-a", to("0.0.0.0/0", "igw-1")) }
	closed := newWorld
	served := func() *world { return newWorld().interfaceEndpoint("sts") }
	cases := []struct {
		name   string
		world  func() *world
		denied string
		want   model.Verdict
	}{
		{"NAT without subnets", natWorld, "subnets", "unknown"},
		{"NAT without route tables", natWorld, "route tables", "unknown"},
		{"NAT without NAT gateways", natWorld, "NAT gateways", "unknown"},
		{"NAT without internet gateways", natWorld, "internet gateways", "unknown"},
		{"NAT without security groups", natWorld, "security groups", "unknown"},
		{"NAT without ACLs", natWorld, "ACLs", "unknown"},
		{"NAT without Block Public Access", natWorld, "Block Public Access", "unknown"},
		{"NAT stays NAT without endpoints", natWorld, "endpoints", "nat"},
		{"NAT stays NAT without interfaces", natWorld, "interfaces", "nat"},
		{"NAT stays NAT without VPCs", natWorld, "VPCs", "nat"},
		{"NAT stays NAT without prefix lists", natWorld, "prefix lists", "nat"},
		{"NAT stays NAT without egress-only gateways", natWorld, "egress-only gateways", "nat"},
		{"an internet gateway without interfaces", igwWorld, "interfaces", "unknown"},
		{"isolation without endpoints", closed, "endpoints", "unknown"},
		{"isolation without security groups", closed, "security groups", "unknown"},
		{"isolation without ACLs", closed, "ACLs", "unknown"},
		{"isolation without route tables", closed, "route tables", "unknown"},
		{"isolation without subnets", closed, "subnets", "unknown"},
		{"isolation stays isolation without NAT gateways", closed, "NAT gateways", "isolated"},
		{"endpoints only without endpoints", served, "endpoints", "unknown"},
		{"endpoints only without VPC attributes", served, "VPCs", "unknown"},
		{"endpoints only without security groups", served, "security groups", "unknown"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := c.world()
			deny, ok := denials[c.denied]
			if !ok {
				t.Fatalf("no denial %q", c.denied)
			}
			deny(&w.Facts, "AccessDenied by test")
			got := w.judge()
			if got.Verdict != c.want {
				t.Errorf("verdict %s, want %s: %s", got.Verdict, c.want, got.Reason)
			}
			if c.want == model.VerdictUnknown && !strings.Contains(got.Reason, "AccessDenied by test") {
				t.Errorf("the reason does not tell the denial: %s", got.Reason)
			}
		})
	}
}

// denials takes one family of facts away each.
func denials() map[string]func(*Facts, string) {
	return map[string]func(*Facts, string){
		"VPCs":                 func(f *Facts, why string) { f.VPCs = Refused[VPC](why) },
		"subnets":              func(f *Facts, why string) { f.Subnets = Refused[Subnet](why) },
		"route tables":         func(f *Facts, why string) { f.RouteTables = Refused[RouteTable](why) },
		"NAT gateways":         func(f *Facts, why string) { f.NATGateways = Refused[NATGateway](why) },
		"internet gateways":    func(f *Facts, why string) { f.InternetGateways = Refused[InternetGateway](why) },
		"egress-only gateways": func(f *Facts, why string) { f.EgressOnly = Refused[InternetGateway](why) },
		"security groups":      func(f *Facts, why string) { f.SecurityGroups = Refused[SecurityGroup](why) },
		"ACLs":                 func(f *Facts, why string) { f.ACLs = Refused[ACL](why) },
		"endpoints":            func(f *Facts, why string) { f.Endpoints = Refused[Endpoint](why) },
		"prefix lists":         func(f *Facts, why string) { f.PrefixLists = Refused[PrefixList](why) },
		"interfaces":           func(f *Facts, why string) { f.Interfaces = Refused[Interface](why) },
		"exclusions":           func(f *Facts, why string) { f.Exclusions = Refused[Exclusion](why) },
		"Block Public Access": func(f *Facts, why string) {
			f.BlockPublicAccess = BlockPublicAccess{Part: model.Part{State: model.LoadFailed, Reason: why}}
		},
	}
}
