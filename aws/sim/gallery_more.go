package sim

import "strings"

func partialCases() []galleryCase {
	behind := func(rules func(*scene) []groupRule) func(*scene) {
		return func(s *scene) {
			s.throughNAT()
			s.group.egress = rules(s)
		}
	}
	https := func(cidr string) func(*scene) []groupRule {
		return func(*scene) []groupRule { return []groupRule{{proto: "tcp", from: 443, to: 443, cidr: cidr}} }
	}
	return []galleryCase{
		{"group-lets-out-to-a-code-host", isPartial, behind(https("140.82.112.0/20"))},
		{"group-lets-out-to-one-address", isPartial, behind(https("151.101.0.223/32"))},
		{"group-lets-out-by-a-small-prefix-list", isPartial, behind(func(s *scene) []groupRule {
			return []groupRule{{proto: "tcp", from: 443, to: 443, prefix: s.addList("140.82.112.0/20", "151.101.0.0/16")}}
		})},
		{"group-lets-out-to-half", isPartial, behind(https("0.0.0.0/1"))},
		{"acl-with-a-hole", isPartial, func(s *scene) {
			s.throughNAT()
			s.rules(deny(90, "151.101.0.0/16"), pass(true), pass(false))
		}},
		{"acl-that-denies-one-host", isNAT, func(s *scene) {
			s.throughNAT()
			s.rules(deny(90, "198.51.100.7/32"), pass(true), pass(false))
		}},
		{"nat-for-half", isPartial, func(s *scene) { s.via("0.0.0.0/1", "natGatewayId", s.addNAT().id) }},
		{"nat-beside-a-blackhole", isPartial, func(s *scene) {
			s.throughNAT()
			s.via("151.101.0.0/16", "transitGatewayId", s.id("tgw"))
			s.table.routes[len(s.table.routes)-1].state = "blackhole"
		}},
		{"nat-and-a-transit-gateway-by-halves", isUnknown, func(s *scene) {
			s.via("0.0.0.0/1", "natGatewayId", s.addNAT().id)
			s.via("128.0.0.0/1", "transitGatewayId", s.id("tgw"))
		}},
		{"nat-and-a-transit-gateway-for-a-part", isPartial, func(s *scene) {
			s.throughNAT()
			s.via("52.0.0.0/8", "transitGatewayId", s.id("tgw"))
		}},
		{"nat-and-a-transit-gateway-for-s3", isPartial, func(s *scene) {
			s.throughNAT()
			s.via(s.net.s3Prefix(), "transitGatewayId", s.id("tgw"))
		}},
	}
}

func nameCases() []galleryCase {
	servers := func(s *scene) {
		s.vpc.dhcp = &dhcpOptions{id: s.id("dopt"), servers: []string{"10.0.0.53", "10.0.1.53"}}
	}
	return []galleryCase{
		{"nat-without-dns-support", isPartial, func(s *scene) {
			s.throughNAT()
			s.vpc.noSupport = true
		}},
		{"nat-without-dns-support-beside-dns-servers", isNAT, func(s *scene) {
			s.throughNAT()
			servers(s)
			s.vpc.noSupport = true
		}},
		{"nat-without-dns-support-and-dns-servers", isPartial, func(s *scene) {
			s.throughNAT()
			s.vpc.dhcp, s.vpc.noSupport = &dhcpOptions{id: s.id("dopt")}, true
		}},
		{"nat-with-dns-servers", isNAT, func(s *scene) {
			s.throughNAT()
			servers(s)
		}},
		{"endpoints-with-dns-servers", isEndpoints, func(s *scene) {
			servers(s)
			s.interfaceEndpoint("sts")
		}},
		{"endpoint-for-s3-without-dns-support", isEndpoints, func(s *scene) {
			s.gatewayEndpoint(s.table)
			s.vpc.noSupport = true
		}},
	}
}

