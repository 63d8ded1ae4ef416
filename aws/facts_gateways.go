package aws

import (
	"context"
	"slices"

	"nbscope/model"
	"nbscope/model/egress"
)

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
