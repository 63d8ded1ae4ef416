package recreate

import (
	"nbscope/model"
	"nbscope/model/control"
)

// Controls are the published controls that the source fails, and those that the
// replacement will fail.
func (p *Plan) Controls() (before, after []model.Control) {
	src, spec := &p.Source, &p.Spec
	before = control.Failing(control.Facts{
		DirectInternet: src.DirectInternet, SubnetID: src.SubnetID, RootAccess: src.RootAccess, Platform: src.Platform, Egress: p.Egress,
	})
	after = control.Failing(control.Facts{
		DirectInternet: spec.DirectInternet, SubnetID: spec.SubnetID, RootAccess: spec.RootAccess, Platform: spec.Platform, Egress: p.EgressAfter,
	})
	return before, after
}

// Judge takes in how the source's network was judged: what the replacement
// reaches follows from it where it stands in the same place.
func (p *Plan) Judge(e *model.Egress) {
	p.Egress, p.EgressAfter = "", ""
	if e == nil {
		return
	}
	p.Egress = e.Verdict
	same := p.Spec.SubnetID == p.Source.SubnetID && sameSet(p.Spec.SecurityGroups, p.Source.SecurityGroups)
	switch {
	case p.Source.SubnetID == "" && p.Spec.DirectInternet == model.Enabled:
		p.EgressAfter = model.VerdictDirect // SageMaker's own network leads out, with a VPC and without
	case !same:
	case p.Spec.DirectInternet == p.Source.DirectInternet:
		p.EgressAfter = e.Verdict
	case e.WhatIf != nil && e.WhatIf.DirectInternet == p.Spec.DirectInternet:
		p.EgressAfter = e.WhatIf.Verdict
	}
}
