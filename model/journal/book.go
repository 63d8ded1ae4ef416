package journal

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"sync"

	"github.com/gofrs/flock"

	"nbscope/model/recreate"
)

// Book is the journal of a run that this program holds. It is safe for concurrent
// use; at most one effect is performed at a time.
type Book struct {
	dir  *Dir
	lock *flock.Flock

	mu         sync.Mutex
	file       *os.File
	run        recreate.Run
	schema     int // of the newest records
	records    int
	size       int64
	broken     error // the file is not as it should be: nothing more is written
	performing bool
}

// ErrPerforming refuses what must not happen while an effect is being performed.
var ErrPerforming = errors.New("an effect of this run is being carried out right now")

// Begin makes the journal of a plan's run and holds it. A source has one run that
// is not over: a *recreate.OpenRunError names it. The folder is locked meanwhile, so
// that no two runs of a source are begun side by side, by other programs neither.
func (d *Dir) Begin(p recreate.Plan) (b *Book, err error) {
	path, err := d.file(p.RunID)
	if err != nil {
		return nil, err
	}
	if err := makeDir(d.path, syncDir); err != nil {
		return nil, err
	}
	d.begins.Lock()
	defer d.begins.Unlock()
	all, err := lockPatiently("new", filepath.Join(d.path, "begin"), d.now())
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, all.Unlock()) }()
	kept, err := d.List()
	if err != nil {
		return nil, err
	}
	for i := range kept {
		if r := &kept[i].Run; r.Outcome == "" && r.Plan.Source.ARN == p.Source.ARN && r.ID() != p.RunID {
			return nil, &recreate.OpenRunError{ID: r.ID(), Source: p.Source.Name}
		}
	}
	return d.begin(p, path)
}

func (d *Dir) begin(p recreate.Plan, path string) (*Book, error) {
	l, err := lock(p.RunID, path, d.now())
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("make the journal of run %s: %w", p.RunID, err), l.Unlock())
	}
	at := d.now().UTC().Round(0)
	b := &Book{dir: d, lock: l, file: f, run: recreate.Begin(p, at)}
	if err := errors.Join(b.write(whole(&b.run, at)), syncDir(d.path)); err != nil {
		return nil, errors.Join(err, b.Close(), os.Remove(path))
	}
	d.hold(p.RunID, true)
	return b, nil
}

// Open holds a run, to go on with it. What a crash left of a last record is cut
// off. A *recreate.HeldError says who else holds it; a damaged journal is not opened.
func (d *Dir) Open(id string) (*Book, error) {
	path, err := d.file(id)
	if err != nil {
		return nil, err
	}
	if _, err := regular(path); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no run %s in %s: %w", id, d.path, err)
	} else if err != nil {
		return nil, fmt.Errorf("open the journal of run %s: %w", id, err)
	}
	l, err := lock(id, path, d.now())
	if err != nil {
		return nil, err
	}
	b, err := d.load(id, path)
	if err != nil {
		return nil, errors.Join(err, l.Unlock())
	}
	b.lock = l
	d.hold(id, true)
	return b, nil
}

func (d *Dir) load(id, path string) (*Book, error) {
	raw, err := read(path, maxBytes)
	if err != nil {
		return nil, err
	}
	got := replay(raw)
	switch {
	case got.newer != "":
		return nil, fmt.Errorf("the journal of run %s was made by a newer nbscope and is left as it is (%s): %s; go on with that version, or a newer one", id, path, got.newer)
	case got.damaged != "":
		return nil, fmt.Errorf("the journal of run %s is damaged and is left as it is (%s): %s", id, path, got.damaged)
	case !got.begun:
		return nil, fmt.Errorf("the journal of run %s ends before its first record does; nothing was done, and %s can be deleted", id, path)
	case got.run.ID() != id:
		return nil, fmt.Errorf("the journal of run %s cannot be gone on with (%s): %s", id, path, misnamed(got.run.ID()))
	}
	f, err := openRegular(path, os.O_RDWR)
	if err != nil {
		return nil, fmt.Errorf("open the journal of run %s: %w", id, err)
	}
	if got.torn {
		if err := errors.Join(f.Truncate(got.size), f.Sync()); err != nil {
			return nil, errors.Join(fmt.Errorf("cut the torn end off %s: %w", path, err), f.Close())
		}
	}
	return &Book{dir: d, file: f, run: got.run, schema: got.schema, records: got.records, size: got.size}, nil
}

