package aws

import (
	"context"
	"net/http"
	"slices"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"nbscope/model"
	"nbscope/model/egress"
)

// ec2Reader asks EC2, for a target, for one family of facts with each of its methods.
type ec2Reader struct{ *targetRun }

func (f ec2Reader) subnetsOf(ctx context.Context, vpcs []string) egress.Family[egress.Subnet] {
	return f.subnetsBy(ctx, "vpc-id", vpcs)
}

func (f ec2Reader) subnetsBy(ctx context.Context, by string, values []string) egress.Family[egress.Subnet] {
	return gather(ctx, f.targetRun, listing[*ec2.DescribeSubnetsOutput, egress.Subnet]{
		values: values,
		open: func(chunk []string) pager[*ec2.DescribeSubnetsOutput] {
			return ec2.NewDescribeSubnetsPaginator(f.clients().ec2(), &ec2.DescribeSubnetsInput{Filters: filter(by, chunk)})
		},
		items: func(o *ec2.DescribeSubnetsOutput) []egress.Subnet { return every(o.Subnets, subnetFact) },
	})
}

func (f ec2Reader) tablesOf(ctx context.Context, vpcs []string) egress.Family[egress.RouteTable] {
	return gather(ctx, f.targetRun, listing[*ec2.DescribeRouteTablesOutput, egress.RouteTable]{
		values: vpcs,
		open: func(vpcs []string) pager[*ec2.DescribeRouteTablesOutput] {
			return ec2.NewDescribeRouteTablesPaginator(f.clients().ec2(), &ec2.DescribeRouteTablesInput{Filters: filter("vpc-id", vpcs)})
		},
		items: func(o *ec2.DescribeRouteTablesOutput) []egress.RouteTable { return every(o.RouteTables, tableFact) },
	})
}

func (f ec2Reader) groupsOf(ctx context.Context, vpcs []string) egress.Family[egress.SecurityGroup] {
	return f.groups(ctx, "vpc-id", vpcs)
}

func (f ec2Reader) groups(ctx context.Context, by string, values []string) egress.Family[egress.SecurityGroup] {
	return gather(ctx, f.targetRun, listing[*ec2.DescribeSecurityGroupsOutput, egress.SecurityGroup]{
		values: values,
		open: func(chunk []string) pager[*ec2.DescribeSecurityGroupsOutput] {
			return ec2.NewDescribeSecurityGroupsPaginator(f.clients().ec2(), &ec2.DescribeSecurityGroupsInput{Filters: filter(by, chunk)})
		},
		items: func(o *ec2.DescribeSecurityGroupsOutput) []egress.SecurityGroup {
			return every(o.SecurityGroups, groupFact)
		},
	})
}

func (f ec2Reader) aclsOf(ctx context.Context, vpcs []string) egress.Family[egress.ACL] {
	return gather(ctx, f.targetRun, listing[*ec2.DescribeNetworkAclsOutput, egress.ACL]{
		values: vpcs,
		open: func(vpcs []string) pager[*ec2.DescribeNetworkAclsOutput] {
			return ec2.NewDescribeNetworkAclsPaginator(f.clients().ec2(), &ec2.DescribeNetworkAclsInput{Filters: filter("vpc-id", vpcs)})
		},
		items: func(o *ec2.DescribeNetworkAclsOutput) []egress.ACL { return every(o.NetworkAcls, aclFact) },
	})
}

func (f ec2Reader) endpointsOf(ctx context.Context, vpcs []string) egress.Family[egress.Endpoint] {
	return gather(ctx, f.targetRun, listing[*ec2.DescribeVpcEndpointsOutput, egress.Endpoint]{
		values: vpcs,
		open: func(vpcs []string) pager[*ec2.DescribeVpcEndpointsOutput] {
			return ec2.NewDescribeVpcEndpointsPaginator(f.clients().ec2(), &ec2.DescribeVpcEndpointsInput{Filters: filter("vpc-id", vpcs)})
		},
		items: func(o *ec2.DescribeVpcEndpointsOutput) []egress.Endpoint { return every(o.VpcEndpoints, endpointFact) },
	})
}

func (f ec2Reader) natGatewaysOf(ctx context.Context, vpcs []string) egress.Family[egress.NATGateway] {
	return f.natGatewaysBy(ctx, "vpc-id", vpcs)
}

func (f ec2Reader) natGatewaysBy(ctx context.Context, by string, values []string) egress.Family[egress.NATGateway] {
	return gather(ctx, f.targetRun, listing[*ec2.DescribeNatGatewaysOutput, egress.NATGateway]{
		values: values,
		open: func(chunk []string) pager[*ec2.DescribeNatGatewaysOutput] {
			return ec2.NewDescribeNatGatewaysPaginator(f.clients().ec2(), &ec2.DescribeNatGatewaysInput{Filter: filter(by, chunk)})
		},
		items: func(o *ec2.DescribeNatGatewaysOutput) []egress.NATGateway { return every(o.NatGateways, natFact) },
	})
}

func (f ec2Reader) internetGatewaysOf(ctx context.Context, vpcs []string) egress.Family[egress.InternetGateway] {
	return f.internetGatewaysBy(ctx, "attachment.vpc-id", vpcs)
}

func (f ec2Reader) internetGatewaysBy(ctx context.Context, by string, values []string) egress.Family[egress.InternetGateway] {
	return gather(ctx, f.targetRun, listing[*ec2.DescribeInternetGatewaysOutput, egress.InternetGateway]{
		values: values,
		open: func(chunk []string) pager[*ec2.DescribeInternetGatewaysOutput] {
			return ec2.NewDescribeInternetGatewaysPaginator(f.clients().ec2(), &ec2.DescribeInternetGatewaysInput{Filters: filter(by, chunk)})
		},
		items: func(o *ec2.DescribeInternetGatewaysOutput) (out []egress.InternetGateway) {
			for _, g := range o.InternetGateways {
				out = append(out, gatewayFact(g.InternetGatewayId, g.Attachments, g.Tags))
			}
			return out
		},
	})
}

