package egress

import (
	"bytes"
	"encoding/json"
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

// rule evaluates the policy of an endpoint for who asks.
func (ix *Index) rule(who *caller, r *request) ruling {
	p := ix.policies[who.endpoint.ID]
	if who.endpoint.Policy == "" {
		return ruling{allowed: certainly(true), denied: certainly(false)}
	}
	out := ruling{allowed: certainly(false), denied: certainly(false), why: p.why}
	for i := range p.statements {
		s := &p.statements[i]
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
	by, p := e.title(), v.ix.rule(v.guest.caller(e), r)
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
	r := request{prefix: prefixOf(e.label(g.notebook.Region))}
	p := g.ix.rule(g.caller(e), &r)
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

// readPolicy takes a policy apart. What it cannot read whole, to the last element, it
// does not read.
func readPolicy(text string) (p policy) {
	const unreadable = "cannot be read"
	var doc struct {
		Version, ID json.RawMessage
		Statement   json.RawMessage
	}
	if !strict([]byte(text), &doc) {
		return policy{why: unreadable}
	}
	if _, ok := oneOrMore[statement](doc.Statement); !ok {
		return policy{why: unreadable}
	}
	var each []json.RawMessage
	if json.Unmarshal(doc.Statement, &each) != nil {
		each = []json.RawMessage{doc.Statement}
	}
	for _, raw := range each {
		var s struct {
			statement
			Sid json.RawMessage
		}
		if !strict(raw, &s) {
			return policy{why: "has a statement that cannot be read"}
		}
		if why := s.flaw(); why != "" {
			return policy{why: why}
		}
		p.statements = append(p.statements, s.statement)
	}
	return p
}

// strict decodes one value of JSON that has no members but those of into.
func strict(raw []byte, into any) bool {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	return dec.Decode(into) == nil && !dec.More()
}

// flaw says what keeps a statement from being evaluated, "" for nothing.
func (s *statement) flaw() string {
	if s.Effect != "Allow" && s.Effect != "Deny" {
		return "has the effect " + quoted(s.Effect) + ", which nbscope does not know"
	}
	for _, p := range []struct {
		name   string
		yes, n json.RawMessage
	}{{"Principal", s.Principal, s.NotPrincipal}, {"Action", s.Action, s.NotAction}, {"Resource", s.Resource, s.NotResource}} {
		if (len(p.yes) == 0) == (len(p.n) == 0) {
			return "has a statement with not exactly one of " + p.name + " and Not" + p.name
		}
		raw := p.yes
		if len(raw) == 0 {
			raw = p.n
		}
		values, ok := oneOrMore[string](raw)
		ok = ok && len(values) > 0 && !slices.Contains(values, "")
		if p.name == "Principal" {
			_, ok = principals(raw)
		}
		if !ok {
			return "has a " + p.name + " that cannot be read"
		}
	}
	if _, ok := conditions(s.Condition); !ok {
		return "has a Condition that cannot be read"
	}
	return ""
}

// about says whether a statement is about a request of this caller.
func (s *statement) about(who *caller, r *request) match {
	return both(s.principal(who), s.action(r), s.resource(who, r), s.condition(who))
}

// principals are the kinds of principals of a statement with their values; everyone
// has the kind "*".
func principals(raw json.RawMessage) (by map[string][]string, ok bool) {
	var everyone string
	if json.Unmarshal(raw, &everyone) == nil {
		return map[string][]string{everyone: nil}, everyone == "*"
	}
	var kinds map[string]json.RawMessage
	if json.Unmarshal(raw, &kinds) != nil || len(kinds) == 0 {
		return nil, false
	}
	by = map[string][]string{}
	for kind, values := range kinds {
		if by[kind], ok = oneOrMore[string](values); !ok {
			return nil, false
		}
	}
	return by, true
}

func (s *statement) principal(who *caller) match {
	raw, negated := s.Principal, false
	if len(raw) == 0 {
		raw, negated = s.NotPrincipal, true
	}
	by, _ := principals(raw)
	out := certainly(false)
	for kind, values := range by {
		switch kind {
		case "*":
			out = certainly(true)
		case "AWS":
			for _, value := range values {
				out = either(out, who.is(value))
			}
		case "Service", "Federated":
		default:
			out = either(out, perhaps("principal "+kind+" "+strings.Join(values, ", ")))
		}
	}
	switch {
	case !negated:
		return out
	case out.state == model.HopOK:
		// A deny of everyone else is meant for the session and the account beside the
		// role, unless it excepts those as well.
		return perhaps("NotPrincipal " + who.role)
	}
	return out.not()
}

// is says whether a principal of the kind AWS is the caller. Gateway endpoints know
// everyone only: who is asked for there by aws:PrincipalArn (AWS: vpc-endpoints-access).
func (who *caller) is(value string) match {
	root := "arn:" + who.partition + ":iam::" + who.account + ":root"
	_, name := roleName(who.role)
	session := "arn:" + who.partition + ":sts::" + who.account + ":assumed-role/" + name + "/"
	switch {
	case value == "*":
		return certainly(true)
	case who.endpoint.Type == endpointGateway:
		return perhaps("principal " + value + ", where a gateway endpoint takes * only")
	case value == who.account, value == root:
		return certainly(true)
	case who.role == "" && strings.Contains(value, ":"+who.account+":"):
		return perhaps("principal " + value + " (the notebook's role is not known)")
	case value == who.role:
		return certainly(true)
	case name != "" && strings.HasPrefix(value, session):
		return perhaps("principal " + value)
	case strings.ContainsAny(value, "*?") || !strings.Contains(value, ":") && len(value) != len(who.account):
		return perhaps("principal " + value) // a role's unique id, say
	}
	return certainly(false)
}

// roleName takes the path and the name of a role out of its ARN.
func roleName(arn string) (path, name string) {
	_, path, _ = strings.Cut(arn, ":role/")
	return path, path[strings.LastIndexByte(path, '/')+1:]
}

// matched says whether one of the patterns is about what is asked for.
func matched(patterns []string, one func(string) match) match {
	out := certainly(false)
	for _, p := range patterns {
		out = either(out, one(p))
	}
	return out
}

func (s *statement) action(r *request) match {
	one := func(pattern string) match {
		p := strings.ToLower(pattern)
		if r.action != "" {
			return certainly(fits(p, strings.ToLower(r.action)))
		}
		service, rest, found := strings.Cut(p, ":")
		switch {
		case strings.Trim(p, "*") == "" && p != "":
			return certainly(true)
		case r.prefix == "":
			return perhaps("action " + pattern)
		case !found && !strings.Contains(p, "*"), found && !fits(service, r.prefix):
			return certainly(false)
		case found && strings.Trim(rest, "*") == "":
			return certainly(true)
		}
		return perhaps("action " + pattern)
	}
	if len(s.Action) > 0 {
		patterns, _ := oneOrMore[string](s.Action)
		return matched(patterns, one)
	}
	patterns, _ := oneOrMore[string](s.NotAction)
	return matched(patterns, one).not()
}

func (s *statement) resource(who *caller, r *request) match {
	one := func(pattern string) match {
		filled, open := who.fill(pattern)
		switch {
		case open:
			return perhaps("resource " + pattern)
		case r.resource != "":
			return certainly(fits(filled, r.resource))
		case fits(filled, who.anything(r.prefix)):
			return certainly(true)
		case r.prefix != "" && strings.HasPrefix(filled, "arn:") && !ofService(filled, r.prefix):
			return certainly(false)
		}
		return perhaps("resource " + pattern)
	}
	if len(s.Resource) > 0 {
		patterns, _ := oneOrMore[string](s.Resource)
		return matched(patterns, one)
	}
	patterns, _ := oneOrMore[string](s.NotResource)
	return matched(patterns, one).not()
}

// anything is an ARN that no pattern fits but one that every resource of a service
// fits, in whatever account.
func (who *caller) anything(prefix string) string {
	const none = "\x00"
	if prefix == "s3" {
		return "arn:" + who.partition + ":s3:::" + none + "/" + none
	}
	return strings.Join([]string{"arn", who.partition, prefix, who.region, none, none}, ":")
}

// ofService reports whether a pattern may be about resources of a service. Roles are
// what STS is asked about.
func ofService(pattern, prefix string) bool {
	parts := strings.SplitN(pattern, ":", 4)
	return len(parts) < 4 || fits(parts[2], prefix) || prefix == "sts" && fits(parts[2], "iam")
}

// fits reports whether a text is what a pattern with * and ? asks for.
func fits(pattern, text string) bool {
	p, t, star, mark := 0, 0, -1, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark, p = p, t, p+1
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p, t = p+1, t+1
		case star >= 0:
			mark++
			p, t = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// policy is one that was read.
type policy struct {
	statements []statement
	why        string // why it cannot be evaluated, "" where it can
}

// forEveryone reports whether the policy treats every caller alike.
func (p *policy) forEveryone() bool {
	return p.why == "" && len(p.statements) == 1 && p.statements[0].blanket()
}
