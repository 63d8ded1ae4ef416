package aws

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"nbscope/model"
	"nbscope/model/egress"
)

// errTargetTimeout ends a target that has not answered for too long.
var errTargetTimeout = errors.New("no answer in time")

const (
	reasonTimeout  = "no answer in time"
	reasonNoSubnet = "subnet no longer exists, or is not shared with this account any more"
)

// targetRun is the scan of one target.
type targetRun struct {
	scan    *scan
	session *session
	target  model.Target
	clients *regional
	tally   tally
	known   map[string]*model.Notebook // by ARN
	timer   *time.Timer                // ends the target when nothing answers

	vpcs      egress.Family[egress.VPC] // as far as they were asked for
	vpcsAsked []string

	answer model.Answer // what is known so far about whether there are notebooks

	mu     sync.Mutex
	status model.TargetStatus
	rows   map[string]*model.Notebook // by ARN; the values are never changed
	order  []string                   // ARNs as listed
	warned map[string]bool
}

func newTargetRun(s *scan, a *session, region string) *targetRun {
	t := model.Target{Account: a.account, Region: region}
	return &targetRun{
		scan: s, session: a, target: t, clients: a.in(region),
		status: model.TargetStatus{Target: t, State: model.StatePending},
		rows:   map[string]*model.Notebook{}, warned: map[string]bool{}, vpcs: egress.Read[egress.VPC](),
	}
}

// run lists, describes, tags, locates and judges, and leaves the target in a final state
// whatever happens.
func (r *targetRun) run(scan context.Context) {
	ctx, cancel := context.WithCancelCause(withTally(scan, &r.tally))
	defer cancel(nil)
	patience := r.scan.client.opt.Timeout
	r.timer = time.AfterFunc(patience, func() { cancel(errTargetTimeout) })
	defer r.timer.Stop()
	r.known = map[string]*model.Notebook{}
	for _, n := range r.scan.req.Known[r.target] {
		r.known[n.ARN] = n
	}
	var crashed error
	defer func() { r.finish(ctx, scan.Err() != nil, crashed) }()
	r.scan.active.Add(1)
	defer r.scan.active.Add(-1)
	caught := func(e *panicError) {
		r.scan.client.opt.Log.Error("panic in a target", "target", r.target.String(), "value", e.value, "stack", string(e.stack))
		r.mu.Lock()
		crashed = e
		r.mu.Unlock()
	}
	work, readers := newCrewOf(r.scan.share, caught), newCrewOf(r.scan.share, caught)
	work.do(0, func() { r.phases(ctx, work) })
	work.wait()
	work.do(0, func() { r.locate(ctx) })
	work.wait()
	work.do(0, func() { r.weigh(ctx, readers) })
	work.wait()
}

// phases lists the notebooks, with a describe on its way for each page that came
// in, then asks for the tags.
func (r *targetRun) phases(ctx context.Context, work *crew) {
	r.change(func(st *model.TargetStatus) { st.State, st.Started = model.StateListing, r.scan.client.opt.Now() })
	err := r.list(ctx, func(arn string) { work.do(1, func() { r.describe(ctx, arn) }) })
	if err != nil {
		p := r.judge(ctx, err)
		r.change(func(st *model.TargetStatus) { st.Problem = &p })
	} else {
		r.answer.Listed = true
		r.change(func(st *model.TargetStatus) { st.State = model.StateDescribing })
	}
	if ctx.Err() == nil {
		r.tags(ctx, work)
	}
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
		r.timer.Reset(r.scan.client.opt.Timeout)
	}
}

// warn tells, once per operation, of a part that could not be seen.
func (r *targetRun) warn(p model.Problem) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.warned[p.Operation] {
		return
	}
	r.warned[p.Operation] = true
	p.Target = r.target
	r.status.Warnings = append(r.status.Warnings, p)
}

// tell sends what has changed. It is called with mu held: what two goroutines make
// of one notebook must leave in the order in which they made it.
func (r *targetRun) tell(b model.Batch) {
	b.Targets = []model.TargetStatus{r.statusLocked()}
	r.scan.batcher.add(b)
}

// set makes these the newest values of notebooks and tells of them.
func (r *targetRun) set(notebooks ...*model.Notebook) {
	if len(notebooks) == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, n := range notebooks {
		r.rows[n.ARN] = n
	}
	r.tell(model.Batch{Notebooks: notebooks})
}

// edit replaces the notebook by what change makes of its newest value. Tags and
// describes of one notebook arrive side by side, so neither may start from a
// value that it read earlier.
func (r *targetRun) edit(arn string, change func(model.Notebook) *model.Notebook) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if n, ok := r.rows[arn]; ok {
		n = change(*n)
		r.rows[arn] = n
		r.tell(model.Batch{Notebooks: []*model.Notebook{n}})
	}
}

// gone tells that a notebook does not exist any more.
func (r *targetRun) gone(arn string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.rows, arn)
	r.order = slices.DeleteFunc(r.order, func(x string) bool { return x == arn })
	r.status.Notebooks = len(r.rows)
	r.tell(model.Batch{Gone: []string{arn}})
}

func (r *targetRun) change(f func(*model.TargetStatus)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f(&r.status)
	r.tell(model.Batch{})
}

// snapshot is the target's status for others to keep.
func (r *targetRun) snapshot() model.TargetStatus {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.statusLocked()
}

// statusLocked is snapshot with mu held.
func (r *targetRun) statusLocked() model.TargetStatus {
	st := r.status
	st.Warnings = slices.Clone(st.Warnings)
	st.Calls, st.Throttles = int(r.tally.calls.Load()), int(r.tally.throttles.Load())
	return st
}

// current lists the newest values in the order of the list.
func (r *targetRun) current() []*model.Notebook {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := make([]*model.Notebook, 0, len(r.order))
	for _, arn := range r.order {
		out = append(out, r.rows[arn])
	}
	return out
}

// finish settles whether the target has answered, and every part that is still open.
func (r *targetRun) finish(ctx context.Context, canceled bool, crashed error) {
	st := r.snapshot()
	a := &r.answer
	switch a.Problem = st.Problem; {
	case crashed != nil:
		p := classify(crashed)
		p.Target = r.target
		a.Problem = &p
	case ctx.Err() != nil:
		p := r.classify(ctx, context.Cause(ctx))
		a.Problem = &p
	}
	kept := r.scan.req.Kept
	a.Found, a.Offers = st.Notebooks, offersNotebooks(r.target.Region)
	a.Kept = len(r.known) > 0 || kept != nil && a.Problem != nil && kept(r.target)
	state, told := a.Settle()
	if !canceled {
		open := model.Part{State: model.LoadFailed, Reason: "the scan ended before it was asked"}
		if told != nil {
			open.Reason = told.Message
		}
		r.settle(open)
	}
	r.change(func(st *model.TargetStatus) {
		st.State, st.Problem, st.Ended, st.Unknown = state, told, r.scan.client.opt.Now(), 0
		for _, n := range r.rows {
			if n.Unseen() {
				st.Unknown++
			}
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
		out := *n
		r.skip(&out)
		for _, part := range []*model.Part{&out.Described, &out.Located, &out.Tagged, &out.Networked} {
			if part.State == model.LoadPending {
				*part = failed
			}
		}
		if out.Described != n.Described || out.Located != n.Located || out.Tagged != n.Tagged || out.Networked != n.Networked {
			changed = append(changed, &out)
		}
	}
	r.set(changed...)
}
