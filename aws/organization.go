package aws

import (
	"fmt"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	orgtypes "github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"nbscope/model"
)

// organization assumes the role in every active account, each as its page comes
// in. The account that the sign-in belongs to is used directly where the role
// cannot be assumed in it: the management account seldom has the role.
func (s *scan) organization(base *session, l *login) {
	client := organizations.NewFromConfig(base.cfg, func(o *organizations.Options) { s.client.endpoint(&o.BaseEndpoint) })
	pages := organizations.NewListAccountsPaginator(client, &organizations.ListAccountsInput{})
	order := 0
	for pages.HasMorePages() {
		out, err := pages.NextPage(s.ctx)
		if err != nil {
			s.problem(signInProblem(fmt.Errorf("list the organization's accounts: %w", err), l))
			return
		}
		for _, account := range out.Accounts {
			if !isActive(&account) {
				continue
			}
			order++
			id := sdkaws.ToString(account.Id)
			arn := fmt.Sprintf("arn:%s:iam::%s:role/%s", base.partition, id, s.client.opt.OrgRole)
			role := s.client.login(order, arn, "", s.client.loadRole(base, arn))
			s.signs.do(0, func() { s.member(base, id, role) })
		}
	}
	if order == 0 {
		s.problem(model.Problem{
			Kind: model.KindNotFound, Operation: "organizations:ListAccounts", Profile: l.profile,
			Message: "the organization lists no active account", Hint: "use --role-arn or --profile instead of --org-role",
		})
	}
}

func (s *scan) member(base *session, id string, role *login) {
	assumed, err := s.client.signIn(s.ctx, role)
	switch {
	case err == nil:
		s.account(assumed)
	case id == base.account:
		s.account(base)
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

// isActive reads the account's state, which AWS moved from one field to another.
func isActive(a *orgtypes.Account) bool {
	if a.State != "" {
		return a.State == orgtypes.AccountStateActive
	}
	return a.Status == orgtypes.AccountStatusActive
}
