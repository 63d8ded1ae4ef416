package aws

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	awsmw "github.com/aws/aws-sdk-go-v2/aws/middleware"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go/middleware"

	"nbscope/aws/mover"
	"nbscope/model"
	"nbscope/model/profile"
	"nbscope/model/recreate"
	"nbscope/model/transfer"
)

// noVersion is the version of an object where none are kept. It is deleted without, which
// everybody may who may delete.
const noVersion = "null"

// urlLife is how long a signed URL can be used. It is given out when its part is there to
// be sent, and another one is signed where it was not used in time.
const urlLife = 15 * time.Minute

// s3Bucket is a bucket of the notebooks' account and region, as a mover.Store: what it
// signs and does, it does as the user.
type s3Bucket struct {
	session *session
	writer  *writer
	region  string
	name    string
	key     string // of KMS, that encrypts the objects; "" for the bucket's own way
	make    bool   // where there is none of that name
	ahead   atomic.Int64
}

var _ mover.Store = (*s3Bucket)(nil)

// s3In are the clients for S3 of a region: one that calls, and one that only signs.
type s3In struct {
	*s3.Client

	signer *s3.Client
}

// newS3 makes them. Objects are checked by the SHA-256 that is signed: the checksums
// that the SDK adds by itself would be those of what it does not send.
func (s *session) newS3(cfg sdkaws.Config) s3In {
	pathStyle := s.client.endpointOf(settingsOf(cfg), s3.ServiceID).URL != ""
	cfg = s.client.aimed(cfg, s3.ServiceID)
	options := func(o *s3.Options) {
		o.UsePathStyle = pathStyle
		o.RequestChecksumCalculation = sdkaws.RequestChecksumCalculationWhenRequired
		o.ResponseChecksumValidation = sdkaws.ResponseChecksumValidationWhenRequired
	}
	signing := func(o *s3.Options) { o.APIOptions = []func(*middleware.Stack) error{s.client.checkAnswers} } // nothing is sent
	return s3In{s3.NewFromConfig(cfg, options), s3.NewFromConfig(cfg, options, signing)}
}

// Ready fails where the bucket cannot be used. It is asked with a list, whose refusals say
// why: those of the call for it do not.
func (b *s3Bucket) Ready(ctx context.Context) error {
	out, err := b.session.in(b.region).s3().ListObjectsV2(ctx, &s3.ListObjectsV2Input{
		Bucket: &b.name, Prefix: sdkaws.String(recreate.KeyHead), MaxKeys: sdkaws.Int32(1), ExpectedBucketOwner: &b.session.account,
	})
	if err != nil && b.make && classify(err).Kind == model.KindNotFound {
		if err := b.writer.createBucket(ctx, b); err != nil {
			return b.session.fault(ctx, b.region, err)
		}
		b.make = false
		return b.Ready(ctx)
	}
	if err != nil {
		return b.unready(ctx, err)
	}
	if skew, ok := awsmw.GetAttemptSkew(out.ResultMetadata); ok {
		b.ahead.Store(int64(skew))
	}
	return nil
}

func (b *s3Bucket) unready(ctx context.Context, err error) error {
	p := b.session.fault(ctx, b.region, err)
	switch status := httpStatusOf(err); {
	case p.Kind == model.KindNotFound:
		p.Message, p.Hint = "there is no bucket "+b.name, "name one that there is, in "+b.region
	case p.Kind == model.KindDenied:
		p.Hint = "name a bucket of account " + b.session.account + " that you may list, with s3:PutObject, s3:GetObject and s3:DeleteObject for " + recreate.KeyHead + "*"
	case status == http.StatusMovedPermanently || status == http.StatusTemporaryRedirect || p.Kind == model.KindWrongRegion:
		where := "another region"
		if re, ok := errors.AsType[*awshttp.ResponseError](err); ok && re.Response.Header.Get("X-Amz-Bucket-Region") != "" {
			where = re.Response.Header.Get("X-Amz-Bucket-Region")
		}
		p.Kind, p.Message, p.Hint = model.KindConfig, fmt.Sprintf("the bucket %s is in %s, and the notebooks are in %s", b.name, where, b.region), "name a bucket in "+b.region
	}
	return p
}

// Put signs a URL that takes one object. Where there is no key of KMS the bucket's own
// encryption is left to it: S3 leaves nothing in the clear.
func (b *s3Bucket) Put(ctx context.Context, key string, size int64, sum string) (transfer.Order, error) {
	digest, err := hex.DecodeString(sum)
	if err != nil {
		return transfer.Order{}, fmt.Errorf("sign a part: %w", err)
	}
	u, err := b.writer.signPut(ctx, b, key, size, base64.StdEncoding.EncodeToString(digest))
	return b.order(ctx, u, size, sum, err)
}

// Get signs a URL of an object, or of a version of it.
func (b *s3Bucket) Get(ctx context.Context, key, version string) (transfer.Order, error) {
	u, err := b.presigner().PresignGetObject(ctx, &s3.GetObjectInput{
		Bucket: &b.name, Key: &key, VersionId: optional(version), ExpectedBucketOwner: &b.session.account,
	})
	return b.order(ctx, u, 0, "", err)
}

