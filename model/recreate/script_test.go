package recreate

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"nbscope/model"
)

// fakeCLI stands in for the AWS CLI: it answers what the environment says and
// writes down what it was asked.
const fakeCLI = `#!/bin/sh
printf '%s\n' "$*" >>"$FAKE/calls"
case " $* " in
*" --region eu-west-1 "*) ;;
*) echo "no region: $*" >&2; exit 253 ;; # as the AWS CLI does where nothing names one
esac
case "$*" in
*get-caller-identity*) echo "${ACCOUNT:-111122223333}" ;;
*create-notebook-instance*) printf '%s\0' "$@" >"$FAKE/create"; [ -z "${REFUSE:-}" ] || exit 254; touch "$FAKE/made" ;;
*list-notebook-instances*) printf 'churn\tother\n%s\n' "${NAMES:-None}" ;;
*list-tags*nbscope:run-id*) echo "$MARK" ;;
*list-tags*) printf '%s\n' "$TAGS" ;;
*InstanceType*) printf '%s\n' "$CONFIG" ;;
*DefaultCodeRepository) printf '%s\n' "$REPO" ;;
*'AdditionalCodeRepositories[1]') printf '%s\n' "$MORE" ;;
*NotebookInstanceArn) echo arn:x ;;
*FailureReason) echo 'no capacity' ;;
*churn-net*NotebookInstanceStatus)
	if [ -e "$FAKE/looked" ]; then echo "${STATUS:-InService}"; else touch "$FAKE/looked"; echo Pending; fi ;;
*NotebookInstanceStatus) echo "${SOURCE:-InService}" ;;
*) echo "unexpected: $*" >&2; exit 99 ;;
esac
`

type shellRun struct {
	code           int
	stdout, stderr string
	created        bool
	pwned          bool // something of the text was run
	calls          string
	words          []string // of the command that creates
}

// runScript runs a plan's script by "sh -eu" over the fake CLI.
func runScript(t *testing.T, p Plan, env ...string) shellRun {
	t.Helper()
	return runScriptBy(t, "sh", p, env...)
}

func runScriptBy(t *testing.T, shell string, p Plan, env ...string) shellRun {
	t.Helper()
	sh, err := exec.LookPath(shell)
	if err != nil {
		t.Skip("there is no POSIX shell")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "aws"), []byte(fakeCLI), 0o700); err != nil {
		t.Fatal(err)
	}
	script := filepath.Join(dir, "plan.sh")
	if err := os.WriteFile(script, []byte(scriptOf(&p)), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), sh, "-eu", script)
	pairs := make([][2]string, len(p.Source.Tags))
	for i, tag := range p.Source.Tags {
		pairs[i] = [2]string{tag.Key, tag.Value}
	}
	cmd.Dir = dir
	cmd.Env = append([]string{
		"PATH=" + dir + ":" + os.Getenv("PATH"), "FAKE=" + dir, "NBSCOPE_POLL=0",
		"CONFIG=" + pythonJSON(configOf(&p.Source)), "TAGS=" + pythonJSON(pairs),
	}, env...)
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	calls, err := os.ReadFile(filepath.Join(dir, "calls"))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	there := func(name string) bool {
		_, err := os.Stat(filepath.Join(dir, name))
		return err == nil
	}
	var words []string
	if raw, err := os.ReadFile(filepath.Join(dir, "create")); err == nil {
		words = strings.Split(strings.TrimSuffix(string(raw), "\x00"), "\x00")
	}
	return shellRun{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String(), there("made"), there("pwned"), string(calls), words}
}

func TestTheScriptCreatesWaitsAndPrintsTheRest(t *testing.T) {
	t.Parallel()
	got := runScript(t, planOf(churn()))
	if got.code != 0 || !got.created {
		t.Fatalf("exit code %d, created %v: %s", got.code, got.created, got.stderr)
	}
	if !strings.Contains(got.stderr, "waiting for churn-net: Pending") || !strings.Contains(got.stderr, "churn-net is InService") {
		t.Errorf("it tells %q", got.stderr)
	}
	at := -1
	for _, want := range []string{"3. Copy.", "sha256sum", "4. Verify.", "5. Stop source.", "# aws sagemaker stop-notebook-instance", "6. Delete source.", "# aws sagemaker delete-notebook-instance"} {
		i := strings.Index(got.stdout, want)
		if i <= at {
			t.Errorf("%q is not printed in its place", want)
		}
		at = i
	}
	for _, verb := range []string{"stop-notebook", "delete-notebook", "start-notebook", "update-notebook"} {
		if strings.Contains(got.calls, verb) {
			t.Errorf("the script calls %s by itself", verb)
		}
	}
}

