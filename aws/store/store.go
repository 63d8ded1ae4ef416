// Package store keeps nbscope's own files: the cache of the last inventory, and
// files written whole or not at all.
package store

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/gofrs/flock"

	"nbscope/model"
)

const (
	suffix   = ".json.gz"
	maxBytes = 1 << 30 // of an unpacked file: more is no cache of ours
	maxBad   = 9       // files set aside that are kept of one account
)

// accountPattern keeps names of accounts from naming other places.
var accountPattern = regexp.MustCompile(`^\d{12}$`)

// Cache is the last inventory of every account, one file an account in a folder
// for each sign-in. It is safe for several programs at once.
type Cache struct{ dir string }

// Open uses a directory, which need not exist yet.
func Open(dir string) *Cache { return &Cache{dir: dir} }

// Contents is what the cache holds for a sign-in.
type Contents struct {
	Identities []model.Identity
	Notebooks  []*model.Notebook
	Notices    []string // files set aside, each a sentence
}

// Load returns the last inventory of the accounts that the same sign-in reached
// last time; key names the sign-in. It never fails: what cannot be read is set
// aside and told in Notices.
func (c *Cache) Load(key string) Contents {
	var out Contents
	dir := filepath.Join(c.dir, folder(key))
	entries, err := os.ReadDir(dir)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			out.Notices = append(out.Notices, fmt.Sprintf("The cache in %s cannot be read: %v.", dir, cause(err)))
		}
		return out
	}
	for _, e := range entries {
		account, ok := strings.CutSuffix(e.Name(), suffix)
		if !ok {
			continue
		}
		path := filepath.Join(dir, e.Name())
		f, rows, err := readFile(path, key, account)
		if err != nil {
			out.Notices = append(out.Notices, setAside(path, err))
			continue
		}
		out.Identities = append(out.Identities, f.Identity)
		out.Notebooks = append(out.Notebooks, rows...)
	}
	return out
}

// readFile reads the file of an account and checks that it is what it should be.
func readFile(path, key, account string) (*file, []*model.Notebook, error) {
	raw, err := os.ReadFile(filepath.Clean(path))
	if err != nil {
		return nil, nil, cause(err)
	}
	zr, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, nil, errors.New("it is damaged")
	}
	text, err := io.ReadAll(io.LimitReader(zr, maxBytes))
	if err != nil {
		return nil, nil, errors.New("it is damaged")
	}
	// The version comes first: a file of another one may not even have our fields.
	var head struct {
		Schema int `json:"schema"`
	}
	var f file
	if err := json.Unmarshal(text, &f); err != nil {
		if json.Unmarshal(text, &head) == nil && head.Schema != schema && head.Schema != 0 {
			return nil, nil, otherVersion(head.Schema)
		}
		return nil, nil, errors.New("it is damaged")
	}
	switch {
	case f.Schema == 0:
		return nil, nil, errors.New("it is no file of this program")
	case f.Schema != schema:
		return nil, nil, otherVersion(f.Schema)
	case f.Key != key:
		return nil, nil, errors.New("it belongs to another sign-in")
	case f.Identity.Account != account || !accountPattern.MatchString(account):
		return nil, nil, errors.New("it holds another account than its name says")
	}
	rows, ok := f.notebooks()
	if !ok {
		return nil, nil, errors.New("its rows do not fit together")
	}
	return &f, rows, nil
}

func otherVersion(have int) error {
	if have > schema {
		return fmt.Errorf("a newer version of this program wrote it (format %d, this one reads %d)", have, schema)
	}
	return fmt.Errorf("an older version of this program wrote it (format %d, this one reads %d)", have, schema)
}

// setAside renames a file that cannot be used, so that it can be looked at and
// is not in the way, and says so.
func setAside(path string, why error) string {
	said := fmt.Sprintf("The cached inventory %s cannot be used: %v.", filepath.Base(path), why)
	for n := 1; n <= maxBad; n++ {
		aside := fmt.Sprintf("%s.bad-%d", path, n)
		if _, err := os.Lstat(aside); err == nil && n < maxBad {
			continue
		}
		if err := os.Rename(path, aside); err != nil {
			return said + " It could not be moved aside either: " + cause(err).Error() + "."
		}
		return said + " It was moved aside to " + aside + "."
	}
	return said
}

// Save replaces what is cached for these accounts and remembers that key reaches
// them. Accounts that are not named keep what they have: their sign-in may only
// have failed this once.
func (c *Cache) Save(key string, identities []model.Identity, notebooks []*model.Notebook) (err error) {
	dir := filepath.Join(c.dir, folder(key))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the cache folder %s: %w; %s, or use --no-cache", dir, cause(err), advice(err))
	}
	lock := flock.New(filepath.Join(dir, "lock"), flock.SetPermissions(0o600))
	if err := lock.Lock(); err != nil {
		return fmt.Errorf("lock the cache in %s: %w; %s, or use --no-cache", dir, cause(err), advice(err))
	}
	defer func() { err = errors.Join(err, lock.Unlock()) }()
	byAccount := map[string][]*model.Notebook{}
	for _, n := range notebooks {
		byAccount[n.Account] = append(byAccount[n.Account], n)
	}
	for _, id := range identities {
		if !accountPattern.MatchString(id.Account) {
			continue
		}
		f, err := newFile(key, id, byAccount[id.Account])
		if err != nil {
			return fmt.Errorf("pack the inventory of %s: %w", id.Account, err)
		}
		data, err := pack(f)
		if err != nil {
			return fmt.Errorf("pack the inventory of %s: %w", id.Account, err)
		}
		if err := WriteFile(filepath.Join(dir, id.Account+suffix), data, 0o600); err != nil {
			return err
		}
	}
	return nil
}

func pack(f *file) ([]byte, error) {
	text, err := json.Marshal(f)
	if err != nil {
		return nil, fmt.Errorf("write JSON: %w", err)
	}
	var out bytes.Buffer
	zw, err := gzip.NewWriterLevel(&out, gzip.BestSpeed)
	if err != nil {
		return nil, fmt.Errorf("begin gzip: %w", err)
	}
	if _, err := zw.Write(text); err != nil {
		return nil, fmt.Errorf("write gzip: %w", err)
	}
	if err := zw.Close(); err != nil {
		return nil, fmt.Errorf("end gzip: %w", err)
	}
	return out.Bytes(), nil
}

// folder is a key as the name of a folder; keys are made of hexadecimal digits,
// and whatever else comes is kept from naming another place.
func folder(key string) string {
	safe := []rune(strings.ToLower(key))
	safe = slices.DeleteFunc(safe, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	if len(safe) == 0 {
		return "default"
	}
	return string(safe[:min(len(safe), 64)])
}
