package sim

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

const testBucket = "sagemaker-eu-west-1-111122223333"

// s3Rig is a rig at the time at which the SDK signs.
func s3Rig(t *testing.T, change func(*Options)) rig {
	r := newRig(t, change)
	r.clock.advance(time.Since(r.clock.Now()))
	return r
}

func (r rig) s3(cfg sdkaws.Config) *s3.Client {
	return s3.NewFromConfig(cfg, func(o *s3.Options) {
		o.UsePathStyle = true
		o.RequestChecksumCalculation = sdkaws.RequestChecksumCalculationWhenRequired
		o.ResponseChecksumValidation = sdkaws.ResponseChecksumValidationWhenRequired
	})
}

// signedPut is a URL for an object with its checksum, for a minute.
func (r rig) signedPut(t *testing.T, cfg sdkaws.Config, bucket, key, body string) *v4.PresignedHTTPRequest {
	t.Helper()
	sum := sha256.Sum256([]byte(body))
	u, err := s3.NewPresignClient(r.s3(cfg), s3.WithPresignExpires(time.Minute)).PresignPutObject(t.Context(), &s3.PutObjectInput{
		Bucket: sdkaws.String(bucket), Key: sdkaws.String(key), ContentLength: sdkaws.Int64(int64(len(body))),
		ChecksumSHA256: sdkaws.String(base64.StdEncoding.EncodeToString(sum[:])), ExpectedBucketOwner: sdkaws.String("111122223333"),
	})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func (r rig) signedGet(t *testing.T, cfg sdkaws.Config, key string, version *string) *v4.PresignedHTTPRequest {
	t.Helper()
	u, err := s3.NewPresignClient(r.s3(cfg), s3.WithPresignExpires(time.Minute)).PresignGetObject(t.Context(), &s3.GetObjectInput{
		Bucket: sdkaws.String(testBucket), Key: sdkaws.String(key), VersionId: version,
	})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// fetch carries out a signed request, as it is but for a change.
func fetch(t *testing.T, u *v4.PresignedHTTPRequest, body string, change func(r *http.Request)) (status int, answer string, header http.Header) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), u.Method, u.URL, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range u.SignedHeader {
		if k != "Host" && k != "Content-Length" {
			req.Header[k] = v
		}
	}
	if change != nil {
		change(req)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(raw), res.Header
}

// TestASignedURLDoesWhatWasSignedAndNothingElse changes everything that a URL holds.
func TestASignedURLDoesWhatWasSignedAndNothingElse(t *testing.T) {
	t.Parallel()
	r := s3Rig(t, nil)
	cfg := r.config("eu-west-1")
	const body = "a part"
	for name, c := range map[string]struct {
		change func(r *http.Request)
		body   string
		after  time.Duration
		status int
		says   string
	}{
		"as it is":            {nil, body, 0, 200, ""},
		"just before its end": {nil, body, 59 * time.Second, 200, ""},
		"after its end":       {nil, body, 61 * time.Second, 403, "Request has expired"},
		"before its time":     {nil, body, -6 * time.Minute, 403, "not yet valid"},
		"another key":         {func(r *http.Request) { r.URL.Path += "x" }, body, 0, 403, "SignatureDoesNotMatch"},
		"another method":      {func(r *http.Request) { r.Method = "DELETE" }, body, 0, 403, "SignatureDoesNotMatch"},
		"a longer life": {func(r *http.Request) {
			r.URL.RawQuery = strings.Replace(r.URL.RawQuery, "Expires=60", "Expires=600", 1)
		}, body, 0, 403, "SignatureDoesNotMatch"},
		"another content":       {nil, "b part", 0, 400, "BadDigest"},
		"another length":        {nil, body + "more", 0, 403, "SignatureDoesNotMatch"},
		"without its checksum":  {func(r *http.Request) { r.Header.Del("X-Amz-Checksum-Sha256") }, body, 0, 403, "SignatureDoesNotMatch"},
		"with another checksum": {func(r *http.Request) { r.Header.Set("X-Amz-Checksum-Sha256", "AAAA") }, body, 0, 403, "SignatureDoesNotMatch"},
		"for another owner": {func(r *http.Request) {
			r.URL.RawQuery = strings.Replace(r.URL.RawQuery, "111122223333", "444455556666", 1)
		}, body, 0, 403, "SignatureDoesNotMatch"},
		"by a key that is not any": {func(r *http.Request) { r.URL.RawQuery = strings.Replace(r.URL.RawQuery, "AKIA", "AKIB", 1) }, body, 0, 403, "InvalidAccessKeyId"},
	} {
		t.Run(name, func(t *testing.T) {
			key := "nbscope/" + strings.ReplaceAll(name, " ", "-")
			u := r.signedPut(t, cfg, testBucket, key, body)
			r.clock.advance(c.after)
			defer r.clock.advance(-c.after)
			status, says, _ := fetch(t, u, c.body, c.change)
			if status != c.status || !strings.Contains(says, c.says) {
				t.Errorf("%d %s", status, says)
			}
			status, got, _ := fetch(t, r.signedGet(t, cfg, key, nil), "", nil)
			if c.status == 200 && (status != 200 || got != body) || c.status != 200 && status == 200 && c.after == 0 {
				t.Errorf("then %d %s is there", status, got)
			}
		})
	}
}

// TestASessionSignsURLs has credentials with a token sign, and run out.
func TestASessionSignsURLs(t *testing.T) {
	t.Parallel()
	r := s3Rig(t, nil)
	out, err := r.sts().AssumeRole(t.Context(), &sts.AssumeRoleInput{
		RoleArn: sdkaws.String("arn:aws:iam::111122223333:role/" + OrgRole), RoleSessionName: sdkaws.String("e2e"), DurationSeconds: sdkaws.Int32(900),
	})
	if err != nil {
		t.Fatal(err)
	}
	cfg := r.configFor("eu-west-1", *out.Credentials.AccessKeyId, *out.Credentials.SecretAccessKey, *out.Credentials.SessionToken)
	if status, says, _ := fetch(t, r.signedPut(t, cfg, testBucket, "k", "x"), "x", nil); status != 200 {
		t.Errorf("%d %s", status, says)
	}
	r.clock.advance(16 * time.Minute)
	if status, says, _ := fetch(t, r.signedPut(t, cfg, testBucket, "k", "x"), "x", nil); status != 400 || !strings.Contains(says, "ExpiredToken") {
		t.Errorf("%d %s", status, says)
	}
}

// TestBuckets asks for what is there, and what is not.
func TestBuckets(t *testing.T) {
	t.Parallel()
	r := s3Rig(t, nil)
	c := r.s3(r.config("eu-west-1"))
	list := func(name, owner string) error {
		_, err := c.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: sdkaws.String(name), ExpectedBucketOwner: sdkaws.String(owner)})
		return err
	}
	if err := list(testBucket, "111122223333"); err != nil {
		t.Error(err)
	}
	for name, want := range map[string]string{
		"sagemaker-eu-west-1-444455556666": "AccessDenied", "sagemaker-us-east-1-111122223333": "PermanentRedirect", "sagemaker-nowhere-1-111122223333": "NoSuchBucket", "data": "NoSuchBucket",
	} {
		if code, _ := codeOf(t, list(name, "111122223333")); code != want {
			t.Errorf("%s: %s", name, code)
		}
	}
	if code, _ := codeOf(t, list(testBucket, "444455556666")); code != "AccessDenied" {
		t.Errorf("another owner: %s", code)
	}
}

