package egress

func routeRemedies() []remedyCase {
	const toNAT = " --nat-gateway-id nat-1 --region eu-west-1"
	shared := func() *world {
		return unrouted().route("rtb-a", to("10.9.0.0/16", "pcx-1")).s3Gateway("rtb-a").with(func(w *world) { w.table("rtb-a").Subnets = []string{"subnet-a", "subnet-c"} })
	}
	return []remedyCase{
		{name: "a table without a default gets a route to the NAT gateway there is", world: unrouted(), after: "nat",
			title: "Route its subnet to NAT gateway nat-1", commands: []string{"aws ec2 create-route --route-table-id rtb-a --destination-cidr-block 0.0.0.0/0" + toNAT}},
		{name: "a default that leads nowhere is replaced", world: unrouted().route("rtb-a", dead("0.0.0.0/0", "nat-gone")), after: "nat",
			title: "Route its subnet", commands: []string{"replace-route --route-table-id rtb-a --destination-cidr-block 0.0.0.0/0" + toNAT}},
		{name: "both halves of a split default are replaced, and no third is added", after: "nat",
			world: unrouted().route("rtb-a", dead("0.0.0.0/1", "nat-gone"), dead("128.0.0.0/1", "nat-gone")), title: "Route its subnet",
			commands: []string{"replace-route --route-table-id rtb-a --destination-cidr-block 0.0.0.0/1" + toNAT, "replace-route --route-table-id rtb-a --destination-cidr-block 128.0.0.0/1" + toNAT},
			absent:   []string{"0.0.0.0/0 --nat"}},
		{name: "a small part that leads to a NAT gateway that is gone is led to one that works", after: "nat", first: true, title: "Route its subnet to NAT gateway nat-1",
			world: newWorld().nat().route("rtb-a", to("151.101.0.0/16", "nat-gone")).with(func(w *world) {
				w.NATGateways.Items = append(w.NATGateways.Items, NATGateway{ID: "nat-gone", VPCID: "vpc-1", SubnetID: "subnet-b", State: "deleted", Connectivity: "public"})
			}), commands: []string{"replace-route --route-table-id rtb-a --destination-cidr-block 151.101.0.0/16" + toNAT}, absent: []string{"0.0.0.0/0"}},
		{name: "so is a blackhole's", after: "nat", first: true, title: "Route its subnet to NAT gateway nat-1",
			world:    newWorld().nat().route("rtb-a", dead("151.101.0.0/16", "eni-gone")),
			commands: []string{"replace-route --route-table-id rtb-a --destination-cidr-block 151.101.0.0/16" + toNAT}},
		{name: "what was to lead to another network is not led to the internet", world: newWorld().nat().route("rtb-a", dead("151.101.0.0/16", "pcx-gone")), absent: []string{"151.101"},
			title: "Make an endpoint for s3", after: "partial"},
		{name: "private addresses that lead nowhere are not led to the internet", world: unrouted().route("rtb-a", dead("10.9.0.0/16", "nat-gone")), absent: []string{"10.9.0.0"},
			title: "Route its subnet", after: "nat"},
		{name: "where guards shut besides, it is said that nothing leads out", none: "No NAT gateway of VPC vpc-1 leads out",
			world: newWorld().egress().with(func(w *world) { w.table("rtb-b").Routes = w.table("rtb-b").Routes[:1] }), title: "Make an endpoint for s3", after: "endpoints-only"},
		{name: "half a default is replaced and the rest added", after: "nat",
			world: unrouted().route("rtb-a", dead("0.0.0.0/1", "nat-gone")), title: "Route its subnet",
			commands: []string{"replace-route --route-table-id rtb-a --destination-cidr-block 0.0.0.0/1" + toNAT, "create-route --route-table-id rtb-a --destination-cidr-block 0.0.0.0/0" + toNAT}},
		{name: "a default by a prefix list is replaced as such", after: "nat",
			world: unrouted().list("pl-all", "0.0.0.0/1", "128.0.0.0/1").route("rtb-a", Route{PrefixList: "pl-all", Target: "nat-gone", State: "blackhole"}), title: "Route its subnet",
			commands: []string{"replace-route --route-table-id rtb-a --destination-prefix-list-id pl-all" + toNAT}, absent: []string{"0.0.0.0/0 --nat"}},
		{name: "a hole in the NAT gateway's table whose target is gone is led to the internet gateway", after: "nat", first: true, title: "Lead route table rtb-b to internet gateway igw-1",
			world: newWorld().nat().route("rtb-b", dead("151.101.0.0/16", "eni-gone")), commands: []string{"replace-route --route-table-id rtb-b --destination-cidr-block 151.101.0.0/16 --gateway-id igw-1"}},
		{name: "a hole in the NAT gateway's table that a peering had is its owner's to mend", none: "Route table rtb-b serves subnet subnet-b; its route 151.101.0.0/16 to pcx-gone is a blackhole",
			world: abroad(newWorld().nat().route("rtb-b", dead("151.101.0.0/16", "pcx-gone")))},
		{name: "S3 is led by the gateway endpoint where its interface endpoint is for inbound resolvers", after: "endpoints-only", title: "Give gateway endpoint vpce-s3 route table rtb-a", commands: []string{"modify-vpc-endpoint --vpc-endpoint-id vpce-s3 --add-route-table-ids rtb-a"},
			world: newWorld().s3Gateway("rtb-b").interfaceEndpoint("s3", func(e *Endpoint) { e.ID, e.PrivateDNSInboundOnly = "vpce-s3i", true })},
		{name: "S3 gets a gateway endpoint where its interface endpoint is for inbound resolvers", after: "endpoints-only", title: "Make an endpoint for s3", commands: []string{"--vpc-endpoint-type Gateway --route-table-ids rtb-a"},
			world: newWorld().interfaceEndpoint("s3", func(e *Endpoint) { e.ID, e.PrivateDNSInboundOnly = "vpce-s3i", true })},
		{name: "a new NAT gateway stands where the firewall sees it", after: "inspected", title: "Create a NAT gateway in subnet subnet-c",
			world: natBeforeFirewall().edge("igw-1", to("10.0.3.0/24", "vpce-fw")).with(func(w *world) {
				w.NATGateways, w.table("rtb-a").Routes = Read[NATGateway](), w.table("rtb-a").Routes[:1]
			})},
		{name: "no new NAT gateway goes round one that the firewall sees", after: "inspected", title: "Route its subnet to NAT gateway nat-1", absent: []string{"create-nat-gateway"},
			world: natBeforeFirewall().edge("igw-1", to("10.0.3.0/24", "vpce-fw")).with(func(w *world) { w.table("rtb-a").Routes = w.table("rtb-a").Routes[:1] })},
		{name: "a new NAT gateway in the firewall's own subnet goes round it and says so", after: "nat", title: "Create a NAT gateway in subnet subnet-b",
			why: []string{"Goes round the inspection: firewall endpoint vpce-fw stands in subnet subnet-b"},
			world: natBeforeFirewall().with(func(w *world) {
				w.NATGateways, w.table("rtb-a").Routes = Read[NATGateway](), w.table("rtb-a").Routes[:1]
			})},
		{name: "a small route stays what it is", after: "partial", world: unrouted().route("rtb-a", to("52.0.0.0/16", "tgw-1")), title: "Route its subnet",
			commands: []string{"create-route --route-table-id rtb-a --destination-cidr-block 0.0.0.0/0"}, absent: []string{"52.0.0.0"}},
		{name: "a table that others use comes second, its own table first", after: "nat", world: shared(), title: "by a route table of its own",
			commands: []string{
				"TABLE=$(aws ec2 create-route-table --vpc-id vpc-1 --region eu-west-1 --query RouteTable.RouteTableId --output text)",
				`create-route --route-table-id "$TABLE" --destination-cidr-block 10.9.0.0/16 --vpc-peering-connection-id pcx-1`,
				`modify-vpc-endpoint --vpc-endpoint-id vpce-s3 --add-route-table-ids "$TABLE"`,
				`create-route --route-table-id "$TABLE" --destination-cidr-block 0.0.0.0/0 --nat-gateway-id nat-1`,
				"ASSOCIATION=$(aws ec2 describe-route-tables --filters Name=association.subnet-id,Values=subnet-a",
				`replace-route-table-association --route-table-id "$TABLE" --association-id "$ASSOCIATION"`,
			}, titles: []string{"by a route table of its own", "Route its subnet to NAT gateway nat-1"}},
		{name: "a main table that the subnet uses by default comes second", after: "nat", title: "by a route table of its own",
			world:    unrouted().with(func(w *world) { w.table("rtb-a").Subnets = nil }),
			commands: []string{`associate-route-table --subnet-id subnet-a --route-table-id "$TABLE"`}, absent: []string{"replace-route-table-association"}},
		{name: "propagated routes are learned in the new table too", after: "nat", title: "by a route table of its own",
			world:    shared().route("rtb-a", Route{Destination: "172.16.0.0/12", Target: "vgw-1", State: "active", Propagated: true}),
			commands: []string{`enable-vgw-route-propagation --gateway-id vgw-1 --route-table-id "$TABLE"`}},
		{name: "a VPC without a NAT gateway gets one in its public subnet", world: newWorld(), after: "nat", title: "Create a NAT gateway in subnet subnet-b, then route its subnet to it",
			commands: []string{
				"ADDRESS=$(aws ec2 allocate-address --domain vpc", `NAT=$(aws ec2 create-nat-gateway --subnet-id subnet-b --allocation-id "$ADDRESS"`,
				`wait nat-gateway-available --nat-gateway-ids "$NAT"`, `create-route --route-table-id rtb-a --destination-cidr-block 0.0.0.0/0 --nat-gateway-id "$NAT"`,
			}},
		{name: "a part of the internet becomes all of it", after: "nat", world: unrouted().route("rtb-a", to("52.0.0.0/8", "nat-1")), title: "Route its subnet",
			commands: []string{"create-route --route-table-id rtb-a --destination-cidr-block 0.0.0.0/0 --nat-gateway-id nat-1"}, absent: []string{"52.0.0.0"}},
		{name: "a part that goes to another network is its owner's to mend", after: "partial", world: newWorld().nat().route("rtb-a", dead("151.101.0.0/16", "tgw-1")), title: "Make an endpoint for s3",
			absent: []string{"replace-route", "create-route"}, none: "its route 151.101.0.0/16 to tgw-1 is a blackhole"},
		{name: "a half that leads there already is left as it is", after: "nat", world: unrouted().route("rtb-a", to("0.0.0.0/1", "nat-1")), title: "Route its subnet",
			commands: []string{"create-route --route-table-id rtb-a --destination-cidr-block 0.0.0.0/0" + toNAT}, absent: []string{"replace-route", " 0.0.0.0/1 "}},
		{name: "a default to an internet gateway that is not attached is replaced with a warning", after: "nat", title: "Route its subnet",
			world:    unrouted().route("rtb-a", dead("0.0.0.0/0", "igw-gone")),
			commands: []string{"replace-route --route-table-id rtb-a"}, why: []string{"Route table rtb-a leads to internet gateway igw-gone, which is not attached"}},
		{name: "a default to a peered VPC, which is none, is replaced last: others may mean that VPC by it", after: "endpoints-only", world: unrouted().route("rtb-a", to("0.0.0.0/0", "pcx-1")),
			title: "Make endpoints", titles: []string{"Make endpoints", "Route its subnet to NAT gateway nat-1"}},
		{name: "DNS support that is off is switched on", after: "nat", world: newWorld().nat().with(func(w *world) { w.VPCs.Items[0].DNSSupport = false }), title: "Switch DNS support of VPC vpc-1 on",
			commands: []string{"modify-vpc-attribute --vpc-id vpc-1 --enable-dns-support"}, absent: []string{"hostnames"}},
		{name: "a firewall in the path is gone round, and that is said", after: "nat", title: "Route its subnet", why: []string{"goes round VPC endpoint vpce-fw"},
			world: unrouted().firewall(func(e *Endpoint) { e.State = "deleting" }).route("rtb-a", to("0.0.0.0/0", "vpce-fw"))},
	}
}

