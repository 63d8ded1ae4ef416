package sim

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

func organizationsOperations() []operation {
	return []operation{
		{name: "Organizations.ListAccounts", handle: listAccounts},
		{name: "Organizations.ListRoots", handle: listRoots},
		{name: "Organizations.ListOrganizationalUnitsForParent", handle: listUnits},
		{name: "Organizations.ListAccountsForParent", handle: listAccountsForParent},
	}
}

func accountOperations() []operation {
	return []operation{{name: "Account.ListRegions", handle: listRegions}}
}

// suspendedAccount stands in the organization and can't be used any more.
const suspendedAccount = "999900001111"

type accountOutput struct {
	Id              string //nolint:revive // the API's name
	Arn             string
	Email           string
	Name            string
	Status          string
	State           string
	JoinedMethod    string
	JoinedTimestamp epoch
}

func listAccounts(s *cloud, r *request) (any, *apiError) {
	return organizationPage(s, r, false, func(string) ([]*account, *apiError) { return s.world.members(), nil }, s.world.accountsPage)
}

func (w *world) accountsPage(cut []*account, next string) any {
	out := struct {
		Accounts  []accountOutput
		NextToken string `json:",omitempty"`
	}{Accounts: make([]accountOutput, 0, len(cut)), NextToken: next}
	for _, a := range cut {
		out.Accounts = append(out.Accounts, w.accountOutput(a))
	}
	return out
}

// organizationPage answers a list of Organizations that is about a parent, or about
// none.
func organizationPage[T any](s *cloud, r *request, parented bool, all func(parent string) ([]T, *apiError), out func(cut []T, next string) any) (any, *apiError) {
	var in struct {
		ParentId   string //nolint:revive // the API's name
		NextToken  string
		MaxResults *int
	}
	if e := decodeJSON(r, &in); e != nil {
		return nil, e
	}
	var c constraints
	c.between("maxResults", in.MaxResults, 1, 20)
	if parented {
		c.required("parentId", in.ParentId)
		c.text("parentId", in.ParentId, 100, parentPattern)
	}
	if e := c.err("InvalidInputException"); e != nil {
		return nil, e
	}
	if r.account != s.world.accounts[0] {
		return nil, badRequest("AccessDeniedException", "You don't have permissions to access this resource.")
	}
	items, e := all(in.ParentId)
	if e != nil {
		return nil, e
	}
	cut, next, ok := page(r, items, sizeOf(in.MaxResults, 20), in.ParentId, in.NextToken)
	if !ok {
		return nil, badRequest("InvalidInputException", "You specified an invalid value for NextToken.")
	}
	return out(append([]T{}, cut...), next), nil
}

func (w *world) accountOutput(a *account) accountOutput {
	state, joined := "ACTIVE", "CREATED"
	if a.id == suspendedAccount {
		state = "SUSPENDED"
	}
	if a.index == 0 {
		joined = "INVITED"
	}
	return accountOutput{
		Id: a.id, Email: a.email, Name: a.name, Status: state, State: state, JoinedMethod: joined,
		Arn:             "arn:aws:organizations::" + w.accounts[0].id + ":account/o-simulated1/" + a.id,
		JoinedTimestamp: epoch(w.base.Add(-time.Duration(900-a.index) * 24 * time.Hour)),
	}
}

// restOperation finds the operation of a service that is told by the path.
func restOperation(method, path string) string {
	op := strings.TrimPrefix(path, "/")
	switch {
	case method != http.MethodPost:
		return ""
	case strings.EqualFold(op, "listRegions"):
		return "ListRegions"
	}
	return op
}

type regionOutput struct {
	RegionName      string
	RegionOptStatus string
}

func listRegions(s *cloud, r *request) (any, *apiError) {
	var in struct {
		AccountId               string //nolint:revive // the API's name
		MaxResults              *int
		NextToken               string
		RegionOptStatusContains []string
	}
	if e := decodeJSON(r, &in); e != nil {
		return nil, e
	}
	var c constraints
	c.between("maxResults", in.MaxResults, 1, 50)
	if e := c.err("ValidationException"); e != nil {
		return nil, e
	}
	if in.AccountId != "" && (r.account != s.world.accounts[0] || s.world.byID[in.AccountId] == nil) {
		return nil, denied(r, "arn:aws:account::"+in.AccountId+":account", noPolicyAllows)
	}
	var all []regionOutput
	for _, region := range s.world.known() {
		status := s.world.accountStatus(region, r.faults)
		if len(in.RegionOptStatusContains) == 0 || slices.Contains(in.RegionOptStatusContains, status) {
			all = append(all, regionOutput{region.name, status})
		}
	}
	cut, next, ok := page(r, all, sizeOf(in.MaxResults, 50), in.AccountId+"|"+strings.Join(in.RegionOptStatusContains, ","), in.NextToken)
	if !ok {
		return nil, invalid("Invalid NextToken")
	}
	return struct {
		Regions   []regionOutput
		NextToken string `json:",omitempty"`
	}{append([]regionOutput{}, cut...), next}, nil
}

// accountStatus is a region's state in the words of the Account service.
func (w *world) accountStatus(r regionInfo, f *Faults) string {
	switch w.optStatus(r, f) {
	case "opted-in":
		return "ENABLED"
	case "opt-in-not-required":
		return "ENABLED_BY_DEFAULT"
	}
	return "DISABLED"
}
