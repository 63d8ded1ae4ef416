package recreate

import (
	"reflect"
	"slices"
	"strings"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/kit"
)

// A draft is a recreate in the making, from the first look at the notebook to
// the plan that is approved. It decides what is to be asked next and returns that
// as an intent; it does nothing itself, and no answer to an older question counts.
type draft struct {
	target   model.Target
	name     string
	arn      string
	notebook *model.Notebook // of the list, nil when it is not there
	runID    string
	ports    wizardPorts
	policy   model.Policy
	amends   *liveRun // the run whose plan is to be changed, nil for a new one

	advising asked
	advised  *model.Egress // with advice; nil as long as there is none

	observing asked
	source    *recreate.Snapshot
	base      *recreate.Snapshot // as the user, or the plan before, first saw it
	direction recreate.Direction
	spec      recreate.Spec
	route     route             // of the data; by "": as is recommended
	promised  *[]string         // what the replacement has to keep; nil: as the policy says
	vpc       string            // chosen to narrow the subnets, "" for none
	invalid   map[string]string // why AWS would refuse a field, by its name in Create

	surveying asked
	survey    *recreate.Survey // what is in the source; nil as long as nobody has looked

	checking   asked
	facts      recreate.Facts
	alone      []recreate.Check // as if there were no others
	checks     []recreate.Check // the gravest first
	checked    bool             // the checks are about the spec as it stands
	checkedAt  time.Time
	overridden bool // the user typed the name although something else owns the notebook
	plan       *recreate.Plan
	beginning  bool // the run is being begun

	// Of a draft of a batch.
	regroup func() // counts anew what the batch shares; nil for a draft alone
	left    string // why there is no place for it in the batch, "" where there is
	held    string // what AWS has refused another of the batch since the checks, "" for nothing
}

// asked is a question to AWS.
type asked struct {
	id      int
	running bool
	since   time.Time
	took    time.Duration
	problem *model.Problem
	cancel  func() // set by who carries it out; nil before
}

// begin asks anew; an answer to what was asked before is late from now on.
func (q *asked) begin(now time.Time) {
	q.stop()
	q.id++
	q.running, q.since, q.problem = true, now, nil
}

// end takes an answer and reports whether it is for what was asked last.
func (q *asked) end(id int, now time.Time, problem *model.Problem) bool {
	if id != q.id || !q.running {
		return false
	}
	q.running, q.took, q.problem, q.cancel = false, now.Sub(q.since), problem, nil
	return true
}

// stop gives a question up.
func (q *asked) stop() {
	if q.running {
		q.id++
	}
	if q.cancel != nil {
		q.cancel()
	}
	q.running, q.cancel = false, nil
}

// observe looks at the notebook, from the start.
func (d *draft) observe() kit.Intent {
	d.meet()
	d.checking.stop()
	d.observing.begin(d.ports.now())
	look := d.look()
	if d.ports.advise == nil || d.notebook == nil || d.notebook.Egress == nil || d.notebook.SubnetID == "" || !d.notebook.Egress.Improvable() {
		return look
	}
	d.advising.begin(d.ports.now())
	return kit.Sequence{look, d.weigh()}
}

// meet finds the notebook of a plan that was kept, once the scan has shown it.
func (d *draft) meet() {
	if d.notebook != nil || d.ports.listed == nil {
		return
	}
	if n, p := d.ports.listed(d.arn); n != nil {
		d.notebook, d.policy = n, p
	}
}

// egress is the judgement of the notebook's network, with advice where there is
// some.
func (d *draft) egress() *model.Egress {
	if d.advised != nil {
		return d.advised
	}
	if d.notebook != nil {
		return d.notebook.Egress
	}
	return nil
}

// observed takes what the notebook is. The form is filled from it, in the
// direction that changes its setting.
func (d *draft) observed(id int, s recreate.Snapshot, problem *model.Problem) kit.Intent {
	if !d.observing.end(id, d.ports.now(), problem) || problem != nil {
		return nil
	}
	if d.source == nil {
		d.source, d.base = &s, &s
		d.direction = recreate.DirectionOf(&s)
		d.spec = recreate.SpecFor(&s, d.direction)
	}
	d.seen(&s)
	d.changed()
	return d.check()
}

// seen takes the source as it is now. What somebody else changed of it and the user
// has not chosen otherwise goes into the spec.
func (d *draft) seen(s *recreate.Snapshot) {
	if !s.Created.Equal(d.source.Created) {
		d.surveying.stop()
		d.survey = nil // it is about another notebook
	}
	d.spec = d.spec.Rebase(d.source, s)
	d.source = s
}

// turn turns direct internet access the other way. What was typed for the name
// stays if it is not the suggested one.
func (d *draft) turn() {
	if d.source == nil {
		return
	}
	if d.direction == recreate.Disable {
		d.spec.DirectInternet = model.Enabled
	} else {
		d.spec.DirectInternet = model.Disabled
	}
	suggested := d.spec.Name == recreate.NewName(d.source.Name, d.direction)
	d.direction = recreate.DirectionTo(d.source, d.spec.DirectInternet)
	if suggested {
		d.spec.Name = recreate.NewName(d.source.Name, d.direction)
	}
	d.changed()
}