func privateCases() []galleryCase {
	to := func(kind, prefix string) func(*scene) {
		return func(s *scene) { s.via("172.16.0.0/12", kind, s.id(prefix)) }
	}
	return []galleryCase{
		{"private-route-to-a-transit-gateway", isIndirect, to("transitGatewayId", "tgw")},
		{"private-route-to-a-peering", isIndirect, to("vpcPeeringConnectionId", "pcx")},
		{"private-route-to-a-virtual-private-gateway", isIndirect, to("gatewayId", "vgw")},
		{"private-route-that-the-group-shuts", isIsolated, func(s *scene) {
			to("transitGatewayId", "tgw")(s)
			s.group.egress = []groupRule{{proto: "tcp", from: 443, to: 443, cidr: "192.168.0.0/16"}}
		}},
		{"private-route-through-nat", isNAT, func(s *scene) {
			to("transitGatewayId", "tgw")(s)
			s.throughNAT()
		}},
		{"private-route-beside-an-endpoint-for-s3", isIndirect, func(s *scene) {
			s.via("172.16.0.0/12", "transitGatewayId", s.id("tgw"))
			s.gatewayEndpoint(s.table)
		}},
		{"private-route-for-a-proxys-port", isIndirect, func(s *scene) {
			s.via("172.16.0.0/12", "transitGatewayId", s.id("tgw"))
			s.group.egress = []groupRule{{proto: "tcp", from: 3128, to: 3128, cidr: "172.16.0.0/12"}}
		}},
		{"default-to-a-transit-gateway-for-private-addresses", isIndirect, func(s *scene) {
			s.via(anyone, "transitGatewayId", s.id("tgw"))
			s.group.egress = []groupRule{{proto: "tcp", from: 443, to: 443, cidr: "172.16.0.0/12"}}
		}},
		{"proxys-port-in-the-vpc", isUnknown, func(s *scene) {
			s.group.egress = []groupRule{{proto: "tcp", from: 3128, to: 3128, cidr: "10.0.0.0/8"}}
		}},
	}
}

func returnCases() []galleryCase {
	return []galleryCase{
		{"firewall-behind-nat", isInspected, func(s *scene) {
			g, fw := s.beforeFirewall()
			s.edge(g.subnet.cidr, fw.id)
		}},
		{"firewall-behind-nat-without-the-way-back", isUnknown, func(s *scene) { s.beforeFirewall() }},
		{"nat-whose-answers-go-through-a-firewall", isUnknown, func(s *scene) {
			g := s.throughNAT()
			s.edge(g.subnet.cidr, s.addFirewall().id)
		}},
		{"nat-that-drops-answers", isIsolated, func(s *scene) {
			s.throughNAT()
			addRoute(s.public.table, s.private.cidr, "networkInterfaceId", s.id("eni"))
			s.public.table.routes[len(s.public.table.routes)-1].state = "blackhole"
		}},
		{"nat-with-a-proxy", isUnknown, withNAT(func(_ *scene, g *natGateway) { g.proxy = "attached" })},
	}
}

func applianceCases() []galleryCase {
	through := func(change func(*scene, *netInterface)) func(*scene) {
		return func(s *scene) {
			e := s.appliance(false)
			s.via(anyone, "networkInterfaceId", e.id)
			change(s, e)
		}
	}
	return []galleryCase{
		{"appliance-whose-group-refuses", isIsolated, through(func(_ *scene, e *netInterface) { e.groups[0].ingress = nil })},
		{"appliance-whose-group-lets-nothing-out", isIsolated, through(func(_ *scene, e *netInterface) { e.groups[0].egress = nil })},
		{"appliance-without-a-public-address", isIsolated, through(func(_ *scene, e *netInterface) { e.public = "" })},
		{"appliance-with-two-interfaces", isIndirect, through(func(s *scene, e *netInterface) {
			out := *e
			out.id, e.public = s.id("eni"), ""
			s.net.enis = append(s.net.enis, &out)
		})},
		{"appliance-behind-an-acl", isIsolated, through(func(s *scene, _ *netInterface) {
			s.net.acls = append(s.net.acls, &networkACL{
				id: s.id("acl"), vpc: s.vpc, subnets: []*subnet{s.public}, entries: []aclEntry{pass(true), allow(100, false, 1024, 65535)},
			})
		})},
	}
}

