package aws

import (
	"context"

	"nbscope/model"
)

// Advise looks at a notebook's network again and judges what would better it. The
// answer is the notebook as it is seen now, with the advice in its judgement. known
// are the notebooks of its target, as far as they are known: each is somebody whom
// a remedy may touch, and those that are unchanged need no describe. Errors are
// model.Problem.
func (c *Client) Advise(ctx context.Context, n *model.Notebook, known []*model.Notebook) (*model.Notebook, error) {
	t := n.Target()
	if _, err := c.enter(ctx, t); err != nil {
		return nil, err
	}
	var found *model.Notebook
	var problem *model.Problem
	c.Scan(ctx, model.ScanRequest{Only: []model.Target{t}, Known: model.Snapshot{t: known}, Advise: true, AdviseOn: n.ARN}, func(b model.Batch) {
		for _, seen := range b.Notebooks {
			if seen.ARN == n.ARN {
				found = seen
			}
		}
		for i := range b.Targets {
			if b.Targets[i].Problem != nil {
				problem = b.Targets[i].Problem
			}
		}
		for i := range b.Problems {
			problem = &b.Problems[i]
		}
	})
	switch {
	case ctx.Err() != nil:
		return nil, problemIn(t, ctx.Err())
	case found != nil && found.Egress != nil && (found.SubnetID == "" || found.Egress.Advice != nil):
		return found, nil
	case problem != nil:
		return nil, *problem
	}
	return nil, model.Problem{Kind: model.KindNotFound, Target: t, Operation: "sagemaker:ListNotebookInstances", Message: n.Name + " is no longer there"}
}
