package cli

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
)

// planWith is the JSON of a plan with members in place of its own; an empty one is left out.
func planWith(members map[string]string) string {
	all := map[string]string{
		"schema": "1", "fingerprint": `"1-00"`, "runId": `"7f3c"`,
		"source": `{"arn": "arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/churn-model", "status": "InService"}`,
		"create": `{"NotebookInstanceName": "churn-model-net", "Tags": [{"Key": "Team", "Value": "ml"}, {"Key": "nbscope:run-id", "Value": "7f3c"}]}`,
	}
	maps.Copy(all, members)
	var out []string
	for k, v := range all {
		if v != "" {
			out = append(out, fmt.Sprintf("%q: %s", k, v))
		}
	}
	slices.Sort(out)
	return "{" + strings.Join(out, ", ") + "}"
}

func TestWhatIsReadOfAPlansFile(t *testing.T) {
	t.Parallel()
	const want = "not a plan of `nbscope plan -o json`"
	long := strings.Repeat("a", 63)
	for name, c := range map[string]struct {
		members map[string]string
		fails   string
	}{
		"one in order":               {nil, ""},
		"a schema of before":         {map[string]string{"schema": "0"}, want + ": it has no schema, fingerprint or create"},
		"a schema of later":          {map[string]string{"schema": "2"}, "the plan is of schema 2, made by a newer nbscope; this one reads up to 1"},
		"no fingerprint":             {map[string]string{"fingerprint": ""}, want + ": it has no schema, fingerprint or create"},
		"no request":                 {map[string]string{"create": ""}, want + ": it has no schema, fingerprint or create"},
		"no run":                     {map[string]string{"runId": ""}, want + ": it has no runId"},
		"no source":                  {map[string]string{"source": ""}, want + `: source.arn "" is not the ARN of a notebook instance`},
		"another name":               {map[string]string{"source": `{"arn": "arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/a", "name": "b"}`}, `source.name "b" is not the name in source.arn "arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/a"`},
		"a request with more":        {map[string]string{"create": `{"Odd": 1}`}, `create: not an input of CreateNotebookInstance: unknown field "Odd"`},
		"the tag of another run":     {map[string]string{"runId": `"7f3d"`}, `create carries the tag nbscope:run-id = "7f3c", and runId is "7f3d": they must be the same`},
		"no tag of a run":            {map[string]string{"create": `{"Tags": [{"Key": "Team", "Value": "7f3c"}]}`}, `create carries the tag nbscope:run-id = "", and runId is "7f3c": they must be the same`},
		"a transport":                {map[string]string{"transport": `"s3"`}, ""},
		"a transport that chooses":   {map[string]string{"transport": `"auto"`}, `transport "auto" is not one that this nbscope knows`},
		"a transport that is none":   {map[string]string{"transport": `"pigeon"`}, `transport "pigeon" is not one that this nbscope knows`},
		"a time to keep":             {map[string]string{"keep": `"1ns"`}, ""},
		"no time to keep":            {map[string]string{"keep": `"0s"`}, `keep "0s" is not a time such as 24h`},
		"less":                       {map[string]string{"keep": `"-1ns"`}, `keep "-1ns" is not a time such as 24h`},
		"a number":                   {map[string]string{"keep": `"24"`}, `keep "24" is not a time such as 24h`},
		"a source in another letter": {map[string]string{"source": `{"arn": "arn:aws-us-gov:sagemaker:eu-west-1:111122223333:notebook-instance/` + long + `", "name": "` + strings.ToUpper(long) + `"}`}, ""},
	} {
		p, err := parsePlan([]byte(planWith(c.members)))
		if err != nil && err.Error() != c.fails || err == nil && c.fails != "" || (p == nil) != (err != nil) {
			t.Errorf("%s: %v, want %q", name, err, c.fails)
		}
	}
	p, err := parsePlan([]byte(planWith(map[string]string{"keep": `"36h"`, "source": `{"arn": "arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/churn-model", "name": "Churn-Model"}`})))
	if err != nil || p.target != (model.Target{Account: "111122223333", Region: "eu-west-1"}) || p.name != "Churn-Model" || p.keep != 36*time.Hour || p.spec.Name != "churn-model-net" {
		t.Errorf("%+v, %v", p, err)
	}
	if p, err = parsePlan([]byte(planWith(nil))); err != nil || p.name != "churn-model" || p.keep != 0 {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestAPlansFileAndThePlanOfNowDifferInWords(t *testing.T) {
	t.Parallel()
	now := aRun("7f3c", nil).Run.Plan
	file := func(change func(*planFile)) *planFile {
		p := planFile{Changes: slices.Clone(now.Changes())}
		p.Source.Status = "InService"
		change(&p)
		return &p
	}
	at := func(p *planFile, field string) *recreate.Change {
		i := slices.IndexFunc(p.Changes, func(c recreate.Change) bool { return c.Field == field })
		return &p.Changes[i]
	}
	for name, c := range map[string]struct {
		change func(*planFile)
		want   []string
	}{
		"nothing":      {func(*planFile) {}, nil},
		"the status":   {func(p *planFile) { p.Source.Status = "Stopped" }, []string{"the source was Stopped, and is InService"}},
		"the source":   {func(p *planFile) { at(p, "InstanceType").Before = "ml.m5.large" }, []string{`InstanceType of the source was "ml.m5.large", and is "ml.t3.medium"`}},
		"what is made": {func(p *planFile) { at(p, "VolumeSizeInGB").After = "9" }, []string{`VolumeSizeInGB of the replacement was planned as "9", and would be "5"`}},
		"what is no more": {func(p *planFile) {
			p.Changes = append(p.Changes, recreate.Change{Field: "Tags.Foo", Before: "a", After: "b"})
		}, []string{
			`Tags.Foo of the source was "a", and is none`, `Tags.Foo of the replacement was planned as "b", and would be none`,
		}},
		"what is more": {func(p *planFile) {
			p.Changes = slices.DeleteFunc(p.Changes, func(c recreate.Change) bool { return c.Field == "InstanceType" })
		}, []string{
			`InstanceType of the source was none, and is "ml.t3.medium"`, `InstanceType of the replacement was planned as none, and would be "ml.t3.medium"`,
		}},
	} {
		if got := file(c.change).differences(&now); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
