package sim

import "fmt"

// gallery is every case: one notebook and one VPC each.
func gallery() []galleryCase {
	var out []galleryCase
	for _, part := range [][]galleryCase{
		switchCases(), natCases(), brokenNATCases(), elsewhereCases(), guardCases(), aclCases(), blockCases(),
		endpointCases(), ipv6Cases(), strangeCases(), futureCases(),
		partialCases(), nameCases(), privateCases(), returnCases(), applianceCases(), moreBlockCases(), blockedCases(), otherEndpointCases(),
	} {
		out = append(out, part...)
	}
	return out
}

func switchCases() []galleryCase {
	return []galleryCase{
		{"no-vpc", isDirect, func(s *scene) { s.nb.subnet, s.nb.groups, s.nb.direct = nil, nil, on }},
		{"direct-internet-on", isDirect, func(s *scene) { s.nb.direct = on }},
		{"direct-internet-on-with-peering", isDirect, func(s *scene) {
			s.nb.direct = on
			s.via("192.168.0.0/16", "vpcPeeringConnectionId", s.id("pcx"))
			s.gatewayEndpoint(s.table)
		}},
		{"no-route", isIsolated, func(*scene) {}},
		{"igw-only", isIsolated, func(s *scene) { s.via(anyone, "gatewayId", s.gateway()) }},
		{"igw-in-the-main-table", isIsolated, func(s *scene) {
			s.private.table = nil
			addRoute(s.vpc.main, anyone, "gatewayId", s.gateway())
		}},
	}
}

func natCases() []galleryCase {
	return []galleryCase{
		{"nat-in-a-public-subnet", isNAT, func(s *scene) { s.throughNAT() }},
		{"nat-by-the-main-table", isNAT, func(s *scene) {
			s.private.table = nil
			addRoute(s.vpc.main, anyone, "natGatewayId", s.addNAT().id)
		}},
		{"nat-by-split-defaults", isNAT, func(s *scene) {
			g := s.addNAT()
			s.via("0.0.0.0/1", "natGatewayId", g.id)
			s.via("128.0.0.0/1", "natGatewayId", g.id)
		}},
		{"nat-by-a-prefix-list", isNAT, func(s *scene) {
			s.via(s.addList("0.0.0.0/1", "128.0.0.0/1"), "natGatewayId", s.addNAT().id)
		}},
		{"nat-beside-private-routes", isNAT, func(s *scene) {
			s.throughNAT()
			s.via("192.168.0.0/16", "transitGatewayId", s.id("tgw"))
		}},
		{"nat-regional", isNAT, func(s *scene) {
			g := s.throughNAT()
			g.mode, g.subnet, g.table = "regional", nil, s.net.addTable(s.vpc, s.name+"-nat", s.r)
			addRoute(g.table, anyone, "gatewayId", s.gateway())
			s.exempt("vpc/"+s.vpc.id, "allow-bidirectional") // from what other cases set for the region
		}},
		{"nat-among-hundreds-of-routes", isNAT, func(s *scene) {
			for i := range 400 {
				s.via(fmt.Sprintf("172.%d.%d.0/24", 16+i/100, i%100), "transitGatewayId", "tgw-0123456789abcdef0")
			}
			s.throughNAT()
		}},
		{"https-only-group", isNAT, func(s *scene) {
			s.throughNAT()
			s.group.egress = []groupRule{{proto: "tcp", from: 443, to: 443, cidr: anyone}}
		}},
		{"one-of-two-groups-lets-out", isNAT, func(s *scene) {
			s.throughNAT()
			s.nb.groups = append([]string{s.addGroup("closed").id}, s.nb.groups...)
		}},
		{"group-lets-out-by-a-prefix-list", isNAT, func(s *scene) {
			s.throughNAT()
			s.group.egress = []groupRule{{proto: "tcp", from: 443, to: 443, prefix: s.addList("0.0.0.0/1", "128.0.0.0/1")}}
		}},
	}
}

