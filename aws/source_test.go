package aws

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"nbscope/aws/sim"
	"nbscope/model"
)

// inSim points the files and variables of a test at a simulated AWS.
func inSim(t *testing.T, config, credentials string) *sim.Server {
	t.Helper()
	s, url := world(t, nil)
	id, secret := s.AccessKey()
	fill := strings.NewReplacer(
		"{keys}", "aws_access_key_id = "+id+"\naws_secret_access_key = "+secret+"\n",
		"{home}", s.World().Accounts[0].ID, "{away}", s.World().Accounts[1].ID, "{sim}", url, "{region}", s.World().Regions[0].Name,
	)
	files(t, fill.Replace(config), fill.Replace(credentials))
	t.Setenv("AWS_ENDPOINT_URL", url)
	t.Setenv("AWS_REGION", s.World().Regions[0].Name)
	return s
}

// reach signs in and returns the identities and the problems.
func reach(t *testing.T, change ...func(*Options)) *model.Inventory {
	t.Helper()
	o := Options{Concurrency: 8, Now: time.Now}
	for _, f := range change {
		f(&o)
	}
	client := hastyClient(t, o)
	t.Cleanup(client.Close)
	return once(t, client, nil, model.ScanRequest{})
}

type panicking struct{}

func (panicking) Retrieve(context.Context) (sdkaws.Credentials, error) { panic("a nil somewhere") }

func TestAPanicOfAProviderIsAnErrorAlsoInTheGoroutineOfTheSDK(t *testing.T) {
	t.Parallel()
	_, err := (&Client{}).cached(panicking{}, "").Retrieve(t.Context())
	if p := classify(err); !strings.Contains(p.Message, "a nil somewhere") || p.Hint == "" {
		t.Errorf("%v: %+v", err, p)
	}
}

// loginToken is the cache of `aws login`, with parts replaced.
func tokenOfLogin(t *testing.T, replace ...string) string {
	t.Helper()
	key := func(curve elliptic.Curve) string {
		k, err := ecdsa.GenerateKey(curve, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		der, err := x509.MarshalECPrivateKey(k)
		if err != nil {
			t.Fatal(err)
		}
		return strings.ReplaceAll(string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der})), "\n", `\n`)
	}
	text := strings.NewReplacer(replace...).Replace(`{"accessToken":{"accessKeyId":"` + keyOf(homeAccount) + `","secretAccessKey":"s","sessionToken":"t",` +
		`"accountId":"1","expiresAt":"2020-01-01T00:00:00Z"},"refreshToken":"r","clientId":"c","dpopKey":"P-256"}`)
	return strings.NewReplacer("P-256", key(elliptic.P256()), "P-384", key(elliptic.P384())).Replace(text)
}

// TestADamagedCacheOfAWSLoginFailsItsProfileAlone: with the first of these the
// SDK's own provider panics in a goroutine of the SDK.
func TestADamagedCacheOfAWSLoginFailsItsProfileAlone(t *testing.T) {
	const session = "arn:aws:iam::" + homeAccount + ":user/ana"
	for name, token := range map[string]string{
		"an expired one with a key that is none": tokenOfLogin(t, "P-256", "x"),
		"a key of another curve":                 tokenOfLogin(t, "P-256", "P-384"),
		"null":                                   "null",
		"nothing":                                "",
		"no JSON":                                "{",
		"a list":                                 "[]",
		"no access token":                        `{"refreshToken":"r","clientId":"c"}`,
		"names in other letters":                 tokenOfLogin(t, "accessKeyId", "accesskeyid", "2020", "2099"),
		"no account":                             tokenOfLogin(t, `"accountId":"1",`, ""),
		"an expired one that the service refuses": tokenOfLogin(t),
	} {
		t.Run(name, func(t *testing.T) {
			s := newStub(t)
			s.fill(homeAccount, "eu-west-1", 1)
			files(t, "[profile x]\nregion = eu-west-1\nlogin_session = "+session+"\n"+
				"[profile y]\nregion = eu-west-1\nrole_arn = arn:aws:iam::"+awayAccount+":role/r\nsource_profile = x\n[profile good]\nregion = eu-west-1\n",
				"[good]\n"+keys(homeAccount))
			dir := t.TempDir()
			t.Setenv("AWS_LOGIN_CACHE_DIRECTORY", dir)
			sum := sha256.Sum256([]byte(session))
			if err := os.WriteFile(filepath.Join(dir, hex.EncodeToString(sum[:])+".json"), []byte(token), 0o600); err != nil {
				t.Fatal(err)
			}
			inv := once(t, s.signedIn(t, profiles("x", "y", "good")), nil, model.ScanRequest{})
			if inv.Len() != 1 || len(inv.Problems()) != 2 {
				t.Fatalf("%d notebooks of the good profile, problems %v", inv.Len(), inv.Problems())
			}
			for _, p := range inv.Problems() {
				if p.Kind != model.KindExpired || !strings.Contains(p.Hint, "aws login --profile x") {
					t.Errorf("%+v", p)
				}
			}
		})
	}
}

