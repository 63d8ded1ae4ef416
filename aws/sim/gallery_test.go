package sim

import (
	"context"
	"strings"
	"testing"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

func TestTheGalleryShowsEveryVerdictInAVPCOfItsOwn(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(o *Options) { o.Accounts, o.Regions, o.Notebooks = 1, 1, 0 })
	if err := r.Change(Change{Op: "gallery"}); err != nil {
		t.Fatal(err)
	}
	verdicts, vpcs := map[string]int{}, map[string]string{}
	for _, n := range r.World().Notebooks {
		verdicts[n.ExpectedEgress]++
		if other := vpcs[n.VPCID]; other != "" && n.VPCID != "" {
			t.Errorf("%s and %s share a VPC", n.Name, other)
		}
		vpcs[n.VPCID] = n.Name
		if n.Tags[expectTag] != n.ExpectedEgress {
			t.Errorf("%s: tags %v", n.Name, n.Tags)
		}
	}
	for _, v := range []string{isDirect, isNAT, isInspected, isPartial, isIndirect, isEndpoints, isIsolated, isUnknown} {
		if verdicts[v] == 0 {
			t.Errorf("no case calls for %s", v)
		}
	}
	if len(verdicts) != 8 {
		t.Errorf("verdicts %v", verdicts)
	}
	if err := r.Change(Change{Op: "gallery"}); err == nil || !strings.Contains(err.Error(), "exists already") {
		t.Errorf("a second gallery: %v", err)
	}
}

func TestTheGalleryIsToldInTheShapesOfEC2(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(o *Options) { o.Accounts, o.Regions, o.Notebooks = 1, 1, 0 })
	if err := r.Change(Change{Op: "gallery"}); err != nil {
		t.Fatal(err)
	}
	ctx, c := context.Background(), r.ec2("us-east-1")
	eigw, err := c.DescribeEgressOnlyInternetGateways(ctx, &ec2.DescribeEgressOnlyInternetGatewaysInput{MaxResults: sdkaws.Int32(5)})
	if err != nil || len(eigw.EgressOnlyInternetGateways) != 5 || eigw.EgressOnlyInternetGateways[0].Attachments[0].State != types.AttachmentStatusAttached {
		t.Errorf("%+v, %v", eigw, err)
	}
	block, err := c.DescribeVpcBlockPublicAccessOptions(ctx, &ec2.DescribeVpcBlockPublicAccessOptionsInput{})
	if err != nil || block.VpcBlockPublicAccessOptions.InternetGatewayBlockMode != types.InternetGatewayBlockModeBlockBidirectional {
		t.Errorf("%+v, %v", block, err)
	}
	exempt, err := c.DescribeVpcBlockPublicAccessExclusions(ctx, &ec2.DescribeVpcBlockPublicAccessExclusionsInput{
		Filters: []types.Filter{{Name: sdkaws.String("internet-gateway-exclusion-mode"), Values: []string{"allow-egress"}}},
	})
	if err != nil || len(exempt.VpcBlockPublicAccessExclusions) != 2 ||
		!strings.Contains(*exempt.VpcBlockPublicAccessExclusions[0].ResourceArn, ":subnet/subnet-") {
		t.Errorf("%+v, %v", exempt, err)
	}
	nats, err := c.DescribeNatGateways(ctx, &ec2.DescribeNatGatewaysInput{
		Filter: []types.Filter{{Name: sdkaws.String("connectivity-type"), Values: []string{"private", "semi-public"}}},
	})
	if err != nil || len(nats.NatGateways) != 3 {
		t.Errorf("%+v, %v", nats, err)
	}
	for _, name := range []string{"nat-regional", "nat-regional-without-a-way-on"} {
		one, err := c.DescribeNatGateways(ctx, &ec2.DescribeNatGatewaysInput{Filter: []types.Filter{{Name: sdkaws.String("tag:Name"), Values: []string{name}}}})
		if err != nil || len(one.NatGateways) != 1 || one.NatGateways[0].AvailabilityMode != types.AvailabilityModeRegional ||
			one.NatGateways[0].SubnetId != nil || sdkaws.ToString(one.NatGateways[0].RouteTableId) == "" {
			t.Errorf("%s: %+v, %v", name, one, err)
		}
	}
	checkMainTable(ctx, t, c)
	checkNewerShapes(ctx, t, c)
}

// byNameTag is a filter by the Name tag.
func byNameTag(name string) []types.Filter {
	return []types.Filter{{Name: sdkaws.String("tag:Name"), Values: []string{name}}}
}

