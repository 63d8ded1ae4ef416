package egress

import (
	"fmt"

	"nbscope/model"
)

// sayOneWay says why answers that take another way are a doubt: firewalls keep
// state, and AWS Network Firewall does not support asymmetric routing.
const sayOneWay = "a firewall that sees one direction only drops the connection"

// answers checks that a table sends answers back to the source of the traffic by
// the way that it came: straight inside the VPC, or through the inspection
// endpoint that it passed.
func (w *walker) answers(t *RouteTable, kind model.HopKind, id, name string, open space) (ends fate, ok bool) {
	if w.source == nil {
		return fate{}, true
	}
	to, cidr := w.source.addresses(w.stack.v4)
	if to.empty() {
		return w.lost(open, kind, id, name, "leads answers back to an address range that AWS does not give: %q", cidr), false
	}
	ways, why := w.ix.tables.ways(t, w.stack, to)
	switch {
	case why != "":
		return w.untold(open, kind, id, name, why), false
	case len(ways) == 0 && w.through == "":
		return fate{}, true
	case len(ways) == 0:
		return w.past(kind, id, name, cidr, open), false
	}
	for _, one := range ways {
		switch {
		case one.why != "":
			return w.lost(open, kind, id, name, "leads answers back to %s; %s", cidr, one.why), false
		case one.target == "":
			return w.stop(kind, id, name, "has no route for answers back to %s", cidr), false
		case one.target != w.through:
			return w.lost(open, kind, id, name, "sends answers for %s to %s, through which the traffic did not come: %s", cidr, one.target, sayOneWay), false
		case !to.minus(one.part).empty():
			return w.past(kind, id, name, cidr, open), false
		}
	}
	return fate{}, true
}

// past notes answers that go by the inspection that the traffic went through.
func (w *walker) past(kind model.HopKind, id, name, cidr string, open space) fate {
	return w.lost(open, kind, id, name, "sends answers for %s straight back, past inspection endpoint %s: %s", cidr, w.through, sayOneWay)
}

// answersFrom checks the way back from an internet gateway: a route table that is
// associated with the gateway itself routes what comes in.
func (w *walker) answersFrom(g *InternetGateway, open space) (ends fate, ok bool) {
	edges := w.ix.tables.byGateway[g.ID]
	switch {
	case len(edges) > 1:
		return w.lost(open, model.HopIGW, g.ID, g.Name, fmt.Sprintf("has %d route tables for what comes in", len(edges))), false
	case len(edges) == 1:
		return w.answers(edges[0], model.HopRouteTable, edges[0].ID, edges[0].Name, open)
	case w.through == "":
		return fate{}, true
	case w.source == nil:
		return w.lost(open, model.HopIGW, g.ID, g.Name, "whether answers come back through inspection endpoint %s is not visible", w.through), false
	}
	_, cidr := w.source.addresses(w.stack.v4)
	return w.past(model.HopIGW, g.ID, g.Name, cidr, open), false
}
