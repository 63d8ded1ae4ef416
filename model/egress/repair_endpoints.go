package egress

import (
	"fmt"
	"slices"
	"strings"

	"nbscope/model"
)

const s3 = "s3"

// core are the services without which a notebook can do little: its own API, the
// credentials, its logs and the data.
func core() []string { return []string{s3, "sagemaker.api", "sagemaker.runtime", "sts", "logs"} }

// serve works until the notebook reaches each of the services by an endpoint: it
// mends the one that there is, else it makes one where it may. Services for which
// that betters nothing are left, with the reason.
func (r *repair) serve(services []string, fresh bool) bool {
	r.left = map[string]string{}
	for _, service := range services {
		saved := *r
		before := r.coverage(service)
		c, why := before, ""
		for range maxRepairs {
			if c.State == model.EndpointCovered {
				break
			}
			if why = r.serveOne(c, fresh); why != "" {
				break
			}
			c = r.coverage(service)
		}
		if better := worth(c.State) > worth(before.State) || before.Fails && !c.Fails; !better {
			*r = saved
			r.left[service] = why
		}
	}
	return len(r.changes) > 0
}

func (r *repair) coverage(service string) model.EndpointCoverage {
	*r.place.judged++
	return r.guest().covering(service)
}

// serveOne takes one step towards a service. It returns why there is none.
func (r *repair) serveOne(c model.EndpointCoverage, fresh bool) string {
	e := r.ix.endpoints.byID[c.ID]
	if e != nil && c.Service == s3 && e.Type == endpointInterface {
		if why, done := r.aroundInterface(e, c.Why, fresh); done {
			return why
		}
	}
	switch {
	case e == nil && c.State == model.EndpointMissing && fresh:
		return r.newEndpoint(c.Service)
	case e == nil:
		return c.Why
	case !isAvailable(e.State):
		return "endpoint " + e.ID + " is " + e.State + ". Nothing is offered for it: look at the endpoint, and at whoever has to accept it."
	case e.Type == endpointGateway:
		return r.mendGatewayEndpoint(e, c.Why)
	case e.Type == endpointInterface:
		return r.mendInterface(e, c.Why)
	}
	return c.Why
}

// aroundInterface leads S3 by a gateway endpoint, which costs nothing, where no name
// leads to the interface endpoint. It reports whether there is a way.
func (r *repair) aroundInterface(e *Endpoint, why string, fresh bool) (stuck string, done bool) {
	if led, _ := r.guest().leads(e); led != takesNone {
		return "", false
	}
	for _, other := range r.ix.endpointsIn[e.VPCID] {
		if other.Type == endpointGateway && isAvailable(other.State) && other.label(r.notebook.Region) == s3 {
			return r.mendGatewayEndpoint(other, why), true
		}
	}
	if !fresh || !e.PrivateDNSInboundOnly {
		return "", false
	}
	return r.newEndpoint(s3), true
}

// mendInterface acts on the first check of an interface endpoint that does not
// pass.
func (r *repair) mendInterface(e *Endpoint, why string) string {
	g := r.guest()
	refuses := func(check func(string) answer) bool {
		return slices.ContainsFunc(e.Subnets, func(id string) bool { return check(id).state == refused })
	}
	switch {
	case len(e.Groups) == 0:
		return why
	case refuses(func(id string) answer { return g.letOut(e, id) }):
		return r.letOut(Rule{Protocol: "tcp", From: https, To: https, Groups: e.Groups[:1]}, ofGroup(e.Groups[0]))
	case refuses(g.crosses):
		return r.openBetween(e)
	case g.letIn(e).state == refused:
		return r.admit(e.Groups[0])
	case g.policy(e).state == refused:
		return why + ". Nothing is offered for it: what a policy allows is for its author to decide."
	case g.names.shut != "":
		return g.names.refuses()
	case e.PrivateDNSInboundOnly, g.names.servers != "" || g.names.untold != "" && g.names.on:
		return why
	case !r.resolves():
		return r.resolve()
	case !e.PrivateDNS:
		if strings.HasPrefix(e.Service, "com.amazonaws.vpce.") {
			return why + ". Nothing is offered for it: whether " + e.Service + " has a private name is for whoever runs that service to decide."
		}
		r.do(model.RemedyEndpoints, "let endpoint "+e.ID+" answer under its service's own name", model.Cost{}, ownName{e.ID})
		r.note("The name is switched for the whole VPC: every client in it uses the endpoint.")
		return ""
	}
	return why
}

