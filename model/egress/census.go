package egress

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"nbscope/model"
)

// anyGroupID is a security group that stands for whatever else is in a subnet. It
// lets everything out.
const anyGroupID = "sg-any"

// party is a set of notebooks that the network treats alike, or whatever else stands
// in a subnet: hosts with a private address only, or those with a public one.
type party struct {
	notebook *model.Notebook   // with direct internet off, whatever it has
	members  []*model.Notebook // none of a subnet
	subnet   *Subnet           // of a subnet's own party
	public   bool              // the hosts in the subnet have public addresses
}

// place is one VPC with everybody in it.
type place struct {
	facts   Facts
	index   *Index
	parties []party
	at      map[string]int // of the notebooks' parties, by what they have in common
	before  []standing
	known   map[string][]standing // by the changes that they come from
	judged  *int                  // counts judgements, for a test
}

// newPlace keeps the facts of one VPC and finds its parties: notebooks by subnet,
// groups, IP version and what is known of their interface, and every subnet.
// Notebooks with direct internet on use the VPC for its own addresses only, which
// no remedy takes away.
func newPlace(f Facts, vpc string, notebooks []*model.Notebook, judged *int) *place {
	p := &place{facts: f.within(vpc), at: map[string]int{}, known: map[string][]standing{}, judged: judged}
	p.index = NewIndex(p.facts)
	region, account := "", ""
	for _, n := range notebooks {
		s := p.index.subnets.byID[n.SubnetID]
		if s == nil || !n.Described.Known() {
			continue
		}
		region, account = cmp.Or(region, n.Region), cmp.Or(account, n.Account)
		if n.DirectInternet == model.Enabled {
			continue
		}
		key := p.index.keyOf(n)
		i, known := p.at[key]
		if !known {
			i = len(p.parties)
			p.at[key] = i
			p.parties = append(p.parties, party{notebook: n})
		}
		p.parties[i].members = append(p.parties[i].members, n)
	}
	for _, s := range p.index.subnets.sorted() {
		private := anybody(s, region, cmp.Or(account, s.OwnerID))
		public := *private
		public.NetworkID = publicHost(s).ID
		p.parties = append(p.parties, party{subnet: s, notebook: private}, party{subnet: s, notebook: &public, public: true})
	}
	return p
}

// keyOf is equal for notebooks that the network, and the policies of its endpoints,
// treat alike.
func (ix *Index) keyOf(n *model.Notebook) string {
	own, role := ix.interfaces.byID[n.NetworkID], partitionOf(n)
	if s := ix.subnets.byID[n.SubnetID]; s != nil && ix.asksWho[s.VPCID] {
		role = n.RoleARN
	}
	return fmt.Sprint(n.Account, n.Region, n.SubnetID, unique(n.SecurityGroups), n.DirectInternet, n.IPAddressType,
		own != nil && own.PublicIP != "", own != nil && len(own.IPv6) > 0, own != nil, role)
}

// anybody stands in a subnet with a group that lets everything out. It sees of the
// network what the account of the notebooks sees: of a shared subnet not all.
func anybody(s *Subnet, region, account string) *model.Notebook {
	n := &model.Notebook{
		Account: account, Region: region, SubnetID: s.ID, SecurityGroups: []string{anyGroupID}, DirectInternet: model.Disabled,
		IPAddressType: addressIPv4, Described: model.Part{State: model.LoadDone},
	}
	if len(s.IPv6CIDRs) > 0 {
		n.IPAddressType = addressDual
	}
	return n
}

// publicHost is the interface of a host with public addresses in a subnet.
func publicHost(s *Subnet) Interface {
	i := Interface{ID: "eni-any-" + s.ID, VPCID: s.VPCID, SubnetID: s.ID, Status: "in-use", PublicIP: "any"}
	if len(s.IPv6CIDRs) > 0 {
		i.IPv6 = []string{"any"}
	}
	return i
}

// within keeps what belongs to a VPC and what may, and adds the group of anybody and
// a public host for each subnet.
func (f Facts) within(vpc string) Facts {
	f.VPCs.Items = only(f.VPCs.Items, func(v *VPC) bool { return v.ID == vpc })
	f.Subnets.Items = only(f.Subnets.Items, func(s *Subnet) bool { return s.VPCID == vpc })
	f.RouteTables.Items = only(f.RouteTables.Items, func(t *RouteTable) bool { return t.VPCID == vpc })
	f.ACLs.Items = only(f.ACLs.Items, func(a *ACL) bool { return a.VPCID == vpc })
	f.Endpoints.Items = only(f.Endpoints.Items, func(e *Endpoint) bool { return e.VPCID == vpc })
	inside := func(i *Interface) bool { return i.VPCID == vpc || i.VPCID == "" }
	instances := map[string]bool{} // an appliance may have interfaces in other VPCs too
	for _, i := range only(f.Interfaces.Items, inside) {
		instances[i.InstanceID] = i.InstanceID != ""
	}
	f.Interfaces.Items = only(f.Interfaces.Items, func(i *Interface) bool { return inside(i) || instances[i.InstanceID] })
	named := map[string]bool{}
	for i := range f.Endpoints.Items {
		for _, id := range f.Endpoints.Items[i].Groups {
			named[id] = true
		}
	}
	for i := range f.Interfaces.Items {
		for _, id := range f.Interfaces.Items[i].Groups {
			named[id] = true
		}
	}
	f.SecurityGroups.Items = only(f.SecurityGroups.Items, func(g *SecurityGroup) bool { return g.VPCID == vpc || named[g.ID] })
	f.SecurityGroups.Items = append(f.SecurityGroups.Items, SecurityGroup{
		ID: anyGroupID, VPCID: vpc, Egress: []Rule{{Protocol: "-1", To: 65535, CIDRs: []string{"0.0.0.0/0", "::/0"}}},
	})
	hosts := make([]Interface, len(f.Subnets.Items))
	for i := range hosts {
		hosts[i] = publicHost(&f.Subnets.Items[i])
	}
	f.Interfaces.Items = grown(f.Interfaces.Items, hosts...)
	return f
}

