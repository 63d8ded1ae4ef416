package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"nbscope/model"
	"nbscope/model/recreate"
)

// testPlan turns direct internet access of the full notebook on, as the platform
// was before.
func testPlan(change ...func(*recreate.Snapshot)) recreate.Plan {
	n := full()
	src := recreate.SnapshotOf(n)
	src.Status, src.FailureReason, src.Platform, src.IMDSVersion = model.StatusStopped, "", "notebook-al2-v2", "1"
	src.Tags[0].Value = "Ana"
	src.Tags = append(src.Tags, model.Tag{Key: "aws:createdBy", Value: "ana"})
	for _, f := range change {
		f(&src)
	}
	spec := recreate.SpecFor(&src, recreate.Enable)
	p := recreate.NewPlan("7f3c2a9be1d0", testNow(), src, spec)
	p.Promises = []string{"pypi", "s3"}
	facts := recreate.Facts{
		Identity: testView().Identities[0], Source: recreate.Know(&src), NameTaken: recreate.Know[*recreate.Snapshot](nil),
		Subnet: recreate.Know(recreate.Subnet{Exists: true, VPCID: "vpc-0a12", Zone: "eu-west-1a", State: "available", FreeAddresses: 1}),
		Groups: recreate.Know([]recreate.Group{{ID: "sg-1", VPCID: "vpc-0a12"}, {ID: "sg-2", VPCID: "vpc-0a12"}}),
		Role:   recreate.Unknown[recreate.Role]("IAM denies iam:GetRole"), Quotas: recreate.Know(recreate.Quotas{Total: 8, OfType: 2}),
		Usage: recreate.Know(recreate.Usage{Total: 8, OfType: 1}), Egress: n.Egress,
		Prices: recreate.Know(recreate.Prices{Hourly: map[string]float64{"ml.t3.medium": 0.06}, VolumeMonth: 0.14, AsOf: "2026-10-01"}),
	}
	p.Weigh(facts)
	return p
}

// testRun is that plan, carried out as far as the source being stopped and kept.
func testRun(change ...func(*recreate.Snapshot)) recreate.Run {
	p := testPlan(change...)
	r := recreate.Begin(p, testNow())
	at := testNow().UTC()
	for i := range r.Steps {
		r.Steps[i].Idle = r.Steps[i].Kind == recreate.StepCopy || r.Steps[i].Kind == recreate.StepVerify || r.Steps[i].Kind == recreate.StepDelete
		if r.Steps[i].Kind == recreate.StepDelete {
			r.At, r.Steps[i].State, r.Steps[i].Began = i, recreate.StepActive, at
			break
		}
		r.Steps[i].State, r.Steps[i].Began = recreate.StepDone, at
		at = at.Add(time.Minute)
		r.Steps[i].Ended = at
	}
	made := p.Source
	made.Name, made.Status, made.Tags, made.DirectInternet = p.Spec.Name, model.StatusInService, p.Spec.Tags, p.Spec.DirectInternet
	made.ARN += "-net"
	rests := p.Source
	rests.Status, rests.Modified = model.StatusStopped, at
	r.Source, r.RestedAt = &rests, at
	r.Replacement, r.Created, r.Calls, r.Changed = &made, true, 23, at
	r.Proof = &recreate.Proof{
		Method: recreate.TransportManual, At: at, By: p.Identity.ARN,
		Says: "copied by https://churn.notebook.eu-west-1.sagemaker.aws?authToken=eyJhbGciOiJIUzI1NiJ9.secretsecret.signature",
	}
	r.Reach = &recreate.Reached{
		Probe: &model.Probe{At: testNow(), Own: []string{"10.0.0.9"}, Results: []model.Tried{
			{Destination: "pypi", State: model.TryReached, Family: model.FamilyIPv4, MS: 84, Detail: "TLS 84 ms", From: []string{"172.16.91.12"}},
			{Destination: "s3", State: model.TryTimeout, Family: model.FamilyIPv4, Detail: "no answer in 8 s"},
		}},
		Broken: []recreate.Broken{{Promise: "s3", Why: "timeout, no answer in 8 s"}},
		Waived: &recreate.Waived{By: p.Identity.ARN, At: testNow()},
	}
	r.Inside = &recreate.Surveyed{
		Survey: recreate.Survey{At: testNow(), ClonedAgain: []string{"forecasting"}},
		Checks: []recreate.Check{
			{ID: "data-size", Title: "The data fits the new volume", Result: recreate.Fail, Evidence: "30.0 GB in 7 files on the source, and churn-net has room for 18.6 GB", Hint: "Roll back, and choose a larger volume in a new plan."},
			{ID: "data-s3", Title: "The way to S3", Result: recreate.Pass, Evidence: "churn: 9 ms"},
		},
		Waived: &recreate.Waived{By: p.Identity.ARN, At: testNow()},
	}
	r.Drift = []recreate.Drift{{On: recreate.SideSource, Field: "InstanceType", Before: "ml.t3.medium", Now: "ml.t3.large", Why: "it was resized"}}
	r.Problem = &model.Problem{Kind: model.KindThrottled, Operation: "sagemaker:DescribeNotebookInstance", Message: "Rate exceeded", RequestID: "r-1"}
	return r
}

