package egress

import (
	"fmt"
	"maps"
	"slices"

	"nbscope/model"
)

// chooser makes worlds out of choices, from a generator or from fuzzed bytes.
type chooser func(n int) int

func (c chooser) chance(percent int) bool { return c(100) < percent }

func pick[T any](c chooser, from ...T) T { return from[c(len(from))] }

// plausible builds a world as people build them.
func plausible(c chooser) *world {
	w := newWorld()
	switch c(8) {
	case 0, 1:
		w.nat()
	case 2:
		w.appliance()
	case 3:
		w.firewall().inspected()
	case 4:
		w.route("rtb-a", to("0.0.0.0/0", "tgw-1"))
	case 5:
		w.dual().route("rtb-a", to("::/0", "eigw-1"))
		if c.chance(40) {
			w.nat()
			w.natRoute().Destination, w.subnet("subnet-a").DNS64 = "64:ff9b::/96", true
		}
	case 6:
		w.s3Gateway("rtb-a")
	}
	return w
}

// mutate spoils one thing or two.
func mutate(c chooser, w *world) {
	for range c(3) {
		switch c(19) {
		case 0:
			w.table("rtb-a").Routes[0].State = pick(c, "blackhole", "odd")
		case 1:
			w.route("rtb-a", dead(pick(c, "0.0.0.0/1", "0.0.0.0/0", "10.9.0.0/16"), "nat-gone"))
		case 2:
			w.egress(pick(c, tcp443("10.0.0.0/8"), tcp443("0.0.0.0/1"), tcpOn(3128, "192.168.0.0/16"), tcpOn(80, "0.0.0.0/0"), Rule{Protocol: "-1", To: 65535, PrefixLists: []string{"pl-s3"}}))
		case 3:
			w.acl(pick(c, "acl-1", "acl-2")).Entries = w.acl("acl-1").Entries[:c(3)]
		case 4:
			w.InternetGateways.Items[0].VPCID = "vpc-2"
		case 5:
			w.table("rtb-b").Routes = w.table("rtb-b").Routes[:1]
		case 6:
			w.BlockPublicAccess.Mode = pick(c, "block-ingress", "block-bidirectional")
		case 7:
			w.n.SecurityGroups = []string{"sg-1", pick(c, "sg-e", "sg-x")}
		case 8:
			w.route("rtb-a", to(pick(c, "0.0.0.0/1", "52.0.0.0/8", "64:ff9b::/96"), pick(c, "tgw-1", "igw-1", "nat-1")))
		case 9:
			w.Exclusions = Read(Exclusion{ID: "x", VPCID: "vpc-1", SubnetID: pick(c, "", "subnet-b"), Mode: pick(c, "allow-egress", "allow-bidirectional")})
		case 10:
			w.table("rtb-a").Main, w.table("rtb-a").Subnets = c.chance(50), nil
		case 12:
			w.VPCs.Items[0].DNSSupport = false
		case 13:
			w.DHCPOptions.Items[0].DNSServers = pick(c, []string{"10.0.0.53"}, nil)
			w.VPCs.Items[0].DHCPOptions = pick(c, "dopt-1", "dopt-1", "default")
		case 14:
			w.edge("igw-1", to(pick(c, "10.0.2.0/24", "10.0.3.0/24"), pick(c, "vpce-fw", "local")))
		case 15:
			w.route(pick(c, "rtb-a", "rtb-b"), to(pick(c, "10.0.0.0/8", "10.0.1.0/24", "192.168.0.0/16"), pick(c, "tgw-1", "pcx-1", "vpce-fw", "eni-x")))
		case 16:
			w.interfaceEndpoint(pick(c, "s3", "bedrock-runtime"), func(e *Endpoint) {
				e.ID += fmt.Sprint("-", len(w.Endpoints.Items)) // two may be for one service, as AWS allows without private DNS
				e.PrivateDNSInboundOnly, e.Subnets = c.chance(40), pick(c, []string{"subnet-a"}, []string{"subnet-a", "subnet-c"}, []string{"subnet-c", "subnet-x"})
			})
		case 17:
			w.group(pick(c, "sg-a", "sg-e")).Ingress = nil
		case 18:
			for i := range w.NATGateways.Items {
				w.NATGateways.Items[i].Appliances = []NATAppliance{{Type: "network-firewall-proxy", State: pick(c, "attached", "detached")}}
			}
		case 11:
			w.list("pl-1", "0.0.0.0/0").egress(Rule{Protocol: "6", From: 443, To: 443, PrefixLists: []string{"pl-1"}})
		}
	}
}

