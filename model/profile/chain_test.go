package profile

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"nbscope/model"
)

// says describes a source in one line.
func says(s *Source) string {
	of := map[Kind]string{
		Keys: "keys " + s.ID + s.Token, WebIdentity: "web " + s.RoleARN + " by " + s.TokenFile, Login: "login " + s.LoginSession,
		SSO:     fmt.Sprintf("sso %s %s %s %s/%s", s.SSOSession, s.StartURL, s.SSORegion, s.SSOAccount, s.SSORole),
		Process: "process " + strings.Join(s.Command, "|"), Container: "container", Metadata: "metadata",
	}
	out := of[s.Kind]
	if s.Kind == Role {
		out = "role " + s.RoleARN + s.MFASerial + " from " + says(s.From)
	}
	if s.Profile != "" {
		out += " (" + s.Profile + ")"
	}
	return out
}

const (
	pair  = "aws_access_key_id = %s\naws_secret_access_key = s\n"
	ssoOf = "sso_account_id = 1\nsso_role_name = r\n"
)

func keys(id string) string { return fmt.Sprintf(pair, id) }

type chainCase struct {
	name, config, credentials string
	env                       string // NAME=value, separated by blanks
	profile                   string
	want                      string // says, or a part of the message after "!"
	hint                      string
}

func environ(list string) Lookup {
	vars := map[string]string{}
	for word := range strings.FieldsSeq(list) {
		name, value, _ := strings.Cut(word, "=")
		vars[name] = value
	}
	return func(name string) (string, bool) { value, set := vars[name]; return value, set }
}

// TestAProfileSignsInAsWithTheAWSCLI are the rules of botocore's credentials.py,
// and what is refused where the tools of AWS lead to different identities. The
// same is held against the AWS CLI itself in the end-to-end tests.
func TestAProfileSignsInAsWithTheAWSCLI(t *testing.T) {
	t.Parallel()
	for _, c := range chainCases() {
		p, err := joined(t, c.config, c.credentials).Resolve(c.profile, environ(c.env+" AWS_EC2_METADATA_DISABLED=true"))
		wrong, refused := strings.CutPrefix(c.want, "!")
		if !refused {
			if err != nil || says(p.Source) != c.want {
				t.Errorf("%s: %v, %v, want %s", c.name, p, err, c.want)
			}
			continue
		}
		problem, ok := errors.AsType[model.Problem](err)
		if !ok || !strings.Contains(problem.Message, wrong) || !strings.Contains(problem.Hint, c.hint) || problem.Hint == "" {
			t.Errorf("%s: %#v, want a problem that says %q and hints %q", c.name, err, wrong, c.hint)
		}
		if masked, n := model.MaskSecrets(problem.Error()); n > 0 {
			t.Errorf("%s: a mask of secrets garbles it: %s", c.name, masked)
		}
	}
}

