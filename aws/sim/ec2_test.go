package sim

import (
	"context"
	"fmt"
	"strings"
	"testing"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

func subnetIDs(t *testing.T, c *ec2.Client, in ec2.DescribeSubnetsInput) []string {
	t.Helper()
	var out []string
	for {
		page, err := c.DescribeSubnets(context.Background(), &in)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range page.Subnets {
			out = append(out, *s.SubnetId)
		}
		if page.NextToken == nil {
			return out
		}
		in.NextToken = page.NextToken
	}
}

func TestSubnetsAreFoundByIDFilterAndPage(t *testing.T) {
	t.Parallel()
	c := newRig(t, nil).ec2("us-east-1")
	all := subnetIDs(t, c, ec2.DescribeSubnetsInput{})
	filter := func(name string, values ...string) ec2.DescribeSubnetsInput {
		return ec2.DescribeSubnetsInput{Filters: []types.Filter{{Name: &name, Values: values}}}
	}
	one, err := c.DescribeSubnets(context.Background(), &ec2.DescribeSubnetsInput{SubnetIds: all[2:3]})
	if err != nil {
		t.Fatal(err)
	}
	vpc := *one.Subnets[0].VpcId
	cases := map[string]struct {
		in   ec2.DescribeSubnetsInput
		want int
	}{
		"by ids":               {ec2.DescribeSubnetsInput{SubnetIds: []string{all[3], all[1]}}, 2},
		"an id twice":          {ec2.DescribeSubnetsInput{SubnetIds: []string{all[1], all[1]}}, 1},
		"in pages of five":     {ec2.DescribeSubnetsInput{MaxResults: sdkaws.Int32(5)}, len(all)},
		"by VPC":               {filter("vpc-id", vpc), 3},
		"by the name tag":      {filter("tag:Name", "ml-prod-private-*"), 2},
		"by one letter":        {filter("tag:Name", "ml-prod-private-?"), 2},
		"by either of two":     {filter("tag:Name", "ml-prod-private-a", "ml-prod-private-b", "nobody"), 2},
		"by a tag key":         {filter("tag-key", "Name"), len(all) - 2},
		"by what matches none": {filter("vpc-id", "vpc-0"), 0},
	}
	for name, c2 := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := subnetIDs(t, c, c2.in)
			seen := map[string]bool{}
			for _, id := range got {
				seen[id] = true
			}
			if len(got) != c2.want || len(seen) != len(got) {
				t.Errorf("%d subnets (%d different), want %d", len(got), len(seen), c2.want)
			}
		})
	}
}

func TestEC2RefusesInTheWordsOfAWS(t *testing.T) {
	t.Parallel()
	c := newRig(t, nil).ec2("us-east-1")
	ctx := context.Background()
	id := subnetIDs(t, c, ec2.DescribeSubnetsInput{})[0]
	subnets := func(in ec2.DescribeSubnetsInput) func() error {
		return func() error { _, err := c.DescribeSubnets(ctx, &in); return err }
	}
	cases := map[string]struct {
		call          func() error
		code, message string
	}{
		"a subnet that does not exist": {
			subnets(ec2.DescribeSubnetsInput{SubnetIds: []string{id, "subnet-1"}}), "InvalidSubnetID.NotFound", "The subnet ID 'subnet-1' does not exist",
		},
		"two of them": {
			subnets(ec2.DescribeSubnetsInput{SubnetIds: []string{"subnet-1", "subnet-2"}}), "InvalidSubnetID.NotFound",
			"The subnet IDs 'subnet-1, subnet-2' do not exist",
		},
		"ids in pages": {
			subnets(ec2.DescribeSubnetsInput{SubnetIds: []string{id}, MaxResults: sdkaws.Int32(5)}), "InvalidParameterCombination",
			"The parameter subnetIds cannot be used with the parameter maxResults",
		},
		"a page too small": {
			subnets(ec2.DescribeSubnetsInput{MaxResults: sdkaws.Int32(4)}), "InvalidParameterValue",
			"Value ( 4 ) for parameter maxResults is invalid. Expecting a value greater than 5.",
		},
		"a page too large": {
			subnets(ec2.DescribeSubnetsInput{MaxResults: sdkaws.Int32(1001)}), "InvalidParameterValue",
			"Value ( 1001 ) for parameter maxResults is invalid. Expecting a value less than 1000.",
		},
		"a filter that does not exist": {
			subnets(ec2.DescribeSubnetsInput{Filters: []types.Filter{{Name: sdkaws.String("colour"), Values: []string{"red"}}}}), "InvalidParameterValue",
			"The filter 'colour' is invalid",
		},
		"a token that was made up": {
			subnets(ec2.DescribeSubnetsInput{NextToken: sdkaws.String("x"), MaxResults: sdkaws.Int32(5)}), "InvalidNextToken", "The specified token is invalid.",
		},
		"a VPC that does not exist": {
			func() error {
				_, err := c.DescribeVpcs(ctx, &ec2.DescribeVpcsInput{VpcIds: []string{"vpc-1"}})
				return err
			},
			"InvalidVpcID.NotFound", "The vpc ID 'vpc-1' does not exist",
		},
		"an operation that is not simulated": {
			func() error { _, err := c.DescribeInstances(ctx, &ec2.DescribeInstancesInput{}); return err },
			"InvalidAction", "The action DescribeInstances is not valid for this web service.",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantError(t, c.call(), c.code, c.message)
		})
	}
}

