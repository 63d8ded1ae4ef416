package aws

import (
	"context"
	"sync"
)

// How many calls are in flight unless the user says how many may be.
const (
	slotsFirst  = 64
	slotsMost   = 256
	slotsTarget = 8 // for each target, once that is more than the first
)

// slots bound the calls in flight over everything. Their number can grow.
type slots struct {
	taken chan struct{} // one for each call in flight, and for each slot that is not open yet

	mu   sync.Mutex
	open int
}

func newSlots(open, most int) *slots {
	s := &slots{taken: make(chan struct{}, most), open: open}
	for range most - open {
		s.taken <- struct{}{}
	}
	return s
}

// slotsFor are those that a user wants, and those of nobody's wish for 0.
func slotsFor(wanted int) *slots {
	if wanted == 0 {
		return newSlots(slotsFirst, slotsMost)
	}
	return newSlots(wanted, wanted)
}

// take waits for a slot, which release gives back.
func (s *slots) take(ctx context.Context) error {
	select {
	case s.taken <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (s *slots) release() { <-s.taken }

// serve opens what so many targets are worth.
func (s *slots) serve(targets int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.open < min(slotsTarget*targets, cap(s.taken)) {
		<-s.taken
		s.open++
	}
}

// count is how many slots are open.
func (s *slots) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.open
}
