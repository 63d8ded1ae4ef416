package store

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"nbscope/model"
)

// Beside the files of the accounts lies an index of what can be called by name, so
// that a shell completes names while somebody waits: whose it is, one line a notebook,
// and one an account, in an order that a diff would like. It is made anew by each save,
// and one of another version is as good as none.
const (
	namesFile  = "names"
	namesHead  = "nbscope names 2\n"
	namesBytes = 64 << 20

	// moreBytes bounds what is read of more than one index: somebody waits.
	moreBytes = 4 << 20
)

// Named is a notebook, or an account where it has no Name.
type Named struct{ Name, Region, Account, Alias string }

// SignIn says who has looked, and where.
type SignIn struct {
	Place    string   // a digest of what has to be the same: roles, endpoints, files, keys
	All      bool     // every profile that there is
	Profiles []string // by name, sorted
	Regions  []string // none for all
}

// covers reports whether one of two sign-ins is a part of the other, so that what one has
// seen is of use to the other one.
func (s SignIn) covers(other SignIn) bool {
	within := func(a, b SignIn) bool {
		return b.All || !a.All && !slices.ContainsFunc(a.Profiles, func(p string) bool { return !slices.Contains(b.Profiles, p) })
	}
	return s.Place == other.Place && (within(s, other) || within(other, s))
}

// As is the cache as this sign-in writes it.
func (c *Cache) As(who SignIn) *Cache { return &Cache{dir: c.dir, who: who} }

// index is what was seen by a sign-in, a line each.
type index struct {
	who   SignIn
	lines string
}

// Names are the accounts, and behind them the notebooks, that were seen last by sign-ins
// which cover one, or are covered by it, each once. An account that was seen in all regions
// is as it was seen then, however much more was seen before. What cannot be read is none.
func (c *Cache) Names(who SignIn) iter.Seq[Named] {
	return func(yield func(Named) bool) {
		all := c.indexes(who)
		accounts, newest := accountsOf(all)
		for _, n := range accounts {
			if !yield(n) {
				return
			}
		}
		seen := map[Named]bool{}
		for i, x := range all {
			for n := range x.named() {
				key := Named{Name: n.Name, Region: n.Region, Account: n.Account}
				if from, ok := newest[n.Account]; n.Name == "" || ok && from < i || seen[key] {
					continue
				}
				if !yield(n) {
					return
				}
				if len(all) > 1 {
					seen[key] = true
				}
			}
		}
	}
}

// accountsOf are the accounts of indexes, each once, and by its id the newest index that
// has all of it.
func accountsOf(all []index) (accounts []Named, newest map[string]int) {
	newest = map[string]int{}
	for i, x := range all {
		for n := range x.named() {
			if n.Name != "" {
				break // accounts come first
			}
			if _, ok := newest[n.Account]; !ok && len(x.who.Regions) == 0 {
				newest[n.Account] = i
			}
			if !slices.ContainsFunc(accounts, func(a Named) bool { return a.Account == n.Account }) {
				accounts = append(accounts, n)
			}
		}
	}
	return accounts, newest
}

// indexes reads those that are of use to a sign-in, the newest first.
func (c *Cache) indexes(who SignIn) []index {
	folders, err := os.ReadDir(c.dir)
	if err != nil {
		return nil
	}
	type file struct {
		path string
		info fs.FileInfo
	}
	var files []file
	for _, f := range folders {
		path := filepath.Join(c.dir, f.Name(), namesFile)
		if info, err := os.Lstat(path); err == nil {
			files = append(files, file{path, info})
		}
	}
	model.SortStable(files, func(a, b file) int { return b.info.ModTime().Compare(a.info.ModTime()) })
	var out []index
	size := int64(0)
	for _, f := range files {
		if len(out) > 0 && size+f.info.Size() > moreBytes {
			continue
		}
		if x, ok := readIndex(f.path, func(s SignIn) bool { return s.covers(who) }); ok {
			size += f.info.Size()
			out = append(out, x)
		}
	}
	return out
}

// readIndex reads an index of a sign-in that is wanted; ok is false for any other, of which
// no more than that is read, and for one that cannot be read.
func readIndex(path string, wanted func(SignIn) bool) (x index, ok bool) {
	file, err := openRegular(path, os.O_RDONLY, 0)
	if err != nil {
		return x, false
	}
	defer func() { _ = file.Close() }()
	in := bufio.NewReader(io.LimitReader(file, namesBytes))
	if version, err := in.ReadString('\n'); err != nil || version != namesHead {
		return x, false
	}
	head, err := in.ReadBytes('\n')
	if err != nil || json.Unmarshal(head, &x.who) != nil || !wanted(x.who) {
		return x, false
	}
	lines, err := io.ReadAll(in)
	x.lines = string(lines)
	return x, err == nil
}

func (x index) named() iter.Seq[Named] {
	return func(yield func(Named) bool) {
		for line := range strings.SplitSeq(x.lines, "\n") {
			var n Named
			rest, ok := line, false
			for _, part := range []*string{&n.Name, &n.Region, &n.Account} {
				*part, rest, ok = strings.Cut(rest, "\t")
			}
			if n.Alias = rest; ok && !yield(n) {
				return
			}
		}
	}
}

// saveNames writes the index: what is saved now, and the accounts that are not.
func (c *Cache) saveNames(key string, identities []model.Identity, notebooks []*model.Notebook) error {
	alias, now := map[string]string{}, map[string]bool{}
	var all []Named
	for _, id := range identities {
		alias[id.Account], now[id.Account] = id.Alias, true
		all = append(all, Named{Account: id.Account, Alias: id.Alias})
	}
	for _, n := range notebooks {
		if now[n.Account] {
			all = append(all, Named{n.Name, n.Region, n.Account, alias[n.Account]})
		}
	}
	path := filepath.Join(c.dir, folder(key), namesFile)
	if was, ok := readIndex(path, func(SignIn) bool { return true }); ok {
		for n := range was.named() {
			if !now[n.Account] {
				all = append(all, n)
			}
		}
	}
	lines := make([]string, 0, len(all))
	for _, n := range all {
		line := strings.Join([]string{n.Name, n.Region, n.Account, n.Alias}, "\t")
		if strings.Count(line, "\t") == 3 && !strings.Contains(line, "\n") { // AWS gives no such names
			lines = append(lines, line)
		}
	}
	slices.Sort(lines)
	who, err := json.Marshal(c.who)
	if err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	if err := WriteFile(path, []byte(namesHead+string(who)+"\n"+strings.Join(lines, "\n")), 0o600); err != nil {
		return fmt.Errorf("keep the names for completion: %w", err)
	}
	return nil
}
