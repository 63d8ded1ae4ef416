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
		EndpointURL: s.url, Static: &aws.StaticKey{ID: id, Secret: secret, Region: "us-east-1"}, OrgRole: o.OrgRole, Regions: regionsOf(s.sim),
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
	end := regexp.MustCompile(`^\{"run":"` + id + `","outcome":"waits","step":"copy","replacement":"arn:aws:sagemaker:[a-z0-9-]+:\d{12}:notebook-instance/churn-net","message":"run ` + id + ` waits for you: copy the data; .*"\}$`)
	if l := lines[len(lines)-1]; !end.MatchString(l) {
		t.Errorf("the last line is %s", l)
	}
	text := s.run("apply", plan, "--approve", approve, "--until", "wait")
	if text.code != 0 || !strings.HasPrefix(text.stdout, "run "+id+": done at wait, replacement arn:aws:sagemaker:") || strings.Count(text.stdout, "\n") != 1 {
		t.Errorf("as text, exit %d:\n%s%s", text.code, text.stdout, text.stderr)
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
