package egress

import (
	"fmt"
	"slices"
	"strconv"

	"nbscope/model"
)

// How much a remedy touches; recreating is beyond all of these.
const (
	invasiveRule = iota + 1
	invasiveACL
	invasiveRoute
	invasiveNewNAT
	invasiveEndpoints
)

// Prices as AWS publishes them for the one region that they are known for here.
const (
	priceRegion   = "us-east-1"
	priceNAT      = "about $33, and $0.045 per GB"
	hoursPerMonth = 730
	centsPerHour  = 1 // of an interface endpoint in one zone
)

// remedies lists what would open a way through the VPC, the least invasive
// first. Together, not one by one, they mend every break that was found.
func (ix *Index) remedies(n *model.Notebook, s *Subnet, e model.Egress) []model.Remedy {
	var out []model.Remedy
	add := func(r model.Remedy, ok bool) {
		if ok {
			out = append(out, r)
		}
	}
	broken := func(kinds ...model.HopKind) bool {
		return slices.ContainsFunc(e.Chain, func(h model.Hop) bool {
			return h.State == model.HopBroken && slices.Contains(kinds, h.Kind)
		})
	}
	if broken(model.HopSecurityGroup) {
		add(egressRule(n))
	}
	if s.OwnerID != "" && s.OwnerID != n.Account {
		return out // routes, ACLs and endpoints belong to the account that shares the subnet
	}
	if broken(model.HopACL) {
		add(ix.aclRules(n, s))
	}
	if broken(model.HopRouteTable, model.HopNAT, model.HopIGW, model.HopEndpoint, model.HopEgressOnly) {
		add(ix.natRoute(n, s))
	}
	add(ix.endpointRemedy(n, s, e.Endpoints))
	return out
}

func egressRule(n *model.Notebook) (model.Remedy, bool) {
	group := unique(n.SecurityGroups)[0]
	return model.Remedy{
		Kind:  model.RemedyEgressRule,
		Title: "Let tcp/443 out in security group " + group,
		Why:   "No group of the notebook lets tcp/443 out to the internet. The rule holds for everything else in the group too.",
		Commands: []string{ec2(n.Region, "authorize-security-group-egress", "--group-id", group,
			"--ip-permissions", "IpProtocol=tcp,FromPort=443,ToPort=443,IpRanges=[{CidrIp=0.0.0.0/0}]")},
		Invasive: invasiveRule,
	}, true
}

// aclRules puts rules before all others of the subnet's network ACL. Where no
// number is left before them, a person has to renumber.
func (ix *Index) aclRules(n *model.Notebook, s *Subnet) (model.Remedy, bool) {
	a, _ := ix.acl(s.ID)
	if a == nil {
		return model.Remedy{}, false
	}
	out, in := firstNumber(a.Entries, true)-1, firstNumber(a.Entries, false)-1
	if out < 1 || in < 1 {
		return model.Remedy{}, false
	}
	rule := func(direction string, number int, ports string) string {
		return ec2(n.Region, "create-network-acl-entry", "--network-acl-id", a.ID, direction, "--rule-number", strconv.Itoa(number),
			"--protocol", "tcp", "--port-range", ports, "--cidr-block", "0.0.0.0/0", "--rule-action", "allow")
	}
	return model.Remedy{
		Kind:     model.RemedyEgressRule,
		Title:    "Let tcp/443 out and its answers in through network ACL " + a.ID,
		Why:      fmt.Sprintf("The ACL guards %d subnets; the rules hold for all of them.", len(unique(a.Subnets))),
		Commands: []string{rule("--egress", out, "From=443,To=443"), rule("--ingress", in, "From=1024,To=65535")},
		Invasive: invasiveACL,
	}, true
}

func firstNumber(entries []Entry, egress bool) int {
	first := 101
	for _, e := range entries {
		if e.Egress == egress {
			first = min(first, e.Number)
		}
	}
	return first
}

// natRoute leads the subnet to a NAT gateway of its VPC that works, else to a new
// one in a subnet that has an internet gateway.
func (ix *Index) natRoute(n *model.Notebook, s *Subnet) (model.Remedy, bool) {
	t, byDefault, _ := ix.table(s)
	if t == nil {
		return model.Remedy{}, false
	}
	r := model.Remedy{Kind: model.RemedyNATRoute, Invasive: invasiveRoute}
	nat, place := ix.workingNAT(n, s)
	if nat != "" {
		r.Title = "Route subnet " + s.ID + " to NAT gateway " + nat
	} else {
		if place = ix.publicSubnet(n, s); place == nil {
			return model.Remedy{}, false
		}
		nat = varNAT
		r.Title, r.Invasive = "Create a NAT gateway in subnet "+place.ID+" and route subnet "+s.ID+" to it", invasiveNewNAT
		if n.Region == priceRegion {
			r.CostPerMonth = priceNAT
		}
		r.Commands = append(r.Commands,
			keep(varAddress, "AllocationId", ec2(n.Region, "allocate-address", "--domain", "vpc")),
			keep(varNAT, "NatGateway.NatGatewayId", ec2(n.Region, "create-nat-gateway", "--subnet-id", place.ID, "--allocation-id", varAddress)),
			ec2(n.Region, "wait", "nat-gateway-available", "--nat-gateway-ids", varNAT))
	}
	commands, why := ix.lead(n, s, t, byDefault, nat, place)
	r.Commands, r.Why = append(r.Commands, commands...), why
	return r, true
}