func publicRemedies() []remedyCase {
	public := func() *world { return newWorld().route("rtb-a", to("0.0.0.0/0", "igw-1")) }
	return []remedyCase{
		{name: "a public subnet has no remedy by routes", world: public().with(func(w *world) { w.n.Region = "cn-north-1" }), none: "sits in a public subnet"},
		{name: "a public subnet with a NAT gateway elsewhere has none either", world: unrouted().route("rtb-a", to("0.0.0.0/0", "igw-1")), after: "endpoints-only",
			title: "Make endpoints", none: "recreate the notebook in a private subnet. VPC vpc-1 has none with a way out.", absent: []string{"-route ", "create-nat-gateway"}},
		{name: "a public subnet whose notebook its groups keep from the private one's way out", after: "endpoints-only", title: "Make endpoints",
			world: unrouted().egress().route("rtb-a", to("0.0.0.0/0", "igw-1")).route("rtb-c", to("0.0.0.0/0", "nat-1")),
			none:  "recreate the notebook in a private subnet. Subnet subnet-c has a way out, from which the notebook's security groups keep it: let tcp/443 out of them"},
		{name: "Block Public Access is for others to decide", world: newWorld().nat().with(func(w *world) {
			w.BlockPublicAccess.Mode, w.n.Region = "block-bidirectional", "cn-north-1"
		}), none: "Block Public Access shuts the VPC"},
		{name: "a VPC without an internet gateway has no way", world: newWorld().with(func(w *world) {
			w.InternetGateways, w.n.Region = Read[InternetGateway](), "cn-north-1"
		}), none: "igw-1 is named but not among those that this account can see"},
	}
}

