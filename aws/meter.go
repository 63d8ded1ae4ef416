package aws

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	awsmw "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go/middleware"
)

// meter counts the calls of each target, keeps the one limit on attempts in flight, and
// holds the limiters. One meter serves all clients.
type meter struct {
	now   func() time.Time
	log   *slog.Logger
	slots *slots

	mu       sync.Mutex
	limiters map[limiterKey]*limiter
}

type limiterKey struct{ account, region, family string }

// tally counts what one target of one scan has cost so far.
type tally struct{ calls, throttles atomic.Int64 }

type tallyKey struct{}

func withTally(ctx context.Context, t *tally) context.Context {
	return context.WithValue(ctx, tallyKey{}, t)
}

// tallyOf is where a call counts, nil for one that renews credentials: it may be
// shared by many targets and is none of theirs.
func tallyOf(ctx context.Context) *tally {
	if ctx.Value(holdsSlotKey{}) != nil {
		return nil
	}
	t, _ := ctx.Value(tallyKey{}).(*tally)
	return t
}

func newMeter(now func() time.Time, slots *slots, log *slog.Logger) *meter {
	return &meter{
		now: now, log: log, slots: slots, limiters: map[limiterKey]*limiter{},
	}
}

// install returns what hooks the meter into a client of this account; the account
// is empty as long as it is not known.
func (m *meter) install(account string) func(*middleware.Stack) error {
	return func(s *middleware.Stack) error {
		call := middleware.InitializeMiddlewareFunc("nbscope.call", func(
			ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
		) (middleware.InitializeOutput, middleware.Metadata, error) {
			ctx, end := endWithScan(ctx)
			defer end()
			start := m.now()
			if t := tallyOf(ctx); t != nil {
				t.calls.Add(1)
			}
			out, md, err := next.HandleInitialize(ctx, in)
			m.called(ctx, account, m.now().Sub(start), md, err)
			return out, md, err
		})
		if err := s.Initialize.Add(call, middleware.After); err != nil {
			return fmt.Errorf("add the counter of calls: %w", err)
		}
		attempt := middleware.FinalizeMiddlewareFunc("nbscope.attempt", func(
			ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler,
		) (middleware.FinalizeOutput, middleware.Metadata, error) {
			return m.attempt(ctx, account, in, next)
		})
		// After the retry step, so that a call that backs off holds no slot.
		if err := s.Finalize.Insert(attempt, (&retry.Attempt{}).ID(), middleware.After); err != nil {
			return fmt.Errorf("add the limit of attempts: %w", err)
		}
		return nil
	}
}

func (m *meter) attempt(
	ctx context.Context, account string, in middleware.FinalizeInput, next middleware.FinalizeHandler,
) (out middleware.FinalizeOutput, md middleware.Metadata, err error) {
	l, place := m.limiter(account, awsmw.GetRegion(ctx), awsmw.GetServiceID(ctx)), placeOf(ctx)
	if l.shut.Load() {
		place.standInLine()
	}
	epoch, err := l.wait(ctx)
	place.takeBack()
	if err != nil {
		return out, md, err
	}
	t := tallyOf(ctx)
	if ctx.Value(holdsSlotKey{}) == nil {
		if err := m.slots.take(ctx); err != nil {
			return out, md, err
		}
		defer m.slots.release()
		ctx = context.WithValue(ctx, holdsSlotKey{}, true)
	}
	sent := m.now()
	out, md, err = next.HandleFinalize(ctx, in)
	place.answered(m.now().Sub(sent))
	err = dated(err, md)
	if err != nil {
		place.waitAside()
	}
	switch {
	case err != nil && isThrottle(err):
		if rate, cut := l.throttled(epoch); cut {
			m.log.LogAttrs(ctx, slog.LevelInfo, "limiter cut", slog.String("account", account), slog.String("region", awsmw.GetRegion(ctx)),
				slog.String("service", awsmw.GetServiceID(ctx)), slog.Float64("per_second", rate))
		}
		if t != nil {
			t.throttles.Add(1)
		}
	case ctx.Err() == nil:
		l.took()
	}
	return out, md, err
}

// endWithScan gives a context that cannot end the life of the scan that it came
// from: the SDK renews credentials for many callers at once under such a context,
// and a canceled scan must not leave these calls behind.
func endWithScan(ctx context.Context) (bound context.Context, end func()) {
	atEnd, ok := ctx.Value(scanKey{}).(endOfScan)
	if ctx.Done() != nil || !ok {
		return ctx, func() {}
	}
	bound, cancel := context.WithCancelCause(ctx)
	stop := atEnd(cancel)
	return bound, func() {
		stop()
		cancel(nil)
	}
}

// holdsSlotKey marks the context of an attempt that holds a slot. Signing it may
// itself have to call STS for new credentials: such a call runs in the slot that is
// already held, or a small limit would wait for itself.
type holdsSlotKey struct{}

func (m *meter) limiter(account, region, family string) *limiter {
	m.mu.Lock()
	defer m.mu.Unlock()
	key := limiterKey{account, region, family}
	l := m.limiters[key]
	if l == nil {
		l = newLimiter(m.now)
		m.limiters[key] = l
	}
	return l
}