// Run is the run as it stands.
func (b *Book) Run() recreate.Run {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.run
}

// Take applies an event, writes it, and returns the effects to be performed. An
// event that does not fit, or that cannot be written, changes nothing. While an
// effect is performed only a halt is taken.
func (b *Book) Take(e recreate.Event) ([]recreate.Effect, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.performing && e.Kind != recreate.EventHalted {
		return nil, ErrPerforming
	}
	return b.take(e)
}

func (b *Book) take(e recreate.Event) ([]recreate.Effect, error) {
	next, effects, err := b.run.Apply(e)
	if err != nil {
		return nil, fmt.Errorf("run %s: %w", b.run.ID(), err)
	}
	r := record{At: e.At.UTC().Round(0), Event: &e, Run: state(next)}
	if !reflect.DeepEqual(next.Plan, b.run.Plan) {
		r.Plan = &next.Plan
	}
	if err := b.write(r); err != nil {
		return nil, err
	}
	b.run = next
	return effects, nil
}

// Perform writes the intent of an effect, has it carried out, takes its outcome,
// and returns the effects that follow. Without the intent on disk the effect is
// not carried out. An outcome that cannot be written leaves the effect in doubt,
// as a crash would.
func (b *Book) Perform(ctx context.Context, e recreate.Effect, tell func(recreate.Progress)) ([]recreate.Effect, error) {
	run, err := b.intend(e)
	if err != nil {
		return nil, err
	}
	defer b.performed()
	beside := b.teller(run.ID(), e) // b.run may change meanwhile: a halt is taken
	defer beside.end()
	outcome := b.dir.next.Perform(ctx, &run, e, func(p recreate.Progress) {
		beside.write(&p)
		if tell != nil {
			tell(p)
		}
	})
	outcome.Effect = e.ID
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.take(outcome)
}

func (b *Book) performed() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.performing = false
}

// intend writes the intent of the effect in flight.
func (b *Book) intend(e recreate.Effect) (recreate.Run, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.performing:
		return recreate.Run{}, ErrPerforming
	case b.run.InFlight == nil || b.run.InFlight.ID != e.ID:
		return recreate.Run{}, fmt.Errorf("run %s: effect %d is not the one in flight", b.run.ID(), e.ID)
	}
	if err := b.write(record{At: b.dir.now().UTC().Round(0), Intent: &e}); err != nil {
		return recreate.Run{}, err
	}
	b.performing = true
	return b.run, nil
}

// write appends a record and syncs it. A record that could not be written whole is
// taken back; where that fails too, nothing more is written.
func (b *Book) write(r record) error {
	if b.broken != nil {
		return b.broken
	}
	if r.Schema == 0 && b.schema < schema { // from here on this version goes on with an older journal
		if err := b.write(whole(&b.run, r.At)); err != nil {
			return err
		}
	}
	r.N = b.records + 1
	line, err := r.line()
	if err != nil {
		return err
	}
	_, err = b.file.WriteAt(line, b.size)
	if err == nil {
		err = b.file.Sync()
	}
	if err != nil {
		err = fmt.Errorf("write the journal of run %s: %w; nothing goes on until it can be written", b.run.ID(), err)
		if back := b.file.Truncate(b.size); back != nil {
			b.broken = errors.Join(err, back)
		}
		return err
	}
	b.records, b.size, b.schema = r.N, b.size+int64(len(line)), schema
	return nil
}

// Close lets the run go. It can be opened again.
func (b *Book) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	err := b.file.Close()
	b.dir.hold(b.run.ID(), false)
	return errors.Join(err, b.lock.Unlock())
}
