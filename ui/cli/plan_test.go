package cli

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
)

// planWorld has a notebook in a VPC without direct internet access, and one
// without a VPC.
func planWorld() []model.Batch {
	batches := world()
	batches[0].Targets = batches[0].Targets[:1]
	n := known("churn", "111122223333", "eu-west-1")
	n.DirectInternet, n.SubnetID, n.SecurityGroups = model.Disabled, "subnet-1", []string{"sg-1"}
	n.RoleARN, n.VolumeGB, n.Platform, n.IMDSVersion = "arn:aws:iam::111122223333:role/x", 20, "notebook-al2023-v1", "2"
	n.KMSKeyID, n.LifecycleName = "key-1", "autostop"
	n.Tags = []model.Tag{{Key: "Team", Value: "ml"}}
	n.Egress = &model.Egress{
		Verdict: model.VerdictIsolated, Reason: "no way out", WhatIf: &model.WhatIf{DirectInternet: model.Enabled, Verdict: model.VerdictDirect},
		Advice: &model.Advice{Remedies: []model.Remedy{{Kind: model.RemedyNATRoute, Title: "Route it to nat-1", Why: "w", Commands: []string{"aws ec2 create-route"}}}},
	}
	batches[0].Notebooks = append(batches[0].Notebooks, n)
	return batches
}

// created is the request of a printed plan.
func created(t *testing.T, o outcome) map[string]any {
	t.Helper()
	var got struct {
		Schema    int
		Direction string
		Create    map[string]any
	}
	if err := json.Unmarshal([]byte(o.stdout), &got); err != nil || got.Schema != 1 {
		t.Fatalf("%v: %s%s", err, o.stdout, o.stderr)
	}
	got.Create["direction"] = got.Direction
	return got.Create
}

func TestPlanCarriesWhatIsNotSaidAndTakesWhatIs(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		args []string
		want map[string]any // nil for a member that is absent
	}{
		"nothing said": {nil, map[string]any{
			"NotebookInstanceName": "churn-net", "DirectInternetAccess": "Enabled", "direction": "enable", "SubnetId": "subnet-1", "KmsKeyId": "key-1",
			"LifecycleConfigName": "autostop", "VolumeSizeInGB": 20.0, "RootAccess": "Disabled", "InstanceType": "ml.t3.medium",
		}},
		"another name and type":                {[]string{"--name", "two", "--instance-type", "ml.m5.large"}, map[string]any{"NotebookInstanceName": "two", "InstanceType": "ml.m5.large"}},
		"a field that is left out":             {[]string{"--lifecycle-config-name", "", "--kms-key-id="}, map[string]any{"LifecycleConfigName": nil, "KmsKeyId": nil}},
		"the same setting":                     {[]string{"--direct-internet", "DISABLED"}, map[string]any{"DirectInternetAccess": "Disabled", "direction": "disable", "NotebookInstanceName": "churn-vpc"}},
		"another place":                        {[]string{"--subnet-id", "subnet-2", "--security-group-ids", "sg-2,sg-3"}, map[string]any{"SubnetId": "subnet-2", "SecurityGroupIds": []any{"sg-2", "sg-3"}}},
		"a larger volume":                      {[]string{"--volume-size-in-gb", "50"}, map[string]any{"VolumeSizeInGB": 50.0}},
		"root access and addresses":            {[]string{"--root-access", "Enabled", "--ip-address-type", "dualstack"}, map[string]any{"RootAccess": "Enabled", "IpAddressType": "dualstack"}},
		"another role":                         {[]string{"--execution-role-arn", "arn:aws:iam::111122223333:role/y"}, map[string]any{"RoleArn": "arn:aws:iam::111122223333:role/y"}},
		"repositories":                         {[]string{"--default-code-repository", "main", "--additional-code-repositories", "a,b"}, map[string]any{"DefaultCodeRepository": "main", "AdditionalCodeRepositories": []any{"a", "b"}}},
		"the only platform, said all the same": {[]string{"--platform-identifier", "notebook-al2023-v1"}, map[string]any{"PlatformIdentifier": "notebook-al2023-v1"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := command(t, planWorld(), append([]string{"plan", "churn", "-o", "json"}, c.args...)...)
			if o.code != ExitOK {
				t.Fatalf("exit code %d: %s", o.code, o.stderr)
			}
			got := created(t, o)
			for member, want := range c.want {
				if raw, other := jsonOf(t, got[member]), jsonOf(t, want); raw != other {
					t.Errorf("%s is %s, want %s", member, raw, other)
				}
			}
		})
	}
}

