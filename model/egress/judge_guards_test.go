package egress

import (
	"nbscope/model"
)

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
		{"an exclusion of the NAT gateway's own subnet is enough", mode("block-bidirectional").with(func(w *world) {
			w.Exclusions = Read(Exclusion{ID: "x", SubnetID: "subnet-b", Mode: "allow-bidirectional"})
		}), "nat", ""},
		{"an exclusion of the notebook's subnet does not open the NAT gateway's", mode("block-bidirectional").with(func(w *world) {
			w.Exclusions = Read(Exclusion{ID: "x", SubnetID: "subnet-a", Mode: "allow-bidirectional"})
		}), "isolated", "block-bidirectional"},
		{"an exclusion of the appliance's own subnet is enough", newWorld().appliance().with(func(w *world) {
			w.BlockPublicAccess.Mode = "block-bidirectional"
			w.Exclusions = Read(Exclusion{ID: "x", SubnetID: "subnet-b", Mode: "allow-bidirectional"})
		}), "nat", ""},
		{"an exclusion of the firewall's subnet alone does not open the way", natBeforeFirewall().edge("igw-1", to("10.0.3.0/24", "vpce-fw")).with(func(w *world) {
			w.BlockPublicAccess.Mode = "block-bidirectional"
			w.Exclusions = Read(Exclusion{ID: "x", SubnetID: "subnet-b", Mode: "allow-bidirectional"})
		}), "isolated", "block-bidirectional"},
		{"a firewall's subnet that is not excluded beside a NAT gateway's that is, is unknown", natBeforeFirewall().edge("igw-1", to("10.0.3.0/24", "vpce-fw")).with(func(w *world) {
			w.BlockPublicAccess.Mode = "block-bidirectional"
			w.Exclusions = Read(Exclusion{ID: "x", SubnetID: "subnet-c", Mode: "allow-bidirectional"})
		}), "unknown", "which counts"},
		{"a regional NAT gateway is judged by the VPC's mode", mode("off").with(func(w *world) {
			w.NATGateways.Items[0].Availability, w.NATGateways.Items[0].SubnetID, w.NATGateways.Items[0].RouteTable = "regional", "", "rtb-b"
			w.VPCs.Items[0].Block, w.subnet("subnet-a").Block = "block-bidirectional", "off"
		}), "isolated", "block-bidirectional"},
		{"a mode from the future is unknown", mode("block-sideways"), "unknown", "block-sideways"},
	}
}

