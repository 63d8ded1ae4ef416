package drive

import (
	"errors"
	"fmt"

	"nbscope/model"
	"nbscope/model/recreate"
)

// ErrEnding refuses what is asked of a driver that has not started or is ending.
var ErrEnding = errors.New("the program is ending")

// RefusedError is a decision that cannot be made about a run now.
type RefusedError struct {
	ID    string
	Event recreate.EventKind
	Why   string
}

func (e *RefusedError) Error() string {
	return fmt.Sprintf("run %s takes no decision %q now: %s", e.ID, e.Event, e.Why)
}

// OpenRunError refuses to begin a second run of a source.
type OpenRunError struct{ Run Snapshot }

func (e *OpenRunError) Error() string {
	r := &e.Run
	why := r.Says()
	if r.Elsewhere() {
		why = "held by " + r.Kept.HeldBy
	}
	return fmt.Sprintf("%s has an open run already: %s (%s)", r.Run.Plan.Source.Name, r.ID, why)
}

// Begin makes the journal of a plan's run and hands it the approval of its create.
func (d *Driver) Begin(p recreate.Plan, approval recreate.Event) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, known := d.runs[p.RunID]; known || d.beginning[p.RunID] {
		return &RefusedError{ID: p.RunID, Event: approval.Kind, Why: "it was begun already"}
	}
	if _, ok := d.begin(); !ok {
		return ErrEnding
	}
	d.beginning[p.RunID] = true
	approval.At = d.cfg.Now()
	d.spawn(func() {
		book, err := guarded(func() (Book, error) { return d.make(p) })
		var kept recreate.Kept
		if err == nil {
			kept, _ = d.cfg.Runs.Read(p.RunID) // for where it is kept; what it holds, the book knows better
		}
		d.mu.Lock()
		delete(d.beginning, p.RunID)
		r := &run{Snapshot: Snapshot{ID: p.RunID}}
		if err != nil {
			d.post(r, Notice{Event: approval.Kind, Problem: err})
			d.mu.Unlock()
			d.deliver()
			return
		}
		d.runs[p.RunID] = r
		r.read(kept, approval.At)
		r.book, r.Held, r.Run, r.Deciding, r.Taken = book, true, book.Run(), true, approval.At
		d.mu.Unlock()
		d.take(r, book, approval)
	})
	return nil
}

// make makes a journal, unless the source has an open run: also one that another
// program has begun since the journals were read.
func (d *Driver) make(p recreate.Plan) (Book, error) {
	book, err := d.cfg.Runs.Begin(p)
	if _, open := errors.AsType[*recreate.OpenRunError](err); !open {
		return book, err
	}
	if unread := d.Load(); unread != nil {
		return nil, errors.Join(err, unread)
	}
	if open, ok := d.OpenRun(p.Source.ARN); ok {
		return nil, &OpenRunError{open}
	}
	return nil, err
}

// Decide hands a decision to a run. Resuming a run that nobody holds opens its
// journal first. Whether the decision was taken is told in a notice; the error is a
// *RefusedError where it cannot be made.
func (d *Driver) Decide(id string, e recreate.Event) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	r, ok := d.runs[id]
	if !ok {
		return &RefusedError{ID: id, Event: e.Kind, Why: "there is no such run"}
	}
	if !r.Can(e.Kind) {
		why, _ := r.Standstill()
		if why == "" {
			why = "that cannot be decided"
		}
		return &RefusedError{ID: id, Event: e.Kind, Why: why}
	}
	if _, ok := d.begin(); !ok {
		return ErrEnding
	}
	e.At = d.cfg.Now()
	r.Deciding, r.Since = true, e.At
	book := r.book
	d.spawn(func() {
		if book == nil {
			if book = d.open(r, e); book == nil {
				return
			}
		}
		d.take(r, book, e)
	})
	return nil
}

// spawn runs a piece of work that begin has registered.
func (d *Driver) spawn(work func()) {
	d.cfg.Spawn(func() {
		defer d.work.Done()
		work()
	})
}

