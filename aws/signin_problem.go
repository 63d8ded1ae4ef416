package aws

import (
	"errors"
	"net/http"
	"strings"

	"github.com/aws/smithy-go"

	"nbscope/model"
	"nbscope/model/profile"
)

// opSignIn is the operation of problems that no API call has answered.
const opSignIn = "sign in"

const noCredentials = "no credentials were found"

// noKind is the kind of a source that is none.
const noKind profile.Kind = -1

var (
	errMFACanceled = errors.New("no MFA code was given")
	errNobodyAsks  = errors.New("an MFA code is needed and no scan is running that could ask for it")
)

// classifySignIn knows the errors of the credential providers.
func classifySignIn(err error, p *model.Problem) bool {
	var sso *ssoError
	var elsewhere *elsewhereError
	var none *roleless
	switch {
	case errors.As(err, &elsewhere):
		p.Kind, p.Message, p.Hint = model.KindConfig, elsewhere.Error(), "take out what sets the endpoint"
	case errors.Is(err, errMFACanceled), errors.Is(err, errNobodyAsks):
		p.Kind, p.Message, p.Hint = model.KindMFA, innermost(err).Error(), "retry, and give the code when asked"
	case errors.As(err, &sso):
		return classifySSO(sso, p)
	case isMetadataService(err), errors.As(err, &none):
		// The last link of the chain: nothing before it had credentials either.
		p.Kind, p.Operation = model.KindNoCredentials, opSignIn
		p.Message, p.Hint = noCredentials, "run `aws configure sso` or `aws configure`, or name a profile with --profile"
		if none != nil || httpStatusOf(err) == http.StatusNotFound {
			p.Message += "; the metadata service of the host has no role to give"
		}
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
		told := staleSSO(s, "is no longer taken by the portal")
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

// signInProblem classifies why a sign-in failed and fits the hint to it.
func signInProblem(err error, l *login) model.Problem {
	p := classify(err)
	if p.Operation == "" {
		p.Operation = opSignIn
	}
	p.Profile = l.profile
	if p.Kind == model.KindNoCredentials && l.none.Message != "" {
		p.Message, p.Hint = l.none.Message+strings.TrimPrefix(p.Message, noCredentials), l.none.Hint
	}
	if hint := hintForSignIn(&p, l); hint != "" {
		p.Hint = hint
	}
	p.Message = clause(p.Message)
	return p
}

// hintForSignIn fits the hint to where the credentials come from, "" where the
// problem's own says all.
func hintForSignIn(p *model.Problem, l *login) string {
	root := rootOf(l)
	switch {
	case root.Kind == profile.WebIdentity && p.Operation == "sts:AssumeRoleWithWebIdentity":
		return hintForToken(p, tokenFile{root}.setBy())
	case p.Kind == model.KindExpired:
		return hintExpired(p, root)
	case p.Kind == model.KindBadCredentials && p.Code != "": // AWS says so
		return hintForKey(l, root)
	case p.Kind == model.KindDenied && p.Operation == "sts:AssumeRole" && !refusalOf(p.Message).certain():
		return "the trust policy of the role and a policy of yours must both allow it"
	}
	return ""
}

// hintForToken is for what STS says of a web identity.
func hintForToken(p *model.Problem, setBy string) string {
	switch {
	case p.Code == "", p.Kind == model.KindService: // nobody has looked at the token
		return ""
	case p.Kind == model.KindInvalid:
		return "correct the role, the name of the session or " + setBy + ", whichever AWS names"
	case strings.HasPrefix(p.Message, "No OpenIDConnect provider found"):
		return "IAM has no identity provider for who gave the token, in the account of the role: create it there, or correct the role"
	}
	return "the trust policy of the role must take the token that " + setBy + " names, and the token must not be too old"
}

// hintForKey is for a key that AWS does not know. No clock is in its way.
func hintForKey(l *login, root *profile.Source) string {
	switch {
	case l.homeless:
		return "no region is set: for keys of another partition, such as GovCloud or China, set region in the profile or give --region; else check the access key"
	case root.Kind == profile.Keys && root.Profile == "" && root.Token == "":
		return "the key of AWS_ACCESS_KEY_ID may be wrong, deleted or inactive, or one that needs AWS_SESSION_TOKEN beside it"
	case root.Profile != "":
		return "the key may be wrong, deleted or inactive; run: aws configure --profile " + model.ShellQuote(root.Profile)
	}
	return ""
}

func hintExpired(p *model.Problem, root *profile.Source) string {
	switch {
	case p.Code == "": // the check of a cached token has said what to run
		return ""
	case root.Kind == profile.SSO:
		return "run: " + ssoLogin(root)
	case root.Kind == profile.Keys && root.Profile == "":
		return "renew AWS_SESSION_TOKEN, or sign in again"
	}
	return ""
}

// rootOf is where the credentials of a login begin. A role that is assumed from another
// login has no source of its own, and no keys of variables that a hint could be about.
func rootOf(l *login) *profile.Source {
	if l.source == nil {
		return &profile.Source{Kind: noKind}
	}
	return l.source.Root()
}
