package aws

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"nbscope/aws/sim"
	"nbscope/model"
	"nbscope/model/recreate"
)

func TestACreateIsDoubtedUnlessAWSRefusedToListen(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		faults string
		want   recreate.EventKind
		kind   model.ProblemKind
		calls  int // that reached AWS
		there  bool
	}{
		"the answer was lost":             {"lostop=sagemaker:CreateNotebookInstance:1", recreate.EventDoubted, model.KindNetwork, 1, true},
		"the connection was reset":        {"resetop=sagemaker:CreateNotebookInstance:1", recreate.EventDoubted, model.KindNetwork, 0, false},
		"AWS has a fault":                 {"failop=sagemaker:CreateNotebookInstance:InternalFailure", recreate.EventDoubted, model.KindService, 1, false},
		"it says that a value is wrong":   {"failop=sagemaker:CreateNotebookInstance:ValidationException", recreate.EventDoubted, model.KindInvalid, 1, false},
		"it says that the quota is full":  {"failop=sagemaker:CreateNotebookInstance:ResourceLimitExceeded", recreate.EventDoubted, model.KindLimit, 1, false},
		"no policy allows it":             {"denyop=sagemaker:CreateNotebookInstance", recreate.EventFailed, model.KindDenied, 1, false},
		"a policy forbids direct access":  {"scpdirect=enabled", recreate.EventFailed, model.KindSCP, 1, false},
		"the credentials are too old":     {"failop=sagemaker:CreateNotebookInstance:ExpiredTokenException", recreate.EventFailed, model.KindExpired, 1, false},
		"AWS does not know the key":       {"failop=sagemaker:CreateNotebookInstance:UnrecognizedClientException", recreate.EventFailed, model.KindBadCredentials, 1, false},
		"it is throttled for ever":        {"failop=sagemaker:CreateNotebookInstance:ThrottlingException", recreate.EventFailed, model.KindThrottled, maxTries, false},
		"it is throttled for a while":     {"failop=sagemaker:CreateNotebookInstance:ThrottlingException:2", recreate.EventDone, "", 3, true},
		"the answer is a page of a proxy": {"garbage=1", "", "", 0, false}, // nothing can be asked at all
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, nil)
				b.faults(c.faults)
				out := b.perform(b.effect(create, recreate.SideReplacement))
				b.faults("")
				if c.want == "" {
					if out.Kind == recreate.EventDone {
						t.Errorf("got %+v", out)
					}
					return
				}
				if out.Kind != c.want || (out.Problem != nil && out.Problem.Kind != c.kind) {
					t.Errorf("got %s, %+v", out.Kind, out.Problem)
				}
				if got := len(b.s.Writes()); got != c.calls {
					t.Errorf("%d calls, want %d", got, c.calls)
				}
				if now := b.must(b.effect(recreate.EffectObserve, "")).Observed; (now.Replacement != nil) != c.there || now.Source == nil {
					t.Errorf("there is %+v", now.Replacement)
				}
			})
		})
	}
}

