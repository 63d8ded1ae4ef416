package sim

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// Fate is how a connection to tcp/443 of a host ends from inside a notebook.
type Fate struct {
	State   string `json:"state"`             // reached, timeout, no-name, no-route
	Address string `json:"address,omitempty"` // that the host's name leads to
	From    string `json:"from,omitempty"`    // that the notebook sends from
	MS      int    `json:"ms"`                // of a round trip
}

// serviceFrom is the address of the interface that SageMaker gives notebooks with
// direct internet.
const serviceFrom = "172.16.91.12"

// fate says how a connection ends, with the place's lock held.
func (n *network) fate(nb *notebook, host, family string) Fate {
	f := Fate{State: endReached, From: serviceFrom, MS: roundTrip(host)}
	if a, err := netip.ParseAddr(host); err == nil {
		f.Address = host
		return n.reach(nb, f, a)
	}
	six := family == "ipv6"
	if nb.direct == on || nb.subnet == nil { // SageMaker's network has no IPv6 that is documented
		f.Address = publicAddress(host, six)
		switch {
		case f.Address == "":
			f.State, f.From = endNoName, ""
		case six:
			f.State, f.From = endNoRoute, ""
		}
		return f
	}
	v := nb.subnet.vpc
	f.From = nb.privateIP()
	switch {
	case v.filtered[host], v.noSupport && (v.dhcp == nil || len(v.dhcp.servers) == 0):
		f.State = endNoName
		return f
	case v.mirrored[host] && !six: // a private zone leads to a host of the VPC's own
		f.Address, f.MS = addressIn(nb.subnet, host), 2
		a, _ := netip.ParseAddr(f.Address)
		return n.reach(nb, f, a)
	}
	if e := n.takes(v, serviceOf(host, n.place.region.name)); e != nil && !six {
		f.Address, f.MS = addressIn(e.subnets[0], e.id), 2
		if !n.admits(e, nb) {
			f.State = endTimeout
		}
		return f
	}
	if f.Address = publicAddress(host, six); f.Address == "" {
		f.State = endNoName
		return f
	}
	a, _ := netip.ParseAddr(f.Address)
	return n.reach(nb, f, a)
}

// reach follows a packet to an address.
func (n *network) reach(nb *notebook, f Fate, a netip.Addr) Fate {
	six := ""
	if nb.subnet != nil && nb.ipType == dualstack && nb.subnet.ipv6 != "" {
		six = strings.TrimSuffix(nb.subnet.ipv6, "/64") + "9"
	}
	switch local := nb.subnet != nil && holds(nb.subnet.vpc.cidr, a); {
	case nb.subnet == nil, nb.direct == on && !local:
		if a.Is6() || a.IsPrivate() {
			f.State, f.From = endNoRoute, ""
		}
		return f
	case a.Is6() && six == "":
		f.State, f.From = endNoRoute, ""
		return f
	case local:
		f.From = nb.privateIP()
		k := packet{net: n, n: nb, to: a}
		if !k.letOut(nb.groups) {
			f.State = endTimeout
		}
		return f
	}
	f.From = nb.privateIP()
	if a.Is6() {
		f.From = six
	}
	f.State = (&packet{net: n, n: nb, to: a}).send()
	return f
}

// takes is the interface endpoint that a service's own names lead to in a VPC.
func (n *network) takes(v *vpc, service string) *endpoint {
	if service == "" || !v.dns || v.noSupport || v.dhcp != nil {
		return nil
	}
	i := slices.IndexFunc(n.endpoints, func(e *endpoint) bool {
		return e.vpc == v && e.kind == "Interface" && !e.publicDNS && !e.inbound && len(e.subnets) > 0 && e.service == "com.amazonaws."+n.place.region.name+"."+service
	})
	if i < 0 || n.endpoints[i].status() == "pendingAcceptance" {
		return nil
	}
	return n.endpoints[i]
}

// admits reports whether an endpoint answers a notebook. What its policy says comes
// after TLS.
func (n *network) admits(e *endpoint, nb *notebook) bool {
	at, _ := netip.ParseAddr(addressIn(e.subnets[0], e.id))
	from, _ := netip.ParseAddr(nb.privateIP())
	k := packet{net: n, n: nb, to: at}
	byGroup := func(rules []groupRule, ids []string) bool {
		return slices.ContainsFunc(rules, func(r groupRule) bool {
			return r.group != "" && slices.Contains(ids, r.group) && (r.proto == "-1" || r.from <= 443 && 443 <= r.to)
		})
	}
	in := false
	ids := make([]string, 0, len(e.groups))
	for _, g := range e.groups {
		ids = append(ids, g.id)
		in = in || byGroup(g.ingress, nb.groups) || slices.ContainsFunc(g.ingress, func(r groupRule) bool { return k.fits(&r, from) })
	}
	out := k.letOut(nb.groups)
	for _, g := range nb.subnet.vpc.groups {
		out = out || slices.Contains(nb.groups, g.id) && byGroup(g.egress, ids)
	}
	return in && out && e.status() == "available"
}

// serviceOf is the service that a host of AWS's belongs to, as endpoints name it.
func serviceOf(host, region string) string {
	name, ok := strings.CutSuffix(host, "."+region+".amazonaws.com")
	switch {
	case !ok:
		return ""
	case strings.HasSuffix(name, ".dkr.ecr"):
		return "ecr.dkr"
	case strings.HasSuffix(name, ".s3"):
		return "s3"
	case name == "codeartifact":
		return "codeartifact.api"
	}
	known := map[string]string{"api.sagemaker": "sagemaker.api", "runtime.sagemaker": "sagemaker.runtime", "api.ecr": "ecr.api"}[name]
	if known != "" {
		return known
	}
	return name
}

// s3Ranges are the addresses of S3.
func s3Ranges() []string {
	return []string{"203.0.113.0/26", "203.0.113.64/26", "203.0.113.128/26", "52.218.0.0/17"}
}

// publicAddress is where the public DNS says that a host is; "" for one that has none
// of that version of IP.
func publicAddress(host string, six bool) string {
	r := newRNG(1, "host", host)
	switch isS3 := strings.HasPrefix(host, "s3.") || strings.Contains(host, ".s3."); {
	case six && (strings.HasSuffix(host, "amazonaws.com") || host == "github.com"):
		return ""
	case six:
		return fmt.Sprintf("2001:db8:%x::%x", r.below(1<<16), 1+r.below(1<<15))
	case isS3:
		return fmt.Sprintf("203.0.113.%d", 1+r.below(180))
	}
	return fmt.Sprintf("198.18.%d.%d", r.below(256), 1+r.below(250))
}

// addressIn is an address of a subnet that follows from a word.
func addressIn(s *subnet, word string) string {
	base, _, _ := strings.Cut(s.cidr, "/")
	return fmt.Sprintf("%s.%d", base[:strings.LastIndexByte(base, '.')], 4+newRNG(2, word).below(250))
}

func roundTrip(host string) int { return 6 + newRNG(3, host).below(60) }
