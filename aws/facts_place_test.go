package aws

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"nbscope/model"
	"nbscope/model/egress"
)

// TestPlacesAreFoundByAnInterfaceInEachSubnet, and by the subnet's id where none tells.
func TestPlacesAreFoundByAnInterfaceInEachSubnet(t *testing.T) {
	t.Parallel()
	in := func(subnet, eni string) *model.Notebook { return &model.Notebook{SubnetID: subnet, NetworkID: eni} }
	many := func(n int) (out []*model.Notebook) {
		for i := range n {
			out = append(out, in("s1", fmt.Sprint("eni-", i)))
		}
		return out
	}
	enis := func(n int) (out []string) {
		for i := range n {
			out = append(out, fmt.Sprint("eni-", i))
		}
		slices.Sort(out)
		return out
	}
	for name, c := range map[string]struct {
		rows                []*model.Notebook
		change              func(f *factReader)
		interfaces, subnets []string
		jobs                int
	}{
		"nothing":                  {},
		"none in a VPC":            {rows: []*model.Notebook{in("", "")}},
		"one":                      {rows: []*model.Notebook{in("s1", "eni-1")}, interfaces: []string{"eni-1"}, jobs: 1},
		"two of a subnet":          {rows: []*model.Notebook{in("s1", "eni-1"), in("s1", "eni-2")}, interfaces: []string{"eni-1", "eni-2"}, jobs: 1},
		"one that has none":        {rows: []*model.Notebook{in("s1", "")}, subnets: []string{"s1"}, jobs: 1},
		"two of one, one has none": {rows: []*model.Notebook{in("s1", ""), in("s1", "eni-2")}, interfaces: []string{"eni-2"}, jobs: 1},
		"one of each":              {rows: []*model.Notebook{in("s1", "eni-1"), in("s2", "")}, interfaces: []string{"eni-1"}, subnets: []string{"s2"}, jobs: 2},
		"one that was asked":       {rows: []*model.Notebook{in("s1", "eni-1")}, change: func(f *factReader) { f.interfaces["eni-1"] = true }, interfaces: []string{"eni-1"}, subnets: []string{"s1"}, jobs: 1},
		"one whose VPC is known":   {rows: []*model.Notebook{in("s1", "eni-1")}, change: func(f *factReader) { f.before["s1"] = "vpc-1" }},
		"one that comes along":     {rows: []*model.Notebook{in("s1", "eni-1"), in("s2", "eni-2")}, change: func(f *factReader) { f.before["s1"] = "vpc-1" }, interfaces: []string{"eni-1", "eni-2"}, jobs: 1},
		"a subnet that its VPC denies": {rows: []*model.Notebook{in("s1", "eni-1")}, change: func(f *factReader) {
			f.before["s1"], f.vpcs["vpc-1"], f.out.Subnets = "vpc-1", true, egress.Read[egress.Subnet]()
		}, subnets: []string{"s1"}, jobs: 1},
		"as many as a filter takes": {rows: many(200), interfaces: enis(200), jobs: 1},
		"more":                      {rows: many(201), interfaces: enis(200), jobs: 1},
	} {
		f := factsOf(model.ScanRequest{}, egress.Facts{})
		for _, n := range c.rows {
			inVPC(f, n)
		}
		if c.change != nil {
			c.change(f)
		}
		jobs := f.placing(f.network.inVPC())
		if got := slices.Sorted(maps.Keys(f.interfaces)); !slices.Equal(got, c.interfaces) {
			t.Errorf("%s: interfaces %q", name, got)
		}
		if got := slices.Sorted(maps.Keys(f.subnets)); !slices.Equal(got, c.subnets) || len(jobs) != c.jobs {
			t.Errorf("%s: subnets %q, %d jobs", name, got, len(jobs))
		}
	}
}
