//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// whole is everything that describe-notebook-instance says of a notebook and that
// a replacement takes over.
type whole struct {
	InstanceType, SubnetID, RoleArn, KmsKeyID, RootAccess string
	SecurityGroups                                        []string
	VolumeSizeInGB                                        int
	DefaultCodeRepository                                 string
}

// seedNotebook builds, with the AWS CLI, a notebook with a subnet, a group, a key,
// a role, a repository and tags, and direct internet access off.
func seedNotebook(t *testing.T, env environment, name string) {
	t.Helper()
	const region = "us-east-1"
	var vpc struct{ Vpc struct{ VpcID string } }
	aws(t, env, &vpc, "ec2", "create-vpc", "--region", region, "--cidr-block", "10.0.0.0/16")
	var subnet struct{ Subnet struct{ SubnetID string } }
	aws(t, env, &subnet, "ec2", "create-subnet", "--region", region, "--vpc-id", vpc.Vpc.VpcID, "--cidr-block", "10.0.1.0/24")
	var group struct{ GroupID string }
	aws(t, env, &group, "ec2", "create-security-group", "--region", region, "--vpc-id", vpc.Vpc.VpcID,
		"--group-name", "notebooks", "--description", "notebooks")
	var key struct{ KeyMetadata struct{ Arn string } }
	aws(t, env, &key, "kms", "create-key", "--region", region)
	aws(t, env, nil, "iam", "create-role", "--role-name", "notebooks", "--assume-role-policy-document",
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"sagemaker.amazonaws.com"},"Action":"sts:AssumeRole"}]}`)
	aws(t, env, nil, "sagemaker", "create-notebook-instance", "--region", region, "--notebook-instance-name", name,
		"--instance-type", "ml.t3.medium", "--role-arn", "arn:aws:iam::123456789012:role/notebooks", "--volume-size-in-gb", "12",
		"--subnet-id", subnet.Subnet.SubnetID, "--security-group-ids", group.GroupID, "--kms-key-id", key.KeyMetadata.Arn,
		"--direct-internet-access", "Disabled", "--root-access", "Disabled",
		"--default-code-repository", "https://git.example.com/churn.git",
		"--tags", "Key=Team,Value=growth", "Key=Cost Center,Value=a b")
}

// gate opens a gate with its key. While the program looks at AWS there is no such
// key, so it is pressed again where nothing came of it.
func (s *terminal) gate(opens string) {
	s.t.Helper()
	for try := range 600 {
		if strings.Contains(s.screen(), opens) {
			return
		}
		if try%60 == 0 {
			s.keys("a")
		}
		time.Sleep(50 * time.Millisecond)
	}
	s.until(opens)
}

// approve opens a gate and agrees.
func (s *terminal) approve(opens string) {
	s.t.Helper()
	s.gate(opens)
	s.agree()
}

// agree reads a gate to its end, moves from Cancel to the other button, and presses
// it. A gate that opens by itself is deaf for a moment, so keys are repeated.
func (s *terminal) agree() {
	s.t.Helper()
	for try := range 600 {
		got := s.screen()
		if !strings.Contains(got, "enter cancel") {
			break
		}
		var at, of int
		_, err := fmt.Sscanf(regexp.MustCompile(`\d+ of \d+ pages`).FindString(got), "%d of %d pages", &at, &of)
		switch {
		case try%4 != 0:
		case err == nil && at < of:
			s.keys("PageDown")
		default:
			s.keys("Tab")
		}
		time.Sleep(50 * time.Millisecond)
	}
	s.gone("enter cancel")
	s.keys("Enter")
}

// typed opens a gate and types what it asks for.
func (s *terminal) typed(opens, text string) {
	s.t.Helper()
	s.gate(opens)
	s.keys("-l", text)
	s.until(text)
	s.keys("Enter")
}

// TestMotoTmuxRecreatesANotebook drives a whole recreate on the independent
// emulator, from the list to the deletion of the source, and looks at what is left
// with the AWS CLI.
func TestMotoTmuxRecreatesANotebook(t *testing.T) {
	env := startMoto(t)
	seedNotebook(t, env, "churn-model")
	var before, after whole
	aws(t, env, &before, "sagemaker", "describe-notebook-instance", "--notebook-instance-name", "churn-model")

	term := openTerminal(t, env, 120, 40)
	// Moto's notebooks have no Jupyter, so that nothing can be tried in them: under this policy nothing is promised.
	term.command("clear; " + binary(t) + " --region us-east-1 --policy report")
	term.until("churn-model")
	term.until("1/1 targets")
	term.keys("R")
	term.until("churn-model → churn-model-net")
	term.until(" 0 ✗")
	term.keys("4")
	got := term.until("Disabled → Enabled")
	if !strings.Contains(got, "read-only") {
		t.Errorf("the session does not say that it is read-only:\n%s", got)
	}
	term.until("ready")
	term.typed("Unlock writes", "123456789012")
	term.until("Create churn-model-net, to direct internet Enabled")
	term.agree()
	term.until("Survey failed") // there is no Jupyter to sign in to
	term.keys("T")
	term.until("The data goes")
	term.keys("-l", "hand")
	term.gone("relay  ")
	term.keys("Enter")
	term.until("Take this way")
	term.agree()
	term.until("Copy waits for you")
	term.typed("Confirm the copy", "copied churn-model")
	term.until("Stop source waits for you")
	term.approve("Stop churn-model")
	term.until("stopped and kept")
	term.typed("Delete churn-model", "churn-model delete before the keep time")
	term.until("has taken the place of churn-model")

	var names named
	aws(t, env, &names, "sagemaker", "list-notebook-instances")
	if len(names.NotebookInstances) != 1 || names.NotebookInstances[0].NotebookInstanceName != "churn-model-net" {
		t.Fatalf("left are %v", names.NotebookInstances)
	}
	aws(t, env, &after, "sagemaker", "describe-notebook-instance", "--notebook-instance-name", "churn-model-net")
	if printed(t, after) != printed(t, before) {
		t.Errorf("the replacement has %+v, the source had %+v", after, before)
	}
	if d := describe(t, env, "churn-model-net", "us-east-1"); d.DirectInternetAccess != "Enabled" || d.NotebookInstanceStatus != "InService" {
		t.Errorf("the replacement is %s with direct internet access %s", d.NotebookInstanceStatus, d.DirectInternetAccess)
	}
	var tags struct {
		Tags []struct{ Key, Value string }
	}
	aws(t, env, &tags, "sagemaker", "list-tags", "--resource-arn", "arn:aws:sagemaker:us-east-1:123456789012:notebook-instance/churn-model-net")
	for _, want := range []string{`"growth"`, `"a b"`, "nbscope:run-id", "nbscope:source-arn"} {
		if !strings.Contains(printed(t, tags), want) {
			t.Errorf("the tags %v lack %s", tags.Tags, want)
		}
	}
	runs := run(t, env, binary(t), "runs")
	if runs.code != 0 || !strings.Contains(runs.stdout, "done") {
		t.Errorf("nbscope runs: exit %d:\n%s%s", runs.code, runs.stdout, runs.stderr)
	}
}

// TestTmuxRunSurvivesAKill kills the program with SIGKILL while AWS works, and
// goes on with nbscope resume.
func TestTmuxRunSurvivesAKill(t *testing.T) {
	env := startSim(t, "--accounts", "1", "--regions", "2", "--notebooks", "40", "--time-scale", "20")
	name, region := recreatable(t, env)
	term := openTerminal(t, env, 120, 40)
	pid := filepath.Join(t.TempDir(), "pid")
	term.command(fmt.Sprintf("clear; sh -c 'echo $$ > %s; exec %s --allow-write --no-cache --region %s -f %s'", pid, binary(t), region, name))
	term.until("1/1 targets")
	term.until(name)
	term.keys("R")
	term.until(name + " → ")
	term.until(" 0 ✗")
	term.keys("4")
	term.until("ready")
	term.approve(", to direct internet Enabled")
	term.until("Waiting until")
	kill(t, pid)
	term.until("READY>")

	listed := run(t, env, binary(t), "runs")
	fields := strings.Fields(strings.SplitN(listed.stdout, "\n", 2)[1])
	if !strings.Contains(listed.stdout, "interrupted at wait") || len(fields) == 0 {
		t.Fatalf("nbscope runs: exit %d:\n%s%s", listed.code, listed.stdout, listed.stderr)
	}
	term.command("reset; clear; " + binary(t) + " resume " + fields[0] + " --allow-write --no-cache --region " + region)
	term.until("u   ")
	term.keys("u")
	term.until("Stop source waits for you") // the data was moved, and proven

	made := 0
	for _, n := range list(t, env, 0, "--region", region).Notebooks {
		if n.Tags["nbscope:run-id"] == fields[0] {
			made++
		}
		if n.Name == name && n.Status != "InService" {
			t.Errorf("the source is %s", n.Status)
		}
	}
	if made != 1 {
		t.Errorf("the run has made %d notebooks", made)
	}
}

// recreatable is a running notebook that nothing speaks against recreating.
func recreatable(t *testing.T, env environment) (name, region string) {
	t.Helper()
	for _, n := range list(t, env, 0, "--filter", "net:vpc-only status:inservice platform:al2023").Notebooks {
		if !planJSON(t, env, n.Name, n.Region).Blocked {
			return n.Name, n.Region
		}
	}
	t.Fatal("no notebook of the simulated AWS can be recreated")
	return "", ""
}

// kill ends the process whose id a file holds, as nothing can be caught.
func kill(t *testing.T, file string) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var pid int
	if _, err := fmt.Sscan(string(raw), &pid); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
}
