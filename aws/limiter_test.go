package aws

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"
)

// bucket is AWS as a limiter sees it: so many calls a second, an answer after a
// while.
type bucket struct {
	limit   *rate.Limiter
	latency time.Duration

	mu               sync.Mutex
	refused, longest int // longest: refusals in a row
	row              int
}

func (b *bucket) call() (ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.limit.Allow() {
		b.row = 0
		return true
	}
	b.refused++
	b.row++
	b.longest = max(b.longest, b.row)
	return false
}

// drive makes n calls with so many workers, each call retried until it passes,
// and returns how long that took.
func drive(ctx context.Context, l *limiter, b *bucket, n, workers int) time.Duration {
	start := time.Now()
	work := make(chan int, n)
	for i := range n {
		work <- i
	}
	close(work)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for range work {
				for attempt := 1; ; attempt++ {
					epoch, err := l.wait(ctx)
					if err != nil {
						return
					}
					ok := b.call()
					_ = sleep(ctx, b.latency)
					if ok {
						l.took()
						break
					}
					l.throttled(epoch)
					if pause, err := backoff(min(attempt, maxAttempts-1), throttleError()); err == nil {
						_ = sleep(ctx, pause)
					}
				}
			}
		})
	}
	wg.Wait()
	return time.Since(start)
}

func throttleError() error { return sagemakerError("ThrottlingException", "Rate exceeded") }

// Time is simulated: the numbers are the limiter's, not the machine's.
func TestTheLimiterComesNearTheLimitItIsNotTold(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rps     float64
		burst   int
		n       int
		workers int
	}{
		"ten a second, few calls":      {10, 10, 100, 64},
		"ten a second":                 {10, 10, 500, 64},
		"ten a second without a burst": {10, 1, 500, 64},
		"forty a second":               {40, 40, 1500, 64},
		"a hundred a second":           {100, 100, 3000, 64},
		"three a second":               {3, 3, 150, 64},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := &bucket{limit: rate.NewLimiter(rate.Limit(c.rps), c.burst), latency: 80 * time.Millisecond}
				took := drive(t.Context(), newLimiter(time.Now), b, c.n, c.workers)
				bound := time.Duration(float64(c.n-c.burst)/c.rps*float64(time.Second)) + b.latency
				ratio := float64(took) / float64(bound)
				t.Logf("%d calls in %v, bound %v: %.3f; %d refused, %d in a row", c.n, took, bound, ratio, b.refused, b.longest)
				if ratio > 1.15 {
					t.Errorf("%.3f times the bound, want at most 1.15", ratio)
				}
				if b.refused > c.workers+c.n/4 {
					t.Errorf("%d refusals for %d calls", b.refused, c.n)
				}
			})
		})
	}
}

func TestALimiterThatWasNeverThrottledLetsEverythingPass(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &bucket{limit: rate.NewLimiter(rate.Inf, 1), latency: 80 * time.Millisecond}
		if took := drive(t.Context(), newLimiter(time.Now), b, 640, 64); took != 800*time.Millisecond {
			t.Errorf("640 calls by 64 took %v, want ten answers' time", took)
		}
	})
}

func TestWaitingForTheLimiterEndsWithTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(time.Now)
		l.throttled(0)
		stop := errors.New("stop")
		ctx, cancel := context.WithCancelCause(t.Context())
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() {
				for {
					if _, err := l.wait(ctx); err != nil {
						if !errors.Is(err, stop) {
							t.Errorf("got %v", err)
						}
						return
					}
				}
			})
		}
		_ = sleep(t.Context(), time.Second)
		cancel(stop)
		wg.Wait()
	})
}

func TestRefusalsOfOneBurstCutOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(time.Now)
		for range 30 {
			l.took()
		}
		for range 50 {
			l.throttled(0)
		}
		if least, most := 30*keepOfRate, 30*keepOfRate/0.9; l.rate < least || l.rate > most {
			t.Errorf("rate %v after one burst, want %v to %v", l.rate, least, most)
		}
		if l.epoch != 1 {
			t.Errorf("%d cuts, want 1", l.epoch)
		}
	})
}

// TestTheFirstRefusalCuts, however many answers came before it: they were given at a rate
// that nobody had asked to be lower.
func TestTheFirstRefusalCuts(t *testing.T) {
	t.Parallel()
	for _, before := range []int{0, 1, fewAnswers, 50 * fewAnswers} {
		l := newLimiter(time.Now)
		for range before {
			l.took()
		}
		if rate, cut := l.throttled(0); !cut || rate < firstRate || !l.shut.Load() {
			t.Errorf("after %d answers: cut %v to %g, shut %v", before, cut, rate, l.shut.Load())
		}
	}
}

// TestRefusalsThatNoRateChangesAreLivedWith: a fixed share of the calls is refused, however
// slowly they come. A limiter that only ever cuts ends at its lowest rate.
func TestRefusalsThatNoRateChangesAreLivedWith(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const n, refusedOf = 600, 7
		l, at := newLimiter(time.Now), 0
		start := time.Now()
		for done := 0; done < n; at++ {
			epoch, err := l.wait(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			_ = sleep(t.Context(), 20*time.Millisecond)
			if at%refusedOf == 0 {
				l.throttled(epoch)
				continue
			}
			l.took()
			done++
		}
		if took, least := time.Since(start), n/minRate*time.Second; took > least/4 {
			t.Errorf("%d calls took %v, and at the lowest rate %v", n, took, least)
		} else {
			t.Logf("%d calls took %v", n, took)
		}
	})
}
