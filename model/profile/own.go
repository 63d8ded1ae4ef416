package profile

import (
	"fmt"
	"strings"

	"nbscope/model"
)

// own are the credentials that a profile itself gives, nil for none.
func (r *resolver) own(name string) (*Source, error) {
	v := reader{name: name, values: r.files.profiles[name]}
	for _, try := range []func(reader) (*Source, error){
		r.web, r.sso,
		func(reader) (*Source, error) { return fixed(name, r.files.keys[name]) },
		r.login, r.process,
		func(reader) (*Source, error) { return fixed(name, r.files.plain[name]) },
	} {
		if s, err := try(v); s != nil || err != nil {
			return s, err
		}
	}
	return nil, v.indented()
}

// fixed are keys in one of the files. A secret without its id is passed over, as
// by the AWS CLI.
func fixed(name string, own values) (*Source, error) {
	v := reader{name: name, values: own}
	if !v.has("aws_access_key_id") {
		return nil, nil //nolint:nilnil // the next in the chain is asked
	}
	if !v.has("aws_secret_access_key") {
		return nil, v.wrong("aws_access_key_id", "aws_access_key_id is set without its secret", "run: aws configure --profile "+model.ShellQuote(name)+", which also sets aws_secret_access_key")
	}
	s := &Source{Kind: Keys, Profile: name, ID: v.must("aws_access_key_id"), Secret: v.must("aws_secret_access_key")}
	s.Token = v.text("aws_security_token")
	if !v.has("aws_security_token") {
		s.Token = v.text("aws_session_token")
	}
	return s, v.check()
}

// web is a web identity, of variables before the profile, each value for itself.
func (r *resolver) web(v reader) (*Source, error) {
	s := &Source{Kind: WebIdentity, Profile: v.name}
	get := func(variable, key string) string {
		if value := r.env(variable); value != "" && !r.explicit {
			return value
		}
		return v.text(key)
	}
	s.TokenFile = get("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file")
	if s.TokenFile == "" {
		return nil, v.check()
	}
	if r.webVariables() {
		s.Profile = ""
	}
	s.RoleARN, s.SessionName = get("AWS_ROLE_ARN", "role_arn"), get("AWS_ROLE_SESSION_NAME", "role_session_name")
	if s.RoleARN == "" {
		if s.Profile == "" {
			return nil, model.Problem{
				Kind: model.KindConfig, Message: "AWS_WEB_IDENTITY_TOKEN_FILE is set without AWS_ROLE_ARN", Hint: "set AWS_ROLE_ARN to the role that the token may assume",
			}
		}
		return nil, v.wrong("web_identity_token_file", "web_identity_token_file is set without role_arn", "add role_arn to the profile")
	}
	return s, v.check()
}

// sso is IAM Identity Center.
func (r *resolver) sso(v reader) (*Source, error) {
	if !v.has("sso_account_id") && !v.has("sso_role_name") {
		return nil, nil //nolint:nilnil // the next in the chain is asked
	}
	s := &Source{Kind: SSO, Profile: v.name, SSOAccount: v.text("sso_account_id"), SSORole: v.text("sso_role_name")}
	s.StartURL, s.SSORegion = v.text("sso_start_url"), v.text("sso_region")
	if v.has("sso_session") {
		s.SSOSession = v.must("sso_session")
		if err := v.check(); err != nil {
			return nil, err
		}
		if err := r.session(s, v); err != nil {
			return nil, err
		}
	}
	var missing []string
	for _, need := range []struct{ key, value string }{
		{"sso_account_id", s.SSOAccount}, {"sso_role_name", s.SSORole}, {"sso_start_url", s.StartURL}, {"sso_region", s.SSORegion},
	} {
		if need.value == "" {
			missing = append(missing, need.key)
		}
	}
	if err := v.check(); err != nil {
		return nil, err
	}
	if len(missing) > 0 {
		return nil, problem(v.name, "profile "+v.name+" signs in through SSO and lacks "+strings.Join(missing, ", "), "run: aws configure sso --profile "+model.ShellQuote(v.name))
	}
	return s, nil
}

// session takes over what the sso-session section of a profile says.
func (r *resolver) session(s *Source, v reader) error {
	own := r.files.sessions[s.SSOSession]
	if own == nil {
		return v.wrong("sso_session", "its sso-session "+s.SSOSession+" does not exist", "add a section [sso-session "+quoteName(s.SSOSession)+"], or run: aws configure sso-session")
	}
	session := reader{name: v.name, values: own}
	for _, part := range []struct {
		key  string
		into *string
	}{{"sso_start_url", &s.StartURL}, {"sso_region", &s.SSORegion}, {"sso_account_id", &s.SSOAccount}, {"sso_role_name", &s.SSORole}} {
		value := session.text(part.key)
		if value != "" && v.has(part.key) && *part.into != value {
			return v.wrong(part.key, fmt.Sprintf("%s is %s in the profile and %s in its sso-session", part.key, *part.into, value), "take it out of the profile")
		}
		if value != "" {
			*part.into = value
		}
	}
	return session.check()
}

func (r *resolver) login(v reader) (*Source, error) {
	if !v.has("login_session") {
		return nil, nil //nolint:nilnil // the next in the chain is asked
	}
	return &Source{Kind: Login, Profile: v.name, LoginSession: v.must("login_session")}, v.check()
}

func (r *resolver) process(v reader) (*Source, error) {
	if !v.has("credential_process") {
		return nil, nil //nolint:nilnil // the next in the chain is asked
	}
	line := v.values["credential_process"].text
	words, err := Words(line)
	switch {
	case err != nil:
		return nil, v.wrong("credential_process", "credential_process cannot be split into words: "+err.Error(), "correct the command")
	case len(words) == 0:
		return nil, v.wrong("credential_process", "credential_process is empty", "name the command")
	}
	return &Source{Kind: Process, Profile: v.name, Command: words, Line: line}, nil
}

func (r *resolver) inContainer() bool {
	return r.env("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") != "" || r.env("AWS_CONTAINER_CREDENTIALS_FULL_URI") != ""
}

// host is what is left when neither variables nor files have credentials.
func (r *resolver) host(name string) (*Source, error) {
	switch {
	case r.inContainer():
		return &Source{Kind: Container}, nil
	case !strings.EqualFold(r.env("AWS_EC2_METADATA_DISABLED"), "true"):
		return &Source{Kind: Metadata}, nil
	}
	return nil, r.files.NoCredentials(name, r.explicit, r.lookup)
}
