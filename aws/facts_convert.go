package aws

import (
	"cmp"
	"slices"
	"strings"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"nbscope/model"
	"nbscope/model/egress"
)

// targetUnread stands for the target of a route of a kind that this program does
// not know: without it the route would look as if it led nowhere.
const targetUnread = "a target of an unknown kind"

func vpcFact(v *ec2types.Vpc) egress.VPC {
	out := egress.VPC{
		ID: sdkaws.ToString(v.VpcId), Name: nameTag(v.Tags), OwnerID: sdkaws.ToString(v.OwnerId), DHCPOptions: sdkaws.ToString(v.DhcpOptionsId),
	}
	if b := v.BlockPublicAccessStates; b != nil {
		out.Block = string(b.InternetGatewayBlockMode)
	}
	for _, a := range v.CidrBlockAssociationSet {
		if a.CidrBlockState == nil || a.CidrBlockState.State == ec2types.VpcCidrBlockStateCodeAssociated {
			out.CIDRs = append(out.CIDRs, sdkaws.ToString(a.CidrBlock))
		}
	}
	primary := func(cidr string) int { // the range that the resolver's address is in stands first
		if cidr == sdkaws.ToString(v.CidrBlock) {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(out.CIDRs, func(a, b string) int { return cmp.Compare(primary(a), primary(b)) })
	for _, a := range v.Ipv6CidrBlockAssociationSet {
		if a.Ipv6CidrBlockState == nil || a.Ipv6CidrBlockState.State == ec2types.VpcCidrBlockStateCodeAssociated {
			out.CIDRs = append(out.CIDRs, sdkaws.ToString(a.Ipv6CidrBlock))
		}
	}
	return out
}

func dhcpFact(d *ec2types.DhcpOptions) egress.DHCPOptions {
	out := egress.DHCPOptions{ID: sdkaws.ToString(d.DhcpOptionsId), Name: nameTag(d.Tags), OwnerID: sdkaws.ToString(d.OwnerId)}
	for _, c := range d.DhcpConfigurations {
		if sdkaws.ToString(c.Key) != "domain-name-servers" {
			continue
		}
		for _, v := range c.Values {
			out.DNSServers = append(out.DNSServers, sdkaws.ToString(v.Value))
		}
	}
	return out
}

func subnetFact(s *ec2types.Subnet) egress.Subnet {
	out := egress.Subnet{
		ID: sdkaws.ToString(s.SubnetId), Name: nameTag(s.Tags), VPCID: sdkaws.ToString(s.VpcId), OwnerID: sdkaws.ToString(s.OwnerId),
		Zone: sdkaws.ToString(s.AvailabilityZone), CIDR: sdkaws.ToString(s.CidrBlock), DNS64: sdkaws.ToBool(s.EnableDns64),
	}
	if s.AvailableIpAddressCount != nil {
		free := int(*s.AvailableIpAddressCount)
		out.Free = &free
	}
	for _, a := range s.Ipv6CidrBlockAssociationSet {
		if a.Ipv6CidrBlockState == nil || a.Ipv6CidrBlockState.State == ec2types.SubnetCidrBlockStateCodeAssociated {
			out.IPv6CIDRs = append(out.IPv6CIDRs, sdkaws.ToString(a.Ipv6CidrBlock))
		}
	}
	if b := s.BlockPublicAccessStates; b != nil {
		out.Block = string(b.InternetGatewayBlockMode)
	}
	return out
}

func tableFact(t *ec2types.RouteTable) egress.RouteTable {
	out := egress.RouteTable{
		ID: sdkaws.ToString(t.RouteTableId), Name: nameTag(t.Tags), VPCID: sdkaws.ToString(t.VpcId), OwnerID: sdkaws.ToString(t.OwnerId),
		Routes: every(t.Routes, routeFact),
	}
	for _, a := range t.Associations {
		if a.AssociationState != nil && a.AssociationState.State == ec2types.RouteTableAssociationStateCodeDisassociated {
			continue
		}
		out.Main = out.Main || sdkaws.ToBool(a.Main)
		if id := sdkaws.ToString(a.SubnetId); id != "" {
			out.Subnets = append(out.Subnets, id)
		}
		if id := sdkaws.ToString(a.GatewayId); id != "" {
			out.Gateways = append(out.Gateways, id)
		}
	}
	return out
}

func routeFact(r *ec2types.Route) egress.Route {
	return egress.Route{
		Destination: first(r.DestinationCidrBlock, r.DestinationIpv6CidrBlock), PrefixList: sdkaws.ToString(r.DestinationPrefixListId),
		// An instance's route names the interface as well, which says more.
		Target: orText(first(
			r.NetworkInterfaceId, r.InstanceId, r.NatGatewayId, r.TransitGatewayId, r.VpcPeeringConnectionId, r.EgressOnlyInternetGatewayId,
			r.GatewayId, r.LocalGatewayId, r.CarrierGatewayId, r.CoreNetworkArn, r.OdbNetworkArn, r.IpAddress,
		), targetUnread),
		State:      string(r.State),
		Propagated: r.Origin == ec2types.RouteOriginEnableVgwRoutePropagation || r.Origin == ec2types.RouteOriginAdvertisement,
	}
}

// first is the first text that there is.
func first(texts ...*string) string {
	for _, t := range texts {
		if sdkaws.ToString(t) != "" {
			return *t
		}
	}
	return ""
}

func orText(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func natFact(g *ec2types.NatGateway) egress.NATGateway {
	return egress.NATGateway{
		ID: sdkaws.ToString(g.NatGatewayId), Name: nameTag(g.Tags), VPCID: sdkaws.ToString(g.VpcId), SubnetID: sdkaws.ToString(g.SubnetId),
		State: string(g.State), Connectivity: connectivity(g), Availability: string(g.AvailabilityMode),
		RouteTable: sdkaws.ToString(g.RouteTableId), Appliances: every(g.AttachedAppliances, natApplianceFact),
	}
}

func natApplianceFact(a *ec2types.NatGatewayAttachedAppliance) egress.NATAppliance {
	return egress.NATAppliance{
		ARN: sdkaws.ToString(a.ApplianceArn), Type: string(a.Type), State: string(a.AttachmentState), Endpoint: sdkaws.ToString(a.VpcEndpointId),
	}
}

// connectivity is the kind of a NAT gateway. One from before there was a choice may
// tell none: it is public if it has a public address.
func connectivity(g *ec2types.NatGateway) string {
	public := slices.ContainsFunc(g.NatGatewayAddresses, func(a ec2types.NatGatewayAddress) bool { return sdkaws.ToString(a.PublicIp) != "" })
	if g.ConnectivityType == "" && public {
		return string(ec2types.ConnectivityTypePublic)
	}
	return string(g.ConnectivityType)
}

// gatewayFact is an internet gateway, of either kind. It is attached to one VPC at
// most.
func gatewayFact(id *string, attached []ec2types.InternetGatewayAttachment, tags []ec2types.Tag) egress.InternetGateway {
	out := egress.InternetGateway{ID: sdkaws.ToString(id), Name: nameTag(tags)}
	if len(attached) > 0 {
		out.VPCID, out.State = sdkaws.ToString(attached[0].VpcId), string(attached[0].State)
	}
	return out
}

func groupFact(g *ec2types.SecurityGroup) egress.SecurityGroup {
	name := nameTag(g.Tags)
	return egress.SecurityGroup{
		ID: sdkaws.ToString(g.GroupId), Name: orText(name, sdkaws.ToString(g.GroupName)), VPCID: sdkaws.ToString(g.VpcId),
		Egress: every(g.IpPermissionsEgress, ruleFact), Ingress: every(g.IpPermissions, ruleFact),
	}
}

func ruleFact(p *ec2types.IpPermission) egress.Rule {
	out := egress.Rule{Protocol: sdkaws.ToString(p.IpProtocol)}
	out.From, out.To = ports(p.FromPort, p.ToPort)
	for _, r := range p.IpRanges {
		out.CIDRs = append(out.CIDRs, sdkaws.ToString(r.CidrIp))
	}
	for _, r := range p.Ipv6Ranges {
		out.CIDRs = append(out.CIDRs, sdkaws.ToString(r.CidrIpv6))
	}
	for _, l := range p.PrefixListIds {
		out.PrefixLists = append(out.PrefixLists, sdkaws.ToString(l.PrefixListId))
	}
	for _, g := range p.UserIdGroupPairs {
		out.Groups = append(out.Groups, sdkaws.ToString(g.GroupId))
	}
	return out
}

// ports reads a range of ports; none, or -1 for either end, is every port.
func ports(from, to *int32) (low, high int) {
	if from == nil || to == nil || *from < 0 || *to < 0 {
		return 0, 65535
	}
	return int(*from), int(*to)
}

func aclFact(a *ec2types.NetworkAcl) egress.ACL {
	out := egress.ACL{
		ID: sdkaws.ToString(a.NetworkAclId), Name: nameTag(a.Tags), VPCID: sdkaws.ToString(a.VpcId), Entries: every(a.Entries, entryFact),
	}
	model.SortStable(out.Entries, egress.CompareEntries)
	for _, s := range a.Associations {
		out.Subnets = append(out.Subnets, sdkaws.ToString(s.SubnetId))
	}
	return out
}

func entryFact(e *ec2types.NetworkAclEntry) egress.Entry {
	out := egress.Entry{
		Number: int(sdkaws.ToInt32(e.RuleNumber)), Egress: sdkaws.ToBool(e.Egress), Action: string(e.RuleAction),
		Protocol: sdkaws.ToString(e.Protocol), To: 65535, CIDR: first(e.CidrBlock, e.Ipv6CidrBlock),
	}
	if e.PortRange != nil {
		out.From, out.To = ports(e.PortRange.From, e.PortRange.To)
	}
	return out
}

func endpointFact(e *ec2types.VpcEndpoint) egress.Endpoint {
	out := egress.Endpoint{
		ID: sdkaws.ToString(e.VpcEndpointId), Name: nameTag(e.Tags), VPCID: sdkaws.ToString(e.VpcId), OwnerID: sdkaws.ToString(e.OwnerId),
		Service: sdkaws.ToString(e.ServiceName),
		Type:    string(e.VpcEndpointType), State: string(e.State), RouteTables: e.RouteTableIds, Subnets: e.SubnetIds,
		PrivateDNS: sdkaws.ToBool(e.PrivateDnsEnabled), Policy: sdkaws.ToString(e.PolicyDocument),
	}
	if d := e.DnsOptions; d != nil {
		out.PrivateDNSInboundOnly = sdkaws.ToBool(d.PrivateDnsOnlyForInboundResolverEndpoint)
	}
	for _, g := range e.Groups {
		out.Groups = append(out.Groups, sdkaws.ToString(g.GroupId))
	}
	return out
}

func listFact(l *ec2types.ManagedPrefixList) egress.PrefixList {
	return egress.PrefixList{ID: sdkaws.ToString(l.PrefixListId), Name: sdkaws.ToString(l.PrefixListName), OwnerID: sdkaws.ToString(l.OwnerId)}
}

func interfaceFact(i *ec2types.NetworkInterface) egress.Interface {
	out := egress.Interface{
		ID: sdkaws.ToString(i.NetworkInterfaceId), Name: nameTag(i.TagSet), VPCID: sdkaws.ToString(i.VpcId), SubnetID: sdkaws.ToString(i.SubnetId),
		OwnerID: sdkaws.ToString(i.OwnerId), Status: string(i.Status), PrivateIP: sdkaws.ToString(i.PrivateIpAddress), SourceDestCheck: sdkaws.ToBool(i.SourceDestCheck),
	}
	if i.Attachment != nil {
		out.InstanceID = sdkaws.ToString(i.Attachment.InstanceId)
	}
	if i.Association != nil {
		out.PublicIP = sdkaws.ToString(i.Association.PublicIp)
	}
	for _, g := range i.Groups {
		out.Groups = append(out.Groups, sdkaws.ToString(g.GroupId))
	}
	for _, a := range i.Ipv6Addresses {
		out.IPv6 = append(out.IPv6, sdkaws.ToString(a.Ipv6Address))
	}
	return out
}

// exclusionFact reads what an exclusion exempts from the end of its ARN.
func exclusionFact(e *ec2types.VpcBlockPublicAccessExclusion) egress.Exclusion {
	out := egress.Exclusion{ID: sdkaws.ToString(e.ExclusionId), Mode: string(e.InternetGatewayExclusionMode), State: string(e.State)}
	arn := sdkaws.ToString(e.ResourceArn)
	id := arn[strings.LastIndexByte(arn, '/')+1:]
	if slices.Contains(strings.Split(arn, ":"), "ec2") && strings.HasPrefix(id, "subnet-") {
		out.SubnetID = id
	} else {
		out.VPCID = id
	}
	return out
}
