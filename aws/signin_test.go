package aws

import (
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"nbscope/model"
	"nbscope/model/profile"
)

func keys(account string) string {
	return "aws_access_key_id = " + keyOf(account) + "\naws_secret_access_key = s\n"
}

// signedIn makes a client that uses the files of the test.
func (s *stub) signedIn(t *testing.T, change func(*Options)) *Client {
	t.Helper()
	return s.client(t, func(o *Options) { o.Static = nil }, change)
}

func profiles(names ...string) func(*Options) {
	return func(o *Options) { o.Profiles = names }
}

func TestAnAnswerThatContradictsItselfSaysNotWhoSignedIn(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ arn, account, says string }{
		"another account": {"arn:aws:iam::999988887777:user/ana", homeAccount, "an Arn of the Account that it names"},
		"no account":      {"arn:aws:iam::12:user/ana", "12", "an Account of twelve digits"},
		"no ARN":          {"ana", homeAccount, "an Arn of the Account that it names"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStub(t)
			s.hook = func(got call) (int, string, bool) {
				return 200, "<R><GetCallerIdentityResult><Arn>" + c.arn + "</Arn><Account>" + c.account + "</Account></GetCallerIdentityResult></R>", got.op == "GetCallerIdentity"
			}
			inv := once(t, s.client(t), nil, model.ScanRequest{})
			if p := inv.Problems(); len(p) != 1 || p[0].Kind != model.KindProtocol || !strings.Contains(p[0].Message, c.says) || len(inv.Targets()) != 0 {
				t.Errorf("problems %+v", p)
			}
		})
	}
}

// TestTheHintForAKeyThatAWSDoesNotKnow names neither the clock nor a region that was named.
func TestTheHintForAKeyThatAWSDoesNotKnow(t *testing.T) {
	for name, c := range map[string]struct {
		config  string
		regions []string
		hint    string
	}{
		"no region":     {"", nil, "no region is set"},
		"a region":      {"region = eu-west-1\n", nil, "the key may be wrong, deleted or inactive; run: aws configure --profile x"},
		"--region":      {"", []string{"us-east-1"}, "the key may be wrong, deleted or inactive; run: aws configure --profile x"},
		"only patterns": {"", []string{"us-*"}, "no region is set"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStub(t)
			s.hook = func(call) (int, string, bool) {
				return refuseXML("InvalidClientTokenId", "The security token included in the request is invalid.")
			}
			files(t, "[profile x]\n"+c.config, "[x]\n"+keys(homeAccount))
			inv := once(t, s.signedIn(t, func(o *Options) { o.Profiles, o.Regions = []string{"x"}, c.regions }), nil, model.ScanRequest{})
			if p := inv.Problems(); len(p) != 1 || p[0].Kind != model.KindBadCredentials || !strings.HasPrefix(p[0].Hint, c.hint) {
				t.Errorf("problems %+v, want the hint %q", p, c.hint)
			}
		})
	}
}

func TestTwoProfilesOfOneAccountAreOneTargetARegion(t *testing.T) {
	s := newStub(t)
	s.fill(homeAccount, "eu-west-1", 2)
	s.fill(awayAccount, "eu-west-1", 1)
	files(t, "[profile a]\nregion=eu-west-1\n[profile b]\nregion=eu-west-1\n[profile c]\nregion=eu-west-1\n",
		"[a]\n"+keys(homeAccount)+"[b]\n"+keys(homeAccount)+"[c]\n"+keys(awayAccount))
	inv := once(t, s.signedIn(t, profiles("a", "b", "c")), nil, model.ScanRequest{})
	if got := len(inv.Targets()); got != 4 {
		t.Errorf("%d targets, want two accounts by two regions", got)
	}
	if got := s.counted()["ListNotebookInstances"]; got != 4 {
		t.Errorf("%d lists, want 4", got)
	}
	if id := inv.Identities(); len(id) != 2 || !slices.Equal(id[0].Profiles, []string{"a", "b"}) || !slices.Equal(id[1].Profiles, []string{"c"}) {
		t.Errorf("identities %+v", id)
	}
	if inv.Len() != 3 {
		t.Errorf("%d notebooks", inv.Len())
	}
}

