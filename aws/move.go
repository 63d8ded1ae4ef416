package aws

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker"

	"nbscope/aws/mover"
	"nbscope/model"
	"nbscope/model/recreate"
)

// Mover moves the data of a run from one notebook to the other, and proves it. It
// works inside both, and knows nothing of AWS but what a Move brings.
//
// A ctx that ends detaches: what runs in the notebooks goes on, and the next call, of
// this process or of another, takes it up. The error then is of kind canceled, as
// every error is a model.Problem, or has a method Problem that makes one.
type Mover interface {
	// Transports are those that it can carry out.
	Transports() []recreate.Transport
	// Survey looks into both notebooks, or into the source where there is no other yet.
	Survey(ctx context.Context, m *Move) (recreate.Survey, error)
	// Copy brings what is on the source and not on the replacement, by the transport
	// of the run's plan. Called again it brings what changed since. Where the plan
	// leaves the choice free, it returns which one was taken, and why, as a clause.
	Copy(ctx context.Context, m *Move, tell func(recreate.Moving)) (by recreate.Transport, why string, err error)
	// Prove compares both notebooks by manifests that are made anew. Its result has
	// the first recreate.MaxDifferences by name, and counts as accepted those that the
	// run has accepted. Where it is proven, nothing of the copy is left in either.
	Prove(ctx context.Context, m *Move, tell func(recreate.Moving)) (recreate.Verified, error)
	// Clean ends what runs in the notebooks, and leaves nothing behind there.
	Clean(ctx context.Context, m *Move) error
}

// Move is what a Mover is told.
type Move struct {
	Run         *recreate.Run // as it stands: its plan has the transport, and it knows what was accepted
	Source      *Desk         // nil, of what is to be cleaned, where it does not run any more
	Replacement *Desk         // the same
	// Stores are buckets of the notebooks' account and region, by name. Nothing is asked
	// of one before it is used.
	Stores func(bucket string) mover.Store
}

// Desk is the way to one notebook's Jupyter.
type Desk struct {
	Name string
	Host string // of its URL, as Describe gives it
	// Endpoint is SageMaker's, as configured; "" for AWS's own. Where it is another, the
	// URL may lead to its host.
	Endpoint string
	Root     bool          // root access is enabled
	UpFor    time.Duration // that a Jupyter is waited for that does not serve yet; 0 for as long as is usual
	// Presign makes a URL that signs in: a secret.
	Presign func(ctx context.Context) (string, error)
	// Serves fails where AWS says that the notebook does not run any more.
	Serves func(ctx context.Context) error
}

// Transports are those that data can be moved by, by hand left out.
func (c *Client) Transports() []recreate.Transport {
	if c.opt.Mover == nil {
		return nil
	}
	return c.opt.Mover.Transports()
}

// move carries out what is about the data.
func (a *act) move(ctx context.Context) recreate.Event {
	region := a.effect.Target.Region
	w, err := a.session.writer(region, a.effect.Kind.Action())
	if err != nil {
		return failed(err)
	}
	if a.client.opt.Mover == nil {
		p := a.refuse("this session cannot move data itself")
		p.Hint = "take the way by hand, or a session that has " + string(a.run.Plan.Transport)
		return failed(p)
	}
	m, err := a.moved(ctx)
	if err != nil {
		return failed(err)
	}
	m.Stores = a.session.stores(w, &a.run.Plan)
	tell := func(p recreate.Moving) {
		if a.tell != nil {
			a.tell(recreate.Progress{Moving: &p})
		}
	}
	out := recreate.Event{Kind: recreate.EventDone}
	switch a.effect.Kind { //nolint:exhaustive // perform hands over these
	case recreate.EffectCopy:
		out.Transport, out.Why, err = a.client.opt.Mover.Copy(ctx, m, tell)
	case recreate.EffectSurvey:
		var s recreate.Survey
		s, err = a.client.opt.Mover.Survey(ctx, m)
		out.Surveyed = &s
	case recreate.EffectVerify:
		var v recreate.Verified
		v, err = a.client.opt.Mover.Prove(ctx, m, tell)
		out.Verified = &v
	default:
		err = a.client.opt.Mover.Clean(ctx, m)
	}
	if err == nil {
		return out
	}
	return a.unmoved(ctx, err)
}

// stores are the buckets of the notebooks of a plan.
func (s *session) stores(w *writer, p *recreate.Plan) func(bucket string) mover.Store {
	return func(bucket string) mover.Store {
		return &s3Bucket{session: s, writer: w, region: p.Target().Region, name: bucket, key: p.Source.KMSKeyID, make: bucket == p.Bucket && p.MakeBucket}
	}
}

