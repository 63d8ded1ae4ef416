package aws

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"

	"nbscope/model"
	"nbscope/model/profile"
)

// TestWhatMendsASignInHangsOnWhereItBegins has each kind of problem at each kind of source.
func TestWhatMendsASignInHangsOnWhereItBegins(t *testing.T) {
	t.Parallel()
	const denied = "not authorized to perform: sts:AssumeRole because no identity-based policy allows the sts:AssumeRole action"
	const scp = "not authorized to perform: sts:AssumeRole with an explicit deny in a service control policy"
	web := &profile.Source{Kind: profile.WebIdentity}
	webOf := &profile.Source{Kind: profile.WebIdentity, Profile: "pod"}
	role := func(from *profile.Source) *profile.Source { return &profile.Source{Kind: profile.Role, From: from} }
	sso := &profile.Source{Kind: profile.SSO, Profile: "a b", SSOSession: "corp"}
	variables, file := &profile.Source{Kind: profile.Keys}, &profile.Source{Kind: profile.Keys, Profile: "a b"}
	const op = "sts:AssumeRoleWithWebIdentity"
	for i, c := range []struct {
		p    model.Problem
		l    login
		want string
	}{
		{model.Problem{Operation: op, Code: "InvalidIdentityToken", Message: "No OpenIDConnect provider found in your account"}, login{source: web}, "IAM has no identity provider for who gave the token, in the account of the role: create it there, or correct the role"},
		{model.Problem{Operation: op, Code: "AccessDenied", Message: "no"}, login{source: web}, "the trust policy of the role must take the token that AWS_WEB_IDENTITY_TOKEN_FILE names, and the token must not be too old"},
		{model.Problem{Operation: op, Code: "AccessDenied", Message: "no"}, login{source: role(webOf)}, "the trust policy of the role must take the token that web_identity_token_file of profile pod names, and the token must not be too old"},
		{model.Problem{Operation: op, Code: "ValidationError", Kind: model.KindInvalid}, login{source: web}, "correct the role, the name of the session or AWS_WEB_IDENTITY_TOKEN_FILE, whichever AWS names"},
		{model.Problem{Operation: op, Code: "InternalFailure", Kind: model.KindService}, login{source: web}, ""},
		{model.Problem{Operation: op, Kind: model.KindInvalid}, login{source: web}, ""},
		{model.Problem{Operation: op, Code: "ExpiredToken", Kind: model.KindExpired}, login{source: variables}, "renew AWS_SESSION_TOKEN, or sign in again"},
		{model.Problem{Operation: "sts:AssumeRole", Code: "ExpiredToken", Kind: model.KindExpired}, login{source: web}, ""},
		{model.Problem{Code: "ExpiredToken", Kind: model.KindExpired}, login{source: role(sso)}, "run: aws sso login --sso-session corp"},
		{model.Problem{Code: "ExpiredToken", Kind: model.KindExpired}, login{source: file}, ""},
		{model.Problem{Kind: model.KindExpired}, login{source: sso}, ""},
		{model.Problem{Kind: model.KindBadCredentials}, login{source: variables}, ""},
		{model.Problem{Kind: model.KindBadCredentials, Code: "x"}, login{source: variables}, "the key of AWS_ACCESS_KEY_ID may be wrong, deleted or inactive, or one that needs AWS_SESSION_TOKEN beside it"},
		{model.Problem{Kind: model.KindBadCredentials, Code: "x"}, login{source: &profile.Source{Kind: profile.Keys, Token: "t"}}, ""},
		{model.Problem{Kind: model.KindBadCredentials, Code: "x"}, login{source: &profile.Source{Kind: profile.Container}}, ""},
		{model.Problem{Kind: model.KindBadCredentials, Code: "x"}, login{source: file}, "the key may be wrong, deleted or inactive; run: aws configure --profile 'a b'"},
		{model.Problem{Kind: model.KindBadCredentials, Code: "x"}, login{source: file, homeless: true}, "no region is set: for keys of another partition, such as GovCloud or China, set region in the profile or give --region; else check the access key"},
		{model.Problem{Kind: model.KindBadCredentials, Code: "x"}, login{}, ""}, // a role assumed from another sign-in
		{model.Problem{Kind: model.KindExpired, Code: "x"}, login{}, ""},
		{model.Problem{Kind: model.KindDenied, Operation: "sts:AssumeRole", Message: denied}, login{source: file}, "the trust policy of the role and a policy of yours must both allow it"},
		{model.Problem{Kind: model.KindDenied, Operation: "sts:AssumeRole", Message: scp}, login{source: file}, ""},
		{model.Problem{Kind: model.KindDenied, Operation: "sts:GetCallerIdentity", Message: denied}, login{source: file}, ""},
		{model.Problem{Kind: model.KindSCP, Operation: "sts:AssumeRole", Message: denied}, login{source: file}, ""},
	} {
		if got := hintForSignIn(&c.p, &c.l); got != c.want {
			t.Errorf("%d: %q, want %q", i, got, c.want)
		}
	}
}

