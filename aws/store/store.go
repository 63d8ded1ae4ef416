// Package store keeps nbscope's own files: the cache of the last inventory, and
// files written whole or not at all.
package store

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
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
	"time"

	"github.com/gofrs/flock"

	"nbscope/model"
)

const (
	suffix   = ".json.gz"
	maxBytes = 256 << 20 // of an unpacked file: more is no cache of ours
	maxBad   = 9         // files set aside that are kept of one account

	// How long another program may hold the cache until it is left alone, and how
	// often it is asked for.
	lockPatience = 2 * time.Second
	lockPause    = 20 * time.Millisecond
)

// accountPattern keeps names of accounts from naming other places.
var accountPattern = regexp.MustCompile(`^\d{12}$`)

// Cache is the last inventory of every account, one file an account in a folder
// for each sign-in. It is safe for several programs at once.
type Cache struct {
	dir string
	who SignIn // that saves
}

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
		id, rows, err := readFile(path, key, account)
		if err != nil {
			out.Notices = append(out.Notices, setAside(path, err))
			continue
		}
		out.Identities = append(out.Identities, id)
		out.Notebooks = append(out.Notebooks, rows...)
	}
	return out
}

// readFile reads the file of an account and checks that it is what it should be.
func readFile(path, key, account string) (model.Identity, []*model.Notebook, error) {
	file, err := openRegular(path, os.O_RDONLY, 0)
	if err != nil {
		return model.Identity{}, nil, cause(err)
	}
	defer func() { _ = file.Close() }()
	zr, err := gzip.NewReader(file)
	if err != nil {
		return model.Identity{}, nil, errDamaged
	}
	in := bufio.NewReader(io.LimitReader(zr, maxBytes))
	line, err := in.ReadBytes('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return model.Identity{}, nil, errDamaged
	}
	h, err := headerOf(line, key, account)
	if err != nil {
		return model.Identity{}, nil, err
	}
	numbers, text, err := readBody(in, h)
	if err != nil {
		return model.Identity{}, nil, errDamaged
	}
	c := unpack(numbers, text, h.Schema)
	c.unmasked = h.Masks != model.Masks
	rows, ok := c.notebooks(h.Rows, account)
	if !ok {
		return model.Identity{}, nil, errors.New("its rows do not fit together")
	}
	letGo(h.Rules, rows)
	return h.Identity, rows, nil
}

// letGo takes judgements away that were made by other rules than today's.
func letGo(by int, rows []*model.Notebook) {
	if by == rules {
		return
	}
	for _, n := range rows {
		n.Egress, n.Networked, n.NetworkedAt = nil, model.Part{}, time.Time{}
	}
}

// headerOf reads the first line of a file and checks whose it is.
func headerOf(line []byte, key, account string) (header, error) {
	var h header
	err := json.Unmarshal(line, &h)
	switch { // the version comes first: another one may not even have our fields
	case h.Schema != 0 && (h.Schema < oldest || h.Schema > schema):
		return h, otherVersion(h.Schema)
	case err != nil:
		return h, errDamaged
	case h.Schema == 0:
		return h, errors.New("it is no file of this program")
	case h.Key != key:
		return h, errors.New("it belongs to another sign-in")
	case h.Identity.Account != account || !accountPattern.MatchString(account):
		return h, errors.New("it holds another account than its name says")
	}
	return h, nil
}

var errDamaged = errors.New("it is damaged")

// believed is how much memory a header is given before its file has shown as much.
const believed = 8 << 20

// readBody reads what stands behind the header, to the end, where the checksum is.
func readBody(in *bufio.Reader, h header) (numbers []byte, text string, err error) {
	if min(h.Numbers, h.Text) < 0 || max(h.Numbers, h.Text) > maxBytes {
		return nil, "", errors.New("no size")
	}
	var first bytes.Buffer
	first.Grow(min(h.Numbers, believed) + bytes.MinRead)
	if _, err = io.CopyN(&first, in, int64(h.Numbers)); err != nil {
		return nil, "", fmt.Errorf("read numbers: %w", err)
	}
	var words strings.Builder
	words.Grow(min(h.Text, believed))
	if _, err = io.CopyN(&words, in, int64(h.Text)); err != nil {
		return nil, "", fmt.Errorf("read words: %w", err)
	}
	if _, err = in.ReadByte(); !errors.Is(err, io.EOF) {
		return nil, "", fmt.Errorf("more than was written: %w", err)
	}
	return first.Bytes(), words.String(), nil
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
	var aside string
	for n := 1; n <= maxBad; n++ { // the last is replaced
		aside = fmt.Sprintf("%s.bad-%d", path, n)
		if _, err := os.Lstat(aside); err != nil {
			break
		}
	}
	if err := os.Rename(path, aside); err != nil {
		return said + " It could not be moved aside either: " + cause(err).Error() + "."
	}
	return said + " It was moved aside to " + aside + "."
}

