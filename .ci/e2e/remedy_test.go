//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// remedy is a remedy as the JSON contract has it.
type remedy struct {
	Title      string   `json:"title"`
	Why        string   `json:"why"`
	Recreates  bool     `json:"recreates"`
	MonthlyUSD *float64 `json:"monthlyUSD"`
	Commands   []string `json:"commands"`
	After      struct {
		Verdict string `json:"verdict"`
	} `json:"after"`
	Affects []struct{ What, Before, After string } `json:"affects"`
}

// advised is the part of a notebook's JSON that the tests of remedies look at.
type advised struct {
	Egress struct {
		Verdict, Reason string
		NoRemedy        []string
		Endpoints       []struct{ Service, State string }
	}
	Remedies []remedy
}

func show(t *testing.T, env environment, name string) advised {
	t.Helper()
	r := run(t, env, binary(t), "show", name, "--region", egressRegion, "-o", "json")
	if r.code != motoCode {
		t.Fatalf("nbscope show %s: exit %d: %s", name, r.code, r.stderr)
	}
	var out advised
	if err := json.Unmarshal([]byte(r.stdout), &out); err != nil {
		t.Fatalf("nbscope show %s: %v in %q", name, err, r.stdout)
	}
	return out
}

// motoLacks lists what the emulator does not do, by a part of a command, with what
// it does instead. Remedies with such a command are not carried out here.
func motoLacks() map[string]string {
	return map[string]string{
		"enable-vgw-route-propagation": "is not implemented",
		"create-notebook-instance":     "a recreate is carried out by the tests of plans",
	}
}

// remedyCase is a VPC with something to better.
type remedyCase struct {
	name  string
	build func(n *network, name string)
	want  []string // parts of the titles of what is offered without a recreate, in this order
}

func remedyCases() []remedyCase {
	const everyone = "0.0.0.0/0"
	shut := func(n *network) {
		n.ec2("", "revoke-security-group-egress", "--group-id", n.group, "--ip-permissions", "IpProtocol=-1,IpRanges=[{CidrIp=0.0.0.0/0}]")
	}
	return []remedyCase{
		{"group", func(n *network, name string) {
			private := n.subnet("10.0.1.0/24")
			n.route(n.table(private), "--nat-gateway-id", n.nat())
			shut(n)
			n.notebook(name, private, "Disabled")
		}, []string{"Let tcp/443 out to the internet in security group"}},
		{"unrouted", func(n *network, name string) {
			private := n.subnet("10.0.1.0/24")
			n.table(private)
			n.nat()
			n.notebook(name, private, "Disabled")
		}, []string{"Route its subnet to NAT gateway"}},
		{"shared-table", func(n *network, name string) {
			private, other := n.subnet("10.0.1.0/24"), n.subnet("10.0.2.0/24")
			table := n.table(private)
			n.ec2("", "associate-route-table", "--route-table-id", table, "--subnet-id", other)
			n.nat()
			n.notebook(name, private, "Disabled")
		}, []string{"by a route table of its own", "Route its subnet to NAT gateway"}},
		{"main-table", func(n *network, name string) {
			private := n.subnet("10.0.1.0/24")
			n.nat()
			n.notebook(name, private, "Disabled")
		}, []string{"by a route table of its own"}},
		{"nat-on-the-main-table", func(n *network, name string) {
			private := n.subnet("10.0.1.0/24")
			nat := n.nat()
			public := n.ec2("Subnets.SubnetId", "describe-subnets", "--filters", "Name=vpc-id,Values="+n.vpc, "Name=cidr-block,Values=10.0.0.0/24")
			was := n.ec2("RouteTables.Associations.RouteTableAssociationId", "describe-route-tables", "--filters", "Name=association.subnet-id,Values="+public)
			n.ec2("", "disassociate-route-table", "--association-id", was)
			n.subnet("10.0.2.0/24") // has the main table too
			n.route(n.table(private), "--nat-gateway-id", nat)
			n.notebook(name, private, "Disabled")
		}, []string{"to internet gateway", "by a route table of its own"}},
		{"split-default", func(n *network, name string) {
			private := n.subnet("10.0.1.0/24")
			table := n.table(private)
			n.nat()
			broken := n.ec2("NatGateway.NatGatewayId", "create-nat-gateway", "--subnet-id", private, "--connectivity-type", "private")
			for _, half := range []string{"0.0.0.0/1", "128.0.0.0/1"} {
				n.ec2("", "create-route", "--route-table-id", table, "--destination-cidr-block", half, "--nat-gateway-id", broken)
			}
			n.notebook(name, private, "Disabled")
		}, []string{"Route its subnet to NAT gateway"}},
		{"no-nat", func(n *network, name string) {
			private, public := n.subnet("10.0.1.0/24"), n.subnet("10.0.0.0/24")
			n.table(private)
			n.route(n.table(public), "--gateway-id", n.internetGateway())
			n.notebook(name, private, "Disabled")
		}, []string{"make endpoints for", "Create a NAT gateway in subnet"}},
		{"endpoints-without-names", func(n *network, name string) {
			private := n.subnet("10.0.1.0/24")
			n.table(private)
			n.ec2("", "modify-vpc-attribute", "--vpc-id", n.vpc, "--no-enable-dns-hostnames")
			shut(n)
			n.notebook(name, private, "Disabled")
		}, []string{"Make an endpoint for s3", "Switch DNS hostnames of VPC"}},
		{"acl-of-nat", func(n *network, name string) {
			private := n.subnet("10.0.1.0/24")
			n.route(n.table(private), "--nat-gateway-id", n.nat())
			public := n.ec2("Subnets.SubnetId", "describe-subnets", "--filters", "Name=vpc-id,Values="+n.vpc, "Name=cidr-block,Values=10.0.0.0/24")
			acl := n.ec2("NetworkAcl.NetworkAclId", "create-network-acl", "--vpc-id", n.vpc)
			n.ec2("", "create-network-acl-entry", "--network-acl-id", acl, "--egress", "--rule-number", "100", "--protocol", "-1",
				"--cidr-block", everyone, "--rule-action", "allow")
			had := n.association(public)
			n.ec2("", "replace-network-acl-association", "--association-id", had, "--network-acl-id", acl)
			n.notebook(name, private, "Disabled")
		}, []string{"Open network ACL"}},
		{"detached", func(n *network, name string) {
			private, public := n.subnet("10.0.1.0/24"), n.subnet("10.0.0.0/24")
			gateway := n.internetGateway()
			n.route(n.table(public), "--gateway-id", gateway)
			address := n.ec2("AllocationId", "allocate-address", "--domain", "vpc")
			nat := n.ec2("NatGateway.NatGatewayId", "create-nat-gateway", "--subnet-id", public, "--allocation-id", address)
			n.route(n.table(private), "--nat-gateway-id", nat)
			n.ec2("", "detach-internet-gateway", "--internet-gateway-id", gateway, "--vpc-id", n.vpc)
			n.notebook(name, private, "Disabled")
		}, []string{"Attach internet gateway"}},
	}
}

