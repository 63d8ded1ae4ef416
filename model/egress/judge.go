package egress

import (
	"cmp"
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
	sayCaveat       = "the Route 53 DNS firewall and proxies are not evaluated"
	sayOnlyIPv6     = "over IPv6 only, and most of the internet and AWS's default names need IPv4: "
	sayOnlyNAT64    = "over NAT64 only, which is for names that have no IPv6 address: "
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
			Warnings: losses, Endpoints: ix.beside(vpc.Endpoints),
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

// Foreseen is what is known of a notebook's way before its network is read: with direct
// internet on it leads out whatever the VPC gives. That is the same for all such notebooks.
// It is false where the network decides.
func Foreseen(n *model.Notebook) (model.Egress, bool) {
	if !n.Described.Known() || n.SubnetID == "" || n.DirectInternet != model.Enabled {
		return model.Egress{}, false
	}
	e := Judge(nil, n)
	return model.Egress{Verdict: e.Verdict, Reason: e.Reason, Chain: e.Chain}, true
}

// sayUntoldNames says why an endpoint's private DNS proves nothing with direct
// internet on: AWS documents whose addresses go through the notebook's interface in
// the VPC then (appendix-notebook-and-internet-access), and not who answers names.
const sayUntoldNames = "whether names lead to it with direct internet on is not documented"

// beside is what endpoints give a notebook with direct internet on, beside the way
// that it has. The public addresses of gateway endpoints are reached over the internet.
func (ix *Index) beside(all []model.EndpointCoverage) []model.EndpointCoverage {
	out := slices.Clone(all)
	for i := range out {
		c := &out[i]
		switch e := ix.endpointOf(c); {
		case e == nil:
		case e.Type == endpointGateway:
			c.State, c.Fails, c.Why = model.EndpointMissing, false, "gateway endpoint is not used with direct internet on"
		case c.State == model.EndpointBlocked || c.Fails:
			c.State, c.Fails, c.Why = model.EndpointUnknown, false, sayUntoldNames+"; "+strings.TrimPrefix(c.Why, sayLed)
		}
	}
	return out
}

// endpointOf is the endpoint that a coverage speaks of, nil when there is none.
func (ix *Index) endpointOf(c *model.EndpointCoverage) *Endpoint {
	if ix == nil {
		return nil
	}
	return ix.endpoints.byID[c.ID]
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
	g := tenant{ix, n, s}.guest()
	v4, warnings := g.walk(ipv4())
	e := model.Egress{Verdict: v4.Verdict, Reason: v4.Reason, Chain: v4.Chain, Endpoints: g.coverage(), Warnings: warnings}
	e.Warnings = append(e.Warnings, g.overIPv6(&e)...)
	g.byName(&e)
	for _, c := range e.Endpoints {
		switch {
		case c.State == model.EndpointBlocked:
			e.Warnings = append(e.Warnings, "calls to "+c.Service+" fail whatever leads to the internet: "+c.ID+": "+c.Why)
		case c.Fails:
			e.Warnings = append(e.Warnings, "a part of the calls to "+c.Service+" fails whatever leads to the internet: "+c.ID+": "+c.Why)
		}
	}
	e.Warnings = append(e.Warnings, sayCaveat)
	if e.Verdict == verdictNone {
		g.closed(&e)
	}
	return e
}

// overIPv6 judges the second way of a dual-stack notebook, IPv6 itself and IPv4
// behind DNS64, and weighs it where IPv4 is closed. IPv6 alone is a part of the
// internet: most of it, and AWS's default names, need IPv4.
func (g *guest) overIPv6(e *model.Egress) (warnings []string) {
	switch g.notebook.IPAddressType {
	case "", addressIPv4:
		return nil
	case addressDual:
	default:
		e.IPv6 = &model.Path{
			Verdict: model.VerdictUnknown,
			Reason:  "the notebook's IP address type is one that nbscope does not know: " + quoted(g.notebook.IPAddressType),
		}
		if e.Verdict == verdictNone {
			e.Verdict, e.Reason = e.IPv6.Verdict, e.IPv6.Reason
		}
		return nil
	}
	six, warnings := g.walk(ipv6())
	four, more := g.overNAT64()
	e.IPv6 = &six
	if six.Verdict == verdictNone && four.Verdict != verdictNone {
		e.IPv6, warnings = &four, more
	}
	if e.Verdict == verdictNone {
		only, closed := onlyBy(&six)
		switch v := e.IPv6.Verdict; {
		case six.Verdict.Internet() && four.Verdict.Internet():
			e.Verdict, e.Chain, e.Reason = four.Verdict, four.Chain, "IPv4 by NAT64, and IPv6 itself: "+four.Reason
			warnings = append(warnings, more...)
		case v != verdictNone && four.Verdict == model.VerdictUnknown:
			e.Verdict, e.Reason = model.VerdictUnknown, "IPv4 is closed but by NAT64: "+four.Reason
		case v.Internet() || v == model.VerdictPartial:
			e.Verdict, e.Reason = model.VerdictPartial, only+e.IPv6.Reason+closed+e.Reason
		case v != verdictNone:
			e.Verdict, e.Reason = v, only+e.IPv6.Reason
		}
	}
	if e.IPv6.Verdict == verdictNone {
		e.IPv6.Verdict = model.VerdictIsolated
	}
	return warnings
}

// onlyBy are the words for the way that is left where IPv4 is closed, and for what is
// closed beside it: NAT64 where IPv6 itself leads nowhere.
func onlyBy(six *model.Path) (only, closed string) {
	if six.Verdict == verdictNone {
		return sayOnlyNAT64, "; IPv6 itself is closed: " + six.Reason + "; IPv4 itself is closed: "
	}
	return sayOnlyIPv6, "; IPv4 is closed: "
}

// overNAT64 judges IPv4 as IPv6 hosts reach it: by names that the VPC's resolver
// translates.
func (g *guest) overNAT64() (model.Path, []string) {
	p, warnings := g.walk(nat64())
	if p.Verdict.Internet() && g.subnet.DNS64 {
		if r := g.names; r.others() != "" || r.why != "" || r.maybe != "" {
			p.Verdict = model.VerdictUnknown
			p.Reason = "DNS64 is done by the VPC's own resolver, and it is not known that the notebook asks it: " +
				cmp.Or(r.why, r.maybe, r.others())
		}
	}
	return p, warnings
}
