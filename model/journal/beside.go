package journal

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"nbscope/model/recreate"
)

// What stands beside a journal, and is no part of it: how far the effect in flight is,
// for other programs to show, and the differences that a comparison has found.

// tellEvery is how often it is written how far an effect is.
const tellEvery = time.Second

const doingSuffix = ".doing"

// teller writes how far an effect is while it is told to others. That it cannot be
// written is no harm: nothing rests on it.
type teller struct {
	path string
	now  func() time.Time
	e    recreate.Effect

	mu   sync.Mutex
	last time.Time
	over bool
}

func (b *Book) teller(run string, e recreate.Effect) *teller {
	path, _ := b.dir.file(run) // the book was opened by it
	return &teller{path: strings.TrimSuffix(path, suffix) + doingSuffix, now: b.dir.now, e: e}
}

func (t *teller) write(p *recreate.Progress) {
	t.mu.Lock()
	defer t.mu.Unlock()
	at := t.now().UTC().Round(0)
	if says := p.Says(); says != "" && !t.over && at.Sub(t.last) >= tellEvery {
		raw, err := json.Marshal(recreate.Doing{Effect: t.e.ID, At: at, Says: says})
		if err == nil && os.WriteFile(t.path+".new", raw, fileMode) == nil && os.Rename(t.path+".new", t.path) == nil {
			t.last = at
		}
	}
}

// end takes away what was written.
func (t *teller) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.over = true
	_ = os.Remove(t.path) // it is of an effect that is over, and not shown any more
}

// doing is how far the effect in flight of a run is; nil where nothing tells.
func doing(path string, r *recreate.Run) *recreate.Doing {
	if r.InFlight == nil {
		return nil
	}
	raw, err := read(strings.TrimSuffix(path, suffix)+doingSuffix, 1<<16)
	if err != nil {
		return nil
	}
	var out recreate.Doing
	if json.Unmarshal(raw, &out) != nil || out.Effect != r.InFlight.ID {
		return nil
	}
	return &out
}

// Differences hands over what the last comparison of a run has found to differ, one after
// the other, until each says that it is enough. Those that the run holds are handed over
// where there is no file with all of them.
func (d *Dir) Differences(ctx context.Context, r *recreate.Run, each func(*recreate.Difference) bool) (err error) {
	v := r.Compared()
	if v == nil {
		return nil
	}
	if v.File == "" {
		for i := range v.Differences {
			if !each(&v.Differences[i]) {
				break
			}
		}
		return nil
	}
	if !filepath.IsLocal(v.File) {
		return fmt.Errorf("%q is no file beside the journal of run %s", v.File, r.ID())
	}
	f, err := openRegular(filepath.Join(d.path, v.File), os.O_RDONLY)
	if err != nil {
		return fmt.Errorf("read the differences of run %s: %w", r.ID(), err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	lines := json.NewDecoder(bufio.NewReaderSize(f, 1<<16))
	for lines.More() {
		if err := context.Cause(ctx); err != nil {
			return fmt.Errorf("read the differences of run %s: %w", r.ID(), err)
		}
		var one recreate.Difference
		if err := lines.Decode(&one); err != nil {
			return fmt.Errorf("read the differences of run %s: %w", r.ID(), err)
		}
		if !each(&one) {
			break
		}
	}
	return nil
}
