package egress

import (
	"slices"
	"strconv"
	"strings"
)

// change is one change of the facts together with the commands that make it in
// AWS. Both come from the same value, so that what is judged is what is carried
// out.
type change interface {
	commands(region string) []string
	apply(f *Facts) // must not touch what the slices of f hold: they are shared
}

// after are the facts as they would be with the changes made, one after another.
func (f Facts) after(changes []change) Facts {
	for _, c := range changes {
		c.apply(&f)
	}
	return f
}

// edited copies the items and changes those that are meant.
func edited[T any](items []T, is func(*T) bool, do func(*T)) []T {
	out := slices.Clone(items)
	for i := range out {
		if is(&out[i]) {
			do(&out[i])
		}
	}
	return out
}

// grown is a slice with more, which never writes into the array of the old one.
func grown[T any](items []T, more ...T) []T { return append(slices.Clip(items), more...) }

// letOut adds an egress rule for tcp/443 to a security group.
type letOut struct {
	group string
	rule  Rule
}

func (c letOut) apply(f *Facts) {
	f.SecurityGroups.Items = edited(f.SecurityGroups.Items, func(g *SecurityGroup) bool { return g.ID == c.group }, func(g *SecurityGroup) {
		g.Egress = grown(g.Egress, c.rule)
	})
}

func (c letOut) commands(region string) []string {
	return []string{ec2(region, "authorize-security-group-egress", "--group-id", c.group, "--ip-permissions", permission(c.rule))}
}

// letIn adds an ingress rule for tcp/443 to a security group.
type letIn struct {
	group string
	rule  Rule
}

func (c letIn) apply(f *Facts) {
	f.SecurityGroups.Items = edited(f.SecurityGroups.Items, func(g *SecurityGroup) bool { return g.ID == c.group }, func(g *SecurityGroup) {
		g.Ingress = grown(g.Ingress, c.rule)
	})
}

func (c letIn) commands(region string) []string {
	return []string{ec2(region, "authorize-security-group-ingress", "--group-id", c.group, "--ip-permissions", permission(c.rule))}
}

// permission writes a rule for tcp/443 as the AWS CLI takes it.
func permission(r Rule) string {
	parts := []string{"IpProtocol=tcp", "FromPort=443", "ToPort=443"}
	part := func(name, field string, values []string) {
		if len(values) == 0 {
			return
		}
		each := make([]string, len(values))
		for i, v := range values {
			each[i] = "{" + field + "=" + v + "}"
		}
		parts = append(parts, name+"=["+strings.Join(each, ",")+"]")
	}
	var four, six []string
	for _, c := range r.CIDRs {
		if strings.Contains(c, ":") {
			six = append(six, c)
		} else {
			four = append(four, c)
		}
	}
	part("IpRanges", "CidrIp", four)
	part("Ipv6Ranges", "CidrIpv6", six)
	part("PrefixListIds", "PrefixListId", r.PrefixLists)
	part("UserIdGroupPairs", "GroupId", r.Groups)
	return strings.Join(parts, ",")
}

// on443 is a rule of a security group for tcp/443.
func on443(cidrs ...string) Rule { return Rule{Protocol: "tcp", From: https, To: https, CIDRs: cidrs} }

// addEntry adds a rule for TCP to a network ACL.
type addEntry struct {
	acl   string
	entry Entry
}

func (c addEntry) apply(f *Facts) {
	f.ACLs.Items = edited(f.ACLs.Items, func(a *ACL) bool { return a.ID == c.acl }, func(a *ACL) { a.Entries = grown(a.Entries, c.entry) })
}

func (c addEntry) commands(region string) []string {
	way := "--ingress"
	if c.entry.Egress {
		way = "--egress"
	}
	block := "--cidr-block"
	if strings.Contains(c.entry.CIDR, ":") {
		block = "--ipv6-cidr-block"
	}
	return []string{ec2(region, "create-network-acl-entry", "--network-acl-id", c.acl, way, "--rule-number", strconv.Itoa(c.entry.Number),
		"--protocol", "tcp", "--port-range", "From="+strconv.Itoa(c.entry.From)+",To="+strconv.Itoa(c.entry.To),
		block, c.entry.CIDR, "--rule-action", "allow")}
}

// setRoute adds a route to a table, or gives the route for the same destination
// another target.
type setRoute struct {
	table   string
	route   Route
	replace bool
}

func (c setRoute) apply(f *Facts) {
	f.RouteTables.Items = edited(f.RouteTables.Items, func(t *RouteTable) bool { return t.ID == c.table }, func(t *RouteTable) {
		if c.replace {
			t.Routes = slices.DeleteFunc(slices.Clone(t.Routes), func(r Route) bool { return sameDestination(r, c.route) && !r.Propagated })
		}
		t.Routes = grown(t.Routes, c.route)
	})
}

func sameDestination(a, b Route) bool {
	return a.Destination == b.Destination && a.PrefixList == b.PrefixList
}

func (c setRoute) commands(region string) []string {
	verb := "create-route"
	if c.replace {
		verb = "replace-route"
	}
	return []string{routeCommand(region, verb, c.table, c.route)}
}

