package egress

import (
	"strings"
	"testing"

	"nbscope/model"
)

type judgement struct {
	name   string
	world  *world
	want   model.Verdict
	reason string // a part of it
}

func TestJudge(t *testing.T) {
	t.Parallel()
	for _, group := range [][]judgement{
		switchCases(), routeCases(), natCases(), gatewayCases(), applianceCases(), blockCases(), groupCases(), aclCases(), sixCases(), oddCases(),
	} {
		for _, c := range group {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				got := c.world.judge()
				if got.Verdict != c.want {
					t.Errorf("verdict %q, want %q: %s\n%s", got.Verdict, c.want, got.Reason, drawing(got.Chain))
				}
				if !strings.Contains(got.Reason, c.reason) {
					t.Errorf("reason %q does not say %q", got.Reason, c.reason)
				}
				checkShape(t, got)
			})
		}
	}
}

// checkShape holds what is true of every judgement.
func checkShape(t *testing.T, e model.Egress) {
	t.Helper()
	if e.Reason == "" {
		t.Error("a judgement without a reason")
	}
	for _, h := range e.Chain {
		if h.Says == "" || h.Kind == "" || h.State == "" {
			t.Errorf("an empty hop: %+v", h)
		}
		if e.Verdict.Internet() && h.State != model.HopOK {
			t.Errorf("the verdict %s stands on a hop that is %s: %+v", e.Verdict, h.State, h)
		}
	}
	if e.Verdict.Internet() && e.Chain[len(e.Chain)-1].Kind != model.HopInternet && e.Verdict != model.VerdictInspected {
		t.Error("a way to the internet that does not end there")
	}
}

func drawing(chain []model.Hop) string {
	var b strings.Builder
	for _, h := range chain {
		b.WriteString(string(h.State) + " " + string(h.Kind) + " " + h.ID + " " + h.Says + "\n")
	}
	return b.String()
}

func switchCases() []judgement {
	return []judgement{
		{"a notebook without a VPC is on SageMaker's own network", newWorld().with(func(w *world) { w.n.SubnetID, w.n.DirectInternet = "", model.Enabled }), "direct", "no subnet"},
		{"direct internet on is direct whatever the VPC gives", newWorld().with(func(w *world) { w.n.DirectInternet = model.Enabled }), "direct", "do not see it"},
		{"direct internet on is direct even when no fact could be read", newWorld().with(func(w *world) { w.n.DirectInternet, w.Facts = model.Enabled, Facts{} }), "direct", "SageMaker's own network"},
		{"a notebook that is not described yet is unknown", newWorld().nat().with(func(w *world) { w.n.Described = model.Part{} }), "unknown", "not described yet"},
		{"a notebook whose describe was denied is unknown with the reason", newWorld().nat().with(func(w *world) { w.n.Described = model.Part{State: model.LoadFailed, Reason: "AccessDenied"} }), "unknown", "AccessDenied"},
		{"a value of direct internet from the future is unknown", newWorld().nat().with(func(w *world) { w.n.DirectInternet = "Sometimes" }), "unknown", "Sometimes"},
		{"direct internet off without a subnet cannot be and is unknown", newWorld().with(func(w *world) { w.n.SubnetID = "" }), "unknown", "cannot be"},
	}
}

