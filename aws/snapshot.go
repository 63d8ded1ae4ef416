package aws

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"

	"nbscope/model"
	"nbscope/model/recreate"
)

const (
	opDescribe = "sagemaker:DescribeNotebookInstance"
	noNotebook = "RecordNotFound" // all that SageMaker says of a notebook that there is not
)

// Snapshot describes a notebook with its tags. The error is a model.Problem; it is
// of the kind not-found only where SageMaker says that there is no such notebook, and
// lists none.
func (c *Client) Snapshot(ctx context.Context, t model.Target, name string) (recreate.Snapshot, error) {
	s, err := c.enter(ctx, t)
	if err != nil {
		return recreate.Snapshot{}, err
	}
	got, err := s.snapshot(ctx, t.Region, name)
	if err != nil {
		return recreate.Snapshot{}, err
	}
	if got == nil {
		if err := s.listsNo(ctx, t, name); err != nil {
			return recreate.Snapshot{}, err
		}
		return recreate.Snapshot{}, model.Problem{
			Kind: model.KindNotFound, Operation: opDescribe, Target: t, Message: "there is no notebook " + name + " in " + t.Region,
		}
	}
	return *got, nil
}

// listsNo is an error unless the list names no notebook of this name.
func (s *session) listsNo(ctx context.Context, t model.Target, name string) error {
	pages := sagemaker.NewListNotebookInstancesPaginator(s.in(t.Region).sagemaker, &sagemaker.ListNotebookInstancesInput{
		NameContains: sdkaws.String(name), MaxResults: sdkaws.Int32(pageSize),
	})
	for page := 1; pages.HasMorePages(); page++ {
		out, err := pages.NextPage(ctx)
		if err != nil {
			return s.fault(ctx, t.Region, err)
		}
		for i := range out.NotebookInstances {
			if strings.EqualFold(sdkaws.ToString(out.NotebookInstances[i].NotebookInstanceName), name) {
				return contradiction(t)
			}
		}
		if err := endless(opListNotebooks, page); err != nil {
			return err
		}
	}
	return nil
}

// snapshot describes a notebook with its tags; nil when it does not exist. Tags
// that may not be read leave the snapshot without them. Where they could not be
// asked for, there is no snapshot: it would differ from every other one.
func (s *session) snapshot(ctx context.Context, region, name string, opts ...func(*sagemaker.Options)) (*recreate.Snapshot, error) {
	out, err := s.untagged(ctx, region, name, opts...)
	if out == nil || err != nil {
		return nil, err
	}
	tags, err := s.tagsOf(ctx, region, out.ARN, opts...)
	if err != nil {
		p := s.fault(ctx, region, err)
		if !isRefusal(p.Kind) {
			return nil, p
		}
		out.TagsUnknown = p.Message
	}
	out.Tags = tags
	return out, nil
}

// untagged is snapshot with one call fewer.
func (s *session) untagged(ctx context.Context, region, name string, opts ...func(*sagemaker.Options)) (*recreate.Snapshot, error) {
	out, err := s.in(region).sagemaker.DescribeNotebookInstance(ctx, &sagemaker.DescribeNotebookInstanceInput{
		NotebookInstanceName: sdkaws.String(name),
	}, opts...)
	t := model.Target{Account: s.account, Region: region}
	if err != nil {
		p := s.fault(ctx, region, err)
		if isNoNotebook(&p) {
			return nil, nil
		}
		if p.Kind == model.KindNotFound {
			p.Kind = model.KindInvalid // something else was not found: the notebook may be there
		}
		return nil, p
	}
	got, err := snapshotOf(t, out, s.client.opt.Now()) // which the check of answers found to be of this notebook
	if err != nil {
		return nil, model.Problem{Kind: model.KindProtocol, Operation: opDescribe, Target: t, Message: err.Error(), Hint: hintNotAWS}
	}
	return got, nil
}

// isNoNotebook reports whether SageMaker said that there is no such notebook. The
// code alone, ValidationException, says that something was wrong with the call, and
// the word among others may be anybody's.
func isNoNotebook(p *model.Problem) bool {
	return p.Code == "ValidationException" && p.Message == noNotebook
}

// isRefusal reports whether AWS answered that it will not tell, which it will say
// again, as opposed to not having answered.
func isRefusal(k model.ProblemKind) bool {
	switch k {
	case model.KindDenied, model.KindSCP, model.KindNotOffered, model.KindInvalid, model.KindNotFound:
		return true
	case model.KindSSOExpired, model.KindExpired, model.KindNoCredentials, model.KindBadCredentials, model.KindSignature, model.KindUnsigned, model.KindClock, model.KindWrongRegion, model.KindNoProfile,
		model.KindBadProfile, model.KindMFA, model.KindNotEnabled, model.KindThrottled, model.KindConflict, model.KindLimit,
		model.KindTimeout, model.KindNetwork, model.KindService, model.KindProtocol, model.KindTooLarge, model.KindCanceled, model.KindConfig,
		model.KindUnknown:
		return false
	}
	return false
}

// fault classifies an error of a call in a region. Credentials that AWS calls
// expired are not used again.
func (s *session) fault(ctx context.Context, region string, err error) model.Problem {
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	p := problemIn(model.Target{Account: s.account, Region: region}, err)
	if p.Kind == model.KindExpired {
		s.breakUp()
	}
	return p
}

// tagsOf asks SageMaker for all tags of a resource, sorted.
func (s *session) tagsOf(ctx context.Context, region, arn string, opts ...func(*sagemaker.Options)) ([]model.Tag, error) {
	pages := sagemaker.NewListTagsPaginator(s.in(region).sagemaker, &sagemaker.ListTagsInput{
		ResourceArn: sdkaws.String(arn), MaxResults: sdkaws.Int32(pageSize),
	})
	var tags []model.Tag
	for pages.HasMorePages() {
		out, err := pages.NextPage(ctx, opts...)
		if err != nil {
			return nil, err
		}
		for _, t := range out.Tags {
			tags = append(tags, model.Tag{Key: sdkaws.ToString(t.Key), Value: sdkaws.ToString(t.Value)})
		}
	}
	return sortedTags(tags), nil
}

// snapshotOf takes every member of a describe over: the SDK's have the API's names.
func snapshotOf(t model.Target, d *sagemaker.DescribeNotebookInstanceOutput, now time.Time) (*recreate.Snapshot, error) {
	raw, err := json.Marshal(d)
	if err != nil {
		return nil, err
	}
	out, err := recreate.ReadDescribe(raw)
	if err != nil {
		return nil, err
	}
	out.Account, out.Region, out.SeenAt = t.Account, t.Region, now.UTC().Round(0)
	out.FailureReason = model.Masked(out.FailureReason)
	return &out, nil
}
