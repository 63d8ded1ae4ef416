package egress

import (
	"cmp"
	"net/netip"
	"slices"
	"sync"
)

// span is a closed range of addresses: IPv4 as 32 bits, IPv6 by its upper 64.
type span struct{ lo, hi uint64 }

// space is a set of addresses as ascending spans that do not touch.
type space []span

// stack is one IP version and the addresses of it that stand for the internet.
type stack struct {
	name     string
	v4       bool
	internet space
	everyone string // the CIDR of a default route
	grain    uint64 // the addresses of the smallest range that is routed by itself
}

// ipv4 is the internet without what is private, shared, local or reserved.
func ipv4() stack {
	return stack{name: "IPv4", v4: true, internet: internetIPv4(), everyone: everyoneIPv4, grain: 1 << 8}
}

var internetIPv4 = sync.OnceValue(func() space { //nolint:gochecknoglobals // never changed
	return slices.Clip(everything(true).minus(spaceOf([]string{
		"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
		"192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/3",
	}, true)))
})

// ipv6 is the global unicast range.
func ipv6() stack {
	return stack{name: "IPv6", internet: space{{0x2000 << 48, 0x4000<<48 - 1}}, everyone: "::/0", grain: 1 << 16}
}

// nat64 is the range in which DNS64 puts the IPv4 internet for IPv6 hosts.
func nat64() stack {
	return stack{name: "NAT64", internet: space{{0x0064ff9b << 32, 0x0064ff9b << 32}}, everyone: "64:ff9b::/96", grain: 1}
}

// translated reports whether the addresses stand for IPv4 ones behind NAT64.
func (st stack) translated() bool { return st.everyone == nat64().everyone }

// cidrSpan returns the addresses of a CIDR; false when it is of the other IP
// version. A text that is no CIDR is false for both: see readable.
func cidrSpan(cidr string, v4 bool) (span, bool) {
	p, err := netip.ParsePrefix(cidr)
	if err != nil || p.Addr().Is4() != v4 {
		return span{}, false
	}
	return prefixSpan(p), true
}

// spaceOf returns the addresses of those CIDRs that are of one IP version.
func spaceOf(cidrs []string, v4 bool) space {
	var spans []span
	for _, c := range cidrs {
		if s, ok := cidrSpan(c, v4); ok {
			spans = append(spans, s)
		}
	}
	return union(spans)
}

// readable reports whether a text is a CIDR.
func readable(cidr string) bool {
	_, err := netip.ParsePrefix(cidr)
	return err == nil
}

// prefixSpan keeps the upper 64 bits of IPv6, so that a prefix longer than that
// is the one span around it.
func prefixSpan(p netip.Prefix) span {
	width, length := 64, min(p.Bits(), 64)
	var addr uint64
	if p.Addr().Is4() {
		width = 32
	}
	for _, b := range p.Masked().Addr().AsSlice()[:width/8] {
		addr = addr<<8 | uint64(b)
	}
	if length == 0 {
		return span{0, ^uint64(0) >> (64 - width)}
	}
	return span{addr, addr + (1<<(width-length) - 1)}
}

// prefixBits is the length of a CIDR's prefix.
func prefixBits(cidr string) int {
	p, err := netip.ParsePrefix(cidr)
	if err != nil {
		return -1
	}
	return p.Bits()
}

// minus returns the addresses of s that are not in t.
func (s space) minus(t space) space {
	out := make(space, 0, len(s)+len(t))
	j := 0
	for _, r := range s {
		for j < len(t) && t[j].hi < r.lo {
			j++
		}
		whole := true
		for k := j; k < len(t) && t[k].lo <= r.hi; k++ {
			if r.lo < t[k].lo {
				out = append(out, span{r.lo, t[k].lo - 1})
			}
			if r.hi <= t[k].hi {
				whole = false
				break
			}
			r.lo = t[k].hi + 1
		}
		if whole {
			out = append(out, r)
		}
	}
	return out
}

// union makes a set of spans in any order.
func union(spans []span) space {
	slices.SortFunc(spans, func(a, b span) int { return cmp.Or(cmp.Compare(a.lo, b.lo), cmp.Compare(a.hi, b.hi)) })
	var out space
	for _, r := range spans {
		if n := len(out); n > 0 && (r.lo <= out[n-1].hi || r.lo == out[n-1].hi+1) {
			out[n-1].hi = max(out[n-1].hi, r.hi)
			continue
		}
		out = append(out, r)
	}
	return out
}

// and returns the addresses that are in both.
func (s space) and(t space) space {
	var out space
	for i, j := 0, 0; i < len(s) && j < len(t); {
		if lo, hi := max(s[i].lo, t[j].lo), min(s[i].hi, t[j].hi); lo <= hi {
			out = append(out, span{lo, hi})
		}
		if s[i].hi < t[j].hi {
			i++
		} else {
			j++
		}
	}
	return out
}

// size counts the addresses, at most the largest number there is.
func (s space) size() uint64 {
	var n uint64
	for _, r := range s {
		width := r.hi - r.lo
		if width == ^uint64(0) || n+width+1 < n {
			return ^uint64(0)
		}
		n += width + 1
	}
	return n
}

func (s space) empty() bool { return len(s) == 0 }

// shortOf reports whether s lacks so much of whole that it counts.
func (s space) shortOf(whole space, grain uint64) bool { return whole.minus(s).size() >= grain }

// most reports whether s holds nearly all of whole: fifteen parts of sixteen.
func (s space) most(whole space) bool { return whole.minus(s).size() <= whole.size()/16 }
