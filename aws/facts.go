package aws

import (
	"context"
	"slices"
	"strings"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"nbscope/model"
	"nbscope/model/egress"
)

// factReader reads what EC2 says about the networks of a target's notebooks.
//
// First come, side by side, one call for each family that is found by its VPC:
// subnets, route tables, NAT gateways, internet gateways, security groups, network
// ACLs, endpoints, and the VPCs where locating the notebooks did not ask for them.
// What those name decides what else is asked, again side by side: the two DNS
// attributes of each VPC, DHCP options, egress-only gateways, groups of other VPCs,
// prefix lists, network interfaces, Block Public Access. Only what that names in
// turn, the groups of an appliance and the lists in their rules, is asked after it.
// The attributes, and a call for each prefix list that is not AWS's, are all that
// grows, and neither grows with the notebooks; their interfaces are asked for 200 at
// a time, as VPCs are.
type factReader struct {
	*targetRun
	work                    *crew
	notebooks               []*model.Notebook
	vpcs                    []string
	out                     egress.Facts
	foreign                 egress.Family[egress.SecurityGroup] // read beside others that look at out.SecurityGroups
	appliances              []string                            // groups of the appliances that routes name, once they are read
	groupsAsked, listsAsked idSet
	dns                     []*dnsOf
	loose                   egress.Family[egress.InternetGateway] // found by their ids
}

// facts reads the facts for notebooks in VPCs. The part says whether all that was
// asked was answered.
func (r *targetRun) facts(ctx context.Context, work *crew, notebooks []*model.Notebook) (egress.Facts, model.Part) {
	f := &factReader{targetRun: r, work: work, notebooks: notebooks}
	for _, n := range notebooks {
		if n.Located.Known() && n.VPCID != "" {
			f.vpcs = append(f.vpcs, n.VPCID)
		}
	}
	return f.read(ctx)
}

// factsOf reads the facts of VPCs that others' notebooks are in.
func (r *targetRun) factsOf(ctx context.Context, work *crew, vpcs []string) egress.Facts {
	f := &factReader{targetRun: r, work: work, vpcs: vpcs}
	facts, _ := f.read(ctx)
	return facts
}

func (f *factReader) read(ctx context.Context) (egress.Facts, model.Part) {
	f.groupsAsked, f.listsAsked = idSet{}, idSet{}
	f.out.Accounts = []string{f.target.Account}
	f.inVPCs(ctx)
	f.work.wait()
	if ctx.Err() == nil {
		f.named(ctx)
		f.work.wait()
		f.join()
	}
	if ctx.Err() == nil {
		f.late(ctx)
		f.work.wait()
		f.join()
	}
	return f.out, f.part()
}

// inVPCs asks for what belongs to the VPCs.
func (f *factReader) inVPCs(ctx context.Context) {
	for _, read := range []func(context.Context){
		f.readVPCs, f.readSubnets, f.readRouteTables, f.readNATGateways, f.readInternetGateways,
		f.readSecurityGroups, f.readACLs, f.readEndpoints,
	} {
		f.work.do(1, func() { read(ctx) })
	}
}

// named asks for what the facts so far name.
func (f *factReader) named(ctx context.Context) {
	f.readAttributes(ctx)
	for _, read := range []func(context.Context){
		f.readDHCPOptions, f.readEgressOnly, f.readForeignGroups, f.readPrefixLists, f.readInterfaces, f.readBlock, f.readLooseGateways,
	} {
		f.work.do(1, func() { read(ctx) })
	}
}

// late asks for what only the last answers name: nothing, unless there are groups of
// other VPCs or appliances.
func (f *factReader) late(ctx context.Context) {
	f.readForeignGroups(ctx)
	f.join()
	f.readPrefixLists(ctx)
}

// join puts together what was read in parts.
func (f *factReader) join() {
	if f.out.SecurityGroups.State == model.LoadDone {
		f.out.SecurityGroups, f.foreign = merged(f.out.SecurityGroups, f.foreign), egress.Read[egress.SecurityGroup]()
	}
	if f.out.InternetGateways.State == model.LoadDone {
		f.out.InternetGateways, f.loose = merged(f.out.InternetGateways, f.loose), egress.Read[egress.InternetGateway]()
	}
	for _, d := range f.dns {
		d.settle()
	}
	routed := f.routed()
	for i := range f.out.Interfaces.Items {
		if e := &f.out.Interfaces.Items[i]; routed[e.ID] || routed[e.InstanceID] {
			f.appliances = append(f.appliances, e.Groups...)
		}
	}
}

