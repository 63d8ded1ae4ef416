package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/model/report"
	"nbscope/ui/drive"
)

// kept are runs as a folder of journals would give them.
type kept []recreate.Kept

func (k kept) List() ([]recreate.Kept, error) { return k, nil }

func (k kept) IDs() ([]string, error) {
	var out []string
	for i := range k {
		out = append(out, k[i].Run.ID())
	}
	return out, nil
}

func (k kept) Read(id string) (recreate.Kept, error) {
	for i := range k {
		if k[i].Run.ID() == id {
			return k[i], nil
		}
	}
	return recreate.Kept{}, fs.ErrNotExist
}

func (k kept) Differences(_ context.Context, r *recreate.Run, each func(*recreate.Difference) bool) error {
	for i := range r.Compared().Differences {
		if !each(&r.Compared().Differences[i]) {
			break
		}
	}
	return nil
}

func aRun(id string, change func(*recreate.Kept)) recreate.Kept {
	at := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	src := recreate.Snapshot{
		ARN: "arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/churn-model", Name: "churn-model", Account: "111122223333",
		Region: "eu-west-1", Status: model.StatusInService, DirectInternet: model.Disabled, SubnetID: "subnet-1", SecurityGroups: []string{"sg-1"},
		InstanceType: "ml.t3.medium", RoleARN: "arn:aws:iam::111122223333:role/R", VolumeGB: 5,
	}
	k := recreate.Kept{Path: "/home/ana/.local/state/nbscope/runs/" + id + ".jsonl"}
	k.Run = recreate.Begin(recreate.NewPlan(id, at, src, recreate.SpecFor(&src, recreate.Enable)), at)
	if change != nil {
		change(&k)
	}
	return k
}

// runsCommand runs the command line over a folder of journals.
func runsCommand(t *testing.T, runs RunLister, noPlace error, args ...string) outcome {
	t.Helper()
	return commandIn(t, Env{
		Args: args,
		Now:  func() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) },
		Runs: func() (RunLister, error) { return runs, noPlace },
	})
}

func TestRunsAreListedWithWhatWaits(t *testing.T) {
	t.Parallel()
	runs := kept{
		aRun("7f3c2a9be1d0", nil),
		aRun("7f3d00000000", func(k *recreate.Kept) { k.HeldBy = "process 4711 on build-1" }),
		aRun("9999", func(k *recreate.Kept) { k.Damaged = "record 2: it is not JSON" }),
	}
	o := runsCommand(t, runs, nil, "runs")
	want := strings.Join([]string{
		"RUN           NOTEBOOK     REPLACEMENT      ACCOUNT       REGION     STATE                          AGE",
		"7f3c2a9be1d0  churn-model  churn-model-net  111122223333  eu-west-1  waits for you: approve create  2h",
		"7f3d00000000  churn-model  churn-model-net  111122223333  eu-west-1  open elsewhere                 2h",
		"9999          churn-model  churn-model-net  111122223333  eu-west-1  journal damaged                2h",
		"",
		"1 run waits for you: `nbscope resume 7f3c2a9be1d0` goes on with it.",
		"",
	}, "\n")
	if o.code != ExitFailed || o.stdout != want {
		t.Errorf("exit %d, standard error %q, output:\n%s\nwant:\n%s", o.code, o.stderr, o.stdout, want)
	}
	if !strings.Contains(o.stderr, "damaged journals: 1 of 3; `nbscope runs show 9999` prints") || !strings.Contains(o.stderr, "record 2: it is not JSON") {
		t.Errorf("of the damaged one it says %q", o.stderr)
	}
	if o := runsCommand(t, runs[:2], nil, "runs"); o.code != ExitOK || o.stderr != "" {
		t.Errorf("with none damaged: exit %d, %q", o.code, o.stderr)
	}
}

