package sim

import (
	"slices"
	"strconv"
	"time"
)

func (x ec2View) describeVpcEndpoints() (kind, []item) {
	items := make([]item, 0, len(x.endpoints))
	for _, e := range x.endpoints {
		if !x.owns(e.vpc) {
			continue
		}
		items = append(items, item{
			id: e.id, view: func() element { return x.endpointView(e) },
			attrs: map[string][]string{
				"vpc-endpoint-id": {e.id}, "vpc-id": {e.vpc.id}, "service-name": {e.service}, "vpc-endpoint-type": {e.kind},
				"vpc-endpoint-state": {e.status()},
			},
		})
	}
	return kind{
		set: "vpcEndpointSet", ids: "VpcEndpointId", refName: "vpcEndpointIds", code: "InvalidVpcEndpointId.NotFound", noun: "Vpc Endpoint", page: [2]int{1, 1000},
		filters: []string{"vpc-endpoint-id", "vpc-id", "service-name", "vpc-endpoint-type", "vpc-endpoint-state"},
	}, items
}

func (e *endpoint) status() string {
	if e.state == "" {
		return "available"
	}
	return e.state
}

func (x ec2View) endpointView(e *endpoint) element {
	tables, subnets := make([]string, 0, len(e.tables)), make([]string, 0, len(e.subnets))
	for _, t := range e.tables {
		tables = append(tables, t.id)
	}
	for _, n := range e.subnets {
		subnets = append(subnets, n.id)
	}
	policy := e.policy
	if policy == "" {
		policy = `{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]}`
	}
	return group("item",
		leaf("vpcEndpointId", e.id), leaf("vpcEndpointType", e.kind), leaf("vpcId", e.vpc.id), leaf("serviceName", e.service),
		leaf("state", e.status()), leaf("policyDocument", policy),
		dnsOptions(e), texts("routeTableIdSet", tables), texts("subnetIdSet", subnets), list("groupSet", groupViews(e.groups)),
		flag("privateDnsEnabled", e.kind == "Interface" && !e.publicDNS), flag("requesterManaged", false), leaf("ipAddressType", ipv4),
		moment("creationTimestamp", x.place.world.base.Add(-200*24*time.Hour)), leaf("ownerId", x.place.account.id), tagSet(nil))
}

// describeNetworkInterfaces knows the interfaces that SageMaker has made for the
// notebooks.
func describeNetworkInterfaces(s *cloud, r *request) (any, *apiError) {
	p := s.world.place(r.account, r.region)
	x := ec2View{p.net, r.now}
	var items []item
	for _, n := range p.alive(r.now) {
		if n.eni == "" {
			continue
		}
		items = append(items, item{
			id: n.eni, view: func() element { return x.interfaceView(n) },
			attrs: map[string][]string{
				"network-interface-id": {n.eni}, "subnet-id": {n.subnet.id}, "vpc-id": {n.subnet.vpc.id}, "group-id": n.groups,
				"status": {"in-use"}, "requester-managed": {"true"}, "owner-id": {p.account.id}, "availability-zone": {n.subnet.zone},
			},
		})
	}
	p.mu.RLock()
	defer p.mu.RUnlock()
	for _, e := range p.net.enis {
		items = append(items, item{
			id: e.id, view: func() element { return x.plainInterfaceView(e) },
			attrs: map[string][]string{
				"network-interface-id": {e.id}, "subnet-id": {e.subnet.id}, "vpc-id": {e.subnet.vpc.id}, "attachment.instance-id": {e.instance},
				"status": {"in-use"}, "requester-managed": {"false"}, "owner-id": {p.account.id}, "availability-zone": {e.subnet.zone},
			},
		})
	}
	return describeAll(r, kind{
		set: "networkInterfaceSet", ids: "NetworkInterfaceId", refName: "networkInterfaceIds", code: "InvalidNetworkInterfaceID.NotFound",
		noun: "networkInterface", page: [2]int{5, 1000},
		filters: []string{"network-interface-id", "subnet-id", "vpc-id", "group-id", "status", "requester-managed", "owner-id", "availability-zone", "attachment.instance-id"},
	}, items)
}