// admit lets the VPC's addresses in to a security group of endpoints: with private
// DNS everything in the VPC comes to them.
func (r *repair) admit(group string) string {
	cidrs := r.ranges()
	again := slices.ContainsFunc(r.changes, func(c change) bool { in, ok := c.(letIn); return ok && in.group == group })
	if len(cidrs) == 0 || again {
		return "security group " + group + " cannot be opened to the addresses of VPC " + r.subnet.VPCID
	}
	r.do(model.RemedyRule, "let tcp/443 from VPC "+r.subnet.VPCID+" in to security group "+group, model.Cost{}, letIn{group, on443(cidrs...)})
	r.note("The rule holds for everything in security group " + group + ".")
	return ""
}

// ranges are the address ranges of the VPC.
func (r *repair) ranges() []string {
	if v := r.ix.vpcs.byID[r.subnet.VPCID]; v != nil {
		return v.CIDRs
	}
	return nil
}

// resolves reports whether names of endpoints resolve in the VPC; what is not known
// is not touched.
func (r *repair) resolves() bool {
	v := r.ix.vpcs.byID[r.subnet.VPCID]
	return v == nil || !v.Attributes.Known() || v.DNSSupport && v.DNSHostnames
}

func (r *repair) resolve() string {
	v := r.ix.vpcs.byID[r.subnet.VPCID]
	what := "DNS hostnames"
	if !v.DNSSupport {
		if what = "DNS support"; !v.DNSHostnames {
			what += " and DNS hostnames"
		}
		if r.guest().names.servers == "" {
			r.note("Every client in VPC " + v.ID + " resolves names by the VPC's resolver then.")
		}
	}
	r.do(model.RemedyEndpoints, "switch "+what+" of VPC "+v.ID+" on", model.Cost{}, resolve{v.ID, !v.DNSSupport, !v.DNSHostnames})
	r.note("Endpoints with private DNS answer under their services' own names then, to every client in VPC " + v.ID + ".")
	return ""
}

// resolveNames lets the VPC's own resolver answer, where nothing else does.
func (r *repair) resolveNames() string {
	v := r.ix.vpcs.byID[r.subnet.VPCID]
	if names := r.guest().names; names.shut != "" {
		return names.refuses()
	}
	if v == nil || !v.Attributes.Known() || v.DNSSupport {
		return "whether names resolve in VPC " + r.subnet.VPCID + " is not known"
	}
	r.do(model.RemedyEndpoints, "switch DNS support of VPC "+v.ID+" on", model.Cost{}, resolve{vpc: v.ID, support: true})
	r.note("Every client in VPC " + v.ID + " resolves names by the VPC's resolver then.")
	return ""
}

// ofGroup names endpoints by their security group.
func ofGroup(id string) string {
	if id == newGroupID {
		return "the new endpoints"
	}
	return "the endpoints of group " + id
}

// openBetween opens the ACLs on the way to every interface of an endpoint: its name
// stands for all of them.
func (r *repair) openBetween(e *Endpoint) string {
	count := len(r.changes)
	for _, id := range e.Subnets {
		there := r.ix.subnets.byID[id]
		near, why := r.ix.acls.of(r.subnet.ID)
		if near == nil {
			return why
		}
		far, why := r.ix.acls.of(id)
		switch {
		case id == r.subnet.ID:
			continue
		case there == nil || far == nil:
			return why
		}
		if why = r.openUnless(near.ID, passing{toHTTPS(true), there.CIDR}, passing{ephemeral(false), there.CIDR}); why != "" {
			return why
		}
		if why = r.openUnless(far.ID, passing{toHTTPS(false), r.subnet.CIDR}, passing{ephemeral(true), r.subnet.CIDR}); why != "" {
			return why
		}
	}
	if len(r.changes) == count {
		return "the network ACLs between the notebook and endpoint " + e.ID + " cannot be opened"
	}
	return ""
}

// openUnless opens an ACL that is not open already.
func (r *repair) openUnless(acl string, flows ...passing) string {
	a := r.acl(acl)
	for _, f := range flows {
		to, ok := cidrSpan(f.cidr, true)
		if !ok || a == nil {
			return "network ACL " + acl + " cannot be judged for " + f.cidr
		}
		if open, _ := a.passes(f.flow, space{to}, true); !(space{to}).minus(open).empty() {
			return r.openACL(acl, flows)
		}
	}
	return ""
}

