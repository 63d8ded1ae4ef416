package recreate

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker"

	"nbscope/model"
)

// TestANotebookWithSubnetGroupKeyAndRoleIsCarriedExactly is the plain case that
// the program exists for.
func TestANotebookWithSubnetGroupKeyAndRoleIsCarriedExactly(t *testing.T) {
	t.Parallel()
	src := Snapshot{
		ARN: "arn:aws:sagemaker:us-east-1:111122223333:notebook-instance/my-notebook", Name: "my-notebook",
		Account: testAccount, Region: "us-east-1", Status: model.StatusInService, InstanceType: "ml.t2.medium",
		URL: "my-notebook.notebook.us-east-1.sagemaker.aws", SubnetID: "subnet-0123456789abcdef0", SecurityGroups: []string{"sg-0123456789abcdef0"},
		RoleARN: "arn:aws:iam::111122223333:role/SageMakerRole", KMSKeyID: "1234abcd-12ab-34cd-56ef-1234567890ab", NetworkID: "eni-0123456789abcdef0",
		DirectInternet: model.Disabled, VolumeGB: 5, RootAccess: model.Enabled, Platform: "notebook-al2-v2", IMDSVersion: "1",
	}
	p := NewPlan("run1", testTime(), src, SpecFor(&src, Enable))
	const want = `{
  "NotebookInstanceName": "my-notebook-net",
  "InstanceType": "ml.t2.medium",
  "PlatformIdentifier": "notebook-al2023-v1",
  "VolumeSizeInGB": 5,
  "InstanceMetadataServiceConfiguration": {
    "MinimumInstanceMetadataServiceVersion": "2"
  },
  "RoleArn": "arn:aws:iam::111122223333:role/SageMakerRole",
  "RootAccess": "Enabled",
  "KmsKeyId": "1234abcd-12ab-34cd-56ef-1234567890ab",
  "SubnetId": "subnet-0123456789abcdef0",
  "SecurityGroupIds": [
    "sg-0123456789abcdef0"
  ],
  "DirectInternetAccess": "Enabled",
  "Tags": [
    {
      "Key": "nbscope:run-id",
      "Value": "run1"
    },
    {
      "Key": "nbscope:source-arn",
      "Value": "arn:aws:sagemaker:us-east-1:111122223333:notebook-instance/my-notebook"
    }
  ]
}`
	if got := string(p.Spec.Request()); got != want {
		t.Errorf("the request is\n%s\nwant\n%s", got, want)
	}
}

func TestTheRequestHasTheMembersOfTheAPI(t *testing.T) {
	t.Parallel()
	p := planOf(churn())
	var got map[string]any
	if err := json.Unmarshal(p.Spec.Request(), &got); err != nil {
		t.Fatal(err)
	}
	input := reflect.TypeFor[sagemaker.CreateNotebookInstanceInput]()
	for _, f := range Fields() {
		_, sent := got[f.Create]
		if want := f.want != nil; f.Create != "" && sent != want {
			t.Errorf("%s: sent %v, want %v", f.Create, sent, want)
		}
		delete(got, f.Create)
	}
	for member := range got {
		if _, ok := input.FieldByName(member); !ok {
			t.Errorf("Create has no member %s", member)
		}
	}
	at := -1
	for _, f := range Fields() {
		if i := strings.Index(string(p.Spec.Request()), `"`+f.Create+`"`); f.want != nil {
			if i <= at {
				t.Errorf("%s does not stand in the order of the fields", f.Create)
			}
			at = i
		}
	}
}

func TestWhatIsNotSentIsAbsent(t *testing.T) {
	t.Parallel()
	p := planOf(churn(bare), func(s *Spec) { s.DirectInternet = model.Enabled })
	for _, member := range []string{FieldSubnet, FieldGroups, FieldKey, FieldLifecycle, FieldRepository, FieldMoreRepos, FieldAccelerator} {
		if strings.Contains(string(p.Spec.Request()), member) {
			t.Errorf("%s is sent:\n%s", member, p.Spec.Request())
		}
	}
	for _, member := range []string{FieldDirect, FieldRoot, FieldPlatform, FieldIMDS, FieldVolume} {
		if !strings.Contains(string(p.Spec.Request()), member) {
			t.Errorf("%s is not sent, but AWS's default may be another:\n%s", member, p.Spec.Request())
		}
	}
}

func TestARequestIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	for name, src := range sources() {
		for _, d := range []Direction{Enable, Disable} {
			p := NewPlan("run1", testTime(), src, SpecFor(&src, d))
			got, err := ParseRequest(p.Spec.Request())
			if err != nil || !reflect.DeepEqual(got, p.Spec) {
				t.Errorf("%s, %s: %v\n%+v\nwant\n%+v", name, d, err, got, p.Spec)
			}
			if again := NewPlan("run1", testTime(), src, got); again.Fingerprint() != p.Fingerprint() {
				t.Errorf("%s, %s: the plan has another fingerprint", name, d)
			}
		}
	}
	for bad, says := range map[string]string{
		"": "unexpected end", "[]": "cannot unmarshal array", `{"NotebookInstanceName":1}`: "NotebookInstanceName",
		`{"NotebookInstanceName":"x","AcceleratorTypes":["y"]}`:  `unknown field "AcceleratorTypes"`,
		`{"InstanceMetadataServiceConfiguration":{"Hops":"1"}}`:  `unknown field "Hops"`,
		`{"InstanceMetadataServiceConfiguration":"2"}`:           "cannot unmarshal string",
		`{"SecurityGroupIds":"sg-1"}`:                            "SecurityGroupIds",
		`{"notebookInstanceName":"x"}`:                           `unknown field "notebookInstanceName"`,
		`{"NotebookInstanceName":"x","VolumeSizeInGB":"twenty"}`: "VolumeSizeInGB",
	} {
		if _, err := ParseRequest([]byte(bad)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, want %s", bad, err, says)
		}
	}
}

func TestADescribeIsReadByTheNamesOfTheAPI(t *testing.T) {
	t.Parallel()
	got, err := ReadDescribe([]byte(`{"NotebookInstanceName":"churn","InstanceType":null,"CreationTime":"2026-11-23T13:00:00+01:00","Future":{"a":1},
		"InstanceMetadataServiceConfiguration":{"Hops":"1","MinimumInstanceMetadataServiceVersion":"2"},"SecurityGroups":["sg-1"],"VolumeSizeInGB":20}`))
	want := Snapshot{Name: "churn", IMDSVersion: "2", SecurityGroups: []string{"sg-1"}, VolumeGB: 20}
	want.Created = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v: %+v, want %+v", err, got, want)
	}
	if _, err := ReadDescribe([]byte(`{"SecurityGroups":"sg-1"}`)); err == nil || !strings.Contains(err.Error(), "SecurityGroups") {
		t.Errorf("a text in place of a list: %v", err)
	}
}
