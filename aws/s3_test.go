package aws

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"

	"nbscope/aws/mover"
	"nbscope/aws/sim"
	"nbscope/model"
	"nbscope/model/profile"
)

// TestACallGoesWhereS3Is makes addresses for every kind of endpoint.
func TestACallGoesWhereS3Is(t *testing.T) {
	t.Parallel()
	const dots = "data.example.com"
	for want, c := range map[string]struct {
		partition, region, bucket, key string
		endpoint                       string
		fips, dual                     bool
	}{
		"https://data.s3.eu-west-1.amazonaws.com/a/b":                              {bucket: "data", key: "a/b"},
		"https://data.s3.eu-west-1.amazonaws.com/":                                 {bucket: "data"},
		"https://s3.eu-west-1.amazonaws.com/":                                      {},
		"https://s3.eu-west-1.amazonaws.com/data.example.com/a":                    {bucket: dots, key: "a"},
		"https://data.s3.cn-north-1.amazonaws.com.cn/a":                            {partition: "aws-cn", region: "cn-north-1", bucket: "data", key: "a"},
		"https://data.s3.eusc-de-east-1.amazonaws.eu/a":                            {partition: "aws-eusc", region: "eusc-de-east-1", bucket: "data", key: "a"},
		"https://data.s3-fips.us-gov-west-1.amazonaws.com/a":                       {partition: "aws-us-gov", region: "us-gov-west-1", bucket: "data", key: "a", fips: true},
		"https://data.s3-fips.dualstack.us-east-1.amazonaws.com/a":                 {region: "us-east-1", bucket: "data", key: "a", fips: true, dual: true},
		"http://127.0.0.1:9000/data":                                               {bucket: "data", endpoint: "http://127.0.0.1:9000"},
		"http://127.0.0.1:9000/data/a":                                             {bucket: "data", key: "a", endpoint: "http://127.0.0.1:9000"},
		"https://vpce-1.s3.eu-west-1.vpce.amazonaws.com/at/data/a":                 {bucket: "data", key: "a", endpoint: "https://vpce-1.s3.eu-west-1.vpce.amazonaws.com/at/"},
		"https://data.s3.eu-west-1.amazonaws.com/odd%20%2B%25%3F%26%C3%A9/a%3D%2A": {bucket: "data", key: "odd +%?&é/a=*"},
		"no address in aws-iso":                                                    {partition: "aws-iso", bucket: "data"},
	} {
		partition, region := c.partition, c.region
		if partition == "" {
			partition = "aws"
		}
		if region == "" {
			region = "eu-west-1"
		}
		words := map[string]string{
			"AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "x", "AWS_REGION": region,
			"AWS_USE_FIPS_ENDPOINT": strconv.FormatBool(c.fips), "AWS_USE_DUALSTACK_ENDPOINT": strconv.FormatBool(c.dual),
		}
		p, err := (&profile.Files{}).Resolve("", func(name string) (string, bool) { v, ok := words[name]; return v, ok })
		fine(t, err)
		client := newS3Client(&Client{wiring: wiring{opt: Options{EndpointURL: c.endpoint}}}, sdkaws.Config{Region: region, ConfigSources: []any{settings{p}}}, partition)
		u, err := client.address(&s3Call{op: "GetObject", bucket: c.bucket, key: c.key})
		if p, ok := errors.AsType[model.Problem](err); strings.HasPrefix(want, "no ") && (!ok || p.Kind != model.KindNotOffered) || !strings.HasPrefix(want, "no ") && (err != nil || u.String() != want) {
			t.Errorf("%v, %v; want %s", u, err, want)
		}
	}
}

// TestAnswersOfS3ThatAreNone has something else answer in its place.
func TestAnswersOfS3ThatAreNone(t *testing.T) {
	t.Parallel()
	_, url := world(t, nil)
	for name, c := range map[string]struct {
		status int
		body   string
		kind   model.ProblemKind
	}{
		"a page":              {http.StatusOK, "<!DOCTYPE html><html><body>sign in</body></html>", model.KindProtocol},
		"half of a list":      {http.StatusOK, "<ListBucketResult><Name>data</Name><Pre", model.KindProtocol},
		"nothing":             {http.StatusOK, "", model.KindProtocol},
		"a refusal, no words": {http.StatusForbidden, "", model.KindDenied},
		"a refusal as a page": {http.StatusForbidden, "<html>no</html>", model.KindProtocol},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var calls atomic.Int64
			other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				calls.Add(1)
				w.WriteHeader(c.status)
				_, _ = w.Write([]byte(c.body))
			}))
			defer other.Close()
			s, _ := world(t, nil)
			client := simClient(t, s, url, func(o *Options) { o.AllowWrite = true })
			b := storeIn(t, client, "eu-west-1", "data")
			client.opt.EndpointURL = other.URL
			_, err := b.List(t.Context(), "nbscope/1/", false)
			if p, ok := errors.AsType[model.Problem](err); !ok || p.Kind != c.kind || p.Operation != "s3:ListObjectsV2" || calls.Load() != 1 {
				t.Errorf("%+v after %d calls", err, calls.Load())
			}
		})
	}
}

// TestCallsOfS3AreCountedAndRepeated goes by what every call goes by: the counters, the
// limit, the retries.
func TestCallsOfS3AreCountedAndRepeated(t *testing.T) {
	t.Parallel()
	s, url := world(t, func(o *sim.Options) { o.Faults = "failop=s3:ListObjectVersions:SlowDown:2,resetop=s3:DeleteObject:1" })
	c := simClient(t, s, url, func(o *Options) { o.AllowWrite = true })
	b := storeIn(t, c, "eu-west-1", "sagemaker-eu-west-1-111122223333")
	cost := &tally{}
	ctx := withTally(t.Context(), cost)
	if _, err := b.List(ctx, "nbscope/1/", true); err != nil {
		t.Error(err)
	}
	if err := b.Delete(ctx, mover.Object{Key: "nbscope/1/p1"}); err != nil {
		t.Error(err)
	}
	calls := s.Calls()
	if calls["S3.ListObjectVersions"].Calls != 3 || calls["S3.DeleteObject"].Calls != 2 || cost.calls.Load() != 2 {
		t.Errorf("%+v, %d in all", calls, cost.calls.Load())
	}
}

// TestAURLLivesAsLongAsItSays looks at what is signed.
func TestAURLLivesAsLongAsItSays(t *testing.T) {
	t.Parallel()
	s, url := world(t, nil)
	b := storeIn(t, simClient(t, s, url, func(o *Options) { o.AllowWrite = true }), "eu-west-1", "sagemaker-eu-west-1-111122223333")
	o, err := b.Get(t.Context(), "k", "v1")
	fine(t, err)
	if !strings.Contains(o.URL, "X-Amz-Expires="+"900") || !strings.Contains(o.URL, "versionId=v1") || !strings.Contains(o.URL, "x-amz-expected-bucket-owner=111122223333") || urlLife != 15*time.Minute {
		t.Error(o.URL)
	}
}