func printedPlan(t *testing.T, p recreate.Plan, f Format) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := Plan(&out, &p, full().Egress.Advice.Remedies, f); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func printedRun(t *testing.T, r recreate.Run, f Format) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := Run(&out, &recreate.Kept{Run: r}, f); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestGoldenPlansAndRuns(t *testing.T) {
	t.Parallel()
	golden(t, "plan.txt", printedPlan(t, testPlan(), Text))
	golden(t, "plan.json", printedPlan(t, testPlan(), JSON))
	golden(t, "plan.sh", printedPlan(t, testPlan(), Shell))
	golden(t, "run.md", printedRun(t, testRun(), Markdown))
	golden(t, "run.json", printedRun(t, testRun(), JSON))
}

// planContract lists every member of a plan's and a run's JSON, as contract does
// for a list.
func planContract() map[string]map[string]string {
	return map[string]map[string]string{
		"": {
			"schema!": kindNumber, "fingerprint!": kindString, "runId!": kindString, "made!": kindString, "identity!": kindObject,
			"source!": kindObject, "direction!": kindString, "create!": kindObject, "changes!": kindObjects, "blocked!": kindBool, "keep!": kindString, "transport!": kindString, "bucket": kindString, "promises!": kindStrings,
			"preflight!": kindObjects, "steps!": kindObjects, "commands!": kindStrings, "controls!": kindObject, "risks!": kindObjects, "cost!": kindObject,
		},
		"identity": {"account!": kindString, "alias": kindString, "arn!": kindString, "profile": kindString, "profiles": kindStrings},
		"source":   {"arn!": kindString, "name!": kindString, "account!": kindString, "region!": kindString, "status!": kindString},
		"changes":  {"field!": kindString, "before!": kindString, "after!": kindString, "action!": kindString, "why!": kindString, "theirs": kindBool},
		"preflight": {
			"check!": kindString, "title!": kindString, "result!": kindString, "evidence!": kindString, "hint": kindString,
			"commands": kindStrings, "field": kindString, "owner": kindBool,
		},
		"steps": {
			"kind!": kindString, "title!": kindString, "about!": kindString, "gate!": kindString, "destructive!": kindBool,
			"calls!": kindStrings, "permissions!": kindStrings,
		},
		"controls": {"before!": kindStrings, "after!": kindStrings},
		"risks":    {"severity!": kindString, "title!": kindString, "why!": kindString},
		"cost": {
			"currency!": kindString, "overlapPerHour!": kindNumber, "instancePerHour": kindNumber, "sourcePerHour": kindNumber,
			"volumePerGBMonth": kindNumber, "keptPerMonth": kindNumber, "unknown": kindString, "asOf": kindString,
		},
		"create": {
			"NotebookInstanceName!": kindString, "InstanceType!": kindString, "PlatformIdentifier!": kindString, "VolumeSizeInGB!": kindNumber,
			"LifecycleConfigName": kindString, "InstanceMetadataServiceConfiguration!": kindObject, "RoleArn!": kindString, "RootAccess!": kindString,
			"KmsKeyId": kindString, "SubnetId": kindString, "SecurityGroupIds": kindStrings, "DirectInternetAccess!": kindString, "IpAddressType": kindString,
			"DefaultCodeRepository": kindString, "AdditionalCodeRepositories": kindStrings, "Tags": kindObjects,
		},
		"InstanceMetadataServiceConfiguration": {"MinimumInstanceMetadataServiceVersion!": kindString},
		"Tags":                                 {"Key!": kindString, "Value!": kindString},
	}
}

