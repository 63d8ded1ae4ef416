//go:build e2e

package e2e

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// signInCase is one configuration that both programs sign in with. Its texts may
// hold the placeholders of fill.
type signInCase struct {
	name        string
	config      string            // ~/.aws/config
	credentials string            // ~/.aws/credentials
	files       map[string]string // by path below the home
	env         environment       // "" removes a variable, {empty} sets it and says nothing
	profile     string            // --profile of both
	who         string            // what nbscope must reach: a short form of an ARN, or the class of its error
	differs     string            // why the AWS CLI does not do the same, "" where it does
}

// signInWorld are two simulators: whoever signs in with the keys of the second can
// have sent the request there alone.
type signInWorld struct {
	base  environment
	fill  *strings.Replacer
	first string
}

func newSignInWorld(t *testing.T) signInWorld {
	t.Helper()
	one, two := startSim(t, "--regions", "2", "--notebooks", "3"), startSim(t, "--seed", "2", "--regions", "2", "--notebooks", "3")
	pairs := []string{
		"{empty}", "",
		"{sim}", one["AWS_ENDPOINT_URL"], "{sim2}", two["AWS_ENDPOINT_URL"],
		"{web}", "nbscope-sim-web-identity", "{sso}", "nbscope-sim-sso-token", "{refresh}", "nbscope-sim-sso-refresh",
	}
	var session struct {
		Credentials struct {
			AccessKeyID                   string `json:"AccessKeyId"`
			SecretAccessKey, SessionToken string
		}
	}
	aws(t, one, &session, "sts", "get-session-token")
	pairs = append(pairs, "{session}", fmt.Sprintf(`"accessKeyId":%q,"secretAccessKey":%q,"sessionToken":%q`,
		session.Credentials.AccessKeyID, session.Credentials.SecretAccessKey, session.Credentials.SessionToken), "{dpop}", dpopKey(t))
	for i, sim := range []environment{one, two} {
		for j, a := range accountsOf(t, sim["AWS_ENDPOINT_URL"]) {
			letter := string("abcdef"[j])
			if i == 1 {
				letter += "2"
			}
			pairs = append(pairs, "{id:"+letter+"}", a.AccessKeyID, "{secret:"+letter+"}", a.SecretAccessKey,
				"{keys:"+letter+"}", "aws_access_key_id = "+a.AccessKeyID+"\naws_secret_access_key = "+a.SecretAccessKey+"\n",
				"{role:"+letter+"}", "arn:aws:iam::"+a.ID+":role/nbscope-read",
				"{org:"+letter+"}", "arn:aws:iam::"+a.ID+":role/OrganizationAccountAccessRole",
				"{"+letter+"}", a.ID)
		}
	}
	return signInWorld{base: newEnvironment(t), fill: strings.NewReplacer(pairs...), first: one["AWS_ENDPOINT_URL"]}
}

type simAccount struct{ ID, AccessKeyID, SecretAccessKey string }

func accountsOf(t *testing.T, url string) []simAccount {
	t.Helper()
	var world struct{ Accounts []simAccount }
	fetch(t, url+"/_sim/world", &world)
	return world.Accounts
}

