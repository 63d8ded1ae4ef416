package aws

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/aws/smithy-go"

	"nbscope/model"
	"nbscope/model/recreate"
)

var _ recreate.Performer = (*Client)(nil)

// Perform carries out an effect of a run, as recreate.Performer says.
func (c *Client) Perform(ctx context.Context, run *recreate.Run, e recreate.Effect, tell func(recreate.Progress)) recreate.Event {
	cost := &tally{}
	a := &act{client: c, run: run, effect: &e, tell: tell}
	out := a.perform(withTally(ctx, cost))
	out.Effect, out.At, out.Calls = e.ID, c.opt.Now().UTC().Round(0), int(cost.calls.Load())
	return out
}

const opPresign = "sagemaker:CreatePresignedNotebookInstanceUrl"

// Presign makes a URL that signs in to a notebook's Jupyter, for whoever has it.
// It is in no log. The error is a model.Problem.
func (c *Client) Presign(ctx context.Context, t model.Target, name string) (string, error) {
	s, err := c.enter(ctx, t)
	if err != nil {
		return "", err
	}
	w, err := s.writer(t.Region, opPresign)
	if err != nil {
		return "", err
	}
	url, err := w.presign(ctx, name)
	if err != nil {
		return "", s.fault(ctx, t.Region, err)
	}
	return url, nil
}

// act is one effect that is being carried out.
type act struct {
	client  *Client
	session *session
	run     *recreate.Run
	effect  *recreate.Effect
	tell    func(recreate.Progress)
}

func (a *act) perform(ctx context.Context) recreate.Event {
	if ctx.Err() != nil {
		return failed(problemIn(a.effect.Target, context.Cause(ctx)))
	}
	s, err := a.client.enter(ctx, a.effect.Target)
	if err != nil {
		return failed(err)
	}
	a.session = s
	switch a.effect.Kind {
	case recreate.EffectObserve:
		return a.observe(ctx)
	case recreate.EffectSettle:
		return a.settle(ctx)
	case recreate.EffectWait:
		return a.wait(ctx)
	case recreate.EffectCreate, recreate.EffectStart, recreate.EffectStop, recreate.EffectUpdate, recreate.EffectDelete:
		return a.change(ctx)
	case recreate.EffectCopy, recreate.EffectVerify, recreate.EffectClean, recreate.EffectSurvey:
		return a.move(ctx)
	case recreate.EffectProbe:
		return a.probe(ctx)
	}
	return failed(a.refuse("this program knows no effect " + string(a.effect.Kind)))
}

// change makes the one call of an effect that changes something, after looking
// whether it may.
func (a *act) change(ctx context.Context) recreate.Event {
	w, err := a.session.writer(a.effect.Target.Region, a.effect.Kind.Action())
	if err != nil {
		return failed(err)
	}
	if err := a.guard(ctx); err != nil {
		return failed(err)
	}
	if ctx.Err() != nil {
		return failed(a.fault(ctx, context.Cause(ctx)))
	}
	id, err := a.call(ctx, w)
	if err == nil {
		return recreate.Event{Kind: recreate.EventDone, RequestID: id}
	}
	// What ended ctx did not end the call, so it is not why the call failed.
	p := a.fault(context.WithoutCancel(ctx), err)
	a.explain(&p)
	out := recreate.Event{Kind: recreate.EventDoubted, Problem: &p, RequestID: p.RequestID}
	if certainlyNot(a.effect.Kind, &p, err) {
		out.Kind = recreate.EventFailed
	}
	return out
}

func (a *act) call(ctx context.Context, w *writer) (requestID string, err error) {
	switch e := a.effect; e.Kind {
	case recreate.EffectCreate:
		return w.create(ctx, e.Spec)
	case recreate.EffectStart:
		return w.start(ctx, e.Name)
	case recreate.EffectStop:
		return w.stop(ctx, e.Name)
	case recreate.EffectUpdate:
		return w.update(ctx, e.Name, e.Spec.Platform)
	case recreate.EffectDelete:
		return w.delete(ctx, e.Name)
	case recreate.EffectObserve, recreate.EffectSettle, recreate.EffectWait, recreate.EffectCopy, recreate.EffectVerify, recreate.EffectClean, recreate.EffectProbe, recreate.EffectSurvey:
	}
	return "", a.refuse("this effect changes nothing")
}

