package sim

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

func ec2Operations() []operation {
	return []operation{
		{name: "EC2.DescribeRegions", handle: describeRegions},
		{name: "EC2.DescribeSubnets", handle: asked(ec2View.describeSubnets)},
		{name: "EC2.DescribeVpcs", handle: asked(ec2View.describeVpcs)},
		{name: "EC2.DescribeVpcAttribute", handle: describeVpcAttribute},
		{name: "EC2.DescribeDhcpOptions", handle: asked(ec2View.describeDhcpOptions)},
		{name: "EC2.DescribeVpcBlockPublicAccessOptions", handle: describeBlockPublicAccess},
		{name: "EC2.DescribeVpcBlockPublicAccessExclusions", handle: asked(ec2View.describeBlockExclusions)},
		{name: "EC2.DescribeEgressOnlyInternetGateways", handle: asked(ec2View.describeEgressOnlyGateways)},
		{name: "EC2.DescribeRouteTables", handle: asked(ec2View.describeRouteTables)},
		{name: "EC2.DescribeNatGateways", handle: asked(ec2View.describeNatGateways)},
		{name: "EC2.DescribeInternetGateways", handle: asked(ec2View.describeInternetGateways)},
		{name: "EC2.DescribeSecurityGroups", handle: asked(ec2View.describeSecurityGroups)},
		{name: "EC2.DescribeNetworkAcls", handle: asked(ec2View.describeNetworkACLs)},
		{name: "EC2.DescribeVpcEndpoints", handle: asked(ec2View.describeVpcEndpoints)},
		{name: "EC2.DescribeInstanceTypeOfferings", handle: describeOfferings},
		{name: "EC2.DescribeNetworkInterfaces", handle: describeNetworkInterfaces},
		{name: "EC2.DescribeManagedPrefixLists", handle: asked(ec2View.describeManagedPrefixLists)},
		{name: "EC2.GetManagedPrefixListEntries", handle: getPrefixListEntries},
	}
}

// item is one thing of a Describe: its XML, its id, and what filters see of it.
type item struct {
	id    string
	view  func() element
	attrs map[string][]string
	tags  []tag
}

// kind is what is described, in the words that its Describe uses.
type kind struct {
	set     string   // name of the list in the answer
	ids     string   // parameter with the ids
	refName string   // the parameter in an error about the combination with a page
	code    string   // error code for an id that is not there
	noun    string   // in the text of that error
	filters []string // those that exist besides tags
	page    [2]int   // fewest and most for a page
}

// ec2View is the network of a place as EC2 tells it to the place's account at a time.
type ec2View struct {
	*network

	now time.Time
}

// asked answers a Describe about the network of a place.
func asked(describe func(ec2View) (kind, []item)) handler {
	return func(s *cloud, r *request) (any, *apiError) {
		p := s.world.place(r.account, r.region)
		p.mu.RLock()
		defer p.mu.RUnlock()
		k, items := describe(ec2View{p.net, r.now})
		return describeAll(r, k, items)
	}
}

// describeAll answers a Describe: by ids, filters and pages.
func describeAll(r *request, k kind, items []item) (any, *apiError) {
	ids, filters := numbered(r.form, k.ids), readFilters(r.form)
	size, fail := pageSize(r.form, k)
	if fail != nil {
		return nil, fail
	}
	if size > 0 && len(ids) > 0 {
		return nil, badRequest("InvalidParameterCombination", "The parameter %s cannot be used with the parameter maxResults", k.refName)
	}
	items, fail = byID(items, ids, k)
	if fail != nil {
		return nil, fail
	}
	for _, f := range filters {
		if !f.exists(k) {
			return nil, badRequest("InvalidParameterValue", "The filter '%s' is invalid", f.name)
		}
	}
	var found []item
	for _, it := range items {
		if !slices.ContainsFunc(filters, func(f filter) bool { return !f.matches(it) }) {
			found = append(found, it)
		}
	}
	if size == 0 {
		size = 1000
	}
	found, next, ok := page(r, found, size, fmt.Sprint(filters, ids), r.form.Get("NextToken"))
	if !ok {
		return nil, badRequest("InvalidNextToken", "The specified token is invalid.")
	}
	views := make([]element, 0, len(found))
	for _, it := range found {
		views = append(views, it.view())
	}
	return group("", list(k.set, views), leaf("nextToken", next)), nil
}