func aclRemedies() []remedyCase {
	rule := func(number int, egress bool, action, protocol string, from, upTo int, cidr string) Entry {
		return Entry{Number: number, Egress: egress, Action: action, Protocol: protocol, From: from, To: upTo, CIDR: cidr}
	}
	all := func(egress bool) Entry { return rule(100, egress, "allow", "-1", 0, 65535, "0.0.0.0/0") }
	acl := func(id string, entries ...Entry) *world {
		return newWorld().nat().with(func(w *world) { w.acl(id).Entries = entries })
	}
	return []remedyCase{
		{name: "only the missing direction is added", world: acl("acl-1", all(true)), after: "nat", title: "Open network ACL acl-1",
			commands: []string{"create-network-acl-entry --network-acl-id acl-1 --ingress --rule-number 10 --protocol tcp --port-range From=32768,To=60999 --cidr-block 0.0.0.0/0 --rule-action allow"},
			absent:   []string{"--egress"}},
		{name: "the ACL of the NAT gateway is opened where it broke, not the notebook's", world: acl("acl-2", all(true)), after: "nat", title: "Open network ACL acl-2",
			commands: []string{
				"--network-acl-id acl-2 --ingress --rule-number 10 --protocol tcp --port-range From=1024,To=65535 --cidr-block 0.0.0.0/0",
				"--network-acl-id acl-2 --ingress --rule-number 20 --protocol tcp --port-range From=443,To=443 --cidr-block 10.0.1.0/24",
			}, absent: []string{"acl-1", "--egress"}},
		{name: "some of the ephemeral ports become all of them", after: "nat", title: "Open network ACL acl-1", world: acl("acl-1", all(true), rule(100, false, "allow", "6", 49152, 65535, "0.0.0.0/0")),
			commands: []string{"--ingress --rule-number 110 --protocol tcp --port-range From=32768,To=60999 --cidr-block 0.0.0.0/0"}, absent: []string{"--egress"}},
		{name: "so do those of the NAT gateway", after: "nat", title: "Open network ACL acl-2",
			world:    acl("acl-2", all(true), rule(100, false, "allow", "6", 32768, 65535, "0.0.0.0/0"), rule(110, false, "allow", "6", 443, 443, "10.0.0.0/16")),
			commands: []string{"--ingress --rule-number 120 --protocol tcp --port-range From=1024,To=65535 --cidr-block 0.0.0.0/0"}, absent: []string{"--egress", "acl-1"}},
		{name: "an ACL with a rule that cannot be read is left alone", title: "Make endpoints for", after: "unknown", absent: []string{"network-acl-entry"},
			world: acl("acl-1", all(true), rule(90, false, "allow", "-1", 0, 65535, "nonsense"), rule(100, false, "allow", "6", 49152, 65535, "0.0.0.0/0"))},
		{name: "only the way in from the notebook is added", after: "nat", title: "Open network ACL acl-2",
			world:    acl("acl-2", all(true), rule(100, false, "allow", "6", 1024, 65535, "0.0.0.0/0")),
			commands: []string{"--ingress --rule-number 110 --protocol tcp --port-range From=443,To=443 --cidr-block 10.0.1.0/24"}, absent: []string{"--egress", "From=1024"}},
		{name: "the rule stands before a deny for everyone and says so", after: "nat", title: "Open network ACL acl-1",
			world:    acl("acl-1", rule(90, true, "deny", "6", 443, 443, "0.0.0.0/0"), all(true), all(false)),
			commands: []string{"--egress --rule-number 89"}, why: []string{"Rule 90 of network ACL acl-1 denies this to everyone"}},
		{name: "the rule stands behind a deny for some hosts", after: "partial", title: "Open network ACL acl-1",
			world:    acl("acl-1", rule(50, true, "deny", "6", 0, 65535, "52.1.0.0/16"), rule(90, true, "deny", "-1", 0, 65535, "0.0.0.0/0"), all(false)),
			commands: []string{"--egress --rule-number 89"}},
		{name: "the rule stands behind a deny for other ports", after: "nat", title: "Open network ACL acl-1",
			world:    acl("acl-1", all(true), rule(200, false, "deny", "6", 3389, 3389, "0.0.0.0/0"), rule(400, false, "deny", "-1", 0, 65535, "0.0.0.0/0")),
			commands: []string{"--ingress --rule-number 399 --protocol tcp --port-range From=32768,To=60999"}},
		{name: "a rule that would stand before a deny for some hosts is left to a person", none: "rule 40 shuts tcp 443 out for everyone, and rule 50 denies other ports or some hosts",
			world: acl("acl-1", rule(40, true, "deny", "6", 443, 443, "0.0.0.0/0"), rule(50, true, "deny", "6", 443, 443, "52.1.0.0/16"), all(true), all(false)).with(func(w *world) { w.n.Region = "cn-north-1" })},
		{name: "a rule that denies a half of the internet is left to a person", none: "In network ACL acl-1 rule 1 denies tcp 443 out for 128.0.0.0/1, which may be meant. A rule that opens that part must stand before rule 1",
			world: abroad(acl("acl-1", rule(1, true, "deny", "6", 443, 443, "128.0.0.0/1"), all(true), all(false)))},
		{name: "a deny for everyone by rule 1 leaves no number", none: "rule 1 shuts tcp 443 out for everyone, and no number before it is free: renumber",
			world: abroad(acl("acl-1", rule(1, true, "deny", "-1", 0, 65535, "0.0.0.0/0"), all(true), all(false)))},
		{name: "two rules that leave no number between them", none: "rule 41 shuts tcp 443 out for everyone, and no number before it is free behind rule 40",
			world: abroad(acl("acl-1", rule(40, true, "deny", "6", 22, 22, "0.0.0.0/0"), rule(41, true, "deny", "6", 443, 443, "0.0.0.0/0"), all(true), all(false)))},
		{name: "a last rule for some hosts leaves no number behind it", none: "no number free behind rule 32766",
			world: abroad(acl("acl-1", rule(32766, true, "deny", "6", 22, 22, "0.0.0.0/0"), all(false)))},
		{name: "a rule for other ports is never stood before, be it behind the one that shuts", none: "rule 40 shuts tcp 443 out for everyone, and rule 95 denies other ports or some hosts",
			world: abroad(acl("acl-1", rule(40, true, "deny", "-1", 0, 65535, "0.0.0.0/0"), rule(95, true, "deny", "6", 22, 22, "0.0.0.0/0"), all(true), all(false)))},
		{name: "a rule that denies other ports besides is left to a person", none: "rule 90 denies tcp 443 out for 0.0.0.0/0, which may be meant",
			world: abroad(acl("acl-1", rule(90, true, "deny", "6", 400, 500, "0.0.0.0/0"), all(true), all(false)))},
		{name: "a rule that opens nothing is not added", world: acl("acl-1", rule(1, false, "deny", "6", 0, 65535, "203.0.113.0/24"), rule(50, true, "deny", "6", 22, 22, "0.0.0.0/0"), all(false)),
			after: "partial", title: "Open network ACL acl-1", commands: []string{"--egress --rule-number 60"}, absent: []string{"--ingress"},
			why: []string{"rule 1 denies tcp 32768-60999 in for 203.0.113.0/24, which may be meant"}},
		{name: "a rule that denies some of the ports for answers is named by its own", none: "rule 90 denies tcp 3000-9000 in for 0.0.0.0/0, which may be meant",
			world: abroad(newWorld().nat()).with(func(w *world) {
				w.acl("acl-2").Entries = append([]Entry{{Number: 90, Action: "deny", Protocol: "6", From: 3000, To: 9000, CIDR: "0.0.0.0/0"}}, w.acl("acl-2").Entries...)
			})},
		{name: "a deny for the notebook's subnet at the NAT gateway's is left to a person", none: "In network ACL acl-2 rule 90 denies tcp 443 in for 10.0.1.0/24, which may be meant",
			world: abroad(acl("acl-2", rule(90, false, "deny", "-1", 0, 65535, "10.0.1.0/24"), all(true), all(false)))},
		{name: "a deny for the notebook's subnet where a NAT gateway could stand is left to a person", none: "rule 90 denies tcp 443 in for 10.0.1.0/24",
			world: abroad(newWorld()).with(func(w *world) {
				w.acl("acl-2").Entries = []Entry{rule(90, false, "deny", "-1", 0, 65535, "10.0.1.0/24"), all(true), all(false)}
			})},
	}
}

