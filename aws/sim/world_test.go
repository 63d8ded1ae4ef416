package sim

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	smtypes "github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
)

func TestTheSameOptionsMakeTheSameWorld(t *testing.T) {
	t.Parallel()
	dump := func(seed uint64) string {
		r := newRig(t, func(o *Options) { o.Seed = seed })
		raw, err := json.Marshal(r.World())
		if err != nil {
			t.Fatal(err)
		}
		return string(raw) + answer(t, r, "us-east-1") + answer(t, r, "eu-west-1")
	}
	a, b := dump(7), dump(7)
	if a != b {
		t.Error("two worlds of one seed differ")
	}
	if a == dump(8) {
		t.Error("two worlds of different seeds are equal")
	}
}

// answer is the body of a list and of a Describe, as it stands on the wire.
func answer(t *testing.T, r rig, region string) string {
	t.Helper()
	id, _ := r.AccessKey()
	list := post(t, r.url, id, region, "sagemaker", "SageMaker.ListNotebookInstances", `{"MaxResults":100}`)
	vpcs := post(t, r.url, id, region, "ec2", "", "Action=DescribeVpcs&Version=2016-11-15")
	vpcs.body = regexp.MustCompile(`<requestId>[^<]*</requestId>`).ReplaceAllString(vpcs.body, "")
	return list.body + vpcs.body
}

type reply struct {
	status int
	header http.Header
	body   string
}

