package aws

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

const (
	minRate     = 2.0  // attempts a second: a target that is throttled still moves
	firstRate   = 5.0  // where probing begins when nothing was measured yet
	keepOfRate  = 0.95 // of the measured rate that AWS took, what a cut leaves
	probeGrowth = 1.6  // factor a second, until the limit was met a second time
	calmGrowth  = 0.04 // part of the rate regained a second, after that
	fewAnswers  = 12   // too few to tell the share of refusals among them
	muchLower   = 0.75 // of the rate before: a cut that would change the share
	mostRefused = 0.3  // a larger share of refusals is met with a cut, whatever it goes by
	window      = time.Second
	windowParts = 10
)

// limiter paces the attempts of one account, region and API family. It starts
// open, because nobody publishes the limits; the first throttle closes it to
// below the rate that AWS took, and it opens again slowly. Attempts wait in
// line, one by one, so there is never a burst of retries.
//
// Where a cut leaves the share of refusals as it was, they do not go by the rate: then a
// lower one would only take longer.
type limiter struct {
	now  func() time.Time
	shut atomic.Bool   // false: nothing was ever throttled here
	turn chan struct{} // held by the first in line, once it is shut: most never are

	mu    sync.Mutex
	rate  float64
	grown time.Time // when rate was last raised
	last  time.Time // when an attempt was last let go
	epoch int       // counts the cuts
	calm  bool      // the limit is known: grow slowly
	taken gauge

	since  tallied // answers since the share of refusals was last told
	share  float64 // that share
	before float64 // and the rate at that time, or after the first cut
	vain   bool    // cuts change nothing

	lane lane // the queue's
}

func newLimiter(now func() time.Time) *limiter {
	return &limiter{now: now}
}

// wait returns when the next attempt may go, with the epoch to report its fate
// under, or when ctx ends.
func (l *limiter) wait(ctx context.Context) (epoch int, err error) {
	if !l.shut.Load() {
		return 0, context.Cause(ctx)
	}
	select {
	case l.turn <- struct{}{}:
		defer func() { <-l.turn }()
	case <-ctx.Done():
		return 0, context.Cause(ctx)
	}
	if err := sleep(ctx, l.due()); err != nil {
		return 0, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last = l.now()
	return l.epoch, nil
}

// due is how long the first in line still has to wait.
func (l *limiter) due() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	l.grow(now)
	gap := time.Duration(float64(time.Second) / l.rate)
	return min(gap, l.last.Add(gap).Sub(now))
}

func (l *limiter) grow(now time.Time) {
	dt := now.Sub(l.grown).Seconds()
	if dt <= 0 {
		return
	}
	l.grown = now
	dt = min(dt, 5) // a pause says nothing about the limit
	if l.calm {
		l.rate += l.rate * calmGrowth * dt
		return
	}
	l.rate *= 1 + (probeGrowth-1)*dt
}

// took records that AWS answered an attempt with something other than a throttle.
func (l *limiter) took() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.taken.add(l.now())
	l.since.answers++
}

// tallied counts answers, and those of them that are refusals.
type tallied struct{ answers, refusals int }

func (t tallied) share() float64 { return float64(t.refusals) / float64(max(1, t.answers)) }

// learn finds out, as often as there are answers enough, whether refusals stay as many at
// a rate that is much lower than it was: these do not go by the rate. That holds until
// they are a large share.
func (l *limiter) learn() {
	enough := fewAnswers
	if l.vain {
		enough *= 4 // chance alone makes a few more refusals of a few answers
	}
	if l.since.answers < enough {
		return
	}
	share := l.since.share()
	l.since = tallied{}
	if l.vain {
		l.vain = share <= mostRefused
		return
	}
	if l.vain = l.rate <= max(minRate, muchLower*l.before) && share <= mostRefused && share >= l.share/2; l.vain {
		l.rate = max(l.rate, l.before)
	}
	l.share, l.before = share, l.rate
}

// throttled records that AWS refused an attempt. Attempts that left before the
// last cut say nothing about the rate after it. It returns the rate after a cut.
func (l *limiter) throttled(epoch int) (rate float64, cut bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.since.answers++
	l.since.refusals++
	if epoch != l.epoch {
		return l.rate, false
	}
	if l.shut.Load() {
		l.learn()
	}
	if l.vain {
		l.calm = false
		return l.rate, false
	}
	now := l.now()
	measured := l.taken.rate(now) * keepOfRate
	if !l.shut.Load() {
		l.turn = make(chan struct{}, 1)
		l.rate = max(firstRate, measured)
		l.before, l.since = l.rate, tallied{}
	} else {
		l.grow(now)
		l.rate = min(max(measured, l.rate*0.6), l.rate*keepOfRate)
		l.calm = true
	}
	l.rate = max(l.rate, minRate)
	l.epoch++
	l.grown, l.last = now, now
	l.shut.Store(true)
	return l.rate, true
}

// gauge counts what happened within the last window, in parts of it.
type gauge struct {
	part  int64 // the newest part, counted since 1970
	count [windowParts]uint32
}

func (g *gauge) add(now time.Time) {
	g.move(now)
	g.count[g.part%windowParts]++
}

// rate is how many there were a second.
func (g *gauge) rate(now time.Time) float64 {
	g.move(now)
	total := uint32(0)
	for _, n := range g.count {
		total += n
	}
	const part = int64(window / windowParts)
	covered := time.Duration((windowParts-1)*part + now.UnixNano()%part) // the newest part is not over yet
	return float64(total) / covered.Seconds()
}

// move empties the parts that have become too old.
func (g *gauge) move(now time.Time) {
	part := now.UnixNano() / int64(window/windowParts)
	if part-g.part >= windowParts {
		g.count, g.part = [windowParts]uint32{}, part
	}
	for g.part < part {
		g.part++
		g.count[g.part%windowParts] = 0
	}
}

// sleep waits, and no longer than ctx lives.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return context.Cause(ctx)
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
