package journal

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"nbscope/model"
	"nbscope/model/recreate"
)

func batchOf(id string) recreate.KeptBatch {
	s := source()
	s.Tags = []model.Tag{{Key: "Team", Value: "ml"}}
	spec := recreate.SpecFor(&s, recreate.Enable)
	spec.Name = "churn-blue"
	return recreate.KeptBatch{ID: id, At: start(), Drafts: []recreate.KeptDraft{
		{RunID: "run-1", ARN: s.ARN, Name: s.Name, Account: s.Account, Region: s.Region, Source: &s, Spec: &spec, Transport: recreate.TransportRelay},
		{RunID: "run-2", ARN: s.ARN + "-too", Name: s.Name + "-too", Account: s.Account, Region: s.Region},
	}}
}

func TestABatchIsKeptAndDropped(t *testing.T) {
	t.Parallel()
	d := Open(filepath.Join(t.TempDir(), "state", "runs"), nil, start)
	if none, err := d.Batches(); err != nil || len(none) != 0 {
		t.Fatalf("without a folder there are %v, %v", none, err)
	}
	b := batchOf("b1")
	for range 2 { // over itself
		if err := d.KeepBatch(b); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.Begin(plan("run-1")); err != nil {
		t.Fatal(err)
	}
	got, err := d.Batches()
	if err != nil || len(got) != 1 || !reflect.DeepEqual(got[0], b) {
		t.Errorf("read back %+v, %v", got, err)
	}
	if runs, err := d.List(); err != nil || len(runs) != 1 {
		t.Errorf("it stands among the runs: %d, %v", len(runs), err)
	}
	info, err := os.Stat(filepath.Join(d.Path(), "b1.batch"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("its mode is %v, %v", info.Mode(), err)
	}
	if left, err := filepath.Glob(filepath.Join(d.Path(), ".*")); err != nil || len(left) != 0 {
		t.Errorf("beside it there is %v, %v", left, err)
	}
	for range 2 {
		if err := d.DropBatch("b1"); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := d.Batches(); err != nil || len(got) != 0 {
		t.Errorf("dropped, there is %v, %v", got, err)
	}
	for _, id := range []string{"", "../b1", "a/b"} {
		if d.KeepBatch(recreate.KeptBatch{ID: id}) == nil || d.DropBatch(id) == nil {
			t.Errorf("%q is taken for the id of a batch", id)
		}
	}
}

// TestABatchThatIsNotAsItWasWrittenIsLeftAlone damages a batch beside another, which is
// read all the same.
func TestABatchThatIsNotAsItWasWrittenIsLeftAlone(t *testing.T) {
	t.Parallel()
	written := func(before, after string) func([]byte) []byte {
		return func(raw []byte) []byte {
			object, _, _ := unseal(bytes.TrimSpace(raw))
			return seal(bytes.Replace(object, []byte(before), []byte(after), 1))
		}
	}
	for name, c := range map[string]struct {
		edit func([]byte) []byte
		says string
	}{
		"nothing":          {func([]byte) []byte { return nil }, "it is not as it was written"},
		"a part":           {func(raw []byte) []byte { return raw[:len(raw)/2] }, "it is not as it was written"},
		"a bit":            {func(raw []byte) []byte { raw[40] ^= 1; return raw }, "it is not as it was written"},
		"no JSON":          {written(`{`, `[`), "it is not JSON"},
		"a newer version":  {written(`"schema":1`, `"schema":2`), "it was made by a newer nbscope"},
		"a newer member":   {written(`"runId"`, `"sung":[],"runId"`), "it was made by a newer nbscope"},
		"a newer way":      {written(`"transport":"relay"`, `"transport":"sung"`), "it was made by a newer nbscope"},
		"a copy of it":     {written(`"id":"b1"`, `"id":"b2"`), "it is a copy of another"},
		"a link elsewhere": {nil, "is not a regular file"},
	} {
		d := Open(t.TempDir(), nil, start)
		for _, id := range []string{"b1", "b9"} {
			if err := d.KeepBatch(batchOf(id)); err != nil {
				t.Fatal(err)
			}
		}
		path := filepath.Join(d.Path(), "b1.batch")
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if c.edit == nil {
			err = os.Rename(path, path+".away")
			if err == nil {
				err = os.Symlink(path+".away", path)
			}
		} else {
			err = os.WriteFile(path, c.edit(raw), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		before, _ := os.ReadFile(path)
		got, err := d.Batches()
		if err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), path) || len(got) != 1 || got[0].ID != "b9" {
			t.Errorf("%s: %d are read, and it says %v", name, len(got), err)
		}
		if after, _ := os.ReadFile(path); !bytes.Equal(after, before) {
			t.Errorf("%s: the file was changed", name)
		}
	}
}

// TestBatchesOfEveryVersionAreRead reads what earlier programs have left on disks.
func TestBatchesOfEveryVersionAreRead(t *testing.T) {
	t.Parallel()
	got, err := Open(filepath.Join("testdata", "batches"), nil, start).Batches()
	if err != nil || len(got) != 1 || !reflect.DeepEqual(got[0], batchOf("first")) {
		t.Errorf("read %+v, %v", got, err)
	}
}
