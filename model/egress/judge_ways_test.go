package egress

import (
	"nbscope/model"
)

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
		{"half a default is a part, and the hole is named", newWorld().nat().with(func(w *world) { w.table("rtb-a").Routes = []Route{to("0.0.0.0/1", "nat-1")} }), "partial", "except 128.0.0.0/1"},
		{"halves that go different ways are unknown", newWorld().nat().with(func(w *world) {
			w.table("rtb-a").Routes = []Route{to("0.0.0.0/1", "nat-1"), to("128.0.0.0/1", "tgw-1")}
		}), "unknown", "128.0.0.0/1 to tgw-1"},
		{"a longer prefix for private addresses changes nothing", newWorld().nat().route("rtb-a", to("10.0.0.0/8", "tgw-1")), "nat", ""},
		{"a longer prefix for a few public addresses that leaves for a private network is a hole", newWorld().nat().route("rtb-a", to("52.95.0.0/16", "tgw-1")), "partial", "except 52.95.0.0/16; what leaves by transit gateway tgw-1"},
		{"a larger one is a hole too", newWorld().nat().route("rtb-a", to("32.0.0.0/5", "tgw-1")), "partial", "except 32.0.0.0/5"},
		{"a longer prefix to a virtual private gateway is a hole", newWorld().nat().route("rtb-a", to("52.0.0.0/8", "vgw-1")), "partial", "except 52.0.0.0/8"},
		{"a longer prefix to a peering is a hole", newWorld().nat().route("rtb-a", to("151.101.0.0/16", "pcx-1")), "partial", "except 151.101.0.0/16"},
		{"a longer prefix to a peering in the NAT gateway's table is a hole", newWorld().nat().route("rtb-b", to("52.0.0.0/8", "pcx-1")), "partial", "except 52.0.0.0/8"},
		{"a longer prefix to a transit gateway in the NAT gateway's table is a hole", newWorld().nat().route("rtb-b", to("52.0.0.0/8", "tgw-1")), "partial", "except 52.0.0.0/8"},
		{"some addresses that leave for a private network are a warning only", newWorld().nat().route("rtb-a", to("52.95.1.0/25", "tgw-1")), "nat", ""},
		{"some addresses to a peering are a warning only", newWorld().nat().route("rtb-a", to("52.95.1.7/32", "pcx-1")), "nat", ""},
		{"a blackhole default route is no way out", newWorld().route("rtb-a", dead("0.0.0.0/0", "nat-gone")), "isolated", "blackhole"},
		{"a blackhole for private addresses beside a live default is nothing", newWorld().nat().route("rtb-a", dead("10.8.0.0/16", "pcx-gone")), "nat", ""},
		{"a blackhole half before a live default is a hole", newWorld().nat().route("rtb-a", dead("0.0.0.0/1", "nat-gone")), "partial", "except 0.0.0.0/1"},
		{"a small blackhole before a live default is a hole", newWorld().nat().route("rtb-a", dead("151.101.0.0/16", "pcx-gone")), "partial", "except 151.101.0.0/16"},
		{"a blackhole default beside a propagated one for the same range is unknown", newWorld().route("rtb-a", dead("0.0.0.0/0", "nat-gone"), Route{Destination: "0.0.0.0/0", Target: "vgw-1", State: "active", Propagated: true}), "unknown", "stands before a live one"},
		{"a part that goes to what is not there is unknown", newWorld().nat().route("rtb-a", to("151.101.0.0/16", "nat-x")), "unknown", "nat-x"},
		{"halves of which one is inspected are inspected", newWorld().nat().with(func(w *world) {
			w.firewall().inspected()
			w.table("rtb-a").Routes = append(w.table("rtb-a").Routes[:1], to("0.0.0.0/1", "vpce-fw"), to("128.0.0.0/1", "nat-2"))
			w.NATGateways.Items = append(w.NATGateways.Items, NATGateway{ID: "nat-2", VPCID: "vpc-1", SubnetID: "subnet-p", State: "available", Connectivity: "public"})
			w.public("subnet-p")
		}), "inspected", ""},
		{"a part of the internet to a NAT gateway and the rest to nowhere is a part", newWorld().nat().with(func(w *world) {
			w.table("rtb-a").Routes = append(w.table("rtb-a").Routes[:1], to("140.82.112.0/20", "nat-1"))
		}), "partial", "only 140.82.112.0/20"},
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

// byList is a route for what a prefix list holds.
func byList(list, target string) Route {
	return Route{PrefixList: list, Target: target, State: "active"}
}

