package egress

import (
	"cmp"
	"fmt"
	"slices"

	"nbscope/model"
)

// note takes down that something has a value that is not understood. Of a VPC, the
// first one stands; under "" one that may concern every VPC.
type note func(vpc, what, id, value string)

// unclear returns, by VPC, the first fact that was told and is not understood, in a
// sentence. Under "" stands one that may concern every VPC.
func unclear(f *Facts) map[string]string {
	out := map[string]string{}
	n := note(func(vpc, what, id, value string) {
		out[vpc] = cmp.Or(out[vpc], fmt.Sprintf("%s %s has the %s, which nbscope does not know", what, cmp.Or(id, "without an id"), value))
	})
	n.acls(f)
	n.ranges(f)
	n.blocks(f)
	n.routes(f)
	n.gateways(f)
	n.endpoints(f)
	return out
}

func (n note) acls(f *Facts) {
	for i := range f.ACLs.Items {
		a := &f.ACLs.Items[i]
		for _, e := range a.Entries {
			switch {
			case e.Action != "allow" && e.Action != "deny":
				n(a.VPCID, "network ACL", a.ID, fmt.Sprintf("action %q in rule %d", e.Action, e.Number))
			case !readable(e.CIDR):
				n(a.VPCID, "network ACL", a.ID, fmt.Sprintf("address range %q in rule %d", e.CIDR, e.Number))
			}
		}
	}
}

// ranges are those of subnets, of rules and of the lists that rules name.
func (n note) ranges(f *Facts) {
	read := func(vpc, what, id string, ranges ...string) {
		for _, c := range ranges {
			if !readable(c) {
				n(vpc, what, id, fmt.Sprintf("address range %q", c))
			}
		}
	}
	for i := range f.SecurityGroups.Items {
		g := &f.SecurityGroups.Items[i]
		for _, r := range slices.Concat(g.Egress, g.Ingress) {
			read(g.VPCID, "security group", g.ID, r.CIDRs...)
		}
	}
	for i := range f.PrefixLists.Items {
		l := &f.PrefixLists.Items[i]
		read("", "prefix list", l.ID, l.Entries...)
	}
	for i := range f.Subnets.Items {
		s := &f.Subnets.Items[i]
		read(s.VPCID, "subnet", s.ID, s.CIDR)
	}
}

// blocks are the modes of Block Public Access.
func (n note) blocks(f *Facts) {
	read := func(vpc, what, id, mode string) {
		if !slices.Contains([]string{"", blockOff, blockBoth, blockIn}, mode) {
			n(vpc, "Block Public Access of "+what, id, fmt.Sprintf("mode %q", mode))
		}
	}
	for i := range f.VPCs.Items {
		v := &f.VPCs.Items[i]
		read(v.ID, "VPC", v.ID, v.Block)
	}
	for i := range f.Subnets.Items {
		s := &f.Subnets.Items[i]
		read(s.VPCID, "subnet", s.ID, s.Block)
	}
	read("", "the", "region", f.BlockPublicAccess.Mode)
}

func (n note) routes(f *Facts) {
	for i := range f.RouteTables.Items {
		t := &f.RouteTables.Items[i]
		for _, r := range t.Routes {
			switch {
			case r.PrefixList == "" && !readable(r.Destination):
				n(t.VPCID, "route table", t.ID, fmt.Sprintf("destination %q", r.Destination))
			case r.State != routeActive && r.State != routeBlackhole:
				n(t.VPCID, "route table", t.ID, fmt.Sprintf("state %q of a route", r.State))
			case r.Target != targetLocal && kindOf(r.Target) == model.HopOther:
				n(t.VPCID, "route table", t.ID, fmt.Sprintf("target %q", r.Target))
			}
		}
	}
}

func (n note) gateways(f *Facts) {
	for i := range f.NATGateways.Items {
		g := &f.NATGateways.Items[i]
		switch {
		case !isAvailable(g.State) && notAvailable(g.State) == model.HopUnknown:
			n(g.VPCID, "NAT gateway", g.ID, fmt.Sprintf("state %q", g.State))
		case g.Connectivity != natPublic && g.Connectivity != natPrivate:
			n(g.VPCID, "NAT gateway", g.ID, fmt.Sprintf("connectivity type %q", g.Connectivity))
		case !slices.Contains([]string{"", natZonal, natRegional}, g.Availability):
			n(g.VPCID, "NAT gateway", g.ID, fmt.Sprintf("availability mode %q", g.Availability))
		}
	}
	for _, g := range slices.Concat(f.InternetGateways.Items, f.EgressOnly.Items) {
		if g.VPCID != "" && !slices.Contains([]string{stateAvailable, stateAttached, "attaching", "detaching", "detached"}, g.State) {
			n(g.VPCID, "gateway", g.ID, fmt.Sprintf("state %q of its attachment", g.State))
		}
	}
}

func (n note) endpoints(f *Facts) {
	for i := range f.Endpoints.Items {
		e := &f.Endpoints.Items[i]
		switch {
		case !slices.Contains([]string{endpointInterface, endpointGateway, endpointGWLB, "Resource", "ServiceNetwork"}, e.Type):
			n(e.VPCID, "VPC endpoint", e.ID, fmt.Sprintf("type %q", e.Type))
		case !isAvailable(e.State) && notAvailable(e.State) == model.HopUnknown:
			n(e.VPCID, "VPC endpoint", e.ID, fmt.Sprintf("state %q", e.State))
		case e.Policy != "" && readPolicy(e.Policy).why != "":
			n(e.VPCID, "VPC endpoint", e.ID, "policy that it has")
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
	case len(n.SecurityGroups) == 0: // AWS gives at least one to every interface
		return e.Reason
	case n.DirectInternet != model.Enabled && n.DirectInternet != model.Disabled:
		return e.Reason
	case n.IPAddressType != "" && n.IPAddressType != addressIPv4 && n.IPAddressType != addressDual:
		return "the notebook has the IP address type " + quoted(n.IPAddressType) + ", which nbscope does not know"
	}
	return cmp.Or(ix.unclear[s.VPCID], ix.unclear[""])
}