// lead points the subnet's default route at a NAT gateway without taking the way
// out from any other subnet.
func (ix *Index) lead(n *model.Notebook, s *Subnet, t *RouteTable, byDefault bool, nat string, place *Subnet) (commands []string, why string) {
	route := func(verb, table string) string {
		return ec2(n.Region, verb, "--route-table-id", table, "--destination-cidr-block", "0.0.0.0/0", "--nat-gateway-id", nat)
	}
	taken := slices.ContainsFunc(t.Routes, func(r Route) bool { return r.Destination == "0.0.0.0/0" && !r.Propagated })
	shared := byDefault || t.Main || len(unique(t.Subnets)) > 1
	same := false
	if place != nil {
		theirs, _, _ := ix.table(place)
		same = theirs == t
	}
	switch {
	case !shared && taken:
		return []string{route("replace-route", t.ID)}, "Only this subnet uses route table " + t.ID + ". Its default route does not reach the internet now."
	case !taken && !same:
		why = "Route table " + t.ID + " has no default route."
		if shared {
			why += " Every other subnet that uses it gets this way out too."
		}
		return []string{route("create-route", t.ID)}, why
	}
	return ix.ownTable(n, s, t, route("create-route", varTable)),
		"Other subnets use route table " + t.ID + ", so this one gets a table of its own with the same routes. Propagated routes are not copied."
}

// ownTable copies a table for one subnet, with another default route.
func (ix *Index) ownTable(n *model.Notebook, s *Subnet, t *RouteTable, lead string) []string {
	commands := []string{keep(varTable, "RouteTable.RouteTableId", ec2(n.Region, "create-route-table", "--vpc-id", s.VPCID))}
	for _, r := range t.Routes {
		if r.Target == targetLocal || r.Propagated || r.Destination == "0.0.0.0/0" || r.State != routeActive {
			continue
		}
		if e := ix.endpoints.byID[r.Target]; e != nil && e.Type == endpointGateway {
			commands = append(commands, ec2(n.Region, "modify-vpc-endpoint", "--vpc-endpoint-id", e.ID, "--add-route-table-ids", varTable))
		} else if cmd, ok := createRoute(n.Region, varTable, r); ok {
			commands = append(commands, cmd)
		}
	}
	return append(commands, lead, ix.associate(n.Region, s))
}

// associate gives the subnet the new table. A subnet with an explicit table has an
// association to replace, whose id only the answer of a command tells.
func (ix *Index) associate(region string, s *Subnet) string {
	if len(ix.tablesOf[s.ID]) == 0 {
		return ec2(region, "associate-route-table", "--subnet-id", s.ID, "--route-table-id", varTable)
	}
	find := ec2(region, "describe-route-tables", "--filters", "Name=association.subnet-id,Values="+s.ID,
		"--query", "RouteTables[0].Associations[?SubnetId=='"+s.ID+"'].RouteTableAssociationId", "--output", "text")
	return ec2(region, "replace-route-table-association", "--route-table-id", varTable) + ` --association-id "$(` + find + `)"`
}

// workingNAT finds a NAT gateway of the VPC from which the internet is reached,
// in the notebook's zone before others.
func (ix *Index) workingNAT(n *model.Notebook, s *Subnet) (id string, place *Subnet) {
	for _, g := range ix.nats.sorted() {
		if g.VPCID != s.VPCID || g.Connectivity != natPublic {
			continue
		}
		w := ix.walker(n, s, ipv4())
		if w.nat(g.ID, w.stack.internet, asNotebook).verdict(w.stack.internet, w.stack.grain) != model.VerdictNAT {
			continue
		}
		there := ix.subnets.byID[g.SubnetID]
		if id == "" || place != nil && place.Zone != s.Zone && there != nil && there.Zone == s.Zone {
			id, place = g.ID, there
		}
	}
	return id, place
}

// publicSubnet finds a subnet of the VPC from which a new NAT gateway would reach
// the internet, in the notebook's zone before others.
func (ix *Index) publicSubnet(n *model.Notebook, s *Subnet) *Subnet {
	var found *Subnet
	for _, there := range ix.subnets.sorted() {
		if there.VPCID != s.VPCID || there.ID == s.ID || found != nil && (found.Zone == s.Zone || there.Zone != s.Zone) {
			continue
		}
		w := ix.walker(n, s, ipv4())
		if w.station(there, "the NAT gateway", w.stack.internet, asPublicNAT).verdict(w.stack.internet, w.stack.grain) == model.VerdictNAT {
			found = there
		}
	}
	return found
}
