package aws

import (
	"cmp"
	"context"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/account"
	accounttypes "github.com/aws/aws-sdk-go-v2/service/account/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"nbscope/model"
	"nbscope/model/profile"
)

// regionList is what is known of the regions of an account.
type regionList struct {
	ask     []string                    // those to ask, sorted, with the sign-in region first
	words   map[string]model.RegionWord // what AWS says of each region that it names
	guessed *model.Problem              // why ask is a list that this program brought along; nil where AWS told
}

// regionsOf returns the regions that the account has enabled; asked anew where
// refresh is set. Where AWS tells none it is the partition's list as known to this
// program. The sign-in region is always in it: it has answered.
func (s *session) regionsOf(ctx context.Context, refresh bool) (regionList, error) {
	s.mu.Lock()
	list, told := s.regions, s.told
	s.told = nil
	s.mu.Unlock()
	if told == nil {
		if len(list.ask) > 0 && !refresh && list.guessed == nil {
			return list, nil
		}
		told = s.client.tellRegions(ctx, s.cfg)
	}
	words, first := told.words, told.err
	if first != nil {
		var second error
		if words, second = s.listRegions(ctx); second != nil {
			if ctx.Err() != nil {
				return regionList{}, context.Cause(ctx)
			}
			list = regionList{ask: knownRegions(s.partition), guessed: s.guessedProblem(first)}
		}
	}
	if words != nil {
		list = regionList{words: words}
		for region, word := range words {
			if word == model.RegionEnabled {
				list.ask = append(list.ask, region)
			}
		}
	}
	list.ask = slices.DeleteFunc(list.ask, func(r string) bool { return r == s.home })
	slices.Sort(list.ask)
	list.ask = slices.Insert(list.ask, 0, s.home)
	list = s.client.shared(list)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.regions = list
	return list, nil
}

// mostShared bounds how many lists each account's is compared with.
const mostShared = 8

