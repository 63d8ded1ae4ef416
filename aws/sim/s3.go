package sim

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// maxObject bounds an object: they are kept in memory.
const maxObject = 128 << 20

// storage is the buckets of every account. Each has one in every region, by the name
// that SageMaker itself gives it, and one that keeps versions.
type storage struct {
	mu  sync.Mutex
	all map[string]*s3Bucket
	put int // versions that were made, for their ids
}

type s3Bucket struct {
	name     string
	owner    *account
	region   string
	versions bool
	objects  map[string][]s3Object // by key, the newest last; without versions one of each
}

type s3Object struct {
	version string // "null" where no versions are kept
	gone    bool   // a mark of a deletion
	data    []byte
	key     string // of KMS, "" for S3's own
	at      time.Time
}

// raw is an answer that is no document.
type raw struct {
	status int // 0: 200
	header map[string]string
	body   []byte
}

func s3Operations() []operation {
	return []operation{
		{name: "S3.ListBuckets", handle: listBuckets},
		{name: "S3.CreateBucket", handle: createBucket, writes: true},
		{name: "S3.ListObjectsV2", handle: listObjects},
		{name: "S3.ListObjectVersions", handle: listVersions},
		{name: "S3.GetObject", handle: getObject},
		{name: "S3.PutObject", handle: putObject, writes: true},
		{name: "S3.DeleteObject", handle: deleteObject, writes: true},
	}
}

// s3Operation is the operation that a method, a path and a query stand for.
func s3Operation(hr *http.Request) string {
	name, key := bucketAndKey(hr)
	query := hr.URL.Query()
	switch {
	case name == "" && hr.Method == http.MethodGet:
		return "ListBuckets"
	case key == "" && hr.Method == http.MethodPut && len(query) == 0:
		return "CreateBucket"
	case key != "":
		return map[string]string{"GET": "GetObject", "PUT": "PutObject", "DELETE": "DeleteObject"}[hr.Method]
	case hr.Method == http.MethodGet && query.Has("versions"):
		return "ListObjectVersions"
	case hr.Method == http.MethodGet && query.Get("list-type") == "2":
		return "ListObjectsV2"
	}
	return ""
}

// bucketAndKey reads a path such as /bucket/and/key.
func bucketAndKey(hr *http.Request) (name, key string) {
	name, key, _ = strings.Cut(strings.TrimPrefix(hr.URL.Path, "/"), "/")
	return name, key
}

// bucket returns the bucket that a request is about, under the lock.
func (t *storage) bucket(r *request) (*s3Bucket, *apiError) {
	name, _ := bucketAndKey(r.http)
	b := t.all[name]
	if b == nil {
		b = r.account.world.bucketNamed(name)
		if b == nil {
			return nil, &apiError{code: "NoSuchBucket", message: "The specified bucket does not exist", status: http.StatusNotFound}
		}
		t.all[name] = b
	}
	expected := r.http.Header.Get("X-Amz-Expected-Bucket-Owner")
	if expected == "" {
		expected = r.http.URL.Query().Get("x-amz-expected-bucket-owner")
	}
	switch {
	case b.owner != r.account, expected != "" && expected != b.owner.id:
		return nil, &apiError{code: "AccessDenied", message: "Access Denied", status: http.StatusForbidden}
	case b.region != r.region:
		return nil, &apiError{
			code: "PermanentRedirect", status: http.StatusMovedPermanently, header: map[string]string{"X-Amz-Bucket-Region": b.region},
			message: "The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.",
		}
	}
	return b, nil
}

// bucketNamed makes one of the buckets that every account has in every region.
func (w *world) bucketNamed(name string) *s3Bucket {
	for _, a := range w.accounts {
		head, ok := strings.CutSuffix(name, "-"+a.id)
		if !ok {
			continue
		}
		for _, kind := range []string{"sagemaker-", "versions-sagemaker-"} {
			if region, ok := strings.CutPrefix(head, kind); ok && isRegion(region) {
				return &s3Bucket{name: name, owner: a, region: region, versions: kind != "sagemaker-", objects: map[string][]s3Object{}}
			}
		}
	}
	return nil
}

// on does something with the bucket that is asked for.
func (t *storage) on(r *request, do func(b *s3Bucket, key string) (any, *apiError)) (any, *apiError) {
	t.mu.Lock()
	defer t.mu.Unlock()
	b, fail := t.bucket(r)
	if fail != nil {
		return nil, fail
	}
	_, key := bucketAndKey(r.http)
	return do(b, key)
}

