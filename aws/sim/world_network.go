package sim

import "fmt"

// network is the network of a place: VPCs with everything in them.
type network struct {
	place     *place
	keyID     string // of the KMS key that notebooks use
	vpcs      []*vpc
	subnets   []*subnet // in which notebooks sit
	hidden    []*subnet // the others
	tables    []*routeTable
	nats      []*natGateway
	igws      []*internetGateway
	eigws     []*internetGateway // egress-only
	acls      []*networkACL
	endpoints []*endpoint
	lists     []*prefixList // besides AWS's own
	enis      []*netInterface
	block     string // mode of Block Public Access in the region, "" for off
	exempt    []exemption
}

type vpc struct {
	id, cidr  string
	ipv6      string
	name      string // "" for none
	isDefault bool
	dns       bool         // enableDnsHostnames
	noSupport bool         // enableDnsSupport is off
	dhcp      *dhcpOptions // nil for AWS's own
	block     string       // mode of Block Public Access that EC2 tells with the VPC, "" for off
	owner     string       // of a VPC that another account shares, "" for the place's own
	groups    []*securityGroup
	main      *routeTable

	// What no API of EC2 tells: names that a DNS firewall answers with none, and names
	// that a private zone leads to a mirror in the VPC.
	filtered, mirrored map[string]bool
}

type subnet struct {
	id, cidr, ipv6 string
	name           string
	zone, zoneID   string
	vpc            *vpc
	table          *routeTable // nil: the main table
	free           int
	public         bool
	isDefault      bool
	dns64          bool
	block          string // mode of Block Public Access, "" for off, untold for no answer
}

type routeTable struct {
	id, name string
	vpc      *vpc
	routes   []route
	edge     string // the gateway whose incoming traffic it routes, "" for none
}

// route is a way out; kind is the member of the API that holds the target.
type route struct {
	to     string // CIDR, IPv6 CIDR or prefix list
	kind   string // "gatewayId", "natGatewayId", …
	target string
	state  string
	origin string
}

// dhcpOptions are DHCP options of the customer's.
type dhcpOptions struct {
	id      string
	servers []string
}

type natGateway struct {
	proxy                   string // state of an attached proxy, "" for none
	id, state, connectivity string
	name                    string
	mode                    string // availability mode, "" for zonal
	vpc                     *vpc
	subnet                  *subnet     // nil for a regional one
	table                   *routeTable // of a regional one
	public                  string
	private                 string
}

type internetGateway struct {
	id    string
	vpc   *vpc
	state string // of the attachment, "" for available
}

type securityGroup struct {
	id, name, about string
	owner           string // the account that made it, "" for the VPC's owner
	vpc             *vpc
	egress, ingress []groupRule
}

// groupRule lets traffic through.
type groupRule struct {
	proto    string
	from, to int
	cidr     string // IPv4 or IPv6
	prefix   string
	group    string
}

type networkACL struct {
	id      string
	vpc     *vpc
	deny443 bool
	entries []aclEntry // instead of the usual ones
	subnets []*subnet  // instead of all of the VPC that no other ACL names
}

type aclEntry struct {
	rule          int
	egress        bool
	proto, action string
	from, to      int // 0 for every port
	cidr          string
}

type endpoint struct {
	id, service, kind string
	vpc               *vpc
	subnets           []*subnet
	tables            []*routeTable
	groups            []*securityGroup
	state             string // "" for available
	policy            string // "" for the one that allows everything
	publicDNS         bool   // the service's own names do not lead here
	inbound           bool   // its private DNS is for inbound resolver endpoints only
}

type prefixList struct {
	id, name string
	cidrs    []string
}

// netInterface is an interface that is no notebook's.
type netInterface struct {
	id, instance string
	subnet       *subnet
	check        bool   // source and destination
	public       string // address
	groups       []*securityGroup
}

// exemption is an exclusion from Block Public Access.
type exemption struct{ id, resource, mode, state string }

// untold is a mode of Block Public Access that EC2 does not tell with the subnet.
const untold = "-"

