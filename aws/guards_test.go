package aws

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"nbscope/model"
	"nbscope/model/recreate"
)

// guarding is an act of a run whose notebooks are as its plan and its run say.
func guarding(change func(run *recreate.Run, e *recreate.Effect, source, replacement *recreate.Snapshot)) (a *act, source, replacement *recreate.Snapshot) {
	made := time.Unix(1.7e9, 0)
	source = &recreate.Snapshot{Account: "111122223333", Region: "eu-west-1", Name: "churn", ARN: "arn:churn", Status: model.StatusInService, Created: made, Modified: made.Add(time.Hour)}
	replacement = &recreate.Snapshot{
		Name: "churn-net", Status: model.StatusInService, Created: made.Add(2 * time.Hour), DirectInternet: model.Enabled,
		Tags: []model.Tag{{Key: recreate.TagRunID, Value: testRun}},
	}
	run := &recreate.Run{Plan: recreate.Plan{RunID: testRun, Source: *source, Spec: recreate.Spec{Name: "churn-net", DirectInternet: model.Enabled}}, MadeAt: replacement.Created}
	e := &recreate.Effect{Kind: recreate.EffectCopy, Target: run.Plan.Target(), On: recreate.SideSource, Name: "churn"}
	change(run, e, source, replacement)
	now := func() time.Time { return made.Add(24 * time.Hour) }
	return &act{client: &Client{wiring: wiring{opt: Options{Now: now}}}, run: run, effect: e}, source, replacement
}

func says(err error) string {
	if err == nil {
		return ""
	}
	p, ok := errors.AsType[model.Problem](err)
	if !ok || p.Kind != model.KindConfig || p.Target.Account != "111122223333" {
		return "another error: " + err.Error()
	}
	return p.Message
}