// TestATokenThatIsRenewedTakesThePlaceOfTheOld: nothing else is left beside it, and
// one that is not renewed stays as it is.
func TestATokenThatIsRenewedTakesThePlaceOfTheOld(t *testing.T) {
	const session = "arn:aws:iam::" + homeAccount + ":user/ana"
	const ssoOld = `{"accessToken":"old","expiresAt":"2020-01-01T00:00:00Z","refreshToken":"r","clientId":"c","clientSecret":"s","registrationExpiresAt":"2099-01-01T00:00:00Z","more":"kept"}`
	key := `{"accessKeyId":"` + keyOf(homeAccount) + `","secretAccessKey":"s2","sessionToken":"t2"}`
	for name, c := range map[string]struct {
		config, token, answer string
		path                  func(home string) string
		kept                  []string // in the file, none: it is unchanged
	}{
		"aws login":                      {"login_session = " + session, tokenOfLogin(t), `{"accessToken":` + key + `,"tokenType":"aws_sigv4","expiresIn":900,"refreshToken":"r2"}`, loginPath(session), []string{`"t2"`, `"r2"`}},
		"aws login, without credentials": {"login_session = " + session, tokenOfLogin(t), `{}`, loginPath(session), nil},
		"SSO":                            {"sso_session = corp\nsso_account_id = 1\nsso_role_name = r", ssoOld, `{"accessToken":"new","expiresIn":900,"refreshToken":"r2"}`, ssoPath, []string{`"new"`, `"r2"`, `"kept"`}},
		"SSO, without a token":           {"sso_session = corp\nsso_account_id = 1\nsso_role_name = r", ssoOld, `{"expiresIn":900}`, ssoPath, nil},
	} {
		t.Run(name, func(t *testing.T) {
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/federation/credentials" {
					_, _ = w.Write([]byte(`{"roleCredentials":{"accessKeyId":"` + keyOf(homeAccount) + `","secretAccessKey":"s","sessionToken":"t","expiration":4070908800000}}`))
					return
				}
				_, _ = w.Write([]byte(c.answer))
			}))
			t.Cleanup(srv.Close)
			s := newStub(t)
			files(t, "[profile x]\nregion = eu-west-1\n"+c.config+"\n[sso-session corp]\nsso_region = eu-west-1\nsso_start_url = https://x\n", "")
			t.Setenv("AWS_ENDPOINT_URL", s.url)
			for _, service := range []string{"SSO", "SSO_OIDC", "SIGNIN"} {
				t.Setenv("AWS_ENDPOINT_URL_"+service, srv.URL)
			}
			path := c.path(os.Getenv("HOME"))
			if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(c.token), 0o600)); err != nil {
				t.Fatal(err)
			}
			inv := reach(t, profiles("x"))
			if (len(inv.Identities()) == 1) != (c.kept != nil) {
				t.Errorf("%d identities, problems %v", len(inv.Identities()), inv.Problems())
			}
			got, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if c.kept == nil && string(got) != c.token {
				t.Errorf("what was not renewed became %s", got)
			}
			for _, part := range c.kept {
				if !strings.Contains(string(got), part) {
					t.Errorf("%s lacks %s", got, part)
				}
			}
			if left, err := os.ReadDir(filepath.Dir(path)); len(left) != 1 || err != nil {
				t.Errorf("%v is left, %v", left, err)
			}
		})
	}
}

func loginPath(session string) func(home string) string {
	sum := sha256.Sum256([]byte(session))
	return func(home string) string {
		return filepath.Join(home, ".aws", "login", "cache", hex.EncodeToString(sum[:])+".json")
	}
}

func ssoPath(home string) string {
	sum := sha1.Sum([]byte("corp"))
	return filepath.Join(home, ".aws", "sso", "cache", hex.EncodeToString(sum[:])+".json")
}

