package aws

import (
	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// ec2Musts are the musts of the facts about networks. An item of a family must
// have its id, where it lies, and the lists that judging rests on: a group without the
// list of its rules would read as closed, and so would what AWS keeps an entry in
// always and has none: the local route of a table, the last rules of a network ACL.
func ec2Musts(out map[string]must) {
	out["EC2.DescribeRegions"] = holding(func(o *ec2.DescribeRegionsOutput) string {
		return listed("regionInfo", o.Regions, func(r *ec2types.Region) bool { return has(r.RegionName) })
	})
	out["EC2.DescribeSubnets"] = holding(func(o *ec2.DescribeSubnetsOutput) string {
		return listed("subnetSet", o.Subnets, func(s *ec2types.Subnet) bool { return has(s.SubnetId) && has(s.VpcId) })
	})
	out["EC2.DescribeVpcs"] = holding(func(o *ec2.DescribeVpcsOutput) string {
		return listed("vpcSet", o.Vpcs, func(v *ec2types.Vpc) bool {
			return has(v.VpcId) && has(v.OwnerId) && v.CidrBlockAssociationSet != nil && all(v.CidrBlockAssociationSet, saysWhatIsItsOwn)
		})
	})
	out["EC2.DescribeRouteTables"] = holding(func(o *ec2.DescribeRouteTablesOutput) string {
		return listed("routeTableSet", o.RouteTables, saysWhereItLeads)
	})
	out["EC2.DescribeNatGateways"] = holding(func(o *ec2.DescribeNatGatewaysOutput) string {
		return listed("natGatewaySet", o.NatGateways, saysWhereItStands)
	})
	out["EC2.DescribeInternetGateways"] = holding(func(o *ec2.DescribeInternetGatewaysOutput) string {
		return listed("internetGatewaySet", o.InternetGateways, func(g *ec2types.InternetGateway) bool {
			return has(g.InternetGatewayId) && g.Attachments != nil && all(g.Attachments, saysWhereItIsAttached)
		})
	})
	out["EC2.DescribeEgressOnlyInternetGateways"] = holding(func(o *ec2.DescribeEgressOnlyInternetGatewaysOutput) string {
		return listed("egressOnlyInternetGatewaySet", o.EgressOnlyInternetGateways, func(g *ec2types.EgressOnlyInternetGateway) bool {
			return has(g.EgressOnlyInternetGatewayId) && g.Attachments != nil && all(g.Attachments, saysWhereItIsAttached)
		})
	})
	out["EC2.DescribeVpcEndpoints"] = holding(func(o *ec2.DescribeVpcEndpointsOutput) string {
		return listed("vpcEndpointSet", o.VpcEndpoints, saysWhereItServes)
	})
	out["EC2.DescribeVpcAttribute"] = tellsTheAttributeAsked
	ec2FilterMusts(out)
	ec2NamedMusts(out)
}

// ec2FilterMusts are those of what lets traffic through or not.
func ec2FilterMusts(out map[string]must) {
	out["EC2.DescribeSecurityGroups"] = holding(func(o *ec2.DescribeSecurityGroupsOutput) string {
		return listed("securityGroupInfo", o.SecurityGroups, func(g *ec2types.SecurityGroup) bool {
			return has(g.GroupId) && has(g.VpcId) && g.IpPermissionsEgress != nil && all(g.IpPermissionsEgress, saysWhatItAllows)
		})
	})
	out["EC2.DescribeNetworkAcls"] = holding(func(o *ec2.DescribeNetworkAclsOutput) string {
		return listed("networkAclSet", o.NetworkAcls, func(a *ec2types.NetworkAcl) bool {
			return has(a.NetworkAclId) && has(a.VpcId) && len(a.Entries) > 0 && all(a.Entries, saysWhatItIsAbout) &&
				a.Associations != nil && all(a.Associations, func(n *ec2types.NetworkAclAssociation) bool { return has(n.SubnetId) })
		})
	})
}

// ec2NamedMusts are those of what other facts name.
func ec2NamedMusts(out map[string]must) {
	out["EC2.DescribeDhcpOptions"] = holding(func(o *ec2.DescribeDhcpOptionsOutput) string {
		return listed("dhcpOptionsSet", o.DhcpOptions, func(d *ec2types.DhcpOptions) bool {
			return has(d.DhcpOptionsId) && d.DhcpConfigurations != nil && all(d.DhcpConfigurations, saysWhatIsSet)
		})
	})
	out["EC2.DescribeManagedPrefixLists"] = holding(func(o *ec2.DescribeManagedPrefixListsOutput) string {
		return listed("prefixListSet", o.PrefixLists, func(l *ec2types.ManagedPrefixList) bool { return has(l.PrefixListId) })
	})
	out["EC2.GetManagedPrefixListEntries"] = holding(func(o *ec2.GetManagedPrefixListEntriesOutput) string {
		return listed("entrySet", o.Entries, func(e *ec2types.PrefixListEntry) bool { return has(e.Cidr) })
	})
	out["EC2.DescribeNetworkInterfaces"] = holding(func(o *ec2.DescribeNetworkInterfacesOutput) string {
		return listed("networkInterfaceSet", o.NetworkInterfaces, func(i *ec2types.NetworkInterface) bool { return has(i.NetworkInterfaceId) })
	})
	out["EC2.DescribeInstanceTypeOfferings"] = holding(func(o *ec2.DescribeInstanceTypeOfferingsOutput) string {
		return listed("instanceTypeOfferingSet", o.InstanceTypeOfferings, given)
	})
	out["EC2.DescribeVpcBlockPublicAccessExclusions"] = holding(func(o *ec2.DescribeVpcBlockPublicAccessExclusionsOutput) string {
		return listed("vpcBlockPublicAccessExclusionSet", o.VpcBlockPublicAccessExclusions, given)
	})
	out["EC2.DescribeVpcBlockPublicAccessOptions"] = holding(func(o *ec2.DescribeVpcBlockPublicAccessOptionsOutput) string {
		if b := o.VpcBlockPublicAccessOptions; b != nil {
			return missing(member{"internetGatewayBlockMode", string(b.InternetGatewayBlockMode)})
		}
		return "vpcBlockPublicAccessOptions"
	})
}

// tellsTheAttributeAsked looks for the one attribute that a call asks for.
func tellsTheAttributeAsked(asked, answer any) string {
	q, _ := asked.(*ec2.DescribeVpcAttributeInput)
	o, ok := answer.(*ec2.DescribeVpcAttributeOutput)
	if q == nil || !ok {
		return "it is of another operation"
	}
	value := map[ec2types.VpcAttributeName]*ec2types.AttributeBooleanValue{
		ec2types.VpcAttributeNameEnableDnsSupport: o.EnableDnsSupport, ec2types.VpcAttributeNameEnableDnsHostnames: o.EnableDnsHostnames,
	}[q.Attribute]
	if value == nil || value.Value == nil || sdkaws.ToString(o.VpcId) != sdkaws.ToString(q.VpcId) {
		return string(q.Attribute) + " of " + sdkaws.ToString(q.VpcId)
	}
	return ""
}

// all reports whether every item of a list inside an item fits.
func all[T any](items []T, fits func(*T) bool) bool {
	for i := range items {
		if !fits(&items[i]) {
			return false
		}
	}
	return true
}

func saysWhereItLeads(t *ec2types.RouteTable) bool {
	return has(t.RouteTableId) && has(t.VpcId) && len(t.Routes) > 0 && t.Associations != nil && all(t.Associations, saysWhatIsAssociated)
}

// saysWhereItStands: only a regional NAT gateway stands in no subnet.
func saysWhereItStands(g *ec2types.NatGateway) bool {
	return has(g.NatGatewayId) && has(g.VpcId) && g.State != "" && (has(g.SubnetId) || g.AvailabilityMode == ec2types.AvailabilityModeRegional)
}

// saysWhatIsAssociated: a table that is associated with nothing that is told would
// leave its subnet with the main one.
func saysWhatIsAssociated(a *ec2types.RouteTableAssociation) bool {
	return sdkaws.ToBool(a.Main) || has(a.SubnetId) || has(a.GatewayId) || has(a.PublicIpv4Pool)
}

func saysWhereItIsAttached(a *ec2types.InternetGatewayAttachment) bool { return has(a.VpcId) }

// saysWhatItAllows: EC2 keeps no rule without a destination, and gives the list of
// IPv4 ranges where it is empty, too.
func saysWhatItAllows(p *ec2types.IpPermission) bool {
	return has(p.IpProtocol) && p.IpRanges != nil && len(p.IpRanges)+len(p.Ipv6Ranges)+len(p.PrefixListIds)+len(p.UserIdGroupPairs) > 0 &&
		all(p.IpRanges, func(r *ec2types.IpRange) bool { return has(r.CidrIp) }) &&
		all(p.Ipv6Ranges, func(r *ec2types.Ipv6Range) bool { return has(r.CidrIpv6) }) &&
		all(p.PrefixListIds, func(l *ec2types.PrefixListId) bool { return has(l.PrefixListId) }) &&
		all(p.UserIdGroupPairs, func(g *ec2types.UserIdGroupPair) bool { return has(g.GroupId) })
}

func saysWhatItIsAbout(e *ec2types.NetworkAclEntry) bool {
	return e.RuleNumber != nil && e.Egress != nil && has(e.Protocol) && (has(e.CidrBlock) || has(e.Ipv6CidrBlock))
}

// saysWhereItServes: a gateway's endpoint serves the tables that it lists, as its
// policy lets it, and an interface's the subnets, for whom its groups let in.
func saysWhereItServes(e *ec2types.VpcEndpoint) bool {
	if !has(e.VpcEndpointId) || !has(e.ServiceName) || !has(e.VpcId) {
		return false
	}
	switch e.VpcEndpointType {
	case "":
		return false
	case ec2types.VpcEndpointTypeGateway:
		return e.RouteTableIds != nil && has(e.PolicyDocument)
	case ec2types.VpcEndpointTypeGatewayLoadBalancer, ec2types.VpcEndpointTypeResource, ec2types.VpcEndpointTypeServiceNetwork, ec2types.VpcEndpointTypeTunnel:
	case ec2types.VpcEndpointTypeInterface:
		return e.SubnetIds != nil && e.PrivateDnsEnabled != nil && e.Groups != nil &&
			all(e.Groups, func(g *ec2types.SecurityGroupIdentifier) bool { return has(g.GroupId) })
	}
	return true
}

// saysWhatIsItsOwn: addresses that are not told to be the VPC's would be those of the
// internet.
func saysWhatIsItsOwn(a *ec2types.VpcCidrBlockAssociation) bool {
	return has(a.CidrBlock) && a.CidrBlockState != nil && a.CidrBlockState.State != ""
}

func saysWhatIsSet(c *ec2types.DhcpConfiguration) bool {
	return has(c.Key) && c.Values != nil && all(c.Values, func(v *ec2types.AttributeValue) bool { return has(v.Value) })
}