// shared is an equal list that another account has, else this one: most accounts of an
// organization have the same regions. Lists are not changed once they are told.
func (c *Client) shared(list regionList) regionList {
	if list.guessed != nil {
		return list
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, had := range c.lists {
		if slices.Equal(had.ask, list.ask) && maps.Equal(had.words, list.words) {
			return had
		}
	}
	if len(c.lists) < mostShared {
		c.lists = append(c.lists, list)
	}
	return list
}

func (s *session) guessedProblem(err error) *model.Problem {
	p := classify(err)
	p.Target.Account = s.account
	p.Message = "the regions of account " + s.account + " cannot be listed, so there may be more than those that are tried: " + p.Message
	p.Hint = "allow ec2:DescribeRegions or account:ListRegions, or name each region with --region"
	return &p
}

// wordOf is what AWS says of a region. It is asked for where ask is set and nobody
// has asked yet.
func (s *session) wordOf(ctx context.Context, region string, ask bool) model.RegionWord {
	s.mu.Lock()
	list := s.regions
	s.mu.Unlock()
	if len(list.ask) == 0 && ask {
		var err error
		if list, err = s.regionsOf(ctx, false); err != nil {
			return model.RegionNotAsked
		}
	}
	if word := list.words[region]; word != model.RegionNotAsked || list.words == nil {
		return word
	}
	return model.RegionNotNamed
}

// regionsTold is what AWS says of each region, or why it does not.
type regionsTold struct {
	words map[string]model.RegionWord
	err   error
}

// proveWithRegions is prove, with the regions asked for at the same time: either needs
// the credentials alone.
func (c *Client) proveWithRegions(ctx context.Context, cfg sdkaws.Config) (identity model.Identity, told *regionsTold, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var asked sync.WaitGroup
	asked.Go(func() {
		if e := caught(func() { told = c.tellRegions(ctx, cfg) }); e != nil {
			told = &regionsTold{err: e}
		}
	})
	if identity, err = c.prove(ctx, cfg); err != nil {
		cancel()
	}
	asked.Wait()
	return identity, told, err
}

// tellRegions asks for the regions with credentials that no session has yet.
func (c *Client) tellRegions(ctx context.Context, cfg sdkaws.Config) *regionsTold {
	words, err := describeRegions(ctx, ec2.NewFromConfig(c.aimed(cfg.Copy(), ec2.ServiceID)))
	return &regionsTold{words, err}
}

// describeRegions asks for all regions, those that are off too: a region that is
// merely not in a list has not been called off.
func describeRegions(ctx context.Context, client *ec2.Client) (map[string]model.RegionWord, error) {
	out, err := client.DescribeRegions(ctx, &ec2.DescribeRegionsInput{AllRegions: sdkaws.Bool(true)})
	if err != nil {
		return nil, err
	}
	words := make(map[string]model.RegionWord, len(out.Regions))
	for _, r := range out.Regions {
		word := model.RegionEnabled
		if sdkaws.ToString(r.OptInStatus) == "not-opted-in" {
			word = model.RegionNotEnabled
		}
		words[sdkaws.ToString(r.RegionName)] = word
	}
	return words, anyRegion(words, "ec2:DescribeRegions")
}

func (s *session) listRegions(ctx context.Context) (map[string]model.RegionWord, error) {
	client := account.NewFromConfig(s.client.aimed(s.cfg.Copy(), account.ServiceID))
	pages := account.NewListRegionsPaginator(client, &account.ListRegionsInput{MaxResults: sdkaws.Int32(50)})
	words := map[string]model.RegionWord{}
	for pages.HasMorePages() {
		out, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, r := range out.Regions {
			word := model.RegionEnabled // also while it is being enabled or disabled
			if r.RegionOptStatus == accounttypes.RegionOptStatusDisabled {
				word = model.RegionNotEnabled
			}
			words[sdkaws.ToString(r.RegionName)] = word
		}
	}
	return words, anyRegion(words, "account:ListRegions")
}

// anyRegion refuses a list without a region that is enabled: no account is so.
func anyRegion(words map[string]model.RegionWord, operation string) error {
	for _, word := range words {
		if word == model.RegionEnabled {
			return nil
		}
	}
	return model.Problem{Kind: model.KindProtocol, Operation: operation, Message: "the list has no region that is enabled", Hint: hintNotAWS}
}

// alias asks for the account's alias once; that it may not be read is no problem.
func (s *session) alias(ctx context.Context, refresh bool) (found bool) {
	s.mu.Lock()
	asked := s.aliased
	s.mu.Unlock()
	if asked && !refresh {
		return false
	}
	client := iam.NewFromConfig(s.client.aimed(s.cfg, iam.ServiceID))
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

// choose picks from the regions of an account, in their order. A region that is
// named in full is asked whatever is known of it, if it can be of the account's
// partition.
func (f *regionFilter) choose(regions []string, partition string) []string {
	if len(f.patterns) == 0 {
		return regions
	}
	var out []string
	for _, r := range regions {
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
		if isLiteral(p) && mayBeIn(p, partition) {
			f.used[p] = true
			if !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	return out
}

// namesAll reports whether the user named each region to ask, so that no list of
// regions is needed.
func (f *regionFilter) namesAll() bool {
	return len(f.patterns) > 0 && !slices.ContainsFunc(f.patterns, func(p string) bool { return !isLiteral(p) })
}

// strange is what to remark on a region that neither AWS nor this program has heard
// of, nil for any other.
func (l *regionList) strange(region string) *model.Problem {
	if l.words[region] != model.RegionNotAsked || slices.Contains(l.ask, region) {
		return nil
	}
	known := Regions()
	if slices.Contains(known, region) {
		return nil
	}
	p := configProblem("no region is known by the name "+region, "regions look like eu-west-1")
	p.Operation = "--region"
	if what, code := profile.StandsFor(region); what != "" {
		p.Hint = "that is " + what + "; its region is " + code
	} else if near := model.Nearest(region, slices.Concat(l.ask, known)); near != "" {
		p.Hint = "did you mean " + near + "?"
	}
	return &p
}

// unused are problems for the patterns that no account has a region for.
func (f *regionFilter) unused() []model.Problem {
	var out []model.Problem
	for _, p := range f.patterns {
		if f.used[p] {
			continue
		}
		problem := configProblem("no enabled region matches "+p, "leave --region out to scan every enabled region")
		if isLiteral(p) {
			problem = configProblem("no sign-in is in the partition "+partitionOf(p)+" that "+p+" belongs to", "sign in there with --profile")
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