func TestRunsAsJSONNameTheirJournals(t *testing.T) {
	t.Parallel()
	o := runsCommand(t, kept{aRun("7f3c2a9be1d0", nil)}, nil, "runs", "-o", "json")
	var got struct {
		Schema int
		Runs   []struct{ ID, Source, State, Journal, Step string }
	}
	dec := json.NewDecoder(bytes.NewReader([]byte(o.stdout)))
	if err := dec.Decode(&got); err != nil || got.Schema != 1 || len(got.Runs) != 1 {
		t.Fatalf("%v: %s", err, o.stdout)
	}
	if r := got.Runs[0]; r.ID != "7f3c2a9be1d0" || r.Step != "create" || !strings.HasSuffix(r.Journal, "/7f3c2a9be1d0.jsonl") {
		t.Errorf("the run is %+v", r)
	}
}

// TestWhatCanBeReadOfADamagedRunIsShown looks for the plan, the last record, the
// step, and commands that only look.
func TestWhatCanBeReadOfADamagedRunIsShown(t *testing.T) {
	t.Parallel()
	runs := kept{aRun("9999", func(k *recreate.Kept) {
		k.Damaged = "record 13: it is not JSON"
		k.Last = recreate.Record{N: 12, At: k.Run.Began, Says: "about to create for create (effect 2)"}
	})}
	o := runsCommand(t, runs, nil, "runs", "show", "9999")
	for _, want := range []string{
		"## Its journal is damaged", "record 13: it is not JSON", "/9999.jsonl", "12, 2026-11-24T10:00:00Z: about to create for create",
		"under way: Create, gate", "aws sagemaker describe-notebook-instance --region eu-west-1 --notebook-instance-name churn-model\n",
		"--notebook-instance-name churn-model-net\n", "nbscope:run-id = 9999", "## As far as it can be read", "## Steps", "DirectInternetAccess",
	} {
		if !strings.Contains(strings.ReplaceAll(o.stdout, "\\", ""), want) {
			t.Errorf("%q is not in it:\n%s", want, o.stdout)
		}
	}
	before, _, _ := strings.Cut(o.stdout, "## As far as it can be read")
	for _, verb := range []string{"delete-", "stop-", "start-", "create-notebook"} {
		if strings.Contains(before, verb) {
			t.Errorf("what to do by hand has a command to %s", verb)
		}
	}
	var list struct {
		Runs []struct {
			Damaged    string
			Unreadable struct {
				State, Why, WhatNow string
				LastRecord          struct{ N int }
				Commands            []string
			}
		}
	}
	o = runsCommand(t, runs, nil, "runs", "-o", "json")
	if err := json.Unmarshal([]byte(o.stdout), &list); err != nil || o.code != ExitFailed || len(list.Runs) != 1 {
		t.Fatalf("exit %d, %v: %s", o.code, err, o.stdout)
	}
	if u := list.Runs[0].Unreadable; u.State != "damaged" || u.Why != list.Runs[0].Damaged || u.LastRecord.N != 12 || len(u.Commands) != 2 || u.WhatNow == "" {
		t.Errorf("the list has %+v", list.Runs[0])
	}
}

// unopened are runs whose files cannot be read at all.
type unopened struct{ kept }

func (u unopened) Read(id string) (recreate.Kept, error) {
	k, _ := u.kept.Read(id)
	return k, errors.New(k.Damaged)
}

func TestAJournalThatCannotBeOpenedIsShownToo(t *testing.T) {
	t.Parallel()
	k := recreate.Kept{Path: "/runs/9999.jsonl", Damaged: "/runs/9999.jsonl is not a regular file"}
	k.Run.Plan.RunID = "9999"
	for _, args := range [][]string{{"runs", "show", "9999"}, {"runs", "show", "9999", "-o", "json"}} {
		o := runsCommand(t, unopened{kept{k}}, nil, args...)
		for _, want := range []string{"is not a regular file", "nbscope:run-id = 9999", "/runs/9999.jsonl"} {
			if o.code != ExitFailed || !strings.Contains(strings.ReplaceAll(o.stdout, "\\", ""), want) {
				t.Errorf("%v: exit %d, %q is not in it:\n%s", args, o.code, want, o.stdout)
			}
		}
	}
	if o := runsCommand(t, unopened{kept{k}}, nil, "resume", "9999"); o.code != ExitFailed || !strings.Contains(o.stderr, "nbscope:run-id = 9999") {
		t.Errorf("resume: exit %d\n%s", o.code, o.stderr)
	}
}

