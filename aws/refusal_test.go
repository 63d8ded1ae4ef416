package aws

import (
	"strings"
	"testing"

	"nbscope/model"
)

// TestARefusalNamesThePolicyBehindIt: the forms are those that the IAM user guide
// shows under "Troubleshoot access denied error messages", and of the ARN those of
// the AWS Security Blog, "Enhanced access denied error messages with policy ARNs".
func TestARefusalNamesThePolicyBehindIt(t *testing.T) {
	t.Parallel()
	const action = "sagemaker:ListNotebookInstances"
	const scp = "arn:aws:organizations::987654321098:policy/o-qv5af4abcd/service_control_policy/p-2kgnabcd"
	no := func(policy string) string { return "because no " + policy + " allows the " + action + " action" }
	deny := func(policy string) string { return "with an explicit deny in " + policy }
	for _, c := range []struct {
		text string
		kind model.ProblemKind
		hint string
	}{
		{deny("a service control policy"), model.KindSCP, "the organization forbids this here by the service control policy"},
		{deny("a service control policy: " + scp), model.KindSCP, "the organization forbids this here by " + scp + ";"},
		{no("service control policy"), model.KindSCP, "no service control policy of the organization allows " + action},
		{deny("a resource control policy"), model.KindSCP, "by the resource control policy"},
		{no("resource control policy"), model.KindSCP, "no resource control policy of the organization allows"},
		{deny("a permissions boundary"), model.KindDenied, "the permissions boundary of who you signed in as denies " + action + " explicitly"},
		{deny("a permissions boundary: arn:aws:iam::111122223333:policy/b."), model.KindDenied, "explicitly: arn:aws:iam::111122223333:policy/b"},
		{no("permissions boundary"), model.KindDenied, "the permissions boundary of who you signed in as must allow " + action},
		{deny("a session policy"), model.KindDenied, "the session policy that the credentials were made with denies"},
		{no("session policy"), model.KindDenied, "the session policy that the credentials were made with must allow"},
		{deny("a VPC endpoint policy"), model.KindDenied, "the policy of the VPC endpoint on the way denies"},
		{no("VPC endpoint policy"), model.KindDenied, "the policy of the VPC endpoint on the way must allow"},
		{deny("a resource-based policy"), model.KindDenied, "the policy of the resource denies"},
		{no("resource-based policy"), model.KindDenied, "the policy of the resource must allow"},
		{deny("the role trust policy"), model.KindDenied, "the trust policy of the role denies"},
		{no("role trust policy"), model.KindDenied, "the trust policy of the role must allow"},
		{deny("an identity-based policy"), model.KindDenied, "a policy of who you signed in as denies " + action + " explicitly; no other"},
		{deny("an identity-based policy: arn:aws:iam::111122223333:policy/p"), model.KindDenied, "explicitly: arn:aws:iam::111122223333:policy/p"},
		{no("identity-based policy"), model.KindDenied, "ask for " + action + " in this account"},
		{"", model.KindDenied, "ask for " + action + " in this account"},
		{"with an explicit deny", model.KindDenied, "a policy denies " + action + " explicitly, and AWS does not say which; no other"},
	} {
		p := classify(sagemakerError("AccessDeniedException", "User: arn:aws:iam::1:user/a is not authorized to perform: "+action+" on resource: * "+c.text))
		if p.Kind != c.kind || !strings.Contains(p.Hint, c.hint) {
			t.Errorf("%q: %s, %q, want %s, %q", c.text, p.Kind, p.Hint, c.kind, c.hint)
		}
	}
}

func TestARoleThatIsRefusedHintsAtTheSideThatRefuses(t *testing.T) {
	t.Parallel()
	const start = "User: arn:aws:iam::1:user/a is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::1:role/r "
	for text, hint := range map[string]string{
		"": "the trust policy of the role and a policy of yours must both allow it",
		"because no identity-based policy allows the sts:AssumeRole action": "the trust policy of the role and a policy of yours",
		"with an explicit deny in a service control policy":                 "the organization forbids",
		"because no role trust policy allows the sts:AssumeRole action":     "the trust policy of the role must allow",
	} {
		if p := signInProblem(api("STS", "AssumeRole", "AccessDenied", start+text), &login{}); !strings.Contains(p.Hint, hint) {
			t.Errorf("%q: %q, want %q", text, p.Hint, hint)
		}
	}
}
