package aws

import (
	"context"
	"runtime"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"

	"nbscope/model"
)

// scan is one pass over the targets.
type scan struct {
	client  *Client
	req     model.ScanRequest
	batcher *batcher
	signs   *crew          // sign-ins
	open    sync.WaitGroup // targets
	filter  *regionFilter
	judging chan struct{} // a place for each judging of a target that has a processor to itself
	index   *discovery    // nil: every target is asked as it comes. Set before accounts are signed in to

	mu       sync.Mutex
	targeted int                       // targets that were handed out
	accounts map[string]bool           // accounts whose targets were handed out
	wanted   map[model.Target]bool     // of a scan of some targets: those not begun yet
	failed   map[string]*model.Problem // of a scan of some targets: sign-ins that failed, by label
	loans    map[lender][]loan         // notebooks in VPCs of other accounts
}

// scanKey marks the context of a scan, and holds an endOfScan.
type scanKey struct{}

// endOfScan has something done when the scan ends, unless it is stopped before.
type endOfScan func(do func(cause error)) (stop func() bool)

func newScan(c *Client, req model.ScanRequest, emit func(model.Batch)) *scan {
	s := &scan{
		client: c, req: req, judging: make(chan struct{}, runtime.GOMAXPROCS(0)), filter: newRegionFilter(c.opt.Regions),
		accounts: map[string]bool{}, wanted: map[model.Target]bool{}, failed: map[string]*model.Problem{},
		loans: map[lender][]loan{},
	}
	for _, t := range req.Only {
		s.wanted[t] = true
	}
	s.req.Known = make(model.Snapshot, len(req.Known))
	for t, rows := range req.Known {
		s.req.Known[t] = slices.Clone(rows) // its targets let go of them
	}
	s.batcher = newBatcher(req.Generation, emit)
	// Sign-ins mostly wait, for the user even: they must not wait for each other.
	s.signs = newCrew(1024, s.crashed)
	return s
}

func (s *scan) run(ctx context.Context) {
	life := ctx
	ctx = context.WithValue(ctx, scanKey{}, endOfScan(func(do func(cause error)) func() bool {
		return context.AfterFunc(life, func() { do(context.Cause(life)) })
	}))
	defer s.batcher.finish()
	leave := s.client.asker.listen(ctx, func(q *model.Question) { s.batcher.add(model.Batch{Asked: q}) })
	defer leave()
	logins, err := s.client.logins()
	if err != nil {
		s.problem(classify(err))
	}
	if !s.resume(ctx) {
		for _, l := range logins {
			l.regions = len(logins) == 1 && len(s.req.Only) == 0 && len(s.client.opt.RoleARNs) == 0 && s.client.opt.OrgRole == ""
			s.signs.do(func() { s.begin(ctx, l) })
		}
	}
	s.signs.wait()
	s.open.Wait()
	s.index.end()
	s.lend(ctx)
	s.unreached()
	if len(s.req.Only) == 0 && len(s.accounts) > 0 && ctx.Err() == nil {
		for _, p := range s.filter.unused() {
			s.problem(p)
		}
	}
}

// crashed tells of a panic outside of any target.
func (s *scan) crashed(e *panicError) {
	s.client.opt.Log.Error("panic in a scan", "value", e.value, "stack", string(e.stack))
	s.problem(classify(e))
}

func (s *scan) problem(p model.Problem) {
	if len(s.req.Only) > 0 {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.failed[p.Profile] = &p
		return
	}
	if p.Kind == model.KindCanceled {
		return // the user's own doing needs no telling
	}
	s.batcher.add(model.Batch{Problems: []model.Problem{p}})
}