func TestAnotherScanNamesTheProfilesOfAnAccountOnce(t *testing.T) {
	s := newStub(t)
	files(t, "", "[a]\n"+keys(homeAccount)+"[b]\n"+keys(homeAccount))
	client := s.signedIn(t, profiles("a", "b"))
	for range 2 {
		inv := once(t, client, nil, model.ScanRequest{})
		if id := inv.Identities(); len(id) != 1 || !slices.Equal(id[0].Profiles, []string{"a", "b"}) {
			t.Errorf("identities %+v", id)
		}
	}
}

func TestAllProfilesOfBothFilesAreUsedAndABrokenOneIsTold(t *testing.T) {
	s := newStub(t)
	s.fill(awayAccount, "eu-west-1", 1)
	files(t, "[default]\nregion=eu-west-1\n[profile lost]\nrole_arn=arn:aws:iam::1:role/x\nsource_profile=nowhere\n[sso-session x]\nsso_region=eu-west-1\n",
		"[default]\n"+keys(homeAccount)+"[only-here]\n"+keys(awayAccount))
	inv := once(t, s.signedIn(t, func(o *Options) { o.AllProfiles = true }), nil, model.ScanRequest{})
	if got := len(inv.Identities()); got != 2 || inv.Len() != 1 {
		t.Errorf("%d identities, %d notebooks", got, inv.Len())
	}
	p := inv.Problems()
	if len(p) != 1 || p[0].Kind != model.KindBadProfile || p[0].Profile != "lost" || !strings.Contains(p[0].Message, "nowhere") {
		t.Errorf("problems %+v", p)
	}
}

func TestSignInsThatFailSayWhatMendsThem(t *testing.T) {
	const sso = "sso_account_id=1\nsso_role_name=r\nregion=eu-west-1\n"
	session := "[profile new]\nsso_session=corp\n" + sso + "[sso-session corp]\nsso_region=eu-west-1\nsso_start_url=https://x.awsapps.com/start\n"
	legacy := "[profile 'old one']\nsso_start_url=https://x.awsapps.com/start\nsso_region=eu-west-1\n" + sso
	for name, c := range map[string]struct {
		config  string
		profile string // "" for the chain
		kind    model.ProblemKind
		says    string
		hint    string
	}{
		"a profile that does not exist":     {"[profile prod]\n", "prd", model.KindNoProfile, "prd", "did you mean prod?"},
		"an SSO session never begun":        {session, "new", model.KindSSOExpired, "corp", "run: aws sso login --sso-session corp"},
		"an SSO profile of the older form":  {legacy, "old one", model.KindSSOExpired, "old one", "run: aws sso login --profile 'old one'"},
		"a role over an SSO session":        {session + "[profile role]\nrole_arn=arn:aws:iam::111122223333:role/x\nsource_profile=new\n", "role", model.KindSSOExpired, "corp", "--sso-session corp"},
		"an SSO session that is not there":  {"[profile new]\nsso_session=corp\n" + sso, "new", model.KindBadProfile, "sso-session corp", "[sso-session corp]"},
		"a source profile that is missing":  {"[profile a]\nrole_arn=arn:aws:iam::111122223333:role/x\nsource_profile=bse\n[profile base]\n", "a", model.KindBadProfile, "bse", "did you mean base?"},
		"a source profile without keys":     {"[profile a]\nrole_arn=arn:aws:iam::111122223333:role/x\nsource_profile=base\n[profile base]\nregion=x\n", "a", model.KindBadProfile, "base", "aws configure --profile base"},
		"a profile without credentials":     {"[profile bare]\nregion=eu-west-1\n", "bare", model.KindNoCredentials, "bare", "aws configure --profile bare"},
		"no credentials at all":             {"", "", model.KindNoCredentials, "no credentials", "--profile"},
		"a credential process that fails":   {"[profile p]\nregion=eu-west-1\ncredential_process=false\n", "p", model.KindBadProfile, "credential_process", "by hand"},
		"a value that the file cannot have": {"[profile p]\nregion=eu-west-1\nmax_attempts=many\n", "p", model.KindBadProfile, "max_attempts = many", "number"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStub(t)
			files(t, c.config, "")
			var names []string
			if c.profile != "" {
				names = []string{c.profile}
			}
			inv := once(t, s.signedIn(t, profiles(names...)), nil, model.ScanRequest{})
			if len(inv.Problems()) != 1 {
				t.Fatalf("problems %+v", inv.Problems())
			}
			p := inv.Problems()[0]
			if p.Kind != c.kind || p.Profile != c.profile || !strings.Contains(p.Message, c.says) || !strings.Contains(p.Hint, c.hint) {
				t.Errorf("got %+v (%s), want kind %q, saying %q, hinting %q", p, p.Profile, c.kind, c.says, c.hint)
			}
			if inv.Coverage().Complete() {
				t.Error("the coverage claims to be complete")
			}
		})
	}
}

