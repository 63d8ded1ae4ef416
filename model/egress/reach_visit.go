package egress

import (
	"cmp"
	"slices"
	"strings"

	"nbscope/model"
)

// visit is a notebook on its ways.
type visit struct {
	ix                *Index
	notebook          *model.Notebook
	region, partition string
	direct            bool   // direct internet is on
	why               string // why nothing is known, "" where it is
	unplaced          string // why the notebook's VPC is not known, "" where it is
	subnet            *Subnet
	guest             *guest
	names             model.Reach // whether names are answered
	net               model.Reach // the internet by address
	lists             []string    // AWS's prefix lists whose addresses are reached where the internet is not
	listsBy           string
}

func newVisit(ix *Index, n *model.Notebook) *visit {
	v := &visit{ix: ix, notebook: n}
	if n == nil || !n.Described.Known() || n.SubnetID == "" && n.DirectInternet != model.Enabled {
		v.why = Judge(nil, n).Reason
		return v
	}
	v.region, v.partition = n.Region, partitionOf(n)
	switch n.DirectInternet {
	case model.Enabled:
		v.direct = true
		v.net, v.names = reachedBy(byDirect), reachedBy("")
	case model.Disabled:
	default:
		v.why = "direct internet access has no value that nbscope knows: " + quoted(n.DirectInternet)
		return v
	}
	if n.SubnetID == "" {
		return v
	}
	if ix == nil {
		v.lost(sayNoFacts)
		return v
	}
	s, why := ix.subnets.get(n.SubnetID)
	if s == nil {
		v.lost(why)
		return v
	}
	v.subnet, v.guest = s, tenant{ix, n, s}.guest()
	v.guest.unweighed = true
	if !v.direct {
		v.names = v.resolves()
		v.net = v.internet()
	}
	return v
}

// lost notes that the VPC is not known. With direct internet on that matters for
// private addresses, and for services of AWS that it may have endpoints for.
func (v *visit) lost(why string) {
	v.unplaced = why
	if !v.direct {
		v.why = why
	}
}

// to answers for a destination of the table.
func (v *visit) to(d *destination) model.Reach {
	switch {
	case v.why != "":
		return notKnown(v.why)
	case len(d.hosts) > 0 || v.notebook.SubnetID == "":
		return all(v.net, v.names)
	case v.guest == nil:
		return notKnown("whether an endpoint of the VPC stands in the way with direct internet on: " + v.unplaced)
	}
	var parts []model.Reach
	var of []string // the services that fare as a part does
	for i := range d.needs {
		part := v.service(&d.needs[i])
		at := slices.Index(parts, part)
		if at < 0 {
			parts, of = append(parts, part), append(of, d.needs[i].service)
			continue
		}
		of[at] += ", " + d.needs[i].service
	}
	for i := range parts {
		switch {
		case len(parts) == 1 || parts[i].State == model.Reached:
		case parts[i].State == model.ReachDepends:
			parts[i].Why += " (" + of[i] + ")"
		default:
			parts[i].Why = of[i] + ": " + parts[i].Why
		}
	}
	return all(parts...)
}

// resolves says whether names are answered. Whose answers those are that other DNS
// servers give is not for the facts to say.
func (v *visit) resolves() model.Reach {
	switch r := v.guest.names; {
	case r.unheard != "":
		return notKnown("whether names resolve is not known: " + r.unheard)
	case r.servers != "":
		return dependsOn("what the DNS servers answer that the VPC names ("+r.servers+")", "")
	case r.why != "":
		return notKnown("whether names resolve is not known: " + r.why)
	case r.maybe != "":
		return notKnown("whether names resolve is not known: " + r.maybe)
	case !r.on:
		return blockedBy(cmp.Or(r.shutBy, "VPC "+v.subnet.VPCID), strings.TrimPrefix(r.none(), r.shutBy+" "))
	case r.untold != "":
		return dependsOn("whether the notebook asks the VPC's own resolver: "+r.untold, "")
	}
	return reachedBy("")
}

// internet says whether addresses on the internet are reached.
func (v *visit) internet() model.Reach {
	p, _ := v.guest.walk(ipv4())
	switch p.Verdict { //nolint:exhaustive // the others are not verdicts on a way
	case model.VerdictNAT:
		return reachedBy(wayOf(p.Chain))
	case model.VerdictInspected:
		return dependsOn("what the inspection on the way lets through", wayOf(p.Chain))
	case model.VerdictPartial:
		return v.sliver(&p)
	case model.VerdictIndirect:
		return behind(p.Chain)
	case model.VerdictUnknown:
		return notKnown(p.Reason)
	}
	return v.shut(&p)
}

