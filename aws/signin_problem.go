package aws

import (
	"errors"

	"github.com/aws/smithy-go"

	"nbscope/model"
	"nbscope/model/profile"
)

// opSignIn is the operation of problems that no API call has answered.
const opSignIn = "sign in"

var (
	errMFACanceled = errors.New("no MFA code was given")
	errNobodyAsks  = errors.New("an MFA code is needed and no scan is running that could ask for it")
)

// classifySignIn knows the errors of the credential providers.
func classifySignIn(err error, p *model.Problem) bool {
	var sso *ssoError
	var elsewhere *elsewhereError
	switch {
	case errors.As(err, &elsewhere):
		p.Kind, p.Message, p.Hint = model.KindConfig, elsewhere.Error(), "take out what sets the endpoint, or unset AWS_ENDPOINT_URL where it is empty"
	case errors.Is(err, errMFACanceled), errors.Is(err, errNobodyAsks):
		p.Kind, p.Message, p.Hint = model.KindMFA, innermost(err).Error(), "retry, and give the code when asked"
	case errors.As(err, &sso):
		return classifySSO(sso, p)
	case isMetadataService(err):
		// The last link of the chain: nothing before it had credentials either.
		p.Kind, p.Operation = model.KindNoCredentials, opSignIn
		p.Message, p.Hint = "no credentials were found", hintNoCredentials("")
	default:
		return false
	}
	return true
}

// isMetadataService reports whether the host's metadata service, which is the last
// link of the SDK's chain, had no credentials.
func isMetadataService(err error) bool {
	var op *smithy.OperationError
	return errors.As(err, &op) && op.Service() == "ec2imds"
}

// classifySSO tells a token that is of no more use from a role that the user does
// not have, for which the portal has one answer: it does not say whether the
// account, the role or the assignment is missing.
func classifySSO(err *ssoError, p *model.Problem) bool {
	var api smithy.APIError
	var op *smithy.OperationError
	if !errors.As(err, &api) || !errors.As(err, &op) {
		return false
	}
	s := err.source
	p.Code = api.ErrorCode()
	switch code := api.ErrorCode(); {
	case op.Service() == "SSO" && code == "UnauthorizedException":
		told := staleSSO(s, "is not taken by the portal any more")
		p.Kind, p.Message, p.Hint = told.Kind, told.Message, told.Hint
	case op.Service() == "SSO OIDC" && (code == "InvalidGrantException" || code == "ExpiredTokenException" || code == "UnauthorizedClientException" || code == "InvalidClientException"):
		told := staleSSO(s, "cannot be renewed")
		p.Kind, p.Message, p.Hint = told.Kind, told.Message, told.Hint
	case op.Service() == "SSO" && (code == "ForbiddenException" || code == "ResourceNotFoundException"):
		p.Kind = model.KindDenied
		p.Message = "the SSO user has no role " + s.SSORole + " in account " + s.SSOAccount
		p.Hint = "check sso_role_name and sso_account_id of profile " + s.Profile + ", or have the permission set assigned in IAM Identity Center"
	default:
		return false
	}
	return true
}

func hintNoCredentials(name string) string {
	if name == "" {
		return "run `aws configure sso` or `aws configure`, or name a profile with --profile"
	}
	return "run: aws configure --profile " + model.ShellQuote(name)
}

// signInProblem classifies why a sign-in failed and fits the hint to it.
func signInProblem(err error, l *login) model.Problem {
	p := classify(err)
	if p.Operation == "" {
		p.Operation = opSignIn
	}
	p.Profile = l.profile
	root := rootOf(l)
	switch {
	case p.Kind == model.KindNoCredentials && l.profile != "" && l.source != nil:
		p.Message, p.Hint = "profile "+l.profile+" has no credentials", hintNoCredentials(l.profile)
	case p.Kind == model.KindExpired && p.Hint != "" && p.Code == "":
		// the check of a cached token has said what to run
	case root.Kind == profile.WebIdentity && p.Operation == "sts:AssumeRoleWithWebIdentity":
		p.Hint = "the trust policy of the role must take the token that " + tokenFile{root}.setBy() + " names, and the token must not be too old"
	case p.Kind == model.KindExpired && root.Kind == profile.SSO:
		p.Hint = "run: " + ssoLogin(root)
	case p.Kind == model.KindExpired && root.Kind == profile.Keys && root.Profile == "":
		p.Hint = "renew AWS_SESSION_TOKEN, or sign in again"
	case p.Kind == model.KindBadCredentials && l.homeless:
		p.Hint = "no region is set: for keys of another partition, such as GovCloud or China, set region in the profile or give --region; else check the access key"
	case p.Kind == model.KindBadCredentials && root.Profile != "":
		p.Hint = "check the clock, or run: aws configure --profile " + model.ShellQuote(root.Profile)
	case p.Kind == model.KindDenied && p.Operation == "sts:AssumeRole" && !refusalOf(p.Message).certain():
		p.Hint = "the trust policy of the role and a policy of yours must both allow it"
	}
	p.Message = sentence(p.Message)
	return p
}

// rootOf is where the credentials of a login begin.
func rootOf(l *login) *profile.Source {
	if l.source == nil {
		return &profile.Source{}
	}
	return l.source.Root()
}