func TestDataIsMovedBetweenTheNotebooksOfTheRunOnly(t *testing.T) {
	t.Parallel()
	type change = func(run *recreate.Run, e *recreate.Effect, source, replacement *recreate.Snapshot)
	for name, c := range map[string]struct {
		change            change
		noSource, noOther bool
		want              string
	}{
		"both are as they were": {change: func(*recreate.Run, *recreate.Effect, *recreate.Snapshot, *recreate.Snapshot) {}},
		"no source":             {change: func(*recreate.Run, *recreate.Effect, *recreate.Snapshot, *recreate.Snapshot) {}, noSource: true, want: "the source churn does not exist any more"},
		"a source made anew": {
			change: func(_ *recreate.Run, _ *recreate.Effect, s, _ *recreate.Snapshot) { s.Created = s.Created.Add(1) },
			want:   "another notebook has the name churn by now",
		},
		"a source of another ARN": {
			change: func(_ *recreate.Run, _ *recreate.Effect, s, _ *recreate.Snapshot) { s.ARN = "arn:other" },
			want:   "another notebook has the name churn by now",
		},
		"a source that stops": {
			change: func(_ *recreate.Run, _ *recreate.Effect, s, _ *recreate.Snapshot) { s.Status = "Stopping" },
			want:   "the source churn is Stopping: its data can only be read while it runs",
		},
		"no replacement": {
			change:  func(*recreate.Run, *recreate.Effect, *recreate.Snapshot, *recreate.Snapshot) {},
			noOther: true, want: "the replacement churn-net does not exist, so that nothing is copied",
		},
		"a replacement made anew": {
			change: func(_ *recreate.Run, _ *recreate.Effect, _, r *recreate.Snapshot) { r.Created = r.Created.Add(1) },
			want:   "somebody else made the replacement churn-net anew, so that nothing is copied",
		},
		"a replacement of no known time": {
			change: func(run *recreate.Run, _ *recreate.Effect, _, r *recreate.Snapshot) {
				r.Created, run.MadeAt = r.Created.Add(1), time.Time{}
			},
		},
		"a replacement that stops": {
			change: func(_ *recreate.Run, _ *recreate.Effect, _, r *recreate.Snapshot) { r.Status = "Stopping" },
			want:   "the replacement churn-net is Stopping, so that nothing is copied",
		},
		"a replacement of another run": {
			change: func(_ *recreate.Run, _ *recreate.Effect, _, r *recreate.Snapshot) { r.Tags[0].Value = otherRun },
			want:   "the notebook churn-net does not carry the tag of this run, so it is left alone",
		},
		"a replacement of nobody knows whom": {
			change: func(_ *recreate.Run, _ *recreate.Effect, _, r *recreate.Snapshot) { r.TagsUnknown = "denied" },
			want:   "the tags of churn-net cannot be read, so that it is not known whose it is: denied",
		},
	} {
		a, source, replacement := guarding(c.change)
		if c.noSource {
			source = nil
		}
		if c.noOther {
			replacement = nil
		}
		if got := says(a.guardMoved(source, replacement)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestAnEffectIsHeldToTheNotebookOfItsSide(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		on         recreate.Side
		name, spec string
		want       string
	}{
		{recreate.SideSource, "churn", "churn-net", ""},
		{recreate.SideSource, "churn-net", "churn-net", "the source of the run is churn, and not churn-net"},
		{recreate.SideReplacement, "churn-net", "churn-net", ""},
		{recreate.SideReplacement, "churn", "churn-net", "the replacement of the run is churn-net, and not churn"},
		{recreate.SideReplacement, "Churn", "Churn", "the replacement of the run is Churn, and not Churn"},
		{"", "churn", "churn-net", "the effect does not say which notebook it is for"},
	} {
		a, _, _ := guarding(func(run *recreate.Run, e *recreate.Effect, _, _ *recreate.Snapshot) {
			e.On, e.Name, run.Plan.Spec.Name = c.on, c.name, c.spec
		})
		if got := says(a.guardName()); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

func TestAReplacementIsMadeWithTheTagOfItsRun(t *testing.T) {
	t.Parallel()
	tag := []model.Tag{{Key: "Team", Value: testRun}, {Key: recreate.TagRunID, Value: testRun}}
	for _, c := range []struct {
		spec recreate.Spec
		want string
	}{
		{recreate.Spec{Name: "churn-net", Tags: tag}, ""},
		{recreate.Spec{Name: "CHURN", Tags: tag}, "the replacement cannot have the source's name while the source exists"},
		{recreate.Spec{Name: "churn-net", Tags: tag[:1]}, "the replacement would not carry the tag of its run"},
		{recreate.Spec{Name: "churn-net", Tags: []model.Tag{{Key: recreate.TagRunID, Value: otherRun}}}, "the replacement would not carry the tag of its run"},
	} {
		a, _, _ := guarding(func(_ *recreate.Run, e *recreate.Effect, _, _ *recreate.Snapshot) { e.Kind, e.Spec = create, &c.spec })
		if got := says(a.guard(t.Context())); got != c.want {
			t.Errorf("%+v: %q", c.spec, got)
		}
	}
	for _, c := range []struct {
		change func(e *recreate.Effect)
		want   string
	}{
		{func(e *recreate.Effect) { e.Kind = create }, "the effect does not say what the notebook shall be"},
		{func(e *recreate.Effect) { e.Kind = recreate.EffectUpdate }, "the effect does not say what the notebook shall be"},
		{func(e *recreate.Effect) { e.Kind, e.Name = stop, "other" }, "the source of the run is churn, and not other"},
	} {
		a, _, _ := guarding(func(_ *recreate.Run, e *recreate.Effect, _, _ *recreate.Snapshot) { c.change(e) })
		if got := says(a.guard(t.Context())); got != c.want {
			t.Errorf("%+v: %q, want %q", a.effect, got, c.want)
		}
	}
}

func TestASourceIsDeletedOnceItsCopyIsProvenAndItsTimeIsOver(t *testing.T) {
	t.Parallel()
	proof := &recreate.Proof{Says: "copied"}
	for name, c := range map[string]struct {
		change func(run *recreate.Run, source *recreate.Snapshot)
		want   string
	}{
		"no proof": {func(*recreate.Run, *recreate.Snapshot) {}, "nobody has proven that the data is on the replacement, so the source is not deleted"},
		"a proof":  {func(run *recreate.Run, _ *recreate.Snapshot) { run.Proof = proof }, ""},
		"kept long enough": {func(run *recreate.Run, s *recreate.Snapshot) {
			run.Source, run.Proof = s, &recreate.Proof{At: s.Created.Add(24*time.Hour - run.Plan.KeepTime())}
		}, ""},
		"a moment too early": {func(run *recreate.Run, s *recreate.Snapshot) {
			run.Source, run.Proof = s, &recreate.Proof{At: s.Created.Add(24*time.Hour + 1 - run.Plan.KeepTime())}
		}, "the source is to be kept until 2023-11-15T22:13:20Z, so it is not deleted"},
		"too early, as approved": {func(run *recreate.Run, s *recreate.Snapshot) {
			run.Source, run.Early, run.Proof = s, &recreate.Early{}, &recreate.Proof{At: s.Created.Add(24*time.Hour + 1 - run.Plan.KeepTime())}
		}, ""},
		"rested since":  {func(run *recreate.Run, s *recreate.Snapshot) { run.Proof, run.RestedAt = proof, s.Modified }, ""},
		"changed since": {func(run *recreate.Run, s *recreate.Snapshot) { run.Proof, run.RestedAt = proof, s.Modified.Add(-1) }, "the source may have run since its data was verified, so it is not deleted"},
	} {
		a, source, _ := guarding(func(run *recreate.Run, e *recreate.Effect, s, _ *recreate.Snapshot) {
			e.Kind = remove
			c.change(run, s)
		})
		if got := says(a.guardDelete(source)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestOnlyAnAnswerThatRefusesProvesThatNothingWasDone has each kind of problem with each
// kind of answer.
func TestOnlyAnAnswerThatRefusesProvesThatNothingWasDone(t *testing.T) {
	t.Parallel()
	with := func(status int, code string) error {
		var err error = &smithy.GenericAPIError{Code: code}
		if code == "" {
			err = errors.New("a page")
		}
		return &smithyhttp.ResponseError{Response: &smithyhttp.Response{Response: &http.Response{StatusCode: status}}, Err: err}
	}
	for name, c := range map[string]struct {
		kind recreate.EffectKind
		of   model.ProblemKind
		err  error
		want bool
	}{
		"throttled by AWS":                   {create, model.KindThrottled, with(400, "ThrottlingException"), true},
		"throttled by a page":                {create, model.KindThrottled, with(400, "Other"), false},
		"denied by AWS":                      {create, model.KindDenied, with(400, "AccessDenied"), true},
		"denied by a page":                   {create, model.KindDenied, with(403, ""), true},
		"denied by another page":             {create, model.KindDenied, with(401, ""), true},
		"denied by a page of another status": {create, model.KindDenied, with(400, ""), false},
		"denied by a fault":                  {create, model.KindDenied, with(500, "AccessDenied"), false},
		"denied, below the refusals":         {create, model.KindDenied, with(399, "AccessDenied"), false},
		"denied, the last of the refusals":   {create, model.KindDenied, with(499, "AccessDenied"), true},
		"denied too late":                    {create, model.KindDenied, with(408, "AccessDenied"), false},
		"nothing to sign with":               {create, model.KindNoCredentials, errors.New("x"), true},
		"a wrong value of a create":          {create, model.KindInvalid, with(400, "ValidationException"), false},
		"a wrong value of a stop":            {stop, model.KindInvalid, with(400, "ValidationException"), true},
		"a wrong value that nobody answered": {stop, model.KindInvalid, errors.New("x"), false},
		"a lost connection":                  {stop, model.KindNetwork, with(400, "x"), false},
	} {
		if got := certainlyNot(c.kind, &model.Problem{Kind: c.of}, c.err); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
