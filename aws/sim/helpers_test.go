package sim

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
)

// clock is a clock that stands still until it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// rig is a running simulator with a clock of its own and no faults.
type rig struct {
	*Server
	clock *clock
	url   string
}

func newRig(t testing.TB, change func(*Options)) rig {
	t.Helper()
	c := newClock()
	o := Defaults()
	o.Now, o.Faults, o.TimeScale = c.Now, "", 0
	if change != nil {
		change(&o)
	}
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	h := httptest.NewServer(s.Handler())
	t.Cleanup(h.Close)
	return rig{s, c, h.URL}
}

// config is the SDK's configuration for the first account, without retries.
func (r rig) config(region string) sdkaws.Config {
	id, secret := r.AccessKey()
	return r.configFor(region, id, secret, "")
}

func (r rig) configFor(region, id, secret, token string) sdkaws.Config {
	return sdkaws.Config{
		Region: region, BaseEndpoint: sdkaws.String(r.url),
		Credentials: credentials.NewStaticCredentialsProvider(id, secret, token),
		Retryer:     func() sdkaws.Retryer { return sdkaws.NopRetryer{} },
		HTTPClient:  &http.Client{Transport: plainBodies{&http.Transport{}}},
	}
}

// plainBodies hides from net/http that a request's body can write itself. Of a
// body that the SDK has closed, because the answer is there already, that way
// reports io.EOF as an error, and net/http then closes the connection under the
// answer: seen now and then on loopback, where answers are that quick.
type plainBodies struct{ next *http.Transport }

// RoundTrip sends the request with a body that can only be read.
func (p plainBodies) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil && r.Body != http.NoBody {
		r = r.Clone(r.Context())
		r.Body = struct{ io.ReadCloser }{r.Body}
	}
	return p.next.RoundTrip(r)
}

func (r rig) sagemaker(region string) *sagemaker.Client {
	return sagemaker.NewFromConfig(r.config(region))
}
func (r rig) ec2(region string) *ec2.Client { return ec2.NewFromConfig(r.config(region)) }
func (r rig) sts() *sts.Client              { return sts.NewFromConfig(r.config("us-east-1")) }
func (r rig) iam() *iam.Client              { return iam.NewFromConfig(r.config("us-east-1")) }

func (r rig) tagging(region string) *resourcegroupstaggingapi.Client {
	return resourcegroupstaggingapi.NewFromConfig(r.config(region))
}

// notebooks lists what the world holds in a region of the first account.
func (r rig) notebooks(region string) []ListedNotebook {
	var out []ListedNotebook
	for _, n := range r.World().Notebooks {
		if n.Account == r.World().Accounts[0].ID && n.Region == region {
			out = append(out, n)
		}
	}
	return out
}

// codeOf is the code and message that AWS answered with.
func codeOf(t testing.TB, err error) (code, message string) {
	t.Helper()
	var api smithy.APIError
	if !errors.As(err, &api) {
		t.Fatalf("error %v is no answer of an API", err)
	}
	return api.ErrorCode(), api.ErrorMessage()
}

func wantError(t testing.TB, err error, code, message string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want %s", code)
	}
	gotCode, gotMessage := codeOf(t, err)
	if gotCode != code || gotMessage != message {
		t.Errorf("error = %s %q\n    want %s %q", gotCode, gotMessage, code, message)
	}
}
