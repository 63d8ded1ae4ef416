package sim

import (
	"fmt"
	"strings"
)

// The verdicts that a case of the gallery may call for, in the words of nbscope's
// JSON. They are written out: the simulator judges nothing.
const (
	isDirect    = "direct"
	isNAT       = "nat"
	isInspected = "inspected"
	isPartial   = "partial"
	isIndirect  = "indirect"
	isEndpoints = "endpoints-only"
	isIsolated  = "isolated"
	isUnknown   = "unknown"
)

// expectTag is the tag that holds the verdict that a case calls for.
const expectTag = "expected-egress"

// galleryCase is one notebook in a VPC of its own. The case's name is the
// notebook's.
type galleryCase struct {
	name   string
	expect string
	build  func(*scene)
}

// scene is the VPC of a case while it is built. It begins with a private subnet
// that has a route table of its own without a way out, an empty main table, and a
// security group that lets everything out.
type scene struct {
	net     *network
	r       *rng
	name    string
	vpc     *vpc
	private *subnet
	table   *routeTable
	group   *securityGroup
	acl     *networkACL
	public  *subnet // nil until publicSubnet
	igw     *internetGateway
	nb      *notebook
}

// addGallery adds every case of the gallery to a place.
func (e edit) addGallery() error {
	for i, c := range gallery() {
		if e.place.find(c.name) != nil {
			return fmt.Errorf("notebook %q exists already", c.name)
		}
		e.place.put(e.stage(c, i))
	}
	return nil
}

// share makes a notebook in a VPC of another account of the world, whose place gets
// the same VPC as its own.
func (e edit) share() error {
	key := placeKey{e.Owner, e.place.region.name}
	if e.place.world.places[key] == nil || e.Owner == e.place.account.id {
		return fmt.Errorf("account %q is not another one of the world", e.Owner)
	}
	owner := e.place.world.place(e.place.world.byID[e.Owner], e.place.region.name)
	if e.place.find(e.Name) != nil {
		return fmt.Errorf("notebook %q exists already", e.Name)
	}
	var sc *scene
	n := e.stage(galleryCase{e.Name, isNAT, func(made *scene) {
		sc = made
		sc.throughNAT()
		sc.interfaceEndpoint("sts")
		sc.vpc.owner = e.Owner
	}}, 200+len(e.place.net.vpcs)%50)
	e.place.put(n)
	owner.mu.Lock()
	defer owner.mu.Unlock()
	mine := func(v *vpc) bool { return v == sc.vpc }
	o := owner.net
	o.vpcs = append(o.vpcs, sc.vpc)
	o.hidden = append(o.hidden, only(e.place.net.allSubnets(), func(x *subnet) bool { return mine(x.vpc) })...)
	o.tables = append(o.tables, only(e.place.net.tables, func(x *routeTable) bool { return mine(x.vpc) })...)
	o.nats = append(o.nats, only(e.place.net.nats, func(x *natGateway) bool { return mine(x.vpc) })...)
	o.igws = append(o.igws, only(e.place.net.igws, func(x *internetGateway) bool { return mine(x.vpc) })...)
	o.acls = append(o.acls, only(e.place.net.acls, func(x *networkACL) bool { return mine(x.vpc) })...)
	o.endpoints = append(o.endpoints, only(e.place.net.endpoints, func(x *endpoint) bool { return mine(x.vpc) })...)
	return nil
}

func only[T any](all []T, is func(T) bool) (out []T) {
	for _, x := range all {
		if is(x) {
			out = append(out, x)
		}
	}
	return out
}

// stage builds a case and returns its notebook.
func (e edit) stage(c galleryCase, i int) *notebook {
	now := e.now.UTC()
	r := newRNG(e.place.world.seed, "gallery", e.place.account.id, e.place.region.name, c.name)
	n := &notebook{
		place: e.place, created: now, modified: now, instanceType: "ml.t3.medium", direct: off, root: off, ipType: ipv4,
		role: "arn:aws:iam::" + e.place.account.id + ":role/" + roleNames()[0], volume: 5, platform: al2023, imds: "2",
		life: life{since: now, phases: settle(inService)}, tags: []tag{{expectTag, c.expect}}, everTagged: true,
	}
	n.setName(c.name)
	sc := newScene(e.place.net, r, c.name, i, n)
	c.build(sc)
	if n.subnet != nil {
		n.eni = "eni-0" + r.hex(16)
	}
	return n
}

