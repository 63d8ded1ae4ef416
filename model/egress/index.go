package egress

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"nbscope/model"
)

// Index is a set of facts made ready for judging many notebooks. It is not
// changed after it was made and may be shared.
type Index struct {
	accounts   []string
	vpcs       shelf[VPC]
	dhcp       shelf[DHCPOptions]
	subnets    shelf[Subnet]
	tables     shelf[RouteTable]
	nats       shelf[NATGateway]
	gateways   shelf[InternetGateway]
	egressOnly shelf[InternetGateway]
	groups     shelf[SecurityGroup]
	endpoints  shelf[Endpoint]
	lists      shelf[PrefixList]
	interfaces shelf[Interface]

	tablesOf    map[string][]*RouteTable // by subnet, the explicit ones
	mainOf      map[string][]*RouteTable // by VPC
	edgesOf     map[string][]*RouteTable // by the gateway whose incoming traffic they route
	aclsOf      map[string][]*ACL        // by subnet
	acls        model.Part
	endpointsIn map[string][]*Endpoint // by VPC, in the order of their ids
	policies    map[string]policy      // by endpoint; one without has the default of full access
	asksWho     map[string]bool        // by VPC: a policy of its endpoints is not for everyone

	block      BlockPublicAccess
	exclusions Family[Exclusion]
	unclear    map[string]string // by VPC: what was told and is not understood
}

// NewIndex makes facts ready for judging. It keeps the slices of f.
func NewIndex(f Facts) *Index {
	ix := &Index{
		accounts:   f.Accounts,
		dhcp:       shelve("set of DHCP options", f.DHCPOptions, func(v *DHCPOptions) string { return v.ID }),
		vpcs:       shelve("VPC", f.VPCs, func(v *VPC) string { return v.ID }),
		subnets:    shelve("subnet", f.Subnets, func(v *Subnet) string { return v.ID }),
		tables:     shelve("route table", f.RouteTables, func(v *RouteTable) string { return v.ID }),
		nats:       shelve("NAT gateway", f.NATGateways, func(v *NATGateway) string { return v.ID }),
		gateways:   shelve("internet gateway", f.InternetGateways, func(v *InternetGateway) string { return v.ID }),
		egressOnly: shelve("egress-only internet gateway", f.EgressOnly, func(v *InternetGateway) string { return v.ID }),
		groups:     shelve("security group", f.SecurityGroups, func(v *SecurityGroup) string { return v.ID }),
		endpoints:  shelve("VPC endpoint", f.Endpoints, func(v *Endpoint) string { return v.ID }),
		lists:      shelve("prefix list", f.PrefixLists, func(v *PrefixList) string { return v.ID }),
		interfaces: shelve("network interface", f.Interfaces, func(v *Interface) string { return v.ID }),

		tablesOf:    map[string][]*RouteTable{},
		mainOf:      map[string][]*RouteTable{},
		edgesOf:     map[string][]*RouteTable{},
		aclsOf:      map[string][]*ACL{},
		acls:        f.ACLs.Part,
		endpointsIn: map[string][]*Endpoint{},
		policies:    map[string]policy{},
		asksWho:     map[string]bool{},
		block:       f.BlockPublicAccess,
		exclusions:  f.Exclusions,
		unclear:     unclear(&f),
	}
	for _, t := range ix.tables.sorted() {
		for _, s := range unique(t.Subnets) {
			ix.tablesOf[s] = append(ix.tablesOf[s], t)
		}
		for _, g := range unique(t.Gateways) {
			ix.edgesOf[g] = append(ix.edgesOf[g], t)
		}
		if t.Main {
			ix.mainOf[t.VPCID] = append(ix.mainOf[t.VPCID], t)
		}
	}
	for i := range f.ACLs.Items {
		for _, s := range unique(f.ACLs.Items[i].Subnets) {
			ix.aclsOf[s] = append(ix.aclsOf[s], &f.ACLs.Items[i])
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
	what string
	part model.Part
	byID map[string]*T
}

func shelve[T any](what string, f Family[T], id func(*T) string) shelf[T] {
	s := shelf[T]{what: what, part: f.Part, byID: make(map[string]*T, len(f.Items))}
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

// sees reports whether what only an owner may describe is complete for a subnet.
// Whoever a VPC is shared with may describe its route tables, ACLs, internet
// gateways, subnets and attributes, and neither its NAT gateways nor its
// egress-only gateways nor its endpoints.
func (ix *Index) sees(s *Subnet, n *model.Notebook) bool {
	return s.OwnerID == "" || s.OwnerID == n.Account || slices.Contains(ix.accounts, s.OwnerID)
}

// ownerOr is the reason why something is not among the facts: the account that
// shares the VPC and alone may describe it, else why.
func (ix *Index) ownerOr(s *Subnet, n *model.Notebook, why string) string {
	if ix.sees(s, n) {
		return why
	}
	return fmt.Sprintf("it belongs to account %s, which shares the VPC and alone may describe it; scan that account too", s.OwnerID)
}

// table returns the route table that a subnet uses and whether it is the main
// one by default, or nil and why it is not known.
func (ix *Index) table(s *Subnet) (t *RouteTable, byDefault bool, why string) {
	if why = unread("route tables", ix.tables.part); why != "" {
		return nil, false, why
	}
	switch own := ix.tablesOf[s.ID]; len(own) {
	case 1:
		return own[0], false, ""
	case 0:
	default:
		return nil, false, fmt.Sprintf("subnet %s has %d route tables at once", s.ID, len(own))
	}
	switch main := ix.mainOf[s.VPCID]; len(main) {
	case 1:
		return main[0], true, ""
	case 0:
		return nil, false, fmt.Sprintf("no route table of subnet %s is among those that this account can see", s.ID)
	default:
		return nil, false, fmt.Sprintf("VPC %s has %d main route tables at once", s.VPCID, len(main))
	}
}

// acl returns the network ACL of a subnet, or nil and why it is not known.
func (ix *Index) acl(subnet string) (a *ACL, why string) {
	if why = unread("network ACLs", ix.acls); why != "" {
		return nil, why
	}
	switch own := ix.aclsOf[subnet]; len(own) {
	case 1:
		return own[0], ""
	case 0:
		return nil, fmt.Sprintf("the network ACL of subnet %s is not among those that this account can see", subnet)
	default:
		return nil, fmt.Sprintf("subnet %s has %d network ACLs at once", subnet, len(own))
	}
}

// amazonList reports whether a prefix list is AWS's own, which holds the
// addresses of one service and never the internet.
func (ix *Index) amazonList(id string) bool {
	l := ix.lists.byID[id]
	return l != nil && (l.OwnerID == "AWS" || strings.HasPrefix(l.Name, "com.amazonaws."))
}

// entries returns the CIDRs of a prefix list, or why they are not known.
func (ix *Index) entries(id string) (cidrs []string, why string) {
	l, why := ix.lists.get(id)
	if l == nil {
		return nil, why
	}
	if why = unread("the entries of prefix list "+id, l.EntriesRead); why != "" {
		return nil, why
	}
	return l.Entries, ""
}
