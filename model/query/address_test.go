package query

import (
	"slices"
	"testing"
	"time"

	"nbscope/model"
)

func addressed() ([]*model.Notebook, model.Lens) {
	notebook := func(name, account, region string) *model.Notebook {
		return &model.Notebook{
			ARN: "arn:aws:sagemaker:" + region + ":" + account + ":notebook-instance/" + name, Name: name, Account: account, Region: region,
			URL: name + ".notebook." + region + ".sagemaker.aws", Status: model.StatusInService, InstanceType: "ml.t3.medium",
		}
	}
	return []*model.Notebook{
		notebook("churn", "111122223333", "eu-west-1"), notebook("churn-2", "111122223333", "eu-west-1"), notebook("churn", "999988887777", "us-east-1"),
	}, model.Lens{Aliases: map[string]string{"111122223333": "prod", "999988887777": "sandbox"}}
}

// finds are the rows that a filter shows.
func finds(t *testing.T, text string) []int32 {
	t.Helper()
	rows, lens := addressed()
	q, issues := ParseStrict(text, time.Time{})
	if len(issues) > 0 {
		t.Fatalf("%q: %v", text, issues)
	}
	if again, issues := ParseStrict(q.String(), time.Time{}); len(issues) > 0 || again.String() != q.String() {
		t.Errorf("%q is written %q, which is read as %q %v", text, q.String(), again.String(), issues)
	}
	var out []int32
	for _, h := range NewEngine(nil).Run(q, rows, lens) {
		out = append(out, h.Row)
	}
	slices.Sort(out)
	return out
}

func TestAFilterTakesAddressesAsTheyAreCopied(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]int32{
		"arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/churn":                                     {0},
		"arn:arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/churn":                                 {0},
		"!arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/churn":                                    {1, 2},
		"arn:notebook-instance/churn":                                                                          {0, 1, 2},
		"arn:999988887777":                                                                                     {2},
		"https://churn.notebook.us-east-1.sagemaker.aws/lab":                                                   {2},
		"url:https://churn-2.notebook.eu-west-1.sagemaker.aws":                                                 {1},
		"url:notebook.eu-west-1":                                                                               {0, 1},
		"https://eu-west-1.console.aws.amazon.com/sagemaker/home?region=eu-west-1#/notebook-instances/churn-2": {1},
		"status:running": {0, 1, 2},
		Lines("arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/churn-2\n  arn:aws:sagemaker:us-east-1:999988887777:notebook-instance/churn\n"): {1, 2},
		Lines("churn-2\n\nnowhere\n"):                                      {1},
		Lines("https://churn-2.notebook.eu-west-1.sagemaker.aws\nnowhere"): {1},
	} {
		if got := finds(t, text); !slices.Equal(got, want) {
			t.Errorf("%q finds %v, want %v", text, got, want)
		}
	}
}

func TestPastedLines(t *testing.T) {
	t.Parallel()
	for pasted, want := range map[string]string{
		"": "", "\n": "", "net:vpc-only  !x\n": "net:vpc-only !x", "a\nb": "name:a|b", "a b\r\nc|d\n": `name:"a b"|"c|d"`,
		"arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/x\narn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/y": "arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/x|aws:sagemaker:eu-west-1:111122223333:notebook-instance/y",
	} {
		if got := Lines(pasted); got != want {
			t.Errorf("%q is pasted as %q, want %q", pasted, got, want)
		}
	}
}

func TestTheNearestOfWhatThereIsIsNamed(t *testing.T) {
	t.Parallel()
	rows, lens := addressed()
	for text, want := range map[string]string{
		"account:prdo": "account:prod", "region:eu-wst": "region:eu-west-1", "name:chrun": "name:churn", "type:ml.t3.medum": "type:ml.t3.medium",
		"account:prod": "", "region:us": "", "!region:eu-wst": "", "vpc:none": "", "region:zzzzzzzzzzzzzzzzzzz": "", "region:eu-west-1|eu-wst": "region:eu-west-1",
	} {
		q, _ := ParseStrict(text, time.Time{})
		if _, near, ok := q.Near(rows, lens); near != want || ok != (want != "") {
			t.Errorf("%q: nearest is %q, want %q", text, near, want)
		}
	}
}
