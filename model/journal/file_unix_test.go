//go:build unix

package journal

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// put makes what stands where a file of ours belongs.
func put(t *testing.T, what, path, precious string) {
	t.Helper()
	var err error
	switch what {
	case "a link":
		err = os.Symlink(precious, path)
	case "a link to nothing":
		err = os.Symlink(precious+".new", path)
	case "another name of a file":
		err = os.Link(precious, path)
	case "a pipe":
		err = syscall.Mkfifo(path, 0o600)
	case "a folder":
		err = os.Mkdir(path, 0o700)
	case "a file of somebody's":
		err = os.WriteFile(path, []byte("dear diary\nprocess 1\n"), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestALockIsNoWayToAnotherFile(t *testing.T) {
	t.Parallel()
	for _, what := range []string{"a link", "a link to nothing", "another name of a file", "a pipe", "a folder", "a file of somebody's"} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			precious := filepath.Join(t.TempDir(), "precious")
			if err := os.WriteFile(precious, []byte("dear diary\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			d := Open(dir, nil, start)
			b, err := d.Begin(plan("run-1"))
			if err != nil {
				t.Fatal(err)
			}
			if err := b.Close(); err != nil {
				t.Fatal(err)
			}
			lock := filepath.Join(dir, "run-1.jsonl.lock")
			if err := os.Remove(lock); err != nil {
				t.Fatal(err)
			}
			put(t, what, lock, precious)
			put(t, what, filepath.Join(dir, "run-2.jsonl.lock"), precious)
			before, err := os.ReadFile(filepath.Join(dir, "run-1.jsonl"))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := d.Open("run-1"); err == nil || !strings.Contains(err.Error(), "lock run run-1") {
				t.Errorf("opening it says %v", err)
			}
			if _, err := d.Begin(otherPlan("run-2")); err == nil || !strings.Contains(err.Error(), "lock run run-2") {
				t.Errorf("beginning it says %v", err)
			}
			if kept, err := d.Read("run-1"); err != nil || kept.HeldBy != "" || kept.Damaged != "" {
				t.Errorf("reading it says %+v, %v", kept, err)
			}
			if raw, err := os.ReadFile(precious); err != nil || string(raw) != "dear diary\n" {
				t.Errorf("the other file holds %q, %v", raw, err)
			}
			if _, err := os.Stat(precious + ".new"); err == nil {
				t.Error("a file was made where the link led")
			}
			if what == "a file of somebody's" {
				if raw, err := os.ReadFile(lock); err != nil || string(raw) != "dear diary\nprocess 1\n" {
					t.Errorf("the file holds %q, %v", raw, err)
				}
			}
			if after, err := os.ReadFile(filepath.Join(dir, "run-1.jsonl")); err != nil || !bytes.Equal(after, before) {
				t.Errorf("the journal was changed (%v)", err)
			}
		})
	}
}

func TestALockThatACrashLeftIsTakenAgain(t *testing.T) {
	t.Parallel()
	for _, left := range []string{"", "proc", "process 47", "process 4711 on build-1 since 2026-11-24T12:00:00Z\n", "\x00\x00\x00"} {
		d := Open(t.TempDir(), nil, start)
		if err := os.WriteFile(filepath.Join(d.Path(), "run-1.jsonl.lock"), []byte(left), 0o600); err != nil {
			t.Fatal(err)
		}
		b, err := d.Begin(plan("run-1"))
		if err != nil {
			t.Fatalf("a lock that holds %q: %v", left, err)
		}
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
		raw, err := os.ReadFile(filepath.Join(d.Path(), "run-1.jsonl.lock"))
		if err != nil || !strings.HasPrefix(string(raw), "process ") || strings.Count(string(raw), "\n") != 1 || !strings.HasSuffix(string(raw), "since 2026-11-24T12:00:00Z\n") {
			t.Errorf("it holds %q afterwards, %v", raw, err)
		}
	}
}

// TestALockSaysWhoHasItAlsoWhenItWasJustTaken lets a look fall between taking the lock
// and the word that is left in it.
func TestALockSaysWhoHasItAlsoWhenItWasJustTaken(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "run-1.jsonl")
	l, err := lock("run-1", path, start())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Unlock() }()
	for name, c := range map[string]struct {
		left, then string
		want       string
	}{
		"at once":        {"process 7 on a since b\n", "process 7 on a since b\n", "process 7 on a since b"},
		"a moment later": {"", "process 7 on a since b\n", "process 7 on a since b"},
		"half of it":     {"process 7", "process 7 on a since b\n", "process 7 on a since b"},
		"never":          {"", "", "another program"},
	} {
		put := func(text string) {
			if err := os.WriteFile(path+lockSuffix, []byte(text), 0o600); err != nil {
				t.Error(err)
			}
		}
		put(c.left)
		wrote := time.AfterFunc(lookTime/2, func() { put(c.then) })
		if got := holderOf(path); got != c.want {
			t.Errorf("%s: it is held by %q", name, got)
		}
		wrote.Stop()
	}
}

// TestAJournalIsARegularFile would hang where a pipe is opened.
func TestAJournalIsARegularFile(t *testing.T) {
	t.Parallel()
	for _, what := range []string{"a link", "a link to nothing", "a pipe", "a folder"} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			other := Open(t.TempDir(), nil, start)
			b, err := other.Begin(plan("run-1"))
			if err != nil {
				t.Fatal(err)
			}
			if err := b.Close(); err != nil {
				t.Fatal(err)
			}
			d := Open(t.TempDir(), nil, start)
			put(t, what, filepath.Join(d.Path(), "run-1.jsonl"), filepath.Join(other.Path(), "run-1.jsonl"))
			if _, err := d.Open("run-1"); err == nil || !strings.Contains(err.Error(), "is not a regular file") {
				t.Errorf("opening it says %v", err)
			}
			if _, err := d.Begin(plan("run-1")); err == nil {
				t.Error("a run was begun in its place")
			}
			runs, err := d.List()
			if err != nil || len(runs) != 1 || !strings.Contains(runs[0].Damaged, "is not a regular file") || runs[0].Run.ID() != "run-1" {
				t.Errorf("the list is %+v, %v", runs, err)
			}
		})
	}
}

func TestAFolderIsMadeWithThoseAboveIt(t *testing.T) {
	t.Parallel()
	top := t.TempDir()
	path := filepath.Join(top, "a", "b", "c")
	var synced []string
	sync := func(dir string) error {
		synced = append(synced, dir)
		return syncDir(dir)
	}
	for range 2 { // the second time it is there
		if err := makeDir(path, sync); err != nil {
			t.Fatal(err)
		}
	}
	if want := []string{top, filepath.Join(top, "a"), filepath.Join(top, "a", "b")}; !slices.Equal(synced, want) {
		t.Errorf("synced were %v, want %v", synced, want)
	}
	for dir := path; filepath.Base(dir) != "a"; dir = filepath.Dir(dir) {
		if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("%s has mode %v, %v", dir, info.Mode(), err)
		}
	}
	if err := os.WriteFile(filepath.Join(path, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := makeDir(filepath.Join(path, "file", "runs"), sync); err == nil {
		t.Error("a folder was made in a file")
	}
}