// certainlyNot reports whether a call that failed was not carried out. Of a create
// only a refusal to listen is proof of that: AWS has been seen to make a notebook
// and to answer with an error about something else (aws-sdk-go#4071).
func certainlyNot(k recreate.EffectKind, p *model.Problem, err error) bool {
	switch p.Kind {
	case model.KindThrottled:
		return isThrottle(err)
	case model.KindDenied, model.KindSCP, model.KindExpired, model.KindBadCredentials, model.KindSignature, model.KindUnsigned, model.KindClock, model.KindWrongRegion, model.KindNotEnabled, model.KindNotOffered:
		return refusedByAnswer(err)
	case model.KindSSOExpired, model.KindNoCredentials, model.KindNoProfile, model.KindBadProfile, model.KindMFA:
		return true // there was nothing to sign the call with
	case model.KindNotFound, model.KindInvalid, model.KindConflict, model.KindLimit, model.KindUnknown:
		return k != recreate.EffectCreate && refusedByAnswer(err)
	case model.KindTimeout, model.KindNetwork, model.KindService, model.KindProtocol, model.KindTooLarge, model.KindCanceled, model.KindConfig:
	}
	return false
}

// refusedByAnswer reports whether AWS itself answered that the call is at fault,
// or whoever stands before it that the caller may not.
func refusedByAnswer(err error) bool {
	status := httpStatusOf(err)
	if status == http.StatusForbidden || status == http.StatusUnauthorized {
		return true
	}
	var api smithy.APIError
	return errors.As(err, &api) && status >= 400 && status < 500 && status != http.StatusRequestTimeout
}

// guard refuses what no run may do, whatever led to the effect. It looks at the
// notebook once more, right before the call.
func (a *act) guard(ctx context.Context) error {
	e, plan := a.effect, &a.run.Plan
	switch {
	case e.Target != plan.Target():
		return a.refuse("the effect is meant for " + e.Target.String() + ", and the run is for " + plan.Target().String())
	case (e.Kind == recreate.EffectCreate || e.Kind == recreate.EffectUpdate) && e.Spec == nil:
		return a.refuse("the effect does not say what the notebook shall be")
	case e.Kind == recreate.EffectCreate:
		return a.guardCreate()
	}
	if err := a.guardName(); err != nil {
		return err
	}
	now, err := a.session.snapshot(ctx, e.Target.Region, e.Name)
	if err != nil {
		return err
	}
	if now == nil {
		p := a.refuse("the notebook " + e.Name + " does not exist any more")
		p.Kind = model.KindNotFound
		return p
	}
	if e.On == recreate.SideSource {
		return a.guardSource(ctx, now)
	}
	return a.guardReplacement(ctx, now)
}

// guardName holds an effect to the two notebooks of the run.
func (a *act) guardName() error {
	e, source, replacement := a.effect, a.run.Plan.Source.Name, a.run.Plan.Spec.Name
	switch e.On {
	case recreate.SideSource:
		if e.Name != source {
			return a.refuse("the source of the run is " + source + ", and not " + e.Name)
		}
	case recreate.SideReplacement:
		if e.Name != replacement || strings.EqualFold(e.Name, source) {
			return a.refuse("the replacement of the run is " + replacement + ", and not " + e.Name)
		}
	default:
		return a.refuse("the effect does not say which notebook it is for")
	}
	return nil
}

func (a *act) guardCreate() error {
	spec := a.effect.Spec
	if strings.EqualFold(spec.Name, a.run.Plan.Source.Name) {
		return a.refuse("the replacement cannot have the source's name while the source exists")
	}
	for _, t := range spec.Tags {
		if t.Key == recreate.TagRunID && t.Value == a.run.ID() {
			return nil
		}
	}
	return a.refuse("the replacement would not carry the tag of its run")
}

