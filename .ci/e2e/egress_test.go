//go:build e2e

package e2e

import (
	"encoding/json"
	"strings"
	"testing"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// egressWorld builds one VPC for each case and returns the verdict that each
// notebook instance should have.
func egressWorld(t *testing.T, env environment) map[string]string {
	t.Helper()
	n := newNetwork(t, env)
	private := n.subnet("10.0.1.0/24")
	n.route(n.table(private), n.nat())
	n.notebook("nat", private, "Disabled")

	n = newNetwork(t, env)
	public := n.subnet("10.0.1.0/24")
	n.route(n.table(public), n.internetGateway())
	n.notebook("igw-only", public, "Disabled")

	n = newNetwork(t, env)
	alone := n.subnet("10.0.1.0/24")
	n.notebook("nothing", alone, "Disabled")
	n.notebook("direct", alone, "Enabled")

	n = newNetwork(t, env)
	endpoints := n.subnet("10.0.1.0/24")
	n.names(true, true)
	made(n.ec2.AuthorizeSecurityGroupIngress(t.Context(), &ec2.AuthorizeSecurityGroupIngressInput{GroupId: &n.group, IpPermissions: []ec2types.IpPermission{
		{IpProtocol: sdkaws.String("tcp"), FromPort: sdkaws.Int32(443), ToPort: sdkaws.Int32(443), IpRanges: []ec2types.IpRange{{CidrIp: sdkaws.String("10.0.0.0/16")}}},
	}}))(t)
	n.endpoint("s3", &ec2.CreateVpcEndpointInput{VpcEndpointType: ec2types.VpcEndpointTypeGateway, RouteTableIds: []string{n.main}})
	n.endpoint("sagemaker.api", &ec2.CreateVpcEndpointInput{
		VpcEndpointType: ec2types.VpcEndpointTypeInterface, PrivateDnsEnabled: sdkaws.Bool(true), SubnetIds: []string{endpoints}, SecurityGroupIds: []string{n.group},
	})
	n.notebook("endpoints", endpoints, "Disabled")

	n = newNetwork(t, env)
	shut := n.subnet("10.0.1.0/24")
	n.route(n.table(shut), n.nat())
	n.shut()
	n.notebook("no-egress-rule", shut, "Disabled")

	n = newNetwork(t, env)
	implicit, explicit := n.subnet("10.0.1.0/24"), n.subnet("10.0.2.0/24")
	n.route(n.main, n.nat())
	n.table(explicit)
	n.notebook("main-table", implicit, "Disabled")
	n.notebook("own-table", explicit, "Disabled")
	if tables := n.tablesOf(implicit); len(tables) != 0 {
		t.Fatalf("the emulator answers %d route tables for a subnet without one of its own: the case proves nothing", len(tables))
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

// TestMotoEgress judges VPCs in an independent emulator.
func TestMotoEgress(t *testing.T) {
	t.Parallel()
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
	t.Parallel()
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