// resume starts a scan of some targets on the sessions that there are, and
// reports whether that covers all of them.
func (s *scan) resume(ctx context.Context) bool {
	if len(s.req.Only) == 0 {
		return false
	}
	for _, t := range s.req.Only {
		if session := s.client.sessionOf(t.Account); session != nil && session.holds(ctx) {
			s.targets(ctx, session)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.wanted) == 0
}

// begin signs in and hands out what the sign-in leads to.
func (s *scan) begin(ctx context.Context, l *login) {
	base, ok := s.signIn(ctx, l)
	if !ok {
		return
	}
	switch opt := s.client.opt; {
	case len(opt.RoleARNs) > 0:
		for i, arn := range opt.RoleARNs {
			assumed := s.client.roleLogin(base, arn)
			assumed.profile, assumed.source, assumed.regions = l.profile, l.source, len(s.req.Only) == 0
			role := s.client.login(i, assumed)
			s.signs.do(func() {
				if assumed, ok := s.signIn(ctx, role); ok {
					s.account(ctx, assumed)
				}
			})
		}
	case opt.OrgRole != "":
		s.organization(ctx, base, l)
	default:
		s.account(ctx, base)
	}
}

func (s *scan) signIn(ctx context.Context, l *login) (*session, bool) {
	got, err := s.client.signIn(ctx, l)
	if err != nil {
		s.problem(signInProblem(err, l))
		return nil, false
	}
	return got, true
}

// account hands out the targets of an account, once, however many sign-ins reach
// it.
func (s *scan) account(ctx context.Context, a *session) {
	s.identify(a)
	s.mu.Lock()
	again := s.accounts[a.account]
	s.accounts[a.account] = true
	s.mu.Unlock()
	if again {
		return
	}
	if len(s.req.Only) > 0 {
		s.targets(ctx, a)
		return
	}
	if named := s.index.begin(a.account); len(named) > 0 {
		s.announce(ctx, a, named, noRemark)
	}
	full := s.req.Mode == model.Full
	s.index.after(func() {
		s.ask(ctx, a, iam.ServiceID, rankLeaf, func(placed context.Context) {
			if a.alias(placed, full) {
				s.identify(a)
			}
		})
		s.ask(ctx, a, ec2.ServiceID, rankNext, func(placed context.Context) {
			if list, err := a.regionsOf(placed, full); err == nil { // else it is the end of ctx
				s.regions(ctx, a, &list)
			}
		})
	})
}

// ask has a call made that is an account's. A thousand accounts have two each, and what waits
// within the SDK takes fifty times the memory of what waits in the queue.
func (s *scan) ask(ctx context.Context, a *session, family string, rk urgency, do func(context.Context)) {
	s.open.Add(1)
	s.client.queue.do(s.client.meter.limiter(a.account, a.home, family), rk, 0, 1, func(p *place, _ int) {
		defer s.open.Done()
		if e := caught(func() { do(context.WithValue(ctx, placeKey{}, p)) }); e != nil {
			s.crashed(e)
		}
	})
}

// regions hands out the targets of an account, but for those that are under way.
func (s *scan) regions(ctx context.Context, a *session, list *regionList) {
	s.mu.Lock()
	chosen := s.filter.choose(list.ask, a.partition)
	s.mu.Unlock()
	if list.guessed != nil && !s.filter.namesAll() {
		s.problem(*list.guessed)
	}
	chosen, believed := s.index.rest(a.account, a.partition, chosen)
	s.batcher.add(model.Batch{Targets: believed})
	s.announce(ctx, a, chosen, list.strange)
}

// identify tells who the program is in an account. The alias and further sign-ins
// arrive side by side; the newest value must leave last.
func (s *scan) identify(a *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.batcher.add(model.Batch{Identities: []model.Identity{a.who()}})
}

// announce makes the regions of an account targets, all pending, and has them scanned.
// remark is what there is to say of a region beforehand.
func (s *scan) announce(ctx context.Context, a *session, regions []string, remark func(string) *model.Problem) {
	statuses := make([]model.TargetStatus, len(regions))
	for i, region := range regions {
		statuses[i], _ = s.before(model.Target{Account: a.account, Region: region}, remark)
	}
	s.batcher.add(model.Batch{Targets: statuses})
	s.mu.Lock()
	s.targeted += len(regions)
	s.client.meter.slots.serve(s.targeted)
	s.mu.Unlock()
	sooner := 0
	if len(s.req.Only) > 0 {
		sooner = urgent
	}
	for _, region := range regions {
		s.open.Add(1)
		limiter := s.client.meter.limiter(a.account, region, sagemaker.ServiceID)
		s.client.queue.do(limiter, rankNext, sooner, 1, func(p *place, _ int) {
			defer s.open.Done()
			newTargetRun(s, a, region, remark).begin(ctx, p)
		})
	}
}

// before is the status of a target before it is asked, with what an index names there.
func (s *scan) before(t model.Target, remark func(string) *model.Problem) (st model.TargetStatus, named []string) {
	st = model.TargetStatus{Target: t, State: model.StatePending}
	if named, _ = s.index.expects(t); len(named) > 0 {
		st.Named = len(named)
	} else if s.index.isBelieved(t) {
		st.State = model.StateBelieved
	}
	if p := remark(t.Region); p != nil {
		about := *p
		about.Target = t
		st.Warnings = []model.Problem{about}
	}
	return st, named
}

// noRemark is for targets of which there is nothing to say beforehand.
func noRemark(string) *model.Problem { return nil }

// targets hands out those of the wanted targets that belong to the account.
func (s *scan) targets(ctx context.Context, a *session) {
	s.mu.Lock()
	var regions []string
	for _, t := range s.req.Only {
		if t.Account == a.account && s.wanted[t] {
			delete(s.wanted, t)
			regions = append(regions, t.Region)
		}
	}
	s.mu.Unlock()
	s.announce(ctx, a, regions, noRemark)
}

// unreached tells of wanted targets whose account nobody signed in to.
func (s *scan) unreached() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for t := range s.wanted {
		p := model.Problem{
			Kind: model.KindNoCredentials, Operation: opSignIn,
			Message: "no sign-in reaches account " + t.Account, Hint: "scan everything again",
		}
		for _, f := range s.failed {
			p = *f
		}
		p.Target = t
		status := model.TargetStatus{Target: t, State: p.Kind.State(), Problem: &p, Ended: s.client.opt.Now()}
		if !slices.Contains([]model.TargetState{model.StateExpired, model.StateCanceled}, status.State) {
			status.State = model.StateFailed
		}
		s.batcher.add(model.Batch{Targets: []model.TargetStatus{status}})
	}
}

// signInOnly signs in without scanning anything and returns a sign-in that
// failed, if one did.
func (s *scan) signInOnly(ctx context.Context) model.Problem {
	defer s.batcher.finish()
	clear(s.wanted)
	logins, err := s.client.logins()
	if err != nil {
		return classify(err)
	}
	for _, l := range logins {
		s.signs.do(func() { s.begin(ctx, l) })
	}
	s.signs.wait()
	for _, p := range s.failed {
		return *p
	}
	return model.Problem{}
}