func TestARunOfANewerProgramIsNotDamaged(t *testing.T) {
	t.Parallel()
	newer := aRun("9999", func(k *recreate.Kept) { k.Newer = "record 1: it is of version 3" })
	newer.Run.Steps = nil // nothing of the run could be read but its notebooks
	for _, args := range [][]string{{"runs"}, {"runs", "show", "9999"}, {"runs", "show", "9999", "-o", "json"}, {"runs", "-o", "json"}} {
		o := runsCommand(t, kept{newer}, nil, args...)
		all := o.stdout + o.stderr
		if o.code != ExitOK || !strings.Contains(all, "newer") || !strings.Contains(all, "churn-model") || len(args) > 2 && !strings.Contains(all, "Go on with the nbscope that wrote it") {
			t.Errorf("%v: exit %d\n%s", args, o.code, all)
		}
		if strings.Contains(strings.ReplaceAll(all, "\"damaged\"", ""), "damaged") {
			t.Errorf("%v calls it damaged:\n%s", args, all)
		}
	}
	if o := runsCommand(t, kept{newer}, nil, "resume", "9999"); o.code != ExitFailed || !strings.Contains(o.stderr, "made by a newer nbscope") {
		t.Errorf("resume: exit %d, %s", o.code, o.stderr)
	}
}

func TestRunsSayWhatIsWrong(t *testing.T) {
	t.Parallel()
	runs := kept{
		aRun("7f3c2a9be1d0", nil), aRun("7f3d00000000", nil),
		aRun("9999", func(k *recreate.Kept) { k.Damaged = "record 2: it is not JSON" }),
	}
	cases := map[string]struct {
		args    []string
		runs    kept
		noPlace error
		code    int
		says    string
	}{
		"no runs":                            {[]string{"runs"}, kept{}, nil, ExitOK, "No runs. R on a notebook"},
		"no home":                            {[]string{"runs"}, nil, errors.New("there is no place for the journals of runs: set HOME"), ExitFailed, "set HOME"},
		"a format that there is not":         {[]string{"runs", "-o", "yaml"}, runs, nil, ExitUsage, "table or json"},
		"a run that there is not":            {[]string{"runs", "show", "abc"}, runs, nil, ExitFailed, `there is no run "abc"; ` + "`nbscope runs` lists them"},
		"the beginning of two ids":           {[]string{"runs", "show", "7f3"}, runs, nil, ExitUsage, "give more of it"},
		"the beginning of one id":            {[]string{"runs", "show", "7f3c"}, runs, nil, ExitOK, "churn-model-net"},
		"a damaged journal is shown":         {[]string{"runs", "show", "9999"}, runs, nil, ExitFailed, "As far as it can be read"},
		"a damaged journal is not gone on":   {[]string{"resume", "9999"}, runs, nil, ExitFailed, "is left as it is"},
		"resume without a run":               {[]string{"resume"}, runs, nil, ExitUsage, "takes the id of one run"},
		"resume of a run that there is not":  {[]string{"resume", "abc"}, runs, nil, ExitFailed, `there is no run "abc"`},
		"resume where nothing can be drawn":  {[]string{"resume", "7f3c"}, runs, nil, ExitFailed, "not a terminal"},
		"show without a run, with a mistake": {[]string{"runs", "shwo"}, runs, nil, ExitUsage, "takes no arguments"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := runsCommand(t, c.runs, c.noPlace, c.args...)
			if o.code != c.code || !strings.Contains(o.stdout+o.stderr, c.says) {
				t.Errorf("exit %d, want %d; it says:\n%s%s\nwant %q in it", o.code, c.code, o.stdout, o.stderr, c.says)
			}
		})
	}
}