// listBuckets knows SageMaker's own and those that were made since.
func listBuckets(s *cloud, r *request) (any, *apiError) {
	s.storage.mu.Lock()
	defer s.storage.mu.Unlock()
	region := r.http.URL.Query().Get("bucket-region")
	if region == "" {
		region = r.region
	}
	names := []string{"sagemaker-" + region + "-" + r.account.id, "versions-sagemaker-" + region + "-" + r.account.id}
	for _, b := range s.storage.all {
		if b.owner == r.account && b.region == region && !slices.Contains(names, b.name) {
			names = append(names, b.name)
		}
	}
	slices.Sort(names)
	list := element{name: "Buckets"}
	for _, n := range names {
		list.kids = append(list.kids, group("Bucket", leaf("Name", n), moment("CreationDate", s.world.base.Add(-300*24*time.Hour)), leaf("BucketRegion", region)))
	}
	return group("ListAllMyBucketsResult", group("Owner", leaf("ID", r.account.userID)), list), nil
}

// createBucket makes one whose name nobody has.
func createBucket(s *cloud, r *request) (any, *apiError) {
	name, _ := bucketAndKey(r.http)
	region := "us-east-1"
	var in struct{ LocationConstraint string }
	if len(r.body) > 0 {
		if err := xml.Unmarshal(r.body, &in); err != nil { //nolint:gosec // text for a struct of one text
			return nil, badRequest("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema")
		}
	}
	if in.LocationConstraint != "" {
		region = in.LocationConstraint
	}
	s.storage.mu.Lock()
	defer s.storage.mu.Unlock()
	b := s.storage.all[name]
	if b == nil {
		b = s.world.bucketNamed(name)
	}
	switch {
	case b != nil && b.owner == r.account:
		return nil, &apiError{code: "BucketAlreadyOwnedByYou", message: "Your previous request to create the named bucket succeeded and you already own it.", status: http.StatusConflict}
	case b != nil:
		return nil, &apiError{code: "BucketAlreadyExists", message: "The requested bucket name is not available.", status: http.StatusConflict}
	case region != r.region:
		return nil, badRequest("IllegalLocationConstraintException", "The %s location constraint is incompatible for the region specific endpoint this request was sent to.", region)
	}
	s.storage.all[name] = &s3Bucket{name: name, owner: r.account, region: region, objects: map[string][]s3Object{}}
	return raw{header: map[string]string{"Location": "/" + name}}, nil
}

// putObject takes an object whose checksum is right.
func putObject(s *cloud, r *request) (any, *apiError) {
	return s.storage.on(r, func(b *s3Bucket, key string) (any, *apiError) {
		sum := sha256.Sum256(r.body)
		want := r.http.Header.Get("X-Amz-Checksum-Sha256")
		switch {
		case r.http.ContentLength < 0:
			return nil, &apiError{code: "MissingContentLength", message: "You must provide the Content-Length HTTP header.", status: http.StatusLengthRequired}
		case want != "" && want != base64.StdEncoding.EncodeToString(sum[:]):
			return nil, badRequest("BadDigest", "The SHA256 you specified did not match the calculated checksum.")
		}
		o := s3Object{version: "null", data: bytes.Clone(r.body), key: r.http.Header.Get("X-Amz-Server-Side-Encryption-Aws-Kms-Key-Id"), at: r.now}
		s.storage.add(b, key, &o)
		out := raw{header: map[string]string{"Etag": `"` + strconv.Itoa(len(o.data)) + `"`}}
		if b.versions {
			out.header["X-Amz-Version-Id"] = o.version
		}
		return out, nil
	})
}

// add makes an object the newest of its key.
func (t *storage) add(b *s3Bucket, key string, o *s3Object) {
	if !b.versions {
		b.objects[key] = []s3Object{*o}
		return
	}
	t.put++
	o.version = fmt.Sprintf("v%06d", t.put)
	b.objects[key] = append(b.objects[key], *o)
}

func getObject(s *cloud, r *request) (any, *apiError) {
	return s.storage.on(r, func(b *s3Bucket, key string) (any, *apiError) {
		all, version := b.objects[key], r.http.URL.Query().Get("versionId")
		at := len(all) - 1
		if version != "" {
			at = slices.IndexFunc(all, func(o s3Object) bool { return o.version == version })
		}
		if at < 0 || all[at].gone {
			return nil, &apiError{code: "NoSuchKey", message: "The specified key does not exist.", status: http.StatusNotFound}
		}
		return raw{header: map[string]string{"Content-Type": "binary/octet-stream"}, body: all[at].data}, nil
	})
}