// byID picks the items that are asked for by id; one that is not there is an
// error for all.
func byID(items []item, ids []string, k kind) ([]item, *apiError) {
	if len(ids) == 0 {
		return items, nil
	}
	var missing []string
	var out []item
	for _, id := range ids {
		i := slices.IndexFunc(items, func(it item) bool { return it.id == id })
		if i < 0 {
			missing = append(missing, id)
			continue
		}
		if !slices.ContainsFunc(out, func(it item) bool { return it.id == id }) {
			out = append(out, items[i])
		}
	}
	switch len(missing) {
	case 0:
		return out, nil
	case 1:
		return nil, badRequest(k.code, "The %s ID '%s' does not exist", k.noun, missing[0])
	}
	return nil, badRequest(k.code, "The %s IDs '%s' do not exist", k.noun, strings.Join(missing, ", "))
}

func pageSize(form url.Values, k kind) (int, *apiError) {
	text := form.Get("MaxResults")
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	switch {
	case err != nil:
		return 0, badRequest("InvalidParameterValue", "Value ( %s ) for parameter maxResults is invalid.", text)
	case n < k.page[0]:
		return 0, badRequest("InvalidParameterValue", "Value ( %d ) for parameter maxResults is invalid. Expecting a value greater than %d.", n, k.page[0])
	case n > k.page[1]:
		return 0, badRequest("InvalidParameterValue", "Value ( %d ) for parameter maxResults is invalid. Expecting a value less than %d.", n, k.page[1])
	}
	return n, nil
}

// numbered reads a list of the query protocol: name.1, name.2 and so on.
func numbered(form url.Values, name string) []string {
	var out []string
	for i := 1; ; i++ {
		v, ok := form[name+"."+strconv.Itoa(i)]
		if !ok || len(v) == 0 {
			return out
		}
		out = append(out, v[0])
	}
}

// filter is a filter of a Describe; the values are alternatives and may hold * and ?.
type filter struct {
	name   string
	values []string
}

func readFilters(form url.Values) []filter {
	var out []filter
	for i := 1; ; i++ {
		key := "Filter." + strconv.Itoa(i)
		name, ok := form[key+".Name"]
		if !ok || len(name) == 0 {
			return out
		}
		out = append(out, filter{name[0], numbered(form, key+".Value")})
	}
}

func (f filter) exists(k kind) bool {
	return f.name == "tag-key" || strings.HasPrefix(f.name, "tag:") || slices.Contains(k.filters, f.name)
}

func (f filter) matches(it item) bool {
	have := it.attrs[f.name]
	key, isTag := strings.CutPrefix(f.name, "tag:")
	for _, t := range it.tags {
		switch {
		case f.name == "tag-key":
			have = append(have, t.Key)
		case isTag && t.Key == key:
			have = append(have, t.Value)
		}
	}
	return slices.ContainsFunc(have, func(v string) bool {
		return slices.ContainsFunc(f.values, func(pattern string) bool { return wildcard(pattern, v) })
	})
}

// wildcard matches * and ? without going back more than once for a star.
func wildcard(pattern, s string) bool {
	p, i, star, mark := 0, 0, -1, 0
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, i
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == s[i]):
			p++
			i++
		case star >= 0:
			mark++
			p, i = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

func tagSet(tags []tag) element {
	items := make([]element, 0, len(tags))
	for _, t := range tags {
		items = append(items, group("item", leaf("key", t.Key), element{name: "value", text: t.Value}))
	}
	return list("tagSet", items)
}

// nameTag is the tag that names a thing, if it has a name.
func nameTag(name string) []tag {
	if name == "" {
		return nil
	}
	return []tag{{"Name", name}}
}

func describeRegions(s *cloud, r *request) (any, *apiError) {
	all := strings.EqualFold(r.form.Get("AllRegions"), "true")
	var items []item
	for _, region := range s.world.known() {
		status := s.world.optStatus(region, r.faults)
		if !all && status == "not-opted-in" {
			continue
		}
		host := "ec2." + region.name + ".amazonaws.com"
		items = append(items, item{
			id: region.name,
			view: func() element {
				return group("item", leaf("regionName", region.name), leaf("regionEndpoint", host), leaf("optInStatus", status))
			},
			attrs: map[string][]string{"region-name": {region.name}, "endpoint": {host}, "opt-in-status": {status}},
		})
	}
	return describeAll(r, kind{
		set: "regionInfo", ids: "RegionName", code: "InvalidParameterValue", noun: "region",
		filters: []string{"region-name", "endpoint", "opt-in-status"}, page: [2]int{1, 1000},
	}, items)
}
