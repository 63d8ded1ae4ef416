package egress

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"nbscope/model"
)

// States of a route.
const (
	routeActive    = "active"
	routeBlackhole = "blackhole"
)

// targetLocal is the target of the routes inside the VPC.
const targetLocal = "local"

// way is the part of the internet that one target gets. A way without a target
// is the part that no live route covers.
type way struct {
	target string
	via    string // the destination of the widest route to it, "" without one
	dead   string // the target of the blackhole that would have had it
	part   space
	why    string // why it is not certain that the target gets it
}

// contender is a route with one of the ranges that it is for.
type contender struct {
	*Route
	at   span
	cidr string
	bits int
	rank int
}

// ways shares the addresses of from out among the targets of a table by the
// longest prefix, the largest share first. Routes to gateway endpoints are not
// among them: they lead to one AWS service each.
func (x *routeTables) ways(t *RouteTable, st stack, from space) (ways []way, why string) {
	field, why := x.contenders(t, st)
	if why != "" {
		return nil, why
	}
	rest := from
	won := make([]way, 0, len(field)+1)
	for i, c := range field {
		contest(won, field[:i], c)
		w := way{target: c.Target, via: c.cidr, part: rest.and(space{c.at})}
		rest = rest.minus(space{c.at})
		switch c.State {
		case routeActive:
		case routeBlackhole:
			w.target, w.dead = "", c.Target
		default:
			w.why = fmt.Sprintf("the route for %s has the state %q, which nbscope does not know", c.cidr, c.State)
		}
		won = append(won, w)
	}
	won = append(won, way{part: rest})
	return merge(won), ""
}

// contenders lists the routes of one IP version in the order in which they win.
func (x *routeTables) contenders(t *RouteTable, st stack) (field []contender, why string) {
	for i := range t.Routes {
		r := &t.Routes[i]
		if x.toGatewayEndpoint(r) {
			continue
		}
		cidrs, rank := []string{r.Destination}, 1
		switch {
		case r.PrefixList != "":
			if cidrs, why = x.lists.entries(r.PrefixList); why != "" {
				return nil, why
			}
			rank = 2
		case r.Propagated:
			rank = 3
		case r.Target == targetLocal:
			rank = 0
		}
		for _, c := range cidrs {
			if !readable(c) {
				return nil, fmt.Sprintf("a route to %s has the destination %q, which nbscope cannot read", r.Target, c)
			}
			if s, ok := cidrSpan(c, st.v4); ok {
				field = append(field, contender{r, s, c, prefixBits(c), rank})
			}
		}
	}
	slices.SortStableFunc(field, func(a, b contender) int {
		return cmp.Or(cmp.Compare(b.bits, a.bits), cmp.Compare(a.rank, b.rank), cmp.Compare(a.at.lo, b.at.lo),
			cmp.Compare(a.Target, b.Target), cmp.Compare(a.State, b.State))
	})
	return field, ""
}

// contest marks the earlier winners that c puts in doubt: one of equal weight
// with another target, of which AWS picks either, and a blackhole before a live
// route for the same range, of which AWS does not say whether the live one is
// used. A longer blackhole drops what it is for.
func contest(won []way, field []contender, c contender) {
	for i, w := range won {
		rival := field[i]
		tie := rival.at == c.at && rival.rank == c.rank && (rival.Target != c.Target || rival.State != c.State)
		hidden := w.dead != "" && c.State == routeActive && rival.at == c.at
		if !tie && !hidden || w.part.and(space{c.at}).empty() {
			continue
		}
		switch {
		case tie:
			won[i].why = fmt.Sprintf("%s has two routes of equal weight, to %s and to %s", c.cidr, rival.Target, c.Target)
		case hidden:
			won[i].why = fmt.Sprintf("a blackhole route for %s stands before a live one for the same range", rival.cidr)
		}
	}
}

// merge adds up the shares of each target, and of each that is gone. The widest range
// speaks for them.
func merge(won []way) []way {
	var out []way
	var widest []uint64
	for _, w := range won {
		size := w.part.size()
		if size == 0 || w.target == targetLocal {
			continue
		}
		i := slices.IndexFunc(out, func(o way) bool { return o.target == w.target && o.dead == w.dead && o.why == w.why })
		if i < 0 {
			w.part = slices.Clone(w.part)
			out, widest = append(out, w), append(widest, size)
			continue
		}
		o := &out[i]
		o.part = append(o.part, w.part...)
		if o.via == "" || w.via != "" && size > widest[i] {
			o.via, widest[i] = w.via, size
		}
	}
	for i := range out {
		out[i].part = union(out[i].part)
	}
	slices.SortStableFunc(out, func(a, b way) int {
		return cmp.Or(cmp.Compare(b.part.size(), a.part.size()), cmp.Compare(a.target, b.target), cmp.Compare(a.dead, b.dead), cmp.Compare(a.why, b.why))
	})
	return out
}

// kindOf tells the kind of a route's target from its id.
func kindOf(target string) model.HopKind {
	if strings.HasPrefix(target, "arn:") && strings.Contains(target, ":core-network/") {
		return model.HopCoreNetwork
	}
	prefix, _, _ := strings.Cut(target, "-")
	switch prefix {
	case "nat":
		return model.HopNAT
	case "igw":
		return model.HopIGW
	case "eigw":
		return model.HopEgressOnly
	case "tgw":
		return model.HopTransit
	case "vgw":
		return model.HopVPN
	case "pcx":
		return model.HopPeering
	case "lgw":
		return model.HopLocalGateway
	case "cagw":
		return model.HopCarrierGateway
	case "eni", "i":
		return model.HopAppliance
	case "vpce":
		return model.HopEndpoint
	}
	return model.HopOther
}
