package sim

// addGroups makes the security groups of a VPC: with every way out, with HTTPS
// only, with S3 only, and with none.
func (n *network) addGroups(v *vpc, r *rng) []*securityGroup {
	id := func() string { return "sg-0" + r.hex(16) }
	all := []groupRule{{proto: "-1", cidr: "0.0.0.0/0"}}
	standard := &securityGroup{id: id(), name: "default", about: "default VPC security group", vpc: v, egress: all}
	if v.isDefault {
		return []*securityGroup{standard}
	}
	return []*securityGroup{
		standard,
		{id: id(), name: "notebooks", about: "notebook instances", vpc: v, egress: all},
		{id: id(), name: "notebooks-https", about: "HTTPS only", vpc: v, egress: []groupRule{
			{proto: "tcp", from: 443, to: 443, cidr: "0.0.0.0/0"},
		}},
		{id: id(), name: "notebooks-s3", about: "S3 only", vpc: v, egress: []groupRule{
			{proto: "tcp", from: 443, to: 443, prefix: n.s3Prefix()},
		}},
		{id: id(), name: "quarantine", about: "lets nothing out", vpc: v},
	}
}

// s3Prefix is the prefix list of S3, which AWS keeps in every region.
func (n *network) s3Prefix() string {
	return "pl-" + newRNG(1, "s3", n.place.region.name).hex(8)
}

// publicSubnet lists a subnet without offering it to notebooks.
func (n *network) publicSubnet(s *subnet) { n.hidden = append(n.hidden, s) }

// allSubnets lists every subnet.
func (n *network) allSubnets() []*subnet {
	return append(append([]*subnet(nil), n.subnets...), n.hidden...)
}

// addFirewall makes the endpoint of an inspecting appliance.
func (n *network) addFirewall(v *vpc, in []*subnet, r *rng) *endpoint {
	e := &endpoint{
		id: "vpce-0" + r.hex(16), kind: "GatewayLoadBalancer", vpc: v, subnets: in[:1],
		service: "com.amazonaws.vpce." + n.place.region.name + ".vpce-svc-0" + r.hex(16),
	}
	n.endpoints = append(n.endpoints, e)
	return e
}

// addEndpoints makes the endpoints of services in a VPC.
func (n *network) addEndpoints(v *vpc, plan vpcPlan, in []*subnet, r *rng) {
	region := n.place.region.name
	for _, name := range plan.ends {
		e := &endpoint{id: "vpce-0" + r.hex(16), kind: "Interface", vpc: v, service: "com.amazonaws." + region + "." + name}
		switch name {
		case "s3":
			e.kind = "Gateway"
			for _, t := range n.tables {
				if t.vpc == v {
					e.tables = append(e.tables, t)
					t.routes = append(t.routes, route{to: n.s3Prefix(), kind: "gatewayId", target: e.id, state: "active", origin: "CreateRoute"})
				}
			}
		case "notebook":
			e.service = "aws.sagemaker." + region + ".notebook"
		}
		if e.kind == "Interface" {
			e.subnets, e.groups = in, v.groups[:1]
		}
		n.endpoints = append(n.endpoints, e)
	}
}
