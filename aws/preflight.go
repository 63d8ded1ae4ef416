package aws

import (
	"context"
	"strings"
	"sync"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"

	"nbscope/model"
	"nbscope/model/recreate"
)

// questionsAtOnce bounds the questions of one preflight side by side.
const questionsAtOnce = 16

// inquiry asks what preflight rests on: one question for each fact that the spec
// needs. Questions that need one another's answers share them, so that nothing is
// asked twice.
type inquiry struct {
	session *session
	source  *recreate.Snapshot
	spec    *recreate.Spec
	facts   *recreate.Facts

	listing func() ([]types.NotebookInstanceSummary, error)
	key     func() (recreate.Key, error)
	repos   func() ([]recreate.Repo, error)
	subnet  func() (recreate.Subnet, error)
	scripts func(name string) (*model.LifecycleConfig, error)
}

// question is what leads to one fact.
type question struct {
	ask   func(context.Context)
	avoid func(why string) // leaves the fact unknown
}

// fact is a question whose answer goes into the facts.
func fact[T any](q *inquiry, into *recreate.Fact[T], get func(context.Context) (T, error)) question {
	return question{
		ask: func(ctx context.Context) {
			v, err := get(ctx)
			if err != nil {
				*into = recreate.Unknown[T](q.why(ctx, err))
				return
			}
			*into = recreate.Know(v)
		},
		avoid: func(why string) { *into = recreate.Unknown[T](why) },
	}
}

// Facts asks everything that preflight rests on, side by side, and nothing that the
// spec does not need. Each question can fail alone. It changes nothing.
func (c *Client) Facts(ctx context.Context, source recreate.Snapshot, spec recreate.Spec) recreate.Facts {
	var out recreate.Facts
	ctx, cancel := context.WithTimeout(ctx, c.opt.Timeout)
	defer cancel()
	q := &inquiry{source: &source, spec: &spec, facts: &out}
	s, err := c.enter(ctx, source.Target())
	if err != nil {
		for _, one := range q.questions() {
			one.avoid(classify(err).Message)
		}
		return out
	}
	q.session, out.Identity = s, s.who()
	q.share(ctx)
	crashed := func(e *panicError) { c.opt.Log.Error("panic in preflight", "value", e.value, "stack", string(e.stack)) }
	work := newCrew(questionsAtOnce, crashed)
	for _, one := range q.questions() {
		one.avoid("the question was not answered to its end") // unless it does
		work.do(func() { one.ask(ctx) })
	}
	work.wait()
	return out
}

// share makes the answers that more than one question needs.
func (q *inquiry) share(ctx context.Context) {
	q.listing = sync.OnceValues(func() ([]types.NotebookInstanceSummary, error) { return q.list(ctx) })
	q.key = sync.OnceValues(func() (recreate.Key, error) { return q.describeKey(ctx) })
	q.repos = sync.OnceValues(func() ([]recreate.Repo, error) { return q.describeRepos(ctx) })
	q.subnet = sync.OnceValues(func() (recreate.Subnet, error) { return q.describeSubnet(ctx) })
	ask := func(name string) func() (*model.LifecycleConfig, error) {
		return sync.OnceValues(func() (*model.LifecycleConfig, error) { return q.lifecycle(ctx, name) })
	}
	planned, before := ask(q.spec.LifecycleName), ask(q.source.LifecycleName)
	q.scripts = func(name string) (*model.LifecycleConfig, error) {
		if name == q.spec.LifecycleName {
			return planned()
		}
		return before()
	}
}

// questions lists what the spec needs to be asked.
func (q *inquiry) questions() []question {
	f := q.facts
	out := []question{
		fact(q, &f.Source, func(ctx context.Context) (*recreate.Snapshot, error) {
			return q.session.snapshot(ctx, q.source.Region, q.source.Name)
		}),
		fact(q, &f.NameTaken, q.nameTaken),
		fact(q, &f.Role, q.role),
		fact(q, &f.Quotas, q.quotas),
		fact(q, &f.Usage, q.usage),
		fact(q, &f.Simulated, q.simulate),
		fact(q, &f.Marked, q.marked),
		fact(q, &f.Prices, func(ctx context.Context) (recreate.Prices, error) { return q.session.prices(ctx, q.source.Region) }),
	}
	if q.spec.SubnetID != "" {
		out = append(out,
			fact(q, &f.Subnet, func(context.Context) (recreate.Subnet, error) { return q.subnet() }),
			fact(q, &f.Offered, q.offered))
	}
	if len(q.spec.SecurityGroups) > 0 {
		out = append(out, fact(q, &f.Groups, q.groups))
	}
	if q.spec.KMSKeyID != "" {
		out = append(out, fact(q, &f.Key, func(context.Context) (recreate.Key, error) { return q.key() }))
	}
	if q.spec.LifecycleName != "" {
		out = append(out, fact(q, &f.Lifecycle, func(context.Context) (*model.LifecycleConfig, error) { return q.scripts(q.spec.LifecycleName) }))
	}
	if q.source.LifecycleName != "" {
		out = append(out, fact(q, &f.SourceLifecycle, func(context.Context) (*model.LifecycleConfig, error) { return q.scripts(q.source.LifecycleName) }))
	}
	if len(q.registered()) > 0 {
		out = append(out, fact(q, &f.Repos, func(context.Context) ([]recreate.Repo, error) { return q.repos() }))
	}
	return out
}

