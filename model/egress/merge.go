package egress

import "slices"

// Merge adds what the owner of a shared VPC sees of it to what an account sees that
// it is shared with. The result is for the notebooks in that owner's VPCs: there
// the owner sees all but what others own, which are groups and interfaces.
func Merge(own, owner Facts, account string) Facts {
	return Facts{
		Accounts:          append(slices.Clip(own.Accounts), account),
		VPCs:              mergeVPCs(own.VPCs, owner.VPCs),
		DHCPOptions:       joined(owner.DHCPOptions, own.DHCPOptions, func(v *DHCPOptions) string { return v.ID }),
		Subnets:           joined(owner.Subnets, own.Subnets, func(v *Subnet) string { return v.ID }),
		RouteTables:       joined(owner.RouteTables, own.RouteTables, func(v *RouteTable) string { return v.ID }),
		NATGateways:       joined(owner.NATGateways, own.NATGateways, func(v *NATGateway) string { return v.ID }),
		InternetGateways:  joined(owner.InternetGateways, own.InternetGateways, func(v *InternetGateway) string { return v.ID }),
		EgressOnly:        joined(owner.EgressOnly, own.EgressOnly, func(v *InternetGateway) string { return v.ID }),
		SecurityGroups:    bothOf(own.SecurityGroups, owner.SecurityGroups, func(v *SecurityGroup) string { return v.ID }),
		ACLs:              joined(owner.ACLs, own.ACLs, func(v *ACL) string { return v.ID }),
		Endpoints:         joined(owner.Endpoints, own.Endpoints, func(v *Endpoint) string { return v.ID }),
		PrefixLists:       bothOf(own.PrefixLists, owner.PrefixLists, func(v *PrefixList) string { return v.ID }),
		Interfaces:        bothOf(own.Interfaces, owner.Interfaces, func(v *Interface) string { return v.ID }),
		BlockPublicAccess: owner.BlockPublicAccess,
		Exclusions:        owner.Exclusions,
	}
}

// bothOf joins two readings of which neither is whole without the other.
func bothOf[T any](own, owner Family[T], id func(*T) string) Family[T] {
	out := joined(own, owner, id)
	if own.Known() {
		out.Part = owner.Part
	}
	return out
}

// joined holds the items of both, with all that is associated with them; of one that both
// hold the first stands, which is the owner's where the owner sees it whole.
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
	out := joined(owner, own, func(v *VPC) string { return v.ID })
	for i := range out.Items {
		for _, v := range own.Items {
			if v.ID == out.Items[i].ID && !out.Items[i].Attributes.Known() {
				out.Items[i] = v
			}
		}
	}
	return out
}