// mendGatewayEndpoint acts on the first check of a gateway endpoint that does not
// pass.
func (r *repair) mendGatewayEndpoint(e *Endpoint, why string) string {
	g := r.guest()
	if g.table == nil {
		return g.tableWhy
	}
	list, _ := g.listOf(e)
	switch {
	case g.names.why == "" && !g.names.on && g.resolved(e).state != "":
		return r.resolveNames()
	case !slices.Contains(e.RouteTables, g.table.ID):
		r.do(model.RemedyEndpoints, "give gateway endpoint "+e.ID+" route table "+g.table.ID, model.Cost{}, addTable{e.ID, g.table.ID, list})
		return ""
	case g.letOutToList(e).state == refused, g.letOutToList(e).state == model.EndpointUnknown && list == "":
		return r.letOutToList(e.Service, list)
	case g.throughACL(e).state == refused:
		a, _ := r.ix.acls.of(r.subnet.ID)
		return r.openACL(a.ID, ownFlows())
	case g.policy(e).state == refused:
		return why + ". Nothing is offered for it: what a policy allows is for its author to decide."
	}
	return why
}

// letOutToList adds an egress rule for the addresses of a gateway endpoint's
// service.
func (r *repair) letOutToList(service, list string) string {
	if list == "" || list == newListID {
		if r.did(findList{service}) {
			return "the prefix list of " + service + " is not known"
		}
		r.changes = append(r.changes, findList{service})
		list = newListID
	}
	return r.letOut(Rule{Protocol: "tcp", From: https, To: https, PrefixLists: []string{list}}, "the prefix list of "+lastWord(service))
}

func lastWord(service string) string { return service[strings.LastIndexByte(service, '.')+1:] }

// newEndpoint makes an endpoint for a service: a gateway for S3, else an interface
// in the notebook's subnet.
func (r *repair) newEndpoint(service string) string {
	region := r.notebook.Region
	if strings.HasPrefix(region, "cn-") {
		return "endpoint services have names of more than one form in " + region
	}
	name := "com.amazonaws." + region + "." + service
	if service == s3 {
		table, _, why := r.ix.tables.of(r.subnet)
		if table == nil {
			return why
		}
		list := ""
		for _, l := range r.ix.lists.sorted() {
			if l.Name == name {
				list = l.ID
			}
		}
		r.do(model.RemedyEndpoints, "make an endpoint for "+service, model.Cost{}, newEndpoint{vpc: r.subnet.VPCID, service: name, table: table.ID, list: list})
		return ""
	}
	if names := r.guest().names; names.shut != "" {
		return names.refuses()
	}
	made := 0
	for _, c := range r.changes {
		if e, ok := c.(newEndpoint); ok && e.subnet == r.subnet.ID {
			made++
		}
	}
	if !r.subnet.room(made + 1) {
		return fmt.Sprintf("free addresses left in subnet %s: %d", r.subnet.ID, *r.subnet.Free) + sayTooFew
	}
	if why := r.newGroup(); why != "" {
		return why
	}
	if !r.resolves() {
		r.resolve()
	}
	list := priceOf(region)
	r.do(model.RemedyEndpoints, "make an endpoint for "+service, list.newEndpoint(),
		newEndpoint{vpc: r.subnet.VPCID, service: name, subnet: r.subnet.ID, group: newGroupID})
	r.note(list.byGB(list.endpointGB, "an endpoint", region))
	r.note("Each name is switched for the whole VPC: every client in it uses the endpoint.")
	return ""
}

// sayTooFew ends why a subnet takes no new endpoint.
const sayTooFew = ", and every new endpoint needs one there"

// room reports whether a subnet has so many free addresses, or may have.
func (s *Subnet) room(n int) bool { return s.Free == nil || *s.Free >= n }

// newGroup makes the group of new endpoints, once. It admits the whole VPC.
func (r *repair) newGroup() string {
	if r.ix.groups.byID[newGroupID] != nil {
		return ""
	}
	cidrs := r.ranges()
	if len(cidrs) == 0 {
		return "the address ranges of VPC " + r.subnet.VPCID + " are not known"
	}
	name := "endpoints-for-" + r.subnet.ID
	for slices.ContainsFunc(r.place.facts.SecurityGroups.Items, func(g SecurityGroup) bool { return g.Name == name }) {
		name += "-2"
	}
	r.changes = append(r.changes, newGroup{r.subnet.VPCID, name, on443(cidrs...)})
	r.ix = r.place.index.with(r.place.facts.after(r.changes))
	return ""
}