func TestWhySSODoesNotSignInIsToldByWhatTheServicesSay(t *testing.T) {
	t.Parallel()
	corp := &profile.Source{Kind: profile.SSO, Profile: "dev", SSOSession: "corp", SSOAccount: "111122223333", SSORole: "Reader"}
	old := &profile.Source{Kind: profile.SSO, Profile: "default"}
	stale := func(says string) model.Problem {
		return model.Problem{Kind: model.KindSSOExpired, Message: "the SSO session corp " + says, Hint: "run: aws sso login --sso-session corp"}
	}
	no := model.Problem{
		Kind: model.KindDenied, Message: "the SSO user has no role Reader in account 111122223333",
		Hint: "check sso_role_name and sso_account_id of profile dev, or have the permission set assigned in IAM Identity Center",
	}
	for name, c := range map[string]struct {
		source        *profile.Source
		service, code string
		want          model.Problem
	}{
		"a token of nobody":       {corp, "SSO", "UnauthorizedException", stale("is no longer taken by the portal")},
		"of the older form":       {old, "SSO", "UnauthorizedException", model.Problem{Kind: model.KindSSOExpired, Message: "the SSO sign-in of profile default is no longer taken by the portal", Hint: "run: aws sso login"}},
		"a grant that is over":    {corp, "SSO OIDC", "InvalidGrantException", stale("cannot be renewed")},
		"a token that is over":    {corp, "SSO OIDC", "ExpiredTokenException", stale("cannot be renewed")},
		"a client of nobody":      {corp, "SSO OIDC", "UnauthorizedClientException", stale("cannot be renewed")},
		"a client that is none":   {corp, "SSO OIDC", "InvalidClientException", stale("cannot be renewed")},
		"a role of nobody":        {corp, "SSO", "ForbiddenException", no},
		"an account of nobody":    {corp, "SSO", "ResourceNotFoundException", no},
		"too many calls":          {corp, "SSO", "TooManyRequestsException", model.Problem{Kind: model.KindThrottled, Message: "no", Hint: "retry, with a smaller --concurrency if it goes on"}},
		"the portal's, elsewhere": {corp, "SSO OIDC", "ForbiddenException", model.Problem{Kind: model.KindDenied, Message: "no", Hint: "ask for sso-oauth:X in this account"}},
		"the other's, elsewhere":  {corp, "SSO", "InvalidGrantException", model.Problem{Kind: model.KindUnknown, Message: "no"}},
	} {
		op := map[string]string{"SSO": "sso:X", "SSO OIDC": "sso-oauth:X"}[c.service]
		c.want.Code, c.want.Operation = c.code, op
		err := &ssoError{c.source, &smithy.OperationError{ServiceID: c.service, OperationName: "X", Err: &smithy.GenericAPIError{Code: c.code, Message: "no"}}}
		if got := classify(err); got != c.want {
			t.Errorf("%s:\n got %+v\nwant %+v", name, got, c.want)
		}
	}
	if got := classify(&ssoError{corp, errors.New("a disk is full")}); got.Kind != model.KindUnknown || got.Message != "a disk is full" {
		t.Errorf("what no service says: %+v", got)
	}
}

func TestTheCommandThatSignsInAgainNamesTheProfile(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		source     profile.Source
		sso, login string
	}{
		{profile.Source{Profile: "default"}, "aws sso login", "run: aws login"},
		{profile.Source{Profile: "a b"}, "aws sso login --profile 'a b'", "run: aws login --profile 'a b'"},
		{profile.Source{Profile: "default", SSOSession: "corp x"}, "aws sso login --sso-session 'corp x'", "run: aws login"},
	} {
		if got := ssoLogin(&c.source); got != c.sso {
			t.Errorf("%+v: %q", c.source, got)
		}
		if got := staleLogin(&c.source, "is over").Hint; got != c.login {
			t.Errorf("%+v: %q", c.source, got)
		}
	}
}

