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
