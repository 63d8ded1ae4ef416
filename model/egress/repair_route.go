package egress

import (
	"slices"
	"strings"

	"nbscope/model"
)

// everyoneIPv4 is the destination of an IPv4 default route.
const everyoneIPv4 = "0.0.0.0/0"

// toNAT leads the notebook's subnet to a NAT gateway, in the table that it has or
// in one of its own.
func toNAT(id string, ownTable bool) reroute {
	return func(r *repair) string { return r.lead(id, ownTable, "route its subnet to NAT gateway "+id) }
}

// toNewNAT makes a NAT gateway in a public subnet and leads the notebook's there.
func toNewNAT(where *Subnet, ownTable bool) reroute {
	return func(r *repair) string {
		name := strings.TrimSpace(where.ID + " " + where.Name)
		for _, e := range r.ix.endpointsIn[where.VPCID] {
			if e.Type == endpointGWLB && slices.Contains(e.Subnets, where.ID) {
				r.note("Goes round the inspection: firewall endpoint " + e.ID + " stands in subnet " + where.ID + ", and what leaves there it does not see.")
			}
		}
		r.do(model.RemedyNATRoute, "create a NAT gateway in subnet "+name, priceOf(r.notebook.Region).newNAT(), newNAT{where.VPCID, where.ID})
		return r.lead(newNATID, ownTable, "route its subnet to it")
	}
}

// lead points the subnet's way out at a NAT gateway.
func (r *repair) lead(nat string, ownTable bool, words string) string {
	list := priceOf(r.notebook.Region)
	r.note(list.byGB(list.natGB, "the NAT gateway", r.notebook.Region))
	t, _, why := r.ix.tables.of(r.subnet)
	switch {
	case t == nil:
		return why
	case ownTable:
		r.noteGateway(t)
		return r.leadAlone(r.subnet, nat, words)
	}
	return r.leadTable(model.RemedyNATRoute, t, nat, words)
}

// leadsThere is why a table is left as it is: what is in the way is something else.
const leadsThere = "the route table leads the internet there already"

// leadTable points a table's way out at a gateway.
func (r *repair) leadTable(kind model.RemedyKind, t *RouteTable, gateway, words string) string {
	changes := r.defaults(t, gateway)
	if len(changes) == 0 {
		return leadsThere
	}
	r.noteGateway(t)
	r.do(kind, words, model.Cost{}, changes...)
	return ""
}

// noteGateway says that a subnet loses a way that it is without now, and would have
// again.
func (r *repair) noteGateway(t *RouteTable) {
	for _, d := range t.Routes {
		if kindOf(d.Target) == model.HopIGW && r.ix.tables.takesInternet(d) && r.ix.attachedTo(t.VPCID) != d.Target {
			r.note("Route table " + t.ID + " leads to internet gateway " + d.Target + ", which is not attached: once it is, hosts with public addresses behind that table need the route that this takes away.")
		}
	}
}

// defaults are the changes that give a table's share of the internet to a gateway:
// every route that takes a large part of it now, be it one default, two
// halves or a prefix list, every one for a smaller part whose target is gone or, of the
// notebook's own table, that leads nowhere, and a default where those leave something
// over.
func (r *repair) defaults(t *RouteTable, gateway string) []change {
	ix, own := r.ix, ""
	if mine, _, _ := ix.tables.of(r.subnet); mine != nil {
		own = mine.ID
	}
	var out []change
	rest := ipv4().internet
	for _, d := range t.Routes {
		large := ix.tables.takesInternet(d)
		if d.Propagated || !large && !r.ix.tables.gone(d) && (t.ID != own || !r.leadsNowhere(d)) || slices.ContainsFunc(out, func(c change) bool { return sameDestination(c.(setRoute).route, d) }) {
			continue
		}
		rest = rest.minus(ix.tables.ranges(&d, true))
		if d.Target == gateway && d.State == routeActive {
			continue // as it is to be
		}
		to := Route{Destination: d.Destination, PrefixList: d.PrefixList, Target: gateway, State: routeActive}
		out = append(out, setRoute{table: t.ID, route: to, replace: true})
	}
	if rest.size() >= ipv4().grain {
		out = append(out, setRoute{table: t.ID, route: Route{Destination: everyoneIPv4, Target: gateway, State: routeActive}})
	}
	return out
}

// leadsNowhere reports whether a route was to lead to a part of the internet and does
// not.
func (r *repair) leadsNowhere(d Route) bool {
	w := r.walker(ipv4())
	return r.ix.tables.gone(d) || r.ix.tables.forInternet(d) && w.enter(d.Target, r.subnet, r.ix.tables.ranges(&d, true), asNotebook).verdict(r.ix.tables.ranges(&d, true), 1) == verdictNone
}