func runContract() map[string]map[string]string {
	out := planContract()
	out["plan"] = out[""]
	out[""] = map[string]string{
		"schema!": kindNumber, "id!": kindString, "plan!": kindObject, "phase!": kindString, "outcome": kindString, "began!": kindString,
		"changed!": kindString, "ended": kindString, "calls!": kindNumber, "steps!": kindObjects, "proof": kindObject, "drift": kindObjects,
		"problem": kindObject, "source!": kindObject, "replacement!": kindObject,
		"ending": kindObject, "reach": kindObject, "survey": kindObject, "keptUntil": kindString, "early": kindObject, "sourceSince": kindStrings,
	}
	out["ending"] = map[string]string{"good!": kindBool, "says!": kindStrings}
	out["reach"] = map[string]string{"at": kindString, "results!": kindObjects, "broken!": kindObjects, "waivedBy": kindString, "waivedAt": kindString}
	out["survey"] = map[string]string{"at!": kindString, "checks!": kindObjects, "clonedAgain": kindStrings, "waivedBy": kindString, "waivedAt": kindString}
	out["checks"] = out["preflight"]
	out["results"] = map[string]string{"destination!": kindString, "state!": kindString, "family": kindString, "ms": kindNumber, "detail": kindString, "from": kindStrings}
	out["broken"] = map[string]string{"promise!": kindString, "why!": kindString, "unknown": kindBool}
	out["early"] = map[string]string{"at!": kindString, "by!": kindString, "until!": kindString}
	out["proof"] = map[string]string{"method!": kindString, "at!": kindString, "by!": kindString, "says!": kindString}
	out["drift"] = map[string]string{"on!": kindString, "field!": kindString, "before!": kindString, "now!": kindString, "why!": kindString}
	out["problem"] = map[string]string{"kind!": kindString, "operation": kindString, "message!": kindString, "hint": kindString, "requestId": kindString}
	out["replacement"] = map[string]string{"name!": kindString, "exists!": kindBool, "arn": kindString, "status": kindString, "seenAt": kindString}
	return out
}

func TestTheJSONOfAPlanKeepsTheContract(t *testing.T) {
	t.Parallel()
	unknown := testPlan()
	unknown.Checks, unknown.Cost = nil, recreate.Cost{}
	for says, p := range map[string]recreate.Plan{"with everything": testPlan(), "with nothing checked": unknown} {
		object := decode(t, printedPlan(t, p, JSON))
		if p.Cost.OverlapPerHour == nil {
			cost := object["cost"].(map[string]any)
			if v, there := cost["overlapPerHour"]; !there || v != nil || cost["currency"] != "USD" {
				t.Errorf("%s: a cost that is not known is %v", says, cost)
			}
			cost["overlapPerHour"] = 0.0
		}
		checkMembers(t, planContract(), "", object)
	}
}

func TestThePlanSaysWhatTheContractPromises(t *testing.T) {
	t.Parallel()
	p := testPlan()
	got := decode(t, printedPlan(t, p, JSON))
	if got["schema"] != 1.0 || got["fingerprint"] != p.Fingerprint() || got["direction"] != "enable" || got["blocked"] != true {
		t.Errorf("the head is %v %v %v %v", got["schema"], got["fingerprint"], got["direction"], got["blocked"])
	}
	var sent map[string]any
	if err := json.Unmarshal(p.Spec.Request(), &sent); err != nil || len(sent) != len(got["create"].(map[string]any)) {
		t.Errorf("create is %v, the request %v, %v", got["create"], sent, err)
	}
	steps := got["steps"].([]any)
	first, last := steps[0].(map[string]any), steps[len(steps)-1].(map[string]any)
	if first["kind"] != "create" || first["gate"] != "approve" || first["calls"].([]any)[0] != "sagemaker:CreateNotebookInstance" || last["destructive"] != true {
		t.Errorf("the steps are %v", steps)
	}
	if command := got["commands"].([]any)[0].(string); !strings.HasPrefix(command, "aws sagemaker create-notebook-instance --region eu-west-1") {
		t.Errorf("the first command is %s", command)
	}
	actions := map[string]bool{}
	for _, c := range got["changes"].([]any) {
		actions[c.(map[string]any)["action"].(string)] = true
	}
	if len(actions) != 3 || !actions["carry"] || !actions["change"] || !actions["drop"] {
		t.Errorf("the actions are %v", actions)
	}
}

