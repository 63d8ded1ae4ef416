package aws

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	orgtypes "github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"nbscope/model"
)

// organization assumes the role in every active account that is chosen, each as its
// page comes in. The account that the sign-in belongs to is used as it is: nobody needs a
// role there, and the management account seldom has it.
func (s *scan) organization(ctx context.Context, base *session, l *login) {
	m := members{scan: s, base: base, login: l, used: map[string]bool{}}
	s.index = s.discover(ctx, base)
	defer func() { s.index.allListed(ctx, m.whole) }()
	m.list(ctx, func(id string, order int) {
		arn := fmt.Sprintf("arn:%s:iam::%s:role/%s", base.partition, id, s.client.opt.OrgRole)
		role := s.client.login(order, s.client.roleLogin(base, arn))
		if s.index == nil {
			role.regions = len(s.req.Only) == 0
			s.signs.do(func() { _ = s.member(ctx, base, id, role) }) // which has told why
			return
		}
		s.index.arrive(orgAccount{id, func(named bool) *model.Problem {
			role.regions = !named // what is named can be asked about before
			return s.member(ctx, base, id, role)
		}})
	})
}

// member has an account scanned, and returns why it cannot be.
func (s *scan) member(ctx context.Context, base *session, id string, role *login) *model.Problem {
	if id == base.account {
		s.account(ctx, base)
		return nil
	}
	assumed, err := s.client.signIn(ctx, role)
	if err == nil {
		s.account(ctx, assumed)
		return nil
	}
	p := signInProblem(err, role)
	if p.Kind != model.KindCanceled {
		p.Message = "account " + id + ": " + p.Message
	}
	p.Target = model.Target{Account: id}
	p.Profile = role.label
	s.problem(p)
	return &p
}

// members lists the accounts of an organization that are chosen: all of them by one
// list, or those of its units by walking down from its roots, where units are asked for.
type members struct {
	scan   *scan
	base   *session
	login  *login
	client *organizations.Client
	units  sync.WaitGroup
	do     func(id string, order int)

	mu     sync.Mutex
	listed int             // active accounts
	chosen []string        // their ids
	used   map[string]bool // patterns that matched something
	whole  bool            // every list came to its end
}

// unit is a root of an organization or one of its units.
type unit struct {
	id       string
	path     string         // names from below the root down, between slashes; "" for the root
	matching model.Patterns // of --ou: those that match it or one above it
}

// list calls do for each account, with its number. They are listed once, and anew by a
// scan that is Full; whoever lists them in part keeps nothing.
func (m *members) list(ctx context.Context, do func(id string, order int)) {
	m.base.mu.Lock()
	known := slices.Clone(m.base.members)
	m.base.mu.Unlock()
	m.whole = true
	if len(known) > 0 && m.scan.req.Mode != model.Full {
		for i, id := range known {
			do(id, i+1)
		}
		return
	}
	c := m.scan.client
	m.do = do
	m.client = organizations.NewFromConfig(c.aimed(m.base.cfg, organizations.ServiceID))
	if len(c.opt.OUs) > 0 {
		m.beside(func() { m.roots(ctx) })
		m.units.Wait()
	} else {
		m.everyone(ctx)
	}
	if m.whole {
		m.settle()
	}
}

// settle keeps the accounts, and tells of what chose none of them.
func (m *members) settle() {
	opt := m.scan.client.opt
	m.unused("--account", "active account", opt.Accounts)
	m.unused("--ou", "organizational unit", opt.OUs)
	if len(m.chosen) == 0 {
		p := model.Problem{
			Kind: model.KindNotFound, Operation: "organizations:ListAccounts", Profile: m.login.profile,
			Message: "the organization lists no active account", Hint: "use --role-arn or --profile instead of --org-role",
		}
		if m.listed > 0 || len(opt.OUs) > 0 {
			p.Message, p.Hint = "no active account of the organization is chosen", "correct --ou or --account"
		}
		m.scan.problem(p)
	}
	m.base.mu.Lock()
	defer m.base.mu.Unlock()
	m.base.members = m.chosen
}

// unused tells of the patterns of a flag that matched nothing: a slip of the pen in one
// that leaves something out would otherwise let it in.
func (m *members) unused(flag, what string, patterns model.Patterns) {
	for _, pattern := range patterns {
		if !m.used[pattern] {
			p := configProblem("no "+what+" matches "+pattern, "the names and ids are those of AWS Organizations; a star stands for any letters")
			p.Operation = flag
			m.scan.problem(p)
		}
	}
}

