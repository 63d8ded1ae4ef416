package aws

import (
	"regexp"
	"strings"

	"nbscope/model"
)

// refusal is what the text of a refusal says of the policy behind it. AWS has one
// code for all of them. Source of the forms: "Troubleshoot access denied error
// messages", IAM user guide.
type refusal struct {
	policy   string // "service control policy" and its like, "" where the text does not say
	explicit bool   // a statement denies it; else none allows it
	arn      string // of the policy that denies, where AWS tells it
}

var (
	explicitDeny = regexp.MustCompile(`with an explicit deny in (?:an?|the) ([a-zA-Z -]+? ?policy|permissions boundary)(?:: (arn:\S+))?`)
	implicitDeny = regexp.MustCompile(`because no ([a-zA-Z -]+? ?policy|permissions boundary) allows the \S+ action`)
)

// refusalOf reads the text of a refusal.
func refusalOf(message string) refusal {
	if m := explicitDeny.FindStringSubmatch(message); m != nil {
		return refusal{policy: m[1], explicit: true, arn: strings.TrimRight(m[2], ".,;)")}
	}
	if m := implicitDeny.FindStringSubmatch(message); m != nil {
		return refusal{policy: m[1]}
	}
	return refusal{explicit: strings.Contains(message, "with an explicit deny")}
}

// certain reports whether the text names one policy that has to change. Where none
// of who signed in allows to assume a role, the role's trust may lack it as well.
func (r refusal) certain() bool {
	return r.explicit || r.policy != "" && r.policy != "identity-based policy"
}

// kind is scp where the organization refuses, whose rules nobody in the account
// can change.
func (r refusal) kind() model.ProblemKind {
	switch r.policy {
	case "service control policy", "resource control policy":
		return model.KindSCP
	}
	return model.KindDenied
}

// hint says who can allow what was refused.
func (r refusal) hint(action string) string {
	if action == "" {
		action = "this"
	}
	if r.policy == "" && r.explicit {
		return "a policy denies " + action + " explicitly, and AWS does not say which; no other policy can allow it"
	}
	which := "the " + r.policy
	if r.arn != "" {
		which = r.arn
	}
	switch r.policy {
	case "service control policy", "resource control policy":
		if r.explicit {
			return "the organization forbids this here by " + which + "; leave the region out with --region if that is intended"
		}
		return "no " + r.policy + " of the organization allows " + action + " here; ask its administrators, or leave the region out with --region"
	case "permissions boundary":
		return r.say("the permissions boundary of who you signed in as", which, action)
	case "session policy":
		return r.say("the session policy that the credentials were made with", which, action)
	case "VPC endpoint policy":
		return r.say("the policy of the VPC endpoint on the way", which, action)
	case "resource-based policy":
		return r.say("the policy of the resource", which, action)
	case "role trust policy":
		return r.say("the trust policy of the role", which, action)
	case "identity-based policy":
		return r.say("a policy of who you signed in as", which, action)
	}
	return ""
}

// say words a hint for a policy that somebody of the account can change.
func (r refusal) say(whose, which, action string) string {
	switch {
	case r.explicit && r.arn != "":
		return whose + " denies " + action + " explicitly: " + which
	case r.explicit:
		return whose + " denies " + action + " explicitly; no other policy can allow it"
	case r.policy == "identity-based policy":
		return "ask for " + action + " in this account"
	}
	return whose + " must allow " + action
}
