//go:build e2e

package e2e

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// otherAccount is a second account of the emulator, reached by AssumeRole.
const otherAccount = "222222222222"

const roleARN = "arn:aws:iam::" + otherAccount + ":role/nbscope"

// motoWorld builds notebook instances with the AWS CLI in two accounts and three
// regions: without a VPC, and in one with direct internet on and off. Root access
// is set the other way round, so that a mix-up shows.
func motoWorld(t *testing.T) (first, second environment) {
	t.Helper()
	first = startMoto(t)
	second = assume(t, first)
	build(t, first, "us-east-1", "growth", 3)
	build(t, first, "eu-west-1", "fraud", 2)
	build(t, second, "ap-northeast-1", "risk", 2)
	return first, second
}

func assume(t *testing.T, env environment) environment {
	t.Helper()
	var got struct {
		Credentials struct{ AccessKeyID, SecretAccessKey, SessionToken string }
	}
	aws(t, env, &got, "sts", "assume-role", "--role-arn", roleARN, "--role-session-name", "e2e")
	return env.with(environment{
		"AWS_ACCESS_KEY_ID": got.Credentials.AccessKeyID, "AWS_SECRET_ACCESS_KEY": got.Credentials.SecretAccessKey,
		"AWS_SESSION_TOKEN": got.Credentials.SessionToken,
	})
}

// build makes a VPC with a subnet and a group, and n notebook instances that
// take turns with no VPC, VPC with direct internet on, and VPC with it off.
func build(t *testing.T, env environment, region, team string, n int) {
	t.Helper()
	var vpc struct{ Vpc struct{ VpcID string } }
	aws(t, env, &vpc, "ec2", "create-vpc", "--region", region, "--cidr-block", "10.0.0.0/16")
	var subnet struct{ Subnet struct{ SubnetID string } }
	aws(t, env, &subnet, "ec2", "create-subnet", "--region", region, "--vpc-id", vpc.Vpc.VpcID, "--cidr-block", "10.0.1.0/24")
	var group struct{ GroupID string }
	aws(t, env, &group, "ec2", "create-security-group", "--region", region, "--vpc-id", vpc.Vpc.VpcID,
		"--group-name", team, "--description", "notebooks of "+team)
	account := "123456789012"
	if env["AWS_SESSION_TOKEN"] != "" {
		account = otherAccount
	}
	for i := range n {
		direct, root := "Enabled", "Disabled"
		args := []string{
			"sagemaker", "create-notebook-instance", "--region", region,
			"--notebook-instance-name", fmt.Sprintf("%s-%d", team, i), "--instance-type", "ml.t2.medium",
			"--role-arn", "arn:aws:iam::" + account + ":role/service-role/notebooks", "--volume-size-in-gb", fmt.Sprint(5 + i),
			"--tags", "Key=Team,Value=" + team, fmt.Sprintf("Key=Number,Value=%d", i),
		}
		if i%3 != 0 {
			args = append(args, "--subnet-id", subnet.Subnet.SubnetID, "--security-group-ids", group.GroupID)
		}
		if i%3 == 1 {
			direct, root = "Disabled", "Enabled"
		}
		aws(t, env, nil, append(args, "--direct-internet-access", direct, "--root-access", root)...)
	}
}

// motoSees is what the AWS CLI reads back from the emulator.
func motoSees(t *testing.T, first, second environment) map[string]described {
	t.Helper()
	want := map[string]described{}
	for _, region := range []string{"us-east-1", "eu-west-1"} {
		maps.Copy(want, everything(t, first, region))
	}
	maps.Copy(want, everything(t, second, "ap-northeast-1"))
	return want
}

// profiles writes an AWS configuration with one profile for each account: keys,
// and a role that is assumed with them.
func profiles(t *testing.T, env environment) environment {
	t.Helper()
	dir := filepath.Join(env["HOME"], ".aws")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	config := "[profile first]\nregion = us-east-1\naws_access_key_id = test\naws_secret_access_key = test\n" +
		"[profile second]\nregion = us-east-1\nsource_profile = first\nrole_arn = " + roleARN + "\n"
	if err := os.WriteFile(filepath.Join(dir, "config"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	return env
}

// motoCode is the exit code of a list of what this emulator holds: it tells neither
// the platform nor the metadata service of a notebook, and AWS always does.
const motoCode = 3

func motoRegions() []string {
	return []string{"--region", "us-east-1", "--region", "eu-west-1", "--region", "ap-northeast-1"}
}

// TestMotoAgreesWithTheAWSCLI scans an independent emulator, two accounts of which
// one is reached by AssumeRole, and holds the answer against what the AWS CLI
// reads from it.
func TestMotoAgreesWithTheAWSCLI(t *testing.T) {
	t.Parallel()
	first, second := motoWorld(t)
	want := motoSees(t, first, second)
	if len(want) != 7 {
		t.Fatalf("the AWS CLI sees %d notebook instances, want the 7 that were made", len(want))
	}
	both := list(t, profiles(t, first), motoCode, append(motoRegions(), "--profile", "first", "--profile", "second")...)
	compare(t, both.Notebooks, want)
	for _, n := range both.Notebooks {
		if n.Tags["Team"] != strings.SplitN(n.Name, "-", 2)[0] {
			t.Errorf("%s: tag Team is %q", n.ARN, n.Tags["Team"])
		}
		if (n.VPCID == "") != (n.SubnetID == "") {
			t.Errorf("%s: VPC %q and subnet %q do not go together", n.ARN, n.VPCID, n.SubnetID)
		}
	}
	role := list(t, first, motoCode, append(motoRegions(), "--role-arn", roleARN)...)
	for _, n := range role.Notebooks {
		if n.Account != otherAccount {
			t.Errorf("%s was seen as the role of %s", n.ARN, otherAccount)
		}
	}
	if len(role.Notebooks) != 2 {
		t.Errorf("the role sees %d notebook instances, want 2", len(role.Notebooks))
	}
}

// TestMotoFilterMatchesWhatWasBuilt filters by network and by tag.
func TestMotoFilterMatchesWhatWasBuilt(t *testing.T) {
	t.Parallel()
	first, _ := motoWorld(t)
	cases := map[string][]string{
		"net:vpc-only":              {"fraud-1", "growth-1"},
		"net:vpc-direct":            {"growth-2"},
		"tag:Team=fraud net:no-vpc": {"fraud-0"},
		"'growth !net:disabled":     {"growth-0", "growth-2"},
	}
	for filter, want := range cases {
		inv := list(t, first, motoCode, "--region", "us-east-1", "--region", "eu-west-1", "--filter", filter, "--sort", "name")
		var got []string
		for _, n := range inv.Notebooks {
			got = append(got, n.Name)
		}
		if strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("filter %s shows %v, want %v", filter, got, want)
		}
	}
}
