package egress

import (
	"slices"

	"nbscope/model"
)

// maxRepairs is how many changes in a row a repair tries. A way has few stations,
// and each needs one at most.
const maxRepairs = 12

// repair opens a notebook's way step by step: it judges, acts on the hop that
// broke, and judges again. What it needed together is one remedy.
type repair struct {
	draft

	stuck    string            // why it goes no further, a sentence
	left     map[string]string // why services are not served by endpoints
	rerouted bool
	shares   bool // change a NAT gateway's table although others use it
	forks    bool // there was such a table
}

func (p *place) repair(n *model.Notebook) *repair {
	return &repair{draft: draft{tenant: tenant{p.index, n, p.index.subnets.byID[n.SubnetID]}, place: p}}
}

// reroute gives the notebook's subnet another way out, once. It returns why not
// when it cannot.
type reroute func(r *repair) (why string)

// open works until the internet is reached. Where the notebook's own route leads
// nowhere, it takes the given one; nil mends what the route leads to.
func (r *repair) open(another reroute) bool {
	for range maxRepairs {
		e := r.judge()
		if e.Verdict.Internet() {
			return len(r.changes) > 0
		}
		at := slices.IndexFunc(e.Chain, func(h model.Hop) bool { return h.State == model.HopBroken })
		if at < 0 && e.Verdict == model.VerdictPartial {
			at = r.narrowest(e.Chain)
		}
		if e.Verdict == model.VerdictUnknown {
			at = r.halfOpen(e.Chain)
		}
		switch {
		case e.Verdict == model.VerdictUnknown && at < 0:
			r.stuck = e.Reason
		case at >= 0:
			r.stuck = r.mend(e.Chain, at, another)
		case another != nil && !r.rerouted: // nothing is broken, and the internet is not reached for sure
			r.rerouted = true
			if r.stuck = another(r); r.stuck == leadsThere {
				r.stuck = e.Reason
			}
		default:
			r.stuck = e.Reason
		}
		if r.stuck != "" {
			return len(r.changes) > 0 && e.Verdict == model.VerdictPartial // better than nothing, where it was nothing
		}
	}
	return false
}

// halfOpen is the first hop that keeps it unknown whether the way is open, where that
// is an ACL that lets only some of the ports through; -1 where it is another.
func (r *repair) halfOpen(chain []model.Hop) int {
	i := slices.IndexFunc(chain, func(h model.Hop) bool { return h.State == model.HopUnknown })
	if i < 0 || chain[i].Kind != model.HopACL {
		return -1
	}
	if a := r.acl(chain[i].ID); a == nil || !a.understood() {
		return -1
	}
	return i
}

// narrowest is the first guard on the way that lets only a part of the internet
// through, -1 where it is none of them.
func (r *repair) narrowest(chain []model.Hop) int {
	st := ipv4()
	for i, h := range chain {
		switch h.Kind { //nolint:exhaustive // the others are no guards
		case model.HopSecurityGroup:
			if r.guest().out.open.and(st.internet).shortOf(st.internet, st.grain) {
				return i
			}
		case model.HopACL:
			if a := r.acl(h.ID); a != nil && slices.ContainsFunc(guarding(chain[:i], r.subnet.CIDR), func(f passing) bool {
				to, ok := cidrSpan(f.cidr, true)
				return ok && !a.carries(f, to)
			}) {
				return i
			}
		}
	}
	return -1
}

// translated reports whether a way went through a NAT gateway.
func translated(chain []model.Hop) bool {
	return slices.ContainsFunc(chain, func(h model.Hop) bool { return h.Kind == model.HopNAT })
}

// mend acts on the hop that broke. It returns why it cannot, "" when it did.
func (r *repair) mend(chain []model.Hop, at int, another reroute) string {
	h := chain[at]
	switch h.Kind { //nolint:exhaustive // the others are ways out, or nobody's to mend
	case model.HopSecurityGroup:
		switch {
		case !slices.ContainsFunc(chain[:at], func(h model.Hop) bool { return h.Kind == model.HopRouteTable }): // else it is an appliance's
			return r.letOut(on443(everyoneIPv4), "the internet")
		case another != nil && !r.rerouted:
			r.rerouted = true
			return another(r)
		}
		return says(&h) + ". Nothing is offered for it: what the appliance lets through is for whoever runs it to decide."
	case model.HopACL:
		return r.openACL(h.ID, guarding(chain[:at], r.subnet.CIDR))
	case model.HopResolver:
		return r.resolveNames()
	case model.HopBlock:
		return "Block Public Access shuts the VPC. Nothing is offered for it: an exclusion is for whoever set the block to decide."
	case model.HopRouteTable, model.HopNAT, model.HopIGW, model.HopEgressOnly, model.HopEndpoint, model.HopAppliance, model.HopPeering:
		if another != nil && !r.rerouted {
			r.rerouted = true
			if why := another(r); why != leadsThere {
				return why
			}
		}
		return r.mendWay(chain[:at+1])
	}
	return says(&h) + ". nbscope knows no remedy for that."
}

