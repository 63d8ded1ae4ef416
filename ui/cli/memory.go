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

// memoryFile is where how the explorer was left is kept. Other explorers write it too:
// what they have changed stays.
type memoryFile struct {
	env    *Env
	path   string
	mu     sync.Mutex
	failed error // why the newest could not be kept
}

// memoryOf is nil where nothing is to be remembered: the user does not want it, or it is
// the demo, which leaves no files.
func memoryOf(env *Env, s *Settings) *memoryFile {
	runs := RunsDir(lookup(env.Environ))
	if s.NoMemory || s.Demo || runs == "" || env.ChangeFile == nil {
		return nil
	}
	return &memoryFile{env: env, path: filepath.Join(filepath.Dir(runs), "views.json")}
}

func keyOf(accounts []string) string { return strings.Join(accounts, " ") }

var errNewer = errors.New("it is of a newer version")

// parseMemory reads the file. What cannot be read is forgotten.
func parseMemory(raw []byte) (m memory, err error) {
	var head struct{ Schema int }
	if json.Unmarshal(raw, &head) == nil && head.Schema > memorySchema {
		return m, errNewer
	}
	if json.Unmarshal(raw, &m) != nil {
		m = memory{}
	}
	m.Schema = memorySchema
	if m.Views == nil {
		m.Views = map[string]view{}
	}
	if m.Saved == nil {
		m.Saved = map[string]string{}
	}
	return m, nil
}

// read is the file as it is now, empty for one that a newer version wrote.
func (f *memoryFile) read() memory {
	raw, err := f.env.ReadFile(f.path, mostMemory)
	if err != nil {
		raw = nil
	}
	m, err := parseMemory(raw)
	if err != nil {
		return memory{}
	}
	return m
}

// change changes the file. A newer version's is left alone.
func (f *memoryFile) change(do func(*memory)) error {
	return f.env.ChangeFile(f.path, mostMemory, func(old []byte) ([]byte, error) {
		m, err := parseMemory(old)
		if err != nil {
			return nil, fmt.Errorf("%s is left alone: %w", f.path, err)
		}
		do(&m)
		return json.Marshal(m)
	})
}

func (f *memoryFile) recall(accounts []string) ui.Look { return f.read().Views[keyOf(accounts)].Look }

// saved are the filters that were saved by a name.
func (f *memoryFile) saved() map[string]string {
	if all := f.read().Saved; all != nil {
		return all
	}
	return map[string]string{}
}

// keepFilter saves a filter by a name; an empty one is forgotten.
func (f *memoryFile) keepFilter(name, filter string) error {
	return f.change(func(m *memory) {
		if m.Saved[name] = filter; filter == "" {
			delete(m.Saved, name)
		}
	})
}

// remember keeps what has changed of a look, and reports whether it could be kept.
func (f *memoryFile) remember(accounts []string, was, now ui.Look) bool {
	err := f.change(func(m *memory) {
		m.Views[keyOf(accounts)] = view{m.Views[keyOf(accounts)].Change(was, now), f.env.Now().UTC()}
		if len(m.Views) <= mostViews {
			return
		}
		keys := make([]string, 0, len(m.Views))
		for k := range m.Views {
			keys = append(keys, k)
		}
		slices.SortFunc(keys, func(a, b string) int { return cmp.Or(m.Views[b].Used.Compare(m.Views[a].Used), strings.Compare(a, b)) })
		for _, k := range keys[mostViews:] {
			delete(m.Views, k)
		}
	})
	if errors.Is(err, errNewer) {
		err = nil // nobody has asked for it
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.failed = err
	return err == nil
}

// tell says that the newest could not be kept.
func (f *memoryFile) tell() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.failed != nil {
		fmt.Fprintf(f.env.Stderr, "nbscope: how the list was left could not be kept: %s; or use --no-memory\n", text.Clean(f.failed.Error()))
	}
}
