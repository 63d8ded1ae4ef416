package aws

import (
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/processcreds"
	"github.com/aws/aws-sdk-go-v2/credentials/ssocreds"
	"github.com/aws/smithy-go"

	"nbscope/model"
)

// opSignIn is the operation of problems that no API call has answered.
const opSignIn = "sign in"

var (
	errMFACanceled = errors.New("no MFA code was given")
	errNobodyAsks  = errors.New("an MFA code is needed and no scan is running that could ask for it")
)

// loadError says that the shared config files do not make a usable sign-in.
type loadError struct{ err error }

func (e *loadError) Error() string { return "load the profile: " + e.err.Error() }
func (e *loadError) Unwrap() error { return e.err }

// classifySignIn knows the errors of the SDK's loader and credential providers.
func classifySignIn(err error, p *model.Problem) bool {
	if errors.Is(err, errMFACanceled) || errors.Is(err, errNobodyAsks) {
		p.Kind, p.Message, p.Hint = model.KindMFA, innermost(err).Error(), "retry, and give the code when asked"
		return true
	}
	return classifyFiles(err, p) || classifyProviders(err, p) || classifyLoad(err, p)
}

func classifyFiles(err error, p *model.Problem) bool {
	var unreadable config.SharedConfigLoadError
	var role config.SharedConfigAssumeRoleError
	var missing config.SharedConfigProfileNotExistError
	var needsARN config.CredentialRequiresARNError
	switch {
	case errors.As(err, &unreadable):
		p.Kind, p.Message = model.KindConfig, "cannot read "+unreadable.Filename+": "+innermost(unreadable.Err).Error()
		p.Hint = "mend the file"
	case errors.As(err, &role):
		p.Kind, p.Message = model.KindBadProfile, "its source profile "+role.Profile+" has no credentials"
		p.Hint = "run: aws configure --profile " + shellWord(role.Profile)
		if errors.As(role.Err, &missing) {
			p.Message = "its source profile " + role.Profile + " does not exist"
			p.Hint = "correct source_profile in the AWS config file" + nearProfile(role.Profile)
		}
	case errors.As(err, &missing):
		*p = noProfile(missing.Profile)
	case errors.As(err, &needsARN):
		p.Kind, p.Message = model.KindBadProfile, needsARN.Type+" is set without role_arn"
		p.Hint = "add role_arn to the profile in the AWS config file"
	default:
		return false
	}
	return true
}

func nearProfile(name string) string {
	names, err := profileNames()
	if err != nil {
		return ""
	}
	if near := model.Nearest(name, names); near != "" {
		return "; did you mean " + near + "?"
	}
	return ""
}

func classifyProviders(err error, p *model.Problem) bool {
	var sso *ssocreds.InvalidTokenError
	var process *processcreds.ProviderError
	var empty *credentials.StaticCredentialsEmptyError
	var mfa config.AssumeRoleTokenProviderNotSetError
	switch {
	case errors.As(err, &sso), isStaleSSO(err):
		p.Kind, p.Message = model.KindSSOExpired, "the SSO sign-in has expired or was never begun"
		p.Hint = "run: aws sso login"
	case errors.As(err, &process):
		// Its output may hold secrets and is not repeated.
		p.Kind, p.Message = model.KindBadProfile, "its credential_process failed"
		p.Hint = "run the command of credential_process by hand to see why"
	case errors.As(err, &empty):
		p.Kind, p.Message, p.Hint = model.KindNoCredentials, "no credentials were found", hintNoCredentials("")
	case errors.As(err, &mfa):
		p.Kind, p.Message = model.KindMFA, "an MFA code is needed and nobody can be asked"
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

// isStaleSSO recognizes a token that the SSO service refuses, and the one error
// of the SDK's token provider that has neither a type nor a cause.
func isStaleSSO(err error) bool {
	var api smithy.APIError
	var op *smithy.OperationError
	if errors.As(err, &api) && errors.As(err, &op) {
		switch op.Service() {
		case "SSO":
			return api.ErrorCode() == "UnauthorizedException"
		case "SSO OIDC":
			return api.ErrorCode() == "InvalidGrantException" || api.ErrorCode() == "ExpiredTokenException"
		}
		return false
	}
	return strings.Contains(err.Error(), "cached SSO token is expired, or not present") ||
		strings.Contains(err.Error(), "failed to read cached SSO token file")
}

func classifyLoad(err error, p *model.Problem) bool {
	var load *loadError
	if !errors.As(err, &load) {
		return false
	}
	p.Kind = model.KindBadProfile
	text := innermost(load).Error()
	p.Message = "the profile cannot be used: " + text
	// The SDK has no type for a session section that is not there.
	if _, name, ok := strings.Cut(text, "failed to find SSO session section, "); ok {
		p.Message = "its sso-session " + name + " does not exist"
	}
	p.Hint = "correct the profile in the AWS config file"
	return true
}

func hintNoCredentials(profile string) string {
	if profile == "" {
		return "run `aws configure sso` or `aws configure`, or name a profile with --profile"
	}
	return "run: aws configure --profile " + shellWord(profile)
}

// signInProblem classifies why a sign-in failed and fits the hint to it.
func signInProblem(err error, l *login) model.Problem {
	p := classify(err)
	if p.Operation == "" {
		p.Operation = opSignIn
	}
	p.Profile = l.profile
	switch {
	case p.Kind == model.KindSSOExpired && l.sso.profile != "":
		told := l.sso.problem()
		p.Message, p.Hint = told.Message, told.Hint
	case p.Kind == model.KindNoCredentials:
		p.Hint = hintNoCredentials(l.profile)
		if l.profile != "" {
			p.Message = "profile " + l.profile + " has no credentials"
		}
	case p.Kind == model.KindExpired && l.sso.profile != "":
		p.Hint = "run: " + l.sso.login()
	case p.Kind == model.KindExpired && l.profile == "":
		p.Hint = "renew AWS_SESSION_TOKEN, or sign in again"
	case p.Kind == model.KindBadCredentials && l.profile != "":
		p.Hint = "check the clock, or run: aws configure --profile " + shellWord(l.profile)
	case p.Kind == model.KindDenied && p.Operation == "sts:AssumeRole":
		p.Hint = "the trust policy of the role and a policy of yours must both allow it"
	}
	p.Message = sentence(p.Message)
	return p
}
