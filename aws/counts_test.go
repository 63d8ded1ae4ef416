package aws

import (
	"maps"
	"strings"
	"testing"

	"nbscope/aws/sim"
	"nbscope/model"
)

// askedOfNetworks are the calls to EC2 about networks.
func askedOfNetworks(s *sim.Server) map[string]int {
	out := map[string]int{}
	for op, n := range s.Calls() {
		if name, ok := strings.CutPrefix(op, "EC2."); ok && name != "DescribeRegions" {
			out[name] = n.Calls
		}
	}
	return out
}

// TestATargetCostsOneCallForEachFamilyAndOneForEachVPC counts over HTTP. The gallery
// has a VPC for each of its notebooks, and all that is asked for by its name: it takes
// more calls than other targets, and those do not grow with the VPCs. Only advice, and
// endpoints with private names, want a second attribute of a VPC.
func TestATargetCostsOneCallForEachFamilyAndOneForEachVPC(t *testing.T) {
	t.Parallel()
	families := map[string]int{
		"DescribeVpcs": 1, "DescribeSubnets": 1, "DescribeRouteTables": 1, "DescribeNatGateways": 1, "DescribeInternetGateways": 1,
		"DescribeSecurityGroups": 1, "DescribeNetworkAcls": 1, "DescribeVpcEndpoints": 1, "DescribeNetworkInterfaces": 2, "DescribeDhcpOptions": 1,
	}
	plain, plainURL := world(t, func(o *sim.Options) { o.Accounts, o.Regions, o.Notebooks = 1, 1, 40 })
	large, galleryURL, _ := showGallery(t, "")
	for name, c := range map[string]struct {
		sim  *sim.Server
		url  string
		gone int            // VPCs of subnets that are gone, which interfaces tell
		more map[string]int // what is named in what was read
	}{
		"a plain target": {plain, plainURL, 0, map[string]int{"DescribeManagedPrefixLists": 1, "DescribeVpcAttribute": 1}},
		"the gallery": {large, galleryURL, 1, map[string]int{
			"DescribeSubnets": 1, "DescribeSecurityGroups": 1, // those of other VPCs, and of appliances
			"DescribeVpcAttribute":       17,
			"DescribeNetworkInterfaces":  2, // appliances, by interface and by instance
			"DescribeManagedPrefixLists": 1, "GetManagedPrefixListEntries": 4, "DescribeEgressOnlyInternetGateways": 1,
			"DescribeVpcBlockPublicAccessOptions": 1, "DescribeVpcBlockPublicAccessExclusions": 1,
		}},
	} {
		client := simClient(t, c.sim, c.url, nil)
		inv := once(t, client, nil, model.ScanRequest{Mode: model.Full})
		vpcs := map[string]bool{}
		for _, n := range inv.Rows() {
			if n.VPCID != "" {
				vpcs[n.VPCID] = true
			}
		}
		if len(vpcs) < 5 || len(inv.Targets()) != 1 {
			t.Fatalf("%s: %d VPCs in %d targets prove little", name, len(vpcs), len(inv.Targets()))
		}
		want := maps.Clone(families)
		want["DescribeVpcAttribute"] = len(vpcs) + c.gone
		for op, n := range c.more {
			want[op] += n
		}
		got := askedOfNetworks(c.sim)
		if op := "DescribeNetworkInterfaces"; got[op] < want[op] && got[op] > 0 {
			want[op] = got[op] // those that tell the VPCs come in a call of their own, if they come first
		}
		if got["DescribeVpcs"] == want["DescribeVpcs"]+1 { // the last notebooks are in a VPC of their own
			for _, op := range []string{"DescribeVpcs", "DescribeSubnets", "DescribeRouteTables", "DescribeSecurityGroups", "DescribeNetworkAcls", "DescribeVpcEndpoints"} {
				want[op]++
			}
		}
		if !maps.Equal(got, want) {
			t.Errorf("%s: %d VPCs cost %v, want %v", name, len(vpcs), got, want)
		}
		once(t, client, nil, model.ScanRequest{Mode: model.Full, Advise: true})
		want["DescribeVpcAttribute"] += 2 * (len(vpcs) + c.gone)
		if advised := askedOfNetworks(c.sim)["DescribeVpcAttribute"]; advised != want["DescribeVpcAttribute"] {
			t.Errorf("%s: %d attributes asked for with the scan for advice, want %d", name, advised, want["DescribeVpcAttribute"])
		}
	}
}