func groupCases() []judgement {
	return []judgement{
		{"a security group without egress rules shuts everything", newWorld().nat().egress(), "isolated", "no egress rule"},
		{"egress for tcp/443 alone is enough", newWorld().nat().egress(tcp443("0.0.0.0/0")), "nat", ""},
		{"egress for another port is not enough", newWorld().nat().egress(tcpOn(80, "0.0.0.0/0")), "indirect", "no egress rule"},
		{"no proxy answers over UDP", newWorld().nat().egress(Rule{Protocol: "udp", From: 443, To: 443, CIDRs: []string{"0.0.0.0/0"}}), "isolated", "no egress rule"},
		{"egress for udp/443 is not enough", newWorld().nat().egress(Rule{Protocol: "udp", From: 443, To: 443, CIDRs: []string{"0.0.0.0/0"}}), "isolated", "no egress rule"},
		{"two groups add up", newWorld().nat().egress().with(func(w *world) {
			w.SecurityGroups.Items = append(w.SecurityGroups.Items, SecurityGroup{ID: "sg-2", VPCID: "vpc-1", Egress: []Rule{tcp443("0.0.0.0/0")}})
			w.n.SecurityGroups = []string{"sg-1", "sg-2"}
		}), "nat", ""},
		{"443 to a prefix list that covers the internet is enough", newWorld().list("pl-all", "0.0.0.0/0").nat().egress(Rule{Protocol: "tcp", From: 443, To: 443, PrefixLists: []string{"pl-all"}}), "nat", ""},
		{"443 to the prefix list of S3 alone reaches S3 through NAT", newWorld().nat().egress(toList("pl-s3")), "partial", "only the addresses of prefix list pl-s3"},
		{"443 to the prefix list of S3 alone reaches nothing where no route leads out", newWorld().egress(toList("pl-s3")), "isolated", "pl-s3"},
		{"443 to the prefix list of S3 goes to the gateway endpoint where there is one", newWorld().nat().s3Gateway("rtb-a").egress(toList("pl-s3")), "endpoints-only", "s3"},
		{"443 to the prefix list of S3 reaches S3 behind half a default that holds its addresses", newWorld().nat().egress(toList("pl-s3")).with(func(w *world) { w.table("rtb-a").Routes[1].Destination = "0.0.0.0/1" }), "partial", "only the addresses of prefix list pl-s3"},
		{"443 to the prefix list of S3 reaches nothing behind half a default that holds none of them", newWorld().nat().egress(toList("pl-s3")).with(func(w *world) { w.table("rtb-a").Routes[1].Destination = "128.0.0.0/1" }), "isolated", "pl-s3"},
		{"443 to the prefix list of S3 is unknown behind half a default where its addresses are not read", newWorld().nat().egress(toList("pl-s3")).with(func(w *world) {
			w.table("rtb-a").Routes[1].Destination, w.PrefixLists.Items[0].EntriesRead, w.PrefixLists.Items[0].Entries = "0.0.0.0/1", model.Part{}, nil
		}), "unknown", "pl-s3"},
		{"443 to the prefix list of S3 reaches S3 where a route leads it to a NAT gateway", newWorld().nat().egress(toList("pl-s3")).with(func(w *world) {
			w.table("rtb-a").Routes[1] = byList("pl-s3", "nat-1")
		}), "partial", "only the addresses of prefix list pl-s3"},
		{"443 to one range of a code host is a part", newWorld().nat().egress(tcp443("140.82.112.0/20")), "partial", "only 140.82.112.0/20"},
		{"443 to one address is a part", newWorld().nat().egress(tcp443("151.101.0.223/32")), "partial", "only 151.101.0.223/32"},
		{"443 to a small prefix list is a part", newWorld().list("pl-x", "140.82.112.0/20", "151.101.0.0/16").nat().egress(toList("pl-x")), "partial", "only 140.82.112.0/20, 151.101.0.0/16"},
		{"443 to everything but one range is a part, and the hole is named", newWorld().nat().egress(tcp443(allBut("52.0.0.0/8")...)), "partial", "except 52.0.0.0/8"},
		{"443 to everything but some hosts is the internet, and they are named", newWorld().nat().egress(tcp443(allBut("52.1.2.3/32")...)), "nat", ""},
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
		{"an ACL that denies before it allows shuts", acl("acl-1", rule(90, true, "deny", 0, 65535), rule(100, true, "allow", 0, 65535), rule(100, false, "allow", 0, 65535)), "isolated", "no tcp/443 out"},
		{"an ACL that allows before it denies lets out", acl("acl-1", rule(100, true, "deny", 443, 443), rule(90, true, "allow", 0, 65535), rule(100, false, "allow", 0, 65535)), "nat", ""},
		{"an ACL that lets no answer back in shuts", acl("acl-1", rule(100, true, "allow", 443, 443), rule(100, false, "allow", 443, 443)), "isolated", "no answer back in"},
		{"an ACL that lets answers in on the ports of Linux is enough", acl("acl-1", rule(100, true, "allow", 443, 443), rule(100, false, "allow", 32768, 60999)), "nat", ""},
		{"an ACL that lets answers in on half of the ports is unknown", acl("acl-1", rule(100, true, "allow", 443, 443), rule(100, false, "allow", 32768, 50000)), "unknown", "only some of the ports"},
		{"an ACL of the NAT gateway's subnet that lets no answer in shuts", acl("acl-2", rule(100, true, "allow", 0, 65535), rule(100, false, "allow", 443, 443)), "isolated", "around the NAT gateway"},
		{"an ACL of the NAT gateway's subnet that keeps the notebook out shuts", acl("acl-2", rule(100, true, "allow", 0, 65535), rule(100, false, "allow", 1024, 65535)), "isolated", "in to the NAT gateway"},
		{"an ACL that denies one range is a part, and the hole is named", newWorld().nat().with(func(w *world) {
			w.acl("acl-1").Entries = append([]Entry{{Number: 90, Egress: true, Action: "deny", Protocol: "-1", To: 65535, CIDR: "151.101.0.0/16"}}, w.acl("acl-1").Entries...)
		}), "partial", "except 151.101.0.0/16"},
		{"an ACL that denies one host is the internet", newWorld().nat().with(func(w *world) {
			w.acl("acl-1").Entries = append([]Entry{{Number: 90, Egress: true, Action: "deny", Protocol: "-1", To: 65535, CIDR: "198.51.100.7/32"}}, w.acl("acl-1").Entries...)
		}), "nat", ""},
		{"an ACL around the NAT gateway that lets no answers of one range in is a part", newWorld().nat().with(func(w *world) {
			w.acl("acl-2").Entries = append([]Entry{{Number: 90, Action: "deny", Protocol: "-1", To: 65535, CIDR: "151.101.0.0/16"}}, w.acl("acl-2").Entries...)
		}), "partial", "except 151.101.0.0/16"},
		{"an ACL around the NAT gateway that lets answers in on all ports but two is NAT", acl("acl-2", rule(90, false, "deny", 3389, 3389), rule(91, false, "deny", 5432, 5432), rule(100, true, "allow", 0, 65535), rule(101, false, "allow", 0, 65535)), "nat", ""},
		{"an ACL around the NAT gateway that lets answers in on many ports and not on all is unknown", acl("acl-2", rule(90, false, "deny", 3000, 9000), rule(100, true, "allow", 0, 65535), rule(101, false, "allow", 0, 65535)), "unknown", "only some of the ports"},
		{"an action from the future is unknown", acl("acl-1", rule(100, true, "ponder", 443, 443)), "unknown", "ponder"},
		{"a subnet whose ACL is not there is unknown", newWorld().nat().with(func(w *world) { w.acl("acl-1").Subnets = nil }), "unknown", "network ACL of subnet"},
	}
}

