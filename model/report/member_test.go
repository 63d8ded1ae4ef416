package report

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"nbscope/model"
	"nbscope/model/policy"
)

// TestEveryMemberOfANotebook changes one field at a time and looks at the member
// that tells it: what the contract calls it, and that it goes when it does not
// apply.
func TestEveryMemberOfANotebook(t *testing.T) {
	for _, c := range []struct {
		says   string
		change func(n *model.Notebook)
		member string
		want   any // nil: absent
	}{
		{"the ARN", func(n *model.Notebook) { n.ARN = "arn:x" }, "arn", "arn:x"},
		{"the name", func(n *model.Notebook) { n.Name = "x" }, "name", "x"},
		{"the account keeps its zeros", func(n *model.Notebook) { n.Account = "000011112222" }, "account", "000011112222"},
		{"the region", func(n *model.Notebook) { n.Region = "x" }, "region", "x"},
		{"a status of tomorrow", func(n *model.Notebook) { n.Status = "Resting" }, "status", "Resting"},
		{"the type", func(n *model.Notebook) { n.InstanceType = "ml.x" }, "instanceType", "ml.x"},
		{"in a VPC with direct internet", func(n *model.Notebook) { n.DirectInternet = model.Enabled }, "networkMode", "vpc-direct"},
		{"in a VPC without", func(n *model.Notebook) { n.DirectInternet = model.Disabled }, "networkMode", "vpc-only"},
		{"outside any VPC", func(n *model.Notebook) { n.SubnetID = "" }, "networkMode", "no-vpc"},
		{"a value of tomorrow has no mode", func(n *model.Notebook) { n.DirectInternet = "Filtered" }, "networkMode", nil},
		{"a value of tomorrow as it came", func(n *model.Notebook) { n.DirectInternet = "Filtered" }, "directInternetAccess", "Filtered"},
		{"root access is not direct internet", func(n *model.Notebook) { n.RootAccess = model.Disabled }, "directInternetAccess", "Disabled"},
		{"root access", func(n *model.Notebook) { n.RootAccess = model.Disabled }, "rootAccess", "Disabled"},
		{"the VPC without its name", func(n *model.Notebook) { n.VPCID = "vpc-x" }, "vpcId", "vpc-x"},
		{"no VPC", func(n *model.Notebook) { n.VPCID = "" }, "vpcId", nil},
		{"the subnet", func(n *model.Notebook) { n.SubnetID = "subnet-x" }, "subnetId", "subnet-x"},
		{"no subnet", func(n *model.Notebook) { n.SubnetID = "" }, "subnetId", nil},
		{"security groups in their order", func(n *model.Notebook) { n.SecurityGroups = []string{"b", "a"} }, "securityGroups", []any{"b", "a"}},
		{"no security groups", func(n *model.Notebook) { n.SecurityGroups = nil }, "securityGroups", nil},
		{"the whole ARN of the role", func(n *model.Notebook) { n.RoleARN = "arn:aws:iam::1:role/a/B" }, "roleArn", "arn:aws:iam::1:role/a/B"},
		{"the key as AWS gives it", func(n *model.Notebook) { n.KMSKeyID = "alias/x" }, "kmsKeyId", "alias/x"},
		{"no key", func(n *model.Notebook) { n.KMSKeyID = "" }, "kmsKeyId", nil},
		{"the lifecycle configuration", func(n *model.Notebook) { n.LifecycleName = "x" }, "lifecycleConfig", "x"},
		{"no lifecycle configuration", func(n *model.Notebook) { n.LifecycleName = "" }, "lifecycleConfig", nil},
		{"the platform in full", func(n *model.Notebook) { n.Platform = "notebook-al2-v3" }, "platform", "notebook-al2-v3"},
		{"IMDS as a string", func(n *model.Notebook) { n.IMDSVersion = "1" }, "imdsVersion", "1"},
		{"the kind of addresses", func(n *model.Notebook) { n.IPAddressType = "dualstack" }, "ipAddressType", "dualstack"},
		{"the volume as a number", func(n *model.Notebook) { n.VolumeGB = 16384 }, "volumeGB", 16384.0},
		{"no volume", func(n *model.Notebook) { n.VolumeGB = 0 }, "volumeGB", nil},
		{"repositories, the default one first", func(n *model.Notebook) { n.Repositories = []string{"z", "a"} }, "codeRepositories", []any{"z", "a"}},
		{"no repositories", func(n *model.Notebook) { n.Repositories = nil }, "codeRepositories", nil},
		{"the URL without a scheme", func(n *model.Notebook) { n.URL = "x.notebook" }, "url", "x.notebook"},
		{"no URL yet", func(n *model.Notebook) { n.URL = "" }, "url", nil},
		{"times in UTC to the second", func(n *model.Notebook) { n.Created = testNow() }, "created", "2026-11-23T12:00:00Z"},
		{"no creation time", func(n *model.Notebook) { n.Created = time.Time{} }, "created", nil},
		{"the modification", func(n *model.Notebook) { n.Modified = testNow() }, "modified", "2026-11-23T12:00:00Z"},
		{"why it failed", func(n *model.Notebook) { n.FailureReason = "no capacity" }, "failureReason", "no capacity"},
		{"it did not fail", func(n *model.Notebook) { n.FailureReason = "" }, "failureReason", nil},
		{"tags", func(n *model.Notebook) { n.Tags = []model.Tag{{Key: "k", Value: ""}} }, "tags", map[string]any{"k": ""}},
		{"no tags", func(n *model.Notebook) { n.Tags = nil }, "tags", map[string]any{}},
		{"tags that are not known", func(n *model.Notebook) { n.Tagged, n.Tags = model.Part{}, nil }, "tags", nil},
		{"of the cache", func(n *model.Notebook) { n.Stale = true }, "stale", true},
		{"of this scan", func(n *model.Notebook) { n.Stale = false }, "stale", nil},
		{"nothing unknown", func(*model.Notebook) {}, "unknown", nil},
		{"tags unknown", func(n *model.Notebook) { n.Tagged = model.Part{State: model.LoadFailed, Reason: "no"} }, "unknown", map[string]any{"tags": "no"}},
		{"no egress yet", func(n *model.Notebook) { n.Egress, n.Networked = nil, model.Part{} }, "egress", nil},
		{"no findings yet", func(n *model.Notebook) { n.Egress, n.Networked = nil, model.Part{} }, "findings", nil},
		{"what is not judged yet is named", func(n *model.Notebook) { n.Egress, n.Networked = nil, model.Part{} }, "unknown", map[string]any{
			"egress": "network not judged yet", "findings": "not judged yet: on its way", "reach": "not judged yet: on its way",
		}},
		{"what is reached", func(n *model.Notebook) {
			n.Egress = &model.Egress{Verdict: model.VerdictNAT, Reach: []model.Reach{{Destination: "s3", State: model.Reached, By: "NAT gateway nat-1"}}}
		}, "reach", []any{map[string]any{"destination": "s3", "state": "reached", "by": "NAT gateway nat-1"}}},
		{"what is reached, of a judgement without it", func(n *model.Notebook) {
			n.Egress = &model.Egress{Verdict: model.VerdictNAT}
		}, "unknown", map[string]any{"reach": "not judged yet"}},
		{"the least that a judgement says", func(n *model.Notebook) {
			n.Egress = &model.Egress{Verdict: model.VerdictUnknown, Reason: "Refused."}
		}, "egress", map[string]any{"verdict": "unknown", "reason": "Refused.", "chain": []any{}}},
		{"a mitigated finding", func(n *model.Notebook) { n.Egress = &model.Egress{Verdict: model.VerdictNAT} }, "findings", []any{map[string]any{
			"code": "direct-internet-off", "severity": "low", "phrase": "direct internet off; mitigated by NAT egress", "mitigated": true,
			"controls": []any{"Conformity: VPC-only notebook reach", "AWS: VPC notebook internet access"},
			"breaks": []any{
				"SageMaker.1", "sagemaker-notebook-no-direct-internet-access", "SageMaker-004",
				"sagemaker_notebook_instance_without_direct_internet_access_configured",
			},
		}}},
		{"no finding is said so", func(n *model.Notebook) { n.DirectInternet = model.Enabled }, "findings", []any{}},
		{"the policy that holds", func(*model.Notebook) {}, "policy", "connect"},
	} {
		t.Run(c.says, func(t *testing.T) {
			got, there := shown(t, with(c.change), policy.Table{})[c.member]
			if there != (c.want != nil) || !reflect.DeepEqual(got, c.want) {
				t.Errorf("%s is %v (there: %v), want %v", c.member, got, there, c.want)
			}
		})
	}
}