// onMain leaves the NAT gateway's subnet to the main table, as every subnet that names
// none.
func onMain(w *world) *world {
	w.table("rtb-b").Subnets, w.table("rtb-c").Subnets = nil, nil
	return w
}

// abroad is a world without endpoints to be made: there they have names of more than
// one form.
func abroad(w *world) *world {
	w.n.Region = "cn-north-1"
	return w.s3Gateway("rtb-a")
}

func natRemedies() []remedyCase {
	nat := func(change func(*NATGateway)) *world { return newWorld().nat(change) }
	return []remedyCase{
		{name: "a NAT gateway that is being made is waited for", world: nat(func(g *NATGateway) { g.State = "pending" }), after: "nat", title: "Wait until NAT gateway nat-1 is made",
			commands: []string{"aws ec2 wait nat-gateway-available --nat-gateway-ids nat-1 --region eu-west-1"}},
		{name: "a NAT gateway that failed is replaced", world: nat(func(g *NATGateway) { g.State = "failed" }), after: "nat", title: "Create a NAT gateway",
			commands: []string{`replace-route --route-table-id rtb-a --destination-cidr-block 0.0.0.0/0 --nat-gateway-id "$NAT"`}},
		{name: "a private NAT gateway is replaced", world: nat(func(g *NATGateway) { g.Connectivity = "private" }), after: "nat", title: "Create a NAT gateway"},
		{name: "a NAT gateway in the notebook's own subnet is replaced", world: nat(func(g *NATGateway) { g.SubnetID = "subnet-a" }), after: "nat", title: "Create a NAT gateway"},
		{name: "an internet gateway that hangs on nothing is attached", after: "nat", title: "Attach internet gateway igw-1 to VPC vpc-1",
			world: newWorld().nat().with(func(w *world) {
				w.InternetGateways.Items[0] = InternetGateway{ID: "igw-1", State: "detached"}
				w.table("rtb-b").Routes[1].State = "blackhole"
			}), commands: []string{"attach-internet-gateway --internet-gateway-id igw-1 --vpc-id vpc-1"}},
		{name: "a NAT gateway's table without a default gets one", after: "nat", title: "Lead route table rtb-b to internet gateway igw-1",
			world:    newWorld().nat().with(func(w *world) { w.table("rtb-b").Routes = w.table("rtb-b").Routes[:1] }),
			commands: []string{"create-route --route-table-id rtb-b --destination-cidr-block 0.0.0.0/0 --gateway-id igw-1"}},
		{name: "a NAT gateway's split default that leads nowhere is replaced as such", after: "nat", title: "Lead route table rtb-b to internet gateway igw-1",
			world: newWorld().nat().with(func(w *world) {
				w.table("rtb-b").Routes = append(w.table("rtb-b").Routes[:1], dead("0.0.0.0/1", "eni-gone"), dead("128.0.0.0/1", "eni-gone"))
			}), commands: []string{
				"replace-route --route-table-id rtb-b --destination-cidr-block 0.0.0.0/1 --gateway-id igw-1",
				"replace-route --route-table-id rtb-b --destination-cidr-block 128.0.0.0/1 --gateway-id igw-1",
			}, absent: []string{"0.0.0.0/0"}},
		{name: "a NAT gateway's table that others use becomes public for its subnet alone", after: "nat", title: "Lead subnet subnet-b to internet gateway igw-1 by a route table of its own",
			world: onMain(newWorld().nat()), commands: []string{
				"PUBLIC_TABLE=$(aws ec2 create-route-table --vpc-id vpc-1", `create-route --route-table-id "$PUBLIC_TABLE" --destination-cidr-block 0.0.0.0/0 --gateway-id igw-1`,
				`associate-route-table --subnet-id subnet-b --route-table-id "$PUBLIC_TABLE"`,
			}, absent: []string{"rtb-main"}},
		{name: "two subnets get a table of their own each", after: "nat", title: "by a route table of its own, then lead subnet subnet-b to internet gateway igw-1 by a route table of its own",
			world: onMain(unrouted()).with(func(w *world) { w.table("rtb-a").Subnets = append(w.table("rtb-a").Subnets, "subnet-c") }), commands: []string{
				"TABLE=$(aws", `--route-table-id "$TABLE" --destination-cidr-block 0.0.0.0/0 --nat-gateway-id nat-1`, `--association-id "$ASSOCIATION"`,
				"PUBLIC_TABLE=$(aws", `--subnet-id subnet-b --route-table-id "$PUBLIC_TABLE"`,
			}},
		{name: "what only works together is one remedy", after: "nat", title: "Let tcp/443 out to the internet in security group sg-1, then route its subnet to NAT gateway nat-1",
			world: unrouted().egress(), commands: []string{"authorize-security-group-egress", "create-route"}},
	}
}