// amazonListCases are routes for AWS's own prefix lists that do not lead to a gateway
// endpoint.
func amazonListCases() []judgement {
	unread := func(w *world) {
		w.PrefixLists.Items[0].EntriesRead, w.PrefixLists.Items[0].Entries = model.Part{State: model.LoadFailed, Reason: "AccessDenied"}, nil
	}
	return []judgement{
		{"a route for AWS's own list to a transit gateway is a hole", newWorld().nat().route("rtb-a", byList("pl-s3", "tgw-1")), "partial", "except 52.218.0.0/17"},
		{"a route for AWS's own list to what is gone is a hole", newWorld().nat().route("rtb-a", Route{PrefixList: "pl-s3", Target: "eni-gone", State: "blackhole"}), "partial", "except 52.218.0.0/17"},
		{"a route for AWS's own list to a NAT gateway and no other is a part", newWorld().nat().with(func(w *world) { w.table("rtb-a").Routes[1] = byList("pl-s3", "nat-1") }), "partial", "only 52.218.0.0/17"},
		{"a route for AWS's own list to a transit gateway and no other is indirect", newWorld().route("rtb-a", byList("pl-s3", "tgw-1")), "indirect", "tgw-1"},
		{"a route for AWS's own list whose addresses are not known is unknown", newWorld().nat().with(unread).route("rtb-a", byList("pl-s3", "tgw-1")), "unknown", "AccessDenied"},
		{"such a route to a gateway endpoint takes nothing from the internet", newWorld().nat().with(unread).s3Gateway("rtb-a"), "nat", ""},
		{"such a route to an endpoint that was denied is that of a gateway endpoint", newWorld().nat().with(unread).s3Gateway("rtb-a").with(func(w *world) { w.Endpoints = Refused[Endpoint]("AccessDenied") }), "nat", ""},
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
		{"a NAT gateway before a firewall endpoint is inspected where answers come back through it", natBeforeFirewall().edge("igw-1", to("10.0.3.0/24", "vpce-fw")), "inspected", ""},
		{"a NAT gateway before a firewall endpoint past which answers come back is unknown", natBeforeFirewall(), "unknown", "past inspection endpoint vpce-fw"},
		{"an edge table that leads elsewhere than the way out is unknown", natBeforeFirewall().edge("igw-1", to("10.0.3.0/24", "vpce-other")), "unknown", "vpce-other"},
		{"an edge table for another subnet is no way back through the firewall", natBeforeFirewall().edge("igw-1", to("10.0.1.0/24", "vpce-fw")), "unknown", "past inspection endpoint"},
		{"answers that come back through a firewall that the way out does not know are unknown", is(func(*NATGateway) {}).edge("igw-1", to("10.0.2.0/24", "vpce-fw")), "unknown", "did not come"},
		{"an edge table that keeps answers straight harms nothing", is(func(*NATGateway) {}).edge("igw-1"), "nat", ""},
		{"an edge table with a blackhole for the NAT gateway's subnet is closed", is(func(*NATGateway) {}).edge("igw-1", dead("10.0.2.0/24", "vpce-fw")), "isolated", "no route for answers"},
		{"two edge tables at once are unknown", is(func(*NATGateway) {}).edge("igw-1").edge("igw-1"), "unknown", "2 route tables"},
		{"a NAT gateway whose subnet leads the notebook's answers away is unknown", is(func(*NATGateway) {}).route("rtb-b", to("10.0.1.0/24", "eni-x")), "unknown", "did not come"},
		{"a NAT gateway whose subnet drops the notebook's answers is closed", is(func(*NATGateway) {}).route("rtb-b", dead("10.0.1.0/24", "eni-x")), "isolated", "no route for answers"},
		{"a NAT gateway with a proxy attached is unknown by name", is(func(g *NATGateway) {
			g.Appliances = []NATAppliance{{ARN: "arn:aws:network-firewall:x", Type: "network-firewall-proxy", State: "attached"}}
		}), "unknown", "network firewall proxy"},
		{"a NAT gateway whose proxy is gone is a way", is(func(g *NATGateway) {
			g.Appliances = []NATAppliance{{Type: "network-firewall-proxy", State: "detached"}}
		}), "nat", ""},
	}
}

