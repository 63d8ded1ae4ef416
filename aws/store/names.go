package store

import (
	"fmt"
	"iter"
	"path/filepath"
	"slices"
	"strings"

	"nbscope/model"
)

// Beside the files of the accounts lies an index of what can be called by name, so
// that a shell completes names while somebody waits: one line a notebook, and one an
// account, in an order that a diff would like. It is made anew by each save, and one
// of another version is as good as none.
const (
	namesFile  = "names"
	namesHead  = "nbscope names 1\n"
	namesBytes = 64 << 20
)

// Named is a notebook, or an account where it has no Name.
type Named struct{ Name, Region, Account, Alias string }

// Names are the notebooks and the accounts that a sign-in saw last, in the order of
// their names. What cannot be read is none.
func (c *Cache) Names(key string) iter.Seq[Named] {
	raw, err := ReadFile(filepath.Join(c.dir, folder(key), namesFile), namesBytes)
	text, ok := strings.CutPrefix(string(raw), namesHead)
	return func(yield func(Named) bool) {
		if err != nil || !ok {
			return
		}
		for line := range strings.SplitSeq(text, "\n") {
			var n Named
			rest := line
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
	for n := range c.Names(key) {
		if !now[n.Account] {
			all = append(all, n)
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
	path := filepath.Join(c.dir, folder(key), namesFile)
	if err := WriteFile(path, []byte(namesHead+strings.Join(lines, "\n")), 0o600); err != nil {
		return fmt.Errorf("keep the names for completion: %w", err)
	}
	return nil
}
