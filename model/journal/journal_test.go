package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
)

func start() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) }

func source() recreate.Snapshot {
	return recreate.Snapshot{
		ARN: "arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/churn-model", Name: "churn-model",
		Account: "111122223333", Region: "eu-west-1", Status: model.StatusInService, Created: start().AddDate(-1, 0, 0),
		Modified: start().AddDate(0, -1, 0), InstanceType: "ml.t3.medium", RoleARN: "arn:aws:iam::111122223333:role/R",
		SubnetID: "subnet-1", SecurityGroups: []string{"sg-1"}, DirectInternet: model.Disabled, RootAccess: model.Enabled,
		VolumeGB: 5, Platform: recreate.PlatformSupported, SeenAt: start(),
	}
}

func plan(id string) recreate.Plan {
	s := source()
	return recreate.NewPlan(id, start(), s, recreate.SpecFor(&s, recreate.Enable))
}

// otherPlan is a plan for another source.
func otherPlan(id string) recreate.Plan {
	p := plan(id)
	p.Source.ARN, p.Source.Name = p.Source.ARN+"-too", p.Source.Name+"-too"
	return p
}

func TestASourceHasOneRunThatIsNotOver(t *testing.T) {
	t.Parallel()
	d, b, s := fixture(t)
	other := Open(d.Path(), s, start)
	_, err := other.Begin(plan("run-2"))
	if open, ok := errors.AsType[*recreate.OpenRunError](err); !ok || open.ID != "run-1" {
		t.Errorf("a second run of a source gives %v", err)
	}
	if _, err := os.Stat(filepath.Join(d.Path(), "run-2.jsonl")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it has a journal: %v", err)
	}
	if _, err := b.Take(recreate.Event{Kind: recreate.EventClosed, At: start()}); err != nil {
		t.Fatal(err)
	}
	var begun atomic.Int32
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			if _, err := Open(d.Path(), s, start).Begin(plan(fmt.Sprintf("next-%d", i))); err == nil {
				begun.Add(1)
			}
		})
	}
	all.Wait()
	if n := begun.Load(); n != 1 {
		t.Errorf("%d runs of one source were begun side by side", n)
	}
}

// script is a performer that answers as it is told, and notes what was on disk
// when it was asked.
type script struct {
	dir     string
	answers []recreate.Event
	asked   []recreate.Effect
	onDisk  []string // the last line of the journal at the time
}

func (s *script) Perform(_ context.Context, run *recreate.Run, e recreate.Effect, _ func(recreate.Progress)) recreate.Event {
	raw, err := os.ReadFile(filepath.Join(s.dir, run.ID()+suffix))
	if err != nil {
		return recreate.Event{Kind: recreate.EventFailed, Problem: &model.Problem{Message: err.Error()}}
	}
	lines := strings.Split(strings.TrimSpace(string(raw)), "\n")
	s.asked, s.onDisk = append(s.asked, e), append(s.onDisk, lines[len(lines)-1])
	out := s.answers[0]
	s.answers = s.answers[1:]
	out.At = start().Add(time.Duration(len(s.asked)) * time.Minute)
	return out
}

// seen is an answer to a look at a source without a replacement.
func seen() recreate.Event {
	src := source()
	return recreate.Event{Kind: recreate.EventDone, Observed: &recreate.Observation{Source: &src}, Calls: 3}
}

// fixture is a folder with a run that waits for the approval of the create.
func fixture(t *testing.T, answers ...recreate.Event) (*Dir, *Book, *script) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "state", "runs")
	s := &script{dir: path, answers: answers}
	d := Open(path, s, start)
	b, err := d.Begin(plan("run-1"))
	if err != nil {
		t.Fatal(err)
	}
	return d, b, s
}

func approve(t *testing.T, b *Book) recreate.Effect {
	t.Helper()
	run := b.Run()
	effects, err := b.Take(recreate.Event{
		Kind: recreate.EventApproved, At: start(), Step: recreate.StepCreate, Fingerprint: run.Plan.Fingerprint(),
	})
	if err != nil || len(effects) != 1 {
		t.Fatalf("%d effects, %v", len(effects), err)
	}
	return effects[0]
}