func newScene(n *network, r *rng, name string, i int, nb *notebook) *scene {
	v := &vpc{id: "vpc-0" + r.hex(16), cidr: fmt.Sprintf("10.%d.0.0/16", i), name: name, dns: true}
	v.ipv6 = fmt.Sprintf("2600:1f18:%x:%x00::/56", 0x4000+i, 0x10+i%100)
	s := &scene{net: n, r: r, name: name, vpc: v, nb: nb}
	v.main = n.addTable(v, name+"-main", r)
	s.table = n.addTable(v, name+"-private", r)
	s.private = s.subnet("private", 0)
	s.private.table = s.table
	n.subnets = append(n.subnets, s.private)
	s.group = s.addGroup("notebooks", groupRule{proto: "-1", cidr: anyone}, groupRule{proto: "-1", cidr: anyone6})
	s.group.owner = n.place.account.id
	s.acl = &networkACL{id: "acl-0" + r.hex(16), vpc: v}
	n.acls, n.vpcs = append(n.acls, s.acl), append(n.vpcs, v)
	nb.subnet, nb.groups = s.private, []string{s.group.id}
	return s
}

func (s *scene) id(prefix string) string { return prefix + "-0" + s.r.hex(16) }

func (s *scene) subnet(name string, third int) *subnet {
	region := s.net.place.region
	return &subnet{
		id: s.id("subnet"), vpc: s.vpc, name: s.name + "-" + name, zone: region.name + "a", zoneID: region.short + "-az1", free: 250,
		cidr: fmt.Sprintf("%s.%d.0/20", strings.TrimSuffix(s.vpc.cidr, ".0.0/16"), third),
		ipv6: fmt.Sprintf("%s%02x::/64", strings.TrimSuffix(s.vpc.ipv6, "00::/56"), third),
	}
}

// publicSubnet makes a subnet that leads to an internet gateway, once.
func (s *scene) publicSubnet() *subnet {
	if s.public == nil {
		s.public = s.subnet("public", 32)
		s.public.public = true
		s.public.table = s.net.addTable(s.vpc, s.name+"-public", s.r)
		s.net.publicSubnet(s.public)
		addRoute(s.public.table, anyone, "gatewayId", s.gateway())
	}
	return s.public
}

func (s *scene) gateway() string {
	if s.igw == nil {
		s.igw = s.net.addIGW(s.vpc, s.r)
	}
	return s.igw.id
}

func addRoute(t *routeTable, to, kind, target string) {
	t.routes = append(t.routes, route{to: to, kind: kind, target: target, state: "active", origin: "CreateRoute"})
}

// via adds a route to the notebook's table.
func (s *scene) via(to, kind, target string) { addRoute(s.table, to, kind, target) }

// addNAT makes a public NAT gateway in the public subnet.
func (s *scene) addNAT() *natGateway {
	g := &natGateway{
		id: s.id("nat"), name: s.name, state: "available", connectivity: "public", vpc: s.vpc, subnet: s.publicSubnet(),
		public: fmt.Sprintf("198.51.100.%d", 1+s.r.below(250)), private: strings.TrimSuffix(s.vpc.cidr, "0.0/16") + "32.10",
	}
	s.net.nats = append(s.net.nats, g)
	return g
}

// throughNAT makes the usual way out: a default route to a public NAT gateway.
func (s *scene) throughNAT() *natGateway {
	g := s.addNAT()
	s.via(anyone, "natGatewayId", g.id)
	return g
}

func (s *scene) addGroup(name string, egress ...groupRule) *securityGroup {
	g := &securityGroup{id: s.id("sg"), name: name, about: name, vpc: s.vpc, egress: egress}
	s.vpc.groups = append(s.vpc.groups, g)
	return g
}

// addList makes a prefix list of the customer's.
func (s *scene) addList(cidrs ...string) string {
	l := &prefixList{id: "pl-0" + s.r.hex(16), name: s.name, cidrs: cidrs}
	s.net.lists = append(s.net.lists, l)
	return l.id
}

