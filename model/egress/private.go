package egress

import (
	"slices"
	"strings"

	"nbscope/model"
)

// away is a route that leaves the VPC for other private networks.
type away struct {
	to     string // as the route names it
	kind   string // of the target, in words
	target string
	part   space
}

func (a *away) says() string { return a.to + " by " + a.kind + " " + a.target }

// leadsAway names the kind of a target that leads to other private networks, ""
// for others.
func leadsAway(target string) string {
	switch kind := kindOf(target); kind { //nolint:exhaustive // the others lead to the internet or stay inside
	case model.HopPeering, model.HopTransit, model.HopVPN, model.HopCoreNetwork, model.HopLocalGateway:
		return strings.ReplaceAll(string(kind), "-", " ")
	default:
		return ""
	}
}

// awayFrom lists the live routes of a subnet's table to other private networks, its
// default routes aside: those are followed like any way to the internet. A NAT
// gateway, an appliance or an inspection endpoint may lead there too.
func (ix *Index) awayFrom(s *Subnet, st stack) (out []away) {
	t, _, _ := ix.table(s)
	if t == nil {
		return nil
	}
	for i := range t.Routes {
		r := &t.Routes[i]
		kind := leadsAway(r.Target)
		switch k := kindOf(r.Target); {
		case kind != "" || r.State != routeActive:
		case k == model.HopNAT && st.v4, k == model.HopAppliance, k == model.HopEndpoint && ix.inspects(r.Target):
			kind = strings.ReplaceAll(string(k), "-", " ")
		}
		if kind == "" || r.State != routeActive || ix.amazonList(r.PrefixList) {
			continue
		}
		part := ix.ranges(r, st.v4)
		if part.empty() || part.and(st.internet).size() > st.internet.size()/16 {
			continue
		}
		out = append(out, away{r.Destination + r.PrefixList, kind, r.Target, part})
	}
	return out
}

// inspects reports whether an endpoint is one that inspects traffic.
func (ix *Index) inspects(id string) bool {
	e := ix.endpoints.byID[id]
	return e == nil || e.Type == endpointGWLB
}

// ranges are the addresses that a route is for, as far as they are known.
func (ix *Index) ranges(r *Route, v4 bool) space {
	cidrs := []string{r.Destination}
	if r.PrefixList != "" {
		cidrs, _ = ix.entries(r.PrefixList)
	}
	var spans []span
	for _, c := range cidrs {
		if at, ok := cidrSpan(c, v4); ok {
			spans = append(spans, at)
		}
	}
	return union(spans)
}

// closed decides between the verdicts of a closed way: by what the VPC's endpoints
// serve, then by other private networks that are reached, where a proxy or central
// endpoints may be.
func (ix *Index) closed(n *model.Notebook, s *Subnet, e *model.Egress) {
	serving, doubt := served(e.Endpoints)
	reached, why := ix.networks(n, s)
	names := make([]string, 0, len(reached))
	for _, a := range reached {
		names = append(names, a.says())
	}
	beyond := strings.Join(names, ", ")
	switch {
	case len(serving) > 0:
		e.Verdict = model.VerdictEndpoints
		e.Reason = "the internet: no; reaches: " + strings.Join(serving, ", ") + "; " + e.Reason
		if beyond != "" {
			e.Reason += "; " + beyond + " may lead to a proxy"
		}
	case doubt != "":
		e.Verdict = model.VerdictUnknown
		e.Reason += "; whether VPC endpoints serve is not known: " + doubt
	case beyond != "":
		e.Verdict = model.VerdictIndirect
		e.Reason += "; " + beyond + ": a proxy or central endpoints may answer there, beyond this account's view"
		for _, a := range reached {
			e.Chain = append(e.Chain, model.Hop{
				Kind: kindOf(a.target), ID: a.target, State: model.HopOK,
				Says: "leads to " + a.to + ", where a proxy or central endpoints may answer",
			})
		}
	case why != "":
		e.Verdict = model.VerdictUnknown
		e.Reason += "; whether other private networks are reached is not known: " + why
	default:
		e.Verdict = model.VerdictIsolated
		e.Reason += "; no VPC endpoint serves the notebook either"
	}
}

// served lists the services that endpoints serve, and a doubt about another.
func served(all []model.EndpointCoverage) (serving []string, doubt string) {
	for _, c := range all {
		switch c.State {
		case model.EndpointCovered, model.EndpointPartial:
			serving = append(serving, c.Service)
		case model.EndpointUnknown:
			if doubt == "" {
				doubt = c.Service + ": " + c.Why
			}
		case model.EndpointMissing, model.EndpointBlocked:
		}
	}
	return serving, doubt
}

// networks lists the routes to other private networks that the notebook's groups
// and its ACL let it use, and says why it is not known of another.
func (ix *Index) networks(n *model.Notebook, s *Subnet) (reached []away, why string) {
	g := ix.guestOf(n, s)
	stacks := []stack{ipv4()}
	if n.IPAddressType == addressDual {
		stacks = append(stacks, ipv6())
	}
	a, shut := ix.acl(s.ID)
	for _, st := range stacks {
		for _, one := range ix.awayFrom(s, st) {
			part := one.part.and(g.outOf(st))
			switch {
			case g.outWhy != "" || part.empty() && g.out.why != "":
				why = g.outWhy + g.out.why
				continue
			case a == nil:
				why = shut
				continue
			}
			left, _, unclear := a.roundTrip(part, st.v4, ephemeral)
			switch {
			case unclear != "":
				why = "network ACL " + a.ID + ": " + unclear
			case !left.empty():
				reached = append(reached, one)
			}
		}
	}
	return slices.Clip(reached), why
}
