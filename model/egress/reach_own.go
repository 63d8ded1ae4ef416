package egress

import (
	"cmp"
	"slices"
	"strings"

	"nbscope/model"
)

// toOwn answers for a destination of the user's.
func (v *visit) toOwn(d model.Destination) model.Reach {
	switch {
	case v.why != "":
		return notKnown(v.why)
	case d.Host():
		return v.host()
	}
	return v.addresses(d)
}

// host answers for a host of the user's. Nobody looks its name up, and what a private
// zone answers is not among the facts: it may lead to the internet, into the VPC, or
// to another private network.
func (v *visit) host() model.Reach {
	const where = "where its name leads, which is not looked up: "
	if v.subnet == nil {
		if v.notebook.SubnetID == "" {
			return dependsOn(where+"public addresses are reached, and private ones are not, as the notebook has no subnet", byDirect)
		}
		return dependsOn(where+"public addresses are reached, and of the VPC nothing is known", byDirect)
	}
	local := ", and the VPC's own ranges over the notebook's interface"
	if v.direct {
		return dependsOn(where+"public addresses are reached"+local, byDirect)
	}
	public := all(v.net, v.names)
	private := ""
	if space := v.guest.out.open.and(v.ix.tables.inside(v.subnet, ipv4())); !space.empty() {
		private = local
	}
	reached, _ := v.guest.networks()
	for _, a := range reached {
		if a.port == 0 { // on another, a proxy may answer, and no host of that name
			private += ", " + a.says()
		}
	}
	switch {
	case public.State == model.ReachUnknown:
		return public
	case v.guest.outWhy != "", v.guest.table == nil:
		return notKnown(cmp.Or(v.guest.outWhy, v.guest.tableWhy))
	case v.names.State == model.ReachBlocked, public.State == model.ReachBlocked && private == "" && v.guest.out.why == "":
		return public
	}
	fares := "are " + string(public.State)
	if public.State == model.ReachDepends {
		fares = "depend"
	}
	return dependsOn(where+strings.TrimSpace("public addresses "+fares+" "+public.Says())+private, "")
}

// share is how a part of a range of addresses fares.
type share struct {
	part space
	model.Reach
}

// addresses answers for a range of the user's: by the notebook's groups and ACL, its
// routes, and whatever they lead to.
func (v *visit) addresses(d model.Destination) model.Reach {
	st := ipv6()
	if d.Range.Addr().Is4() {
		st = ipv4()
	}
	public := st.internet
	whole := space{prefixSpan(d.Range)}
	st.internet, st.grain = whole, 1
	switch {
	case v.subnet == nil && v.notebook.SubnetID != "":
		return notKnown("subnet " + v.notebook.SubnetID + " is not known")
	case v.subnet == nil:
		return v.sum(st, v.parted(whole, public, reachedBy(byDirect), blockedBy("the notebook's network mode", "it has no subnet, so that no private address is reached")))
	case !st.v4 && v.notebook.IPAddressType != addressDual:
		return blockedBy("the notebook's address type", "it has no IPv6 address")
	}
	switch {
	case v.guest.table == nil && v.direct: // which addresses are the VPC's own is not known
		return notKnown(v.guest.tableWhy)
	case v.guest.table == nil:
		open, shut := v.let(st, whole)
		return v.sum(st, append(shut, share{open, notKnown(v.guest.tableWhy)}))
	}
	local := whole.and(v.ix.tables.inside(v.subnet, st))
	shares := v.local(st, local)
	rest := whole.minus(local)
	if v.direct {
		return v.sum(st, append(shares, v.parted(rest, public, reachedBy(byDirect),
			blockedBy(byDirect, "of private addresses only the VPC's own are reached with it on"))...))
	}
	return v.sum(st, append(shares, v.away(st, rest, public)...))
}

// parted gives what is on the internet one answer and the rest another.
func (v *visit) parted(whole, public space, out, private model.Reach) []share {
	return []share{{whole.and(public), out}, {whole.minus(public), private}}
}

// let divides a range by what the notebook's groups let out to.
func (v *visit) let(st stack, whole space) (open space, shut []share) {
	g := v.guest
	door := g.out
	if !st.v4 {
		door = v.ix.lists.door(g.rules, false)
	}
	open = whole.and(door.open)
	rest := blockedBy("security group "+strings.Join(unique(v.notebook.SecurityGroups), " "), "no egress rule lets tcp/443 out to it")
	switch {
	case g.outWhy != "":
		return nil, []share{{whole, notKnown(g.outWhy)}}
	case door.why != "":
		rest = notKnown(door.why)
	}
	return open, []share{{whole.minus(open), rest}}
}

