package egress

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"nbscope/model"
)

// amazonDNS stands in DHCP options for the VPC's own resolver.
const amazonDNS = "AmazonProvidedDNS"

// answersItself reports whether a DNS server that DHCP options name is the VPC's own
// resolver, by name or by an address: two above the base of the VPC's first range, or
// the one that it has in every VPC.
func (v *VPC) answersItself(server string) bool {
	switch {
	case strings.EqualFold(server, amazonDNS), server == "169.254.169.253", strings.EqualFold(server, "fd00:ec2::253"):
		return true
	case len(v.CIDRs) == 0:
		return false
	}
	base, err := netip.ParsePrefix(v.CIDRs[0])
	return err == nil && base.Masked().Addr().Next().Next().String() == server
}

// resolver is who answers names in a VPC.
type resolver struct {
	on      bool   // the VPC's own resolver answers those who ask it
	own     bool   // hosts are told to ask it, besides others or alone
	servers string // others that the hosts are told to ask, "" for none
	shut    string // that no query gets to those others, a sentence; "" where one may
	shutBy  string // who keeps it
	unheard string // why it is not known whether queries get to whom they are told to ask
	untold  string // why the hosts are told of no server at all, "" where they are
	why     string // why it is not known whether the VPC's own answers
	maybe   string // why it is not known whom the hosts are told to ask
}

// resolver tells who answers names. What other servers answer is not judged.
func (ix *Index) resolver(vpc string) (r resolver) {
	v, why := ix.vpcs.get(vpc)
	if v == nil {
		return resolver{why: why, maybe: why}
	}
	if r.why = unread("the DNS attributes of VPC "+v.ID, v.Attributes); r.why == "" {
		r.on = v.DNSSupport
	}
	switch v.DHCPOptions {
	case "":
		r.maybe = cmp.Or(unread("VPCs", ix.vpcs.part), "the DHCP options of VPC "+v.ID+" are not known")
		return r
	case "default":
		r.untold = "the VPC has no DHCP options"
		return r
	}
	d, why := ix.dhcp.get(v.DHCPOptions)
	if d == nil {
		r.maybe = why
		return r
	}
	var others []string
	for _, s := range d.DNSServers {
		if v.answersItself(s) {
			r.own = true
		} else {
			others = append(others, s)
		}
	}
	if r.servers = strings.Join(others, " "); len(d.DNSServers) == 0 {
		r.untold = "DHCP options " + d.ID + " name no DNS server"
	}
	return r
}

// others says why it is not, or not for certain, the VPC's own resolver that
// answers, "" where it is.
func (r resolver) others() string {
	switch {
	case r.servers != "":
		return "names are answered by the DNS servers that the VPC names (" + r.servers + "), which are not judged"
	case r.why == "" && !r.on:
		return r.none()
	case r.untold != "":
		return r.untold + ": whether the notebook asks the VPC's own resolver is not judged"
	}
	return ""
}

// byName weighs that the internet is used by names. Where nobody answers them it is
// reached by address only.
func (g *guest) byName(e *model.Egress) {
	r := g.names
	if r.servers != "" && r.unheard == "" {
		e.Warnings = append(e.Warnings, r.others())
		return
	}
	if !e.Verdict.Internet() && e.Verdict != model.VerdictPartial || r.on && r.unheard == "" {
		if says := r.others(); says != "" {
			e.Warnings = append(e.Warnings, says)
		}
		return
	}
	hop := model.Hop{Kind: model.HopResolver, ID: g.subnet.VPCID, Says: r.none(), State: model.HopBroken}
	switch {
	case r.why != "", r.unheard != "":
		hop.Says, hop.State = "whether names resolve is not known: "+cmp.Or(r.unheard, r.why), model.HopUnknown
		e.Verdict = model.VerdictUnknown
	case r.maybe != "":
		hop.Says, hop.State = sayNoNames+", unless the VPC names other DNS servers: "+r.maybe, model.HopUnknown
		e.Verdict = model.VerdictUnknown
	default:
		e.Verdict = model.VerdictPartial
	}
	e.Reason = says(&hop) + "; by address: " + e.Reason
	e.Chain = slices.Insert(slices.Clone(e.Chain), min(1, len(e.Chain)), hop)
}

// sayByAddress ends the sentence why nobody answers names.
const sayByAddress = "no name resolves, so only addresses are reached"

// sayNoNames is true of a VPC without DNS support and without other DNS servers.
const sayNoNames = "DNS support of the VPC is off: " + sayByAddress

// none says why nobody answers names.
func (r *resolver) none() string { return cmp.Or(r.shut, sayNoNames) }
