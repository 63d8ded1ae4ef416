package ui

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/ui/drive"
)

// pumpWindow is how long what scans find is collected before it is handed to
// the loop in one message.
const pumpWindow = 50 * time.Millisecond

// pump is everything that runs beside the loop. It is the only sender of scan
// results into the program, so that a key waits for one message at most, however
// many targets answer at once; and it knows every goroutine, so that none is
// left when the program ends.
type pump struct {
	scanner Scanner
	window  time.Duration
	found   chan finding
	sleep   func(context.Context, time.Duration) bool // false when the context ended first
	heard   func(drive.Notice)                        // takes in what the driver of runs tells

	mu     sync.Mutex
	base   func() context.Context // of the program; nil until start
	closed bool
	wg     sync.WaitGroup
	cancel context.CancelFunc // of the scan under way
	last   chan struct{}      // closed when the newest scan is gone
}

// finding is a batch, the end of a scan, or what the driver of runs tells.
type finding struct {
	batch  model.Batch
	end    *scanEndedMsg
	notice *drive.Notice
}

func newPump(s Scanner) *pump {
	gone := make(chan struct{})
	close(gone)
	p := &pump{scanner: s, window: pumpWindow, found: make(chan finding, 64), sleep: sleep, cancel: func() {}, last: gone}
	p.heard = p.hear
	return p
}

// start lets work begin. Everything stops when ctx ends.
func (p *pump) start(ctx context.Context, send func(tea.Msg)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.base = func() context.Context { return ctx }
	p.wg.Go(func() { p.forward(ctx, send) })
}

// wait returns when nothing runs any more. The context given to start must have
// ended.
func (p *pump) wait() {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.wg.Wait()
}

// begin registers a piece of work; false when the program is ending.
func (p *pump) begin() (context.Context, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || p.base == nil {
		return nil, false
	}
	ctx := p.base()
	if ctx.Err() != nil {
		return nil, false
	}
	p.wg.Add(1)
	return ctx, true
}

// scan starts a scan and cancels the one under way. Two never overlap: the new
// one begins when nothing of the old one runs any more.
func (p *pump) scan(req model.ScanRequest) {
	base, ok := p.begin()
	if !ok {
		return
	}
	ctx, cancel := context.WithCancel(base)
	gone := make(chan struct{})
	p.mu.Lock()
	before := p.last
	p.cancel()
	p.cancel, p.last = cancel, gone
	p.mu.Unlock()
	go func() {
		defer p.wg.Done()
		defer cancel()
		defer close(gone)
		<-before
		p.runScan(ctx, base, req)
	}()
}

// cancelScan stops the scan under way, if there is one.
func (p *pump) cancelScan() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cancel()
}

// runScan makes the scan and tells its end even if it panics. What a cancelled
// scan still has to say gets through: only the end of the program stops that.
func (p *pump) runScan(ctx, base context.Context, req model.ScanRequest) {
	end := scanEndedMsg{generation: req.Generation}
	defer func() {
		if r := recover(); r != nil {
			end.crash = fmt.Sprint(r)
		}
		p.emit(base, finding{end: &end})
	}()
	if ctx.Err() == nil && p.scanner != nil {
		p.scanner.Scan(ctx, req, func(b model.Batch) { p.emit(base, finding{batch: b}) })
	}
}

func (p *pump) emit(ctx context.Context, f finding) {
	select {
	case p.found <- f:
	case <-ctx.Done():
	}
}

// forward hands findings to the loop: the first at once, what follows once per
// window.
func (p *pump) forward(ctx context.Context, send func(tea.Msg)) {
	var held []finding
	tick := time.NewTimer(p.window)
	defer tick.Stop()
	open := false
	tick.Stop()
	flush := func() {
		for _, msg := range messages(held) {
			send(msg)
		}
		held = nil
	}
	for {
		select {
		case <-ctx.Done():
			return
		case f := <-p.found:
			held = append(held, f)
			if !open {
				flush()
				tick.Reset(p.window)
				open = true
			}
		case <-tick.C:
			if open = len(held) > 0; open {
				flush()
				tick.Reset(p.window)
			}
		}
	}
}

// messages merges findings: batches of one scan become one batch, and the end of
// a scan follows them; of each run's progress the newest counts.
func messages(held []finding) []ownMsg {
	var out []ownMsg
	var batches []model.Batch
	var notices []drive.Notice
	for _, f := range held {
		switch {
		case f.notice != nil:
			notices = append(slices.DeleteFunc(notices, func(n drive.Notice) bool {
				return n.Progress && n.ID == f.notice.ID
			}), *f.notice)
		case f.end != nil:
			if len(batches) > 0 {
				out = append(out, batchMsg{batches})
				batches = nil
			}
			out = append(out, *f.end)
		case len(batches) > 0 && batches[len(batches)-1].Generation == f.batch.Generation && f.batch.Asked == nil:
			batches[len(batches)-1].Merge(f.batch)
		default:
			batches = append(batches, f.batch)
		}
	}
	if len(batches) > 0 {
		out = append(out, batchMsg{batches})
	}
	if notices != nil {
		out = append(out, drivenMsg{notices})
	}
	return out
}

// hear hands what the driver tells to the loop, as long as there is one.
func (p *pump) hear(n drive.Notice) {
	p.mu.Lock()
	base := p.base
	p.mu.Unlock()
	if base != nil {
		p.emit(base(), finding{notice: &n})
	}
}

// job makes a command of work that must not outlive the program. A panic in it
// becomes a message.
func (p *pump) job(what string, work func(context.Context) ownMsg) tea.Cmd {
	return func() (said tea.Msg) {
		ctx, ok := p.begin()
		if !ok {
			return nil
		}
		defer p.wg.Done()
		defer func() {
			if r := recover(); r != nil {
				said = crashMsg{fmt.Sprintf("%s: %v", what, r)}
			}
		}()
		return work(ctx)
	}
}

// after makes a command that delivers msg in a while, or nothing when the program
// ends before.
func (p *pump) after(d time.Duration, msg ownMsg) tea.Cmd {
	return p.job("timer", func(ctx context.Context) ownMsg {
		if p.sleep(ctx, d) {
			return msg
		}
		return nil
	})
}

func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