func (a *act) guardSource(ctx context.Context, now *recreate.Snapshot) error {
	was, kind := &a.run.Plan.Source, a.effect.Kind
	if now.ARN != was.ARN || !now.Created.Equal(was.Created) {
		return a.refuse("another notebook has the name " + now.Name + " by now")
	}
	if kind == recreate.EffectDelete {
		if err := a.guardDelete(now); err != nil {
			return err
		}
	}
	if kind == recreate.EffectDelete || kind == recreate.EffectStop && !a.run.Rolling {
		return a.guardService(ctx)
	}
	return nil
}

// guardDelete refuses to delete a source whose copy is not proven, that may have run
// since, or that is still to be kept.
func (a *act) guardDelete(now *recreate.Snapshot) error {
	switch rested, keep := a.run.RestedAt, a.run.KeptUntil(); {
	case a.run.Proof == nil:
		return a.refuse("nobody has proven that the data is on the replacement, so the source is not deleted")
	case !rested.IsZero() && !now.Modified.Equal(rested):
		return a.refuse("the source may have run since its data was verified, so it is not deleted")
	case a.run.Early == nil && a.client.opt.Now().Before(keep):
		return a.refuse("the source is to be kept until " + keep.UTC().Format(time.RFC3339) + ", so it is not deleted")
	}
	return nil
}

// guardService refuses to take the source away while its replacement does not serve:
// between the run's look and the call somebody may have stopped or removed it.
func (a *act) guardService(ctx context.Context) error {
	name := a.run.Plan.Spec.Name
	now, err := a.session.snapshot(ctx, a.effect.Target.Region, name)
	switch {
	case err != nil:
		return err
	case now == nil:
		return a.refuse("the replacement " + name + " does not exist, so the source is left as it is")
	case now.Status != model.StatusInService:
		return a.refuse("the replacement " + name + " is " + string(now.Status) + ", so the source is left as it is")
	case !a.run.MadeAt.IsZero() && !now.Created.Equal(a.run.MadeAt):
		return a.refuse("somebody else made the replacement " + name + " anew, so the source is left as it is")
	case now.DirectInternet != a.run.Plan.Spec.DirectInternet:
		return a.refuse("the replacement " + name + " does not have the setting that it was made for, so the source is left as it is")
	}
	return a.guardOurs(now)
}

// guardReplacement refuses to touch what is not this run's, and to remove what may be
// the last copy.
func (a *act) guardReplacement(ctx context.Context, now *recreate.Snapshot) error {
	if err := a.guardOurs(now); err != nil || a.effect.Kind != recreate.EffectDelete {
		return err
	}
	source, err := a.session.snapshot(ctx, a.effect.Target.Region, a.run.Plan.Source.Name)
	if err != nil {
		return err
	}
	seen := *a.run
	seen.Source, seen.Replacement = source, now
	if danger := seen.WayBack().Danger; danger != "" {
		return a.refuse(now.Name + " is not removed: " + danger)
	}
	return nil
}

// guardOurs refuses a notebook that does not carry the tag of the run.
func (a *act) guardOurs(now *recreate.Snapshot) error {
	if now.TagsUnknown != "" {
		return a.refuse("the tags of " + now.Name + " cannot be read, so that it is not known whose it is: " + now.TagsUnknown)
	}
	if tag := now.Tag(recreate.TagRunID); tag != a.run.ID() {
		return a.refuse("the notebook " + now.Name + " does not carry the tag of this run, so it is left alone")
	}
	return nil
}

// refuse is the problem of an effect that this program does not carry out.
func (a *act) refuse(why string) model.Problem {
	return model.Problem{Kind: model.KindConfig, Operation: a.effect.Kind.Action(), Target: a.effect.Target, Message: why}
}

func (a *act) fault(ctx context.Context, err error) model.Problem {
	return a.session.fault(ctx, a.effect.Target.Region, err)
}

// failed is the outcome of an effect that was certainly not carried out.
func failed(err error) recreate.Event {
	p := classify(err)
	return recreate.Event{Kind: recreate.EventFailed, Problem: &p, RequestID: p.RequestID}
}