// TestRunsThatWaitAreCounted counts what stands still until the user does something,
// and not what is over, kept, held elsewhere or unreadable.
func TestRunsThatWaitAreCounted(t *testing.T) {
	t.Parallel()
	interrupted := aRun("7f3c0002", func(k *recreate.Kept) { k.Run.Phase = recreate.PhaseWait })
	interrupted.Run.Changed = interrupted.Run.Changed.Add(-time.Hour)
	over := aRun("7f3c0003", func(k *recreate.Kept) { k.Run.Phase, k.Run.Outcome = recreate.PhaseOver, recreate.OutcomeClosed })
	newer := aRun("7f3c0004", func(k *recreate.Kept) { k.Newer = "record 2" })
	o := runsCommand(t, kept{aRun("7f3c0001", nil), interrupted, over, newer}, nil, "runs")
	if want := "\n2 runs wait for you: `nbscope resume 7f3c0002` goes on with the one that waits the longest.\n"; !strings.HasSuffix(o.stdout, want) {
		t.Errorf("it says\n%s\nwant %s", o.stdout, want)
	}
	first, second := aRun("7f3c0005", nil), aRun("7f3c0006", nil) // of one moment: the first that is listed
	o = runsCommand(t, kept{over, first, newer, second}, nil, "runs")
	if want := "\n2 runs wait for you: `nbscope resume 7f3c0005` goes on with the one that waits the longest.\n"; !strings.HasSuffix(o.stdout, want) {
		t.Errorf("it says\n%s\nwant %s", o.stdout, want)
	}
	if o := runsCommand(t, kept{over}, nil, "runs"); strings.Contains(o.stdout, "wait") {
		t.Errorf("nothing waits, and it says\n%s", o.stdout)
	}
	if o := runsCommand(t, kept{interrupted}, nil, "runs", "-o", "json"); strings.Contains(o.stdout, "waits for you:") || !json.Valid([]byte(o.stdout)) {
		t.Errorf("the JSON is\n%s", o.stdout)
	}
}

// differing is a run whose copy was compared, and is not equal.
func differing() recreate.Kept {
	return aRun("7f3c2a9be1d0", func(k *recreate.Kept) {
		k.Run.Verified = &recreate.Verified{Missing: 1, Differing: 1, Differences: []recreate.Difference{
			{ID: "a", Path: "data/raw/a%20b.csv", Status: "missing", Says: "on the source only"},
			{ID: "b", Path: "notes.md", Status: "differing", Says: "another content\x1b[31m"},
		}}
		k.Run.Accepted = []recreate.Acceptance{{Difference: recreate.Difference{ID: "b"}}}
	})
}

func TestDifferencesArePrintedOneOnALine(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args []string
		runs kept
		code int
		want string
	}{
		"all":              {nil, kept{differing()}, ExitOK, "missing       data/raw/a%20b.csv  on the source only\ndiffering     notes.md  another content"},
		"accepted":         {nil, kept{differing()}, ExitOK, "  accepted\n"},
		"some":             {[]string{"--filter", "RAW"}, kept{differing()}, ExitOK, "missing       data/raw/a%20b.csv  on the source only\n"},
		"JSON":             {[]string{"-o", "json", "--filter", "notes"}, kept{differing()}, ExitOK, `{"id":"b","path":"notes.md","status":"differing","says":"another content\u001b[31m","accepted":true}`},
		"nothing compared": {nil, kept{aRun("7f3c2a9be1d0", nil)}, ExitFailed, "has compared nothing yet"},
		"no such run":      {nil, kept{}, ExitFailed, "7f3c2a9be1d0"},
		"another format":   {[]string{"-o", "csv"}, kept{differing()}, ExitUsage, "--output"},
	} {
		o := runsCommand(t, c.runs, nil, append([]string{"runs", "differences", "7f3c2a9be1d0"}, c.args...)...)
		if o.code != c.code || !strings.Contains(o.stdout+o.stderr, c.want) || strings.Contains(o.stdout, "\x1b") {
			t.Errorf("%s: exit %d\n%s%s", name, o.code, o.stdout, o.stderr)
		}
		if name == "some" && strings.Contains(o.stdout, "notes") {
			t.Errorf("what was not asked for is printed:\n%s", o.stdout)
		}
	}
}

