package sim

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

const ascending, descending = "Ascending", "Descending"

// listInput is what the list operations of SageMaker take; each looks at the
// members that are its own.
type listInput struct {
	NextToken                                   string
	MaxResults                                  *int
	SortBy, SortOrder                           string
	NameContains                                string
	StatusEquals                                string
	CreationTimeAfter                           *epoch
	CreationTimeBefore                          *epoch
	LastModifiedTimeAfter                       *epoch
	LastModifiedTimeBefore                      *epoch
	NotebookInstanceLifecycleConfigNameContains string
	DefaultCodeRepositoryContains               string
	AdditionalCodeRepositoryEquals              string
}

// asked is what a page token belongs to: everything but the page itself.
func (in listInput) asked() string {
	return fmt.Sprintf("%q", []string{
		in.SortBy, in.SortOrder, in.NameContains, in.StatusEquals,
		stamp(in.CreationTimeAfter), stamp(in.CreationTimeBefore),
		stamp(in.LastModifiedTimeAfter), stamp(in.LastModifiedTimeBefore),
		in.NotebookInstanceLifecycleConfigNameContains, in.DefaultCodeRepositoryContains, in.AdditionalCodeRepositoryEquals,
	})
}

func stamp(e *epoch) string {
	if e == nil {
		return ""
	}
	return time.Time(*e).UTC().Format(time.RFC3339Nano)
}

func (in listInput) check(sortKeys []string) *apiError {
	var c constraints
	c.between("maxResults", in.MaxResults, 1, 100)
	c.text("nameContains", in.NameContains, 63, containsPattern)
	c.text("notebookInstanceLifecycleConfigNameContains", in.NotebookInstanceLifecycleConfigNameContains, 63, containsPattern)
	c.text("additionalCodeRepositoryEquals", in.AdditionalCodeRepositoryEquals, 1024, repoPattern)
	c.oneOf("statusEquals", in.StatusEquals, statuses())
	c.oneOf("sortBy", in.SortBy, sortKeys)
	c.oneOf("sortOrder", in.SortOrder, []string{ascending, descending})
	if len(in.NextToken) > 8192 {
		c.add(in.NextToken, "nextToken", "have length less than or equal to 8192")
	}
	return c.err("ValidationException")
}

// matches says whether a notebook passes the filters.
func (in listInput) matches(n *notebook, now time.Time) bool {
	return containsFold(n.name, in.NameContains) &&
		containsFold(n.lifecycle, in.NotebookInstanceLifecycleConfigNameContains) &&
		strings.Contains(n.repo, in.DefaultCodeRepositoryContains) &&
		(in.AdditionalCodeRepositoryEquals == "" || slices.Contains(n.moreRepos, in.AdditionalCodeRepositoryEquals)) &&
		(in.StatusEquals == "" || n.status(now) == in.StatusEquals) &&
		within(n.created, in.CreationTimeAfter, in.CreationTimeBefore) &&
		(in.LastModifiedTimeAfter == nil && in.LastModifiedTimeBefore == nil ||
			within(n.modifiedAt(now), in.LastModifiedTimeAfter, in.LastModifiedTimeBefore))
}

func containsFold(s, part string) bool {
	return part == "" || strings.Contains(strings.ToLower(s), strings.ToLower(part))
}

func within(t time.Time, after, before *epoch) bool {
	return (after == nil || t.After(time.Time(*after))) && (before == nil || t.Before(time.Time(*before)))
}

// sortKey is what the notebooks are sorted by, as text that sorts alike. The
// name comes last and makes it unique, so that it can stand in a page token and
// a page begins where the last one ended even if notebooks come and go.
func (in listInput) sortKey(n *notebook, now time.Time) string {
	switch in.SortBy {
	case "CreationTime":
		return fmt.Sprintf("%020d %s", n.created.UnixMilli(), n.folded)
	case "Status":
		return n.status(now) + " " + n.folded
	}
	return n.folded
}

type notebookSummary struct {
	NotebookInstanceName                string
	NotebookInstanceArn                 string
	NotebookInstanceStatus              string
	Url                                 string `json:",omitempty"` //nolint:revive // the API's name
	InstanceType                        string
	CreationTime                        epoch
	LastModifiedTime                    epoch
	NotebookInstanceLifecycleConfigName string   `json:",omitempty"`
	DefaultCodeRepository               string   `json:",omitempty"`
	AdditionalCodeRepositories          []string `json:",omitempty"`
}

func listNotebooks(s *cloud, r *request) (any, *apiError) {
	var in listInput
	if e := decodeJSON(r, &in); e != nil {
		return nil, e
	}
	if e := in.check([]string{"Name", "CreationTime", "Status"}); e != nil {
		return nil, e
	}
	after := ""
	if in.NextToken != "" {
		where, ok := r.openToken(in.asked(), in.NextToken)
		if !ok || len(where) != 1 {
			return nil, invalidPageToken()
		}
		after = where[0]
	}
	found, more := in.cutPage(s.world.place(r.account, r.region).alive(r.now), after, r.now)
	out := struct {
		NotebookInstances []notebookSummary
		NextToken         string `json:",omitempty"`
	}{NotebookInstances: make([]notebookSummary, 0, len(found))}
	for _, n := range found {
		out.NotebookInstances = append(out.NotebookInstances, summarize(n, r))
	}
	if more {
		out.NextToken = r.issueToken(in.asked(), in.sortKey(found[len(found)-1], r.now))
	}
	return out, nil
}