func sixCases() []judgement {
	return []judgement{
		{"a dual-stack notebook reaches the internet by an egress-only gateway", newWorld().dual().route("rtb-a", to("::/0", "eigw-1")), "partial", "over IPv6 only"},
		{"IPv6 only says that IPv4 is closed too", newWorld().dual().route("rtb-a", to("::/0", "eigw-1")), "partial", "IPv4 is closed: route table rtb-a"},
		{"an egress-only gateway behind a firewall endpoint drops", newWorld().dual().firewall().route("rtb-a", to("::/0", "vpce-fw")).route("rtb-c", to("::/0", "eigw-1")), "isolated", ""},
		{"IPv4 by NAT64 and IPv6 by an egress-only gateway are all of it", newWorld().dual().nat().route("rtb-a", to("::/0", "eigw-1")).with(func(w *world) {
			w.subnet("subnet-a").DNS64 = true
			w.natRoute().Destination = "64:ff9b::/96"
		}), "nat", "IPv4 by NAT64"},
		{"NAT64 with DNS servers of one's own is unknown", newWorld().dual().nat().with(func(w *world) {
			w.subnet("subnet-a").DNS64, w.DHCPOptions.Items[0].DNSServers = true, []string{"10.0.0.53"}
			w.natRoute().Destination = "64:ff9b::/96"
		}), "unknown", "DNS64"},
		{"an egress-only gateway translates no NAT64", newWorld().dual().route("rtb-a", to("64:ff9b::/96", "eigw-1")).with(func(w *world) { w.subnet("subnet-a").DNS64 = true }), "isolated", ""},
		{"a notebook with IPv4 only makes no use of an egress-only gateway", newWorld().route("rtb-a", to("::/0", "eigw-1")), "isolated", ""},
		{"an egress-only gateway of another VPC is no way", newWorld().dual().route("rtb-a", to("::/0", "eigw-1")).with(func(w *world) { w.EgressOnly.Items[0].VPCID = "vpc-2" }), "isolated", ""},
		{"security groups without IPv6 rules shut the egress-only gateway", newWorld().dual().egress(tcp443("0.0.0.0/0")).route("rtb-a", to("::/0", "eigw-1")), "isolated", ""},
		{"Block Public Access in both directions shuts the egress-only gateway", newWorld().dual().route("rtb-a", to("::/0", "eigw-1")).with(func(w *world) { w.BlockPublicAccess.Mode = "block-bidirectional" }), "isolated", ""},
		{"an internet gateway with an IPv6 address on the interface is a way", newWorld().dual().route("rtb-a", to("::/0", "igw-1")).with(func(w *world) { w.Interfaces.Items[0].IPv6 = []string{"2a05:d018::9"} }), "partial", "over IPv6 only"},
		{"NAT64 with DNS64 is a way", newWorld().dual().nat().with(func(w *world) {
			w.subnet("subnet-a").DNS64 = true
			w.natRoute().Destination = "64:ff9b::/96"
		}), "partial", "over NAT64 only, which is for names that have no IPv6 address: internet is reached over IPv4; IPv6 itself is closed: "},
		{"NAT64 without DNS64 is no way", newWorld().dual().nat().with(func(w *world) { w.natRoute().Destination = "64:ff9b::/96" }), "isolated", ""},
		{"an IPv6 default route to a NAT gateway is no way without DNS64", newWorld().dual().nat().with(func(w *world) { w.natRoute().Destination = "::/0" }), "isolated", ""},
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

func nameCases() []judgement {
	noNames := func(w *world) { w.VPCs.Items[0].DNSSupport = false }
	denied := func(w *world) {
		w.VPCs.Items[0].Attributes = model.Part{State: model.LoadFailed, Reason: "AccessDenied"}
	}
	servers := func(w *world) { w.DHCPOptions.Items[0].DNSServers = []string{"10.0.0.53", "10.0.1.53"} }
	untold := func(w *world) { w.VPCs.Items[0].DHCPOptions = "default" }
	serverless := func(w *world) { w.DHCPOptions.Items[0].DNSServers = nil }
	named := func(servers ...string) func(*world) {
		return func(w *world) { w.DHCPOptions.Items[0].DNSServers = servers }
	}
	httpsOnly := []Entry{{Number: 100, Egress: true, Action: "allow", Protocol: "6", From: 443, To: 443, CIDR: "0.0.0.0/0"}, {Number: 100, Action: "allow", Protocol: "6", From: 1024, To: 65535, CIDR: "0.0.0.0/0"}}
	onUDP := Rule{Protocol: "udp", From: 53, To: 53, CIDRs: []string{"10.0.0.0/16"}}
	return []judgement{
		{"without DNS support, the VPC's own resolver by its address helps nobody", newWorld().nat().with(noNames).with(named("10.0.0.2")), "partial", "no name resolves"},
		{"without DNS support, the VPC's own resolver by its local address helps nobody", newWorld().nat().with(noNames).with(named("169.254.169.253", "fd00:ec2::253")), "partial", "no name resolves"},
		{"without DNS support, another address in the VPC may answer", newWorld().nat().with(noNames).with(named("10.0.0.3")), "nat", ""},
		{"two above the base of another range of the VPC is not its resolver", newWorld().nat().with(noNames).with(named("10.7.0.2")).with(func(w *world) { w.VPCs.Items[0].CIDRs = append(w.VPCs.Items[0].CIDRs, "10.7.0.0/16") }), "nat", ""},
		{"DNS servers that the groups keep the notebook from answer nothing", newWorld().nat().with(servers).egress(tcp443("0.0.0.0/0")), "partial", "security group sg-1 lets no query out to the DNS servers that the VPC names (10.0.0.53 10.0.1.53): no name resolves"},
		{"DNS servers of which one is let out to may answer", newWorld().nat().with(servers).egress(tcp443("0.0.0.0/0"), Rule{Protocol: "udp", From: 53, To: 53, CIDRs: []string{"10.0.1.0/24"}}), "nat", ""},
		{"DNS servers that are let out to over TCP alone may answer", newWorld().nat().with(servers).egress(tcp443("0.0.0.0/0"), tcpOn(53, "10.0.0.0/16")), "nat", ""},
		{"DNS servers that a group may have may answer", newWorld().nat().with(servers).egress(tcp443("0.0.0.0/0"), Rule{Protocol: "-1", To: 65535, Groups: []string{"sg-e"}}), "nat", ""},
		{"DNS servers that the ACL keeps the notebook from answer nothing", newWorld().nat().with(named("8.8.8.8")).with(func(w *world) { w.acl("acl-1").Entries = httpsOnly }), "partial", "network ACL acl-1 lets no query out"},
		{"no ACL stands before DNS servers in the notebook's own subnet", newWorld().nat().with(named("10.0.1.53")).with(func(w *world) { w.acl("acl-1").Entries = httpsOnly }), "nat", ""},
		{"no group stands before the VPC's own resolver", newWorld().nat().egress(tcp443("0.0.0.0/0")), "nat", ""},
		{"no group stands before the VPC's own resolver by its address", newWorld().nat().with(named("10.0.0.2")).egress(tcp443("0.0.0.0/0")), "nat", ""},
		{"no group stands before the VPC's own resolver beside others", newWorld().nat().with(named("AmazonProvidedDNS", "10.0.0.53")).egress(tcp443("0.0.0.0/0")), "nat", ""},
		{"DHCP options that were denied matter where a group keeps from DNS servers", newWorld().nat().egress(tcp443("0.0.0.0/0")).with(func(w *world) { w.DHCPOptions = Refused[DHCPOptions]("AccessDenied") }), "unknown", "AccessDenied"},
		{"DHCP options that were denied matter where a group keeps from some DNS servers", newWorld().nat().egress(tcp443("0.0.0.0/0"), onUDP).with(func(w *world) { w.DHCPOptions = Refused[DHCPOptions]("AccessDenied") }), "unknown", "not every DNS server"},
		{"DNS servers by a prefix list that was not read are unknown", newWorld().nat().with(servers).egress(tcp443("0.0.0.0/0"), Rule{Protocol: "udp", From: 53, To: 53, PrefixLists: []string{"pl-x"}}), "unknown", "pl-x"},
		{"without DNS support only addresses are reached", newWorld().nat().with(noNames), "partial", "no name resolves"},
		{"without DNS support a closed way is closed", newWorld().with(noNames), "isolated", ""},
		{"without DNS support, DNS servers of one's own may answer", newWorld().nat().with(noNames).with(servers), "nat", ""},
		{"DNS servers of one's own are named beside a way", newWorld().nat().with(servers), "nat", ""},
		{"DNS attributes that were denied leave open whether names resolve", newWorld().nat().with(denied), "unknown", "AccessDenied"},
		{"DNS attributes that were denied harm nothing where other servers answer", newWorld().nat().with(denied).with(servers), "nat", ""},
		{"DNS attributes that were denied harm no closed way", newWorld().with(denied), "isolated", ""},
		{"DHCP options that were denied matter without DNS support", newWorld().nat().with(noNames).with(func(w *world) { w.DHCPOptions = Refused[DHCPOptions]("AccessDenied") }), "unknown", "AccessDenied"},
		{"DHCP options that were denied do not matter with DNS support", newWorld().nat().with(func(w *world) { w.DHCPOptions = Refused[DHCPOptions]("AccessDenied") }), "nat", ""},
		{"without DNS support and DHCP options no name resolves", newWorld().nat().with(noNames).with(untold), "partial", "no name resolves"},
		{"without DNS support, DHCP options without a DNS server help nobody", newWorld().nat().with(noNames).with(serverless), "partial", "no name resolves"},
		{"without DNS support, several names of the VPC's own resolver help nobody", newWorld().nat().with(noNames).with(func(w *world) {
			w.DHCPOptions.Items[0].DNSServers = []string{"AmazonProvidedDNS", "amazonprovideddns"}
		}), "partial", "no name resolves"},
		{"DHCP options without a DNS server harm nothing where the VPC's own resolver answers", newWorld().nat().with(serverless), "nat", ""},
		{"a part of the internet without names stays a part", newWorld().nat().egress(tcp443("140.82.112.0/20")).with(noNames), "partial", "no name resolves"},
	}
}

func privateCases() []judgement {
	private := func(target string) *world { return newWorld().route("rtb-a", to("10.0.0.0/8", target)) }
	return []judgement{
		{"private addresses behind a transit gateway may hold a proxy", private("tgw-1"), "indirect", "10.0.0.0/8 by transit gateway tgw-1"},
		{"private addresses behind a peering may hold central endpoints", private("pcx-1"), "indirect", "VPC peering pcx-1"},
		{"private addresses behind a virtual private gateway may hold a proxy", private("vgw-1"), "indirect", "virtual private gateway vgw-1"},
		{"private addresses behind an appliance may hold a proxy", private("eni-x"), "indirect", "appliance eni-x"},
		{"private addresses behind an appliance that drops them hold nothing", newWorld().appliance(func(i *Interface) { i.SourceDestCheck = true }).with(func(w *world) {
			w.table("rtb-a").Routes[1].Destination = "192.168.0.0/16"
		}), "isolated", ""},
		{"private addresses by a prefix list count too", newWorld().list("pl-x", "192.168.0.0/16").route("rtb-a", Route{PrefixList: "pl-x", Target: "tgw-1", State: "active"}), "indirect", "pl-x by transit gateway tgw-1"},
		{"a private route whose target is gone leads nowhere", newWorld().route("rtb-a", dead("10.0.0.0/8", "tgw-1")), "isolated", ""},
		{"a private route that the groups shut is not used", private("tgw-1").egress(), "isolated", ""},
		{"a private route that the groups do not let out to is not used", private("tgw-1").egress(tcp443("192.168.0.0/16")), "isolated", ""},
		{"a private route that the groups let out to alone is used", private("tgw-1").egress(tcp443("10.0.0.0/8")), "indirect", "tgw-1"},
		{"a private route that the ACL shuts is not used", private("tgw-1").with(func(w *world) { w.acl("acl-1").Entries = nil }), "isolated", ""},
		{"an endpoint that serves takes nothing from a private route", private("tgw-1").interfaceEndpoint("sts"), "indirect", "VPC endpoints serve sts"},
		{"a gateway endpoint takes nothing from a private route", private("tgw-1").s3Gateway("rtb-a"), "indirect", "10.0.0.0/8 by transit gateway tgw-1: a proxy"},
		{"a proxy's port alone leads to a private network too", private("tgw-1").egress(tcpOn(3128, "10.0.0.0/8")), "indirect", "tgw-1 on tcp/3128"},
		{"a proxy's port that the ACL shuts leads nowhere", private("tgw-1").egress(tcpOn(3128, "10.8.0.0/13")).with(func(w *world) {
			w.acl("acl-1").Entries = append([]Entry{{Number: 1, Egress: true, Action: "deny", Protocol: "6", From: 3128, To: 3128, CIDR: "10.0.0.0/8"}}, w.acl("acl-1").Entries...)
		}), "isolated", ""},
		{"an ACL that shuts tcp/443 alone leaves a proxy's port", private("tgw-1").with(func(w *world) {
			w.acl("acl-1").Entries = append([]Entry{{Number: 1, Egress: true, Action: "deny", Protocol: "6", From: 443, To: 443, CIDR: "0.0.0.0/0"}}, w.acl("acl-1").Entries...)
		}), "indirect", "on tcp/3128, not on tcp/443"},
		{"a proxy's port by a prefix list that was not read may lead there", private("tgw-1").egress(Rule{Protocol: "tcp", From: 3128, To: 3128, PrefixLists: []string{"pl-x"}}), "unknown", "pl-x"},
		{"private addresses behind a default to a transit gateway may hold a proxy", newWorld().route("rtb-a", to("0.0.0.0/0", "tgw-1")).egress(tcp443("10.0.0.0/8")), "indirect", "0.0.0.0/0 by transit gateway tgw-1"},
		{"private addresses behind a default to a virtual private gateway may hold a proxy", newWorld().route("rtb-a", Route{Destination: "0.0.0.0/0", Target: "vgw-1", State: "active", Propagated: true}).egress(tcp443("10.0.0.0/8")), "indirect", "virtual private gateway vgw-1"},
		{"a proxy's port behind a default to a transit gateway may hold a proxy", newWorld().route("rtb-a", to("0.0.0.0/0", "tgw-1")).egress(tcpOn(8080, "10.1.0.0/16")), "indirect", "tgw-1 on tcp/8080"},
		{"a default to a transit gateway that is gone leads nowhere", newWorld().route("rtb-a", dead("0.0.0.0/0", "tgw-1")).egress(tcp443("10.0.0.0/8")), "isolated", ""},
		{"a default to a transit gateway that the groups shut is not used", newWorld().route("rtb-a", to("0.0.0.0/0", "tgw-1")).egress(), "isolated", ""},
		{"a default to a peering leads to no proxy", newWorld().route("rtb-a", to("0.0.0.0/0", "pcx-1")).egress(tcpOn(3128, "192.168.0.0/16")), "isolated", ""},
		{"another port to the internet may lead to a proxy", newWorld().nat().egress(tcpOn(3128, "0.0.0.0/0")), "indirect", "NAT gateway nat-1 on tcp/3128"},
		{"a range of ports to the internet may lead to a proxy", newWorld().nat().egress(Rule{Protocol: "tcp", From: 500, To: 65535, CIDRs: []string{"0.0.0.0/0"}}), "indirect", "NAT gateway nat-1 on tcp/3128"},
		{"plain HTTP to the internet is not isolation", newWorld().nat().egress(tcpOn(80, "0.0.0.0/0")), "indirect", "NAT gateway nat-1 on tcp/80, not on tcp/443"},
		{"the lowest ports to the internet are not isolation", newWorld().nat().egress(Rule{Protocol: "tcp", To: 79, CIDRs: []string{"0.0.0.0/0"}}), "indirect", "NAT gateway nat-1 on tcp/1, not on tcp/443"},
		{"some of the ephemeral ports leave it unknown by the ACL's name", newWorld().nat().with(func(w *world) {
			w.acl("acl-1").Entries = []Entry{{Number: 100, Egress: true, Action: "allow", Protocol: "-1", To: 65535, CIDR: "0.0.0.0/0"},
				{Number: 100, Action: "allow", Protocol: "6", From: 49152, To: 65535, CIDR: "0.0.0.0/0"}}
		}), "unknown", "network ACL acl-1 lets through only some of the ports from 32768 to 60999"},
		{"private addresses through a NAT gateway that leads to the internet alone are not reached", newWorld().nat().with(func(w *world) { w.natRoute().Destination = "192.168.0.0/16" }), "isolated", ""},
		{"private addresses through a NAT gateway that is gone are not reached", newWorld().nat(func(g *NATGateway) { g.State = "deleted" }).route("rtb-b", to("192.168.0.0/16", "tgw-1")).with(func(w *world) { w.natRoute().Destination = "192.168.0.0/16" }), "isolated", ""},
		{"private addresses through a NAT gateway and a transit gateway may hold a proxy", newWorld().nat().route("rtb-b", to("192.168.0.0/16", "tgw-1")).with(func(w *world) { w.natRoute().Destination = "192.168.0.0/16" }), "indirect", "192.168.0.0/16 by NAT gateway nat-1"},
		{"a part of the internet through a NAT gateway that is gone is not another network", newWorld().nat(func(g *NATGateway) { g.State = "deleted" }).with(func(w *world) { w.natRoute().Destination = "151.101.0.0/16" }), "isolated", ""},
		{"plain HTTP to nowhere is isolation", newWorld().egress(tcpOn(80, "0.0.0.0/0")), "isolated", ""},
		{"a service's port alone leads to a private network too", private("tgw-1").egress(tcpOn(80, "0.0.0.0/0")), "indirect", "tgw-1 on tcp/80"},
		{"another port to the internet that leads nowhere leads to no proxy", newWorld().egress(tcpOn(3128, "52.0.0.0/8")).nat(func(g *NATGateway) { g.State = "failed" }), "isolated", ""},
		{"private addresses behind a NAT gateway's own table may hold a proxy", newWorld().nat().route("rtb-b", to("192.168.0.0/16", "tgw-1")).egress(tcp443("192.168.0.0/16")), "indirect", "0.0.0.0/0 by NAT gateway nat-1"},
		{"private addresses behind a NAT gateway that leads to the internet alone hold none", newWorld().nat().egress(tcp443("192.168.0.0/16")), "isolated", ""},
		{"private addresses behind what is not there are unknown", newWorld().route("rtb-a", to("0.0.0.0/0", "nat-x")).egress(tcp443("192.168.0.0/16")), "unknown", "nat-x"},
		{"a port that proxies use in the VPC may lead to one", newWorld().egress(tcpOn(3128, "10.0.0.0/16")), "unknown", "tcp/3128 is let out to addresses in the VPC"},
		{"a port that no proxy uses in the VPC leads to none", newWorld().egress(tcpOn(2049, "10.0.0.0/16")), "isolated", ""},
		{"a private route beside NAT changes nothing", private("tgw-1").nat(), "nat", ""},
	}
}

func sharedCases() []judgement {
	const owner = "999988887777"
	shared := func(w *world) {
		w.VPCs.Items[0].OwnerID = owner
		for i := range w.Subnets.Items {
			w.Subnets.Items[i].OwnerID = owner
		}
	}
	seen := func(w *world) { w.Accounts = []string{account, owner} }
	return []judgement{
		{"a NAT gateway of a shared VPC names the account that owns it", newWorld().route("rtb-a", to("0.0.0.0/0", "nat-1")).with(shared), "unknown", owner},
		{"an egress-only gateway of a shared VPC names the account that owns it", newWorld().dual().route("rtb-a", to("::/0", "eigw-9")).with(shared), "unknown", owner},
		{"an inspection endpoint of a shared VPC names the account that owns it", newWorld().route("rtb-a", to("0.0.0.0/0", "vpce-fw")).with(shared), "unknown", owner},
		{"a shared VPC whose owner was asked is judged like one's own", newWorld().nat().with(shared).with(seen), "nat", ""},
		{"a shared VPC whose owner was asked is isolated like one's own", newWorld().with(shared).with(seen), "isolated", ""},
		{"an internet gateway of a shared VPC may be described", newWorld().route("rtb-a", to("0.0.0.0/0", "igw-1")).with(shared).with(func(w *world) { w.Interfaces.Items[0].PublicIP = "52.9.9.9" }), "nat", ""},
	}
}
