package recreate

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"nbscope/model"
)

// copyCLI stands in for the part of the AWS CLI that a copy uses: "s3 cp" with a
// file or a stream on either side, kept under a folder.
const copyCLI = `#!/bin/sh
set -eu
[ "$1 $2 $3 $4" = 's3 cp --region eu-west-1' ] || exit 99
shift 2
key() { printf '%s/%s' "$FAKE/bucket" "$(printf %s "${1#s3://}" | tr / _)"; }
case "$3 $4" in
'- s3://'*) cat >"$(key "$4")" ;;
's3://'*' -') cat "$(key "$3")" ;;
's3://'*) cp "$(key "$3")" "$4" ;;
*) cp "$3" "$(key "$4")" ;;
esac
`

// twoHomes runs the steps of a copy by hand on this machine, with a folder for
// each notebook's home.
type twoHomes struct {
	dir string
	env []string
}

func newHomes(t *testing.T) twoHomes {
	t.Helper()
	for _, tool := range []string{"find", "tar", "split"} {
		out, err := exec.CommandContext(t.Context(), tool, "--version").CombinedOutput()
		if err != nil || !strings.Contains(string(out), "GNU") {
			t.Skipf("a notebook has GNU %s, this machine has not", tool)
		}
	}
	dir := t.TempDir()
	for _, sub := range []string{"bin", "bucket", "source", "replacement"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for name, body := range map[string]string{"aws": copyCLI, "sudo": "#!/bin/sh\nexec \"$@\"\n"} {
		if err := os.WriteFile(filepath.Join(dir, "bin", name), []byte(body), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return twoHomes{dir, []string{"PATH=" + filepath.Join(dir, "bin") + ":" + os.Getenv("PATH"), "FAKE=" + dir}}
}

// run runs a step's commands in a shell and returns what they print.
func (h twoHomes) run(t *testing.T, s CopyStep) (out string, code int) {
	t.Helper()
	script := strings.NewReplacer(
		home, filepath.Join(h.dir, string(s.Where)), copyFolder, filepath.Join(h.dir, "tmp-"+string(s.Where)),
	).Replace(strings.Join(s.Commands, "\n"))
	cmd := exec.CommandContext(t.Context(), "sh", "-c", script)
	cmd.Dir, cmd.Env = h.dir, h.env
	raw, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(raw), cmd.ProcessState.ExitCode()
}

// fill makes a home with everything that a copy may lose.
func (h twoHomes) fill(t *testing.T) {
	t.Helper()
	script := `cd source
mkdir -p 'deep/er' empty lost+found .hidden .Trash-1000 'odd name'
echo data >deep/er/file; echo hidden >.hidden/.file; echo lost >lost+found/x; echo bin >.Trash-1000/x
echo quote >"odd name/it's"; printf x >'odd name/back\slash'; printf y >"odd name/new
line"; : >zero
chmod 600 deep/er/file; chmod 755 zero; chmod 700 empty
ln -s deep/er/file link; ln -s /nowhere broken
`
	cmd := exec.CommandContext(t.Context(), "sh", "-euc", script)
	cmd.Dir = h.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

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

func TestACopyByHandLosesNothingAndProvesIt(t *testing.T) {
	t.Parallel()
	src := churn()
	steps := copyOf(src)
	h := newHomes(t)
	h.fill(t)
	for _, s := range steps {
		if s.Where == AtHere || strings.HasPrefix(s.Title, "Or:") {
			continue
		}
		out, code := h.run(t, s)
		if code != 0 {
			t.Fatalf("%s: exit code %d: %s", s.Title, code, out)
		}
		if s.Title == "Compare" && strings.TrimSpace(out) != "both are the same" {
			t.Errorf("the manifests differ: %s", out)
		}
	}
	for _, name := range []string{"deep/er/file", "empty", ".hidden/.file", "link", "broken", "zero", "odd name/it's", "odd name/back\\slash", "odd name/new\nline"} {
		if _, err := os.Lstat(filepath.Join(h.dir, "replacement", name)); err != nil {
			t.Errorf("%q was not copied: %v", name, err)
		}
	}
	for _, name := range []string{"lost+found", ".Trash-1000"} {
		if _, err := os.Lstat(filepath.Join(h.dir, "replacement", name)); err == nil {
			t.Errorf("%q was copied", name)
		}
	}
}

func TestACopyByDownloadIsTheSame(t *testing.T) {
	t.Parallel()
	src := churn()
	steps := copyOf(src)
	h := newHomes(t)
	h.fill(t)
	for _, title := range []string{"source's manifest", "Or: pack"} {
		if out, code := h.run(t, stepOf(t, steps, title)); code != 0 {
			t.Fatalf("%s: %s", title, out)
		}
	}
	// The user downloads the folder and uploads it.
	if err := os.CopyFS(filepath.Join(h.dir, "replacement", "nbscope-copy"), os.DirFS(filepath.Join(h.dir, "source", "nbscope-copy"))); err != nil {
		t.Fatal(err)
	}
	unpack := stepOf(t, steps, "Unpack")
	var commands []string
	for _, c := range unpack.Commands {
		if with, ok := strings.CutPrefix(c, "# "); ok {
			commands = append(commands, with)
		} else if !strings.Contains(c, "BUCKET") {
			commands = append(commands, c)
		}
	}
	unpack.Commands = commands
	for _, s := range []CopyStep{unpack, stepOf(t, steps, "replacement's manifest"), stepOf(t, steps, "Compare")} {
		if out, code := h.run(t, s); code != 0 {
			t.Errorf("%s: exit code %d: %s", s.Title, code, out)
		}
	}
}

func TestTheManifestsTellWhatWentWrong(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		"a file is missing":       "rm deep/er/file",
		"a file is another":       "echo other >deep/er/file",
		"a mode is another":       "chmod 644 deep/er/file",
		"a link leads elsewhere":  "ln -sf /elsewhere link",
		"a link became a file":    "rm link; echo data >link",
		"an empty folder is gone": "rmdir empty",
		"a hidden file is gone":   "rm .hidden/.file",
		"a file is there twice":   "cp zero more",
	}
	src := churn()
	steps := copyOf(src)
	h := newHomes(t)
	h.fill(t)
	if out, code := h.run(t, stepOf(t, steps, "source's manifest")); code != 0 {
		t.Fatal(out)
	}
	for name, damage := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// A copy of its own for each case, all in one shell.
			all := CopyStep{Where: Place(strings.ReplaceAll(name, " ", "-")), Commands: []string{
				"mkdir " + home + " " + copyFolder, "cp -a source/. " + home, "cp tmp-source/* " + copyFolder, "cd " + home, damage,
			}}
			all.Commands = append(all.Commands, stepOf(t, steps, "replacement's manifest").Commands...)
			all.Commands = append(all.Commands, stepOf(t, steps, "Compare").Commands...)
			out, code := h.run(t, all)
			if code == 0 || strings.Contains(out, "both are the same") || !strings.Contains(out, "\n> ") && !strings.Contains(out, "\n< ") {
				t.Errorf("it is not noticed: exit code %d: %s", code, out)
			}
		})
	}
}