// Save replaces what is cached for these accounts and remembers that key reaches
// them. Accounts that are not named keep what they have: their sign-in may only
// have failed this once. Where another program holds the cache for two seconds, or
// ctx ends, it is left as it is, and the error says so.
func (c *Cache) Save(ctx context.Context, key string, identities []model.Identity, notebooks []*model.Notebook) (err error) {
	dir := filepath.Join(c.dir, folder(key))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the cache folder %s: %w; %s, or use --no-cache", dir, cause(err), advice(err))
	}
	unlock, err := lock(ctx, filepath.Join(dir, "lock"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	notebooks = slices.DeleteFunc(slices.Clone(notebooks), func(n *model.Notebook) bool { return n.Indexed }) // nobody has looked at them
	byAccount := map[string][]*model.Notebook{}
	for _, n := range notebooks {
		byAccount[n.Account] = append(byAccount[n.Account], n)
	}
	zw, _ := gzip.NewWriterLevel(io.Discard, gzip.BestSpeed) // one for all: it takes a megabyte
	for _, id := range identities {
		if !accountPattern.MatchString(id.Account) {
			continue
		}
		data, err := pack(zw, key, id, byAccount[id.Account])
		if err != nil {
			return fmt.Errorf("pack the inventory of %s: %w", id.Account, err)
		}
		if err := WriteFile(filepath.Join(dir, id.Account+suffix), data, 0o600); err != nil {
			return err
		}
	}
	return c.saveNames(key, identities, notebooks)
}

// lock holds a cache's lock, so that of two programs one writes after the other.
func lock(ctx context.Context, path string) (unlock func() error, err error) {
	unlock, err = hold(ctx.Done(), path)
	switch {
	case err == nil:
		return unlock, nil
	case ctx.Err() != nil:
		return nil, fmt.Errorf("the cache in %s was left as it is: %w", filepath.Dir(path), context.Cause(ctx))
	case errors.Is(err, errHeld):
		return nil, fmt.Errorf("the cache in %s was left as it is: %w", filepath.Dir(path), err)
	}
	return nil, fmt.Errorf("lock the cache by %s: %w; %s, or use --no-cache", path, cause(err), advice(err))
}

var errHeld = errors.New("another nbscope has held it for too long")

// hold holds a lock, which ends with the process. It waits for whoever has it, who needs
// it for a moment only, until done; nil: as long as that may be.
func hold(done <-chan struct{}, path string) (unlock func() error, err error) {
	file, err := openRegular(path, os.O_CREATE|os.O_RDWR|noFollow, 0o600)
	if err != nil {
		return nil, err
	}
	if err := file.Close(); err != nil {
		return nil, err
	}
	l := flock.New(path, flock.SetFlag(os.O_RDWR|openWithoutWaiting|noFollow))
	for range lockPatience / lockPause {
		switch held, err := l.TryLock(); {
		case err != nil:
			return nil, err
		case held:
			return l.Unlock, nil
		}
		select {
		case <-done:
			return nil, errHeld
		case <-time.After(lockPause):
		}
	}
	return nil, errHeld
}

// pack makes the file of an account.
func pack(zw *gzip.Writer, key string, id model.Identity, notebooks []*model.Notebook) ([]byte, error) {
	t := newCodec()
	for _, n := range slices.SortedFunc(slices.Values(notebooks), func(a, b *model.Notebook) int { return cmp.Compare(a.ARN, b.ARN) }) {
		t.notebook(n)
	}
	t.index = nil // the words are all there, and the file is made of them without a copy
	lengths, long := t.pack()
	line, err := json.Marshal(header{schema, rules, key, id, len(notebooks), len(lengths) + len(t.numbers), long, model.Masks})
	if err != nil {
		return nil, fmt.Errorf("write JSON: %w", err)
	}
	var out bytes.Buffer
	zw.Reset(&out)
	text := bufio.NewWriterSize(zw, 64<<10) // it keeps its first error
	for _, part := range [][]byte{line, []byte("\n"), lengths, t.numbers} {
		_, _ = text.Write(part)
	}
	for _, w := range t.words {
		_, _ = text.WriteString(w)
	}
	if err := errors.Join(text.Flush(), zw.Close()); err != nil {
		return nil, fmt.Errorf("write gzip: %w", err)
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
