package aws

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"

	"nbscope/model"
	"nbscope/model/recreate"
)

const (
	none     = "none"  // the choice of leaving a member out
	fieldVPC = "VpcId" // no member of the API: it narrows the choice of a subnet
)

// choiceLister lists the values of one field of the form.
type choiceLister struct {
	session *session
	source  *recreate.Snapshot
	spec    *recreate.Spec
}

// Choices lists the values that a member of CreateNotebookInstance can take, as
// they are in AWS now. Those that AWS would refuse are listed too, after the
// others, with the reason. VpcId, which is no member, lists the VPCs that the
// subnets are in, and Bucket the buckets that data can go through. The error is a
// model.Problem.
func (c *Client) Choices(ctx context.Context, source recreate.Snapshot, spec recreate.Spec, field string) ([]recreate.Choice, error) {
	list, ok := choiceListers()[field]
	if !ok {
		return nil, configProblem("there is nothing to choose from for "+field, "")
	}
	s, err := c.enter(ctx, source.Target())
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, c.opt.Timeout)
	defer cancel()
	out, err := list(&choiceLister{session: s, source: &source, spec: &spec}, ctx)
	if err != nil {
		return nil, s.fault(ctx, source.Region, err)
	}
	model.SortStable(out, func(a, b recreate.Choice) int { return cmp.Compare(rank(&a), rank(&b)) })
	return out, nil
}

// rank puts what AWS would refuse behind everything else.
func rank(c *recreate.Choice) int {
	if c.Bad != "" {
		return 1
	}
	return 0
}

func choiceListers() map[string]func(*choiceLister, context.Context) ([]recreate.Choice, error) {
	return map[string]func(*choiceLister, context.Context) ([]recreate.Choice, error){
		recreate.FieldType:       (*choiceLister).types,
		recreate.FieldRole:       (*choiceLister).roles,
		fieldVPC:                 (*choiceLister).vpcs,
		recreate.FieldSubnet:     (*choiceLister).subnets,
		recreate.FieldGroups:     (*choiceLister).groups,
		recreate.FieldLifecycle:  (*choiceLister).lifecycles,
		recreate.FieldKey:        (*choiceLister).keys,
		recreate.FieldRepository: (*choiceLister).repositories,
		recreate.FieldMoreRepos:  (*choiceLister).repositories,
		recreate.FieldDirect:     (*choiceLister).direct,
		recreate.FieldRoot:       (*choiceLister).root,
		recreate.FieldIPType:     (*choiceLister).addresses,
		recreate.FieldPlatform:   (*choiceLister).platforms,
		recreate.FieldBucket:     (*choiceLister).buckets,
	}
}

// types lists what the API takes, with the price and the quota where they are
// known already: to choose is not worth asking for a thousand prices.
func (c *choiceLister) types(context.Context) ([]recreate.Choice, error) {
	prices, _ := c.session.client.prices.peek(c.source.Region)
	quotas, _ := c.session.client.quotas.peek(c.source.Target())
	all := types.InstanceType("").Values()
	out := make([]recreate.Choice, 0, len(all))
	for _, v := range all {
		one := recreate.Choice{Value: string(v)}
		var notes []string
		if price, ok := prices.Hourly[one.Value]; ok {
			notes = append(notes, "$"+strconv.FormatFloat(price, 'f', -1, 64)+" an hour")
		}
		if limit, ok := quotas[one.Value]; ok {
			notes = append(notes, fmt.Sprintf("quota %g", limit))
		}
		one.Note = strings.Join(notes, ", ")
		spec := *c.spec
		spec.InstanceType = one.Value
		one.Bad = spec.Validate(c.source)[recreate.FieldType]
		out = append(out, one)
	}
	return out, nil
}