// TestListsAndDeletions go page by page, also through versions.
func TestListsAndDeletions(t *testing.T) {
	t.Parallel()
	r := s3Rig(t, nil)
	cfg := r.config("eu-west-1")
	c := r.s3(cfg)
	for _, name := range []string{testBucket, "versions-" + testBucket} {
		b := sdkaws.String(name)
		for i := range 5 {
			for range 2 {
				status, says, h := fetch(t, r.signedPut(t, cfg, name, fmt.Sprintf("a/%d", i), "x"), "x", nil)
				if status != 200 || (h.Get("X-Amz-Version-Id") != "") != (name != testBucket) {
					t.Fatalf("%d %s %v", status, says, h)
				}
			}
		}
		var keys []string
		pages := s3.NewListObjectsV2Paginator(c, &s3.ListObjectsV2Input{Bucket: b, Prefix: sdkaws.String("a/"), MaxKeys: sdkaws.Int32(2)})
		for pages.HasMorePages() {
			p, err := pages.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, o := range p.Contents {
				keys = append(keys, *o.Key)
			}
		}
		if !slices.Equal(keys, []string{"a/0", "a/1", "a/2", "a/3", "a/4"}) {
			t.Errorf("%s: %v", name, keys)
		}
		if _, err := c.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: b, Key: sdkaws.String("a/0")}); err != nil {
			t.Fatal(err)
		}
		got, err := c.ListObjectVersions(t.Context(), &s3.ListObjectVersionsInput{Bucket: b, Prefix: sdkaws.String("a/")})
		if err != nil {
			t.Fatal(err)
		}
		versions, marks := 4, 0
		if name != testBucket {
			versions, marks = 10, 1
		}
		if len(got.Versions) != versions || len(got.DeleteMarkers) != marks {
			t.Errorf("%s: %d versions, %d marks", name, len(got.Versions), len(got.DeleteMarkers))
		}
		for _, v := range got.Versions {
			if _, err := c.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: b, Key: v.Key, VersionId: v.VersionId}); err != nil {
				t.Fatal(err)
			}
		}
		for _, v := range got.DeleteMarkers {
			if _, err := c.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: b, Key: v.Key, VersionId: v.VersionId}); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, b := range r.Buckets() {
		if len(b.Objects) > 0 {
			t.Errorf("%+v is left", b)
		}
	}
}

