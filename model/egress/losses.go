package egress

import (
	"slices"
	"strings"

	"nbscope/model"
)

// losses names what the notebook's interface in the VPC gives and direct
// internet access takes away: with it on, only the VPC's own addresses are
// reached through that interface.
func (ix *Index) losses(n *model.Notebook) []string {
	if ix == nil {
		return []string{"what the VPC's routes give is not known: " + sayNoFacts}
	}
	s, why := ix.subnets.get(n.SubnetID)
	var t *RouteTable
	if s != nil {
		t, _, why = ix.tables.of(s)
	}
	if t == nil {
		return []string{"what the VPC's routes give is not known: " + why}
	}
	out := ix.lostRoutes(s, t)
	for _, e := range ix.endpointsIn[s.VPCID] {
		if e.Type == endpointGateway && slices.Contains(e.RouteTables, t.ID) {
			out = append(out, "gateway endpoint "+e.ID+" ("+serviceEnd(e.Service, n.Region)+
				") is not used with direct internet on: resources whose policy asks for aws:SourceVpce or aws:SourceVpc refuse")
		}
	}
	if why = unread("VPC endpoints", ix.endpoints.part); why != "" {
		out = append(out, "which gateway endpoints would not be used is not known: "+why)
	}
	return out
}

// lostRoutes names the routes to private networks: those that leave the VPC
// themselves, and those through a NAT gateway, an appliance or an inspection
// endpoint, from where such routes may lead on.
func (ix *Index) lostRoutes(s *Subnet, t *RouteTable) (out []string) {
	const lost = " is not reached with direct internet on"
	private := ix.tables.awayFrom(s, ipv4())
	for _, a := range append(private, ix.tables.awayFrom(s, ipv6())...) {
		out = append(out, a.to+" through "+a.kind+" "+a.target+lost)
	}
	for i := range t.Routes {
		r := &t.Routes[i]
		kind, whole := leadsAway(r.Target), r.Destination+r.PrefixList
		if r.State != routeActive || r.Target == targetLocal || slices.ContainsFunc(out, func(l string) bool { return strings.HasPrefix(l, whole+" through ") }) {
			continue
		}
		switch k := kindOf(r.Target); {
		case kind != "":
			out = append(out, whole+" through "+kind+" "+r.Target+lost)
		case k == model.HopNAT:
			out = append(out, ix.lostBehindNAT(r)...)
		case k == model.HopAppliance, k == model.HopEndpoint && ix.tables.inspects(r.Target):
			out = append(out, "whatever private network "+r.Target+" leads to for "+whole+lost)
		}
	}
	return out
}

// lostBehindNAT names the private networks that a default route to a NAT gateway
// leads to.
func (ix *Index) lostBehindNAT(r *Route) (out []string) {
	g, why := ix.nats.get(r.Target)
	if g == nil {
		return []string{"whether private networks are reached through " + r.Target + " is not known: " + why}
	}
	if g.Connectivity == natPrivate {
		return []string{r.Destination + r.PrefixList + " through private NAT gateway " + g.ID + " is not reached with direct internet on"}
	}
	s := ix.subnets.byID[g.SubnetID]
	if s == nil {
		return nil
	}
	for _, a := range ix.tables.awayFrom(s, ipv4()) {
		out = append(out, a.to+" through NAT gateway "+g.ID+" and "+a.kind+" "+a.target+" is not reached with direct internet on")
	}
	return out
}
