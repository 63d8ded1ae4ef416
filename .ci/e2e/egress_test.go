//go:build e2e

package e2e

import (
	"encoding/json"
	"strings"
	"testing"
)

const egressRegion = "us-east-1"

// network builds a VPC of the emulator with the AWS CLI.
type network struct {
	t     *testing.T
	env   environment
	vpc   string
	main  string // the main route table
	group string
}

// ec2 runs one call and returns the value at a path of its answer, such as
// "Vpc.VpcId"; no path asks for none.
func (n *network) ec2(path string, args ...string) string {
	n.t.Helper()
	var answer any
	if path == "" {
		aws(n.t, n.env, nil, append([]string{"ec2", "--region", egressRegion}, args...)...)
		return ""
	}
	aws(n.t, n.env, &answer, append([]string{"ec2", "--region", egressRegion}, args...)...)
	for key := range strings.SplitSeq(path, ".") {
		if list, ok := answer.([]any); ok && len(list) > 0 {
			answer = list[0]
		}
		object, ok := answer.(map[string]any)
		if !ok {
			n.t.Fatalf("aws ec2 %v answers nothing at %s", args, path)
		}
		answer = object[key]
	}
	value, ok := answer.(string)
	if !ok || value == "" {
		n.t.Fatalf("aws ec2 %v has no text at %s", args, path)
	}
	return value
}

func newNetwork(t *testing.T, env environment) *network {
	t.Helper()
	n := &network{t: t, env: env}
	n.vpc = n.ec2("Vpc.VpcId", "create-vpc", "--cidr-block", "10.0.0.0/16")
	n.main = n.ec2("RouteTables.RouteTableId", "describe-route-tables", "--filters", "Name=vpc-id,Values="+n.vpc, "Name=association.main,Values=true")
	n.group = n.ec2("GroupId", "create-security-group", "--vpc-id", n.vpc, "--group-name", "notebooks", "--description", "notebooks")
	return n
}

func (n *network) subnet(block string) string {
	return n.ec2("Subnet.SubnetId", "create-subnet", "--vpc-id", n.vpc, "--cidr-block", block)
}

// table makes a route table of the subnet's own.
func (n *network) table(subnet string) string {
	table := n.ec2("RouteTable.RouteTableId", "create-route-table", "--vpc-id", n.vpc)
	n.ec2("", "associate-route-table", "--route-table-id", table, "--subnet-id", subnet)
	return table
}

func (n *network) internetGateway() string {
	gateway := n.ec2("InternetGateway.InternetGatewayId", "create-internet-gateway")
	n.ec2("", "attach-internet-gateway", "--internet-gateway-id", gateway, "--vpc-id", n.vpc)
	return gateway
}

func (n *network) route(table, option, target string) {
	n.ec2("", "create-route", "--route-table-id", table, "--destination-cidr-block", "0.0.0.0/0", option, target)
}

// nat makes a NAT gateway in a public subnet.
func (n *network) nat() string {
	public := n.subnet("10.0.0.0/24")
	n.route(n.table(public), "--gateway-id", n.internetGateway())
	address := n.ec2("AllocationId", "allocate-address", "--domain", "vpc")
	return n.ec2("NatGateway.NatGatewayId", "create-nat-gateway", "--subnet-id", public, "--allocation-id", address)
}

// notebook makes a notebook instance in a subnet, with direct internet off.
func (n *network) notebook(name, subnet, direct string) {
	n.t.Helper()
	aws(n.t, n.env, nil, "sagemaker", "create-notebook-instance", "--region", egressRegion, "--notebook-instance-name", name,
		"--instance-type", "ml.t2.medium", "--role-arn", "arn:aws:iam::123456789012:role/service-role/notebooks",
		"--subnet-id", subnet, "--security-group-ids", n.group, "--direct-internet-access", direct)
}

