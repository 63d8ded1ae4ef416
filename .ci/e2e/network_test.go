//go:build e2e

package e2e

import (
	"strings"
	"testing"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	sagemakertypes "github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
)

const (
	egressRegion = "us-east-1"
	everyone     = "0.0.0.0/0"
)

// network builds a VPC of the emulator. It asks with AWS's SDK for Go: a process of the
// AWS CLI for each of some hundred calls would be most of what the tests take.
type network struct {
	t         *testing.T
	ec2       *ec2.Client
	sagemaker *sagemaker.Client
	vpc       string
	main      string // the main route table
	group     string
	public    string // the subnet of the NAT gateway
	gateway   string // the internet gateway
}

func newNetwork(t *testing.T, env environment) *network {
	t.Helper()
	keys := credentials.NewStaticCredentialsProvider(env["AWS_ACCESS_KEY_ID"], env["AWS_SECRET_ACCESS_KEY"], "")
	url := sdkaws.String(env["AWS_ENDPOINT_URL"])
	n := &network{
		t:         t,
		ec2:       ec2.New(ec2.Options{Region: egressRegion, Credentials: keys, BaseEndpoint: url}),
		sagemaker: sagemaker.New(sagemaker.Options{Region: egressRegion, Credentials: keys, BaseEndpoint: url}),
	}
	n.vpc = *made(n.ec2.CreateVpc(t.Context(), &ec2.CreateVpcInput{CidrBlock: sdkaws.String("10.0.0.0/16")}))(t).Vpc.VpcId
	tables := made(n.ec2.DescribeRouteTables(t.Context(), &ec2.DescribeRouteTablesInput{Filters: filters("vpc-id", n.vpc, "association.main", "true")}))(t)
	n.main = *tables.RouteTables[0].RouteTableId
	n.group = *made(n.ec2.CreateSecurityGroup(t.Context(), &ec2.CreateSecurityGroupInput{
		VpcId: &n.vpc, GroupName: sdkaws.String("notebooks"), Description: sdkaws.String("notebooks"),
	}))(t).GroupId
	return n
}

// made is an answer, for a test that ends without one.
func made[T any](answer T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return answer
	}
}

// filters takes names and values in turn.
func filters(pairs ...string) []ec2types.Filter {
	var out []ec2types.Filter
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, ec2types.Filter{Name: &pairs[i], Values: pairs[i+1 : i+2]})
	}
	return out
}

func (n *network) subnet(block string) string {
	return *made(n.ec2.CreateSubnet(n.t.Context(), &ec2.CreateSubnetInput{VpcId: &n.vpc, CidrBlock: &block}))(n.t).Subnet.SubnetId
}

// table makes a route table of the subnets' own.
func (n *network) table(subnets ...string) string {
	table := *made(n.ec2.CreateRouteTable(n.t.Context(), &ec2.CreateRouteTableInput{VpcId: &n.vpc}))(n.t).RouteTable.RouteTableId
	for _, s := range subnets {
		made(n.ec2.AssociateRouteTable(n.t.Context(), &ec2.AssociateRouteTableInput{RouteTableId: &table, SubnetId: &s}))(n.t)
	}
	return table
}

// tablesOf finds the route tables that a subnet names.
func (n *network) tablesOf(subnet string) []ec2types.RouteTable {
	return made(n.ec2.DescribeRouteTables(n.t.Context(), &ec2.DescribeRouteTablesInput{Filters: filters("association.subnet-id", subnet)}))(n.t).RouteTables
}

func (n *network) internetGateway() string {
	n.gateway = *made(n.ec2.CreateInternetGateway(n.t.Context(), &ec2.CreateInternetGatewayInput{}))(n.t).InternetGateway.InternetGatewayId
	made(n.ec2.AttachInternetGateway(n.t.Context(), &ec2.AttachInternetGatewayInput{InternetGatewayId: &n.gateway, VpcId: &n.vpc}))(n.t)
	return n.gateway
}

// route leads destinations to a gateway, everyone where it names none.
func (n *network) route(table, target string, destinations ...string) {
	n.t.Helper()
	if len(destinations) == 0 {
		destinations = []string{everyone}
	}
	for _, d := range destinations {
		in := ec2.CreateRouteInput{RouteTableId: &table, DestinationCidrBlock: &d, GatewayId: &target}
		if strings.HasPrefix(target, "nat-") {
			in.GatewayId, in.NatGatewayId = nil, &target
		}
		made(n.ec2.CreateRoute(n.t.Context(), &in))(n.t)
	}
}