func TestTheJSONOfARunKeepsTheContract(t *testing.T) {
	t.Parallel()
	gone := testRun()
	gone.Source, gone.Outcome, gone.EndedAt, gone.Proof, gone.Drift, gone.Problem = nil, recreate.OutcomeDone, testNow(), nil, nil, nil
	for _, r := range []recreate.Run{testRun(), gone} {
		object := decode(t, printedRun(t, r, JSON))
		// The source of a run is a notebook as it was seen, that of its plan what was planned for.
		source := object["source"].(map[string]any)
		delete(object, "source")
		members := runContract()
		checkMembers(t, members, "replacement", source)
		delete(members[""], "source!")
		steps := object["steps"].([]any)
		delete(object, "steps")
		delete(members[""], "steps!")
		checkMembers(t, members, "", object)
		members["run steps"] = map[string]string{"kind!": kindString, "title!": kindString, "state!": kindString, "ours!": kindBool, "began": kindString, "ended": kindString, "note": kindString}
		for _, s := range steps {
			checkMembers(t, members, "run steps", s.(map[string]any))
		}
		if (r.Source == nil) == (source["exists"] == true) {
			t.Errorf("the source exists: %v", source)
		}
	}
}

func TestTheReportOfARunHoldsNoSecret(t *testing.T) {
	t.Parallel()
	r := testRun()
	r.Problem.Message = "the token was password=hunter2hunter2"
	r.Steps[0].Note = "authorization: Bearer abcdefghijklmnopqrstuvwxyz"
	for _, f := range RunFormats() {
		out := string(printedRun(t, r, f))
		for _, secret := range []string{"secretsecret", "hunter2", "abcdefghijklmnop"} {
			if strings.Contains(out, secret) {
				t.Errorf("%s holds %s", f, secret)
			}
		}
		if !strings.Contains(out, "copied by") {
			t.Errorf("%s does not say how the copy is proven", f)
		}
	}
}

func TestNoPrintedTextShowsWhatSignsInToARepository(t *testing.T) {
	t.Parallel()
	const token = "ghp_abcdefghijklmnopqrstuvwxyz0123456789"
	repositories := []string{"https://" + token + "@git.example/a", "https://ana:hunter2@git.example/b"}
	secretive := func(s *recreate.Snapshot) {
		s.DefaultRepository, s.MoreRepositories = repositories[0], repositories[1:]
	}
	printed := map[string]string{}
	for _, f := range PlanFormats() {
		printed["plan as "+string(f)] = string(printedPlan(t, testPlan(secretive), f))
	}
	for _, f := range RunFormats() {
		printed["run as "+string(f)] = string(printedRun(t, testRun(secretive), f))
	}
	n := full()
	n.Repositories, n.HasDefaultRepo = repositories, true
	for _, f := range Formats() {
		v := testView()
		v.Notebooks, v.Columns = []*model.Notebook{n}, nil
		var out bytes.Buffer
		if err := Write(&out, f, v, 0); err != nil {
			t.Fatal(err)
		}
		printed["list as "+string(f)] = out.String()
	}
	for _, f := range ShowFormats() {
		var out bytes.Buffer
		if err := Show(&out, n, testView().Lens, testView().Policy, f); err != nil {
			t.Fatal(err)
		}
		printed["show as "+string(f)] = out.String()
	}
	for what, text := range printed {
		if strings.Contains(text, token[4:20]) || strings.Contains(text, "hunter2") {
			t.Errorf("%s holds a secret:\n%s", what, text)
		}
	}
	if got := printed["plan as json"]; !strings.Contains(got, `"DefaultCodeRepository": "https://****@git.example/a"`) ||
		!strings.Contains(got, `"member": "AdditionalCodeRepositories"`) || !strings.Contains(got, "takes the source's own") {
		t.Errorf("the plan does not say what is masked and how it is carried out:\n%s", got)
	}
}

