package aws

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

const (
	maxAttempts = 10
	maxBackoff  = 5 * time.Second
)

// newHTTP makes the one HTTP client that everything shares. The client of the
// metadata service wants it in this form. The others are handed a wire of its
// transport: they would copy it, and with it the pool of connections, for every
// account and region.
func newHTTP(concurrency int, direct bool) *awshttp.BuildableClient {
	return awshttp.NewBuildableClient().
		WithDialerOptions(func(d *net.Dialer) {
			d.Timeout, d.KeepAlive = 10*time.Second, 30*time.Second
		}).
		WithTransportOptions(func(t *http.Transport) {
			t.MaxIdleConns = 0 // no bound: the one per host does it
			t.MaxIdleConnsPerHost = max(64, concurrency)
			t.IdleConnTimeout = 90 * time.Second
			t.TLSHandshakeTimeout = 10 * time.Second
			t.ResponseHeaderTimeout = 30 * time.Second
			t.ExpectContinueTimeout = time.Second
			t.MaxResponseHeaderBytes = maxHeaders
			t.ForceAttemptHTTP2 = true
			t.OnProxyConnectResponse = refuseProxy
			if direct {
				t.Proxy = nil
			}
		})
}

// wire sends one request and takes its answer, whatever it is. The SDK's own client
// follows an answer that leads elsewhere, with an SSO token in a header: AWS gives no
// such answer, and what is signed leaves for no other host.
//
// It keeps the bodies of requests from writing themselves. The SDK closes a body as
// soon as the answer begins; its WriteTo, asked after that whether there is more to
// send, says io.EOF, which net/http takes for a failed request: it breaks the
// connection off in the middle of a long answer. Read says io.EOF too, and there it
// means the end. Seen with smithy-go v1.28.8 and Go 1.26.
type wire struct{ transport http.RoundTripper }

// Do is for the SDK.
func (w wire) Do(req *http.Request) (*http.Response, error) {
	if req.Body != nil && req.Body != http.NoBody {
		req.Body = struct{ io.ReadCloser }{req.Body}
	}
	resp, err := w.transport.RoundTrip(req)
	return resp, lookBeside(req.Context(), net.DefaultResolver.LookupHost, err)
}

// newRetryer spells out every option: the SDK's defaults give up most of a scan
// under throttling, and change with its version. The quota is off because the
// limiter does its work without giving calls up.
func newRetryer() sdkaws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = maxAttempts
		o.MaxBackoff = maxBackoff
		o.RateLimiter = ratelimit.None
		o.Backoff = retry.BackoffDelayerFunc(backoff)
		o.Retryables = append([]retry.IsErrorRetryable{retry.IsErrorRetryableFunc(retryable)}, o.Retryables...)
	})
}

// retryable decides what the SDK's own rules get wrong for calls that only read.
func retryable(err error) sdkaws.Ternary {
	var dns *net.DNSError
	var plain *plainHTTPError
	var flood *floodError
	var proxy *proxyError
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return sdkaws.FalseTernary
	case errors.As(err, &plain), isTLS(err), isHeaderFlood(err):
		return sdkaws.FalseTernary
	case errors.As(err, &proxy) && proxy.code < http.StatusInternalServerError:
		return sdkaws.FalseTernary
	case errors.As(err, &flood):
		return sdkaws.BoolTernary(flood.passing)
	case errors.As(err, &dns) && dns.IsNotFound:
		return sdkaws.FalseTernary // the region has no such endpoint, now or in a second
	case cutShort(err), isMisdated(err):
		return sdkaws.TrueTernary
	}
	return sdkaws.UnknownTernary
}

// backoff is a full jitter, shorter than the SDK's: under throttling it is the
// limiter that spaces the attempts. It ends the retries, by returning the error,
// where more of them only keep the user waiting.
func backoff(attempt int, err error) (time.Duration, error) {
	if attempt >= attemptsFor(err) {
		return 0, err
	}
	ceiling := min(maxBackoff, 100*time.Millisecond<<min(attempt, 10))
	return time.Duration(rand.Int64N(int64(ceiling)) + 1), nil //nolint:gosec // a jitter guards no secret
}

func attemptsFor(err error) int {
	var de *smithy.DeserializationError
	var timeout net.Error
	switch {
	case isThrottle(err):
		return maxAttempts
	case isMisdated(err):
		return 2 // the second is dated by AWS's clock
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return 3
	case errors.As(err, &timeout) && timeout.Timeout():
		return 3
	case errors.As(err, &de) && !cutShort(err):
		return 3
	case brokeOff(err):
		return 5 // what breaks now and then is past it, and what cuts every answer off goes on doing so
	}
	return 7
}

// isThrottle reports whether AWS asked for fewer calls.
func isThrottle(err error) bool {
	return retry.IsErrorThrottles(retry.DefaultThrottles).IsErrorThrottle(err) == sdkaws.TrueTernary
}

// plainHTTPError refuses to send credentials and inventories over the network
// unencrypted.
type plainHTTPError struct{ host string }

func (e *plainHTTPError) Error() string {
	return fmt.Sprintf("plain HTTP only on loopback, and %s is not", e.host)
}

// refusePlainHTTP is the last step before the wire, so that an endpoint from any
// source meets it. The metadata services of EC2 and containers are exempt: they
// are reached over the host's own link and know no TLS.
func refusePlainHTTP(s *middleware.Stack) error {
	step := middleware.DeserializeMiddlewareFunc("nbscope.https", func(
		ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler,
	) (middleware.DeserializeOutput, middleware.Metadata, error) {
		req, ok := in.Request.(*smithyhttp.Request)
		if ok && req.URL.Scheme == "http" && !isLoopback(req.URL.Hostname()) && !isMetadata(req.URL.Hostname()) {
			return middleware.DeserializeOutput{}, middleware.Metadata{}, &plainHTTPError{host: req.URL.Hostname()}
		}
		return next.HandleDeserialize(ctx, in)
	})
	if err := s.Deserialize.Add(step, middleware.After); err != nil {
		return fmt.Errorf("add the check for plain HTTP: %w", err)
	}
	return nil
}

func isMetadata(host string) bool {
	addr, err := netip.ParseAddr(host)
	return err == nil && (addr.IsLinkLocalUnicast() || addr == netip.MustParseAddr("fd00:ec2::254") ||
		addr == netip.MustParseAddr("fd00:ec2::23"))
}
