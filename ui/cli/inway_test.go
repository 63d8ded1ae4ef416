package cli

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
)

// hindered runs a command over a world in order, with what change puts in its way.
func hindered(t *testing.T, args string, change func(*Env)) outcome {
	t.Helper()
	file := func(name string) *os.File {
		f, err := os.Create(filepath.Join(t.TempDir(), name))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		return f
	}
	batches := planWorld()
	env := Env{
		Version: "test", Args: strings.Fields(args), Stdin: file("in"), Stdout: file("out"), Stderr: file("err"),
		Environ: []string{"HOME=/home/ana"}, NewRunID: func() string { return "7f3c2a9be1d0" },
		Now:  func() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) },
		Runs: func() (RunLister, error) { return kept{differing()}, nil },
		Open: func(context.Context, Settings) (Session, error) {
			b := &backend{batches: batches, asked: new(model.ScanRequest), probe: func() (model.Probe, error) { return model.Probe{}, nil }}
			return Session{Backend: b, Close: func() error { return nil }}, nil
		},
		Simulate: func(_ context.Context, _ SimSettings, stdout, _ io.Writer) error {
			_, err := io.WriteString(stdout, "export AWS_REGION=us-east-1\n")
			return err //nolint:wrapcheck // of a test
		},
	}
	change(&env)
	o := outcome{code: Run(t.Context(), env)}
	for f, into := range map[*os.File]*string{env.Stdout: &o.stdout, env.Stderr: &o.stderr} {
		raw, err := os.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		*into = string(raw)
	}
	return o
}

func TestAMistakeInTheConfigurationEndsEveryCommandThatReadsIt(t *testing.T) {
	t.Parallel()
	for _, args := range []string{
		"", "list", "show churn", "probe alpha --allow-write", "plan churn", "resume 7f3c", "resume 7f3c --until wait", "config check", "config show",
	} {
		o := hindered(t, args, func(e *Env) {
			e.ReadFile = func(path string, _ int64) ([]byte, error) {
				if strings.HasSuffix(path, ".yaml") {
					return []byte("mouse: true\nthem: light\n"), nil
				}
				return nil, fs.ErrNotExist
			}
		})
		const says = "nbscope: /home/ana/.config/nbscope/config.yaml: line 2: there is no setting \"them\"; did you mean \"theme\"?\n"
		if o.code != ExitUsage || o.stdout != "" || o.stderr != says {
			t.Errorf("%q ends with %d, prints %q and says %q", args, o.code, o.stdout, o.stderr)
		}
	}
}

func TestWhatCannotBePrintedIsAnError(t *testing.T) {
	t.Parallel()
	locked := filepath.Join(t.TempDir(), "out")
	if err := os.WriteFile(locked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for args, says := range map[string]string{
		"list": "write table: ", "list -o json": "write json: ", "list -o jsonl": "the scan was stopped: write lines of JSON: ", "list -o csv": "write CSV: ",
		"list -o markdown": "write markdown: ", "list --summary account": "write summary: ", "show churn": "write notebook: ", "show churn -o json": "write notebook: ",
		"probe alpha --allow-write": "write the probe: ", "plan churn": "write plan: ", "plan churn -o sh": "write plan: ", "plan churn -o json": "write plan: ",
		"runs": "write table: ", "runs -o json": "write json: ", "runs --watch": "write the runs: ", "runs show 7f3c": "write run: ",
		"runs differences 7f3c": "write table: ", "config show": "print the configuration: ", "config schema": "print the schema: ", "man": "write the manual page: ", "sim": "",
	} {
		o := hindered(t, args, func(e *Env) {
			out, err := os.Open(locked) // to be read alone
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { out.Close() })
			e.Stdout = out
		})
		if o.code != ExitFailed || !strings.HasPrefix(o.stderr, "nbscope: "+says+"write "+locked) {
			t.Errorf("%s ends with %d, and says %q", args, o.code, o.stderr)
		}
	}
}