func TestUnpackingOverwritesNothing(t *testing.T) {
	t.Parallel()
	src := churn()
	steps := copyOf(src)
	h := newHomes(t)
	h.fill(t)
	h.run(t, CopyStep{Where: AtReplacement, Commands: []string{"cd " + home, "mkdir deep && echo mine >zero"}})
	for _, title := range []string{"source's manifest", "Send it"} {
		h.run(t, stepOf(t, steps, title))
	}
	out, code := h.run(t, stepOf(t, steps, "Unpack"))
	if code == 0 || !strings.Contains(out, "zero") {
		t.Errorf("a file in the way is not named: exit code %d: %s", code, out)
	}
	if raw, err := os.ReadFile(filepath.Join(h.dir, "replacement", "zero")); err != nil || string(raw) != "mine\n" {
		t.Errorf("the file in the way became %q, %v", raw, err)
	}
	if _, err := os.Stat(filepath.Join(h.dir, "replacement", "deep", "er", "file")); err != nil {
		t.Errorf("what was not in the way is not there: %v", err)
	}
}

func TestTheStepsOfACopySayWhereAndNameNoSecret(t *testing.T) {
	t.Parallel()
	src := churn(func(s *Snapshot) { s.VolumeGB, s.Name = 200, "odd'name" })
	for _, s := range copyOf(src) {
		if s.Title == "" || s.Where == "" || len(s.Commands) == 0 {
			t.Errorf("%+v is not whole", s)
		}
		for _, c := range s.Commands {
			if strings.Contains(c, "s3://") && strings.Contains(c, "'") && strings.Contains(c, "odd'") {
				t.Errorf("a name breaks out of its quotes: %s", c)
			}
		}
	}
	send := strings.Join(stepOf(t, copyOf(src), "Send it").Commands, "\n")
	if !strings.Contains(send, fmt.Sprintf("--expected-size %d", 200<<30)) {
		t.Errorf("a stream of more than 50 GB fails without its size: %s", send)
	}
	if got := roleName("arn:aws:iam::111122223333:role/service/x") + roleName("none"); got != "xnone" {
		t.Errorf("roles are called %s", got)
	}
	if got := slug("a/b$c-D9" + string(model.StatusFailed)); got != "a_b_c-D9Failed" {
		t.Errorf("the slug is %s", got)
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
		"in maintenance":               {[]func(*Snapshot){al2, status(model.StatusInMaintenance)}, nil, "AWS is at work on it"},
		"starting":                     {[]func(*Snapshot){status(model.StatusPending)}, nil, "AWS is at work on it"},
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
