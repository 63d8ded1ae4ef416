package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"nbscope/aws"
	"nbscope/aws/sim"
	"nbscope/aws/store"
	"nbscope/model"
	"nbscope/model/journal"
	"nbscope/ui/cli"
)

// shell runs the command line, wired as main does it, over a simulated AWS.
type shell struct {
	t      *testing.T
	sim    *sim.Server
	url    string
	dir    string
	runs   string
	target model.Target
}

func newShell(t *testing.T, scale float64, add ...sim.Change) *shell {
	t.Helper()
	return newShellOf(t, func(*sim.Options) {}, scale, add...)
}

func newShellOf(t *testing.T, change func(*sim.Options), scale float64, add ...sim.Change) *shell {
	t.Helper()
	so := sim.Defaults()
	so.Accounts, so.Notebooks, so.Regions, so.TimeScale, so.Faults, so.Now = 1, 20, 2, scale, "", time.Now
	change(&so)
	server, err := sim.New(so)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	url, err := server.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &shell{
		t: t, sim: server, url: url, dir: t.TempDir(), runs: filepath.Join(t.TempDir(), "runs"),
		target: model.Target{Account: server.World().Accounts[0].ID, Region: server.World().Regions[0].Name},
	}
	for _, n := range server.World().Notebooks {
		if n.Account == s.target.Account && n.Region == s.target.Region && n.SubnetID != "" {
			for _, c := range add {
				c.Op, c.SubnetID = "add", n.SubnetID
				s.change(c)
			}
			return s
		}
	}
	t.Fatal("no notebook is in a subnet")
	return nil
}

func (s *shell) change(c sim.Change) {
	s.t.Helper()
	if err := s.sim.Change(c); err != nil {
		s.t.Fatal(err)
	}
}

// answer is what a command has printed, and its exit code.
type answer struct {
	code           int
	stdout, stderr string
}

// does runs a command; line is called with each line of standard output as it comes.
func (s *shell) does(ctx context.Context, line func(string), args ...string) answer {
	s.t.Helper()
	out, in, err := os.Pipe()
	if err != nil {
		s.t.Fatal(err)
	}
	stderr, err := os.CreateTemp(s.dir, "stderr")
	if err != nil {
		s.t.Fatal(err)
	}
	got := make(chan string)
	go func() {
		var all strings.Builder
		for lines := bufio.NewReader(out); ; {
			l, err := lines.ReadString('\n')
			all.WriteString(l)
			if line != nil && l != "" {
				line(l)
			}
			if err != nil {
				got <- all.String()
				return
			}
		}
	}()
	var a answer
	a.code = cli.Run(ctx, cli.Env{
		Version: "test", Args: args, Stdin: nil, Stdout: in, Stderr: stderr, Environ: []string{"HOME=" + s.dir}, Now: time.Now,
		Open: s.open, NewRunID: newRunID, ReadFile: store.ReadFile,
		Runs: func() (cli.RunLister, error) { return journal.Open(s.runs, nil, time.Now), nil },
	})
	in.Close()
	a.stdout = <-got
	out.Close()
	raw, err := os.ReadFile(stderr.Name())
	if err != nil {
		s.t.Fatal(err)
	}
	stderr.Close()
	a.stderr = string(raw)
	if strings.Contains(a.stderr, "\x1b") || strings.Contains(a.stdout, "\x1b") {
		s.t.Errorf("%v prints escape codes:\n%q\n%q", args, a.stdout, a.stderr)
	}
	return a
}

// regionsOf are the regions of a simulated AWS.
func regionsOf(s *sim.Server) (names []string) {
	for _, r := range s.World().Regions {
		names = append(names, r.Name)
	}
	return names
}

func (s *shell) open(_ context.Context, o cli.Settings) (cli.Session, error) {
	id, secret := s.sim.AccessKey()
	client, err := aws.New(aws.Options{
		EndpointURL: s.url, Static: &aws.StaticKey{ID: id, Secret: secret, Region: "us-east-1"}, Regions: regionsOf(s.sim),
		Concurrency: 16, AllowWrite: o.AllowWrite, ReadOnly: o.ReadOnly, LookEvery: 20 * time.Millisecond, Now: time.Now,
	})
	if err != nil {
		return cli.Session{}, err
	}
	return cli.Session{
		Backend: client, Runs: runs{journal.Open(s.runs, client, time.Now)}, Close: func() error { return nil },
	}, nil
}

func (s *shell) run(args ...string) answer {
	s.t.Helper()
	return s.does(s.t.Context(), nil, args...)
}

