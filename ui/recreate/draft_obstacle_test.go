package recreate

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/kit"
	"nbscope/ui/uitest"
)

// checkedDraft is a draft of which preflight has passed, in a wizard without a run.
func checkedDraft(change func(*recreate.Snapshot)) (*draft, *wizard, *uitest.Recreator) {
	n, aws := &uitest.Host{}, uitest.NewRecreator()
	aws.Snaps["churn"] = uitest.Snapshot("churn", change)
	w := begun()
	w.live = nil
	w.ports.aws, w.ports.runs = aws, func() recreate.Fact[[]recreate.Kept] { return recreate.Know[[]recreate.Kept](nil) }
	d := &draft{name: "churn", runID: "7f3c", target: model.Target{Account: uitest.Prod, Region: "eu-west-1"}, policy: model.PolicyConnect, ports: w.ports}
	w.draft = d
	kit.Perform(n, d.observe())
	return d, w, aws
}

func TestWhatKeepsAPlanFromBeingApproved(t *testing.T) {
	check := func(results ...recreate.Result) []recreate.Check {
		out := make([]recreate.Check, 0, len(results))
		for _, r := range results {
			out = append(out, recreate.Check{Result: r})
		}
		return out
	}
	owned := []recreate.Check{{Result: recreate.Fail, Owner: true}}
	for name, c := range map[string]struct {
		change func(*draft)
		want   string
		owned  bool
	}{
		"nothing":            {func(*draft) {}, "", false},
		"begun":              {func(d *draft) { d.beginning = true }, "the run is being begun", false},
		"not seen":           {func(d *draft) { d.source = nil }, "the notebook is being looked at", false},
		"not to be seen":     {func(d *draft) { d.source, d.observing.problem = nil, &model.Problem{} }, "the notebook could not be looked at", false},
		"seen before":        {func(d *draft) { d.observing.problem = &model.Problem{} }, "", false},
		"refused":            {func(d *draft) { d.invalid = map[string]string{recreate.FieldSubnet: "x", recreate.FieldName: "y"} }, "AWS would refuse Name, Subnet", false},
		"under way":          {func(d *draft) { d.checking.running = true }, "preflight is under way", false},
		"not checked":        {func(d *draft) { d.checked = false }, "preflight has not run for these values", false},
		"without a plan":     {func(d *draft) { d.plan = nil }, "preflight has not run for these values", false},
		"owned":              {func(d *draft) { d.checks = owned }, "something else manages this notebook", true},
		"owned, not checked": {func(d *draft) { d.checks, d.checked = owned, false }, "preflight has not run for these values", false},
		"overridden":         {func(d *draft) { d.checks, d.overridden = owned, true }, "", false},
		"no place":           {func(d *draft) { d.left = "no place" }, "no place", false},
		"held back":          {func(d *draft) { d.held = "a limit" }, "a limit", false},
		"one fails":          {func(d *draft) { d.checks = check(recreate.Fail, recreate.Warn) }, "1 check failed", false},
		"two fail":           {func(d *draft) { d.checks = check(recreate.Fail, recreate.Fail) }, "2 checks failed", false},
		"one warns":          {func(d *draft) { d.checks = check(recreate.Warn) }, "", false},
	} {
		d, _, _ := checkedDraft(nil)
		c.change(d)
		if d.obstacle() != c.want || d.owned() != c.owned {
			t.Errorf("%s: %q, owned %v; want %q, owned %v", name, d.obstacle(), d.owned(), c.want, c.owned)
		}
	}
}

func TestAQuestionIsAnsweredOnceAndByTheLastAnswer(t *testing.T) {
	q, stopped, at := asked{}, 0, uitest.Noon()
	q.begin(at)
	first := q.id
	q.cancel = func() { stopped++ }
	q.begin(at)
	if stopped != 1 || q.id == first || !q.running {
		t.Errorf("asked anew: stopped %d times, number %d after %d, running %v", stopped, q.id, first, q.running)
	}
	if q.end(first, at, &model.Problem{}) || q.problem != nil {
		t.Error("an older answer counts")
	}
	if !q.end(q.id, at.Add(3*time.Second), &model.Problem{Message: "no"}) || q.running || q.took != 3*time.Second || q.problem.Message != "no" {
		t.Errorf("the answer is not taken: %+v", q)
	}
	if q.end(q.id, at.Add(9*time.Second), nil) || q.took != 3*time.Second {
		t.Error("a second answer counts")
	}
	last := q.id
	q.stop()
	if q.id != last || stopped != 1 {
		t.Errorf("what is over was given up: number %d, stopped %d times", q.id, stopped)
	}
	q.begin(at)
	if q.problem != nil {
		t.Error("the problem of before is shown")
	}
	q.stop()
	if q.running || q.end(q.id-1, at, nil) {
		t.Error("an answer to what was given up counts")
	}
}

// TestADraftAsksForNothingTwice counts what AWS is asked.
func TestADraftAsksForNothingTwice(t *testing.T) {
	n := &uitest.Host{}
	d, _, aws := checkedDraft(nil)
	calls := func(want ...string) {
		t.Helper()
		if !slices.Equal(aws.Calls, want) {
			t.Errorf("called %q, want %q", aws.Calls, want)
		}
		aws.Calls = nil
	}
	calls("snapshot churn", "facts churn")
	kit.Perform(n, d.refresh())
	calls()
	kit.Perform(n, d.check())
	calls("facts churn")
	d.changed()
	kit.Perform(n, d.refresh())
	calls("facts churn")
	d.checking.running = true
	kit.Perform(n, d.check())
	d.checking.running, d.source = false, nil
	kit.Perform(n, d.check())
	d.turn()
	calls()
}