// roles lists those of the account that notebooks can have; the others do not
// trust SageMaker.
func (c *choiceLister) roles(ctx context.Context) ([]recreate.Choice, error) {
	roles, err := c.session.roles(ctx)
	if err != nil {
		return nil, err
	}
	var out []recreate.Choice
	for i := range roles {
		r := &roles[i]
		one := recreate.Choice{Value: sdkaws.ToString(r.Arn), Label: sdkaws.ToString(r.RoleName), Note: sdkaws.ToString(r.Description)}
		if trust := (recreate.Role{Exists: true, Trust: policyText(r.AssumeRolePolicyDocument)}); !trust.TrustsSageMaker() {
			one.Bad = "the role does not trust sagemaker.amazonaws.com"
		}
		out = append(out, one)
	}
	return out, nil
}

func (c *choiceLister) lifecycles(ctx context.Context) ([]recreate.Choice, error) {
	pages := sagemaker.NewListNotebookInstanceLifecycleConfigsPaginator(c.session.in(c.source.Region).sagemaker,
		&sagemaker.ListNotebookInstanceLifecycleConfigsInput{MaxResults: sdkaws.Int32(pageSize)})
	out := []recreate.Choice{{Label: none, Note: "no script runs"}}
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for i := range page.NotebookInstanceLifecycleConfigs {
			l := &page.NotebookInstanceLifecycleConfigs[i]
			one := recreate.Choice{Value: sdkaws.ToString(l.NotebookInstanceLifecycleConfigName)}
			if l.LastModifiedTime != nil {
				one.Note = "changed " + l.LastModifiedTime.UTC().Format("2006-01-02")
			}
			out = append(out, one)
		}
	}
	return out, nil
}

func (c *choiceLister) repositories(ctx context.Context) ([]recreate.Choice, error) {
	pages := sagemaker.NewListCodeRepositoriesPaginator(c.session.in(c.source.Region).sagemaker,
		&sagemaker.ListCodeRepositoriesInput{MaxResults: sdkaws.Int32(pageSize)})
	out := []recreate.Choice{{Label: none}}
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for i := range page.CodeRepositorySummaryList {
			r := &page.CodeRepositorySummaryList[i]
			one := recreate.Choice{Value: sdkaws.ToString(r.CodeRepositoryName)}
			if r.GitConfig != nil {
				one.Note = model.MaskURL(sdkaws.ToString(r.GitConfig.RepositoryUrl))
			}
			out = append(out, one)
		}
	}
	return out, nil
}

func (c *choiceLister) direct(context.Context) ([]recreate.Choice, error) {
	off := recreate.Choice{Value: model.Disabled, Note: "all traffic goes through the VPC"}
	if c.spec.SubnetID == "" {
		off.Bad = "a notebook without a subnet has direct internet access"
	}
	return []recreate.Choice{{Value: model.Enabled, Note: "traffic to the internet leaves through SageMaker's own network"}, off}, nil
}

func (c *choiceLister) root(context.Context) ([]recreate.Choice, error) {
	return []recreate.Choice{{Value: model.Enabled}, {Value: model.Disabled, Note: "lifecycle scripts run as root all the same"}}, nil
}

// addresses looks at the subnet: dualstack needs one with an IPv6 range.
func (c *choiceLister) addresses(ctx context.Context) ([]recreate.Choice, error) {
	dual := recreate.Choice{Value: string(types.IPAddressTypeDualstack), Note: "IPv4 and IPv6"}
	if c.spec.SubnetID != "" {
		q := inquiry{session: c.session, source: c.source, spec: c.spec}
		subnet, err := q.describeSubnet(ctx)
		switch {
		case err != nil:
			dual.Note += "; whether the subnet has an IPv6 range is not known"
		case subnet.Exists && !subnet.IPv6:
			dual.Bad = noIPv6
		}
	}
	return []recreate.Choice{{Value: string(types.IPAddressTypeIpv4), Note: "IPv4 only"}, dual}, nil
}

func (c *choiceLister) platforms(context.Context) ([]recreate.Choice, error) {
	const past = "AWS no longer creates notebooks on this platform"
	return []recreate.Choice{
		{Value: recreate.PlatformSupported, Note: "Amazon Linux 2023"},
		{Value: "notebook-al2-v3", Bad: past}, {Value: "notebook-al2-v2", Bad: past}, {Value: "notebook-al2-v1", Bad: past},
		{Value: "notebook-al1-v1", Bad: past},
	}, nil
}
