package aws

import (
	"context"
	"sync"
)

// memo keeps what is asked of AWS once in a session. Whoever asks for the same
// while it is being asked waits for that answer. A failure is not kept. Its zero
// value is ready.
type memo[K comparable, V any] struct {
	mu    sync.Mutex
	cells map[K]*memoCell[V]
}

type memoCell[V any] struct {
	busy  chan struct{} // held while it is being asked
	known bool
	value V
}

func (m *memo[K, V]) cell(k K) *memoCell[V] {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.cells == nil {
		m.cells = map[K]*memoCell[V]{}
	}
	c := m.cells[k]
	if c == nil {
		c = &memoCell[V]{busy: make(chan struct{}, 1)}
		m.cells[k] = c
	}
	return c
}

// get returns what is kept, or else asks for it.
func (m *memo[K, V]) get(ctx context.Context, k K, ask func() (V, error)) (V, error) {
	var none V
	c := m.cell(k)
	select {
	case c.busy <- struct{}{}:
		defer func() { <-c.busy }()
	case <-ctx.Done():
		return none, context.Cause(ctx)
	}
	if c.known {
		return c.value, nil
	}
	v, err := ask()
	if err != nil {
		return none, err
	}
	c.value, c.known = v, true
	return v, nil
}

// peek returns what is kept without asking.
func (m *memo[K, V]) peek(k K) (V, bool) {
	var none V
	c := m.cell(k)
	select {
	case c.busy <- struct{}{}:
		defer func() { <-c.busy }()
		return c.value, c.known
	default:
		return none, false
	}
}
