package jupyter

import (
	"context"
	"errors"
	"io"
	"sync/atomic"
	"time"
)

// slowest is how slow a line may be, in bytes a second, before a request that is
// still being sent counts as stuck.
const slowest = 64 << 10

// watch ends a request during which nothing comes for too long. A limit for all of
// it would have to know how long a file takes.
type watch struct {
	limit  time.Duration
	timer  *time.Timer
	cancel context.CancelFunc
	fired  atomic.Bool
}

// newWatch begins; sending size bytes is allowed its time beyond the limit.
func newWatch(ctx context.Context, limit time.Duration, size int64) (context.Context, *watch) {
	ctx, cancel := context.WithCancel(ctx)
	w := &watch{limit: limit, cancel: cancel}
	w.timer = time.AfterFunc(w.limit+time.Duration(size/slowest)*time.Second, func() {
		w.fired.Store(true)
		cancel()
	})
	return ctx, w
}

func (w *watch) stop() {
	w.timer.Stop()
	w.cancel()
}

// blame puts an error right that the watch caused: nobody canceled anything.
func (w *watch) blame(e *Error) *Error {
	if w.fired.Load() && errors.Is(e.cause, context.Canceled) {
		e.cause, e.Detail = nil, "nothing came for "+w.limit.String()
	}
	return e
}

// watchedBody tells the watch of every read that brings something.
type watchedBody struct {
	io.ReadCloser
	watch *watch
}

func (b *watchedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if n > 0 {
		b.watch.timer.Reset(b.watch.limit)
	}
	return n, err
}