func (f ec2Reader) interfacesOf(ctx context.Context, ids []string) egress.Family[egress.Interface] {
	return f.interfacesBy(ctx, "network-interface-id", ids)
}

func (f ec2Reader) interfacesBy(ctx context.Context, by string, ids []string) egress.Family[egress.Interface] {
	return gather(ctx, f.targetRun, listing[*ec2.DescribeNetworkInterfacesOutput, egress.Interface]{
		values: ids,
		open: func(chunk []string) pager[*ec2.DescribeNetworkInterfacesOutput] {
			in := &ec2.DescribeNetworkInterfacesInput{Filters: filter(by, chunk)}
			return ec2.NewDescribeNetworkInterfacesPaginator(f.clients().ec2(), in)
		},
		items: func(o *ec2.DescribeNetworkInterfacesOutput) []egress.Interface {
			return every(o.NetworkInterfaces, interfaceFact)
		},
	})
}

// exclusions goes through pages for which the SDK has no paginator.
func (f ec2Reader) exclusions(ctx context.Context) egress.Family[egress.Exclusion] {
	return gather(ctx, f.targetRun, listing[*ec2.DescribeVpcBlockPublicAccessExclusionsOutput, egress.Exclusion]{
		values: []string{""},
		open: func([]string) pager[*ec2.DescribeVpcBlockPublicAccessExclusionsOutput] {
			return &exclusionPages{client: f.clients().ec2(), first: true}
		},
		items: func(o *ec2.DescribeVpcBlockPublicAccessExclusionsOutput) []egress.Exclusion {
			return every(o.VpcBlockPublicAccessExclusions, exclusionFact)
		},
	})
}

func (f ec2Reader) readAttribute(ctx context.Context, vpc string, name ec2types.VpcAttributeName, to *bool) model.Part {
	out, err := f.clients().ec2().DescribeVpcAttribute(ctx, &ec2.DescribeVpcAttributeInput{VpcId: sdkaws.String(vpc), Attribute: name})
	if err != nil {
		return model.Part{State: model.LoadFailed, Reason: f.refused(ctx, err)}
	}
	f.progress(ctx)
	value := out.EnableDnsSupport
	if name == ec2types.VpcAttributeNameEnableDnsHostnames {
		value = out.EnableDnsHostnames
	}
	*to = *value.Value // which the check of answers has found
	return model.Part{State: model.LoadDone}
}

// knowsNoBlock reports whether what answers has no Block Public Access at all: it
// does not know the action, or it is an emulator that fails over it without an
// error of EC2's.
func (f ec2Reader) knowsNoBlock(ctx context.Context, err error) bool {
	p := f.classify(ctx, err)
	return p.Kind == model.KindNotOffered ||
		p.Code == "" && httpStatusOf(err) == http.StatusInternalServerError && f.scan.client.movedEndpoint()
}

// onceElsewhere keeps a call from being repeated at an emulator, whose faults last.
func (f ec2Reader) onceElsewhere(o *ec2.Options) {
	if f.scan.client.movedEndpoint() {
		o.RetryMaxAttempts = 2
	}
}

// describeVPCs asks for VPCs. A subnet lies in each of them: one that AWS does not
// tell is not known. What names its DHCP options AWS tells the owner at least.
func (f ec2Reader) describeVPCs(ctx context.Context, ids []string) egress.Family[egress.VPC] {
	got := gather(ctx, f.targetRun, listing[*ec2.DescribeVpcsOutput, egress.VPC]{
		values: ids,
		open: func(chunk []string) pager[*ec2.DescribeVpcsOutput] {
			return ec2.NewDescribeVpcsPaginator(f.clients().ec2(), &ec2.DescribeVpcsInput{Filters: filter("vpc-id", chunk)})
		},
		items: func(o *ec2.DescribeVpcsOutput) []egress.VPC { return every(o.Vpcs, vpcFact) },
	})
	for _, id := range ids {
		i := slices.IndexFunc(got.Items, func(v egress.VPC) bool { return v.ID == id })
		switch {
		case got.State != model.LoadDone:
		case i < 0:
			got = egress.Refused("AWS does not tell VPC "+id+", which a subnet belongs to", got.Items...)
		case got.Items[i].OwnerID == f.target.Account && got.Items[i].DHCPOptions == "":
			got = egress.Refused("AWS does not tell which DHCP options VPC "+id+" has", got.Items...)
		}
	}
	return got
}

type exclusionPages struct {
	client *ec2.Client
	first  bool
	token  string
}

// HasMorePages is for gather.
func (p *exclusionPages) HasMorePages() bool { return p.first || p.token != "" }

// NextPage is for gather.
func (p *exclusionPages) NextPage(ctx context.Context, options ...func(*ec2.Options)) (*ec2.DescribeVpcBlockPublicAccessExclusionsOutput, error) {
	in := &ec2.DescribeVpcBlockPublicAccessExclusionsInput{}
	if !p.first {
		in.NextToken = sdkaws.String(p.token)
	}
	out, err := p.client.DescribeVpcBlockPublicAccessExclusions(ctx, in, options...)
	if err != nil {
		return nil, err
	}
	p.first, p.token = false, sdkaws.ToString(out.NextToken)
	return out, nil
}

func filter(name string, values []string) []ec2types.Filter {
	return []ec2types.Filter{{Name: sdkaws.String(name), Values: values}}
}
