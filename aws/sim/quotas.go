package sim

import (
	"slices"
	"strings"
	"time"
)

func quotaOperations() []operation {
	return []operation{
		{name: "ServiceQuotas.ListServiceQuotas", handle: listQuotas},
		{name: "ServiceQuotas.GetServiceQuota", handle: getQuota},
	}
}

const (
	totalQuotaCode = "L-04CE2E67"
	totalQuotaName = "Total number of notebook instances"
	typeQuotaName  = " for notebook instance usage"
)

// quota is a limit of SageMaker in a place.
type quota struct {
	code, name string
	value      int
}

// limits are the quotas of a place.
type limits struct {
	place   *place
	settled map[string]int // how many notebooks of each type the world has made here
	changed map[string]int // quotas that were changed, by code
}

// typeQuotaCode is the code of the quota of an instance type. Only some are
// known; the others are the simulation's.
func typeQuotaCode(name string) string {
	known := map[string]string{
		"ml.t3.medium": "L-E17566B7", "ml.t2.medium": "L-7B2FD69B", "ml.m5.xlarge": "L-76AB2C05", "ml.m4.xlarge": "L-E1249695",
		"ml.g5.xlarge": "L-E8917BB7", "ml.g4dn.xlarge": "L-D8B97089", "ml.p3.2xlarge": "L-1F4A5AAB",
	}
	if code := known[strings.TrimSuffix(name, typeQuotaName)]; code != "" {
		return code
	}
	return "L-" + strings.ToUpper(newRNG(1, "quota", name).hex(8))
}

// all lists the quotas of a place by code. They leave room above what the
// world has made there: much for ordinary instance types, little for accelerated
// ones, and none for the largest, whose quota accounts have to ask for. p.mu is
// held.
func (l *limits) all() []quota {
	names := l.place.world.quotaNames()
	out := make([]quota, 0, len(names))
	for _, q := range names {
		out = append(out, l.valued(q))
	}
	return out
}

// quotaNames makes the list of all quotas without values, once. Those of other
// parts of SageMaker are there because their names begin alike.
func quotaNames() []quota {
	types := knownTypes()
	out := make([]quota, 0, 1+3*len(types))
	out = append(out, quota{code: totalQuotaCode, name: totalQuotaName})
	for _, name := range types {
		for _, use := range []string{typeQuotaName, " for training job usage", " for endpoint usage"} {
			out = append(out, quota{code: typeQuotaCode(name + use), name: name + use})
		}
	}
	slices.SortFunc(out, func(a, b quota) int { return compare(a.code, b.code) })
	return out
}

func (l *limits) valued(q quota) quota {
	name, ofType := strings.CutSuffix(q.name, typeQuotaName)
	family := familyOf(name)
	limit, changed := l.changed[q.code]
	switch {
	case changed:
		q.value = limit
	case q.code == totalQuotaCode:
		q.value = l.place.count/10*10 + 100
	case !ofType:
		q.value = 2
	case strings.HasPrefix(family, "p"), strings.HasPrefix(family, "trn"):
		q.value = l.settled[name]
	case strings.HasPrefix(family, "g"), strings.HasPrefix(family, "inf"):
		q.value = l.settled[name] + 1
	default:
		q.value = l.settled[name] + 50
	}
	return q
}

// find finds a quota by its code, its name or its instance type, with p.mu held.
func (l *limits) find(name string) (quota, bool) {
	all := l.place.world.quotaNames()
	i := slices.IndexFunc(all, func(q quota) bool {
		return q.name == name || q.code == name || q.name == name+typeQuotaName
	})
	if i < 0 {
		return quota{}, false
	}
	return l.valued(all[i]), true
}

