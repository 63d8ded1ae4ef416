package aws

import (
	"container/heap"
	"context"
	"sync"
	"time"
)

// urgency says when the queue starts a job, among calls that wait: what more hangs on goes
// first, so that there is always something to fill the slots with, and nothing waits
// for ever.
type urgency int

const (
	rankNext urgency = iota // before all others: lists, what tells the VPCs
	rankSoon                // as it comes, and after some hundred of those that came before at most
	rankBulk                // as it comes: describes
	rankLeaf                // like rankSoon, with some hundred that come after it before it: nothing hangs on it
	rankLast                // after some ten thousand that come after it: no verdict hangs on it
)

const (
	// aheadMost is how many calls there are at most before one of rankSoon: so many keep
	// the slots filled while the last networks are read, one call after another.
	aheadMost = 4 * slotsMost
	leafLag   = 2 * slotsMost
	lastLag   = 100 * slotsMost
	urgent    = 1 << 30 // so much sooner is a scan of some targets, which somebody waits for

	// How many jobs may wait aside, each of which keeps some 30 KB: of one lane, and in
	// all, by so many times the calls in flight.
	asideOfLane = 64
	asideInAll  = 8
)

// queue starts the calls of all scans, as many at a time as may be in flight. A job
// that has to wait, for a limit of AWS or until it may try again, gives its place to
// another until then; and jobs whose lane is shut stay in the queue, one by one
// excepted. So no place is idle while there is anything to ask, and what is slow holds
// up nothing but itself.
//
// It never blocks whoever hands in a job, so jobs may hand in jobs.
type queue struct {
	limit func() int // at least one; it may change

	mu      sync.Mutex
	held    int // places that are taken
	aside   int // jobs that gave their place up for a while
	arrived int // calls, one for each time that a job is done
	started int
	waiting jobs
	took    average
	slow    []*lane // with jobs that wait until there is nothing else to start
}

// lane is what the jobs of one limiter have in common. The queue's mutex guards it.
type lane struct {
	held   int // places that its jobs have
	took   average
	aside  int    // jobs that wait aside
	inLine int    // those that wait for the limiter
	parked []*job // taken out of the queue because the lane could take no more
}

// average is how long the last answers took, in seconds, the newest weighing most; 0
// before there was one.
type average float64

func (a *average) add(took time.Duration, weight float64) {
	if *a == 0 {
		weight = 1
	}
	*a += average(weight) * (average(took.Seconds()) - *a)
}

// isSlow reports whether a lane's answers take much longer than others', and it has the
// places that it would have if each lane got the same time of them. One that may have
// them all would keep everybody else from getting on.
func (q *queue) isSlow(l *lane) bool {
	return l.took > 2*q.took && float64(l.held) >= max(1, float64(q.limit())*float64(q.took/l.took))
}

// job is work of one lane that is done n times, with i from 0. Each time is started
// by itself.
type job struct {
	turn, seq int // by which it stands in the queue
	limiter   *limiter
	next, n   int
	run       func(p *place, i int)
}

// place is what a job that is under way has in the queue. Its methods do nothing for
// a call outside of the queue, which has none.
type place struct {
	queue  *queue
	job    *job
	i      int
	held   bool // false: it waits aside
	inLine bool
}

type placeKey struct{}

// placeOf is the place of the job that a call belongs to, nil for any other call, and
// for one that renews credentials while another waits to be signed.
func placeOf(ctx context.Context) *place {
	if ctx.Value(holdsSlotKey{}) != nil {
		return nil
	}
	p, _ := ctx.Value(placeKey{}).(*place)
	return p
}