// checkNewerShapes looks at what the newest members of EC2's answers hold.
func checkNewerShapes(ctx context.Context, t *testing.T, c *ec2.Client) {
	t.Helper()
	vpcs, err := c.DescribeVpcs(ctx, &ec2.DescribeVpcsInput{Filters: byNameTag("nat-with-dns-servers")})
	if err != nil || len(vpcs.Vpcs) != 1 {
		t.Fatalf("%+v, %v", vpcs, err)
	}
	dhcp, err := c.DescribeDhcpOptions(ctx, &ec2.DescribeDhcpOptionsInput{
		Filters: []types.Filter{{Name: sdkaws.String("dhcp-options-id"), Values: []string{*vpcs.Vpcs[0].DhcpOptionsId}}},
	})
	if err != nil || len(dhcp.DhcpOptions) != 1 || sdkaws.ToString(dhcp.DhcpOptions[0].DhcpConfigurations[0].Values[1].Value) != "10.0.1.53" {
		t.Errorf("%+v, %v", dhcp, err)
	}
	edge, err := c.DescribeRouteTables(ctx, &ec2.DescribeRouteTablesInput{Filters: byNameTag("firewall-behind-nat-edge")})
	if err != nil || len(edge.RouteTables) != 1 || !strings.HasPrefix(sdkaws.ToString(edge.RouteTables[0].Associations[0].GatewayId), "igw-") ||
		sdkaws.ToBool(edge.RouteTables[0].Associations[0].Main) {
		t.Errorf("%+v, %v", edge, err)
	}
	nat, err := c.DescribeNatGateways(ctx, &ec2.DescribeNatGatewaysInput{Filter: byNameTag("nat-with-a-proxy")})
	if err != nil || len(nat.NatGateways) != 1 || len(nat.NatGateways[0].AttachedAppliances) != 1 ||
		nat.NatGateways[0].AttachedAppliances[0].AttachmentState != types.NatGatewayApplianceStateAttached {
		t.Errorf("%+v, %v", nat, err)
	}
	inbound := 0
	all, err := c.DescribeVpcEndpoints(ctx, &ec2.DescribeVpcEndpointsInput{})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all.VpcEndpoints {
		if e.DnsOptions != nil && sdkaws.ToBool(e.DnsOptions.PrivateDnsOnlyForInboundResolverEndpoint) {
			inbound++
		}
	}
	if inbound != 1 {
		t.Errorf("%d endpoints answer inbound resolvers only", inbound)
	}
}

func TestASharedVPCShowsEachAccountWhatAWSShowsIt(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(o *Options) { o.Accounts, o.Regions, o.Notebooks = 2, 1, 0 })
	owner := r.World().Accounts[1].ID
	if err := r.Change(Change{Op: "share", Name: "guest", Owner: owner}); err != nil {
		t.Fatal(err)
	}
	ctx, c := context.Background(), r.ec2("us-east-1")
	vpc := r.World().Notebooks[0].VPCID
	of := []types.Filter{{Name: sdkaws.String("vpc-id"), Values: []string{vpc}}}
	subnets, err := c.DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{Filters: of})
	if err != nil || len(subnets.Subnets) != 2 || sdkaws.ToString(subnets.Subnets[0].OwnerId) != owner {
		t.Errorf("%+v, %v", subnets, err)
	}
	gateways, err := c.DescribeInternetGateways(ctx, &ec2.DescribeInternetGatewaysInput{
		Filters: []types.Filter{{Name: sdkaws.String("attachment.vpc-id"), Values: []string{vpc}}},
	})
	if err != nil || len(gateways.InternetGateways) != 1 {
		t.Errorf("%+v, %v", gateways, err)
	}
	nats, err := c.DescribeNatGateways(ctx, &ec2.DescribeNatGatewaysInput{Filter: of})
	if err != nil || len(nats.NatGateways) != 0 {
		t.Errorf("a guest sees the owner's NAT gateways: %+v, %v", nats, err)
	}
	if err := r.Change(Change{Op: "share", Name: "x", Owner: "999988887777"}); err == nil {
		t.Error("a VPC is shared by an account that does not exist")
	}
}

// checkMainTable wants the main table to be found by its VPC alone, for it names no
// subnet.
func checkMainTable(ctx context.Context, t *testing.T, c *ec2.Client) {
	t.Helper()
	subnets, err := c.DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{
		Filters: []types.Filter{{Name: sdkaws.String("tag:Name"), Values: []string{"nat-by-the-main-table-private"}}},
	})
	if err != nil || len(subnets.Subnets) != 1 {
		t.Fatalf("%+v, %v", subnets, err)
	}
	tables := func(filters ...types.Filter) int {
		out, err := c.DescribeRouteTables(ctx, &ec2.DescribeRouteTablesInput{Filters: filters})
		if err != nil {
			t.Fatal(err)
		}
		return len(out.RouteTables)
	}
	if got := tables(types.Filter{Name: sdkaws.String("association.subnet-id"), Values: []string{*subnets.Subnets[0].SubnetId}}); got != 0 {
		t.Errorf("%d tables name the subnet", got)
	}
	of := types.Filter{Name: sdkaws.String("vpc-id"), Values: []string{*subnets.Subnets[0].VpcId}}
	if got := tables(of, types.Filter{Name: sdkaws.String("association.main"), Values: []string{"true"}}); got != 1 {
		t.Errorf("%d main tables", got)
	}
}
