package aws

import (
	"context"
	"fmt"
	"slices"
	"strings"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"

	"nbscope/model"
)

const (
	pageSize     = 100
	maxListPages = 2000 // of a list: 200,000 notebooks in one region, a thousand times the quota

	opListNotebooks = "sagemaker:ListNotebookInstances"
)

// list goes through the pages, tells of every row at once and asks for a describe
// of each that needs one. Only a listing that came to its end says that what it
// does not name is gone.
func (r *targetRun) list(ctx context.Context) error {
	only := r.scan.req.Name
	if !isNotebookName(only) {
		return nil
	}
	err := r.pages(ctx, only, func(page int, out *sagemaker.ListNotebookInstancesOutput) { r.describeAll(ctx, page, r.page(out)) })
	if err == nil {
		r.forget()
	}
	return err
}

// pages reads the list of what has a name like this one, "" for every notebook, to its
// end. Pages count from 1.
func (r *targetRun) pages(ctx context.Context, only string, take func(page int, out *sagemaker.ListNotebookInstancesOutput)) error {
	in := &sagemaker.ListNotebookInstancesInput{MaxResults: sdkaws.Int32(pageSize)}
	if only != "" {
		in.NameContains = sdkaws.String(only)
	}
	for page := 1; ; page++ {
		out, err := r.session.lister().ListNotebookInstances(ctx, in, func(o *sagemaker.Options) { o.Region = r.target.Region })
		if err == nil {
			err = flooding(page, len(out.NotebookInstances))
		}
		for i := 0; err == nil && i < len(out.NotebookInstances); i++ {
			err = r.ofNotebook(opListNotebooks, out.NotebookInstances[i].NotebookInstanceArn, out.NotebookInstances[i].NotebookInstanceName)
		}
		if err != nil {
			return err
		}
		r.progress(ctx)
		take(page, out)
		if in.NextToken = out.NextToken; !has(in.NextToken) {
			return nil
		}
	}
}

// flooding is a problem where a list has more than a region of AWS ever holds: it
// would be taken in for ever.
func flooding(pages, rows int) error {
	if rows > 10*pageSize { // an emulator may give some more than was asked for
		return model.Problem{
			Kind: model.KindTooLarge, Operation: opListNotebooks, Hint: hintTooLarge,
			Message: fmt.Sprintf("a page of the list has %d notebook instances, and %d were asked for", rows, pageSize),
		}
	}
	return endless(opListNotebooks, pages)
}

// endless is a problem where a list has too many pages.
func endless(operation string, pages int) error {
	if pages <= maxListPages {
		return nil
	}
	return model.Problem{
		Kind: model.KindTooLarge, Operation: operation, Hint: hintTooLarge,
		Message: fmt.Sprintf("the list has no end: %d pages were read", maxListPages),
	}
}

// scouts are so many describes of a large target that go before others': by what they
// say of its networks its VPCs are known once the last is described. A small target has
// none, so that it has the longer way, and goes before with all that it has.
const scouts = 16

// describeAll has the notebooks of a page described.
func (r *targetRun) describeAll(ctx context.Context, page int, arns []string) {
	describe := func(rk urgency, sooner int, arns []string) {
		r.do(ctx, &r.seen, sagemaker.ServiceID, rk, sooner, len(arns), func(ctx context.Context, i int) { r.describe(ctx, arns[i]) })
	}
	ahead := 0
	switch {
	case page > 1:
	case len(arns) > 2*scouts:
		ahead = scouts
	default:
		ahead = len(arns)
	}
	describe(rankNext, 0, arns[:ahead])
	// Each page comes an answer after the one before it: the largest target has the
	// longest way. Of one that has a single page, few notebooks tell of its networks before
	// the last is described: it goes before the first pages of others.
	pages := min(page-1, 4)
	if page == 1 && len(arns) < pageSize {
		pages = 4
	}
	describe(rankBulk, pages*slotsMost, arns[ahead:])
}

// page takes in one page of the list and returns the ARNs of what is to be described.
func (r *targetRun) page(out *sagemaker.ListNotebookInstancesOutput) (ask []string) {
	now := r.scan.client.opt.Now()
	var rows []*model.Notebook
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range out.NotebookInstances {
		if r.alike == nil {
			r.alike = newAlike()
		}
		n := r.alike.fromSummary(r.target, &out.NotebookInstances[i], now)
		if only := r.scan.req.Name; only != "" && !strings.EqualFold(n.Name, only) {
			continue
		}
		if _, twice := r.rows[n.ARN]; twice {
			continue // a list that changes while it is read may name one twice
		}
		lacks := missingOfEntry(&out.NotebookInstances[i])
		if lacks == "" {
			n = carry(n, r.known[n.ARN])
		} else {
			n = unlisted(n, lacks)
			r.warnLocked(model.Problem{Kind: model.KindProtocol, Operation: opListNotebooks, Message: n.Described.Reason, Hint: hintNotAWS})
		}
		r.skip(n)
		if r.rows == nil {
			r.rows = map[string]*model.Notebook{}
		}
		if r.scan.req.Listed {
			n.Described = model.Part{State: model.LoadSkipped, Reason: "only the lists were asked for"}
			n.Tagged = n.Described
		}
		r.rows[n.ARN] = n
		r.order = append(r.order, n.ARN)
		rows = append(rows, n)
		switch {
		case lacks != "" || r.scan.req.Listed:
		case r.toDescribe(n):
			ask = append(ask, n.ARN)
		default:
			r.status.Described++
		}
	}
	r.asked += len(ask)
	r.status.Notebooks = len(r.rows)
	if len(rows) > 0 {
		r.tell(model.Batch{Notebooks: rows})
	}
	return ask
}

