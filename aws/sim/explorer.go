package sim

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Resource Explorer: an index in every region of every account that one in the first
// region of the management account gathers, and what a search in it shows. There is none
// unless the options say so.

// explorerRate is how many requests of one operation are answered in a second.
const explorerRate = 3

// explorer says what the index is like. The zero value is that there is none.
type explorer struct {
	on       bool
	missing  []string      // regions in which no account has an index
	forgets  float64       // share of the notebooks that it has not heard of
	ghosts   int           // notebooks that it names and that are gone, in each place that has any
	age      time.Duration // of its newest news
	young    bool          // it was made an hour ago
	filtered bool          // its only view of the organization hides something
}

func setIndex(f *Faults, value string) error {
	f.Index.on = true
	word, rest, _ := strings.Cut(value, ":")
	var err error
	switch word {
	case "":
	case "missing":
		err = addRegion(&f.Index.missing, rest)
	case "forgets":
		err = setShare(&f.Index.forgets, rest)
	case "ghosts":
		f.Index.ghosts, err = strconv.Atoi(rest)
	case "age":
		f.Index.age, err = time.ParseDuration(rest)
	case "young":
		f.Index.young = true
	case "filtered":
		f.Index.filtered = true
	default:
		err = fmt.Errorf("%q is nothing that can be said of an index", word)
	}
	return err
}

func explorerOperations() []operation {
	return []operation{
		{name: "ResourceExplorer2.ListIndexes", handle: listIndexes},
		{name: "ResourceExplorer2.ListIndexesForMembers", handle: listMemberIndexes},
		{name: "ResourceExplorer2.GetIndex", handle: getIndex},
		{name: "ResourceExplorer2.ListViews", handle: listViews},
		{name: "ResourceExplorer2.BatchGetView", handle: batchGetView},
		{name: "ResourceExplorer2.ListResources", handle: listResources},
	}
}

type indexOutput struct {
	AccountId string `json:",omitempty"` //nolint:revive // the API's name
	Arn       string
	Region    string
	Type      string
}

// indexesOf are the indexes of an account, in all regions.
func (w *world) indexesOf(a *account, f *Faults) []indexOutput {
	out := []indexOutput{}
	for _, r := range w.regions {
		if !f.Index.on || slices.Contains(f.Index.missing, r.name) || !w.enabled(r.name, f) {
			continue
		}
		kind := "LOCAL"
		if a == w.accounts[0] && r.name == w.regions[0].name {
			kind = "AGGREGATOR"
		}
		out = append(out, indexOutput{Region: r.name, Type: kind, Arn: "arn:aws:resource-explorer-2:" + r.name + ":" + a.id + ":index/" + indexUUID})
	}
	return out
}

const indexUUID = "1a2b3c4d-5d6e-7f8a-9b0c-abcd11111111"

type indexPage struct {
	Indexes   []indexOutput
	NextToken string `json:",omitempty"`
}

// explorerInput is what the operations take.
type explorerInput struct {
	AccountIdList []string //nolint:revive // the API's name
	Regions       []string
	Type          string
	ViewArn       string
	ViewArns      []string
	Filters       struct{ FilterString string }
	MaxResults    *int
	NextToken     string
}

func (in *explorerInput) read(r *request, most int) *apiError {
	if e := decodeJSON(r, in); e != nil {
		return e
	}
	if n := in.MaxResults; n != nil && (*n < 1 || *n > most) {
		return badRequest("ValidationException", "1 validation error detected: Value at 'maxResults' failed to satisfy constraint: Member must be between 1 and %d", most)
	}
	return nil
}

func listIndexes(s *cloud, r *request) (any, *apiError) {
	var in explorerInput
	if e := in.read(r, 100); e != nil {
		return nil, e
	}
	all := slices.DeleteFunc(s.world.indexesOf(r.account, r.faults), func(i indexOutput) bool {
		return in.Type != "" && i.Type != in.Type || len(in.Regions) > 0 && !slices.Contains(in.Regions, i.Region)
	})
	cut, next, ok := page(r, all, sizeOf(in.MaxResults, 100), "", in.NextToken)
	if !ok {
		return nil, badRequest("ValidationException", "Invalid NextToken")
	}
	return indexPage{append([]indexOutput{}, cut...), next}, nil
}

func listMemberIndexes(s *cloud, r *request) (any, *apiError) {
	var in explorerInput
	if e := in.read(r, 10); e != nil {
		return nil, e
	}
	if n := len(in.AccountIdList); n < 1 || n > 10 {
		return nil, badRequest("ValidationException", "1 validation error detected: Value at 'accountIdList' failed to satisfy constraint: Member must have length between 1 and 10")
	}
	if e := onlyManagement(s, r); e != nil {
		return nil, e
	}
	var all []indexOutput
	for _, id := range in.AccountIdList {
		if a := s.world.byID[id]; a != nil {
			for _, i := range s.world.indexesOf(a, r.faults) {
				i.AccountId = id
				all = append(all, i)
			}
		}
	}
	cut, next, ok := page(r, all, sizeOf(in.MaxResults, 100), strings.Join(in.AccountIdList, " "), in.NextToken)
	if !ok {
		return nil, badRequest("ValidationException", "Invalid NextToken")
	}
	return indexPage{append([]indexOutput{}, cut...), next}, nil
}

// onlyManagement refuses whoever is not the organization's management account.
func onlyManagement(s *cloud, r *request) *apiError {
	if r.account == s.world.accounts[0] {
		return nil
	}
	return denied(r, "*", noPolicyAllows)
}