func TestAFileThatCannotBeParsedIsNamed(t *testing.T) {
	s := newStub(t)
	files(t, "[profile p]\nregion=eu-west-1\n", "")
	folder := t.TempDir()
	t.Setenv("AWS_CONFIG_FILE", folder)
	inv := once(t, s.signedIn(t, func(o *Options) { o.AllProfiles = true }), nil, model.ScanRequest{})
	if p := inv.Problems(); len(p) != 1 || p[0].Kind != model.KindConfig || !strings.Contains(p[0].Message, folder) {
		t.Errorf("problems %+v", p)
	}
}

func cachedToken(t *testing.T, key, text string) (path string) {
	t.Helper()
	sum := sha1.Sum([]byte(key))
	dir := filepath.Join(os.Getenv("HOME"), ".aws", "sso", "cache")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(dir, hex.EncodeToString(sum[:])+".json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestACachedTokenIsJudgedByItsTimes(t *testing.T) {
	now := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		token   string
		legacy  bool
		expired bool
	}{
		"valid":                         {`{"accessToken":"x","expiresAt":"2026-11-02T00:00:00Z"}`, false, false},
		"too old":                       {`{"accessToken":"x","expiresAt":"2020-01-01T00:00:00Z"}`, false, true},
		"too old, but renewable":        {`{"accessToken":"x","expiresAt":"2020-01-01T00:00:00Z","refreshToken":"r","clientId":"c","clientSecret":"s","registrationExpiresAt":"2027-01-01T00:00:00Z"}`, false, false},
		"too old, registration too":     {`{"accessToken":"x","expiresAt":"2020-01-01T00:00:00Z","refreshToken":"r","clientId":"c","clientSecret":"s","registrationExpiresAt":"2026-01-01T00:00:00Z"}`, false, true},
		"too old, without a client":     {`{"accessToken":"x","expiresAt":"2020-01-01T00:00:00Z","refreshToken":"r","registrationExpiresAt":"2027-01-01T00:00:00Z"}`, false, true},
		"of the older form, never kept": {`{"accessToken":"x","expiresAt":"2020-01-01T00:00:00Z","refreshToken":"r","clientId":"c","clientSecret":"s","registrationExpiresAt":"2027-01-01T00:00:00Z"}`, true, true},
		"valid, with UTC":               {`{"accessToken":"x","expiresAt":"2026-11-02T00:00:00UTC"}`, true, false},
		"too old, with UTC":             {`{"accessToken":"x","expiresAt":"2026-10-31T23:59:59UTC"}`, true, true},
		"valid, with an offset":         {`{"accessToken":"x","expiresAt":"2026-11-01 00:30:00-0100"}`, false, false},
		"too old, with an offset":       {`{"accessToken":"x","expiresAt":"2026-11-01T00:30:00+0100"}`, false, true},
		"of no zone":                    {`{"accessToken":"x","expiresAt":"2026-11-02T00:00:00"}`, false, true},
		"in other letters":              {`{"AccessToken":"x","expiresAt":"2026-11-02T00:00:00Z"}`, false, true},
		"its end in other letters":      {`{"accessToken":"x","expiresat":"2026-11-02T00:00:00Z"}`, false, true},
		"damaged":                       {`{`, false, true},
		"empty":                         {``, false, true},
		"without a token":               {`{"expiresAt":"2027-01-01T00:00:00Z"}`, false, true},
		"without its end":               {`{"accessToken":"x"}`, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			files(t, "", "")
			s := &profile.Source{Kind: profile.SSO, Profile: "p", SSOSession: "corp", StartURL: "https://x"}
			if c.legacy {
				s.SSOSession = ""
			}
			path := cachedToken(t, orWord(s.SSOSession, s.StartURL), c.token)
			if _, err := readSSO(s, path, now); (err != nil) != c.expired {
				t.Errorf("%v, want a problem: %v", err, c.expired)
			}
		})
	}
}