func chainCases() []chainCase {
	base := "[profile base]\n" + keys("A")
	role := "role_arn = R\nsource_profile = base\n"
	session := "[sso-session s]\nsso_region = us-east-1\nsso_start_url = u\n"
	return []chainCase{
		{name: "keys of variables", env: "AWS_ACCESS_KEY_ID=V AWS_SECRET_ACCESS_KEY=s", credentials: "[default]\n" + keys("A"), want: "keys V"},
		{name: "not where a profile is named", env: "AWS_ACCESS_KEY_ID=V AWS_SECRET_ACCESS_KEY=s", credentials: "[default]\n" + keys("A"), profile: "default", want: "keys A (default)"},
		{name: "their token", env: "AWS_ACCESS_KEY_ID=V AWS_SECRET_ACCESS_KEY=s AWS_SESSION_TOKEN=1 AWS_SECURITY_TOKEN=2", want: "keys V2"},
		{name: "half of them", env: "AWS_ACCESS_KEY_ID=V", want: "!AWS_ACCESS_KEY_ID is set without its secret", hint: "set AWS_SECRET_ACCESS_KEY"},
		{name: "two profiles", env: "AWS_PROFILE=a AWS_DEFAULT_PROFILE=b", want: "!AWS_PROFILE says a and AWS_DEFAULT_PROFILE says b", hint: "unset one"},
		{name: "a profile by variable", env: "AWS_DEFAULT_PROFILE=base", config: base, want: "keys A (base)"},
		{name: "one that is not there, before keys", env: "AWS_PROFILE=bsae AWS_ACCESS_KEY_ID=V AWS_SECRET_ACCESS_KEY=s", config: base, want: "!no profile named bsae", hint: "base"},
		{name: "an empty name", env: "AWS_PROFILE=", credentials: "[default]\n" + keys("A"), want: "!AWS_PROFILE is set and empty", hint: "unset AWS_PROFILE"},
		{name: "an empty name, before keys", env: "AWS_DEFAULT_PROFILE= AWS_ACCESS_KEY_ID=V AWS_SECRET_ACCESS_KEY=s", want: "!AWS_DEFAULT_PROFILE is set and empty", hint: "unset AWS_DEFAULT_PROFILE"},
		{name: "an empty name before the other variable", env: "AWS_DEFAULT_PROFILE= AWS_PROFILE=base", config: base, want: "!AWS_DEFAULT_PROFILE is set and empty", hint: "unset"},
		{name: "an empty name behind the other variable", env: "AWS_DEFAULT_PROFILE=base AWS_PROFILE=", config: base, want: "keys A (base)"},
		{name: "an empty name where a profile is named", env: "AWS_PROFILE=", config: base, profile: "base", want: "keys A (base)"},
		{name: "a role with an empty device", config: base + "[profile x]\n" + role + "mfa_serial =\n", profile: "x", want: "!mfa_serial is empty (config line 7)", hint: "take the line out"},
		{name: "a role with an empty external id", config: base + "[profile x]\n" + role + "external_id =\n", profile: "x", want: "!external_id is empty", hint: "take the line out"},
		{name: "a role for too short a time", config: base + "[profile x]\n" + role + "duration_seconds = 899\n", profile: "x", want: "!duration_seconds is 899", hint: "900"},
		{name: "a role for less than no time", config: base + "[profile x]\n" + role + "duration_seconds = -1\n", profile: "x", want: "!duration_seconds is -1", hint: "900"},
		{name: "a role for the shortest time", config: base + "[profile x]\n" + role + "duration_seconds = 900\n", profile: "x", want: "role R from keys A (base) (x)"},
		{name: "a role for a time that is none", config: base + "[profile x]\n" + role + "duration_seconds = long\n", profile: "x", want: "role R from keys A (base) (x)"},
		{name: "a role", config: base + "[profile x]\n" + role, profile: "x", want: "role R from keys A (base) (x)"},
		{name: "a role under a quoted head", config: base + "[profile 'x']\n" + role, credentials: "[x]\n" + keys("B"), profile: "x", want: "role R from keys A (base) (x)"},
		{name: "a head with blanks beside keys", config: base + "[ profile x ]\n" + role, credentials: "[x]\n" + keys("B"), profile: "x", want: "![ profile x ] in", hint: "write [profile x]"},
		{name: "a head with blanks that says no more", config: "[ profile x ]\nregion = eu-west-1\n" + keys("B"), credentials: "[x]\n" + keys("B"), profile: "x", want: "keys B (x)"},
		{name: "a head with blanks and other keys", config: "[ profile x ]\n" + keys("A"), credentials: "[x]\n" + keys("B"), profile: "x", want: "![ profile x ] in", hint: "write [profile x]"},
		{name: "a head with blanks and another endpoint, of a source", config: "[ profile base ]\nendpoint_url = u\n[profile x]\n" + role, credentials: "[base]\n" + keys("A"), profile: "x", want: "![ profile base ] in", hint: "write [profile base]"},
		{name: "a head with a blank at its end", config: base + "[profile x ]\n" + role, profile: "x", want: "role R from keys A (base) (x)"},
		{name: "a name of two words", config: base + "[profile my corp]\n" + role, profile: "my corp", want: "![profile my corp] in", hint: "write [profile 'my corp']"},
		{name: "the word profile in credentials", credentials: "[profile x]\n" + keys("A"), profile: "x", want: "![profile x] in", hint: "write [x]"},
		{name: "the word profile left out", config: "[x]\n" + keys("A"), profile: "x", want: "![x] in", hint: "write [profile x]"},
		{name: "blanks around default", config: "[ default ]\n" + keys("A"), want: "![ default ] in config line 1 is not", hint: "write [default]"},
		{name: "keys in both files", config: "[profile x]\n" + keys("A"), credentials: "[x]\n" + keys("B"), profile: "x", want: "keys B (x)"},
		{name: "a chain", config: base + "[profile m]\n" + role + "[profile x]\nrole_arn = S\nsource_profile = m\n", profile: "x", want: "role S from role R from keys A (base) (m) (x)"},
		{name: "a source's keys before its role", config: base + "[profile m]\n" + role + keys("B") + "[profile x]\nrole_arn = S\nsource_profile = m\n", profile: "x", want: "role S from keys B (m) (x)"},
		{name: "its own source", config: "[profile x]\n" + keys("A") + "role_arn = R\nsource_profile = x\n", profile: "x", want: "role R from keys A (x) (x)"},
		{name: "a circle", config: "[profile x]\nrole_arn = R\nsource_profile = y\n[profile y]\nrole_arn = R\nsource_profile = x\n", profile: "x", want: "!circle: x, y, x", hint: "source_profile"},
		{name: "a source that is not there", config: base + "[profile x]\nrole_arn = R\nsource_profile = bsae\n", profile: "x", want: "!source profile bsae does not exist (config line 6)", hint: "did you mean base?"},
		{name: "a source without credentials", config: "[profile base]\n[profile x]\n" + role, profile: "x", want: "!base has no credentials", hint: "aws configure --profile base"},
		{name: "no source", config: "[profile x]\nrole_arn = R\n" + keys("A"), profile: "x", want: "!without source_profile", hint: "source_profile"},
		{name: "two sources", config: base + "[profile x]\n" + role + "credential_source = Environment\n", profile: "x", want: "!exclude each other", hint: "leave one"},
		{name: "a source from variables", config: "[profile x]\nrole_arn = R\ncredential_source = Environment\n", env: "AWS_ACCESS_KEY_ID=V AWS_SECRET_ACCESS_KEY=s", profile: "x", want: "role R from keys V (x)"},
		{name: "variables that are not set", config: "[profile x]\nrole_arn = R\ncredential_source = Environment\n", profile: "x", want: "!AWS_ACCESS_KEY_ID is not set (config line 3)", hint: "AWS_ACCESS_KEY_ID"},
		{name: "a source that does not exist", config: "[profile x]\nrole_arn = R\ncredential_source = Env\n", profile: "x", want: "!there is no credential_source Env", hint: "Ec2InstanceMetadata"},
		{name: "the host", config: "[profile x]\nrole_arn = R\ncredential_source = Ec2InstanceMetadata\n", profile: "x", want: "role R from metadata (x)"},
		{name: "a container", env: "AWS_CONTAINER_CREDENTIALS_FULL_URI=u", want: "container"},
		{name: "a web identity of variables", env: "AWS_WEB_IDENTITY_TOKEN_FILE=t AWS_ROLE_ARN=R", config: "[default]\n" + ssoOf, want: "web R by t"},
		{name: "of variables, before keys", env: "AWS_WEB_IDENTITY_TOKEN_FILE=t AWS_ROLE_ARN=R", credentials: "[default]\n" + keys("A"), want: "web R by t"},
		{name: "of variables, without a role", env: "AWS_WEB_IDENTITY_TOKEN_FILE=t", want: "!without AWS_ROLE_ARN", hint: "AWS_ROLE_ARN"},
		{name: "of variables, beside a role", env: "AWS_WEB_IDENTITY_TOKEN_FILE=t AWS_ROLE_ARN=R", config: base + "[default]\n" + role, want: "!do not agree", hint: "unset"},
		{name: "of a profile", config: "[profile x]\nrole_arn = R\nweb_identity_token_file = t\n", env: "AWS_ROLE_ARN=V", profile: "x", want: "web R by t (x)"},
		{name: "SSO", config: "[profile x]\nsso_session = s\n" + ssoOf + session, profile: "x", want: "sso s u us-east-1 1/r (x)"},
		{name: "SSO before keys", config: "[profile x]\nsso_session = s\n" + ssoOf + session, credentials: "[x]\n" + keys("A"), profile: "x", want: "sso s u us-east-1 1/r (x)"},
		{name: "SSO without its session", config: "[profile x]\nsso_session = s\n" + ssoOf, profile: "x", want: "!sso-session s does not exist", hint: "[sso-session s]"},
		{name: "SSO in two regions", config: "[profile x]\nsso_session = s\nsso_region = eu-west-1\n" + ssoOf + session, profile: "x", want: "!eu-west-1 in the profile", hint: "take it out"},
		{name: "SSO without an URL", config: "[profile x]\n" + ssoOf, profile: "x", want: "!lacks sso_start_url, sso_region", hint: "aws configure sso"},
		{name: "a login", config: "[profile x]\nlogin_session = L\n" + keys("A"), profile: "x", want: "login L (x)"},
		{name: "keys in credentials before a login", config: "[profile x]\nlogin_session = L\n", credentials: "[x]\n" + keys("A"), profile: "x", want: "keys A (x)"},
		{name: "a process", config: "[profile x]\ncredential_process = 'a b' c #1\n" + keys("A"), profile: "x", want: "process a b|c|#1 (x)"},
		{name: "a process with an open quote", config: "[profile x]\ncredential_process = a 'b\n", profile: "x", want: "!a quote has no end", hint: "correct"},
		{name: "a comment behind a value", config: base + "[profile x]\nrole_arn = R # mine\nsource_profile = base\n", profile: "x", want: "!role_arn has a comment behind it", hint: "line of its own"},
		{name: "quotes around a value", credentials: "[x]\naws_access_key_id = \"A\"\naws_secret_access_key = s\n", profile: "x", want: "!aws_access_key_id is in quotes", hint: "take the quotes out"},
		{name: "an indented setting", config: base + "[profile x]\noutput = json\n  role_arn = R\n", credentials: "[x]\n" + keys("B"), profile: "x", want: "!config line 6 is indented", hint: "without blanks"},
		{name: "half a pair in a file", credentials: "[x]\naws_access_key_id = A\n", profile: "x", want: "!without its secret", hint: "aws configure --profile x"},
		{name: "the other half", credentials: "[x]\naws_secret_access_key = A\n", profile: "x", want: "!credentials line 2 sets aws_secret_access_key", hint: "aws configure --profile x"},
		{name: "an empty value", credentials: "[x]\naws_access_key_id =\naws_secret_access_key = s\n", profile: "x", want: "!aws_access_key_id is empty", hint: "give it a value"},
		{name: "nothing", want: "!no credentials were found", hint: "aws configure"},
	}
}

