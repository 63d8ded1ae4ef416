package sim

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

func organizationsOperations() []operation {
	return []operation{{name: "Organizations.ListAccounts", handle: listAccounts}}
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

func listAccounts(s *Server, r *request) (any, *apiError) {
	var in struct {
		NextToken  string
		MaxResults *int
	}
	if e := decodeJSON(r, &in); e != nil {
		return nil, e
	}
	var c constraints
	c.between("maxResults", in.MaxResults, 1, 20)
	if e := c.err("InvalidInputException"); e != nil {
		return nil, e
	}
	if r.account != s.world.accounts[0] {
		return nil, badRequest("AccessDeniedException", "You don't have permissions to access this resource.")
	}
	size := 20
	if in.MaxResults != nil {
		size = *in.MaxResults
	}
	all := slices.Insert(slices.Clone(s.world.accounts), 1, &account{
		id: suspendedAccount, name: "Closed Lab", email: "aws+" + suspendedAccount + "@example.com", index: 1,
	})
	cut, next, ok := page(s, r, all, size, "", in.NextToken)
	if !ok {
		return nil, badRequest("InvalidInputException", "You specified an invalid value for NextToken.")
	}
	out := struct {
		Accounts  []accountOutput
		NextToken string `json:",omitempty"`
	}{Accounts: make([]accountOutput, 0, len(cut)), NextToken: next}
	for _, a := range cut {
		out.Accounts = append(out.Accounts, s.world.accountOutput(a))
	}
	return out, nil
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

// restOperation finds the operation of the one service that is told by the path.
func restOperation(method, path string) string {
	if method == http.MethodPost && strings.EqualFold(path, "/listRegions") {
		return "ListRegions"
	}
	return ""
}

type regionOutput struct {
	RegionName      string
	RegionOptStatus string
}

func listRegions(s *Server, r *request) (any, *apiError) {
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
	size := 50
	if in.MaxResults != nil {
		size = *in.MaxResults
	}
	cut, next, ok := page(s, r, all, size, in.AccountId+"|"+strings.Join(in.RegionOptStatusContains, ","), in.NextToken)
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