// plan makes a plan and returns its file and fingerprint. It promises nothing unless
// the arguments do: these notebooks have no Jupyter in which something could be tried.
func (s *shell) plan(name string, args ...string) (path, fingerprint, id string) {
	s.t.Helper()
	if !slices.Contains(args, "--promise") {
		args = append(args, "--promise", "none")
	}
	a := s.run(append([]string{"plan", name, "--region", s.target.Region, "-o", "json"}, args...)...)
	var p struct{ Fingerprint, RunID string }
	if err := json.Unmarshal([]byte(a.stdout), &p); err != nil || a.code != 0 || p.Fingerprint == "" || p.RunID == "" {
		s.t.Fatalf("exit %d, %v: %s%s", a.code, err, a.stdout, a.stderr)
	}
	path = filepath.Join(s.dir, p.RunID+".json")
	s.write(path, a.stdout)
	return path, p.Fingerprint, p.RunID
}

func (s *shell) write(path, text string) {
	s.t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

func (s *shell) read(path string) string {
	s.t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		s.t.Fatal(err)
	}
	return string(raw)
}

func (s *shell) wrote() string {
	var out []string
	for _, w := range s.sim.Writes() {
		out = append(out, strings.TrimSuffix(strings.TrimPrefix(w.Operation, "SageMaker."), "NotebookInstance")+" "+w.Name)
	}
	return strings.Join(out, ", ")
}

// ends checks a command's exit code, its last line and what it says of why.
func (s *shell) ends(a answer, code int, outcome string, says ...string) map[string]any {
	s.t.Helper()
	lines := strings.Split(strings.TrimSpace(a.stdout), "\n")
	var last map[string]any
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &last); err != nil {
		s.t.Fatalf("exit %d; the last line is no JSON: %v\n%s%s", a.code, err, a.stdout, a.stderr)
	}
	if a.code != code || last["outcome"] != outcome {
		s.t.Errorf("exit %d with %v, want %d with %q:\n%s%s", a.code, last, code, outcome, a.stdout, a.stderr)
	}
	for _, w := range says {
		if !strings.Contains(a.stderr, w) {
			s.t.Errorf("it does not say %q:\n%s", w, a.stderr)
		}
	}
	return last
}

