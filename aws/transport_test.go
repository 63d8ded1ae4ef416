package aws

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sso"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"nbscope/model"
)

// lateReader reads a request's body the way net/http does when the answer is there
// before the body's end was looked for: a first time for what there is, a second
// time after the SDK has closed it.
type lateReader struct {
	read string
	body io.Reader
}

func (l *lateReader) Do(req *http.Request) (*http.Response, error) { return l.RoundTrip(req) }

func (l *lateReader) RoundTrip(req *http.Request) (*http.Response, error) {
	raw, err := io.ReadAll(req.Body)
	l.read, l.body = string(raw), req.Body
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}, err
}

func TestABodyThatTheSDKHasClosedEndsWithoutAnError(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		says   string
		client func(*lateReader) smithyhttp.ClientDo
		broken bool
	}{
		{"as the SDK sends it", func(l *lateReader) smithyhttp.ClientDo { return l }, true},
		{"as nbscope sends it", func(l *lateReader) smithyhttp.ClientDo { return wire{l} }, false},
	} {
		req, ok := smithyhttp.NewStackRequest().(*smithyhttp.Request)
		if !ok {
			t.Fatal("the SDK's request is of another type")
		}
		req, err := req.SetStream(strings.NewReader("Action=DescribeVpcs"))
		if err != nil {
			t.Fatal(err)
		}
		req.URL.Scheme, req.URL.Host, req.ContentLength = "http", "127.0.0.1", int64(len("Action=DescribeVpcs"))
		l := &lateReader{}
		if _, _, err := smithyhttp.NewClientHandlerWithOptions(c.client(l)).Handle(context.Background(), req); err != nil {
			t.Fatal(err)
		}
		if l.read != "Action=DescribeVpcs" {
			t.Errorf("%s: %q was sent", c.says, l.read)
		}
		if _, err := io.Copy(io.Discard, l.body); (err != nil) != c.broken {
			t.Errorf("%s: after the end the body says %v; if the SDK is mended, that part of wire can go", c.says, err)
		}
	}
}

// Go and the SDK follow an answer that leads elsewhere, and take an SSO token with
// them, which is in a header.
func TestWhatIsSignedLeavesForNoOtherHost(t *testing.T) {
	t.Parallel()
	var told []string
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		told = append(told, r.Header.Get("X-Amz-Sso_bearer_token"))
	}))
	t.Cleanup(elsewhere.Close)
	for _, status := range []int{301, 302, 303, 307, 308} {
		portal := httptest.NewServer(http.RedirectHandler(elsewhere.URL, status))
		t.Cleanup(portal.Close)
		c, err := New(Options{
			EndpointURL: portal.URL, Concurrency: 1, Now: time.Now, Log: slog.New(slog.DiscardHandler), Static: &StaticKey{ID: "a", Secret: "b"},
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = sso.NewFromConfig(c.aimed(c.staticConfig(), sso.ServiceID)).GetRoleCredentials(t.Context(), &sso.GetRoleCredentialsInput{
			AccessToken: sdkaws.String("t0ken"), AccountId: sdkaws.String(stubAccount), RoleName: sdkaws.String("Reader"),
		})
		if got := classify(err); got.Kind != model.KindProtocol || !strings.Contains(got.Message, "leads elsewhere, to "+strings.TrimPrefix(elsewhere.URL, "http://")) {
			t.Errorf("%d: %v", status, got)
		}
	}
	if told != nil {
		t.Errorf("the other host was sent %q", told)
	}
}

// TestNobodyWaitsLongForWhatGoesOnFailing adds up the longest pauses.
func TestNobodyWaitsLongForWhatGoesOnFailing(t *testing.T) {
	t.Parallel()
	refused := &smithyhttp.RequestSendError{Err: &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}}
	for name, c := range map[string]struct {
		err   error
		tries int
		most  time.Duration
	}{
		"cut off in its body":      {&smithy.DeserializationError{Err: io.ErrUnexpectedEOF}, 5, 3 * time.Second},
		"cut off before its head":  {&smithyhttp.RequestSendError{Err: io.EOF}, 5, 3 * time.Second},
		"reset":                    {&smithyhttp.RequestSendError{Err: syscall.ECONNRESET}, 5, 3 * time.Second},
		"not of the form of AWS's": {&smithy.DeserializationError{Err: io.EOF}, 3, time.Second},
		"refused":                  {refused, 3, time.Second},
	} {
		tries, waited := 1, time.Duration(0)
		for {
			var longest time.Duration
			var err error
			for range 50 {
				var pause time.Duration
				pause, err = backoff(tries, c.err)
				longest = max(longest, pause)
			}
			if err != nil {
				break
			}
			tries, waited = tries+1, waited+longest
		}
		if tries != c.tries || waited > c.most {
			t.Errorf("%s: %d tries with pauses of %v, want %d within %v", name, tries, waited, c.tries, c.most)
		}
		if got := retryable(c.err); tries > 3 && got == sdkaws.FalseTernary {
			t.Errorf("%s is not tried again", name)
		}
	}
}
