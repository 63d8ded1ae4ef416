package main

import (
	"os/exec"
	"strings"
	"testing"

	"nbscope/aws/sim"
)

// What a plan promises is tried in real terminals, on the network of the simulated
// notebooks.

func newLabShell(t *testing.T, add ...sim.Change) *shell {
	t.Helper()
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skip("there is no python3 here, which the notebooks of this test run")
	}
	return newShellOf(t, func(o *sim.Options) { o.Labs = true }, fast, add...)
}

func TestAPromiseThatIsKeptIsCopiedAfter(t *testing.T) {
	t.Parallel()
	s := newLabShell(t, inVPC("churn", nil))
	plan, approve, id := s.plan("churn", "--promise", "pypi,s3")
	s.ends(s.run("apply", plan, "--approve", approve, "--until", "wait", "-o", "json"), 0, "done")
	a := s.run("apply", plan, "--approve", approve, "--until", "copy", "-o", "json")
	s.ends(a, 3, "waits", "copy the data")
	if !strings.Contains(a.stdout, `"step":"reach","state":"done","message":"pypi `) {
		t.Errorf("it prints\n%s", a.stdout)
	}
	if report := s.run("runs", "show", id).stdout; !strings.Contains(report, "the replacement reaches: pypi ") {
		t.Errorf("the report is\n%s", report)
	}
	if got := s.wrote(); got != "Create churn-net" {
		t.Errorf("AWS was asked for %s", got)
	}
}

// TestAPromiseThatIsBrokenEndsWithSix: the replacement has direct internet, and its
// direct way was to be closed.
func TestAPromiseThatIsBrokenEndsWithSix(t *testing.T) {
	t.Parallel()
	s := newLabShell(t, inVPC("churn", nil))
	plan, approve, id := s.plan("churn", "--promise", "direct-closed")
	for range 2 {
		s.ends(s.run("apply", plan, "--approve", approve, "--until", "copy", "-o", "json"), 6, "failed", "does not keep what the plan promised", "not through the VPC", "172.16.")
	}
	s.ends(s.run("apply", plan, "--approve", approve, "--until", "wait", "-o", "json"), 0, "done")
	s.ends(s.run("resume", id, "--until", "copy", "-o", "json"), 6, "failed", "not through the VPC")
	if got := s.wrote(); got != "Create churn-net" {
		t.Errorf("AWS was asked for %s", got)
	}
}

// TestAPromiseIsPartOfWhatIsApproved: taken out of the plan's file, it is another plan.
func TestAPromiseIsPartOfWhatIsApproved(t *testing.T) {
	t.Parallel()
	s := newShell(t, fast, inVPC("churn", nil))
	path, approve, _ := s.plan("churn", "--promise", "pypi,s3")
	text := s.read(path)
	if !strings.HasPrefix(approve, "2-") || !strings.Contains(text, `"promises": [
    "pypi",
    "s3"
  ]`) {
		t.Fatalf("the plan %s is\n%s", approve, text)
	}
	for name, other := range map[string]string{
		"one fewer": strings.Replace(text, "\"pypi\",\n    \"s3\"", `"pypi"`, 1),
		"none":      strings.Replace(text, "\"pypi\",\n    \"s3\"", "", 1),
		"another":   strings.Replace(text, "\"pypi\",\n    \"s3\"", `"pypi", "sts"`, 1),
	} {
		s.write(path, other)
		if other == text {
			t.Fatalf("%s: the plan is as it was", name)
		}
		s.ends(s.run("apply", path, "--approve", approve, "--until", "create", "-o", "json"), 5, "drift", "its fingerprint would be")
	}
	s.write(path, strings.Replace(text, `"s3"`, `"artifactory.example.com"`, 1))
	if a := s.run("apply", path, "--approve", approve, "--until", "create", "-o", "json"); a.code != 2 || !strings.Contains(a.stderr, "no place that is tried here") {
		t.Errorf("with a place that nobody configured: %d, %s", a.code, a.stderr)
	}
	if got := s.wrote(); got != "" {
		t.Errorf("AWS was asked for %s", got)
	}
	for args, says := range map[string]string{"pipy": "did you mean pypi?", "": "name places"} {
		if a := s.run("plan", "churn", "--region", s.target.Region, "--promise", args); a.code != 2 || !strings.Contains(a.stderr, says) {
			t.Errorf("--promise %q: %d, %s", args, a.code, a.stderr)
		}
	}
	if a := s.run("plan", "churn", "--region", s.target.Region); !strings.Contains(a.stdout, "pypi, conda, s3, sagemaker.api") {
		t.Errorf("by the policy it promises\n%s", a.stdout)
	}
	if a := s.run("plan", "churn", "--region", s.target.Region, "--policy", "report", "-o", "json"); !strings.Contains(a.stdout, `"promises": []`) {
		t.Errorf("under report it promises\n%s", a.stdout)
	}
}
