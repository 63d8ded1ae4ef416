package egress

import (
	"slices"
	"strings"
	"testing"
)

func TestEveryWayToAPrivateNetworkIsNamedAsLost(t *testing.T) {
	t.Parallel()
	private := func(g *NATGateway) { g.Connectivity, g.SubnetID = "private", "subnet-c" }
	cases := []struct {
		name  string
		world *world
		want  []string // parts of what is lost, in any order
	}{
		{"nothing but the internet", newWorld().nat(), nil},
		{"a part of the internet through a NAT gateway", newWorld().nat().route("rtb-a", to("151.101.0.0/16", "nat-1")), nil},
		{"a peering", newWorld().route("rtb-a", to("10.9.0.0/16", "pcx-1")), []string{"10.9.0.0/16 through VPC peering pcx-1"}},
		{"a default to a transit gateway", newWorld().route("rtb-a", to("0.0.0.0/0", "tgw-1")), []string{"0.0.0.0/0 through transit gateway tgw-1"}},
		{"on-premises behind a private NAT gateway", newWorld().nat(private).with(func(w *world) { w.natRoute().Destination = "172.16.0.0/12" }),
			[]string{"172.16.0.0/12 through NAT gateway nat-1"}},
		{"a default to a private NAT gateway", newWorld().nat(private), []string{"0.0.0.0/0 through private NAT gateway nat-1"}},
		{"on-premises behind a public NAT gateway's subnet", newWorld().nat().route("rtb-b", to("172.16.0.0/12", "vgw-1")),
			[]string{"172.16.0.0/12 through NAT gateway nat-1 and virtual private gateway vgw-1"}},
		{"on-premises behind an appliance", newWorld().appliance().with(func(w *world) { w.table("rtb-a").Routes[1].Destination = "172.16.0.0/12" }),
			[]string{"172.16.0.0/12 through appliance eni-x"}},
		{"a default to an appliance", newWorld().appliance(), []string{"whatever private network eni-x leads to for 0.0.0.0/0"}},
		{"a default to an inspection endpoint", newWorld().firewall().inspected(), []string{"whatever private network vpce-fw leads to"}},
		{"private networks over IPv6", newWorld().dual().route("rtb-a", to("fd00::/8", "tgw-1")), []string{"fd00::/8 through transit gateway tgw-1"}},
		{"a NAT gateway that is not seen", newWorld().route("rtb-a", to("0.0.0.0/0", "nat-x")), []string{"whether private networks are reached through nat-x is not known"}},
		{"a route that is gone", newWorld().route("rtb-a", dead("10.9.0.0/16", "pcx-1")), nil},
		{"a gateway endpoint", newWorld().s3Gateway("rtb-a"), []string{"vpce-s3 (s3)"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			loses := c.world.judge().WhatIf.Loses
			for _, want := range c.want {
				if !slices.ContainsFunc(loses, func(l string) bool { return strings.Contains(l, want) }) {
					t.Errorf("%q is not among what is lost: %q", want, loses)
				}
			}
			if len(loses) != len(c.want) {
				t.Errorf("%d are lost, want %d: %q", len(loses), len(c.want), loses)
			}
		})
	}
}
