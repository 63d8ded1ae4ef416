package egress

import (
	"slices"
	"strings"

	"nbscope/model"
)

// Address types of a notebook.
const (
	addressIPv4 = "ipv4"
	addressDual = "dualstack"
)

// Texts of a judgement.
const (
	sayNotDescribed = "the notebook is not described yet"
	sayNoFacts      = "the network is not read yet"
	sayService      = "carries everything that is not for the VPC's own addresses; the VPC's security groups, ACLs, flow logs and firewalls do not see it"
	sayNoVPC        = "carries all traffic: the notebook has no subnet"
	sayCaveat       = "custom DNS resolvers, the Route 53 DNS firewall and proxies are not evaluated"
	sayNoResolver   = "DNS support of the VPC is off: names do not resolve unless the VPC has a resolver of its own"
)

// Judge says whether and how a notebook reaches the internet. It is
// deterministic, changes nothing and never fails: what it cannot tell is the
// verdict unknown, with the reason.
func Judge(ix *Index, n *model.Notebook) model.Egress {
	switch {
	case n == nil:
		return undecided(sayNotDescribed)
	case !n.Described.Known():
		if n.Described.State == model.LoadFailed {
			return undecided("the notebook could not be described: " + n.Described.Reason)
		}
		return undecided(sayNotDescribed)
	case n.SubnetID == "" && n.DirectInternet == model.Disabled:
		return undecided("AWS names no subnet although direct internet access is off, which cannot be")
	case n.SubnetID == "":
		return model.Egress{
			Verdict: model.VerdictDirect, Reason: "SageMaker's own network " + sayNoVPC, Chain: serviceChain(sayNoVPC),
		}
	}
	vpc := ix.throughVPC(n)
	losses := ix.losses(n)
	switch n.DirectInternet {
	case model.Disabled:
		vpc.WhatIf = &model.WhatIf{
			DirectInternet: model.Enabled, Verdict: model.VerdictDirect,
			Reason: "SageMaker's own network " + sayService, Loses: losses,
		}
		return vpc
	case model.Enabled:
		e := model.Egress{
			Verdict: model.VerdictDirect, Reason: "SageMaker's own network " + sayService, Chain: serviceChain(sayService),
			Warnings: losses, Endpoints: vpc.Endpoints,
			WhatIf: &model.WhatIf{DirectInternet: model.Disabled, Verdict: vpc.Verdict, Reason: vpc.Reason},
		}
		if !vpc.Verdict.Internet() {
			e.WhatIf.Loses = []string{"the way to the internet, unless the VPC gives one: " + vpc.Reason}
		}
		return e
	}
	e := undecided("direct internet access has no value that nbscope knows: " + quoted(n.DirectInternet))
	e.Endpoints = vpc.Endpoints
	return e
}

func quoted(s string) string { return `"` + s + `"` }

func undecided(reason string) model.Egress {
	return model.Egress{Verdict: model.VerdictUnknown, Reason: reason}
}

func serviceChain(why string) []model.Hop {
	return []model.Hop{
		{Kind: model.HopService, Says: why, State: model.HopOK},
		{Kind: model.HopInternet, Says: "is reached outbound only", State: model.HopOK},
	}
}

// throughVPC judges the notebook as if its interface in the VPC were the only
// one.
func (ix *Index) throughVPC(n *model.Notebook) model.Egress {
	if ix == nil {
		return undecided(sayNoFacts)
	}
	s, why := ix.subnets.get(n.SubnetID)
	if s == nil {
		e := undecided(why)
		e.Chain = []model.Hop{{Kind: model.HopSubnet, ID: n.SubnetID, Says: why, State: model.HopUnknown}}
		return e
	}
	v4, warnings := ix.walk(n, s, ipv4())
	e := model.Egress{Verdict: v4.Verdict, Reason: v4.Reason, Chain: v4.Chain, Endpoints: ix.coverage(n, s)}
	v6, more := ix.overIPv6(n, s)
	e.Warnings = slices.Concat(warnings, more)
	if v := ix.vpcs.byID[s.VPCID]; v != nil && v.Attributes.Known() && !v.DNSSupport {
		e.Warnings = append(e.Warnings, sayNoResolver)
	}
	e.Warnings = append(e.Warnings, sayCaveat)
	if v6 != nil {
		if v4.Verdict == verdictNone && v6.Verdict != verdictNone {
			e.Verdict, e.Reason, e.Chain = v6.Verdict, "over IPv6 only: "+v6.Reason, v6.Chain
		}
		e.IPv6 = v6
		if v6.Verdict == verdictNone {
			v6.Verdict = model.VerdictIsolated
		}
	}
	if e.Verdict == verdictNone {
		e.Verdict, e.Reason = byEndpoints(e)
	}
	return e
}

