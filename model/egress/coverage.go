package egress

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"nbscope/model"
)

// services are what a notebook without the internet needs from AWS, by the end
// of their endpoint service's name.
func services() []string {
	return []string{
		"sagemaker.api", "sagemaker.runtime", "notebook", "sts", "logs", "kms", "s3", "ecr.api", "ecr.dkr",
		"secretsmanager", "codecommit", "git-codecommit",
	}
}

// serviceEnd is the part of an endpoint service's name behind the region.
func serviceEnd(name, region string) string {
	_, end, _ := strings.Cut(name, "."+region+".")
	return end
}

// label is how a service is called whose endpoint is e: by the end of its name in
// this region, else by all of it.
func (e *Endpoint) label(region string) string {
	return cmp.Or(serviceEnd(e.Service, region), e.Service, e.ID)
}

// guest is a notebook as its VPC's endpoints meet it.
type guest struct {
	tenant

	table    *RouteTable
	tableWhy string
	rules    []Rule
	out      door // over IPv4
	outWhy   string
	names    resolver

	unweighed bool // policies are left aside: they are evaluated elsewhere
}

// coverage judges every service that a notebook may need, and every other for which
// the VPC has an endpoint.
func (g *guest) coverage() []model.EndpointCoverage {
	list := services()
	for _, e := range g.ix.endpointsIn[g.subnet.VPCID] {
		if l := e.label(g.notebook.Region); e.Type != endpointGWLB && e.State != "deleted" && !slices.Contains(list, l) {
			list = append(list, l)
		}
	}
	slices.Sort(list[len(services()):])
	out := make([]model.EndpointCoverage, len(list))
	for i, service := range list {
		out[i] = g.covering(service)
	}
	return out
}

// offer is what one endpoint gives of a service.
type offer struct {
	model.EndpointCoverage
	takes takes
}

// takes says whether calls by a service's usual name are led to an endpoint,
// whatever it does with them.
type takes uint8

const (
	takesNone   takes = iota // only clients that name the endpoint's own host get there
	takesMaybe               // it is not known
	takesRouted              // by a route to the service's addresses
	takesNamed               // by private DNS, before any route
)

// covering is the coverage of a service. Where calls are led to one of its
// endpoints, that one decides, also when it refuses them; else the best does. Where
// not all endpoints may have been seen, one that leads calls elsewhere may exist.
func (g *guest) covering(service string) model.EndpointCoverage {
	none := model.EndpointCoverage{Service: service, State: model.EndpointMissing, Why: "the VPC has no endpoint for it"}
	best := offer{EndpointCoverage: none}
	for _, e := range g.ix.endpointsIn[g.subnet.VPCID] {
		if e.label(g.notebook.Region) != service || e.Type == endpointGWLB {
			continue
		}
		if o := g.offer(e); best.ID == "" || o.better(&best) {
			best = o
		}
	}
	if best.takes == takesNamed || best.takes == takesNone && best.State != model.EndpointMissing {
		return best.EndpointCoverage
	}
	why := unread("VPC endpoints", g.ix.endpoints.part)
	if why == "" && !g.sees() {
		why = fmt.Sprintf("the VPC belongs to account %s, which alone may describe its endpoints; scan that account too", g.subnet.OwnerID)
	}
	if why == "" || best.State == model.EndpointUnknown {
		return best.EndpointCoverage
	}
	return model.EndpointCoverage{Service: service, State: model.EndpointUnknown, ID: best.ID, Why: why}
}

// better puts an endpoint that calls are led to before others, the private name
// before the route, and of equals the one that gives more.
func (o *offer) better(p *offer) bool {
	a, b := o.takes, p.takes
	if c := cmp.Compare(max(a, takesMaybe), max(b, takesMaybe)); c != 0 {
		return c > 0
	}
	return worth(o.State) > worth(p.State)
}

func worth(s model.EndpointState) int {
	switch s {
	case model.EndpointCovered:
		return 4
	case model.EndpointPartial:
		return 3
	case model.EndpointUnknown:
		return 2
	case model.EndpointBlocked:
		return 1
	case model.EndpointMissing:
	}
	return 0
}

// refused is the answer of an endpoint, or of what stands before it, that does not
// let the notebook pass. What that makes of the service depends on whether calls
// are led there.
const refused model.EndpointState = "refused"

// failing is the answer of what refuses a part of the calls.
const failing model.EndpointState = "failing"

// answer is one check of an endpoint. Its zero value lets the notebook pass.
type answer struct {
	state model.EndpointState
	why   string
}

func (a answer) passed() bool {
	return a.state == "" || a.state == model.EndpointPartial || a.state == failing
}

// sayLed stands before why an endpoint refuses that calls are led to.
const sayLed = "calls are led to the endpoint and fail: "

