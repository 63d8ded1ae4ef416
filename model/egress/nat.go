package egress

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"nbscope/model"
)

// Connectivity of a NAT gateway, where it stands, and its state before it is made.
const (
	natPending  = "pending"
	natPublic   = "public"
	natPrivate  = "private"
	natZonal    = "zonal"
	natRegional = "regional"
)

// nat goes through a NAT gateway and on from where it stands.
func (w *walker) nat(id string, open space, who traveller) fate {
	g, why := w.ix.nats.get(id)
	switch {
	case g == nil:
		return w.untold(open, model.HopNAT, id, "", w.ownerOr(why))
	case !isAvailable(g.State):
		return w.unready(open, model.HopNAT, id, g.Name, g.State, fmt.Sprintf("is %s, not available", g.State))
	case slices.Contains(w.nats, id) || who == asPublicNAT:
		return w.stop(model.HopNAT, id, g.Name, "is reached from a NAT gateway again: the way runs in a circle")
	case who == asPrivateNAT:
		return w.lost(open, model.HopNAT, id, g.Name, "stands behind a private NAT gateway, and nbscope does not know whether that passes")
	}
	if ends, ok := w.carries(g, open); !ok {
		return ends
	}
	w.nats = append(w.nats, id)
	next := asPublicNAT
	switch g.Connectivity {
	case natPublic:
	case natPrivate:
		next = asPrivateNAT
	default:
		return w.lost(open, model.HopNAT, id, g.Name, "has the connectivity type %q, which nbscope does not know", g.Connectivity)
	}
	return w.stand(g, open, next)
}

// carries checks that the NAT gateway takes this IP version at all, and that
// nothing is attached to it that decides what passes.
func (w *walker) carries(g *NATGateway, open space) (ends fate, ok bool) {
	for _, a := range g.Appliances {
		if a.State != "detached" && a.State != "attach-failed" {
			return w.lost(open, model.HopNAT, g.ID, g.Name, "has %s attached (%s, %s), and what that lets through is not judged",
				strings.ReplaceAll(a.Type, "-", " "), a.ARN, a.State), false
		}
	}
	switch {
	case w.stack.v4:
		return fate{}, true
	case !w.stack.translated():
		return w.stop(model.HopNAT, g.ID, g.Name, "takes IPv6 to 64:ff9b::/96 only"), false
	case !w.subnet.DNS64:
		return w.stop(model.HopNAT, g.ID, g.Name, "translates 64:ff9b::/96, and subnet %s has DNS64 off, so no name leads there", w.subnet.ID), false
	}
	return fate{}, true
}

// stand goes on from the place of a NAT gateway. Behind one that takes IPv6 the
// traffic is IPv4, so only a word about all of it is left.
func (w *walker) stand(g *NATGateway, open space, who traveller) fate {
	if w.stack.v4 {
		return w.from(g, open, who)
	}
	b := w.fork()
	inner := ipv4()
	f := b.from(g, inner.internet, who)
	w.merge(&b.trail)
	switch f.verdict(inner.internet, inner.grain) { //nolint:exhaustive // what is not named here is reached
	case model.VerdictUnknown:
		return fate{doubt: open}
	case model.VerdictIndirect:
		return fate{beyond: open}
	case model.VerdictPartial:
		return w.lost(open, model.HopNAT, g.ID, g.Name, "reaches %s for IPv6 hosts, and nbscope does not judge NAT64 in parts", inner.bounds(f.open, inner.internet.minus(f.open)))
	case verdictNone:
		return fate{}
	}
	return fate{open: open, inspected: f.inspected}
}

// from goes on from a subnet for a zonal NAT gateway, from its own route table for
// a regional one. The addresses asked for are IPv4.
func (w *walker) from(g *NATGateway, open space, who traveller) fate {
	switch {
	case g.Availability == natRegional:
		t, why := w.ix.tables.get(g.RouteTable)
		if t == nil {
			return w.untold(open, model.HopNAT, g.ID, g.Name, why)
		}
		w.add(model.HopNAT, g.ID, g.Name, model.HopOK, "is available, %s and regional", g.Connectivity)
		if ends, ok := w.answers(t, model.HopRouteTable, t.ID, t.Name, open); !ok {
			return ends
		}
		w.stack, w.source, w.through = ipv4(), nil, ""
		return w.road(t, "belongs to NAT gateway "+g.ID, nil, open, who)
	case g.Availability != natZonal && g.Availability != "":
		return w.lost(open, model.HopNAT, g.ID, g.Name, "has the availability mode %q, which nbscope does not know", g.Availability)
	case g.SubnetID == w.subnet.ID:
		return w.stop(model.HopNAT, g.ID, g.Name, "stands in the notebook's own subnet, whose route leads back to it: a circle")
	}
	s, why := w.ix.subnets.get(g.SubnetID)
	if s == nil {
		return w.untold(open, model.HopNAT, g.ID, g.Name, w.ownerOr(why))
	}
	w.add(model.HopNAT, g.ID, g.Name, model.HopOK, "is available and %s", g.Connectivity)
	w.add(model.HopSubnet, s.ID, s.Name, model.HopOK, "holds the NAT gateway")
	return w.station(s, "the NAT gateway", open, who)
}

