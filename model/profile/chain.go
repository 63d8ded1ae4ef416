package profile

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"nbscope/model"
)

// Lookup gives the value of a variable, and whether it is set, as os.LookupEnv: one
// that is set and empty is not always taken for one that is not set.
type Lookup func(name string) (value string, set bool)

func (l Lookup) get(name string) string {
	value, _ := l(name)
	return value
}

// Resolve decides what a profile signs in with. An empty name leaves the choice to
// the variables, which also count before the files then. The error is a
// model.Problem.
func (f *Files) Resolve(name string, env Lookup) (*Profile, error) {
	r := &resolver{files: f, lookup: env, env: env.get, explicit: name != ""}
	if name == "" {
		var err error
		if name, err = r.chosen(); err != nil {
			return nil, err
		}
	}
	p := &Profile{Name: name, env: env.get}
	if err := r.settings(p); err != nil {
		return nil, err
	}
	source, err := r.chain(name)
	if err != nil {
		return nil, err
	}
	p.Source = source
	return p, nil
}

// resolver goes through the chain for one profile.
type resolver struct {
	files    *Files
	lookup   Lookup
	env      func(string) string // the value alone
	explicit bool                // the profile was named: variables have no say
	visited  []string            // profiles on the way of a role to its source
}

// chosen is the profile that the variables name, default without. Of the two the AWS
// CLI looks at AWS_DEFAULT_PROFILE first, and takes an empty value for a name.
func (r *resolver) chosen() (string, error) {
	one, isOne := r.lookup("AWS_PROFILE")
	name, isTwo := r.lookup("AWS_DEFAULT_PROFILE")
	variable := "AWS_DEFAULT_PROFILE"
	switch {
	case one != "" && name != "" && one != name:
		return "", model.Problem{
			Kind: model.KindConfig, Message: "AWS_PROFILE says " + one + " and AWS_DEFAULT_PROFILE says " + name + ", and the tools of AWS do not agree on which one counts",
			Hint: "unset one of them, or name a profile with --profile",
		}
	case !isOne && !isTwo:
		return "default", nil
	case !isTwo:
		name, variable = one, "AWS_PROFILE"
	}
	if name == "" {
		return "", model.Problem{
			Kind: model.KindNoProfile, Message: "there is no profile named \"\": " + variable + " is set and empty",
			Hint: "run: unset " + variable + ", or name a profile with --profile",
		}
	}
	if r.files.profiles[name] == nil {
		return "", r.files.noProfile(name)
	}
	return name, nil
}

// chain is the order in which the AWS CLI looks for credentials.
func (r *resolver) chain(name string) (*Source, error) {
	if !r.explicit {
		if s, err := r.variables(); s != nil || err != nil {
			return s, err
		}
	}
	if r.files.profiles[name] == nil && (r.explicit || name != "default") {
		return nil, r.files.noProfile(name)
	}
	if !r.webVariables() {
		if err := r.checkHeads(name); err != nil {
			return nil, err
		}
	}
	if r.isRole(name) {
		if r.webVariables() {
			return nil, problem(name, "variables give a web identity, and profile "+name+" assumes a role: the tools of AWS do not agree on which one counts",
				"unset AWS_WEB_IDENTITY_TOKEN_FILE, or take role_arn out of the profile")
		}
		return r.role(name)
	}
	s, err := r.own(name)
	if s != nil || err != nil {
		return s, err
	}
	return r.host(name)
}

// variables are keys in the environment.
func (r *resolver) variables() (*Source, error) {
	id, secret := r.env("AWS_ACCESS_KEY_ID"), r.env("AWS_SECRET_ACCESS_KEY")
	if id == "" {
		return nil, nil //nolint:nilnil // nothing there is no error: the next in the chain is asked
	}
	if secret == "" {
		return nil, model.Problem{
			Kind: model.KindConfig, Message: "AWS_ACCESS_KEY_ID is set without its secret",
			Hint: "unset AWS_ACCESS_KEY_ID, or set AWS_SECRET_ACCESS_KEY",
		}
	}
	tokenIn := "AWS_SECURITY_TOKEN"
	if r.env(tokenIn) == "" {
		tokenIn = "AWS_SESSION_TOKEN" //nolint:gosec // a name
	}
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", tokenIn} {
		if says := Unclean(r.env(name)); says != "" {
			return nil, model.Problem{Kind: model.KindConfig, Message: name + " " + says, Hint: "set it again without that"}
		}
	}
	s := &Source{Kind: Keys, ID: id, Secret: secret, Token: r.env(tokenIn)}
	if until := r.env("AWS_CREDENTIAL_EXPIRATION"); until != "" {
		var err error
		if s.Ends, err = ParseTime(until); err != nil {
			return nil, model.Problem{
				Kind: model.KindConfig, Message: "AWS_CREDENTIAL_EXPIRATION is no time: " + until, Hint: "write it like 2026-01-31T12:00:00Z, or unset it",
			}
		}
	}
	return s, nil
}

func (r *resolver) webVariables() bool {
	return !r.explicit && r.env("AWS_WEB_IDENTITY_TOKEN_FILE") != ""
}

// checkHeads refuses a profile of which a head that the AWS CLI passes over says
// otherwise who signs in, or where: another tool signs in as somebody else there.
func (r *resolver) checkHeads(name string) error {
	read := r.files.profiles[name]
	for _, m := range r.files.misreadAs(name) {
		if !m.blanks() || read == nil && name != "default" {
			continue
		}
		for key := range strings.FieldsSeq(signsIn) {
			if said, ok := m.settings[key]; ok && key != "region" && said.text != read[key].text {
				return problem(name, m.String()+" is not read as profile "+name+" because of the blanks inside the brackets", "write "+m.write)
			}
		}
	}
	return nil
}

