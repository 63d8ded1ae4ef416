package egress

import (
	"fmt"
	"slices"

	"nbscope/model"
)

// routeTables are the route tables, and where they lead.
type routeTables struct {
	shelf[RouteTable]

	bySubnet  map[string][]*RouteTable // the explicit ones
	main      map[string][]*RouteTable // by VPC
	byGateway map[string][]*RouteTable // by the gateway whose incoming traffic they route
	lists     prefixLists
	endpoints shelf[Endpoint]
}

func (x *routeTables) with(f Family[RouteTable], lists prefixLists, endpoints shelf[Endpoint]) routeTables {
	out := routeTables{
		shelf:    x.shelve("route table", f, func(v *RouteTable) string { return v.ID }),
		bySubnet: map[string][]*RouteTable{}, main: map[string][]*RouteTable{}, byGateway: map[string][]*RouteTable{},
		lists: lists, endpoints: endpoints,
	}
	for _, t := range out.sorted() {
		for _, s := range unique(t.Subnets) {
			out.bySubnet[s] = append(out.bySubnet[s], t)
		}
		for _, g := range unique(t.Gateways) {
			out.byGateway[g] = append(out.byGateway[g], t)
		}
		if t.Main {
			out.main[t.VPCID] = append(out.main[t.VPCID], t)
		}
	}
	return out
}

// of returns the route table that a subnet uses and whether it is the main
// one by default, or nil and why it is not known.
func (x *routeTables) of(s *Subnet) (t *RouteTable, byDefault bool, why string) {
	if why = unread("route tables", x.part); why != "" {
		return nil, false, why
	}
	switch own := x.bySubnet[s.ID]; len(own) {
	case 1:
		return own[0], false, ""
	case 0:
	default:
		return nil, false, fmt.Sprintf("subnet %s has %d route tables at once", s.ID, len(own))
	}
	switch main := x.main[s.VPCID]; len(main) {
	case 1:
		return main[0], true, ""
	case 0:
		return nil, false, fmt.Sprintf("no route table of subnet %s is among those that this account can see", s.ID)
	default:
		return nil, false, fmt.Sprintf("VPC %s has %d main route tables at once", s.VPCID, len(main))
	}
}

// inside is what the subnet's table keeps in the VPC: whatever those addresses are
// elsewhere, here they are not the internet.
func (x *routeTables) inside(s *Subnet, st stack) space {
	t, _, _ := x.of(s)
	if t == nil {
		return nil
	}
	var kept []string
	for _, r := range t.Routes {
		if r.Target == targetLocal && r.State == routeActive {
			kept = append(kept, r.Destination)
		}
	}
	return spaceOf(kept, st.v4)
}

// ranges are the addresses that a route is for, as far as they are known.
func (x *routeTables) ranges(r *Route, v4 bool) space {
	cidrs := []string{r.Destination}
	if r.PrefixList != "" {
		cidrs, _ = x.lists.entries(r.PrefixList)
	}
	return spaceOf(cidrs, v4)
}

// takesInternet reports whether a route is for a sixteenth of the IPv4 internet or
// more.
func (x *routeTables) takesInternet(d Route) bool {
	if d.Target == targetLocal || x.toGatewayEndpoint(&d) {
		return false
	}
	whole := ipv4().internet
	return x.ranges(&d, true).and(whole).size() >= whole.size()/16
}

// forInternet reports whether a route is for a part of the internet. What was to lead to
// another private network is its owner's to mend, whatever addresses that has.
func (x *routeTables) forInternet(d Route) bool {
	part := x.ranges(&d, true)
	return !part.empty() && part.minus(ipv4().internet).empty() && leadsAway(d.Target) == "" && d.Target != targetLocal && !x.toGatewayEndpoint(&d)
}

// gone reports whether a route was to lead to a part of the internet, and its target is
// no more.
func (x *routeTables) gone(d Route) bool { return d.State == routeBlackhole && x.forInternet(d) }

// leadToGateway reports whether a subnet's default names an internet gateway, be
// it attached or not.
func (x *routeTables) leadToGateway(s *Subnet) bool {
	t, _, _ := x.of(s)
	return t != nil && slices.ContainsFunc(t.Routes, func(d Route) bool { return kindOf(d.Target) == model.HopIGW && x.takesInternet(d) })
}

// toGatewayEndpoint reports whether a route leads to a gateway endpoint. One that is
// not among the facts has a route by one of AWS's own prefix lists, as AWS makes it.
func (x *routeTables) toGatewayEndpoint(r *Route) bool {
	if e := x.endpoints.byID[r.Target]; e != nil {
		return e.Type == endpointGateway
	}
	return kindOf(r.Target) == model.HopEndpoint && r.PrefixList != "" && x.lists.amazons(r.PrefixList)
}

// inspects reports whether an endpoint is one that inspects traffic.
func (x *routeTables) inspects(id string) bool {
	e := x.endpoints.byID[id]
	return e == nil || e.Type == endpointGWLB
}

// beyond lists what a subnet's table sends to other private networks.
func (x *routeTables) beyond(s *Subnet) []string {
	t, _, _ := x.of(s)
	if t == nil {
		return nil
	}
	var out []string
	for _, r := range t.Routes {
		if to := leadsAway(r.Target); to != "" && r.State == routeActive {
			out = append(out, r.Destination+r.PrefixList+" through "+to+" "+r.Target)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
