package egress

import (
	"slices"
	"strings"
	"testing"

	"nbscope/model"
)

// TestWhoReachesAServiceByItsListIsJudgedByThat: a notebook whose groups let out to
// S3's addresses alone reaches S3 through NAT, and by a gateway endpoint the same. It
// loses nothing by one, and no other service that it never reached.
func TestWhoReachesAServiceByItsListIsJudgedByThat(t *testing.T) {
	t.Parallel()
	lists := []Rule{toList("pl-s3"), toList("pl-ddb")}
	one := func(w *world) {
		w.s3Gateway("rtb-b", func(e *Endpoint) {
			e.Policy = `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"arn:aws:s3:::one/*"}]}`
		})
	}
	for name, c := range map[string]struct {
		rules   []Rule // of the neighbour's group
		gateway string // what the neighbour has of a gateway endpoint for S3
		all     string // and of one for each service besides
		with    func(*world)
	}{
		"S3's list":                  {rules: lists[:1]},
		"DynamoDB's list":            {rules: lists[1:]},
		"both":                       {rules: lists},
		"private ones besides":       {rules: append(slices.Clone(lists), tcp443("10.0.0.0/8")), all: "logs, sagemaker.api, sagemaker.runtime, sts reached"},
		"a range besides":            {rules: append(slices.Clone(lists), tcp443("198.51.100.0/24")), gateway: "s3 reached", all: "worse: logs, sagemaker.api, sagemaker.runtime, sts not reached"},
		"a list of no name":          {rules: []Rule{toList("pl-what")}, gateway: "worse: s3 not reached", all: "worse: logs, s3, sagemaker.api, sagemaker.runtime, sts not reached"},
		"an endpoint for one bucket": {rules: lists, with: one, gateway: "worse: s3 perhaps reached"},
	} {
		w := newWorld().nat().egress(tcp443("10.0.0.0/16"))
		w.PrefixLists.Items = append(w.PrefixLists.Items,
			PrefixList{ID: "pl-ddb", Name: "com.amazonaws." + region + ".dynamodb", OwnerID: "AWS"}, PrefixList{ID: "pl-what", OwnerID: "AWS"})
		w.SecurityGroups.Items = append(w.SecurityGroups.Items, SecurityGroup{ID: "sg-n", VPCID: "vpc-1", Egress: c.rules})
		if c.with != nil {
			c.with(w)
		}
		for title, want := range map[string]string{"endpoint for s3": c.gateway, "endpoints for": c.all} {
			if c.with != nil {
				title, want = "give gateway endpoint vpce-s3 route table rtb-a", c.gateway
			}
			p := newPlace(w.Facts, "vpc-1", []*model.Notebook{w.n, w.neighbour("other", "subnet-a", "sg-n")}, new(int))
			if got := p.offered(t, w.n, title, "notebook other"); got != want {
				t.Errorf("%s: %s: the neighbour has of it %q, want %q", name, title, got, want)
			}
		}
	}
}

// offered is what somebody has of the first offer with these words in its title.
func (p *place) offered(t *testing.T, n *model.Notebook, title, who string) (out string) {
	t.Helper()
	offers, _ := p.offers(n, p.index.keyOf(n))
	i := slices.IndexFunc(offers, func(o proposal) bool { return strings.Contains(strings.ToLower(o.Title), title) })
	if i < 0 {
		t.Errorf("there is no offer to %s", title)
		return ""
	}
	for _, a := range offers[i].Affects {
		if a.What != who {
			continue
		}
		if out != "" {
			out += "; "
		}
		if a.Worse {
			out += "worse: "
		}
		out += a.After
	}
	return out
}
