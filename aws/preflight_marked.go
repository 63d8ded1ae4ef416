package aws

import (
	"context"
	"strings"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	tagging "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	taggingtypes "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi/types"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"

	"nbscope/model"
	"nbscope/model/recreate"
)

// marked finds every notebook of the target that carries the tag of a run, in bulk:
// whose replacement it is, is for preflight to tell. The tagging service also names
// what is gone, so only what is listed counts. It learns of a new notebook some
// seconds late.
func (q *inquiry) marked(ctx context.Context) ([]recreate.Marked, error) {
	all, err := q.listing()
	if err != nil {
		return nil, err
	}
	pages := tagging.NewGetResourcesPaginator(q.session.in(q.source.Region).tagging(), &tagging.GetResourcesInput{
		ResourceTypeFilters: []string{notebookType}, ResourcesPerPage: sdkaws.Int32(pageSize),
		TagFilters: []taggingtypes.TagFilter{{Key: sdkaws.String(recreate.TagRunID)}},
	})
	out := []recreate.Marked{}
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, m := range page.ResourceTagMappingList {
			one := recreate.Marked{Listed: inList(all, sdkaws.ToString(m.ResourceARN))}
			if one.ARN == "" {
				continue
			}
			for _, t := range m.Tags {
				switch sdkaws.ToString(t.Key) {
				case recreate.TagRunID:
					one.RunID = sdkaws.ToString(t.Value)
				case recreate.TagSource:
					one.SourceARN = sdkaws.ToString(t.Value)
				}
			}
			one.Source = inList(all, one.SourceARN)
			out = append(out, one)
		}
	}
	return out, nil
}

// inList is the notebook with an ARN, whatever its cases; zero where there is none.
func inList(all []types.NotebookInstanceSummary, arn string) recreate.Listed {
	for i := range all {
		if n := &all[i]; arn != "" && strings.EqualFold(sdkaws.ToString(n.NotebookInstanceArn), arn) {
			return recreate.Listed{
				ARN: sdkaws.ToString(n.NotebookInstanceArn), Name: sdkaws.ToString(n.NotebookInstanceName),
				Status: model.Status(n.NotebookInstanceStatus), Created: sdkaws.ToTime(n.CreationTime).UTC(),
			}
		}
	}
	return recreate.Listed{}
}
