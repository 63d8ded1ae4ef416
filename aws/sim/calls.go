package sim

import (
	"maps"
	"sync"
	"time"
)

// CallCount counts what one operation was asked. Throttled calls are part of
// Calls.
type CallCount struct {
	Calls     int `json:"calls"`
	Throttled int `json:"throttled"`
}

type counters struct{ state *counterState }

type counterState struct {
	mu     sync.Mutex
	counts map[string]CallCount
}

func newCounters() counters {
	return counters{&counterState{counts: map[string]CallCount{}}}
}

func (c counters) add(op string, calls, throttled int) {
	c.state.mu.Lock()
	defer c.state.mu.Unlock()
	n := c.state.counts[op]
	n.Calls += calls
	n.Throttled += throttled
	c.state.counts[op] = n
}

// Calls returns the calls since the start or the last reset, by operation, such
// as "SageMaker.ListNotebookInstances". What no operation was found for is
// counted as "Unknown".
func (s *Server) Calls() map[string]CallCount {
	s.calls.state.mu.Lock()
	defer s.calls.state.mu.Unlock()
	return maps.Clone(s.calls.state.counts)
}

// ResetCalls starts counting anew, and forgets the writes.
func (s *Server) ResetCalls() {
	s.writes.clear()
	s.calls.state.mu.Lock()
	defer s.calls.state.mu.Unlock()
	clear(s.calls.state.counts)
}

// buckets are the request rates: one token bucket per account, region and
// service, as AWS keeps them.
type buckets struct{ state *bucketState }

type bucketState struct {
	mu   sync.Mutex
	rate float64
	by   map[bucketKey]*bucket
}

type bucketKey struct{ account, region, service string }

type bucket struct {
	tokens float64
	at     time.Time
}

func newBuckets(rate float64) buckets {
	return buckets{&bucketState{rate: rate, by: map[bucketKey]*bucket{}}}
}

// take is false when the bucket is empty. A bucket holds what comes in one
// second, and never less than one request.
func (b buckets) take(key bucketKey, now time.Time) bool {
	st := b.state
	if st.rate <= 0 {
		return true
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	size := max(1, st.rate)
	have := st.by[key]
	if have == nil {
		have = &bucket{tokens: size, at: now}
		st.by[key] = have
	}
	if passed := now.Sub(have.at).Seconds(); passed > 0 {
		have.tokens = min(size, have.tokens+passed*st.rate)
		have.at = now
	}
	if have.tokens < 1 {
		return false
	}
	have.tokens--
	return true
}
