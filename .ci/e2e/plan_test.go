//go:build e2e

package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// scriptLimit is for a script that calls the AWS CLI a dozen times, each of which
// starts an interpreter.
const scriptLimit = 10 * time.Minute

// planned is the part of a plan's JSON that the tests look at.
type planned struct {
	Blocked bool `json:"blocked"`
	Create  struct {
		NotebookInstanceName string
	} `json:"create"`
	Preflight []struct {
		Check  string `json:"check"`
		Result string `json:"result"`
	} `json:"preflight"`
}

// carried is what describe-notebook-instance says of what a replacement takes over.
type carried struct {
	InstanceType, SubnetID, RoleArn, KmsKeyID, RootAccess string
	NotebookInstanceStatus, DirectInternetAccess          string
	NotebookInstanceLifecycleConfigName                   string
	SecurityGroups                                        []string
	VolumeSizeInGB                                        int
}

func planJSON(t *testing.T, env environment, name, region string) planned {
	t.Helper()
	r := run(t, env, binary(t), "plan", name, "--region", region, "-o", "json")
	if r.code != 0 {
		t.Fatalf("nbscope plan %s: exit %d: %s", name, r.code, r.stderr)
	}
	var p planned
	if err := json.Unmarshal([]byte(r.stdout), &p); err != nil {
		t.Fatalf("nbscope plan %s: %v in %q", name, err, r.stdout)
	}
	return p
}

// planScript writes the script of a plan to a file, as it is.
func planScript(t *testing.T, env environment, name, region string) string {
	t.Helper()
	r := run(t, env, binary(t), "plan", name, "--region", region, "-o", "sh")
	if r.code != 0 {
		t.Fatalf("nbscope plan %s -o sh: exit %d: %s", name, r.code, r.stderr)
	}
	path := filepath.Join(t.TempDir(), "plan.sh")
	if err := os.WriteFile(path, []byte(r.stdout), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func describe(t *testing.T, env environment, name, region string) carried {
	t.Helper()
	var out carried
	aws(t, env, &out, "sagemaker", "describe-notebook-instance", "--region", region, "--notebook-instance-name", name)
	return out
}

// carryOut runs a plan's script, runs it again, and compares both notebooks.
func carryOut(t *testing.T, env environment, name, region string) {
	t.Helper()
	before := describe(t, env, name, region)
	replacement := planJSON(t, env, name, region).Create.NotebookInstanceName
	script := planScript(t, env, name, region)
	quick := env.with(environment{"NBSCOPE_POLL": "1", "AWS_REGION": "", "AWS_DEFAULT_REGION": ""}) // credentials and nothing else
	for _, says := range []string{"creating " + replacement, replacement + " is there already, made by this plan"} {
		r := runWithin(t, scriptLimit, quick, "sh", "-eu", script)
		if r.code != 0 || !strings.Contains(r.stderr, says) || !strings.Contains(r.stdout, "Delete source") {
			t.Fatalf("the script: exit %d, want it to say %q: %s\n%s", r.code, says, r.stderr, r.stdout)
		}
	}
	after := describe(t, env, replacement, region)
	if after.DirectInternetAccess != "Enabled" || after.NotebookInstanceStatus != "InService" {
		t.Errorf("the replacement is %s with direct internet access %s", after.NotebookInstanceStatus, after.DirectInternetAccess)
	}
	same := after
	same.DirectInternetAccess, same.NotebookInstanceStatus = before.DirectInternetAccess, before.NotebookInstanceStatus
	if a, b := printed(t, same), printed(t, before); a != b {
		t.Errorf("the replacement has %s, the source %s", a, b)
	}
	if now := describe(t, env, name, region); now.NotebookInstanceStatus != before.NotebookInstanceStatus {
		t.Errorf("the source was %s and is %s", before.NotebookInstanceStatus, now.NotebookInstanceStatus)
	}
}

func printed(t *testing.T, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestSimPlanScriptMakesTheReplacement(t *testing.T) {
	t.Parallel()
	env := startSim(t, "--accounts", "1", "--regions", "2", "--notebooks", "40", "--time-scale", "120")
	for _, n := range list(t, env, 0, "--filter", "net:vpc-only status:inservice").Notebooks {
		if planJSON(t, env, n.Name, n.Region).Blocked {
			continue
		}
		carryOut(t, env, n.Name, n.Region)
		return
	}
	t.Fatal("no notebook of the simulated AWS can be recreated")
}

func TestMotoPlanScriptMakesTheReplacement(t *testing.T) {
	t.Parallel()
	env := startMoto(t)
	build(t, env, "us-east-1", "growth", 2)
	p := planJSON(t, env, "growth-1", "us-east-1")
	if !p.Blocked {
		t.Errorf("a role that does not exist does not block: %+v", p.Preflight)
	}
	r := runWithin(t, scriptLimit, env, "sh", "-eu", planScript(t, env, "growth-1", "us-east-1"))
	if r.code == 0 || !strings.Contains(r.stderr, "NBSCOPE_FORCE") {
		t.Errorf("the script of a plan that is blocked: exit %d: %s", r.code, r.stderr)
	}
	aws(t, env, nil, "iam", "create-role", "--role-name", "notebooks", "--path", "/service-role/", "--assume-role-policy-document",
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"sagemaker.amazonaws.com"},"Action":"sts:AssumeRole"}]}`)
	carryOut(t, env, "growth-1", "us-east-1")
	var tags struct {
		Tags []struct{ Key, Value string }
	}
	aws(t, env, &tags, "sagemaker", "list-tags", "--region", "us-east-1", "--resource-arn",
		"arn:aws:sagemaker:us-east-1:123456789012:notebook-instance/growth-1-net")
	if got := printed(t, tags); !strings.Contains(got, `"growth"`) || !strings.Contains(got, "nbscope:run-id") {
		t.Errorf("the replacement's tags are %s", got)
	}
}
