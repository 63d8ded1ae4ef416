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
	"time"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"

	"nbscope/aws/mover"
	"nbscope/model"
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
}

var _ mover.Store = (*s3Bucket)(nil)

// client is the way to S3. What is asked goes to the account's own buckets only: one of
// that name which is somebody else's takes nothing.
func (b *s3Bucket) client() *s3Client { return b.session.in(b.region).s3() }

func (b *s3Bucket) call(op, method, key string) *s3Call {
	return &s3Call{op: op, method: method, bucket: b.name, key: key, query: url.Values{}, header: http.Header{"X-Amz-Expected-Bucket-Owner": {b.session.account}}}
}

// Ready fails where the bucket cannot be used. It is asked with a list, whose refusals say
// why: those of the call for it do not.
func (b *s3Bucket) Ready(ctx context.Context) error {
	_, err := b.page(ctx, recreate.KeyHead, url.Values{"max-keys": {"1"}})
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

// Put signs a URL that takes one object.
func (b *s3Bucket) Put(ctx context.Context, key string, size int64, sum string) (transfer.Order, error) {
	digest, err := hex.DecodeString(sum)
	if err != nil {
		return transfer.Order{}, fmt.Errorf("sign a part: %w", err)
	}
	o, err := b.order(ctx, b.writer.putObject(b, key, size, base64.StdEncoding.EncodeToString(digest)))
	o.Size, o.SHA256 = size, sum
	return o, err
}

// Get signs a URL of an object, or of a version of it.
func (b *s3Bucket) Get(ctx context.Context, key, version string) (transfer.Order, error) {
	call := b.call("GetObject", http.MethodGet, key)
	if version != "" {
		call.query.Set("versionId", version)
	}
	return b.order(ctx, call)
}

// order is what a notebook is told: the URL, and the headers that were signed and that no
// program sends by itself.
func (b *s3Bucket) order(ctx context.Context, call *s3Call) (transfer.Order, error) {
	signed, header, err := b.client().presign(ctx, call, urlLife)
	if err != nil {
		return transfer.Order{}, b.session.fault(ctx, b.region, err)
	}
	o := transfer.Order{Method: call.method, URL: signed, Headers: map[string]string{}}
	for k, v := range header {
		if k != "Host" && k != "Content-Length" {
			o.Headers[k] = strings.Join(v, ",")
		}
	}
	return o, nil
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

// s3List is a page of what is in a bucket.
type s3List struct {
	Name, Prefix          *string
	IsTruncated           *bool
	NextContinuationToken string
	Contents              []struct{ Key string }
}

// s3Versions is the same with all versions, and the marks of what was deleted.
type s3Versions struct {
	Name, Prefix          *string
	IsTruncated           *bool
	NextKeyMarker         string
	NextVersionIDMarker   string `xml:"NextVersionIdMarker"`
	Version, DeleteMarker []s3Version
}

type s3Version struct {
	Key       string
	VersionID string `xml:"VersionId"`
}

func (b *s3Bucket) page(ctx context.Context, prefix string, query url.Values) (*s3List, error) {
	call, out := b.call("ListObjectsV2", http.MethodGet, ""), &s3List{}
	call.query, call.answer = query, out
	call.query.Set("list-type", "2")
	call.query.Set("prefix", prefix)
	return out, b.client().do(ctx, call)
}

func (b *s3Bucket) objects(ctx context.Context, prefix string) (out []mover.Object, err error) {
	for next := (url.Values{}); next != nil; {
		page, err := b.page(ctx, prefix, next)
		if err != nil {
			return nil, err
		}
		for _, o := range page.Contents {
			out = append(out, mover.Object{Key: o.Key})
		}
		if next = nil; *page.IsTruncated {
			next = url.Values{"continuation-token": {page.NextContinuationToken}}
		}
	}
	return out, nil
}

func (b *s3Bucket) versions(ctx context.Context, prefix string) (out []mover.Object, err error) {
	for next := (url.Values{}); next != nil; {
		call, page := b.call("ListObjectVersions", http.MethodGet, ""), &s3Versions{}
		call.query, call.answer = next, page
		call.query.Set("versions", "")
		call.query.Set("prefix", prefix)
		if err := b.client().do(ctx, call); err != nil {
			return nil, err
		}
		for _, o := range page.Version {
			out = append(out, mover.Object{Key: o.Key, Version: strings.TrimPrefix(o.VersionID, noVersion)})
		}
		for _, o := range page.DeleteMarker {
			out = append(out, mover.Object{Key: o.Key, Version: o.VersionID})
		}
		if next = nil; *page.IsTruncated {
			next = url.Values{"key-marker": {page.NextKeyMarker}}
			if page.NextVersionIDMarker != "" {
				next.Set("version-id-marker", page.NextVersionIDMarker)
			}
		}
	}
	return out, nil
}

// s3Buckets is a page of the buckets of an account.
type s3Buckets struct {
	Owner   *struct{ ID string }
	Buckets struct {
		Bucket []struct {
			Name         string
			CreationDate time.Time
		}
	}
	ContinuationToken string
}

// buckets lists those of the account in the notebooks' region, and one that can be made.
func (c *choiceLister) buckets(ctx context.Context) ([]recreate.Choice, error) {
	made := recreate.NewBucketChoice(c.source.Account, c.source.Region)
	name, _ := recreate.ReadBucketChoice(made.Value)
	var out []recreate.Choice
	for next := "first"; next != ""; {
		page := &s3Buckets{}
		call := &s3Call{op: "ListBuckets", method: http.MethodGet, query: url.Values{"bucket-region": {c.source.Region}, "max-buckets": {"1000"}}, answer: page}
		if next != "first" {
			call.query.Set("continuation-token", next)
		}
		if err := c.session.in(c.source.Region).s3().do(ctx, call); err != nil {
			return nil, err
		}
		for _, b := range page.Buckets.Bucket {
			out = append(out, recreate.Choice{Value: b.Name, Note: "made " + b.CreationDate.UTC().Format("2006-01-02"), Bad: recreate.BadBucket(b.Name)})
		}
		next = page.ContinuationToken
	}
	if slices.ContainsFunc(out, func(o recreate.Choice) bool { return o.Value == name }) {
		return out, nil
	}
	return append(out, made), nil
}