func TestJournalIsForItsOwnerAlone(t *testing.T) {
	t.Parallel()
	d, _, _ := fixture(t)
	for path, want := range map[string]os.FileMode{
		d.Path(): 0o700, filepath.Join(d.Path(), "run-1.jsonl"): 0o600, filepath.Join(d.Path(), "run-1.jsonl.lock"): 0o600,
	} {
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, want %v (%v)", filepath.Base(path), info.Mode().Perm(), want, err)
		}
	}
}

func TestASecondProgramSeesTheRunAndWhoHoldsIt(t *testing.T) {
	t.Parallel()
	d, b, s := fixture(t)
	other := Open(d.Path(), s, start)
	_, err := other.Open("run-1")
	held, ok := errors.AsType[*recreate.HeldError](err)
	if !ok || !strings.Contains(held.By, "process ") || !strings.Contains(held.By, "since 2026-11-24T12:00:00Z") {
		t.Fatalf("the error is %v", err)
	}
	runs, err := other.List()
	if err != nil || len(runs) != 1 || runs[0].HeldBy != held.By || runs[0].Mine || runs[0].Run.Phase != recreate.PhaseGate {
		t.Errorf("the list is %+v, %v", runs, err)
	}
	if own, err := d.Read("run-1"); err != nil || !own.Mine || own.HeldBy != "" {
		t.Errorf("the holder reads %+v, %v", own, err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := other.Open("run-1")
	if err != nil {
		t.Fatalf("a run that was let go cannot be opened: %v", err)
	}
	if !reflect.DeepEqual(again.Run(), b.Run()) {
		t.Errorf("it is another run: %+v", again.Run())
	}
}

// TestEveryTornEndIsCutOff cuts the journal at every byte of its last record.
func TestEveryTornEndIsCutOff(t *testing.T) {
	t.Parallel()
	d, b, s := fixture(t, seen())
	e := approve(t, b)
	before := b.Run()
	if _, err := b.Perform(t.Context(), e, nil); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(d.Path(), "run-1.jsonl")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	last := bytes.LastIndexByte(whole[:len(whole)-1], '\n') + 1
	for end := last; end < len(whole); end++ {
		if got := replay(whole[:end]); got.torn != (end > last) || got.size != int64(last) || !reflect.DeepEqual(got.run, before) {
			t.Fatalf("cut at byte %d it is torn: %v, after %d bytes, %+v", end-last, got.torn, got.size, got.run)
		}
		if (end-last)%100 != 0 && end != len(whole)-1 { // a sample goes over the disk
			continue
		}
		if err := os.WriteFile(path, whole[:end], 0o600); err != nil {
			t.Fatal(err)
		}
		again, err := Open(d.Path(), s, start).Open("run-1")
		if err != nil {
			t.Fatalf("cut at byte %d: %v", end-last, err)
		}
		if !reflect.DeepEqual(again.Run(), before) {
			t.Fatalf("cut at byte %d the run is %+v", end-last, again.Run())
		}
		if _, err := again.Take(recreate.Event{Kind: recreate.EventResumed, At: start()}); err != nil {
			t.Fatal(err)
		}
		if err := again.Close(); err != nil {
			t.Fatal(err)
		}
		if kept, err := d.Read("run-1"); err != nil || kept.Damaged != "" || kept.Run.Phase != recreate.PhaseLook {
			t.Fatalf("cut at byte %d and written on, it reads %+v, %v", end-last, kept, err)
		}
	}
}

// edited is a journal of three records that was closed and then edited.
func edited(t *testing.T, edit func(lines [][]byte) [][]byte) (d *Dir, path string, raw []byte) {
	t.Helper()
	d, b, _ := fixture(t, seen())
	if _, err := b.Perform(t.Context(), approve(t, b), nil); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(d.Path(), "run-1.jsonl")
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.Split(bytes.TrimSpace(raw), []byte("\n"))
	for i := range lines {
		lines[i], _, _ = unseal(lines[i])
	}
	raw = nil
	for _, line := range edit(lines) { // as a program would have written it
		raw = append(append(raw, seal(line)...), '\n')
	}
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	return d, path, raw
}

// TestEveryFlippedBitIsDamage flips a bit of every byte of a journal: none of it is
// taken for the work of a newer program, and none for a run.
func TestEveryFlippedBitIsDamage(t *testing.T) {
	t.Parallel()
	_, _, raw := edited(t, func(l [][]byte) [][]byte { return l })
	for i := range len(raw) - 1 { // without its last end it is torn
		bad := bytes.Clone(raw)
		bad[i] ^= 1 << (i % 8)
		if got := replay(bad); got.damaged == "" || got.newer != "" {
			t.Fatalf("byte %d, in %q: damaged %q, newer %q", i, raw[max(0, i-20):min(len(raw), i+20)], got.damaged, got.newer)
		}
	}
}

// TestARecordWithoutItsSumIsOlderOrDamage holds that journals of before sums are read,
// and that nothing unknown in them passes for a newer program's: that writes sums.
func TestARecordWithoutItsSumIsOlderOrDamage(t *testing.T) {
	t.Parallel()
	_, _, raw := edited(t, func(l [][]byte) [][]byte { return l })
	sealed := bytes.Split(bytes.TrimSpace(raw), []byte("\n"))
	bare := make([][]byte, len(sealed))
	for i := range sealed {
		bare[i], _, _ = unseal(sealed[i])
	}
	for name, c := range map[string]struct {
		lines [][]byte
		says  string // of the damage, "" for none
	}{
		"none has one":                 {bare, ""},
		"from a record on":             {slices.Concat(bare[:2], sealed[2:]), ""},
		"not from a record on":         {slices.Concat(sealed[:2], bare[2:]), "record 3: it has no sum, and those before it have one"},
		"an unknown member":            {slices.Concat(bare[:1], [][]byte{bytes.Replace(bare[1], []byte(`"at"`), []byte(`"aX"`), 1)}), `record 2: no nbscope knows all that is in it: json: unknown field "aX"`},
		"an unknown word":              {slices.Concat(bare[:1], [][]byte{bytes.Replace(bare[1], []byte(`"kind":"approved"`), []byte(`"kind":"approvee"`), 1)}), `record 2: no nbscope knows the event "approvee"`},
		"a record with another number": {slices.Concat(sealed[:1], sealed[2:]), "record 2: it has the number 3"},
	} {
		got := replay(append(bytes.Join(c.lines, []byte("\n")), '\n'))
		if got.damaged != c.says || got.newer != "" {
			t.Errorf("%s: damaged %q, newer %q", name, got.damaged, got.newer)
		}
	}
}

// in edits one record of a journal.
func in(record int, before, after string) func([][]byte) [][]byte {
	return func(l [][]byte) [][]byte {
		l[record-1] = bytes.Replace(l[record-1], []byte(before), []byte(after), 1)
		return l
	}
}

func TestDamageIsNamedAndTheFileIsLeftAlone(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		edit func(lines [][]byte) [][]byte
		says string
		last int // the last record that can be read
	}{
		"a record is missing":    {func(l [][]byte) [][]byte { return slices.Delete(l, 1, 2) }, "record 2: it has the number 3", 1},
		"a record is no JSON":    {func(l [][]byte) [][]byte { l[1] = []byte("{]"); return l }, "record 2: it is not JSON", 1},
		"a record is no record":  {in(3, `"intent":{"id":1`, `"intent":{"id":"one"`), "record 3: it is not a record", 2},
		"a version is no number": {in(1, `"schema":2`, `"schema":"two"`), "record 1: it is not JSON", 0},
		"no version":             {in(1, `"schema":2,`, ``), "record 1: it is of version 0", 0},
		"an older version again": {in(2, `"n":2`, `"n":2,"schema":1`), "record 2: it is of version 1", 1},
		"an event without a run": {func(l [][]byte) [][]byte {
			l[1] = []byte(`{"n":2,"at":"2026-11-24T12:00:00Z","event":{"kind":"accepted","at":"2026-11-24T12:00:00Z"}}`)
			return l
		}, "record 2: it holds no run", 1},
		"a step that there is not":  {in(4, `"at":0,"phase"`, `"at":99,"phase"`), "record 4: it holds no run that can be continued: it stands at step 100 of", 3},
		"a phase without an effect": {in(4, `"phase":"act"`, `"phase":"gate"`), "record 4: it holds no run that can be continued: in phase", 3},
		"a record of nothing":       {func(l [][]byte) [][]byte { l[1] = []byte(`{"n":2}`); return l }, "record 2: it holds neither an event nor an intent", 1},
		"no plan":                   {func(l [][]byte) [][]byte { l[0] = []byte(`{"n":1,"schema":2}`); return l }, "record 1: it holds no plan", 0},
		"another run's":             {func(l [][]byte) [][]byte { return [][]byte{bytes.ReplaceAll(l[0], []byte("run-1"), []byte("run-2"))} }, "run-2", 1},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, path, bad := edited(t, c.edit)
			if _, err := d.Open("run-1"); err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "run-1") {
				t.Errorf("opening it says %v, want %q in it", err, c.says)
			}
			kept, err := d.Read("run-1")
			if err != nil || !strings.Contains(kept.Damaged, c.says) || kept.Newer != "" || kept.Last.N != c.last {
				t.Errorf("reading it says %q and %q after record %d, %v", kept.Damaged, kept.Newer, kept.Last.N, err)
			}
			if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, bad) {
				t.Errorf("the damaged file was changed (%v)", err)
			}
			if c.last > 0 && (kept.Run.Plan.Source.Name != "churn-model" || len(kept.Run.Steps) == 0) {
				t.Errorf("of the records that hold there is %+v", kept.Run)
			}
		})
	}
}

