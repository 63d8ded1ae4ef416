package egress

import (
	"cmp"
	"fmt"
	"slices"
)

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

// passes returns the addresses of whole that may use every port of the flow, or what
// the ACL does that leaves it open. The rules count in the order of their numbers and
// the first that fits decides.
func (a *ACL) passes(f flow, whole space, v4 bool) (open space, why string) {
	entries := slices.Clone(a.Entries)
	slices.SortStableFunc(entries, func(x, y Entry) int { return cmp.Compare(x.Number, y.Number) })
	open = whole
	var some bool
	for _, port := range breaks(entries, f) {
		at, reason := onPort(entries, f.egress, port, whole, v4)
		if reason != "" {
			return nil, reason
		}
		some = some || !at.empty()
		open = open.and(at)
	}
	if open.empty() && some {
		return nil, fmt.Sprintf("lets through only some of the ports from %d to %d", f.from, f.to)
	}
	return open, ""
}

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
