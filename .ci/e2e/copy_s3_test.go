//go:build e2e

package e2e

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// strict stands before an S3 that checks nothing of a signature, and checks all: who
// signed, what, until when, and the checksum. It signs once more with the SDK's signer,
// from the request alone.
type strict struct {
	*httptest.Server
	t      *testing.T
	keys   sdkaws.Credentials
	behind http.Handler
	faults bool // a part of the requests goes wrong from now on

	mu       sync.Mutex
	requests map[string]int      // by method, of those that were let through
	wrong    []string            // what was refused that ought not to be asked
	tricks   int                 // that were played
	agents   map[string]bool     // who carried objects
	live     map[string]bool     // objects
	most     int                 // of them at a time
	keysSeen map[string]struct{} // of objects
}

func startStrict(t *testing.T, moto, account, id, secret string) *strict {
	u, err := url.Parse(moto)
	must(t, err)
	s := &strict{
		t: t, keys: sdkaws.Credentials{AccessKeyID: id, SecretAccessKey: secret},
		requests: map[string]int{}, agents: map[string]bool{}, live: map[string]bool{}, keysSeen: map[string]struct{}{},
	}
	s.behind = &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(u)
		r.Out.Header.Set("X-Moto-Account-Id", account)
	}}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func refuse(w http.ResponseWriter, status int, code, message string) {
	w.WriteHeader(status)
	fmt.Fprintf(w, "<Error><Code>%s</Code><Message>%s</Message></Error>", code, message)
}

func (s *strict) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // it broke off
	}
	key := strings.TrimPrefix(r.URL.Path, "/")
	object := strings.Contains(key, "/")
	if why := s.check(r, body); why != "" {
		s.mu.Lock()
		s.wrong = append(s.wrong, r.Method+" "+key+": "+why)
		s.mu.Unlock()
		refuse(w, http.StatusForbidden, "AccessDenied", why)
		return
	}
	s.mu.Lock()
	s.requests[r.Method]++
	n := s.requests[r.Method]
	trick := ""
	if object && s.faults && !strings.Contains(key, "/try-") {
		s.keysSeen[key] = struct{}{}
		trick = map[string]string{"PUT 3": "expired", "PUT 5": "busy", "PUT 8": "reset", "GET 2": "expired", "GET 4": "short", "GET 6": "other", "GET 9": "busy", "GET 11": "gone"}[r.Method+" "+strconv.Itoa(n%13)]
	}
	if trick != "" {
		s.tricks++
	}
	if object && r.Method != http.MethodDelete {
		agent, _, _ := strings.Cut(r.UserAgent(), "/")
		s.agents[agent] = true
	}
	switch {
	case r.Method == http.MethodPut && object && trick == "":
		s.live[key] = true
		s.most = max(s.most, len(s.live))
	case r.Method == http.MethodDelete:
		delete(s.live, key)
	}
	s.mu.Unlock()
	switch trick {
	case "expired":
		refuse(w, http.StatusForbidden, "AccessDenied", "Request has expired")
	case "busy":
		refuse(w, http.StatusServiceUnavailable, "SlowDown", "Please reduce your request rate.")
	case "gone":
		refuse(w, http.StatusNotFound, "NoSuchKey", "The specified key does not exist.")
	case "reset":
		panic(http.ErrAbortHandler)
	case "other":
		fmt.Fprint(w, "<html>who are you?</html>")
	case "short":
		w.Header().Set("Content-Length", "1000000")
		_, _ = w.Write(make([]byte, 1000))
		panic(http.ErrAbortHandler)
	default:
		r.Body = io.NopCloser(bytes.NewReader(body))
		s.behind.ServeHTTP(w, r)
	}
}

