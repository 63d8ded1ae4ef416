package egress

import (
	"slices"
	"strings"

	"nbscope/model"
)

// prefixLists are the prefix lists, which rules and routes name in the place of addresses.
type prefixLists struct{ shelf[PrefixList] }

// amazons reports whether a prefix list is AWS's own, which holds the
// addresses of one service and never the internet.
func (l prefixLists) amazons(id string) bool {
	one := l.byID[id]
	return one != nil && (one.OwnerID == "AWS" || strings.HasPrefix(one.Name, "com.amazonaws."))
}

// entries returns the CIDRs of a prefix list, or why they are not known.
func (l prefixLists) entries(id string) (cidrs []string, why string) {
	one, why := l.get(id)
	if one == nil {
		return nil, why
	}
	if why = unread("the entries of prefix list "+id, one.EntriesRead); why != "" {
		return nil, why
	}
	return one.Entries, ""
}

// listed returns those of AWS's own prefix lists that the notebook's groups let out
// to and whose addresses are reached: S3 through NAT, say. Where it is not read which
// addresses a list holds, the way must lead all of the internet out, and where it leads
// a part out the list is perhaps reached. A gateway endpoint takes its list's addresses
// elsewhere.
func (w *walker) listed(d doorway, whole space) (lists, perhaps []string) {
	if len(d.lists) == 0 || !d.maybe.empty() {
		return nil, nil
	}
	b := w.walker(w.stack)
	f := b.leave(w.subnet, whole, asNotebook)
	t, _, _ := w.ix.tables.of(w.subnet)
	for _, l := range d.lists {
		at := w.ix.tables.ranges(&Route{PrefixList: l}, w.stack.v4)
		switch {
		case t == nil, slices.ContainsFunc(t.Routes, func(r Route) bool { return r.PrefixList == l && w.ix.tables.toGatewayEndpoint(&r) }):
		case !f.open.and(whole).shortOf(whole, w.stack.grain), !at.empty() && at.minus(f.open).empty():
			lists = append(lists, l)
		case at.empty() && !f.open.empty(), !at.and(f.open).empty():
			perhaps = append(perhaps, l)
		}
	}
	return lists, perhaps
}

// byLists returns those of AWS's own prefix lists whose addresses a notebook reaches on
// the internet over IPv4 by rules that name them. Alone: it reaches nothing else there.
func (t tenant) byLists() (lists []string, alone bool) {
	st := ipv4()
	whole := st.internet.minus(t.ix.tables.inside(t.subnet, st))
	w := t.walker(st)
	d := w.doors(whole)
	lists, _ = w.listed(d, whole)
	return lists, len(lists) > 0 && d.sure.empty() && d.maybe.empty()
}

// services names the services whose addresses lists hold; nil where one has no name
// that says so.
func (l prefixLists) services(ids []string, region string) (services []string) {
	for _, id := range ids {
		one := l.byID[id]
		if one == nil || serviceEnd(one.Name, region) == "" {
			return nil
		}
		services = append(services, serviceEnd(one.Name, region))
	}
	return services
}

// sliver makes a path of one that reaches only what AWS's prefix lists hold, or
// those besides.
func sliver(p model.Path, says string) model.Path {
	if p.Verdict == model.VerdictPartial {
		p.Reason += "; besides " + says
		return p
	}
	for i, h := range p.Chain {
		if h.Kind == model.HopSecurityGroup && h.State == model.HopBroken {
			p.Chain[i].State = model.HopOK
		}
	}
	p.Verdict, p.Reason = model.VerdictPartial, "reaches only "+says+" on the internet"
	return p
}

func (l prefixLists) names(ids []string) string {
	names := make([]string, 0, len(ids))
	for _, id := range ids {
		name := id
		if one := l.byID[id]; one != nil && one.Name != "" {
			name += " (" + one.Name + ")"
		}
		names = append(names, name)
	}
	return "prefix list " + strings.Join(names, ", ")
}
