package aws

import "slices"

// s3Musts are those of S3. That nothing is left in a bucket is read from its lists: one
// of another bucket, or of other keys, would say so of what it does not know.
func s3Musts(out map[string]must) {
	out["S3.ListBuckets"] = holding(func(o *s3Buckets) string {
		if o.Owner == nil {
			return "Owner"
		}
		for _, b := range o.Buckets.Bucket {
			if b.Name == "" {
				return "the name of a bucket"
			}
		}
		return ""
	})
	out["S3.ListObjectsV2"] = func(asked, answer any) string {
		o, ok := answer.(*s3List)
		if !ok {
			return "it is of another operation"
		}
		nameless := slices.ContainsFunc(o.Contents, func(x struct{ Key string }) bool { return x.Key == "" })
		return missingOfList(asked, o.Name, o.Prefix, o.IsTruncated, o.NextContinuationToken, nameless)
	}
	out["S3.ListObjectVersions"] = func(asked, answer any) string {
		o, ok := answer.(*s3Versions)
		if !ok {
			return "it is of another operation"
		}
		nameless := func(x s3Version) bool { return x.Key == "" || x.VersionID == "" }
		return missingOfList(asked, o.Name, o.Prefix, o.IsTruncated, o.NextKeyMarker,
			slices.ContainsFunc(o.Version, nameless) || slices.ContainsFunc(o.DeleteMarker, nameless))
	}
}

// missingOfList says what a list of a bucket lacks: that it is of what was asked, where it
// goes on, or what tells an object from another.
func missingOfList(asked any, bucket, prefix *string, more *bool, next string, nameless bool) string {
	call, ok := asked.(*s3Call)
	switch {
	case !ok:
		return "it is of another operation"
	case bucket == nil || *bucket != call.bucket:
		return "Name"
	case prefix == nil || *prefix != call.query.Get("prefix"):
		return "Prefix"
	case more == nil:
		return "IsTruncated"
	case *more && (next == "" || next == call.query.Get("continuation-token")):
		return "where the list goes on"
	case nameless:
		return "what tells one object from another"
	}
	return ""
}
