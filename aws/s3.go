package aws

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	awsmw "github.com/aws/aws-sdk-go-v2/aws/middleware"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/encoding/httpbinding"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"nbscope/model"
)

// s3Client speaks to S3 with the SDK's own parts (middleware, retries, signer), but for
// its package for S3, which is larger than all that is left of the binary's budget: see
// decision 11. What stands in the way of every other call stands in the way of these.
type s3Client struct {
	client    *Client
	cfg       sdkaws.Config
	partition string
	ahead     atomic.Int64 // how far S3's clock is, as the last answer said
}

const (
	s3ServiceID = "S3"
	s3Unsigned  = "UNSIGNED-PAYLOAD"
)

// s3Call is one call. Operations have the names that the API has for them.
type s3Call struct {
	op          string
	method      string
	bucket, key string
	query       url.Values
	header      http.Header
	body        []byte
	size        int64 // of what is put by a signed URL
	answer      any   // what the answer is decoded into; nil for none
}

// do makes a call.
func (c *s3Client) do(ctx context.Context, call *s3Call) error {
	s3 := spoken{service: s3ServiceID, steps: []func(*middleware.Stack) error{
		func(s *middleware.Stack) error { return s.Serialize.Add(s3Serializer{c, call}, middleware.After) },
		func(s *middleware.Stack) error { return s.Finalize.Add(s3Signing{c, call}, middleware.After) },
		func(s *middleware.Stack) error { return s.Deserialize.Add(s3Deserializer{call}, middleware.After) },
	}}
	md, err := s3.call(ctx, c.cfg, call.op, call)
	if skew, ok := awsmw.GetAttemptSkew(md); ok {
		c.ahead.Store(int64(skew))
	}
	return err
}

// sign makes a URL of a call that somebody else makes, within a time. It asks nobody, but
// for new credentials.
func (c *s3Client) sign(ctx context.Context, call *s3Call, life time.Duration) (signed string, header http.Header, err error) {
	query := url.Values{"X-Amz-Expires": {strconv.Itoa(int(life.Seconds()))}}
	maps.Copy(query, call.query)
	of := *call
	of.query = query
	u, err := c.address(&of)
	if err != nil {
		return "", nil, err
	}
	if u.Scheme == "http" && !isLoopback(u.Hostname()) {
		return "", nil, &plainHTTPError{host: u.Hostname()}
	}
	req := (&http.Request{Method: call.method, URL: u, Host: u.Host, Header: call.header.Clone(), ContentLength: call.size}).WithContext(ctx)
	if req.Header == nil {
		req.Header = http.Header{}
	}
	credentials, err := c.cfg.Credentials.Retrieve(ctx)
	if err != nil {
		return "", nil, fmt.Errorf("get credentials: %w", err)
	}
	signed, header, err = s3Signer().PresignHTTP(ctx, credentials, req, s3Unsigned, "s3", c.cfg.Region, c.now())
	if err != nil {
		return "", nil, fmt.Errorf("sign a URL: %w", err)
	}
	return signed, header, nil
}

func s3Signer() *v4.Signer {
	return v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true }) // S3 escapes once
}

// now is the time by S3's clock, as far as this machine's is off by more than answers take.
func (c *s3Client) now() time.Time {
	at := c.client.opt.Now().UTC()
	if ahead := time.Duration(c.ahead.Load()); ahead.Abs() > time.Minute {
		at = at.Add(ahead)
	}
	return at
}

// address is where a call goes: to the endpoint that is configured, with the bucket in the
// path, else to AWS's own, with the bucket before it unless TLS forbids a name with dots.
func (c *s3Client) address(call *s3Call) (*url.URL, error) {
	u, path := &url.URL{Scheme: "https", RawQuery: call.query.Encode()}, call.bucket
	if e := c.client.endpointOf(settingsOf(c.cfg), s3ServiceID); e.URL != "" {
		base, err := url.Parse(e.URL)
		if err != nil {
			return nil, &elsewhereError{"", e}
		}
		u.Scheme, u.Host, path = base.Scheme, base.Host, strings.Trim(strings.TrimSuffix(base.Path, "/")+"/"+path, "/")
	} else {
		host, err := c.host(call.op)
		if err != nil {
			return nil, err
		}
		u.Host = host
		if path != "" && !strings.Contains(path, ".") {
			u.Host, path = path+"."+host, ""
		}
	}
	if call.key != "" {
		path += "/" + call.key
	}
	u.Path = "/" + strings.TrimPrefix(path, "/")
	u.RawPath = httpbinding.EscapePath(u.Path, false)
	return u, nil
}

