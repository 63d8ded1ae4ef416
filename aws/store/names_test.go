package store_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"nbscope/aws/store"
	"nbscope/model"
)

func TestNamesAreThoseOfTheLastSaves(t *testing.T) {
	t.Parallel()
	const other = "999988887777"
	dir, _ := saved(t, 2)
	cache := store.Open(dir)
	hostile := notebook(other, 7)
	hostile.Name = "a\tb\nc"
	save := func(ids []model.Identity, rows ...*model.Notebook) {
		t.Helper()
		if err := cache.Save(t.Context(), key, ids, rows); err != nil {
			t.Fatal(err)
		}
	}
	save([]model.Identity{identity(other)}, notebook(other, 5), hostile)
	save([]model.Identity{identity(account)}, notebook(account, 1), notebook("123412341234", 3)) // NB-00000 is gone
	want := []store.Named{
		{Account: account, Alias: "prod-ml"}, {Account: other, Alias: "prod-ml"},
		{"NB-00001", "eu-west-1", account, "prod-ml"}, {"NB-00005", "eu-west-1", other, "prod-ml"},
	}
	if got := slices.Collect(cache.Names(key)); !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	for n := range cache.Names(key) {
		if n.Name != "" {
			break // leaving early is no mistake
		}
	}
	if got := slices.Collect(cache.Names("another")); got != nil {
		t.Errorf("another sign-in sees %q", got)
	}
}

func TestAnIndexThatCannotBeReadHasNoNames(t *testing.T) {
	t.Parallel()
	dir, _ := saved(t, 1)
	for _, text := range []string{"", "nbscope names 2\na\tb\tc\td", "nbscope names 1\ncut off", "nbscope names 1\n"} {
		if err := os.WriteFile(filepath.Join(dir, key, "names"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := slices.Collect(store.Open(dir).Names(key)); got != nil {
			t.Errorf("%q has the names %q", text, got)
		}
	}
}

// BenchmarkNames is what a shell waits for at the most, besides the program's start.
func BenchmarkNames(b *testing.B) {
	for _, n := range []int{1000, 100000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			dir, _ := saved(b, n)
			for b.Loop() {
				seen := 0
				for range store.Open(dir).Names(key) {
					seen++
				}
				if seen != n+1 {
					b.Fatal(seen)
				}
			}
		})
	}
}
