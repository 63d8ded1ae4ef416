package aws

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
)

// whole is a describe with every member that the API has.
const whole = `{"NotebookInstanceArn":"arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/churn","NotebookInstanceName":"Churn",
"NotebookInstanceStatus":"Failed","FailureReason":"why","Url":"churn.notebook.eu-west-1.sagemaker.aws","InstanceType":"ml.t3.medium",
"SubnetId":"subnet-1","SecurityGroups":["sg-2","sg-1"],"RoleArn":"arn:aws:iam::111122223333:role/ml/nb","KmsKeyId":"alias/nb",
"NetworkInterfaceId":"eni-1","LastModifiedTime":1.7e9,"CreationTime":1.6e9,"NotebookInstanceLifecycleConfigName":"setup",
"DirectInternetAccess":"Disabled","VolumeSizeInGB":20,"AcceleratorTypes":["ml.eia1.medium"],"DefaultCodeRepository":"https://git.example.com/a",
"AdditionalCodeRepositories":["b","c"],"RootAccess":"Enabled","PlatformIdentifier":"notebook-al2-v2",
"InstanceMetadataServiceConfiguration":{"MinimumInstanceMetadataServiceVersion":"1"},"IpAddressType":"ipv4"}`

func TestASnapshotHoldsEveryMemberAndAllTags(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.hook = func(c call) (int, string, bool) {
		switch {
		case c.op == "DescribeNotebookInstance":
			return 200, whole, true
		case c.op == "ListTags" && c.json["NextToken"] == nil:
			return 200, `{"Tags":[{"Key":"b","Value":"2"}],"NextToken":"more"}`, true
		case c.op == "ListTags":
			return 200, `{"Tags":[{"Key":"a","Value":"1"}]}`, true
		}
		return 0, "", false
	}
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.FixedZone("CET", 3600))
	c := s.client(t, func(o *Options) { o.Now = func() time.Time { return now } })
	got, err := c.Snapshot(t.Context(), model.Target{Account: homeAccount, Region: "eu-west-1"}, "Churn")
	if err != nil {
		t.Fatal(err)
	}
	want := recreate.Snapshot{
		ARN: "arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/churn", Name: "Churn", Account: homeAccount, Region: "eu-west-1",
		Status: model.StatusFailed, FailureReason: "why", URL: "churn.notebook.eu-west-1.sagemaker.aws",
		Created: time.Unix(1.6e9, 0).UTC(), Modified: time.Unix(1.7e9, 0).UTC(),
		InstanceType: "ml.t3.medium", RoleARN: "arn:aws:iam::111122223333:role/ml/nb", SubnetID: "subnet-1",
		SecurityGroups: []string{"sg-2", "sg-1"}, NetworkID: "eni-1", DirectInternet: model.Disabled, RootAccess: model.Enabled,
		KMSKeyID: "alias/nb", LifecycleName: "setup", DefaultRepository: "https://git.example.com/a", MoreRepositories: []string{"b", "c"},
		VolumeGB: 20, Platform: "notebook-al2-v2", IMDSVersion: "1", IPAddressType: "ipv4", AcceleratorTypes: []string{"ml.eia1.medium"},
		Tags: []model.Tag{{Key: "a", Value: "1"}, {Key: "b", Value: "2"}}, SeenAt: now.UTC(),
	}
	if fmt.Sprintf("%#v", got) != fmt.Sprintf("%#v", want) {
		t.Errorf("got\n%#v, want\n%#v", got, want)
	}
}

func TestASnapshotSaysWhatIsInItsWay(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		op, code, message string
		kind              model.ProblemKind
		tagless           string
	}{
		"a notebook that is listed":        {"DescribeNotebookInstance", "ValidationException", "RecordNotFound", model.KindProtocol, ""},
		"something else was not found":     {"DescribeNotebookInstance", "ValidationException", "The role was not found", model.KindInvalid, ""},
		"another thing is said not to be":  {"DescribeNotebookInstance", "ResourceNotFoundException", "no such endpoint", model.KindInvalid, ""},
		"an invalid name":                  {"DescribeNotebookInstance", "ValidationException", "1 validation error detected", model.KindInvalid, ""},
		"no policy allows the describe":    {"DescribeNotebookInstance", "AccessDeniedException", "no", model.KindDenied, ""},
		"no policy allows the tags":        {"ListTags", "AccessDeniedException", "not the tags", "", "not the tags"},
		"an organization forbids the tags": {"ListTags", "AccessDeniedException", "with an explicit deny in a service control policy", "", "explicit deny"},
		"the tags could not be asked for":  {"ListTags", "ExpiredTokenException", "too old", model.KindExpired, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStub(t)
			s.fill(homeAccount, "eu-west-1", 1)
			s.hook = func(got call) (int, string, bool) {
				if got.op == c.op {
					return refuse(c.code, c.message)
				}
				return 0, "", false
			}
			target := model.Target{Account: homeAccount, Region: "eu-west-1"}
			got, err := s.client(t).Snapshot(t.Context(), target, "nb-0000")
			if c.kind == "" {
				if err != nil || len(got.Tags) != 0 || !strings.Contains(got.TagsUnknown, c.tagless) {
					t.Errorf("got %+v, %v", got, err)
				}
				return
			}
			if p := classify(err); p.Kind != c.kind || p.Target != target {
				t.Errorf("got %+v", p)
			}
		})
	}
}

func TestANotebookThatIsNeitherDescribedNorListedIsNotThere(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.fill(homeAccount, "eu-west-1", 1)
	target := model.Target{Account: homeAccount, Region: "eu-west-1"}
	_, err := s.client(t).Snapshot(t.Context(), target, "nb-9999")
	if p := classify(err); p.Kind != model.KindNotFound || p.Target != target {
		t.Errorf("got %+v", p)
	}
}

func TestAnAnswerThatDescribesNothingIsNoNotebookThatIsGone(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"an empty object": `{}`, "no status": `{"NotebookInstanceArn":"arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/x"}`,
		"not found by a proxy": "404",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStub(t)
			s.hook = func(c call) (int, string, bool) {
				if c.op != "DescribeNotebookInstance" {
					return 0, "", false
				}
				if body == "404" {
					return 404, "<html>not found</html>", true
				}
				return 200, body, true
			}
			c := s.client(t, func(o *Options) { o.LookEvery = time.Millisecond })
			_, err := c.Snapshot(t.Context(), model.Target{Account: homeAccount, Region: "eu-west-1"}, "x")
			if p := classify(err); p.Kind != model.KindProtocol {
				t.Errorf("got %+v", p)
			}
		})
	}
}
