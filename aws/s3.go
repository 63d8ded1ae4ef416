package aws

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/encoding/httpbinding"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"nbscope/model"
)

// s3Client speaks to S3 without the SDK's package for it, which is larger than all that is
// left of the binary's budget: see decision 11.
type s3Client struct {
	spoken

	client    *Client
	partition string
}

func newS3Client(c *Client, cfg sdkaws.Config, partition string) *s3Client {
	return &s3Client{client: c, partition: partition, spoken: spoken{
		service: s3ServiceID, signing: "s3", id: "X-Amz-Request-Id", cfg: cfg, clock: c.opt.Now,
		signer: v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true }), // S3 escapes once
	}}
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
	return c.call(ctx, &spokenCall{
		op: call.op, in: call, answer: call.answer, read: call.read,
		write: func(req *smithyhttp.Request) (*smithyhttp.Request, error) { return c.write(req, call) },
	})
}

// presign makes a URL of a call that somebody else makes, within a time. It asks nobody, but
// for new credentials.
func (c *s3Client) presign(ctx context.Context, call *s3Call, life time.Duration) (signed string, header http.Header, err error) {
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
	signed, header, err = c.signer.PresignHTTP(ctx, credentials, req, s3Unsigned, c.signing, c.cfg.Region, c.now())
	if err != nil {
		return "", nil, fmt.Errorf("sign a URL: %w", err)
	}
	return signed, header, nil
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

// write makes the request of a call.
func (c *s3Client) write(req *smithyhttp.Request, call *s3Call) (_ *smithyhttp.Request, err error) {
	if req.URL, err = c.address(call); err != nil {
		return nil, err
	}
	req.Method, req.Header = call.method, http.Header{}
	maps.Copy(req.Header, call.header)
	if len(call.body) == 0 {
		return req, nil
	}
	if req, err = req.SetStream(bytes.NewReader(call.body)); err != nil {
		return nil, &smithy.SerializationError{Err: err}
	}
	return req, nil
}

// read decodes an answer, or the error that it is.
func (c *s3Call) read(status int, _ http.Header, raw []byte) error {
	switch {
	case status < 200 || status > 299:
		var said struct{ Code, Message string }
		if xml.Unmarshal(raw, &said) != nil || said.Code == "" { // from who stands before S3, or nothing
			said.Message = ""
		}
		return refused(status, said.Code, said.Message)
	case c.answer == nil:
		return nil
	}
	return decoded(raw, c.answer, xml.Unmarshal)
}