// withNAT is a way through a NAT gateway that is not what it should be.
func withNAT(change func(*scene, *natGateway)) func(*scene) {
	return func(s *scene) { change(s, s.throughNAT()) }
}

func brokenNATCases() []galleryCase {
	state := func(state string) func(*scene) {
		return withNAT(func(_ *scene, g *natGateway) { g.state = state })
	}
	return []galleryCase{
		{"nat-pending", isIsolated, state("pending")},
		{"nat-failed", isIsolated, state("failed")},
		{"nat-deleting", isIsolated, state("deleting")},
		{"nat-deleted", isIsolated, state("deleted")},
		{"nat-private", isIsolated, withNAT(func(_ *scene, g *natGateway) { g.connectivity, g.public = "private", "" })},
		{"nat-private-to-a-transit-gateway", isIndirect, withNAT(func(s *scene, g *natGateway) {
			g.connectivity, g.public = "private", ""
			table := s.public.table
			table.routes = table.routes[:len(table.routes)-1]
			addRoute(table, anyone, "transitGatewayId", s.id("tgw"))
		})},
		{"nat-in-its-own-subnet", isIsolated, withNAT(func(s *scene, g *natGateway) { g.subnet = s.private })},
		{"nat-in-a-circle", isIsolated, withNAT(func(s *scene, _ *natGateway) {
			back := s.addNAT()
			back.subnet = s.subnet("second", 48)
			s.net.publicSubnet(back.subnet)
			back.subnet.table = s.table
			s.public.table.routes[len(s.public.table.routes)-1] = route{
				to: anyone, kind: "natGatewayId", target: back.id, state: "active", origin: "CreateRoute",
			}
		})},
		{"nat-without-an-internet-gateway", isIsolated, withNAT(func(s *scene, _ *natGateway) {
			s.public.table.routes = s.public.table.routes[:1]
		})},
		{"nat-behind-a-detaching-gateway", isIsolated, withNAT(func(s *scene, _ *natGateway) { s.igw.state = "detaching" })},
		{"nat-behind-a-detached-gateway", isIsolated, withNAT(func(s *scene, _ *natGateway) {
			s.igw.state = "detached"
			s.public.table.routes[len(s.public.table.routes)-1].state = "blackhole"
		})},
		{"blackhole", isIsolated, func(s *scene) {
			s.via(anyone, "natGatewayId", s.id("nat"))
			s.table.routes[len(s.table.routes)-1].state = "blackhole"
		}},
		{"nat-regional-without-a-way-on", isIsolated, withNAT(func(s *scene, g *natGateway) {
			g.mode, g.subnet, g.table = "regional", nil, s.net.addTable(s.vpc, s.name+"-nat", s.r)
		})},
	}
}

func elsewhereCases() []galleryCase {
	to := func(kind, prefix string) func(*scene) {
		return func(s *scene) { s.via(anyone, kind, s.id(prefix)) }
	}
	return []galleryCase{
		{"transit-gateway", isIndirect, to("transitGatewayId", "tgw")},
		{"peering", isIsolated, to("vpcPeeringConnectionId", "pcx")},
		{"local-gateway", isIndirect, to("localGatewayId", "lgw")},
		{"core-network", isIndirect, func(s *scene) {
			s.via(anyone, "coreNetworkArn", "arn:aws:networkmanager::"+s.net.place.account.id+":core-network/core-network-0a1b2c3d4e5f60718")
		}},
		{"virtual-private-gateway", isIndirect, func(s *scene) {
			s.via(anyone, "gatewayId", s.id("vgw"))
			s.table.routes[len(s.table.routes)-1].origin = "EnableVgwRoutePropagation"
		}},
		{"appliance", isNAT, func(s *scene) { s.via(anyone, "networkInterfaceId", s.appliance(false).id) }},
		{"appliance-of-an-instance", isNAT, func(s *scene) { s.via(anyone, "instanceId", s.appliance(false).instance) }},
		{"appliance-that-checks-addresses", isIsolated, func(s *scene) { s.via(anyone, "networkInterfaceId", s.appliance(true).id) }},
		{"inspected", isInspected, func(s *scene) {
			fw := s.addFirewall()
			s.via(anyone, "gatewayId", fw.id)
			table := s.public.table
			table.routes = table.routes[:1]
			nat := s.addNAT()
			nat.subnet = s.subnet("nat", 48)
			s.net.publicSubnet(nat.subnet)
			nat.subnet.table = s.net.addTable(s.vpc, s.name+"-nat", s.r)
			addRoute(nat.subnet.table, anyone, "gatewayId", s.gateway())
			addRoute(nat.subnet.table, s.private.cidr, "gatewayId", fw.id)
			addRoute(table, anyone, "natGatewayId", nat.id)
		}},
	}
}

