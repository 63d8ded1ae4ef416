package aws

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"

	"nbscope/model"
)

// errTargetTimeout ends a target that has not answered for too long.
var errTargetTimeout = errors.New("no answer in time")

const (
	reasonTimeout  = "no answer in time"
	reasonNoSubnet = "subnet no longer exists, or is not shared with this account any more"
)

// targetRun is the scan of one target. It goes on by stages: the list with the
// describes of what it names; then, side by side, the tags and the network.
type targetRun struct {
	scan    *scan
	session *session
	board
	network network
	known   map[string]*model.Notebook // by ARN
	cancel  context.CancelCauseFunc

	waiting *patience
	seen    stage // the list and the describes
	again   stage // the list once more, where a describe does not know what it names
	rest    stage // the tags and the network

	named []string // ARNs of what an index names here
	onEnd func()   // nil: nobody waits

	answer model.Answer // what is known so far about whether there are notebooks

	// The board's mutex guards these too.
	alike   *alike // nil as long as nothing was listed
	crashed *panicError
	asked   int               // notebooks to describe
	begun   int               // and those that are being described, or were
	unknown []*model.Notebook // listed, and a describe knows none of that name
}

// stage is work that goes on side by side. What comes next begins when all of it is
// done, where the last of it was.
type stage struct {
	open atomic.Int64
	next func(context.Context)
}

// newTargetRun makes the scan of a target that is about to be asked: of twenty thousand, few
// are at a time.
func newTargetRun(s *scan, a *session, region string, remark func(string) *model.Problem) *targetRun {
	t := model.Target{Account: a.account, Region: region}
	r := &targetRun{scan: s, session: a, board: board{target: t, batcher: s.batcher}}
	r.network.targetRun = r
	if r.status, r.named = s.before(t, remark); len(r.named) > 0 {
		r.onEnd = s.index.done
	}
	for _, w := range r.status.Warnings {
		r.warned = map[string]bool{w.Operation: true}
	}
	return r
}

// clients are those of the target. One that has no notebook needs none.
func (r *targetRun) clients() *regional { return r.session.in(r.target.Region) }

// begin has the target listed, described, tagged, located and judged, from a place in the
// queue. It ends in a final state whatever happens.
func (r *targetRun) begin(scan context.Context, p *place) {
	ctx := r.start(scan, &r.tally)
	if known := r.scan.req.Known[r.target]; len(known) > 0 {
		r.known = make(map[string]*model.Notebook, len(known))
		for _, n := range known {
			r.known[n.ARN] = n
		}
		clear(known) // the scan goes on long after most targets are through
	}
	r.seen.next, r.again.next = r.confirm, r.described
	r.rest.next = func(ctx context.Context) { r.finish(ctx, scan.Err() != nil) }
	r.rest.open.Store(2)
	r.seen.open.Store(1)
	r.work(ctx, &r.seen, p, r.listing)
}

// start makes the context of the target, which end lets go of.
func (r *targetRun) start(scan context.Context, t *tally) context.Context {
	ctx, cancel := context.WithCancelCause(withTally(scan, t))
	r.cancel = cancel
	r.waiting = &patience{most: r.scan.client.opt.Timeout, over: func() { cancel(errTargetTimeout) }}
	r.scan.open.Add(1)
	return ctx
}

// end is called once for each start.
func (r *targetRun) end() {
	r.cancel(nil)
	r.waiting.leave()
	if r.onEnd != nil {
		r.onEnd()
	}
	r.scan.open.Done()
}

// do hands in n jobs of a stage, which call an API family of the target.
func (r *targetRun) do(ctx context.Context, st *stage, family string, rk urgency, sooner, n int, run func(ctx context.Context, i int)) {
	if len(r.scan.req.Only) > 0 {
		sooner += urgent
	}
	st.open.Add(int64(n))
	limiter := r.scan.client.meter.limiter(r.target.Account, r.target.Region, family)
	r.scan.client.queue.do(limiter, rk, sooner, n, func(p *place, i int) {
		r.work(ctx, st, p, func(ctx context.Context) { run(ctx, i) })
	})
}

// work does a job of a stage in its place.
func (r *targetRun) work(ctx context.Context, st *stage, p *place, run func(context.Context)) {
	r.waiting.begin()
	r.guard(func() { run(context.WithValue(ctx, placeKey{}, p)) })
	r.waiting.end()
	r.done(ctx, st)
}

// beside hands in jobs of a stage that call EC2.
func (r *targetRun) beside(ctx context.Context, st *stage, rk urgency, jobs ...func(context.Context)) {
	if r.network.decided {
		rk = rankLast
	}
	r.do(ctx, st, ec2.ServiceID, rk, 0, len(jobs), func(ctx context.Context, i int) { jobs[i](ctx) })
}

// done counts a job of a stage.
func (r *targetRun) done(ctx context.Context, st *stage) {
	if st.open.Add(-1) == 0 && !r.guard(func() { st.next(ctx) }) && st != &r.rest {
		r.done(ctx, &r.rest) // nobody else would
	}
}

// guard keeps a panic from ending the program: it is a problem of its target.
func (r *targetRun) guard(run func()) (whole bool) {
	e := caught(run)
	if e == nil {
		return true
	}
	r.scan.client.opt.Log.Error("panic in a target", "target", r.target.String(), "value", e.value, "stack", string(e.stack))
	r.mu.Lock()
	defer r.mu.Unlock()
	r.crashed = e
	return false
}