// unmoved is the outcome of what did not come to its end. Whether a notebook that was
// not reached goes on is not known.
func (a *act) unmoved(ctx context.Context, err error) recreate.Event {
	p, ok := errors.AsType[model.Problem](err)
	if own, has := errors.AsType[interface {
		error
		Problem() model.Problem
	}](err); has && !ok {
		p, ok = own.Problem(), true
	}
	if !ok {
		p = a.fault(ctx, err)
	}
	if ctx.Err() != nil {
		p.Kind = model.KindCanceled
	}
	p.Target = a.effect.Target
	out := recreate.Event{Kind: recreate.EventFailed, Problem: &p, RequestID: p.RequestID}
	if p.Kind == model.KindNetwork || p.Kind == model.KindTimeout {
		out.Kind = recreate.EventDoubted
	}
	return out
}

// moved looks at both notebooks once more, right before anybody signs in to them: a
// copy reads from the run's source and writes to the run's replacement, and to nothing
// else. What is to be cleaned up is cleaned where it can be.
func (a *act) moved(ctx context.Context) (*Move, error) {
	out := &Move{Run: a.run}
	region, plan, cleans := a.effect.Target.Region, &a.run.Plan, a.effect.Kind == recreate.EffectClean
	if a.effect.Target != plan.Target() {
		return nil, a.refuse("the effect is meant for " + a.effect.Target.String() + ", and the run is for " + plan.Target().String())
	}
	source, err := a.session.snapshot(ctx, region, plan.Source.Name)
	if err != nil {
		return nil, err
	}
	replacement, err := a.session.snapshot(ctx, region, plan.Spec.Name)
	if err != nil {
		return nil, err
	}
	why := a.guardMoved(source, replacement)
	if why != nil && !cleans {
		return nil, why
	}
	if source != nil && source.Status == model.StatusInService && source.Created.Equal(plan.Source.Created) {
		out.Source = a.session.desk(source)
	}
	if replacement != nil && replacement.Status == model.StatusInService && a.guardOurs(replacement) == nil {
		out.Replacement = a.session.desk(replacement)
	}
	return out, nil
}

// guardMoved refuses a copy between notebooks that are not both the run's, and in
// service.
func (a *act) guardMoved(source, replacement *recreate.Snapshot) error {
	plan := &a.run.Plan
	switch {
	case source == nil:
		return a.refuse("the source " + plan.Source.Name + " does not exist any more")
	case source.ARN != plan.Source.ARN || !source.Created.Equal(plan.Source.Created):
		return a.refuse("another notebook has the name " + source.Name + " by now")
	case source.Status != model.StatusInService:
		return a.refuse("the source " + source.Name + " is " + string(source.Status) + ": its data can only be read while it runs")
	case replacement == nil:
		return a.refuse("the replacement " + plan.Spec.Name + " does not exist, so that nothing is copied")
	case !a.run.MadeAt.IsZero() && !replacement.Created.Equal(a.run.MadeAt):
		return a.refuse("somebody else made the replacement " + replacement.Name + " anew, so that nothing is copied")
	case replacement.Status != model.StatusInService:
		return a.refuse("the replacement " + replacement.Name + " is " + string(replacement.Status) + ", so that nothing is copied")
	}
	return a.guardOurs(replacement)
}

// desk is the way to a notebook that was just seen.
func (s *session) desk(n *recreate.Snapshot) *Desk {
	target, created, name := n.Target(), n.Created, n.Name
	over := func(says string) error {
		return model.Problem{Kind: model.KindConfig, Operation: opPresign, Target: target, Message: "the notebook " + name + says}
	}
	return &Desk{
		Name: name, Host: n.URL, Endpoint: s.client.endpointOf(settingsOf(s.cfg), sagemaker.ServiceID).URL, Root: n.RootAccess == model.Enabled,
		Presign: func(ctx context.Context) (string, error) { return s.client.Presign(ctx, target, name) },
		Serves: func(ctx context.Context) error {
			now, err := s.untagged(ctx, target.Region, name)
			switch {
			case err != nil:
				return nil //nolint:nilerr // that AWS cannot be asked is no word of it
			case now == nil || !now.Created.Equal(created):
				return over(" does not exist any more")
			case now.Status != model.StatusInService:
				return over(" is " + string(now.Status))
			}
			return nil
		},
	}
}