func routeCases() []judgement {
	return []judgement{
		{"a table with the local route only is isolated", newWorld(), "isolated", "no route"},
		{"a default route to a NAT gateway is NAT", newWorld().nat(), "nat", "internet"},
		{"a subnet without a table of its own uses the main one", newWorld().nat().with(func(w *world) {
			w.table("rtb-a").Main, w.table("rtb-main").Main, w.table("rtb-a").Subnets = true, false, nil
		}), "nat", ""},
		{"an explicit table wins over a main table with a way out", newWorld().with(func(w *world) {
			w.nat().route("rtb-main", to("0.0.0.0/0", "nat-1"))
			w.table("rtb-a").Routes = w.table("rtb-a").Routes[:1]
		}), "isolated", "no route"},
		{"split defaults to one NAT gateway are one default", newWorld().nat().with(func(w *world) {
			w.table("rtb-a").Routes = []Route{to("0.0.0.0/1", "nat-1"), to("128.0.0.0/1", "nat-1")}
		}), "nat", ""},
		{"half a default is unknown, since neither word is true", newWorld().nat().with(func(w *world) { w.table("rtb-a").Routes = []Route{to("0.0.0.0/1", "nat-1")} }), "unknown", "fare differently"},
		{"halves that go different ways are unknown", newWorld().nat().with(func(w *world) {
			w.table("rtb-a").Routes = []Route{to("0.0.0.0/1", "nat-1"), to("128.0.0.0/1", "tgw-1")}
		}), "unknown", "128.0.0.0/1 to tgw-1"},
		{"a longer prefix for private addresses changes nothing", newWorld().nat().route("rtb-a", to("10.0.0.0/8", "tgw-1")), "nat", ""},
		{"a longer prefix for a few public addresses is a warning only", newWorld().nat().route("rtb-a", to("52.95.0.0/16", "tgw-1")), "nat", ""},
		{"a blackhole default route is no way out", newWorld().route("rtb-a", dead("0.0.0.0/0", "nat-gone")), "isolated", "blackhole"},
		{"a blackhole for private addresses beside a live default is nothing", newWorld().nat().route("rtb-a", dead("10.8.0.0/16", "pcx-gone")), "nat", ""},
		{"a blackhole half before a live default is unknown", newWorld().nat().route("rtb-a", dead("0.0.0.0/1", "nat-gone")), "unknown", "stands before the live one"},
		{"a prefix list that covers the internet is a default route", newWorld().list("pl-all", "0.0.0.0/1", "128.0.0.0/1").nat().with(func(w *world) {
			w.table("rtb-a").Routes = []Route{{PrefixList: "pl-all", Target: "nat-1", State: "active"}}
		}), "nat", ""},
		{"longer prefixes of a prefix list win over the default route", newWorld().list("pl-all", "0.0.0.0/1", "128.0.0.0/1").nat().route("rtb-a", Route{PrefixList: "pl-all", Target: "tgw-1", State: "active"}), "indirect", ""},
		{"a static default wins over a propagated one", newWorld().nat().route("rtb-a", Route{Destination: "0.0.0.0/0", Target: "vgw-1", State: "active", Propagated: true}), "nat", ""},
		{"two prefix lists with the same range and different targets are unknown", newWorld().list("pl-x", "0.0.0.0/0").list("pl-y", "0.0.0.0/0").nat().with(func(w *world) {
			w.table("rtb-a").Routes = []Route{{PrefixList: "pl-x", Target: "nat-1", State: "active"}, {PrefixList: "pl-y", Target: "tgw-1", State: "active"}}
		}), "unknown", "equal weight"},
		{"the prefix list of S3 is not the internet", newWorld().s3Gateway("rtb-a", func(e *Endpoint) { e.State = "deleting" }), "isolated", "no route"},
		{"a prefix list whose entries were denied is unknown", newWorld().nat().route("rtb-a", Route{PrefixList: "pl-x", Target: "tgw-1", State: "active"}).with(func(w *world) {
			w.PrefixLists.Items = append(w.PrefixLists.Items, PrefixList{ID: "pl-x", EntriesRead: model.Part{State: model.LoadFailed, Reason: "AccessDenied"}})
		}), "unknown", "AccessDenied"},
	}
}