func groupRemedies() []remedyCase {
	return []remedyCase{
		{name: "a shut group gets a rule", world: newWorld().nat().egress(), after: "nat", title: "Let tcp/443 out to the internet in security group sg-1",
			commands: []string{"authorize-security-group-egress --group-id sg-1 --ip-permissions 'IpProtocol=tcp,FromPort=443,ToPort=443,IpRanges=[{CidrIp=0.0.0.0/0}]' --region eu-west-1"}},
		{name: "a group that lets out to a half gets the rest", world: newWorld().nat().egress(tcp443("0.0.0.0/1")), after: "nat", title: "Let tcp/443 out to the internet in security group sg-1"},
		{name: "the narrow rules stand beside the wide one", after: "nat", title: "to the internet",
			world:  newWorld().nat().interfaceEndpoint("sts").s3Gateway("rtb-a").egress(),
			titles: []string{"Let tcp/443 out to the internet", "Let tcp/443 out to"}, commands: []string{"0.0.0.0/0"}},
		{name: "the narrow rules alone, where the internet has no way", after: "endpoints-only", title: "Let tcp/443 out to",
			world:    newWorld().interfaceEndpoint("sts").s3Gateway("rtb-a").egress().with(func(w *world) { w.InternetGateways = Read[InternetGateway](); w.n.Region = region }),
			commands: []string{"authorize-security-group-egress --group-id sg-1 --ip-permissions 'IpProtocol=tcp,FromPort=443,ToPort=443,"}},
	}
}