// TestAJournalOfANewerProgramIsNotDamaged has what later versions may write: in the
// first record, or first in one that was appended.
func TestAJournalOfANewerProgramIsNotDamaged(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		edit func(lines [][]byte) [][]byte
		says string
	}{
		"a version":                  {in(1, `"schema":2`, `"schema":99`), "record 1: it is of version 99, and this program reads up to version 2"},
		"a version that looks other": {func(l [][]byte) [][]byte { l[0] = []byte(`{"schema":99,"n":"one","plan":7}`); return l }, "record 1: it is of version 99"},
		"a version of later records": {in(2, `"n":2`, `"n":2,"schema":99`), "record 2: it is of version 99"},
		"a kind of record":           {in(3, `"intent":`, `"promise":`), `record 3: this program does not know all that is in it: json: unknown field "promise"`},
		"a kind of event":            {in(2, `"kind":"approved"`, `"kind":"sung"`), `record 2: this program does not know the event "sung"`},
		"a kind of effect":           {in(3, `"kind":"observe"`, `"kind":"sung"`), `record 3: this program does not know the effect "sung"`},
		"a kind of effect in flight": {in(4, `"inFlight":{"id":2,"kind":"create"`, `"inFlight":{"id":2,"kind":"sung"`), `record 4: this program does not know the effect "sung"`},
		"a phase":                    {in(4, `"phase":"act"`, `"phase":"dancing"`), `record 4: this program does not know the phase "dancing"`},
		"a step":                     {in(1, `"kind":"verify"`, `"kind":"sung"`), `record 1: this program does not know the step "sung"`},
		"a state of a step":          {in(1, `"state":"active"`, `"state":"halfway"`), `record 1: this program does not know the state of a step "halfway"`},
		"a gate":                     {in(1, `"gate":"attest"`, `"gate":"seal"`), `record 1: this program does not know the gate "seal"`},
		"an outcome":                 {in(2, `"effects":`, `"outcome":"sold","effects":`), `record 2: this program does not know the outcome "sold"`},
		"a direction":                {in(1, `"direction":"enable"`, `"direction":"sung"`), `record 1: this program does not know the direction "sung"`},
		"a transport":                {in(1, `"transport":"manual"`, `"transport":"sung"`), `record 1: this program does not know the transport "sung"`},
		"a member of the plan":       {in(1, `"transport":"manual"`, `"transport":"manual","sung":[]`), `unknown field "sung"`},
		"a member of the run":        {in(2, `"run":{`, `"run":{"sung":[],`), `record 2: this program does not know all that is in it`},
		"a list of what counts":      {in(2, `"expect":"1-`, `"expect":"99-`), `record 2: this program does not know the fingerprint "99-`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, path, raw := edited(t, c.edit)
			if _, err := d.Open("run-1"); err == nil || !strings.Contains(err.Error(), "made by a newer nbscope and is left as it is") || !strings.Contains(err.Error(), c.says) {
				t.Errorf("opening it says %v, want %q in it", err, c.says)
			}
			kept, err := d.Read("run-1")
			if err != nil || !strings.Contains(kept.Newer, c.says) || kept.Damaged != "" || kept.Run.ID() != "run-1" {
				t.Errorf("reading it says newer %q, damaged %q, of run %q, %v", kept.Newer, kept.Damaged, kept.Run.ID(), err)
			}
			if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, raw) {
				t.Errorf("the file was changed (%v)", err)
			}
		})
	}
	d, _, _ := edited(t, in(1, `"schema":2`, `"schema":99`))
	if kept, err := d.Read("run-1"); err != nil || kept.Run.Plan.Source.Name != "churn-model" || kept.Run.Plan.Spec.Name != "churn-model-net" || kept.Run.Plan.Source.Region != "eu-west-1" {
		t.Errorf("of whose notebooks it is there is %+v, %v", kept.Run.Plan, err)
	}
}