func natCases() []judgement {
	is := func(f func(*NATGateway)) *world { return newWorld().nat(f) }
	return []judgement{
		{"a NAT gateway that is being made is not a way yet", is(func(g *NATGateway) { g.State = "pending" }), "isolated", "pending"},
		{"a failed NAT gateway is no way", is(func(g *NATGateway) { g.State = "failed" }), "isolated", "failed"},
		{"a deleted NAT gateway is no way", is(func(g *NATGateway) { g.State = "deleted" }), "isolated", "deleted"},
		{"a NAT gateway in a state from the future is unknown", is(func(g *NATGateway) { g.State = "hibernating" }), "unknown", "hibernating"},
		{"a private NAT gateway does not reach the internet by an internet gateway", is(func(g *NATGateway) { g.Connectivity = "private" }), "isolated", "private NAT gateway has none"},
		{"a private NAT gateway before a transit gateway is indirect", is(func(g *NATGateway) { g.Connectivity, g.SubnetID = "private", "subnet-c" }).route("rtb-c", to("0.0.0.0/0", "tgw-1")), "indirect", "tgw-1"},
		{"a connectivity from the future is unknown", is(func(g *NATGateway) { g.Connectivity = "quantum" }), "unknown", "quantum"},
		{"a regional NAT gateway leaves by its own route table", is(func(g *NATGateway) { g.Availability, g.SubnetID, g.RouteTable = "regional", "", "rtb-b" }), "nat", ""},
		{"a regional NAT gateway without a route to the internet gateway is no way", is(func(g *NATGateway) { g.Availability, g.SubnetID, g.RouteTable = "regional", "", "rtb-c" }), "isolated", "rtb-c"},
		{"an availability mode from the future is unknown", is(func(g *NATGateway) { g.Availability = "galactic" }), "unknown", "galactic"},
		{"a NAT gateway in the notebook's own subnet is a circle", is(func(g *NATGateway) { g.SubnetID = "subnet-a" }), "isolated", "circle"},
		{"a NAT gateway whose subnet leads to itself is a circle", is(func(g *NATGateway) { g.SubnetID = "subnet-c" }).route("rtb-c", to("0.0.0.0/0", "nat-1")), "isolated", "circle"},
		{"a NAT gateway whose subnet has no route to an internet gateway is no way", is(func(g *NATGateway) { g.SubnetID = "subnet-c" }), "isolated", "rtb-c"},
		{"a NAT gateway behind a detached internet gateway is no way", is(func(*NATGateway) {}).with(func(w *world) { w.InternetGateways.Items[0].VPCID = "" }), "isolated", "not attached"},
		{"a NAT gateway that is not there is unknown", newWorld().route("rtb-a", to("0.0.0.0/0", "nat-x")), "unknown", "nat-x"},
		{"a NAT gateway before a firewall endpoint is inspected", is(func(g *NATGateway) { g.SubnetID = "subnet-c" }).firewall(func(e *Endpoint) { e.Subnets = []string{"subnet-b"} }).route("rtb-c", to("0.0.0.0/0", "vpce-fw")), "inspected", ""},
	}
}

func gatewayCases() []judgement {
	igw := func() *world { return newWorld().route("rtb-a", to("0.0.0.0/0", "igw-1")) }
	return []judgement{
		{"an internet gateway without a public address is no way, seen on the interface", igw(), "isolated", "eni-n has none"},
		{"an internet gateway is no way, inferred where the notebook has no interface", igw().with(func(w *world) { w.n.NetworkID = "" }), "isolated", "inferred"},
		{"an internet gateway with a public address is a way", igw().with(func(w *world) { w.Interfaces.Items[0].PublicIP = "52.9.9.9" }), "nat", ""},
		{"a transit gateway is indirect", newWorld().route("rtb-a", to("0.0.0.0/0", "tgw-1")), "indirect", "beyond this account"},
		{"a virtual private gateway is indirect", newWorld().route("rtb-a", to("0.0.0.0/0", "vgw-1")), "indirect", ""},
		{"a core network is indirect", newWorld().route("rtb-a", to("0.0.0.0/0", "arn:aws:networkmanager::1:core-network/core-network-1")), "indirect", ""},
		{"a local gateway is indirect", newWorld().route("rtb-a", to("0.0.0.0/0", "lgw-1")), "indirect", ""},
		{"a peering is indirect and says that it never gives the internet", newWorld().route("rtb-a", to("0.0.0.0/0", "pcx-1")), "indirect", "never passes traffic on"},
		{"a target of a kind from the future is unknown", newWorld().route("rtb-a", to("0.0.0.0/0", "wormhole-1")), "unknown", "cannot follow"},
		{"a route in a state from the future is unknown", newWorld().nat().with(func(w *world) { w.table("rtb-a").Routes[1].State = "filtered" }), "unknown", "filtered"},
		{"an egress-only gateway carries no IPv4", newWorld().route("rtb-a", to("0.0.0.0/0", "eigw-1")), "isolated", "IPv6 only"},
	}
}

