package aws

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// started is what a queue started, in its order.
type started struct {
	mu    sync.Mutex
	names []string
}

func (s *started) job(name string, takes time.Duration) func(*place, int) {
	return func(*place, int) {
		s.mu.Lock()
		s.names = append(s.names, name)
		s.mu.Unlock()
		_ = sleep(context.Background(), takes) // until it is over
	}
}

// all are the names so far.
func (s *started) all() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.names)
}

// count is how often one of them was started.
func (s *started) count(name string) (n int) {
	for _, one := range s.all() {
		if one == name {
			n++
		}
	}
	return n
}

func queueOf(limit int) *queue { return &queue{limit: func() int { return limit }} }

func TestTheQueueStartsFirstWhatMoreHangsOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q, l, s := queueOf(1), newLimiter(time.Now), &started{}
		q.do(l, rankBulk, 0, 1, s.job("first", time.Second))
		q.do(l, rankLast, 0, 1, s.job("last", time.Second))
		q.do(l, rankLeaf, 0, 1, s.job("leaf", time.Second))
		q.do(l, rankBulk, 0, 2, s.job("bulk", time.Second))
		q.do(l, rankSoon, 0, 1, s.job("soon", time.Second))
		q.do(l, rankNext, 0, 1, s.job("next", time.Second))
		q.do(l, rankBulk, urgent, 1, s.job("urgent", time.Second))
		_ = sleep(t.Context(), time.Minute)
		synctest.Wait()
		if want := []string{"first", "urgent", "next", "bulk", "bulk", "soon", "leaf", "last"}; !slices.Equal(s.all(), want) {
			t.Errorf("started %v, want %v", s.all(), want)
		}
	})
}

func TestWhatEveryTargetNeedsWaitsForALargeOneOnlySoLong(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q, l, s := queueOf(1), newLimiter(time.Now), &started{}
		q.do(l, rankBulk, 0, 20*aheadMost, s.job("bulk", time.Second))
		q.do(l, rankSoon, 0, 1, s.job("soon", time.Second))
		q.do(l, rankLeaf, 0, 1, s.job("leaf", time.Second))
		_ = sleep(t.Context(), (20*aheadMost+10)*time.Second)
		synctest.Wait()
		if at := slices.Index(s.all(), "soon"); at < aheadMost/2 || at > aheadMost+2 {
			t.Errorf("%d calls went before, want about %d", at, aheadMost)
		}
		if at := slices.Index(s.all(), "leaf"); at < aheadMost || at > aheadMost+leafLag+5 {
			t.Errorf("%d calls went before what nothing hangs on", at)
		}
	})
}

func TestAJobThatWaitsAsideGivesItsPlaceToAnother(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q, l, s := queueOf(1), newLimiter(time.Now), &started{}
		var back time.Duration
		begin := time.Now()
		q.do(l, rankBulk, 0, 1, func(p *place, _ int) {
			p.waitAside()
			_ = sleep(t.Context(), 10*time.Second)
			p.takeBack()
			back = time.Since(begin)
			_ = sleep(t.Context(), time.Second)
		})
		q.do(l, rankBulk, 0, 30, s.job("other", time.Second))
		_ = sleep(t.Context(), 9500*time.Millisecond)
		synctest.Wait()
		if len(s.all()) != 10 {
			t.Errorf("%d others were started in 10 seconds", len(s.all()))
		}
		_ = sleep(t.Context(), time.Minute)
		synctest.Wait()
		if len(s.all()) != 30 || back != 10*time.Second || q.held != 0 || q.aside != 0 || l.lane.held != 0 || l.lane.aside != 0 {
			t.Errorf("%d others, back after %v; %+v", len(s.all()), back, q)
		}
	})
}

func TestJobsOfALaneThatIsShutStayInTheQueue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q, s := queueOf(4), &started{}
		shut, open := newLimiter(time.Now), newLimiter(time.Now)
		shut.throttled(0)
		var inLine, most atomic.Int64
		q.do(shut, rankNext, 0, 50, func(p *place, _ int) {
			p.standInLine()
			most.Store(max(most.Load(), inLine.Add(1)))
			_, err := shut.wait(t.Context())
			inLine.Add(-1)
			p.takeBack()
			if err != nil {
				t.Error(err)
			}
			s.job("throttled", 100*time.Millisecond)(p, 0)
		})
		q.do(open, rankLeaf, 0, 80, s.job("open", time.Second))
		_ = sleep(t.Context(), 21*time.Second)
		synctest.Wait()
		if n := s.count("open"); n != 80 {
			t.Errorf("%d of 80 were started while another lane was shut", n)
		}
		_ = sleep(t.Context(), time.Minute)
		synctest.Wait()
		if n := s.count("throttled"); n != 50 || most.Load() != 1 {
			t.Errorf("%d of 50 came through, %d of them in line at once", n, most.Load())
		}
	})
}

func TestALaneThatIsSlowLeavesPlacesToOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q, s := queueOf(10), &started{}
		slow, fast := newLimiter(time.Now), newLimiter(time.Now)
		timed := func(name string, takes time.Duration) func(*place, int) {
			return func(p *place, i int) { s.job(name, takes)(p, i); p.answered(takes) }
		}
		q.do(fast, rankNext, 0, 1, timed("fast", time.Second))
		q.do(slow, rankNext, 0, 1, timed("slow", 10*time.Second))
		_ = sleep(t.Context(), 11*time.Second)
		synctest.Wait()
		q.do(fast, rankLeaf, 0, 400, timed("fast", time.Second))
		q.do(slow, rankNext, 0, 50, timed("slow", 10*time.Second))
		_ = sleep(t.Context(), 50*time.Second)
		synctest.Wait()
		if n := s.count("fast"); n < 380 {
			t.Errorf("%d of 400 were started in 50 seconds", n)
		}
		before := s.count("slow")
		_ = sleep(t.Context(), 70*time.Second)
		synctest.Wait()
		if n := s.count("slow"); n != 51 {
			t.Errorf("%d of 51 that are slow were started, %d of them before the others were done", n, before)
		}
	})
}

func TestThereAreMoreSlotsTheMoreTargetsThereAre(t *testing.T) {
	t.Parallel()
	s := slotsFor(0)
	for _, c := range []struct{ targets, want int }{{1, 64}, {8, 64}, {20, 160}, {3, 160}, {1000, 256}} {
		s.serve(c.targets)
		if s.count() != c.want {
			t.Errorf("%d slots for %d targets, want %d", s.count(), c.targets, c.want)
		}
	}
	for range slotsMost {
		if err := s.take(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if len(s.taken) != cap(s.taken) {
		t.Errorf("%d of %d slots are taken", len(s.taken), cap(s.taken))
	}
	s.release()
	fixed := slotsFor(3)
	fixed.serve(1000)
	if fixed.count() != 3 {
		t.Errorf("%d slots where the user wants 3", fixed.count())
	}
}