// host is that of AWS's own endpoint.
func (c *s3Client) host(op string) (string, error) {
	suffix, known := model.ServiceSuffix(c.partition)
	if !known {
		return "", model.Problem{
			Kind: model.KindNotOffered, Operation: "s3:" + op, Hint: "set AWS_ENDPOINT_URL_S3",
			Message: "the names of services in the partition " + c.partition + " are not known",
		}
	}
	host, p := "s3", settingsOf(c.cfg)
	if p != nil && p.FIPS {
		host += "-fips"
	}
	if p != nil && p.DualStack {
		host += ".dualstack"
	}
	return host + "." + c.cfg.Region + "." + suffix, nil
}

// s3Serializer makes the request of a call.
type s3Serializer struct {
	*s3Client

	call *s3Call
}

// ID is for the SDK.
func (s3Serializer) ID() string { return "OperationSerializer" }

// HandleSerialize is for the SDK.
func (s s3Serializer) HandleSerialize(ctx context.Context, in middleware.SerializeInput, next middleware.SerializeHandler) (
	out middleware.SerializeOutput, md middleware.Metadata, err error,
) {
	req, ok := in.Request.(*smithyhttp.Request)
	if !ok {
		return out, md, &smithy.SerializationError{Err: fmt.Errorf("the request is a %T", in.Request)}
	}
	if req.URL, err = s.address(s.call); err != nil {
		return out, md, err
	}
	req.Method, req.Header = s.call.method, http.Header{}
	maps.Copy(req.Header, s.call.header)
	if len(s.call.body) > 0 {
		if req, err = req.SetStream(bytes.NewReader(s.call.body)); err != nil {
			return out, md, &smithy.SerializationError{Err: err}
		}
	}
	in.Request = req
	return next.HandleSerialize(ctx, in)
}

// s3Signing signs each attempt.
type s3Signing struct {
	*s3Client

	call *s3Call
}

// ID is for the SDK.
func (s3Signing) ID() string { return "Signing" }

// HandleFinalize is for the SDK.
func (s s3Signing) HandleFinalize(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (
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
	sum := sha256.Sum256(s.call.body)
	payload := hex.EncodeToString(sum[:])
	req.Header.Set("X-Amz-Content-Sha256", payload)
	if err := s3Signer().SignHTTP(ctx, credentials, req.Request, payload, "s3", s.cfg.Region, s.now()); err != nil {
		return out, md, &v4.SigningError{Err: err}
	}
	out, md, err = next.HandleFinalize(ctx, in)
	if skew, ok := awsmw.GetAttemptSkew(md); ok {
		s.ahead.Store(int64(skew)) // for the next attempt
	}
	return out, md, err
}

// s3Deserializer reads the answer to a call.
type s3Deserializer struct{ call *s3Call }

// ID is for the SDK.
func (s3Deserializer) ID() string { return "OperationDeserializer" }

// HandleDeserialize is for the SDK.
func (d s3Deserializer) HandleDeserialize(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
	out middleware.DeserializeOutput, md middleware.Metadata, err error,
) {
	out, md, err = next.HandleDeserialize(ctx, in)
	if err != nil {
		return out, md, err
	}
	res, ok := out.RawResponse.(*smithyhttp.Response)
	if !ok {
		return out, md, &smithy.DeserializationError{Err: fmt.Errorf("the answer is a %T", out.RawResponse)}
	}
	id := res.Header.Get("X-Amz-Request-Id")
	awsmw.SetRequestIDMetadata(&md, id)
	out.Result = d.call.answer
	if err := d.read(res); err != nil {
		return out, md, &awshttp.ResponseError{ResponseError: &smithyhttp.ResponseError{Response: res, Err: err}, RequestID: id}
	}
	return out, md, nil
}

// read decodes an answer, or the error that it is.
func (d s3Deserializer) read(res *smithyhttp.Response) error {
	raw, err := io.ReadAll(res.Body)
	if err = errors.Join(err, res.Body.Close()); err != nil {
		return &smithy.DeserializationError{Err: err}
	}
	if res.StatusCode < 200 || res.StatusCode > 299 {
		var said struct{ Code, Message string }
		if xml.Unmarshal(raw, &said) != nil || said.Code == "" { // from who stands before S3, or nothing
			said.Code, said.Message = strings.ReplaceAll(http.StatusText(res.StatusCode), " ", ""), ""
		}
		fault := smithy.FaultClient
		if res.StatusCode >= 500 {
			fault = smithy.FaultServer
		}
		return &smithy.GenericAPIError{Code: said.Code, Message: said.Message, Fault: fault}
	}
	if d.call.answer == nil {
		return nil
	}
	if err := xml.Unmarshal(raw, d.call.answer); err != nil {
		return &smithy.DeserializationError{Err: err, Snapshot: raw[:min(len(raw), 1<<10)]}
	}
	return nil
}