// chaos builds a world in which everything may refer to anything, in circles and
// to nowhere.
func chaos(c chooser) *world {
	w := plausible(c)
	f := &w.Facts
	if c.chance(50) {
		mutate(c, w)
		return w
	}
	subnets := []string{"subnet-a", "subnet-b", "subnet-c", "subnet-x"}
	tables := []string{"rtb-a", "rtb-b", "rtb-c", "rtb-main", "rtb-x"}
	targets := []string{"nat-1", "nat-3", "nat-2", "nat-x", "igw-1", "igw-x", "tgw-1", "pcx-1", "eni-x", "eni-y", "i-1", "vpce-fw", "vpce-s3", "eigw-1", "wormhole", ""}
	cidrs := []string{"0.0.0.0/0", "0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "52.0.0.0/8", "10.0.0.0/8", "::/0", "64:ff9b::/96", "junk"}
	states := []string{"active", "active", "active", "active", "blackhole", "odd"}
	for i := range f.RouteTables.Items {
		for range c(4) {
			r := Route{Destination: pick(c, cidrs...), Target: pick(c, targets...), State: pick(c, states...), Propagated: c.chance(10)}
			if c.chance(15) {
				r.Destination, r.PrefixList = "", pick(c, "pl-1", "pl-s3", "pl-x")
			}
			f.RouteTables.Items[i].Routes = append(f.RouteTables.Items[i].Routes, r)
		}
		if c.chance(10) {
			f.RouteTables.Items[i].Subnets = []string{pick(c, subnets...)}
		}
	}
	for _, id := range []string{"nat-3", "nat-2"} {
		f.NATGateways.Items = append(f.NATGateways.Items, NATGateway{
			ID: id, VPCID: "vpc-1", SubnetID: pick(c, subnets...), State: pick(c, "available", "available", "available", "failed", "odd"),
			Connectivity: pick(c, "public", "public", "private", "odd"), Availability: pick(c, "zonal", "", "regional", "odd"), RouteTable: pick(c, tables...),
		})
	}
	w.list("pl-1", pick(c, cidrs...), pick(c, cidrs...))
	f.Interfaces.Items = append(f.Interfaces.Items, Interface{
		ID: "eni-y", SubnetID: pick(c, subnets...), InstanceID: "i-1", Status: pick(c, "in-use", "available"),
		PublicIP: pick(c, "52.1.1.1", ""), SourceDestCheck: c.chance(30), Groups: pick(c, []string{"sg-a"}, []string{"sg-a"}, []string{"sg-x"}, nil),
	})
	f.Interfaces.Items[0].PublicIP = pick(c, "", "", "52.1.1.2")
	f.SecurityGroups.Items[0].Egress = []Rule{{
		Protocol: pick(c, "-1", "-1", "tcp", "udp"), From: pick(c, 0, 443, 80), To: pick(c, 65535, 443), CIDRs: []string{pick(c, cidrs...), pick(c, cidrs...)},
		PrefixLists: pick(c, nil, nil, []string{"pl-1"}, []string{"pl-s3"}, []string{"pl-x"}), Groups: pick(c, nil, []string{"sg-e"}),
	}}
	if c.chance(15) {
		f.SecurityGroups.Items[0].VPCID = "vpc-2"
	}
	for i := range f.ACLs.Items {
		if c.chance(20) {
			f.ACLs.Items[i].Entries = append([]Entry{{
				Number: c(200), Egress: c.chance(50), Action: pick(c, "allow", "deny", "odd"), Protocol: "6", From: c(2000), To: c(65536), CIDR: pick(c, cidrs...),
			}}, f.ACLs.Items[i].Entries...)
		}
	}
	chaosEndpoints(c, w, subnets, tables)
	f.Subnets.Items[0].OwnerID = pick(c, account, account, account, "999988887777")
	f.Subnets.Items[0].DNS64 = c.chance(50)
	f.Subnets.Items[1].Block = pick(c, "", "", "off", "block-bidirectional", "odd")
	f.BlockPublicAccess.Mode = pick(c, "off", "off", "off", "block-ingress", "block-bidirectional", "odd")
	w.n.IPAddressType = pick(c, "ipv4", "ipv4", "dualstack", "odd")
	w.n.SubnetID = pick(c, "subnet-a", "subnet-a", "subnet-a", "subnet-x")
	return w
}

func chaosEndpoints(c chooser, w *world, subnets, tables []string) {
	f := &w.Facts
	if c.chance(30) && len(f.Endpoints.Items) == 0 {
		w.firewall(func(e *Endpoint) {
			e.Subnets, e.State = []string{pick(c, subnets...)}, pick(c, "available", "available", "odd")
		})
	}
	if c.chance(30) && len(f.Endpoints.Items) < 2 && find(f.Endpoints.Items, func(e *Endpoint) bool { return e.ID == "vpce-s3" }) == nil {
		w.s3Gateway("rtb-a", func(e *Endpoint) { e.RouteTables = []string{pick(c, tables...)} })
	}
	if c.chance(30) {
		w.interfaceEndpoint("sts", func(e *Endpoint) {
			e.Subnets, e.Groups = []string{pick(c, subnets...)}, []string{pick(c, "sg-e", "sg-1", "sg-x")}
			e.State, e.PrivateDNS, e.Type = pick(c, "available", "available", "failed", "odd"), c.chance(70), pick(c, "Interface", "Interface", "odd")
			e.Policy = pick(c, "", "", "{", `{"Statement":[]}`)
		})
	}
}

// lose takes some families away and breaks others off in the middle.
func lose(c chooser, f Facts) (out Facts, lost []string) {
	out = f
	half := func(n int) int { return c(n + 1) }
	if c.chance(30) {
		out.Subnets = Refused("throttled", f.Subnets.Items[:half(len(f.Subnets.Items))]...)
	}
	if c.chance(30) {
		out.Interfaces = Refused("throttled", f.Interfaces.Items[:half(len(f.Interfaces.Items))]...)
	}
	if c.chance(15) {
		out.VPCs.Items = slices.Clone(f.VPCs.Items)
		out.VPCs.Items[0].Attributes = model.Part{State: model.LoadFailed, Reason: "AccessDenied"}
	}
	if c.chance(30) {
		out.Endpoints = Refused("throttled", f.Endpoints.Items[:half(len(f.Endpoints.Items))]...)
	}
	if c.chance(30) {
		out.PrefixLists = Refused("throttled", f.PrefixLists.Items[:half(len(f.PrefixLists.Items))]...)
	}
	if c.chance(30) {
		out.RouteTables = Refused("throttled", f.RouteTables.Items[:half(len(f.RouteTables.Items))]...)
	}
	names := slices.Sorted(maps.Keys(denials()))
	for range 1 + c(3) {
		name := pick(c, names...)
		denials()[name](&out, "AccessDenied")
		lost = append(lost, name)
	}
	return out, lost
}

// complete is one way in which what is not known of facts may be after all: the
// families that were refused hold what they got and, besides, what another random
// world has.
func complete(c chooser, f Facts) Facts {
	other := chaos(c).Facts
	f.VPCs = filled(f.VPCs, other.VPCs, func(v *VPC) string { return v.ID })
	if !f.DHCPOptions.Known() && c.chance(50) {
		other.DHCPOptions.Items[0].DNSServers = []string{"10.0.0.53"}
	}
	f.DHCPOptions = filled(f.DHCPOptions, other.DHCPOptions, func(v *DHCPOptions) string { return v.ID })
	f.Subnets = filled(f.Subnets, other.Subnets, func(v *Subnet) string { return v.ID })
	f.RouteTables = filled(f.RouteTables, other.RouteTables, func(v *RouteTable) string { return v.ID })
	f.NATGateways = filled(f.NATGateways, other.NATGateways, func(v *NATGateway) string { return v.ID })
	f.InternetGateways = filled(f.InternetGateways, other.InternetGateways, func(v *InternetGateway) string { return v.ID })
	f.EgressOnly = filled(f.EgressOnly, other.EgressOnly, func(v *InternetGateway) string { return v.ID })
	f.SecurityGroups = filled(f.SecurityGroups, other.SecurityGroups, func(v *SecurityGroup) string { return v.ID })
	f.ACLs = filled(f.ACLs, other.ACLs, func(v *ACL) string { return v.ID })
	f.Endpoints = filled(f.Endpoints, other.Endpoints, func(v *Endpoint) string { return v.ID })
	f.PrefixLists = filled(f.PrefixLists, other.PrefixLists, func(v *PrefixList) string { return v.ID })
	f.Interfaces = filled(f.Interfaces, other.Interfaces, func(v *Interface) string { return v.ID })
	f.Exclusions = filled(f.Exclusions, other.Exclusions, func(v *Exclusion) string { return v.ID })
	if !f.BlockPublicAccess.Known() {
		f.BlockPublicAccess = other.BlockPublicAccess
	}
	for i := range f.VPCs.Items {
		if v := &f.VPCs.Items[i]; !v.Attributes.Known() {
			v.Attributes, v.DNSSupport, v.DNSHostnames = model.Part{State: model.LoadDone}, c.chance(70), c.chance(70)
		}
	}
	return f
}

func filled[T any](f, other Family[T], id func(*T) string) Family[T] {
	if f.Known() {
		return f
	}
	out := Read(slices.Clone(f.Items)...)
	for i := range other.Items {
		if !slices.ContainsFunc(out.Items, func(have T) bool { return id(&have) == id(&other.Items[i]) }) {
			out.Items = append(out.Items, other.Items[i])
		}
	}
	return out
}
