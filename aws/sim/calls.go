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

// counters are the calls by operation.
type counters struct {
	mu sync.Mutex
	by map[string]CallCount
}

func (c *counters) add(op string, calls, throttled int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := c.by[op]
	n.Calls += calls
	n.Throttled += throttled
	c.by[op] = n
}

// Calls returns the calls since the start or the last reset, by operation, such
// as "SageMaker.ListNotebookInstances". What no operation was found for is
// counted as "Unknown".
func (f *front) Calls() map[string]CallCount {
	f.calls.mu.Lock()
	defer f.calls.mu.Unlock()
	return maps.Clone(f.calls.by)
}

// ResetCalls starts counting anew, and forgets the writes.
func (f *front) ResetCalls() {
	f.writes.clear()
	f.calls.mu.Lock()
	defer f.calls.mu.Unlock()
	clear(f.calls.by)
}

// buckets are the request rates: one token bucket per account, region and
// service, as AWS keeps them.
type buckets struct {
	rate float64
	mu   sync.Mutex
	by   map[bucketKey]*bucket
}

type bucketKey struct{ account, region, service string }

type bucket struct {
	tokens float64
	at     time.Time
}

// take is false when the bucket is empty. A bucket holds what comes in one
// second, and never less than one request.
func (b *buckets) take(key bucketKey, now time.Time) bool {
	if b.rate <= 0 {
		return true
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	size := max(1, b.rate)
	have := b.by[key]
	if have == nil {
		have = &bucket{tokens: size, at: now}
		b.by[key] = have
	}
	if passed := now.Sub(have.at).Seconds(); passed > 0 {
		have.tokens = min(size, have.tokens+passed*b.rate)
		have.at = now
	}
	if have.tokens < 1 {
		return false
	}
	have.tokens--
	return true
}
