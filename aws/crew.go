package aws

import (
	"container/heap"
	"fmt"
	"runtime/debug"
	"sync"
)

// crew runs jobs on at most limit goroutines, the lowest rank first and within a
// rank in the order of their arrival. It never blocks whoever hands in a job, so
// jobs may hand in jobs.
type crew struct {
	limit   func() int // at least one; it may change while the crew works
	crashed func(*panicError)

	mu      sync.Mutex
	running int
	arrived int
	waiting jobs
	open    sync.WaitGroup // jobs
	staff   sync.WaitGroup // goroutines
}

type job struct {
	rank, seq int
	run       func()
}

func newCrew(limit int, crashed func(*panicError)) *crew {
	return newCrewOf(func() int { return limit }, crashed)
}

// newCrewOf makes a crew whose size follows limit: it shrinks and grows by the
// jobs that end. Limit must not wait for the crew.
func newCrewOf(limit func() int, crashed func(*panicError)) *crew {
	return &crew{limit: limit, crashed: crashed}
}

// do hands in a job.
func (c *crew) do(rank int, run func()) {
	c.open.Add(1)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.arrived++
	heap.Push(&c.waiting, job{rank, c.arrived, run})
	if c.running < c.limit() {
		c.running++
		c.staff.Go(c.work)
	}
}

// wait returns when every job is done, those handed in by jobs included, and no
// goroutine is left.
func (c *crew) wait() {
	c.open.Wait()
	c.staff.Wait()
}

func (c *crew) work() {
	for {
		c.mu.Lock()
		limit := c.limit()
		if len(c.waiting) == 0 || c.running > max(1, limit) {
			c.running--
			c.mu.Unlock()
			return
		}
		if len(c.waiting) > 1 && c.running < limit {
			c.running++
			c.staff.Go(c.work)
		}
		next, _ := heap.Pop(&c.waiting).(job)
		c.mu.Unlock()
		c.one(next)
	}
}

func (c *crew) one(j job) {
	defer c.open.Done()
	defer func() {
		if r := recover(); r != nil {
			c.crashed(&panicError{value: fmt.Sprint(r), stack: debug.Stack()})
		}
	}()
	j.run()
}

// panicError is a panic that was caught, with where it came from for the log.
type panicError struct {
	value string
	stack []byte
}

func (e *panicError) Error() string { return "nbscope failed within: " + e.value }

// jobs is a heap by rank, then arrival.
type jobs []job

func (j jobs) Len() int { return len(j) }

func (j jobs) Less(a, b int) bool {
	if j[a].rank != j[b].rank {
		return j[a].rank < j[b].rank
	}
	return j[a].seq < j[b].seq
}

func (j jobs) Swap(a, b int) { j[a], j[b] = j[b], j[a] }

// Push is for package heap.
func (j *jobs) Push(x any) {
	if one, ok := x.(job); ok {
		*j = append(*j, one)
	}
}

// Pop is for package heap.
func (j *jobs) Pop() any {
	last := len(*j) - 1
	out := (*j)[last]
	(*j)[last] = job{} // let go of what the function holds
	*j = (*j)[:last]
	return out
}