// check says what is wrong with a request, "" for nothing.
func (s *strict) check(r *http.Request, body []byte) string {
	sum := sha256.Sum256(body)
	if want := r.Header.Get("X-Amz-Checksum-Sha256"); want != "" && want != base64.StdEncoding.EncodeToString(sum[:]) {
		return "another checksum than that of what came"
	}
	query := r.URL.Query()
	if query.Has("X-Amz-Signature") {
		return s.checkURL(r, query)
	}
	auth := strings.TrimPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 ")
	fields := map[string]string{}
	for f := range strings.SplitSeq(auth, ",") {
		k, v, _ := strings.Cut(strings.TrimSpace(f), "=")
		fields[k] = v
	}
	scope := strings.Split(fields["Credential"], "/")
	at, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
	if err != nil || len(scope) != 5 || scope[0] != s.keys.AccessKeyID {
		return "it is not signed, or by somebody else"
	}
	payload := r.Header.Get("X-Amz-Content-Sha256")
	if payload != "UNSIGNED-PAYLOAD" && payload != hex.EncodeToString(sum[:]) {
		return "another content than was signed"
	}
	again := s.again(r, r.URL.Query(), strings.Split(fields["SignedHeaders"], ";"))
	if err := asIs().SignHTTP(s.t.Context(), s.keys, again, payload, scope[3], scope[2], at); err != nil {
		return err.Error()
	}
	if !strings.HasSuffix(again.Header.Get("Authorization"), "Signature="+fields["Signature"]) {
		return "another signature"
	}
	return ""
}

func (s *strict) checkURL(r *http.Request, query url.Values) string {
	scope := strings.Split(query.Get("X-Amz-Credential"), "/")
	at, err := time.Parse("20060102T150405Z", query.Get("X-Amz-Date"))
	life, err2 := strconv.Atoi(query.Get("X-Amz-Expires"))
	headers := strings.Split(query.Get("X-Amz-SignedHeaders"), ";")
	switch {
	case err != nil || err2 != nil || len(scope) != 5 || scope[0] != s.keys.AccessKeyID:
		return "it is not signed, or by somebody else"
	case life > 3600:
		return "it lives for too long"
	case time.Now().After(at.Add(time.Duration(life) * time.Second)):
		return "Request has expired"
	case r.Method == http.MethodPut && (!slices.Contains(headers, "content-length") || !slices.Contains(headers, "x-amz-checksum-sha256")):
		return "neither its size nor its checksum is signed"
	}
	plain := r.URL.Query()
	for _, name := range []string{"Algorithm", "Credential", "Date", "SignedHeaders", "Signature", "Security-Token"} {
		plain.Del("X-Amz-" + name)
	}
	signed, _, err := asIs().PresignHTTP(s.t.Context(), s.keys, s.again(r, plain, headers), "UNSIGNED-PAYLOAD", scope[3], scope[2], at)
	if err != nil {
		return err.Error()
	}
	if !strings.Contains(signed, "X-Amz-Signature="+query.Get("X-Amz-Signature")) {
		return "another signature"
	}
	return ""
}

// again is a request with nothing but what was signed.
func (s *strict) again(r *http.Request, query url.Values, headers []string) *http.Request {
	u := url.URL{Scheme: "http", Host: r.Host, Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: strings.ReplaceAll(query.Encode(), "+", "%20")}
	again, err := http.NewRequest(r.Method, u.String(), http.NoBody)
	must(s.t, err)
	for _, h := range headers {
		switch h {
		case "host":
		case "content-length":
			again.ContentLength = r.ContentLength
		default:
			again.Header[http.CanonicalHeaderKey(h)] = r.Header.Values(h)
		}
	}
	return again
}

func asIs() *v4.Signer {
	return v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true })
}

// staged is a recreate of a simulated notebook whose data goes through an independent S3.
type staged struct {
	t         *testing.T
	s3        *strict
	env       environment
	plan      string
	print     string // of the plan
	run       string
	bucket    string
	transport string
}

