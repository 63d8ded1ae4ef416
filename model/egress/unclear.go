package egress

import (
	"cmp"
	"fmt"
	"slices"

	"nbscope/model"
)

// unclear returns, by VPC, the first fact that was told and is not understood, in a
// sentence. Under "" stands one that may concern every VPC.
func unclear(f *Facts) map[string]string {
	out := map[string]string{}
	note := func(vpc, what, id, value string) {
		out[vpc] = cmp.Or(out[vpc], fmt.Sprintf("%s %s has the %s, which nbscope does not know", what, cmp.Or(id, "without an id"), value))
	}
	for i := range f.ACLs.Items {
		a := &f.ACLs.Items[i]
		for _, e := range a.Entries {
			switch {
			case e.Action != "allow" && e.Action != "deny":
				note(a.VPCID, "network ACL", a.ID, fmt.Sprintf("action %q in rule %d", e.Action, e.Number))
			case !readable(e.CIDR):
				note(a.VPCID, "network ACL", a.ID, fmt.Sprintf("address range %q in rule %d", e.CIDR, e.Number))
			}
		}
	}
	for i := range f.SecurityGroups.Items {
		g := &f.SecurityGroups.Items[i]
		for _, r := range slices.Concat(g.Egress, g.Ingress) {
			for _, c := range r.CIDRs {
				if !readable(c) {
					note(g.VPCID, "security group", g.ID, fmt.Sprintf("address range %q", c))
				}
			}
		}
	}
	for i := range f.PrefixLists.Items {
		l := &f.PrefixLists.Items[i]
		for _, c := range l.Entries {
			if !readable(c) {
				note("", "prefix list", l.ID, fmt.Sprintf("address range %q", c))
			}
		}
	}
	modes := []string{"", blockOff, blockBoth, blockIn}
	for i := range f.VPCs.Items {
		if v := &f.VPCs.Items[i]; !slices.Contains(modes, v.Block) {
			note(v.ID, "Block Public Access of VPC", v.ID, fmt.Sprintf("mode %q", v.Block))
		}
	}
	for i := range f.Subnets.Items {
		if s := &f.Subnets.Items[i]; !slices.Contains(modes, s.Block) {
			note(s.VPCID, "Block Public Access of subnet", s.ID, fmt.Sprintf("mode %q", s.Block))
		}
	}
	if m := f.BlockPublicAccess.Mode; !slices.Contains(modes, m) {
		note("", "Block Public Access", "of the region", fmt.Sprintf("mode %q", m))
	}
	unclearWays(f, note)
	return out
}

// unclearWays notes what is not understood of subnets and of what routes lead to.
func unclearWays(f *Facts, note func(vpc, what, id, value string)) {
	for i := range f.Subnets.Items {
		s := &f.Subnets.Items[i]
		if !readable(s.CIDR) {
			note(s.VPCID, "subnet", s.ID, fmt.Sprintf("address range %q", s.CIDR))
		}
	}
	for i := range f.RouteTables.Items {
		t := &f.RouteTables.Items[i]
		for _, r := range t.Routes {
			switch {
			case r.PrefixList == "" && !readable(r.Destination):
				note(t.VPCID, "route table", t.ID, fmt.Sprintf("destination %q", r.Destination))
			case r.State != routeActive && r.State != routeBlackhole:
				note(t.VPCID, "route table", t.ID, fmt.Sprintf("state %q of a route", r.State))
			case r.Target != targetLocal && kindOf(r.Target) == model.HopOther:
				note(t.VPCID, "route table", t.ID, fmt.Sprintf("target %q", r.Target))
			}
		}
	}
	for i := range f.NATGateways.Items {
		g := &f.NATGateways.Items[i]
		switch {
		case !isAvailable(g.State) && notAvailable(g.State) == model.HopUnknown:
			note(g.VPCID, "NAT gateway", g.ID, fmt.Sprintf("state %q", g.State))
		case g.Connectivity != natPublic && g.Connectivity != natPrivate:
			note(g.VPCID, "NAT gateway", g.ID, fmt.Sprintf("connectivity type %q", g.Connectivity))
		case !slices.Contains([]string{"", natZonal, natRegional}, g.Availability):
			note(g.VPCID, "NAT gateway", g.ID, fmt.Sprintf("availability mode %q", g.Availability))
		}
	}
	for _, g := range slices.Concat(f.InternetGateways.Items, f.EgressOnly.Items) {
		if g.VPCID != "" && !slices.Contains([]string{stateAvailable, stateAttached, "attaching", "detaching", "detached"}, g.State) {
			note(g.VPCID, "gateway", g.ID, fmt.Sprintf("state %q of its attachment", g.State))
		}
	}
	for i := range f.Endpoints.Items {
		e := &f.Endpoints.Items[i]
		switch a := (&guest{}).policy(e); {
		case !slices.Contains([]string{endpointInterface, endpointGateway, endpointGWLB, "Resource", "ServiceNetwork"}, e.Type):
			note(e.VPCID, "VPC endpoint", e.ID, fmt.Sprintf("type %q", e.Type))
		case !isAvailable(e.State) && notAvailable(e.State) == model.HopUnknown:
			note(e.VPCID, "VPC endpoint", e.ID, fmt.Sprintf("state %q", e.State))
		case a.state == model.EndpointUnknown:
			note(e.VPCID, "VPC endpoint", e.ID, "policy that it has")
		}
	}
}

// Unclear says which fact keeps a verdict unknown because it was told and is not
// understood, "" where there is none: a verdict may be unknown because AWS itself
// does not tell.
func (ix *Index) Unclear(n *model.Notebook, e *model.Egress) string {
	if ix == nil || e.Verdict != model.VerdictUnknown {
		return ""
	}
	s := ix.subnets.byID[n.SubnetID]
	switch {
	case s == nil:
		return ""
	case n.DirectInternet != model.Enabled && n.DirectInternet != model.Disabled:
		return e.Reason
	case n.IPAddressType != "" && n.IPAddressType != addressIPv4 && n.IPAddressType != addressDual:
		return "the notebook has the IP address type " + quoted(n.IPAddressType) + ", which nbscope does not know"
	}
	return cmp.Or(ix.unclear[s.VPCID], ix.unclear[""])
}
