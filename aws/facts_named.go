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

// readEgressOnly asks for all egress-only gateways, which EC2 cannot find by their
// VPC, where a route names one.
func (f *factReader) readEgressOnly(ctx context.Context) {
	if len(f.targetsWith("eigw-")) == 0 {
		f.out.EgressOnly = egress.Read[egress.InternetGateway]()
		return
	}
	f.out.EgressOnly = gather(ctx, f.targetRun, listing[*ec2.DescribeEgressOnlyInternetGatewaysOutput, egress.InternetGateway]{
		values: []string{""},
		open: func([]string) pager[*ec2.DescribeEgressOnlyInternetGatewaysOutput] {
			return ec2.NewDescribeEgressOnlyInternetGatewaysPaginator(f.clients().ec2(), &ec2.DescribeEgressOnlyInternetGatewaysInput{})
		},
		items: func(o *ec2.DescribeEgressOnlyInternetGatewaysOutput) (out []egress.InternetGateway) {
			for _, g := range o.EgressOnlyInternetGateways {
				out = append(out, gatewayFact(g.EgressOnlyInternetGatewayId, g.Attachments, g.Tags))
			}
			return out
		},
	})
}

// readDHCPOptions asks for the sets of DHCP options of all VPCs at once. Every VPC
// has one, and only its content tells whether it is AWS's own.
func (f *factReader) readDHCPOptions(ctx context.Context) {
	var ids []string
	for i := range f.out.VPCs.Items {
		if id := f.out.VPCs.Items[i].DHCPOptions; id != "" && id != "default" {
			ids = append(ids, id)
		}
	}
	f.out.DHCPOptions = gather(ctx, f.targetRun, listing[*ec2.DescribeDhcpOptionsOutput, egress.DHCPOptions]{
		values: ids,
		open: func(chunk []string) pager[*ec2.DescribeDhcpOptionsOutput] {
			return ec2.NewDescribeDhcpOptionsPaginator(f.clients().ec2(), &ec2.DescribeDhcpOptionsInput{Filters: filter("dhcp-options-id", chunk)})
		},
		items: func(o *ec2.DescribeDhcpOptionsOutput) []egress.DHCPOptions { return every(o.DhcpOptions, dhcpFact) },
	})
}

// readForeignGroups asks for the groups in use that are in none of the VPCs: a
// group may be associated with other VPCs than its own.
func (f *factReader) readForeignGroups(ctx context.Context) {
	if f.out.SecurityGroups.State != model.LoadDone {
		return
	}
	f.foreign = f.groups(ctx, "group-id", f.groupsAsked.fresh(f.groupsFresh()))
}

// groupsFresh are the groups in use that are in none of the VPCs and were not asked for.
func (f *factReader) groupsFresh() []string {
	seen := idSet{}
	for i := range f.out.SecurityGroups.Items {
		seen[f.out.SecurityGroups.Items[i].ID] = true
	}
	return slices.DeleteFunc(f.groupsNamed(), func(id string) bool { return seen[id] || f.groupsAsked[id] })
}

// idSet are the ids that were asked for.
type idSet map[string]bool

// fresh are those of the ids that were not asked for before. From then on they were.
func (a idSet) fresh(ids []string) (out []string) {
	for _, id := range ids {
		if id != "" && !a[id] {
			out = append(out, id)
			a[id] = true
		}
	}
	return out
}

// groupsNamed are the groups in use: the notebooks', the endpoints' and those of the
// appliances that routes name.
func (f *factReader) groupsNamed() (ids []string) {
	for _, n := range f.network.inVPC() {
		ids = append(ids, n.SecurityGroups...)
	}
	for i := range f.out.Endpoints.Items {
		ids = append(ids, f.out.Endpoints.Items[i].Groups...)
	}
	return append(ids, f.appliances...)
}

// routed are the interfaces and instances that routes name.
func (f *factReader) routed() map[string]bool {
	out := map[string]bool{}
	for _, id := range append(f.targetsWith("eni-"), f.targetsWith("i-")...) {
		out[id] = true
	}
	return out
}

