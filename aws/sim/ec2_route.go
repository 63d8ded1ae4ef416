package sim

import (
	"strings"
	"time"
)

func (x ec2View) describeRouteTables() (kind, []item) {
	items := make([]item, 0, len(x.tables))
	for _, t := range x.tables {
		items = append(items, item{
			id: t.id, tags: nameTag(t.name), view: func() element { return x.tableView(t) }, attrs: x.tableAttrs(t),
		})
	}
	return kind{
		set: "routeTableSet", ids: "RouteTableId", refName: "routeTableIds", code: "InvalidRouteTableID.NotFound", noun: "routeTable",
		page: [2]int{5, 100},
		filters: []string{
			"route-table-id", "vpc-id", "owner-id", "association.main", "association.subnet-id", "association.route-table-id",
			"association.route-table-association-id", "route.destination-cidr-block", "route.gateway-id", "route.nat-gateway-id",
			"route.transit-gateway-id", "route.state", "route.origin",
		},
	}, items
}

// associated lists the subnets that name a table; those of the main table are
// not named by any association.
func (n *network) associated(t *routeTable) []string {
	var out []string
	for _, s := range n.allSubnets() {
		if s.table == t {
			out = append(out, s.id)
		}
	}
	return out
}

func (x ec2View) tableAttrs(t *routeTable) map[string][]string {
	attrs := map[string][]string{
		"route-table-id": {t.id}, "vpc-id": {t.vpc.id}, "owner-id": {x.place.account.id}, "association.route-table-id": {t.id},
		"association.main": boolText(t.vpc.main == t), "association.subnet-id": x.associated(t),
	}
	for _, rt := range t.routes {
		attrs["route.state"] = append(attrs["route.state"], rt.state)
		attrs["route.origin"] = append(attrs["route.origin"], rt.origin)
		if strings.Contains(rt.to, ".") {
			attrs["route.destination-cidr-block"] = append(attrs["route.destination-cidr-block"], rt.to)
		}
		if key, ok := map[string]string{
			"gatewayId": "route.gateway-id", "natGatewayId": "route.nat-gateway-id", "transitGatewayId": "route.transit-gateway-id",
		}[rt.kind]; ok {
			attrs[key] = append(attrs[key], rt.target)
		}
	}
	for _, a := range x.associations(t) {
		attrs["association.route-table-association-id"] = append(attrs["association.route-table-association-id"], a.id)
	}
	return attrs
}

type association struct{ id, subnet, gateway string }

func (n *network) associations(t *routeTable) []association {
	var out []association
	if t.vpc.main == t {
		out = append(out, association{id: "rtbassoc-" + t.id[4:]})
	}
	for _, id := range n.associated(t) {
		out = append(out, association{id: "rtbassoc-" + id[7:], subnet: id})
	}
	if t.edge != "" {
		out = append(out, association{id: "rtbassoc-" + t.id[4:], gateway: t.edge})
	}
	return out
}

func (x ec2View) tableView(t *routeTable) element {
	associations := x.associations(t)
	assoc, routes := make([]element, 0, len(associations)), make([]element, 0, len(t.routes))
	for _, a := range associations {
		assoc = append(assoc, group("item",
			leaf("routeTableAssociationId", a.id), leaf("routeTableId", t.id), leaf("subnetId", a.subnet), leaf("gatewayId", a.gateway),
			flag("main", a.subnet == "" && a.gateway == ""), group("associationState", leaf("state", "associated"))))
	}
	for _, rt := range t.routes {
		routes = append(routes, group("item",
			leaf(destination(rt.to), rt.to), leaf(rt.kind, rt.target), leaf("state", rt.state), leaf("origin", rt.origin)))
	}
	return group("item",
		leaf("routeTableId", t.id), leaf("vpcId", t.vpc.id), leaf("ownerId", x.ownerOf(t.vpc)),
		list("routeSet", routes), list("associationSet", assoc), list("propagatingVgwSet", nil), tagSet(nameTag(t.name)))
}

// destination is the member of the API for a kind of destination.
func destination(to string) string {
	switch {
	case strings.HasPrefix(to, "pl-"):
		return "destinationPrefixListId"
	case strings.Contains(to, ":"):
		return "destinationIpv6CidrBlock"
	}
	return "destinationCidrBlock"
}