// mendWay mends what the notebook's route leads to, without leading it elsewhere. The
// last hop of the way broke.
func (r *repair) mendWay(way []model.Hop) string {
	h, behind := way[len(way)-1], translated(way)
	switch h.Kind { //nolint:exhaustive // the others cannot be mended from here
	case model.HopNAT:
		if g := r.ix.nats.byID[h.ID]; g != nil && g.State == natPending && !r.did(await{g.ID}) {
			r.do(model.RemedyWait, "wait until NAT gateway "+g.ID+" is made", model.Cost{}, await{g.ID})
			return ""
		}
	case model.HopIGW:
		if behind {
			return r.mendGateway(h.ID)
		}
	case model.HopRouteTable:
		if t := r.ix.tables.byID[h.ID]; t != nil && behind {
			if why := r.mendPublicTable(t, r.ix.lastSubnet(way)); why != leadsThere {
				return why
			}
		}
	}
	return says(&h)
}

// lastSubnet is the subnet that a way behind a NAT gateway is in, nil for a regional
// one, which is in none.
func (ix *Index) lastSubnet(way []model.Hop) *Subnet {
	for _, h := range slices.Backward(way) {
		switch h.Kind { //nolint:exhaustive // the others are in the subnet
		case model.HopSubnet:
			return ix.subnets.byID[h.ID]
		case model.HopNAT:
			return nil
		}
	}
	return nil
}

// mendGateway attaches the internet gateway that a public route leads to.
func (r *repair) mendGateway(id string) string {
	g := r.ix.gateways.byID[id]
	vpc := r.subnet.VPCID
	switch {
	case g == nil:
		return "whether internet gateway " + id + " still exists is not known"
	case g.VPCID != "" && g.VPCID != vpc:
		return "internet gateway " + id + " is attached to VPC " + g.VPCID
	case g.State == "attaching" || g.State == "detaching":
		return "internet gateway " + id + " is " + g.State + ": look again when AWS is done"
	case r.ix.attachedTo(vpc) != "":
		return "VPC " + vpc + " has internet gateway " + r.ix.attachedTo(vpc) + " already, and may have one"
	}
	r.do(model.RemedyGateway, "attach internet gateway "+id+" to VPC "+vpc, model.Cost{}, attach{id, vpc})
	return ""
}

// attachedTo is the internet gateway of a VPC, "" when it has none.
func (ix *Index) attachedTo(vpc string) string {
	for _, g := range ix.gateways.sorted() {
		if g.VPCID == vpc && (g.State == stateAvailable || g.State == stateAttached) {
			return g.ID
		}
	}
	return ""
}

// mendPublicTable leads the table of a NAT gateway to the VPC's internet gateway: by
// a table of its own for the subnet where others have the same, which would become
// public too.
func (r *repair) mendPublicTable(t *RouteTable, s *Subnet) string {
	vpc := r.subnet.VPCID
	for _, d := range t.Routes {
		if d.State == routeBlackhole && kindOf(d.Target) == model.HopIGW && r.ix.tables.takesInternet(d) && r.ix.attachedTo(vpc) == "" {
			return r.mendGateway(d.Target)
		}
	}
	gateway := r.ix.attachedTo(vpc)
	if gateway == "" {
		return "VPC " + vpc + " has no internet gateway, and without one no NAT gateway in it reaches the internet"
	}
	if slices.ContainsFunc(r.changes, func(d change) bool { one, ok := d.(setRoute); return ok && one.table == t.ID }) {
		return "route table " + t.ID + " does not lead to the internet even with a default route to " + gateway
	}
	if s != nil {
		_, byDefault, _ := r.ix.tables.of(s)
		if t.shared(byDefault) {
			if r.forks = true; !r.shares {
				return r.leadAlone(s, gateway, "lead subnet "+s.ID+" to internet gateway "+gateway)
			}
		}
	}
	return r.leadTable(model.RemedyRoute, t, gateway, "lead route table "+t.ID+" to internet gateway "+gateway)
}
