package aws

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"nbscope/model"
	"nbscope/model/egress"
)

// readLooseGateways asks for the internet gateways that routes name and that hang
// on none of the VPCs: whether one can be attached again decides a remedy. There
// are such routes where a gateway was detached, and hardly anywhere else.
func (f *factReader) readLooseGateways(ctx context.Context) {
	f.loose = egress.Read[egress.InternetGateway]()
	if f.out.InternetGateways.State != model.LoadDone {
		return
	}
	missing := slices.DeleteFunc(f.targetsWith("igw-"), func(id string) bool {
		return slices.ContainsFunc(f.out.InternetGateways.Items, func(g egress.InternetGateway) bool { return g.ID == id })
	})
	slices.Sort(missing)
	f.loose = gather(ctx, f.targetRun, listing[*ec2.DescribeInternetGatewaysOutput, egress.InternetGateway]{
		values: slices.Compact(missing),
		open: func(ids []string) pager[*ec2.DescribeInternetGatewaysOutput] {
			in := &ec2.DescribeInternetGatewaysInput{Filters: filter("internet-gateway-id", ids)}
			return ec2.NewDescribeInternetGatewaysPaginator(f.clients().ec2(), in)
		},
		items: func(o *ec2.DescribeInternetGatewaysOutput) (out []egress.InternetGateway) {
			for _, g := range o.InternetGateways {
				out = append(out, gatewayFact(g.InternetGatewayId, g.Attachments, g.Tags))
			}
			return out
		},
	})
}