// leadAlone gives a subnet a table of its own: every route of the old one but those
// to the internet, which go to the gateway of the new one.
func (r *repair) leadAlone(s *Subnet, gateway, words string) string {
	t, byDefault, why := r.ix.tables.of(s)
	if t == nil {
		return why
	}
	c, kind := newTable{id: newTableID, vpc: s.VPCID}, model.RemedyNATRoute
	if kindOf(gateway) == model.HopIGW {
		c.id, kind = newPublicTableID, model.RemedyRoute
	}
	for _, d := range t.Routes {
		switch e := r.ix.endpoints.byID[d.Target]; {
		case d.Target == targetLocal:
			c.local = append(c.local, d)
		case e != nil && e.Type == endpointGateway:
			c.endpoints, c.listed = append(c.endpoints, e.ID), append(c.listed, d)
		case d.State != routeActive || r.ix.tables.takesInternet(d) || s.ID == r.subnet.ID && r.leadsNowhere(d):
		case d.Propagated && kindOf(d.Target) == model.HopVPN:
			c.gateways, c.learned = append(c.gateways, d.Target), append(c.learned, d)
		case d.Propagated || targetFlag(d.Target) == "":
			return "route table " + t.ID + " has a route to " + d.Target + " that no command can repeat in another table"
		default:
			c.routes = append(c.routes, d)
		}
	}
	c.endpoints, c.gateways = unique(c.endpoints), unique(c.gateways)
	r.do(kind, words+" by a route table of its own", model.Cost{}, c,
		setRoute{table: c.id, route: Route{Destination: everyoneIPv4, Target: gateway, State: routeActive}},
		associate{s.ID, c.id, !byDefault})
	return ""
}

// reroutes lists the other ways that the notebook's subnet may be led: to a NAT
// gateway that works or can be mended, else to a new one, each by a table of its
// own where others use the present one.
func (p *place) reroutes(n *model.Notebook, s *Subnet) []reroute {
	t, byDefault, _ := p.index.tables.of(s)
	if t == nil {
		return nil
	}
	own := []bool{false}
	if t.shared(byDefault) {
		own = []bool{true, false}
	}
	var out []reroute
	add := func(way func(bool) reroute) {
		for _, alone := range own {
			out = append(out, way(alone))
		}
	}
	who := tenant{p.index, n, s}
	nats := who.natsFor()
	for _, id := range nats {
		add(func(alone bool) reroute { return toNAT(id, alone) })
	}
	if where := who.publicSubnet(); where != nil && !who.works(nats) {
		add(func(alone bool) reroute { return toNewNAT(where, alone) })
	}
	return out
}

// shared reports whether a subnet's table is that of others too, or of every subnet
// that names none.
func (t *RouteTable) shared(byDefault bool) bool {
	return byDefault || t.Main || len(unique(t.Subnets)) > 1
}

// natsFor lists the NAT gateways to try for a subnet: the best of those that work,
// else every one that may be mended.
func (t tenant) natsFor() []string {
	var working, others []*NATGateway
	for _, g := range t.ix.nats.sorted() {
		if g.VPCID != t.subnet.VPCID || g.Connectivity != natPublic || g.SubnetID == t.subnet.ID {
			continue
		}
		switch {
		case t.works([]string{g.ID}):
			working = append(working, g)
		case isAvailable(g.State) || g.State == natPending:
			others = append(others, g)
		}
	}
	if len(working) == 0 {
		ids := make([]string, len(others))
		for i, g := range others {
			ids[i] = g.ID
		}
		return ids
	}
	best := working[0]
	for _, g := range working {
		if near := t.ix.subnets.byID[g.SubnetID]; near != nil && near.Zone == t.subnet.Zone {
			best = g
			break
		}
	}
	return []string{best.ID}
}

// works reports whether one of the NAT gateways leads the subnet to the internet.
func (t tenant) works(nats []string) bool {
	return slices.ContainsFunc(nats, func(id string) bool {
		w := t.walker(ipv4())
		return w.nat(id, w.stack.internet, asNotebook).verdict(w.stack.internet, w.stack.grain).Internet()
	})
}

// publicSubnet finds a subnet of the VPC in which a new NAT gateway could stand: one
// from which it would reach the internet, first through a firewall where there is one,
// else one that leads to an internet gateway that can be mended; in the notebook's zone
// before others.
func (t tenant) publicSubnet() *Subnet {
	var found *Subnet
	best := 0
	for _, there := range t.ix.subnets.sorted() {
		if there.VPCID != t.subnet.VPCID || there.ID == t.subnet.ID || !there.room(1) {
			continue
		}
		worth := 0
		w, v := t.walker(ipv4()), t.walker(ipv4())
		v.source = there
		st := w.stack
		switch v4 := w.station(there, "the NAT gateway", st.internet, asPublicNAT).verdict(st.internet, st.grain); {
		case v4 == model.VerdictInspected:
			worth = 8
		case v4 == model.VerdictNAT:
			worth = 6
		case v.leave(there, st.internet, asPublicNAT).verdict(st.internet, st.grain) == model.VerdictNAT:
			worth = 4
		case t.ix.tables.leadToGateway(there):
			worth = 2
		}
		if worth > 0 && there.Zone == t.subnet.Zone {
			worth++
		}
		if worth > best {
			found, best = there, worth
		}
	}
	return found
}

// inPublic is the attached internet gateway that the notebook's own subnet uses, ""
// for a subnet that is not public.
func (ix *Index) inPublic(s *Subnet) string {
	t, _, _ := ix.tables.of(s)
	if t == nil {
		return ""
	}
	for _, d := range t.Routes {
		if g := ix.gateways.byID[d.Target]; g != nil && g.VPCID == s.VPCID && d.State == routeActive && ix.tables.takesInternet(d) {
			return g.ID
		}
	}
	return ""
}
