package egress

import (
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

// guest is a notebook as its VPC's endpoints meet it.
type guest struct {
	ix       *Index
	notebook *model.Notebook
	subnet   *Subnet
	table    *RouteTable
	tableWhy string
	groups   []*SecurityGroup
	out      door
	outWhy   string
}

func (ix *Index) guestOf(n *model.Notebook, s *Subnet) *guest {
	g := &guest{ix: ix, notebook: n, subnet: s}
	g.table, _, g.tableWhy = ix.table(s)
	g.groups, g.outWhy = ix.ownGroups(n, s.VPCID)
	var rules []Rule
	for _, one := range g.groups {
		rules = append(rules, one.Egress...)
	}
	g.out = ix.doorOf(rules, true)
	return g
}

// coverage judges every service that a notebook may need.
func (ix *Index) coverage(n *model.Notebook, s *Subnet) []model.EndpointCoverage {
	g := ix.guestOf(n, s)
	list := services()
	out := make([]model.EndpointCoverage, len(list))
	for i, service := range list {
		out[i] = g.best(service)
	}
	return out
}

// best is the best of a service's endpoints. Where not all endpoints may have
// been seen, a missing one is unknown.
func (g *guest) best(service string) model.EndpointCoverage {
	best := model.EndpointCoverage{Service: service, State: model.EndpointMissing, Why: "the VPC has no endpoint for it"}
	for _, e := range g.ix.endpointsIn[g.subnet.VPCID] {
		if serviceEnd(e.Service, g.notebook.Region) != service {
			continue
		}
		state, why := g.serves(e)
		if best.ID == "" || worth(state) > worth(best.State) {
			best = model.EndpointCoverage{Service: service, State: state, ID: e.ID, Why: why}
		}
	}
	if best.State != model.EndpointMissing {
		return best
	}
	if why := unread("VPC endpoints", g.ix.endpoints.part); why != "" {
		return model.EndpointCoverage{Service: service, State: model.EndpointUnknown, ID: best.ID, Why: why}
	}
	if owner := g.subnet.OwnerID; owner != "" && owner != g.notebook.Account {
		best.State, best.Why = model.EndpointUnknown, fmt.Sprintf("the VPC belongs to account %s, whose endpoints this account does not see", owner)
	}
	return best
}

func worth(s model.EndpointState) int {
	switch s {
	case model.EndpointCovered:
		return 3
	case model.EndpointPartial:
		return 2
	case model.EndpointUnknown:
		return 1
	case model.EndpointMissing:
	}
	return 0
}

// answer is one check of an endpoint. Its zero value lets the notebook pass.
type answer struct {
	state model.EndpointState
	why   string
}

func (a answer) passed() bool { return a.state == "" || a.state == model.EndpointPartial }

// serves judges one endpoint: the first check that does not pass decides.
func (g *guest) serves(e *Endpoint) (state model.EndpointState, why string) {
	checks := []func(*Endpoint) answer{g.stands}
	switch e.Type {
	case endpointInterface:
		checks = append(checks, g.letOut, g.letIn, g.between, g.policy, g.named)
	case endpointGateway:
		checks = append(checks, g.routed, g.letOutToList, g.throughACL, g.policy)
	default:
		return model.EndpointUnknown, fmt.Sprintf("endpoint has the type %q, which nbscope does not know", e.Type)
	}
	state, why = model.EndpointCovered, "endpoint is available and lets the notebook in"
	for _, check := range checks {
		a := check(e)
		if !a.passed() {
			return a.state, a.why
		}
		if a.state == model.EndpointPartial && state == model.EndpointCovered {
			state, why = a.state, a.why
		}
	}
	return state, why
}

func (g *guest) stands(e *Endpoint) answer {
	if isAvailable(e.State) {
		return answer{}
	}
	if notAvailable(e.State) == model.HopBroken {
		return answer{model.EndpointMissing, "endpoint is " + e.State}
	}
	return answer{model.EndpointUnknown, fmt.Sprintf("endpoint has the state %q, which nbscope does not know", e.State)}
}

// letOut checks the notebook's own groups towards an interface endpoint.
func (g *guest) letOut(e *Endpoint) answer {
	if g.outWhy != "" {
		return answer{model.EndpointUnknown, g.outWhy}
	}
	if slices.ContainsFunc(g.out.groups, func(id string) bool { return slices.Contains(e.Groups, id) }) {
		return answer{}
	}
	why := g.out.why
	for _, id := range e.Subnets {
		s, missing := g.ix.subnets.get(id)
		if s == nil {
			why = missing
			continue
		}
		if r, ok := cidrSpan(s.CIDR, true); ok && (space{r}).minus(g.out.open).empty() {
			return answer{}
		}
	}
	switch {
	case why != "":
		return answer{model.EndpointUnknown, why}
	case len(e.Subnets) == 0:
		return answer{model.EndpointUnknown, "endpoint names no subnet"}
	}
	return answer{model.EndpointMissing, "no egress rule of the notebook's security groups leads to the endpoint"}
}

// letIn checks the endpoint's groups.
func (g *guest) letIn(e *Endpoint) answer {
	var rules []Rule
	for _, id := range e.Groups {
		group, why := g.ix.groups.get(id)
		if group == nil {
			return answer{model.EndpointUnknown, why}
		}
		rules = append(rules, group.Ingress...)
	}
	in := g.ix.doorOf(rules, true)
	if slices.ContainsFunc(in.groups, func(id string) bool { return slices.Contains(g.notebook.SecurityGroups, id) }) {
		return answer{}
	}
	r, ok := cidrSpan(g.subnet.CIDR, true)
	switch {
	case !ok:
		return answer{model.EndpointUnknown, fmt.Sprintf("subnet %s has the address range %q, which nbscope cannot read", g.subnet.ID, g.subnet.CIDR)}
	case (space{r}).minus(in.open).empty():
		return answer{}
	case in.why != "":
		return answer{model.EndpointUnknown, in.why}
	case !in.open.and(space{r}).empty():
		return answer{model.EndpointUnknown, "endpoint's security groups let in a part of the notebook's subnet only"}
	}
	return answer{model.EndpointMissing, "endpoint's security groups " + strings.Join(e.Groups, " ") + " do not let tcp/443 in from the notebook"}
}

// between checks the network ACLs on the way to an interface endpoint, of which
// there are none when it has an interface in the notebook's own subnet.
func (g *guest) between(e *Endpoint) answer {
	if slices.Contains(e.Subnets, g.subnet.ID) {
		return answer{}
	}
	last := answer{model.EndpointUnknown, "endpoint names no subnet"}
	for _, id := range e.Subnets {
		a := g.crosses(id)
		if a.passed() {
			return a
		}
		if a.state == model.EndpointUnknown || last.why == "endpoint names no subnet" {
			last = a
		}
	}
	return last
}

func (g *guest) crosses(id string) answer {
	there, why := g.ix.subnets.get(id)
	if there == nil {
		return answer{model.EndpointUnknown, why}
	}
	near, why := g.ix.acl(g.subnet.ID)
	if near == nil {
		return answer{model.EndpointUnknown, why}
	}
	far, why := g.ix.acl(there.ID)
	if far == nil {
		return answer{model.EndpointUnknown, why}
	}
	here, ok1 := cidrSpan(g.subnet.CIDR, true)
	away, ok2 := cidrSpan(there.CIDR, true)
	if !ok1 || !ok2 {
		return answer{model.EndpointUnknown, "the address ranges of the subnets between notebook and endpoint cannot be read"}
	}
	for _, leg := range []struct {
		acl *ACL
		flow
		to span
	}{
		{near, toHTTPS(true), away}, {far, toHTTPS(false), here}, {far, ephemeral(true), here}, {near, ephemeral(false), away},
	} {
		open, why := leg.acl.passes(leg.flow, space{leg.to}, true)
		if why != "" {
			return answer{model.EndpointUnknown, "network ACL " + leg.acl.ID + ": " + why}
		}
		if !(space{leg.to}).minus(open).empty() {
			return answer{model.EndpointMissing, "network ACL " + leg.acl.ID + " stands between the notebook and the endpoint"}
		}
	}
	return answer{}
}