// toDescribe reports whether what is known of a notebook is not enough.
func (r *targetRun) toDescribe(n *model.Notebook) bool {
	return r.scan.req.Mode == model.Full || !n.Described.Known() || n.Stale || n.Status.InTransition()
}

// forget tells of the notebooks that are known and were not listed.
func (r *targetRun) forget() {
	var gone []string
	r.mu.Lock()
	defer r.mu.Unlock()
	for arn, n := range r.known {
		_, listed := r.rows[arn]
		if only := r.scan.req.Name; !listed && (only == "" || strings.EqualFold(n.Name, only)) {
			gone = append(gone, arn)
		}
	}
	r.tell(model.Batch{Gone: r.compare(gone)})
}

// compare counts where an index and the list differ, and adds what the index alone has
// to what is gone. It is called with mu held.
func (r *targetRun) compare(gone []string) []string {
	for _, arn := range r.named {
		if _, listed := r.rows[arn]; !listed {
			r.status.Vanished++
			gone = append(gone, arn)
		}
	}
	if _, all := r.scan.index.expects(r.target); all {
		for arn := range r.rows {
			if !slices.Contains(r.named, arn) {
				r.status.Missed++
			}
		}
	}
	return gone
}

// describe asks for one notebook. One that AWS does not know was deleted after it was
// listed, or is there all the same: the list is asked again.
func (r *targetRun) describe(ctx context.Context, arn string) {
	if ctx.Err() != nil {
		return
	}
	r.mu.Lock()
	n := r.rows[arn]
	r.begun++
	last := r.begun == r.asked && r.status.State == model.StateDescribing
	r.mu.Unlock()
	if last {
		r.network.scout(ctx)
	}
	out, err := r.clients().sagemaker.DescribeNotebookInstance(ctx, &sagemaker.DescribeNotebookInstanceInput{
		NotebookInstanceName: sdkaws.String(n.Name),
	})
	if ctx.Err() != nil {
		return
	}
	if err == nil {
		err = r.ofNotebook("sagemaker:DescribeNotebookInstance", out.NotebookInstanceArn, out.NotebookInstanceName)
	}
	r.mu.Lock()
	r.status.Described++
	r.mu.Unlock()
	if err != nil {
		p := r.classify(ctx, err)
		if isNoNotebook(&p) {
			r.mu.Lock()
			r.unknown = append(r.unknown, n)
			r.mu.Unlock()
			return
		}
		r.unseen(arn, p)
		return
	}
	r.progress(ctx)
	now := r.scan.client.opt.Now()
	r.edit(arn, func(n model.Notebook) *model.Notebook {
		before := n.SubnetID
		d := r.alike.described(&n, out, now)
		switch {
		case d.SubnetID == "":
			d.Located = model.Part{State: model.LoadDone}
			d.VPCID, d.VPCName, d.SubnetName = "", "", ""
		case d.SubnetID != before:
			d.Located = model.Part{}
		}
		keepJudgement(d, r.known[arn])
		if d.Egress == nil && !r.scan.client.opt.Skip.Egress {
			d.Egress = r.network.foreseenFor(d)
		}
		return d
	})
}

// unseen tells of a notebook whose describe failed.
func (r *targetRun) unseen(arn string, p model.Problem) {
	r.warn(p)
	r.edit(arn, func(n model.Notebook) *model.Notebook { return unanswered(n, p) })
}

// listAgain settles the notebooks that the list names and a describe does not know: gone
// are those that the list, asked again, does not name any more.
func (r *targetRun) listAgain(ctx context.Context) {
	only := r.scan.req.Name
	if len(r.unknown) == 1 {
		only = r.unknown[0].Name
	}
	named := map[string]bool{}
	err := r.pages(ctx, only, func(_ int, out *sagemaker.ListNotebookInstancesOutput) {
		for i := range out.NotebookInstances {
			named[sdkaws.ToString(out.NotebookInstances[i].NotebookInstanceArn)] = true
		}
	})
	if ctx.Err() != nil {
		return
	}
	p := contradiction(r.target)
	if err != nil {
		p = r.classify(ctx, err)
	}
	for _, n := range r.unknown {
		if err == nil && !named[n.ARN] {
			r.gone(n.ARN)
			continue
		}
		r.unseen(n.ARN, p)
	}
}

// unlisted is a notebook whose entry in the list lacks a member. Such an answer is none
// that AWS gives: nothing else is asked of it, and it counts as not seen.
func unlisted(n *model.Notebook, lacks string) *model.Notebook {
	failed := model.Part{State: model.LoadFailed, Reason: "the list does not give " + lacks + " of " + n.Name}
	n.Described, n.Located = failed, failed
	keepJudgement(n, nil)
	return n
}

// contradiction is the problem of a notebook that one answer denies and another names.
func contradiction(t model.Target) model.Problem {
	return model.Problem{
		Kind: model.KindProtocol, Operation: opDescribe, Target: t, Hint: "scan again; if it stays so, " + hintNotAWS,
		Message: "a describe says that there is no such notebook, and the list, asked again, names it",
	}
}

// unanswered is a notebook whose describe failed. What an earlier describe said
// stays, as of then, where AWS could not be reached or was not able to answer; a
// refusal is an answer, and the fields are not known any more.
func unanswered(n model.Notebook, p model.Problem) *model.Notebook {
	if n.Described.Known() && p.Kind != model.KindDenied && p.Kind != model.KindSCP {
		n.Stale = true
		return &n
	}
	failed := model.Part{State: model.LoadFailed, Reason: p.Message}
	n.Described, n.Located, n.Stale = failed, failed, false
	keepJudgement(&n, nil)
	return &n
}

// isNotebookName reports whether a name could be one, which the list's filter
// wants to be sure of.
func isNotebookName(s string) bool {
	for _, c := range s {
		if c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return len(s) <= 63
}
