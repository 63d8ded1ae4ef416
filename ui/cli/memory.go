package cli

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"nbscope/ui"
	"nbscope/ui/text"
)

// How the explorer was left is kept in a file of its own beside the runs, for each set
// of accounts, with the filters that were saved. Nothing but the looks of the list depends
// on it.

const (
	memorySchema = 1
	mostMemory   = 1 << 20 // bytes
	mostViews    = 50      // the ones used last
)

// memory is the file.
type memory struct {
	Schema int               `json:"schema"`
	Views  map[string]view   `json:"views"`           // by the accounts
	Saved  map[string]string `json:"saved,omitempty"` // filters by their names
}

// view is how the list of one set of accounts was left.
type view struct {
	ui.Look
	Used time.Time `json:"used"`
}

// memoryFile is where how the explorer was left is kept.
type memoryFile struct {
	env  *Env
	path string
	mu   sync.Mutex // between reading the file and writing it
}

// memoryOf is nil where nothing is to be remembered: the user does not want it, or it is
// the demo, which leaves no files.
func memoryOf(env *Env, s *Settings) *memoryFile {
	runs := RunsDir(lookup(env.Environ))
	if s.NoMemory || s.Demo || runs == "" || env.KeepFile == nil {
		return nil
	}
	return &memoryFile{env: env, path: filepath.Join(filepath.Dir(runs), "views.json")}
}

func keyOf(accounts []string) string { return strings.Join(accounts, " ") }

// read reads the file; ok is false for one that a newer version wrote. What cannot be
// read is forgotten.
func (f *memoryFile) read() (m memory, ok bool) {
	var head struct{ Schema int }
	raw, err := f.env.ReadFile(f.path, mostMemory)
	if err == nil && json.Unmarshal(raw, &head) == nil && head.Schema > memorySchema {
		return m, false
	}
	if err != nil || json.Unmarshal(raw, &m) != nil {
		m = memory{}
	}
	if m.Views == nil {
		m.Views = map[string]view{}
	}
	if m.Saved == nil {
		m.Saved = map[string]string{}
	}
	return m, true
}

func (f *memoryFile) recall(accounts []string) ui.Look {
	if m, ok := f.read(); ok {
		return m.Views[keyOf(accounts)].Look
	}
	return ui.Look{}
}

// saved are the filters that were saved by a name.
func (f *memoryFile) saved() map[string]string {
	m, _ := f.read()
	return m.Saved
}

// keepFilter saves a filter by a name; an empty one is forgotten. What another explorer
// has saved in the meantime stays.
func (f *memoryFile) keepFilter(name, filter string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	m, ok := f.read()
	if !ok {
		return errors.New(f.path + " is of a newer version")
	}
	m.Schema = memorySchema
	if m.Saved[name] = filter; filter == "" {
		delete(m.Saved, name)
	}
	raw, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("make the list of filters: %w", err)
	}
	return f.env.KeepFile(f.path, raw)
}

func (f *memoryFile) remember(accounts []string, l ui.Look) {
	f.mu.Lock()
	defer f.mu.Unlock()
	m, ok := f.read()
	if !ok {
		return // a newer version's: it is left alone
	}
	m.Schema = memorySchema
	m.Views[keyOf(accounts)] = view{l, f.env.Now().UTC()}
	if len(m.Views) > mostViews {
		keys := make([]string, 0, len(m.Views))
		for k := range m.Views {
			keys = append(keys, k)
		}
		slices.SortFunc(keys, func(a, b string) int { return cmp.Or(m.Views[b].Used.Compare(m.Views[a].Used), strings.Compare(a, b)) })
		for _, k := range keys[mostViews:] {
			delete(m.Views, k)
		}
	}
	raw, err := json.Marshal(m)
	if err == nil {
		err = f.env.KeepFile(f.path, raw)
	}
	if err != nil {
		fmt.Fprintf(f.env.Stderr, "nbscope: how the list was left could not be kept: %s; or use --no-memory\n", text.Clean(err.Error()))
	}
}