// vpcPlan is a kind of VPC that organizations have.
type vpcPlan struct {
	name    string
	cidr    string // first two numbers
	exit    exit
	ends    []string // endpoints of services
	ipv6    bool
	noDNS   bool
	deny443 bool
}

// exit is the way out of the private subnets of a VPC.
type exit int

const (
	toPublic    exit = iota // default VPC: straight to the internet gateway
	toNAT                   // NAT gateway in a public subnet
	toTransit               // transit gateway
	toFirewall              // gateway load balancer endpoint
	toDeadNAT               // a NAT gateway that has failed
	toPrivNAT               // a NAT gateway without a public side
	toNowhere               // no default route
	toBlackhole             // a default route whose target is gone
)

func vpcPlans() []vpcPlan {
	endpoints := []string{"s3", "sagemaker.api", "sagemaker.runtime", "sts", "logs", "kms", "notebook"}
	return []vpcPlan{
		{cidr: "172.31", exit: toPublic},
		{name: "ml-prod", cidr: "10.20", exit: toNAT, ends: []string{"s3"}, ipv6: true},
		{name: "research-isolated", cidr: "10.40", exit: toNowhere, ends: endpoints},
		{name: "shared-services", cidr: "10.60", exit: toTransit, ends: []string{"s3"}},
		{name: "lab", cidr: "10.80", exit: toNowhere, noDNS: true},
		{name: "inspected-egress", cidr: "10.100", exit: toFirewall},
		{name: "legacy-dmz", cidr: "10.120", exit: toDeadNAT, deny443: true},
		{name: "partner-link", cidr: "10.140", exit: toPrivNAT},
		{name: "decommissioned", cidr: "10.160", exit: toBlackhole},
	}
}

// newNetwork makes the VPCs that the notebooks of a place need: the default VPC
// everywhere, and more kinds the more notebooks there are.
func newNetwork(p *place, r *rng) *network {
	n := &network{place: p, keyID: fmt.Sprintf("%s-%s-4%s-9%s-%s", r.hex(8), r.hex(4), r.hex(3), r.hex(3), r.hex(12))}
	plans := vpcPlans()
	count := min(len(plans), 1+(p.count+3)/4)
	for i, plan := range plans[:count] {
		n.addVPC(plan, i == 0, r)
	}
	return n
}

func (n *network) addVPC(plan vpcPlan, isDefault bool, r *rng) {
	v := &vpc{id: "vpc-0" + r.hex(16), cidr: plan.cidr + ".0.0/16", name: plan.name, isDefault: isDefault, dns: !plan.noDNS}
	if plan.ipv6 {
		v.ipv6 = "2600:1f18:" + r.hex(4) + ":" + r.hex(2) + "00::/56"
	}
	n.vpcs = append(n.vpcs, v)
	v.groups = n.addGroups(v, r)
	v.main = n.addTable(v, "", r)
	n.acls = append(n.acls, &networkACL{id: "acl-0" + r.hex(16), vpc: v, deny443: plan.deny443})
	private := make([]*subnet, 0, 2)
	for i := range 2 {
		private = append(private, n.addSubnet(v, plan, i, r))
	}
	n.addExit(v, plan, private, r)
	n.addEndpoints(v, plan, private, r)
	n.hide(v)
}

// hide puts into two VPCs of the world what EC2 tells nobody, so that whoever judges by
// EC2 is wrong there, and whoever tries from inside is not.
func (n *network) hide(v *vpc) {
	switch at := n.place; {
	case v.name == "ml-prod" && at.account.index == 0 && at.region.name == "us-east-1":
		v.filtered = map[string]bool{"github.com": true}
	case v.name == "research-isolated" && at.account.index == 1 && at.region.name == "us-west-2":
		v.mirrored = map[string]bool{"pypi.org": true, "files.pythonhosted.org": true}
	}
}