func guardCases() []galleryCase {
	closed := func(rules func(*scene) []groupRule) func(*scene) {
		return func(s *scene) {
			s.throughNAT()
			s.group.egress = rules(s)
		}
	}
	return []galleryCase{
		{"group-without-egress", isIsolated, closed(func(*scene) []groupRule { return nil })},
		{"group-lets-out-http-only", isIndirect, closed(func(*scene) []groupRule {
			return []groupRule{{proto: "tcp", from: 80, to: 80, cidr: anyone}}
		})},
		{"group-lets-out-udp-only", isIsolated, closed(func(*scene) []groupRule {
			return []groupRule{{proto: "udp", from: 0, to: 65535, cidr: anyone}}
		})},
		{"group-lets-out-to-groups-only", isIsolated, closed(func(s *scene) []groupRule {
			return []groupRule{{proto: "-1", group: s.group.id}}
		})},
		{"group-lets-out-to-private-addresses", isIsolated, closed(func(*scene) []groupRule {
			return []groupRule{{proto: "-1", cidr: "10.0.0.0/8"}}
		})},
		{"group-lets-out-to-s3-only", isPartial, closed(func(s *scene) []groupRule {
			return []groupRule{{proto: "tcp", from: 443, to: 443, prefix: s.net.s3Prefix()}}
		})},
		{"group-of-another-vpc", isUnknown, func(s *scene) {
			s.throughNAT()
			s.nb.groups = []string{s.net.vpcs[0].groups[0].id}
		}},
		{"group-that-is-gone", isUnknown, func(s *scene) {
			s.throughNAT()
			s.nb.groups = []string{s.id("sg")}
		}},
	}
}

func aclCases() []galleryCase {
	guarded := func(entries ...aclEntry) func(*scene) {
		return func(s *scene) {
			s.throughNAT()
			s.rules(entries...)
		}
	}
	return []galleryCase{
		{"acl-denies-before-it-allows", isIsolated, guarded(deny(90, anyone), pass(true), pass(false))},
		{"acl-allows-before-it-denies", isNAT, guarded(pass(true), deny(110, anyone), pass(false))},
		{"acl-without-the-way-back", isIsolated, guarded(pass(true), allow(100, false, 443, 443))},
		{"acl-with-the-way-back", isNAT, guarded(
			allow(100, true, 443, 443), allow(110, true, 1024, 65535), allow(100, false, 1024, 65535), allow(110, false, 443, 443),
		)},
		{"acl-of-the-nat-gateway", isIsolated, func(s *scene) {
			s.throughNAT()
			s.net.acls = append(s.net.acls, &networkACL{
				id: s.id("acl"), vpc: s.vpc, subnets: []*subnet{s.public}, entries: []aclEntry{pass(false)},
			})
		}},
	}
}

