package sim

import (
	"slices"
	"strings"
)

// Everyone, in each IP version.
const (
	anyone  = "0.0.0.0/0"
	anyone6 = "::/0"
)

func (x ec2View) describeSecurityGroups() (kind, []item) {
	var items []item
	for _, v := range x.vpcs {
		for _, g := range v.groups {
			if g.owner != x.place.account.id && (g.owner != "" || !x.owns(v)) {
				continue
			}
			items = append(items, item{
				id: g.id, view: func() element { return x.groupView(g) },
				attrs: map[string][]string{
					"group-id": {g.id}, "group-name": {g.name}, "vpc-id": {v.id}, "owner-id": {x.place.account.id}, "description": {g.about},
				},
			})
		}
	}
	return kind{
		set: "securityGroupInfo", ids: "GroupId", refName: "groupIds", code: "InvalidGroup.NotFound", noun: "security group", page: [2]int{5, 1000},
		filters: []string{"group-id", "group-name", "vpc-id", "owner-id", "description"},
	}, items
}

func (x ec2View) groupView(g *securityGroup) element {
	return group("item",
		leaf("groupId", g.id), leaf("groupName", g.name), leaf("groupDescription", g.about), leaf("vpcId", g.vpc.id),
		leaf("ownerId", x.place.account.id), leaf("securityGroupArn", x.place.arn("ec2", "security-group/"+g.id)),
		list("ipPermissions", x.ruleViews(g.ingress)), list("ipPermissionsEgress", x.ruleViews(g.egress)), tagSet(nil))
}

func (x ec2View) ruleViews(rules []groupRule) []element {
	out := make([]element, 0, len(rules))
	for _, rule := range rules {
		view := group("item", leaf("ipProtocol", rule.proto))
		if rule.proto != "-1" {
			view.kids = append(view.kids, number("fromPort", rule.from), number("toPort", rule.to))
		}
		var groups, v4, v6, prefixes []element
		switch {
		case rule.group != "":
			groups = append(groups, group("item", leaf("groupId", rule.group), leaf("userId", x.place.account.id)))
		case rule.prefix != "":
			prefixes = append(prefixes, group("item", leaf("prefixListId", rule.prefix)))
		case strings.Contains(rule.cidr, ":"):
			v6 = append(v6, group("item", leaf("cidrIpv6", rule.cidr)))
		default:
			v4 = append(v4, group("item", leaf("cidrIp", rule.cidr)))
		}
		view.kids = append(view.kids, list("groups", groups), list("ipRanges", v4), list("ipv6Ranges", v6), list("prefixListIds", prefixes))
		out = append(out, view)
	}
	return out
}

func (x ec2View) describeNetworkACLs() (kind, []item) {
	items := make([]item, 0, len(x.acls))
	for _, a := range x.acls {
		items = append(items, item{
			id: a.id, view: func() element { return x.aclView(a) },
			attrs: map[string][]string{
				"network-acl-id": {a.id}, "association.network-acl-id": {a.id}, "vpc-id": {a.vpc.id}, "owner-id": {x.place.account.id},
				"default": boolText(a.subnets == nil), "association.subnet-id": x.guarded(a),
			},
		})
	}
	return kind{
		set: "networkAclSet", ids: "NetworkAclId", refName: "networkAclIds", code: "InvalidNetworkAclID.NotFound", noun: "networkAcl", page: [2]int{5, 1000},
		filters: []string{"network-acl-id", "association.network-acl-id", "association.subnet-id", "vpc-id", "owner-id", "default"},
	}, items
}

// guarded lists the subnets of an ACL: those that it names, or all of the VPC that
// no other names.
func (n *network) guarded(a *networkACL) []string {
	var out []string
	for _, s := range n.allSubnets() {
		named := func(other *networkACL) bool { return slices.Contains(other.subnets, s) }
		if named(a) || a.subnets == nil && s.vpc == a.vpc && !slices.ContainsFunc(n.acls, named) {
			out = append(out, s.id)
		}
	}
	return out
}

