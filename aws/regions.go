package aws

import (
	"cmp"
	"context"
	"path"
	"slices"
	"strings"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/account"
	accounttypes "github.com/aws/aws-sdk-go-v2/service/account/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"nbscope/model"
)

// regionsOf returns the regions that the account has enabled, sorted, with the
// sign-in region first; asked anew where refresh is set. Where nothing may be
// asked it is the partition's list as known to this program, with the reason.
func (s *session) regionsOf(ctx context.Context, refresh bool) (regions []string, guessed *model.Problem, err error) {
	s.mu.Lock()
	regions, guessed = s.enabled, s.guessed
	s.mu.Unlock()
	if len(regions) > 0 && !refresh && guessed == nil {
		return regions, nil, nil
	}
	guessed = nil
	regions, first := s.describeRegions(ctx)
	if first != nil {
		var second error
		if regions, second = s.listRegions(ctx); second != nil {
			if ctx.Err() != nil {
				return nil, nil, context.Cause(ctx)
			}
			regions, guessed = knownRegions(s.partition), guessedProblem(first)
		}
	}
	slices.Sort(regions)
	if i := slices.Index(regions, s.home); i > 0 {
		regions = slices.Insert(slices.Delete(regions, i, i+1), 0, s.home)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.enabled, s.guessed = regions, guessed
	return regions, guessed, nil
}

func guessedProblem(err error) *model.Problem {
	p := classify(err)
	p.Message = "the account's regions cannot be listed, so those known to this program are tried: " + p.Message
	return &p
}

func (s *session) describeRegions(ctx context.Context) ([]string, error) {
	out, err := s.in(s.home).ec2().DescribeRegions(ctx, &ec2.DescribeRegionsInput{AllRegions: sdkaws.Bool(false)})
	if err != nil {
		return nil, err
	}
	var regions []string
	for _, r := range out.Regions {
		// Emulators list the regions that are off, too.
		if name := sdkaws.ToString(r.RegionName); name != "" && sdkaws.ToString(r.OptInStatus) != "not-opted-in" {
			regions = append(regions, name)
		}
	}
	if len(regions) == 0 {
		return nil, model.Problem{Kind: model.KindProtocol, Operation: "ec2:DescribeRegions", Message: "the list of regions is empty"}
	}
	return regions, nil
}

func (s *session) listRegions(ctx context.Context) ([]string, error) {
	cfg := s.cfg.Copy()
	client := account.NewFromConfig(cfg, func(o *account.Options) { s.client.endpoint(&o.BaseEndpoint) })
	pages := account.NewListRegionsPaginator(client, &account.ListRegionsInput{
		MaxResults:              sdkaws.Int32(50),
		RegionOptStatusContains: []accounttypes.RegionOptStatus{accounttypes.RegionOptStatusEnabled, accounttypes.RegionOptStatusEnabledByDefault},
	})
	var regions []string
	for pages.HasMorePages() {
		out, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, r := range out.Regions {
			regions = append(regions, sdkaws.ToString(r.RegionName))
		}
	}
	if len(regions) == 0 {
		return nil, model.Problem{Kind: model.KindProtocol, Operation: "account:ListRegions", Message: "the list of regions is empty"}
	}
	return regions, nil
}

// alias asks for the account's alias once; that it may not be read is no problem.
func (s *session) alias(ctx context.Context, refresh bool) (found bool) {
	s.mu.Lock()
	asked := s.aliased
	s.mu.Unlock()
	if asked && !refresh {
		return false
	}
	client := iam.NewFromConfig(s.cfg, func(o *iam.Options) { s.client.endpoint(&o.BaseEndpoint) })
	out, err := client.ListAccountAliases(ctx, &iam.ListAccountAliasesInput{})
	if ctx.Err() != nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.aliased = true
	if err != nil || len(out.AccountAliases) == 0 {
		return false
	}
	s.identity.Alias = out.AccountAliases[0]
	return true
}

// regionFilter chooses regions by the user's names and patterns, and remembers
// which of them chose none.
type regionFilter struct {
	patterns []string
	used     map[string]bool
}

func newRegionFilter(patterns []string) *regionFilter {
	return &regionFilter{patterns: patterns, used: map[string]bool{}}
}

// choose picks from the enabled regions, in their order. A region that is named in
// full and is known to exist in the partition is tried although it is not
// enabled, so that the user sees that it is not.
func (f *regionFilter) choose(enabled []string, partition string) []string {
	if len(f.patterns) == 0 {
		return enabled
	}
	var out []string
	for _, r := range enabled {
		for _, p := range f.patterns {
			if ok, err := path.Match(p, r); err == nil && ok {
				f.used[p] = true
				if !slices.Contains(out, r) {
					out = append(out, r)
				}
			}
		}
	}
	for _, p := range f.patterns {
		if isLiteral(p) && !slices.Contains(out, p) && slices.Contains(knownRegions(partition), p) {
			f.used[p] = true
			out = append(out, p)
		}
	}
	return out
}

// unused are problems for the patterns that no account has a region for.
func (f *regionFilter) unused(seen []string) []model.Problem {
	var out []model.Problem
	for _, p := range f.patterns {
		if f.used[p] {
			continue
		}
		problem := configProblem("no region is called "+p, "regions look like eu-west-1")
		candidates := slices.Concat(seen, allRegions())
		if !isLiteral(p) {
			problem.Message = "no enabled region matches " + p
			problem.Hint = "leave --region out to scan every enabled region"
		} else if near := model.Nearest(p, candidates); near != "" {
			problem.Hint = "did you mean " + near + "?"
		}
		problem.Operation = "--region"
		out = append(out, problem)
	}
	return out
}

func isLiteral(pattern string) bool { return !strings.ContainsAny(pattern, `*?[]`) }

func compareTargets(a, b model.Target) int {
	return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Region, b.Region))
}

// knownRegions are the regions of a partition with a SageMaker API, as published
// in August 2026. They serve where the account's own list may not be read.
func knownRegions(partition string) []string {
	switch partition {
	case "aws":
		return []string{
			"af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1",
			"ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5",
			"ap-southeast-6", "ap-southeast-7", "ca-central-1", "ca-west-1", "eu-central-1", "eu-central-2", "eu-north-1",
			"eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3", "il-central-1", "me-central-1", "me-south-1",
			"mx-central-1", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2",
		}
	case "aws-cn":
		return []string{"cn-north-1", "cn-northwest-1"}
	case "aws-us-gov":
		return []string{"us-gov-east-1", "us-gov-west-1"}
	case "aws-eusc":
		return []string{"eusc-de-east-1"}
	case "aws-iso":
		return []string{"us-iso-east-1", "us-iso-west-1"}
	case "aws-iso-b":
		return []string{"us-isob-east-1"}
	}
	return nil
}

func allRegions() []string {
	return slices.Concat(knownRegions("aws"), knownRegions("aws-cn"), knownRegions("aws-us-gov"), knownRegions("aws-eusc"))
}