// station goes on from the subnet of a NAT gateway or an appliance, which asks with
// an address of its own: past the network ACL in both directions, and only where
// answers find back to whoever the traffic came from.
func (w *walker) station(s *Subnet, whose string, open space, who traveller) fate {
	left, ends := w.pass(s, whose, open)
	if left.empty() {
		return ends
	}
	if t, _, _ := w.ix.tables.of(s); t != nil {
		if ends, ok := w.answers(t, model.HopRouteTable, t.ID, t.Name, open); !ok {
			return ends
		}
	}
	w.stack, w.source, w.through = ipv4(), s, ""
	return w.leave(s, left, who)
}

// pass checks the network ACL around a NAT gateway or an appliance: to the internet
// and back, and from whoever the traffic came from and back. It returns the
// addresses that are left, or how the way ends.
func (w *walker) pass(s *Subnet, whose string, open space) (left space, ends fate) {
	a, why := w.ix.acls.of(s.ID)
	if a == nil {
		return nil, w.lost(open, model.HopACL, "", "", why)
	}
	var v4 trail
	out, says, why := v4.trip(a, ipv4(), open, wide)
	w.narrow, w.warnings = cmp.Or(w.narrow, v4.narrow), append(w.warnings, v4.warnings...)
	switch {
	case why != "":
		return nil, w.lost(open, model.HopACL, a.ID, a.Name, why)
	case out.empty():
		return nil, w.stop(model.HopACL, a.ID, a.Name, "%s, around %s", says, whose)
	}
	if ends, ok := w.admits(a, s, whose, open); !ok {
		return nil, ends
	}
	w.add(model.HopACL, a.ID, a.Name, model.HopOK, "%s, around %s", says, whose)
	return out, fate{}
}

// admits checks that an ACL lets in what comes from another subnet, and lets the
// answers out to it.
func (w *walker) admits(a *ACL, s *Subnet, whose string, open space) (ends fate, ok bool) {
	if w.source == nil || w.source == s {
		return fate{}, true
	}
	inside, cidr := w.source.addresses(w.stack.v4)
	if inside.empty() {
		return w.lost(open, model.HopACL, a.ID, a.Name, "guards %s from an address range that AWS does not give: %q", whose, cidr), false
	}
	for _, f := range []flow{toHTTPS(false), ephemeral(true)} {
		left, why := a.passes(f, inside, w.stack.v4)
		switch {
		case why != "":
			return w.lost(open, model.HopACL, a.ID, a.Name, why), false
		case inside.minus(left).empty():
		case left.empty():
			return w.stop(model.HopACL, a.ID, a.Name, shutTo(f, whose, cidr)), false
		default:
			return w.lost(open, model.HopACL, a.ID, a.Name, "%s, in part", shutTo(f, whose, cidr)), false
		}
	}
	return fate{}, true
}

func shutTo(f flow, whose, cidr string) string {
	if f.egress {
		return fmt.Sprintf("lets no answer from %s out to %s", whose, cidr)
	}
	return fmt.Sprintf("lets no tcp/443 from %s in to %s", cidr, whose)
}

// addresses returns the addresses of a subnet in one IP version, and how AWS
// writes them.
func (s *Subnet) addresses(v4 bool) (at space, cidr string) {
	cidrs := s.IPv6CIDRs
	if v4 {
		cidrs = []string{s.CIDR}
	}
	return spaceOf(cidrs, v4), strings.Join(cidrs, " ")
}

// isAvailable compares without case: EC2 writes the states of endpoints in more
// than one way.
func isAvailable(state string) bool { return strings.EqualFold(state, stateAvailable) }

// notAvailable tells a state that is known to mean no from one that is not known.
func notAvailable(state string) model.HopState {
	switch strings.ToLower(state) {
	case "pending", "failed", "deleting", "deleted", "rejected", "expired", "pendingacceptance":
		return model.HopBroken
	}
	return model.HopUnknown
}
