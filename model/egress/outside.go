package egress

import (
	"cmp"
	"fmt"
	"slices"

	"nbscope/model"
)

// proxyPorts are those that proxies usually have.
func proxyPorts() []int { return []int{3128, 8080, 8888, 1080} }

// networks lists what the notebook reaches outside the VPC where tcp/443 to the
// internet is closed: other private networks, and the internet, on whatever TCP port.
// What a notebook needs answers on tcp/443, but a proxy that leads there may have any
// port, tcp/80 as well, and plain HTTP has mirrors of its own: who gets that far is
// not isolated. No proxy answers over another protocol. It says why more may be
// reached.
func (g *guest) networks() (reached []away, why string) {
	stacks := []stack{ipv4()}
	if g.notebook.IPAddressType == addressDual {
		stacks = append(stacks, ipv6())
	}
	for _, st := range stacks {
		seen := map[string]bool{}
		for _, port := range g.ports() {
			sure, maybe, doubt := g.opens(port, st)
			mark := fmt.Sprint(sure, maybe, port == https)
			if seen[mark] {
				continue // another port leads to the same addresses
			}
			seen[mark] = true
			found, unclear := g.outside(sure, port, st)
			reached, why = append(reached, found...), cmp.Or(why, unclear)
			if more, unclear := g.outside(maybe, port, st); len(more) > 0 || unclear != "" {
				why = cmp.Or(why, doubt)
			}
		}
	}
	return once(reached), cmp.Or(why, g.proxyInside())
}

// once keeps the first of several that lead the same way, which is the one by the
// usual port.
func once(all []away) []away {
	seen := map[string]bool{}
	return slices.DeleteFunc(all, func(a away) bool {
		mark := a.to + " " + a.target
		again := seen[mark]
		seen[mark] = true
		return again
	})
}

// ports are tcp/443, those of proxies, then the TCP ports at which what the notebook's
// groups and its ACL let out may begin to differ.
func (g *guest) ports() []int {
	var out []int
	add := func(protocol string, ports ...int) {
		for _, p := range ports {
			if p = max(p, 1); p <= 65535 && p != https && carriesTCP(protocol, p, p, p) {
				out = append(out, p)
			}
		}
	}
	for _, r := range g.rules {
		add(r.Protocol, r.From)
	}
	if a, _ := g.ix.acls.of(g.subnet.ID); a != nil {
		for _, e := range a.Entries {
			if e.Egress {
				add(e.Protocol, e.From, e.To+1)
			}
		}
	}
	slices.Sort(out)
	return slices.Concat([]int{https}, proxyPorts(), slices.Compact(out))
}

// opens returns the addresses outside the VPC that the notebook's groups and its ACL
// let out to on a port and hear answers from, and those that they may besides, with
// the reason.
func (g *guest) opens(port int, st stack) (sure, maybe space, doubt string) {
	beyond := everything(st.v4).minus(g.ix.tables.inside(g.subnet, st))
	if g.outWhy != "" {
		return nil, beyond, g.outWhy
	}
	d := g.ix.lists.doorOn(port, g.rules, st.v4)
	sure, doubt = d.open.and(beyond), d.why
	for _, id := range d.groups {
		if one := g.ix.groups.byID[id]; one == nil || one.VPCID != g.subnet.VPCID {
			doubt = "where the members of security group " + id + " are is not among these facts"
		}
	}
	if doubt != "" {
		maybe = beyond.minus(sure)
	}
	a, why := g.ix.acls.of(g.subnet.ID)
	if a == nil {
		return nil, union(slices.Concat(sure, maybe)), why
	}
	out, why := a.passes(flow{true, port, port}, beyond, st.v4)
	back, more := a.passes(ephemeral(false), beyond, st.v4)
	if why = cmp.Or(why, more); why != "" {
		return nil, union(slices.Concat(sure, maybe)), "network ACL " + a.ID + " " + why
	}
	through := out.and(back)
	return sure.and(through), maybe.and(through), doubt
}

// outside follows the subnet's table to the addresses that the guards let out to, and
// lists what leads to other networks or, on another port than tcp/443, to the internet.
// A default to a peering connection leads to neither.
func (g *guest) outside(open space, port int, st stack) (found []away, why string) {
	asked := port
	if port == https {
		asked = 0
	}
	for _, one := range g.ix.tables.awayFrom(g.subnet, st) {
		if one.part.and(open).empty() {
			continue
		}
		open = open.minus(one.part)
		leads, doubt := g.leadsOn(&one, st)
		if why = cmp.Or(why, doubt); leads {
			one.port = asked
			found = append(found, one)
		}
	}
	if port == https {
		open = open.minus(st.internet) // which is known to be closed
	}
	if open.empty() || g.table == nil {
		return found, cmp.Or(why, g.tableWhy)
	}
	ways, unclear := g.ix.tables.ways(g.table, st, open)
	why = cmp.Or(why, unclear)
	for _, w := range ways {
		switch kind := kindOf(w.target); {
		case w.target == "" || kind == model.HopPeering:
			continue
		case w.why != "":
			why = cmp.Or(why, w.why)
			continue
		case leadsAway(w.target) == "":
			passes, doubt := g.passes(w, st)
			if why = cmp.Or(why, doubt); !passes {
				continue
			}
		}
		found = append(found, away{to: w.via, kind: kindOf(w.target).Words(), target: w.target, part: w.part, port: asked})
	}
	return found, why
}

// leadsOn reports whether the target of a route to private addresses may lead on to
// them. An appliance that checks source and destination drops what a route sends it,
// and a NAT gateway leads where its own table does.
func (g *guest) leadsOn(a *away, st stack) (leads bool, doubt string) {
	switch kindOf(a.target) { //nolint:exhaustive // the others lead out of the VPC by their kind
	case model.HopEndpoint:
		_, doubt = g.ix.endpoints.get(a.target)
		return doubt == "", doubt
	case model.HopAppliance:
		i, _ := g.ix.interfaces.find(a.target)
		return i == nil || !i.SourceDestCheck, ""
	case model.HopNAT:
		return g.passes(way{target: a.target, part: a.part}, st)
	}
	return true, ""
}

// passes follows a way through a gateway or an appliance: private addresses are
// reached where it leads on to other networks, those of the internet where it leads
// out too.
func (g *guest) passes(w way, st stack) (reached bool, doubt string) {
	for _, part := range []space{w.part.minus(st.internet), w.part.and(st.internet)} {
		if part.empty() {
			continue
		}
		road := g.walker(st)
		f := road.enter(w.target, g.subnet, part, asNotebook)
		if !f.beyond.empty() || !f.open.and(st.internet).empty() {
			return true, ""
		}
		if unknown := firstOf(road.hops, model.HopUnknown); !f.doubt.empty() && unknown != nil {
			doubt = says(unknown)
		}
	}
	return false, doubt
}

// proxyInside says that the notebook's groups let out to a port that proxies use in
// the VPC, and not as a part of everything: somebody meant a proxy by it. "" where
// they do not.
func (g *guest) proxyInside() string {
	inside := g.ix.tables.inside(g.subnet, ipv4())
	for _, r := range g.rules {
		for _, port := range proxyPorts() {
			if !carriesTCP(r.Protocol, r.From, r.To, port) || carriesTCP(r.Protocol, r.From, r.To, https) {
				continue
			}
			if d := g.ix.lists.doorOn(port, []Rule{r}, true); len(d.groups) > 0 || !d.open.and(inside).empty() {
				return fmt.Sprintf("tcp/%d is let out to addresses in the VPC, and whether a proxy answers there is not among these facts", port)
			}
		}
	}
	return ""
}