func summarize(n *notebook, r *request) notebookSummary {
	return notebookSummary{
		NotebookInstanceName: n.name, NotebookInstanceArn: r.faults.arnOf(n), NotebookInstanceStatus: n.status(r.now), Url: n.url(),
		InstanceType: n.instanceType, CreationTime: epoch(n.created), LastModifiedTime: epoch(n.modifiedAt(r.now)),
		NotebookInstanceLifecycleConfigName: n.lifecycle, DefaultCodeRepository: n.repo,
		AdditionalCodeRepositories: n.moreRepos,
	}
}

// cutPage finds the notebooks of one page. By name, which is how they lie, it
// goes straight to where the page begins.
func (in listInput) cutPage(all []*notebook, after string, now time.Time) (found []*notebook, more bool) {
	down := in.SortOrder == descending
	if in.SortBy == "CreationTime" || in.SortBy == "Status" {
		all = in.ordered(all, now)
	}
	key := func(n *notebook) string { return in.sortKey(n, now) }
	i, step := 0, 1
	if down {
		i, step = len(all)-1, -1
	}
	if after != "" {
		at, exact := slices.BinarySearchFunc(all, after, func(n *notebook, k string) int { return compare(key(n), k) })
		switch {
		case down:
			i = at - 1
		case exact:
			i = at + 1
		default:
			i = at
		}
	}
	for ; i >= 0 && i < len(all); i += step {
		if !in.matches(all[i], now) {
			continue
		}
		if len(found) == sizeOf(in.MaxResults, 10) {
			return found, true
		}
		found = append(found, all[i])
	}
	return found, false
}

// ordered sorts a copy by the sort key.
func (in listInput) ordered(all []*notebook, now time.Time) []*notebook {
	out := slices.Clone(all)
	slices.SortFunc(out, func(a, b *notebook) int { return compare(in.sortKey(a, now), in.sortKey(b, now)) })
	return out
}

func listLifecycles(s *cloud, r *request) (any, *apiError) {
	cut, next, e := listed(s, r, func(p *place, in listInput) (out []lifecycleOutput) {
		p.mu.RLock()
		configs := p.configs // which a change replaces as a whole
		p.mu.RUnlock()
		for _, c := range configs {
			if containsFold(c.name, in.NameContains) && within(c.created, in.CreationTimeAfter, in.CreationTimeBefore) &&
				within(c.modified, in.LastModifiedTimeAfter, in.LastModifiedTimeBefore) {
				out = append(out, p.lifecycleSummary(c))
			}
		}
		return out
	}, func(o lifecycleOutput) (string, epoch, epoch) {
		return o.NotebookInstanceLifecycleConfigName, o.CreationTime, o.LastModifiedTime
	})
	if e != nil {
		return nil, e
	}
	return struct {
		NotebookInstanceLifecycleConfigs []lifecycleOutput
		NextToken                        string `json:",omitempty"`
	}{cut, next}, nil
}

func listRepositories(s *cloud, r *request) (any, *apiError) {
	cut, next, e := listed(s, r, func(p *place, in listInput) (out []repositoryOutput) {
		for _, c := range p.repos {
			if containsFold(c.name, in.NameContains) && within(c.created, in.CreationTimeAfter, in.CreationTimeBefore) {
				out = append(out, p.repositoryOutput(c))
			}
		}
		return out
	}, func(o repositoryOutput) (string, epoch, epoch) {
		return o.CodeRepositoryName, o.CreationTime, o.LastModifiedTime
	})
	if e != nil {
		return nil, e
	}
	return struct {
		CodeRepositorySummaryList []repositoryOutput
		NextToken                 string `json:",omitempty"`
	}{cut, next}, nil
}

// listed is a page of what is listed besides notebooks.
func listed[T any](
	s *cloud, r *request, find func(*place, listInput) []T, key func(T) (name string, created, modified epoch),
) (cut []T, next string, e *apiError) {
	var in listInput
	if e := decodeJSON(r, &in); e != nil {
		return nil, "", e
	}
	if e := in.check([]string{"Name", "CreationTime", "LastModifiedTime"}); e != nil {
		return nil, "", e
	}
	all := append([]T{}, find(s.world.place(r.account, r.region), in)...) // never null
	sortSummaries(all, in, key)
	cut, next, ok := page(r, all, sizeOf(in.MaxResults, 10), in.asked(), in.NextToken)
	if !ok {
		return nil, "", invalidPageToken()
	}
	return cut, next, nil
}

// sortSummaries sorts what is listed besides notebooks.
func sortSummaries[T any](all []T, in listInput, key func(T) (name string, created, modified epoch)) {
	slices.SortStableFunc(all, func(a, b T) int {
		an, ac, am := key(a)
		bn, bc, bm := key(b)
		order := compare(strings.ToLower(an), strings.ToLower(bn))
		switch in.SortBy {
		case "CreationTime":
			order = time.Time(ac).Compare(time.Time(bc))
		case "LastModifiedTime":
			order = time.Time(am).Compare(time.Time(bm))
		}
		if in.SortOrder == descending {
			return -order
		}
		return order
	})
}
