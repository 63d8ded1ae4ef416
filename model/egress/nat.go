package egress

import (
	"fmt"
	"slices"
	"strings"

	"nbscope/model"
)

// Connectivity of a NAT gateway, and where it stands.
const (
	natPublic   = "public"
	natPrivate  = "private"
	natZonal    = "zonal"
	natRegional = "regional"
)

// nat goes through a NAT gateway and on from where it stands.
func (w *walker) nat(id string, open space, who traveller) model.Verdict {
	g, why := w.ix.nats.get(id)
	switch {
	case g == nil:
		w.add(model.HopNAT, id, "", model.HopUnknown, why)
		return model.VerdictUnknown
	case !isAvailable(g.State):
		w.add(model.HopNAT, id, g.Name, notAvailable(g.State), "is %s, not available", g.State)
		return verdictNone
	case slices.Contains(w.nats, id) || who == asPublicNAT:
		w.add(model.HopNAT, id, g.Name, model.HopBroken, "is reached from a NAT gateway again: the way runs in a circle")
		return verdictNone
	case who == asPrivateNAT:
		w.add(model.HopNAT, id, g.Name, model.HopUnknown, "stands behind a private NAT gateway, and nbscope does not know whether that passes")
		return model.VerdictUnknown
	}
	if verdict, ok := w.carries(g); !ok {
		return verdict
	}
	w.nats = append(w.nats, id)
	next := asPublicNAT
	switch g.Connectivity {
	case natPublic:
	case natPrivate:
		next = asPrivateNAT
	default:
		w.add(model.HopNAT, id, g.Name, model.HopUnknown, "has the connectivity type %q, which nbscope does not know", g.Connectivity)
		return model.VerdictUnknown
	}
	return w.stand(g, open, next)
}

// carries checks that the NAT gateway takes this IP version at all.
func (w *walker) carries(g *NATGateway) (verdict model.Verdict, ok bool) {
	switch {
	case w.stack.v4:
		return "", true
	case w.stack.everyone != nat64().everyone:
		w.add(model.HopNAT, g.ID, g.Name, model.HopBroken, "takes IPv6 to 64:ff9b::/96 only")
		return verdictNone, false
	case !w.subnet.DNS64:
		w.add(model.HopNAT, g.ID, g.Name, model.HopBroken, "translates 64:ff9b::/96, and subnet %s has DNS64 off, so no name leads there", w.subnet.ID)
		return verdictNone, false
	}
	return "", true
}

// stand goes on from the place of a NAT gateway: a subnet for a zonal one, its
// own route table for a regional one. Behind it the traffic is IPv4.
func (w *walker) stand(g *NATGateway, open space, who traveller) model.Verdict {
	inner, target := w.stack, open
	if !inner.v4 {
		inner = ipv4()
		target = inner.internet
	}
	b := w.fork()
	b.stack = inner
	verdict := b.from(g, target, who)
	w.hops, w.warnings = append(w.hops, b.hops...), append(w.warnings, b.warnings...)
	return verdict
}

func (w *walker) from(g *NATGateway, open space, who traveller) model.Verdict {
	switch {
	case g.Availability == natRegional:
		t, why := w.ix.tables.get(g.RouteTable)
		if t == nil {
			w.add(model.HopNAT, g.ID, g.Name, model.HopUnknown, why)
			return model.VerdictUnknown
		}
		w.add(model.HopNAT, g.ID, g.Name, model.HopOK, "is available, %s and regional", g.Connectivity)
		return w.road(t, "belongs to NAT gateway "+g.ID, nil, open, who)
	case g.Availability != natZonal && g.Availability != "":
		w.add(model.HopNAT, g.ID, g.Name, model.HopUnknown, "has the availability mode %q, which nbscope does not know", g.Availability)
		return model.VerdictUnknown
	case g.SubnetID == w.subnet.ID:
		w.add(model.HopNAT, g.ID, g.Name, model.HopBroken, "stands in the notebook's own subnet, whose route leads back to it: a circle")
		return verdictNone
	}
	s, why := w.ix.subnets.get(g.SubnetID)
	if s == nil {
		w.add(model.HopNAT, g.ID, g.Name, model.HopUnknown, why)
		return model.VerdictUnknown
	}
	w.add(model.HopNAT, g.ID, g.Name, model.HopOK, "is available and %s", g.Connectivity)
	w.add(model.HopSubnet, s.ID, s.Name, model.HopOK, "holds the NAT gateway")
	w.pass(s, open)
	return w.leave(s, open, who)
}

// pass checks the network ACL around a NAT gateway in both directions: to the
// internet and back, and from the notebook's subnet and back.
func (w *walker) pass(s *Subnet, open space) {
	a, why := w.ix.acl(s.ID)
	if a == nil {
		w.add(model.HopACL, "", "", model.HopUnknown, why)
		return
	}
	inside, ok := cidrSpan(w.subnet.CIDR, true)
	if !ok {
		w.add(model.HopACL, a.ID, a.Name, model.HopUnknown, "guards the NAT gateway from an address range that AWS does not give: %q", w.subnet.CIDR)
		return
	}
	out, says, why := a.roundTrip(open, true, wide)
	if why == "" && out.empty() {
		w.add(model.HopACL, a.ID, a.Name, model.HopBroken, "%s, around the NAT gateway", says)
		return
	}
	for _, f := range []flow{toHTTPS(false), ephemeral(true)} {
		if why != "" {
			break
		}
		var left space
		if left, why = a.passes(f, space{inside}, true); why == "" && !left.most(space{inside}) {
			w.add(model.HopACL, a.ID, a.Name, model.HopBroken, "%s", shutTo(f, w.subnet.CIDR))
			return
		}
	}
	if why != "" {
		w.add(model.HopACL, a.ID, a.Name, model.HopUnknown, why)
		return
	}
	w.add(model.HopACL, a.ID, a.Name, model.HopOK, "%s, around the NAT gateway", says)
}

func shutTo(f flow, cidr string) string {
	if f.egress {
		return fmt.Sprintf("lets no answer from the NAT gateway out to %s", cidr)
	}
	return fmt.Sprintf("lets no tcp/443 from %s in to the NAT gateway", cidr)
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