func only[T any](items []T, is func(*T) bool) []T {
	var out []T // most of a region is not of this VPC
	for i := range items {
		if is(&items[i]) {
			out = append(out, items[i])
		}
	}
	return out
}

// judge says how a party stands under some facts.
func (p *place) judge(ix *Index, one *party) standing {
	*p.judged++
	out := ix.standingBy(one.notebook, ix.throughVPC(one.notebook))
	if one.subnet != nil {
		if s := ix.subnets.byID[one.subnet.ID]; s != nil {
			out.public = tenant{ix, one.notebook, s}.facesInternet()
			out.meant = out.public || ix.meantPublic(s)
		}
	}
	return out
}

func (p *place) everybody(ix *Index) []standing {
	out := make([]standing, len(p.parties))
	for i := range p.parties {
		out[i] = p.judge(ix, &p.parties[i])
	}
	return out
}

// outcome says how everybody stands after the changes. An egress rule of a group
// matters to its members alone, so that everybody is judged once for the changes
// apart from those, and the members once more: notebooks with a group each would
// else be judged as often as there are notebooks.
func (p *place) outcome(changes []change) []standing {
	if p.before == nil {
		p.before = p.everybody(p.index)
	}
	var common []change
	touched := map[string]bool{}
	for _, c := range changes {
		if out, ok := c.(letOut); ok {
			touched[out.group] = true
		} else {
			common = append(common, c)
		}
	}
	base := p.before
	if len(common) > 0 {
		key := fmt.Sprintf("%#v", common)
		if p.known[key] == nil {
			p.known[key] = p.everybody(p.index.with(p.facts.after(common)))
		}
		base = p.known[key]
	}
	if len(touched) == 0 {
		return base
	}
	out, ix := slices.Clone(base), p.index.with(p.facts.after(changes))
	for i := range p.parties {
		if slices.ContainsFunc(p.parties[i].notebook.SecurityGroups, func(id string) bool { return touched[id] }) {
			out[i] = p.judge(ix, &p.parties[i])
		}
	}
	return out
}

// affected lists who stands otherwise after the changes, apart from the notebook
// that they are for, those that are worse off first.
func (p *place) affected(changes []change, own, subnet string) []model.Affected {
	after := p.outcome(changes)
	mine, some := p.at[own]
	var out []model.Affected
	for i := range p.parties {
		one := &p.parties[i]
		unlike := p.unlike(i, p.before) || p.unlike(i, after)
		who := one.words(some && i == mine, unlike)
		if who == "" || one.public && !unlike {
			continue // a public address is of no use there: as the other hosts of the subnet
		}
		// That the notebook's subnet gets its way out too goes without saying, and where
		// hosts of a public subnet gain they are taken to have public addresses.
		silent := one.holds(subnet) || !one.public && unlike
		for j, d := range one.differences(&p.before[i], &after[i]) {
			if d.worse || j == 0 && !silent {
				out = append(out, model.Affected{What: who, Before: d.before, After: d.after, Worse: d.worse, Public: d.outside && p.before[i].public && d.worse})
			}
		}
	}
	model.SortStable(out, func(a, b model.Affected) int { return cmp.Compare(rank(b.Worse), rank(a.Worse)) })
	return out
}

// differences are what is otherwise for a party. Whom the internet reaches are hosts
// with public addresses.
func (one *party) differences(before, after *standing) []difference {
	diffs := compare(before, after)
	if one.public {
		return diffs
	}
	return slices.DeleteFunc(diffs, func(d difference) bool { return d.outside })
}

// unlike reports whether hosts with public addresses in a subnet reach something else
// than the others. The two parties stand beside each other, the public one last.
func (p *place) unlike(i int, all []standing) bool {
	switch {
	case p.parties[i].subnet == nil:
		return false
	case p.parties[i].public:
		i--
	}
	a, b := &all[i], &all[i+1]
	return b.public || b.meant || a.verdict != b.verdict || a.six != b.six || !maps.Equal(a.services, b.services)
}

// holds reports whether this is a subnet's own party.
func (one *party) holds(subnet string) bool { return one.subnet != nil && one.subnet.ID == subnet }

// words name a party; "" when nobody but the notebook itself is in it.
func (one *party) words(own, unlike bool) string {
	if one.subnet != nil {
		name := "subnet " + strings.TrimSpace(one.subnet.ID+" "+one.subnet.Name)
		if unlike && !one.public {
			return "hosts without a public address in " + name
		}
		return name
	}
	if own {
		if len(one.members) > 1 {
			return theAlike
		}
		return ""
	}
	return "notebook " + names(one.members, nil)
}

// theAlike stands in advice for the others that a notebook is alike with, since they
// share what is advised.
const theAlike = "the notebooks with its subnet and groups"

// names lists notebooks, the first few by name, without one of them.
func names(all []*model.Notebook, but *model.Notebook) string {
	const shown = 3
	var out []string
	more := 0
	for _, n := range all {
		switch {
		case but != nil && n.Name == but.Name:
		case len(out) < shown:
			out = append(out, n.Name)
		default:
			more++
		}
	}
	list := strings.Join(out, ", ")
	if more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	return list
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
