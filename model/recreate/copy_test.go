package recreate

import (
	"slices"
	"strings"
	"testing"

	"nbscope/model"
)

func copyOf(src Snapshot) []CopyStep {
	p := planOf(src)
	return ManualCopy(&p)
}

func stepOf(t *testing.T, steps []CopyStep, title string) CopyStep {
	t.Helper()
	for _, s := range steps {
		if strings.Contains(s.Title, title) {
			return s
		}
	}
	t.Fatalf("there is no step %q", title)
	return CopyStep{}
}

func TestTheStepsOfACopySayWhereAndNameNoSecret(t *testing.T) {
	t.Parallel()
	src := churn(func(s *Snapshot) { s.Name, s.RootAccess = "odd'$(name)", model.Enabled })
	steps := copyOf(src)
	for _, s := range steps {
		if s.Title == "" || s.Where == "" || len(s.Commands) == 0 {
			t.Errorf("%+v is not whole", s)
		}
		if s.Where == AtHere {
			continue
		}
		for _, c := range s.Commands {
			if strings.Contains(c, "odd'") || strings.Contains(c, "$(name)") {
				t.Errorf("a name breaks out of its quotes: %s", c)
			}
		}
	}
	script := strings.Join(stepOf(t, steps, "Write the script").Commands, "\n")
	for _, want := range []string{"set -euo pipefail", `run="7f3c9a"`, `account="111122223333"`, `region="eu-west-1"`, "$account/$region/$source/$run"} {
		if !strings.Contains(script, want) {
			t.Errorf("%s is not in the script", want)
		}
	}
	if about := stepOf(t, steps, "Write the script").About; strings.Contains(about, "disabled") {
		t.Errorf("root access is said to be disabled: %s", about)
	}
	if about := stepOf(t, copyOf(churn()), "Write the script").About; !strings.Contains(about, "disabled on churn and churn-net") {
		t.Errorf("it is not said that root access is disabled: %s", about)
	}
	if got := roleName("arn:aws:iam::111122223333:role/service/x") + roleName("none"); got != "xnone" {
		t.Errorf("roles are called %s", got)
	}
	if got := slug("a/b$c-D9" + string(model.StatusFailed)); got != "a_b_c-D9Failed" {
		t.Errorf("the slug is %s", got)
	}
}

// TestTheScriptOfACopyIsForTheOldestNotebook holds it against what Amazon Linux 2 has
// not: tar is 1.26 there, coreutils 8.22, bash 4.2.
func TestTheScriptOfACopyIsForTheOldestNotebook(t *testing.T) {
	t.Parallel()
	p := planOf(churn())
	for i, c := range (byHand{&p}).script() {
		if len(c) > 2000 {
			t.Errorf("command %d has %d characters: a terminal cuts it", i, len(c))
		}
		if strings.Contains(c, "\n") {
			t.Errorf("command %d has several lines: %s", i, c)
		}
	}
	for _, chunk := range append(manualVerbs(), byHand{&p}.head()) {
		if strings.Contains(chunk, "'") {
			t.Errorf("a single quote ends the quotes around it: %s", chunk)
		}
		for _, newer := range []string{
			"--sort=", "--xattrs-include", "--verbatim-files-from", "--skip-old-files", "--warning=", "--zstd", "sha256sum -z", "sha256sum --zero", "sync -f",
			"local -n", "wait -n", "mapfile -d", "${var@", "python", "cut -z", "head -z", "tail -z", "wc --total", "numfmt", "realpath", "env -S", "base32", "b2sum",
		} {
			if strings.Contains(chunk, newer) {
				t.Errorf("%s is newer than Amazon Linux 2: %s", newer, chunk)
			}
		}
	}
}

func TestTwoProofsOfACopyByHandAreCompared(t *testing.T) {
	t.Parallel()
	p := planOf(churn())
	digest := strings.Repeat("ab", 32)
	line := func(run, side string, numbers string, digest string) string {
		return "nbscope-proof 1 " + run + " " + side + " " + numbers + " " + digest
	}
	good, there := line(testRun, "source", "12 7 0", digest), line(testRun, "replacement", "12 7 0", digest)
	cases := map[string]struct {
		one, other string
		says       string // "" where it is proven
	}{
		"both are the same":      {good, there, ""},
		"the other way round":    {there, good, ""},
		"with all that was said": {"NOT COPIED, 1 of them:\n./x\n  " + line(testRun, "source", "12 7 1", digest) + "  \r\n", "$ bash x\n" + there + "\n$ ", ""},
		"pasted twice":           {good + "\n" + good, there, ""},
		"nothing":                {"", there, "the first line: no line of it begins"},
		"nothing there":          {good, "no such file", "the second line: no line of it begins"},
		"twice the source":       {good, good, "source and source"},
		"twice the replacement":  {there, there, "replacement and replacement"},
		"two different ones":     {good + "\n" + there, there, "several proofs"},
		"another run":            {line("other", "source", "12 7 0", digest), there, "another run"},
		"another run there":      {good, line("other", "replacement", "12 7 0", digest), "another run"},
		"other files":            {good, line(testRun, "replacement", "12 6 0", digest), "12 names with 7 files"},
		"other names":            {good, line(testRun, "replacement", "11 7 0", digest), "11 with 7"},
		"another digest":         {good, line(testRun, "replacement", "12 7 0", strings.Repeat("cd", 32)), "the digests differ"},
		"nothing was copied":     {line(testRun, "source", "0 0 0", digest), line(testRun, "replacement", "0 0 0", digest), "of nothing"},
		"unread there":           {good, line(testRun, "replacement", "12 7 3", digest), "3 names could not be compared"},
		"half a digest":          {good, line(testRun, "replacement", "12 7 0", digest[:40]), "damaged"},
		"no digest":              {good, line(testRun, "replacement", "12 7 0", strings.Repeat("zz", 32)), "damaged"},
		"half a line":            {"nbscope-proof 1 " + testRun, there, "not whole"},
		"no number":              {good, line(testRun, "replacement", "12 -7 0", digest), "damaged"},
		"a later version":        {strings.Replace(good, "proof 1", "proof 2", 1), there, "version"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := p.CompareProofs(c.one, c.other)
			if c.says == "" && (err != nil || got.Entries != 12 || got.Files != 7 || got.Digest != digest || got.Side != AtSource) {
				t.Errorf("%+v, %v", got, err)
			}
			if c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
				t.Errorf("%q is not said: %v", c.says, err)
			}
		})
	}
}

