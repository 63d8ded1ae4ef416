package aws

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	awsmw "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// spoken is a service that is spoken to with the SDK's own parts (middleware, retries,
// signer), but for its package: see decisions 11 and 12.
type spoken struct {
	service string // as the SDK names it
	signing string // as signatures name it
	id      string // the header of an answer with the id of the request
	signer  *v4.Signer
	cfg     sdkaws.Config
	clock   func() time.Time
	ahead   atomic.Int64 // how far the service's clock is, as the last answer said
}

// spokenCall is one call of such a service.
type spokenCall struct {
	op     string // as the API names it
	in     any    // what is asked, for those who hold calls and answers against each other
	write  func(*smithyhttp.Request) (*smithyhttp.Request, error)
	answer any                                               // what read fills; nil for none
	read   func(status int, h http.Header, raw []byte) error // the answer, or the error that it is
}

// now is the time by the service's clock, as far as this machine's is off by more than
// answers take.
func (s *spoken) now() time.Time {
	at := s.clock().UTC()
	if ahead := time.Duration(s.ahead.Load()); ahead.Abs() > time.Minute {
		at = at.Add(ahead)
	}
	return at
}

// hear keeps what an answer says of the service's clock, for the next attempt.
func (s *spoken) hear(md middleware.Metadata) {
	if skew, ok := awsmw.GetAttemptSkew(md); ok {
		s.ahead.Store(int64(skew))
	}
}

// call makes a call. What stands in the way of every other call stands in the way of
// these.
func (s *spoken) call(ctx context.Context, call *spokenCall) error {
	stack := middleware.NewStack(call.op, smithyhttp.NewStackRequest)
	ctx = middleware.ClearStackValues(ctx)
	ctx = awsmw.SetServiceID(ctx, s.service)
	ctx = awsmw.SetOperationName(ctx, call.op)
	ctx = awsmw.SetRegion(ctx, s.cfg.Region)
	for _, add := range slices.Concat(s.steps(call), s.cfg.APIOptions) {
		if err := add(stack); err != nil {
			return fmt.Errorf("put together a call to %s: %w", s.service, err)
		}
	}
	_, md, err := middleware.DecorateHandler(smithyhttp.NewClientHandlerWithOptions(s.cfg.HTTPClient), stack).Handle(ctx, call.in)
	s.hear(md)
	if err != nil {
		return &smithy.OperationError{ServiceID: s.service, OperationName: call.op, Err: err}
	}
	return nil
}

// steps are what the SDK would put into the stack of a call, in its order and under its
// names, since others are put before and after these.
func (s *spoken) steps(call *spokenCall) []func(*middleware.Stack) error {
	return []func(*middleware.Stack) error{
		func(st *middleware.Stack) error {
			return st.Serialize.Add(middleware.SerializeMiddlewareFunc("OperationSerializer", call.serialize), middleware.After)
		},
		func(st *middleware.Stack) error {
			return st.Finalize.Add(middleware.FinalizeMiddlewareFunc("Signing", s.sign), middleware.After)
		},
		func(st *middleware.Stack) error {
			return st.Deserialize.Add(middleware.DeserializeMiddlewareFunc("OperationDeserializer", func(
				ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler,
			) (middleware.DeserializeOutput, middleware.Metadata, error) {
				out, md, err := next.HandleDeserialize(ctx, in)
				if err == nil {
					err = s.deserialize(call, &out, &md)
				}
				return out, md, err
			}), middleware.After)
		},
		awsmw.AddRequestUserAgentMiddleware,
		func(st *middleware.Stack) error { // before the signing
			return retry.AddRetryMiddlewares(st, retry.AddRetryMiddlewaresOptions{Retryer: s.cfg.Retryer()})
		},
		awsmw.AddRawResponseToMetadata, awsmw.AddRecordResponseTiming,
	}
}

// serialize makes the request.
func (c *spokenCall) serialize(ctx context.Context, in middleware.SerializeInput, next middleware.SerializeHandler) (
	out middleware.SerializeOutput, md middleware.Metadata, err error,
) {
	req, ok := in.Request.(*smithyhttp.Request)
	if !ok {
		return out, md, &smithy.SerializationError{Err: fmt.Errorf("the request is a %T", in.Request)}
	}
	if in.Request, err = c.write(req); err != nil {
		return out, md, err
	}
	return next.HandleSerialize(ctx, in)
}

// sign signs an attempt.
func (s *spoken) sign(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (
	out middleware.FinalizeOutput, md middleware.Metadata, err error,
) {
	req, ok := in.Request.(*smithyhttp.Request)
	if !ok {
		return out, md, &v4.SigningError{Err: fmt.Errorf("the request is a %T", in.Request)}
	}
	credentials, err := s.cfg.Credentials.Retrieve(ctx)
	if err != nil {
		return out, md, fmt.Errorf("get credentials: %w", err)
	}
	sum := sha256.New()
	if body := req.GetStream(); body != nil {
		if _, err := io.Copy(sum, body); err != nil {
			return out, md, &v4.SigningError{Err: err}
		}
		if err := req.RewindStream(); err != nil {
			return out, md, &v4.SigningError{Err: err}
		}
	}
	payload := hex.EncodeToString(sum.Sum(nil))
	req.Header.Set("X-Amz-Content-Sha256", payload) // S3 wants it, and others take it
	if err := s.signer.SignHTTP(ctx, credentials, req.Request, payload, s.signing, s.cfg.Region, s.now()); err != nil {
		return out, md, &v4.SigningError{Err: err}
	}
	out, md, err = next.HandleFinalize(ctx, in)
	s.hear(md)
	return out, md, err
}

// deserialize reads the answer, or the error that it is.
func (s *spoken) deserialize(call *spokenCall, out *middleware.DeserializeOutput, md *middleware.Metadata) error {
	res, ok := out.RawResponse.(*smithyhttp.Response)
	if !ok {
		return &smithy.DeserializationError{Err: fmt.Errorf("the answer is a %T", out.RawResponse)}
	}
	id := res.Header.Get(s.id)
	awsmw.SetRequestIDMetadata(md, id)
	out.Result = call.answer
	raw, err := io.ReadAll(res.Body)
	if err = errors.Join(err, res.Body.Close()); err != nil {
		err = &smithy.DeserializationError{Err: err}
	} else {
		err = call.read(res.StatusCode, res.Header, raw)
	}
	if err != nil {
		return &awshttp.ResponseError{ResponseError: &smithyhttp.ResponseError{Response: res, Err: err}, RequestID: id}
	}
	return nil
}

// decoded reads the answer to a call that was carried out.
func decoded(raw []byte, into any, unmarshal func([]byte, any) error) error {
	if err := unmarshal(raw, into); err != nil {
		return &smithy.DeserializationError{Err: err, Snapshot: raw[:min(len(raw), 1<<10)]}
	}
	return nil
}

// refused is the error that an answer is. Without a code it is from who stands before the
// service, and goes by its status.
func refused(status int, code, message string) error {
	if code == "" {
		code = strings.ReplaceAll(http.StatusText(status), " ", "")
	}
	fault := smithy.FaultClient
	if status >= http.StatusInternalServerError {
		fault = smithy.FaultServer
	}
	return &smithy.GenericAPIError{Code: code, Message: message, Fault: fault}
}
