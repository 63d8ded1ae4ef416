package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"nbscope/aws/store"
	"nbscope/model"
)

func TestFilesAndFoldersAreForTheUserAlone(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		return // permissions are not of this kind there
	}
	dir, _ := saved(t, 1)
	for p, want := range map[string]os.FileMode{filepath.Join(dir, key): 0o700, path(dir): 0o600, filepath.Join(dir, key, "lock"): 0o600} {
		info, err := os.Stat(p)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %o, want %o", filepath.Base(p), got, want)
		}
	}
}

func TestAPlaceThatCannotBeWrittenIsNamed(t *testing.T) {
	t.Parallel()
	inTheWay := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(inTheWay, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	err := store.Open(inTheWay).Save(t.Context(), key, []model.Identity{identity(account)}, nil)
	if err == nil || !strings.Contains(err.Error(), inTheWay) || !strings.Contains(err.Error(), "--no-cache") {
		t.Errorf("got %v", err)
	}
	if got := store.Open(inTheWay).Load(key); len(got.Notices) != 1 || !strings.Contains(got.Notices[0], inTheWay) {
		t.Errorf("load says %q", got.Notices)
	}
	missing := filepath.Join(t.TempDir(), "no", "such", "file.csv")
	err = store.WriteFile(missing, []byte("x"), 0o600)
	if err == nil || !strings.Contains(err.Error(), missing) || strings.Contains(err.Error(), ".tmp") {
		t.Errorf("got %v", err)
	}
}

func TestAWriteThatFailsLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	target := filepath.Join(dir, "taken")
	if err := os.MkdirAll(filepath.Join(target, "full"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := store.WriteFile(target, []byte("x"), 0o600); err == nil {
		t.Fatal("a folder was replaced by a file")
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v (%v)", entries, err)
	}
}

func TestWriteFileReplacesAndFollowsLinks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, link := filepath.Join(dir, "real"), filepath.Join(dir, "link")
	if err := os.WriteFile(file, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(file, link); err != nil {
		t.Fatal(err)
	}
	if err := store.WriteFile(link, []byte("new"), 0o640); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(file)
	if err != nil || string(got) != "new" {
		t.Errorf("the file holds %q (%v)", got, err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is gone (%v)", err)
	}
}

func TestWritersAndReadersAtOnceSeeWholeFiles(t *testing.T) {
	t.Parallel()
	dir, _ := saved(t, 50)
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			rows := make([]*model.Notebook, 0, 50+w)
			for i := range 50 + w {
				rows = append(rows, notebook(account, i))
			}
			for range 5 {
				if err := store.Open(dir).Save(t.Context(), key, []model.Identity{identity(account)}, rows); err != nil {
					t.Error(err)
				}
			}
		})
		wg.Go(func() {
			for range 20 {
				if got := store.Open(dir).Load(key); len(got.Notices) != 0 || len(got.Notebooks) < 50 {
					t.Errorf("%d rows, notices %q", len(got.Notebooks), got.Notices)
				}
			}
		})
	}
	wg.Wait()
}

func TestKeysCannotNameAnotherPlace(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cache := store.Open(filepath.Join(dir, "cache"))
	for _, k := range []string{"../../up", "", "/etc", ".."} {
		if err := cache.Save(t.Context(), k, []model.Identity{identity(account)}, nil); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("written outside of the cache: %v (%v)", entries, err)
	}
}

func TestChangesOfAFileAtOnceAreAllThere(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "folder", "counts")
	const programs, times = 8, 5
	var wg sync.WaitGroup
	for range programs {
		wg.Go(func() {
			for range times {
				if err := store.ChangeFile(path, 1<<10, func(old []byte) ([]byte, error) { return append(old, 'x'), nil }); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	raw, err := os.ReadFile(path)
	if err != nil || len(raw) != programs*times {
		t.Errorf("%d of %d changes are there (%v)", len(raw), programs*times, err)
	}
	refused := errors.New("left alone")
	if err := store.ChangeFile(path, 1<<10, func([]byte) ([]byte, error) { return nil, refused }); !errors.Is(err, refused) {
		t.Errorf("a change that fails: %v", err)
	}
	if err := store.ChangeFile(path, 10, func([]byte) ([]byte, error) { return []byte("new"), nil }); err != nil {
		t.Error(err)
	}
	if raw, err = os.ReadFile(path); err != nil || string(raw) != "new" {
		t.Errorf("a file that is too large to be read became %q (%v)", raw, err)
	}
}