// offer judges one endpoint: the first check that does not pass decides.
func (g *guest) offer(e *Endpoint) offer {
	o := offer{EndpointCoverage: model.EndpointCoverage{Service: e.label(g.notebook.Region), ID: e.ID}}
	var checks []func(*Endpoint) answer
	switch e.Type {
	case endpointInterface:
		checks = []func(*Endpoint) answer{g.stands, g.reaches, g.letIn, g.policy, g.named}
	case endpointGateway:
		checks = []func(*Endpoint) answer{g.stands, g.letOutToList, g.throughACL, g.policy, g.resolved}
	default:
		o.State, o.Why = model.EndpointUnknown, fmt.Sprintf("endpoint has the type %q, which nbscope does not judge", e.Type)
		return o
	}
	var doubt string
	if o.takes, doubt = g.leads(e); e.Type == endpointGateway && o.takes != takesRouted {
		return g.aside(o, doubt)
	}
	o.State, o.Why = model.EndpointCovered, "endpoint is available and lets the notebook in"
	for _, check := range checks {
		a := check(e)
		if !a.passed() {
			o.State, o.Why = a.state, a.why
			break
		}
		if a.state != "" && o.State == model.EndpointCovered {
			o.State, o.Why = model.EndpointPartial, a.why
			o.Fails = a.state == failing && o.takes >= takesRouted
		}
	}
	if o.Fails = o.Fails && o.State == model.EndpointPartial; o.State == refused {
		o.refuse(doubt)
	}
	return o
}

// refuse makes of an offer that refuses what that makes of the service.
func (o *offer) refuse(doubt string) {
	switch o.State = model.EndpointMissing; o.takes {
	case takesNamed, takesRouted:
		o.State, o.Why = model.EndpointBlocked, sayLed+o.Why
	case takesMaybe:
		o.State, o.Why = model.EndpointUnknown, o.Why+"; whether calls are led to it is not known: "+doubt
	case takesNone:
	}
}

// aside is a gateway endpoint that the notebook's table does not lead to, or not
// for certain.
func (g *guest) aside(o offer, doubt string) offer {
	o.State, o.Why = model.EndpointMissing, "gateway endpoint is not associated with the notebook's route table"
	if doubt != "" {
		o.State, o.Why = model.EndpointUnknown, doubt
	} else if g.table != nil {
		o.Why += " " + g.table.ID
	}
	return o
}

// leads tells whether calls by the service's usual name are led to an endpoint, and
// why that is not known. Private DNS needs both DNS attributes of the VPC, and hosts
// that ask the VPC's own resolver.
func (g *guest) leads(e *Endpoint) (t takes, doubt string) {
	if e.Type == endpointGateway {
		switch {
		case g.tableWhy != "":
			return takesMaybe, g.tableWhy
		case slices.Contains(e.RouteTables, g.table.ID) && e.State != "deleted":
			return takesRouted, ""
		}
		return takesNone, ""
	}
	switch {
	case !e.PrivateDNS || e.PrivateDNSInboundOnly || e.State == "deleted":
		return takesNone, ""
	case g.names.why != "":
		return takesMaybe, g.names.why
	case !g.names.on || !g.ix.vpcs.byID[e.VPCID].DNSHostnames:
		return takesNone, ""
	case g.names.others() != "":
		return takesMaybe, g.names.others()
	case g.names.maybe != "":
		return takesMaybe, g.names.maybe
	}
	return takesNamed, ""
}

// stops says why an interface endpoint refuses some or all calls that are led to it, or
// why that is not known. Its policy is left aside.
func (g *guest) stops(e *Endpoint) (refuses, doubt string) {
	for _, check := range []func(*Endpoint) answer{g.stands, g.reaches, g.letIn} {
		switch a := check(e); a.state { //nolint:exhaustive // the others let the notebook pass
		case refused, failing:
			return a.why, ""
		case model.EndpointUnknown:
			doubt = cmp.Or(doubt, a.why)
		}
	}
	return "", doubt
}

func (g *guest) stands(e *Endpoint) answer {
	if isAvailable(e.State) {
		return answer{}
	}
	if notAvailable(e.State) == model.HopBroken {
		return answer{refused, "endpoint is " + e.State}
	}
	return answer{model.EndpointUnknown, fmt.Sprintf("endpoint has the state %q, which nbscope does not know", e.State)}
}