func TestMembersKeepTheirOrder(t *testing.T) {
	out := string(written(t, JSON, testView(), 0))
	last := -1
	for _, member := range []string{
		"schema", "generatedAt", "policy", "filter", "identities", "coverage", "targets", "answered", "failed", "signIns", "notebooks",
		"arn:aws:sagemaker", "instanceType", "networkMode", "directInternetAccess", "vpcId", "subnetId", "securityGroups", "roleArn",
		"kmsKeyId", "lifecycleConfig", "platform", "rootAccess", "imdsVersion", "ipAddressType", "volumeGB", "codeRepositories", "url",
		"created", "modified", "failureReason", "tags", "egress", "verdict", "chain", "warnings", "ipv6",
		"endpoints", "whatIf", "findings", "stale", `unknown": {`,
	} {
		at := strings.Index(out, `"`+member)
		if at <= last {
			t.Errorf("%s stands at %d, the one before it at %d", member, at, last)
		}
		last = at
	}
}

func TestNotebooksAndColumnsKeepTheOrderOfTheView(t *testing.T) {
	v := testView()
	v.Notebooks[0], v.Notebooks[2] = v.Notebooks[2], v.Notebooks[0]
	v.Columns = []model.FieldID{model.FieldStatus, model.FieldName, model.FieldRegion}
	for _, f := range Formats() {
		out := string(written(t, f, v, 0))
		out = out[max(strings.Index(out, "status,name"), strings.Index(out, "STATUS"), strings.Index(out, `"notebooks"`)):]
		bare, refused, churn := strings.Index(out, "bare"), strings.Index(out, "refused"), strings.Index(out, "churn-model-train")
		if bare < 0 || bare > refused || refused > churn {
			t.Errorf("%s has them at %d, %d, %d:\n%s", f, bare, refused, churn, out)
		}
	}
	rows, _ := csvRecords(t, written(t, CSV, v, 0))
	if got := strings.Join(rows[0], " "); got != "status name region arn why_unknown" {
		t.Errorf("the CSV has the columns %s", got)
	}
	if out := string(written(t, Table, v, 0)); !strings.HasPrefix(out, "STATUS     NAME               REGION\nInService  bare ") {
		t.Errorf("the table begins\n%s", out)
	}
	if out := string(written(t, Markdown, v, 0)); !strings.Contains(out, "| STATUS | NAME | REGION |\n| --- | --- | --- |\n| InService | bare | us-east-1 |\n") {
		t.Errorf("the page has\n%s", out)
	}
	v.Columns = []model.FieldID{"nothing"}
	if out := string(written(t, Markdown, v, 0)); strings.Contains(out, "bare |") {
		t.Errorf("a column that does not exist shows\n%s", out)
	}
}