// sliver answers where a part of the internet is reached. AWS's own prefix lists hold
// none of the hosts that are not AWS's.
func (v *visit) sliver(p *model.Path) model.Reach {
	var alone bool
	v.lists, alone = v.guest.byLists()
	v.listsBy = wayOf(p.Chain)
	if alone {
		return blockedBy("security group "+strings.Join(unique(v.notebook.SecurityGroups), " "), "the way "+p.Reason)
	}
	return dependsOn("whether its addresses are among those that the way reaches: it "+p.Reason, wayOf(p.Chain))
}

// shut answers where IPv4 is closed: by the ways that are left, IPv6, and a proxy or
// central endpoints behind a private route.
func (v *visit) shut(p *model.Path) model.Reach {
	closed := blockedBy("", p.Reason)
	if h := firstOf(p.Chain, model.HopBroken); h != nil {
		closed = brokenAt(h)
	}
	if v.notebook.IPAddressType != "" && v.notebook.IPAddressType != addressIPv4 {
		if r := v.overIPv6(); r.State != model.ReachBlocked {
			return r
		}
	}
	reached, why := v.guest.networks()
	switch {
	case len(reached) > 0:
		names := make([]string, 0, len(reached))
		for _, a := range reached {
			names = append(names, a.says())
		}
		return dependsOn("a proxy or central endpoints behind "+strings.Join(names, ", ")+"; straight it is blocked "+closed.Says(), "")
	case why != "":
		return notKnown("straight it is closed, and whether a proxy is reached is not known: " + why)
	}
	return closed
}

// overIPv6 answers for a notebook whose IPv4 is closed. Hosts without an IPv6 address
// need NAT64, and hosts with one are not translated.
func (v *visit) overIPv6() model.Reach {
	if v.notebook.IPAddressType != addressDual {
		return notKnown("the notebook's IP address type is one that nbscope does not know: " + quoted(v.notebook.IPAddressType))
	}
	six, _ := v.guest.walk(ipv6())
	four, _ := v.guest.overNAT64()
	switch {
	case six.Verdict == verdictNone && four.Verdict == verdictNone:
		return blockedBy("", "")
	case six.Verdict == model.VerdictUnknown:
		return notKnown(six.Reason)
	case four.Verdict == model.VerdictUnknown:
		return notKnown(four.Reason)
	case six.Verdict == model.VerdictNAT && four.Verdict == model.VerdictNAT:
		return reachedBy(listed([]string{wayOf(six.Chain), wayOf(four.Chain)}, ", "))
	case six.Verdict == model.VerdictNAT:
		return dependsOn("whether it answers over IPv6: IPv4 is closed", wayOf(six.Chain))
	case four.Verdict == model.VerdictNAT:
		return dependsOn("whether it answers over IPv4 only: IPv6 is closed", wayOf(four.Chain))
	}
	return dependsOn("what the way over IPv6 reaches: "+six.Reason, "")
}

// beside answers for a service of AWS with direct internet on. An endpoint of the VPC
// that refuses may stand in the way; what is not known of it is not known of the service.
func (v *visit) beside(n *need, c *model.EndpointCoverage, e *Endpoint, led takes) model.Reach {
	switch {
	case e == nil && c.State == model.EndpointUnknown:
		return notKnown("whether an endpoint of the VPC stands in the way with direct internet on: " + c.Why)
	case e == nil, e.Type == endpointGateway, led == takesNone:
		return v.net
	}
	refuses, doubt := v.guest.stops(e)
	if r := v.policy(e, &n.request); refuses == "" && r.State != model.Reached {
		switch r.State { //nolint:exhaustive // reached is none of them
		case model.ReachUnknown:
			doubt = cmp.Or(doubt, r.Why)
		case model.ReachBlocked:
			refuses = r.Why
		case model.ReachDepends:
			refuses = "perhaps, by " + r.Why
		}
	}
	leads := "whether names lead to " + e.title() + " with direct internet on, which is not documented, and "
	names := v.guest.names
	switch untold := cmp.Or(names.why, names.unheard, names.maybe); {
	case refuses == "" && doubt != "":
		return notKnown(leads + "whether it refuses: " + doubt)
	case refuses == "":
		return v.net
	case led == takesMaybe && untold != "":
		return notKnown(leads + "which refuses: " + refuses + "; " + untold)
	}
	return dependsOn(leads+"which refuses: "+refuses, v.net.By)
}