func blockCases() []galleryCase {
	block := func(mode string) func(*scene) {
		return func(s *scene) {
			s.throughNAT()
			s.private.block, s.public.block = mode, mode
		}
	}
	return []galleryCase{
		{"block-bidirectional", isIsolated, block("block-bidirectional")},
		{"block-ingress", isNAT, block("block-ingress")},
		{"block-told-by-the-region", isIsolated, func(s *scene) {
			block(untold)(s)
			s.net.block = "block-bidirectional"
		}},
		{"block-with-the-vpc-exempt", isNAT, func(s *scene) {
			block(untold)(s)
			s.exempt("vpc/"+s.vpc.id, "allow-bidirectional")
		}},
		{"block-with-the-subnets-exempt-outbound", isNAT, func(s *scene) {
			block(untold)(s)
			s.exempt("subnet/"+s.private.id, "allow-egress")
			s.exempt("subnet/"+s.public.id, "allow-egress")
		}},
	}
}

func endpointCases() []galleryCase {
	one := func(change func(*scene, *endpoint)) func(*scene) {
		return func(s *scene) { change(s, s.interfaceEndpoint("sagemaker.api")) }
	}
	return []galleryCase{
		{"endpoints-for-everything", isEndpoints, func(s *scene) {
			for _, service := range []string{"sagemaker.api", "sagemaker.runtime", "notebook", "sts", "logs", "kms"} {
				s.interfaceEndpoint(service)
			}
			s.gatewayEndpoint(s.table)
		}},
		{"endpoint-for-s3", isEndpoints, func(s *scene) {
			s.gatewayEndpoint(s.table)
			s.group.egress = []groupRule{{proto: "tcp", from: 443, to: 443, prefix: s.net.s3Prefix()}}
		}},
		{"endpoint-for-s3-in-another-table", isIsolated, func(s *scene) { s.gatewayEndpoint(s.vpc.main) }},
		{"endpoint-without-private-dns", isEndpoints, one(func(_ *scene, e *endpoint) { e.publicDNS = true })},
		{"endpoint-in-a-vpc-without-dns-names", isEndpoints, one(func(s *scene, _ *endpoint) { s.vpc.dns = false })},
		{"endpoint-that-refuses-the-notebook", isIsolated, one(func(_ *scene, e *endpoint) { e.groups[0].ingress = nil })},
		{"endpoint-for-a-group", isEndpoints, one(func(s *scene, e *endpoint) {
			e.groups[0].ingress = []groupRule{{proto: "tcp", from: 443, to: 443, group: s.group.id}}
			s.group.egress = []groupRule{{proto: "tcp", from: 443, to: 443, group: e.groups[0].id}}
		})},
		{"endpoint-that-waits", isIsolated, one(func(_ *scene, e *endpoint) { e.state = "pendingAcceptance" })},
		{"endpoint-with-a-policy-that-denies", isIsolated, one(func(_ *scene, e *endpoint) {
			e.policy = `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}]}`
		})},
		{"endpoint-with-a-policy-for-some", isEndpoints, one(func(_ *scene, e *endpoint) {
			e.policy = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":["sagemaker:Describe*"],"Resource":"*"}}`
		})},
	}
}