func applianceCases() []judgement {
	gwlb := func(f ...func(*Endpoint)) *world {
		return newWorld().firewall(f...).route("rtb-a", to("0.0.0.0/0", "vpce-fw"))
	}
	return []judgement{
		{"an appliance without source and destination check and with a public address is NAT", newWorld().appliance(), "nat", ""},
		{"an appliance named by its instance is found", newWorld().appliance().with(func(w *world) { w.table("rtb-a").Routes[1].Target = "i-1" }), "nat", ""},
		{"an appliance with source and destination check is indirect", newWorld().appliance(func(i *Interface) { i.SourceDestCheck = true }), "indirect", "checks source and destination"},
		{"an appliance without a visible public address is indirect", newWorld().appliance(func(i *Interface) { i.PublicIP = "" }), "indirect", "no way out with a public address"},
		{"an appliance that is not there is unknown", newWorld().route("rtb-a", to("0.0.0.0/0", "eni-x")), "unknown", "eni-x"},
		{"a firewall endpoint before a NAT gateway is inspected", gwlb().nat().with(func(w *world) { w.table("rtb-a").Routes = w.table("rtb-a").Routes[:2] }).route("rtb-c", to("0.0.0.0/0", "nat-1")), "inspected", ""},
		{"a firewall endpoint whose place is not told is inspected", gwlb(func(e *Endpoint) { e.Subnets = nil }), "inspected", "inspection"},
		{"a firewall endpoint with a dead end behind it is unknown", gwlb(), "unknown", "another way out"},
		{"a firewall endpoint that leads back to itself is unknown", gwlb().route("rtb-c", to("0.0.0.0/0", "vpce-fw")), "unknown", "circle"},
		{"a firewall endpoint that is being deleted is no way", gwlb(func(e *Endpoint) { e.State = "deleting" }), "isolated", "deleting"},
		{"a default route to an interface endpoint is unknown", newWorld().interfaceEndpoint("sts").route("rtb-a", to("0.0.0.0/0", "vpce-sts")), "unknown", "no sense"},
	}
}

func blockCases() []judgement {
	mode := func(m string) *world { return newWorld().nat().with(func(w *world) { w.BlockPublicAccess.Mode = m }) }
	return []judgement{
		{"Block Public Access in both directions shuts NAT", mode("block-bidirectional"), "isolated", "block-bidirectional"},
		{"Block Public Access told by the subnets shuts NAT", newWorld().nat().with(func(w *world) {
			w.subnet("subnet-a").Block, w.subnet("subnet-b").Block = "block-bidirectional", "block-bidirectional"
		}), "isolated", "block-bidirectional"},
		{"Block Public Access of ingress lets NAT out", mode("block-ingress"), "nat", ""},
		{"Block Public Access of ingress shuts an own public address", mode("block-ingress").with(func(w *world) {
			w.table("rtb-a").Routes[1].Target, w.Interfaces.Items[0].PublicIP = "igw-1", "52.9.9.9"
		}), "isolated", "block-ingress"},
		{"an excluded VPC is not shut", mode("block-bidirectional").with(func(w *world) { w.Exclusions = Read(Exclusion{ID: "x", VPCID: "vpc-1", Mode: "allow-bidirectional"}) }), "nat", ""},
		{"a VPC excluded for egress lets NAT out", mode("block-bidirectional").with(func(w *world) { w.Exclusions = Read(Exclusion{ID: "x", VPCID: "vpc-1", Mode: "allow-egress"}) }), "nat", ""},
		{"an exclusion that was deleted does not count", mode("block-bidirectional").with(func(w *world) {
			w.Exclusions = Read(Exclusion{ID: "x", VPCID: "vpc-1", Mode: "allow-egress", State: "delete-complete"})
		}), "isolated", "block-bidirectional"},
		{"an exclusion of the NAT gateway's subnet alone is unknown", mode("block-bidirectional").with(func(w *world) {
			w.Exclusions = Read(Exclusion{ID: "x", SubnetID: "subnet-b", Mode: "allow-bidirectional"})
		}), "unknown", "which counts"},
		{"a mode from the future is unknown", mode("block-sideways"), "unknown", "block-sideways"},
	}
}

