package egress

import (
	"fmt"
	"slices"

	"nbscope/model"
)

// tenant is a notebook in its subnet, where its ways begin.
type tenant struct {
	ix       *Index
	notebook *model.Notebook
	subnet   *Subnet
}

// sees reports whether what only an owner may describe is complete for a subnet.
// Whoever a VPC is shared with may describe its route tables, ACLs, internet
// gateways, subnets and attributes, and neither its NAT gateways nor its
// egress-only gateways nor its endpoints.
func (t tenant) sees() bool {
	return t.subnet.OwnerID == "" || t.subnet.OwnerID == t.notebook.Account || slices.Contains(t.ix.accounts, t.subnet.OwnerID)
}

// ownerOr is the reason why something is not among the facts: the account that
// shares the VPC and alone may describe it, else why.
func (t tenant) ownerOr(why string) string {
	if t.sees() {
		return why
	}
	return fmt.Sprintf("it belongs to account %s, which shares the VPC and alone may describe it; scan that account too", t.subnet.OwnerID)
}

func (t tenant) walker(st stack) *walker {
	steps := maxSteps
	return &walker{tenant: t, source: t.subnet, stack: st, steps: &steps}
}

func (t tenant) guest() *guest {
	g := &guest{tenant: t, names: t.resolver()}
	g.table, _, g.tableWhy = t.ix.tables.of(t.subnet)
	_, g.rules, g.outWhy = t.ownGroups()
	g.out = t.ix.lists.door(g.rules, true)
	return g
}

// ownGroups resolves the notebook's security groups, with what they let out, or says why
// one of them cannot be judged.
func (t tenant) ownGroups() (groups []*SecurityGroup, rules []Rule, why string) {
	if len(t.notebook.SecurityGroups) == 0 {
		return nil, nil, "AWS names no security group of the notebook"
	}
	for _, id := range unique(t.notebook.SecurityGroups) {
		g, missing := t.ix.groups.get(id)
		if g == nil {
			return groups, rules, missing
		}
		if g.VPCID != t.subnet.VPCID {
			return groups, rules, fmt.Sprintf("security group %s belongs to VPC %s and the notebook's subnet to %s", g.ID, g.VPCID, t.subnet.VPCID)
		}
		groups, rules = append(groups, g), append(rules, g.Egress...)
	}
	return groups, rules, ""
}

// ownInterface is the notebook's interface, nil when it has none that EC2 knows.
// The reason is set when EC2 did not tell. No judgement names it: notebooks that are
// alike share theirs.
func (t tenant) ownInterface() (own *Interface, why string) {
	own = t.ix.interfaces.byID[t.notebook.NetworkID]
	if own != nil || t.notebook.NetworkID == "" {
		return own, ""
	}
	return nil, unread("network interfaces", t.ix.interfaces.part)
}
