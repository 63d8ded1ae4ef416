package sim

import "strconv"

func describeSecurityGroups(s *Server, r *request) (any, *apiError) {
	p := s.world.place(r.account, r.region)
	p.mu.RLock()
	defer p.mu.RUnlock()
	var items []item
	for _, v := range p.net.vpcs {
		for _, g := range v.groups {
			items = append(items, item{
				id: g.id, view: func() element { return p.groupView(g) },
				attrs: map[string][]string{
					"group-id": {g.id}, "group-name": {g.name}, "vpc-id": {v.id}, "owner-id": {p.account.id}, "description": {g.about},
				},
			})
		}
	}
	return s.describeAll(r, kind{
		set: "securityGroupInfo", ids: "GroupId", refName: "groupIds", code: "InvalidGroup.NotFound", noun: "security group", page: [2]int{5, 1000},
		filters: []string{"group-id", "group-name", "vpc-id", "owner-id", "description"},
	}, items)
}

func (p *place) groupView(g *securityGroup) element {
	egress := make([]element, 0, len(g.egress))
	for _, rule := range g.egress {
		view := group("item", leaf("ipProtocol", rule.proto))
		if rule.proto != "-1" {
			view.kids = append(view.kids, number("fromPort", rule.from), number("toPort", rule.to))
		}
		var ranges, prefixes []element
		if rule.cidr != "" {
			ranges = append(ranges, group("item", leaf("cidrIp", rule.cidr)))
		}
		if rule.prefix != "" {
			prefixes = append(prefixes, group("item", leaf("prefixListId", rule.prefix)))
		}
		view.kids = append(view.kids, list("groups", nil), list("ipRanges", ranges), list("ipv6Ranges", nil), list("prefixListIds", prefixes))
		egress = append(egress, view)
	}
	return group("item",
		leaf("groupId", g.id), leaf("groupName", g.name), leaf("groupDescription", g.about), leaf("vpcId", g.vpc.id),
		leaf("ownerId", p.account.id), leaf("securityGroupArn", p.arn("ec2", "security-group/"+g.id)),
		list("ipPermissions", nil), list("ipPermissionsEgress", egress), tagSet(nil))
}

func describeNetworkACLs(s *Server, r *request) (any, *apiError) {
	p := s.world.place(r.account, r.region)
	p.mu.RLock()
	defer p.mu.RUnlock()
	items := make([]item, 0, len(p.net.acls))
	for _, a := range p.net.acls {
		items = append(items, item{
			id: a.id, view: func() element { return p.aclView(a) },
			attrs: map[string][]string{
				"network-acl-id": {a.id}, "association.network-acl-id": {a.id}, "vpc-id": {a.vpc.id}, "owner-id": {p.account.id},
				"default": {"true"}, "association.subnet-id": p.subnetsOf(a.vpc),
			},
		})
	}
	return s.describeAll(r, kind{
		set: "networkAclSet", ids: "NetworkAclId", refName: "networkAclIds", code: "InvalidNetworkAclID.NotFound", noun: "networkAcl", page: [2]int{5, 1000},
		filters: []string{"network-acl-id", "association.network-acl-id", "association.subnet-id", "vpc-id", "owner-id", "default"},
	}, items)
}

func (p *place) subnetsOf(v *vpc) []string {
	var out []string
	for _, n := range p.net.allSubnets() {
		if n.vpc == v {
			out = append(out, n.id)
		}
	}
	return out
}

func (p *place) aclView(a *networkACL) element {
	var entries []element
	entry := func(rule int, egress bool, proto, action string, ports int) {
		e := group("item", number("ruleNumber", rule), leaf("protocol", proto), leaf("ruleAction", action), flag("egress", egress), leaf("cidrBlock", "0.0.0.0/0"))
		if ports > 0 {
			e.kids = append(e.kids, group("portRange", number("from", ports), number("to", ports)))
		}
		entries = append(entries, e)
	}
	if a.deny443 {
		entry(90, true, "6", "deny", 443)
	}
	for _, egress := range []bool{true, false} {
		entry(100, egress, "-1", "allow", 0)
		entry(32767, egress, "-1", "deny", 0)
	}
	subnets := p.subnetsOf(a.vpc)
	assoc := make([]element, 0, len(subnets))
	for _, id := range subnets {
		assoc = append(assoc, group("item",
			leaf("networkAclAssociationId", "aclassoc-"+id[7:]), leaf("networkAclId", a.id), leaf("subnetId", id)))
	}
	return group("item",
		leaf("networkAclId", a.id), leaf("vpcId", a.vpc.id), leaf("ownerId", p.account.id), flag("default", true),
		list("entrySet", entries), list("associationSet", assoc), tagSet(nil))
}

func describeManagedPrefixLists(s *Server, r *request) (any, *apiError) {
	p := s.world.place(r.account, r.region)
	id, name := p.net.s3Prefix(), "com.amazonaws."+r.region+".s3"
	return s.describeAll(r, kind{
		set: "prefixListSet", ids: "PrefixListId", refName: "prefixListIds", code: "InvalidPrefixListID.NotFound", noun: "prefix list", page: [2]int{1, 100},
		filters: []string{"owner-id", "prefix-list-id", "prefix-list-name"},
	}, []item{{
		id: id,
		view: func() element {
			return group("item",
				leaf("prefixListId", id), leaf("prefixListName", name), leaf("addressFamily", "IPv4"), leaf("state", "create-complete"),
				leaf("prefixListArn", "arn:aws:ec2:"+r.region+":aws:prefix-list/"+id), leaf("ownerId", "AWS"), tagSet(nil))
		},
		attrs: map[string][]string{"owner-id": {"AWS"}, "prefix-list-id": {id}, "prefix-list-name": {name}},
	}})
}

func getPrefixListEntries(s *Server, r *request) (any, *apiError) {
	p := s.world.place(r.account, r.region)
	id := r.form.Get("PrefixListId")
	if id != p.net.s3Prefix() {
		return nil, badRequest("InvalidPrefixListID.NotFound", "The prefix list ID '%s' does not exist", id)
	}
	var entries []element
	for i := range 3 {
		entries = append(entries, group("item", leaf("cidr", "203.0.113."+strconv.Itoa(64*i)+"/26")))
	}
	return group("", list("entrySet", entries)), nil
}