// resolver gives the VPC the DHCP options that AWS gives every VPC, and the emulator
// none.
func (n *network) resolver() {
	options := n.ec2("DhcpOptions.DhcpOptionsId", "create-dhcp-options", "--dhcp-configurations", "Key=domain-name-servers,Values=AmazonProvidedDNS")
	n.ec2("", "associate-dhcp-options", "--dhcp-options-id", options, "--vpc-id", n.vpc)
}

// association is the id by which a subnet has its network ACL.
func (n *network) association(subnet string) string {
	n.t.Helper()
	var out struct {
		NetworkAcls []struct {
			Associations []struct{ NetworkACLAssociationID, SubnetID string }
		}
	}
	r := run(n.t, n.env, "aws", "ec2", "describe-network-acls", "--region", egressRegion, "--filters", "Name=association.subnet-id,Values="+subnet, "--output", "json")
	if err := json.Unmarshal([]byte(r.stdout), &out); err != nil {
		n.t.Fatalf("%v: %s", err, r.stderr)
	}
	for _, a := range out.NetworkAcls {
		for _, one := range a.Associations {
			if one.SubnetID == subnet {
				return one.NetworkACLAssociationID
			}
		}
	}
	n.t.Fatalf("subnet %s has no network ACL", subnet)
	return ""
}

// ids are what differs between two VPCs that are built alike.
var ids = regexp.MustCompile(`\b(vpc|subnet|sg|rtb|nat|igw|acl|vpce|eipalloc|eni)-[0-9a-f]+\b`)

// TestMotoRemediesCarriedOut carries out every remedy that nbscope prints, as it is
// printed, each in a VPC of its own in an emulator that nobody here wrote, and
// judges again: the verdict must be the one that the remedy promised. One that was
// carried out already, but for its ids, is not repeated.
func TestMotoRemediesCarriedOut(t *testing.T) {
	env := startMoto(t)
	left, done := map[string]bool{}, map[string]bool{}
	for _, c := range remedyCases() {
		t.Run(c.name, func(t *testing.T) {
			for i, more := 0, true; more; i++ {
				n, name := newNetwork(t, env), fmt.Sprintf("%s-%d", c.name, i)
				n.resolver()
				c.build(n, name)
				before := show(t, env, name)
				var titles []string
				var todo []remedy
				for _, r := range before.Remedies {
					if why := notCarried(r); why != "" {
						left[why] = true
						continue
					}
					titles = append(titles, r.Title)
					if !done[ids.ReplaceAllString(strings.Join(r.Commands, "\n"), "$1")] {
						todo = append(todo, r)
					}
				}
				if !inOrder(strings.Join(titles, "\n"), c.want...) {
					t.Fatalf("offered is %q, want %q; %s: %s, %q", titles, c.want, before.Egress.Verdict, before.Egress.Reason, before.Egress.NoRemedy)
				}
				if len(todo) > 0 {
					done[ids.ReplaceAllString(strings.Join(todo[0].Commands, "\n"), "$1")] = true
					carry(t, env, name, before, todo[0])
				}
				more = len(todo) > 1
			}
		})
	}
	for why := range left {
		t.Logf("not carried out: %s", why)
	}
}

func notCarried(r remedy) string {
	for part, why := range motoLacks() {
		if strings.Contains(strings.Join(r.Commands, "\n"), part) {
			return part + " " + why
		}
	}
	return ""
}

func inOrder(text string, parts ...string) bool {
	for _, part := range parts {
		_, rest, ok := strings.Cut(text, part)
		if !ok {
			return false
		}
		text = rest
	}
	return true
}

// carry runs the commands of a remedy as they stand and holds it to its promise.
func carry(t *testing.T, env environment, name string, before advised, r remedy) {
	t.Helper()
	script := strings.Join(r.Commands, "\n")
	if got := runWithin(t, scriptLimit, env, "sh", "-euc", script); got.code != 0 {
		t.Errorf("%q ends with %d: %s\n%s", r.Title, got.code, got.stderr, script)
		return
	}
	after := show(t, env, name)
	if after.Egress.Verdict != r.After.Verdict {
		t.Errorf("%q promises %s and gives %s: %s\n%s", r.Title, r.After.Verdict, after.Egress.Verdict, after.Egress.Reason, script)
	}
	if fmt.Sprint(after.Egress) == fmt.Sprint(before.Egress) {
		t.Errorf("%q changes nothing", r.Title)
	}
}