// part is done when nothing that was asked for was refused. A family that was not
// asked for, because nothing names it, is not waited for.
func (f *factReader) part() model.Part {
	o := &f.out
	parts := []model.Part{
		o.VPCs.Part, o.Subnets.Part, o.RouteTables.Part, o.NATGateways.Part, o.InternetGateways.Part, o.EgressOnly.Part,
		o.SecurityGroups.Part, o.ACLs.Part, o.Endpoints.Part, o.PrefixLists.Part, o.Interfaces.Part, o.DHCPOptions.Part,
		o.BlockPublicAccess.Part, o.Exclusions.Part,
	}
	for _, n := range f.notebooks {
		if n.Located.State == model.LoadFailed && n.Located.Reason != reasonNoSubnet {
			parts = append(parts, n.Located)
		}
	}
	for i := range o.VPCs.Items {
		parts = append(parts, o.VPCs.Items[i].Attributes)
	}
	for i := range o.PrefixLists.Items {
		parts = append(parts, o.PrefixLists.Items[i].EntriesRead)
	}
	for _, p := range parts {
		if p.State == model.LoadFailed {
			return p
		}
	}
	return model.Part{State: model.LoadDone}
}

func (f *factReader) readVPCs(ctx context.Context) { f.out.VPCs = f.describeVPCs(ctx, f.vpcs) }

func (f *factReader) readSubnets(ctx context.Context) {
	f.out.Subnets = gather(ctx, f.targetRun, listing[*ec2.DescribeSubnetsOutput, egress.Subnet]{
		values: f.vpcs,
		open: func(vpcs []string) pager[*ec2.DescribeSubnetsOutput] {
			return ec2.NewDescribeSubnetsPaginator(f.clients.ec2(), &ec2.DescribeSubnetsInput{Filters: filter("vpc-id", vpcs)})
		},
		items: func(o *ec2.DescribeSubnetsOutput) []egress.Subnet { return every(o.Subnets, subnetFact) },
	})
	// A subnet that could not be resolved may exist: where the call was refused,
	// no VPC is known and nothing was asked above.
	for _, n := range f.notebooks {
		if n.Located.State == model.LoadFailed && n.Located.Reason != reasonNoSubnet && f.out.Subnets.State == model.LoadDone {
			f.out.Subnets = egress.Refused(n.Located.Reason, f.out.Subnets.Items...)
		}
	}
}

func (f *factReader) readRouteTables(ctx context.Context) {
	f.out.RouteTables = gather(ctx, f.targetRun, listing[*ec2.DescribeRouteTablesOutput, egress.RouteTable]{
		values: f.vpcs,
		open: func(vpcs []string) pager[*ec2.DescribeRouteTablesOutput] {
			return ec2.NewDescribeRouteTablesPaginator(f.clients.ec2(), &ec2.DescribeRouteTablesInput{Filters: filter("vpc-id", vpcs)})
		},
		items: func(o *ec2.DescribeRouteTablesOutput) []egress.RouteTable { return every(o.RouteTables, tableFact) },
	})
}

func (f *factReader) readNATGateways(ctx context.Context) {
	f.out.NATGateways = gather(ctx, f.targetRun, listing[*ec2.DescribeNatGatewaysOutput, egress.NATGateway]{
		values: f.vpcs,
		open: func(vpcs []string) pager[*ec2.DescribeNatGatewaysOutput] {
			return ec2.NewDescribeNatGatewaysPaginator(f.clients.ec2(), &ec2.DescribeNatGatewaysInput{Filter: filter("vpc-id", vpcs)})
		},
		items: func(o *ec2.DescribeNatGatewaysOutput) []egress.NATGateway { return every(o.NatGateways, natFact) },
	})
}

func (f *factReader) readInternetGateways(ctx context.Context) {
	f.out.InternetGateways = gather(ctx, f.targetRun, listing[*ec2.DescribeInternetGatewaysOutput, egress.InternetGateway]{
		values: f.vpcs,
		open: func(vpcs []string) pager[*ec2.DescribeInternetGatewaysOutput] {
			in := &ec2.DescribeInternetGatewaysInput{Filters: filter("attachment.vpc-id", vpcs)}
			return ec2.NewDescribeInternetGatewaysPaginator(f.clients.ec2(), in)
		},
		items: func(o *ec2.DescribeInternetGatewaysOutput) (out []egress.InternetGateway) {
			for _, g := range o.InternetGateways {
				out = append(out, gatewayFact(g.InternetGatewayId, g.Attachments, g.Tags))
			}
			return out
		},
	})
}

