package store_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"nbscope/aws/store"
	"nbscope/model"
)

func TestNamesAreThoseOfTheLastSaves(t *testing.T) {
	t.Parallel()
	const other = "999988887777"
	dir, _ := saved(t, 2)
	who := store.SignIn{Place: "here", Profiles: []string{"prod"}}
	cache := store.Open(dir).As(who)
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
	if got := slices.Collect(cache.Names(who)); !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	for n := range cache.Names(who) {
		if n.Name != "" {
			break // leaving early is no mistake
		}
	}
	if got := slices.Collect(cache.Names(store.SignIn{Place: "there", Profiles: who.Profiles})); got != nil {
		t.Errorf("another sign-in sees %q", got)
	}
}

func TestAnIndexThatCannotBeReadHasNoNames(t *testing.T) {
	t.Parallel()
	dir, _ := saved(t, 1)
	for _, text := range []string{"", "nbscope names 1\n{}\na\tb\tc\td", "nbscope names 2\n{}\ncut off", "nbscope names 2\n{}\n", "nbscope names 2\n", "nbscope names 2\nno JSON\na\tb\tc\td"} {
		if err := os.WriteFile(filepath.Join(dir, key, "names"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := slices.Collect(store.Open(dir).Names(store.SignIn{})); got != nil {
			t.Errorf("%q has the names %q", text, got)
		}
	}
}

// TestNamesAreThoseOfEverySignInThatCoversTheOneThatIsTyped saves what sign-ins see and
// asks for the names of others.
func TestNamesAreThoseOfEverySignInThatCoversTheOneThatIsTyped(t *testing.T) {
	t.Parallel()
	prod, dev := []string{"prod"}, []string{"dev"}
	both := []string{"dev", "prod"}
	cases := map[string]struct {
		saved, typed store.SignIn
		want         bool
	}{
		"the same":                     {store.SignIn{Profiles: prod}, store.SignIn{Profiles: prod}, true},
		"of one region":                {store.SignIn{Profiles: prod, Regions: []string{"us-east-1"}}, store.SignIn{Profiles: prod}, true},
		"of several":                   {store.SignIn{Profiles: both}, store.SignIn{Profiles: dev}, true},
		"one of several":               {store.SignIn{Profiles: dev}, store.SignIn{Profiles: both}, true},
		"of all":                       {store.SignIn{All: true}, store.SignIn{Profiles: dev}, true},
		"one of all":                   {store.SignIn{Profiles: dev}, store.SignIn{All: true}, true},
		"another profile":              {store.SignIn{Profiles: prod}, store.SignIn{Profiles: dev}, false},
		"one that has another besides": {store.SignIn{Profiles: both}, store.SignIn{Profiles: []string{"dev", "test"}}, false},
		"another place":                {store.SignIn{Place: "x", Profiles: prod}, store.SignIn{Profiles: prod}, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := store.Open(dir).As(c.saved).Save(t.Context(), key, []model.Identity{identity(account)}, []*model.Notebook{notebook(account, 1)}); err != nil {
				t.Fatal(err)
			}
			if got := slices.Collect(store.Open(dir).Names(c.typed)); (len(got) == 2) != c.want {
				t.Errorf("got %q", got)
			}
		})
	}
}

// TestTheNewestNamesCount saves an account in a region, then in all, then in another region,
// each as by flags of its own.
func TestTheNewestNamesCount(t *testing.T) {
	t.Parallel()
	const other = "999988887777"
	dir := t.TempDir()
	at := time.Now().Add(-time.Hour)
	save := func(folder string, regions []string, ids []string, rows ...*model.Notebook) {
		t.Helper()
		var all []model.Identity
		for _, id := range ids {
			all = append(all, identity(id))
		}
		if err := store.Open(dir).As(store.SignIn{Regions: regions}).Save(t.Context(), folder, all, rows); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(filepath.Join(dir, folder, "names"), at, at); err != nil {
			t.Fatal(err)
		}
		at = at.Add(time.Minute)
	}
	save("a1", []string{"eu-west-1"}, []string{account, other}, notebook(account, 1), notebook(other, 2))
	save("a2", nil, []string{account}, notebook(account, 3), notebook(account, 4))
	save("a3", []string{"us-*"}, []string{account}, notebook(account, 4), notebook(account, 5))
	var got []string
	for n := range store.Open(dir).Names(store.SignIn{}) {
		got = append(got, n.Account+n.Name)
	}
	want := []string{account, other, account + "NB-00004", account + "NB-00005", account + "NB-00003", other + "NB-00002"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

// BenchmarkNames is what a shell waits for at the most, besides the program's start.
func BenchmarkNames(b *testing.B) {
	for _, n := range []int{1000, 100000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			dir, _ := saved(b, n)
			for b.Loop() {
				seen := 0
				for range store.Open(dir).Names(store.SignIn{}) {
					seen++
				}
				if seen != n+1 {
					b.Fatal(seen)
				}
			}
		})
	}
}

// TestOldIndicesAreNotReadWhenTheNewerHaveMuch has indices that are large by lines which name
// nothing: four MiB of them are read, and the newest whatever its size.
func TestOldIndicesAreNotReadWhenTheNewerHaveMuch(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		sizes []int // the newest first
		want  []string
	}{
		"all fit":                     {[]int{3 << 20, 1<<20 - 8<<10, 0}, []string{"NB-00000", "NB-00001", "NB-00002"}},
		"the oldest does not":         {[]int{3 << 20, 1<<20 - 8<<10, 16 << 10}, []string{"NB-00000", "NB-00001"}},
		"one does not, the next does": {[]int{3 << 20, 2 << 20, 0}, []string{"NB-00000", "NB-00002"}},
		"the newest is read anyway":   {[]int{5 << 20, 0}, []string{"NB-00000"}},
	} {
		dir := t.TempDir()
		for i, size := range c.sizes {
			folder, id := fmt.Sprint("a", i), fmt.Sprint(111122220000+i)
			if err := store.Open(dir).As(store.SignIn{}).Save(t.Context(), folder, []model.Identity{identity(id)}, []*model.Notebook{notebook(id, i)}); err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(dir, folder, "names")
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, append(raw, strings.Repeat("-\n", size/2)...), 0o600); err != nil {
				t.Fatal(err)
			}
			at := time.Now().Add(-time.Duration(i) * time.Minute)
			if err := os.Chtimes(file, at, at); err != nil {
				t.Fatal(err)
			}
		}
		var got []string
		for n := range store.Open(dir).Names(store.SignIn{}) {
			if n.Name != "" {
				got = append(got, n.Name)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}