// changing are runs that are otherwise each time they are read.
type changing struct {
	kept

	looks int
	stop  func()
}

func (c *changing) List() ([]recreate.Kept, error) {
	c.looks++
	if c.looks == 4 {
		c.stop()
	}
	k := aRun("7f3c2a9be1d0", func(k *recreate.Kept) {
		k.HeldBy, k.Doing = "process 4711", &recreate.Doing{Says: "copying, " + []string{"1", "1", "2", "2"}[min(c.looks, 4)-1] + " of 2 files"}
	})
	return []recreate.Kept{k}, nil
}

func TestRunsAreWatchedUntilItIsEnough(t *testing.T) {
	t.Parallel()
	for signal, code := range map[syscall.Signal]int{syscall.SIGINT: 130, syscall.SIGTERM: 143, syscall.SIGHUP: 129} {
		t.Run(signal.String(), func(t *testing.T) { watchesUntil(t, signal, code) })
	}
}

func watchesUntil(t *testing.T, signal syscall.Signal, code int) {
	t.Helper()
	ctx, end := context.WithCancelCause(t.Context())
	cancel := func() { end(InterruptedError{signal}) }
	defer cancel()
	out, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	runs := &changing{stop: cancel}
	env := Env{Stdout: out, Now: time.Now, Runs: func() (RunLister, error) { return runs, nil }}
	every := make(chan time.Time)
	go func() {
		for ctx.Err() == nil {
			select {
			case every <- time.Now():
			case <-ctx.Done():
			}
		}
	}()
	if err := watchRuns(ctx, &env, report.Table, every); ExitCode(err) != code {
		t.Fatalf("it exits %d, want %d: %v", ExitCode(err), code, err)
	}
	raw, err := os.ReadFile(out.Name())
	if err != nil {
		t.Fatal(err)
	}
	if text := string(raw); strings.Count(text, "RUN ") != 2 || !strings.Contains(text, "copying, 1 of 2 files") || !strings.Contains(text, "copying, 2 of 2 files") || strings.Contains(text, "\x1b") {
		t.Errorf("into a file it prints\n%s", text)
	}
}

// TestTheStateOfAStepIsActiveOnlyWhileSomethingIsAtWork goes through the phases of a run,
// at work, held, and left.
func TestTheStateOfAStepIsActiveOnlyWhileSomethingIsAtWork(t *testing.T) {
	t.Parallel()
	for phase, want := range map[recreate.Phase][3]string{ // at work, held, left by a program that ended
		recreate.PhaseWait:   {"active", "active", "paused"},
		recreate.PhaseAct:    {"active", "active", "paused"},
		recreate.PhaseLook:   {"active", "active", "paused"},
		recreate.PhasePaused: {"active", "paused", "paused"},
		recreate.PhaseGate:   {"active", "waits", "waits"},
		recreate.PhaseDiffer: {"active", "waits", "waits"},
		recreate.PhaseDrift:  {"active", "drift", "drift"},
		recreate.PhaseFailed: {"active", "failed", "failed"},
	} {
		s := drive.Snapshot{Held: true}
		s.Run.Phase, s.Run.Steps = phase, []recreate.Step{{Kind: recreate.StepWait}}
		work, left := s, s
		work.Flight, left.Held = &drive.Flight{}, false
		deciding := s
		deciding.Held, deciding.Deciding = false, true
		if got := [3]string{stateOf(&work), stateOf(&s), stateOf(&left)}; got != want || phase == recreate.PhasePaused && stateOf(&deciding) != "paused" {
			t.Errorf("in phase %s it is %v, want %v", phase, got, want)
		}
	}
}
