package egress

import (
	"fmt"
	"strings"

	"nbscope/model"
)

// away is a route that leaves the VPC for other private networks.
type away struct {
	to     string // as the route names it
	kind   string // of the target, in words
	target string
	part   space
	port   int // that is asked there, 0 for tcp/443
}

func (a *away) says() string { return a.to + " by " + a.kind + " " + a.target + a.onPort() }

// onPort names the port, "" where it is tcp/443.
func (a *away) onPort() string {
	if a.port == 0 {
		return ""
	}
	return fmt.Sprintf(" on tcp/%d, not on tcp/443", a.port)
}

// leadsAway names the kind of a target that leads to other private networks, ""
// for others.
func leadsAway(target string) string {
	switch kind := kindOf(target); kind { //nolint:exhaustive // the others lead to the internet or stay inside
	case model.HopPeering, model.HopTransit, model.HopVPN, model.HopCoreNetwork, model.HopLocalGateway:
		return kind.Words()
	default:
		return ""
	}
}

// awayFrom lists the live routes of a subnet's table to other private networks, its
// default routes aside: those are followed like any way to the internet. A NAT
// gateway, an appliance or an inspection endpoint may lead there too, but for addresses
// of the internet.
func (x *routeTables) awayFrom(s *Subnet, st stack) (out []away) {
	t, _, _ := x.of(s)
	if t == nil {
		return nil
	}
	for i := range t.Routes {
		r := &t.Routes[i]
		kind := leadsAway(r.Target)
		switch k := kindOf(r.Target); {
		case kind != "" || r.State != routeActive:
		case k == model.HopNAT && st.v4, k == model.HopAppliance, k == model.HopEndpoint && x.inspects(r.Target):
			kind = k.Words()
		}
		if kind == "" || r.State != routeActive {
			continue
		}
		part := x.ranges(r, st.v4)
		if part.empty() || part.and(st.internet).size() > st.internet.size()/16 || leadsAway(r.Target) == "" && part.minus(st.internet).empty() {
			continue
		}
		out = append(out, away{to: r.Destination + r.PrefixList, kind: kind, target: r.Target, part: part})
	}
	return out
}

// closed decides between the verdicts of a closed way: by what is reached outside
// the VPC, where a proxy or central endpoints may be, then by what the VPC's
// endpoints serve.
func (g *guest) closed(e *model.Egress) {
	serving, doubt := served(e.Endpoints)
	reached, why := g.networks()
	switch {
	case len(reached) > 0:
		e.Verdict = model.VerdictIndirect
		names := make([]string, len(reached))
		for i, a := range reached {
			names[i] = a.says()
			e.Chain = append(e.Chain, model.Hop{
				Kind: kindOf(a.target), ID: a.target, State: model.HopOK,
				Says: "leads to " + a.to + a.onPort() + ", where a proxy or central endpoints may answer",
			})
		}
		e.Reason += "; " + strings.Join(names, ", ") + ": a proxy or central endpoints may answer there, beyond this account's view"
		if len(serving) > 0 {
			e.Reason += "; VPC endpoints serve " + strings.Join(serving, ", ")
		}
	case why != "":
		e.Verdict = model.VerdictUnknown
		e.Reason += "; whether a proxy or another network is reached is not known: " + why
	case len(serving) > 0:
		e.Verdict = model.VerdictEndpoints
		e.Reason = "the internet: no; reaches: " + strings.Join(serving, ", ") + "; " + e.Reason
	case doubt != "":
		e.Verdict = model.VerdictUnknown
		e.Reason += "; whether VPC endpoints serve is not known: " + doubt
	default:
		e.Verdict = model.VerdictIsolated
		e.Reason += "; no VPC endpoint serves the notebook either"
	}
}

// served lists the services that endpoints serve, and a doubt about another.
func served(all []model.EndpointCoverage) (serving []string, doubt string) {
	for _, c := range all {
		switch c.State {
		case model.EndpointCovered:
			serving = append(serving, c.Service)
		case model.EndpointPartial:
			how := " in part"
			if strings.HasSuffix(c.Why, sayByAddress) {
				how = " by address only"
			}
			serving = append(serving, c.Service+how)
		case model.EndpointUnknown:
			if doubt == "" {
				doubt = c.Service + ": " + c.Why
			}
		case model.EndpointMissing, model.EndpointBlocked:
		}
	}
	return serving, doubt
}