// listing lists the notebooks, with a describe on its way for each page that came in,
// and then asks for what can be asked beside the describes.
func (r *targetRun) listing(ctx context.Context) {
	r.guard(func() { r.listed(ctx) })
	if !r.guard(func() { r.tags(ctx) }) {
		r.done(ctx, &r.rest)
	}
	r.network.foresee(ctx)
}

func (r *targetRun) listed(ctx context.Context) {
	r.change(func(st *model.TargetStatus) { st.State, st.Started = model.StateListing, r.scan.client.opt.Now() })
	if err := r.list(ctx); err != nil {
		p := r.judge(ctx, err)
		r.change(func(st *model.TargetStatus) { st.Problem = &p })
		return
	}
	r.answer.Listed = true
	r.change(func(st *model.TargetStatus) { st.State = model.StateDescribing })
}

// confirm has the list asked again where a describe contradicts it.
func (r *targetRun) confirm(ctx context.Context) {
	if len(r.unknown) == 0 || ctx.Err() != nil {
		r.described(ctx)
		return
	}
	r.do(ctx, &r.again, sagemaker.ServiceID, rankNext, 0, 1, func(ctx context.Context, _ int) { r.listAgain(ctx) })
}

// described goes on to the network when everything is described.
func (r *targetRun) described(ctx context.Context) {
	r.network.weigh(ctx, func(ctx context.Context) { r.done(ctx, &r.rest) })
}

func (r *targetRun) hasCrashed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.crashed != nil
}

// judge classifies why the target cannot be listed, and gathers what speaks for or
// against that it has none.
func (r *targetRun) judge(ctx context.Context, err error) model.Problem {
	p := r.classify(ctx, err)
	maybeOff := p.Kind == model.KindBadCredentials || p.Kind == model.KindNotEnabled
	r.answer.Region = r.session.wordOf(ctx, r.target.Region, maybeOff)
	switch {
	case p.Kind == model.KindExpired:
		r.session.breakUp()
	case maybeOff && r.answer.Region != model.RegionNotEnabled:
		// Credentials may have died since they were proven.
		if worse := r.session.confirm(ctx, r.target.Region); worse != nil {
			worse.Target = r.target
			return *worse
		}
		r.answer.Proven = true
	}
	return p
}

// classify is classify with the target, and with the cause of its end before the
// error that the end made some call return.
func (r *targetRun) classify(ctx context.Context, err error) model.Problem {
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	p := classify(err)
	p.Target = r.target
	return p
}

// progress says that AWS has answered, so that the target's patience begins anew.
func (r *targetRun) progress(ctx context.Context) {
	if ctx.Err() == nil {
		r.waiting.renew()
	}
}

// finish settles whether the target has answered, and every part that is still open.
func (r *targetRun) finish(ctx context.Context, canceled bool) {
	defer r.end()
	st := r.snapshot()
	a := &r.answer
	switch a.Problem = st.Problem; {
	case r.hasCrashed():
		p := classify(r.crashed)
		p.Target = r.target
		a.Problem = &p
	case ctx.Err() != nil:
		p := r.classify(ctx, context.Cause(ctx))
		a.Problem = &p
	}
	kept := r.scan.req.Kept
	a.Found, a.Offers = st.Notebooks, a.Problem != nil && offersNotebooks(r.target.Region)
	a.Kept = len(r.known)+len(r.named) > 0 || kept != nil && a.Problem != nil && len(kept(r.target)) > 0
	state, told := a.Settle()
	if !canceled {
		open := model.Part{State: model.LoadFailed, Reason: "the scan ended before it was asked"}
		if told != nil {
			open.Reason = told.Message
		}
		r.settle(open)
		if !a.Listed && len(r.named) > 0 {
			r.scan.batcher.add(model.Batch{Notebooks: r.scan.index.unconfirmed(r.target, open.Reason)})
		}
	}
	r.change(func(st *model.TargetStatus) {
		st.State, st.Problem, st.Ended, st.Unknown = state, told, r.scan.client.opt.Now(), 0
		for _, n := range r.rows {
			if n.Unseen() {
				st.Unknown++
			}
		}
		if !a.Listed {
			st.Unknown = max(st.Unknown, len(r.named))
		}
	})
}

// skip settles the parts of a notebook, which is not handed out yet, that are not
// asked for.
func (r *targetRun) skip(n *model.Notebook) {
	s := r.scan.client.opt.Skip
	if s.Tags {
		n.Tagged, n.Tags = s.Part(model.FieldTags), nil
	}
	if s.Egress {
		n.Networked, n.NetworkedAt, n.Egress = s.Part(model.FieldEgress), time.Time{}, nil
	}
}

// settle marks parts that nobody will fetch any more, so that none stays pending.
func (r *targetRun) settle(failed model.Part) {
	var changed []*model.Notebook
	for _, n := range r.current() {
		out := r.settled(*n, failed)
		if out.Described != n.Described || out.Located != n.Located || out.Tagged != n.Tagged || out.Networked != n.Networked {
			other := out // few are
			changed = append(changed, &other)
		}
	}
	r.set(changed...)
}

func (r *targetRun) settled(n model.Notebook, failed model.Part) model.Notebook {
	r.skip(&n)
	for _, part := range [...]*model.Part{&n.Described, &n.Located, &n.Tagged, &n.Networked} {
		if part.State == model.LoadPending {
			*part = failed
		}
	}
	return n
}