func TestIDsThatAreNoneAreRefused(t *testing.T) {
	t.Parallel()
	d := Open(t.TempDir(), &script{}, start)
	for _, id := range []string{"", "../x", "a/b", ".hidden", strings.Repeat("a", 65), "a b"} {
		if _, err := d.Begin(plan(id)); err == nil {
			t.Errorf("%q was taken as an id", id)
		}
		if _, err := d.Open(id); err == nil {
			t.Errorf("%q was opened", id)
		}
		if _, err := d.Read(id); err == nil {
			t.Errorf("%q was read", id)
		}
	}
}

func TestARunIsBegunOnce(t *testing.T) {
	t.Parallel()
	d, b, _ := fixture(t)
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Begin(plan("run-1")); !errors.Is(err, os.ErrExist) {
		t.Errorf("the error is %v", err)
	}
}

func TestListHasTheNewestRunFirstAndLeavesOutOtherFiles(t *testing.T) {
	t.Parallel()
	d, b, _ := fixture(t, seen())
	if _, err := d.Begin(otherPlan("run-2")); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Perform(t.Context(), approve(t, b), nil); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(d.Path(), "notes.txt"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(d.Path(), "run-3.jsonl"), []byte(`{"schema":1,"n":1`), 0o600); err != nil {
		t.Fatal(err)
	}
	runs, err := d.List()
	var ids []string
	for i := range runs {
		ids = append(ids, runs[i].Run.ID())
	}
	if err != nil || !slices.Equal(ids, []string{"run-1", "run-2", "run-3"}) {
		t.Errorf("the list is %v, %v", ids, err)
	}
	if runs[2].Damaged != "it ends before its first record does" {
		t.Errorf("the one that was never begun is %q", runs[2].Damaged)
	}
	if none, err := Open(filepath.Join(d.Path(), "none"), nil, start).List(); err != nil || len(none) > 0 {
		t.Errorf("a folder that is not there has %v, %v", none, err)
	}
}