// interfaceEndpoint makes one that lets the VPC in.
func (s *scene) interfaceEndpoint(service string) *endpoint {
	g := s.addGroup(service)
	g.ingress = []groupRule{{proto: "tcp", from: 443, to: 443, cidr: s.vpc.cidr}}
	e := &endpoint{
		id: s.id("vpce"), kind: "Interface", vpc: s.vpc, service: "com.amazonaws." + s.net.place.region.name + "." + service,
		subnets: []*subnet{s.private}, groups: []*securityGroup{g},
	}
	if service == "notebook" {
		e.service = "aws.sagemaker." + s.net.place.region.name + ".notebook"
	}
	s.net.endpoints = append(s.net.endpoints, e)
	return e
}

// gatewayEndpoint makes one for S3 in a route table.
func (s *scene) gatewayEndpoint(in *routeTable) {
	e := &endpoint{
		id: s.id("vpce"), kind: "Gateway", vpc: s.vpc, service: "com.amazonaws." + s.net.place.region.name + ".s3", tables: []*routeTable{in},
	}
	s.net.endpoints = append(s.net.endpoints, e)
	addRoute(in, s.net.s3Prefix(), "gatewayId", e.id)
}

// addFirewall makes a Gateway Load Balancer endpoint in the public subnet.
func (s *scene) addFirewall() *endpoint {
	e := &endpoint{
		id: s.id("vpce"), kind: "GatewayLoadBalancer", vpc: s.vpc, subnets: []*subnet{s.publicSubnet()},
		service: "com.amazonaws.vpce." + s.net.place.region.name + "." + s.id("vpce-svc"),
	}
	s.net.endpoints = append(s.net.endpoints, e)
	return e
}

// appliance makes an instance's interface in the public subnet.
func (s *scene) appliance(check bool) *netInterface {
	g := s.addGroup("appliance", groupRule{proto: "-1", cidr: anyone})
	g.ingress = []groupRule{{proto: "-1", cidr: s.vpc.cidr}}
	e := &netInterface{
		id: s.id("eni"), instance: s.id("i"), subnet: s.publicSubnet(), check: check, public: "198.51.100.251", groups: []*securityGroup{g},
	}
	s.net.enis = append(s.net.enis, e)
	return e
}

// secondSubnet makes a subnet with a route table of its own that leads on by one
// route.
func (s *scene) secondSubnet(name string, third int, kind, target string) *subnet {
	n := s.subnet(name, third)
	n.table = s.net.addTable(s.vpc, s.name+"-"+name, s.r)
	s.net.publicSubnet(n)
	if target != "" {
		addRoute(n.table, anyone, kind, target)
	}
	return n
}

// edge makes a route table for what comes in by the internet gateway.
func (s *scene) edge(to, target string) {
	t := s.net.addTable(s.vpc, s.name+"-edge", s.r)
	t.edge = s.gateway()
	addRoute(t, to, "gatewayId", target)
}

// beforeFirewall puts the NAT gateway into a subnet from which an inspection
// endpoint in the public subnet leads to the internet gateway.
func (s *scene) beforeFirewall() (*natGateway, *endpoint) {
	g, fw := s.throughNAT(), s.addFirewall()
	g.subnet = s.secondSubnet("nat", 48, "gatewayId", fw.id)
	return g, fw
}

func (s *scene) exempt(resource, mode string) {
	s.net.exempt = append(s.net.exempt, exemption{
		id: s.id("vpcbpa-exclude"), resource: s.net.place.arn("ec2", resource), mode: mode, state: "create-complete",
	})
}

// rules sets the entries of the VPC's ACL.
func (s *scene) rules(entries ...aclEntry) { s.acl.entries = entries }

// allow and deny are entries for TCP; what is denied is tcp/443 out to a range.
func allow(rule int, egress bool, from, to int) aclEntry {
	return aclEntry{rule: rule, egress: egress, proto: "6", action: "allow", from: from, to: to, cidr: anyone}
}

func deny(rule int, cidr string) aclEntry {
	e := allow(rule, true, 443, 443)
	e.action, e.cidr = "deny", cidr
	return e
}

// pass is entry 100, for everything.
func pass(egress bool) aclEntry {
	return aclEntry{rule: 100, egress: egress, proto: "-1", action: "allow", cidr: anyone}
}
