package aws

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nbscope/model"
)

// refusedSignIn is the one problem of a sign-in by the variables, for which the stub is
// AWS and which comes to no target.
func refusedSignIn(t *testing.T, s *stub) model.Problem {
	t.Helper()
	inv := once(t, s.signedIn(t, func(*Options) {}), nil, model.ScanRequest{})
	if got := inv.Problems(); len(got) == 1 && len(inv.Targets()) == 0 {
		return got[0]
	}
	t.Errorf("problems %+v, targets %+v", inv.Problems(), inv.Targets())
	return model.Problem{}
}

// said is a server that answers everything with one text.
func said(t *testing.T, status int, contentType, body string) string {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut { // the token of the metadata service
			w.Header().Set("X-Aws-Ec2-Metadata-Token-Ttl-Seconds", "60")
			_, _ = io.WriteString(w, "token")
			return
		}
		if strings.HasSuffix(r.URL.Path, "/security-credentials/") && body != "" {
			_, _ = io.WriteString(w, "role-of-host")
			return
		}
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

// TestWhatIsWrongWithGivenCredentialsIsToldOfWhoGaveThem has a container and a host give
// what no request can be signed with.
func TestWhatIsWrongWithGivenCredentialsIsToldOfWhoGaveThem(t *testing.T) {
	const container, host = "AWS_CONTAINER_CREDENTIALS_FULL_URI", "metadata service of the host"
	for name, c := range map[string]struct {
		host   bool
		status int
		body   string
		kind   model.ProblemKind
		says   []string
	}{
		"nothing":                        {false, 200, `{}`, model.KindBadCredentials, []string{container, "lack AccessKeyId"}},
		"no secret":                      {false, 200, `{"AccessKeyId":"AKIA"}`, model.KindBadCredentials, []string{container, "lack SecretAccessKey"}},
		"long ended":                     {false, 200, `{"AccessKeyId":"AKIA","SecretAccessKey":"s","Token":"t","Expiration":"2020-01-01T00:00:00Z"}`, model.KindExpired, []string{container, "ended at 2020-01-01T00:00:00Z"}},
		"a reason":                       {false, 200, `{"Code":"Failure","Message":"no such task"}`, model.KindBadCredentials, []string{container, "Failure no such task"}},
		"refused with a reason":          {false, 403, `{"code":"AccessDenied","message":"not you"}`, model.KindBadCredentials, []string{container, "AccessDenied not you"}},
		"a page":                         {false, 200, `<html>`, model.KindBadCredentials, []string{container, "does not answer with credentials"}},
		"a line break in the token":      {false, 200, `{"AccessKeyId":"AKIA","SecretAccessKey":"s","Token":"t\n"}`, model.KindBadCredentials, []string{container, "Token ends with a line break"}},
		"a host's without a secret":      {true, 200, `{"Code":"Success","AccessKeyId":"AKIA"}`, model.KindBadCredentials, []string{"the instance's role", "lack SecretAccessKey"}},
		"a host's without an end":        {true, 200, `{"Code":"Success","AccessKeyId":"AKIA","SecretAccessKey":"s"}`, model.KindBadCredentials, []string{"the instance's role", "lack Expiration"}},
		"a host's reason":                {true, 200, `{"Code":"AssumeRoleUnauthorizedAccess","Message":"EC2 cannot assume the role"}`, model.KindBadCredentials, []string{host, "EC2 cannot assume the role"}},
		"a host that answers with pages": {true, 200, `<html>`, model.KindProtocol, []string{host, "does not answer as that of AWS"}},
		"a host without a role":          {true, 200, ``, model.KindNoCredentials, []string{"no credentials were found; the " + host + " has no role to give"}},
		"a host that knows no roles":     {true, 404, ``, model.KindNoCredentials, []string{"no credentials were found; the " + host + " has no role to give"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStub(t)
			files(t, "[default]\nregion = eu-west-1\n", "")
			url := said(t, c.status, "application/json", c.body)
			if c.host {
				t.Setenv("AWS_EC2_METADATA_DISABLED", "")
				t.Setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", url)
			} else {
				t.Setenv(container, url)
			}
			p := refusedSignIn(t, s)
			for _, says := range c.says {
				if !strings.Contains(p.Message, says) {
					t.Errorf("%q does not say %q", p.Message, says)
				}
			}
			if p.Kind != c.kind || p.Operation != opSignIn || p.Hint == "" || len(s.counted()) > 0 {
				t.Errorf("got %+v", p)
			}
		})
	}
}

func TestATokenForTheEndpointOfAContainerIsOneLine(t *testing.T) {
	s := newStub(t)
	files(t, "", "")
	t.Setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", said(t, 200, "application/json", "{}"))
	t.Setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN", "t\n")
	if p := refusedSignIn(t, s); p.Kind != model.KindConfig || p.Message != "the token of AWS_CONTAINER_AUTHORIZATION_TOKEN ends with a line break" {
		t.Errorf("got %+v", p)
	}
	path := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(path, []byte("a\nb"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", path)
	if p := refusedSignIn(t, s); p.Kind != model.KindConfig || p.Message != "the token of AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE holds a line break" {
		t.Errorf("got %+v", p)
	}
}

// TestKeysThatHoldWhatNoKeyDoesAreNamed has each of the places for keys hold a line break.
func TestKeysThatHoldWhatNoKeyDoesAreNamed(t *testing.T) {
	good := map[string]string{"AWS_ACCESS_KEY_ID": keyOf(homeAccount), "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "t"}
	for name, c := range map[string]struct{ value, says string }{
		"AWS_ACCESS_KEY_ID":     {keyOf(homeAccount) + "\r", "ends with a line break"},
		"AWS_SECRET_ACCESS_KEY": {"a\nb", "holds a line break"},
		"AWS_SESSION_TOKEN":     {"t\x01", "holds a control character"},
		"AWS_SECURITY_TOKEN":    {"t\r\n", "ends with a line break"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStub(t)
			files(t, "[default]\nregion = eu-west-1\n", "")
			for name, value := range good {
				t.Setenv(name, value)
			}
			t.Setenv(name, c.value)
			if p := refusedSignIn(t, s); p.Kind != model.KindConfig || p.Message != name+" "+c.says || p.Hint == "" {
				t.Errorf("got %+v", p)
			}
		})
	}
	t.Run("a file", func(t *testing.T) {
		s := newStub(t)
		files(t, "[default]\nregion = eu-west-1\n", "[default]\naws_access_key_id = AK\x01IA\naws_secret_access_key = s\n")
		if p := refusedSignIn(t, s); p.Kind != model.KindBadProfile || !strings.Contains(p.Message, "aws_access_key_id holds a control character") || !strings.Contains(p.Message, "line 2") {
			t.Errorf("got %+v", p)
		}
	})
	t.Run("a program", func(t *testing.T) {
		s := newStub(t)
		files(t, "[default]\nregion = eu-west-1\ncredential_process = echo '{\"Version\":1,\"AccessKeyId\":\"AKIA\",\"SecretAccessKey\":\"s\\n\"}'\n", "")
		if p := refusedSignIn(t, s); p.Kind != model.KindBadCredentials || !strings.Contains(p.Message, "what credential_process of profile default printed: SecretAccessKey ends with a line break") {
			t.Errorf("got %+v", p)
		}
	})
}

// TestAWebIdentityThatIsNotTakenSaysWhatWouldMendIt has STS refuse it, or answer nothing.
func TestAWebIdentityThatIsNotTakenSaysWhatWouldMendIt(t *testing.T) {
	for name, c := range map[string]struct {
		status     int
		body       string
		kind       model.ProblemKind
		says, hint string
	}{
		"nothing":     {200, "", model.KindProtocol, "does not hold what AWS always gives: Credentials", hintNotAWS},
		"no provider": {400, "InvalidIdentityToken No OpenIDConnect provider found in your account for https://x", model.KindBadCredentials, "No OpenIDConnect provider", "IAM has no identity provider"},
		"its issuer":  {400, "IDPCommunicationError the provider does not answer", model.KindService, "does not answer", "AWS has a problem; retry later"},
		"not trusted": {403, "AccessDenied Not authorized to perform sts:AssumeRoleWithWebIdentity", model.KindDenied, "Not authorized", "the trust policy of the role"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStub(t)
			files(t, "[default]\nregion = eu-west-1\n", "")
			token := filepath.Join(t.TempDir(), "token")
			if err := os.WriteFile(token, []byte("t"), 0o600); err != nil {
				t.Fatal(err)
			}
			code, message, _ := strings.Cut(c.body, " ")
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(c.status)
				if c.body != "" {
					_, body, _ := refuseXML(code, message)
					_, _ = io.WriteString(w, body)
				}
			}))
			t.Cleanup(srv.Close)
			t.Setenv("AWS_WEB_IDENTITY_TOKEN_FILE", token)
			t.Setenv("AWS_ROLE_ARN", "arn:aws:iam::"+awayAccount+":role/r")
			s.url = srv.URL
			if p := refusedSignIn(t, s); p.Kind != c.kind || !strings.Contains(p.Message, c.says) || !strings.HasPrefix(p.Hint, c.hint) {
				t.Errorf("got %+v", p)
			}
		})
	}
}

