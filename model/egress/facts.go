package egress

import "nbscope/model"

// Family is every fact of one kind that a target told. Its zero value is not
// read yet: unknown, not empty. A family that failed half-way keeps the items
// that it got.
type Family[T any] struct {
	model.Part
	Items []T
}

// Read is a family that was read to its end.
func Read[T any](items ...T) Family[T] {
	return Family[T]{Part: model.Part{State: model.LoadDone}, Items: items}
}

// Refused is a family that could not be read, or not to its end.
func Refused[T any](reason string, got ...T) Family[T] {
	return Family[T]{Part: model.Part{State: model.LoadFailed, Reason: reason}, Items: got}
}

// Facts is what EC2 says about the networks of one region, as one account sees
// them or, after Merge, as several do. Every field holds values as AWS gives them.
type Facts struct {
	// Accounts lists whose own view is in the facts: what only its owner may
	// describe is complete for their VPCs. Without any it is the notebook's account.
	Accounts          []string
	VPCs              Family[VPC]
	DHCPOptions       Family[DHCPOptions]
	Subnets           Family[Subnet]
	RouteTables       Family[RouteTable]
	NATGateways       Family[NATGateway]
	InternetGateways  Family[InternetGateway]
	EgressOnly        Family[InternetGateway] // egress-only internet gateways
	SecurityGroups    Family[SecurityGroup]
	ACLs              Family[ACL]
	Endpoints         Family[Endpoint]
	PrefixLists       Family[PrefixList]
	Interfaces        Family[Interface]
	BlockPublicAccess BlockPublicAccess
	Exclusions        Family[Exclusion] // from Block Public Access
}

// VPC is one virtual network. The DNS attributes come from calls of their own
// and are meaningful only if Attributes.Known(), DNSHostnames only where an endpoint has
// private names or advice is asked for. Block is the mode of Block Public
// Access that AWS gives with the VPC, "" where it gives none. The first of CIDRs is the
// primary one.
type VPC struct {
	ID, Name, OwnerID string
	CIDRs             []string
	Block             string
	DHCPOptions       string // id; "default" where the VPC has none
	Attributes        model.Part
	DNSSupport        bool
	DNSHostnames      bool
}

// DHCPOptions is what a VPC tells its hosts when they start. DNSServers holds
// addresses, or AmazonProvidedDNS for the VPC's own resolver.
type DHCPOptions struct {
	ID, Name, OwnerID string
	DNSServers        []string
}

// Subnet is one subnet. Block is the mode of Block Public Access that AWS gives
// with the subnet, "" where it gives none.
type Subnet struct {
	ID, Name, VPCID, OwnerID, Zone string
	CIDR                           string
	IPv6CIDRs                      []string
	Block                          string
	DNS64                          bool
	Free                           *int // addresses that nobody has; nil where AWS does not tell
}

// RouteTable is one route table with the subnets that name it explicitly, and the
// internet and virtual private gateways whose incoming traffic it routes (edge
// associations).
type RouteTable struct {
	ID, Name, VPCID, OwnerID string
	Main                     bool
	Subnets                  []string
	Gateways                 []string
	Routes                   []Route
}

// Route is one route. Destination is an IPv4 or IPv6 CIDR; PrefixList stands
// instead of it. Target is the id of whatever the route names, "local", or the
// ARN of a core network; for an instance it is the network interface's id.
type Route struct {
	Destination string
	PrefixList  string
	Target      string
	State       string // active, blackhole
	Propagated  bool
}

// NATGateway is one NAT gateway. A regional one has a route table of its own
// and no subnet.
type NATGateway struct {
	ID, Name, VPCID, SubnetID string
	State                     string // pending, failed, available, deleting, deleted
	Connectivity              string // public, private
	Availability              string // zonal, regional; "" from before there was a choice
	RouteTable                string
	Appliances                []NATAppliance
}

// NATAppliance is what is attached to a NAT gateway and looks into its traffic,
// such as a proxy of Network Firewall.
type NATAppliance struct {
	ARN, Type string
	State     string // of the attachment
	Endpoint  string // the VPC endpoint that leads to it, "" when AWS names none
}

// InternetGateway is an internet gateway or an egress-only one, with the VPC
// that it is attached to.
type InternetGateway struct {
	ID, Name, VPCID string
	State           string // of the attachment
}

// SecurityGroup is one security group with its rules.
type SecurityGroup struct {
	ID, Name, VPCID string
	Egress, Ingress []Rule
}

// Rule is one rule of a security group. A rule without ports has the range
// 0 to 65535.
type Rule struct {
	Protocol    string // "-1" is every protocol
	From, To    int
	CIDRs       []string // IPv4 and IPv6
	PrefixLists []string
	Groups      []string
}

// ACL is one network ACL with the subnets that it guards.
type ACL struct {
	ID, Name, VPCID string
	Subnets         []string
	Entries         []Entry
}

// Entry is one numbered rule of a network ACL. An entry without ports has the
// range 0 to 65535.
type Entry struct {
	Number   int
	Egress   bool
	Action   string // allow, deny
	Protocol string
	From, To int
	CIDR     string
}

// Endpoint is one VPC endpoint. One with PrivateDNSInboundOnly answers under the
// service's own name only to those who ask through an inbound endpoint of the
// resolver, not to hosts in the VPC.
type Endpoint struct {
	ID, Name, VPCID, OwnerID string
	Service                  string // "" for those that lead to a resource or a service network
	Type                     string // Interface, Gateway, GatewayLoadBalancer, Resource, ServiceNetwork
	State                    string
	RouteTables, Subnets     []string
	Groups                   []string
	PrivateDNS               bool
	PrivateDNSInboundOnly    bool
	Policy                   string // JSON, "" for the default of full access
}

// PrefixList is one managed prefix list. Entries is meaningful only if
// EntriesRead.Known().
type PrefixList struct {
	ID, Name, OwnerID string
	EntriesRead       model.Part
	Entries           []string
}

// Interface is a network interface: a notebook's, one that a route names, or
// another of the same instance.
type Interface struct {
	ID, Name, VPCID, SubnetID string
	OwnerID, InstanceID       string
	Groups                    []string
	Status                    string // in-use, available
	PrivateIP, PublicIP       string
	IPv6                      []string
	SourceDestCheck           bool
}

// BlockPublicAccess is the region's setting of VPC Block Public Access.
type BlockPublicAccess struct {
	model.Part
	Mode string // off, block-bidirectional, block-ingress
}

// Exclusion exempts a VPC or a subnet from Block Public Access.
type Exclusion struct {
	ID, VPCID, SubnetID string
	Mode                string // allow-bidirectional, allow-egress
	State               string
}
