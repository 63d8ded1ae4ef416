package aws

import (
	"slices"
	"sync"

	"nbscope/model"
)

// board is what a target has found so far. It tells of what changes there.
type board struct {
	target  model.Target
	batcher *batcher
	tally   tally

	mu     sync.Mutex
	status model.TargetStatus
	rows   map[string]*model.Notebook // by ARN; the values are never changed
	order  []string                   // ARNs as listed
	warned map[string]bool            // operations that were told of
}

// warn tells, once per operation, of a part that could not be seen.
func (b *board) warn(p model.Problem) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.warnLocked(p)
}

// warnLocked is warn with mu held.
func (b *board) warnLocked(p model.Problem) {
	if b.warned[p.Operation] {
		return
	}
	if b.warned == nil {
		b.warned = map[string]bool{}
	}
	b.warned[p.Operation] = true
	p.Target = b.target
	b.status.Warnings = append(b.status.Warnings, p)
}

// tell sends what has changed. It is called with mu held: what two goroutines make
// of one notebook must leave in the order in which they made it.
func (b *board) tell(news model.Batch) {
	news.Targets = []model.TargetStatus{b.statusLocked()}
	b.batcher.add(news)
}

// set makes these the newest values of notebooks and tells of them.
func (b *board) set(notebooks ...*model.Notebook) {
	if len(notebooks) == 0 {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, n := range notebooks {
		b.rows[n.ARN] = n
	}
	b.tell(model.Batch{Notebooks: notebooks})
}

// setNetwork makes these, which are nobody else's, the newest values of notebooks, with
// the tags that may have come while their networks were read.
func (b *board) setNetwork(seen ...*model.Notebook) {
	changed := seen[:0]
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, n := range seen {
		if now, ok := b.rows[n.ARN]; ok {
			n.Tagged, n.Tags = now.Tagged, now.Tags
			b.rows[n.ARN] = n
			changed = append(changed, n)
		}
	}
	if len(changed) > 0 {
		b.tell(model.Batch{Notebooks: changed})
	}
}

// edit replaces the notebook by what change makes of its newest value. Tags and
// describes of one notebook arrive side by side, so neither may start from a
// value that it read earlier.
func (b *board) edit(arn string, change func(model.Notebook) *model.Notebook) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if n, ok := b.rows[arn]; ok {
		n = change(*n)
		b.rows[arn] = n
		b.tell(model.Batch{Notebooks: []*model.Notebook{n}})
	}
}

// gone tells that a notebook does not exist any more.
func (b *board) gone(arn string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.rows, arn)
	b.order = slices.DeleteFunc(b.order, func(x string) bool { return x == arn })
	b.status.Notebooks = len(b.rows)
	b.tell(model.Batch{Gone: []string{arn}})
}

// row is the newest value of a notebook, nil where the list did not name it.
func (b *board) row(arn string) *model.Notebook {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.rows[arn]
}

func (b *board) change(f func(*model.TargetStatus)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f(&b.status)
	b.tell(model.Batch{})
}

// snapshot is the target's status for others to keep.
func (b *board) snapshot() model.TargetStatus {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.statusLocked()
}

// statusLocked is snapshot with mu held.
func (b *board) statusLocked() model.TargetStatus {
	st := b.status
	st.Warnings = slices.Clone(st.Warnings)
	st.Calls, st.Throttles = int(b.tally.calls.Load()), int(b.tally.throttles.Load())
	return st
}

// current lists the newest values in the order of the list.
func (b *board) current() []*model.Notebook {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := make([]*model.Notebook, 0, len(b.order))
	for _, arn := range b.order {
		out = append(out, b.rows[arn])
	}
	return out
}