// reaches checks the way to every interface of an endpoint: the notebook's own
// groups, and the network ACLs on the way. Its name stands for all of them, so
// where some refuse a part of the calls fail.
func (g *guest) reaches(e *Endpoint) answer {
	if g.outWhy != "" {
		return answer{model.EndpointUnknown, g.outWhy}
	}
	if len(e.Subnets) == 0 {
		return answer{model.EndpointUnknown, "endpoint names no subnet"}
	}
	var no, doubt answer
	open := 0
	for _, id := range e.Subnets {
		a := g.letOut(e, id)
		if a.passed() {
			a = g.crosses(id)
		}
		switch {
		case a.passed():
			open++
		case a.state == model.EndpointUnknown:
			doubt = a
		default:
			no = a
		}
	}
	switch {
	case doubt.state != "":
		return doubt
	case no.state == "":
		return answer{}
	case open > 0:
		return answer{failing, fmt.Sprintf("%d of the endpoint's %d interfaces are reached, so a part of the calls fails: %s", open, len(e.Subnets), no.why)}
	}
	return no
}

// letOut checks the notebook's own groups towards an endpoint's interface in a
// subnet.
func (g *guest) letOut(e *Endpoint, id string) answer {
	if slices.ContainsFunc(g.out.groups, func(id string) bool { return slices.Contains(e.Groups, id) }) {
		return answer{}
	}
	s, missing := g.ix.subnets.get(id)
	if s == nil {
		return answer{model.EndpointUnknown, missing}
	}
	at, cidr := s.addresses(true)
	switch {
	case at.empty():
		return answer{model.EndpointUnknown, fmt.Sprintf("subnet %s has the address range %q, which nbscope cannot read", s.ID, cidr)}
	case at.minus(g.out.open).empty():
		return answer{}
	case g.out.why != "":
		return answer{model.EndpointUnknown, g.out.why}
	case !at.and(g.out.open).empty():
		return answer{model.EndpointUnknown, "the notebook's security groups let out to a part of subnet " + s.ID + " only, and where in it the endpoint answers is not read"}
	}
	return answer{refused, "no egress rule of the notebook's security groups leads to the endpoint in subnet " + s.ID}
}

// letIn checks the endpoint's groups.
func (g *guest) letIn(e *Endpoint) answer {
	if len(e.Groups) == 0 { // AWS gives at least one to every interface
		return answer{model.EndpointUnknown, "AWS names no security group of the endpoint"}
	}
	var rules []Rule
	for _, id := range e.Groups {
		group, why := g.ix.groups.get(id)
		if group == nil {
			return answer{model.EndpointUnknown, why}
		}
		rules = append(rules, group.Ingress...)
	}
	in := g.ix.lists.door(rules, true)
	if slices.ContainsFunc(in.groups, func(id string) bool { return slices.Contains(g.notebook.SecurityGroups, id) }) {
		return answer{}
	}
	from, cidr := g.subnet.addresses(true)
	switch {
	case from.empty():
		return answer{model.EndpointUnknown, fmt.Sprintf("subnet %s has the address range %q, which nbscope cannot read", g.subnet.ID, cidr)}
	case from.minus(in.open).empty():
		return answer{}
	case in.why != "":
		return answer{model.EndpointUnknown, in.why}
	case !in.open.and(from).empty():
		return answer{model.EndpointUnknown, "endpoint's security groups let in a part of the notebook's subnet only"}
	}
	return answer{refused, "endpoint's security groups " + strings.Join(e.Groups, " ") + " do not let tcp/443 in from the notebook"}
}

// crosses checks the network ACLs on the way to another subnet. There are none
// within the notebook's own.
func (g *guest) crosses(id string) answer {
	if id == g.subnet.ID {
		return answer{}
	}
	there, why := g.ix.subnets.get(id)
	if there == nil {
		return answer{model.EndpointUnknown, why}
	}
	near, why := g.ix.acls.of(g.subnet.ID)
	if near == nil {
		return answer{model.EndpointUnknown, why}
	}
	far, why := g.ix.acls.of(there.ID)
	if far == nil {
		return answer{model.EndpointUnknown, why}
	}
	here, _ := g.subnet.addresses(true)
	away, _ := there.addresses(true)
	if here.empty() || away.empty() {
		return answer{model.EndpointUnknown, "the address ranges of the subnets between notebook and endpoint cannot be read"}
	}
	for _, leg := range []struct {
		acl *ACL
		flow
		to space
	}{
		{near, toHTTPS(true), away}, {far, toHTTPS(false), here}, {far, ephemeral(true), here}, {near, ephemeral(false), away},
	} {
		open, why := leg.acl.passes(leg.flow, leg.to, true)
		if why != "" {
			return answer{model.EndpointUnknown, "network ACL " + leg.acl.ID + " " + why}
		}
		if !leg.to.minus(open).empty() {
			return answer{refused, "network ACL " + leg.acl.ID + " stands between the notebook and the endpoint"}
		}
	}
	return answer{}
}
