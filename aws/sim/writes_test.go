package sim

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
)

// told is the log of writes in short.
func (a atelier) told() string {
	var out []string
	for _, w := range a.Writes() {
		s := strings.TrimSuffix(strings.TrimPrefix(w.Operation, "SageMaker."), "NotebookInstance") + " " + w.Name
		if w.Code != "" {
			s += " " + w.Code
		}
		if w.Lost {
			s += " lost"
		}
		out = append(out, s)
	}
	return strings.Join(out, "; ")
}

func TestEveryWriteIsKeptInOrder(t *testing.T) {
	t.Parallel()
	a, ctx := newAtelier(t, ""), context.Background()
	d := a.create(t, a.whole("Kept"))
	_, _ = a.CreateNotebookInstance(ctx, plain("kept"))
	for _, op := range []string{"Stop", "Start", "Open"} {
		_ = a.do(op, "Kept")
	}
	_, err := a.DeleteTags(ctx, &sagemaker.DeleteTagsInput{ResourceArn: d.NotebookInstanceArn, TagKeys: []string{"Team"}})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := a.told(), "Create Kept; Create kept ValidationException; Stop Kept; Start Kept ValidationException; DeleteTags kept"; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	all := a.Writes()
	w := all[0]
	if w.Account != "111122223333" || w.Region != "us-east-1" || w.DirectInternetAccess != off || w.Tags["nbscope:run-id"] != "r-1" || w.Time.IsZero() ||
		all[1].DirectInternetAccess != "" || fmt.Sprint(all[4].RemoveTags) != "[Team]" {
		t.Errorf("%+v", all)
	}
	res, err := http.Get(a.url + "/_sim/writes")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	var told []Write
	if err != nil || json.Unmarshal(raw, &told) != nil || len(told) != len(all) || told[1].Code != "ValidationException" {
		t.Errorf("%s %v", raw, err)
	}
	a.ResetCalls()
	if len(a.Writes()) != 0 {
		t.Error("the log is not empty after a reset")
	}
}

func TestAFaultCanHitOneActionSomeOfTheTimes(t *testing.T) {
	t.Parallel()
	const create = "sagemaker:CreateNotebookInstance"
	cases := map[string]struct {
		faults string
		exists int // of three tries with names of their own
		told   string
	}{
		"the answer is lost every time": {"lostop=" + create, 3, "Create nb-0 lost; Create nb-1 lost; Create nb-2 lost"},
		"the answer is lost once":       {"lostop=" + create + ":1", 3, "Create nb-0 lost; Create nb-1; Create nb-2"},
		"the connection is cut twice":   {"resetop=" + create + ":2", 1, "Create nb-2"},
		"it is throttled once":          {"failop=" + create + ":ThrottlingException:1", 2, "Create nb-0 ThrottlingException; Create nb-1; Create nb-2"},
		"it is refused every time":      {"failop=" + create + ":InternalFailure", 0, "Create nb-0 InternalFailure; Create nb-1 InternalFailure; Create nb-2 InternalFailure"},
		"another action is hit":         {"lostop=sagemaker:StopNotebookInstance", 3, "Create nb-0; Create nb-1; Create nb-2"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAtelier(t, c.faults)
			exist := 0
			for i := range 3 {
				name := fmt.Sprint("nb-", i)
				_, err := a.CreateNotebookInstance(context.Background(), plain(name))
				there := a.exists(name)
				if there {
					exist++
				}
				w := a.Writes()
				answered := len(w) > 0 && w[len(w)-1].Name == name && w[len(w)-1].Code == "" && !w[len(w)-1].Lost
				if (err == nil) != answered {
					t.Errorf("%s: %v", name, err)
				}
			}
			if exist != c.exists || a.told() != c.told {
				t.Errorf("%d exist, told %s", exist, a.told())
			}
		})
	}
}

func TestFailopRefusesInTheWordsOfTheCode(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{
		"ThrottlingException": "Rate exceeded",
		"AccessDeniedException": "User: arn:aws:iam::111122223333:user/nbscope-demo is not authorized to perform: sagemaker:CreateNotebookInstance on resource: " +
			"arn:aws:sagemaker:us-east-1:111122223333:notebook-instance/x because no identity-based policy allows the sagemaker:CreateNotebookInstance action",
		"InternalFailure":     "The request processing has failed because of an unknown error, exception or failure.",
		"ServiceUnavailable":  "Service is unavailable.",
		"ValidationException": "The simulation refuses sagemaker:CreateNotebookInstance with ValidationException.",
	} {
		a := newAtelier(t, "failop=sagemaker:CreateNotebookInstance:"+code)
		_, err := a.CreateNotebookInstance(context.Background(), plain("X"))
		wantError(t, err, code, want)
	}
}