func TestRegionsAreTheEnabledOnesUnlessAllAreAskedFor(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(o *Options) { o.Faults = "optin=eu-south-1" })
	ctx := context.Background()
	c := r.ec2("us-east-1")
	enabled, err := c.DescribeRegions(ctx, &ec2.DescribeRegionsInput{})
	if err != nil {
		t.Fatal(err)
	}
	every, err := c.DescribeRegions(ctx, &ec2.DescribeRegionsInput{AllRegions: sdkaws.Bool(true)})
	if err != nil {
		t.Fatal(err)
	}
	if len(enabled.Regions) != 23 || len(every.Regions) != 34 {
		t.Fatalf("%d regions enabled, %d in all", len(enabled.Regions), len(every.Regions))
	}
	status := map[string]string{}
	for _, region := range every.Regions {
		status[*region.RegionName] = *region.OptInStatus
	}
	if status["us-east-1"] != "opt-in-not-required" || status["eu-central-2"] != "opted-in" || status["eu-south-1"] != "not-opted-in" ||
		status["af-south-1"] != "not-opted-in" {
		t.Errorf("statuses %v", status)
	}
	off, err := c.DescribeRegions(ctx, &ec2.DescribeRegionsInput{
		AllRegions: sdkaws.Bool(true), Filters: []types.Filter{{Name: sdkaws.String("opt-in-status"), Values: []string{"not-opted-in"}}},
	})
	if err != nil || len(off.Regions) != 11 {
		t.Errorf("%d regions off: %v", len(off.Regions), err)
	}
}

func TestGuardsAndListsOfTheNetworkCanBeRead(t *testing.T) {
	t.Parallel()
	c := newRig(t, nil).ec2("us-east-1")
	ctx := context.Background()
	acls, err := c.DescribeNetworkAcls(ctx, &ec2.DescribeNetworkAclsInput{})
	if err != nil {
		t.Fatal(err)
	}
	denies := 0
	for _, a := range acls.NetworkAcls {
		for _, e := range a.Entries {
			if *e.RuleNumber < 100 && e.RuleAction == types.RuleActionDeny && *e.Egress && *e.PortRange.From == 443 {
				denies++
			}
		}
		if len(a.Associations) == 0 {
			t.Errorf("%s guards no subnet", *a.NetworkAclId)
		}
	}
	groups, err := c.DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{})
	if err != nil {
		t.Fatal(err)
	}
	egress := map[string]bool{}
	for _, g := range groups.SecurityGroups {
		egress[fmt.Sprint(*g.GroupName, len(g.IpPermissionsEgress))] = true
	}
	if denies == 0 || !egress["quarantine0"] || !egress["notebooks-https1"] {
		t.Errorf("%d denials of HTTPS; groups %v", denies, egress)
	}
	lists, err := c.DescribeManagedPrefixLists(ctx, &ec2.DescribeManagedPrefixListsInput{})
	if err != nil || len(lists.PrefixLists) != 1 {
		t.Fatal(lists, err)
	}
	entries, err := c.GetManagedPrefixListEntries(ctx, &ec2.GetManagedPrefixListEntriesInput{PrefixListId: lists.PrefixLists[0].PrefixListId})
	if err != nil || len(entries.Entries) == 0 {
		t.Error(entries, err)
	}
	bpa, err := c.DescribeVpcBlockPublicAccessOptions(ctx, &ec2.DescribeVpcBlockPublicAccessOptionsInput{})
	if err != nil || bpa.VpcBlockPublicAccessOptions.InternetGatewayBlockMode != types.InternetGatewayBlockModeOff {
		t.Error(bpa, err)
	}
	vpcs, err := c.DescribeVpcs(ctx, &ec2.DescribeVpcsInput{})
	if err != nil {
		t.Fatal(err)
	}
	dns := map[bool]int{}
	for _, v := range vpcs.Vpcs {
		out, err := c.DescribeVpcAttribute(ctx, &ec2.DescribeVpcAttributeInput{VpcId: v.VpcId, Attribute: types.VpcAttributeNameEnableDnsHostnames})
		if err != nil {
			t.Fatal(err)
		}
		dns[*out.EnableDnsHostnames.Value]++
	}
	if dns[true] == 0 || dns[false] == 0 {
		t.Errorf("DNS host names: %v", dns)
	}
}

func TestWildcardsMatchAsInEC2(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern, s string
		want       bool
	}{
		{"", "", true}, {"", "a", false}, {"*", "", true}, {"*", "abc", true}, {"a*", "abc", true}, {"*c", "abc", true}, {"a*c*", "abcd", true},
		{"a?c", "abc", true}, {"a?c", "ac", false}, {"*b*d", "abcbd", true}, {"*b*e", "abcbd", false}, {"abc", "abcd", false}, {"abc*", "ab", false},
	} {
		if got := wildcard(c.pattern, c.s); got != c.want {
			t.Errorf("wildcard(%q, %q) = %v", c.pattern, c.s, got)
		}
	}
	long := strings.Repeat("a", 5000)
	if wildcard(strings.Repeat("a*", 50)+"b", long) {
		t.Error("matched")
	}
}
