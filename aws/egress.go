package aws

import (
	"context"
	"slices"
	"time"

	"nbscope/model"
	"nbscope/model/egress"
)

// factsHold is how long the facts behind a judgement are relied on.
const factsHold = time.Hour

// weigh judges the network of every notebook. Those without a VPC need no facts.
// For the others the facts are read once for the target, in a number of calls that
// does not depend on how many notebooks there are, and only when one of them is
// due; then all of them are judged by the same facts.
func (r *targetRun) weigh(ctx context.Context, readers *crew) {
	if ctx.Err() != nil || r.scan.client.opt.Skip.Egress {
		return
	}
	var inVPC, changed []*model.Notebook
	due, common := false, sharer{}
	judge := func(index *egress.Index, n *model.Notebook, part model.Part, at time.Time) {
		out := judged(index, n, part, at)
		out.Egress = common.share(out.Egress)
		changed = append(changed, out)
	}
	for _, n := range r.current() {
		switch {
		case n.Described.Known() && n.SubnetID != "":
			inVPC = append(inVPC, n)
			due = due || r.due(n)
		case n.Networked.State == model.LoadPending || n.Egress == nil:
			judge(nil, n, n.Described, time.Time{})
		}
	}
	if due {
		facts, part := r.facts(ctx, readers, inVPC)
		if ctx.Err() != nil {
			r.set(changed...)
			return
		}
		index, now := egress.NewIndex(facts), r.scan.client.opt.Now()
		for _, n := range inVPC {
			judge(index, n, part, now)
		}
		r.borrow(facts, part, inVPC)
	}
	r.set(changed...)
}

// due reports whether the facts for a notebook in a VPC have to be read: in a full
// scan, when it is new or its network is another than it was, when they have
// become old, and when one of them was refused. A scan of what AWS is changing
// looks again too often for the last two.
func (r *targetRun) due(n *model.Notebook) bool {
	switch {
	case r.scan.req.Mode == model.Full, n.Networked.State == model.LoadPending, n.Egress == nil:
		return true
	case r.scan.req.Mode == model.Transition:
		return false
	case n.Networked.State == model.LoadFailed:
		return true
	}
	age := r.scan.client.opt.Now().Sub(n.NetworkedAt)
	return age < 0 || age >= factsHold
}

// judged returns the notebook with its judgement.
func judged(index *egress.Index, n *model.Notebook, facts model.Part, at time.Time) *model.Notebook {
	out := *n
	e := egress.Judge(index, n)
	out.Egress, out.Networked, out.NetworkedAt = &e, facts, at
	return &out
}

// keepJudgement gives a notebook that was described anew the judgement of the one
// that was known, when nothing that it rests on has changed, and else none.
func keepJudgement(d, known *model.Notebook) {
	if known != nil && known.Described.Known() && known.Created.Equal(d.Created) && sameNetwork(d, known) {
		d.Egress, d.Networked, d.NetworkedAt = known.Egress, known.Networked, known.NetworkedAt
		return
	}
	d.Egress, d.Networked, d.NetworkedAt = nil, model.Part{}, time.Time{}
}

func sameNetwork(a, b *model.Notebook) bool {
	return a.SubnetID == b.SubnetID && a.NetworkID == b.NetworkID && a.DirectInternet == b.DirectInternet &&
		a.IPAddressType == b.IPAddressType && slices.Equal(a.SecurityGroups, b.SecurityGroups)
}