func TestTheScriptRefusesWhatItWasNotPlannedFor(t *testing.T) {
	t.Parallel()
	failed := func(p *Plan) {
		p.Checks = []Check{{ID: "subnet-addresses", Result: Fail, Evidence: "none left\nrm -rf /"}, {ID: "x", Result: Warn, Evidence: "w"}}
	}
	cases := map[string]struct {
		env     []string
		change  func(*Plan)
		code    int
		created bool
		says    string
	}{
		"another account":                       {[]string{"ACCOUNT=444455556666"}, nil, 1, false, "signed in to account 444455556666"},
		"a source that has changed":             {[]string{"CONFIG=[]"}, nil, 1, false, "the source has changed"},
		"a source whose tags have changed":      {[]string{"TAGS=[]"}, nil, 1, false, "tags have changed"},
		"tags that the plan could not read":     {[]string{"TAGS=[]"}, func(p *Plan) { p.Source.TagsUnknown = "denied" }, 0, true, ""},
		"a source that was stopped meanwhile":   {[]string{"SOURCE=Stopped"}, nil, 1, false, "the source is Stopped and was InService"},
		"a name that is taken":                  {[]string{"NAMES=CHURN-net", "MARK=another"}, nil, 1, false, "that this plan did not make"},
		"a name that an untagged notebook has":  {[]string{"NAMES=churn-net", "MARK="}, nil, 1, false, "that this plan did not make"},
		"a name that begins alike":              {[]string{"NAMES=churn-net-2"}, nil, 0, true, ""},
		"what an earlier try made is taken up":  {[]string{"NAMES=churn-net", "MARK=" + testRun}, nil, 0, false, "made by this plan"},
		"a create that AWS refuses":             {[]string{"REFUSE=1"}, nil, 1, false, "run this script again"},
		"a creation that fails":                 {[]string{"STATUS=Failed"}, nil, 1, true, "no capacity. The source is as it was"},
		"a replacement that something stops":    {[]string{"STATUS=Stopping"}, nil, 1, true, "something else has changed it"},
		"checks that failed":                    {nil, failed, 1, false, "checks that failed, see the top of this script: 1;"},
		"checks that failed and are overridden": {[]string{"NBSCOPE_FORCE=1"}, failed, 0, true, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := planOf(churn())
			if c.change != nil {
				c.change(&p)
			}
			got := runScript(t, p, c.env...)
			if got.code != c.code || got.created != c.created || !strings.Contains(got.stderr, c.says) {
				t.Errorf("exit code %d, created %v: %s", got.code, got.created, got.stderr)
			}
			if c.code != 0 && got.stdout != "" {
				t.Errorf("the rest is printed all the same: %s", got.stdout)
			}
		})
	}
}

// TestPrintedCommandsCanBePasted holds every text of commands that a plan gives: what
// would stop or delete a notebook is a comment behind what must be true first, and
// each call names its region, since a shell may have credentials and nothing else.
func TestPrintedCommandsCanBePasted(t *testing.T) {
	t.Parallel()
	call := regexp.MustCompile(`\baws [a-z0-9-]+ [a-z-]+`)
	ends := regexp.MustCompile(`aws sagemaker (stop|delete)-notebook-instance`)
	for name, change := range map[string][]func(*Snapshot){"plain": nil, "al2": {al2}, "stopped al2": {al2, stopped}, "stopped": {stopped}} {
		for _, attach := range []bool{false, true} {
			p := planOf(churn(change...), func(s *Spec) {
				if attach {
					s.LifecycleName = ""
				}
			})
			lines := append(p.Commands(), restLines(&p)...)
			for _, s := range ManualCopy(&p) {
				lines = append(lines, s.Commands...)
			}
			for _, l := range append(lines, strings.Split(scriptOf(&p), "\n")...) {
				l = strings.TrimLeft(l, " \t'")
				if calls := len(call.FindAllString(l, -1)); calls > strings.Count(l, "--region ") {
					t.Errorf("%s: a call names no region: %s", name, l)
				}
				if found := ends.FindString(l); found != "" && !strings.Contains(l, "# "+found) {
					t.Errorf("%s: it would be run: %s", name, l)
				}
			}
			if n := strings.Count(strings.Join(p.Commands(), "\n"), "# Only when both manifests"); n != 2 {
				t.Errorf("%s: %d of two commands say what must be true first", name, n)
			}
		}
	}
}

// TestTextOfAWSIsNeverRun gives every text of a plan a form that a shell would
// run, or that would end a comment.
func TestTextOfAWSIsNeverRun(t *testing.T) {
	t.Parallel()
	const evil = "x'\"`touch pwned`$(touch pwned)\ntouch pwned\r\ntouch pwned\u2028touch pwned #"
	p := planOf(poisoned(churn(), evil), func(s *Spec) { s.RoleARN, s.Tags = evil, []model.Tag{{Key: evil, Value: evil}} })
	p.Identity.ARN, p.RunID = evil, evil
	p.Checks = []Check{{ID: evil, Result: Fail, Evidence: evil}}
	got := runScript(t, p, "NBSCOPE_FORCE=1")
	if got.code != 0 || !got.created || got.pwned {
		t.Errorf("exit code %d, created %v, a text was run: %v: %s", got.code, got.created, got.pwned, got.stderr)
	}
}

// poisoned has the text in every field that the script shows but does not ask by.
func poisoned(s Snapshot, text string) Snapshot {
	s.InstanceType, s.RoleARN, s.SubnetID, s.KMSKeyID, s.LifecycleName = text, text, text, text, text
	s.SecurityGroups, s.DefaultRepository, s.MoreRepositories = []string{text}, text, []string{text}
	s.Platform, s.ARN, s.URL = text, text, text
	s.Tags = []model.Tag{{Key: text, Value: text}}
	return s
}