// TestACopyOfAJournalDoesNotStandForItsRun has a copy beside a journal: it is damage of
// its own name, and the run is gone on with.
func TestACopyOfAJournalDoesNotStandForItsRun(t *testing.T) {
	t.Parallel()
	d, b, _ := fixture(t)
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(filepath.Join(d.Path(), "run-1.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(d.Path(), "backup.jsonl"), raw, 0o600); err != nil {
		t.Fatal(err)
	}
	runs, err := d.List()
	if err != nil || len(runs) != 2 {
		t.Fatalf("there are %d, %v", len(runs), err)
	}
	for i := range runs {
		k := &runs[i]
		copied := strings.HasSuffix(k.Path, "backup.jsonl")
		if id := map[bool]string{true: "backup", false: "run-1"}[copied]; k.Run.ID() != id || (k.Damaged != "") != copied || k.Run.Plan.Source.Name != "churn-model" {
			t.Errorf("%s is run %q of %q, damaged %q", filepath.Base(k.Path), k.Run.ID(), k.Run.Plan.Source.Name, k.Damaged)
		}
		if says, _ := k.WhatNow(); copied && !strings.Contains(says, "nbscope:run-id = run-1") {
			t.Errorf("of the copy it says %q", says)
		}
	}
	if _, err := d.Open("backup"); err == nil || !strings.Contains(err.Error(), "it is the journal of run run-1") {
		t.Errorf("the copy is opened: %v", err)
	}
	if _, err := d.Open("run-1"); err != nil {
		t.Errorf("the run is not: %v", err)
	}
}
