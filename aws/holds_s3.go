package aws

import (
	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// s3Musts are those of S3. That nothing is left in a bucket is read from its lists: one
// of another bucket, or of other keys, would say so of what it does not know.
func s3Musts(out map[string]must) {
	out["S3.ListBuckets"] = holding(func(o *s3.ListBucketsOutput) string {
		if o.Owner == nil {
			return "Owner"
		}
		return listed("Buckets", append([]types.Bucket{}, o.Buckets...), func(b *types.Bucket) bool { return has(b.Name) })
	})
	out["S3.ListObjectsV2"] = func(asked, answer any) string {
		q, ok1 := asked.(*s3.ListObjectsV2Input)
		o, ok2 := answer.(*s3.ListObjectsV2Output)
		if !ok1 || !ok2 {
			return "it is of another operation"
		}
		return missingOfList(q.Bucket, q.Prefix, o.Name, o.Prefix, o.IsTruncated, o.NextContinuationToken,
			listed("Contents", append([]types.Object{}, o.Contents...), func(x *types.Object) bool { return has(x.Key) }))
	}
	out["S3.ListObjectVersions"] = func(asked, answer any) string {
		q, ok1 := asked.(*s3.ListObjectVersionsInput)
		o, ok2 := answer.(*s3.ListObjectVersionsOutput)
		if !ok1 || !ok2 {
			return "it is of another operation"
		}
		lacks := listed("Versions", append([]types.ObjectVersion{}, o.Versions...), func(x *types.ObjectVersion) bool { return has(x.Key) && has(x.VersionId) })
		if lacks == "" {
			lacks = listed("DeleteMarkers", append([]types.DeleteMarkerEntry{}, o.DeleteMarkers...), func(x *types.DeleteMarkerEntry) bool { return has(x.Key) && has(x.VersionId) })
		}
		return missingOfList(q.Bucket, q.Prefix, o.Name, o.Prefix, o.IsTruncated, o.NextKeyMarker, lacks)
	}
	for _, op := range []string{"S3.GetObject", "S3.PutObject"} { // which are only signed
		out[op] = holding(func(o *v4.PresignedHTTPRequest) string {
			return missing(member{"URL", o.URL}, member{"Method", o.Method})
		})
	}
}

// missingOfList says what a list of a bucket lacks: that it is of what was asked, where it
// goes on, or what an item lacks.
func missingOfList(bucket, prefix, gotBucket, gotPrefix *string, more *bool, next *string, item string) string {
	switch {
	case sdkaws.ToString(gotBucket) != sdkaws.ToString(bucket):
		return "Name (it lists " + sdkaws.ToString(gotBucket) + ")"
	case sdkaws.ToString(gotPrefix) != sdkaws.ToString(prefix):
		return "Prefix (it lists " + sdkaws.ToString(gotPrefix) + ")"
	case more == nil:
		return "IsTruncated"
	case *more && !has(next):
		return "where the list goes on"
	}
	return item
}