func groupCases() []judgement {
	return []judgement{
		{"a security group without egress rules shuts everything", newWorld().nat().egress(), "isolated", "no egress rule"},
		{"egress for tcp/443 alone is enough", newWorld().nat().egress(tcp443("0.0.0.0/0")), "nat", ""},
		{"egress for another port is not enough", newWorld().nat().egress(Rule{Protocol: "tcp", From: 80, To: 80, CIDRs: []string{"0.0.0.0/0"}}), "isolated", "no egress rule"},
		{"egress for udp/443 is not enough", newWorld().nat().egress(Rule{Protocol: "udp", From: 443, To: 443, CIDRs: []string{"0.0.0.0/0"}}), "isolated", "no egress rule"},
		{"two groups add up", newWorld().nat().egress().with(func(w *world) {
			w.SecurityGroups.Items = append(w.SecurityGroups.Items, SecurityGroup{ID: "sg-2", VPCID: "vpc-1", Egress: []Rule{tcp443("0.0.0.0/0")}})
			w.n.SecurityGroups = []string{"sg-1", "sg-2"}
		}), "nat", ""},
		{"443 to a prefix list that covers the internet is enough", newWorld().list("pl-all", "0.0.0.0/0").nat().egress(Rule{Protocol: "tcp", From: 443, To: 443, PrefixLists: []string{"pl-all"}}), "nat", ""},
		{"443 to the prefix list of S3 alone is not the internet", newWorld().nat().egress(Rule{Protocol: "tcp", From: 443, To: 443, PrefixLists: []string{"pl-s3"}}), "isolated", "pl-s3"},
		{"443 to other groups alone is not the internet", newWorld().nat().egress(Rule{Protocol: "-1", To: 65535, Groups: []string{"sg-e"}}), "isolated", "members of sg-e"},
		{"443 to private addresses alone is not the internet", newWorld().nat().egress(tcp443("10.0.0.0/8")), "isolated", "private IPv4"},
		{"a group of another VPC is unknown", newWorld().nat().with(func(w *world) { w.group("sg-1").VPCID = "vpc-2" }), "unknown", "belongs to VPC vpc-2"},
		{"a group that is not there is unknown", newWorld().nat().with(func(w *world) { w.n.SecurityGroups = []string{"sg-1", "sg-x"} }), "unknown", "sg-x"},
		{"a notebook without groups is unknown", newWorld().nat().with(func(w *world) { w.n.SecurityGroups = nil }), "unknown", "no security group"},
		{"a rule with an address range that is none is unknown", newWorld().nat().egress(tcp443("everywhere")), "unknown", "everywhere"},
	}
}

func aclCases() []judgement {
	rule := func(number int, egress bool, action string, from, upTo int) Entry {
		return Entry{Number: number, Egress: egress, Action: action, Protocol: "6", From: from, To: upTo, CIDR: "0.0.0.0/0"}
	}
	acl := func(id string, entries ...Entry) *world {
		return newWorld().nat().with(func(w *world) { w.acl(id).Entries = entries })
	}
	return []judgement{
		{"an ACL that denies before it allows shuts", acl("acl-1", rule(90, true, "deny", 443, 443), rule(100, true, "allow", 0, 65535), rule(100, false, "allow", 0, 65535)), "isolated", "no tcp/443 out"},
		{"an ACL that allows before it denies lets out", acl("acl-1", rule(100, true, "deny", 443, 443), rule(90, true, "allow", 0, 65535), rule(100, false, "allow", 0, 65535)), "nat", ""},
		{"an ACL that lets no answer back in shuts", acl("acl-1", rule(100, true, "allow", 443, 443), rule(100, false, "allow", 443, 443)), "isolated", "no answer back in"},
		{"an ACL that lets answers in on the ports of Linux is enough", acl("acl-1", rule(100, true, "allow", 443, 443), rule(100, false, "allow", 32768, 60999)), "nat", ""},
		{"an ACL that lets answers in on half of the ports is unknown", acl("acl-1", rule(100, true, "allow", 443, 443), rule(100, false, "allow", 32768, 50000)), "unknown", "only some of the ports"},
		{"an ACL of the NAT gateway's subnet that lets no answer in shuts", acl("acl-2", rule(100, true, "allow", 0, 65535), rule(100, false, "allow", 443, 443)), "isolated", "around the NAT gateway"},
		{"an ACL of the NAT gateway's subnet that keeps the notebook out shuts", acl("acl-2", rule(100, true, "allow", 0, 65535), rule(100, false, "allow", 1024, 65535)), "isolated", "in to the NAT gateway"},
		{"an action from the future is unknown", acl("acl-1", rule(100, true, "ponder", 443, 443)), "unknown", "ponder"},
		{"a subnet whose ACL is not there is unknown", newWorld().nat().with(func(w *world) { w.acl("acl-1").Subnets = nil }), "unknown", "network ACL of subnet"},
	}
}

