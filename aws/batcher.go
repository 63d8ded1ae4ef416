package aws

import (
	"slices"
	"sync"

	"nbscope/model"
)

// batcher hands batches to emit from one goroutine. What arrives while emit is busy
// is merged into the next batch, so that a slow receiver neither slows the scan
// nor gets thousands of small batches.
type batcher struct {
	generation int
	emit       func(model.Batch)

	mu      sync.Mutex
	next    model.Batch
	targets map[model.Target]model.TargetStatus // the newest status of each
	wake    chan struct{}
	ended   chan struct{}
}

func newBatcher(generation int, emit func(model.Batch)) *batcher {
	p := &batcher{
		generation: generation, emit: emit, targets: map[model.Target]model.TargetStatus{},
		wake: make(chan struct{}, 1), ended: make(chan struct{}),
	}
	go p.run()
	return p
}

// add merges a batch into the next one.
func (p *batcher) add(b model.Batch) {
	p.mu.Lock()
	for _, t := range b.Targets {
		p.targets[t.Target] = t
	}
	b.Targets = nil
	p.next.Merge(b)
	p.mu.Unlock()
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// finish sends what is left with Done set, and returns when it was received.
func (p *batcher) finish() {
	p.add(model.Batch{Done: true})
	<-p.ended
}

func (p *batcher) run() {
	defer close(p.ended)
	for range p.wake {
		for {
			b := p.take()
			if b.Empty() {
				break
			}
			p.emit(b)
			if b.Done {
				return
			}
		}
	}
}

func (p *batcher) take() model.Batch {
	p.mu.Lock()
	b := p.next
	p.next = model.Batch{}
	for _, t := range p.targets {
		b.Targets = append(b.Targets, t)
	}
	clear(p.targets)
	p.mu.Unlock()
	slices.SortFunc(b.Targets, compareStatus)
	b.Generation = p.generation
	return b
}

func compareStatus(a, b model.TargetStatus) int { return compareTargets(a.Target, b.Target) }