func TestPoliciesHoldForWritesAndForWhatTheyNeed(t *testing.T) {
	t.Parallel()
	const user = "User: arn:aws:iam::111122223333:user/nbscope-demo is not authorized to perform: "
	const arn = "arn:aws:sagemaker:us-east-1:111122223333:notebook-instance/"
	cases := map[string]struct{ faults, op, want string }{
		"Create":                {"denyop=sagemaker:CreateNotebookInstance", "Create", "sagemaker:CreateNotebookInstance on resource: " + arn + "new because no identity-based policy allows the sagemaker:CreateNotebookInstance action"},
		"Stop":                  {"denyop=sagemaker:StopNotebookInstance", "Stop", "sagemaker:StopNotebookInstance on resource: " + arn + "old because no identity-based policy allows the sagemaker:StopNotebookInstance action"},
		"passing the role":      {"denyop=iam:PassRole", "Create", "iam:PassRole on resource: " + testRole + " because no identity-based policy allows the iam:PassRole action"},
		"tags of a Create":      {"denyop=sagemaker:AddTags", "Create", "sagemaker:AddTags on resource: " + arn + "new because no identity-based policy allows the sagemaker:AddTags action"},
		"direct internet off":   {"scpdirect=disabled", "Create", "sagemaker:CreateNotebookInstance on resource: " + arn + "new with an explicit deny in a service control policy: arn:aws:organizations::111122223333:policy/o-simulated1/service_control_policy/p-direct01"},
		"a region's own policy": {"scp=us-east-1", "Delete", "sagemaker:DeleteNotebookInstance on resource: " + arn + "old with an explicit deny in a service control policy"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAtelier(t, c.faults)
			a.set(t, Change{Op: "add", Name: "old"})
			err := a.do(c.op, "old")
			if c.op == "Create" {
				_, err = a.CreateNotebookInstance(context.Background(), a.whole("new"))
			}
			wantError(t, err, "AccessDeniedException", user+c.want)
			if a.exists("new") {
				t.Error("it exists")
			}
		})
	}
	a := newAtelier(t, "scpdirect=enabled")
	in := plain("new")
	in.DirectInternetAccess = on
	if _, err := a.CreateNotebookInstance(context.Background(), in); err == nil {
		t.Error("the policy lets Enabled pass")
	}
	in.DirectInternetAccess = ""
	if _, err := a.CreateNotebookInstance(context.Background(), in); err != nil {
		t.Errorf("the key is not there, and still: %v", err)
	}
}

func TestTagsChangeInEveryStatusAndUpToFifty(t *testing.T) {
	t.Parallel()
	a, ctx := newAtelier(t, ""), context.Background()
	a.set(t, Change{Op: "add", Name: "Tagged", Tags: map[string]string{"Team": "Risk", "aws:cloudformation:stack-name": "s"}})
	d := a.describe(t, "Tagged")
	add := func(n int, key string) error {
		tags := make([]types.Tag, n)
		for i := range tags {
			tags[i] = types.Tag{Key: sdkaws.String(key + strings.Repeat("i", i)), Value: sdkaws.String("v")}
		}
		_, err := a.AddTags(ctx, &sagemaker.AddTagsInput{ResourceArn: d.NotebookInstanceArn, Tags: tags})
		return err
	}
	a.pass(takesStart)
	if err := add(49, "k"); err != nil {
		t.Fatal(err)
	}
	if err := add(1, "Team"); err != nil {
		t.Errorf("a tag that is there already: %v", err)
	}
	wantError(t, add(1, "one-more"), "ValidationException", "A resource can have at most 50 tags; this one would have 51.")
	wantError(t, add(1, "aws:x"), "ValidationException", "aws: prefixed tag key names are not allowed for external use.")
	_, err := a.DeleteTags(ctx, &sagemaker.DeleteTagsInput{ResourceArn: d.NotebookInstanceArn, TagKeys: []string{"aws:cloudformation:stack-name"}})
	wantError(t, err, "ValidationException", "aws: prefixed tag key names are not allowed for external use.")
	if _, err = a.DeleteTags(ctx, &sagemaker.DeleteTagsInput{ResourceArn: d.NotebookInstanceArn, TagKeys: []string{"k", "never"}}); err != nil {
		t.Fatal(err)
	}
	res, err := a.tagging("us-east-1").GetResources(ctx, &resourcegroupstaggingapi.GetResourcesInput{ResourceARNList: []string{*d.NotebookInstanceArn}})
	if err != nil || len(res.ResourceTagMappingList) != 1 {
		t.Fatal(res, err)
	}
	if tags := res.ResourceTagMappingList[0].Tags; len(tags) != 50 || *tags[0].Key != "Team" || *tags[0].Value != "v" {
		t.Errorf("%d tags, the first is %s of %s", len(tags), *tags[0].Value, *tags[0].Key)
	}
	if after := a.describe(t, "Tagged"); !after.LastModifiedTime.Equal(*d.LastModifiedTime) {
		t.Error("tags count as a modification")
	}
	_, err = a.AddTags(ctx, &sagemaker.AddTagsInput{ResourceArn: sdkaws.String(*d.NotebookInstanceArn + "x"), Tags: []types.Tag{{Key: sdkaws.String("a"), Value: sdkaws.String("b")}}})
	wantError(t, err, "ValidationException", "RecordNotFound")
}
