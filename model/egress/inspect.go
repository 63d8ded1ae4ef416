package egress

import "nbscope/model"

// inspect goes through a Gateway Load Balancer endpoint and on from its subnet.
func (w *walker) inspect(id string, open space, who traveller) fate {
	e, why := w.ix.endpoints.get(id)
	switch {
	case e == nil:
		return w.untold(open, model.HopEndpoint, id, "", w.ownerOr(why))
	case e.Type != endpointGWLB:
		return w.lost(open, model.HopEndpoint, id, e.Name, "is an endpoint of the type %q, to which a route to the internet makes no sense", e.Type)
	case !isAvailable(e.State):
		return w.unready(open, model.HopEndpoint, e.ID, e.Name, e.State, "leads to an inspection appliance, and is "+e.State)
	case len(e.Subnets) != 1:
		return w.lost(open, model.HopEndpoint, id, e.Name, "hands the traffic to an inspection appliance, and AWS does not name the one subnet that takes it back")
	}
	s, why := w.ix.subnets.get(e.Subnets[0])
	if s == nil {
		return w.untold(open, model.HopSubnet, e.Subnets[0], "", why)
	}
	w.add(model.HopEndpoint, id, e.Name, model.HopOK, "hands the traffic to an inspection appliance, which decides what passes")
	b := w.fork()
	b.through = id
	b.add(model.HopSubnet, s.ID, s.Name, model.HopOK, "takes the traffic back after the inspection")
	f := b.leave(s, open, who)
	f.inspected = !f.open.empty()
	// The appliance may have a way out of its own, so a dead end here proves
	// nothing either way, unless what ends there is dropped in any case.
	if dead := f.shut(open).minus(f.final); dead.size() >= w.stack.grain {
		f.doubt = union(append(f.doubt, dead...))
		for i, h := range b.hops {
			if h.State == model.HopBroken {
				b.hops[i].State, b.hops[i].Says = model.HopUnknown, h.Says+"; whether the appliance has another way out is not visible"
			}
		}
	}
	w.merge(&b.trail)
	return f
}

// unready notes a resource in a state other than available: a state that is known
// to mean no closes the way, one that is not known leaves it open.
func (r *trail) unready(open space, kind model.HopKind, id, name, state, says string) fate {
	if notAvailable(state) == model.HopBroken {
		return r.stop(kind, id, name, says)
	}
	return r.lost(open, kind, id, name, says)
}