// readPrefixLists asks for the lists that routes and the rules of groups in use
// name, and for the addresses in those that are not AWS's own or that a route sends
// elsewhere than to a gateway endpoint.
func (f *factReader) readPrefixLists(ctx context.Context) {
	got := gather(ctx, f.targetRun, listing[*ec2.DescribeManagedPrefixListsOutput, egress.PrefixList]{
		values: f.listsAsked.fresh(f.listsNamed()),
		open: func(chunk []string) pager[*ec2.DescribeManagedPrefixListsOutput] {
			in := &ec2.DescribeManagedPrefixListsInput{Filters: filter("prefix-list-id", chunk)}
			return ec2.NewDescribeManagedPrefixListsPaginator(f.clients().ec2(), in)
		},
		items: func(o *ec2.DescribeManagedPrefixListsOutput) []egress.PrefixList {
			return every(o.PrefixLists, listFact)
		},
	})
	known := len(f.out.PrefixLists.Items)
	if f.out.PrefixLists.State == model.LoadPending {
		f.out.PrefixLists.State = model.LoadDone
	}
	f.out.PrefixLists = merged(f.out.PrefixLists, got)
	for i := known; i < len(f.out.PrefixLists.Items); i++ {
		l := &f.out.PrefixLists.Items[i]
		if (l.OwnerID == "AWS" || strings.HasPrefix(l.Name, "com.amazonaws.")) && !f.routesBy(l.ID) {
			continue
		}
		f.beside(ctx, f.wave, rankSoon, func(ctx context.Context) { f.readEntries(ctx, l) })
	}
}

// routesBy reports whether a route leads what a prefix list holds elsewhere than to a
// gateway endpoint.
func (f *factReader) routesBy(list string) bool {
	for _, t := range f.out.RouteTables.Items {
		for _, rt := range t.Routes {
			inspects := slices.ContainsFunc(f.out.Endpoints.Items, func(e egress.Endpoint) bool {
				return e.ID == rt.Target && e.Type != string(ec2types.VpcEndpointTypeGateway)
			})
			if rt.PrefixList == list && (inspects || !strings.HasPrefix(rt.Target, "vpce-")) {
				return true
			}
		}
	}
	return false
}

func (f *factReader) readEntries(ctx context.Context, l *egress.PrefixList) {
	got := gather(ctx, f.targetRun, listing[*ec2.GetManagedPrefixListEntriesOutput, string]{
		values: []string{l.ID},
		open: func(id []string) pager[*ec2.GetManagedPrefixListEntriesOutput] {
			in := &ec2.GetManagedPrefixListEntriesInput{PrefixListId: sdkaws.String(id[0])}
			return ec2.NewGetManagedPrefixListEntriesPaginator(f.clients().ec2(), in)
		},
		items: func(o *ec2.GetManagedPrefixListEntriesOutput) []string {
			return every(o.Entries, func(e *ec2types.PrefixListEntry) string { return sdkaws.ToString(e.Cidr) })
		},
	})
	l.Entries, l.EntriesRead = got.Items, got.Part
}

// listsNamed are the prefix lists that matter: those of routes and of the groups in
// use.
func (f *factReader) listsNamed() (ids []string) {
	used := map[string]bool{}
	for _, id := range f.groupsNamed() {
		used[id] = true
	}
	for i := range f.out.SecurityGroups.Items {
		g := &f.out.SecurityGroups.Items[i]
		for _, rule := range append(slices.Clip(g.Egress), g.Ingress...) {
			if used[g.ID] {
				ids = append(ids, rule.PrefixLists...)
			}
		}
	}
	for i := range f.out.RouteTables.Items {
		for _, rt := range f.out.RouteTables.Items[i].Routes {
			if rt.PrefixList != "" {
				ids = append(ids, rt.PrefixList)
			}
		}
	}
	return ids
}

// readInterfaces are jobs that ask for the notebooks' interfaces, as far as they were
// not asked for to find the VPCs, and for those that routes name, with all interfaces
// of the instances behind them: an appliance may lead on from another than the one
// that traffic comes in by.
func (f *factReader) readInterfaces() (jobs []func(context.Context)) {
	routed := f.interfaces.fresh(f.targetsWith("eni-"))
	inVPC := f.network.inVPC()
	notebooks := make([]string, 0, len(inVPC))
	for _, n := range inVPC {
		notebooks = append(notebooks, n.NetworkID)
	}
	rest := f.interfaces.fresh(notebooks)
	first := rest[:min(len(rest), max(0, filterSize-len(routed)))]
	jobs = append(jobs, func(ctx context.Context) { f.readAppliances(ctx, append(routed, first...)) })
	for chunk := range slices.Chunk(rest[len(first):], filterSize) {
		one := &egress.Family[egress.Interface]{}
		f.more = append(f.more, one)
		jobs = append(jobs, reading(one, chunk, f.interfacesOf))
	}
	return jobs
}