func (n *network) addSubnet(v *vpc, plan vpcPlan, i int, r *rng) *subnet {
	region := n.place.region
	s := &subnet{
		id: "subnet-0" + r.hex(16), vpc: v, cidr: fmt.Sprintf("%s.%d.0/20", plan.cidr, 16*i),
		zone: region.name + string(rune('a'+i)), zoneID: fmt.Sprintf("%s-az%d", region.short, 1+(i+r.below(2)*2)%4),
		free: 120 + r.below(3900), isDefault: v.isDefault, public: v.isDefault,
	}
	if plan.name != "" {
		s.name = fmt.Sprintf("%s-private-%c", plan.name, 'a'+i)
	}
	if v.ipv6 != "" {
		s.ipv6 = fmt.Sprintf("%s0%d::/64", v.ipv6[:len(v.ipv6)-len("00::/56")], i+1)
	}
	n.subnets = append(n.subnets, s)
	return s
}

func (n *network) addTable(v *vpc, name string, r *rng) *routeTable {
	t := &routeTable{id: "rtb-0" + r.hex(16), name: name, vpc: v}
	t.routes = []route{{to: v.cidr, kind: "gatewayId", target: "local", state: "active", origin: "CreateRouteTable"}}
	if v.ipv6 != "" {
		t.routes = append(t.routes, route{to: v.ipv6, kind: "gatewayId", target: "local", state: "active", origin: "CreateRouteTable"})
	}
	n.tables = append(n.tables, t)
	return t
}

// addExit gives the private subnets of a VPC their way out. Where there is one,
// the table is the subnets' own; without, they use the main table, which no
// association names.
func (n *network) addExit(v *vpc, plan vpcPlan, private []*subnet, r *rng) {
	target := route{to: "0.0.0.0/0", state: "active", origin: "CreateRoute"}
	switch plan.exit {
	case toPublic:
		target.kind, target.target = "gatewayId", n.addIGW(v, r).id
		v.main.routes = append(v.main.routes, target)
		return
	case toNowhere:
		return
	case toNAT, toDeadNAT, toPrivNAT:
		target.kind, target.target = "natGatewayId", n.addNAT(v, plan, r).id
	case toTransit:
		target.kind, target.target = "transitGatewayId", "tgw-0"+r.hex(16)
	case toFirewall:
		target.kind, target.target = "gatewayId", n.addFirewall(v, private, r).id
	case toBlackhole:
		target.kind, target.target, target.state = "natGatewayId", "nat-0"+r.hex(16), "blackhole"
	}
	table := n.addTable(v, plan.name+"-private", r)
	table.routes = append(table.routes, target)
	for _, s := range private {
		s.table = table
	}
}

func (n *network) addIGW(v *vpc, r *rng) *internetGateway {
	g := &internetGateway{id: "igw-0" + r.hex(16), vpc: v}
	n.igws = append(n.igws, g)
	return g
}

// addNAT makes a public subnet with a NAT gateway in it.
func (n *network) addNAT(v *vpc, plan vpcPlan, r *rng) *natGateway {
	igw := n.addIGW(v, r)
	table := n.addTable(v, plan.name+"-public", r)
	table.routes = append(table.routes, route{to: "0.0.0.0/0", kind: "gatewayId", target: igw.id, state: "active", origin: "CreateRoute"})
	public := n.addSubnet(v, plan, 2, r)
	n.subnets = n.subnets[:len(n.subnets)-1] // listed, but no notebook is put there
	public.table, public.public, public.name = table, true, plan.name+"-public-a"
	public.zone = n.place.region.name + "a"
	n.publicSubnet(public)
	g := &natGateway{
		id: "nat-0" + r.hex(16), state: "available", connectivity: "public", vpc: v, subnet: public,
		public: fmt.Sprintf("198.51.100.%d", 1+r.below(250)), private: plan.cidr + ".32.10",
	}
	if plan.exit == toDeadNAT {
		g.state, g.public = "failed", ""
	}
	if plan.exit == toPrivNAT {
		g.connectivity, g.public = "private", ""
	}
	n.nats = append(n.nats, g)
	return g
}
