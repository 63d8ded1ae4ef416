package journal

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"testing"
	"time"

	"nbscope/model/recreate"
)

// TestARunOfVersion1IsGoneOnWith takes an event in each open run of version 1. The
// journal then has a record from which on it is of this version, and which a
// program of version 1, that knows records with an event or an intent only, takes
// for damage and leaves alone.
func TestARunOfVersion1IsGoneOnWith(t *testing.T) {
	t.Parallel()
	open := 0
	for _, name := range journalsOf(t, "v1") {
		lines := readLines(t, name+".jsonl")
		dir := t.TempDir()
		path := filepath.Join(dir, "run-1.jsonl")
		old := bytes.Join(lines, nil)
		if err := os.WriteFile(path, old, 0o600); err != nil {
			t.Fatal(err)
		}
		d := Open(dir, nil, start)
		b, err := d.Open("run-1")
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		before := b.Run()
		if before.Outcome != "" {
			continue
		}
		open++
		at := before.Changed.Add(time.Hour)
		kind := recreate.EventResumed
		if !slices.Contains(before.Choices(), kind) {
			kind = before.Choices()[0]
		}
		if _, err := b.Take(recreate.Event{Kind: kind, At: at}); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
		raw, err := os.ReadFile(path)
		if err != nil || !bytes.HasPrefix(raw, old) {
			t.Fatalf("%s: what version 1 wrote was changed (%v)", name, err)
		}
		var first map[string]json.RawMessage
		if err := json.Unmarshal(raw[len(old):][:bytes.IndexByte(raw[len(old):], '\n')], &first); err != nil {
			t.Fatal(err)
		}
		if string(first["schema"]) != "2" || first["plan"] == nil || first["run"] == nil || first["event"] != nil || first["intent"] != nil {
			t.Errorf("%s: this version begins with %v", name, first)
		}
		if kept, err := d.Read("run-1"); err != nil || kept.Unreadable() != "" || !reflect.DeepEqual(kept.Run, b.Run()) {
			t.Errorf("%s: read back it is %q, %v\n%+v\nwant\n%+v", name, kept.Unreadable(), err, kept.Run, b.Run())
		}
		taken := replay(raw[:len(old)+bytes.IndexByte(raw[len(old):], '\n')+1])
		if !reflect.DeepEqual(taken.run, before) {
			t.Errorf("%s: taken over it is another run:\n%+v\nwant\n%+v", name, taken.run, before)
		}
	}
	if open < 20 {
		t.Errorf("only %d of the runs are open", open)
	}
}

// TestAnApprovalOfVersion1IsTakenAnew approves the plan of an open run of version 1
// by the fingerprint that this version shows; that of version 1 is none any more.
func TestAnApprovalOfVersion1IsTakenAnew(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := readLines(t, filepath.Join("testdata", "v1", "done.jsonl"))
	if err := os.WriteFile(filepath.Join(dir, "run-1.jsonl"), first[0], 0o600); err != nil {
		t.Fatal(err)
	}
	b, err := Open(dir, nil, start).Open("run-1")
	if err != nil {
		t.Fatal(err)
	}
	run := b.Run()
	e := recreate.Event{Kind: recreate.EventApproved, Step: recreate.StepCreate, At: start(), Fingerprint: "8d4b71eb06effec8"}
	if _, err := b.Take(e); err == nil {
		t.Error("an approval of version 1 is taken for one of this plan")
	}
	e.Fingerprint = run.Plan.Fingerprint()
	if effects, err := b.Take(e); err != nil || len(effects) != 1 {
		t.Errorf("%d effects, %v", len(effects), err)
	}
}

// TestWhatDoesNotFitInVersion1IsDamage leaves out, doubles and swaps records: none
// of it may be read as a run of its own accord, let alone stop the program.
func TestWhatDoesNotFitInVersion1IsDamage(t *testing.T) {
	t.Parallel()
	for _, name := range journalsOf(t, "v1") {
		lines := readLines(t, name+".jsonl")
		for i := 1; i < len(lines)-1; i += 11 {
			for _, bad := range [][][]byte{
				slices.Delete(slices.Clone(lines), i, i+1),
				slices.Insert(slices.Clone(lines), i, lines[i]),
				slices.Concat(lines[:i], [][]byte{lines[i+1], lines[i]}, lines[i+2:]),
			} {
				if got := replay(bytes.Join(bad, nil)); got.damaged == "" {
					t.Fatalf("%s: with another record %d it is read as %+v", name, i+1, got.run)
				}
				renumbered(t, bad) // may be read, or be damage
			}
		}
	}
}

// renumbered reads records whose numbers have no gap.
func renumbered(t *testing.T, lines [][]byte) {
	t.Helper()
	var all bytes.Buffer
	for i, line := range lines {
		var r map[string]json.RawMessage
		if err := json.Unmarshal(line, &r); err != nil {
			t.Fatal(err)
		}
		r["n"] = json.RawMessage(strconv.Itoa(i + 1))
		out, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(append(out, '\n'))
	}
	replay(all.Bytes())
}
