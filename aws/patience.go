package aws

import (
	"sync"
	"time"
)

// patience ends a target that gives no answer for too long. It is for AWS alone: what
// waits in the queue for others waits without it.
type patience struct {
	most time.Duration
	over func()

	mu    sync.Mutex
	busy  int // jobs under way
	timer *time.Timer
}

// begin counts a job that asks AWS.
func (p *patience) begin() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.busy++
	switch {
	case p.timer == nil:
		p.timer = time.AfterFunc(p.most, p.over)
	case p.busy == 1:
		p.timer.Reset(p.most)
	}
}

// end counts a job that is done.
func (p *patience) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.busy--
	if p.busy == 0 {
		p.timer.Stop()
	}
}

// renew says that AWS has answered.
func (p *patience) renew() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.busy > 0 {
		p.timer.Reset(p.most)
	}
}