func endpointRemedies() []remedyCase {
	alone := func(change func(*world)) *world {
		return newWorld().with(func(w *world) { w.InternetGateways = Read[InternetGateway]() }).with(change)
	}
	return []remedyCase{
		{name: "a subnet without a free address takes no new endpoint", after: "endpoints-only", title: "Make an endpoint for s3", titles: []string{"Make an endpoint for s3"}, none: "Free addresses left in subnet subnet-a: 0, and every new endpoint needs one there.",
			world: alone(func(w *world) { w.subnet("subnet-a").Free = new(int) })},
		{name: "a subnet with two free addresses takes no third endpoint", after: "endpoints-only", title: "Make endpoints for sagemaker.api, sagemaker.runtime, s3", none: "Free addresses left in subnet subnet-a: 2",
			world: alone(func(w *world) { two := 2; w.subnet("subnet-a").Free = &two })},
		{name: "a public subnet without a free address takes no new NAT gateway", none: "no subnet of it that has a free address leads to an internet gateway",
			world: newWorld().with(func(w *world) { w.subnet("subnet-b").Free, w.n.Region = new(int), "cn-north-1" })},
		{name: "missing endpoints are made and admit the VPC's ranges", world: alone(func(w *world) { w.VPCs.Items[0].CIDRs = []string{"10.0.0.0/16", "100.64.0.0/16"} }),
			after: "endpoints-only", title: "Make endpoints for sagemaker.api, sagemaker.runtime, sts, logs, s3", commands: []string{
				"GROUP=$(aws ec2 create-security-group --vpc-id vpc-1", `authorize-security-group-ingress --group-id "$GROUP" --ip-permissions 'IpProtocol=tcp,FromPort=443,ToPort=443,IpRanges=[{CidrIp=10.0.0.0/16},{CidrIp=100.64.0.0/16}]'`,
				`--service-name com.amazonaws.eu-west-1.sagemaker.api --vpc-endpoint-type Interface --subnet-ids subnet-a --security-group-ids "$GROUP" --private-dns-enabled`,
				"--service-name com.amazonaws.eu-west-1.s3 --vpc-endpoint-type Gateway --route-table-ids rtb-a",
			}, none: "igw-1 is named but not among those that this account can see"},
		{name: "DNS that is off is switched on with them", world: alone(func(w *world) { w.VPCs.Items[0].DNSHostnames = false }), after: "endpoints-only", title: "Switch DNS",
			commands: []string{"modify-vpc-attribute --vpc-id vpc-1 --enable-dns-hostnames", "create-vpc-endpoint"}, absent: []string{"--enable-dns-support"}},
		{name: "both DNS attributes are switched on, support first", world: alone(func(w *world) { w.VPCs.Items[0].DNSHostnames, w.VPCs.Items[0].DNSSupport = false, false }), after: "endpoints-only", title: "Switch DNS",
			commands: []string{"modify-vpc-attribute --vpc-id vpc-1 --enable-dns-support", "modify-vpc-attribute --vpc-id vpc-1 --enable-dns-hostnames"}},
		{name: "a gateway endpoint of another table is extended", world: alone(func(w *world) { w.s3Gateway("rtb-b") }), after: "endpoints-only", title: "Give gateway endpoint vpce-s3 route table rtb-a",
			commands: []string{"modify-vpc-endpoint --vpc-endpoint-id vpce-s3 --add-route-table-ids rtb-a"}},
		{name: "a refusing endpoint lets the VPC in", world: alone(func(w *world) { w.interfaceEndpoint("sts"); w.group("sg-e").Ingress = nil }), after: "endpoints-only", title: "Let tcp/443 from VPC vpc-1 in to security group sg-e",
			commands: []string{"authorize-security-group-ingress --group-id sg-e --ip-permissions 'IpProtocol=tcp,FromPort=443,ToPort=443,IpRanges=[{CidrIp=10.0.0.0/16}]'"}},
		{name: "private DNS is switched on", world: alone(func(w *world) { w.interfaceEndpoint("sts", func(e *Endpoint) { e.PrivateDNS = false }) }), after: "endpoints-only", title: "Let endpoint vpce-sts answer under its service's own name",
			commands: []string{"modify-vpc-endpoint --vpc-endpoint-id vpce-sts --private-dns-enabled"}},
		{name: "an endpoint that refuses beside a working NAT gateway is mended", world: newWorld().nat().interfaceEndpoint("sts").with(func(w *world) { w.group("sg-e").Ingress = nil }), after: "nat",
			title: "Let tcp/443 from VPC vpc-1 in to security group sg-e"},
		{name: "an endpoint that waits is for its service to accept", world: newWorld().nat().interfaceEndpoint("sts", func(e *Endpoint) { e.State = "pendingAcceptance" }), none: "sts: endpoint vpce-sts is pendingAcceptance"},
		{name: "of several interfaces that one refuses, all are opened", after: "nat", title: "Open network ACL acl-2", world: newWorld().nat().interfaceEndpoint("sts", func(e *Endpoint) { e.Subnets = []string{"subnet-a", "subnet-c"} }).with(func(w *world) {
			w.ACLs.Items = append(w.ACLs.Items, ACL{ID: "acl-3", VPCID: "vpc-1", Subnets: []string{"subnet-b"}, Entries: w.acl("acl-2").Entries})
			w.acl("acl-2").Subnets, w.acl("acl-2").Entries = []string{"subnet-c"}, w.acl("acl-2").Entries[:1]
		}), commands: []string{"--network-acl-id acl-2 --ingress", "From=443,To=443 --cidr-block 10.0.1.0/24"}},
		{name: "what is free is offered by itself, before what costs", first: true, after: "endpoints-only", title: "Make an endpoint for s3",
			world: alone(func(w *world) { w.n.Region = "us-east-1" }), absent: nil, titles: []string{"Make an endpoint for s3", "Make endpoints for sagemaker.api, sagemaker.runtime, sts, logs, s3"}},
		{name: "DNS hostnames that alone make endpoints answer are switched on by themselves", after: "endpoints-only", title: "Switch DNS hostnames of VPC vpc-1 on",
			world: alone(func(w *world) { w.interfaceEndpoint("sts"); w.VPCs.Items[0].DNSHostnames = false }), commands: []string{"modify-vpc-attribute --vpc-id vpc-1 --enable-dns-hostnames"},
			titles: []string{"Switch DNS hostnames of VPC vpc-1 on", "Switch DNS hostnames of VPC vpc-1 on, then make endpoints for"}},
		{name: "DNS support that alone makes a gateway endpoint answer is switched on by itself", first: true, after: "endpoints-only", title: "Switch DNS support of VPC vpc-1 on",
			world: alone(func(w *world) { w.s3Gateway("rtb-a"); w.VPCs.Items[0].DNSSupport = false }), commands: []string{"modify-vpc-attribute --vpc-id vpc-1 --enable-dns-support"}},
		{name: "the private name of somebody's own service is theirs to give", title: "Make an endpoint for s3", after: "endpoints-only", absent: []string{"vpce-own"},
			world: alone(func(w *world) {
				w.interfaceEndpoint("x", func(e *Endpoint) {
					e.ID, e.PrivateDNS, e.Service = "vpce-own", false, "com.amazonaws.vpce."+region+".vpce-svc-0abc"
				})
			})},
		{name: "somebody's own service that refuses lets the VPC in", title: "Let tcp/443 from VPC vpc-1 in to security group sg-e", after: "endpoints-only", absent: []string{"private-dns-enabled --vpc-endpoint-id vpce-own"},
			world: alone(func(w *world) {
				w.interfaceEndpoint("x", func(e *Endpoint) {
					e.ID, e.PrivateDNS, e.Service = "vpce-own", false, "com.amazonaws.vpce."+region+".vpce-svc-0abc"
				})
				w.group("sg-e").Ingress = nil
			})},
		{name: "every endpoint that refuses is told of", none: "Endpoint for sts: calls are led to the endpoint and fail: endpoint's policy allows nothing of sts to this notebook's role. Nothing is offered for it: what a policy allows is for its author to decide.\n" +
			"Endpoint for logs: endpoint vpce-logs is failed", world: newWorld().nat().
			interfaceEndpoint("sts", func(e *Endpoint) { e.Policy = `{"Statement":[]}` }).interfaceEndpoint("logs", func(e *Endpoint) { e.State = "failed" })},
		{name: "one that can be mended does not hide one that cannot", none: "Endpoint for logs: endpoint vpce-logs is failed", title: "Let tcp/443 from VPC vpc-1 in to security group sg-e", after: "nat",
			world: newWorld().nat().interfaceEndpoint("sts").interfaceEndpoint("logs", func(e *Endpoint) { e.State = "failed" }).with(func(w *world) { w.group("sg-e").Ingress = nil })},
		{name: "a policy is for its author to change", world: newWorld().nat().interfaceEndpoint("sts", func(e *Endpoint) { e.Policy = `{"Statement":[]}` }), none: "what a policy allows is for its author to decide"},
	}
}
