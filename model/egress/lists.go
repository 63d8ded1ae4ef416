package egress

import (
	"slices"
	"strings"

	"nbscope/model"
)

// listed returns those of AWS's own prefix lists that the notebook's groups let out
// to and whose addresses are reached: S3 through NAT, say. Where it is not read which
// addresses a list holds, the way must lead all of the internet out, and where it leads
// a part out the list is perhaps reached. A gateway endpoint takes its list's addresses
// elsewhere.
func (w *walker) listed(d doorway, s *Subnet, whole space) (lists, perhaps []string) {
	if len(d.lists) == 0 || !d.maybe.empty() {
		return nil, nil
	}
	b := w.ix.walker(w.notebook, s, w.stack)
	f := b.leave(s, whole, asNotebook)
	t, _, _ := w.ix.table(s)
	for _, l := range d.lists {
		at := w.ix.ranges(&Route{PrefixList: l}, w.stack.v4)
		switch {
		case t == nil, slices.ContainsFunc(t.Routes, func(r Route) bool { return r.PrefixList == l && w.ix.toGatewayEndpoint(&r) }):
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
func (ix *Index) byLists(n *model.Notebook, s *Subnet) (lists []string, alone bool) {
	st := ipv4()
	whole := st.internet.minus(ix.inside(s, st))
	w := ix.walker(n, s, st)
	d := w.doors(s, whole)
	lists, _ = w.listed(d, s, whole)
	return lists, len(lists) > 0 && d.sure.empty() && d.maybe.empty()
}

// servicesOf names the services whose addresses lists hold; nil where one has no name
// that says so.
func (ix *Index) servicesOf(lists []string, region string) (services []string) {
	for _, id := range lists {
		l := ix.lists.byID[id]
		if l == nil || serviceEnd(l.Name, region) == "" {
			return nil
		}
		services = append(services, serviceEnd(l.Name, region))
	}
	return services
}

// sliver makes a path of one that reaches only what AWS's prefix lists hold, or
// those besides.
func (w *walker) sliver(p model.Path, lists []string) model.Path {
	says := "the addresses of " + w.ix.listNames(lists)
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

func (ix *Index) listNames(lists []string) string {
	names := make([]string, 0, len(lists))
	for _, id := range lists {
		name := id
		if l := ix.lists.byID[id]; l != nil && l.Name != "" {
			name += " (" + l.Name + ")"
		}
		names = append(names, name)
	}
	return "prefix list " + strings.Join(names, ", ")
}