// TestANotebookThatStoppedIsStartedByWhatWorksForItsPlatform holds the commands
// against what AWS takes in each state, on each platform.
func TestANotebookThatStoppedIsStartedByWhatWorksForItsPlatform(t *testing.T) {
	t.Parallel()
	status := func(to model.Status) func(*Snapshot) { return func(s *Snapshot) { s.Status = to } }
	const on = " --region eu-west-1 --notebook-instance-name churn"
	start := []string{"aws sagemaker start-notebook-instance" + on, "aws sagemaker wait notebook-instance-in-service" + on}
	rest := []string{"aws sagemaker wait notebook-instance-stopped" + on}
	move := append([]string{"aws sagemaker update-notebook-instance" + on + " --platform-identifier notebook-al2023-v1"}, rest...)
	cases := map[string]struct {
		change []func(*Snapshot)
		want   []string
		says   string
	}{
		"stopped":                      {[]func(*Snapshot){stopped}, start, "started again"},
		"stopping":                     {[]func(*Snapshot){status(model.StatusStopping)}, append(slices.Clone(rest), start...), "started again"},
		"failed":                       {[]func(*Snapshot){status(model.StatusFailed)}, start, "started again"},
		"Amazon Linux 2, stopped":      {[]func(*Snapshot){al2, stopped}, append(slices.Clone(move), start...), "moved to notebook-al2023-v1 first"},
		"Amazon Linux 2, stopping":     {[]func(*Snapshot){al2, status(model.StatusStopping)}, slices.Concat(rest, move, start), "moved to"},
		"Amazon Linux 2, failed":       {[]func(*Snapshot){al2, status(model.StatusFailed)}, append(slices.Clone(move), start...), "not documented"},
		"Amazon Linux 1, stopped":      {[]func(*Snapshot){al1, stopped}, nil, "ask AWS support"},
		"Amazon Linux 1, stopping":     {[]func(*Snapshot){al1, status(model.StatusStopping)}, nil, "ask AWS support"},
		"in maintenance":               {[]func(*Snapshot){al2, status(model.StatusInMaintenance)}, nil, "AWS is working on it"},
		"starting":                     {[]func(*Snapshot){status(model.StatusPending)}, nil, "AWS is working on it"},
		"running":                      {nil, nil, "churn runs"},
		"being deleted":                {[]func(*Snapshot){status(model.StatusDeleting)}, nil, "no way back"},
		"a status that is not known":   {[]func(*Snapshot){status("Dreaming")}, nil, "no way back"},
		"a platform that is not named": {[]func(*Snapshot){stopped, func(s *Snapshot) { s.Platform = "" }}, start, "started again"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			src := churn(c.change...)
			says, commands := StartAgain(&src)
			if !slices.Equal(commands, c.want) || !strings.Contains(says, c.says) {
				t.Errorf("%s\n%s", says, strings.Join(commands, "\n"))
			}
		})
	}
}

// TestNobodyIsToldToShutEveryKernelDownWhereAScriptWaitsForThat checks the first step
// of a copy against what preflight read in the scripts of either side.
func TestNobodyIsToldToShutEveryKernelDownWhereAScriptWaitsForThat(t *testing.T) {
	t.Parallel()
	autostop := Know(&model.LifecycleConfig{Name: "autostop", OnStart: "IDLE_TIME=3600\npython autostop.py --time $IDLE_TIME\n"})
	const all = "Shut down every running kernel of the source"
	cases := map[string]struct {
		facts func(*Facts)
		want  []string
		never []string
	}{
		"none":            {func(*Facts) {}, []string{all}, []string{"keep a session busy"}},
		"the source's":    {func(f *Facts) { f.SourceLifecycle = autostop }, []string{"A script on churn stops the notebook when it is idle (IDLE_TIME=3600).", "keep a session busy"}, []string{all, "every running kernel"}},
		"the new one's":   {func(f *Facts) { f.Lifecycle = autostop }, []string{"A script on churn-net stops", "keep a session busy", "On churn shut down every running kernel"}, []string{all}},
		"both":            {func(f *Facts) { f.SourceLifecycle, f.Lifecycle = autostop, autostop }, []string{"A script on churn stops", "A script on churn-net stops"}, []string{"every running kernel"}},
		"what is unknown": {func(f *Facts) { f.SourceLifecycle = Unknown[*model.LifecycleConfig]("denied") }, []string{"A script on churn may stop the notebook", "keep a session busy"}, []string{all}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, f := planOf(churn()), goodFacts()
			c.facts(&f)
			p.Weigh(f)
			about := ManualCopy(&p)[0].About
			for _, want := range c.want {
				if !strings.Contains(about, want) {
					t.Errorf("%q is not in %q", want, about)
				}
			}
			for _, never := range c.never {
				if strings.Contains(about, never) {
					t.Errorf("%q is in %q", never, about)
				}
			}
		})
	}
}
