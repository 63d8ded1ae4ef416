package report

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"nbscope/model"
	"nbscope/model/recreate"
)

func TestTheReportOfAFailedCreationSaysWhyAndWhatNow(t *testing.T) {
	t.Parallel()
	r := testRun()
	made := *r.Replacement
	made.Status, made.FailureReason = model.StatusFailed, "Notebook Instance Lifecycle Config 'arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance-lifecycle-config/setup' for "+
		"Notebook Instance 'x' took longer than 5 minutes; token=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcdefgh"
	r.At = slices.IndexFunc(r.Steps, func(s recreate.Step) bool { return s.Kind == recreate.StepWait })
	r.Phase, r.Replacement, r.Created, r.Effects, r.Proof = recreate.PhaseFailed, &made, true, 3, nil
	var md, raw bytes.Buffer
	if err := Run(&md, &recreate.Kept{Run: r}, Markdown); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"## Why it was not created", "- cause: a lifecycle script", "Lifecycle Config 'setup'", "- what to do: a script that ends",
		"- ways on: create without the lifecycle configuration; remove the failed one, try the same again; remove the failed one, and end",
		"churn-model-train-net/LifecycleConfigOnCreate", "    aws logs get-log-events --region eu-west-1",
	} {
		if !strings.Contains(md.String(), want) {
			t.Errorf("%q is not in\n%s", want, md.String())
		}
	}
	if err := Run(&raw, &recreate.Kept{Run: r}, JSON); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Failure struct {
			Kind, Reason, LogStream string
			Commands, Choices       []string
		}
	}
	if err := json.Unmarshal(raw.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if f := got.Failure; f.Kind != "lifecycle" || f.LogStream == "" || len(f.Commands) != 1 || len(f.Choices) != 3 {
		t.Errorf("%+v", got)
	}
	if strings.Contains(md.String()+raw.String(), "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcdefgh") {
		t.Error("a secret is told")
	}
	r = testRun()
	raw.Reset()
	if err := Run(&raw, &recreate.Kept{Run: r}, JSON); err != nil || strings.Contains(raw.String(), `"failure"`) {
		t.Errorf("%v: a run that did not fail tells of a failure", err)
	}
}

// TestTheReportSaysHowTheReplacementIsNotAsPlanned has somebody change it since, also
// where that was accepted; of a run from before nothing is said.
func TestTheReportSaysHowTheReplacementIsNotAsPlanned(t *testing.T) {
	t.Parallel()
	const want = "RoleArn was "
	told := func(change func(*recreate.Run)) (md, raw string) {
		r := testRun()
		now := *r.Replacement
		now.Tags, now.RoleARN = r.Plan.Spec.Tags, "arn:aws:iam::111122223333:role/theirs"
		r.Replacement, r.Served = &now, &now
		change(&r)
		var m, j bytes.Buffer
		for out, f := range map[*bytes.Buffer]Format{&m: Markdown, &j: JSON} {
			if err := Run(out, &recreate.Kept{Run: r}, f); err != nil {
				t.Fatal(err)
			}
		}
		return m.String(), j.String()
	}
	md, raw := told(func(*recreate.Run) {})
	if !strings.Contains(md, "- the replacement is not as planned: ") || !strings.Contains(md, want) || !strings.Contains(md, "role/theirs") || !strings.Contains(raw, `"replacementSince"`) || !strings.Contains(raw, want) {
		t.Errorf("neither is complete:\n%s\n%s", md, raw)
	}
	for name, change := range map[string]func(*recreate.Run){
		"as planned":  func(r *recreate.Run) { n := *r.Replacement; n.RoleARN = r.Plan.Spec.RoleARN; r.Replacement = &n },
		"from before": func(r *recreate.Run) { r.Served = nil },
	} {
		if md, raw := told(change); strings.Contains(md, want) || strings.Contains(raw, want) {
			t.Errorf("%s: it says that somebody changed it\n%s", name, md)
		}
	}
}