// TestPlanIntoAVPC takes a notebook without a VPC into one.
func TestPlanIntoAVPC(t *testing.T) {
	t.Parallel()
	batches := planWorld()
	n := *batches[0].Notebooks[len(batches[0].Notebooks)-1]
	n.DirectInternet, n.SubnetID, n.SecurityGroups, n.Egress = model.Enabled, "", nil, nil
	batches[0].Notebooks[len(batches[0].Notebooks)-1] = &n
	o := command(t, batches, "plan", "churn", "-o", "json", "--direct-internet", "enabled", "--subnet-id", "subnet-2", "--security-group-ids", "sg-2")
	got := created(t, o)
	if got["direction"] != "into-vpc" || got["NotebookInstanceName"] != "churn-vpc" || got["DirectInternetAccess"] != "Enabled" || got["SubnetId"] != "subnet-2" {
		t.Errorf("exit code %d: %v", o.code, got)
	}
}

func jsonOf(t *testing.T, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestPlanSetsTagsBesideThoseThatAreCarried(t *testing.T) {
	t.Parallel()
	o := command(t, planWorld(), "plan", "churn", "-o", "json", "--tag", "Owner=ana", "--tag", "Team=data")
	got := jsonOf(t, created(t, o)["Tags"])
	for _, want := range []string{`{"Key":"Owner","Value":"ana"}`, `{"Key":"Team","Value":"data"}`, `{"Key":"nbscope:run-id","Value":"7f3c2a9be1d0"}`} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is missing in %s", want, got)
		}
	}
	if strings.Contains(got, `"ml"`) {
		t.Errorf("the tag is there twice: %s", got)
	}
}

func TestEveryFieldOfTheFormHasAFlag(t *testing.T) {
	t.Parallel()
	named := map[string]string{recreate.FieldName: "name", recreate.FieldDirect: "direct-internet", recreate.FieldTags: "tag", recreate.FieldRole: "execution-role-arn"}
	cmd := newPlan(&Env{})
	for _, f := range recreate.Fields() {
		flag := f.Option
		if other, ok := named[f.Create]; ok {
			flag = other
		}
		if got := flag != "" && cmd.Flags().Lookup(flag) != nil; got != f.Form {
			t.Errorf("%s is in the form: %v, and has a flag --%s: %v", f.Name(), f.Form, flag, got)
		}
	}
}

func TestPlanMistakesAreNamedBeforeAnythingIsAsked(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		args []string
		says string
	}{
		"no notebook":                    {[]string{}, "takes the name of one notebook instance"},
		"two notebooks":                  {[]string{"a", "b"}, "but got 2"},
		"an unknown format":              {[]string{"x", "-o", "yaml"}, "use text, json or sh"},
		"a word that is no setting":      {[]string{"x", "--direct-internet", "enable"}, `--direct-internet "enable": use enabled or disabled; did you mean "enabled"?`},
		"a name that AWS refuses":        {[]string{"x", "--name", "a_b"}, `--name "a_b": AWS takes letters, digits and hyphens only`},
		"a type that is none":            {[]string{"x", "--instance-type", "t3.medium"}, `--instance-type "t3.medium": AWS takes a type such as ml.t3.medium`},
		"a type of a retired family":     {[]string{"x", "--instance-type", "ml.p3.2xlarge"}, "Amazon Linux 2023 does not run on ml.p3"},
		"an old platform":                {[]string{"x", "--platform-identifier", "notebook-al2-v3"}, "AWS creates notebook-al2023-v1 only"},
		"a volume that is too small":     {[]string{"x", "--volume-size-in-gb", "4"}, `--volume-size-in-gb "4": AWS takes a whole number of GB from 5 to 16384`},
		"no role":                        {[]string{"x", "--execution-role-arn", ""}, `--execution-role-arn "": AWS takes the ARN of a role`},
		"a group that is none":           {[]string{"x", "--security-group-ids", "default"}, "begins with sg-"},
		"a tag without a value":          {[]string{"x", "--tag", "Team"}, `--tag "Team": write Key=Value`},
		"a tag that AWS reserves":        {[]string{"x", "--tag", "aws:x=y"}, "AWS reserves"},
		"a flag that is misspelled":      {[]string{"x", "--instance-typ", "x"}, `did you mean "--instance-type"?`},
		"a field that cannot be changed": {[]string{"x", "--accelerator-types", "x"}, "there is no flag --accelerator-types"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := command(t, planWorld(), append([]string{"plan"}, c.args...)...)
			if o.code != ExitUsage || !strings.Contains(o.stderr, c.says) {
				t.Errorf("exit code %d, told %q, want %q", o.code, o.stderr, c.says)
			}
			if o.opened != 0 || o.stdout != "" {
				t.Error("something was done before the mistake was told")
			}
		})
	}
}