// TestWhatCannotBeAskedIsAnError has no sign-in, or no journals, or a scan with nothing
// to ask, or a signal or somebody else in the midst of it.
func TestWhatCannotBeAskedIsAnError(t *testing.T) {
	t.Parallel()
	odd, wrong := errors.New("there is no way in"), usagef("--profile: there is no such profile")
	opens := func(err error) func(*Env) {
		return func(e *Env) { e.Open = func(context.Context, Settings) (Session, error) { return Session{}, err } }
	}
	has := func(b backend) func(*Env) {
		return func(e *Env) {
			e.Open = func(context.Context, Settings) (Session, error) {
				b.asked = new(model.ScanRequest)
				return Session{Backend: &b, Close: func() error { return nil }}, nil
			}
		}
	}
	noRuns := func(e *Env) { e.Runs = func() (RunLister, error) { return nil, odd } }
	unlisted := func(e *Env) { e.Runs = func() (RunLister, error) { return unread{}, nil } }
	nobody := has(backend{batches: []model.Batch{{Problems: []model.Problem{{Kind: model.KindDenied, Message: "no role"}, {Message: "b"}, {Message: "c"}}}}})
	nowhere := has(backend{batches: []model.Batch{{}}})
	const at, none = "nbscope: there is no way in\n", "nbscope: no role (and 2 more failed)\n"
	const bucket = "nbscope: --bucket \"A\": a bucket's name has 3 to 63 small letters, digits, dots and dashes\n"
	inOrder := func(*Env) {}
	const end = "nbscope: there is no run \"7f3c\"; `nbscope runs` lists them\n"
	for _, c := range []struct {
		args  string
		has   func(*Env)
		code  int
		says  string
		print string
	}{
		{"list", opens(odd), ExitFailed, at, ""},
		{"list -o jsonl", opens(odd), ExitFailed, at, ""},
		{"show churn", opens(odd), ExitFailed, at, ""},
		{"plan churn", opens(odd), ExitFailed, at, ""},
		{"probe alpha --allow-write", opens(odd), ExitBroke, at, ""},
		{"resume 7f3c --until wait", opens(odd), ExitBroke, at, "run 7f3c2a9be1d0: not tried at create\n"},
		{"list", opens(wrong), ExitUsage, "nbscope: --profile: there is no such profile\n", ""},
		{"show churn", opens(wrong), ExitUsage, "nbscope: --profile: there is no such profile\n", ""},
		{"plan churn", opens(wrong), ExitUsage, "nbscope: --profile: there is no such profile\n", ""},
		{"probe alpha --allow-write", opens(wrong), ExitUsage, "nbscope: --profile: there is no such profile\n", ""},
		{"resume 7f3c --until wait", opens(wrong), ExitUsage, "nbscope: --profile: there is no such profile\n", ""},
		{"list", nobody, ExitFailed, none, ""},
		{"list -o jsonl", nobody, ExitFailed, none, ""},
		{"show churn", nobody, ExitFailed, none, ""},
		{"plan churn", nobody, ExitFailed, none, ""},
		{"probe alpha --allow-write", nobody, ExitBroke, none, ""},
		{"list -o csv --columns name", nowhere, ExitPartial, "nbscope: no account or region was asked\n", "name,arn,why_unknown\n"},
		{"show churn", nowhere, ExitFailed, "nbscope: no account or region was asked\nnbscope: there is no notebook instance \"churn\" in the 0 targets that answered, but not every target answered\n", ""},
		{"runs", noRuns, ExitFailed, at, ""},
		{"runs --watch", noRuns, ExitFailed, at, ""},
		{"runs show 7f3c", noRuns, ExitFailed, at, ""},
		{"runs differences 7f3c", noRuns, ExitFailed, at, ""},
		{"resume 7f3c", noRuns, ExitFailed, at, ""},
		{"resume 7f3c --until wait", noRuns, ExitBroke, at, "run 7f3c: not tried at create\n"},
		{"runs", unlisted, ExitFailed, "nbscope: the folder cannot be read\n", ""},
		{"runs --watch", unlisted, ExitFailed, "nbscope: the folder cannot be read\n", ""},
		{"runs show 7f3c", unlisted, ExitFailed, "nbscope: the folder cannot be read\n", ""},
		{"resume 7f3c --until wait", func(e *Env) { e.Runs = func() (RunLister, error) { return kept{}, nil } }, ExitUsage, end, ""},
		{"resume 7f --until wait", func(e *Env) {
			e.Runs = func() (RunLister, error) { return kept{aRun("7f1", nil), aRun("7f2", nil)}, nil }
		}, ExitUsage,
			"nbscope: \"7f\" is the beginning of the ids of 2 runs: give more of it\n", ""},
		{"resume 7f3c --until wait --transport pigeon", inOrder, ExitUsage, "nbscope: --transport: \"pigeon\" is not a transport: use relay, s3, manual or auto\n", ""},
		{"resume 7f3c --until wait --transport rely", inOrder, ExitUsage, "nbscope: --transport: \"rely\" is not a transport: use relay, s3, manual or auto; did you mean \"relay\"?\n", ""},
		{"resume 7f3c --until wait --bucket A", inOrder, ExitUsage, bucket, ""},
		{"apply p.json --bucket A", inOrder, ExitUsage, bucket, ""},
		{"plan churn --bucket A", inOrder, ExitUsage, bucket, ""},
		{"resume 7f3c --until weit", inOrder, ExitUsage, "nbscope: --until \"weit\": use create, wait, copy, verify or stop; did you mean \"wait\"?\n", ""},
		{"resume 7f3c --until wait -o csv", inOrder, ExitUsage, "nbscope: --output: unknown output format \"csv\": use text or json\n", ""},
		{"resume 7f3c -o json", inOrder, ExitUsage, "nbscope: --output is for resume --until; the explorer prints nothing\n", ""},
	} {
		o := hindered(t, c.args, c.has)
		if o.code != c.code || o.stderr != c.says || o.stdout != c.print {
			t.Errorf("%s ends with %d, want %d, prints %q and says %q", c.args, o.code, c.code, o.stdout, o.stderr)
		}
	}
}

// unread are runs whose folder cannot be read.
type unread struct{ kept }

func (unread) List() ([]recreate.Kept, error) { return nil, errors.New("the folder cannot be read") }

func TestHelpOfTheConfigurationAndOfNothing(t *testing.T) {
	t.Parallel()
	for args, begins := range map[string]string{
		"config": "Check and print the configuration.\n\nUsage:\n  nbscope config [flags]\n  nbscope config COMMAND [flags]\n",
		"help":   "Explore SageMaker notebook instances across accounts and regions.\n\nUsage:\n  nbscope [flags]\n  nbscope COMMAND [flags]\n",
	} {
		if o := hindered(t, args, func(*Env) {}); o.code != ExitOK || o.stderr != "" || !strings.HasPrefix(o.stdout, begins) {
			t.Errorf("%s ends with %d and prints\n%s%s", args, o.code, o.stdout, o.stderr)
		}
	}
}
