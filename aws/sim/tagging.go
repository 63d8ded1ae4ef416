package sim

import (
	"fmt"
	"slices"
	"strings"
)

func taggingOperations() []operation {
	return []operation{{name: "ResourceGroupsTaggingAPI.GetResources", handle: getResources}}
}

type tagMapping struct {
	ResourceARN string
	Tags        []tag
}

type tagFilter struct {
	Key    string
	Values []string
}

type resourcesInput struct {
	PaginationToken     string
	ResourcesPerPage    *int
	TagsPerPage         *int
	ResourceTypeFilters []string
	ResourceARNList     []string
	TagFilters          []tagFilter
}

// getResources lists what has, or once had, tags: that is all that this service
// knows of.
func getResources(s *cloud, r *request) (any, *apiError) {
	var in resourcesInput
	if e := decodeJSON(r, &in); e != nil {
		return nil, e
	}
	if e := in.check(); e != nil {
		return nil, e
	}
	var all []*notebook
	if in.wants("sagemaker:notebook-instance") {
		for _, n := range s.world.place(r.account, r.region).alive(r.now) {
			if n.everTagged && in.matches(n) {
				all = append(all, n)
			}
		}
	}
	asked := fmt.Sprintf("%q %q %q", in.ResourceTypeFilters, in.ResourceARNList, in.TagFilters)
	cut, next, ok := page(r, all, sizeOf(in.ResourcesPerPage, 50), asked, in.PaginationToken)
	if !ok {
		return nil, badRequest("InvalidParameterException", "Invalid PaginationToken")
	}
	out := struct {
		PaginationToken        string
		ResourceTagMappingList []tagMapping
	}{next, make([]tagMapping, 0, len(cut))}
	for _, n := range cut {
		out.ResourceTagMappingList = append(out.ResourceTagMappingList, tagMapping{n.arn(), append([]tag{}, n.tags...)})
	}
	return out, nil
}

func (in resourcesInput) check() *apiError {
	var c constraints
	c.between("resourcesPerPage", in.ResourcesPerPage, 1, 100)
	c.between("tagsPerPage", in.TagsPerPage, 100, 500)
	if e := c.err("InvalidParameterException"); e != nil {
		return e
	}
	if len(in.ResourceARNList) > 100 {
		return badRequest("InvalidParameterException", "The number of ResourceARNs is more than 100")
	}
	for _, f := range in.TagFilters {
		if f.Key == "" {
			return badRequest("InvalidParameterException", "A tag filter needs a key")
		}
	}
	return nil
}

// wants says whether a type of resource is asked for: by itself, by its service,
// or because no type is.
func (in resourcesInput) wants(kind string) bool {
	service, _, _ := strings.Cut(kind, ":")
	return len(in.ResourceTypeFilters) == 0 || slices.Contains(in.ResourceTypeFilters, kind) ||
		slices.Contains(in.ResourceTypeFilters, service)
}

func (in resourcesInput) matches(n *notebook) bool {
	if len(in.ResourceARNList) > 0 && !slices.Contains(in.ResourceARNList, n.arn()) {
		return false
	}
	for _, f := range in.TagFilters {
		if !slices.ContainsFunc(n.tags, func(t tag) bool {
			return t.Key == f.Key && (len(f.Values) == 0 || slices.Contains(f.Values, t.Value))
		}) {
			return false
		}
	}
	return true
}
