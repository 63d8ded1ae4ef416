package aws

import (
	"context"
	"maps"
	"slices"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"nbscope/model"
)

// filterSize is how many values EC2 takes in one filter.
const filterSize = 200

// location is where a subnet lies.
type location struct{ vpc, vpcName, subnetName string }

// locate resolves the subnets that were seen to their VPCs, where no facts are read
// that would tell them, and then goes on.
func (r *network) locate(ctx context.Context, next func(context.Context)) {
	places, need := r.places()
	if len(need) == 0 {
		next(ctx)
		return
	}
	found := &stage{next: next}
	r.do(ctx, found, ec2.ServiceID, rankSoon, 0, 1, func(ctx context.Context, _ int) { r.locateIn(ctx, places, need) })
}

// locateIn filters instead of naming ids, because one id that does not exist any more
// would fail them all.
func (r *network) locateIn(ctx context.Context, places map[string]location, need map[string][]string) {
	var ask []string
	for subnet := range need {
		if _, ok := places[subnet]; !ok {
			ask = append(ask, subnet)
		}
	}
	slices.Sort(ask)
	failed := model.Part{State: model.LoadFailed, Reason: reasonNoSubnet}
	if err := r.subnets(ctx, ask, places); err != nil {
		if ctx.Err() != nil {
			return
		}
		p := r.classify(ctx, err)
		r.warn(p)
		failed.Reason = p.Message
	}
	var changed []*model.Notebook
	for subnet, arns := range need {
		for _, arn := range arns {
			r.mu.Lock()
			out := *r.rows[arn]
			r.mu.Unlock()
			at, ok := places[subnet]
			out.VPCID, out.VPCName, out.SubnetName = at.vpc, at.vpcName, at.subnetName
			out.Located = model.Part{State: model.LoadDone}
			if !ok {
				out.Located = failed
			}
			changed = append(changed, &out)
		}
	}
	r.setNetwork(changed...)
}

// places returns the subnets that are known already, and those still to be found
// with the notebooks in them.
func (r *network) places() (known map[string]location, need map[string][]string) {
	known, need = map[string]location{}, map[string][]string{}
	for _, n := range r.current() {
		switch {
		case !isInVPC(n):
		case n.Located.Known() && r.scan.req.Mode != model.Full:
			known[n.SubnetID] = location{n.VPCID, n.VPCName, n.SubnetName}
		case n.Located.State == model.LoadPending || r.scan.req.Mode == model.Full:
			need[n.SubnetID] = append(need[n.SubnetID], n.ARN)
		}
	}
	return known, need
}

// subnets asks EC2 for subnets and for the names of their VPCs, and adds what it
// says. Names that may not be read stay empty, with a warning.
func (r *network) subnets(ctx context.Context, ids []string, places map[string]location) error {
	vpcs := map[string]bool{}
	for chunk := range slices.Chunk(ids, filterSize) {
		pages := ec2.NewDescribeSubnetsPaginator(r.clients().ec2(), &ec2.DescribeSubnetsInput{Filters: filter("subnet-id", chunk)})
		for pages.HasMorePages() {
			out, err := pages.NextPage(ctx)
			if err != nil {
				return err
			}
			r.progress(ctx)
			for _, s := range out.Subnets {
				vpc := sdkaws.ToString(s.VpcId)
				vpcs[vpc] = true
				places[sdkaws.ToString(s.SubnetId)] = location{vpc: vpc, subnetName: nameTag(s.Tags)}
			}
		}
	}
	if len(vpcs) == 0 {
		return nil
	}
	names := r.vpcNames(ctx, vpcs)
	for id, at := range places {
		if name, ok := names[at.vpc]; ok {
			at.vpcName = name
			places[id] = at
		}
	}
	return nil
}

// vpcNames asks for the names of VPCs. Names that may not be read stay empty, with
// a warning.
func (r *network) vpcNames(ctx context.Context, vpcs map[string]bool) map[string]string {
	names := map[string]string{}
	for _, v := range (ec2Reader{r.targetRun}).describeVPCs(ctx, slices.Sorted(maps.Keys(vpcs))).Items {
		names[v.ID] = v.Name
	}
	return names
}
