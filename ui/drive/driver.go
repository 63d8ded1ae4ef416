package drive

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
)

// Slots bounds the calls of runs that are made side by side. A wait holds none: it
// asks AWS every few seconds, within the limits that hold for every request.
const Slots = 4

// Copies is how many copies are at work side by side, unless Config says otherwise:
// they share one line.
const Copies = 2

// Driver moves runs. It is safe for concurrent use, and no method but Load and
// Close waits for a file or for AWS: what comes of a decision is told to the
// subscribers.
type Driver struct {
	cfg Config

	mu         sync.Mutex
	base       func() context.Context // of what is carried out; nil before Start
	stop       func()
	closed     bool
	runs       map[string]*run
	beginning  map[string]bool // ids of runs whose journals are being made
	changes    int             // counts changes of runs, so that a list that is older than one is known
	hear       []func(Notice)
	stamps     map[string]string       // of the journals, as they were read last
	batches    map[string]func() error // what is to be done next about a batch that is being written
	outbox     []Notice
	delivering bool

	rereading sync.Mutex
	work      sync.WaitGroup
}

// run is a run with what only the driver may touch.
type run struct {
	Snapshot
	book    Book // nil while this program does not hold it
	cancel  func()
	broken  bool // it is let go once nothing of it is under way
	changed int

	order sync.Mutex // the newest run of the book is taken over last
}

// New makes a driver that has not started anything.
func New(cfg Config) *Driver {
	d := &Driver{cfg: cfg, runs: map[string]*run{}, beginning: map[string]bool{}, batches: map[string]func() error{}, stop: func() {}}
	if d.cfg.Spawn == nil {
		d.cfg.Spawn = func(work func()) { go work() }
	}
	return d
}

func (d *Driver) copies() int { return cmp.Or(d.cfg.Copies, Copies) }

// Start lets work begin. When ctx ends, waits end, calls that change something are
// finished, and nothing else is begun.
func (d *Driver) Start(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.base, d.stop = func() context.Context { return ctx }, cancel
}

// Close ends the waits, lets the calls under way be finished, and lets every run
// go. The runs can be resumed.
func (d *Driver) Close() error {
	d.mu.Lock()
	d.closed = true
	d.stop()
	d.mu.Unlock()
	d.work.Wait()
	d.mu.Lock()
	defer d.mu.Unlock()
	var errs []error
	for _, r := range d.runs {
		if r.book == nil {
			continue
		}
		if err := r.book.Close(); err != nil {
			errs = append(errs, fmt.Errorf("close the journal of run %s: %w", r.ID, err))
		}
		r.book, r.Held = nil, false
	}
	return errors.Join(errs...)
}

// Subscribe calls hear with every notice, in their order, one at a time, from
// whatever goroutine made it. It may call the driver.
func (d *Driver) Subscribe(hear func(Notice)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.hear = append(d.hear, hear)
}

// Differences are the first of what the last comparison of a run has found to differ and
// holds a text, given in small letters; "" for all. more says that there are others.
func (d *Driver) Differences(ctx context.Context, id, text string, most int) (found []recreate.Difference, more bool, err error) {
	d.mu.Lock()
	r, ok := d.runs[id]
	if !ok {
		d.mu.Unlock()
		return nil, false, fmt.Errorf("there is no run %s", id)
	}
	run := r.Run
	d.mu.Unlock()
	err = d.cfg.Runs.Differences(ctx, &run, func(one *recreate.Difference) bool {
		if !one.Matches(text) {
			return true
		}
		if more = len(found) == most; more {
			return false
		}
		found = append(found, *one)
		return true
	})
	return found, more, err
}

// Load reads every journal. A run that this program holds, or that has changed
// since, is known better.
func (d *Driver) Load() error {
	d.mu.Lock()
	asked := d.changes
	d.mu.Unlock()
	stamps, err := d.cfg.Runs.Stamps(func(string) bool { return true })
	if err != nil {
		return err
	}
	kept, err := d.cfg.Runs.List()
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	seen := map[string]bool{}
	for _, k := range kept {
		id := k.Run.ID()
		seen[id] = true
		if !d.takeOver(k, asked) {
			delete(stamps, id)
		}
	}
	d.drop(seen, asked)
	d.stamps = stamps
	return nil
}

