package aws

import (
	"context"
	"net/url"
	"strings"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"

	"nbscope/model"
	"nbscope/model/recreate"
)

func (s *session) iam() *iam.Client {
	return iam.NewFromConfig(s.client.aimed(s.cfg, iam.ServiceID))
}

// role looks at the execution role. A role with the name on another path is
// another role.
func (q *inquiry) role(ctx context.Context) (recreate.Role, error) {
	account, name, ok := roleOf(q.spec.RoleARN)
	switch {
	case !ok:
		return recreate.Role{}, model.Problem{Kind: model.KindInvalid, Message: q.spec.RoleARN + " is not the ARN of a role"}
	case account != q.session.account:
		return recreate.Role{}, model.Problem{Kind: model.KindDenied, Message: "the role is in account " + account + ", which alone may look at it"}
	}
	out, err := q.session.iam().GetRole(ctx, &iam.GetRoleInput{RoleName: sdkaws.String(name)})
	if err != nil {
		if isAbsent(classify(err)) {
			return recreate.Role{}, nil
		}
		return recreate.Role{}, err
	}
	if sdkaws.ToString(out.Role.Arn) != q.spec.RoleARN {
		return recreate.Role{}, nil
	}
	return recreate.Role{Exists: true, Trust: policyText(out.Role.AssumeRolePolicyDocument)}, nil
}

// roleOf takes the account and the name out of a role's ARN; the path between them
// is not part of the name.
func roleOf(arn string) (account, name string, ok bool) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 || parts[2] != "iam" || !strings.HasPrefix(parts[5], "role/") {
		return "", "", false
	}
	name = parts[5][strings.LastIndexByte(parts[5], '/')+1:]
	return parts[4], name, name != ""
}

// policyText is a policy as JSON; IAM writes it as part of a URL.
func policyText(document *string) string {
	raw := sdkaws.ToString(document)
	if text, err := url.PathUnescape(raw); err == nil {
		return text
	}
	return raw
}

// roles lists every role of the account.
func (s *session) roles(ctx context.Context) ([]iamtypes.Role, error) {
	pages := iam.NewListRolesPaginator(s.iam(), &iam.ListRolesInput{MaxItems: sdkaws.Int32(iamPageSize)})
	var out []iamtypes.Role
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		out = append(out, page.Roles...)
	}
	return out, nil
}

// iamPageSize is the most that IAM lists at once.
const iamPageSize = 1000

// principal is the user or role whose policies hold for the session. A session of
// a role does not name the role's path, so the role is asked for it.
func (s *session) principal(ctx context.Context) (string, error) {
	arn := s.who().ARN
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 {
		return "", unsimulated(arn + " is nobody whose policies can be simulated")
	}
	kind, rest, _ := strings.Cut(parts[5], "/")
	switch {
	case parts[2] == "iam" && kind == "user":
		return arn, nil
	case parts[2] == "sts" && kind == "assumed-role":
		name, _, _ := strings.Cut(rest, "/")
		if out, err := s.iam().GetRole(ctx, &iam.GetRoleInput{RoleName: sdkaws.String(name)}); err == nil {
			return sdkaws.ToString(out.Role.Arn), nil
		}
		return strings.Join([]string{"arn", parts[1], "iam", "", parts[4], "role/" + name}, ":"), nil
	case kind == "root":
		return "", unsimulated("the account's root user has no policies to simulate")
	}
	return "", unsimulated("a session of " + kind + " has no policies that can be simulated")
}

func unsimulated(why string) model.Problem {
	return model.Problem{Kind: model.KindInvalid, Message: why}
}
