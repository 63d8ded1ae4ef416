package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"nbscope/aws/sim"
	"nbscope/model/journal"
	"nbscope/ui/cli"
)

func TestAPlanIsRefusedWhenTheWorldDiffers(t *testing.T) {
	t.Parallel()
	s := newShell(t, fast, inVPC("churn", nil), inVPC("gone", nil), inVPC("edited", nil))
	plan, approve, _ := s.plan("churn")
	s.change(sim.Change{Op: "set", Name: "churn", InstanceType: "ml.m5.xlarge", Tags: map[string]string{"Team": "ml"}})
	s.ends(s.run("apply", plan, "--approve", approve, "-o", "json"), 5, "drift", `InstanceType of the source was "ml.`, `and is "ml.m5.xlarge"`, `Tags.Team of the source was "growth", and is "ml"`)

	plan, approve, _ = s.plan("gone")
	s.change(sim.Change{Op: "delete", Name: "gone"})
	s.ends(s.run("apply", plan, "--approve", approve, "-o", "json"), 5, "drift", "gone does not exist any more")

	plan, approve, _ = s.plan("edited")
	raw, err := os.ReadFile(plan)
	if err != nil {
		t.Fatal(err)
	}
	s.write(plan, strings.Replace(string(raw), `"VolumeSizeInGB": 20`, `"VolumeSizeInGB": 200`, 1))
	s.ends(s.run("apply", plan, "--approve", approve, "-o", "json"), 5, "drift", `VolumeSizeInGB of the replacement was planned as "20", and would be "200"`)
	if got := s.wrote(); got != "" {
		t.Errorf("AWS was asked for %s", got)
	}
	if a := s.run("runs"); !strings.Contains(a.stdout, "No runs") {
		t.Errorf("a run was begun:\n%s", a.stdout)
	}
}

func TestASourceWithAnotherOpenRunIsRefused(t *testing.T) {
	t.Parallel()
	s := newShell(t, fast, inVPC("churn", nil))
	first, approve, id := s.plan("churn")
	second, other, _ := s.plan("churn", "--name", "churn-two")
	s.ends(s.run("apply", first, "--approve", approve, "--until", "create", "-o", "json"), 0, "done")
	s.ends(s.run("apply", second, "--approve", other, "-o", "json"), 5, "other run", "has an open run already: "+id, "`nbscope resume "+id+"`")
	held, err := journal.Open(s.runs, nil, time.Now).Open(id)
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	s.ends(s.run("apply", first, "--approve", approve, "--until", "wait", "-o", "json"), 5, "held", "is held by process ")
	if got := s.wrote(); got != "Create churn-net" {
		t.Errorf("AWS was asked for %s", got)
	}
}

// TestASourceHasOneReplacementWhoeverMadeIt plans again what a run has made a
// replacement of: on this machine by the run's replacement, on another by its source.
func TestASourceHasOneReplacementWhoeverMadeIt(t *testing.T) {
	t.Parallel()
	s := newShell(t, fast, inVPC("churn", nil))
	plan, approve, id := s.plan("churn")
	s.ends(s.run("apply", plan, "--approve", approve, "--until", "wait", "-o", "json"), 0, "done")

	plan, approve, _ = s.plan("churn-net", "--name", "churn-back")
	s.ends(s.run("apply", plan, "--approve", approve, "-o", "json"), 5, "other run", "churn-net is the replacement of churn in run "+id, "Go on with that run")

	s.runs = filepath.Join(s.dir, "another machine")
	plan, approve, _ = s.plan("churn", "--name", "churn-two")
	if a := s.run("plan", "churn", "--region", s.target.Region); !strings.Contains(a.stdout, "it has the replacement churn-net, InService") {
		t.Errorf("the plan does not name the replacement:\n%s%s", a.stdout, a.stderr)
	}
	s.ends(s.run("apply", plan, "--approve", approve, "-o", "json"), 5, "other run", "it has the replacement churn-net, InService", "run "+id+" made it", "where it was begun")
	plan, approve, _ = s.plan("churn-net", "--name", "churn-back")
	s.ends(s.run("apply", plan, "--approve", approve, "-o", "json"), 5, "other run", "churn-net is itself the replacement of churn, which is InService")
	if got := s.wrote(); got != "Create churn-net" {
		t.Errorf("AWS was asked for %s", got)
	}

	s.change(sim.Change{Op: "delete", Name: "churn"}) // whoever had the run has ended it
	plan, approve, _ = s.plan("churn-net", "--name", "churn-back")
	s.ends(s.run("apply", plan, "--approve", approve, "--until", "create", "-o", "json"), 0, "done")
}

func TestABlockedPlanIsRefused(t *testing.T) {
	t.Parallel()
	s := newShell(t, fast, inVPC("managed", func(c *sim.Change) { c.Tags["aws:cloudformation:stack-name"] = "ml" }))
	plan, approve, _ := s.plan("managed")
	s.ends(s.run("apply", plan, "--approve", approve, "-o", "json"), 6, "not tried", "check ", "nothing was begun")
	if got := s.wrote(); got != "" {
		t.Errorf("AWS was asked for %s", got)
	}
}

