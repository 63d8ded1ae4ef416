package aws

import (
	"context"
	"fmt"
	"slices"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	orgtypes "github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"nbscope/model"
)

// organization assumes the role in every active account, each as its page comes
// in. The account that the sign-in belongs to is used directly where the role
// cannot be assumed in it: the management account seldom has the role.
func (s *scan) organization(ctx context.Context, base *session, l *login) {
	order := 0
	err := base.eachMember(ctx, s.req.Mode == model.Full, func(id string) {
		order++
		arn := fmt.Sprintf("arn:%s:iam::%s:role/%s", base.partition, id, s.client.opt.OrgRole)
		role := s.client.login(order, s.client.roleLogin(base, arn))
		role.regions = len(s.req.Only) == 0
		s.signs.do(func() { s.member(ctx, base, id, role) })
	})
	switch {
	case err != nil:
		s.problem(signInProblem(fmt.Errorf("list the organization's accounts: %w", err), l))
	case order == 0:
		s.problem(model.Problem{
			Kind: model.KindNotFound, Operation: "organizations:ListAccounts", Profile: l.profile,
			Message: "the organization lists no active account", Hint: "use --role-arn or --profile instead of --org-role",
		})
	}
}

func (s *scan) member(ctx context.Context, base *session, id string, role *login) {
	assumed, err := s.client.signIn(ctx, role)
	switch {
	case err == nil:
		s.account(ctx, assumed)
	case id == base.account:
		s.account(ctx, base)
	default:
		p := signInProblem(err, role)
		if p.Kind != model.KindCanceled {
			p.Message = "account " + id + ": " + p.Message
		}
		p.Target = model.Target{Account: id}
		p.Profile = role.label
		s.problem(p)
	}
}

// eachMember calls do for every active account of the organization. The accounts
// are listed once, and anew where refresh is set.
func (s *session) eachMember(ctx context.Context, refresh bool, do func(id string)) error {
	s.mu.Lock()
	known := slices.Clone(s.members)
	s.mu.Unlock()
	if len(known) > 0 && !refresh {
		for _, id := range known {
			do(id)
		}
		return nil
	}
	client := organizations.NewFromConfig(s.client.aimed(s.cfg, organizations.ServiceID))
	pages := organizations.NewListAccountsPaginator(client, &organizations.ListAccountsInput{})
	var members []string
	for pages.HasMorePages() {
		out, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for i := range out.Accounts {
			if isActive(&out.Accounts[i]) {
				id := sdkaws.ToString(out.Accounts[i].Id)
				members = append(members, id)
				do(id)
			}
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.members = members
	return nil
}

// isActive reads the account's state, which AWS moved from one field to another.
func isActive(a *orgtypes.Account) bool {
	if a.State != "" {
		return a.State == orgtypes.AccountStateActive
	}
	return a.Status == orgtypes.AccountStatusActive
}