func TestPlanPrintsFailedChecksAndExitsWithZero(t *testing.T) {
	t.Parallel()
	gone := func(f *recreate.Facts) { f.Role = recreate.Know(recreate.Role{}) }
	o := commandWith(t, planWorld(), gone, "plan", "churn")
	for _, want := range []string{"role/x does not exist", "Route it to nat-1", "egress becomes direct, from isolated", "aws sagemaker create-notebook-instance", "It will fail SageMaker.1"} {
		if !strings.Contains(o.stdout, want) {
			t.Errorf("%q is missing in\n%s", want, o.stdout)
		}
	}
	if o.code != ExitOK || o.stderr != "" {
		t.Errorf("exit code %d, told %q", o.code, o.stderr)
	}
	o = commandWith(t, planWorld(), gone, "plan", "churn", "-o", "sh")
	if o.code != ExitOK || !strings.Contains(o.stderr, "nbscope: check role failed: arn:aws:iam::111122223333:role/x does not exist") {
		t.Errorf("as a script: exit code %d, told %q", o.code, o.stderr)
	}
	if !strings.Contains(o.stdout, "NBSCOPE_FORCE") || !strings.Contains(o.stdout, "# - role: ") {
		t.Errorf("the script does not refuse:\n%s", o.stdout)
	}
	if o = command(t, planWorld(), "plan", "churn", "-o", "sh"); strings.Contains(o.stdout, "NBSCOPE_FORCE") || o.stderr != "" {
		t.Errorf("a script with no failed check refuses, or says %q", o.stderr)
	}
}

func TestPlanSaysWhatASourceWithoutAVPCNeeds(t *testing.T) {
	t.Parallel()
	o := command(t, planWorld(), "plan", "alpha")
	if o.code != ExitOK || !strings.Contains(o.stdout, "choose the subnet") {
		t.Errorf("exit code %d: %s%s", o.code, o.stdout, o.stderr)
	}
	o = command(t, planWorld(), "plan", "alpha", "--direct-internet", "enabled")
	if o.code != ExitOK || !strings.Contains(o.stdout, "no VPC becomes one not chosen yet") || strings.Contains(o.stdout, "interface in ,") {
		t.Errorf("exit code %d: %s%s", o.code, o.stdout, o.stderr)
	}
}

func TestPlanFindsItsNotebookAsShowDoes(t *testing.T) {
	t.Parallel()
	if o := command(t, planWorld(), "plan", "CHURN", "--account", "prod-ml"); o.code != ExitOK || o.asked.Name != "CHURN" {
		t.Errorf("exit code %d: %s", o.code, o.stderr)
	}
	if o := command(t, planWorld(), "plan", "beta"); o.code != ExitFailed || !strings.Contains(o.stderr, `no notebook instance "beta"`) {
		t.Errorf("exit code %d: %s", o.code, o.stderr)
	}
}

func TestAPlanLooksIntoTheSourceWhereItIsToldTo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args   []string
		inside *recreate.Survey
		code   int
		says   string
	}{
		"not told":       {args: nil, says: "how much there is on the source is not known: a look inside signs in to it"},
		"locked":         {args: []string{"--look"}, code: 2, says: "wants --allow-write"},
		"what was found": {args: []string{"--look", "--allow-write"}, inside: &recreate.Survey{Source: recreate.Interior{Files: 1_284_102, Bytes: 96_400_000_000}}, says: "96.4 GB in 1,284,102 files on the source"},
		"nothing":        {args: []string{"--look", "--allow-write"}, says: "is not known: not scripted"},
	} {
		var asked model.ScanRequest
		o := commandIn(t, Env{
			Args: append([]string{"plan", "churn", "--region", "eu-west-1"}, c.args...), NewRunID: func() string { return "7f3c2a9be1d0" },
			Now: func() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) },
			Open: func(context.Context, Settings) (Session, error) {
				return Session{Backend: &backend{batches: planWorld(), asked: &asked, inside: c.inside}, Close: func() error { return nil }}, nil
			},
		})
		if o.code != c.code || !strings.Contains(o.stdout+o.stderr, c.says) {
			t.Errorf("%s: %d\n%s%s", name, o.code, o.stdout, o.stderr)
		}
	}
}