// TestAnErrorAboutSomethingElseIsNoProofOfNothing replays aws-sdk-go#4071: AWS says
// that the name is wrong, and makes the notebook, which then fails.
func TestAnErrorAboutSomethingElseIsNoProofOfNothing(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.fill(homeAccount, "eu-west-1", 1)
	s.hook = func(c call) (int, string, bool) {
		switch c.op {
		case "CreateNotebookInstance":
			s.fill(homeAccount, "eu-west-1", 1)
			s.edit(homeAccount, "eu-west-1", 1, func(n *stubNotebook) { n.name, n.status = "nb-0000-net", "Failed" })
			return refuse("ValidationException", "1 validation error detected: Value at 'notebookInstanceName' failed to satisfy constraint")
		case "ListTags":
			return 200, `{"Tags":[{"Key":"` + recreate.TagRunID + `","Value":"` + testRun + `"}]}`, true
		}
		return 0, "", false
	}
	c := s.client(t, func(o *Options) { o.AllowWrite, o.LookEvery = true, time.Millisecond })
	target := model.Target{Account: homeAccount, Region: "eu-west-1"}
	src, err := c.Snapshot(t.Context(), target, "nb-0000")
	if err != nil {
		t.Fatal(err)
	}
	run := recreate.Begin(recreate.NewPlan(testRun, time.Unix(1.79e9, 0), src, recreate.SpecFor(&src, recreate.Enable)), time.Unix(1.79e9, 0))
	e := recreate.Effect{
		ID: 1, Kind: create, Step: recreate.StepCreate, On: recreate.SideReplacement, Target: target, Name: run.Plan.Spec.Name,
		Spec: &run.Plan.Spec, Source: "nb-0000", Replacement: run.Plan.Spec.Name,
	}
	if out := c.Perform(t.Context(), &run, e, nil); out.Kind != recreate.EventDoubted || out.Problem.Kind != model.KindInvalid {
		t.Fatalf("got %+v, %+v", out, out.Problem)
	}
	e.ID, e.Kind = 2, recreate.EffectSettle
	out := c.Perform(t.Context(), &run, e, nil)
	if out.Kind != recreate.EventDone || statusOf(out.Observed.Replacement) != model.StatusFailed || out.Observed.Replacement.Tag(recreate.TagRunID) != testRun {
		t.Errorf("settled as %+v, %+v", out, out.Observed)
	}
}

func TestWhatBecameOfALostCreateIsSeenByItsTag(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, nil)
		b.faults("lostop=sagemaker:CreateNotebookInstance:1")
		if out := b.perform(b.effect(create, recreate.SideReplacement)); out.Kind != recreate.EventDoubted {
			t.Fatalf("got %+v", out)
		}
		e := b.effect(recreate.EffectSettle, "")
		e.Step = recreate.StepCreate
		got := b.must(e).Observed.Replacement
		if got == nil || got.Tag(recreate.TagRunID) != testRun {
			t.Errorf("settled with %+v", got)
		}
		b.wrote("SageMaker.CreateNotebookInstance churn-net")
	})
}

func TestACreateInDoubtIsLookedForMoreThanOnceBeforeItIsNotThere(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, nil)
		e := b.effect(recreate.EffectSettle, "")
		e.Step = recreate.StepCreate
		out := b.must(e)
		if out.Observed.Replacement != nil || out.Observed.Source == nil {
			t.Errorf("settled with %+v", out.Observed)
		}
		if looks := b.s.Calls()["SageMaker.DescribeNotebookInstance"].Calls / 2; looks < settleLooks {
			t.Errorf("it looked %d times", looks)
		}
	})
}

func TestAStopInDoubtIsLookedAtUntilItShows(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		faults string
		moved  bool
	}{
		"it was carried out":     {"lostop=sagemaker:StopNotebookInstance:1", true},
		"it was not carried out": {"resetop=sagemaker:StopNotebookInstance:1", false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, nil)
				b.serves()
				b.faults(c.faults)
				if out := b.perform(b.effect(stop, recreate.SideSource)); out.Kind != recreate.EventDoubted {
					t.Fatalf("got %+v", out)
				}
				e := b.effect(recreate.EffectSettle, "")
				e.Step = recreate.StepStop
				if got := b.must(e).Observed.Source.Status; (got != model.StatusInService) != c.moved {
					t.Errorf("settled as %s", got)
				}
			})
		})
	}
}