// nat makes a NAT gateway in a public subnet.
func (n *network) nat() string {
	n.public = n.subnet("10.0.0.0/24")
	n.route(n.table(n.public), n.internetGateway())
	address := made(n.ec2.AllocateAddress(n.t.Context(), &ec2.AllocateAddressInput{Domain: ec2types.DomainTypeVpc}))(n.t).AllocationId
	return n.natIn(n.public, &ec2.CreateNatGatewayInput{AllocationId: address})
}

func (n *network) natIn(subnet string, in *ec2.CreateNatGatewayInput) string {
	in.SubnetId = &subnet
	return *made(n.ec2.CreateNatGateway(n.t.Context(), in))(n.t).NatGateway.NatGatewayId
}

// acl guards a subnet by an ACL that lets everything out and nothing in.
func (n *network) acl(subnet string) {
	acl := made(n.ec2.CreateNetworkAcl(n.t.Context(), &ec2.CreateNetworkAclInput{VpcId: &n.vpc}))(n.t).NetworkAcl.NetworkAclId
	made(n.ec2.CreateNetworkAclEntry(n.t.Context(), &ec2.CreateNetworkAclEntryInput{
		NetworkAclId: acl, Egress: sdkaws.Bool(true), RuleNumber: sdkaws.Int32(100), Protocol: sdkaws.String("-1"),
		CidrBlock: sdkaws.String(everyone), RuleAction: ec2types.RuleActionAllow,
	}))(n.t)
	had := made(n.ec2.DescribeNetworkAcls(n.t.Context(), &ec2.DescribeNetworkAclsInput{Filters: filters("association.subnet-id", subnet)}))(n.t)
	for _, a := range had.NetworkAcls[0].Associations {
		if *a.SubnetId == subnet {
			made(n.ec2.ReplaceNetworkAclAssociation(n.t.Context(), &ec2.ReplaceNetworkAclAssociationInput{
				AssociationId: a.NetworkAclAssociationId, NetworkAclId: acl,
			}))(n.t)
			return
		}
	}
	n.t.Fatalf("subnet %s has no network ACL", subnet)
}

// shut takes the group's egress away.
func (n *network) shut() {
	made(n.ec2.RevokeSecurityGroupEgress(n.t.Context(), &ec2.RevokeSecurityGroupEgressInput{GroupId: &n.group, IpPermissions: []ec2types.IpPermission{
		{IpProtocol: sdkaws.String("-1"), IpRanges: []ec2types.IpRange{{CidrIp: sdkaws.String(everyone)}}},
	}}))(n.t)
}

// names switches both DNS attributes of the VPC, of which EC2 takes one in a call.
func (n *network) names(support, hostnames bool) {
	for _, in := range []ec2.ModifyVpcAttributeInput{
		{EnableDnsSupport: &ec2types.AttributeBooleanValue{Value: &support}}, {EnableDnsHostnames: &ec2types.AttributeBooleanValue{Value: &hostnames}},
	} {
		in.VpcId = &n.vpc
		made(n.ec2.ModifyVpcAttribute(n.t.Context(), &in))(n.t)
	}
}

// resolver gives the VPC the DHCP options that AWS gives every VPC, and the emulator
// none.
func (n *network) resolver() {
	options := made(n.ec2.CreateDhcpOptions(n.t.Context(), &ec2.CreateDhcpOptionsInput{DhcpConfigurations: []ec2types.NewDhcpConfiguration{
		{Key: sdkaws.String("domain-name-servers"), Values: []string{"AmazonProvidedDNS"}},
	}}))(n.t).DhcpOptions.DhcpOptionsId
	made(n.ec2.AssociateDhcpOptions(n.t.Context(), &ec2.AssociateDhcpOptionsInput{DhcpOptionsId: options, VpcId: &n.vpc}))(n.t)
}

// endpoint makes a VPC endpoint for a service.
func (n *network) endpoint(service string, in *ec2.CreateVpcEndpointInput) {
	in.VpcId, in.ServiceName = &n.vpc, sdkaws.String("com.amazonaws."+egressRegion+"."+service)
	made(n.ec2.CreateVpcEndpoint(n.t.Context(), in))(n.t)
}

// notebook makes a notebook instance in a subnet.
func (n *network) notebook(name, subnet string, direct sagemakertypes.DirectInternetAccess) {
	n.t.Helper()
	made(n.sagemaker.CreateNotebookInstance(n.t.Context(), &sagemaker.CreateNotebookInstanceInput{
		NotebookInstanceName: &name, InstanceType: sagemakertypes.InstanceTypeMlT2Medium, SubnetId: &subnet, SecurityGroupIds: []string{n.group},
		RoleArn: sdkaws.String("arn:aws:iam::123456789012:role/service-role/notebooks"), DirectInternetAccess: direct,
	}))(n.t)
}
