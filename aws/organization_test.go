package aws

import (
	"slices"
	"strings"
	"testing"

	"nbscope/aws/sim"
	"nbscope/model"
)

// TestAccountsAreChosen: of nine accounts, the first in the root, the others dealt over
// Workloads/Prod, Sandbox, Workloads/Dev and Sandbox/Prod.
func TestAccountsAreChosen(t *testing.T) {
	t.Parallel()
	s, url := world(t, func(o *sim.Options) { o.Accounts, o.Regions, o.Notebooks = 9, 1, 9 })
	var ids []string
	for _, a := range s.World().Accounts {
		ids = append(ids, a.ID)
	}
	for name, c := range map[string]struct {
		accounts, ous model.Patterns
		want          []int // accounts by their places in the world
		lists         int   // of accounts
		says          string
	}{
		"everyone":                         {nil, nil, []int{0, 1, 2, 3, 4, 5, 6, 7, 8}, 1, ""},
		"an account":                       {model.Patterns{ids[3]}, nil, []int{3}, 1, ""},
		"by name":                          {model.Patterns{"ml research"}, nil, []int{1}, 1, ""},
		"all but two":                      {model.Patterns{"!" + ids[0], "!sandbox"}, nil, []int{1, 3, 4, 5, 6, 7, 8}, 1, ""},
		"a unit and those in it":           {nil, model.Patterns{"Sandbox"}, []int{2, 4, 6, 8}, 2, ""},
		"units of one name":                {nil, model.Patterns{"prod"}, []int{1, 4, 5, 8}, 2, ""},
		"a unit by its path":               {nil, model.Patterns{"Workloads/Prod"}, []int{1, 5}, 1, ""},
		"units by a pattern":               {nil, model.Patterns{"workloads/*"}, []int{1, 3, 5, 7}, 2, ""},
		"a unit by its id":                 {nil, model.Patterns{"ou-sim1-wldev001"}, []int{3, 7}, 1, ""},
		"without a unit":                   {nil, model.Patterns{"!Sandbox"}, []int{0, 1, 3, 5, 7}, 5, ""},
		"a unit without one in it":         {nil, model.Patterns{"Sandbox", "!Sandbox/Prod"}, []int{2, 6}, 1, ""},
		"accounts of a unit":               {model.Patterns{ids[1], ids[2]}, model.Patterns{"Workloads"}, []int{1}, 3, "no active account matches " + ids[2]},
		"the root":                         {nil, model.Patterns{"root"}, []int{0, 1, 2, 3, 4, 5, 6, 7, 8}, 7, ""},
		"an account that there is not":     {model.Patterns{ids[1], "prod-*"}, nil, []int{1}, 1, "--account: no active account matches prod-*"},
		"one left out that there is not":   {model.Patterns{"!sandbx"}, nil, []int{0, 1, 2, 3, 4, 5, 6, 7, 8}, 1, "no active account matches !sandbx"},
		"a closed account":                 {nil, model.Patterns{"Suspended"}, nil, 1, "no active account of the organization is chosen"},
		"a unit that there is not":         {nil, model.Patterns{"Workload"}, nil, 0, "--ou: no organizational unit matches Workload"},
		"a unit of which a part is denied": {nil, model.Patterns{"Sandbox"}, nil, 2, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s.ResetCalls()
			if strings.Contains(name, "denied") {
				if err := s.SetFaults("denyop=organizations:ListAccountsForParent"); err != nil {
					t.Fatal(err)
				}
				c.says = "the accounts in the unit Sandbox/Prod cannot be listed: User: "
				defer func() { _ = s.SetFaults("") }()
			}
			inv := once(t, simClient(t, s, url, func(o *Options) { o.OrgRole, o.Accounts, o.OUs = sim.OrgRole, c.accounts, c.ous }), nil, model.ScanRequest{})
			var got []int
			for _, x := range inv.Targets() {
				got = append(got, slices.Index(ids, x.Target.Account))
			}
			slices.Sort(got)
			if !slices.Equal(got, c.want) {
				t.Errorf("the accounts are %v, want %v", got, c.want)
			}
			said := ""
			for _, p := range inv.Problems() {
				said += p.Error() + "\n"
			}
			if !strings.Contains(said, c.says) || (c.says == "") != (said == "") {
				t.Errorf("it says %q, want %q", said, c.says)
			}
			calls := s.Calls()
			if n := calls["Organizations.ListAccounts"].Calls + calls["Organizations.ListAccountsForParent"].Calls; n != c.lists {
				t.Errorf("%d lists of accounts, want %d", n, c.lists)
			}
			roles := len(c.want)
			if slices.Contains(c.want, 0) { // the account of the sign-in itself
				roles--
			}
			if n := calls["STS.AssumeRole"].Calls; n != roles {
				t.Errorf("%d roles assumed, want %d", n, roles)
			}
		})
	}
}

func TestAccountsThatAreKnownKeepTheirNumbers(t *testing.T) {
	t.Parallel()
	m := members{scan: &scan{}, base: &session{members: []string{"b", "a"}}}
	got := map[string]int{}
	m.list(t.Context(), func(id string, order int) { got[id] = order })
	if len(got) != 2 || got["b"] != 1 || got["a"] != 2 || !m.whole {
		t.Errorf("%v, whole: %t", got, m.whole)
	}
}

func TestAnAccountThatRefusesIsALine(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.fill(homeAccount, "eu-west-1", 1)
	s.hook = func(c call) (int, string, bool) {
		if c.op == "AssumeRole" && strings.Contains(c.form.Get("RoleArn"), awayAccount) {
			return refuseXML("AccessDenied", "not authorized to perform: sts:AssumeRole")
		}
		return 0, "", false
	}
	inv := once(t, s.client(t, func(o *Options) { o.OrgRole = "Reader" }), nil, model.ScanRequest{})
	p := inv.Problems()
	if len(p) != 1 || p[0].Target.Account != awayAccount || !strings.Contains(p[0].Message, awayAccount) || p[0].Hint == "" {
		t.Errorf("problems %+v", p)
	}
	if inv.Len() != 1 || inv.Coverage().Complete() {
		t.Errorf("%d notebooks, %+v", inv.Len(), inv.Coverage())
	}
}