const mfaConfig = "[profile mfa]\nregion=eu-west-1\nrole_arn=arn:aws:iam::" + awayAccount + ":role/x\nsource_profile=base\nmfa_serial=arn:aws:iam::" +
	homeAccount + ":mfa/ana\n[profile base]\nregion=eu-west-1\n"

// asked scans and answers every question with reply; it returns the questions.
func asked(t *testing.T, c *Client, reply func(*model.Question)) (*model.Inventory, []*model.Question) {
	t.Helper()
	inv := model.NewInventory()
	inv.Begin(1, nil)
	var questions []*model.Question
	c.Scan(t.Context(), model.ScanRequest{Generation: 1}, func(b model.Batch) {
		inv.Apply(b)
		if b.Asked != nil {
			questions = append(questions, b.Asked)
			reply(b.Asked)
		}
	})
	return inv, questions
}

func TestAnMFACodeIsAskedForOnceAndSent(t *testing.T) {
	s := newStub(t)
	s.fill(awayAccount, "eu-west-1", 5)
	var code atomic.Value
	s.hook = func(c call) (int, string, bool) {
		if c.op == "GetSessionToken" {
			code.Store(c.form.Get("SerialNumber") + " " + c.form.Get("TokenCode"))
		}
		return 0, "", false
	}
	files(t, mfaConfig, "[base]\n"+keys(homeAccount))
	inv, questions := asked(t, s.signedIn(t, profiles("mfa")), func(q *model.Question) {
		q.Answer(" 123456\n")
		q.Answer("999999")
		q.Cancel()
	})
	if len(questions) != 1 || questions[0].Profile != "mfa" || !strings.Contains(questions[0].Prompt, "mfa/ana") {
		t.Errorf("questions %+v", questions)
	}
	if got := code.Load(); got != "arn:aws:iam::"+homeAccount+":mfa/ana 123456" {
		t.Errorf("STS was told %v", got)
	}
	if inv.Len() != 5 {
		t.Errorf("%d notebooks, problems %v", inv.Len(), inv.Problems())
	}
}

func TestACodeThatCannotServeFailsOnlyItsProfile(t *testing.T) {
	for name, c := range map[string]struct {
		reply func(*model.Question)
		says  string
	}{
		"not given":                    {func(q *model.Question) { q.Cancel() }, "no MFA code was given"},
		"empty":                        {func(q *model.Question) { q.Answer("") }, "no MFA code was given"},
		"of a device of somebody else": {func(q *model.Question) { q.Answer("123456") }, "unable to validate MFA code"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStub(t)
			s.fill(homeAccount, "eu-west-1", 2)
			s.hook = func(c call) (int, string, bool) {
				if c.op == "AssumeRole" || c.op == "GetSessionToken" {
					return refuseXML("AccessDenied", "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid")
				}
				return 0, "", false
			}
			files(t, mfaConfig, "[base]\n"+keys(homeAccount))
			inv, _ := asked(t, s.signedIn(t, profiles("mfa", "base")), c.reply)
			p := inv.Problems()
			if len(p) != 1 || p[0].Kind != model.KindMFA || p[0].Profile != "mfa" || !strings.Contains(p[0].Message, c.says) {
				t.Errorf("problems %+v", p)
			}
			if inv.Len() != 2 {
				t.Errorf("%d notebooks of the other profile", inv.Len())
			}
		})
	}
}