func (f *factReader) readSecurityGroups(ctx context.Context) {
	f.out.SecurityGroups = f.groups(ctx, "vpc-id", f.vpcs)
}

func (f *factReader) groups(ctx context.Context, by string, values []string) egress.Family[egress.SecurityGroup] {
	return gather(ctx, f.targetRun, listing[*ec2.DescribeSecurityGroupsOutput, egress.SecurityGroup]{
		values: values,
		open: func(chunk []string) pager[*ec2.DescribeSecurityGroupsOutput] {
			return ec2.NewDescribeSecurityGroupsPaginator(f.clients.ec2(), &ec2.DescribeSecurityGroupsInput{Filters: filter(by, chunk)})
		},
		items: func(o *ec2.DescribeSecurityGroupsOutput) []egress.SecurityGroup {
			return every(o.SecurityGroups, groupFact)
		},
	})
}

func (f *factReader) readACLs(ctx context.Context) {
	f.out.ACLs = gather(ctx, f.targetRun, listing[*ec2.DescribeNetworkAclsOutput, egress.ACL]{
		values: f.vpcs,
		open: func(vpcs []string) pager[*ec2.DescribeNetworkAclsOutput] {
			return ec2.NewDescribeNetworkAclsPaginator(f.clients.ec2(), &ec2.DescribeNetworkAclsInput{Filters: filter("vpc-id", vpcs)})
		},
		items: func(o *ec2.DescribeNetworkAclsOutput) []egress.ACL { return every(o.NetworkAcls, aclFact) },
	})
}

func (f *factReader) readEndpoints(ctx context.Context) {
	f.out.Endpoints = gather(ctx, f.targetRun, listing[*ec2.DescribeVpcEndpointsOutput, egress.Endpoint]{
		values: f.vpcs,
		open: func(vpcs []string) pager[*ec2.DescribeVpcEndpointsOutput] {
			return ec2.NewDescribeVpcEndpointsPaginator(f.clients.ec2(), &ec2.DescribeVpcEndpointsInput{Filters: filter("vpc-id", vpcs)})
		},
		items: func(o *ec2.DescribeVpcEndpointsOutput) []egress.Endpoint { return every(o.VpcEndpoints, endpointFact) },
	})
}

// describeVPCs asks for VPCs, except for those that this run has asked for before. A
// subnet lies in each of them: one that AWS does not tell is not known. What names
// its DHCP options AWS tells the owner at least.
func (r *targetRun) describeVPCs(ctx context.Context, ids []string) egress.Family[egress.VPC] {
	ask := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return slices.Contains(r.vpcsAsked, id) })
	r.vpcsAsked = append(r.vpcsAsked, ask...)
	got := gather(ctx, r, listing[*ec2.DescribeVpcsOutput, egress.VPC]{
		values: ask,
		open: func(chunk []string) pager[*ec2.DescribeVpcsOutput] {
			return ec2.NewDescribeVpcsPaginator(r.clients.ec2(), &ec2.DescribeVpcsInput{Filters: filter("vpc-id", chunk)})
		},
		items: func(o *ec2.DescribeVpcsOutput) []egress.VPC { return every(o.Vpcs, vpcFact) },
	})
	for _, id := range ask {
		i := slices.IndexFunc(got.Items, func(v egress.VPC) bool { return v.ID == id })
		switch {
		case got.State != model.LoadDone:
		case i < 0:
			got = egress.Refused("AWS does not tell VPC "+id+", which a subnet belongs to", got.Items...)
		case got.Items[i].OwnerID == r.target.Account && got.Items[i].DHCPOptions == "":
			got = egress.Refused("AWS does not tell which DHCP options VPC "+id+" has", got.Items...)
		}
	}
	r.vpcs = merged(r.vpcs, got)
	return egress.Family[egress.VPC]{Part: r.vpcs.Part, Items: slices.Clone(r.vpcs.Items)}
}

// targetsWith lists the targets of routes whose ids begin with a prefix.
func (f *factReader) targetsWith(prefix string) (ids []string) {
	for _, t := range f.out.RouteTables.Items {
		for _, rt := range t.Routes {
			if strings.HasPrefix(rt.Target, prefix) {
				ids = append(ids, rt.Target)
			}
		}
	}
	return ids
}

func filter(name string, values []string) []ec2types.Filter {
	return []ec2types.Filter{{Name: sdkaws.String(name), Values: values}}
}