func (x ec2View) describeNatGateways() (kind, []item) {
	items := make([]item, 0, len(x.nats))
	for _, g := range x.nats {
		if !x.owns(g.vpc) {
			continue // whoever a VPC is shared with does not see the owner's gateways
		}
		subnet := ""
		if g.subnet != nil {
			subnet = g.subnet.id
		}
		items = append(items, item{
			id: g.id, tags: nameTag(g.name), view: func() element { return x.natView(g) },
			attrs: map[string][]string{
				"nat-gateway-id": {g.id}, "state": {g.state}, "subnet-id": {subnet}, "vpc-id": {g.vpc.id},
				"connectivity-type": {g.connectivity},
			},
		})
	}
	return kind{
		set: "natGatewaySet", ids: "NatGatewayId", refName: "natGatewayIds", code: "NatGatewayNotFound", noun: "NatGateway", page: [2]int{5, 1000},
		filters: []string{"nat-gateway-id", "state", "subnet-id", "vpc-id", "connectivity-type"},
	}, items
}

func (x ec2View) natView(g *natGateway) element {
	address := group("item", leaf("privateIp", g.private), leaf("networkInterfaceId", "eni-"+g.id[4:]), flag("isPrimary", true))
	if g.public != "" {
		address.kids = append(address.kids,
			leaf("publicIp", g.public), leaf("allocationId", "eipalloc-"+g.id[4:]), leaf("associationId", "eipassoc-"+g.id[4:]), leaf("status", "succeeded"))
	}
	failure, text := "", ""
	if g.state == "failed" {
		failure, text = "Gateway.NotAttached", "Network vpc has no Internet gateway attached"
	}
	var attached []element
	if g.proxy != "" {
		attached = append(attached, group("item", leaf("type", "network-firewall-proxy"), leaf("attachmentState", g.proxy),
			leaf("applianceArn", x.place.arn("network-firewall", "proxy/"+g.id[4:])), leaf("vpcEndpointId", "vpce-"+g.id[4:])))
	}
	mode, subnet, table := g.mode, "", ""
	switch {
	case g.subnet != nil:
		subnet = g.subnet.id
	case g.table != nil:
		table = g.table.id
	}
	if mode == "" {
		mode = "zonal"
	}
	return group("item",
		leaf("natGatewayId", g.id), leaf("state", g.state), leaf("failureCode", failure), leaf("failureMessage", text),
		leaf("connectivityType", g.connectivity), leaf("availabilityMode", mode),
		leaf("subnetId", subnet), leaf("routeTableId", table), leaf("vpcId", g.vpc.id),
		moment("createTime", x.place.world.base.Add(-300*24*time.Hour)), list("natGatewayAddressSet", []element{address}),
		list("attachedApplianceSet", attached), tagSet(nameTag(g.name)))
}

func (x ec2View) describeInternetGateways() (kind, []item) {
	return x.describeGateways(kind{
		set: "internetGatewaySet", ids: "InternetGatewayId", refName: "internetGatewayIds", code: "InvalidInternetGatewayID.NotFound",
		noun: "internetGateway", page: [2]int{5, 1000},
		filters: []string{"internet-gateway-id", "attachment.vpc-id", "attachment.state", "owner-id"},
	}, "internetGatewayId", x.igws, true)
}

// describeEgressOnlyGateways knows no filters but tags, as in AWS.
func (x ec2View) describeEgressOnlyGateways() (kind, []item) {
	return x.describeGateways(kind{
		set: "egressOnlyInternetGatewaySet", ids: "EgressOnlyInternetGatewayId", refName: "egressOnlyInternetGatewayIds",
		code: "InvalidEgressOnlyInternetGatewayId.NotFound", noun: "egressOnlyInternetGateway", page: [2]int{5, 255},
	}, "egressOnlyInternetGatewayId", x.eigws, false)
}

// describeGateways shows the gateways of shared VPCs as well where AWS does.
func (x ec2View) describeGateways(k kind, id string, all []*internetGateway, shared bool) (kind, []item) {
	var items []item
	for _, g := range all {
		if !shared && !x.owns(g.vpc) {
			continue
		}
		state := g.state
		if state == "" {
			state = "available"
		}
		var attached []element
		attrs := map[string][]string{"internet-gateway-id": {g.id}, "owner-id": {x.place.account.id}}
		if state != "detached" {
			attached = []element{group("item", leaf("vpcId", g.vpc.id), leaf("state", state))}
			attrs["attachment.vpc-id"], attrs["attachment.state"] = []string{g.vpc.id}, []string{state}
		}
		items = append(items, item{
			id: g.id,
			view: func() element {
				return group("item", leaf(id, g.id), leaf("ownerId", x.place.account.id), list("attachmentSet", attached), tagSet(nil))
			},
			attrs: attrs,
		})
	}
	return k, items
}