// enter makes a home with the files of a case and the environment to go with it.
func (w signInWorld) enter(t *testing.T, c signInCase) environment {
	t.Helper()
	home := t.TempDir()
	files := map[string]string{}
	maps.Copy(files, c.files)
	if c.config != "" {
		files[".aws/config"] = c.config
	}
	if c.credentials != "" {
		files[".aws/credentials"] = c.credentials
	}
	for path, text := range files {
		path = filepath.Join(home, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		mode := os.FileMode(0o600)
		if strings.HasPrefix(text, "#!") {
			mode = 0o700
		}
		if err := os.WriteFile(path, []byte(w.fill.Replace(strings.ReplaceAll(text, "{home}", home))), mode); err != nil {
			t.Fatal(err)
		}
	}
	env := w.base.with(environment{
		"HOME": home, "AWS_ENDPOINT_URL": w.first, "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1",
	})
	for k, v := range c.env {
		env[k] = w.fill.Replace(strings.ReplaceAll(v, "{home}", home))
		if v == "" {
			delete(env, k)
		}
	}
	return env
}

// reached is where a sign-in led: an identity, or the class of what went wrong.
type reached struct {
	who  string
	says string
}

// throughCLI signs in with the AWS CLI.
func throughCLI(t *testing.T, env environment, c signInCase) reached {
	t.Helper()
	args := []string{"sts", "get-caller-identity", "--output", "json"}
	if c.profile != "" {
		args = append(args, "--profile", c.profile)
	}
	r := run(t, env, "aws", args...)
	if r.code != 0 {
		return reached{classOfCLI(r.stderr), strings.TrimSpace(r.stderr)}
	}
	var who struct{ Arn string }
	if err := json.Unmarshal([]byte(r.stdout), &who); err != nil {
		t.Fatalf("%v in %q", err, r.stdout)
	}
	return reached{shortARN(who.Arn), r.stderr}
}

// throughNbscope signs in with the program under test.
func throughNbscope(t *testing.T, env environment, c signInCase) reached {
	t.Helper()
	args := []string{"list", "-o", "json", "--no-cache", "--region", "us-east-1"}
	if c.profile != "" {
		args = append(args, "--profile", c.profile)
	}
	r := run(t, env, binary(t), args...)
	var inv struct {
		Identities []struct{ Arn, Profile string }
		Coverage   struct {
			SignIns []struct{ Profile, Kind, Message, Hint string }
		}
	}
	if err := json.Unmarshal([]byte(r.stdout), &inv); err != nil {
		return reached{classOfText(r.stderr), fmt.Sprintf("exit %d: %s", r.code, strings.TrimSpace(r.stderr))}
	}
	switch {
	case len(inv.Coverage.SignIns) > 0:
		s := inv.Coverage.SignIns[0]
		return reached{classOf(s.Kind), s.Kind + ": " + s.Message + " (" + s.Hint + ")"}
	case len(inv.Identities) == 1:
		return reached{shortARN(inv.Identities[0].Arn), "as " + inv.Identities[0].Profile}
	}
	return reached{"nothing", r.stderr}
}

// The classes of errors that both programs know.
const (
	noProfile = "no such profile"
	noKeys    = "no credentials"
	badFiles  = "the configuration is wrong"
	stale     = "sign in again"
	refused   = "AWS refuses"
	unreached = "the endpoint is not reached"
	elsewhere = "something else"
	lacking   = "cannot: botocore[crt] is missing"
)

// classOfCLI tells the class by the text that the AWS CLI prints.
func classOfCLI(text string) string {
	for _, c := range []struct{ pattern, class string }{
		{`config profile \(.*\) could not be found`, noProfile},
		{`Unable to locate credentials`, noKeys},
		{`Missing Dependency`, lacking},
		{`connect to (the endpoint|proxy)`, unreached},
		{`Error loading SSO Token|SSO session associated|SSO.*expired|Token has expired|LoginTokenLoad|'aws login'|Failed to load access token|private key from cached|login session|reauthenticate`, stale},
		{`parse config file|services configuration does not exist|max_attempts|Partial credentials|source_profile|sso-session|sso_session|missing required configuration|credential_source|credential source|custom-process|[Ii]nfinite|[Ii]nvalid|InvalidConfig|Unsupported configuration|must have credentials|certificate bundle|CA bundle|No such file|token file|Failed to find role|role ARN|JSON|Expecting value`, badFiles},
		{`An error occurred`, refused},
	} {
		if regexp.MustCompile(c.pattern).MatchString(text) && (c.class != badFiles || !strings.Contains(text, "An error occurred")) {
			return c.class
		}
	}
	return elsewhere
}

// classOfText tells the class by what nbscope says where no sign-in worked and there
// is no inventory to print.
func classOfText(text string) string {
	for _, c := range []struct{ pattern, class string }{
		{`there is no profile named`, noProfile},
		{`no credentials were found|: profile \S+ has no credentials`, noKeys},
		{`aws sso login|aws login`, stale},
		{`the (endpoint|proxy) (cannot be reached|refuses the connection)`, unreached},
		{`: (sts|sso):|SSO user has no role`, refused},
	} {
		if regexp.MustCompile(c.pattern).MatchString(text) {
			return c.class
		}
	}
	return badFiles
}

// classOf tells the class of a kind of problem.
func classOf(kind string) string {
	switch kind {
	case "no-profile":
		return noProfile
	case "no-credentials":
		return noKeys
	case "bad-profile", "config":
		return badFiles
	case "sso-expired", "expired":
		return stale
	case "denied", "scp", "bad-credentials", "invalid", "not-found", "mfa":
		return refused
	}
	return elsewhere + ": " + kind
}

var shortened = regexp.MustCompile(`^arn:aws[a-z-]*:(?:iam|sts)::(\d{12}):(user|assumed-role)/([^/]+)(/.*)?$`)

// shortARN is account and role or user, and the session's name where it was chosen.
func shortARN(arn string) string {
	m := shortened.FindStringSubmatch(arn)
	if m == nil {
		return arn
	}
	out := m[1] + " " + m[3]
	for _, own := range []string{"/botocore-session-", "/nbscope", "/aws-go-sdk-", "/"} {
		if name := m[4]; strings.HasPrefix(name, own) && own != "/" {
			return out
		}
	}
	return out + m[4]
}

// TestSimSignsInLikeTheAWSCLI holds the sign-in against the AWS CLI at hand, on
// the same files and variables. Every difference is one that a case explains.
func TestSimSignsInLikeTheAWSCLI(t *testing.T) {
	t.Parallel()
	version := strings.TrimSpace(run(t, newEnvironment(t), "aws", "--version").stdout)
	w := newSignInWorld(t)
	cases := signInCases()
	lines := make([]string, len(cases))
	var all sync.WaitGroup
	slots := make(chan struct{}, 2)
	for i, c := range cases {
		all.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			lines[i] = w.hold(t, c)
		})
	}
	all.Wait()
	t.Logf("%d configurations, held against %s\n%s", len(cases), version, strings.Join(lines, "\n"))
}