// plainInterfaceView is the interface of an instance.
func (x ec2View) plainInterfaceView(e *netInterface) element {
	var association element
	if e.public != "" {
		association = group("association", leaf("publicIp", e.public), leaf("ipOwnerId", x.place.account.id))
	}
	return group("item",
		leaf("networkInterfaceId", e.id), leaf("subnetId", e.subnet.id), leaf("vpcId", e.subnet.vpc.id), leaf("availabilityZone", e.subnet.zone),
		leaf("ownerId", x.place.account.id), flag("requesterManaged", false), leaf("status", "in-use"), leaf("interfaceType", "interface"),
		flag("sourceDestCheck", e.check), leaf("privateIpAddress", e.subnet.cidr[:len(e.subnet.cidr)-len("0/20")]+"9"),
		group("attachment", leaf("attachmentId", "eni-attach-"+e.id[4:]), leaf("instanceId", e.instance), leaf("status", "attached")),
		association, list("groupSet", groupViews(e.groups)), tagSet(nil))
}

// dnsOptions say whom private DNS is for, where there is a choice.
func dnsOptions(e *endpoint) element {
	if e.kind != "Interface" {
		return element{}
	}
	return group("dnsOptions", leaf("dnsRecordIpType", ipv4), flag("privateDnsOnlyForInboundResolverEndpoint", e.inbound))
}

func groupViews(groups []*securityGroup) []element {
	out := make([]element, 0, len(groups))
	for _, g := range groups {
		out = append(out, group("item", leaf("groupId", g.id), leaf("groupName", g.name)))
	}
	return out
}

func (x ec2View) interfaceView(n *notebook) element {
	groups := make([]element, 0, len(n.groups))
	for _, id := range n.groups {
		i := slices.IndexFunc(n.subnet.vpc.groups, func(g *securityGroup) bool { return g.id == id })
		if i >= 0 {
			groups = append(groups, group("item", leaf("groupId", id), leaf("groupName", n.subnet.vpc.groups[i].name)))
		}
	}
	return group("item",
		leaf("networkInterfaceId", n.eni), leaf("subnetId", n.subnet.id), leaf("vpcId", n.subnet.vpc.id),
		leaf("availabilityZone", n.subnet.zone), leaf("description", "[DO NOT DELETE] ENI managed by SageMaker for Notebook Instance ("+n.arn()+")"),
		leaf("ownerId", x.place.account.id), leaf("requesterId", x.place.account.id+":sagemaker"), flag("requesterManaged", true),
		leaf("status", "in-use"), leaf("interfaceType", "interface"), flag("sourceDestCheck", true),
		leaf("privateIpAddress", n.privateIP()), list("ipv6AddressesSet", n.ipv6Addresses()),
		list("groupSet", groups), list("tagSet", nil))
}

// ipv6Addresses are those of a dual-stack notebook.
func (n *notebook) ipv6Addresses() []element {
	if n.ipType != dualstack || n.subnet.ipv6 == "" {
		return nil
	}
	return []element{group("item", leaf("ipv6Address", n.subnet.ipv6[:len(n.subnet.ipv6)-len("/64")]+"9"))}
}

// privateIP is an address in the subnet that follows from the interface.
func (n *notebook) privateIP() string {
	r := newRNG(n.place.world.seed, n.eni)
	base := n.subnet.cidr[:len(n.subnet.cidr)-len("0/20")]
	return base + strconv.Itoa(4+r.below(250))
}

func describeVpcAttribute(s *cloud, r *request) (any, *apiError) {
	p := s.world.place(r.account, r.region)
	id, attribute := r.form.Get("VpcId"), r.form.Get("Attribute")
	i := slices.IndexFunc(p.net.vpcs, func(v *vpc) bool { return v.id == id })
	if i < 0 {
		return nil, badRequest("InvalidVpcID.NotFound", "The vpc ID '%s' does not exist", id)
	}
	on := false
	switch attribute {
	case "enableDnsSupport":
		on = !p.net.vpcs[i].noSupport
	case "enableDnsHostnames":
		on = p.net.vpcs[i].dns
	case "enableNetworkAddressUsageMetrics":
	default:
		return nil, badRequest("InvalidParameterValue", "Value (%s) for parameter attribute is invalid. Unknown attribute.", attribute)
	}
	return group("", leaf("vpcId", id), group(attribute, flag("value", on))), nil
}