func (b *s3Bucket) presigner() *s3.PresignClient {
	return s3.NewPresignClient(b.session.in(b.region).s3().signer, func(o *s3.PresignOptions) {
		o.Expires, o.Presigner = urlLife, dating{v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true }), time.Duration(b.ahead.Load())}
	})
}

// dating signs by S3's clock, where this machine's is off.
type dating struct {
	*v4.Signer

	ahead time.Duration
}

// PresignHTTP is for the SDK, which keeps what it learns of clocks to what it sends.
func (d dating) PresignHTTP(
	ctx context.Context, credentials sdkaws.Credentials, r *http.Request, payload, service, region string, at time.Time, options ...func(*v4.SignerOptions),
) (string, http.Header, error) {
	if d.ahead.Abs() > time.Minute {
		at = at.Add(d.ahead)
	}
	return d.Signer.PresignHTTP(ctx, credentials, r, payload, service, region, at, options...) //nolint:wrapcheck // the SDK wraps it
}

// order is what a notebook is told: the URL, and the headers that were signed and that no
// program sends by itself.
func (b *s3Bucket) order(ctx context.Context, u *v4.PresignedHTTPRequest, size int64, sum string, err error) (transfer.Order, error) {
	if err == nil {
		err = b.session.client.mayLead(u.URL, settingsOf(b.session.cfg))
	}
	if err != nil {
		return transfer.Order{}, b.session.fault(ctx, b.region, err)
	}
	o := transfer.Order{Method: u.Method, URL: u.URL, Headers: map[string]string{}, Size: size, SHA256: sum}
	for k, v := range u.SignedHeader {
		if k != "Host" && k != "Content-Length" {
			o.Headers[k] = strings.Join(v, ",")
		}
	}
	return o, nil
}

// mayLead refuses a signed URL that leads elsewhere than requests to S3 may.
func (c *Client) mayLead(signed string, p *profile.Profile) error {
	u, err := url.Parse(signed)
	if err != nil {
		return errors.New("the URL that was signed is none")
	}
	if u.Scheme == "http" && !isLoopback(u.Hostname()) {
		return &plainHTTPError{host: u.Hostname()}
	}
	return leadsTo(u.Host, c.endpointOf(p, s3.ServiceID))
}

// Delete takes an object away, or a version of it.
func (b *s3Bucket) Delete(ctx context.Context, o mover.Object) error {
	if err := b.writer.deleteObject(ctx, b, o); err != nil {
		return b.session.fault(ctx, b.region, err)
	}
	return nil
}

// List is everything whose key begins so.
func (b *s3Bucket) List(ctx context.Context, prefix string, versions bool) ([]mover.Object, error) {
	list := b.objects
	if versions {
		list = b.versions
	}
	all, err := list(ctx, prefix)
	if err != nil {
		return nil, b.session.fault(ctx, b.region, err)
	}
	return all, nil
}

func (b *s3Bucket) objects(ctx context.Context, prefix string) (out []mover.Object, err error) {
	pages := s3.NewListObjectsV2Paginator(b.session.in(b.region).s3(), &s3.ListObjectsV2Input{
		Bucket: &b.name, Prefix: &prefix, ExpectedBucketOwner: &b.session.account,
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err //nolint:wrapcheck // classified by the caller
		}
		for _, o := range page.Contents {
			out = append(out, mover.Object{Key: sdkaws.ToString(o.Key)})
		}
	}
	return out, nil
}

func (b *s3Bucket) versions(ctx context.Context, prefix string) (out []mover.Object, err error) {
	pages := s3.NewListObjectVersionsPaginator(b.session.in(b.region).s3(), &s3.ListObjectVersionsInput{
		Bucket: &b.name, Prefix: &prefix, ExpectedBucketOwner: &b.session.account,
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err //nolint:wrapcheck // classified by the caller
		}
		for _, o := range page.Versions {
			version := sdkaws.ToString(o.VersionId)
			if version == noVersion {
				version = ""
			}
			out = append(out, mover.Object{Key: sdkaws.ToString(o.Key), Version: version})
		}
		for _, o := range page.DeleteMarkers {
			out = append(out, mover.Object{Key: sdkaws.ToString(o.Key), Version: sdkaws.ToString(o.VersionId)})
		}
	}
	return out, nil
}

// buckets lists those of the account in the notebooks' region, and one that can be made.
func (c *choiceLister) buckets(ctx context.Context) ([]recreate.Choice, error) {
	made := recreate.NewBucketChoice(c.source.Account, c.source.Region)
	name, _ := recreate.ReadBucketChoice(made.Value)
	var out []recreate.Choice
	pages := s3.NewListBucketsPaginator(c.session.in(c.source.Region).s3(), &s3.ListBucketsInput{
		BucketRegion: &c.source.Region, MaxBuckets: sdkaws.Int32(1000),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err //nolint:wrapcheck // classified by the caller
		}
		for _, b := range page.Buckets {
			one := recreate.Choice{Value: sdkaws.ToString(b.Name), Bad: recreate.BadBucket(sdkaws.ToString(b.Name))}
			if b.CreationDate != nil {
				one.Note = "made " + b.CreationDate.UTC().Format("2006-01-02")
			}
			out = append(out, one)
		}
	}
	if slices.ContainsFunc(out, func(o recreate.Choice) bool { return o.Value == name }) {
		return out, nil
	}
	return append(out, made), nil
}