// deleteObject takes a version away, or marks the key as deleted where versions are kept.
func deleteObject(s *cloud, r *request) (any, *apiError) {
	return s.storage.on(r, func(b *s3Bucket, key string) (any, *apiError) {
		version := r.http.URL.Query().Get("versionId")
		switch {
		case version != "":
			b.objects[key] = slices.DeleteFunc(b.objects[key], func(o s3Object) bool { return o.version == version })
		case b.versions:
			s.storage.add(b, key, &s3Object{gone: true, at: r.now})
		default:
			delete(b.objects, key)
		}
		if len(b.objects[key]) == 0 {
			delete(b.objects, key)
		}
		return raw{status: http.StatusNoContent}, nil
	})
}

// keys are those that begin with the prefix that is asked for, a page of them.
func (b *s3Bucket) keys(r *request, after string) (page []string, more bool) {
	prefix := r.http.URL.Query().Get("prefix")
	for k := range b.objects {
		if strings.HasPrefix(k, prefix) && k > after {
			page = append(page, k)
		}
	}
	slices.Sort(page)
	most, err := strconv.Atoi(r.http.URL.Query().Get("max-keys"))
	if err != nil || most > 1000 || most < 1 {
		most = 1000
	}
	if len(page) > most {
		return page[:most], true
	}
	return page, false
}

func listObjects(s *cloud, r *request) (any, *apiError) {
	return s.storage.on(r, func(b *s3Bucket, _ string) (any, *apiError) {
		page, more := b.keys(r, r.http.URL.Query().Get("continuation-token"))
		out := group("ListBucketResult",
			leaf("Name", b.name), element{name: "Prefix", text: r.http.URL.Query().Get("prefix")}, number("KeyCount", len(page)), number("MaxKeys", 1000), flag("IsTruncated", more))
		if more {
			out.kids = append(out.kids, leaf("NextContinuationToken", page[len(page)-1]))
		}
		for _, k := range page {
			o := b.objects[k][len(b.objects[k])-1]
			if !o.gone {
				out.kids = append(out.kids, group("Contents", leaf("Key", k), moment("LastModified", o.at), number("Size", len(o.data)), leaf("StorageClass", "STANDARD")))
			}
		}
		return out, nil
	})
}

func listVersions(s *cloud, r *request) (any, *apiError) {
	return s.storage.on(r, func(b *s3Bucket, _ string) (any, *apiError) {
		page, more := b.keys(r, r.http.URL.Query().Get("key-marker"))
		out := group("ListVersionsResult",
			leaf("Name", b.name), element{name: "Prefix", text: r.http.URL.Query().Get("prefix")}, number("MaxKeys", 1000), flag("IsTruncated", more))
		if more {
			out.kids = append(out.kids, leaf("NextKeyMarker", page[len(page)-1]))
		}
		for _, k := range page {
			for _, o := range slices.Backward(b.objects[k]) {
				kind := "Version"
				if o.gone {
					kind = "DeleteMarker"
				}
				out.kids = append(out.kids, group(kind, leaf("Key", k), leaf("VersionId", o.version), moment("LastModified", o.at)))
			}
		}
		return out, nil
	})
}

// Bucket is a bucket that something was asked of, as GET /_sim/buckets tells it.
type Bucket struct {
	Name    string   `json:"name"`
	Objects []Object `json:"objects"`
}

// Object is one version of an object.
type Object struct {
	Key      string `json:"key"`
	Version  string `json:"version"`
	Size     int    `json:"size"`
	KMSKeyID string `json:"kmsKeyId,omitempty"`
	Deleted  bool   `json:"deleted,omitempty"`
}

// Buckets returns the buckets that something was asked of, with what is in them.
func (s *cloud) Buckets() []Bucket {
	s.storage.mu.Lock()
	defer s.storage.mu.Unlock()
	out := make([]Bucket, 0, len(s.storage.all))
	for _, b := range s.storage.all {
		told := Bucket{Name: b.name, Objects: []Object{}}
		for k, versions := range b.objects {
			for _, o := range versions {
				told.Objects = append(told.Objects, Object{Key: k, Version: o.version, Size: len(o.data), KMSKeyID: o.key, Deleted: o.gone})
			}
		}
		slices.SortFunc(told.Objects, func(a, b Object) int { return compare(a.Key+a.Version, b.Key+b.Version) })
		out = append(out, told)
	}
	slices.SortFunc(out, func(a, b Bucket) int { return compare(a.Name, b.Name) })
	return out
}