func ipv6Cases() []galleryCase {
	dual := func(build func(*scene)) func(*scene) {
		return func(s *scene) {
			s.nb.ipType = dualstack
			build(s)
		}
	}
	egressOnly := func(s *scene) {
		g := &internetGateway{id: s.id("eigw"), vpc: s.vpc, state: "attached"}
		s.net.eigws = append(s.net.eigws, g)
		s.via(anyone6, "egressOnlyInternetGatewayId", g.id)
	}
	return []galleryCase{
		{"ipv6-egress-only", isPartial, dual(egressOnly)},
		{"ipv6-egress-only-for-ipv4", isIsolated, egressOnly},
		{"ipv6-internet-gateway", isPartial, dual(func(s *scene) { s.via(anyone6, "gatewayId", s.gateway()) })},
		{"ipv6-that-a-group-shuts", isIsolated, dual(func(s *scene) {
			egressOnly(s)
			s.group.egress = s.group.egress[:1]
		})},
		{"nat64", isPartial, dual(func(s *scene) {
			s.private.dns64 = true
			s.via("64:ff9b::/96", "natGatewayId", s.addNAT().id)
		})},
		{"nat64-beside-egress-only", isNAT, dual(func(s *scene) {
			s.private.dns64 = true
			s.via("64:ff9b::/96", "natGatewayId", s.addNAT().id)
			egressOnly(s)
		})},
		{"ipv6-egress-only-behind-a-firewall", isIsolated, dual(func(s *scene) {
			fw := s.addFirewall()
			egressOnly(s)
			last := &s.table.routes[len(s.table.routes)-1]
			addRoute(s.public.table, anyone6, last.kind, last.target)
			last.kind, last.target = "gatewayId", fw.id
		})},
		{"nat64-without-dns64", isIsolated, dual(func(s *scene) { s.via("64:ff9b::/96", "natGatewayId", s.addNAT().id) })},
	}
}

func strangeCases() []galleryCase {
	return []galleryCase{
		{"shared-vpc", isUnknown, func(s *scene) {
			s.throughNAT()
			s.vpc.owner = "999900001111"
		}},
		{"shared-vpc-without-a-route", isUnknown, func(s *scene) { s.vpc.owner = "999900001111" }},
		{"subnet-that-is-gone", isUnknown, func(s *scene) { s.nb.subnet = s.subnet("gone", 64) }},
		{"nat-that-nobody-knows", isUnknown, func(s *scene) { s.via(anyone, "natGatewayId", s.id("nat")) }},
		{"gateway-that-nobody-knows", isUnknown, withNAT(func(s *scene, _ *natGateway) {
			routes := s.public.table.routes
			routes[len(routes)-1].target = s.id("igw")
		})},
		{"prefix-list-that-nobody-knows", isUnknown, func(s *scene) { s.via("pl-0"+s.r.hex(16), "natGatewayId", s.addNAT().id) }},
	}
}

// futureCases hold values that no API has yet.
func futureCases() []galleryCase {
	return []galleryCase{
		{"future-route-target", isUnknown, func(s *scene) { s.via(anyone, "quantumGatewayId", s.id("qgw")) }},
		{"future-gateway", isUnknown, func(s *scene) { s.via(anyone, "gatewayId", s.id("xgw")) }},
		{"future-route-state", isUnknown, func(s *scene) {
			s.throughNAT()
			s.table.routes[len(s.table.routes)-1].state = "superposed"
		}},
		{"future-nat-state", isUnknown, withNAT(func(_ *scene, g *natGateway) { g.state = "dreaming" })},
		{"future-nat-connectivity", isUnknown, withNAT(func(_ *scene, g *natGateway) { g.connectivity = "semi-public" })},
		{"future-nat-availability", isUnknown, withNAT(func(_ *scene, g *natGateway) { g.mode = "planetary" })},
		{"future-gateway-state", isUnknown, withNAT(func(s *scene, _ *natGateway) { s.igw.state = "levitating" })},
		{"future-block-mode", isUnknown, func(s *scene) {
			s.throughNAT()
			s.private.block, s.public.block = "block-thoughts", "block-thoughts"
		}},
		{"future-acl-action", isUnknown, func(s *scene) {
			s.throughNAT()
			s.rules(aclEntry{rule: 90, egress: true, proto: "-1", action: "ponder", cidr: anyone}, pass(true), pass(false))
		}},
		{"future-endpoint-type", isUnknown, func(s *scene) { s.interfaceEndpoint("sagemaker.api").kind = "Teleport" }},
		{"future-direct-internet", isUnknown, func(s *scene) { s.nb.direct = "Sometimes" }},
		{"future-address-type", isUnknown, func(s *scene) { s.nb.ipType = "ipv9" }},
	}
}
