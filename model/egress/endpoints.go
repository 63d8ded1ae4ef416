package egress

import (
	"encoding/json"
	"slices"
	"strings"

	"nbscope/model"
)

// named checks that the service's usual name leads to an interface endpoint.
func (g *guest) named(e *Endpoint) answer {
	switch t, doubt := g.leads(e); {
	case t == takesNamed:
		return answer{}
	case !e.PrivateDNS:
		return answer{model.EndpointPartial, "private DNS is off: only clients that name the endpoint's own host reach it"}
	case e.PrivateDNSInboundOnly:
		return answer{model.EndpointPartial, "private DNS is for inbound resolver endpoints only: clients in the VPC use the service's public addresses, unless they name the endpoint's own host"}
	case g.names.why != "":
		return answer{model.EndpointUnknown, g.names.why}
	case t == takesMaybe:
		return answer{model.EndpointPartial, "whether the service's name leads to it is not known: " + doubt}
	case !g.names.on && g.names.servers != "":
		return answer{model.EndpointPartial, "private DNS has no effect: DNS support of the VPC is off; " + g.names.others()}
	case !g.names.on:
		return g.resolved(e)
	}
	return answer{model.EndpointPartial, "private DNS has no effect: DNS hostnames of the VPC are off"}
}

// resolved checks that a service's name is answered at all.
func (g *guest) resolved(*Endpoint) answer {
	switch {
	case g.names.unheard != "":
		return answer{model.EndpointPartial, "whether names resolve is not known: " + g.names.unheard}
	case g.names.servers != "" || g.names.on:
		return answer{}
	case g.names.why != "":
		return answer{model.EndpointUnknown, g.names.why}
	case g.names.maybe != "":
		return answer{model.EndpointUnknown, sayNoNames + ", unless the VPC names other DNS servers: " + g.names.maybe}
	}
	return answer{model.EndpointPartial, g.names.none()}
}

// letOutToList checks the notebook's own groups towards a gateway endpoint, which
// answers at public addresses.
func (g *guest) letOutToList(e *Endpoint) answer {
	if g.outWhy != "" {
		return answer{model.EndpointUnknown, g.outWhy}
	}
	list, why := g.listOf(e)
	switch {
	case list != "" && slices.Contains(g.out.lists, list), !g.out.open.shortOf(ipv4().internet, ipv4().grain):
		return answer{}
	case list == "":
		return answer{model.EndpointUnknown, why}
	case g.out.why != "":
		return answer{model.EndpointUnknown, g.out.why}
	case g.out.open.and(ipv4().internet).empty():
		return answer{refused, "no egress rule of the notebook's security groups leads to the prefix list " + list}
	}
	return answer{failing, "the notebook's security groups let out to a part of the public addresses only"}
}

// listOf finds the prefix list of a gateway endpoint by its route, else by its
// name.
func (g *guest) listOf(e *Endpoint) (id, why string) {
	for _, r := range g.table.Routes {
		if r.Target == e.ID && r.PrefixList != "" {
			return r.PrefixList, ""
		}
	}
	for _, l := range g.ix.lists.sorted() {
		if l.Name == e.Service {
			return l.ID, ""
		}
	}
	if why = unread("prefix lists", g.ix.lists.part); why != "" {
		return "", why
	}
	return "", "the prefix list of " + e.Service + " is not among those that this account can see"
}

// throughACL checks the notebook's network ACL towards a gateway endpoint.
func (g *guest) throughACL(*Endpoint) answer {
	a, why := g.ix.acls.of(g.subnet.ID)
	if a == nil {
		return answer{model.EndpointUnknown, why}
	}
	open, says, why := a.roundTrip(ipv4().internet, true, ephemeral)
	switch {
	case why != "":
		return answer{model.EndpointUnknown, "network ACL " + a.ID + " " + why}
	case open.empty():
		return answer{refused, "network ACL " + a.ID + " " + says}
	case open.shortOf(ipv4().internet, ipv4().grain):
		return answer{failing, "network ACL " + a.ID + " " + says + ", for a part of the public addresses only"}
	}
	return answer{}
}

// statement is one statement of a policy.
type statement struct {
	Effect       string
	Principal    json.RawMessage
	NotPrincipal json.RawMessage
	Action       json.RawMessage
	NotAction    json.RawMessage
	Resource     json.RawMessage
	NotResource  json.RawMessage
	Condition    json.RawMessage
}

// blanket reports whether a statement is about everyone, everything and always.
func (s statement) blanket() bool {
	if len(s.NotPrincipal)+len(s.NotAction)+len(s.NotResource) > 0 || len(s.Condition) > 0 && string(s.Condition) != "{}" {
		return false
	}
	principal := strings.Join(strings.Fields(string(s.Principal)), "")
	return star(s.Action) && star(s.Resource) &&
		slices.Contains([]string{"", `"*"`, `{"AWS":"*"}`, `{"AWS":["*"]}`, `["*"]`}, principal)
}

func star(raw json.RawMessage) bool {
	values, ok := oneOrMore[string](raw)
	return ok && slices.Contains(values, "*")
}

// oneOrMore reads what a policy may write as one value or as a list.
func oneOrMore[T any](raw json.RawMessage) (values []T, ok bool) {
	if len(raw) == 0 {
		return nil, false
	}
	var one T
	if json.Unmarshal(raw, &one) == nil {
		return []T{one}, true
	}
	err := json.Unmarshal(raw, &values)
	return values, err == nil
}