// TestCredentialsThatHaveEndedAreRefused gets them from everybody who says when they end.
func TestCredentialsThatHaveEndedAreRefused(t *testing.T) {
	const role = "arn:aws:iam::" + awayAccount + ":role/r"
	assumed := func(end string) string {
		return "<R><AssumeRoleResult><Credentials><AccessKeyId>a</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>" + end + "</Credentials></AssumeRoleResult></R>"
	}
	for name, c := range map[string]struct {
		config, until, answer string
		kind                  model.ProblemKind
		says                  string
	}{
		"a role":                {"role_arn = " + role + "\ncredential_source = Environment\n", "", assumed("<Expiration>2020-01-01T00:00:00Z</Expiration>"), model.KindExpired, "the credentials that STS gave for " + role + " ended at 2020-01-01T00:00:00Z"},
		"a role without an end": {"role_arn = " + role + "\ncredential_source = Environment\n", "", assumed(""), model.KindProtocol, "Expiration"},
		"keys of variables":     {"", "2020-01-01 00:00:00UTC", "", model.KindExpired, "as AWS_CREDENTIAL_EXPIRATION says, ended at 2020-01-01T00:00:00Z"},
		"an end that is none":   {"", "soon", "", model.KindConfig, "AWS_CREDENTIAL_EXPIRATION is no time: soon"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStub(t)
			s.hook = func(got call) (int, string, bool) { return 200, c.answer, got.op == "AssumeRole" }
			files(t, "[default]\nregion = eu-west-1\n[profile x]\nregion = eu-west-1\n"+c.config, "")
			t.Setenv("AWS_ACCESS_KEY_ID", keyOf(homeAccount))
			t.Setenv("AWS_SECRET_ACCESS_KEY", "s")
			t.Setenv("AWS_CREDENTIAL_EXPIRATION", c.until)
			choose := func(*Options) {}
			if c.config != "" {
				choose = profiles("x")
			}
			inv := once(t, s.signedIn(t, choose), nil, model.ScanRequest{})
			got := inv.Problems()
			if len(got) != 1 || got[0].Kind != c.kind || !strings.Contains(got[0].Message, c.says) || got[0].Hint == "" || len(inv.Targets()) != 0 {
				t.Errorf("problems %+v, targets %d", got, len(inv.Targets()))
			}
		})
	}
}
