package egress

import (
	"fmt"
	"net/netip"
	"slices"

	"nbscope/model"
)

const (
	region  = "eu-west-1"
	account = "111122223333"
)

// world builds facts. A new one is a VPC with a private subnet whose route table
// holds the local route only, a public subnet with an internet gateway, a
// security group that lets everything out, an ACL that lets everything through,
// and nothing else.
type world struct {
	Facts
	n *model.Notebook
}

func newWorld() *world {
	everything := []Entry{
		{Number: 100, Egress: true, Action: "allow", Protocol: "-1", To: 65535, CIDR: "0.0.0.0/0"},
		{Number: 100, Action: "allow", Protocol: "-1", To: 65535, CIDR: "0.0.0.0/0"},
		{Number: 101, Egress: true, Action: "allow", Protocol: "-1", To: 65535, CIDR: "::/0"},
		{Number: 101, Action: "allow", Protocol: "-1", To: 65535, CIDR: "::/0"},
	}
	local := Route{Destination: "10.0.0.0/16", Target: "local", State: "active"}
	w := &world{Facts: Facts{
		DHCPOptions: Read(DHCPOptions{ID: "dopt-1", DNSServers: []string{"AmazonProvidedDNS"}}),
		VPCs:        Read(VPC{ID: "vpc-1", Name: "ml", OwnerID: account, CIDRs: []string{"10.0.0.0/16"}, DHCPOptions: "dopt-1", Attributes: model.Part{State: model.LoadDone}, DNSSupport: true, DNSHostnames: true}),
		Subnets: Read(
			Subnet{ID: "subnet-a", VPCID: "vpc-1", OwnerID: account, Zone: "a", CIDR: "10.0.1.0/24"},
			Subnet{ID: "subnet-b", VPCID: "vpc-1", OwnerID: account, Zone: "a", CIDR: "10.0.2.0/24"},
			Subnet{ID: "subnet-c", VPCID: "vpc-1", OwnerID: account, Zone: "b", CIDR: "10.0.3.0/24"}),
		RouteTables: Read(
			RouteTable{ID: "rtb-main", VPCID: "vpc-1", Main: true, Routes: []Route{local}},
			RouteTable{ID: "rtb-a", VPCID: "vpc-1", Subnets: []string{"subnet-a"}, Routes: []Route{local}},
			RouteTable{ID: "rtb-b", VPCID: "vpc-1", Subnets: []string{"subnet-b"}, Routes: []Route{local, to("0.0.0.0/0", "igw-1")}},
			RouteTable{ID: "rtb-c", VPCID: "vpc-1", Subnets: []string{"subnet-c"}, Routes: []Route{local}}),
		NATGateways:      Read[NATGateway](),
		InternetGateways: Read(InternetGateway{ID: "igw-1", VPCID: "vpc-1", State: "available"}),
		EgressOnly:       Read(InternetGateway{ID: "eigw-1", VPCID: "vpc-1", State: "attached"}),
		SecurityGroups: Read(
			SecurityGroup{ID: "sg-1", VPCID: "vpc-1", Egress: []Rule{{Protocol: "-1", To: 65535, CIDRs: []string{"0.0.0.0/0", "::/0"}}}},
			SecurityGroup{ID: "sg-e", VPCID: "vpc-1", Ingress: []Rule{{Protocol: "tcp", From: 443, To: 443, CIDRs: []string{"10.0.0.0/16"}}}},
			SecurityGroup{ID: "sg-a", VPCID: "vpc-1", Ingress: []Rule{{Protocol: "-1", To: 65535, CIDRs: []string{"10.0.0.0/16"}}}, Egress: []Rule{{Protocol: "-1", To: 65535, CIDRs: []string{"0.0.0.0/0"}}}}),
		ACLs:              Read(ACL{ID: "acl-1", VPCID: "vpc-1", Subnets: []string{"subnet-a"}, Entries: everything}, ACL{ID: "acl-2", VPCID: "vpc-1", Subnets: []string{"subnet-b", "subnet-c"}, Entries: everything}),
		Endpoints:         Read[Endpoint](),
		PrefixLists:       Read(PrefixList{ID: "pl-s3", Name: "com.amazonaws.eu-west-1.s3", OwnerID: "AWS", EntriesRead: model.Part{State: model.LoadDone}, Entries: []string{"52.218.0.0/17"}}),
		Interfaces:        Read(Interface{ID: "eni-n", VPCID: "vpc-1", SubnetID: "subnet-a", Status: "in-use", PrivateIP: "10.0.1.9"}),
		BlockPublicAccess: BlockPublicAccess{Part: model.Part{State: model.LoadDone}, Mode: "off"},
		Exclusions:        Read[Exclusion](),
	}}
	w.n = &model.Notebook{
		Name: "n", Account: account, Region: region, Described: model.Part{State: model.LoadDone}, IPAddressType: "ipv4",
		SubnetID: "subnet-a", SecurityGroups: []string{"sg-1"}, NetworkID: "eni-n", DirectInternet: model.Disabled,
	}
	return w
}