// overIPv6 judges the second way of a dual-stack notebook: IPv6 itself, else
// IPv4 behind DNS64.
func (ix *Index) overIPv6(n *model.Notebook, s *Subnet) (*model.Path, []string) {
	switch n.IPAddressType {
	case "", addressIPv4:
		return nil, nil
	case addressDual:
	default:
		return &model.Path{
			Verdict: model.VerdictUnknown,
			Reason:  "the notebook's IP address type is one that nbscope does not know: " + quoted(n.IPAddressType),
		}, nil
	}
	six, warnings := ix.walk(n, s, ipv6())
	if six.Verdict != verdictNone {
		return &six, warnings
	}
	if four, more := ix.walk(n, s, nat64()); four.Verdict != verdictNone {
		return &four, more
	}
	return &six, warnings
}

// byEndpoints decides between the verdicts of a closed way.
func byEndpoints(e model.Egress) (verdict model.Verdict, reason string) {
	var serving []string
	doubt := ""
	for _, c := range e.Endpoints {
		switch c.State {
		case model.EndpointCovered, model.EndpointPartial:
			serving = append(serving, c.Service)
		case model.EndpointUnknown:
			if doubt == "" {
				doubt = c.Service + ": " + c.Why
			}
		case model.EndpointMissing:
		}
	}
	switch {
	case len(serving) > 0:
		return model.VerdictEndpoints, e.Reason + "; VPC endpoints serve " + strings.Join(serving, ", ")
	case doubt != "":
		return model.VerdictUnknown, e.Reason + "; whether VPC endpoints serve is not known: " + doubt
	}
	return model.VerdictIsolated, e.Reason + "; no VPC endpoint serves the notebook either"
}

// losses names what the notebook's interface in the VPC gives and direct
// internet access takes away: with it on, only the VPC's own addresses are
// reached through that interface.
func (ix *Index) losses(n *model.Notebook) []string {
	if ix == nil {
		return []string{"what the VPC's routes give is not known: " + sayNoFacts}
	}
	s, why := ix.subnets.get(n.SubnetID)
	var t *RouteTable
	if s != nil {
		t, _, why = ix.table(s)
	}
	if t == nil {
		return []string{"what the VPC's routes give is not known: " + why}
	}
	var out []string
	for _, r := range t.Routes {
		if to := beyond(r.Target); to != "" && r.State == routeActive {
			out = append(out, r.Destination+r.PrefixList+" through "+to+" "+r.Target+" is not reached with direct internet on")
		}
	}
	for _, e := range ix.endpointsIn[s.VPCID] {
		for _, id := range e.RouteTables {
			if e.Type == endpointGateway && id == t.ID {
				out = append(out, "gateway endpoint "+e.ID+" ("+serviceEnd(e.Service, n.Region)+
					") is not used with direct internet on: resources whose policy asks for aws:SourceVpce or aws:SourceVpc refuse")
			}
		}
	}
	if why = unread("VPC endpoints", ix.endpoints.part); why != "" {
		out = append(out, "which gateway endpoints would not be used is not known: "+why)
	}
	return out
}

// beyond names the kind of a target that leads to other private networks, ""
// for others.
func beyond(target string) string {
	switch kind := kindOf(target); kind { //nolint:exhaustive // the others lead to the internet or stay inside
	case model.HopPeering, model.HopTransit, model.HopVPN, model.HopCoreNetwork, model.HopLocalGateway:
		return strings.ReplaceAll(string(kind), "-", " ")
	default:
		return ""
	}
}
