package sim

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// contextEntry is a condition key with its values, as a simulation is told.
type contextEntry struct {
	name   string
	values []string
}

func readContext(r *request) []contextEntry {
	var out []contextEntry
	for i := 1; ; i++ {
		at := fmt.Sprintf("ContextEntries.member.%d.", i)
		name := r.form.Get(at + "ContextKeyName")
		if name == "" {
			return out
		}
		out = append(out, contextEntry{name, numbered(r.form, at+"ContextKeyValues.member")})
	}
}

// verdict is what a simulation says of one action on one resource.
type verdict struct {
	action, resource string
	decision         string
	organization     bool // the service control policies allow it
}

const (
	isAllowed      = "allowed"
	isExplicitDeny = "explicitDeny"
	isImplicitDeny = "implicitDeny"
)

// simulatePolicy says what the policies of the caller would say. It knows no more
// than AWS does: a condition of a service control policy counts only when its key
// is among the context entries, and the region only when the resource or an entry
// names it.
func simulatePolicy(_ *cloud, r *request) (any, *apiError) {
	if e := r.knownPrincipal(r.form.Get("PolicySourceArn")); e != nil {
		return nil, e
	}
	actions, resources := numbered(r.form, "ActionNames.member"), numbered(r.form, "ResourceArns.member")
	if len(actions) == 0 {
		return nil, badRequest("ValidationError", "1 validation error detected: Value null at 'actionNames' failed to satisfy constraint: Member must not be null")
	}
	if len(resources) == 0 {
		resources = []string{"*"}
	}
	entries := readContext(r)
	var all []verdict
	for _, action := range actions {
		if service, name, ok := strings.Cut(action, ":"); !ok || service == "" || name == "" {
			return nil, badRequest("InvalidInput", "Invalid Action Name: %s", action)
		}
		for _, resource := range resources {
			all = append(all, r.judge(action, resource, entries))
		}
	}
	cut, more, e := iamPage(r, all, fmt.Sprint(actions, resources, entries))
	if e != nil {
		return nil, e
	}
	views := make([]element, 0, len(cut))
	for _, v := range cut {
		views = append(views, group("member",
			leaf("EvalActionName", v.action), leaf("EvalResourceName", v.resource), leaf("EvalDecision", v.decision),
			members("MatchedStatements", nil), members("MissingContextValues", nil),
			group("OrganizationsDecisionDetail", flag("AllowedByOrganizations", v.organization))))
	}
	return group("", append([]element{members("EvaluationResults", views)}, more...)...), nil
}

// knownPrincipal wants a user or a role of the caller's account. The ARN of a
// session is no principal that has policies.
func (r *request) knownPrincipal(arn string) *apiError {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 || parts[2] != "iam" || !strings.Contains(parts[5], "/") {
		return badRequest("InvalidInput", "Invalid Entity Arn: %s does not clearly define entity type and name.", arn)
	}
	kind, _, _ := strings.Cut(parts[5], "/")
	name := parts[5][strings.LastIndexByte(parts[5], '/')+1:]
	_, isRole := r.account.world.role(r.account, name)
	switch {
	case parts[4] != r.account.id:
		return &apiError{
			code: "AccessDenied", status: http.StatusForbidden,
			message: fmt.Sprintf("User: %s is not authorized to perform: iam:SimulatePrincipalPolicy on resource: %s", r.caller.arn, arn),
		}
	case kind == "user" && name == UserName, kind == "role" && isRole:
		return nil
	}
	return noSuchEntity(fmt.Sprintf("The %s with name %s cannot be found.", kind, name))
}

// judge applies the faults that stand for policies to an action.
func (r *request) judge(action, resource string, entries []contextEntry) verdict {
	v := verdict{action, resource, isAllowed, true}
	region := contextValue(entries, "aws:RequestedRegion")
	byCondition := region // conditions of service control policies see the key only
	if parts := strings.SplitN(resource, ":", 6); region == "" && len(parts) == 6 {
		region = parts[3]
	}
	f := r.faults
	switch direct := contextValue(entries, "sagemaker:DirectInternetAccess"); {
	case byCondition != "" && slices.Contains(f.SCP, byCondition),
		strings.EqualFold(action, "sagemaker:CreateNotebookInstance") && direct != "" && direct == f.SCPDirect:
		v.decision, v.organization = isExplicitDeny, false
	case region != "" && slices.Contains(f.Deny, region), f.deniesOp(action, region):
		v.decision = isImplicitDeny
	}
	return v
}

func contextValue(entries []contextEntry, key string) string {
	for _, e := range entries {
		if strings.EqualFold(e.name, key) && len(e.values) > 0 {
			return e.values[0]
		}
	}
	return ""
}