// do hands in a job that is done n times, sooner by so many calls than its rank says.
func (q *queue) do(l *limiter, r urgency, sooner, n int, run func(p *place, i int)) {
	if n == 0 {
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	heap.Push(&q.waiting, &job{turn: q.turn(r) - sooner, seq: q.arrived, limiter: l, n: n, run: run})
	q.arrived += n
	q.start()
}

func (q *queue) turn(r urgency) int {
	soon := min(q.arrived, q.started+aheadMost)
	switch r {
	case rankNext:
		return q.started
	case rankSoon:
		return soon
	case rankBulk:
		return q.arrived
	case rankLeaf:
		return soon + leafLag
	case rankLast:
		return q.arrived + lastLag
	}
	return q.arrived
}

// start begins what there is a place for. It is called with mu held.
func (q *queue) start() {
	for p := q.take(); p != nil; p = q.take() {
		go q.work(p)
	}
}

// work does a job, and then whatever comes next, as long as there is a place for it.
func (q *queue) work(p *place) {
	for p != nil {
		p.job.run(p, p.i)
		q.mu.Lock()
		p.end()
		p = q.take()
		q.start()
		q.mu.Unlock()
	}
}

// take takes out the next job that can be started, nil where there is none or no
// place for it. It is called with mu held.
func (q *queue) take() *place {
	if p := q.pick(false); p != nil || len(q.slow) == 0 {
		return p
	}
	for _, l := range q.slow {
		q.unpark(l)
	}
	q.slow = nil
	return q.pick(true)
}

// pick is take, with or without what is slow.
func (q *queue) pick(slow bool) *place {
	for len(q.waiting) > 0 && q.held < q.limit() && q.aside < asideInAll*q.limit() {
		j := q.waiting[0]
		l := &j.limiter.lane
		shut := j.limiter.shut.Load()
		if l.aside >= asideOfLane || shut && l.inLine > 0 { // what is started while it is shut would only wait in line
			q.park(l)
			continue
		}
		if !slow && q.isSlow(l) {
			q.slow = append(q.slow, l)
			q.park(l)
			continue
		}
		p := &place{queue: q, job: j, i: j.next, held: true, inLine: shut}
		j.turn++
		j.next++
		if j.next == j.n {
			heap.Pop(&q.waiting)
		} else {
			heap.Fix(&q.waiting, 0)
		}
		q.held++
		l.held++
		q.started++
		if shut {
			l.inLine++
		}
		return p
	}
	return nil
}

// park puts the first job aside until its lane can take it.
func (q *queue) park(l *lane) {
	if j, ok := heap.Pop(&q.waiting).(*job); ok {
		l.parked = append(l.parked, j)
	}
}

// unpark puts the jobs of a lane back into the queue, to where they were.
func (q *queue) unpark(l *lane) {
	for _, j := range l.parked {
		heap.Push(&q.waiting, j)
	}
	l.parked = nil
}

// standInLine gives the place up for as long as the limiter makes the job wait.
func (p *place) standInLine() {
	if p == nil {
		return
	}
	p.queue.mu.Lock()
	defer p.queue.mu.Unlock()
	if !p.inLine {
		p.inLine = true
		p.job.limiter.lane.inLine++
	}
	p.stepAside()
}

// waitAside gives the place up until the job tries again.
func (p *place) waitAside() {
	if p == nil {
		return
	}
	p.queue.mu.Lock()
	defer p.queue.mu.Unlock()
	p.stepAside()
}

// takeBack takes a place again, before what only waits in the queue.
func (p *place) takeBack() {
	if p == nil {
		return
	}
	p.queue.mu.Lock()
	defer p.queue.mu.Unlock()
	if !p.held {
		p.held = true
		p.count(1)
	}
	p.leaveLine()
	p.queue.start()
}

// answered says how long an answer took.
func (p *place) answered(took time.Duration) {
	if p == nil {
		return
	}
	p.queue.mu.Lock()
	defer p.queue.mu.Unlock()
	p.queue.took.add(took, 1./64)
	p.job.limiter.lane.took.add(took, 1./8)
}

// stepAside is called with the queue's mutex held, as those below are.
func (p *place) stepAside() {
	if p.held {
		p.held = false
		p.count(-1)
	}
	p.queue.start()
}

// count moves the job between those that have a place and those that wait aside.
func (p *place) count(by int) {
	l := &p.job.limiter.lane
	p.queue.held += by
	p.queue.aside -= by
	l.held += by
	l.aside -= by
	p.queue.unpark(l)
}

func (p *place) leaveLine() {
	if p.inLine {
		p.inLine = false
		p.job.limiter.lane.inLine--
		p.queue.unpark(&p.job.limiter.lane)
	}
}

func (p *place) end() {
	if !p.held {
		p.count(1)
	}
	p.queue.held--
	p.job.limiter.lane.held--
	p.leaveLine()
	p.queue.unpark(&p.job.limiter.lane)
}

// jobs is a heap by turn, then arrival.
type jobs []*job

func (j jobs) Len() int { return len(j) }

func (j jobs) Less(a, b int) bool {
	if j[a].turn != j[b].turn {
		return j[a].turn < j[b].turn
	}
	return j[a].seq < j[b].seq
}

func (j jobs) Swap(a, b int) { j[a], j[b] = j[b], j[a] }

// Push is for package heap.
func (j *jobs) Push(x any) {
	if one, ok := x.(*job); ok {
		*j = append(*j, one)
	}
}

// Pop is for package heap.
func (j *jobs) Pop() any {
	last := len(*j) - 1
	out := (*j)[last]
	(*j)[last] = nil
	*j = (*j)[:last]
	return out
}