func TestSummary(t *testing.T) {
	for _, c := range []struct {
		coverage model.Coverage
		stale    bool
		want     string
	}{
		{model.Coverage{}, false, "0 of 0 targets answered"},
		{model.Coverage{Targets: 1, Answered: 1}, false, "1 of 1 target answered"},
		{model.Coverage{Targets: 3, Answered: 1, Failed: 1, Pending: 1}, false, "1 of 3 targets answered, 1 failed, 1 not finished"},
		{model.Coverage{Targets: 3, Answered: 3, Problems: 2}, false, "3 of 3 targets answered, 2 sign-ins failed"},
		{model.Coverage{Targets: 3, Answered: 3, Unseen: 1}, true, "3 of 3 targets answered, 1 notebook as last seen, not confirmed, 1 notebook not seen in full"},
	} {
		v := View{Coverage: c.coverage, Notebooks: []*model.Notebook{{Stale: c.stale}}}
		if got := summary(v); got != c.want {
			t.Errorf("%+v reads %q, want %q", c.coverage, got, c.want)
		}
	}
}

func TestAnEmptyViewIsWellFormedInEveryFormat(t *testing.T) {
	v := View{GeneratedAt: testNow(), Coverage: model.Coverage{Targets: 1, Answered: 1}}
	if got := decode(t, written(t, JSON, v, 0)); len(got["notebooks"].([]any)) != 0 || len(got["identities"].([]any)) != 0 {
		t.Errorf("as JSON: %v", got)
	}
	if rows, all := csvRecords(t, written(t, CSV, headed(v), 0)); len(rows) != 1 || all[1][2] != "(none)" {
		t.Errorf("as CSV: %q", all)
	}
	if out := string(written(t, Markdown, v, 0)); !strings.Contains(out, "0 notebooks, 2026-11-23T12:00:00Z.") || strings.Contains(out, "Not ") {
		t.Errorf("as Markdown:\n%s", out)
	}
}