// What signs in to a repository is not in the plan's file, and still in what is made.
func TestAPlanWithAMaskedRepositoryIsAppliedWithTheSourcesOwn(t *testing.T) {
	t.Parallel()
	const address = "https://ghp_abcdefghijklmnopqrstuvwxyz0123456789@git.example/team/x"
	s := newShell(t, fast, inVPC("churn", func(c *sim.Change) { c.CodeRepository = address }))
	path, approve, id := s.plan("churn")
	raw, err := os.ReadFile(path)
	if err != nil || strings.Contains(string(raw), "abcdefgh") || !strings.Contains(string(raw), `"DefaultCodeRepository": "https://****@git.example/team/x"`) {
		t.Fatalf("the plan is %s (%v)", raw, err)
	}
	a := s.run("apply", path, "--approve", approve, "--until", "create", "-o", "json")
	s.ends(a, 0, "done")
	session, err := s.open(t.Context(), cli.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	if made, err := session.Backend.Snapshot(t.Context(), s.target, "churn-net"); err != nil || made.DefaultRepository != address {
		t.Errorf("the replacement has %q (%v)", made.DefaultRepository, err)
	}
	for what, text := range map[string]string{
		"apply": a.stdout + a.stderr, "show": s.run("show", "churn", "--region", s.target.Region, "-o", "json").stdout,
		"list": s.run("list", "-o", "json").stdout, "runs show": s.run("runs", "show", id).stdout,
	} {
		if text == "" || strings.Contains(text, "abcdefgh") {
			t.Errorf("%s prints %q", what, text)
		}
	}
}

const fast = 6000 // compresses minutes to milliseconds

func TestAPlanIsAppliedAndAppliedAgainGoesOnWithItsRun(t *testing.T) {
	t.Parallel()
	s := newShell(t, fast, inVPC("churn", nil))
	plan, approve, id := s.plan("churn")
	apply := func(until string) answer {
		return s.run("apply", plan, "--approve", approve, "--until", until, "-o", "json")
	}
	last := s.ends(apply("create"), 0, "done")
	if last["run"] != id || last["step"] != "create" || !strings.HasSuffix(fmt.Sprint(last["replacement"]), ":notebook-instance/churn-net") {
		t.Errorf("the last line is %v", last)
	}
	s.ends(apply("create"), 0, "done")
	s.ends(apply("wait"), 0, "done")
	s.ends(apply("wait"), 0, "done")
	s.ends(apply("stop"), 3, "waits", "copy the data", "`nbscope resume "+id+"`")
	s.ends(s.run("resume", id, "--until", "wait", "-o", "json"), 0, "done")
	s.ends(s.run("resume", id[:6], "--until", "verify", "-o", "json"), 3, "waits", "copy the data")
	if got := s.wrote(); got != "Create churn-net" {
		t.Errorf("AWS was asked for %s", got)
	}
	if a := s.run("runs", "-o", "json"); !strings.Contains(a.stdout, id) || strings.Count(a.stdout, `"id"`) != 1 {
		t.Errorf("the runs are\n%s", a.stdout)
	}
}

func TestWhatApplyPrintsIsAContract(t *testing.T) {
	t.Parallel()
	s := newShell(t, fast, inVPC("churn", nil))
	plan, approve, id := s.plan("churn")
	a := s.run("apply", plan, "--approve", approve, "--until", "copy", "-o", "json")
	s.ends(a, 3, "waits")
	lines := strings.Split(strings.TrimSpace(a.stdout), "\n")
	event := regexp.MustCompile(`^\{"at":"20[0-9T:.-]+Z","run":"` + id + `","step":"[a-z-]+","state":"(active|done|waits)","message":"[^"]+"\}$`)
	for _, l := range lines[:len(lines)-1] {
		if !event.MatchString(l) {
			t.Errorf("a line is %s", l)
		}
	}
	for _, want := range []string{
		`"step":"create","state":"active","message":"creating churn-net"}`, `"step":"create","state":"done","message":`,
		`"step":"wait","state":"active","message":"waiting until churn-net is InService`, `"step":"wait","state":"done","message":"InService"}`,
		`"step":"copy","state":"waits","message":"waits for you: copy the data"}`,
	} {
		if !strings.Contains(a.stdout, want) {
			t.Errorf("no line has %s:\n%s", want, a.stdout)
		}
	}
	end := regexp.MustCompile(`^\{"run":"` + id + `","outcome":"waits","step":"copy","replacement":"arn:aws:sagemaker:[a-z0-9-]+:\d{12}:notebook-instance/churn-net"\}$`)
	if l := lines[len(lines)-1]; !end.MatchString(l) {
		t.Errorf("the last line is %s", l)
	}
	text := s.run("apply", plan, "--approve", approve, "--until", "wait")
	if text.code != 0 || !strings.HasPrefix(text.stdout, "run "+id+": done at wait, replacement arn:aws:sagemaker:") || strings.Count(text.stdout, "\n") != 1 {
		t.Errorf("as text, exit %d:\n%s%s", text.code, text.stdout, text.stderr)
	}
}

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

func TestACreationThatFailsEndsWithItsReason(t *testing.T) {
	t.Parallel()
	s := newShell(t, fast, inVPC("churn", nil))
	plan, approve, id := s.plan("churn")
	s.change(sim.Change{Op: "faults", Faults: "capacity"})
	s.ends(s.run("apply", plan, "--approve", approve, "-o", "json"), 6, "failed", "Insufficient notebook instance capacity", "`nbscope resume "+id+"`")
	s.ends(s.run("apply", plan, "--approve", approve, "-o", "json"), 6, "failed", "Insufficient notebook instance capacity")
	if got := s.wrote(); got != "Create churn-net" {
		t.Errorf("AWS was asked for %s", got)
	}
}

func TestASignalLetsTheRunGoOnLater(t *testing.T) {
	t.Parallel()
	for sig, code := range map[syscall.Signal]int{syscall.SIGINT: 130, syscall.SIGTERM: 143} {
		s := newShell(t, 1, inVPC("churn", nil)) // the replacement is Pending for minutes
		plan, approve, id := s.plan("churn")
		ctx, cancel := context.WithCancelCause(t.Context())
		a := s.does(ctx, func(line string) {
			if strings.Contains(line, "waiting until churn-net is InService") {
				cancel(cli.InterruptedError{Signal: sig})
			}
		}, "apply", plan, "--approve", approve, "-o", "json")
		s.ends(a, code, "interrupted", "`nbscope resume "+id+"`")
		s.ends(s.run("apply", plan, "--approve", approve, "--until", "create", "-o", "json"), 0, "done")
		if got := s.wrote(); got != "Create churn-net" {
			t.Errorf("AWS was asked for %s", got)
		}
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

func TestResumeUntilApprovesNothing(t *testing.T) {
	t.Parallel()
	s := newShell(t, fast, inVPC("churn", nil))
	plan, approve, id := s.plan("churn")
	s.change(sim.Change{Op: "faults", Faults: "deny=" + s.target.Region})
	first := s.run("apply", plan, "--approve", approve, "-o", "json")
	if first.code != 6 {
		t.Errorf("denied, it ends with %d: %s", first.code, first.stderr)
	}
	s.change(sim.Change{Op: "faults"})
	for _, args := range [][]string{{"resume", "abc", "--until", "wait"}, {"resume", id, "-o", "json"}, {"resume", id, "--until", "later"}} {
		if a := s.run(args...); a.code == 0 || a.stderr == "" {
			t.Errorf("%v: exit %d, %q", args, a.code, a.stderr)
		}
	}
	if got := s.wrote(); slices.Contains(strings.Split(got, ", "), "Create churn-net") {
		t.Errorf("AWS was asked for %s", got)
	}
}