func to(cidr, target string) Route { return Route{Destination: cidr, Target: target, State: "active"} }

func dead(cidr, target string) Route {
	return Route{Destination: cidr, Target: target, State: "blackhole"}
}

// route adds routes to a table.
func (w *world) route(table string, routes ...Route) *world {
	t := w.table(table)
	t.Routes = append(slices.Clone(t.Routes), routes...)
	return w
}

func (w *world) table(id string) *RouteTable {
	return find(w.RouteTables.Items, func(t *RouteTable) bool { return t.ID == id })
}
func (w *world) subnet(id string) *Subnet {
	return find(w.Subnets.Items, func(s *Subnet) bool { return s.ID == id })
}
func (w *world) group(id string) *SecurityGroup {
	return find(w.SecurityGroups.Items, func(s *SecurityGroup) bool { return s.ID == id })
}
func (w *world) acl(id string) *ACL {
	return find(w.ACLs.Items, func(a *ACL) bool { return a.ID == id })
}

func find[T any](items []T, is func(*T) bool) *T {
	for i := range items {
		if is(&items[i]) {
			return &items[i]
		}
	}
	return nil
}

// nat adds a public zonal NAT gateway in subnet-b and the notebook's route to it.
func (w *world) nat(change ...func(*NATGateway)) *world {
	g := NATGateway{ID: "nat-1", VPCID: "vpc-1", SubnetID: "subnet-b", State: "available", Connectivity: "public", Availability: "zonal"}
	for _, f := range change {
		f(&g)
	}
	w.NATGateways.Items = append(w.NATGateways.Items, g)
	return w.route("rtb-a", to("0.0.0.0/0", "nat-1"))
}

// egress replaces what sg-1 lets out.
func (w *world) egress(rules ...Rule) *world {
	w.group("sg-1").Egress = rules
	return w
}

func tcp443(cidrs ...string) Rule { return Rule{Protocol: "tcp", From: 443, To: 443, CIDRs: cidrs} }

func tcpOn(port int, cidrs ...string) Rule {
	return Rule{Protocol: "tcp", From: port, To: port, CIDRs: cidrs}
}

func toList(id string) Rule {
	return Rule{Protocol: "tcp", From: 443, To: 443, PrefixLists: []string{id}}
}

// allBut lists the CIDRs that are every IPv4 address but those of one.
func allBut(cidr string) (out []string) {
	p := netip.MustParsePrefix(cidr)
	for bits := 1; bits <= p.Bits(); bits++ {
		raw := p.Addr().As4()
		raw[(bits-1)/8] ^= 1 << (7 - (bits-1)%8)
		out = append(out, netip.PrefixFrom(netip.AddrFrom4(raw), bits).Masked().String())
	}
	return out
}

// interfaceEndpoint adds an endpoint that serves the notebook unless changed.
func (w *world) interfaceEndpoint(service string, change ...func(*Endpoint)) *world {
	e := Endpoint{
		ID: "vpce-" + service, VPCID: "vpc-1", Service: "com.amazonaws." + region + "." + service, Type: "Interface", State: "available",
		Subnets: []string{"subnet-a"}, Groups: []string{"sg-e"}, PrivateDNS: true,
	}
	for _, f := range change {
		f(&e)
	}
	w.Endpoints.Items = append(w.Endpoints.Items, e)
	return w
}