func TestAnAnswerOfSSOWithoutCredentialsIsAnError(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{}`)) }))
	t.Cleanup(srv.Close)
	files(t, "[profile x]\nregion = eu-west-1\nendpoint_url = "+srv.URL+"\nsso_session = corp\nsso_account_id = 1\nsso_role_name = r\n"+
		"[sso-session corp]\nsso_region = eu-west-1\nsso_start_url = https://x\n", "")
	cachedToken(t, "corp", `{"accessToken":"x","expiresAt":"2099-01-01T00:00:00Z"}`)
	if p := reach(t, profiles("x")).Problems(); len(p) != 1 || p[0].Message == "" {
		t.Errorf("problems %+v", p)
	}
}

func TestSSOAndWebIdentitiesSignInAndAreNamed(t *testing.T) {
	const sso = "sso_session = corp\nsso_account_id = {away}\n"
	const session = "[sso-session corp]\nsso_region = us-east-1\nsso_start_url = https://x\n"
	for name, c := range map[string]struct {
		config, token string
		env           map[string]string
		profile       string
		who, says     string // a part of the ARN, or of the hint after "!"
		shown         string
	}{
		"SSO":                      {"[profile x]\nsso_role_name = " + sim.SSORole + "\n" + sso + session, `{"accessToken":"` + sim.SSOToken + `","expiresAt":"2099-01-01T00:00:00Z"}`, nil, "x", "AWSReservedSSO_ViewOnly", "", "x"},
		"SSO, renewed":             {"[profile x]\nsso_role_name = " + sim.SSORole + "\n" + sso + session, `{"accessToken":"old","expiresAt":"2020-01-01T00:00:00Z","refreshToken":"` + sim.SSORefresh + `","clientId":"c","clientSecret":"s","registrationExpiresAt":"2099-01-01T00:00:00Z"}`, nil, "x", "AWSReservedSSO_ViewOnly", "", "x"},
		"SSO, a role of nobody":    {"[profile x]\nsso_role_name = Admin\n" + sso + session, `{"accessToken":"` + sim.SSOToken + `","expiresAt":"2099-01-01T00:00:00Z"}`, nil, "x", "", "check sso_role_name and sso_account_id of profile x", ""},
		"SSO, a token taken back":  {"[profile x]\nsso_role_name = Admin\n" + sso + session, `{"accessToken":"gone","expiresAt":"2099-01-01T00:00:00Z"}`, nil, "x", "", "run: aws sso login --sso-session corp", ""},
		"a pod beside expired SSO": {"[default]\nsso_role_name = " + sim.SSORole + "\n" + sso + session, `{"accessToken":"x","expiresAt":"2020-01-01T00:00:00Z"}`, map[string]string{"AWS_WEB_IDENTITY_TOKEN_FILE": "web", "AWS_ROLE_ARN": sim.ReadRole}, "", "assumed-role/" + sim.ReadRole, "", ""},
		"a pod without its token":  {"", "", map[string]string{"AWS_WEB_IDENTITY_TOKEN_FILE": "nothing", "AWS_ROLE_ARN": sim.ReadRole}, "", "", "AWS_WEB_IDENTITY_TOKEN_FILE", ""},
		"a pod with a bad session": {"", "", map[string]string{"AWS_WEB_IDENTITY_TOKEN_FILE": "web", "AWS_ROLE_ARN": sim.ReadRole, "AWS_ROLE_SESSION_NAME": "a b"}, "", "", "correct the role, the name of the session or AWS_WEB_IDENTITY_TOKEN_FILE", ""},
		"a pod with another token": {"", "", map[string]string{"AWS_WEB_IDENTITY_TOKEN_FILE": "other", "AWS_ROLE_ARN": sim.ReadRole}, "", "", "the trust policy of the role must take the token", ""},
		"SSO, with a vast cache":   {"[profile x]\nsso_role_name = r\n" + sso + session, strings.Repeat(" ", longestToken+1), nil, "x", "", "or take it away, then run: aws sso login --sso-session corp", ""},
		"a comment after a secret": {"[profile x]\naws_access_key_id = a\naws_secret_access_key = b # mine\n", "", nil, "x", "", "aws_secret_access_key has a comment behind it", ""},
		"keys of variables":        {"[default]\nregion = us-east-1\n", "", map[string]string{"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret"}, "", "user/" + sim.UserName, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := inSim(t, c.config, "")
			if c.token != "" {
				cachedToken(t, "corp", c.token)
			}
			dir := t.TempDir()
			for name, token := range map[string]string{"web": sim.WebToken, "other": "a.b.c"} {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(token), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			id, secret := s.AccessKey()
			for name, value := range c.env {
				switch value {
				case "id":
					value = id
				case "secret":
					value = secret
				case sim.ReadRole:
					value = "arn:aws:iam::" + s.World().Accounts[1].ID + ":role/" + sim.ReadRole
				case "web", "other", "nothing":
					value = filepath.Join(dir, value)
				}
				t.Setenv(name, value)
			}
			var names []string
			if c.profile != "" {
				names = []string{c.profile}
			}
			inv := reach(t, profiles(names...))
			if c.who == "" {
				if p := inv.Problems(); len(p) != 1 || !strings.Contains(p[0].Message+p[0].Hint, c.says) {
					t.Errorf("problems %+v, want %q", p, c.says)
				}
				return
			}
			id0 := inv.Identities()
			if len(id0) != 1 || !strings.Contains(id0[0].ARN, c.who) || strings.Join(id0[0].Profiles, " ") != c.shown {
				t.Errorf("identities %+v, problems %+v", id0, inv.Problems())
			}
		})
	}
}

func TestOneCodeServesEveryProfileOfADevice(t *testing.T) {
	s := inSim(t, "[profile base]\n{keys}"+
		"[profile a]\nrole_arn = arn:aws:iam::{home}:role/"+sim.MFARole+"\nsource_profile = base\nmfa_serial = arn:aws:iam::{home}:mfa/"+sim.UserName+"\n"+
		"[profile b]\nrole_arn = arn:aws:iam::{away}:role/"+sim.MFARole+"\nsource_profile = base\nmfa_serial = arn:aws:iam::{home}:mfa/"+sim.UserName+"\n", "")
	_ = s
	// The clock stands a moment before the device shows the next code.
	now := time.Now().Truncate(codeWindow).Add(codeWindow - time.Millisecond)
	client, err := New(Options{Concurrency: 8, Now: func() time.Time { return now }, Profiles: []string{"a", "b"}})
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	replies := []string{"12345", "000000", sim.MFACode}
	inv, questions := asked(t, client, func(q *model.Question) {
		mu.Lock()
		defer mu.Unlock()
		q.Answer(replies[0])
		replies = replies[1:]
	})
	if len(questions) != 3 || len(inv.Identities()) != 2 {
		t.Fatalf("%d questions, identities %+v, problems %+v", len(questions), inv.Identities(), inv.Problems())
	}
	if !strings.Contains(questions[1].Prompt, "six digits") || !strings.Contains(questions[2].Prompt, "Refused; the next code in 1 s") {
		t.Errorf("asked %q and %q", questions[1].Prompt, questions[2].Prompt)
	}
	if _, again := asked(t, client, func(q *model.Question) { q.Cancel() }); len(again) != 0 {
		t.Errorf("a later scan asked %d times", len(again))
	}
}

func TestACodeNotGivenIsAskedForOnceInAScan(t *testing.T) {
	inSim(t, "[profile base]\n{keys}"+
		"[profile a]\nrole_arn = arn:aws:iam::{home}:role/"+sim.MFARole+"\nsource_profile = base\nmfa_serial = arn:aws:iam::{home}:mfa/"+sim.UserName+"\n"+
		"[profile b]\nrole_arn = arn:aws:iam::{away}:role/"+sim.MFARole+"\nsource_profile = base\nmfa_serial = arn:aws:iam::{home}:mfa/"+sim.UserName+"\n", "")
	client, err := New(Options{Concurrency: 8, Now: time.Now, Profiles: []string{"a", "b"}})
	if err != nil {
		t.Fatal(err)
	}
	inv, questions := asked(t, client, func(q *model.Question) { q.Cancel() })
	if len(questions) != 1 || len(inv.Problems()) != 2 {
		t.Errorf("%d questions, problems %+v", len(questions), inv.Problems())
	}
	if _, again := asked(t, client, func(q *model.Question) { q.Cancel() }); len(again) != 1 {
		t.Errorf("a later scan asked %d times, want once more", len(again))
	}
}

// TestAnEmptyVariableLeavesTheFilesTheirSay: the SDK passes over the services section
// of a profile where AWS_ENDPOINT_URL is empty; the AWS CLI does not.
func TestAnEmptyVariableLeavesTheFilesTheirSay(t *testing.T) {
	s := inSim(t, "[profile x]\n{keys}services = v\n[services v]\nsts =\n  endpoint_url = {sim}\nsagemaker =\n  endpoint_url = {sim}\n", "")
	t.Setenv("AWS_ENDPOINT_URL", "")
	inv := reach(t, profiles("x"), func(o *Options) { o.Regions = []string{s.World().Regions[0].Name} })
	if len(inv.Identities()) != 1 || len(inv.Rows()) == 0 {
		t.Errorf("identities %+v, problems %+v", inv.Identities(), inv.Problems())
	}
}

// TestARequestLeavesForTheConfiguredHostOnly: whatever a client makes of its
// configuration, what is signed goes where the user sends it, or nowhere.
func TestARequestLeavesForTheConfiguredHostOnly(t *testing.T) {
	inSim(t, "[profile x]\n{keys}", "")
	client, err := New(Options{Concurrency: 1, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	both, err := readProfiles()
	if err != nil {
		t.Fatal(err)
	}
	p, err := both.Resolve("x", os.LookupEnv)
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := client.configOf(p)
	if err != nil {
		t.Fatal(err)
	}
	cfg.BaseEndpoint = sdkaws.String("https://sts.elsewhere.invalid")
	_, err = sts.NewFromConfig(cfg).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	if got := classify(err); got.Kind != model.KindConfig || !strings.Contains(got.Message, "would go to sts.elsewhere.invalid and not to http") {
		t.Errorf("%+v", got)
	}
}