// TestAdviceIsAskedForWhereANetworkCanBeBetter counts the looks for advice.
func TestAdviceIsAskedForWhereANetworkCanBeBetter(t *testing.T) {
	for name, c := range map[string]struct {
		notebook *model.Notebook
		err      error
		want     int
		advised  bool
	}{
		"not listed":     {nil, nil, 0, false},
		"not judged":     {&model.Notebook{SubnetID: "subnet-0a1"}, nil, 0, false},
		"without a VPC":  {&model.Notebook{Egress: &model.Egress{Verdict: model.VerdictIsolated}}, nil, 0, false},
		"it is well":     {&model.Notebook{SubnetID: "subnet-0a1", Egress: &model.Egress{Verdict: model.VerdictNAT}}, nil, 0, false},
		"it is cut off":  {&model.Notebook{SubnetID: "subnet-0a1", Egress: &model.Egress{Verdict: model.VerdictIsolated}}, nil, 1, true},
		"nobody answers": {&model.Notebook{SubnetID: "subnet-0a1", Egress: &model.Egress{Verdict: model.VerdictIsolated}}, errors.New("no"), 1, false},
	} {
		d, _, _ := checkedDraft(nil)
		asked, better := 0, &model.Egress{Reason: "better"}
		d.notebook = c.notebook
		d.ports.advise = func(context.Context, *model.Notebook) (*model.Notebook, error) {
			asked++
			if c.err != nil {
				return nil, c.err
			}
			return &model.Notebook{Egress: better}, nil
		}
		kit.Perform(&uitest.Host{}, d.observe())
		if asked != c.want || (d.egress() == better) != c.advised {
			t.Errorf("%s: asked %d times, advised %v", name, asked, d.egress() == better)
		}
		if !c.advised && c.notebook != nil && d.egress() != c.notebook.Egress {
			t.Errorf("%s: the judgement is %+v", name, d.egress())
		}
	}
}

// TestWhatIsInTheSourceIsKnownOnceSomebodyHasLooked looks into a source, and hears why it
// is not known.
func TestWhatIsInTheSourceIsKnownOnceSomebodyHasLooked(t *testing.T) {
	n := &uitest.Host{}
	d, _, aws := checkedDraft(nil)
	says := func(known bool, why string, surveyable bool) {
		t.Helper()
		f := d.inside()
		if f.Known != known || f.Why != why || d.surveyable() != surveyable {
			t.Errorf("known %v, %q, can be looked into %v; want %v, %q, %v", f.Known, f.Why, d.surveyable(), known, why, surveyable)
		}
	}
	says(false, "", true)
	aws.Inside = *uitest.Survey(uitest.Noon())
	kit.Perform(n, d.beginSurvey())
	says(true, "", true)
	if d.inside().Value.Source.Files != 1_284_102 {
		t.Errorf("it was found %+v", d.inside().Value)
	}
	d.source.Status = model.StatusStopped
	says(true, "", false)
	calls := len(aws.Calls)
	kit.Perform(n, d.beginSurvey())
	if d.lookInside() != nil || len(aws.Calls) != calls {
		t.Error("a source that is stopped is looked into")
	}
	d.survey = nil
	says(false, "how much there is on the source is not known: it is Stopped", false)
	d.source.Status, aws.Err = model.StatusInService, errors.New("denied")
	kit.Perform(n, d.beginSurvey())
	says(false, "how much there is on the source is not known: denied", true)
	d.surveying.begin(uitest.Noon())
	says(false, "the source is being looked into", false)
	d.surveyed(d.surveying.id-1, aws.Inside, nil)
	says(false, "the source is being looked into", false)
	d.surveyed(d.surveying.id, aws.Inside, nil)
	says(true, "", true)
	again := *d.source
	again.Created = again.Created.Add(time.Hour)
	d.seen(&again)
	says(false, "", true)
}

func TestTheWayOfTheDataIsChosenOrRecommended(t *testing.T) {
	d, w, _ := checkedDraft(nil)
	says := func(want string) {
		t.Helper()
		if got := d.way().words(); got != want {
			t.Errorf("the data goes %q, want %q", got, want)
		}
	}
	says("by hand")
	d.ports.can = []recreate.Transport{recreate.TransportRelay}
	says("relay")
	d.goBy(route{by: recreate.TransportS3, bucket: "b-1"})
	says("S3, bucket b-1")
	if d.plan.Transport != recreate.TransportS3 || d.plan.Bucket != "b-1" || d.plan.MakeBucket {
		t.Errorf("the plan has %s, %q, %v", d.plan.Transport, d.plan.Bucket, d.plan.MakeBucket)
	}
	d.goBy(route{recreate.TransportS3, "b-2", true})
	says("S3, bucket b-2, to be made")
	if !d.plan.MakeBucket {
		t.Error("the plan does not make it")
	}
	d.changed()
	d.goBy(route{by: recreate.TransportRelay})
	says("relay")
	if d.plan != nil {
		t.Error("there is a plan that nothing has checked")
	}
	d.route, d.source = route{}, nil
	says("by hand")
	var doc kit.Document
	sayWays(&doc, &recreate.Plan{Transport: recreate.TransportS3})
	var heads []string
	for _, s := range uitest.Told(doc, w.theme) {
		if len(s) > 7 && s[:7] == "header|" {
			heads = append(heads, s[7:])
		}
	}
	if want := []string{"The data goes through S3", "Or: relay", "Or: by hand"}; !slices.Equal(heads, want) {
		t.Errorf("the ways are %q, want %q", heads, want)
	}
}