// service answers for a service of AWS: by the endpoint that calls by its usual name
// are led to, else by the internet.
func (v *visit) service(n *need) model.Reach {
	c := v.guest.covering(n.service)
	e := v.ix.endpointOf(&c)
	led := takesNone
	if e != nil {
		led, _ = v.guest.leads(e)
	}
	if why := v.unseen(); why != "" && led != takesNamed {
		return notKnown(why)
	}
	if v.direct {
		return v.beside(n, &c, e, led)
	}
	out := all(v.public(n.service), v.names)
	switch c.State {
	case model.EndpointCovered:
		return all(v.policy(e, &n.request), v.names)
	case model.EndpointBlocked:
		return blockedBy(e.title(), strings.TrimPrefix(c.Why, sayLed))
	case model.EndpointPartial:
		return v.partly(e, led, c.Why, out, &n.request)
	case model.EndpointUnknown:
		if led != takesNone || e == nil || out.State == model.ReachBlocked {
			return notKnown(listed([]string{c.ID, c.Why}, ": "))
		}
	case model.EndpointMissing:
	}
	return out
}

// partly answers where an endpoint serves with restrictions: some calls only where
// calls are led to it, those that name its own host where they are not.
func (v *visit) partly(e *Endpoint, led takes, why string, public model.Reach, r *request) model.Reach {
	named := all(v.policy(e, r), dependsOn("how it is called: "+why, e.title()))
	switch {
	case led == takesNamed, led == takesRouted:
		return all(named, v.names)
	case led == takesMaybe && named.State == model.ReachBlocked && public.State != model.ReachBlocked:
		return dependsOn("whether names lead to "+e.title()+", which refuses: "+named.Why, public.By)
	case public.State == model.ReachBlocked && named.State != model.ReachBlocked:
		return all(named, v.names)
	}
	return public
}

// unseen says why the VPC may have endpoints that are not among the facts, "" where it
// has not.
func (v *visit) unseen() string {
	if !v.guest.sees() {
		return "the VPC's endpoints: " + v.guest.ownerOr("")
	}
	return unread("VPC endpoints", v.ix.endpoints.part)
}

// public answers for the public addresses of a service.
func (v *visit) public(service string) model.Reach {
	for _, id := range v.lists {
		if l := v.ix.lists.byID[id]; l != nil && serviceEnd(l.Name, v.region) == service {
			return reachedBy(v.listsBy)
		}
	}
	return v.net
}

// wayOf names what a way out leads through.
func wayOf(chain []model.Hop) string {
	var out []string
	nat := false
	for i := range chain {
		switch h := &chain[i]; h.Kind { //nolint:exhaustive // the others do not carry anything out
		case model.HopNAT, model.HopAppliance, model.HopEndpoint, model.HopEgressOnly:
			nat = true
			out = append(out, hopName(h))
		case model.HopIGW:
			if !nat {
				out = append(out, hopName(h))
			}
		}
	}
	return listed(out, ", ")
}

// brokenAt answers where a way ends. Whom a route table serves goes without saying.
func brokenAt(h *model.Hop) model.Reach {
	why := h.Says
	if _, after, ok := strings.Cut(why, "; it "); ok && h.Kind == model.HopRouteTable {
		why = "it " + after
	}
	return blockedBy(hopName(h), why)
}

// behind answers for what a way leads to beyond the facts.
func behind(chain []model.Hop) model.Reach {
	i := slices.IndexFunc(chain, func(h model.Hop) bool { return h.State == model.HopOK && leadsAway(h.ID) != "" })
	if i < 0 {
		return dependsOn("what lies beyond this account's view", wayOf(chain))
	}
	beyond := hopName(&chain[i])
	return dependsOn("what lies behind "+beyond, listed([]string{wayOf(chain), beyond}, ", "))
}

// hopName is the kind of a hop in words, with its id.
func hopName(h *model.Hop) string {
	return strings.TrimSpace(h.Kind.Words() + " " + h.ID)
}

// title names an endpoint in a sentence.
func (e *Endpoint) title() string {
	if e.Type == endpointGateway {
		return "gateway endpoint " + e.ID
	}
	return "VPC endpoint " + e.ID
}
