package query

import (
	"cmp"
	"slices"
	"strings"
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
		"status:running":                                     {0, 1, 2},
		"churn.notebook.us-east-1.sagemaker.aws":             {2},
		"churn.notebook.us-east-1.sagemaker.aws/lab":         {2},
		"!http://churn.notebook.us-east-1.sagemaker.aws/lab": {0, 1},
		"url:http://churn.notebook":                          {0, 2},
		"https://eu-west-1.console.aws.amazon.com/sagemaker/home?region=eu-west-1#/notebook-instances/openNotebook/churn?view=lab":                 {0},
		"churn.notebook.us-east-1.sagemaker.aws\rchurn-2.notebook.eu-west-1.sagemaker.aws/lab\r":                                                   {1, 2},
		"arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/churn\rchurn-2.notebook.eu-west-1.sagemaker.aws":                               {0, 1},
		"arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/churn\narn:aws:sagemaker:us-east-1:999988887777:notebook-instance/churn\n":     {0, 2},
		"arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/churn\rarn:aws:sagemaker:us-east-1:999988887777:notebook-instance/churn\r":     {0, 2},
		"arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/churn\r\narn:aws:sagemaker:us-east-1:999988887777:notebook-instance/churn\r\n": {0, 2},
		"churn-2\n": {1},
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
		"": "", "\n": "", "net:vpc-only \"a  b\"\r": `net:vpc-only "a  b"`, "a\nb": "name:a|b", "a\rb\r": "name:a|b", "a  b\r\nc|d\n": `name:"a b"|"c|d"`,
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
	rows[0].Tags = []model.Tag{{Key: "Env", Value: "dev"}, {Key: "Team", Value: "ml research"}}
	rows[0].Tagged, rows[0].VPCName = model.Part{State: model.LoadDone}, "main-vpc"
	lens.Aliases = map[string]string{"111122223333": "prod-ml", "999988887777": "sandbox"}
	for text, want := range map[string]string{
		"account:prdo": "account:prod", "account:sandbx": "account:sandbox", "region:eu-wst": "region:eu-west-1", "region:us-est": "region:us-east-1",
		"name:chrun": "name:churn", "type:ml.t3.medum": "type:ml.t3.medium", "vpc:mian": "vpc:main",
		"tag:Taem": "tag:Team", "tag:Team=ml-resaerch": `tag:"Team=ml research"`, "tag:Taem=x": "tag:Team=x",
		"account:prod": "", "region:us": "", "!region:eu-wst": "", "vpc:none": "", "region:zzzzzzzzzzzzzzzzzzz": "", "region:eu-west-1|eu-wst": "region:eu-west-1",
	} {
		q, _ := ParseStrict(text, time.Time{})
		near := q.Near(rows, lens)
		if got := cmp.Or(near, &Issue{}).Suggest; got != want {
			t.Errorf("%q: nearest is %q, want %q", text, got, want)
		}
		if near != nil && !strings.HasPrefix(text[near.Start:], strings.TrimPrefix(near.Message, "nothing is called ")[len(strings.SplitAfter(text, ":")[0]):]) {
			t.Errorf("%q: %+v is elsewhere", text, near)
		}
	}
}

func TestASuggestionGoesInThePlaceOfWhatMeansNothing(t *testing.T) {
	t.Parallel()
	rows, lens := addressed()
	for text, want := range map[string]string{
		"vcp:x churn": "vpc:x churn", "vcp": "vcp", "net:vpc-onyl churn": "net:vpc-only churn", "!status:stopped|faild": "!status:stopped|failed",
		"volume:x": "volume:>100", "vpc: churn": "vpc:none churn", "churn region:us-est": "churn region:us-east-1", "region:zz|eu-wst": "region:zz|eu-west-1",
	} {
		q, issues := ParseStrict(text, time.Time{})
		if near := q.Near(rows, lens); len(issues) == 0 && near != nil {
			issues = append(issues, *near)
		}
		got := text
		for _, i := range issues {
			start, end, word := i.Mend(text)
			got = text[:start] + word + text[end:]
		}
		if got != want {
			t.Errorf("%q is mended as %q, want %q", text, got, want)
		}
	}
}
