package aws

import (
	"context"
	"slices"

	"nbscope/model"
	"nbscope/model/egress"
)

// loan is what one target knows of VPCs that another account shares with it, and the
// notebooks that it judged by that alone.
type loan struct {
	run       *targetRun
	facts     egress.Facts
	part      model.Part
	vpcs      []string
	notebooks []string // ARNs
}

// lender is an account in a region whose VPCs are shared.
type lender = model.Target

// borrow notes the notebooks of a target that stand in VPCs of other accounts. What
// their owners alone may describe may be had once all targets are done.
func (r *network) borrow(facts egress.Facts, part model.Part, notebooks []*model.Notebook) {
	owners := map[string]string{}
	for i := range facts.Subnets.Items {
		owners[facts.Subnets.Items[i].ID] = facts.Subnets.Items[i].OwnerID
	}
	loans := map[lender]*loan{}
	for _, n := range notebooks {
		owner := owners[n.SubnetID]
		if owner == "" || owner == r.target.Account {
			continue
		}
		from := lender{Account: owner, Region: r.target.Region}
		if loans[from] == nil {
			loans[from] = &loan{run: r.targetRun, facts: facts, part: part}
		}
		l := loans[from]
		l.notebooks = append(l.notebooks, n.ARN)
		l.vpcs = append(l.vpcs, n.VPCID)
	}
	if len(loans) == 0 {
		return
	}
	r.change(func(st *model.TargetStatus) { st.Borrows = true })
	r.scan.mu.Lock()
	defer r.scan.mu.Unlock()
	for from, l := range loans {
		r.scan.loans[from] = append(r.scan.loans[from], *l)
	}
}

// lend judges the notebooks in shared VPCs again, by what the owners see as well,
// where the program is signed in to an owner's account. It follows all targets and
// holds none up: until then a verdict that hangs on the owner's facts is unknown.
func (s *scan) lend(ctx context.Context) {
	s.mu.Lock()
	loans := s.loans
	s.mu.Unlock()
	for from, all := range loans {
		if session := s.client.sessionOf(from.Account); session != nil && session.holds(ctx) && ctx.Err() == nil {
			s.settleLoans(ctx, newTargetRun(s, session, from.Region, noRemark), all)
		}
	}
	s.open.Wait()
}

// settleLoans reads an owner's facts of the VPCs that it shares, and judges. The calls
// count for the first of those that it is done for.
func (s *scan) settleLoans(scan context.Context, owner *targetRun, loans []loan) {
	var vpcs []string
	for _, l := range loans {
		vpcs = append(vpcs, l.vpcs...)
	}
	ctx := owner.start(scan, &loans[0].run.tally)
	owner.rest.next = func(context.Context) { owner.end() }
	owner.rest.open.Store(1)
	owner.network.claim().readOf(ctx, vpcs, func(ctx context.Context) {
		if ctx.Err() == nil && !owner.hasCrashed() { // else what was judged without the owner stands, and says what it lacks
			for _, l := range loans {
				l.run.network.judgeAgain(egress.Merge(l.facts, owner.network.facts.out, owner.target.Account), &l)
			}
		}
		owner.done(ctx, &owner.rest)
	})
}

// judgeAgain judges the notebooks of a loan that the target still knows.
func (r *network) judgeAgain(facts egress.Facts, l *loan) {
	all := r.current()
	j := r.judgeBy(facts, l.part, all)
	var changed []*model.Notebook
	for _, n := range all {
		if slices.Contains(l.notebooks, n.ARN) {
			changed = append(changed, j.judged(n))
		}
	}
	r.setNetwork(changed...)
}