func sixCases() []judgement {
	return []judgement{
		{"a dual-stack notebook reaches the internet by an egress-only gateway", newWorld().dual().route("rtb-a", to("::/0", "eigw-1")), "nat", "over IPv6 only"},
		{"a notebook with IPv4 only makes no use of an egress-only gateway", newWorld().route("rtb-a", to("::/0", "eigw-1")), "isolated", ""},
		{"an egress-only gateway of another VPC is no way", newWorld().dual().route("rtb-a", to("::/0", "eigw-1")).with(func(w *world) { w.EgressOnly.Items[0].VPCID = "vpc-2" }), "isolated", ""},
		{"security groups without IPv6 rules shut the egress-only gateway", newWorld().dual().egress(tcp443("0.0.0.0/0")).route("rtb-a", to("::/0", "eigw-1")), "isolated", ""},
		{"Block Public Access in both directions shuts the egress-only gateway", newWorld().dual().route("rtb-a", to("::/0", "eigw-1")).with(func(w *world) { w.BlockPublicAccess.Mode = "block-bidirectional" }), "isolated", ""},
		{"an internet gateway with an IPv6 address on the interface is a way", newWorld().dual().route("rtb-a", to("::/0", "igw-1")).with(func(w *world) { w.Interfaces.Items[0].IPv6 = []string{"2a05:d018::9"} }), "nat", "over IPv6 only"},
		{"NAT64 with DNS64 is a way", newWorld().dual().nat().with(func(w *world) {
			w.subnet("subnet-a").DNS64 = true
			w.table("rtb-a").Routes[1].Destination = "64:ff9b::/96"
		}), "nat", "over IPv6 only"},
		{"NAT64 without DNS64 is no way", newWorld().dual().nat().with(func(w *world) { w.table("rtb-a").Routes[1].Destination = "64:ff9b::/96" }), "isolated", ""},
		{"an IPv6 default route to a NAT gateway is no way without DNS64", newWorld().dual().nat().with(func(w *world) { w.table("rtb-a").Routes[1].Destination = "::/0" }), "isolated", ""},
		{"an address type from the future is unknown where IPv4 is closed", newWorld().with(func(w *world) { w.n.IPAddressType = "ipv8" }), "unknown", "ipv8"},
		{"an address type from the future does no harm where IPv4 is open", newWorld().nat().with(func(w *world) { w.n.IPAddressType = "ipv8" }), "nat", ""},
	}
}

func oddCases() []judgement {
	return []judgement{
		{"a subnet that is not there is unknown", newWorld().nat().with(func(w *world) { w.n.SubnetID = "subnet-x" }), "unknown", "subnet-x"},
		{"a subnet with two tables at once is unknown", newWorld().nat().with(func(w *world) { w.table("rtb-c").Subnets = []string{"subnet-a"} }), "unknown", "2 route tables"},
		{"a VPC with two main tables is unknown", newWorld().with(func(w *world) { w.table("rtb-a").Subnets, w.table("rtb-c").Main = nil, true }), "unknown", "2 main route tables"},
		{"a subnet of no visible table is unknown", newWorld().with(func(w *world) { w.table("rtb-a").Subnets, w.table("rtb-main").Main = nil, false }), "unknown", "no route table"},
		{"a shared subnet without a way out is unknown, since its endpoints are not visible", newWorld().with(func(w *world) { w.subnet("subnet-a").OwnerID = "999988887777" }), "unknown", "999988887777"},
		{"a route with a destination that is none is unknown", newWorld().nat().route("rtb-a", to("nowhere", "tgw-1")), "unknown", "nowhere"},
		{"facts that were never read are unknown", newWorld().with(func(w *world) { w.Facts = Facts{} }), "unknown", "not read yet"},
	}
}