// s3Gateway adds a gateway endpoint for S3 to a table.
func (w *world) s3Gateway(table string, change ...func(*Endpoint)) *world {
	e := Endpoint{
		ID: "vpce-s3", VPCID: "vpc-1", Service: "com.amazonaws." + region + ".s3", Type: "Gateway", State: "available", RouteTables: []string{table},
	}
	for _, f := range change {
		f(&e)
	}
	w.Endpoints.Items = append(w.Endpoints.Items, e)
	return w.route(table, Route{PrefixList: "pl-s3", Target: "vpce-s3", State: "active"})
}

// firewall adds a Gateway Load Balancer endpoint in subnet-c.
func (w *world) firewall(change ...func(*Endpoint)) *world {
	e := Endpoint{ID: "vpce-fw", VPCID: "vpc-1", Type: "GatewayLoadBalancer", State: "available", Subnets: []string{"subnet-c"}}
	for _, f := range change {
		f(&e)
	}
	w.Endpoints.Items = append(w.Endpoints.Items, e)
	return w
}

// natRoute is the notebook's route to its NAT gateway.
func (w *world) natRoute() *Route {
	return find(w.table("rtb-a").Routes, func(r *Route) bool { return r.Target == "nat-1" })
}

// inspected leads the notebook through the firewall in subnet-c to a NAT gateway in
// subnet-b, and the answers back through it.
func (w *world) inspected() *world {
	w.NATGateways.Items = append(w.NATGateways.Items, NATGateway{ID: "nat-1", VPCID: "vpc-1", SubnetID: "subnet-b", State: "available", Connectivity: "public"})
	return w.route("rtb-a", to("0.0.0.0/0", "vpce-fw")).route("rtb-c", to("0.0.0.0/0", "nat-1")).route("rtb-b", to("10.0.1.0/24", "vpce-fw"))
}

// public adds a subnet that leads to the internet gateway.
func (w *world) public(id string) *world {
	w.Subnets.Items = append(w.Subnets.Items, Subnet{ID: id, VPCID: "vpc-1", OwnerID: account, Zone: "a", CIDR: "10.0.4.0/24"})
	w.RouteTables.Items = append(w.RouteTables.Items, RouteTable{ID: "rtb-" + id, VPCID: "vpc-1", Subnets: []string{id}, Routes: []Route{to("10.0.0.0/16", "local"), to("0.0.0.0/0", "igw-1")}})
	w.acl("acl-2").Subnets = append(w.acl("acl-2").Subnets, id)
	return w
}

// edge gives a gateway a route table for what comes in.
func (w *world) edge(gateway string, routes ...Route) *world {
	w.RouteTables.Items = append(w.RouteTables.Items, RouteTable{
		ID: fmt.Sprint("rtb-edge-", len(w.RouteTables.Items)), VPCID: "vpc-1", Gateways: []string{gateway}, Routes: append([]Route{to("10.0.0.0/16", "local")}, routes...),
	})
	return w
}

// appliance adds an instance's interface in subnet-b.
func (w *world) appliance(change ...func(*Interface)) *world {
	i := Interface{ID: "eni-x", VPCID: "vpc-1", SubnetID: "subnet-b", InstanceID: "i-1", Status: "in-use", PrivateIP: "10.0.2.5", PublicIP: "52.1.2.3", Groups: []string{"sg-a"}}
	for _, f := range change {
		f(&i)
	}
	w.Interfaces.Items = append(w.Interfaces.Items, i)
	return w.route("rtb-a", to("0.0.0.0/0", "eni-x"))
}

// list adds a customer's prefix list.
func (w *world) list(id string, cidrs ...string) *world {
	w.PrefixLists.Items = append(w.PrefixLists.Items, PrefixList{ID: id, OwnerID: account, EntriesRead: model.Part{State: model.LoadDone}, Entries: cidrs})
	return w
}

// dual makes the notebook dual stack.
func (w *world) dual() *world {
	w.n.IPAddressType = "dualstack"
	for i := range w.Subnets.Items {
		w.Subnets.Items[i].IPv6CIDRs = []string{fmt.Sprintf("2a05:d018:0:%d::/64", i+1)}
	}
	for i := range w.RouteTables.Items {
		w.route(w.RouteTables.Items[i].ID, to("2a05:d018::/56", "local"))
	}
	return w
}

// with changes the world in a way that has no word of its own.
func (w *world) with(f func(*world)) *world {
	f(w)
	return w
}

func (w *world) judge() model.Egress { return Judge(NewIndex(w.Facts), w.n) }