// isRole reports whether a profile assumes a role with what another source gives.
func (r *resolver) isRole(name string) bool {
	p := r.files.profiles[name]
	_, role := p["role_arn"]
	_, web := p["web_identity_token_file"]
	return role && !web
}

func hasKeys(v values) bool {
	_, id := v["aws_access_key_id"]
	_, secret := v["aws_secret_access_key"]
	return id || secret
}

// shortestSession is the least that AssumeRole takes, in seconds.
const shortestSession = 900

// role is a profile with role_arn.
func (r *resolver) role(name string) (*Source, error) {
	v := reader{name: name, values: r.files.profiles[name]}
	s := &Source{
		Kind: Role, Profile: name, RoleARN: v.must("role_arn"), SessionName: v.text("role_session_name"),
		ExternalID: v.given("external_id"), MFASerial: v.given("mfa_serial"),
	}
	if n, err := strconv.Atoi(v.text("duration_seconds")); err == nil { // what is no number has no effect
		if s.Duration = time.Duration(n) * time.Second; n < shortestSession {
			return nil, v.wrong("duration_seconds", fmt.Sprintf("duration_seconds is %d, and a session lasts %d at least", n, shortestSession), "write a number from 900 to 43200, or take the line out")
		}
	}
	source, from := v.text("source_profile"), v.text("credential_source")
	if err := v.check(); err != nil {
		return nil, err
	}
	r.visited = append(r.visited, name)
	var err error
	switch {
	case source != "" && from != "":
		return nil, v.wrong("credential_source", "source_profile and credential_source exclude each other", "leave one of them out")
	case source != "":
		s.From, err = r.source(name, source, v)
	case from != "":
		s.From, err = r.named(from, v)
	default:
		return nil, v.wrong("role_arn", "role_arn is set without source_profile or credential_source", "name the profile whose credentials may assume the role in source_profile")
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

// source is the profile that source_profile names.
func (r *resolver) source(parent, name string, v reader) (*Source, error) {
	own := r.files.profiles[name]
	switch {
	case own == nil:
		hint := "correct source_profile"
		if m := r.files.misreadAs(name); len(m) > 0 {
			hint = "in " + m[0].path + " line " + strconv.Itoa(m[0].line) + " write " + m[0].write
		} else if near := model.Nearest(name, r.files.Names()); near != "" {
			hint += "; did you mean " + near + "?"
		}
		return nil, v.wrong("source_profile", "its source profile "+name+" does not exist", hint)
	case slices.Contains(r.visited, name) && (name != parent || !hasKeys(own)):
		return nil, v.wrong("source_profile", "its source profiles lead in a circle: "+strings.Join(append(r.visited, name), ", "), "correct source_profile")
	}
	if err := r.checkHeads(name); err != nil {
		return nil, err
	}
	if !hasKeys(own) && r.isRole(name) {
		return r.role(name)
	}
	inner := &resolver{files: r.files, lookup: r.lookup, env: r.env, explicit: true}
	s, err := inner.own(name)
	if s == nil && err == nil {
		return nil, v.wrong("source_profile", "its source profile "+name+" has no credentials", "run: aws configure --profile "+model.ShellQuote(name))
	}
	return s, err
}

// named is what credential_source names.
func (r *resolver) named(from string, v reader) (*Source, error) {
	switch from {
	case "Environment":
		s, err := r.variables()
		if s == nil && err == nil {
			return nil, v.wrong("credential_source", "credential_source is Environment, and AWS_ACCESS_KEY_ID is not set", "set AWS_ACCESS_KEY_ID and its secret, or use source_profile")
		}
		return s, err
	case "EcsContainer":
		if !r.inContainer() {
			return nil, v.wrong("credential_source", "credential_source is EcsContainer, and neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set",
				"use it inside a container of ECS or EKS, or use source_profile")
		}
		return &Source{Kind: Container}, nil
	case "Ec2InstanceMetadata":
		return &Source{Kind: Metadata}, nil
	}
	return nil, v.wrong("credential_source", "there is no credential_source "+from, "write Environment, EcsContainer or Ec2InstanceMetadata")
}

// NoCredentials is the problem of a profile for which nothing has credentials, with
// what looks like a mistake in its files or variables.
func (f *Files) NoCredentials(name string, explicit bool, env Lookup) model.Problem {
	p := model.Problem{Kind: model.KindNoCredentials, Message: "no credentials were found", Hint: "run `aws configure sso` or `aws configure`, or name a profile with --profile"}
	if explicit || name != "default" {
		p.Profile, p.Message, p.Hint = name, "profile "+name+" has no credentials", "run: aws configure --profile "+model.ShellQuote(name)
	}
	if half, ok := f.profiles[name]["aws_secret_access_key"]; ok {
		p.Message += fmt.Sprintf("; %s line %d sets aws_secret_access_key, and aws_access_key_id is not set", half.path, half.line)
	} else if !explicit && env.get("AWS_SECRET_ACCESS_KEY") != "" {
		p.Message += "; AWS_ACCESS_KEY_ID is not set beside AWS_SECRET_ACCESS_KEY"
	}
	if m := f.misreadAs(name); len(m) > 0 {
		p.Message += "; " + m[0].String() + " is not read as it"
		p.Hint = "write " + m[0].write
	}
	return p
}

func problem(name, message, hint string) model.Problem {
	return model.Problem{Kind: model.KindBadProfile, Profile: name, Message: message, Hint: hint}
}