// newTable makes a route table for one subnet with the routes of another.
type newTable struct {
	id, vpc   string
	local     []Route // stand in every table of the VPC by themselves
	routes    []Route
	endpoints []string // gateway endpoints, whose routes AWS adds itself
	listed    []Route  // the routes of those
	gateways  []string // virtual private gateways that propagate routes
	learned   []Route  // the routes that those propagate
}

func (c newTable) apply(f *Facts) {
	routes := slices.Concat(c.local, c.routes, c.listed, c.learned)
	f.RouteTables.Items = grown(f.RouteTables.Items, RouteTable{ID: c.id, VPCID: c.vpc, Routes: routes})
	f.Endpoints.Items = edited(f.Endpoints.Items, func(e *Endpoint) bool { return slices.Contains(c.endpoints, e.ID) }, func(e *Endpoint) {
		e.RouteTables = grown(e.RouteTables, c.id)
	})
}

func (c newTable) commands(region string) []string {
	out := make([]string, 0, 1+len(c.routes)+len(c.endpoints)+len(c.gateways))
	out = append(out, keep(c.id, "RouteTable.RouteTableId", ec2(region, "create-route-table", "--vpc-id", c.vpc)))
	for _, r := range c.routes {
		verb := "create-route"
		if slices.ContainsFunc(c.local, func(l Route) bool { return l.Destination == r.Destination }) {
			verb = "replace-route"
		}
		out = append(out, routeCommand(region, verb, c.id, r))
	}
	for _, id := range c.endpoints {
		out = append(out, ec2(region, "modify-vpc-endpoint", "--vpc-endpoint-id", id, "--add-route-table-ids", c.id))
	}
	for _, id := range c.gateways {
		out = append(out, ec2(region, "enable-vgw-route-propagation", "--gateway-id", id, "--route-table-id", c.id))
	}
	return out
}

// associate gives a subnet the new table. A subnet with a table of its own has an
// association to replace, whose id only the answer of a command tells.
type associate struct {
	subnet, table string
	replace       bool
}

func (c associate) apply(f *Facts) {
	f.RouteTables.Items = edited(f.RouteTables.Items, func(*RouteTable) bool { return true }, func(t *RouteTable) {
		t.Subnets = slices.DeleteFunc(slices.Clone(t.Subnets), func(id string) bool { return id == c.subnet })
		if t.ID == c.table {
			t.Subnets = append(t.Subnets, c.subnet)
		}
	})
}

func (c associate) commands(region string) []string {
	if !c.replace {
		return []string{ec2(region, "associate-route-table", "--subnet-id", c.subnet, "--route-table-id", c.table)}
	}
	find := ec2(region, "describe-route-tables", "--filters", "Name=association.subnet-id,Values="+c.subnet)
	return []string{
		keep(associationID, "RouteTables[0].Associations[?SubnetId=='"+c.subnet+"'].RouteTableAssociationId | [0]", find),
		ec2(region, "replace-route-table-association", "--route-table-id", c.table, "--association-id", associationID),
	}
}

// newNAT makes a public NAT gateway with an address of its own.
type newNAT struct{ vpc, subnet string }

func (c newNAT) apply(f *Facts) {
	f.NATGateways.Items = grown(f.NATGateways.Items, NATGateway{
		ID: newNATID, VPCID: c.vpc, SubnetID: c.subnet, State: stateAvailable, Connectivity: natPublic, Availability: natZonal,
	})
}

func (c newNAT) commands(region string) []string {
	return slices.Concat([]string{
		keep(newAddressID, "AllocationId", ec2(region, "allocate-address", "--domain", "vpc")),
		keep(newNATID, "NatGateway.NatGatewayId", ec2(region, "create-nat-gateway", "--subnet-id", c.subnet, "--allocation-id", newAddressID)),
	}, await{newNATID}.commands(region))
}

// await waits for a NAT gateway that AWS is making.
type await struct{ nat string }

func (c await) apply(f *Facts) {
	f.NATGateways.Items = edited(f.NATGateways.Items, func(g *NATGateway) bool { return g.ID == c.nat }, func(g *NATGateway) { g.State = stateAvailable })
}

func (c await) commands(region string) []string {
	return []string{ec2(region, "wait", "nat-gateway-available", "--nat-gateway-ids", c.nat)}
}

// attach attaches an internet gateway that hangs on no VPC. Routes that led to it
// come back to life.
type attach struct{ gateway, vpc string }

func (c attach) apply(f *Facts) {
	f.InternetGateways.Items = edited(f.InternetGateways.Items, func(g *InternetGateway) bool { return g.ID == c.gateway }, func(g *InternetGateway) {
		g.VPCID, g.State = c.vpc, stateAvailable
	})
	f.RouteTables.Items = edited(f.RouteTables.Items, func(t *RouteTable) bool { return t.VPCID == c.vpc }, func(t *RouteTable) {
		t.Routes = edited(t.Routes, func(r *Route) bool { return r.Target == c.gateway }, func(r *Route) { r.State = routeActive })
	})
}

func (c attach) commands(region string) []string {
	return []string{ec2(region, "attach-internet-gateway", "--internet-gateway-id", c.gateway, "--vpc-id", c.vpc)}
}
