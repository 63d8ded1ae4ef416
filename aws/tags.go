package aws

import (
	"context"
	"log/slog"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	tagging "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"

	"nbscope/model"
)

// tags asks for the tags of every notebook whose tags are not known, in bulk.
// Where the tagging service refuses, each notebook is asked for its own.
func (r *targetRun) tags(ctx context.Context) {
	var need []string
	for _, n := range r.current() {
		if n.Tagged.State != model.LoadSkipped && (r.scan.req.Mode == model.Full || !n.Tagged.Known()) {
			need = append(need, n.ARN)
		}
	}
	if len(need) == 0 || ctx.Err() != nil {
		r.done(ctx, &r.rest)
		return
	}
	all := &stage{next: func(ctx context.Context) { r.done(ctx, &r.rest) }}
	rk := rankLeaf
	switch {
	case r.scan.index != nil:
		rk = rankLast // the verdicts of a whole organization go before
	case len(need) > pageSize:
		rk = rankNext // page after page: the longest way of a large target
	}
	r.do(ctx, all, tagging.ServiceID, rk, 0, 1, func(ctx context.Context, _ int) { r.tagAll(ctx, all, need) })
}

func (r *targetRun) tagAll(ctx context.Context, all *stage, need []string) {
	found, err := r.bulkTags(ctx)
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		p := classify(err)
		r.scan.client.opt.Log.LogAttrs(ctx, slog.LevelInfo, "tags in bulk refused", append(targetAttrs(r.target), failureAttrs(&p)...)...)
		r.do(ctx, all, sagemaker.ServiceID, rankLeaf, 0, len(need), func(ctx context.Context, i int) { r.listTags(ctx, need[i]) })
		return
	}
	for _, arn := range need {
		// The service names only what has or had tags: the rest has none.
		r.edit(arn, func(n model.Notebook) *model.Notebook {
			n.Tagged, n.Tags = model.Part{State: model.LoadDone}, found[arn]
			return &n
		})
	}
}

// notebookType is what the tagging service calls notebook instances.
const notebookType = "sagemaker:notebook-instance"

func (r *targetRun) bulkTags(ctx context.Context) (map[string][]model.Tag, error) {
	pages := tagging.NewGetResourcesPaginator(r.clients().tagging(), &tagging.GetResourcesInput{
		ResourceTypeFilters: []string{notebookType},
		ResourcesPerPage:    sdkaws.Int32(pageSize),
	})
	found, same := map[string][]model.Tag{}, newAlike()
	for asked := 1; pages.HasMorePages(); asked++ {
		out, err := pages.NextPage(ctx)
		if err == nil {
			err = endless("tag:GetResources", asked)
		}
		if err != nil {
			return nil, err
		}
		r.progress(ctx)
		for _, m := range out.ResourceTagMappingList {
			if err := r.ofPlace("tag:GetResources", m.ResourceARN); err != nil {
				return nil, err
			}
			tags := make([]model.Tag, len(m.Tags))
			for i, t := range m.Tags {
				tags[i] = model.Tag{Key: sdkaws.ToString(t.Key), Value: sdkaws.ToString(t.Value)}
			}
			if n := r.row(sdkaws.ToString(m.ResourceARN)); n != nil { // else it is gone, or new
				found[n.ARN] = same.tagList(tags)
			}
		}
	}
	return found, nil
}

// listTags asks SageMaker for the tags of one notebook.
func (r *targetRun) listTags(ctx context.Context, arn string) {
	pages := sagemaker.NewListTagsPaginator(r.clients().sagemaker, &sagemaker.ListTagsInput{
		ResourceArn: sdkaws.String(arn), MaxResults: sdkaws.Int32(pageSize),
	})
	var tags []model.Tag
	part := model.Part{State: model.LoadDone}
	for asked := 1; pages.HasMorePages(); asked++ {
		out, err := pages.NextPage(ctx)
		if ctx.Err() != nil {
			return
		}
		if err == nil {
			err = endless("sagemaker:ListTags", asked)
		}
		if err != nil {
			p := r.classify(ctx, err)
			r.warn(p)
			part, tags = model.Part{State: model.LoadFailed, Reason: p.Message}, nil
			break
		}
		r.progress(ctx)
		for _, t := range out.Tags {
			tags = append(tags, model.Tag{Key: shared(sdkaws.ToString(t.Key)), Value: shared(sdkaws.ToString(t.Value))})
		}
	}
	r.edit(arn, func(n model.Notebook) *model.Notebook {
		n.Tagged, n.Tags = part, sortedTags(tags)
		return &n
	})
}
