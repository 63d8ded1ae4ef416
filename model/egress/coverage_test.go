package egress

import (
	"slices"
	"strings"
	"testing"

	"nbscope/model"
)

func TestEndpointsOfANotebookWithoutInternet(t *testing.T) {
	t.Parallel()
	sts := func(change ...func(*Endpoint)) *world { return newWorld().interfaceEndpoint("sts", change...) }
	policy := func(p string) *world { return sts(func(e *Endpoint) { e.Policy = p }) }
	private := func(e *Endpoint) { e.PrivateDNS = false }
	inbound := func(e *Endpoint) { e.PrivateDNSInboundOnly = true }
	noNames := func(w *world) { w.VPCs.Items[0].DNSSupport = false }
	servers := func(w *world) { w.DHCPOptions.Items[0].DNSServers = []string{"10.0.0.53"} }
	untold := func(w *world) { w.VPCs.Items[0].DHCPOptions = "default" }
	serverless := func(w *world) { w.DHCPOptions.Items[0].DNSServers = nil }
	hasRole := func(w *world) { w.n.RoleARN = roleARN }
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
		{"an endpoint of another region's service is no endpoint of this one's", sts(func(e *Endpoint) { e.Service = "com.amazonaws.eu-west-2.sts" }), "sts", "missing", "no endpoint", "endpoints-only"},
		{"an endpoint of another region's service serves what it is for", sts(func(e *Endpoint) { e.Service = "com.amazonaws.eu-west-2.sts" }), "com.amazonaws.eu-west-2.sts", "covered", "", "endpoints-only"},
		{"private DNS off is partial", sts(func(e *Endpoint) { e.PrivateDNS = false }), "sts", "partial", "private DNS is off", "endpoints-only"},
		{"DNS hostnames off make private DNS useless", sts().with(func(w *world) { w.VPCs.Items[0].DNSHostnames = false }), "sts", "partial", "no effect", "endpoints-only"},
		{"DNS attributes that were denied are unknown", sts().with(func(w *world) {
			w.VPCs.Items[0].Attributes = model.Part{State: model.LoadFailed, Reason: "AccessDenied"}
		}), "sts", "unknown", "AccessDenied", "unknown"},
		{"an endpoint that waits for acceptance blocks", sts(func(e *Endpoint) { e.State = "pendingAcceptance" }), "sts", "blocked", "pendingAcceptance", "isolated"},
		{"an endpoint in a state from the future is unknown", sts(func(e *Endpoint) { e.State = "napping" }), "sts", "unknown", "napping", "unknown"},
		{"an endpoint whose group refuses blocks", sts().with(func(w *world) { w.group("sg-e").Ingress = nil }), "sts", "blocked", "do not let tcp/443 in", "isolated"},
		{"an endpoint whose group lets the notebook's group in covers", sts().with(func(w *world) {
			w.group("sg-e").Ingress = []Rule{{Protocol: "tcp", From: 443, To: 443, Groups: []string{"sg-1"}}}
		}), "sts", "covered", "", "endpoints-only"},
		{"an endpoint whose group is not there is unknown", sts(func(e *Endpoint) { e.Groups = []string{"sg-x"} }), "sts", "unknown", "sg-x", "unknown"},
		{"group-to-group egress reaches the endpoint", sts().egress(Rule{Protocol: "tcp", From: 443, To: 443, Groups: []string{"sg-e"}}), "sts", "covered", "", "endpoints-only"},
		{"egress that leads elsewhere blocks at the endpoint", sts().egress(tcp443("192.168.0.0/16")), "sts", "blocked", "no egress rule", "isolated"},
		{"an endpoint in another subnet is reached past the ACLs", sts(elsewhere), "sts", "covered", "", "endpoints-only"},
		{"an ACL between notebook and endpoint shuts", sts(elsewhere).with(func(w *world) { w.acl("acl-2").Entries = w.acl("acl-2").Entries[:1] }), "sts", "blocked", "acl-2", "isolated"},
		{"an ACL of the own subnet does not stand before an endpoint in it", sts().with(func(w *world) { w.acl("acl-1").Entries = nil }), "sts", "covered", "", "endpoints-only"},
		{"a policy that denies everything blocks", policy(`{"Statement":[{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}]}`), "sts", "blocked", "policy denies sts to this notebook's role", "isolated"},
		{"a policy that allows nothing blocks", policy(`{"Statement":[]}`), "sts", "blocked", "allows nothing", "isolated"},
		{"a policy that allows a part is partial", policy(`{"Statement":{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole","Resource":"*"}}`), "sts", "partial", "it depends on what the endpoint's policy allows: action sts:AssumeRole", "endpoints-only"},
		{"a policy that allows everything covers", policy(`{"Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"*","Resource":"*"}]}`), "sts", "covered", "", "endpoints-only"},
		{"a policy with a condition is partial", policy(`{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}}]}`), "sts", "partial", "condition StringEquals aws:PrincipalOrgID o-1", "endpoints-only"},
		{"a policy for another role blocks", policy(`{"Statement":{"Effect":"Allow","Principal":{"AWS":"` + roleARN + `2"},"Action":"*","Resource":"*"}}`).with(hasRole), "sts", "blocked", "allows nothing of sts to this notebook's role", "isolated"},
		{"a policy for the notebook's role covers", policy(`{"Statement":{"Effect":"Allow","Principal":{"AWS":"` + roleARN + `"},"Action":"sts:*","Resource":"*"}}`).with(hasRole), "sts", "covered", "", "endpoints-only"},
		{"a policy for the notebook's account covers", policy(`{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalAccount":"` + account + `"}}}}`).with(hasRole), "sts", "covered", "", "endpoints-only"},
		{"a policy for another account blocks", policy(`{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalAccount":"999988887777"}}}}`).with(hasRole), "sts", "blocked", "allows nothing", "isolated"},
		{"a policy for another service's actions blocks", policy(`{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}}`), "sts", "blocked", "allows nothing", "isolated"},
		{"actions of a service that IAM may call by another name are partial", newWorld().interfaceEndpoint("monitoring", func(e *Endpoint) {
			e.Policy = `{"Statement":{"Effect":"Allow","Principal":"*","Action":"cloudwatch:*","Resource":"arn:aws:cloudwatch:*:*:*"}}`
		}), "monitoring", "partial", "action cloudwatch:*", "endpoints-only"},
		{"a deny to others leaves a service that IAM may call by another name", newWorld().interfaceEndpoint("monitoring", func(e *Endpoint) {
			e.Policy = `{"Statement":{"Effect":"Allow","Principal":{"AWS":"999988887777"},"Action":"cloudwatch:*","Resource":"*"}}`
		}), "monitoring", "blocked", "allows nothing of everything to this notebook's role", "isolated"},
		{"a policy that is no JSON is unknown", policy(`{`), "sts", "unknown", "cannot be read", "unknown"},
		{"a gateway endpoint in the notebook's table covers", newWorld().s3Gateway("rtb-a"), "s3", "covered", "", "endpoints-only"},
		{"a gateway endpoint in another table is missing", newWorld().s3Gateway("rtb-b"), "s3", "missing", "rtb-a", "isolated"},
		{"443 to the prefix list of S3 is enough for its gateway endpoint", newWorld().s3Gateway("rtb-a").egress(Rule{Protocol: "tcp", From: 443, To: 443, PrefixLists: []string{"pl-s3"}}), "s3", "covered", "", "endpoints-only"},
		{"443 to private addresses blocks at the gateway endpoint", newWorld().s3Gateway("rtb-a").egress(tcp443("10.0.0.0/8")), "s3", "blocked", "pl-s3", "isolated"},
		{"an ACL that shuts public addresses shuts the gateway endpoint", newWorld().s3Gateway("rtb-a").with(func(w *world) { w.acl("acl-1").Entries = nil }), "s3", "blocked", "acl-1", "isolated"},
		{"an endpoint that was deleted is not there", sts(func(e *Endpoint) { e.State = "deleted" }), "sts", "missing", "deleted", "isolated"},
		{"an endpoint that refuses without private DNS takes no calls", sts(private, func(e *Endpoint) { e.Groups = []string{"sg-1"} }), "sts", "missing", "do not let", "isolated"},
		{"a way to the internet does not help calls that are led to an endpoint that refuses", sts().nat().with(func(w *world) { w.group("sg-e").Ingress = nil }), "sts", "blocked", "calls are led to the endpoint and fail", "nat"},
		{"a gateway endpoint that refuses takes the calls from NAT", newWorld().nat().s3Gateway("rtb-a", func(e *Endpoint) { e.Policy = `{"Statement":[]}` }), "s3", "blocked", "allows nothing", "nat"},
		{"an S3 interface endpoint that refuses stands before a gateway endpoint that serves", newWorld().s3Gateway("rtb-a").interfaceEndpoint("s3", func(e *Endpoint) { e.ID, e.Groups = "vpce-i", []string{"sg-1"} }), "s3", "blocked", "do not let", "isolated"},
		{"an S3 interface endpoint for inbound resolvers leaves S3 to the gateway endpoint", newWorld().s3Gateway("rtb-a").interfaceEndpoint("s3", inbound, func(e *Endpoint) { e.ID, e.Groups = "vpce-i", []string{"sg-1"} }), "s3", "covered", "", "endpoints-only"},
		{"an S3 interface endpoint for inbound resolvers alone is for clients that name it", newWorld().interfaceEndpoint("s3", inbound), "s3", "partial", "inbound resolver", "endpoints-only"},
		{"an S3 interface endpoint for inbound resolvers that refuses takes no calls from NAT", newWorld().nat().interfaceEndpoint("s3", inbound, func(e *Endpoint) { e.Groups = []string{"sg-1"} }), "s3", "missing", "do not let", "nat"},
		{"one of two interfaces behind a shut ACL fails a part of the calls", sts(func(e *Endpoint) { e.Subnets = []string{"subnet-a", "subnet-c"} }).with(func(w *world) { w.acl("acl-2").Entries = w.acl("acl-2").Entries[:1] }), "sts", "partial", "1 of the endpoint's 2 interfaces", "endpoints-only"},
		{"one of two interfaces that the groups do not let out to fails a part of the calls", sts(func(e *Endpoint) { e.Subnets = []string{"subnet-a", "subnet-c"} }).egress(tcp443("10.0.1.0/24")), "sts", "partial", "subnet-c", "endpoints-only"},
		{"one of two interfaces without private DNS takes no calls", sts(private, func(e *Endpoint) { e.Subnets = []string{"subnet-a", "subnet-c"} }).egress(tcp443("10.0.1.0/24")), "sts", "partial", "subnet-c", "endpoints-only"},
		{"egress to a half of the internet fails a part of the calls to a gateway endpoint", newWorld().s3Gateway("rtb-a").egress(tcp443("0.0.0.0/1")), "s3", "partial", "a part of the public addresses", "endpoints-only"},
		{"an ACL for a half of the internet fails a part of the calls to a gateway endpoint", newWorld().s3Gateway("rtb-a").with(func(w *world) {
			w.acl("acl-1").Entries = append([]Entry{{Number: 1, Egress: true, Action: "deny", Protocol: "6", From: 443, To: 443, CIDR: "0.0.0.0/1"}}, w.acl("acl-1").Entries...)
		}), "s3", "partial", "network ACL acl-1", "endpoints-only"},
		{"one of two interfaces in a subnet that is not seen is unknown", sts(func(e *Endpoint) { e.Subnets = []string{"subnet-a", "subnet-x"} }), "sts", "unknown", "subnet-x", "unknown"},
		{"without DNS support no name leads to a gateway endpoint", newWorld().s3Gateway("rtb-a").with(noNames), "s3", "partial", "no name resolves", "endpoints-only"},
		{"without DNS support no name leads to an interface endpoint", sts().with(noNames), "sts", "partial", "no name resolves", "endpoints-only"},
		{"without DNS support an interface endpoint that refuses takes no calls", sts(func(e *Endpoint) { e.Groups = []string{"sg-1"} }).with(noNames), "sts", "missing", "do not let", "isolated"},
		{"without DNS support and DHCP options no name leads to a gateway endpoint", newWorld().s3Gateway("rtb-a").with(noNames).with(untold), "s3", "partial", "no name resolves", "endpoints-only"},
		{"without DNS support and a DNS server no name leads to an interface endpoint", sts().with(noNames).with(serverless), "sts", "partial", "no name resolves", "endpoints-only"},
		{"without DNS support, DNS servers of one's own do not lead to an interface endpoint", sts().with(noNames).with(servers), "sts", "partial", "DNS support of the VPC is off", "endpoints-only"},
		{"without DNS support, DNS servers of one's own answer S3's public names", newWorld().s3Gateway("rtb-a").with(noNames).with(servers), "s3", "covered", "", "endpoints-only"},
		{"hosts that are told no DNS server may not ask the one that knows the endpoint", sts().with(untold), "sts", "partial", "no DHCP options", "endpoints-only"},
		{"DNS servers of one's own may not know the endpoint", sts().with(servers), "sts", "partial", "10.0.0.53", "endpoints-only"},
		{"DNS servers of one's own may lead to an endpoint that refuses", sts(func(e *Endpoint) { e.Groups = []string{"sg-1"} }).with(servers), "sts", "unknown", "10.0.0.53", "unknown"},
		{"DNS servers of one's own answer S3's public names", newWorld().s3Gateway("rtb-a").with(servers), "s3", "covered", "", "endpoints-only"},
		{"DHCP options that were denied leave open whether names lead there", sts().with(func(w *world) { w.DHCPOptions = Refused[DHCPOptions]("AccessDenied") }), "sts", "partial", "AccessDenied", "endpoints-only"},
		{"DNS attributes that were denied leave a gateway endpoint unknown", newWorld().s3Gateway("rtb-a").with(func(w *world) {
			w.VPCs.Items[0].Attributes = model.Part{State: model.LoadFailed, Reason: "AccessDenied"}
		}), "s3", "unknown", "AccessDenied", "unknown"},
		{"an endpoint for DynamoDB serves something", newWorld().s3Gateway("rtb-a", func(e *Endpoint) { e.Service = "com.amazonaws." + region + ".dynamodb" }), "dynamodb", "covered", "", "endpoints-only"},
		{"an endpoint for Bedrock serves something", newWorld().interfaceEndpoint("bedrock-runtime"), "bedrock-runtime", "covered", "", "endpoints-only"},
		{"a PrivateLink mirror of one's own serves something", newWorld().interfaceEndpoint("x", private, func(e *Endpoint) { e.Service = "com.amazonaws.vpce." + region + ".vpce-svc-0abc" }), "vpce-svc-0abc", "partial", "private DNS is off", "endpoints-only"},
		{"a resource endpoint may serve something", newWorld().interfaceEndpoint("x", func(e *Endpoint) { e.Type, e.Service = "Resource", "" }), "vpce-x", "unknown", "Resource", "unknown"},
		{"an inspection endpoint is no service", newWorld().firewall(), "vpce-fw", "", "", "isolated"},
		{"a gateway endpoint is unknown where an interface endpoint may not have been seen", newWorld().s3Gateway("rtb-a").with(func(w *world) { w.Endpoints = Refused("throttled", w.Endpoints.Items...) }), "s3", "unknown", "throttled", "unknown"},
		{"an endpoint's group of another VPC is judged by its rules", sts(func(e *Endpoint) { e.Groups = []string{"sg-o"} }).with(func(w *world) {
			w.SecurityGroups.Items = append(w.SecurityGroups.Items, SecurityGroup{ID: "sg-o", VPCID: "vpc-2", Ingress: []Rule{tcp443("10.0.0.0/16")}})
		}), "sts", "covered", "", "endpoints-only"},
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
			if got.State != c.want || !strings.Contains(got.Why, c.why) || got.Why == "" && c.want != "" {
				t.Errorf("%s is %s (%s), want %s (%s)", c.service, got.State, got.Why, c.want, c.why)
			}
			if e.Verdict != c.verdict {
				t.Errorf("verdict %s, want %s: %s", e.Verdict, c.verdict, e.Reason)
			}
			if e.Verdict == model.VerdictEndpoints && !strings.HasPrefix(e.Reason, "the internet: no; reaches: ") {
				t.Errorf("reason %s", e.Reason)
			}
			if said := strings.Contains(strings.Join(e.Warnings, "\n"), "calls to "+c.service+" fail"); said != (c.want == model.EndpointBlocked || got.Fails) {
				t.Errorf("an endpoint that is %s, warnings %v", c.want, e.Warnings)
			}
			if strings.Contains(c.name, "fails a part of the calls") != got.Fails {
				t.Errorf("a part of the calls fails: %v (%s)", got.Fails, got.Why)
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
	if len(e.Endpoints) != len(services()) || !strings.Contains(e.Reason, "reaches: sagemaker.api, sagemaker.runtime") {
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
		{"NAT without the VPC's DNS attributes", natWorld, "VPCs", "unknown"},
		{"NAT stays NAT without DHCP options", natWorld, "DHCP options", "nat"},
		{"isolation stays isolation without the VPC's DNS attributes", closed, "VPCs", "isolated"},
		{"endpoints only stays so without DHCP options", served, "DHCP options", "endpoints-only"},
		{"an appliance without interfaces", func() *world { return newWorld().appliance() }, "interfaces", "unknown"},
		{"private routes by a prefix list without prefix lists", func() *world {
			return newWorld().list("pl-x", "192.168.0.0/16").route("rtb-a", Route{PrefixList: "pl-x", Target: "tgw-1", State: "active"})
		}, "prefix lists", "unknown"},
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
		"DHCP options":         func(f *Facts, why string) { f.DHCPOptions = Refused[DHCPOptions](why) },
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

// TestAnEndpointWithoutGroupsIsUnknown: AWS gives every interface at least one.
func TestAnEndpointWithoutGroupsIsUnknown(t *testing.T) {
	t.Parallel()
	e := newWorld().interfaceEndpoint("sts", func(e *Endpoint) { e.Groups = nil }).judge()
	if c := covering(e, "sts"); c.State != model.EndpointUnknown || !strings.Contains(c.Why, "no security group") || e.Verdict != model.VerdictUnknown {
		t.Errorf("%s, %+v", e.Verdict, c)
	}
}

// TestEndpointsBesideDirectInternet: with direct internet on, nobody's calls are known
// to be led to an endpoint, and a gateway endpoint's addresses are the internet's.
func TestEndpointsBesideDirectInternet(t *testing.T) {
	t.Parallel()
	direct := func(w *world) *world {
		w.n.DirectInternet = model.Enabled
		return w
	}
	refuses := func(w *world) { w.group("sg-e").Ingress = nil }
	nobody := func(e *Endpoint) { e.Policy = `{"Statement":[]}` }
	for name, c := range map[string]struct {
		w       *world
		service string
		state   model.EndpointState
		why     string
		reach   model.ReachState
	}{
		"a gateway endpoint is not used":               {newWorld().s3Gateway("rtb-a"), "s3", model.EndpointMissing, "not used with direct internet on", model.Reached},
		"a gateway endpoint that refuses is not used":  {newWorld().s3Gateway("rtb-a", nobody), "s3", model.EndpointMissing, "not used with direct internet on", model.Reached},
		"an interface endpoint that serves serves":     {newWorld().interfaceEndpoint("sts"), "sts", model.EndpointCovered, "", model.Reached},
		"whether one that refuses is asked is unknown": {newWorld().interfaceEndpoint("sts").with(refuses), "sts", model.EndpointUnknown, "not documented; endpoint's security groups", model.ReachDepends},
		"so is one whose policy refuses":               {newWorld().interfaceEndpoint("sts", nobody), "sts", model.EndpointUnknown, "not documented; endpoint's policy", model.ReachDepends},
		"one without private DNS is not asked":         {newWorld().interfaceEndpoint("sts", func(e *Endpoint) { e.PrivateDNS = false }).with(refuses), "sts", model.EndpointMissing, "", model.Reached},
		"so is one of which a part refuses": {newWorld().interfaceEndpoint("sts", func(e *Endpoint) { e.Subnets = []string{"subnet-a", "subnet-c"} }).
			with(func(w *world) { w.acl("acl-2").Entries = w.acl("acl-2").Entries[:1] }), "sts", model.EndpointUnknown, "1 of the endpoint's 2 interfaces", model.ReachDepends},
	} {
		e := direct(c.w).judge()
		got := covering(e, c.service)
		if e.Verdict != model.VerdictDirect || got.State != c.state || !strings.Contains(got.Why, c.why) || got.Fails {
			t.Errorf("%s: %s, %+v", name, e.Verdict, got)
		}
		if strings.Contains(got.Why, sayLed) {
			t.Errorf("%s: %s", name, got.Why)
		}
		r, _ := NewSurvey(NewIndex(c.w.Facts), nil).Of(c.w.n).Reaching(c.service)
		if r.State != c.reach || !strings.Contains(r.By, byDirect) {
			t.Errorf("%s: reach is %+v", name, r)
		}
	}
}

// TestEndpointAndReachAgreeOnSageMakersPolicies: the runtime takes the actions that
// invoke endpoints, and the API every other.
func TestEndpointAndReachAgreeOnSageMakersPolicies(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		service, statement string
		state              model.EndpointState
		reach              model.ReachState
	}{
		"the runtime that may create":                 {"sagemaker.runtime", `"Effect":"Allow","Action":"sagemaker:Create*"`, model.EndpointBlocked, model.ReachBlocked},
		"the runtime that may invoke":                 {"sagemaker.runtime", `"Effect":"Allow","Action":"sagemaker:InvokeEndpoint*"`, model.EndpointCovered, model.Reached},
		"the runtime that may invoke in one way":      {"sagemaker.runtime", `"Effect":"Allow","Action":"sagemaker:InvokeEndpoint"`, model.EndpointPartial, model.Reached},
		"the runtime that may begin with I":           {"sagemaker.runtime", `"Effect":"Allow","Action":"sagemaker:I*"`, model.EndpointCovered, model.Reached},
		"the runtime that may do all but invoke":      {"sagemaker.runtime", `"Effect":"Allow","NotAction":"sagemaker:InvokeEndpoint*"`, model.EndpointBlocked, model.ReachBlocked},
		"the API that may invoke":                     {"sagemaker.api", `"Effect":"Allow","Action":["sagemaker:InvokeEndpoint","sagemaker:invokeEndpointAsync"]`, model.EndpointBlocked, model.ReachBlocked},
		"the API that may create":                     {"sagemaker.api", `"Effect":"Allow","Action":"sagemaker:Create*"`, model.EndpointPartial, model.ReachDepends},
		"the API that may do everything but invoking": {"sagemaker.api", `"Effect":"Allow","NotAction":"sagemaker:InvokeEndpoint"`, model.EndpointCovered, model.Reached},
		"the API that may do everything":              {"sagemaker.api", `"Effect":"Allow","Action":"sagemaker:*"`, model.EndpointCovered, model.Reached},
	} {
		w := newWorld().interfaceEndpoint(c.service, func(e *Endpoint) { e.Policy = `{"Statement":[{"Principal":"*","Resource":"*",` + c.statement + `}]}` })
		e := NewSurvey(NewIndex(w.Facts), nil).Of(w.n)
		r, _ := e.Reaching(c.service)
		if got := covering(*e, c.service); got.State != c.state || r.State != c.reach {
			t.Errorf("%s: %s (%s), reach %s (%s)", name, got.State, got.Why, r.State, r.Says())
		}
		if warned := slices.ContainsFunc(e.Warnings, func(s string) bool { return strings.HasPrefix(s, "calls to "+c.service+" fail") }); warned != (c.state == model.EndpointBlocked) {
			t.Errorf("%s: warnings %q", name, e.Warnings)
		}
	}
}
