package egress

import (
	"cmp"
	"fmt"
	"slices"

	"nbscope/model"
)

// acls are the network ACLs.
type acls struct {
	part     model.Part
	bySubnet map[string][]*ACL
}

// of returns the network ACL of a subnet, or nil and why it is not known.
func (a acls) of(subnet string) (one *ACL, why string) {
	if why = unread("network ACLs", a.part); why != "" {
		return nil, why
	}
	switch own := a.bySubnet[subnet]; len(own) {
	case 1:
		return own[0], ""
	case 0:
		return nil, fmt.Sprintf("the network ACL of subnet %s is not among those that this account can see", subnet)
	default:
		return nil, fmt.Sprintf("subnet %s has %d network ACLs at once", subnet, len(own))
	}
}

// flow is a direction of traffic through a network ACL to a range of ports.
type flow struct {
	egress   bool
	from, to int
}

// ephemeral is the range in which Linux picks the port that an answer comes back
// to, wide the one that a NAT gateway picks from.
func ephemeral(egress bool) flow { return flow{egress, 32768, 60999} }
func wide(egress bool) flow      { return flow{egress, 1024, 65535} }
func toHTTPS(egress bool) flow   { return flow{egress, https, https} }

// passes returns the addresses of whole that may use the ports of the flow, or what
// the ACL does that leaves it open. The rules count in the order of their numbers and
// the first that fits decides.
func (a *ACL) passes(f flow, whole space, v4 bool) (open space, why string) {
	open, _, why = a.through(f, whole, v4)
	return open, why
}

// through is passes with the few ports, of a hundred less than one, that are shut to
// some of the addresses and do not count: the few connections that get one fail.
func (a *ACL) through(f flow, whole space, v4 bool) (open space, few []flow, why string) {
	entries := a.inOrder()
	starts := breaks(entries, f)
	parts := make([]flow, len(starts))
	for i, port := range starts {
		parts[i] = flow{f.egress, port, f.to}
		if i+1 < len(starts) {
			parts[i].to = starts[i+1] - 1
		}
	}
	slices.SortStableFunc(parts, func(x, y flow) int { return cmp.Compare(x.size(), y.size()) })
	open = whole
	spare, some := f.size()/100, false
	for _, part := range parts {
		at, reason := onPort(entries, f.egress, part.from, whole, v4)
		switch {
		case reason != "":
			return nil, nil, reason
		case part.size() <= spare && !whole.minus(at).empty():
			spare -= part.size()
			few = append(few, part)
		default:
			some = some || !at.empty()
			open = open.and(at)
		}
	}
	if open.empty() && some {
		return nil, nil, fmt.Sprintf("lets through only some of the ports from %d to %d", f.from, f.to)
	}
	slices.SortFunc(few, func(x, y flow) int { return cmp.Compare(x.from, y.from) })
	return open, few, ""
}

// inOrder are the rules in the order of their numbers, as they mostly are already.
func (a *ACL) inOrder() []Entry {
	if slices.IsSortedFunc(a.Entries, CompareEntries) {
		return a.Entries
	}
	entries := slices.Clone(a.Entries)
	model.SortStable(entries, CompareEntries)
	return entries
}

// CompareEntries compares two rules by when they count.
func CompareEntries(x, y Entry) int { return cmp.Compare(x.Number, y.Number) }

func (f flow) size() int { return f.to - f.from + 1 }

// understood reports whether every rule is one that can be read.
func (a *ACL) understood() bool {
	return !slices.ContainsFunc(a.Entries, func(e Entry) bool { return !readable(e.CIDR) || e.Action != "allow" && e.Action != "deny" })
}

// breaks are the ports at which another rule may begin to decide; between two of
// them all ports fare alike.
func breaks(entries []Entry, f flow) []int {
	ports := []int{f.from}
	for _, e := range entries {
		if e.Egress != f.egress {
			continue
		}
		for _, p := range []int{e.From, e.To + 1} {
			if f.from < p && p <= f.to {
				ports = append(ports, p)
			}
		}
	}
	slices.Sort(ports)
	return slices.Compact(ports)
}

// onPort returns the addresses of whole that the sorted entries let through to or
// from one port.
func onPort(entries []Entry, egress bool, port int, whole space, v4 bool) (open space, why string) {
	rest, shut := whole, whole
	for _, e := range entries {
		if rest.empty() {
			break
		}
		if e.Egress != egress || !carriesTCP(e.Protocol, e.From, e.To, port) {
			continue
		}
		if !readable(e.CIDR) {
			return nil, fmt.Sprintf("names in rule %d the address range %q, which nbscope cannot read", e.Number, e.CIDR)
		}
		s, ok := cidrSpan(e.CIDR, v4)
		if !ok {
			continue
		}
		taken := rest.and(space{s})
		rest = rest.minus(space{s})
		switch {
		case taken.empty() || e.Action == "deny":
		case e.Action == "allow":
			shut = shut.minus(taken)
		default:
			return nil, fmt.Sprintf("has in rule %d the action %q, which nbscope does not know", e.Number, e.Action)
		}
	}
	return whole.minus(shut), ""
}

// roundTrip returns the addresses of whole that may be asked on tcp/443 and whose
// answers come back.
func (a *ACL) roundTrip(whole space, v4 bool, back func(bool) flow) (open space, says, why string) {
	out, why := a.passes(toHTTPS(true), whole, v4)
	if why != "" {
		return nil, "", why
	}
	if out.empty() {
		return nil, "lets no tcp/443 out", ""
	}
	in, why := a.passes(back(false), whole, v4)
	if why != "" {
		return nil, "", why
	}
	if in.empty() {
		return nil, "lets tcp/443 out and no answer back in on the ephemeral ports", ""
	}
	open = out.and(in)
	if open.empty() {
		return nil, "lets no address both be asked on tcp/443 and answer", ""
	}
	return open, "lets tcp/443 out and answers back in", ""
}