func TestAnAccountThatIsReadOnlyByConfigurationRefuses(t *testing.T) {
	t.Parallel()
	s := newShell(t, fast, inVPC("churn", nil))
	plan, approve, _ := s.plan("churn")
	config := filepath.Join(s.dir, "config.yaml")
	s.write(config, "read-only: ['"+s.target.Account+"']\n")
	a := s.run("apply", plan, "--approve", approve, "--config", config)
	if a.code != cli.ExitUsage || !strings.Contains(a.stderr, "account "+s.target.Account+" is read-only by configuration") || s.wrote() != "" {
		t.Errorf("exit %d, AWS was asked for %q: %s", a.code, s.wrote(), a.stderr)
	}
	s.write(config, "read-only: [prod]\n")
	if a := s.run("apply", plan, "--approve", approve, "--config", config); a.code != cli.ExitUsage || !strings.Contains(a.stderr, `read-only "prod"`) {
		t.Errorf("exit %d: %s", a.code, a.stderr)
	}
}

func TestPlansThatAreNoneAreNamed(t *testing.T) {
	t.Parallel()
	s := newShell(t, fast, inVPC("churn", nil))
	plan, approve, id := s.plan("churn")
	raw, err := os.ReadFile(plan)
	if err != nil {
		t.Fatal(err)
	}
	good := string(raw)
	pipe := filepath.Join(s.dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	file := func(text string) string {
		f, err := os.CreateTemp(s.dir, "plan-*.json")
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, err := f.WriteString(text); err != nil {
			t.Fatal(err)
		}
		return f.Name()
	}
	edit := func(old, by string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("the plan has no %s", old)
		}
		return file(strings.Replace(good, old, by, 1))
	}
	cases := map[string]struct {
		args []string
		code int
		says string
	}{
		"no plan":                     {nil, 2, "apply takes one plan"},
		"a file that there is not":    {[]string{filepath.Join(s.dir, "none.json"), "--approve", approve}, 2, "no such file"},
		"an empty file":               {[]string{file(" \n"), "--approve", approve}, 2, "the file is empty"},
		"a folder":                    {[]string{s.dir, "--approve", approve}, 2, "is not a regular file"},
		"a pipe":                      {[]string{pipe, "--approve", approve}, 2, "is not a regular file"},
		"text":                        {[]string{file("# a plan"), "--approve", approve}, 2, "not a plan of `nbscope plan -o json`"},
		"another JSON":                {[]string{file(`{"schema":1,"notebooks":[]}`), "--approve", approve}, 2, "it has no schema, fingerprint or create"},
		"two plans":                   {[]string{file(good + good), "--approve", approve}, 2, "something follows it"},
		"a newer schema":              {[]string{edit(`"schema": 1`, `"schema": 2`), "--approve", approve}, 2, "made by a newer nbscope"},
		"a member that is not known":  {[]string{edit(`"RoleArn":`, `"Accelerators": ["x"], "RoleArn":`), "--approve", approve}, 2, `unknown field "Accelerators"`},
		"another run's id":            {[]string{edit(`"runId": "`+id, `"runId": "0123456789ab`), "--approve", approve}, 2, "they must be the same"},
		"a source that is no ARN":     {[]string{edit(`"arn": "arn:aws:sagemaker`, `"arn": "arn:aws:s3`), "--approve", approve}, 2, "is not the ARN of a notebook instance"},
		"another account":             {[]string{edit(`"arn": "arn:aws:sagemaker:`+s.target.Region+`:`+s.target.Account, `"arn": "arn:aws:sagemaker:`+s.target.Region+`:999988887777`), "--approve", approve}, 6, "no sign-in reaches account 999988887777"},
		"no approval":                 {[]string{plan}, 2, "give the fingerprint of the plan that you approve: " + plan + " has " + approve},
		"the approval of another":     {[]string{plan, "--approve", "0000"}, 2, "has the fingerprint " + approve},
		"a step that there is not":    {[]string{plan, "--approve", approve, "--until", "wiat"}, 2, `did you mean "wait"?`},
		"a step that is not for here": {[]string{plan, "--approve", approve, "--until", "delete"}, 2, "use create, wait, copy, verify or stop"},
		"a format that there is not":  {[]string{plan, "--approve", approve, "-o", "yaml"}, 2, "text or json"},
	}
	for name, c := range cases {
		a := s.run(append([]string{"apply"}, c.args...)...)
		if a.code != c.code || !strings.Contains(a.stderr, c.says) {
			t.Errorf("%s: exit %d, want %d; it says %q, want %q", name, a.code, c.code, a.stderr, c.says)
		}
	}
	if got := s.wrote(); got != "" {
		t.Errorf("AWS was asked for %s", got)
	}
}
