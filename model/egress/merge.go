package egress

import "slices"

// Merge adds what the owner of a shared VPC sees of it to what an account sees that
// it is shared with. The result is for the notebooks in that owner's VPCs: there
// the owner sees all but what others own, which are groups and interfaces.
func Merge(own, owner Facts, account string) Facts {
	return Facts{
		Accounts:          append(slices.Clip(own.Accounts), account),
		VPCs:              mergeVPCs(own.VPCs, owner.VPCs),
		DHCPOptions:       ownersOf(own.DHCPOptions, owner.DHCPOptions, func(v *DHCPOptions) string { return v.ID }),
		Subnets:           ownersOf(own.Subnets, owner.Subnets, func(v *Subnet) string { return v.ID }),
		RouteTables:       ownersOf(own.RouteTables, owner.RouteTables, func(v *RouteTable) string { return v.ID }),
		NATGateways:       ownersOf(own.NATGateways, owner.NATGateways, func(v *NATGateway) string { return v.ID }),
		InternetGateways:  ownersOf(own.InternetGateways, owner.InternetGateways, func(v *InternetGateway) string { return v.ID }),
		EgressOnly:        ownersOf(own.EgressOnly, owner.EgressOnly, func(v *InternetGateway) string { return v.ID }),
		SecurityGroups:    bothOf(own.SecurityGroups, owner.SecurityGroups, func(v *SecurityGroup) string { return v.ID }),
		ACLs:              ownersOf(own.ACLs, owner.ACLs, func(v *ACL) string { return v.ID }),
		Endpoints:         ownersOf(own.Endpoints, owner.Endpoints, func(v *Endpoint) string { return v.ID }),
		PrefixLists:       bothOf(own.PrefixLists, owner.PrefixLists, func(v *PrefixList) string { return v.ID }),
		Interfaces:        bothOf(own.Interfaces, owner.Interfaces, func(v *Interface) string { return v.ID }),
		BlockPublicAccess: owner.BlockPublicAccess,
		Exclusions:        owner.Exclusions,
	}
}

// ownersOf joins two readings of what the owner sees whole, with all that is
// associated with it.
func ownersOf[T any](own, owner Family[T], id func(*T) string) Family[T] {
	return joined(owner, own, id)
}

// bothOf joins two readings of which neither is whole without the other.
func bothOf[T any](own, owner Family[T], id func(*T) string) Family[T] {
	out := joined(own, owner, id)
	if own.Known() {
		out.Part = owner.Part
	}
	return out
}

// joined holds the items of both; of one that both hold the first stands.
func joined[T any](a, b Family[T], id func(*T) string) Family[T] {
	out := Family[T]{Part: a.Part, Items: slices.Clone(a.Items)}
	seen := make(map[string]bool, len(a.Items))
	for i := range a.Items {
		seen[id(&a.Items[i])] = true
	}
	for i := range b.Items {
		if !seen[id(&b.Items[i])] {
			out.Items = append(out.Items, b.Items[i])
		}
	}
	return out
}

// mergeVPCs takes each VPC from whoever knows its DNS attributes.
func mergeVPCs(own, owner Family[VPC]) Family[VPC] {
	out := ownersOf(own, owner, func(v *VPC) string { return v.ID })
	for i := range out.Items {
		for _, v := range own.Items {
			if v.ID == out.Items[i].ID && !out.Items[i].Attributes.Known() {
				out.Items[i] = v
			}
		}
	}
	return out
}
