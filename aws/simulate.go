package aws

import (
	"context"
	"slices"
	"strings"
	"sync"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"

	"nbscope/model"
	"nbscope/model/recreate"
)

// trial is one question to the policy simulator: actions on one resource, in one
// context.
type trial struct {
	actions  []string
	resource string // "" for any
	context  []iamtypes.ContextEntry
}

// simulate asks the policy simulator about every action of a recreate. What it
// answers is advice: it sees no session policy, no policy of a key, and no
// condition of a service control policy.
func (q *inquiry) simulate(ctx context.Context) ([]recreate.Decision, error) {
	principal, err := q.session.principal(ctx)
	if err != nil {
		return nil, err
	}
	trials := q.trials()
	answers, failures := make([][]recreate.Decision, len(trials)), make([]error, len(trials))
	var all sync.WaitGroup
	for i, t := range trials {
		all.Go(func() { answers[i], failures[i] = q.try(ctx, principal, t) })
	}
	all.Wait()
	for _, err := range failures {
		if err != nil {
			return nil, err
		}
	}
	return slices.Concat(answers...), nil
}

func (q *inquiry) try(ctx context.Context, principal string, t trial) ([]recreate.Decision, error) {
	in := &iam.SimulatePrincipalPolicyInput{
		PolicySourceArn: sdkaws.String(principal), ActionNames: t.actions, ContextEntries: t.context, MaxItems: sdkaws.Int32(iamPageSize),
	}
	if t.resource != "" {
		in.ResourceArns = []string{t.resource}
	}
	var out []recreate.Decision
	for pages := iam.NewSimulatePrincipalPolicyPaginator(q.session.iam(), in); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		out = append(out, every(page.EvaluationResults, decisionOf)...)
	}
	return out, nil
}

func decisionOf(r *iamtypes.EvaluationResult) recreate.Decision {
	out := recreate.Decision{
		Action:      sdkaws.ToString(r.EvalActionName),
		Allowed:     r.EvalDecision == iamtypes.PolicyEvaluationDecisionTypeAllowed,
		Explicit:    r.EvalDecision == iamtypes.PolicyEvaluationDecisionTypeExplicitDeny,
		MissingKeys: r.MissingContextValues,
	}
	if org := r.OrganizationsDecisionDetail; org != nil && !org.AllowedByOrganizations {
		out.ByOrg, out.Allowed = true, false
	}
	return out
}

// trials are the actions of domain facts for a recreate, on the resources that they
// would touch.
func (q *inquiry) trials() []trial {
	replacement := "arn:" + q.session.partition + ":sagemaker:" + q.source.Region + ":" + q.source.Account +
		":notebook-instance/" + strings.ToLower(q.spec.Name)
	out := []trial{
		{[]string{"sagemaker:CreateNotebookInstance", "sagemaker:AddTags"}, replacement, q.requestContext()},
		{[]string{
			"sagemaker:DescribeNotebookInstance", "sagemaker:ListTags", "sagemaker:StartNotebookInstance", "sagemaker:StopNotebookInstance",
			"sagemaker:DeleteNotebookInstance", "sagemaker:UpdateNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl",
		}, q.source.ARN, q.sourceContext()},
		{[]string{"iam:PassRole"}, q.spec.RoleARN, []iamtypes.ContextEntry{oneOf("iam:PassedToService", "sagemaker.amazonaws.com")}},
	}
	if q.spec.SubnetID != "" || q.source.SubnetID != "" {
		out = append(out, trial{[]string{
			"ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs",
		}, "", []iamtypes.ContextEntry{q.inRegion()}})
	}
	if q.spec.KMSKeyID != "" {
		if key, err := q.key(); err == nil && key.ARN != "" {
			out = append(out, trial{[]string{"kms:DescribeKey", "kms:CreateGrant"}, key.ARN, []iamtypes.ContextEntry{q.inRegion()}})
		}
	}
	if len(q.registered()) > 0 {
		repos, _ := q.repos() // why they are not known is a fact of its own
		for _, r := range repos {
			if r.Secret != "" {
				out = append(out, trial{[]string{"secretsmanager:GetSecretValue"}, r.Secret, []iamtypes.ContextEntry{q.inRegion()}})
			}
		}
	}
	return out
}

// requestContext are the condition keys of the create. A key that the simulator is
// not given makes it answer for a call that leaves the member out.
func (q *inquiry) requestContext() []iamtypes.ContextEntry {
	s := q.spec
	out := []iamtypes.ContextEntry{
		q.inRegion(),
		oneOf("sagemaker:DirectInternetAccess", s.DirectInternet),
		oneOf("sagemaker:RootAccess", s.RootAccess),
		oneOf("sagemaker:MinimumInstanceMetadataServiceVersion", s.IMDSVersion),
		listOf("sagemaker:InstanceTypes", s.InstanceType),
	}
	if s.SubnetID != "" {
		out = append(out, listOf("sagemaker:VpcSubnets", s.SubnetID))
	}
	if len(s.SecurityGroups) > 0 {
		out = append(out, listOf("sagemaker:VpcSecurityGroupIds", s.SecurityGroups...))
	}
	if s.KMSKeyID != "" {
		if key, err := q.key(); err == nil && key.ARN != "" {
			out = append(out, oneOf("sagemaker:VolumeKmsKeyArn", key.ARN))
		}
	}
	if len(s.Tags) > 0 {
		keys := make([]string, len(s.Tags))
		for i, t := range s.Tags {
			keys[i] = t.Key
			out = append(out, oneOf("aws:RequestTag/"+t.Key, t.Value))
		}
		out = append(out, listOf("aws:TagKeys", keys...))
	}
	return withValues(out)
}

// sourceContext are the condition keys of what is done with the source.
func (q *inquiry) sourceContext() []iamtypes.ContextEntry {
	out := make([]iamtypes.ContextEntry, 0, 1+2*len(q.source.Tags))
	out = append(out, q.inRegion())
	for _, t := range q.source.Tags {
		out = append(out, tagEntries(t)...)
	}
	return withValues(out)
}

// tagEntries are a tag under both names that policies know it by.
func tagEntries(t model.Tag) []iamtypes.ContextEntry {
	return []iamtypes.ContextEntry{oneOf("aws:ResourceTag/"+t.Key, t.Value), oneOf("sagemaker:ResourceTag/"+t.Key, t.Value)}
}

func (q *inquiry) inRegion() iamtypes.ContextEntry {
	return oneOf("aws:RequestedRegion", q.source.Region)
}

func oneOf(key, value string) iamtypes.ContextEntry {
	return iamtypes.ContextEntry{
		ContextKeyName: sdkaws.String(key), ContextKeyType: iamtypes.ContextKeyTypeEnumString, ContextKeyValues: []string{value},
	}
}

func listOf(key string, values ...string) iamtypes.ContextEntry {
	return iamtypes.ContextEntry{
		ContextKeyName: sdkaws.String(key), ContextKeyType: iamtypes.ContextKeyTypeEnumStringList, ContextKeyValues: values,
	}
}

// withValues leaves out the keys of members that are not sent.
func withValues(entries []iamtypes.ContextEntry) []iamtypes.ContextEntry {
	var out []iamtypes.ContextEntry
	for _, e := range entries {
		if len(e.ContextKeyValues) != 1 || e.ContextKeyValues[0] != "" || strings.Contains(*e.ContextKeyName, "Tag/") {
			out = append(out, e)
		}
	}
	return out
}
