package aws

import (
	"reflect"
	"slices"
	"testing"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"nbscope/model/egress"
)

func TestThePrimaryRangeOfAVPCStandsFirst(t *testing.T) {
	t.Parallel()
	got := vpcFact(&ec2types.Vpc{CidrBlock: sdkaws.String("10.0.0.0/16"), CidrBlockAssociationSet: []ec2types.VpcCidrBlockAssociation{
		{CidrBlock: sdkaws.String("10.7.0.0/16")}, {CidrBlock: sdkaws.String("10.0.0.0/16")}, {CidrBlock: sdkaws.String("10.1.0.0/16")},
	}}).CIDRs
	if want := []string{"10.0.0.0/16", "10.7.0.0/16", "10.1.0.0/16"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestFreeAddressesOfASubnetThatAreNotToldAreNotNone(t *testing.T) {
	t.Parallel()
	if got := subnetFact(&ec2types.Subnet{}).Free; got != nil {
		t.Errorf("%d", *got)
	}
	if got := subnetFact(&ec2types.Subnet{AvailableIpAddressCount: sdkaws.Int32(0)}).Free; got == nil || *got != 0 {
		t.Errorf("%v", got)
	}
}

func TestAnAnswerOfEC2IsTakenOverWhole(t *testing.T) {
	t.Parallel()
	s, n, yes, no := sdkaws.String, sdkaws.Int32, sdkaws.Bool(true), sdkaws.Bool(false)
	tags := []ec2types.Tag{{Key: s("Team"), Value: s("ml")}, {Key: s("Name"), Value: s("main")}, {Key: s("name"), Value: s("x")}}
	ipv6 := func(cidr string, state ec2types.VpcCidrBlockStateCode) ec2types.VpcIpv6CidrBlockAssociation {
		return ec2types.VpcIpv6CidrBlockAssociation{Ipv6CidrBlock: s(cidr), Ipv6CidrBlockState: &ec2types.VpcCidrBlockState{State: state}}
	}
	for name, c := range map[string]struct{ got, want any }{
		"a VPC": {
			vpcFact(&ec2types.Vpc{
				VpcId: s("vpc-1"), Tags: tags, OwnerId: s("1"), DhcpOptionsId: s("dopt-1"), CidrBlock: s("10.0.0.0/16"),
				BlockPublicAccessStates: &ec2types.BlockPublicAccessStates{InternetGatewayBlockMode: ec2types.BlockPublicAccessModeBlockBidirectional},
				CidrBlockAssociationSet: []ec2types.VpcCidrBlockAssociation{
					{CidrBlock: s("10.9.0.0/16"), CidrBlockState: &ec2types.VpcCidrBlockState{State: ec2types.VpcCidrBlockStateCodeDisassociated}},
					{CidrBlock: s("10.0.0.0/16"), CidrBlockState: &ec2types.VpcCidrBlockState{State: ec2types.VpcCidrBlockStateCodeAssociated}},
				},
				Ipv6CidrBlockAssociationSet: []ec2types.VpcIpv6CidrBlockAssociation{
					{Ipv6CidrBlock: s("2001:db8::/56")}, ipv6("2001:db8:1::/56", ec2types.VpcCidrBlockStateCodeFailed), ipv6("2001:db8:2::/56", ec2types.VpcCidrBlockStateCodeAssociated),
				},
			}),
			egress.VPC{ID: "vpc-1", Name: "main", OwnerID: "1", DHCPOptions: "dopt-1", Block: "block-bidirectional", CIDRs: []string{"10.0.0.0/16", "2001:db8::/56", "2001:db8:2::/56"}},
		},
		"DHCP options": {
			dhcpFact(&ec2types.DhcpOptions{DhcpOptionsId: s("dopt-1"), Tags: tags, OwnerId: s("1"), DhcpConfigurations: []ec2types.DhcpConfiguration{
				{Key: s("domain-name"), Values: []ec2types.AttributeValue{{Value: s("corp.example")}}},
				{Key: s("domain-name-servers"), Values: []ec2types.AttributeValue{{Value: s("10.0.0.2")}, {Value: s("AmazonProvidedDNS")}}},
			}}),
			egress.DHCPOptions{ID: "dopt-1", Name: "main", OwnerID: "1", DNSServers: []string{"10.0.0.2", "AmazonProvidedDNS"}},
		},
		"a subnet": {
			subnetFact(&ec2types.Subnet{
				SubnetId: s("subnet-1"), VpcId: s("vpc-1"), OwnerId: s("1"), AvailabilityZone: s("eu-west-1a"), CidrBlock: s("10.0.0.0/24"), EnableDns64: yes,
				BlockPublicAccessStates: &ec2types.BlockPublicAccessStates{InternetGatewayBlockMode: ec2types.BlockPublicAccessModeOff},
				Ipv6CidrBlockAssociationSet: []ec2types.SubnetIpv6CidrBlockAssociation{
					{Ipv6CidrBlock: s("2001:db8::/64")},
					{Ipv6CidrBlock: s("2001:db8:0:1::/64"), Ipv6CidrBlockState: &ec2types.SubnetCidrBlockState{State: ec2types.SubnetCidrBlockStateCodeAssociating}},
					{Ipv6CidrBlock: s("2001:db8:0:2::/64"), Ipv6CidrBlockState: &ec2types.SubnetCidrBlockState{State: ec2types.SubnetCidrBlockStateCodeAssociated}},
				},
			}),
			egress.Subnet{
				ID: "subnet-1", VPCID: "vpc-1", OwnerID: "1", Zone: "eu-west-1a", CIDR: "10.0.0.0/24", DNS64: true, Block: "off",
				IPv6CIDRs: []string{"2001:db8::/64", "2001:db8:0:2::/64"},
			},
		},
		"a main table": {
			tableFact(&ec2types.RouteTable{RouteTableId: s("rtb-1"), VpcId: s("vpc-1"), Associations: []ec2types.RouteTableAssociation{
				{SubnetId: s("subnet-1"), AssociationState: &ec2types.RouteTableAssociationState{State: ec2types.RouteTableAssociationStateCodeDisassociated}},
				{Main: yes}, {Main: no, SubnetId: s("subnet-2")}, {GatewayId: s("igw-1")},
				{SubnetId: s("subnet-3"), AssociationState: &ec2types.RouteTableAssociationState{State: ec2types.RouteTableAssociationStateCodeAssociated}},
			}, Routes: []ec2types.Route{
				{DestinationCidrBlock: s("10.0.0.0/16"), GatewayId: s("local"), State: ec2types.RouteStateActive, Origin: ec2types.RouteOriginCreateRouteTable},
				{DestinationIpv6CidrBlock: s("::/0"), InstanceId: s("i-1"), NetworkInterfaceId: s("eni-1"), State: ec2types.RouteStateBlackhole},
				{DestinationPrefixListId: s("pl-1"), Origin: ec2types.RouteOriginEnableVgwRoutePropagation},
				{DestinationCidrBlock: s("0.0.0.0/0"), TransitGatewayId: s("tgw-1"), Origin: ec2types.RouteOriginAdvertisement},
			}}),
			egress.RouteTable{ID: "rtb-1", VPCID: "vpc-1", Main: true, Subnets: []string{"subnet-2", "subnet-3"}, Gateways: []string{"igw-1"}, Routes: []egress.Route{
				{Destination: "10.0.0.0/16", Target: "local", State: "active"}, {Destination: "::/0", Target: "eni-1", State: "blackhole"},
				{PrefixList: "pl-1", Target: targetUnread, Propagated: true}, {Destination: "0.0.0.0/0", Target: "tgw-1", Propagated: true},
			}},
		},
		"a NAT gateway that tells no kind, with a public address": {
			natFact(&ec2types.NatGateway{NatGatewayId: s("nat-1"), NatGatewayAddresses: []ec2types.NatGatewayAddress{{PrivateIp: s("10.0.0.5")}, {PublicIp: s("192.0.2.1")}}}),
			egress.NATGateway{ID: "nat-1", Connectivity: "public", Appliances: []egress.NATAppliance{}},
		},
		"one without": {natFact(&ec2types.NatGateway{NatGatewayAddresses: []ec2types.NatGatewayAddress{{PrivateIp: s("10.0.0.5")}}}), egress.NATGateway{Appliances: []egress.NATAppliance{}}},
		"a private one with a public address": {
			natFact(&ec2types.NatGateway{ConnectivityType: ec2types.ConnectivityTypePrivate, NatGatewayAddresses: []ec2types.NatGatewayAddress{{PublicIp: s("192.0.2.1")}}}),
			egress.NATGateway{Connectivity: "private", Appliances: []egress.NATAppliance{}},
		},
		"a gateway of no VPC": {gatewayFact(s("igw-1"), nil, tags), egress.InternetGateway{ID: "igw-1", Name: "main"}},
		"a gateway of a VPC": {
			gatewayFact(s("igw-1"), []ec2types.InternetGatewayAttachment{{VpcId: s("vpc-1"), State: ec2types.AttachmentStatusAttached}}, nil),
			egress.InternetGateway{ID: "igw-1", VPCID: "vpc-1", State: "attached"},
		},
		"a group": {
			groupFact(&ec2types.SecurityGroup{GroupId: s("sg-1"), GroupName: s("default"), VpcId: s("vpc-1"), IpPermissions: []ec2types.IpPermission{}, IpPermissionsEgress: []ec2types.IpPermission{
				{IpProtocol: s("-1"), IpRanges: []ec2types.IpRange{{CidrIp: s("0.0.0.0/0")}}, Ipv6Ranges: []ec2types.Ipv6Range{{CidrIpv6: s("::/0")}}},
				{IpProtocol: s("tcp"), FromPort: n(0), ToPort: n(443), PrefixListIds: []ec2types.PrefixListId{{PrefixListId: s("pl-1")}}},
				{IpProtocol: s("icmp"), FromPort: n(8), ToPort: n(-1), UserIdGroupPairs: []ec2types.UserIdGroupPair{{GroupId: s("sg-2")}}},
				{IpProtocol: s("icmp"), FromPort: n(-1), ToPort: n(0)},
				{IpProtocol: s("tcp"), FromPort: n(443), ToPort: n(0)},
				{IpProtocol: s("tcp"), FromPort: n(443)},
			}}),
			egress.SecurityGroup{ID: "sg-1", Name: "default", VPCID: "vpc-1", Ingress: []egress.Rule{}, Egress: []egress.Rule{
				{Protocol: "-1", To: 65535, CIDRs: []string{"0.0.0.0/0", "::/0"}}, {Protocol: "tcp", To: 443, PrefixLists: []string{"pl-1"}},
				{Protocol: "icmp", To: 65535, Groups: []string{"sg-2"}}, {Protocol: "icmp", To: 65535},
				{Protocol: "tcp", From: 443}, {Protocol: "tcp", To: 65535},
			}},
		},
		"an ACL": {
			aclFact(&ec2types.NetworkAcl{NetworkAclId: s("acl-1"), VpcId: s("vpc-1"), Associations: []ec2types.NetworkAclAssociation{{SubnetId: s("subnet-1")}}, Entries: []ec2types.NetworkAclEntry{
				{RuleNumber: n(100), Egress: yes, RuleAction: ec2types.RuleActionAllow, Protocol: s("6"), CidrBlock: s("0.0.0.0/0"), PortRange: &ec2types.PortRange{From: n(443), To: n(444)}},
				{RuleNumber: n(32767), RuleAction: ec2types.RuleActionDeny, Protocol: s("-1"), Ipv6CidrBlock: s("::/0")},
			}}),
			egress.ACL{ID: "acl-1", VPCID: "vpc-1", Subnets: []string{"subnet-1"}, Entries: []egress.Entry{
				{Number: 100, Egress: true, Action: "allow", Protocol: "6", From: 443, To: 444, CIDR: "0.0.0.0/0"},
				{Number: 32767, Action: "deny", Protocol: "-1", To: 65535, CIDR: "::/0"},
			}},
		},
		"an interface": {
			interfaceFact(&ec2types.NetworkInterface{
				NetworkInterfaceId: s("eni-1"), TagSet: tags, Attachment: &ec2types.NetworkInterfaceAttachment{InstanceId: s("i-1")},
				Association: &ec2types.NetworkInterfaceAssociation{PublicIp: s("192.0.2.1")}, Groups: []ec2types.GroupIdentifier{{GroupId: s("sg-1")}},
				Ipv6Addresses: []ec2types.NetworkInterfaceIpv6Address{{Ipv6Address: s("2001:db8::1")}}, SourceDestCheck: yes,
			}),
			egress.Interface{ID: "eni-1", Name: "main", InstanceID: "i-1", PublicIP: "192.0.2.1", Groups: []string{"sg-1"}, IPv6: []string{"2001:db8::1"}, SourceDestCheck: true},
		},
		"a bare interface": {interfaceFact(&ec2types.NetworkInterface{}), egress.Interface{}},
		"an endpoint": {
			endpointFact(&ec2types.VpcEndpoint{VpcEndpointId: s("vpce-1"), DnsOptions: &ec2types.DnsOptions{PrivateDnsOnlyForInboundResolverEndpoint: yes}}),
			egress.Endpoint{ID: "vpce-1", PrivateDNSInboundOnly: true},
		},
		"a subnet that is exempt": {exclusionFact(&ec2types.VpcBlockPublicAccessExclusion{ResourceArn: s("arn:aws:ec2:eu-west-1:1:subnet/subnet-1")}), egress.Exclusion{SubnetID: "subnet-1"}},
		"a VPC that is exempt":    {exclusionFact(&ec2types.VpcBlockPublicAccessExclusion{ResourceArn: s("arn:aws:ec2:eu-west-1:1:vpc/vpc-1")}), egress.Exclusion{VPCID: "vpc-1"}},
		"an exemption elsewhere":  {exclusionFact(&ec2types.VpcBlockPublicAccessExclusion{ResourceArn: s("arn:aws:x:eu-west-1:1:subnet/subnet-1")}), egress.Exclusion{VPCID: "subnet-1"}},
	} {
		if !reflect.DeepEqual(c.got, c.want) {
			t.Errorf("%s:\n got %+v\nwant %+v", name, c.got, c.want)
		}
	}
}