func TestOneQuestionIsOpenAtATime(t *testing.T) {
	t.Parallel()
	a := newAsker()
	var open, most atomic.Int32
	leave := a.listen(t.Context(), func(q *model.Question) {
		most.Store(max(most.Load(), open.Add(1)))
		go func() {
			open.Add(-1)
			q.Answer("1")
		}()
	})
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			if code, err := a.ask(fmt.Sprint(i), ""); err != nil || code != "1" {
				t.Errorf("%q, %v", code, err)
			}
		})
	}
	wg.Wait()
	if most.Load() != 1 {
		t.Errorf("%d questions were open at once", most.Load())
	}
	leave()
	if _, err := a.ask("x", ""); classify(err).Kind != model.KindMFA {
		t.Errorf("without a scan: %v", err)
	}
}

// A role of the account that signs in would only lend its name to what the sign-in's own
// keys see.
func TestTheAccountOfTheSignInIsUsedWithoutARole(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.fill(homeAccount, "eu-west-1", 1)
	s.fill(awayAccount, "eu-west-1", 2)
	inv := once(t, s.client(t, func(o *Options) { o.OrgRole = "Reader" }), nil, model.ScanRequest{})
	for _, id := range inv.Identities() {
		want := "arn:aws:iam::" + id.Account + ":role/Reader"
		if id.Account == homeAccount {
			want = "default"
		}
		if !slices.Equal(id.Profiles, []string{want}) {
			t.Errorf("%s is seen as %q, want %s", id.Account, id.Profiles, want)
		}
	}
	if inv.Len() != 3 || len(inv.Problems()) != 0 || len(inv.Identities()) != 2 {
		t.Errorf("%d notebooks, %v, %v", inv.Len(), inv.Problems(), inv.Identities())
	}
	if got := s.counted()["AssumeRole"]; got != 1 {
		t.Errorf("%d roles assumed, want 1: the suspended account has none", got)
	}
}

func TestARoleThatMayNotBeAssumedIsToldAndTheOtherScanned(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.fill(awayAccount, "eu-west-1", 2)
	s.hook = func(c call) (int, string, bool) {
		if c.op == "AssumeRole" && strings.HasSuffix(c.form.Get("RoleArn"), "role/no") {
			return refuseXML("AccessDenied", "not authorized to perform: sts:AssumeRole")
		}
		return 0, "", false
	}
	no, yes := "arn:aws:iam::"+homeAccount+":role/no", "arn:aws:iam::"+awayAccount+":role/yes"
	inv := once(t, s.client(t, func(o *Options) { o.RoleARNs = []string{no, yes} }), nil, model.ScanRequest{})
	if p := inv.Problems(); len(p) != 1 || p[0].Kind != model.KindDenied || p[0].Operation != "sts:AssumeRole" || p[0].Hint == "" {
		t.Errorf("problems %+v", p)
	}
	if inv.Len() != 2 || len(inv.Identities()) != 1 || inv.Identities()[0].Profiles[0] != yes {
		t.Errorf("%d notebooks, %+v", inv.Len(), inv.Identities())
	}
}

func TestCredentialsThatDieAreProvenAgainBeforeARegionIsCalledOff(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	var dead atomic.Bool
	s.hook = func(c call) (int, string, bool) {
		switch {
		case dead.Load() && c.json != nil:
			return refuse("UnrecognizedClientException", "The security token included in the request is invalid.")
		case dead.Load():
			return refuseXML("InvalidClientTokenId", "The security token included in the request is invalid.")
		}
		return 0, "", false
	}
	c := s.client(t)
	inv := once(t, c, nil, model.ScanRequest{})
	dead.Store(true)
	once(t, c, inv, model.ScanRequest{})
	for _, st := range inv.Targets() {
		if st.State != model.StateRefused || st.Problem.Kind != model.KindBadCredentials {
			t.Errorf("%+v: %+v", st, st.Problem)
		}
	}
	dead.Store(false)
	once(t, c, inv, model.ScanRequest{})
	if !inv.Coverage().Complete() {
		t.Errorf("new credentials were not taken up: %+v %v", inv.Coverage(), inv.Problems())
	}
}