// why is the reason for which a fact is not known, with the call that failed.
func (q *inquiry) why(ctx context.Context, err error) string {
	p := q.session.fault(ctx, q.source.Region, err)
	if p.Operation == "" || strings.Contains(p.Message, p.Operation) {
		return p.Message
	}
	return p.Operation + ": " + p.Message
}

// list names every notebook of the target: all count against the quotas, and a
// filter by name may not see one that is spelt with other cases.
func (q *inquiry) list(ctx context.Context) ([]types.NotebookInstanceSummary, error) {
	pages := sagemaker.NewListNotebookInstancesPaginator(q.session.in(q.source.Region).sagemaker,
		&sagemaker.ListNotebookInstancesInput{MaxResults: sdkaws.Int32(pageSize)})
	var out []types.NotebookInstanceSummary
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		out = append(out, page.NotebookInstances...)
	}
	return out, nil
}

// nameTaken looks for the notebook that stands in the way of the new name: ARNs
// and URLs are in lower case, so that names differ by more than their cases.
func (q *inquiry) nameTaken(ctx context.Context) (*recreate.Snapshot, error) {
	exact, err := q.session.snapshot(ctx, q.source.Region, q.spec.Name)
	if err != nil || exact != nil {
		return exact, err
	}
	all, err := q.listing()
	if err != nil {
		return nil, err
	}
	for i := range all {
		if name := sdkaws.ToString(all[i].NotebookInstanceName); strings.EqualFold(name, q.spec.Name) {
			return q.session.snapshot(ctx, q.source.Region, name)
		}
	}
	return nil, nil
}

func (q *inquiry) usage(context.Context) (recreate.Usage, error) {
	all, err := q.listing()
	if err != nil {
		return recreate.Usage{}, err
	}
	out := recreate.Usage{Total: len(all), Names: make([]string, len(all))}
	for i := range all {
		out.Names[i] = sdkaws.ToString(all[i].NotebookInstanceName)
		if string(all[i].InstanceType) == q.spec.InstanceType {
			out.OfType++
		}
	}
	return out, nil
}

// lifecycle is nil for a configuration that does not exist. One whose script
// cannot be decoded exists all the same.
func (q *inquiry) lifecycle(ctx context.Context, name string) (*model.LifecycleConfig, error) {
	got, err := q.session.client.Lifecycle(ctx, q.source.Target(), name)
	switch {
	case err == nil, got.Name != "":
		return &got, nil
	case isAbsent(classify(err)):
		return nil, nil
	}
	return nil, err
}

// registered lists the repositories of the spec that SageMaker knows by name.
// Others are the URLs themselves.
func (q *inquiry) registered() (names []string) {
	for _, r := range append([]string{q.spec.DefaultRepository}, q.spec.MoreRepositories...) {
		if r != "" && !strings.Contains(r, "://") {
			names = append(names, r)
		}
	}
	return withoutDoubles(names)
}

func (q *inquiry) describeRepos(ctx context.Context) ([]recreate.Repo, error) {
	var out []recreate.Repo
	for _, name := range q.registered() {
		got, err := q.session.client.Repository(ctx, q.source.Target(), name)
		switch {
		case err == nil:
			out = append(out, recreate.Repo{Name: name, Exists: true, URL: got.URL, Secret: got.Secret})
		case isAbsent(classify(err)):
			out = append(out, recreate.Repo{Name: name})
		default:
			return nil, err
		}
	}
	return out, nil
}

// isAbsent reports whether AWS itself says that something does not exist.
func isAbsent(p model.Problem) bool {
	return p.Code != "" && (p.Kind == model.KindNotFound || p.Kind == model.KindInvalid &&
		(strings.Contains(p.Message, "Cannot find") || strings.Contains(p.Message, "Could not find")))
}
