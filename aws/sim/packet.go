package sim

import (
	"net/netip"
	"slices"
	"strings"
)

// What becomes of a packet that leaves a notebook for tcp/443. The world decides it,
// by its own rules and from what exists now: what nbscope judges by DescribeX is held
// against this, so that nothing of it is shared.

// The ends of a connection, in the words of a probe.
const (
	endReached = "reached"
	endTimeout = "timeout"
	endNoName  = "no-name"
	endNoRoute = "no-route"
)

// maxHops ends what goes in circles.
const maxHops = 8

// packet is one on its way.
type packet struct {
	net    *network
	n      *notebook
	to     netip.Addr
	public bool    // it has an address that the internet can answer to
	from   *subnet // that of this address; nil for a regional gateway's
}

// send follows a packet from the notebook's subnet, with the place's lock held.
func (k *packet) send() string {
	s := k.n.subnet
	if !k.letOut(k.n.groups) || !k.crosses(s) {
		return endTimeout
	}
	k.public, k.from = k.to.Is6(), s
	if !k.follow(s.routes(), s, 0) {
		return endTimeout
	}
	return endReached
}

func (s *subnet) routes() *routeTable {
	if s.table != nil {
		return s.table
	}
	return s.vpc.main
}

// letOut asks the security groups: one rule that fits will do.
func (k *packet) letOut(ids []string) bool {
	for _, g := range k.n.subnet.vpc.groups {
		if slices.Contains(ids, g.id) && slices.ContainsFunc(g.egress, func(r groupRule) bool { return k.fits(&r, k.to) }) {
			return true
		}
	}
	return false
}

// fits reports whether a rule lets tcp/443 through, to or from an address.
func (k *packet) fits(r *groupRule, a netip.Addr) bool {
	tcp := r.proto == "-1" || (r.proto == "tcp" || r.proto == "6") && r.from <= 443 && 443 <= r.to
	return tcp && (holds(r.cidr, a) || r.prefix != "" && k.net.listed(r.prefix, a))
}

func holds(cidr string, a netip.Addr) bool {
	prefix, err := netip.ParsePrefix(cidr)
	return err == nil && prefix.Contains(a)
}

// listed reports whether an address is in a prefix list.
func (n *network) listed(id string, a netip.Addr) bool {
	if id == n.s3Prefix() {
		return slices.ContainsFunc(s3Ranges(), func(c string) bool { return holds(c, a) })
	}
	i := slices.IndexFunc(n.lists, func(l *prefixList) bool { return l.id == id })
	return i >= 0 && slices.ContainsFunc(n.lists[i].cidrs, func(c string) bool { return holds(c, a) })
}

// crosses asks the ACL of a subnet: out and back, and into it from the notebook's where
// that is another one.
func (k *packet) crosses(s *subnet) bool {
	const ephemeral = 40000
	from, _ := netip.ParseAddr(k.n.privateIP())
	for _, a := range k.net.acls {
		if slices.Contains(k.net.guarded(a), s.id) {
			into := s == k.n.subnet || a.lets(false, from, 443) && a.lets(true, from, ephemeral)
			return into && a.lets(true, k.to, 443) && a.lets(false, k.to, ephemeral)
		}
	}
	return true
}

// lets reports what the first entry says that fits.
func (a *networkACL) lets(egress bool, at netip.Addr, port int) bool {
	best := aclEntry{rule: 1 << 16}
	for _, e := range a.rules() {
		proto := e.proto == "-1" || e.proto == "6"
		ports := e.to == 0 || e.from <= port && port <= e.to
		if e.egress == egress && proto && ports && holds(e.cidr, at) && e.rule < best.rule {
			best = e
		}
	}
	return best.action == "allow"
}

// follow goes where a table of a subnet leads; nil for that of a regional gateway.
func (k *packet) follow(t *routeTable, in *subnet, hops int) bool {
	r, ok := k.lookUp(t)
	if !ok || r.state != "active" || hops > maxHops {
		return false
	}
	net := k.net
	switch kind, _, _ := strings.Cut(r.target, "-"); kind {
	case "igw":
		return attached(net.igws, r.target) && k.public && k.unblocked(t.vpc)
	case "eigw":
		return attached(net.eigws, r.target) && in == k.n.subnet && k.unblocked(t.vpc)
	case "nat":
		return k.translate(r.target, hops)
	case "vpce":
		return k.through(r.target, hops)
	case "eni", "i":
		return k.forward(r.target, hops)
	case "tgw", "vgw", "lgw", "arn:aws:networkmanager::" + k.net.place.account.id + ":core":
		return true // a central way out stands behind it
	}
	return false
}

