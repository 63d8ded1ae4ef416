package egress

import (
	"fmt"
	"slices"
	"strings"

	"nbscope/model"
)

// request is what a notebook asks of a service of AWS.
type request struct {
	prefix   string // of the service's actions
	action   string // "" for every action of the service
	resource string // an ARN; "" for every resource
	begins   string // how the names of the actions begin that the service takes, in lower case
	unlike   string // how those begin that another service with the same prefix takes
}

// invokes begins the names of the actions of SageMaker's runtime, and of no others.
const invokes = "invokeendpoint"

// wholeOf asks for everything of a service, by the end of its endpoint service's name.
func wholeOf(service string) request {
	switch r := (request{prefix: prefixOf(service)}); service {
	case "sagemaker.runtime":
		r.begins = invokes
		return r
	case "sagemaker.api":
		r.unlike = invokes
		return r
	default:
		return r
	}
}

// caller is who asks, and from where.
type caller struct {
	role      string // ARN of the notebook's role, "" where it is not known
	account   string
	partition string
	vpc       string
	endpoint  *Endpoint
	region    string
}

// match says whether a part of a statement is about a request: surely, surely not, or
// where some words hold.
type match struct {
	state model.HopState // ok: it is; broken: it is not; unknown: where the words hold
	words []string
}

func certainly(is bool) match {
	if is {
		return match{state: model.HopOK}
	}
	return match{state: model.HopBroken}
}

func perhaps(words ...string) match { return match{model.HopUnknown, words} }

// both holds where each of the parts does.
func both(parts ...match) match {
	out := certainly(true)
	for _, p := range parts {
		switch p.state {
		case model.HopBroken:
			return p
		case model.HopUnknown:
			out.state, out.words = model.HopUnknown, append(slices.Clip(out.words), p.words...)
		case model.HopOK:
		}
	}
	return out
}

// either holds where one of the parts does.
func either(parts ...match) match {
	out := certainly(false)
	for _, p := range parts {
		switch p.state {
		case model.HopOK:
			return p
		case model.HopUnknown:
			out.state, out.words = model.HopUnknown, append(slices.Clip(out.words), p.words...)
		case model.HopBroken:
		}
	}
	return out
}

// not turns a match round.
func (m match) not() match {
	switch m.state {
	case model.HopOK:
		return certainly(false)
	case model.HopBroken:
		return certainly(true)
	case model.HopUnknown:
	}
	words := make([]string, len(m.words))
	for i, w := range m.words {
		words[i] = "not " + w
	}
	return perhaps(words...)
}

// ruling is what the policy of an endpoint says of a request.
type ruling struct {
	allowed, denied match
	why             string // why it cannot be told, "" where it can
}

// policies are those of endpoints, by id; one without has the default of full access.
type policies map[string]policy

// rule evaluates the policy of an endpoint for who asks.
func (p policies) rule(who *caller, r *request) ruling {
	read := p[who.endpoint.ID]
	if who.endpoint.Policy == "" {
		return ruling{allowed: certainly(true), denied: certainly(false)}
	}
	out := ruling{allowed: certainly(false), denied: certainly(false), why: read.why}
	for i := range read.statements {
		s := &read.statements[i]
		m := s.about(who, r)
		if s.Effect == "Deny" {
			out.denied = either(out.denied, m)
		} else {
			out.allowed = either(out.allowed, m)
		}
	}
	return out
}

// refuses says that the request is refused for certain, "" where it is not. An
// explicit deny wins over every allow.
func (p *ruling) refuses(r *request) string {
	switch {
	case p.denied.state == model.HopOK:
		return "policy denies " + r.words()
	case p.allowed.state == model.HopBroken:
		return "policy allows nothing of " + r.words()
	}
	return ""
}

// depends lists what a request depends on that is not refused.
func (p *ruling) depends() (on []string) {
	if p.allowed.state == model.HopUnknown {
		on = append(on, "policy allows: "+some(p.allowed.words))
	}
	if p.denied.state == model.HopUnknown {
		on = append(on, "policy denies: "+some(p.denied.words))
	}
	return on
}

// caller is the notebook as the policy of an endpoint meets it.
func (g *guest) caller(e *Endpoint) *caller {
	n := g.notebook
	return &caller{n.RoleARN, n.Account, partitionOf(n), g.subnet.VPCID, e, n.Region}
}

// partitionOf takes the partition from the notebook's role.
func partitionOf(n *model.Notebook) string {
	if parts := strings.SplitN(n.RoleARN, ":", 3); len(parts) == 3 && parts[0] == "arn" {
		return parts[1]
	}
	return "aws"
}

// policy says what an endpoint's policy makes of a request.
func (v *visit) policy(e *Endpoint, r *request) model.Reach {
	by, p := e.title(), v.ix.policies.rule(v.guest.caller(e), r)
	if p.why != "" {
		return notKnown("the policy of " + by + " " + p.why)
	}
	if no := p.refuses(r); no != "" {
		return blockedBy(by, "its "+no)
	}
	if on := p.depends(); len(on) > 0 {
		return dependsOn("what its "+strings.Join(on, ", and what its "), by)
	}
	return reachedBy(by)
}

func (r *request) words() string {
	switch {
	case r.action != "":
		return r.action
	case r.prefix == "":
		return "everything to this notebook's role"
	}
	return r.prefix + " to this notebook's role"
}

// policy says what an endpoint's policy makes of the whole of its service.
func (g *guest) policy(e *Endpoint) answer {
	if g.unweighed {
		return answer{}
	}
	r := wholeOf(e.label(g.notebook.Region))
	p := g.ix.policies.rule(g.caller(e), &r)
	if p.why != "" {
		return answer{model.EndpointUnknown, "endpoint's policy " + p.why}
	}
	if no := p.refuses(&r); no != "" {
		return answer{refused, "endpoint's " + no}
	}
	if on := p.depends(); len(on) > 0 {
		return answer{model.EndpointPartial, "it depends on what the endpoint's " + strings.Join(on, ", and what its ")}
	}
	return answer{}
}

// prefixOf is how IAM calls the actions of a service, by the end of its endpoint
// service's name; "" where that is not known.
func prefixOf(service string) string {
	switch service {
	case "sagemaker.api", "sagemaker.runtime", "notebook":
		return "sagemaker"
	case "ecr.api", "ecr.dkr":
		return "ecr"
	case "codeartifact.api", "codeartifact.repositories":
		return "codeartifact"
	case "git-codecommit":
		return "codecommit"
	case "sts", "logs", "kms", s3, "secretsmanager", "codecommit", "dynamodb":
		return service
	}
	return ""
}

// some lists a few of the words.
func some(words []string) string {
	const most = 4
	var each []string
	for _, w := range words {
		if !slices.Contains(each, w) {
			each = append(each, w)
		}
	}
	if len(each) > most {
		each = append(each[:most:most], fmt.Sprintf("%d more", len(each)-most))
	}
	return strings.Join(each, ", ")
}