// TestTheNetworkOfANotebookDecides sends requests from notebooks.
func TestTheNetworkOfANotebookDecides(t *testing.T) {
	t.Parallel()
	r := s3Rig(t, func(o *Options) { o.Labs = true })
	at, err := r.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	open := map[string]bool{"": false, "ml-prod": true, "research-isolated": true, "shared-services": true, "inspected-egress": true} // "": the default VPC
	seen := map[string]bool{}
	for _, w := range r.World().Notebooks {
		if w.Account != "111122223333" || w.ExpectedEgress != "" {
			continue
		}
		n := r.world.place(r.world.byID[w.Account], w.Region).get(w.Name, r.clock.Now())
		want, kind := true, "not in a VPC, or direct"
		if w.SubnetID != "" && w.DirectInternetAccess == off {
			groups := n.subnet.vpc.groups
			want, kind = open[n.subnet.vpc.name], "in "+n.subnet.vpc.name
			if n.subnet.vpc.name != "" && slices.Equal(n.groups, []string{groups[len(groups)-1].id}) {
				want, kind = false, "in quarantine"
			}
		}
		proxy, _ := strings.CutPrefix(proxyEnv(strings.TrimPrefix(at, "http://"), n)[0], "http_proxy=")
		if got := throughProxy(t, proxy, at+"/"+testBucket+"/k") == http.StatusForbidden; got != want {
			t.Errorf("%s %s: reaches S3 %v", w.Name, kind, got)
		}
		seen[kind] = true
	}
	if len(seen) < 7 {
		t.Errorf("only %v were tried", seen)
	}
	nobody := strings.Replace(at, "http://", "http://6e:-@", 1)
	if status := throughProxy(t, nobody, at+"/x"); status != http.StatusProxyAuthRequired {
		t.Errorf("a notebook that does not exist: %d", status)
	}
}

// throughProxy asks through a proxy, without a signature; 0 where nothing answers.
func throughProxy(t *testing.T, proxy, at string) (status int) {
	t.Helper()
	u, err := url.Parse(proxy)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{Proxy: http.ProxyURL(u)}
	defer transport.CloseIdleConnections()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, at, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", algorithm+" Credential=K/20261123/eu-west-1/s3/aws4_request, SignedHeaders=host, Signature=00")
	res, err := transport.RoundTrip(req)
	if err != nil {
		return 0
	}
	_ = res.Body.Close()
	return res.StatusCode
}