// TestALoginThatCannotBeRenewedNamesTheCommand where only a new sign-in mends it.
func TestALoginThatCannotBeRenewedNamesTheCommand(t *testing.T) {
	t.Parallel()
	s := &profile.Source{Profile: "dev"}
	passing := &smithy.GenericAPIError{Code: "ThrottlingException", Message: "slow down"}
	if got := explainLogin(s, passing); !errors.Is(got, passing) {
		t.Errorf("%v", got)
	}
	want := model.Problem{
		Kind: model.KindExpired, Operation: opSignIn, Profile: "dev", Hint: "run: aws login --profile dev",
		Message: "the sign-in of profile dev by aws login cannot be renewed: no",
	}
	if got := explainLogin(s, &smithy.GenericAPIError{Code: "AccessDeniedException", Message: "no"}); !errors.Is(got, want) {
		t.Errorf("%v", got)
	}
}

func TestCredentialsAreCheckedAgainstTheClock(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	whole := func(change func(*sdkaws.Credentials)) *sdkaws.Credentials {
		c := &sdkaws.Credentials{AccessKeyID: "a", SecretAccessKey: "s", CanExpire: true, Expires: now.Add(time.Second)}
		change(c)
		return c
	}
	ended := model.Problem{
		Kind: model.KindExpired, Operation: opSignIn, Message: "they ended at 2026-11-01T00:00:00Z",
		Hint: "renew them where they come from; if they are new, this machine's clock is wrong",
	}
	for name, c := range map[string]struct {
		creds   *sdkaws.Credentials
		lasting bool
		want    error
	}{
		"a moment left":       {whole(func(*sdkaws.Credentials) {}), false, nil},
		"at their end":        {whole(func(c *sdkaws.Credentials) { c.Expires = now }), false, ended},
		"at their end, still": {whole(func(c *sdkaws.Credentials) { c.Expires = now }), true, nil},
		"without an end":      {whole(func(c *sdkaws.Credentials) { c.Expires = time.Time{} }), true, badCredentials("they lack Expiration")},
		"without one to be":   {whole(func(c *sdkaws.Credentials) { c.Expires, c.CanExpire = time.Time{}, false }), false, nil},
		"no key":              {whole(func(c *sdkaws.Credentials) { c.AccessKeyID = "" }), false, badCredentials("they lack AccessKeyId")},
		"no secret":           {whole(func(c *sdkaws.Credentials) { c.SecretAccessKey = "" }), false, badCredentials("they lack SecretAccessKey")},
		"a secret with a tab": {whole(func(c *sdkaws.Credentials) { c.SecretAccessKey = "a\tb" }), false, badCredentials("they: SecretAccessKey " + profile.Unclean("a\tb"))},
	} {
		if got := (guarded{whose: "they", now: func() time.Time { return now }, lasting: c.lasting}).check(c.creds); !errors.Is(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	for want, s := range map[string]profile.Source{
		"the keys of profile x":       {Profile: "x", Ends: now},
		"the keys of the environment": {},
		"the keys of the environment, as AWS_CREDENTIAL_EXPIRATION says,": {Ends: now},
	} {
		if got := whoseKeys(&s); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestACodeIsUsedOnceTheDeviceShowsIt waits for the next where one was refused.
func TestACodeIsUsedOnceTheDeviceShowsIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		// A bubble's clock begins with a window of the device.
		client := &Client{wiring: wiring{opt: Options{Now: func() time.Time { return time.Now().Add(15500 * time.Millisecond) }}}, asker: newAsker()}
		var prompts []string
		replies := []string{"12345", "1234567", "111111", "222222"}
		leave := client.asker.listen(t.Context(), func(q *model.Question) {
			prompts = append(prompts, q.Prompt)
			q.Answer(replies[len(prompts)-1])
		})
		r := &role{origin: &origin{client: client}, source: &profile.Source{Profile: "p", MFASerial: "arn:mfa"}}
		began, used := time.Now(), []string(nil)
		use := func(code string) (sdkaws.Credentials, error) {
			used = append(used, fmt.Sprint(code, " after ", time.Since(began)))
			if code == "111111" {
				return sdkaws.Credentials{}, &smithy.GenericAPIError{Code: "AccessDenied", Message: "MultiFactorAuthentication failed with invalid MFA one time pass code."}
			}
			return sdkaws.Credentials{AccessKeyID: code}, nil
		}
		creds, err := r.withCode(use)
		if err != nil || creds.AccessKeyID != "222222" || !slices.Equal(used, []string{"111111 after 0s", "222222 after 14.5s"}) {
			t.Errorf("%+v, %v, used %q", creds, err, used)
		}
		want := []string{
			"MFA code for arn:mfa", "A code has six digits. MFA code for arn:mfa", "A code has six digits. MFA code for arn:mfa",
			"Refused; the next code in 15 s. MFA code for arn:mfa",
		}
		if !slices.Equal(prompts, want) {
			t.Errorf("asked %q", prompts)
		}
		leave()
		if err := client.asker.pause(time.Second); !errors.Is(err, errNobodyAsks) {
			t.Errorf("a pause of no scan: %v", err)
		}
		if err := client.asker.pause(0); err != nil {
			t.Errorf("no pause: %v", err)
		}
	})
}

// TestWhoWaitsForACodeEndsWithTheScan in each of the places where it waits.
func TestWhoWaitsForACodeEndsWithTheScan(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		over := errors.New("the scan is over")
		ctx, end := context.WithCancelCause(t.Context())
		a := newAsker()
		defer a.listen(ctx, func(*model.Question) {})()
		got := make([]error, 3)
		var wg sync.WaitGroup
		for i, wait := range []func() error{
			func() error { _, err := a.ask("p", ""); return err },
			func() error { return a.pause(time.Hour) },
		} {
			wg.Go(func() { got[i] = wait() })
		}
		synctest.Wait()
		wg.Go(func() { _, got[2] = a.hold() }) // behind the question
		synctest.Wait()
		end(over)
		wg.Wait()
		if !slices.Equal(got, []error{over, over, over}) {
			t.Errorf("%v", got)
		}
	})
}

