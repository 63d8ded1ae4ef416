package aws

import (
	"context"
	"slices"
	"strings"

	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"nbscope/model"
	"nbscope/model/egress"
)

// factReader reads what EC2 says about the networks of a target's notebooks.
//
// First the VPCs are found: interfaces tell theirs, which are wanted anyway, and
// subnets are asked for by their ids only where no interface tells. A VPC that is
// known from before needs neither. Then come, side by side, one call for each family
// that is found by its VPC: VPCs, subnets, route tables, security groups, network ACLs,
// endpoints; and whether each VPC has a resolver. What those name decides what else is
// asked, again side by side: DHCP options, NAT, internet and egress-only gateways, groups
// of other VPCs, prefix lists, further network interfaces, Block Public Access, whether
// the names of endpoints resolve. Only what that names in turn, the groups of an
// appliance and the lists in their rules, is asked after it. The attributes, and a
// call for each prefix list that is not AWS's, are all that grows, and neither grows
// with the notebooks; their interfaces are asked for 200 at a time, as VPCs are.
//
// Advice looks further than routes lead today: for it the gateways are found by their
// VPC, and everything is asked of each.
type factReader struct {
	ec2Reader
	next func(context.Context)
	all  stage  // until nothing is asked any more
	wave *stage // of it, what others wait for
	out  egress.Facts

	before     map[string]string // subnets, with the VPCs that an earlier scan saw them in
	vpcs       idSet             // whose families were asked for
	subnets    idSet             // asked for by their ids
	byID       egress.Family[egress.Subnet]
	interfaces idSet // asked for by their ids
	more       []*egress.Family[egress.Interface]
	dns        []*dnsOf

	foreign                 egress.Family[egress.SecurityGroup] // read beside others that look at out.SecurityGroups
	appliances              []string                            // groups of the appliances that routes name, once they are read
	groupsAsked, listsAsked idSet
	loose                   egress.Family[egress.InternetGateway] // found by their ids
}

// claim returns what reads the facts of the target to whoever comes first, and nil to
// any other.
func (r *network) claim() *factReader {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.facts != nil {
		return nil
	}
	f := &factReader{ec2Reader: ec2Reader{r.targetRun}, before: map[string]string{}, vpcs: idSet{}, subnets: idSet{}, interfaces: idSet{}, groupsAsked: idSet{}, listsAsked: idSet{}}
	f.out.Accounts = []string{r.target.Account}
	f.all.next = f.ended
	f.all.open.Store(1)
	f.foreign, f.loose = egress.Read[egress.SecurityGroup](), egress.Read[egress.InternetGateway]()
	if !r.scan.req.Advise {
		f.out.NATGateways, f.out.InternetGateways = egress.Read[egress.NATGateway](), egress.Read[egress.InternetGateway]()
	}
	r.facts = f
	return f
}

// read reads the facts for the target's notebooks in VPCs, and then goes on.
func (f *factReader) read(ctx context.Context, next func(context.Context)) {
	f.next = next
	f.find(ctx)
}

// readOf reads the facts of VPCs that others' notebooks are in, and then goes on.
func (f *factReader) readOf(ctx context.Context, vpcs []string, next func(context.Context)) {
	f.next = next
	f.begin(f.find)
	f.askIn(ctx, f.wave, vpcs)
	f.done(ctx, f.wave)
}

// begin makes a stage of what is asked side by side, which is open until done is
// called for it once more than for its jobs.
func (f *factReader) begin(next func(context.Context)) {
	f.wave = &stage{next: next}
	f.wave.open.Store(1)
}

// find asks until each subnet has a VPC, or is known to have none, and the families of
// each of these were asked for.
func (f *factReader) find(ctx context.Context) {
	if ctx.Err() != nil || f.hasCrashed() {
		f.done(ctx, &f.all)
		return
	}
	places, vpcs := f.placing(f.network.inVPC()), f.freshVPCs()
	switch {
	case len(places)+len(vpcs) > 0:
		if len(places) > 0 && !f.mostPlaced() {
			vpcs = nil // they wait for the others
		}
		f.begin(f.find)
		f.beside(ctx, f.wave, rankNext, places...)
		f.askIn(ctx, f.wave, vpcs)
		f.done(ctx, f.wave)
	default:
		if len(f.vpcs) == 0 { // nothing is in a VPC that is known
			for _, read := range f.families(nil) {
				read(ctx) // asks nothing: there is nothing to ask for
			}
		}
		f.named(ctx)
	}
}