func TestSettingsBesideTheCredentialsAreCheckedAndNamed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, env, says, hint string }{
		{"region = us-east-1a", "", "us-east-1a, the region of config line 4, is an availability zone", "set us-east-1"},
		{"region = us-west-2-lax-1a", "", "availability zone", "set us-west-2"},
		{"region = Ireland", "", "not the name of a region", "set eu-west-1"},
		{"", "AWS_REGION=EU-WEST-1", "EU-WEST-1, the region of AWS_REGION,", "eu-west-1"},
		{"retry_mode = fast", "", "retry_mode = fast (config line 4)", "standard"},
		{"", "AWS_MAX_ATTEMPTS=abc", "abc (AWS_MAX_ATTEMPTS)", "number"},
		{"max_attempts = 0", "", "max_attempts = 0 (config line 4)", "number"},
		{"", "AWS_MAX_ATTEMPTS=", "max_attempts =  (AWS_MAX_ATTEMPTS)", "number"},
		{"retry_mode =", "", "retry_mode is empty (config line 4)", "standard, adaptive or legacy"},
		{"retry_mode = standard", "AWS_RETRY_MODE=", "retry_mode is empty (AWS_RETRY_MODE)", "take it out"},
		{"sts_regional_endpoints = Legacy", "", "sts_regional_endpoints = Legacy (config line 4)", "regional or legacy"},
		{"", "AWS_STS_REGIONAL_ENDPOINTS=zz", "zz (AWS_STS_REGIONAL_ENDPOINTS)", "regional or legacy"},
		{"defaults_mode = zz", "", "defaults_mode = zz (config line 4)", "in-region"},
		{"", "AWS_DEFAULTS_MODE=", "defaults_mode is empty (AWS_DEFAULTS_MODE)", "in-region"},
		{"account_id_endpoint_mode = zz", "", "account_id_endpoint_mode = zz", "preferred"},
		{"", "AWS_REQUEST_CHECKSUM_CALCULATION=zz", "request_checksum_calculation = zz", "when_supported"},
		{"response_checksum_validation = zz", "", "response_checksum_validation = zz", "when_supported"},
		{"", "AWS_METADATA_SERVICE_TIMEOUT=soon", "metadata_service_timeout = soon", "number"},
		{"metadata_service_num_attempts = few", "", "metadata_service_num_attempts = few", "number"},
		{"", "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE=", "endpoint_mode is empty", "ipv4 or ipv6"},
		{"services = s", "", "services section s does not exist (config line 4)", "[services s]"},
		{"ec2_metadata_service_endpoint_mode = v4", "", "endpoint_mode = v4", "ipv4 or ipv6"},
	} {
		_, err := joined(t, "[profile x]\n"+keys("A")+c.text+"\n", "").Resolve("x", environ(c.env))
		problem, ok := errors.AsType[model.Problem](err)
		if !ok || !strings.Contains(problem.Message, c.says) || !strings.Contains(problem.Hint, c.hint) {
			t.Errorf("%s %s: %#v, want %q and %q", c.text, c.env, err, c.says, c.hint)
		}
		if masked, n := model.MaskSecrets(problem.Error()); n > 0 {
			t.Errorf("a mask of secrets garbles %s", masked)
		}
	}
}

