package aws

import (
	"fmt"
	"reflect"
	"testing"
	"unsafe"

	"nbscope/model"
)

func TestJudgementsOfATargetShareWhatIsEqual(t *testing.T) {
	t.Parallel()
	judgement := func(name string) *model.Egress {
		return &model.Egress{
			Verdict: model.VerdictIsolated, Reason: "no route", Warnings: []string{"w"},
			Chain:     []model.Hop{{Kind: model.HopNotebook, ID: name}, {Kind: model.HopSubnet, Says: fmt.Sprint("in VPC ", 1)}},
			Endpoints: []model.EndpointCoverage{{Service: "s3"}},
			WhatIf:    &model.WhatIf{Reason: "of " + name},
		}
	}
	s := interner{}
	first := s.intern(judgement("one"))
	second := s.intern(judgement("two"))
	if second == first {
		t.Error("judgements that differ became one")
	}
	if s.intern(judgement("one")) != first {
		t.Error("equal judgements stay two")
	}
	if !reflect.DeepEqual(first, judgement("one")) || !reflect.DeepEqual(second, judgement("two")) {
		t.Errorf("sharing changed a judgement: %+v, %+v", first, second)
	}
	if &second.Endpoints[0] != &first.Endpoints[0] || &second.Warnings[0] != &first.Warnings[0] {
		t.Error("equal parts are not shared")
	}
	if unsafe.StringData(second.Chain[1].Says) != unsafe.StringData(first.Chain[1].Says) {
		t.Error("equal hops do not share their text")
	}
	if second.WhatIf == first.WhatIf {
		t.Error("parts that differ are shared")
	}
	if cap(first.Chain) != len(first.Chain) {
		t.Error("a chain keeps room for more")
	}
}