// egressWorld builds one VPC for each case and returns the verdict that each
// notebook instance should have.
func egressWorld(t *testing.T, env environment) map[string]string {
	t.Helper()
	n := newNetwork(t, env)
	private := n.subnet("10.0.1.0/24")
	n.route(n.table(private), "--nat-gateway-id", n.nat())
	n.notebook("nat", private, "Disabled")

	n = newNetwork(t, env)
	public := n.subnet("10.0.1.0/24")
	n.route(n.table(public), "--gateway-id", n.internetGateway())
	n.notebook("igw-only", public, "Disabled")

	n = newNetwork(t, env)
	alone := n.subnet("10.0.1.0/24")
	n.notebook("nothing", alone, "Disabled")
	n.notebook("direct", alone, "Enabled")

	n = newNetwork(t, env)
	endpoints := n.subnet("10.0.1.0/24")
	n.ec2("", "modify-vpc-attribute", "--vpc-id", n.vpc, "--enable-dns-support")
	n.ec2("", "modify-vpc-attribute", "--vpc-id", n.vpc, "--enable-dns-hostnames")
	n.ec2("", "authorize-security-group-ingress", "--group-id", n.group, "--protocol", "tcp", "--port", "443", "--cidr", "10.0.0.0/16")
	n.ec2("", "create-vpc-endpoint", "--vpc-id", n.vpc, "--vpc-endpoint-type", "Gateway",
		"--service-name", "com.amazonaws."+egressRegion+".s3", "--route-table-ids", n.main)
	n.ec2("", "create-vpc-endpoint", "--vpc-id", n.vpc, "--vpc-endpoint-type", "Interface", "--private-dns-enabled",
		"--service-name", "com.amazonaws."+egressRegion+".sagemaker.api", "--subnet-ids", endpoints, "--security-group-ids", n.group)
	n.notebook("endpoints", endpoints, "Disabled")

	n = newNetwork(t, env)
	shut := n.subnet("10.0.1.0/24")
	n.route(n.table(shut), "--nat-gateway-id", n.nat())
	n.ec2("", "revoke-security-group-egress", "--group-id", n.group, "--ip-permissions", "IpProtocol=-1,IpRanges=[{CidrIp=0.0.0.0/0}]")
	n.notebook("no-egress-rule", shut, "Disabled")

	n = newNetwork(t, env)
	implicit, explicit := n.subnet("10.0.1.0/24"), n.subnet("10.0.2.0/24")
	n.route(n.main, "--nat-gateway-id", n.nat())
	n.table(explicit)
	n.notebook("main-table", implicit, "Disabled")
	n.notebook("own-table", explicit, "Disabled")
	var tables struct{ RouteTables []any }
	aws(t, env, &tables, "ec2", "describe-route-tables", "--region", egressRegion, "--filters", "Name=association.subnet-id,Values="+implicit)
	if len(tables.RouteTables) != 0 {
		t.Fatalf("the emulator answers %d route tables for a subnet without one of its own: the case proves nothing", len(tables.RouteTables))
	}
	return map[string]string{
		"nat": "nat", "igw-only": "isolated", "nothing": "isolated", "direct": "direct", "endpoints": "endpoints-only",
		"no-egress-rule": "isolated", "main-table": "nat", "own-table": "isolated",
	}
}

// judged is the part of the JSON contract that tells of the network.
type judged struct {
	Policy    string
	Notebooks []struct {
		Name   string
		Egress struct {
			Verdict, Reason string
			Chain           []struct{ Kind, ID, Says, State string }
		}
		Findings []struct {
			Code, Severity string
			Mitigated      bool
		}
	}
}

// TestMotoEgress judges VPCs that the AWS CLI built in an independent emulator.
func TestMotoEgress(t *testing.T) {
	env := startMoto(t)
	want := egressWorld(t, env)
	severities := map[string]string{"nat": "low", "endpoints-only": "medium", "isolated": "high", "direct": ""}
	r := run(t, env, binary(t), "list", "-o", "json", "--region", egressRegion)
	if r.code != motoCode {
		t.Fatalf("nbscope list: exit %d: %s", r.code, r.stderr)
	}
	var got judged
	if err := json.Unmarshal([]byte(r.stdout), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Notebooks) != len(want) || got.Policy != "connect" {
		t.Fatalf("%d notebook instances under %s, want %d under connect", len(got.Notebooks), got.Policy, len(want))
	}
	for _, n := range got.Notebooks {
		if n.Egress.Verdict != want[n.Name] || n.Egress.Reason == "" || len(n.Egress.Chain) == 0 {
			t.Errorf("%s is judged %s because %q, want %s; the chain is %+v", n.Name, n.Egress.Verdict, n.Egress.Reason, want[n.Name], n.Egress.Chain)
		}
		severity := ""
		if len(n.Findings) > 0 {
			severity = n.Findings[0].Severity
		}
		if severity != severities[want[n.Name]] {
			t.Errorf("%s has a finding of severity %q, want %q", n.Name, severity, severities[want[n.Name]])
		}
	}
}

// TestMotoFailOn makes findings the exit code, as a pipeline would.
func TestMotoFailOn(t *testing.T) {
	env := startMoto(t)
	n := newNetwork(t, env)
	n.notebook("alone", n.subnet("10.0.1.0/24"), "Disabled")
	for args, want := range map[string]int{
		"--fail-on high": 4, "--fail-on high --policy restrict": motoCode, "--fail-on finding --filter egress:nat": motoCode, "--summary vpc": motoCode,
	} {
		r := run(t, env, binary(t), append([]string{"list", "--region", egressRegion}, strings.Fields(args)...)...)
		if r.code != want {
			t.Errorf("nbscope list %s: exit %d, want %d: %s", args, r.code, want, r.stderr)
		}
	}
	r := run(t, env, binary(t), "show", "alone", "--region", egressRegion)
	if r.code != motoCode || !strings.Contains(r.stdout, "isolated") || !strings.Contains(r.stdout, n.main) {
		t.Errorf("show does not tell the chain (exit %d): %s%s", r.code, r.stdout, r.stderr)
	}
}