// local answers for addresses in the VPC. Whether something stands there, and what
// its own groups let in, is not judged.
func (v *visit) local(st stack, whole space) []share {
	open, shares := v.let(st, whole)
	if open.empty() {
		return shares
	}
	by := reachedBy("the VPC's local route")
	by.Why = "what guards the hosts there is not judged"
	if !st.v4 {
		return append(shares, share{open, dependsOn("the network ACLs in the VPC, which are judged for IPv4 only", by.By)})
	}
	for _, s := range v.neighbours() {
		at, _ := s.addresses(true)
		if at = at.and(open); at.empty() {
			continue
		}
		open = open.minus(at)
		one := by
		if a := v.guest.crosses(s.ID); a.state == model.EndpointUnknown {
			one = notKnown(a.why)
		} else if !a.passed() {
			acl, _, _ := strings.Cut(a.why, " stands")
			one = blockedBy(acl, "stands between the notebook and subnet "+s.ID)
		}
		shares = append(shares, share{at, one})
	}
	switch why := unread("subnets", v.ix.subnets.part); {
	case why != "":
		shares = append(shares, share{open, notKnown(why)})
	case open.size() == whole.and(v.guest.out.open).size(): // else it is what is left between subnets
		shares = append(shares, share{open, blockedBy("VPC "+v.subnet.VPCID, "no subnet of it has these addresses")})
	}
	return shares
}

// neighbours are the subnets of the notebook's VPC, in the order of their ids.
func (v *visit) neighbours() []*Subnet {
	return slices.DeleteFunc(v.ix.subnets.sorted(), func(s *Subnet) bool { return s.VPCID != v.subnet.VPCID })
}

// away answers for addresses outside of the VPC.
func (v *visit) away(st stack, whole, public space) []share {
	open, shares := v.let(st, whole)
	if open.empty() {
		return shares
	}
	a, why := v.ix.acls.of(v.subnet.ID)
	if a == nil {
		return append(shares, share{open, notKnown(why)})
	}
	left, says, why := a.roundTrip(open, st.v4, ephemeral)
	if why != "" {
		return append(shares, share{open, notKnown("network ACL " + a.ID + " " + why)})
	}
	if left.empty() {
		return append(shares, share{open, blockedBy("network ACL "+a.ID, says)})
	}
	shares = append(shares, share{open.minus(left), blockedBy("network ACL "+a.ID, "lets no tcp/443 out to it and back")})
	t := v.guest.table
	ways, why := v.ix.tables.ways(t, st, left)
	if why != "" {
		return append(shares, share{left, notKnown("route table " + t.ID + ": " + why)})
	}
	for _, one := range ways {
		shares = append(shares, v.along(st, t, one, public)...)
	}
	return shares
}

// along follows a route. What is behind another private network is beyond the facts,
// and a private address that is sent to the internet is nobody's there.
func (v *visit) along(st stack, t *RouteTable, one way, public space) []share {
	table := "route table " + t.ID
	switch {
	case one.why != "":
		return []share{{one.part, notKnown(table + ": " + one.why)}}
	case one.dead != "" && one.target == "":
		return []share{{one.part, blockedBy(table, "its route "+one.via+" to "+one.dead+" is a blackhole: the target is gone")}}
	case one.target == "":
		return []share{{one.part, blockedBy(table, "it has no route there")}}
	case leadsAway(one.target) != "":
		return []share{{one.part, behind([]model.Hop{{Kind: kindOf(one.target), ID: one.target, State: model.HopOK}})}}
	}
	w := v.guest.walker(st)
	f := w.follow(t, "serves subnet "+v.subnet.ID, v.subnet, one, asNotebook)
	by := wayOf(w.hops)
	open := reachedBy(by)
	if f.inspected {
		open = dependsOn("what the inspection on the way lets through", by)
	}
	private := blockedBy(by, "private addresses are not reached over the internet")
	closed := blockedBy(table, "it leads nowhere")
	if h := firstOf(w.hops, model.HopBroken); h != nil && h.Kind == model.HopPeering {
		closed = dependsOn("what lies behind "+hopName(h), by) // it ends for the internet, not for the peer's own addresses
	} else if h != nil {
		closed = brokenAt(h)
	}
	doubt := notKnown("it is not known how a part of it fares")
	if h := firstOf(w.hops, model.HopUnknown); h != nil {
		doubt = notKnown(says(h))
	}
	return append(v.parted(f.open, public, open, private),
		share{f.beyond, behind(w.hops)}, share{f.doubt, doubt}, share{f.shut(one.part), closed})
}

// sum makes one answer of several parts of a range. Where they fare differently, it
// depends on the address.
func (v *visit) sum(st stack, shares []share) model.Reach {
	var left []share
	for _, s := range shares {
		if s.part.empty() {
			continue
		}
		if s.State == model.ReachUnknown {
			return s.Reach
		}
		if i := slices.IndexFunc(left, func(l share) bool { return l.Reach == s.Reach }); i >= 0 {
			left[i].part = union(slices.Concat(left[i].part, s.part))
			continue
		}
		left = append(left, s)
	}
	if len(left) == 0 {
		return notKnown("nothing is known of its addresses")
	}
	each := make([]string, len(left))
	mixed := false
	for i, s := range left {
		each[i] = strings.TrimSpace(st.phrase(s.part) + " " + string(s.State) + " " + s.Says())
		mixed = mixed || i > 0 && (s.State != left[0].State || s.State == model.ReachDepends)
	}
	if mixed {
		return dependsOn("the address: "+strings.Join(each, "; "), "")
	}
	out := left[0].Reach
	for _, s := range left[1:] {
		out.By, out.Why = listed([]string{out.By, s.By}, ", "), listed([]string{out.Why, s.Why}, "; ")
	}
	return out
}
