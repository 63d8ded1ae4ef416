package egress

import (
	"cmp"
	"fmt"
	"slices"

	"nbscope/model"
)

// Index is a set of facts made ready for judging many notebooks. It is not
// changed after it was made and may be shared.
type Index struct {
	accounts   []string
	vpcs       shelf[VPC]
	dhcp       shelf[DHCPOptions]
	subnets    shelf[Subnet]
	tables     routeTables
	nats       shelf[NATGateway]
	gateways   shelf[InternetGateway]
	egressOnly shelf[InternetGateway]
	groups     shelf[SecurityGroup]
	endpoints  shelf[Endpoint]
	lists      prefixLists
	interfaces interfaces
	acls       acls
	block      blocking

	endpointsIn map[string][]*Endpoint // by VPC, in the order of their ids
	policies    policies
	asksWho     map[string]bool   // by VPC: a policy of its endpoints is not for everyone
	unclear     map[string]string // by VPC: what was told and is not understood
}

// NewIndex makes facts ready for judging. It keeps the slices of f.
func NewIndex(f Facts) *Index { return (&Index{}).with(f) }

// with makes facts ready that are the same but for some families, which is what a change
// of them leaves: the others are kept as they are.
func (old *Index) with(f Facts) *Index {
	ix := &Index{
		accounts:   f.Accounts,
		dhcp:       old.dhcp.shelve("set of DHCP options", f.DHCPOptions, func(v *DHCPOptions) string { return v.ID }),
		vpcs:       old.vpcs.shelve("VPC", f.VPCs, func(v *VPC) string { return v.ID }),
		subnets:    old.subnets.shelve("subnet", f.Subnets, func(v *Subnet) string { return v.ID }),
		nats:       old.nats.shelve("NAT gateway", f.NATGateways, func(v *NATGateway) string { return v.ID }),
		gateways:   old.gateways.shelve("internet gateway", f.InternetGateways, func(v *InternetGateway) string { return v.ID }),
		egressOnly: old.egressOnly.shelve("egress-only internet gateway", f.EgressOnly, func(v *InternetGateway) string { return v.ID }),
		groups:     old.groups.shelve("security group", f.SecurityGroups, func(v *SecurityGroup) string { return v.ID }),
		endpoints:  old.endpoints.shelve("VPC endpoint", f.Endpoints, func(v *Endpoint) string { return v.ID }),
		lists:      prefixLists{old.lists.shelve("prefix list", f.PrefixLists, func(v *PrefixList) string { return v.ID })},
		interfaces: interfaces{old.interfaces.shelve("network interface", f.Interfaces, func(v *Interface) string { return v.ID })},
		acls:       acls{part: f.ACLs.Part, bySubnet: map[string][]*ACL{}},

		endpointsIn: map[string][]*Endpoint{},
		policies:    policies{},
		asksWho:     map[string]bool{},
		unclear:     unclear(&f),
	}
	ix.tables = old.tables.with(f.RouteTables, ix.lists, ix.endpoints)
	ix.block = blocking{ix.vpcs, f.BlockPublicAccess, f.Exclusions}
	for i := range f.ACLs.Items {
		for _, s := range unique(f.ACLs.Items[i].Subnets) {
			ix.acls.bySubnet[s] = append(ix.acls.bySubnet[s], &f.ACLs.Items[i])
		}
	}
	for _, e := range ix.endpoints.sorted() {
		ix.endpointsIn[e.VPCID] = append(ix.endpointsIn[e.VPCID], e)
		if e.Policy != "" {
			p := readPolicy(e.Policy)
			ix.policies[e.ID] = p
			ix.asksWho[e.VPCID] = ix.asksWho[e.VPCID] || !p.forEveryone()
		}
	}
	return ix
}

func unique(ids []string) []string {
	out := slices.Clone(ids)
	slices.Sort(out)
	return slices.Compact(out)
}

// shelf is one family by id.
type shelf[T any] struct {
	what  string
	part  model.Part
	items []T
	byID  map[string]*T
}

// shelve is another family in the place of this one, which is kept where it is the same.
func (s shelf[T]) shelve(what string, f Family[T], id func(*T) string) shelf[T] {
	if len(f.Items) > 0 && len(f.Items) == len(s.items) && &f.Items[0] == &s.items[0] && f.Part == s.part {
		return s
	}
	s = shelf[T]{what: what, part: f.Part, items: f.Items, byID: make(map[string]*T, len(f.Items))}
	for i := range f.Items {
		if _, ok := s.byID[id(&f.Items[i])]; !ok {
			s.byID[id(&f.Items[i])] = &f.Items[i]
		}
	}
	return s
}

// get returns the item, or nil and a sentence that says why it is not there.
func (s shelf[T]) get(id string) (item *T, why string) {
	if found, ok := s.byID[id]; ok {
		return found, ""
	}
	if why = unread(s.what+"s", s.part); why != "" {
		return nil, why
	}
	return nil, fmt.Sprintf("%s %s is named but not among those that this account can see", s.what, cmp.Or(id, "without an id"))
}

// sorted lists the items in the order of their ids.
func (s shelf[T]) sorted() []*T {
	ids := make([]string, 0, len(s.byID))
	for id := range s.byID {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	out := make([]*T, len(ids))
	for i, id := range ids {
		out[i] = s.byID[id]
	}
	return out
}

// unread is "" for facts that were read, else a sentence with the reason.
func unread(what string, p model.Part) string {
	switch p.State {
	case model.LoadDone:
		return ""
	case model.LoadPending:
		return what + " are not read yet"
	case model.LoadFailed, model.LoadSkipped:
	}
	return what + " could not be read: " + cmp.Or(p.Reason, "refused without a reason")
}
