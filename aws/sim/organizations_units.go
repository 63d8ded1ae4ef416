package sim

import (
	"regexp"
	"slices"
)

// The organization's tree: a root, units in it, and units in those.
const (
	rootID   = "r-sim1"
	rootName = "Root"
)

var parentPattern = regexp.MustCompile(`^(?:(r-[0-9a-z]{4,32})|(ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}))$`)

// unit is an organizational unit.
type unit struct{ id, name, parent string }

// The units of the world. Two have the same name, as units in different places may.
func units() []unit {
	return []unit{
		{"ou-sim1-workload", "Workloads", rootID},
		{"ou-sim1-sandbox1", "Sandbox", rootID},
		{"ou-sim1-closed01", "Suspended", rootID},
		{"ou-sim1-wlprod01", "Prod", "ou-sim1-workload"},
		{"ou-sim1-wldev001", "Dev", "ou-sim1-workload"},
		{"ou-sim1-sbprod01", "Prod", "ou-sim1-sandbox1"},
	}
}

// unitOf is where an account stands: the management account in the root, the others
// dealt over the units.
func unitOf(a *account) string {
	switch {
	case a.id == suspendedAccount:
		return "ou-sim1-closed01"
	case a.index == 0:
		return rootID
	}
	return [...]string{"ou-sim1-wlprod01", "ou-sim1-sandbox1", "ou-sim1-wldev001", "ou-sim1-sbprod01"}[(a.index-1)%4]
}

// members are the accounts of the organization, the closed one too.
func (w *world) members() []*account {
	return slices.Insert(slices.Clone(w.accounts), 1, &account{
		id: suspendedAccount, name: "Closed Lab", email: "aws+" + suspendedAccount + "@example.com", index: 1,
	})
}

type unitOutput struct {
	Id   string //nolint:revive // the API's name
	Arn  string
	Name string
}

func (w *world) unitOutput(kind, id, name string) unitOutput {
	return unitOutput{Id: id, Name: name, Arn: "arn:aws:organizations::" + w.accounts[0].id + ":" + kind + "/o-simulated1/" + id}
}

func listRoots(s *cloud, r *request) (any, *apiError) {
	type rootOutput struct {
		unitOutput
		PolicyTypes []string
	}
	all := func(string) ([]rootOutput, *apiError) {
		return []rootOutput{{s.world.unitOutput("root", rootID, rootName), []string{}}}, nil
	}
	return organizationPage(s, r, false, all, func(cut []rootOutput, next string) any {
		return struct {
			Roots     []rootOutput
			NextToken string `json:",omitempty"`
		}{cut, next}
	})
}

func listUnits(s *cloud, r *request) (any, *apiError) {
	all := func(parent string) (out []unitOutput, e *apiError) {
		for _, u := range units() {
			if u.parent == parent {
				out = append(out, s.world.unitOutput("ou", u.id, u.name))
			}
		}
		return out, knownParent(parent)
	}
	return organizationPage(s, r, true, all, func(cut []unitOutput, next string) any {
		return struct {
			OrganizationalUnits []unitOutput
			NextToken           string `json:",omitempty"`
		}{cut, next}
	})
}

func listAccountsForParent(s *cloud, r *request) (any, *apiError) {
	all := func(parent string) ([]*account, *apiError) {
		return slices.DeleteFunc(s.world.members(), func(a *account) bool { return unitOf(a) != parent }), knownParent(parent)
	}
	return organizationPage(s, r, true, all, s.world.accountsPage)
}

// knownParent refuses a parent that there is not.
func knownParent(id string) *apiError {
	if id == rootID || slices.ContainsFunc(units(), func(u unit) bool { return u.id == id }) {
		return nil
	}
	return badRequest("ParentNotFoundException", "You provided parent that does not exist.")
}
