package aws

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker"

	"nbscope/model"
	"nbscope/model/recreate"
)

// The SDK's waiters are not used: they rest for up to half an hour, hide why a
// notebook failed, end at the first throttle, and take any validation error for
// the notebook being deleted.
const (
	waitPauses = 720 // between two looks, until a wait gives up: an hour of five seconds each

	// How many looks in a row must agree on what was not waited for: a describe may
	// still tell of the time before the call.
	looksUntilFailed = 2
	looksUntilGone   = 3
	looksUntilRest   = 6
)

// waiter is a wait on one notebook.
type waiter struct {
	*act
	looks  int
	last   model.Status
	agreed int // looks in a row that saw last
}

// wait looks at one notebook until it has a status that is waited for, or one that
// it will not leave by itself, and then at both. What is only in the way of
// looking is told of, and waited out.
func (a *act) wait(ctx context.Context) recreate.Event {
	w := &waiter{act: a}
	every := a.client.opt.LookEvery
	began := a.client.opt.Now()
	for {
		over, err := w.round(ctx)
		if err != nil && !isPassing(classify(err).Kind) {
			return failed(err)
		}
		if over != nil {
			return recreate.Event{Kind: recreate.EventDone, Observed: over}
		}
		if waited := a.client.opt.Now().Sub(began); waited >= waitPauses*every {
			return failed(w.gaveUp(waitPauses * every))
		}
		if err := sleep(ctx, jittered(every)); err != nil {
			return failed(a.fault(ctx, err))
		}
	}
}

// round looks at the notebook, and at both when the wait is over. The observation
// is nil while it is not.
func (w *waiter) round(ctx context.Context) (*recreate.Observation, error) {
	seen, err := w.session.untagged(ctx, w.effect.Target.Region, w.effect.Name, impatient)
	w.looks++
	told := recreate.Progress{Looks: w.looks, Status: w.last}
	if err != nil {
		p := classify(err)
		told.Problem = &p
		w.say(told)
		return nil, err
	}
	w.count(statusOf(seen))
	told.Status = w.last
	if seen != nil {
		told.Reason = seen.FailureReason
	}
	w.say(told)
	if !w.over() {
		return nil, nil
	}
	return w.look(ctx, impatient)
}

func (w *waiter) count(s model.Status) {
	if w.agreed > 0 && s == w.last {
		w.agreed++
		return
	}
	w.last, w.agreed = s, 1
}

// over reports whether the status was waited for, or is one that the notebook will
// keep.
func (w *waiter) over() bool {
	switch {
	case slices.Contains(w.effect.Until, w.last):
		return true
	case w.last == recreate.StatusGone:
		return w.agreed >= looksUntilGone
	case w.last == model.StatusFailed:
		return w.agreed >= looksUntilFailed
	case w.last == model.StatusInService, w.last == model.StatusStopped:
		return w.agreed >= looksUntilRest
	}
	return false
}

func (w *waiter) say(p recreate.Progress) {
	if w.tell != nil {
		w.tell(p)
	}
}

func (w *waiter) gaveUp(after time.Duration) model.Problem {
	status := string(w.last)
	if w.agreed == 0 {
		status = "not seen"
	}
	long := after.String()
	if after >= time.Minute {
		long = fmt.Sprintf("%.0f minutes", after.Minutes())
	}
	return model.Problem{
		Kind: model.KindTimeout, Operation: opDescribe, Target: w.effect.Target,
		Message: w.effect.Name + " is still " + status + " after " + long,
		Hint:    "AWS goes on by itself; resume the run to go on waiting",
	}
}

// isPassing reports whether a problem may go away while one waits.
func isPassing(k model.ProblemKind) bool {
	switch k {
	case model.KindThrottled, model.KindTimeout, model.KindNetwork, model.KindService, model.KindProtocol, model.KindTooLarge, model.KindUnknown:
		return true
	case model.KindSSOExpired, model.KindExpired, model.KindNoCredentials, model.KindBadCredentials, model.KindSignature, model.KindUnsigned, model.KindClock, model.KindWrongRegion, model.KindNoProfile,
		model.KindBadProfile, model.KindMFA, model.KindDenied, model.KindSCP, model.KindNotOffered, model.KindNotEnabled,
		model.KindNotFound, model.KindInvalid, model.KindConflict, model.KindLimit, model.KindCanceled, model.KindConfig:
		return false
	}
	return false
}

// impatient lets a look fail soon: the next one is on its way, and what is in the
// way is to be told of.
func impatient(o *sagemaker.Options) { o.RetryMaxAttempts = 2 }
