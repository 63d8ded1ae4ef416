//go:build e2e

package e2e

import (
	"maps"
	"sort"
	"testing"
)

// TestSimThroughTheAWSCLI points the AWS CLI at nbscope sim: it must list and
// describe the notebook instances that nbscope list prints.
func TestSimThroughTheAWSCLI(t *testing.T) {
	t.Parallel()
	env := startSim(t, "--accounts", "1", "--regions", "6", "--notebooks", "24", "--time-scale", "0.001")
	inv := list(t, env, 0)
	if len(inv.Notebooks) == 0 {
		t.Fatal("the world is empty")
	}
	regions := map[string]bool{}
	for _, n := range inv.Notebooks {
		regions[n.Region] = true
	}
	want := map[string]described{}
	for region := range regions {
		maps.Copy(want, everything(t, env, region))
	}
	compare(t, inv.Notebooks, want)
	compareTags(t, env, inv.Notebooks)
}

// compareTags holds the tags of the first notebooks against list-tags.
func compareTags(t *testing.T, env environment, notebooks []notebook) {
	t.Helper()
	sort.Slice(notebooks, func(i, j int) bool { return len(notebooks[i].Tags) > len(notebooks[j].Tags) })
	for _, n := range notebooks[:min(4, len(notebooks))] {
		var got struct {
			Tags []struct{ Key, Value string }
		}
		aws(t, env, &got, "sagemaker", "list-tags", "--region", n.Region, "--resource-arn", n.ARN)
		if len(got.Tags) != len(n.Tags) {
			t.Errorf("%s: nbscope has %d tags, the AWS CLI %d", n.ARN, len(n.Tags), len(got.Tags))
		}
		for _, tag := range got.Tags {
			if n.Tags[tag.Key] != tag.Value {
				t.Errorf("%s: tag %s is %q, the AWS CLI says %q", n.ARN, tag.Key, n.Tags[tag.Key], tag.Value)
			}
		}
	}
}

// TestSimAnswersTheOtherServices asks with the AWS CLI what else a scan relies on.
func TestSimAnswersTheOtherServices(t *testing.T) {
	t.Parallel()
	env := startSim(t)
	var who struct{ Account, Arn string }
	aws(t, env, &who, "sts", "get-caller-identity")
	var org struct {
		Accounts []struct{ ID, Status string } `json:"Accounts"`
	}
	aws(t, env, &org, "organizations", "list-accounts")
	active := 0
	for _, a := range org.Accounts {
		if a.Status == "ACTIVE" {
			active++
		}
	}
	if active != 3 {
		t.Errorf("the organization has %d active accounts, want 3: %v", active, org.Accounts)
	}
	var regions struct {
		Regions []struct{ RegionName string }
	}
	aws(t, env, &regions, "ec2", "describe-regions")
	if len(regions.Regions) < 20 {
		t.Errorf("there are %d regions, want at least 20", len(regions.Regions))
	}
	var subnets struct {
		Subnets []struct{ SubnetID, VpcID string }
	}
	aws(t, env, &subnets, "ec2", "describe-subnets", "--region", "eu-west-1")
	if len(subnets.Subnets) == 0 {
		t.Error("eu-west-1 has no subnets")
	}
	if r := run(t, env, "aws", "sagemaker", "list-domains"); r.code == 0 {
		t.Error("an operation that the simulator does not know was answered")
	}
}
