package store_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gofrs/flock"

	"nbscope/aws/store"
	"nbscope/model"
)

func TestACacheThatAnotherHoldsIsLeftAlone(t *testing.T) {
	dir, rows := saved(t, 3)
	before, err := os.ReadFile(path(dir))
	if err != nil {
		t.Fatal(err)
	}
	other := flock.New(filepath.Join(dir, key, "lock"))
	if err := other.Lock(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = other.Unlock() })
	err = store.Open(dir).Save(t.Context(), key, []model.Identity{identity(account)}, rows[:1])
	if err == nil || !strings.Contains(err.Error(), "left as it is: another nbscope has held it for too long") {
		t.Errorf("saved with %v", err)
	}
	ended, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("interrupted"))
	err = store.Open(dir).Save(ended, key, []model.Identity{identity(account)}, rows[:1])
	if err == nil || !strings.Contains(err.Error(), "left as it is: interrupted") {
		t.Errorf("saved at the end with %v", err)
	}
	if after, err := os.ReadFile(path(dir)); err != nil || !bytes.Equal(after, before) {
		t.Errorf("the file was changed (%v)", err)
	}
	if err := other.Unlock(); err != nil {
		t.Fatal(err)
	}
	if err := store.Open(dir).Save(t.Context(), key, []model.Identity{identity(account)}, rows[:1]); err != nil {
		t.Errorf("afterwards: %v", err)
	}
	if got := store.Open(dir).Load(key); len(got.Notebooks) != 1 {
		t.Errorf("afterwards there are %d notebooks", len(got.Notebooks))
	}
}

func TestALockIsNoLink(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cache")
	if err := os.MkdirAll(filepath.Join(dir, key), 0o700); err != nil {
		t.Fatal(err)
	}
	victim := filepath.Join(t.TempDir(), "victim")
	if err := os.Symlink(victim, filepath.Join(dir, key, "lock")); err != nil {
		t.Fatal(err)
	}
	if err := store.Open(dir).Save(t.Context(), key, []model.Identity{identity(account)}, nil); err == nil {
		t.Error("a link was taken for the lock")
	}
	if _, err := os.Lstat(victim); err == nil {
		t.Error("what the link leads to was made")
	}
}

func TestReadFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(name, []byte("0123456789"), 0o600); err != nil {
		t.Fatal(err)
	}
	link := name + ".link"
	if err := os.Symlink(name, link); err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{name, link} {
		if got, err := store.ReadFile(p, 10); err != nil || string(got) != "0123456789" {
			t.Errorf("%s reads %q, %v", p, got, err)
		}
	}
	for p, want := range map[string]string{
		name:           "it has more than 9 bytes",
		"/dev/null":    "it is not a regular file",
		t.TempDir():    "it is not a regular file",
		name + ".none": "no such file",
	} {
		if _, err := store.ReadFile(p, 9); err == nil || !strings.Contains(err.Error(), p) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s reads with %v, want %q", p, err, want)
		}
	}
	if _, err := store.ReadFile(name+".none", 9); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("that there is none cannot be told from %v", err)
	}
}

func TestALogIsAFileOfItsOwn(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "log")
	for range 2 {
		w, err := store.OpenLog(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte("line\n")); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(name)
	info, statErr := os.Stat(name)
	if err != nil || statErr != nil || string(got) != "line\nline\n" || info.Mode().Perm() != 0o600 {
		t.Errorf("the log is %q with %v (%v, %v)", got, info, err, statErr)
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink(name, link); err != nil {
		t.Fatal(err)
	}
	for p, want := range map[string]string{
		link:                              "it is a link",
		dir:                               "it is not a regular file",
		"/dev/null":                       "it is not a regular file",
		filepath.Join(dir, "none", "log"): "make the folder first",
	} {
		if _, err := store.OpenLog(p); err == nil || !strings.Contains(err.Error(), p) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s opens with %v, want %q", p, err, want)
		}
	}
}
