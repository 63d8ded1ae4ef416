package aws

import (
	"slices"
	"strings"
	"testing"

	"nbscope/aws/sim"
	"nbscope/model"
)

func TestAPartOfAnOrganizationThatMayNotBeListedIsNamed(t *testing.T) {
	t.Parallel()
	s, url := world(t, func(o *sim.Options) { o.Accounts, o.Regions, o.Notebooks = 3, 1, 3 })
	for op, says := range map[string]string{
		"ListRoots": "the roots of the organization cannot be listed: ", "ListOrganizationalUnitsForParent": "the units in the root r-", "ListAccountsForParent": "the accounts in the root r-",
	} {
		if err := s.SetFaults("denyop=organizations:" + op); err != nil {
			t.Fatal(err)
		}
		inv := once(t, simClient(t, s, url, func(o *Options) { o.OrgRole, o.OUs = sim.OrgRole, model.Patterns{"root"} }), nil, model.ScanRequest{})
		told := slices.ContainsFunc(inv.Problems(), func(p model.Problem) bool {
			return p.Kind == model.KindDenied && p.Operation == "organizations:"+op && strings.HasPrefix(p.Message, says)
		})
		if !told || inv.Coverage().Complete() {
			t.Errorf("%s: problems %+v", op, inv.Problems())
		}
	}
}

func TestAnOrganizationWithoutAnAccountToLookAtSaysWhy(t *testing.T) {
	t.Parallel()
	const closed = `{"Accounts":[{"Id":"777788889999","State":"SUSPENDED"}]}`
	const one = `{"Accounts":[{"Id":"777788889999","State":"SUSPENDED"},{"Id":"111122223333","Name":"home","State":"ACTIVE"}]}`
	none := model.Problem{Kind: model.KindNotFound, Operation: "organizations:ListAccounts", Message: "the organization lists no active account", Hint: "use --role-arn or --profile instead of --org-role"}
	chosen := none
	chosen.Message, chosen.Hint = "no active account of the organization is chosen", "correct --ou or --account"
	unused := configProblem("no active account matches nobody", "the names and ids are those of AWS Organizations; a star stands for any letters")
	unused.Operation = "--account"
	for name, c := range map[string]struct {
		accounts string
		choose   model.Patterns
		want     []model.Problem
	}{
		"all are closed":         {closed, nil, []model.Problem{none}},
		"all are left out":       {one, model.Patterns{"!home"}, []model.Problem{chosen}},
		"none is of that name":   {one, model.Patterns{"nobody"}, []model.Problem{unused, chosen}},
		"one is there":           {one, nil, nil},
		"closed, and none named": {closed, model.Patterns{"nobody"}, []model.Problem{unused, none}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStub(t)
			s.hook = func(got call) (int, string, bool) { return 200, c.accounts, got.op == "ListAccounts" }
			inv := once(t, s.client(t, func(o *Options) { o.OrgRole, o.Accounts = "Reader", c.choose }), nil, model.ScanRequest{})
			if got := inv.Problems(); !slices.Equal(got, c.want) {
				t.Errorf("got %+v\nwant %+v", got, c.want)
			}
		})
	}
}