// room is there when both quotas leave room for so many more notebooks. AWS
// does not say whether stopped notebooks count; here all that exist do.
func (l *limits) room(instanceType string, more int, now time.Time) *apiError {
	total := 0
	for _, n := range l.place.sorted {
		if !n.gone(now) {
			total++
		}
	}
	if q, ok := l.find(totalQuotaName); ok && total+more > q.value {
		return badRequest("ResourceLimitExceeded", "The account- service limit '%s' is %d NotebookInstances, with current utilization of "+
			"%d NotebookInstances and a request delta of %d NotebookInstances. Please contact AWS support to request an increase for this limit.",
			q.name, q.value, total, more)
	}
	return l.roomOfType(instanceType, more, now)
}

func (l *limits) roomOfType(instanceType string, more int, now time.Time) *apiError {
	used := 0
	for _, n := range l.place.sorted {
		if n.instanceType == instanceType && !n.gone(now) {
			used++
		}
	}
	if q, ok := l.find(instanceType + typeQuotaName); ok && used+more > q.value {
		return badRequest("ResourceLimitExceeded", "The account-level service limit '%s' is %d Instances, with current utilization of "+
			"%d Instances and a request delta of %d Instances. Please contact AWS support to request an increase for this limit.",
			q.name, q.value, used, more)
	}
	return nil
}

type quotaOutput struct {
	ServiceCode         string
	ServiceName         string
	QuotaArn            string
	QuotaCode           string
	QuotaName           string
	Value               float64
	Unit                string
	Adjustable          bool
	GlobalQuota         bool
	QuotaAppliedAtLevel string
}

func (l *limits) output(q quota) quotaOutput {
	return quotaOutput{
		"sagemaker", "Amazon SageMaker", l.place.arn("servicequotas", "sagemaker/"+q.code), q.code, q.name, float64(q.value), "None", true, false, "ACCOUNT",
	}
}

// noQuota is the answer about a service or a quota that does not exist; the text
// is the simulation's.
func noQuota() *apiError {
	return badRequest("NoSuchResourceException", "The request failed because the specified service or quota does not exist.")
}

func getQuota(s *cloud, r *request) (any, *apiError) {
	var in struct{ ServiceCode, QuotaCode string }
	if e := decodeJSON(r, &in); e != nil {
		return nil, e
	}
	var c constraints
	c.required("serviceCode", in.ServiceCode)
	c.required("quotaCode", in.QuotaCode)
	if e := c.err("IllegalArgumentException"); e != nil {
		return nil, e
	}
	p := s.world.place(r.account, r.region)
	p.mu.RLock()
	defer p.mu.RUnlock()
	q, ok := p.limits.find(in.QuotaCode)
	if in.ServiceCode != "sagemaker" || !ok || q.code != in.QuotaCode {
		return nil, noQuota()
	}
	return struct{ Quota quotaOutput }{p.limits.output(q)}, nil
}

func listQuotas(s *cloud, r *request) (any, *apiError) {
	var in struct {
		ServiceCode, QuotaCode, NextToken string
		MaxResults                        *int
	}
	if e := decodeJSON(r, &in); e != nil {
		return nil, e
	}
	var c constraints
	c.required("serviceCode", in.ServiceCode)
	c.between("maxResults", in.MaxResults, 1, 100)
	if e := c.err("IllegalArgumentException"); e != nil {
		return nil, e
	}
	if in.ServiceCode != "sagemaker" {
		return nil, noQuota()
	}
	p := s.world.place(r.account, r.region)
	p.mu.RLock()
	defer p.mu.RUnlock()
	quotas := p.limits.all()
	all := make([]quotaOutput, 0, len(quotas))
	for _, q := range quotas {
		if in.QuotaCode == "" || in.QuotaCode == q.code {
			all = append(all, p.limits.output(q))
		}
	}
	cut, next, ok := page(r, all, sizeOf(in.MaxResults, 100), in.QuotaCode, in.NextToken)
	if !ok {
		return nil, badRequest("InvalidPaginationTokenException", "Invalid token was used.")
	}
	return struct {
		NextToken string `json:",omitempty"`
		Quotas    []quotaOutput
	}{next, cut}, nil
}