func TestSettingsThatTheAWSCLITakesAreTaken(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, env, notice string }{
		{"retry_mode = legacy", "", "retry_mode = legacy (config line 4) has no effect"},
		{"", "AWS_STS_REGIONAL_ENDPOINTS=legacy", "sts_regional_endpoints = legacy (AWS_STS_REGIONAL_ENDPOINTS) has no effect"},
		{"[ profile x ]\nregion = eu-west-1", "", "[ profile x ] in config line 4 has no effect"},
		{"sts_regional_endpoints =\ndefaults_mode = In-Region\naccount_id_endpoint_mode = REQUIRED", "AWS_MAX_ATTEMPTS=+3", ""},
		{"defaults_mode = legacy\nec2_metadata_service_endpoint_mode = IPv6", "AWS_STS_REGIONAL_ENDPOINTS=", ""},
	} {
		p, err := joined(t, "[profile x]\n"+keys("A")+c.text+"\n", "").Resolve("x", environ(c.env))
		if err != nil || !strings.Contains(strings.Join(p.Notices, ""), c.notice) || (len(p.Notices) > 0) != (c.notice != "") {
			t.Errorf("%s %s: %v, %v, want the notice %q", c.text, c.env, p, err, c.notice)
		}
	}
}

func TestAnEndpointIsTheOneThatTheAWSCLIUses(t *testing.T) {
	t.Parallel()
	const files = "[profile x]\nendpoint_url = all\nservices = v\n[services v]\nsts =\n  endpoint_url = one\n"
	for name, c := range map[string]struct {
		more, env string
		sts, ec2  string
	}{
		"files":                              {"", "", "one", "all"},
		"a variable before files":            {"", "AWS_ENDPOINT_URL=v", "v", "v"},
		"a variable of the service":          {"", "AWS_ENDPOINT_URL=v AWS_ENDPOINT_URL_STS=w", "w", "v"},
		"of another service":                 {"", "AWS_ENDPOINT_URL_EC2=w", "one", "w"},
		"ignored by the profile":             {"ignore_configured_endpoint_urls = true\n", "AWS_ENDPOINT_URL=v", "", ""},
		"ignored by a variable":              {"", "AWS_ENDPOINT_URL=v AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=TRUE", "", ""},
		"a variable before the profile here": {"ignore_configured_endpoint_urls = true\n", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=false", "one", "all"},
	} {
		p, err := joined(t, strings.Replace(files, "[services", keys("A")+c.more+"[services", 1), "").Resolve("x", environ(c.env))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if sts, ec2 := p.Endpoint("sts").URL, p.Endpoint("ec2").URL; sts != c.sts || ec2 != c.ec2 {
			t.Errorf("%s: sts %q and ec2 %q, want %q and %q", name, sts, ec2, c.sts, c.ec2)
		}
	}
}

func TestThePartitionIsThatOfTheRole(t *testing.T) {
	t.Parallel()
	p, err := joined(t, "[profile base]\n"+keys("A")+"[profile x]\nrole_arn = arn:aws-us-gov:iam::111122223333:role/r\nsource_profile = base\n", "").Resolve("x", environ(""))
	if err != nil || p.Partition() != "aws-us-gov" || HomeRegion(p.Partition()) != "us-gov-west-1" {
		t.Errorf("%v, %v", p, err)
	}
}
