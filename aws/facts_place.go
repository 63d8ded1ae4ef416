package aws

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"nbscope/model"
	"nbscope/model/egress"
)

// placing are the jobs that find out in which VPCs notebooks are: by an interface in
// each subnet, and by the subnet's id where there is none, or where it did not tell.
// None is needed for a subnet whose VPC is known.
func (f *factReader) placing(notebooks []*model.Notebook) (jobs []func(context.Context)) {
	open, vpcs := map[string]string{}, f.vpcsTold() // subnets, with an interface in each
	for _, n := range notebooks {
		if f.isOpen(n, vpcs) {
			open[n.SubnetID] = cmp.Or(open[n.SubnetID], n.NetworkID)
		}
	}
	var interfaces, subnets []string
	for _, s := range slices.Sorted(maps.Keys(open)) {
		if vpcs[s] == "" && open[s] != "" && !f.interfaces[open[s]] {
			interfaces = append(interfaces, open[s])
		} else {
			subnets = append(subnets, s)
		}
	}
	for _, n := range notebooks { // those that are wanted anyway come along
		if len(interfaces) > 0 && len(interfaces) < filterSize && n.NetworkID != "" && !slices.Contains(interfaces, n.NetworkID) {
			interfaces = append(interfaces, n.NetworkID)
		}
	}
	if ids := f.interfaces.fresh(interfaces); len(ids) > 0 {
		jobs = append(jobs, reading(&f.out.Interfaces, ids, f.interfacesOf))
	}
	if ids := f.subnets.fresh(subnets); len(ids) > 0 {
		jobs = append(jobs, reading(&f.byID, ids, func(ctx context.Context, ids []string) egress.Family[egress.Subnet] {
			return f.subnetsBy(ctx, "subnet-id", ids)
		}))
	}
	return jobs
}

// wanted reports whether the place of a notebook is to be told.
func (r *network) wanted(n *model.Notebook) bool {
	return isInVPC(n) && (r.scan.req.Mode == model.Full || n.Located.State == model.LoadPending)
}

// isOpen reports whether a notebook's subnet is still to be found: nothing tells its
// VPC, or what tells it is not borne out by the VPC's own subnets. Whether it exists at
// all only its id settles.
func (f *factReader) isOpen(n *model.Notebook, vpcs map[string]string) bool {
	vpc := vpcs[n.SubnetID]
	switch {
	case !f.network.wanted(n), f.subnets[n.SubnetID]:
		return false
	case vpc == "":
		return true
	}
	return f.vpcs[vpc] && f.out.Subnets.State == model.LoadDone && f.subnet(n.SubnetID) == nil
}

// vpcsTold are the VPCs of subnets, as far as anything tells them. A subnet never
// moves, so what was known before holds.
func (f *factReader) vpcsTold() map[string]string {
	out := maps.Clone(f.before)
	for _, n := range f.known {
		if n.Located.Known() && n.VPCID != "" {
			out[n.SubnetID] = n.VPCID
		}
	}
	for i := range f.out.Interfaces.Items {
		e := &f.out.Interfaces.Items[i]
		out[e.SubnetID] = e.VPCID
	}
	for _, s := range slices.Concat(f.byID.Items, f.out.Subnets.Items) {
		out[s.ID] = s.VPCID
	}
	return out
}

// freshVPCs are the VPCs of the notebooks that were not asked about.
func (f *factReader) freshVPCs() (fresh []string) {
	vpcs := f.vpcsTold()
	for _, n := range f.network.inVPC() {
		if vpc := vpcs[n.SubnetID]; vpc != "" && !f.vpcs[vpc] && !slices.Contains(fresh, vpc) {
			fresh = append(fresh, vpc)
		}
	}
	return fresh
}

// mostPlaced reports whether the VPCs that are told are most likely all there are, so
// that what belongs to them can be asked for beside the places of the last notebooks.
func (f *factReader) mostPlaced() bool {
	vpcs, all, open := f.vpcsTold(), f.network.inVPC(), 0
	for _, n := range all {
		if vpcs[n.SubnetID] == "" {
			open++
		}
	}
	return 8*open <= len(all)
}

func (f *factReader) subnet(id string) *egress.Subnet {
	for _, all := range [][]egress.Subnet{f.out.Subnets.Items, f.byID.Items} {
		if i := slices.IndexFunc(all, func(s egress.Subnet) bool { return s.ID == id }); i >= 0 {
			return &all[i]
		}
	}
	return nil
}

// placed copies notebooks with the places that the facts tell.
func (f *factReader) placed(notebooks []*model.Notebook) []*model.Notebook {
	names := map[string]string{}
	for i := range f.out.VPCs.Items {
		names[f.out.VPCs.Items[i].ID] = f.out.VPCs.Items[i].Name
	}
	out := make([]*model.Notebook, len(notebooks))
	for i, n := range notebooks {
		at := *n
		if out[i] = &at; !f.network.wanted(n) {
			continue
		}
		at.VPCID, at.VPCName, at.SubnetName = "", "", ""
		at.Located = model.Part{State: model.LoadDone}
		switch s := f.subnet(n.SubnetID); {
		case s != nil:
			at.VPCID, at.VPCName, at.SubnetName = s.VPCID, names[s.VPCID], s.Name
		case f.out.Subnets.State == model.LoadFailed:
			at.Located = f.out.Subnets.Part
		default:
			at.Located = model.Part{State: model.LoadFailed, Reason: reasonNoSubnet}
		}
	}
	return out
}
