//go:build unix

package store_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"nbscope/aws/store"
	"nbscope/model"
)

// A pipe without anybody at its other end would be waited for, for ever.
func TestPipesAreNotWaitedFor(t *testing.T) {
	dir, _ := saved(t, 3)
	pipe := func(name string) string {
		t.Helper()
		p := filepath.Join(dir, key, name)
		if err := os.Remove(p); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		if err := syscall.Mkfifo(p, 0o600); err != nil {
			t.Fatal(err)
		}
		return p
	}
	const why = "it is not a regular file"
	pipe("999988887777.json.gz")
	got := store.Open(dir).Load(key)
	if len(got.Notebooks) != 3 || len(got.Notices) != 1 || !strings.Contains(got.Notices[0], why) {
		t.Errorf("loaded %d notebooks with %q", len(got.Notebooks), got.Notices)
	}
	if _, err := store.ReadFile(pipe("config"), 9); err == nil || !strings.Contains(err.Error(), why) {
		t.Errorf("a configuration: %v", err)
	}
	if _, err := store.OpenLog(pipe("log")); err == nil || !strings.Contains(err.Error(), why) {
		t.Errorf("a log: %v", err)
	}
	pipe("lock")
	if err := store.Open(dir).Save(t.Context(), key, []model.Identity{identity(account)}, nil); err == nil || !strings.Contains(err.Error(), why) {
		t.Errorf("a lock: %v", err)
	}
}