// newStaged puts both servers of a pair behind notebooks of a simulated AWS, and makes the
// plan.
func newStaged(t *testing.T, p *pair, bucket, transport string) *staged {
	t.Helper()
	moto := startMoto(t)
	args := []string{"--accounts", "1", "--notebooks", "40", "--time-scale", "6000"}
	for i, name := range []string{"churn", "churn-net"} {
		args = append(args, "--jupyter", name+"="+p.labs[i].base+"/?token="+jupyterToken)
	}
	env := startSim(t, args...)
	s := &staged{t: t, bucket: bucket, transport: transport, s3: startStrict(t, moto["AWS_ENDPOINT_URL"], "111122223333", env["AWS_ACCESS_KEY_ID"], env["AWS_SECRET_ACCESS_KEY"])}
	s.env = env.with(environment{"AWS_ENDPOINT_URL_S3": s.s3.URL, "XDG_STATE_HOME": t.TempDir()})
	aws(t, s.env, nil, "s3api", "create-bucket", "--bucket", bucket)
	aws(t, s.env, nil, "s3api", "put-bucket-versioning", "--bucket", bucket, "--versioning-configuration", "Status=Enabled")
	s.add("churn", s.subnet("state", "available"), "Enabled")
	s.make("churn", "churn-net")
	return s
}

// subnet is one of the simulated world's.
func (s *staged) subnet(filter, value string) string {
	s.t.Helper()
	var out struct {
		Subnets []struct {
			SubnetID string `json:"SubnetId"`
		}
	}
	aws(s.t, s.env, &out, "ec2", "describe-subnets", "--filters", "Name="+filter+",Values="+value)
	if len(out.Subnets) == 0 {
		s.t.Fatalf("no subnet has the %s %s", filter, value)
	}
	return out.Subnets[0].SubnetID
}

// add makes a notebook that the world has from here on.
func (s *staged) add(name, subnet, direct string) {
	s.t.Helper()
	change, err := json.Marshal(map[string]string{"op": "add", "name": name, "region": "us-east-1", "directInternetAccess": direct, "subnetId": subnet})
	must(s.t, err)
	res, err := http.Post(s.env["AWS_ENDPOINT_URL"]+"/_sim/change", "application/json", bytes.NewReader(change))
	must(s.t, err)
	defer res.Body.Close()
	if text, _ := io.ReadAll(res.Body); res.StatusCode != http.StatusNoContent {
		s.t.Fatalf("the notebook was not added: %s", text)
	}
}

// fill puts files into a simulated notebook, which has none before somebody signs in.
func (s *staged) fill(name string) {
	s.t.Helper()
	aws(s.t, s.env, nil, "sagemaker", "create-presigned-notebook-instance-url", "--notebook-instance-name", name)
	res, err := http.Get(s.env["AWS_ENDPOINT_URL"] + "/_sim/jupyter")
	must(s.t, err)
	defer res.Body.Close()
	var labs []struct{ ARN, Root string }
	must(s.t, json.NewDecoder(res.Body).Decode(&labs))
	for _, l := range labs {
		if strings.HasSuffix(l.ARN, "/"+name) {
			must(s.t, os.MkdirAll(filepath.Join(l.Root, "deep", "empty"), 0o755))
			must(s.t, os.WriteFile(filepath.Join(l.Root, "deep", "data"), bytes.Repeat([]byte("data "), 4<<20), 0o640))
			must(s.t, os.Symlink("deep/data", filepath.Join(l.Root, "link")))
		}
	}
}

// make makes the plan.
func (s *staged) make(name, replacement string) {
	s.t.Helper()
	r := run(s.t, s.env, binary(s.t), "plan", name, "--region", "us-east-1", "--name", replacement, "--transport", s.transport, "--bucket", s.bucket, "-o", "json")
	if r.code != 0 {
		s.t.Fatalf("plan: %d %s", r.code, r.stderr)
	}
	var plan struct{ RunID, Fingerprint string }
	must(s.t, json.Unmarshal([]byte(r.stdout), &plan))
	s.plan, s.print, s.run = filepath.Join(s.t.TempDir(), "plan.json"), plan.Fingerprint, plan.RunID
	must(s.t, os.WriteFile(s.plan, []byte(r.stdout), 0o600))
}

func (s *staged) apply() *exec.Cmd {
	cmd := exec.Command(binary(s.t), "apply", s.plan, "--approve", s.print, "--until", "verify")
	cmd.Env = s.env.list()
	return cmd
}