// assumptions signs in with two profiles that name one device, and returns what STS was
// asked, in order, and how often the user was.
func assumptions(t *testing.T, more string, refuses func(c call, nth int) bool) (said []string, questions int, inv *model.Inventory) {
	t.Helper()
	s := newStub(t)
	var mu sync.Mutex
	s.hook = func(c call) (int, string, bool) {
		if c.op != "AssumeRole" && c.op != "GetSessionToken" {
			return 0, "", false
		}
		mu.Lock()
		defer mu.Unlock()
		said = append(said, strings.TrimSpace(c.op+" "+c.form.Get("TokenCode")))
		if refuses(c, len(said)) {
			return refuseXML("AccessDenied", "not authorized to perform: sts:"+c.op)
		}
		return 0, "", false
	}
	device := "source_profile=base\nmfa_serial=arn:aws:iam::" + homeAccount + ":mfa/ana\nregion=eu-west-1\n"
	files(t, "[profile a]\nrole_arn=arn:aws:iam::"+awayAccount+":role/x\n"+device+"[profile b]\nrole_arn=arn:aws:iam::777788889999:role/x\n"+device, "[base]\n"+keys(homeAccount)+more)
	inv, asks := asked(t, s.signedIn(t, profiles("a", "b")), func(q *model.Question) { q.Answer("123456") })
	return said, len(asks), inv
}

func TestASessionOfADeviceIsBegunAsFarAsTheKeysMay(t *testing.T) {
	for name, c := range map[string]struct {
		more      string
		refuses   func(c call, nth int) bool
		said      []string
		questions int
	}{
		"one session for both": {"", func(call, int) bool { return false }, []string{"GetSessionToken 123456", "AssumeRole", "AssumeRole"}, 1},
		"keys that may not":    {"", func(c call, _ int) bool { return c.op == "GetSessionToken" }, []string{"GetSessionToken 123456", "AssumeRole 123456", "AssumeRole 123456"}, 2},
		"keys that end":        {"aws_session_token = t\n", func(call, int) bool { return false }, []string{"AssumeRole 123456", "AssumeRole 123456"}, 2},
		"a role that wants a younger one": {
			"", func(_ call, nth int) bool { return nth == 3 },
			[]string{"GetSessionToken 123456", "AssumeRole", "AssumeRole", "GetSessionToken 123456", "AssumeRole"}, 2,
		},
	} {
		t.Run(name, func(t *testing.T) {
			said, questions, inv := assumptions(t, c.more, c.refuses)
			if !slices.Equal(said, c.said) || questions != c.questions || len(inv.Identities()) != 2 {
				t.Errorf("asked for %q with %d questions, identities %+v, problems %+v", said, questions, inv.Identities(), inv.Problems())
			}
		})
	}
	t.Run("a role that wants a younger one, which may not begin", func(t *testing.T) {
		said, questions, inv := assumptions(t, "", func(_ call, nth int) bool { return nth >= 3 })
		want := []string{"GetSessionToken 123456", "AssumeRole", "AssumeRole", "GetSessionToken 123456", "AssumeRole 123456"}
		if p := inv.Problems(); !slices.Equal(said, want) || questions != 2 || len(p) != 1 || p[0].Kind != model.KindDenied || p[0].Operation != "sts:AssumeRole" {
			t.Errorf("asked for %q with %d questions, problems %+v", said, questions, p)
		}
	})
}