// askIn asks for what belongs to VPCs.
func (f *factReader) askIn(ctx context.Context, st *stage, vpcs []string) {
	if vpcs = f.vpcs.fresh(vpcs); len(vpcs) == 0 {
		return
	}
	f.beside(ctx, st, rankSoon, f.families(vpcs)...)
	for _, id := range vpcs {
		d := &dnsOf{vpc: id}
		f.dns = append(f.dns, d)
		f.beside(ctx, &f.all, rankLeaf, f.attribute(d, ec2types.VpcAttributeNameEnableDnsSupport))
	}
}

// families are the jobs that ask for each family that is found by its VPC.
func (f *factReader) families(vpcs []string) []func(context.Context) {
	jobs := []func(context.Context){
		reading(&f.out.VPCs, vpcs, f.describeVPCs), reading(&f.out.Subnets, vpcs, f.subnetsOf),
		reading(&f.out.RouteTables, vpcs, f.tablesOf), reading(&f.out.SecurityGroups, vpcs, f.groupsOf),
		reading(&f.out.ACLs, vpcs, f.aclsOf), reading(&f.out.Endpoints, vpcs, f.endpointsOf),
	}
	if f.scan.req.Advise {
		jobs = append(jobs, reading(&f.out.NATGateways, vpcs, f.natGatewaysOf), reading(&f.out.InternetGateways, vpcs, f.internetGatewaysOf))
	}
	return jobs
}

// reading is a job that reads a part of a family. Nobody else touches the family
// meanwhile.
func reading[T any](to *egress.Family[T], values []string, read func(context.Context, []string) egress.Family[T]) func(context.Context) {
	return func(ctx context.Context) { also(to, read(ctx, values)) }
}

// also adds a reading to what was read of a family before.
func also[T any](to *egress.Family[T], got egress.Family[T]) {
	if to.State != model.LoadPending {
		got = merged(*to, got)
	}
	*to = got
}

// named asks for what the facts so far name.
func (f *factReader) named(ctx context.Context) {
	f.join()
	f.begin(f.late)
	f.beside(ctx, f.wave, rankSoon, append(f.readInterfaces(),
		f.readDHCPOptions, f.readEgressOnly, f.readForeignGroups, f.readPrefixLists, f.readBlock, f.readNATGateways, f.readLooseGateways)...)
	for _, d := range f.dns {
		d.parts[1] = model.Part{State: model.LoadDone}
		if f.hangsOnHostnames(d.vpc) {
			f.beside(ctx, f.wave, rankSoon, f.attribute(d, ec2types.VpcAttributeNameEnableDnsHostnames))
		}
	}
	f.done(ctx, f.wave)
}

// late asks for what only the last answers name: nothing, unless there are groups of
// other VPCs or appliances.
func (f *factReader) late(ctx context.Context) {
	f.join()
	f.begin(func(ctx context.Context) { f.done(ctx, &f.all) })
	lists := slices.ContainsFunc(f.listsNamed(), func(id string) bool { return !f.listsAsked[id] })
	if lists || len(f.groupsFresh()) > 0 {
		f.beside(ctx, f.wave, rankSoon, func(ctx context.Context) {
			f.readForeignGroups(ctx)
			f.join()
			f.readPrefixLists(ctx)
		})
	}
	f.done(ctx, f.wave)
}

// ended goes on when everything was asked.
func (f *factReader) ended(ctx context.Context) {
	f.join()
	for _, d := range f.dns {
		d.settle(&f.out.VPCs)
	}
	f.next(ctx)
}

// join puts together what was read in parts.
func (f *factReader) join() {
	if f.byID.State == model.LoadFailed && f.out.Subnets.State == model.LoadDone {
		// One that could not be resolved may exist, in a VPC that nothing was asked of.
		f.out.Subnets = egress.Refused(f.byID.Reason, f.out.Subnets.Items...)
	}
	if f.out.SecurityGroups.State == model.LoadDone {
		f.out.SecurityGroups, f.foreign = merged(f.out.SecurityGroups, f.foreign), egress.Read[egress.SecurityGroup]()
	}
	if f.out.InternetGateways.State == model.LoadDone {
		f.out.InternetGateways, f.loose = merged(f.out.InternetGateways, f.loose), egress.Read[egress.InternetGateway]()
	}
	for _, got := range f.more {
		also(&f.out.Interfaces, *got)
	}
	f.more = nil
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
	parts := append(make([]model.Part, 0, 15+len(o.VPCs.Items)+len(o.PrefixLists.Items)),
		o.VPCs.Part, o.Subnets.Part, f.byID.Part, o.RouteTables.Part, o.NATGateways.Part, o.InternetGateways.Part, o.EgressOnly.Part,
		o.SecurityGroups.Part, o.ACLs.Part, o.Endpoints.Part, o.PrefixLists.Part, o.Interfaces.Part, o.DHCPOptions.Part,
		o.BlockPublicAccess.Part, o.Exclusions.Part)
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
