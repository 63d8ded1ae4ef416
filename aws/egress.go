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
	due, outside := false, judge{common: interner{}, survey: egress.NewSurvey(nil, r.scan.client.opt.Reach)}
	for _, n := range r.current() {
		switch {
		case n.Described.Known() && n.SubnetID != "":
			inVPC = append(inVPC, n)
			due = due || r.due(n)
		case n.Networked.State == model.LoadPending, n.Egress == nil, !r.surveyed(n):
			outside.part = n.Described
			changed = append(changed, outside.of(n))
		}
	}
	if due {
		facts, part := r.facts(ctx, readers, inVPC)
		if ctx.Err() != nil {
			r.set(changed...)
			return
		}
		j := r.judgeBy(facts, part, inVPC)
		for _, n := range inVPC {
			changed = append(changed, j.of(n))
		}
		r.borrow(facts, part, inVPC)
	}
	r.set(changed...)
}

// judge judges the notebooks of a target by the same facts.
type judge struct {
	index   *egress.Index // nil: there are none
	part    model.Part
	at      time.Time
	common  interner
	survey  *egress.Survey
	advisor *egress.Advisor // nil: nobody asked for advice
	only    string          // the ARN that advice is asked for, "" for all
}

// judgeBy judges by facts. Notebooks are all of the target, whom a remedy may touch.
func (r *targetRun) judgeBy(facts egress.Facts, part model.Part, notebooks []*model.Notebook) judge {
	index := egress.NewIndex(facts)
	j := judge{
		index: index, part: part, at: r.scan.client.opt.Now(), common: interner{}, only: r.scan.req.AdviseOn,
		survey: egress.NewSurvey(index, r.scan.client.opt.Reach),
	}
	if r.scan.req.Advise {
		j.advisor = egress.NewAdvisor(facts, notebooks)
	}
	return j
}

// of returns a notebook with its judgement.
func (j *judge) of(n *model.Notebook) *model.Notebook {
	out := *n
	e := egress.Judge(j.index, n)
	if j.advisor != nil && (j.only == "" || j.only == n.ARN) {
		e.Advice = j.advisor.For(n)
	}
	out.Networked, out.NetworkedAt = j.part, j.at
	if why := j.index.Unclear(n, &e); why != "" && j.part.Known() {
		out.Networked = model.Part{State: model.LoadFailed, Reason: why}
	}
	out.Egress = j.common.reaching(j.common.intern(&e), j.survey.For(n))
	return &out
}

// due reports whether the facts for a notebook in a VPC have to be read: in a full
// scan and in one that advises, when it is new or its network is another than it
// was, when they have become old, when one of them was refused, and when there are
// destinations that it was not judged for. A scan of what AWS is changing looks again
// too often for the last three.
func (r *targetRun) due(n *model.Notebook) bool {
	switch {
	case r.scan.req.Mode == model.Full, r.scan.req.Advise, n.Networked.State == model.LoadPending, n.Egress == nil:
		return true
	case r.scan.req.Mode == model.Transition:
		return false
	case n.Networked.State == model.LoadFailed, !r.surveyed(n):
		return true
	}
	age := r.scan.client.opt.Now().Sub(n.NetworkedAt)
	return age < 0 || age >= factsHold
}

// surveyed reports whether a notebook was judged for the destinations of today, which
// the configuration adds to.
func (r *targetRun) surveyed(n *model.Notebook) bool {
	names := model.Destinations()
	for _, d := range r.scan.client.opt.Reach {
		names = append(names, d.Name)
	}
	return n.Egress != nil && slices.EqualFunc(n.Egress.Reach, names, func(r model.Reach, name string) bool { return r.Destination == name })
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
		a.IPAddressType == b.IPAddressType && a.RoleARN == b.RoleARN && slices.Equal(a.SecurityGroups, b.SecurityGroups)
}
