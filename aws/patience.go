package aws

import (
	"sync"
	"time"
)

// patience ends a target that gives no answer for too long. It is for AWS alone: what
// waits in the queue for others waits without it.
//
// It is no part of its target, and lets go of it at the end: the runtime holds on to a
// timer that was stopped, with all that its function reaches, until long after.
type patience struct {
	most time.Duration

	mu    sync.Mutex
	over  func() // nil once the target has ended
	busy  int    // jobs under way
	timer *time.Timer
}

// begin counts a job that asks AWS.
func (p *patience) begin() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.busy++
	switch {
	case p.timer == nil:
		p.timer = time.AfterFunc(p.most, p.lost)
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

// lost ends the target.
func (p *patience) lost() {
	p.mu.Lock()
	over := p.over
	p.mu.Unlock()
	if over != nil {
		over()
	}
}

// leave lets go of the target, which has ended.
func (p *patience) leave() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.over = nil
}
