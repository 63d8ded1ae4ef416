package aws

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"nbscope/model"
	"nbscope/model/egress"
)

func TestAnAnswerIsTakenUpToEachOfItsBounds(t *testing.T) {
	t.Parallel()
	over := make(chan struct{})
	close(over)
	for name, c := range map[string]struct {
		before boundedBody // what was read
		others int64       // bytes of other answers
		busy   bool        // another one is large
		n      int
		want   string
		large  bool
	}{
		"nothing":                    {want: "<nil>"},
		"the last small one":         {n: largeAnswer, busy: true, want: "<nil>"},
		"a large one":                {n: largeAnswer + 1, want: "<nil>", large: true},
		"a large one beside another": {n: largeAnswer + 1, busy: true, want: "it waited"},
		"more of a large one":        {before: boundedBody{size: largeAnswer + 1, large: true}, n: 1, busy: true, want: "<nil>", large: true},
		"all that there can be":      {before: boundedBody{size: maxAnswer - 1, large: true}, n: 1, want: "<nil>", large: true},
		"one byte more":              {before: boundedBody{size: maxAnswer - 1}, n: 2, want: "the answer has more than 16 MB"},
		"the weight there can be":    {before: boundedBody{weight: maxWeight - 1}, n: 1, want: "<nil>"},
		"more weight":                {before: boundedBody{weight: maxWeight - 1}, n: 2, want: "the answer takes more than 32 MB"},
		"all beside the others":      {others: maxReading - 1, n: 1, want: "<nil>"},
		"more beside the others":     {others: maxReading - 1, n: 2, want: "the answers that are being read have more than 128 MB"},
	} {
		in := newIntake()
		in.reading.Store(c.others)
		if c.busy {
			in.large <- struct{}{}
		}
		b := c.before
		b.intake, b.ended, b.why = in, over, func() error { return errors.New("it waited") }
		if !c.busy {
			b.ended = nil
		}
		if err := b.take(make([]byte, c.n)); fmt.Sprint(err) != c.want || b.large != c.large {
			t.Errorf("%s: %v, large %v", name, err, b.large)
		}
		if got := in.reading.Load(); got != c.others+int64(c.n) {
			t.Errorf("%s: %d bytes count as being read", name, got)
		}
	}
	for most, want := range map[int64]string{256 << 10: "x more than 256 KB", 1<<20 - 1: "x more than 1023 KB", 1 << 20: "x more than 1 MB", 16 << 20: "x more than 16 MB"} {
		if got := (&floodError{what: "x", most: most}).Error(); got != want {
			t.Errorf("%d: %q, want %q", most, got, want)
		}
	}
}

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
		"nothing":                     {},
		"none in a VPC":               {rows: []*model.Notebook{in("", "")}},
		"one":                         {rows: []*model.Notebook{in("s1", "eni-1")}, interfaces: []string{"eni-1"}, jobs: 1},
		"two of a subnet":             {rows: []*model.Notebook{in("s1", "eni-1"), in("s1", "eni-2")}, interfaces: []string{"eni-1", "eni-2"}, jobs: 1},
		"one that has none":           {rows: []*model.Notebook{in("s1", "")}, subnets: []string{"s1"}, jobs: 1},
		"one that has none, one that": {rows: []*model.Notebook{in("s1", ""), in("s1", "eni-2")}, interfaces: []string{"eni-2"}, jobs: 1},
		"one of each":                 {rows: []*model.Notebook{in("s1", "eni-1"), in("s2", "")}, interfaces: []string{"eni-1"}, subnets: []string{"s2"}, jobs: 2},
		"one that was asked":          {rows: []*model.Notebook{in("s1", "eni-1")}, change: func(f *factReader) { f.interfaces["eni-1"] = true }, interfaces: []string{"eni-1"}, subnets: []string{"s1"}, jobs: 1},
		"one whose VPC is known":      {rows: []*model.Notebook{in("s1", "eni-1")}, change: func(f *factReader) { f.before["s1"] = "vpc-1" }},
		"one that comes along":        {rows: []*model.Notebook{in("s1", "eni-1"), in("s2", "eni-2")}, change: func(f *factReader) { f.before["s1"] = "vpc-1" }, interfaces: []string{"eni-1", "eni-2"}, jobs: 1},
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
