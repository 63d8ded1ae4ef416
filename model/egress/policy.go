package egress

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"nbscope/model"
)

// The document of a policy: what it says, as far as it can be read.

// policy is one that was read.
type policy struct {
	statements []statement
	why        string // why it cannot be evaluated, "" where it can
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
		case found:
			return r.takes(rest, pattern)
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

// takes says whether a pattern for the names of actions is about those of a request for
// more than one.
func (r *request) takes(names, pattern string) match {
	const none = "\x00"
	start := names
	if i := strings.IndexAny(names, "*?"); i >= 0 {
		start = names[:i]
	}
	switch {
	case r.unlike != "" && strings.HasPrefix(start, r.unlike),
		r.begins != "" && !strings.HasPrefix(start, r.begins) && !strings.HasPrefix(r.begins, start):
		return certainly(false)
	case r.begins != "" && fits(names, r.begins+none):
		return certainly(true)
	}
	return perhaps("action " + pattern)
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

// forEveryone reports whether the policy treats every caller alike.
func (p *policy) forEveryone() bool {
	return p.why == "" && len(p.statements) == 1 && p.statements[0].blanket()
}
