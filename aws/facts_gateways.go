package aws

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"nbscope/model"
	"nbscope/model/egress"
)

func (f *factReader) natGatewaysOf(ctx context.Context, vpcs []string) egress.Family[egress.NATGateway] {
	return f.natGatewaysBy(ctx, "vpc-id", vpcs)
}

func (f *factReader) natGatewaysBy(ctx context.Context, by string, values []string) egress.Family[egress.NATGateway] {
	return gather(ctx, f.targetRun, listing[*ec2.DescribeNatGatewaysOutput, egress.NATGateway]{
		values: values,
		open: func(chunk []string) pager[*ec2.DescribeNatGatewaysOutput] {
			return ec2.NewDescribeNatGatewaysPaginator(f.clients().ec2(), &ec2.DescribeNatGatewaysInput{Filter: filter(by, chunk)})
		},
		items: func(o *ec2.DescribeNatGatewaysOutput) []egress.NATGateway { return every(o.NatGateways, natFact) },
	})
}

func (f *factReader) internetGatewaysOf(ctx context.Context, vpcs []string) egress.Family[egress.InternetGateway] {
	return f.internetGatewaysBy(ctx, "attachment.vpc-id", vpcs)
}

func (f *factReader) internetGatewaysBy(ctx context.Context, by string, values []string) egress.Family[egress.InternetGateway] {
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

// readNATGateways asks for the NAT gateways that routes name, unless those of the whole
// VPCs were read.
func (f *factReader) readNATGateways(ctx context.Context) {
	if !f.scan.req.Advise {
		f.out.NATGateways = f.natGatewaysBy(ctx, "nat-gateway-id", f.targetsWith("nat-"))
	}
}

// readLooseGateways asks for the internet gateways that routes name and that were not
// read with their VPC. For advice these are the ones that hang on none of the VPCs:
// whether one can be attached again decides a remedy.
func (f *factReader) readLooseGateways(ctx context.Context) {
	f.loose = egress.Read[egress.InternetGateway]()
	if f.out.InternetGateways.State != model.LoadDone {
		return
	}
	missing := slices.DeleteFunc(f.targetsWith("igw-"), func(id string) bool {
		return slices.ContainsFunc(f.out.InternetGateways.Items, func(g egress.InternetGateway) bool { return g.ID == id })
	})
	f.loose = f.internetGatewaysBy(ctx, "internet-gateway-id", missing)
}