// natBeforeFirewall is a NAT gateway in subnet-c from which an inspection endpoint
// in subnet-b leads to the internet gateway.
func natBeforeFirewall() *world {
	return newWorld().nat(func(g *NATGateway) { g.SubnetID = "subnet-c" }).
		firewall(func(e *Endpoint) { e.Subnets = []string{"subnet-b"} }).route("rtb-c", to("0.0.0.0/0", "vpce-fw"))
}

func gatewayCases() []judgement {
	igw := func() *world { return newWorld().route("rtb-a", to("0.0.0.0/0", "igw-1")) }
	return []judgement{
		{"an internet gateway without a public address is no way, seen on the interface", igw(), "isolated", "interface, which has none"},
		{"an internet gateway is no way, inferred where the notebook has no interface", igw().with(func(w *world) { w.n.NetworkID = "" }), "isolated", "inferred"},
		{"an internet gateway with a public address is a way", igw().with(func(w *world) { w.Interfaces.Items[0].PublicIP = "52.9.9.9" }), "nat", ""},
		{"a transit gateway is indirect", newWorld().route("rtb-a", to("0.0.0.0/0", "tgw-1")), "indirect", "beyond this account"},
		{"a virtual private gateway is indirect", newWorld().route("rtb-a", to("0.0.0.0/0", "vgw-1")), "indirect", ""},
		{"a core network is indirect", newWorld().route("rtb-a", to("0.0.0.0/0", "arn:aws:networkmanager::1:core-network/core-network-1")), "indirect", ""},
		{"a local gateway is indirect", newWorld().route("rtb-a", to("0.0.0.0/0", "lgw-1")), "indirect", ""},
		{"a default to a peering is closed", newWorld().route("rtb-a", to("0.0.0.0/0", "pcx-1")), "isolated", "cannot be used from here"},
		{"half a default to a peering is a hole", newWorld().nat().route("rtb-a", to("128.0.0.0/1", "pcx-1")), "partial", "except 128.0.0.0/1"},
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
		{"an appliance with source and destination check drops what is not for itself", newWorld().appliance(func(i *Interface) { i.SourceDestCheck = true }), "isolated", "checks source and destination"},
		{"an appliance without a public address does not pass an internet gateway", newWorld().appliance(func(i *Interface) { i.PublicIP = "" }), "isolated", "the appliance's interface has none"},
		{"an appliance with another interface that has a way out is indirect", newWorld().appliance(func(i *Interface) { i.PublicIP = "" }).with(func(w *world) {
			w.Interfaces.Items = append(w.Interfaces.Items, Interface{ID: "eni-y", SubnetID: "subnet-b", InstanceID: "i-1", Status: "in-use", PublicIP: "52.1.2.4"})
		}), "indirect", "another interface"},
		{"an appliance with another interface in another VPC is indirect", inTwoVPCs(), "indirect", "another interface"},
		{"an appliance with another interface in another VPC is indirect although internet gateways were denied", inTwoVPCs().with(func(w *world) {
			w.InternetGateways = Refused[InternetGateway]("AccessDenied")
			w.table("rtb-b").Routes = w.table("rtb-b").Routes[:1]
		}), "indirect", "another interface"},
		{"an appliance whose other interfaces were not read to the end is unknown", newWorld().appliance(func(i *Interface) { i.PublicIP = "" }).with(func(w *world) {
			w.Interfaces = Refused("AccessDenied", w.Interfaces.Items...)
		}), "unknown", "AccessDenied"},
		{"an appliance from which private networks are reached is indirect", newWorld().appliance(func(i *Interface) { i.PublicIP = "" }).route("rtb-b", to("10.0.0.0/8", "tgw-1")), "indirect", "tgw-1"},
		{"an appliance behind a NAT gateway needs no public address", newWorld().appliance(func(i *Interface) { i.PublicIP, i.SubnetID = "", "subnet-c" }).nat().with(func(w *world) {
			w.table("rtb-a").Routes = w.table("rtb-a").Routes[:2]
		}).route("rtb-c", to("0.0.0.0/0", "nat-1")), "nat", ""},
		{"an appliance whose groups keep the notebook out is closed", newWorld().appliance().with(func(w *world) { w.group("sg-a").Ingress = nil }), "isolated", "no tcp/443 in from 10.0.1.0/24"},
		{"an appliance whose group lets the notebook's group in is a way", newWorld().appliance().with(func(w *world) {
			w.group("sg-a").Ingress = []Rule{{Protocol: "-1", To: 65535, Groups: []string{"sg-1"}}}
		}), "nat", ""},
		{"an appliance whose groups let nothing out is closed", newWorld().appliance().with(func(w *world) { w.group("sg-a").Egress = nil }), "isolated", "no tcp/443 out"},
		{"an appliance whose groups let out in part is a part", newWorld().appliance().with(func(w *world) { w.group("sg-a").Egress = []Rule{tcp443("0.0.0.0/1")} }), "partial", "except 128.0.0.0/1"},
		{"an appliance whose group is not seen is unknown", newWorld().appliance(func(i *Interface) { i.Groups = []string{"sg-x"} }), "unknown", "sg-x"},
		{"an appliance without known groups is unknown", newWorld().appliance(func(i *Interface) { i.Groups = nil }), "unknown", "security groups"},
		{"an appliance whose ACL keeps the notebook out is closed", newWorld().appliance().with(func(w *world) {
			w.acl("acl-2").Entries = []Entry{{Number: 100, Egress: true, Action: "allow", Protocol: "-1", To: 65535, CIDR: "0.0.0.0/0"}, {Number: 100, Action: "allow", Protocol: "6", From: 1024, To: 65535, CIDR: "0.0.0.0/0"}}
		}), "isolated", "in to the appliance"},
		{"an appliance in the notebook's own subnet is a circle", newWorld().appliance(func(i *Interface) { i.SubnetID = "subnet-a" }), "isolated", "circle"},
		{"an appliance that leads the notebook's answers away is unknown", newWorld().appliance().route("rtb-b", to("10.0.1.0/24", "vpce-fw")), "unknown", "did not come"},
		{"NAT64 through an appliance is unknown by name", newWorld().dual().appliance().with(func(w *world) {
			w.subnet("subnet-a").DNS64, w.table("rtb-a").Routes[2].Destination = true, "64:ff9b::/96"
		}), "unknown", "NAT64 through an appliance"},
		{"an appliance that is not there is unknown", newWorld().route("rtb-a", to("0.0.0.0/0", "eni-x")), "unknown", "eni-x"},
		{"a firewall endpoint before a NAT gateway is inspected where answers come back through it", newWorld().firewall().inspected(), "inspected", ""},
		{"a firewall endpoint past which the NAT gateway answers is unknown", newWorld().firewall().inspected().with(func(w *world) { w.table("rtb-b").Routes = w.table("rtb-b").Routes[:2] }), "unknown", "past inspection endpoint vpce-fw"},
		{"a firewall endpoint whose place is not told is unknown", gwlb(func(e *Endpoint) { e.Subnets = nil }), "unknown", "takes it back"},
		{"a firewall endpoint with a dead end behind it is unknown", gwlb(), "unknown", "another way out"},
		{"a firewall endpoint that leads back to itself is unknown", gwlb().route("rtb-c", to("0.0.0.0/0", "vpce-fw")), "unknown", "circle"},
		{"a firewall endpoint that is being deleted is no way", gwlb(func(e *Endpoint) { e.State = "deleting" }), "isolated", "deleting"},
		{"a default route to an interface endpoint is unknown", newWorld().interfaceEndpoint("sts").route("rtb-a", to("0.0.0.0/0", "vpce-sts")), "unknown", "no sense"},
	}
}

