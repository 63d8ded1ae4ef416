package aws

import (
	"fmt"
	"strings"
	"testing"

	"nbscope/model"
)

// TestWhereNoNetworkIsReadANotebookIsPlacedByItsSubnet has nb-0 in a subnet that is there,
// nb-1 in one that is not any more, nb-2 in none and nb-3 in one of a VPC without a name.
func TestWhereNoNetworkIsReadANotebookIsPlacedByItsSubnet(t *testing.T) {
	t.Parallel()
	denied := func(op string) func(call) (int, string, bool) {
		return func(c call) (int, string, bool) {
			if c.op != op {
				return 0, "", false
			}
			return refuseEC2("UnauthorizedOperation", "You may not "+op)
		}
	}
	for name, c := range map[string]struct {
		hook     func(call) (int, string, bool)
		want     []string
		warnings string
		calls    string
	}{
		"all is told": {nil, []string{
			"nb-0000: vpc-1 main true ", "nb-0001:   false " + reasonNoSubnet, "nb-0002:   true ", "nb-0003: vpc-2  true ",
		}, "", "1 1"},
		"VPCs are not": {denied("DescribeVpcs"), []string{
			"nb-0000: vpc-1  true ", "nb-0001:   false " + reasonNoSubnet, "nb-0002:   true ", "nb-0003: vpc-2  true ",
		}, "ec2:DescribeVpcs", "1 1"},
		"subnets are not": {denied("DescribeSubnets"), []string{
			"nb-0000:   false You may not DescribeSubnets", "nb-0001:   false You may not DescribeSubnets", "nb-0002:   true ",
			"nb-0003:   false You may not DescribeSubnets",
		}, "ec2:DescribeSubnets", "1 0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStub(t)
			s.regions = []string{"eu-west-1"}
			s.fill(homeAccount, "eu-west-1", 4)
			for i, subnet := range []string{"subnet-1", "subnet-9", "", "subnet-2"} {
				s.edit(homeAccount, "eu-west-1", i, func(n *stubNotebook) { n.subnet = subnet })
			}
			s.edit(homeAccount, "eu-west-1", 2, func(n *stubNotebook) { n.direct = "Enabled" })
			s.hook = c.hook
			inv := once(t, s.client(t, func(o *Options) { o.Skip.Egress = true }), nil, model.ScanRequest{})
			var got []string
			for i := range 4 {
				n := inv.Get(fmt.Sprintf("arn:aws:sagemaker:eu-west-1:%s:notebook-instance/nb-%04d", homeAccount, i))
				got = append(got, fmt.Sprintf("%s: %s %s %v %s", n.Name, n.VPCID, n.VPCName, n.Located.Known(), n.Located.Reason))
				if n.Networked.State != model.LoadSkipped {
					t.Errorf("the network of %s is %+v", n.Name, n.Networked)
				}
			}
			if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", c.want) {
				t.Errorf("%q\nwant %q", got, c.want)
			}
			var warned []string
			for _, w := range stateOf(inv, homeAccount, "eu-west-1").Warnings {
				warned = append(warned, w.Operation)
			}
			if strings.Join(warned, " ") != c.warnings {
				t.Errorf("warned of %q", warned)
			}
			calls := s.counted()
			if got := fmt.Sprint(calls["DescribeSubnets"], calls["DescribeVpcs"]); got != c.calls {
				t.Errorf("asked %v", calls)
			}
		})
	}
}