// finished carries the plan to its proof.
func (s *staged) finished() {
	s.t.Helper()
	r := runWithin(s.t, 3*time.Minute, s.env, binary(s.t), "apply", s.plan, "--approve", s.print, "--until", "verify")
	digests := regexp.MustCompile(`digest (\S+) = (\S+),`).FindStringSubmatch(r.stdout)
	if r.code != 0 || len(digests) != 3 || digests[1] != digests[2] || strings.Contains(r.stdout, "differing") {
		left, _ := os.ReadFile(filepath.Join(s.env["XDG_STATE_HOME"], "nbscope", "runs", s.run+".data", "differences.jsonl"))
		s.t.Fatalf("apply: exit %d: %s %s\n%s", r.code, r.stdout, r.stderr, left)
	}
	if strings.Contains(r.stdout+r.stderr, "X-Amz-") {
		s.t.Errorf("a URL is said: %s %s", r.stdout, r.stderr)
	}
}

// leftNothing looks, with the AWS CLI, that the bucket is empty, and that every request
// was as it should be.
func (s *staged) leftNothing() {
	s.t.Helper()
	s.s3.mu.Lock()
	s.s3.faults = false
	s.s3.mu.Unlock()
	var left struct{ Versions, DeleteMarkers []any }
	aws(s.t, s.env, &left, "s3api", "list-object-versions", "--region", "us-east-1", "--bucket", s.bucket)
	if len(left.Versions)+len(left.DeleteMarkers) > 0 {
		s.t.Errorf("in the bucket are left: %+v", left)
	}
	s.s3.mu.Lock()
	defer s.s3.mu.Unlock()
	if len(s.s3.wrong) > 0 {
		s.t.Errorf("refused: %q", s.s3.wrong)
	}
	if s.transport == "s3" && (len(s.s3.agents) != 1 || !s.s3.agents["curl"]) {
		s.t.Errorf("objects were carried by %v", s.s3.agents)
	}
	for k := range s.s3.keysSeen {
		if !strings.HasPrefix(k, s.bucket+"/nbscope/111122223333/us-east-1/churn/"+s.run+"/") {
			s.t.Errorf("the key of an object is %s", k)
		}
	}
}

// watched looks for URLs in the list of processes until the returned function is called.
func watched(t *testing.T) (stop func()) {
	over, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-over:
				return
			case <-time.After(50 * time.Millisecond):
			}
			all, _ := filepath.Glob("/proc/[0-9]*/cmdline")
			for _, f := range all {
				if raw, err := os.ReadFile(f); err == nil && bytes.Contains(raw, []byte("X-Amz-Signature")) {
					t.Errorf("a URL is in the list of processes: %q", raw)
					return
				}
			}
		}
	}()
	return func() { close(over); <-done }
}

// TestSimCopiesThroughS3 recreates a simulated notebook through the simulated S3, as far
// as its network lets it.
func TestSimCopiesThroughS3(t *testing.T) {
	t.Parallel()
	env := startSim(t, "--accounts", "1", "--notebooks", "60", "--time-scale", "6000").with(environment{"XDG_STATE_HOME": t.TempDir()})
	t.Run("copies", func(t *testing.T) {
		for name, c := range map[string]struct {
			vpc  string
			code int
			says string
		}{
			"churn": {"research-isolated", 0, "done at verify"}, // it has an endpoint for S3
			"fraud": {"lab", 6, "does not get to the bucket"},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				s := &staged{t: t, env: env, bucket: "sagemaker-us-east-1-111122223333", transport: "s3"}
				s.add(name, s.subnet("tag:Name", c.vpc+"-private-a"), "Disabled")
				s.fill(name)
				s.make(name, name+"-net")
				r := runWithin(t, 2*time.Minute, env, binary(t), "apply", s.plan, "--approve", s.print, "--until", "verify")
				if r.code != c.code || !strings.Contains(r.stdout+r.stderr, c.says) {
					t.Errorf("exit %d: %s %s", r.code, r.stdout, r.stderr)
				}
			})
		}
	})
	var left []struct{ Objects []any }
	res, err := http.Get(env["AWS_ENDPOINT_URL"] + "/_sim/buckets")
	must(t, err)
	defer res.Body.Close()
	must(t, json.NewDecoder(res.Body).Decode(&left))
	if len(left) != 1 || len(left[0].Objects) > 0 {
		t.Errorf("in the buckets: %+v", left)
	}
}