// post sends a request by hand, with a scope and no real signature.
func post(t testing.TB, url, key, region, service, target, body string) reply {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if key != "" {
		req.Header.Set("Authorization", fmt.Sprintf("AWS4-HMAC-SHA256 Credential=%s/20261123/%s/%s/aws4_request, SignedHeaders=host, Signature=00", key, region, service))
	}
	if target != "" {
		req.Header.Set("X-Amz-Target", target)
	} else {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{res.StatusCode, res.Header, string(raw)}
}

func TestTheOrderOfRequestsDoesNotChangeTheWorld(t *testing.T) {
	t.Parallel()
	a, b := newRig(t, nil), newRig(t, nil)
	first := answer(t, a, "us-east-1")
	_, _ = answer(t, b, "eu-west-1"), b.World()
	if answer(t, b, "us-east-1") != first {
		t.Error("a place differs when another was asked for first")
	}
}

func TestTheDemoWorldHoldsEveryKindOfNotebook(t *testing.T) {
	t.Parallel()
	w := newRig(t, nil).World()
	if len(w.Notebooks) != 180 || len(w.Accounts) != 3 || len(w.Regions) != 24 {
		t.Fatalf("%d notebooks, %d accounts, %d regions", len(w.Notebooks), len(w.Accounts), len(w.Regions))
	}
	seen := map[string]int{}
	opposite := 0
	for _, n := range w.Notebooks {
		seen["status "+n.Status]++
		seen["platform "+n.Platform]++
		seen["imds "+n.IMDSVersion]++
		seen["ip "+n.IPAddressType]++
		seen[fmt.Sprintf("vpc %v direct %s root %s", n.VPCID != "", n.DirectInternetAccess, n.RootAccess)]++
		seen[fmt.Sprintf("kms %v", n.KMSKeyID != "")]++
		seen[fmt.Sprintf("lifecycle %v", n.Lifecycle != "")]++
		seen[fmt.Sprintf("tagged %v", len(n.Tags) > 0)]++
		seen[fmt.Sprintf("stack %v", n.Tags["aws:cloudformation:stack-name"] != "")]++
		if n.DirectInternetAccess != n.RootAccess {
			opposite++
		}
		if (n.FailureReason != "") != (n.Status == failed) {
			t.Errorf("%s is %s with the reason %q", n.Name, n.Status, n.FailureReason)
		}
		if n.FailureReason != "" {
			seen["reason "+n.FailureReason[:12]]++
		}
		if n.VPCID == "" && n.DirectInternetAccess == off {
			t.Errorf("%s has neither a VPC nor direct internet, which AWS refuses", n.Name)
		}
	}
	want := []string{
		"platform notebook-al1-v1", "platform notebook-al2-v1", "platform notebook-al2-v2", "platform notebook-al2-v3",
		"platform notebook-al2023-v1", "imds 1", "imds 2", "ip ipv4", "ip dualstack", "kms true", "kms false", "lifecycle true",
		"lifecycle false", "tagged true", "tagged false", "stack true", "stack false",
		"reason Insufficient", "reason Notebook Ins", "reason Unable to cr",
	}
	for _, s := range smtypes.NotebookInstanceStatus("").Values() {
		want = append(want, "status "+string(s))
	}
	for _, vpcAndDirect := range []string{"vpc false direct Enabled", "vpc true direct Enabled", "vpc true direct Disabled"} {
		want = append(want, vpcAndDirect+" root Enabled", vpcAndDirect+" root Disabled")
	}
	for _, k := range want {
		if seen[k] == 0 {
			t.Errorf("no notebook with %s", k)
		}
	}
	if opposite*2 < len(w.Notebooks) {
		t.Errorf("root access differs from direct internet in %d of %d only", opposite, len(w.Notebooks))
	}
}

func TestTheWorldIsOneThatAWSWouldHave(t *testing.T) {
	t.Parallel()
	w := newRig(t, func(o *Options) { o.Notebooks, o.Accounts = 3000, 12 }).World()
	types := smtypes.InstanceType("").Values()
	tagText := regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`)
	names, ids := map[string]bool{}, map[string]bool{}
	for _, n := range w.Notebooks {
		key := n.Account + n.Region + strings.ToLower(n.Name)
		if names[key] {
			t.Errorf("two notebooks %s in %s of %s", n.Name, n.Region, n.Account)
		}
		names[key] = true
		if len(n.Name) > 63 || !namePattern.MatchString(n.Name) {
			t.Errorf("name %q", n.Name)
		}
		if !slices.Contains(types, smtypes.InstanceType(n.InstanceType)) {
			t.Errorf("type %q", n.InstanceType)
		}
		for k, v := range n.Tags {
			if len(k) > 128 || len(v) > 256 || !tagText.MatchString(k) || !tagText.MatchString(v) {
				t.Errorf("tag %q = %q", k, v)
			}
		}
	}
	noAlias := 0
	for _, a := range w.Accounts {
		if ids[a.ID] || !isAccountID(a.ID) {
			t.Errorf("account %q", a.ID)
		}
		ids[a.ID] = true
		if a.Alias == "" {
			noAlias++
		}
	}
	if noAlias == 0 {
		t.Error("every account has an alias")
	}
}

func TestSizesOfWorldsAreExact(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 2, 33, 181} {
		for _, regions := range []int{1, 34} {
			for _, accounts := range []int{1, 5} {
				r := newRig(t, func(o *Options) { o.Notebooks, o.Regions, o.Accounts = n, regions, accounts })
				w := r.World()
				if len(w.Notebooks) != n || len(w.Regions) != regions || len(w.Accounts) != accounts {
					t.Errorf("%d notebooks, %d regions, %d accounts; want %d, %d, %d", len(w.Notebooks), len(w.Regions), len(w.Accounts), n, regions, accounts)
				}
			}
		}
	}
}

func TestOptionsThatMakeNoSenseAreNamed(t *testing.T) {
	t.Parallel()
	cases := map[string]func(*Options){
		"accounts: 0 is not between":    func(o *Options) { o.Accounts = 0 },
		"regions: 35 is not between":    func(o *Options) { o.Regions = 35 },
		"notebooks: -1 is not between":  func(o *Options) { o.Notebooks = -1 },
		"latency: -1s is negative":      func(o *Options) { o.Latency = -time.Second },
		"rps: -1 is negative":           func(o *Options) { o.RPS = -1 },
		"time-scale: -2 is negative":    func(o *Options) { o.TimeScale = -2 },
		"now: there is no clock":        func(o *Options) { o.Now = nil },
		`fault "nope": unknown word`:    func(o *Options) { o.Faults = "nope" },
		`"mars-1" is not a region`:      func(o *Options) { o.Faults = "deny=mars-1" },
		"rps: NaN is not a number":      nil,
		"time-scale: +Inf is not a num": nil,
	}
	for want, change := range cases {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			o := Defaults()
			switch {
			case change != nil:
				change(&o)
			case strings.HasPrefix(want, "rps"):
				o.RPS = nan()
			default:
				o.TimeScale = 1 / zero()
			}
			if _, err := New(o); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("error = %v, want %q", err, want)
			}
		})
	}
}

func zero() float64 { return 0 }
func nan() float64  { return zero() / zero() }

func TestTheNetworkOfEveryNotebookIsWhole(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	ctx := context.Background()
	c := r.ec2("us-east-1")
	subnets, err := c.DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{})
	if err != nil {
		t.Fatal(err)
	}
	groups, err := c.DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{})
	if err != nil {
		t.Fatal(err)
	}
	vpcOf := map[string]string{}
	for _, s := range subnets.Subnets {
		vpcOf[*s.SubnetId] = *s.VpcId
	}
	for _, g := range groups.SecurityGroups {
		vpcOf[*g.GroupId] = *g.VpcId
	}
	for _, n := range r.notebooks("us-east-1") {
		if n.SubnetID == "" {
			continue
		}
		out, err := r.sagemaker("us-east-1").DescribeNotebookInstance(ctx, &sagemaker.DescribeNotebookInstanceInput{NotebookInstanceName: &n.Name})
		if err != nil {
			t.Fatal(err)
		}
		if vpcOf[*out.SubnetId] != n.VPCID {
			t.Errorf("%s: subnet %s lies in %q, not %s", n.Name, *out.SubnetId, vpcOf[*out.SubnetId], n.VPCID)
		}
		for _, g := range out.SecurityGroups {
			if vpcOf[g] != n.VPCID {
				t.Errorf("%s: group %s belongs to %q, not %s", n.Name, g, vpcOf[g], n.VPCID)
			}
		}
		eni, err := c.DescribeNetworkInterfaces(ctx, &ec2.DescribeNetworkInterfacesInput{NetworkInterfaceIds: []string{*out.NetworkInterfaceId}})
		if err != nil || len(eni.NetworkInterfaces) != 1 || *eni.NetworkInterfaces[0].SubnetId != n.SubnetID || eni.NetworkInterfaces[0].Association != nil {
			t.Errorf("interface %s: %+v %v", *out.NetworkInterfaceId, eni, err)
		}
	}
}

func TestEveryRouteLeadsToSomethingThatExists(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	ctx := context.Background()
	c := r.ec2("us-east-1")
	tables, err := c.DescribeRouteTables(ctx, &ec2.DescribeRouteTablesInput{})
	if err != nil {
		t.Fatal(err)
	}
	exists := gateways(t, c)
	main := map[string]int{}
	kinds := map[string]bool{}
	for _, table := range tables.RouteTables {
		for _, a := range table.Associations {
			if *a.Main {
				main[*table.VpcId]++
			}
		}
		for _, route := range table.Routes {
			target := sdkaws.ToString(route.GatewayId) + sdkaws.ToString(route.NatGatewayId) + sdkaws.ToString(route.TransitGatewayId)
			kind, _, _ := strings.Cut(target, "-")
			kinds[kind] = true
			if route.State == types.RouteStateBlackhole {
				if exists[target] {
					t.Errorf("route to %s is a black hole, and it exists", target)
				}
				continue
			}
			if kind != "local" && kind != "tgw" && !exists[target] {
				t.Errorf("route of %s to %q, which does not exist", *table.RouteTableId, target)
			}
		}
	}
	for _, want := range []string{"local", "igw", "nat", "tgw", "vpce"} {
		if !kinds[want] {
			t.Errorf("no route leads to a %s", want)
		}
	}
	vpcs, err := c.DescribeVpcs(ctx, &ec2.DescribeVpcsInput{})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range vpcs.Vpcs {
		if main[*v.VpcId] != 1 {
			t.Errorf("VPC %s has %d main tables", *v.VpcId, main[*v.VpcId])
		}
	}
}

// gateways lists what a route can lead to, and checks what it reads.
func gateways(t *testing.T, c *ec2.Client) map[string]bool {
	t.Helper()
	ctx := context.Background()
	out := map[string]bool{}
	nats, err := c.DescribeNatGateways(ctx, &ec2.DescribeNatGatewaysInput{})
	if err != nil {
		t.Fatal(err)
	}
	states := map[string]bool{}
	for _, g := range nats.NatGateways {
		out[*g.NatGatewayId] = true
		states[string(g.State)+" "+string(g.ConnectivityType)] = true
		if (g.State == types.NatGatewayStateAvailable && g.ConnectivityType == types.ConnectivityTypePublic) != (g.NatGatewayAddresses[0].PublicIp != nil) {
			t.Errorf("NAT gateway %s: state %s, addresses %+v", *g.NatGatewayId, g.State, g.NatGatewayAddresses)
		}
	}
	for _, want := range []string{"available public", "failed public"} {
		if !states[want] {
			t.Errorf("no NAT gateway is %s", want)
		}
	}
	igws, err := c.DescribeInternetGateways(ctx, &ec2.DescribeInternetGatewaysInput{})
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range igws.InternetGateways {
		out[*g.InternetGatewayId] = len(g.Attachments) == 1
	}
	ends, err := c.DescribeVpcEndpoints(ctx, &ec2.DescribeVpcEndpointsInput{})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range ends.VpcEndpoints {
		out[*e.VpcEndpointId] = true
		if e.VpcEndpointType == types.VpcEndpointTypeGateway && len(e.RouteTableIds) == 0 {
			t.Errorf("gateway endpoint %s is in no route table", *e.VpcEndpointId)
		}
	}
	return out
}

func BenchmarkBuildAndListALargeWorld(b *testing.B) {
	for b.Loop() {
		o := Defaults()
		o.Notebooks = 100_000
		s, err := New(o)
		if err != nil {
			b.Fatal(err)
		}
		if n := len(s.World().Notebooks); n == 0 {
			b.Fatal("the world is empty")
		}
	}
}
