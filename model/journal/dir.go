package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
)

const (
	suffix   = ".jsonl"
	fileMode = 0o600
	dirMode  = 0o700
	maxBytes = 64 << 20 // of a journal: a larger file is none
)

// idPattern keeps the id of a run from naming another place.
var idPattern = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9-]{0,63}$`)

// Dir is the folder with the journals of all runs. It is safe for concurrent use,
// and for several programs at once: a run is held by one of them.
type Dir struct {
	path string
	next recreate.Performer
	now  func() time.Time

	begins sync.Mutex // one run is begun at a time

	mu   sync.Mutex
	mine map[string]bool // ids of the runs that this program holds
}

// Open uses a folder, which need not exist yet. Effects are carried out by next.
func Open(path string, next recreate.Performer, now func() time.Time) *Dir {
	return &Dir{path: path, next: next, now: now, mine: map[string]bool{}}
}

// Path is the folder.
func (d *Dir) Path() string { return d.path }

// IDs are the runs that there are, in the order of their names; none is read. The
// error is about the folder.
func (d *Dir) IDs() ([]string, error) {
	entries, err := os.ReadDir(d.path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read the runs in %s: %w", d.path, err)
	}
	var out []string
	for _, e := range entries {
		if id, ok := strings.CutSuffix(e.Name(), suffix); ok && idPattern.MatchString(id) {
			out = append(out, id)
		}
	}
	return out, nil
}

// List reads every run, the one that changed last first, without holding any. A
// journal that is damaged is in it as far as it can be read. The error is about
// the folder.
func (d *Dir) List() ([]recreate.Kept, error) {
	ids, err := d.IDs()
	if err != nil {
		return nil, err
	}
	var out []recreate.Kept
	for _, id := range ids {
		kept, err := d.Read(id)
		if errors.Is(err, fs.ErrNotExist) {
			continue // removed since the folder was read
		}
		out = append(out, kept)
	}
	model.SortStable(out, func(a, b recreate.Kept) int { return b.Run.Changed.Compare(a.Run.Changed) })
	return out, nil
}

// Read reads one run without holding it. The error says that there is none, or
// that its file cannot be read; the run then has nothing but its id.
func (d *Dir) Read(id string) (recreate.Kept, error) {
	path, err := d.file(id)
	if err != nil {
		return recreate.Kept{}, err
	}
	kept := recreate.Kept{Path: path}
	kept.Run.Plan.RunID = id
	raw, err := read(path, maxBytes)
	if err != nil {
		kept.Damaged = err.Error()
		return kept, err
	}
	got := replay(raw)
	switch {
	case got.newer != "":
		kept.Newer = got.newer
	case got.damaged != "":
		kept.Damaged = got.damaged
	case !got.begun:
		kept.Damaged = "it ends before its first record does"
	case got.run.ID() != id:
		kept.Damaged = misnamed(got.run.ID())
	}
	if got.run.ID() != "" {
		kept.Run = got.run
		kept.Run.Plan.RunID = id // a copy under another name does not stand for its run
	}
	kept.Last, kept.Doing = got.last, doing(path, &kept.Run)
	d.mu.Lock()
	kept.Mine = d.mine[id]
	d.mu.Unlock()
	if !kept.Mine {
		kept.HeldBy = holderOf(path)
	}
	return kept, nil
}

// Stamps is for each run a word that is another one once its journal, or how far it is
// told to be, has changed, and, for those that held says so of, once another program has
// taken it up or let it go. No journal is read. The error is about the folder.
func (d *Dir) Stamps(held func(id string) bool) (map[string]string, error) {
	ids, err := d.IDs()
	if err != nil {
		return nil, err
	}
	out := make(map[string]string, len(ids))
	for _, id := range ids {
		d.mu.Lock()
		mine := d.mine[id]
		d.mu.Unlock()
		if mine {
			out[id] = "mine"
			continue
		}
		path := filepath.Join(d.path, id+suffix)
		holder := ""
		if held(id) {
			holder = holderOf(path)
		}
		out[id] = stampOf(path) + " " + stampOf(strings.TrimSuffix(path, suffix)+doingSuffix) + " " + holder
	}
	return out, nil
}

// stampOf is a file's size and time, "" where there is none.
func stampOf(path string) string {
	info, err := os.Lstat(path)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%d@%d", info.Size(), info.ModTime().UnixNano())
}

// misnamed says what is wrong with a journal of another run than its name says.
func misnamed(of string) string {
	return fmt.Sprintf("it is the journal of run %s; where there is no %s%s beside it, give it that name, else it is a copy", of, of, suffix)
}

// file is the path of a run's journal.
func (d *Dir) file(id string) (string, error) {
	if !idPattern.MatchString(id) {
		return "", fmt.Errorf("%q is not the id of a run", id)
	}
	return filepath.Join(d.path, id+suffix), nil
}

// hold marks a run as held by this program.
func (d *Dir) hold(id string, held bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if held {
		d.mine[id] = true
		return
	}
	delete(d.mine, id)
}