func TestARoleIsAssumedAsTheProfileSays(t *testing.T) {
	for name, c := range map[string]struct{ config, want string }{
		"nothing more": {"", "nbscope 3600 "},
		"all of it":    {"role_session_name = me\nduration_seconds = 900\nexternal_id = x-1\n", "me 900 x-1"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStub(t)
			got := ""
			s.hook = func(c call) (int, string, bool) {
				if c.op == "AssumeRole" {
					got = strings.Join([]string{c.form.Get("RoleSessionName"), c.form.Get("DurationSeconds"), c.form.Get("ExternalId")}, " ")
				}
				return 0, "", false
			}
			files(t, "[profile a]\nregion=eu-west-1\nrole_arn=arn:aws:iam::"+awayAccount+":role/x\nsource_profile=base\n"+c.config, "[base]\n"+keys(homeAccount))
			if inv := once(t, s.signedIn(t, profiles("a")), nil, model.ScanRequest{}); len(inv.Identities()) != 1 || got != c.want {
				t.Errorf("STS was told %q, problems %+v", got, inv.Problems())
			}
		})
	}
}

func TestNoProfilesAtAllIsTold(t *testing.T) {
	s := newStub(t)
	files(t, "", "")
	inv := once(t, s.signedIn(t, func(o *Options) { o.AllProfiles = true }), nil, model.ScanRequest{})
	want := model.Problem{Kind: model.KindNoProfile, Operation: opSignIn, Message: "no profiles are configured", Hint: "run: aws configure sso"}
	if p := inv.Problems(); len(p) != 1 || p[0] != want {
		t.Errorf("problems %+v", p)
	}
	if got := Profiles(); len(got) != 0 {
		t.Errorf("profiles %q", got)
	}
	files(t, "[profile b]\n[default]\n", "[a]\n")
	if got := Profiles(); !slices.Equal(got, []string{"a", "b", "default"}) {
		t.Errorf("profiles %q", got)
	}
	files(t, "[profile b\n", "")
	if got := Profiles(); got != nil {
		t.Errorf("profiles of a file that cannot be read: %q", got)
	}
}

func TestWhatAGiverOfCredentialsSaysIsShortened(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ code, message, want string }{
		{"", "", "it does not say why"}, {"Failure", "", "Failure"}, {"", "why", "why"}, {"Failure", "why", "Failure why"},
	} {
		if got := ofWhom(&smithy.GenericAPIError{Code: c.code, Message: c.message}); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
	word := strings.Repeat("the host ", 30)
	for n, want := range map[int]string{199: word[:199], 200: word[:200], 201: word[:200] + " [...]"} {
		if got := ofWhom(&smithy.GenericAPIError{Message: word[:n]}); got != want {
			t.Errorf("%d: %q", n, got)
		}
	}
}

// TestAMetadataServiceOfTheFirstVersionIsAskedUnlessItIsTurnedOff once that of the second
// has no token to give.
func TestAMetadataServiceOfTheFirstVersionIsAskedUnlessItIsTurnedOff(t *testing.T) {
	for off, identities := range map[string]int{"false": 1, "true": 0} {
		s := newStub(t)
		files(t, "[default]\nregion = eu-west-1\n", "")
		host := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.Method == http.MethodPut:
				w.WriteHeader(http.StatusNotFound)
			case strings.HasSuffix(r.URL.Path, "/security-credentials/"):
				_, _ = w.Write([]byte("role-of-host"))
			default:
				_, _ = w.Write([]byte(`{"Code":"Success","AccessKeyId":"` + keyOf(homeAccount) + `","SecretAccessKey":"s","Token":"t","Expiration":"2099-01-01T00:00:00Z"}`))
			}
		}))
		t.Cleanup(host.Close)
		t.Setenv("AWS_EC2_METADATA_DISABLED", "")
		t.Setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", host.URL)
		t.Setenv("AWS_EC2_METADATA_V1_DISABLED", off)
		inv := once(t, s.signedIn(t, func(*Options) {}), nil, model.ScanRequest{})
		if len(inv.Identities()) != identities {
			t.Errorf("turned off is %s: %d identities, problems %+v", off, len(inv.Identities()), inv.Problems())
		}
	}
}