// set changes a field of the form. An error is a text that is no value at all;
// what AWS would refuse is taken and named.
func (d *draft) set(field, value string) error {
	spec := d.spec
	if err := spec.Set(field, value); err != nil {
		return err //nolint:wrapcheck // it is a sentence for the user
	}
	if before, after := d.spec.Value(field), spec.Value(field); before == after {
		return nil
	}
	d.spec = spec
	if field == recreate.FieldDirect {
		d.direction = recreate.DirectionTo(d.source, spec.DirectInternet)
	}
	d.changed()
	return nil
}

// changed makes what rested on the spec before count no more.
func (d *draft) changed() {
	d.checking.stop()
	d.checked, d.plan, d.overridden, d.left, d.held = false, nil, false, "", ""
	d.invalid = d.spec.Validate(d.source)
}

// check asks AWS what preflight rests on.
func (d *draft) check() kit.Intent {
	if d.source == nil || d.checking.running {
		return nil
	}
	d.checking.begin(d.ports.now())
	return d.preflight()
}

// refresh checks again if the spec is not the one that was checked.
func (d *draft) refresh() kit.Intent {
	if d.checked {
		return nil
	}
	return d.check()
}

// checkedWith takes the facts: the checks are made, and the plan. Where somebody else
// has changed the source while they were asked for, they are asked for anew.
func (d *draft) checkedWith(id int, f recreate.Facts) kit.Intent {
	now := d.ports.now()
	if !d.checking.end(id, now, nil) {
		return nil
	}
	if f.Source.Known && f.Source.Value != nil {
		was := d.spec
		d.seen(f.Source.Value)
		d.invalid = d.spec.Validate(d.source)
		if !reflect.DeepEqual(was, d.spec) {
			d.changed()
			return d.check()
		}
	}
	if d.amends != nil && f.NameTaken.Value != nil && f.NameTaken.Value.Tag(recreate.TagRunID) == d.runID {
		f.NameTaken = recreate.Know[*recreate.Snapshot](nil) // this run's own, which failed: it is removed before the next create
	}
	d.meet()
	if d.notebook != nil {
		f.Egress = d.notebook.Egress // the inventory has judged the network already
	}
	f.Runs, f.Survey = d.ports.runs(), d.inside()
	d.facts, d.checked, d.checkedAt = f, true, now
	p := recreate.NewPlan(d.runID, now, *d.source, d.spec)
	d.dress(&p)
	p.Since(d.base)
	d.plan = &p
	d.judge()
	return nil
}

// judge holds the plan against the facts.
func (d *draft) judge() {
	d.plan.Weigh(d.facts)
	d.alone = d.plan.Checks
	d.take(d.plan.Checks)
	if d.regroup != nil {
		d.regroup()
	}
}

// take gives the plan its checks.
func (d *draft) take(checks []recreate.Check) {
	d.plan.Checks, d.checks = checks, slices.Clone(checks)
	model.SortStable(d.checks, func(a, b recreate.Check) int { return rankOf(a.Result) - rankOf(b.Result) })
}

// override goes on although something else manages the notebook.
func (d *draft) override() {
	d.overridden = true
	if d.regroup != nil {
		d.regroup()
	}
}

// rankOf orders checks: what to look at first stands first.
func rankOf(r recreate.Result) int { return slices.Index(recreate.Results(), r) }

// owned reports whether only the owner of the notebook stands in the way.
func (d *draft) owned() bool {
	return d.checked && !d.overridden && recreate.Blocked(d.checks, false) && !recreate.Blocked(d.checks, true)
}

// refused names the fields that AWS would refuse.
func (d *draft) refused() []string {
	var out []string
	for _, f := range recreate.Fields() {
		if d.invalid[f.Create] != "" && f.Create != "" {
			out = append(out, f.Title)
		}
	}
	return out
}

// obstacle says why the plan cannot be approved yet, "" when it can.
func (d *draft) obstacle() string {
	switch {
	case d.beginning:
		return "the run is being begun"
	case d.source == nil && d.observing.problem != nil:
		return "the notebook could not be looked at"
	case d.source == nil:
		return "the notebook is being looked at"
	case len(d.invalid) > 0:
		return "AWS would refuse " + strings.Join(d.refused(), ", ")
	case d.checking.running:
		return "preflight is under way"
	case !d.checked || d.plan == nil:
		return "preflight has not run for these values"
	case d.owned():
		return "something else manages this notebook"
	case d.left != "":
		return d.left
	case d.held != "":
		return d.held
	case recreate.Blocked(d.checks, d.overridden):
		return kit.Count(recreate.CountChecks(d.checks)[recreate.Fail], "check") + " failed"
	}
	return ""
}