func TestHowARunStandsIsSaid(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		change func(*recreate.Run)
		says   string
	}{
		"kept":         {func(*recreate.Run) {}, "under way: the source is stopped and kept"},
		"done":         {func(r *recreate.Run) { r.Outcome, r.EndedAt, r.Source = recreate.OutcomeDone, testNow(), nil }, "- outcome: done. churn-model-train-net has taken the place of churn-model-train: it is InService"},
		"done by whom": {func(r *recreate.Run) { r.Outcome, r.EndedAt, r.Source = recreate.OutcomeDone, testNow(), nil }, "churn-model-train is gone: somebody else deleted it."},
		"done with nothing that runs": {func(r *recreate.Run) {
			r.Outcome, r.EndedAt, r.Source, r.Replacement = recreate.OutcomeDone, testNow(), nil, nil
		}, "- outcome: done, nothing is in service. No notebook of this run is in service. churn-model-train-net is gone"},
		"early": {func(r *recreate.Run) {
			early(r)
			r.Source, r.Steps = nil, append(r.Steps[:len(r.Steps)-1:len(r.Steps)-1], recreate.Step{Kind: recreate.StepDelete, State: recreate.StepDone})
		}, "deleted before the keep time was over: approved"},
		"in its way":  {func(r *recreate.Run) { r.Replacement = nil }, "under way: Delete source, the replacement is gone"},
		"gone":        {func(r *recreate.Run) { r.Source = nil }, "churn-model-train, gone"},
		"at a gate":   {func(r *recreate.Run) { r.At = 0 }, "under way: Create, gate"},
		"no proof":    {func(r *recreate.Run) { r.Proof = nil }, "proof of the copy: none yet"},
		"all is done": {func(r *recreate.Run) { r.At = len(r.Steps) }, "outcome: under way\n"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := testRun()
			c.change(&r)
			if out := string(printedRun(t, r, Markdown)); !strings.Contains(out, c.says) {
				t.Errorf("it does not say %q:\n%s", c.says, out)
			}
		})
	}
	for _, f := range RunFormats() { // approved early, and not deleted
		r := testRun()
		early(&r)
		if out := string(printedRun(t, r, f)); strings.Contains(out, "before the keep time") || strings.Contains(out, `"early"`) {
			t.Errorf("the source is there, and it says that it was deleted early:\n%s", out)
		}
	}
}

func early(r *recreate.Run) {
	r.Early = &recreate.Early{At: testNow(), By: "arn:ana", Until: testNow()}
}

func TestNothingHostileReachesTheTerminalFromAPlanOrARun(t *testing.T) {
	t.Parallel()
	p := testPlan(func(s *recreate.Snapshot) {
		s.Name, s.LifecycleName, s.RoleARN, s.URL, s.Tags = hostileText, hostileText, hostileText, hostileText, []model.Tag{{Key: hostileText, Value: hostileText}}
	})
	p.Checks = append(p.Checks, recreate.Check{ID: hostileText, Title: hostileText, Result: recreate.Fail, Evidence: hostileText, Hint: hostileText, Commands: []string{hostileText}})
	r := testRun()
	r.Plan, r.Proof.Says, r.Steps[0].Note, r.Problem.Message = p, hostileText, hostileText, hostileText
	r.Drift[0].Now, r.Replacement.ARN = hostileText, hostileText
	for says, out := range map[string][]byte{
		"plan as text": printedPlan(t, p, Text), "plan as JSON": printedPlan(t, p, JSON), "run as Markdown": printedRun(t, r, Markdown), "run as JSON": printedRun(t, r, JSON),
	} {
		if i := bytes.IndexFunc(out, func(r rune) bool { return r != '\n' && hostile(r) }); i >= 0 || !utf8.Valid(out) {
			t.Errorf("%s has something hostile at %d", says, i)
		}
	}
	for line := range strings.SplitSeq(string(printedRun(t, r, Markdown)), "\n") {
		if !strings.HasPrefix(line, "    ") && strings.Contains(line, "<script") {
			t.Errorf("the page has markup of its own: %s", line)
		}
	}
}

func TestPlansAndRunsHaveTheirFormats(t *testing.T) {
	t.Parallel()
	p, r := testPlan(), testRun()
	for _, f := range []Format{CSV, Markdown, "xml"} {
		var out bytes.Buffer
		var unknown *FormatError
		if err := Plan(&out, &p, nil, f); !errors.As(err, &unknown) || out.Len() > 0 || !strings.Contains(err.Error(), "use text, json or sh") {
			t.Errorf("a plan as %s: %v", f, err)
		}
	}
	for _, f := range []Format{CSV, Text, Table, Shell, "xml"} {
		var out bytes.Buffer
		if err := Run(&out, &recreate.Kept{Run: r}, f); err == nil || out.Len() > 0 || !strings.Contains(err.Error(), "use markdown or json") {
			t.Errorf("a run as %s: %v", f, err)
		}
	}
	for _, f := range PlanFormats() {
		if err := Plan(brokenWriter{}, &p, nil, f); !errors.Is(err, errFull) {
			t.Errorf("a plan as %s on a full disk: %v", f, err)
		}
	}
	if err := Run(brokenWriter{}, &recreate.Kept{Run: r}, JSON); !errors.Is(err, errFull) {
		t.Errorf("a run on a full disk: %v", err)
	}
	if !slices.Equal(printedPlan(t, p, Text), printedPlan(t, p, Table)) {
		t.Error("a table is not taken for text")
	}
}