// inTwoVPCs is an appliance without a public address that has an interface with one in
// another VPC, whose facts are known.
func inTwoVPCs() *world {
	return newWorld().appliance(func(i *Interface) { i.PublicIP = "" }).with(func(w *world) {
		w.Interfaces.Items = append(w.Interfaces.Items, Interface{ID: "eni-z", VPCID: "vpc-2", SubnetID: "subnet-z", InstanceID: "i-1", Status: "in-use", PublicIP: "52.1.2.4"})
		w.VPCs.Items = append(w.VPCs.Items, VPC{ID: "vpc-2", OwnerID: account, CIDRs: []string{"10.0.0.0/16"}})
		w.Subnets.Items = append(w.Subnets.Items, Subnet{ID: "subnet-z", VPCID: "vpc-2", OwnerID: account, CIDR: "10.0.2.0/24"})
		w.RouteTables.Items = append(w.RouteTables.Items, RouteTable{ID: "rtb-z", VPCID: "vpc-2", Main: true, Routes: []Route{to("10.0.0.0/16", "local"), to("0.0.0.0/0", "igw-z")}})
		w.InternetGateways.Items = append(w.InternetGateways.Items, InternetGateway{ID: "igw-z", VPCID: "vpc-2", State: "available"})
		w.acl("acl-2").Subnets = append(w.acl("acl-2").Subnets, "subnet-z")
	})
}