// rules are the entries of an ACL; the last of each direction is AWS's own.
func (a *networkACL) rules() []aclEntry {
	out := a.entries
	if out == nil {
		if a.deny443 {
			out = append(out, aclEntry{rule: 90, egress: true, proto: "6", action: "deny", from: 443, to: 443, cidr: anyone})
		}
		for _, egress := range []bool{true, false} {
			out = append(out, aclEntry{rule: 100, egress: egress, proto: "-1", action: "allow", cidr: anyone})
			if a.vpc.ipv6 != "" {
				out = append(out, aclEntry{rule: 101, egress: egress, proto: "-1", action: "allow", cidr: anyone6})
			}
		}
	}
	out = slices.Clip(out)
	for _, egress := range []bool{true, false} {
		out = append(out, aclEntry{rule: 32767, egress: egress, proto: "-1", action: "deny", cidr: anyone})
		if a.vpc.ipv6 != "" {
			out = append(out, aclEntry{rule: 32768, egress: egress, proto: "-1", action: "deny", cidr: anyone6})
		}
	}
	return out
}

func (x ec2View) aclView(a *networkACL) element {
	rules := a.rules()
	entries := make([]element, 0, len(rules))
	for _, e := range rules {
		cidr := leaf("cidrBlock", e.cidr)
		if strings.Contains(e.cidr, ":") {
			cidr = leaf("ipv6CidrBlock", e.cidr)
		}
		view := group("item", number("ruleNumber", e.rule), leaf("protocol", e.proto), leaf("ruleAction", e.action), flag("egress", e.egress), cidr)
		if e.to > 0 {
			view.kids = append(view.kids, group("portRange", number("from", e.from), number("to", e.to)))
		}
		entries = append(entries, view)
	}
	subnets := x.guarded(a)
	assoc := make([]element, 0, len(subnets))
	for _, id := range subnets {
		assoc = append(assoc, group("item",
			leaf("networkAclAssociationId", "aclassoc-"+id[7:]), leaf("networkAclId", a.id), leaf("subnetId", id)))
	}
	return group("item",
		leaf("networkAclId", a.id), leaf("vpcId", a.vpc.id), leaf("ownerId", x.place.account.id), flag("default", a.subnets == nil),
		list("entrySet", entries), list("associationSet", assoc), tagSet(nil))
}

// listItem is a prefix list as EC2 describes it.
func (x ec2View) listItem(id, name, owner string) item {
	return item{
		id: id,
		view: func() element {
			arnOwner := owner
			if owner == "AWS" {
				arnOwner = "aws"
			}
			return group("item",
				leaf("prefixListId", id), leaf("prefixListName", name), leaf("addressFamily", "IPv4"), leaf("state", "create-complete"),
				leaf("prefixListArn", "arn:aws:ec2:"+x.place.region.name+":"+arnOwner+":prefix-list/"+id), leaf("ownerId", owner), tagSet(nil))
		},
		attrs: map[string][]string{"owner-id": {owner}, "prefix-list-id": {id}, "prefix-list-name": {name}},
	}
}

func (x ec2View) describeManagedPrefixLists() (kind, []item) {
	items := make([]item, 0, 1+len(x.lists))
	items = append(items, x.listItem(x.s3Prefix(), "com.amazonaws."+x.place.region.name+".s3", "AWS"))
	for _, l := range x.lists {
		items = append(items, x.listItem(l.id, l.name, x.place.account.id))
	}
	return kind{
		set: "prefixListSet", ids: "PrefixListId", refName: "prefixListIds", code: "InvalidPrefixListID.NotFound", noun: "prefix list", page: [2]int{1, 100},
		filters: []string{"owner-id", "prefix-list-id", "prefix-list-name"},
	}, items
}

func getPrefixListEntries(s *cloud, r *request) (any, *apiError) {
	p := s.world.place(r.account, r.region)
	p.mu.RLock()
	defer p.mu.RUnlock()
	id := r.form.Get("PrefixListId")
	var cidrs []string
	i := slices.IndexFunc(p.net.lists, func(l *prefixList) bool { return l.id == id })
	switch {
	case i >= 0:
		cidrs = p.net.lists[i].cidrs
	case id == p.net.s3Prefix():
		cidrs = s3Ranges()
	default:
		return nil, badRequest("InvalidPrefixListID.NotFound", "The prefix list ID '%s' does not exist", id)
	}
	entries := make([]element, 0, len(cidrs))
	for _, c := range cidrs {
		entries = append(entries, group("item", leaf("cidr", c)))
	}
	return group("", list("entrySet", entries)), nil
}
