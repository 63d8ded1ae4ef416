package aws

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"nbscope/model"
	"nbscope/model/recreate"
)

const noIPv6 = "the subnet has no IPv6 range"

func (c *choiceLister) ec2() *ec2.Client { return c.session.in(c.source.Region).ec2() }

func (c *choiceLister) vpcs(ctx context.Context) ([]recreate.Choice, error) {
	all, err := c.describeVPCs(ctx)
	if err != nil {
		return nil, err
	}
	out := every(all, func(v *ec2types.Vpc) recreate.Choice {
		note := sdkaws.ToString(v.CidrBlock)
		if sdkaws.ToBool(v.IsDefault) {
			note += ", the default VPC"
		}
		return recreate.Choice{Value: sdkaws.ToString(v.VpcId), Label: named(sdkaws.ToString(v.VpcId), nameTag(v.Tags)), Note: note}
	})
	return sorted(out), nil
}

func (c *choiceLister) describeVPCs(ctx context.Context) ([]ec2types.Vpc, error) {
	var out []ec2types.Vpc
	for pages := ec2.NewDescribeVpcsPaginator(c.ec2(), &ec2.DescribeVpcsInput{}); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		out = append(out, page.Vpcs...)
	}
	return out, nil
}

// subnets lists every subnet of the region with what one chooses by. Where VPCs
// may not be described, they go without their names.
func (c *choiceLister) subnets(ctx context.Context) ([]recreate.Choice, error) {
	var all []ec2types.Subnet
	for pages := ec2.NewDescribeSubnetsPaginator(c.ec2(), &ec2.DescribeSubnetsInput{}); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, page.Subnets...)
	}
	names := map[string]string{}
	vpcs, err := c.describeVPCs(ctx)
	if err == nil {
		for i := range vpcs {
			names[sdkaws.ToString(vpcs[i].VpcId)] = nameTag(vpcs[i].Tags)
		}
	}
	model.SortStable(all, func(a, b ec2types.Subnet) int {
		return cmp.Or(cmp.Compare(sdkaws.ToString(a.VpcId), sdkaws.ToString(b.VpcId)),
			cmp.Compare(sdkaws.ToString(a.AvailabilityZone), sdkaws.ToString(b.AvailabilityZone)),
			cmp.Compare(sdkaws.ToString(a.SubnetId), sdkaws.ToString(b.SubnetId)))
	})
	outside := recreate.Choice{Label: none, Note: "no VPC: SageMaker's own network"}
	if c.spec.DirectInternet == model.Disabled {
		outside.Bad = "direct internet access can be Disabled in a VPC only"
	}
	return append([]recreate.Choice{outside}, every(all, func(s *ec2types.Subnet) recreate.Choice { return c.subnet(s, names) })...), nil
}

func (c *choiceLister) subnet(s *ec2types.Subnet, vpcNames map[string]string) recreate.Choice {
	seen := subnetSeen(s)
	id := sdkaws.ToString(s.SubnetId)
	out := recreate.Choice{
		Value: id, Label: named(id, nameTag(s.Tags)),
		Note: fmt.Sprintf("%s, %s, %d free addresses", named(seen.VPCID, vpcNames[seen.VPCID]), seen.Zone, seen.FreeAddresses),
	}
	switch {
	case s.State != ec2types.SubnetStateAvailable:
		out.Bad = "the subnet is " + orWord(string(s.State), "in no known state")
	case seen.FreeAddresses == 0:
		out.Bad = "the subnet has no free address"
	case c.spec.IPAddressType == "dualstack" && !seen.IPv6:
		out.Bad = noIPv6
	}
	return out
}

// groups lists the security groups of the VPC that the spec's subnet is in.
func (c *choiceLister) groups(ctx context.Context) ([]recreate.Choice, error) {
	if c.spec.SubnetID == "" {
		return nil, configProblem("security groups need a subnet", "choose a subnet first")
	}
	q := inquiry{session: c.session, source: c.source, spec: c.spec}
	subnet, err := q.describeSubnet(ctx)
	if err != nil {
		return nil, err
	}
	if !subnet.Exists {
		return nil, configProblem("the subnet "+c.spec.SubnetID+" does not exist", "choose another subnet first")
	}
	pages := ec2.NewDescribeSecurityGroupsPaginator(c.ec2(), &ec2.DescribeSecurityGroupsInput{Filters: filter("vpc-id", []string{subnet.VPCID})})
	var out []recreate.Choice
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for i := range page.SecurityGroups {
			g := &page.SecurityGroups[i]
			id := sdkaws.ToString(g.GroupId)
			out = append(out, recreate.Choice{Value: id, Label: named(id, sdkaws.ToString(g.GroupName)), Note: sdkaws.ToString(g.Description)})
		}
	}
	return sorted(out), nil
}

// named is an id with the name that goes with it.
func named(id, name string) string {
	return strings.TrimSpace(id + " " + name)
}

// sorted orders choices by what is shown of them.
func sorted(in []recreate.Choice) []recreate.Choice {
	model.SortStable(in, func(a, b recreate.Choice) int {
		return cmp.Or(cmp.Compare(a.Label, b.Label), cmp.Compare(a.Value, b.Value))
	})
	return in
}