func (f *factReader) readAppliances(ctx context.Context, ids []string) {
	got, routed, instances := f.interfacesOf(ctx, ids), f.routed(), f.targetsWith("i-")
	for _, e := range slices.Concat(f.out.Interfaces.Items, got.Items) {
		if routed[e.ID] && e.InstanceID != "" {
			instances = append(instances, e.InstanceID)
		}
	}
	also(&f.out.Interfaces, merged(got, f.interfacesBy(ctx, "attachment.instance-id", instances)))
}

// dnsOf is what is being asked about the DNS of one VPC.
type dnsOf struct {
	vpc                string
	parts              [2]model.Part
	support, hostnames bool
}

// settle says in the VPC whether both attributes were told. Where VPCs may not be
// described, there is one with nothing else.
func (d *dnsOf) settle(vpcs *egress.Family[egress.VPC]) {
	i := slices.IndexFunc(vpcs.Items, func(v egress.VPC) bool { return v.ID == d.vpc })
	if i < 0 {
		i = len(vpcs.Items)
		vpcs.Items = append(vpcs.Items, egress.VPC{ID: d.vpc})
	}
	v := &vpcs.Items[i]
	v.DNSSupport, v.DNSHostnames = d.support, d.hostnames
	for _, p := range d.parts {
		if v.Attributes = p; p.State == model.LoadFailed {
			return
		}
	}
}

// attribute is the job that asks for one DNS attribute of a VPC. It needs nothing else
// of it.
func (f *factReader) attribute(d *dnsOf, name ec2types.VpcAttributeName) func(context.Context) {
	part, to := &d.parts[0], &d.support
	if name == ec2types.VpcAttributeNameEnableDnsHostnames {
		part, to = &d.parts[1], &d.hostnames
	}
	return func(ctx context.Context) { *part = f.readAttribute(ctx, d.vpc, name, to) }
}

// hangsOnHostnames reports whether it matters that a VPC gives hosts DNS names: it does
// for endpoints with private names, which another account may have where the VPC is
// shared, and for advice, which may be to make one.
func (f *factReader) hangsOnHostnames(vpc string) bool {
	own := slices.ContainsFunc(f.out.VPCs.Items, func(v egress.VPC) bool { return v.ID == vpc && v.OwnerID == f.target.Account })
	return f.scan.req.Advise || !own ||
		slices.ContainsFunc(f.out.Endpoints.Items, func(e egress.Endpoint) bool { return e.VPCID == vpc && e.PrivateDNS })
}

// readBlock asks for Block Public Access where a subnet does not tell its own mode,
// and for the exclusions where the region blocks anything.
func (f *factReader) readBlock(ctx context.Context) {
	if !slices.ContainsFunc(f.out.Subnets.Items, func(s egress.Subnet) bool { return s.Block == "" }) {
		return
	}
	b := &f.out.BlockPublicAccess
	out, err := f.clients().ec2().DescribeVpcBlockPublicAccessOptions(ctx, &ec2.DescribeVpcBlockPublicAccessOptionsInput{}, f.onceElsewhere)
	switch {
	case err != nil && f.knowsNoBlock(ctx, err):
		b.Part, b.Mode = model.Part{State: model.LoadDone}, string(ec2types.InternetGatewayBlockModeOff)
		return
	case err != nil:
		b.Part = model.Part{State: model.LoadFailed, Reason: f.refused(ctx, err)}
		return
	}
	f.progress(ctx)
	b.State = model.LoadDone
	b.Mode = string(out.VpcBlockPublicAccessOptions.InternetGatewayBlockMode) // which the check of answers has found
	if b.Mode != string(ec2types.InternetGatewayBlockModeOff) {
		f.out.Exclusions = f.exclusions(ctx)
	}
}