// hold runs one case and returns its line of the table.
func (w signInWorld) hold(t *testing.T, c signInCase) string {
	t.Helper()
	theirs := throughCLI(t, w.enter(t, c), c)
	ours := throughNbscope(t, w.enter(t, c), c)
	line := fmt.Sprintf("%-62s  CLI: %-34s  nbscope: %s", c.name, theirs.who, ours.who)
	if want := w.fill.Replace(c.who); ours.who != want {
		t.Errorf("%s: nbscope reached %q, want %q; it says %s\nthe AWS CLI: %s", c.name, ours.who, want, ours.says, theirs.says)
	}
	switch {
	case theirs.who == lacking:
	case theirs.who != ours.who && c.differs == "":
		t.Errorf("%s: the AWS CLI reached %q, nbscope %q\nCLI: %s\nnbscope: %s", c.name, theirs.who, ours.who, theirs.says, ours.says)
	case theirs.who == ours.who && c.differs != "":
		t.Errorf("%s: there is no difference any more, but the case says: %s", c.name, c.differs)
	case c.differs != "":
		line += "\n" + strings.Repeat(" ", 8) + "differs: " + c.differs
	}
	return line
}

// token is the file of a cached SSO token.
func token(key, text string) map[string]string {
	sum := sha1.Sum([]byte(key))
	return map[string]string{".aws/sso/cache/" + hex.EncodeToString(sum[:]) + ".json": text}
}

func soon(d time.Duration) string { return time.Now().Add(d).UTC().Format(time.RFC3339) }

// fetch decodes what a simulator answers about itself.
func fetch(t *testing.T, url string, into any) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(into); err != nil {
		t.Fatalf("%s: %v", url, err)
	}
}

// dpopKey is a key as aws login keeps one, written for a string of JSON.
func dpopKey(t *testing.T) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der})), "\n", `\n`)
}

// loginCache is the file that aws login keeps for a session.
func loginCache(session, text string) map[string]string {
	sum := sha256.Sum256([]byte(session))
	return map[string]string{"login/" + hex.EncodeToString(sum[:]) + ".json": text}
}
