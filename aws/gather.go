package aws

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"nbscope/model"
	"nbscope/model/egress"
)

// maxPages bounds a listing that would not end.
const maxPages = 1000

// pager is any of the SDK's paginators for EC2.
type pager[O any] interface {
	HasMorePages() bool
	NextPage(ctx context.Context, options ...func(*ec2.Options)) (O, error)
}

// listing is how one family of facts is asked for: by the values of a filter,
// as many at once as EC2 takes, page by page.
type listing[O, T any] struct {
	values []string
	open   func(chunk []string) pager[O]
	items  func(O) []T
}

// gather reads a family of facts to its end. No values make no call and an empty
// family. A refusal is told once per operation and keeps what was read before it.
func gather[O, T any](ctx context.Context, r *targetRun, l listing[O, T]) egress.Family[T] {
	got := egress.Read[T]()
	values := slices.Compact(slices.Sorted(slices.Values(l.values)))
	for chunk := range slices.Chunk(values, filterSize) {
		pages := l.open(chunk)
		for asked := 0; pages.HasMorePages(); asked++ {
			if asked == maxPages {
				return egress.Refused("the list does not end", got.Items...)
			}
			out, err := pages.NextPage(ctx)
			if err != nil {
				return egress.Refused(r.refused(ctx, err), got.Items...)
			}
			r.progress(ctx)
			got.Items = append(got.Items, l.items(out)...)
		}
	}
	return got
}

// refused tells of a call that failed and returns the reason.
func (r *targetRun) refused(ctx context.Context, err error) string {
	p := r.classify(ctx, err)
	if ctx.Err() == nil {
		r.warn(p)
	}
	return p.Message
}

// every converts each element of what the SDK gives.
func every[S, T any](in []S, convert func(*S) T) []T {
	out := make([]T, len(in))
	for i := range in {
		out[i] = convert(&in[i])
	}
	return out
}

// merged adds a reading to another of its kind, whose list is not used any more; the
// first refusal stands.
func merged[T any](a, b egress.Family[T]) egress.Family[T] {
	a.Items = append(a.Items, b.Items...)
	if a.State == model.LoadDone {
		a.Part = b.Part
	}
	return a
}