// everyone lists all accounts.
func (m *members) everyone(ctx context.Context) {
	pages := organizations.NewListAccountsPaginator(m.client, &organizations.ListAccountsInput{})
	for pages.HasMorePages() {
		out, err := pages.NextPage(ctx)
		if err != nil {
			m.failed("the accounts of the organization", err)
			return
		}
		m.take(out.Accounts)
	}
}

// take chooses among accounts.
func (m *members) take(accounts []orgtypes.Account) {
	m.mu.Lock()
	defer m.mu.Unlock()
	patterns := m.scan.client.opt.Accounts
	for i := range accounts {
		if !isActive(&accounts[i]) {
			continue
		}
		m.listed++
		id := sdkaws.ToString(accounts[i].Id)
		matching := patterns.Matching(id, sdkaws.ToString(accounts[i].Name))
		m.use(matching)
		if patterns.Choose(matching) {
			m.chosen = append(m.chosen, id)
			m.do(id, len(m.chosen))
		}
	}
}

// use notes patterns that matched. It is called with mu held.
func (m *members) use(matching model.Patterns) {
	for _, p := range matching {
		m.used[p] = true
	}
}

// beside has a part of the tree listed beside the others.
func (m *members) beside(list func()) {
	m.units.Add(1)
	m.scan.signs.do(func() {
		defer m.units.Done()
		list()
	})
}

func (m *members) roots(ctx context.Context) {
	pages := organizations.NewListRootsPaginator(m.client, &organizations.ListRootsInput{})
	for pages.HasMorePages() {
		out, err := pages.NextPage(ctx)
		if err != nil {
			m.failed("the roots of the organization", err)
			return
		}
		for _, r := range out.Roots {
			m.enter(ctx, unit{id: sdkaws.ToString(r.Id)}, sdkaws.ToString(r.Name))
		}
	}
}

// enter lists what is below a unit, unless all of it is left out.
func (m *members) enter(ctx context.Context, u unit, name string) {
	patterns := m.scan.client.opt.OUs
	names := []string{u.id, name}
	if u.path != "" {
		names = append(names, u.path)
	}
	matching := patterns.Matching(names...)
	m.mu.Lock()
	m.use(matching)
	m.mu.Unlock()
	if u.matching = append(slices.Clip(u.matching), matching...); u.matching.Exclude() {
		return
	}
	m.beside(func() { m.below(ctx, u) })
	if patterns.Choose(u.matching) {
		m.beside(func() { m.within(ctx, u) })
	}
}

// below lists the units in a unit.
func (m *members) below(ctx context.Context, u unit) {
	pages := organizations.NewListOrganizationalUnitsForParentPaginator(m.client, &organizations.ListOrganizationalUnitsForParentInput{ParentId: &u.id})
	for pages.HasMorePages() {
		out, err := pages.NextPage(ctx)
		if err != nil {
			m.failed("the units in "+u.said(), err)
			return
		}
		for _, o := range out.OrganizationalUnits {
			name := sdkaws.ToString(o.Name)
			m.enter(ctx, unit{id: sdkaws.ToString(o.Id), path: strings.TrimPrefix(u.path+"/"+name, "/"), matching: u.matching}, name)
		}
	}
}

// within lists the accounts in a unit, those of units below it aside.
func (m *members) within(ctx context.Context, u unit) {
	pages := organizations.NewListAccountsForParentPaginator(m.client, &organizations.ListAccountsForParentInput{ParentId: &u.id})
	for pages.HasMorePages() {
		out, err := pages.NextPage(ctx)
		if err != nil {
			m.failed("the accounts in "+u.said(), err)
			return
		}
		m.take(out.Accounts)
	}
}

// said is how the user knows a unit.
func (u *unit) said() string {
	if u.path == "" {
		return "the root " + u.id
	}
	return "the unit " + u.path
}

// failed tells of a list that did not come to its end.
func (m *members) failed(what string, err error) {
	m.mu.Lock()
	m.whole = false
	m.mu.Unlock()
	p := signInProblem(err, m.login)
	if p.Kind != model.KindCanceled {
		p.Message = what + " cannot be listed: " + p.Message
	}
	m.scan.problem(p)
}

// isActive reads the account's state, which AWS moved from one field to another.
func isActive(a *orgtypes.Account) bool {
	if a.State != "" {
		return a.State == orgtypes.AccountStateActive
	}
	return a.Status == orgtypes.AccountStatusActive
}
