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

// network is what is asked and judged of the networks of a target's notebooks.
type network struct {
	*targetRun
	facts   *factReader // nil: nothing was asked yet; the board's mutex guards it
	decided bool        // no verdict hangs on the network, and verdicts of other targets go before

	foreseen *model.Egress // of notebooks whose verdict hangs on no network; the same mutex guards it
}

// foreseenFor is the judgement of a notebook until its network is read, nil where there is
// none before. The board's mutex is held.
func (r *network) foreseenFor(n *model.Notebook) *model.Egress {
	e, ok := egress.Foreseen(n)
	if !ok {
		return nil
	}
	if r.foreseen == nil {
		r.foreseen = &e
	}
	return r.foreseen
}

// weigh locates the notebooks and judges the network of every one of them, and then
// goes on. Those without a VPC need no facts. For the others the facts are read once
// for the target, in a number of calls that does not depend on how many notebooks
// there are, and only when one of them is due; then all of them are judged by the
// same facts.
func (r *network) weigh(ctx context.Context, next func(context.Context)) {
	var changed []*model.Notebook
	r.decided = r.scan.index != nil
	due, outside := false, judge{common: interner{}, survey: egress.NewSurvey(nil, r.scan.client.opt.Reach)}
	judges := !r.scan.client.opt.Skip.Egress
	for _, n := range r.current() {
		switch {
		case isInVPC(n):
			r.decided = r.decided && n.DirectInternet == model.Enabled
			due = due || judges && r.due(n)
		case judges && (n.Networked.State == model.LoadPending || n.Egress == nil || !r.surveyed(n)):
			outside.part = n.Described
			changed = append(changed, outside.judged(n))
		}
	}
	r.setNetwork(changed...)
	switch {
	case ctx.Err() != nil || r.hasCrashed():
		next(ctx)
	case due:
		_ = r.claim() // unless there is one
		r.facts.read(ctx, func(ctx context.Context) {
			r.judgeAll(ctx)
			next(ctx)
		})
	default:
		r.locate(ctx, next)
	}
}

// judgeAll judges the notebooks in VPCs by the facts that were read, unless something
// kept these from being read: then nothing is known.
func (r *network) judgeAll(ctx context.Context) {
	r.scan.judging <- struct{}{} // more at once would take no less time, and each the memory for all that it compares
	defer func() { <-r.scan.judging }()
	if ctx.Err() != nil || r.hasCrashed() {
		return
	}
	f := r.facts
	facts, part, placed := f.out, f.part(), f.placed(r.inVPC())
	j := r.judgeBy(facts, part, placed)
	for _, n := range placed {
		j.judge(n)
	}
	r.borrow(facts, part, placed)
	r.setNetwork(placed...)
	f.out = egress.Facts{} // nobody looks again, and the target may wait long for its tags
}

func isInVPC(n *model.Notebook) bool { return n.Described.Known() && n.SubnetID != "" }

// inVPC are the notebooks of the target that are in VPCs, as they are now. Whoever kept
// them while more comes in would hold each of them twice.
func (r *network) inVPC() []*model.Notebook {
	return slices.DeleteFunc(r.current(), func(n *model.Notebook) bool { return !isInVPC(n) })
}

// foresee begins to read the network beside the describes, where it is known from before
// in which VPC each notebook is that was listed: a notebook's network does not change
// in place, and so no describe is needed to tell.
func (r *network) foresee(ctx context.Context) {
	if ctx.Err() != nil || r.scan.client.opt.Skip.Egress {
		return
	}
	rows := r.current()
	kept := r.kept(rows)
	due := false
	var vpcs []string
	for _, n := range rows {
		at, known := kept[n.Name]
		if n.Described.Known() {
			at, known = model.Place{Created: n.Created, SubnetID: n.SubnetID, VPCID: n.VPCID}, true
		}
		switch {
		case !known || !at.Created.Equal(n.Created) || at.SubnetID != "" && at.VPCID == "":
			return
		case at.SubnetID != "":
			vpcs = append(vpcs, at.VPCID)
			due = due || r.due(n)
		}
	}
	if !due {
		return
	}
	if f := r.claim(); f != nil {
		for _, at := range kept {
			f.before[at.SubnetID] = at.VPCID
		}
		f.askIn(ctx, &r.seen, vpcs)
	}
}

// kept are the places of notebooks that an earlier scan saw, by name, where something
// is not known without them.
func (r *network) kept(rows []*model.Notebook) map[string]model.Place {
	ask := r.scan.req.Kept
	if ask == nil || !slices.ContainsFunc(rows, func(n *model.Notebook) bool { return !n.Described.Known() }) {
		return nil
	}
	out := map[string]model.Place{}
	for _, at := range ask(r.target) {
		out[at.Name] = at
	}
	return out
}

// scout has the VPCs told of the notebooks that are described when the last of them
// begins to be.
func (r *network) scout(ctx context.Context) {
	reachable := slices.DeleteFunc(r.current(), func(n *model.Notebook) bool { return n.NetworkID == "" || !r.wanted(n) })
	if len(reachable) == 0 || ctx.Err() != nil || r.scan.client.opt.Skip.Egress {
		return
	}
	if f := r.claim(); f != nil {
		r.beside(ctx, &r.seen, rankNext, f.placing(reachable)...)
	}
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
func (r *network) judgeBy(facts egress.Facts, part model.Part, notebooks []*model.Notebook) judge {
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

// judged is a copy of a notebook with its judgement.
func (j *judge) judged(n *model.Notebook) *model.Notebook {
	out := *n
	j.judge(&out)
	return &out
}

// judge gives a notebook, which is not handed out yet, its judgement.
func (j *judge) judge(n *model.Notebook) {
	e := j.survey.Of(n)
	if j.advisor != nil && (j.only == "" || j.only == n.ARN) {
		advised := *e
		advised.Advice = j.advisor.For(n)
		e = &advised
	}
	n.Networked, n.NetworkedAt = j.part, j.at
	if why := j.index.Unclear(n, e); why != "" && j.part.Known() {
		n.Networked = model.Part{State: model.LoadFailed, Reason: why}
	}
	n.Egress = j.common.intern(e)
}

// due reports whether the facts for a notebook in a VPC have to be read: in a full
// scan and in one that advises, when it is new or its network is another than it
// was, when they have become old, when one of them was refused, and when there are
// destinations that it was not judged for. A scan of what AWS is changing looks again
// too often for the last three.
func (r *network) due(n *model.Notebook) bool {
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
func (r *network) surveyed(n *model.Notebook) bool {
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
