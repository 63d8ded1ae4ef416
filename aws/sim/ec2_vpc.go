package sim

import "strconv"

func boolText(b bool) []string { return []string{strconv.FormatBool(b)} }

func (x ec2View) describeVpcs() (kind, []item) {
	items := make([]item, 0, len(x.vpcs))
	for _, v := range x.vpcs {
		items = append(items, item{
			id: v.id, tags: nameTag(v.name), view: func() element { return x.vpcView(v) },
			attrs: map[string][]string{
				"vpc-id": {v.id}, "cidr": {v.cidr}, "cidr-block-association.cidr-block": {v.cidr}, "state": {"available"},
				"is-default": boolText(v.isDefault), "isDefault": boolText(v.isDefault), "owner-id": {x.ownerOf(v)},
			},
		})
	}
	return kind{
		set: "vpcSet", ids: "VpcId", refName: "vpcIds", code: "InvalidVpcID.NotFound", noun: "vpc", page: [2]int{5, 1000},
		filters: []string{"vpc-id", "cidr", "cidr-block-association.cidr-block", "state", "is-default", "isDefault", "owner-id"},
	}, items
}

func (x ec2View) vpcView(v *vpc) element {
	var ipv6 []element
	if v.ipv6 != "" {
		ipv6 = append(ipv6, ipv6View(v.id, v.ipv6))
	}
	return group("item",
		leaf("vpcId", v.id), leaf("ownerId", x.ownerOf(v)), leaf("state", "available"), leaf("cidrBlock", v.cidr),
		list("cidrBlockAssociationSet", []element{group("item",
			leaf("associationId", "vpc-cidr-assoc-"+v.id[4:]), leaf("cidrBlock", v.cidr),
			group("cidrBlockState", leaf("state", "associated")))}),
		list("ipv6CidrBlockAssociationSet", ipv6),
		leaf("dhcpOptionsId", x.dhcpOf(v)), leaf("instanceTenancy", "default"), flag("isDefault", v.isDefault),
		blockView(v.block), tagSet(nameTag(v.name)))
}

// dhcpOf is the id of a VPC's DHCP options: the region has one set of AWS's own for
// all.
func (n *network) dhcpOf(v *vpc) string {
	if v.dhcp != nil {
		return v.dhcp.id
	}
	return "dopt-" + n.keyID[:8]
}

func (x ec2View) describeDhcpOptions() (kind, []item) {
	items := []item{x.dhcpItem("dopt-"+x.keyID[:8], []string{"AmazonProvidedDNS"})}
	for _, v := range x.vpcs {
		if v.dhcp != nil {
			items = append(items, x.dhcpItem(v.dhcp.id, v.dhcp.servers))
		}
	}
	return kind{
		set: "dhcpOptionsSet", ids: "DhcpOptionsId", refName: "dhcpOptionsIds", code: "InvalidDhcpOptionID.NotFound", noun: "dhcpOption",
		page: [2]int{5, 1000}, filters: []string{"dhcp-options-id", "key", "value", "owner-id"},
	}, items
}

func (x ec2View) dhcpItem(id string, servers []string) item {
	values := make([]element, 0, len(servers))
	for _, s := range servers {
		values = append(values, group("item", leaf("value", s)))
	}
	return item{
		id: id,
		view: func() element {
			return group("item", leaf("dhcpOptionsId", id), leaf("ownerId", x.place.account.id),
				list("dhcpConfigurationSet", []element{group("item", leaf("key", "domain-name-servers"), list("valueSet", values))}), tagSet(nil))
		},
		attrs: map[string][]string{"dhcp-options-id": {id}, "owner-id": {x.place.account.id}, "key": {"domain-name-servers"}, "value": servers},
	}
}

// ownerOf is the account that a VPC belongs to.
func (n *network) ownerOf(v *vpc) string {
	if v.owner != "" {
		return v.owner
	}
	return n.place.account.id
}

// owns reports whether the place's account may describe what only the owner of a
// VPC may.
func (n *network) owns(v *vpc) bool { return n.ownerOf(v) == n.place.account.id }

// blockView is the mode of Block Public Access as it comes with a subnet.
func blockView(mode string) element {
	switch mode {
	case untold:
		return element{}
	case "":
		mode = "off"
	}
	return group("blockPublicAccessStates", leaf("internetGatewayBlockMode", mode))
}

func ipv6View(id, cidr string) element {
	return group("item",
		leaf("associationId", "ipv6-cidr-assoc-"+id[len(id)-17:]), leaf("ipv6CidrBlock", cidr),
		group("ipv6CidrBlockState", leaf("state", "associated")))
}

func (x ec2View) describeSubnets() (kind, []item) {
	all, free := x.allSubnets(), x.place.freeIn(x.now)
	items := make([]item, 0, len(all))
	for _, n := range all {
		items = append(items, item{
			id: n.id, tags: nameTag(n.name), view: func() element { return x.subnetView(n, free[n]) },
			attrs: map[string][]string{
				"subnet-id": {n.id}, "vpc-id": {n.vpc.id}, "cidr-block": {n.cidr}, "cidr": {n.cidr}, "cidrBlock": {n.cidr},
				"availability-zone": {n.zone}, "availabilityZone": {n.zone}, "availability-zone-id": {n.zoneID},
				"state": {"available"}, "default-for-az": boolText(n.isDefault), "defaultForAz": boolText(n.isDefault),
				"map-public-ip-on-launch": boolText(n.public), "owner-id": {x.ownerOf(n.vpc)},
				"available-ip-address-count": {strconv.Itoa(free[n])}, "subnet-arn": {x.place.arn("ec2", "subnet/"+n.id)},
			},
		})
	}
	return kind{
		set: "subnetSet", ids: "SubnetId", refName: "subnetIds", code: "InvalidSubnetID.NotFound", noun: "subnet", page: [2]int{5, 1000},
		filters: []string{
			"subnet-id", "vpc-id", "cidr-block", "cidr", "cidrBlock", "availability-zone", "availabilityZone", "availability-zone-id",
			"state", "default-for-az", "defaultForAz", "map-public-ip-on-launch", "owner-id", "available-ip-address-count", "subnet-arn",
		},
	}, items
}

func (x ec2View) subnetView(n *subnet, free int) element {
	var ipv6 []element
	if n.ipv6 != "" {
		ipv6 = append(ipv6, ipv6View(n.id, n.ipv6))
	}
	return group("item",
		leaf("subnetId", n.id), leaf("subnetArn", x.place.arn("ec2", "subnet/"+n.id)), leaf("state", "available"), leaf("ownerId", x.ownerOf(n.vpc)),
		leaf("vpcId", n.vpc.id), leaf("cidrBlock", n.cidr), list("ipv6CidrBlockAssociationSet", ipv6),
		number("availableIpAddressCount", free), leaf("availabilityZone", n.zone), leaf("availabilityZoneId", n.zoneID),
		flag("defaultForAz", n.isDefault), flag("mapPublicIpOnLaunch", n.public), flag("assignIpv6AddressOnCreation", false),
		flag("enableDns64", n.dns64), flag("ipv6Native", false),
		blockView(n.block), tagSet(nameTag(n.name)))
}