// lookUp is the most specific route to where the packet goes.
func (k *packet) lookUp(t *routeTable) (best route, ok bool) {
	bits := -1
	for _, r := range t.routes {
		var ranges []string
		switch i := slices.IndexFunc(k.net.lists, func(l *prefixList) bool { return l.id == r.to }); {
		case r.to == k.net.s3Prefix():
			ranges = s3Ranges()
		case i >= 0:
			ranges = k.net.lists[i].cidrs
		default:
			ranges = []string{r.to}
		}
		for _, c := range ranges {
			if p, err := netip.ParsePrefix(c); err == nil && p.Contains(k.to) && p.Bits() > bits {
				best, bits = r, p.Bits()
			}
		}
	}
	return best, bits >= 0
}

// attached reports whether there is a gateway of that id, and a VPC has it.
func attached(all []*internetGateway, id string) bool {
	i := slices.IndexFunc(all, func(g *internetGateway) bool { return g.id == id })
	return i >= 0 && all[i].attached()
}

func (g *internetGateway) attached() bool {
	return g.state == "" || g.state == "available" || g.state == "attached"
}

// translate goes through a NAT gateway.
func (k *packet) translate(id string, hops int) bool {
	i := slices.IndexFunc(k.net.nats, func(g *natGateway) bool { return g.id == id })
	if i < 0 || k.net.nats[i].state != "available" {
		return false
	}
	g := k.net.nats[i]
	k.public, k.from = g.connectivity == "public", g.subnet
	if g.subnet == nil {
		return g.table != nil && k.follow(g.table, nil, hops+1)
	}
	return k.crosses(g.subnet) && k.follow(g.subnet.routes(), g.subnet, hops+1)
}

// through goes through an endpoint that is in a route: a gateway's, which is the
// service, or one with a firewall behind it, which lets everything through.
func (k *packet) through(id string, hops int) bool {
	i := slices.IndexFunc(k.net.endpoints, func(e *endpoint) bool { return e.id == id })
	if i < 0 || k.net.endpoints[i].status() != "available" {
		return false
	}
	e := k.net.endpoints[i]
	if e.kind == "Gateway" {
		return true
	}
	return len(e.subnets) > 0 && k.follow(e.subnets[0].routes(), e.subnets[0], hops+1)
}

// forward goes through an instance.
func (k *packet) forward(id string, hops int) bool {
	i := slices.IndexFunc(k.net.enis, func(e *netInterface) bool { return e.id == id || e.instance == id })
	if i < 0 || k.net.enis[i].check {
		return false
	}
	e := k.net.enis[i]
	in, out := false, false
	for _, g := range e.groups {
		from, _ := netip.ParseAddr(k.n.privateIP())
		in = in || slices.ContainsFunc(g.ingress, func(r groupRule) bool { return k.fits(&r, from) })
		out = out || slices.ContainsFunc(g.egress, func(r groupRule) bool { return k.fits(&r, k.to) })
	}
	k.public, k.from = e.public != "", e.subnet
	return in && out && k.crosses(e.subnet) && k.follow(e.subnet.routes(), e.subnet, hops+1)
}

// unblocked asks Block Public Access of the subnet whose address goes out, or of the
// VPC. The region's mode holds where EC2 does not tell another, and so do exclusions.
func (k *packet) unblocked(v *vpc) bool {
	mode, exempt := v.block, "/"+v.id
	if s := k.from; s != nil {
		mode = s.block
		exempt = "/" + s.id
	}
	if mode != untold {
		return mode != "block-bidirectional"
	}
	return k.net.block != "block-bidirectional" || slices.ContainsFunc(k.net.exempt, func(e exemption) bool {
		return strings.HasSuffix(e.resource, exempt) || strings.HasSuffix(e.resource, "/"+v.id)
	})
}