// open holds a run that nobody holds; nil when that is not possible.
func (d *Driver) open(r *run, e recreate.Event) Book {
	book, err := guarded(func() (Book, error) { return d.cfg.Runs.Open(r.ID) })
	d.mu.Lock()
	if err == nil {
		r.book, r.Held, r.Problem, r.broken, r.Taken = book, true, nil, false, e.At
		r.Kept.HeldBy, r.Kept.Mine = "", true
		d.mu.Unlock()
		return book
	}
	d.mu.Unlock()
	kept, unread := d.cfg.Runs.Read(r.ID) // who holds it, or what is wrong with it
	d.mu.Lock()
	r.Deciding, r.Problem = false, problemOf(err)
	if unread == nil {
		r.read(kept, d.cfg.Now())
	}
	d.post(r, Notice{Event: e.Kind, Problem: err})
	d.mu.Unlock()
	d.deliver()
	return nil
}

// take writes a decision and goes on. A wait that the user stops is ended once the
// journal has the reason, and also where it cannot be written.
func (d *Driver) take(r *run, book Book, e recreate.Event) {
	effects, err := guarded(func() ([]recreate.Effect, error) { return book.Take(e) })
	r.order.Lock()
	now := book.Run()
	d.mu.Lock()
	r.Run, r.Deciding = now, false
	r.order.Unlock()
	illegal := isIllegal(err)
	if err != nil && !illegal {
		r.broken, r.Problem = true, problemOf(err)
	}
	r.queue(effects, d)
	if e.Kind == recreate.EventHalted && !illegal {
		d.halt(r)
	}
	d.settle(r, Notice{Event: e.Kind, Problem: err})
}

// queue makes an effect wait for its turn.
func (r *run) queue(effects []recreate.Effect, d *Driver) {
	for i := range effects { // there is one at most
		r.Queued, r.Since = &effects[i], d.cfg.Now()
	}
}

// settle ends a piece of work about a run, with the lock held: it lets the run go
// where nothing can be done with it, tells what has happened, and begins what is
// due.
func (d *Driver) settle(r *run, n Notice) {
	if r.broken {
		r.Queued = nil
	}
	release := r.book != nil && !r.UnderWay() && (r.broken || r.Over())
	if release {
		r.Deciding, r.Since = true, d.cfg.Now()
	}
	d.mu.Unlock()
	if release {
		n.Problem = errors.Join(n.Problem, d.letGo(r))
	}
	d.mu.Lock()
	d.fly()
	d.post(r, n)
	d.mu.Unlock()
	d.deliver()
}

// letGo closes the journal of a run, so that it can be opened again, here or
// elsewhere, and takes over what stands in it.
func (d *Driver) letGo(r *run) error {
	_, err := guarded(func() (any, error) { return nil, r.book.Close() })
	kept, unread := d.cfg.Runs.Read(r.ID)
	d.mu.Lock()
	defer d.mu.Unlock()
	r.book, r.Held, r.Deciding, r.broken = nil, false, false, false
	if unread == nil {
		r.read(kept, d.cfg.Now())
	}
	return err
}

// guarded makes a panic an error: it stops one run, and not the program.
func guarded[T any](work func() (T, error)) (out T, err error) {
	defer func() {
		if broke := recover(); broke != nil {
			err = fmt.Errorf("a part of nbscope failed: %v", broke)
		}
	}()
	return work()
}

// isIllegal reports whether a decision was refused by the run itself, which changes
// nothing.
func isIllegal(err error) bool {
	_, ok := errors.AsType[*recreate.IllegalError](err)
	return ok
}

// problemOf is what is shown of an error, nil for none.
func problemOf(err error) *model.Problem {
	if err == nil {
		return nil
	}
	if p, ok := errors.AsType[model.Problem](err); ok {
		return &p
	}
	return &model.Problem{Kind: model.KindUnknown, Message: err.Error()}
}