func getIndex(s *cloud, r *request) (any, *apiError) {
	all := s.world.indexesOf(r.account, r.faults)
	i := slices.IndexFunc(all, func(x indexOutput) bool { return x.Region == r.region })
	if i < 0 {
		return nil, &apiError{code: "ResourceNotFoundException", message: "No index found", status: 404}
	}
	made := s.world.base.Add(-100 * 24 * time.Hour)
	if r.faults.Index.young {
		made = r.now.Add(-time.Hour)
	}
	return struct{ Arn, State, Type, CreatedAt, LastUpdatedAt string }{
		all[i].Arn, "ACTIVE", all[i].Type, made.UTC().Format(time.RFC3339), made.UTC().Format(time.RFC3339),
	}, nil
}

type viewOutput struct {
	ViewArn            string
	Owner, Scope       string
	Filters            struct{ FilterString string }
	IncludedProperties []struct{ Name string }
	LastUpdatedAt      string
}

// views are those of an account in a region: one of its own, and where its index
// gathers others, one of the organization.
func (r *request) views() []viewOutput {
	out := []viewOutput{}
	for _, i := range r.account.world.indexesOf(r.account, r.faults) {
		if i.Region != r.region {
			continue
		}
		view := func(name, scope, filter string) {
			v := viewOutput{
				ViewArn: "arn:aws:resource-explorer-2:" + r.region + ":" + r.account.id + ":view/" + name + "/" + indexUUID,
				Owner:   r.account.id, Scope: scope, LastUpdatedAt: r.account.world.base.Format(time.RFC3339), IncludedProperties: []struct{ Name string }{},
			}
			v.Filters.FilterString = filter
			out = append(out, v)
		}
		view("all-resources", "arn:aws:iam::"+r.account.id+":root", "")
		if i.Type == "AGGREGATOR" {
			filter := ""
			if r.faults.Index.filtered {
				filter = "-service:sagemaker"
			}
			view("organization", "arn:aws:organizations::"+r.account.id+":organization/o-simulated1", filter)
		}
	}
	return out
}

func listViews(_ *cloud, r *request) (any, *apiError) {
	var in explorerInput
	if e := in.read(r, 50); e != nil {
		return nil, e
	}
	arns := []string{}
	for _, v := range r.views() {
		arns = append(arns, v.ViewArn)
	}
	cut, next, ok := page(r, arns, sizeOf(in.MaxResults, 20), "", in.NextToken)
	if !ok {
		return nil, badRequest("ValidationException", "Invalid NextToken")
	}
	return struct {
		Views     []string
		NextToken string `json:",omitempty"`
	}{cut, next}, nil
}

func batchGetView(_ *cloud, r *request) (any, *apiError) {
	var in explorerInput
	if e := in.read(r, 20); e != nil {
		return nil, e
	}
	type missing struct{ ViewArn, ErrorMessage string }
	out := struct {
		Views  []viewOutput
		Errors []missing
	}{[]viewOutput{}, []missing{}}
	for _, arn := range in.ViewArns {
		views := r.views()
		if i := slices.IndexFunc(views, func(v viewOutput) bool { return v.ViewArn == arn }); i >= 0 {
			out.Views = append(out.Views, views[i])
		} else {
			out.Errors = append(out.Errors, missing{arn, "View not found"})
		}
	}
	return out, nil
}

type resourceOutput struct {
	Arn, OwningAccountId, Region, ResourceType, Service string //nolint:revive // the API's names
	LastReportedAt                                      string
	Properties                                          []string
}

// listResources shows the notebooks that a view has, and nothing else: the rest of what
// an index holds is not of this world.
func listResources(_ *cloud, r *request) (any, *apiError) {
	var in explorerInput
	if e := in.read(r, 1000); e != nil {
		return nil, e
	}
	views := r.views()
	i := slices.IndexFunc(views, func(v viewOutput) bool { return v.ViewArn == in.ViewArn })
	if i < 0 {
		return nil, &apiError{code: "UnauthorizedException", message: "You don't have permission to access this view.", status: 401}
	}
	all := []resourceOutput{}
	asked := in.Filters.FilterString
	if (asked == "" || asked == "resourcetype:sagemaker:notebook-instance") && views[i].Filters.FilterString == "" {
		all = r.indexed(strings.Contains(views[i].Scope, ":organization/"))
	}
	cut, next, ok := page(r, all, sizeOf(in.MaxResults, 100), in.ViewArn+asked, in.NextToken)
	if !ok {
		return nil, badRequest("ValidationException", "Invalid NextToken")
	}
	return struct {
		Resources []resourceOutput
		ViewArn   string
		NextToken string `json:",omitempty"`
	}{append([]resourceOutput{}, cut...), in.ViewArn, next}, nil
}

// indexed is what the index knows of the notebooks of an account, or of all.
func (r *request) indexed(everyone bool) []resourceOutput {
	w, like := r.account.world, r.faults.Index
	out := []resourceOutput{}
	for _, a := range w.accounts {
		if a != r.account && !everyone {
			continue
		}
		for _, i := range w.indexesOf(a, r.faults) {
			p := w.place(a, i.Region)
			add := func(arn string) {
				age := like.age + time.Duration(newRNG(w.seed, "reported", arn).below(120))*time.Minute
				out = append(out, resourceOutput{
					Arn: arn, OwningAccountId: a.id, Region: i.Region, ResourceType: "sagemaker:notebook-instance", Service: "sagemaker",
					LastReportedAt: r.now.Add(-age).UTC().Format(time.RFC3339), Properties: []string{},
				})
			}
			alive := p.alive(r.now)
			for _, n := range alive {
				if newRNG(w.seed, "index", n.arn()).unit() >= like.forgets {
					add(n.arn())
				}
			}
			for g := range like.ghosts {
				if len(alive) > 0 {
					add(p.arn("sagemaker", fmt.Sprintf("notebook-instance/gone-%d", g)))
				}
			}
		}
	}
	return out
}
