package mover

import (
	"context"
	"errors"
	"fmt"

	"nbscope/model/transfer"
)

// Store is a bucket that parts go through. The notebooks have no right to it: they are
// given URLs that this machine signs. Errors are the operator's own, in the words of who
// answered.
type Store interface {
	// Ready fails where the bucket cannot be used: it is not there, it is somebody
	// else's, or in another region.
	Ready(ctx context.Context) error
	// Put signs a URL that takes an object of exactly this size and SHA-256, in hex.
	Put(ctx context.Context, key string, size int64, sum string) (transfer.Order, error)
	// Get signs a URL of an object, and of one version of it where that is not "".
	Get(ctx context.Context, key, version string) (transfer.Order, error)
	// Delete takes an object away, or one version of it. One that is not there is gone.
	Delete(ctx context.Context, o Object) error
	// List is everything whose key begins so; with versions also what was deleted, and
	// the marks of that.
	List(ctx context.Context, prefix string, versions bool) ([]Object, error)
}

// Object is what a store holds.
type Object struct{ Key, Version string }

// store is a bucket of this session.
func (j *Job) store(bucket string) (Store, error) {
	switch {
	case j.Stores == nil:
		return nil, &Error{Kind: ErrStore, Text: "this session has no way to S3"}
	case bucket == "":
		return nil, &Error{Kind: ErrStore, Text: "no bucket is named"}
	}
	return j.Stores(bucket), nil
}

// refused makes an error of a store's.
func (j *Job) refused(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return &Error{Kind: ErrDetached, cause: context.Cause(ctx)}
	}
	return &Error{Kind: ErrStore, Text: err.Error(), cause: err}
}

// sweep leaves nothing of the run in the bucket that its parts may be in. Whoever puts
// them has ended before.
func (j *Job) sweep(ctx context.Context, s *state) error {
	if s.Bucket == "" {
		return nil
	}
	left := func(err error) error {
		if e, ok := errors.AsType[*Error](err); ok && errors.Is(e.Kind, ErrDetached) {
			return err
		}
		return &Error{Kind: ErrLeft, Text: fmt.Sprintf("below s3://%s/%s/: %v", s.Bucket, j.Prefix, err), cause: err}
	}
	store, err := j.store(s.Bucket)
	if err != nil {
		return left(err)
	}
	for try := 0; ; try++ {
		all, err := store.List(ctx, j.Prefix+"/", true)
		if err != nil && !s.Versions { // which not everybody may see, and where none are kept nobody needs to
			all, err = store.List(ctx, j.Prefix+"/", false)
		}
		if err != nil {
			return left(j.refused(ctx, err))
		}
		if len(all) == 0 {
			s.Bucket = ""
			return s.save()
		}
		if try == 3 {
			return left(fmt.Errorf("%d objects are there again", len(all)))
		}
		for _, o := range all {
			if err := store.Delete(ctx, o); err != nil {
				return left(j.refused(ctx, err))
			}
		}
	}
}