// Reread reads the journals of which there is something new: what other programs have
// begun, gone on with, or let go. It reports whether there was any. Nothing is read where
// it is at it already.
func (d *Driver) Reread() (changed bool, err error) {
	if d.cfg.Runs == nil || !d.rereading.TryLock() {
		return false, nil
	}
	defer d.rereading.Unlock()
	d.mu.Lock()
	asked, known, over := d.changes, d.stamps, map[string]bool{}
	for id, r := range d.runs {
		over[id] = r.Over()
	}
	d.mu.Unlock()
	stamps, err := d.cfg.Runs.Stamps(func(id string) bool { return !over[id] })
	var fresh []recreate.Kept
	seen := map[string]bool{}
	for id, stamp := range stamps {
		seen[id] = true
		if was, ok := known[id]; ok && was == stamp {
			continue
		}
		kept, unread := d.cfg.Runs.Read(id)
		if errors.Is(unread, fs.ErrNotExist) {
			delete(seen, id)
			continue
		}
		fresh = append(fresh, kept)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if err != nil {
		d.stamps = nil // once it can be read again, all of it is
		return true, err
	}
	for _, k := range fresh {
		if d.takeOver(k, asked) {
			changed = true
		} else {
			delete(stamps, k.Run.ID())
		}
	}
	d.stamps = stamps
	return d.drop(seen, asked) || changed, nil
}

// takeOver takes over what was read of a journal, unless it is known better here by now.
func (d *Driver) takeOver(k recreate.Kept, asked int) bool {
	id := k.Run.ID()
	if d.beginning[id] {
		return false // it is about to be held here
	}
	r, ok := d.runs[id]
	if !ok {
		r = &run{Snapshot: Snapshot{ID: id}}
		d.runs[id] = r
	}
	if ok && (r.Held || r.Deciding || r.changed > asked) {
		return false
	}
	r.read(k, d.cfg.Now())
	return true
}

// drop forgets runs whose journals are gone, and reports whether there were any.
func (d *Driver) drop(seen map[string]bool, asked int) bool {
	before := len(d.runs)
	for id, r := range d.runs {
		if !seen[id] && !r.Held && !r.Deciding && r.changed <= asked {
			delete(d.runs, id)
		}
	}
	return len(d.runs) != before
}

// read takes over what its journal says of a run that nobody here goes on with.
func (r *run) read(k recreate.Kept, now time.Time) {
	r.Run, r.Since = k.Run, now
	k.Run = recreate.Run{}
	r.Kept = k
}

// Runs are all runs that are known: what waits for the user first, then the newest.
func (d *Driver) Runs() []Snapshot {
	d.mu.Lock()
	defer d.mu.Unlock()
	out, urgency := make([]Snapshot, 0, len(d.runs)), make(map[string]int, len(d.runs))
	for _, r := range d.runs {
		out = append(out, r.Snapshot)
		urgency[r.ID] = r.urgency()
	}
	model.SortStable(out, func(x, y Snapshot) int {
		return cmp.Or(cmp.Compare(urgency[x.ID], urgency[y.ID]), y.Run.Began.Compare(x.Run.Began), cmp.Compare(x.ID, y.ID))
	})
	return out
}

// Run is the run with an id; false where none is known.
func (d *Driver) Run(id string) (Snapshot, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	r, ok := d.runs[id]
	if !ok {
		return Snapshot{}, false
	}
	return r.Snapshot, true
}

// OpenRun is the run of a source that is not over; false where there is none.
func (d *Driver) OpenRun(sourceARN string) (Snapshot, bool) {
	for _, s := range d.Runs() {
		if !s.Over() && s.Run.Plan.Source.ARN == sourceARN {
			return s, true
		}
	}
	return Snapshot{}, false
}

// Journaled reports whether there is a place for the journals of runs.
func (d *Driver) Journaled() bool { return d.cfg.Runs != nil }

// Writable reports whether calls that change something can be made in the account.
func (d *Driver) Writable(account string) bool {
	return d.cfg.Writes != nil && d.cfg.Writes.Writable(account)
}

// Forbidden is why nothing that is typed lets calls be made that change something in an
// account; nil where its id does.
func (d *Driver) Forbidden(account string) error {
	if d.cfg.Writes == nil {
		return model.Problem{Kind: model.KindConfig, Message: "this session has no client that can change anything"}
	}
	return d.cfg.Writes.Forbidden(account)
}

// Unlock lets calls that change something be made in one account, where what was
// typed is the account's id.
func (d *Driver) Unlock(account, typed string) error {
	if err := d.Forbidden(account); err != nil {
		return err
	}
	return d.cfg.Writes.Unlock(account, typed)
}

// begin registers a piece of work; false when the program is ending.
func (d *Driver) begin() (context.Context, bool) {
	if d.closed || d.base == nil || d.base().Err() != nil {
		return nil, false
	}
	d.work.Add(1)
	return d.base(), true
}

// post puts a notice about a run behind those that are not delivered yet. Of the
// progress of one run only the newest is kept.
func (d *Driver) post(r *run, n Notice) {
	d.changes++
	r.changed = d.changes
	n.ID, n.Run = r.ID, r.Snapshot
	if last := len(d.outbox) - 1; n.Progress && last >= 0 && d.outbox[last].Progress && d.outbox[last].ID == n.ID {
		d.outbox[last] = n
		return
	}
	d.outbox = append(d.outbox, n)
}

// deliver hands out what was posted, unless somebody is at it already: notices come
// in the order in which they were posted.
func (d *Driver) deliver() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.delivering {
		return
	}
	d.delivering = true
	defer func() { d.delivering = false }()
	for len(d.outbox) > 0 {
		n, hear := d.outbox[0], d.hear
		d.outbox = d.outbox[1:]
		d.mu.Unlock()
		for _, h := range hear {
			h(n)
		}
		d.mu.Lock()
	}
}
