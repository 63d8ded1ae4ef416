package egress

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"
)

// dns is the port that name servers answer on.
const dns = 53

// resolver tells who answers a notebook's names. What its groups and its ACL keep
// from other DNS servers than the VPC's own, which neither of them filters, is answered
// by nobody.
func (t tenant) resolver() resolver {
	r := t.ix.resolver(t.subnet.VPCID)
	switch {
	case r.servers != "" && r.own && (r.on || r.why != ""):
	case r.servers != "":
		by, doubt := t.queriesTo(strings.Fields(r.servers))
		switch {
		case doubt != "":
			r.unheard = "whether queries get to the DNS servers that the VPC names (" + r.servers + "): " + doubt
		case by != "":
			return resolver{shutBy: by, shut: by + " lets no query out to the DNS servers that the VPC names (" + r.servers + "): " + sayByAddress}
		}
	case r.on && r.maybe != "":
		if open, _, _ := t.queries(everything(true), true); !everything(true).minus(open).empty() {
			r.unheard = r.maybe + ", and not every DNS server is let out to"
		}
	}
	return r
}

// queriesTo says who keeps every query from DNS servers, or why that is not known; ""
// where queries to one get out.
func (t tenant) queriesTo(servers []string) (by, doubt string) {
	for _, text := range servers {
		a, err := netip.ParseAddr(text)
		if err != nil {
			return "", ""
		}
		at := space{prefixSpan(netip.PrefixFrom(a, a.BitLen()))}
		open, guard, why := t.queries(at, a.Is4())
		if !open.empty() {
			return "", ""
		}
		by, doubt = cmp.Or(by, guard), cmp.Or(doubt, why)
	}
	return by, doubt
}

// queries returns those of the addresses to which a notebook's queries for names get
// out and from which answers come back, over UDP or TCP, and who keeps them from the
// others, or why that is not known. Members of a group may be anywhere.
func (t tenant) queries(at space, v4 bool) (open space, by, doubt string) {
	_, rules, why := t.ownGroups()
	if why != "" {
		return nil, "", why
	}
	for i := range rules {
		rules[i].Protocol = overTCP(rules[i].Protocol)
	}
	d := t.ix.lists.doorOn(dns, rules, v4)
	if len(d.groups) == 0 {
		at, doubt = at.and(d.open), d.why
	}
	if at.empty() {
		return nil, "security group " + strings.Join(unique(t.notebook.SecurityGroups), " "), doubt
	}
	own, _ := t.subnet.addresses(v4) // no ACL stands within a subnet
	a, why := t.ix.acls.of(t.subnet.ID)
	if a == nil {
		return at.and(own), "", cmp.Or(doubt, why)
	}
	open = at.and(own)
	for _, udp := range []bool{true, false} {
		over := *a
		if udp {
			over.Entries = overUDP(a.Entries)
		}
		out, why := over.passes(flow{true, dns, dns}, at, v4)
		back, more := over.passes(ephemeral(false), at, v4)
		if why = cmp.Or(why, more); why != "" {
			doubt = cmp.Or(doubt, "network ACL "+a.ID+" "+why)
		}
		open = union(slices.Concat(open, out.and(back)))
	}
	return open, "network ACL " + a.ID, doubt
}

// overUDP are the rules of an ACL for UDP, as if they were for TCP.
func overUDP(entries []Entry) []Entry {
	out := make([]Entry, 0, len(entries))
	for _, e := range entries {
		if p := strings.ToLower(e.Protocol); p != "tcp" && p != "6" {
			e.Protocol = overTCP(e.Protocol)
			out = append(out, e)
		}
	}
	return out
}

func overTCP(protocol string) string {
	if p := strings.ToLower(protocol); p == "udp" || p == "17" {
		return "tcp"
	}
	return protocol
}

// refuses says why nothing is offered where no query gets out.
func (r *resolver) refuses() string {
	return r.shut + ". Nothing is offered for it: let port 53 out to them, over UDP and TCP, and answers back in."
}