func TestARefusalOfAnyOtherCallIsCertain(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		status, faults string
		kind           recreate.EffectKind
		want           recreate.EventKind
		problem        model.ProblemKind
	}{
		"a stop of what is stopped":    {"Stopped", "", stop, recreate.EventFailed, model.KindConflict},
		"a start of what runs":         {"InService", "", start, recreate.EventFailed, model.KindConflict},
		"a delete of what runs":        {"InService", "", remove, recreate.EventFailed, model.KindConflict},
		"a start without a quota":      {"Stopped", "failop=sagemaker:StartNotebookInstance:ResourceLimitExceeded", start, recreate.EventFailed, model.KindLimit},
		"a start that is denied":       {"Stopped", "denyop=iam:PassRole", start, recreate.EventFailed, model.KindDenied},
		"a stop whose answer was lost": {"InService", "lostop=sagemaker:StopNotebookInstance", stop, recreate.EventDoubted, model.KindNetwork},
		"a delete that AWS fails over": {"Stopped", "failop=sagemaker:DeleteNotebookInstance:ServiceUnavailable", remove, recreate.EventDoubted, model.KindService},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, nil)
				b.change(sim.Change{Op: "set", Name: "churn", Status: c.status})
				b.serves()
				b.run.Proof = &recreate.Proof{Says: "copied"}
				b.faults(c.faults)
				out := b.perform(b.effect(c.kind, recreate.SideSource))
				if out.Kind != c.want || out.Problem == nil || out.Problem.Kind != c.problem || out.Problem.Message == "" {
					t.Errorf("got %s, %+v", out.Kind, out.Problem)
				}
			})
		})
	}
}

// TestWhichFailuresProveThatNothingWasDone holds every kind of problem against every
// way in which its answer may have come.
func TestWhichFailuresProveThatNothingWasDone(t *testing.T) {
	t.Parallel()
	answer := func(status int, code string) error {
		return &smithyhttp.ResponseError{
			Response: &smithyhttp.Response{Response: &http.Response{StatusCode: status}},
			Err:      &smithy.GenericAPIError{Code: code, Message: "no"},
		}
	}
	errs := map[string]error{
		"no answer": errors.New("connection reset"), "400": answer(400, "ValidationException"), "403": answer(403, "AccessDenied"),
		"401":            &smithyhttp.ResponseError{Response: &smithyhttp.Response{Response: &http.Response{StatusCode: http.StatusUnauthorized}}, Err: errors.New("a page of a proxy")},
		"404 of a proxy": &smithyhttp.ResponseError{Response: &smithyhttp.Response{Response: &http.Response{StatusCode: http.StatusNotFound}}, Err: errors.New("a page of a proxy")},
		"408":            answer(408, "RequestTimeout"), "500": answer(500, "InternalFailure"), "throttled": answer(400, "ThrottlingException"),
	}
	always := []string{"no answer", "400", "403", "401", "404 of a proxy", "408", "500", "throttled"}
	byAnswer := []string{"400", "403", "401", "throttled"}
	certain := map[model.ProblemKind][]string{
		model.KindThrottled: {"throttled"},
		model.KindDenied:    byAnswer, model.KindSCP: byAnswer, model.KindExpired: byAnswer, model.KindBadCredentials: byAnswer,
		model.KindNotEnabled: byAnswer, model.KindNotOffered: byAnswer,
		model.KindSSOExpired: always, model.KindNoCredentials: always, model.KindNoProfile: always, model.KindBadProfile: always, model.KindMFA: always,
		model.KindTimeout: nil, model.KindNetwork: nil, model.KindService: nil, model.KindProtocol: nil, model.KindTooLarge: nil, model.KindCanceled: nil, model.KindConfig: nil,
	}
	notOfACreate := map[model.ProblemKind][]string{
		model.KindNotFound: byAnswer, model.KindInvalid: byAnswer, model.KindConflict: byAnswer, model.KindLimit: byAnswer, model.KindUnknown: byAnswer,
	}
	for _, k := range []recreate.EffectKind{create, start, stop, remove, recreate.EffectUpdate} {
		want := maps.Clone(certain)
		for kind, how := range notOfACreate {
			if want[kind] = how; k == create {
				want[kind] = nil
			}
		}
		for kind, how := range want {
			for name, err := range errs {
				if got := certainlyNot(k, &model.Problem{Kind: kind}, err); got != slices.Contains(how, name) {
					t.Errorf("%s, %s, %s: certain that nothing was done: %v", k, kind, name, got)
				}
			}
		}
	}
}
