package egress

import "slices"

// newGroup makes the security group that new endpoints stand in.
type newGroup struct {
	vpc, name string
	rule      Rule // lets the VPC's addresses in
}

func (c newGroup) apply(f *Facts) {
	f.SecurityGroups.Items = grown(f.SecurityGroups.Items, SecurityGroup{
		ID: newGroupID, Name: c.name, VPCID: c.vpc, Ingress: []Rule{c.rule},
		Egress: []Rule{{Protocol: "-1", To: 65535, CIDRs: []string{"0.0.0.0/0"}}},
	})
}

func (c newGroup) commands(region string) []string {
	return slices.Concat([]string{
		keep(newGroupID, "GroupId", ec2(region, "create-security-group", "--vpc-id", c.vpc, "--group-name", c.name,
			"--description", "tcp/443 from the VPC to VPC endpoints")),
	}, letIn{newGroupID, c.rule}.commands(region))
}

// newEndpoint makes a VPC endpoint: an interface in one subnet, which answers
// under the service's own name, or a gateway in one route table.
type newEndpoint struct {
	vpc, service  string // the service's whole name
	table, list   string // of a gateway; the list is "" where its id is not known
	subnet, group string // of an interface
}

func (c newEndpoint) fact() Endpoint {
	e := Endpoint{ID: "vpce-new-" + c.service, VPCID: c.vpc, Service: c.service, State: stateAvailable}
	if c.table != "" {
		e.Type, e.RouteTables = endpointGateway, []string{c.table}
		return e
	}
	e.Type, e.Subnets, e.Groups, e.PrivateDNS = endpointInterface, []string{c.subnet}, []string{c.group}, true
	return e
}

func (c newEndpoint) apply(f *Facts) {
	e := c.fact()
	f.Endpoints.Items = grown(f.Endpoints.Items, e)
	if c.table != "" {
		toGateway(f, c.table, c.list, &e)
	}
}

// toGateway adds the route that AWS makes in a table of a gateway endpoint. The id of
// the service's prefix list is "" where it is not known: the route names it all the
// same.
func toGateway(f *Facts, table, list string, e *Endpoint) {
	if list == "" {
		findList{e.Service}.apply(f)
		list = newListID
	}
	setRoute{table: table, route: Route{PrefixList: list, Target: e.ID, State: routeActive}}.apply(f)
}

func (c newEndpoint) commands(region string) []string {
	words := []string{"create-vpc-endpoint", "--vpc-id", c.vpc, "--service-name", c.service}
	if c.table != "" {
		return []string{ec2(region, append(words, "--vpc-endpoint-type", endpointGateway, "--route-table-ids", c.table)...)}
	}
	return []string{ec2(region, append(words, "--vpc-endpoint-type", endpointInterface, "--subnet-ids", c.subnet,
		"--security-group-ids", c.group, "--private-dns-enabled")...)}
}

// addTable gives a gateway endpoint one more route table.
type addTable struct{ endpoint, table, list string }

func (c addTable) apply(f *Facts) {
	f.Endpoints.Items = edited(f.Endpoints.Items, func(e *Endpoint) bool { return e.ID == c.endpoint }, func(e *Endpoint) {
		e.RouteTables = grown(e.RouteTables, c.table)
		toGateway(f, c.table, c.list, e)
	})
}

func (c addTable) commands(region string) []string {
	return []string{ec2(region, "modify-vpc-endpoint", "--vpc-endpoint-id", c.endpoint, "--add-route-table-ids", c.table)}
}

// ownName lets an interface endpoint answer under its service's own name, in the
// whole VPC.
type ownName struct{ endpoint string }

func (c ownName) apply(f *Facts) {
	f.Endpoints.Items = edited(f.Endpoints.Items, func(e *Endpoint) bool { return e.ID == c.endpoint }, func(e *Endpoint) { e.PrivateDNS = true })
}

func (c ownName) commands(region string) []string {
	return []string{ec2(region, "modify-vpc-endpoint", "--vpc-endpoint-id", c.endpoint, "--private-dns-enabled")}
}

// resolve switches DNS in a VPC on. AWS takes one attribute in a call, and
// hostnames only where support is on.
type resolve struct {
	vpc                string
	support, hostnames bool // to be switched on
}

func (c resolve) apply(f *Facts) {
	f.VPCs.Items = edited(f.VPCs.Items, func(v *VPC) bool { return v.ID == c.vpc }, func(v *VPC) {
		v.DNSSupport = v.DNSSupport || c.support
		v.DNSHostnames = v.DNSHostnames || c.hostnames
	})
}

func (c resolve) commands(region string) []string {
	var out []string
	if c.support {
		out = append(out, ec2(region, "modify-vpc-attribute", "--vpc-id", c.vpc, "--enable-dns-support"))
	}
	if c.hostnames {
		out = append(out, ec2(region, "modify-vpc-attribute", "--vpc-id", c.vpc, "--enable-dns-hostnames"))
	}
	return out
}

// findList looks up AWS's own prefix list of a service.
type findList struct{ service string }

func (c findList) apply(f *Facts) {
	if slices.ContainsFunc(f.PrefixLists.Items, func(l PrefixList) bool { return l.ID == newListID }) {
		return
	}
	f.PrefixLists.Items = grown(f.PrefixLists.Items, PrefixList{ID: newListID, Name: c.service, OwnerID: "AWS"})
}

func (c findList) commands(region string) []string {
	return []string{keep(newListID, "PrefixLists[0].PrefixListId",
		ec2(region, "describe-managed-prefix-lists", "--filters", "Name=prefix-list-name,Values="+c.service))}
}
