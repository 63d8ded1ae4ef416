package aws

import (
	"reflect"
	"testing"

	"nbscope/model"
)

func TestJudgementsOfOneNetworkShareWhatIsEqual(t *testing.T) {
	t.Parallel()
	judgement := func(name string) *model.Egress {
		return &model.Egress{
			Verdict: model.VerdictIsolated, Reason: "no route", Warnings: []string{"w"},
			Chain:     []model.Hop{{Kind: model.HopNotebook, ID: name}, {Kind: model.HopSubnet, ID: "subnet-1"}},
			Endpoints: []model.EndpointCoverage{{Service: "s3"}}, Remedies: []model.Remedy{{Title: "x", Commands: []string{"y"}}},
			WhatIf: &model.WhatIf{Reason: "of " + name},
		}
	}
	a := &model.Notebook{SubnetID: "subnet-1", SecurityGroups: []string{"sg-1"}}
	b := &model.Notebook{SubnetID: "subnet-1", SecurityGroups: []string{"sg-2"}}
	s := newSharer()
	first, second, other := judgement("one"), judgement("two"), judgement("three")
	s.share(a, first)
	if second = s.share(a, second); second == first {
		t.Error("judgements that differ became one")
	}
	if s.share(a, judgement("one")) != first {
		t.Error("equal judgements stay two")
	}
	other = s.share(b, other)
	if !reflect.DeepEqual(second, judgement("two")) || !reflect.DeepEqual(other, judgement("three")) {
		t.Errorf("sharing changed a judgement: %+v, %+v", second, other)
	}
	if &second.Remedies[0] != &first.Remedies[0] || &second.Endpoints[0] != &first.Endpoints[0] {
		t.Error("equal parts are not shared")
	}
	if second.WhatIf == first.WhatIf {
		t.Error("parts that differ are shared")
	}
	if &other.Remedies[0] == &first.Remedies[0] {
		t.Error("another network shares them too")
	}
}
