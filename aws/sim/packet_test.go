package sim

import (
	"strings"
	"testing"
)

// TestPacketsOfTheGalleryEndAsItCallsFor: what the gallery says of each network is
// written out there, and packets are sent through the networks themselves.
func TestPacketsOfTheGalleryEndAsItCallsFor(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(o *Options) { o.Accounts, o.Regions, o.Notebooks = 1, 1, 0 })
	if err := r.Change(Change{Op: "gallery"}); err != nil {
		t.Fatal(err)
	}
	p := r.world.place(r.world.accounts[0], "us-east-1")
	p.mu.RLock()
	defer p.mu.RUnlock()
	// What goes wrong on the way back is not followed.
	backwards := map[string]bool{"nat-that-drops-answers": true}
	tried := 0
	for _, c := range gallery() {
		f := p.net.fate(p.find(c.name), "pypi.org", "ipv4")
		reached := f.State == endReached
		if reached != (f.Address != "" && f.From != "" && f.State == endReached) {
			t.Errorf("%s: %+v", c.name, f)
		}
		var want bool
		switch c.expect {
		case isDirect, isNAT, isInspected:
			want = true
		case isEndpoints, isIsolated:
		default:
			continue
		}
		if backwards[c.name] || strings.HasPrefix(c.name, "future-") {
			continue
		}
		if six := p.net.fate(p.find(c.name), "pypi.org", "ipv6"); c.name == "nat64-beside-egress-only" {
			reached = six.State == endReached // IPv4 hosts by NAT64, the others by themselves
		}
		tried++
		if reached != want {
			t.Errorf("%s is %s, and a packet to pypi.org ends so: %+v", c.name, c.expect, f)
		}
	}
	if tried < 80 {
		t.Errorf("only %d cases were tried", tried)
	}
}

func TestPacketsToServicesGoByTheirEndpoints(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(o *Options) { o.Accounts, o.Regions, o.Notebooks = 1, 1, 0 })
	if err := r.Change(Change{Op: "gallery"}); err != nil {
		t.Fatal(err)
	}
	p := r.world.place(r.world.accounts[0], "us-east-1")
	p.mu.RLock()
	defer p.mu.RUnlock()
	sts, s3, api := "sts.us-east-1.amazonaws.com", "s3.us-east-1.amazonaws.com", "api.sagemaker.us-east-1.amazonaws.com"
	for _, c := range []struct{ name, host, family, want string }{
		{"no-route", sts, "ipv4", endTimeout},
		{"endpoints-for-everything", sts, "ipv4", endReached},
		{"endpoints-for-everything", s3, "ipv4", endReached},
		{"endpoints-for-everything", "github.com", "ipv4", endTimeout},
		{"endpoint-for-s3", s3, "ipv4", endReached},
		{"endpoint-for-s3-in-another-table", s3, "ipv4", endTimeout},
		{"endpoint-for-s3-without-dns-support", s3, "ipv4", endNoName},
		{"endpoint-without-private-dns", api, "ipv4", endTimeout},
		{"endpoint-in-a-vpc-without-dns-names", api, "ipv4", endTimeout},
		{"endpoint-that-refuses-the-notebook", api, "ipv4", endTimeout},
		{"endpoint-for-a-group", api, "ipv4", endReached},
		{"endpoint-whose-group-refuses-beside-nat", sts, "ipv4", endTimeout},
		{"endpoint-whose-policy-refuses-beside-nat", sts, "ipv4", endReached}, // the policy comes after TLS
		{"group-lets-out-to-s3-only", s3, "ipv4", endReached},
		{"group-lets-out-to-s3-only", "pypi.org", "ipv4", endTimeout},
		{"nat-without-dns-support", "pypi.org", "ipv4", endNoName},
		{"nat-without-dns-support", "198.18.0.9", "ipv4", endReached},
		{"nat-with-dns-servers", "pypi.org", "ipv4", endReached},
		{"ipv6-egress-only", "pypi.org", "ipv6", endReached},
		{"ipv6-egress-only", "pypi.org", "ipv4", endTimeout},
		{"ipv6-egress-only", "github.com", "ipv6", endNoName},
		{"ipv6-egress-only-for-ipv4", "pypi.org", "ipv6", endNoRoute},
		{"direct-internet-on", "pypi.org", "ipv6", endNoRoute},
		{"no-vpc", "10.0.0.9", "ipv4", endNoRoute},
		{"transit-gateway", "pypi.org", "ipv4", endReached},
		{"peering", "pypi.org", "ipv4", endTimeout},
	} {
		if f := p.net.fate(p.find(c.name), c.host, c.family); f.State != c.want {
			t.Errorf("from %s to %s over %s: %+v, want %s", c.name, c.host, c.family, f, c.want)
		}
	}
	if f := p.net.fate(p.find("direct-internet-on"), "pypi.org", "ipv4"); f.From != serviceFrom {
		t.Errorf("direct internet leaves by %s", f.From)
	}
	nat := p.find("nat-in-a-public-subnet")
	if f := p.net.fate(nat, "pypi.org", "ipv4"); f.From != nat.privateIP() {
		t.Errorf("through NAT it leaves by %s, and not by its own interface's %s", f.From, nat.privateIP())
	}
	v := nat.subnet.vpc
	v.filtered, v.mirrored = map[string]bool{"github.com": true}, map[string]bool{"pypi.org": true}
	if f := p.net.fate(nat, "github.com", "ipv4"); f.State != endNoName {
		t.Errorf("a name that a firewall filters: %+v", f)
	}
	if f := p.net.fate(nat, "pypi.org", "ipv4"); f.State != endReached || !strings.HasPrefix(f.Address, strings.TrimSuffix(v.cidr, "0.0/16")) {
		t.Errorf("a name that is mirrored: %+v", f)
	}
}