func moreBlockCases() []galleryCase {
	return []galleryCase{
		{"block-with-the-nat-gateway-exempt", isNAT, func(s *scene) {
			s.throughNAT()
			s.private.block, s.public.block = "block-bidirectional", "off"
		}},
		{"block-with-the-firewall-exempt", isIsolated, func(s *scene) {
			g, fw := s.beforeFirewall()
			s.edge(g.subnet.cidr, fw.id)
			s.private.block, s.public.block, g.subnet.block = "block-bidirectional", "off", "block-bidirectional"
		}},
		{"block-of-a-regional-nat-gateway", isIsolated, withNAT(func(s *scene, g *natGateway) {
			g.mode, g.subnet, g.table = "regional", nil, s.net.addTable(s.vpc, s.name+"-nat", s.r)
			addRoute(g.table, anyone, "gatewayId", s.gateway())
			s.vpc.block, s.private.block = "block-bidirectional", "off"
		})},
	}
}

// blockedCases lead out to the internet, and have an endpoint that takes calls and
// refuses them.
func blockedCases() []galleryCase {
	refusing := func(change func(*scene, *endpoint)) func(*scene) {
		return func(s *scene) {
			s.throughNAT()
			change(s, s.interfaceEndpoint("sts"))
		}
	}
	return []galleryCase{
		{"endpoint-whose-group-refuses-beside-nat", isNAT, refusing(func(_ *scene, e *endpoint) { e.groups[0].ingress = nil })},
		{"endpoint-whose-policy-refuses-beside-nat", isNAT, refusing(func(_ *scene, e *endpoint) { e.policy = `{"Statement":[]}` })},
		{"endpoint-that-failed-beside-nat", isNAT, refusing(func(_ *scene, e *endpoint) { e.state = "failed" })},
		{"endpoint-that-refuses-without-private-dns", isNAT, refusing(func(_ *scene, e *endpoint) { e.groups[0].ingress, e.publicDNS = nil, true })},
		{"endpoint-with-one-interface-behind-an-acl", isNAT, refusing(func(s *scene, e *endpoint) {
			other := s.secondSubnet("endpoints", 64, "", "")
			e.subnets = append(e.subnets, other)
			s.net.acls = append(s.net.acls, &networkACL{id: s.id("acl"), vpc: s.vpc, subnets: []*subnet{other}, entries: []aclEntry{pass(true)}})
		})},
	}
}

func otherEndpointCases() []galleryCase {
	return []galleryCase{
		{"endpoint-for-dynamodb", isEndpoints, func(s *scene) {
			s.gatewayEndpoint(s.table)
			e := s.net.endpoints[len(s.net.endpoints)-1]
			e.service = strings.TrimSuffix(e.service, ".s3") + ".dynamodb"
		}},
		{"endpoint-for-bedrock", isEndpoints, func(s *scene) { s.interfaceEndpoint("bedrock-runtime") }},
		{"endpoint-for-a-mirror", isEndpoints, func(s *scene) { s.interfaceEndpoint("vpce-svc-0f1e2d3c4b5a69788").publicDNS = true }},
		{"endpoint-for-s3-for-inbound-resolvers", isEndpoints, func(s *scene) {
			s.interfaceEndpoint("s3").inbound = true
			s.gatewayEndpoint(s.table)
		}},
		{"endpoint-with-a-group-of-another-vpc", isEndpoints, func(s *scene) {
			e := s.interfaceEndpoint("sts")
			other := *e.groups[0]
			other.id, other.vpc = s.id("sg"), s.net.vpcs[0]
			s.net.vpcs[0].groups = append(s.net.vpcs[0].groups, &other)
			e.groups = []*securityGroup{&other}
		}},
	}
}
